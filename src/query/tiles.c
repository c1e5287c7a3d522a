/*
 * tiles - see the header.
 *
 * A tile is kept with the hashes inside it, height by height: of `width` hashes at its bottom, width / 2 above
 * them, and so on, as far as they are complete.  So a proof looks hashes up and makes none.
 *
 * Guarded by `lock`: the table and the order of age.  A tile given out is copied into the reader's arena.
 */
#include "pedigree/query/tiles.h"

#include "pedigree/base/cleanup.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { NODES = 2 * TILE_WIDTH, BUCKETS = 4096 };

/* clang-format off */
struct hash_row {
    struct bytes hash;
};
static const struct column HASH_ROW[] = {COL(struct hash_row, hash)};
QUERY TILE_LEAVES = {.name = "tile_leaves",
    .sql = "SELECT commitment AS hash FROM record WHERE seq >= $1 AND seq < $2 ORDER BY seq", ROW(struct hash_row, HASH_ROW)};
QUERY TILE_NODES = {.name = "tile_nodes",
    .sql = "SELECT hash FROM node WHERE level = $1 AND index >= $2 AND index < $3 ORDER BY index", ROW(struct hash_row, HASH_ROW)};
/* clang-format on */

/* ---- the cache ---- */

struct kept {
    struct tile_id id;
    struct kept *next;           /* in its bucket */
    struct kept *older, *younger;
    struct hash nodes[NODES];
};
struct tile_cache {
    pthread_mutex_t lock;
    size_t room; /* tiles that may still be kept */
    struct kept *buckets[BUCKETS];
    struct kept *oldest, *youngest;
};

struct tile_cache *tile_cache_new(size_t bytes)
{
    struct tile_cache *c = calloc(1, sizeof *c);
    if (!c)
        abort();
    pthread_mutex_init(&c->lock, NULL);
    c->room = bytes / sizeof(struct kept);
    return c;
}

void tile_cache_free(struct tile_cache *c)
{
    if (!c)
        return;
    for (struct kept *k = c->oldest, *next; k; k = next) {
        next = k->younger;
        free(k);
    }
    pthread_mutex_destroy(&c->lock);
    free(c);
}

static struct kept **bucket(struct tile_cache *c, const struct tile_id *id)
{
    uint64_t mixed = ((uint64_t)id->index * 8 + (uint64_t)id->level) * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)id->width;
    return &c->buckets[mixed >> 52];
}

static bool is_same(const struct tile_id *a, const struct tile_id *b)
{
    return a->level == b->level && a->index == b->index && a->width == b->width;
}

static struct kept **find(struct tile_cache *c, const struct tile_id *id)
{
    struct kept **k = bucket(c, id);
    while (*k && !is_same(&(*k)->id, id))
        k = &(*k)->next;
    return k;
}

static void age_out(struct tile_cache *c, struct kept *k)
{
    *(k->older ? &k->older->younger : &c->oldest) = k->younger;
    *(k->younger ? &k->younger->older : &c->youngest) = k->older;
}

static void age_in(struct tile_cache *c, struct kept *k)
{
    k->older = c->youngest;
    k->younger = NULL;
    *(c->youngest ? &c->youngest->younger : &c->oldest) = k;
    c->youngest = k;
}

static const struct hash *recall(struct tile_cache *c, struct arena *a, const struct tile_id *id)
{
    struct hash *nodes = NULL;
    pthread_mutex_lock(&c->lock);
    struct kept *k = *find(c, id);
    if (k) {
        age_out(c, k);
        age_in(c, k);
        nodes = arena_raw(a, sizeof k->nodes);
        memcpy(nodes, k->nodes, sizeof k->nodes);
    }
    pthread_mutex_unlock(&c->lock);
    return nodes;
}

/* A new one while there is room, else the one that was asked for longest ago. */
static struct kept *place(struct tile_cache *c)
{
    struct kept *k = c->oldest;
    if (c->room > 0) {
        c->room--;
        k = malloc(sizeof *k);
        if (!k)
            abort();
        return k;
    }
    if (k) {
        struct kept **in = find(c, &k->id);
        *in = k->next;
        age_out(c, k);
    }
    return k;
}

static void keep(struct tile_cache *c, const struct tile_id *id, const struct hash *nodes)
{
    pthread_mutex_lock(&c->lock);
    struct kept *k = *find(c, id) ? NULL : place(c);
    if (k) {
        k->id = *id;
        memcpy(k->nodes, nodes, sizeof k->nodes);
        k->next = *bucket(c, id);
        *bucket(c, id) = k;
        age_in(c, k);
    }
    pthread_mutex_unlock(&c->lock);
}

/* ---- one question's ---- */

bool tiles_ask(struct tile_set *t, struct pipeline *p, const struct tile_id *ids, size_t len)
{
    bool asks = false;
    t->len = len;
    for (size_t i = 0; i < len; i++) {
        struct asked_tile *x = &t->at[i];
        *x = (struct asked_tile){.id = ids[i], .nodes = recall(t->cache, t->arena, &ids[i])};
        int64_t first = x->id.index * TILE_WIDTH, end = first + x->id.width;
        if (x->nodes)
            continue;
        asks = true;
        if (x->id.level == 0)
            pipeline_add(p, &TILE_LEAVES, ARGS(INT8(first), INT8(end)), &x->rows);
        else
            pipeline_add(p, &TILE_NODES, ARGS(INT4(x->id.level), INT8(first), INT8(end)), &x->rows);
    }
    return asks;
}

static bool missing(const struct asked_tile *x, struct error *err)
{
    return error_set(err, ERR_INTERNAL, "the database was altered: of %s %" PRId64 " to %" PRId64 " %zu are there, or not whole: "
                     "`pedigreed audit` names them", x->id.level ? "the tree's nodes" : "the records", x->id.index * TILE_WIDTH,
                     x->id.index * TILE_WIDTH + x->id.width - 1, x->rows.len);
}

/* Where the hashes of a height begin among the nodes of a tile. */
static size_t height_at(int height)
{
    return (size_t)(NODES - (NODES >> height));
}

static void fold(struct hash *nodes, size_t width)
{
    for (int height = 1; width >= 2; height++, width /= 2)
        for (size_t i = 0; i < width / 2; i++)
            tree_node(&nodes[height_at(height - 1) + 2 * i], &nodes[height_at(height - 1) + 2 * i + 1],
                      &nodes[height_at(height) + i]);
}

static bool take(struct tile_set *t, struct asked_tile *x, struct error *err)
{
    struct hash *nodes = arena_alloc(t->arena, NODES * sizeof *nodes);
    const struct hash_row *r = x->rows.at;
    if (x->rows.len != (size_t)x->id.width)
        return missing(x, err);
    for (size_t i = 0; i < x->rows.len; i++) {
        if (r[i].hash.len != SHA256_LEN)
            return missing(x, err);
        if (x->id.level == 0)
            tree_leaf(r[i].hash.at, SHA256_LEN, &nodes[i]);
        else
            memcpy(nodes[i].at, r[i].hash.at, SHA256_LEN);
    }
    fold(nodes, x->rows.len);
    keep(t->cache, &x->id, nodes);
    x->nodes = nodes;
    return true;
}

bool tiles_take(struct tile_set *t, struct error *err)
{
    for (size_t i = 0; i < t->len; i++)
        if (!t->at[i].nodes && !take(t, &t->at[i], err))
            return false;
    return true;
}

static bool subtree(void *context, int k, int64_t index, struct hash *out, struct error *err)
{
    const struct tile_set *t = context;
    int level = k / TILE_BITS, height = k % TILE_BITS;
    int64_t tile = index >> (TILE_BITS - height);
    for (size_t i = 0; i < t->len; i++)
        if (t->at[i].id.level == level && t->at[i].id.index == tile) {
            *out = t->at[i].nodes[height_at(height) + (size_t)(index & ((TILE_WIDTH >> height) - 1))];
            return true;
        }
    return error_set(err, ERR_INTERNAL, "tile %d/%" PRId64 " was not asked for", level, tile);
}

struct tree_source tree_of_set(struct tile_set *t)
{
    return (struct tree_source){subtree, t};
}
