/* Detached signatures and their keys: what is read, what verifies, and that nothing else does. */
#include "pedigree/base/cleanup.h"
#include "pedigree/base/jws.h"
#include "pedigree/base/token.h"
#include "pedigree/codec/envelope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int reset(void **state)
{
    (void)state;
    arena_reset(&arena);
    return 0;
}

/* RFC 8037, appendix A; and a P-256 key. */
#define ED_ID "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
static const char *const PRIVATE[] = {
    [JWS_ED25519] = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
                    "-----END PRIVATE KEY-----\n",
    [JWS_P256] = "-----BEGIN PRIVATE KEY-----\n"
                 "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQghpkid0hAXBP76VGQ\n"
                 "poOkYY5DJxELi/qwso5K1r1e33OhRANCAAQLDcWKpzqCITj3DS4QkF55CMEZmweF\n"
                 "1rKJmT31Z47OgBUTE8yikU64TZ9saCLMz1Guf2J50Q7CoavPKTUZEAqZ\n"
                 "-----END PRIVATE KEY-----\n",
};
static const struct span PAYLOAD = {"{\"type\":\"held\"}", 15};

static struct jws_key key_of(enum jws_type t)
{
    struct jws_key k = {0};
    struct error err = {0};
    if (!jws_key_private(PRIVATE[t], strlen(PRIVATE[t]), &k, &err))
        fail_msg("%s", err.detail);
    return k;
}

static void test_thumbprint(void **state)
{
    (void)state;
    struct jws_key k = key_of(JWS_ED25519);
    assert_string_equal(k.id, ED_ID); /* RFC 8037, A.3 */
    jws_key_done(&k);
}

static void test_forms(void **state)
{
    (void)state;
    for (enum jws_type t = 0; t < JWS_TYPES; t++) {
        struct jws_key k = key_of(t), by_pem = {0}, by_der = {0};
        struct error err = {0};
        const char *pem = jws_key_pem(&arena, &k);
        assert_true(jws_key_public(pem, strlen(pem), &by_pem, &err) && jws_key_of_der(jws_key_der(&arena, &k), &by_der, &err));
        assert_string_equal(by_pem.id, k.id);
        assert_string_equal(by_der.id, k.id);
        assert_int_equal(by_der.type, t);
        assert_null(jws_sign(&arena, &by_pem, PAYLOAD)); /* it has no private part */
        assert_false(jws_key_private(pem, strlen(pem), &by_der, &err));
        jws_key_done(&k);
        jws_key_done(&by_pem);
        jws_key_done(&by_der);
    }
}

/* What is signed verifies; with any other bit in header, signature or payload it is refused or does not. */
static void test_bits(void **state)
{
    enum jws_type t = (enum jws_type)(uintptr_t)*state;
    struct jws_key k = key_of(t);
    struct jws j;
    struct error err = {0};
    const char *text = jws_sign(&arena, &k, PAYLOAD);
    assert_true(jws_parse(&arena, text, &j, &err) && jws_verify(&arena, &j, &k, PAYLOAD));
    for (size_t bit = 0; bit < 8 * strlen(text); bit++) {
        char *other = arena_strdup(&arena, text);
        other[bit / 8] = (char)(other[bit / 8] ^ (1 << bit % 8));
        struct error ignored = {0};
        assert_false(jws_parse(&arena, other, &j, &ignored) && jws_verify(&arena, &j, &k, PAYLOAD));
    }
    assert_true(jws_parse(&arena, text, &j, &err));
    for (size_t bit = 0; bit < 8 * PAYLOAD.len; bit++) {
        char *other = arena_strndup(&arena, PAYLOAD.at, PAYLOAD.len);
        other[bit / 8] = (char)(other[bit / 8] ^ (1 << bit % 8));
        assert_false(jws_verify(&arena, &j, &k, (struct span){other, PAYLOAD.len}));
    }
    jws_key_done(&k);
}

static void test_confusion(void **state)
{
    (void)state;
    struct jws_key ed = key_of(JWS_ED25519), p256 = key_of(JWS_P256);
    struct jws j;
    struct error err = {0};
    assert_true(jws_parse(&arena, jws_sign(&arena, &ed, PAYLOAD), &j, &err));
    assert_false(jws_verify(&arena, &j, &p256, PAYLOAD));
    j.id = p256.id;
    assert_false(jws_verify(&arena, &j, &p256, PAYLOAD)); /* of another type */
    j.type = JWS_P256;
    assert_false(jws_verify(&arena, &j, &p256, PAYLOAD)); /* 64 bytes all the same */
    jws_key_done(&ed);
    jws_key_done(&p256);
}

/* clang-format off */
#define SIGNATURE "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
static const struct {
    const char *label, *header; /* header NULL: `rest` is the whole text */
    const char *rest, *told;    /* told NULL: it is read */
} CASES[] = {
    {"EdDSA", "{\"alg\":\"EdDSA\",\"kid\":\"" ED_ID "\"}", ".." SIGNATURE, NULL},
    {"its newer name", "{\"alg\":\"Ed25519\",\"kid\":\"" ED_ID "\"}", ".." SIGNATURE, NULL},
    {"members that nobody asks for", "{\"typ\":\"x\",\"alg\":\"ES256\",\"kid\":\"" ED_ID "\",\"iat\":7}", ".." SIGNATURE, NULL},
    {"none", "{\"alg\":\"none\",\"kid\":\"" ED_ID "\"}", ".." SIGNATURE, "\"none\""},
    {"HS256", "{\"alg\":\"HS256\",\"kid\":\"" ED_ID "\"}", ".." SIGNATURE, "\"HS256\""},
    {"Ed448", "{\"alg\":\"Ed448\",\"kid\":\"" ED_ID "\"}", ".." SIGNATURE, "\"Ed448\""},
    {"crit", "{\"alg\":\"EdDSA\",\"kid\":\"" ED_ID "\",\"crit\":[\"b64\"],\"b64\":false}", ".." SIGNATURE, "\"crit\""},
    {"twice", "{\"alg\":\"none\",\"alg\":\"EdDSA\",\"kid\":\"" ED_ID "\"}", ".." SIGNATURE, "duplicate"},
    {"deep", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", ".." SIGNATURE, "no JSON object"},
    {"no signature", "{\"alg\":\"EdDSA\",\"kid\":\"" ED_ID "\"}", "..", "of 0 bytes; 64"},
    {"a longer one", "{\"alg\":\"EdDSA\",\"kid\":\"" ED_ID "\"}", ".." SIGNATURE "AAAA", "of 67 bytes; 64"},
    {"loose bits", "{\"alg\":\"EdDSA\",\"kid\":\"" ED_ID "\"}", "..AB", "base64url"},
    {"a payload", "{\"alg\":\"EdDSA\",\"kid\":\"" ED_ID "\"}", ".e30." SIGNATURE, "brings its payload"},
    {"more dots", "{\"alg\":\"EdDSA\",\"kid\":\"" ED_ID "\"}", ".." SIGNATURE ".", "no detached JWS"},
    {"nothing", NULL, "", "no detached JWS"},
    {"dots", NULL, "..", "no JSON object"},
    {"the alphabet of mail", NULL, "e+/0..AAAA", "base64url"},
};
/* clang-format on */

static void test_case(void **state)
{
    size_t i = (size_t)(uintptr_t)*state;
    struct jws j;
    struct error err = {0};
    const char *header = CASES[i].header ? token_encode(&arena, CASES[i].header, strlen(CASES[i].header)) : "";
    bool is_read = jws_parse(&arena, arena_printf(&arena, "%s%s", header, CASES[i].rest), &j, &err);
    assert_int_equal(is_read, CASES[i].told == NULL);
    if (CASES[i].told && !strstr(err.detail, CASES[i].told))
        fail_msg("told: %s", err.detail);
}

/* What is in the database may be anything. */
static void test_kept(void **state)
{
    (void)state;
    static const char *const NONE[] = {"", " ", ".", ED_ID, (ED_ID " x"), ("x." SIGNATURE)};
    struct kept_signature kept;
    for (size_t i = 0; i < LENGTH(NONE); i++)
        assert_false(signature_kept(&arena, NONE[i], &kept));
    assert_true(signature_kept(&arena, ED_ID ".d a..b", &kept));
    assert_string_equal(kept.mark, ED_ID ".d");
    assert_string_equal(kept.key_id, ED_ID);
    assert_string_equal(kept.jws, "a..b");
    assert_true(signature_kept(&arena, ED_ID ".d", &kept));
    assert_null(kept.jws);
}

int main(void)
{
    enum { N = LENGTH(CASES), MORE = 6 };
    struct CMUnitTest tests[N + MORE] = {
        cmocka_unit_test_teardown(test_thumbprint, reset),
        cmocka_unit_test_teardown(test_forms, reset),
        {"one bit of a signature by Ed25519", test_bits, NULL, reset, (void *)(uintptr_t)JWS_ED25519},
        {"one bit of a signature by P-256", test_bits, NULL, reset, (void *)(uintptr_t)JWS_P256},
        cmocka_unit_test_teardown(test_confusion, reset),
        cmocka_unit_test_teardown(test_kept, reset),
    };
    for (size_t i = 0; i < N; i++)
        tests[MORE + i] = (struct CMUnitTest){CASES[i].label, test_case, NULL, reset, (void *)(uintptr_t)i};
    return _cmocka_run_group_tests("jws", tests, N + MORE, NULL, NULL);
}
