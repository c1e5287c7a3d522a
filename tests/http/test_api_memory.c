/* test_api_memory - what keeps a submission's memory constant: spool and ordinals. */
#include "api/ordinals.h"
#include "api/spool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void small_output_stays_in_memory(void **state)
{
    (void)state;
    struct spool s;
    spool_init(&s, "/tmp", 1 << 30);
    assert_true(spool_add(&s, "hello ", 6));
    assert_true(spool_end(&s, "end", 3));
    assert_int_equal(s.fd, -1);
    assert_int_equal(s.len, 9);
    assert_memory_equal(s.at, "hello end", 9);
    spool_done(&s);
}

static void large_output_goes_to_a_file(void **state)
{
    (void)state;
    struct spool s;
    char line[32], got[32];
    spool_init(&s, "/tmp", 1 << 30);
    for (int i = 0; i < 100000; i++) {
        snprintf(line, sizeof line, "%019d\n", i);
        assert_true(spool_add(&s, line, 20));
    }
    assert_true(spool_end(&s, "]", 1));
    assert_int_equal(s.len, 0);
    assert_int_equal(s.size, 2000001);
    int fd = spool_take_file(&s);
    assert_int_equal(pread(fd, got, 20, 77777 * 20), 20);
    assert_memory_equal(got, "0000000000000077777\n", 20);
    assert_int_equal(pread(fd, got, 2, 2000000), 1);
    assert_int_equal(got[0], ']');
    close(fd);
    spool_done(&s);
}

/* One piece that is larger than all of the memory. */
static void a_huge_piece_keeps_its_place(void **state)
{
    (void)state;
    struct spool s;
    size_t size = 2 * SPOOL_MEMORY;
    char *huge = malloc(size), got[4];
    memset(huge, 'x', size);
    spool_init(&s, "/tmp", 1 << 30);
    assert_true(spool_add(&s, "a", 1));
    assert_true(spool_add(&s, huge, size));
    assert_true(spool_add(&s, "b", 1));
    assert_true(spool_end(&s, "c", 1));
    assert_int_equal(s.size, size + 3);
    assert_int_equal(pread(s.fd, got, 3, (off_t)size), 3);
    assert_memory_equal(got, "xbc", 3);
    spool_done(&s);
    free(huge);
}

static const struct {
    const char *label, *dir;
    int64_t limit;
} CUTS[] = {
    {"limit", "/tmp", 1 << 20},
    {"limit below the memory", "/tmp", 1000},
    {"no such directory", "/nonexistent", 1 << 30},
};

static void a_cut_can_always_be_told(void **state)
{
    (void)state;
    char line[64] = "something that is told of a record\n", got[8];
    for (size_t i = 0; i < sizeof CUTS / sizeof *CUTS; i++) {
        struct spool s;
        int64_t added = 0;
        spool_init(&s, CUTS[i].dir, CUTS[i].limit);
        while (spool_add(&s, line, 35) && added < 10000000)
            added += 35;
        assert_true(s.cut);
        assert_false(spool_add(&s, line, 1));
        assert_true(spool_end(&s, "CUT", 3));
        assert_int_equal(s.size + (int64_t)s.len, added + 3);
        if (s.fd >= 0)
            assert_int_equal(pread(s.fd, got, 3, s.size - 3), 3);
        assert_memory_equal(s.fd >= 0 ? got : s.at + s.len - 3, "CUT", 3);
        spool_done(&s);
    }
}

static int64_t ordinal_of(struct ordinals *o, uint64_t n)
{
    uint8_t digest[SHA256_LEN];
    int64_t out = -1;
    struct error err = {0};
    sha256(&n, sizeof n, digest);
    assert_true(ordinals_next(o, digest, &out, &err));
    return out;
}

static void equal_digests_are_counted(void **state)
{
    (void)state;
    struct ordinals *o = ordinals_new("/tmp");
    for (int64_t again = 0; again < 5; again++)
        for (uint64_t n = 0; n < 100; n++)
            assert_int_equal(ordinal_of(o, n), again);
    ordinals_free(o);
}

/* Past what memory holds, old ones are still found. */
static void a_million_are_told_apart(void **state)
{
    (void)state;
    struct ordinals *o = ordinals_new("/tmp");
    for (int64_t again = 0; again < 2; again++)
        for (uint64_t n = 0; n < 400000; n++)
            assert_int_equal(ordinal_of(o, n), again);
    assert_int_equal(ordinal_of(o, 7), 2);
    ordinals_free(o);
}

static void a_full_disk_asks_for_ids(void **state)
{
    (void)state;
    struct ordinals *o = ordinals_new("/nonexistent");
    struct error err = {0};
    int64_t out;
    uint64_t n = 0;
    uint8_t digest[SHA256_LEN];
    do {
        n++;
        sha256(&n, sizeof n, digest);
    } while (ordinals_next(o, digest, &out, &err) && n < 1000000);
    assert_int_equal(err.code, ERR_UNAVAILABLE);
    assert_non_null(strstr(err.detail, "`id`"));
    ordinals_free(o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_output_stays_in_memory),
        cmocka_unit_test(large_output_goes_to_a_file),
        cmocka_unit_test(a_huge_piece_keeps_its_place),
        cmocka_unit_test(a_cut_can_always_be_told),
        cmocka_unit_test(equal_digests_are_counted),
        cmocka_unit_test(a_million_are_told_apart),
        cmocka_unit_test(a_full_disk_asks_for_ids),
    };
    return cmocka_run_group_tests_name("api memory", tests, NULL, NULL);
}
