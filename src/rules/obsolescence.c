/* obsolescence - family H: parts that are not made any more, and how they are bought. */
#include "family.h"

#include <string.h>

static bool is_obsolete(const struct facts *f, int32_t day)
{
    int32_t end = f->end_of_production != NO_DAY ? f->end_of_production : f->last_ship;
    bool word = f->lifecycle && (strcmp(f->lifecycle, "eol") == 0 || strcmp(f->lifecycle, "obsolete") == 0);
    return end != NO_DAY ? end < day : word;
}

static void open_market(const struct rule *self, const struct facts *f, struct findings *out)
{
    bool known = f->end_of_production != NO_DAY || f->last_ship != NO_DAY || f->lifecycle || f->discontinuance_withdrawn;
    for (size_t i = 0; i < f->hops_len; i++) {
        const struct hop *h = &f->hops[i];
        if (!hop_is_sale(h))
            continue;
        if (!known || !h->seller)
            rule_unknown(out, self, hop_subject(out, h), known ? "who sold the parts" : "the life cycle of the part");
        else if (!tier_is_open(h->tier) || !is_obsolete(f, h->sold_day))
            rule_pass(out, self, hop_subject(out, h));
        else
            rule_fail(out, self, hop_subject(out, h), SEV_MEDIUM, NO_DAY, SEQS(h->seq, f->end_seq, f->lifecycle_seq),
                      json_pack("{s:s, s:s, s:s}", "seller", h->seller, "tier", tier_code(h->tier), "sold", day_name(out, h->sold_day)),
                      "An obsolete part was bought on the open market, from %s on %s: a route that asks for tests, not an accusation.", h->seller, day_name(out, h->sold_day));
    }
}

/* clang-format off */
static const struct rule RULES[] = {
    {.id = "OBS-008", .family = "H", .title = "An obsolete part is not bought on the open market unnoticed", .severity = SEV_MEDIUM, .version = 1,
     .refs = {"DFARS 252.246-7007", "IEC 62668-2"}, .guards = "Sales only; expected practice, a route and not an accusation.", .check = open_market},
};
/* clang-format on */
const struct rule_family OBSOLESCENCE_RULES = {RULES, LENGTH(RULES)};
