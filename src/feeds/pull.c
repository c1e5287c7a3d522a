/* pull - see the header. */
#include "pull.h"

#include "fetch.h"
#include "folder.h"
#include "intake.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/log.h"
#include "pedigree/base/metrics.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

DEFINE_CLEANUP(struct db, db, db_free)

#define SECOND INT64_C(1000000)
enum { DB_PATIENCE_MS = 60000, FIRST_RETRY_S = 30, DOUBLINGS_MAX = 16, LETTERS = 100, JITTER_PERCENT = 10, RETRY_MAX_S = 7 * 86400 };

/* ---- when next ---- */

/* So that many sources, or many daemons, do not come at the same time: give or take so many percent. */
static int64_t jittered(int64_t us, int percent)
{
    uint32_t r;
    random_bytes(&r, sizeof r);
    int64_t range = us / 100 * percent;
    return us - range + (int64_t)((double)r / UINT32_MAX * (double)(2 * range));
}

static int64_t back_off(const struct feed *f, int32_t failures, int64_t retry_s)
{
    int32_t doublings = failures < DOUBLINGS_MAX ? failures : DOUBLINGS_MAX;
    int64_t wait = (FIRST_RETRY_S * SECOND) << doublings, asked = (retry_s < RETRY_MAX_S ? retry_s : RETRY_MAX_S) * SECOND;
    wait = jittered(wait < f->every_us ? wait : f->every_us, 2 * JITTER_PERCENT);
    return wait > asked ? wait : asked;
}

static void succeeded(const struct feed *f, struct feed_state *s, int64_t now_us, const struct intake_result *r, const char *outcome)
{
    if (s->trouble)
        log_line(LOG_LEVEL_INFO, "a feed is well again", "feed=%s", f->name);
    if (r->taken + r->dead > 0)
        log_line(LOG_LEVEL_INFO, "a feed brought something", "feed=%s items=%" PRId64 " taken=%" PRId64 " known=%" PRId64 " dead=%" PRId64,
                 f->name, r->items, r->taken, r->known, r->dead);
    metric_add_for(METRIC_FEED_PULLS, outcome, 1);
    s->trouble = NULL;
    s->failures = 0;
    s->done_us = now_us;
    s->due_us = now_us + jittered(f->every_us, JITTER_PERCENT);
    s->records += r->taken;
    if (r->taken > 0 || s->changed_us == INT64_MIN)
        s->changed_us = now_us;
}

static void failed(const struct feed *f, struct feed_state *s, int64_t now_us, int64_t retry_s, const struct error *why, struct arena *a)
{
    if (!s->trouble || strcmp(s->trouble, why->detail) != 0)
        log_line(LOG_LEVEL_WARN, "a feed is in trouble", "feed=%s error=%s", f->name, log_quote(why->detail));
    metric_add_for(METRIC_FEED_PULLS, "failed", 1);
    s->trouble = arena_strdup(a, why->detail);
    s->due_us = now_us + back_off(f, s->failures, retry_s);
    s->failures++;
}

/* ---- a turn ---- */

static enum item_format format_of(const struct feed *f, const char *type)
{
    enum item_format format = f->format;
    const char *path = f->url + strcspn(f->url, "?#"), *dot = path;
    if (f->has_format || (type && item_format_of(type, &format)))
        return format;
    while (dot > f->url && *dot != '.' && *dot != '/')
        dot--;
    const char *end = *dot == '.' ? strndupa(dot + 1, (size_t)(path - dot - 1)) : "";
    return item_format_of(end, &format) ? format : ITEMS_JSON;
}

static bool pull_address(const struct puller *p, const struct intake_context *c, struct arena *a, struct feed_state *s,
                         struct intake_result *r, const char **outcome, int64_t *retry_s, struct error *err)
{
    struct fetched body;
    if (!fetch(a, c->feed, s, p->config->spool_dir, p->is_ending, &body, retry_s, err))
        return false;
    *outcome = body.is_same ? "same" : "fresh";
    if (body.is_same)
        return true;
    const struct intake_body in = {body.fd, body.digest, c->feed->url, format_of(c->feed, body.type)};
    struct intake_result snapshot = {0};
    bool ok = intake_run(c, &in, r, err);
    if (ok && c->feed->complete && r->dead == 0)
        ok = intake_snapshot(c, body.digest, r->items, &snapshot, err);
    close(body.fd);
    if (!ok)
        return false;
    s->etag = body.etag;
    s->modified = body.modified;
    s->body = (struct bytes){memcpy(arena_alloc(a, SHA256_LEN), body.digest, SHA256_LEN), SHA256_LEN};
    s->items = r->items;
    return true;
}

/* What is still wrong is buried anew, and stays; what the database cannot say now is tried another time. */
static bool try_letters(const struct intake_context *c, struct arena *a, struct feed_state *s, struct error *err)
{
    struct dead_letter *letters;
    size_t len = 0;
    int64_t after = 0;
    do {
        if (!shelf_dead(c->db, a, c->feed->name, true, after, LETTERS, &letters, &len, err))
            return false;
        for (size_t i = 0; i < len; i++) {
            struct intake_context then = *c;
            struct intake_result r;
            then.now_us = letters[i].at_us; /* it was so when it came */
            if (!intake_again(&then, &letters[i], &r, err) || !shelf_tried(c->db, a, letters[i].id, letters[i].times, err))
                return false;
            s->records += r.taken;
            after = letters[i].id;
        }
    } while (len == LETTERS);
    return true;
}

static bool may_submit(const struct intake_context *c, struct arena *a, struct error *err)
{
    bool must_sign = false;
    return shelf_must_sign(c->db, a, c->feed->as, &must_sign, err) &&
           (!must_sign || error_set(err, ERR_INVALID, "records of %.60s must be signed, and a feed cannot: name another organisation",
                                    c->feed->as));
}

static void turn(const struct puller *p, const struct intake_context *c, struct arena *a, struct feed_state *s)
{
    struct error err = {0}, lost = {0};
    struct intake_result r = {0};
    const char *outcome = "fresh";
    int64_t retry_s = 0, now_us = c->now_us;
    bool is_due = s->due_us <= now_us || s->asked;
    s->tried_us = now_us;
    s->asked = false;
    if (!shelf_write(c->db, a, s, &lost))
        return;
    s->asked = true; /* as it is by then */
    bool ok = may_submit(c, a, &err) && (!s->again || try_letters(c, a, s, &err));
    if (ok && is_due)
        ok = c->feed->url ? pull_address(p, c, a, s, &r, &outcome, &retry_s, &err) : folder_run(c, a, &r, &outcome, &err);
    if (__atomic_load_n(p->is_ending, __ATOMIC_ACQUIRE))
        return; /* it is still due */
    now_us = clock_now_us();
    if (!ok)
        failed(c->feed, s, now_us, retry_s, &err, a);
    else if (is_due)
        succeeded(c->feed, s, now_us, &r, outcome);
    if (!shelf_write(c->db, a, s, &lost))
        log_line(LOG_LEVEL_WARN, "where a feed stands is not stored", "feed=%s error=%s", c->feed->name, log_quote(lost.detail));
}

void pull(const struct puller *p, const struct feed *f)
{
    CLEANUP(db_cleanup) struct db *db = db_new(p->config->database, NULL);
    struct intake_context c = {.feed = f, .db = db, .ledger = p->ledger, .is_ending = p->is_ending, .now_us = clock_now_us()};
    struct arena a;
    struct feed_state s;
    struct error err = {0};
    bool is_ours = false;
    arena_init(&a, 0);
    db_patience(db, DB_PATIENCE_MS);
    bool ok = shelf_lock(db, &a, f->name, &is_ours, &err) && (!is_ours || shelf_state(db, &a, f->name, &s, &err));
    if (!ok)
        log_line(LOG_LEVEL_WARN, "a feed cannot be worked on", "feed=%s error=%s", f->name, log_quote(err.detail));
    else if (is_ours && (s.due_us <= c.now_us || s.asked || s.again))
        turn(p, &c, &a, &s);
    arena_reset(&a);
}

/* ---- how it stands ---- */

static bool is_past(int64_t since_us, int64_t span_us, int64_t now_us)
{
    return since_us != INT64_MIN && now_us - since_us > span_us;
}

enum feed_standing feed_standing(const struct feed *f, const struct feed_state *s, int64_t now_us)
{
    if (is_past(s->done_us, f->quiet_us, now_us))
        return FEED_QUIET;
    if (s->trouble)
        return FEED_TROUBLED;
    return f->stale_us && is_past(s->changed_us, f->stale_us, now_us) ? FEED_STALE : FEED_WELL;
}

const char *feed_standing_text(struct arena *a, const struct feed *f, const struct feed_state *s, int64_t now_us)
{
    char since[28];
    const char *why = s->trouble ? s->trouble : "it was not asked";
    switch (feed_standing(f, s, now_us)) {
    case FEED_QUIET:
        return arena_printf(a, "quiet since %.19sZ: %s", us_text(s->done_us, since), why);
    case FEED_TROUBLED:
        return arena_printf(a, "in trouble: %s", why);
    case FEED_STALE:
        return arena_printf(a, "stale: nothing new since %.19sZ", us_text(s->changed_us, since));
    case FEED_WELL:
        break;
    }
    return NULL;
}
