/*
 * scrub - see the header.
 *
 * `lock` guards `first`, `findings`, `unchecked_us` and `stop`.  An alarm stays until a later pass finds nothing.
 */
#include "pedigree/ledger/scrub.h"

#include "store.h"

#include "pedigree/base/clock.h"
#include "pedigree/base/log.h"
#include "pedigree/base/metrics.h"
#include "pedigree/ledger/ledger.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { REST_S = 10, LINES_MAX = 20 /* of a pass in the log; the audit names all */ };

struct received_row {
    int64_t received_us;
};
/* clang-format off */
static const struct column RECEIVED_ROW[] = {COL(struct received_row, received_us)};
QUERY SCRUB_UNCHECKED = {.name = "scrub_unchecked",
    .sql = "SELECT received_us FROM record WHERE seq >= $1 ORDER BY seq LIMIT 1", ROW(struct received_row, RECEIVED_ROW)};
/* clang-format on */

struct scrubber {
    struct scrub_options o;
    pthread_t thread;

    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stop;
    char first[200];  /* of the newest pass that found something; "": none */
    int64_t findings;
    int64_t unchecked_us; /* when the first record came in that no pass reached; INT64_MIN: there is none */

    struct db *db;   /* from here on the thread's own */
    int64_t reached; /* records, by the pass that came farthest */
    char found_first[200]; /* of the pass under way: the thread's own */
    int64_t found;
};

static bool goes_on(struct scrubber *s)
{
    pthread_mutex_lock(&s->lock);
    bool stop = s->stop;
    pthread_mutex_unlock(&s->lock);
    return !stop;
}

/* ---- one pass ---- */

static void set_alarm(struct scrubber *s, int64_t findings, const char *first)
{
    pthread_mutex_lock(&s->lock);
    s->findings = findings;
    snprintf(s->first, sizeof s->first, "%s", first);
    pthread_mutex_unlock(&s->lock);
    metric_set(METRIC_SCRUB_FINDINGS, findings);
}

/* Told at once: a pass may take days. */
static void take_finding(void *context, const char *what)
{
    struct scrubber *s = context;
    if (s->found == 0) {
        snprintf(s->found_first, sizeof s->found_first, "%.199s", what);
        metric_add(METRIC_INTEGRITY_ALARMS, 1);
    }
    if (s->found++ < LINES_MAX)
        log_line(LOG_LEVEL_ERROR, "the log was altered", "found=%s", log_quote(what));
    set_alarm(s, s->found, s->found_first);
}

/* What cannot be asked stays as it was: the pass will tell that PostgreSQL is away. */
static void find_unchecked(struct scrubber *s)
{
    struct arena a;
    struct rows rows;
    struct error ignored = {0};
    arena_init(&a, 0);
    if (db_query(s->db, &a, &SCRUB_UNCHECKED, ARGS(INT8(s->reached)), &rows, &ignored)) {
        pthread_mutex_lock(&s->lock);
        s->unchecked_us = rows.len ? ((const struct received_row *)rows.at)->received_us : INT64_MIN;
        pthread_mutex_unlock(&s->lock);
    }
    arena_reset(&a);
}

static bool take_progress(void *context, int64_t done, int64_t of)
{
    struct scrubber *s = context;
    (void)of;
    metric_set(METRIC_SCRUB_RECORDS, done);
    if (done > s->reached) {
        s->reached = done;
        find_unchecked(s);
    }
    return goes_on(s);
}

static void pass(struct scrubber *s)
{
    struct arena a;
    struct error err = {0};
    struct audit_result result;
    const char *note = NULL;
    int64_t size;
    arena_init(&a, 0);
    struct audit_options o = {.conninfo = s->o.conninfo, .jobs = 1, .keys = s->o.keys, .keys_len = s->o.keys_len, .notes = &note,
                              .records_per_s = s->o.records_per_s, .found = take_finding, .progress = take_progress, .context = s};
    o.notes_len = ledger_checkpoint(s->o.ledger, &a, &size, &note) ? 1 : 0;
    s->found = 0;
    bool ok = ledger_audit(&o, &result, &err);
    if (ok && s->found == 0)
        set_alarm(s, 0, "");
    if (ok)
        metric_add(METRIC_SCRUB_PASSES, 1);
    else if (goes_on(s))
        log_line(LOG_LEVEL_WARN, "the log could not be scrubbed to its end", "reason=%s", log_quote(err.detail));
    arena_reset(&a);
}

/* ---- the thread ---- */

static void rest(struct scrubber *s)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += REST_S;
    pthread_mutex_lock(&s->lock);
    while (!s->stop && pthread_cond_timedwait(&s->wake, &s->lock, &until) == 0)
        ;
    pthread_mutex_unlock(&s->lock);
}

static void *run(void *arg)
{
    struct scrubber *s = arg;
    while (goes_on(s)) {
        find_unchecked(s);
        pass(s);
        rest(s);
    }
    return NULL;
}

static void scrubber_free(struct scrubber *s)
{
    pthread_mutex_destroy(&s->lock);
    pthread_cond_destroy(&s->wake);
    db_free(s->db);
    free((void *)(uintptr_t)s->o.keys);
    free((void *)(uintptr_t)s->o.conninfo);
    free(s);
}

struct scrubber *scrubber_start(const struct scrub_options *o, struct error *err)
{
    struct scrubber *s = calloc(1, sizeof *s);
    struct note_verifier *keys = calloc(o->keys_len + 1, sizeof *keys);
    char *conninfo = strdup(o->conninfo);
    if (!s || !keys || !conninfo)
        abort();
    if (o->keys_len)
        memcpy(keys, o->keys, o->keys_len * sizeof *keys);
    s->o = *o;
    s->o.keys = keys;
    s->o.conninfo = conninfo;
    s->unchecked_us = INT64_MIN;
    s->db = db_new(conninfo, STORE_SETTINGS);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->wake, NULL);
    int failed = pthread_create(&s->thread, NULL, run, s);
    if (!failed)
        return s;
    error_set(err, ERR_INTERNAL, "cannot start the scrubber: %s", strerror(failed));
    scrubber_free(s);
    return NULL;
}

void scrubber_stop(struct scrubber *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->stop = true;
    pthread_cond_signal(&s->wake);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->thread, NULL);
    scrubber_free(s);
}

const char *scrubber_alarm(struct scrubber *s, struct arena *a)
{
    if (!s)
        return NULL;
    pthread_mutex_lock(&s->lock);
    const char *text = s->findings == 0  ? NULL
                       : s->findings == 1 ? arena_strdup(a, s->first)
                                          : arena_printf(a, "%s, and %" PRId64 " more", s->first, s->findings - 1);
    pthread_mutex_unlock(&s->lock);
    return text;
}

int64_t scrubber_unchecked_s(struct scrubber *s)
{
    if (!s)
        return 0;
    pthread_mutex_lock(&s->lock);
    int64_t since_us = s->unchecked_us;
    pthread_mutex_unlock(&s->lock);
    int64_t age_us = since_us == INT64_MIN ? 0 : clock_now_us() - since_us;
    return age_us > 0 ? age_us / 1000000 : 0;
}
