/*
 * test_http - the real listener on a free port, spoken to over raw sockets.
 *
 * One row of ASKED is one connection: what is sent, which status and text must come back.
 */
#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/metrics.h"
#include "pedigree/http/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- a small program behind the listener ---- */

static bool say_parameter(struct request *rq, struct reply *rp, struct error *err)
{
    (void)err;
    const char *q = request_query(rq, "q"), *caller = rq->caller ? rq->caller : "";
    struct text t = text_new(&rq->arena);
    text_addf(&t, "[%s] q=[%s] caller=[%s] reader=%d", request_parameter(rq, "code"),
              q ? q : "", caller, rq->reader != NULL);
    reply_text(rp, "text/plain", &t);
    reply_etag(rq, rp);
    return true;
}

static bool say_live(struct request *rq, struct reply *rp, struct error *err)
{
    (void)err;
    struct text t = text_new(&rq->arena);
    text_add(&t, "alive");
    reply_text(rp, "text/plain", &t);
    return true;
}

static bool fail_invalid(struct request *rq, struct reply *rp, struct error *err)
{
    (void)rq;
    (void)rp;
    return error_at(err, ERR_INVALID, "/lot/quantity", "must be \"positive\"");
}

static bool fail_unavailable(struct request *rq, struct reply *rp, struct error *err)
{
    (void)rq;
    (void)rp;
    return error_set(err, ERR_UNAVAILABLE, "PostgreSQL is away");
}

static atomic_int slow_running, slow_is_held; /* a test holds the readers until it has seen enough */

static bool be_slow(struct request *rq, struct reply *rp, struct error *err)
{
    slow_running++;
    while (slow_is_held)
        usleep(1000);
    usleep(250000);
    slow_running--;
    return say_live(rq, rp, err);
}

static atomic_int together_held, together_calls, together_most;

/* Each is told its own parameter and how many were answered with it; "bad" fails, alone. */
static void say_together(struct asked *at, size_t len)
{
    together_calls++;
    while (together_held)
        usleep(1000);
    if ((int)len > together_most)
        together_most = (int)len;
    for (size_t i = 0; i < len; i++) {
        const char *code = request_parameter(at[i].rq, "code");
        struct text t = text_new(&at[i].rq->arena);
        assert_string_equal(at[i].rq->reader, "reader");
        if (strcmp(code, "bad") == 0)
            error_set(at[i].err, ERR_NOT_FOUND, "no %s", code);
        text_addf(&t, "<%s> of %zu", code, len);
        reply_text(at[i].rp, "text/plain", &t);
    }
}

static bool echo_body(struct request *rq, struct reply *rp, struct error *err)
{
    (void)err;
    rp->content_type = "application/octet-stream";
    rp->body = rq->body;
    rp->len = rq->body_len;
    return true;
}

static bool send_file(struct request *rq, struct reply *rp, struct error *err)
{
    (void)rq;
    (void)err;
    char path[] = "/tmp/pedigree-test-XXXXXX";
    int fd = mkstemp(path);
    unlink(path);
    assert_int_equal(write(fd, "from a file", 11), 11);
    reply_file(rp, "text/plain", fd, 11);
    return true;
}

static bool check_query(struct request *rq, struct reply *rp, struct error *err)
{
    static const char *const KNOWN[] = {"limit", "open"};
    int64_t limit;
    bool open;
    if (!request_knows(rq, KNOWN, LENGTH(KNOWN), err) ||
        !request_number(rq, "limit", 50, 1, 500, &limit, err) ||
        !request_flag(rq, "open", &open, err))
        return false;
    struct text t = text_new(&rq->arena);
    text_addf(&t, "{\"limit\":%" PRId64 ",\"open\":%d}", limit, open);
    reply_json(rp, &t);
    return true;
}

/* A stream that counts its bytes, is suspended after every chunk and once at the end, and
 * is resumed by a thread of its own at once, so that resume and suspension race. */
struct counting {
    size_t bytes;
    bool is_finished;
    pthread_t waker;
    bool has_waker, is_hurried;
    atomic_bool is_out; /* suspended: feed must not be called */
};

static atomic_int open_streams;

static void *wake(void *arg)
{
    struct request *rq = arg;
    struct counting *c = rq->state;
    if (!c->is_hurried)
        usleep(200);
    c->is_out = false;
    request_resume(rq);
    return NULL;
}

static void join_waker(struct counting *c)
{
    if (c->has_waker)
        pthread_join(c->waker, NULL);
    c->has_waker = false;
}

static void start_waker(struct request *rq)
{
    struct counting *c = rq->state;
    join_waker(c);
    c->is_out = true;
    c->is_hurried = c->bytes % 2;
    c->has_waker = pthread_create(&c->waker, NULL, wake, rq) == 0;
}

static bool count_begin(struct request *rq, struct error *err)
{
    const char *type = request_header(rq, "Content-Type");
    open_streams++;
    rq->state = ARENA_NEW(&rq->arena, struct counting);
    return !type || strcmp(type, "text/bad") != 0 ||
           error_set(err, ERR_MEDIA_TYPE, "not text/bad");
}

static enum body_state count_feed(struct request *rq, const char *at, size_t len,
                                  struct error *err)
{
    struct counting *c = rq->state;
    assert_false(c->is_out);
    c->bytes += len;
    if (memchr(at, '!', len)) {
        error_set(err, ERR_MALFORMED, "an exclamation mark");
        return BODY_FAIL;
    }
    start_waker(rq);
    return BODY_SUSPEND;
}

static enum body_state count_finish(struct request *rq, struct error *err)
{
    (void)err;
    struct counting *c = rq->state;
    if (c->is_finished)
        return BODY_MORE;
    c->is_finished = true;
    start_waker(rq);
    return BODY_SUSPEND;
}

static bool count_answer(struct request *rq, struct reply *rp, struct error *err)
{
    (void)err;
    struct text t = text_new(&rq->arena);
    text_addf(&t, "counted %zu", ((struct counting *)rq->state)->bytes);
    reply_text(rp, "text/plain", &t);
    return true;
}

static void count_end(struct request *rq)
{
    join_waker(rq->state);
    open_streams--;
}

static const struct body_ops COUNT = {count_begin, count_feed, count_finish, count_answer,
                                      count_end};

/* A stream that nobody resumes. */
static enum body_state never_feed(struct request *rq, const char *at, size_t len,
                                  struct error *err)
{
    (void)rq;
    (void)at;
    (void)len;
    (void)err;
    return BODY_SUSPEND;
}

static const struct body_ops NEVER = {count_begin, never_feed, NULL, count_answer,
                                      count_end};

/* clang-format off */
static const struct route ROUTES[] = {
    {"GET",  "/livez",        SCOPE_PUBLIC, say_live,         .is_inline = true, .sentence = "Alive."},
    {"GET",  "/v1/lots/{code}", SCOPE_READ, say_parameter,    .sentence = "One lot."},
    {"POST", "/v1/lots/{code}", SCOPE_QUALITY, say_parameter, .sentence = "Changes a lot."},
    {"GET",  "/open/{code}",  SCOPE_PUBLIC, say_parameter,    .sentence = "A parameter."},
    {"GET",  "/web/{code...}", SCOPE_PUBLIC, say_parameter,   .sentence = "Assets."},
    {"GET",  "/invalid",      SCOPE_PUBLIC, fail_invalid,     .sentence = "Fails."},
    {"GET",  "/away",         SCOPE_PUBLIC, fail_unavailable, .sentence = "Fails."},
    {"GET",  "/slow",         SCOPE_PUBLIC, be_slow,          .sentence = "Takes its time."},
    {"GET",  "/together/{code}", SCOPE_PUBLIC, .together = say_together, .sentence = "In company."},
    {"GET",  "/other/{code}", SCOPE_PUBLIC, .together = say_together, .sentence = "In other company."},
    {"GET",  "/file",         SCOPE_PUBLIC, send_file,        .sentence = "A file."},
    {"GET",  "/query",        SCOPE_PUBLIC, check_query,      .sentence = "A query."},
    {"POST", "/echo",         SCOPE_PUBLIC, echo_body,        .sentence = "Returns the body."},
    {"POST", "/count",        SCOPE_SUBMIT, .body = &COUNT,   .sentence = "Counts."},
    {"POST", "/never",        SCOPE_PUBLIC, .body = &NEVER,   .sentence = "Waits for ever."},
};
/* clang-format on */

/* Keys: "read" may read, "submit" submit; "cold-..." must be looked up first. */
static bool decide(struct request *rq, const char *key, enum scope needed,
                   struct error *err)
{
    if (strcmp(key, "read") != 0 && strcmp(key, "submit") != 0)
        return error_set(err, ERR_UNAUTHORIZED, "this key is not known");
    if (strcmp(key, scope_word(needed)) != 0)
        return error_set(err, ERR_FORBIDDEN, "the key may only %s", key);
    rq->caller = arena_strdup(&rq->arena, key);
    rq->caller_label = rq->caller;
    return true;
}

static const char *key_of(struct request *rq)
{
    const char *header = request_header(rq, "Authorization");
    return header && strncmp(header, "Bearer ", 7) == 0 ? header + 7 : "";
}

static enum auth authenticate(struct request *rq, enum scope needed, struct error *err)
{
    const char *key = key_of(rq);
    if (strncmp(key, "cold-", 5) == 0)
        return AUTH_LOOK_UP;
    return decide(rq, key, needed, err) ? AUTH_YES : AUTH_NO;
}

static bool look_up(struct request *rq, enum scope needed, struct error *err)
{
    assert_non_null(rq->reader);
    return decide(rq, key_of(rq) + 5, needed, err);
}

static void *reader_new(void *context)
{
    assert_string_equal(context, "context");
    return strdup("reader");
}

static const struct http_hooks HOOKS = {(void *)(uintptr_t) "context", authenticate,
                                        look_up, reader_new, free};

/* ---- a small client ---- */

static struct config config;
static struct http *http;

static void start(void)
{
    struct error err = {0};
    config.listen_port = 0;
    http = http_start(&config, ROUTES, LENGTH(ROUTES), &HOOKS, -1, &err);
    if (!http)
        fail_msg("%s", err.detail);
}

static void wait_for_streams(int n)
{
    while (open_streams != n)
        usleep(1000);
}

/* Afterwards every stream was ended. */
static void stop(void)
{
    http_stop(http);
    http = NULL;
    assert_int_equal(open_streams, 0);
}

static int dial(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)http_port(http))};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    struct timeval patience = {.tv_sec = 120}; /* a hang ends; a slow machine is waited for */
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fd;
}

static bool put(int fd, const char *at, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, at, len, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

/* All that comes until the other end closes; -1: it did not within the socket's patience.
 */
static ssize_t get_all(int fd, char *out, size_t room)
{
    size_t len = 0;
    ssize_t n;
    while ((n = recv(fd, out + len, room - 1 - len, 0)) > 0)
        len += (size_t)n;
    out[len] = '\0';
    return n < 0 && errno == EAGAIN ? -1 : (ssize_t)len;
}

static int status_in(const char *answer)
{
    int status = 0;
    return sscanf(answer, "HTTP/1.1 %d", &status) == 1 ? status : 0;
}

static int ask(const char *request, char *answer, size_t room)
{
    int fd = dial();
    put(fd, request, strlen(request));
    if (get_all(fd, answer, room) < 0)
        fail_msg("no end of the answer to: %s", request);
    close(fd);
    return status_in(answer);
}

/* ---- one row, one connection ---- */

#define HOST "Host: x\r\nConnection: close\r\n"
#define READ "Authorization: Bearer read\r\n"
#define SUBMIT "Authorization: Bearer submit\r\n"
#define END "\r\n"
/* clang-format off */
static const struct {
    const char *label, *request;
    int status;
    const char *has, *lacks;
} ASKED[] = {
    {"inline handler", "GET /livez HTTP/1.1\r\n" HOST END, 200, "alive", "WWW-Auth"},
    {"request id", "GET /livez HTTP/1.1\r\n" HOST END, 200, "X-Request-Id: ", NULL},
    {"request id of the caller's", "GET /livez HTTP/1.1\r\nX-Request-Id: a.b-7\r\n" HOST END, 200, "X-Request-Id: a.b-7\r\n", NULL},
    {"request id not safe", "GET /livez HTTP/1.1\r\nX-Request-Id: a b\r\n" HOST END, 200, "X-Request-Id: ", "a b"},
    {"no such path", "GET /nothing HTTP/1.1\r\n" HOST END, 404, "urn:pedigree:problem:not-found", NULL},
    {"trailing slash", "GET /livez/ HTTP/1.1\r\n" HOST END, 404, "application/problem+json", NULL},
    {"empty parameter", "GET /open/ HTTP/1.1\r\n" HOST END, 404, NULL, NULL},
    {"wrong method", "PUT /v1/lots/x HTTP/1.1\r\nContent-Length: 3\r\n" HOST END "abc", 405, "Allow: GET, HEAD, POST, OPTIONS\r\n", NULL},
    {"options", "OPTIONS /v1/lots/x HTTP/1.1\r\n" HOST END, 204, "Allow: GET, HEAD, POST, OPTIONS\r\n", "problem"},
    {"options of nothing", "OPTIONS /no HTTP/1.1\r\n" HOST END, 404, NULL, NULL},
    {"absolute target", "GET http://x/livez HTTP/1.1\r\n" HOST END, 200, "alive", NULL},
    {"no key", "GET /v1/lots/x HTTP/1.1\r\n" HOST END, 401, "WWW-Authenticate: Bearer", NULL},
    {"unknown key", "GET /v1/lots/x HTTP/1.1\r\nAuthorization: Bearer q\r\n" HOST END, 401, "not known", NULL},
    {"wrong scope", "GET /v1/lots/x HTTP/1.1\r\n" SUBMIT HOST END, 403, "problem:forbidden", "WWW-Auth"},
    {"right scope", "GET /v1/lots/x HTTP/1.1\r\n" READ HOST END, 200, "[x] q=[] caller=[read] reader=1", NULL},
    {"looked up", "GET /v1/lots/x HTTP/1.1\r\nAuthorization: Bearer cold-read\r\n" HOST END, 200, "caller=[read]", NULL},
    {"looked up in vain", "GET /v1/lots/x HTTP/1.1\r\nAuthorization: Bearer cold-q\r\n" HOST END, 401, NULL, NULL},
    {"looked up for a stream", "POST /count HTTP/1.1\r\nAuthorization: Bearer cold-submit\r\nContent-Length: 5\r\n" HOST END "abcde", 200, "counted 5", NULL},
    {"looked up, expecting 100", "POST /count HTTP/1.1\r\nAuthorization: Bearer cold-submit\r\nExpect: 100-continue\r\nContent-Length: 5\r\n" HOST END "abcde", 100, "counted 5", NULL},
    {"refused, expecting 100", "POST /count HTTP/1.1\r\nAuthorization: Bearer cold-q\r\nExpect: 100-continue\r\nContent-Length: 5\r\n" HOST END, 401, "Connection: close", "100 Continue"},
    {"refused with a body", "POST /count HTTP/1.1\r\nContent-Length: 5\r\n" HOST END "abcde", 401, NULL, NULL},
    {"refused chunked", "POST /count HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" HOST END, 401, NULL, NULL},
    {"escapes", "GET /open/a%2Fb%20c%C3%A9?q=x+y%2B%26 HTTP/1.1\r\n" HOST END, 200, "[a/b c\xc3\xa9] q=[x y+&]", NULL},
    {"plus in a path", "GET /open/a+b HTTP/1.1\r\n" HOST END, 200, "[a+b]", NULL},
    {"broken escape", "GET /open/a%2 HTTP/1.1\r\n" HOST END, 400, "\"parameter\":\"code\"", NULL},
    {"broken escape in query", "GET /open/a?q=%zz HTTP/1.1\r\n" HOST END, 400, "\"parameter\":\"q\"", NULL},
    {"escaped NUL", "GET /open/a%00b HTTP/1.1\r\n" HOST END, 400, NULL, NULL},
    {"not UTF-8", "GET /open/%ff HTTP/1.1\r\n" HOST END, 400, NULL, NULL},
    {"dots are data", "GET /open/.. HTTP/1.1\r\n" HOST END, 200, "[..]", NULL},
    {"slash is no data", "GET /open/a/b HTTP/1.1\r\n" HOST END, 404, NULL, NULL},
    {"the rest", "GET /web/a/b.css HTTP/1.1\r\n" HOST END, 200, "[a/b.css]", NULL},
    {"head", "HEAD /livez HTTP/1.1\r\n" HOST END, 200, "Content-Length: 5\r\n", "alive"},
    {"etag", "GET /open/e HTTP/1.1\r\n" HOST END, 200, "ETag: \"", NULL},
    {"any etag", "GET /open/e HTTP/1.1\r\nIf-None-Match: *\r\n" HOST END, 304, "ETag: \"", "[e]"},
    {"other etag", "GET /open/e HTTP/1.1\r\nIf-None-Match: \"a\", W/\"b\"\r\n" HOST END, 200, "[e]", NULL},
    {"pointer", "GET /invalid HTTP/1.1\r\n" HOST END, 422, "\"detail\":\"must be \\\"positive\\\"\",\"pointer\":\"/lot/quantity\"", NULL},
    {"retry after", "GET /away HTTP/1.1\r\n" HOST END, 503, "Retry-After: ", NULL},
    {"together, alone", "GET /together/x HTTP/1.1\r\n" HOST END, 200, "<x> of 1", NULL},
    {"together, refused", "GET /together/bad HTTP/1.1\r\n" HOST END, 404, "\"detail\":\"no bad\"", "<bad>"},
    {"together, head", "HEAD /together/x HTTP/1.1\r\n" HOST END, 200, "Content-Length: 8\r\n", "<x>"},
    {"file", "GET /file HTTP/1.1\r\n" HOST END, 200, "from a file", NULL},
    {"file, head", "HEAD /file HTTP/1.1\r\n" HOST END, 200, "Content-Length: 11", "from"},
    {"query", "GET /query?limit=7&open=true HTTP/1.1\r\n" HOST END, 200, "{\"limit\":7,\"open\":1}", NULL},
    {"query default", "GET /query? HTTP/1.1\r\n" HOST END, 200, "{\"limit\":50,\"open\":0}", NULL},
    {"query unknown", "GET /query?limt=7 HTTP/1.1\r\n" HOST END, 400, "did you mean limit", NULL},
    {"query twice", "GET /query?limit=7&limit=8 HTTP/1.1\r\n" HOST END, 400, "given twice", NULL},
    {"query range", "GET /query?limit=501 HTTP/1.1\r\n" HOST END, 400, "from 1 to 500", NULL},
    {"query flag", "GET /query?open=1 HTTP/1.1\r\n" HOST END, 400, "true or false", NULL},
    {"buffered body", "POST /echo HTTP/1.1\r\nContent-Length: 5\r\n" HOST END "abcde", 200, "\r\n\r\nabcde", NULL},
    {"buffered, none", "POST /echo HTTP/1.1\r\nContent-Length: 0\r\n" HOST END, 200, "Content-Length: 0", NULL},
    {"buffered, chunked", "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" HOST END "2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n", 200, "\r\n\r\nabcde", NULL},
    {"buffered, too large", "POST /echo HTTP/1.1\r\nContent-Length: 101\r\n" HOST END, 413, "100 bytes", NULL},
    {"buffered, grows too large", "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" HOST END "65\r\n"
        "01234567890123456789012345678901234567890123456789"
        "01234567890123456789012345678901234567890123456789x\r\n0\r\n\r\n", 413, "100 bytes", NULL},
    {"stream", "POST /count HTTP/1.1\r\nContent-Length: 4\r\n" SUBMIT HOST END "abcd", 200, "counted 4", NULL},
    {"stream, chunked", "POST /count HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" SUBMIT HOST END "3\r\nabc\r\n0\r\n\r\n", 200, "counted 3", NULL},
    {"stream, empty", "POST /count HTTP/1.1\r\nContent-Length: 0\r\n" SUBMIT HOST END, 200, "counted 0", NULL},
    {"stream, too large", "POST /count HTTP/1.1\r\nContent-Length: 1000001\r\n" SUBMIT HOST END, 413, NULL, NULL},
    {"stream, fails", "POST /count HTTP/1.1\r\nContent-Length: 4\r\n" SUBMIT HOST END "ab!d", 400, "exclamation", NULL},
    {"stream, refused", "POST /count HTTP/1.1\r\nContent-Type: text/bad\r\nContent-Length: 4\r\n" SUBMIT HOST END "abcd", 415, NULL, NULL},
    {"two lengths", "POST /echo HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n" HOST END "abcde", 400, NULL, NULL},
    {"length and chunks", "POST /echo HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n" HOST END "0\r\n\r\n", 400, NULL, NULL},
    {"unknown coding", "POST /echo HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n" HOST END "0\r\n\r\n", 400, NULL, NULL},
    {"length is a word", "POST /echo HTTP/1.1\r\nContent-Length: five\r\n" HOST END "abcde", 400, NULL, NULL},
    {"length is negative", "POST /echo HTTP/1.1\r\nContent-Length: -5\r\n" HOST END "abcde", 400, NULL, NULL},
    {"two hosts", "GET /livez HTTP/1.1\r\nHost: y\r\n" HOST END, 400, "\"parameter\":\"Host\"", NULL},
    {"two keys", "GET /v1/lots/x HTTP/1.1\r\nAuthorization: Bearer q\r\n" READ HOST END, 400, "sent twice", NULL},
    {"two types", "POST /count HTTP/1.1\r\nContent-Type: a/b\r\nContent-Type: c/d\r\nContent-Length: 1\r\n" SUBMIT HOST END "a", 400, "sent twice", NULL},
    {"no host", "GET /livez HTTP/1.1\r\nConnection: close\r\n" END, 400, NULL, NULL},
    {"body of a GET", "GET /livez HTTP/1.1\r\nContent-Length: 3\r\n" HOST END "abc", 200, "alive", NULL},
    {"pipelined", "GET /livez HTTP/1.1\r\nHost: x\r\n\r\nGET /open/second HTTP/1.1\r\n" HOST END, 200, "[second]", NULL},
    {"after a dropped body", "POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGET /open/second HTTP/1.1\r\n" HOST END, 404, "[second]", NULL},
    {"after a suspended stream", "POST /count HTTP/1.1\r\n" SUBMIT "Host: x\r\nContent-Length: 3\r\n\r\nabcGET /open/second HTTP/1.1\r\n" HOST END, 200, "[second]", NULL},
};
/* clang-format on */

static void asked(void **state)
{
    size_t i = (size_t)(uintptr_t)*state;
    char answer[8192];
    int status = ask(ASKED[i].request, answer, sizeof answer);
    if (status != ASKED[i].status || (ASKED[i].has && !strstr(answer, ASKED[i].has)) ||
        (ASKED[i].lacks && strstr(answer, ASKED[i].lacks)))
        fail_msg("%d, not %d: %s", status, ASKED[i].status, answer);
}

static void own_etag_is_not_modified(void **state)
{
    (void)state;
    char answer[4096], again[1024], etag[64] = "";
    ask("GET /open/e HTTP/1.1\r\n" HOST END, answer, sizeof answer);
    const char *at = strstr(answer, "ETag: ");
    assert_non_null(at);
    assert_int_equal(sscanf(at, "ETag: %63[^\r]", etag), 1);
    snprintf(again, sizeof again,
             "GET /open/e HTTP/1.1\r\nIf-None-Match: \"x\",W/%s\r\n" HOST END, etag);
    assert_int_equal(ask(again, answer, sizeof answer), 304);
}

static void large_headers_are_refused(void **state)
{
    (void)state;
    char *request = malloc(70000), answer[4096];
    strcpy(request, "GET /livez HTTP/1.1\r\nHost: x\r\nX-Fill: ");
    size_t len = strlen(request);
    memset(request + len, 'x', 60000);
    strcpy(request + len + 60000, "\r\n\r\n");
    assert_int_equal(ask(request, answer, sizeof answer), 431);
    free(request);
}

/* Many chunks, each suspended and resumed in a race; several clients at once. */
static void *send_stream(void *result)
{
    enum { CHUNKS = 200 };
    int fd = dial();
    const char *head =
        "POST /count HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" SUBMIT HOST END;
    bool is_sent = put(fd, head, strlen(head));
    for (int i = 0; is_sent && i < CHUNKS; i++)
        is_sent = put(fd, "7\r\nabcdefg\r\n", 12);
    char answer[4096];
    is_sent =
        is_sent && put(fd, "0\r\n\r\n", 5) && get_all(fd, answer, sizeof answer) > 0;
    *(bool *)result = is_sent && strstr(answer, "counted 1400") != NULL;
    if (!*(bool *)result)
        fprintf(stderr, "stream: sent=%d answer: %s\n", is_sent, answer);
    close(fd);
    return NULL;
}

static void streams_race_their_resumes(void **state)
{
    (void)state;
    pthread_t clients[8];
    bool results[8] = {0};
    for (size_t i = 0; i < LENGTH(clients); i++)
        pthread_create(&clients[i], NULL, send_stream, &results[i]);
    for (size_t i = 0; i < LENGTH(clients); i++)
        pthread_join(clients[i], NULL);
    for (size_t i = 0; i < LENGTH(clients); i++)
        assert_true(results[i]);
}

static void stream_past_its_limit_is_told(void **state)
{
    (void)state;
    int fd = dial();
    char answer[4096];
    const char *head =
        "POST /count HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" SUBMIT HOST END;
    char *chunk = malloc(0x10000 + 10);
    memcpy(chunk, "10000\r\n", 7);
    memset(chunk + 7, 'a', 0x10000);
    memcpy(chunk + 7 + 0x10000, "\r\n", 2);
    put(fd, head, strlen(head));
    for (int i = 0; i < 20; i++)
        assert_true(put(fd, chunk, 0x10000 + 9));
    put(fd, "0\r\n\r\n", 5);
    assert_true(get_all(fd, answer, sizeof answer) > 0);
    assert_int_equal(status_in(answer), 413);
    close(fd);
    /* without end: cut */
    fd = dial();
    put(fd, head, strlen(head));
    int sent = 0;
    while (sent < 2000 && put(fd, chunk, 0x10000 + 9))
        sent++;
    assert_true(sent < 2000);
    get_all(fd, answer, sizeof answer);
    assert_int_equal(status_in(answer), 413);
    close(fd);
    free(chunk);
}

/* Far too much is declared and refused at once, and the client looks only after it has sent a lot. */
static void refusal_reaches_who_still_sends(void **state)
{
    (void)state;
    enum { PIECE = 1 << 20, PIECES = 16 };
    int fd = dial();
    char answer[4096], *piece = calloc(1, PIECE);
    const char *head = "POST /count HTTP/1.1\r\nContent-Length: 50000000\r\n" SUBMIT HOST END;
    assert_true(put(fd, head, strlen(head)));
    for (int i = 0; i < PIECES; i++)
        assert_true(put(fd, piece, PIECE));
    assert_true(get_all(fd, answer, sizeof answer) > 0);
    assert_int_equal(status_in(answer), 413);
    assert_non_null(strstr(answer, "problem:too-large"));
    close(fd);
    free(piece);
}

static void slow_body_is_cut(void **state)
{
    (void)state;
    stop();
    config.body_timeout_s = 1;
    start();
    int fd = dial();
    char answer[4096];
    const char *head = "POST /echo HTTP/1.1\r\nContent-Length: 90\r\n" HOST END;
    put(fd, head, strlen(head));
    for (int i = 0; i < 90 && put(fd, "a", 1); i++) /* all of it would be answered by 200 */
        usleep(100000);
    get_all(fd, answer, sizeof answer);
    assert_int_equal(status_in(answer), 408);
    close(fd);
    fd = dial();
    put(fd, head, strlen(head));
    assert_true(get_all(fd, answer, sizeof answer) > 0);
    assert_int_equal(status_in(answer), 408);
    assert_non_null(strstr(answer, "application/problem+json"));
    assert_non_null(strstr(answer, "urn:pedigree:problem:timeout"));
    close(fd);
    config.body_timeout_s = 60;
}

static void slow_headers_are_cut(void **state)
{
    (void)state;
    stop();
    config.idle_timeout_s = 2;
    start();
    char answer[4096];
    int fd = dial();
    put(fd, "GET /livez HTTP/1.1\r\nHost: x\r\nX: ", 34);
    for (int i = 0; i < 90 && put(fd, "a", 1); i++)
        usleep(100000);
    put(fd, "\r\n" HOST END, strlen("\r\n" HOST END));
    get_all(fd, answer, sizeof answer);
    assert_int_equal(status_in(answer), 408);
    close(fd);
    config.idle_timeout_s = 60;
}

static void client_that_leaves_frees_its_request(void **state)
{
    (void)state;
    static const char *const PARTS[] = {
        "GET /liv",
        "GET /livez HTTP/1.1\r\n",
        "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /count HTTP/1.1\r\nContent-Length: 50\r\n" SUBMIT HOST END "ab",
        "GET /slow HTTP/1.1\r\n" HOST END,
    };
    for (size_t i = 0; i < LENGTH(PARTS); i++) {
        int fd = dial();
        put(fd, PARTS[i], strlen(PARTS[i]));
        close(fd);
    }
    wait_for_streams(0);
}

static atomic_int refused_so_far;

static void *ask_slow(void *status)
{
    char answer[4096];
    *(int *)status = ask("GET /slow HTTP/1.1\r\n" HOST END, answer, sizeof answer);
    refused_so_far += *(int *)status == 503;
    return NULL;
}

static void full_queue_of_readers_is_503(void **state)
{
    (void)state;
    enum { CLIENTS = 8 }; /* readers 2, queue 2 */
    pthread_t clients[CLIENTS];
    int status[CLIENTS] = {0}, good = 0, refused = 0;
    stop(); /* no request of an earlier test may be with a reader */
    start();
    refused_so_far = 0;
    slow_is_held = 1;
    for (size_t i = 0; i < CLIENTS; i++)
        pthread_create(&clients[i], NULL, ask_slow, &status[i]);
    while (refused_so_far < CLIENTS - 4) /* four at most have a place */
        usleep(1000);
    slow_is_held = 0;
    for (size_t i = 0; i < CLIENTS; i++)
        pthread_join(clients[i], NULL);
    for (size_t i = 0; i < CLIENTS; i++) {
        good += status[i] == 200;
        refused += status[i] == 503;
    }
    assert_int_equal(good + refused, CLIENTS);
    assert_in_range(good, 2, 4);
}

struct company {
    const char *route;
    char code[16], answer[4096];
    int status;
};

static void *ask_together(void *arg)
{
    struct company *c = arg;
    char request[128];
    snprintf(request, sizeof request, "GET %s/%s HTTP/1.1\r\n" HOST END, c->route, c->code);
    c->status = ask(request, c->answer, sizeof c->answer);
    return NULL;
}

static void wait_for_waiting(const char *line)
{
    bool is_so = false;
    while (!is_so) {
        struct arena a;
        arena_init(&a, 0);
        struct text t = text_new(&a);
        metrics_render(&t);
        is_so = strstr(text_str(&t), line) != NULL;
        arena_reset(&a);
        usleep(1000);
    }
}

/* Of two readers one gathers; the other one is there for the rest. */
static void requests_of_a_kind_go_together(void **state)
{
    (void)state;
    enum { CLIENTS = 9 }; /* one to hold the reader, and then of each route four */
    pthread_t clients[CLIENTS];
    static struct company all[CLIENTS];
    char answer[4096], wanted[32];
    stop();
    config.queue_reads = CLIENTS;
    start();
    together_held = 1;
    together_calls = together_most = 0;
    for (int i = 0; i < CLIENTS; i++) {
        all[i] = (struct company){.route = i % 2 ? "/together" : "/other"};
        snprintf(all[i].code, sizeof all[i].code, i == 3 ? "bad" : "c%d", i);
        pthread_create(&clients[i], NULL, ask_together, &all[i]);
        while (i == 0 && together_calls == 0)
            usleep(1000);
    }
    wait_for_waiting("pedigree_queue_reads 8\n");
    assert_int_equal(ask("GET /open/meanwhile HTTP/1.1\r\n" HOST END, answer, sizeof answer), 200);
    assert_int_equal(together_calls, 1);
    together_held = 0;
    for (int i = 0; i < CLIENTS; i++) {
        pthread_join(clients[i], NULL);
        snprintf(wanted, sizeof wanted, i == 3 ? "no %s" : "<%s> of %d", all[i].code, i == 0 ? 1 : 4);
        assert_int_equal(all[i].status, i == 3 ? 404 : 200);
        if (!strstr(all[i].answer, wanted))
            fail_msg("%s is not in: %s", wanted, all[i].answer);
    }
    assert_int_equal(together_calls, 3);
    assert_int_equal(together_most, 4);
    config.queue_reads = 2;
    stop();
    start();
}

static int http_setup(void **state)
{
    (void)state;
    config_init(&config);
    config.readers = 2;
    config.queue_reads = 2;
    config.http_threads = 3;
    config.body_max_bytes = 100;
    config.stream_max_bytes = 1000000;
    config.body_timeout_s = 60;
    config.idle_timeout_s = 60;
    config.drain_s = 60;
    log_set_level(getenv("VERBOSE") ? LOG_LEVEL_DEBUG : LOG_LEVEL_ERROR);
    start();
    return 0;
}

static int http_teardown(void **state)
{
    (void)state;
    stop();
    config_done(&config);
    return 0;
}

/* ---- listeners with limits of their own; they come last and replace the common one ----
 */

static void connections_per_address_are_limited(void **state)
{
    (void)state;
    stop();
    config.connections_per_address = 2;
    start();
    int first = dial(), second = dial(), third = dial(); /* accepted in this order */
    char answer[512];
    assert_true(get_all(third, answer, sizeof answer) <= 0);
    close(first);
    while (ask("GET /livez HTTP/1.1\r\n" HOST END, answer, sizeof answer) != 200)
        usleep(1000);
    close(second);
    close(third);
    config.connections_per_address = 0;
}

static void connections_are_limited(void **state)
{
    (void)state;
    stop();
    config.connections_max = 2;
    start();
    int first = dial(), second = dial(), third = dial();
    put(third, "GET /livez HTTP/1.1\r\n" HOST END,
        strlen("GET /livez HTTP/1.1\r\n" HOST END));
    char answer[512];
    usleep(200000);
    assert_int_equal(recv(third, answer, sizeof answer, MSG_DONTWAIT), -1);
    close(first);
    close(second);
    get_all(third, answer, sizeof answer);
    assert_int_equal(status_in(answer), 200);
    close(third);
    config.connections_max = 1000;
}

static void drain_lets_requests_end(void **state)
{
    (void)state;
    stop();
    start();
    pthread_t client;
    int status = 0, idle = dial();
    char answer[4096];
    pthread_create(&client, NULL, ask_slow, &status);
    while (!slow_running)
        usleep(1000);
    assert_true(http_drain(http));
    pthread_join(client, NULL);
    assert_int_equal(status, 200);
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)http_port(http))};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int late = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(late, (struct sockaddr *)&at, sizeof at), -1);
    close(late);
    assert_int_equal(get_all(idle, answer, sizeof answer), 0);
    close(idle);
}

static void stop_cuts_what_waits_for_ever(void **state)
{
    (void)state;
    stop();
    start();
    int stuck = dial(), half = dial();
    char answer[4096];
    const char *head = "POST /never HTTP/1.1\r\nContent-Length: 50\r\n" HOST END "ab";
    put(stuck, head, strlen(head));
    put(half, head, strlen(head) - 2);
    wait_for_streams(2);
    config.drain_s = 0;
    assert_false(http_drain(http));
    http_stop(http);
    assert_int_equal(open_streams, 0);
    int cut[] = {stuck, half};
    for (size_t i = 0; i < LENGTH(cut); i++) { /* told, although in mid-body */
        assert_true(get_all(cut[i], answer, sizeof answer) > 0);
        assert_int_equal(status_in(answer), 503);
        assert_non_null(strstr(answer, "Retry-After: "));
        assert_non_null(strstr(answer, "problem:uncertain"));
        close(cut[i]);
    }
    config.drain_s = 60;
    start();
}

/* ---- stopping in the middle of all sorts of things ---- */

static atomic_bool is_storm_over;

/* Connects on and on, by turns idle, asking, half through a body, and suspended for ever. */
static void *storm(void *port)
{
    static const char *const WORDS[] = {
        "",
        "GET /livez HTTP/1.1\r\n" HOST END,
        "POST /echo HTTP/1.1\r\nContent-Length: 9\r\n" HOST END "ab",
        "POST /never HTTP/1.1\r\nContent-Length: 9\r\n" HOST END "ab",
    };
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(*(uint16_t *)port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int kept[LENGTH(WORDS) * 2], n = 0;
    for (; !is_storm_over; n++) {
        int *fd = &kept[n % (int)LENGTH(kept)];
        if (n >= (int)LENGTH(kept))
            close(*fd);
        *fd = socket(AF_INET, SOCK_STREAM, 0);
        const char *word = WORDS[(size_t)n % LENGTH(WORDS)];
        if (connect(*fd, (struct sockaddr *)&at, sizeof at) == 0)
            send(*fd, word, strlen(word), MSG_NOSIGNAL);
    }
    for (int i = 0; i < n && i < (int)LENGTH(kept); i++)
        close(kept[i]);
    return NULL;
}

/* libmicrohttpd aborts the process when it finds its sockets not as it left them. */
static void stops_while_clients_come(void **state)
{
    (void)state;
    enum { ROUNDS = 30, CLIENTS = 3 };
    const char *rounds = getenv("ROUNDS");
    stop();
    config.drain_s = 0;
    for (int i = 0; i < (rounds ? atoi(rounds) : ROUNDS); i++) {
        pthread_t clients[CLIENTS];
        start();
        uint16_t port = (uint16_t)http_port(http);
        is_storm_over = false;
        for (size_t k = 0; k < CLIENTS; k++)
            pthread_create(&clients[k], NULL, storm, &port);
        usleep(5000 * (useconds_t)(i % 5));
        http_drain(http);
        http_stop(http);
        is_storm_over = true;
        for (size_t k = 0; k < CLIENTS; k++)
            pthread_join(clients[k], NULL);
        assert_int_equal(open_streams, 0);
    }
    config.drain_s = 60;
    start();
}

static void a_taken_port_is_told(void **state)
{
    (void)state;
    struct error err = {0};
    struct config other = config;
    other.listen_port = http_port(http);
    assert_null(http_start(&other, ROUTES, LENGTH(ROUTES), &HOOKS, -1, &err));
    assert_int_equal(err.code, ERR_UNAVAILABLE);
    assert_non_null(strstr(err.detail, "Address already in use"));
    err = (struct error){0};
    other.listen_address = "somewhere";
    assert_null(http_start(&other, ROUTES, LENGTH(ROUTES), &HOOKS, -1, &err));
    assert_string_equal(err.where, "listen_address");
}

int main(void)
{
    cmocka_set_test_filter(getenv("ONLY"));
    const struct CMUnitTest fixed[] = {
        cmocka_unit_test(own_etag_is_not_modified),
        cmocka_unit_test(large_headers_are_refused),
        cmocka_unit_test(streams_race_their_resumes),
        cmocka_unit_test(stream_past_its_limit_is_told),
        cmocka_unit_test(refusal_reaches_who_still_sends),
        cmocka_unit_test(client_that_leaves_frees_its_request),
        cmocka_unit_test(full_queue_of_readers_is_503),
        cmocka_unit_test(requests_of_a_kind_go_together),
        cmocka_unit_test(a_taken_port_is_told),
        cmocka_unit_test(slow_body_is_cut),
        cmocka_unit_test(slow_headers_are_cut),
        cmocka_unit_test(connections_per_address_are_limited),
        cmocka_unit_test(connections_are_limited),
        cmocka_unit_test(drain_lets_requests_end),
        cmocka_unit_test(stop_cuts_what_waits_for_ever),
        cmocka_unit_test(stops_while_clients_come),
    };
    struct CMUnitTest tests[LENGTH(ASKED) + LENGTH(fixed)];
    for (size_t i = 0; i < LENGTH(ASKED); i++)
        tests[i] =
            (struct CMUnitTest){ASKED[i].label, asked, NULL, NULL, (void *)(uintptr_t)i};
    memcpy(tests + LENGTH(ASKED), fixed, sizeof fixed);
    return _cmocka_run_group_tests("http", tests, LENGTH(tests), http_setup,
                                   http_teardown);
}
