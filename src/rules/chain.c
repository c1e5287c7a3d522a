/* chain - family A: where a lot has been, and whether the way holds together. */
#include "family.h"

#include "pedigree/base/text.h"

#include <string.h>

enum { DEPTH_MAX = 64 };

/* ---- CAP-001 ---- */

static void leads_to_maker(const struct rule *self, const struct facts *f,
                           struct findings *out)
{
    static const char *const WHY[] = {
        [TRACED_CLAIMED] = "only the holder's word names its origin",
        [TRACED_PARTIAL] = "some of its pieces have no recorded origin",
        [TRACED_NONE] = "no recorded origin is the manufacturer's or one it authorized",
    };
    if (!lot_is_described(self, f, out))
        return;
    if (f->sample_without_source) {
        rule_unknown(out, self, "", "the lot that this is a part of");
        return;
    }
    enum severity severity = SEV_HIGH;
    switch (f->traced) {
    case TRACED_NOT_EVALUATED:
        rule_unknown(out, self, "", "where the lot comes from");
        return;
    case TRACED_MANUFACTURER:
    case TRACED_AUTHORIZATION:
        rule_pass(out, self, "");
        return;
    case TRACED_CLAIMED:
        severity = f->claimed_of_authorized ? SEV_LOW : SEV_MEDIUM;
        break;
    case TRACED_PARTIAL:
    case TRACED_NONE:
        break;
    }
    rule_fail(out, self, "", severity, NO_DAY, SEQS(f->root_seq),
              json_pack("{s:s, s:b}", "traced", traced_word(f->traced), "authorizedNamed",
                        f->traced == TRACED_CLAIMED && f->claimed_of_authorized),
              "The chain of this lot does not lead to its manufacturer: %s.",
              WHY[f->traced]);
}

/* ---- CAP-002 ---- */

static void hop_has_both_sides(const struct rule *self, const struct hop *h,
                               struct findings *out)
{
    const char *subject = hop_subject(out, h);
    if (h->standing >= HOP_CORROBORATED) {
        rule_pass(out, self, subject);
        return;
    }
    if (!h->source || !h->source_submits) {
        rule_unknown(out, self, subject,
                     h->source ? "records of the source" : "who handed the parts over");
        return;
    }
    if (h->of_undescribed && h->source_answer != NO) {
        rule_unknown(out, self, subject, "what the lot is that the source shipped from");
        return;
    }
    bool consistent = h->standing == HOP_CONSISTENT;
    json_t *evidence =
        json_pack("{s:s, s:s, s:s}", "source", h->source, "standing",
                  standing_word(h->standing), "received", day_name(out, h->day_last));
    /* A denial is final: no late record explains it. */
    rule_fail(out, self, subject, consistent ? SEV_LOW : SEV_HIGH,
              h->source_answer == NO ? NO_DAY : h->day_last, SEQS(h->seq, h->answer_seq),
              evidence, "%s submits custody records, and %s.", h->source,
              h->source_answer == NO ? "denies what this receipt claims to have from it"
              : consistent ? "its lot agrees with this receipt, but no shipment of it is "
                             "recorded"
                           : "none of them is a shipment that this receipt could be");
}

static void hops_have_both_sides(const struct rule *self, const struct facts *f,
                                 struct findings *out)
{
    bool came = lot_came_in(self, f, out);
    for (size_t i = 0; came && i < f->hops_len; i++)
        if (!f->hops[i].opening || !text_is(f->holder, f->maker))
            hop_has_both_sides(self, &f->hops[i], out);
    int64_t transit = rule_parameter(self, "transitDays");
    bool arrived = false;
    for (size_t i = 0; i < f->moves_len; i++) {
        const struct move *m = &f->moves[i];
        if (m->type != REC_SHIPPED || !m->to || !m->to_submits)
            continue;
        arrived |= m->arrived;
        if (m->arrived)
            continue;
        if (f->today <= m->day_last + transit) {
            rule_again(out, m->day_last + (int32_t)transit + 1, m->seq);
            continue;
        }
        if (!f->described) {
            rule_unknown(out, self, move_subject(out, m), "a description of the lot");
            continue;
        }
        rule_fail(out, self, move_subject(out, m), SEV_MEDIUM, m->day_last, SEQS(m->seq),
                  json_pack("{s:s, s:s, s:I}", "to", m->to, "shipped",
                            day_name(out, m->day_last), "quantity",
                            (json_int_t)m->quantity),
                  "%s submits custody records, and none says that the %s shipped on %s "
                  "arrived.",
                  m->to, pieces(out, m->quantity), day_name(out, m->day_last));
    }
    if (arrived)
        rule_pass(out, self, "");
}

/* ---- CAP-003 ---- */

static void hop_in_transit(const struct rule *self, const struct facts *f, const struct hop *h, struct findings *out)
{
    (void)f;
    const char *subject = hop_subject(out, h);
    if (h->shipped_day == NO_DAY)
        rule_unknown(out, self, subject, "the day of shipment");
    else if (h->day_first - h->shipped_day <= rule_parameter(self, "transitDays"))
        rule_pass(out, self, subject);
    else
        rule_fail(out, self, subject, SEV_MEDIUM, NO_DAY, SEQS(h->seq, h->out_seq),
                  json_pack("{s:s, s:s, s:i}", "shipped", day_name(out, h->shipped_day), "received",
                            day_name(out, h->day_first), "days", (int)(h->day_first - h->shipped_day)),
                  "The pieces were %d days on the way, from %s to %s, and nothing says where.",
                  (int)(h->day_first - h->shipped_day), day_name(out, h->shipped_day), day_name(out, h->day_first));
}

static void lay_in_sight(const struct rule *self, const struct facts *f, struct findings *out)
{
    const struct storage_fact *s = &f->stored;
    if (s->from == NO_DAY)
        return; /* nothing has left yet */
    int32_t days = s->to - s->from;
    if (days <= rule_parameter(self, s->authorized ? "authorizedGapDays" : "gapDays"))
        rule_pass(out, self, "");
    else
        rule_fail(out, self, "", SEV_MEDIUM, NO_DAY, SEQS(s->from_seq, s->to_seq),
                  json_pack("{s:s, s:s, s:i, s:b}", "from", day_name(out, s->from), "to", day_name(out, s->to), "days", days,
                            "authorized", s->authorized),
                  "From %s to %s, for %d days, no record says that the lot was there: no count, no inspection.",
                  day_name(out, s->from), day_name(out, s->to), days);
}

static void custody_has_no_gap(const struct rule *self, const struct facts *f, struct findings *out)
{
    for (size_t i = 0; i < f->hops_len; i++)
        if (hop_is_receipt(&f->hops[i]))
            hop_in_transit(self, f, &f->hops[i], out);
    lay_in_sight(self, f, out);
}

/* ---- CAP-004 ---- */

/* The first day on which any piece can have existed: every date code must be read. */
static int32_t first_made(const struct facts *f)
{
    int32_t first = NO_DAY;
    for (size_t i = 0; i < f->codes_len; i++) {
        const struct code_fact *c = &f->codes[i];
        if (c->observed)
            continue;
        if (!c->parsed.parsed)
            return NO_DAY;
        if (first == NO_DAY || c->parsed.candidates[0].first < first)
            first = c->parsed.candidates[0].first;
    }
    return first;
}

/* The first day on which all pieces of this receipt can have existed, by the codes it
 * names. */
static int32_t all_made(const struct facts *f, const struct hop *h)
{
    int32_t last = NO_DAY;
    for (size_t i = 0; i < f->codes_len; i++) {
        const struct code_fact *c = &f->codes[i];
        if (!c->observed && c->seq == h->seq && c->parsed.parsed &&
            c->parsed.candidates[0].first > last)
            last = c->parsed.candidates[0].first;
    }
    return last;
}

/* A code later than the pieces came in is for CAP-042 to say. */
static int32_t departure(const struct rule *self, int32_t made, int32_t came)
{
    int32_t slack = (int32_t)rule_parameter(self, "codeDays");
    return made == NO_DAY || (came != NO_DAY && made > came + slack) ? NO_DAY
                                                                     : made - slack;
}

/* The first day on which pieces came in; NO_DAY if that is not for hops to say. */
static int32_t first_arrival(const struct facts *f)
{
    int32_t first = NO_DAY;
    for (size_t i = 0; i < f->hops_len; i++) {
        if (f->hops[i].opening)
            return NO_DAY;
        if (hop_is_receipt(&f->hops[i]) &&
            (first == NO_DAY || f->hops[i].day_first < first))
            first = f->hops[i].day_first;
    }
    return first != NO_DAY && f->seen_day != NO_DAY && f->seen_day < first ? f->seen_day
                                                                           : first;
}

static void inverted(const struct rule *self, struct findings *out, const char *subject,
                     const int64_t *seqs, size_t seqs_len, const char *what, int32_t day,
                     const char *before, int32_t bound)
{
    rule_fail(out, self, subject, SEV_HIGH, NO_DAY, seqs, seqs_len,
              json_pack("{s:s, s:s, s:s, s:s}", "event", what, "day", day_name(out, day),
                        "before", before, "notBefore", day_name(out, bound)),
              "The pieces were %s on %s, before %s on %s.", what, day_name(out, day),
              before, day_name(out, bound));
}

static const char LEFT_FACTORY[] = "their date code could leave the factory";

static void hop_in_order(const struct rule *self, const struct facts *f,
                         const struct hop *h, struct findings *out)
{
    const char *subject = hop_subject(out, h);
    int32_t slack = (int32_t)rule_parameter(self, "slackDays");
    int32_t made = departure(self, all_made(f, h), h->day_last);
    if (h->shipped_day == NO_DAY)
        rule_unknown(out, self, subject, "the day of shipment");
    else if (h->shipped_day > h->day_last + slack)
        inverted(self, out, subject, SEQS(h->seq, h->out_seq), "received", h->day_last,
                 "they were shipped", h->shipped_day);
    else if (made != NO_DAY && h->shipped_day < made)
        inverted(self, out, subject, SEQS(h->seq, h->out_seq), "shipped", h->shipped_day,
                 LEFT_FACTORY, made);
    else
        rule_pass(out, self, subject);
}

static const char *left_how(enum record_type t)
{
    return t == REC_SHIPPED     ? "shipped"
           : t == REC_INSTALLED ? "installed"
           : t == REC_SCRAPPED  ? "scrapped"
                                : "taken out";
}

static void move_in_order(const struct rule *self, const struct facts *f,
                          const struct move *m, int32_t came, struct findings *out)
{
    int32_t slack = (int32_t)rule_parameter(self, "slackDays");
    int32_t made =
        departure(self, m->made == NO_DAY ? first_made(f) : m->made, f->seen_day);
    if (m->made != NO_DAY)
        made = m->made - (int32_t)rule_parameter(self, "codeDays");
    if (came != NO_DAY && m->day_last + slack < came)
        inverted(self, out, move_subject(out, m), SEQS(m->seq, f->seen_seq),
                 left_how(m->type), m->day_last, "any came in", came);
    else if (made != NO_DAY && m->day_last < made)
        inverted(self, out, move_subject(out, m), SEQS(m->seq, f->description_seq),
                 left_how(m->type), m->day_last, LEFT_FACTORY, made);
    else if (came != NO_DAY || made != NO_DAY)
        rule_pass(out, self, "");
}

static void time_runs_forward(const struct rule *self, const struct facts *f,
                              struct findings *out)
{
    int32_t came = first_arrival(f);
    lot_came_in(self, f, out);
    for (size_t i = 0; i < f->hops_len; i++)
        if (hop_is_receipt(&f->hops[i]))
            hop_in_order(self, f, &f->hops[i], out);
    for (size_t i = 0; i < f->moves_len; i++)
        move_in_order(self, f, &f->moves[i], came, out);
}

/* ---- CAP-005 ---- */

static void no_circle(const struct rule *self, const struct facts *f,
                      struct findings *out)
{
    if (!lot_is_described(self, f, out))
        return;
    if (f->depth < DEPTH_MAX)
        rule_pass(out, self, "");
    else
        rule_fail(
            out, self, "", SEV_HIGH, NO_DAY, SEQS(f->root_seq),
            json_pack("{s:i}", "depth", f->depth),
            "The chain upstream of this lot runs in a circle, or is %d hops deep or "
            "more.",
            DEPTH_MAX);
}

/* ---- CAP-006 ---- */

struct comeback { /* a customer's return: into this lot, or into one that it came out of
                   */
    const char *subject;
    int32_t first, last; /* days */
    int32_t verified;    /* the first day on which it was found to be good; NO_DAY */
    bool sealed;
    int64_t seq;
};

static bool is_resale(const struct move *m, const struct comeback *back)
{
    return m->type == REC_SHIPPED && m->reason == REASON_SALE &&
           m->day_last >= back->first;
}

/* The first day since then on which an inspection of this lot found it to be good;
 * NO_DAY. */
static int32_t verified_since(const struct facts *f, int32_t since)
{
    int32_t day = NO_DAY;
    for (size_t i = 0; i < f->inspections_len; i++) {
        const struct inspection_fact *x = &f->inspections[i];
        const struct record *r = x->record;
        if (x->binding && text_is(r->purpose, "return") &&
            !text_is(r->result, "suspect") && !text_is(r->result, "nonconforming") &&
            x->day_last >= since && (day == NO_DAY || x->day_last < day))
            day = x->day_last;
    }
    return day;
}

static bool is_unstated(const char *condition)
{
    return !condition || strcmp(condition, "unknown") == 0;
}

/* The first sale that tells; what was sold before the return is none. */
static void return_is_verified(const struct rule *self, const struct facts *f,
                               const struct comeback *back, struct findings *out)
{
    bool any = false, unstated = false;
    for (size_t i = 0; i < f->moves_len; i++) {
        const struct move *m = &f->moves[i];
        if (!is_resale(m, back))
            continue;
        any = true;
        unstated |= is_unstated(m->claimed_condition);
        if (!text_is(m->claimed_condition, "new") ||
            (back->verified != NO_DAY && back->verified <= m->day_last))
            continue;
        rule_fail(
            out, self, back->subject, back->sealed ? SEV_MEDIUM : SEV_HIGH, NO_DAY,
            SEQS(back->seq, m->seq),
            json_pack("{s:s, s:s, s:s, s:b}", "returned", day_name(out, back->last),
                      "sold", day_name(out, m->day_last), "sale", m->key, "sealed",
                      back->sealed),
            "What a customer returned on %s was sold as new on %s, and no inspection "
            "in between verified the return.",
            day_name(out, back->last), day_name(out, m->day_last));
        return;
    }
    if (unstated)
        rule_unknown(out, self, back->subject, "the condition that it was sold in");
    else if (any)
        rule_pass(out, self, back->subject);
}

static void returns_are_verified(const struct rule *self, const struct facts *f,
                                 struct findings *out)
{
    for (size_t i = 0; i < f->hops_len; i++) {
        const struct hop *h = &f->hops[i];
        struct comeback back = {hop_subject(out, h), h->day_first,
                                h->day_last,         verified_since(f, h->day_first),
                                h->sealed,           h->seq};
        if (h->to_customer_return)
            return_is_verified(self, f, &back, out);
    }
    if (f->back_day == NO_DAY)
        return;
    struct comeback above = {"",    f->back_day,       f->back_day, f->back_verified,
                             false, f->description_seq};
    if (above.verified == NO_DAY)
        above.verified = verified_since(f, f->back_day);
    return_is_verified(self, f, &above, out);
}

/* ---- CAP-008 ---- */

enum held { HELD_NOT, HELD_LAWFUL, HELD_UNSURE, HELD_MOVED };

static enum held move_of_held(const struct rule *self, const struct facts *f,
                              const struct move *m)
{
    int64_t lot = f->quantity != NONE ? f->quantity : f->inflow;
    if (!m->held_reason)
        return HELD_NOT;
    if (strcmp(m->held_reason, "suspect") != 0 && m->to_source &&
        m->reason == REASON_RETURN)
        return HELD_LAWFUL;
    if (m->reason != REASON_SAMPLE || m->quantity > rule_parameter(self, "samplePieces"))
        return HELD_MOVED;
    if (lot <= 0)
        return HELD_UNSURE;
    bool fits = m->quantity * 100 <= lot * rule_parameter(self, "samplePercent");
    return fits ? HELD_LAWFUL : HELD_MOVED;
}

static void held_moved(const struct rule *self, const struct move *m,
                       struct findings *out)
{
    bool suspect = strcmp(m->held_reason, "suspect") == 0;
    bool back = suspect && m->type == REC_SHIPPED && m->to_source;
    rule_fail(
        out, self, move_subject(out, m), suspect ? SEV_CRITICAL : SEV_HIGH, NO_DAY,
        SEQS(m->seq, m->held_seq),
        json_pack("{s:s, s:s, s:s, s:I, s:b, s:s*}", "held", m->held_reason, "moved",
                  left_how(m->type), "day", day_name(out, m->day_last), "quantity",
                  (json_int_t)m->quantity, "toSource", m->to_source, "to", m->to),
        "%s %s %s on %s out of a lot held as %s, more than were free%s.",
        pieces(out, m->quantity), m->quantity == 1 ? "was" : "were", left_how(m->type),
        day_name(out, m->day_last), m->held_reason,
        back ? ", and to their source: the worst case, from there they are sold again"
             : "");
}

static void held_stays(const struct rule *self, const struct facts *f,
                       struct findings *out)
{
    bool lawful = false;
    for (size_t i = 0; i < f->moves_len; i++) {
        const struct move *m = &f->moves[i];
        if (m->type != REC_SHIPPED && m->type != REC_INSTALLED)
            continue;
        enum held held = move_of_held(self, f, m);
        lawful |= held == HELD_NOT || held == HELD_LAWFUL;
        if (held == HELD_UNSURE)
            rule_unknown(out, self, move_subject(out, m), "how many pieces the lot has");
        if (held == HELD_MOVED)
            held_moved(self, m, out);
    }
    if (lawful)
        rule_pass(out, self, "");
}

/* ---- CAP-009 ---- */

static json_t *names_json(const char *const *names, size_t len)
{
    json_t *list = json_array();
    for (size_t i = 0; i < len; i++)
        json_array_append_new(list, json_string(names[i]));
    return list;
}

static void few_between(const struct rule *self, const struct facts *f, struct findings *out)
{
    bool sold = false;
    for (size_t i = 0; i < f->hops_len; i++)
        sold |= hop_is_sale(&f->hops[i]);
    if (!sold)
        return;
    if ((int64_t)f->brokers_len > rule_parameter(self, "sellers"))
        rule_fail(out, self, "", SEV_MEDIUM, NO_DAY, SEQS(f->root_seq),
                  json_pack("{s:I, s:{s:o}}", "sellers", (json_int_t)f->brokers_len, "others", "names",
                            names_json(f->brokers, f->brokers_len)),
                  "On the recorded way here the goods were sold by %zu%s parties whom the manufacturer did not authorize.",
                  f->brokers_len, f->brokers_len == 8 ? " or more" : "");
    else if (f->traced == TRACED_MANUFACTURER || f->traced == TRACED_AUTHORIZATION)
        rule_pass(out, self, "");
    else
        rule_unknown(out, self, "", "the whole way from the manufacturer");
}

/* ---- the rows ---- */

static const struct rule RULES[] = {
    {
        .id = "CAP-001",
        .family = "A",
        .title = "A lot's chain leads to its manufacturer, or to one it authorized",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"DFARS 252.246-7008", "SAE AS5553", "SAE AS6174", "IEC 62668-1"},
        .guards =
            "A holder of the manufacturer's authorization that received from it ends a "
            "chain well; a sample is not evaluated while its source lot is not recorded.",
        .check = leads_to_maker,
    },
    {
        .id = "CAP-002",
        .family = "A",
        .title = "Both sides of a hop are recorded where both submit custody records",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"DFARS 252.246-7007", "DFARS 252.246-7008", "IPC-1782"},
        .guards =
            "A source that does not submit is no break; a hop is pending until three "
            "days after its receipt, a shipment is late after its days of transit.",
        .parameters = {{"transitDays", 60, "days"}},
        .settles = true,
        .check = hops_have_both_sides,
    },
    {
        .id = "CAP-003",
        .family = "A",
        .title = "Between coming in and leaving, and on the way, a lot is not out of sight for long",
        .severity = SEV_MEDIUM,
        .version = 1,
        .refs = {"SAE AS5553", "SAE AS6081"},
        .guards = "A count, an inspection, or whatever else the holder records of the lot shows that it was there: a yearly count "
                  "lifts the gap. One whom the manufacturer authorized may keep last-time buys longer.",
        .parameters = {{"gapDays", 730, "days"}, {"authorizedGapDays", 3650, "days"}, {"transitDays", 60, "days"}},
        .check = custody_has_no_gap,
    },
    {
        .id = "CAP-004",
        .family = "A",
        .title = "Pieces are shipped before they are received, and leave after they came",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"SAE AS5553", "EIA-476"},
        .guards =
            "Days are compared as written, with a day of slack; date codes by the "
            "earliest reading of the earliest code; opening stock has no first day.",
        .parameters = {{"slackDays", 1, "days"}, {"codeDays", 7, "days"}},
        .check = time_runs_forward,
    },
    {
        .id = "CAP-005",
        .family = "A",
        .title = "A chain runs in no circle and is less than 64 hops deep",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"SAE AS6496", "JEDEC JESD243"},
        .guards = "What came back by return makes no chain deeper.",
        .check = no_circle,
    },
    {
        .id = "CAP-006",
        .family = "A",
        .title = "A customer's return is verified before it is sold as new",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"JEDEC JESD243", "SAE AS6496", "DFARS 252.246-7008"},
        .guards =
            "What comes back from any but a sale, within what went out, is no customer's "
            "return; an inspection for that purpose is the verification; under the "
            "factory's seal it is medium; a new code for the goods changes nothing.",
        .check = returns_are_verified,
    },
    {
        .id = "CAP-008",
        .family = "A",
        .title = "Held pieces are neither shipped nor installed before they are released",
        .severity = SEV_CRITICAL,
        .version = 1,
        .refs = {"DFARS 252.246-7007", "FAR 52.246-26", "SAE AS5553", "SAE AS6081"},
        .guards =
            "The way back to the source is barred only while held as suspect; a sample "
            "of a few pieces, at most half of the lot, may go to a laboratory.",
        .parameters = {{"samplePieces", 10, "pieces"}, {"samplePercent", 50, "percent"}},
        .check = held_stays,
    },
    {
        .id = "CAP-009",
        .family = "A",
        .title = "At most two sellers whom the manufacturer did not authorize are on a lot's way",
        .severity = SEV_MEDIUM,
        .version = 1,
        .refs = {"SAE ARP6178", "IEC 62668-2"},
        .guards = "Sales only, each seller once; what is not recorded is not counted, and a short way that does not lead to the "
                  "manufacturer is not evaluated.",
        .parameters = {{"sellers", 2, "sellers"}},
        .check = few_between,
    },
};

const struct rule_family CHAIN_RULES = {RULES, LENGTH(RULES)};
