/* test_cursor - places go out and come back; what is no cursor of a list is refused. */
#include "query/cursor.h"

#include "pedigree/base/token.h"
#include "pedigree/base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int forget(void **state)
{
    (void)state;
    arena_reset(&arena);
    return 0;
}

static void places_come_back(void **state)
{
    (void)state;
    static const int64_t NUMBERS[] = {INT64_MIN + 1, -7, 0, 1, INT64_MAX};
    struct error err = {0};
    for (size_t i = 0; i < LENGTH(NUMBERS); i++) {
        const struct record_place at = {INT64_MIN, NUMBERS[i]};
        const struct flag_place of = {NUMBERS[i], "CAP-001", "lot/ü/1"};
        struct record_place record;
        struct flag_place flag;
        int64_t lot;
        assert_true(lot_cursor_read(&arena, lot_cursor(&arena, NUMBERS[i]), &lot, &err));
        assert_int_equal(lot, NUMBERS[i]);
        assert_true(record_cursor_read(&arena, record_cursor(&arena, &at), &record, &err));
        assert_true(record.time_us == at.time_us && record.seq == at.seq);
        assert_true(flag_cursor_read(&arena, flag_cursor(&arena, &of), &flag, &err));
        assert_int_equal(flag.lot, of.lot);
        assert_string_equal(flag.rule, of.rule);
        assert_string_equal(flag.subject, of.subject);
    }
}

static void none_is_before_all(void **state)
{
    (void)state;
    struct error err = {0};
    struct record_place record;
    struct flag_place flag;
    int64_t lot;
    assert_true(lot_cursor_read(&arena, NULL, &lot, &err) && lot == INT64_MIN + 1);
    assert_true(record_cursor_read(&arena, NULL, &record, &err));
    assert_true(record.time_us == INT64_MIN && record.seq == INT64_MIN);
    assert_true(flag_cursor_read(&arena, NULL, &flag, &err) && flag.lot == INT64_MIN + 1);
    assert_string_equal(flag.rule, "");
}

/* What the token holds; none of these is a place of any list. */
static const char *const RUBBISH[] = {
    "",           "l",        "r",          "f",       "l ",          "l 1",      "l+1",
    "l01",        "l-0",      "l1x",        "l1/2",    "lx",          "x1",       "r1",
    "r1/",        "r/1",      "r1/ 2",      "r1/2/3",  "r01/2",       "r1/2\xff", "f1",
    "f1/CAP-001", "f/A/b",    "f 1/A/b",    "f1x/A/b", "f1/A/\xc3(",  "f1/\xff/", "l\xff",
    "l-9223372036854775808", "l9223372036854775808",   "l99999999999999999999",
    "r1/9223372036854775808", "r-9223372036854775809/1", "f-9223372036854775808/A/b",
    "f99999999999999999999/A/b",
};

static void is_refused(const char *cursor)
{
    struct error errors[3] = {0};
    struct record_place record;
    struct flag_place flag;
    int64_t lot;
    if (lot_cursor_read(&arena, cursor, &lot, &errors[0]) ||
        record_cursor_read(&arena, cursor, &record, &errors[1]) ||
        flag_cursor_read(&arena, cursor, &flag, &errors[2]))
        fail_msg("%s passes", cursor);
    for (size_t i = 0; i < LENGTH(errors); i++) {
        assert_string_equal(errors[i].where, "cursor");
        assert_non_null(strstr(errors[i].detail, "no cursor of this list"));
    }
}

static void rubbish_is_refused(void **state)
{
    (void)state;
    static const char *const NO_TOKENS[] = {"", "!", "l1", "bDE=", "bDF", "b DE", "bDE\n"};
    for (size_t i = 0; i < LENGTH(RUBBISH); i++)
        is_refused(token_encode(&arena, RUBBISH[i], strlen(RUBBISH[i])));
    for (size_t i = 0; i < LENGTH(NO_TOKENS); i++)
        is_refused(NO_TOKENS[i]);
    is_refused(token_encode(&arena, "f1/A\0/b", 7));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(places_come_back, forget),
        cmocka_unit_test_teardown(none_is_before_all, forget),
        cmocka_unit_test_teardown(rubbish_is_refused, forget),
    };
    return cmocka_run_group_tests_name("cursors", tests, NULL, NULL);
}
