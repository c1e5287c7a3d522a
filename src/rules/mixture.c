/*
 * mixture - family C: what is mixed in a lot, and trace codes, held against other lots.
 *
 * Date codes that read alike are one, however they are written.
 */
#include "family.h"

#include "pedigree/base/text.h"

#include <stdlib.h>
#include <string.h>

/* ---- CAP-045 ---- */

struct reading {       /* a date code that can be read, and the trace code it is under */
    const char *trace; /* "": of the lot */
    int32_t first, last;
    bool counted; /* how many pieces are of it is told */
    const struct code_fact *code;
};

struct readings { /* sorted; distinct in all but `code` */
    struct reading *at;
    size_t len;
};

static int by_days(const struct reading *x, const struct reading *y)
{
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return x->last != y->last ? (x->last < y->last ? -1 : 1) : 0;
}

static int by_reading(const void *a, const void *b)
{
    const struct reading *x = a, *y = b;
    int order = strcmp(x->trace, y->trace);
    if (order == 0)
        order = by_days(x, y);
    return order ? order : x->code < y->code ? -1 : x->code > y->code;
}

static struct readings distinct(struct readings r)
{
    size_t kept = 0;
    if (r.len)
        qsort(r.at, r.len, sizeof *r.at, by_reading);
    for (size_t i = 0; i < r.len; i++) {
        struct reading *before = kept ? &r.at[kept - 1] : NULL;
        if (before && strcmp(before->trace, r.at[i].trace) == 0 &&
            by_days(before, &r.at[i]) == 0)
            before->counted |= r.at[i].counted;
        else
            r.at[kept++] = r.at[i];
    }
    r.len = kept;
    return r;
}

static struct reading reading_of(const struct code_fact *c, const char *trace)
{
    const struct day_span *days = &c->parsed.candidates[0];
    return (struct reading){trace, days->first, days->last, c->quantity != NONE, c};
}

static struct readings readings_of(const struct facts *f, struct arena *a)
{
    struct readings r = {.at = ARENA_ARRAY(a, struct reading, f->codes_len)};
    for (size_t i = 0; i < f->codes_len; i++)
        if (f->codes[i].parsed.parsed)
            r.at[r.len++] = reading_of(&f->codes[i], "");
    return distinct(r);
}

/* Whether a record tells of a trace code. */
static bool tells_trace(const struct facts *f, int64_t seq)
{
    for (size_t i = 0; i < f->traces_len; i++)
        if (f->traces[i].seq == seq)
            return true;
    return false;
}

/* A lot of one trace code: all date codes are under it, but those that came in without.
 */
static struct readings readings_under(const struct facts *f, const char *trace,
                                      struct arena *a)
{
    struct readings r = {.at = ARENA_ARRAY(a, struct reading, f->codes_len)};
    for (size_t i = 0; i < f->codes_len; i++)
        if (f->codes[i].parsed.parsed &&
            (f->codes[i].came == NO_DAY || tells_trace(f, f->codes[i].seq)))
            r.at[r.len++] = reading_of(&f->codes[i], trace);
    return distinct(r);
}

static struct readings readings_by_trace(const struct facts *f, struct arena *a)
{
    struct readings r = {0};
    size_t room = 0;
    for (size_t i = 0; i < f->codes_len; i++)
        room += f->codes[i].trace_codes_len;
    r.at = ARENA_ARRAY(a, struct reading, room);
    for (size_t i = 0; i < f->codes_len; i++)
        for (size_t k = 0; f->codes[i].parsed.parsed && k < f->codes[i].trace_codes_len;
             k++)
            r.at[r.len++] = reading_of(&f->codes[i], f->codes[i].trace_codes[k]);
    return distinct(r);
}

struct mix {
    struct readings codes;
    bool counted;   /* how many pieces are of each is told */
    int32_t spread; /* days from the first to the last */
    int64_t *seqs;  /* the records that say so */
    json_t *names;
};

static struct mix mix_of(const struct facts *f, struct arena *a)
{
    struct mix m = {.codes = readings_of(f, a), .counted = true, .names = json_array()};
    m.seqs = ARENA_ARRAY(a, int64_t, m.codes.len);
    for (size_t i = 0; i < m.codes.len; i++) {
        m.counted &= m.codes.at[i].counted;
        json_array_append_new(m.names, json_string(m.codes.at[i].code->code));
    }
    if (m.codes.len)
        m.spread = m.codes.at[m.codes.len - 1].first - m.codes.at[0].first;
    return m;
}

/* Each record once: what a holder describes is told by a few, whatever the codes. */
static size_t records_of(const struct mix *m)
{
    size_t n = 0;
    for (size_t i = 0; i < m->codes.len; i++) {
        int64_t seq = m->codes.at[i].code->seq;
        size_t k = 0;
        while (k < n && m->seqs[k] != seq)
            k++;
        if (k == n)
            m->seqs[n++] = seq;
    }
    return n;
}

static const char *only_trace(const struct facts *f)
{
    for (size_t i = 1; i < f->traces_len; i++)
        if (strcmp(f->traces[i].code, f->traces[0].code) != 0)
            return NULL;
    return f->traces_len ? f->traces[0].code : NULL;
}

static void trace_is_mixed(const struct rule *self, const struct mix *m,
                           const struct reading *first, size_t n, struct findings *out)
{
    json_t *codes = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(codes, json_string(first[i].code->code));
    rule_fail(out, self, arena_printf(out->arena, "trace code %s", first->trace),
              SEV_HIGH, NO_DAY, m->seqs, records_of(m),
              json_pack("{s:s, s:o}", "traceCode", first->trace, "dateCodes", codes),
              "%zu date codes are found under the one trace code %s.", n, first->trace);
}

/* Serious for everybody: one trace code is one production lot.  True if it was said. */
static bool traces_are_mixed(const struct rule *self, const struct facts *f,
                             const struct mix *m, struct findings *out)
{
    const char *one = only_trace(f);
    struct readings r =
        one ? readings_under(f, one, out->arena) : readings_by_trace(f, out->arena);
    bool any = false;
    for (size_t i = 0, n; i < r.len; i += n) {
        for (n = 1; i + n < r.len && strcmp(r.at[i].trace, r.at[i + n].trace) == 0;)
            n++;
        if (n > 1)
            trace_is_mixed(self, m, &r.at[i], n, out);
        any |= n > 1;
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
    bool crowded = m->codes.len > (size_t)rule_parameter(self, "sealedCodes");
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
    rule_fail(out, self, "", mix_severity(self, f, m, origin), NO_DAY, m->seqs,
              records_of(m),
              json_pack("{s:O, s:b, s:I, s:s}", "dateCodes", m->names, "quantitiesTold",
                        m->counted, "spreadDays", (json_int_t)m->spread, "origin",
                        ORIGINS[origin]),
              "The lot has %zu date codes, %s%s.", m->codes.len,
              m->counted ? "with the pieces of each" : "without the pieces of each",
              origin == ORIGIN_OPEN ? ", and is not from an authorized source" : "");
}

static void part_is_told_twice(const struct rule *self, const struct facts *f,
                               struct findings *out)
{
    rule_fail(out, self, "part", SEV_HIGH, NO_DAY,
              SEQS(f->description_seq, f->contradiction_seq),
              json_pack("{s:s}", "part", f->part.mpn),
              "The lot is described as %s, and later as another part.", f->part.mpn);
}

static void lot_is_unmixed(const struct rule *self, const struct facts *f,
                           struct findings *out)
{
    if (f->described_twice)
        part_is_told_twice(self, f, out);
    if (!lot_has_codes(self, f, out))
        return;
    struct mix m = mix_of(f, out->arena);
    if (m.codes.len == 0)
        rule_unknown(out, self, "", "a date code of a known form");
    else if (m.codes.len == 1)
        rule_pass(out, self, "");
    else if (!traces_are_mixed(self, f, &m, out))
        codes_are_told(self, f, &m, out);
    json_decref(m.names);
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

/* The word of the open market, or about a part that is a slip of the pen away, is a note against a chain that leads to the
 * maker. */
static enum severity against(const struct mark_fact *m)
{
    return m->borne_out ? SEV_INFO : SEV_HIGH;
}

static const char *of_whom(const struct mark_fact *m)
{
    return m->borne_out ? ", but by nothing that outweighs this chain, which leads to the maker" : "";
}

static void trace_dates(const struct rule *self, const struct mark_fact *m,
                        const char *subject, struct findings *out)
{
    if (!m->this_dates)
        rule_unknown(out, self, subject, "a date code that goes with it");
    else if (!m->disjoint_dates || m->reuse_declared)
        rule_pass(out, self, subject);
    else
        rule_fail(out, self, subject, against(m), NO_DAY, SEQS(m->seq),
                  json_pack("{s:s, s:s, s:b}", "traceCode", m->value, "dates",
                            m->this_dates, "borneOut", m->borne_out),
                  "Trace code %s, here of %s, is also recorded with date codes of other "
                  "days%s.",
                  m->value, m->this_dates, of_whom(m));
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
    bool spread = m->sources >= rule_parameter(self, "sources");
    if (!other_part && !spread) {
        rule_pass(out, self, subject);
        return;
    }
    rule_fail(
        out, self, subject, spread ? SEV_HIGH : against(m), NO_DAY, SEQS(m->seq),
        json_pack("{s:s, s:b, s:b, s:b}", "traceCode", m->value, "otherPart",
                  m->other_part, "unrelatedSources", spread, "borneOut", m->borne_out),
        "Trace code %s %s%s%s%s.", m->value,
        other_part ? "is also recorded under another part of this manufacturer" : "",
        other_part ? of_whom(m) : "", other_part && spread ? ", and " : "",
        spread ? "came from several unrelated sources of the open market at about the "
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
        .title =
            "A lot is of one part, and has one date code or tells the pieces of each",
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
            "codes again; a word of the open market is a note to the maker's own chain.",
        .check = traces_keep_dates,
    },
    {
        .id = "CAP-047",
        .family = "C",
        .title =
            "A trace code belongs to one part and does not come from everywhere at once",
        .severity = SEV_HIGH,
        .version = 2,
        .refs = {"SAE AS5553"},
        .guards =
            "Only unrelated roots count, so that one broker who spreads a real lot is "
            "none; a word of the open market, or of a part whose number is one slip of the pen away, is a note to the "
            "maker's own chain.",
        .parameters = {{"sources", 3, "roots"}, {"windowDays", 180, "days"}},
        .check = traces_keep_part,
    },
};

const struct rule_family MIXTURE_RULES = {RULES, LENGTH(RULES)};
