/* signing - see the header. */
#include "signing.h"

#include "pedigree/base/file.h"
#include "pedigree/codec/codec.h"

#include <string.h>

bool signing_key_read(const char *path, struct jws_key *out, struct error *err)
{
    char pem[JWS_KEY_FILE + 1];
    size_t len;
    struct error why = {0};
    if (!file_read_private(path, false, pem, sizeof pem, &len, err))
        return false;
    bool ok = jws_key_private(pem, len, out, &why);
    explicit_bzero(pem, sizeof pem);
    return ok || error_at(err, ERR_INVALID, path, "%s", why.detail);
}

static bool sign(struct text *out, struct arena *passing, const struct decoded *d, const struct jws_key *key, struct error *err)
{
    const char *jws = d->signature ? d->signature : jws_sign(passing, key, (struct span){d->canonical, d->canonical_len});
    if (!jws)
        return error_set(err, ERR_INTERNAL, "the key cannot sign");
    text_add_n(out, d->canonical, d->canonical_len - 1); /* without its last brace */
    text_add(out, ",\"signature\":");
    text_json(out, jws);
    text_add(out, "}\n");
    return true;
}

bool signing_add(struct text *out, const char *json, size_t len, const struct jws_key *key, struct error *err)
{
    struct arena passing;
    struct decoded d;
    arena_init(&passing, 0);
    bool ok = record_decode(&passing, json, len, &d, err);
    if (ok) {
        ok = sign(out, &passing, &d, key, err);
        json_decref(d.record->json);
    }
    arena_reset(&passing);
    return ok;
}
