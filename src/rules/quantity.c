/* quantity - family D: pieces and serial numbers add up. */
#include "family.h"

#include <string.h>

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

/* ---- CAP-061 ---- */

enum { PERCENT = 100 };

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Pieces that cannot be the same are more than were made; and the chain of this lot does not clear it. */
static bool is_exceeded(const struct facts *f, const struct population *p, int64_t limit)
{
    bool from_maker = f->traced == TRACED_MANUFACTURER, from_authorized = f->traced == TRACED_AUTHORIZATION;
    return p->made > limit || (p->first_sold > limit && !from_maker) ||
           (p->most_open > limit && !from_maker && !from_authorized);
}

/* All together are, and this lot is one of those from nowhere; some may be the same pieces twice. */
static bool is_doubtful(const struct facts *f, const struct population *p, int64_t limit)
{
    bool from_nowhere = f->traced == TRACED_NONE || f->traced == TRACED_PARTIAL;
    return from_nowhere && p->open > 0 && limit - most(p->made, p->first_sold) < p->open;
}

static void too_many_of(const struct rule *self, const struct mark_fact *m, const char *subject, bool sure, struct findings *out)
{
    const struct population *p = &m->population;
    rule_fail(out, self, subject, sure ? SEV_CRITICAL : SEV_MEDIUM, NO_DAY, SEQS(m->seq),
              json_pack("{s:s, s:{s:I, s:I, s:I, s:I}}", "traceCode", m->value, "others", "lotSize", (json_int_t)p->lot_size, "made",
                        (json_int_t)p->made, "firstSold", (json_int_t)p->first_sold, "fromNowhere", (json_int_t)p->open),
              sure ? "More pieces of trace code %s are recorded than its manufacturer made of it."
                   : "With those of which nobody records where they are from, more pieces of trace code %s are recorded than its "
                     "manufacturer made of it, unless some were sold on unrecorded and are counted twice.",
              m->value);
}

static void population_of(const struct rule *self, const struct facts *f, const struct mark_fact *m, struct findings *out)
{
    const struct population *p = &m->population;
    const char *subject = arena_printf(out->arena, "trace code %s", m->value);
    int64_t percent = rule_parameter(self, "tolerancePercent");
    int64_t limit = p->lot_size + p->lot_size / PERCENT * percent + p->lot_size % PERCENT * percent / PERCENT;
    if (is_exceeded(f, p, limit))
        too_many_of(self, m, subject, true, out);
    else if (p->is_cut)
        rule_unknown(out, self, subject, "all lots that carry the trace code: there are too many");
    else if (is_doubtful(f, p, limit))
        too_many_of(self, m, subject, false, out);
    else
        rule_pass(out, self, subject);
}

static void populations_fit(const struct rule *self, const struct facts *f, struct findings *out)
{
    bool untold = false;
    for (size_t i = 0; i < f->marks_len; i++) {
        const struct mark_fact *m = &f->marks[i];
        if (m->kind == MARK_TRACE && m->population.lot_size != NONE)
            population_of(self, f, m, out);
        untold |= m->kind == MARK_TRACE && m->population.lot_size == NONE;
    }
    if (untold)
        rule_unknown(out, self, "", "the size of the production lot, as its manufacturer tells");
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

/* ---- CAP-063 ---- */

struct packages { /* of one lot */
    size_t checked, conflicts, again;
    bool too_short, all_same_root;
    const struct mark_fact *first;
    int64_t seqs[LISTED_MAX];
    size_t seqs_len;
    json_t *list;
};

static bool is_package(const struct mark_fact *m)
{
    return m->kind == MARK_PACKAGE || m->kind == MARK_PAYLOAD;
}

/* A payload whose package id speaks already says nothing more. */
static bool is_said(const struct facts *f, const struct mark_fact *m, size_t least)
{
    bool said = false;
    for (size_t i = 0; m->kind == MARK_PAYLOAD && strlen(m->value) >= least && i < f->marks_len; i++) {
        const struct mark_fact *o = &f->marks[i];
        said |= o->kind == MARK_PACKAGE && (o->conflict || o->again) && strcmp(o->value, m->value) == 0;
    }
    return said;
}

static void look_at(const struct facts *f, const struct mark_fact *m, size_t least, struct packages *p)
{
    if (m->kind == MARK_PACKAGE && strlen(m->value) < least) {
        p->too_short = true;
        return;
    }
    p->checked++;
    if ((!m->conflict && !m->again) || is_said(f, m, least))
        return;
    p->first = p->first ? p->first : m;
    p->all_same_root &= m->same_root && !m->again;
    p->again += m->again;
    p->conflicts++;
    if (p->seqs_len == LISTED_MAX)
        return;
    p->seqs[p->seqs_len++] = m->seq;
    json_array_append_new(p->list, json_string(m->value));
}

static void say_packages(const struct rule *self, const struct packages *p, struct findings *out)
{
    const char *more = p->conflicts > 1 ? arena_printf(out->arena, ", and %zu more packages likewise", p->conflicts - 1) : "";
    rule_fail(out, self, "", p->all_same_root ? SEV_MEDIUM : SEV_HIGH, NO_DAY, p->seqs, p->seqs_len,
              json_pack("{s:O, s:I, s:I, s:b}", "packages", p->list, "conflicts", (json_int_t)p->conflicts,
                        "receivedAgain", (json_int_t)p->again, "sameRoot", p->all_same_root),
              "%s %s of this lot is %s%s.", p->first->kind == MARK_PACKAGE ? "Package id" : "The label of package",
              p->first->value,
              p->first->conflict ? "also recorded in a lot that is not on its chain"
                                 : "recorded on two sales to its holder, of different shipments",
              more);
}

/* One flag for all packages of a lot. */
static void packages_are_unique(const struct rule *self, const struct facts *f, struct findings *out)
{
    struct packages p = {.all_same_root = true};
    size_t least = (size_t)rule_parameter(self, "leastCharacters");
    bool any = false;
    for (size_t i = 0; !any && i < f->marks_len; i++)
        any = is_package(&f->marks[i]);
    if (!any)
        return;
    p.list = json_array();
    for (size_t i = 0; i < f->marks_len; i++)
        if (is_package(&f->marks[i]))
            look_at(f, &f->marks[i], least, &p);
    if (p.first)
        say_packages(self, &p, out);
    else if (p.too_short)
        rule_unknown(out, self, "", "package ids that are long enough to be unique");
    else if (p.checked)
        rule_pass(out, self, "");
    json_decref(p.list);
}

/* ---- CAP-065 ---- */

static void pack_adds_up(const struct rule *self, const struct pack_fact *p, struct findings *out)
{
    const char *subject = arena_printf(out->arena, "packages of %s", p->key);
    bool more = p->packed > p->quantity;
    if (!p->whole && !more) {
        rule_unknown(out, self, subject, "the pieces in each package");
        return;
    }
    if (p->packed == p->quantity) {
        rule_pass(out, self, subject);
        return;
    }
    rule_fail(out, self, subject, SEV_LOW, NO_DAY, SEQS(p->seq),
              json_pack("{s:I, s:I, s:b, s:b}", "packed", (json_int_t)p->packed, "quantity", (json_int_t)p->quantity,
                        "byLabels", p->by_labels, "allTold", p->whole),
              "%s hold %s, and the record tells %" PRId64 ".", p->by_labels ? "By their labels the packages" : "The packages",
              pieces(out, p->packed), p->quantity);
}

static void packs_add_up(const struct rule *self, const struct facts *f, struct findings *out)
{
    for (size_t i = 0; i < f->packs_len; i++)
        if (f->packs[i].packed != NONE)
            pack_adds_up(self, &f->packs[i], out);
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
        .id = "CAP-061",
        .family = "D",
        .title = "No more pieces of a production lot are recorded than its manufacturer made",
        .severity = SEV_CRITICAL,
        .version = 1,
        .refs = {"SAE AS5553", "DFARS 252.246-7007"},
        .guards =
            "Only where the manufacturer's record, or its certificate on a chain that leads to it, tells the size; counted "
            "where recorded chains begin, without returns and loans, and not where a lot mixes trace codes; what was made "
            "and what was first sold are never added; medium where only pieces from nowhere make it too many, as they may "
            "have been sold on unrecorded; lots that lead to the manufacturer are not blamed for others.",
        .parameters = {{"tolerancePercent", 0, "percent"}},
        .check = populations_fit,
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
        .id = "CAP-063",
        .family = "D",
        .title = "A package, and the label on it, is in one place",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"EIGP 114"},
        .guards =
            "The same package further along its own chain is no conflict, nor is one that was sent on, a carton "
            "spread over lots of one shipment, or parts of a package sold to several; medium where all lead to one "
            "root; ids that are too short to be unique are not compared, nor labels without a package id or serial "
            "number; a distributor's ids are unique under its seal, others with the manufacturer.",
        .parameters = {{"leastCharacters", 6, "characters"}},
        .check = packages_are_unique,
    },
    {
        .id = "CAP-065",
        .family = "D",
        .title = "The pieces in the packages of a lot add up to its quantity",
        .severity = SEV_LOW,
        .version = 1,
        .refs = {"EIGP 114"},
        .guards =
            "Per record; labels count only under the factory seal, and where not every package tells its pieces only "
            "too many are told.",
        .check = packs_add_up,
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
