/*
 * trace - where a lot came from and where it went.
 *
 * The walk itself is trace_walk() in the database, which leaves out what the reader may
 * not know. Here its rows become nodes and arcs: each lot one node, each gap a node of
 * its own.
 */
#include "trace.h"

#include <inttypes.h>
#include <string.h>

static const struct column HOP_ROW[] = {
    COL(struct hop_row, near),     COL(struct hop_row, far),
    COL(struct hop_row, sight),    COL(struct hop_row, seq),
    COL(struct hop_row, ordinal),  COL(struct hop_row, quantity),
    COL(struct hop_row, standing), COL(struct hop_row, tier),
    COL(struct hop_row, source),   COL(struct hop_row, seller),
    COL(struct hop_row, reason),   COL(struct hop_row, shipped),
    COL(struct hop_row, received), COL(struct hop_row, cut),
};
QUERY TRACE_WALK = {
    .name = "trace_walk",
    .sql = "SELECT near, far, sight, seq, ordinal, quantity, standing, tier, source, "
           "seller, reason,"
           "       shipped, received, cut"
           "  FROM trace_walk($1::bigint, $2::boolean, $3::bigint, $4::text, "
           "$5::boolean, $6::integer)",
    ROW(struct hop_row, HOP_ROW),
};

static size_t node_of(struct session *s, struct trace *t, int64_t lot, enum sight sight)
{
    for (size_t i = 0; i < t->nodes.len; i++)
        if (t->nodes.at[i].lot == lot) {
            if (t->nodes.at[i].sight < sight)
                t->nodes.at[i].sight = sight;
            return i;
        }
    *vec_push(s->arena, &t->nodes) = (struct node){.lot = lot, .sight = sight};
    return t->nodes.len - 1;
}

static size_t gap_of(struct session *s, struct trace *t, const char *named)
{
    *vec_push(s->arena, &t->nodes) = (struct node){.named = named};
    return t->nodes.len - 1;
}

static bool has_arc(const struct trace *t, const struct arc *a)
{
    for (size_t i = 0; i < t->arcs.len; i++)
        if (t->arcs.at[i].from == a->from && t->arcs.at[i].to == a->to &&
            t->arcs.at[i].hop->seq == a->hop->seq &&
            t->arcs.at[i].hop->ordinal == a->hop->ordinal)
            return true;
    return false;
}

static void add_hop(struct session *s, struct trace *t, const struct hop_row *h, bool up)
{
    enum sight sight = SIGHT_NONE;
    sight_find(h->sight, &sight);
    size_t near = node_of(s, t, h->near, SIGHT_NONE);
    size_t far = h->far ? node_of(s, t, h->far, sight) : gap_of(s, t, h->source);
    struct arc arc = {.from = up ? far : near, .to = up ? near : far, .hop = h};
    if (!has_arc(t, &arc)) /* a circle is met from both sides */
        *vec_push(s->arena, &t->arcs) = arc;
}

static const char *why_cut(struct session *s, const char *cut, int64_t most)
{
    if (strcmp(cut, "size") == 0)
        return arena_printf(s->arena, "size: more than %" PRId64 " hops in one direction",
                            most);
    return "depth: the chain goes on past 64 hops";
}

static bool walk(struct session *s, struct trace *t, const struct found_lot *lot, bool up,
                 int64_t most, struct error *err)
{
    struct rows rows;
    if (!db_query(s->db, s->arena, &TRACE_WALK,
                  ARGS(INT8(s->viewer.class_), BOOLEAN(s->viewer.sees_all),
                       INT8(lot->lot), TEXT(sight_word(lot->sight)), BOOLEAN(up),
                       INT4((int32_t)most)),
                  &rows, err))
        return false;
    const struct hop_row *h = rows.at;
    for (size_t i = 0; i < rows.len; i++) {
        if (h[i].cut)
            t->cut = why_cut(s, h[i].cut, most);
        else
            add_hop(s, t, &h[i], up);
    }
    return true;
}

static bool describe_nodes(struct session *s, struct trace *t, struct error *err)
{
    const struct lot_row *rows;
    size_t len, n = 0, next = 0;
    int64_t *lots = ARENA_ARRAY(s->arena, int64_t, t->nodes.len + 1);
    for (size_t i = 0; i < t->nodes.len; i++)
        if (t->nodes.at[i].lot)
            lots[n++] = t->nodes.at[i].lot;
    if (!load_lots(s, lots, n, &rows, &len, err))
        return false;
    for (size_t i = 0; i < t->nodes.len; i++)
        if (next < len && t->nodes.at[i].lot == rows[next].lot)
            t->nodes.at[i].row = &rows[next++];
    return true;
}

static bool make_trace(struct session *s, const struct trace_ask *ask, struct trace *t,
                       struct error *err)
{
    struct found_lot lot;
    if (!find_lot(s, &ask->lot, &lot, err) || !load_as_of(s, &t->as_of, err))
        return false;
    node_of(s, t, lot.lot, lot.sight);
    if ((ask->direction & TRACE_UP) && !walk(s, t, &lot, true, ask->most, err))
        return false;
    if ((ask->direction & TRACE_DOWN) && !walk(s, t, &lot, false, ask->most, err))
        return false;
    return describe_nodes(s, t, err);
}

bool query_trace(const struct reader *r, const struct trace_ask *ask, const char **out,
                 struct error *err)
{
    struct session s;
    struct trace t = {0};
    if (!session_begin(r, &s, err))
        return false;
    bool ok = make_trace(&s, ask, &t, err);
    if (ok && ask->as_dot)
        *out = trace_dot(s.arena, &t);
    if (ok && !ask->as_dot) {
        CLEANUP(json_cleanup) json_t *doc = trace_json(&t);
        *out = session_text(&s, doc);
    }
    db_end(r->db);
    return ok;
}
