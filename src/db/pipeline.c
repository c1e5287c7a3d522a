/*
 * pipeline - statements queued, sent and answered in one round trip.
 *
 * Sending and reading go on together: with a large batch against large results a side
 * that only writes waits for ever.  A statement that this connection has not prepared yet
 * is prepared just before its first use, in the same round trip.  Answers come in order,
 * each (Parse, Execute) ended by NULL, all ended by PGRES_PIPELINE_SYNC.
 */
#include "connection.h"
#include "wire.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/metrics.h"

#include <assert.h>
#include <string.h>

DEFINE_CLEANUP(PGresult, result, PQclear)

struct statement {
    const struct query *query;
    const struct wire *params;
    const enum arg_type *types;
    size_t len;
    struct rows *rows;
    bool prepares; /* its Parse goes along */
};

struct pipeline {
    struct db *db;
    struct arena *arena;
    VEC(struct statement) statements;
    size_t sent;      /* statements that are on their way */
    bool has_begun;   /* its round trip began */
    int64_t connection; /* that it began on, by number */
    bool was_sent;    /* to the end: the last statement may have been carried out */
    bool is_lost;     /* pushing failed, of `why` */
    struct error why;
    bool was_refused; /* the server said no, so nothing was committed */
    const char *tag;  /* command tag of the newest statement that went well */
};

QUERY DB_BEGIN_SNAPSHOT = {
    .name = "db_begin_snapshot",
    .sql = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
};
QUERY DB_ROLLBACK = {.name = "db_rollback", .sql = "ROLLBACK"};

struct ping {
    int32_t one;
};
static const struct column PING_ROW[] = {COL(struct ping, one)};
QUERY DB_PING = {.name = "db_ping", .sql = "SELECT 1 AS one", ROW(struct ping, PING_ROW)};

struct pipeline *pipeline_new(struct db *db, struct arena *a)
{
    struct pipeline *p = ARENA_NEW(a, struct pipeline);
    p->db = db;
    p->arena = a;
    return p;
}

void pipeline_add(struct pipeline *p, const struct query *q, struct args args,
                  struct rows *rows)
{
    struct wire *params = ARENA_ARRAY(p->arena, struct wire, args.len + 1);
    enum arg_type *types = ARENA_ARRAY(p->arena, enum arg_type, args.len + 1);
    for (size_t i = 0; i < args.len; i++) {
        params[i] = wire_encode(p->arena, &args.at[i]);
        types[i] = args.at[i].type;
    }
    *vec_push(p->arena, &p->statements) = (struct statement){
        .query = q, .params = params, .types = types, .len = args.len, .rows = rows};
}

static bool send_parse(struct db *db, struct arena *a, struct statement *s)
{
    struct prepared *known = connection_prepared(db, s->query);
    if (known->is_ready) {
        assert(known->types_len == s->len);
        assert(s->len == 0 ||
               memcmp(known->types, s->types, s->len * sizeof *s->types) == 0);
        return true;
    }
    Oid *oids = ARENA_ARRAY(a, Oid, s->len + 1);
    enum arg_type *types = ARENA_ARRAY(&db->arena, enum arg_type, s->len + 1);
    for (size_t i = 0; i < s->len; i++) {
        oids[i] = s->params[i].type;
        types[i] = s->types[i];
    }
    known->types = types;
    known->types_len = s->len;
    known->is_ready = s->prepares = true; /* taken back if the answer is no */
    return PQsendPrepare(db->conn, s->query->name, s->query->sql, (int)s->len, oids);
}

static bool send_execute(struct db *db, struct arena *a, const struct statement *s)
{
    const char **values = ARENA_ARRAY(a, const char *, s->len + 1);
    int *lengths = ARENA_ARRAY(a, int, s->len + 1);
    int *formats = ARENA_ARRAY(a, int, s->len + 1);
    for (size_t i = 0; i < s->len; i++) {
        values[i] = s->params[i].at;
        lengths[i] = s->params[i].len;
        formats[i] = 1;
    }
    return PQsendQueryPrepared(db->conn, s->query->name, (int)s->len, values, lengths,
                               formats, 1);
}

static bool send_more(struct pipeline *p)
{
    for (; p->sent < p->statements.len; p->sent++) {
        struct statement *s = &p->statements.at[p->sent];
        if (!send_parse(p->db, p->arena, s) || !send_execute(p->db, p->arena, s))
            return false;
    }
    return true;
}

static bool begin(struct pipeline *p, struct error *err)
{
    if (p->is_lost)
        return error_set(err, p->why.code, "%s", p->why.detail);
    if (p->has_begun)
        return (p->db->conn && p->connection == p->db->connections) ||
               error_set(err, ERR_UNAVAILABLE, "postgresql: the connection was lost meanwhile");
    if (!p->db->under_way && !connection_ready(p->db, err))
        return false;
    metric_add(METRIC_PG_ROUNDTRIPS, 1);
    p->has_begun = true;
    p->connection = p->db->connections;
    p->tag = "";
    return true;
}

/* The answer to one Parse or Execute, and the NULL behind it. */
static PGresult *take_answer(struct db *db)
{
    PGresult *res = connection_result(db);
    while (res) {
        PGresult *end = connection_result(db);
        if (!end)
            break;
        PQclear(end);
        if (PQstatus(db->conn) != CONNECTION_OK)
            break;
    }
    return res;
}

static bool is_fine(const PGresult *res)
{
    ExecStatusType status = PQresultStatus(res);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/* Told by the server of one statement: unless that was the last, what follows did not
 * happen. */
static void note_refusal(struct pipeline *p, const struct statement *s,
                         const PGresult *res)
{
    bool is_last = s == &p->statements.at[p->statements.len - 1];
    bool was_told = PQresultErrorField(res, PG_DIAG_SQLSTATE) != NULL;
    p->was_refused |= was_told && (!is_last || p->db->conn);
}

/* Takes one statement's answers; false is told in err, but for those skipped after a
 * failure. */
static bool take_statement(struct pipeline *p, struct statement *s, struct error *err)
{
    struct prepared *known = connection_prepared(p->db, s->query);
    CLEANUP(result_cleanup) PGresult *parsed = NULL;
    CLEANUP(result_cleanup) PGresult *res = NULL;
    if (s->prepares) {
        parsed = take_answer(p->db);
        known->is_ready = is_fine(parsed);
        if (!known->is_ready && PQresultStatus(parsed) != PGRES_PIPELINE_ABORTED) {
            connection_fail(p->db, s->query->name, parsed, err);
            note_refusal(p, s, parsed);
        }
        if (!p->db->conn)
            return false;
    }
    res = take_answer(p->db);
    if (PQresultStatus(res) == PGRES_PIPELINE_ABORTED)
        return false;
    if (!is_fine(res)) {
        connection_fail(p->db, s->query->name, res, err);
        note_refusal(p, s, res);
        return false;
    }
    p->tag = arena_strdup(p->arena, PQcmdStatus(res));
    if (!known->is_checked && !wire_check(s->query, res, err))
        return false;
    known->is_checked = true;
    return !s->rows || wire_decode(p->arena, s->query, res, s->rows, err);
}

static bool take_sync(struct db *db, struct error *err)
{
    CLEANUP(result_cleanup) PGresult *res = connection_result(db);
    if (PQresultStatus(res) == PGRES_PIPELINE_SYNC)
        return true;
    connection_fail(db, "sync", NULL, err);
    connection_drop(db);
    return false;
}

static bool send_all(struct pipeline *p)
{
    p->was_sent = true;
    if (!send_more(p) || !PQpipelineSync(p->db->conn))
        return false;
    p->db->under_way++;
    return true;
}

static bool round_trip(struct pipeline *p, struct error *err)
{
    struct db *db = p->db;
    bool ok = true;
    if (!p->was_sent && !send_all(p))
        return connection_fail(db, "send", NULL, err);
    for (size_t i = 0; i < p->statements.len; i++) {
        ok = take_statement(p, &p->statements.at[i], err) && ok;
        if (!db->conn)
            return false;
    }
    if (!take_sync(db, err))
        return false;
    db->under_way--;
    db->in_transaction = PQtransactionStatus(db->conn) != PQTRANS_IDLE;
    return ok;
}

static void roll_back(struct db *db, struct arena *a)
{
    struct error ignored = {0};
    struct pipeline *p = pipeline_new(db, a);
    pipeline_add(p, &DB_ROLLBACK, NO_ARGS, NULL);
    if (!begin(p, &ignored) || !round_trip(p, &ignored))
        connection_drop(db);
}

static void send_early(struct pipeline *p, bool (*send)(struct pipeline *))
{
    if (p->is_lost)
        return;
    p->is_lost = !begin(p, &p->why);
    if (!p->is_lost && (!send(p) || PQflush(p->db->conn) < 0))
        p->is_lost = !connection_fail(p->db, "send", NULL, &p->why);
}

void pipeline_push(struct pipeline *p)
{
    send_early(p, send_more);
}

void pipeline_send(struct pipeline *p)
{
    send_early(p, send_all);
}

void db_nudge(struct db *db)
{
    if (db->conn)
        (void)PQflush(db->conn); /* what goes wrong is told to who takes the answers */
}

bool pipeline_run(struct pipeline *p, struct error *err)
{
    struct db *db = p->db;
    if (!begin(p, err))
        return false;
    bool ok = round_trip(p, err);
    if (!ok && db->conn && db->in_transaction && !db->under_way)
        roll_back(db, p->arena);
    return ok;
}

/*
 * After a failure the transaction is known not to have happened if nothing was sent, or
 * if the server refused a statement.  It is not known if the connection died before it
 * answered, or if COMMIT went through and only our reading of a result failed.
 */
bool pipeline_commit(struct pipeline *p, struct error *err)
{
    struct error failed = {0};
    assert(p->statements.len > 0);
    bool ok = pipeline_run(p, &failed);
    if (ok && strcmp(p->tag, "COMMIT") == 0)
        return true;
    if (ok)
        return error_set(err, ERR_INTERNAL, "commit: PostgreSQL answered %s", p->tag);
    if (p->was_sent && !p->was_refused)
        return error_set(err, ERR_UNCERTAIN, "%s", failed.detail);
    return error_set(err, failed.code, "%s", failed.detail);
}

bool db_query(struct db *db, struct arena *a, const struct query *q, struct args args,
              struct rows *rows, struct error *err)
{
    struct pipeline *p = pipeline_new(db, a);
    pipeline_add(p, q, args, rows);
    return pipeline_run(p, err);
}

static bool run_alone(struct db *db, const struct query *q, struct error *err)
{
    struct arena a;
    arena_init(&a, 0);
    bool ok = db_query(db, &a, q, NO_ARGS, NULL, err);
    arena_reset(&a);
    return ok;
}

/* A server that cannot say 1 in a few seconds is not there. */
bool db_ping(struct db *db, struct error *err)
{
    enum { PING_MS = 3000 };
    int64_t kept_ms = db->patience_ms;
    if (kept_ms == 0 || kept_ms > PING_MS)
        db->patience_ms = PING_MS;
    bool ok = run_alone(db, &DB_PING, err);
    db->patience_ms = kept_ms;
    return ok;
}

void pipeline_begin_snapshot(struct pipeline *p)
{
    assert(!p->db->in_transaction);
    pipeline_add(p, &DB_BEGIN_SNAPSHOT, NO_ARGS, NULL);
}

void pipeline_end(struct pipeline *p)
{
    pipeline_add(p, &DB_ROLLBACK, NO_ARGS, NULL);
}

void db_end(struct db *db)
{
    struct error ignored = {0};
    if (db->conn && db->in_transaction && !run_alone(db, &DB_ROLLBACK, &ignored))
        connection_drop(db);
}
