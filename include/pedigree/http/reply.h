/*
 * reply - what a handler answers: fill the struct, return true.
 *
 * Bodies are borrowed until the request has ended: arena bytes, or memory that body_ops.end()
 * releases.  A 200 with an ETag that the request's If-None-Match names becomes 304 by itself.
 */
#pragma once

#include "pedigree/base/text.h"
#include "pedigree/http/request.h"

enum { REPLY_HEADERS_MAX = 8 };

struct reply {
    int status; /* 0: 200 */
    const char *content_type;
    const char *body;
    size_t len;
    const char *etag;   /* with its quotes; NULL: none */
    int fd;             /* >= 0: the body is this regular file; owned, closed when sent */
    uint64_t fd_size;
    size_t headers_len;
    struct {
        const char *name, *value;
    } headers[REPLY_HEADERS_MAX];
};

void reply_init(struct reply *rp);
void reply_done(struct reply *rp); /* closes a file that nobody sent */

/* 200 application/json. */
void reply_json(struct reply *rp, struct text *body);
void reply_text(struct reply *rp, const char *content_type, struct text *body);
/* Takes the descriptor. */
void reply_file(struct reply *rp, const char *content_type, int fd, uint64_t size);
/* Borrows both; at most REPLY_HEADERS_MAX. */
void reply_header(struct reply *rp, const char *name, const char *value);
/* ETag over the body's bytes. */
void reply_etag(struct request *rq, struct reply *rp);
/* application/problem+json (RFC 9457) of `err`, with Retry-After and WWW-Authenticate where they
 * belong; headers set before stay. */
void reply_error(struct request *rq, struct reply *rp, const struct error *err);
/* The document itself, also for problems inside an answer; `instance` may be NULL. */
void problem_render(struct text *t, const struct error *err, const char *instance);
