/*
 * tree - a trace drawn as a tree for the terminal.
 *
 * The trace is a graph: {root, nodes: [{id, type, ...}], edges: [{from, to, ...}],
 * complete, cut, asOf}.  Drawn
 * from the lot that was asked for: against the edges (`is_up`), or along them.  A lot
 * reached twice is drawn with what is behind it once, and named where it is met again; a
 * circle is said.  A gap is a node that stands for what is not known: its branch is
 * dashed.
 */
#pragma once

#include "pedigree/base/text.h"

#include <jansson.h>

struct tree_style {
    bool is_up;
    bool is_ascii;
    bool has_colour;
};

void tree_add(struct text *out, const json_t *trace, const struct tree_style *style);
/* What holds for the whole trace: where it was cut, as of when.  Nothing if neither is
 * said. */
void tree_add_remarks(struct text *out, const json_t *trace);
