/* test_pedigree - pedigree files: what is taken, what is proved, and that no altered byte goes unseen. */
#include "pedigree/base/base64.h"
#include "pedigree/base/cleanup.h"
#include "pedigree/codec/codec.h"
#include "pedigree/report/file.h"
#include "pedigree/tlog/commitment.h"
#include "pedigree/tlog/seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

DEFINE_CLEANUP(json_t, json, json_decref)

#define ORIGIN "ledger.test/log"
#define PART "\"part\":{\"manufacturer\":\"cage:9CMA1\",\"mpn\":\"OA1117-33TR\"}"

/* ---- a small ledger ---- */

static const struct {
    const char *envelope, *record;
    bool is_partial; /* shown without what is not in `shown` */
    const char *shown;
} RECORDS[] = {
    {"{\"submitter\":\"cage:9CMA1\",\"type\":\"manufactured\"}",
     "{\"type\":\"manufactured\",\"time\":\"2024-01-05\",\"lot\":{\"code\":\"M-1\"," PART ",\"quantity\":500}}", false, NULL},
    {"{\"submitter\":\"cage:9CMA1\",\"type\":\"shipped\"}",
     "{\"type\":\"shipped\",\"time\":\"2024-02-01\",\"lot\":\"M-1\",\"quantity\":500,\"to\":{\"organisation\":\"cage:9DST1\"},"
     "\"note\":\"by road\",\"documents\":[{\"kind\":\"coc\",\"number\":\"C-1\"}]}",
     true, "{\"type\":\"shipped\",\"time\":\"2024-02-01\",\"lot\":\"M-1\",\"documents\":[{\"kind\":\"coc\",\"number\":\"C-1\"}]}"},
    {"{\"submitter\":\"cage:9AGT1\",\"onBehalfOf\":\"cage:9DST1\",\"type\":\"received\"}",
     "{\"type\":\"received\",\"time\":\"2024-02-03\",\"lot\":{\"code\":\"D-1\"," PART ",\"quantity\":500},"
     "\"from\":{\"organisation\":\"cage:9CMA1\",\"lot\":\"M-1\"}}", false, NULL},
    {"{\"submitter\":\"cage:9DST1\",\"type\":\"transformed\"}",
     "{\"type\":\"transformed\",\"time\":\"2024-02-05\",\"how\":\"relabel\",\"inputs\":[{\"lot\":\"D-1\",\"quantity\":500}],"
     "\"outputs\":[{\"code\":\"D-2\"," PART ",\"quantity\":500}]}", false, NULL},
};
enum { N = LENGTH(RECORDS) };
#define CHAIN                                                                                                                  \
    "{\"root\":\"n0\",\"complete\":true,\"cut\":null,\"nodes\":["                                                                \
    "{\"id\":\"n0\",\"type\":\"lot\",\"organisation\":\"cage:9DST1\",\"code\":\"D-2\"},"                                        \
    "{\"id\":\"n1\",\"type\":\"lot\",\"organisation\":\"cage:9DST1\",\"code\":\"D-1\"},"                                        \
    "{\"id\":\"n2\",\"type\":\"lot\",\"organisation\":\"cage:9CMA1\",\"code\":\"M-1\"}],\"edges\":["                            \
    "{\"from\":\"n1\",\"to\":\"n0\",\"standing\":\"internal\",\"record\":3,\"quantity\":500},"                                  \
    "{\"from\":\"n2\",\"to\":\"n1\",\"standing\":\"corroborated\",\"record\":2,\"quantity\":500}]}"

static struct note_signer signer(uint8_t fill)
{
    struct note_signer s;
    struct error err = {0};
    uint8_t seed[ED25519_KEY];
    memset(seed, fill, sizeof seed);
    assert_true(note_signer_make(ORIGIN, NOTE_ED25519, seed, &s, &err));
    return s;
}

static json_t *parsed(const char *text)
{
    json_t *o = json_loads(text, 0, NULL);
    assert_non_null(o);
    return o;
}

static struct span canonical(struct arena *a, const json_t *v)
{
    size_t len;
    const char *text = json_canonical(a, v, &len);
    return (struct span){text, len};
}

static json_t *base64(struct arena *a, const void *at, size_t len)
{
    struct text t = text_new(a);
    base64_add(&t, at, len);
    return json_string(text_str(&t));
}

static json_t *part_row(struct arena *a, const uint8_t *secret, uint32_t i, struct span part, bool is_shown)
{
    uint8_t salt[SHA256_LEN], digest[SHA256_LEN];
    part_salt(secret, i, salt);
    part_digest(secret, i, part, digest);
    if (!is_shown)
        return json_pack("{s:o}", "digest", base64(a, digest, SHA256_LEN));
    json_t *row = json_pack("{s:o}", "salt", base64(a, salt, SHA256_LEN));
    if (i > 0)
        json_object_set_new(row, "part", json_loadb(part.at, part.len, 0, NULL));
    return row;
}

/* One record as the file has it, without its proof, and its leaf. */
static json_t *record_row(struct arena *a, size_t n, struct hash *leaf)
{
    uint8_t secret[SECRET_LEN], digests[16][SHA256_LEN], sum[SHA256_LEN];
    struct record record = {.json = parsed(RECORDS[n].record)};
    json_t *envelope = parsed(RECORDS[n].envelope), *list = json_array();
    assert_true(record_type_find(json_string_value(json_object_get(envelope, "type")), &record.type));
    memset(secret, (int)n + 1, sizeof secret);
    struct parts parts = record_parts(a, &record);
    parts.at[0] = canonical(a, envelope);
    for (uint32_t i = 0; i < parts.len; i++) {
        bool is_shown = i == PART_ENVELOPE || i == PART_DOCUMENTS || i == PART_REST;
        part_digest(secret, i, parts.at[i], digests[i]);
        json_array_append_new(list, part_row(a, secret, i, parts.at[i], is_shown));
    }
    commitment(digests[0], (uint32_t)parts.len, sum);
    tree_leaf(sum, SHA256_LEN, leaf);
    json_t *row = json_pack("{s:I, s:o, s:o}", "seq", (json_int_t)n, "envelope", envelope, "record",
                            RECORDS[n].is_partial ? parsed(RECORDS[n].shown) : json_incref(record.json));
    if (RECORDS[n].is_partial) {
        json_object_set(row, "parts", list);
        json_object_set_new(row, "partial", json_true());
    } else {
        json_object_set_new(row, "secret", base64(a, secret, SECRET_LEN));
    }
    json_decref(list);
    json_decref(record.json);
    return row;
}

static const char *note(struct arena *a, const char *text, const struct note_signer *s)
{
    return arena_printf(a, "%s\n%s", text, note_sign(a, text, strlen(text), s, 0));
}

static json_t *unsealed(struct arena *a, struct checkpoint *c)
{
    struct tree_edge edge;
    struct tile_node nodes[TILE_LEVELS];
    struct tree_source source = tree_of_edge(&edge);
    struct error err = {0};
    json_t *rows = json_array(), *row;
    struct note_signer s = signer(7);
    size_t i;
    edge_init(&edge);
    for (size_t n = 0; n < N; n++) {
        struct hash leaf;
        json_array_append_new(rows, record_row(a, n, &leaf));
        edge_append(&edge, &leaf, nodes);
    }
    *c = (struct checkpoint){ORIGIN, N, {{0}}};
    edge_root(&edge, &c->root);
    json_array_foreach(rows, i, row) {
        struct tree_path path;
        json_t *proof = json_array();
        assert_true(tree_inclusion(&source, (int64_t)i, N, &path, &err));
        for (size_t k = 0; k < path.len; k++)
            json_array_append_new(proof, base64(a, path.hashes[k].at, SHA256_LEN));
        json_object_set_new(row, "proof", proof);
    }
    edge_done(&edge);
    return json_pack("{s:{s:I, s:s}, s:o, s:s, s:s, s:{s:s, s:s}, s:[], s:o, s:s}", "asOf", "seq", (json_int_t)(N - 1), "day",
                     "2026-11-27", "chain", parsed(CHAIN), "checkpoint", note(a, checkpoint_text(a, c), &s), "format",
                     "pedigree-file/1", "lot", "organisation", "cage:9DST1", "code", "D-2", "lots", "records", rows, "rules", "0a");
}

static void seal(struct arena *a, json_t *file, uint8_t key)
{
    struct note_signer s = signer(key);
    struct span bytes = canonical(a, file);
    uint8_t digest[SHA256_LEN];
    sha256(bytes.at, bytes.len, digest);
    json_object_set_new(file, "seal", json_string(note(a, seal_text(a, ORIGIN, digest), &s)));
}

/* ---- what is found ---- */

struct found {
    size_t count[WORTH_REFUTED + 1];
    struct text told;
};

static void find(void *context, enum worth worth, const char *sentence)
{
    struct found *f = context;
    f->count[worth]++;
    text_addf(&f->told, "%d %s\n", (int)worth, sentence);
}

/* Every finding on the file; one it cannot read counts as refuted. */
static struct found check(struct arena *a, const char *bytes, size_t len)
{
    struct found found = {.told = text_new(a)};
    struct pedigree_file f;
    struct error err = {0};
    struct note n;
    struct checkpoint c;
    const struct note_signer s = signer(7);
    if (!pedigree_file_read(a, bytes, len, &f, &err)) {
        assert_true(err.code == ERR_MALFORMED && err.detail[0]);
        find(&found, WORTH_REFUTED, err.detail);
        return found;
    }
    bool is_signed = f.checkpoint && note_parse(a, f.checkpoint, strlen(f.checkpoint), &n, &err) &&
                     checkpoint_parse(a, n.text, n.text_len, &c, &err) && note_verify(&n, &s.verifier, NULL) == NOTE_SIGNED &&
                     strcmp(c.origin, ORIGIN) == 0;
    if (is_signed) {
        pedigree_check_seal(a, &f, c.origin, &s.verifier, 1, find, &found);
        pedigree_check(a, &f, &c, find, &found);
    } else {
        find(&found, WORTH_REFUTED, "the checkpoint");
    }
    pedigree_file_done(&f);
    return found;
}

static json_t *at(json_t *file, const char *list, size_t i)
{
    json_t *in = json_object_get(file, list);
    return json_array_get(in ? in : json_object_get(json_object_get(file, "chain"), list), i);
}

static void leave(json_t *f) { (void)f; }
static void other_quantity(json_t *f)
{
    json_object_set_new(json_object_get(json_object_get(at(f, "records", 0), "record"), "lot"), "quantity", json_integer(501));
}
static void other_submitter(json_t *f) { json_object_set_new(json_object_get(at(f, "records", 0), "envelope"), "submitter", json_string("cage:9XXX1")); }
static void other_secret(json_t *f) { json_object_set(at(f, "records", 0), "secret", json_object_get(at(f, "records", 2), "secret")); }
static void other_place(json_t *f) { json_object_set_new(at(f, "records", 3), "seq", json_integer(5)); }
static void other_part(json_t *f)
{
    json_object_set_new(json_object_get(json_array_get(json_object_get(at(f, "records", 1), "parts"), PART_REST), "part"), "lot", json_string("M-2"));
}
static void no_part(json_t *f) { json_object_del(json_array_get(json_object_get(at(f, "records", 1), "parts"), PART_REST), "part"); }
static void fewer_parts(json_t *f) { json_array_remove(json_object_get(at(f, "records", 1), "parts"), PART_REST); }
static void more_shown(json_t *f) { json_object_set_new(json_object_get(at(f, "records", 1), "record"), "quantity", json_integer(9)); }
static void no_proof(json_t *f) { json_object_del(at(f, "records", 0), "proof"); }
static void short_proof(json_t *f) { json_array_remove(json_object_get(at(f, "records", 0), "proof"), 0); }
static void twice(json_t *f) { json_array_insert(json_object_get(f, "records"), 0, at(f, "records", 0)); }
static void no_record(json_t *f) { json_array_remove(json_object_get(f, "records"), 3); }
static void other_lot(json_t *f) { json_object_set_new(at(f, "nodes", 0), "code", json_string("D-9")); }
static void other_source(json_t *f) { json_object_set_new(at(f, "nodes", 2), "organisation", json_string("cage:9CMA2")); }
static void no_node(json_t *f) { json_array_remove(json_object_get(json_object_get(f, "chain"), "nodes"), 2); }
static void redacted(json_t *f) { json_object_set_new(at(f, "records", 3), "redacted", json_object()); }
static void huge_path(json_t *f)
{
    json_t *proof = json_object_get(at(f, "records", 0), "proof");
    for (size_t i = 0; i < 100; i++)
        json_array_append(proof, json_array_get(proof, 0));
}

/* clang-format off */
static const struct {
    const char *label;
    void (*change)(json_t *file); /* before it is sealed: as if the ledger itself had written it */
    enum worth worst;
    const char *told; /* among the findings */
} CHANGES[] = {
    {"as it is", leave, WORTH_OPEN, "3 records are whole"},
    {"a record in part", leave, WORTH_OPEN, "1 record is shown in part"},
    {"the chain", leave, WORTH_OPEN, "2 hops of the chain are as records here tell"},
    {"another quantity", other_quantity, WORTH_REFUTED, "record 0 is not the one in the log"},
    {"another submitter", other_submitter, WORTH_REFUTED, "record 0 is not the one in the log"},
    {"another secret", other_secret, WORTH_REFUTED, "record 0 is not the one in the log"},
    {"another place", other_place, WORTH_REFUTED, "record 5 is not the one in the log"},
    {"another part", other_part, WORTH_REFUTED, "record 1 is not the one in the log"},
    {"a salt without its part", no_part, WORTH_REFUTED, "record 1 is not the one in the log"},
    {"fewer parts", fewer_parts, WORTH_REFUTED, "record 1 is not the one in the log"},
    {"more shown than its parts bear out", more_shown, WORTH_OPEN, "1 member of these parts"},
    {"no proof", no_proof, WORTH_UNKNOWN, "record 0 has no proof"},
    {"a proof cut short", short_proof, WORTH_REFUTED, "record 0 is not the one in the log"},
    {"a proof longer than any tree is high", huge_path, WORTH_REFUTED, "record 0 is not the one in the log"},
    {"a record twice", twice, WORTH_REFUTED, "record 0 stands twice"},
    {"a hop whose record is not there", no_record, WORTH_OPEN, "1 hop whose record is not here whole"},
    {"a hop whose record is redacted", redacted, WORTH_OPEN, "1 hop whose record is not here whole"},
    {"a hop to a lot that its record does not name", other_lot, WORTH_REFUTED, "record 3 does not speak of cage:9DST1 D-9"},
    {"a hop from a source by another name", other_source, WORTH_OPEN, "1 hop whose record calls holder or source by another name"},
    {"a hop from nowhere", no_node, WORTH_REFUTED, "leads to a lot that is not in it"},
};
/* clang-format on */

static void test_changes(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(CHANGES); i++) {
        struct arena a;
        struct checkpoint c;
        arena_init(&a, 0);
        CLEANUP(json_cleanup) json_t *file = unsealed(&a, &c);
        CHANGES[i].change(file);
        seal(&a, file, 7);
        struct span bytes = canonical(&a, file);
        struct found f = check(&a, bytes.at, bytes.len);
        enum worth worst = f.count[WORTH_REFUTED] ? WORTH_REFUTED : f.count[WORTH_UNKNOWN] ? WORTH_UNKNOWN : WORTH_OPEN;
        if (worst != CHANGES[i].worst || !strstr(text_str(&f.told), CHANGES[i].told))
            fail_msg("%s:\n%s", CHANGES[i].label, text_str(&f.told));
        assert_non_null(strstr(text_str(&f.told), "the file is as the ledger"));
        arena_reset(&a);
    }
}

static void test_seal(void **state)
{
    struct arena a;
    struct checkpoint c;
    (void)state;
    arena_init(&a, 0);
    CLEANUP(json_cleanup) json_t *file = unsealed(&a, &c);
    seal(&a, file, 8);
    struct span bytes = canonical(&a, file);
    struct found f = check(&a, bytes.at, bytes.len);
    assert_non_null(strstr(text_str(&f.told), "not signed by a key that was given"));
    json_object_del(file, "seal");
    seal(&a, file, 7);
    json_object_set_new(file, "rules", json_string("0b"));
    bytes = canonical(&a, file);
    f = check(&a, bytes.at, bytes.len);
    assert_non_null(strstr(text_str(&f.told), "changed after it was sealed"));
    json_object_set_new(file, "seal", json_null());
    bytes = canonical(&a, file);
    f = check(&a, bytes.at, bytes.len);
    assert_true(f.count[WORTH_UNKNOWN] == 1 && f.count[WORTH_REFUTED] == 0);
    arena_reset(&a);
}

/* Whichever byte is altered, and whichever is left out. */
static void test_flips(void **state)
{
    struct arena a, passing;
    struct checkpoint c;
    (void)state;
    arena_init(&a, 0);
    arena_init(&passing, 0);
    CLEANUP(json_cleanup) json_t *file = unsealed(&a, &c);
    seal(&a, file, 7);
    struct span bytes = canonical(&a, file);
    char *copy = arena_strndup(&a, bytes.at, bytes.len);
    for (size_t i = 0; i < bytes.len; i++) {
        static const unsigned FLIPS[] = {0x01, 0x20, 0x80, 0}; /* 0: the byte is left out */
        for (size_t k = 0; k < LENGTH(FLIPS); k++) {
            copy[i] = (char)((unsigned char)copy[i] ^ FLIPS[k]);
            const char *text = FLIPS[k] ? copy : arena_printf(&passing, "%.*s%s", (int)i, copy, copy + i + 1);
            struct found f = check(&passing, text, FLIPS[k] ? bytes.len : bytes.len - 1);
            if (f.count[WORTH_REFUTED] == 0)
                fail_msg("byte %zu, flip %x: %.40s\n%s", i, FLIPS[k], copy + (i > 20 ? i - 20 : 0), text_str(&f.told));
            copy[i] = ((const char *)bytes.at)[i];
            arena_reset(&passing);
        }
    }
    assert_true(check(&a, copy, bytes.len).count[WORTH_REFUTED] == 0);
    arena_reset(&a);
}

/* clang-format off */
static const struct {
    const char *label, *text, *why;
} FILES[] = {
    {"nothing", "", "is no pedigree file"},
    {"no JSON", "c2sp.org/tlog-proof@v1\n", "is no pedigree file"},
    {"a list", "[]", "is no object"},
    {"an empty object", "{}", "\"asOf\" is not there, or not an object"},
    {"a fraction", "{\"asOf\":1.5}", "a fraction, or too deep"},
    {"a member twice", "{\"asOf\":1,\"asOf\":1}", "is no pedigree file"},
    {"too deep", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "too deep"},
};
/* clang-format on */

static void test_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(FILES); i++) {
        struct arena a;
        struct pedigree_file f;
        struct error err = {0};
        arena_init(&a, 0);
        assert_false(pedigree_file_read(&a, FILES[i].text, strlen(FILES[i].text), &f, &err));
        if (!strstr(err.detail, FILES[i].why))
            fail_msg("%s: %s", FILES[i].label, err.detail);
        arena_reset(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_files), cmocka_unit_test(test_changes), cmocka_unit_test(test_seal),
                                       cmocka_unit_test(test_flips)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
