/* note - see the header. */
#include "pedigree/tlog/note.h"

#include "pedigree/base/base64.h"
#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ID = 4, COSIGNATURE = 8 + ED25519_SIGNATURE };
#define DASH "\xe2\x80\x94 " /* U+2014 and a blank */
#define PRIVATE "PRIVATE+KEY+"

/* ---- names ---- */

/* Blanks and line ends of Unicode: U+0085, U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F, U+3000. */
static bool has_unicode_blank(const char *s)
{
    static const char *const BLANKS[] = {"\xc2\x85", "\xc2\xa0", "\xe1\x9a\x80", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf",
                                         "\xe2\x81\x9f", "\xe3\x80\x80"};
    for (size_t i = 0; i < LENGTH(BLANKS); i++)
        if (strstr(s, BLANKS[i]))
            return true;
    for (const char *at = s; (at = strstr(at, "\xe2\x80")); at++)
        if ((unsigned char)at[2] >= 0x80 && (unsigned char)at[2] <= 0x8a)
            return true;
    return false;
}

bool note_name_is_valid(const char *name)
{
    size_t len = strlen(name);
    if (len == 0 || len > NOTE_NAME_MAX || !text_is_utf8(name, len) || has_unicode_blank(name))
        return false;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)name[i] <= ' ' || name[i] == 0x7f || name[i] == '+')
            return false;
    return true;
}

/* ---- keys ---- */

static void key_id(const char *name, uint8_t type, const uint8_t key[static ED25519_KEY], uint8_t out[static ID])
{
    uint8_t digest[SHA256_LEN];
    const struct span spans[] = {{name, strlen(name)}, {"\n", 1}, {&type, 1}, {key, ED25519_KEY}};
    sha256_spans(spans, LENGTH(spans), digest);
    memcpy(out, digest, ID);
}

static const char *key_text(struct arena *a, const char *before, const struct note_verifier *v,
                            const uint8_t key[static ED25519_KEY])
{
    uint8_t typed[1 + ED25519_KEY] = {(uint8_t)v->type};
    char hex[2 * ID + 1];
    struct text t = text_new(a);
    memcpy(typed + 1, key, ED25519_KEY);
    text_addf(&t, "%s%s+%s+", before, v->name, hex_encode(v->id, ID, hex));
    base64_add(&t, typed, sizeof typed);
    explicit_bzero(typed, sizeof typed);
    return text_str(&t);
}

/* name+hex8+base64(type || 32 bytes): fills name, id as written, type; the bytes go to `key`. */
static bool key_parse(const char *text, const char *what, struct note_verifier *v, uint8_t key[static ED25519_KEY],
                      struct error *err)
{
    struct arena a;
    struct span typed = {0};
    const char *first = strchr(text, '+'), *second = first ? strchr(first + 1, '+') : NULL;
    size_t name = first ? (size_t)(first - text) : 0;
    char hex[2 * ID + 1];
    *v = (struct note_verifier){0};
    arena_init(&a, 0);
    bool ok = second && name <= NOTE_NAME_MAX && second - first == 1 + 2 * ID &&
              base64_decode(&a, second + 1, strlen(second + 1), &typed) && typed.len == 1 + ED25519_KEY;
    if (ok) {
        memcpy(v->name, text, name);
        v->type = *(const uint8_t *)typed.at;
        memcpy(key, (const uint8_t *)typed.at + 1, ED25519_KEY);
        explicit_bzero((void *)(uintptr_t)typed.at, typed.len);
        for (int i = 0; i < ID; i++)
            ok &= sscanf(first + 1 + (ptrdiff_t)2 * i, "%2hhx", &v->id[i]) == 1;
        ok &= strncmp(hex_encode(v->id, ID, hex), first + 1, 2 * (size_t)ID) == 0; /* lower case */
    }
    arena_reset(&a);
    if (!ok || !note_name_is_valid(v->name))
        return error_set(err, ERR_INVALID, "is no %s: write name+key id+base64, as log-key show prints it", what);
    return v->type == NOTE_ED25519 || v->type == NOTE_COSIGNATURE ||
           error_set(err, ERR_INVALID, "is of type %d: Ed25519 keys (1) and Ed25519 cosigners' keys (4) are known here", v->type);
}

bool note_verifier_parse(const char *text, struct note_verifier *out, struct error *err)
{
    uint8_t id[ID];
    if (!key_parse(text, "verifier key", out, out->key, err))
        return false;
    key_id(out->name, (uint8_t)out->type, out->key, id);
    return memcmp(id, out->id, ID) == 0 ||
           error_set(err, ERR_INVALID, "the key id does not follow from the name and the key: it was mistyped or altered");
}

const char *note_verifier_text(struct arena *a, const struct note_verifier *v)
{
    return key_text(a, "", v, v->key);
}

DEFINE_CLEANUP(EVP_PKEY, pkey, EVP_PKEY_free)
DEFINE_CLEANUP(EVP_MD_CTX, md_ctx, EVP_MD_CTX_free)

bool note_signer_make(const char *name, enum note_type type, const uint8_t seed[static ED25519_KEY],
                      struct note_signer *out, struct error *err)
{
    size_t len = ED25519_KEY;
    if (!note_name_is_valid(name))
        return error_set(err, ERR_INVALID, "is no name of a log: not empty, at most %d bytes of UTF-8, without blanks and +, "
                         "say ledger.example/2026", NOTE_NAME_MAX);
    CLEANUP(pkey_cleanup) EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, ED25519_KEY);
    *out = (struct note_signer){.verifier.type = type};
    if (!key || EVP_PKEY_get_raw_public_key(key, out->verifier.key, &len) != 1)
        return error_set(err, ERR_INTERNAL, "OpenSSL makes no Ed25519 key");
    memcpy(out->verifier.name, name, strlen(name));
    memcpy(out->seed, seed, ED25519_KEY);
    key_id(name, (uint8_t)type, out->verifier.key, out->verifier.id);
    return true;
}

bool note_signer_parse(const char *text, struct note_signer *out, struct error *err)
{
    struct note_verifier v;
    uint8_t seed[ED25519_KEY];
    if (strncmp(text, PRIVATE, sizeof PRIVATE - 1) != 0)
        return error_set(err, ERR_INVALID, "is no signing key: it begins with " PRIVATE);
    bool ok = key_parse(text + sizeof PRIVATE - 1, "signing key", &v, seed, err) &&
              note_signer_make(v.name, v.type, seed, out, err) &&
              (memcmp(v.id, out->verifier.id, ID) == 0 ||
               error_set(err, ERR_INVALID, "the key id does not follow from the name and the key: it was mistyped or altered"));
    explicit_bzero(seed, sizeof seed);
    return ok;
}

const char *note_signer_text(struct arena *a, const struct note_signer *s)
{
    return key_text(a, PRIVATE, &s->verifier, s->seed);
}

/* ---- taking a note apart ---- */

static bool malformed(struct error *err, const char *why)
{
    return error_set(err, ERR_INVALID, "is no signed note: %s", why);
}

/* A line without its \n: "— name base64". */
static bool signature_parse(struct arena *a, const char *line, size_t len, struct note_signature *out, struct error *err)
{
    enum { DASH_LEN = sizeof DASH - 1 };
    struct span bytes;
    const char *name = line + DASH_LEN;
    const char *blank = len > DASH_LEN && memcmp(line, DASH, DASH_LEN) == 0 ? memchr(name, ' ', len - DASH_LEN) : NULL;
    if (!blank)
        return malformed(err, "a signature line is an em dash, a name and base64");
    out->name = arena_strndup(a, name, (size_t)(blank - name));
    if (!note_name_is_valid(out->name))
        return malformed(err, "a signature's key has no valid name");
    if (!base64_decode(a, blank + 1, len - (size_t)(blank + 1 - line), &bytes) || bytes.len <= ID)
        return malformed(err, "a signature is not base64 of a key id and bytes");
    memcpy(out->id, bytes.at, ID);
    out->bytes = (struct span){(const uint8_t *)bytes.at + ID, bytes.len - ID};
    return true;
}

static bool is_plain(const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)bytes[i] < ' ' && bytes[i] != '\n')
            return false;
    return text_is_utf8(bytes, len);
}

/* Where the signatures begin: behind the last empty line; 0: there is none. */
static size_t signatures_at(const char *bytes, size_t len)
{
    for (size_t i = len; i >= 2; i--)
        if (bytes[i - 1] == '\n' && bytes[i - 2] == '\n')
            return i;
    return 0;
}

bool note_parse(struct arena *a, const char *bytes, size_t len, struct note *out, struct error *err)
{
    *out = (struct note){0};
    if (len > NOTE_MAX)
        return malformed(err, "it is longer than 64 KiB");
    if (!is_plain(bytes, len))
        return malformed(err, "it is not UTF-8 without control characters");
    size_t at = signatures_at(bytes, len);
    if (at < 2 || at == len || bytes[len - 1] != '\n')
        return malformed(err, "it ends in an empty line and one signature a line");
    out->text = arena_strndup(a, bytes, at - 1);
    out->text_len = at - 1;
    VEC(struct note_signature) all = {0};
    while (at < len) {
        const char *line = bytes + at;
        size_t n = (size_t)((const char *)memchr(line, '\n', len - at) - line);
        if (all.len == NOTE_SIGNATURES_MAX)
            return malformed(err, "it has more than 100 signatures");
        if (!signature_parse(a, line, n, vec_push(a, &all), err))
            return false;
        at += n + 1;
    }
    out->signatures = all.at;
    out->signatures_len = all.len;
    return true;
}

/* ---- signatures ---- */

static uint64_t read_time(const uint8_t at[static 8])
{
    uint64_t t = 0;
    for (int i = 0; i < 8; i++)
        t = t << 8 | at[i];
    return t;
}

/* What a key signs of a text. */
static struct span message(struct arena *a, enum note_type type, const char *text, size_t len, uint64_t time_s)
{
    if (type == NOTE_ED25519)
        return (struct span){text, len};
    struct text t = text_new(a);
    text_addf(&t, "cosignature/v1\ntime %llu\n", (unsigned long long)time_s);
    text_add_n(&t, text, len);
    return (struct span){text_str(&t), t.len};
}

static bool ed25519_holds(const uint8_t key[static ED25519_KEY], struct span message, const uint8_t *signature)
{
    CLEANUP(pkey_cleanup) EVP_PKEY *pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key, ED25519_KEY);
    CLEANUP(md_ctx_cleanup) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    return pkey && ctx && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, pkey) == 1 &&
           EVP_DigestVerify(ctx, signature, ED25519_SIGNATURE, message.at, message.len) == 1;
}

static void ed25519_sign(const uint8_t seed[static ED25519_KEY], struct span message, uint8_t out[static ED25519_SIGNATURE])
{
    size_t len = ED25519_SIGNATURE;
    CLEANUP(pkey_cleanup) EVP_PKEY *pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, ED25519_KEY);
    CLEANUP(md_ctx_cleanup) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    if (!pkey || !ctx || EVP_DigestSignInit(ctx, NULL, NULL, NULL, pkey) != 1 ||
        EVP_DigestSign(ctx, out, &len, message.at, message.len) != 1)
        abort(); /* only without memory */
}

static bool signature_holds(const struct note *n, const struct note_verifier *v, const struct note_signature *s,
                            uint64_t *time_s)
{
    const uint8_t *bytes = s->bytes.at;
    struct arena a;
    bool is_co = v->type == NOTE_COSIGNATURE;
    if (s->bytes.len != (is_co ? COSIGNATURE : ED25519_SIGNATURE))
        return false;
    *time_s = is_co ? read_time(bytes) : 0;
    arena_init(&a, 0);
    bool ok = ed25519_holds(v->key, message(&a, v->type, n->text, n->text_len, *time_s), bytes + (is_co ? 8 : 0));
    arena_reset(&a);
    return ok;
}

enum note_verdict note_verify(const struct note *n, const struct note_verifier *v, uint64_t *time_s)
{
    enum note_verdict verdict = NOTE_NOT_SIGNED;
    uint64_t signed_at;
    for (size_t i = 0; i < n->signatures_len; i++) {
        const struct note_signature *s = &n->signatures[i];
        if (strcmp(s->name, v->name) != 0 || memcmp(s->id, v->id, ID) != 0)
            continue;
        if (!signature_holds(n, v, s, &signed_at))
            return NOTE_FORGED;
        if (verdict == NOTE_NOT_SIGNED && time_s)
            *time_s = signed_at;
        verdict = NOTE_SIGNED;
    }
    return verdict;
}

bool note_is_signed(const struct note *n, const struct note_verifier *keys, size_t len)
{
    bool is_signed = false;
    for (size_t i = 0; i < len; i++) {
        enum note_verdict verdict = note_verify(n, &keys[i], NULL);
        if (verdict == NOTE_FORGED)
            return false;
        is_signed |= verdict == NOTE_SIGNED;
    }
    return is_signed;
}

const char *note_sign(struct arena *a, const char *text, size_t len, const struct note_signer *s, uint64_t time_s)
{
    uint8_t bytes[ID + COSIGNATURE], *to = bytes;
    struct text line = text_new(a);
    memcpy(to, s->verifier.id, ID);
    to += ID;
    for (int i = 0; s->verifier.type == NOTE_COSIGNATURE && i < 8; i++)
        *to++ = (uint8_t)(time_s >> (56 - 8 * i) & 0xff);
    ed25519_sign(s->seed, message(a, s->verifier.type, text, len, time_s), to);
    to += ED25519_SIGNATURE;
    text_addf(&line, DASH "%s ", s->verifier.name);
    base64_add(&line, bytes, (size_t)(to - bytes));
    text_add_c(&line, '\n');
    return text_str(&line);
}
