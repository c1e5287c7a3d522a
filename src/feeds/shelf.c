/* shelf - see the header. */
#include "shelf.h"

#include "pedigree/base/cleanup.h"

#include <string.h>

struct told_row {
    bool is_so;
};
struct count_row {
    int64_t n;
};
struct body_row {
    struct bytes bytes;
};
/* clang-format off */
static const struct column TOLD_ROW[] = {COL(struct told_row, is_so)};
static const struct column COUNT_ROW[] = {COL(struct count_row, n)};
static const struct column BODY_ROW[] = {COL(struct body_row, bytes)};
static const struct column STATE_ROW[] = {COL(struct feed_state, name), COL(struct feed_state, due_us), COL(struct feed_state, asked),
    COL(struct feed_state, again), COL(struct feed_state, tried_us), COL(struct feed_state, done_us), COL(struct feed_state, changed_us),
    COL(struct feed_state, failures), COL(struct feed_state, trouble), COL(struct feed_state, etag), COL(struct feed_state, modified),
    COL(struct feed_state, body), COL(struct feed_state, items), COL(struct feed_state, records), COL(struct feed_state, dead)};
static const struct column KNOWN_ROW[] = {COL(struct known_item, name), COL(struct known_item, digest), COL(struct known_item, version)};
static const struct column DEAD_ROW[] = {COL(struct dead_letter, id), COL(struct dead_letter, feed), COL(struct dead_letter, digest),
    COL(struct dead_letter, at_us), COL(struct dead_letter, last_us), COL(struct dead_letter, times), COL(struct dead_letter, place),
    COL(struct dead_letter, line), COL(struct dead_letter, pointer), COL(struct dead_letter, reason), COL(struct dead_letter, item),
    COL(struct dead_letter, format), COL(struct dead_letter, body), COL(struct dead_letter, again)};

QUERY FEED_BEGIN = {.name = "feed_begin",
    .sql = "INSERT INTO feed (name) SELECT name FROM unnest($1::text[]) AS t(name) ON CONFLICT DO NOTHING"};
#define STATE \
    "SELECT f.name, f.due_us, f.asked, EXISTS (SELECT FROM feed_dead d WHERE d.feed = f.name AND d.again) AS again, f.tried_us," \
    "       f.done_us, f.changed_us, f.failures, f.trouble, f.etag, f.modified, f.body, f.items, f.records," \
    "       (SELECT count(*) FROM feed_dead d WHERE d.feed = f.name) AS dead" \
    "  FROM feed f"
QUERY FEED_STATES = {.name = "feed_states", .sql = STATE " ORDER BY f.name", ROW(struct feed_state, STATE_ROW)};
QUERY FEED_STATE = {.name = "feed_state", .sql = STATE " WHERE f.name = $1", ROW(struct feed_state, STATE_ROW)};
QUERY FEED_LOCK = {.name = "feed_lock",
    .sql = "SELECT pg_try_advisory_lock(hashtextextended('pedigree feed ' || $1::text, 0)) AS is_so", ROW(struct told_row, TOLD_ROW)};
QUERY FEED_WRITE = {.name = "feed_write",
    .sql = "UPDATE feed SET due_us = $2, asked = asked AND $3, tried_us = $4, done_us = $5, changed_us = $6, failures = $7, trouble = $8,"
           "       etag = $9, modified = $10, body = $11, items = $12, records = $13"
           " WHERE name = $1"};
QUERY FEED_ASK = {.name = "feed_ask",
    .sql = "WITH asked AS (UPDATE feed SET asked = true WHERE name = $1 RETURNING name) SELECT count(*) AS n FROM asked",
    ROW(struct count_row, COUNT_ROW)};
QUERY FEED_MUST_SIGN = {.name = "feed_must_sign",
    .sql = "SELECT EXISTS (SELECT FROM signing_policy WHERE organisation = $1 AND is_required) AS is_so", ROW(struct told_row, TOLD_ROW)};
QUERY FEED_KNOWN = {.name = "feed_known",
    .sql = "SELECT name, digest, version FROM feed_item WHERE feed = $1 AND name = ANY($2)", ROW(struct known_item, KNOWN_ROW)};
QUERY FEED_LEARN = {.name = "feed_learn",
    .sql = "INSERT INTO feed_item (feed, name, digest, version)"
           " SELECT $1, t.name, t.digest, t.version FROM unnest($2::bytea[], $3::bytea[], $4::bigint[]) AS t(name, digest, version)"
           " ON CONFLICT (feed, name) DO UPDATE SET digest = excluded.digest, version = excluded.version"};
QUERY FEED_BURY = {.name = "feed_bury",
    .sql = "INSERT INTO feed_dead (feed, digest, at_us, last_us, place, line, pointer, reason, item, format, body)"
           " VALUES ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9, $10)"
           " ON CONFLICT (feed, digest) DO UPDATE SET last_us = excluded.last_us, times = feed_dead.times + 1, again = false,"
           "       place = excluded.place, line = excluded.line, pointer = excluded.pointer, reason = excluded.reason"};
QUERY FEED_KEEP_BODY = {.name = "feed_keep_body",
    .sql = "INSERT INTO feed_body (digest, bytes) VALUES ($1, $2) ON CONFLICT DO NOTHING"};
QUERY FEED_BODY = {.name = "feed_body", .sql = "SELECT bytes FROM feed_body WHERE digest = $1", ROW(struct body_row, BODY_ROW)};
QUERY FEED_DEAD = {.name = "feed_dead",
    .sql = "SELECT id, feed, digest, at_us, last_us, times, place, line, pointer, reason, item, format, body, again FROM feed_dead"
           " WHERE ($1::text IS NULL OR feed = $1) AND (NOT $2 OR again) AND id > $3 ORDER BY id LIMIT $4",
    ROW(struct dead_letter, DEAD_ROW)};
QUERY FEED_AGAIN = {.name = "feed_again",
    .sql = "WITH named AS (UPDATE feed_dead SET again = true WHERE ($1::text IS NULL OR feed = $1) AND ($2 = 0 OR id = $2) RETURNING id)"
           " SELECT count(*) AS n FROM named", ROW(struct count_row, COUNT_ROW)};
QUERY FEED_TRIED = {.name = "feed_tried",
    .sql = "WITH gone AS (DELETE FROM feed_dead WHERE id = $1 AND times = $2 RETURNING body)"
           " DELETE FROM feed_body b USING gone"
           " WHERE b.digest = gone.body AND NOT EXISTS (SELECT FROM feed_dead d WHERE d.body = b.digest AND d.id <> $1)"};
QUERY FEED_FORGET = {.name = "feed_forget",
    .sql = "WITH gone AS (DELETE FROM feed_dead WHERE id = $1 RETURNING id, body), bodies AS ("
           "     DELETE FROM feed_body b USING gone"
           "      WHERE b.digest = gone.body AND NOT EXISTS (SELECT FROM feed_dead d WHERE d.body = b.digest AND d.id <> $1))"
           " SELECT count(*) AS n FROM gone", ROW(struct count_row, COUNT_ROW)};
/* clang-format on */

bool shelf_begin(struct db *db, struct arena *a, const struct feeds_file *file, struct error *err)
{
    const char **names = ARENA_ARRAY(a, const char *, file->len + 1);
    for (size_t i = 0; i < file->len; i++)
        names[i] = file->at[i].name;
    return db_query(db, a, &FEED_BEGIN, ARGS(TEXTS(names, file->len)), NULL, err);
}

bool shelf_states(struct db *db, struct arena *a, struct feed_state **out, size_t *len, struct error *err)
{
    struct rows rows;
    if (!db_query(db, a, &FEED_STATES, NO_ARGS, &rows, err))
        return false;
    *out = rows.at;
    *len = rows.len;
    return true;
}

bool shelf_state(struct db *db, struct arena *a, const char *name, struct feed_state *out, struct error *err)
{
    struct rows rows;
    if (!db_query(db, a, &FEED_STATE, ARGS(TEXT(name)), &rows, err))
        return false;
    if (rows.len == 0)
        return error_set(err, ERR_NOT_FOUND, "there is no feed %.60s", name);
    *out = *(struct feed_state *)rows.at;
    return true;
}

static bool told(struct db *db, struct arena *a, const struct query *q, const char *about, bool *out, struct error *err)
{
    struct rows rows;
    if (!db_query(db, a, q, ARGS(TEXT(about)), &rows, err))
        return false;
    *out = rows.len > 0 && ((const struct told_row *)rows.at)->is_so;
    return true;
}

bool shelf_lock(struct db *db, struct arena *a, const char *name, bool *is_ours, struct error *err)
{
    return told(db, a, &FEED_LOCK, name, is_ours, err);
}

bool shelf_must_sign(struct db *db, struct arena *a, const char *organisation, bool *must, struct error *err)
{
    return told(db, a, &FEED_MUST_SIGN, organisation, must, err);
}

bool shelf_write(struct db *db, struct arena *a, const struct feed_state *s, struct error *err)
{
    return db_query(db, a, &FEED_WRITE,
                    ARGS(TEXT(s->name), INT8(s->due_us), BOOLEAN(s->asked), INT8(s->tried_us), INT8(s->done_us), INT8(s->changed_us),
                         INT4(s->failures), TEXT(s->trouble), TEXT(s->etag), TEXT(s->modified), BYTES(s->body.at, s->body.len),
                         INT8(s->items), INT8(s->records)),
                    NULL, err);
}

static bool counted(struct db *db, struct arena *a, const struct query *q, struct args args, int64_t *n, struct error *err)
{
    struct rows rows;
    if (!db_query(db, a, q, args, &rows, err))
        return false;
    *n = rows.len > 0 ? ((const struct count_row *)rows.at)->n : 0;
    return true;
}

bool shelf_ask(struct db *db, struct arena *a, const char *name, bool *found, struct error *err)
{
    int64_t n = 0;
    bool ok = counted(db, a, &FEED_ASK, ARGS(TEXT(name)), &n, err);
    *found = n > 0;
    return ok;
}

bool shelf_known(struct db *db, struct arena *a, const char *feed, const struct bytes *names, size_t n, struct known_item **out,
                 size_t *len, struct error *err)
{
    struct rows rows;
    if (!db_query(db, a, &FEED_KNOWN, ARGS(TEXT(feed), BYTESES(names, n)), &rows, err))
        return false;
    *out = rows.at;
    *len = rows.len;
    return true;
}

bool shelf_learn(struct db *db, struct arena *a, const char *feed, const struct bytes *names, const struct bytes *digests,
                 const int64_t *versions, size_t n, struct error *err)
{
    return n == 0 || db_query(db, a, &FEED_LEARN, ARGS(TEXT(feed), BYTESES(names, n), BYTESES(digests, n), INT8S(versions, n)), NULL, err);
}

bool shelf_bury(struct db *db, struct arena *a, const struct dead_letter *d, struct error *err)
{
    return db_query(db, a, &FEED_BURY,
                    ARGS(TEXT(d->feed), BYTES(d->digest.at, d->digest.len), INT8(d->at_us), TEXT(d->place), INT8(d->line),
                         TEXT(d->pointer), TEXT(d->reason), TEXT(d->item), INT4(d->format), BYTES(d->body.at, d->body.len)),
                    NULL, err);
}

bool shelf_keep_body(struct db *db, struct arena *a, struct bytes digest, struct bytes body, struct error *err)
{
    return db_query(db, a, &FEED_KEEP_BODY, ARGS(BYTES(digest.at, digest.len), BYTES(body.at, body.len)), NULL, err);
}

bool shelf_body(struct db *db, struct arena *a, struct bytes digest, struct bytes *out, struct error *err)
{
    struct rows rows;
    if (!db_query(db, a, &FEED_BODY, ARGS(BYTES(digest.at, digest.len)), &rows, err))
        return false;
    if (rows.len == 0)
        return error_set(err, ERR_INTERNAL, "the body of a dead letter is not there");
    *out = ((const struct body_row *)rows.at)->bytes;
    return true;
}

bool shelf_dead(struct db *db, struct arena *a, const char *feed, bool only_again, int64_t after, int64_t most,
                struct dead_letter **out, size_t *len, struct error *err)
{
    struct rows rows;
    if (!db_query(db, a, &FEED_DEAD, ARGS(TEXT(feed), BOOLEAN(only_again), INT8(after), INT8(most)), &rows, err))
        return false;
    *out = rows.at;
    *len = rows.len;
    return true;
}

bool shelf_again(struct db *db, struct arena *a, const char *feed, int64_t id, int64_t *n, struct error *err)
{
    return counted(db, a, &FEED_AGAIN, ARGS(TEXT(feed), INT8(id)), n, err);
}

bool shelf_tried(struct db *db, struct arena *a, int64_t id, int64_t times, struct error *err)
{
    return db_query(db, a, &FEED_TRIED, ARGS(INT8(id), INT8(times)), NULL, err);
}

bool shelf_forget(struct db *db, struct arena *a, int64_t id, int64_t *n, struct error *err)
{
    return counted(db, a, &FEED_FORGET, ARGS(INT8(id)), n, err);
}
