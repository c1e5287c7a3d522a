/* price - family E, and what else rests on statistics: prices far below the market, parts that are plentiful
 * where they should not be, sellers and days that stand out.  Figures are of earlier ledger days. */
#include "family.h"

#include "pedigree/base/text.h"
#include "pedigree/model/figure.h"

enum { UNIT_SLIP = 100 };

static const char *money(struct findings *out, int64_t price, const char *currency)
{
    char text[24];
    return arena_printf(out->arena, "%s %s", price_text(price, text), currency);
}

/* `fn` for each sale to which the figures have something to add. */
static void each_figure(const struct rule *self, const struct facts *f, struct findings *out,
                        bool (*applies)(const struct hop *h, const struct hop_figures *g),
                        void (*fn)(const struct rule *self, const struct facts *f, const struct hop *h,
                                   const struct hop_figures *g, struct findings *out))
{
    for (size_t i = 0; f->figures && i < f->hops_len; i++)
        if (hop_is_sale(&f->hops[i]) && hop_is_receipt(&f->hops[i]) && applies(&f->hops[i], &f->figures[i]))
            fn(self, f, &f->hops[i], &f->figures[i], out);
}

/* ---- CAP-070 ---- */

static bool has_price(const struct hop *h, const struct hop_figures *g)
{
    (void)h;
    return g->price != NONE;
}

static bool is_below(int64_t price, int64_t of, int64_t percent)
{
    return of != NONE && price < of / 100 * percent;
}

/* Hundreds of times below: per another number of pieces, or in another currency, more likely than cheap. */
static bool is_slip(const struct hop_figures *g)
{
    return (g->list != NONE && g->price < g->list / UNIT_SLIP) ||
           (g->floor != NONE && g->price < g->floor / UNIT_SLIP);
}

static enum severity price_severity(const struct facts *f, const struct hop *h, const struct hop_figures *g)
{
    if (is_slip(g))
        return SEV_LOW;
    return h->tier == TIER_T5 && !text_is(f->condition, "surplus") ? SEV_HIGH : SEV_MEDIUM;
}

static void price_of(const struct rule *self, const struct facts *f, const struct hop *h,
                     const struct hop_figures *g, struct findings *out)
{
    const char *subject = hop_subject(out, h);
    bool under_list = is_below(g->price, g->list, rule_parameter(self, "listPercent"));
    bool under_floor = g->floor != NONE && g->price <= g->floor;
    if (g->list == NONE && g->floor == NONE) {
        rule_unknown(out, self, subject, "enough prices of this part in such quantities");
        return;
    }
    if (!under_list && !under_floor) {
        rule_pass(out, self, subject);
        return;
    }
    const char *below = under_list ? money(out, g->list, g->currency) : NULL;
    rule_fail(out, self, subject, price_severity(f, h, g), NO_DAY, SEQS(h->seq),
              json_pack("{s:s*, s:s, s:s, s:s, s:s*, s:s*, s:b}", "seller", h->seller, "tier", tier_code(h->tier),
                        "price", money(out, g->price, g->currency), "sold",
                        h->sold_day == NO_DAY ? "" : day_name(out, h->sold_day), "authorizedPrice", below,
                        "marketFloor", under_floor ? money(out, g->floor, g->currency) : NULL, "unitSlip",
                        is_slip(g)),
              "The pieces cost %s each, far below %s%s%s.", money(out, g->price, g->currency),
              under_list ? (g->list_is_old ? "the last price of an authorized seller, " : "the price of an authorized seller, ")
                         : "what the market pays for such quantities",
              under_list ? below : "",
              is_slip(g) ? "; so far that the amount may be for another number of pieces" : "");
}

static void price_is_near_the_market(const struct rule *self, const struct facts *f, struct findings *out)
{
    each_figure(self, f, out, has_price, price_of);
}

/* ---- CAP-071 ---- */

static bool is_from_open_market(const struct hop *h, const struct hop_figures *g)
{
    (void)g;
    return tier_is_open(h->tier);
}

static void plenty_of(const struct rule *self, const struct facts *f, const struct hop *h,
                      const struct hop_figures *g, struct findings *out)
{
    (void)f;
    const char *subject = hop_subject(out, h);
    int64_t times = rule_parameter(self, "times");
    if (g->lead_weeks == NONE || (g->glut != NONE && g->typical == NONE)) {
        rule_unknown(out, self, subject,
                     g->lead_weeks == NONE ? "when authorized sellers could deliver" : "what is usually bought at once");
        return;
    }
    if (g->lead_weeks <= rule_parameter(self, "leadWeeks") || g->glut == NONE || g->glut / times < g->typical) {
        rule_pass(out, self, subject);
        return;
    }
    rule_fail(out, self, subject, SEV_MEDIUM, NO_DAY, SEQS(h->seq),
              json_pack("{s:s*, s:s, s:I, s:I, s:I}", "seller", h->seller, "tier", tier_code(h->tier), "leadTimeWeeks",
                        (json_int_t)g->lead_weeks, "offered", (json_int_t)g->glut, "usual", (json_int_t)g->typical),
              "Authorized sellers needed %" PRId64 " weeks for this part when it was bought on the open market, which "
              "offered %s at about the list price.", g->lead_weeks, pieces(out, g->glut));
}

static void scarcity_is_everywhere(const struct rule *self, const struct facts *f, struct findings *out)
{
    each_figure(self, f, out, is_from_open_market, plenty_of);
}

/* ---- CAP-072 ---- */

static bool is_sold_by_another(const struct hop *h, const struct hop_figures *g)
{
    (void)g;
    return h->seller && h->tier != TIER_T1;
}

static void record_of(const struct rule *self, const struct facts *f, const struct hop *h,
                      const struct hop_figures *g, struct findings *out)
{
    (void)f;
    const char *subject = hop_subject(out, h);
    if (!g->seller_is_judged) {
        rule_unknown(out, self, subject, "enough lots of this seller, from enough organisations");
        return;
    }
    if (!g->seller_is_adverse) {
        rule_pass(out, self, subject);
        return;
    }
    rule_fail(out, self, subject, SEV_MEDIUM, NO_DAY, SEQS(h->seq),
              json_pack("{s:s, s:{s:I, s:I, s:I}}", "seller", h->seller, "others", "lots", (json_int_t)g->seller_lots,
                        "suspect", (json_int_t)g->seller_found, "lowerBoundPpm",
                        (json_int_t)wilson_lower(g->seller_found, g->seller_lots)),
              "Of what %s sold, more than %" PRId64 " times as many lots were found suspect as of what all sell, also at the "
              "lower bound of what chance allows.", h->seller, rule_parameter(self, "times"));
}

static void seller_is_no_worse(const struct rule *self, const struct facts *f, struct findings *out)
{
    each_figure(self, f, out, is_sold_by_another, record_of);
}

/* ---- CAP-073 ---- */

static void day_is_like_others(const struct rule *self, const struct facts *f, struct findings *out)
{
    const struct day_figures *d = &f->named;
    if (d->day == 0)
        return;
    if (!d->is_known) {
        rule_unknown(out, self, "", "enough days on which the submitter named lots");
        return;
    }
    if (!d->is_unusual) {
        rule_pass(out, self, "");
        return;
    }
    rule_fail(out, self, "", SEV_LOW, NO_DAY, SEQS(d->seq),
              json_pack("{s:s, s:I, s:I}", "day", day_name(out, d->day), "lots", (json_int_t)d->lots, "usual",
                        (json_int_t)d->usual),
              "On %s, when this lot was first named, its holder named %" PRId64 " lots; %" PRId64 " would have been many.",
              day_name(out, d->day), d->lots, d->usual);
}

/* ---- CAP-027 ---- */

static bool has_proven_itself(const struct rule *self, const struct hop_figures *g)
{
    int64_t least = rule_parameter(self, "acceptedLots");
    return g->accepted >= least || (g->accepted_by_others != NONE && g->accepted_by_others >= least);
}

static void history_of(const struct rule *self, const struct facts *f, const struct hop *h,
                       const struct hop_figures *g, struct findings *out)
{
    const char *subject = hop_subject(out, h);
    if (!h->seller || g->accepted == NONE || f->bought < rule_parameter(self, "historyLots")) {
        rule_unknown(out, self, subject, h->seller ? "enough history of the buyer to tell new sellers from old" : "who sold the parts");
        return;
    }
    int32_t days = (int32_t)rule_parameter(self, "knownDays");
    bool is_new = g->seller_since == NO_DAY || f->today - g->seller_since < days;
    bool is_proven = has_proven_itself(self, g);
    if (is_new && g->seller_since != NO_DAY)
        rule_again(out, g->seller_since + days, h->seq);
    if (is_proven && !is_new) {
        rule_pass(out, self, subject);
        return;
    }
    rule_fail(out, self, subject, SEV_MEDIUM, NO_DAY, SEQS(h->seq),
              json_pack("{s:s, s:s, s:b, s:s*}", "seller", h->seller, "tier", tier_code(h->tier), "fewAccepted", !is_proven,
                        "firstSale", is_new ? day_name(out, g->seller_since) : NULL),
              "%s is no authorized seller and has yet to prove itself here: %s.", h->seller,
              !is_proven ? "fewer of its lots were accepted than an assessment needs" : "it was first bought from only lately");
}

static void seller_has_a_history(const struct rule *self, const struct facts *f, struct findings *out)
{
    each_figure(self, f, out, is_from_open_market, history_of);
}

/* ---- CAP-064 ---- */

static const struct hop *hop_after(const struct facts *f, int32_t day)
{
    for (size_t i = 0; i < f->hops_len; i++) {
        const struct hop *h = &f->hops[i];
        if (hop_is_sale(h) && hop_is_receipt(h) && tier_is_open(h->tier) && h->sold_day != NO_DAY && h->sold_day > day)
            return h;
    }
    return NULL;
}

static void supply_fits(const struct rule *self, const struct facts *f, struct findings *out)
{
    const struct part_figures *s = &f->supply;
    const struct hop *h = f->last_ship != NO_DAY && f->today > f->last_ship ? hop_after(f, f->last_ship) : NULL;
    if (!h)
        return;
    int64_t most = s->offered > s->entered ? s->offered : s->entered;
    if (!f->figures || s->made == NONE || s->made <= 0 || most == NONE) {
        rule_unknown(out, self, "", !f->figures || s->made == NONE || s->made <= 0
                                        ? "how many pieces the maker sold in its last years"
                                        : "how many pieces are on the open market");
        return;
    }
    if (most / rule_parameter(self, "times") < s->made) {
        rule_pass(out, self, "");
        return;
    }
    rule_fail(out, self, "", s->made_is_proven ? SEV_HIGH : SEV_MEDIUM, NO_DAY, SEQS(h->seq, f->end_seq),
              json_pack("{s:s, s:{s:I, s:I, s:I, s:b}}", "lastShip", day_name(out, f->last_ship), "others", "offered",
                        (json_int_t)(s->offered == NONE ? 0 : s->offered), "entered",
                        (json_int_t)(s->entered == NONE ? 0 : s->entered), "soldByMaker", (json_int_t)s->made, "proven",
                        s->made_is_proven),
              "Since the maker shipped its last on %s, the open market has had more than %" PRId64 " times what the maker sold in "
              "the three years before%s.", day_name(out, f->last_ship), rule_parameter(self, "times"),
              s->made_is_proven ? "" : ", as far as its buyers record it");
}

/* ---- the rows ---- */

static const struct rule RULES[] = {
    {
        .id = "CAP-027",
        .family = "B",
        .title = "A seller without authorization has a history of accepted lots",
        .severity = SEV_MEDIUM,
        .version = 1,
        .refs = {"SAE ARP6178", "SAE AS5553"},
        .guards = "Sales on the open market only; accepted by the buyer, or by five other organisations together; not evaluated "
                  "while the buyer itself has little history here, so that a first wave of records says nothing.",
        .parameters = {{"acceptedLots", 5, "lots"}, {"knownDays", 180, "days"}, {"historyLots", 25, "lots"}},
        .check = seller_has_a_history,
    },
    {
        .id = "CAP-064",
        .family = "D",
        .title = "After the last shipment the open market has no more than the maker left behind",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"SAE AS5553", "SD-22"},
        .guards = "Of what is offered the largest half year counts, as the same pieces are offered again; of what came in only "
                  "pieces that no recorded lot had; medium where the maker's sales are told by their buyers alone.",
        .parameters = {{"times", 3, "times"}},
        .check = supply_fits,
    },
    {
        .id = "CAP-070",
        .family = "E",
        .title = "The price is not far below what the market pays",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"IEC 62668-2", "SAE ARP6178"},
        .guards = "Compared within one currency, like quantities and a year; prices of others count from five organisations on and "
                  "from the day after; stock sold as surplus is medium, and an amount a hundred times too low rather a slip.",
        .parameters = {{"observations", 8, "prices"}, {"zThousandths", 3500, "thousandths"}, {"listPercent", 50, "percent"}},
        .check = price_is_near_the_market,
    },
    {
        .id = "CAP-071",
        .family = "E",
        .title = "What authorized sellers cannot deliver is not plentiful elsewhere at the list price",
        .severity = SEV_MEDIUM,
        .version = 1,
        .refs = {"SAE ARP6178"},
        .guards = "Needs offers of both sides in the same year; genuine excess exists, so a question and no more.",
        .parameters = {{"leadWeeks", 26, "weeks"}, {"times", 10, "times"}, {"listPercent", 120, "percent"}},
        .check = scarcity_is_everywhere,
    },
    {
        .id = "CAP-072",
        .family = "E",
        .title = "Lots of a seller are not found suspect more often than those of all",
        .severity = SEV_MEDIUM,
        .version = 1,
        .refs = {"SAE AS5553", "AS9100"},
        .guards = "By the lower bound of the Wilson interval, so that a few lots say nothing; from five organisations besides the "
                  "reader on, and from the day after.",
        .parameters = {{"lots", 10, "lots"}, {"times", 2, "times"}},
        .check = seller_is_no_worse,
    },
    {
        .id = "CAP-073",
        .family = "E",
        .title = "A holder names about as many lots on a day as on others",
        .severity = SEV_LOW,
        .version = 1,
        .refs = {"SAE AS5553"},
        .guards = "A day is judged when it is over, against the days before it on which the holder named any; small numbers never "
                  "stand out.",
        .parameters = {{"days", 14, "days"}, {"sigmas", 4, "deviations"}, {"least", 20, "lots"}},
        .check = day_is_like_others,
    },
};

const struct rule_family PRICE_RULES = {RULES, LENGTH(RULES)};
