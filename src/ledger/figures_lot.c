/* figures_lot - what statistics say of one lot, and what is due because of what changed with it; see figures.h. */
#include "store_write.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/model/figure.h"

#include <stdlib.h>
#include <string.h>

enum { VOLUME_HALVES = 6 }; /* three years */

/* ---- whether enough others tell it ---- */

struct others { /* organisations besides those who read it as their own */
    const struct org *readers[2];
    const struct org *found[FIGURE_OTHERS];
    int len;
};

static struct others others_than(struct space *s, const struct lot *l)
{
    const struct org *owner = l->description.owner ? knowledge_org(s->kn, l->description.owner) : NULL;
    return (struct others){.readers = {l->holder->class_, owner ? owner->class_ : NULL}};
}

static bool others_add(struct others *o, const struct org *who)
{
    bool is_known = !who || who->class_ == o->readers[0] || who->class_ == o->readers[1];
    for (int i = 0; i < o->len && !is_known; i++)
        is_known = o->found[i] == who->class_;
    if (!is_known && o->len < FIGURE_OTHERS)
        o->found[o->len++] = who->class_;
    return o->len >= FIGURE_OTHERS;
}

/* Of names, a line each. */
static bool others_add_names(struct space *s, struct others *o, const char *names)
{
    while (*names) {
        size_t len = strcspn(names, "\n");
        if (others_add(o, knowledge_org(s->kn, arena_strndup(s->arena, names, len))))
            return true;
        names += len + (names[len] != '\0');
    }
    return false;
}

static bool is_told(struct space *s, const struct lot *l, const char *names)
{
    struct others o = others_than(s, l);
    return others_add_names(s, &o, names);
}

static bool is_told_of_seller(struct space *s, const struct lot *l, const struct seller_figure *f)
{
    struct others o = others_than(s, l);
    for (const struct seller_pair *p = f->pairs; p; p = p->next)
        if (p->lots > 0 && others_add(&o, p->holder))
            return true;
    return false;
}

/* ---- of a hop ---- */

static const struct price_figure *prices_at(const struct part_id *part, const char *currency, int32_t band, int32_t half)
{
    for (const struct price_figure *f = part->market.prices; f; f = f->next)
        if (f->band == band && f->half == half && text_is(f->currency, currency))
            return f;
    return NULL;
}

/* The last price of an authorized seller before that half year. */
static int64_t last_list(const struct part_id *part, const char *currency, int32_t band, int32_t half)
{
    const struct price_figure *last = NULL;
    for (const struct price_figure *f = part->market.prices; f; f = f->next)
        if (f->band == band && f->half < half && f->list != NONE && text_is(f->currency, currency) &&
            (!last || f->half > last->half))
            last = f;
    return last ? last->list : NONE;
}

static bool is_obsolete(const char *lifecycle)
{
    return text_is(lifecycle, "obsolete") || text_is(lifecycle, "eol");
}

static void price_of(struct space *s, const struct lot *l, const struct hop *h, bool is_old, struct hop_figures *g)
{
    int32_t band = quantity_band(h->quantity), half = half_of_day(h->sold_day);
    const struct price_figure *f = prices_at(l->part, g->currency, band, half);
    if (f) {
        g->list = f->list;
        g->floor = f->floor != NONE && (!*f->holders || is_told(s, l, f->holders)) ? f->floor : NONE;
    }
    if (g->list == NONE && is_old) {
        g->list = last_list(l->part, g->currency, band, half);
        g->list_is_old = g->list != NONE;
    }
}

static const struct market_figure *market_at(const struct part_id *part, int32_t half)
{
    const struct market_figure *f = part->market.halves;
    while (f && f->half != half)
        f = f->next;
    return f;
}

static void market_of(struct space *s, const struct lot *l, const struct hop *h, struct hop_figures *g)
{
    const struct market_figure *f = market_at(l->part, half_of_day(h->sold_day));
    if (!f)
        return;
    g->lead_weeks = f->lead_weeks;
    g->glut = f->glut;
    g->typical = f->typical != NONE && is_told(s, l, f->holders) ? f->typical : NONE;
}

static void seller_of(struct space *s, const struct lot *l, const struct hop *h, struct hop_figures *g)
{
    const struct org *o = knowledge_org(s->kn, h->seller);
    const struct seller_figure *f = o ? o->sold : NULL;
    g->accepted = 0;
    if (!f)
        return;
    const struct seller_pair *own = map_get(&f->by_holder, l->holder->id);
    if (own)
        g->accepted = own->lots - own->adverse;
    g->seller_since = f->first_sold;
    if (!is_told_of_seller(s, l, f))
        return;
    g->accepted_by_others = f->lots - f->adverse;
    g->seller_is_judged = f->lots >= rules_parameter("CAP-072", "lots");
    g->seller_is_adverse = f->is_adverse;
    g->seller_lots = f->lots;
    g->seller_found = f->adverse;
}

static const struct edge *priced_edge(const struct lot *l, const struct hop *h)
{
    for (size_t i = 0; i < l->edges.len; i++)
        if (l->edges.at[i].seq == h->seq && l->edges.at[i].currency)
            return &l->edges.at[i];
    return NULL;
}

struct hop_figures *figures_of_hops(struct space *s, const struct lot *l, const char *lifecycle)
{
    struct hop_figures *all = ARENA_ARRAY(s->arena, struct hop_figures, l->hops.len + 1);
    for (size_t i = 0; i < l->hops.len; i++) {
        const struct hop *h = &l->hops.at[i];
        const struct edge *e = priced_edge(l, h);
        struct hop_figures *g = &all[i];
        *g = (struct hop_figures){.price = e ? e->price : NONE, .currency = e ? e->currency : NULL, .floor = NONE, .list = NONE,
                                  .lead_weeks = NONE, .typical = NONE, .glut = NONE, .accepted = NONE,
                                  .accepted_by_others = NONE, .seller_since = NO_DAY};
        if (l->part && h->sold_day != NO_DAY && e)
            price_of(s, l, h, is_obsolete(lifecycle), g);
        if (l->part && h->sold_day != NO_DAY)
            market_of(s, l, h, g);
        if (h->seller)
            seller_of(s, l, h, g);
    }
    return all;
}

/* ---- of the part, the lot ---- */

void figures_of_part(struct space *s, const struct lot *l, int32_t last_ship, struct part_figures *out)
{
    *out = (struct part_figures){.offered = NONE, .entered = NONE, .made = NONE};
    if (!l->part || last_ship == NO_DAY)
        return;
    int32_t half = half_of_day(last_ship);
    int64_t made = 0, entered = 0, offered = NONE;
    bool is_proven = true;
    struct others o = others_than(s, l);
    for (const struct market_figure *f = l->part->market.halves; f; f = f->next) {
        if (f->half <= half && f->half > half - VOLUME_HALVES) {
            made = pieces_sum(made, f->made);
            is_proven &= f->is_proven;
            others_add_names(s, &o, f->owners);
        }
        if (f->half > half && f->entered)
            entered = pieces_sum(entered, f->entered);
        if (f->half > half && f->offered > 0 && f->offered > offered)
            offered = f->offered;
        if (f->half > half)
            others_add_names(s, &o, f->owners);
    }
    out->offered = offered;
    if (o.len < FIGURE_OTHERS)
        return;
    out->made = made;
    out->entered = entered;
    out->made_is_proven = is_proven;
}

static bool is_own_word(const struct lot *l, const struct event *e)
{
    return text_is(e->owner, l->holder->name);
}

int32_t lot_named_day(struct space *s, const struct lot *l)
{
    int64_t own = INT64_MAX, any = INT64_MAX;
    for (size_t i = 0; l->code && i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        if (e->voided)
            continue;
        any = e->seq < any ? e->seq : any;
        if (is_own_word(l, e))
            own = e->seq < own ? e->seq : own;
    }
    return own != INT64_MAX ? known_day(s->kn, own) : any != INT64_MAX ? known_day(s->kn, any) : NO_DAY;
}

void figures_of_naming(struct space *s, const struct lot *l, struct day_figures *out)
{
    const struct holder_figure *h = l->holder->booked;
    *out = (struct day_figures){.day = lot_named_day(s, l), .seq = NONE};
    out->is_known = h && h->known_after != NO_DAY && out->day > h->known_after;
    for (const struct day_figure *d = h ? h->days : NULL; d; d = d->next)
        if (d->day == out->day) {
            out->is_unusual = true;
            out->lots = d->lots;
            out->usual = d->usual;
        }
    for (size_t i = 0; out->is_unusual && i < l->events.len; i++)
        if (!l->events.at[i]->voided && (out->seq == NONE || l->events.at[i]->seq < out->seq))
            out->seq = l->events.at[i]->seq;
}

int64_t figures_bought(const struct lot *l)
{
    return l->holder->booked ? l->holder->booked->bought : 0;
}

static int32_t earlier(int32_t day, int32_t other)
{
    return day == NO_DAY || other < day ? other : day;
}

int32_t lot_bad_day(struct space *s, const struct lot *l)
{
    int32_t day = NO_DAY;
    for (size_t i = 0; l->code && i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        bool is_held = e->record->type == REC_HELD && text_is(e->record->reason, "suspect") && is_own(l, e);
        if (!e->voided && (is_held || (record_is_adverse(e->record) && is_binding(s, l, e))))
            day = earlier(day, known_day(s->kn, e->seq));
    }
    for (size_t i = 0; i < l->sample_inspections.len; i++)
        if (!l->sample_inspections.at[i]->voided && record_is_adverse(l->sample_inspections.at[i]->record))
            day = earlier(day, known_day(s->kn, l->sample_inspections.at[i]->seq));
    return day;
}

/* ---- what is due ---- */

static bool has_text(const char *const *at, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(at[i], text) == 0)
            return true;
    return false;
}

/* The ledger day and the seller at the end of an edge as text (store_trace.c). */
static int32_t text_known(const char *text)
{
    const char *end = strchr(text, '\x1f');
    while (end && end > text && end[-1] != '/')
        end--;
    return end ? (int32_t)strtol(end, NULL, 10) : 0;
}

static const char *text_seller(const char *text)
{
    const char *end = strchr(text, '\x1f');
    return end && end[1] ? end + 1 : NULL;
}

struct news { /* of a lot: due tomorrow, or because of earlier days at once */
    struct space *s;
    struct changes *c;
    bool at_once;
};

static void add(const struct news *n, const char *kind, int64_t target, int32_t *last)
{
    int32_t day = n->at_once ? (n->c->append ? 0 : n->c->day) : n->c->day + 1;
    if (!n->at_once && *last == day)
        return;
    if (!n->at_once)
        *last = day;
    *vec_push(n->s->arena, &n->c->due) = (struct due_add){kind, target, n->c->cause, day, 2};
}

static void add_seller(const struct news *n, const char *name)
{
    struct org *o = name ? knowledge_org(n->s->kn, name) : NULL;
    if (o)
        add(n, "trader", o->id, &o->figures_day);
}

static void add_part(const struct news *n, int64_t id)
{
    struct part_id *p = map_get(&n->s->kn->parts_by_id, id);
    if (p)
        add(n, "market", id, &p->figures_day);
}

static void add_lot(const struct news *n, const struct lot *l)
{
    add_part(n, part_id_of(l));
    if (is_moved(l))
        add_part(n, l->stored_part);
    for (size_t i = 0; i < l->edges.len; i++)
        if (l->edges.at[i].standing != HOP_INTERNAL)
            add_seller(n, l->edges.at[i].seller ? l->edges.at[i].seller : l->edges.at[i].source);
    for (size_t i = 0; i < l->stored_edges.len && n->at_once; i++)
        add_seller(n, text_seller(l->stored_edges.at[i]));
    if (lot_is_renamed(l))
        add(n, "trader", l->holder->id, &l->holder->figures_day);
}

static bool is_of_today(const struct space *s, const struct lot *l)
{
    for (size_t i = 0; i < l->events.len; i++)
        if (known_day(s->kn, l->events.at[i]->seq) >= s->today)
            return true;
    return false;
}

/* What was known before today is told otherwise now. */
static bool changes_the_past(const struct space *s, const struct lot *l, int32_t bad)
{
    if (bad != l->stored_bad && ((bad != NO_DAY && bad < s->today) || (l->stored_bad != NO_DAY && l->stored_bad < s->today && !l->is_new)))
        return true;
    int32_t was = lot_was_named(l), is = lot_is_named(l);
    if (was != is && ((was != NO_DAY && was < s->today) || (is != NO_DAY && is < s->today)))
        return true;
    for (size_t i = 0; i < l->edge_texts.len; i++)
        if (l->edges.at[i].known < s->today &&
            (l->is_gone || l->changed.edges) && !has_text(l->stored_edges.at, l->stored_edges.len, l->edge_texts.at[i]))
            return true;
    for (size_t i = 0; i < l->stored_edges.len; i++)
        if (text_known(l->stored_edges.at[i]) < s->today &&
            (l->is_gone || !has_text(l->edge_texts.at, l->edge_texts.len, l->stored_edges.at[i])))
            return true;
    return !l->is_new && is_moved(l);
}

void figures_changed(struct space *s, struct changes *c, struct lot *l, bool row_differs)
{
    bool differs = l->is_new || l->is_gone || l->changed.edges || row_differs;
    if (!l->code || !differs)
        return;
    if (c->append || is_of_today(s, l))
        add_lot(&(struct news){s, c, false}, l);
    if (changes_the_past(s, l, l->row ? l->row->bad : NO_DAY))
        add_lot(&(struct news){s, c, true}, l);
}
