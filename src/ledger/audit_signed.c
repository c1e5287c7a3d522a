/* audit_signed - signatures under records, made by the keys that are registered; see audit.h. */
#include "audit.h"

#include "pedigree/base/clock.h"

#include <string.h>

bool audit_signers_load(struct db *db, struct arena *a, struct audit_signers *out, struct error *err)
{
    if (!signing_list(db, a, &out->at, &out->len, err))
        return false;
    out->keys = ARENA_ARRAY(a, struct jws_key, out->len + 1);
    for (size_t i = 0; i < out->len; i++) {
        struct error why = {0};
        jws_key_of_der((struct span){out->at[i].public_key.at, out->at[i].public_key.len}, &out->keys[i], &why);
    }
    return true;
}

void audit_signers_done(struct audit_signers *s)
{
    for (size_t i = 0; i < s->len; i++)
        jws_key_done(&s->keys[i]);
}

static const char *judge(const struct signing_info *who, const struct jws_key *key, struct arena *a, const struct audit_signed *r)
{
    char from[28];
    struct jws j;
    struct error why = {0};
    if (!key->pkey || strcmp(key->id, who->id) != 0)
        return arena_printf(a, "the key %s, which signed it, was altered where it is registered", who->id);
    if (strcmp(who->organisation, r->owner) != 0)
        return arena_printf(a, "is signed by the key %s, which is registered for %s", who->id, who->organisation);
    if (r->received_us < who->from_us)
        return arena_printf(a, "is signed by the key %s, which was registered from %s on", who->id, us_text(who->from_us, from));
    if (!jws_parse(a, r->jws, &j, &why))
        return arena_printf(a, "its signature is none: %s", why.detail);
    return jws_verify(a, &j, key, (struct span){r->canonical, strlen(r->canonical)})
               ? NULL
               : arena_printf(a, "its signature is not one by the key %s", who->id);
}

const char *audit_signature(const struct audit_signers *s, struct arena *a, const struct audit_signed *r)
{
    for (size_t i = 0; i < s->len; i++)
        if (strcmp(s->at[i].id, r->key_id) == 0)
            return judge(&s->at[i], &s->keys[i], a, r);
    return arena_printf(a, "is signed by the key %s, which is not registered", r->key_id);
}
