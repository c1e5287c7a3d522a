/* test_certificate - kinds of certificates, how one stands on a day, what it covers. */
#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/text.h"
#include "pedigree/model/certificate.h"
#include "pedigree/model/party.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* clang-format off */

static const struct kind_case {
    const char *scheme, *standard, *expect; /* codes, a space between */
} KINDS[] = {
    {"IECQ AP-CAP", NULL, "IECQ_AP_CAP"}, {"IECQ_AP_CAP", "SAE AS6081", "IECQ_AP_CAP AS6081"}, {"AP CAP", NULL, "IECQ_AP_CAP"},
    {"iecq apcap", NULL, "IECQ_AP_CAP"}, {"IECQ AP", "OD 3702", "IECQ_AP_CAP"}, {"CCAP-101", NULL, "CCAP101"}, {"CCAP101", NULL, "CCAP101"},
    {"AS6081A", NULL, "AS6081"}, {"SAE", "AS 6081", "AS6081"}, {"SAE AS6496", NULL, "AS6496"}, {"IECQ AP", "IEC 62668-1:2019", "IEC62668"},
    {"IECQ ADHP", "IEC 62239-1", "IECQ_ADHP_ECMP"}, {"ECMP", NULL, "IECQ_ADHP_ECMP"}, {"IECQ", "EIA-STD-4899", "IECQ_ADHP_ECMP"},
    {"IECQ AC", NULL, "IECQ_AC"}, {"IECQ AC-AQP", NULL, "IECQ_AC"}, {"IECQ Approved Component", NULL, "IECQ_AC"},
    {"IECQ_ITL", "ISO/IEC 17025", "IECQ_ITL ISO17025"}, {"ISO17025", NULL, "ISO17025"}, {"A2LA", "ISO/IEC 17025:2017", "ISO17025"},
    {"IECQ HSPM", "QC 080000", "IECQ_HSPM"}, {"IECQ AP", "ISO/IEC 27001:2022", "IECQ_ISMS"}, {"IECQ ISMS", NULL, "IECQ_ISMS"},
    {"IECQ AP", "ISO 19443:2018", "IECQ_ITNS"}, {"IECQ-ITNS", NULL, "IECQ_ITNS"},
    {"IECEE", "IEC 62443-4-2", "IECEE_CYBER_4_2"}, {"IECEE CB", "IEC 62443-4-1:2018", "IECEE_CYBER_4_1"}, {"IECEE", "IEC 62443-3-3", "IECEE_CYBER"},
    {"IECEx 02", NULL, "IECEX"}, {"AS9120B", NULL, "AS9120"}, {"EN 9120:2018", NULL, "AS9120"}, {"ISO 9001:2015", NULL, "ISO9001"},
    {"AS9100D", "ISO 9001", "AS9100 ISO9001"},
    /* what only looks like it */
    {"IECQ", NULL, ""}, {"ISO 170250", NULL, ""}, {"XAS6081", NULL, ""}, {"ACME", NULL, ""}, {"HITLIST", NULL, ""}, {"AS60810", NULL, ""}, {"", "", ""},
};

static const struct scope_case { const char *scope; unsigned expect; } SCOPES[] = {
    {"Independent distribution of electronic components", CERT_DISTRIBUTES}, {"Stocking and test of parts", CERT_DISTRIBUTES | CERT_TESTS},
    {"EVI, XRF, DDPA", 0}, {"Design and manufacture", CERT_MAKES}, {"Testing laboratory", CERT_TESTS}, {"Electronic components", 0},
    {"Contest of supplies", CERT_DISTRIBUTES}, {NULL, 0},
};

static const struct level_case { const char *level, *expect; } LEVELS[] = { /* NULL: no level */
    {"3", "3333333"}, {"SL 2", "2222222"}, {"SL-C 2", "2222222"}, {"SL-T(2)", "2222222"}, {"SL2", "2222222"}, {"IAC 3, UC 2, SI 3, DC 1, RDF 2, TRE 3, RA 1", "3231231"},
    {"{3 3 2 1 2 2 1}", "3321221"}, {"ra 1", "0000001"}, {"IAC=4; RA=2", "4000002"},
    {"5", NULL}, {"high", NULL}, {"3 3", NULL}, {"3 3 2 1 2 2 1 1", NULL}, {"IAC", NULL}, {"", NULL}, {"IAC 3 2", NULL}, {"33", NULL},
};

static const struct fault_case { const char *party; bool is_fine; } FAULTS[] = {
    {"cage:1ABC5", true}, {"cage:1ABO5", false}, {"cage:IABC5", false}, {"lei:5299000J2N45DDNE4Y28", true}, {"lei:5299000J2N45DDNE4Y82", false},
    {"gln:4012345000009", true}, {"gln:4012345000008", false}, {"uei:ABCDEF123456", true}, {"uei:0BCDEF123456", false}, {"uei:ABCDEI123456", false},
    {"duns:123456789", true}, {"name:cn/io", true}, {"reg:cn/IO", true}, {"brand:io", true},
};

/* What a source says at a time.  `by` 0: the operator, else a certifier. */
static const struct state_case {
    const char *label;
    struct told { int by; const char *time, *issued, *expires, *status, *from; } words[5];
    const char *expect; /* intervals: "not-issued..2019-12-31 active..2022-12-31 expired" */
} STATES[] = {
    {"a term", {{0, "2020-01-01", "2020-01-01", "2022-12-31", NULL, NULL}}, "not-issued..2019-12-31 active..2022-12-31 expired"},
    {"without an end", {{0, "2020-01-01", "2020-01-01", NULL, "active", NULL}}, "not-issued..2019-12-31 active"},
    {"suspended", {{0, "2020-01-01", "2020-01-01", "2022-12-31", NULL, NULL}, {0, "2021-05-01", NULL, NULL, "suspended", NULL}},
        "not-issued..2019-12-31 active..2021-04-30 suspended"},
    {"suspended from a day told later", {{0, "2020-01-01", "2020-01-01", "2022-12-31", NULL, NULL}, {0, "2021-05-01", NULL, NULL, "suspended", "2021-02-01"}},
        "not-issued..2019-12-31 active..2021-01-31 suspended"},
    {"suspended and restored", {{0, "2020-01-01", "2020-01-01", "2022-12-31", NULL, NULL}, {0, "2021-05-01", NULL, NULL, "suspended", NULL},
        {0, "2021-07-01", NULL, NULL, "active", NULL}}, "not-issued..2019-12-31 active..2021-04-30 suspended..2021-06-30 active..2022-12-31 expired"},
    {"renewed with a gap", {{0, "2020-01-01", "2020-01-01", "2021-12-31", NULL, NULL}, {0, "2022-03-01", "2022-03-01", "2023-12-31", NULL, NULL}},
        "not-issued..2019-12-31 active..2021-12-31 expired..2022-02-28 active..2023-12-31 expired"},
    {"renewed without one", {{0, "2020-01-01", "2020-01-01", "2021-12-31", NULL, NULL}, {0, "2021-11-01", "2021-12-01", "2023-12-31", NULL, NULL}},
        "not-issued..2019-12-31 active..2023-12-31 expired"},
    {"said to have expired, and renewed", {{0, "2020-01-01", "2020-01-01", "2021-12-31", NULL, NULL}, {0, "2022-01-01", NULL, NULL, "expired", NULL},
        {0, "2022-01-01", "2022-01-01", "2023-12-31", NULL, NULL}}, "not-issued..2019-12-31 active..2023-12-31 expired"},
    {"shortened", {{0, "2020-01-01", "2020-01-01", "2022-12-31", NULL, NULL}, {0, "2021-01-01", NULL, "2021-06-30", NULL, NULL}},
        "not-issued..2019-12-31 active..2021-06-30 expired"},
    {"shortened by somebody else", {{0, "2020-01-01", "2020-01-01", "2022-12-31", NULL, NULL}, {1, "2021-01-01", "2020-01-01", "2021-06-30", NULL, NULL}},
        "not-issued..2019-12-31 active..2022-12-31 expired"},
    {"issued by one, suspended by another", {{1, "2020-01-01", "2020-01-01", "2022-12-31", NULL, NULL}, {0, "2021-01-01", NULL, NULL, "suspended", NULL}},
        "not-issued..2019-12-31 active..2020-12-31 suspended"},
    {"nothing but a status", {{0, "2021-01-01", NULL, NULL, "withdrawn", NULL}}, "active..2020-12-31 withdrawn"},
    {"withdrawn, and told in one word", {{0, "2021-06-01", "2020-01-01", "2022-12-31", "withdrawn", "2021-01-01"}},
        "not-issued..2019-12-31 active..2020-12-31 withdrawn"},
    {"an end alone", {{0, "2020-01-01", NULL, "2022-12-31", NULL, NULL}}, "active..2022-12-31 expired"},
};
/* clang-format on */

static struct arena arena;

static int reset(void **state)
{
    (void)state;
    arena_reset(&arena);
    return 0;
}

static void test_kind(void **state)
{
    const struct kind_case *c = *state;
    struct text t = text_new(&arena);
    cert_set kinds = certificate_kinds(c->scheme, c->standard);
    for (int k = 0; k < CERT_KINDS; k++)
        if (kinds & (cert_set)1 << k)
            text_addf(&t, "%s%s", t.len ? " " : "", cert_kind_code((enum cert_kind)k));
    assert_string_equal(text_str(&t), c->expect);
}

static void test_scope(void **state)
{
    const struct scope_case *c = *state;
    assert_int_equal(certificate_activities(c->scope), c->expect);
}

static void test_level(void **state)
{
    const struct level_case *c = *state;
    uint8_t levels[SECURITY_REQUIREMENTS];
    char said[SECURITY_REQUIREMENTS + 1] = {0};
    if (!c->expect) {
        assert_false(security_levels(c->level, levels));
        return;
    }
    assert_true(security_levels(c->level, levels));
    for (size_t i = 0; i < SECURITY_REQUIREMENTS; i++)
        said[i] = (char)('0' + levels[i]);
    assert_string_equal(said, c->expect);
}

static void test_fault(void **state)
{
    const struct fault_case *c = *state;
    assert_int_equal(party_fault(c->party) == NULL, c->is_fine);
}

/* ---- states ---- */

enum { WORDS_MAX = 5 };

static void moment(struct when *w, const char *text)
{
    if (text)
        assert_true(when_parse(text, w));
}

static size_t words_of(const struct state_case *c, struct certificate_word *out, struct certificate_statement *said)
{
    static const uint8_t KEYS[WORDS_MAX][16] = {{1}, {2}, {3}, {4}, {5}};
    size_t n = 0;
    for (; n < WORDS_MAX && c->words[n].time; n++) {
        const struct told *w = &c->words[n];
        said[n] = (struct certificate_statement){.scheme = "AS6081", .number = "C-1", .status = w->status};
        moment(&said[n].issued, w->issued);
        moment(&said[n].expires, w->expires);
        moment(&said[n].status_from, w->from);
        out[n] = (struct certificate_word){.said = &said[n], .key = KEYS[n], .owner = w->by ? "cage:9CRT1" : "cage:9PRT1",
                                           .by_operator = !w->by, .seq = (int64_t)n};
        moment(&out[n].time, w->time);
    }
    return n;
}

static const char *intervals_text(const struct certificate_word *words, size_t len)
{
    struct text t = text_new(&arena);
    size_t n;
    const struct certificate_interval *all = certificate_intervals(&arena, words, len, &n);
    assert_int_equal(all[0].from, INT32_MIN);
    assert_int_equal(all[n - 1].to, INT32_MAX);
    for (size_t i = 0; i < n; i++) {
        char day[11];
        text_addf(&t, "%s%s", i ? " " : "", cert_standing_word(all[i].state.standing));
        if (i + 1 < n)
            text_addf(&t, "..%s", day_text(all[i].to, day));
        assert_true(i == 0 || all[i].from == all[i - 1].to + 1);
        assert_int_equal(certificate_on(words, len, all[i].to).standing, all[i].state.standing);
    }
    return text_str(&t);
}

/* The same in every order of the words. */
static void test_state(void **state)
{
    const struct state_case *c = *state;
    struct certificate_word words[WORDS_MAX], turned[WORDS_MAX];
    struct certificate_statement said[WORDS_MAX];
    size_t n = words_of(c, words, said);
    for (size_t turn = 0; turn < n; turn++) {
        for (size_t i = 0; i < n; i++)
            turned[i] = words[(i + turn) % n];
        assert_string_equal(intervals_text(turned, n), c->expect);
        assert_int_equal(turned[certificate_on(turned, n, 18262).by].seq, words[certificate_on(words, n, 18262).by].seq);
    }
}

static void test_told(void **state)
{
    (void)state;
    static const uint8_t FIRST[16] = {1}, SECOND[16] = {2};
    const char *sites[] = {"HUB"};
    struct certificate_statement early = {.scheme = "AS6081", .number = "C-1", .body = "DNV", .scope = "Distribution"};
    struct certificate_statement late = {.scheme = "AS6081", .number = "C-1", .scope = "Testing", .sites = {sites, 1, true}};
    struct certificate_word words[] = {{.said = &late, .key = SECOND, .owner = "cage:9PRT1"},
                                       {.said = &early, .key = FIRST, .owner = "cage:9PRT1"}};
    moment(&words[0].time, "2021");
    moment(&words[1].time, "2020");
    struct certificate_statement told = certificate_told(words, 2);
    assert_string_equal(told.body, "DNV");
    assert_string_equal(told.scope, "Testing");
    assert_int_equal(told.sites.len, 1);
    assert_null(told.holder);
}

static void test_key(void **state)
{
    (void)state;
    assert_string_equal(certificate_key(&arena, "IECQ-P dnv 13.0001"), "IECQPDNV130001");
    assert_string_equal(certificate_key(&arena, "--"), "--");
    assert_string_equal(certificate_key(&arena, "\xc3\xa9-1"), "\xc3\xa9" "1");
}

#define ROWS(table, fn, label_)                                                          \
    for (size_t i = 0; i < LENGTH(table); i++)                                           \
        tests[n++] = (struct CMUnitTest){(label_) ? (label_) : "nothing", fn, reset, NULL, (void *)(uintptr_t)&(table)[i]}

int main(void)
{
    static struct CMUnitTest tests[LENGTH(KINDS) + LENGTH(SCOPES) + LENGTH(LEVELS) + LENGTH(FAULTS) + LENGTH(STATES) + 2];
    size_t n = 0;
    ROWS(KINDS, test_kind, KINDS[i].standard ? KINDS[i].standard : KINDS[i].scheme);
    ROWS(SCOPES, test_scope, SCOPES[i].scope);
    ROWS(LEVELS, test_level, LEVELS[i].level);
    ROWS(FAULTS, test_fault, FAULTS[i].party);
    ROWS(STATES, test_state, STATES[i].label);
    tests[n++] = (struct CMUnitTest){"what the later word says", test_told, reset, NULL, NULL};
    tests[n++] = (struct CMUnitTest){"numbers without marks", test_key, reset, NULL, NULL};
    int failed = _cmocka_run_group_tests("certificates", tests, n, NULL, NULL);
    arena_reset(&arena);
    return failed;
}
