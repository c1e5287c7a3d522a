/* tree - see the header. */
#include "tree.h"

#include "session.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 400, NOWHERE = -1 };

enum stroke {
    STROKE_BRANCH,
    STROKE_LAST,
    STROKE_GAP,
    STROKE_LAST_GAP,
    STROKE_PASS,
    STROKE_SPACE
};
/* clang-format off */
static const char *const STROKES[2][6] = {
    {"├─ ", "└─ ", "├╌ ", "└╌ ", "│  ", "   "},
    {"|- ", "`- ", "|. ", "`. ", "|  ", "   "},
};

/* What is said of a hop, in this order. */
static const struct {
    const char *member, *before;
} HOP_FACTS[] = {
    {"received", "received "}, {"shipped", "shipped "}, {"reason", ""}, {"seller", "sold by "},
    {"standing", ""}, {"record", "record "},
};

static const struct {
    const char *standing;
    enum ink ink;
} STANDINGS[] = {
    {"corroborated", INK_GREEN}, {"internal", INK_DIM}, {"consistent", INK_CYAN}, {"asserted", INK_YELLOW},
};
/* clang-format on */

struct name { /* what edges call a node */
    const char *text;
    int node;
};

struct branch { /* an edge, as seen from the lot that was asked for */
    int parent, child;
    size_t order;
    const json_t *edge;
};

struct tree {
    struct text *out;
    struct arena *a;
    const struct tree_style *style;
    const json_t *nodes;
    VEC(struct name) names;
    VEC(struct branch) branches; /* by parent, then as they came */
    bool *is_drawn;              /* by node */
    int *above;  /* by node on the way to the one being drawn: returns on the way to it, from 1 */
    int returns; /* on the way to the one being drawn */
};

/* ---- the graph ---- */

static int by_text(const void *left, const void *right)
{
    const struct name *l = left, *r = right;
    return strcmp(l->text, r->text);
}

static int by_parent(const void *left, const void *right)
{
    const struct branch *l = left, *r = right;
    if (l->parent != r->parent)
        return l->parent < r->parent ? -1 : 1;
    return l->order < r->order ? -1 : l->order > r->order;
}

static int find_node(const struct tree *t, const json_t *id)
{
    const struct name wanted = {.text = json_string_value(id)};
    const struct name *found = NULL;
    if (wanted.text && t->names.len > 0)
        found = bsearch(&wanted, t->names.at, t->names.len, sizeof wanted, by_text);
    return found ? found->node : NOWHERE;
}

static void read_graph(struct tree *t, const json_t *trace)
{
    size_t i;
    json_t *item;
    json_array_foreach(t->nodes, i, item)
    {
        const char *id = json_string_value(member(item, "id"));
        if (id)
            *vec_push(t->a, &t->names) = (struct name){id, (int)i};
    }
    if (t->names.len > 0)
        qsort(t->names.at, t->names.len, sizeof *t->names.at, by_text);
    json_array_foreach(member(trace, "edges"), i, item)
    {
        int from = find_node(t, member(item, "from")),
            to = find_node(t, member(item, "to"));
        struct branch b = {t->style->is_up ? to : from, t->style->is_up ? from : to, i,
                           item};
        if (b.parent != NOWHERE && b.child != NOWHERE)
            *vec_push(t->a, &t->branches) = b;
    }
    if (t->branches.len > 0)
        qsort(t->branches.at, t->branches.len, sizeof *t->branches.at, by_parent);
}

/* The branches of one node: *first and how many. */
static size_t branches_of(const struct tree *t, int node, size_t *first)
{
    size_t low = 0, high = t->branches.len;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (t->branches.at[middle].parent < node)
            low = middle + 1;
        else
            high = middle;
    }
    *first = low;
    while (low < t->branches.len && t->branches.at[low].parent == node)
        low++;
    return low - *first;
}

/* ---- words ---- */

static const char *paint(const struct tree *t, enum ink i)
{
    return ink(t->style->has_colour, i);
}

static bool is_of_type(const json_t *node, const char *type)
{
    return text_is(json_string_value(member(node, "type")), type);
}

static const char *pieces(struct arena *a, const json_t *json, const char *path)
{
    const json_t *n = member(json, path);
    char buf[28];
    if (!json_is_integer(n))
        return NULL;
    int64_t number = json_integer_value(n);
    return arena_printf(a, "%s %s", screen_number(number, buf),
                        number == 1 ? "piece" : "pieces");
}

static void add_grade(struct tree *t, const json_t *node)
{
    const char *grade = field(t->a, node, "grade");
    int64_t flags = json_integer_value(member(node, "flags"));
    if (!grade)
        return;
    bool is_flagged = strcmp(grade, "none") != 0;
    text_addf(t->out, "  %s%s%s", paint(t, ink_of_grade(grade)), is_flagged ? "! " : "",
              is_flagged  ? grade
              : flags > 0 ? "none open"
                          : "no flags");
    if (flags > 0)
        text_addf(t->out, ", %lld %s", (long long)flags, flags == 1 ? "flag" : "flags");
    text_add(t->out, paint(t, INK_PLAIN));
}

/* By direction, then whether somebody is named. */
static const char *const GAPS[2][2] = {
    {"where to is not told", "said to have gone to "},
    {"the source is not recorded", "said to be from "},
};

static void add_gap(struct tree *t, const json_t *node)
{
    const char *who = field(t->a, node, "organisation");
    text_addf(t->out, "%sgap: %s%s%s", paint(t, INK_YELLOW),
              GAPS[t->style->is_up][who != NULL], who ? who : "", paint(t, INK_PLAIN));
}

static void add_lot(struct tree *t, const json_t *node, const json_t *parent)
{
    const char *part = part_text(t->a, node), *state = field(t->a, node, "state");
    const char *traced = field(t->a, node, "traced");
    text_addf(t->out, "%s%s%s", paint(t, INK_BOLD), lot_name(t->a, node),
              paint(t, INK_PLAIN));
    if (is_of_type(node, "joint"))
        text_add(t->out, " (where lots were joined)");
    if (*part && !(parent && strcmp(part, part_text(t->a, parent)) == 0))
        text_addf(t->out, "  %s", part);
    if (state)
        text_addf(t->out, "  %s", state);
    if (traced && *traced)
        text_addf(t->out, "  traced: %s", traced);
    add_grade(t, node);
}

/* "T2 franchised (the authorization of record 12)" */
static const char *tier_text(struct arena *a, const json_t *edge)
{
    const char *tier = field(a, edge, "tier"), *name = field(a, edge, "tierName");
    const char *why = field(a, edge, "tierWhy.text");
    if (!tier)
        return NULL;
    bool is_named = name && strcmp(tier, name) != 0;
    return arena_printf(a, "%s%s%s%s%s%s", tier, is_named ? " " : "", is_named ? name : "", why ? " (" : "",
                        why ? why : "", why ? ")" : "");
}

static void add_fact(struct tree *t, bool *is_first, const char *before, const char *fact)
{
    text_addf(t->out, "%s%s%s",
              *is_first            ? ""
              : t->style->is_ascii ? ", "
                                   : " · ",
              before, fact);
    *is_first = false;
}

/* "500 pieces · received 2026-11-20 · T2 franchised · corroborated" */
static void add_hop(struct tree *t, const json_t *edge)
{
    bool is_first = true;
    const char *quantity = pieces(t->a, edge, "quantity"), *tier = tier_text(t->a, edge);
    const char *standing = field(t->a, edge, "standing");
    enum ink colour = INK_DIM;
    for (size_t i = 0; standing && i < LENGTH(STANDINGS); i++)
        if (strcmp(standing, STANDINGS[i].standing) == 0)
            colour = STANDINGS[i].ink;
    text_add(t->out, paint(t, colour));
    add_fact(t, &is_first, "", quantity ? quantity : "quantity not told");
    if (tier)
        add_fact(t, &is_first, "", tier);
    for (size_t i = 0; i < LENGTH(HOP_FACTS); i++) {
        const char *fact = field(t->a, edge, HOP_FACTS[i].member);
        if (fact && *fact)
            add_fact(t, &is_first, HOP_FACTS[i].before, fact);
    }
    text_add(t->out, paint(t, INK_PLAIN));
}

/* ---- drawing ---- */

static const char *stroke(const struct tree *t, enum stroke s)
{
    return STROKES[t->style->is_ascii][s];
}

static bool is_return(const struct tree *t, const json_t *edge)
{
    const char *reason = field(t->a, edge, "reason");
    return reason && strcmp(reason, "return") == 0;
}

static void draw_behind(struct tree *t, int node, const char *before, int depth);

static void draw_branch(struct tree *t, const struct branch *b, const char *before,
                        bool is_last, int depth)
{
    const json_t *node = json_array_get(t->nodes, (size_t)b->child);
    const json_t *parent = json_array_get(t->nodes, (size_t)b->parent);
    bool gap = is_of_type(node, "gap"), again = t->is_drawn[b->child];
    size_t first, behind = again ? 0 : branches_of(t, b->child, &first);
    const char *below = arena_printf(t->a, "%s%s", before,
                                     stroke(t, is_last ? STROKE_SPACE : STROKE_PASS));
    text_addf(t->out, "%s%s", before,
              stroke(t, (gap ? STROKE_GAP : STROKE_BRANCH) +
                            (is_last ? STROKE_LAST - STROKE_BRANCH : 0)));
    if (gap)
        add_gap(t, node);
    else
        add_lot(t, node, parent);
    t->returns += is_return(t, b->edge);
    if (t->above[b->child])
        text_add(t->out, t->returns >= t->above[b->child] ? "  (returned: it is above)"
                                                          : "  (a circle: it is above)");
    else if (again && !gap)
        text_add(t->out, "  (drawn above)");
    text_addf(t->out, "\n%s%s", below, stroke(t, behind ? STROKE_PASS : STROKE_SPACE));
    add_hop(t, b->edge);
    text_add(t->out, "\n");
    if (!again)
        draw_behind(t, b->child, below, depth + 1);
    t->returns -= is_return(t, b->edge);
}

static void draw_behind(struct tree *t, int node, const char *before, int depth)
{
    size_t first, n = branches_of(t, node, &first);
    t->is_drawn[node] = true;
    if (n > 0 && depth >= DEPTH_MAX) {
        text_addf(t->out, "%s(deeper than can be drawn: trace the lot above)\n", before);
        return;
    }
    t->above[node] = 1 + t->returns;
    for (size_t i = 0; i < n; i++)
        draw_branch(t, &t->branches.at[first + i], before, i + 1 == n, depth);
    t->above[node] = 0;
}

void tree_add(struct text *out, const json_t *trace, const struct tree_style *style)
{
    struct tree t = {
        .out = out, .a = out->arena, .style = style, .nodes = member(trace, "nodes")};
    size_t n = json_array_size(t.nodes), first;
    if (n == 0) {
        text_add(out, "(nothing)\n");
        return;
    }
    t.is_drawn = ARENA_ARRAY(t.a, bool, n);
    t.above = ARENA_ARRAY(t.a, int, n);
    read_graph(&t, trace);
    int root = find_node(&t, member(trace, "root"));
    root = root == NOWHERE ? 0 : root;
    add_lot(&t, json_array_get(t.nodes, (size_t)root), NULL);
    text_add(out, "\n");
    if (branches_of(&t, root, &first) == 0)
        text_addf(out, "%s%s\n", stroke(&t, STROKE_LAST_GAP),
                  style->is_up ? "nothing is recorded of where it came from"
                               : "nothing of it is recorded to have gone anywhere");
    draw_behind(&t, root, "", 0);
}

void tree_add_remarks(struct text *out, const json_t *trace)
{
    const char *cut = field(out->arena, trace, "cut");
    const char *seq = field(out->arena, trace, "asOf.seq"),
               *day = field(out->arena, trace, "asOf.day");
    if (cut)
        text_addf(out, "The trace was cut (%s): trace a lot at its edge to see on.\n",
                  cut);
    if (seq)
        text_addf(out, "As of record %s%s%s.\n", seq, day ? ", " : "", day ? day : "");
}
