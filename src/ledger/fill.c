/* fill - see the header. */
#include "pedigree/ledger/fill.h"
#include "knowledge.h"
#include "redact.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/tlog/commitment.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { LEDGER_LOCK = 0x50454449, ORDINALS = 4096, HOLES = 10000 };

DEFINE_CLEANUP(json_t, json, json_decref)

struct fill {
    struct db *db;
    struct arena passing; /* of one record */
    bool is_changed;
};

struct place_row {
    struct bytes commitment;
    bool is_hole;
};
struct taken_row {
    bool is_taken;
};
struct says_row {
    int64_t seq;
    const char *canonical;
};
struct hole_row {
    int64_t seq;
};
/* clang-format off */
static const struct column PLACE_ROW[] = {COL(struct place_row, commitment), COL(struct place_row, is_hole)};
static const struct column TAKEN_ROW[] = {COL(struct taken_row, is_taken)};
static const struct column SAYS_ROW[] = {COL(struct says_row, seq), COL(struct says_row, canonical)};
static const struct column HOLE_ROW[] = {COL(struct hole_row, seq)};
QUERY FILL_BEGIN = {.name = "fill_begin", .sql = "BEGIN"};
QUERY FILL_COMMIT = {.name = "fill_commit", .sql = "COMMIT"};
QUERY FILL_LOCK = {.name = "fill_lock", .sql = "SELECT pg_advisory_xact_lock($1)"};
QUERY FILL_PLACE = {.name = "fill_place",
    .sql = "SELECT r.commitment, octet_length(r.digests) = 0 AND b.seq IS NULL AS is_hole"
           "  FROM record r LEFT JOIN body b ON b.seq = r.seq WHERE r.seq = $1", ROW(struct place_row, PLACE_ROW)};
QUERY FILL_TAKEN_KEY = {.name = "fill_taken_key",
    .sql = "SELECT EXISTS (SELECT FROM record r WHERE coalesce(r.on_behalf, r.submitter) = $1 AND r.key = $2) AS is_taken",
    ROW(struct taken_row, TAKEN_ROW)};
QUERY FILL_RECORD = {.name = "fill_record",
    .sql = "UPDATE record SET submitter = $2, on_behalf = $3, role = $4, kind = $5, received_us = $6, key = $7, digests = $8"
           " WHERE seq = $1"};
QUERY FILL_BODY = {.name = "fill_body", .sql = "INSERT INTO body (seq, secret, canonical, signature) VALUES ($1, $2, $3, $4)"};
QUERY FILL_SAYS = {.name = "fill_says",
    .sql = "SELECT r.seq, b.canonical FROM record r JOIN body b ON b.seq = r.seq"
           " WHERE r.kind = 'redacted' AND r.role = 'operator' AND r.on_behalf IS NULL ORDER BY r.seq", ROW(struct says_row, SAYS_ROW)};
QUERY FILL_STATE = {.name = "fill_state", .sql = "UPDATE ledger_state SET catalogue = $1"};
QUERY FILL_HOLES = {.name = "fill_holes",
    .sql = "SELECT r.seq FROM record r WHERE r.seq > $1 AND octet_length(r.digests) = 0 ORDER BY r.seq LIMIT $2",
    ROW(struct hole_row, HOLE_ROW)};
/* clang-format on */

struct fill *ledger_fill_begin(const char *conninfo, struct error *err)
{
    struct fill *f = calloc(1, sizeof *f);
    if (!f)
        abort();
    f->db = db_new(conninfo, STORE_SETTINGS);
    arena_init(&f->passing, 0);
    if (db_query(f->db, &f->passing, &FILL_BEGIN, NO_ARGS, NULL, err) &&
        db_query(f->db, &f->passing, &FILL_LOCK, ARGS(INT8(LEDGER_LOCK)), NULL, err))
        return f;
    ledger_fill_free(f);
    return NULL;
}

void ledger_fill_free(struct fill *f)
{
    if (!f)
        return;
    db_end(f->db);
    db_free(f->db);
    arena_reset(&f->passing);
    free(f);
}

/* ---- one record ---- */

static enum fill_answer lost(bool ok)
{
    return ok ? FILL_TAKEN : FILL_LOST;
}

static enum fill_answer refused(struct error *err, const char *why, int64_t seq)
{
    error_set(err, ERR_CONFLICT, "%s %" PRId64, why, seq);
    return FILL_REFUSED;
}

static enum fill_answer find_place(struct fill *f, const struct refill *r, struct error *err)
{
    struct rows rows;
    if (!db_query(f->db, &f->passing, &FILL_PLACE, ARGS(INT8(r->seq)), &rows, err))
        return FILL_LOST;
    const struct place_row *p = rows.at;
    if (rows.len == 0)
        return refused(err, "the database has no record", r->seq);
    if (p->commitment.len != SHA256_LEN || memcmp(p->commitment.at, r->commitment.at, SHA256_LEN) != 0)
        return refused(err, "record and receipt do not make what the database has as entry", r->seq);
    return p->is_hole ? FILL_TAKEN : FILL_NEEDLESS;
}

/* Which of several equal ones without id it was nobody knows any more; they are equal. */
static enum fill_answer find_key(struct fill *f, const struct refill *r, uint8_t key[static 16], struct error *err)
{
    const char *owner = r->envelope.on_behalf ? r->envelope.on_behalf : r->envelope.submitter, *id = r->decoded->record->id;
    for (int64_t ordinal = 0; ordinal < (id ? 1 : ORDINALS); ordinal++) {
        struct rows rows;
        if (id)
            key_of_id(id, key);
        else
            key_of_content(r->decoded->digest, ordinal, key);
        if (!db_query(f->db, &f->passing, &FILL_TAKEN_KEY, ARGS(TEXT(owner), BYTES(key, 16)), &rows, err))
            return FILL_LOST;
        if (!((const struct taken_row *)rows.at)->is_taken)
            return FILL_TAKEN;
    }
    return refused(err, "another record has the id of record", r->seq);
}

static bool put(struct fill *f, const struct refill *r, const uint8_t key[static 16], struct error *err)
{
    const struct envelope *e = &r->envelope;
    struct pipeline *p = pipeline_new(f->db, &f->passing);
    pipeline_add(p, &FILL_RECORD, ARGS(INT8(r->seq), TEXT(e->submitter), TEXT(e->on_behalf), TEXT(e->role), TEXT(e->type),
                                       INT8(e->received_us), BYTES(key, 16), BYTES(r->digests, r->parts * SHA256_LEN)), NULL);
    pipeline_add(p, &FILL_BODY, ARGS(INT8(r->seq), BYTES(r->secret, SECRET_LEN), TEXT(r->decoded->canonical), TEXT(r->signature)), NULL);
    f->is_changed = true;
    return pipeline_run(p, err);
}

enum fill_answer ledger_fill_add(struct fill *f, const struct refill *r, struct error *err)
{
    uint8_t key[16];
    arena_reset(&f->passing);
    enum fill_answer answer = find_place(f, r, err);
    if (answer == FILL_TAKEN)
        answer = find_key(f, r, key, err);
    return answer == FILL_TAKEN ? lost(put(f, r, key, err)) : answer;
}

/* ---- what was taken away since ---- */

/* Of one `redacted`: nothing if its record is still a hole, or lacks all of it already. */
static bool take_away(struct fill *f, const struct says_row *row, struct error *err)
{
    struct arena a;
    struct decoded says;
    const struct redact_target *t = NULL;
    struct redaction r;
    arena_init(&a, 0);
    CLEANUP(json_cleanup) json_t *keep = json_array();
    bool ok = record_decode(&a, row->canonical, strlen(row->canonical), &says, err);
    if (ok)
        json_array_append_new(keep, says.record->json);
    ok = ok && redact_find(f->db, &a, says.record->target_seq, &t, err);
    if (ok && t && ((part_set)t->parts & redacted_parts(says.record)) != redacted_parts(says.record)) {
        struct pipeline *p = pipeline_new(f->db, &a);
        ok = redact_make(&a, keep, says.record, row->seq, t, &r, err);
        if (ok)
            redaction_add(p, &r);
        ok = ok && pipeline_run(p, err);
    }
    arena_reset(&a);
    return ok;
}

static bool take_all_away(struct fill *f, struct error *err)
{
    struct rows rows;
    if (!db_query(f->db, &f->passing, &FILL_SAYS, NO_ARGS, &rows, err))
        return false;
    const struct says_row *row = rows.at;
    for (size_t i = 0; i < rows.len; i++)
        if (!take_away(f, &row[i], err))
            return false;
    return true;
}

/* ---- what remains ---- */

struct run { /* of holes, that goes on; first < 0: none does */
    int64_t first, last;
};

static void end_run(struct run *r, void (*hole)(int64_t first, int64_t last))
{
    if (r->first >= 0 && hole)
        hole(r->first, r->last);
    r->first = -1;
}

static bool tell_holes(struct fill *f, void (*hole)(int64_t first, int64_t last), int64_t *remain, struct error *err)
{
    struct run run = {-1, -1};
    struct rows rows = {.len = HOLES};
    *remain = 0;
    while (rows.len == HOLES) {
        arena_reset(&f->passing);
        if (!db_query(f->db, &f->passing, &FILL_HOLES, ARGS(INT8(run.last), INT8(HOLES)), &rows, err))
            return false;
        const struct hole_row *row = rows.at;
        for (size_t i = 0; i < rows.len; i++) {
            if (row[i].seq != run.last + 1)
                end_run(&run, hole);
            run = (struct run){run.first < 0 ? row[i].seq : run.first, row[i].seq};
        }
        *remain += (int64_t)rows.len;
    }
    end_run(&run, hole);
    return true;
}

bool ledger_fill_end(struct fill *f, void (*hole)(int64_t first, int64_t last), int64_t *remain, struct error *err)
{
    arena_reset(&f->passing);
    if (f->is_changed && (!take_all_away(f, err) ||
                          !db_query(f->db, &f->passing, &FILL_STATE, ARGS(TEXT(CATALOGUE_OF_REBUILD)), NULL, err)))
        return false;
    return tell_holes(f, hole, remain, err) && db_query(f->db, &f->passing, &FILL_COMMIT, NO_ARGS, NULL, err);
}
