/* quantity - family D: pieces and serial numbers add up. */
#include "family.h"

enum { LISTED_MAX = 50 };

/* ---- CAP-060 ---- */

static void overdrawn(const struct rule *self, const struct facts *f,
                      struct findings *out)
{
    rule_fail(out, self, "", SEV_CRITICAL, f->newest_day,
              SEQS(f->overdrawn_seq, f->found > 0 ? f->found_seq : NONE),
              json_pack("{s:I, s:I, s:I, s:I, s:I}", "in", (json_int_t)f->inflow, "out",
                        (json_int_t)f->outflow, "deficit", (json_int_t)f->overdrawn,
                        "found", (json_int_t)f->found, "foundAllowed",
                        (json_int_t)f->found_allowed),
              "%s more went out of this lot than had come in by then.",
              pieces(out, f->overdrawn));
}

static void found_too_many(const struct rule *self, const struct facts *f,
                           struct findings *out)
{
    rule_fail(out, self, "count", SEV_MEDIUM, f->newest_day, SEQS(f->found_seq),
              json_pack("{s:I, s:I}", "found", (json_int_t)f->found, "foundAllowed",
                        (json_int_t)f->found_allowed),
              "Counts found %s above the books, where up to %" PRId64
              " are tolerated; nobody recorded where they are from.",
              pieces(out, f->found), f->found_allowed);
}

/* Also what was split and merged again: more came out than went in. */
static void made_of_nothing(const struct rule *self, const struct facts *f,
                            struct findings *out)
{
    rule_fail(out, self, "transformation", SEV_CRITICAL, f->newest_day,
              SEQS(f->conjured_seq),
              json_pack("{s:I}", "excess", (json_int_t)f->conjured),
              "A transformation that this lot is in gave %s more than it took.",
              pieces(out, f->conjured));
}

static void balance_holds(const struct rule *self, const struct facts *f,
                          struct findings *out)
{
    if (!f->has_inflow) {
        if (f->outflow > 0 || f->described)
            rule_unknown(out, self, "", "how the pieces came in");
        return;
    }
    if (f->overdrawn > 0)
        overdrawn(self, f, out);
    else
        rule_pass(out, self, "");
    if (f->found > f->found_allowed)
        found_too_many(self, f, out);
    if (f->conjured > 0)
        made_of_nothing(self, f, out);
}

/* ---- CAP-062 ---- */

/* One flag for all serials of a lot: a tray of them is one finding, not thousands. */
static void serials_are_unique(const struct rule *self, const struct facts *f,
                               struct findings *out)
{
    size_t serials = 0, conflicts = 0;
    const struct mark_fact *first = NULL;
    int64_t *seqs = ARENA_ARRAY(out->arena, int64_t, LISTED_MAX);
    if (!lot_is_described(self, f, out))
        return;
    json_t *list = json_array();
    for (size_t i = 0; i < f->marks_len; i++) {
        const struct mark_fact *m = &f->marks[i];
        serials += m->kind == MARK_SERIAL;
        if (m->kind != MARK_SERIAL || !m->conflict)
            continue;
        first = first ? first : m;
        if (conflicts < LISTED_MAX) {
            seqs[conflicts] = m->seq;
            json_array_append_new(list, json_string(m->value));
        }
        conflicts++;
    }
    if (!first) {
        json_decref(list);
        if (serials)
            rule_pass(out, self, "");
        return;
    }
    const char *more =
        conflicts > 1 ? arena_printf(out->arena, " and %zu more", conflicts - 1) : "";
    rule_fail(
        out, self, "", SEV_CRITICAL, NO_DAY, seqs,
        conflicts < LISTED_MAX ? conflicts : LISTED_MAX,
        json_pack("{s:o, s:I}", "serials", list, "conflicts", (json_int_t)conflicts),
        "Serial number %s%s of this lot %s also recorded in a lot that is not on its "
        "chain.",
        first->value, more, conflicts > 1 ? "are" : "is");
}

/* ---- CAP-066 ---- */

/* The hop is the reader's own: he may know both figures. */
static bool is_over_received(const struct hop *h)
{
    return h->standing == HOP_CORROBORATED && h->received_quantity != NONE &&
           h->shipped_quantity != NONE && h->received_quantity > h->shipped_quantity;
}

/* What others claim too, and what the holder named has left, are theirs. */
static bool is_without_room(const struct hop *h)
{
    return h->claimed_quantity != NONE && h->room != NONE && h->claimed_quantity > h->room;
}

static void claim_has_room(const struct rule *self, const struct hop *h,
                           struct findings *out)
{
    const char *subject = hop_subject(out, h);
    if (h->source_answer == NO)
        rule_fail(out, self, subject, SEV_HIGH, NO_DAY, SEQS(h->seq, h->answer_seq),
                  json_pack("{s:s, s:s}", "source", h->source, "answer", "not-ours"),
                  "%s, which this receipt names as its source, answers that it is not "
                  "theirs.",
                  h->source);
    else if (is_over_received(h))
        rule_fail(out, self, subject, SEV_HIGH, h->day_last, SEQS(h->seq, h->out_seq),
                  json_pack("{s:s, s:I, s:I}", "source", h->source, "received",
                            (json_int_t)h->received_quantity, "shipped",
                            (json_int_t)h->shipped_quantity),
                  "Of %s more was received on this shipment than was sent: %" PRId64
                  " against %" PRId64 " pieces.",
                  h->source, h->received_quantity, h->shipped_quantity);
    else if (is_without_room(h))
        rule_fail(out, self, subject, SEV_HIGH, h->day_last, SEQS(h->seq, h->out_seq),
                  json_pack("{s:s, s:{s:I, s:I}}", "source", h->source, "others",
                            "claimed", (json_int_t)h->claimed_quantity, "room",
                            (json_int_t)h->room),
                  "Of %s more is claimed of the source lot than its holder's records "
                  "leave.",
                  h->source);
    else if (h->standing >= HOP_CORROBORATED || h->source_answer == YES ||
             (h->claimed_quantity != NONE && h->room != NONE))
        rule_pass(out, self, subject);
    else
        rule_unknown(out, self, subject, "records of the source lot");
}

static void claims_have_room(const struct rule *self, const struct facts *f,
                             struct findings *out)
{
    for (size_t i = 0; i < f->hops_len; i++)
        if (f->hops[i].source)
            claim_has_room(self, &f->hops[i], out);
}

/* ---- the rows ---- */

static const struct rule RULES[] = {
    {
        .id = "CAP-060",
        .family = "D",
        .title =
            "No more pieces leave a lot, or come out of a transformation, than went in",
        .severity = SEV_CRITICAL,
        .version = 1,
        .refs = {"SAE AS5553", "DFARS 252.246-7007"},
        .guards =
            "Days as written, with a day of slack; small finds of counts are tolerated "
            "and are no inflow; a count that tells no books is held against the ledger's; "
            "pending until three days after the newest record.",
        .parameters = {{"slackDays", 1, "days"},
                       {"foundPieces", 10, "pieces"},
                       {"foundPercent", 1, "percent"}},
        .settles = true,
        .check = balance_holds,
    },
    {
        .id = "CAP-062",
        .family = "D",
        .title = "A serial number is in one place",
        .severity = SEV_CRITICAL,
        .version = 1,
        .refs = {"DFARS 252.246-7007"},
        .guards =
            "Serials are of one manufacturer and part; the same piece further along its "
            "own chain is no conflict, nor is one that was sent on.",
        .check = serials_are_unique,
    },
    {
        .id = "CAP-066",
        .family = "D",
        .title = "What is claimed of a source has room in that source's records",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"SAE AS5553", "DFARS 252.246-7007"},
        .guards =
            "A flag on who claims, never on the holder that is named; pending until "
            "three days after the receipt, unless the holder denies it.",
        .settles = true,
        .check = claims_have_room,
    },
};

const struct rule_family QUANTITY_RULES = {RULES, LENGTH(RULES)};
