/*
 * db - PostgreSQL as data: a query is a struct, its rows are structs of yours.
 *
 * A struct db is one connection and belongs to one thread.  It connects when first needed and
 * again after it was lost; a lost connection is ERR_UNAVAILABLE, never a crash.  Every text is
 * prepared once per connection under the query's name.  SQL is written only in .c files that
 * include this header, never built at run time.
 */
#pragma once

#include "pedigree/base/arena.h"
#include "pedigree/base/error.h"

#include <stdint.h>

enum db_type { DB_TEXT, DB_INT8, DB_INT4, DB_BOOL, DB_BYTES };

struct bytes {
    const uint8_t *at; /* NULL: SQL NULL */
    size_t len;
};

struct column {
    const char *name;
    enum db_type type;
    size_t offset;
};

/* The member's C type picks the SQL type; any other C type will not compile.  SQL NULL reads as
 * NULL text, NULL bytes, INT64_MIN, INT32_MIN, false.  jsonb columns: select them as ::text. */
/* clang-format off */
#define COL(st, m) { #m, _Generic(((st *)0)->m, const char *: DB_TEXT, int64_t: DB_INT8,   \
        int32_t: DB_INT4, bool: DB_BOOL, struct bytes: DB_BYTES), offsetof(st, m) }
#define ROW(st, cols) .row = (cols), .row_len = sizeof(cols) / sizeof *(cols), .row_size = sizeof(st)
/* clang-format on */

struct query {
    const char *name; /* unique; also the server-side statement name */
    const char *sql;  /* placeholders $1.. only */
    const struct column *row; /* in the order of the SELECT list; NULL if it returns no rows */
    size_t row_len, row_size;
};

/* Parameters.  Arrays travel as one parameter each (text[], bigint[], integer[], bytea[]). */
enum arg_type { ARG_TEXT, ARG_INT8, ARG_INT4, ARG_BOOL, ARG_BYTES, ARG_TEXTS, ARG_INT8S,
                ARG_INT4S, ARG_BYTESES };
struct arg {
    enum arg_type type;
    size_t len; /* of an array */
    union {
        const char *text; /* NULL: SQL NULL */
        int64_t int8;
        int32_t int4;
        bool boolean;
        struct bytes bytes;
        const char *const *texts; /* NULL entries are SQL NULL */
        const int64_t *int8s;     /* INT64_MIN entries are SQL NULL */
        const int32_t *int4s;
        const struct bytes *byteses;
    };
};
/* clang-format off */
#define TEXT(v)        ((struct arg){.type = ARG_TEXT, .text = (v)})
#define INT8(v)        ((struct arg){.type = ARG_INT8, .int8 = (v)})
#define INT4(v)        ((struct arg){.type = ARG_INT4, .int4 = (v)})
#define BOOLEAN(v)     ((struct arg){.type = ARG_BOOL, .boolean = (v)})
#define BYTES(p, n)    ((struct arg){.type = ARG_BYTES, .bytes = {(p), (n)}})
#define TEXTS(p, n)    ((struct arg){.type = ARG_TEXTS, .len = (n), .texts = (p)})
#define INT8S(p, n)    ((struct arg){.type = ARG_INT8S, .len = (n), .int8s = (p)})
#define INT4S(p, n)    ((struct arg){.type = ARG_INT4S, .len = (n), .int4s = (p)})
#define BYTESES(p, n)  ((struct arg){.type = ARG_BYTESES, .len = (n), .byteses = (p)})
/* clang-format on */
struct args {
    const struct arg *at;
    size_t len;
};
#define ARGS(...)                                                                        \
    ((struct args){(const struct arg[]){__VA_ARGS__},                                    \
                   sizeof((const struct arg[]){__VA_ARGS__}) / sizeof(struct arg)})
#define NO_ARGS ((struct args){NULL, 0})

struct rows {
    void *at; /* array of the query's row struct, in the arena */
    size_t len;
};

struct db;
/* conninfo: libpq's; `settings`: SET statements run on each new connection, may be NULL. */
struct db *db_new(const char *conninfo, const char *settings);
void db_free(struct db *db);
/* How long to wait for an answer before the connection counts as lost; 0: for ever. */
void db_patience(struct db *db, int64_t ms);
bool db_is_up(struct db *db);           /* connected as far as is known; does not ask */
/* The newest failure was the server's want of disk or memory. */
bool db_lacks_room(const struct db *db);
bool db_ping(struct db *db, struct error *err); /* connects if needed, one round trip */

/* One statement, one round trip.  `rows` may be NULL.  A connection found dead before the
 * statement was sent is made anew once. */
bool db_query(struct db *db, struct arena *a, const struct query *q, struct args args,
              struct rows *rows, struct error *err);
void db_end(struct db *db); /* rolls back what is open; never fails */

/*
 * A pipeline: statements queued, sent and answered in one round trip.  `rows` are filled by
 * pipeline_run().  Arguments are copied.  If one fails the rest is skipped and the transaction
 * is rolled back.  A pipeline may leave a transaction open for the next one on its connection;
 * if the connection is lost in between, the next is ERR_UNAVAILABLE.
 */
struct pipeline;
struct pipeline *pipeline_new(struct db *db, struct arena *a);
void pipeline_add(struct pipeline *p, const struct query *q, struct args args, struct rows *rows);
/* Sends what is queued so far, as far as the connection takes it without waiting: the server works on it
 * meanwhile.  What goes wrong is told by pipeline_run(), which must follow. */
void pipeline_push(struct pipeline *p);
bool pipeline_run(struct pipeline *p, struct error *err);
/* What a connection could not take at once goes on as it takes more: for whoever works meanwhile, now and then. */
void db_nudge(struct db *db);
/* Sends all, to its end.  Before pipeline_run() takes the answers another pipeline may be begun behind it, whose
 * answers are taken next; the server goes on to that one by itself.  If this one then fails inside a
 * transaction, that one does too, and rolls back. */
void pipeline_send(struct pipeline *p);
/* What readers ask from here on, to pipeline_end() or db_end(), is of one moment (READ ONLY, REPEATABLE READ). */
void pipeline_begin_snapshot(struct pipeline *p);
void pipeline_end(struct pipeline *p);
/* As pipeline_run, whose last statement is COMMIT: if the connection dies with the outcome
 * unknown the error is ERR_UNCERTAIN. */
bool pipeline_commit(struct pipeline *p, struct error *err);

/* Every struct query in the program registers here through a linker section, so that a test can
 * PREPARE them all: put QUERY in front of its definition.  aligned(8) keeps the array dense. */
#define QUERY                                                                            \
    __attribute__((used, section("queries"), aligned(8))) static const struct query
extern const struct query __start_queries[], __stop_queries[];

/* ---- migrations ---- */
/* Applies DIR's forward-only NNNN_*.sql that are not applied yet, under an advisory lock, checks
 * the checksums of those that are.  *applied counts. */
bool db_migrate(struct db *db, const char *dir, int *applied, struct error *err);
bool db_is_migrated(struct db *db, const char *dir, struct error *err);
