/*
 * test_written - parts as they are really written: look-alikes and slips, patterns of trace codes, forms of
 * date codes, finishes.
 */
#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/text.h"
#include "pedigree/model/datecode.h"
#include "pedigree/model/finish.h"
#include "pedigree/model/likeness.h"
#include "pedigree/model/part.h"
#include "pedigree/model/pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int reset(void **state)
{
    (void)state;
    arena_reset(&arena);
    return 0;
}

/* ---- part numbers ---- */

static const struct {
    const char *mpn;
    enum script script;
} SCRIPTS[] = {
    {"OA1117-33TR", SCRIPT_PLAIN},
    {"\uff2f\uff211117", SCRIPT_PLAIN},                 /* full-width */
    {"\u00b5A741", SCRIPT_PLAIN},                       /* micro sign */
    {"\u03bcA741", SCRIPT_PLAIN},                       /* Greek mu, which stands for it */
    {"O\u04101117", SCRIPT_IMITATES},                   /* Cyrillic A among Latin letters */
    {"\u041eA1117", SCRIPT_IMITATES},                   /* Cyrillic O */
    {"\u039f\u0391 1117 TR", SCRIPT_IMITATES},          /* Greek OA */
    {"\u041a\u0420580\u0412\u041c80\u0410", SCRIPT_WHOLE}, /* a Soviet number, all Cyrillic */
    {"\u0424\u0416-7", SCRIPT_OTHER},
};

static void test_scripts(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(SCRIPTS); i++)
        if (likeness_script(&arena, SCRIPTS[i].mpn) != SCRIPTS[i].script)
            fail_msg("%s: %d", SCRIPTS[i].mpn, (int)likeness_script(&arena, SCRIPTS[i].mpn));
}

static const struct {
    const char *a, *b;
    bool alike;
} LOOKS[] = {
    {"OA1117", "0A1117", true}, {"OA1117", "OAI1l7", true},          {"OA1117", "\u041e\u04101117", true},
    {"OA1117", "OA1177", false}, {"\u041e\u04101117", "0AIII7", true}, {"S5B8", "55B8", false},
};

static void test_looks(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(LOOKS); i++)
        assert_int_equal(strcmp(likeness_skeleton(&arena, LOOKS[i].a), likeness_skeleton(&arena, LOOKS[i].b)) == 0,
                         LOOKS[i].alike);
}

/* ASCII goes character by character, and all of it through ICU. */
static void test_ascii_skeleton(void **state)
{
    (void)state;
    char all[96] = {0};
    for (int c = 0x20; c < 0x7f; c++)
        all[c - 0x20] = (char)c;
    const char *fast = likeness_skeleton(&arena, all);
    const char *slow = likeness_skeleton(&arena, arena_printf(&arena, "%s\u0416", all));
    assert_true(strlen(slow) > strlen(fast));
    assert_memory_equal(fast, slow, strlen(fast));
}

static const struct {
    const char *a, *b;
    enum slip slip;
} SLIPS[] = {
    {"OA111733TR", "OA111733TR", SLIP_NONE},  {"OA111733TR", "OA117733TR", SLIP_ONE},
    {"LM385N", "LM358N", SLIP_ONE},           {"OA111733TR", "OA11173TR", SLIP_ONE},
    {"OA111733TR", "OA1117333TR", SLIP_ONE},  {"AOA1117", "OA1117", SLIP_ONE},
    {"LM317T", "LM317TG", SLIP_ENDING},       {"LM317T", "LM317", SLIP_ENDING},
    {"LM317", "LM3171", SLIP_ONE},            {"LM317", "LM317TG", SLIP_NONE},
    {"VR123MIL", "VR999MIL", SLIP_NONE},      {"A", "", SLIP_ENDING},
    {"LM358", "LM853", SLIP_NONE},
};

static void test_slips(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(SLIPS); i++) {
        if (likeness_slip(SLIPS[i].a, SLIPS[i].b) != SLIPS[i].slip)
            fail_msg("%s, %s", SLIPS[i].a, SLIPS[i].b);
        assert_int_equal(likeness_slip(SLIPS[i].b, SLIPS[i].a), SLIPS[i].slip);
    }
}

static const struct {
    const char *mpn, *base;
} BASES[] = {
    {"LM317MDT-TR", "LM317MDT"}, {"NLAS4599DFT2G", "NLAS4599DFT2G"},   {"LM317DCYR/NOPB", "LM317DCYR"},
    {"MAX232CSE+T", "MAX232CSE"}, {"AD8605ARTZ-REEL7", "AD8605ARTZ"}, {"LT1763CS8#TRPBF", "LT1763CS8"},
    {"BC847BLT1G", "BC847BL"},   {"MMBT3904LT3G", "MMBT3904L"},       {"LM358DR2G", "LM358D"},
    {"IRF7416TRPBF", "IRF7416"}, {"TRAY-1", "TRAY1"},
};

static void test_bases(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(BASES); i++)
        assert_string_equal(part_base(&arena, BASES[i].mpn), BASES[i].base);
}

/* ---- patterns ---- */

static const struct {
    const char *pattern, *code;
    enum pattern_answer answer;
} PATTERNS[] = {
    {"[A-Z]\\d{2}[A-Z]", "L77A", PATTERN_FITS},     {"[A-Z]\\d{2}[A-Z]", "l77a", PATTERN_FITS},
    {"[A-Z]\\d{2}[A-Z]", "L77", PATTERN_DIFFERS},   {"[A-Z]\\d{2}[A-Z]", "XL77A", PATTERN_DIFFERS},
    {"[A-Z]\\d{2}[A-Z]", "L77A\n", PATTERN_DIFFERS}, {"(?:MY|TH)\\d+", "TH100", PATTERN_FITS},
    {"A|B", "AB", PATTERN_DIFFERS},                 {"([A-Z]{2}\\d){3}", "AB1CD2EF3", PATTERN_FITS},
    {"[]A-Z-]+", "A]-", PATTERN_FITS},              {"(AB?)?C", "ABC", PATTERN_FITS},
    {"\\(X\\)", "(X)", PATTERN_FITS},
};

static void test_patterns(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(PATTERNS); i++) {
        const char *why = "";
        if (!pattern_is_fine(PATTERNS[i].pattern, &why))
            fail_msg("%s %s", PATTERNS[i].pattern, why);
        struct pattern *p = pattern_new(&arena, PATTERNS[i].pattern);
        assert_non_null(p);
        if (pattern_match(p, PATTERNS[i].code) != PATTERNS[i].answer)
            fail_msg("%s on %s", PATTERNS[i].pattern, PATTERNS[i].code);
    }
}

static const struct {
    const char *pattern, *why;
} REFUSED[] = {
    {"[A-Z", "is no pattern"},          {"A)", "is no pattern"},
    {"(A+)+B", "repeats a group"},      {"((A|B)*C?)*", "repeats a group"},
    {"([A-Z]|[A-Z0-9])*!", "too long"}, {"\\d*\\d*\\d*\\d*X", "too long"},
    {"(?=A)B", "begins with (?"},       {"(?R)", "begins with (?"},
    {"(*LIMIT_MATCH=9)A", "begins with (?"}, {"(A)\\1", "refers back"},
    {"\\C", "an escape"},               {"((((((((((A))))))))))", "8 groups"},
    {"(?:ABCDEFGH){2000}", "too large"},
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(REFUSED); i++) {
        const char *why = "";
        if (pattern_is_fine(REFUSED[i].pattern, &why))
            fail_msg("%s is taken", REFUSED[i].pattern);
        if (!strstr(why, REFUSED[i].why))
            fail_msg("%s %s", REFUSED[i].pattern, why);
    }
    char *longest = arena_alloc(&arena, 300);
    memset(longest, 'A', 257);
    const char *why = "";
    assert_false(pattern_is_fine(longest, &why));
    assert_non_null(strstr(why, "256"));
}

/* One that was taken before patterns were read: the answer is that there is none, and it comes at once. */
static void test_gives_up(void **state)
{
    (void)state;
    char code[129] = {0};
    memset(code, 'A', 128);
    struct pattern *p = pattern_new(&arena, "(A+)+B");
    assert_int_equal(pattern_match(p, code), PATTERN_GAVE_UP);
    assert_int_equal(pattern_match(p, "AAAB"), PATTERN_FITS);
    assert_null(pattern_new(&arena, "(A"));
}

/* ---- forms of date codes ---- */

#define D(y, m, d) day_from_ymd(y, m, d)

static void test_forms(void **state)
{
    (void)state;
    const int32_t ref = D(2026, 11, 24);
    const struct {
        const char *form, *code;
        int32_t first, last; /* of the last candidate; 0: the form does not read it */
        size_t candidates;
    } CASES[] = {
        {"YYWW", "2431", D(2024, 7, 29), D(2024, 8, 4), 1},
        {"XYYWW", "M2431", D(2024, 7, 29), D(2024, 8, 4), 1},
        {"XXYWWX", "AB431C", D(2024, 7, 29), D(2024, 8, 4), 2},
        {"lYYWW", "L2431", D(2024, 7, 29), D(2024, 8, 4), 1},
        {"WWYY", "3124", D(2024, 7, 29), D(2024, 8, 4), 1},
        {"YYMM", "2402", D(2024, 2, 1), D(2024, 2, 29), 1},
        {"YM", "4O", D(2024, 10, 1), D(2024, 10, 31), 2},
        {"YMDD", "4d31", D(2024, 12, 31), D(2024, 12, 31), 2},
        {"YDDD", "4366", D(2024, 12, 31), D(2024, 12, 31), 1}, /* 2014 has no day 366 */
        {"YYYYDDD", "2024060", D(2024, 2, 29), D(2024, 2, 29), 1},
        {"YY.WW", "24.31", D(2024, 7, 29), D(2024, 8, 4), 1},
        {"YYWW", "2154", 0, 0, 0},
        {"YYMM", "2413", 0, 0, 0},
        {"XYYWW", "2431", 0, 0, 0},
    };
    for (size_t i = 0; i < LENGTH(CASES); i++) {
        struct date_form f = {CASES[i].form, INT32_MIN, INT32_MAX};
        const char *why = "";
        if (!dateform_is_fine(f.format, &why))
            fail_msg("%s %s", f.format, why);
        struct date_code dc = datecode_parse_as(CASES[i].code, ref, &f, 1);
        bool by_form = dc.format == f.format;
        if (by_form != (CASES[i].candidates > 0))
            fail_msg("%s of %s", CASES[i].code, f.format);
        if (!by_form)
            continue;
        assert_int_equal(dc.candidates_len, CASES[i].candidates);
        assert_int_equal(dc.candidates[dc.candidates_len - 1].first, CASES[i].first);
        assert_int_equal(dc.candidates[dc.candidates_len - 1].last, CASES[i].last);
    }
}

/* The maker's form settles what anybody's reading leaves open, in its days. */
static void test_form_settles(void **state)
{
    (void)state;
    const int32_t ref = D(2026, 11, 24);
    struct date_form forms[] = {{"YDDD", D(2015, 1, 1), D(2020, 12, 31)}, {"YYWW", D(2021, 1, 1), INT32_MAX}};
    struct date_code old = datecode_parse_as("0152", ref, forms, 2), now = datecode_parse_as("2152", ref, forms, 2);
    assert_int_equal(old.candidates[old.candidates_len - 1].first, D(2020, 5, 31));
    assert_int_equal(now.candidates_len, 1);
    assert_int_equal(now.candidates[0].first, D(2021, 12, 27));
    assert_int_equal(datecode_parse_as("2431", ref, NULL, 0).candidates[0].first, D(2024, 7, 29));
    struct date_code slip = datecode_parse_as("5221", ref, forms, 2);
    assert_true(slip.has_swapped);
    assert_int_equal(slip.swapped.first, D(2021, 12, 27));
    assert_true(datecode_parse_as("N/T", ref, forms, 2).not_traceable);
}

static void test_forms_refused(void **state)
{
    (void)state;
    static const struct {
        const char *form, *why;
    } CASES[] = {
        {"YYYWW", "no known length"}, {"WW", "does not say a year"}, {"YY", "does not say a year"},
        {"YYWWMM", "does not say a year"}, {"YYWWYY", "twice"}, {"YYWWQ", "no meaning"},
        {"YYDD", "does not say a year"}, {"YYWWxxxxxxxxxxxxxxxxxxxxxxxx", "longer"}, {"", "does not say a year"},
    };
    for (size_t i = 0; i < LENGTH(CASES); i++) {
        const char *why = "";
        assert_false(dateform_is_fine(CASES[i].form, &why));
        if (!strstr(why, CASES[i].why))
            fail_msg("%s %s", CASES[i].form, why);
    }
}

/* ---- finishes ---- */

static const struct {
    const char *text;
    int code;
    enum lead lead;
    bool whiskers;
} FINISHES[] = {
    {"e0", 0, LEAD_IN, false},          {"E3", 3, LEAD_FREE, true},       {"(e4)", 4, LEAD_FREE, false},
    {"matte Sn (e3)", 3, LEAD_FREE, true}, {"Sn63Pb37", 0, LEAD_IN, false}, {"Sn/Pb", 0, LEAD_IN, false},
    {"tin-lead", 0, LEAD_IN, false},    {"Matte Tin", 3, LEAD_FREE, true}, {"Sn", 3, LEAD_FREE, true},
    {"100% Sn", 3, LEAD_FREE, true},    {"SnAgCu", -1, LEAD_FREE, false},  {"SAC305", -1, LEAD_FREE, false},
    {"Ni/Pd/Au", 4, LEAD_FREE, false},  {"SnBi", 6, LEAD_FREE, false},     {"Pb-free", -1, LEAD_FREE, false},
    {"lead-free", -1, LEAD_FREE, false}, {"e9", 9, LEAD_UNKNOWN, false},   {"immersion", -1, LEAD_UNKNOWN, false},
    {"The30", -1, LEAD_UNKNOWN, false}, {NULL, -1, LEAD_UNKNOWN, false},
    {"Pb-free, matte Sn", 3, LEAD_FREE, true}, {"lead-free NiPdAu", 4, LEAD_FREE, false},
};

static void test_finishes(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(FINISHES); i++) {
        struct finish f = finish_read(FINISHES[i].text);
        if (f.code != FINISHES[i].code || f.lead != FINISHES[i].lead || f.whiskers != FINISHES[i].whiskers)
            fail_msg("%s: e%d %s", FINISHES[i].text, f.code, lead_word(f.lead));
    }
    assert_true(finish_read("SAC305").is_told && finish_read("e4").is_told && finish_read("SnPb").is_told);
    assert_false(finish_read("Pb-free").is_told || finish_read("immersion").is_told || finish_read("e9").is_told);
    assert_int_equal(finish_of_mpn("LM317T/NOPB"), LEAD_FREE);
    assert_int_equal(finish_of_mpn("LT1763CS8#PBF"), LEAD_FREE);
    assert_int_equal(finish_of_mpn("SI4401-E3"), LEAD_FREE);
    assert_int_equal(finish_of_mpn("XC2V-SNPB"), LEAD_IN);
    assert_int_equal(finish_of_mpn("LM317LF"), LEAD_UNKNOWN);
    assert_int_equal(finish_of_mpn(NULL), LEAD_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_scripts, reset),        cmocka_unit_test_teardown(test_looks, reset),
        cmocka_unit_test_teardown(test_ascii_skeleton, reset), cmocka_unit_test(test_slips),
        cmocka_unit_test_teardown(test_bases, reset),          cmocka_unit_test_teardown(test_patterns, reset),
        cmocka_unit_test_teardown(test_refused, reset),        cmocka_unit_test_teardown(test_gives_up, reset),
        cmocka_unit_test(test_forms),                          cmocka_unit_test(test_form_settles),
        cmocka_unit_test(test_forms_refused),                  cmocka_unit_test(test_finishes),
    };
    arena_init(&arena, 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
