/*
 * tiles - hashes of the log's tree for who reads: from the database, and full tiles kept in memory.
 *
 * A tile that was published never changes, so what is kept is never stale.  Shared by all readers.
 */
#pragma once

#include "pedigree/db/db.h"
#include "pedigree/tlog/tree.h"

struct tile_cache;
struct tile_cache *tile_cache_new(size_t bytes); /* 0: nothing is kept */
void tile_cache_free(struct tile_cache *c);      /* accepts NULL */

/* The tiles of one question: asked in a pipeline, then a source for proofs in the tree of `size`. */
struct tile_set {
    struct tile_cache *cache;
    struct arena *arena;
    int64_t size;
    size_t len;
    struct asked_tile {
        struct tile_id id;
        const struct hash *nodes; /* of all heights in it; NULL: to be read */
        struct rows rows;
    } at[TILES_OF_PROOF];
};
/* Adds what is not at hand to the pipeline; true if that is anything. */
bool tiles_ask(struct tile_set *t, struct pipeline *p, const struct tile_id *ids, size_t len);
/* Once it has run: takes the rows, keeps the tiles.  A missing row is an error that names it. */
bool tiles_take(struct tile_set *t, struct error *err);
struct tree_source tree_of_set(struct tile_set *t);
