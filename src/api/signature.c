/* signature - see the header. */
#include "signature.h"

#include "pedigree/base/clock.h"
#include "pedigree/codec/envelope.h"

#include <string.h>

static bool is_made_by(const struct signing_keys *keys, const char *owner, struct arena *a, const struct decoded *d,
                       struct error *err)
{
    struct jws j;
    const struct jws_key *key;
    if (!jws_parse(a, d->signature, &j, err) || !signing_find(keys, owner, j.id, clock_now_us(), &key, err))
        return false;
    if (j.type != key->type)
        return error_set(err, ERR_INVALID, "has the algorithm of another type of key than that of %s; \"alg\":\"%s\" would be right",
                         key->id, jws_type_word(key->type));
    return jws_verify(a, &j, key, (struct span){d->canonical, d->canonical_len}) ||
           error_set(err, ERR_INVALID, "is not that of %s under this record: signed is the record without `signature`, in canonical JSON "
                     "(RFC 8785), %zu bytes here; it was altered since, or written otherwise", key->id, d->canonical_len);
}

bool signature_check(const struct signing_keys *keys, const char *owner, const struct decoded *d, const char *where,
                     struct error *err)
{
    struct arena passing;
    struct error why = {0};
    if (!d->signature)
        return !signing_is_required(keys, owner) ||
               error_at(err, ERR_INVALID, where, "is missing: %.160s asks that its records be signed (`pedigree submit --sign-key FILE`)",
                        owner);
    arena_init(&passing, 0);
    bool ok = is_made_by(keys, owner, &passing, d, &why);
    arena_reset(&passing);
    return ok || error_at(err, why.code, where, "%s", why.detail);
}

void signature_keep(struct arena *a, struct item *item)
{
    struct jws j;
    struct error never = {0};
    uint8_t digest[SHA256_LEN];
    const char *jws = item->decoded.signature;
    if (!jws || !jws_parse(a, jws, &j, &never))
        return;
    part_digest(item->secret, PART_SIGNATURE, (struct span){jws, strlen(jws)}, digest);
    item->signature_mark = signature_mark(a, j.id, digest);
    item->signature = signature_kept_text(a, item->signature_mark, jws);
}
