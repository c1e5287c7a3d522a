/* quantity - family D: pieces and serial numbers add up. */
#include "family.h"

static void mass_balance(const struct rule *self, const struct facts *f, struct findings *out)
{
    if (!f->has_inflow) {
        if (f->outflow > 0 || f->described)
            rule_unknown(out, self, "", "how the pieces came in");
        return;
    }
    if (f->overdrawn > 0)
        rule_fail(out, self, "", SEV_CRITICAL, f->newest_day, SEQS(f->overdrawn_seq, f->description_seq),
                  json_pack("{s:I, s:I, s:I}", "in", (json_int_t)f->inflow, "out", (json_int_t)f->outflow, "deficit", (json_int_t)f->overdrawn),
                  "%" PRId64 " pieces more went out than had come in by then.", f->overdrawn);
    else if (f->found > f->found_allowed)
        rule_fail(out, self, "", SEV_MEDIUM, f->newest_day, SEQS(f->found_seq),
                  json_pack("{s:I, s:I}", "found", (json_int_t)f->found, "allowed", (json_int_t)f->found_allowed),
                  "Counts found %" PRId64 " pieces above the books, more than the %" PRId64 " that are tolerated.", f->found, f->found_allowed);
    else
        rule_pass(out, self, "");
}

static void serials(const struct rule *self, const struct facts *f, struct findings *out)
{
    bool any = false;
    for (size_t i = 0; i < f->marks_len; i++) {
        const struct mark_fact *m = &f->marks[i];
        if (m->kind != MARK_SERIAL)
            continue;
        any = true;
        const char *subject = arena_printf(out->arena, "serial %s", m->value);
        if (m->conflict)
            rule_fail(out, self, subject, SEV_CRITICAL, NO_DAY, SEQS(m->seq), json_pack("{s:s}", "serial", m->value),
                      "Serial number %s is also recorded in a lot that is not on this lot's chain.", m->value);
        else
            rule_pass(out, self, subject);
    }
    if (!any && f->described)
        rule_unknown(out, self, "", "serial numbers");
}

static void claim_fail(const struct rule *self, const struct hop *h, int32_t day, json_t *evidence, const char *why, struct findings *out)
{
    rule_fail(out, self, hop_subject(out, h), SEV_HIGH, day, SEQS(h->seq, h->answer_seq), evidence, "The claim on this source has no room: %s.", why);
}

static void claims(const struct rule *self, const struct facts *f, struct findings *out)
{
    for (size_t i = 0; i < f->hops_len; i++) {
        const struct hop *h = &f->hops[i];
        if (!h->source)
            continue;
        if (h->source_answer == NO)
            claim_fail(self, h, NO_DAY, json_pack("{s:s}", "answer", "not-ours"), "the named source answers that it is not theirs", out);
        else if (h->received_quantity != NONE && h->shipped_quantity != NONE && h->received_quantity > h->shipped_quantity)
            claim_fail(self, h, h->day_last, json_pack("{s:I, s:I}", "received", (json_int_t)h->received_quantity, "shipped", (json_int_t)h->shipped_quantity), "more was received on the shipment than was sent", out);
        else if (h->standing == HOP_CONSISTENT && h->claimed_quantity != NONE && h->room != NONE && h->claimed_quantity > h->room)
            claim_fail(self, h, h->day_last, json_pack("{s:I}", "claimed", (json_int_t)h->quantity), "the records of the source leave fewer pieces than are claimed", out);
        else if (h->standing >= HOP_CORROBORATED || (h->claimed_quantity != NONE && h->room != NONE))
            rule_pass(out, self, hop_subject(out, h));
        else
            rule_unknown(out, self, hop_subject(out, h), "records of the source");
    }
}

/* clang-format off */
static const struct rule RULES[] = {
    {.id = "CAP-060", .family = "D", .title = "No more pieces leave a lot than came in", .severity = SEV_CRITICAL, .version = 1,
     .refs = {"AS5553", "DFARS 252.246-7007"}, .parameters = {{"foundPieces", 10, "pieces"}, {"foundPercent", 1, "percent"}}, .settles = true,
     .guards = "Small finds of counts are tolerated and are no inflow; days as written, one day of slack.", .check = mass_balance},
    {.id = "CAP-062", .family = "D", .title = "A serial number is in one place", .severity = SEV_CRITICAL, .version = 1,
     .refs = {"DFARS 252.246-7007"}, .guards = "Keyed by manufacturer, part and serial; the same goods along their own chain are no conflict.", .check = serials},
    {.id = "CAP-066", .family = "D", .title = "A claim on a source's lot has room in that source's records", .severity = SEV_HIGH, .version = 1,
     .refs = {"AS5553"}, .settles = true, .guards = "Flagged on the claimant, never on the holder it names.", .check = claims},
};
/* clang-format on */
const struct rule_family QUANTITY_RULES = {RULES, LENGTH(RULES)};
