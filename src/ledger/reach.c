/*
 * reach - which lots a statement can change: cursors for the re-assessment queue.
 *
 * Complete before narrow: what cannot be told apart cheaply queues every lot.  A name that no
 * record has used yet changes nothing that is there.
 */
#include "knowledge.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/model/part.h"
#include "pedigree/model/party.h"

#include <stdlib.h>
#include <string.h>

enum { CAUSES_MAX = 512, FIRST = 0, LATER = 2 };

struct reach {
    struct knowledge *kn;
    struct arena *arena;
    struct causes *out;
    int priority;
};

static void add(const struct reach *r, const char *kind, int64_t target)
{
    *vec_push(r->arena, &r->out->list) = (struct cause){kind, target, r->priority};
}

static void add_all(const struct reach *r)
{
    add(r, "all", 0);
}

/* Lots that the party holds and those that it handed on, under all of its names. */
static void add_party(const struct reach *r, const char *party)
{
    struct words names = names_of(r->kn, r->arena, party_today(r->kn, party));
    for (size_t i = 0; i <= names.len; i++) {
        const struct org *o = knowledge_org(r->kn, i < names.len ? names.at[i] : party);
        if (o && (o->holds || o->deals))
            add(r, "party", o->id);
    }
}

/* ---- parts ---- */

/* Whoever makes it: what a name resolves to is of the lot's own time. */
static void add_key(const struct reach *r, const char *key)
{
    for (const struct part_id *p = map_get_text(&r->kn->parts_by_key, key); p; p = p->same_key)
        if (p->has_lots)
            add(r, "part", p->id);
}

struct part_keys {
    struct map known;
    VEC(const char *) list;
};

static void keys_add(const struct reach *r, struct part_keys *keys, const char *key)
{
    if (map_get_text(&keys->known, key))
        return;
    map_put_text(&keys->known, key, keys);
    *vec_push(r->arena, &keys->list) = key;
}

/* The part's lots, and those of every number that statements join with its own, however far. */
static void add_part_key(const struct reach *r, const char *key)
{
    struct part_keys keys = {.known = map_new(r->arena)};
    keys_add(r, &keys, key);
    for (size_t i = 0; i < keys.list.len; i++) {
        const char *at = keys.list.at[i];
        add_key(r, at);
        for (const struct listed *l = listed_by(r->kn, BY_PART, at); l; l = l->next)
            for (size_t k = 0; k < l->statement->part->aliases.len; k++)
                keys_add(r, &keys, l->statement->part->aliases.at[k]);
        for (const struct listed *l = listed_by(r->kn, BY_OTHER_NUMBER, at); l; l = l->next)
            keys_add(r, &keys, l->statement->part->part.key);
    }
}

/* Lots of numbers that look like this one or nearly are it. */
static void add_likes(const struct reach *r, const char *key)
{
    struct likes likes = likes_of(r->kn, r->arena, key);
    for (size_t i = 0; i < likes.len; i++)
        add_key(r, likes.at[i].key);
}

static void add_base(const struct reach *r, const char *mpn)
{
    const char *base = part_base(r->arena, mpn);
    for (const struct part_id *p = map_get_text(&r->kn->parts_by_base, base); p; p = p->same_base)
        if (p->has_lots)
            add(r, "part", p->id);
}

/* Whether something else says that the maker has a catalogue. */
static bool has_other_part(const struct reach *r, const struct statement *but)
{
    for (const struct listed *l = listed_by(r->kn, BY_MAKER, but->part->part.maker); l; l = l->next)
        if (l->statement != but && same_source(l->statement, but) && stands(r->kn, l->statement))
            return true;
    return false;
}

static void add_parts_of(const struct reach *r, const char *maker)
{
    struct words names = names_of(r->kn, r->arena, party_today(r->kn, maker));
    for (size_t i = 0; i <= names.len; i++) {
        const struct org *o = knowledge_org(r->kn, i < names.len ? names.at[i] : maker);
        for (const struct part_id *p = o ? o->parts : NULL; p; p = p->same_maker)
            if (p->has_lots)
                add(r, "part", p->id);
    }
}

/* ---- by kind ---- */

static bool is_known(const struct reach *r, const char *name)
{
    return name && knowledge_org(r->kn, name) != NULL;
}

/* Whether any name that the organisation has, had or is given was used before. */
static bool has_known_names(const struct reach *r, const char *organisation)
{
    struct words names = names_of(r->kn, r->arena, organisation);
    for (size_t i = 1; i < names.len; i++)
        if (is_known(r, names.at[i]))
            return true;
    return false;
}

static void organisation(const struct reach *r, const struct statement *st)
{
    const struct organisation_statement *o = st->organisation;
    if (o->has_signatories && is_known(r, o->organisation)) { /* its certificates are with anybody */
        add_all(r);
        return;
    }
    if (!st->by_operator) {
        if (o->country || o->has_sites) /* what counts from itself: regions of what it may buy, its sites */
            add_party(r, o->organisation);
        return;
    }
    bool used = is_known(r, o->organisation) && knowledge_org(r->kn, o->organisation)->is_used;
    for (size_t i = 0; i < o->successors_len; i++)
        used |= is_known(r, o->successors[i].organisation);
    if (used || has_known_names(r, o->organisation))
        add_all(r);
}

/* Lots with certificates that it issued or that rest on its, though it is not on their chain. */
static void add_issued(const struct reach *r, const char *issuer)
{
    struct words names = names_of(r->kn, r->arena, party_today(r->kn, issuer));
    for (size_t i = 0; i < names.len; i++)
        add(r, "mark", issuer_key(names.at[i]));
}

static void authorization(const struct reach *r, const struct statement *st)
{
    add_party(r, st->authorization->holder);
    add_issued(r, st->authorization->holder);
}

/* What a laboratory tested. */
static void add_tested(const struct reach *r, const char *laboratory)
{
    struct words names = names_of(r->kn, r->arena, party_today(r->kn, laboratory));
    for (size_t i = 0; i < names.len; i++)
        add(r, "mark", laboratory_key(names.at[i]));
}

static void certificate_parts(const struct reach *r, const char *product)
{
    static const char BETWEEN[] = " ,;\t";
    for (size_t len; product && *product; product += len) {
        product += strspn(product, BETWEEN);
        len = strcspn(product, BETWEEN);
        if (len)
            add_part_key(r, part_key(r->arena, arena_strndup(r->arena, product, len)));
    }
}

static void certificate(const struct reach *r, const struct statement *st)
{
    bool tests = st->kinds & cert_kinds_for(CERT_FOR_LABORATORY);
    if (st->certificate->holder)
        add_party(r, st->certificate->holder);
    if (st->certificate->holder && tests)
        add_tested(r, st->certificate->holder);
    certificate_parts(r, st->certificate->product);
    /* its status is that of every statement with its number */
    for (const struct listed *l = listed_by(r->kn, BY_CERTIFICATE, st->number_key); l; l = l->next)
        if (l->statement != st && l->statement->certificate->holder &&
            !text_is(l->statement->certificate->holder, st->certificate->holder)) {
            add_party(r, l->statement->certificate->holder);
            add_tested(r, l->statement->certificate->holder);
        }
    for (const struct listed *l = listed_by(r->kn, BY_CERTIFICATE, st->number_key); l; l = l->next)
        if (l->statement != st)
            certificate_parts(r, l->statement->certificate->product);
}

static void part(const struct reach *r, const struct statement *st)
{
    const struct part_statement *p = st->part;
    if (!has_other_part(r, st))
        add_parts_of(r, p->part.maker);
    add_part_key(r, p->part.key);
    add_base(r, p->part.mpn);
    add_likes(r, p->part.key);
    for (size_t i = 0; i < p->aliases.len; i++)
        add_likes(r, p->aliases.at[i]);
}

static void notice(const struct reach *r, const struct statement *st)
{
    const struct notice_statement *n = st->notice;
    /* what is said of a notice is said of all that it ever named */
    const char *numbers[] = {n->number, n->withdraws};
    for (size_t k = 0; k < LENGTH(numbers); k++)
        for (const struct listed *l = numbers[k] ? listed_by(r->kn, BY_NOTICE, numbers[k]) : NULL; l;
             l = l->next)
            for (size_t i = 0; i < l->statement->notice->parts_len; i++) {
                add_part_key(r, l->statement->notice->parts[i].part.key);
                add_likes(r, l->statement->notice->parts[i].part.key);
            }
}

static void alert_parts(const struct reach *r, const struct alert_statement *a)
{
    for (size_t i = 0; i < a->parts_len; i++) {
        add_part_key(r, a->parts[i].key);
        add_base(r, a->parts[i].mpn);
    }
    for (size_t i = 0; i < a->suppliers.len; i++)
        add_party(r, a->suppliers.at[i]);
}

static void alert(const struct reach *r, const struct statement *st)
{
    bool first_list = lists_parties(st->alert) && !other_lists(r->kn, st);
    if (first_list || !other_alerts(r->kn, st)) { /* whether there are any at all is a fact of every lot */
        add_all(r);
        return;
    }
    for (const struct listed *l = listed_by(r->kn, BY_ALERT, st->alert->number); l; l = l->next)
        alert_parts(r, l->statement->alert);
    if (!st->by_operator) /* whose lots' descendants it reaches */
        add_party(r, st->owner);
}

/* Of its contents some are gone for good. */
static void redaction(const struct reach *r, const struct statement *st)
{
    if (st->target_seq != NONE)
        add(r, "record", st->target_seq);
}

static void snapshot(const struct reach *r, const struct statement *st)
{
    if (st->by_operator)
        add_all(r);
}

static void answer(const struct reach *r, const struct statement *st)
{
    const struct verified_of *of = st->of;
    if (of->record_seq != NONE)
        add(r, "record", of->record_seq);
    if (of->record_id) /* the other side's: on a hop from this party */
        add_party(r, st->owner);
    if (of->part.key)
        add_part_key(r, of->part.key);
    if (of->has_document)
        add_all(r);
}

static void policy(const struct reach *r, const struct statement *st)
{
    if (st->by_operator)
        add_all(r);
    else
        add_party(r, st->owner);
}

/* What an organisation keeps for itself changes its own view of its lots. */
static void own_of_owner(const struct reach *r, const struct statement *st)
{
    add_party(r, st->owner);
}

/* A lot that it names was asked for with it (batch.c), and is looked at again in the same batch; where the lot is not
 * there yet, that will know of it.  A void of it does not name the lot. */
static void decision(const struct reach *r, const struct statement *st)
{
    if (st->decision->about.part.key)
        add_part_key(r, st->decision->about.part.key);
    else if (!st->decision->about.lot_code || !stands(r->kn, st))
        add_party(r, st->owner);
}

static void allocation(const struct reach *r, const struct statement *st)
{
    if (!stands(r->kn, st))
        add_party(r, st->owner);
}

/* The batch that brings one looks at the lots that its case names; one that goes is rare. */
static void review(const struct reach *r, const struct statement *st)
{
    const struct review_statement *v = st->review;
    const struct listed *steps = listed_by(r->kn, BY_CASE, listed_name(r->arena, st->owner, v->case_));
    for (const struct listed *k = !stands(r->kn, st) ? steps : NULL; k; k = k->next)
        for (size_t i = 0; i < k->statement->review->lots_len; i++) {
            const char *holder = k->statement->review->lots[i].organisation;
            add_party(r, holder ? holder : k->statement->owner);
        }
}

static void (*const REACHES[REC_COUNT])(const struct reach *, const struct statement *) = {
    [REC_ORGANISATION] = organisation, [REC_AUTHORIZATION] = authorization,
    [REC_CERTIFICATE] = certificate,   [REC_PART] = part,
    [REC_NOTICE] = notice,             [REC_ALERT] = alert,
    [REC_SNAPSHOT] = snapshot,         [REC_VERIFIED] = answer,
    [REC_POLICY] = policy,             [REC_BOM] = own_of_owner,
    [REC_DECISION] = decision,         [REC_ALLOCATED] = allocation,
    [REC_REVIEW] = review,
    [REC_REDACTED] = redaction,
};

static int by_target(const void *x, const void *y)
{
    const struct cause *a = x, *b = y;
    int kind = strcmp(a->kind, b->kind);
    return kind != 0 ? kind : (a->target > b->target) - (a->target < b->target);
}

/* Each cursor once; past CAUSES_MAX one over everything. */
static void settle(const struct reach *r, size_t from)
{
    struct cause *at = r->out->list.at + from;
    size_t len = r->out->list.len - from, kept = 0;
    if (len > 1)
        qsort(at, len, sizeof *at, by_target);
    for (size_t i = 0; i < len; i++)
        if (i == 0 || by_target(&at[i], &at[kept - 1]) != 0)
            at[kept++] = at[i];
    r->out->list.len = from + kept;
    if (kept > CAUSES_MAX) {
        r->out->list.len = from;
        add_all(r);
    }
}

void party_causes(struct knowledge *kn, struct arena *a, const char *party, struct causes *out)
{
    const struct reach r = {kn, a, out, LATER};
    add_party(&r, party);
}

void knowledge_causes(struct knowledge *kn, struct arena *a, const struct statement *st,
                      struct causes *out)
{
    const struct statement *about = st->voids ? void_target(kn, st) : st;
    bool first = st->voids || st->type == REC_ALERT || st->type == REC_VERIFIED;
    const struct reach r = {kn, a, out, first ? FIRST : LATER};
    size_t from = out->list.len;
    if (about && REACHES[about->type])
        REACHES[about->type](&r, about);
    else if (!about && st->target_seq != NONE) /* a custody record, or one still to come */
        add(&r, "record", st->target_seq);
    settle(&r, from);
}
