/*
 * learn - what a batch leaves on the shelf for the next one.
 *
 * The lots that it touched, as they are now; the links and marks of all keys that it had whole; the
 * records that it appended.  What it changed without having it whole comes off the shelf.
 */
#include "batch.h"
#include "shelf.h"

#include "pedigree/base/text.h"

#include <stdlib.h>
#include <string.h>

/* ---- rows of a lot ---- */

static void learn_events(struct batch *b, const struct lot *l)
{
    VEC(struct event_row) events = {0}, samples = {0};
    for (size_t i = 0; i < l->events.len; i++)
        *vec_push(&b->arena, &events) =
            (struct event_row){l->id, l->events.at[i]->seq, l->events.at[i]->ordinal};
    for (size_t i = 0; i < l->sample_inspections.len; i++)
        *vec_push(&b->arena, &samples) =
            (struct event_row){l->id, l->sample_inspections.at[i]->seq, l->sample_inspections.at[i]->ordinal};
    shelf_put(b->shelf, SHELF_EVENTS, l->id, events.at, events.len);
    shelf_put(b->shelf, SHELF_SAMPLES, l->id, samples.at, samples.len);
}

/* The lots that a lot's own transformations took from; false: not all of them are known here. */
static bool learn_made_of(struct batch *b, const struct lot *l)
{
    VEC(struct touched_row) made_of = {0};
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        const struct record *r = e->record;
        bool makes = r->type == REC_TRANSFORMED || r->type == REC_MANUFACTURED;
        bool is_input = e->ordinal >= ORDINAL_INPUT && e->ordinal < ORDINAL_OUTPUT;
        const struct org *owner = knowledge_org(b->space.kn, e->owner);
        for (size_t k = 0; makes && !is_input && k < r->inputs_len; k++) {
            const struct lot *in = owner ? space_lot(&b->space, owner, r->inputs[k].lot) : NULL;
            if (!in)
                return false;
            *vec_push(&b->arena, &made_of) = (struct touched_row){in->id};
        }
    }
    shelf_put(b->shelf, SHELF_MADE_OF, l->id, made_of.at, made_of.len);
    return true;
}

static void learn_links_of(struct batch *b, const struct lot *l)
{
    VEC(struct link_row) rows = {0};
    for (size_t i = 0; i < l->own_links.len; i++) {
        const struct link *k = l->own_links.at[i];
        *vec_push(&b->arena, &rows) =
            (struct link_row){k->key, l->id, k->event ? k->event->seq : -1, (int32_t)k->side};
    }
    shelf_put(b->shelf, SHELF_OWN_LINKS, l->id, rows.at, rows.len);
}

static void learn_marks_of(struct batch *b, const struct lot *l)
{
    VEC(struct own_mark_row) rows = {0};
    for (size_t i = 0; i < l->marks.len; i++)
        *vec_push(&b->arena, &rows) =
            (struct own_mark_row){l->id, l->marks.at[i].key, l->marks.at[i].kind, l->marks.at[i].sub};
    shelf_put(b->shelf, SHELF_OWN_MARKS, l->id, rows.at, rows.len);
}

static void learn_edges_of(struct batch *b, const struct lot *l)
{
    VEC(struct text_row) rows = {0};
    for (size_t i = 0; i < l->edges.len; i++)
        *vec_push(&b->arena, &rows) = (struct text_row){
            l->id, l->edges.at[i].parent ? l->edges.at[i].parent->id : 0, l->edge_texts.at[i]};
    shelf_put(b->shelf, SHELF_OWN_EDGES, l->id, rows.at, rows.len);
}

static void learn_flags_of(struct batch *b, const struct lot *l)
{
    VEC(struct flag_row) rows = {0};
    for (size_t i = 0; i < l->flags.len; i++) {
        const struct stored_flag *f = &l->flags.at[i];
        *vec_push(&b->arena, &rows) = (struct flag_row){
            l->id, f->since, f->severity, f->version, f->rule, f->subject, f->state, f->message, f->evidence};
    }
    shelf_put(b->shelf, SHELF_FLAGS, l->id, rows.at, rows.len);
}

static void learn_lot(struct batch *b, const struct lot *l)
{
    shelf_put(b->shelf, SHELF_LOT, l->id, l->row, 1);
    if (l->code) {
        struct lot_name_row name = {l->holder->id, l->id, l->code};
        shelf_put(b->shelf, SHELF_NAME, shelf_name_key(l->holder->id, l->code), &name, 1);
    }
    learn_events(b, l);
    learn_links_of(b, l);
    learn_marks_of(b, l);
    learn_edges_of(b, l);
    learn_flags_of(b, l);
    if (!learn_made_of(b, l))
        shelf_drop(b->shelf, SHELF_EVENTS, l->id);
}

/* ---- rows of a key ---- */

static void learn_links(struct batch *b, int64_t key)
{
    VEC(struct link_row) rows = {0};
    for (const struct link *k = map_get(&b->space.links, key); k; k = k->next)
        *vec_push(&b->arena, &rows) =
            (struct link_row){key, k->lot->id, k->event ? k->event->seq : -1, (int32_t)k->side};
    shelf_put(b->shelf, SHELF_LINKS, key, rows.at, rows.len);
}

static void learn_members(struct batch *b, int64_t key)
{
    VEC(struct member_row) rows = {0};
    for (const struct member *m = map_get(&b->space.members, key); m; m = m->next)
        *vec_push(&b->arena, &rows) = (struct member_row){key, m->lot->id, m->sub};
    shelf_put(b->shelf, SHELF_MEMBERS, key, rows.at, rows.len);
}

/* A set that was not read to its end is not whole. */
static void learn_subs(struct batch *b, int64_t key)
{
    VEC(struct sub_row) rows = {0};
    size_t read = 0;
    for (const struct mark_sub *m = map_get(&b->space.subs, key); m; m = m->next) {
        read += m->stored > 0;
        if (m->lots > 0)
            *vec_push(&b->arena, &rows) = (struct sub_row){key, m->lots, m->sub};
    }
    if (read < SUBS_MAX)
        shelf_put(b->shelf, SHELF_SUBS, key, rows.at, rows.len);
    else
        shelf_drop(b->shelf, SHELF_SUBS, key);
}

static void learn_each(struct batch *b, const struct map *keys, void (*learn)(struct batch *, int64_t))
{
    for (size_t i = 0; i < keys->cap; i++)
        if (keys->slots[i].hash) {
            learn(b, keys->slots[i].number);
            batch_nudge(b, i);
        }
}

/* ---- what is changed and was not whole ---- */

static void forget_keys(struct batch *b, const struct lot *l)
{
    const struct whole *w = &b->space.whole;
    for (size_t i = 0; i < l->own_links.len; i++)
        if (!map_get(&w->links, l->own_links.at[i]->key))
            shelf_drop(b->shelf, SHELF_LINKS, l->own_links.at[i]->key);
    for (size_t i = 0; i < l->marks.len; i++) {
        int64_t key = l->marks.at[i].key;
        if (!map_get(&w->identities, key))
            shelf_drop(b->shelf, SHELF_MEMBERS, key);
        if (!map_get(&w->traces, key))
            shelf_drop(b->shelf, SHELF_SUBS, key);
    }
}

/* What a sample is found to be is also read with the lot that it was taken from. */
static void forget_sampled(struct batch *b, const struct lot *l)
{
    for (size_t i = 0; i < l->edges.len; i++)
        if (l->edges.at[i].parent && text_is(l->edges.at[i].reason, "sample"))
            shelf_drop(b->shelf, SHELF_SAMPLES, l->edges.at[i].parent->id);
    for (size_t i = 0; l->changed.edges && i < l->stored_edges.len; i++)
        shelf_drop(b->shelf, SHELF_SAMPLES, strtoll(l->stored_edges.at[i], NULL, 10)); /* begins with the parent */
}

static void learn_records(struct batch *b)
{
    for (size_t i = 0; i < b->changes.appends.len; i++) {
        const struct append *r = &b->changes.appends.at[i];
        struct record_row row = {r->seq, r->submitter, r->on_behalf, r->role, r->key, r->canonical};
        shelf_put(b->shelf, SHELF_RECORD, r->seq, &row, 1);
    }
}

static bool takes_contents(const struct batch *b)
{
    for (size_t i = 0; i < b->entries.len; i++)
        if (b->entries.at[i].seq != NONE && b->entries.at[i].record->type == REC_REDACTED)
            return true;
    return false;
}

void batch_learn(struct batch *b)
{
    struct changes *c = &b->changes;
    if (!b->shelf)
        return;
    if (!b->space.shelf || b->space.name_list.len || b->space.moved.len || /* names mean other lots */
        takes_contents(b)) { /* records read otherwise from now on */
        shelf_clear(b->shelf);
        return;
    }
    const struct whole *w = &b->space.whole;
    learn_records(b);
    learn_each(b, &w->links, learn_links);
    learn_each(b, &w->identities, learn_members);
    learn_each(b, &w->traces, learn_subs);
    for (size_t i = 0; i < c->lots.len; i++) {
        learn_lot(b, c->lots.at[i]);
        batch_nudge(b, i);
    }
    for (size_t i = 0; i < c->lots.len; i++) {
        forget_keys(b, c->lots.at[i]);
        forget_sampled(b, c->lots.at[i]);
    }
}
