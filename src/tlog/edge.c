/* edge - the right edge of a growing tree; see the header.
 *
 * Row k holds complete subtrees of height k; a carry of binary addition makes one of height k + 1 of every two.
 */
#include "pedigree/tlog/tree.h"

#include <stdlib.h>
#include <string.h>

void edge_init(struct tree_edge *e)
{
    *e = (struct tree_edge){0};
}

void edge_done(struct tree_edge *e)
{
    for (int k = 0; k < TREE_HEIGHT; k++)
        free(e->rows[k].at);
    edge_init(e);
}

static struct hash *at(const struct tree_edge *e, int k, int64_t index)
{
    return &e->rows[k].at[index - e->rows[k].first];
}

static void push(struct edge_row *r, const struct hash *h)
{
    if (r->len == r->cap) {
        r->cap = r->cap ? 2 * r->cap : 16;
        r->at = reallocarray(r->at, r->cap, sizeof *r->at);
        if (!r->at)
            abort();
    }
    r->at[r->len++] = *h;
}

/* The number of the first subtree of height k in the newest tile of its level. */
static int64_t tile_begins(int64_t size, int k)
{
    int level = k / TILE_BITS;
    int64_t hashes = size >> (TILE_BITS * level);
    return (hashes & ~(int64_t)(TILE_WIDTH - 1)) >> (k % TILE_BITS);
}

/* Adds a hash to row k, and to the rows above what it completes there; but no more than the tile's own rows if
 * its level is being filled from what was stored. */
static int carry(struct tree_edge *e, int k, struct hash sum, int until)
{
    push(&e->rows[k], &sum);
    for (int64_t n = e->rows[k].first + (int64_t)e->rows[k].len; k < until && !(n & 1); n >>= 1) {
        tree_node(at(e, k, n - 2), at(e, k, n - 1), &sum);
        push(&e->rows[++k], &sum);
    }
    return k;
}

void edge_start(struct tree_edge *e, int64_t size)
{
    e->size = size;
    for (int k = 0; k < TREE_HEIGHT; k++) {
        e->rows[k].first = tile_begins(size, k);
        e->rows[k].len = 0;
    }
}

void edge_fill(struct tree_edge *e, int level, const struct hash *hashes)
{
    int k = TILE_BITS * level, top = k + TILE_BITS - 1;
    int64_t n = (e->size >> k) & (TILE_WIDTH - 1);
    for (int64_t i = 0; i < n; i++)
        carry(e, k, hashes[i], top < TREE_HEIGHT ? top : TREE_HEIGHT - 1);
}

size_t edge_append(struct tree_edge *e, const struct hash *leaf, struct tile_node out[static TILE_LEVELS])
{
    size_t n = 0;
    int top = carry(e, 0, *leaf, TREE_HEIGHT - 1);
    e->size++;
    for (int k = TILE_BITS; k <= top; k += TILE_BITS) {
        int64_t index = (e->size >> k) - 1;
        out[n++] = (struct tile_node){k / TILE_BITS, index, *at(e, k, index)};
    }
    return n;
}

bool edge_cut(struct tree_edge *e, int64_t size)
{
    bool is_kept = size >= 0 && size <= e->size;
    for (int k = 0; is_kept && k < TREE_HEIGHT; k++)
        is_kept = size >> k >= e->rows[k].first;
    if (!is_kept)
        return false;
    e->size = size;
    for (int k = 0; k < TREE_HEIGHT; k++)
        e->rows[k].len = (size_t)((size >> k) - e->rows[k].first);
    return true;
}

void edge_trim(struct tree_edge *e)
{
    for (int k = 0; k < TREE_HEIGHT; k++) {
        struct edge_row *r = &e->rows[k];
        size_t gone = (size_t)(tile_begins(e->size, k) - r->first);
        if (gone == 0)
            continue;
        memmove(r->at, r->at + gone, (r->len - gone) * sizeof *r->at);
        r->first += (int64_t)gone;
        r->len -= gone;
    }
}

static bool subtree_of_edge(void *context, int k, int64_t index, struct hash *out, struct error *err)
{
    const struct tree_edge *e = context;
    const struct edge_row *r = &e->rows[k];
    if (index < r->first || index >= r->first + (int64_t)r->len)
        return error_set(err, ERR_INTERNAL, "the tree's edge no longer has the place");
    *out = *at(e, k, index);
    return true;
}

struct tree_source tree_of_edge(struct tree_edge *e)
{
    return (struct tree_source){subtree_of_edge, e};
}

void edge_root(const struct tree_edge *e, struct hash *out)
{
    struct error never = {0}; /* the peaks are always there */
    struct tree_source s = {subtree_of_edge, (void *)(uintptr_t)e};
    tree_root(&s, e->size, out, &never);
}
