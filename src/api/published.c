/* published - see the header. */
#include "published.h"

#include "pedigree/api/api.h"
#include "pedigree/codec/codec.h"
#include "pedigree/feeds/witnesses.h"

#include <jansson.h>
#include <string.h>

bool published_checkpoint(struct request *rq, int64_t *size, const char **note, struct error *err)
{
    const struct api *api = rq->context;
    if (!ledger_checkpoint(api->ledger, &rq->arena, size, note))
        return error_set(err, ERR_UNAVAILABLE, "no checkpoint is published: the log has no key (log_key), or the ledger has not come up yet");
    *note = witnesses_add(api->witnesses, &rq->arena, *note);
    return true;
}

static const char *canonical_text(struct arena *a, const char *text)
{
    size_t len;
    json_t *value = text ? json_string(text) : json_null();
    const char *canonical = json_canonical(a, value, &len);
    json_decref(value);
    return canonical;
}

const char *published_file(struct request *rq, const char *file)
{
    const struct api *api = rq->context;
    uint8_t digest[SHA256_LEN];
    size_t len = strlen(file);
    sha256(file, len, digest);
    struct text out = text_new(&rq->arena);
    text_make_room(&out, len + 1024);
    text_add_n(&out, file, len - 1);
    text_add(&out, ",\"seal\":");
    text_add(&out, canonical_text(&rq->arena, ledger_seal(api->ledger, &rq->arena, digest)));
    text_add_c(&out, '}');
    return text_str(&out);
}
