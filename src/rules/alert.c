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
};

const struct rule_family ALERT_RULES = {RULES, LENGTH(RULES)};
