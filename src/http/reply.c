/*
 * reply - see the header.  The only place that turns a struct error into a problem
 * document, and an unchanged ETag into 304.
 */
#include "pedigree/http/reply.h"

#include "exchange.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/digest.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROBLEM_TYPE "application/problem+json"

void reply_init(struct reply *rp)
{
    *rp = (struct reply){.status = 200, .fd = -1};
}

void reply_done(struct reply *rp)
{
    if (rp->fd >= 0)
        close(rp->fd);
    rp->fd = -1;
}

void reply_text(struct reply *rp, const char *content_type, struct text *body)
{
    rp->content_type = content_type;
    rp->body = text_str(body);
    rp->len = body->len;
}

void reply_json(struct reply *rp, struct text *body)
{
    reply_text(rp, "application/json", body);
}

void reply_file(struct reply *rp, const char *content_type, int fd, uint64_t size)
{
    reply_done(rp);
    rp->content_type = content_type;
    rp->fd = fd;
    rp->fd_size = size;
}

void reply_header(struct reply *rp, const char *name, const char *value)
{
    assert(rp->headers_len < REPLY_HEADERS_MAX);
    rp->headers[rp->headers_len].name = name;
    rp->headers[rp->headers_len++].value = value;
}

void reply_etag(struct request *rq, struct reply *rp)
{
    uint8_t digest[SHA256_LEN];
    char hex[33];
    sha256(rp->body, rp->len, digest);
    rp->etag = arena_printf(&rq->arena, "\"%s\"", hex_encode(digest, 16, hex));
}

/* ---- problems ---- */

static void add_member(struct text *t, const char *name, const char *value)
{
    text_addf(t, ",\"%s\":", name);
    text_json(t, value);
}

void problem_render(struct text *t, const struct error *err, const char *instance)
{
    text_addf(t, "{\"type\":\"urn:pedigree:problem:%s\"", error_symbol(err->code));
    add_member(t, "title", error_title(err->code));
    text_addf(t, ",\"status\":%d", error_http(err->code));
    add_member(t, "detail", err->detail);
    if (*err->where)
        add_member(t, *err->where == '/' ? "pointer" : "parameter", err->where);
    if (instance)
        add_member(t, "instance", instance);
    text_add(t, "}");
}

static const struct {
    int status;
    const char *name, *value;
} COMPANIONS[] = {
    {401, "WWW-Authenticate", "Bearer realm=\"pedigree\""},
    {429, "Retry-After", "1"},
    {503, "Retry-After", "1"},
};

void reply_error(struct request *rq, struct reply *rp, const struct error *err)
{
    struct error internal = {.code = ERR_INTERNAL};
    if (err->code == ERR_OK)
        err = &internal;
    struct text t = text_new(&rq->arena);
    problem_render(&t, err, rq->id);
    text_add(&t, "\n");
    reply_done(rp);
    reply_text(rp, PROBLEM_TYPE, &t);
    rp->status = error_http(err->code);
    rp->etag = NULL;
    for (size_t i = 0; i < LENGTH(COMPANIONS); i++)
        if (COMPANIONS[i].status == rp->status && rp->headers_len < REPLY_HEADERS_MAX)
            reply_header(rp, COMPANIONS[i].name, COMPANIONS[i].value);
}

/* ---- conditional requests ---- */

/* Weak comparison (RFC 9110 13.1.2) of one ETag with a list; ours hold no commas. */
static bool names_etag(const char *list, const char *etag)
{
    size_t len = strlen(etag);
    for (const char *at = list; *at;) {
        at += strspn(at, " \t,");
        if (strncmp(at, "W/", 2) == 0)
            at += 2;
        size_t n = strcspn(at, " \t,");
        if ((n == 1 && *at == '*') || (n == len && memcmp(at, etag, n) == 0))
            return true;
        at += n;
    }
    return false;
}

static bool is_unchanged(const struct request *rq, const struct reply *rp)
{
    const char *list = request_header(rq, "If-None-Match");
    bool is_read = strcmp(rq->method, "GET") == 0 || strcmp(rq->method, "HEAD") == 0;
    return rp->etag && list && is_read && rp->status == 200 && names_etag(list, rp->etag);
}

/* ---- towards libmicrohttpd ---- */

static void leave(void *body)
{
    (void)body; /* the arena's, or body_ops.end()'s */
}

static struct MHD_Response *make(struct reply *rp)
{
    if (rp->fd >= 0) {
        struct MHD_Response *r = MHD_create_response_from_fd64(rp->fd_size, rp->fd);
        if (r)
            rp->fd = -1;
        return r;
    }
    void *body = (void *)(uintptr_t)(rp->body ? rp->body : "");
    return MHD_create_response_from_buffer_with_free_callback(rp->len, body, leave);
}

static void add(struct MHD_Response *r, const char *name, const char *value)
{
    if (value)
        MHD_add_response_header(r, name, value);
}

struct MHD_Response *reply_response(struct request *rq, struct reply *rp)
{
    if (rp->status == 0)
        rp->status = 200;
    if (is_unchanged(rq, rp)) {
        reply_done(rp);
        rp->status = 304;
        rp->len = 0;
    }
    struct MHD_Response *r = make(rp);
    if (!r)
        return NULL;
    bool has_body = rp->status != 304 && rp->status != 204;
    add(r, "Content-Type", has_body ? rp->content_type : NULL);
    add(r, "ETag", rp->etag);
    add(r, "X-Request-Id", rq->id);
    add(r, "X-Content-Type-Options", "nosniff");
    for (size_t i = 0; i < rp->headers_len; i++)
        add(r, rp->headers[i].name, rp->headers[i].value);
    return r;
}

/* ---- what libmicrohttpd answers without asking us ---- */

/*
 * A request that is no HTTP, or whose headers are past header_max_bytes, never reaches a callback:
 * libmicrohttpd answers with a page of HTML, for which it has no setting.  It makes that page with
 * its own public MHD_create_response_from_buffer(), and a program's function of that name goes
 * before a library's; so the one below renders the page's sentence as a problem.  Our own answers
 * are made by another function.  A libmicrohttpd that is built otherwise would answer HTML again,
 * and the tests would tell.
 */

/* The text between two tags; other tags inside are left out, &quot; becomes what it means. */
static const char *plain(struct arena *a, const char *page, const char *from, const char *to)
{
    const char *at = strstr(page, from), *end = at ? strstr(at, to) : NULL;
    struct text t = text_new(a);
    for (at = end ? at + strlen(from) : NULL; at && at < end; at++) {
        bool is_tag = *at == '<', is_quote = strncmp(at, "&quot;", 6) == 0;
        if (!is_tag)
            text_add_n(&t, is_quote ? "'" : at, 1);
        at = is_tag || is_quote ? strchr(at, is_tag ? '>' : ';') : at;
    }
    return text_str(&t);
}

static char *problem_of(const char *page, size_t size, size_t *len)
{
    struct arena a;
    struct error err = {0};
    arena_init(&a, 0);
    const char *copy = arena_strndup(&a, page, size);
    bool is_large = strstr(copy, "too big") != NULL;
    error_set(&err, is_large ? ERR_HEADERS : ERR_MALFORMED, "%s", plain(&a, copy, "<body>", "</body>"));
    struct text t = text_new(&a);
    problem_render(&t, &err, NULL);
    text_add(&t, "\n");
    char *out = strdup(text_str(&t));
    *len = t.len;
    arena_reset(&a);
    return out;
}

__attribute__((visibility("default"))) struct MHD_Response *
MHD_create_response_from_buffer(size_t size, void *buffer, enum MHD_ResponseMemoryMode mode)
{
    bool is_page = size > 5 && memcmp(buffer, "<html", 5) == 0;
    size_t len = size;
    char *body = is_page ? problem_of(buffer, size, &len) : malloc(size + 1);
    if (!body)
        abort();
    if (!is_page && size > 0)
        memcpy(body, buffer, size);
    if (mode == MHD_RESPMEM_MUST_FREE)
        free(buffer);
    struct MHD_Response *r = MHD_create_response_from_buffer_with_free_callback(len, body, free);
    if (r && is_page)
        MHD_add_response_header(r, "Content-Type", "application/problem+json");
    return r;
}
