/* row - one row of a sheet as the JSON record it means. */
#pragma once

#include "columns.h"
#include "schema.h"

struct column {
    const char *name;
    const char *step[COLUMN_DEPTH];
    size_t steps;
};

struct column column_of(struct arena *a, const char *name);
/* Cell i is of column i; an empty one says nothing.  A new reference; NULL: *err says
 * which column is wrong. */
json_t *row_record(struct arena *a, enum record_type type, const struct column *columns,
                   const char *const *cells, size_t n, struct error *err);
