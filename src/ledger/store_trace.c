/* store_trace - how lots hang together, as rows: names, events, links, edges, marks.  What did not change
 * is not written. */
#include "store_write.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
/* A name that who is who hid from the read is there: the queue puts it right. */
QUERY NAME_ADD = {.name = "lot_name_add",
    .sql = "INSERT INTO lot_name (holder, code, part, lot, own)"
           " SELECT unnest($1::bigint[]), unnest($2::text[]), unnest($3::bigint[]), unnest($4::bigint[]), unnest($5::bigint[])"
           " ON CONFLICT DO NOTHING"};
/* By how many more or fewer lots a holder named on a day. */
QUERY NAMED_COUNT = {.name = "named_count",
    .sql = "INSERT INTO named_lots AS n (holder, day, lots)"
           " SELECT i.holder, i.day, sum(i.lots) FROM unnest($1::bigint[], $2::int[], $3::int[]) AS i(holder, day, lots) GROUP BY 1, 2"
           " ON CONFLICT (holder, day) DO UPDATE SET lots = n.lots + excluded.lots"};
QUERY NAMED_SWEEP = {.name = "named_sweep", .sql = "DELETE FROM named_lots WHERE holder = ANY($1::bigint[]) AND lots <= 0"};
QUERY NAME_SET = {.name = "lot_name_set",
    .sql = "UPDATE lot_name n SET part = i.part, lot = i.lot"
           "  FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[]) AS i(holder, code, part, lot)"
           " WHERE n.holder = i.holder AND n.code = i.code"};
QUERY CUSTODY_DROP = {.name = "custody_drop",
    .sql = "DELETE FROM custody c USING unnest($1::bigint[], $2::bigint[], $3::int[]) AS i(lot, seq, ordinal)"
           " WHERE c.lot = i.lot AND c.seq = i.seq AND c.ordinal = i.ordinal"};
QUERY LOT_DROP = {.name = "lot_drop", .sql = "DELETE FROM lot WHERE lot = ANY($1::bigint[])"};
/* Its children are due, and store their edges under its new part. */
QUERY LOT_MOVED = {.name = "lot_name_moved",
    .sql = "WITH i AS (SELECT * FROM unnest($1::bigint[], $2::bigint[]) AS i(lot, part)),"
           "     c AS (UPDATE custody c SET part = i.part FROM i WHERE c.lot = i.lot),"
           "     s AS (UPDATE lot_name n SET part = i.part FROM i WHERE n.lot = i.lot AND n.lot <> n.own)"
           " UPDATE lot_name n SET part = i.part FROM i, lot x WHERE x.lot = i.lot"
           "    AND n.holder = x.holder AND n.code = x.code"};
QUERY CUSTODY_ADD = {.name = "custody_add",
    .sql = "INSERT INTO custody (part, lot, seq, ordinal, kind)"
           " SELECT unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bigint[]), unnest($4::int[]),"
           " unnest($5::text[])"};
QUERY LINK_DROP = {.name = "link_drop",
    .sql = "DELETE FROM link l USING unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::int[]) AS i(key, lot, seq, side)"
           " WHERE l.key = i.key AND l.lot = i.lot AND l.seq = i.seq AND l.side = i.side"};
QUERY LINK_ADD = {.name = "link_add",
    .sql = "INSERT INTO link (key, part, lot, seq, side)"
           " SELECT unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bigint[]), unnest($4::bigint[]),"
           " unnest($5::int[])"};
QUERY EDGE_DROP = {.name = "edge_drop", .sql = "DELETE FROM edge WHERE child = ANY($1::bigint[])"};
QUERY EDGE_ADD = {.name = "edge_add",
    .sql = "INSERT INTO edge (part, parent, child, parent_part, child_part, seq, ordinal, out_seq, quantity,"
           " standing, tier, source, seller, reason, shipped, received, tier_why, tier_seq,"
           " price, currency, sold, known)"
           " SELECT unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bigint[]), unnest($4::bigint[]),"
           " unnest($5::bigint[]), unnest($6::bigint[]), unnest($7::int[]), unnest($8::bigint[]),"
           " unnest($9::bigint[]), unnest($10::text[]), unnest($11::text[]), unnest($12::text[]),"
           " unnest($13::text[]), unnest($14::text[]), unnest($15::text[]), unnest($16::text[]),"
           " unnest($17::text[]), unnest($18::bigint[]), unnest($19::bigint[]), unnest($20::text[]), unnest($21::int[]),"
           " unnest($22::int[])"};
QUERY MARK_DROP = {.name = "lot_mark_drop",
    .sql = "DELETE FROM lot_mark m USING unnest($1::bigint[], $2::bigint[], $3::text[]) AS i(key, lot, sub)"
           " WHERE m.key = i.key AND m.lot = i.lot AND m.sub = i.sub"};
QUERY MARK_ADD = {.name = "lot_mark_add",
    .sql = "INSERT INTO lot_mark (key, part, lot, kind, value, sub)"
           " SELECT unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bigint[]), unnest($4::text[]),"
           " unnest($5::text[]), unnest($6::text[])"};
QUERY SUB_ADD = {.name = "mark_add",
    .sql = "INSERT INTO mark (key, sub, lots)"
           " SELECT unnest($1::bigint[]), unnest($2::text[]), unnest($3::bigint[])"};
QUERY MARK_COUNT = {.name = "mark_count",
    .sql = "INSERT INTO mark (key, sub, lots)"
           " SELECT unnest($1::bigint[]), unnest($2::text[]), unnest($3::bigint[])"
           " ON CONFLICT (key, sub) DO UPDATE SET lots = mark.lots + excluded.lots"};
QUERY MARK_SWEEP = {.name = "mark_sweep",
    .sql = "DELETE FROM mark WHERE key = ANY($1::bigint[]) AND lots <= 0"};
/* clang-format on */

/* ---- lots ---- */

static int64_t owner_id(struct space *s, const struct lot *l)
{
    struct org *o = l->description.owner ? knowledge_org(s->kn, l->description.owner) : NULL;
    return o ? o->id : NONE;
}

static const char *stored_form(struct space *s, const struct lot *l)
{
    if (!l->code)
        return arena_printf(s->arena, "{\"seq\": %" PRId64 "}", l->events.len ? l->events.at[0]->seq : 0);
    return l->has_description ? description_json(s->arena, &l->description) : NULL;
}

static struct lot_row *lot_row_of(struct space *s, const struct lot *l)
{
    struct lot_row *r = ARENA_NEW(s->arena, struct lot_row);
    *r = (struct lot_row){.part = part_id_of(l), .lot = l->id, .holder = l->holder->id,
                          .quantity = l->balance.inflow, .balance = l->balance.balance,
                          .owner = owner_id(s, l), .code = l->code, .description = l->description_json,
                          .traced = traced_word(l->traced), .summary = summary_encode(s, l), .bad = lot_bad_day(s, l),
                          .named = lot_named_day(s, l)};
    return r;
}

static bool same_bytes(struct bytes a, struct bytes b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static int64_t own_key(const struct lot *l)
{
    for (size_t i = 0; i < l->own_links.len; i++)
        if (!l->own_links.at[i]->event)
            return l->own_links.at[i]->key;
    return 0;
}

static void put_named(struct columns *to, const struct lot *l, int32_t day, int32_t lots)
{
    if (day == NO_DAY)
        return;
    columns_int8(to, l->holder->id);
    columns_int4(to, day);
    columns_int4(to, lots);
    columns_end_row(to);
}

static void named_change(struct space *s, const struct lot *l, struct lot_changes *out)
{
    if (!lot_is_renamed(l))
        return;
    int32_t was = lot_was_named(l);
    put_named(&out->named, l, was, -1);
    put_named(&out->named, l, lot_is_named(l), 1);
    if (was != NO_DAY)
        *vec_push(s->arena, &out->unnamed) = l->holder->id;
}

static void lot_change(struct space *s, struct lot *l, struct changes *c, struct lot_changes *out)
{
    l->description_json = stored_form(s, l);
    const struct lot_row *r = l->row = lot_row_of(s, l);
    bool described = !text_is(r->description, l->stored_description);
    bool balanced = r->balance != l->stored_balance;
    bool moved = is_moved(l);
    l->changed.summary = !same_bytes(r->summary, l->stored_chain);
    *vec_push(s->arena, &out->touched) = l->id;
    named_change(s, l, out);
    for (size_t i = 0; l->regrouped && i < l->stored_links.len; i++)
        *vec_push(s->arena, &c->changed_links) = l->stored_links.at[i].key;
    if (l->is_gone) {
        l->changed.upstream = true;
        *vec_push(s->arena, &out->gone) = l->id;
        *vec_push(s->arena, &out->upstream) = l->id;
        return;
    }
    if (l->is_new && l->code && !l->is_named) {
        columns_int8(&out->name, l->holder->id);
        columns_text(&out->name, l->code);
        columns_int8(&out->name, part_id_of(l));
        columns_int8(&out->name, l->id);
        columns_int8(&out->name, l->id);
        columns_end_row(&out->name);
    } else if (moved) {
        columns_int8(&out->moved, l->id);
        columns_int8(&out->moved, part_id_of(l));
        columns_end_row(&out->moved);
    }
    /* what is taken whole tells its pieces as they are here */
    l->changed.upstream = described || l->changed.summary || moved || l->regrouped ||
                          l->balance.inflow != l->stored_quantity;
    if (l->changed.upstream && (!l->is_new || l->regrouped)) /* a new one has no children but of this batch */
        *vec_push(s->arena, &out->upstream) = l->id;
    if ((described || balanced || l->regrouped) && own_key(l))
        *vec_push(s->arena, &out->claimed) = own_key(l);
    bool remade = l->has_description && !l->is_new && l->first_us != l->stored_first_us &&
                  strcmp(lot_maker(s, l), party_resolve(s->kn, l->description.part.maker, l->stored_first_us)) != 0;
    for (size_t i = 0; (moved || remade) && i < l->own_links.len; i++) /* it can pair now, or no more */
        if (l->own_links.at[i]->side != SIDE_TO)
            *vec_push(s->arena, &c->changed_links) = l->own_links.at[i]->key;
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        if (!e->is_new)
            continue;
        columns_int8(&out->custody, part_id_of(l));
        columns_int8(&out->custody, l->id);
        columns_int8(&out->custody, e->seq);
        columns_int4(&out->custody, e->ordinal);
        columns_text(&out->custody, record_type_word(e->record->type));
        columns_end_row(&out->custody);
    }
}

/* ---- rows that belong to a lot: replaced as a whole when any differs ---- */

static bool has_text(const char *const *at, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(at[i], text) == 0)
            return true;
    return false;
}

static int link_compare(const void *x, const void *y)
{
    const struct stored_link *a = x, *b = y;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->seq > b->seq) - (a->seq < b->seq);
}

static void put_link(struct columns *add, const struct lot *l, const struct stored_link *k)
{
    columns_int8(add, k->key);
    columns_int8(add, part_id_of(l));
    columns_int8(add, l->id);
    columns_int8(add, k->seq);
    columns_int4(add, k->side);
    columns_end_row(add);
}

static void drop_link(struct columns *drop, const struct lot *l, const struct stored_link *k)
{
    columns_int8(drop, k->key);
    columns_int8(drop, l->id);
    columns_int8(drop, k->seq);
    columns_int4(drop, k->side);
    columns_end_row(drop);
}

/* A link that came or went is news to all on its key, but for what was sent to a party, which only
 * that party's first record looks for; one that only changed its side among the receivers, to
 * those who claim on it. */
static void link_change(struct space *s, struct lot *l, struct changes *c, struct lot_changes *out)
{
    VEC(struct stored_link) now = {0};
    size_t i = 0, k = 0;
    for (size_t n = 0; n < l->own_links.len; n++) {
        const struct link *x = l->own_links.at[n];
        *vec_push(s->arena, &now) =
            (struct stored_link){x->key, x->event ? x->event->seq : -1, (int32_t)x->side};
    }
    if (now.len)
        qsort(now.at, now.len, sizeof *now.at, link_compare);
    if (l->stored_links.len)
        qsort(l->stored_links.at, l->stored_links.len, sizeof *l->stored_links.at, link_compare);
    while (i < now.len || k < l->stored_links.len) {
        const struct stored_link *a = i < now.len ? &now.at[i] : NULL;
        const struct stored_link *b = k < l->stored_links.len ? &l->stored_links.at[k] : NULL;
        int order = !a ? 1 : !b ? -1 : link_compare(a, b);
        bool same = order == 0 && a->side == b->side;
        if (order != 0 && (order < 0 ? a : b)->side != SIDE_TO)
            *vec_push(s->arena, &c->changed_links) = order < 0 ? a->key : b->key;
        else if (order == 0 && !same)
            *vec_push(s->arena, &out->claimed) = a->key;
        if (order >= 0 && (!same || is_moved(l)))
            drop_link(&out->link_drop, l, b);
        if (order <= 0 && (!same || is_moved(l)))
            put_link(&out->link_add, l, a);
        i += order <= 0;
        k += order >= 0;
    }
}

/* A step inside one holder has no tier. */
static const char *tier_why(const struct edge *e)
{
    return e->standing == HOP_INTERNAL ? NULL : tier_why_word(e->tier_why);
}

static const char *edge_text(struct space *s, const struct edge *e)
{
    struct text t = text_new(s->arena);
    text_addf(&t, "%" PRId64 "/%" PRId64 "/%" PRId64 "/%d", e->parent ? e->parent->id : 0,
              e->parent ? part_id_of(e->parent) : 0, e->seq, e->ordinal);
    if (e->out_seq != NONE)
        text_addf(&t, "/%" PRId64, e->out_seq);
    text_addf(&t, "/%" PRId64 "/%s/%s", e->quantity, standing_word(e->standing),
              tier_word(e->tier) ? tier_word(e->tier) : "");
    const char *rest[] = {e->source, e->seller, e->reason ? e->reason : "", e->shipped, e->received, tier_why(e)};
    for (size_t i = 0; i < LENGTH(rest); i++)
        if (rest[i])
            text_addf(&t, "/%s", rest[i]);
    if (tier_why(e) && e->tier_seq != NONE)
        text_addf(&t, "/%" PRId64, e->tier_seq);
    if (e->currency)
        text_addf(&t, "/%" PRId64 "/%s", e->price, e->currency);
    if (e->sold != NO_DAY)
        text_addf(&t, "/%d", e->sold);
    text_addf(&t, "/%d\x1f%s", e->known, e->seller ? e->seller : e->source ? e->source : "");
    return text_str(&t);
}

static void edge_change(struct space *s, struct lot *l, struct keys *replaced)
{
    bool differs = is_moved(l) || l->edges.len != l->stored_edges.len;
    for (size_t i = 0; i < l->edges.len; i++) {
        const char *text = edge_text(s, &l->edges.at[i]);
        *vec_push(s->arena, &l->edge_texts) = text;
        differs = differs || !has_text(l->stored_edges.at, l->stored_edges.len, text);
    }
    l->changed.edges = differs;
    if (differs && l->stored_edges.len)
        *vec_push(s->arena, replaced) = l->id;
}

/* What a sample is found to be is evidence about the lot it was taken from. */
static void sample_change(struct space *s, struct lot *l, struct changes *c)
{
    bool inspected = false, any = false;
    for (size_t i = 0; i < l->events.len; i++) {
        any |= l->events.at[i]->record->type == REC_INSPECTED;
        inspected |= l->events.at[i]->record->type == REC_INSPECTED && l->events.at[i]->is_new;
    }
    for (size_t i = 0; i < l->edges.len; i++) {
        const struct edge *e = &l->edges.at[i];
        if (e->parent && text_is(e->reason, "sample") && (inspected || (any && l->changed.edges)))
            *vec_push(s->arena, &c->due) = (struct due_add){"lot", e->parent->id, c->cause, 0, 1};
    }
}

/* The other lots of a mark look again; if there are any is found when this batch is written. */
static void mark_news(struct space *s, struct changes *c, const struct lot *l, int64_t key)
{
    *vec_push(s->arena, &c->news_lots) = l->id;
    *vec_push(s->arena, &c->news_marks) = key;
}

/* Whether the set had this sub: then nothing is new to its lots.  A set that was not read had none;
 * one that was not read to its end says what it says. */
static bool sub_was_there(struct space *s, int64_t key, const char *sub)
{
    size_t read = 0;
    for (const struct mark_sub *m = map_get(&s->subs, key); m; m = m->next) {
        if (strcmp(m->sub, sub) == 0 && m->stored > 0)
            return true;
        read += m->stored > 0;
    }
    return read >= SUBS_MAX;
}

struct mark_now {
    struct stored_mark mark;
    const char *value;
};

static int mark_compare(const void *x, const void *y)
{
    const struct stored_mark *a = x, *b = y;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return strcmp(a->sub, b->sub);
}

static int mark_now_compare(const void *x, const void *y)
{
    const struct mark_now *a = x, *b = y;
    return mark_compare(&a->mark, &b->mark);
}

static void put_mark(struct columns *add, const struct lot *l, const struct mark_now *m)
{
    columns_int8(add, m->mark.key);
    columns_int8(add, part_id_of(l));
    columns_int8(add, l->id);
    columns_text(add, m->mark.kind);
    columns_text(add, m->value);
    columns_text(add, m->mark.sub);
    columns_end_row(add);
}

static void drop_mark(struct columns *drop, const struct lot *l, const struct stored_mark *m)
{
    columns_int8(drop, m->key);
    columns_int8(drop, l->id);
    columns_text(drop, m->sub);
    columns_end_row(drop);
}

/* What a lot carries is news to its fellows when it is new among them, or has changed upstream. */
static bool is_news(struct space *s, const struct lot *l, const struct stored_mark *m, bool is_new)
{
    if (strcmp(m->kind, "trace") == 0)
        return is_new && !sub_was_there(s, m->key, m->sub);
    return mark_is_identity(m->kind) && (is_new || l->changed.upstream || l->changed.edges);
}

static void mark_change(struct space *s, struct lot *l, struct changes *c, struct lot_changes *out)
{
    VEC(struct mark_now) now = {0};
    size_t i = 0, k = 0;
    for (size_t n = 0; n < l->marks.len; n++)
        *vec_push(s->arena, &now) = (struct mark_now){
            {l->marks.at[n].key, l->marks.at[n].kind, l->marks.at[n].sub}, l->marks.at[n].value};
    if (now.len)
        qsort(now.at, now.len, sizeof *now.at, mark_now_compare);
    if (l->stored_marks.len)
        qsort(l->stored_marks.at, l->stored_marks.len, sizeof *l->stored_marks.at, mark_compare);
    while (i < now.len || k < l->stored_marks.len) {
        const struct mark_now *a = i < now.len ? &now.at[i] : NULL;
        const struct stored_mark *b = k < l->stored_marks.len ? &l->stored_marks.at[k] : NULL;
        int order = !a ? 1 : !b ? -1 : mark_compare(&a->mark, b);
        if (order <= 0 ? is_news(s, l, &a->mark, order < 0) : mark_is_compared(b->kind))
            mark_news(s, c, l, order <= 0 ? a->mark.key : b->key);
        if (order > 0 || (order == 0 && is_moved(l)))
            drop_mark(&out->mark_drop, l, b);
        if (order < 0 || (order == 0 && is_moved(l)))
            put_mark(&out->mark_add, l, a);
        i += order <= 0;
        k += order >= 0;
    }
}

static void put_edge(struct columns *c, const struct lot *l, const struct edge *e, int64_t under)
{
    columns_int8(c, under);
    columns_int8(c, e->parent ? e->parent->id : 0);
    columns_int8(c, l->id);
    columns_int8(c, e->parent ? part_id_of(e->parent) : 0);
    columns_int8(c, part_id_of(l));
    columns_int8(c, e->seq);
    columns_int4(c, e->ordinal);
    columns_int8(c, e->out_seq);
    columns_int8(c, e->quantity);
    columns_text(c, standing_word(e->standing));
    columns_text(c, tier_word(e->tier) ? tier_word(e->tier) : "");
    columns_text(c, e->source);
    columns_text(c, e->seller);
    columns_text(c, e->reason ? e->reason : "");
    columns_text(c, e->shipped);
    columns_text(c, e->received);
    columns_text(c, tier_why(e));
    columns_int8(c, tier_why(e) ? e->tier_seq : NONE);
    columns_int8(c, e->price);
    columns_text(c, e->currency);
    columns_int4(c, e->sold);
    columns_int4(c, e->known);
    columns_end_row(c);
}

static void send_edges(struct pipeline *p, struct space *s, const struct changes *c,
                       const struct keys *replaced)
{
    size_t n = 0;
    for (size_t i = 0; i < c->lots.len; i++)
        n += 2 * c->lots.at[i]->edges.len;
    struct columns edge = columns_new(s->arena, n);
    for (size_t i = 0; i < c->lots.len; i++) {
        const struct lot *l = c->lots.at[i];
        for (size_t k = 0; l->changed.edges && k < l->edges.len; k++) {
            const struct edge *e = &l->edges.at[k];
            put_edge(&edge, l, e, part_id_of(l));
            if (e->parent && part_id_of(e->parent) != part_id_of(l))
                put_edge(&edge, l, e, part_id_of(e->parent));
        }
    }
    if (replaced->len)
        pipeline_add(p, &EDGE_DROP, ARGS(INT8S(replaced->at, replaced->len)), NULL);
    columns_send(p, &EDGE_ADD, &edge);
}

/* Read to its end: what it did not have is new. */
static bool is_known_set(struct space *s, const struct mark_sub *subs)
{
    size_t read = 0;
    for (const struct mark_sub *m = subs; m; m = m->next)
        read += m->stored > 0;
    return subs && read < SUBS_MAX && map_get(&s->whole.traces, subs->key);
}

static void put_sub(struct columns *to, const struct mark_sub *m)
{
    columns_int8(to, m->key);
    columns_text(to, m->sub);
    columns_int8(to, m->lots - m->stored);
    columns_end_row(to);
}

/* By how much the sets that share a trace code grew or shrank. */
static void send_mark_counts(struct pipeline *p, struct space *s)
{
    size_t n = 0;
    struct keys empty = {0};
    for (size_t i = 0; i < s->subs.cap; i++)
        for (const struct mark_sub *m = s->subs.slots[i].value; m; m = m->next)
            n++;
    struct columns add = columns_new(s->arena, n), count = columns_new(s->arena, n);
    for (size_t i = 0; i < s->subs.cap; i++) {
        bool known = is_known_set(s, s->subs.slots[i].value);
        for (const struct mark_sub *m = s->subs.slots[i].value; m; m = m->next) {
            if (m->lots == m->stored)
                continue;
            put_sub(known && m->stored == 0 ? &add : &count, m);
            if (m->lots <= 0)
                *vec_push(s->arena, &empty) = m->key;
        }
    }
    columns_send(p, &SUB_ADD, &add);
    columns_send(p, &MARK_COUNT, &count);
    if (empty.len)
        pipeline_add(p, &MARK_SWEEP, ARGS(INT8S(empty.at, empty.len)), NULL);
}

/* ---- names of lots that have several ---- */

static void send_regrouped(struct pipeline *p, struct space *s, const struct keys *gone)
{
    size_t n = s->name_list.len;
    struct columns add = columns_new(s->arena, n), set = columns_new(s->arena, n),
                   drop = columns_new(s->arena, s->moved.len);
    for (size_t i = 0; i < n; i++) {
        const struct lot_name *x = s->name_list.at[i];
        struct columns *to = x->is_new ? &add : &set;
        if (!x->is_new && !x->moved)
            continue;
        const struct lot *l = map_get(&s->lots, x->lot);
        columns_int8(to, x->holder->id);
        columns_text(to, x->code);
        columns_int8(to, l ? part_id_of(l) : 0);
        columns_int8(to, x->lot);
        if (x->is_new)
            columns_int8(to, x->own);
        columns_end_row(to);
    }
    for (size_t i = 0; i < s->moved.len; i++) {
        columns_int8(&drop, s->moved.at[i].lot);
        columns_int8(&drop, s->moved.at[i].seq);
        columns_int4(&drop, s->moved.at[i].ordinal);
        columns_end_row(&drop);
    }
    columns_send(p, &NAME_ADD, &add);
    columns_send(p, &NAME_SET, &set);
    columns_send(p, &CUSTODY_DROP, &drop);
    if (gone->len)
        pipeline_add(p, &LOT_DROP, ARGS(INT8S(gone->at, gone->len)), NULL);
}

/* ---- the whole ---- */

struct lot_changes lot_changes_of(struct space *s, struct changes *c)
{
    struct arena *a = s->arena;
    size_t n = c->lots.len, events = 0, links = 0, marks = 0;
    for (size_t i = 0; i < n; i++) {
        const struct lot *l = c->lots.at[i];
        events += l->events.len;
        links += l->own_links.len + l->stored_links.len;
        marks += l->marks.len + l->stored_marks.len;
    }
    struct lot_changes lc = {
        .name = columns_new(a, n), .named = columns_new(a, 2 * n), .moved = columns_new(a, n), .custody = columns_new(a, events),
        .link_add = columns_new(a, links), .link_drop = columns_new(a, links),
        .mark_add = columns_new(a, marks), .mark_drop = columns_new(a, marks)};
    for (size_t i = 0; i < n; i++) {
        struct lot *l = c->lots.at[i];
        lot_change(s, l, c, &lc);
        link_change(s, l, c, &lc);
        edge_change(s, l, &lc.edges);
        sample_change(s, l, c);
        mark_change(s, l, c, &lc);
    }
    return lc;
}

void send_trace(struct pipeline *p, struct space *s, const struct changes *c, const struct lot_changes *lc)
{
    columns_send(p, &NAME_ADD, &lc->name);
    columns_send(p, &NAMED_COUNT, &lc->named);
    if (lc->unnamed.len)
        pipeline_add(p, &NAMED_SWEEP, ARGS(INT8S(lc->unnamed.at, lc->unnamed.len)), NULL);
    send_regrouped(p, s, &lc->gone);
    columns_send(p, &CUSTODY_ADD, &lc->custody);
    columns_send(p, &LINK_DROP, &lc->link_drop);
    columns_send(p, &LINK_ADD, &lc->link_add);
    send_edges(p, s, c, &lc->edges);
    columns_send(p, &MARK_DROP, &lc->mark_drop);
    columns_send(p, &MARK_ADD, &lc->mark_add);
    send_mark_counts(p, s);
}

void send_moved(struct pipeline *p, const struct lot_changes *lc)
{
    columns_send(p, &LOT_MOVED, &lc->moved);
}
