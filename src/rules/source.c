/* source - family B: whether who sold is what he claims to be, for this part, on that
 * day. */
#include "family.h"

/* ---- CAP-021 ---- */

/* The manufacturer's own capacity is proven by being it, the others by any authorization.
 */
static enum truth is_proven(const struct hop *h, enum tier claimed)
{
    if (h->tier != TIER_UNKNOWN && h->tier <= claimed)
        return YES;
    if (claimed != TIER_T1 && h->seller_authorized == YES)
        return YES;
    return h->tier == TIER_UNKNOWN || h->seller_authorized == UNKNOWN ? UNKNOWN : NO;
}

static void capacity_of(const struct rule *self, const struct hop *h, enum tier claimed,
                        struct findings *out)
{
    const char *subject = hop_subject(out, h);
    enum truth proven = h->seller ? is_proven(h, claimed) : UNKNOWN;
    if (proven == YES) {
        rule_pass(out, self, subject);
        return;
    }
    if (proven == UNKNOWN) {
        rule_unknown(out, self, subject,
                     h->seller ? "what the authorization covers" : "who sold the parts");
        return;
    }
    rule_fail(
        out, self, subject, h->seller_authorized_near ? SEV_MEDIUM : SEV_HIGH, NO_DAY,
        SEQS(h->seq, h->out_seq),
        json_pack("{s:s, s:s, s:s, s:s*, s:b}", "seller", h->seller, "claimed", h->as,
                  "tier", tier_code(h->tier), "sold", day_name(out, h->sold_day),
                  "withinGrace", h->seller_authorized_near),
        "%s sold as %s, and no authorization %s covers this part on %s%s.", h->seller,
        h->as,
        claimed == TIER_T3 ? "of the manufacturer or the buyer" : "of the manufacturer",
        h->sold_day == NO_DAY ? "that day" : day_name(out, h->sold_day),
        h->seller_authorized_near ? ", though one does shortly before or after" : "");
}

static void capacity_is_proven(const struct rule *self, const struct facts *f,
                               struct findings *out)
{
    for (size_t i = 0; i < f->hops_len; i++) {
        enum tier claimed;
        if (tier_find(f->hops[i].as, &claimed) && tier_is_authorized(claimed))
            capacity_of(self, &f->hops[i], claimed, out);
    }
}

/* ---- CAP-022 ---- */

static const char *why_not_valid(struct findings *out, const struct hop *h)
{
    if (!h->certificate)
        return "and a complete register has no certificate of it for avoiding suspect "
               "parts";
    return arena_printf(out->arena, "when its certificate %s %s", h->certificate,
                        h->counterfeit_avoidance == CERT_RENEWED
                            ? "had lapsed; it was renewed shortly after"
                            : "was not valid");
}

static void certificate_fails(const struct rule *self, const struct hop *h,
                              enum severity severity, struct findings *out)
{
    bool renewed = h->counterfeit_avoidance == CERT_RENEWED;
    rule_fail(out, self, hop_subject(out, h), severity, NO_DAY,
              SEQS(h->seq, h->certificate_seq),
              json_pack("{s:s, s:s, s:s*, s:s*, s:s}", "seller", h->seller, "tier",
                        tier_code(h->tier), "sold", day_name(out, h->sold_day),
                        "certificate", h->certificate, "status",
                        renewed ? "lapsed and renewed" : "not valid"),
              "%s sold these parts on %s, %s.", h->seller,
              h->sold_day == NO_DAY ? "that day" : day_name(out, h->sold_day),
              why_not_valid(out, h));
}

static bool is_not_by_maker(const struct hop *h)
{
    return (h->seller || h->opening) && h->tier != TIER_T1 && h->tier != TIER_T1A;
}

static void certificate_of_seller(const struct rule *self, const struct facts *f,
                                  const struct hop *h, struct findings *out)
{
    (void)f;
    bool open = tier_is_open(h->tier);
    const char *subject = hop_subject(out, h);
    if (h->tier == TIER_UNKNOWN) {
        rule_unknown(out, self, subject, "what the seller is for this part");
        return;
    }
    switch (h->counterfeit_avoidance) {
    case CERT_UNKNOWN:
        rule_unknown(out, self, subject,
                     "a certificate of the seller, or a complete register");
        return;
    case CERT_RENEWED:
        if (open) {
            certificate_fails(self, h, SEV_MEDIUM, out);
            return;
        }
        break;
    case CERT_INVALID:
        certificate_fails(self, h, open ? SEV_HIGH : SEV_LOW, out);
        return;
    case CERT_VALID:
        break;
    }
    rule_pass(out, self, subject);
}

static void certificate_is_valid(const struct rule *self, const struct facts *f,
                                 struct findings *out)
{
    each_sale(self, f, out, is_not_by_maker, certificate_of_seller);
}

/* ---- the rows ---- */

static const struct rule RULES[] = {
    {
        .id = "CAP-021",
        .family = "B",
        .title =
            "A capacity that a seller claims is covered by an authorization on that day",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"DFARS 252.246-7008", "SAE AS6496"},
        .guards =
            "Without a claim, absence of authorization is a tier and no false claim; "
            "lists of franchises lag, so one within the days of grace makes it medium.",
        .parameters = {{"graceDays", 30, "days"}},
        .check = capacity_is_proven,
    },
    {
        .id = "CAP-022",
        .family = "B",
        .title = "The certificate that a seller needs is valid on the day of the sale",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"IECQ AP-CAP", "SAE AS6081", "SAE AS6496", "SAE AS5553"},
        .guards = "Sales only; not evaluated for a seller of whom no certificate and no "
                  "complete register is known; one reissued within the days of grace is "
                  "medium.",
        .parameters = {{"renewalDays", 60, "days"}},
        .check = certificate_is_valid,
    },
};

const struct rule_family SOURCE_RULES = {RULES, LENGTH(RULES)};
