/*
 * mixture - family C: what is mixed in a lot, and trace codes, held against other lots.
 *
 * Date codes that read alike are one, however they are written.
 */
#include "family.h"

#include "pedigree/base/text.h"

#include <string.h>

/* ---- CAP-045 ---- */

struct mix { /* the distinct date codes of a lot, that can be read */
    size_t len;
    bool counted;   /* how many pieces are of each is told */
    int32_t spread; /* days from the first to the last */
    int64_t *seqs;  /* the records that say so */
    json_t *codes;
};

static bool is_same_reading(const struct code_fact *a, const struct code_fact *b)
{
    return strcmp(a->code, b->code) == 0 ||
           (a->parsed.parsed && b->parsed.parsed &&
            a->parsed.candidates[0].first == b->parsed.candidates[0].first &&
            a->parsed.candidates[0].last == b->parsed.candidates[0].last);
}

/* Codes that read alike are one; it is counted if any of them is. */
static bool is_first_reading(const struct facts *f, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (is_same_reading(&f->codes[k], &f->codes[i]))
            return false;
    return f->codes[i].parsed.parsed;
}

static bool is_counted(const struct facts *f, size_t i)
{
    for (size_t k = i; k < f->codes_len; k++)
        if (f->codes[k].quantity != NONE && is_same_reading(&f->codes[k], &f->codes[i]))
            return true;
    return false;
}

static struct mix mix_of(const struct facts *f, struct arena *a)
{
    struct mix m = {.counted = true,
                    .seqs = ARENA_ARRAY(a, int64_t, f->codes_len),
                    .codes = json_array()};
    int32_t first = 0, last = 0;
    for (size_t i = 0; i < f->codes_len; i++) {
        const struct code_fact *c = &f->codes[i];
        if (!is_first_reading(f, i))
            continue;
        int32_t day = c->parsed.candidates[0].first;
        first = m.len == 0 || day < first ? day : first;
        last = m.len == 0 || day > last ? day : last;
        m.seqs[m.len++] = c->seq;
        m.counted &= is_counted(f, i);
        json_array_append_new(m.codes, json_string(c->code));
    }
    m.spread = last - first;
    return m;
}

static bool is_under(const struct code_fact *c, const char *trace)
{
    for (size_t i = 0; i < c->trace_codes_len; i++)
        if (strcmp(c->trace_codes[i], trace) == 0)
            return true;
    return false;
}

static bool has_one_trace(const struct facts *f)
{
    for (size_t i = 1; i < f->traces_len; i++)
        if (strcmp(f->traces[i].code, f->traces[0].code) != 0)
            return false;
    return f->traces_len > 0;
}

/* Distinct date codes under a trace code; all of the lot, where it is the only one. */
static size_t codes_under(const struct facts *f, const char *trace, bool all)
{
    size_t n = 0;
    for (size_t i = 0; i < f->codes_len; i++) {
        bool counts = f->codes[i].parsed.parsed && (all || is_under(&f->codes[i], trace));
        for (size_t k = 0; counts && k < i; k++)
            counts = !((all || is_under(&f->codes[k], trace)) &&
                       is_same_reading(&f->codes[k], &f->codes[i]));
        n += counts;
    }
    return n;
}

/* Serious for everybody: one trace code is one production lot.  True if it was said. */
static bool traces_are_mixed(const struct rule *self, const struct facts *f,
                             const struct mix *m, struct findings *out)
{
    bool one = has_one_trace(f), any = false;
    for (size_t i = 0; i < f->traces_len; i++) {
        const char *trace = f->traces[i].code;
        bool repeated = false;
        for (size_t k = 0; k < i && !repeated; k++)
            repeated = strcmp(f->traces[k].code, trace) == 0;
        size_t n = repeated ? 0 : codes_under(f, trace, one);
        if (n < 2)
            continue;
        any = true;
        rule_fail(out, self, arena_printf(out->arena, "trace code %s", trace), SEV_HIGH,
                  NO_DAY, m->seqs, m->len,
                  json_pack("{s:s, s:I, s:O}", "traceCode", trace, "dateCodes",
                            (json_int_t)n, "lotDateCodes", m->codes),
                  "%zu date codes are found under the one trace code %s.", n, trace);
    }
    return any;
}

/* Bought outside the authorized chain, or nobody knows where. */
static bool is_open_hop(const struct hop *h)
{
    if (h->standing == HOP_INTERNAL || tier_is_authorized(h->tier))
        return false;
    return h->reason == REASON_SALE || !h->source_lot_recorded;
}

enum origin { ORIGIN_OWN, ORIGIN_AUTHORIZED, ORIGIN_OPEN };

static enum origin origin_of(const struct facts *f)
{
    enum origin o = ORIGIN_OWN;
    for (size_t i = 0; i < f->hops_len; i++) {
        const struct hop *h = &f->hops[i];
        if (h->opening && !h->source && text_is(f->holder, f->maker))
            continue;
        if (is_open_hop(h))
            return ORIGIN_OPEN;
        if (h->standing != HOP_INTERNAL)
            o = ORIGIN_AUTHORIZED;
    }
    return o;
}

static bool is_factory_sealed(const struct facts *f)
{
    bool sealed = text_is(f->seal, "factory");
    for (size_t i = 0; i < f->hops_len; i++)
        sealed |= f->hops[i].sealed;
    return sealed;
}

static enum severity mix_severity(const struct rule *self, const struct facts *f,
                                  const struct mix *m, enum origin origin)
{
    if (origin == ORIGIN_OPEN)
        return m->counted ? SEV_MEDIUM : SEV_HIGH;
    if (m->counted)
        return SEV_INFO;
    bool wide = m->spread > DAYS_A_WEEK * rule_parameter(self, "spreadWeeks");
    bool crowded = m->len > (size_t)rule_parameter(self, "sealedCodes");
    return (origin == ORIGIN_AUTHORIZED && wide) || (is_factory_sealed(f) && crowded)
               ? SEV_MEDIUM
               : SEV_LOW;
}

static void codes_are_told(const struct rule *self, const struct facts *f,
                           const struct mix *m, struct findings *out)
{
    static const char *const ORIGINS[] = {
        [ORIGIN_OWN] = "own", [ORIGIN_AUTHORIZED] = "authorized", [ORIGIN_OPEN] = "open"};
    enum origin origin = origin_of(f);
    rule_fail(out, self, "", mix_severity(self, f, m, origin), NO_DAY, m->seqs, m->len,
              json_pack("{s:O, s:b, s:I, s:s}", "dateCodes", m->codes, "quantitiesTold",
                        m->counted, "spreadDays", (json_int_t)m->spread, "origin",
                        ORIGINS[origin]),
              "The lot has %zu date codes, %s%s.", m->len,
              m->counted ? "with the pieces of each" : "without the pieces of each",
              origin == ORIGIN_OPEN ? ", and is not from an authorized source" : "");
}

static void lot_is_unmixed(const struct rule *self, const struct facts *f,
                           struct findings *out)
{
    if (!lot_has_codes(self, f, out))
        return;
    struct mix m = mix_of(f, out->arena);
    if (m.len == 0)
        rule_unknown(out, self, "", "a date code of a known form");
    else if (m.len == 1)
        rule_pass(out, self, "");
    else if (!traces_are_mixed(self, f, &m, out))
        codes_are_told(self, f, &m, out);
    json_decref(m.codes);
}

/* ---- CAP-046 and CAP-047: the trace code, held against other lots ---- */

typedef void trace_check(const struct rule *self, const struct mark_fact *m,
                         const char *subject, struct findings *out);

static void each_trace(const struct rule *self, const struct facts *f,
                       struct findings *out, trace_check *check)
{
    bool any = false;
    if (!lot_is_described(self, f, out))
        return;
    for (size_t i = 0; i < f->marks_len; i++) {
        const struct mark_fact *m = &f->marks[i];
        if (m->kind != MARK_TRACE)
            continue;
        any = true;
        check(self, m, arena_printf(out->arena, "trace code %s", m->value), out);
    }
    if (!any)
        rule_unknown(out, self, "", "trace codes");
}

static void trace_dates(const struct rule *self, const struct mark_fact *m,
                        const char *subject, struct findings *out)
{
    if (!m->this_dates)
        rule_unknown(out, self, subject, "a date code that goes with it");
    else if (!m->disjoint_dates || m->reuse_declared)
        rule_pass(out, self, subject);
    else
        rule_fail(
            out, self, subject, SEV_HIGH, NO_DAY, SEQS(m->seq),
            json_pack("{s:s, s:s}", "traceCode", m->value, "dates", m->this_dates),
            "Trace code %s, here of %s, is also recorded with date codes of other days.",
            m->value, m->this_dates);
}

static void traces_keep_dates(const struct rule *self, const struct facts *f,
                              struct findings *out)
{
    each_trace(self, f, out, trace_dates);
}

static void trace_owner(const struct rule *self, const struct mark_fact *m,
                        const char *subject, struct findings *out)
{
    bool other_part = m->other_part && !m->reuse_declared;
    if (!other_part && !m->spread) {
        rule_pass(out, self, subject);
        return;
    }
    rule_fail(
        out, self, subject, SEV_HIGH, NO_DAY, SEQS(m->seq),
        json_pack("{s:s, s:b, s:b}", "traceCode", m->value, "otherPart", m->other_part,
                  "unrelatedSources", m->spread),
        "Trace code %s %s%s%s.", m->value,
        other_part ? "is also recorded under another part of this manufacturer" : "",
        other_part && m->spread ? ", and " : "",
        m->spread ? "came from several unrelated sources of the open market at about the "
                    "same time"
                  : "");
}

static void traces_keep_part(const struct rule *self, const struct facts *f,
                             struct findings *out)
{
    each_trace(self, f, out, trace_owner);
}

/* ---- the rows ---- */

static const struct rule RULES[] = {
    {
        .id = "CAP-045",
        .family = "C",
        .title = "A lot has one date code, or tells the pieces of each",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"SAE AS6081", "IDEA-STD-1010"},
        .guards =
            "A note for authorized sources and own repacks that tell the pieces of each; "
            "several date codes under one trace code are serious for everybody.",
        .parameters = {{"spreadWeeks", 26, "weeks"}, {"sealedCodes", 2, "date codes"}},
        .check = lot_is_unmixed,
    },
    {
        .id = "CAP-046",
        .family = "C",
        .title =
            "A trace code goes with the same days of production wherever it is recorded",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"SAE AS6171", "DFARS 252.246-7007"},
        .guards =
            "Lots of one root are no conflict; a maker may declare that it uses trace "
            "codes again.",
        .check = traces_keep_dates,
    },
    {
        .id = "CAP-047",
        .family = "C",
        .title =
            "A trace code belongs to one part and does not come from everywhere at once",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"SAE AS5553"},
        .guards =
            "Only unrelated roots count, so that one broker who spreads a real lot is "
            "none.",
        .parameters = {{"sources", 3, "roots"}, {"windowDays", 180, "days"}},
        .check = traces_keep_part,
    },
};

const struct rule_family MIXTURE_RULES = {RULES, LENGTH(RULES)};
