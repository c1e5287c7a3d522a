/*
 * route - which URL is answered by whom: one table, walked in order.
 *
 * A pattern's {name} takes one path segment (an encoded slash stays inside), a final {name...}
 * all the rest.  The first row whose pattern and method fit answers; HEAD is served by GET rows,
 * OPTIONS by the router.
 */
#pragma once

#include "pedigree/http/reply.h"

enum scope { SCOPE_PUBLIC, SCOPE_SUBMIT, SCOPE_READ, SCOPE_QUALITY, SCOPE_OPERATOR, SCOPE_COUNT };
const char *scope_word(enum scope s); /* "public", "submit", ... */

enum body_state {
    BODY_MORE,    /* go on (after finish: answer now) */
    BODY_SUSPEND, /* until request_resume(); what was fed is taken */
    BODY_FAIL,    /* *err is filled: the rest is read and dropped, then *err is the answer */
};

/*
 * A body taken as a stream, on the HTTP thread: none of these may block.  Order: begin, feed*,
 * finish, answer, end.  `finish` is called again after each resume until it does not suspend.
 * `end` comes exactly once if begin was called, also when the client left; when it returns, no
 * thread may know the request any more.
 */
struct body_ops {
    bool (*begin)(struct request *rq, struct error *err); /* before the first byte is asked for */
    enum body_state (*feed)(struct request *rq, const char *at, size_t len, struct error *err);
    enum body_state (*finish)(struct request *rq, struct error *err); /* NULL: nothing to do */
    bool (*answer)(struct request *rq, struct reply *rp, struct error *err);
    void (*end)(struct request *rq); /* may be NULL */
};

/* A request among others that one reader answers at once; `err` filled: that is the answer. */
struct asked {
    struct request *rq;
    struct reply *rp;
    struct error *err;
};

struct route {
    const char *method, *pattern;
    enum scope scope;
    /* Runs on a reader and may block; with a body (POST, PUT, PATCH, DELETE) it finds that in
     * request.body, up to body_max_bytes. */
    bool (*handler)(struct request *rq, struct reply *rp, struct error *err);
    void (*together)(struct asked *asked, size_t len); /* instead of handler: all that wait for this route */
    const struct body_ops *body; /* instead of handler */
    const char *sentence;
    bool is_inline; /* the handler does not block: run it on the HTTP thread */
};
