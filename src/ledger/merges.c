/*
 * merges - of what a lot was merged or packed together: each input as it is, for the rules; and whether date
 * codes came out of a transformation that had not gone in.
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
    f.other_part = strcmp(lot_part(s, in), lot_part(s, l)) != 0 && !same_but_packing(s, &in->description.part, &l->description.part);
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

static const char *event_key(struct space *s, const struct event *e)
{
    char hex[33];
    hex_encode(e->key, 8, hex);
    return e->record->id ? e->record->id : arena_strdup(s->arena, hex);
}

static void add_merge(struct space *s, const struct lot *l, const struct event *e, struct facts_space *fs)
{
    const struct record *r = e->record;
    const struct lot_description *out = output_of(e);
    struct merge_input *inputs = ARENA_ARRAY(s->arena, struct merge_input, r->inputs_len);
    for (size_t i = 0; i < r->inputs_len; i++)
        inputs[i] = input_fact(s, l, &r->inputs[i]);
    *vec_push(s->arena, &fs->merges) = (struct merge_fact){
        .seq = e->seq, .key = event_key(s, e), .inputs = inputs, .inputs_len = r->inputs_len,
        .stratified = tells_pieces(out->date_codes_len ? out : &l->description)};
}

/* ---- date codes that came out, and had not gone in ---- */

/* Who makes the part may mark it. */
static bool may_mark(struct space *s, const struct lot *l, const struct event *e)
{
    struct tier_question q = {.party = lot_holder(s, l), .maker = lot_maker(s, l), .part_key = lot_part(s, l),
                              .at_us = e->record->time.first_us};
    struct tier_answer a = tier_of(s->kn, s->arena, &q);
    return strcmp(lot_holder(s, l), lot_maker(s, l)) == 0 || a.aftermarket || a.contract;
}

static bool read_alike(const struct date_code *a, const struct date_code *b)
{
    for (size_t i = 0; i < a->candidates_len; i++)
        for (size_t k = 0; k < b->candidates_len; k++)
            if (a->candidates[i].first == b->candidates[k].first && a->candidates[i].last == b->candidates[k].last)
                return true;
    return false;
}

static bool is_among(struct space *s, const struct lot *l, const struct date_code *wanted, const struct lot_description *in)
{
    bool is = false;
    for (size_t i = 0; i < in->date_codes_len && !is; i++) {
        struct date_code p = lot_code(known_part(s, l), in->date_codes[i].code, reading_day(l));
        is = !p.parsed || read_alike(&p, wanted); /* what nobody can read may be it */
    }
    return is;
}

static bool went_in(struct space *s, const struct lot *l, const struct record *r, const char *code)
{
    struct date_code wanted = lot_code(known_part(s, l), code, reading_day(l));
    bool in = !wanted.parsed;
    for (size_t i = 0; i < r->inputs_len && !in; i++)
        in = is_among(s, l, &wanted, lot_declared(s, space_lot(s, l->holder, r->inputs[i].lot)));
    return in;
}

static void add_recode(struct space *s, const struct lot *l, const struct event *e, struct facts_space *fs)
{
    const struct record *r = e->record;
    const struct lot_description *out = output_of(e);
    struct recode_fact f = {.seq = e->seq, .key = event_key(s, e), .how = r->how};
    for (size_t i = 0; i < r->inputs_len; i++) {
        struct lot *in = space_lot(s, l->holder, r->inputs[i].lot);
        if (!in || in == l || !in->has_description || !lot_declared(s, in)->date_codes_len)
            f.unknown = true;
        else if (!lot_part(s, in) || !lot_part(s, l) || strcmp(lot_part(s, in), lot_part(s, l)) != 0)
            return;
    }
    for (size_t i = 0; i < out->date_codes_len && !f.unknown && !f.foreign; i++)
        if (out->date_codes[i].code && !went_in(s, l, r, out->date_codes[i].code))
            f.foreign = out->date_codes[i].code;
    *vec_push(s->arena, &fs->recodes) = f;
}

static bool tells_codes(const struct event *e)
{
    return !e->voided && e->record->type == REC_TRANSFORMED && output_of(e) && output_of(e)->date_codes_len;
}

void add_merges(struct space *s, const struct lot *l, struct facts_space *fs)
{
    for (size_t i = 0; l->has_description && i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        if (is_mixing(e))
            add_merge(s, l, e, fs);
        if (tells_codes(e) && lot_part(s, l) && !may_mark(s, l, e))
            add_recode(s, l, e, fs);
    }
}
