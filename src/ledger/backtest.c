/* backtest - see the header. */
#include "pedigree/ledger/backtest.h"
#include "batch.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/model/party.h"

#include <inttypes.h>
#include <pthread.h>
#include <string.h>

enum { LOTS_AT_ONCE = 256, JOBS_MAX = 64 };

struct lot_id_row {
    int64_t lot;
};
/* clang-format off */
static const struct column LOT_ID_ROW[] = {COL(struct lot_id_row, lot)};
/* $2: whether only lots of one holder are asked for, whose names are $4. */
QUERY BACKTEST_LOTS = {.name = "backtest_lots",
    .sql = "SELECT l.lot FROM lot l LEFT JOIN organisation h ON h.id = l.holder"
           " WHERE l.lot > $1 AND l.code IS NOT NULL AND (NOT $2::boolean OR h.name = ANY ($4::text[]))"
           " ORDER BY l.lot LIMIT $3::integer",
    ROW(struct lot_id_row, LOT_ID_ROW)};
/* clang-format on */

struct backtest {
    const struct backtest_options *o;
    struct backtest_result *out;
    pthread_mutex_t lock;
    pthread_cond_t turned;
    int64_t after;         /* the last lot that was given out */
    int64_t given, told;   /* shares: the next to give, the next to tell */
    bool ended;            /* nothing is left, or something failed */
    bool ok;
    struct error err;
};

struct worker {
    struct backtest *t;
    pthread_t thread;
    struct db *db;
    struct knowledge now, then; /* as it is; with the policy */
};

struct look_share { /* of the lots, in order */
    int64_t number, *lots;
    size_t len;
};

/* ---- what is known ---- */

/* The policy as a record that comes after all others: its key and time count as it states them. */
static bool know(struct worker *w, struct error *err)
{
    const struct backtest_options *o = w->t->o;
    uint8_t key[16] = {0};
    const struct statement *st;
    return store_load(w->db, &w->now, err) && store_load(w->db, &w->then, err) &&
           knowledge_add(&w->then, INT64_MAX - 1, o->organisation ? o->organisation : "policy under test", !o->organisation, key, o->policy,
                         strlen(o->policy), &st, err);
}

/* ---- differences ---- */

static const struct findings *seen(const struct backtest *t, const struct lot *l, const struct assessment **as)
{
    bool own = t->o->organisation && l->has_own;
    *as = own ? &l->own_assessment : &l->assessment;
    return own ? &l->own_findings : &l->findings;
}

static const struct finding *find_like(const struct findings *among, const struct finding *f)
{
    for (size_t i = 0; i < among->len; i++)
        if (among->at[i].verdict == VERDICT_FAIL && strcmp(among->at[i].rule->id, f->rule->id) == 0 &&
            strcmp(among->at[i].subject, f->subject) == 0)
            return &among->at[i];
    return NULL;
}

static void tell(struct backtest *t, struct arena *a, const struct lot *l, const struct finding *f, const char *what)
{
    t->o->told(t->o->context, arena_printf(a, "%s %s: %s%s%s %s", l->holder->name, l->code, f->rule->id, *f->subject ? " " : "",
                                          f->subject, what));
}

static bool compare_flags(struct backtest *t, struct arena *a, const struct lot *l, const struct findings *was, const struct findings *is)
{
    int64_t before = t->out->appeared + t->out->vanished + t->out->altered;
    for (size_t i = 0; i < was->len; i++)
        if (was->at[i].verdict == VERDICT_FAIL && !find_like(is, &was->at[i])) {
            t->out->vanished++;
            tell(t, a, l, &was->at[i], arena_printf(a, "vanishes (%s)", severity_word(was->at[i].severity)));
        }
    for (size_t i = 0; i < is->len; i++) {
        const struct finding *f = &is->at[i], *old = f->verdict == VERDICT_FAIL ? find_like(was, f) : f;
        if (!old) {
            t->out->appeared++;
            tell(t, a, l, f, arena_printf(a, "appears (%s)", severity_word(f->severity)));
        } else if (old->severity != f->severity || old->pending != f->pending) {
            t->out->altered++;
            tell(t, a, l, f, arena_printf(a, "changes (%s to %s)", severity_word(old->severity), severity_word(f->severity)));
        }
    }
    return t->out->appeared + t->out->vanished + t->out->altered != before;
}

/* In its turn: both are of the same lots in the same order. */
static void compare(struct backtest *t, struct arena *a, const struct batch *now, const struct batch *then)
{
    for (size_t i = 0; i < now->changes.lots.len; i++) {
        const struct lot *x = now->changes.lots.at[i], *y = then->changes.lots.at[i];
        const struct assessment *was, *is;
        const struct findings *flags_were = seen(t, x, &was), *flags_are = seen(t, y, &is);
        if (!x->code)
            continue;
        t->out->lots++;
        t->out->changed += compare_flags(t, a, x, flags_were, flags_are);
        t->out->grades_up += is->grade > was->grade;
        t->out->grades_down += is->grade < was->grade;
    }
}

/* ---- shares ---- */

static bool take(struct worker *w, struct arena *a, struct look_share *out, struct error *err)
{
    struct backtest *t = w->t;
    struct words names = {0};
    struct rows rows = {0};
    const char *holder = t->o->holder ? t->o->holder : t->o->organisation;
    if (holder)
        names = names_of(&w->now, a, party_today(&w->now, holder));
    pthread_mutex_lock(&t->lock);
    bool ok = t->ended || db_query(w->db, a, &BACKTEST_LOTS,
                                   ARGS(INT8(t->after), BOOLEAN(holder != NULL), INT4(LOTS_AT_ONCE), TEXTS(names.at, names.len)), &rows, err);
    const struct lot_id_row *r = rows.at;
    *out = (struct look_share){t->given, ARENA_ARRAY(a, int64_t, rows.len), rows.len};
    for (size_t i = 0; i < rows.len; i++)
        out->lots[i] = t->after = r[i].lot;
    t->given += rows.len > 0;
    t->ended |= rows.len == 0;
    pthread_mutex_unlock(&t->lock);
    return ok;
}

static void tell_share(struct backtest *t, struct arena *a, const struct look_share *s, const struct batch *now, const struct batch *then)
{
    pthread_mutex_lock(&t->lock);
    while (t->told != s->number && t->ok)
        pthread_cond_wait(&t->turned, &t->lock);
    if (t->ok)
        compare(t, a, now, then);
    t->told++;
    pthread_cond_broadcast(&t->turned);
    pthread_mutex_unlock(&t->lock);
}

static bool same_lots(const struct batch *x, const struct batch *y)
{
    bool same = x->changes.lots.len == y->changes.lots.len;
    for (size_t i = 0; same && i < x->changes.lots.len; i++)
        same = x->changes.lots.at[i]->id == y->changes.lots.at[i]->id;
    return same;
}

/* Two looks, two snapshots: what came in between them would be taken for the policy's doing. */
static bool look_at(struct worker *w, struct arena *a, const struct look_share *s, struct error *err)
{
    struct batch now, then;
    bool ok = false, same = false;
    while (!same) {
        batch_init(&now, &w->now, NULL);
        batch_init(&then, &w->then, NULL);
        ok = batch_look(&now, w->db, s->lots, s->len, err);
        db_end(w->db);
        ok = ok && batch_look(&then, w->db, s->lots, s->len, err);
        db_end(w->db);
        same = !ok || (now.found.head.size == then.found.head.size && now.found.head.generation == then.found.head.generation &&
                       same_lots(&now, &then));
        if (ok && same)
            tell_share(w->t, a, s, &now, &then);
        batch_done(&now);
        batch_done(&then);
    }
    return ok;
}

static void fail(struct backtest *t, const struct error *err)
{
    pthread_mutex_lock(&t->lock);
    if (t->ok)
        t->err = *err;
    t->ok = false;
    t->ended = true;
    pthread_cond_broadcast(&t->turned);
    pthread_mutex_unlock(&t->lock);
}

static void *work(void *of)
{
    struct worker *w = of;
    struct arena a;
    struct error err = {0};
    struct look_share s = {.len = 1};
    arena_init(&a, 0);
    knowledge_init(&w->now);
    knowledge_init(&w->then);
    w->db = db_new(w->t->o->conninfo, STORE_SETTINGS);
    bool ok = know(w, &err);
    while (ok && s.len) {
        arena_reset(&a);
        ok = take(w, &a, &s, &err) && (s.len == 0 || look_at(w, &a, &s, &err));
    }
    if (!ok)
        fail(w->t, &err);
    db_free(w->db);
    knowledge_done(&w->now);
    knowledge_done(&w->then);
    arena_reset(&a);
    return NULL;
}

bool ledger_backtest(const struct backtest_options *o, struct backtest_result *out, struct error *err)
{
    *out = (struct backtest_result){0};
    struct backtest t = {.o = o, .out = out, .after = INT64_MIN + 1, .ok = true};
    struct worker workers[JOBS_MAX];
    int begun = 0;
    pthread_mutex_init(&t.lock, NULL);
    pthread_cond_init(&t.turned, NULL);
    for (int i = 0; i < o->jobs && i < JOBS_MAX; i++) {
        workers[i] = (struct worker){.t = &t};
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            break;
        begun++;
    }
    for (int i = 0; i < begun; i++)
        pthread_join(workers[i].thread, NULL);
    pthread_cond_destroy(&t.turned);
    pthread_mutex_destroy(&t.lock);
    if (begun == 0)
        return error_set(err, ERR_UNAVAILABLE, "no thread could be begun");
    if (!t.ok)
        *err = t.err;
    return t.ok;
}
