/*
 * connections - every open connection with the time by which it must have got on.
 *
 * libmicrohttpd knows only how long a socket was silent; a client that drips bytes never is.  So
 * each connection has a deadline: for its request's headers, then for each KiB of its body.  One
 * thread looks every quarter second and shuts down those that are late; MHD then sees the end.
 *
 * `lock` guards the list, and with it that a socket is only shut down while it is open: MHD
 * announces a close before it closes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct connection;
struct connections;

struct connections *connections_new(void); /* starts the thread; NULL: it cannot */
void connections_free(struct connections *all); /* joins it; accepts NULL */

struct connection *connection_open(struct connections *all, int fd);
void connection_close(struct connections *all, struct connection *c);
/* From now `seconds` to get on; 0: no limit.  `in_body`: a late one is told 408 before the end. */
void connection_limit(struct connection *c, int64_t seconds, bool in_body);
/* Whether a request is under way: connections_close_idle() spares it. */
void connection_busy(struct connection *c, bool is_busy);
bool connection_is_late(const struct connection *c); /* it was shut down for that */
void connections_close_idle(struct connections *all);
