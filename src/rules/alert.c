/* alert - family G: lots that an alert names, by the ladder of the domain reference 4. */
#include "family.h"

#include "pedigree/base/clock.h"

#include <assert.h>

enum { LEVEL_EXACT = 1, LEVEL_PART = 3, LEVELS = 6 };

static const char *alert_subject(struct findings *out, const struct alert_statement *a)
{
    return arena_printf(out->arena, "alert %s%s%s", a->source ? a->source : "",
                        a->source && a->number ? " " : "", a->number ? a->number : "");
}

static int32_t years_after(int32_t day, int64_t years)
{
    int y, m, d;
    day_to_ymd(day, &y, &m, &d);
    return day_from_ymd(y + (int)years, m, d);
}

/* A part that is often alerted is often traded: old alerts of the part alone weigh less.
 */
static enum severity weight(const struct rule *self, const struct facts *f,
                            const struct alert_fact *x, struct findings *out)
{
    static const enum severity BY_LEVEL[LEVELS] = {SEV_NONE,   SEV_CRITICAL, SEV_HIGH,
                                                   SEV_MEDIUM, SEV_MEDIUM,   SEV_LOW};
    assert(x->level >= LEVEL_EXACT && x->level < LEVELS);
    if (x->level == LEVEL_PART && x->issued != NO_DAY) {
        int32_t fresh_until = years_after(x->issued, rule_parameter(self, "decayYears"));
        if (f->today > fresh_until)
            return SEV_LOW;
        rule_again(out, fresh_until + 1, x->seq);
    }
    return BY_LEVEL[x->level];
}

static void match(const struct rule *self, const struct facts *f,
                  const struct alert_fact *x, struct findings *out)
{
    const char *subject = alert_subject(out, x->alert);
    rule_fail(
        out, self, subject, weight(self, f, x, out), NO_DAY, SEQS(x->seq, f->description_seq),
        json_pack("{s:s*, s:s*, s:s*, s:s*, s:i, s:s*}", "source", x->alert->source,
                  "number", x->alert->number, "class", x->alert->class_, "issued",
                  day_name(out, x->issued), "level", x->level, "matched", x->matched),
        "This lot matches %s by %s.", subject, x->matched ? x->matched : "its part");
}

static void screen(const struct rule *self, const struct facts *f, bool exact,
                   struct findings *out)
{
    bool any = false;
    if (!lot_is_described(self, f, out))
        return;
    if (!f->alerts_known) {
        rule_unknown(out, self, "", "alerts to match the lot against");
        return;
    }
    for (size_t i = 0; i < f->alerts_len; i++) {
        if ((f->alerts[i].level == LEVEL_EXACT) != exact)
            continue;
        any = true;
        match(self, f, &f->alerts[i], out);
    }
    if (!any)
        rule_pass(out, self, "");
}

static void not_named_exactly(const struct rule *self, const struct facts *f,
                              struct findings *out)
{
    screen(self, f, true, out);
}

static void not_named_partly(const struct rule *self, const struct facts *f,
                             struct findings *out)
{
    screen(self, f, false, out);
}

/* ---- CAP-102 ---- */

/* Out of the holder's hands, to users: not back to the source, nor for a test. */
static bool is_exposure(const struct move *m)
{
    return m->type == REC_INSTALLED ||
           (m->type == REC_SHIPPED && !m->to_source && m->reason != REASON_SAMPLE && m->reason != REASON_RETURN);
}

/* Where used: "work order", lot or serial numbers of what it went into, else the assembly. */
static const char *where_used(const struct move *m)
{
    const struct record *r = m->record;
    if (m->type == REC_SHIPPED)
        return m->to;
    return r->into_serials.len ? r->into_serials.at[0] : r->into_lot ? r->into_lot : r->into_part.mpn;
}

enum { USES_SHOWN = 50 };

static json_t *uses_json(const struct facts *f, struct findings *out)
{
    json_t *list = json_array();
    for (size_t i = 0; i < f->moves_len && json_array_size(list) < USES_SHOWN; i++)
        if (is_exposure(&f->moves[i]))
            json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:I, s:s*}", "move", f->moves[i].key, "how",
                                                  f->moves[i].type == REC_INSTALLED ? "installed" : "shipped", "day",
                                                  day_name(out, f->moves[i].day_last), "quantity",
                                                  (json_int_t)f->moves[i].quantity, "into", where_used(&f->moves[i])));
    return list;
}

struct exposure {
    int64_t shipped, installed, last_seq;
};

static struct exposure exposure_of(const struct facts *f)
{
    struct exposure x = {0, 0, NONE};
    for (size_t i = 0; i < f->moves_len; i++) {
        const struct move *m = &f->moves[i];
        if (!is_exposure(m))
            continue;
        *(m->type == REC_INSTALLED ? &x.installed : &x.shipped) += m->quantity;
        x.last_seq = m->seq; /* in custody order: no arrival changes it */
    }
    return x;
}

static void exposed(const struct rule *self, const struct facts *f, const struct alert_fact *a, const struct exposure *x,
                    struct findings *out)
{
    static const enum severity BY_LEVEL[LEVELS] = {SEV_NONE, SEV_CRITICAL, SEV_HIGH, SEV_LOW, SEV_NONE, SEV_NONE};
    const char *subject = alert_subject(out, a->alert);
    if (BY_LEVEL[a->level] == SEV_NONE)
        return;
    rule_fail(out, self, subject, BY_LEVEL[a->level], NO_DAY, SEQS(a->seq, x->last_seq),
              json_pack("{s:i, s:s*, s:I, s:I, s:o}", "level", a->level, "matched", a->matched, "shipped",
                        (json_int_t)x->shipped, "installed", (json_int_t)x->installed, "whereUsed", uses_json(f, out)),
              "%s names this lot by %s, and %s of it %s out of the holder's hands already: %s shipped, %s installed.", subject,
              a->matched ? a->matched : "its part", pieces(out, x->shipped + x->installed),
              x->shipped + x->installed == 1 ? "is" : "are", pieces(out, x->shipped), pieces(out, x->installed));
}

static void not_in_use(const struct rule *self, const struct facts *f, struct findings *out)
{
    struct exposure x = exposure_of(f);
    size_t from = out->len;
    if (!x.shipped && !x.installed)
        return;
    if (!f->described || !f->alerts_known) {
        rule_unknown(out, self, "", f->described ? "alerts to match the lot against" : "a description of the lot");
        return;
    }
    for (size_t i = 0; i < f->alerts_len; i++)
        exposed(self, f, &f->alerts[i], &x, out);
    if (out->len == from)
        rule_pass(out, self, "");
}

static const struct rule RULES[] = {
    {
        .id = "CAP-100",
        .family = "G",
        .title = "No alert names this very lot",
        .severity = SEV_CRITICAL,
        .version = 1,
        .refs = {"GIDEP", "ERAI", "FAR 52.246-26"},
        .guards =
            "Part with trace code, or serial number; ranges of codes are expanded, and "
            "an alert that was withdrawn matches nothing.",
        .check = not_named_exactly,
    },
    {
        .id = "CAP-101",
        .family = "G",
        .title = "No alert names the part, its date code or a supplier of this lot",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"GIDEP", "ERAI", "FAR 52.246-26"},
        .guards =
            "A list of codes that the lot contradicts excludes it; an old alert that "
            "names the part alone is low.",
        .parameters = {{"decayYears", 5, "years"}},
        .check = not_named_partly,
    },
    {
        .id = "CAP-102",
        .family = "G",
        .title = "No alert names a lot of which pieces are shipped or installed already",
        .severity = SEV_CRITICAL,
        .version = 1,
        .refs = {"FAR 52.246-26", "GIDEP", "EASA SUP", "FAA AC 21-29"},
        .guards = "By trace code or serial number critical, by date code high, by the part alone a low mark to look where it is used; "
                  "what went back to its source, or to a laboratory, is not in use.",
        .check = not_in_use,
    },
};

const struct rule_family ALERT_RULES = {RULES, LENGTH(RULES)};
