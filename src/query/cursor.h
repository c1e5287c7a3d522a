/*
 * cursor - the place in a list where a page ended, as text that its reader sends back.
 *
 * A letter that keeps the lists apart, then the place's fields with slashes between, all
 * of it URL-safe (token).  Only what was made of a place is one of ours: all else is
 * INVALID at "cursor".  Reading NULL gives the place before all.
 */
#pragma once

#include "pedigree/base/arena.h"
#include "pedigree/base/error.h"

#include <stdint.h>

struct record_place {
    int64_t time_us, seq;
};

struct flag_place {
    int64_t lot;
    const char *rule, *subject; /* no rule has a slash */
};

const char *lot_cursor(struct arena *a, int64_t lot);
const char *record_cursor(struct arena *a, const struct record_place *place);
const char *flag_cursor(struct arena *a, const struct flag_place *place);

bool lot_cursor_read(struct arena *a, const char *cursor, int64_t *lot,
                     struct error *err);
bool record_cursor_read(struct arena *a, const char *cursor, struct record_place *out,
                        struct error *err);
bool flag_cursor_read(struct arena *a, const char *cursor, struct flag_place *out,
                      struct error *err);
