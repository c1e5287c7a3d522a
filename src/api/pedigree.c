/* pedigree - GET /v1/lots/{organisation}/{code}/pedigree: the chain as a file that proves itself. */
#include "ask.h"

#include "pedigree/api/api.h"
#include "pedigree/base/cleanup.h"

#include <string.h>

static const char *canonical_text(struct arena *a, const char *text)
{
    size_t len;
    json_t *value = text ? json_string(text) : json_null();
    const char *canonical = json_canonical(a, value, &len);
    json_decref(value);
    return canonical;
}

/* The file with its seal as the last member, which "seal" is by its name. */
static const char *sealed(struct request *rq, const char *file)
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

bool lot_pedigree(struct request *rq, struct reply *rp, struct error *err)
{
    const char *file;
    struct api *api = rq->context;
    struct pedigree_ask ask = {.most = CONFIG_NOW(api->config->trace_max_hops)};
    if (!parameters_read(rq, &NO_PARAMETERS, NULL, err) || !path_lot(rq, &ask.lot, err))
        return false;
    if (!ledger_checkpoint(api->ledger, &rq->arena, &ask.size, &ask.note))
        ask.note = NULL;
    const struct reader reader = reader_of(rq);
    return query_pedigree(&reader, &ask, &file, err) && answer_json(rq, rp, sealed(rq, file));
}
