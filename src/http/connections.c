/* connections - see the header. */
#include "connections.h"

#include "pedigree/base/clock.h"
#include "pedigree/base/metrics.h"
#include "pedigree/http/reply.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <malloc.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { TICK_MS = 250, PROGRESS_BYTES = 1024, TICKS_GONE = 4 };
enum { CROWD = 1000 }; /* so many connections leave memory behind that is worth giving back */
enum { LINGER_S = 30, LINGER_BYTES = 64 << 20 }; /* at most, for one connection */

struct connection {
    struct connection *next, **place;
    int fd;
    _Atomic int64_t deadline_us; /* monotonic; 0: none */
    _Atomic int64_t patience_us; /* how far the deadline was set */
    _Atomic int wait, refused;
    atomic_bool is_busy, is_unanswered, may_linger;
    /* the watcher's own: */
    uint64_t acked; /* bytes the client had taken when last looked at */
    bool was_gone;
    int64_t dropped; /* bytes, while it lingers */
};

struct connections {
    struct listener *listener;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t end;
    bool is_ending;
    unsigned tick;
    size_t open, most; /* now, and since memory was last given back */
    struct connection *first;
    struct connection *lingering; /* libmicrohttpd has closed them; `fd` is our own duplicate */
};

static const char *answer_text(struct arena *a, const struct error *err)
{
    int status = error_http(err->code);
    struct text body = text_new(a), t = text_new(a);
    problem_render(&body, err, NULL);
    text_addf(&t, "HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Type: application/problem+json\r\n",
              status, MHD_get_reason_phrase_for((unsigned)status));
    text_addf(&t, "%sContent-Length: %zu\r\n\r\n", status == 503 ? "Retry-After: 1\r\n" : "", body.len);
    text_add_n(&t, body.at, body.len);
    return text_str(&t);
}

bool connection_claim(struct connection *c)
{
    return atomic_exchange(&c->is_unanswered, false);
}

void connection_tell(struct connection *c, const struct error *err)
{
    if (!connection_claim(c))
        return;
    struct arena a;
    arena_init(&a, 0);
    const char *answer = answer_text(&a, err);
    ssize_t done = send(c->fd, answer, strlen(answer), MSG_DONTWAIT | MSG_NOSIGNAL);
    (void)done; /* it is told if it listens */
    c->refused = error_http(err->code);
    arena_reset(&a);
}

static void refuse(struct connection *c, const struct error *err)
{
    connection_tell(c, err);
    shutdown(c->fd, SHUT_RDWR);
}

/* Bytes that nobody has read yet: then it is we who are late. */
static bool has_unread(int fd)
{
    int n = 0;
    return ioctl(fd, FIONREAD, &n) == 0 && n > 0;
}

/* Whether the client has taken some of the answer since this was last asked. */
static bool takes_answer(struct connection *c)
{
    struct tcp_info info = {0};
    socklen_t len = sizeof info;
    uint64_t before = c->acked;
    if (getsockopt(c->fd, IPPROTO_TCP, TCP_INFO, &info, &len) != 0)
        return false;
    c->acked = info.tcpi_bytes_acked;
    return c->acked >= before + PROGRESS_BYTES;
}

static bool is_late(struct connection *c, int64_t now_us)
{
    int64_t deadline_us = c->deadline_us;
    if (deadline_us == 0 || deadline_us > now_us)
        return false;
    if (c->wait == WAIT_REQUEST)
        return !has_unread(c->fd);
    if (!takes_answer(c))
        return true;
    atomic_compare_exchange_strong(&c->deadline_us, &deadline_us, now_us + c->patience_us);
    return false;
}

/* The other end sends no more, and we have read it all, while we wait for more: libmicrohttpd
 * 0.9.75 misses an end that came in one event with bytes.  Seen twice, for between its reading
 * and our being told there is a moment. */
static bool is_gone(struct connection *c)
{
    char byte;
    bool waits = c->wait == WAIT_REQUEST && c->deadline_us != 0;
    bool was_gone = c->was_gone;
    c->was_gone = waits && recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
    return c->was_gone && was_gone;
}

static void shut_gone(struct connections *all)
{
    for (struct connection *c = all->first; c; c = c->next)
        if (is_gone(c))
            shutdown(c->fd, SHUT_RDWR);
}

static void shut_late(struct connections *all, int64_t now_us)
{
    struct error late = {0};
    error_set(&late, ERR_TIMEOUT, "the request came too slowly; nothing more of it is read");
    for (struct connection *c = all->first; c; c = c->next)
        if (is_late(c, now_us)) {
            c->deadline_us = 0;
            refuse(c, &late);
        }
}

/* ---- the lists; lingering ---- */

static void enlist(struct connection **list, struct connection *c)
{
    c->next = *list;
    c->place = list;
    if (c->next)
        c->next->place = &c->next;
    *list = c;
}

static void delist(struct connection *c)
{
    *c->place = c->next;
    if (c->next)
        c->next->place = c->place;
}

static void leave(struct connections *all, struct connection *c)
{
    delist(c);
    all->open--;
    metric_add(METRIC_HTTP_CONNECTIONS, -1);
    listener_left(all->listener);
    free(c);
}

/* libmicrohttpd closes its descriptor; ours goes on. */
static bool linger(struct connections *all, struct connection *c)
{
    int fd = c->may_linger ? fcntl(c->fd, F_DUPFD_CLOEXEC, 0) : -1;
    if (fd < 0)
        return false;
    shutdown(fd, SHUT_WR);
    c->fd = fd;
    c->deadline_us = clock_monotonic_us() + LINGER_S * 1000000L;
    delist(c);
    enlist(&all->lingering, c);
    return true;
}

/* Drops what has come, without copying it (MSG_TRUNC).  False: the client has closed, or has had its share. */
static bool lingers_on(struct connection *c, int64_t now_us)
{
    /* cppcheck-suppress nullPointer */
    ssize_t n = recv(c->fd, NULL, LINGER_BYTES, MSG_DONTWAIT | MSG_TRUNC);
    bool is_open = n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
    c->dropped += n > 0 ? n : 0;
    return is_open && c->dropped < LINGER_BYTES && now_us < c->deadline_us;
}

static void end_lingering(struct connections *all, int64_t now_us)
{
    for (struct connection *c = all->lingering, *next; c; c = next) {
        next = c->next;
        if (lingers_on(c, now_us))
            continue;
        close(c->fd);
        leave(all, c);
    }
}

/* After a crowd what it took goes back to the system: libmicrohttpd's pieces are too small to go by themselves. */
static void give_back(struct connections *all)
{
    if (all->most < CROWD || all->open > all->most / 4)
        return;
    all->most = all->open;
    pthread_mutex_unlock(&all->lock);
    malloc_trim(0);
    pthread_mutex_lock(&all->lock);
}

static void *watch(void *arg)
{
    struct connections *all = arg;
    pthread_mutex_lock(&all->lock);
    while (!all->is_ending) {
        shut_late(all, clock_monotonic_us());
        end_lingering(all, clock_monotonic_us());
        if (all->tick++ % TICKS_GONE == 0)
            shut_gone(all);
        give_back(all);
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += TICK_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        pthread_cond_timedwait(&all->end, &all->lock, &until);
    }
    pthread_mutex_unlock(&all->lock);
    return NULL;
}

struct connections *connections_new(struct listener *listener)
{
    struct connections *all = calloc(1, sizeof *all);
    if (!all)
        abort();
    all->listener = listener;
    pthread_mutex_init(&all->lock, NULL);
    pthread_cond_init(&all->end, NULL);
    if (pthread_create(&all->thread, NULL, watch, all) == 0)
        return all;
    free(all);
    return NULL;
}

void connections_free(struct connections *all)
{
    if (!all)
        return;
    pthread_mutex_lock(&all->lock);
    all->is_ending = true;
    pthread_cond_signal(&all->end);
    pthread_mutex_unlock(&all->lock);
    pthread_join(all->thread, NULL);
    end_lingering(all, INT64_MAX);
    pthread_cond_destroy(&all->end);
    pthread_mutex_destroy(&all->lock);
    free(all);
}

struct connection *connection_open(struct connections *all, int fd)
{
    struct connection *c = calloc(1, sizeof *c);
    if (!c)
        abort();
    c->fd = fd;
    pthread_mutex_lock(&all->lock);
    enlist(&all->first, c);
    all->most = ++all->open > all->most ? all->open : all->most;
    pthread_mutex_unlock(&all->lock);
    metric_add(METRIC_HTTP_CONNECTIONS, 1);
    return c;
}

void connection_close(struct connections *all, struct connection *c)
{
    pthread_mutex_lock(&all->lock);
    if (!linger(all, c))
        leave(all, c);
    pthread_mutex_unlock(&all->lock);
}

void connection_linger(struct connection *c)
{
    c->may_linger = true;
}

void connection_begin(struct connection *c)
{
    c->refused = 0;
    c->is_busy = c->is_unanswered = true;
}

void connection_end(struct connection *c)
{
    c->is_busy = c->is_unanswered = false;
}

int connection_refused(const struct connection *c)
{
    return c->refused;
}

void connection_limit(struct connection *c, int64_t seconds, enum wait wait)
{
    c->wait = wait;
    c->patience_us = seconds * 1000000;
    c->deadline_us = seconds > 0 ? clock_monotonic_us() + seconds * 1000000 : 0;
}

void connections_close_idle(struct connections *all)
{
    pthread_mutex_lock(&all->lock);
    for (struct connection *c = all->first; c; c = c->next)
        if (!c->is_busy)
            shutdown(c->fd, SHUT_RD); /* a request already in the socket is still read */
    pthread_mutex_unlock(&all->lock);
}

void connections_cut(struct connections *all)
{
    struct error stopping = {0};
    error_set(&stopping, ERR_UNCERTAIN,
              "the daemon is stopping: what was sent may or may not be in the log. A retry is "
              "safe: the same record is never appended twice");
    pthread_mutex_lock(&all->lock);
    for (struct connection *c = all->first; c; c = c->next)
        refuse(c, &stopping);
    pthread_mutex_unlock(&all->lock);
}
