/* chain - family A: where a lot has been, and whether the way holds together. */
#include "family.h"

static void traced(const struct rule *self, const struct facts *f, struct findings *out)
{
    if (!f->described || f->traced == TRACED_NOT_EVALUATED || f->sample_without_source) {
        rule_unknown(out, self, "", f->sample_without_source ? "the lot this is a sample of" : "a description of the lot");
        return;
    }
    if (f->traced == TRACED_MANUFACTURER || f->traced == TRACED_AUTHORIZATION) {
        rule_pass(out, self, "");
        return;
    }
    enum severity s = f->traced != TRACED_CLAIMED ? SEV_HIGH : f->claimed_of_authorized ? SEV_LOW : SEV_MEDIUM;
    static const char *const WHY[] = {[TRACED_CLAIMED] = "its origin is only claimed, no record of the other side bears it out",
        [TRACED_PARTIAL] = "part of it has no recorded origin", [TRACED_NONE] = "no recorded origin leads to the manufacturer"};
    rule_fail(out, self, "", s, NO_DAY, SEQS(f->root_seq), json_pack("{s:s}", "traced", traced_word(f->traced)),
              "The chain does not lead to the manufacturer: %s.", WHY[f->traced]);
}

static void hop_break(const struct rule *self, const struct hop *h, struct findings *out)
{
    const char *subject = hop_subject(out, h);
    if (!h->source || (!h->source_submits && h->standing < HOP_CORROBORATED)) {
        rule_unknown(out, self, subject, h->source ? "records of the source" : "the source of the hop");
        return;
    }
    if (h->standing >= HOP_CORROBORATED) {
        rule_pass(out, self, subject);
        return;
    }
    bool asserted = h->standing <= HOP_ASSERTED;
    rule_fail(out, self, subject, asserted ? SEV_HIGH : SEV_LOW, h->day_last, SEQS(h->seq, h->answer_seq),
              json_pack("{s:s, s:s}", "source", h->source, "standing", standing_word(h->standing)),
              "The receipt names %s as its source, which keeps records here, but none of them matches it.", h->source);
}

static void chain_break(const struct rule *self, const struct facts *f, struct findings *out)
{
    for (size_t i = 0; i < f->hops_len; i++)
        if (!f->hops[i].opening)
            hop_break(self, &f->hops[i], out);
    int32_t transit = (int32_t)rule_parameter(self, "transitDays");
    for (size_t i = 0; i < f->moves_len; i++) {
        const struct move *m = &f->moves[i];
        if (m->type != REC_SHIPPED || !m->to_submits)
            continue;
        if (m->arrived)
            rule_pass(out, self, move_subject(out, m));
        else if (f->today > m->day_last + transit)
            rule_fail(out, self, move_subject(out, m), SEV_MEDIUM, NO_DAY, SEQS(m->seq),
                      json_pack("{s:s, s:s, s:I}", "to", m->to, "shipped", day_name(out, m->day_last), "quantity", (json_int_t)m->quantity),
                      "%" PRId64 " pieces were sent to %s on %s and no receipt of them is recorded.", m->quantity, m->to, day_name(out, m->day_last));
    }
}

static int32_t first_inflow(const struct facts *f)
{
    int32_t first = NO_DAY;
    for (size_t i = 0; i < f->hops_len; i++)
        if (first == NO_DAY || f->hops[i].day_first < first)
            first = f->hops[i].day_first;
    if (f->seen_day != NO_DAY && (first == NO_DAY || f->seen_day < first))
        first = f->seen_day;
    return first;
}

static void time_order(const struct rule *self, const struct facts *f, struct findings *out)
{
    int32_t slack = (int32_t)rule_parameter(self, "slackDays"), first = first_inflow(f);
    for (size_t i = 0; i < f->hops_len; i++) {
        const struct hop *h = &f->hops[i];
        if (h->shipped_day == NO_DAY)
            rule_unknown(out, self, hop_subject(out, h), "the day it was shipped");
        else if (h->shipped_day <= h->day_last + slack)
            rule_pass(out, self, hop_subject(out, h));
        else
            rule_fail(out, self, hop_subject(out, h), SEV_HIGH, NO_DAY, SEQS(h->seq, h->out_seq),
                      json_pack("{s:s, s:s}", "shipped", day_name(out, h->shipped_day), "received", day_name(out, h->day_last)),
                      "Received on %s, before it was shipped on %s.", day_name(out, h->day_last), day_name(out, h->shipped_day));
    }
    for (size_t i = 0; i < f->moves_len; i++) {
        const struct move *m = &f->moves[i];
        if (first == NO_DAY)
            rule_unknown(out, self, move_subject(out, m), "how the pieces came in");
        else if (m->day_last + slack >= first)
            rule_pass(out, self, move_subject(out, m));
        else
            rule_fail(out, self, move_subject(out, m), SEV_HIGH, NO_DAY, SEQS(m->seq, f->seen_seq),
                      json_pack("{s:s, s:s}", "left", day_name(out, m->day_last), "came", day_name(out, first)),
                      "Pieces left on %s, before any came in on %s.", day_name(out, m->day_last), day_name(out, first));
    }
}

static void circular(const struct rule *self, const struct facts *f, struct findings *out)
{
    if (!f->described)
        rule_unknown(out, self, "", "a description of the lot");
    else if (f->depth < 64)
        rule_pass(out, self, "");
    else
        rule_fail(out, self, "", SEV_HIGH, NO_DAY, SEQS(f->root_seq), json_pack("{s:i}", "depth", f->depth),
                  "The chain of custody runs in a circle or is deeper than 64 hops.");
}

static bool is_verified_return(const struct facts *f, const struct hop *h, const struct move *sale, int64_t *seq)
{
    for (size_t i = 0; i < f->inspections_len; i++) {
        const struct inspection_fact *x = &f->inspections[i];
        const char *result = x->record->result;
        bool good = result && strcmp(result, "suspect") != 0 && strcmp(result, "nonconforming") != 0;
        if (x->binding && good && x->record->purpose && strcmp(x->record->purpose, "return") == 0 &&
            x->day_last + 1 >= h->day_first && x->day_last <= sale->day_last + 1) {
            *seq = x->seq;
            return true;
        }
    }
    return false;
}

static void return_as_new(const struct rule *self, const struct facts *f, struct findings *out)
{
    for (size_t i = 0; i < f->hops_len; i++)
        for (size_t k = 0; k < f->moves_len; k++) {
            const struct hop *h = &f->hops[i];
            const struct move *m = &f->moves[k];
            int64_t verified = NONE;
            if (!h->to_customer_return || m->type != REC_SHIPPED || m->reason != REASON_SALE || m->day_last < h->day_first)
                continue;
            const char *subject = arena_printf(out->arena, "return %s, sale %s", h->key, m->key);
            if (!m->claimed_condition || strcmp(m->claimed_condition, "unknown") == 0)
                rule_unknown(out, self, subject, "the condition it was sold in");
            else if (strcmp(m->claimed_condition, "new") != 0 || is_verified_return(f, h, m, &verified))
                rule_pass(out, self, subject);
            else
                rule_fail(out, self, subject, h->sealed ? SEV_MEDIUM : SEV_HIGH, NO_DAY, SEQS(h->seq, m->seq),
                          json_pack("{s:s, s:s}", "returned", day_name(out, h->day_last), "sold", day_name(out, m->day_last)),
                          "Pieces that a customer returned on %s were sold as new on %s without a recorded verification of the return.",
                          day_name(out, h->day_last), day_name(out, m->day_last));
        }
}

static bool is_lawful_move(const struct facts *f, const struct move *m)
{
    bool suspect = strcmp(m->held_reason, "suspect") == 0;
    int64_t half = f->quantity != NONE ? f->quantity / 2 : f->inflow / 2;
    if (m->reason == REASON_SAMPLE && m->quantity <= (half < 10 ? half : 10))
        return true;
    return !suspect && m->type == REC_SHIPPED && m->to_source;
}

static void suspect_moved(const struct rule *self, const struct facts *f, struct findings *out)
{
    for (size_t i = 0; i < f->moves_len; i++) {
        const struct move *m = &f->moves[i];
        if (m->type != REC_SHIPPED && m->type != REC_INSTALLED)
            continue;
        if (!f->described)
            rule_unknown(out, self, move_subject(out, m), "a description of the lot");
        else if (!m->held_reason || is_lawful_move(f, m))
            rule_pass(out, self, move_subject(out, m));
        else
            rule_fail(out, self, move_subject(out, m), strcmp(m->held_reason, "suspect") == 0 ? SEV_CRITICAL : SEV_HIGH, NO_DAY,
                      SEQS(m->seq, m->held_seq), json_pack("{s:s, s:b, s:s}", "held", m->held_reason, "toSource", m->to_source, "moved", day_name(out, m->day_last)),
                      "%" PRId64 " pieces were %s on %s while the lot was held as %s%s.", m->quantity, m->type == REC_SHIPPED ? "shipped" : "installed",
                      day_name(out, m->day_last), m->held_reason, m->to_source ? ", back to their source" : "");
    }
}

/* clang-format off */
static const struct rule RULES[] = {
    {.id = "CAP-001", .family = "A", .title = "A lot's chain leads to the manufacturer or to one it authorized", .severity = SEV_HIGH, .version = 1,
     .refs = {"DFARS 252.246-7008", "AS5553", "AS6174", "IEC 62668-1"},
     .guards = "A holder of the manufacturer's authorization that received from it ends a chain well; not evaluated for a sample whose source lot is not recorded.", .check = traced},
    {.id = "CAP-002", .family = "A", .title = "Both sides of a hop are recorded where both keep records here", .severity = SEV_HIGH, .version = 1,
     .refs = {"DFARS 252.246-7007", "DFARS 252.246-7008", "IPC-1782"}, .parameters = {{"transitDays", 60, "days"}}, .settles = true,
     .guards = "Only a hop to or from a party that submits can be missing; pending until three days after the newest record.", .check = chain_break},
    {.id = "CAP-004", .family = "A", .title = "Pieces are received after they were shipped and leave after they came in", .severity = SEV_HIGH, .version = 1,
     .refs = {"AS5553"}, .parameters = {{"slackDays", 1, "days"}}, .guards = "Days are compared as written, with one day of slack.", .check = time_order},
    {.id = "CAP-005", .family = "A", .title = "A chain of custody does not run in a circle", .severity = SEV_HIGH, .version = 1,
     .refs = {"AS6496", "JESD243"}, .guards = "Returns make no chain deeper.", .check = circular},
    {.id = "CAP-006", .family = "A", .title = "A customer return is verified before it is sold as new", .severity = SEV_HIGH, .version = 1,
     .refs = {"JESD243", "AS6496", "DFARS 252.246-7008"}, .guards = "What comes back, within what went out, from any but a sale is no customer return; a factory-sealed return is medium.", .check = return_as_new},
    {.id = "CAP-008", .family = "A", .title = "A held lot does not move before it is released", .severity = SEV_CRITICAL, .version = 1,
     .refs = {"DFARS 252.246-7007", "FAR 52.246-26", "AS5553"}, .guards = "The way back to the seller is barred only while held as suspect; samples of at most ten pieces or half the lot may leave.", .check = suspect_moved},
};
/* clang-format on */
const struct rule_family CHAIN_RULES = {RULES, LENGTH(RULES)};
