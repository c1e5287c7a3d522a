/* outcome - what became of one record, as status, problem and JSON. */
#pragma once

#include "pedigree/base/text.h"
#include "pedigree/ledger/ledger.h"

struct told {
    const struct item *item;
    int64_t ordinal; /* of the equal id-less ones */
    bool want_assessment;
    const char *checkpoint; /* that covers it, behind its receipt; NULL: no receipt is told */
};

/* True: it is in the log.  Else *err says why not. */
bool outcome_is_good(const struct item *item, struct error *err);
/* HTTP status of one record: 201, 200 for a duplicate, else the error's. */
int outcome_status(const struct item *item);
const char *outcome_word(enum outcome o); /* label of pedigree_records_total */

/* {"seq":..,"id":..}: the answer to a single record that is in the log. */
void outcome_single(struct text *t, const struct told *told);
/* {"line":..,"status":..}: one of many, good or bad. */
void outcome_line(struct text *t, const struct told *told);
