/*
 * pedigree - what the two halves of a pedigree file share: the chain, and the records that stand behind it.
 *
 * What one file may hold is bounded, so that a request takes no more memory than it may: past that it is refused.
 */
#pragma once

#include "trace.h"

#include "pedigree/base/text.h"

enum { PEDIGREE_RECORDS = 5000, PEDIGREE_READINGS = 4 * PEDIGREE_RECORDS, PEDIGREE_BYTES = 16 << 20 };

struct pedigree {
    const struct pedigree_ask *ask;
    struct trace trace;
    struct ids lots; /* of the chain that the reader may look into */
    const enum sight *sights;
    const char *const *codes;
    const struct lot_row *rows;
    const struct flag_row *flags;
    size_t rows_len, flags_len;
};

/* Of one of its lots. */
const struct flag_row *pedigree_flags(const struct pedigree *p, int64_t lot, size_t *len);
bool pedigree_is_full(const struct text *out, struct error *err);
/* Adds "[...]": each record once, in the order of the log, with what opens its commitment and its place in the tree. */
bool pedigree_add_records(struct session *s, const struct pedigree *p, struct text *out, struct error *err);
