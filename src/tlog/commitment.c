/* commitment - see the header. */
#include "pedigree/tlog/commitment.h"

#include "pedigree/base/cleanup.h"

enum { TAG_COMMITMENT = 2, TAG_PART = 3, TAG_SALT = 4 };

static void big_endian(uint32_t v, uint8_t out[static 4])
{
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)(v >> (24 - 8 * i));
}

void part_salt(const uint8_t secret[static SECRET_LEN], uint32_t i, uint8_t out[static SHA256_LEN])
{
    uint8_t index[4];
    big_endian(i, index);
    const struct span spans[] = {{&(uint8_t){TAG_SALT}, 1}, {secret, SECRET_LEN}, {index, sizeof index}};
    sha256_spans(spans, LENGTH(spans), out);
}

void salted_digest(const uint8_t salt[static SHA256_LEN], struct span part, uint8_t out[static SHA256_LEN])
{
    const struct span spans[] = {{&(uint8_t){TAG_PART}, 1}, {salt, SHA256_LEN}, part};
    sha256_spans(spans, LENGTH(spans), out);
}

void part_digest(const uint8_t secret[static SECRET_LEN], uint32_t i, struct span part,
                 uint8_t out[static SHA256_LEN])
{
    uint8_t salt[SHA256_LEN];
    part_salt(secret, i, salt);
    salted_digest(salt, part, out);
}

void commitment(const uint8_t *digests, uint32_t n, uint8_t out[static SHA256_LEN])
{
    uint8_t count[4];
    big_endian(n, count);
    const struct span spans[] = {{&(uint8_t){TAG_COMMITMENT}, 1},
                                 {count, sizeof count},
                                 {digests, (size_t)n * SHA256_LEN}};
    sha256_spans(spans, LENGTH(spans), out);
}
