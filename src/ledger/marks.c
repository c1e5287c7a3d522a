/*
 * marks - what a lot carries that other lots may carry too, and what the set of them says.
 *
 * Trace codes are compared through the distinct `sub`s of the mark; documents, serials, packages and
 * whole label payloads through the lots that carry them, who are no conflict when one descends from
 * the other.  What only labels tell of trace codes is carried, too.
 */
#include "facts.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/digest.h"
#include "pedigree/base/text.h"
#include "pedigree/codec/codec.h"
#include "pedigree/model/likeness.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS = CHAIN_REACH };

/* Of the `sub` of a serial or package: it was shipped, it is here no more. */
#define SENT_ON "|sent"

static bool is_sent_on(const char *sub)
{
    return strstr(sub, SENT_ON) != NULL;
}

bool mark_is_identity(const char *kind)
{
    static const char *const KINDS[] = {"serial", "document", "package", "payload"};
    bool is = false;
    for (size_t i = 0; !is && i < LENGTH(KINDS); i++)
        is = strcmp(kind, KINDS[i]) == 0;
    return is;
}

bool mark_is_compared(const char *kind)
{
    return mark_is_identity(kind) || strcmp(kind, "trace") == 0;
}

static int64_t mark_key(const char *kind, const char *scope, const char *value)
{
    struct span spans[] = {{kind, strlen(kind)}, {"\x1f", 1}, {scope, strlen(scope)},
                           {"\x1f", 1},          {value, strlen(value)}};
    return digest_key(spans, LENGTH(spans));
}

static struct lot_mark *mark_add_key(struct space *s, struct lot *l, int64_t key, const char *kind,
                                     const char *value, const char *sub, int64_t seq)
{
    if (!l->mark_places.arena)
        l->mark_places = map_new(s->arena);
    const char *name = arena_printf(s->arena, "%" PRIx64 "%s", (uint64_t)key, sub);
    size_t place = (size_t)(uintptr_t)map_get_text(&l->mark_places, name); /* from 1 */
    if (place)
        return &l->marks.at[place - 1];
    struct lot_mark *m = vec_push(s->arena, &l->marks);
    map_put_text(&l->mark_places, name, (void *)(uintptr_t)l->marks.len);
    *m = (struct lot_mark){.key = key, .kind = kind, .value = value, .sub = sub, .seq = seq,
                           .declared = NONE};
    return m;
}

static struct lot_mark *mark_add(struct space *s, struct lot *l, const char *kind, const char *scope,
                                 const char *value, const char *sub, int64_t seq)
{
    return mark_add_key(s, l, mark_key(kind, scope, value), kind, value, sub, seq);
}

/* Date codes are read as of the lot's first day. */
int32_t reading_day(const struct lot *l)
{
    int32_t day = NO_DAY;
    for (size_t i = 0; i < l->events.len; i++)
        if (!l->events.at[i]->voided &&
            (day == NO_DAY || l->events.at[i]->record->time.last_day < day))
            day = l->events.at[i]->record->time.last_day;
    return day == NO_DAY ? 0 : day;
}

/* Declared; what only labels tell after that. */
static const struct date_code_item *code_at(const struct lot *l, size_t i)
{
    const struct lot_description *d = &l->description;
    if (i < d->date_codes_len)
        return &d->date_codes[i];
    i -= d->date_codes_len;
    return i < l->label_told.len ? &l->label_told.at[i].item : NULL;
}

/* The hull of the date codes that go with a trace code. */
static bool trace_hull(struct space *s, const struct lot *l, const char *trace, int32_t *first, int32_t *last)
{
    int32_t day = reading_day(l);
    const struct date_code_item *c;
    const struct known_part *part = known_part(s, l);
    bool any = false, paired = false;
    for (size_t i = 0; (c = code_at(l, i)); i++)
        for (size_t k = 0; c->code && k < c->trace_codes.len; k++)
            paired |= strcmp(c->trace_codes.at[k], trace) == 0;
    for (size_t i = 0; (c = code_at(l, i)); i++) {
        bool mine = !paired && c->code;
        for (size_t k = 0; k < c->trace_codes.len; k++)
            mine |= strcmp(c->trace_codes.at[k], trace) == 0;
        struct date_code p = lot_code(part, c->code, day);
        for (size_t k = 0; mine && k < p.candidates_len; k++) {
            *first = !any || p.candidates[k].first < *first ? p.candidates[k].first : *first;
            *last = !any || p.candidates[k].last > *last ? p.candidates[k].last : *last;
            any = true;
        }
    }
    return any;
}

/* Whether the lot has this trace code and no other: then all of its pieces have it. */
static bool has_one_trace(const struct lot *l, const char *trace)
{
    const struct date_code_item *c;
    const struct words *w = &l->description.trace_codes;
    bool only = true;
    for (size_t i = 0; only && (c = code_at(l, i)); i++)
        for (size_t k = 0; k < c->trace_codes.len; k++)
            only &= strcmp(c->trace_codes.at[k], trace) == 0;
    for (size_t i = 0; only && i < w->len; i++)
        only = strcmp(w->at[i], trace) == 0;
    return only;
}

/* Pieces of the whole production lot, as its maker records or certifies; of several the most.  NONE: it does not say. */
static int64_t lot_size_of(struct space *s, const struct lot *l)
{
    int64_t size = NONE;
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        const struct record *r = e->record;
        if (e->voided)
            continue;
        if (r->type == REC_MANUFACTURED && l->rooted.made > 0 && is_own(l, e) && r->lot_size > size)
            size = r->lot_size;
        for (size_t k = 0; k < event_documents(e); k++)
            if (r->documents[k].declares.lot_size > size &&
                lot_made_by(s, l, document_issuer(s, e, &r->documents[k]), r->time.first_us))
                size = r->documents[k].declares.lot_size;
    }
    return size;
}

/* "#made,first sold,open/size" where the lot tells any; of pieces of several trace codes nobody says which are whose. */
static const char *population_text(struct space *s, const struct lot *l, const char *trace)
{
    const struct rooted *r = &l->rooted;
    bool one = has_one_trace(l, trace), any = one && (r->made || r->first_sold || r->open);
    int64_t size = one ? lot_size_of(s, l) : NONE;
    const char *pieces = any ? arena_printf(s->arena, "#%" PRId64 ",%" PRId64 ",%" PRId64, r->made, r->first_sold, r->open) : "";
    return size == NONE ? pieces : arena_printf(s->arena, "%s/%" PRId64, pieces, size);
}

static void mark_trace(struct space *s, struct lot *l, const char *trace)
{
    const struct root *r = l->chain.roots_len ? &l->chain.roots[0] : NULL;
    int32_t first = 0, last = 0;
    bool dated = trace_hull(s, l, trace, &first, &last);
    const char *dates = dated ? arena_printf(s->arena, "%d..%d", first, last) : "";
    const char *base = part_base(s->arena, l->description.part.mpn);
    int grade = grade_rank(known_part(s, l)->spec->grade.value);
    const char *sub = arena_printf(s->arena, "%s|%s|%d%s%s|%s", base, dates, r && r->open ? r->day : 0,
                                   grade ? arena_printf(s->arena, ":%d", grade) : "",
                                   population_text(s, l, trace), r ? r->name : "");
    mark_add(s, l, "trace", lot_maker(s, l), trace, sub, l->description_seq);
}

int64_t document_pieces(const struct lot *l, const struct event *e)
{
    if (e->record->type == REC_SHIPPED)
        return e->record->quantity;
    int64_t in = event_inflow(l, e);
    return in ? in : l->balance.inflow;
}

const char *document_issuer(struct space *s, const struct event *e,
                                   const struct document_ref *d)
{
    int64_t t = e->record->time.first_us;
    const char *name = d->issuer                       ? d->issuer
                       : e->record->type == REC_RECEIVED && e->record->from.organisation
                           ? e->record->from.organisation
                           : e->owner;
    return party_resolve(s->kn, name, t);
}

/* By what a certificate is known: its number, else its bytes, and the line; NULL: by nothing. */
static const char *document_value(struct space *s, const struct document_ref *d)
{
    const char *name = d->number ? d->number : d->sha256, *line = d->declares.line;
    return name ? arena_printf(s->arena, "%s%s%s", name, line ? " line " : "", line ? line : "")
                : NULL;
}

static void mark_document(struct space *s, struct lot *l, const struct event *e,
                          const struct document_ref *d, int64_t came, int64_t went)
{
    if (strcmp(d->kind, "coc") != 0 && strcmp(d->kind, "release-certificate") != 0)
        return;
    const char *issuer = document_issuer(s, e, d);
    const char *value = document_value(s, d);
    if (!value)
        return;
    const char *id = arena_printf(s->arena, "%" PRId64, l->id);
    struct lot_mark *m = mark_add(s, l, "document", issuer, value, id, e->seq);
    m->issuer = issuer;
    m->came = pieces_sum(m->came, came);
    m->went = pieces_sum(m->went, went);
    m->declared = d->declares.quantity != NONE ? d->declares.quantity : m->declared;
}

static bool names_document(const struct event *e, const struct document_ref *d)
{
    for (size_t i = 0; i < event_documents(e); i++)
        if (text_is(e->record->documents[i].number, d->number) ||
            text_is(e->record->documents[i].sha256, d->sha256))
            return true;
    return false;
}

bool is_told_twice(const struct lot *l, const struct document_ref *d)
{
    for (size_t i = 0; i < l->events.len; i++)
        if (l->events.at[i]->record->type != REC_SHIPPED && names_document(l->events.at[i], d))
            return true;
    return false;
}

static void mark_documents(struct space *s, struct lot *l)
{
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        bool input = e->record->type == REC_TRANSFORMED && e->ordinal >= 0 && e->ordinal < ORDINAL_OUTPUT;
        bool out = e->record->type == REC_SHIPPED || input;
        int64_t stayed = event_stayed(l, e);
        int64_t pieces = input    ? event_outflow(l, e)
                         : stayed ? event_inflow(l, e) - stayed
                                  : document_pieces(l, e);
        for (size_t k = 0; k < event_documents(e); k++)
            mark_document(s, l, e, &e->record->documents[k], out ? 0 : pieces, out ? pieces : 0);
    }
    for (size_t i = 0; i < l->hop_documents.len; i++) {
        const struct hop_document *h = &l->hop_documents.at[i];
        if (!is_told_twice(l, h->document))
            mark_document(s, l, h->out, h->document, h->quantity, 0);
    }
    for (size_t i = 0; i < l->marks.len; i++) { /* what other lots need to know of this one */
        struct lot_mark *m = &l->marks.at[i];
        if (strcmp(m->kind, "document") == 0) /* what came with it and goes on with its copy is one */
            m->sub = arena_printf(s->arena, "%" PRId64 "|%" PRId64 "|%" PRId64, l->id,
                                  m->came > m->went ? m->came : m->went, m->declared);
    }
}

/* The serials named where pieces went out; *all: everything that came in was shipped. */
static struct map sent_serials(struct space *s, const struct lot *l, bool *all)
{
    struct map sent = map_new(s->arena);
    int64_t shipped = 0;
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        if (e->voided || e->record->type != REC_SHIPPED)
            continue;
        shipped = pieces_sum(shipped, e->record->quantity);
        for (size_t k = 0; k < e->record->of_pieces.serials.len; k++)
            map_put_text(&sent, e->record->of_pieces.serials.at[k], s);
    }
    *all = shipped > 0 && shipped >= l->balance.inflow;
    return sent;
}

static void mark_serials(struct space *s, struct lot *l, const char *scope)
{
    const struct lot_description *d = &l->description;
    const char *here = arena_printf(s->arena, "%" PRId64, l->id);
    const char *sent = arena_printf(s->arena, "%" PRId64 SENT_ON, l->id);
    bool all = false;
    struct map named = {0};
    if (d->serials.len)
        named = sent_serials(s, l, &all);
    for (size_t i = 0; i < d->serials.len; i++)
        mark_add(s, l, "serial", scope, d->serials.at[i],
                 all || map_get_text(&named, d->serials.at[i]) ? sent : here, l->description_seq);
}

/* ---- packages, and the payloads of their labels ---- */

/* Everything that came by one shipment, or out of one transformation, may share a carton. */
static const char *batch_of(struct space *s, const struct event *e)
{
    const struct record *r = e->record;
    const char *from = r->from.organisation ? party_resolve(s->kn, r->from.organisation, r->time.first_us) : NULL;
    char hex[33];
    if (r->type == REC_RECEIVED)
        return arena_printf(s->arena, "%s\x1f%s\x1f%s", e->by, from ? from : "",
                            r->reference.shipment ? r->reference.shipment : r->time.text);
    hex_encode(e->key, sizeof e->key, hex);
    return arena_strdup(s->arena, hex);
}

/* What is only described later came by the lot's first receipt. */
static const struct event *bringer(const struct lot *l, const struct event *e)
{
    if (e->record->type != REC_DESCRIBED)
        return e;
    for (size_t i = 0; i < l->events.len; i++)
        if (!l->events.at[i]->voided && l->events.at[i]->record->type == REC_RECEIVED)
            return l->events.at[i];
    return e;
}

static void add_sent(struct map *sent, const struct words *ids)
{
    for (size_t i = 0; i < ids->len; i++)
        map_put_text(sent, ids->at[i], sent);
}

/* Those named where pieces went out or into another lot; *all: everything that came in was shipped. */
static struct map sent_packages(struct space *s, const struct lot *l, bool *all)
{
    struct map sent = map_new(s->arena);
    int64_t shipped = 0;
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        size_t input = (size_t)(e->ordinal - ORDINAL_INPUT);
        if (e->voided)
            continue;
        if (e->record->type == REC_TRANSFORMED && e->ordinal >= ORDINAL_INPUT && input < e->record->inputs_len)
            add_sent(&sent, &e->record->inputs[input].of.package_ids);
        if (e->record->type != REC_SHIPPED)
            continue;
        shipped = pieces_sum(shipped, e->record->quantity);
        add_sent(&sent, &e->record->of_pieces.package_ids);
    }
    *all = shipped > 0 && shipped >= l->balance.inflow;
    return sent;
}

struct packing { /* of one lot, while its marks are made */
    struct lot *lot;
    const char *maker;
    struct map sent, places; /* of a key, in the lot's marks, from 1 */
    bool all, is_known;
    size_t left; /* as many marks as a lot may have */
};

static void packing_know(struct space *s, struct packing *p)
{
    if (p->is_known)
        return;
    p->sent = sent_packages(s, p->lot, &p->all);
    p->places = map_new(s->arena);
    p->is_known = true;
}

/* A sale under another shipment number than the one before, of what was not sent on meanwhile. */
static void note_sale(struct lot_mark *m, const struct event *e)
{
    const struct record *r = e->record;
    const char *shipment = r->reference.shipment;
    bool sale = r->type == REC_RECEIVED && (!r->reason || strcmp(r->reason, "sale") == 0);
    if (!sale || !shipment || is_sent_on(m->sub))
        return;
    m->again |= m->shipment && strcmp(m->shipment, shipment) != 0;
    m->shipment = m->shipment ? m->shipment : shipment;
}

static void mark_unique(struct space *s, struct packing *p, int64_t key, const char *kind, const char *value,
                        const struct event *e)
{
    struct lot *l = p->lot;
    packing_know(s, p);
    size_t place = (size_t)(uintptr_t)map_get(&p->places, key);
    if (!place && p->left) {
        p->left--;
        bool sent = p->all || map_get_text(&p->sent, value);
        const char *batch = batch_of(s, bringer(l, e));
        struct span spans[] = {{batch, strlen(batch)}};
        const char *sub = arena_printf(s->arena, "%" PRId64 "|%" PRIx64 "%s", l->id, (uint64_t)digest_key(spans, 1),
                                       sent ? SENT_ON : "");
        mark_add_key(s, l, key, kind, value, sub, e->seq);
        place = l->marks.len;
        map_put(&p->places, key, (void *)(uintptr_t)place);
    }
    if (place)
        note_sale(&l->marks.at[place - 1], e);
}

static int64_t payload_key(const char *canonical)
{
    return mark_key("payload", "", canonical);
}

static void mark_label(struct space *s, struct packing *p, const struct lot_label *x)
{
    const char *issuer = package_issuer(s, x->event, x->of, p->maker), *unique = label_unique(&x->label);
    for (size_t i = 0; issuer && i < x->label.fields_len; i++)
        if (label_is_package(&x->label.fields[i]))
            mark_unique(s, p, mark_key("package", issuer, x->label.fields[i].value), "package",
                        x->label.fields[i].value, x->event);
    if (unique)
        mark_unique(s, p, payload_key(x->canonical), "payload", unique, x->event);
}

static void mark_packages(struct space *s, struct lot *l, const char *maker)
{
    struct packing p = {.lot = l, .maker = maker, .left = LOT_MARKS_MAX};
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        const struct lot_description *d = event_description(e);
        const char *issuer = d && !e->voided && is_own(l, e) ? package_issuer(s, e, d, maker) : NULL;
        for (size_t k = 0; issuer && k < d->package_ids_len; k++)
            mark_unique(s, &p, mark_key("package", issuer, d->package_ids[k].id), "package", d->package_ids[k].id, e);
    }
    for (size_t i = 0; i < l->labels.len; i++)
        mark_label(s, &p, &l->labels.at[i]);
}

int64_t laboratory_key(const char *name)
{
    return mark_key("laboratory", "", name);
}

static void mark_laboratory(struct space *s, struct lot *l, const struct event *e)
{
    const struct record *r = e->record;
    if (!e->voided && r->type == REC_INSPECTED)
        mark_add(s, l, "laboratory", "", r->laboratory ? r->laboratory : e->owner, "", e->seq);
}

/* Who tested it: what is said of a laboratory finds its lots by this. */
static void mark_laboratories(struct space *s, struct lot *l)
{
    for (size_t i = 0; i < l->events.len; i++)
        mark_laboratory(s, l, l->events.at[i]);
    for (size_t i = 0; i < l->sample_inspections.len; i++)
        mark_laboratory(s, l, l->sample_inspections.at[i]);
}

int64_t issuer_key(const char *name)
{
    return mark_key("issuer", "", name);
}

/* Of a seller, and of the maker, what they are is found with the chain. */
static bool is_on_chain(struct space *s, const struct lot *l, const struct event *e, const char *issuer)
{
    const char *party = party_resolve(s->kn, issuer, e->record->time.first_us);
    bool is = lot_made_by(s, l, party, e->record->time.first_us);
    for (size_t i = 0; !is && i < l->hops.len; i++)
        is = text_is(l->hops.at[i].seller, party);
    return is;
}

/* Whose word its certificates are, or rest on: what is said of such an issuer finds its lots by this. */
static void mark_issuers(struct space *s, struct lot *l)
{
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        for (size_t k = 0; k < event_documents(e); k++) {
            const struct document_ref *d = &e->record->documents[k];
            const char *const names[] = {d->issuer, d->declares.parent_issuer};
            for (size_t n = 0; d->has_declares && !e->voided && n < LENGTH(names); n++)
                if (names[n] && !is_on_chain(s, l, e, names[n]))
                    mark_add(s, l, "issuer", "", names[n], "", e->seq);
        }
    }
}

void lot_mark_all(struct space *s, struct lot *l)
{
    if (l->code)
        mark_laboratories(s, l);
    if (!l->has_description || !l->code)
        return;
    const struct lot_description *d = &l->description;
    const char *maker = lot_maker(s, l);
    const char *scope = arena_printf(s->arena, "%s/%s", maker, lot_part(s, l));
    const char *id = arena_printf(s->arena, "%" PRId64, l->id);
    const struct date_code_item *c;
    lot_read_labels(s, l);
    mark_serials(s, l, scope);
    mark_packages(s, l, maker);
    for (size_t i = 0; (c = code_at(l, i)); i++) {
        if (c->code)
            mark_add(s, l, "date", scope, c->code, id, l->description_seq);
        for (size_t k = 0; k < c->trace_codes.len; k++)
            mark_trace(s, l, c->trace_codes.at[k]);
    }
    for (size_t i = 0; i < d->trace_codes.len; i++)
        mark_trace(s, l, d->trace_codes.at[i]);
    mark_documents(s, l);
    mark_issuers(s, l);
}

static void label_keys(struct space *s, const struct lot_description *d, const struct event *e, const char *maker,
                       struct mark_keys *out)
{
    const char *issuer = package_issuer(s, e, d, maker);
    for (size_t i = 0; i < d->labels.len; i++) {
        struct label label = label_decode(s->arena, d->labels.at[i]);
        struct words lots = label_lots(s->arena, &label);
        for (size_t k = 0; k < lots.len; k++)
            *vec_push(s->arena, &out->traces) = mark_key("trace", maker, lots.at[k]);
        for (size_t k = 0; issuer && k < label.fields_len; k++)
            if (label_is_package(&label.fields[k]))
                *vec_push(s->arena, &out->identities) = mark_key("package", issuer, label.fields[k].value);
        if (label_unique(&label))
            *vec_push(s->arena, &out->identities) = payload_key(label_canonical(s->arena, &label));
    }
    for (size_t i = 0; issuer && i < d->package_ids_len; i++)
        *vec_push(s->arena, &out->identities) = mark_key("package", issuer, d->package_ids[i].id);
}

static void description_keys(struct space *s, const struct lot_description *d,
                             const struct event *e, struct mark_keys *out)
{
    if (!d->part.mpn)
        return;
    const char *maker = party_resolve(s->kn, d->part.maker, e->record->time.first_us);
    const char *scope =
        arena_printf(s->arena, "%s/%s", maker, part_resolve(s->kn, s->arena, maker, d->part.key));
    label_keys(s, d, e, maker, out);
    for (size_t i = 0; i < d->serials.len; i++)
        *vec_push(s->arena, &out->identities) = mark_key("serial", scope, d->serials.at[i]);
    for (size_t i = 0; i < d->trace_codes.len; i++)
        *vec_push(s->arena, &out->traces) = mark_key("trace", maker, d->trace_codes.at[i]);
    for (size_t i = 0; i < d->date_codes_len; i++)
        for (size_t k = 0; k < d->date_codes[i].trace_codes.len; k++)
            *vec_push(s->arena, &out->traces) =
                mark_key("trace", maker, d->date_codes[i].trace_codes.at[k]);
}

void mark_keys_of(struct space *s, const struct event *e, struct mark_keys *out)
{
    description_keys(s, &e->record->lot, e, out);
    for (size_t i = 0; i < e->record->outputs_len; i++)
        description_keys(s, &e->record->outputs[i], e, out);
    for (size_t i = 0; i < e->record->documents_len; i++) {
        const struct document_ref *d = &e->record->documents[i];
        const char *value = document_value(s, d);
        if (value)
            *vec_push(s->arena, &out->identities) = mark_key("document", document_issuer(s, e, d), value);
    }
}

/* ---- who descends from whom ---- */

static int by_lot(const void *x, const void *y)
{
    const struct relation *a = x, *b = y;
    return (a->lot > b->lot) - (a->lot < b->lot);
}

static int by_number(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

struct climb {
    struct keys *found; /* level by level */
    struct map seen;
    bool proven; /* only where both sides say so */
};

static void climb_to(struct space *s, struct climb *c, int64_t lot)
{
    if (map_get(&c->seen, lot))
        return;
    map_put(&c->seen, lot, c);
    *vec_push(s->arena, c->found) = lot;
}

/* As they were stored. */
static void climb_stored(struct space *s, struct climb *c, int64_t lot)
{
    struct relation wanted = {.lot = lot};
    const struct relation *end = s->relations + s->relations_len;
    const struct relation *r =
        s->relations_len ? bsearch(&wanted, s->relations, s->relations_len, sizeof wanted, by_lot) : NULL;
    while (r && r > s->relations && r[-1].lot == lot)
        r--;
    for (; r && r < end && r->lot == lot; r++)
        if (r->proven || !c->proven)
            climb_to(s, c, r->parent);
}

/* The edges of a touched lot are those of this batch. */
static void climb_from(struct space *s, struct climb *c, int64_t lot)
{
    const struct lot *l = map_get(&s->lots, lot);
    if (!l || !l->touched) {
        climb_stored(s, c, lot);
        return;
    }
    for (size_t i = 0; i < l->edges.len; i++) {
        const struct edge *e = &l->edges.at[i];
        bool proven = e->standing == HOP_CORROBORATED || e->standing == HOP_INTERNAL;
        if (e->parent && (proven || !c->proven))
            climb_to(s, c, e->parent->id);
    }
}

/* All lots that it came from, by number: breadth first, each lot once, as chains part and join again.
 * Found once, when all edges are settled. */
static const struct keys *ancestors_of(struct space *s, struct lot *l, bool proven)
{
    struct ancestors *a = proven ? &l->proven : &l->ancestors;
    struct climb c = {&a->list, map_new(s->arena), proven};
    if (a->known)
        return &a->list;
    climb_from(s, &c, l->id);
    size_t level_end = a->list.len;
    for (size_t i = 0, level = 1; i < a->list.len && level < LEVELS; i++) {
        climb_from(s, &c, a->list.at[i]);
        if (i + 1 == level_end) {
            level++;
            level_end = a->list.len;
        }
    }
    if (a->list.len)
        qsort(a->list.at, a->list.len, sizeof *a->list.at, by_number);
    a->known = true;
    return &a->list;
}

static bool is_among(const struct keys *all, const struct lot *l)
{
    return all->len && bsearch(&l->id, all->at, all->len, sizeof l->id, by_number);
}

static bool has_ancestor(struct space *s, const struct lot *l, const struct lot *of)
{
    return is_among(ancestors_of(s, (struct lot *)(uintptr_t)l, false), of);
}

/* A claim says nothing of the lot that it names: both sides say so of every hop between. */
static bool is_proven_ancestor(struct space *s, const struct lot *of, const struct lot *l)
{
    return is_among(ancestors_of(s, (struct lot *)(uintptr_t)l, true), of);
}

static bool lots_related(struct space *s, const struct lot *a, const struct lot *b)
{
    return a == b || has_ancestor(s, a, b) || has_ancestor(s, b, a);
}

/* ---- mark facts ---- */

struct sub { /* of a trace mark: base part | first..last | day if open market [: grade] [# pieces] [/ lot size] | root */
    const char *base, *root;
    size_t base_len;
    bool dated;
    int32_t first, last, open_day;
    int grade; /* rank; 0: not stated */
    struct rooted pieces;
    int64_t lot_size; /* NONE */
};

static bool same_base(const struct sub *a, const struct sub *b)
{
    return a->base_len == b->base_len && strncmp(a->base, b->base, a->base_len) == 0;
}

static struct sub sub_read(const char *text)
{
    struct sub r = {.base = text, .base_len = strcspn(text, "|")};
    const char *dates = text + r.base_len + (text[r.base_len] == '|');
    r.dated = sscanf(dates, "%d..%d", &r.first, &r.last) == 2;
    const char *day = strchr(dates, '|');
    char *end = NULL;
    r.open_day = day ? (int32_t)strtol(day + 1, &end, 10) : 0;
    r.grade = end && *end == ':' ? (int)strtol(end + 1, &end, 10) : 0;
    r.lot_size = NONE;
    if (end && *end == '#') {
        r.pieces.made = strtoll(end + 1, &end, 10);
        r.pieces.first_sold = strtoll(end + 1, &end, 10);
        r.pieces.open = strtoll(end + 1, &end, 10);
    }
    if (end && *end == '/')
        r.lot_size = strtoll(end + 1, &end, 10);
    const char *root = day ? strchr(day + 1, '|') : NULL;
    r.root = root ? root + 1 : "";
    return r;
}

/* Unrelated open-market roots of this part within the days of the window. */
static int64_t sources_of(const struct mark_sub *subs, const struct sub *mine)
{
    int64_t window = rules_parameter("CAP-047", "windowDays");
    VEC(const char *) roots = {0};
    struct arena scratch;
    arena_init(&scratch, 0);
    for (const struct mark_sub *m = subs; m && mine->open_day; m = m->next) {
        struct sub o = sub_read(m->sub);
        if (m->lots <= 0 || !o.open_day || llabs((int64_t)o.open_day - mine->open_day) > window ||
            !same_base(&o, mine))
            continue;
        bool seen = false;
        for (size_t i = 0; i < roots.len; i++)
            seen |= strcmp(roots.at[i], o.root) == 0;
        if (!seen)
            *vec_push(&scratch, &roots) = o.root;
    }
    int64_t sources = (int64_t)roots.len;
    arena_reset(&scratch);
    return sources;
}

static bool has_root(const struct lot *l, const char *name)
{
    for (size_t i = 0; i < l->chain.roots_len; i++)
        if (strcmp(l->chain.roots[i].name, name) == 0)
            return true;
    return false;
}

/* The maker sorts one lot into both. */
static bool is_alternate(struct space *s, const struct lot *l, const struct sub *o)
{
    const struct said_parts *alternates = &known_part(s, l)->spec->alternates;
    for (size_t i = 0; i < alternates->len; i++) {
        const char *base = part_base(s->arena, alternates->at[i].mpn);
        if (strlen(base) == o->base_len && strncmp(base, o->base, o->base_len) == 0)
            return true;
    }
    return false;
}

static bool is_other_grade(struct space *s, const struct lot *l, const struct sub *mine, const struct sub *o)
{
    return o->grade && mine->dated && o->dated && o->last >= mine->first && o->first <= mine->last &&
           !same_base(o, mine) && !is_alternate(s, l, o);
}

/* All that is of this part and may be of one production lot: makers use a code again after some time. */
static struct population population_of(const struct mark_sub *subs, const struct sub *mine)
{
    struct population p = {.lot_size = NONE};
    size_t read = 0;
    for (const struct mark_sub *m = subs; m; m = m->next) {
        struct sub o = sub_read(m->sub);
        bool apart = o.dated && mine->dated && (o.last < mine->first || o.first > mine->last);
        read += m->lots > 0 || m->stored > 0;
        if (m->lots <= 0 || !same_base(&o, mine) || apart)
            continue;
        p.lot_size = o.lot_size > p.lot_size ? o.lot_size : p.lot_size;
        p.made = pieces_sum(p.made, o.pieces.made);
        p.first_sold = pieces_sum(p.first_sold, o.pieces.first_sold);
        p.open = pieces_sum(p.open, o.pieces.open);
        p.most_open = o.pieces.open > p.most_open ? o.pieces.open : p.most_open;
    }
    p.is_cut = read >= SUBS_MAX;
    return p;
}

/* A slip of the pen away from this lot's part: mistyped, rather than of a reel that was sold twice. */
static bool is_slip(struct space *s, const struct sub *a, const struct sub *b)
{
    const char *x = arena_strndup(s->arena, a->base, a->base_len), *y = arena_strndup(s->arena, b->base, b->base_len);
    return likeness_slip(x, y) != SLIP_NONE;
}

/* Neither a word of the open market nor one about a mistyped part weighs against a chain that leads to the maker. */
static struct mark_fact trace_fact(struct space *s, const struct lot *l, const struct lot_mark *m,
                                   bool reuse)
{
    struct sub mine = sub_read(m->sub);
    struct mark_fact f = {.kind = MARK_TRACE, .value = m->value, .seq = m->seq, .pieces = NONE,
                          .declared = NONE, .reuse_declared = reuse};
    bool weighty = l->traced != TRACED_MANUFACTURER && l->traced != TRACED_AUTHORIZATION;
    if (mine.dated) {
        char a[11], b[11];
        f.this_dates = arena_printf(s->arena, "%s..%s", day_text(mine.first, a), day_text(mine.last, b));
    }
    const struct mark_sub *subs = map_get(&s->subs, m->key);
    int lowest = 0;
    for (const struct mark_sub *x = subs; x; x = x->next) {
        struct sub o = sub_read(x->sub);
        if (x->lots <= 0 || has_root(l, o.root))
            continue;
        bool apart = same_base(&o, &mine) && o.dated && mine.dated &&
                     (o.last < mine.first || o.first > mine.last);
        f.other_part |= !same_base(&o, &mine);
        f.disjoint_dates |= apart;
        if (is_other_grade(s, l, &mine, &o) && (!lowest || o.grade < lowest))
            lowest = o.grade;
        weighty |= (apart || (!same_base(&o, &mine) && !is_slip(s, &o, &mine))) && !o.open_day;
    }
    f.borne_out = !weighty;
    f.other_grade = grade_word(lowest);
    f.sources = sources_of(subs, &mine);
    f.population = population_of(subs, &mine);
    return f;
}

/* From a member's sub "lot|pieces|declared". */
static void member_read(const struct member *m, int64_t *pieces, int64_t *declared)
{
    char *end;
    const char *bar = strchr(m->sub, '|');
    *pieces = *declared = NONE;
    if (!bar)
        return;
    *pieces = strtoll(bar + 1, &end, 10);
    if (*end == '|')
        *declared = strtoll(end + 1, NULL, 10);
}

/* Whether another of the set is above it.  Found once a set. */
static bool is_below_another(struct space *s, struct member *x, const struct member *all)
{
    for (const struct member *m = all; m && x->place == PLACE_UNKNOWN; m = m->next)
        if (m->lot != x->lot && has_ancestor(s, x->lot, m->lot) && !has_ancestor(s, m->lot, x->lot))
            x->place = PLACE_BELOW;
    if (x->place == PLACE_UNKNOWN)
        x->place = PLACE_TOP;
    return x->place == PLACE_BELOW;
}

/* What the issuer says that it covers counts, then the lot's own record, then the most of others. */
static struct mark_fact document_fact_of(struct space *s, const struct lot *l,
                                         const struct lot_mark *m)
{
    struct mark_fact f = {.kind = MARK_DOCUMENT, .value = m->value, .seq = m->seq,
                          .declared = m->declared, .pieces = 0};
    struct member *all = map_get(&s->members, m->key);
    int64_t issued = NONE, most = NONE;
    for (struct member *x = all; x; x = x->next) {
        int64_t pieces, declared;
        member_read(x, &pieces, &declared);
        bool same = x->lot == l || chain_shares_root(&l->chain, &x->lot->chain) ||
                    lots_related(s, l, x->lot);
        f.other_root |= !same;
        if (!same)
            continue;
        bool by_issuer = text_is(lot_holder(s, x->lot), m->issuer);
        f.borne_out |= by_issuer && (x->lot == l || has_ancestor(s, l, x->lot));
        issued = by_issuer && declared > issued ? declared : issued;
        most = declared > most ? declared : most;
        if (pieces != NONE && !is_below_another(s, x, all))
            f.pieces = pieces_sum(f.pieces, pieces);
    }
    f.declared = issued != NONE ? issued : f.declared != NONE ? f.declared : most;
    return f;
}

/* It went on down the chain: what is below carries it. */
static bool is_below(struct space *s, const struct lot *l, const struct member *all)
{
    for (const struct member *x = all; x; x = x->next)
        if (x->lot != l && is_proven_ancestor(s, l, x->lot) && !has_ancestor(s, l, x->lot))
            return true;
    return false;
}

/* In two places at once: of what was sent on, the lot that has it now is asked. */
static struct mark_fact serial_fact(struct space *s, const struct lot *l, const struct lot_mark *m)
{
    struct mark_fact f = {.kind = MARK_SERIAL, .value = m->value, .seq = m->seq, .pieces = NONE,
                          .declared = NONE};
    const struct member *all = map_get(&s->members, m->key);
    for (const struct member *x = all; x; x = x->next)
        f.conflict |= !is_sent_on(x->sub) && !lots_related(s, l, x->lot);
    f.conflict = f.conflict && !is_sent_on(m->sub) && !is_below(s, l, all);
    return f;
}

/* From a member's sub "lot|batch" or "lot|batch|sent". */
static bool same_batch(const char *a, const char *b)
{
    const char *x = strchr(a, '|'), *y = strchr(b, '|');
    size_t n = x ? 1 + strcspn(x + 1, "|") : 0;
    return x && y && n == 1 + strcspn(y + 1, "|") && strncmp(x, y, n) == 0;
}

/* Those of the set that the lot came from. */
static struct keys sources_in(struct space *s, const struct lot *l, const struct member *all)
{
    struct keys above = {0};
    for (const struct member *x = all; x; x = x->next)
        if (x->lot != l && has_ancestor(s, l, x->lot))
            *vec_push(s->arena, &above) = x->lot->id;
    return above;
}

/* The package of both was in a lot that both came from: parts of it were sold. */
static bool shares_source(struct space *s, const struct keys *above, const struct lot *other)
{
    const struct keys *theirs = above->len ? ancestors_of(s, (struct lot *)(uintptr_t)other, false) : NULL;
    for (size_t i = 0; i < above->len; i++)
        if (theirs->len && bsearch(&above->at[i], theirs->at, theirs->len, sizeof *above->at, by_number))
            return true;
    return false;
}

/* In two places at once, as a serial; not if it is one carton, or parts of one package. */
static struct mark_fact package_fact(struct space *s, const struct lot *l, const struct lot_mark *m)
{
    struct mark_fact f = {.kind = strcmp(m->kind, "package") == 0 ? MARK_PACKAGE : MARK_PAYLOAD, .value = m->value,
                          .seq = m->seq, .pieces = NONE, .declared = NONE, .again = m->again, .same_root = true};
    const struct member *all = map_get(&s->members, m->key);
    struct keys above = sources_in(s, l, all);
    for (const struct member *x = all; x && !is_sent_on(m->sub); x = x->next) {
        if (is_sent_on(x->sub) || same_batch(x->sub, m->sub) || lots_related(s, l, x->lot) ||
            shares_source(s, &above, x->lot))
            continue;
        f.conflict = true;
        f.same_root &= chain_shares_root(&l->chain, &x->lot->chain);
    }
    f.conflict = f.conflict && !is_below(s, l, all);
    f.same_root &= f.conflict;
    return f;
}

struct mark_fact mark_fact_of(struct space *s, const struct lot *l, const struct lot_mark *m, bool reuse)
{
    if (strcmp(m->kind, "trace") == 0)
        return trace_fact(s, l, m, reuse);
    if (strcmp(m->kind, "document") == 0)
        return document_fact_of(s, l, m);
    return strcmp(m->kind, "serial") == 0 ? serial_fact(s, l, m) : package_fact(s, l, m);
}
