/* prove - see the header. */
#include "prove.h"

#include "pedigree/base/base64.h"
#include "pedigree/codec/codec.h"
#include "pedigree/codec/envelope.h"
#include "pedigree/query/tiles.h"
#include "pedigree/tlog/commitment.h"

#include <string.h>

/* clang-format off */
static const struct column SEAL_ROW[] = {COL(struct seal_row, seq), COL(struct seal_row, digests),
    COL(struct seal_row, secret), COL(struct seal_row, salts)};
QUERY PROVE_SEALS = {.name = "prove_seals",
    .sql = "SELECT r.seq, r.digests, b.secret, d.salts"
           "  FROM unnest($1::bigint[]) WITH ORDINALITY x(seq, place)"
           "  JOIN record r ON r.seq = x.seq JOIN body b ON b.seq = x.seq LEFT JOIN redaction d ON d.seq = x.seq"
           " ORDER BY x.place", ROW(struct seal_row, SEAL_ROW)};
/* clang-format on */

bool load_seals(struct session *s, const int64_t *seqs, size_t n, struct rows *out, struct error *err)
{
    return db_query(s->db, s->arena, &PROVE_SEALS, ARGS(INT8S(seqs, n)), out, err);
}

json_t *base64_json(struct arena *a, const void *at, size_t len)
{
    struct text t = text_new(a);
    base64_add(&t, at, len);
    return json_string(text_str(&t));
}

/* Whether all that `part` says is in `shown`. */
static bool is_within(const json_t *part, const json_t *shown)
{
    const char *key;
    json_t *value;
    size_t i;
    if (json_is_object(part) && json_is_object(shown)) {
        json_object_foreach((json_t *)(uintptr_t)part, key, value)
            if (!is_within(value, json_object_get(shown, key)))
                return false;
        return true;
    }
    if (json_is_array(part) && json_is_array(shown) && json_array_size(part) == json_array_size(shown)) {
        json_array_foreach(part, i, value)
            if (!is_within(value, json_array_get(shown, i)))
                return false;
        return true;
    }
    return shown && json_equal(part, shown);
}

/* An element of inputs or outputs stands alone in its part, among what is shown wherever it stands there. */
static bool is_element_within(const json_t *part, const json_t *shown)
{
    const char *key = json_object_iter_key(json_object_iter((json_t *)(uintptr_t)part));
    const json_t *element = json_array_get(json_object_get(part, key), 0), *list = json_object_get(shown, key);
    for (size_t i = 0; i < json_array_size(list); i++)
        if (json_equal(element, json_array_get(list, i)))
            return true;
    return false;
}

static bool is_zero(const uint8_t *at, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (at[i])
            return false;
    return true;
}

static bool salt_of(const struct proved *o, size_t i, uint8_t out[static SHA256_LEN])
{
    size_t n = o->seal->digests.len / SHA256_LEN;
    if (o->seal->secret.len == SECRET_LEN) {
        part_salt(o->seal->secret.at, (uint32_t)i, out);
        return true;
    }
    if (o->seal->salts.len != n * SHA256_LEN || is_zero(o->seal->salts.at + i * SHA256_LEN, SHA256_LEN))
        return false;
    memcpy(out, o->seal->salts.at + i * SHA256_LEN, SHA256_LEN);
    return true;
}

static bool may_open(const struct proved *o, size_t i, const json_t *part)
{
    if (o->is_whole)
        return true;
    if (json_object_size(part) == 0)
        return false;
    return i < PART_ELEMENTS ? is_within(part, o->shown) : is_element_within(part, o->shown);
}

static json_t *part_row(const struct proved *o, size_t i, const struct parts *parts)
{
    uint8_t salt[SHA256_LEN], digest[SHA256_LEN];
    const uint8_t *known = o->seal->digests.at + i * SHA256_LEN;
    bool has_salt = salt_of(o, i, salt);
    if (i == PART_ENVELOPE && has_salt)
        return json_pack("{s:o}", "salt", base64_json(o->arena, salt, SHA256_LEN));
    if (i != PART_ENVELOPE && has_salt && i < parts->len) {
        CLEANUP(json_cleanup) json_t *part = json_loadb(parts->at[i].at, parts->at[i].len, JSON_ALLOW_NUL, NULL);
        salted_digest(salt, parts->at[i], digest);
        if (part && memcmp(digest, known, SHA256_LEN) == 0 && may_open(o, i, part))
            return json_pack("{s:o, s:O}", "salt", base64_json(o->arena, salt, SHA256_LEN), "part", part);
    }
    return json_pack("{s:o}", "digest", base64_json(o->arena, known, SHA256_LEN));
}

static void put_parts(json_t *out, const struct proved *o)
{
    struct record record = {.json = NULL};
    json_t *body = parse_body(o->row), *list = json_array();
    struct parts parts = {0};
    record.json = body;
    if (body && record_type_find(o->row->kind, &record.type))
        parts = record_parts(o->arena, &record);
    for (size_t i = 0; i < o->seal->digests.len / SHA256_LEN; i++)
        json_array_append_new(list, part_row(o, i, &parts));
    put(out, "parts", list);
    json_decref(body);
}

static json_t *envelope_json(struct arena *a, const struct record_row *r)
{
    struct kept_signature kept = {0};
    if (r->signature)
        signature_kept(a, r->signature, &kept);
    struct span text =
        envelope_text(a, &(struct envelope){r->submitter, r->on_behalf, r->role, r->kind, r->received_us, kept.mark});
    return json_loadb(text.at, text.len, JSON_ALLOW_NUL, NULL);
}

json_t *proved_json(const struct proved *o, const json_t *told)
{
    json_t *r = json_pack("{s:I, s:O, s:o}", "seq", (json_int_t)o->row->seq, "record", o->shown, "envelope", envelope_json(o->arena, o->row));
    put(r, "redacted", json_incref(json_object_get(told, "redacted")));
    if (o->is_whole && o->seal->secret.len == SECRET_LEN)
        put(r, "secret", base64_json(o->arena, o->seal->secret.at, SECRET_LEN));
    else
        put_parts(r, o);
    if (!o->is_whole)
        put(r, "partial", json_true());
    return r;
}

/* Tiles of records that lie near each other are the same, and mostly at hand. */
bool prove_place(struct session *s, struct arena *a, struct tile_cache *tiles, int64_t seq, int64_t size, struct tree_path *out,
                 struct error *err)
{
    CLEANUP(tiles_done) struct tile_set t = {.cache = tiles};
    struct tile_id ids[TILES_OF_PROOF];
    struct tree_source source = tree_of_set(&t);
    tiles_find(&t, ids, tree_inclusion_tiles(seq, size, ids));
    if (t.missing > 0) {
        struct pipeline *p = pipeline_new(s->db, a);
        tiles_ask(&t, p);
        if (!pipeline_run(p, err))
            return false;
    }
    return tiles_take(&t, err) && tree_inclusion(&source, seq, size, out, err);
}
