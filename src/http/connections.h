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
 * `lock` guards the list, and with it that a socket is only touched while it is open: MHD
 * announces a close before it closes.
 */
#pragma once

#include "pedigree/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct connection;
struct connections;

struct connections *connections_new(void); /* starts the thread; NULL: it cannot */
void connections_free(struct connections *all); /* joins it; accepts NULL */

struct connection *connection_open(struct connections *all, int fd);
void connection_close(struct connections *all, struct connection *c);
/* A request begins, whose answer anyone may claim; it has ended. */
void connection_begin(struct connection *c);
void connection_end(struct connection *c);
/* False: somebody has answered already. */
bool connection_claim(struct connection *c);
/* Answers on the socket and cuts, as far as the answer is unclaimed. */
void connection_refuse(struct connection *c, const struct error *err);
int connection_refused(const struct connection *c); /* with which status; 0: it was not */

/* What is waited for; from now `seconds` to get on, 0: no limit. */
enum wait { WAIT_REQUEST, WAIT_ANSWER };
void connection_limit(struct connection *c, int64_t seconds, enum wait wait);
void connections_close_idle(struct connections *all);
/* All that is open, with 503 for requests that have no answer. */
void connections_cut(struct connections *all);
