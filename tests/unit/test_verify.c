/*
 * test_verify - pedigree verify, all of it but the network: a log is made here by the ledger's own hands, written to
 * files, and asked of; then every byte of what was written is altered.
 */
#include "naive.h"

#define args words_and_options /* the database has another struct args */
#include "cli/command.h"
#undef args

#include "pedigree/base/cleanup.h"
#include "pedigree/codec/codec.h"
#include "pedigree/ledger/ledger.h"
#include "pedigree/tlog/checkpoint.h"
#include "pedigree/tlog/tile.h"

#include <ftw.h>
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
#define WITNESS "witness.example/w1"
#define RECORD                                                                                                         \
    "{\"type\":\"received\",\"id\":\"GR-1\",\"time\":\"2024-06-03\",\"lot\":{\"code\":\"L-1\",\"part\":{\"manufacturer\":" \
    "\"cage:9CMA1\",\"mpn\":\"OA1117\"},\"quantity\":500},\"from\":{\"organisation\":\"name:zz/best chips\"}}"
#define ENVELOPE                                                                                                       \
    "{\"onBehalfOf\":\"cage:9AVN1\",\"receivedAt\":\"2026-11-27T10:00:00.000000Z\",\"role\":\"submitter\","              \
    "\"submitter\":\"cage:9CMX1\",\"type\":\"received\"}"

enum { SIZE = 70000, OLD = 600, PLACE = 513, AT_TIME = 1700000000 };

static struct {
    struct arena arena;
    struct note_signer key, next, witness, other;
    struct hash commitments[SIZE], leaves[SIZE];
    char commitment[2 * SHA256_LEN + 1];
    const char *extra;
    size_t extra_len;
    char place[32];
    char out[65536]; /* of the last run */
} w;

/* ---- files ---- */

static void put(const char *path, const void *bytes, size_t len)
{
    char dir[256];
    snprintf(dir, sizeof dir, "%s", path);
    for (char *at = dir; (at = strchr(at, '/')); *at++ = '/') {
        *at = '\0';
        mkdir(dir, 0700);
    }
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
}

static void put_text(const char *path, const char *text)
{
    put(path, text, strlen(text));
}

static char *take(const char *path, size_t *len)
{
    char *bytes = arena_alloc(&w.arena, 1 << 20);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    *len = fread(bytes, 1, (1 << 20) - 1, f);
    fclose(f);
    return bytes;
}

/* ---- a run ---- */

/* `line`: what follows "pedigree verify"; a word is what lies between blanks. */
static int run(const char *line)
{
    char *argv[24] = {(char[]){"verify"}}, *words = arena_strdup(&w.arena, line), *rest = NULL;
    int argc = 1;
    for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        argv[argc++] = word;
    fflush(NULL);
    int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO);
    assert_non_null(freopen("out", "w", stdout));
    dup2(STDOUT_FILENO, STDERR_FILENO);
    enum exit_status status = pedigree_main(argc, argv);
    fflush(NULL);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    close(out);
    close(err);
    FILE *f = fopen("out", "r");
    w.out[fread(w.out, 1, sizeof w.out - 1, f)] = '\0';
    fclose(f);
    return (int)status;
}

static void expect(const char *line, int status, const char *said)
{
    int got = run(line);
    if (got != status || !strstr(w.out, said))
        fail_msg("pedigree verify %s\nended with %d and not %d, or does not say \"%s\":\n%s", line, got, status, said, w.out);
}

/* ---- the log ---- */

static struct note_signer signer(const char *name, enum note_type type, uint8_t fill)
{
    struct note_signer s;
    struct error err = {0};
    uint8_t seed[ED25519_KEY];
    memset(seed, fill, sizeof seed);
    assert_true(note_signer_make(name, type, seed, &s, &err));
    return s;
}

/* The record as the ledger commits to it. */
static void make_record(struct hash *out)
{
    struct arena *a = &w.arena;
    struct item item = {0};
    struct error err = {0};
    if (!record_decode(a, RECORD, strlen(RECORD), &item.decoded, &err))
        fail_msg("%s: %s", err.where, err.detail);
    item_seal(a, &item, 0);
    uint8_t *digests = arena_alloc(a, item.digests.len);
    memcpy(digests, item.digests.at, item.digests.len);
    part_digest(item.secret, PART_ENVELOPE, (struct span){ENVELOPE, strlen(ENVELOPE)}, digests);
    commitment(digests, item.parts_len, out->at);
    struct text extra = text_new(a);
    text_add_n(&extra, (const char *)item.secret, SECRET_LEN);
    text_add(&extra, ENVELOPE);
    w.extra = extra.at;
    w.extra_len = extra.len;
    json_decref(item.decoded.record->json);
}

static const char *note(int64_t size, const struct hash *root, const struct note_signer *a, const struct note_signer *b)
{
    struct text t = text_new(&w.arena);
    const char *text = checkpoint_text(&w.arena, &(struct checkpoint){LOG, size, *root});
    text_addf(&t, "%s\n%s", text, note_sign(&w.arena, text, strlen(text), a, AT_TIME));
    if (b)
        text_add(&t, note_sign(&w.arena, text, strlen(text), b, AT_TIME));
    return text_str(&t);
}

static const char *signed_at(int64_t size)
{
    struct hash root;
    naive_root(w.leaves, size, &root);
    return note(size, &root, &w.key, NULL);
}

static const char *receipt_of(const char *checkpoint, size_t extra_len)
{
    struct receipt r = {.extra = {w.extra, extra_len}, .index = PLACE, .checkpoint = checkpoint, .checkpoint_len = strlen(checkpoint)};
    naive_inclusion(PLACE, w.leaves, OLD, &r.path);
    return receipt_text(&w.arena, &r);
}

static const char *proof_of(int64_t old, int64_t size)
{
    struct tree_path path = {0};
    struct text t = text_new(&w.arena);
    naive_subproof(old, w.leaves, size, true, &path);
    path_add(&path, &t);
    return text_str(&t);
}

/* A mirror in C2SP layout: level by level, by the definition. */
static void put_mirror(const char *dir, int64_t size)
{
    struct hash *at = arena_alloc(&w.arena, (size_t)size * sizeof *at);
    memcpy(at, w.leaves, (size_t)size * sizeof *at);
    put_text(arena_printf(&w.arena, "%s/checkpoint", dir), signed_at(size));
    for (int64_t first = 0; first < size; first += TILE_WIDTH) {
        uint8_t bundle[TILE_WIDTH * BUNDLE_ENTRY];
        int width = size - first < TILE_WIDTH ? (int)(size - first) : TILE_WIDTH;
        for (int i = 0; i < width; i++)
            bundle_entry(&w.commitments[first + i], bundle + (ptrdiff_t)i * BUNDLE_ENTRY);
        const struct tile_id id = {TILE_OF_ENTRIES, first / TILE_WIDTH, width};
        put(arena_printf(&w.arena, "%s/tile/%s", dir, tile_path(&w.arena, &id)), bundle, (size_t)width * BUNDLE_ENTRY);
    }
    for (int level = 0; size > 0; level++, size /= TILE_WIDTH) {
        for (int64_t first = 0; first < size; first += TILE_WIDTH) {
            int width = size - first < TILE_WIDTH ? (int)(size - first) : TILE_WIDTH;
            const struct tile_id id = {level, first / TILE_WIDTH, width};
            put(arena_printf(&w.arena, "%s/tile/%s", dir, tile_path(&w.arena, &id)), at + first, (size_t)width * sizeof *at);
        }
        for (int64_t i = 0; i < size / TILE_WIDTH; i++) {
            struct hash sum; /* of hashes that are read before their place is written */
            naive_root(at + i * TILE_WIDTH, TILE_WIDTH, &sum);
            at[i] = sum;
        }
    }
}

static void put_keys(void)
{
    struct arena *a = &w.arena;
    const char *key = note_verifier_text(a, &w.key.verifier), *seen = note_verifier_text(a, &w.witness.verifier);
    put_text("key", key);
    put_text("next", note_verifier_text(a, &w.next.verifier));
    put_text("all", arena_printf(a, "# of the log\n\n%s\n%s\n", key, seen));
    put_text("witness", seen);
    put_text("strange", note_verifier_text(a, &w.other.verifier));
    put_text("policy", arena_printf(a, "log %s\nwitness w1 %s\nquorum w1\n", key, seen));
    put_text("lax", arena_printf(a, "log %s\nwitness w1 %s\nquorum none\n", key, seen));
}

static int begin(void **state)
{
    struct hash root;
    (void)state;
    arena_init(&w.arena, 0);
    snprintf(w.place, sizeof w.place, "/tmp/test_verify.XXXXXX");
    assert_non_null(mkdtemp(w.place));
    assert_int_equal(chdir(w.place), 0);
    unsetenv("PEDIGREE_LOG_VKEY");
    for (int64_t i = 0; i < SIZE; i++)
        sha256(&i, sizeof i, w.commitments[i].at);
    make_record(&w.commitments[PLACE]);
    for (int64_t i = 0; i < SIZE; i++)
        tree_leaf(&w.commitments[i], sizeof *w.commitments, &w.leaves[i]);
    hex_encode(&w.commitments[PLACE], SHA256_LEN, w.commitment);
    w.key = signer(LOG, NOTE_ED25519, 'k');
    w.next = signer(LOG, NOTE_ED25519, 'n');
    w.other = signer("ledger.example/other", NOTE_ED25519, 'o');
    w.witness = signer(WITNESS, NOTE_COSIGNATURE, 'w');
    naive_root(w.leaves, OLD, &root);
    put_keys();
    put_text("record", RECORD);
    put_text("receipt", receipt_of(signed_at(OLD), w.extra_len));
    put_text("bare", receipt_of(signed_at(OLD), 0));
    put_text("curt", receipt_of(signed_at(OLD), SECRET_LEN));
    put_text("seen", receipt_of(note(OLD, &root, &w.key, &w.witness), w.extra_len));
    put_text("rotated", receipt_of(note(OLD, &root, &w.next, &w.key), w.extra_len));
    put_text("misnamed", receipt_of(note(OLD, &root, &w.other, NULL), w.extra_len));
    struct text answer = text_new(&w.arena);
    text_add(&answer, "{\"seq\": 513, \"receipt\": ");
    text_json(&answer, receipt_of(signed_at(OLD), w.extra_len));
    put_text("answer", arena_printf(&w.arena, "%s}\n", text_str(&answer)));
    put_text("answerless", "{\"seq\": 513}\n");
    put_text("pretty", "{ \"id\": \"GR-1\",\n  \"from\": {\"organisation\": \"name:zz/best chips\"}, \"time\": \"2024-06-03\", \"type\": "
                       "\"received\", \"lot\": {\"quantity\": 500, \"code\": \"L-1\", \"part\": {\"mpn\": \"OA1117\", \"manufacturer\": "
                       "\"cage:9CMA1\"}}}\n");
    put_text("older", signed_at(OLD));
    put_text("newer", signed_at(SIZE));
    put_text("proof", proof_of(OLD, SIZE));
    put_text("proof2", proof_of(OLD - 1, SIZE));
    put_text("empty", "");
    put_text("zero", signed_at(0));
    put_text("forked", note(OLD, &w.leaves[0], &w.key, NULL));
    put_text("unempty", note(0, &w.leaves[0], &w.key, NULL));
    put_text("elsewhere", arena_printf(&w.arena, "%s\n%s", "x\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", "rubbish\n"));
    put_mirror("log", SIZE);
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)st;
    (void)kind;
    (void)where;
    return remove(path);
}

static int end(void **state)
{
    (void)state;
    assert_int_equal(chdir("/"), 0);
    nftw(w.place, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    arena_reset(&w.arena);
    return 0;
}

/* ---- what is asked, and answered ---- */

static const struct {
    const char *label, *line;
    int status;
    const char *said;
} RUNS[] = {
    {"a receipt and its record", "receipt record --keys key", 0, "record is record 513 of the log " LOG ", exactly as it is"},
    {"who signed", "receipt record --keys key", 0, "of 600 records, is signed by " LOG "+"},
    {"what the log says of it", "receipt record --keys key", 0, "received, received 2026-11-27T10:00:00.000000Z from cage:9CMX1 on behalf "
     "of cage:9AVN1, as submitter"},
    {"what is not proved", "receipt record --keys key", 0, "not proved: that what the record says is true"},
    {"nor that all see the same", "receipt record --keys key", 0, "not proved: that the log shows all the same history"},
    {"the answer as it came", "answer record --keys key", 0, "exactly as it is"},
    {"an answer without a receipt", "answerless record --keys key", 1, "neither a receipt nor an answer with one"},
    {"the record in another layout", "receipt pretty --keys key", 0, "exactly as it is"},
    {"several keys", "receipt record --keys all", 0, "exactly as it is"},
    {"a witness that signed", "seen record --keys all", 0, "the witness " WITNESS " saw the receipt's checkpoint at 2023-11-14T22:13:20"},
    {"a witness that did not", "receipt record --keys all", 0, "not proved: that the witness " WITNESS " saw"},
    {"a witness's signature for whom it is nobody", "seen record --keys key", 0, "exactly as it is"},
    {"a policy that is met", "seen record --policy policy", 0, "exactly as it is"},
    {"a policy that is not", "receipt record --policy policy", 1, "cosigned by 0 witnesses, which the policy takes for no quorum"},
    {"a policy without quorum", "receipt record --policy lax", 0, "exactly as it is"},
    {"the old key of a rotation", "rotated record --keys key", 0, "exactly as it is"},
    {"the new one", "rotated record --keys next", 0, "exactly as it is"},
    {"a key that did not sign", "receipt record --keys next", 1, "signed by no key that was given for it"},
    {"a key of another log", "receipt record --keys strange", 1, "signed by no key that was given for it"},
    {"another log's key signed ours", "misnamed record --keys strange", 1, "signed by no key that was given for it"},
    {"only a witness's key", "receipt record --keys witness", 2, "give the verifier key of the log"},
    {"no key", "receipt record", 2, "give the verifier key of the log"},
    {"a key that is none", "receipt record --key x", 2, "\"x\" is no verifier key"},
    {"a file of keys that is not there", "receipt record --keys gone", 2, "gone cannot be read"},
    {"a policy that is none", "receipt record --policy record --keys key", 2, "--policy: record"},
    {"a receipt that is not there", "gone record --keys key", 3, "gone cannot be read"},
    {"a record that is not there", "receipt gone --keys key", 3, "gone cannot be read"},
    {"a record that is none", "receipt key --keys key", 1, "key is no record"},
    {"a receipt that is none", "record2 record --keys key", 3, "cannot be read"},
    {"what is no receipt", "key record --keys key", 1, "is no receipt"},
    {"a receipt without extra", "bare record --keys key", 3, "has no extra line"},
    {"a receipt with half an extra", "curt record --keys key", 1, "none of ours"},
    {"neither record nor commitment", "receipt --keys key", 2, "--commitment HEX"},
    {"a commitment of half a length", "receipt --commitment 12 --keys key", 2, "64 hexadecimal digits"},
    {"a commitment with a foreign digit", "receipt --keys key --commitment "
     "g888c30f2ebfd9d06758c5a377a61f3a608f5ed2a84e896259a3ecdefd33c8e3", 2, "64 hexadecimal digits"},
    {"another commitment", "receipt --keys key --commitment 6888c30f2ebfd9d06758c5a377a61f3a608f5ed2a84e896259a3ecdefd33c8e3", 1,
     "is not record 513"},
    {"three words", "a b c --keys key", 2, "usage"},
    {"no words", "--keys key", 2, "usage: pedigree verify RECEIPT RECORD"},
    {"options that do not go together", "--log log --commitment 12 --keys key", 2, "--commitment: does not go with this"},
    {"words that do not go with an option", "receipt --log log --keys key", 2, "usage: pedigree verify --log"},

    {"growth", "--checkpoint newer --older older --consistency proof --keys key", 0,
     "the first 600 records of newer are those of older"},
    {"growth from nothing needs no proof", "--checkpoint newer --older zero --keys key", 0, "the first 0 records"},
    {"nor does what did not grow", "--checkpoint older --older older --keys key", 0, "the first 600 records"},
    {"an empty proof is enough there", "--checkpoint older --older older --consistency empty --keys key", 0, "the first 600 records"},
    {"a proof that is too much", "--checkpoint older --older older --consistency proof --keys key", 1, "does not show"},
    {"no proof", "--checkpoint newer --older older --keys key", 3, "/v1/log/consistency?from=600&to=70000"},
    {"an empty proof", "--checkpoint newer --older older --consistency empty --keys key", 1, "does not show"},
    {"a proof of other sizes", "--checkpoint newer --older older --consistency proof2 --keys key", 1, "does not show"},
    {"what is no proof", "--checkpoint newer --older older --consistency record --keys key", 1, "record is no proof"},
    {"a fork", "--checkpoint forked --older older --keys key", 1, "it was forked"},
    {"growth out of a fork", "--checkpoint newer --older forked --consistency proof --keys key", 1, "does not show"},
    {"an empty log with a root", "--checkpoint newer --older unempty --keys key", 1, "an empty log"},
    {"the wrong way round", "--checkpoint older --older newer --consistency proof --keys key", 2, "exchange them"},
    {"only one", "--checkpoint newer --keys key", 2, "--older: names the checkpoint"},
    {"one that is not there", "--checkpoint newer --older gone --keys key", 3, "gone cannot be read"},
    {"what is no checkpoint", "--checkpoint newer --older record --keys key", 1, "record "},

    {"a whole log", "--log log --keys key", 0, "all 70,000 entries and all tiles over them come to the root that was signed"},
    {"a whole log and an older checkpoint", "--log log --older older --keys key", 0, "the log grew out of older: its first 600 entries"},
    {"a whole log out of nothing", "--log log --older zero --keys key", 0, "the log grew out of zero"},
    {"a whole log and its own checkpoint", "--log log --older newer --keys key", 0, "the log grew out of newer"},
    {"a whole log and a fork", "--log log --older forked --keys key", 1, "history was rewritten"},
    {"no log", "--log gone --keys key", 3, "the log is not all there: checkpoint"},
    {"a log at an address that is none", "--log http:///x --keys key", 2, "is no server"},
    {"a log where nobody listens", "--log http://127.0.0.1:1/log --keys key", 3, "the log is not all there"},
    {"a log by another's key", "--log log --keys strange", 1, "signed by no key"},
};

static void test_run(void **state)
{
    size_t i = (size_t)(uintptr_t)*state;
    expect(RUNS[i].line, RUNS[i].status, RUNS[i].said);
}

/* --key may be repeated; without any option the environment's is taken, and only then. */
static void test_keys(void **state)
{
    size_t len;
    const char *key = take("key", &len), *strange = take("strange", &len);
    (void)state;
    expect(arena_printf(&w.arena, "receipt record --key %s --key %s", strange, key), 0, "exactly as it is");
    expect(arena_printf(&w.arena, "receipt record --key %s --key %s", key, key), 0, "exactly as it is");
    setenv("PEDIGREE_LOG_VKEY", key, 1);
    expect("receipt record", 0, "exactly as it is");
    expect("receipt record --keys strange", 1, "signed by no key");
    unsetenv("PEDIGREE_LOG_VKEY");
    expect(arena_printf(&w.arena, "bare --commitment %s --keys key", w.commitment), 0, "record 513 of the log " LOG " has this commitment");
    expect(arena_printf(&w.arena, "bare --commitment %s --keys key", w.commitment), 0, "not proved: what the record says");
    expect(arena_printf(&w.arena, "receipt record --commitment %s --keys key", w.commitment), 2, "--commitment");
}

/* ---- every byte of the evidence ---- */

static const struct {
    const char *label, *file, *line;
} EVIDENCE[] = {
    {"no receipt with a flipped bit is taken", "receipt", "altered record --keys key"},
    {"no record", "record", "receipt altered --keys key"},
    {"no witness's signature", "seen", "altered record --policy policy"},
    {"no newer checkpoint", "newer", "--checkpoint altered --older older --consistency proof --keys key"},
    {"no older checkpoint", "older", "--checkpoint newer --older altered --consistency proof --keys key"},
    {"no proof", "proof", "--checkpoint newer --older older --consistency altered --keys key"},
};

static void refused(const char *line, const char *how, size_t at)
{
    int status = run(line);
    if (status != STATUS_REFUSED || !strstr(w.out, "refuted: "))
        fail_msg("%s at %zu: status %d\n%s", how, at, status, w.out);
}

/* Each byte once in one of its bits, once more or less, and all lengths. */
static void test_altered(void **state)
{
    size_t i = (size_t)(uintptr_t)*state, len;
    char *bytes = take(EVIDENCE[i].file, &len);
    for (size_t at = 0; at < len; at++) {
        char was = bytes[at];
        bytes[at] = (char)((uint8_t)was ^ 1U << at % 8);
        put("altered", bytes, len);
        refused(EVIDENCE[i].line, "a flipped bit", at);
        bytes[at] = was;
        if (at % 7 != 0)
            continue;
        put("altered", bytes, at);
        refused(EVIDENCE[i].line, "an early end", at);
        memmove(bytes + at + 1, bytes + at, len - at);
        put("altered", bytes, len + 1);
        refused(EVIDENCE[i].line, "a doubled byte", at);
        memmove(bytes + at, bytes + at + 1, len - at);
    }
}

/* ---- every kind of file of a mirror ---- */

enum harm { FLIP, CUT, GROW, GONE };
static const struct {
    const char *label, *file;
    enum harm harm;
    size_t at;
    int status;
    const char *said;
} HARMS[] = {
    {"an altered entry", "tile/entries/002", FLIP, BUNDLE_ENTRY + 2, 1, "the entries do not: those entries were altered"},
    {"which entry", "tile/entries/002", FLIP, BUNDLE_ENTRY + 2, 1, "tile/0/002 does not go with the entries from its hash 1 on: entry 513"},
    {"an entry of another length", "tile/entries/002", FLIP, 1, 1, "tile/entries/002 is no bundle"},
    {"an altered lowest tile", "tile/0/273.p/112", FLIP, 111 * 32, 1, "the entries come to the root that was signed: those tiles are wrong"},
    {"an altered tile above", "tile/1/000", FLIP, 64, 1, "tile/1/000 does not go with the entries from its hash 2 on: subtree 2"},
    {"an altered tile on top", "tile/2/000.p/1", FLIP, 0, 1, "those tiles are wrong"},
    {"a short tile", "tile/1/001.p/17", CUT, 1, 3, "tile/1/001.p/17: ends after 543 bytes"},
    {"a long tile", "tile/0/000", GROW, 0, 1, "tile/0/000: has more than 8192 bytes"},
    {"a short bundle", "tile/entries/273.p/112", CUT, 34, 3, "tile/entries/273.p/112: ends"},
    {"a missing bundle", "tile/entries/100", GONE, 0, 3, "the log is not all there: tile/entries/100"},
    {"a missing tile", "tile/0/100", GONE, 0, 3, "the log is not all there: tile/0/100"},
    {"a missing partial tile", "tile/1/001.p/17", GONE, 0, 3, "the log is not all there: tile/1/001.p/17"},
    {"an altered checkpoint", "checkpoint", FLIP, 25, 1, "refuted: "},
    {"a missing checkpoint", "checkpoint", GONE, 0, 3, "the log is not all there: checkpoint"},
};

static void test_harm(void **state)
{
    size_t i = (size_t)(uintptr_t)*state, len;
    const char *path = arena_printf(&w.arena, "log/%s", HARMS[i].file);
    char *bytes = take(path, &len), was = bytes[HARMS[i].at];
    if (HARMS[i].harm == GONE)
        unlink(path);
    if (HARMS[i].harm == FLIP)
        bytes[HARMS[i].at] ^= 4;
    if (HARMS[i].harm != GONE)
        put(path, bytes, HARMS[i].harm == CUT ? len - HARMS[i].at : len + (HARMS[i].harm == GROW));
    int status = run("--log log --keys key");
    bytes[HARMS[i].at] = was;
    put(path, bytes, len);
    if (status != HARMS[i].status || !strstr(w.out, HARMS[i].said))
        fail_msg("status %d\n%s", status, w.out);
}

/* Who rewrites all of it consistently has no signature for it; nor can the mirror be an older one unnoticed. */
static void test_rewritten(void **state)
{
    struct hash was = w.leaves[700];
    size_t len;
    (void)state;
    const char *checkpoint = take("log/checkpoint", &len);
    w.leaves[700] = w.leaves[701];
    w.commitments[700] = w.commitments[701];
    put_mirror("other", 1000);
    expect("--log other --older older --keys key", 0, "the log grew out of older");
    w.leaves[700] = was;
    put_text("other/checkpoint", signed_at(1000));
    expect("--log other --keys key", 1, "entries and tiles go together, and do not come to the root that was signed");
    put("other/checkpoint", checkpoint, len);
    expect("--log other --keys key", 3, "the log is not all there");
    put_text("other/checkpoint", signed_at(999));
    expect("--log other --older newer --keys key", 1, "it was rolled back");
}

/* What we hand out holds for code that shares nothing with ours: Go's x/mod, in the program tlogverify, which
 * PEDIGREE_TLOGVERIFY may name. */
static void test_foreign(void **state)
{
    const char *program = getenv("PEDIGREE_TLOGVERIFY");
    size_t len;
    (void)state;
    if (!program && system("command -v tlogverify >out 2>&1") == 0)
        program = "tlogverify";
    if (!program) {
        print_message("no tlogverify here, written on Go's x/mod (PEDIGREE_TLOGVERIFY): not tried\n");
        skip();
    }
    const char *key = take("key", &len);
    put("entry", w.commitments[PLACE].at, SHA256_LEN);
    put("another", w.commitments[PLACE + 1].at, SHA256_LEN);
    const char *call = arena_printf(&w.arena, "'%s' -proof receipt -vkey '%s' -leaf ", program, key);
    assert_int_equal(system(arena_printf(&w.arena, "%s entry >out 2>&1", call)), 0);
    assert_int_not_equal(system(arena_printf(&w.arena, "%s another >out 2>&1", call)), 0);
}

/* Sizes at which tiles begin and end; and the full tile serves where the partial one is gone. */
static void test_sizes(void **state)
{
    static const int64_t SIZES[] = {0, 1, 2, 255, 256, 257, 511, 512, 65535, 65536, 65537};
    (void)state;
    for (int64_t i = 0; i < SIZE; i++) {
        sha256(&i, sizeof i, w.commitments[i].at);
        tree_leaf(&w.commitments[i], sizeof *w.commitments, &w.leaves[i]);
    }
    for (size_t i = 0; i < LENGTH(SIZES); i++) {
        const char *dir = arena_printf(&w.arena, "size%zu", i);
        put_mirror(dir, SIZES[i]);
        expect(arena_printf(&w.arena, "--log %s --keys key", dir), 0, "entries and all tiles over them come to the root");
    }
    put_text("size4/checkpoint", signed_at(200));
    expect("--log size4 --keys key", 0, "all 200 entries");
}

#define ROWS(table, run_row)                                                                                           \
    for (size_t i = 0; i < LENGTH(table); i++)                                                                         \
    tests[n++] = (struct CMUnitTest){(table)[i].label, run_row, NULL, NULL, (void *)(uintptr_t)i}

int main(void)
{
    struct CMUnitTest tests[LENGTH(RUNS) + LENGTH(EVIDENCE) + LENGTH(HARMS)];
    const struct CMUnitTest more[] = {cmocka_unit_test(test_keys), cmocka_unit_test(test_foreign),
                                       cmocka_unit_test(test_rewritten), cmocka_unit_test(test_sizes)};
    size_t n = 0;
    ROWS(RUNS, test_run);
    ROWS(EVIDENCE, test_altered);
    ROWS(HARMS, test_harm);
    return _cmocka_run_group_tests("pedigree verify", tests, n, begin, end) +
           _cmocka_run_group_tests("pedigree verify, more", more, LENGTH(more), begin, end);
}
