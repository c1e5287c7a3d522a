/* trace_print - a trace as JSON and as Graphviz text. */
#include "trace.h"

#include "pedigree/base/text.h"
#include "pedigree/rules/rule.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *hop_tier(const struct hop_row *h)
{
    enum tier tier;
    return h->tier && *h->tier && tier_find(h->tier, &tier) ? tier_code(tier) : "";
}

static const char *node_type(const struct node *n)
{
    if (!n->row)
        return "gap";
    return n->row->code || n->sight == SIGHT_CUSTOMER ? "lot" : "joint";
}

static json_t *node_json(const struct node *n, size_t i)
{
    char id[24];
    snprintf(id, sizeof id, "n%zu", i);
    json_t *o = json_pack("{s:s, s:s}", "id", id, "type", node_type(n));
    if (!n->row) {
        put(o, "organisation", n->named ? json_string(n->named) : json_null());
        return o;
    }
    put_text(o, "organisation", n->row->holder);
    put(o, "part", part_json(n->row));
    put_text(o, "sight", sight_word(n->sight));
    if (n->sight < SIGHT_UPSTREAM)
        return o;
    put_text(o, "code", n->row->code);
    put_text(o, "grade", severity_word((enum severity)n->row->grade));
    put_text(o, "traced", n->row->traced);
    put(o, "flags", json_integer(n->row->flags));
    if (n->sight >= SIGHT_OWNER)
        put_text(o, "state", n->row->state);
    return o;
}

static json_t *arc_json(const struct arc *a)
{
    const struct hop_row *h = a->hop;
    char from[24], to[24];
    snprintf(from, sizeof from, "n%zu", a->from);
    snprintf(to, sizeof to, "n%zu", a->to);
    json_t *o =
        json_pack("{s:s, s:s, s:s}", "from", from, "to", to, "standing", h->standing);
    if (h->quantity != INT64_MIN) {
        put(o, "quantity", json_integer(h->quantity));
        put(o, "record", json_integer(h->seq));
    }
    if (*hop_tier(h)) {
        put_text(o, "tier", hop_tier(h));
        put_text(o, "tierName", h->tier);
        put(o, "tierWhy", tier_why_json(h->tier_why, h->tier_seq));
    }
    put_text(o, "reason", h->reason && *h->reason ? h->reason : NULL);
    put_text(o, "shipped", h->shipped);
    put_text(o, "received", h->received);
    put_text(o, "seller", h->seller);
    return o;
}

json_t *trace_json(const struct trace *t)
{
    json_t *nodes = json_array(), *edges = json_array();
    for (size_t i = 0; i < t->nodes.len; i++)
        json_array_append_new(nodes, node_json(&t->nodes.at[i], i));
    for (size_t i = 0; i < t->arcs.len; i++)
        json_array_append_new(edges, arc_json(&t->arcs.at[i]));
    json_t *o = json_pack("{s:s, s:o, s:o, s:o}", "root", "n0", "nodes", nodes, "edges",
                          edges, "asOf", as_of_json(&t->as_of));
    put(o, "complete", json_boolean(!t->cut));
    put(o, "cut", t->cut ? json_string(t->cut) : json_null());
    return o;
}

/* ---- Graphviz ---- */

static void dot_text(struct text *t, const char *s)
{
    for (; s && *s; s++) {
        if (*s == '"' || *s == '\\')
            text_add(t, "\\");
        text_add_n(t, *s == '\n' ? " " : s, 1);
    }
}

static void dot_node(struct text *t, const struct node *n, size_t i)
{
    text_addf(t, "  n%zu [label=\"", i);
    if (!n->row) {
        dot_text(t, n->named ? n->named : "not recorded");
        text_add(t, "\\n(gap)\", style=dashed];\n");
        return;
    }
    dot_text(t, n->row->holder);
    if (n->sight >= SIGHT_UPSTREAM && n->row->code) {
        text_add(t, "\\n");
        dot_text(t, n->row->code);
    }
    if (n->row->mpn) {
        text_add(t, "\\n");
        dot_text(t, n->row->mpn);
    }
    if (n->sight >= SIGHT_UPSTREAM && n->row->grade > 0)
        text_addf(t, "\\n%s, %" PRId64 " flag%s",
                  severity_word((enum severity)n->row->grade), n->row->flags,
                  n->row->flags == 1 ? "" : "s");
    text_addf(t, "\"%s];\n", strcmp(node_type(n), "joint") == 0 ? ", shape=point" : "");
}

static void dot_arc(struct text *t, const struct arc *a)
{
    const struct hop_row *h = a->hop;
    bool is_proven =
        strcmp(h->standing, "corroborated") == 0 || strcmp(h->standing, "internal") == 0;
    text_addf(t, "  n%zu -> n%zu [label=\"", a->from, a->to);
    if (h->quantity != INT64_MIN)
        text_addf(t, "%" PRId64 " pcs ", h->quantity);
    dot_text(t, h->received);
    text_addf(t, "%s%s\\n%s\"%s];\n", *hop_tier(h) ? " " : "", hop_tier(h), h->standing,
              is_proven ? "" : ", style=dashed");
}

const char *trace_dot(struct arena *a, const struct trace *trace)
{
    struct text t = text_new(a);
    text_add(&t, "digraph trace {\n  rankdir=LR;\n  node [shape=box];\n");
    for (size_t i = 0; i < trace->nodes.len; i++)
        dot_node(&t, &trace->nodes.at[i], i);
    for (size_t i = 0; i < trace->arcs.len; i++)
        dot_arc(&t, &trace->arcs.at[i]);
    if (trace->cut)
        text_addf(&t, "  label=\"cut: %s\";\n", trace->cut);
    text_add(&t, "}\n");
    return text_str(&t);
}
