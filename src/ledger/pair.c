/*
 * pair - the two sides of a hop find each other (records.md 3, Hops).
 *
 * A side registers link keys; two events that share one may be two sides.  Pairing is a function
 * of the set, not of arrival:
 *   shipment   source, shipment number
 *   lot        source, lot code               (also under the lot's own name: claims on it)
 *   package    source, package id
 *   pieces     a shipment: its receipts, where they do not meet under one of its keys
 *   give       source, receiver, part         (what went out from any but a sale, what came back)
 * Keys are made from what a record itself says, so that a batch can ask for them before it knows
 * its lots; whether two sides really pair is looked at closely.
 */
#include "lot.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/digest.h"
#include "pedigree/base/text.h"
#include "pedigree/model/figure.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { FEW = 16 }; /* walked; more are looked up */

static int64_t link_key(const char *kind, const char *a, const char *b, const char *c,
                        const char *d)
{
    const char *const parts[] = {kind, a, b, c, d};
    struct span spans[2 * LENGTH(parts)];
    for (size_t i = 0; i < LENGTH(parts); i++) {
        const char *text = parts[i] ? parts[i] : "";
        spans[2 * i] = (struct span){text, strlen(text)};
        spans[2 * i + 1] = (struct span){"\x1f", 1};
    }
    return digest_key(spans, LENGTH(spans));
}

int64_t link_key_lot(const char *holder, const char *code)
{
    return link_key("lot", holder, code, NULL, NULL);
}

int64_t link_key_to(const char *party)
{
    return link_key("to", party, NULL, NULL, NULL);
}

void space_link(struct space *s, struct link *k)
{
    k->next = map_get(&s->links, k->key);
    map_put(&s->links, k->key, k);
    if (k->side == SIDE_SOURCE)
        return;
    k->next_receipt = map_get(&s->receipts, k->key);
    map_put(&s->receipts, k->key, k);
}

static int64_t link_place(int64_t key, enum side side, const struct event *e)
{
    const int64_t parts[] = {key, (int64_t)side, e ? e->seq : -1, e ? e->ordinal : 0};
    struct span span = {(const char *)parts, sizeof parts};
    return digest_key(&span, 1);
}

void lot_add_link(struct space *s, struct lot *l, int64_t key, enum side side, struct event *e)
{
    int64_t place = link_place(key, side, e);
    if (!l->link_places.arena)
        l->link_places = map_new(s->arena);
    if (map_get(&l->link_places, place))
        return;
    struct link *k = ARENA_NEW(s->arena, struct link);
    *k = (struct link){.key = key, .side = side, .lot = l, .event = e};
    space_link(s, k);
    map_put(&l->link_places, place, k);
    *vec_push(s->arena, &l->own_links) = k;
}

static const char *source_of(struct space *s, const struct event *e)
{
    return party_resolve(s->kn, e->record->from.organisation, e->record->time.first_us);
}

static bool is_receipt(const struct lot *l, const struct event *e)
{
    return !e->voided && e->ordinal == ORDINAL_MAIN &&
           is_own(l, e) && (e->record->type == REC_RECEIVED || is_opening(l, e));
}

static bool is_shipment(const struct lot *l, const struct event *e)
{
    return !e->voided && e->ordinal == ORDINAL_MAIN && e->record->type == REC_SHIPPED &&
           is_own(l, e);
}

/* Keys under which a receipt looks for its shipment, and a shipment waits for its receipts. */
static void side_links(struct space *s, struct lot *l, struct event *e, enum side side,
                       const char *source, const struct words *packages)
{
    if (!source)
        return;
    const char *shipment = e->record->reference.shipment;
    if (shipment)
        lot_add_link(s, l, link_key("shipment", source, shipment, NULL, NULL), side, e);
    for (size_t i = 0; i < packages->len; i++)
        lot_add_link(s, l, link_key("package", source, packages->at[i], NULL, NULL), side, e);
}

static struct words package_words(struct space *s, const struct event *e)
{
    struct words w = e->record->of_pieces.package_ids;
    const struct lot_description *d = &e->record->lot;
    if (w.len || !d->package_ids_len)
        return w;
    w.at = ARENA_ARRAY(s->arena, const char *, d->package_ids_len);
    for (size_t i = 0; i < d->package_ids_len; i++)
        w.at[w.len++] = d->package_ids[i].id;
    return w;
}

static void lot_links(struct space *s, struct lot *l, struct event *e, enum side side,
                      const char *source)
{
    for (size_t i = 0; source && i < e->record->from.lots.len; i++)
        lot_add_link(s, l, link_key_lot(source, e->record->from.lots.at[i]), side, e);
}

static bool has_standing(const struct lot *l)
{
    for (size_t i = 0; i < l->events.len; i++)
        if (!l->events.at[i]->voided)
            return true;
    return false;
}

void lot_link(struct space *s, struct lot *l)
{
    if (l->code && has_standing(l)) /* under its own name: claims on it are heard */
        lot_add_link(s, l, link_key_lot(lot_holder(s, l), l->code), SIDE_SOURCE, NULL);
    for (size_t i = 0; i < l->events.len; i++) {
        struct event *e = l->events.at[i];
        if (!is_shipment(l, e))
            continue;
        struct words packages = package_words(s, e);
        side_links(s, l, e, SIDE_SOURCE, e->by, &packages);
        lot_add_link(s, l, link_key_lot(e->by, l->code), SIDE_SOURCE, e);
    }
}

/* ---- do these two pair? ---- */

static bool words_share(struct space *s, const struct words *a, const struct words *b)
{
    bool share = false;
    if (a->len > FEW && b->len > FEW) {
        struct map texts = map_new(s->arena);
        for (size_t i = 0; i < a->len; i++)
            map_put_text(&texts, a->at[i], s);
        for (size_t k = 0; k < b->len && !share; k++)
            share = map_get_text(&texts, b->at[k]) != NULL;
        return share;
    }
    for (size_t i = 0; i < a->len; i++)
        for (size_t k = 0; k < b->len && !share; k++)
            share = strcmp(a->at[i], b->at[k]) == 0;
    return share;
}

static bool words_name(const struct words *w, const char *word)
{
    for (size_t i = 0; word && i < w->len; i++)
        if (strcmp(w->at[i], word) == 0)
            return true;
    return false;
}

static bool same_part(struct space *s, const struct lot *a, const struct lot *b)
{
    const char *pa = lot_part(s, a), *pb = lot_part(s, b);
    return pa && pb && strcmp(lot_maker(s, a), lot_maker(s, b)) == 0 &&
           (strcmp(pa, pb) == 0 || same_but_packing(s, &a->description.part, &b->description.part));
}

static bool pairs(struct space *s, const struct lot *to, const struct event *in,
                  const struct lot *from, const struct event *out)
{
    const struct record *r = in->record, *o = out->record;
    const char *source = source_of(s, in);
    if (!source || strcmp(source, out->by) != 0 || !same_part(s, to, from))
        return false;
    if (o->to.organisation &&
        strcmp(party_resolve(s->kn, o->to.organisation, o->time.first_us), in->by) != 0)
        return false;
    if (r->reference.shipment && o->reference.shipment)
        return strcmp(r->reference.shipment, o->reference.shipment) == 0;
    if (words_name(&r->from.lots, from->code))
        return true;
    struct words a = package_words(s, in), b = package_words(s, out);
    return words_share(s, &a, &b);
}

/* Parties and papers agree, but nobody says what the lot is that was shipped. */
static bool may_be_sent(struct space *s, const struct event *in, const struct link *k)
{
    const struct event *out = k->event;
    if (!out || k->side != SIDE_SOURCE || out->voided || k->lot->has_description)
        return false;
    const struct record *r = in->record, *o = out->record;
    if (o->to.organisation &&
        strcmp(party_resolve(s->kn, o->to.organisation, o->time.first_us), in->by) != 0)
        return false;
    return !r->reference.shipment || !o->reference.shipment ||
           strcmp(r->reference.shipment, o->reference.shipment) == 0;
}

static bool may_be_of_undescribed(struct space *s, const struct event *in, const char *source)
{
    const struct record *r = in->record;
    int64_t key = source && r->reference.shipment
                      ? link_key("shipment", source, r->reference.shipment, NULL, NULL)
                      : 0;
    for (struct link *k = key ? map_get(&s->links, key) : NULL; k; k = k->next)
        if (may_be_sent(s, in, k))
            return true;
    for (size_t i = 0; source && i < r->from.lots.len; i++)
        for (struct link *k = map_get(&s->links, link_key_lot(source, r->from.lots.at[i]));
             k; k = k->next)
            if (may_be_sent(s, in, k))
                return true;
    return false;
}

static int64_t event_pieces(const struct event *e)
{
    const struct record *r = e->record;
    return r->type == REC_RECEIVED ? r->lot.quantity : r->quantity;
}

/* All events of the other side that share a key with `e` and pair with it. */
struct partners {
    VEC(struct link *) list;
};

static bool has_partner(const struct partners *p, const struct event *e)
{
    for (size_t i = 0; i < p->list.len; i++)
        if (p->list.at[i]->event->seq == e->seq)
            return true;
    return false;
}

static void key_partners(struct space *s, const struct lot *l, const struct event *e, int64_t key,
                         bool outward, struct partners *out)
{
    struct link *k = map_get(outward ? &s->receipts : &s->links, key);
    for (; k; k = outward ? k->next_receipt : k->next) {
        bool source_side = k->side == SIDE_SOURCE;
        if (!k->event || k->event == e || source_side == outward || k->event->voided ||
            has_partner(out, k->event))
            continue;
        if (outward ? pairs(s, k->lot, k->event, l, e) : pairs(s, l, e, k->lot, k->event))
            *vec_push(s->arena, &out->list) = k;
    }
}

static int partner_compare(const void *x, const void *y)
{
    const struct link *a = *(struct link *const *)x, *b = *(struct link *const *)y;
    return event_order(a->event, b->event);
}

/* All that pair, in custody order. */
static struct partners pairing_of(struct space *s, const struct lot *l, const struct event *e)
{
    const struct record *r = e->record;
    bool outward = r->type == REC_SHIPPED;
    struct partners found = {0};
    const char *source = outward ? e->by : source_of(s, e);
    if (!source || !l->has_description)
        return found;
    if (r->reference.shipment)
        key_partners(s, l, e, link_key("shipment", source, r->reference.shipment, NULL, NULL),
                     outward, &found);
    if (outward && l->code)
        key_partners(s, l, e, link_key_lot(source, l->code), outward, &found);
    for (size_t i = 0; !outward && i < r->from.lots.len; i++)
        key_partners(s, l, e, link_key_lot(source, r->from.lots.at[i]), outward,
                     &found);
    struct words packages = package_words(s, e);
    for (size_t i = 0; i < packages.len; i++)
        key_partners(s, l, e, link_key("package", source, packages.at[i], NULL, NULL), outward,
                     &found);
    if (found.list.len > 1)
        qsort(found.list.at, found.list.len, sizeof *found.list.at, partner_compare);
    return found;
}

/* One shipment number over several lots of the part: those the receipt names. */
static struct partners narrowed(struct space *s, const struct event *e, const struct partners *found)
{
    struct partners named = {0};
    for (size_t i = 0; e->record->type != REC_SHIPPED && i < found->list.len; i++)
        if (words_name(&e->record->from.lots, found->list.at[i]->lot->code))
            *vec_push(s->arena, &named.list) = found->list.at[i];
    return named.list.len ? named : *found;
}

static struct partners partners_of(struct space *s, const struct lot *l, const struct event *e)
{
    struct partners found = pairing_of(s, l, e);
    return narrowed(s, e, &found);
}

/* ---- hops ---- */

static enum reason reason_of(const char *word)
{
    static const char *const WORDS[] = {"sale", "sample", "service", "consignment", "transfer",
                                        "return"};
    for (size_t i = 0; word && i < LENGTH(WORDS); i++)
        if (strcmp(WORDS[i], word) == 0)
            return (enum reason)i;
    return REASON_SALE;
}

/* A transfer is one within a group, or it is a sale. */
static enum reason settle_reason(struct space *s, enum reason r, const char *a, const char *b)
{
    if (r == REASON_TRANSFER && (!a || !b || strcmp(group_of(s->kn, s->arena, a), group_of(s->kn, s->arena, b)) != 0))
        return REASON_SALE;
    return r;
}

static const char *event_name(struct space *s, const struct event *e)
{
    if (e->record->id)
        return e->record->id;
    char hex[33];
    hex_encode(e->key, 8, hex);
    return arena_strdup(s->arena, hex);
}

static bool is_conformity(const struct document_ref *d)
{
    return text_is(d->kind, "coc") || text_is(d->kind, "release-certificate");
}

static bool has_conformity(const struct record *r)
{
    for (size_t i = 0; i < r->documents_len; i++)
        if (is_conformity(&r->documents[i]))
            return true;
    return false;
}

static bool lot_has_conformity(const struct lot *l)
{
    for (size_t i = 0; i < l->events.len; i++)
        if (!l->events.at[i]->voided && l->events.at[i]->record->type == REC_DESCRIBED &&
            has_conformity(l->events.at[i]->record))
            return true;
    return false;
}

static void answer_weigh(struct space *s, const struct statement *st, const char *by,
                         const struct statement **latest)
{
    if (!text_is(st->answer, "cannot-tell") && stands(s->kn, st) && by &&
        may_mean(s->kn, st->owner, st->time.first_us, by) && (!*latest || is_later(st, *latest)))
        *latest = st;
}

/* `verified` by the other side of the hop, by its number or by the id that its submitter gave it. */
static enum truth answer_of(struct space *s, const struct event *e, const char *by,
                            int64_t *answer_seq)
{
    const struct statement *latest = NULL;
    uint8_t key[16];
    for (const struct listed *k = answers_by_seq(s->kn, e->seq); k; k = k->next)
        answer_weigh(s, k->statement, by, &latest);
    for (const struct listed *k = answers_by_key(s->kn, e->key); k; k = k->next) {
        key_of_id(k->statement->of->record_id, key);
        if (memcmp(key, e->key, sizeof key) == 0)
            answer_weigh(s, k->statement, by, &latest);
    }
    *answer_seq = latest ? latest->seq : NONE;
    return !latest ? UNKNOWN : text_is(latest->answer, "ours") ? YES : NO;
}

/* The marks that cannot be guessed: one must agree, none may disagree; date codes too. */
static void compare(struct space *s, const struct words *a, const struct words *b, bool *agrees, bool *disagrees)
{
    if (!a->len || !b->len)
        return;
    bool share = words_share(s, a, b);
    *agrees |= share;
    *disagrees |= !share;
}

static struct words code_words(struct space *s, const struct lot_description *d)
{
    struct words w = {.at = ARENA_ARRAY(s->arena, const char *, d->date_codes_len + 1)};
    for (size_t i = 0; i < d->date_codes_len; i++)
        w.at[w.len++] = d->date_codes[i].code;
    return w;
}

static struct words trace_words(struct space *s, const struct lot_description *d)
{
    VEC(const char *) all = {0};
    for (size_t i = 0; i < d->trace_codes.len; i++)
        *vec_push(s->arena, &all) = d->trace_codes.at[i];
    for (size_t i = 0; i < d->date_codes_len; i++)
        for (size_t k = 0; k < d->date_codes[i].trace_codes.len; k++)
            *vec_push(s->arena, &all) = d->date_codes[i].trace_codes.at[k];
    return (struct words){all.at, all.len, false};
}

static struct words pack_words(struct space *s, const struct lot_description *d)
{
    struct words w = {.at = ARENA_ARRAY(s->arena, const char *, d->package_ids_len + 1)};
    for (size_t i = 0; i < d->package_ids_len; i++)
        w.at[w.len++] = d->package_ids[i].id;
    return w;
}

static bool marks_agree(struct space *s, struct lot *a, struct lot *b)
{
    bool agrees = false, disagrees = false, guessable = false;
    const struct lot_description *x = lot_declared(s, a), *y = lot_declared(s, b);
    struct words xt = trace_words(s, x), yt = trace_words(s, y);
    struct words xp = pack_words(s, x), yp = pack_words(s, y);
    struct words xd = code_words(s, x), yd = code_words(s, y);
    compare(s, &xt, &yt, &agrees, &disagrees);
    compare(s, &xp, &yp, &agrees, &disagrees);
    compare(s, &x->serials, &y->serials, &agrees, &disagrees);
    compare(s, &xd, &yd, &guessable, &disagrees);
    return agrees && !disagrees;
}

/* The named source lots, where they are recorded and the pieces could be theirs. */
static void named_lots(struct space *s, const struct event *e, struct partners *out)
{
    const char *source = source_of(s, e);
    for (size_t i = 0; source && i < e->record->from.lots.len; i++) {
        int64_t key = link_key_lot(source, e->record->from.lots.at[i]);
        for (struct link *k = map_get(&s->links, key); k; k = k->next)
            if (k->side == SIDE_SOURCE && !k->event && k->lot != e->lot)
                *vec_push(s->arena, &out->list) = k;
    }
}

static void hop_parties(struct space *s, struct lot *l, const struct event *e, struct hop *h)
{
    const struct record *r = e->record;
    int64_t t = r->time.first_us;
    h->source = source_of(s, e);
    h->seller = r->seller ? party_resolve(s->kn, r->seller, t) : h->source;
    h->as = r->from.as;
    h->source_submits = h->source && party_submits(s->kn, s->arena, h->source);
    struct tier_question q = {.party = h->seller, .maker = lot_maker(s, l), .buyer = e->by,
                              .part_key = lot_part(s, l) ? lot_part(s, l) : "", .at_us = t};
    if (h->sold_day != NO_DAY && h->sold_day != r->time.first_day)
        q.at_us = (int64_t)h->sold_day * US_PER_DAY;
    struct tier_answer seller = tier_of(s->kn, s->arena, &q);
    h->tier = seller.tier;
    h->seller_authorized = seller.authorized;
    h->seller_authorized_near = seller.near;
    h->its.why = seller.why;
    h->its.tier_seq = seller.seq;
    h->its.is_exclusive = seller.is_exclusive;
    h->its.otherwise = seller.otherwise;
    h->its.otherwise_why = seller.otherwise_why;
    h->its.otherwise_seq = seller.otherwise_seq;
}

/* ---- what the seller shows, and where it ships from ---- */

static enum truth scope_fits(const char *scope)
{
    unsigned named = certificate_activities(scope);
    return !named ? UNKNOWN : named & CERT_DISTRIBUTES ? YES : NO;
}

static void hop_certificate(struct space *s, struct hop *h, const struct place *from)
{
    const struct certificate_question q = {h->seller, cert_kinds_for(CERT_FOR_AVOIDANCE), h->sold_day, NULL};
    struct certificate_answer c = certificate_of(s->kn, s->arena, &q);
    h->counterfeit_avoidance = c.status;
    h->certificate_seq = c.seq;
    h->certificate = c.name;
    h->its.standing = c.standing;
    h->its.kinds = c.kinds;
    h->its.back_day = c.back_day;
    if (c.status != CERT_VALID)
        return;
    h->its.scope = c.told.scope;
    h->its.has_scope = c.told.scope != NULL;
    h->its.has_sites = c.told.sites.len > 0;
    h->its.scope_fits = scope_fits(c.told.scope);
    if (h->its.has_sites && (from->site || from->country))
        h->its.sites_fit = sites_cover(s->kn, s->arena, h->seller, &c.told.sites, from, h->sold_day);
}

/* The shipper's own word of its site before the receiver's. */
static void hop_place(struct space *s, const struct event *in, const struct event *out, struct hop *h)
{
    const struct record *r = in->record;
    struct place from = {out && out->record->site ? out->record->site : r->from.site, r->from.country};
    h->its.ship_site = from.site;
    h->its.ship_country = from.country;
    h->its.ships_for_another = h->seller && h->source && strcmp(h->seller, h->source) != 0;
    if (h->source && (from.site || from.country))
        h->its.site_known = site_is_of(s->kn, s->arena, h->source, &from, h->sold_day);
    hop_certificate(s, h, &from);
}

static int64_t shipment_key(const struct event *out)
{
    char hex[33];
    hex_encode(out->key, sizeof out->key, hex);
    return link_key("pieces", out->owner, hex, NULL, NULL);
}

/* Whether the receipt has every key of the shipment, so that all who pair with that meet it there. */
static bool meets_all(struct space *s, const struct event *in, const struct link *out)
{
    const struct record *r = in->record, *o = out->event->record;
    struct words have = package_words(s, in), want = package_words(s, out->event);
    bool all = !o->reference.shipment || text_is(r->reference.shipment, o->reference.shipment);
    for (size_t i = 0; i < want.len; i++)
        all = all && words_name(&have, want.at[i]);
    return all && words_name(&r->from.lots, out->lot->code);
}

/* Receipts that pair with one shipment by different keys meet under the shipment itself, also those that
 * name others: it counts them all. */
static void piece_links(struct space *s, struct lot *l, struct event *e, enum side side,
                        const struct partners *p)
{
    for (size_t i = 0; i < p->list.len; i++)
        if (!meets_all(s, e, p->list.at[i]))
            lot_add_link(s, l, shipment_key(p->list.at[i]->event), side, e);
}

static void hop_pieces(struct space *s, const struct partners *p, struct hop *h)
{
    struct partners receipts = {0};
    h->shipped_quantity = 0;
    h->received_quantity = 0;
    for (size_t i = 0; i < p->list.len; i++) {
        const struct link *k = p->list.at[i];
        h->shipped_quantity = pieces_sum(h->shipped_quantity, k->event->record->quantity);
        struct partners back = partners_of(s, k->lot, k->event);
        key_partners(s, k->lot, k->event, shipment_key(k->event), true, &back);
        for (size_t j = 0; j < back.list.len; j++)
            if (!has_partner(&receipts, back.list.at[j]->event))
                *vec_push(s->arena, &receipts.list) = back.list.at[j];
    }
    for (size_t i = 0; i < receipts.list.len; i++) {
        h->received_quantity = pieces_sum(h->received_quantity, event_pieces(receipts.list.at[i]->event));
    }
}

static void edge_add(struct space *s, struct lot *l, const struct hop *h, const struct event *e,
                     struct lot *parent, const struct event *out, int32_t ordinal)
{
    const char *parties[] = {h->source, h->seller};
    for (size_t i = 0; i < LENGTH(parties); i++) {
        struct org *o = parties[i] ? knowledge_org(s->kn, parties[i]) : NULL;
        if (o)
            o->deals = true; /* what is said of it can change this lot */
    }
    static const char *const REASONS[] = {"sale", "sample", "service", "consignment", "transfer",
                                          "return"};
    *vec_push(s->arena, &l->edges) = (struct edge){
        .parent = parent, .seq = e->seq, .out_seq = out ? out->seq : NONE, .ordinal = ordinal,
        .quantity = h->quantity, .standing = h->standing, .tier = h->tier, .tier_why = h->its.why,
        .tier_seq = h->its.tier_seq, .source = h->source,
        .seller = h->seller == h->source ? NULL : h->seller, .reason = REASONS[h->reason],
        .shipped = e->record->from.shipped.text ? e->record->from.shipped.text
                   : out                        ? out->record->time.text
                                                : NULL,
        .received = e->record->time.text, .price = NONE, .sold = h->sold_day, .known = known_day(s->kn, e->seq),
        .key = out ? out->key : NULL};
    struct edge *made = &l->edges.at[l->edges.len - 1];
    const struct money *m = &e->record->price;
    if (ordinal == 0 && price_unit(m->amount, m->per == NONE ? 1 : m->per, &made->price))
        made->currency = m->currency;
}

static void hop_edges(struct space *s, struct lot *l, struct event *e, const struct partners *p,
                      const struct partners *named, const struct hop *h)
{
    const struct partners *from = p->list.len ? p : named;
    int32_t ordinal = 0;
    for (size_t i = 0; h->standing >= HOP_CONSISTENT && i < from->list.len; i++) {
        const struct link *k = from->list.at[i];
        bool seen = false;
        for (size_t j = 0; j < l->edges.len && !seen; j++)
            seen = l->edges.at[j].seq == e->seq && l->edges.at[j].parent == k->lot;
        if (!seen)
            edge_add(s, l, h, e, k->lot, k->event, ordinal++);
    }
    if (ordinal == 0)
        edge_add(s, l, h, e, NULL, NULL, 0);
}

static void hop_from(struct space *s, struct lot *l, struct event *e)
{
    const struct record *r = e->record;
    struct partners all = pairing_of(s, l, e), p = narrowed(s, e, &all), named = {0};
    struct hop h = {.seq = e->seq, .out_seq = NONE, .key = event_name(s, e), .answer_seq = NONE,
                    .shipped_quantity = NONE, .received_quantity = NONE, .claimed_quantity = NONE,
                    .room = NONE, .quantity = event_pieces(e),
                    .day_first = r->time.first_day, .day_last = r->time.last_day,
                    .shipped_day = r->from.shipped.text ? r->from.shipped.first_day : NO_DAY,
                    .opening = r->type == REC_COUNTED,
                    .sealed = text_is(r->lot.seal, "factory"),
                    .has_coc = has_conformity(r) || lot_has_conformity(l)};
    named_lots(s, e, &named);
    enum reason reason = reason_of(r->type == REC_COUNTED ? NULL : r->reason);
    for (size_t i = 0; i < p.list.len; i++) {
        const struct record *o = p.list.at[i]->event->record;
        reason = reason != REASON_SALE ? reason : reason_of(o->reason);
        h.has_coc |= has_conformity(o);
        for (size_t k = 0; k < o->documents_len; k++)
            *vec_push(s->arena, &l->hop_documents) =
                (struct hop_document){p.list.at[i]->event, &o->documents[k], h.quantity};
        if (h.shipped_day == NO_DAY)
            h.shipped_day = o->time.first_day;
        if (h.out_seq == NONE) /* the first in order, as of the edge: the one that its reader may read */
            h.out_seq = p.list.at[i]->event->seq;
    }
    h.sold_day = h.shipped_day != NO_DAY ? h.shipped_day : h.day_first;
    hop_parties(s, l, e, &h);
    hop_place(s, e, p.list.len ? p.list.at[0]->event : NULL, &h);
    if (!h.as && p.list.len)
        h.as = p.list.at[0]->event->record->as;
    h.reason = settle_reason(s, reason, h.source, e->by);
    h.source_answer = answer_of(s, e, h.source, &h.answer_seq);
    h.standing = !h.source               ? HOP_UNRECORDED
                 : h.source_answer == NO ? HOP_ASSERTED
                 : p.list.len || h.source_answer == YES ? HOP_CORROBORATED
                                                        : HOP_ASSERTED;
    for (size_t i = 0; h.standing == HOP_ASSERTED && h.source_answer != NO && i < named.list.len; i++)
        if (same_part(s, l, named.list.at[i]->lot) && marks_agree(s, l, named.list.at[i]->lot))
            h.standing = HOP_CONSISTENT;
    h.source_lot_recorded = h.standing >= HOP_CONSISTENT && (p.list.len || named.list.len);
    h.of_undescribed = h.standing < HOP_CONSISTENT && may_be_of_undescribed(s, e, h.source);
    hop_edges(s, l, e, &p, &named, &h);
    *vec_push(s->arena, &l->hops) = h;
    *vec_push(s->arena, &l->hop_events) = e;
    enum side side = h.standing == HOP_CONSISTENT     ? SIDE_OPEN
                     : h.standing == HOP_CORROBORATED ? SIDE_PAIRED
                                                      : SIDE_ASSERTED;
    struct words packages = package_words(s, e);
    side_links(s, l, e, side, h.source, &packages);
    lot_links(s, l, e, side, h.source);
    piece_links(s, l, e, side, &all);
}

/* ---- moves ---- */

/* The first day on which all of the pieces that it names can have existed; NO_DAY: not told. */
static int32_t made_day(const struct record *r)
{
    int32_t made = NO_DAY;
    for (size_t i = 0; i < r->of_pieces.date_codes.len; i++) {
        struct date_code d = datecode_parse(r->of_pieces.date_codes.at[i], r->time.last_day);
        if (d.parsed && d.candidates[0].first > made)
            made = d.candidates[0].first;
    }
    return made;
}

static void move_from(struct space *s, struct lot *l, struct event *e)
{
    const struct record *r = e->record;
    struct move m = {.seq = e->seq, .key = event_name(s, e), .type = r->type,
                     .quantity = event_outflow(l, e), .day_first = r->time.first_day,
                     .day_last = r->time.last_day, .record = r, .made = made_day(r), .held_seq = NONE, .arrived = true};
    if (r->type == REC_SHIPPED) {
        struct partners p = partners_of(s, l, e);
        m.to = party_resolve(s->kn, r->to.organisation, r->time.first_us);
        m.to_submits = m.to && party_submits(s->kn, s->arena, m.to);
        m.arrived = p.list.len > 0 || !m.to_submits;
        if (m.to)
            lot_add_link(s, l, link_key_to(m.to), SIDE_TO, e);
        enum reason reason = reason_of(r->reason);
        for (size_t i = 0; i < p.list.len && reason == REASON_SALE; i++)
            reason = reason_of(p.list.at[i]->event->record->reason);
        m.reason = settle_reason(s, reason, e->by, m.to);
        for (size_t i = 0; m.to && i < l->hops.len; i++)
            m.to_source |= text_is(l->hops.at[i].source, m.to) || text_is(l->hops.at[i].seller, m.to);
        if (m.reason == REASON_SALE)
            m.claimed_condition = r->condition               ? r->condition
                                  : l->description.condition ? l->description.condition
                                                             : "new";
    }
    struct held held = held_at(l, e);
    m.held_reason = held.reason;
    m.held_seq = held.seq;
    *vec_push(s->arena, &l->moves) = m;
}

static int64_t give_key(struct space *s, const struct lot *l, const char *from, const char *to)
{
    return link_key("give", from, to, lot_maker(s, l), lot_part(s, l));
}

/* What goes out from any but a sale, and what comes back: counted over the two parties. */
static void give_links(struct space *s, struct lot *l)
{
    for (size_t i = 0; lot_part(s, l) && i < l->hops.len; i++) {
        const struct hop *h = &l->hops.at[i];
        if (!h->source)
            continue;
        if (h->reason == REASON_RETURN)
            lot_add_link(s, l, give_key(s, l, lot_holder(s, l), h->source), SIDE_OPEN, l->hop_events.at[i]);
        else if (h->reason != REASON_SALE)
            lot_add_link(s, l, give_key(s, l, h->source, lot_holder(s, l)), SIDE_PAIRED, l->hop_events.at[i]);
    }
    for (size_t i = 0; lot_part(s, l) && i < l->events.len; i++) {
        struct event *e = l->events.at[i];
        if (!is_shipment(l, e) || !e->record->to.organisation)
            continue;
        const char *to = party_resolve(s->kn, e->record->to.organisation, e->record->time.first_us);
        enum reason reason = settle_reason(s, reason_of(e->record->reason), e->by, to);
        if (reason != REASON_SALE && reason != REASON_RETURN && !partners_of(s, l, e).list.len)
            lot_add_link(s, l, give_key(s, l, e->by, to), SIDE_PAIRED, e);
    }
}

void lot_hops(struct space *s, struct lot *l)
{
    for (size_t i = 0; i < l->events.len; i++)
        if (is_receipt(l, l->events.at[i]))
            hop_from(s, l, l->events.at[i]);
}

void lot_moves(struct space *s, struct lot *l)
{
    for (size_t i = 0; i < l->hops.len; i++) {
        struct partners p = partners_of(s, l, l->hop_events.at[i]);
        if (p.list.len)
            hop_pieces(s, &p, &l->hops.at[i]);
    }
    for (size_t i = 0; i < l->events.len; i++)
        if (event_outflow(l, l->events.at[i]) > 0 && l->events.at[i]->ordinal >= 0 &&
            l->events.at[i]->record->type != REC_INSPECTED)
            move_from(s, l, l->events.at[i]);
    give_links(s, l);
}

/* ---- what needs everybody's pairing ---- */

static void settle_claims(struct space *s, const struct event *e, struct hop *h)
{
    int64_t claimed = 0, room = 0;
    struct partners named = {0}, claims = {0};
    named_lots(s, e, &named);
    for (size_t i = 0; i < named.list.len; i++)
        room = pieces_sum(room, named.list.at[i]->lot->balance.balance > 0 ? named.list.at[i]->lot->balance.balance : 0);
    for (size_t i = 0; i < e->record->from.lots.len; i++) {
        int64_t key = link_key_lot(h->source, e->record->from.lots.at[i]);
        for (struct link *k = map_get(&s->links, key); k; k = k->next)
            if (k->side == SIDE_OPEN && k->event && !has_partner(&claims, k->event))
                *vec_push(s->arena, &claims.list) = k;
    }
    for (size_t i = 0; i < claims.list.len; i++) {
        claimed = pieces_sum(claimed, event_pieces(claims.list.at[i]->event));
    }
    h->claimed_quantity = claimed;
    h->room = room;
}

static void settle_return(struct space *s, const struct lot *l, struct hop *h)
{
    int64_t returned = 0, given = 0;
    struct partners seen = {0};
    int64_t key = give_key(s, l, lot_holder(s, l), h->source);
    for (struct link *k = map_get(&s->links, key); k; k = k->next) {
        if (!k->event || has_partner(&seen, k->event))
            continue;
        *vec_push(s->arena, &seen.list) = k;
        int64_t *sum = k->side == SIDE_OPEN ? &returned : &given;
        *sum = pieces_sum(*sum, event_pieces(k->event));
    }
    h->to_customer_return = returned > given;
}

void lot_settle(struct space *s, struct lot *l)
{
    for (size_t i = 0; i < l->hops.len; i++) {
        struct hop *h = &l->hops.at[i];
        if (h->standing == HOP_CONSISTENT)
            settle_claims(s, l->hop_events.at[i], h);
        if (h->reason == REASON_RETURN && h->source && lot_part(s, l))
            settle_return(s, l, h);
    }
}

/* ---- what a batch asks for before it knows its lots ---- */

void link_keys_of(struct space *s, const struct event *e, struct keys *out)
{
    const struct record *r = e->record;
    const char *code = r->type == REC_SHIPPED || r->type == REC_RECEIVED || r->type == REC_COUNTED
                           ? r->lot.code
                           : NULL;
    const char *source = r->type == REC_SHIPPED ? e->by : source_of(s, e);
    if (code)
        *vec_push(s->arena, out) = link_key_lot(e->by, code);
    if (!source || !code)
        return;
    if (r->reference.shipment)
        *vec_push(s->arena, out) = link_key("shipment", source, r->reference.shipment, NULL, NULL);
    for (size_t i = 0; i < r->from.lots.len; i++)
        *vec_push(s->arena, out) = link_key_lot(source, r->from.lots.at[i]);
    struct words packages = package_words(s, e);
    for (size_t i = 0; i < packages.len; i++)
        *vec_push(s->arena, out) = link_key("package", source, packages.at[i], NULL, NULL);
    if (r->type != REC_SHIPPED && r->lot.part.mpn) {
        const char *maker = party_resolve(s->kn, r->lot.part.maker, r->time.first_us);
        *vec_push(s->arena, out) = link_key("give", e->by, source, maker,
                                            part_resolve(s->kn, s->arena, maker, r->lot.part.key));
    }
}
