/* test_tlog - commitments: the formulas of architecture 1.7, byte by byte. */
#include "pedigree/base/cleanup.h"
#include "pedigree/tlog/commitment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { DIGESTS = 2 * SHA256_LEN };

static void secret_of(uint8_t secret[static SECRET_LEN])
{
    for (uint8_t i = 0; i < SECRET_LEN; i++)
        secret[i] = i;
}

/* Written out once more, from one buffer, and with the known answers of another
 * implementation (Python's hashlib). */
static void test_part_digest(void **state)
{
    (void)state;
    uint8_t secret[SECRET_LEN], out[SHA256_LEN], expect[SHA256_LEN];
    uint8_t salted[1 + SECRET_LEN + 4] = {4}, parted[1 + SHA256_LEN + 2] = {3};
    char hex[2 * SHA256_LEN + 1];
    secret_of(secret);
    memcpy(salted + 1, secret, SECRET_LEN);
    memcpy(salted + 1 + SECRET_LEN, "\x00\x01\x02\x03", 4);
    sha256(salted, sizeof salted, parted + 1);
    memcpy(parted + 1 + SHA256_LEN, "{}", 2);
    sha256(parted, sizeof parted, expect);
    part_digest(secret, 0x010203, (struct span){"{}", 2}, out);
    assert_memory_equal(out, expect, SHA256_LEN);
    part_digest(secret, 1, (struct span){"{}", 2}, out);
    assert_string_equal(
        hex_encode(out, sizeof out, hex),
        "9b8226a483a97b1c8b1fedad85d5ab7f367a808b513b48669a28605f9119ccda");
}

static void test_commitment(void **state)
{
    (void)state;
    uint8_t secret[SECRET_LEN], digests[DIGESTS], out[SHA256_LEN];
    char hex[2 * SHA256_LEN + 1];
    secret_of(secret);
    part_digest(secret, 0, (struct span){"a", 1}, digests);
    part_digest(secret, 1, (struct span){"{}", 2}, digests + SHA256_LEN);
    commitment(digests, 2, out);
    assert_string_equal(
        hex_encode(out, sizeof out, hex),
        "6888c30f2ebfd9d06758c5a377a61f3a608f5ed2a84e896259a3ecdefd33c8e3");
}

/* Any flipped bit of a digest, and any other count, is another commitment. */
static void test_commitment_binds(void **state)
{
    (void)state;
    uint8_t digests[DIGESTS] = {0}, out[SHA256_LEN], other[SHA256_LEN];
    commitment(digests, 2, out);
    for (size_t bit = 0; bit < DIGESTS * 8; bit++) {
        digests[bit / 8] ^= (uint8_t)(1U << bit % 8);
        commitment(digests, 2, other);
        assert_memory_not_equal(out, other, SHA256_LEN);
        digests[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    commitment(digests, 1, other);
    assert_memory_not_equal(out, other, SHA256_LEN);
}

int main(void)
{
    static const struct CMUnitTest TESTS[] = {
        cmocka_unit_test(test_part_digest),
        cmocka_unit_test(test_commitment),
        cmocka_unit_test(test_commitment_binds),
    };
    return _cmocka_run_group_tests("tlog", TESTS, LENGTH(TESTS), NULL, NULL);
}
