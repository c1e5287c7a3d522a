/*
 * heard - what others say of a lot's goods: the alerts that reach it, and the answers of makers,
 * issuers and laboratories.
 *
 * Of one source the later statement counts, member by member; of one thing, the last definite answer.
 */
#include "facts.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/digest.h"
#include "pedigree/base/text.h"
#include "pedigree/model/party.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool words_hit(const struct words *w, const char *word)
{
    for (size_t i = 0; i < w->len; i++)
        if (strcasecmp(w->at[i], word) == 0)
            return true;
    return false;
}

/* A code in a list of codes, ranges 2210-2230 and prefixes 22*. */
static bool code_hit(const struct words *w, const char *code)
{
    for (size_t i = 0; i < w->len; i++) {
        const char *p = w->at[i], *dash = strchr(p, '-');
        size_t len = strlen(p);
        if (strcasecmp(p, code) == 0)
            return true;
        if (len && p[len - 1] == '*' && strncasecmp(p, code, len - 1) == 0)
            return true;
        if (dash && strlen(code) == (size_t)(dash - p) && strlen(dash + 1) == strlen(code) &&
            strncasecmp(code, p, strlen(code)) >= 0 && strcasecmp(code, dash + 1) <= 0)
            return true;
    }
    return false;
}

static const char *first_hit(const struct words *alert, const char *const *mine, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (code_hit(alert, mine[i]))
            return mine[i];
    return NULL;
}

struct own_marks {
    VEC(const char *) dates;
    VEC(const char *) traces;
};

static struct own_marks own_marks_of(struct space *s, const struct lot *l)
{
    struct own_marks o = {0};
    const struct lot_description *d = &l->description;
    for (size_t i = 0; i < d->date_codes_len; i++) {
        *vec_push(s->arena, &o.dates) = d->date_codes[i].code;
        for (size_t k = 0; k < d->date_codes[i].trace_codes.len; k++)
            *vec_push(s->arena, &o.traces) = d->date_codes[i].trace_codes.at[k];
    }
    for (size_t i = 0; i < d->trace_codes.len; i++)
        *vec_push(s->arena, &o.traces) = d->trace_codes.at[i];
    for (size_t i = 0; i < l->label_told.len; i++) {
        const struct date_code_item *c = &l->label_told.at[i].item;
        if (c->code)
            *vec_push(s->arena, &o.dates) = c->code;
        for (size_t k = 0; k < c->trace_codes.len; k++)
            *vec_push(s->arena, &o.traces) = c->trace_codes.at[k];
    }
    return o;
}

/* 0: no match.  Lists that the alert gives and this lot contradicts exclude it, unless another list names
 * the lot: then only the part number is sure. */
static int part_level(struct space *s, const struct lot *l, const struct statement *st,
                      const struct alert_statement *a, const char **matched)
{
    const char *maker = lot_maker(s, l), *key = lot_part(s, l);
    const char *base = part_base(s->arena, l->description.part.mpn);
    int level = 0;
    for (size_t i = 0; i < a->parts_len; i++) {
        const struct part_name *p = &a->parts[i];
        if (p->maker && !may_mean(s->kn, p->maker, st->time.first_us, maker))
            continue;
        if (strcmp(part_resolve(s->kn, s->arena, maker, p->key), key) == 0)
            level = 3;
        else if (level == 0 && strcmp(part_base(s->arena, p->mpn), base) == 0)
            level = 5;
    }
    if (level != 3)
        return level;
    struct own_marks own = own_marks_of(s, l);
    const char *date = first_hit(&a->date_codes, own.dates.at, own.dates.len);
    const char *trace = first_hit(&a->trace_codes, own.traces.at, own.traces.len);
    for (size_t i = 0; i < l->description.serials.len; i++)
        if (words_hit(&a->serials, l->description.serials.at[i])) {
            *matched = arena_printf(s->arena, "serial %s", l->description.serials.at[i]);
            return 1;
        }
    bool other_dates = a->date_codes.len && own.dates.len && !date;
    bool other_traces = a->trace_codes.len && own.traces.len && !trace;
    bool other_serials = a->serials.len && l->description.serials.len;
    if (other_dates || other_traces || other_serials) {
        *matched = arena_printf(s->arena, "%s %s, though not the %s that it names", trace ? "trace code" : "date code",
                                trace ? trace : date ? date : "",
                                other_serials ? "serials" : other_dates ? "date codes" : "trace codes");
        return date || trace ? 3 : 0;
    }
    if (trace) {
        *matched = date ? arena_printf(s->arena, "date code %s, trace code %s", date, trace)
                        : arena_printf(s->arena, "trace code %s", trace);
        return 1;
    }
    if (date)
        *matched = arena_printf(s->arena, "date code %s", date);
    return date ? 2 : 3;
}

static bool supplier_hit(struct space *s, const struct lot *l, const struct statement *st,
                         const struct alert_statement *a, const char **matched)
{
    const struct words *suppliers = &a->suppliers;
    for (size_t i = 0; i < l->hops.len; i++)
        for (size_t k = 0; k < suppliers->len; k++) {
            const struct hop *h = &l->hops.at[i];
            const char *parties[] = {h->source, h->seller};
            for (size_t p = 0; p < LENGTH(parties); p++)
                if (parties[p] && may_mean(s->kn, suppliers->at[k], st->time.first_us, parties[p])) {
                    *matched = arena_printf(s->arena, "supplier %s", parties[p]);
                    return true;
                }
        }
    return false;
}

static bool is_same_alert(const struct statement *a, const struct statement *b)
{
    return text_is(a->alert->number, b->alert->number) && text_is(a->alert->source, b->alert->source);
}

/* What the later says of an alert is added to what the earlier did, member by member. */
static void alert_update(struct alert_statement *a, const struct alert_statement *later)
{
    struct words *lists[] = {&a->date_codes, &a->trace_codes, &a->serials, &a->suppliers};
    const struct words *news[] = {&later->date_codes, &later->trace_codes, &later->serials,
                                  &later->suppliers};
    for (size_t i = 0; i < LENGTH(lists); i++)
        *lists[i] = news[i]->given ? *news[i] : *lists[i];
    if (later->parts) {
        a->parts = later->parts;
        a->parts_len = later->parts_len;
    }
    if (later->has_withdrawn)
        a->withdrawn = later->withdrawn;
    a->issued = later->issued.text ? later->issued : a->issued;
    a->class_ = later->class_ ? later->class_ : a->class_;
    a->summary = later->summary ? later->summary : a->summary;
    a->has_withdrawn |= later->has_withdrawn;
}

struct candidates {
    VEC(const struct statement *) list;
};

static void add_candidate(struct space *s, const struct statement *st, struct candidates *out)
{
    for (size_t i = 0; i < out->list.len; i++)
        if (out->list.at[i] == st)
            return;
    *vec_push(s->arena, &out->list) = st;
}

static void add_candidates(struct space *s, enum listed_by by, const char *name,
                           struct candidates *out)
{
    for (const struct listed *k = listed_by(s->kn, by, name); k; k = k->next)
        add_candidate(s, k->statement, out);
}

static int by_time(const void *x, const void *y)
{
    const struct statement *a = *(const struct statement *const *)x,
                           *b = *(const struct statement *const *)y;
    return is_later(a, b) ? 1 : is_later(b, a) ? -1 : strcmp(a->owner, b->owner);
}

/* All that the source of a statement says of its alert, and who says it last; NULL: it takes back
 * all, or it does not stand. */
static const struct statement *alert_whole(struct space *s, const struct statement *st,
                                           struct alert_statement *whole)
{
    struct candidates all = {0};
    for (const struct listed *k = listed_by(s->kn, BY_ALERT, st->alert->number); k; k = k->next)
        if (is_same_alert(k->statement, st) && same_source(k->statement, st) && stands(s->kn, k->statement))
            add_candidate(s, k->statement, &all);
    if (all.list.len == 0)
        return NULL;
    qsort(all.list.at, all.list.len, sizeof *all.list.at, by_time);
    *whole = *all.list.at[0]->alert;
    for (size_t i = 1; i < all.list.len; i++)
        alert_update(whole, all.list.at[i]->alert);
    return whole->withdrawn ? NULL : all.list.at[all.list.len - 1];
}

/* Adopted: an operator says it too, and that one reaches every lot. */
static bool is_adopted(struct space *s, const struct statement *st)
{
    struct alert_statement whole;
    for (const struct listed *k = listed_by(s->kn, BY_ALERT, st->alert->number); k; k = k->next)
        if (!st->by_operator && k->statement->by_operator && is_same_alert(k->statement, st) &&
            alert_whole(s, k->statement, &whole))
            return true;
    return false;
}

/* An operator's or the maker's alert reaches every lot, another's those it holds and what
 * descends from them. */
static bool alert_reaches(struct space *s, const struct lot *l, const struct statement *st)
{
    const char *by = party_resolve(s->kn, st->owner, st->time.first_us);
    return st->by_operator || lot_made_by(s, l, by, st->time.first_us) ||
           chain_has_warner(&l->chain, party_today(s->kn, st->owner));
}

static struct candidates alerts_for(struct space *s, const struct lot *l)
{
    struct candidates c = {0};
    struct words keys = part_keys_of(s->kn, s->arena, lot_maker(s, l), lot_part(s, l));
    for (size_t i = 0; i < keys.len; i++)
        add_candidates(s, BY_ALERT_PART, keys.at[i], &c);
    add_candidates(s, BY_ALERT_BASE, part_base(s->arena, l->description.part.mpn), &c);
    for (size_t i = 0; i < l->hops.len; i++) {
        const char *parties[] = {l->hops.at[i].source, l->hops.at[i].seller};
        for (size_t p = 0; p < LENGTH(parties); p++) {
            struct words names = {0};
            if (parties[p])
                names = names_of(s->kn, s->arena, parties[p]);
            for (size_t k = 0; k < names.len; k++)
                add_candidates(s, BY_ALERT_SUPPLIER, names.at[k], &c);
        }
    }
    return c;
}

/* ---- lists of parties ---- */

/* The supplier on the list that means the party; NULL: it is not there any more. */
static const char *listed_as(struct space *s, const struct statement *st, const struct alert_statement *a,
                             const char *party)
{
    const char *found = NULL;
    for (size_t i = 0; i < a->suppliers.len; i++)
        if (may_mean(s->kn, a->suppliers.at[i], st->time.first_us, party) &&
            (!found || party_is_provisional(found)))
            found = a->suppliers.at[i];
    return found;
}

static bool has_listing(const struct facts_space *fs, int64_t seq, const char *party)
{
    for (size_t i = 0; i < fs->listings.len; i++)
        if (fs->listings.at[i].seq == seq && strcmp(fs->listings.at[i].party, party) == 0)
            return true;
    return false;
}

/* The lists that name it and reach this lot. */
static void add_listings_of(struct space *s, const struct lot *l, const char *party, const struct hop *h, bool here,
                            struct facts_space *fs)
{
    struct candidates c = {0};
    struct words names = names_of(s->kn, s->arena, party);
    for (size_t i = 0; i < names.len; i++)
        add_candidates(s, BY_ALERT_SUPPLIER, names.at[i], &c);
    if (c.list.len > 1)
        qsort(c.list.at, c.list.len, sizeof *c.list.at, by_time);
    for (size_t i = 0; i < c.list.len; i++) {
        struct alert_statement *a = ARENA_NEW(s->arena, struct alert_statement);
        const struct statement *last = alert_whole(s, c.list.at[i], a);
        const char *as = last && lists_parties(a) ? listed_as(s, last, a, party) : NULL;
        if (!as || is_adopted(s, last) || !alert_reaches(s, l, last) || has_listing(fs, last->seq, party))
            continue;
        *vec_push(s->arena, &fs->listings) = (struct listing_fact){
            .party = party, .here = here, .by_name = party_is_provisional(as) && party_is_provisional(party),
            .source = a->source, .number = a->number, .hop = h ? h->key : NULL, .seq = last->seq,
            .hop_seq = h ? h->seq : l->description_seq};
    }
}

bool add_listings(struct space *s, const struct lot *l, struct facts_space *fs)
{
    if (!has_lists(s->kn))
        return false;
    if (l->chain.listed_len == 0)
        return true;
    add_listings_of(s, l, lot_holder(s, l), NULL, true, fs);
    for (size_t i = 0; i < l->hops.len; i++) {
        const struct hop *h = &l->hops.at[i];
        if (h->source)
            add_listings_of(s, l, h->source, h, true, fs);
        if (h->seller)
            add_listings_of(s, l, h->seller, h, true, fs);
    }
    for (size_t i = 0; i < l->chain.listed_len; i++)
        if (l->chain.listed[i].distance > 0)
            add_listings_of(s, l, l->chain.listed[i].name, NULL, false, fs);
    return true;
}

static void add_alert(struct space *s, const struct lot *l, const struct statement *st,
                      struct facts_space *fs)
{
    const char *matched = "the part number";
    struct alert_statement *a = ARENA_NEW(s->arena, struct alert_statement);
    const struct statement *last = alert_whole(s, st, a);
    for (size_t i = 0; last && i < fs->alerts.len; i++)
        if (fs->alerts.at[i].seq == last->seq)
            return; /* by another of its statements */
    if (!last || is_adopted(s, last) || !alert_reaches(s, l, last))
        return;
    int level = part_level(s, l, last, a, &matched);
    if (level == 0 && supplier_hit(s, l, last, a, &matched))
        level = 4;
    if (level)
        *vec_push(s->arena, &fs->alerts) = (struct alert_fact){
            last->seq, a, level, a->issued.text ? a->issued.first_day : last->time.first_day, matched};
}

bool add_alerts(struct space *s, const struct lot *l, struct facts_space *fs)
{
    if (!other_alerts(s->kn, NULL))
        return false;
    struct candidates c = {0};
    if (l->has_description)
        c = alerts_for(s, l);
    if (c.list.len > 1)
        qsort(c.list.at, c.list.len, sizeof *c.list.at, by_time);
    for (size_t i = 0; i < c.list.len; i++)
        add_alert(s, l, c.list.at[i], fs);
    return true;
}

/* ---- `verified` by makers, issuers, laboratories ---- */

static const char *answered_document(struct space *s, const struct verified_of *of, const char *by,
                                     const struct facts_space *fs)
{
    for (size_t i = 0; i < fs->documents.len; i++) {
        const struct document_fact *d = &fs->documents.at[i];
        bool same = (of->document_sha256 && text_is(of->document_sha256, d->document->sha256)) ||
                    (of->document_number && text_is(of->document_number, d->document->number));
        if (same && text_is(d->issuer, by))
            return arena_printf(s->arena, "%s %s", d->document->kind,
                                d->document->number ? d->document->number : d->document->sha256);
    }
    return NULL;
}

static const char *answered_code(struct space *s, const struct lot *l, const struct statement *st,
                                 const char *by)
{
    const struct verified_of *of = st->of;
    if (!l->has_description || !lot_made_by(s, l, by, st->time.first_us) || !of->part.key ||
        strcmp(part_resolve(s->kn, s->arena, lot_maker(s, l), of->part.key), lot_part(s, l)) != 0)
        return NULL;
    struct own_marks own = own_marks_of(s, l);
    const char *trace = first_hit(&of->trace_codes, own.traces.at, own.traces.len);
    const char *date = first_hit(&of->date_codes, own.dates.at, own.dates.len);
    if (of->trace_codes.len && of->date_codes.len && !(trace && date))
        return NULL;
    if (trace)
        return arena_printf(s->arena, "trace code %s", trace);
    return date ? arena_printf(s->arena, "date code %s", date) : NULL;
}

static const char *answered(struct space *s, const struct lot *l, const struct statement *st,
                            const struct facts_space *fs)
{
    const char *by = party_resolve(s->kn, st->owner, st->time.first_us);
    return st->of->has_document ? answered_document(s, st->of, by, fs)
           : st->of->has_part   ? answered_code(s, l, st, by)
                                : NULL;
}

static bool is_definite(const struct statement *st)
{
    return !text_is(st->answer, "cannot-tell");
}

/* Of what one party answers about one thing the later counts; that it cannot tell, last. */
static void weigh_answers(struct space *s, const struct lot *l, const struct candidates *c,
                          struct facts_space *fs)
{
    const char **what = ARENA_ARRAY(s->arena, const char *, c->list.len + 1);
    for (size_t i = 0; i < c->list.len; i++)
        what[i] = stands(s->kn, c->list.at[i]) ? answered(s, l, c->list.at[i], fs) : NULL;
    for (size_t i = 0; i < c->list.len; i++) {
        const struct statement *st = c->list.at[i];
        bool counts = what[i] != NULL;
        for (size_t k = 0; counts && k < c->list.len; k++) {
            const struct statement *o = c->list.at[k];
            counts = k == i || !what[k] || strcmp(what[k], what[i]) != 0 ||
                     !same_party(s->kn, o->owner, st->owner) ||
                     (is_definite(st) && (!is_definite(o) || is_later(st, o)));
        }
        if (!counts)
            continue;
        if (text_is(st->answer, "not-ours"))
            *vec_push(s->arena, &fs->denials) = (struct denial_fact){
                st->seq, st->time.last_day, party_resolve(s->kn, st->owner, st->time.first_us), what[i], false};
        else if (is_definite(st))
            fs->answers_ours++;
        else
            fs->answers_open++;
    }
}

void add_answers(struct space *s, const struct lot *l, struct facts_space *fs)
{
    struct candidates c = {0};
    for (size_t i = 0; s->kn->statements[REC_VERIFIED] && i < fs->documents.len; i++) {
        const struct document_ref *d = fs->documents.at[i].document;
        const char *names[] = {d->number, d->sha256};
        for (size_t k = 0; k < LENGTH(names); k++)
            if (names[k])
                add_candidates(s, BY_DOCUMENT, names[k], &c);
    }
    if (s->kn->statements[REC_VERIFIED] && l->has_description) {
        struct words keys = part_keys_of(s->kn, s->arena, lot_maker(s, l), lot_part(s, l));
        for (size_t i = 0; i < keys.len; i++)
            add_candidates(s, BY_CODES, keys.at[i], &c);
    }
    if (c.list.len > 1)
        qsort(c.list.at, c.list.len, sizeof *c.list.at, by_time);
    weigh_answers(s, l, &c, fs);
    for (size_t i = 0; i < l->hops.len; i++)
        if (l->hops.at[i].source_answer == NO)
            *vec_push(s->arena, &fs->denials) =
                (struct denial_fact){l->hops.at[i].answer_seq, NO_DAY, l->hops.at[i].source, "hop", true};
}
