/* test_keyring - the file of a log's keys: what it may hold, and what becomes of its keys. */
#include "pedigree/base/cleanup.h"
#include "pedigree/tlog/keyring.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NAME "ledger.example/2026"

static struct note_signer signer(const char *name, enum note_type type, uint8_t fill)
{
    struct note_signer s;
    struct error err = {0};
    uint8_t seed[ED25519_KEY];
    memset(seed, fill, sizeof seed);
    assert_true(note_signer_make(name, type, seed, &s, &err));
    return s;
}

/* P1 is replaced by a signing key, V1 by its verifier key; P2, V2 are another's; PX of another log, PC a cosigner's. */
static const char *expand(struct arena *a, const char *s)
{
    struct text t = text_new(a);
    for (; *s; s++) {
        bool is_key = (*s == 'P' || *s == 'V') && strchr("123456XC", s[1]) && s[1];
        if (!is_key) {
            text_add_c(&t, *s);
            continue;
        }
        struct note_signer k = signer(s[1] == 'X' ? "ledger.example/other" : NAME, s[1] == 'C' ? NOTE_COSIGNATURE : NOTE_ED25519,
                                      (uint8_t)s[1]);
        text_add(&t, *s == 'P' ? note_signer_text(a, &k) : note_verifier_text(a, &k.verifier));
        s++;
    }
    return text_str(&t);
}

static const struct {
    const char *label, *text;
    const char *why; /* NULL: it is taken */
    size_t signers, retired;
} FILES[] = {
    {"one key", "P1\n", NULL, 1, 0},
    {"without a last line feed", "P1", NULL, 1, 0},
    {"comments and empty lines", "# ours\n\nP1\n\n# end\n", NULL, 1, 0},
    {"an overlap and retired keys", "P1\nP2\nretired 2025-12-31 V3\nretired 2024-01-01 V4\n", NULL, 2, 2},
    {"in any order", "retired 2025-12-31 V3\nP1\n", NULL, 1, 1},
    {"four that sign", "P1\nP2\nP3\nP4\n", NULL, 4, 0},
    {"five", "P1\nP2\nP3\nP4\nP5\n", "line 5 is one too many", 0, 0},
    {"nothing", "", "holds no signing key", 0, 0},
    {"only what is retired", "retired 2025-12-31 V3\n", "holds no signing key", 0, 0},
    {"a verifier key", "V1\n", "line 1", 0, 0},
    {"a cosigner's key", "PC\n", "line 1 is a cosigner's key", 0, 0},
    {"a key of another log", "P1\nPX\n", "line 2 is of", 0, 0},
    {"a retired key of another log", "P1\nretired 2025-12-31 VX\n", "line 2 is of", 0, 0},
    {"a retired key of another log first", "retired 2025-12-31 VX\nP1\n", "line 2 is of", 0, 0},
    {"twice", "P1\nP1\n", "line 2 stands there twice", 0, 0},
    {"signs and is retired", "P1\nretired 2025-12-31 V1\n", "line 2 stands there twice", 0, 0},
    {"retired, and signs", "retired 2025-12-31 V1\nP1\n", "line 2 stands there twice", 0, 0},
    {"retired with its private part", "P1\nretired 2025-12-31 P2\n", "line 2", 0, 0},
    {"retired on no day", "P1\nretired V2\n", "line 2 is no retired key", 0, 0},
    {"retired on half a day", "P1\nretired 2025-12 V2\n", "line 2 is no retired key", 0, 0},
    {"rubbish", "P1\nPRIVATE+KEY+\n", "line 2", 0, 0},
    {"a blank before", " P1\n", "line 1", 0, 0},
    {"a blank behind", "P1 \n", "line 1", 0, 0},
    {"a carriage return", "P1\r\n", "line 1", 0, 0},
};

static void test_file(void **state)
{
    size_t i = (size_t)(uintptr_t)*state;
    static struct keyring k;
    struct error err = {0};
    struct arena a;
    arena_init(&a, 0);
    const char *text = expand(&a, FILES[i].text);
    bool ok = keyring_parse(text, strlen(text), &k, &err);
    assert_int_equal(ok, FILES[i].why == NULL);
    if (ok) {
        assert_int_equal(k.signers_len, FILES[i].signers);
        assert_int_equal(k.retired_len, FILES[i].retired);
    } else if (!strstr(err.detail, FILES[i].why)) {
        fail_msg("\"%s\" does not say: %s", err.detail, FILES[i].why);
    }
    arena_reset(&a);
}

/* No single changed byte of a key, and no shorter one, is another key. */
static void test_altered(void **state)
{
    static struct keyring k;
    struct arena a;
    (void)state;
    arena_init(&a, 0);
    char *text = arena_strdup(&a, expand(&a, "P1"));
    size_t len = strlen(text);
    for (size_t at = 0; at < len; at++) {
        for (uint8_t bit = 1; bit; bit = (uint8_t)(bit << 1)) {
            struct error err = {0};
            char was = text[at];
            text[at] = (char)((uint8_t)was ^ bit);
            bool is_comment = text[0] == '#';
            assert_false(!is_comment && keyring_parse(text, len, &k, &err));
            text[at] = was;
        }
        struct error err = {0};
        assert_false(keyring_parse(text, at, &k, &err));
    }
    arena_reset(&a);
}

static void test_nul_and_length(void **state)
{
    static struct keyring k;
    static char text[2 * KEYRING_LINE];
    struct error err = {0}, other = {0};
    (void)state;
    memset(text, 'x', sizeof text);
    assert_false(keyring_parse(text, sizeof text, &k, &err));
    assert_non_null(strstr(err.detail, "line 1 is no key: it is too long"));
    memcpy(text, "# a\0b\n", 6);
    assert_false(keyring_parse(text, 6, &k, &other));
    assert_non_null(strstr(other.detail, "NUL"));
}

static void print_and_read(const struct keyring *k, struct keyring *again)
{
    struct arena a;
    struct error err = {0};
    arena_init(&a, 0);
    struct text t = text_new(&a);
    keyring_print(k, &t);
    if (!keyring_parse(text_str(&t), t.len, again, &err))
        fail_msg("%s", err.detail);
    assert_memory_equal(again, k, sizeof *k);
    arena_reset(&a);
}

static void add(struct keyring *k, uint8_t fill)
{
    uint8_t seed[ED25519_KEY];
    struct error err = {0};
    memset(seed, fill, sizeof seed);
    if (!keyring_add(k, NAME, seed, &err))
        fail_msg("%s", err.detail);
}

/* Keys come in front, go to the retired ones with their day, and what is written is what is read. */
static void test_life(void **state)
{
    static struct keyring k, again;
    static const char DAYS[][11] = {"2026-01-01", "2027-01-01"};
    uint8_t seed[ED25519_KEY] = {'z'};
    struct error err = {0}, full = {0};
    (void)state;
    k = (struct keyring){0};
    add(&k, '1');
    print_and_read(&k, &again);
    assert_false(keyring_retire(&k, DAYS[0], &err));
    assert_non_null(strstr(err.detail, "none to retire"));
    for (size_t round = 0; round < LENGTH(DAYS); round++) {
        add(&k, (uint8_t)(10 + round));
        add(&k, (uint8_t)(20 + round));
        print_and_read(&k, &again);
        struct note_verifier newest = k.signers[0].verifier;
        assert_true(keyring_retire(&k, DAYS[round], &err));
        assert_int_equal(k.signers_len, 1);
        assert_memory_equal(&k.signers[0].verifier, &newest, sizeof newest);
        assert_int_equal(k.retired_len, 2 * (round + 1));
        assert_string_equal(k.retired[2 * round].until, DAYS[round]);
        print_and_read(&k, &again);
    }
    for (uint8_t i = 0; k.signers_len < KEYRING_SIGNERS; i++)
        add(&k, (uint8_t)(30 + i));
    assert_false(keyring_add(&k, NAME, seed, &full));
    assert_non_null(strstr(full.detail, "log-key retire"));
}

/* Nothing of a private key is left in what is wiped, nor where a retired one was. */
static void test_wiped(void **state)
{
    static struct keyring k, zeros;
    struct error err = {0};
    (void)state;
    k = (struct keyring){0};
    add(&k, '1');
    add(&k, '2');
    assert_true(keyring_retire(&k, "2026-01-01", &err));
    assert_memory_equal(&k.signers[1], &zeros.signers[1], sizeof k.signers[1]);
    keyring_wipe(&k);
    assert_memory_equal(&k, &zeros, sizeof k);
}

int main(void)
{
    enum { FILES_LEN = LENGTH(FILES) };
    struct CMUnitTest tests[FILES_LEN];
    const struct CMUnitTest more[] = {
        cmocka_unit_test(test_altered),
        cmocka_unit_test(test_nul_and_length),
        cmocka_unit_test(test_life),
        cmocka_unit_test(test_wiped),
    };
    for (size_t i = 0; i < FILES_LEN; i++)
        tests[i] = (struct CMUnitTest){FILES[i].label, test_file, NULL, NULL, (void *)(uintptr_t)i};
    return _cmocka_run_group_tests("files of keys", tests, FILES_LEN, NULL, NULL) +
           _cmocka_run_group_tests("keys of a log", more, LENGTH(more), NULL, NULL);
}
