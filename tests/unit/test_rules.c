/* test_rules - the catalogue as a whole, the engine, and what findings come to. */
#include "../rules/cases_alert.h"
#include "../rules/cases_certificate.h"
#include "../rules/cases_chain.h"
#include "../rules/cases_certificate.h"
#include "../rules/cases_credential.h"
#include "../rules/cases_cyber.h"
#include "../rules/cases_document.h"
#include "../rules/cases_duty.h"
#include "../rules/cases_goods.h"
#include "../rules/cases_label.h"
#include "../rules/cases_marking.h"
#include "../rules/cases_merge.h"
#include "../rules/cases_obsolescence.h"
#include "../rules/cases_price.h"
#include "../rules/cases_quantity.h"
#include "../rules/cases_source.h"
#include "../rules/cases_testing.h"
#include "../rules/cases_use.h"

#include "pedigree/base/clock.h"

#include <ctype.h>
#include <stdlib.h>

static const struct {
    const struct rule_case *cases;
    size_t len;
} FIXTURES[] = {
    {CHAIN_CASES, LENGTH(CHAIN_CASES)},       {SOURCE_CASES, LENGTH(SOURCE_CASES)},
    {MARKING_CASES, LENGTH(MARKING_CASES)},   {MIXTURE_CASES, LENGTH(MIXTURE_CASES)},
    {LABEL_CASES, LENGTH(LABEL_CASES)},       {MERGE_CASES, LENGTH(MERGE_CASES)},
    {QUANTITY_CASES, LENGTH(QUANTITY_CASES)}, {DOCUMENT_CASES, LENGTH(DOCUMENT_CASES)},
    {CREDENTIAL_CASES, LENGTH(CREDENTIAL_CASES)}, {CYBER_CASES, LENGTH(CYBER_CASES)},
    {ALERT_CASES, LENGTH(ALERT_CASES)},       {OBSOLESCENCE_CASES, LENGTH(OBSOLESCENCE_CASES)},
    {USE_CASES, LENGTH(USE_CASES)},           {CERTIFICATE_CASES, LENGTH(CERTIFICATE_CASES)},
    {TESTING_CASES, LENGTH(TESTING_CASES)},   {DUTY_CASES, LENGTH(DUTY_CASES)},
    {ORIGIN_CASES, LENGTH(ORIGIN_CASES)},     {NUMBER_CASES, LENGTH(NUMBER_CASES)},
    {SUBSTANCE_CASES, LENGTH(SUBSTANCE_CASES)},
    {MATERIAL_CASES, LENGTH(MATERIAL_CASES)}, {GRADE_CASES, LENGTH(GRADE_CASES)},
    {CONTENT_CASES, LENGTH(CONTENT_CASES)},   {BRAND_CASES, LENGTH(BRAND_CASES)},
    {PRICE_CASES, LENGTH(PRICE_CASES)},
};

enum { RULES = 92 };

#define RETIRED(id) id,
static const char *const RETIRED_IDS[] = {
#include "../rules/retired.def"
    NULL};

/* Every fixture, and what all rules say of it. */
static void each_fixture(void (*look)(const struct rule_case *c, const struct findings *fs))
{
    for (size_t i = 0; i < LENGTH(FIXTURES); i++)
        for (size_t k = 0; k < FIXTURES[i].len; k++) {
            struct arena a;
            arena_init(&a, 0);
            struct findings fs = case_findings(&a, &FIXTURES[i].cases[k]);
            look(&FIXTURES[i].cases[k], &fs);
            findings_free(&fs);
            arena_reset(&a);
        }
}

/* ---- the catalogue ---- */

static bool is_id(const char *id)
{
    size_t letters = strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    return (letters == 3 || letters == 4) && id[letters] == '-' &&
           strspn(id + letters + 1, "0123456789") == 3 && strlen(id) == letters + 4;
}

static void assert_parameters(const struct rule *r)
{
    for (size_t i = 0; i < LENGTH(r->parameters); i++) {
        assert_true(!r->parameters[i].name == !r->parameters[i].unit);
        if (r->parameters[i].name)
            assert_int_equal(rule_parameter(r, r->parameters[i].name), r->parameters[i].value);
    }
}

static void rows_are_whole(void **state)
{
    (void)state;
    size_t len;
    const struct rule *rules = rules_all(&len);
    assert_int_equal(len, RULES);
    for (size_t i = 0; i < len; i++) {
        const struct rule *r = &rules[i];
        assert_true(is_id(r->id));
        assert_true(i == 0 || strcmp(rules[i - 1].id, r->id) < 0);
        assert_ptr_equal(rule_find(r->id), r);
        assert_true(strlen(r->family) == 1 && *r->family >= 'A' && *r->family <= 'K');
        assert_true(isupper((unsigned char)*r->title));
        assert_non_null(strchr(r->title, ' '));
        assert_null(strpbrk(r->title + strlen(r->title) - 1, "?.!"));
        assert_non_null(r->refs[0]);
        assert_true(r->guards && r->guards[strlen(r->guards) - 1] == '.');
        assert_true(r->severity > SEV_NONE && r->version > 0 && r->check);
        assert_parameters(r);
        for (size_t k = 0; RETIRED_IDS[k]; k++)
            assert_string_not_equal(RETIRED_IDS[k], r->id);
    }
    assert_null(rule_find("CAP-999"));
    assert_null(rule_find(NULL));
    assert_int_equal(strlen(rules_version()), 16);
}

/* ---- the pages ---- */

static void assert_sentence(const char *id, const char *text)
{
    bool begins = text && (*text == '`' || isupper((unsigned char)*text) || isdigit((unsigned char)*text));
    if (!begins || text[strlen(text) - 1] != '.')
        fail_msg("%s: \"%s\" is no sentence", id, text ? text : "");
}

/* Of each parameter its meaning, in the row's order, and of no other. */
static void assert_meanings(const struct rule *r, const struct rule_page *p)
{
    for (size_t i = 0; i < LENGTH(r->parameters); i++) {
        const char *row = r->parameters[i].name, *page = p->parameters[i].name;
        if (!row != !page || (row && strcmp(row, page) != 0))
            fail_msg("%s: the row has parameter %s, the page %s", r->id, row ? row : "none", page ? page : "none");
        if (row) {
            assert_sentence(r->id, p->parameters[i].meaning);
            assert_ptr_equal(parameter_meaning(r->id, row), p->parameters[i].meaning);
        }
    }
}

static void every_rule_has_its_page(void **state)
{
    (void)state;
    size_t len, pages_len;
    const struct rule *rules = rules_all(&len);
    const struct rule_page *pages = rule_pages(&pages_len);
    for (size_t i = 0; i < len; i++) {
        const struct rule_page *p = rule_page(rules[i].id);
        if (!p)
            fail_msg("%s has no page in src/rules/page.c", rules[i].id);
        const char *const TEXTS[] = {p->why, p->looks_at, p->needs, p->grades, p->advice};
        for (size_t k = 0; k < LENGTH(TEXTS); k++)
            assert_sentence(p->id, TEXTS[k]);
        assert_meanings(&rules[i], p);
    }
    for (size_t i = 0; i < pages_len; i++)
        if (!rule_find(pages[i].id))
            fail_msg("page %s is of no rule", pages[i].id);
    assert_null(rule_page("CAP-999"));
    assert_null(rule_page(NULL));
    assert_null(parameter_meaning("CAP-001", "nothing"));
}

/* Title first, all labels, no line beyond the margin, nothing left out. */
static void pages_are_printed(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    struct text t = text_new(&a);
    size_t len;
    const struct rule *rules = rules_all(&len);
    rules_dump(&t);
    const char *at = text_str(&t);
    for (size_t i = 0; i < len; i++) {
        static const char *const LABELS[] = {"Why", "Looks at", "Needs", "Severity", "Guards", "What to do", "Standards"};
        at = strstr(at, arena_printf(&a, "\n%s v%d %s: %s\n", rules[i].id, rules[i].version, severity_word(rules[i].severity),
                                     rules[i].title));
        assert_non_null(at);
        for (size_t k = 0; k < LENGTH(LABELS); k++) {
            at = strstr(at, arena_printf(&a, "\n  %-15s", LABELS[k]));
            assert_non_null(at);
        }
    }
    for (const char *line = text_str(&t); *line; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= 120 && (strcspn(line, "\n") == 0 || line[strcspn(line, "\n") - 1] != ' '));
    arena_reset(&a);
}

static void only_late_records_settle(void **state)
{
    (void)state;
    size_t len;
    const struct rule *rules = rules_all(&len);
    for (size_t i = 0; i < len; i++) {
        bool late = strcmp(rules[i].id, "CAP-002") == 0 ||
                    strcmp(rules[i].id, "CAP-060") == 0 || strcmp(rules[i].id, "CAP-066") == 0;
        assert_int_equal(rules[i].settles, late);
    }
}

static bool expects(const char *rule, const char *word)
{
    for (size_t i = 0; i < LENGTH(FIXTURES); i++)
        for (size_t k = 0; k < FIXTURES[i].len; k++) {
            const struct rule_case *c = &FIXTURES[i].cases[k];
            if (strcmp(c->rule, rule) == 0 && strstr(c->expect, word))
                return true;
        }
    return false;
}

static void every_rule_has_all_fixtures(void **state)
{
    (void)state;
    size_t len;
    const struct rule *rules = rules_all(&len);
    for (size_t i = 0; i < len; i++) {
        static const char *const WORDS[] = {" pass", " unknown"};
        for (size_t k = 0; k < LENGTH(WORDS); k++)
            if (!expects(rules[i].id, WORDS[k]))
                fail_msg("%s has no fixture that is%s", rules[i].id, WORDS[k]);
        if (!expects(rules[i].id, severity_word(rules[i].severity)))
            fail_msg("%s has no fixture that is %s, its heaviest", rules[i].id,
                     severity_word(rules[i].severity));
    }
}

static void every_fixture_has_a_rule(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(FIXTURES); i++)
        for (size_t k = 0; k < FIXTURES[i].len; k++)
            assert_non_null(rule_find(FIXTURES[i].cases[k].rule));
}

static void catalogue_is_printed(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    struct text t = text_new(&a);
    rules_dump(&t);
    assert_non_null(strstr(text_str(&t), "CAP-001 v1 high: "));
    json_t *list = rules_catalogue();
    assert_int_equal(json_array_size(list), RULES);
    const json_t *first = json_array_get(list, 0);
    assert_string_equal(json_string_value(json_object_get(first, "id")), "CAP-001");
    assert_string_equal(json_string_value(json_object_get(first, "severity")), "high");
    assert_int_equal(json_array_size(json_object_get(first, "references")), 4);
    const json_t *second = json_array_get(list, 1);
    const json_t *transit = json_array_get(json_object_get(second, "parameters"), 0);
    assert_string_equal(json_string_value(json_object_get(transit, "name")), "transitDays");
    assert_int_equal(json_integer_value(json_object_get(transit, "value")), 60);
    json_decref(list);
    arena_reset(&a);
}

/* ---- the words ---- */

/* Nobody is accused: neither in what is said nor in the data. */
static void assert_no_accusation(const char *text)
{
    static const char *const WORDS[] = {"counterfeit", "fake", "fraud"};
    for (size_t i = 0; i < LENGTH(WORDS); i++)
        if (strcasestr(text, WORDS[i]))
            fail_msg("\"%s\" says %s", text, WORDS[i]);
}

static void titles_accuse_nobody(void **state)
{
    (void)state;
    size_t len;
    const struct rule *rules = rules_all(&len);
    for (size_t i = 0; i < len; i++) {
        assert_no_accusation(rules[i].title);
        assert_no_accusation(rules[i].guards);
        const struct rule_page *p = rule_page(rules[i].id);
        const char *const TEXTS[] = {p->why, p->looks_at, p->needs, p->grades, p->advice};
        for (size_t k = 0; k < LENGTH(TEXTS); k++)
            assert_no_accusation(TEXTS[k]);
    }
}

static void assert_explained(const struct finding *f)
{
    const char *end = f->message + strlen(f->message) - 1;
    assert_true(*end == '.' && end[-1] != '.' && isgraph((unsigned char)*f->message));
    assert_null(strstr(f->message, "  "));
    assert_null(strstr(f->message, "(null)"));
    assert_no_accusation(f->message);
    assert_true(f->severity > SEV_NONE && f->severity <= f->rule->severity);
    assert_true(json_is_object(f->evidence) && json_object_size(f->evidence) > 1);
    const json_t *records = json_object_get(f->evidence, "records");
    int64_t newest = 0;
    size_t i;
    const json_t *seq;
    json_array_foreach(records, i, seq)
        newest = json_integer_value(seq) > newest ? json_integer_value(seq) : newest;
    assert_true(json_array_size(records) > 0);
    assert_int_equal(f->since, newest);
    char *text = json_dumps(f->evidence, JSON_COMPACT);
    assert_no_accusation(text);
    free(text);
}

static void assert_subject_once(const struct findings *fs, size_t at)
{
    for (size_t i = 0; i < at; i++)
        assert_false(fs->at[i].verdict == VERDICT_FAIL && fs->at[i].rule == fs->at[at].rule &&
                     strcmp(fs->at[i].subject, fs->at[at].subject) == 0);
}

static void look_at_findings(const struct rule_case *c, const struct findings *fs)
{
    (void)c;
    for (size_t i = 0; i < fs->len; i++) {
        const struct finding *f = &fs->at[i];
        assert_true(i == 0 || strcmp(fs->at[i - 1].rule->id, f->rule->id) <= 0);
        assert_non_null(f->subject);
        assert_int_equal(f->verdict == VERDICT_NOT_EVALUATED, f->missing != NULL);
        if (f->verdict != VERDICT_FAIL)
            continue;
        assert_explained(f);
        assert_subject_once(fs, i);
    }
}

static void every_fail_is_explained(void **state)
{
    (void)state;
    each_fixture(look_at_findings);
}

static void words_are_the_contract(void **state)
{
    (void)state;
    static const struct {
        enum tier tier;
        const char *code, *as;
        bool authorized, open;
    } TIERS[] = {
        {TIER_UNKNOWN, "", "", false, false},
        {TIER_T1, "T1", "manufacturer", true, false},
        {TIER_T1A, "T1a", "aftermarket", true, false},
        {TIER_T2, "T2", "franchised", true, false},
        {TIER_T3, "T3", "exclusive-trace", true, false},
        {TIER_T4, "T4", "approved", false, true},
        {TIER_T5, "T5", "independent", false, true},
    };
    for (size_t i = 0; i < LENGTH(TIERS); i++) {
        enum tier t = TIER_UNKNOWN;
        assert_string_equal(tier_code(TIERS[i].tier), TIERS[i].code);
        assert_string_equal(tier_word(TIERS[i].tier), TIERS[i].as);
        assert_int_equal(tier_find(TIERS[i].as, &t), TIERS[i].tier != TIER_UNKNOWN);
        assert_int_equal(t, TIERS[i].tier);
        assert_int_equal(tier_is_authorized(TIERS[i].tier), TIERS[i].authorized);
        assert_int_equal(tier_is_open(TIERS[i].tier), TIERS[i].open);
    }
    enum tier none;
    assert_false(tier_find(NULL, &none));
    assert_false(tier_find("broker", &none));
    assert_string_equal(standing_word(HOP_CONSISTENT), "consistent");
    assert_string_equal(traced_word(TRACED_NOT_EVALUATED), "");
    assert_string_equal(traced_word(TRACED_PARTIAL), "partial");
    assert_string_equal(severity_word(SEV_NONE), "none");
    assert_string_equal(severity_word(SEV_CRITICAL), "critical");
}

/* ---- what findings come to ---- */

static void days_are_those_of_the_clock(void **state)
{
    (void)state;
    assert_int_equal(DAY(2024, 2, 29), day_from_ymd(2024, 2, 29));
    assert_int_equal(DAY(2024, 3, 1), day_from_ymd(2024, 3, 1));
    assert_int_equal(DAY(1999, 12, 31), day_from_ymd(1999, 12, 31));
    assert_int_equal(TODAY, day_from_ymd(2026, 11, 24));
}

struct said { /* one finding: "A critical", "B pass", "D high pending" */
    char family;
    enum verdict verdict;
    enum severity severity;
    bool pending;
};
#define FLAG(family, severity) {family, VERDICT_FAIL, severity, false}
#define PENDING(family, severity) {family, VERDICT_FAIL, severity, true}
#define PASS(family) {family, VERDICT_PASS, SEV_NONE, false}
#define UNSAID(family) {family, VERDICT_NOT_EVALUATED, SEV_NONE, false}

static const struct assess_case {
    const char *label;
    struct said said[8];
    enum severity grade;
    int32_t score, coverage;
} ASSESSMENTS[] = {
    {"nothing applies", {{0}}, SEV_NONE, 0, 0},
    {"all is well", {PASS('A'), PASS('B')}, SEV_NONE, 0, 1000000},
    {"nothing is known", {UNSAID('A'), UNSAID('B')}, SEV_NONE, 0, 0},
    {"two of three", {PASS('A'), UNSAID('B'), PASS('C')}, SEV_NONE, 0, 666666},
    {"a fail is an answer", {FLAG('A', SEV_LOW), UNSAID('B')}, SEV_LOW, 100000, 500000},
    {"a note", {FLAG('C', SEV_INFO)}, SEV_INFO, 20000, 1000000},
    {"low", {FLAG('C', SEV_LOW)}, SEV_LOW, 100000, 1000000},
    {"medium", {FLAG('C', SEV_MEDIUM)}, SEV_MEDIUM, 300000, 1000000},
    {"high", {FLAG('C', SEV_HIGH)}, SEV_HIGH, 600000, 1000000},
    {"critical", {FLAG('C', SEV_CRITICAL)}, SEV_CRITICAL, 950000, 1000000},
    {"the heaviest of a family",
     {FLAG('A', SEV_LOW), FLAG('A', SEV_HIGH), FLAG('A', SEV_HIGH), FLAG('A', SEV_MEDIUM)},
     SEV_HIGH,
     600000,
     1000000},
    {"families multiply", {FLAG('A', SEV_HIGH), FLAG('D', SEV_CRITICAL)}, SEV_CRITICAL, 980000, 1000000},
    {"in their order, whatever is found first",
     {FLAG('K', SEV_LOW), FLAG('A', SEV_INFO)},
     SEV_LOW,
     118000,
     1000000},
    {"four lows make a medium",
     {FLAG('A', SEV_LOW), FLAG('B', SEV_LOW), FLAG('C', SEV_LOW), FLAG('D', SEV_LOW)},
     SEV_MEDIUM,
     343900,
     1000000},
    {"mediums stop at medium",
     {FLAG('A', SEV_MEDIUM), FLAG('B', SEV_MEDIUM), FLAG('C', SEV_MEDIUM)},
     SEV_MEDIUM,
     657000,
     1000000},
    {"highs may be critical together",
     {FLAG('A', SEV_HIGH), FLAG('B', SEV_HIGH), FLAG('C', SEV_HIGH), FLAG('D', SEV_HIGH)},
     SEV_CRITICAL,
     974400,
     1000000},
    {"three highs are not", {FLAG('A', SEV_HIGH), FLAG('B', SEV_HIGH), FLAG('C', SEV_HIGH)},
     SEV_HIGH,
     936000,
     1000000},
    {"what is pending does not count",
     {PENDING('D', SEV_CRITICAL), FLAG('A', SEV_LOW)},
     SEV_LOW,
     100000,
     1000000},
    {"a pending one hides no open one",
     {PENDING('D', SEV_CRITICAL), FLAG('D', SEV_MEDIUM)},
     SEV_MEDIUM,
     300000,
     1000000},
};

static struct findings findings_of(struct arena *a, struct rule *rules,
                                   const struct said *said)
{
    static const char *const LETTERS[] = {"A", "B", "C", "D", "E", "F",
                                          "G", "H", "I", "J", "K"};
    struct findings fs = {.arena = a};
    for (size_t i = 0; i < 8 && said[i].family; i++) {
        rules[i] = (struct rule){.id = "CAP-000", .family = LETTERS[said[i].family - 'A']};
        *vec_push(a, &fs) = (struct finding){.rule = &rules[i],
                                             .verdict = said[i].verdict,
                                             .subject = "",
                                             .severity = said[i].severity,
                                             .pending = said[i].pending};
    }
    return fs;
}

static void assessment_is(void **state)
{
    const struct assess_case *c = *state;
    struct arena a;
    arena_init(&a, 0);
    struct rule rules[8];
    struct findings fs = findings_of(&a, rules, c->said);
    struct assessment got = assess(&fs);
    assert_string_equal(severity_word(got.grade), severity_word(c->grade));
    assert_int_equal(got.score_ppm, c->score);
    assert_int_equal(got.coverage_ppm, c->coverage);
    arena_reset(&a);
}

/* A rule that lacks a fact for one of its subjects is not evaluated, unless it speaks. */
static void coverage_is_of_whole_rules(void **state)
{
    (void)state;
    struct rule rule = {.id = "CAP-000", .family = "A"};
    struct finding pass = {.rule = &rule, .verdict = VERDICT_PASS, .subject = ""};
    struct finding unsaid = {.rule = &rule, .verdict = VERDICT_NOT_EVALUATED, .subject = ""};
    struct finding flag = {
        .rule = &rule, .verdict = VERDICT_FAIL, .severity = SEV_LOW, .subject = ""};
    struct finding some[] = {pass, unsaid}, spoken[] = {unsaid, flag};
    assert_int_equal(assess(&(struct findings){.at = some, .len = 2}).coverage_ppm, 0);
    assert_int_equal(assess(&(struct findings){.at = spoken, .len = 2}).coverage_ppm, 1000000);
}

static void a_lot_of_which_little_is_known(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    struct facts f = LOT(.traced = TRACED_NOT_EVALUATED, .has_inflow = false, .inflow = 0,
                         .seen_day = NO_DAY);
    struct findings fs = rules_run(&a, &f);
    struct assessment got = assess(&fs);
    assert_int_equal(got.grade, SEV_NONE);
    assert_true(got.coverage_ppm < 300000);
    findings_free(&fs);
    arena_reset(&a);
}

static int32_t again(struct arena *a, const struct facts *f, int64_t *seq)
{
    struct findings fs = rules_run(a, f);
    int32_t day = fs.again_day;
    *seq = fs.again_seq;
    findings_free(&fs);
    return day;
}

/* Of all deadlines the next one counts, of one day's the oldest record's; what is past is none. */
static void the_next_deadline_is_told(void **state)
{
    (void)state;
    struct arena a;
    int64_t seq;
    arena_init(&a, 0);
    struct facts none = LOT(HOPS(HOP()));
    assert_int_equal(again(&a, &none, &seq), 0);
    struct facts under_way = LOT(MOVES(
        MOVE(.seq = 5, .to = SOURCE, .to_submits = true, .arrived = false, .day_last = TODAY - 2),
        MOVE(.seq = 8, .to = SOURCE, .to_submits = true, .arrived = false, .day_last = TODAY - 9),
        MOVE(.seq = 7, .to = SOURCE, .to_submits = true, .arrived = false, .day_last = TODAY - 9),
        MOVE(.seq = 6, .to = SOURCE, .to_submits = true, .arrived = false, .day_last = TODAY - 100)));
    assert_int_equal(again(&a, &under_way, &seq), TODAY - 9 + 60 + 1);
    assert_int_equal(seq, 7);
    struct facts pending = LOT(HOPS(HOP(.standing = HOP_ASSERTED, .source_submits = true, .day_last = TODAY - 1)));
    assert_int_equal(again(&a, &pending, &seq), TODAY - 1 + 3 + 1);
    struct facts settled = LOT(HOPS(HOP(.standing = HOP_ASSERTED, .source_submits = true, .day_last = TODAY - 4)));
    assert_int_equal(again(&a, &settled, &seq), 0);
    arena_reset(&a);
}

static void findings_are_released_once(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    struct facts f = LOT(.traced = TRACED_NONE);
    struct findings fs = rules_run(&a, &f);
    assert_true(fs.len > 0);
    findings_free(&fs);
    findings_free(&fs);
    assert_int_equal(fs.len, 0);
    arena_reset(&a);
}

/* ---- large lots: neither slow nor thousands of flags ---- */

enum { MANY = 10000 };

static void many_marks_are_no_burden(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    struct code_fact *codes = ARENA_ARRAY(&a, struct code_fact, MANY);
    struct trace_fact *traces = ARENA_ARRAY(&a, struct trace_fact, MANY);
    struct mark_fact *marks = ARENA_ARRAY(&a, struct mark_fact, MANY);
    for (size_t i = 0; i < MANY; i++) {
        const char **under = ARENA_ARRAY(&a, const char *, 1);
        under[0] = arena_printf(&a, "L%zu", i);
        codes[i] = (struct code_fact)CODE(arena_printf(&a, "%zu", 20000101 + i),
                                          .trace_codes = under, .trace_codes_len = 1);
        traces[i] = (struct trace_fact)TRACE(under[0]);
        marks[i] = (struct mark_fact)MARK(MARK_SERIAL, under[0], .conflict = true);
    }
    struct facts f = LOT(.codes = codes, .codes_len = MANY, .traces = traces,
                         .traces_len = MANY, .marks = marks, .marks_len = MANY);
    parse_codes(&a, &f);
    struct findings fs = rules_run(&a, &f); /* in squares of MANY it would not end before the runner's patience */
    assert_string_equal(said_by(&a, &fs, "CAP-062"), "lot critical");
    findings_free(&fs);
    arena_reset(&a);
}

int main(void)
{
    const struct CMUnitTest registry[] = {
        cmocka_unit_test(rows_are_whole),
        cmocka_unit_test(every_rule_has_its_page),
        cmocka_unit_test(pages_are_printed),
        cmocka_unit_test(only_late_records_settle),
        cmocka_unit_test(every_rule_has_all_fixtures),
        cmocka_unit_test(every_fixture_has_a_rule),
        cmocka_unit_test(catalogue_is_printed),
        cmocka_unit_test(titles_accuse_nobody),
        cmocka_unit_test(every_fail_is_explained),
        cmocka_unit_test(words_are_the_contract),
        cmocka_unit_test(days_are_those_of_the_clock),
        cmocka_unit_test(coverage_is_of_whole_rules),
        cmocka_unit_test(a_lot_of_which_little_is_known),
        cmocka_unit_test(the_next_deadline_is_told),
        cmocka_unit_test(findings_are_released_once),
        cmocka_unit_test(many_marks_are_no_burden),
    };
    struct CMUnitTest tests[LENGTH(ASSESSMENTS)];
    for (size_t i = 0; i < LENGTH(ASSESSMENTS); i++)
        tests[i] = (struct CMUnitTest){ASSESSMENTS[i].label, assessment_is, NULL, NULL,
                                       (void *)(uintptr_t)&ASSESSMENTS[i]};
    return cmocka_run_group_tests_name("rule catalogue", registry, NULL, NULL) +
           _cmocka_run_group_tests("assessment", tests, LENGTH(tests), NULL, NULL);
}
