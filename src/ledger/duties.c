/*
 * duties - what is owed for a lot that is held for suspect, and what was done; how long it lay unseen.
 *
 * Suspicion begins with what somebody who may say so records: an inspection that binds, a hold, an alert
 * that names this very lot, a denial of its maker or issuer, or a review that says since when it was known.
 * A finding of a rule is none until a review says so: duties run from records alone.
 *
 * A review counts for the lots of its submitter and those it owns, an operator's for all; each step of a
 * case is about the lots that any step of it names.
 */
#include "facts.h"

#include "pedigree/base/clock.h"
#include "pedigree/base/digest.h"
#include "pedigree/base/text.h"

#include <stdlib.h>
#include <string.h>

enum { LONG_DAYS = 180 }; /* so long as no policy would call short */

static const char *event_name(struct space *s, const struct event *e)
{
    char hex[33];
    if (e->record->id)
        return e->record->id;
    hex_encode(e->key, 8, hex);
    return arena_strdup(s->arena, hex);
}

/* ---- reviews ---- */

struct steps { /* of all cases about a lot, each once */
    VEC(const struct statement *) list;
};

static void step_add(struct space *s, struct steps *to, const struct statement *st)
{
    for (size_t i = 0; i < to->list.len; i++)
        if (to->list.at[i] == st)
            return;
    if (stands(s->kn, st))
        *vec_push(s->arena, &to->list) = st;
}

static void case_add(struct space *s, struct steps *to, const struct statement *st)
{
    struct words names = names_of(s->kn, s->arena, party_today(s->kn, st->owner));
    for (size_t i = 0; i < names.len; i++) {
        const char *name = listed_name(s->arena, names.at[i], st->review->case_);
        for (const struct listed *k = listed_by(s->kn, BY_CASE, name); k; k = k->next)
            step_add(s, to, k->statement);
    }
}

static bool may_review(struct space *s, const struct lot *l, const struct statement *st)
{
    return st->by_operator || same_party(s->kn, st->owner, l->holder->name) ||
           (l->description.owner && same_party(s->kn, st->owner, l->description.owner));
}

static int by_time(const void *x, const void *y)
{
    const struct statement *a = *(const struct statement *const *)x, *b = *(const struct statement *const *)y;
    return is_later(a, b) ? 1 : is_later(b, a) ? -1 : strcmp(a->owner, b->owner);
}

static struct steps steps_of(struct space *s, const struct lot *l)
{
    struct steps all = {0};
    struct words names = {0};
    if (s->kn->statements[REC_REVIEW])
        names = names_of(s->kn, s->arena, lot_holder(s, l));
    for (size_t i = 0; i < names.len; i++) {
        const char *name = listed_name(s->arena, names.at[i], l->code);
        for (const struct listed *k = listed_by(s->kn, BY_REVIEWED, name); k; k = k->next)
            if (stands(s->kn, k->statement) && may_review(s, l, k->statement))
                case_add(s, &all, k->statement);
    }
    if (all.list.len > 1)
        qsort(all.list.at, all.list.len, sizeof *all.list.at, by_time);
    return all;
}

/* ---- since when ---- */

struct suspicions {
    struct space *s;
    VEC(struct suspicion_fact) list;
};

static void suspect(struct suspicions *x, const char *what, int32_t day, int64_t seq)
{
    *vec_push(x->s->arena, &x->list) = (struct suspicion_fact){what, day, seq};
}

static void suspect_by_inspections(struct suspicions *x, const struct facts_space *fs)
{
    for (size_t i = 0; i < fs->inspections.len; i++) {
        const struct inspection_fact *n = &fs->inspections.at[i];
        if (n->binding && record_is_adverse(n->record))
            suspect(x, arena_printf(x->s->arena, "inspection %s", n->key), n->day_last, n->seq);
    }
}

static bool is_hold(const struct lot *l, const struct event *e)
{
    return !e->voided && e->record->type == REC_HELD && is_own(l, e);
}

static void suspect_by_holds(struct suspicions *x, const struct lot *l)
{
    for (size_t i = 0; l->was_held && i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        if (is_hold(l, e) && text_is(e->record->reason, "suspect"))
            suspect(x, arena_printf(x->s->arena, "hold %s", event_name(x->s, e)), e->record->time.last_day, e->seq);
    }
}

static void suspect_by_others(struct suspicions *x, const struct facts_space *fs, int32_t seen_day)
{
    for (size_t i = 0; i < fs->denials.len; i++) {
        const struct denial_fact *d = &fs->denials.at[i];
        if (!d->of_hop)
            suspect(x, arena_printf(x->s->arena, "denial of %s", d->what), d->day, d->seq);
    }
    for (size_t i = 0; i < fs->alerts.len; i++) {
        const struct alert_fact *a = &fs->alerts.at[i];
        if (a->level == 1)
            suspect(x, arena_printf(x->s->arena, "alert %s", a->alert->number), a->issued > seen_day ? a->issued : seen_day,
                    a->seq);
    }
}

static void suspect_by_reviews(struct suspicions *x, const struct steps *steps)
{
    for (size_t i = 0; i < steps->list.len; i++) {
        const struct review_statement *v = steps->list.at[i]->review;
        if (v->aware.text)
            suspect(x, arena_printf(x->s->arena, "review %s", v->case_), v->aware.last_day, steps->list.at[i]->seq);
    }
}

static int by_day(const void *x, const void *y)
{
    const struct suspicion_fact *a = x, *b = y;
    return a->day != b->day ? (a->day < b->day ? -1 : 1) : strcmp(a->what, b->what);
}

/* ---- what was done ---- */

static const struct done_fact NEVER = {NO_DAY, NONE, NULL};

static void do_first(struct done_fact *f, const struct statement *st, const char *text)
{
    if (f->day == NO_DAY) /* they come in order */
        *f = (struct done_fact){st->time.last_day, st->seq, text};
}

static void done_by_reviews(const struct steps *steps, struct duty_facts *d)
{
    for (size_t i = 0; i < steps->list.len; i++) {
        const struct statement *st = steps->list.at[i];
        const struct review_statement *v = st->review;
        if (text_is(v->step, "reported"))
            do_first(&d->reported, st, v->number);
        if (v->exemption)
            do_first(&d->exempt, st, v->exemption);
        if (v->disposition && (text_is(v->step, "dispositioned") || text_is(v->step, "approved")))
            do_first(&d->disposed, st, v->disposition);
    }
}

/* The release after which nothing is held for suspicion, and nothing newer speaks of any. */
static struct done_fact cleared(const struct lot *l, const struct duty_facts *d)
{
    struct done_fact last = NEVER;
    bool held = false;
    for (size_t i = 0; l->was_held && i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        held |= is_hold(l, e) && text_is(e->record->reason, "suspect");
        if (!e->voided && e->record->type == REC_RELEASED && is_own(l, e))
            last = (struct done_fact){e->record->time.last_day, e->seq, e->record->authority};
    }
    bool over = held && last.day != NO_DAY && !l->balance.is_held_suspect && !l->balance.is_part_suspect &&
                last.day >= d->suspicions[d->suspicions_len - 1].day;
    return over ? last : NEVER;
}

static void add_holds(struct space *s, const struct lot *l, struct duty_facts *d)
{
    VEC(struct hold_fact) holds = {0};
    for (size_t i = 0; l->was_held && i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        if (is_hold(l, e))
            *vec_push(s->arena, &holds) = (struct hold_fact){e->record->reason, e->record->time.first_day, e->seq,
                                                             e->record->location != NULL};
    }
    d->holds = holds.at;
    d->holds_len = holds.len;
}

static int32_t gone_day(const struct lot *l)
{
    int32_t day = NO_DAY;
    for (size_t i = 0; l->balance.balance <= 0 && i < l->events.len; i++)
        if (event_outflow(l, l->events.at[i]) > 0 && l->events.at[i]->record->time.last_day > day)
            day = l->events.at[i]->record->time.last_day;
    return day;
}

const struct duty_facts *duties_of(struct space *s, const struct lot *l, const struct facts_space *fs, int32_t seen_day)
{
    struct suspicions x = {.s = s};
    struct steps steps = steps_of(s, l);
    suspect_by_inspections(&x, fs);
    suspect_by_holds(&x, l);
    suspect_by_others(&x, fs, seen_day);
    suspect_by_reviews(&x, &steps);
    if (!x.list.len)
        return NULL;
    qsort(x.list.at, x.list.len, sizeof *x.list.at, by_day);
    struct duty_facts *d = ARENA_NEW(s->arena, struct duty_facts);
    *d = (struct duty_facts){.suspicions = x.list.at, .suspicions_len = x.list.len, .reported = NEVER,
                             .exempt = NEVER, .disposed = NEVER, .gone_day = gone_day(l)};
    done_by_reviews(&steps, d);
    d->cleared = cleared(l, d);
    add_holds(s, l, d);
    return d;
}

/* ---- releases, and how long it lay ---- */

static bool is_of_goods(const char *reason)
{
    return !text_is(reason, "papers") && !text_is(reason, "customer") && !text_is(reason, "legal");
}

/* The end of a hold for papers, or of one that a customer or lawyers asked for, says nothing of the goods. */
static bool frees_goods(const struct lot *l, const struct event *release)
{
    for (size_t i = 0; i < l->events.len && l->events.at[i] != release; i++) {
        const struct event *e = l->events.at[i];
        if (!e->voided && is_own(l, e) && e->record->type == REC_HELD && is_of_goods(e->record->reason))
            return true;
    }
    return false;
}

void add_releases(struct space *s, const struct lot *l, struct facts *f)
{
    VEC(struct release_fact) all = {0};
    for (size_t i = 0; l->was_held && i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        if (!e->voided && e->record->type == REC_RELEASED && is_own(l, e) && frees_goods(l, e))
            *vec_push(s->arena, &all) = (struct release_fact){event_name(s, e), e->record->time.first_day,
                                                              e->record->time.last_day, e->seq};
    }
    f->releases = all.at;
    f->releases_len = all.len;
}

/* The holder had the goods in hand: not merely papers about them. */
static bool is_sight(const struct lot *l, const struct event *e)
{
    return !e->voided && is_own(l, e) && e->record->type != REC_DESCRIBED;
}

static bool is_authorized(struct space *s, const struct lot *l, int64_t at_us)
{
    struct tier_question q = {.party = lot_holder(s, l), .maker = lot_maker(s, l),
                              .part_key = lot_part(s, l) ? lot_part(s, l) : "", .at_us = at_us};
    return tier_of(s->kn, s->arena, &q).authorized == YES;
}

/* Between what came in and what left; by the latest day of the one and the earliest of the other. */
struct storage_fact storage_of(struct space *s, const struct lot *l)
{
    struct storage_fact longest = {.from = NO_DAY, .to = NO_DAY, .from_seq = NONE, .to_seq = NONE}, open = longest;
    const struct event *before = NULL;
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        bool is_in = event_inflow(l, e) > 0, out = event_outflow(l, e) > 0;
        if (!is_sight(l, e) || (!before && !is_in))
            continue;
        if (before && e->record->time.first_day - before->record->time.last_day > open.to - open.from)
            open = (struct storage_fact){before->record->time.last_day, e->record->time.first_day, before->seq,
                                         e->seq, false};
        before = e;
        if (out)
            longest = open;
    }
    if (longest.from != NO_DAY && longest.to - longest.from > LONG_DAYS)
        longest.authorized = is_authorized(s, l, (int64_t)longest.from * US_PER_DAY);
    return longest;
}
