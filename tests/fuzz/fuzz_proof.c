/*
 * fuzz_proof - proofs of any tree hold, and none that differs in one bit; text of proofs is read and written the same.
 *
 * An input is: size and place (two bytes each, modulo a small tree), which bit to flip (two bytes), then lines of a proof.
 */
#include "fuzz.h"

#include "../unit/naive.h"

#include "pedigree/tlog/checkpoint.h"

#include <assert.h>
#include <string.h>

enum { LEAVES = 300, HEAD = 6 };

static unsigned number(const uint8_t *at)
{
    return (unsigned)at[0] << 8 | at[1];
}

static struct tree_edge *grown(const struct hash *leaves, int64_t size)
{
    static struct tree_edge e;
    struct tile_node made[TILE_LEVELS];
    edge_done(&e);
    for (int64_t i = 0; i < size; i++)
        edge_append(&e, &leaves[i], made);
    return &e;
}

/* The bit lies in what the proof is about, or in one of its hashes. */
static uint8_t *byte_of(unsigned bit, struct hash *from, struct hash *to, struct tree_path *path)
{
    unsigned byte = bit / 8 % (unsigned)((path->len + 2) * sizeof *from);
    struct hash *h = byte < 32 ? from : byte < 64 ? to : &path->hashes[byte / 32 - 2];
    return &h->at[byte % 32];
}

static void both_hold(const struct hash *leaves, int64_t place, int64_t size, unsigned bit)
{
    struct tree_edge *e = grown(leaves, size);
    struct tree_source s = tree_of_edge(e);
    struct tree_path path, naive = {0};
    struct hash root, leaf = leaves[place], old;
    struct error err = {0};
    edge_root(e, &root);
    bool ok = tree_inclusion(&s, place, size, &path, &err);
    naive_inclusion(place, leaves, size, &naive);
    assert(ok && path.len == naive.len && memcmp(path.hashes, naive.hashes, path.len * sizeof *path.hashes) == 0);
    assert(tree_inclusion_holds(place, size, &leaf, &path, &root));
    *byte_of(bit, &leaf, &root, &path) ^= (uint8_t)(1U << bit % 8);
    assert(!tree_inclusion_holds(place, size, &leaf, &path, &root));
    edge_root(e, &root);
    naive_root(leaves, place, &old);
    ok = tree_consistency(&s, place, size, &path, &err);
    assert(ok && tree_consistency_holds(place, size, &old, &root, &path));
    if (place == 0) /* of the root nothing is said */
        return;
    *byte_of(bit, &old, &root, &path) ^= (uint8_t)(1U << bit % 8);
    assert(!tree_consistency_holds(place, size, &old, &root, &path));
}

static void lines_again(const char *at, size_t len)
{
    struct arena a;
    struct tree_path path;
    struct error err = {0};
    const char *from = at;
    arena_init(&a, 0);
    struct text t = text_new(&a);
    if (path_parse(&at, at + len, &path, &err)) {
        path_add(&path, &t);
        assert(t.len == (size_t)(at - from) && (t.len == 0 || memcmp(t.at, from, t.len) == 0));
    } else {
        assert(err.code == ERR_INVALID && err.detail[0]);
    }
    arena_reset(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct hash leaves[LEAVES];
    if (leaves[0].at[0] == 0 && leaves[0].at[1] == 0)
        naive_leaves(leaves, LEAVES);
    if (size < HEAD)
        return 0;
    int64_t n = 1 + number(data) % LEAVES;
    both_hold(leaves, number(data + 2) % n, n, number(data + 4));
    lines_again((const char *)data + HEAD, size - HEAD);
    return 0;
}
