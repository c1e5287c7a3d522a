/* The chain summary: what is put in comes out, in whatever order it was put in; cut bytes are refused. */
#include "ledger/chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <string.h>

static struct arena arena;

static struct bytes encoded(const struct chain *c)
{
    return chain_encode(&arena, c);
}

static bool same_bytes(struct bytes a, struct bytes b)
{
    return a.len == b.len && memcmp(a.at, b.at, a.len) == 0;
}

static void key_of(uint8_t key[16], int n)
{
    memset(key, 0, 16);
    key[0] = (uint8_t)n;
    key[1] = (uint8_t)(255 - n);
}

/* All there is to know, each kind of fact once or more. */
static struct chain full(bool backwards)
{
    struct chain c, parent;
    uint8_t key[16];
    chain_init(&c);
    chain_init(&parent);
    chain_add_suspect(&parent, "P-1");
    chain_add_root(&parent, ROOT_MANUFACTURER, "cage:9CMA1 M-1", false, 19000);
    for (int i = 0; i < 5; i++) {
        int n = backwards ? 4 - i : i;
        chain_add_warner(&c, arena_printf(&arena, "cage:9WRN%d", n));
        key_of(key, n);
        chain_add_spill(&c, key);
        chain_add_tier(&c, n);
        chain_add_broker(&c, arena_printf(&arena, "cage:9BRK%d", n));
        chain_add_lapse(&c, arena_printf(&arena, "cage:9LPS%d", n % 4), 19000 + n);
        chain_add_failed(&c, chain_lot_of("cage:9AVN1", arena_printf(&arena, "A-%d", n)), n == 3);
    }
    parent.uncertified = 3;
    chain_add_return(&c, 19500, 19510);
    chain_inherit_suspect(&c, &parent);
    chain_inherit(&c, &parent, true, true);
    return c;
}

static void round_trip(void **state)
{
    (void)state;
    struct chain c = full(false), back = full(true), out;
    struct bytes b = encoded(&c);
    assert_true(same_bytes(b, encoded(&back)));
    assert_true(chain_decode(&arena, b, &out));
    assert_true(same_bytes(b, encoded(&out)));
    assert_int_equal(out.spills_len, 5);
    assert_int_equal(out.suspect, 1);
    assert_string_equal(out.suspect_here.code, "P-1");
    assert_int_equal(out.back_verified, 19510);
    assert_true(chain_has_warner(&out, "cage:9WRN3"));
    assert_int_equal(out.brokers_len, 5);
    assert_string_equal(out.brokers[4].name, "cage:9BRK4");
    assert_int_equal(out.lapsed_len, 4);
    assert_string_equal(out.lapsed[0].name, "cage:9LPS0");
    assert_int_equal(out.lapsed[0].day, 19000); /* each once, at its first place */
    assert_int_equal(out.uncertified, 4);
    assert_int_equal(out.failed_len, CHAIN_BESIDE);
    assert_true(out.failed[0].well && out.failed[0].lot == chain_lot_of("cage:9AVN1", "A-3"));
}

/* What failed is told to what else came out of its source, with the way there, and not to itself. */
static void failed_beside(void **state)
{
    (void)state;
    struct chain source, child, grandchild, itself;
    uint64_t lot = chain_lot_of("cage:9AVN1", "A-1"), other = chain_lot_of("cage:9AVN2", "B-1");
    chain_init(&source);
    chain_init(&child);
    chain_init(&grandchild);
    chain_init(&itself);
    chain_add_failed(&source, lot, true);
    chain_inherit_failed(&child, &source, other);
    chain_inherit_failed(&grandchild, &child, chain_lot_of("cage:9AVN2", "C-1"));
    chain_inherit_failed(&itself, &source, lot);
    assert_int_equal(source.failed[0].distance, 0);
    assert_int_equal(child.failed[0].distance, 1);
    assert_int_equal(grandchild.failed[0].distance, 2);
    assert_true(grandchild.failed[0].well);
    assert_int_equal(itself.failed_len, 0);
    chain_add_failed(&child, lot, false); /* nearer, though less well found */
    assert_int_equal(child.failed_len, 1);
    assert_int_equal(child.failed[0].distance, 0);
    for (int hops = 0; hops < CHAIN_REACH; hops++) { /* it dies with the distance */
        struct chain next;
        chain_init(&next);
        chain_inherit_failed(&next, &grandchild, other);
        grandchild = next;
    }
    assert_int_equal(grandchild.failed_len, 0);
}

static void cut_bytes(void **state)
{
    (void)state;
    struct chain c = full(false), out;
    struct bytes b = encoded(&c);
    for (size_t len = 1; len < b.len; len++) {
        struct bytes cut = {arena_alloc(&arena, len), len}; /* the sanitizer sees what is read beyond */
        memcpy((uint8_t *)(uintptr_t)cut.at, b.at, len);
        if (chain_decode(&arena, cut, &out)) /* cut between facts: only fewer */
            assert_true(out.roots_len <= c.roots_len && out.warners_len <= c.warners_len &&
                        out.spills_len <= c.spills_len && out.brokers_len <= c.brokers_len &&
                        out.failed_len <= c.failed_len && out.lapsed_len <= c.lapsed_len);
    }
}

struct spill_case {
    const char *label;
    int spilt, asked; /* records that took suspect pieces: 0 to spilt - 1; the one that came */
    bool is_suspect;
};
static const struct spill_case SPILLS[] = {
    {"nothing went out with them", 0, 0, false},
    {"the record that took them", 3, 1, true},
    {"another record", 3, 3, false},
    {"as many as are told apart, one of them", CHAIN_SPILLS, CHAIN_SPILLS - 1, true},
    {"as many as are told apart, another", CHAIN_SPILLS, CHAIN_SPILLS, false},
    {"more than are told apart: any", CHAIN_SPILLS + 3, 100, true},
};

static void spills(void **state)
{
    const struct spill_case *t = *state;
    struct chain parent, here, beyond;
    uint8_t key[16];
    chain_init(&parent);
    chain_init(&here);
    chain_init(&beyond);
    for (int i = 0; i < t->spilt; i++) {
        key_of(key, i);
        chain_add_spill(&parent, key);
        chain_add_spill(&parent, key); /* once is enough */
    }
    key_of(key, t->asked);
    chain_inherit_spill(&here, &parent, key, "P-1");
    chain_inherit_spill(&beyond, &parent, key, NULL);
    assert_int_equal(here.suspect, t->is_suspect ? 1 : CHAIN_NEVER);
    assert_int_equal(beyond.suspect, t->is_suspect ? 1 : CHAIN_NEVER);
    assert_int_equal(here.suspect_here.distance, t->is_suspect ? 1 : CHAIN_NEVER);
    assert_int_equal(beyond.suspect_here.distance, CHAIN_NEVER);
    chain_inherit_spill(&beyond, &parent, NULL, NULL);
}

int main(void)
{
    enum { CASES = sizeof SPILLS / sizeof *SPILLS };
    struct CMUnitTest tests[3 + CASES] = {cmocka_unit_test(round_trip), cmocka_unit_test(cut_bytes),
                                          cmocka_unit_test(failed_beside)};
    for (size_t i = 0; i < CASES; i++)
        tests[3 + i] = (struct CMUnitTest){SPILLS[i].label, spills, NULL, NULL, (void *)(uintptr_t)&SPILLS[i]};
    arena_init(&arena, 0);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_reset(&arena);
    return failed;
}
