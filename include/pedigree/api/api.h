/*
 * api - what can be asked over HTTP: ROUTES, and what their handlers need.
 *
 * struct api is the context of all requests (http_hooks.context); the daemon fills it before
 * http_start() and keeps it until after http_stop().  Handlers find their reader's database
 * connections (struct reader_connections) in request.reader and the caller in request.caller.
 */
#pragma once

#include "pedigree/base/config.h"
#include "pedigree/http/http.h"
#include "pedigree/ledger/ledger.h"

extern const struct route ROUTES[];
extern const size_t ROUTES_LEN;

struct submissions;
struct witnesses;
struct feeds;
struct signing_cache;
struct db;
struct replica;

struct reader_connections { /* a reader's own */
    struct db *primary, *replica; /* replica NULL: there is none */
};

struct api {
    const struct config *config;
    struct ledger *ledger;
    struct submissions *submissions;
    struct scrubber *scrubber; /* NULL: the log is not scrubbed */
    const char *log_keys; /* public keys of the log, as text; NULL: nothing signs it */
    struct witnesses *witnesses; /* NULL: nobody cosigns the log */
    struct feeds *feeds; /* NULL: nothing is pulled */
    struct signing_cache *signing; /* whose signatures are taken; NULL: nobody's */
    struct replica *replica; /* NULL: no replica answers reads */
    struct tile_cache *tiles; /* of the log's tree */
    const char *openapi; /* text, made once */
    /* What else is missing ("postgresql: run pedigreed migrate"), NULL: nothing. On a reader. */
    const char *(*trouble)(struct request *rq, void *ctx);
    void *trouble_ctx;
    struct arena arena;
};

void api_init(struct api *api, const struct config *config, struct ledger *ledger);
void api_done(struct api *api);

/* The OpenAPI document, as /openapi.json serves it. */
char *openapi_text(struct arena *a);
