/*
 * committer - the one thread that commits; see pedigree/ledger/ledger.h.
 *
 * While PostgreSQL writes a batch the next one is begun ahead: it takes what waits by then, and what it reads
 * follows upon COMMIT in the same breath.  If that fails it is forgotten, and its works are begun again.
 *
 * The queue (head, tail, waiting, stopping) is guarded by `lock`, as are `trouble` and `began_us`;
 * everything else belongs to the committer thread.
 */
#include "batch.h"
#include "shelf.h"
#include "sign.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/log.h"
#include "pedigree/base/metrics.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { IDLE_MS = 1000, RETRY_MS = 200, LOOK_UP_MS = 5000, SLOW_S = 10,
       /* a batch that writes nothing says nothing about a full disk: so long we believe the last that did */
       ROOM_S = 5,
       /* lots of the queue in one batch; fewer where few records wait, who should not wait for them */
       QUEUE_SHARE = 1024, BUSY_SHARE = 64,
       PATIENCE_MS = 150000 /* past statement_timeout PostgreSQL does not answer at all */ };

struct ledger {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct work *head, **tail;
    size_t waiting; /* records */
    bool stopping;
    char trouble[256];
    int64_t began_us; /* the batch under way; 0: none */

    pthread_t thread;
    struct db *db;
    struct knowledge kn;
    struct batch slots[2]; /* the batch under way, and the one begun ahead */
    struct batch *ahead;   /* NULL: none is */
    struct work *ahead_works; /* taken from the queue for it, or left by it */
    bool alone;            /* one by one, after a failure */
    int64_t no_room_until_us; /* PostgreSQL had none for the newest batch of records; 0: it had */
    bool loaded;     /* the knowledge is what the database says at `extent` */
    struct extent extent;
    _Atomic int64_t known_size, known_generation; /* the same, for others */
    struct shelf *shelf; /* rows at that extent; NULL: none are kept */
    struct signing *signing; /* NULL: nothing signs this ledger, and no tree is kept */
    struct tree_edge edge;   /* of the log at that extent, or with what a failed batch added */
    struct tile_nodes grown; /* of a tree that is begun late, until a batch has stored them; in `growing` */
    struct arena growing;
    struct signed_size checkpoint; /* the newest */
    bool told_rights;              /* that this role could rewrite the log was looked at */
    int64_t recorded;              /* of which size the database has one, as far as is known; -1 */
    int64_t planned; /* size of the log when PostgreSQL last planned our statements */
    int batch_max;
    size_t queue_max;
    size_t share;    /* lots of the queue in one batch; halved while a batch fails */
    struct share next;
};

QUERY DEAD_LETTER = {
    .name = "dead_letter_add",
    .sql = "WITH gone AS (DELETE FROM due WHERE kind = $1 AND target = $2)"
           " INSERT INTO dead_letter (at_us, kind, target, reason) VALUES ($3, $1, $2, $4)",
};

static void say_trouble(struct ledger *l, const char *text)
{
    pthread_mutex_lock(&l->lock);
    bool changed = strcmp(l->trouble, text) != 0;
    snprintf(l->trouble, sizeof l->trouble, "%s", text);
    pthread_mutex_unlock(&l->lock);
    if (changed && *text)
        log_line(LOG_LEVEL_WARN, "ledger cannot commit", "reason=%s", log_quote(text));
    else if (changed)
        log_line(LOG_LEVEL_INFO, "ledger commits again", "%s", "");
}

/* ---- the knowledge ---- */

static void keep_due(struct ledger *l, const struct outcome_after *after, size_t most)
{
    share_keep(&l->next, after, l->ahead, most);
    metric_set(METRIC_QUEUE_DUE, (int64_t)l->next.due.len);
}

struct extent_row {
    int64_t size, generation;
    int32_t day;
    struct bytes root;
};
static const struct column EXTENT_ROW[] = {COL(struct extent_row, size), COL(struct extent_row, generation),
                                           COL(struct extent_row, day), COL(struct extent_row, root)};

QUERY LEDGER_EXTENT = {
    .name = "ledger_extent",
    .sql = "SELECT coalesce((SELECT max(size) FROM log_head), 0) AS size,"
           "       coalesce((SELECT generation FROM ledger_state), 0) AS generation,"
           "       coalesce((SELECT day FROM ledger_state), 0) AS day,"
           "       (SELECT root FROM log_head ORDER BY size DESC LIMIT 1) AS root",
    ROW(struct extent_row, EXTENT_ROW),
};

/* Plans are kept, and those made for empty tables read whole indexes: made anew as the log doubles. */
QUERY PLAN_ANEW = {.name = "plan_anew", .sql = "DISCARD PLANS"};

static void plan_anew(struct ledger *l)
{
    struct error ignored = {0}; /* slow is no reason to stop; a lost connection is found by the batch */
    struct arena a;
    arena_init(&a, 0);
    if (l->extent.size >= 2 * l->planned && db_query(l->db, &a, &PLAN_ANEW, NO_ARGS, NULL, &ignored))
        l->planned = l->extent.size > 0 ? l->extent.size : 1;
    arena_reset(&a);
}

static void set_extent(struct ledger *l, int64_t size, int64_t generation)
{
    l->extent = (struct extent){size, generation};
    atomic_store(&l->known_size, size);
    atomic_store(&l->known_generation, generation);
}

/* ---- the tree, and what was signed of it ---- */

/* Signs what is committed; nobody may be told of it before. */
static bool seal(struct ledger *l, int64_t size, struct error *err)
{
    struct hash root;
    if (!l->signing)
        return true;
    edge_root(&l->edge, &root);
    const char *note = signing_sign(l->signing, size, &root, err);
    l->checkpoint = (struct signed_size){size, note};
    return note != NULL;
}

static bool is_same(const struct hash *a, const struct hash *b)
{
    return memcmp(a->at, b->at, SHA256_LEN) == 0;
}

/* The tree at the database's head, as its rows make it. */
static bool load_edge(struct ledger *l, const struct extent_row *e, struct error *err)
{
    struct hash root, stored;
    arena_reset(&l->growing);
    l->grown = (struct tile_nodes){0};
    if (!e->root.at)
        return tree_grow(l->db, &l->growing, e->size, &l->edge, &l->grown, err);
    if (!tree_load_edge(l->db, e->size, &l->edge, err))
        return false;
    edge_root(&l->edge, &root);
    memcpy(stored.at, e->root.at, e->root.len < SHA256_LEN ? e->root.len : SHA256_LEN);
    return (e->root.len == SHA256_LEN && is_same(&root, &stored)) ||
           error_set(err, ERR_UNAVAILABLE, "the database was altered: the newest head is not of the tree over its %" PRId64
                     " records: nothing is signed; `pedigreed audit` names the rows", e->size);
}

/* An older database than the anchor, or another one, is never signed over. */
static bool follows(struct ledger *l, int64_t size, const struct anchored *anchored, struct error *err)
{
    const struct checkpoint *c = &anchored->checkpoint;
    struct hash root;
    if (!anchored->is_there)
        return true;
    if (c->size > size)
        return error_set(err, ERR_UNAVAILABLE, "the database has %" PRId64 " records, and %" PRId64 " were acknowledged: it is "
                         "an older copy, or lost some: nothing is signed; see `pedigreed repair`", size, c->size);
    if (!tree_load_root(l->db, c->size, &root, err))
        return false;
    return is_same(&root, &c->root) ||
           error_set(err, ERR_UNAVAILABLE, "the database's first %" PRId64 " records are not those that were signed: it was altered, "
                     "or is of another log: nothing is signed; see `pedigreed audit`", c->size);
}

static bool load_tree(struct ledger *l, const struct extent_row *e, const struct anchored *anchored, struct error *err)
{
    if (!l->signing)
        return true;
    if (!load_edge(l, e, err) || !follows(l, e->size, anchored, err))
        return false;
    return (e->size > 0 && !e->root.at) || seal(l, e->size, err);
}

/* ---- all that is remembered ---- */

struct right_row {
    bool may;
};
static const struct column RIGHT_ROW[] = {COL(struct right_row, may)};
QUERY MAY_REWRITE = {
    .name = "may_rewrite",
    .sql = "SELECT EXISTS (SELECT FROM unnest('{record,body,log_head,node,checkpoint,redaction}'::text[]) t(name)"
           "   JOIN pg_class c ON c.oid = to_regclass(t.name)"
           "  WHERE has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER') OR has_any_column_privilege(c.oid, 'UPDATE')"
           "     OR pg_has_role(c.relowner, 'MEMBER')) AS may",
    ROW(struct right_row, RIGHT_ROW),
};

/* Said once: who gets hold of the daemon had better not get hold of the past. */
static bool tell_rights(struct ledger *l, struct arena *a, struct error *err)
{
    struct rows rows;
    if (l->told_rights)
        return true;
    if (!db_query(l->db, a, &MAY_REWRITE, NO_ARGS, &rows, err))
        return false;
    l->told_rights = true;
    if (((const struct right_row *)rows.at)->may)
        log_line(LOG_LEVEL_WARN, "this database role could rewrite the log: serve with one that is only a member of pedigree_daemon, "
                 "and set database_owner for migrate", "");
    return true;
}

static bool load(struct ledger *l, struct error *err)
{
    struct outcome_after after = {0};
    struct anchored anchored = {0}; /* looked at first: meanwhile the database may only have gone further */
    struct rows rows;
    struct arena a;
    arena_init(&a, 0);
    knowledge_done(&l->kn);
    knowledge_init(&l->kn);
    shelf_clear(l->shelf);
    bool ok = (!l->signing || signing_anchored(l->signing, &a, &anchored, err)) &&
              db_query(l->db, &a, &LEDGER_EXTENT, NO_ARGS, &rows, err) && load_tree(l, rows.at, &anchored, err) &&
              store_load(l->db, &l->kn, err) && tell_rights(l, &a, err);
    if (ok) {
        const struct extent_row *e = rows.at;
        int32_t today = day_of_us(clock_now_us());
        set_extent(l, e->size, e->generation);
        l->planned = 0;
        ok = store_due(l->db, &a, today > e->day ? today : e->day, (int)l->share, &after, err);
    }
    if (ok)
        keep_due(l, &after, l->share);
    l->loaded = ok;
    arena_reset(&a);
    return ok;
}

/* ---- what a batch is made of ---- */

static struct work *take_works(struct ledger *l, struct work **last, size_t *records)
{
    struct work *first = l->head, **end = &l->head;
    *records = 0;
    while (*end && (*records == 0 || *records + (*end)->len <= (size_t)l->batch_max)) {
        *records += (*end)->len;
        *last = *end;
        end = &(*end)->next;
    }
    if (!first)
        return NULL;
    l->head = *end;
    *end = NULL;
    if (!l->head)
        l->tail = &l->head;
    l->waiting -= *records;
    metric_set(METRIC_QUEUE_RECORDS, (int64_t)l->waiting);
    return first;
}

static void fill(struct batch *b, const struct work *works, const struct work *until)
{
    for (const struct work *w = works; w != until; w = w->next)
        for (size_t i = 0; i < w->len; i++) {
            struct item *item = &w->items[i];
            if (item->outcome == OUTCOME_WAITING)
                batch_add(b, w, item);
        }
}

static void answer(struct batch *b)
{
    for (size_t i = 0; i < b->entries.len; i++) {
        struct entry *e = &b->entries.at[i];
        struct work *w = (struct work *)(uintptr_t)e->work;
        batch_nudge(b, i);
        if (!batch_may_tell(b, e))
            continue;
        e->item->lot_organisation = arena_strdup(w->arena, e->lot->holder->name);
        e->item->lot_code = arena_strdup(w->arena, e->lot->code);
        if (w->want_assessment)
            e->item->assessment = batch_assessment(w->arena, e);
    }
    for (size_t i = 0; i < b->entries.len; i++) {
        struct entry *e = &b->entries.at[i];
        struct work *w = (struct work *)(uintptr_t)e->work;
        if (w->want_receipt)
            e->item->receipt = batch_receipt(b, w->arena, e);
    }
}

static void show_checkpoint(struct ledger *l, const struct batch *b)
{
    for (size_t i = 0; i < b->entries.len; i++) {
        struct work *w = (struct work *)(uintptr_t)b->entries.at[i].work;
        if (w->want_receipt && !w->checkpoint && l->checkpoint.note)
            w->checkpoint = arena_strdup(w->arena, l->checkpoint.note);
    }
}

static void date_answers(const struct batch *b)
{
    for (size_t i = 0; i < b->entries.len; i++) {
        b->entries.at[i].item->as_of = batch_as_of(b);
        b->entries.at[i].item->as_of_day = b->changes.day;
    }
}

static void settle(const struct work *works, const struct work *until, enum outcome outcome,
                   const struct error *err)
{
    for (const struct work *w = works; w != until; w = w->next)
        for (size_t i = 0; i < w->len; i++) {
            struct item *item = &w->items[i];
            if (item->outcome == OUTCOME_INVALID)
                continue;
            item->outcome = outcome;
            item->err = *err;
            item->seq = -1;
            item->lot_organisation = item->lot_code = item->assessment = item->receipt = NULL;
        }
}

static void refuse_atomic(const struct work *works, const struct work *until)
{
    for (const struct work *w = works; w != until; w = w->next) {
        bool bad = false;
        for (size_t i = 0; i < w->len; i++)
            bad |= w->items[i].outcome == OUTCOME_INVALID;
        for (size_t i = 0; w->atomic && bad && i < w->len; i++)
            if (w->items[i].outcome == OUTCOME_WAITING)
                w->items[i].outcome = OUTCOME_ABANDONED;
    }
}

static void reopen(const struct work *works, const struct work *until)
{
    struct error none = {0};
    settle(works, until, OUTCOME_WAITING, &none);
    refuse_atomic(works, until);
}

static bool nothing_waits(const struct work *works, const struct work *until)
{
    for (const struct work *w = works; w != until; w = w->next)
        for (size_t i = 0; i < w->len; i++)
            if (w->items[i].outcome == OUTCOME_WAITING)
                return false;
    return true;
}

/* ---- the batch that is begun ahead ---- */

static struct batch *other_slot(struct ledger *l, const struct batch *b)
{
    return b == &l->slots[0] ? &l->slots[1] : &l->slots[0];
}

static void batch_open(struct ledger *l, struct batch *b)
{
    batch_init(b, &l->kn, l->shelf);
    b->edge = l->signing ? &l->edge : NULL;
}

/* False: some wait, but few, who had better come together with those that are answered soon; or none comes any more,
 * and the queue need not be empty to stop. */
static bool take_works_ahead(struct ledger *l, const struct batch *b)
{
    struct work *last;
    size_t records;
    if (l->ahead_works) /* left by one that was forgotten */
        return true;
    pthread_mutex_lock(&l->lock);
    bool is_worth_it = l->head ? 2 * l->waiting >= b->entries.len : !l->stopping;
    if (is_worth_it)
        l->ahead_works = take_works(l, &last, &records);
    pthread_mutex_unlock(&l->lock);
    refuse_atomic(l->ahead_works, NULL);
    return is_worth_it;
}

/* `b` is sent to its end and not committed yet. */
static void begin_ahead(struct ledger *l, const struct batch *b)
{
    bool plans_first = b->changes.size >= 2 * l->planned;
    if (l->alone || plans_first || l->share < QUEUE_SHARE || !take_works_ahead(l, b))
        return;
    struct batch *next = other_slot(l, b);
    batch_open(l, next);
    fill(next, l->ahead_works, NULL);
    batch_share(next, &l->next, b);
    if (next->entries.len == 0 && (next->due.len == 0 || l->ahead_works)) {
        batch_done(next);
        return;
    }
    batch_ask(next, l->db, &(struct extent){b->changes.size, b->changes.generation});
    l->ahead = next;
}

static void forget_ahead(struct ledger *l)
{
    if (!l->ahead)
        return;
    batch_forget(l->ahead, l->db);
    batch_done(l->ahead);
    l->ahead = NULL;
}

/* ---- one batch, and what may go wrong with it ---- */

/* After a batch with records another is likely: four times as many lots as it had, so that old lots are soon judged by what is
 * known now, and what comes in goes on; fewer where few records wait. */
static size_t share_of_next(const struct ledger *l, const struct batch *b)
{
    size_t records = b->entries.len, busy = records > BUSY_SHARE ? 4 * records : BUSY_SHARE;
    size_t most = records ? 2 * l->share : l->share;
    return records && busy < most ? busy : most;
}

/* The one that was begun ahead for these works, or a new one; NULL: PostgreSQL is not there. */
static struct batch *begun(struct ledger *l, const struct work *works, const struct work *until, struct error *err)
{
    struct batch *b = l->ahead;
    l->ahead = NULL;
    if (b)
        return b;
    if (!l->loaded && !load(l, err)) {
        db_end(l->db);
        return NULL;
    }
    plan_anew(l);
    b = &l->slots[0];
    batch_open(l, b);
    fill(b, works, until);
    batch_share(b, &l->next, NULL);
    batch_ask(b, l->db, &l->extent);
    return b;
}

/* All is sent: what PostgreSQL has no part in is done while it writes, as if it had. */
static bool finish_batch(struct ledger *l, struct batch *b, size_t share, struct error *err)
{
    answer(b);
    batch_learn(b);
    shelf_turn(l->shelf);
    begin_ahead(l, b);
    if (!batch_commit(b, err)) {
        forget_ahead(l);
        return false;
    }
    set_extent(l, b->changes.size, b->changes.generation);
    knowledge_written(&l->kn);
    if (b->changes.appends.len)
        l->grown = (struct tile_nodes){0};
    if (b->changes.checkpoint.note)
        l->recorded = b->changes.checkpoint.size;
    if (!seal(l, b->changes.size, err)) { /* it is committed, and may not be told */
        err->code = ERR_UNCERTAIN;
        forget_ahead(l);
        return false;
    }
    show_checkpoint(l, b);
    date_answers(b);
    keep_due(l, &b->after, share);
    metric_set(METRIC_CACHE_BYTES, l->shelf ? (int64_t)shelf_size(l->shelf) : 0);
    metric_observe(METRIC_BATCH_RECORDS, (int64_t)b->entries.len);
    metric_set(METRIC_LEDGER_SIZE, l->extent.size);
    metric_set(METRIC_LEDGER_DAY, b->changes.day);
    return true;
}

static bool attempt(struct ledger *l, const struct work *works, const struct work *until,
                    struct error *err)
{
    for (int tries = 0; tries < 3; tries++) {
        bool stale = false;
        int64_t started = clock_monotonic_us();
        struct batch *b = begun(l, works, until, err);
        if (!b)
            return false;
        size_t share = share_of_next(l, b);
        b->grown = l->grown;
        if (l->checkpoint.size != l->recorded)
            b->changes.checkpoint = l->checkpoint;
        bool ok = batch_work(b, l->db, clock_now_us(), (int)(share + l->next.due.len), &stale, err) &&
                  (stale || finish_batch(l, b, share, err));
        batch_done(b);
        if (ok && !stale) {
            metric_observe(METRIC_BATCH_LATENCY, clock_monotonic_us() - started);
            return true;
        }
        l->loaded = false;
        if (!ok)
            return false;
        reopen(works, until);
    }
    return error_set(err, ERR_UNAVAILABLE, "another daemon keeps committing first");
}

static const struct work *middle(const struct work *works, const struct work *until)
{
    size_t n = 0;
    const struct work *w = works;
    for (const struct work *x = works; x != until; x = x->next)
        n++;
    for (size_t i = 0; i < n / 2; i++)
        w = w->next;
    return w;
}

static void commit(struct ledger *l, const struct work *works, const struct work *until);

/* PostgreSQL refused the batch: halve it until the guilty record is alone. */
static void halve(struct ledger *l, const struct work *works, const struct work *until,
                  const struct error *err)
{
    if (works->next != until) {
        const struct work *half = middle(works, until);
        reopen(works, until);
        commit(l, works, half);
        commit(l, half, until);
        return;
    }
    size_t waiting = 0;
    for (size_t i = 0; i < works->len; i++)
        waiting += works->items[i].outcome != OUTCOME_INVALID;
    if (waiting <= 1 || works->atomic) {
        settle(works, until, OUTCOME_FAILED, err);
        return;
    }
    reopen(works, until);
    for (size_t i = 0; i < works->len; i++) { /* one by one, as works of their own */
        struct work one = *works;
        one.next = NULL;
        one.items = &works->items[i];
        one.len = 1;
        if (one.items->outcome == OUTCOME_WAITING)
            commit(l, &one, NULL);
    }
}

/* What a batch whose COMMIT was lost had decided of each item, in order. */
struct decided {
    enum outcome outcome;
    int64_t seq;
};

static struct decided *remember(struct arena *a, const struct work *works, const struct work *until)
{
    VEC(struct decided) all = {0};
    for (const struct work *w = works; w != until; w = w->next)
        for (size_t i = 0; i < w->len; i++)
            *vec_push(a, &all) = (struct decided){w->items[i].outcome, w->items[i].seq};
    return all.at;
}

/* A duplicate at the very place that the lost COMMIT was to give it is that COMMIT's own record. */
static void tell_apart(const struct decided *before, const struct work *works, const struct work *until)
{
    for (const struct work *w = works; w != until; w = w->next)
        for (size_t i = 0; i < w->len; i++, before++)
            if (w->items[i].outcome == OUTCOME_DUPLICATE && before->outcome == OUTCOME_ACCEPTED &&
                before->seq == w->items[i].seq)
                w->items[i].outcome = OUTCOME_ACCEPTED;
}

static bool is_patient(const struct error *err, int64_t until_us)
{
    bool may_pass = err->code == ERR_UNAVAILABLE || err->code == ERR_UNCERTAIN;
    if (!may_pass || clock_monotonic_us() >= until_us)
        return false;
    usleep(RETRY_MS * 1000);
    return true;
}

/* COMMIT with unknown outcome: under the lock, on a new connection, the keys tell.  What happened
 * is found again as a duplicate, what did not is appended now. */
static bool look_up(struct ledger *l, const struct work *works, const struct work *until)
{
    struct arena a;
    struct error err = {.code = ERR_UNCERTAIN};
    const struct decided *before = NULL;
    bool ok;
    int64_t until_us = clock_monotonic_us() + LOOK_UP_MS * INT64_C(1000);
    arena_init(&a, 0);
    do {
        if (err.code == ERR_UNCERTAIN)
            before = remember(&a, works, until);
        err = (struct error){0};
        l->loaded = false;
        reopen(works, until);
        ok = attempt(l, works, until, &err);
        if (ok || err.code == ERR_UNCERTAIN)
            tell_apart(before, works, until);
    } while (!ok && is_patient(&err, until_us));
    arena_reset(&a);
    return ok;
}

static void commit(struct ledger *l, const struct work *works, const struct work *until)
{
    struct error err = {0};
    refuse_atomic(works, until);
    if (nothing_waits(works, until))
        return;
    if (attempt(l, works, until, &err)) {
        l->no_room_until_us = 0;
        say_trouble(l, "");
        return;
    }
    if (err.code == ERR_UNCERTAIN && look_up(l, works, until))
        return;
    if (err.code == ERR_INTERNAL) {
        log_line(LOG_LEVEL_ERROR, "batch refused", "reason=%s", log_quote(err.detail));
        bool was_alone = l->alone;
        l->alone = true;
        halve(l, works, until, &err);
        l->alone = was_alone;
        return;
    }
    l->no_room_until_us = db_lacks_room(l->db) ? clock_monotonic_us() + ROOM_S * INT64_C(1000000) : 0;
    say_trouble(l, err.detail);
    settle(works, until, err.code == ERR_UNCERTAIN ? OUTCOME_UNCERTAIN : OUTCOME_UNAVAILABLE, &err);
}

/* ---- the queue alone ---- */

static void dead_letter(struct ledger *l, const struct error *why)
{
    struct error err = {0};
    struct arena a;
    arena_init(&a, 0);
    const struct due_entry *d = &l->next.due.at[0];
    log_line(LOG_LEVEL_ERROR, "queue entry set aside", "kind=%s target=%" PRId64 " reason=%s", d->kind,
             d->target, log_quote(why->detail));
    db_query(l->db, &a, &DEAD_LETTER,
             ARGS(TEXT(d->kind), INT8(d->target), INT8(clock_now_us()), TEXT(why->detail)), NULL, &err);
    metric_add(METRIC_DEAD_LETTERS, 1);
    arena_reset(&a);
}

static void work_queue(struct ledger *l)
{
    struct error err = {0};
    if (attempt(l, NULL, NULL, &err)) {
        if (clock_monotonic_us() >= l->no_room_until_us)
            say_trouble(l, "");
        l->share = QUEUE_SHARE;
        return;
    }
    if (err.code != ERR_INTERNAL) {
        say_trouble(l, err.detail);
        return;
    }
    if (l->share > 1) {
        l->share /= 2;
        return;
    }
    if (l->next.due.len)
        dead_letter(l, &err);
    l->share = QUEUE_SHARE;
}

/* ---- the thread ---- */

/* A clock that is set moves the ledger's day, and nobody's patience. */
static void wake_init(pthread_cond_t *wake)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(wake, &attributes);
    pthread_condattr_destroy(&attributes);
}

static void wait_ms(struct ledger *l, int ms)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_nsec += (long)(ms % 1000) * 1000000L;
    t.tv_sec += ms / 1000 + t.tv_nsec / 1000000000L;
    t.tv_nsec %= 1000000000L;
    pthread_cond_timedwait(&l->wake, &l->lock, &t);
}

static bool has_trouble(const struct ledger *l)
{
    return l->trouble[0] != '\0';
}

static struct work *next_works(struct ledger *l, bool *stop)
{
    struct work *last = NULL, *works = l->ahead_works;
    size_t records;
    bool is_begun = works || l->ahead;
    l->ahead_works = NULL;
    pthread_mutex_lock(&l->lock);
    l->began_us = 0;
    if (!is_begun && !l->head && !l->stopping && (!l->next.due.len || has_trouble(l) || !l->loaded))
        wait_ms(l, has_trouble(l) || !l->loaded ? RETRY_MS : IDLE_MS);
    if (!is_begun)
        works = take_works(l, &last, &records);
    *stop = l->stopping && !works && !is_begun;
    l->began_us = clock_monotonic_us();
    pthread_mutex_unlock(&l->lock);
    return works;
}

static void finish(struct work *works)
{
    static const char *const OUTCOMES[] = {"waiting", "accepted", "duplicate", "conflict", "invalid",
                                           "abandoned", "unavailable", "uncertain", "failed"};
    int64_t counts[LENGTH(OUTCOMES)] = {0};
    for (const struct work *w = works; w; w = w->next)
        for (size_t i = 0; i < w->len; i++)
            counts[w->items[i].outcome]++;
    for (size_t o = 0; o < LENGTH(OUTCOMES); o++)
        if (counts[o] > 0)
            metric_add_for(METRIC_RECORDS, OUTCOMES[o], counts[o]);
    while (works) {
        struct work *next = works->next;
        works->done(works); /* may free it */
        works = next;
    }
}

static void *run(void *arg)
{
    struct ledger *l = arg;
    work_queue(l); /* what is there is known, and signed, before anybody asks */
    for (bool stop = false; !stop;) {
        struct work *works = next_works(l, &stop);
        if (stop)
            break;
        if (works) {
            commit(l, works, NULL);
            finish(works);
        } else {
            work_queue(l); /* also moves the ledger day and finds a database that came back */
        }
    }
    return NULL;
}

static void ledger_free(struct ledger *l)
{
    knowledge_done(&l->kn);
    shelf_free(l->shelf);
    signing_free(l->signing);
    edge_done(&l->edge);
    arena_reset(&l->growing);
    arena_reset(&l->next.arena);
    db_free(l->db);
    pthread_mutex_destroy(&l->lock);
    pthread_cond_destroy(&l->wake);
    free(l);
}

struct ledger *ledger_start(const struct ledger_options *o, struct error *err)
{
    struct ledger *l = calloc(1, sizeof *l);
    if (!l)
        abort();
    pthread_mutex_init(&l->lock, NULL);
    wake_init(&l->wake);
    l->tail = &l->head;
    l->batch_max = o->batch_max > 0 ? o->batch_max : 1024;
    l->queue_max = o->queue_records > 0 ? (size_t)o->queue_records : 8192;
    l->share = QUEUE_SHARE;
    l->shelf = o->cache_bytes ? shelf_new(o->cache_bytes) : NULL;
    l->db = db_new(o->conninfo, STORE_SETTINGS);
    db_patience(l->db, PATIENCE_MS);
    knowledge_init(&l->kn);
    arena_init(&l->next.arena, 0);
    l->signing = signing_new(o);
    l->checkpoint.size = l->recorded = -1;
    edge_init(&l->edge);
    arena_init(&l->growing, 0);
    int failed = pthread_create(&l->thread, NULL, run, l);
    if (failed) {
        error_set(err, ERR_INTERNAL, "cannot start the committer: %s", strerror(failed));
        ledger_free(l);
        return NULL;
    }
    return l;
}

bool ledger_submit(struct ledger *l, struct work *w, struct error *err)
{
    pthread_mutex_lock(&l->lock);
    bool full = l->waiting > 0 && l->waiting + w->len > l->queue_max;
    bool ok = !full && !l->stopping;
    if (ok) {
        w->next = NULL;
        *l->tail = w;
        l->tail = &w->next;
        l->waiting += w->len;
        pthread_cond_signal(&l->wake);
    }
    bool stopping = l->stopping;
    pthread_mutex_unlock(&l->lock);
    return ok || error_set(err, ERR_UNAVAILABLE, stopping ? "the daemon is stopping"
                                                          : "too many records wait for the ledger");
}

void ledger_stop(struct ledger *l)
{
    if (!l)
        return;
    pthread_mutex_lock(&l->lock);
    l->stopping = true;
    pthread_cond_signal(&l->wake);
    pthread_mutex_unlock(&l->lock);
    pthread_join(l->thread, NULL);
    ledger_free(l);
}

void ledger_extent(const struct ledger *l, int64_t *size, int64_t *generation)
{
    *size = atomic_load(&l->known_size);
    *generation = atomic_load(&l->known_generation);
}

bool ledger_checkpoint(struct ledger *l, struct arena *a, int64_t *size, const char **note)
{
    return l->signing && signing_published(l->signing, a, size, note);
}

const char *ledger_seal(const struct ledger *l, struct arena *a, const uint8_t digest[static SHA256_LEN])
{
    return l->signing ? signing_seal(l->signing, a, digest) : NULL;
}

const char *ledger_trouble(struct ledger *l, struct arena *a)
{
    pthread_mutex_lock(&l->lock);
    const char *text = arena_strdup(a, l->trouble);
    int64_t busy_s = l->began_us ? (clock_monotonic_us() - l->began_us) / 1000000 : 0;
    pthread_mutex_unlock(&l->lock);
    if (!*text && busy_s >= SLOW_S)
        return arena_printf(a, "postgresql: a batch has been under way for %" PRId64 " s", busy_s);
    return text;
}
