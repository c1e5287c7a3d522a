/* feeds - see the header: the thread that looks who is due, and what operators ask. */
#include "pedigree/feeds/feeds.h"

#include "pull.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/log.h"
#include "pedigree/base/metrics.h"

#include <curl/curl.h>
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

DEFINE_CLEANUP(struct db, db, db_free)

enum { LOOK_MS = 1000, AT_ONCE = 4, DB_PATIENCE_MS = 10000, LETTERS = 200 };

struct feeds {
    struct arena arena;
    struct feeds_file file;
    struct puller puller;
    pthread_t thread;
    bool is_ending; /* __atomic, and set under the lock */

    pthread_mutex_t lock; /* guards the rest */
    pthread_cond_t wake;
    bool *is_running; /* of each feed */
    size_t running;
    char *trouble; /* JSON; NULL: all are well */
};

/* ---- turns ---- */

struct turn {
    struct feeds *feeds;
    size_t feed;
};

static void end_turn(struct feeds *f, size_t feed)
{
    pthread_mutex_lock(&f->lock);
    f->is_running[feed] = false;
    f->running--;
    pthread_cond_broadcast(&f->wake);
    pthread_mutex_unlock(&f->lock);
}

static void *run_turn(void *ctx)
{
    struct turn t = *(struct turn *)ctx;
    free(ctx);
    pull(&t.feeds->puller, &t.feeds->file.at[t.feed]);
    end_turn(t.feeds, t.feed);
    return NULL;
}

static bool may_begin(struct feeds *f, size_t feed)
{
    pthread_mutex_lock(&f->lock);
    bool may = !f->is_running[feed] && f->running < AT_ONCE;
    f->is_running[feed] |= may;
    f->running += may;
    pthread_mutex_unlock(&f->lock);
    return may;
}

static void begin_turn(struct feeds *f, size_t feed)
{
    pthread_t thread;
    if (!may_begin(f, feed))
        return;
    struct turn *t = malloc(sizeof *t);
    if (!t)
        abort();
    *t = (struct turn){f, feed};
    int code = pthread_create(&thread, NULL, run_turn, t);
    if (code == 0) {
        pthread_detach(thread);
        return;
    }
    log_line(LOG_LEVEL_WARN, "no thread for a feed", "feed=%s error=%s", f->file.at[feed].name, log_quote(strerror(code)));
    free(t);
    end_turn(f, feed);
}

/* ---- who is due ---- */

static const struct feed_state *state_of(const struct feed_state *all, size_t len, const char *name)
{
    for (size_t i = 0; i < len; i++)
        if (strcmp(all[i].name, name) == 0)
            return &all[i];
    return NULL;
}

static void tell_trouble(struct feeds *f, struct arena *a, const struct feed_state *all, size_t len, int64_t now_us)
{
    struct text t = text_new(a);
    for (size_t i = 0; i < f->file.len; i++) {
        const struct feed *feed = &f->file.at[i];
        const struct feed_state *s = state_of(all, len, feed->name);
        const char *why = s ? feed_standing_text(a, feed, s, now_us) : NULL;
        metric_set_for(METRIC_FEED_STATE, feed->name, s ? (int64_t)feed_standing(feed, s, now_us) : 0);
        metric_set_for(METRIC_FEED_DEAD, feed->name, s ? s->dead : 0);
        if (!why)
            continue;
        text_add(&t, t.len > 0 ? ",{\"feed\":" : "[{\"feed\":");
        text_json(&t, feed->name);
        text_add(&t, ",\"trouble\":");
        text_json(&t, why);
        text_add(&t, "}");
    }
    char *told = t.len > 0 ? strdup(arena_printf(a, "%s]", text_str(&t))) : NULL;
    pthread_mutex_lock(&f->lock);
    free(f->trouble);
    f->trouble = told;
    pthread_mutex_unlock(&f->lock);
}

static bool look(struct feeds *f, struct db *db, struct arena *a, struct error *err)
{
    struct feed_state *all;
    size_t len;
    int64_t now_us = clock_now_us();
    if (!shelf_begin(db, a, &f->file, err) || !shelf_states(db, a, &all, &len, err))
        return false;
    tell_trouble(f, a, all, len, now_us);
    for (size_t i = 0; i < f->file.len; i++) {
        const struct feed_state *s = state_of(all, len, f->file.at[i].name);
        if (s && (s->due_us <= now_us || s->asked || s->again))
            begin_turn(f, i);
    }
    return true;
}

/* Until the next look, or the end. */
static bool goes_on(struct feeds *f)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += LOOK_MS / 1000;
    pthread_mutex_lock(&f->lock);
    int code = 0;
    while (!f->is_ending && code != ETIMEDOUT)
        code = pthread_cond_timedwait(&f->wake, &f->lock, &until);
    bool is_ending = f->is_ending;
    pthread_mutex_unlock(&f->lock);
    return !is_ending;
}

static void *run(void *ctx)
{
    struct feeds *f = ctx;
    CLEANUP(db_cleanup) struct db *db = db_new(f->puller.config->database, NULL);
    bool was_well = true;
    db_patience(db, DB_PATIENCE_MS);
    do {
        struct arena a;
        struct error err = {0};
        arena_init(&a, 0);
        bool is_well = look(f, db, &a, &err);
        if (!is_well && was_well)
            log_line(LOG_LEVEL_WARN, "feeds cannot be looked after", "error=%s", log_quote(err.detail));
        was_well = is_well;
        arena_reset(&a);
    } while (goes_on(f));
    return NULL;
}

/* ---- public ---- */

static void feeds_free(struct feeds *f)
{
    curl_global_cleanup();
    pthread_mutex_destroy(&f->lock);
    pthread_cond_destroy(&f->wake);
    arena_reset(&f->arena);
    free(f->trouble);
    free(f);
}

struct feeds *feeds_start(const struct config *config, struct ledger *ledger, struct error *err)
{
    struct feeds *f = calloc(1, sizeof *f);
    if (!f)
        abort();
    curl_global_init(CURL_GLOBAL_DEFAULT);
    arena_init(&f->arena, 0);
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->wake, NULL);
    f->puller = (struct puller){config, ledger, &f->is_ending};
    bool ok = feeds_file_read(&f->arena, config->feeds, &f->file, err);
    if (ok)
        f->is_running = ARENA_ARRAY(&f->arena, bool, f->file.len + 1);
    if (ok && (pthread_create(&f->thread, NULL, run, f) == 0 || error_set(err, ERR_UNAVAILABLE, "no thread for feeds")))
        return f;
    feeds_free(f);
    return NULL;
}

void feeds_stop(struct feeds *f)
{
    if (!f)
        return;
    pthread_mutex_lock(&f->lock);
    __atomic_store_n(&f->is_ending, true, __ATOMIC_RELEASE);
    pthread_cond_broadcast(&f->wake);
    pthread_mutex_unlock(&f->lock);
    pthread_join(f->thread, NULL);
    pthread_mutex_lock(&f->lock);
    while (f->running > 0)
        pthread_cond_wait(&f->wake, &f->lock);
    pthread_mutex_unlock(&f->lock);
    feeds_free(f);
}

const char *feeds_trouble(struct feeds *f, struct arena *a)
{
    if (!f)
        return NULL;
    pthread_mutex_lock(&f->lock);
    const char *said = f->trouble ? arena_strdup(a, f->trouble) : NULL;
    pthread_mutex_unlock(&f->lock);
    return said;
}

/* ---- what operators ask ---- */

static const char *moment(struct arena *a, int64_t us)
{
    char text[28];
    return us == INT64_MIN ? "never" : arena_printf(a, "%.19sZ", us_text(us, text));
}

static bool read_file(const struct config *c, struct arena *a, struct feeds_file *file, struct error *err)
{
    if (!*c->feeds)
        return error_at(err, ERR_INVALID, "feeds", "is not set: the file that says which sources there are");
    return feeds_file_read(a, c->feeds, file, err);
}

bool feed_list(const struct config *c, struct text *out, struct error *err)
{
    CLEANUP(db_cleanup) struct db *db = db_new(c->database, NULL);
    struct arena *a = out->arena;
    struct feeds_file file;
    struct feed_state *all;
    size_t len;
    if (!read_file(c, a, &file, err) || !shelf_states(db, a, &all, &len, err))
        return false;
    for (size_t i = 0; i < file.len; i++) {
        const struct feed *f = &file.at[i];
        const struct feed_state *s = state_of(all, len, f->name);
        const char *why = s ? feed_standing_text(a, f, s, clock_now_us()) : "not asked yet: a daemon that knows it has to run";
        text_addf(out, "%s  %s\n    %s  %s\n", f->name, why ? why : "well", profile_name(f->profile), feed_place(f));
        if (s)
            text_addf(out, "    read %s  new %s  next %s  items %" PRId64 "  records %" PRId64 "  dead %" PRId64 "\n",
                      moment(a, s->done_us), moment(a, s->changed_us), moment(a, s->due_us), s->items, s->records, s->dead);
    }
    return true;
}

bool feed_ask(const struct config *c, const struct feed_words *w, struct text *out, struct error *err)
{
    CLEANUP(db_cleanup) struct db *db = db_new(c->database, NULL);
    bool found = false;
    if (!shelf_ask(db, out->arena, w->feed, &found, err))
        return false;
    if (!found)
        return error_set(err, ERR_NOT_FOUND, "no daemon knows a feed %.60s", w->feed);
    text_addf(out, "%s is pulled within seconds, by a daemon that runs with it\n", w->feed);
    return true;
}

static void add_letter(struct text *out, const struct dead_letter *d)
{
    struct arena *a = out->arena;
    text_addf(out, "%" PRId64 "  %s  %s line %" PRId64 "  %" PRId64 " times, last %s%s\n    %s%s%s\n", d->id, d->feed, d->place, d->line,
              d->times, moment(a, d->last_us), d->again ? "  to be tried again" : "", d->pointer, *d->pointer ? ": " : "", d->reason);
    text_addf(out, "    %s\n", d->item ? d->item : "(the body)");
}

bool feed_dead(const struct config *c, const struct feed_words *w, struct text *out, struct error *err)
{
    CLEANUP(db_cleanup) struct db *db = db_new(c->database, NULL);
    struct dead_letter *letters;
    size_t len = 0;
    int64_t after = w->letter > 0 ? w->letter - 1 : 0;
    do {
        if (!shelf_dead(db, out->arena, w->feed, false, after, w->letter ? 1 : LETTERS, &letters, &len, err))
            return false;
        for (size_t i = 0; i < len; i++) {
            if (!w->letter || letters[i].id == w->letter)
                add_letter(out, &letters[i]);
            after = letters[i].id;
        }
    } while (len == LETTERS);
    return true;
}

bool feed_replay(const struct config *c, const struct feed_words *w, struct text *out, struct error *err)
{
    CLEANUP(db_cleanup) struct db *db = db_new(c->database, NULL);
    int64_t n = 0;
    if (!shelf_again(db, out->arena, w->feed, w->letter, &n, err))
        return false;
    if (n == 0)
        return error_set(err, ERR_NOT_FOUND, "there is no such dead letter");
    text_addf(out, "%" PRId64 " %s tried again within seconds, by a daemon that runs with the feed\n", n, n == 1 ? "letter is" : "letters are");
    return true;
}

bool feed_forget(const struct config *c, const struct feed_words *w, struct text *out, struct error *err)
{
    CLEANUP(db_cleanup) struct db *db = db_new(c->database, NULL);
    int64_t n = 0;
    if (!shelf_forget(db, out->arena, w->letter, &n, err))
        return false;
    if (n == 0)
        return error_set(err, ERR_NOT_FOUND, "there is no dead letter %" PRId64, w->letter);
    text_addf(out, "dead letter %" PRId64 " is gone\n", w->letter);
    return true;
}
