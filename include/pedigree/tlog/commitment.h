/*
 * commitment - a salted commitment to a record, cut into parts (architecture 1.7).
 *
 *   salt_i = SHA-256(0x04 || secret || i)      i as 4 bytes big-endian
 *   d_i    = SHA-256(0x03 || salt_i || part_i)
 *   commitment = SHA-256(0x02 || n || d_0 .. d_{n-1})   n as 4 bytes big-endian
 */
#pragma once

#include "pedigree/base/digest.h"

#define SECRET_LEN 32

void part_salt(const uint8_t secret[static SECRET_LEN], uint32_t i, uint8_t out[static SHA256_LEN]);
/* Of a part whose salt alone is known. */
void salted_digest(const uint8_t salt[static SHA256_LEN], struct span part, uint8_t out[static SHA256_LEN]);
void part_digest(const uint8_t secret[static SECRET_LEN], uint32_t i, struct span part,
                 uint8_t out[static SHA256_LEN]);
/* digests: n * SHA256_LEN bytes. */
void commitment(const uint8_t *digests, uint32_t n, uint8_t out[static SHA256_LEN]);
