/*
 * mirror - writing it; see the header.  A full file never changes, but for records of which contents are taken away:
 * those are written anew.
 */
#include "pedigree/ledger/mirror.h"
#include "mirror_line.h"
#include "store.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/file.h"
#include "pedigree/codec/codec.h"
#include "pedigree/tlog/tile.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

DEFINE_CLEANUP(struct db, db, db_free)

struct note_row {
    int64_t size;
    const char *note;
};
struct redaction_row {
    int64_t seq, by_seq;
};
struct hash_row {
    struct bytes hash;
};
/* clang-format off */
static const struct column NOTE_ROW[] = {COL(struct note_row, size), COL(struct note_row, note)};
static const struct column REDACTION_ROW[] = {COL(struct redaction_row, seq), COL(struct redaction_row, by_seq)};
static const struct column HASH_ROW[] = {COL(struct hash_row, hash)};
QUERY MIRROR_NOTE = {.name = "mirror_note",
    .sql = "SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1", ROW(struct note_row, NOTE_ROW)};
QUERY MIRROR_REDACTIONS = {.name = "mirror_redactions",
    .sql = "SELECT seq, by_seq FROM redaction WHERE by_seq > $1 ORDER BY by_seq", ROW(struct redaction_row, REDACTION_ROW)};
QUERY MIRROR_ENTRIES = {.name = "mirror_entries",
    .sql = "SELECT commitment AS hash FROM record WHERE seq >= $1 AND seq < $2 ORDER BY seq", ROW(struct hash_row, HASH_ROW)};
/* clang-format on */

struct mirror {
    struct db *db;
    const char *dir;
    struct arena *arena; /* of one tile */
    int64_t size;
    struct mirror_result *out;
};

/* ---- files ---- */

static bool make_directories(const char *path, struct error *err)
{
    char part[4096];
    snprintf(part, sizeof part, "%s", path);
    for (char *at = strchr(part + 1, '/'); at; at = strchr(at + 1, '/')) {
        *at = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST)
            return error_set(err, ERR_UNAVAILABLE, "%.300s: cannot make it: %s", part, strerror(errno));
        *at = '/';
    }
    return true;
}

static bool put(struct mirror *m, const char *path, const void *bytes, size_t len, struct error *err)
{
    m->out->written++;
    return make_directories(path, err) && file_write(path, bytes, len, FILE_PUT, err);
}

static const char *path_of(struct mirror *m, const char *kind, const struct tile_id *id)
{
    return arena_printf(m->arena, "%s/%s/%s", m->dir, kind, tile_path(m->arena, id));
}

static const char *records_path(struct mirror *m, const struct tile_id *id)
{
    const struct tile_id entries = {TILE_OF_ENTRIES, id->index, id->width};
    return arena_printf(m->arena, "%s/records/%s", m->dir, tile_path(m->arena, &entries) + strlen("entries/"));
}

/* ---- one tile's worth ---- */

static bool put_tile(struct mirror *m, const struct tile_id *id, struct error *err)
{
    const struct hash *hashes = tile_load(m->db, m->arena, id, err);
    return hashes && put(m, path_of(m, "tile", id), hashes, (size_t)id->width * sizeof *hashes, err);
}

static bool put_entries(struct mirror *m, const struct tile_id *id, struct error *err)
{
    struct rows rows;
    int64_t first = id->index * TILE_WIDTH;
    uint8_t bundle[TILE_WIDTH * BUNDLE_ENTRY];
    if (!db_query(m->db, m->arena, &MIRROR_ENTRIES, ARGS(INT8(first), INT8(first + id->width)), &rows, err))
        return false;
    const struct hash_row *r = rows.at;
    bool ok = rows.len == (size_t)id->width;
    for (size_t i = 0; ok && i < rows.len; i++) {
        struct hash h;
        ok = r[i].hash.len == SHA256_LEN;
        if (ok)
            memcpy(h.at, r[i].hash.at, SHA256_LEN);
        bundle_entry(&h, bundle + i * BUNDLE_ENTRY);
    }
    const struct tile_id entries = {TILE_OF_ENTRIES, id->index, id->width};
    return ok ? put(m, path_of(m, "tile", &entries), bundle, rows.len * BUNDLE_ENTRY, err)
              : error_set(err, ERR_UNAVAILABLE, "the database was altered: of the records %" PRId64 " to %" PRId64 " not all are there", first,
                          first + id->width - 1);
}

static bool put_records(struct mirror *m, const struct tile_id *id, struct error *err)
{
    int64_t first = id->index * TILE_WIDTH;
    struct text t = text_new(m->arena);
    return mirror_lines(m->db, m->arena, first, first + id->width, &t, err) &&
           put(m, records_path(m, id), t.len ? t.at : "", t.len, err);
}

/* What a partial file of an earlier size said stands in the newer one. */
static void drop_partial(struct mirror *m, const char *path)
{
    char gone[4096];
    snprintf(gone, sizeof gone, "%s", path);
    unlink(gone);
    char *slash = strrchr(gone, '/');
    if (slash) {
        *slash = '\0';
        rmdir(gone); /* if it was the last */
    }
    (void)m;
}

static bool put_level(struct mirror *m, int level, int64_t from, struct error *err)
{
    int64_t hashes = m->size >> (TILE_BITS * level), was = from >> (TILE_BITS * level);
    for (int64_t index = was / TILE_WIDTH; index * TILE_WIDTH < hashes; index++) {
        int64_t left = hashes - index * TILE_WIDTH, had = was - index * TILE_WIDTH;
        const struct tile_id id = {level, index, left < TILE_WIDTH ? (int)left : TILE_WIDTH};
        const struct tile_id old = {level, index, had > 0 && had < TILE_WIDTH ? (int)had : TILE_WIDTH};
        if (id.width == old.width && had > 0)
            continue; /* nothing is new in it */
        if (!put_tile(m, &id, err) || (level == 0 && (!put_entries(m, &id, err) || !put_records(m, &id, err))))
            return false;
        if (level == 0 && old.width < TILE_WIDTH)
            drop_partial(m, records_path(m, &old));
        arena_reset(m->arena);
    }
    return true;
}

/* ---- what was taken away since ---- */

static bool put_redacted(struct mirror *m, struct mirror_state *state, int64_t from, struct error *err)
{
    struct arena a;
    struct rows rows;
    arena_init(&a, 0);
    bool ok = db_query(m->db, &a, &MIRROR_REDACTIONS, ARGS(INT8(state->redaction)), &rows, err);
    const struct redaction_row *r = ok ? rows.at : NULL;
    for (size_t i = 0; ok && i < rows.len; i++, r++) {
        int64_t index = r->seq / TILE_WIDTH, left = m->size - index * TILE_WIDTH;
        const struct tile_id id = {0, index, left < TILE_WIDTH ? (int)left : TILE_WIDTH};
        if (r->seq < from)
            ok = put_records(m, &id, err);
        state->redaction = r->by_seq;
        arena_reset(m->arena);
    }
    arena_reset(&a);
    return ok;
}

/* ---- the whole ---- */

/* How far an earlier mirroring went, by its own checkpoint. */
static int64_t size_of_files(const char *dir, struct arena *a)
{
    char *text = arena_alloc(a, NOTE_MAX + 1);
    struct error ignored = {0};
    struct checkpoint c;
    struct note n;
    FILE *f = fopen(arena_printf(a, "%s/checkpoint", dir), "re");
    size_t len = f ? fread(text, 1, NOTE_MAX, f) : 0;
    if (f)
        fclose(f);
    bool ok = note_parse(a, text, len, &n, &ignored) && checkpoint_parse(a, n.text, n.text_len, &c, &ignored);
    return ok ? c.size : 0;
}

static bool mirror(struct mirror *m, struct mirror_state *state, const struct note_row *newest, struct error *err)
{
    char path[4096];
    bool is_first = state->size < 0;
    int64_t from = is_first ? size_of_files(m->dir, m->arena) : state->size;
    if (from > newest->size)
        return error_set(err, ERR_CONFLICT, "%.200s: is of %" PRId64 " records, and the log has %" PRId64 ": it was rolled back (see `pedigreed "
                         "repair`), or the mirror is another log's", m->dir, from, newest->size);
    m->size = newest->size;
    m->out->size = newest->size;
    for (int level = 0; level < TILE_LEVELS; level++)
        if (!put_level(m, level, from, err))
            return false;
    snprintf(path, sizeof path, "%s/checkpoint", m->dir);
    if (!put_redacted(m, state, from, err))
        return false;
    state->size = newest->size;
    return (from == newest->size && !is_first) || put(m, path, newest->note, strlen(newest->note), err);
}

bool ledger_mirror(const char *conninfo, const char *dir, struct mirror_state *state, struct mirror_result *out, struct error *err)
{
    struct arena a, passing;
    struct rows rows;
    CLEANUP(db_cleanup) struct db *db = db_new(conninfo, STORE_SETTINGS);
    arena_init(&a, 0);
    arena_init(&passing, 0);
    *out = (struct mirror_result){0};
    struct mirror m = {.db = db, .dir = dir, .arena = &passing, .out = out};
    bool ok = db_query(db, &a, &MIRROR_NOTE, NO_ARGS, &rows, err) &&
              (rows.len > 0 || error_set(err, ERR_UNAVAILABLE, "the log has no checkpoint yet: it is signed by a daemon with a log_key")) &&
              mirror(&m, state, rows.at, err);
    arena_reset(&passing);
    arena_reset(&a);
    return ok;
}
