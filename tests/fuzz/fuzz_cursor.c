/*
 * fuzz_cursor - a cursor that a list takes is written again as it came, and PostgreSQL can
 * hold its place; any other is refused by name.
 */
#include "fuzz.h"

#include "query/cursor.h"

#include "pedigree/base/token.h"
#include "pedigree/base/text.h"

#include <assert.h>
#include <string.h>

static bool is_text(const char *s)
{
    return text_is_utf8(s, strlen(s));
}

static void is_refused(const struct error *err)
{
    assert(err->code == ERR_INVALID && strcmp(err->where, "cursor") == 0);
    assert(err->detail[0] && is_text(err->detail));
}

static void try_cursor(struct arena *a, const char *cursor)
{
    struct error errors[3] = {0};
    struct record_place record;
    struct flag_place flag;
    int64_t lot;
    int lists = 0;
    if (lot_cursor_read(a, cursor, &lot, &errors[0])) {
        assert(lot != INT64_MIN && strcmp(lot_cursor(a, lot), cursor) == 0);
        lists++;
    } else {
        is_refused(&errors[0]);
    }
    if (record_cursor_read(a, cursor, &record, &errors[1])) {
        assert(strcmp(record_cursor(a, &record), cursor) == 0);
        lists++;
    } else {
        is_refused(&errors[1]);
    }
    if (flag_cursor_read(a, cursor, &flag, &errors[2])) {
        assert(strcmp(flag_cursor(a, &flag), cursor) == 0 && flag.lot != INT64_MIN);
        assert(!strchr(flag.rule, '/') && is_text(flag.rule) && is_text(flag.subject));
        lists++;
    } else {
        is_refused(&errors[2]);
    }
    assert(lists <= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    arena_init(&a, 0);
    try_cursor(&a, arena_strndup(&a, (const char *)data, size));
    try_cursor(&a, token_encode(&a, data, size));
    arena_reset(&a);
    return 0;
}
