/*
 * digest - see the header.
 *
 * A record's parts are short: through the EVP functions, each hash takes twice as long, most of it around the
 * hashing.  RAND_bytes() costs as much for a secret as for a hundred: each thread has some in store, wiped
 * as they are given out.
 */
#define OPENSSL_SUPPRESS_DEPRECATED /* SHA256_Init() and so on: EVP is recommended instead */

#include "pedigree/base/digest.h"

#include <openssl/rand.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

enum { STORE_BYTES = 2048, STORED_MAX = 64 };
static _Thread_local struct {
    uint8_t at[STORE_BYTES];
    size_t left;
} store;

void sha256_spans(const struct span *spans, size_t n, uint8_t out[static SHA256_LEN])
{
    SHA256_CTX ctx;
    int ok = SHA256_Init(&ctx);
    for (size_t i = 0; ok && i < n; i++)
        ok = SHA256_Update(&ctx, spans[i].at, spans[i].len);
    if (!ok || !SHA256_Final(out, &ctx))
        abort();
}

void sha256(const void *at, size_t len, uint8_t out[static SHA256_LEN])
{
    sha256_spans(&(struct span){at, len}, 1, out);
}

static void random_now(void *out, size_t len)
{
    if (len > INT32_MAX || RAND_bytes(out, (int)len) != 1)
        abort();
}

void random_bytes(void *out, size_t len)
{
    if (len > STORED_MAX) {
        random_now(out, len);
        return;
    }
    if (store.left < len) {
        random_now(store.at, STORE_BYTES);
        store.left = STORE_BYTES;
    }
    store.left -= len;
    memcpy(out, store.at + store.left, len);
    explicit_bzero(store.at + store.left, len);
}

char *hex_encode(const void *at, size_t len, char *out)
{
    static const char DIGITS[] = "0123456789abcdef";
    const uint8_t *bytes = at;
    for (size_t i = 0; i < len; i++) {
        out[2 * i] = DIGITS[bytes[i] >> 4];
        out[2 * i + 1] = DIGITS[bytes[i] & 15];
    }
    out[2 * len] = '\0';
    return out;
}

int64_t digest_key(const struct span *spans, size_t n)
{
    uint8_t digest[SHA256_LEN];
    sha256_spans(spans, n, digest);
    uint64_t key = 0;
    for (int i = 0; i < 8; i++)
        key = key << 8 | digest[i];
    return (int64_t)key;
}
