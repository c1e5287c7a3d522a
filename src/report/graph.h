/*
 * graph - a chain as rows of boxes: the lot that was asked for on top, below each lot what it came from.
 *
 * A lot stands as far down as it is hops away.  A level of more lots than a row holds takes several rows, and of a
 * very large one only the first are drawn, and it is said how many are not.  Pure: numbers, no ink.
 */
#pragma once

#include "pedigree/base/arena.h"

#include <jansson.h>
#include <stdint.h>

enum { GRAPH_ROW = 4, GRAPH_LEVEL = 24, GRAPH_NODES = 400 };

struct graph_node {
    const json_t *node;  /* NULL: stands for those of its level that are not drawn */
    size_t level, left_out;
    size_t row, column, columns; /* columns: of its row */
};
struct graph_edge {
    const json_t *edge;
    size_t from, to; /* of `nodes`; SIZE_MAX: not drawn, or drawn with the one that `more` counts it with */
    size_t number;   /* from 1, as they stand in the file */
    size_t more;     /* hops between the same two lots: drawn once */
    size_t out, outs, in, ins; /* its place among those that leave the one, and come to the other */
};
struct graph {
    struct graph_node *nodes;
    size_t nodes_len, rows;
    struct graph_edge *edges;
    size_t edges_len;
};
void graph_make(struct arena *a, const json_t *chain, struct graph *out);
