/* tree - hashes, roots and proofs; see the header.  The right edge is in edge.c. */
#include "pedigree/tlog/tree.h"

#include <string.h>

enum { TAG_LEAF = 0, TAG_NODE = 1 };

void tree_leaf(const void *entry, size_t len, struct hash *out)
{
    const struct span spans[] = {{&(uint8_t){TAG_LEAF}, 1}, {entry, len}};
    sha256_spans(spans, 2, out->at);
}

void tree_node(const struct hash *left, const struct hash *right, struct hash *out)
{
    uint8_t whole[1 + 2 * SHA256_LEN] = {TAG_NODE};
    memcpy(whole + 1, left->at, SHA256_LEN);
    memcpy(whole + 1 + SHA256_LEN, right->at, SHA256_LEN);
    sha256(whole, sizeof whole, out->at);
}

/* ---- ranges of leaves, as complete subtrees ---- */

/* The height of the largest complete subtree below n > 1 leaves: where their tree splits. */
static int split_height(int64_t n)
{
    return 63 - __builtin_clzll((uint64_t)n - 1);
}

static int lowest_bit(int64_t n)
{
    return __builtin_ctzll((uint64_t)n);
}

/*
 * The root of the leaves [first, end), a subtree of some tree: first is a multiple of a power of two that is not
 * less than end - first.  Its complete subtrees, from the smallest on the right, are folded to the left.
 */
static bool range_root(const struct tree_source *s, int64_t first, int64_t end, struct hash *out, struct error *err)
{
    bool is_first = true;
    for (int64_t left = end - first; left > 0;) {
        int k = lowest_bit(left);
        struct hash part;
        if (!s->subtree(s->context, k, (first + left - ((int64_t)1 << k)) >> k, &part, err))
            return false;
        if (is_first)
            *out = part;
        else
            tree_node(&part, out, out);
        is_first = false;
        left -= (int64_t)1 << k;
    }
    return true;
}

bool tree_root(const struct tree_source *s, int64_t size, struct hash *out, struct error *err)
{
    if (size == 0)
        sha256("", 0, out->at);
    return size == 0 || range_root(s, 0, size, out, err);
}

/* ---- proofs ---- */

/* The siblings on the way from the root to a leaf, or to an older tree's edge: top first, then turned round. */
struct siblings {
    size_t len;
    struct {
        int64_t first, end;
    } at[TREE_HEIGHT + 1];
};

static void sibling(struct siblings *all, int64_t first, int64_t end)
{
    all->at[all->len].first = first;
    all->at[all->len++].end = end;
}

static bool hash_siblings(const struct tree_source *s, const struct siblings *all, struct tree_path *out,
                          struct error *err)
{
    out->len = 0;
    for (size_t i = all->len; i-- > 0;)
        if (!range_root(s, all->at[i].first, all->at[i].end, &out->hashes[out->len++], err))
            return false;
    return true;
}

bool tree_inclusion(const struct tree_source *s, int64_t index, int64_t size, struct tree_path *out, struct error *err)
{
    struct siblings all = {0};
    for (int64_t first = 0, end = size; end - first > 1;) {
        int64_t middle = first + ((int64_t)1 << split_height(end - first));
        if (index < middle) {
            sibling(&all, middle, end);
            end = middle;
        } else {
            sibling(&all, first, middle);
            first = middle;
        }
    }
    return hash_siblings(s, &all, out, err);
}

bool tree_consistency(const struct tree_source *s, int64_t old, int64_t size, struct tree_path *out, struct error *err)
{
    struct siblings all = {0};
    bool is_whole = true; /* what is left of the old tree is the old tree itself: its root is known */
    int64_t first = 0, end = size;
    out->len = 0;
    if (old == 0)
        return true;
    while (end > old) {
        int64_t middle = first + ((int64_t)1 << split_height(end - first));
        if (old <= middle) {
            sibling(&all, middle, end);
            end = middle;
        } else {
            sibling(&all, first, middle);
            first = middle;
            is_whole = false;
        }
    }
    if (!is_whole)
        sibling(&all, first, end);
    return hash_siblings(s, &all, out, err);
}

/* The way of a leaf to the root: at each step the sibling is on the left if the place is odd, or is the last
 * one, which has none at this height (RFC 9162 calls these fn and sn). */
struct climb {
    uint64_t place, last;
};

static bool from_left(struct climb *c)
{
    bool is_left = c->place & 1 || c->place == c->last;
    if (is_left)
        while (c->place && !(c->place & 1)) {
            c->place >>= 1;
            c->last >>= 1;
        }
    c->place >>= 1;
    c->last >>= 1;
    return is_left;
}

static bool same_hash(const struct hash *a, const struct hash *b)
{
    return memcmp(a->at, b->at, SHA256_LEN) == 0;
}

bool tree_inclusion_holds(int64_t index, int64_t size, const struct hash *leaf, const struct tree_path *path,
                          const struct hash *root)
{
    if (index < 0 || index >= size)
        return false;
    struct climb c = {(uint64_t)index, (uint64_t)size - 1};
    struct hash sum = *leaf;
    for (size_t i = 0; i < path->len; i++) {
        if (c.last == 0)
            return false;
        if (from_left(&c))
            tree_node(&path->hashes[i], &sum, &sum);
        else
            tree_node(&sum, &path->hashes[i], &sum);
    }
    return c.last == 0 && same_hash(&sum, root);
}

static bool is_power_of_two(int64_t n)
{
    return (n & (n - 1)) == 0;
}

bool tree_consistency_holds(int64_t old, int64_t size, const struct hash *old_root, const struct hash *root,
                            const struct tree_path *path)
{
    struct hash empty;
    sha256("", 0, empty.at);
    if (old < 0 || old > size)
        return false;
    if (old == 0 || old == size)
        return path->len == 0 && same_hash(old_root, old == 0 ? &empty : root) && (size > 0 || same_hash(root, &empty));
    struct climb c = {(uint64_t)old - 1, (uint64_t)size - 1};
    size_t next = is_power_of_two(old) ? 0 : 1;
    if (path->len < next)
        return false;
    struct hash old_sum = next ? path->hashes[0] : *old_root, sum = old_sum;
    while (c.place & 1) {
        c.place >>= 1;
        c.last >>= 1;
    }
    for (; next < path->len; next++) {
        const struct hash *sibling = &path->hashes[next];
        if (c.last == 0)
            return false;
        if (from_left(&c)) {
            tree_node(sibling, &old_sum, &old_sum);
            tree_node(sibling, &sum, &sum);
        } else {
            tree_node(&sum, sibling, &sum);
        }
    }
    return c.last == 0 && same_hash(&old_sum, old_root) && same_hash(&sum, root);
}

/* ---- tiles as a source ---- */

static struct tile_id tile_holding(int64_t size, int level, int64_t hash)
{
    int64_t index = hash >> TILE_BITS, there = (size >> (TILE_BITS * level)) - index * TILE_WIDTH;
    return (struct tile_id){level, index, there < TILE_WIDTH ? (int)there : TILE_WIDTH};
}

static bool subtree_of_tiles(void *context, int k, int64_t index, struct hash *out, struct error *err)
{
    const struct tile_source *s = context;
    struct hash sums[TILE_WIDTH];
    int level = k / TILE_BITS, high = k % TILE_BITS;
    int64_t first = index << high;
    struct tile_id id = tile_holding(s->size, level, first);
    const struct hash *tile = s->tile(s->context, &id, err);
    if (!tile)
        return false;
    size_t n = (size_t)1 << high;
    memcpy(sums, tile + first % TILE_WIDTH, n * sizeof *sums);
    for (; n > 1; n /= 2)
        for (size_t i = 0; i < n / 2; i++)
            tree_node(&sums[2 * i], &sums[2 * i + 1], &sums[i]);
    *out = sums[0];
    return true;
}

struct tree_source tree_of_tiles(struct tile_source *tiles)
{
    return (struct tree_source){subtree_of_tiles, tiles};
}

/* A proof made of nothing, that notes what it asks for. */
struct wanted {
    int64_t size;
    struct tile_id *at;
    size_t len;
};

static bool want(void *context, int k, int64_t index, struct hash *out, struct error *err)
{
    struct wanted *w = context;
    struct tile_id id = tile_holding(w->size, k / TILE_BITS, index << (k % TILE_BITS));
    (void)err;
    *out = (struct hash){0};
    for (size_t i = 0; i < w->len; i++)
        if (w->at[i].level == id.level && w->at[i].index == id.index)
            return true;
    w->at[w->len++] = id;
    return true;
}

size_t tree_inclusion_tiles(int64_t index, int64_t size, struct tile_id out[static TILES_OF_PROOF])
{
    struct wanted w = {size, out, 0};
    struct tree_path path;
    tree_inclusion(&(struct tree_source){want, &w}, index, size, &path, &(struct error){0});
    return w.len;
}

size_t tree_consistency_tiles(int64_t old, int64_t size, struct tile_id out[static TILES_OF_PROOF])
{
    struct wanted w = {size, out, 0};
    struct tree_path path;
    tree_consistency(&(struct tree_source){want, &w}, old, size, &path, &(struct error){0});
    return w.len;
}

size_t tree_root_tiles(int64_t size, struct tile_id out[static TILES_OF_PROOF])
{
    struct wanted w = {size, out, 0};
    struct hash root;
    tree_root(&(struct tree_source){want, &w}, size, &root, &(struct error){0});
    return w.len;
}
