/* choices - what this ledger decided where records.md leaves it open: one table, printed into
 * /openapi.json as `x-choices`. */
#pragma once

#include <stddef.h>

struct choice {
    const char *section; /* of records.md */
    const char *text;
};
extern const struct choice CHOICES[];
extern const size_t CHOICES_LEN;
