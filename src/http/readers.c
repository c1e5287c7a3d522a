/* readers - see the header.  `lock` guards the queue and `is_ending`. */
#include "readers.h"

#include "pedigree/base/metrics.h"

#include <pthread.h>
#include <stdlib.h>

struct readers {
    struct readers_setup setup;
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct job *first, **last;
    size_t waiting;
    bool is_ending;
    size_t threads_len;
    pthread_t threads[];
};

/* NULL: the end. */
static struct job *next_job(struct readers *r)
{
    pthread_mutex_lock(&r->lock);
    while (!r->first && !r->is_ending)
        pthread_cond_wait(&r->more, &r->lock);
    struct job *job = r->first;
    if (job) {
        r->first = job->next;
        if (!r->first)
            r->last = &r->first;
        metric_set(METRIC_QUEUE_READS, (int64_t)--r->waiting);
    }
    pthread_mutex_unlock(&r->lock);
    return job;
}

static void *work(void *arg)
{
    struct readers *r = arg;
    void *own = r->setup.open ? r->setup.open(r->setup.context) : NULL;
    for (struct job *job; (job = next_job(r));)
        job->run(job, own);
    if (r->setup.close && own)
        r->setup.close(own);
    return NULL;
}

struct readers *readers_new(const struct readers_setup *setup)
{
    struct readers *r = calloc(1, sizeof *r + setup->threads * sizeof r->threads[0]);
    if (!r)
        abort();
    r->setup = *setup;
    r->last = &r->first;
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->more, NULL);
    while (r->threads_len < setup->threads &&
           pthread_create(&r->threads[r->threads_len], NULL, work, r) == 0)
        r->threads_len++;
    if (r->threads_len == setup->threads)
        return r;
    readers_stop(r);
    readers_free(r);
    return NULL;
}

bool readers_submit(struct readers *r, struct job *job)
{
    pthread_mutex_lock(&r->lock);
    bool fits = r->waiting < r->setup.queue_max && !r->is_ending;
    if (fits) {
        job->next = NULL;
        *r->last = job;
        r->last = &job->next;
        metric_set(METRIC_QUEUE_READS, (int64_t)++r->waiting);
        pthread_cond_signal(&r->more);
    }
    pthread_mutex_unlock(&r->lock);
    return fits;
}

void readers_stop(struct readers *r)
{
    if (!r)
        return;
    pthread_mutex_lock(&r->lock);
    r->is_ending = true;
    pthread_cond_broadcast(&r->more);
    pthread_mutex_unlock(&r->lock);
    for (size_t i = 0; i < r->threads_len; i++)
        pthread_join(r->threads[i], NULL);
    r->threads_len = 0;
}

void readers_free(struct readers *r)
{
    if (!r)
        return;
    pthread_cond_destroy(&r->more);
    pthread_mutex_destroy(&r->lock);
    free(r);
}
