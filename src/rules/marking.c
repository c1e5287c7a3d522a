/* marking - family C: date codes and trace codes, against the calendar, the part and each other. */
#include "family.h"

#include <string.h>

static const char *code_subject(struct findings *out, const struct code_fact *c)
{
    return arena_printf(out->arena, "%sdate code %s", c->observed ? "observed " : "", c->code);
}

/* Code rules look at parsed codes; N/T is told, an unknown form cannot be judged. */
static bool is_readable(const struct rule *self, const struct code_fact *c, struct findings *out)
{
    if (c->parsed.not_traceable)
        return false;
    if (!c->parsed.parsed)
        rule_unknown(out, self, code_subject(out, c), "a date code of a known form");
    return c->parsed.parsed;
}

static void week(const struct rule *self, const struct facts *f, struct findings *out)
{
    for (size_t i = 0; i < f->codes_len; i++) {
        const struct code_fact *c = &f->codes[i];
        if (c->parsed.not_traceable)
            continue;
        if (c->parsed.week == WEEK_IMPOSSIBLE || c->parsed.week == WEEK_53_IN_52)
            rule_fail(out, self, code_subject(out, c), c->parsed.week == WEEK_IMPOSSIBLE ? SEV_HIGH : SEV_LOW, NO_DAY, SEQS(c->seq),
                      json_pack("{s:s}", "code", c->code), "Date code %s names a week that %s.", c->code,
                      c->parsed.week == WEEK_IMPOSSIBLE ? "no year has" : "this year does not have");
        else if (is_readable(self, c, out))
            rule_pass(out, self, code_subject(out, c));
    }
}

/* Later than the day by more than the slack in every reading. */
static bool all_after(const struct date_code *d, int64_t day)
{
    for (size_t i = 0; i < d->candidates_len; i++)
        if (d->candidates[i].first <= day)
            return false;
    return d->candidates_len > 0;
}

static bool all_before(const struct date_code *d, int64_t day)
{
    for (size_t i = 0; i < d->candidates_len; i++)
        if (d->candidates[i].last >= day)
            return false;
    return d->candidates_len > 0;
}

static bool only_swapped(const struct facts *f, const struct code_fact *c, int64_t slack)
{
    return f->seen_day != NO_DAY && all_after(&c->parsed, f->seen_day + slack) && c->parsed.has_swapped &&
           c->parsed.swapped.first <= f->seen_day + slack;
}

static void future(const struct rule *self, const struct facts *f, struct findings *out)
{
    int64_t slack = rule_parameter(self, "slackDays");
    for (size_t i = 0; i < f->codes_len; i++) {
        const struct code_fact *c = &f->codes[i];
        if (!is_readable(self, c, out))
            continue;
        if (f->seen_day == NO_DAY)
            rule_unknown(out, self, code_subject(out, c), "the day the parts came in");
        else if (!all_after(&c->parsed, f->seen_day + slack))
            rule_pass(out, self, code_subject(out, c));
        else
            rule_fail(out, self, code_subject(out, c), only_swapped(f, c, slack) ? SEV_MEDIUM : SEV_CRITICAL, NO_DAY, SEQS(c->seq, f->seen_seq),
                      json_pack("{s:s, s:s, s:s}", "code", c->code, "earliest", day_name(out, c->parsed.candidates[0].first), "seen", day_name(out, f->seen_day)),
                      "Parts recorded on %s carry date code %s, which begins on %s%s.", day_name(out, f->seen_day), c->code,
                      day_name(out, c->parsed.candidates[0].first), only_swapped(f, c, slack) ? "; with week and year swapped it would fit" : "");
    }
}

static void before_introduction(const struct rule *self, const struct facts *f, struct findings *out)
{
    int64_t days = 7 * rule_parameter(self, "slackWeeks");
    for (size_t i = 0; i < f->codes_len; i++) {
        const struct code_fact *c = &f->codes[i];
        if (only_swapped(f, c, 7) || !is_readable(self, c, out))
            continue;
        if (f->introduced == NO_DAY)
            rule_unknown(out, self, code_subject(out, c), "when the part was introduced");
        else if (!all_before(&c->parsed, f->introduced - days))
            rule_pass(out, self, code_subject(out, c));
        else
            rule_fail(out, self, code_subject(out, c), SEV_HIGH, NO_DAY, SEQS(c->seq, f->introduced_seq),
                      json_pack("{s:s, s:s}", "code", c->code, "introduced", day_name(out, f->introduced)),
                      "Date code %s is from before the part was introduced on %s.", c->code, day_name(out, f->introduced));
    }
}

static void after_end(const struct rule *self, const struct facts *f, struct findings *out)
{
    int64_t days = 7 * rule_parameter(self, "slackWeeks");
    int32_t end = f->end_of_production != NO_DAY ? f->end_of_production : f->last_ship;
    for (size_t i = 0; i < f->codes_len; i++) {
        const struct code_fact *c = &f->codes[i];
        if (!is_readable(self, c, out))
            continue;
        bool over = end != NO_DAY && all_after(&c->parsed, end + days);
        if (over && !f->aftermarket_root)
            rule_fail(out, self, code_subject(out, c), SEV_CRITICAL, NO_DAY, SEQS(c->seq, f->end_seq),
                      json_pack("{s:s, s:s}", "code", c->code, "ended", day_name(out, end)),
                      "Date code %s is from after the end of production on %s, and the chain leads to no authorized aftermarket manufacturer.", c->code, day_name(out, end));
        else if (end != NO_DAY || f->discontinuance_withdrawn)
            rule_pass(out, self, code_subject(out, c));
        else
            rule_unknown(out, self, code_subject(out, c), "the end of production");
    }
}

static bool seen_before(const struct facts *f, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(f->codes[k].code, f->codes[i].code) == 0)
            return true;
    return false;
}

static size_t codes_under(const struct facts *f, const char *trace, bool whole)
{
    size_t n = 0;
    for (size_t i = 0; i < f->codes_len; i++) {
        bool under = whole;
        for (size_t k = 0; k < f->codes[i].trace_codes_len; k++)
            under |= strcmp(f->codes[i].trace_codes[k], trace) == 0;
        bool again = false;
        for (size_t k = 0; k < i && under; k++)
            again |= strcmp(f->codes[k].code, f->codes[i].code) == 0;
        n += under && !again && !f->codes[i].parsed.not_traceable;
    }
    return n;
}

/* Several date codes under one trace code: a trace code is one lot of one week. */
static const char *stretched_trace(const struct facts *f)
{
    bool one = f->traces_len > 0, paired = false;
    for (size_t i = 1; i < f->traces_len; i++)
        one &= strcmp(f->traces[i].code, f->traces[0].code) == 0;
    for (size_t i = 0; i < f->codes_len; i++)
        paired |= f->codes[i].trace_codes_len > 0;
    for (size_t i = 0; i < f->traces_len; i++)
        if (codes_under(f, f->traces[i].code, one && !paired) > 1 || (one && codes_under(f, f->traces[i].code, true) > 1))
            return f->traces[i].code;
    return NULL;
}

static bool from_known_sources(const struct facts *f)
{
    for (size_t i = 0; i < f->hops_len; i++)
        if (!tier_is_authorized(f->hops[i].source_tier) || (f->hops[i].seller && !tier_is_authorized(f->hops[i].tier)))
            return false;
    return true;
}

static void mixed(const struct rule *self, const struct facts *f, struct findings *out)
{
    size_t distinct = 0;
    bool counted = true;
    int64_t *seqs = ARENA_ARRAY(out->arena, int64_t, f->codes_len + 1);
    size_t seqs_len = 0;
    int32_t first = INT32_MAX, last = INT32_MIN;
    for (size_t i = 0; i < f->codes_len; i++) {
        const struct code_fact *c = &f->codes[i];
        if (c->parsed.not_traceable || seen_before(f, i))
            continue;
        distinct++;
        counted &= c->quantity != NONE;
        if (seqs_len == 0 || seqs[seqs_len - 1] != c->seq)
            seqs[seqs_len++] = c->seq;
        for (size_t k = 0; k < c->parsed.candidates_len; k++) {
            first = c->parsed.candidates[k].first < first ? c->parsed.candidates[k].first : first;
            last = c->parsed.candidates[k].last > last ? c->parsed.candidates[k].last : last;
        }
    }
    if (distinct == 0) {
        if (f->described)
            rule_unknown(out, self, "", "date codes");
        return;
    }
    const char *trace = stretched_trace(f);
    if (distinct == 1) {
        rule_pass(out, self, "");
        return;
    }
    bool wide = last > first && last - first > 7 * rule_parameter(self, "spreadWeeks");
    bool known = from_known_sources(f);
    enum severity s = trace                 ? SEV_HIGH
                      : known && counted    ? SEV_INFO
                      : known               ? (wide ? SEV_MEDIUM : SEV_LOW)
                      : counted             ? SEV_MEDIUM
                                            : SEV_HIGH;
    rule_fail(out, self, "", s, NO_DAY, seqs, seqs_len, json_pack("{s:I, s:s*, s:b}", "dateCodes", (json_int_t)distinct, "traceCode", trace, "quantities", counted),
              trace ? "%zu date codes are found under the one trace code %s." : "The lot mixes %zu date codes%s.", distinct,
              trace ? trace : counted ? ", with the pieces of each" : ", without the pieces of each");
}

static void trace_dates(const struct rule *self, const struct facts *f, struct findings *out)
{
    for (size_t i = 0; i < f->marks_len; i++) {
        const struct mark_fact *m = &f->marks[i];
        if (m->kind != MARK_TRACE)
            continue;
        const char *subject = arena_printf(out->arena, "trace code %s", m->value);
        if (!m->this_dates)
            rule_unknown(out, self, subject, "a date code that goes with it");
        else if (!m->disjoint_dates || m->reuse_declared)
            rule_pass(out, self, subject);
        else
            rule_fail(out, self, subject, SEV_HIGH, NO_DAY, SEQS(m->seq), json_pack("{s:s, s:s}", "traceCode", m->value, "dates", m->this_dates),
                      "Trace code %s is also recorded with date codes that exclude this lot's (%s).", m->value, m->this_dates);
    }
}

static void trace_reuse(const struct rule *self, const struct facts *f, struct findings *out)
{
    bool any = false;
    for (size_t i = 0; i < f->marks_len; i++) {
        const struct mark_fact *m = &f->marks[i];
        if (m->kind != MARK_TRACE)
            continue;
        any = true;
        const char *subject = arena_printf(out->arena, "trace code %s", m->value);
        if ((m->other_part && !m->reuse_declared) || m->spread)
            rule_fail(out, self, subject, SEV_HIGH, NO_DAY, SEQS(m->seq), json_pack("{s:s, s:b, s:b}", "traceCode", m->value, "otherPart", m->other_part, "spread", m->spread),
                      "Trace code %s %s.", m->value, m->spread ? "comes from three or more unrelated open-market sources within half a year" : "is also recorded under another part number of the manufacturer");
        else
            rule_pass(out, self, subject);
    }
    if (!any && f->described)
        rule_unknown(out, self, "", "trace codes");
}

/* clang-format off */
static const struct rule RULES[] = {
    {.id = "CAP-041", .family = "C", .title = "A date code names a week that its year has", .severity = SEV_HIGH, .version = 1,
     .refs = {"EIA-476", "ISO 8601"}, .guards = "Week 53 in a year of 52 is low: manufacturers keep calendars of their own.", .check = week},
    {.id = "CAP-042", .family = "C", .title = "A date code is not later than the day the parts were recorded", .severity = SEV_CRITICAL, .version = 1,
     .refs = {"DFARS 252.246-7007"}, .parameters = {{"slackDays", 7, "days"}}, .guards = "Every reading of the code must be later; medium where week and year swapped would fit.", .check = future},
    {.id = "CAP-043", .family = "C", .title = "A date code is not from before the part was introduced", .severity = SEV_HIGH, .version = 1,
     .refs = {"DFARS 252.246-7007", "IEC 62668-1"}, .parameters = {{"slackWeeks", 26, "weeks"}}, .guards = "The earliest introduction any source states counts; every reading must be earlier.", .check = before_introduction},
    {.id = "CAP-044", .family = "C", .title = "A date code is not from after the end of production", .severity = SEV_CRITICAL, .version = 1,
     .refs = {"DFARS 252.246-7007", "AS5553", "J-STD-048"}, .parameters = {{"slackWeeks", 13, "weeks"}}, .guards = "A chain that leads to an authorized aftermarket manufacturer is excused; a withdrawn discontinuance re-opens the window.", .check = after_end},
    {.id = "CAP-045", .family = "C", .title = "A lot is of one date code, or says how many pieces are of each", .severity = SEV_HIGH, .version = 1,
     .refs = {"AS6081", "IDEA-STD-1010"}, .parameters = {{"spreadWeeks", 26, "weeks"}}, .guards = "A note for authorized sources that give quantities; several date codes under one trace code are serious for everybody.", .check = mixed},
    {.id = "CAP-046", .family = "C", .title = "A trace code goes with one range of date codes", .severity = SEV_HIGH, .version = 1,
     .refs = {"AS6171", "DFARS 252.246-7007"}, .guards = "Lots of the same root are no conflict; a maker may declare that it re-uses trace codes.", .check = trace_dates},
    {.id = "CAP-047", .family = "C", .title = "A trace code belongs to one part and not to many unrelated sources", .severity = SEV_HIGH, .version = 1,
     .refs = {"AS5553"}, .parameters = {{"sources", 3, "roots"}, {"windowDays", 180, "days"}}, .guards = "Only unrelated roots count.", .check = trace_reuse},
};
/* clang-format on */
const struct rule_family MARKING_RULES = {RULES, LENGTH(RULES)};
