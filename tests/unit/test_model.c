/* test_model - moments, parties, parts and date codes as people write them. */
#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/text.h"
#include "pedigree/model/datecode.h"
#include "pedigree/model/party.h"
#include "pedigree/model/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
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

/* clang-format off */

static const struct moment {
    const char *label, *first, *last; /* instants; NULL: not read */
    const char *first_day, *last_day; /* as written */
} MOMENTS[] = {
    {"2026-11-24T10:00:00Z",          "2026-11-24T10:00:00.000000Z", "2026-11-24T10:00:00.000000Z", "2026-11-24", "2026-11-24"},
    {"2026-11-24t10:00:00.5z",        "2026-11-24T10:00:00.500000Z", "2026-11-24T10:00:00.500000Z", "2026-11-24", "2026-11-24"},
    {"2026-11-24T00:30:00+01:00",     "2026-11-23T23:30:00.000000Z", "2026-11-23T23:30:00.000000Z", "2026-11-24", "2026-11-24"},
    {"2026-11-24T23:30:00.1234567-01:00", "2026-11-25T00:30:00.123456Z", "2026-11-25T00:30:00.123456Z", "2026-11-24", "2026-11-24"},
    {"2016-12-31T23:59:60Z",          "2017-01-01T00:00:00.000000Z", "2017-01-01T00:00:00.000000Z", "2016-12-31", "2016-12-31"},
    {"2024-02-29", "2024-02-29T00:00:00.000000Z", "2024-02-29T23:59:59.999999Z", "2024-02-29", "2024-02-29"},
    {"2024-02",    "2024-02-01T00:00:00.000000Z", "2024-02-29T23:59:59.999999Z", "2024-02-01", "2024-02-29"},
    {"2024-12",    "2024-12-01T00:00:00.000000Z", "2024-12-31T23:59:59.999999Z", "2024-12-01", "2024-12-31"},
    {"1960",       "1960-01-01T00:00:00.000000Z", "1960-12-31T23:59:59.999999Z", "1960-01-01", "1960-12-31"},
    {.label = "2023-02-29"}, {.label = "2024-13"}, {.label = "2024-00"}, {.label = "2024-1"}, {.label = "1899"}, {.label = "2200"}, {.label = ""}, {.label = "2024-01-01T10:00"},
    {.label = "2024-01-01T10:00:00"}, {.label = "2024-01-01T24:00:00Z"}, {.label = "2024-01-01T10:00:00.Z"}, {.label = "2024-01-01T10:00:00+24:00"},
    {.label = "2024-01-01T10:00:00+0100"}, {.label = "2024-01-01 10:00:00Z"}, {.label = "2024-01-01T10:00:00Zx"}, {.label = " 2024"},
};

static const struct pair { const char *label, *expect; } PARTIES[] = { /* expect: normal form; NULL: not valid */
    {"cage:1abc5", "cage:1ABC5"},
    {"CAGE:1ABC5", "cage:1ABC5"},
    {"lei:5299000j2n45ddne4y28", "lei:5299000J2N45DDNE4Y28"},
    {"uei:abcdef123456", "uei:ABCDEF123456"},
    {"duns:123456789", "duns:123456789"},
    {"gln:4012345000009", "gln:4012345000009"},
    {"reg:CN/91440300MA5X", "reg:cn/91440300MA5X"},
    {"name:CN/Hong Dark Co., Ltd.", "name:cn/hong dark"},
    {"name:cn/broker b shenzhen", "name:cn/broker b shenzhen"},
    {"name:de/M\xc3\xbcller GmbH & Co. KG", "name:de/m\xc3\xbcller"},
    {"name:it/Alfa S.p.A.", "name:it/alfa"},
    {"name:zz/Ltd", "name:zz/ltd"},
    {"name:zz/***", "name:zz/***"},
    {"name:jp/\xef\xbc\xa1\xef\xbd\x82 Inc", "name:jp/ab"},
    {"name:cn/\xe5\x8d\x8e\xe5\xbc\xba\xe6\x9c\x89\xe9\x99\x90\xe5\x85\xac\xe5\x8f\xb8", "name:cn/\xe5\x8d\x8e\xe5\xbc\xba"},
    {"name:cn/ABC \xe6\x9c\x89\xe9\x99\x90\xe5\x85\xac\xe5\x8f\xb8", "name:cn/abc"},
    {"name:de/M\u00dcLLER", "name:de/m\u00fcller"},
    {"name:de/Mu\u0308ller", "name:de/m\u00fcller"},
    {"name:de/Wei\u00df\u2019 Stra\u00dfe", "name:de/weiss strasse"},
    {"name:dk/Br\u00fcel & Kj\u00e6r A/S", "name:dk/br\u00fcel kj\u00e6r"},
    {"name:ru/\u041e\u041e\u041e \u0410\u0411", "name:ru/\u043e\u043e\u043e \u0430\u0431"},
    {"name:jp/\uff32\uff2f\uff28\uff2d\u682a\u5f0f\u4f1a\u793e", "name:jp/rohm"},
    {"name:jp/\u682a\u5f0f\u4f1a\u793e\u6751\u7530", "name:jp/\u6751\u7530"},
    {"name:jp/\u3231\u6751\u7530", "name:jp/\u6751\u7530"},
    {"name:jp/\u682a\u5f0f\u4f1a\u793e", "name:jp/\u682a\u5f0f\u4f1a\u793e"},
    {"name:cn/\u6df1\u5733\uff08\u534e\u5f3a\uff09", "name:cn/\u6df1\u5733 \u534e\u5f3a"},
    {"name:pl/a.\u0328b", "name:pl/\u0105b"},
    {"name:us/A\u200bcme\u00ae", "name:us/acme"},
    {"reg:de/HRB\u00a0\uff11\uff12 ", "reg:de/HRB 12"},
    {"lei:5299000J2N45DDNE4Y29", "lei:5299000J2N45DDNE4Y29"}, /* the check digits are wrong */
    {"gln:4012345000000", "gln:4012345000000"},
    {"name:cn/\u3000", NULL}, {"reg:cn/\u00a0\u200b", NULL}, {"cage:\uff11ABC5", NULL}, {"name:\u00e9n/x", NULL},
    {"1ABC5", NULL}, {"cage:1ABC", NULL}, {"cage:1AB-5", NULL}, {"duns:12345678X", NULL}, {"gln:1", NULL},
    {"reg:91440300", NULL}, {"name:hong dark", NULL}, {"name:cn/ ", NULL}, {"tax:123", NULL}, {"", NULL},
};

static const struct pair MAKERS[] = {
    {"Texas Instruments Inc.", "brand:texas instruments"},
    {"TEXAS-INSTRUMENTS", "brand:texas instruments"},
    {"TI", "brand:ti"},
    {"cage:01295", "cage:01295"},
    {"STMicroelectronics N.V.", "brand:stmicroelectronics"},
    {"ON Semiconductor Corp", "brand:on semiconductor"},
    {"Co", "brand:co"},
    {" Maxim\xc2\xa0Integrated ", "brand:maxim integrated"},
    {"\uff23\uff21\uff27\uff25\uff1a\uff11abc5", "cage:1ABC5"},
    {"W\u00fcrth Elektronik eiSos GmbH & Co. KG", "brand:w\u00fcrth elektronik eisos"},
    {"T\u0406", "brand:t\u0456"}, /* a Cyrillic I is none of TI */
    {"\ufb01rst", "brand:first"},
    {"\u3000", "brand:"},
};

static const struct pair KEYS[] = {
    {"lm317-dcy/r", "LM317DCYR"},
    {"AD8605ARTZ#PBF", "AD8605ARTZPBF"},
    {"MAX232CPE+", "MAX232CPE"},
    {" 74 AC_00 (old) ", "74AC00OLD"},
    {"\xef\xbc\xac\xef\xbc\xad\xef\xbc\x93", "LM3"},
    {"\xd0\x90" "B1", "\xd0\x90" "B1"},
    {"\u0430" "b1", "\u0410" "B1"},
    {"\u0391" "B1", "\u0391" "B1"},
    {"lm317\u2013dcy\u2212r\u2011x", "LM317DCYRX"}, /* dashes that word processors make */
    {"LM\u3000317\u2009A", "LM317A"},
    {"LM317\u200b\ufeff\u00ad", "LM317"}, /* what is pasted along unseen */
    {"\u00b5A\u2460", "\u039cA1"},
    {"stra\u00dfe1", "STRASSE1"},
    {"\ufdfa", "\u0635\u0644\u0649\u0627\u0644\u0644\u0647\u0639\u0644\u064a\u0647\u0648\u0633\u0644\u0645"},
    {"\xff" "A", "\ufffd" "A"},
    {"e\u02db1", "\u01181"}, /* an ogonek that stands alone */
    {"A&B*1", "A&B*1"},
    {"--", "--"},
};

static const struct pair BASES[] = {
    {"OA1117-33TR", "OA111733"},
    {"OA1117-33", "OA111733"},
    {"LM2596S-5.0/NOPB", "LM2596S50"},
    {"AD8605ARTZ-REEL7", "AD8605ARTZ"},
    {"LT1763CS8-3.3#TRPBF", "LT1763CS833"},
    {"STM32F103C8T6TR", "STM32F103C8T6"},
    {"MAX232CPE+T", "MAX232CPE"},
    {"SN74LVC1G08DBVT", "SN74LVC1G08DBVT"},
    {"ABC1TR", "ABC1"},
    {"1TR", "1TR"},
    {"XCT", "XCT"},
};

#define REF "2024-08-01"
static const struct code {
    const char *label, *reference, *format; /* format NULL: unparsed */
    const char *first[3], *last[3];         /* candidates; month or week written out */
    enum week_fault week;
    const char *swapped; /* its first day */
} CODES[] = {
    {"2053", REF, "YYWW", {"2020-12-28"}, {"2021-01-03"}, WEEK_FINE, NULL},
    {"2431", REF, "YYWW", {"2024-07-29"}, {"2024-08-04"}, WEEK_FINE, NULL},
    {"2153", REF, "YYWW", {"2022-01-03"}, {"2022-01-09"}, WEEK_53_IN_52, NULL},
    {"2154", REF, NULL, {0}, {0}, WEEK_IMPOSSIBLE, NULL},
    {"2100", REF, "WWYY", {"2000-05-22"}, {"2000-05-28"}, WEEK_IMPOSSIBLE, "2000-05-22"},
    {"5221", REF, "YYWW", {"1952-05-19"}, {"1952-05-25"}, WEEK_FINE, "2021-12-27"},
    {"9931", REF, "YYWW", {"1999-08-02"}, {"1999-08-08"}, WEEK_FINE, NULL},
    {"2107", REF, "YYWW", {"2021-02-15"}, {"2021-02-21"}, WEEK_FINE, "2007-05-21"},
    {"2121", REF, "YYWW", {"2021-05-24"}, {"2021-05-30"}, WEEK_FINE, NULL},
    {"2525", REF, "YYWW", {"2025-06-16"}, {"2025-06-22"}, WEEK_FINE, NULL},
    {"2625", REF, "YYWW", {"1926-06-21"}, {"1926-06-27"}, WEEK_FINE, "2025-06-23"},
    {"2625", "2025-03-01", "YYWW", {"2026-06-15"}, {"2026-06-21"}, WEEK_FINE, "2025-06-23"},
    {"431", REF, "YWW", {"2014-07-28", "2024-07-29"}, {"2014-08-03", "2024-08-04"}, WEEK_FINE, NULL},
    {"440", REF, "YWW", {"2004-09-27", "2014-09-29"}, {"2004-10-03", "2014-10-05"}, WEEK_FINE, NULL},
    {"053", REF, "YWW", {"2020-12-28"}, {"2021-01-03"}, WEEK_FINE, NULL},
    {"454", REF, NULL, {0}, {0}, WEEK_IMPOSSIBLE, NULL},
    {"202431", REF, "YYYYWW", {"2024-07-29"}, {"2024-08-04"}, WEEK_FINE, NULL},
    {"231013", REF, "YYMMDD", {"2023-10-13"}, {"2023-10-13"}, WEEK_FINE, NULL},
    {"9D231013", REF, "YYMMDD", {"2023-10-13"}, {"2023-10-13"}, WEEK_FINE, NULL},
    {"201012", REF, "YYYYWW", {"2010-03-22", "2020-10-12"}, {"2010-03-28", "2020-10-12"}, WEEK_FINE, NULL},
    {"20250629", REF, "YYYYMMDD", {"2025-06-29"}, {"2025-06-29"}, WEEK_FINE, NULL},
    {"20250631", REF, NULL, {0}, {0}, WEEK_FINE, NULL},
    {"24214", REF, "YYDDD", {"2024-08-01"}, {"2024-08-01"}, WEEK_FINE, NULL},
    {"23366", REF, NULL, {0}, {0}, WEEK_FINE, NULL},
    {"2024-W31", REF, "YYYYWww", {"2024-07-29"}, {"2024-08-04"}, WEEK_FINE, NULL},
    {"2024-07-28", REF, "YYYY-MM-DD", {"2024-07-28"}, {"2024-07-28"}, WEEK_FINE, NULL},
    {"2024-07", REF, "YYYY-MM", {"2024-07-01"}, {"2024-07-31"}, WEEK_FINE, NULL},
    {"10D2431", REF, "YYWW", {"2024-07-29"}, {"2024-08-04"}, WEEK_FINE, NULL},
    {"9D2114", REF, "YYWW", {"2021-04-05"}, {"2021-04-11"}, WEEK_FINE, "2014-05-19"},
    {"11D202431", REF, "YYYYWW", {"2024-07-29"}, {"2024-08-04"}, WEEK_FINE, NULL},
    {"11D201012", REF, "YYYYWW", {"2010-03-22"}, {"2010-03-28"}, WEEK_FINE, NULL},
    {"12D20240801", REF, "YYYYMMDD", {"2024-08-01"}, {"2024-08-01"}, WEEK_FINE, NULL},
    {"16D20250629", REF, "YYYYMMDD", {"2025-06-29"}, {"2025-06-29"}, WEEK_FINE, NULL},
    {"16d231013", REF, "YYMMDD", {"2023-10-13"}, {"2023-10-13"}, WEEK_FINE, NULL}, /* not as the identifier says */
    {"13D24012431", REF, "YYWWYYWW", {"2024-01-01"}, {"2024-08-04"}, WEEK_FINE, NULL},
    {"13D24312401", REF, NULL, {0}, {0}, WEEK_FINE, NULL},
    {"13D24012454", REF, NULL, {0}, {0}, WEEK_IMPOSSIBLE, NULL},
    {"24012431", REF, NULL, {0}, {0}, WEEK_FINE, NULL},
    {"3D4214", REF, "YDDD", {"2014-08-02", "2024-08-01"}, {"2014-08-02", "2024-08-01"}, WEEK_FINE, NULL},
    {"3D4366", REF, "YDDD", {"2004-12-31"}, {"2004-12-31"}, WEEK_FINE, NULL},
    {"4214", REF, "YYWW", {"1942-03-30"}, {"1942-04-05"}, WEEK_FINE, "2014-10-13"},
    {"4D24214", REF, "YYDDD", {"2024-08-01"}, {"2024-08-01"}, WEEK_FINE, NULL},
    {"4D242", REF, NULL, {0}, {0}, WEEK_FINE, NULL},
    {"2554", REF, NULL, {0}, {0}, WEEK_IMPOSSIBLE, NULL},
    {"2600", REF, "WWYY", {"2000-06-26"}, {"2000-07-02"}, WEEK_IMPOSSIBLE, "2000-06-26"},
    {"2653", "2027-01-05", "YYWW", {"2026-12-28"}, {"2027-01-03"}, WEEK_FINE, NULL},
    {"0053", REF, "YYWW", {"2001-01-01"}, {"2001-01-07"}, WEEK_53_IN_52, NULL},
    {"2501", "2024-12-30", "YYWW", {"2024-12-30"}, {"2025-01-05"}, WEEK_FINE, "2001-06-18"},
    {"7001", REF, "YYWW", {"1969-12-29"}, {"1970-01-04"}, WEEK_FINE, NULL},
    {"431", "2024-07-28", "YWW", {"2004-07-26", "2014-07-28"}, {"2004-08-01", "2014-08-03"}, WEEK_FINE, NULL}, /* its week is to come */
    {"531", "2025-07-28", "YWW", {"2015-07-27", "2025-07-28"}, {"2015-08-02", "2025-08-03"}, WEEK_FINE, NULL},
    {"DC2431", REF, "YYWW", {"2024-07-29"}, {"2024-08-04"}, WEEK_FINE, NULL},
    {"2431A", REF, "YYWW", {"2024-07-29"}, {"2024-08-04"}, WEEK_FINE, NULL},
    {"D/C 2431", REF, "YYWW", {"2024-07-29"}, {"2024-08-04"}, WEEK_FINE, NULL},
    {"Date code: A2431", REF, "YYWW", {"2024-07-29"}, {"2024-08-04"}, WEEK_FINE, NULL},
    {"24-31", REF, "YYWW", {"2024-07-29"}, {"2024-08-04"}, WEEK_FINE, NULL},
    {"A24/31", REF, "YYWW", {"2024-07-29"}, {"2024-08-04"}, WEEK_FINE, NULL},
    {"24-54", REF, NULL, {0}, {0}, WEEK_FINE, NULL},
    {"24-3", REF, NULL, {0}, {0}, WEEK_FINE, NULL},
    {"D/C", REF, NULL, {0}, {0}, WEEK_FINE, NULL},
    {"A2454", REF, NULL, {0}, {0}, WEEK_FINE, NULL},
    {"A431", REF, NULL, {0}, {0}, WEEK_FINE, NULL},
    {" 2431 ", REF, "YYWW", {"2024-07-29"}, {"2024-08-04"}, WEEK_FINE, NULL},
    {"KH", REF, NULL, {0}, {0}, WEEK_FINE, NULL},
    {"L77A", REF, NULL, {0}, {0}, WEEK_FINE, NULL},
    {"24", REF, NULL, {0}, {0}, WEEK_FINE, NULL},
    {"2210-2230", REF, NULL, {0}, {0}, WEEK_FINE, NULL},
    {"", REF, NULL, {0}, {0}, WEEK_FINE, NULL},
};

static const int LONG_YEARS[] = {1992, 1998, 2004, 2009, 2015, 2020, 2026, 2032, 2037};
/* clang-format on */

static int32_t day(const char *text)
{
    struct when w;
    assert_true(when_parse(text, &w));
    return w.first_day;
}

static const char *shown(int32_t d)
{
    return day_text(d, arena_alloc(&arena, 11));
}

static void test_moment(void **state)
{
    const struct moment *m = &MOMENTS[(size_t)(uintptr_t)*state];
    struct when w = {0};
    char text[28];
    if (!m->first) {
        assert_false(when_parse(m->label, &w));
        assert_null(w.text);
        return;
    }
    assert_true(when_parse(m->label, &w));
    assert_string_equal(us_text(w.first_us, text), m->first);
    assert_string_equal(us_text(w.last_us, text), m->last);
    assert_string_equal(shown(w.first_day), m->first_day);
    assert_string_equal(shown(w.last_day), m->last_day);
}

static void test_party(void **state)
{
    const struct pair *c = &PARTIES[(size_t)(uintptr_t)*state];
    const char *why = NULL;
    bool valid = party_is_valid(c->label, &why);
    assert_int_equal(valid, c->expect != NULL);
    if (!valid) {
        assert_non_null(why);
        return;
    }
    const char *normal = party_normal(&arena, c->label);
    assert_string_equal(normal, c->expect);
    assert_string_equal(party_normal(&arena, normal), normal);
    assert_int_equal(party_is_provisional(normal), strncmp(normal, "name:", 5) == 0);
}

static void test_maker(void **state)
{
    const struct pair *c = &MAKERS[(size_t)(uintptr_t)*state];
    assert_string_equal(manufacturer_normal(&arena, c->label), c->expect);
}

static void test_key(void **state)
{
    const struct pair *c = &KEYS[(size_t)(uintptr_t)*state];
    const char *key = part_key(&arena, c->label);
    assert_string_equal(key, c->expect);
    assert_string_equal(part_key(&arena, key), key);
}

static void test_base(void **state)
{
    const struct pair *c = &BASES[(size_t)(uintptr_t)*state];
    assert_string_equal(part_base(&arena, c->label), c->expect);
}

static void test_code(void **state)
{
    const struct code *c = &CODES[(size_t)(uintptr_t)*state];
    struct date_code dc = datecode_parse(c->label, day(c->reference));
    assert_int_equal(dc.week, c->week);
    assert_true(text_is(dc.format, c->format));
    assert_int_equal(dc.parsed, c->format != NULL);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(i < dc.candidates_len, c->first[i] != NULL);
        if (!c->first[i])
            continue;
        assert_string_equal(shown(dc.candidates[i].first), c->first[i]);
        assert_string_equal(shown(dc.candidates[i].last), c->last[i]);
    }
    assert_int_equal(dc.ambiguous, dc.candidates_len > 1);
    assert_int_equal(dc.has_swapped, c->swapped != NULL);
    if (c->swapped)
        assert_string_equal(shown(dc.swapped.first), c->swapped);
}

static void test_not_traceable(void **state)
{
    (void)state;
    struct date_code dc = datecode_parse("n/t", 0);
    assert_true(dc.not_traceable && !dc.parsed && dc.week == WEEK_FINE);
    assert_false(datecode_parse(NULL, 0).parsed);
}

static void test_long_years(void **state)
{
    (void)state;
    size_t next = 0;
    for (int y = 1990; y < 2040; y++) {
        bool is_long = next < LENGTH(LONG_YEARS) && LONG_YEARS[next] == y;
        assert_int_equal(iso_weeks_in_year(y), is_long ? 53 : 52);
        next += is_long;
    }
    assert_int_equal(next, LENGTH(LONG_YEARS));
}

static void test_record_types(void **state)
{
    (void)state;
    for (int t = 0; t < REC_COUNT; t++) {
        enum record_type found = REC_COUNT;
        assert_true(record_type_find(record_type_word((enum record_type)t), &found));
        assert_int_equal(found, t);
    }
    enum record_type none = REC_COUNT;
    assert_false(record_type_find("removed", &none) || record_type_find(NULL, &none));
    assert_int_equal(record_type_family(REC_VOIDED), FAMILY_VOID);
    assert_int_equal(record_type_family(REC_BOM), FAMILY_PRIVATE);
}

#define ROWS(table, function)                                                            \
    for (size_t i = 0; i < LENGTH(table); i++)                                           \
        tests[n++] = (struct CMUnitTest)                                                 \
        {                                                                                \
            table[i].label, function, reset, NULL, (void *)(uintptr_t)i                  \
        }

int main(void)
{
    static const struct CMUnitTest SINGLE[] = {
        cmocka_unit_test_setup(test_not_traceable, reset),
        cmocka_unit_test_setup(test_long_years, reset),
        cmocka_unit_test_setup(test_record_types, reset),
    };
    struct CMUnitTest tests[LENGTH(SINGLE) + LENGTH(MOMENTS) + LENGTH(PARTIES) +
                            LENGTH(MAKERS) + LENGTH(KEYS) + LENGTH(BASES) +
                            LENGTH(CODES)];
    size_t n = 0;
    arena_init(&arena, 0);
    for (; n < LENGTH(SINGLE); n++)
        tests[n] = SINGLE[n];
    ROWS(MOMENTS, test_moment);
    ROWS(PARTIES, test_party);
    ROWS(MAKERS, test_maker);
    ROWS(KEYS, test_key);
    ROWS(BASES, test_base);
    ROWS(CODES, test_code);
    int failed = _cmocka_run_group_tests("model", tests, n, NULL, NULL);
    arena_reset(&arena);
    return failed;
}
