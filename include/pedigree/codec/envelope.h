/* envelope - the part of a record that the ledger says: who handed it in, for whom, in which capacity, when, and of
 * which type; canonical JSON, the first part of the commitment. */
#pragma once

#include "pedigree/base/arena.h"
#include "pedigree/base/digest.h"

struct envelope {
    const char *submitter, *on_behalf, *role, *type; /* on_behalf: NULL, for itself */
    int64_t received_us;
};
struct span envelope_text(struct arena *a, const struct envelope *e);
