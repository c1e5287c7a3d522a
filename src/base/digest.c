/*
 * digest - see the header.
 *
 * EVP_MD_fetch() and EVP_MD_CTX_new() cost more than hashing a record's part, so the
 * algorithm is fetched once and each thread keeps one context, which its end releases.  RAND_bytes()
 * costs as much for a secret as for a hundred: each thread has some in store, wiped as they are given out.
 */
#include "pedigree/base/digest.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static EVP_MD *algorithm;
static pthread_key_t contexts;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static _Thread_local EVP_MD_CTX *mine;

enum { STORE_BYTES = 2048, STORED_MAX = 64 };
static _Thread_local struct {
    uint8_t at[STORE_BYTES];
    size_t left;
} store;

static void release(void *ctx)
{
    EVP_MD_CTX_free(ctx);
    mine = NULL;
}

static void prepare(void)
{
    algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
    if (!algorithm || pthread_key_create(&contexts, release) != 0)
        abort();
}

static EVP_MD_CTX *context(void)
{
    if (mine)
        return mine;
    pthread_once(&once, prepare);
    mine = EVP_MD_CTX_new();
    if (!mine || pthread_setspecific(contexts, mine) != 0)
        abort();
    return mine;
}

void sha256_spans(const struct span *spans, size_t n, uint8_t out[static SHA256_LEN])
{
    EVP_MD_CTX *ctx = context();
    int ok = EVP_DigestInit_ex(ctx, algorithm, NULL);
    for (size_t i = 0; ok && i < n; i++)
        ok = EVP_DigestUpdate(ctx, spans[i].at, spans[i].len);
    if (!ok || !EVP_DigestFinal_ex(ctx, out, NULL))
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
