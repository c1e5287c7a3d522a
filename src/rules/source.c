/* source - family B: whether who sold is what he claims to be, for this part, on that day, and whether
 * he should have been bought from; with CAP-010, where he ships from. */
#include "family.h"

#include "pedigree/base/text.h"
#include "pedigree/model/party.h"

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

/* The buyer made it an exclusive-trace source; the chain says what that is worth. */
static void exclusive_of(const struct rule *self, const struct hop *h, struct findings *out)
{
    const char *subject = hop_subject(out, h);
    if (h->its.exclusive == UNKNOWN) {
        rule_unknown(out, self, subject, "where the seller bought, up to authorized sources");
        return;
    }
    rule_fail(out, self, subject, SEV_HIGH, NO_DAY, SEQS(h->seq, h->out_seq, h->its.tier_seq),
              json_pack("{s:s, s:s, s:s, s:s*}", "seller", h->seller, "claimed", h->as, "tier", tier_code(h->tier),
                        "sold", day_name(out, h->sold_day)),
              "%s sold as exclusive-trace, and the chain of what it sold leads to sources that the manufacturer did "
              "not authorize.",
              h->seller);
}

static void capacity_of(const struct rule *self, const struct hop *h, enum tier claimed,
                        struct findings *out)
{
    const char *subject = hop_subject(out, h);
    enum truth proven = h->seller ? is_proven(h, claimed) : UNKNOWN;
    if (proven != YES && claimed == TIER_T3 && h->its.is_exclusive) {
        exclusive_of(self, h, out);
        return;
    }
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

/* ---- CAP-010 ---- */

static const char *place_name(struct findings *out, const struct hop *h)
{
    return h->its.ship_site ? arena_printf(out->arena, "site %s", h->its.ship_site) : h->its.ship_country;
}

static void site_of(const struct rule *self, const struct hop *h, struct findings *out)
{
    const char *subject = hop_subject(out, h);
    switch (h->its.site_known) {
    case YES:
        rule_pass(out, self, subject);
        return;
    case UNKNOWN:
        rule_unknown(out, self, subject, "the sites of who handed the parts over");
        return;
    case NO:
        break;
    }
    rule_fail(out, self, subject, SEV_LOW, NO_DAY, SEQS(h->seq, h->out_seq),
              json_pack("{s:s, s:s*, s:s*, s:s*}", "source", h->source, "site", h->its.ship_site, "country",
                        h->its.ship_country, "shipped", day_name(out, h->sold_day)),
              "%s shipped from %s, which was none of its known sites on %s.", h->source, place_name(out, h),
              h->sold_day == NO_DAY ? "that day" : day_name(out, h->sold_day));
}

/* A drop shipment comes from whoever the seller asks. */
static void sites_are_known(const struct rule *self, const struct facts *f, struct findings *out)
{
    for (size_t i = 0; i < f->hops_len; i++) {
        const struct hop *h = &f->hops[i];
        if (hop_is_receipt(h) && h->source && !h->its.ships_for_another &&
            (h->its.ship_site || h->its.ship_country))
            site_of(self, h, out);
    }
}

/* ---- CAP-020 ---- */

static bool is_from_open_market(const struct hop *h)
{
    return !h->seller || h->tier == TIER_UNKNOWN || tier_is_open(h->tier);
}

static void choice_of(const struct rule *self, const struct facts *f, const struct hop *h, struct findings *out)
{
    const char *subject = hop_subject(out, h);
    if (!h->seller || h->tier == TIER_UNKNOWN) {
        rule_unknown(out, self, subject, "what the seller is for this part");
        return;
    }
    if (h->its.in_production == UNKNOWN) {
        rule_unknown(out, self, subject, "whether the part was made on that day");
        return;
    }
    if (h->its.in_production == NO || is_approved(f, NULL, h->seller)) {
        rule_pass(out, self, subject);
        return;
    }
    rule_fail(out, self, subject, SEV_HIGH, NO_DAY, SEQS(h->seq, h->out_seq, h->its.production_seq),
              json_pack("{s:s, s:s, s:s*}", "seller", h->seller, "tier", tier_code(h->tier), "sold",
                        day_name(out, h->sold_day)),
              "%s, whom the manufacturer did not authorize for it, sold this part on %s, when it was still made and "
              "could be had from the authorized chain.",
              h->seller, h->sold_day == NO_DAY ? "that day" : day_name(out, h->sold_day));
}

static void source_is_preferred(const struct rule *self, const struct facts *f, struct findings *out)
{
    each_sale(self, f, out, is_from_open_market, choice_of);
}

/* ---- CAP-026 ---- */

static const char *list_name(struct findings *out, const struct listing_fact *x)
{
    return arena_printf(out->arena, "alert %s%s%s", x->source ? x->source : "", x->source && x->number ? " " : "",
                        x->number ? x->number : "");
}

/* Who is further up may be nobody that the reader knows. */
static void listed_above(const struct rule *self, const struct listing_fact *x, enum severity severity,
                         struct findings *out)
{
    const char *list = list_name(out, x);
    rule_fail(out, self, list, severity, NO_DAY, SEQS(x->seq, x->hop_seq),
              json_pack("{s:s*, s:s*, s:b, s:{s:s}}", "source", x->source, "number", x->number, "byNameAlone",
                        x->by_name, "others", "party", x->party),
              "Further up the chain of this lot is a party that %s names%s.", list,
              x->by_name ? ", by its name alone: to be asked about, as names are shared" : "");
}

static void listed(const struct rule *self, const struct listing_fact *x, struct findings *out)
{
    enum severity severity = x->by_name ? SEV_MEDIUM : SEV_HIGH;
    if (!x->here) {
        listed_above(self, x, severity, out);
        return;
    }
    rule_fail(out, self, arena_printf(out->arena, "party %s", x->party), severity, NO_DAY, SEQS(x->seq, x->hop_seq),
              json_pack("{s:s, s:s*, s:s*, s:s*, s:b}", "party", x->party, "source", x->source, "number", x->number,
                        "hop", x->hop, "byNameAlone", x->by_name),
              "%s had these pieces in its hands or sold them, and %s names it%s.", x->party, list_name(out, x),
              x->by_name ? ", by its name alone: to be asked about, as names are shared" : "");
}

static void parties_are_not_listed(const struct rule *self, const struct facts *f, struct findings *out)
{
    if (!f->lists_known) {
        rule_unknown(out, self, "", "an alert or list that names parties");
        return;
    }
    for (size_t i = 0; i < f->listings_len; i++)
        listed(self, &f->listings[i], out);
    if (!f->listings_len)
        rule_pass(out, self, "");
}

/* ---- CAP-028 ---- */

static void identifier_of(const struct rule *self, const char *party, int64_t seq, struct findings *out)
{
    const char *subject = arena_printf(out->arena, "party %s", party);
    const char *fault = party_fault(party);
    if (party_is_provisional(party))
        rule_unknown(out, self, subject, "a registered identifier of the party");
    else if (!fault)
        rule_pass(out, self, subject);
    else
        rule_fail(out, self, subject, SEV_LOW, NO_DAY, SEQS(seq),
                  json_pack("{s:s, s:s}", "party", party, "fault", fault), "%s is no code that can have been given out: %s.",
                  party, fault);
}

static void identifiers_are_valid(const struct rule *self, const struct facts *f, struct findings *out)
{
    if (f->description_seq != NONE) /* a record of the holder's that names it */
        identifier_of(self, f->holder, f->description_seq, out);
    for (size_t i = 0; i < f->hops_len; i++) {
        const struct hop *h = &f->hops[i];
        if (h->source)
            identifier_of(self, h->source, h->seq, out);
        if (h->seller && !text_is(h->seller, h->source))
            identifier_of(self, h->seller, h->seq, out);
    }
}

/* ---- the rows ---- */

static const struct rule RULES[] = {
    {
        .id = "CAP-010",
        .family = "A",
        .title = "Parts are shipped from a site of who hands them over",
        .severity = SEV_LOW,
        .version = 1,
        .refs = {"SAE ARP6178"},
        .guards = "Where a place is told and the sites are listed; drop shipments come from others, and sites that "
                  "are kept for the party are its own.",
        .check = sites_are_known,
    },
    {
        .id = "CAP-020",
        .family = "B",
        .title = "A part that is still made is bought from the authorized chain",
        .severity = SEV_HIGH,
        .version = 2,
        .refs = {"DFARS 252.246-7008", "IEC 62668-2", "IEC 62239-1"},
        .guards = "Sales only; by what was said of the life cycle for the day of the sale, and not where sources "
                  "disagree; a derogation of the holder for the lot, the part or the seller answers it for its own eyes.",
        .check = source_is_preferred,
    },
    {
        .id = "CAP-021",
        .family = "B",
        .title =
            "A capacity that a seller claims is covered by an authorization on that day",
        .severity = SEV_HIGH,
        .version = 2,
        .refs = {"DFARS 252.246-7008", "SAE AS6496"},
        .guards =
            "Without a claim, absence of authorization is a tier and no false claim; "
            "lists of franchises lag, so one within the days of grace makes it medium; exclusive "
            "trace must be borne out by the chain.",
        .parameters = {{"graceDays", 30, "days"}},
        .check = capacity_is_proven,
    },
    {
        .id = "CAP-026",
        .family = "B",
        .title = "No party that had the pieces is on a list of parties to be avoided",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"DFARS 252.246-7007", "ERAI", "GIDEP", "EASA suspected unapproved parts"},
        .guards = "Alerts of the class party, or that name suppliers and no parts; a match by name alone is a "
                  "question and never high; one that was withdrawn names nobody.",
        .check = parties_are_not_listed,
    },
    {
        .id = "CAP-028",
        .family = "B",
        .title = "The identifier of each party is one that can have been given out",
        .severity = SEV_LOW,
        .version = 1,
        .refs = {"ISO 17442", "ISO/IEC 7064", "GS1 General Specifications", "NCAGE coding rules"},
        .guards = "Of form and check digits alone; records from old systems stay readable, whatever they call a "
                  "party.",
        .check = identifiers_are_valid,
    },
};

const struct rule_family SOURCE_RULES = {RULES, LENGTH(RULES)};
