/*
 * scrub - the audit that never ends: a thread of the daemon that makes the log anew from its rows, at a pace, again and
 * again, so that what is altered is found before somebody asks for it.
 */
#pragma once

#include "pedigree/ledger/audit.h"

struct ledger;
struct scrubber;
struct scrub_options {
    const char *conninfo;
    struct ledger *ledger; /* whose newest checkpoint each pass is held against; outlives the scrubber */
    int64_t records_per_s;
    const struct note_verifier *keys; /* copied; none: signatures are not looked at */
    size_t keys_len;
};
/* NULL with *err filled: no thread could be started. */
struct scrubber *scrubber_start(const struct scrub_options *o, struct error *err);
void scrubber_stop(struct scrubber *s); /* accepts NULL */
/* The first row that the newest pass found altered, and how many there are; NULL: none.  Any thread. */
const char *scrubber_alarm(struct scrubber *s, struct arena *a);
/* How long ago, in seconds, the oldest record came in that no pass of this process has reached yet; 0: all were.  Any thread. */
int64_t scrubber_unchecked_s(struct scrubber *s); /* accepts NULL */
