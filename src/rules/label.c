/*
 * label - family C: what the labels of a lot's packages say, against what is declared; and
 * how the packs are sealed.
 *
 * A label that cannot be read, or a field that can be read in no way, is never a
 * contradiction.  One finding for each thing that labels tell, however many labels there
 * are.
 */
#include "family.h"

#include "pedigree/base/text.h"

#include <string.h>
#include <strings.h>

enum { LISTED_MAX = 50 };

/* ---- what all labels say of one thing ---- */

struct tally { /* over the labels of a lot */
    size_t agree, differ, untold;
    const char *first; /* what the first that differs says */
    enum severity severity;
    int64_t seqs[LISTED_MAX];
    size_t seqs_len;
    json_t *labels; /* of those that differ */
};

static void tally_differ(struct tally *t, const struct label_fact *l, const char *says,
                         enum severity severity)
{
    t->differ++;
    t->first = t->first ? t->first : says;
    t->severity = severity > t->severity ? severity : t->severity;
    if (t->seqs_len == LISTED_MAX)
        return;
    t->seqs[t->seqs_len++] = l->seq;
    json_array_append_new(t->labels,
                          json_pack("{s:s, s:s}", "label", l->name, "says", says));
}

static void tally_settle(const struct rule *self, struct tally *t, const char *subject,
                         const char *declared, struct findings *out)
{
    if (t->differ) {
        const char *more = t->differ > 1 ? arena_printf(out->arena, ", and %zu more labels differ",
                                                        t->differ - 1)
                                         : "";
        rule_fail(out, self, subject, t->severity, NO_DAY, t->seqs, t->seqs_len,
                  json_pack("{s:s, s:O, s:I, s:I}", "declared", declared, "labels",
                            t->labels, "differ", (json_int_t)t->differ, "agree",
                            (json_int_t)t->agree),
                  "A label says %s %s where %s is declared%s.", subject, t->first, declared,
                  more);
    } else if (t->untold) {
        rule_unknown(out, self, subject, "a label that can be read for it");
    } else if (t->agree) {
        rule_pass(out, self, subject);
    }
    json_decref(t->labels);
}

static struct tally tally_new(void)
{
    return (struct tally){.severity = SEV_NONE, .labels = json_array()};
}

/* ---- CAP-051 ---- */

/* Where fields end is not sure, a label bears out, and contradicts nothing. */
static bool contradicts(const struct label_fact *l)
{
    return l->certain && !l->trouble;
}

static void part_agrees(const struct rule *self, const struct facts *f,
                        struct findings *out)
{
    struct tally t = tally_new();
    for (size_t i = 0; i < f->labels_len; i++) {
        const struct label_fact *l = &f->labels[i];
        bool other = l->part == LABEL_PART_OTHER, packing = l->part == LABEL_PART_OTHER_PACKING;
        t.agree += l->part == LABEL_PART_SAME;
        if ((other || packing) && contradicts(l))
            tally_differ(&t, l, l->mpn, other ? SEV_HIGH : SEV_INFO);
        else
            t.untold += l->part != LABEL_PART_SAME;
    }
    tally_settle(self, &t, "part number", f->part.mpn, out);
}

static bool overlap(const struct day_span *a, const struct day_span *b, int32_t slack)
{
    return a->first <= b->last + slack && b->first <= a->last + slack;
}

/* Makers keep calendars of their own: a day may lie in the week beside. */
static int32_t slack_of(const struct rule *self, const struct day_span *a)
{
    return a->first == a->last ? (int32_t)rule_parameter(self, "slackDays") : 0;
}

static bool spans_agree(const struct rule *self, const struct day_span *a,
                        const struct date_code *b)
{
    for (size_t i = 0; i < b->candidates_len; i++) {
        const struct day_span *x = &b->candidates[i];
        int32_t slack = slack_of(self, a), other = slack_of(self, x);
        if (overlap(a, x, slack > other ? slack : other))
            return true;
    }
    return b->has_swapped && overlap(a, &b->swapped, 0);
}

/* Any reading of the one with any of the other, also with week and year swapped. */
static bool codes_agree(const struct rule *self, const struct label_code *a,
                        const struct code_fact *b)
{
    bool agree = strcasecmp(a->code, b->code) == 0;
    for (size_t i = 0; !agree && i < a->parsed.candidates_len; i++)
        agree = spans_agree(self, &a->parsed.candidates[i], &b->parsed);
    if (!agree && a->parsed.has_swapped)
        for (size_t i = 0; !agree && i < b->parsed.candidates_len; i++)
            agree = overlap(&a->parsed.swapped, &b->parsed.candidates[i], 0);
    return agree;
}

enum agreement { AGREES, DIFFERS, UNTOLD };

/* What cannot be read on either side is no contradiction. */
static enum agreement date_agreement(const struct rule *self, const struct facts *f,
                                     const struct label_code *c)
{
    bool readable = false;
    for (size_t i = 0; i < f->codes_len; i++) {
        const struct code_fact *x = &f->codes[i];
        if (x->observed)
            continue;
        if (codes_agree(self, c, x))
            return AGREES;
        readable |= x->parsed.parsed;
    }
    return readable && c->parsed.parsed ? DIFFERS : UNTOLD;
}

static void tally_date(const struct rule *self, const struct facts *f,
                       const struct label_fact *l, struct tally *t)
{
    for (size_t i = 0; i < l->dates_len; i++) {
        enum agreement a = date_agreement(self, f, &l->dates[i]);
        t->agree += a == AGREES;
        if (a == DIFFERS && contradicts(l))
            tally_differ(t, l, l->dates[i].code, SEV_HIGH);
        else
            t->untold += a != AGREES;
    }
}

static void dates_agree(const struct rule *self, const struct facts *f,
                        struct findings *out)
{
    struct tally t = tally_new();
    struct text declared = text_new(out->arena);
    size_t n = 0;
    for (size_t i = 0; i < f->codes_len; i++)
        if (!f->codes[i].observed && n++ < LISTED_MAX)
            text_addf(&declared, "%s%s", declared.len ? ", " : "", f->codes[i].code);
    for (size_t i = 0; n && i < f->labels_len; i++)
        tally_date(self, f, &f->labels[i], &t);
    tally_settle(self, &t, "date code", text_str(&declared), out);
}

/* Opaque; written with other blanks and in another case they are the same. */
static bool same_code(const char *a, const char *b)
{
    for (;; a++, b++) {
        a += strspn(a, " ");
        b += strspn(b, " ");
        if (strncasecmp(a, b, 1) != 0)
            return false;
        if (!*a)
            return true;
    }
}

static void tally_traces(const struct facts *f, const struct label_fact *l, struct tally *t)
{
    for (size_t i = 0; i < l->traces_len; i++) {
        bool agrees = false;
        for (size_t k = 0; !agrees && k < f->traces_len; k++)
            agrees = !f->traces[k].observed && same_code(f->traces[k].code, l->traces[i]);
        t->agree += agrees;
        if (!agrees && contradicts(l))
            tally_differ(t, l, l->traces[i], SEV_HIGH);
        else
            t->untold += !agrees;
    }
}

static void traces_agree(const struct rule *self, const struct facts *f,
                         struct findings *out)
{
    struct tally t = tally_new();
    struct text declared = text_new(out->arena);
    size_t n = 0;
    for (size_t i = 0; i < f->traces_len; i++)
        if (!f->traces[i].observed && n++ < LISTED_MAX)
            text_addf(&declared, "%s%s", declared.len ? ", " : "", f->traces[i].code);
    for (size_t i = 0; n && i < f->labels_len; i++)
        tally_traces(f, &f->labels[i], &t);
    tally_settle(self, &t, "lot code", text_str(&declared), out);
}

/* Diffusion, assembly and origin are different countries by customs: any of them will do. */
static bool is_origin(const struct facts *f, const char *country)
{
    const char *const said[] = {f->made_in, f->assembled_in, f->diffused_in};
    bool is = strcmp(country, "AA") == 0;
    for (size_t i = 0; i < LENGTH(said); i++)
        is |= said[i] && (strcasecmp(said[i], country) == 0 || strcmp(said[i], "AA") == 0);
    for (size_t i = 0; i < f->codes_len; i++)
        is |= text_is(f->codes[i].made_in, country);
    return is;
}

static void origins_agree(const struct rule *self, const struct facts *f,
                          struct findings *out)
{
    struct tally t = tally_new();
    for (size_t i = 0; f->made_in && i < f->labels_len; i++)
        for (size_t k = 0; k < f->labels[i].origins_len; k++) {
            const struct label_fact *l = &f->labels[i];
            bool agrees = is_origin(f, l->origins[k]);
            t.agree += agrees;
            if (!agrees && contradicts(l))
                tally_differ(&t, l, l->origins[k], SEV_MEDIUM);
            else
                t.untold += !agrees;
        }
    tally_settle(self, &t, "origin", f->made_in ? f->made_in : "", out);
}

static void makers_agree(const struct rule *self, const struct facts *f,
                         struct findings *out)
{
    struct tally t = tally_new();
    for (size_t i = 0; i < f->labels_len; i++) {
        const struct label_fact *l = &f->labels[i];
        t.agree += l->maker_agrees == YES;
        if (l->maker_agrees == NO && contradicts(l))
            tally_differ(&t, l, l->maker, SEV_MEDIUM);
    }
    tally_settle(self, &t, "manufacturer", f->part.manufacturer, out);
}

/* Of an open pack the label says what was in it once. */
static void quantities_agree(const struct rule *self, const struct facts *f,
                             struct findings *out)
{
    struct tally t = tally_new();
    const char *declared = "";
    for (size_t i = 0; i < f->labels_len; i++) {
        const struct label_fact *l = &f->labels[i];
        if (!l->sealed || l->declared == NONE || l->quantity == NONE)
            continue;
        t.agree += l->quantity == l->declared;
        if (l->quantity == l->declared || !contradicts(l))
            continue;
        if (!t.differ)
            declared = arena_printf(out->arena, "%" PRId64, l->declared);
        tally_differ(&t, l, arena_printf(out->arena, "%" PRId64, l->quantity), SEV_MEDIUM);
    }
    tally_settle(self, &t, "quantity", declared, out);
}

static void labels_agree(const struct rule *self, const struct facts *f,
                         struct findings *out)
{
    static void (*const THINGS[])(const struct rule *, const struct facts *, struct findings *) = {
        part_agrees, dates_agree, traces_agree, origins_agree, makers_agree, quantities_agree};
    if (!f->labels_len || !lot_is_described(self, f, out))
        return;
    for (size_t i = 0; i < LENGTH(THINGS); i++)
        THINGS[i](self, f, out);
}

/* ---- CAP-052 ---- */

enum channel { CHANNEL_OWN, CHANNEL_AUTHORIZED, CHANNEL_OPEN };

static enum channel channel_of(const struct facts *f)
{
    enum channel c = CHANNEL_OWN;
    for (size_t i = 0; i < f->hops_len; i++) {
        const struct hop *h = &f->hops[i];
        if (h->standing == HOP_INTERNAL || (h->opening && !h->source))
            continue;
        if (h->tier != TIER_UNKNOWN && !tier_is_authorized(h->tier))
            return CHANNEL_OPEN;
        c = CHANNEL_AUTHORIZED;
    }
    return c;
}

/* What is rarely marked at all: the rule is made for active components. */
static bool is_passive(const char *category)
{
    static const char *const WORDS[] = {"passive", "resist", "capacit", "induct", "connector", "mechanical",
                                        "ferrite", "crystal", "fuse",    "switch", "cable",     "hardware"};
    bool is = false;
    for (size_t i = 0; category && i < LENGTH(WORDS); i++)
        is |= strcasestr(category, WORDS[i]) != NULL;
    return is;
}

/* Labels of distributors lack both often: where the parts themselves tell it is little. */
static enum severity untraced_severity(const struct facts *f)
{
    if (channel_of(f) != CHANNEL_OPEN)
        return SEV_INFO;
    bool told = is_passive(f->spec->category.value);
    for (size_t i = 0; i < f->codes_len; i++)
        told |= f->codes[i].parsed.parsed;
    return told || f->traces_len ? SEV_LOW : SEV_MEDIUM;
}

static void say_untraced(const struct rule *self, const struct facts *f, size_t readable,
                         size_t said, struct findings *out)
{
    int64_t *seqs = ARENA_ARRAY(out->arena, int64_t, LISTED_MAX);
    size_t n = 0;
    for (size_t i = 0; i < f->labels_len && n < LISTED_MAX; i++)
        if (!f->labels[i].trouble)
            seqs[n++] = f->labels[i].seq;
    rule_fail(out, self, "", untraced_severity(f), NO_DAY, seqs, n,
              json_pack("{s:I, s:b}", "labels", (json_int_t)readable, "saysNotTraceable", said > 0),
              "No label of this lot tells a date code or a lot code%s.",
              said ? "; some say that it is not traceable" : "");
}

static void labels_trace(const struct rule *self, const struct facts *f,
                         struct findings *out)
{
    size_t readable = 0, traced = 0, said = 0;
    if (!f->labels_len)
        return;
    for (size_t i = 0; i < f->labels_len; i++) {
        const struct label_fact *l = &f->labels[i];
        readable += !l->trouble;
        traced += l->dates_len || l->traces_len;
        said += l->not_traceable;
    }
    if (!readable)
        rule_unknown(out, self, "", "a label that can be read");
    else if (traced)
        rule_pass(out, self, "");
    else
        say_untraced(self, f, readable, said, out);
}

/* ---- CAP-053 ---- */

/* Sealed before all that it holds was made; of codes that another record tells, of all. */
static int32_t oldest_made(const struct facts *f, const struct seal_fact *s)
{
    int32_t own = INT32_MAX, any = INT32_MAX;
    for (size_t i = 0; i < f->codes_len; i++) {
        const struct date_code *d = &f->codes[i].parsed;
        if (!d->parsed)
            continue;
        any = d->candidates[0].first < any ? d->candidates[0].first : any;
        if (f->codes[i].seq == s->seq)
            own = d->candidates[0].first < own ? d->candidates[0].first : own;
    }
    return own != INT32_MAX ? own : any;
}

static void sealed_after_made(const struct rule *self, const struct facts *f,
                              struct findings *out)
{
    for (size_t i = 0; i < f->seals_len; i++) {
        const struct seal_fact *s = &f->seals[i];
        if (!s->stated)
            continue;
        const char *subject = arena_printf(out->arena, "seal of %s", day_name(out, s->first));
        int32_t made = oldest_made(f, s);
        if (made == INT32_MAX)
            rule_unknown(out, self, subject, "date codes");
        else if (s->last + rule_parameter(self, "slackDays") >= made)
            rule_pass(out, self, subject);
        else
            rule_fail(out, self, subject, SEV_MEDIUM, NO_DAY, SEQS(s->seq),
                      json_pack("{s:s, s:s}", "sealedOn", day_name(out, s->last), "madeFrom",
                                day_name(out, made)),
                      "The pack was sealed on %s, before the oldest pieces in it were made, "
                      "from %s on.",
                      day_name(out, s->last), day_name(out, made));
    }
}

/* J-STD-020: 1 needs no dry pack; 2, 2a, 3, .. do. */
static enum truth is_sensitive(const char *msl)
{
    if (!msl || *msl < '1' || *msl > '6')
        return UNKNOWN;
    return *msl == '1' ? NO : YES;
}

static const struct seal_fact *seal_at(const struct facts *f, int32_t day)
{
    const struct seal_fact *best = NULL;
    for (size_t i = 0; i < f->seals_len; i++)
        if (f->seals[i].first <= day && (!best || f->seals[i].last > best->last))
            best = &f->seals[i];
    return best;
}

static const char *level_of(const struct facts *f)
{
    return f->msl ? f->msl : f->spec->msl.value;
}

static void move_in_time(const struct rule *self, const struct facts *f,
                         const struct move *m, struct findings *out)
{
    const char *subject = move_subject(out, m);
    const struct seal_fact *s = seal_at(f, m->day_last);
    if (!s)
        rule_unknown(out, self, subject, "when the dry pack was sealed");
    else if (m->day_first - s->last <= rule_parameter(self, "dryDays"))
        rule_pass(out, self, subject);
    else
        rule_fail(out, self, subject, SEV_MEDIUM, NO_DAY, SEQS(m->seq, s->seq),
                  json_pack("{s:s, s:s, s:s}", "sealedOn", day_name(out, s->last), "movedOn",
                            day_name(out, m->day_first), "msl", level_of(f)),
                  "These pieces of moisture sensitivity level %s went out on %s, more than "
                  "%" PRId64 " days after their dry pack was sealed, on %s, and nobody records "
                  "that they were baked and packed again.",
                  level_of(f), day_name(out, m->day_first), rule_parameter(self, "dryDays"),
                  day_name(out, s->last));
}

static void dry_packs_hold(const struct rule *self, const struct facts *f,
                           struct findings *out)
{
    if (is_sensitive(level_of(f)) != YES)
        return;
    for (size_t i = 0; i < f->moves_len; i++)
        if (f->moves[i].type == REC_SHIPPED || f->moves[i].type == REC_INSTALLED)
            move_in_time(self, f, &f->moves[i], out);
}

/* What the maker packs, or several of that. */
static bool is_full(const struct said_numbers *packs, int64_t pieces)
{
    bool full = false;
    for (size_t i = 0; i < packs->len; i++)
        full |= packs->at[i] > 0 && pieces % packs->at[i] == 0;
    return full;
}

static int64_t smallest(const struct said_numbers *packs)
{
    int64_t least = INT64_MAX;
    for (size_t i = 0; i < packs->len; i++)
        least = packs->at[i] < least ? packs->at[i] : least;
    return least;
}

/* Of single packages, else of all together, where one may be begun: less than a full one is
 * low. */
static void pack_is_full(const struct rule *self, const struct facts *f,
                         const struct pack_fact *p, struct findings *out)
{
    const struct said_numbers *packs = &f->spec->pack_quantities;
    const char *subject = arena_printf(out->arena, "packs of %s", p->key);
    const int64_t *sizes = p->sizes_len ? p->sizes : &p->quantity;
    size_t len = p->sizes_len ? p->sizes_len : 1, odd = 0;
    int64_t first = 0;
    bool begun = true;
    if (!packs->len) {
        rule_unknown(out, self, subject, "the quantities that the part is packed in");
        return;
    }
    for (size_t i = 0; i < len; i++) {
        if (is_full(packs, sizes[i]))
            continue;
        first = odd++ ? first : sizes[i];
        begun &= !p->sizes_len || sizes[i] < smallest(packs);
    }
    if (!odd) {
        rule_pass(out, self, subject);
        return;
    }
    rule_fail(out, self, subject, begun ? SEV_LOW : SEV_MEDIUM, NO_DAY, SEQS(p->seq, packs->seq),
              json_pack("{s:I, s:I, s:I}", "pieces", (json_int_t)first, "packages",
                        (json_int_t)odd, "smallestPack", (json_int_t)smallest(packs)),
              "%s under the factory seal %s no quantity that the manufacturer packs.",
              pieces(out, first), first == 1 ? "is" : "are");
}

static void factory_packs_are_full(const struct rule *self, const struct facts *f,
                                   struct findings *out)
{
    for (size_t i = 0; i < f->packs_len; i++)
        if (f->packs[i].sealed)
            pack_is_full(self, f, &f->packs[i], out);
}

static void packs_are_sound(const struct rule *self, const struct facts *f,
                            struct findings *out)
{
    if (!f->described)
        return;
    sealed_after_made(self, f, out);
    dry_packs_hold(self, f, out);
    factory_packs_are_full(self, f, out);
}

/* ---- the rows ---- */

static const struct rule RULES[] = {
    {
        .id = "CAP-051",
        .family = "C",
        .title = "The labels on the packages of a lot say what is declared of it",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"EIGP 114", "ANSI MH10.8.2", "ISO/IEC 15434"},
        .guards =
            "Any number on the label may be the part's, also in the customer's field; "
            "another packing suffix is a note; a lot code that is a holder's own is none of "
            "the maker's; every reading of a date code counts; quantities only under the "
            "factory seal, and makers only if they are registered.",
        .parameters = {{"slackDays", 7, "days"}},
        .check = labels_agree,
    },
    {
        .id = "CAP-052",
        .family = "C",
        .title = "The labels of a lot tell a date code or a lot code",
        .severity = SEV_MEDIUM,
        .version = 1,
        .refs = {"EIGP 114", "DFARS 252.246-7008"},
        .guards =
            "A note for authorized sources, whose labels lack both often; low where the date "
            "codes or lot codes of the parts themselves are declared, and for passive and "
            "mechanical parts.",
        .check = labels_trace,
    },
    {
        .id = "CAP-053",
        .family = "C",
        .title = "Packs are sealed after what is in them was made, hold what the maker packs, and are not too old",
        .severity = SEV_MEDIUM,
        .version = 1,
        .refs = {"J-STD-033", "SAE AS6171", "IDEA-STD-1010"},
        .guards =
            "A later repack or rework seals anew; level 1 needs no dry pack; of several "
            "date codes the oldest counts; quantities only under the factory seal, where "
            "several full packs are one quantity and less than a full one is low.",
        .parameters = {{"slackDays", 7, "days"}, {"dryDays", 365, "days"}},
        .check = packs_are_sound,
    },
};

const struct rule_family LABEL_RULES = {RULES, LENGTH(RULES)};
