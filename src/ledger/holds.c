/*
 * holds - which pieces of a lot are held, and which of its moves took such pieces along.
 *
 * Holds are counted, and told apart by name where both sides name pieces in the same way (serials,
 * packages, date codes): what is named otherwise may be any of them.  A package or date code is held
 * whole; of one that so many pieces were released of, so many may go.  A release frees what it names and
 * nothing else, also of a hold that names nothing.  One walk over the lot's events, in custody order; the
 * state before each move is kept for it.
 */
#include "lot.h"

#include "pedigree/base/text.h"

#include <string.h>

enum kind { KIND_SERIAL, KIND_PACKAGE, KIND_DATE, KINDS };

struct freed { /* by name, of a hold that names nothing */
    enum kind kind;
    const char *name;
    int64_t pieces; /* there yet; INT64_MAX: all that is called so */
};

struct hold {
    const struct event *event;
    VEC(struct freed) freed;
    int64_t quantity; /* INT64_MAX: all of it, or all that it names */
    int64_t names;    /* held yet; of all kinds */
    bool by[KINDS];   /* names pieces in this way */
    bool counted;     /* of its date codes so many; else all */
    bool at_most;     /* `quantity` was not told: no more than that */
    bool ended;
};

struct held_name {
    struct hold *hold;
    int64_t free; /* pieces of it that were released by number, and are there yet */
};

struct held_pieces {
    struct space *s;
    const struct lot *lot;
    VEC(struct hold *) holds;
    struct map names[KINDS]; /* to struct held_name; NULL: not held any more */
    struct map counted_dates; /* date codes of holds that tell how many of them */
    int64_t there;
};

static const struct words *named(const struct part_of *p, enum kind k)
{
    return k == KIND_SERIAL ? &p->serials : k == KIND_PACKAGE ? &p->package_ids : &p->date_codes;
}

static const struct part_of *pieces_of(const struct event *e)
{
    static const struct part_of none;
    size_t i = (size_t)(e->ordinal - ORDINAL_INPUT);
    if (e->ordinal == ORDINAL_MAIN)
        return &e->record->of_pieces;
    return e->ordinal >= ORDINAL_INPUT && i < e->record->inputs_len ? &e->record->inputs[i].of : &none;
}

static struct held_name *held_name(const struct held_pieces *h, enum kind k, const char *name)
{
    struct held_name *n = map_get_text(&h->names[k], name);
    return n && !n->hold->ended ? n : NULL;
}

/* As its holder describes the lot; NONE: not told. */
static int64_t pieces_in(const struct lot_description *d, enum kind k, const char *name)
{
    for (size_t i = 0; k == KIND_PACKAGE && i < d->package_ids_len; i++)
        if (strcmp(d->package_ids[i].id, name) == 0)
            return d->package_ids[i].quantity;
    for (size_t i = 0; k == KIND_DATE && i < d->date_codes_len; i++)
        if (strcmp(d->date_codes[i].code, name) == 0)
            return d->date_codes[i].quantity;
    return NONE;
}

/* All that is named; NONE: not told. */
static int64_t all_in(const struct lot_description *d, const struct part_of *of)
{
    enum kind k = of->package_ids.len ? KIND_PACKAGE : KIND_DATE;
    const struct words *names = named(of, k);
    int64_t sum = names->len ? 0 : NONE;
    for (size_t i = 0; i < names->len && sum != NONE; i++) {
        int64_t pieces = pieces_in(d, k, names->at[i]);
        sum = pieces != NONE ? pieces_sum(sum, pieces) : NONE;
    }
    return of->serials.len ? (int64_t)of->serials.len : sum;
}

static bool is_for_suspicion(const struct hold *hold)
{
    return text_is(hold->event->record->reason, "suspect");
}

static void lose(struct hold *hold, int64_t pieces)
{
    if (hold->quantity == INT64_MAX)
        return;
    hold->quantity -= pieces;
    hold->ended |= hold->quantity <= 0;
}

/* Of two holds of one piece the one for suspicion counts, else the later one. */
static void hold_by_name(struct held_pieces *h, struct hold *hold, enum kind k, const char *name)
{
    struct held_name *n = held_name(h, k, name);
    struct hold *before = n ? n->hold : NULL;
    if (before == hold)
        return;
    bool stays = before && is_for_suspicion(before) && !is_for_suspicion(hold);
    struct hold *other = stays ? hold : before;
    if (stays) {
        n->free = 0;
    } else {
        n = ARENA_NEW(h->s->arena, struct held_name);
        n->hold = hold;
        map_put_text(&h->names[k], name, n);
        hold->names++;
    }
    if (!other)
        return;
    other->names -= other == before;
    if (k == KIND_SERIAL)
        lose(other, 1);
}

static void begin(struct held_pieces *h, const struct event *e)
{
    const struct part_of *of = pieces_of(e);
    int64_t told = e->record->quantity;
    struct hold *hold = ARENA_ARRAY(h->s->arena, struct hold, 1);
    *hold = (struct hold){.event = e, .quantity = told != NONE ? told : INT64_MAX, .counted = told != NONE};
    int64_t all = all_in(&h->lot->description, of);
    if (told == NONE && all != NONE)
        hold->quantity = all;
    for (enum kind k = 0; k < KINDS; k++) {
        const struct words *names = named(of, k);
        hold->by[k] = names->len > 0;
        for (size_t i = 0; i < names->len; i++)
            if (k == KIND_DATE && hold->counted)
                map_put_text(&h->counted_dates, names->at[i], hold);
            else
                hold_by_name(h, hold, k, names->at[i]);
    }
    *vec_push(h->s->arena, &h->holds) = hold;
}

/* So many of what is named so are held by it. */
static bool holds_some(const struct held_pieces *h, const struct hold *hold, enum kind k, const char *name)
{
    const struct held_name *n = held_name(h, k, name);
    return (n && n->hold == hold && !hold->at_most) ||
           (k == KIND_DATE && hold->counted && map_get_text(&h->counted_dates, name));
}

/* It names pieces in the same way, and others: it holds none of these. */
static bool is_apart(const struct held_pieces *h, const struct hold *hold, const struct part_of *of)
{
    for (enum kind k = 0; k < KINDS; k++) {
        const struct words *names = named(of, k);
        bool others = hold->by[k] && names->len > 0;
        for (size_t i = 0; others && i < names->len; i++)
            others = !holds_some(h, hold, k, names->at[i]);
        if (others)
            return true;
    }
    return false;
}

static void release_name(struct held_pieces *h, enum kind k, const char *name, struct hold *hold)
{
    map_put_text(&h->names[k], name, NULL);
    hold->ended |= --hold->names <= 0;
}

/* `told` pieces of a package or date code, `left` of them not found in other holds: how many are
 * left then.  If that is all that is in it, it is free. */
static int64_t release_some(struct held_pieces *h, enum kind k, const char *name, int64_t told, int64_t left)
{
    struct held_name *n = held_name(h, k, name);
    int64_t there = h->there > 0 ? h->there : 0, all = pieces_in(&h->lot->description, k, name);
    int64_t held = n->hold->quantity == INT64_MAX ? there : n->hold->quantity;
    int64_t taken = left < held ? left : held;
    n->hold->at_most |= n->hold->quantity == INT64_MAX;
    n->hold->quantity = held - taken;
    n->hold->ended |= held == taken;
    n->free = pieces_sum(n->free, told);
    if (all != NONE && n->free >= all)
        release_name(h, k, name, n->hold);
    return left - taken;
}

/* Frees what a release names; how many pieces of other holds it ends: NONE for all of them. */
static int64_t release_by_name(struct held_pieces *h, const struct record *r)
{
    const struct part_of *of = &r->of_pieces;
    int64_t told = r->quantity != NONE ? r->quantity : of->serials.len ? (int64_t)of->serials.len : NONE;
    int64_t left = told;
    bool met = false;
    for (enum kind k = 0; k < KINDS; k++) {
        const struct words *names = named(of, k);
        for (size_t i = 0; i < names->len; i++) {
            struct held_name *n = held_name(h, k, names->at[i]);
            if (!n)
                continue;
            met = true;
            if (k != KIND_SERIAL && told != NONE) {
                left = release_some(h, k, names->at[i], told, left);
                continue;
            }
            release_name(h, k, names->at[i], n->hold);
            if (k == KIND_SERIAL) {
                lose(n->hold, 1);
                left--;
            }
        }
    }
    bool rest = left > 0 && of->serials.len;
    return met && !rest ? 0 : left;
}

static void forget_ended(struct held_pieces *h)
{
    size_t kept = 0;
    for (size_t i = 0; i < h->holds.len; i++)
        if (!h->holds.at[i]->ended)
            h->holds.at[kept++] = h->holds.at[i];
    h->holds.len = kept;
}

/* ---- what is freed of holds that name nothing ---- */

static bool names_any(const struct part_of *of)
{
    return of->serials.len || of->package_ids.len || of->date_codes.len;
}

static bool is_unnamed(const struct hold *hold)
{
    return !hold->by[KIND_SERIAL] && !hold->by[KIND_PACKAGE] && !hold->by[KIND_DATE];
}

static struct freed *freed_of(const struct hold *hold, enum kind k, const char *name)
{
    for (size_t i = 0; i < hold->freed.len; i++)
        if (hold->freed.at[i].kind == k && strcmp(hold->freed.at[i].name, name) == 0)
            return &hold->freed.at[i];
    return NULL;
}

static void free_name(struct held_pieces *h, struct hold *hold, enum kind k, const char *name, int64_t pieces)
{
    struct freed *f = freed_of(hold, k, name);
    if (!f) {
        f = vec_push(h->s->arena, &hold->freed);
        *f = (struct freed){k, name, 0};
    }
    f->pieces = pieces == NONE || f->pieces == INT64_MAX ? INT64_MAX : pieces_sum(f->pieces, pieces);
}

/* `left` pieces, NONE: all that is named; how many are left for other holds then. */
static int64_t free_named(struct held_pieces *h, struct hold *hold, const struct part_of *of, int64_t left)
{
    int64_t there = h->there > 0 ? h->there : 0, held = hold->quantity == INT64_MAX ? there : hold->quantity;
    int64_t pieces = left != NONE ? left : all_in(&h->lot->description, of);
    int64_t taken = pieces < held ? pieces : held;
    for (enum kind k = 0; k < KINDS; k++)
        for (size_t i = 0; i < named(of, k)->len; i++)
            free_name(h, hold, k, named(of, k)->at[i], pieces == NONE ? NONE : taken);
    if (pieces == NONE)
        return left;
    hold->quantity = held - taken;
    hold->ended |= held == taken;
    return left == NONE ? NONE : left - taken;
}

/* All that the move names was freed of it; those pieces are gone then. */
static bool takes_freed(const struct held_pieces *h, struct hold *hold, const struct part_of *of, int64_t quantity)
{
    if (hold->quantity != INT64_MAX && h->there - hold->quantity < quantity)
        return false;
    for (enum kind k = 0; k < KINDS; k++) {
        const struct words *names = named(of, k);
        int64_t free = 0;
        for (size_t i = 0; i < names->len && free != INT64_MAX; i++) {
            const struct freed *f = freed_of(hold, k, names->at[i]);
            free = !f ? free : f->pieces == INT64_MAX ? INT64_MAX : pieces_sum(free, f->pieces);
        }
        struct freed *only = names->len == 1 ? freed_of(hold, k, names->at[0]) : NULL;
        if (free < quantity || free == 0)
            continue;
        if (only && only->pieces != INT64_MAX)
            only->pieces -= quantity;
        return true;
    }
    return false;
}

/* What was freed by other names of the kinds that the move uses is not what it moves. */
static int64_t freed_of_others(const struct hold *hold, const struct part_of *of)
{
    int64_t sum = 0;
    for (size_t i = 0; i < hold->freed.len; i++) {
        const struct freed *f = &hold->freed.at[i];
        const struct words *names = named(of, f->kind);
        bool other = names->len > 0 && f->pieces != INT64_MAX;
        for (size_t k = 0; k < names->len; k++)
            other = other && strcmp(names->at[k], f->name) != 0;
        sum = other ? pieces_sum(sum, f->pieces) : sum;
    }
    return sum;
}

/* The newest first; a hold of all of the lot holds the pieces that are there. */
static void end(struct held_pieces *h, const struct event *e)
{
    int64_t left = release_by_name(h, e->record);
    for (size_t i = h->holds.len; i > 0 && left != 0; i--) {
        struct hold *hold = h->holds.at[i - 1];
        if (hold->ended || is_apart(h, hold, &e->record->of_pieces))
            continue;
        if (is_unnamed(hold) && names_any(&e->record->of_pieces)) {
            left = free_named(h, hold, &e->record->of_pieces, left);
            continue;
        }
        int64_t held = hold->quantity == INT64_MAX ? h->there : hold->quantity;
        held = held > 0 ? held : 0;
        if (left != NONE && held > left) {
            hold->quantity = held - left;
            break;
        }
        hold->ended = true;
        if (left != NONE)
            left -= held;
    }
    forget_ended(h);
}

/* Released pieces of what the move names, which go then; of several names nobody knows whose. */
static bool takes_free(struct held_name *n, const struct words *names, int64_t quantity)
{
    bool fits = n->free > 0 && (names->len > 1 || quantity <= n->free);
    if (names->len == 1)
        n->free = fits ? n->free - quantity : 0;
    return fits;
}

/* The hold of a piece that the move names; those pieces are gone then. */
static struct hold *take_named(struct held_pieces *h, const struct part_of *of, int64_t quantity)
{
    struct hold *worst = NULL;
    for (enum kind k = 0; k < KINDS; k++) {
        const struct words *names = named(of, k);
        for (size_t i = 0; i < names->len; i++) {
            struct held_name *n = held_name(h, k, names->at[i]);
            if (!n || takes_free(n, names, quantity))
                continue;
            if (!worst || is_for_suspicion(n->hold))
                worst = n->hold;
            if (k == KIND_SERIAL && n->hold->quantity != INT64_MAX && n->hold->quantity > 0)
                n->hold->quantity--; /* its name stays: it may come back */
        }
    }
    return worst;
}

/* The hold that a move of so many pieces breaks; NULL: enough others were free.  Of no move (`of`
 * NULL): what the lot is held for. */
static struct hold *broken_by(struct held_pieces *h, const struct part_of *of, int64_t quantity)
{
    struct hold *worst = of ? take_named(h, of, quantity) : NULL;
    int64_t held = 0, others = 0;
    if (worst)
        return worst;
    for (size_t i = 0; i < h->holds.len; i++) {
        struct hold *hold = h->holds.at[i];
        bool apart = of && (is_apart(h, hold, of) || takes_freed(h, hold, of, quantity));
        others = of ? pieces_sum(others, freed_of_others(hold, of)) : 0;
        if (!apart || (hold->quantity != INT64_MAX && !hold->at_most))
            held = hold->quantity == INT64_MAX || held == INT64_MAX ? INT64_MAX
                                                                    : pieces_sum(held, hold->quantity);
        if (!apart && (!worst || is_for_suspicion(hold)))
            worst = hold;
    }
    bool free = of && held != INT64_MAX && h->there - held - others >= quantity;
    return free ? NULL : worst;
}

static struct held held_by(const struct hold *hold)
{
    if (!hold)
        return (struct held){NULL, NONE, false};
    bool named = hold->by[KIND_SERIAL] || hold->by[KIND_PACKAGE] || hold->by[KIND_DATE];
    return (struct held){hold->event->record->reason, hold->event->seq,
                         hold->quantity == INT64_MAX && !named};
}

void lot_holds(struct space *s, struct lot *l)
{
    struct held_pieces h = {.s = s, .lot = l, .counted_dates = map_new(s->arena)};
    for (enum kind k = 0; k < KINDS; k++)
        h.names[k] = map_new(s->arena);
    l->held = ARENA_ARRAY(s->arena, struct held, l->events.len + 1);
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        int64_t in = event_inflow(l, e), out = event_outflow(l, e);
        l->held[i] = held_by(out > 0 && h.holds.len ? broken_by(&h, pieces_of(e), out) : NULL);
        h.there = pieces_sum(h.there, in - out);
        if (e->voided || !is_own(l, e))
            continue;
        if (e->record->type == REC_HELD)
            begin(&h, e);
        else if (e->record->type == REC_RELEASED)
            end(&h, e);
    }
    l->held_now = held_by(broken_by(&h, NULL, 0));
}

struct held held_at(const struct lot *l, const struct event *move)
{
    size_t low = 0, high = l->was_held ? l->events.len : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (l->events.at[middle] == move)
            return l->held[middle];
        if (event_order(l->events.at[middle], move) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return held_by(NULL);
}
