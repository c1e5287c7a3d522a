/*
 * bom - a bill of materials against what the ledger knows: one answer for all of its lines, in a fixed number of
 * set-wise queries.
 */
#pragma once

#include "pedigree/codec/bill.h"
#include "pedigree/query/query.h"

struct bom_ask {
    const struct bill *bill;
    int32_t support_until, redesign_until; /* days; INT32_MIN: not told */
    int64_t units_a_year;                  /* of the assembly; INT64_MIN: not told */
    int64_t scrap_percent;
};
bool query_bom(const struct reader *r, const struct bom_ask *ask, const char **json, struct error *err);
