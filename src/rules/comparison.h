/*
 * comparison - what a document declares, held against the lot that it goes with.
 *
 * Codes are compared as one who reads labels takes them, date codes by their days, part numbers without packing.  Made in the findings'
 * arena; `differences` is the caller's to release or to give away.
 */
#pragma once

#include "family.h"

struct set { /* of texts, sorted, written for comparison */
    const char **at;
    size_t len;
};

struct lot_sets { /* made once for all certificates */
    struct set dates, traces, serials;
};

struct comparison {
    size_t compared;
    json_t *differences; /* [{member, certificate, lot}] */
    struct text names;   /* "quantity, date codes" */
};

struct lot_sets lot_sets_of(struct findings *out, const struct facts *f);
struct comparison compare(const struct document_fact *d, const struct facts *f,
                          const struct lot_sets *lot, struct findings *out);
