/* exchange - see the header. */
#include "exchange.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/metrics.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    PROGRESS_BYTES = 1024,       /* a body must bring so much per body_timeout_s */
    DROP_BYTES = 8 * 1024 * 1024 /* read past a limit for the sake of an answer */
};

/* What a phase decides. */
enum next {
    GO_ON, /* the phase it set runs at once */
    BACK,  /* to libmicrohttpd: more bytes, or the call after the last */
    CUT,   /* close the connection */
};

/* ---- suspension: the last thing a resuming thread does with an exchange is under its
 * lock ---- */

static pthread_mutex_t *wait_lock(struct exchange *x)
{
    return &x->http->wait_locks[(uintptr_t)x / sizeof *x % WAIT_LOCKS];
}

static enum next suspend_locked(struct exchange *x)
{
    x->is_suspended = true;
    x->is_waiting = true;
    MHD_suspend_connection(x->mhd);
    return BACK;
}

/* Until request_resume().  GO_ON: it was called already. */
static enum next suspend(struct exchange *x)
{
    pthread_mutex_t *lock = wait_lock(x);
    pthread_mutex_lock(lock);
    enum next next = x->http->is_cutting ? CUT
                     : x->was_resumed    ? GO_ON
                                         : suspend_locked(x);
    x->was_resumed = false;
    pthread_mutex_unlock(lock);
    return next;
}

/* Until the job has run, also while the server ends: the reader still holds the exchange.
 */
static enum next suspend_for_job(struct exchange *x)
{
    pthread_mutex_t *lock = wait_lock(x);
    pthread_mutex_lock(lock);
    enum next next = x->is_job_done ? GO_ON : suspend_locked(x);
    x->was_resumed = false;
    pthread_mutex_unlock(lock);
    return next;
}

/* So libmicrohttpd's next step with it is to call us. */
static bool is_read_to_its_end(const struct exchange *x)
{
    return x->phase == PHASE_FINISH || x->phase == PHASE_WORK;
}

static void resume(struct exchange *x, bool is_job_done)
{
    pthread_mutex_t *lock = wait_lock(x);
    pthread_mutex_lock(lock);
    if (is_job_done)
        x->is_job_done = true;
    bool is_suspended = x->is_suspended;
    x->is_suspended = false;
    x->was_resumed = !is_suspended;
    if (is_suspended && is_read_to_its_end(x))
        worker_resume(x->worker, x);
    else if (is_suspended)
        MHD_resume_connection(x->mhd);
    pthread_mutex_unlock(lock);
}

/* libmicrohttpd 0.9.75 goes on through the chunks it has although the connection is
 * suspended. */
static bool is_still_suspended(struct exchange *x)
{
    if (!x->is_waiting)
        return false;
    pthread_mutex_t *lock = wait_lock(x);
    pthread_mutex_lock(lock);
    bool is_suspended = x->is_suspended;
    pthread_mutex_unlock(lock);
    return is_suspended;
}

/* Returns when no resuming thread is inside. */
static void pass_lock(struct exchange *x)
{
    pthread_mutex_t *lock = wait_lock(x);
    pthread_mutex_lock(lock);
    pthread_mutex_unlock(lock);
}

void request_resume(struct request *rq)
{
    resume((struct exchange *)(void *)rq, false);
}

/* ---- readers ---- */

static struct exchange *exchange_of_job(struct job *job)
{
    return (struct exchange *)(void *)((char *)job - offsetof(struct exchange, job));
}

/* On a reader.  The exchange may be gone once it was resumed. */
static void run_look_up(struct job *job, void *own)
{
    struct exchange *x = exchange_of_job(job);
    x->rq.reader = own;
    if (!x->http->hooks.look_up(&x->rq, x->rq.route->scope, &x->err))
        assert(x->err.code != ERR_OK);
    x->rq.reader = NULL;
    resume(x, true);
}

static void run_handler(struct job *job, void *own)
{
    struct exchange *x = exchange_of_job(job);
    x->rq.reader = own;
    if (!x->rq.route->handler(&x->rq, &x->reply, &x->err))
        reply_error(&x->rq, &x->reply, &x->err);
    x->rq.reader = NULL;
    resume(x, true);
}

/* Each HTTP thread that waits for one of them, once. */
static size_t hold_workers(struct exchange *const *all, size_t n, struct worker **out)
{
    size_t len = 0;
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < len && out[k] != all[i]->worker)
            k++;
        if (k < len)
            continue;
        out[len++] = all[i]->worker;
        worker_hold(all[i]->worker);
    }
    return len;
}

/* Those of one route that waited together. */
static void run_together(struct job *job, void *own)
{
    struct asked asked[JOBS_TOGETHER];
    struct exchange *all[JOBS_TOGETHER];
    struct worker *workers[JOBS_TOGETHER];
    const struct route *route = exchange_of_job(job)->rq.route;
    size_t n = 0;
    for (; job; job = job->next, n++) {
        struct exchange *x = all[n] = exchange_of_job(job);
        x->rq.reader = own;
        asked[n] = (struct asked){&x->rq, &x->reply, &x->err};
    }
    route->together(asked, n);
    size_t workers_len = hold_workers(all, n, workers);
    for (size_t i = 0; i < n; i++) {
        struct exchange *x = all[i];
        if (x->err.code != ERR_OK)
            reply_error(&x->rq, &x->reply, &x->err);
        x->rq.reader = NULL;
        resume(x, true);
    }
    for (size_t i = 0; i < workers_len; i++)
        worker_let_go(workers[i]);
}

static bool submit(struct exchange *x, void (*run)(struct job *, void *))
{
    x->is_job_done = false;
    x->job.run = run;
    x->job.kind = run == run_together ? x->rq.route : NULL;
    return readers_submit(x->http->readers, &x->job) ||
           error_set(&x->err, ERR_UNAVAILABLE, "too many requests wait already");
}

/* ---- refusing ---- */

static bool has_body(const struct exchange *x)
{
    return x->length != 0;
}

static enum next answer_error(struct exchange *x)
{
    reply_error(&x->rq, &x->reply, &x->err);
    x->phase = PHASE_ANSWER;
    return GO_ON;
}

/* Before the body: small ones are read and dropped, so that the connection can go on; the
 * others, and those that wait for 100 Continue, are answered at once and the connection
 * closed. */
static enum next refuse(struct exchange *x)
{
    bool waits = request_header(&x->rq, "Expect") != NULL;
    bool is_small =
        x->length >= 0 && x->length <= CONFIG_NOW(x->http->config->body_max_bytes);
    if (!has_body(x) || (is_small && !waits && !x->must_close)) {
        x->phase = PHASE_DROP;
        return BACK;
    }
    x->must_close = true;
    connection_linger(x->connection);
    return answer_error(x);
}

/* ---- NEW: headers ---- */

/* Headers that decide what a request is: sent twice, a proxy and we could read them differently. */
enum { HOST, LENGTH_HEADER, ENCODING, AUTHORIZATION, CONTENT_TYPE, ONCE_COUNT };
static const char *const ONCE[ONCE_COUNT] = {
    [HOST] = "Host",
    [LENGTH_HEADER] = "Content-Length",
    [ENCODING] = "Transfer-Encoding",
    [AUTHORIZATION] = "Authorization",
    [CONTENT_TYPE] = "Content-Type",
};

struct framing {
    const char *at[ONCE_COUNT];
    const char *twice; /* name of one that is there twice */
};

static enum MHD_Result see_header(void *ctx, enum MHD_ValueKind kind, const char *name,
                                  const char *value)
{
    (void)kind;
    struct framing *f = ctx;
    for (size_t i = 0; i < ONCE_COUNT; i++)
        if (strcasecmp(name, ONCE[i]) == 0) {
            f->twice = f->at[i] ? ONCE[i] : f->twice;
            f->at[i] = value;
        }
    return MHD_YES;
}

static bool check_framing(const struct framing *f, struct error *err)
{
    const char *encoding = f->at[ENCODING];
    if (f->twice)
        return error_at(err, ERR_MALFORMED, f->twice, "this header is sent twice");
    return (!encoding || (!f->at[LENGTH_HEADER] && strcasecmp(encoding, "chunked") == 0)) ||
           error_set(err, ERR_MALFORMED,
                     "give either one Content-Length or Transfer-Encoding: chunked");
}

/* Where the body ends must be beyond doubt. */
static bool read_framing(struct exchange *x)
{
    struct framing f = {0};
    MHD_get_connection_values(x->mhd, MHD_HEADER_KIND, see_header, &f);
    const char *length = f.at[LENGTH_HEADER];
    x->length = f.at[ENCODING] ? -1 : length ? strtoll(length, NULL, 10) : 0;
    if (check_framing(&f, &x->err))
        return true;
    x->must_close = true;
    x->length = -1;
    return false;
}

/* A caller may bring its own id, if that is safe to print anywhere. */
static void choose_id(struct exchange *x)
{
    static const char SAFE[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    const char *theirs = request_header(&x->rq, "X-Request-Id");
    size_t len = theirs ? strlen(theirs) : 0;
    if (len > 0 && len <= 64 && strspn(theirs, SAFE) == len)
        x->rq.id = arena_strdup(&x->rq.arena, theirs);
}

static bool is_content_allowed(struct exchange *x)
{
    const struct config *c = x->http->config;
    x->limit = x->rq.route->body ? CONFIG_NOW(c->stream_max_bytes)
                                 : CONFIG_NOW(c->body_max_bytes);
    return x->length <= x->limit ||
           error_set(&x->err, ERR_TOO_LARGE,
                     "the body may have %" PRId64 " bytes at most", x->limit);
}

/* The caller is known and may: on to the body. */
static enum next admit(struct exchange *x)
{
    const struct body_ops *ops = x->rq.route->body;
    if (!is_content_allowed(x))
        return refuse(x);
    if (ops) {
        x->has_begun = true;
        if (!ops->begin(&x->rq, &x->err))
            return refuse(x);
    }
    x->phase = PHASE_BODY;
    return BACK;
}

static enum next authenticate(struct exchange *x)
{
    const struct http_hooks *hooks = &x->http->hooks;
    enum auth auth = AUTH_YES;
    if (x->rq.route->scope != SCOPE_PUBLIC)
        auth = hooks->authenticate(&x->rq, x->rq.route->scope, &x->err);
    if (auth == AUTH_YES)
        return admit(x);
    if (auth == AUTH_NO || !submit(x, run_look_up))
        return refuse(x);
    x->phase = PHASE_AUTH;
    return GO_ON;
}

/* OPTIONS, or the row that answers. */
static bool find_route(struct exchange *x)
{
    struct http *h = x->http;
    if (!routing_find(&x->rq.arena, h->routes, h->routes_len, x->rq.method, x->rq.path,
                      x->query, &x->routing, &x->err)) {
        if (x->routing.allow)
            reply_header(&x->reply, "Allow", x->routing.allow);
        return false;
    }
    x->rq.route = x->routing.route;
    return true;
}

static enum next phase_new(struct exchange *x, const char *at, size_t len)
{
    (void)at;
    (void)len;
    connection_limit(x->connection, 0, WAIT_REQUEST);
    choose_id(x);
    if (!read_framing(x) || !find_route(x))
        return refuse(x);
    return authenticate(x);
}

static enum next phase_auth(struct exchange *x, const char *at, size_t len)
{
    (void)at;
    (void)len;
    if (suspend_for_job(x) == BACK)
        return BACK;
    return x->err.code == ERR_OK ? admit(x) : refuse(x);
}

/* ---- BODY, DROP ---- */

static enum next drop_the_rest(struct exchange *x)
{
    x->phase = PHASE_DROP;
    return BACK;
}

static enum next feed(struct exchange *x, const char *at, size_t len)
{
    const struct body_ops *ops = x->rq.route->body;
    if (!ops) {
        text_add_n(&x->body, at, len);
        return BACK;
    }
    switch (ops->feed(&x->rq, at, len, &x->err)) {
    case BODY_MORE:
        return BACK;
    case BODY_SUSPEND:
        return suspend(x) == CUT ? CUT : BACK;
    case BODY_FAIL:
        break;
    }
    return drop_the_rest(x);
}

static enum next phase_body(struct exchange *x, const char *at, size_t len)
{
    if (len == 0) {
        x->phase = PHASE_FINISH;
        return GO_ON;
    }
    x->received += (int64_t)len;
    if (x->received <= x->limit)
        return feed(x, at, len);
    error_set(&x->err, ERR_TOO_LARGE, "the body may have %" PRId64 " bytes at most",
              x->limit);
    return drop_the_rest(x);
}

static enum next phase_drop(struct exchange *x, const char *at, size_t len)
{
    (void)at;
    x->received += (int64_t)len;
    x->dropped += (int64_t)len;
    bool is_enough = x->length < 0 && x->dropped > DROP_BYTES;
    if (len == 0)
        return answer_error(x);
    if (!is_enough && !x->http->is_draining)
        return BACK;
    connection_tell(x->connection, &x->err);
    connection_linger(x->connection);
    return CUT;
}

/* ---- FINISH, WORK, ANSWER ---- */

static enum next answer_stream(struct exchange *x)
{
    if (!x->rq.route->body->answer(&x->rq, &x->reply, &x->err))
        return answer_error(x);
    x->phase = PHASE_ANSWER;
    return GO_ON;
}

static enum next finish_stream(struct exchange *x)
{
    const struct body_ops *ops = x->rq.route->body;
    switch (ops->finish ? ops->finish(&x->rq, &x->err) : BODY_MORE) {
    case BODY_MORE:
        return answer_stream(x);
    case BODY_SUSPEND:
        return suspend(x);
    case BODY_FAIL:
        break;
    }
    return answer_error(x);
}

static enum next phase_finish(struct exchange *x, const char *at, size_t len)
{
    (void)at;
    (void)len;
    if (x->rq.route->body)
        return finish_stream(x);
    x->rq.body_len = x->body.len;
    x->rq.body = text_str(&x->body);
    if (x->rq.route->is_inline) {
        x->phase = PHASE_ANSWER;
        return x->rq.route->handler(&x->rq, &x->reply, &x->err) ? GO_ON : answer_error(x);
    }
    x->phase = PHASE_WORK;
    return submit(x, x->rq.route->together ? run_together : run_handler) ? GO_ON : answer_error(x);
}

static enum next phase_work(struct exchange *x, const char *at, size_t len)
{
    (void)at;
    (void)len;
    if (suspend_for_job(x) == BACK)
        return BACK;
    x->phase = PHASE_ANSWER;
    return GO_ON;
}

static bool is_options(const struct exchange *x)
{
    return x->err.code == ERR_METHOD && x->routing.allow &&
           strcmp(x->rq.method, "OPTIONS") == 0;
}

static enum next phase_answer(struct exchange *x, const char *at, size_t len)
{
    (void)at;
    (void)len;
    if (is_options(x)) {
        x->reply.status = 204;
        x->reply.len = 0;
    }
    struct MHD_Response *response =
        connection_claim(x->connection) ? reply_response(&x->rq, &x->reply) : NULL;
    if (!response)
        return CUT;
    if (x->must_close || x->http->is_draining)
        MHD_add_response_header(response, "Connection", "close");
    x->status = x->reply.status;
    x->sent = x->reply.fd_size > 0 && x->status == 200 ? x->reply.fd_size : x->reply.len;
    metric_observe(METRIC_HTTP_LATENCY, clock_monotonic_us() - x->begun_us);
    enum MHD_Result is_queued = MHD_queue_response(x->mhd, (unsigned)x->status, response);
    MHD_destroy_response(response);
    x->phase = PHASE_SENT;
    return is_queued == MHD_YES ? BACK : CUT;
}

static enum next phase_sent(struct exchange *x, const char *at, size_t len)
{
    (void)x;
    (void)at;
    (void)len;
    return BACK;
}

static enum next (*const PHASES[PHASE_COUNT])(struct exchange *, const char *, size_t) = {
    [PHASE_NEW] = phase_new,       [PHASE_AUTH] = phase_auth,
    [PHASE_BODY] = phase_body,     [PHASE_DROP] = phase_drop,
    [PHASE_FINISH] = phase_finish, [PHASE_WORK] = phase_work,
    [PHASE_ANSWER] = phase_answer, [PHASE_SENT] = phase_sent,
};

/* A body must get on while we wait for its bytes, and only then; an answer while it is sent. */
static void set_deadline(struct exchange *x, size_t len)
{
    bool takes_bytes = x->phase == PHASE_BODY || x->phase == PHASE_DROP;
    bool is_limited = takes_bytes && has_body(x) && !x->is_waiting;
    x->window += (int64_t)len;
    if (x->phase == PHASE_SENT) {
        connection_limit(x->connection, CONFIG_NOW(x->http->config->body_timeout_s), WAIT_ANSWER);
        return;
    }
    if (is_limited && x->is_limited && x->window < PROGRESS_BYTES)
        return;
    connection_limit(x->connection,
                     is_limited ? CONFIG_NOW(x->http->config->body_timeout_s) : 0,
                     WAIT_REQUEST);
    x->is_limited = is_limited;
    x->window = 0;
}

enum MHD_Result exchange_step(struct exchange *x, const char *method, const char *at,
                              size_t *len)
{
    worker_go_on(x->worker);
    if (is_still_suspended(x))
        return MHD_YES; /* the bytes stay where they are */
    if (x->http->is_cutting && x->phase != PHASE_SENT)
        return MHD_NO;
    if (x->phase == PHASE_NEW)
        x->rq.method = method;
    size_t given = *len;
    *len = 0;
    x->is_waiting = false;
    enum next next;
    do
        next = PHASES[x->phase](x, at, given);
    while (next == GO_ON);
    set_deadline(x, given);
    return next == CUT ? MHD_NO : MHD_YES;
}

/* ---- beginning and end ---- */

static void enlist(struct http *h, struct exchange *x)
{
    pthread_mutex_lock(&h->lock);
    x->next = h->exchanges;
    x->place = &h->exchanges;
    if (x->next)
        x->next->place = &x->next;
    h->exchanges = x;
    pthread_mutex_unlock(&h->lock);
}

static void delist(struct http *h, struct exchange *x)
{
    pthread_mutex_lock(&h->lock);
    *x->place = x->next;
    if (x->next)
        x->next->place = x->place;
    pthread_mutex_unlock(&h->lock);
}

struct exchange *exchange_new(struct http *h, struct MHD_Connection *mhd, const char *uri)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct exchange *x = ARENA_NEW(&arena, struct exchange);
    x->rq.arena = arena; /* in which it lives itself */
    x->http = h;
    x->mhd = mhd;
    x->worker = worker_here(h);
    x->begun_us = clock_monotonic_us();
    x->body = text_new(&x->rq.arena);
    x->rq.context = h->hooks.context;
    x->rq.method = "-";
    x->rq.id = arena_printf(&x->rq.arena, "%08" PRIx32 "%08x", h->id_prefix,
                            atomic_fetch_add(&h->id_next, 1));
    uri_split(&x->rq.arena, uri, &x->rq.path, &x->query);
    reply_init(&x->reply);
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    x->connection = info->socket_context;
    connection_begin(x->connection);
    connection_limit(x->connection, h->config->idle_timeout_s, WAIT_REQUEST);
    enlist(h, x);
    return x;
}

/* Also what was answered past libmicrohttpd, or by it alone; 499: the client left. */
static int status_of(const struct exchange *x)
{
    int refused = connection_refused(x->connection);
    if (refused != 0 || x->status != 0)
        return refused != 0 ? refused : x->status;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(x->mhd, MHD_CONNECTION_INFO_HTTP_STATUS);
    return info && info->http_status != 0 ? (int)info->http_status : 499;
}

static const char *end_word(enum MHD_RequestTerminationCode how)
{
    static const char *const WORDS[] = {
        [MHD_REQUEST_TERMINATED_COMPLETED_OK] = "ok",
        [MHD_REQUEST_TERMINATED_WITH_ERROR] = "error",
        [MHD_REQUEST_TERMINATED_TIMEOUT_REACHED] = "timeout",
        [MHD_REQUEST_TERMINATED_DAEMON_SHUTDOWN] = "shutdown",
        [MHD_REQUEST_TERMINATED_READ_ERROR] = "read",
        [MHD_REQUEST_TERMINATED_CLIENT_ABORT] = "abort",
    };
    return (size_t)how < LENGTH(WORDS) ? WORDS[how] : "unknown";
}

/* Server faults carry their reason; the others' are the caller's to read. */
static void say(const struct exchange *x, int status, const char *end)
{
    bool is_ours = status >= 500, is_told = is_ours && *x->err.detail;
    enum log_level level = is_ours ? LOG_LEVEL_WARN : LOG_LEVEL_INFO;
    if (!log_is_on(level))
        return;
    log_line(level, "request",
             "id=%s method=%s path=%s status=%d in=%" PRId64 " out=%" PRIu64
             " took_us=%" PRId64 " caller=%s end=%s%s%s",
             x->rq.id, log_quote(x->rq.method), log_quote(x->rq.path), status,
             x->received, x->sent, clock_monotonic_us() - x->begun_us,
             log_quote(x->rq.caller_label), end, is_told ? " error=" : "",
             is_told ? log_quote(x->err.detail) : "");
}

void exchange_end(struct exchange *x, enum MHD_RequestTerminationCode how)
{
    worker_go_on(x->worker);
    if (x->has_begun && x->rq.route->body->end)
        x->rq.route->body->end(&x->rq);
    int status = status_of(x);
    char label[12];
    snprintf(label, sizeof label, "%d", status);
    metric_add_for(METRIC_HTTP_REQUESTS, label, 1);
    say(x, status, end_word(how));
    connection_end(x->connection);
    connection_limit(x->connection, x->http->config->idle_timeout_s, WAIT_REQUEST);
    delist(x->http, x);
    pass_lock(x);
    reply_done(&x->reply);
    struct arena arena = x->rq.arena;
    arena_reset(&arena);
}

void exchanges_wake(struct http *h)
{
    pthread_mutex_lock(&h->lock);
    for (struct exchange *x = h->exchanges; x; x = x->next)
        resume(x, false);
    workers_go_on(h);
    pthread_mutex_unlock(&h->lock);
}

size_t exchanges_count(struct http *h)
{
    size_t n = 0;
    pthread_mutex_lock(&h->lock);
    for (struct exchange *x = h->exchanges; x; x = x->next)
        n++;
    pthread_mutex_unlock(&h->lock);
    return n;
}
