/*
 * tree_load - the Merkle tree as the database has it: its right edge, and what earlier sizes had for a root.
 *
 * Leaves are made from record.commitment, what is above 256 of them comes from `node`.  Nothing is believed: the
 * caller compares roots.
 */
#pragma once

#include "pedigree/db/db.h"
#include "pedigree/tlog/tree.h"

struct tile_nodes {
    struct tile_node *at;
    size_t len, cap;
};

/* The hashes of a tile, in the arena; NULL with *err filled if a row is missing. */
const struct hash *tile_load(struct db *db, struct arena *a, const struct tile_id *id, struct error *err);
bool tree_load_edge(struct db *db, int64_t size, struct tree_edge *out, struct error *err);
bool tree_load_root(struct db *db, int64_t size, struct hash *out, struct error *err);
/* That the tree of `old` records is the beginning of that of `size`. */
bool tree_load_consistency(struct db *db, int64_t old, int64_t size, struct tree_path *out, struct error *err);
/* Of a ledger that was begun without a tree: from all commitments, with the nodes that are to be stored, in the arena. */
bool tree_grow(struct db *db, struct arena *a, int64_t size, struct tree_edge *out, struct tile_nodes *nodes,
               struct error *err);
