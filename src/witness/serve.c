/* serve - a witness over HTTP.  Nobody has to say who he is: the log's signature speaks for itself. */
#include "pedigree/base/cleanup.h"
#include "pedigree/http/http.h"
#include "pedigree/tlog/witness.h"
#include "pedigree/witness/witness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLAIN "text/plain; charset=utf-8"

struct witness_server {
    struct config config;
    struct http *http;
    char url[128];
};

static struct witness *witness_of(const struct request *rq)
{
    return rq->context;
}

static void answer(struct request *rq, struct reply *rp, int status, const char *type, const char *body)
{
    struct text t = text_new(&rq->arena);
    text_add(&t, body);
    reply_text(rp, type, &t);
    rp->status = status;
}

static bool add_checkpoint(struct request *rq, struct reply *rp, struct error *err)
{
    struct witness_answer got;
    if (!witness_add(witness_of(rq), &rq->arena, rq->body, rq->body_len, &got, err))
        return false;
    answer(rq, rp, got.status, got.status == 409 ? "text/x.tlog.size" : PLAIN, got.body);
    return true;
}

static bool show_checkpoint(struct request *rq, struct reply *rp, struct error *err)
{
    const char *note = witness_newest(witness_of(rq), &rq->arena, request_parameter(rq, "log"));
    if (!note)
        return error_set(err, ERR_NOT_FOUND, "no checkpoint of such a log was cosigned here: /<hex SHA-256 of its origin>/checkpoint");
    answer(rq, rp, 200, PLAIN, note);
    reply_header(rp, "Cache-Control", "no-cache");
    return true;
}

static bool livez(struct request *rq, struct reply *rp, struct error *err)
{
    (void)err;
    answer(rq, rp, 200, PLAIN, "alive\n");
    return true;
}

/* clang-format off */
static const struct route ROUTES[] = {
    {"POST", "/add-checkpoint",  SCOPE_PUBLIC, add_checkpoint,  .sentence = "Cosigns a checkpoint that grew out of the one before."},
    {"GET",  "/livez",           SCOPE_PUBLIC, livez,           .sentence = "Whether it serves requests.", .is_inline = true},
    {"GET",  "/{log}/checkpoint", SCOPE_PUBLIC, show_checkpoint, .sentence = "The newest checkpoint that it cosigned."},
};
/* clang-format on */

static enum auth refuse(struct request *rq, enum scope needed, struct error *err)
{
    (void)rq, (void)needed;
    error_set(err, ERR_UNAUTHORIZED, "there is nothing here that is not public");
    return AUTH_NO;
}

/* The rest is small, and the same for everybody. */
static void configure(struct config *c, const char *address, int port)
{
    config_init(c);
    c->listen_address = arena_strdup(&c->arena, address);
    c->listen_port = port;
    c->readers = 2;
    c->queue_reads = 64;
    c->http_threads = 1;
    c->body_max_bytes = WITNESS_REQUEST_MAX;
    c->connections_max = 1024;
    c->drain_s = 5;
}

static void make_url(struct witness_server *s)
{
    const char *address = http_address(s->http);
    bool is_six = strchr(address, ':') != NULL;
    snprintf(s->url, sizeof s->url, "http://%s%s%s:%d", is_six ? "[" : "", address, is_six ? "]" : "", http_port(s->http));
}

struct witness_server *witness_serve(struct witness *w, const char *address, int port, struct error *err)
{
    const struct http_hooks hooks = {.context = w, .authenticate = refuse};
    struct witness_server *s = calloc(1, sizeof *s);
    if (!s)
        abort();
    configure(&s->config, address, port);
    s->http = http_start(&s->config, ROUTES, LENGTH(ROUTES), &hooks, -1, err);
    if (s->http) {
        make_url(s);
        return s;
    }
    witness_stop(s);
    return NULL;
}

const char *witness_url(const struct witness_server *s)
{
    return s->url;
}

void witness_stop(struct witness_server *s)
{
    if (!s)
        return;
    if (s->http)
        http_drain(s->http);
    http_stop(s->http);
    config_done(&s->config);
    free(s);
}
