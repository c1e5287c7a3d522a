/* file - see the header: bytes to a file of the right shape. */
#include "pedigree/report/file.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/codec/codec.h"

#include <string.h>

/* ---- the shape ---- */

enum need { MUST, OR_NULL, OR_ABSENT };
struct shape {
    const char *member; /* NULL: the last */
    json_type type;
    enum need need;
};

/* clang-format off */
static const struct shape FILE_SHAPE[] = {
    {"asOf", JSON_OBJECT, MUST}, {"chain", JSON_OBJECT, MUST}, {"checkpoint", JSON_STRING, OR_NULL}, {"format", JSON_STRING, MUST},
    {"lot", JSON_OBJECT, MUST}, {"lots", JSON_ARRAY, MUST}, {"records", JSON_ARRAY, MUST}, {"rules", JSON_STRING, MUST},
    {"seal", JSON_STRING, OR_NULL}, {NULL, JSON_NULL, MUST}};
static const struct shape DISCLOSURE_SHAPE[] = {
    {"format", JSON_STRING, MUST}, {"receipt", JSON_STRING, MUST}, {"record", JSON_OBJECT, MUST}, {"seal", JSON_STRING, OR_NULL},
    {NULL, JSON_NULL, MUST}};
static const struct shape AS_OF_SHAPE[] = {{"day", JSON_STRING, MUST}, {"seq", JSON_INTEGER, MUST}, {NULL, JSON_NULL, MUST}};
static const struct shape LOT_NAME_SHAPE[] = {{"organisation", JSON_STRING, MUST}, {"code", JSON_STRING, OR_NULL}, {NULL, JSON_NULL, MUST}};
static const struct shape CHAIN_SHAPE[] = {
    {"nodes", JSON_ARRAY, MUST}, {"edges", JSON_ARRAY, MUST}, {"root", JSON_STRING, MUST}, {"cut", JSON_STRING, OR_NULL}, {NULL, JSON_NULL, MUST}};
static const struct shape NODE_SHAPE[] = {
    {"id", JSON_STRING, MUST}, {"type", JSON_STRING, MUST}, {"organisation", JSON_STRING, OR_NULL},
    {"code", JSON_STRING, OR_ABSENT}, {"part", JSON_OBJECT, OR_ABSENT},
    {"grade", JSON_STRING, OR_ABSENT}, {"flags", JSON_INTEGER, OR_ABSENT}, {NULL, JSON_NULL, MUST}};
static const struct shape EDGE_SHAPE[] = {
    {"from", JSON_STRING, MUST}, {"to", JSON_STRING, MUST}, {"standing", JSON_STRING, MUST}, {"record", JSON_INTEGER, OR_ABSENT},
    {"quantity", JSON_INTEGER, OR_ABSENT}, {NULL, JSON_NULL, MUST}};
static const struct shape LOT_SHAPE[] = {{"lot", JSON_OBJECT, MUST}, {"assessment", JSON_OBJECT, MUST}, {NULL, JSON_NULL, MUST}};
static const struct shape RECORD_SHAPE[] = {
    {"seq", JSON_INTEGER, MUST}, {"envelope", JSON_OBJECT, MUST}, {"record", JSON_OBJECT, MUST}, {"secret", JSON_STRING, OR_ABSENT},
    {"parts", JSON_ARRAY, OR_ABSENT}, {"proof", JSON_ARRAY, OR_ABSENT}, {NULL, JSON_NULL, MUST}};
/* clang-format on */

static const char *type_word(json_type type)
{
    return type == JSON_OBJECT ? "an object" : type == JSON_ARRAY ? "a list" : type == JSON_STRING ? "a text" : "a whole number";
}

static bool has_shape(const json_t *o, const char *where, const struct shape *shape, struct error *err)
{
    if (!json_is_object(o))
        return error_at(err, ERR_MALFORMED, where, "is no object");
    for (; shape->member; shape++) {
        const json_t *value = json_object_get(o, shape->member);
        if ((!value && shape->need == OR_ABSENT) || (json_is_null(value) && shape->need == OR_NULL))
            continue;
        if (!value || json_typeof(value) != shape->type)
            return error_at(err, ERR_MALFORMED, where, "\"%s\" is not there, or not %s", shape->member, type_word(shape->type));
    }
    return true;
}

static bool have_shape(const json_t *list, const char *where, const struct shape *shape, struct error *err)
{
    json_t *item;
    size_t i;
    json_array_foreach(list, i, item)
        if (!has_shape(item, where, shape, err))
            return false;
    return true;
}

static bool is_pedigree(const json_t *o, struct error *err)
{
    const json_t *chain = json_object_get(o, "chain");
    return has_shape(o, "/", FILE_SHAPE, err) &&
           (strcmp(json_string_value(json_object_get(o, "format")), "pedigree-file/1") == 0 ||
            error_at(err, ERR_MALFORMED, "/format", "is none that is known here: pedigree-file/1")) &&
           has_shape(json_object_get(o, "asOf"), "/asOf", AS_OF_SHAPE, err) &&
           has_shape(json_object_get(o, "lot"), "/lot", LOT_NAME_SHAPE, err) && has_shape(chain, "/chain", CHAIN_SHAPE, err) &&
           have_shape(json_object_get(chain, "nodes"), "/chain/nodes", NODE_SHAPE, err) &&
           have_shape(json_object_get(chain, "edges"), "/chain/edges", EDGE_SHAPE, err) &&
           have_shape(json_object_get(o, "lots"), "/lots", LOT_SHAPE, err) &&
           have_shape(json_object_get(o, "records"), "/records", RECORD_SHAPE, err);
}

static bool is_disclosure(const json_t *o)
{
    const char *format = json_string_value(json_object_get(o, "format"));
    return format && strcmp(format, "record-disclosure/1") == 0;
}

/* Its receipt says where the record is: the record must not say it is elsewhere. */
static bool read_disclosure(struct arena *a, struct pedigree_file *f, struct error *err)
{
    struct error why = {0};
    const json_t *receipt = json_object_get(f->json, "receipt"), *record = json_object_get(f->json, "record");
    if (!has_shape(f->json, "/", DISCLOSURE_SHAPE, err) || !has_shape(record, "/record", RECORD_SHAPE, err))
        return false;
    if (!receipt_parse(a, json_string_value(receipt), json_string_length(receipt), &f->receipt, &why))
        return error_at(err, ERR_MALFORMED, "/receipt", "%s", why.detail);
    f->checkpoint = f->receipt.checkpoint;
    return f->receipt.index == json_integer_value(json_object_get(record, "seq")) ||
           error_at(err, ERR_MALFORMED, "/record/seq", "is not the place that the receipt is for");
}

/* ---- the spelling ---- */

/* Canonical JSON here has no fractions, and what nests deeper than a record in its file is none of ours. */
static bool is_plain(const json_t *v, unsigned depth)
{
    const char *key;
    json_t *value;
    size_t i;
    if (json_is_real(v) || depth > RECORD_MAX_DEPTH + 8)
        return false;
    json_object_foreach((json_t *)(uintptr_t)v, key, value)
        if (!is_plain(value, depth + 1))
            return false;
    json_array_foreach(v, i, value)
        if (!is_plain(value, depth + 1))
            return false;
    return true;
}

static bool is_canonical(const json_t *v, const char *bytes, size_t len)
{
    struct arena passing;
    size_t canonical_len;
    arena_init(&passing, 0);
    const char *text = json_canonical(&passing, v, &canonical_len);
    bool is_same = canonical_len == len && memcmp(text, bytes, len) == 0;
    arena_reset(&passing);
    return is_same;
}

/* The seal is the last member, by its name: without it the file ends where it begins. */
static void digest_sealed(struct arena *a, const char *bytes, size_t len, const json_t *seal, uint8_t out[static SHA256_LEN])
{
    static const char NAME[] = ",\"seal\":";
    size_t value_len;
    json_canonical(a, seal, &value_len);
    const struct span sealed[] = {{bytes, len - 1 - value_len - (sizeof NAME - 1)}, {"}", 1}};
    sha256_spans(sealed, LENGTH(sealed), out);
}

static bool read_shape(struct arena *a, struct pedigree_file *f, bool takes_disclosure, struct error *err)
{
    f->is_disclosure = is_disclosure(f->json);
    if (f->is_disclosure)
        return takes_disclosure ? read_disclosure(a, f, err)
                                : error_at(err, ERR_MALFORMED, "/format", "is the disclosure of one record, and no pedigree file");
    f->checkpoint = json_string_value(json_object_get(f->json, "checkpoint"));
    return is_pedigree(f->json, err);
}

static bool read_file(struct arena *a, const char *bytes, size_t len, bool takes_disclosure, struct pedigree_file *out, struct error *err)
{
    json_error_t why;
    if (len > PEDIGREE_FILE_MAX)
        return error_set(err, ERR_TOO_LARGE, "is longer than a pedigree file may be, %d MiB", PEDIGREE_FILE_MAX >> 20);
    struct pedigree_file f = {.json = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, &why)};
    if (!f.json || !is_plain(f.json, 0)) {
        error_set(err, ERR_MALFORMED, "is no pedigree file: %s", f.json ? "a fraction, or too deep" : why.text);
    } else if (read_shape(a, &f, takes_disclosure, err) && !is_canonical(f.json, bytes, len)) {
        error_set(err, ERR_MALFORMED, "is not as the ledger wrote it: not canonical JSON (RFC 8785)");
    }
    if (err->code != ERR_OK) {
        json_decref(f.json);
        return false;
    }
    f.seal = json_string_value(json_object_get(f.json, "seal"));
    sha256(bytes, len, f.digest);
    digest_sealed(a, bytes, len, json_object_get(f.json, "seal"), f.sealed);
    *out = f;
    return true;
}

bool pedigree_file_read(struct arena *a, const char *bytes, size_t len, struct pedigree_file *out, struct error *err)
{
    return read_file(a, bytes, len, false, out, err);
}

bool proof_file_read(struct arena *a, const char *bytes, size_t len, struct pedigree_file *out, struct error *err)
{
    return read_file(a, bytes, len, true, out, err);
}

void pedigree_file_done(struct pedigree_file *f)
{
    json_decref(f->json);
    f->json = NULL;
}
