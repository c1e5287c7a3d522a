/* connections - see the header. */
#include "connections.h"

#include "pedigree/base/clock.h"
#include "pedigree/base/metrics.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>

enum { TICK_MS = 250 };

struct connection {
    struct connection *next, **place;
    int fd;
    _Atomic int64_t deadline_us; /* monotonic; 0: none */
    atomic_bool in_body, is_busy, is_late;
};

struct connections {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t end;
    bool is_ending;
    struct connection *first;
};

/* libmicrohttpd takes no answer in the middle of a body, but it has sent nothing yet
 * either. */
static void tell_late(int fd)
{
    static const char ANSWER[] = "HTTP/1.1 408 Request Timeout\r\n"
                                 "Connection: close\r\nContent-Length: 0\r\n\r\n";
    ssize_t done = send(fd, ANSWER, sizeof ANSWER - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    (void)done; /* it is told if it listens */
}

/* Bytes that nobody has read yet: then it is we who are late. */
static bool has_unread(int fd)
{
    int n = 0;
    return ioctl(fd, FIONREAD, &n) == 0 && n > 0;
}

static void shut_late(struct connections *all, int64_t now_us)
{
    for (struct connection *c = all->first; c; c = c->next) {
        int64_t deadline_us = c->deadline_us;
        if (deadline_us == 0 || deadline_us > now_us || c->is_late || has_unread(c->fd))
            continue;
        c->is_late = true;
        if (c->in_body)
            tell_late(c->fd);
        shutdown(c->fd, SHUT_RDWR);
    }
}

static void *watch(void *arg)
{
    struct connections *all = arg;
    pthread_mutex_lock(&all->lock);
    while (!all->is_ending) {
        shut_late(all, clock_monotonic_us());
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

struct connections *connections_new(void)
{
    struct connections *all = calloc(1, sizeof *all);
    if (!all)
        abort();
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
    c->next = all->first;
    c->place = &all->first;
    if (c->next)
        c->next->place = &c->next;
    all->first = c;
    pthread_mutex_unlock(&all->lock);
    metric_add(METRIC_HTTP_CONNECTIONS, 1);
    return c;
}

void connection_close(struct connections *all, struct connection *c)
{
    pthread_mutex_lock(&all->lock);
    *c->place = c->next;
    if (c->next)
        c->next->place = c->place;
    pthread_mutex_unlock(&all->lock);
    metric_add(METRIC_HTTP_CONNECTIONS, -1);
    free(c);
}

void connection_limit(struct connection *c, int64_t seconds, bool in_body)
{
    c->in_body = in_body;
    c->deadline_us = seconds > 0 ? clock_monotonic_us() + seconds * 1000000 : 0;
}

void connection_busy(struct connection *c, bool is_busy)
{
    c->is_busy = is_busy;
}

bool connection_is_late(const struct connection *c)
{
    return c->is_late;
}

void connections_close_idle(struct connections *all)
{
    pthread_mutex_lock(&all->lock);
    for (struct connection *c = all->first; c; c = c->next)
        if (!c->is_busy)
            shutdown(c->fd, SHUT_RD); /* a request already in the socket is still read */
    pthread_mutex_unlock(&all->lock);
}
