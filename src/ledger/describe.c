/*
 * describe - what a lot's own records say of it: order, description, balance.
 *
 * Custody order (records.md 3): a bare date, month or year counts as its first instant for what
 * brings in or releases and as its last for everything else; at one instant in, release, out,
 * hold; then by key; never by seq.
 */
#include "lot.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/codec/codec.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum rank { RANK_IN, RANK_RELEASE, RANK_OUT, RANK_HOLD };

static bool is_output(const struct event *e)
{
    return e->record->type == REC_TRANSFORMED && e->ordinal >= ORDINAL_OUTPUT;
}

static bool is_joint(const struct event *e)
{
    return e->ordinal < 0;
}

static bool is_main(const struct event *e)
{
    return e->ordinal == ORDINAL_MAIN;
}

static enum rank event_rank(const struct event *e)
{
    enum record_type t = e->record->type;
    if (is_output(e) || is_joint(e) || t == REC_RECEIVED || t == REC_DESCRIBED ||
        (t == REC_MANUFACTURED && is_main(e)) || (t == REC_COUNTED && e->record->book == NONE))
        return RANK_IN;
    if (t == REC_RELEASED)
        return RANK_RELEASE;
    return t == REC_HELD ? RANK_HOLD : RANK_OUT;
}

static int64_t event_us(const struct event *e)
{
    enum rank rank = event_rank(e);
    const struct when *w = &e->record->time;
    return rank == RANK_IN || rank == RANK_RELEASE ? w->first_us : w->last_us;
}

int event_order(const struct event *a, const struct event *b)
{
    if (event_us(a) != event_us(b))
        return event_us(a) < event_us(b) ? -1 : 1;
    if (event_rank(a) != event_rank(b))
        return event_rank(a) < event_rank(b) ? -1 : 1;
    int by_key = memcmp(a->key, b->key, sizeof a->key);
    if (by_key != 0)
        return by_key;
    int by_owner = strcmp(a->owner, b->owner);
    return by_owner != 0 ? by_owner : (a->ordinal > b->ordinal) - (a->ordinal < b->ordinal);
}

static int event_compare(const void *x, const void *y)
{
    return event_order(*(struct event *const *)x, *(struct event *const *)y);
}

static void lot_order(struct lot *l)
{
    if (!l->ordered && l->events.len > 1)
        qsort(l->events.at, l->events.len, sizeof *l->events.at, event_compare);
    l->ordered = true;
}

bool is_own(const struct lot *l, const struct event *e)
{
    return strcmp(e->today, l->holder->class_->name) == 0;
}

/* ---- pieces ---- */

static const struct lot_input *input_of(const struct event *e)
{
    size_t i = (size_t)(e->ordinal - ORDINAL_INPUT);
    return i < e->record->inputs_len ? &e->record->inputs[i] : NULL;
}

const struct lot_description *output_of(const struct event *e)
{
    return is_output(e) ? &e->record->outputs[e->ordinal - ORDINAL_OUTPUT] : NULL;
}

/* What a made lot came with says nothing of the die and wafers that went into it. */
size_t event_documents(const struct event *e)
{
    bool consumed = e->record->type == REC_MANUFACTURED && !is_main(e);
    return e->voided || consumed ? 0 : e->record->documents_len;
}

static bool brings_in(const struct event *e)
{
    enum record_type t = e->record->type;
    return t == REC_RECEIVED || is_output(e) || (t == REC_MANUFACTURED && is_main(e));
}

/* Opening stock, unless the lot has records of how it came in: then it is proof of storage.  A count
 * that describes its lot is where the lot begins; what came into it on later days tops it up. */
bool is_opening(const struct lot *l, const struct event *e)
{
    const struct record *r = e->record;
    if (r->type != REC_COUNTED || r->book != NONE)
        return false;
    if (text_is(r->reason, "opening"))
        return true;
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *o = l->events.at[i];
        if (o->voided || o == e)
            continue;
        if (brings_in(o) && (!r->lot.part.mpn || o->record->time.first_day <= r->time.last_day))
            return false;
        if (o->record->type == REC_COUNTED && o->record->book == NONE && event_compare(&o, &e) < 0)
            return false;
    }
    return true;
}

int64_t event_inflow(const struct lot *l, const struct event *e)
{
    const struct record *r = e->record;
    if (e->voided)
        return 0;
    if (is_joint(e)) {
        int64_t sum = 0;
        for (size_t i = 0; i < r->inputs_len; i++)
            sum = pieces_sum(sum, r->inputs[i].quantity);
        return sum;
    }
    if (is_output(e))
        return output_of(e)->quantity;
    if ((r->type == REC_MANUFACTURED && is_main(e)) || r->type == REC_RECEIVED)
        return r->lot.quantity;
    return is_opening(l, e) ? r->quantity : 0;
}

static int64_t destroyed(const struct lot *l, const struct event *e)
{
    int64_t sum = 0;
    if (!is_own(l, e))
        return 0; /* never on another's balance */
    for (size_t i = 0; i < e->record->methods_len; i++)
        if (e->record->methods[i].destroyed != NONE)
            sum = pieces_sum(sum, e->record->methods[i].destroyed);
    return sum;
}

int64_t event_outflow(const struct lot *l, const struct event *e)
{
    const struct record *r = e->record;
    if (e->voided)
        return 0;
    if (is_joint(e)) {
        int64_t sum = 0;
        for (size_t i = 0; i < r->outputs_len; i++)
            sum = pieces_sum(sum, r->outputs[i].quantity);
        return sum;
    }
    if (e->ordinal >= ORDINAL_INPUT && e->ordinal < ORDINAL_OUTPUT)
        return input_of(e) ? input_of(e)->quantity : 0;
    if (!is_main(e))
        return 0;
    if (r->type == REC_SHIPPED || r->type == REC_INSTALLED || r->type == REC_SCRAPPED)
        return r->quantity;
    if (r->type == REC_INSPECTED)
        return destroyed(l, e);
    if (r->type == REC_COUNTED && r->book != NONE && r->quantity < r->book)
        return r->book - r->quantity;
    return 0;
}

/* Pieces that one transformation takes out of the lot and puts back, re-bagged or baked: no inflow.
 * Told at the first of its outputs into the lot. */
int64_t event_stayed(const struct lot *l, const struct event *e)
{
    const struct record *r = e->record;
    int64_t taken = 0, given = 0;
    if (e->voided || !is_output(e) || !l->code)
        return 0;
    for (size_t i = 0; i < r->inputs_len; i++)
        taken = pieces_sum(taken, text_is(r->inputs[i].lot, l->code) ? r->inputs[i].quantity : 0);
    for (size_t i = 0; i < r->outputs_len; i++) {
        if (!text_is(r->outputs[i].code, l->code))
            continue;
        if (&r->outputs[i] < output_of(e))
            return 0;
        given = pieces_sum(given, r->outputs[i].quantity);
    }
    return taken < given ? taken : given;
}

struct balance_event { /* with the day that it counts for */
    const struct event *event;
    int32_t day;
    enum rank rank;
    int64_t in, out, booked; /* pieces until here, this one's too; `booked`: what counts found */
};

static int by_balance_day(const void *x, const void *y)
{
    const struct balance_event *a = x, *b = y;
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    return event_compare(&a->event, &b->event);
}

/* Pieces that a count found above the books and that were booked. */
static int64_t event_booked(const struct event *e)
{
    const struct record *r = e->record;
    bool more = !e->voided && r->type == REC_COUNTED && r->book != NONE && r->quantity > r->book;
    return more ? r->quantity - r->book : 0;
}

/* Days as written, with the slack of the rule for what goes out. */
static const struct balance_event *by_day(struct space *s, const struct lot *l)
{
    int32_t slack = (int32_t)rules_parameter("CAP-060", "slackDays");
    struct balance_event *all = ARENA_ARRAY(s->arena, struct balance_event, l->events.len + 1);
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        const struct when *w = &e->record->time;
        enum rank rank = event_rank(e);
        all[i] = (struct balance_event){
            .event = e, .day = rank == RANK_IN ? w->first_day : w->last_day + slack, .rank = rank};
    }
    qsort(all, l->events.len, sizeof *all, by_balance_day);
    struct balance_event sum = {0};
    for (size_t i = 0; i < l->events.len; i++) {
        all[i].in = sum.in = pieces_sum(sum.in, event_inflow(l, all[i].event));
        all[i].out = sum.out = pieces_sum(sum.out, event_outflow(l, all[i].event));
        all[i].booked = sum.booked = pieces_sum(sum.booked, event_booked(all[i].event));
    }
    return all;
}

/* Formula sheet 5: inflow - outflow >= 0 at every prefix; small finds of counts are tolerated. */
static void balance_walk(struct lot *l, const struct balance_event *sorted)
{
    struct balance *b = &l->balance;
    int64_t running = b->found < b->found_allowed ? b->found : b->found_allowed;
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = sorted[i].event;
        running = pieces_sum(running, event_inflow(l, e) - event_outflow(l, e));
        if (-running > b->overdrawn) {
            b->overdrawn = -running;
            b->overdrawn_seq = e->seq;
        }
    }
}

/* What is known at the end of that day. */
static struct balance_event sums_on(const struct balance_event *sorted, size_t len, int32_t day)
{
    size_t low = 0, high = len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sorted[middle].day <= day)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? sorted[low - 1] : (struct balance_event){0};
}

/* A proof of storage tells no books: it is held against the ledger's own, with the slack either way.
 * It changes no balance, and the pieces that a later count books are the same ones. */
static void unbooked_finds(struct lot *l, const struct balance_event *sorted, int64_t *book)
{
    struct balance *b = &l->balance;
    int32_t slack = (int32_t)rules_parameter("CAP-060", "slackDays");
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        const struct record *r = e->record;
        if (e->voided || r->type != REC_COUNTED || r->book != NONE || is_opening(l, e))
            continue;
        struct balance_event there = sums_on(sorted, l->events.len, r->time.last_day + slack);
        struct balance_event gone = sums_on(sorted, l->events.len, r->time.first_day - 1);
        int64_t books = pieces_sum(pieces_sum(there.in, -gone.out), there.booked);
        books = books > 0 ? books : 0;
        if (r->quantity <= books)
            continue;
        *book = books > *book ? books : *book;
        int64_t found = pieces_sum(there.booked, r->quantity - books);
        if (found > b->found) {
            b->found = found;
            b->found_seq = e->seq;
        }
    }
}

/* Pieces that a transformation gives beyond what it takes.  Where rework makes another part (a
 * panel becomes boards) the pieces are not the same thing. */
static int64_t conjured(const struct record *r)
{
    int64_t more = 0;
    for (size_t i = 0; i < r->outputs_len; i++) {
        more = pieces_sum(more, r->outputs[i].quantity);
        if (text_is(r->how, "rework") && r->outputs[i].part.mpn)
            return 0;
    }
    for (size_t i = 0; i < r->inputs_len; i++)
        more = pieces_sum(more, -r->inputs[i].quantity);
    return r->type == REC_TRANSFORMED && more > 0 ? more : 0;
}

static void lot_balance(struct space *s, struct lot *l)
{
    struct balance *b = &l->balance;
    const struct balance_event *sorted = by_day(s, l);
    int64_t book = 0;
    *b = (struct balance){.overdrawn_seq = NONE, .found_seq = NONE, .conjured_seq = NONE,
                          .newest_day = NO_DAY};
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        const struct record *r = e->record;
        if (e->voided)
            continue;
        int64_t in = event_inflow(l, e), out = event_outflow(l, e);
        l->was_held |= r->type == REC_HELD;
        b->inflow = pieces_sum(b->inflow, in - event_stayed(l, e));
        b->outflow = pieces_sum(b->outflow, out - event_stayed(l, e));
        b->has_inflow |= in > 0 || (is_opening(l, e));
        if (event_booked(e) > 0) {
            b->found = pieces_sum(b->found, event_booked(e));
            b->found_seq = e->seq; /* the last in order */
            book = r->book > book ? r->book : book;
        }
        if (conjured(r) > b->conjured) {
            b->conjured = conjured(r);
            b->conjured_seq = e->seq;
        }
        if ((in || out || r->type == REC_COUNTED) && r->time.last_day > b->newest_day)
            b->newest_day = r->time.last_day;
    }
    b->balance = b->inflow - b->outflow + b->found;
    unbooked_finds(l, sorted, &book);
    int64_t pieces = rules_parameter("CAP-060", "foundPieces");
    int64_t share = book * rules_parameter("CAP-060", "foundPercent") / 100;
    b->found_allowed = share > pieces ? share : pieces;
    balance_walk(l, sorted);
}

/* ---- description ---- */

/* Which texts a list has already.  A lot's marks of one kind end at LOT_MARKS_MAX, in custody order: what
 * many records say in turn would fill any memory; the records keep the rest. */
struct seen {
    struct map texts;
    size_t left;
};

static struct seen seen_new(struct space *s)
{
    return (struct seen){map_new(s->arena), LOT_MARKS_MAX};
}

static bool is_first(struct seen *seen, const char *text)
{
    if (!seen->left || map_get_text(&seen->texts, text))
        return false;
    map_put_text(&seen->texts, text, seen);
    seen->left--;
    return true;
}

void words_merge(struct space *s, struct words *to, const struct words *from)
{
    if (!to->len || !from->len) {
        bool given = to->given || from->given;
        *to = to->len ? *to : *from;
        to->given = given;
        return;
    }
    const struct words *both[] = {to, from};
    struct seen seen = seen_new(s);
    struct words all = {ARENA_ARRAY(s->arena, const char *, to->len + from->len), 0, to->given || from->given};
    for (size_t n = 0; n < LENGTH(both); n++)
        for (size_t i = 0; i < both[n]->len; i++)
            if (is_first(&seen, both[n]->at[i]))
                all.at[all.len++] = both[n]->at[i];
    *to = all;
}

/* A date code that goes with other trace codes is another item. */
const char *code_name(struct space *s, const struct date_code_item *c)
{
    struct text t = text_new(s->arena);
    text_add(&t, c->code);
    for (size_t i = 0; i < c->trace_codes.len; i++)
        text_addf(&t, "\x1f%s", c->trace_codes.at[i]);
    return text_str(&t);
}

static void codes_merge(struct space *s, struct lot_description *to,
                        const struct lot_description *from)
{
    VEC(struct date_code_item) all = {0};
    struct seen seen = seen_new(s);
    for (size_t i = 0; i < to->date_codes_len + from->date_codes_len; i++) {
        const struct date_code_item *c = i < to->date_codes_len ? &to->date_codes[i]
                                                                : &from->date_codes[i - to->date_codes_len];
        if (is_first(&seen, code_name(s, c)))
            *vec_push(s->arena, &all) = *c;
    }
    to->date_codes = all.at;
    to->date_codes_len = all.len;
}

static void packages_merge(struct space *s, struct lot_description *to,
                           const struct lot_description *from)
{
    VEC(struct package_item) all = {0};
    struct seen seen = seen_new(s);
    for (size_t i = 0; i < to->package_ids_len + from->package_ids_len; i++) {
        const struct package_item *x = i < to->package_ids_len ? &to->package_ids[i]
                                                               : &from->package_ids[i - to->package_ids_len];
        if (is_first(&seen, x->id))
            *vec_push(s->arena, &all) = *x;
    }
    to->package_ids = all.at;
    to->package_ids_len = all.len;
}

/* Scalars: the first in order counts. */
static void scalars_merge(struct lot_description *to, const struct lot_description *from)
{
#define FIRST(m) to->m = to->m ? to->m : from->m
    if (!to->part.mpn)
        to->part = from->part;
    FIRST(made_in);
    FIRST(assembled_in);
    FIRST(diffused_in);
    FIRST(condition);
    FIRST(owner);
    FIRST(packaging);
    FIRST(seal);
    FIRST(finish);
    FIRST(msl);
    FIRST(bin);
    FIRST(customer_part);
    FIRST(content_hash);
#undef FIRST
    if (!to->sealed_on.text)
        to->sealed_on = from->sealed_on;
    if (!to->expires.text)
        to->expires = from->expires;
}

static void description_merge(struct space *s, struct lot_description *to,
                              const struct lot_description *from)
{
    scalars_merge(to, from);
    codes_merge(s, to, from);
    packages_merge(s, to, from);
    words_merge(s, &to->trace_codes, &from->trace_codes);
    words_merge(s, &to->serials, &from->serials);
    words_merge(s, &to->labels, &from->labels);
}

/* The key that a part is compared under, as of the event. */
static const char *key_at(struct space *s, const struct event *e, const struct part_name *p)
{
    const char *maker = party_resolve(s->kn, p->maker, e->record->time.first_us);
    return maker ? part_resolve(s->kn, s->arena, maker, p->key) : p->key;
}

bool same_but_packing(struct space *s, const struct part_name *a, const struct part_name *b)
{
    return a->mpn && b->mpn && strcmp(part_base(s->arena, a->mpn), part_base(s->arena, b->mpn)) == 0;
}

bool same_part_at(struct space *s, const struct event *e, const struct part_name *a,
                         const struct part_name *b)
{
    return strcmp(a->key, b->key) == 0 || strcmp(key_at(s, e, a), key_at(s, e, b)) == 0 ||
           same_but_packing(s, a, b);
}

const struct lot_description *event_description(const struct event *e)
{
    switch ((int)e->record->type) {
    case REC_MANUFACTURED:
    case REC_RECEIVED:
    case REC_COUNTED:
    case REC_DESCRIBED:
        return is_main(e) && e->record->lot.described ? &e->record->lot : NULL;
    default:
        return output_of(e);
    }
}

static int64_t earliest_us(const struct lot *l)
{
    int64_t t = INT64_MAX;
    for (size_t i = 0; i < l->events.len; i++)
        if (!l->events.at[i]->voided && l->events.at[i]->record->time.first_us < t)
            t = l->events.at[i]->record->time.first_us;
    return t;
}

const struct event *lot_reworked(const struct lot *l)
{
    const struct event *last = NULL;
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        if (!e->voided && is_own(l, e) && output_of(e) && text_is(e->record->how, "rework"))
            last = e;
    }
    return last;
}

void lot_refinish(struct lot *l)
{
    const struct event *e = lot_reworked(l);
    if (e && output_of(e)->finish)
        l->description.finish = output_of(e)->finish;
}

void lot_describe(struct space *s, struct lot *l)
{
    lot_order(l);
    l->first_us = earliest_us(l);
    l->own = (struct lot_description){.quantity = NONE, .code = l->code};
    l->description_seq = l->own_contradiction_seq = NONE;
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        const struct lot_description *d = event_description(e);
        if (e->voided || !is_own(l, e) || !d)
            continue;
        if (l->own.part.mpn && d->part.mpn && !same_part_at(s, e, &d->part, &l->own.part)) {
            l->own_contradiction_seq = e->seq; /* of two descriptions the first counts */
            continue;
        }
        description_merge(s, &l->own, d);
        if (l->description_seq == NONE)
            l->description_seq = e->seq;
    }
    lot_balance(s, l);
    l->has_description = l->own.part.mpn != NULL;
    if (l->has_description)
        l->own.quantity = l->balance.inflow;
    l->description = l->own;
    lot_refinish(l);
    l->inherited = (struct inherited){0};
    l->contradiction_seq = l->own_contradiction_seq;
    l->held_now = (struct held){.seq = NONE};
    if (l->was_held)
        lot_holds(s, l);
    bool suspect = text_is(l->held_now.reason, "suspect");
    l->balance.is_held = l->held_now.reason != NULL;
    l->balance.is_held_suspect = suspect && l->held_now.whole;
    l->balance.is_part_suspect = suspect && !l->held_now.whole;
}

/* ---- the description as stored: the contract's own JSON, without the pieces, which are a column ---- */

static void put_text(json_t *o, const char *key, const char *value)
{
    if (value)
        json_object_set_new(o, key, json_string(value));
}

static void put_words(json_t *o, const char *key, const struct words *w)
{
    if (!w->len)
        return;
    json_t *list = json_array();
    for (size_t i = 0; i < w->len; i++)
        json_array_append_new(list, json_string(w->at[i]));
    json_object_set_new(o, key, list);
}

static json_t *codes_json(const struct lot_description *d)
{
    json_t *list = json_array();
    for (size_t i = 0; i < d->date_codes_len; i++) {
        const struct date_code_item *c = &d->date_codes[i];
        json_t *item = json_object();
        put_text(item, "code", c->code);
        if (c->quantity != NONE)
            json_object_set_new(item, "quantity", json_integer(c->quantity));
        put_words(item, "traceCodes", &c->trace_codes);
        put_text(item, "madeIn", c->made_in);
        json_array_append_new(list, item);
    }
    return list;
}

static json_t *packages_json(const struct lot_description *d)
{
    json_t *list = json_array();
    for (size_t i = 0; i < d->package_ids_len; i++) {
        json_t *item = json_object();
        put_text(item, "id", d->package_ids[i].id);
        if (d->package_ids[i].quantity != NONE)
            json_object_set_new(item, "quantity", json_integer(d->package_ids[i].quantity));
        json_array_append_new(list, item);
    }
    return list;
}

const char *description_json(struct arena *a, const struct lot_description *d)
{
    json_t *o = json_object();
    put_text(o, "code", d->code);
    if (d->part.mpn)
        json_object_set_new(o, "part", json_pack("{s:s, s:s}", "manufacturer",
                                                 d->part.manufacturer, "mpn", d->part.mpn));
    if (d->date_codes_len)
        json_object_set_new(o, "dateCodes", codes_json(d));
    put_words(o, "traceCodes", &d->trace_codes);
    put_text(o, "madeIn", d->made_in);
    put_text(o, "assembledIn", d->assembled_in);
    put_text(o, "diffusedIn", d->diffused_in);
    put_text(o, "condition", d->condition);
    put_text(o, "owner", d->owner);
    put_text(o, "packaging", d->packaging);
    put_text(o, "seal", d->seal);
    if (d->package_ids_len)
        json_object_set_new(o, "packageIds", packages_json(d));
    put_text(o, "sealedOn", d->sealed_on.text);
    put_text(o, "expires", d->expires.text);
    put_words(o, "serials", &d->serials);
    put_text(o, "finish", d->finish);
    put_text(o, "msl", d->msl);
    put_text(o, "bin", d->bin);
    put_text(o, "customerPart", d->customer_part);
    put_text(o, "contentHash", d->content_hash);
    put_words(o, "labels", &d->labels);
    size_t len;
    char *text = json_canonical(a, o, &len);
    json_decref(o);
    return text;
}

/* What is stored was made by description_json() from records that were taken. */
const struct lot_description *lot_declared(struct space *s, struct lot *l)
{
    struct error err = {0};
    struct record *r = NULL;
    if (l->touched || l->declared_done || !l->has_description)
        return &l->description;
    const char *wrapped = arena_printf(
        s->arena, "{\"type\":\"described\",\"time\":\"2000\",\"lot\":%s}", l->stored_description);
    bool ok = record_read(s->arena, s->arena, wrapped, strlen(wrapped), &r, &err);
    assert(ok);
    l->description = r->lot;
    l->declared_done = true;
    return &l->description;
}
