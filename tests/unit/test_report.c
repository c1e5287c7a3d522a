/* test_report - where a drawn chain puts its lots and hops, and that any pedigree file can be drawn. */
#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/report/pdf.h"
#include "report/graph.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

DEFINE_CLEANUP(json_t, json, json_decref)

/* Nodes a, b, c, ... of which a is the root; edges as "from to" pairs: "ba" is a hop from b to a. */
static json_t *chain_of(size_t nodes, const char *edges)
{
    json_t *n = json_array(), *e = json_array();
    for (size_t i = 0; i < nodes; i++) {
        char id[8];
        snprintf(id, sizeof id, i < 26 ? "%c" : "%c%zu", (char)('a' + i % 26), i / 26);
        json_array_append_new(n, json_pack("{s:s, s:s, s:s, s:s}", "id", id, "type", i % 3 == 2 ? "gap" : "lot", "organisation",
                                           "name:cn/\xe6\xb7\xb1\xe5\x9c\xb3 \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", "code", id));
    }
    for (; edges && *edges; edges += edges[2] == ' ' ? 3 : 2) {
        const char from[] = {edges[0], 0}, to[] = {edges[1], 0};
        json_array_append_new(e, json_pack("{s:s, s:s, s:s, s:i, s:i}", "from", from, "to", to, "standing", "asserted", "quantity", 5, "record", 1));
    }
    return json_pack("{s:s, s:o, s:o, s:b, s:n}", "root", "a", "nodes", n, "edges", e, "complete", 1, "cut");
}

/* A root and `n` lots above it. */
static json_t *star_of(size_t n)
{
    json_t *chain = chain_of(n + 1, NULL), *node;
    size_t i;
    json_array_foreach(json_object_get(chain, "nodes"), i, node)
        if (i > 0)
            json_array_append_new(json_object_get(chain, "edges"), json_pack("{s:O, s:s, s:s}", "from", json_object_get(node, "id"), "to", "a",
                                                                              "standing", "internal"));
    return chain;
}

/* clang-format off */
static const struct {
    const char *label;
    size_t nodes;
    const char *edges; /* NULL: a star */
    const char *drawn; /* each box: name or +left-out, then its row and column */
    const char *hops;  /* each line that is drawn: its number, +more, and its place at both ends */
} GRAPHS[] = {
    {"one lot", 1, "", "a:0,0", ""},
    {"a line", 3, "ba cb", "a:0,0 b:1,0 c:2,0", "1:0/1>0/1 2:0/1>0/1"},
    {"a fork", 3, "ba ca", "a:0,0 b:1,0 c:1,1", "1:0/1>0/2 2:0/1>1/2"},
    {"a diamond", 4, "ba ca db dc", "a:0,0 b:1,0 c:1,1 d:2,0", "1:0/1>0/2 2:0/1>1/2 3:0/2>0/1 4:1/2>0/1"},
    {"a circle", 3, "ba cb ac", "a:0,0 b:1,0 c:2,0", "1:0/1>0/1 2:0/1>0/1 3:0/1>0/1"},
    {"two hops between the same lots", 2, "ba ba ba", "a:0,0 b:1,0", "1+2:0/1>0/1"},
    {"a lot that nothing leads to", 3, "ba", "a:0,0 b:1,0", "1:0/1>0/1"},
    {"a hop to no node", 2, "ba xb by", "a:0,0 b:1,0", "1:0/1>0/1"},
    {"a lot into itself", 2, "ba bb", "a:0,0 b:1,0", "1:0/2>0/1 2:1/2>0/1"},
    {"a level of two rows", 6, NULL, "a:0,0 b:1,0 c:1,1 d:1,2 e:1,3 f:2,0", NULL},
    {"no nodes", 0, "", "", ""},
};
/* clang-format on */

static const char *boxes(struct arena *a, const struct graph *g)
{
    struct text t = text_new(a);
    for (size_t i = 0; i < g->nodes_len; i++) {
        const struct graph_node *n = &g->nodes[i];
        text_addf(&t, "%s%s:%zu,%zu", i > 0 ? " " : "",
                  n->node ? json_string_value(json_object_get(n->node, "id")) : arena_printf(a, "+%zu", n->left_out), n->row, n->column);
    }
    return text_str(&t);
}

static const char *hops(struct arena *a, const struct graph *g)
{
    struct text t = text_new(a);
    for (size_t i = 0; i < g->edges_len; i++) {
        const struct graph_edge *e = &g->edges[i];
        if (e->from != SIZE_MAX && e->to != SIZE_MAX)
            text_addf(&t, "%s%zu%s:%zu/%zu>%zu/%zu", t.len > 0 ? " " : "", e->number, e->more ? arena_printf(a, "+%zu", e->more) : "", e->out,
                      e->outs, e->in, e->ins);
    }
    return text_str(&t);
}

static void test_graphs(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(GRAPHS); i++) {
        struct arena a;
        struct graph g;
        arena_init(&a, 0);
        CLEANUP(json_cleanup) json_t *chain = GRAPHS[i].edges ? chain_of(GRAPHS[i].nodes, GRAPHS[i].edges) : star_of(GRAPHS[i].nodes - 1);
        graph_make(&a, chain, &g);
        if (strcmp(boxes(&a, &g), GRAPHS[i].drawn) != 0 || (GRAPHS[i].hops && strcmp(hops(&a, &g), GRAPHS[i].hops) != 0))
            fail_msg("%s: %s; %s", GRAPHS[i].label, boxes(&a, &g), hops(&a, &g));
        arena_reset(&a);
    }
}

/* Every lot is drawn, or counted where it is not. */
static void test_large(void **state)
{
    static const size_t SIZES[] = {4, 23, 24, 25, 100, 1000};
    (void)state;
    for (size_t i = 0; i < LENGTH(SIZES); i++) {
        struct arena a;
        struct graph g;
        size_t told = 0;
        arena_init(&a, 0);
        CLEANUP(json_cleanup) json_t *chain = star_of(SIZES[i]);
        graph_make(&a, chain, &g);
        for (size_t k = 0; k < g.nodes_len; k++)
            told += g.nodes[k].node ? 1 : g.nodes[k].left_out;
        assert_int_equal(told, SIZES[i] + 1);
        assert_true(g.nodes_len <= GRAPH_LEVEL + 1);
        assert_int_equal(g.rows, 1 + (g.nodes_len - 1 + GRAPH_ROW - 1) / GRAPH_ROW);
        arena_reset(&a);
    }
}

/* Twice the same bytes, whatever the shape, with little said of it or much. */
static void test_pdf(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(GRAPHS) + 1; i++) {
        struct arena a;
        struct span first, second;
        struct error err = {0};
        arena_init(&a, 0);
        json_t *chain = i == LENGTH(GRAPHS) ? star_of(100) : GRAPHS[i].edges ? chain_of(GRAPHS[i].nodes, GRAPHS[i].edges) : star_of(5);
        struct pedigree_file f = {.json = json_pack("{s:{s:i, s:s}, s:o, s:{s:s, s:s}, s:[{s:{s:s, s:s}, s:{s:s, s:[{s:s, s:s, s:s, s:{s:[i, i]}}]}}], s:[{s:i, s:{s:s}, s:{}}], s:s}",
            "asOf", "seq", 1, "day", "2026-11-27", "chain", chain, "lot", "organisation", "cage:9CMA1", "code", "A", "lots", "lot", "organisation",
            "cage:9CMA1", "code", "A", "assessment", "grade", "high", "flags", "rule", "CAP-001", "severity", "high", "message", "It is so.", "evidence",
            "records", 1, 2, "records", "seq", 1, "envelope", "submitter", "cage:9CMA1", "record", "rules", "0a")};
        assert_non_null(f.json);
        assert_true(pedigree_pdf(&a, &f, &first, &err));
        assert_true(pedigree_pdf(&a, &f, &second, &err));
        assert_true(first.len > 1000 && memcmp(first.at, "%PDF-", 5) == 0);
        assert_int_equal(first.len, second.len);
        assert_memory_equal(first.at, second.at, first.len);
        pedigree_file_done(&f);
        arena_reset(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_graphs), cmocka_unit_test(test_large), cmocka_unit_test(test_pdf)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
