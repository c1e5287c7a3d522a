/*
 * client - one server over HTTP (libcurl), one request at a time on a kept connection.
 *
 * Redirects are not followed: a key goes where it was meant for.  False from a request
 * means that no complete answer came (*err: ERR_UNAVAILABLE); any status is an answer.
 */
#pragma once

#include "settings.h"

#include <jansson.h>

struct client;

struct reply {
    long status;
    int64_t retry_after_s; /* 0: not said */
    const char *location;  /* of a redirect; NULL */
    const char *body;      /* NUL-terminated; what `on_line` took is not in it */
    size_t len;
    bool is_lines; /* it was NDJSON, and `on_line` took it */
};

/* One line of an NDJSON answer as it comes. */
typedef void (*line_fn)(void *ctx, const char *line, size_t len);

struct post {
    const char *path; /* with its query */
    const char *media_type;
    const char *body;
    size_t len;
    line_fn on_line; /* for an answer in NDJSON */
    void *ctx;
};

struct client *client_new(const struct settings *settings)
    __attribute__((returns_nonnull));
void client_free(struct client *c);
bool client_get(struct client *c, struct arena *a, const char *path, struct reply *out,
                struct error *err);
bool client_post(struct client *c, struct arena *a, const struct post *post,
                 struct reply *out, struct error *err);

/* `s` as one segment of a path or value of a query. */
const char *url_escape(struct arena *a, const char *s);
/* Adds "?name=value" or "&name=value"; nothing if value is NULL. */
void url_add(struct text *url, const char *name, const char *value);
