/*
 * when - a moment as a person wrote it: RFC 3339 with an offset, or a bare date, month or year.
 *
 * A bare one spans an interval: [first_us, last_us] in UTC.  Days are as written (the local
 * calendar day of the offset given), because papers are compared by the days on them.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct when {
    const char *text; /* as written; NULL: absent */
    int64_t first_us, last_us;
    int32_t first_day, last_day;
};

/* False if `text` is none of the four forms; *out keeps a pointer to `text`. Years 1900..2199. */
bool when_parse(const char *text, struct when *out);
