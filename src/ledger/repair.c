/*
 * repair - a database that lost its end is rolled forward from a mirror; see pedigree/ledger/mirror.h.
 *
 * One transaction under the ledger's lock: the entries behind what is there, then the root over all of them against
 * the signed checkpoint, then the contents.  A place whose contents the mirror does not have is a hole: a record without
 * body and digests, whose entry stands.  Then nothing commits until the projections are rebuilt.
 */
#include "pedigree/ledger/mirror.h"
#include "mirror_line.h"
#include "store.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/tlog/tile.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEDGER_LOCK = 0x50454449, FILE_MOST = 1 << 30 };

struct head_row {
    int64_t size, received_us;
    int32_t day;
};
/* clang-format off */
static const struct column HEAD_ROW[] = {COL(struct head_row, size), COL(struct head_row, received_us),
    COL(struct head_row, day)};
QUERY REPAIR_BEGIN = {.name = "repair_begin", .sql = "BEGIN"};
QUERY REPAIR_COMMIT = {.name = "repair_commit", .sql = "COMMIT"};
QUERY REPAIR_LOCK = {.name = "repair_lock", .sql = "SELECT pg_advisory_xact_lock($1)"};
QUERY REPAIR_HEAD = {.name = "repair_head",
    .sql = "SELECT h.size, coalesce((SELECT r.received_us FROM record r WHERE r.seq = h.size - 1), 0) AS received_us,"
           "       coalesce((SELECT day FROM ledger_state), 0) AS day"
           "  FROM (SELECT coalesce(max(size), 0) AS size FROM log_head) h",
    ROW(struct head_row, HEAD_ROW)};
QUERY REPAIR_RECORD = {.name = "repair_record",
    .sql = "INSERT INTO record (seq, submitter, on_behalf, role, kind, received_us, key, digests, commitment)"
           " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"};
QUERY REPAIR_BODY = {.name = "repair_body",
    .sql = "INSERT INTO body (seq, secret, canonical, signature) VALUES ($1, $2, $3, $4)"};
QUERY REPAIR_REDACTION = {.name = "repair_redaction",
    .sql = "INSERT INTO redaction (seq, by_seq, parts, is_void, salts, shown) VALUES ($1, $2, $3, $4, $5, $6)"};
QUERY REPAIR_NODE = {.name = "repair_node", .sql = "INSERT INTO node (level, index, hash) VALUES ($1, $2, $3)"};
QUERY REPAIR_NEW_HEAD = {.name = "repair_new_head",
    .sql = "INSERT INTO log_head (size, previous, day, reference, root) VALUES ($1, nullif($2, 0), $3, -1, $4)"};
QUERY REPAIR_STATE = {.name = "repair_state",
    .sql = "INSERT INTO ledger_state (day, catalogue) VALUES ($1, $2) ON CONFLICT (only_one) DO UPDATE SET catalogue = excluded.catalogue"};
/* clang-format on */

struct repair {
    const struct repair_options *o;
    struct repair_result *out;
    struct db *db;
    struct arena arena;   /* of the whole */
    struct arena passing; /* of one bundle */
    struct checkpoint checkpoint;
    struct tree_edge edge;
    int64_t last_us;
};

/* ---- the mirror's files ---- */

/* NULL without an error: there is none. */
static char *read_file(struct arena *a, const char *path, size_t *len, struct error *err)
{
    FILE *f = fopen(path, "re");
    if (!f) {
        if (errno != ENOENT)
            error_set(err, ERR_UNAVAILABLE, "%.300s: cannot be read: %s", path, strerror(errno));
        return NULL;
    }
    long size = fseek(f, 0, SEEK_END) == 0 ? ftell(f) : -1;
    bool ok = size >= 0 && size < FILE_MOST && fseek(f, 0, SEEK_SET) == 0;
    char *text = arena_alloc(a, ok ? (size_t)size + 1 : 1);
    *len = ok ? fread(text, 1, (size_t)size, f) : 0;
    ok = ok && *len == (size_t)size;
    if (!ok)
        error_set(err, ERR_UNAVAILABLE, "%.300s: cannot be read: it is cut, or too large", path);
    fclose(f);
    return ok ? text : NULL;
}

static const char *index_path(struct arena *a, const struct tile_id *id)
{
    return tile_path(a, &(struct tile_id){TILE_OF_ENTRIES, id->index, id->width});
}

static bool is_signed(const struct repair *x, const struct note *n)
{
    bool by_us = false;
    for (size_t i = 0; i < x->o->keys_len; i++) {
        enum note_verdict v = note_verify(n, &x->o->keys[i], NULL);
        if (v == NOTE_FORGED)
            return false;
        by_us |= v == NOTE_SIGNED;
    }
    return by_us;
}

static bool read_checkpoint(struct repair *x, struct error *err)
{
    size_t len;
    struct note n;
    struct error why = {0};
    const char *path = arena_printf(&x->arena, "%s/checkpoint", x->o->dir);
    const char *text = read_file(&x->arena, path, &len, err);
    if (!text)
        return error_set(err, ERR_INVALID, "%.300s: is not there: a mirror of the log has one", path);
    if (!note_parse(&x->arena, text, len, &n, &why) || !checkpoint_parse(&x->arena, n.text, n.text_len, &x->checkpoint, &why))
        return error_set(err, ERR_INVALID, "%.200s: %.180s", path, why.detail);
    if (!is_signed(x, &n))
        return error_set(err, ERR_INVALID, "%.300s: is not signed by the log's key", path);
    return x->checkpoint.size >= x->o->at_least ||
           error_set(err, ERR_CONFLICT, "%.200s: is of %" PRId64 " records, and %" PRId64 " were acknowledged: a newer mirror is needed", path,
                     x->checkpoint.size, x->o->at_least);
}

/* ---- the places ---- */

static struct tile_id bundle_of(const struct repair *x, int64_t seq)
{
    int64_t index = seq / TILE_WIDTH, left = x->checkpoint.size - index * TILE_WIDTH;
    return (struct tile_id){0, index, left < TILE_WIDTH ? (int)left : TILE_WIDTH};
}

static const struct hash *load_entries(struct repair *x, const struct tile_id *id, struct error *err)
{
    size_t len;
    struct error why = {0};
    const char *path = arena_printf(&x->passing, "%s/tile/%s", x->o->dir, index_path(&x->passing, id));
    const char *bytes = read_file(&x->passing, path, &len, err);
    struct hash *entries = ARENA_ARRAY(&x->passing, struct hash, TILE_WIDTH);
    if (!bytes) {
        error_set(err, ERR_CONFLICT, "%.300s: is not there: the mirror has not all of its checkpoint's log", path);
        return NULL;
    }
    if (!bundle_parse(bytes, len, (size_t)id->width, entries, &why)) {
        error_set(err, ERR_INVALID, "%.200s: %.180s", path, why.detail);
        return NULL;
    }
    return entries;
}

static bool insert_node(struct repair *x, const struct tile_node *n, struct error *err)
{
    return db_query(x->db, &x->passing, &REPAIR_NODE, ARGS(INT4(n->level), INT8(n->index), BYTES(n->hash.at, SHA256_LEN)), NULL, err);
}

static bool grow(struct repair *x, const struct hash *entry, struct error *err)
{
    struct hash leaf;
    struct tile_node made[TILE_LEVELS];
    tree_leaf(entry->at, SHA256_LEN, &leaf);
    size_t n = edge_append(&x->edge, &leaf, made);
    for (size_t i = 0; i < n; i++)
        if (!insert_node(x, &made[i], err))
            return false;
    return true;
}

/* ---- the contents ---- */

static bool insert_hole(struct repair *x, int64_t seq, const struct hash *entry, struct error *err)
{
    x->out->holes++;
    if (x->out->hole)
        x->out->hole(seq);
    return db_query(x->db, &x->passing, &REPAIR_RECORD,
                    ARGS(INT8(seq), TEXT(""), TEXT(NULL), TEXT(""), TEXT(""), INT8(x->last_us), BYTES(entry->at, 16),
                         BYTES((const uint8_t *)"", 0), BYTES(entry->at, SHA256_LEN)), NULL, err);
}

static bool insert_record(struct repair *x, const struct mirrored *m, const struct hash *entry, struct error *err)
{
    struct arena *a = &x->passing;
    x->last_us = m->received_us;
    return db_query(x->db, a, &REPAIR_RECORD,
                    ARGS(INT8(m->seq), TEXT(m->submitter), TEXT(m->on_behalf), TEXT(m->role), TEXT(m->kind), INT8(m->received_us),
                         BYTES(m->key.at, m->key.len), BYTES(m->digests.at, m->digests.len), BYTES(entry->at, SHA256_LEN)), NULL, err) &&
           db_query(x->db, a, &REPAIR_BODY, ARGS(INT8(m->seq), BYTES(m->secret.at, m->secret.len), TEXT(m->canonical), TEXT(m->signature)), NULL, err) &&
           (!m->is_redacted || db_query(x->db, a, &REPAIR_REDACTION,
                                        ARGS(INT8(m->seq), INT8(m->redacted_by), INT4(m->parts), BOOLEAN(m->is_void),
                                             BYTES(m->salts.at, m->salts.len), TEXT(m->shown)), NULL, err));
}

/* The line of a record in its file.  They stand in order; one may be missing, or be nothing the log knows. */
static bool find_line(struct repair *x, const char **at, const char *end, int64_t seq, const struct hash *entry, struct mirrored *out)
{
    while (*at < end) {
        const char *stop = memchr(*at, '\n', (size_t)(end - *at));
        size_t len = stop ? (size_t)(stop - *at) : (size_t)(end - *at);
        struct error why = {0};
        bool fits = mirror_line_read(&x->passing, *at, len, entry, out, &why);
        if (out->seq > seq)
            return false; /* it is a later one's, and has its turn */
        *at += len + (stop ? 1 : 0);
        if (out->seq == seq)
            return fits;
    }
    return false;
}

static bool take_bundle(struct repair *x, const struct tile_id *id, struct error *err)
{
    const struct hash *entries = load_entries(x, id, err);
    size_t len = 0;
    if (!entries)
        return false;
    const char *path = arena_printf(&x->passing, "%s/records/%s", x->o->dir, index_path(&x->passing, id) + strlen("entries/"));
    const char *lines = read_file(&x->passing, path, &len, err);
    if (!lines && err->code != ERR_OK)
        return false;
    const char *at = lines ? lines : "", *end = at + len;
    for (int i = 0; i < id->width; i++) {
        int64_t seq = id->index * TILE_WIDTH + i;
        struct mirrored m;
        if (seq < x->out->from) { /* is there already */
            const char *stop = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
            at = stop ? stop + 1 : end;
            continue;
        }
        bool is_there = find_line(x, &at, end, seq, &entries[i], &m);
        if (!(is_there ? insert_record(x, &m, &entries[i], err) : insert_hole(x, seq, &entries[i], err)) || !grow(x, &entries[i], err))
            return false;
    }
    edge_trim(&x->edge);
    return true;
}

/* ---- the whole ---- */

static bool roll_forward(struct repair *x, int32_t day, struct error *err)
{
    struct hash root;
    if (!tree_load_edge(x->db, x->out->from, &x->edge, err))
        return false;
    for (int64_t seq = x->out->from; seq < x->checkpoint.size;) {
        const struct tile_id id = bundle_of(x, seq);
        if (!take_bundle(x, &id, err))
            return false;
        seq = id.index * TILE_WIDTH + id.width;
        arena_reset(&x->passing);
    }
    edge_root(&x->edge, &root);
    if (memcmp(root.at, x->checkpoint.root.at, SHA256_LEN) != 0)
        return error_set(err, ERR_CONFLICT, "the database's %" PRId64 " records and the mirror's behind them do not make the signed root: one of "
                         "both was altered (`pedigreed audit`, `pedigree verify --log`)", x->out->from);
    return db_query(x->db, &x->arena, &REPAIR_NEW_HEAD,
                    ARGS(INT8(x->checkpoint.size), INT8(x->out->from), INT4(day), BYTES(root.at, SHA256_LEN)), NULL, err) &&
           db_query(x->db, &x->arena, &REPAIR_STATE, ARGS(INT4(day), TEXT(CATALOGUE_OF_REBUILD)), NULL, err) &&
           db_query(x->db, &x->arena, &REPAIR_COMMIT, NO_ARGS, NULL, err);
}

static bool repair(struct repair *x, struct error *err)
{
    struct rows rows;
    if (!read_checkpoint(x, err) || !db_query(x->db, &x->arena, &REPAIR_BEGIN, NO_ARGS, NULL, err) ||
        !db_query(x->db, &x->arena, &REPAIR_LOCK, ARGS(INT8(LEDGER_LOCK)), NULL, err) ||
        !db_query(x->db, &x->arena, &REPAIR_HEAD, NO_ARGS, &rows, err))
        return false;
    const struct head_row *h = rows.at;
    x->out->from = h->size;
    x->out->to = x->checkpoint.size;
    x->last_us = h->received_us;
    if (h->size >= x->checkpoint.size)
        return error_set(err, ERR_CONFLICT, "the database has %" PRId64 " records, and the mirror %" PRId64 ": nothing is missing that it has",
                         h->size, x->checkpoint.size);
    return roll_forward(x, h->day, err);
}

bool ledger_repair(const struct repair_options *o, struct repair_result *out, struct error *err)
{
    struct repair x = {.o = o, .out = out, .db = db_new(o->conninfo, STORE_SETTINGS)};
    arena_init(&x.arena, 0);
    arena_init(&x.passing, 0);
    edge_init(&x.edge);
    bool ok = repair(&x, err);
    db_end(x.db);
    edge_done(&x.edge);
    arena_reset(&x.passing);
    arena_reset(&x.arena);
    db_free(x.db);
    return ok;
}
