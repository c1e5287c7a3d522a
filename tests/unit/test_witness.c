/* test_witness - requests to witnesses, policies, and what a witness signs and refuses. */
#include "pedigree/base/cleanup.h"
#include "pedigree/tlog/policy.h"
#include "pedigree/tlog/witness.h"
#include "pedigree/witness/witness.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define LOG "ledger.example/2026"

static struct note_signer key_of(const char *name, enum note_type type, uint8_t fill)
{
    struct note_signer s;
    struct error err = {0};
    uint8_t seed[ED25519_KEY];
    memset(seed, fill, sizeof seed);
    assert_true(note_signer_make(name, type, seed, &s, &err));
    return s;
}

/* ---- requests ---- */

#define H "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
#define H8 H H H H H H H H
static const struct {
    const char *label, *text;
    int64_t old; /* -1: refused */
    size_t proof;
} REQUESTS[] = {
    {"no proof", "old 0\n\ncheckpoint\n", 0, 0},
    {"a proof", "old 20852014\n" H H "\ncheckpoint\n", 20852014, 2},
    {"63 lines", "old 9\n" H8 H8 H8 H8 H8 H8 H8 H H H H H H H "\ncheckpoint\n", 9, 63},
    {"64 lines", "old 9\n" H8 H8 H8 H8 H8 H8 H8 H8 "\ncheckpoint\n", -1, 0},
    {"66 lines", "old 9\n" H8 H8 H8 H8 H8 H8 H8 H8 H H "\ncheckpoint\n", -1, 0},
    {"the greatest size", "old 9223372036854775807\n\nc\n", INT64_MAX, 0},
    {"one more", "old 9223372036854775808\n\nc\n", -1, 0},
    {"twenty digits", "old 10000000000000000000\n\nc\n", -1, 0},
    {"a leading zero", "old 01\n\nc\n", -1, 0},
    {"a sign", "old +1\n\nc\n", -1, 0},
    {"below zero", "old -1\n\nc\n", -1, 0},
    {"no number", "old \n\nc\n", -1, 0},
    {"two blanks", "old  1\n\nc\n", -1, 0},
    {"another word", "new 1\n\nc\n", -1, 0},
    {"nothing", "", -1, 0},
    {"no line feed", "old 1", -1, 0},
    {"no empty line", "old 1\n" H, -1, 0},
    {"no checkpoint", "old 1\n" H "\n", -1, 0},
    {"a short hash", "old 1\nPlRNCrw=\n\nc\n", -1, 0},
    {"a carriage return", "old 1\r\n\r\nc\n", -1, 0},
};

static void test_request(void **state)
{
    size_t i = (size_t)(uintptr_t)*state;
    struct arena a;
    struct error err = {0};
    struct witness_request r;
    arena_init(&a, 0);
    size_t len = strlen(REQUESTS[i].text);
    bool ok = witness_request_parse(&a, REQUESTS[i].text, len, &r, &err);
    assert_int_equal(ok, REQUESTS[i].old >= 0);
    if (ok) {
        assert_int_equal(r.old, REQUESTS[i].old);
        assert_int_equal(r.proof.len, REQUESTS[i].proof);
        assert_string_equal(witness_request_text(&a, &r), REQUESTS[i].text);
    } else {
        assert_int_equal(err.code, ERR_MALFORMED);
    }
    arena_reset(&a);
}

/* ---- policies ---- */

/* L1 is a log's verifier key, W1 a witness's; further numbers are others'. */
static const char *expand(struct arena *a, const char *s)
{
    struct text t = text_new(a);
    for (; *s; s++) {
        bool is_key = (*s == 'L' || *s == 'W') && s[1] >= '1' && s[1] <= '9';
        if (!is_key) {
            text_add_c(&t, *s);
            continue;
        }
        struct note_signer k = *s == 'L' ? key_of(LOG, NOTE_ED25519, (uint8_t)s[1])
                                         : key_of("witness.example/w", NOTE_COSIGNATURE, (uint8_t)s[1]);
        text_add(&t, note_verifier_text(a, &k.verifier));
        s++;
    }
    return text_str(&t);
}

#define THREE "witness a W1\nwitness b W2 http://127.0.0.1/\nwitness c W3\n"
static const struct {
    const char *label, *text;
    const char *signers; /* which witnesses cosigned */
    const char *why;     /* NULL: it is read */
    bool is_met;
} POLICIES[] = {
    {"nothing", "", "", NULL, true},
    {"no quorum line", THREE, "", NULL, true},
    {"none", THREE "quorum none\n", "", NULL, true},
    {"one witness, who did", THREE "quorum b\n", "2", NULL, true},
    {"one witness, who did not", THREE "quorum b\n", "13", NULL, false},
    {"any", THREE "group g any a b c\nquorum g\n", "3", NULL, true},
    {"any, and none did", THREE "group g any a b c\nquorum g\n", "4", NULL, false},
    {"all", THREE "group g all a b c\nquorum g\n", "123", NULL, true},
    {"all but one", THREE "group g all a b c\nquorum g\n", "12", NULL, false},
    {"two of three", THREE "group g 2 a b c\nquorum g\n", "13", NULL, true},
    {"one of two of three", THREE "group g 2 a b c\nquorum g\n", "3", NULL, false},
    {"groups of groups", THREE "group g any a b\ngroup h all g c\nquorum h\n", "23", NULL, true},
    {"groups of groups, one short", THREE "group g any a b\ngroup h all g c\nquorum h\n", "12", NULL, false},
    {"tabs, blanks and comments", "\t# a\n \n  witness\ta \t W1  \n\tquorum a\n", "1", NULL, true},
    {"no last line feed", "witness a W1\nquorum a", "1", NULL, true},
    {"logs", "log L1\nlog L2 https://ledger.example/log\n", "", NULL, true},
    {"a log twice", "log L1\nlog L1\n", "", "line 2 names a log's key that is there", false},
    {"a witness's key twice", "witness a W1\nwitness b W1\n", "", "line 2 names a witness's key that is there", false},
    {"a name twice", "witness a W1\nwitness a W2\n", "", "line 2 defines \"a\", which is there already", false},
    {"a group of a witness's name", "witness a W1\ngroup a any a\n", "", "line 2 defines", false},
    {"none as a name", "witness none W1\n", "", "line 1 defines \"none\"", false},
    {"none as a member", "witness a W1\ngroup g any a none\n", "", "line 2 names \"none\"", false},
    {"a log's key for a witness", "witness a L1\n", "", "line 1 names a log's key", false},
    {"a witness's key for a log", "log W1\n", "", "line 1 names a cosigner's key", false},
    {"a member before it is defined", "group g any a\nwitness a W1\n", "", "line 1 names \"a\"", false},
    {"a member twice", "witness a W1\ngroup g 2 a a\n", "", "line 2 names \"a\", which is a member", false},
    {"a member of two groups", THREE "group g any a b\ngroup h any a c\n", "", "line 5 names \"a\"", false},
    {"a group of itself", "group g any g\n", "", "line 1 names \"g\"", false},
    {"more than there are", THREE "group g 4 a b c\n", "", "line 4 says neither", false},
    {"zero", THREE "group g 0 a b c\n", "", "line 4 says neither", false},
    {"a word for a number", THREE "group g most a b c\n", "", "line 4 says neither", false},
    {"a number and more", THREE "group g 2x a b c\n", "", "line 4 says neither", false},
    {"a group of nobody", "group g any\n", "", "line 1 is read as: group", false},
    {"a quorum of nobody", "quorum a\n", "", "line 1 names \"a\"", false},
    {"two quorums", "quorum none\nquorum none\n", "", "line 2 is a second quorum", false},
    {"a witness without a key", "witness a\n", "", "line 1 is read as: witness", false},
    {"too many words", "witness a W1 http://x/ y\n", "", "line 1 is read as: witness", false},
    {"an unknown word", "witnes a W1\n", "", "line 1 begins with \"witnes\"", false},
    {"a control character", "quorum\rnone\n", "", "line 1 holds a control", false},
};

static const char *cosigned(struct arena *a, const char *text, const char *signers)
{
    struct text t = text_new(a);
    text_addf(&t, "%s\n", text);
    struct note_signer log = key_of(LOG, NOTE_ED25519, '1');
    text_add(&t, note_sign(a, text, strlen(text), &log, 0));
    for (; *signers; signers++) {
        struct note_signer w = key_of("witness.example/w", NOTE_COSIGNATURE, (uint8_t)*signers);
        text_add(&t, note_sign(a, text, strlen(text), &w, 1700000000));
    }
    return text_str(&t);
}

static void test_policy(void **state)
{
    size_t i = (size_t)(uintptr_t)*state;
    struct arena a;
    struct error err = {0};
    struct policy p;
    struct note n;
    size_t count;
    arena_init(&a, 0);
    const char *text = expand(&a, POLICIES[i].text);
    bool ok = policy_parse(&a, text, strlen(text), &p, &err);
    if (POLICIES[i].why) {
        assert_false(ok);
        if (!strstr(err.detail, POLICIES[i].why))
            fail_msg("\"%s\" does not say: %s", err.detail, POLICIES[i].why);
    } else {
        if (!ok)
            fail_msg("%s", err.detail);
        const char *note = cosigned(&a, "x\n", POLICIES[i].signers);
        assert_true(note_parse(&a, note, strlen(note), &n, &err));
        assert_int_equal(policy_is_met(&p, &n, &count), POLICIES[i].is_met);
        assert_in_range(count, 0, strlen(POLICIES[i].signers));
    }
    arena_reset(&a);
}

/* A line of a witness's key that it did not make spoils the note, whoever else signed. */
static void test_policy_forged(void **state)
{
    struct arena a;
    struct error err = {0};
    struct policy p;
    struct note n;
    (void)state;
    arena_init(&a, 0);
    const char *text = expand(&a, "witness a W1\nwitness b W2\nquorum a\n");
    assert_true(policy_parse(&a, text, strlen(text), &p, &err));
    const char *good = cosigned(&a, "x\n", "1"), *other = cosigned(&a, "y\n", "2");
    const char *forged = strstr(other, "\xe2\x80\x94 witness");
    const char *note = arena_printf(&a, "%s%s", good, forged);
    assert_true(note_parse(&a, note, strlen(note), &n, &err));
    assert_false(policy_is_met(&p, &n, NULL));
    arena_reset(&a);
}

/* ---- a witness and logs of any sizes ---- */

enum { LEAVES = 300 };
struct world {
    struct arena arena;
    char directory[64];
    struct witness *witness;
    struct note_signer signer, second, stranger;
    struct policy_log logs[2];
};

/* The tree of log `which`; those differ from leaf 100 on. */
static void grow(struct tree_edge *e, int64_t size, int which)
{
    edge_init(e);
    for (int64_t i = 0; i < size; i++) {
        char entry[32];
        struct hash leaf;
        struct tile_node made[TILE_LEVELS];
        int len = snprintf(entry, sizeof entry, "%" PRId64 " %d", i, i < 100 ? 0 : which);
        tree_leaf(entry, (size_t)len, &leaf);
        edge_append(e, &leaf, made);
    }
}

static const char *checkpoint_of(struct world *w, int64_t size, int which, const struct note_signer *signer)
{
    struct tree_edge e;
    struct checkpoint c = {signer->verifier.name, size, {{0}}};
    grow(&e, size, which);
    edge_root(&e, &c.root);
    edge_done(&e);
    const char *text = checkpoint_text(&w->arena, &c);
    return arena_printf(&w->arena, "%s\n%s", text, note_sign(&w->arena, text, strlen(text), signer, 0));
}

static struct witness_request request_of(struct world *w, int64_t old, int64_t size, int which, const struct note_signer *signer)
{
    struct tree_edge e;
    struct error err = {0};
    const char *note = checkpoint_of(w, size, which, signer);
    struct witness_request r = {.old = old, .checkpoint = note, .checkpoint_len = strlen(note)};
    grow(&e, size, which);
    struct tree_source s = tree_of_edge(&e);
    if (old > 0 && old <= size && !tree_consistency(&s, old, size, &r.proof, &err))
        fail_msg("%s", err.detail);
    edge_done(&e);
    return r;
}

/* The status of the answer; 200: its line is the witness's cosignature, kept as what is newest. */
static int ask(struct world *w, const struct witness_request *r, const char **body)
{
    struct error err = {0};
    struct witness_answer out;
    const char *text = witness_request_text(&w->arena, r);
    if (!witness_add(w->witness, &w->arena, text, strlen(text), &out, &err))
        return error_http(err.code);
    if (body)
        *body = out.body;
    if (out.status == 200) {
        uint8_t digest[SHA256_LEN];
        char hex[2 * SHA256_LEN + 1];
        const char *line = witness_answer(&w->arena, r->checkpoint, out.body, strlen(out.body), witness_key(w->witness), &err);
        if (!line)
            fail_msg("%s", err.detail);
        sha256(LOG, strlen(LOG), digest);
        const char *newest = witness_newest(w->witness, &w->arena, hex_encode(digest, sizeof digest, hex));
        assert_non_null(strstr(newest, line));
    }
    return out.status;
}

static int ask_for(struct world *w, int64_t old, int64_t size, int which, const char **body)
{
    struct witness_request r = request_of(w, old, size, which, &w->signer);
    return ask(w, &r, body);
}

static void open_again(struct world *w)
{
    struct error err = {0};
    const struct witness_options o = {.directory = w->directory, .name = "witness.example/w1", .logs = w->logs, .logs_len = 2};
    witness_close(w->witness);
    w->witness = witness_open(&o, &err);
    if (!w->witness)
        fail_msg("%s", err.detail);
}

static int begin(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    arena_init(&w->arena, 0);
    snprintf(w->directory, sizeof w->directory, "/tmp/pedigree-witness.XXXXXX");
    assert_non_null(mkdtemp(w->directory));
    w->signer = key_of(LOG, NOTE_ED25519, 1);
    w->second = key_of(LOG, NOTE_ED25519, 2);
    w->stranger = key_of(LOG, NOTE_ED25519, 3);
    w->logs[0].verifier = w->signer.verifier;
    w->logs[1].verifier = w->second.verifier;
    open_again(w);
    *state = w;
    return 0;
}

static int end(void **state)
{
    struct world *w = *state;
    witness_close(w->witness);
    int status = system(arena_printf(&w->arena, "rm -rf %s", w->directory));
    arena_reset(&w->arena);
    free(w);
    return status;
}

static void test_grows(void **state)
{
    static const int64_t SIZES[] = {0, 0, 1, 1, 2, 99, 100, 255, 256, 257, 257, 300};
    struct world *w = *state;
    int64_t old = 0;
    for (size_t i = 0; i < LENGTH(SIZES); i++) {
        assert_int_equal(ask_for(w, old, SIZES[i], 1, NULL), 200);
        old = SIZES[i];
        if (i % 3 == 0)
            open_again(w); /* it remembers */
    }
}

/* From where it is it tells; that said, it goes on from there. */
static void test_conflict(void **state)
{
    struct world *w = *state;
    const char *body = "";
    assert_int_equal(ask_for(w, 5, 10, 1, &body), 409);
    assert_string_equal(body, "0\n");
    assert_int_equal(ask_for(w, 0, 10, 1, NULL), 200);
    assert_int_equal(ask_for(w, 0, 20, 1, &body), 409);
    assert_string_equal(body, "10\n");
    assert_int_equal(ask_for(w, 5, 20, 1, &body), 409);
    assert_int_equal(ask_for(w, 10, 20, 1, NULL), 200);
}

static void test_roll_back(void **state)
{
    struct world *w = *state;
    const char *body = "";
    assert_int_equal(ask_for(w, 0, 20, 1, NULL), 200);
    assert_int_equal(ask_for(w, 0, 10, 1, &body), 409);
    assert_string_equal(body, "20\n");
    assert_int_equal(ask_for(w, 10, 10, 1, &body), 409);
    assert_int_equal(ask_for(w, 20, 10, 1, NULL), 400);
    open_again(w);
    assert_int_equal(ask_for(w, 10, 10, 1, &body), 409);
    assert_string_equal(body, "20\n");
}

static bool has_file(struct world *w, const char *ending)
{
    return system(arena_printf(&w->arena, "ls %s/*%s >/dev/null 2>&1", w->directory, ending)) == 0;
}

/* Another history is refused at any size; of two trees of one size the log's own signatures are kept as evidence. */
static void test_fork(void **state)
{
    struct world *w = *state;
    assert_int_equal(ask_for(w, 0, 200, 1, NULL), 200);
    assert_int_equal(ask_for(w, 200, 250, 2, NULL), 422);
    assert_int_equal(ask_for(w, 200, 300, 2, NULL), 422);
    assert_false(has_file(w, ".fork"));
    assert_int_equal(ask_for(w, 200, 200, 2, NULL), 409);
    assert_true(has_file(w, ".fork"));
    open_again(w);
    assert_int_equal(ask_for(w, 200, 200, 2, NULL), 409);
    assert_int_equal(ask_for(w, 200, 250, 2, NULL), 422);
    assert_int_equal(ask_for(w, 200, 250, 1, NULL), 200);
}

/* No proof with a flipped bit, a line less or a line more is taken. */
static void test_proofs(void **state)
{
    struct world *w = *state;
    assert_int_equal(ask_for(w, 0, 77, 1, NULL), 200);
    struct witness_request r = request_of(w, 77, 290, 1, &w->signer);
    for (size_t i = 0; i < r.proof.len; i++)
        for (size_t bit = 0; bit < 8 * SHA256_LEN; bit += 13) {
            r.proof.hashes[i].at[bit / 8] ^= (uint8_t)(1U << bit % 8);
            assert_int_equal(ask(w, &r, NULL), 422);
            r.proof.hashes[i].at[bit / 8] ^= (uint8_t)(1U << bit % 8);
        }
    r.proof.len--;
    assert_int_equal(ask(w, &r, NULL), 422);
    r.proof.len += 2;
    assert_int_equal(ask(w, &r, NULL), 422);
    r.proof.len--;
    assert_int_equal(ask(w, &r, NULL), 200);
    struct witness_request from_nothing = request_of(w, 290, 300, 1, &w->signer);
    from_nothing.old = 0;
    assert_int_equal(ask(w, &from_nothing, NULL), 409);
    struct witness_request same = request_of(w, 290, 290, 1, &w->signer);
    same.proof = r.proof;
    assert_int_equal(ask(w, &same, NULL), 422);
}

static void test_signatures(void **state)
{
    struct world *w = *state;
    struct note_signer other = key_of("ledger.example/other", NOTE_ED25519, 1);
    struct witness_request r = request_of(w, 0, 10, 1, &other);
    assert_int_equal(ask(w, &r, NULL), 404);
    r = request_of(w, 0, 10, 1, &w->stranger);
    assert_int_equal(ask(w, &r, NULL), 403);
    r = request_of(w, 0, 10, 1, &w->signer);
    char *forged = arena_strdup(&w->arena, r.checkpoint);
    char *root = strstr(forged, "\n10\n") + 4;
    *root = *root == 'A' ? 'B' : 'A';
    struct witness_request altered = r;
    altered.checkpoint = forged;
    assert_int_equal(ask(w, &altered, NULL), 403);
    altered.checkpoint = arena_printf(&w->arena, "x%s", r.checkpoint);
    altered.checkpoint_len++;
    assert_int_equal(ask(w, &altered, NULL), 404);
    altered.checkpoint = "no note\n";
    altered.checkpoint_len = 8;
    assert_int_equal(ask(w, &altered, NULL), 400);
    r = request_of(w, 0, 10, 1, &w->second); /* a log has as many keys as it likes */
    assert_int_equal(ask(w, &r, NULL), 200);
    struct error err = {0};
    struct witness_answer out;
    assert_false(witness_add(w->witness, &w->arena, "old x\n", 6, &out, &err));
    assert_int_equal(err.code, ERR_MALFORMED);
}

/* What lies in the directory is its own, or it does not begin. */
static void test_directory(void **state)
{
    struct world *w = *state;
    const struct witness_options o = {.directory = w->directory, .logs = w->logs, .logs_len = 2};
    struct error busy = {0}, err = {0}, named = {0};
    assert_int_equal(ask_for(w, 0, 10, 1, NULL), 200);
    assert_null(witness_open(&o, &busy));
    assert_non_null(strstr(busy.detail, "another witness has it"));
    witness_close(w->witness);
    w->witness = NULL;
    assert_int_equal(system(arena_printf(&w->arena, "sed -i 's/^10$/11/' %s/*.checkpoint", w->directory)), 0);
    assert_null(witness_open(&o, &err));
    assert_non_null(strstr(err.detail, "no checkpoint that this witness signed"));
    assert_int_equal(system(arena_printf(&w->arena, "rm %s/*.checkpoint; chmod 644 %s/key", w->directory, w->directory)), 0);
    assert_null(witness_open(&o, &named));
    assert_non_null(strstr(named.detail, "others may read"));
}

/* What cannot be kept is not signed. */
static void test_not_kept(void **state)
{
    struct world *w = *state;
    const char *body = "";
    assert_int_equal(ask_for(w, 0, 10, 1, NULL), 200);
    uint8_t digest[SHA256_LEN];
    char hex[2 * SHA256_LEN + 1];
    sha256(LOG, strlen(LOG), digest);
    const char *beside = arena_printf(&w->arena, "%s/%s.checkpoint.new", w->directory, hex_encode(digest, sizeof digest, hex));
    assert_int_equal(mkdir(beside, 0700), 0); /* where it would be written stands something else */
    assert_int_equal(ask_for(w, 10, 20, 1, NULL), 503);
    assert_int_equal(rmdir(beside), 0);
    assert_int_equal(ask_for(w, 20, 30, 1, &body), 409);
    assert_string_equal(body, "10\n");
    assert_int_equal(ask_for(w, 10, 20, 1, NULL), 200);
}

#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    enum { REQUESTS_LEN = LENGTH(REQUESTS), POLICIES_LEN = LENGTH(POLICIES) };
    struct CMUnitTest requests[REQUESTS_LEN], policies[POLICIES_LEN + 1];
    const struct CMUnitTest witness[] = {
        WORLD_TEST(test_grows),      WORLD_TEST(test_conflict),   WORLD_TEST(test_roll_back), WORLD_TEST(test_fork),
        WORLD_TEST(test_proofs), WORLD_TEST(test_signatures), WORLD_TEST(test_directory), WORLD_TEST(test_not_kept),
    };
    for (size_t i = 0; i < REQUESTS_LEN; i++)
        requests[i] = (struct CMUnitTest){REQUESTS[i].label, test_request, NULL, NULL, (void *)(uintptr_t)i};
    for (size_t i = 0; i < POLICIES_LEN; i++)
        policies[i] = (struct CMUnitTest){POLICIES[i].label, test_policy, NULL, NULL, (void *)(uintptr_t)i};
    policies[POLICIES_LEN] = (struct CMUnitTest)cmocka_unit_test(test_policy_forged);
    return _cmocka_run_group_tests("requests to witnesses", requests, REQUESTS_LEN, NULL, NULL) +
           _cmocka_run_group_tests("policies", policies, POLICIES_LEN + 1, NULL, NULL) +
           _cmocka_run_group_tests("a witness", witness, LENGTH(witness), NULL, NULL);
}
