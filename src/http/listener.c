/* listener - see the header. */
#include "listener.h"

#include "pedigree/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { SHORT_MS = 100 }; /* when descriptors or memory ran out: until the next try */

struct listener {
    int fd;      /* listens; -1: no more */
    int wake_fd; /* written when the thread should look again */
    char address[NI_MAXHOST];
    int port;
    int64_t max;
    _Atomic int64_t open;
    atomic_bool is_ending;
    bool is_started;
    pthread_t thread;
    listener_take take;
    void *ctx;
    bool is_short; /* the thread's own: the last accept() lacked something */
};

/* ---- the socket ---- */

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static bool bind_to(int fd, const struct addrinfo *at, const char *address, int port,
                    struct error *err)
{
    int yes = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, at->ai_addr, at->ai_addrlen) != 0 || listen(fd, SOMAXCONN) != 0)
        return error_at(err, ERR_UNAVAILABLE, "listen_port",
                        "cannot listen on %s port %d: %s", address, port,
                        strerror(errno));
    return true;
}

/* Where the socket really listens. */
static bool look_where(struct listener *l, struct error *err)
{
    struct sockaddr_storage at;
    socklen_t len = sizeof at;
    char service[8];
    if (getsockname(l->fd, (struct sockaddr *)&at, &len) != 0)
        return error_set(err, ERR_UNAVAILABLE, "no address: %s", strerror(errno));
    int why = getnameinfo((struct sockaddr *)&at, len, l->address, sizeof l->address,
                          service, sizeof service, NI_NUMERICHOST | NI_NUMERICSERV);
    if (why != 0)
        return error_set(err, ERR_UNAVAILABLE, "no port: %s", gai_strerror(why));
    l->port = atoi(service);
    return true;
}

static bool listen_on(struct listener *l, const char *address, int port,
                      struct error *err)
{
    char service[8];
    snprintf(service, sizeof service, "%d", port & 0xffff);
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *at = NULL;
    if (getaddrinfo(address, service, &hints, &at) != 0)
        return error_at(err, ERR_INVALID, "listen_address",
                        "\"%s\" is no numeric address; 127.0.0.1 or ::1 would be",
                        address);
    l->fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool is_good =
        l->fd >= 0
            ? bind_to(l->fd, at, address, port, err)
            : error_set(err, ERR_UNAVAILABLE, "no socket: %s", strerror(errno));
    freeaddrinfo(at);
    return is_good;
}

/* accept() must not wait for a client that has gone again. */
static bool take_over(struct listener *l, int fd, struct error *err)
{
    l->fd = fd;
    int flags = fcntl(fd, F_GETFL);
    return (flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0) ||
           error_set(err, ERR_UNAVAILABLE, "the socket that was handed over: %s",
                     strerror(errno));
}

/* ---- the thread ---- */

static void wake(struct listener *l)
{
    /* It can only fail when it is full, and then the thread is awake. */
    (void)!write(l->wake_fd, &(uint64_t){1}, sizeof(uint64_t));
}

/* Until a client may be there for whom there is room.  False: the end. */
static bool wait_for_client(struct listener *l)
{
    bool has_room = l->open < l->max && !l->is_short;
    struct pollfd at[] = {{.fd = l->wake_fd, .events = POLLIN},
                          {.fd = has_room ? l->fd : -1, .events = POLLIN}};
    uint64_t woken;
    if (poll(at, LENGTH(at), l->is_short ? SHORT_MS : -1) > 0 && at[0].revents != 0)
        (void)!read(l->wake_fd, &woken, sizeof woken);
    return !l->is_ending;
}

static bool is_shortage(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

static void accept_one(struct listener *l)
{
    struct sockaddr_storage from;
    socklen_t len = sizeof from;
    int fd = accept4(l->fd, (struct sockaddr *)&from, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);
    l->is_short = fd < 0 && is_shortage(errno);
    if (fd < 0)
        return; /* nobody there any more: the next poll() knows */
    l->open++;
    if (!l->take(l->ctx, fd, (struct sockaddr *)&from, len))
        listener_left(l);
}

static void *accept_all(void *arg)
{
    struct listener *l = arg;
    while (wait_for_client(l))
        if (l->open < l->max)
            accept_one(l);
    return NULL;
}

/* ---- public ---- */

void listener_free(struct listener *l)
{
    if (!l)
        return;
    close_fd(&l->fd);
    close_fd(&l->wake_fd);
    free(l);
}

static struct listener *listener_alloc(int64_t max)
{
    struct listener *l = calloc(1, sizeof *l);
    if (!l)
        abort();
    l->fd = -1;
    l->max = max;
    l->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return l;
}

static bool is_whole(struct listener *l, struct error *err)
{
    return l->wake_fd >= 0
               ? look_where(l, err)
               : error_set(err, ERR_UNAVAILABLE, "no eventfd: %s", strerror(errno));
}

/* With its socket, if that could be had. */
static struct listener *keep(struct listener *l, bool has_socket, struct error *err)
{
    if (has_socket && is_whole(l, err))
        return l;
    listener_free(l);
    return NULL;
}

struct listener *listener_new(const char *address, int port, int64_t max,
                              struct error *err)
{
    struct listener *l = listener_alloc(max);
    return keep(l, listen_on(l, address, port, err), err);
}

struct listener *listener_of(int fd, int64_t max, struct error *err)
{
    struct listener *l = listener_alloc(max);
    return keep(l, take_over(l, fd, err), err);
}

const char *listener_address(const struct listener *l)
{
    return l->address;
}

int64_t listener_open(const struct listener *l)
{
    return l->open;
}

int listener_port(const struct listener *l)
{
    return l->port;
}

bool listener_start(struct listener *l, listener_take take, void *ctx, struct error *err)
{
    l->take = take;
    l->ctx = ctx;
    l->is_started = pthread_create(&l->thread, NULL, accept_all, l) == 0;
    return l->is_started || error_set(err, ERR_UNAVAILABLE, "no threads to be had");
}

void listener_left(struct listener *l)
{
    if (l->open-- >= l->max)
        wake(l);
}

void listener_stop(struct listener *l)
{
    if (l->is_started) {
        l->is_ending = true;
        wake(l);
        pthread_join(l->thread, NULL);
        l->is_started = false;
    }
    close_fd(&l->fd);
}
