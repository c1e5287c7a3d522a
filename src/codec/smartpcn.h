/*
 * smartpcn - a product change notice as makers send it (smartPCN 3.x, VDMA 24903), as records of type `notice`.
 *
 * One document may change some items, discontinue others and take back what was said of more: a notice for each,
 * under the one number, with the items it is about.  What the document says and a notice has no member for stays out.
 */
#pragma once

#include "pedigree/codec/codec.h"

/* The body as a tree (xml.h, or JSON of the same names).  A list of records; new reference.  NULL: *err names the
 * element by its path. */
json_t *smartpcn_records(struct arena *a, const json_t *body, struct error *err);
