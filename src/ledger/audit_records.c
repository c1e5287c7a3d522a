/* audit_records - a range of records, each against its own digests and commitment; see audit.h. */
#include "audit.h"
#include "knowledge.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/codec/codec.h"
#include "pedigree/codec/envelope.h"
#include "pedigree/codec/tree_memory.h"
#include "pedigree/tlog/commitment.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { ORDINALS = 4096 /* equal records without an id in one request: as far as is tried */ };

struct audit_row {
    int64_t seq, received_us, body_seq, redacted_by;
    const char *submitter, *on_behalf, *role, *kind, *canonical, *shown, *signature;
    struct bytes key, digests, commitment, secret, salts;
    int32_t parts;
};
/* clang-format off */
static const struct column AUDIT_ROW[] = {COL(struct audit_row, seq), COL(struct audit_row, received_us),
    COL(struct audit_row, body_seq), COL(struct audit_row, redacted_by), COL(struct audit_row, submitter),
    COL(struct audit_row, on_behalf), COL(struct audit_row, role), COL(struct audit_row, kind),
    COL(struct audit_row, canonical), COL(struct audit_row, shown), COL(struct audit_row, signature), COL(struct audit_row, key),
    COL(struct audit_row, digests), COL(struct audit_row, commitment), COL(struct audit_row, secret),
    COL(struct audit_row, salts), COL(struct audit_row, parts)};
QUERY AUDIT_RECORDS = {.name = "audit_records",
    .sql = "SELECT r.seq, r.received_us, b.seq AS body_seq, x.by_seq AS redacted_by, r.submitter, r.on_behalf, r.role, r.kind,"
           "       b.canonical, x.shown, b.signature, r.key, r.digests, r.commitment, b.secret, x.salts, coalesce(x.parts, 0) AS parts"
           "  FROM record r LEFT JOIN body b ON b.seq = r.seq LEFT JOIN redaction x ON x.seq = r.seq"
           " WHERE r.seq >= $1 AND r.seq < $2 ORDER BY r.seq", ROW(struct audit_row, AUDIT_ROW)};
/* clang-format on */

void audit_say(struct audit_range *r, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    *vec_push(&r->arena, &r->lines) = arena_vprintf(&r->arena, fmt, ap);
    va_end(ap);
}

/* ---- contents ---- */

static bool same(const uint8_t *a, const uint8_t *b)
{
    return memcmp(a, b, SHA256_LEN) == 0;
}

static const char *part_name(struct arena *a, size_t i)
{
    if (i == PART_ENVELOPE)
        return "envelope (submitter, on_behalf, role, kind, received_us, signature)";
    return i < PART_ELEMENTS ? part_word((enum part_class)i) : arena_printf(a, "element %zu", i - PART_ELEMENTS);
}

/* Without an id it is a digest of the contents and of how many equal ones came before in one request. */
static bool key_follows(const struct audit_row *row, const json_t *body)
{
    const char *id = json_string_value(json_object_get(body, "id"));
    uint8_t digest[SHA256_LEN], key[SHA256_LEN];
    if (row->key.len != 16)
        return false;
    if (id) {
        key_of_id(id, key);
        return memcmp(key, row->key.at, 16) == 0;
    }
    sha256(row->canonical, strlen(row->canonical), digest);
    for (int ordinal = 0; ordinal < ORDINALS; ordinal++) {
        char number[24];
        int len = snprintf(number, sizeof number, "%d", ordinal);
        const struct span spans[] = {{"content\n", 8}, {digest, SHA256_LEN}, {number, (size_t)len}};
        sha256_spans(spans, LENGTH(spans), key);
        if (memcmp(key, row->key.at, 16) == 0)
            return true;
    }
    return false;
}

struct opening { /* what opens the digests of a record */
    const char *text; /* its contents, or what is left of them */
    part_set gone;
    struct bytes secret, salts;
};

/* The salt of part i; false: it is not there, and need not be. */
static bool salt_of(const struct opening *o, size_t i, uint8_t out[static SHA256_LEN])
{
    if (o->gone & 1U << (i < PART_ELEMENTS ? i : PART_ELEMENTS))
        return false;
    if (o->secret.len == SECRET_LEN)
        part_salt(o->secret.at, (uint32_t)i, out);
    else
        memcpy(out, o->salts.at + i * SHA256_LEN, SHA256_LEN);
    return true;
}

static void check_parts(struct audit_range *r, const struct audit_row *row, const struct opening *o, const struct parts *parts)
{
    size_t n = row->digests.len / SHA256_LEN;
    bool may_lack = o->gone & 1U << PART_ELEMENTS; /* how many elements there were is gone with them */
    if (row->digests.len % SHA256_LEN || (may_lack ? parts->len > n : parts->len != n)) {
        audit_say(r, "record %" PRId64 ": has %zu bytes of digests, and its contents have %zu parts", row->seq, row->digests.len,
                  parts->len);
        return;
    }
    for (size_t i = 0; i < parts->len; i++) {
        uint8_t salt[SHA256_LEN], digest[SHA256_LEN];
        if (!salt_of(o, i, salt))
            continue;
        salted_digest(salt, parts->at[i], digest);
        if (!same(digest, row->digests.at + i * SHA256_LEN))
            audit_say(r, "record %" PRId64 ": what it says (%s) is not what was committed to", row->seq, part_name(&r->arena, i));
    }
}

static void check_signer(struct audit_range *r, struct arena *a, const struct audit_row *row, const struct kept_signature *kept)
{
    const struct audit_signed signed_ = {.received_us = row->received_us, .owner = row->on_behalf ? row->on_behalf : row->submitter,
                                         .canonical = row->canonical, .key_id = kept->key_id, .jws = kept->jws};
    const char *wrong = audit_signature(r->signers, a, &signed_);
    if (wrong)
        audit_say(r, "record %" PRId64 ": %s", row->seq, wrong);
}

/* The mark of its signature, which the envelope has; NULL: it came without. */
static const char *signature_of(struct audit_range *r, struct arena *a, const struct audit_row *row)
{
    struct kept_signature kept;
    uint8_t digest[SHA256_LEN];
    if (!row->signature)
        return NULL;
    if (!signature_kept(a, row->signature, &kept)) {
        audit_say(r, "record %" PRId64 ": its signature is none", row->seq);
        return NULL;
    }
    if (row->redacted_by != INT64_MIN && kept.jws) {
        audit_say(r, "record %" PRId64 ": is redacted, and its signature is still there", row->seq);
    } else if (row->redacted_by == INT64_MIN) {
        const char *jws = kept.jws ? kept.jws : "";
        part_digest(row->secret.at, PART_SIGNATURE, (struct span){jws, strlen(jws)}, digest);
        if (strcmp(signature_mark(a, kept.key_id, digest), kept.mark) != 0)
            audit_say(r, "record %" PRId64 ": its signature is not the one that was committed to", row->seq);
        else
            check_signer(r, a, row, &kept);
    }
    return kept.mark;
}

static void check_body(struct audit_range *r, struct arena *a, const struct audit_row *row, const struct opening *o)
{
    struct record record = {.json = json_loads(o->text, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL)};
    size_t len;
    if (!json_is_object(record.json) || !record_type_find(json_string_value(json_object_get(record.json, "type")), &record.type)) {
        audit_say(r, "record %" PRId64 ": its body is no record", row->seq);
        json_decref(record.json);
        return;
    }
    if (strcmp(json_canonical(a, record.json, &len), o->text) != 0)
        audit_say(r, "record %" PRId64 ": its body is not written as it was (RFC 8785)", row->seq);
    if (strcmp(record_type_word(record.type), row->kind) != 0)
        audit_say(r, "record %" PRId64 ": is a %s, and its body a %s", row->seq, row->kind, record_type_word(record.type));
    struct parts parts = record_parts(a, &record);
    parts.at[PART_ENVELOPE] = envelope_text(a, &(struct envelope){row->submitter, row->on_behalf, row->role, row->kind, row->received_us, signature_of(r, a, row)});
    check_parts(r, row, o, &parts);
    if (row->redacted_by == INT64_MIN && !key_follows(row, record.json))
        audit_say(r, "record %" PRId64 ": its key does not follow from its id or contents", row->seq);
    json_decref(record.json);
}

/* ---- records ---- */

static void check_commitment(struct audit_range *r, const struct audit_row *row)
{
    uint8_t whole[SHA256_LEN];
    struct hash *leaf = &r->leaves[row->seq - r->first];
    if (row->commitment.len != SHA256_LEN) {
        audit_say(r, "record %" PRId64 ": its commitment has %zu bytes", row->seq, row->commitment.len);
        return;
    }
    tree_leaf(row->commitment.at, SHA256_LEN, leaf);
    commitment(row->digests.at, (uint32_t)(row->digests.len / SHA256_LEN), whole);
    if (row->digests.len % SHA256_LEN || !same(whole, row->commitment.at))
        audit_say(r, "record %" PRId64 ": its commitment is not that of its digests", row->seq);
}

static void check_time(struct audit_range *r, const struct audit_row *row)
{
    if (r->last_us != INT64_MIN && row->received_us < r->last_us)
        audit_say(r, "record %" PRId64 ": was received before the record before it", row->seq);
    if (r->first_us == INT64_MIN)
        r->first_us = row->received_us;
    r->last_us = row->received_us;
}

static bool is_opened(struct audit_range *r, const struct audit_row *row, struct opening *o)
{
    bool is_redacted = row->redacted_by != INT64_MIN;
    *o = (struct opening){is_redacted ? row->shown : row->canonical, (part_set)row->parts, row->secret, row->salts};
    r->redacted += is_redacted;
    if (row->body_seq == INT64_MIN)
        audit_say(r, "record %" PRId64 ": has no body", row->seq);
    else if (is_redacted && row->secret.len == 0 && row->salts.len == row->digests.len)
        return true;
    else if (is_redacted)
        audit_say(r, "record %" PRId64 ": is redacted, and its secret or its salts are not as that leaves them", row->seq);
    else if (row->secret.len == SECRET_LEN)
        return true;
    else
        audit_say(r, "record %" PRId64 ": its secret has %zu bytes", row->seq, row->secret.len);
    return false;
}

/* What a repair could not fill. */
static bool is_hole(const struct audit_row *row)
{
    return row->digests.len == 0 && row->body_seq == INT64_MIN && !*row->submitter && !*row->kind;
}

static void check_record(struct audit_range *r, struct arena *a, const struct audit_row *row)
{
    struct opening o;
    if (is_hole(row)) {
        if (row->commitment.len == SHA256_LEN)
            tree_leaf(row->commitment.at, SHA256_LEN, &r->leaves[row->seq - r->first]);
        audit_say(r, "record %" PRId64 ": is a hole: its entry stands in the log, its contents are lost", row->seq);
        return;
    }
    check_commitment(r, row);
    check_time(r, row);
    if (!is_opened(r, row, &o))
        return;
    tree_memory_begin();
    check_body(r, a, row, &o);
    tree_memory_end();
}

static void say_missing(struct audit_range *r, int64_t from, int64_t to)
{
    if (to - from == 1)
        audit_say(r, "record %" PRId64 ": is missing", from);
    else if (to > from)
        audit_say(r, "records %" PRId64 " to %" PRId64 ": are missing", from, to - 1);
}

bool audit_records(struct db *db, struct audit_range *r, struct error *err)
{
    struct arena a;
    struct rows rows;
    arena_init(&a, 0);
    r->first_us = r->last_us = INT64_MIN;
    bool ok = db_query(db, &a, &AUDIT_RECORDS, ARGS(INT8(r->first), INT8(r->end)), &rows, err);
    const struct audit_row *row = ok ? rows.at : NULL;
    int64_t next = r->first;
    for (size_t i = 0; ok && i < rows.len; i++, row++) {
        struct arena passing;
        arena_init(&passing, 0);
        say_missing(r, next, row->seq);
        check_record(r, &passing, row);
        next = row->seq + 1;
        arena_reset(&passing);
    }
    if (ok)
        say_missing(r, next, r->end);
    arena_reset(&a);
    return ok;
}
