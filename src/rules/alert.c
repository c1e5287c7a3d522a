/* alert - family G: lots that an alert names. */
#include "family.h"

#include <string.h>

static void match(const struct rule *self, const struct facts *f, struct findings *out, bool exact)
{
    bool any = false;
    int32_t old = f->today - 365 * (int32_t)(exact ? 0 : rule_parameter(self, "decayYears"));
    for (size_t i = 0; i < f->alerts_len; i++) {
        const struct alert_fact *x = &f->alerts[i];
        static const enum severity LEVELS[] = {SEV_NONE, SEV_CRITICAL, SEV_HIGH, SEV_MEDIUM, SEV_MEDIUM, SEV_LOW};
        if ((x->level == 1) != exact)
            continue;
        any = true;
        enum severity s = x->level == 3 && x->issued != NO_DAY && x->issued < old ? SEV_LOW : LEVELS[x->level];
        rule_fail(out, self, arena_printf(out->arena, "alert %s", x->alert->number), s, NO_DAY, SEQS(x->seq, f->description_seq),
                  json_pack("{s:s, s:s, s:i, s:s}", "source", x->alert->source ? x->alert->source : "", "number", x->alert->number, "level", x->level, "matched", x->matched),
                  "Alert %s of %s names this lot by %s.", x->alert->number, x->alert->source ? x->alert->source : "an unnamed source", x->matched);
    }
    if (any)
        return;
    if (f->alerts_known && f->described)
        rule_pass(out, self, "");
    else
        rule_unknown(out, self, "", f->described ? "alerts to screen against" : "a description of the lot");
}

static void exact_match(const struct rule *self, const struct facts *f, struct findings *out)
{
    match(self, f, out, true);
}
static void partial_match(const struct rule *self, const struct facts *f, struct findings *out)
{
    match(self, f, out, false);
}

/* clang-format off */
static const struct rule RULES[] = {
    {.id = "CAP-100", .family = "G", .title = "No alert names this very lot", .severity = SEV_CRITICAL, .version = 1,
     .refs = {"GIDEP", "ERAI", "FAR 52.246-26"}, .guards = "Part with date and trace code, or serial; withdrawn alerts do not speak.", .check = exact_match},
    {.id = "CAP-101", .family = "G", .title = "No alert names this part, its date code or its supplier", .severity = SEV_HIGH, .version = 1,
     .refs = {"GIDEP", "ERAI", "FAR 52.246-26"}, .parameters = {{"decayYears", 5, "years"}}, .guards = "A list that the alert gives and the lot contradicts excludes it; part-only matches of old alerts are low.", .check = partial_match},
};
/* clang-format on */
const struct rule_family ALERT_RULES = {RULES, LENGTH(RULES)};
