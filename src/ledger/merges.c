/*
 * merges - of what a lot was merged or packed together: each input as it is, for the rules.
 *
 * Inputs are looked at by their own records and summaries; what changes there queues the output.
 */
#include "facts.h"

#include "pedigree/base/digest.h"
#include "pedigree/base/text.h"

#include <string.h>

static bool is_mixing(const struct event *e)
{
    const struct record *r = e->record;
    bool several = false;
    for (size_t i = 1; i < r->inputs_len; i++)
        several |= strcmp(r->inputs[i].lot, r->inputs[0].lot) != 0;
    return !e->voided && output_of(e) && several && (text_is(r->how, "merge") || text_is(r->how, "repack"));
}

static enum tier worst_tier(const struct chain *c)
{
    enum tier worst = TIER_UNKNOWN;
    for (int t = TIER_T1; t <= TIER_T5; t++)
        worst = c->tier[t] != CHAIN_NEVER ? (enum tier)t : worst;
    return worst;
}

static const char *const *codes_of(struct space *s, const struct lot_description *d)
{
    const char **codes = ARENA_ARRAY(s->arena, const char *, d->date_codes_len + 1);
    for (size_t i = 0; i < d->date_codes_len; i++)
        codes[i] = d->date_codes[i].code;
    return codes;
}

/* The codes that the event names of it, else all that it has. */
static struct merge_input input_fact(struct space *s, const struct lot *l, const struct lot_input *x)
{
    struct lot *in = space_lot(s, l->holder, x->lot);
    struct merge_input f = {.code = x->lot};
    if (!in || in == l || !in->has_description)
        return f;
    const struct lot_description *d = lot_declared(s, in);
    f.known = true;
    f.condition = d->condition;
    f.traced = lot_traced(in);
    f.worst = worst_tier(&in->chain);
    f.other_part = strcmp(lot_part(s, in), lot_part(s, l)) != 0;
    f.codes = x->of.date_codes.len ? x->of.date_codes.at : codes_of(s, d);
    f.codes_len = x->of.date_codes.len ? x->of.date_codes.len : d->date_codes_len;
    return f;
}

static bool tells_pieces(const struct lot_description *d)
{
    bool all = d->date_codes_len > 0;
    for (size_t i = 0; i < d->date_codes_len; i++)
        all &= d->date_codes[i].quantity != NONE;
    return all;
}

static void add_merge(struct space *s, const struct lot *l, const struct event *e, struct facts_space *fs)
{
    const struct record *r = e->record;
    const struct lot_description *out = output_of(e);
    struct merge_input *inputs = ARENA_ARRAY(s->arena, struct merge_input, r->inputs_len);
    char hex[33];
    hex_encode(e->key, 8, hex);
    for (size_t i = 0; i < r->inputs_len; i++)
        inputs[i] = input_fact(s, l, &r->inputs[i]);
    *vec_push(s->arena, &fs->merges) = (struct merge_fact){
        .seq = e->seq, .key = r->id ? r->id : arena_strdup(s->arena, hex), .inputs = inputs, .inputs_len = r->inputs_len,
        .stratified = tells_pieces(out->date_codes_len ? out : &l->description)};
}

void add_merges(struct space *s, const struct lot *l, struct facts_space *fs)
{
    for (size_t i = 0; l->has_description && i < l->events.len; i++)
        if (is_mixing(l->events.at[i]))
            add_merge(s, l, l->events.at[i], fs);
}
