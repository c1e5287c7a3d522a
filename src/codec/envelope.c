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
#include "pedigree/model/when.h"

#include <string.h>

DEFINE_CLEANUP(json_t, json, json_decref)

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

static const char *member(struct arena *a, const json_t *o, const char *name)
{
    const char *value = json_string_value(json_object_get(o, name));
    return value ? arena_strdup(a, value) : NULL;
}

/* Only what reads as it is written is one: nothing else is in it, and nothing is spelt otherwise. */
bool envelope_read(struct arena *a, struct span text, struct envelope *out)
{
    CLEANUP(json_cleanup) json_t *o = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, NULL);
    const char *at = member(a, o, "receivedAt");
    struct when when;
    *out = (struct envelope){.submitter = member(a, o, "submitter"), .on_behalf = member(a, o, "onBehalfOf"), .role = member(a, o, "role"),
                             .type = member(a, o, "type"), .signature = member(a, o, "signature")};
    if (!out->submitter || !out->role || !out->type || !at || !when_parse(at, &when))
        return false;
    out->received_us = when.first_us;
    struct span again = envelope_text(a, out);
    return again.len == text.len && memcmp(again.at, text.at, text.len) == 0;
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
