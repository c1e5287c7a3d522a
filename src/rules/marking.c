/*
 * marking - family C: date codes and trace codes, against the calendar, the part and each
 * other.
 *
 * A date code that reads in more than one way fails only if every reading does.  A code
 * that the holder declares and an inspection observes as well is one subject.
 */
#include "family.h"

#include "pedigree/base/clock.h"

#include <stdlib.h>
#include <string.h>

/* ---- every date code of a lot ---- */

static const char *code_subject(struct findings *out, const struct code_fact *c)
{
    return arena_printf(out->arena, "date code %s", c->code);
}

/* Of one code what came in first, then what is told of no day. */
static int by_code(const void *a, const void *b)
{
    const struct code_fact *x = *(const struct code_fact *const *)a;
    const struct code_fact *y = *(const struct code_fact *const *)b;
    int order = strcmp(x->code, y->code);
    if (order == 0 && x->came != y->came)
        order = y->came == NO_DAY || (x->came != NO_DAY && x->came < y->came) ? -1 : 1;
    return order ? order : x < y ? -1 : x > y;
}

/* Each code once, as it first came in. */
static const struct code_fact **distinct_codes(const struct facts *f, struct arena *a,
                                               size_t *len)
{
    const struct code_fact **codes =
        ARENA_ARRAY(a, const struct code_fact *, f->codes_len);
    for (size_t i = 0; i < f->codes_len; i++)
        codes[i] = &f->codes[i];
    qsort(codes, f->codes_len, sizeof *codes, by_code);
    *len = 0;
    for (size_t i = 0; i < f->codes_len; i++)
        if (*len == 0 || strcmp(codes[*len - 1]->code, codes[i]->code) != 0)
            codes[(*len)++] = codes[i];
    return codes;
}

/* False, and said so, for a code that cannot be read. */
static bool is_read(const struct rule *self, const struct code_fact *c,
                    struct findings *out)
{
    if (!c->parsed.parsed)
        rule_unknown(out, self, code_subject(out, c),
                     c->parsed.not_traceable ? "a date code: it is marked N/T"
                                             : "a date code of a known form");
    return c->parsed.parsed;
}

typedef void code_check(const struct rule *self, const struct facts *f,
                        const struct code_fact *c, struct findings *out);

static void each_code(const struct rule *self, const struct facts *f,
                      struct findings *out, code_check *check)
{
    if (!lot_has_codes(self, f, out))
        return;
    size_t len;
    const struct code_fact **codes = distinct_codes(f, out->arena, &len);
    for (size_t i = 0; i < len; i++)
        check(self, f, codes[i], out);
}

/* The readings, and who says that the code is there: {"code", "observed", "readings"}. */
static json_t *code_json(struct findings *out, const struct code_fact *c)
{
    json_t *readings = json_array();
    for (size_t i = 0; i < c->parsed.candidates_len; i++)
        json_array_append_new(
            readings,
            json_pack("{s:s, s:s}", "from", day_name(out, c->parsed.candidates[i].first),
                      "to", day_name(out, c->parsed.candidates[i].last)));
    return json_pack("{s:s, s:b, s:o}", "dateCode", c->code, "observed", c->observed,
                     "readings", readings);
}

static json_t *with_day(json_t *evidence, struct findings *out, const char *name,
                        int32_t day)
{
    json_object_set_new(evidence, name, json_string(day_name(out, day)));
    return evidence;
}

static const char *shown(const struct code_fact *c)
{
    return c->observed ? "An inspection observed date code" : "Date code";
}

static bool begins_after(const struct date_code *d, int64_t day)
{
    for (size_t i = 0; i < d->candidates_len; i++)
        if (d->candidates[i].first <= day)
            return false;
    return d->candidates_len > 0;
}

static bool ends_before(const struct date_code *d, int64_t day)
{
    for (size_t i = 0; i < d->candidates_len; i++)
        if (d->candidates[i].last >= day)
            return false;
    return d->candidates_len > 0;
}

/* ---- CAP-040 ---- */

/* Of a week that does not exist CAP-041 speaks. */
static void code_reads(const struct rule *self, const struct facts *f, const struct code_fact *c,
                       struct findings *out)
{
    (void)f;
    if (c->parsed.parsed || c->parsed.not_traceable || c->parsed.week != WEEK_FINE)
        rule_pass(out, self, code_subject(out, c));
    else
        rule_fail(out, self, code_subject(out, c), SEV_LOW, NO_DAY, SEQS(c->seq),
                  code_json(out, c), "%s %s, which is of no form that is known.", shown(c), c->code);
}

static void traces_fit(const struct rule *self, const struct facts *f, struct findings *out)
{
    const struct said_text *pattern = &f->spec->trace_code_pattern;
    for (size_t i = 0; pattern->value && i < f->traces_len; i++) {
        const struct trace_fact *t = &f->traces[i];
        const char *subject = arena_printf(out->arena, "trace code %s", t->code);
        if (t->fits == YES)
            rule_pass(out, self, subject);
        else if (t->fits == UNKNOWN)
            rule_unknown(out, self, subject, "a pattern of trace codes that can be matched");
        else
            rule_fail(out, self, subject, SEV_LOW, NO_DAY, SEQS(t->seq, pattern->seq),
                      json_pack("{s:s, s:s, s:b}", "traceCode", t->code, "pattern", pattern->value,
                                "observed", t->observed),
                      "Trace code %s does not look as this manufacturer's do (%s).", t->code,
                      pattern->value);
    }
}

static void codes_read(const struct rule *self, const struct facts *f, struct findings *out)
{
    each_code(self, f, out, code_reads);
    traces_fit(self, f, out);
}

/* ---- CAP-041 ---- */

static void code_week(const struct rule *self, const struct facts *f,
                      const struct code_fact *c, struct findings *out)
{
    (void)f;
    switch (c->parsed.week) {
    case WEEK_FINE:
        if (is_read(self, c, out))
            rule_pass(out, self, code_subject(out, c));
        return;
    case WEEK_53_IN_52:
        rule_fail(out, self, code_subject(out, c), SEV_LOW, NO_DAY, SEQS(c->seq),
                  code_json(out, c), "%s %s, which is week 53 of a year that has 52.",
                  shown(c), c->code);
        return;
    case WEEK_IMPOSSIBLE: /* even if it could be the year of a code marked week first */
        rule_fail(out, self, code_subject(out, c), SEV_HIGH, NO_DAY, SEQS(c->seq),
                  code_json(out, c), "%s %s, which names a week that no year has.",
                  shown(c), c->code);
        return;
    }
}

static void weeks_exist(const struct rule *self, const struct facts *f,
                        struct findings *out)
{
    each_code(self, f, out, code_week);
}

/* ---- CAP-042 and CAP-043: not later than the lot, not before the part ---- */

/* When the code came in: with the record that names it, else with the last that may have
 * brought it. */
static int32_t came_in(const struct facts *f, const struct code_fact *c, int64_t *seq)
{
    bool told = c->came != NO_DAY;
    *seq = told ? c->seq : f->came_last_seq;
    return told ? c->came : f->came_last;
}

/* The days between which a code makes sense: no integrated circuit is older than 1960. */
static struct day_span plausible(const struct facts *f, const struct code_fact *c)
{
    int64_t seq;
    int32_t came = came_in(f, c, &seq);
    int32_t before = DAYS_A_WEEK * (int32_t)rules_parameter("CAP-043", "slackWeeks");
    int32_t after = (int32_t)rules_parameter("CAP-042", "slackDays");
    return (struct day_span){f->introduced == NO_DAY ? day_from_ymd(1960, 1, 1)
                                                     : f->introduced - before,
                             came == NO_DAY ? INT32_MAX : came + after};
}

static bool is_plausible(struct day_span reading, struct day_span days)
{
    return reading.last >= days.first && reading.first <= days.last;
}

bool code_is_swapped(const struct facts *f, const struct code_fact *c)
{
    struct day_span days = plausible(f, c);
    for (size_t i = 0; i < c->parsed.candidates_len; i++)
        if (is_plausible(c->parsed.candidates[i], days))
            return false;
    return c->parsed.parsed && c->parsed.has_swapped &&
           is_plausible(c->parsed.swapped, days);
}

static void code_not_later(const struct rule *self, const struct facts *f,
                           const struct code_fact *c, struct findings *out)
{
    int64_t slack = rule_parameter(self, "slackDays"), seq;
    int32_t came = came_in(f, c, &seq);
    if (!is_read(self, c, out))
        return;
    if (came == NO_DAY) {
        rule_unknown(out, self, code_subject(out, c),
                     "the day on which the pieces came in");
        return;
    }
    bool swapped = code_is_swapped(f, c);
    if (!swapped && !begins_after(&c->parsed, came + slack)) {
        rule_pass(out, self, code_subject(out, c));
        return;
    }
    rule_fail(
        out, self, code_subject(out, c), swapped ? SEV_MEDIUM : SEV_CRITICAL, NO_DAY,
        SEQS(c->seq, seq), with_day(code_json(out, c), out, "cameIn", came),
        swapped
            ? "%s %s, which makes sense for pieces that came in on %s only if week and "
              "year are swapped."
            : "%s %s, which is later than the pieces, that came in on %s.",
        shown(c), c->code, day_name(out, came));
}

static void codes_not_later(const struct rule *self, const struct facts *f,
                            struct findings *out)
{
    each_code(self, f, out, code_not_later);
}

static void code_not_before(const struct rule *self, const struct facts *f,
                            const struct code_fact *c, struct findings *out)
{
    int64_t slack = DAYS_A_WEEK * rule_parameter(self, "slackWeeks");
    if (!is_read(self, c, out) || code_is_swapped(f, c)) /* of a swapped one CAP-042 speaks */
        return;
    if (f->introduced == NO_DAY)
        rule_unknown(out, self, code_subject(out, c),
                     "the day of the part's introduction");
    else if (!ends_before(&c->parsed, f->introduced - slack))
        rule_pass(out, self, code_subject(out, c));
    else
        rule_fail(out, self, code_subject(out, c), SEV_HIGH, NO_DAY,
                  SEQS(c->seq, f->introduced_seq),
                  with_day(code_json(out, c), out, "introduced", f->introduced),
                  "%s %s, which is from before the part was introduced on %s.", shown(c),
                  c->code, day_name(out, f->introduced));
}

static void codes_not_before(const struct rule *self, const struct facts *f,
                             struct findings *out)
{
    each_code(self, f, out, code_not_before);
}

/* ---- CAP-044 ---- */

static void code_not_after_end(const struct rule *self, const struct facts *f,
                               const struct code_fact *c, struct findings *out)
{
    int64_t slack = DAYS_A_WEEK * rule_parameter(self, "slackWeeks");
    bool made = f->end_of_production != NO_DAY;
    int32_t end = made ? f->end_of_production : f->last_ship;
    int32_t last = end != NO_DAY && f->made_last > end ? f->made_last : end;
    if (!is_read(self, c, out))
        return;
    if (f->aftermarket_root || (f->discontinuance_withdrawn && end == NO_DAY))
        rule_pass(out, self, code_subject(out, c));
    else if (end == NO_DAY)
        rule_unknown(out, self, code_subject(out, c), "the end of the part's production");
    else if (!begins_after(&c->parsed, last + slack))
        rule_pass(out, self, code_subject(out, c));
    else
        rule_fail(
            out, self, code_subject(out, c), SEV_CRITICAL, NO_DAY,
            SEQS(c->seq, f->end_seq),
            with_day(code_json(out, c), out, made ? "endOfProduction" : "lastShip", end),
            "%s %s, which is from after the part's %s on %s, and the chain leads to no "
            "authorized aftermarket manufacturer.",
            shown(c), c->code, made ? "end of production" : "last shipment",
            day_name(out, end));
}

static void codes_not_after_end(const struct rule *self, const struct facts *f,
                                struct findings *out)
{
    each_code(self, f, out, code_not_after_end);
}

/* ---- the rows ---- */

static const struct rule RULES[] = {
    {
        .id = "CAP-040",
        .family = "C",
        .title = "Date codes and trace codes are of a form that is known",
        .severity = SEV_LOW,
        .version = 1,
        .refs = {"EIA-476", "EIGP 114"},
        .guards = "N/T is a statement, no fault; a form that the manufacturer declares is known from "
                  "then on; trace codes are held only against a pattern of the manufacturer.",
        .check = codes_read,
    },
    {
        .id = "CAP-041",
        .family = "C",
        .title = "A date code names a week that its year has",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"EIA-476", "ISO 8601"},
        .guards =
            "Week 53 of a year with 52 is low, as manufacturers keep calendars of their "
            "own.",
        .check = weeks_exist,
    },
    {
        .id = "CAP-042",
        .family = "C",
        .title = "A date code is not later than the pieces that carry it",
        .severity = SEV_CRITICAL,
        .version = 1,
        .refs = {"DFARS 252.246-7007", "EIA-476"},
        .guards = "Every reading must be later than the receipt that names the code, or "
                  "than the "
                  "last; medium if it makes sense with week and year swapped.",
        .parameters = {{"slackDays", 7, "days"}},
        .check = codes_not_later,
    },
    {
        .id = "CAP-043",
        .family = "C",
        .title = "A date code is not from before the part was introduced",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"DFARS 252.246-7007", "IEC 62668-1"},
        .guards =
            "The earliest introduction that any source states counts; every reading must "
            "be earlier; engineering samples come half a year before.",
        .parameters = {{"slackWeeks", 26, "weeks"}},
        .check = codes_not_before,
    },
    {
        .id = "CAP-044",
        .family = "C",
        .title = "A date code is not from after the end of the part's production",
        .severity = SEV_CRITICAL,
        .version = 1,
        .refs = {"DFARS 252.246-7007", "SAE AS5553", "J-STD-048"},
        .guards =
            "Only a notice-grade source ends a production; a chain that leads to an "
            "authorized aftermarket manufacturer is excused, and what the maker itself "
            "records to have made later, as from a die bank; a withdrawn discontinuance "
            "ends nothing.",
        .parameters = {{"slackWeeks", 13, "weeks"}},
        .check = codes_not_after_end,
    },
};

const struct rule_family MARKING_RULES = {RULES, LENGTH(RULES)};
