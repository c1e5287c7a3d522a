/*
 * http - see the header.
 *
 * Order of the end: no new connections (the listener's thread joined, its socket closed), 503 to
 * who has no answer, no more waiting (is_cutting, all are woken), readers joined, so that no
 * handler runs; then libmicrohttpd, which must not be stopped while a connection is suspended.
 */
#include "exchange.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/digest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { BEGIN_US = 1000000, LOOK_US = 10000 };

/* A connection is a descriptor; the rest is for PostgreSQL, spools and ourselves. */
static void allow_descriptors(int64_t connections)
{
    rlim_t wanted = (rlim_t)connections + 256;
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < wanted)
        log_line(LOG_LEVEL_WARN, "the descriptor limit is below connections_max",
                 "limit=%lu connections_max=%lu", (unsigned long)limit.rlim_cur,
                 (unsigned long)connections);
}

/* ---- libmicrohttpd's callbacks ---- */

static void *on_uri(void *cls, const char *uri, struct MHD_Connection *mhd)
{
    return exchange_new(cls, mhd, uri);
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *mhd, const char *url,
                                  const char *method, const char *version, const char *at,
                                  size_t *len, void **slot)
{
    (void)cls;
    (void)mhd;
    (void)url;
    (void)version;
    return exchange_step(*slot, method, at, len);
}

static void on_completed(void *cls, struct MHD_Connection *mhd, void **slot,
                         enum MHD_RequestTerminationCode how)
{
    (void)cls;
    (void)mhd;
    if (*slot)
        exchange_end(*slot, how);
    *slot = NULL;
}

static void on_connection(void *cls, struct MHD_Connection *mhd, void **slot,
                          enum MHD_ConnectionNotificationCode what)
{
    struct http *h = cls;
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        connection_close(h->connections, *slot);
        return;
    }
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct connection *c = connection_open(h->connections, info->connect_fd);
    connection_limit(c, h->config->idle_timeout_s, WAIT_REQUEST);
    *slot = c;
}

/* Paths and queries are decoded by the router, which knows what is wrong with them. */
static size_t leave_escapes(void *cls, struct MHD_Connection *mhd, char *s)
{
    (void)cls;
    (void)mhd;
    return strlen(s);
}

__attribute__((format(printf, 2, 0))) static void on_log(void *cls, const char *fmt,
                                                         va_list ap)
{
    (void)cls;
    char text[256];
    vsnprintf(text, sizeof text, fmt, ap);
    log_line(LOG_LEVEL_DEBUG, "libmicrohttpd", "text=%s", log_quote(text));
}

/* ---- start ---- */

static unsigned threads_of(const struct config *c)
{
    if (c->http_threads > 0)
        return (unsigned)c->http_threads;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores > 0 ? (unsigned)cores : 1;
}

/* Connections come from the listener, which counts them.  libmicrohttpd divides its limit among its
 * threads, so each gets the whole, and one more: it still counts the one whose end it tells. */
static struct MHD_Daemon *start_daemon(struct http *h)
{
    const struct config *c = h->config;
    unsigned threads = threads_of(c);
    struct MHD_OptionItem pool[] = {
        {threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, (intptr_t)threads,
         NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    /* clang-format off */
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME |
            MHD_USE_ERROR_LOG,
        0, NULL, NULL, on_request, h,
        MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
        MHD_OPTION_URI_LOG_CALLBACK, on_uri, h,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, h,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, h,
        MHD_OPTION_UNESCAPE_CALLBACK, leave_escapes, NULL,
        MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)c->header_max_bytes,
        MHD_OPTION_CONNECTION_LIMIT, ((unsigned)c->connections_max + 1) * threads,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)c->connections_per_address,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)c->idle_timeout_s,
        MHD_OPTION_ARRAY, pool,
        MHD_OPTION_END);
    /* clang-format on */
}

/* On the listener's thread. */
static bool take_connection(void *ctx, int fd, const struct sockaddr *from, socklen_t len)
{
    struct http *h = ctx;
    return MHD_add_connection(h->daemon, fd, from, len) == MHD_YES;
}

static void make_locks(struct http *h)
{
    pthread_mutex_init(&h->lock, NULL);
    for (size_t i = 0; i < WAIT_LOCKS; i++)
        pthread_mutex_init(&h->wait_locks[i], NULL);
}

static bool start_threads(struct http *h, struct error *err)
{
    const struct config *c = h->config;
    h->connections = connections_new(h->listener);
    h->readers = readers_new(&(struct readers_setup){.threads = (size_t)c->readers,
                                                     .queue_max = (size_t)c->queue_reads,
                                                     .open = h->hooks.reader_new,
                                                     .close = h->hooks.reader_free,
                                                     .context = h->hooks.context});
    return (h->connections && h->readers) ||
           error_set(err, ERR_UNAVAILABLE, "no threads to be had");
}

static struct listener *open_listener(const struct config *c, int socket,
                                      struct error *err)
{
    if (socket >= 0)
        return listener_of(socket, c->connections_max, err);
    return listener_new(c->listen_address, (int)c->listen_port, c->connections_max, err);
}

DEFINE_CLEANUP(struct http, http, http_stop)

struct http *http_start(const struct config *config, const struct route *routes, size_t n,
                        const struct http_hooks *hooks, int socket, struct error *err)
{
    CLEANUP(http_cleanup) struct http *h = calloc(1, sizeof *h);
    if (!h)
        abort();
    h->config = config;
    h->routes = routes;
    h->routes_len = n;
    h->hooks = *hooks;
    random_bytes(&h->id_prefix, sizeof h->id_prefix);
    make_locks(h);
    allow_descriptors(config->connections_max);
    h->listener = open_listener(config, socket, err);
    if (!h->listener || !start_threads(h, err))
        return NULL;
    h->daemon = start_daemon(h);
    if (!h->daemon) {
        error_set(err, ERR_UNAVAILABLE, "libmicrohttpd does not start: %s",
                  strerror(errno));
        return NULL;
    }
    return listener_start(h->listener, take_connection, h, err) ? TAKE(h) : NULL;
}

const char *http_address(const struct http *h)
{
    return listener_address(h->listener);
}

int http_port(const struct http *h)
{
    return listener_port(h->listener);
}

/* ---- end ---- */

static void stop_accepting(struct http *h)
{
    h->is_draining = true;
    if (h->listener)
        listener_stop(h->listener);
}

/* Closed at once, a connection would take along the request that is on its way; what comes now
 * is answered, and the answer closes. */
static void let_begin(struct http *h, int64_t until_us)
{
    while (listener_open(h->listener) > 0 && clock_monotonic_us() < until_us)
        usleep(LOOK_US);
}

bool http_drain(struct http *h)
{
    stop_accepting(h);
    int64_t now_us = clock_monotonic_us();
    int64_t drain_us = CONFIG_NOW(h->config->drain_s) * 1000000;
    let_begin(h, now_us + (drain_us < BEGIN_US ? drain_us : BEGIN_US));
    connections_close_idle(h->connections);
    while (exchanges_count(h) > 0 && clock_monotonic_us() < now_us + drain_us) {
        connections_close_idle(h->connections);
        usleep(LOOK_US);
    }
    return exchanges_count(h) == 0;
}

void http_stop(struct http *h)
{
    if (!h)
        return;
    stop_accepting(h);
    if (h->connections)
        connections_cut(h->connections);
    h->is_cutting = true;
    readers_stop(h->readers);
    exchanges_wake(h);
    if (h->daemon)
        MHD_stop_daemon(h->daemon);
    readers_free(h->readers);
    connections_free(h->connections);
    listener_free(h->listener);
    workers_free(h);
    for (size_t i = 0; i < WAIT_LOCKS; i++)
        pthread_mutex_destroy(&h->wait_locks[i]);
    pthread_mutex_destroy(&h->lock);
    free(h);
}
