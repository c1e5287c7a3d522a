/*
 * pedigree_records - the records behind a chain, each as its reader may see it, and what proves that much of it.
 * Each as in prove.h, with "proof": its audit path to the checkpoint, where that reaches so far.
 */
#include "pedigree.h"
#include "prove.h"

#include "pedigree/codec/codec.h"
#include "pedigree/query/tiles.h"

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

/* The audit path; NULL with *err filled, or without: the checkpoint does not reach so far. */
static json_t *proof_json(struct session *s, struct arena *a, const struct pedigree_ask *ask, int64_t seq, struct error *err)
{
    struct tree_path path;
    if (!ask->note || seq >= ask->size || !prove_place(s, a, ask->tiles, seq, ask->size, &path, err))
        return NULL;
    json_t *list = json_array();
    for (size_t i = 0; i < path.len; i++)
        json_array_append_new(list, base64_json(a, path.hashes[i].at, SHA256_LEN));
    return list;
}

static bool add_record(struct session *s, const struct pedigree *p, const struct proved *o, const json_t *told, struct text *out,
                       struct error *err)
{
    size_t len;
    CLEANUP(json_cleanup) json_t *r = proved_json(o, told);
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
    const struct proved o = {s->arena, rows, seal, json_object_get(best, "record"), !json_object_get(best, "partial")};
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
        !load_seals(s, seqs, n, &seals, err))
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
