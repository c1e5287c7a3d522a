/* credential - family B, what certificates a seller has and what they are worth; of F, the laboratory's. */
#include "family.h"

#include "pedigree/base/text.h"

static const char *sold_on(struct findings *out, const struct hop *h)
{
    return h->sold_day == NO_DAY ? "that day" : day_name(out, h->sold_day);
}

static bool is_not_by_maker(const struct hop *h)
{
    return (h->seller || h->opening) && h->tier != TIER_T1 && h->tier != TIER_T1A;
}

/* ---- CAP-022 ---- */

static const char *how_it_stood(struct findings *out, const struct hop *h)
{
    static const char *const STOOD[] = {
        [CERT_NOT_ISSUED] = "was not issued yet", [CERT_ACTIVE] = "was not valid",
        [CERT_EXPIRED] = "had expired",           [CERT_SUSPENDED] = "was suspended",
        [CERT_CANCELLED] = "was cancelled",       [CERT_WITHDRAWN] = "was withdrawn",
    };
    if (!h->certificate)
        return "and a complete register has no certificate of it for avoiding suspect parts";
    return arena_printf(out->arena, "when its certificate %s %s%s", h->certificate, STOOD[h->its.standing],
                        h->counterfeit_avoidance == CERT_RENEWED ? "; it was renewed shortly after" : "");
}

static void certificate_fails(const struct rule *self, const struct hop *h, enum severity severity,
                              struct findings *out)
{
    rule_fail(out, self, hop_subject(out, h), severity, NO_DAY, SEQS(h->seq, h->certificate_seq),
              json_pack("{s:s, s:s, s:s*, s:s*, s:s, s:b}", "seller", h->seller, "tier", tier_code(h->tier), "sold",
                        day_name(out, h->sold_day), "certificate", h->certificate, "status",
                        h->certificate ? cert_standing_word(h->its.standing) : "in no register", "renewed",
                        h->counterfeit_avoidance == CERT_RENEWED),
              "%s sold these parts on %s, %s.", h->seller, sold_on(out, h), how_it_stood(out, h));
}

/* Valid then: what was found out soon after is for a reviewer to know. */
static void certificate_passes(const struct rule *self, const struct hop *h, struct findings *out)
{
    if (h->its.back_day == NO_DAY) {
        rule_pass(out, self, hop_subject(out, h));
        return;
    }
    rule_fail(out, self, hop_subject(out, h), SEV_INFO, NO_DAY, SEQS(h->seq, h->certificate_seq),
              json_pack("{s:s, s:s, s:s*, s:s*, s:s}", "seller", h->seller, "tier", tier_code(h->tier), "sold",
                        day_name(out, h->sold_day), "certificate", h->certificate, "takenBack",
                        day_name(out, h->its.back_day)),
              "The certificate %s of %s was valid on %s, and was taken back on %s.", h->certificate, h->seller,
              sold_on(out, h), day_name(out, h->its.back_day));
}

static void certificate_of_seller(const struct rule *self, const struct facts *f, const struct hop *h,
                                  struct findings *out)
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
        rule_unknown(out, self, subject, "a certificate of the seller, or a complete register");
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
        certificate_passes(self, h, out);
        return;
    }
    rule_pass(out, self, subject);
}

static void certificate_is_valid(const struct rule *self, const struct facts *f, struct findings *out)
{
    each_sale(self, f, out, is_not_by_maker, certificate_of_seller);
}

/* ---- CAP-023 ---- */

static bool has_valid(const struct hop *h)
{
    return is_not_by_maker(h) && h->counterfeit_avoidance == CERT_VALID && h->tier != TIER_UNKNOWN;
}

/* AS6496 is about authorized distribution: who sells without authorization is certified for something else. */
static bool is_of_other_trade(const struct hop *h)
{
    cert_set avoidance = h->its.kinds & cert_kinds_for(CERT_FOR_AVOIDANCE);
    return tier_is_open(h->tier) && avoidance == (cert_set)1 << CERT_KIND_AS6496;
}

/* What does not fit, in words; NULL: nothing that is known of. */
static const char *misfit(struct findings *out, const struct hop *h)
{
    if (is_of_other_trade(h))
        return "is for authorized distribution, which this sale was not";
    if (h->its.scope_fits == NO)
        return arena_printf(out->arena, "has the scope \"%s\", in which selling parts is not", h->its.scope);
    if (h->its.sites_fit == NO)
        return arena_printf(out->arena, "does not cover %s%s, from where they were shipped",
                            h->its.ship_site ? "site " : "",
                            h->its.ship_site ? h->its.ship_site : h->its.ship_country);
    return NULL;
}

static void coverage_by(const struct rule *self, const struct facts *f, const struct hop *h, struct findings *out)
{
    const char *subject = hop_subject(out, h), *why = misfit(out, h);
    (void)f;
    if (why)
        rule_fail(out, self, subject, SEV_MEDIUM, NO_DAY, SEQS(h->seq, h->out_seq, h->certificate_seq),
                  json_pack("{s:s, s:s, s:s, s:s*, s:s*, s:s*}", "seller", h->seller, "tier", tier_code(h->tier),
                            "certificate", h->certificate, "scope", h->its.scope, "site", h->its.ship_site, "country",
                            h->its.ship_country),
                  "The certificate %s, by which %s sold these parts on %s, %s.", h->certificate, h->seller,
                  sold_on(out, h), why);
    else if (h->its.scope_fits == UNKNOWN)
        rule_unknown(out, self, subject, "a scope of the certificate that says what it is for");
    else if (h->its.has_sites && h->its.sites_fit == UNKNOWN)
        rule_unknown(out, self, subject, "whether the certificate's sites are where it was shipped from");
    else
        rule_pass(out, self, subject);
}

static void certificate_covers(const struct rule *self, const struct facts *f, struct findings *out)
{
    for (size_t i = 0; i < f->hops_len; i++)
        if (hop_is_sale(&f->hops[i]) && hop_is_receipt(&f->hops[i]) && has_valid(&f->hops[i]))
            coverage_by(self, f, &f->hops[i], out);
}

/* ---- CAP-024 ---- */

static const char *doubt(struct findings *out, const struct claim_fact *c)
{
    if (c->fit == CLAIM_NOT_THERE)
        return "and a complete register of its scheme does not have it";
    return arena_printf(out->arena, "and the register names %s as its %s", c->other ? c->other : "somebody else",
                        c->fit == CLAIM_OTHER_HOLDER ? "holder" : "certification body");
}

static void certificate_is_borne_out(const struct rule *self, const struct facts *f, struct findings *out)
{
    for (size_t i = 0; i < f->claims_len; i++) {
        const struct claim_fact *c = &f->claims[i];
        const char *subject = arena_printf(out->arena, "certificate %s %s", c->scheme, c->number);
        if (c->fit == CLAIM_OPEN)
            rule_unknown(out, self, subject, "a register that knows the certificate");
        else if (c->fit == CLAIM_BORNE_OUT)
            rule_pass(out, self, subject);
        else
            rule_fail(out, self, subject, SEV_HIGH, NO_DAY, SEQS(c->seq, c->register_seq),
                      json_pack("{s:s, s:s, s:s, s:s*}", "party", c->party, "scheme", c->scheme, "number", c->number,
                                "register", c->other),
                      "%s shows the certificate %s %s, %s.", c->party, c->scheme, c->number, doubt(out, c));
    }
}

/* ---- CAP-088 ---- */

static bool is_authenticity(const struct inspection_fact *x)
{
    return x->binding && text_is(x->record->purpose, "authenticity");
}

/* The seller's own laboratory, where the seller is certified to test what it sells. */
static bool is_certified_seller(const struct facts *f, const char *laboratory)
{
    for (size_t i = 0; i < f->hops_len; i++)
        if (text_is(f->hops[i].seller, laboratory) && f->hops[i].counterfeit_avoidance == CERT_VALID)
            return true;
    return false;
}

struct shortfall {
    enum severity severity; /* SEV_NONE: none */
    const char *why, *missing;
};

static struct shortfall shortfall_of(const struct facts *f, const struct inspection_fact *x)
{
    enum severity lapsed = x->is_in_house ? SEV_MEDIUM : SEV_HIGH;
    if (x->is_of_seller)
        return (struct shortfall){is_certified_seller(f, x->laboratory) ? SEV_MEDIUM : SEV_HIGH,
                                  "sold or handed over what it tested", NULL};
    switch (x->accredited) {
    case CERT_UNKNOWN:
        return (struct shortfall){.missing = "an accreditation of the laboratory, or a complete register"};
    case CERT_RENEWED:
        return (struct shortfall){SEV_MEDIUM, "was not accredited on that day, and was again shortly after", NULL};
    case CERT_INVALID:
        return (struct shortfall){lapsed, "was not accredited on that day", NULL};
    case CERT_VALID:
        break;
    }
    if (x->methods_covered == NO)
        return (struct shortfall){lapsed, "is not accredited for all methods that it used", NULL};
    return (struct shortfall){.missing = x->methods_covered == YES ? NULL : "the methods that the accreditation covers"};
}

static void laboratory_of(const struct rule *self, const struct facts *f, const struct inspection_fact *x,
                          struct findings *out)
{
    const char *subject = arena_printf(out->arena, "inspection %s", x->key);
    struct shortfall s = shortfall_of(f, x);
    if (s.missing)
        rule_unknown(out, self, subject, s.missing);
    else if (s.severity == SEV_NONE)
        rule_pass(out, self, subject);
    else
        rule_fail(out, self, subject, s.severity, NO_DAY, SEQS(x->seq, x->accreditation_seq),
                  json_pack("{s:s, s:s*, s:s*, s:b, s:b}", "laboratory", x->laboratory, "accreditation",
                            x->accreditation, "tested", day_name(out, x->day_last), "inHouse", x->is_in_house,
                            "ofSeller", x->is_of_seller),
                  "%s tested this lot for authenticity on %s, and %s.", x->laboratory, day_name(out, x->day_last),
                  s.why);
}

static void laboratory_is_qualified(const struct rule *self, const struct facts *f, struct findings *out)
{
    for (size_t i = 0; i < f->inspections_len; i++)
        if (is_authenticity(&f->inspections[i]))
            laboratory_of(self, f, &f->inspections[i], out);
}

/* ---- the rows ---- */

static const struct rule RULES[] = {
    {
        .id = "CAP-022",
        .family = "B",
        .title = "The certificate that a seller needs is valid on the day of the sale",
        .severity = SEV_HIGH,
        .version = 2,
        .refs = {"IECQ AP-CAP", "SAE AS6081", "SAE AS6496", "SAE AS5553", "IEC 62668-1"},
        .guards = "Sales only; not evaluated for a seller of whom no certificate and no complete register is known; "
                  "one reissued within the days of grace is medium; one taken back later was valid, and is told.",
        .parameters = {{"renewalDays", 60, "days"}, {"reviewDays", 365, "days"}},
        .check = certificate_is_valid,
    },
    {
        .id = "CAP-023",
        .family = "B",
        .title = "The certificate of a seller covers what it did, where it did it",
        .severity = SEV_MEDIUM,
        .version = 1,
        .refs = {"IECQ 03-1", "ISO/IEC 17065", "SAE AS6496", "SAE AS6081"},
        .guards = "Only a valid certificate; scopes in words count where they name known activities, sites where "
                  "they are registered or countries.",
        .check = certificate_covers,
    },
    {
        .id = "CAP-024",
        .family = "B",
        .title = "A certificate that a party shows is the one that the register has",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"IECQ on-line certificate system", "IAF CertSearch", "EASA suspected unapproved parts"},
        .guards = "Numbers and bodies are compared without marks and never by their form; absence counts only "
                  "against a register that was read to its end.",
        .check = certificate_is_borne_out,
    },
    {
        .id = "CAP-088",
        .family = "F",
        .title = "Who tests for authenticity is accredited for it, and did not sell the parts",
        .severity = SEV_HIGH,
        .version = 2,
        .refs = {"ISO/IEC 17025", "IECQ 03-6", "SAE AS6171", "SAE AS6081"},
        .guards = "Tests of authenticity only; a laboratory in house, or of a seller certified to test, is medium; "
                  "not evaluated where no accreditation and no complete register is known; methods are compared by the "
                  "tests that their words mean, and words that mean none that is known decide nothing.",
        .check = laboratory_is_qualified,
    },
};

const struct rule_family CREDENTIAL_RULES = {RULES, LENGTH(RULES)};
