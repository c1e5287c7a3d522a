/*
 * cursor - see the header.  A place is read loosely and must then be written as it came:
 * so numbers have one spelling, and none that does not fit passes.
 */
#include "cursor.h"

#include "pedigree/base/token.h"
#include "pedigree/base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { LOTS = 'l', RECORDS = 'r', FLAGS = 'f' };
/* INT64_MIN is SQL NULL, and no lot. */
#define BEFORE_ALL_LOTS (INT64_MIN + 1)

static const char *make(struct arena *a, char kind, const char *place)
{
    const char *whole = arena_printf(a, "%c%s", kind, place);
    return token_encode(a, whole, strlen(whole));
}

static bool bad(struct error *err)
{
    return error_at(
        err, ERR_INVALID, "cursor",
        "this is no cursor of this list; send what `next` of a page said, or none");
}

/* What PostgreSQL could not hold is no place either.  NULL: not of this list. */
static const char *place_in(struct arena *a, char kind, const char *cursor)
{
    uint8_t *at;
    size_t len;
    if (!token_decode(a, cursor, &at, &len) || len < 2 || at[0] != (uint8_t)kind ||
        memchr(at, '\0', len) || !text_is_utf8((const char *)at, len))
        return NULL;
    return arena_strndup(a, (const char *)at + 1, len - 1);
}

const char *lot_cursor(struct arena *a, int64_t lot)
{
    return make(a, LOTS, arena_printf(a, "%" PRId64, lot));
}

bool lot_cursor_read(struct arena *a, const char *cursor, int64_t *lot, struct error *err)
{
    const char *text = cursor ? place_in(a, LOTS, cursor) : "";
    if (!text)
        return bad(err);
    int64_t n = cursor ? strtoll(text, NULL, 10) : BEFORE_ALL_LOTS;
    if (n == INT64_MIN || (cursor && strcmp(lot_cursor(a, n), cursor) != 0))
        return bad(err);
    *lot = n;
    return true;
}

const char *record_cursor(struct arena *a, const struct record_place *place)
{
    return make(a, RECORDS,
                arena_printf(a, "%" PRId64 "/%" PRId64, place->time_us, place->seq));
}

bool record_cursor_read(struct arena *a, const char *cursor, struct record_place *out,
                        struct error *err)
{
    struct record_place place = {INT64_MIN, INT64_MIN};
    const char *text = cursor ? place_in(a, RECORDS, cursor) : "";
    if (!text)
        return bad(err);
    if (cursor) {
        char *end;
        place.time_us = strtoll(text, &end, 10);
        place.seq = strtoll(end + (*end == '/'), NULL, 10);
        if (strcmp(record_cursor(a, &place), cursor) != 0)
            return bad(err);
    }
    *out = place;
    return true;
}

const char *flag_cursor(struct arena *a, const struct flag_place *place)
{
    return make(a, FLAGS,
                arena_printf(a, "%" PRId64 "/%s/%s", place->lot, place->rule,
                             place->subject));
}

/* "lot/rule/subject"; NULL: not so. */
static const struct flag_place *split_flag(struct arena *a, const char *text)
{
    char *end;
    struct flag_place *place = ARENA_NEW(a, struct flag_place);
    place->lot = strtoll(text, &end, 10);
    const char *slash = *end == '/' ? strchr(end + 1, '/') : NULL;
    if (!slash || place->lot == INT64_MIN)
        return NULL;
    place->rule = arena_strndup(a, end + 1, (size_t)(slash - end - 1));
    place->subject = slash + 1;
    return place;
}

bool flag_cursor_read(struct arena *a, const char *cursor, struct flag_place *out,
                      struct error *err)
{
    if (!cursor) {
        *out = (struct flag_place){BEFORE_ALL_LOTS, "", ""};
        return true;
    }
    const char *text = place_in(a, FLAGS, cursor);
    const struct flag_place *place = text ? split_flag(a, text) : NULL;
    if (!place || strcmp(flag_cursor(a, place), cursor) != 0)
        return bad(err);
    *out = *place;
    return true;
}
