/* jws - see the header. */
#include "pedigree/base/jws.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/base/token.h"

#include <jansson.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>

DEFINE_CLEANUP(json_t, json, json_decref)
DEFINE_CLEANUP(EVP_MD_CTX, md_ctx, EVP_MD_CTX_free)
DEFINE_CLEANUP(ECDSA_SIG, ecdsa, ECDSA_SIG_free)

/* What a header may call the two; the first is what we write. */
static const struct {
    const char *word;
    enum jws_type type;
} ALGORITHMS[] = {{"EdDSA", JWS_ED25519}, {"ES256", JWS_P256}, {"Ed25519", JWS_ED25519}};

/* Members that would change what is verified, or by which key. */
static const struct {
    const char *name, *why;
} REFUSED[] = {
    {"crit", "no extension is understood here: leave it out"},
    {"b64", "the payload is always encoded (RFC 7515): leave it out"},
    {"jwk", "the key is the registered one, named by \"kid\": leave it out"},
    {"jku", "the key is the registered one, named by \"kid\": leave it out"},
    {"x5c", "the key is the registered one, named by \"kid\": leave it out"},
    {"x5u", "the key is the registered one, named by \"kid\": leave it out"},
};

const char *jws_type_word(enum jws_type t)
{
    return ALGORITHMS[t].word;
}

/* ---- read ---- */

static bool read_algorithm(struct arena *a, const json_t *header, enum jws_type *out, struct error *err)
{
    const char *word = json_string_value(json_object_get(header, "alg"));
    for (size_t i = 0; word && i < LENGTH(ALGORITHMS); i++)
        if (strcmp(word, ALGORITHMS[i].word) == 0) {
            *out = ALGORITHMS[i].type;
            return true;
        }
    return error_set(err, ERR_INVALID, "its header's \"alg\" is %s; EdDSA (a key of type Ed25519) or ES256 (P-256) would be right",
                     word ? arena_printf(a, "\"%.40s\"", word) : "missing, or no text");
}

static bool read_header(struct arena *a, const char *json, size_t len, struct jws *out, struct error *err)
{
    json_error_t why;
    CLEANUP(json_cleanup) json_t *header = json_loadb(json, len, JSON_REJECT_DUPLICATES, &why);
    if (!json_is_object(header))
        return error_set(err, ERR_INVALID, "its header is no JSON object (%.120s): {\"alg\":\"EdDSA\",\"kid\":\"...\"} would be right",
                         header ? "something else" : why.text);
    for (size_t i = 0; i < LENGTH(REFUSED); i++)
        if (json_object_get(header, REFUSED[i].name))
            return error_set(err, ERR_INVALID, "its header has \"%s\": %s", REFUSED[i].name, REFUSED[i].why);
    if (!read_algorithm(a, header, &out->type, err))
        return false;
    const char *id = json_string_value(json_object_get(header, "kid"));
    if (!id || strlen(id) != JWS_ID)
        return error_set(err, ERR_INVALID, "its header's \"kid\" is %s; the id of the key, %d characters, would be right: "
                         "`pedigree sign --sign-key FILE` tells it", id ? "not one" : "missing, or no text", JWS_ID);
    out->id = arena_strdup(a, id);
    return true;
}

static bool is_detached(const char *text, const char **dots, struct error *err)
{
    const char *dot = strchr(text, '.'), *second = dot ? strchr(dot + 1, '.') : NULL;
    if (strlen(text) > JWS_MAX)
        return error_set(err, ERR_INVALID, "has %zu bytes; a signature has at most %d", strlen(text), JWS_MAX);
    if (!second || strchr(second + 1, '.'))
        return error_set(err, ERR_INVALID, "is no detached JWS: header..signature, both in base64url, would be right");
    if (second != dot + 1)
        return error_set(err, ERR_INVALID, "brings its payload along; detached (RFC 7515, appendix F) would be right: header..signature");
    *dots = dot;
    return true;
}

bool jws_parse(struct arena *a, const char *text, struct jws *out, struct error *err)
{
    const char *dots = NULL;
    struct jws j = {0};
    uint8_t *header, *signature;
    size_t header_len, signature_len;
    if (!is_detached(text, &dots, err))
        return false;
    j.header_len = (size_t)(dots - text);
    j.header = arena_strndup(a, text, j.header_len);
    if (!token_decode(a, j.header, &header, &header_len) || !token_decode(a, dots + 2, &signature, &signature_len))
        return error_set(err, ERR_INVALID, "is not written in base64url without padding");
    if (!read_header(a, (const char *)header, header_len, &j, err))
        return false;
    if (signature_len != JWS_SIGNATURE)
        return error_set(err, ERR_INVALID, "has a signature of %zu bytes; %d would be right%s", signature_len, JWS_SIGNATURE,
                         j.type == JWS_P256 ? " (R and S, 32 each: RFC 7518, 3.4; no DER)" : "");
    memcpy(j.signature, signature, JWS_SIGNATURE);
    *out = j;
    return true;
}

/* ---- verified and made ---- */

static struct span signed_text(struct arena *a, const char *header, size_t header_len, struct span payload)
{
    struct text t = text_new(a);
    const char *encoded = token_encode(a, payload.at, payload.len);
    size_t len = strlen(encoded);
    text_make_room(&t, header_len + 2 + len);
    text_add_n(&t, header, header_len);
    text_add_c(&t, '.');
    text_add_n(&t, encoded, len);
    return (struct span){t.at, t.len};
}

/* R and S as OpenSSL wants them; 0: they are no numbers of a signature. */
static size_t ecdsa_der(const uint8_t rs[static JWS_SIGNATURE], uint8_t out[static 80])
{
    CLEANUP(ecdsa_cleanup) ECDSA_SIG *s = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(rs, 32, NULL), *v = BN_bin2bn(rs + 32, 32, NULL);
    if (!s || !r || !v || ECDSA_SIG_set0(s, r, v) != 1) {
        BN_free(r);
        BN_free(v);
        return 0;
    }
    uint8_t *to = out;
    int len = i2d_ECDSA_SIG(s, &to);
    return len > 0 ? (size_t)len : 0;
}

static bool ecdsa_raw(const uint8_t *der, size_t len, uint8_t out[static JWS_SIGNATURE])
{
    CLEANUP(ecdsa_cleanup) ECDSA_SIG *s = d2i_ECDSA_SIG(NULL, &der, (long)len);
    return s && BN_bn2binpad(ECDSA_SIG_get0_r(s), out, 32) == 32 && BN_bn2binpad(ECDSA_SIG_get0_s(s), out + 32, 32) == 32;
}

bool jws_verify(struct arena *a, const struct jws *j, const struct jws_key *k, struct span payload)
{
    uint8_t der[80];
    const uint8_t *signature = j->signature;
    size_t len = JWS_SIGNATURE;
    if (j->type != k->type || strcmp(j->id, k->id) != 0)
        return false;
    if (k->type == JWS_P256) {
        signature = der;
        len = ecdsa_der(j->signature, der);
    }
    struct span text = signed_text(a, j->header, j->header_len, payload);
    CLEANUP(md_ctx_cleanup) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok = ctx && len > 0 && EVP_DigestVerifyInit(ctx, NULL, k->type == JWS_P256 ? EVP_sha256() : NULL, NULL, k->pkey) == 1 &&
              EVP_DigestVerify(ctx, signature, len, text.at, text.len) == 1;
    ERR_clear_error(); /* of what was forged nothing is left for who looks there next */
    return ok;
}

const char *jws_sign(struct arena *a, const struct jws_key *k, struct span payload)
{
    uint8_t made[80], raw[JWS_SIGNATURE];
    size_t len = sizeof made;
    const char *json = arena_printf(a, "{\"alg\":\"%s\",\"kid\":\"%s\"}", jws_type_word(k->type), k->id);
    const char *header = token_encode(a, json, strlen(json));
    struct span text = signed_text(a, header, strlen(header), payload);
    CLEANUP(md_ctx_cleanup) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    if (!ctx || EVP_DigestSignInit(ctx, NULL, k->type == JWS_P256 ? EVP_sha256() : NULL, NULL, k->pkey) != 1 ||
        EVP_DigestSign(ctx, made, &len, text.at, text.len) != 1)
        return NULL;
    if (k->type == JWS_P256 && !ecdsa_raw(made, len, raw))
        return NULL;
    return arena_printf(a, "%s..%s", header, token_encode(a, k->type == JWS_P256 ? raw : made, JWS_SIGNATURE));
}
