/* mirror_line - see the header. */
#include "mirror_line.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/codec/envelope.h"
#include "pedigree/tlog/commitment.h"

#include <inttypes.h>
#include <string.h>

DEFINE_CLEANUP(json_t, json, json_decref)

struct line_row {
    int64_t seq, received_us, redacted_by;
    const char *submitter, *on_behalf, *role, *kind, *canonical, *shown, *key, *digests, *secret, *salts, *signature;
    int32_t parts;
    bool is_void;
};
/* clang-format off */
static const struct column LINE_ROW[] = {COL(struct line_row, seq), COL(struct line_row, received_us),
    COL(struct line_row, redacted_by), COL(struct line_row, submitter), COL(struct line_row, on_behalf),
    COL(struct line_row, role), COL(struct line_row, kind), COL(struct line_row, canonical), COL(struct line_row, shown),
    COL(struct line_row, key), COL(struct line_row, digests), COL(struct line_row, secret), COL(struct line_row, salts),
    COL(struct line_row, signature), COL(struct line_row, parts), COL(struct line_row, is_void)};
QUERY MIRROR_LINES = {.name = "mirror_lines",
    .sql = "SELECT r.seq, r.received_us, x.by_seq AS redacted_by, r.submitter, r.on_behalf, r.role, r.kind, b.canonical, x.shown,"
           "       encode(r.key, 'hex') AS key, encode(r.digests, 'hex') AS digests, encode(b.secret, 'hex') AS secret,"
           "       encode(x.salts, 'hex') AS salts, b.signature, coalesce(x.parts, 0) AS parts,"
           "       coalesce(x.is_void, false) AS is_void"
           "  FROM record r JOIN body b ON b.seq = r.seq LEFT JOIN redaction x ON x.seq = r.seq"
           " WHERE r.seq >= $1 AND r.seq < $2 ORDER BY r.seq", ROW(struct line_row, LINE_ROW)};
/* clang-format on */

/* ---- out ---- */

static void put(json_t *o, const char *member, const char *value)
{
    if (value)
        json_object_set_new(o, member, json_string(value));
}

static json_t *redaction_json(const struct line_row *r)
{
    json_t *o = json_pack("{s:I, s:i, s:b}", "by", (json_int_t)r->redacted_by, "parts", (int)r->parts, "void", (int)r->is_void);
    put(o, "shown", r->shown);
    put(o, "salts", r->salts);
    return o;
}

static void add_line(struct arena *a, struct text *out, const struct line_row *r)
{
    CLEANUP(json_cleanup) json_t *o = json_pack("{s:I, s:I}", "seq", (json_int_t)r->seq, "receivedUs", (json_int_t)r->received_us);
    size_t len;
    put(o, "submitter", r->submitter);
    put(o, "onBehalfOf", r->on_behalf);
    put(o, "role", r->role);
    put(o, "type", r->kind);
    put(o, "key", r->key);
    put(o, "digests", r->digests);
    put(o, "secret", r->secret);
    put(o, "signature", r->signature);
    put(o, "canonical", r->canonical);
    if (r->redacted_by != INT64_MIN)
        json_object_set_new(o, "redacted", redaction_json(r));
    text_add(out, json_canonical(a, o, &len));
    text_add_c(out, '\n');
}

bool mirror_lines(struct db *db, struct arena *a, int64_t first, int64_t end, struct text *out, struct error *err)
{
    struct rows rows;
    if (!db_query(db, a, &MIRROR_LINES, ARGS(INT8(first), INT8(end)), &rows, err))
        return false;
    const struct line_row *r = rows.at;
    for (size_t i = 0; i < rows.len; i++)
        add_line(a, out, &r[i]);
    return true;
}

/* ---- in ---- */

static bool is_no_line(struct error *err, const char *why)
{
    return error_set(err, ERR_INVALID, "is no line of a mirror: %s", why);
}

static const char *text_of(struct arena *a, const json_t *o, const char *member)
{
    const char *s = json_string_value(json_object_get(o, member));
    return s ? arena_strdup(a, s) : NULL;
}

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool bytes_of(struct arena *a, const json_t *o, const char *member, struct bytes *out)
{
    const char *hex = json_string_value(json_object_get(o, member));
    size_t n = hex ? strlen(hex) : 1;
    if (n % 2)
        return false;
    uint8_t *at = arena_alloc(a, n / 2 + 1);
    for (size_t i = 0; i < n / 2; i++) {
        int high = digit(hex[2 * i]), low = digit(hex[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        at[i] = (uint8_t)(high << 4 | low);
    }
    *out = (struct bytes){at, n / 2};
    return true;
}

static bool read_redaction(struct arena *a, const json_t *o, struct mirrored *out)
{
    const json_t *x = json_object_get(o, "redacted");
    out->is_redacted = x != NULL;
    if (!x)
        return true;
    out->redacted_by = json_integer_value(json_object_get(x, "by"));
    out->parts = (int32_t)json_integer_value(json_object_get(x, "parts"));
    out->is_void = json_is_true(json_object_get(x, "void"));
    out->shown = text_of(a, x, "shown");
    return out->shown && bytes_of(a, x, "salts", &out->salts) && out->salts.len == out->digests.len;
}

static bool read_members(struct arena *a, const json_t *o, struct mirrored *out)
{
    *out = (struct mirrored){.seq = json_integer_value(json_object_get(o, "seq")),
                             .received_us = json_integer_value(json_object_get(o, "receivedUs")),
                             .submitter = text_of(a, o, "submitter"), .on_behalf = text_of(a, o, "onBehalfOf"),
                             .role = text_of(a, o, "role"), .kind = text_of(a, o, "type"),
                             .canonical = text_of(a, o, "canonical"), .signature = text_of(a, o, "signature")};
    return json_is_integer(json_object_get(o, "seq")) && json_is_integer(json_object_get(o, "receivedUs")) && out->submitter &&
           out->role && out->kind && out->canonical && bytes_of(a, o, "key", &out->key) && bytes_of(a, o, "digests", &out->digests) &&
           bytes_of(a, o, "secret", &out->secret) && out->digests.len > 0 && out->digests.len % SHA256_LEN == 0 && read_redaction(a, o, out);
}

/* The signature is the one of its mark, which the envelope has. */
static bool signature_opens(struct arena *a, const struct mirrored *m, struct kept_signature *kept)
{
    uint8_t digest[SHA256_LEN];
    *kept = (struct kept_signature){0};
    if (!m->signature || m->is_redacted)
        return !m->signature || signature_kept(a, m->signature, kept);
    if (!signature_kept(a, m->signature, kept) || !kept->jws)
        return false;
    part_digest(m->secret.at, PART_SIGNATURE, (struct span){kept->jws, strlen(kept->jws)}, digest);
    return strcmp(signature_mark(a, kept->key_id, digest), kept->mark) == 0;
}

/* Contents and envelope open the digests they are there for; the digests make the entry. */
static bool opens(struct arena *a, const struct mirrored *m, const struct hash *entry)
{
    struct hash whole;
    size_t n = m->digests.len / SHA256_LEN;
    struct record r = {.json = json_loads(m->is_redacted ? m->shown : m->canonical, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL)};
    commitment(m->digests.at, (uint32_t)n, whole.at);
    bool ok = memcmp(whole.at, entry->at, SHA256_LEN) == 0 && json_is_object(r.json) && record_type_find(m->kind, &r.type) &&
              (m->is_redacted ? m->secret.len == 0 : m->secret.len == SECRET_LEN);
    struct parts parts = ok ? record_parts(a, &r) : (struct parts){0};
    ok = ok && (m->is_redacted ? parts.len <= n : parts.len == n);
    struct kept_signature kept = {0};
    ok = ok && signature_opens(a, m, &kept);
    if (ok)
        parts.at[PART_ENVELOPE] =
            envelope_text(a, &(struct envelope){m->submitter, m->on_behalf, m->role, m->kind, m->received_us, kept.mark});
    for (size_t i = 0; ok && i < parts.len; i++) {
        uint8_t digest[SHA256_LEN];
        if (m->is_redacted && m->parts & 1 << (i < PART_ELEMENTS ? i : PART_ELEMENTS))
            continue;
        if (m->is_redacted)
            salted_digest(m->salts.at + i * SHA256_LEN, parts.at[i], digest);
        else
            part_digest(m->secret.at, (uint32_t)i, parts.at[i], digest);
        ok = memcmp(digest, m->digests.at + i * SHA256_LEN, SHA256_LEN) == 0;
    }
    json_decref(r.json);
    return ok;
}

bool mirror_line_read(struct arena *a, const char *line, size_t len, const struct hash *entry, struct mirrored *out, struct error *err)
{
    CLEANUP(json_cleanup) json_t *o = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
    *out = (struct mirrored){.seq = -1};
    if (!json_is_object(o))
        return is_no_line(err, "not a JSON object");
    if (!read_members(a, o, out))
        return is_no_line(err, "a member is missing, or is not what it should be");
    return opens(a, out, entry) || is_no_line(err, "its contents are not what the log's entry commits to");
}
