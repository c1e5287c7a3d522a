/*
 * build - struct facts as rows of a table: a lot that nothing is said of, and what the row says.
 *
 *     {"the source denies it", "CAP-066", "hop R-1 high",
 *      LOT(HOPS(HOP(.source = S, .source_answer = NO, .answer_seq = 9)))}
 *
 * Members that mean "absent" by NONE or NO_DAY are so unless the row names them.  Date codes are
 * parsed when the case runs, as of the day on which the lot was seen.
 */
#pragma once

#include "pedigree/base/cleanup.h"
#include "pedigree/rules/rule.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* A row overrides what the builder has set. */
#ifdef __clang__
#pragma GCC diagnostic ignored "-Winitializer-overrides"
#pragma GCC diagnostic ignored "-Wgnu-zero-variadic-macro-arguments"
#else
#pragma GCC diagnostic ignored "-Woverride-init"
#endif

/* Days since 1970 as a constant; months from March on, as in base/clock. */
#define DAY_ERA(y, m, d)                                                                 \
    (365 * (y) + (y) / 4 - (y) / 100 + (y) / 400 + (153 * (m) + 2) / 5 + (d)-1 - 719468)
#define DAY(y, m, d)                                                                     \
    ((m) > 2 ? DAY_ERA((y), (m)-3, (d)) : DAY_ERA((y)-1, (m) + 9, (d)))

#define TODAY DAY(2026, 11, 24)
#define CAME DAY(2024, 9, 2) /* when the lot of a fixture came in */

#define SOURCE "cage:9FDM1"
#define MAKER "cage:9CMA1"
#define HOLDER "cage:9EMS1"

#define LIST(type, member, ...)                                                          \
    .member = (const type[]){__VA_ARGS__},                                               \
    .member##_len = sizeof((const type[]){__VA_ARGS__}) / sizeof(type)

#define HOPS(...) LIST(struct hop, hops, __VA_ARGS__)
#define MOVES(...) LIST(struct move, moves, __VA_ARGS__)
#define CODES(...) LIST(struct code_fact, codes, __VA_ARGS__)
#define TRACES(...) LIST(struct trace_fact, traces, __VA_ARGS__)
#define MARKS(...) LIST(struct mark_fact, marks, __VA_ARGS__)
#define DOCUMENTS(...) LIST(struct document_fact, documents, __VA_ARGS__)
#define INSPECTIONS(...) LIST(struct inspection_fact, inspections, __VA_ARGS__)
#define DENIALS(...) LIST(struct denial_fact, denials, __VA_ARGS__)
#define ALERTS(...) LIST(struct alert_fact, alerts, __VA_ARGS__)
#define CLAIMS(...) LIST(struct claim_fact, claims, __VA_ARGS__)
#define LISTINGS(...) LIST(struct listing_fact, listings, __VA_ARGS__)
#define PRODUCTS(...) LIST(struct product_fact, products, __VA_ARGS__)

/* Came from SOURCE by sale, corroborated. */
#define HOP(...)                                                                         \
    {                                                                                    \
        .seq = 2, .out_seq = NONE, .key = "R-1", .source = SOURCE, .seller = SOURCE,     \
        .tier = TIER_T2, .seller_authorized = YES,               \
        .standing = HOP_CORROBORATED, .quantity = 100, .shipped_quantity = NONE,         \
        .received_quantity = NONE, .claimed_quantity = NONE, .room = NONE,               \
        .answer_seq = NONE, .day_first = CAME, .day_last = CAME, .shipped_day = CAME - 3, \
        .sold_day = CAME - 3, .certificate_seq = NONE, .its = ITS(), __VA_ARGS__         \
    }
/* What its seller is and shows. */
#define ITS(...)                                                                         \
    {                                                                                    \
        .why = TIER_GRANTED, .tier_seq = NONE, .otherwise_seq = NONE, .back_day = NO_DAY, \
        .production_seq = NONE, __VA_ARGS__                                              \
    }
/* Sold a week later to somebody who is not named. */
#define MOVE(...)                                                                        \
    {                                                                                    \
        .seq = 5, .key = "S-1", .type = REC_SHIPPED, .quantity = 10,                     \
        .day_first = CAME + 7, .day_last = CAME + 7, .made = NO_DAY, .arrived = true,    \
        .record = &(const struct record){.type = REC_SHIPPED},                           \
        .claimed_condition = "new", .held_seq = NONE, __VA_ARGS__                        \
    }
/* The value comes first, other members after it. */
#define CODE(...)                                                                        \
    {                                                                                    \
        .quantity = NONE, .came = NO_DAY, .seq = 2, .code = __VA_ARGS__                  \
    }
#define UNDER(...) LIST(char *const, trace_codes, __VA_ARGS__)
#define TRACE(...)                                                                       \
    {                                                                                    \
        .seq = 2, .code = __VA_ARGS__                                                    \
    }
#define MARK(of, ...)                                                                    \
    {                                                                                    \
        .kind = (of), .seq = 2, .pieces = NONE, .declared = NONE, .value = __VA_ARGS__   \
    }
#define DOCUMENT(text, goes_with, ...)                                                   \
    {                                                                                    \
        .document = &(const struct document_ref){.kind = "coc", .number = (text),        \
                                                 .has_declares = true,                   \
                                                 .declares = {.quantity = NONE,          \
                                                              __VA_ARGS__}},             \
        .issuer = SOURCE, .seq = 3, .quantity = (goes_with)                              \
    }
#define WORDS(...)                                                                       \
    {                                                                                    \
        .at = (const char *[]){__VA_ARGS__},                                             \
        .len = sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *), .given = true     \
    }
/* By the holder, three days after the pieces came. */
#define INSPECTION(...)                                                                  \
    {                                                                                    \
        .seq = 4, .key = "I-1", .by = HOLDER, .binding = true, .own = true,              \
        .day_last = CAME + 3, .laboratory = HOLDER, .accreditation_seq = NONE,           \
        __VA_ARGS__                                                                      \
    }
#define RESULT(...) .record = &(const struct record){.type = REC_INSPECTED, __VA_ARGS__}
#define METHOD(...)                                                                      \
    .methods =                                                                           \
        (struct method[]){{.method = "visual-inspection", .sampled = 10, .suspect = NONE, \
                           .nonconforming = NONE, .destroyed = NONE, __VA_ARGS__}},      \
    .methods_len = 1
#define ALERT(...)                                                                       \
    {                                                                                    \
        .seq = 7,                                                                        \
        .alert = &(const struct alert_statement){.source = "GIDEP", .number = "G-77"},   \
        .issued = DAY(2026, 3, 1), .matched = "date code 2431", .level = __VA_ARGS__     \
    }

/* A label that can be read, and says nothing. */
#define LABELS(...) LIST(struct label_fact, labels, __VA_ARGS__)
#define LABEL(...)                                                                       \
    {                                                                                    \
        .seq = 2, .name = "R88213", .certain = true, .quantity = NONE, .declared = NONE, \
        __VA_ARGS__                                                                      \
    }
#define DATED(...) LIST(struct label_code, dates, __VA_ARGS__)
#define LOTS(...) LIST(char *const, traces, __VA_ARGS__)
#define MADE_IN(...) LIST(char *const, origins, __VA_ARGS__)
#define MERGES(...) LIST(struct merge_fact, merges, __VA_ARGS__)
#define MERGE(...)                                                                       \
    {                                                                                    \
        .seq = 6, .key = "T-1", __VA_ARGS__                                              \
    }
#define RECODED(...) LIST(struct recode_fact, recodes, {.seq = 6, .key = "T-1", .how = "rework", __VA_ARGS__})
#define INPUTS(...) LIST(struct merge_input, inputs, __VA_ARGS__)
#define INPUT(...)                                                                       \
    {                                                                                    \
        .known = true, .traced = TRACED_MANUFACTURER, .worst = TIER_T2, .code = __VA_ARGS__ \
    }
#define OF(...) LIST(char *const, codes, __VA_ARGS__)
#define PACKS(...) LIST(struct pack_fact, packs, __VA_ARGS__)
#define PACK(...)                                                                        \
    {                                                                                    \
        .seq = 2, .key = "R-1", .quantity = 100, .whole = true, __VA_ARGS__              \
    }
#define SEALS(...) LIST(struct seal_fact, seals, __VA_ARGS__)
#define SEALED(day, ...)                                                                 \
    {                                                                                    \
        .seq = 2, .first = (day), .last = (day), .stated = true, __VA_ARGS__             \
    }
#define USES(...) LIST(struct use_fact, uses, __VA_ARGS__)
#define DECISIONS(...) LIST(struct decision_fact, decisions, __VA_ARGS__)
/* A programme of the holder that the part is listed for; nothing else is said of it. */
#define USE(...)                                                                         \
    {                                                                                    \
        .seq = 11, .programme = "FCC-2", .temperature_min = NONE, .temperature_max = NONE, \
        .altitude = NONE, .voltage = NONE, .support_until = NO_DAY, .per_unit = NONE,    \
        .annual_demand = NONE, .on_hand = NONE, .on_order = NONE, .allocated = NONE,     \
        .allocated_seq = NONE, .terms_seq = NONE,                                                           \
        __VA_ARGS__                                                                      \
    }
#define DECISION(of, ...)                                                                \
    {                                                                                    \
        .seq = 12, .kind = (of), .consents = true, .until = NO_DAY, __VA_ARGS__          \
    }

/* A described lot of 100 pieces that came in on CAME and leads to its manufacturer. */
#define LOT(...)                                                                         \
    {                                                                                    \
        .today = TODAY, .holder = HOLDER, .code = "E-501", .described = true,            \
        .part = {.manufacturer = "OCM A", .mpn = "OA1117-33TR", .maker = MAKER,          \
                 .key = "OA111733TR"},                                                   \
        .maker = MAKER, .quantity = 100, .description_seq = 2, .seen_day = CAME,         \
        .seen_seq = 2, .came_last = CAME, .came_last_seq = 2, .contradiction_seq = NONE, .traced = TRACED_MANUFACTURER,         \
        .root_seq = 2, .inflow = 100, .overdrawn_seq = NONE, .found_allowed = 10,        \
        .found_seq = NONE, .conjured_seq = NONE, .made_last = NO_DAY, .back_day = NO_DAY, \
        .back_verified = NO_DAY,                                                         \
        .has_inflow = true, .newest_day = CAME,                                          \
        .introduced = NO_DAY, .introduced_seq = NONE, .end_of_production = NO_DAY,       \
        .isms_seq = NONE, .substances_seq = NONE, .last_ship = NO_DAY, .end_seq = NONE, .lifecycle_seq = NONE,                       \
        .spec = &NOTHING_SAID, .lifecycle_day = NO_DAY,         \
        .stored = {.from = NO_DAY, .to = NO_DAY, .from_seq = NONE, .to_seq = NONE}, .number = {.seq = NONE}, .taken_over = NO_DAY, \
        .goods = {.refinished_seq = NONE, .refinished = NO_DAY, .programmed_seq = NONE, .programmed = NO_DAY}, __VA_ARGS__         \
    }
/* Only its code is known. */
#define UNDESCRIBED(...)                                                                 \
    LOT(.described = false, .part = {0}, .maker = "", .quantity = NONE,                  \
        .traced = TRACED_NOT_EVALUATED, .has_inflow = false, .inflow = 0,                \
        .seen_day = NO_DAY, .came_last = NO_DAY, __VA_ARGS__)

struct rule_case {
    const char *label;
    const char *rule;
    const char *expect; /* "hop R-1 high; hop R-2 pass", "lot unknown", "" */
    struct facts facts;
};

static inline void parse_codes(struct arena *a, struct facts *f)
{
    struct code_fact *codes = ARENA_ARRAY(a, struct code_fact, f->codes_len);
    for (size_t i = 0; i < f->codes_len; i++) {
        codes[i] = f->codes[i];
        codes[i].parsed =
            datecode_parse(codes[i].code, f->seen_day == NO_DAY ? f->today : f->seen_day);
    }
    f->codes = codes;
    struct label_fact *labels = ARENA_ARRAY(a, struct label_fact, f->labels_len);
    for (size_t i = 0; i < f->labels_len; i++) {
        labels[i] = f->labels[i];
        struct label_code *dates = ARENA_ARRAY(a, struct label_code, labels[i].dates_len);
        for (size_t k = 0; k < labels[i].dates_len; k++)
            dates[k] = (struct label_code){labels[i].dates[k].code,
                                           datecode_parse(labels[i].dates[k].code, f->seen_day)};
        labels[i].dates = dates;
    }
    f->labels = labels;
}

static inline struct findings case_findings(struct arena *a, const struct rule_case *c)
{
    struct facts f = c->facts;
    parse_codes(a, &f);
    return rules_run(a, &f);
}

/* The subject as a word for the row: the lot itself has none. */
static inline const char *verdict_text(const struct finding *f)
{
    return f->verdict == VERDICT_PASS   ? "pass"
           : f->verdict == VERDICT_FAIL ? severity_word(f->severity)
                                        : "unknown";
}

/* What one rule says, as the rows write it. */
static inline const char *said_by(struct arena *a, const struct findings *fs, const char *rule)
{
    struct text t = text_new(a);
    for (size_t i = 0; i < fs->len; i++) {
        const struct finding *f = &fs->at[i];
        if (strcmp(f->rule->id, rule) == 0)
            text_addf(&t, "%s%s %s%s", t.len ? "; " : "", *f->subject ? f->subject : "lot",
                      verdict_text(f), f->pending ? " pending" : "");
    }
    return text_str(&t);
}

static inline void run_case(void **state)
{
    const struct rule_case *c = *state;
    struct arena a;
    arena_init(&a, 0);
    struct findings fs = case_findings(&a, c);
    assert_string_equal(said_by(&a, &fs, c->rule), c->expect);
    findings_free(&fs);
    arena_reset(&a);
}

/* Each row is a test of its own. */
static inline int run_cases(const char *group, const struct rule_case *cases, size_t len)
{
    struct arena a;
    arena_init(&a, 0);
    struct CMUnitTest *tests = ARENA_ARRAY(&a, struct CMUnitTest, len);
    for (size_t i = 0; i < len; i++)
        tests[i] = (struct CMUnitTest){
            arena_printf(&a, "%s %s", cases[i].rule, cases[i].label), run_case, NULL, NULL,
            (void *)(uintptr_t)&cases[i]};
    int failed = _cmocka_run_group_tests(group, tests, len, NULL, NULL);
    arena_reset(&a);
    return failed;
}
