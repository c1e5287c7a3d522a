/* envelope - see the header. */
#include "pedigree/codec/envelope.h"

#include "pedigree/base/clock.h"
#include "pedigree/codec/codec.h"

struct span envelope_text(struct arena *a, const struct envelope *e)
{
    char time[28];
    size_t len;
    json_t *o = json_pack("{s:s, s:s, s:s, s:s}", "receivedAt", us_text(e->received_us, time), "role", e->role, "submitter",
                          e->submitter, "type", e->type);
    if (e->on_behalf)
        json_object_set_new(o, "onBehalfOf", json_string(e->on_behalf));
    const char *text = json_canonical(a, o, &len);
    json_decref(o);
    return (struct span){text, len};
}
