/* connection - one libpq connection, made when needed and again after it was lost. */
#include "connection.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/metrics.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* SQLSTATEs (or classes of them) that say nothing against the statement. */
static const char *const PASSING[] = {
    "08",    /* connection exceptions */
    "25006", /* this is a standby now */
    "25P03", /* idle in transaction for too long */
    "40",    /* deadlock, conflict with recovery on a standby */
    "42P01", /* no such table, column, function: not migrated yet */
    "42703", "42883",
    "53",    /* disk, memory, connections */
    "55P03", /* lock timeout */
    "57",    /* statement timeout, shutdown, crash, starting up */
    "58",    /* the system underneath: a file that cannot be read */
};

bool is_passing(const char *sqlstate)
{
    for (size_t i = 0; i < LENGTH(PASSING); i++)
        if (strncmp(sqlstate, PASSING[i], strlen(PASSING[i])) == 0)
            return true;
    return false;
}

const char *first_line(const char *message, char buf[static 300])
{
    size_t len = strcspn(message, "\n");
    snprintf(buf, 300, "%.*s", (int)(len < 299 ? len : 299), message);
    return buf;
}

static void ignore_notice(void *unused, const char *message)
{
    (void)unused;
    (void)message;
}

struct db *db_new(const char *conninfo, const char *settings)
{
    struct db *db = calloc(1, sizeof *db);
    assert(db);
    db->conninfo = strdup(conninfo);
    db->settings = settings ? strdup(settings) : NULL;
    assert(db->conninfo && (db->settings || !settings));
    arena_init(&db->arena, 0);
    return db;
}

void db_patience(struct db *db, int64_t ms)
{
    db->patience_ms = ms;
}

void connection_drop(struct db *db)
{
    PQfinish(db->conn);
    db->conn = NULL;
    db->in_transaction = db->is_overdue = false;
    db->under_way = 0;
    memset(db->prepared, 0, sizeof db->prepared);
    arena_reset(&db->arena);
}

void db_free(struct db *db)
{
    if (!db)
        return;
    connection_drop(db);
    free(db->conninfo);
    free(db->settings);
    free(db);
}

bool db_is_up(struct db *db)
{
    return db->conn && PQstatus(db->conn) == CONNECTION_OK;
}

bool db_lacks_room(const struct db *db)
{
    return db->lacks_room;
}

bool connection_fail(struct db *db, const char *what, const PGresult *res,
                     struct error *err)
{
    char line[300];
    const char *state = res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
    db->lacks_room = state && strncmp(state, "53", 2) == 0;
    if (state && !is_passing(state))
        return error_set(
            err, ERR_INTERNAL, "%s: %s (SQLSTATE %s)", what,
            first_line(PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY), line), state);
    const char *message = state            ? PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY)
                          : db->is_overdue ? "it does not answer"
                                           : PQerrorMessage(db->conn);
    bool is_late = state && strcmp(state, "57014") == 0; /* cancelled: the connection lives */
    if (is_late)
        error_set(err, ERR_UNAVAILABLE,
                  "this took longer than one query may (statement_timeout_ms): ask for less at "
                  "once, or again later");
    error_set(err, ERR_UNAVAILABLE, "postgresql: %s", first_line(message, line));
    if (!is_late || PQstatus(db->conn) != CONNECTION_OK)
        connection_drop(db);
    return false;
}

/* What poll() may wait: -1 for ever. */
static int ms_until(int64_t until_us)
{
    int64_t left_us = until_us - clock_monotonic_us();
    if (until_us == 0)
        return -1;
    return left_us > 0 ? (int)(left_us / 1000 + 1) : 0;
}

PGresult *connection_result(struct db *db)
{
    PGconn *conn = db->conn;
    int64_t until_us = db->patience_ms ? clock_monotonic_us() + db->patience_ms * 1000 : 0;
    int unsent = PQflush(conn);
    while (unsent >= 0 && PQisBusy(conn)) {
        struct pollfd fd = {.fd = PQsocket(conn),
                            .events = (short)(POLLIN | (unsent ? POLLOUT : 0))};
        int n = poll(&fd, 1, ms_until(until_us));
        db->is_overdue = n == 0;
        if (db->is_overdue || (n < 0 && errno != EINTR))
            return NULL;
        if ((fd.revents & ~POLLOUT) && !PQconsumeInput(conn))
            break;
        unsent = PQflush(conn);
    }
    return PQgetResult(conn);
}

/* The first that failed, else the last. */
static PGresult *last_result(struct db *db)
{
    PGresult *kept = NULL;
    for (PGresult *res; (res = connection_result(db)) != NULL;) {
        bool has_failed = kept && PQresultStatus(kept) == PGRES_FATAL_ERROR;
        PQclear(has_failed ? res : kept);
        kept = has_failed ? kept : res;
        if (PQstatus(db->conn) != CONNECTION_OK)
            break;
    }
    return kept;
}

bool connection_simple(struct db *db, const char *what, const char *sql, PGresult **out,
                       struct error *err)
{
    metric_add(METRIC_PG_ROUNDTRIPS, 1);
    PQexitPipelineMode(db->conn);
    PGresult *res = PQsendQuery(db->conn, sql) ? last_result(db) : NULL;
    bool ok = !db->is_overdue && (PQresultStatus(res) == PGRES_COMMAND_OK ||
                                  PQresultStatus(res) == PGRES_TUPLES_OK);
    if (!ok)
        connection_fail(db, what, res, err);
    if (db->conn)
        PQenterPipelineMode(db->conn);
    if (ok && out)
        *out = res;
    else
        PQclear(res);
    return ok;
}

/* What the conninfo says itself goes before these.  A host that died is noticed in a minute. */
static const struct {
    const char *key, *value;
} DEFAULTS[] = {
    {"connect_timeout", "5"},     {"fallback_application_name", "pedigree"},
    {"keepalives_idle", "20"},    {"keepalives_interval", "5"},
    {"keepalives_count", "4"},    {"tcp_user_timeout", "40000"},
};

static bool connect_now(struct db *db, struct error *err)
{
    const char *keys[LENGTH(DEFAULTS) + 2], *values[LENGTH(DEFAULTS) + 2];
    for (size_t i = 0; i < LENGTH(DEFAULTS); i++) {
        keys[i] = DEFAULTS[i].key;
        values[i] = DEFAULTS[i].value;
    }
    keys[LENGTH(DEFAULTS)] = "dbname";
    values[LENGTH(DEFAULTS)] = db->conninfo;
    keys[LENGTH(DEFAULTS) + 1] = values[LENGTH(DEFAULTS) + 1] = NULL;
    db->conn = PQconnectdbParams(keys, values, 1);
    if (!db->conn)
        return error_set(err, ERR_UNAVAILABLE, "postgresql: no memory for a connection");
    if (PQstatus(db->conn) != CONNECTION_OK)
        return connection_fail(db, "connect", NULL, err);
    PQsetNoticeProcessor(db->conn, ignore_notice, NULL);
    if (PQsetnonblocking(db->conn, 1) != 0 || !PQenterPipelineMode(db->conn))
        return connection_fail(db, "connect", NULL, err);
    if (db->was_connected)
        metric_add(METRIC_PG_RECONNECTS, 1);
    db->was_connected = true;
    db->connections++;
    if (!db->settings || connection_simple(db, "settings", db->settings, NULL, err))
        return true;
    connection_drop(db);
    return false;
}

/* Reads what came unasked: a server that hung up has said so, or closed the socket. */
static bool is_lost(struct db *db)
{
    for (int i = 0; i < 4; i++) {
        struct pollfd fd = {.fd = PQsocket(db->conn), .events = POLLIN};
        if (PQstatus(db->conn) != CONNECTION_OK)
            return true;
        if (poll(&fd, 1, 0) <= 0)
            return false;
        if (!PQconsumeInput(db->conn))
            return true;
    }
    return true;
}

bool connection_ready(struct db *db, struct error *err)
{
    if (db->conn && !is_lost(db))
        return true;
    bool had_transaction = db->in_transaction;
    if (db->conn)
        connection_drop(db);
    if (had_transaction)
        return error_set(err, ERR_UNAVAILABLE,
                         "postgresql: the connection was lost inside a transaction");
    return connect_now(db, err);
}

struct prepared *connection_prepared(struct db *db, const struct query *q)
{
    size_t slot = ((uintptr_t)q / sizeof *q) % PREPARED_SLOTS;
    for (size_t i = 0; i < PREPARED_SLOTS; i++, slot = (slot + 1) % PREPARED_SLOTS) {
        struct prepared *p = &db->prepared[slot];
        if (!p->query)
            p->query = q;
        if (p->query == q)
            return p;
    }
    abort(); /* more queries than PREPARED_SLOTS */
}
