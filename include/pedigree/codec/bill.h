/*
 * bill - a bill of materials as it is asked about: JSON, or a sheet with a header line.  Pure.
 *
 *   [{"part": {"manufacturer": "TI", "mpn": "SN74HC00N"}, "perUnit": 2, "onHand": 100, ...}, ...]
 *   {"lines": [...]}
 *   manufacturer,mpn,perUnit,annualDemand,onHand,onOrder,safetyStock
 *
 * Members and columns are those of a `bom` record's lines, and `safetyStock`; columns in any order, by commas,
 * semicolons or tabs, and spelt as people spell them ("Annual demand").  Empty cells are not told.
 */
#pragma once

#include "pedigree/base/arena.h"
#include "pedigree/base/error.h"

#include <stdint.h>

enum { BILL_LINES_MAX = 10000 };

struct bill_line {
    int64_t line; /* of the body, from 1; in JSON: the place */
    const char *manufacturer, *mpn; /* as written */
    int64_t per_unit, annual, on_hand, on_order, safety; /* pieces; INT64_MIN: not told */
};
struct bill {
    struct bill_line *lines;
    size_t len;
};

/* False: *err says what is wrong, where (a JSON pointer, or a column's name), and what would be right. */
bool bill_read(struct arena *a, const char *body, size_t len, bool is_csv, struct bill *out, struct error *err);
