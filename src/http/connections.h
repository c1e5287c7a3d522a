/*
 * connections - every open connection with the time by which it must have got on.
 *
 * libmicrohttpd knows only how long a socket was silent; a client that drips bytes never is.  So
 * each connection has a deadline: for its request's headers, then for each KiB of its body, then
 * for each KiB of the answer that it reads.  One thread looks every quarter second and shuts down
 * those that are late; MHD then sees the end.
 *
 * libmicrohttpd takes no answer in the middle of a body, but it has sent nothing yet either: who
 * cuts a request may answer it on the socket itself.  One side only: whoever claims the answer.
 *
 * Closed while its client still sends, a socket answers with a reset, and most clients then never
 * look at the answer that came before.  So such a connection lingers: the thread reads and drops
 * what comes, for a while, until the client closes.
 *
 * `lock` guards the lists, and with it that a socket is only touched while it is open: MHD
 * announces a close before it closes.
 */
#pragma once

#include "listener.h"

#include "pedigree/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct connection;
struct connections;

/* Starts the thread; NULL: it cannot.  `listener` hears of each that has left. */
struct connections *connections_new(struct listener *listener);
void connections_free(struct connections *all); /* joins it; accepts NULL */

struct connection *connection_open(struct connections *all, int fd);
void connection_close(struct connections *all, struct connection *c);
/* A request begins, whose answer anyone may claim; it has ended. */
void connection_begin(struct connection *c);
void connection_end(struct connection *c);
/* False: somebody has answered already. */
bool connection_claim(struct connection *c);
/* Answers on the socket if nobody has answered yet; the caller cuts. */
void connection_tell(struct connection *c, const struct error *err);
/* It will be closed although its client may still send. */
void connection_linger(struct connection *c);
int connection_refused(const struct connection *c); /* with which status; 0: it was not */

/* What is waited for; from now `seconds` to get on, 0: no limit. */
enum wait { WAIT_REQUEST, WAIT_ANSWER };
void connection_limit(struct connection *c, int64_t seconds, enum wait wait);
void connections_close_idle(struct connections *all);
/* All that is open, with 503 for requests that have no answer. */
void connections_cut(struct connections *all);
