/*
 * pedigree_records - the records behind a chain, each as its reader may see it, and what proves that much of it.
 *
 *   whole:   {"envelope", "proof", "record", "secret", "seq"}
 *   a part:  {"envelope", "partial": true, "parts": [..], "proof", "record", "seq"}, and "redacted" if it was
 *
 * A part of the commitment is given with its salt, {"part": .., "salt": ..}, if all of it is in what the reader is
 * shown; of the others, and of empty ones, there is the digest: {"digest": ..}.  Part 0 is the envelope.  So nothing
 * is given away that other routes do not show, but the capacity of the key that the record came with.
 */
#include "pedigree.h"
#include "stored.h"

#include "pedigree/base/base64.h"
#include "pedigree/codec/codec.h"
#include "pedigree/codec/envelope.h"
#include "pedigree/query/tiles.h"
#include "pedigree/tlog/commitment.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK = 64 };

/* clang-format off */
struct custody_row {
    int64_t place, seq; /* place: of the lot among those asked for, from 1 */
};
static const struct column CUSTODY_ROW[] = {COL(struct custody_row, place), COL(struct custody_row, seq)};
QUERY PEDIGREE_CUSTODY = {.name = "pedigree_custody",
    .sql = "SELECT DISTINCT x.place, c.seq"
           "  FROM unnest($1::bigint[]) WITH ORDINALITY x(lot, place) JOIN custody c ON c.lot = x.lot"
           " ORDER BY c.seq, x.place LIMIT 20001", ROW(struct custody_row, CUSTODY_ROW)};

struct way_row {
    int64_t seq, lot;
    const char *sight, *code;
};
static const struct column WAY_ROW[] = {COL(struct way_row, seq), COL(struct way_row, lot), COL(struct way_row, sight),
    COL(struct way_row, code)};
QUERY PEDIGREE_WAYS = {.name = "pedigree_ways",
    .sql = "SELECT x.seq, coalesce(w.lot, 0) AS lot, coalesce(w.sight, 'none') AS sight, w.code"
           "  FROM unnest($2::bigint[]) WITH ORDINALITY x(seq, place)"
           "  LEFT JOIN LATERAL record_way($1::bigint, x.seq) w ON true ORDER BY x.place", ROW(struct way_row, WAY_ROW)};

struct seal_row {
    int64_t seq;
    struct bytes digests, secret, salts;
};
static const struct column SEAL_ROW[] = {COL(struct seal_row, seq), COL(struct seal_row, digests),
    COL(struct seal_row, secret), COL(struct seal_row, salts)};
QUERY PEDIGREE_SEALS = {.name = "pedigree_seals",
    .sql = "SELECT r.seq, r.digests, b.secret, d.salts"
           "  FROM unnest($1::bigint[]) WITH ORDINALITY x(seq, place)"
           "  JOIN record r ON r.seq = x.seq JOIN body b ON b.seq = x.seq LEFT JOIN redaction d ON d.seq = x.seq"
           " ORDER BY x.place", ROW(struct seal_row, SEAL_ROW)};
/* clang-format on */

/* ---- which records, and through which lots ---- */

struct readings {
    struct reading *at; /* by seq, then the most that the reader is to the lot */
    size_t len, cap;
};

static bool too_many(struct error *err)
{
    return error_set(err, ERR_INVALID, "the chain has more records than one file holds, %d: ask for the lots above this one, "
                     "each for its own, or page through trace and records", PEDIGREE_RECORDS);
}

static int by_seq(const void *left, const void *right)
{
    const struct reading *a = left, *b = right;
    if (a->seq != b->seq)
        return a->seq < b->seq ? -1 : 1;
    if (a->sight != b->sight)
        return a->sight > b->sight ? -1 : 1;
    return (a->lot > b->lot) - (a->lot < b->lot);
}

static int by_number(const void *left, const void *right)
{
    const int64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static bool has_seq(const struct readings *r, size_t len, int64_t seq)
{
    size_t low = 0, high = len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (r->at[middle].seq < seq)
            low = middle + 1;
        else
            high = middle;
    }
    return low < len && r->at[low].seq == seq;
}

static bool add_custody(struct session *s, const struct pedigree *p, struct readings *out, struct error *err)
{
    struct rows rows;
    if (!db_query(s->db, s->arena, &PEDIGREE_CUSTODY, ARGS(INT8S(p->lots.at, p->lots.len)), &rows, err))
        return false;
    if (rows.len > PEDIGREE_READINGS)
        return too_many(err);
    const struct custody_row *c = rows.at;
    for (size_t i = 0; i < rows.len; i++) {
        size_t k = (size_t)c[i].place - 1;
        *vec_push(s->arena, out) = (struct reading){c[i].seq, p->lots.at[k], p->sights[k], p->codes[k]};
    }
    return true;
}

/* What flags name that is not of the chain's custody: certificates, alerts, other parties' records. */
static size_t named_by_flags(struct session *s, const struct pedigree *p, const struct readings *r, int64_t **out)
{
    struct {
        int64_t *at;
        size_t len, cap;
    } seqs = {0};
    size_t known = r->len, n = 0;
    for (size_t i = 0; i < p->rows_len; i++) {
        size_t len = 0;
        const struct flag_row *flags = pedigree_flags(p, p->rows[i].lot, &len);
        for (size_t f = 0; p->sights[i] >= SIGHT_OWNER && f < len; f++) {
            CLEANUP(json_cleanup) json_t *evidence = json_loads(flags[f].evidence, JSON_ALLOW_NUL, NULL);
            json_t *seq;
            size_t k;
            json_array_foreach(json_object_get(evidence, "records"), k, seq)
                if (json_is_integer(seq) && !has_seq(r, known, json_integer_value(seq)))
                    *vec_push(s->arena, &seqs) = json_integer_value(seq);
        }
    }
    if (seqs.len > 0)
        qsort(seqs.at, seqs.len, sizeof *seqs.at, by_number);
    for (size_t i = 0; i < seqs.len; i++)
        if (i == 0 || seqs.at[i] != seqs.at[i - 1])
            seqs.at[n++] = seqs.at[i];
    *out = seqs.at;
    return n;
}

static bool add_evidence(struct session *s, const struct pedigree *p, struct readings *out, struct error *err)
{
    int64_t *seqs;
    struct rows rows;
    size_t n = named_by_flags(s, p, out, &seqs);
    if (n > PEDIGREE_RECORDS)
        return too_many(err);
    if (!db_query(s->db, s->arena, &PEDIGREE_WAYS, ARGS(INT8(s->viewer.class_), INT8S(seqs, n)), &rows, err))
        return false;
    const struct way_row *w = rows.at;
    for (size_t i = 0; i < rows.len; i++) {
        struct reading r = {.seq = w[i].seq, .lot = s->viewer.sees_all ? 0 : w[i].lot, .code = w[i].code};
        sight_find(w[i].sight, &r.sight);
        *vec_push(s->arena, out) = r;
    }
    return true;
}

/* Who may see all needs one way to each record. */
static void keep_one_way(struct readings *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->len; i++)
        if (n == 0 || r->at[n - 1].seq != r->at[i].seq)
            r->at[n++] = r->at[i];
    r->len = n;
}

static bool find_readings(struct session *s, const struct pedigree *p, struct readings *out, struct error *err)
{
    size_t records = 0;
    if (!add_custody(s, p, out, err))
        return false;
    if (out->len > 0)
        qsort(out->at, out->len, sizeof *out->at, by_seq);
    if (!add_evidence(s, p, out, err))
        return false;
    if (out->len > 0)
        qsort(out->at, out->len, sizeof *out->at, by_seq);
    if (s->viewer.sees_all)
        keep_one_way(out);
    for (size_t i = 0; i < out->len; i++)
        records += i == 0 || out->at[i].seq != out->at[i - 1].seq;
    return records <= PEDIGREE_RECORDS || too_many(err);
}

/* ---- what proves a record ---- */

static json_t *base64_json(struct arena *a, const void *at, size_t len)
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

struct opened { /* a record, with what there is to open its commitment */
    struct arena *arena;
    const struct record_row *row;
    const struct seal_row *seal;
    json_t *shown;
    bool is_whole; /* its reader may see all that is left of it */
};

static bool salt_of(const struct opened *o, size_t i, uint8_t out[static SHA256_LEN])
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

static bool may_open(const struct opened *o, size_t i, const json_t *part)
{
    if (o->is_whole)
        return true;
    if (json_object_size(part) == 0)
        return false;
    return i < PART_ELEMENTS ? is_within(part, o->shown) : is_element_within(part, o->shown);
}

static json_t *part_row(const struct opened *o, size_t i, const struct parts *parts)
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

static void put_parts(json_t *out, const struct opened *o)
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

/* Tiles of records that lie near each other are the same, and mostly at hand. */
static bool find_path(struct session *s, struct arena *a, const struct pedigree_ask *ask, int64_t seq, struct tree_path *out,
                      struct error *err)
{
    CLEANUP(tiles_done) struct tile_set t = {.cache = ask->tiles};
    struct tile_id ids[TILES_OF_PROOF];
    struct tree_source source = tree_of_set(&t);
    tiles_find(&t, ids, tree_inclusion_tiles(seq, ask->size, ids));
    if (t.missing > 0) {
        struct pipeline *p = pipeline_new(s->db, a);
        tiles_ask(&t, p);
        if (!pipeline_run(p, err))
            return false;
    }
    return tiles_take(&t, err) && tree_inclusion(&source, seq, ask->size, out, err);
}

/* The audit path; NULL with *err filled, or without: the checkpoint does not reach so far. */
static json_t *proof_json(struct session *s, struct arena *a, const struct pedigree_ask *ask, int64_t seq, struct error *err)
{
    struct tree_path path;
    if (!ask->note || seq >= ask->size || !find_path(s, a, ask, seq, &path, err))
        return NULL;
    json_t *list = json_array();
    for (size_t i = 0; i < path.len; i++)
        json_array_append_new(list, base64_json(a, path.hashes[i].at, SHA256_LEN));
    return list;
}

static bool add_record(struct session *s, const struct pedigree *p, const struct opened *o, const json_t *told, struct text *out,
                       struct error *err)
{
    size_t len;
    CLEANUP(json_cleanup) json_t *r = json_pack("{s:I, s:O, s:o}", "seq", (json_int_t)o->row->seq, "record", o->shown,
                                                "envelope", envelope_json(o->arena, o->row));
    put(r, "redacted", json_incref(json_object_get(told, "redacted")));
    if (o->is_whole && o->seal->secret.len == SECRET_LEN)
        put(r, "secret", base64_json(o->arena, o->seal->secret.at, SECRET_LEN));
    else
        put_parts(r, o);
    if (!o->is_whole)
        put(r, "partial", json_true());
    put(r, "proof", proof_json(s, o->arena, p->ask, o->row->seq, err));
    if (err->code != ERR_OK)
        return false;
    const char *text = json_canonical(o->arena, r, &len);
    if (out->at[out->len - 1] != '[')
        text_add_c(out, ',');
    text_add_n(out, text, len);
    return !pedigree_is_full(out, err);
}

/* ---- all of them ---- */

/* Of one record, read in `n` ways: the first that shows it whole, else the first that shows anything. */
static bool add_best(struct session *s, const struct pedigree *p, const struct reading *ways, const struct record_row *rows,
                     size_t n, const struct seal_row *seal, struct text *out, struct error *err)
{
    CLEANUP(json_cleanup) json_t *best = NULL;
    for (size_t i = 0; i < n; i++) {
        json_t *told = record_json(s, &rows[i], ways[i].sight, ways[i].code);
        if (told && (!best || (json_object_get(best, "partial") && !json_object_get(told, "partial")))) {
            json_decref(best);
            best = json_incref(told);
        }
        json_decref(told);
    }
    const struct opened o = {s->arena, rows, seal, json_object_get(best, "record"), !json_object_get(best, "partial")};
    return !best || add_record(s, p, &o, best, out, err);
}

/* Of the readings those of whole records, as many as a chunk takes; a record of more ways is a chunk of its own. */
static size_t chunk_of(const struct readings *r, size_t from)
{
    size_t n = 0;
    while (from + n < r->len && (n < CHUNK || r->at[from + n].seq == r->at[from + n - 1].seq))
        n++;
    return n;
}

static bool add_chunk(struct session *s, const struct pedigree *p, const struct reading *ways, size_t n, struct text *out,
                      struct error *err)
{
    struct rows rows, seals;
    int64_t *seqs = ARENA_ARRAY(s->arena, int64_t, n);
    for (size_t i = 0; i < n; i++)
        seqs[i] = ways[i].seq;
    if (!load_records(s, s->arena, ways, n, &rows, err) ||
        !db_query(s->db, s->arena, &PEDIGREE_SEALS, ARGS(INT8S(seqs, n)), &seals, err))
        return false;
    const struct record_row *r = rows.at;
    const struct seal_row *seal = seals.at;
    for (size_t i = 0; i < n; i++)
        if (i >= rows.len || i >= seals.len || r[i].seq != seqs[i] || seal[i].seq != seqs[i])
            return log_is_damaged(err, "record", seqs[i]);
    for (size_t i = 0, k; i < n; i += k) {
        for (k = 1; i + k < n && ways[i + k].seq == ways[i].seq; k++)
            ;
        if (!add_best(s, p, ways + i, r + i, k, seal + i, out, err))
            return false;
    }
    return true;
}

bool pedigree_add_records(struct session *s, const struct pedigree *p, struct text *out, struct error *err)
{
    struct readings r = {0};
    struct arena passing, *own = s->arena;
    bool ok = find_readings(s, p, &r, err);
    text_add_c(out, '[');
    arena_init(&passing, 0);
    s->arena = &passing; /* what one chunk takes is given back before the next */
    for (size_t i = 0, n; ok && i < r.len; i += n) {
        n = chunk_of(&r, i);
        ok = add_chunk(s, p, r.at + i, n, out, err);
        arena_reset(&passing);
    }
    s->arena = own;
    text_add_c(out, ']');
    return ok;
}
