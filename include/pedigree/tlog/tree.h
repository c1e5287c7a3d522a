/*
 * tree - the Merkle tree of RFC 6962 over the log's commitments: hashes, the growing right edge, proofs.
 *
 *   leaf = SHA-256(0x00 || entry)      node = SHA-256(0x01 || left || right)      empty tree = SHA-256("")
 *
 * A tree of n > 1 leaves splits at the largest power of two below n.  Everything here is made of complete
 * subtrees: number `index` of height k holds the 2^k leaves from index 2^k on.  Where their hashes are found
 * the caller says: at the right edge in memory, or in tiles of 256 (C2SP tlog-tiles), of which tile (L, N)
 * holds the subtrees of height 8 L from number 256 N on.
 *
 * Always true: a proof that was made is accepted by its check, and in a tree of that size for no other index, leaf or
 * root.  Which size a root is of no proof says, as trees of several sizes have ways up of one shape: a signature does.
 */
#pragma once

#include "pedigree/base/arena.h"
#include "pedigree/base/digest.h"
#include "pedigree/base/error.h"

enum { TREE_HEIGHT = 63, TILE_BITS = 8, TILE_WIDTH = 1 << TILE_BITS, TILE_LEVELS = 8 };

struct hash {
    uint8_t at[SHA256_LEN];
};

void tree_leaf(const void *entry, size_t len, struct hash *out);
/* `out` may be one of them. */
void tree_node(const struct hash *left, const struct hash *right, struct hash *out);

/* ---- where hashes are found ---- */

/* The hash of a complete subtree; false, with *err filled: it is not to be had. */
typedef bool subtree_fn(void *context, int k, int64_t index, struct hash *out, struct error *err);
struct tree_source {
    subtree_fn *subtree;
    void *context;
};

struct tile_id {
    int level;
    int64_t index;
    int width; /* 1..256 hashes from its first on */
};
/* The hashes of a tile, at least as many as its width says, or NULL with *err filled. */
typedef const struct hash *tile_fn(void *context, const struct tile_id *id, struct error *err);
struct tile_source {
    tile_fn *tile;
    void *context;
    int64_t size; /* of the tree: how wide the last tiles are */
};
struct tree_source tree_of_tiles(struct tile_source *tiles);

/* Which tiles a proof asks for, each once, so that one round trip brings them; returns how many. */
enum { TILES_OF_PROOF = 4 * TILE_LEVELS };
size_t tree_inclusion_tiles(int64_t index, int64_t size, struct tile_id out[static TILES_OF_PROOF]);
size_t tree_consistency_tiles(int64_t old, int64_t size, struct tile_id out[static TILES_OF_PROOF]);
size_t tree_root_tiles(int64_t size, struct tile_id out[static TILES_OF_PROOF]);

/* ---- roots and proofs ---- */

struct tree_path {
    size_t len;
    struct hash hashes[TREE_HEIGHT + 1];
};

bool tree_root(const struct tree_source *s, int64_t size, struct hash *out, struct error *err);
/* The audit path of leaf `index` in the tree of `size`, from the leaf to the root; 0 <= index < size. */
bool tree_inclusion(const struct tree_source *s, int64_t index, int64_t size, struct tree_path *out, struct error *err);
/* That the first `old` leaves of the tree of `size` are the tree of `old`; 0 <= old <= size.  From 0, and from
 * size itself, the proof is empty. */
bool tree_consistency(const struct tree_source *s, int64_t old, int64_t size, struct tree_path *out, struct error *err);

bool tree_inclusion_holds(int64_t index, int64_t size, const struct hash *leaf, const struct tree_path *path,
                          const struct hash *root);
bool tree_consistency_holds(int64_t old, int64_t size, const struct hash *old_root, const struct hash *root,
                            const struct tree_path *path);

/* ---- the right edge ---- */

/* A hash that became complete and is kept: the subtree of height 8 level, level >= 1. */
struct tile_node {
    int32_t level;
    int64_t index;
    struct hash hash;
};

/*
 * The newest complete subtrees of each height, back to where the newest tile of its level begins, or began when
 * it was trimmed: enough to grow, to tell the root, and for proofs of what was added since.
 */
struct tree_edge {
    int64_t size;
    struct edge_row {
        int64_t first; /* number of the first subtree that is here */
        struct hash *at;
        size_t len, cap;
    } rows[TREE_HEIGHT];
};
void edge_init(struct tree_edge *e); /* of the empty tree */
void edge_done(struct tree_edge *e);
/* The tree becomes one of `size` leaves: first this, then for each level with (size >> 8 level) & 255 > 0 the
 * hashes of that partial tile, so many of them. */
void edge_start(struct tree_edge *e, int64_t size);
void edge_fill(struct tree_edge *e, int level, const struct hash *hashes);
/* Adds a leaf hash; returns how many nodes became complete, the lowest first; most often none. */
size_t edge_append(struct tree_edge *e, const struct hash *leaf, struct tile_node out[static TILE_LEVELS]);
/* Takes back what was added since it had that size; false, and nothing done: it never had, or was trimmed since. */
bool edge_cut(struct tree_edge *e, int64_t size) __attribute__((warn_unused_result));
void edge_trim(struct tree_edge *e); /* forgets what growing does not need */
void edge_root(const struct tree_edge *e, struct hash *out);
struct tree_source tree_of_edge(struct tree_edge *e);
