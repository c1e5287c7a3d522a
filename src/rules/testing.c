/*
 * testing - family F: whether tests were made that the way of the parts asks for, on enough pieces, and on
 * these.
 */
#include "testing.h"
#include "comparison.h"

#include "pedigree/base/text.h"

#include <string.h>
#include <strings.h>

enum { FULL_LOT = 200 }; /* from so many pieces on the matrix has its first column */

#define ALL INT64_MAX
/* clang-format off */
static const struct {
    const char *name;
    int64_t large, small; /* pieces of a lot of 200 and more, of fewer */
} MATRIX[TESTS] = {
    [TEST_NONE]        = {"",                            0,   0},
    [TEST_A1]          = {"A1 documentation, packaging", ALL, ALL},
    [TEST_A2]          = {"A2 external visual",          ALL, ALL},
    [TEST_A2_DETAILED] = {"A2 detailed visual",          122, 122},
    [TEST_A3]          = {"A3 remarking, resurfacing",   3,   3},
    [TEST_A4]          = {"A4 radiological",             45,  45},
    [TEST_A5]          = {"A5 lead finish",              3,   3},
    [TEST_A6]          = {"A6 internal",                 3,   3},
    [TEST_B]           = {"B thermal cycling",           ALL, ALL},
    [TEST_C]           = {"C electrical",                116, ALL},
    [TEST_D]           = {"D burn-in",                   45,  45},
};
/* The first that a method's name holds; "visual-inspection" may be either part of A2: the lesser is asked. */
static const struct {
    const char *word;
    enum test test;
} WORDS[] = {
    {"documentation", TEST_A1}, {"packaging", TEST_A1}, {"manual-review", TEST_A1}, {"manual review", TEST_A1},
    {"general visual", TEST_A2}, {"general external visual", TEST_A2}, {"visual, general", TEST_A2},
    {"visual", TEST_A2_DETAILED}, {"microscop", TEST_A2_DETAILED}, {"dimension", TEST_A2_DETAILED},
    {"solvent", TEST_A3}, {"marking", TEST_A3}, {"resurfac", TEST_A3}, {"scanning electron", TEST_A3},
    {"surface", TEST_A3},
    {"xrf", TEST_A5}, {"fluorescence", TEST_A5}, {"lead finish", TEST_A5}, {"lead-finish", TEST_A5}, {"eds", TEST_A5},
    {"edx", TEST_A5}, {"material-analysis", TEST_A5}, {"material analysis", TEST_A5},
    {"x-ray", TEST_A4}, {"xray", TEST_A4}, {"radiolog", TEST_A4}, {"radiograph", TEST_A4},
    {"decap", TEST_A6}, {"delid", TEST_A6}, {"internal", TEST_A6}, {"die verification", TEST_A6},
    {"thermal cycl", TEST_B}, {"temperature cycl", TEST_B},
    {"burn", TEST_D},
    {"electrical", TEST_C}, {"parametric", TEST_C}, {"functional", TEST_C}, {"curve trac", TEST_C},
};

#define BIT(t) (1U << (t))
#define A1_A2  (BIT(TEST_A1) | BIT(TEST_A2))
#define A1_A5  (A1_A2 | BIT(TEST_A3) | BIT(TEST_A4) | BIT(TEST_A5))
#define A1_A6  (A1_A5 | BIT(TEST_A6))
enum { CRITICALITIES = 3 };
static const unsigned NEEDED[CRITICALITIES][SOURCE_CLASSES] = {
    /* T1-T3 traced, T4 traced, T4 in part or T5 traced, T5 or T4 without a trace */
    {0, A1_A2, A1_A5,                 A1_A6},
    {0, A1_A5, A1_A6,                 A1_A6 | BIT(TEST_C)},
    {0, A1_A6, A1_A6 | BIT(TEST_C),   A1_A6 | BIT(TEST_B) | BIT(TEST_C) | BIT(TEST_D)},
};
/* clang-format on */

enum test test_of(const char *method)
{
    for (size_t i = 0; method && i < LENGTH(WORDS); i++)
        if (strcasestr(method, WORDS[i].word))
            return WORDS[i].test;
    return TEST_NONE;
}

enum truth test_is(const char *covered, const char *made)
{
    enum test c = test_of(covered), m = test_of(made);
    if (strcasecmp(covered, made) == 0)
        return YES;
    if (c == TEST_NONE || m == TEST_NONE)
        return UNKNOWN;
    return c == m || (c == TEST_A2_DETAILED && m == TEST_A2) ? YES : NO;
}

const char *test_name(enum test t)
{
    return MATRIX[t].name;
}

int64_t test_sample(enum test t, int64_t lot)
{
    int64_t n = lot >= FULL_LOT ? MATRIX[t].large : MATRIX[t].small;
    return n < lot ? n : lot;
}

unsigned tests_needed(int64_t criticality, enum source_class source)
{
    int64_t row = criticality < 0 ? 0 : criticality >= CRITICALITIES ? CRITICALITIES - 1 : criticality;
    return NEEDED[row][source];
}

/* P = 1 - product over i < n of (N - D - i) / (N - i): by the bad pieces, of which there are fewer steps
 * where that is so, the same product is over i < D of (N - n - i) / (N - i). */
static bool finds(int64_t lot, int64_t bad, int64_t sampled)
{
    int64_t steps = bad < sampled ? bad : sampled, other = bad < sampled ? sampled : bad;
    double missed = 1.0;
    for (int64_t i = 0; i < steps && missed > 0.1; i++)
        missed *= lot - other - i > 0 ? (double)(lot - other - i) / (double)(lot - i) : 0.0;
    return missed <= 0.1;
}

int64_t sample_finds(int64_t lot, int64_t sampled)
{
    int64_t low = 1, high = lot + 1;
    while (low < high) { /* more bad pieces are found more easily */
        int64_t middle = low + (high - low) / 2;
        if (sampled > 0 && finds(lot, middle, sampled))
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* ---- CAP-085 ---- */

/* A worse source than the least traced of its kind does not exist. */
static enum source_class class_of(const struct facts *f, const struct hop *h)
{
    bool traced = f->traced == TRACED_MANUFACTURER || f->traced == TRACED_AUTHORIZATION;
    if (tier_is_authorized(h->tier))
        return f->traced == TRACED_NONE || f->traced == TRACED_PARTIAL ? SOURCE_APPROVED : SOURCE_TRACED;
    if (f->traced == TRACED_NONE)
        return SOURCE_UNTRACED;
    return h->tier == TIER_T4 && traced ? SOURCE_APPROVED : SOURCE_OPEN;
}

/* What is out of production, and what an alert names, is asked more of: risk is the largest of the three. */
static enum source_class risk_of(const struct facts *f, enum source_class source)
{
    enum source_class risk = source;
    bool ends = text_is(f->lifecycle, "eol") || text_is(f->lifecycle, "obsolete");
    if (ends && risk < SOURCE_OPEN)
        risk = SOURCE_OPEN;
    for (size_t i = 0; i < f->alerts_len; i++) {
        enum source_class by_alert = f->alerts[i].level <= 2 ? SOURCE_UNTRACED : f->alerts[i].level == 3 ? SOURCE_OPEN : 0;
        risk = by_alert > risk ? by_alert : risk;
    }
    return risk;
}

/* Of all sales into the lot; SOURCE_CLASSES: what a seller is is not known. */
static enum source_class worst_source(const struct facts *f)
{
    enum source_class worst = SOURCE_TRACED;
    bool open = false, unknown = false;
    for (size_t i = 0; i < f->hops_len; i++) {
        const struct hop *h = &f->hops[i];
        if (!hop_is_sale(h))
            continue;
        unknown |= h->tier == TIER_UNKNOWN;
        open |= tier_is_open(h->tier);
        enum source_class c = h->tier == TIER_UNKNOWN ? SOURCE_TRACED : class_of(f, h);
        worst = c > worst ? c : worst;
    }
    if (open)
        return risk_of(f, worst);
    return unknown ? SOURCE_CLASSES : worst;
}

static bool is_passed(const struct inspection_fact *x)
{
    return x->binding && !record_is_adverse(x->record) && !text_is(x->record->result, "nonconforming") &&
           !text_is(x->record->result, "inconclusive");
}

/* Looked at in detail they were looked at; a certificate on record is the documentation. */
static unsigned tests_passed(const struct facts *f, int32_t until)
{
    unsigned passed = 0;
    for (size_t i = 0; i < f->inspections_len; i++) {
        const struct inspection_fact *x = &f->inspections[i];
        for (size_t k = 0; is_passed(x) && x->day_last <= until && k < x->record->methods_len; k++) {
            enum test t = test_of(x->record->methods[k].method);
            passed |= BIT(t) | (t == TEST_A2_DETAILED ? BIT(TEST_A2) : 0);
        }
    }
    for (size_t i = 0; i < f->documents_len; i++)
        passed |= is_conformity(f->documents[i].document) ? BIT(TEST_A1) : 0;
    return passed;
}

static json_t *tests_json(unsigned tests)
{
    json_t *list = json_array();
    for (enum test t = TEST_A1; t < TESTS; t++)
        if (tests & BIT(t))
            json_array_append_new(list, json_string(test_name(t)));
    return list;
}

static const char *tests_text(struct findings *out, unsigned tests)
{
    struct text t = text_new(out->arena);
    for (enum test i = TEST_A1; i < TESTS; i++)
        if (tests & BIT(i))
            text_addf(&t, "%s%s", t.len ? "; " : "", test_name(i));
    return text_str(&t);
}

/* Of what the pieces may go into, where their holder's own view says; else as the parameter has it. */
static int64_t criticality_of(const struct rule *self, const struct facts *f)
{
    static const char *const WORDS_OF[] = {"non-critical", "essential", "flight-critical"};
    int64_t worst = -1;
    for (size_t i = 0; i < f->uses_len; i++)
        for (int64_t k = worst + 1; k < (int64_t)LENGTH(WORDS_OF); k++)
            worst = text_is(f->uses[i].criticality, WORDS_OF[k]) ? k : worst;
    return worst >= 0 ? worst : rule_parameter(self, "criticality");
}

struct gate { /* after it the pieces are in use */
    const char *subject, *what;
    int32_t day;
    int64_t seq;
};

static void gate_is_tested(const struct rule *self, const struct facts *f, const struct gate *g, enum source_class source,
                           struct findings *out)
{
    static const char *const SOURCES[] = {"whole", "of a customer's approved supplier, or not whole",
                                          "of the open market", "of the open market, without a trace to the manufacturer"};
    if (source == SOURCE_CLASSES) {
        rule_unknown(out, self, g->subject, "what the seller is for this part");
        return;
    }
    unsigned needed = tests_needed(criticality_of(self, f), source);
    unsigned missing = needed & ~tests_passed(f, g->day + (int32_t)rule_parameter(self, "slackDays"));
    if (!missing)
        rule_pass(out, self, g->subject);
    else
        rule_fail(out, self, g->subject, SEV_HIGH, NO_DAY, SEQS(g->seq, f->root_seq),
                  json_pack("{s:s, s:s, s:o, s:o}", "gate", g->what, "day", day_name(out, g->day), "needed",
                            tests_json(needed), "missing", tests_json(missing)),
                  "Pieces were %s on %s, the way that they came is %s, and no test is recorded that passed before: %s.",
                  g->what, day_name(out, g->day), SOURCES[source], tests_text(out, missing));
}

static void tested_before_use(const struct rule *self, const struct facts *f, struct findings *out)
{
    enum source_class source = SOURCE_TRACED;
    bool any = f->releases_len > 0;
    for (size_t i = 0; i < f->moves_len; i++)
        any |= f->moves[i].type == REC_INSTALLED;
    if (any)
        source = worst_source(f);
    for (size_t i = 0; i < f->moves_len; i++) {
        const struct move *m = &f->moves[i];
        struct gate g = {NULL, "installed", m->day_last, m->seq};
        if (m->type != REC_INSTALLED)
            continue;
        g.subject = move_subject(out, m);
        gate_is_tested(self, f, &g, source, out);
    }
    for (size_t i = 0; i < f->releases_len; i++) {
        const struct release_fact *r = &f->releases[i];
        struct gate g = {arena_printf(out->arena, "release %s", r->key), "released", r->day_last, r->seq};
        gate_is_tested(self, f, &g, source, out);
    }
}

/* ---- CAP-086 ---- */

struct samples { /* of one test, over all inspections by the matrix */
    int64_t sampled;
    size_t codes; /* date codes that it says to have been of; 0: it does not say */
    int64_t first_seq, last_seq;
};

/* AS6171 has sampling plans of its own; what is no test of authenticity may have any. */
static bool is_by_matrix(const struct record *r)
{
    return !(r->standard && strstr(r->standard, "6171")) &&
           ((r->standard && strstr(r->standard, "6081")) || text_is(r->purpose, "authenticity"));
}

static bool add_samples(const struct inspection_fact *x, struct samples all[TESTS])
{
    bool any = false;
    for (size_t k = 0; x->binding && is_by_matrix(x->record) && k < x->record->methods_len; k++) {
        const struct method *m = &x->record->methods[k];
        enum test t = test_of(m->method);
        struct samples *s = &all[t];
        if (t == TEST_NONE || m->sampled == NONE)
            continue;
        s->first_seq = s->sampled == 0 ? x->seq : s->first_seq;
        s->last_seq = x->seq;
        s->sampled += m->sampled;
        any = true;
    }
    return any;
}

/* Of each date code by its pieces; where they are not told, at least this many: one code may have nearly all. */
static int64_t needed_of(enum test t, const struct facts *f)
{
    int64_t needed = 0, told = 0;
    size_t codes = 0;
    for (size_t i = 0; i < f->codes_len; i++) {
        if (f->codes[i].observed)
            continue;
        codes++;
        told += f->codes[i].quantity != NONE ? f->codes[i].quantity : 0;
        needed += f->codes[i].quantity != NONE ? test_sample(t, f->codes[i].quantity) : 0;
    }
    if (codes > 1 && told == f->inflow)
        return needed;
    int64_t rest = f->inflow - (int64_t)(codes > 1 ? codes - 1 : 0);
    return rest > 0 ? test_sample(t, rest) + (f->inflow - rest) : f->inflow;
}

static void sample_is_enough(const struct rule *self, const struct facts *f, enum test t, const struct samples *s,
                             struct findings *out)
{
    const char *subject = arena_printf(out->arena, "test %s", test_name(t));
    if (f->inflow <= 0) {
        rule_unknown(out, self, subject, "how many pieces the lot has");
        return;
    }
    int64_t needed = needed_of(t, f);
    int64_t sampled = s->sampled < f->inflow ? s->sampled : f->inflow;
    if (sampled >= needed) {
        rule_pass(out, self, subject);
        return;
    }
    int64_t finds = sample_finds(f->inflow, sampled), permille = (finds * 1000 + f->inflow - 1) / f->inflow;
    rule_fail(out, self, subject, SEV_MEDIUM, NO_DAY, SEQS(s->first_seq, s->last_seq, f->description_seq),
              json_pack("{s:s, s:I, s:I, s:I, s:I}", "test", test_name(t), "sampled", (json_int_t)s->sampled, "needed",
                        (json_int_t)needed, "lot", (json_int_t)f->inflow, "findsFromPermille",
                        (json_int_t)(permille > 1000 ? 1000 : permille)),
              "%s: %s of %" PRId64 " tested, %" PRId64 " would be needed; with 90 %% confidence such a sample shows suspect "
              "pieces only from %" PRId64 ".%" PRId64 " %% of the lot on.",
              test_name(t), pieces(out, s->sampled), f->inflow, needed, (permille > 1000 ? 1000 : permille) / 10,
              (permille > 1000 ? 0 : permille) % 10);
}

static void samples_are_enough(const struct rule *self, const struct facts *f, struct findings *out)
{
    struct samples all[TESTS] = {0};
    bool any = false;
    for (size_t i = 0; i < f->inspections_len; i++)
        any |= add_samples(&f->inspections[i], all);
    if (!any && should_be_tested(f))
        rule_unknown(out, self, "", "a test by a sampling plan that is known");
    for (enum test t = TEST_A1; any && t < TESTS; t++)
        if (all[t].last_seq || all[t].sampled)
            sample_is_enough(self, f, t, &all[t], out);
}

/* ---- CAP-089 ---- */

static bool has_code(const struct facts *f, const char *code)
{
    for (size_t i = 0; i < f->codes_len; i++)
        if (!f->codes[i].observed && strcasecmp(f->codes[i].code, code) == 0)
            return true;
    return false;
}

/* A date code that it says to have been of, and that the lot, which declares some, has not; NULL. */
static const char *foreign_code(const struct facts *f, const struct record *r)
{
    for (size_t k = 0; lot_declares_codes(f) && k <= r->methods_len; k++) {
        const struct words *w = k < r->methods_len ? &r->methods[k].date_codes : &r->of_pieces.date_codes;
        for (size_t i = 0; i < w->len; i++)
            if (!has_code(f, w->at[i]))
                return w->at[i];
    }
    return NULL;
}

static int64_t most_sampled(const struct record *r)
{
    int64_t most = 0;
    for (size_t k = 0; k < r->methods_len; k++)
        most = r->methods[k].sampled > most ? r->methods[k].sampled : most;
    return most;
}

/* Stock of before the records began was here nobody says since when; of what came in some month, its first day. */
static int32_t first_here(const struct facts *f)
{
    int32_t first = f->seen_day;
    for (size_t i = 0; i < f->hops_len; i++) {
        if (f->hops[i].opening)
            return NO_DAY;
        if (hop_is_receipt(&f->hops[i]) && first != NO_DAY && f->hops[i].day_first != NO_DAY && f->hops[i].day_first < first)
            first = f->hops[i].day_first;
    }
    return first;
}

static void inspection_is_about(const struct rule *self, const struct facts *f, const struct inspection_fact *x,
                                struct findings *out)
{
    const char *subject = arena_printf(out->arena, "inspection %s", x->key);
    const struct record *r = x->record;
    const char *foreign = foreign_code(f, r);
    int32_t here = first_here(f);
    int64_t most = most_sampled(r);
    bool early = x->own && !text_is(r->purpose, "acceptance") && here != NO_DAY && x->day_last + rule_parameter(self, "slackDays") < here;
    const char *why = x->other_part ? arena_printf(out->arena, "it had %s before it", r->observed.part.mpn)
                      : foreign     ? arena_printf(out->arena, "it is of date code %s, which the lot has not", foreign)
                      : most > f->inflow && f->inflow > 0
                          ? arena_printf(out->arena, "it tested %s, more than the lot ever had", pieces(out, most))
                      : early ? arena_printf(out->arena, "it was made on %s, before any came in on %s",
                                             day_name(out, x->day_last), day_name(out, here))
                              : NULL;
    if (why)
        rule_fail(out, self, subject, x->binding ? SEV_HIGH : SEV_INFO, NO_DAY, SEQS(x->seq, f->description_seq),
                  json_pack("{s:s*, s:s*, s:b, s:s*, s:I, s:b}", "by", x->by, "day", day_name(out, x->day_last),
                            "otherPart", x->other_part, "dateCode", foreign, "sampled", (json_int_t)most, "early", early),
                  "The %s cannot be about this lot: %s.", subject, why);
    else if (!f->described || (!f->codes_len && here == NO_DAY))
        rule_unknown(out, self, subject, "what the lot is, and since when it is here");
    else
        rule_pass(out, self, subject);
}

static bool is_report(const struct document_fact *d)
{
    return text_is(d->document->kind, "test-report");
}

/* Of how many pieces it speaks is for the sample to say. */
static void report_is_about(const struct rule *self, const struct facts *f, const struct document_fact *d,
                            const struct lot_sets *lot, struct findings *out)
{
    const char *number = d->document->number ? d->document->number : d->document->sha256;
    const char *subject = arena_printf(out->arena, "test report %s", number ? number : "without a number");
    struct document_fact without = *d;
    without.quantity = NONE;
    struct comparison c = compare(&without, f, lot, out);
    if (c.names.len)
        rule_fail(out, self, subject, SEV_HIGH, NO_DAY, SEQS(d->seq, f->description_seq),
                  json_pack("{s:s*, s:s*, s:O}", "issuer", d->issuer, "number", d->document->number, "differences",
                            c.differences),
                  "The %s is about other goods than this lot: %s.", subject, text_str(&c.names));
    else if (c.compared)
        rule_pass(out, self, subject);
    else
        rule_unknown(out, self, subject, "what the report says that it is about");
    json_decref(c.differences);
}

static void tests_are_about_it(const struct rule *self, const struct facts *f, struct findings *out)
{
    bool any = f->inspections_len > 0, reports = false;
    for (size_t i = 0; i < f->documents_len; i++)
        reports |= is_report(&f->documents[i]);
    if (!any && !reports && should_be_tested(f))
        rule_unknown(out, self, "", "a test");
    for (size_t i = 0; i < f->inspections_len; i++)
        inspection_is_about(self, f, &f->inspections[i], out);
    if (!reports)
        return;
    struct lot_sets lot = lot_sets_of(out, f);
    for (size_t i = 0; i < f->documents_len; i++)
        if (is_report(&f->documents[i]))
            report_is_about(self, f, &f->documents[i], &lot, out);
}

/* ---- the rows ---- */

static const struct rule RULES[] = {
    {
        .id = "CAP-085",
        .family = "F",
        .title = "Before pieces are released or installed, the tests that their source asks for were passed",
        .severity = SEV_HIGH,
        .version = 2,
        .refs = {"SAE AS6171", "SAE AS6081", "IEC 62668-2", "DFARS 252.246-7008"},
        .guards = "Only where pieces are released from a hold or installed; the better their source and trace, the fewer tests, "
                  "none for what comes traced from the manufacturer or one it authorized; tests change no trace. "
                  "The end of a hold for papers, or of one that a customer or lawyers asked for, is no release of goods. "
                  "Criticality 0 is non-critical, 1 essential, 2 flight-critical; the holder's own bill of materials says it better.",
        .parameters = {{"criticality", 0, "level"}, {"slackDays", 1, "days"}},
        .check = tested_before_use,
    },
    {
        .id = "CAP-086",
        .family = "F",
        .title = "As many pieces are tested as the sampling plan says, of each date code",
        .severity = SEV_MEDIUM,
        .version = 1,
        .refs = {"SAE AS6081", "MIL-PRF-38535"},
        .guards = "Of small lots all; tests of authenticity by AS6081 or by no standard only, AS6171 has plans of its own; over "
                  "all inspections together; where the pieces of each date code are not told, the least that may be needed.",
        .check = samples_are_enough,
    },
    {
        .id = "CAP-089",
        .family = "F",
        .title = "A test is about the lot that it is recorded for",
        .severity = SEV_HIGH,
        .version = 2,
        .refs = {"SAE AS6171", "SAE AS6081"},
        .guards = "Part numbers with their aliases; only the holder's own test can be before the lot came to him, with a day of "
                  "slack, and not an acceptance, which may be at the source; opening stock has no first day; what was found is no date code that it is of.",
        .parameters = {{"slackDays", 1, "days"}},
        .check = tests_are_about_it,
    },
};

const struct rule_family TESTING_RULES = {RULES, LENGTH(RULES)};
