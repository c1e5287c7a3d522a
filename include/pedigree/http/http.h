/*
 * http - the listener: connections, routing, limits, threads.  Knows no domain.
 *
 * HTTP threads (one per core, epoll) never block: a request that waits for a reader or for
 * request_resume() is suspended.  Readers are a bounded pool; when its queue is full the answer
 * is 503.  Nothing here outlives http_stop().
 */
#pragma once

#include "pedigree/base/config.h"
#include "pedigree/http/route.h"

enum auth { AUTH_YES, AUTH_NO, AUTH_LOOK_UP };

struct http_hooks {
    void *context; /* request.context */
    /* Who is calling and may they?  On the HTTP thread: must not block.  Sets request.caller.
     * AUTH_NO: *err says UNAUTHORIZED or FORBIDDEN.  AUTH_LOOK_UP: ask look_up() on a reader. */
    enum auth (*authenticate)(struct request *rq, enum scope needed, struct error *err);
    bool (*look_up)(struct request *rq, enum scope needed, struct error *err);
    void *(*reader_new)(void *context); /* on the reader's thread; may be NULL */
    void (*reader_free)(void *reader);
};

struct http;

/* Starts to listen on `socket`, which listens already and is http's from here on; -1: on one
 * of its own, as configured.  `config`, `routes` and `hooks` are borrowed until http_stop(). */
struct http *http_start(const struct config *config, const struct route *routes, size_t n,
                        const struct http_hooks *hooks, int socket, struct error *err);
const char *http_address(const struct http *h); /* numeric */
int http_port(const struct http *h);            /* the real one if 0 was configured */
/* Accepts nothing more and waits for requests under way, at most config's drain_s.  A client
 * that is silent has a second to begin a request, then it is idle and closed.  True: none is
 * left. */
bool http_drain(struct http *h);
/* Cuts what is left, joins all threads, frees.  Accepts NULL. */
void http_stop(struct http *h);

/* A line per row: method, path, who may call, one sentence. */
void routes_dump(const struct route *routes, size_t n, struct text *out);
