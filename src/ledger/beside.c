/*
 * beside - that a lot failed a test is heard by the lots that it came out of, and through them by whatever
 * else came out of those.
 *
 * Only tests count, not holds; only what both sides say, or one holder did: claims bind who makes them.
 * The lot registers under the names of its sources, where claims on them are heard; nobody is told who it
 * was.  What is told rests on its own tests alone, never on what it heard, so nothing goes in circles.
 */
#include "lot.h"

#include "pedigree/base/text.h"

#include <string.h>

static bool is_well_found(struct space *s, const struct lot *l, const struct event *e)
{
    return lot_made_by(s, l, e->by, e->record->time.first_us) || has_role(s->kn, s->arena, e->by, "laboratory");
}

/* The test that tells most, then the first; NULL: it failed none. */
static struct event *failed_test(struct space *s, struct lot *l, bool *well)
{
    struct event *failed = NULL;
    *well = false;
    for (size_t i = 0; i < l->events.len + l->sample_inspections.len; i++) {
        bool sample = i >= l->events.len;
        struct event *e = sample ? l->sample_inspections.at[i - l->events.len] : l->events.at[i];
        if (e->voided || !record_is_adverse(e->record) || (failed && *well) || !(sample || is_binding(s, l, e)))
            continue;
        bool better = is_well_found(s, l, e);
        failed = !failed || better ? e : failed;
        *well |= better;
    }
    return failed;
}

static void tell_inputs(struct space *s, struct lot *l, struct event *test, enum side side)
{
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        const struct record *r = e->record;
        if (e->voided || !output_of(e) || !is_own(l, e))
            continue;
        for (size_t k = 0; k < r->inputs_len; k++)
            if (strcmp(r->inputs[k].lot, l->code) != 0)
                lot_add_link(s, l, link_key_lot(lot_holder(s, l), r->inputs[k].lot), side, test);
    }
}

void lot_tell(struct space *s, struct lot *l)
{
    bool well;
    struct event *test = l->code ? failed_test(s, l, &well) : NULL;
    if (!test)
        return;
    enum side side = well ? SIDE_FAILED : SIDE_DOUBTED;
    for (size_t i = 0; i < l->edges.len; i++) {
        const struct edge *e = &l->edges.at[i];
        if (e->parent && e->parent->code && e->standing == HOP_CORROBORATED && !text_is(e->reason, "return"))
            lot_add_link(s, l, link_key_lot(lot_holder(s, e->parent), e->parent->code), side, test);
    }
    tell_inputs(s, l, test, side);
}

void lot_hear(struct space *s, struct lot *l)
{
    const struct link *own = l->own_links.len ? l->own_links.at[0] : NULL;
    if (!own || own->event) /* not under its own name */
        return;
    for (const struct link *k = map_get(&s->receipts, own->key); k; k = k->next_receipt) {
        if ((k->side != SIDE_DOUBTED && k->side != SIDE_FAILED) || k->lot == l || !k->lot->code)
            continue;
        bool same_hands = k->lot->holder->class_ == l->holder->class_;
        chain_add_failed(&l->chain, chain_lot_of(lot_holder(s, k->lot), k->lot->code), same_hands || k->side == SIDE_FAILED);
    }
}
