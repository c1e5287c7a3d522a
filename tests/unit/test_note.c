/*
 * test_note - base64, keys, signed notes and cosignatures, checkpoints and receipts: what others wrote is read, what is
 * written is read again, and nothing else is.
 */
#include "pedigree/base/base64.h"
#include "pedigree/base/cleanup.h"
#include "pedigree/tlog/checkpoint.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NAME "ledger.example/2026"
#define DASH "\xe2\x80\x94 "
/* Of the signed-note specification, and of Go's x/mod. */
#define FOO_KEY "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
#define PETER_KEY "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define PETER_SECRET "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
#define PETER_TEXT                                                                                                     \
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
#define PETER_LINE                                                                                                     \
    DASH "PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="

/* ---- base64 ---- */

static const struct {
    const char *label, *text, *bytes; /* NULL: refused */
} BASE64[] = {
    {"nothing", "", ""},
    {"one byte", "Zg==", "f"},
    {"two bytes", "Zm8=", "fo"},
    {"three bytes", "Zm9v", "foo"},
    {"four bytes", "Zm9vYg==", "foob"},
    {"the last digits", "+/8=", "\xfb\xff"},
    {"no padding", "Zg", NULL},
    {"half a padding", "Zg=", NULL},
    {"too much padding", "Zm8==", NULL},
    {"padding alone", "====", NULL},
    {"padding of three", "Z===", NULL},
    {"padding inside", "Zg==Zm9v", NULL},
    {"padding before", "=m9v", NULL},
    {"bits left over", "Zh==", NULL},
    {"bits left over of two", "Zm9=", NULL},
    {"a foreign digit", "Zm9-", NULL},
    {"of the other alphabet", "-_8=", NULL},
    {"a line feed", "Zm9v\n", NULL},
    {"a line feed inside", "Zm\n9", NULL},
    {"a blank", "Zm9 ", NULL},
    {"what is above ASCII", "Zm9\xc3", NULL},
};

static void test_base64(void **state)
{
    size_t i = (size_t)(uintptr_t)*state;
    struct arena a;
    struct span out = {"", 0};
    arena_init(&a, 0);
    bool ok = base64_decode(&a, BASE64[i].text, strlen(BASE64[i].text), &out);
    assert_int_equal(ok, BASE64[i].bytes != NULL);
    if (ok) {
        struct text t = text_new(&a);
        assert_int_equal(out.len, strlen(BASE64[i].bytes));
        assert_memory_equal(out.at, BASE64[i].bytes, out.len);
        base64_add(&t, out.at, out.len);
        assert_string_equal(text_str(&t), BASE64[i].text);
    }
    arena_reset(&a);
}

static void test_base64_lengths(void **state)
{
    uint8_t bytes[100];
    struct arena other;
    (void)state;
    arena_init(&other, 0);
    assert_false(base64_decode(&other, "Zg\0=", 4, &(struct span){0}));
    arena_reset(&other);
    for (size_t len = 0; len <= sizeof bytes; len++) {
        struct arena a;
        struct span out;
        arena_init(&a, 0);
        struct text t = text_new(&a);
        random_bytes(bytes, sizeof bytes);
        base64_add(&t, bytes, len);
        assert_true(base64_decode(&a, t.at, t.len, &out));
        assert_int_equal(out.len, len);
        assert_memory_equal(out.at, bytes, len);
        arena_reset(&a);
    }
}

/* ---- names and keys ---- */

static const struct {
    const char *label, *name;
    bool is_valid;
} NAMES[] = {
    {"a host and a path", NAME, true},
    {"letters of others", "\xc3\xbc" "ber.example/\xe6\x97\xa5", true},
    {"nothing", "", false},
    {"a blank", "a b", false},
    {"a plus", "a+b", false},
    {"a line feed", "a\nb", false},
    {"a tab", "a\tb", false},
    {"a deletion", "a\x7f", false},
    {"half a letter", "a\xc3", false},
    {"a blank that does not break", "a\xc2\xa0" "b", false},
    {"a next line", "a\xc2\x85", false},
    {"an em quad", "a\xe2\x80\x81", false},
    {"a hair space", "a\xe2\x80\x8a", false},
    {"a joiner, which is none", "a\xe2\x80\x8b", true},
    {"a line separator", "a\xe2\x80\xa8", false},
    {"an ideographic space", "\xe3\x80\x80", false},
    {"an Ogham space", "\xe1\x9a\x80", false},
};

static void test_name(void **state)
{
    size_t i = (size_t)(uintptr_t)*state;
    assert_int_equal(note_name_is_valid(NAMES[i].name), NAMES[i].is_valid);
}

static const struct {
    const char *label, *text;
    const char *why; /* NULL: it is read */
} KEYS[] = {
    {"the specification's", FOO_KEY, NULL},
    {"Go's", PETER_KEY, NULL},
    {"an id in capitals", "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "is no verifier key"},
    {"another id", "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "the key id does not follow"},
    {"another name", "example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "the key id does not follow"},
    {"another key", "example.com/foo+530d903a+AfkyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "the key id does not follow"},
    {"no name", "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "is no verifier key"},
    {"no key", "example.com/foo+530d903a+", "is no verifier key"},
    {"no id", "example.com/foo+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "is no verifier key"},
    {"an id with blanks", "example.com/foo+ 30d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "is no verifier key"},
    {"an id with a sign", "example.com/foo+-30d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "is no verifier key"},
    {"a short key", "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv", "is no verifier key"},
    {"a type that is not known", "example.com/foo+530d903a+BukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "is of type 6"},
    {"a signing key", PETER_SECRET, "is no verifier key"},
    {"a blank behind", FOO_KEY " ", "is no verifier key"},
    {"nothing", "", "is no verifier key"},
};

static void test_key(void **state)
{
    size_t i = (size_t)(uintptr_t)*state;
    struct arena a;
    struct note_verifier v;
    struct error err = {0};
    arena_init(&a, 0);
    bool ok = note_verifier_parse(KEYS[i].text, &v, &err);
    assert_int_equal(ok, KEYS[i].why == NULL);
    if (ok)
        assert_string_equal(note_verifier_text(&a, &v), KEYS[i].text);
    else
        assert_non_null(strstr(err.detail, KEYS[i].why));
    arena_reset(&a);
}

/* ---- notes ---- */

static struct note_verifier verifier(const char *text)
{
    struct note_verifier v;
    struct error err = {0};
    assert_true(note_verifier_parse(text, &v, &err));
    return v;
}

static struct note_signer signer(const char *name, enum note_type type, uint8_t fill)
{
    struct note_signer s;
    struct error err = {0};
    uint8_t seed[ED25519_KEY];
    memset(seed, fill, sizeof seed);
    assert_true(note_signer_make(name, type, seed, &s, &err));
    return s;
}

#define OTHER_LINE DASH "stranger.example/log AAAAAAAA\n"
#define NOTE(lines) PETER_TEXT "\n" lines
static const struct {
    const char *label, *note;
    bool is_read;
    enum note_verdict verdict; /* of Peter's key */
} NOTES[] = {
    {"Go's vector", NOTE(PETER_LINE "\n"), true, NOTE_SIGNED},
    {"a stranger's line before", NOTE(OTHER_LINE PETER_LINE "\n"), true, NOTE_SIGNED},
    {"a stranger's line behind", NOTE(PETER_LINE "\n" OTHER_LINE), true, NOTE_SIGNED},
    {"twice", NOTE(PETER_LINE "\n" PETER_LINE "\n"), true, NOTE_SIGNED},
    {"only a stranger's", NOTE(OTHER_LINE), true, NOTE_NOT_SIGNED},
    {"another text", "If you think\n\n" PETER_LINE "\n", true, NOTE_FORGED},
    {"an empty line more belongs to the text", NOTE("\n" PETER_LINE "\n"), true, NOTE_FORGED},
    {"one that is good and one that is not",
     NOTE(PETER_LINE "\n" DASH "PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAA=\n"),
     true, NOTE_FORGED},
    {"its id and no more", NOTE(DASH "PeterNeumann x08gowA=\n"), true, NOTE_FORGED},
    {"another id is another's", NOTE(DASH "PeterNeumann y08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6Ryy"
                                          "BwJnAM=\n"), true, NOTE_NOT_SIGNED},
    {"an empty text", "\n\n" OTHER_LINE, true, NOTE_NOT_SIGNED},
    {"no last line feed", NOTE(PETER_LINE), false, 0},
    {"no signature", PETER_TEXT "\n", false, 0},
    {"no empty line", PETER_TEXT PETER_LINE "\n", false, 0},
    {"nothing", "", false, 0},
    {"a line feed", "\n", false, 0},
    {"two line feeds", "\n\n", false, 0},
    {"an empty line behind", NOTE(PETER_LINE "\n\n"), false, 0},
    {"text behind", NOTE(PETER_LINE "\ntext\n"), false, 0},
    {"a hyphen for the dash", NOTE("- PeterNeumann AAAAAAAA\n"), false, 0},
    {"no blank behind the dash", NOTE("\xe2\x80\x94PeterNeumann AAAAAAAA\n"), false, 0},
    {"two blanks", NOTE(DASH "PeterNeumann  AAAAAAAA\n"), false, 0},
    {"no name", NOTE(DASH " AAAAAAAA\n"), false, 0},
    {"no signature behind the name", NOTE(DASH "PeterNeumann\n"), false, 0},
    {"an empty one", NOTE(DASH "PeterNeumann \n"), false, 0},
    {"an id alone", NOTE(DASH "PeterNeumann AAAAAA==\n"), false, 0},
    {"no base64", NOTE(DASH "PeterNeumann AAAAAA\n"), false, 0},
    {"a plus in the name", NOTE(DASH "Peter+Neumann AAAAAAAA\n"), false, 0},
    {"a carriage return", "text\r\n\n" OTHER_LINE, false, 0},
    {"a tab", "a\ttext\n\n" OTHER_LINE, false, 0},
    {"no UTF-8", "a\xfftext\n\n" OTHER_LINE, false, 0},
};

static void test_note(void **state)
{
    size_t i = (size_t)(uintptr_t)*state;
    struct arena a;
    struct note n;
    struct error err = {0};
    const struct note_verifier v = verifier(PETER_KEY);
    arena_init(&a, 0);
    bool ok = note_parse(&a, NOTES[i].note, strlen(NOTES[i].note), &n, &err);
    assert_int_equal(ok, NOTES[i].is_read);
    if (ok)
        assert_int_equal(note_verify(&n, &v, NULL), NOTES[i].verdict);
    else
        assert_true(err.code == ERR_INVALID && *err.detail);
    arena_reset(&a);
}

/* Ed25519 is deterministic: we write the very line that Go wrote. */
static void test_same_as_go(void **state)
{
    struct arena a;
    struct note_signer s;
    struct error err = {0};
    (void)state;
    arena_init(&a, 0);
    assert_true(note_signer_parse(PETER_SECRET, &s, &err));
    assert_string_equal(note_signer_text(&a, &s), PETER_SECRET);
    assert_string_equal(note_verifier_text(&a, &s.verifier), PETER_KEY);
    assert_string_equal(note_sign(&a, PETER_TEXT, strlen(PETER_TEXT), &s, 0), PETER_LINE "\n");
    arena_reset(&a);
}

static void test_bounds(void **state)
{
    struct arena a;
    struct note n;
    struct error err = {0}, other = {0};
    (void)state;
    arena_init(&a, 0);
    struct text t = text_new(&a);
    text_add(&t, PETER_TEXT "\n");
    for (int i = 0; i < NOTE_SIGNATURES_MAX; i++)
        text_add(&t, OTHER_LINE);
    assert_true(note_parse(&a, t.at, t.len, &n, &err));
    assert_int_equal(n.signatures_len, NOTE_SIGNATURES_MAX);
    text_add(&t, OTHER_LINE);
    assert_false(note_parse(&a, t.at, t.len, &n, &err));
    struct text longer = text_new(&a);
    while (longer.len <= NOTE_MAX)
        text_add(&longer, "0123456789\n");
    text_add(&longer, "\n" OTHER_LINE);
    assert_false(note_parse(&a, longer.at, longer.len, &n, &other));
    assert_non_null(strstr(other.detail, "longer"));
    arena_reset(&a);
}

static void test_cosignature(void **state)
{
    static const uint64_t TIMES[] = {0, 1, 1700000000, UINT64_C(1) << 40, UINT64_MAX};
    const struct note_signer w = signer("witness.example/w1", NOTE_COSIGNATURE, 'w');
    const struct note_signer plain = signer("witness.example/w1", NOTE_ED25519, 'w');
    (void)state;
    assert_memory_not_equal(w.verifier.id, plain.verifier.id, sizeof w.verifier.id);
    for (size_t i = 0; i < LENGTH(TIMES); i++) {
        struct arena a;
        struct note n;
        struct error err = {0};
        uint64_t time_s = 99;
        arena_init(&a, 0);
        char *whole = arena_printf(&a, "text\n\n%s", note_sign(&a, "text\n", 5, &w, TIMES[i]));
        assert_true(note_parse(&a, whole, strlen(whole), &n, &err));
        assert_int_equal(note_verify(&n, &w.verifier, &time_s), NOTE_SIGNED);
        assert_true(time_s == TIMES[i]);
        assert_int_equal(note_verify(&n, &plain.verifier, NULL), NOTE_NOT_SIGNED);
        uint8_t *bytes = (uint8_t *)(uintptr_t)n.signatures[0].bytes.at;
        for (size_t bit = 0; bit < n.signatures[0].bytes.len * 8; bit++) {
            bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
            assert_int_equal(note_verify(&n, &w.verifier, NULL), NOTE_FORGED);
            bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        }
        arena_reset(&a);
    }
}

/* ---- checkpoints ---- */

#define ROOT "rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs="
static const struct {
    const char *label, *text;
    int64_t size; /* -1: refused */
} CHECKPOINTS[] = {
    {"three lines", NAME "\n15\n" ROOT "\n", 15},
    {"an empty log", NAME "\n0\n" ROOT "\n", 0},
    {"the greatest size", NAME "\n9223372036854775807\n" ROOT "\n", INT64_MAX},
    {"extension lines", NAME "\n15\n" ROOT "\nmore\nand more\n", 15},
    {"a name with blanks", "Go SUM database tree\n15\n" ROOT "\n", 15},
    {"one more than the greatest", NAME "\n9223372036854775808\n" ROOT "\n", -1},
    {"twenty digits", NAME "\n18446744073709551616\n" ROOT "\n", -1},
    {"a leading nought", NAME "\n015\n" ROOT "\n", -1},
    {"two noughts", NAME "\n00\n" ROOT "\n", -1},
    {"a sign", NAME "\n+15\n" ROOT "\n", -1},
    {"below zero", NAME "\n-1\n" ROOT "\n", -1},
    {"a blank", NAME "\n15 \n" ROOT "\n", -1},
    {"no size", NAME "\n\n" ROOT "\n", -1},
    {"no name", "\n15\n" ROOT "\n", -1},
    {"a short root", NAME "\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383Q==\n", -1},
    {"a long root", NAME "\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383csA\n", -1},
    {"a root without padding", NAME "\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs\n", -1},
    {"a root with bits left over", NAME "\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383ct=\n", -1},
    {"no root", NAME "\n15\n", -1},
    {"no last line feed", NAME "\n15\n" ROOT, -1},
    {"an empty extension line", NAME "\n15\n" ROOT "\n\n", -1},
    {"an extension that does not end", NAME "\n15\n" ROOT "\nmore", -1},
    {"nothing", "", -1},
};

static void test_checkpoint(void **state)
{
    size_t i = (size_t)(uintptr_t)*state;
    struct arena a;
    struct checkpoint c;
    struct error err = {0};
    arena_init(&a, 0);
    bool ok = checkpoint_parse(&a, CHECKPOINTS[i].text, strlen(CHECKPOINTS[i].text), &c, &err);
    assert_int_equal(ok, CHECKPOINTS[i].size >= 0);
    if (ok) {
        const char *again = checkpoint_text(&a, &c);
        assert_int_equal(c.size, CHECKPOINTS[i].size);
        assert_memory_equal(again, CHECKPOINTS[i].text, strlen(again)); /* but for extensions */
    }
    arena_reset(&a);
}

/* ---- receipts ---- */

#define H ROOT "\n"
#define H8 H H H H H H H H
#define H64 H8 H8 H8 H8 H8 H8 H8 H8
#define PROOF "c2sp.org/tlog-proof@v1\n"
static const struct {
    const char *label, *text;
    int64_t index; /* -1: refused */
    size_t extra, path;
} RECEIPTS[] = {
    {"the shortest", PROOF "index 0\n\ncheckpoint\n", 0, 0, 0},
    {"with extra", PROOF "extra Zm9v\nindex 7\n\ncheckpoint\n", 7, 3, 0},
    {"a path", PROOF "index 7\n" H H H "\ncheckpoint\n", 7, 0, 3},
    {"the longest path", PROOF "index 7\n" H64 "\ncheckpoint\n", 7, 0, 64},
    {"the greatest index", PROOF "index 9223372036854775807\n\ncheckpoint\n", INT64_MAX, 0, 0},
    {"an empty line in the checkpoint", PROOF "index 0\n\na\n\nb\n", 0, 0, 0},
    {"a path that is too long", PROOF "index 7\n" H64 H "\ncheckpoint\n", -1, 0, 0},
    {"another version", "c2sp.org/tlog-proof@v2\nindex 0\n\ncheckpoint\n", -1, 0, 0},
    {"no line feed behind the first line", "c2sp.org/tlog-proof@v1", -1, 0, 0},
    {"only the first line", PROOF, -1, 0, 0},
    {"an empty extra", PROOF "extra \nindex 0\n\ncheckpoint\n", -1, 0, 0},
    {"an extra that is no base64", PROOF "extra Zm9\nindex 0\n\ncheckpoint\n", -1, 0, 0},
    {"two extras", PROOF "extra Zm9v\nextra Zm9v\nindex 0\n\ncheckpoint\n", -1, 0, 0},
    {"an extra behind the index", PROOF "index 0\nextra Zm9v\n\ncheckpoint\n", -1, 0, 0},
    {"nothing behind the extra", PROOF "extra Zm9v\n", -1, 0, 0},
    {"no index", PROOF "\ncheckpoint\n", -1, 0, 0},
    {"an index with a nought before it", PROOF "index 07\n\ncheckpoint\n", -1, 0, 0},
    {"an index that is too great", PROOF "index 9223372036854775808\n\ncheckpoint\n", -1, 0, 0},
    {"an index below zero", PROOF "index -1\n\ncheckpoint\n", -1, 0, 0},
    {"another word", PROOF "Index 0\n\ncheckpoint\n", -1, 0, 0},
    {"a short hash", PROOF "index 0\nZm9v\n\ncheckpoint\n", -1, 0, 0},
    {"no empty line", PROOF "index 0\n" H, -1, 0, 0},
    {"no checkpoint", PROOF "index 0\n\n", -1, 0, 0},
    {"carriage returns", "c2sp.org/tlog-proof@v1\r\nindex 0\r\n\r\ncheckpoint\r\n", -1, 0, 0},
    {"nothing", "", -1, 0, 0},
};

static void test_receipt(void **state)
{
    size_t i = (size_t)(uintptr_t)*state;
    struct arena a;
    struct receipt r;
    struct error err = {0};
    arena_init(&a, 0);
    bool ok = receipt_parse(&a, RECEIPTS[i].text, strlen(RECEIPTS[i].text), &r, &err);
    assert_int_equal(ok, RECEIPTS[i].index >= 0);
    if (ok) {
        assert_int_equal(r.index, RECEIPTS[i].index);
        assert_int_equal(r.extra.len, RECEIPTS[i].extra);
        assert_int_equal(r.path.len, RECEIPTS[i].path);
        assert_string_equal(receipt_text(&a, &r), RECEIPTS[i].text);
    } else {
        assert_non_null(strstr(err.detail, "is no receipt"));
    }
    arena_reset(&a);
}

static void test_receipt_bound(void **state)
{
    struct arena a;
    struct receipt r;
    struct error err = {0};
    (void)state;
    arena_init(&a, 0);
    struct text t = text_new(&a);
    text_add(&t, PROOF "index 0\n\n");
    while (t.len <= RECEIPT_MAX)
        text_add(&t, "checkpoint\n");
    assert_false(receipt_parse(&a, t.at, t.len, &r, &err));
    assert_non_null(strstr(err.detail, "longer"));
    arena_reset(&a);
}

/* A NUL anywhere: what is behind it would not be seen by who takes the checkpoint for a string. */
static void test_receipt_nul(void **state)
{
    static const char RECEIPT[] = PROOF "extra Zm9v\nindex 7\n" H "\ncheckpoint\nand more\n";
    struct arena a;
    (void)state;
    arena_init(&a, 0);
    for (size_t at = 0; at < sizeof RECEIPT - 1; at++) {
        struct receipt r;
        struct error err = {0};
        char *bytes = arena_strdup(&a, RECEIPT);
        bytes[at] = '\0';
        assert_false(receipt_parse(&a, bytes, sizeof RECEIPT - 1, &r, &err));
    }
    arena_reset(&a);
}

#define ROWS(table, run)                                                                                               \
    for (size_t i = 0; i < LENGTH(table); i++)                                                                         \
    tests[n++] = (struct CMUnitTest){(table)[i].label, run, NULL, NULL, (void *)(uintptr_t)i}

int main(void)
{
    struct CMUnitTest tests[LENGTH(BASE64) + LENGTH(NAMES) + LENGTH(KEYS) + LENGTH(NOTES) + LENGTH(CHECKPOINTS) + LENGTH(RECEIPTS)];
    const struct CMUnitTest more[] = {
        cmocka_unit_test(test_base64_lengths), cmocka_unit_test(test_same_as_go),    cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_cosignature),    cmocka_unit_test(test_receipt_bound),
        cmocka_unit_test(test_receipt_nul),
    };
    size_t n = 0;
    ROWS(BASE64, test_base64);
    ROWS(NAMES, test_name);
    ROWS(KEYS, test_key);
    ROWS(NOTES, test_note);
    ROWS(CHECKPOINTS, test_checkpoint);
    ROWS(RECEIPTS, test_receipt);
    return _cmocka_run_group_tests("notes", tests, n, NULL, NULL) + _cmocka_run_group_tests("notes, all of it", more, LENGTH(more), NULL, NULL);
}
