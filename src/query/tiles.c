/*
 * tiles - see the header.
 *
 * A tile is kept with the hashes inside it, height by height: of `width` hashes at its bottom, width / 2 above
 * them, and so on, as far as they are complete.  So a proof looks hashes up and makes none.
 *
 * Guarded by `lock`: the table, the order of age, and how many use a tile.  Of each place in the tree the widest
 * tile is in the table.  One that is not, or no longer, goes with its last user.
 */
#include "pedigree/query/tiles.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/metrics.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { NODES = 2 * TILE_WIDTH, BUCKETS = 4096 };

/* clang-format off */
struct hash_row {
    int64_t place;
    struct bytes hash;
};
static const struct column HASH_ROW[] = {COL(struct hash_row, place), COL(struct hash_row, hash)};
QUERY TILE_LEAVES = {.name = "tile_leaves",
    .sql = "SELECT seq AS place, commitment AS hash FROM record WHERE seq >= $1 AND seq < $2 ORDER BY seq",
    ROW(struct hash_row, HASH_ROW)};
QUERY TILE_NODES = {.name = "tile_nodes",
    .sql = "SELECT index AS place, hash FROM node WHERE level = $1 AND index >= $2 AND index < $3 ORDER BY index",
    ROW(struct hash_row, HASH_ROW)};
/* clang-format on */

/* ---- the cache ---- */

struct tile {
    struct tile_id id;
    size_t users;
    bool is_listed;
    struct tile *next; /* in its bucket */
    struct tile *older, *younger;
    struct hash nodes[NODES];
};
struct tile_cache {
    pthread_mutex_t lock;
    size_t room; /* tiles that may still be listed */
    struct tile *buckets[BUCKETS];
    struct tile *oldest, *youngest;
};

struct tile_cache *tile_cache_new(size_t bytes)
{
    struct tile_cache *c = calloc(1, sizeof *c);
    if (!c)
        abort();
    pthread_mutex_init(&c->lock, NULL);
    c->room = bytes / sizeof(struct tile);
    return c;
}

void tile_cache_free(struct tile_cache *c)
{
    if (!c)
        return;
    for (struct tile *x = c->oldest, *next; x; x = next) {
        next = x->younger;
        free(x);
    }
    pthread_mutex_destroy(&c->lock);
    free(c);
}

static struct tile **find(struct tile_cache *c, const struct tile_id *id)
{
    uint64_t mixed = ((uint64_t)id->index * TILE_LEVELS + (uint64_t)id->level) * UINT64_C(0x9e3779b97f4a7c15);
    struct tile **x = &c->buckets[mixed >> 52];
    while (*x && ((*x)->id.level != id->level || (*x)->id.index != id->index))
        x = &(*x)->next;
    return x;
}

static void age_out(struct tile_cache *c, struct tile *x)
{
    *(x->older ? &x->older->younger : &c->oldest) = x->younger;
    *(x->younger ? &x->younger->older : &c->youngest) = x->older;
}

static void age_in(struct tile_cache *c, struct tile *x)
{
    x->older = c->youngest;
    x->younger = NULL;
    *(c->youngest ? &c->youngest->younger : &c->oldest) = x;
    c->youngest = x;
}

static void leave(struct tile *x)
{
    if (x->users == 0 && !x->is_listed)
        free(x);
}

static void strike(struct tile_cache *c, struct tile *x)
{
    *find(c, &x->id) = x->next;
    age_out(c, x);
    x->is_listed = false;
    c->room++;
    leave(x);
}

static struct tile *recall(struct tile_cache *c, const struct tile_id *id)
{
    pthread_mutex_lock(&c->lock);
    struct tile *x = *find(c, id);
    if (x && x->id.width < id->width)
        x = NULL;
    if (x) {
        x->users++;
        age_out(c, x);
        age_in(c, x);
    }
    pthread_mutex_unlock(&c->lock);
    return x;
}

/* Instead of a narrower one, or while there is room, or of the one that was asked for longest ago. */
static void keep(struct tile_cache *c, struct tile *x)
{
    pthread_mutex_lock(&c->lock);
    struct tile *old = *find(c, &x->id);
    bool is_known = old && old->id.width >= x->id.width;
    if (!is_known && (old || c->room == 0) && c->oldest)
        strike(c, old ? old : c->oldest);
    if (!is_known && c->room > 0) {
        struct tile **place = find(c, &x->id);
        x->next = *place;
        *place = x;
        x->is_listed = true;
        c->room--;
        age_in(c, x);
    }
    pthread_mutex_unlock(&c->lock);
}

static void release(struct tile_cache *c, struct tile *x)
{
    pthread_mutex_lock(&c->lock);
    x->users--;
    leave(x);
    pthread_mutex_unlock(&c->lock);
}

/* ---- one question's ---- */

void tiles_find(struct tile_set *t, const struct tile_id *ids, size_t len)
{
    t->len = len;
    for (size_t i = 0; i < len; i++) {
        t->at[i] = (struct asked_tile){.id = ids[i], .tile = recall(t->cache, &ids[i])};
        t->missing += !t->at[i].tile;
    }
}

void tiles_ask(struct tile_set *t, struct pipeline *p)
{
    for (size_t i = 0; i < t->len; i++) {
        struct asked_tile *x = &t->at[i];
        int64_t first = x->id.index * TILE_WIDTH, end = first + x->id.width;
        if (x->tile)
            continue;
        if (x->id.level == 0)
            pipeline_add(p, &TILE_LEAVES, ARGS(INT8(first), INT8(end)), &x->rows);
        else
            pipeline_add(p, &TILE_NODES, ARGS(INT4(x->id.level), INT8(first), INT8(end)), &x->rows);
    }
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

bool log_is_damaged(struct error *err, const char *what, int64_t place)
{
    metric_add(METRIC_INTEGRITY_ALARMS, 1);
    return error_set(err, ERR_INTERNAL, "the database was altered: %s %" PRId64 " is missing, or not whole: `pedigreed audit` "
                     "tells more", what, place);
}

static const char *kind_of(const struct tile_id *id)
{
    static const char *const KINDS[TILE_LEVELS] = {"record", "node of level 1,", "node of level 2,", "node of level 3,",
        "node of level 4,", "node of level 5,", "node of level 6,", "node of level 7,"};
    return KINDS[id->level];
}

static bool fill(struct hash *nodes, const struct asked_tile *x, struct error *err)
{
    const struct hash_row *r = x->rows.at;
    for (size_t i = 0; i < (size_t)x->id.width; i++) {
        int64_t place = x->id.index * TILE_WIDTH + (int64_t)i;
        if (i >= x->rows.len || r[i].place != place || r[i].hash.len != SHA256_LEN)
            return log_is_damaged(err, kind_of(&x->id), place);
        if (x->id.level == 0)
            tree_leaf(r[i].hash.at, SHA256_LEN, &nodes[i]);
        else
            memcpy(nodes[i].at, r[i].hash.at, SHA256_LEN);
    }
    fold(nodes, (size_t)x->id.width);
    return true;
}

static bool take(struct tile_set *t, struct asked_tile *x, struct error *err)
{
    x->tile = calloc(1, sizeof *x->tile);
    if (!x->tile)
        abort();
    x->tile->id = x->id;
    x->tile->users = 1;
    if (!fill(x->tile->nodes, x, err))
        return false; /* which tiles_done() frees */
    keep(t->cache, x->tile);
    return true;
}

bool tiles_take(struct tile_set *t, struct error *err)
{
    for (size_t i = 0; i < t->len; i++)
        if (!t->at[i].tile && !take(t, &t->at[i], err))
            return false;
    return true;
}

const struct hash *tiles_hashes(const struct tile_set *t, size_t i)
{
    return t->at[i].tile->nodes;
}

void tiles_done(struct tile_set *t)
{
    for (size_t i = 0; i < t->len; i++)
        if (t->at[i].tile)
            release(t->cache, t->at[i].tile);
    t->len = 0;
}

static bool subtree(void *context, int k, int64_t index, struct hash *out, struct error *err)
{
    const struct tile_set *t = context;
    int level = k / TILE_BITS, height = k % TILE_BITS;
    int64_t tile = index >> (TILE_BITS - height);
    for (size_t i = 0; i < t->len; i++)
        if (t->at[i].id.level == level && t->at[i].id.index == tile) {
            *out = t->at[i].tile->nodes[height_at(height) + (size_t)(index & ((TILE_WIDTH >> height) - 1))];
            return true;
        }
    return error_set(err, ERR_INTERNAL, "tile %d/%" PRId64 " was not asked for", level, tile);
}

struct tree_source tree_of_set(struct tile_set *t)
{
    return (struct tree_source){subtree, t};
}
