/*
 * readers - threads that may block on PostgreSQL, behind a bounded queue.
 *
 * Each owns what `open` returns, made on its own thread.  Jobs are intrusive: the caller's until
 * `run` was called, and not touched after it returns.
 *
 * Jobs of one kind go together: whoever takes one takes along all of its kind that wait, so that
 * they cost one round trip.  At most half of the readers, and one at least, do so at once: meanwhile
 * more gather, and other jobs have somebody who runs them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { JOBS_TOGETHER = 64 };

struct job {
    struct job *next;
    void (*run)(struct job *job, void *own); /* with `next` those that go together; NULL behind the last */
    const void *kind; /* NULL: goes alone */
};

struct readers_setup {
    size_t threads, queue_max;
    void *(*open)(void *context);
    void (*close)(void *own);
    void *context;
};

struct readers;
struct readers *readers_new(const struct readers_setup *setup); /* NULL: no thread could be made */
bool readers_submit(struct readers *r, struct job *job);        /* false: the queue is full */
void readers_stop(struct readers *r); /* runs what waits, takes no more, joins; accepts NULL */
void readers_free(struct readers *r); /* stopped, and nobody submits any more; accepts NULL */
