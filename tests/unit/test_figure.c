/* test_figure - the arithmetic of statistics and of obsolescence, by tables. */
#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/model/figure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define BAD INT64_MIN

static void prices(void **state)
{
    (void)state;
    static const struct {
        const char *amount;
        int64_t per, price;
    } CASES[] = {
        {"11.20", 1, 11200000000}, {"11.20", 1000, 11200000},  {"0.4120", 1000, 412000},
        {"1", 3, 333333333},       {"2", 3, 666666667},        {"0.0000000005", 1, 1},
        {"0.00000000049", 1, BAD}, {"0", 1, BAD},              {"0.000", 1000, BAD},
        {"9000000000", 1, 9000000000000000000}, {"10000000000", 1, BAD}, {"10000000000", 1000, 10000000000000000},
        {"", 1, BAD},              {".5", 1, BAD},             {"1.2.3", 1, BAD},
        {"-1", 1, BAD},            {"1e5", 1, BAD},            {"1", 0, BAD},
        {"0.1234567890123456789012345678901", 1, 123456789},   {NULL, 1, BAD},
        {"99999999999999999999999999999999999999", 1, BAD},
    };
    for (size_t i = 0; i < LENGTH(CASES); i++) {
        int64_t price = BAD;
        assert_int_equal(price_unit(CASES[i].amount, CASES[i].per, &price), CASES[i].price != BAD);
        assert_int_equal(price, CASES[i].price);
    }
}

static void prices_as_text(void **state)
{
    (void)state;
    char text[24];
    assert_string_equal(price_text(11200000000, text), "11.2");
    assert_string_equal(price_text(1, text), "0.000000001");
    assert_string_equal(price_text(5000000000, text), "5");
    assert_string_equal(price_text(INT64_MAX, text), "9223372036.854775807");
}

static void bands_and_halves(void **state)
{
    (void)state;
    static const int64_t PIECES[] = {1, 9, 10, 99, 100, 5000, 10000, 99999, 100000, INT64_C(1) << 53};
    static const int BAND[] = {0, 0, 1, 1, 2, 3, 4, 4, 5, 5};
    for (size_t i = 0; i < LENGTH(PIECES); i++)
        assert_int_equal(quantity_band(PIECES[i]), BAND[i]);
    assert_int_equal(half_of_day(day_from_ymd(2024, 6, 30)), 4048);
    assert_int_equal(half_of_day(day_from_ymd(2024, 7, 1)), 4049);
    assert_int_equal(half_of_day(day_from_ymd(2025, 1, 1)), 4050);
    assert_int_equal(half_of_day(day_from_ymd(1969, 12, 31)), 3939);
}

/* Against the closed form, computed apart with forty digits. */
static void wilson(void **state)
{
    (void)state;
    static const struct {
        int64_t hits, all, lower, upper;
    } CASES[] = {
        {0, 10, 0, 277540},       {1, 10, 17875, 404156},    {5, 10, 236589, 763410},
        {10, 10, 722459, 1000000}, {12, 40, 180746, 454303}, {2, 1000, 548, 7262},
        {0, 1, 0, 793456},        {500000, 1000000, 499020, 500979},
    };
    for (size_t i = 0; i < LENGTH(CASES); i++) {
        int64_t lower = wilson_lower(CASES[i].hits, CASES[i].all), upper = wilson_upper(CASES[i].hits, CASES[i].all);
        assert_in_range(lower + 1, CASES[i].lower, CASES[i].lower + 2);
        assert_in_range(upper + 1, CASES[i].upper, CASES[i].upper + 2);
    }
    for (int64_t n = 1; n < 300; n++)
        for (int64_t x = 0; x <= n; x++) {
            int64_t rate = x * 1000000 / n;
            assert_true(wilson_lower(x, n) <= rate && rate <= wilson_upper(x, n));
        }
}

static void needs(void **state)
{
    (void)state;
    enum { YEAR = 365, DECADE = 3652 };
    static const struct {
        struct need need;
        int64_t days, pieces;
    } CASES[] = {
        {{.annual = 1000, .scrap_ppm = 0, .safety = 0, .on_hand = 0, .on_order = 0}, 146097, 400000},
        {{.annual = 1000, .scrap_ppm = 0, .safety = 0, .on_hand = 0, .on_order = 0}, YEAR, 1000}, /* 999.3, rounded up */
        {{.annual = 1000, .scrap_ppm = 20000, .safety = 50, .on_hand = 300, .on_order = 200}, 146097, 407550},
        {{.annual = 100, .scrap_ppm = 0, .safety = 0, .on_hand = 999, .on_order = 0}, DECADE, 1},
        {{.annual = 100, .scrap_ppm = 0, .safety = 0, .on_hand = 1000, .on_order = 0}, DECADE, 0},
        {{.annual = 100, .scrap_ppm = 0, .safety = 0, .on_hand = 5000, .on_order = 0}, DECADE, 0},
        {{.annual = 100, .scrap_ppm = BAD, .safety = BAD, .on_hand = BAD, .on_order = BAD}, DECADE, 1000},
        {{.annual = 100, .scrap_ppm = 0, .safety = 7, .on_hand = 0, .on_order = 0}, 0, 7},
        {{.annual = 100, .scrap_ppm = 0, .safety = 7, .on_hand = 0, .on_order = 0}, -5, 7}, /* support is over */
        {{.annual = BAD, .scrap_ppm = 0, .safety = 7, .on_hand = 0, .on_order = 0}, DECADE, BAD},
        {{.annual = 0, .scrap_ppm = 0, .safety = 0, .on_hand = 0, .on_order = 0}, DECADE, 0},
    };
    for (size_t i = 0; i < LENGTH(CASES); i++)
        assert_int_equal(need_over(&CASES[i].need, CASES[i].days), CASES[i].pieces);
}

static void cover(void **state)
{
    (void)state;
    static const struct {
        int64_t annual, on_hand, tenths;
    } CASES[] = {
        {1200, 100, 10}, {1200, 150, 15}, {1200, 0, 0}, {0, 5, INT64_MAX}, {BAD, 5, BAD}, {5, BAD, BAD}, {1, 1000000, 120000000},
    };
    for (size_t i = 0; i < LENGTH(CASES); i++)
        assert_int_equal(cover_tenths(&(struct need){.annual = CASES[i].annual, .on_hand = CASES[i].on_hand}), CASES[i].tenths);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prices), cmocka_unit_test(prices_as_text), cmocka_unit_test(bands_and_halves),
        cmocka_unit_test(wilson), cmocka_unit_test(needs),          cmocka_unit_test(cover),
    };
    return cmocka_run_group_tests_name("figures", tests, NULL, NULL);
}
