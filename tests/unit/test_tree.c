/*
 * test_tree - the Merkle tree against the RFC's own words: known answers, the naive tree for all small sizes and awkward
 * large ones, every proof with one bit flipped; the right edge however it grew; tiles.
 */
#include "naive.h"

#include "pedigree/base/base64.h"
#include "pedigree/base/cleanup.h"
#include "pedigree/tlog/tile.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SMALL = 130, LARGE = 70000 };
static struct hash leaves[LARGE];
static bool same_tile(const struct tile_id *a, const struct tile_id *b)
{
    return a->level == b->level && a->index == b->index && a->width == b->width;
}

static const int64_t SIZES[] = {1, 2, 3, 7, 8, 9, 255, 256, 257, 511, 512, 513, 65535, 65536, 65537, 65792, 65793, LARGE};

/* ---- known answers ---- */

static const struct {
    const char *label;
    struct span entries[15];
    size_t len;
    const char *root; /* base64 */
} VECTORS[] = {
#define E(s) {s, sizeof(s) - 1}
#define RFC E(""), E("\x00"), E("\x10"), E("\x20\x21"), E("\x30\x31"), E("@ABC"), E("PQRSTUVW"), E("`abcdefghijklmno")
    {"nothing", {{NULL, 0}}, 0, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
    {"RFC 6962, one leaf", {RFC}, 1, "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0="},
    {"RFC 6962, two leaves", {RFC}, 2, "+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU="},
    {"RFC 6962, three leaves", {RFC}, 3, "rra8/idLcKFPsGel5VeCZNsPqbUa9eC6FZFY8yngbnc="},
    {"RFC 6962, eight leaves", {RFC}, 8, "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg="},
    {"Tessera's log of fifteen words",
     {E("one"), E("two"), E("three"), E("four"), E("five"), E("six"), E("seven"), E("eit"), E("nain"), E("ten"), E("ileven"), E("twelf"),
      E("threeten"), E("fourten"), E("fivten")}, 15, "rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs="},
};

static struct hash root_by_edge(const struct hash *all, int64_t n)
{
    struct tree_edge e;
    struct tile_node made[TILE_LEVELS];
    struct hash root;
    edge_init(&e);
    for (int64_t i = 0; i < n; i++)
        edge_append(&e, &all[i], made);
    edge_root(&e, &root);
    edge_done(&e);
    return root;
}

static void test_vector(void **state)
{
    size_t i = (size_t)(uintptr_t)*state;
    struct hash all[15], naive, root;
    struct arena a;
    arena_init(&a, 0);
    for (size_t k = 0; k < VECTORS[i].len; k++)
        tree_leaf(VECTORS[i].entries[k].at, VECTORS[i].entries[k].len, &all[k]);
    struct text t = text_new(&a);
    root = root_by_edge(all, (int64_t)VECTORS[i].len);
    naive_root(all, (int64_t)VECTORS[i].len, &naive);
    base64_add(&t, &root, sizeof root);
    assert_string_equal(text_str(&t), VECTORS[i].root);
    assert_memory_equal(&root, &naive, sizeof root);
    arena_reset(&a);
}

/* ---- tiles of a whole tree, as a source ---- */

struct shelf {
    int64_t size;
    struct hash *levels[TILE_LEVELS];
    struct tile_id asked[64];
    size_t asked_len;
};

static const struct hash *tile_of_shelf(void *context, const struct tile_id *id, struct error *err)
{
    struct shelf *s = context;
    int64_t there = s->size >> (TILE_BITS * id->level), first = id->index * TILE_WIDTH;
    (void)err;
    assert_true(first + id->width <= there);
    assert_int_equal(id->width, there - first < TILE_WIDTH ? there - first : TILE_WIDTH);
    assert_true(s->asked_len < LENGTH(s->asked));
    s->asked[s->asked_len++] = *id;
    return s->levels[id->level] + first;
}

/* By the definition: hash i of level L is the root of 256^L leaves. */
static void shelf_fill(struct shelf *s, int64_t size)
{
    *s = (struct shelf){.size = size};
    const struct hash *below = leaves;
    for (int level = 0; level < TILE_LEVELS && size > 0; level++, size /= TILE_WIDTH) {
        s->levels[level] = malloc((size_t)size * sizeof(struct hash));
        assert_non_null(s->levels[level]);
        for (int64_t i = 0; i < size; i++)
            if (level == 0)
                s->levels[0][i] = below[i];
            else
                naive_root(below + i * TILE_WIDTH, TILE_WIDTH, &s->levels[level][i]);
        below = s->levels[level];
    }
}

static void shelf_empty(struct shelf *s)
{
    for (int level = 0; level < TILE_LEVELS; level++)
        free(s->levels[level]);
}

/* ---- proofs against the naive ones ---- */

static void same_path(const struct tree_path *a, const struct tree_path *b)
{
    assert_int_equal(a->len, b->len);
    assert_memory_equal(a->hashes, b->hashes, a->len * sizeof *a->hashes);
}

static void check_inclusion(const struct tree_source *s, int64_t index, int64_t size, const struct hash *root)
{
    struct tree_path path, naive = {0};
    struct error err = {0};
    assert_true(tree_inclusion(s, index, size, &path, &err));
    naive_inclusion(index, leaves, size, &naive);
    same_path(&path, &naive);
    assert_true(tree_inclusion_holds(index, size, &leaves[index], &path, root));
    assert_false(tree_inclusion_holds(index + 1, size, &leaves[index], &path, root));
    assert_false(tree_inclusion_holds(index, size, &leaves[index ? index - 1 : index + 1], &path, root));
}

static void check_consistency(const struct tree_source *s, int64_t old, int64_t size, const struct hash *root)
{
    struct tree_path path, naive = {0};
    struct hash old_root;
    struct error err = {0};
    assert_true(tree_consistency(s, old, size, &path, &err));
    if (old > 0)
        naive_subproof(old, leaves, size, true, &naive);
    same_path(&path, &naive);
    naive_root(leaves, old, &old_root);
    assert_true(tree_consistency_holds(old, size, &old_root, root, &path));
    assert_int_equal(tree_consistency_holds(old, size, root, root, &path), old == size);
    assert_false(old > 0 && old < size && tree_consistency_holds(old - 1, size, &old_root, root, &path));
}

static void test_small(void **state)
{
    (void)state;
    for (int64_t size = 1; size <= SMALL; size++) {
        struct shelf shelf;
        struct hash root, again;
        struct error err = {0};
        shelf_fill(&shelf, size);
        struct tile_source tiles = {tile_of_shelf, &shelf, size};
        struct tree_source s = tree_of_tiles(&tiles);
        naive_root(leaves, size, &root);
        assert_true(tree_root(&s, size, &again, &err));
        assert_memory_equal(&root, &again, sizeof root);
        for (int64_t i = 0; i <= size; i++) {
            shelf.asked_len = 0;
            if (i < size)
                check_inclusion(&s, i, size, &root);
            shelf.asked_len = 0;
            check_consistency(&s, i, size, &root);
        }
        shelf_empty(&shelf);
    }
}

/* The tiles that were asked for are those that were announced. */
static void were_announced(struct shelf *s, const struct tile_id *ids, size_t n)
{
    assert_true(n <= TILES_OF_PROOF);
    for (size_t i = 0; i < s->asked_len; i++) {
        bool found = false;
        for (size_t k = 0; k < n; k++)
            found |= same_tile(&ids[k], &s->asked[i]);
        assert_true(found);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            assert_false(same_tile(&ids[i], &ids[k]));
    s->asked_len = 0;
}

static void test_large(void **state)
{
    int64_t size = SIZES[(size_t)(uintptr_t)*state];
    const int64_t places[] = {0, 1, size / 2, size - 2, size - 1, 255, 256, 65535, 65536};
    struct tile_id ids[TILES_OF_PROOF];
    struct shelf shelf;
    struct hash root, again;
    struct error err = {0};
    shelf_fill(&shelf, size);
    struct tile_source tiles = {tile_of_shelf, &shelf, size};
    struct tree_source s = tree_of_tiles(&tiles);
    naive_root(leaves, size, &root);
    assert_true(tree_root(&s, size, &again, &err));
    assert_memory_equal(&root, &again, sizeof root);
    were_announced(&shelf, ids, tree_root_tiles(size, ids));
    for (size_t i = 0; i < LENGTH(places); i++) {
        if (places[i] < 0 || places[i] >= size)
            continue;
        check_inclusion(&s, places[i], size, &root);
        were_announced(&shelf, ids, tree_inclusion_tiles(places[i], size, ids));
        check_consistency(&s, places[i], size, &root);
        were_announced(&shelf, ids, tree_consistency_tiles(places[i], size, ids));
    }
    shelf_empty(&shelf);
}

/* ---- up to the greatest size ---- */

/* A tree of equal leaves: complete subtrees of a height are equal, too. */
static struct hash heights[TREE_HEIGHT + 1];

static bool equal_subtree(void *context, int k, int64_t index, struct hash *out, struct error *err)
{
    (void)context;
    (void)err;
    assert_in_range(k, 0, TREE_HEIGHT - 1);
    assert_true(index >= 0 && index <= INT64_MAX >> k);
    *out = heights[k];
    return true;
}

static const struct {
    const char *label;
    int64_t index, size;
} HUGE_ONES[] = {
    {"the first of the greatest tree", 0, INT64_MAX},
    {"its last", INT64_MAX - 1, INT64_MAX},
    {"its middle", INT64_MAX / 2, INT64_MAX},
    {"left of its middle", INT64_MAX / 2 - 1, INT64_MAX},
    {"of a power of two", 12345, INT64_C(1) << 62},
    {"the last of one more", INT64_C(1) << 62, (INT64_C(1) << 62) + 1},
    {"ten millions of millions", 987654321098, 9999999999999},
};

static void test_huge(void **state)
{
    size_t i = (size_t)(uintptr_t)*state;
    int64_t index = HUGE_ONES[i].index, size = HUGE_ONES[i].size;
    const struct tree_source s = {equal_subtree, NULL};
    struct tile_id ids[TILES_OF_PROOF];
    struct tree_path path;
    struct hash root, old_root;
    struct error err = {0};
    tree_leaf("x", 1, &heights[0]);
    for (int k = 0; k < TREE_HEIGHT; k++)
        tree_node(&heights[k], &heights[k], &heights[k + 1]);
    assert_true(tree_root(&s, size, &root, &err) && tree_inclusion(&s, index, size, &path, &err));
    assert_true(tree_inclusion_holds(index, size, &heights[0], &path, &root));
    assert_false(tree_inclusion_holds(index, size, &heights[1], &path, &root));
    assert_true(tree_root(&s, index, &old_root, &err) && tree_consistency(&s, index, size, &path, &err));
    assert_true(tree_consistency_holds(index, size, &old_root, &root, &path));
    assert_in_range(tree_inclusion_tiles(index, size, ids), 1, TILES_OF_PROOF);
    assert_in_range(tree_consistency_tiles(index, size, ids), 0, TILES_OF_PROOF);
    assert_in_range(tree_root_tiles(size, ids), 1, TILES_OF_PROOF);
}

/* ---- what is refused ---- */

static void test_outside(void **state)
{
    struct tree_path path = {0};
    struct hash root, empty;
    (void)state;
    naive_root(leaves, 0, &empty);
    naive_root(leaves, 1, &root);
    assert_true(tree_inclusion_holds(0, 1, &leaves[0], &path, &root));
    assert_false(tree_inclusion_holds(0, 0, &leaves[0], &path, &leaves[0]));
    assert_false(tree_inclusion_holds(1, 1, &leaves[0], &path, &root));
    assert_false(tree_inclusion_holds(-1, 1, &leaves[0], &path, &root));
    assert_false(tree_inclusion_holds(INT64_MIN, INT64_MIN, &leaves[0], &path, &root));
    assert_true(tree_consistency_holds(0, 0, &empty, &empty, &path));
    assert_true(tree_consistency_holds(0, 1, &empty, &root, &path));
    assert_false(tree_consistency_holds(0, 1, &root, &root, &path));
    assert_false(tree_consistency_holds(0, 0, &empty, &root, &path));
    assert_false(tree_consistency_holds(0, 0, &root, &root, &path));
    assert_false(tree_consistency_holds(2, 1, &root, &root, &path));
    assert_false(tree_consistency_holds(-1, 1, &empty, &root, &path));
    path.len = 1;
    assert_false(tree_inclusion_holds(0, 1, &leaves[0], &path, &root));
    assert_false(tree_consistency_holds(0, 1, &empty, &root, &path));
    assert_false(tree_consistency_holds(1, 1, &root, &root, &path));
}

typedef bool holds_fn(int64_t place, int64_t size, const struct hash *from, const struct hash *to, const struct tree_path *path);

static bool inclusion_of(int64_t place, int64_t size, const struct hash *leaf, const struct hash *root, const struct tree_path *path)
{
    return tree_inclusion_holds(place, size, leaf, path, root);
}

/* One bit of a hash flipped; what cannot be told is the side of a pair of equal hashes, which there are none of here. */
static void flip_all(holds_fn *holds, int64_t place, int64_t size, struct hash from, struct hash to, struct tree_path *path)
{
    struct hash *all[TREE_HEIGHT + 3] = {&from, &to};
    size_t n = 2;
    for (size_t i = 0; i < path->len; i++)
        all[n++] = &path->hashes[i];
    assert_true(holds(place, size, &from, &to, path));
    for (size_t i = 0; i < n; i++)
        for (size_t bit = 0; bit < 8 * sizeof from; bit++) {
            all[i]->at[bit / 8] ^= (uint8_t)(1U << bit % 8);
            assert_false(holds(place, size, &from, &to, path));
            all[i]->at[bit / 8] ^= (uint8_t)(1U << bit % 8);
        }
    path->hashes[path->len++] = from;
    assert_false(holds(place, size, &from, &to, path));
    path->len -= 2;
    assert_false(path->len < TREE_HEIGHT && holds(place, size, &from, &to, path));
    path->len++;
}

static void test_flipped(void **state)
{
    (void)state;
    for (int64_t size = 2; size <= 20; size++)
        for (int64_t i = 0; i < size; i++) {
            struct tree_path path = {0}, grown = {0};
            struct hash root, old;
            naive_root(leaves, size, &root);
            naive_inclusion(i, leaves, size, &path);
            flip_all(inclusion_of, i, size, leaves[i], root, &path);
            naive_root(leaves, i, &old);
            if (i > 0)
                naive_subproof(i, leaves, size, true, &grown);
            if (i > 0)
                flip_all(tree_consistency_holds, i, size, old, root, &grown);
        }
}

/* Another index or another size is another proof, but where both mean the same way up. */
static void test_other_place(void **state)
{
    (void)state;
    for (int64_t size = 1; size <= 24; size++)
        for (int64_t i = 0; i < size; i++) {
            struct tree_path path = {0};
            struct hash root;
            naive_root(leaves, size, &root);
            naive_inclusion(i, leaves, size, &path);
            for (int64_t other = 0; other < 32; other++)
                assert_int_equal(tree_inclusion_holds(other, size, &leaves[i], &path, &root), other == i);
        }
}

/* ---- the right edge ---- */

static void same_root(const struct tree_edge *e)
{
    struct hash root, naive;
    edge_root(e, &root);
    naive_root(leaves, e->size, &naive);
    assert_memory_equal(&root, &naive, sizeof root);
}

/* Begun as after a restart, from partial tiles, the edge goes on as if it had never stopped. */
static void edge_restart(struct tree_edge *e, int64_t size)
{
    struct shelf s;
    shelf_fill(&s, size);
    edge_start(e, size);
    for (int level = 0; level < TILE_LEVELS; level++) {
        int64_t there = size >> (TILE_BITS * level);
        if (there & (TILE_WIDTH - 1))
            edge_fill(e, level, s.levels[level] + (there & ~(int64_t)(TILE_WIDTH - 1)));
    }
    shelf_empty(&s);
}

/* Nodes that became complete are those of the definition, each once, lowest first. */
static void check_made(int64_t size, const struct tile_node *made, size_t n)
{
    size_t expected = 0;
    for (int64_t left = size; left % TILE_WIDTH == 0 && left > 0; left /= TILE_WIDTH)
        expected++;
    assert_int_equal(n, expected);
    for (size_t i = 0; i < n; i++) {
        int64_t span = INT64_C(1) << (TILE_BITS * made[i].level);
        struct hash naive;
        assert_int_equal(made[i].level, i + 1);
        assert_int_equal((made[i].index + 1) * span, size);
        naive_root(leaves + made[i].index * span, span, &naive);
        assert_memory_equal(&made[i].hash, &naive, sizeof naive);
    }
}

static void test_edge(void **state)
{
    int64_t size = SIZES[(size_t)(uintptr_t)*state];
    int64_t begun = size & ~(int64_t)(TILE_WIDTH - 1); /* where the newest tile begins */
    enum { MORE = 300 };
    struct tree_edge e;
    struct tile_node made[TILE_LEVELS];
    edge_init(&e);
    edge_restart(&e, size);
    same_root(&e);
    for (int64_t i = size; i < size + MORE && i < LARGE; i++) {
        size_t n = edge_append(&e, &leaves[i], made);
        check_made(i + 1, made, n);
        if (i % 97 == 0)
            same_root(&e);
    }
    same_root(&e);
    int64_t grown = e.size;
    assert_false(edge_cut(&e, grown + 1));
    assert_false(edge_cut(&e, -1));
    assert_false(edge_cut(&e, begun - 1));
    assert_true(edge_cut(&e, begun));
    same_root(&e);
    for (int64_t i = e.size; i < size; i++)
        edge_append(&e, &leaves[i], made);
    for (int64_t i = size; i < grown; i++)
        edge_append(&e, &leaves[i], made);
    same_root(&e);
    edge_trim(&e);
    same_root(&e);
    assert_int_equal(edge_cut(&e, size - 1), size - 1 >= (grown & ~(int64_t)(TILE_WIDTH - 1)));
    same_root(&e);
    edge_trim(&e);
    edge_append(&e, &leaves[grown % LARGE], made);
    edge_done(&e);
}

/* What a batch added can be proved from the edge alone, before it is trimmed; what is gone is said to be gone. */
static void test_edge_proofs(void **state)
{
    int64_t size = SIZES[(size_t)(uintptr_t)*state];
    struct tree_edge e;
    struct tile_node made[TILE_LEVELS];
    struct tree_path path;
    struct hash root;
    struct error err = {0};
    edge_init(&e);
    edge_restart(&e, size);
    for (int64_t i = size; i < size + 300 && i < LARGE; i++)
        edge_append(&e, &leaves[i], made);
    struct tree_source s = tree_of_edge(&e);
    edge_root(&e, &root);
    for (int64_t i = size; i < e.size; i += 7)
        check_inclusion(&s, i, e.size, &root);
    check_consistency(&s, size, e.size, &root);
    bool is_whole = size < TILE_WIDTH;
    assert_int_equal(tree_inclusion(&s, 0, e.size, &path, &err), is_whole);
    assert_int_equal(err.code == ERR_OK, is_whole);
    edge_done(&e);
}

/* ---- tiles ---- */

static const struct {
    const char *label, *path;
    struct tile_id id; /* width 0: refused */
} PATHS[] = {
    {"the first tile", "0/000", {0, 0, 256}},
    {"a tile above", "1/005", {1, 5, 256}},
    {"the highest level", "63/000", {63, 0, 256}},
    {"groups of digits", "0/x001/x234/067", {0, 1234067, 256}},
    {"a group of noughts", "0/x001/x000/000", {0, 1000000, 256}},
    {"six groups", "0/x999/x999/x999/x999/x999/999", {0, 999999999999999999, 256}},
    {"a partial tile", "2/000.p/1", {2, 0, 1}},
    {"the widest partial tile", "0/x273/001.p/255", {0, 273001, 255}},
    {"a bundle", "entries/000", {TILE_OF_ENTRIES, 0, 256}},
    {"a partial bundle", "entries/x001/002.p/17", {TILE_OF_ENTRIES, 1002, 17}},
    {"a level too high", "64/000", {0}},
    {"a level with a nought before it", "01/000", {0}},
    {"a level with many digits", "00000000000/000", {0}},
    {"no level", "/000", {0}},
    {"a sign", "+1/000", {0}},
    {"below zero", "-1/000", {0}},
    {"no index", "0/", {0}},
    {"nothing", "", {0}},
    {"only a level", "0", {0}},
    {"two digits", "0/00", {0}},
    {"four digits", "0/0000", {0}},
    {"a first group of noughts", "0/x000/001", {0}},
    {"an x at the last group", "0/x001", {0}},
    {"no x before the last", "0/001/002", {0}},
    {"a large X", "0/X001/002", {0}},
    {"a slash too many", "0/x001//002", {0}},
    {"seven groups", "0/x001/x999/x999/x999/x999/x999/999", {0}},
    {"a width of nought", "0/000.p/0", {0}},
    {"a full width", "0/000.p/256", {0}},
    {"a width with a nought before it", "0/000.p/01", {0}},
    {"no width", "0/000.p/", {0}},
    {"something behind", "0/000.p/1/", {0}},
    {"something behind a full one", "0/000/", {0}},
    {"a query", "0/000?", {0}},
    {"the word of x/mod", "data/000", {0}},
    {"the height of x/mod", "8/0/000", {0}},
    {"up and away", "0/../../000", {0}},
};

static void test_path(void **state)
{
    size_t i = (size_t)(uintptr_t)*state;
    struct arena a;
    struct tile_id id;
    struct error err = {0};
    arena_init(&a, 0);
    bool ok = tile_parse(PATHS[i].path, &id, &err);
    assert_int_equal(ok, PATHS[i].id.width > 0);
    if (ok) {
        assert_true(same_tile(&id, &PATHS[i].id));
        assert_string_equal(tile_path(&a, &id), PATHS[i].path);
    } else {
        assert_int_equal(err.code, ERR_NOT_FOUND);
    }
    arena_reset(&a);
}

/* C2SP's own example: a log of 70000. */
static void test_is_in(void **state)
{
    static const struct {
        struct tile_id id;
        bool is_in;
    } TILES[] = {
        {{0, 272, 256}, true}, {{0, 273, 112}, true},  {{0, 273, 111}, true}, {{0, 273, 113}, false}, {{0, 273, 256}, false},
        {{0, 274, 1}, false},  {{1, 0, 256}, true},    {{1, 1, 17}, true},    {{1, 1, 18}, false},    {{2, 0, 1}, true},
        {{2, 0, 2}, false},    {{2, 0, 256}, false},   {{3, 0, 1}, false},    {{63, 0, 1}, false},    {{0, INT64_MAX, 256}, false},
        {{-1, 272, 256}, true}, {{-1, 273, 112}, true}, {{-1, 273, 113}, false},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(TILES); i++)
        assert_int_equal(tile_is_in(&TILES[i].id, 70000), TILES[i].is_in);
    assert_false(tile_is_in(&(struct tile_id){0, 0, 1}, 0));
    assert_true(tile_is_in(&(struct tile_id){0, 0, 256}, 256));
    assert_true(tile_is_in(&(struct tile_id){1, 0, 1}, 256));
}

static void test_bundle(void **state)
{
    uint8_t bytes[3 * BUNDLE_ENTRY];
    struct hash out[3];
    struct error err = {0}, other = {0};
    (void)state;
    for (size_t i = 0; i < 3; i++)
        bundle_entry(&leaves[i], bytes + i * BUNDLE_ENTRY);
    assert_true(bundle_parse(bytes, sizeof bytes, 3, out, &err));
    assert_memory_equal(out, leaves, sizeof out);
    assert_true(bundle_parse(bytes, 0, 0, out, &err));
    for (size_t len = 0; len < sizeof bytes; len++)
        assert_false(bundle_parse(bytes, len, 3, out, &(struct error){0}));
    assert_false(bundle_parse(bytes, sizeof bytes, 2, out, &err));
    bytes[BUNDLE_ENTRY + 1] = 31;
    assert_false(bundle_parse(bytes, sizeof bytes, 3, out, &other));
    assert_int_equal(other.code, ERR_INVALID);
}

#define ROWS(table, run)                                                                                               \
    for (size_t i = 0; i < LENGTH(table); i++)                                                                         \
    tests[n++] = (struct CMUnitTest){(table)[i].label, run, NULL, NULL, (void *)(uintptr_t)i}
#define AT_SIZES(name, run)                                                                                            \
    for (size_t i = 0; i < LENGTH(SIZES); i++) {                                                                       \
        snprintf(labels[many], sizeof *labels, "%s %" PRId64, name, SIZES[i]);                                         \
        tests[n++] = (struct CMUnitTest){labels[many++], run, NULL, NULL, (void *)(uintptr_t)i};                       \
    }

int main(void)
{
    static char labels[3 * LENGTH(SIZES)][40];
    struct CMUnitTest tests[LENGTH(VECTORS) + LENGTH(HUGE_ONES) + LENGTH(PATHS) + LENGTH(labels)];
    const struct CMUnitTest more[] = {
        cmocka_unit_test(test_small),   cmocka_unit_test(test_outside), cmocka_unit_test(test_flipped),
        cmocka_unit_test(test_other_place), cmocka_unit_test(test_is_in), cmocka_unit_test(test_bundle),
    };
    size_t n = 0, many = 0;
    naive_leaves(leaves, LARGE);
    ROWS(VECTORS, test_vector);
    ROWS(HUGE_ONES, test_huge);
    ROWS(PATHS, test_path);
    AT_SIZES("tiles of", test_large);
    AT_SIZES("an edge from", test_edge);
    AT_SIZES("proofs from an edge from", test_edge_proofs);
    return _cmocka_run_group_tests("tree", tests, n, NULL, NULL) + _cmocka_run_group_tests("tree, all of it", more, LENGTH(more), NULL, NULL);
}
