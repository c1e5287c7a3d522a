/* client - see the header. */
#include "client.h"

#include "command.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/version.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    CONNECT_S = 10,
    SILENCE_S = 180,              /* without a byte either way */
    BODY_MAX = 512 * 1024 * 1024, /* of an answer that is held whole */
    LINE_MAX_BYTES = 16 * 1024 * 1024,
};

struct client {
    CURL *curl;
    struct curl_slist *headers[2]; /* of GET, of POST */
    const struct settings *settings;
    char trouble[CURL_ERROR_SIZE];
    char media_type[128]; /* of headers[1] */
};

/* An answer as it comes. */
struct intake {
    CURL *curl;
    const struct post *post; /* NULL: GET */
    char *at;                /* what is held: the body, or a line's beginning */
    size_t len, cap;
    bool is_known, by_line; /* by_line is decided with the first bytes */
    bool is_too_large;
};

static void intake_free(struct intake *in)
{
    free(in->at);
}

static bool decide_by_line(const struct intake *in)
{
    char *type = NULL;
    curl_easy_getinfo(in->curl, CURLINFO_CONTENT_TYPE, &type);
    return in->post && type && strncasecmp(type, "application/x-ndjson", 20) == 0;
}

static bool hold(struct intake *in, const char *bytes, size_t len)
{
    if (in->len + len + 1 > in->cap) {
        size_t cap = (in->len + len + 1) * 2;
        char *at = cap > BODY_MAX ? NULL : realloc(in->at, cap);
        if (!at)
            return false;
        in->at = at;
        in->cap = cap;
    }
    memcpy(in->at + in->len, bytes, len);
    in->len += len;
    in->at[in->len] = '\0';
    return true;
}

static void give_lines(struct intake *in)
{
    char *at = in->at, *end = in->at + in->len;
    for (char *nl; (nl = memchr(at, '\n', (size_t)(end - at))) != NULL; at = nl + 1) {
        *nl = '\0';
        if (nl > at)
            in->post->on_line(in->post->ctx, at, (size_t)(nl - at));
    }
    in->len = (size_t)(end - at);
    memmove(in->at, at, in->len + 1);
}

/* libcurl's: anything but the length aborts. */
static size_t take_bytes(char *bytes, size_t one, size_t len, void *ctx)
{
    struct intake *in = ctx;
    (void)one;
    if (!in->is_known)
        in->by_line = decide_by_line(in);
    in->is_known = true;
    in->is_too_large =
        !hold(in, bytes, len) || (in->by_line && in->len > LINE_MAX_BYTES + len);
    if (in->is_too_large)
        return 0;
    if (in->by_line && memchr(bytes, '\n', len))
        give_lines(in);
    return len;
}

static struct curl_slist *with_header(struct curl_slist *list, const char *header)
{
    struct curl_slist *longer = curl_slist_append(list, header);
    if (!longer)
        abort();
    return longer;
}

struct client *client_new(const struct settings *settings)
{
    struct client *c = calloc(1, sizeof *c);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    if (!c || !(c->curl = curl_easy_init()))
        abort();
    c->settings = settings;
    return c;
}

void client_free(struct client *c)
{
    if (!c)
        return;
    curl_easy_cleanup(c->curl);
    for (size_t i = 0; i < 2; i++)
        curl_slist_free_all(c->headers[i]);
    curl_global_cleanup();
    free(c);
}

/* Headers live as long as the client: built at the first use, and again for another media
 * type. */
static struct curl_slist *headers_for(struct client *c, struct arena *a,
                                      const struct post *post)
{
    struct curl_slist **list = &c->headers[post ? 1 : 0];
    if (*list && (!post || strcmp(c->media_type, post->media_type) == 0))
        return *list;
    curl_slist_free_all(*list);
    *list = with_header(
        NULL, "Accept: application/json, application/x-ndjson, text/vnd.graphviz, */*");
    if (c->settings->key)
        *list = with_header(
            *list, arena_printf(a, "Authorization: Bearer %s", c->settings->key));
    if (!post)
        return *list;
    snprintf(c->media_type, sizeof c->media_type, "%s", post->media_type);
    *list = with_header(*list, arena_printf(a, "Content-Type: %s", post->media_type));
    *list = with_header(*list, "Expect:");
    return *list;
}

static void prepare(struct client *c, struct arena *a, const char *path,
                    const struct post *post, struct intake *in)
{
    CURL *curl = c->curl;
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, arena_printf(a, "%s%s", c->settings->url, path));
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers_for(c, a, post));
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "pedigree/" PEDIGREE_VERSION);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)SILENCE_S);
    curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, c->trouble);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_bytes);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, in);
    if (!post)
        return;
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)post->len);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, post->body);
}

static void read_reply(struct client *c, struct arena *a, const struct intake *in,
                       struct reply *out)
{
    curl_off_t retry = 0;
    char *location = NULL;
    long status = 0;
    curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(c->curl, CURLINFO_RETRY_AFTER, &retry);
    curl_easy_getinfo(c->curl, CURLINFO_REDIRECT_URL, &location);
    *out = (struct reply){
        .status = status,
        .retry_after_s = retry,
        .location = location ? arena_strdup(a, location) : NULL,
        .body = "",
        .is_lines = in->by_line,
    };
    if (in->len > 0 && !in->by_line) {
        char *copy = arena_alloc(a, in->len + 1);
        memcpy(copy, in->at, in->len);
        out->body = copy;
        out->len = in->len;
    }
}

static bool perform(struct client *c, struct arena *a, const char *path,
                    const struct post *post, struct reply *out, struct error *err)
{
    CLEANUP(intake_free) struct intake in = {.curl = c->curl, .post = post};
    c->trouble[0] = '\0';
    prepare(c, a, path, post, &in);
    CURLcode code = curl_easy_perform(c->curl);
    if (in.is_too_large)
        return error_at(err, ERR_UNAVAILABLE, c->settings->url,
                        "the answer is too large to be one of pedigreed's");
    if (code != CURLE_OK)
        return error_at(err, ERR_UNAVAILABLE, c->settings->url, "%s",
                        *c->trouble ? c->trouble : curl_easy_strerror(code));
    if (post && in.by_line && in.len > 0) /* a last line without its end */
        post->on_line(post->ctx, in.at, in.len);
    read_reply(c, a, &in, out);
    return true;
}

bool client_get(struct client *c, struct arena *a, const char *path, struct reply *out,
                struct error *err)
{
    return perform(c, a, path, NULL, out, err);
}

bool client_post(struct client *c, struct arena *a, const struct post *post,
                 struct reply *out, struct error *err)
{
    return perform(c, a, post->path, post, out, err);
}

const char *url_escape(struct arena *a, const char *s)
{
    struct text out = text_new(a);
    for (const unsigned char *at = (const unsigned char *)s; *at; at++) {
        bool is_plain = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
                        (*at >= '0' && *at <= '9') || strchr("-._~:", *at);
        if (is_plain)
            text_add_n(&out, (const char *)at, 1);
        else
            text_addf(&out, "%%%02X", *at);
    }
    const char *text = text_str(&out);
    /* A segment that a URL library would take for "here" or "up". */
    if (strcmp(text, ".") == 0)
        return "%2E";
    return strcmp(text, "..") == 0 ? "%2E%2E" : text;
}

void url_add(struct text *url, const char *name, const char *value)
{
    if (!value)
        return;
    text_addf(url, "%c%s=%s", strchr(text_str(url), '?') ? '&' : '?', name,
              url_escape(url->arena, value));
}
