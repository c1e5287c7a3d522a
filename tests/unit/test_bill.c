/* test_bill - bills of materials as they are sent, what is wrong with those that are refused, and how lines are graded. */
#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/codec/bill.h"
#include "pedigree/rules/bom.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const char *told(struct arena *a, const struct bill *b)
{
    struct text t = text_new(a);
    for (size_t i = 0; i < b->len; i++) {
        const struct bill_line *l = &b->lines[i];
        const int64_t numbers[] = {l->per_unit, l->annual, l->on_hand, l->on_order, l->safety};
        text_addf(&t, "%s%" PRId64 " %s %s", i ? "; " : "", l->line, l->manufacturer, l->mpn);
        for (size_t k = 0; k < LENGTH(numbers); k++)
            if (numbers[k] == INT64_MIN)
                text_add(&t, " -");
            else
                text_addf(&t, " %" PRId64, numbers[k]);
    }
    return text_str(&t);
}

static const struct {
    const char *label;
    bool is_csv;
    const char *body, *lines; /* lines NULL: refused, at `where`, with these words */
    const char *where, *says;
} CASES[] = {
    {"a list", false, "[{\"part\":{\"manufacturer\":\"TI\",\"mpn\":\"A-1\"},\"onHand\":5}]", "1 TI A-1 - - 5 - -", NULL, NULL},
    {"lines", false, "{\"lines\":[{\"part\":{\"manufacturer\":\"TI\",\"mpn\":\"A\"},\"perUnit\":2,\"annualDemand\":0,\"onOrder\":1,\"safetyStock\":9}]}",
     "1 TI A 2 0 - 1 9", NULL, NULL},
    {"none", false, "[]", "", NULL, NULL},
    {"no JSON", false, "[", NULL, "", "not JSON at line 1"},
    {"no list", false, "{\"part\":1}", NULL, "", "a list of lines"},
    {"no part", false, "[{\"onHand\":5}]", NULL, "/0/part", "needs its part"},
    {"half a part", false, "[{\"part\":{\"mpn\":\"A\"}}]", NULL, "/0/part", "manufacturer and mpn"},
    {"no such member", false, "{\"lines\":[{\"part\":{\"manufacturer\":\"T\",\"mpn\":\"A\"},\"onhand\":5}]}", NULL, "/lines/0", "did you mean \"onHand\"?"},
    {"no whole number", false, "[{\"part\":{\"manufacturer\":\"T\",\"mpn\":\"A\"},\"onHand\":1.5}]", NULL, "/0/onHand", "whole pieces"},
    {"below nothing", false, "[{\"part\":{\"manufacturer\":\"T\",\"mpn\":\"A\"},\"onHand\":-1}]", NULL, "/0/onHand", "whole pieces"},
    {"a sheet", true, "manufacturer,mpn,onHand\nTI,A-1,5\n\n\"Texas, Inc\",B,\n", "2 TI A-1 - - 5 - -; 4 Texas, Inc B - - - - -", NULL, NULL},
    {"as people spell", true, "\xef\xbb\xbfMPN;Manufacturer;Annual demand;ON_HAND\r\nA;TI;12;3\r\n", "2 TI A - 12 3 - -", NULL, NULL},
    {"no last line end", true, "mpn\tmanufacturer\nA\tTI", "2 TI A - - - - -", NULL, NULL},
    {"empty", true, "", NULL, "manufacturer", "an empty sheet"},
    {"a column nobody knows", true, "manufacturer,mpn,on hnd\n", NULL, "on hnd", "did you mean \"onHand\"?"},
    {"a column twice", true, "manufacturer,mpn,mpn\n", NULL, "mpn", "there twice"},
    {"no mpn column", true, "manufacturer,onHand\n", NULL, "mpn", "names the columns"},
    {"too few cells", true, "manufacturer,mpn\nTI\n", NULL, "", "line 2 has 1 cells"},
    {"no mpn", true, "manufacturer,mpn\nTI,\n", NULL, "mpn", "line 2: mpn"},
    {"no number", true, "manufacturer,mpn,onHand\nTI,A,1.5\n", NULL, "onHand", "line 2: \"1.5\""},
    {"too large a number", true, "manufacturer,mpn,onHand\nTI,A,99999999999999999\n", NULL, "onHand", "line 2"},
    {"an open quote", true, "manufacturer,mpn\n\"TI,A\n", NULL, "", "inside quotes"},
};

static void bills(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(CASES); i++) {
        struct arena a;
        struct bill b = {0};
        struct error err = {0};
        arena_init(&a, 0);
        bool ok = bill_read(&a, CASES[i].body, strlen(CASES[i].body), CASES[i].is_csv, &b, &err);
        if (ok != (CASES[i].lines != NULL) || (ok && strcmp(told(&a, &b), CASES[i].lines) != 0) ||
            (!ok && (strcmp(err.where, CASES[i].where) != 0 || !strstr(err.detail, CASES[i].says))))
            fail_msg("%s: %s at \"%s\": %s", CASES[i].label, ok ? told(&a, &b) : "refused", err.where, err.detail);
        arena_reset(&a);
    }
}

enum { TODAY = 20000 };
#define FACTS(...) {.today = TODAY, .lifecycle = 1, .last_order = NO_DAY, .last_ship = NO_DAY, .need = NONE, __VA_ARGS__}

static void grades(void **state)
{
    (void)state;
    static const struct {
        struct bom_facts facts;
        enum severity grade;
    } GRADES[] = {
        {FACTS(.disagrees = false), SEV_NONE},
        {{.today = TODAY, .lifecycle = 1, .last_order = NO_DAY, .last_ship = NO_DAY, .need = 500}, SEV_NONE}, /* what is active can be bought */
        {{.today = TODAY, .lifecycle = 5, .last_order = NO_DAY, .last_ship = NO_DAY, .need = 1}, SEV_CRITICAL},
        {{.today = TODAY, .lifecycle = 5, .last_order = NO_DAY, .last_ship = NO_DAY, .need = NONE}, SEV_HIGH},
        {{.today = TODAY, .lifecycle = 5, .last_order = NO_DAY, .last_ship = NO_DAY, .need = 0}, SEV_MEDIUM},
        {{.today = TODAY, .lifecycle = -1, .last_order = NO_DAY, .last_ship = NO_DAY, .need = NONE}, SEV_LOW},
        {{.today = TODAY, .lifecycle = 2, .last_order = NO_DAY, .last_ship = NO_DAY, .need = NONE}, SEV_LOW},
        {{.today = TODAY, .lifecycle = 1, .last_order = TODAY - 1, .last_ship = NO_DAY, .need = 7}, SEV_CRITICAL},
        {{.today = TODAY, .lifecycle = 1, .last_order = TODAY, .last_ship = NO_DAY, .need = 7}, SEV_CRITICAL},
        {{.today = TODAY, .lifecycle = 1, .last_order = TODAY + 90, .last_ship = NO_DAY, .need = NONE}, SEV_CRITICAL},
        {{.today = TODAY, .lifecycle = 1, .last_order = TODAY + 90, .last_ship = NO_DAY, .need = 0}, SEV_MEDIUM},
        {{.today = TODAY, .lifecycle = 1, .last_order = TODAY + 91, .last_ship = NO_DAY, .need = 7}, SEV_MEDIUM},
        {FACTS(.disagrees = true), SEV_MEDIUM},
        {FACTS(.worst_flag = SEV_CRITICAL), SEV_HIGH},
        {FACTS(.worst_flag = SEV_MEDIUM), SEV_MEDIUM},
        {FACTS(.worst_flag = SEV_LOW), SEV_LOW},
    };
    const char *why;
    for (size_t i = 0; i < LENGTH(GRADES); i++) {
        assert_int_equal(bom_grade(&GRADES[i].facts, &why), GRADES[i].grade);
        assert_true(why[strlen(why) - 1] == '.');
    }
    assert_int_equal(lifecycle_rank("obsolete"), 5);
    assert_int_equal(lifecycle_rank("unknown"), -1);
    assert_int_equal(lifecycle_rank(NULL), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bills), cmocka_unit_test(grades)};
    return cmocka_run_group_tests_name("bills of materials", tests, NULL, NULL);
}
