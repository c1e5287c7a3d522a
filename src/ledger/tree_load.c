/* tree_load - see the header. */
#include "pedigree/ledger/tree_load.h"

#include "pedigree/base/cleanup.h"

#include <inttypes.h>
#include <string.h>

struct hash_row {
    struct bytes hash;
};
/* clang-format off */
static const struct column HASH_ROW[] = {COL(struct hash_row, hash)};
QUERY TREE_LEAVES = {.name = "tree_leaves",
    .sql = "SELECT commitment AS hash FROM record WHERE seq >= $1 AND seq < $2 ORDER BY seq", ROW(struct hash_row, HASH_ROW)};
QUERY TREE_NODES = {.name = "tree_nodes",
    .sql = "SELECT hash FROM node WHERE level = $1 AND index >= $2 AND index < $3 ORDER BY index", ROW(struct hash_row, HASH_ROW)};
/* clang-format on */

static bool take_hashes(const struct rows *rows, bool are_leaves, struct hash *out, struct error *err)
{
    const struct hash_row *r = rows->at;
    for (size_t i = 0; i < rows->len; i++) {
        if (r[i].hash.len != SHA256_LEN)
            return error_set(err, ERR_UNAVAILABLE, "the database was altered: a hash of the tree has %zu bytes: `pedigreed audit` "
                             "names the row", r[i].hash.len);
        if (are_leaves)
            tree_leaf(r[i].hash.at, SHA256_LEN, &out[i]);
        else
            memcpy(out[i].at, r[i].hash.at, SHA256_LEN);
    }
    return true;
}

const struct hash *tile_load(struct db *db, struct arena *a, const struct tile_id *id, struct error *err)
{
    struct rows rows;
    int64_t first = id->index * TILE_WIDTH, end = first + id->width;
    bool ok = id->level == 0
                  ? db_query(db, a, &TREE_LEAVES, ARGS(INT8(first), INT8(end)), &rows, err)
                  : db_query(db, a, &TREE_NODES, ARGS(INT4(id->level), INT8(first), INT8(end)), &rows, err);
    if (ok && rows.len != (size_t)id->width)
        ok = error_set(err, ERR_UNAVAILABLE, "the database was altered: of %s %" PRId64 " to %" PRId64 " %zu are there: `pedigreed audit` "
                       "names them", id->level ? "the tree's nodes" : "the records", first, end - 1, rows.len);
    struct hash *hashes = ok ? ARENA_ARRAY(a, struct hash, rows.len) : NULL;
    return ok && take_hashes(&rows, id->level == 0, hashes, err) ? hashes : NULL;
}

bool tree_load_edge(struct db *db, int64_t size, struct tree_edge *out, struct error *err)
{
    struct arena a;
    bool ok = true;
    arena_init(&a, 0);
    edge_start(out, size);
    for (int level = 0; ok && level < TILE_LEVELS; level++) {
        int64_t hashes = size >> (TILE_BITS * level);
        const struct tile_id id = {level, hashes >> TILE_BITS, (int)(hashes & (TILE_WIDTH - 1))};
        const struct hash *tile = id.width ? tile_load(db, &a, &id, err) : NULL;
        ok = !id.width || tile;
        if (tile)
            edge_fill(out, level, tile);
    }
    arena_reset(&a);
    return ok;
}

struct loader {
    struct db *db;
    struct arena *arena;
};

static const struct hash *load_tile(void *context, const struct tile_id *id, struct error *err)
{
    const struct loader *l = context;
    return tile_load(l->db, l->arena, id, err);
}

bool tree_load_root(struct db *db, int64_t size, struct hash *out, struct error *err)
{
    struct arena a;
    arena_init(&a, 0);
    struct loader l = {db, &a};
    struct tile_source tiles = {load_tile, &l, size};
    struct tree_source source = tree_of_tiles(&tiles);
    bool ok = tree_root(&source, size, out, err);
    arena_reset(&a);
    return ok;
}

bool tree_load_consistency(struct db *db, int64_t old, int64_t size, struct tree_path *out, struct error *err)
{
    struct arena a;
    arena_init(&a, 0);
    struct loader l = {db, &a};
    struct tile_source tiles = {load_tile, &l, size};
    struct tree_source source = tree_of_tiles(&tiles);
    bool ok = tree_consistency(&source, old, size, out, err);
    arena_reset(&a);
    return ok;
}

bool tree_grow(struct db *db, struct arena *a, int64_t size, struct tree_edge *out, struct tile_nodes *nodes,
               struct error *err)
{
    struct arena passing;
    bool ok = true;
    arena_init(&passing, 0);
    edge_start(out, 0);
    while (ok && out->size < size) {
        int64_t left = size - out->size;
        const struct tile_id id = {0, out->size / TILE_WIDTH, left < TILE_WIDTH ? (int)left : TILE_WIDTH};
        const struct hash *tile = tile_load(db, &passing, &id, err);
        ok = tile != NULL;
        for (int i = 0; ok && i < id.width; i++) {
            struct tile_node made[TILE_LEVELS];
            size_t n = edge_append(out, &tile[i], made);
            for (size_t k = 0; k < n; k++)
                *vec_push(a, nodes) = made[k];
        }
        edge_trim(out);
        arena_reset(&passing);
    }
    return ok;
}
