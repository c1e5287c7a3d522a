/*
 * envelope - see the header.
 *
 * Written as RFC 8785 orders its members, without a tree: it is made for every record, and again for every receipt.
 */
#include "pedigree/codec/envelope.h"

#include "canonical.h"

#include "pedigree/base/clock.h"
#include "pedigree/base/cleanup.h"

#include <string.h>

struct span envelope_text(struct arena *a, const struct envelope *e)
{
    char time[28];
    const struct {
        const char *name, *value;
    } members[] = {{"onBehalfOf", e->on_behalf}, {"receivedAt", us_text(e->received_us, time)}, {"role", e->role},
                   {"submitter", e->submitter}, {"type", e->type}};
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
