/* jws_key - keys of jws.h out of PEM and DER, and their thumbprints. */
#include "pedigree/base/jws.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/token.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

DEFINE_CLEANUP(EVP_PKEY, pkey, EVP_PKEY_free)
DEFINE_CLEANUP(BIO, bio, BIO_free_all)

/* ---- the thumbprint: SHA-256 of the key as a JWK with its required members alone ---- */

static bool ed25519_jwk(struct arena *a, const EVP_PKEY *pkey, const char **out)
{
    uint8_t x[32];
    size_t len = sizeof x;
    if (EVP_PKEY_get_raw_public_key(pkey, x, &len) != 1 || len != sizeof x)
        return false;
    *out = arena_printf(a, "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"%s\"}", token_encode(a, x, len));
    return true;
}

static bool p256_jwk(struct arena *a, const EVP_PKEY *pkey, const char **out)
{
    uint8_t x[32], y[32];
    BIGNUM *bx = NULL, *by = NULL;
    bool ok = EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_EC_PUB_X, &bx) == 1 &&
              EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_EC_PUB_Y, &by) == 1 && BN_bn2binpad(bx, x, 32) == 32 &&
              BN_bn2binpad(by, y, 32) == 32;
    BN_free(bx);
    BN_free(by);
    if (ok)
        *out = arena_printf(a, "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}", token_encode(a, x, 32),
                            token_encode(a, y, 32));
    return ok;
}

static bool is_p256(const EVP_PKEY *pkey)
{
    char group[32];
    size_t len;
    return EVP_PKEY_get_base_id(pkey) == EVP_PKEY_EC && EVP_PKEY_get_group_name(pkey, group, sizeof group, &len) == 1 &&
           strcmp(group, "prime256v1") == 0;
}

/* Takes `pkey`. */
static bool make_key(EVP_PKEY *pkey, struct jws_key *out, struct error *err)
{
    CLEANUP(pkey_cleanup) EVP_PKEY *owned = pkey;
    struct arena a;
    uint8_t digest[SHA256_LEN];
    const char *jwk = NULL;
    bool is_ed25519 = EVP_PKEY_get_base_id(pkey) == EVP_PKEY_ED25519;
    if (!is_ed25519 && !is_p256(pkey))
        return error_set(err, ERR_INVALID, "is a key of another type; Ed25519 or P-256 would be right");
    arena_init(&a, 0);
    bool ok = is_ed25519 ? ed25519_jwk(&a, pkey, &jwk) : p256_jwk(&a, pkey, &jwk);
    if (ok) {
        sha256(jwk, strlen(jwk), digest);
        out->type = is_ed25519 ? JWS_ED25519 : JWS_P256;
        memcpy(out->id, token_encode(&a, digest, sizeof digest), JWS_ID + 1);
        out->pkey = TAKE(owned);
    }
    arena_reset(&a);
    return ok || error_set(err, ERR_INVALID, "is no whole key");
}

/* ---- PEM and DER ---- */

static int no_password(char *to, int size, int for_writing, void *ctx)
{
    (void)to, (void)size, (void)for_writing, (void)ctx;
    return -1;
}

static bool read_pem(const char *pem, size_t len, EVP_PKEY *(*read)(BIO *, EVP_PKEY **, pem_password_cb *, void *), const char *what,
                     struct jws_key *out, struct error *err)
{
    CLEANUP(bio_cleanup) BIO *bio = len <= JWS_KEY_FILE ? BIO_new_mem_buf(pem, (int)len) : NULL;
    EVP_PKEY *pkey = bio ? read(bio, NULL, no_password, NULL) : NULL;
    ERR_clear_error();
    return pkey ? make_key(pkey, out, err) : error_set(err, ERR_INVALID, "holds no %s", what);
}

bool jws_key_public(const char *pem, size_t len, struct jws_key *out, struct error *err)
{
    return read_pem(pem, len, PEM_read_bio_PUBKEY, "public key in PEM (-----BEGIN PUBLIC KEY-----)", out, err);
}

bool jws_key_private(const char *pem, size_t len, struct jws_key *out, struct error *err)
{
    return read_pem(pem, len, PEM_read_bio_PrivateKey,
                    "private key in PEM without a password (-----BEGIN PRIVATE KEY-----)", out, err);
}

struct span jws_key_der(struct arena *a, const struct jws_key *k)
{
    uint8_t *der = NULL;
    int len = i2d_PUBKEY(k->pkey, &der);
    if (len < 0)
        return (struct span){NULL, 0};
    uint8_t *copy = arena_alloc(a, (size_t)len);
    memcpy(copy, der, (size_t)len);
    OPENSSL_free(der);
    return (struct span){copy, (size_t)len};
}

const char *jws_key_pem(struct arena *a, const struct jws_key *k)
{
    CLEANUP(bio_cleanup) BIO *bio = BIO_new(BIO_s_mem());
    char *at;
    if (!bio || PEM_write_bio_PUBKEY(bio, k->pkey) != 1)
        return NULL;
    long len = BIO_get_mem_data(bio, &at);
    return arena_strndup(a, at, (size_t)len);
}

bool jws_key_of_der(struct span der, struct jws_key *out, struct error *err)
{
    const uint8_t *at = der.at;
    EVP_PKEY *pkey = d2i_PUBKEY(NULL, &at, (long)der.len);
    ERR_clear_error();
    return pkey ? make_key(pkey, out, err) : error_set(err, ERR_INVALID, "is no public key");
}

void jws_key_done(struct jws_key *k)
{
    EVP_PKEY_free(k->pkey);
    *k = (struct jws_key){0};
}
