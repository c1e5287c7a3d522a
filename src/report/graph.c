/* graph - see the header. */
#include "graph.h"

#include <stdlib.h>
#include <string.h>

struct entry { /* by id */
    const char *id;
    size_t node;
};

static int by_id(const void *left, const void *right)
{
    return strcmp(((const struct entry *)left)->id, ((const struct entry *)right)->id);
}

static const char *text_at(const json_t *o, const char *member)
{
    return json_string_value(json_object_get(o, member));
}

static size_t node_named(const struct entry *entries, size_t len, const char *id)
{
    const struct entry key = {id, 0}, *found = len ? bsearch(&key, entries, len, sizeof *entries, by_id) : NULL;
    return found ? found->node : SIZE_MAX;
}

/* Breadth first from the root, up the edges; SIZE_MAX: not reached. */
static void find_levels(struct arena *a, const struct graph *g, size_t root, size_t nodes, size_t *levels)
{
    size_t *first = ARENA_ARRAY(a, size_t, nodes + 2), *into = ARENA_ARRAY(a, size_t, g->edges_len + 1);
    size_t *queue = ARENA_ARRAY(a, size_t, nodes + 1), head = 0, tail = 0;
    for (size_t i = 0; i < nodes; i++)
        levels[i] = SIZE_MAX;
    for (size_t i = 0; i < g->edges_len; i++)
        if (g->edges[i].to < nodes)
            first[g->edges[i].to + 2]++;
    for (size_t i = 2; i < nodes + 2; i++)
        first[i] += first[i - 1];
    for (size_t i = 0; i < g->edges_len; i++)
        if (g->edges[i].to < nodes)
            into[first[g->edges[i].to + 1]++] = i;
    if (root < nodes) {
        levels[root] = 0;
        queue[tail++] = root;
    }
    for (; head < tail; head++)
        for (size_t k = first[queue[head]]; k < first[queue[head] + 1]; k++) {
            size_t from = g->edges[into[k]].from;
            if (from >= nodes || levels[from] != SIZE_MAX)
                continue;
            levels[from] = levels[queue[head]] + 1;
            queue[tail++] = from;
        }
}

/* How many boxes a level gets, of which the last may stand for what is left out. */
static size_t boxes_of(size_t count, size_t used)
{
    size_t room = GRAPH_NODES > used ? GRAPH_NODES - used : 0, most = room < GRAPH_LEVEL ? room : GRAPH_LEVEL;
    return count <= most ? count : most > 0 ? most : 1;
}

static void place_level(struct graph *g, const json_t *nodes, const size_t *levels, size_t level, size_t count, size_t *places)
{
    size_t boxes = boxes_of(count, g->nodes_len), placed = 0;
    size_t whole = boxes < count ? boxes - 1 : boxes;
    for (size_t i = 0; i < json_array_size(nodes) && placed < boxes; i++) {
        if (levels[i] != level)
            continue;
        size_t row = placed / GRAPH_ROW, left = boxes - row * GRAPH_ROW;
        struct graph_node *n = &g->nodes[g->nodes_len];
        *n = (struct graph_node){json_array_get(nodes, i), level, 0, g->rows + row, placed % GRAPH_ROW, left < GRAPH_ROW ? left : GRAPH_ROW};
        if (placed++ == whole)
            n->left_out = count - whole;
        if (n->left_out > 0)
            n->node = NULL;
        else
            places[i] = g->nodes_len;
        g->nodes_len++;
    }
    g->rows += (boxes + GRAPH_ROW - 1) / GRAPH_ROW;
}

static void read_edges(struct arena *a, const json_t *chain, const struct entry *entries, size_t len, struct graph *g)
{
    json_t *edge;
    size_t i;
    g->edges_len = json_array_size(json_object_get(chain, "edges"));
    g->edges = ARENA_ARRAY(a, struct graph_edge, g->edges_len + 1);
    json_array_foreach(json_object_get(chain, "edges"), i, edge)
        g->edges[i] = (struct graph_edge){edge, node_named(entries, len, text_at(edge, "from")),
                                          node_named(entries, len, text_at(edge, "to")), i + 1, 0, 0, 0, 0, 0};
}

static int by_ends(const void *left, const void *right)
{
    const struct graph_edge *a = *(struct graph_edge *const *)left, *b = *(struct graph_edge *const *)right;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    if (a->to != b->to)
        return a->to < b->to ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

/* Hops between the same two lots become one; then each gets its place at either end. */
static void join_edges(struct arena *a, struct graph *g)
{
    struct graph_edge **sorted = ARENA_ARRAY(a, struct graph_edge *, g->edges_len + 1), *lead = NULL;
    size_t *outs = ARENA_ARRAY(a, size_t, g->nodes_len + 1), *ins = ARENA_ARRAY(a, size_t, g->nodes_len + 1), n = 0;
    for (size_t i = 0; i < g->edges_len; i++)
        if (g->edges[i].from != SIZE_MAX && g->edges[i].to != SIZE_MAX)
            sorted[n++] = &g->edges[i];
    if (n > 0)
        qsort(sorted, n, sizeof *sorted, by_ends);
    for (size_t i = 0; i < n; i++) {
        struct graph_edge *e = sorted[i];
        if (lead && lead->from == e->from && lead->to == e->to) {
            lead->more++;
            e->from = SIZE_MAX;
            continue;
        }
        lead = e;
        e->out = outs[e->from]++;
        e->in = ins[e->to]++;
    }
    for (size_t i = 0; i < n; i++)
        if (sorted[i]->from != SIZE_MAX) {
            sorted[i]->outs = outs[sorted[i]->from];
            sorted[i]->ins = ins[sorted[i]->to];
        }
}

void graph_make(struct arena *a, const json_t *chain, struct graph *out)
{
    const json_t *nodes = json_object_get(chain, "nodes");
    size_t n = json_array_size(nodes), deepest = 0;
    struct entry *entries = ARENA_ARRAY(a, struct entry, n + 1);
    size_t *levels = ARENA_ARRAY(a, size_t, n + 1), *places = ARENA_ARRAY(a, size_t, n + 1), *counts = ARENA_ARRAY(a, size_t, n + 2);
    *out = (struct graph){.nodes = ARENA_ARRAY(a, struct graph_node, n + 1)};
    for (size_t i = 0; i < n; i++) {
        entries[i] = (struct entry){text_at(json_array_get(nodes, i), "id"), i};
        places[i] = SIZE_MAX;
    }
    if (n > 0)
        qsort(entries, n, sizeof *entries, by_id);
    read_edges(a, chain, entries, n, out);
    find_levels(a, out, node_named(entries, n, text_at(chain, "root")), n, levels);
    for (size_t i = 0; i < n; i++)
        if (levels[i] != SIZE_MAX) {
            counts[levels[i]]++;
            deepest = levels[i] > deepest ? levels[i] : deepest;
        }
    for (size_t level = 0; level <= deepest && n > 0; level++)
        if (counts[level] > 0)
            place_level(out, nodes, levels, level, counts[level], places);
    for (size_t i = 0; i < out->edges_len; i++) {
        struct graph_edge *e = &out->edges[i];
        e->from = e->from < n ? places[e->from] : SIZE_MAX;
        e->to = e->to < n ? places[e->to] : SIZE_MAX;
    }
    join_edges(a, out);
}
