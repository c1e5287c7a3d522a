/*
 * log - the public face of the log, and receipts: tiles, proofs, what they are proofs of.
 *
 * Nothing is answered beyond the size that the caller says is published.
 */
#include "session.h"

#include "pedigree/codec/envelope.h"
#include "pedigree/query/tiles.h"
#include "pedigree/tlog/checkpoint.h"
#include "pedigree/tlog/commitment.h"
#include "pedigree/tlog/tile.h"

#include <inttypes.h>
#include <string.h>

/* ---- tiles ---- */

struct entry_row {
    struct bytes commitment;
};
/* clang-format off */
static const struct column ENTRY_ROW[] = {COL(struct entry_row, commitment)};
QUERY LOG_ENTRIES = {.name = "log_entries",
    .sql = "SELECT commitment FROM record WHERE seq >= $1 AND seq < $2 ORDER BY seq", ROW(struct entry_row, ENTRY_ROW)};
/* clang-format on */

static bool query_bundle(const struct reader *r, const struct tile_id *id, struct span *out, struct error *err)
{
    struct rows rows;
    int64_t first = id->index * TILE_WIDTH;
    if (!db_query(r->db, r->arena, &LOG_ENTRIES, ARGS(INT8(first), INT8(first + id->width)), &rows, err))
        return false;
    uint8_t *bundle = arena_raw(r->arena, (size_t)id->width * BUNDLE_ENTRY);
    const struct entry_row *e = rows.at;
    bool is_whole = rows.len == (size_t)id->width;
    for (size_t i = 0; is_whole && i < rows.len; i++) {
        struct hash commitment;
        is_whole = e[i].commitment.len == SHA256_LEN;
        if (is_whole)
            memcpy(commitment.at, e[i].commitment.at, SHA256_LEN);
        bundle_entry(&commitment, bundle + i * BUNDLE_ENTRY);
    }
    *out = (struct span){bundle, (size_t)id->width * BUNDLE_ENTRY};
    return is_whole || error_set(err, ERR_INTERNAL, "the database was altered: of the records %" PRId64 " to %" PRId64
                                 " %zu are there, or not whole: `pedigreed audit` names them", first, first + id->width - 1, rows.len);
}

bool query_tile(const struct reader *r, const struct tile_id *id, struct span *out, struct error *err)
{
    struct tile_set t = {.cache = r->tiles, .arena = r->arena};
    if (id->level == TILE_OF_ENTRIES)
        return query_bundle(r, id, out, err);
    struct pipeline *p = pipeline_new(r->db, r->arena);
    if ((tiles_ask(&t, p, id, 1) && !pipeline_run(p, err)) || !tiles_take(&t, err))
        return false;
    *out = (struct span){t.at[0].nodes, (size_t)id->width * sizeof(struct hash)};
    return true;
}

/* ---- consistency ---- */

bool query_consistency(const struct reader *r, int64_t from, int64_t to, const char **text, struct error *err)
{
    struct tile_set t = {.cache = r->tiles, .arena = r->arena, .size = to};
    struct tile_id ids[TILES_OF_PROOF];
    struct tree_path path;
    struct text out = text_new(r->arena);
    struct pipeline *p = pipeline_new(r->db, r->arena);
    if (tiles_ask(&t, p, ids, tree_consistency_tiles(from, to, ids)) && !pipeline_run(p, err))
        return false;
    struct tree_source source = tree_of_set(&t);
    if (!tiles_take(&t, err) || !tree_consistency(&source, from, to, &path, err))
        return false;
    path_add(&path, &out);
    *text = text_str(&out);
    return true;
}

/* ---- receipts ---- */

struct receipt_row {
    int64_t received_us;
    const char *submitter, *on_behalf, *role, *kind;
    struct bytes secret;
};
/* clang-format off */
static const struct column RECEIPT_ROW[] = {COL(struct receipt_row, received_us), COL(struct receipt_row, submitter),
    COL(struct receipt_row, on_behalf), COL(struct receipt_row, role), COL(struct receipt_row, kind),
    COL(struct receipt_row, secret)};
QUERY RECEIPT_RECORD = {.name = "receipt_record",
    .sql = "SELECT r.received_us, r.submitter, r.on_behalf, r.role, r.kind, b.secret"
           "  FROM record r JOIN body b ON b.seq = r.seq WHERE r.seq = $1", ROW(struct receipt_row, RECEIPT_ROW)};
/* clang-format on */

struct receipt_ask {
    int64_t seq, size;
    const char *note;
    struct tile_cache *tiles;
};

/* What opens the commitment; of a redacted record nothing does, and the receipt proves its place alone. */
static struct span extra_of(struct arena *a, const struct receipt_row *row)
{
    struct span envelope = envelope_text(a, &(struct envelope){row->submitter, row->on_behalf, row->role, row->kind, row->received_us});
    if (row->secret.len != SECRET_LEN)
        return (struct span){NULL, 0};
    uint8_t *extra = arena_raw(a, SECRET_LEN + envelope.len);
    memcpy(extra, row->secret.at, SECRET_LEN);
    memcpy(extra + SECRET_LEN, envelope.at, envelope.len);
    return (struct span){extra, SECRET_LEN + envelope.len};
}

static bool may_have(const struct session *s, const struct rows *rows)
{
    const struct receipt_row *row = rows->at;
    return rows->len > 0 && (s->viewer.sees_all || viewer_is(&s->viewer, row->submitter) || viewer_is(&s->viewer, row->on_behalf));
}

static bool receipt_answer(struct session *s, const void *asked, const char **text, struct error *err)
{
    const struct receipt_ask *ask = asked;
    struct tile_set t = {.cache = ask->tiles, .arena = s->arena, .size = ask->size};
    struct tile_id ids[TILES_OF_PROOF];
    struct receipt r = {.index = ask->seq, .checkpoint = ask->note, .checkpoint_len = strlen(ask->note)};
    struct rows rows;
    struct pipeline *p = pipeline_new(s->db, s->arena);
    pipeline_add(p, &RECEIPT_RECORD, ARGS(INT8(ask->seq)), &rows);
    tiles_ask(&t, p, ids, tree_inclusion_tiles(ask->seq, ask->size, ids));
    if (!pipeline_run(p, err))
        return false;
    if (!may_have(s, &rows))
        return error_set(err, ERR_NOT_FOUND, "no record %" PRId64 " that is yours to prove", ask->seq);
    struct tree_source source = tree_of_set(&t);
    if (!tiles_take(&t, err) || !tree_inclusion(&source, ask->seq, ask->size, &r.path, err))
        return false;
    r.extra = extra_of(s->arena, rows.at);
    *text = receipt_text(s->arena, &r);
    return true;
}

bool query_receipt(const struct reader *r, int64_t seq, int64_t size, const char *note, const char **text, struct error *err)
{
    if (seq >= size)
        return error_set(err, ERR_NOT_FOUND, "no record %" PRId64 " that is yours to prove", seq);
    return session_ask(r, receipt_answer, &(struct receipt_ask){seq, size, note, r->tiles}, text, err);
}
