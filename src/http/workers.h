/*
 * workers - the HTTP threads, and how they are woken.
 *
 * libmicrohttpd wakes a thread for each connection that is resumed; who answers a batch would be busy with
 * that, and the thread wake up and fall asleep for each answer.  So only the first connection is resumed by
 * who has its answer; the next ones are left to their own thread, which resumes them when it comes by:
 * it is called for the first.  Therefore a request must have been read to its end to go first: for one in
 * the middle of its body the thread would wait for the client.
 *
 * `lock` guards the list and `is_called`.
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>

struct exchange;
struct http;

struct worker {
    struct worker *next; /* under http.lock */
    pthread_mutex_t lock;
    struct exchange *left, **last; /* whose connections it is to resume */
    bool is_called;
};

/* Of the HTTP thread that asks. */
struct worker *worker_here(struct http *h);
/* From any thread: `x` is one of its requests, suspended, read to its end. */
void worker_resume(struct worker *w, struct exchange *x);
/* Comes by: resumes what was left to it. */
/* What is resumed between these two is handed over at once, by one call. */
void worker_hold(struct worker *w);
void worker_let_go(struct worker *w);
void worker_go_on(struct worker *w);
void workers_go_on(struct http *h);
void workers_free(struct http *h);
