/*
 * connection - one libpq connection, made when needed and again after it was lost.
 *
 * While `conn` is not NULL it is non-blocking and in pipeline mode, `under_way` tells how many
 * pipelines it owes answers to, and `prepared` holds the statements that the server knows on it.
 */
#pragma once

#include "pedigree/db/db.h"

#include <libpq-fe.h>

enum { PREPARED_SLOTS = 1024 }; /* a power of two, at least twice the queries there are */

struct prepared {
    const struct query *query;  /* NULL: free slot */
    bool is_ready;              /* the server knows it */
    bool is_checked;            /* its columns are the query's */
    const enum arg_type *types; /* of its parameters */
    size_t types_len;
};

struct db {
    char *conninfo, *settings;
    PGconn *conn;        /* NULL: not connected */
    bool was_connected;  /* ever */
    bool in_transaction; /* one is open for the next pipeline or query */
    size_t under_way;    /* pipelines sent to their end and not answered yet */
    int64_t connections; /* made so far: what was sent on another one is never answered */
    bool is_overdue;     /* it did not answer in time */
    bool lacks_room;     /* the newest failure was the server's want of disk or memory */
    int64_t patience_ms; /* 0: for ever */
    struct prepared prepared[PREPARED_SLOTS];
    struct arena arena; /* of `prepared` */
};

/* Connects, or finds out whether the server hung up and connects anew.  Fails if a
 * transaction was open on what was lost. */
bool connection_ready(struct db *db, struct error *err);
void connection_drop(struct db *db);
/* Writes what is left to write and reads what there is until a result is whole.  NULL: there is
 * none, or the connection is dead or overdue. */
PGresult *connection_result(struct db *db);
/* libpq's or the server's message up to the line's end. */
const char *first_line(const char *message, char buf[static 300]);

/* The query's slot, made if it is new. */
struct prepared *connection_prepared(struct db *db, const struct query *q);
/* True for an SQLSTATE after which another try may find PostgreSQL well. */
bool is_passing(const char *sqlstate);
/* Tells what a failed result says.  A dead connection is dropped. */
bool connection_fail(struct db *db, const char *what, const PGresult *res,
                     struct error *err);

/* Statements by the simple protocol, for migrations and SET; may be several in one text.
 */
bool connection_simple(struct db *db, const char *what, const char *sql, PGresult **out,
                       struct error *err);
