/*
 * papers - what is known of the certificates that go with a lot: who issued them and for whom he may
 * speak, who signed, and when the goods went that they go with.
 *
 * A register of signatories is read as of the certificate's day: the issuer's own, or an operator's; of
 * one source the latest that had been said by then.  One that is younger than the certificate tells who
 * signed then, not who did not.
 */
#include "facts.h"

#include "pedigree/base/text.h"

#include <string.h>
#include <strings.h>

static bool is_conformity(const struct document_ref *d)
{
    return text_is(d->kind, "coc") || text_is(d->kind, "release-certificate");
}

/* What a seller is was found with the hop; of others it is asked. */
static enum tier tier_at(struct space *s, const struct lot *l, const char *party, int64_t at_us)
{
    for (size_t i = 0; party && i < l->hops.len; i++)
        if (text_is(l->hops.at[i].seller, party))
            return l->hops.at[i].tier;
    struct tier_question q = {.party = party, .maker = lot_maker(s, l), .buyer = lot_holder(s, l),
                              .part_key = lot_part(s, l) ? lot_part(s, l) : "", .at_us = at_us};
    return tier_of(s->kn, s->arena, &q).tier;
}

/* ---- signatories ---- */

static bool is_register_of(struct space *s, const struct statement *st, const char *issuer)
{
    return st->organisation->has_signatories && stands(s->kn, st) &&
           (st->by_operator || same_party(s->kn, st->owner, issuer));
}

static bool lists(const struct statement *st, const char *name, int32_t day)
{
    const struct organisation_statement *o = st->organisation;
    for (size_t i = 0; i < o->signatories_len; i++) {
        const struct signatory *x = &o->signatories[i];
        if (strcasecmp(x->name, name) == 0 && (!x->from.text || x->from.first_day <= day) &&
            (!x->to.text || day <= x->to.last_day))
            return true;
    }
    return false;
}

struct registers { /* of an issuer, under all of its names */
    VEC(const struct statement *) list;
};

static struct registers registers_of(struct space *s, const char *issuer)
{
    struct registers r = {0};
    struct words names = names_of(s->kn, s->arena, issuer);
    for (size_t i = 0; i < names.len; i++)
        for (const struct listed *k = listed_by(s->kn, BY_ORGANISATION, names.at[i]); k; k = k->next)
            if (is_register_of(s, k->statement, issuer))
                *vec_push(s->arena, &r.list) = k->statement;
    return r;
}

/* The last that its source had said by then. */
static bool is_in_force(const struct registers *r, const struct statement *st, int32_t day)
{
    for (size_t i = 0; i < r->list.len; i++)
        if (r->list.at[i] != st && same_source(r->list.at[i], st) && r->list.at[i]->time.first_day <= day &&
            is_later(r->list.at[i], st))
            return false;
    return st->time.first_day <= day;
}

static void look_up(struct space *s, const char *issuer, const char *name, int32_t day, struct document_fact *d)
{
    struct registers r = registers_of(s, issuer);
    const struct statement *known = NULL;
    for (size_t i = 0; i < r.list.len && d->signatory != YES; i++) {
        const struct statement *st = r.list.at[i];
        if (lists(st, name, day))
            d->signatory = YES;
        if (is_in_force(&r, st, day) && (!known || is_later(st, known)))
            known = st;
    }
    if (d->signatory == UNKNOWN && known) {
        d->signatory = NO;
        d->register_seq = known->seq;
    }
}

/* ---- the shipment that it goes with ---- */

static int32_t last_sale(const struct lot *l)
{
    int32_t day = NO_DAY;
    for (size_t i = 0; i < l->hops.len; i++)
        day = l->hops.at[i].sold_day > day ? l->hops.at[i].sold_day : day;
    return day;
}

static int32_t went_day(const struct lot *l, const struct event *e)
{
    if (e->record->type == REC_SHIPPED)
        return e->record->time.last_day;
    for (size_t i = 0; i < l->hops.len; i++)
        if (l->hop_events.at[i] == e)
            return l->hops.at[i].sold_day;
    return e->record->type == REC_DESCRIBED ? last_sale(l) : NO_DAY;
}

struct document_fact paper_fact_of(struct space *s, const struct lot *l, const struct event *e,
                                      const struct document_ref *d, int64_t quantity)
{
    int64_t t = e->record->time.first_us;
    struct document_fact f = {.document = d,
                              .issuer = document_issuer(s, e, d),
                              .maker = party_resolve(s->kn, d->declares.manufacturer, t),
                              .seq = e->seq,
                              .quantity = quantity,
                              .register_seq = NONE,
                              .went_day = NO_DAY,
                              .came_later = e->record->type == REC_DESCRIBED};
    if (!is_conformity(d) || !d->has_declares || !f.issuer)
        return f;
    f.went_day = went_day(l, e);
    f.issuer_tier = tier_at(s, l, f.issuer, d->date.text ? d->date.first_us : t);
    if (d->declares.parent_issuer)
        f.parent_tier = tier_at(s, l, party_resolve(s->kn, d->declares.parent_issuer, t),
                                d->date.text ? d->date.first_us : t);
    if (d->declares.signatory && d->date.text)
        look_up(s, f.issuer, d->declares.signatory, d->date.first_day, &f);
    return f;
}
