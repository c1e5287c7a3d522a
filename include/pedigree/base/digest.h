/* digest - SHA-256, random bytes, hex and base64: thin faces of OpenSSL. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHA256_LEN 32

struct span {
    const void *at;
    size_t len;
};

/* SHA-256 over the concatenation of n spans. */
void sha256_spans(const struct span *spans, size_t n, uint8_t out[static SHA256_LEN]);
void sha256(const void *at, size_t len, uint8_t out[static SHA256_LEN]);
/* Cryptographically random; aborts if the system has none. */
void random_bytes(void *out, size_t len);
/* Lower-case; out holds 2*len+1. */
char *hex_encode(const void *at, size_t len, char *out);
/* First 8 bytes of the SHA-256 as a signed integer: a key for look-up tables. */
int64_t digest_key(const struct span *spans, size_t n);
