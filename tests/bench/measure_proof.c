/*
 * measure_proof - how long an inclusion proof takes to be made and to be verified, in microseconds, for scripts/bench.
 *
 *   measure_proof [LEAVES]      prints: made, verified, made from bare tiles, checkpoint verified
 *
 * The tree is held as the committer holds what it added: all complete subtrees.  From bare tiles all that lies in a
 * tile above its bottom is hashed anew; the daemon's readers keep it.
 */
#include "pedigree/base/clock.h"
#include "pedigree/tlog/checkpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct shelf { /* tiles of level 0 and above, each level in one piece */
    struct hash *levels[TILE_LEVELS];
};

static const struct hash *tile_of_shelf(void *context, const struct tile_id *id, struct error *err)
{
    const struct shelf *s = context;
    (void)err;
    return s->levels[id->level] + id->index * TILE_WIDTH;
}

static void must(bool ok)
{
    if (!ok) {
        fputs("measure_proof: a proof does not hold\n", stderr);
        exit(1);
    }
}

static int64_t pick(int64_t size)
{
    static uint64_t state = 88172645463325252U;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (int64_t)(state % (uint64_t)size);
}

static void grow(struct tree_edge *e, int64_t size, struct shelf *shelf)
{
    struct hash leaf;
    struct tile_node made[TILE_LEVELS];
    edge_init(e);
    for (int64_t i = 0; i < size; i++) {
        tree_leaf(&i, sizeof i, &leaf);
        edge_append(e, &leaf, made);
    }
    for (int level = 0; level < TILE_LEVELS; level++)
        shelf->levels[level] = level * TILE_BITS < TREE_HEIGHT ? e->rows[level * TILE_BITS].at : NULL;
}

/* Microseconds of one, on the average, of making and of verifying; the clock tells whole ones, so of some at a time. */
static void measure(const struct tree_source *s, int64_t size, int rounds, const struct hash *root, double *made, double *verified)
{
    enum { SOME = 64 };
    static struct tree_path paths[SOME];
    int64_t places[SOME], making = 0, verifying = 0;
    struct hash leaves[SOME];
    struct error err = {0};
    for (int round = 0; round < rounds; round++) {
        bool ok = true;
        for (int i = 0; i < SOME; i++) {
            places[i] = pick(size);
            tree_leaf(&places[i], sizeof places[i], &leaves[i]);
        }
        int64_t began = clock_monotonic_us();
        for (int i = 0; i < SOME; i++)
            ok &= tree_inclusion(s, places[i], size, &paths[i], &err);
        int64_t between = clock_monotonic_us();
        for (int i = 0; i < SOME; i++)
            ok &= tree_inclusion_holds(places[i], size, &leaves[i], &paths[i], root);
        verifying += clock_monotonic_us() - between;
        making += between - began;
        must(ok);
    }
    *made = (double)making / (double)(SOME * rounds);
    *verified = (double)verifying / (double)(SOME * rounds);
}

static double measure_checkpoint(int64_t size, const struct hash *root)
{
    enum { TIMES = 1000 };
    struct arena a;
    struct note_signer signer;
    struct error err = {0};
    arena_init(&a, 0);
    must(note_signer_make("bench.example/log", NOTE_ED25519, (const uint8_t[ED25519_KEY]){1}, &signer, &err));
    const char *text = checkpoint_text(&a, &(struct checkpoint){"bench.example/log", size, *root});
    const char *note = arena_printf(&a, "%s\n%s", text, note_sign(&a, text, strlen(text), &signer, 0));
    int64_t began = clock_monotonic_us();
    for (int i = 0; i < TIMES; i++) {
        struct arena passing;
        struct note n;
        struct checkpoint c;
        arena_init(&passing, 0);
        must(note_parse(&passing, note, strlen(note), &n, &err) && checkpoint_parse(&passing, n.text, n.text_len, &c, &err) &&
             note_verify(&n, &signer.verifier, NULL) == NOTE_SIGNED);
        arena_reset(&passing);
    }
    arena_reset(&a);
    return (double)(clock_monotonic_us() - began) / TIMES;
}

int main(int argc, char **argv)
{
    enum { ROUNDS = 1000, ROUNDS_OF_TILES = 50 };
    int64_t size = argc > 1 ? strtoll(argv[1], NULL, 10) : 1000000;
    struct tree_edge e;
    struct shelf shelf;
    struct hash root;
    double made, verified, by_tiles, ignored;
    if (size < 1)
        return 2;
    grow(&e, size, &shelf);
    edge_root(&e, &root);
    struct tree_source source = tree_of_edge(&e);
    struct tile_source tiles = {tile_of_shelf, &shelf, size};
    struct tree_source from_tiles = tree_of_tiles(&tiles);
    measure(&source, size, ROUNDS, &root, &made, &verified);
    measure(&from_tiles, size, ROUNDS_OF_TILES, &root, &by_tiles, &ignored);
    printf("%.3f %.3f %.3f %.3f\n", made, verified, by_tiles, measure_checkpoint(size, &root));
    edge_done(&e);
    return 0;
}
