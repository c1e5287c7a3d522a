/*
 * exchange - one request on its way: the phases between libmicrohttpd's calls.
 *
 *   NEW -> (AUTH) -> BODY -> FINISH -> (WORK) -> ANSWER -> SENT
 *             `-------> DROP ------------------>'
 *
 * AUTH and WORK wait for a reader, BODY and FINISH for whoever calls request_resume().  libmicro-
 * httpd takes an answer before the first body byte or after the last: DROP lies between.
 *
 * Suspension: a stripe of `wait_locks` guards the three flags of it, so that a resume which comes
 * before the suspension is not lost; it cannot be a lock of the exchange's own, for
 * the exchange may be gone before the resuming thread has let go of it.
 */
#pragma once

#include "connections.h"
#include "readers.h"
#include "router.h"
#include "workers.h"

#include "pedigree/http/http.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

enum { WAIT_LOCKS = 64 };

struct http {
    const struct config *config;
    const struct route *routes;
    size_t routes_len;
    struct http_hooks hooks;
    struct MHD_Daemon *daemon;
    struct listener *listener;
    struct readers *readers;
    struct connections *connections;
    pthread_mutex_t wait_locks[WAIT_LOCKS];
    pthread_mutex_t lock; /* guards the lists */
    struct exchange *exchanges;
    struct worker *workers;
    atomic_bool is_draining; /* answers close their connections */
    atomic_bool is_cutting;  /* nothing waits any more; what has no answer is cut */
    uint32_t id_prefix;
    atomic_uint id_next;
};

enum phase {
    PHASE_NEW, PHASE_AUTH, PHASE_BODY, PHASE_DROP, PHASE_FINISH, PHASE_WORK, PHASE_ANSWER,
    PHASE_SENT, PHASE_COUNT
};

struct exchange {
    struct request rq; /* first: a request is its exchange */
    struct http *http;
    struct MHD_Connection *mhd;
    struct connection *connection;
    struct exchange *next, **place; /* under http.lock */
    struct worker *worker;
    struct exchange *next_left; /* the worker's */
    enum phase phase;
    struct routing routing;
    const char *query;
    struct job job;
    bool is_job_done, is_suspended, was_resumed; /* under the wait lock */
    bool has_begun;                 /* body_ops.end() is owed */
    bool must_close;
    struct error err;
    struct reply reply;
    struct text body;
    int64_t length, limit;     /* of the body: declared (-1: not), largest allowed */
    int64_t received, dropped; /* body bytes */
    bool is_waiting;           /* suspended by this call; the HTTP thread's own knowledge */
    bool is_limited;           /* a deadline for the body runs */
    int64_t window;            /* body bytes since it was set */
    int64_t begun_us;
    int status; /* answered; 0: none */
    uint64_t sent;
};

/* The exchange of a request target just read. */
struct exchange *exchange_new(struct http *h, struct MHD_Connection *mhd, const char *uri);
/* One call of libmicrohttpd's. */
enum MHD_Result exchange_step(struct exchange *x, const char *method, const char *at, size_t *len);
/* The request has ended: logs, counts, frees. */
void exchange_end(struct exchange *x, enum MHD_RequestTerminationCode how);
/* While http.is_cutting: wakes all that are suspended. */
void exchanges_wake(struct http *h);
size_t exchanges_count(struct http *h);

/* reply.c: the response as libmicrohttpd wants it (may turn *rp into a 304); takes rp->fd. */
struct MHD_Response *reply_response(struct request *rq, struct reply *rp);
