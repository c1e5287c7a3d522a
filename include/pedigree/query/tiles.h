/*
 * tiles - hashes of the log's tree for who reads: from the database, and tiles kept in memory.
 *
 * A tile that was published only ever gets wider, so what is kept is never stale.  Shared by all readers.
 */
#pragma once

#include "pedigree/db/db.h"
#include "pedigree/tlog/tree.h"

struct tile_cache;
struct tile_cache *tile_cache_new(size_t bytes); /* 0: nothing is kept */
void tile_cache_free(struct tile_cache *c);      /* accepts NULL */

/* The tiles of one question, in this order: found, asked for, taken; then a source for proofs, and done with:
 * CLEANUP(tiles_done) struct tile_set t = {.cache = ...}. */
struct tile;
struct tile_set {
    struct tile_cache *cache;
    size_t len, missing;
    struct asked_tile {
        struct tile_id id;
        struct tile *tile; /* NULL: not at hand */
        struct rows rows;
    } at[TILES_OF_PROOF];
};
void tiles_find(struct tile_set *t, const struct tile_id *ids, size_t len); /* `missing`: not at hand */
void tiles_ask(struct tile_set *t, struct pipeline *p); /* what is missing */
/* Once that has run: keeps what came.  A row that is not there, or not whole, is an error that names it. */
bool tiles_take(struct tile_set *t, struct error *err);
const struct hash *tiles_hashes(const struct tile_set *t, size_t i); /* as many as its width says, at least */
struct tree_source tree_of_set(struct tile_set *t);
void tiles_done(struct tile_set *t);

/* The database does not hold what was signed: an alarm, and false with *err filled. */
bool log_is_damaged(struct error *err, const char *what, int64_t place);
