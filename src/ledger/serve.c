/* serve - see serve.h. */
#include "serve.h"

#include <string.h>

static bool is_first(struct served *v, enum shelf_set set, int64_t key)
{
    if (map_get(&v->done[set], key))
        return false;
    map_put(&v->done[set], key, v);
    return true;
}

#define TAKE(v, list, type, rows)                                                        \
    for (size_t n_ = 0; n_ < (rows).len; n_++)                                           \
    *vec_push((v)->arena, &(v)->list) = ((const type *)(rows).at)[n_]

/* ---- what lots and keys lean on ---- */

static void serve_lot(struct served *v, int64_t lot)
{
    struct rows r;
    if (lot == 0 || !is_first(v, SHELF_LOT, lot))
        return;
    if (!shelf_get(v->shelf, SHELF_LOT, lot, &r))
        *vec_push(v->arena, &v->lots) = lot;
    else
        TAKE(v, lot_rows, struct lot_row, r);
}

static void serve_record(struct served *v, int64_t seq)
{
    if (seq >= 0 && is_first(v, SHELF_RECORD, seq))
        *vec_push(v->arena, shelf_has_record(v->shelf, seq) ? &v->kept_seqs : &v->seqs) = seq;
}

static void serve_link(struct served *v, int64_t key)
{
    struct rows r;
    if (!is_first(v, SHELF_LINKS, key))
        return;
    if (!shelf_get(v->shelf, SHELF_LINKS, key, &r)) {
        *vec_push(v->arena, &v->link_keys) = key;
        return;
    }
    const struct link_row *l = r.at;
    for (size_t i = 0; i < r.len; i++) {
        serve_lot(v, l[i].lot);
        serve_record(v, l[i].seq);
    }
    TAKE(v, links, struct link_row, r);
}

static void serve_identity(struct served *v, int64_t key)
{
    struct rows r;
    if (!is_first(v, SHELF_MEMBERS, key))
        return;
    if (!shelf_get(v->shelf, SHELF_MEMBERS, key, &r)) {
        *vec_push(v->arena, &v->identities) = key;
        return;
    }
    const struct member_row *m = r.at;
    for (size_t i = 0; i < r.len; i++)
        serve_lot(v, m[i].lot);
    TAKE(v, members, struct member_row, r);
    if (r.len > 1)
        *vec_push(v->arena, &v->shared) = key;
}

static void serve_trace(struct served *v, int64_t key)
{
    struct rows r;
    if (!is_first(v, SHELF_SUBS, key))
        return;
    if (!shelf_get(v->shelf, SHELF_SUBS, key, &r))
        *vec_push(v->arena, &v->traces) = key;
    else
        TAKE(v, subs, struct sub_row, r);
}

/* ---- touched lots ---- */

struct own_rows {
    struct rows lot, events, samples, made_of, links, marks, edges, flags;
};

static bool is_whole(struct shelf *s, int64_t lot, struct own_rows *o)
{
    return shelf_get(s, SHELF_LOT, lot, &o->lot) && shelf_get(s, SHELF_EVENTS, lot, &o->events) &&
           shelf_get(s, SHELF_SAMPLES, lot, &o->samples) &&
           shelf_get(s, SHELF_MADE_OF, lot, &o->made_of) &&
           shelf_get(s, SHELF_OWN_LINKS, lot, &o->links) &&
           shelf_get(s, SHELF_OWN_MARKS, lot, &o->marks) &&
           shelf_get(s, SHELF_OWN_EDGES, lot, &o->edges) && shelf_get(s, SHELF_FLAGS, lot, &o->flags);
}

static void serve_records(struct served *v, const struct rows *events)
{
    const struct event_row *e = events->at;
    for (size_t i = 0; i < events->len; i++)
        serve_record(v, e[i].seq);
}

static void lean(struct served *v, const struct own_rows *o)
{
    const struct link_row *l = o->links.at;
    const struct own_mark_row *m = o->marks.at;
    const struct text_row *e = o->edges.at;
    const struct touched_row *in = o->made_of.at;
    for (size_t i = 0; i < o->links.len; i++)
        if (l[i].side != SIDE_TO)
            serve_link(v, l[i].key);
    for (size_t i = 0; i < o->marks.len; i++)
        if (mark_is_identity(m[i].kind))
            serve_identity(v, m[i].key);
        else if (mark_is_compared(m[i].kind))
            serve_trace(v, m[i].key);
    for (size_t i = 0; i < o->edges.len; i++)
        serve_lot(v, e[i].key);
    for (size_t i = 0; i < o->made_of.len; i++)
        serve_lot(v, in[i].lot);
    serve_records(v, &o->events);
    serve_records(v, &o->samples);
}

/* False: it must be asked for. */
static bool serve_touched(struct served *v, int64_t lot)
{
    struct own_rows o;
    if (map_get(&v->done[SHELF_EVENTS], lot))
        return true;
    if (!is_whole(v->shelf, lot, &o))
        return false;
    is_first(v, SHELF_EVENTS, lot);
    *vec_push(v->arena, &v->touched) = (struct touched_row){lot};
    serve_lot(v, lot);
    TAKE(v, events, struct event_row, o.events);
    TAKE(v, samples, struct event_row, o.samples);
    TAKE(v, own_links, struct link_row, o.links);
    TAKE(v, own_marks, struct own_mark_row, o.marks);
    TAKE(v, own_edges, struct text_row, o.edges);
    TAKE(v, flags, struct flag_row, o.flags);
    lean(v, &o);
    return true;
}

static bool serve_name(struct served *v, int64_t holder, const char *code)
{
    struct rows r;
    if (!shelf_get(v->shelf, SHELF_NAME, shelf_name_key(holder, code), &r) || !r.len)
        return false;
    const struct lot_name_row *n = r.at;
    return n->holder == holder && strcmp(n->code, code) == 0 && serve_touched(v, n->lot);
}

void serve(struct served *v, struct arena *a, struct shelf *shelf, const struct asked *q)
{
    *v = (struct served){.arena = a, .shelf = shelf};
    if (!shelf) {
        v->names = q->names;
        v->due = q->due_lots;
        v->link_keys = q->link_keys;
        v->identities = q->mark_keys.identities;
        v->traces = q->mark_keys.traces;
        return;
    }
    for (size_t i = 0; i < SHELF_SETS; i++)
        v->done[i] = map_new(a);
    for (size_t i = 0; i < q->names.holders.len; i++)
        if (!serve_name(v, q->names.holders.at[i], q->names.codes.at[i])) {
            *vec_push(a, &v->names.holders) = q->names.holders.at[i];
            *vec_push(a, &v->names.codes) = q->names.codes.at[i];
        }
    for (size_t i = 0; i < q->due_lots.len; i++)
        if (!serve_touched(v, q->due_lots.at[i]))
            *vec_push(a, &v->due) = q->due_lots.at[i];
    for (size_t i = 0; i < q->link_keys.len; i++)
        serve_link(v, q->link_keys.at[i]);
    for (size_t i = 0; i < q->mark_keys.identities.len; i++)
        serve_identity(v, q->mark_keys.identities.at[i]);
    for (size_t i = 0; i < q->mark_keys.traces.len; i++)
        serve_trace(v, q->mark_keys.traces.at[i]);
}

void serve_records_decoded(struct served *v, struct db *db)
{
    for (size_t i = 0; i < v->kept_seqs.len; i++) {
        shelf_record(v->shelf, v->kept_seqs.at[i]);
        db_nudge(db);
    }
}

/* ---- what was read, and what was served ---- */

/* Rows of one set: those served by keys that were not read go behind. */
static struct rows merged(struct served *v, const struct rows *read, const void *served, size_t len,
                          size_t size, size_t key_at)
{
    if (len == 0)
        return *read;
    struct map seen = map_new(v->arena);
    struct rows out = {arena_alloc(v->arena, (read->len + len) * size), read->len};
    if (read->len)
        memcpy(out.at, read->at, read->len * size);
    for (size_t i = 0; i < read->len; i++)
        map_put(&seen, *(const int64_t *)(const void *)((const char *)read->at + i * size + key_at), v);
    for (size_t i = 0; i < len; i++) {
        const char *row = (const char *)served + i * size;
        if (!map_get(&seen, *(const int64_t *)(const void *)(row + key_at)))
            memcpy((char *)out.at + out.len++ * size, row, size);
    }
    return out;
}

#define MERGE(v, r, list, type, key)                                                     \
    merged((v), &(r)->list, (v)->list.at, (v)->list.len, sizeof(type), offsetof(type, key))

void serve_merge(struct served *v, struct read_rows *r)
{
    if (!v->shelf)
        return;
    r->touched = MERGE(v, r, touched, struct touched_row, lot);
    r->lots = merged(v, &r->lots, v->lot_rows.at, v->lot_rows.len, sizeof(struct lot_row),
                     offsetof(struct lot_row, lot));
    r->events = MERGE(v, r, events, struct event_row, lot);
    r->samples = MERGE(v, r, samples, struct event_row, lot);
    r->links = MERGE(v, r, links, struct link_row, key);
    r->subs = MERGE(v, r, subs, struct sub_row, key);
    r->members = MERGE(v, r, members, struct member_row, key);
    r->flags = MERGE(v, r, flags, struct flag_row, lot);
    r->own_links = MERGE(v, r, own_links, struct link_row, lot);
    r->own_edges = MERGE(v, r, own_edges, struct text_row, lot);
    r->own_marks = MERGE(v, r, own_marks, struct own_mark_row, lot);
}
