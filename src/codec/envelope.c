/*
 * envelope - see the header.
 *
 * Written as RFC 8785 orders its members, without a tree: it is made for every record, and again for every receipt.
 */
#include "pedigree/codec/envelope.h"

#include "canonical.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/jws.h"
#include "pedigree/base/token.h"

#include <string.h>

struct span envelope_text(struct arena *a, const struct envelope *e)
{
    char time[28];
    const struct {
        const char *name, *value;
    } members[] = {{"onBehalfOf", e->on_behalf}, {"receivedAt", us_text(e->received_us, time)}, {"role", e->role},
                   {"signature", e->signature}, {"submitter", e->submitter}, {"type", e->type}};
    struct text t = text_new(a);
    for (size_t i = 0; i < LENGTH(members); i++) {
        if (!members[i].value)
            continue;
        text_add_c(&t, t.len > 0 ? ',' : '{');
        canonical_string(&t, members[i].name, strlen(members[i].name));
        text_add_c(&t, ':');
        canonical_string(&t, members[i].value, strlen(members[i].value));
    }
    text_add_c(&t, '}');
    return (struct span){text_str(&t), t.len};
}

const char *signature_mark(struct arena *a, const char *key_id, const uint8_t digest[static SHA256_LEN])
{
    return arena_printf(a, "%s.%s", key_id, token_encode(a, digest, SHA256_LEN));
}

const char *signature_kept_text(struct arena *a, const char *mark, const char *jws)
{
    return arena_printf(a, "%s %s", mark, jws);
}

bool signature_kept(struct arena *a, const char *text, struct kept_signature *out)
{
    const char *space = strchr(text, ' ');
    size_t len = space ? (size_t)(space - text) : strlen(text);
    if (len <= JWS_ID || text[JWS_ID] != '.')
        return false;
    *out = (struct kept_signature){.mark = arena_strndup(a, text, len),
                                   .key_id = arena_strndup(a, text, JWS_ID),
                                   .jws = space ? space + 1 : NULL};
    return true;
}
