/* draw - the chain of a pedigree file as boxes and hops, over as many pages as it takes; private to report. */
#pragma once

#include "graph.h"
#include "sheet.h"

void draw_chain(struct sheet *s, const struct graph *g);
/* What a hop is worth, by its colour and stroke. */
enum colour colour_of_standing(const char *standing);
const char *hop_code(struct arena *a, const json_t *node); /* "cage:1ABC5 R-1", or what a gap is said to be */
