/*
 * trace - where a lot came from and where it went.
 *
 * The walks are trace_up() and trace_down() in the database, which leave out what the reader may
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
    COL(struct hop_row, tier_why), COL(struct hop_row, tier_seq),
};
/* Why a hop's tier is what it is stands with the edge, which the walks name by its child. */
#define HOPS_OF(walk, child)                                                             \
    "SELECT w.near, w.far, w.sight, w.seq, w.ordinal, w.quantity, w.standing, w.tier, w.source, w.seller, w.reason,"   \
    "       w.shipped, w.received, w.cut, y.tier_why, y.tier_seq"                        \
    "  FROM " walk "($1::bigint, $2::boolean, " ASKED_LOT ", " ASKED_SIGHT ", $3::integer) w" \
    "  LEFT JOIN LATERAL (SELECT e.tier_why, e.tier_seq FROM edge e"                     \
    "                      WHERE e.child = w." child " AND e.seq = w.seq AND e.ordinal = w.ordinal AND w.tier <> ''" \
    "                        AND e.part = e.child_part LIMIT 1) y ON true"
QUERY TRACE_UP_HOPS = {.name = "trace_up", .sql = HOPS_OF("trace_up", "near"), ROW(struct hop_row, HOP_ROW)};
QUERY TRACE_DOWN_HOPS = {.name = "trace_down", .sql = HOPS_OF("trace_down", "far"), ROW(struct hop_row, HOP_ROW)};

static const struct column NODE_ROW[] = {
    COL(struct lot_row, lot),   COL(struct lot_row, holder), COL(struct lot_row, code),
    COL(struct lot_row, manufacturer), COL(struct lot_row, mpn), COL(struct lot_row, state),
    COL(struct lot_row, traced), COL(struct lot_row, flags), COL(struct lot_row, grade),
};
QUERY TRACE_NODES = {
    .name = "trace_nodes",
    .sql = "SELECT l.lot, h.name AS holder, l.code, p.manufacturer, p.mpn, l.state, l.traced,"
           "       " FLAGS_SEEN ", " GRADE_SEEN
           "  FROM unnest($1::bigint[]) WITH ORDINALITY x(lot, place)"
           "  JOIN lot l ON l.lot = x.lot"
           "  JOIN organisation h ON h.id = l.holder"
           "  LEFT JOIN own_view v ON v.lot = l.lot AND h.class = $2::bigint"
           "  LEFT JOIN part p ON p.id = l.part"
           " ORDER BY x.place",
    ROW(struct lot_row, NODE_ROW),
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

static void ask_walk(struct session *s, struct pipeline *p, bool up, int64_t most, struct rows *hops)
{
    pipeline_add(p, up ? &TRACE_UP_HOPS : &TRACE_DOWN_HOPS,
                 ARGS(INT8(s->viewer.class_), BOOLEAN(s->viewer.sees_all), INT4((int32_t)most)), hops);
}

static void add_hops(struct session *s, struct trace *t, const struct rows *hops, bool up, int64_t most)
{
    const struct hop_row *h = hops->at;
    for (size_t i = 0; i < hops->len; i++) {
        if (h[i].cut)
            t->cut = why_cut(s, h[i].cut, most);
        else
            add_hop(s, t, &h[i], up);
    }
}

static bool describe_nodes(struct session *s, struct trace *t, struct error *err)
{
    struct pipeline *p = pipeline_new(s->db, s->arena);
    struct rows lots;
    size_t n = 0, next = 0;
    int64_t *ids = ARENA_ARRAY(s->arena, int64_t, t->nodes.len + 1);
    for (size_t i = 0; i < t->nodes.len; i++)
        if (t->nodes.at[i].lot)
            ids[n++] = t->nodes.at[i].lot;
    pipeline_add(p, &TRACE_NODES, ARGS(INT8S(ids, n), INT8(own_class(s))), &lots);
    pipeline_end(p);
    if (!pipeline_run(p, err))
        return false;
    const struct lot_row *rows = lots.at;
    for (size_t i = 0; i < t->nodes.len; i++)
        if (next < lots.len && t->nodes.at[i].lot == rows[next].lot)
            t->nodes.at[i].row = &rows[next++];
    return true;
}

bool trace_make(struct session *s, const struct trace_ask *ask, struct trace *t, struct error *err)
{
    struct rows lot, as_of, up = {0}, down = {0};
    struct found_lot found;
    struct pipeline *p = pipeline_new(s->db, s->arena);
    ask_lot(s, p, &ask->lot, &lot);
    ask_as_of(p, &as_of);
    if (ask->direction & TRACE_UP)
        ask_walk(s, p, true, ask->most, &up);
    if (ask->direction & TRACE_DOWN)
        ask_walk(s, p, false, ask->most, &down);
    if (!pipeline_run(p, err) || !found_lot(&ask->lot, &lot, &found, err))
        return false;
    t->as_of = *(const struct as_of *)as_of.at;
    node_of(s, t, found.lot, found.sight);
    add_hops(s, t, &up, true, ask->most);
    add_hops(s, t, &down, false, ask->most);
    return describe_nodes(s, t, err);
}

static bool trace_answer(struct session *s, const void *asked, const char **text, struct error *err)
{
    const struct trace_ask *ask = asked;
    struct trace t = {0};
    if (!trace_make(s, ask, &t, err))
        return false;
    if (ask->as_dot) {
        *text = trace_dot(s->arena, &t);
    } else {
        CLEANUP(json_cleanup) json_t *doc = trace_json(&t);
        *text = session_text(s, doc);
    }
    return true;
}

bool query_trace(const struct reader *r, const struct trace_ask *ask, const char **out,
                 struct error *err)
{
    return session_ask(r, trace_answer, ask, out, err);
}
