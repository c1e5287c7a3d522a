/*
 * request - one HTTP request as its handler sees it.
 *
 * Everything it points to lives in its arena or in the connection until the request has ended;
 * nothing of it is freed by handlers.  One thread at a time works on a request: the HTTP thread
 * of its connection, or the reader that it was handed to.
 */
#pragma once

#include "pedigree/base/arena.h"
#include "pedigree/base/error.h"

#include <stdint.h>

struct route;

struct request {
    struct arena arena;
    const char *method; /* as sent; HEAD is served by the GET route */
    const char *path;   /* as sent, without the query */
    const char *id;     /* the caller's X-Request-Id if it is a plain word, else ours */
    const struct route *route;
    void *context;      /* http_hooks.context */
    void *reader;       /* this reader's own (a database connection); NULL on HTTP threads */
    void *caller;       /* the authenticate hook's; NULL on public routes */
    const char *caller_label; /* for the log line; may be NULL */
    void *state;        /* the handler's own */
    const char *body;   /* whole body, if the route has no body_ops; NUL follows it */
    size_t body_len;
};

/* A path parameter, decoded; never NULL for names that the route's pattern has. */
const char *request_parameter(const struct request *rq, const char *name);
/* The first query parameter of that name, decoded; NULL: not given. */
const char *request_query(const struct request *rq, const char *name);
/* The i-th query parameter; false: there are fewer. */
bool request_query_at(const struct request *rq, size_t i, const char **name, const char **value);
/* A whole number from the query; `otherwise` if absent; MALFORMED if it is none or out of range. */
bool request_number(const struct request *rq, const char *name, int64_t otherwise, int64_t min,
                    int64_t max, int64_t *out, struct error *err);
/* "true" or "false" from the query; false if absent. */
bool request_flag(const struct request *rq, const char *name, bool *out, struct error *err);
/* MALFORMED if a query parameter is not one of `known`, naming the nearest, or is given twice. */
bool request_knows(const struct request *rq, const char *const *known, size_t n,
                   struct error *err);
/* A header of the request; NULL: not sent. */
const char *request_header(const struct request *rq, const char *name);
/* Declared length of the body; -1: not declared (chunked). */
int64_t request_length(const struct request *rq);

/* Lets a request go on that returned BODY_SUSPEND.  From any thread, as often as one likes, but
 * never after body_ops.end() returned. */
void request_resume(struct request *rq);
