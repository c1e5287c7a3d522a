/* test_profile - items of sources as records, and feeds files that are right and wrong. */
#include "../../src/feeds/feed.h"

#include "pedigree/base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* clang-format off */
static const struct profile_case {
    const char *label, *profile, *item;
    const char *expect; /* canonical records, or !where what begins so */
} CASES[] = {
    {"a certificate", "certificates", "{\"Scheme\":\"AP-CAP\",\"certificate_number\":\"7\",\"CAGE\":\"1ABC5\",\"Status\":\"Revoked\",\"status date\":\"2024-02-03T00:00:00\",\"valid-until\":\"2025-01\",\"methods\":\"XRF; decap\",\"lastUpdated\":7}",
        "{\"expires\":\"2025-01\",\"holder\":\"cage:1ABC5\",\"methods\":[\"XRF\",\"decap\"],\"number\":\"7\",\"scheme\":\"AP-CAP\",\"status\":\"withdrawn\",\"statusFrom\":\"2024-02-03\",\"time\":\"2024-02-03\",\"type\":\"certificate\"}"},
    {"an id goes before a name", "certificates", "{\"holder\":\"lei:x\",\"holderName\":\"Foo\"}", "{\"holder\":\"lei:x\",\"type\":\"certificate\"}"},
    {"an empty field says nothing", "certificates", "{\"scheme\":\"\",\"number\":null,\"status\":\"valid\"}", "{\"status\":\"active\",\"type\":\"certificate\"}"},
    {"a status that is none", "certificates", "{\"status\":\"fine\"}", "!/status \"fine\" is not understood; known are active, valid"},
    {"a date of another country", "certificates", "{\"issued\":\"03/05/2024\"}", "!/issued \"03/05/2024\" is no date"},
    {"an object where a text is", "certificates", "{\"scheme\":{\"a\":1}}", "!/scheme is no text"},
    {"an alert", "alerts", "{\"gidepDocument\":\"A-1\",\"manufacturerName\":\"TI\",\"affectedParts\":[{\"partNumber\":\"X\"},\"Y\",{\"partNumber\":\"Z\",\"manufacturer\":\"AD\"}],\"withdrawn\":\"no\",\"suppliers\":[\"cage:1ABC5\",\"Best Chips\"]}",
        "{\"number\":\"A-1\",\"parts\":[{\"manufacturer\":\"TI\",\"mpn\":\"X\"},{\"manufacturer\":\"TI\",\"mpn\":\"Y\"},{\"manufacturer\":\"AD\",\"mpn\":\"Z\"}],\"source\":\"us\",\"suppliers\":[\"cage:1ABC5\",\"name:zz/best chips\"],\"type\":\"alert\",\"withdrawn\":false}"},
    {"a life cycle", "lifecycle", "{\"mpn\":\"X\",\"status\":\"Last Time Buy\",\"YTEOL\":2,\"lifecycleDate\":\"2024-01-02\"}",
        "{\"lifecycle\":\"ltb\",\"part\":{\"manufacturer\":\"Contoso\",\"mpn\":\"X\"},\"source\":\"us\",\"time\":\"2024-01-02\",\"type\":\"part\",\"yearsToEndOfLife\":2}"},
    {"of its own stock", "lifecycle", "{\"mpn\":\"X\",\"manufacturer\":\"TI\",\"sourceName\":\"list\",\"status\":\"Discontinued at Best Chips\"}",
        "{\"lifecycle\":\"unknown\",\"part\":{\"manufacturer\":\"TI\",\"mpn\":\"X\"},\"source\":\"list\",\"type\":\"part\"}"},
    {"no whole number", "lifecycle", "{\"mpn\":\"X\",\"yteol\":\"2.5\"}", "!/yteol \"2.5\" is no whole number"},
    {"a discontinuance by its days", "changes", "{\"pcnNumber\":\"N\",\"pcnDate\":\"2024-01-02\",\"ltbDate\":\"2024-09-01\",\"partNumbers\":\"A|B\",\"reason\":\"PDN\"}",
        "{\"issued\":\"2024-01-02\",\"kind\":\"PDN\",\"lastOrder\":\"2024-09-01\",\"manufacturer\":\"Contoso\",\"number\":\"N\",\"parts\":[{\"mpn\":\"A\"},{\"mpn\":\"B\"}],\"reasons\":[\"PDN\"],\"time\":\"2024-01-02\",\"type\":\"notice\"}"},
    {"a date of a part", "changes", "{\"affectedParts\":[{\"partNumber\":\"A\",\"ltbDate\":\"soon\"}]}", "!/ltbDate \"soon\" is no date"},
    {"records", "records", "{\"type\":\"x\",\"id\":\"7\"}", "{\"id\":\"7\",\"type\":\"x\"}"},
    {"no object", "records", "[1]", "! an item is an object"},
    {"no JSON", "alerts", "{", "! not JSON"},
};

static const struct file_case {
    const char *label, *text;
    const char *expect; /* "name place every quiet", or ! and what it begins with */
} FILES[] = {
    {"two feeds", "# c\n[a]\n as = cage:9PRT1 \nurl=http://x/?a=b\nprofile=alerts\nheader = A: b=c\nheader = D: e\n\n[b]\nas = cage:9PRT1\nfolder = /x\nprofile = records\nevery = 2d\nquiet = 90\n",
        "a http://x/?a=b 21600 64800, b /x 172800 90, "},
    {"nothing", "\n", ""},
    {"set twice", "[a]\nevery = 1s\nevery = 2s\n", "!line 3: [a] every: is set twice"},
    {"no value", "[a]\nurl =\n", "!line 2: [a] url: has no value"},
    {"too seldom", "[a]\nevery = 999999d\n", "!line 2: [a] every: at least 1, at most"},
    {"past all numbers", "[a]\nevery = 99999999999999999999d\n", "!line 2: [a] every: write a time"},
    {"a header without a name", "[a]\nheader = x\n", "!line 2: [a] header: write a header as"},
    {"nobody submits", "[a]\nurl = http://x/\nprofile = alerts\n", "![a] as is missing"},
    {"a bracket is missing", "[a\n", "!line 1: a section is [NAME]"},
};
/* clang-format on */

static const char *told(struct arena *a, const struct error *err)
{
    return arena_printf(a, "!%s%s%s", err->where, *err->where || *err->detail == '\0' ? " " : "", err->detail);
}

static const char *records_of(struct arena *a, const struct profile_case *c)
{
    static const struct profile_source SOURCE = {"us", "Contoso"};
    struct error err = {0};
    struct text t = text_new(a);
    size_t len;
    const struct profile *p = profile_find(c->profile);
    assert_non_null(p);
    json_t *records = profile_records(a, p, &SOURCE, c->item, strlen(c->item), &err);
    if (!records)
        return arena_printf(a, "!%s %s", err.where, err.detail);
    for (size_t i = 0; i < json_array_size(records); i++)
        text_add(&t, json_canonical(a, json_array_get(records, i), &len));
    json_decref(records);
    return text_str(&t);
}

static void assert_begins(const char *found, const char *expect)
{
    if (*expect == '!' ? strncmp(found, expect, strlen(expect)) != 0 : strcmp(found, expect) != 0)
        fail_msg("found:\n%s\nexpected:\n%s", found, expect);
}

static void test_items(void **state)
{
    struct arena a;
    (void)state;
    for (size_t i = 0; i < LENGTH(CASES); i++) {
        arena_init(&a, 0);
        print_message("%s\n", CASES[i].label);
        assert_begins(records_of(&a, &CASES[i]), CASES[i].expect);
        arena_reset(&a);
    }
}

static void test_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(FILES); i++) {
        struct arena a;
        struct error err = {0};
        struct feeds_file f;
        arena_init(&a, 0);
        struct text t = text_new(&a);
        print_message("%s\n", FILES[i].label);
        if (feeds_file_parse(&a, FILES[i].text, &f, &err))
            for (size_t k = 0; k < f.len; k++)
                text_addf(&t, "%s %s %lld %lld, ", f.at[k].name, feed_place(&f.at[k]), (long long)f.at[k].every_us / 1000000,
                          (long long)f.at[k].quiet_us / 1000000);
        else
            text_add(&t, told(&a, &err));
        assert_begins(text_str(&t), FILES[i].expect);
        arena_reset(&a);
    }
}

/* A later word on a thing is known as one; equal things under two numbers are two. */
static void test_identity(void **state)
{
    static const struct {
        const char *one, *other;
        bool same;
    } PAIRS[] = {
        {"{\"type\":\"certificate\",\"number\":\"7\",\"status\":\"active\"}", "{\"type\":\"certificate\",\"number\":\"7\",\"status\":\"suspended\"}", true},
        {"{\"type\":\"certificate\",\"number\":\"7\"}", "{\"type\":\"certificate\",\"number\":\"8\"}", false},
        {"{\"type\":\"part\",\"part\":{\"mpn\":\"A\"},\"source\":\"x\"}", "{\"type\":\"part\",\"part\":{\"mpn\":\"A\"},\"source\":\"y\"}", false},
        {"{\"type\":\"organisation\",\"name\":\"a\"}", "{\"type\":\"organisation\",\"name\":\"b\"}", false},
        {"{\"type\":\"organisation\",\"id\":\"1\",\"name\":\"a\"}", "{\"type\":\"organisation\",\"id\":\"1\",\"name\":\"b\"}", true},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(PAIRS); i++) {
        struct arena a;
        arena_init(&a, 0);
        json_t *one = json_loads(PAIRS[i].one, 0, NULL), *other = json_loads(PAIRS[i].other, 0, NULL);
        assert_int_equal(strcmp(profile_identity(&a, one), profile_identity(&a, other)) == 0, PAIRS[i].same);
        json_decref(one);
        json_decref(other);
        arena_reset(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_items), cmocka_unit_test(test_files), cmocka_unit_test(test_identity)};
    return cmocka_run_group_tests_name("profiles and feeds files", tests, NULL, NULL);
}
