/* source - family B: whether the source is what it claims to be for this part at that time. */
#include "family.h"

static void authorization(const struct rule *self, const struct facts *f, struct findings *out)
{
    for (size_t i = 0; i < f->hops_len; i++) {
        const struct hop *h = &f->hops[i];
        enum tier claimed;
        if (!h->as || !tier_find(h->as, &claimed) || !tier_is_authorized(claimed))
            continue;
        const char *subject = hop_subject(out, h);
        bool proven = h->tier != TIER_UNKNOWN && h->tier <= claimed;
        if (!h->seller || !f->described || (!proven && h->seller_authorized == UNKNOWN))
            rule_unknown(out, self, subject, h->seller ? "the scope of the authorization" : "who sold the parts");
        else if (proven)
            rule_pass(out, self, subject);
        else
            rule_fail(out, self, subject, h->seller_authorized_near ? SEV_MEDIUM : SEV_HIGH, NO_DAY, SEQS(h->seq, h->out_seq),
                      json_pack("{s:s, s:s, s:s, s:s}", "seller", h->seller, "claimed", h->as, "tier", tier_code(h->tier), "sold", day_name(out, h->sold_day)),
                      "%s sold as %s on %s, and no recorded authorization of the manufacturer covers it.", h->seller, h->as, day_name(out, h->sold_day));
    }
}

static void certificate(const struct rule *self, const struct facts *f, struct findings *out)
{
    for (size_t i = 0; i < f->hops_len; i++) {
        const struct hop *h = &f->hops[i];
        if (!hop_is_sale(h) || !h->seller || !(tier_is_open(h->tier) || h->tier == TIER_T2))
            continue;
        const char *subject = hop_subject(out, h);
        enum severity s = h->tier == TIER_T2 ? SEV_LOW : h->counterfeit_avoidance == CERT_RENEWED ? SEV_MEDIUM : SEV_HIGH;
        if (h->counterfeit_avoidance == CERT_UNKNOWN)
            rule_unknown(out, self, subject, "a certificate of the seller, or a complete register");
        else if (h->counterfeit_avoidance == CERT_VALID)
            rule_pass(out, self, subject);
        else
            rule_fail(out, self, subject, s, NO_DAY, SEQS(h->seq, h->certificate_seq),
                      json_pack("{s:s, s:s, s:s*}", "seller", h->seller, "sold", day_name(out, h->sold_day), "certificate", h->certificate),
                      "No counterfeit-avoidance certificate of %s was valid on %s, when it sold the parts.", h->seller, day_name(out, h->sold_day));
    }
}

/* clang-format off */
static const struct rule RULES[] = {
    {.id = "CAP-021", .family = "B", .title = "A seller that claims to be authorized is so for this part on that day", .severity = SEV_HIGH, .version = 1,
     .refs = {"DFARS 252.246-7008", "AS6496"}, .parameters = {{"graceDays", 30, "days"}}, .guards = "Without a claimed capacity, absence of authorization is a tier, not a false claim; franchise lists lag by up to the grace days.", .check = authorization},
    {.id = "CAP-022", .family = "B", .title = "A seller's counterfeit-avoidance certificate was valid when it sold", .severity = SEV_HIGH, .version = 1,
     .refs = {"IECQ AP-CAP", "AS6081", "AS5553"}, .parameters = {{"renewalDays", 60, "days"}}, .guards = "Not evaluated for a party of which no certificate and no complete register is known; a certificate reissued soon after counts as renewed.", .check = certificate},
};
/* clang-format on */
const struct rule_family SOURCE_RULES = {RULES, LENGTH(RULES)};
