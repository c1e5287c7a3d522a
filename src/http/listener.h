/*
 * listener - the socket we listen on, and the thread that takes connections from it.
 *
 * Ours and not libmicrohttpd's: to stop listening while its threads work, 0.9.75 has only
 * MHD_quiesce_daemon(), which with epoll races them for the socket and aborts whoever
 * loses.  Here a thread accepts and hands over, so it can be joined and the socket closed
 * at any time, before or after libmicrohttpd's own end.
 *
 * At `max` open connections the next ones wait in the kernel's queue until one has left.
 *
 * A socket that was handed over listens on when we have closed ours: whoever handed it over
 * has it too, and clients wait in the kernel's queue for the next daemon.
 */
#pragma once

#include "pedigree/base/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

struct listener;

/* Takes a connected socket, non-blocking, in any case.  False: it is closed already. */
typedef bool (*listener_take)(void *ctx, int fd, const struct sockaddr *from,
                              socklen_t len);

/* Bound, but nobody is accepted yet.  NULL: *err says why. */
struct listener *listener_new(const char *address, int port, int64_t max,
                              struct error *err);
/* Takes over `fd`, a TCP socket that listens, in any case. */
struct listener *listener_of(int fd, int64_t max, struct error *err);
const char *listener_address(const struct listener *l); /* numeric */
int listener_port(const struct listener *l);     /* the real one if it was 0 */
int64_t listener_open(const struct listener *l); /* how many were taken and have not left */
bool listener_start(struct listener *l, listener_take take, void *ctx, struct error *err);
/* One of those that were taken has left. */
void listener_left(struct listener *l);
/* Joins the thread, closes the socket: from here on the kernel refuses.  Again: nothing.
 */
void listener_stop(struct listener *l);
void listener_free(struct listener *l); /* stopped before; accepts NULL */
