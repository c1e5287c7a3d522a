/* workers - see the header. */
#include "workers.h"

#include "exchange.h"

#include <stdlib.h>

struct worker *worker_here(struct http *h)
{
    static _Thread_local struct worker *here;
    if (here)
        return here;
    here = calloc(1, sizeof *here);
    if (!here)
        abort();
    pthread_mutex_init(&here->lock, NULL);
    here->last = &here->left;
    pthread_mutex_lock(&h->lock);
    here->next = h->workers;
    h->workers = here;
    pthread_mutex_unlock(&h->lock);
    return here;
}

void worker_resume(struct worker *w, struct exchange *x)
{
    pthread_mutex_lock(&w->lock);
    bool was_called = w->is_called;
    w->is_called = true;
    x->next_left = NULL;
    if (was_called) {
        *w->last = x;
        w->last = &x->next_left;
    }
    pthread_mutex_unlock(&w->lock);
    if (!was_called)
        MHD_resume_connection(x->mhd);
}

void worker_hold(struct worker *w)
{
    pthread_mutex_lock(&w->lock);
    w->is_called = true;
    pthread_mutex_unlock(&w->lock);
}

/* The first that is left is called for all; if none is, the thread may have taken them, or there were none. */
void worker_let_go(struct worker *w)
{
    pthread_mutex_lock(&w->lock);
    struct exchange *x = w->left;
    w->is_called = x != NULL;
    if (x)
        w->left = x->next_left;
    if (!w->left)
        w->last = &w->left;
    pthread_mutex_unlock(&w->lock);
    if (x)
        MHD_resume_connection(x->mhd);
}

void worker_go_on(struct worker *w)
{
    pthread_mutex_lock(&w->lock);
    struct exchange *x = w->left;
    w->left = NULL;
    w->last = &w->left;
    w->is_called = false;
    pthread_mutex_unlock(&w->lock);
    while (x) {
        struct exchange *next = x->next_left; /* once resumed, it may be gone */
        MHD_resume_connection(x->mhd);
        x = next;
    }
}

void workers_go_on(struct http *h)
{
    for (struct worker *w = h->workers; w; w = w->next)
        worker_go_on(w);
}

void workers_free(struct http *h)
{
    for (struct worker *w = h->workers, *next; w; w = next) {
        next = w->next;
        pthread_mutex_destroy(&w->lock);
        free(w);
    }
}
