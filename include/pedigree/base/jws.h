/*
 * jws - detached JSON Web Signatures (RFC 7515, appendix F), and the keys that make them.
 *
 *   BASE64URL(protected header) ".." BASE64URL(signature)
 *
 * The header is a JSON object with `alg` and `kid`: {"alg":"EdDSA","kid":"<id>"}.  What is signed is
 * BASE64URL(protected header) "." BASE64URL(payload).  A key's id is its RFC 7638 thumbprint, so that who has the key
 * knows that it is the one that is named.
 *
 *   Ed25519   EdDSA (RFC 8037) or Ed25519 (RFC 9864)
 *   P-256     ES256
 *
 * Always true: how a signature is verified is said by the key, and a header that says otherwise is refused; no key is
 * taken from a header; what a header declares critical is not passed over.
 */
#pragma once

#include "pedigree/base/arena.h"
#include "pedigree/base/digest.h"
#include "pedigree/base/error.h"

enum { JWS_MAX = 1024, JWS_ID = 43, JWS_SIGNATURE = 64, JWS_KEY_FILE = 16384 };

enum jws_type { JWS_ED25519, JWS_P256, JWS_TYPES };
const char *jws_type_word(enum jws_type t); /* the `alg` that its keys write */

struct evp_pkey_st;
struct jws_key {
    enum jws_type type;
    char id[JWS_ID + 1];
    struct evp_pkey_st *pkey; /* of OpenSSL; may serve several threads */
};
/* PEM: a public key (SubjectPublicKeyInfo), and a private one (PKCS#8, without a password). */
bool jws_key_public(const char *pem, size_t len, struct jws_key *out, struct error *err);
bool jws_key_private(const char *pem, size_t len, struct jws_key *out, struct error *err);
/* The public key as SubjectPublicKeyInfo in DER, and back. */
struct span jws_key_der(struct arena *a, const struct jws_key *k);
/* As jws_key_public() reads it; NULL: out of memory. */
const char *jws_key_pem(struct arena *a, const struct jws_key *k);
bool jws_key_of_der(struct span der, struct jws_key *out, struct error *err);
void jws_key_done(struct jws_key *k);

struct jws {
    enum jws_type type;
    const char *id; /* of the key */
    const char *header; /* as it is signed */
    size_t header_len;
    uint8_t signature[JWS_SIGNATURE];
};
/* Takes the text apart; the error says what would be right. */
bool jws_parse(struct arena *a, const char *text, struct jws *out, struct error *err);
/* Whether that key made it for that payload.  `a` is for what passes. */
bool jws_verify(struct arena *a, const struct jws *j, const struct jws_key *k, struct span payload);
/* NULL: the key cannot sign. */
const char *jws_sign(struct arena *a, const struct jws_key *k, struct span payload);
