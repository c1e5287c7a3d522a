/*
 * fill - holes of a repaired ledger, filled with what submitters send again.
 *
 * Each record comes opened by its receipt; here it must make the entry that stands in the log at its place.  What a
 * `redacted` in the log took away since is taken away again, whichever of the two comes back first.
 *
 * Always true: all that was added is committed together, or nothing is; from then on the projections must be rebuilt,
 * and daemons wait for it.
 */
#pragma once

#include "pedigree/codec/codec.h"
#include "pedigree/codec/envelope.h"
#include "pedigree/tlog/tree.h"

struct refill { /* borrowed */
    int64_t seq;
    struct envelope envelope;
    const uint8_t *secret;
    const struct decoded *decoded;
    const char *signature; /* signature_kept_text(); NULL: it came without */
    const uint8_t *digests; /* of all parts */
    size_t parts;
    struct hash commitment;
};

struct fill;
/* Takes the ledger's lock.  NULL with *err filled: the database is not there. */
struct fill *ledger_fill_begin(const char *conninfo, struct error *err);
enum fill_answer {
    FILL_TAKEN,
    FILL_NEEDLESS, /* the record is no hole */
    FILL_REFUSED,  /* *err says why; the next one may be taken */
    FILL_LOST      /* *err says why; nothing was filled */
};
enum fill_answer ledger_fill_add(struct fill *f, const struct refill *r, struct error *err);
/* Commits.  hole: called for each run of holes that remain; may be NULL. */
bool ledger_fill_end(struct fill *f, void (*hole)(int64_t first, int64_t last), int64_t *remain, struct error *err);
void ledger_fill_free(struct fill *f); /* accepts NULL */
