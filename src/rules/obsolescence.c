/* obsolescence - family H: parts that are not made any more, and how they were bought. */
#include "family.h"

#include "pedigree/base/text.h"

/* A dated end decides; without one, how the part is said to stand now. */
static enum truth obsolete_on(const struct facts *f, int32_t day)
{
    int32_t ends[] = {f->end_of_production, f->last_ship};
    bool dated = false;
    for (size_t i = 0; i < LENGTH(ends); i++) {
        if (ends[i] != NO_DAY && ends[i] < day)
            return YES;
        dated |= ends[i] != NO_DAY;
    }
    if (dated || (!f->lifecycle && f->discontinuance_withdrawn))
        return NO;
    if (!f->lifecycle || text_is(f->lifecycle, "unknown"))
        return UNKNOWN;
    return text_is(f->lifecycle, "eol") || text_is(f->lifecycle, "obsolete") ? YES : NO;
}

static bool is_outside(const struct hop *h)
{
    return !tier_is_authorized(h->tier);
}

static void route_of(const struct rule *self, const struct facts *f, const struct hop *h,
                     struct findings *out)
{
    const char *subject = hop_subject(out, h);
    if (!h->source || h->tier == TIER_UNKNOWN) {
        rule_unknown(out, self, subject,
                     h->source ? "what the seller is for this part"
                               : "who handed the parts over");
        return;
    }
    switch (obsolete_on(f, h->sold_day)) {
    case UNKNOWN:
        rule_unknown(out, self, subject, "the life cycle of the part");
        return;
    case NO:
        rule_pass(out, self, subject);
        return;
    case YES:
        break;
    }
    rule_fail(out, self, subject, SEV_MEDIUM, NO_DAY,
              SEQS(h->seq, f->end_seq, f->lifecycle_seq),
              json_pack("{s:s, s:s, s:s*, s:s*, s:s*, s:s*}", "seller",
                        h->seller ? h->seller : h->source, "tier", tier_code(h->tier),
                        "sold", day_name(out, h->sold_day), "endOfProduction",
                        day_name(out, f->end_of_production), "lastShip",
                        day_name(out, f->last_ship), "lifecycle", f->lifecycle),
              "This part was obsolete when %s sold it on the open market: a route that "
              "asks for "
              "tests, no accusation.",
              h->seller ? h->seller : h->source);
}

static void routes_are_authorized(const struct rule *self, const struct facts *f,
                                  struct findings *out)
{
    each_sale(self, f, out, is_outside, route_of);
}

static const struct rule RULES[] = {
    {
        .id = "OBS-008",
        .family = "H",
        .title = "An obsolete part is bought from the authorized chain",
        .severity = SEV_MEDIUM,
        .version = 1,
        .refs = {"DFARS 252.246-7007", "IEC 62668-2"},
        .guards =
            "Sales only; expected practice for such parts, so a route and no accusation.",
        .check = routes_are_authorized,
    },
};

const struct rule_family OBSOLESCENCE_RULES = {RULES, LENGTH(RULES)};
