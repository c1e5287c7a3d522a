/*
 * inherit - what the output of a transformation does not state, its inputs tell
 * (records.md 3).
 *
 * What a lot's own records state counts before what it inherits.  Every inherited fact
 * carries its distance in transformations, as the facts of a chain do: the nearest
 * counts, ties by the order of events and inputs, and at CHAIN_REACH it dies.  So there
 * is one fixpoint, whatever the order, circles and voids: without distances two lots that
 * were made of each other would go on telling each other what nobody states any more.
 *
 * Of a stored description the summary keeps since when it is, and how far each fact came:
 *   the time of the lot's earliest record (8 bytes)
 *   length of this section (2 bytes)   0: nothing is inherited
 *   a distance for each of the first 11 of SCALARS     0: own or absent
 *   date codes, trace codes: number of runs (1 byte), each a distance (1) and how many (2)
 *   a distance for each later one of SCALARS; not there in what was stored before
 *   the chain (chain.h)
 */
#include "lot.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/digest.h"
#include "pedigree/base/text.h"
#include "pedigree/codec/codec.h"

#include <stdlib.h>
#include <string.h>

/* Each begins with a pointer that is NULL where it is not stated. */
#define S(m)                                                                             \
    {                                                                                    \
        offsetof(struct lot_description, m), sizeof(((struct lot_description *)NULL)->m) \
    }
static const struct {
    size_t at, size;
} SCALARS[] = {S(part),      S(made_in),   S(assembled_in), S(diffused_in),
               S(condition), S(sealed_on), S(expires),      S(finish),
               S(msl),       S(bin),       S(customer_part),  S(content_hash)};
#undef S
enum {
    SCALAR_PART = 0,
    NEAREST = 1,
    TIME_LEN = 8,
    SCALARS_FIRST = 11, /* before the runs; what came to be inherited later is behind them */
    SCALARS_LATER = INHERITED_SCALARS - SCALARS_FIRST,
};
_Static_assert(LENGTH(SCALARS) == INHERITED_SCALARS, "lot.h has room for each");

static bool is_stated(const struct lot_description *d, size_t k)
{
    const char *first;
    memcpy(&first, (const char *)d + SCALARS[k].at, sizeof first);
    return first != NULL;
}

static bool arrives(uint8_t distance)
{
    return distance + NEAREST < CHAIN_REACH;
}

static void take_scalar(struct lot *l, const struct lot *in, size_t k)
{
    uint8_t *have = &l->inherited.scalars[k];
    uint8_t distance = in->inherited.scalars[k];
    if (!is_stated(&in->description, k) || !arrives(distance) ||
        (is_stated(&l->description, k) && *have <= distance + NEAREST))
        return;
    memcpy((char *)&l->description + SCALARS[k].at,
           (const char *)&in->description + SCALARS[k].at, SCALARS[k].size);
    *have = (uint8_t)(distance + NEAREST);
}

/* ---- date codes and trace codes: all of them, each from its nearest ---- */

struct far_item {
    uint8_t distance;
    const char *name; /* two of one name are the same */
    const void *value;
    int64_t pieces; /* of a date code, where that is told; NONE */
};
struct far_items {
    struct map names; /* -> 1 + place in the list */
    VEC(struct far_item) list;
};

static struct far_items far_new(struct space *s)
{
    return (struct far_items){.names = map_new(s->arena)};
}

static int far_compare(const void *x, const void *y)
{
    const struct far_item *a = x, *b = y;
    return a->distance != b->distance ? a->distance - b->distance
                                      : strcmp(a->name, b->name);
}

/* Pieces add up over ways of one length only: of others they could be counted in circles.
 */
static void far_merge(struct far_item *have, struct far_item more)
{
    bool told =
        have->distance == more.distance && have->pieces != NONE && more.pieces != NONE;
    int64_t pieces = told ? pieces_sum(have->pieces, more.pieces) : NONE;
    if (more.distance < have->distance)
        *have = more;
    have->pieces = pieces;
}

/* `item` as the input has it. */
static void far_add(struct space *s, struct far_items *to, struct far_item item)
{
    size_t place = (size_t)(uintptr_t)map_get_text(&to->names, item.name);
    if (!arrives(item.distance))
        return;
    item.distance = (uint8_t)(item.distance + NEAREST);
    if (place) {
        far_merge(&to->list.at[place - 1], item);
        return;
    }
    *vec_push(s->arena, &to->list) = item;
    map_put_text(&to->names, item.name, (void *)(uintptr_t)to->list.len);
}

static uint8_t distance_at(const struct distances *d, size_t i)
{
    return i < d->len ? d->at[i] : 0;
}

/* What an input gives of its date codes. */
struct taking {
    const struct words *which; /* empty: it does not say */
    int64_t taken,
        there;    /* pieces; taken is NONE if they went to more than this output */
    size_t codes; /* that are taken */
};

/* With its trace codes it is another one (code_name). */
static bool has_detailed(const struct lot_description *d, const char *code)
{
    bool has = false;
    for (size_t i = 0; i < d->date_codes_len; i++)
        has |= d->date_codes[i].trace_codes.len && strcmp(d->date_codes[i].code, code) == 0;
    return has;
}

static bool is_named(const struct words *which, const char *code)
{
    bool named = false;
    for (size_t i = 0; i < which->len; i++)
        named |= strcmp(which->at[i], code) == 0;
    return named;
}

static bool is_taken(const struct taking *t, const struct date_code_item *c)
{
    return !t->which->len || is_named(t->which, c->code);
}

/* All that is taken is of the only code; or all is taken, with the pieces told of each.
 */
static int64_t pieces_taken(const struct taking *t, const struct date_code_item *c)
{
    bool only = t->codes == 1 &&
                (t->which->len || c->quantity == NONE || c->quantity >= t->there);
    if (t->taken == NONE || only)
        return t->taken;
    return t->taken == t->there && !t->which->len ? c->quantity : NONE;
}

/* The pieces of the event are those of its one output, none lost and none added. */
static bool goes_whole(const struct record *r)
{
    int64_t sum = 0;
    for (size_t i = 0; i < r->inputs_len; i++)
        sum = pieces_sum(sum, r->inputs[i].quantity);
    return r->outputs_len == 1 && r->outputs[0].quantity == sum;
}

static struct taking taking_of(const struct lot *in, const struct record *r, size_t input)
{
    const struct lot_input *x = &r->inputs[input];
    const struct words *which = &x->of.date_codes;
    return (struct taking){which, goes_whole(r) ? x->quantity : NONE,
                           in->touched ? in->balance.inflow : in->stored_quantity,
                           which->len ? which->len : in->description.date_codes_len};
}

/* A code that the event names is stated there, also if the input has it from elsewhere: in a circle it
 * may have it from this very output.  What the input tells in detail is taken instead. */
static void take_codes(struct space *s, const struct lot *in, const struct taking *t,
                       struct far_items *to)
{
    for (size_t i = 0; i < t->which->len; i++) {
        struct date_code_item *c = ARENA_NEW(s->arena, struct date_code_item);
        *c = (struct date_code_item){.code = t->which->at[i], .quantity = NONE};
        if (!has_detailed(&in->description, c->code))
            far_add(s, to, (struct far_item){0, code_name(s, c), c, pieces_taken(t, c)});
    }
    for (size_t i = 0; i < in->description.date_codes_len; i++) {
        const struct date_code_item *c = &in->description.date_codes[i];
        bool done = t->which->len && !has_detailed(&in->description, c->code);
        if (is_taken(t, c) && !done)
            far_add(s, to,
                    (struct far_item){distance_at(&in->inherited.codes, i),
                                      code_name(s, c), c, pieces_taken(t, c)});
    }
}

static void take_traces(struct space *s, const struct lot *in, struct far_items *to)
{
    const struct words *w = &in->description.trace_codes;
    for (size_t i = 0; i < w->len; i++)
        far_add(s, to,
                (struct far_item){distance_at(&in->inherited.traces, i), w->at[i],
                                  w->at[i], NONE});
}

/* Nearest first. */
static void sort_items(struct far_items *f)
{
    if (f->list.len > 1)
        qsort(f->list.at, f->list.len, sizeof *f->list.at, far_compare);
}

static void put_codes(struct space *s, struct lot *l, struct far_items *from)
{
    struct lot_description *d = &l->description;
    struct map own = map_new(s->arena);
    VEC(struct date_code_item) all = {0};
    for (size_t i = 0; i < d->date_codes_len; i++) {
        map_put_text(&own, code_name(s, &d->date_codes[i]), l);
        *vec_push(s->arena, &all) = d->date_codes[i];
        *vec_push(s->arena, &l->inherited.codes) = 0;
    }
    sort_items(from);
    for (size_t i = 0; i < from->list.len && all.len < LOT_MARKS_MAX; i++) {
        const struct far_item *f = &from->list.at[i];
        if (map_get_text(&own, f->name))
            continue;
        struct date_code_item *c = vec_push(s->arena, &all);
        *c = *(const struct date_code_item *)f->value;
        c->quantity = f->pieces;
        *vec_push(s->arena, &l->inherited.codes) = f->distance;
    }
    d->date_codes = all.at;
    d->date_codes_len = all.len;
}

static void put_traces(struct space *s, struct lot *l, struct far_items *from)
{
    struct words *w = &l->description.trace_codes;
    struct map own = map_new(s->arena);
    VEC(const char *) all = {0};
    for (size_t i = 0; i < w->len; i++) {
        map_put_text(&own, w->at[i], l);
        *vec_push(s->arena, &all) = w->at[i];
        *vec_push(s->arena, &l->inherited.traces) = 0;
    }
    sort_items(from);
    for (size_t i = 0; i < from->list.len && all.len < LOT_MARKS_MAX; i++) {
        const struct far_item *f = &from->list.at[i];
        if (map_get_text(&own, f->name))
            continue;
        *vec_push(s->arena, &all) = f->name;
        *vec_push(s->arena, &l->inherited.traces) = f->distance;
    }
    *w = (struct words){all.at, all.len, w->given};
}

/* ---- one lot ---- */

static bool passes_on(const struct lot *l, const struct event *e)
{
    return !e->voided && is_own(l, e) && output_of(e);
}

static struct lot *input_lot(struct space *s, const struct lot *l, const struct event *e,
                             size_t i)
{
    struct lot *in = space_lot(s, l->holder, e->record->inputs[i].lot);
    if (!in || in == l || !in->has_description)
        return NULL;
    lot_declared(s, in);
    return in;
}

static void inherit_part(struct space *s, struct lot *l)
{
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        for (size_t k = 0;
             passes_on(l, e) && !output_of(e)->part.mpn && k < e->record->inputs_len;
             k++) {
            const struct lot *in = input_lot(s, l, e, k);
            if (in)
                take_scalar(l, in, SCALAR_PART);
        }
    }
}

/* From the inputs of its own part.  Where all are of another, it is not what it is said
 * to be. */
static void inherit_event(struct space *s, struct lot *l, const struct event *e,
                          struct far_items *codes, struct far_items *traces)
{
    const struct lot_description *stated = output_of(e);
    bool any = false, other = false;
    if (stated->part.mpn && !same_part_at(s, e, &stated->part, &l->description.part))
        return;
    for (size_t i = 0; i < e->record->inputs_len; i++) {
        const struct lot *in = input_lot(s, l, e, i);
        if (!in)
            continue;
        if (!same_part_at(s, e, &l->description.part, &in->description.part)) {
            other = true;
            continue;
        }
        any = true;
        for (size_t k = SCALAR_PART + 1; k < LENGTH(SCALARS); k++)
            take_scalar(l, in, k);
        if (e->record->outputs_len == 1 && !stated->serials.len) /* of several nobody says which are in it */
            words_merge(s, &l->description.serials, &e->record->inputs[i].of.serials);
        struct taking t = taking_of(in, e->record, i);
        if (!stated->date_codes_len)
            take_codes(s, in, &t, codes);
        if (!stated->date_codes_len && !stated->trace_codes.len)
            take_traces(s, in, traces);
    }
    if (other && !any && !stated->part.mpn)
        l->contradiction_seq = e->seq;
}

static void inherit_joint(struct space *s, struct lot *l)
{
    const struct event *e = l->events.len ? l->events.at[0] : NULL;
    for (size_t i = 0;
         e && !e->voided && i < e->record->inputs_len && !l->description.part.mpn; i++) {
        const struct lot *in = input_lot(s, l, e, i);
        if (in)
            l->description.part = in->description.part;
    }
}

static const char *told_text(struct space *s, const struct lot *l)
{
    struct bytes b = summary_encode(s, l);
    char *hex = arena_alloc(s->arena, 2 * b.len + 1);
    hex_encode(b.at, b.len, hex);
    return arena_printf(s->arena, "%s%s", description_json(s->arena, &l->description),
                        hex);
}

bool lot_inherit(struct space *s, struct lot *l)
{
    struct far_items codes = far_new(s), traces = far_new(s);
    const char *before = told_text(s, l);
    l->description = l->own;
    lot_refinish(l);
    l->contradiction_seq = l->own_contradiction_seq;
    l->inherited = (struct inherited){0};
    if (!l->code)
        inherit_joint(s, l);
    inherit_part(s, l);
    for (size_t i = 0; l->description.part.mpn && i < l->events.len; i++)
        if (passes_on(l, l->events.at[i]))
            inherit_event(s, l, l->events.at[i], &codes, &traces);
    put_codes(s, l, &codes);
    put_traces(s, l, &traces);
    l->has_description = l->description.part.mpn != NULL;
    if (l->has_description)
        l->description.quantity = l->balance.inflow;
    return strcmp(before, told_text(s, l)) != 0;
}

bool lot_inherits(const struct lot *l)
{
    for (size_t i = 0; i < l->events.len; i++)
        if (output_of(l->events.at[i]) || l->events.at[i]->ordinal < 0)
            return true;
    return false;
}

/* ---- as stored ---- */

static size_t put_runs(uint8_t *out, const uint8_t *distances, size_t len)
{
    size_t n = 1;
    out[0] = 0;
    for (size_t i = 0, count; i < len; i += count) {
        for (count = 1; i + count < len && distances[i + count] == distances[i] &&
                        count < UINT16_MAX;)
            count++;
        out[0]++;
        out[n++] = distances[i];
        out[n++] = (uint8_t)(count >> 8);
        out[n++] = (uint8_t)count;
    }
    return n;
}

static bool is_inherited(const struct inherited *i)
{
    static const uint8_t NONE_OF_THEM[INHERITED_SCALARS];
    bool any = memcmp(i->scalars, NONE_OF_THEM, sizeof i->scalars) != 0;
    for (size_t k = 0; k < i->codes.len; k++)
        any |= i->codes.at[k] != 0;
    for (size_t k = 0; k < i->traces.len; k++)
        any |= i->traces.at[k] != 0;
    return any;
}

struct bytes summary_encode(struct space *s, const struct lot *l)
{
    /* Sorted by distance, a list has a run for each, and one of its own items. */
    enum { SECTION_MAX = INHERITED_SCALARS + 2 * (1 + 3 * (CHAIN_REACH + 2)) };
    struct bytes chain = chain_encode(s->arena, &l->chain);
    uint8_t *whole = arena_alloc(s->arena, TIME_LEN + 2 + SECTION_MAX + chain.len), *out = whole + TIME_LEN;
    size_t n = 2;
    for (size_t i = 0; i < TIME_LEN; i++)
        whole[i] = (uint8_t)((uint64_t)l->first_us >> (56 - 8 * i));
    if (is_inherited(&l->inherited)) {
        memcpy(out + n, l->inherited.scalars, SCALARS_FIRST);
        n += SCALARS_FIRST;
        n += put_runs(out + n, l->inherited.codes.at, l->inherited.codes.len);
        n += put_runs(out + n, l->inherited.traces.at, l->inherited.traces.len);
        memcpy(out + n, l->inherited.scalars + SCALARS_FIRST, SCALARS_LATER);
        n += SCALARS_LATER;
    }
    out[0] = (uint8_t)((n - 2) >> 8);
    out[1] = (uint8_t)(n - 2);
    memcpy(out + n, chain.at, chain.len);
    return (struct bytes){whole, TIME_LEN + n + chain.len};
}

/* The distances that the runs at `at` say; *at moves behind them.  False: not whole. */
static bool get_runs(struct arena *a, const uint8_t **at, const uint8_t *end,
                     struct distances *out)
{
    if (*at >= end)
        return false;
    for (size_t runs = *(*at)++; runs > 0; runs--, *at += 3) {
        if (end - *at < 3)
            return false;
        for (unsigned n = (unsigned)((*at)[1] << 8 | (*at)[2]); n > 0; n--)
            *vec_push(a, out) = (*at)[0];
    }
    return true;
}

bool summary_decode(struct space *s, struct bytes b, struct lot *out)
{
    uint64_t first_us = 0;
    if (b.len < TIME_LEN + 2)
        return false;
    for (size_t i = 0; i < TIME_LEN; i++)
        first_us = first_us << 8 | b.at[i];
    out->first_us = out->stored_first_us = (int64_t)first_us;
    b = (struct bytes){b.at + TIME_LEN, b.len - TIME_LEN};
    size_t len = (size_t)b.at[0] << 8 | b.at[1];
    const uint8_t *at = b.at + 2, *end = at + len;
    struct inherited *i = &out->inherited;
    if (len > b.len - 2 || (len > 0 && len < SCALARS_FIRST))
        return false;
    if (len > 0) {
        memcpy(i->scalars, at, SCALARS_FIRST);
        at += SCALARS_FIRST;
        if (!get_runs(s->arena, &at, end, &i->codes) ||
            !get_runs(s->arena, &at, end, &i->traces))
            return false;
        if (end - at == SCALARS_LATER)
            memcpy(i->scalars + SCALARS_FIRST, at, SCALARS_LATER);
    }
    return chain_decode(s->arena, (struct bytes){end, b.len - 2 - len}, &out->chain);
}
