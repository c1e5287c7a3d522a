/*
 * repair - a database that lost its end is rolled forward from a copy of the log; see pedigree/ledger/mirror.h.
 *
 * First all entries behind what is there are fetched into a file without a name, however long that takes, and the root
 * over all of them is held against the signed checkpoint.  Then one transaction under the ledger's lock: places, tree,
 * contents, head.  A place whose contents are not there is a hole: a record without body and digests, whose entry
 * stands.  Then nothing commits until the projections are rebuilt.
 */
#include "pedigree/ledger/mirror.h"
#include "mirror_line.h"
#include "store.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"

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
    .sql = "INSERT INTO log_head (size, previous, day, reference, root, epoch)"
           " SELECT $1, nullif($2, 0), $3, -1, $4, coalesce(max(epoch), 0) + 1 FROM log_head"};
QUERY REPAIR_STATE = {.name = "repair_state",
    .sql = "INSERT INTO ledger_state (day, catalogue) VALUES ($1, $2)"
           " ON CONFLICT (only_one) DO UPDATE SET day = excluded.day, catalogue = excluded.catalogue"};
/* clang-format on */

struct repair {
    const struct repair_options *o;
    struct repair_result *out;
    struct db *db;
    struct arena arena;   /* of the whole */
    struct arena passing; /* of one bundle */
    struct checkpoint checkpoint;
    FILE *entries;        /* those from out->from on, one after the other */
    struct tree_edge edge;
    struct pipeline *bundle; /* what one bundle writes */
    int64_t last_us;
    int64_t hole; /* the first of the run of holes that goes on; -1: none does */
};

/* ---- the checkpoint ---- */

static bool open_note(struct repair *x, const char *name, struct span text, struct checkpoint *out, struct error *err)
{
    struct note n;
    struct error why = {0};
    if (!note_parse(&x->arena, text.at, text.len, &n, &why) || !checkpoint_parse(&x->arena, n.text, n.text_len, out, &why))
        return error_set(err, ERR_INVALID, "%s: %.180s", name, why.detail);
    return note_is_signed(&n, x->o->keys, x->o->keys_len) || error_set(err, ERR_INVALID, "%s: is not signed by the log's key", name);
}

/* Caches may have tiles and no checkpoint, which passes through them to a daemon that now has none to give. */
static bool find_checkpoint(struct repair *x, const struct checkpoint *anchor, struct error *err)
{
    struct span text = {0};
    struct error why = {0};
    if (log_source_get(x->o->source, &x->arena, "checkpoint", NOTE_MAX, &text, &why))
        return open_note(x, "checkpoint", text, &x->checkpoint, err);
    x->checkpoint = *anchor;
    x->out->is_of_anchor = x->o->anchor && log_source_is_remote(x->o->source) && why.code != ERR_TOO_LARGE;
    return x->out->is_of_anchor || error_set(err, why.code, "%s%s", why.detail, why.code == ERR_NOT_FOUND
                                             ? ": a mirror of the log has one, and a log's address is what it is below, say "
                                               "https://ledger.example/log" : "");
}

static bool read_checkpoint(struct repair *x, struct error *err)
{
    struct checkpoint anchor = {0};
    if (x->o->anchor && !open_note(x, "the anchor", (struct span){x->o->anchor, strlen(x->o->anchor)}, &anchor, err))
        return false;
    if (!find_checkpoint(x, &anchor, err))
        return false;
    return x->checkpoint.size >= anchor.size ||
           error_set(err, ERR_CONFLICT, "checkpoint: is of %" PRId64 " records, and %" PRId64 " were acknowledged: a newer mirror is needed",
                     x->checkpoint.size, anchor.size);
}

/* ---- the places, before anything is written ---- */

static struct tile_id bundle_of(const struct repair *x, int64_t seq)
{
    int64_t index = seq / TILE_WIDTH, left = x->checkpoint.size - index * TILE_WIDTH;
    return (struct tile_id){TILE_OF_ENTRIES, index, left < TILE_WIDTH ? (int)left : TILE_WIDTH};
}

/* Of the records from `seq` to the bundle's end. */
static bool fetch_bundle(struct repair *x, const struct tile_id *id, int64_t seq, struct error *err)
{
    struct hash entries[TILE_WIDTH], leaf;
    struct tile_node ignored[TILE_LEVELS];
    struct span bytes = {0};
    struct error why = {0};
    size_t first = (size_t)(seq - id->index * TILE_WIDTH), n = (size_t)id->width - first;
    if (!log_source_tile(x->o->source, &x->passing, id, BUNDLE_ENTRY, &bytes, err))
        return false;
    if (!bundle_parse(bytes.at, bytes.len, (size_t)id->width, entries, &why))
        return error_set(err, ERR_INVALID, "tile/%s: %.180s", tile_path(&x->passing, id), why.detail);
    for (size_t i = first; i < (size_t)id->width; i++) {
        tree_leaf(entries[i].at, SHA256_LEN, &leaf);
        edge_append(&x->edge, &leaf, ignored);
    }
    edge_trim(&x->edge);
    return fwrite(entries + first, sizeof *entries, n, x->entries) == n ||
           error_set(err, ERR_UNAVAILABLE, "the entries cannot be kept while they are checked: %s", strerror(errno));
}

static bool fetch_entries(struct repair *x, struct error *err)
{
    struct hash root;
    if (!tree_load_edge(x->db, x->out->from, &x->edge, err))
        return false;
    for (int64_t seq = x->out->from; seq < x->checkpoint.size;) {
        const struct tile_id id = bundle_of(x, seq);
        if (!fetch_bundle(x, &id, seq, err))
            return false;
        seq = id.index * TILE_WIDTH + id.width;
        arena_reset(&x->passing);
    }
    edge_root(&x->edge, &root);
    if (memcmp(root.at, x->checkpoint.root.at, SHA256_LEN) != 0)
        return error_set(err, ERR_CONFLICT, "the database's %" PRId64 " records and those behind them do not make the signed root: one of both "
                         "was altered (`pedigreed audit`, `pedigree verify --log`)", x->out->from);
    return fflush(x->entries) == 0 || error_set(err, ERR_UNAVAILABLE, "the entries cannot be kept while they are checked: %s", strerror(errno));
}

/* ---- the contents ---- */

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

static void tell_holes(struct repair *x, int64_t end)
{
    if (x->hole >= 0 && x->out->hole)
        x->out->hole(x->hole, end - 1);
    x->hole = -1;
}

static void insert_hole(struct repair *x, int64_t seq, const struct hash *entry)
{
    x->out->holes++;
    x->hole = x->hole < 0 ? seq : x->hole;
    pipeline_add(x->bundle, &REPAIR_RECORD,
                 ARGS(INT8(seq), TEXT(""), TEXT(NULL), TEXT(""), TEXT(""), INT8(x->last_us), BYTES(entry->at, 16),
                      BYTES((const uint8_t *)"", 0), BYTES(entry->at, SHA256_LEN)), NULL);
}

static void insert_record(struct repair *x, const struct mirrored *m, const struct hash *entry)
{
    struct pipeline *p = x->bundle;
    tell_holes(x, m->seq);
    x->last_us = m->received_us;
    pipeline_add(p, &REPAIR_RECORD,
                 ARGS(INT8(m->seq), TEXT(m->submitter), TEXT(m->on_behalf), TEXT(m->role), TEXT(m->kind), INT8(m->received_us),
                      BYTES(m->key.at, m->key.len), BYTES(m->digests.at, m->digests.len), BYTES(entry->at, SHA256_LEN)), NULL);
    pipeline_add(p, &REPAIR_BODY, ARGS(INT8(m->seq), BYTES(m->secret.at, m->secret.len), TEXT(m->canonical), TEXT(m->signature)), NULL);
    if (m->is_redacted)
        pipeline_add(p, &REPAIR_REDACTION, ARGS(INT8(m->seq), INT8(m->redacted_by), INT4(m->parts), BOOLEAN(m->is_void),
                                                BYTES(m->salts.at, m->salts.len), TEXT(m->shown)), NULL);
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

static bool load_lines(struct repair *x, const struct tile_id *id, const char **at, const char **end, struct error *err)
{
    size_t len = 0;
    *at = *end = "";
    if (!x->o->records)
        return true;
    const char *name = tile_path(&x->passing, id) + strlen("entries/");
    const char *lines = read_file(&x->passing, arena_printf(&x->passing, "%s/records/%s", x->o->records, name), &len, err);
    if (lines) {
        *at = lines;
        *end = lines + len;
    }
    return err->code == ERR_OK;
}

static void grow(struct repair *x, const struct hash *entry)
{
    struct hash leaf;
    struct tile_node made[TILE_LEVELS];
    tree_leaf(entry->at, SHA256_LEN, &leaf);
    size_t n = edge_append(&x->edge, &leaf, made);
    for (size_t i = 0; i < n; i++)
        pipeline_add(x->bundle, &REPAIR_NODE, ARGS(INT4(made[i].level), INT8(made[i].index), BYTES(made[i].hash.at, SHA256_LEN)), NULL);
}

static bool put_bundle(struct repair *x, const struct tile_id *id, int64_t seq, struct error *err)
{
    struct hash entry;
    struct mirrored m;
    const char *at, *end;
    if (!load_lines(x, id, &at, &end, err))
        return false;
    x->bundle = pipeline_new(x->db, &x->passing);
    for (int64_t stop = id->index * TILE_WIDTH + id->width; seq < stop; seq++) {
        if (fread(&entry, sizeof entry, 1, x->entries) != 1)
            return error_set(err, ERR_UNAVAILABLE, "the entries that were kept cannot be read again: %s", strerror(errno));
        if (find_line(x, &at, end, seq, &entry, &m))
            insert_record(x, &m, &entry);
        else
            insert_hole(x, seq, &entry);
        grow(x, &entry);
    }
    edge_trim(&x->edge);
    return pipeline_run(x->bundle, err);
}

static bool put_all(struct repair *x, struct error *err)
{
    edge_done(&x->edge);
    edge_init(&x->edge);
    rewind(x->entries);
    if (!tree_load_edge(x->db, x->out->from, &x->edge, err))
        return false;
    for (int64_t seq = x->out->from; seq < x->checkpoint.size;) {
        const struct tile_id id = bundle_of(x, seq);
        if (!put_bundle(x, &id, seq, err))
            return false;
        seq = id.index * TILE_WIDTH + id.width;
        arena_reset(&x->passing);
    }
    tell_holes(x, x->checkpoint.size);
    return true;
}

/* ---- the whole ---- */

static bool find_head(struct repair *x, const struct head_row **out, struct error *err)
{
    struct rows rows;
    if (!db_query(x->db, &x->arena, &REPAIR_HEAD, NO_ARGS, &rows, err))
        return false;
    *out = rows.at;
    return true;
}

static bool roll_forward(struct repair *x, struct error *err)
{
    const struct head_row *h = NULL;
    if (!db_query(x->db, &x->arena, &REPAIR_BEGIN, NO_ARGS, NULL, err) ||
        !db_query(x->db, &x->arena, &REPAIR_LOCK, ARGS(INT8(LEDGER_LOCK)), NULL, err) || !find_head(x, &h, err))
        return false;
    if (h->size != x->out->from)
        return error_set(err, ERR_CONFLICT, "the database had %" PRId64 " records, and now has %" PRId64 ": something else adds to it", x->out->from,
                         h->size);
    if (!put_all(x, err))
        return false;
    const struct hash *root = &x->checkpoint.root;
    int32_t newest = day_of_us(x->last_us), day = newest > h->day ? newest : h->day;
    return db_query(x->db, &x->arena, &REPAIR_NEW_HEAD,
                    ARGS(INT8(x->checkpoint.size), INT8(x->out->from), INT4(day), BYTES(root->at, SHA256_LEN)), NULL, err) &&
           db_query(x->db, &x->arena, &REPAIR_STATE, ARGS(INT4(day), TEXT(CATALOGUE_OF_REBUILD)), NULL, err) &&
           db_query(x->db, &x->arena, &REPAIR_COMMIT, NO_ARGS, NULL, err);
}

static bool repair(struct repair *x, struct error *err)
{
    const struct head_row *h = NULL;
    if (!read_checkpoint(x, err) || !find_head(x, &h, err))
        return false;
    x->out->from = h->size;
    x->out->to = x->checkpoint.size;
    x->last_us = h->received_us;
    if (h->size >= x->checkpoint.size)
        return error_set(err, ERR_CONFLICT, "the database has %" PRId64 " records, and the mirror %" PRId64 ": nothing is missing that it has",
                         h->size, x->checkpoint.size);
    x->entries = tmpfile();
    if (!x->entries)
        return error_set(err, ERR_UNAVAILABLE, "the entries cannot be kept while they are checked: %s", strerror(errno));
    bool ok = fetch_entries(x, err) && roll_forward(x, err);
    fclose(x->entries);
    return ok;
}

bool ledger_repair(const struct repair_options *o, struct repair_result *out, struct error *err)
{
    struct repair x = {.o = o, .out = out, .db = db_new(o->conninfo, STORE_SETTINGS), .hole = -1};
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
