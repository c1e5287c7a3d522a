/*
 * project - edges and the chain summary of one lot, from its hops and its parents' summaries.
 *
 * Roots (records.md 3): a chain ends well at `manufactured` by the maker or one it authorized to
 * make, or where a holder of its authorization received from the maker; it ends claimed on an
 * unpaired hop that names them, or on their certificate; otherwise it has none.
 */
#include "lot.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/text.h"

#include <inttypes.h>
#include <string.h>

const char *lot_maker(struct space *s, const struct lot *l)
{
    if (!l->has_description)
        return "";
    return party_resolve(s->kn, l->description.part.maker, l->first_us);
}

bool lot_made_by(struct space *s, const struct lot *l, const char *party, int64_t at_us)
{
    return is_maker(s->kn, s->arena, party, lot_maker(s, l), at_us);
}

const char *lot_holder(struct space *s, const struct lot *l)
{
    return party_resolve(s->kn, l->holder->name, INT64_MAX);
}

const char *lot_part(struct space *s, const struct lot *l)
{
    return l->has_description
               ? part_resolve(s->kn, s->arena, lot_maker(s, l), l->description.part.key)
               : NULL;
}

static const char *lot_label(struct space *s, const struct lot *l)
{
    return arena_printf(s->arena, "%s %s", lot_holder(s, l), l->code ? l->code : "");
}

static const char *name_key(struct space *s, const struct org *holder, const char *code)
{
    return arena_printf(s->arena, "%" PRId64 "/%s", holder->class_->id, code);
}

struct lot *space_lot(struct space *s, const struct org *holder, const char *code)
{
    return map_get_text(&s->names, name_key(s, holder, code));
}

void space_name(struct space *s, struct lot *l, const char *code)
{
    map_put_text(&s->names, name_key(s, l->holder, code), l);
}

static bool is_better_home(const struct lot *a, const struct lot *b)
{
    return a->touched != b->touched ? a->touched : org_leads(a->holder, b->holder);
}

void space_rename(struct space *s)
{
    s->names = map_new(s->arena);
    for (size_t i = 0; i < s->all.len; i++) {
        struct lot *l = s->all.at[i];
        const struct lot *other = l->code ? space_lot(s, l->holder, l->code) : NULL;
        if (l->code && (!other || is_better_home(l, other)))
            space_name(s, l, l->code);
    }
}

/* ---- transformations ---- */

/* `how` changes the part: descends from all inputs; else from those of its own part. */
static bool descends(struct space *s, const struct lot *in, const struct lot *out,
                     const struct record *r)
{
    if (text_is(r->how, "relabel") || text_is(r->how, "program") || text_is(r->how, "rework"))
        return true;
    const char *a = lot_part(s, in), *b = lot_part(s, out);
    return !a || !b || strcmp(a, b) == 0 || same_but_packing(s, &in->description.part, &out->description.part);
}

/* An edge's number among those of its record: a code may be there twice, as input or output. */
static int32_t next_ordinal(const struct lot *l, int64_t seq)
{
    int32_t n = 0;
    for (size_t i = 0; i < l->edges.len; i++)
        n += l->edges.at[i].seq == seq;
    return n;
}

static void internal_edge(struct space *s, struct lot *l, const struct event *e,
                          struct lot *parent, int64_t quantity)
{
    int32_t ordinal = next_ordinal(l, e->seq);
    *vec_push(s->arena, &l->edges) = (struct edge){
        .parent = parent, .seq = e->seq, .out_seq = NONE, .ordinal = ordinal,
        .quantity = quantity, .standing = HOP_INTERNAL, .tier_seq = NONE, .source = lot_holder(s, l),
        .reason = e->record->how ? e->record->how : "manufactured",
        .received = e->record->time.text, .price = NONE, .sold = NO_DAY, .known = known_day(s->kn, e->seq), .key = e->key};
}

/* Of one lot that becomes several each has its own pieces. */
static void input_edges(struct space *s, struct lot *l, const struct event *e)
{
    const struct record *r = e->record;
    const struct lot_description *out = r->outputs_len > 1 ? output_of(e) : NULL;
    int64_t left = out ? out->quantity : INT64_MAX;
    for (size_t i = 0; i < r->inputs_len; i++) {
        struct lot *in = space_lot(s, l->holder, r->inputs[i].lot);
        int64_t pieces = r->inputs[i].quantity < left ? r->inputs[i].quantity : left;
        if (!in || in == l || !descends(s, in, l, r))
            continue;
        internal_edge(s, l, e, in, pieces);
        left -= out ? pieces : 0;
    }
}

static void transformed_edges(struct space *s, struct lot *l, const struct event *e)
{
    struct lot *joint = e->ordinal < 0 ? NULL : map_get(&s->joints, e->seq);
    if (joint)
        internal_edge(s, l, e, joint, event_inflow(l, e));
    else
        input_edges(s, l, e);
}

/* ---- roots ---- */

static bool certificate_names_maker(struct space *s, const struct lot *l, const char *maker)
{
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        for (size_t k = 0; k < event_documents(e); k++) {
            const struct document_ref *d = &e->record->documents[k];
            if (e->record->type == REC_SHIPPED || text_is(d->kind, "test-report"))
                continue;
            int64_t t = e->record->time.first_us;
            if (is_maker(s->kn, s->arena, party_resolve(s->kn, d->issuer, t), maker, t) ||
                is_maker(s->kn, s->arena, party_resolve(s->kn, d->declares.parent_issuer, t), maker, t))
                return true;
        }
    }
    return false;
}

static struct tier_answer standing_of(struct space *s, const struct lot *l, const char *party,
                                      const char *buyer, int64_t at_us)
{
    const char *maker = lot_maker(s, l);
    struct tier_question q = {party, maker, buyer,
                              part_resolve(s->kn, s->arena, maker, l->description.part.key), at_us};
    return tier_of(s->kn, s->arena, &q);
}

static void root_add(struct space *s, struct lot *l, enum root_kind kind, bool open, int32_t day)
{
    chain_add_root(&l->chain, kind, lot_label(s, l), open, day);
}

static void manufactured_root(struct space *s, struct lot *l, const struct event *e)
{
    struct tier_answer a = standing_of(s, l, e->by, NULL, e->record->time.first_us);
    bool maker = lot_made_by(s, l, e->by, e->record->time.first_us);
    if (!maker && a.aftermarket)
        l->chain.aftermarket = 0;
    bool made = maker || a.aftermarket || a.contract;
    if (made)
        l->rooted.made = pieces_sum(l->rooted.made, event_inflow(l, e));
    root_add(s, l, made ? ROOT_MANUFACTURER : ROOT_NONE, false, e->record->time.first_day);
}

/* Lent goods stay whose they were. */
static bool is_handed_on(const struct hop *h)
{
    return h->reason != REASON_SAMPLE && h->reason != REASON_SERVICE;
}

/* What came back, what is lent and what is taken out of equipment was in another lot before. */
static bool begins(const struct hop *h, const struct event *e)
{
    return h->reason != REASON_RETURN && is_handed_on(h) && !e->record->from.has_assembly;
}

/* A hop over which no facts come: the chain ends here. */
static void hop_root(struct space *s, struct lot *l, const struct hop *h, const struct event *e)
{
    int64_t t = e->record->time.first_us;
    bool source = lot_made_by(s, l, h->source, t), seller = lot_made_by(s, l, h->seller, t);
    bool from_maker = source && seller;
    if (from_maker && standing_of(s, l, e->by, NULL, t).authorized == YES && h->source_answer != NO) {
        root_add(s, l, ROOT_AUTHORIZATION, false, h->day_first);
        l->rooted.first_sold = pieces_sum(l->rooted.first_sold, begins(h, e) ? h->quantity : 0);
        return;
    }
    bool named_maker = source || seller;
    bool holder = standing_of(s, l, h->seller, e->by, t).authorized == YES ||
                  standing_of(s, l, h->source, e->by, t).authorized == YES;
    bool authorized = holder && !(named_maker && (seller || !h->seller));
    if (h->source_answer != NO && authorized && tier_is_authorized(h->tier))
        root_add(s, l, ROOT_CLAIMED_AUTHORIZED, false, h->day_first);
    else if ((h->source_answer != NO && (named_maker || holder)) ||
             certificate_names_maker(s, l, lot_maker(s, l)))
        root_add(s, l, ROOT_CLAIMED, tier_is_open(h->tier), h->day_first);
    else {
        root_add(s, l, ROOT_NONE, true, h->day_first);
        l->rooted.open = pieces_sum(l->rooted.open, begins(h, e) ? h->quantity : 0);
    }
}

static void opening_root(struct space *s, struct lot *l, const struct event *e)
{
    bool maker = lot_made_by(s, l, e->by, e->record->time.first_us);
    enum root_kind kind = maker ? ROOT_MANUFACTURER
                          : certificate_names_maker(s, l, lot_maker(s, l)) ? ROOT_CLAIMED
                                                                           : ROOT_NONE;
    root_add(s, l, kind, !maker, e->record->time.first_day);
}

/* The first day on which an inspection found the return to be good; INT32_MAX: none did. */
static int32_t verified_day(struct space *s, const struct lot *l, const struct hop *back)
{
    int32_t day = INT32_MAX;
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        const struct record *r = e->record;
        if (!e->voided && r->type == REC_INSPECTED && text_is(r->purpose, "return") &&
            !text_is(r->result, "suspect") && !text_is(r->result, "nonconforming") &&
            r->time.last_day >= back->day_first && r->time.last_day < day && is_binding(s, l, e))
            day = r->time.last_day;
    }
    return day;
}

/* ---- exclusive trace ---- */

/* Whether a chain leads to the manufacturer or who it authorized, all the way, and through nobody else. */
static enum truth leads_to_authorized(const struct chain *c)
{
    static const enum tier OTHERS[] = {TIER_T3, TIER_T4, TIER_T5};
    for (size_t i = 0; i < LENGTH(OTHERS); i++)
        if (c->tier[OTHERS[i]] != CHAIN_NEVER)
            return NO;
    if (c->nearest[ROOT_NONE] != CHAIN_NEVER || c->nearest[ROOT_CLAIMED] != CHAIN_NEVER ||
        c->nearest[ROOT_CLAIMED_AUTHORIZED] != CHAIN_NEVER)
        return UNKNOWN;
    return c->nearest[ROOT_MANUFACTURER] != CHAIN_NEVER || c->nearest[ROOT_AUTHORIZATION] != CHAIN_NEVER ? YES
                                                                                                         : UNKNOWN;
}

/* Over all lots that the hop brings from. */
static enum truth bears_out(const struct lot *l, const struct hop *h)
{
    enum truth all = YES;
    bool any = false;
    for (size_t i = 0; i < l->edges.len; i++) {
        const struct edge *e = &l->edges.at[i];
        if (e->seq != h->seq)
            continue;
        enum truth t = e->parent ? leads_to_authorized(&e->parent->chain) : UNKNOWN;
        any = true;
        all = all == NO || t == NO ? NO : all == UNKNOWN || t == UNKNOWN ? UNKNOWN : YES;
    }
    return any ? all : UNKNOWN;
}

/* A buyer may make a seller its exclusive-trace source; what it sells is that only where the chain shows it, else what it
 * is without.  A hop of its own chain never bears itself out, so there is one answer also where chains are circles. */
static void settle_exclusive(struct lot *l, struct hop *h)
{
    if (!h->its.is_exclusive)
        return;
    bool falls = (h->its.exclusive = bears_out(l, h)) != YES;
    h->tier = falls ? h->its.otherwise : TIER_T3;
    h->its.why = !falls                            ? TIER_TRACED
                 : h->its.otherwise_why == TIER_GRANTED ? TIER_GRANTED
                 : h->its.exclusive == NO          ? TIER_TRACE_MIXED
                                                   : TIER_TRACE_UNSHOWN;
    int64_t seq = falls && h->its.otherwise_why == TIER_GRANTED ? h->its.otherwise_seq : h->its.tier_seq;
    for (size_t i = 0; i < l->edges.len; i++)
        if (l->edges.at[i].seq == h->seq && l->edges.at[i].standing != HOP_INTERNAL) {
            l->edges.at[i].tier = h->tier;
            l->edges.at[i].tier_why = h->its.why;
            l->edges.at[i].tier_seq = seq;
        }
}

/* ---- nuclear safety ---- */

/* Whoever had the goods after their maker is asked for a certificate by ISO 19443 on the day on which it let them go. */
static void ask_certified(struct space *s, struct lot *l, const struct hop *h, const char *party)
{
    int32_t day = h->sold_day != NO_DAY ? h->sold_day : h->day_first;
    int64_t at_us = (int64_t)day * US_PER_DAY;
    enum tier tier = text_is(party, h->seller) ? h->tier : standing_of(s, l, party, NULL, at_us).tier;
    if (party && (tier == TIER_T1 || tier == TIER_T1A || lot_made_by(s, l, party, at_us)))
        return;
    const struct certificate_question q = {party, cert_kinds_for(CERT_FOR_NUCLEAR), day, NULL};
    enum cert_status status = party ? certificate_of(s->kn, s->arena, &q).status : CERT_UNKNOWN;
    if (status == CERT_INVALID || status == CERT_RENEWED)
        chain_add_lapse(&l->chain, party, day);
    else if (status == CERT_UNKNOWN)
        l->chain.uncertified = 0;
}

static void own_certified(struct space *s, struct lot *l, const struct hop *h, const struct event *e)
{
    bool at_maker = !h->source && !h->seller && lot_made_by(s, l, e->by, e->record->time.first_us);
    if (!is_handed_on(h) || at_maker)
        return;
    ask_certified(s, l, h, h->seller ? h->seller : h->source);
    if (h->seller && h->source && strcmp(h->seller, h->source) != 0)
        ask_certified(s, l, h, h->source);
}

static void own_facts(struct space *s, struct lot *l)
{
    l->rooted = (struct rooted){0};
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        if (e->voided || !is_own(l, e))
            continue;
        if (e->record->type == REC_MANUFACTURED && e->ordinal == ORDINAL_MAIN)
            manufactured_root(s, l, e);
    }
    for (size_t i = 0; i < l->hops.len; i++) {
        struct hop *h = &l->hops.at[i];
        settle_exclusive(l, h);
        if (h->tier != TIER_UNKNOWN)
            chain_add_tier(&l->chain, (int)h->tier);
        if (h->reason == REASON_SALE && h->seller && tier_is_open(h->tier))
            chain_add_broker(&l->chain, h->seller);
        own_certified(s, l, h, l->hop_events.at[i]);
        if (h->to_customer_return)
            chain_add_return(&l->chain, h->day_first, verified_day(s, l, h));
        if (h->source_lot_recorded)
            continue; /* its chain goes on there */
        if (h->opening && !h->source)
            opening_root(s, l, l->hop_events.at[i]);
        else
            hop_root(s, l, h, l->hop_events.at[i]);
    }
    if (l->balance.found > l->balance.found_allowed)
        root_add(s, l, ROOT_NONE, true, l->balance.newest_day);
}

enum traced lot_traced(const struct lot *l)
{
    const uint8_t *n = l->chain.nearest;
    bool good = n[ROOT_MANUFACTURER] != CHAIN_NEVER || n[ROOT_AUTHORIZATION] != CHAIN_NEVER ||
                n[ROOT_CLAIMED] != CHAIN_NEVER || n[ROOT_CLAIMED_AUTHORIZED] != CHAIN_NEVER;
    if (!l->has_description || !l->code)
        return TRACED_NOT_EVALUATED;
    if (n[ROOT_NONE] != CHAIN_NEVER || !good)
        return good ? TRACED_PARTIAL : TRACED_NONE;
    if (n[ROOT_CLAIMED] != CHAIN_NEVER || n[ROOT_CLAIMED_AUTHORIZED] != CHAIN_NEVER)
        return TRACED_CLAIMED;
    return n[ROOT_AUTHORIZATION] != CHAIN_NEVER ? TRACED_AUTHORIZATION : TRACED_MANUFACTURER;
}

/* ---- the summary ---- */

static void internal_edges(struct space *s, struct lot *l)
{
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        if (e->voided)
            continue;
        if (e->record->type == REC_TRANSFORMED &&
            (e->ordinal >= ORDINAL_OUTPUT || e->ordinal < 0))
            transformed_edges(s, l, e);
        if (e->record->type == REC_MANUFACTURED && e->ordinal == ORDINAL_MAIN)
            input_edges(s, l, e);
    }
}

static bool is_made(const struct edge *e)
{
    return e->standing == HOP_INTERNAL && text_is(e->reason, "manufactured");
}

/* Who warns of parts in lots of its own: what descends from them is reached too. */
static bool holder_warns(struct space *s, const char *holder)
{
    struct words names = {0};
    if (s->kn->statements[REC_ALERT])
        names = names_of(s->kn, s->arena, holder);
    for (size_t i = 0; i < names.len; i++)
        for (const struct listed *k = listed_by(s->kn, BY_ALERT_OWNER, names.at[i]); k; k = k->next)
            if (stands(s->kn, k->statement) && same_party(s->kn, k->statement->owner, holder))
                return true;
    return false;
}

/* Parties of the lot that lists of parties name, whoever may hear of it.  No piece was ever in a lot of voided records alone. */
static void own_listed(struct space *s, struct lot *l)
{
    if (l->first_us != INT64_MAX && is_listed_party(s->kn, s->arena, lot_holder(s, l)))
        chain_add_listed(&l->chain, lot_holder(s, l));
    for (size_t i = 0; i < l->hops.len; i++) {
        const char *const parties[] = {l->hops.at[i].source, l->hops.at[i].seller};
        for (size_t k = 0; k < LENGTH(parties); k++)
            if (parties[k] && is_listed_party(s->kn, s->arena, parties[k]))
                chain_add_listed(&l->chain, parties[k]);
    }
}

/* What first brought pieces into the lot; NONE. */
static int64_t first_inflow(const struct lot *l)
{
    for (size_t i = 0; i < l->events.len; i++)
        if (event_inflow(l, l->events.at[i]) > 0)
            return l->events.at[i]->seq;
    return NONE;
}

/* Not what comes back, nor what is put into a lot that was there before: such edges close circles
 * that are no circular custody. */
static bool goes_on(const struct edge *e, int64_t first)
{
    return e->standing == HOP_INTERNAL ? e->seq == first : !text_is(e->reason, "return");
}

/* Held whole as suspect, or found to be by who may say so of it. */
static bool is_suspect(struct space *s, const struct lot *l)
{
    bool suspect = l->balance.is_held_suspect;
    for (size_t i = 0; i < l->events.len && !suspect; i++) {
        const struct event *e = l->events.at[i];
        suspect = !e->voided && record_is_adverse(e->record) && is_binding(s, l, e);
    }
    for (size_t i = 0; i < l->sample_inspections.len && !suspect; i++)
        suspect = !l->sample_inspections.at[i]->voided &&
                  record_is_adverse(l->sample_inspections.at[i]->record);
    return suspect;
}

/* Where only some pieces are held as suspect: what went out with more than the others. */
static void own_spills(struct lot *l)
{
    for (size_t i = 0; i < l->events.len && l->chain.spills_len <= CHAIN_SPILLS; i++) {
        const struct event *e = l->events.at[i];
        if (!e->voided && (e->record->type == REC_SHIPPED || e->record->type == REC_TRANSFORMED) &&
            event_outflow(l, e) > 0 && text_is(l->held[i].reason, "suspect"))
            chain_add_spill(&l->chain, e->key);
    }
}

bool lot_chain(struct space *s, struct lot *l)
{
    struct chain before = l->chain;
    bool known = l->chain_known;
    if (!known)
        internal_edges(s, l);
    int64_t first = first_inflow(l);
    chain_init(&l->chain);
    if (l->has_description && l->code)
        own_facts(s, l);
    if (l->code && holder_warns(s, lot_holder(s, l)))
        chain_add_warner(&l->chain, lot_holder(s, l));
    if (l->code && has_lists(s->kn))
        own_listed(s, l);
    if (l->code && is_suspect(s, l))
        chain_add_suspect(&l->chain, l->code);
    if (l->code && l->balance.is_part_suspect)
        own_spills(l);
    lot_hear(s, l);
    for (size_t i = 0; i < l->edges.len; i++) {
        const struct edge *e = &l->edges.at[i];
        if (e->parent && !is_made(e)) /* die and wafers: a made lot is its own root */
            chain_inherit(&l->chain, &e->parent->chain, e->standing != HOP_CONSISTENT,
                          goes_on(e, first));
        if (e->parent && e->standing == HOP_INTERNAL && !is_made(e)) {
            chain_inherit_return(&l->chain, &e->parent->chain);
            chain_inherit_suspect(&l->chain, &e->parent->chain);
        }
        if (e->parent && !is_made(e))
            chain_inherit_spill(&l->chain, &e->parent->chain, e->key,
                                e->standing == HOP_INTERNAL ? e->parent->code : NULL);
        if (e->parent && !is_made(e) && e->parent->chain.failed_len)
            chain_inherit_failed(&l->chain, &e->parent->chain,
                                 l->code ? chain_lot_of(lot_holder(s, l), l->code) : 0);
    }
    l->traced = lot_traced(l);
    l->chain_known = true;
    struct bytes a = chain_encode(s->arena, &before), b = chain_encode(s->arena, &l->chain);
    return !known || a.len != b.len || memcmp(a.at, b.at, b.len) != 0;
}
