/*
 * Arrival order never changes an outcome: random sequences of a small universe, and every
 * sequence that once came out differently (tests/db/orders), are taken in several orders,
 * one by one and in batches; what the ledger makes of them must be the same but for seqs
 * and ids, also some days later and after a rebuild.  A difference is told with the
 * fewest records that show it.
 *
 *   test_order                 the kept sequences, and the first seeds
 *   test_order SEED [COUNT]    those seeds, each until its first difference
 *   test_order short SEED [COUNT]  those seeds of few records, each in more orders
 *   test_order voids SEED [COUNT]  those seeds, records voided held against records never sent
 *   test_order FILE.json...    those sequences
 *
 * Needs PEDIGREE_DATABASE (scripts/with-postgres); skips, saying so, without.
 */
#include "order_universe.h"

#include "ledger/batch.h"
#include "ledger/shelf.h"
#include "pedigree/base/log.h"
#include "pedigree/model/party.h"
#include "pedigree/rules/rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <libpq-fe.h>
#include <stdlib.h>

enum {
    RECORDS_MAX = 256,
    FILES_MAX = 256,
    SEEDS = 12,
    SHORT_SEEDS = 60, SHORT_ARRIVALS = 4,
    FEW = 6, FEW_SEEDS = 60, /* of so few records most orders are tried */
    TODAY = 21915, /* 2030-01-01: what a seed says does not depend on the calendar */
    TOLD_LINES = 14
};
static const int LATER_DAYS[] = {0, 4, 75}; /* pending settles; hops are overdue */

static char conninfo[512];
static PGconn *control;
static struct db *ledger_db;
static const char *const SETTINGS = /* the committer's */
    "SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_seqscan = off;"
    "SET jit = off; SET plan_cache_mode = force_generic_plan";

/* ---- the database ---- */

static PGresult *ask(const char *text, int n, const char *const *values)
{
    PGresult *r = PQexecParams(control, text, n, NULL, values, NULL, NULL, 0);
    if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
        fail_msg("%.60s: %s", text, PQerrorMessage(control));
    return r;
}

static void run_sql(const char *text)
{
    PQclear(ask(text, 0, NULL));
}

/* What the projections say, a line a column, with names for ids and places for seqs. */
static const char *const VIEWS =
    "SET jit = off;"
    "CREATE TABLE told (seq bigint PRIMARY KEY, name text NOT NULL);"
    "CREATE VIEW lot_told AS SELECT l.lot, o.name || ' ' || coalesce(l.code, 'joint of ' "
    "||"
    "       (SELECT t.name FROM told t WHERE t.seq = "
    "(l.description::jsonb->>'seq')::bigint)) AS name"
    "  FROM lot l JOIN organisation o ON o.id = l.holder;"
    "CREATE VIEW part_told AS SELECT p.id, o.name || '/' || p.key AS name"
    "  FROM part p JOIN organisation o ON o.id = p.maker UNION ALL SELECT 0, "
    "'undescribed';"
    "CREATE VIEW lot_line (text) AS"
    " SELECT 'lot ' || n.name || ': ' || c.key || ' = ' || coalesce(c.value, '-') FROM "
    "lot l"
    "   JOIN lot_told n USING (lot) JOIN part_told p ON p.id = l.part"
    "   LEFT JOIN organisation o ON o.id = l.owner CROSS JOIN LATERAL "
    "jsonb_each_text(jsonb_build_object("
    "   'part', p.name, 'quantity', l.quantity, 'balance', l.balance, 'state', l.state, "
    "'owner', o.name,"
    "   'summary', encode(l.summary, 'escape'), 'traced', l.traced, 'grade', l.grade, "
    "'score', l.score,"
    "   'coverage', l.coverage, 'description', CASE WHEN l.code IS NOT NULL THEN "
    "l.description::jsonb END)) c"
    " UNION ALL"
    " SELECT 'lot ' || n.name || ': named under ' || p.name FROM lot_name x JOIN "
    "lot_told n USING (lot)"
    "   JOIN part_told p ON p.id = x.part"
    " UNION ALL"
    " SELECT format('lot %s: edge %s by %s from %s of %s out %s, %s pieces %s %s source "
    "%s seller %s reason %s"
    " shipped %s received %s, under %s', n.name, e.ordinal, t.name, coalesce(m.name, "
    "'nowhere'), q.name, s.name,"
    "   e.quantity, e.standing, e.tier, e.source, e.seller, e.reason, e.shipped, "
    "e.received, p.name)"
    "   FROM edge e JOIN lot_told n ON n.lot = e.child JOIN part_told p ON p.id = e.part"
    "   LEFT JOIN part_told q ON q.id = e.parent_part LEFT JOIN lot_told m ON m.lot = "
    "e.parent"
    "   LEFT JOIN told t ON t.seq = e.seq LEFT JOIN told s ON s.seq = e.out_seq"
    " UNION ALL"
    " SELECT format('lot %s: link %s of %s side %s under %s', n.name, k.key, t.name, "
    "k.side, p.name)"
    "   FROM link k JOIN lot_told n USING (lot) JOIN part_told p ON p.id = k.part"
    "   LEFT JOIN told t USING (seq)"
    " UNION ALL"
    " SELECT format('lot %s: mark %s %s %s under %s', n.name, m.kind, m.value,"
    "   CASE m.kind WHEN 'trace' THEN m.sub WHEN 'document' THEN regexp_replace(m.sub, "
    "'^\\d+', '') END, p.name)"
    "   FROM lot_mark m JOIN lot_told n USING (lot) JOIN part_told p ON p.id = m.part"
    " UNION ALL"
    " SELECT format('lot %s: custody %s %s %s under %s', n.name, t.name, c.ordinal, "
    "c.kind, p.name)"
    "   FROM custody c JOIN lot_told n USING (lot) JOIN part_told p ON p.id = c.part "
    "JOIN told t USING (seq)"
    " UNION ALL"
    " SELECT format('lot %s: flag %s %s, %s %s since %s: %s %s %s, under %s', n.name, "
    "f.rule, f.subject,"
    "   f.severity, f.state, CASE WHEN f.since = (SELECT max(x::bigint) FROM"
    "   jsonb_array_elements_text(f.evidence::jsonb->'records') x) THEN 'the newest' "
    "ELSE t.name END, f.message,"
    "   f.evidence::jsonb - 'records', (SELECT jsonb_agg(v.name ORDER BY v.name) FROM"
    "   jsonb_array_elements_text(f.evidence::jsonb->'records') x LEFT JOIN told v ON "
    "v.seq = x::bigint), p.name)"
    "   FROM flag f JOIN lot_told n USING (lot) JOIN part_told p ON p.id = f.part"
    "   LEFT JOIN told t ON t.seq = f.since"
    " UNION ALL"
    " SELECT format('lot %s: own %s %s %s', n.name, v.grade, v.score, v.coverage)"
    "   FROM own_view v JOIN lot_told n USING (lot)"
    " UNION ALL"
    " SELECT format('lot %s: own %s %s %s %s: %s %s', n.name, f.rule, f.subject, f.severity, f.state,"
    "   f.message, p.name) FROM own_flag f JOIN lot_told n USING (lot) JOIN part_told p ON p.id = f.part"
    " UNION ALL"
    " SELECT format('lot %s: due on day %s', n.name, d.day) FROM due d JOIN lot_told n "
    "ON n.lot = d.target"
    "  WHERE d.kind = 'lot'"
    " UNION ALL"
    " SELECT format('mark %s: %s lots with %s', m.key, m.lots, m.sub) FROM mark m"
    " UNION ALL"
    " SELECT format('organisation %s: of %s%s', o.name, c.name, CASE WHEN o.submits THEN "
    "', submits' END)"
    "   FROM organisation o LEFT JOIN organisation c ON c.id = o.class"
    " UNION ALL"
    " SELECT 'part ' || p.name FROM part_told p"
    " UNION ALL"
    " SELECT format('mark %s: counted wrong for %s', m.key, m.sub) FROM (SELECT key, "
    "sub, count(*) AS n"
    "   FROM lot_mark WHERE kind = 'trace' GROUP BY 1, 2) x FULL JOIN mark m USING (key, "
    "sub)"
    "  WHERE x.n IS DISTINCT FROM nullif(m.lots, 0)";

/* And statistics; all of it. */
static const char *const FIGURE_VIEWS =
    "CREATE VIEW figure_line (text) AS"
    " SELECT format('offer %s: %s', t.name, to_jsonb(x) - 'seq' - 'part') FROM offer x JOIN told t USING (seq)"
    " UNION ALL"
    " SELECT format('part %s: prices %s', p.name, to_jsonb(x) - 'part') FROM price_figure x JOIN part_told p ON p.id = x.part"
    " UNION ALL"
    " SELECT format('part %s: market %s', p.name, to_jsonb(x) - 'part') FROM market_figure x JOIN part_told p ON p.id = x.part"
    " UNION ALL"
    " SELECT format('seller %s: to %s %s', x.seller, o.name, to_jsonb(x) - 'holder') FROM seller_figure x"
    "   JOIN organisation o ON o.id = x.holder"
    " UNION ALL"
    " SELECT format('holder %s: named %s on day %s', o.name, x.lots, x.day) FROM named_lots x"
    "   JOIN organisation o ON o.id = x.holder;"
    "CREATE VIEW line AS SELECT text FROM lot_line UNION ALL SELECT text FROM figure_line";

static void make_database(void)
{
    const char *base = getenv("PEDIGREE_DATABASE");
    struct error err = {0};
    int applied;
    PGconn *c = PQconnectdb(base);
    PQclear(PQexec(c, "CREATE DATABASE orders"));
    PQfinish(c);
    snprintf(conninfo, sizeof conninfo, "%s dbname=orders", base);
    struct db *db = db_new(conninfo, NULL);
    if (!db_migrate(db, "migrations", &applied, &err))
        fail_msg("%s", err.detail);
    db_free(db);
    ledger_db = db_new(conninfo, SETTINGS);
    control = PQconnectdb(conninfo);
    const char *const views[] = {VIEWS, FIGURE_VIEWS};
    for (size_t i = 0; i < LENGTH(views); i++) {
        PGresult *r = PQexec(control, views[i]); /* several statements */
        if (PQresultStatus(r) != PGRES_COMMAND_OK)
            fail_msg("%s", PQerrorMessage(control));
        PQclear(r);
    }
}

static void empty_database(void)
{
    static const char *const TABLES[] = {
        "told",         "record",    "body",         "log_head",
        "ledger_state", "statement", "organisation", "part",       "lot",
        "lot_name",     "custody",   "link",         "edge",       "lot_mark",
        "mark",         "flag",      "own_view",     "own_flag",  "flag_event",   "due",
        "offer",        "price_figure", "market_figure", "seller_figure", "named_lots",
        "day_figure",   "day_history"};
    char text[64];
    for (size_t i = 0; i < LENGTH(TABLES);
         i++) { /* TRUNCATE would have every statement planned anew */
        snprintf(text, sizeof text, "DELETE FROM %s", TABLES[i]);
        run_sql(text);
    }
}

/* ---- submitting: the committer's moves, but nothing is left to chance ---- */

struct taker {
    struct knowledge kn;
    struct share next;
    struct extent extent;
    struct shelf *shelf;
    int share; /* lots of the queue in one batch */
    int32_t day;
    struct batch slots[2];
    struct batch *ahead; /* begun while the one before was written; NULL */
    bool goes_ahead;
};

/* Records that arrive in one batch, or one by one; then, or not, the queue comes to rest.
 */
struct arrival {
    const char *label;
    size_t order[RECORDS_MAX]; /* places in the sequence */
    size_t len;
    bool ends[RECORDS_MAX]; /* a batch ends after this one */
    bool rests;             /* after each batch the queue comes to rest */
    size_t shelf;           /* bytes kept from batch to batch */
    int share;              /* lots of the queue in one batch */
    bool restarts[RECORDS_MAX]; /* the daemon starts anew after this batch */
    bool goes_ahead;            /* the next batch is begun while one is written */
};

static json_t *record_at(const json_t *sequence, size_t place)
{
    return json_object_get(json_array_get(sequence, place), "record");
}

/* Where a void or answer names its record by a number; NULL if it does not. */
static json_t *reference_of(json_t *record)
{
    json_t *of = json_object_get(record, "of");
    json_t *holder = of ? of : record;
    return json_is_integer(json_object_get(holder, "record")) ? holder : NULL;
}

/* Places become seqs: dense from 0 in the order of arrival. */
static void refer(json_t *record, const struct arrival *a)
{
    json_t *holder = reference_of(record);
    if (!holder)
        return;
    json_int_t place = json_integer_value(json_object_get(holder, "record")),
               seq = 1000000 + place;
    for (size_t i = 0; i < a->len; i++)
        if (a->order[i] == (size_t)place)
            seq = (json_int_t)i;
    json_object_set_new(holder, "record", json_integer(seq));
}

static bool decode(struct arena *arena, const json_t *record, struct decoded *out)
{
    struct error err = {0};
    char *text = json_dumps(record, JSON_COMPACT);
    bool ok = record_decode(arena, text, strlen(text), out, &err);
    if (!ok)
        print_error("%s: %s at %s\n", text, err.detail, err.where);
    free(text);
    return ok;
}

static char refused[480]; /* which valid record was not taken; "" */

static void add_entry(struct batch *b, const json_t *sequence, const struct arrival *a,
                      size_t i)
{
    const json_t *said = json_array_get(sequence, a->order[i]);
    const char *by = json_string_value(json_object_get(said, "by"));
    json_t *record = json_deep_copy(json_object_get(said, "record"));
    refer(record, a);
    struct work *w = ARENA_NEW(&b->arena, struct work);
    struct item *item = ARENA_NEW(&b->arena, struct item);
    w->items = item;
    w->len = 1;
    w->role = strcmp(by, OPERATOR) == 0 ? ROLE_OPERATOR : ROLE_SUBMITTER;
    w->submitter = party_normal(&b->arena, by);
    assert_true(decode(&b->arena, record, &item->decoded));
    json_array_append_new(b->space.keep, item->decoded.record->json);
    item_seal(&b->arena, item, 0);
    batch_add(b, w, item);
    json_decref(record);
}

struct range { /* of an arrival's records; an empty one is of the queue alone */
    size_t from, to;
};

/* `before`: the batch that is being written; NULL. */
static struct batch *begin(struct taker *t, const json_t *sequence, const struct arrival *a, struct range r,
                           const struct batch *before)
{
    struct batch *b = before == &t->slots[0] ? &t->slots[1] : &t->slots[0];
    struct extent extent = before ? (struct extent){before->changes.size, before->changes.generation} : t->extent;
    batch_init(b, &t->kn, t->shelf);
    for (size_t i = r.from; i < r.to; i++)
        add_entry(b, sequence, a, i);
    batch_share(b, &t->next, before);
    batch_ask(b, ledger_db, &extent);
    return b;
}

/* A batch of records, or of the queue alone, with a share of the queue; `next` may be begun ahead. */
static void step(struct taker *t, const json_t *sequence, const struct arrival *a, struct range r,
                 const struct range *next)
{
    bool stale = false;
    struct error err = {0};
    struct batch *b = t->ahead ? t->ahead : begin(t, sequence, a, r, NULL);
    t->ahead = NULL;
    bool ok = batch_work(b, ledger_db, (int64_t)t->day * US_PER_DAY, t->share + (int)t->next.due.len, &stale, &err);
    if (ok && !stale) {
        batch_learn(b);
        shelf_turn(t->shelf);
        t->ahead = t->goes_ahead && next ? begin(t, sequence, a, *next, b) : NULL;
        ok = batch_commit(b, &err);
    }
    if (!ok)
        snprintf(refused, sizeof refused, "after %zu: %s", r.from, err.detail);
    else if (stale || b->changes.size != (int64_t)r.to)
        snprintf(refused, sizeof refused, "the log has %d records, not %zu",
                 (int)b->changes.size, r.to);
    t->extent = (struct extent){b->changes.size, b->changes.generation};
    knowledge_written(&t->kn);
    share_keep(&t->next, &b->after, t->ahead, (size_t)t->share);
    batch_done(b);
    if (*refused && t->ahead) {
        batch_forget(t->ahead, ledger_db);
        batch_done(t->ahead);
        t->ahead = NULL;
    }
}

static void rest(struct taker *t) /* until nothing is due */
{
    for (int i = 0; (t->next.due.len || t->ahead) && !*refused; i++) {
        struct range none = {(size_t)t->extent.size, (size_t)t->extent.size};
        if (i > 400 + 20000 / t->share)
            snprintf(refused, sizeof refused, "the queue does not come to rest");
        step(t, NULL, NULL, none, i % 3 ? &none : NULL);
    }
}

/* The daemon starts: knowledge and what is due are read anew. */
static void start(struct taker *t, int32_t day)
{
    struct outcome_after after = {0};
    struct error err = {0};
    struct arena a;
    arena_init(&a, 0);
    knowledge_done(&t->kn);
    knowledge_init(&t->kn);
    shelf_clear(t->shelf);
    t->day = day;
    if (!store_load(ledger_db, &t->kn, &err) ||
        !store_due(ledger_db, &a, day, t->share, &after, &err))
        fail_msg("%s", err.detail);
    share_keep(&t->next, &after, NULL, (size_t)t->share);
    arena_reset(&a);
}

static void name_seqs(const struct arrival *a)
{
    char *text = NULL;
    size_t len;
    FILE *f = open_memstream(&text, &len);
    fputs("{", f);
    for (size_t i = 0; i < a->len; i++)
        fprintf(f, "%s%zu", i ? "," : "", a->order[i]);
    fputs("}", f);
    fclose(f);
    PQclear(ask("INSERT INTO told SELECT n - 1, 'r' || place FROM unnest($1::int[]) WITH "
                "ORDINALITY AS i(place, n)",
                1, (const char *const[]){text}));
    free(text);
}

/* ---- outcomes ---- */

struct picture {
    json_t *lines; /* object: line -> true */
};

/* What must never be said, whatever the order. */
static const char *const NEVER[] = {"refused", "counted wrong"};

static struct picture picture_now(void)
{
    struct picture o = {json_object()};
    char text[512];
    PGresult *r = ask("SELECT text FROM line", 0, NULL);
    for (int i = 0; i < PQntuples(r); i++)
        json_object_set_new(o.lines, PQgetvalue(r, i, 0), json_true());
    PQclear(r);
    if (*refused)
        snprintf(text, sizeof text, "refused: %s", refused);
    if (*refused)
        json_object_set_new(o.lines, text, json_true());
    return o;
}

struct pictures { /* on each of LATER_DAYS, and after a rebuild */
    struct picture at[LENGTH(LATER_DAYS) + 1];
    size_t len;
};

static void pictures_free(struct pictures *o)
{
    for (size_t i = 0; i < o->len; i++)
        json_decref(o->at[i].lines);
    o->len = 0;
}

static struct range range_after(const struct arrival *a, size_t from)
{
    size_t to = from;
    while (to < a->len && !a->ends[to])
        to++;
    return (struct range){from, to < a->len ? to + 1 : a->len};
}

static struct pictures take(const json_t *sequence, const struct arrival *a, bool later,
                            bool rebuild)
{
    struct pictures out = {0};
    struct taker t = {.share = 64};
    *refused = '\0';
    empty_database();
    name_seqs(a);
    arena_init(&t.next.arena, 0);
    t.shelf = shelf_new(a->shelf);
    t.share = a->share;
    t.goes_ahead = a->goes_ahead;
    start(&t, TODAY);
    for (struct range r = range_after(a, 0), next; r.from < a->len && !*refused; r = next) {
        bool restarts = a->restarts[r.to - 1];
        next = range_after(a, r.to);
        step(&t, sequence, a, r, a->rests || restarts || next.from == a->len ? NULL : &next);
        if (a->rests)
            rest(&t);
        if (restarts)
            start(&t, TODAY);
    }
    rest(&t);
    out.at[out.len++] = picture_now();
    for (size_t i = 1; later && i < LENGTH(LATER_DAYS); i++) {
        start(&t, TODAY + LATER_DAYS[i]);
        rest(&t);
        out.at[out.len++] = picture_now();
    }
    knowledge_done(&t.kn);
    shelf_free(t.shelf);
    arena_reset(&t.next.arena);
    struct ledger_options o = {.conninfo = conninfo, .batch_max = 1024, .queue_records = 8192};
    struct error err = {0};
    if (rebuild && !ledger_rebuild(&o, NULL, &err))
        snprintf(refused, sizeof refused, "rebuild: %s", err.detail);
    if (rebuild)
        out.at[out.len++] = picture_now();
    return out;
}

static size_t missing(const json_t *in, const json_t *from, char sign, size_t told)
{
    const char *line;
    json_t *v;
    size_t n = 0;
    json_object_foreach((json_t *)in, line, v)
    {
        if (json_object_get(from, line))
            continue;
        if (n++ < told)
            print_error("  %c %s\n", sign, line);
    }
    if (told && n > told)
        print_error("  %c ... and %zu more\n", sign, n - told);
    return n;
}

static size_t unspeakable(const struct picture *p, size_t told)
{
    const char *line;
    json_t *v;
    size_t n = 0;
    json_object_foreach(p->lines, line,
                        v) for (size_t i = 0; i < LENGTH(NEVER);
                                i++) if (strstr(line, NEVER[i]) && n++ < told)
        print_error("  ! %s\n", line);
    return n;
}

static bool same(const struct picture *a, const struct picture *b, size_t told)
{
    return missing(a->lines, b->lines, '-', told) +
               missing(b->lines, a->lines, '+', told) + unspeakable(a, told) +
               unspeakable(b, told) ==
           0;
}

/* ---- orders ---- */

static void shuffle(struct arrival *a, struct chance *c)
{
    for (size_t i = a->len; i > 1; i--) {
        size_t k = below(c, i), t = a->order[i - 1];
        a->order[i - 1] = a->order[k];
        a->order[k] = t;
    }
}

/* What the first is held against; the cheapest first. */
static const struct {
    const char *label;
    bool shuffled, backwards, rests;
    int share;
    unsigned end_percent;     /* how often a batch ends */
    unsigned restart_percent; /* how often the daemon starts anew behind one */
} ARRIVALS[] = {
    {"as written, in one batch", false, false, false, 64, 0, 0},
    {"shuffled, in groups", true, false, false, 2, 15, 20},
    {"shuffled, one by one", true, false, false, 5, 100, 0},
    {"backwards, one by one, at rest between", false, true, true, 64, 100, 0},
};

static void arrange(struct arrival *a, size_t len, size_t n, uint64_t seed)
{
    struct chance c = {(seed + 77) * UINT64_C(0x9e3779b97f4a7c15) + n};
    for (int i = 0; i < 8; i++)
        draw(&c);
    *a = (struct arrival){
        .label = ARRIVALS[n].label, .len = len, .rests = ARRIVALS[n].rests, .share = ARRIVALS[n].share,
        .shelf = n % 2 ? 1 << 22 : 1 << 16, /* the small one turns often */
        .goes_ahead = n > 0 && (seed + n) % 3 > 0};
    for (size_t i = 0; i < len; i++) {
        a->order[i] = ARRIVALS[n].backwards ? len - 1 - i : i;
        a->ends[i] = percent(&c, ARRIVALS[n].end_percent);
        a->restarts[i] = percent(&c, ARRIVALS[n].restart_percent);
    }
    if (ARRIVALS[n].shuffled)
        shuffle(a, &c);
}

static void drop(struct arrival *a, const bool *kept)
{
    size_t n = 0;
    for (size_t i = 0; i < a->len; i++) {
        if (!kept[a->order[i]]) {
            if (a->ends[i] && n)
                a->ends[n - 1] = true;
            continue;
        }
        a->ends[n] = a->ends[i];
        a->restarts[n] = a->restarts[i];
        a->order[n++] = a->order[i];
    }
    a->len = n;
}

/* ---- one comparison, and how small it gets ---- */

struct trial {
    json_t *sequence;
    bool kept[RECORDS_MAX];
    uint64_t seed;
    size_t n;      /* which of ARRIVALS */
    size_t moment; /* which of its outcomes */
};

static const char *moment_text(size_t moment)
{
    static char text[64];
    if (moment == LENGTH(LATER_DAYS))
        return "after a rebuild";
    snprintf(text, sizeof text, "%d days later", LATER_DAYS[moment]);
    return text;
}

static bool trial_differs(const struct trial *t, size_t told)
{
    struct arrival first, other;
    size_t len = json_array_size(t->sequence);
    bool rebuilt = t->moment == LENGTH(LATER_DAYS);
    arrange(&first, len, 0, t->seed);
    arrange(&other, len, t->n, t->seed);
    drop(&first, t->kept);
    drop(&other, t->kept);
    struct pictures b = take(t->sequence, &other, t->moment > 0, rebuilt);
    struct pictures a = rebuilt ? (struct pictures){.len = 0}
                                : take(t->sequence, &first, t->moment > 0, false);
    bool equal =
        same(rebuilt ? &b.at[t->moment - 1] : &a.at[t->moment], &b.at[t->moment], told);
    pictures_free(&a);
    pictures_free(&b);
    return !equal;
}

static void shrink_records(struct trial *t)
{
    size_t len = json_array_size(t->sequence);
    for (size_t size = len / 2; size > 0; size = size > 1 ? (size + 1) / 2 : 0) {
        for (size_t from = 0; from < len; from += size) {
            bool before[RECORDS_MAX], any = false;
            memcpy(before, t->kept, sizeof before);
            for (size_t i = from; i < from + size && i < len; i++) {
                any |= t->kept[i];
                t->kept[i] = false;
            }
            if (any && !trial_differs(t, 0))
                memcpy(t->kept, before, sizeof before);
        }
    }
}

static bool is_valid(const json_t *record)
{
    struct arena a;
    struct decoded d;
    struct error err = {0};
    arena_init(&a, 0);
    char *text = json_dumps(record, JSON_COMPACT);
    bool ok = record_decode(&a, text, strlen(text), &d, &err);
    if (ok)
        json_decref(d.record->json);
    free(text);
    arena_reset(&a);
    return ok;
}

static bool differs_without(const struct trial *t, const json_t *record)
{
    return is_valid(record) && trial_differs(t, 0);
}

/* Takes members and elements away, deepest last. */
static void shrink_members(struct trial *t, json_t *record, json_t *in)
{
    char keys[32][32];
    const char *key;
    json_t *v;
    size_t n = 0;
    json_object_foreach(in, key, v) if (n < LENGTH(keys) && strcmp(key, "type") != 0 &&
                                        strcmp(key, "time") != 0 &&
                                        strcmp(key, "id") != 0)
        snprintf(keys[n++], sizeof keys[0], "%s", key);
    for (size_t i = 0; i < n; i++) {
        v = json_incref(json_object_get(in, keys[i]));
        json_object_del(in, keys[i]);
        if (!differs_without(t, record)) {
            json_object_set(in, keys[i], v);
            shrink_members(t, record, v);
        }
        json_decref(v);
    }
    for (size_t i = 0; i < json_array_size(in);) {
        v = json_incref(json_array_get(in, i));
        json_array_remove(in, i);
        if (!differs_without(t, record)) {
            json_array_insert(in, i++, v);
            shrink_members(t, record, v);
        }
        json_decref(v);
    }
}

static void tell(const struct trial *t)
{
    struct arrival a;
    arrange(&a, json_array_size(t->sequence), t->n, t->seed);
    print_error("seed %d, %s, %s:\n", (int)t->seed, a.label, moment_text(t->moment));
    drop(&a, t->kept);
    print_error("  arrives:");
    for (size_t i = 0; i < a.len; i++)
        print_error(" %zu%s", a.order[i], a.ends[i] ? "" : "+");
    print_error("\n");
    for (size_t i = 0; i < json_array_size(t->sequence); i++) {
        if (!t->kept[i])
            continue;
        char *text = json_dumps(json_array_get(t->sequence, i), JSON_COMPACT);
        print_error("  %zu %s\n", i, text);
        free(text);
    }
    trial_differs(t, TOLD_LINES);
}

/* True if all orders agree; the first that does not is told. */
static bool orders_agree(json_t *sequence, uint64_t seed, bool later, bool shrinks)
{
    struct trial t = {.sequence = sequence, .seed = seed};
    struct arrival a;
    size_t len = json_array_size(sequence);
    memset(t.kept, 1, sizeof t.kept);
    assert_in_range(len, 1, RECORDS_MAX);
    arrange(&a, len, 0, seed);
    struct pictures first = take(sequence, &a, later, false);
    bool equal = true;
    for (size_t n = 1; equal && n < LENGTH(ARRIVALS); n++) {
        arrange(&a, len, n, seed);
        t.n = n;
        struct pictures other = take(sequence, &a, later && n == 1, later && n == 1);
        for (size_t k = 0; equal && k < other.len; k++) {
            t.moment = k;
            equal =
                same(k < first.len ? &first.at[k] : &other.at[k - 1], &other.at[k], 0);
        }
        pictures_free(&other);
    }
    pictures_free(&first);
    if (equal)
        return true;
    if (shrinks && !trial_differs(&t, 0)) {
        print_error("seed %d differs now and then: %s\n", (int)seed,
                    moment_text(t.moment));
        shrinks = false;
    }
    if (shrinks) {
        shrink_records(&t);
        for (size_t i = 0; i < len; i++)
            if (t.kept[i])
                shrink_members(&t, record_at(sequence, i), record_at(sequence, i));
        shrink_records(&t);
    }
    tell(&t);
    return false;
}

/* ---- seeds and kept sequences ---- */

static bool seed_agrees(uint64_t seed)
{
    json_t *sequence = make_sequence(seed, TODAY);
    bool agrees = orders_agree(sequence, seed, true, true);
    json_decref(sequence);
    return agrees;
}

static void test_seeds(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        assert_true(seed_agrees(seed));
}

static bool short_agrees(uint64_t seed)
{
    json_t *sequence = make_short_sequence(seed, TODAY);
    bool agrees = true;
    for (uint64_t i = 0; agrees && i < SHORT_ARRIVALS; i++)
        agrees = orders_agree(sequence, seed + i, i == 0, true);
    json_decref(sequence);
    return agrees;
}

static void test_short(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SHORT_SEEDS; seed++)
        assert_true(short_agrees(seed));
}

/* Another daemon worked on the queue alone: the log is as long as before, and yet what this one
 * remembers is not what there is. */
static void test_behind_the_queue(void **state)
{
    (void)state;
    struct taker t = {.share = 64};
    struct batch b;
    struct error err = {0};
    bool stale = false;
    struct arrival a;
    json_t *sequence = make_sequence(1, TODAY);
    size_t len = json_array_size(sequence);
    *refused = '\0';
    arrange(&a, len, 0, 1);
    empty_database();
    name_seqs(&a);
    arena_init(&t.next.arena, 0);
    start(&t, TODAY);
    step(&t, sequence, &a, (struct range){0, len}, NULL);
    assert_true(t.next.due.len > 0);
    struct extent before = t.extent;
    rest(&t);
    assert_string_equal(refused, "");
    assert_int_equal(t.extent.size, before.size);
    assert_true(t.extent.generation > before.generation);
    batch_init(&b, &t.kn, NULL);
    assert_true(batch_run(&b, ledger_db, &before, (int64_t)TODAY * US_PER_DAY, 1, &stale, &err));
    assert_true(stale);
    batch_done(&b);
    db_end(ledger_db);
    knowledge_done(&t.kn);
    arena_reset(&t.next.arena);
    json_decref(sequence);
}

/* An UPDATE of a lot that finds no row would lose a balance: the batch is refused whole. */
static void test_lost_update(void **state)
{
    (void)state;
    struct taker t = {.share = 64};
    struct arrival a = {.order = {0, 1}, .len = 2};
    json_t *sequence = json_loads(
        "[{\"by\": \"cage:2DIS2\", \"record\": {\"type\": \"received\", \"time\": \"2029-01-01\", \"lot\":"
        "  {\"code\": \"A\", \"quantity\": 5, \"part\": {\"manufacturer\": \"cage:1MAK1\", \"mpn\": \"TX200\"}}}},"
        " {\"by\": \"cage:2DIS2\", \"record\": {\"type\": \"scrapped\", \"time\": \"2029-02-01\", \"lot\": \"A\","
        "  \"quantity\": 2, \"method\": \"crushed\"}}]", 0, NULL);
    assert_non_null(sequence);
    *refused = '\0';
    empty_database();
    arena_init(&t.next.arena, 0);
    start(&t, TODAY);
    step(&t, sequence, &a, (struct range){0, 1}, NULL);
    rest(&t);
    assert_string_equal(refused, "");
    run_sql("CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'");
    run_sql("CREATE TRIGGER lose BEFORE UPDATE ON lot FOR EACH ROW EXECUTE FUNCTION lose()");
    step(&t, sequence, &a, (struct range){1, 2}, NULL);
    run_sql("DROP FUNCTION lose CASCADE");
    assert_non_null(strstr(refused, "lots written: 0 of 1"));
    PGresult *r = ask("SELECT max(size) FROM log_head", 0, NULL);
    assert_string_equal(PQgetvalue(r, 0, 0), "1");
    PQclear(r);
    db_end(ledger_db);
    knowledge_done(&t.kn);
    arena_reset(&t.next.arena);
    json_decref(sequence);
}

/* ---- voided, or never sent ---- */

/* What a line is about, up to its colon: "lot cage:1MAK1 A: ", "part ..". */
static const char *subject_of(const char *line)
{
    static char name[256];
    const char *colon = strstr(line, ": ");
    snprintf(name, sizeof name, "%.*s", colon ? (int)(colon - line) : (int)strlen(line), line);
    return name;
}

static json_t *subjects_of(const struct picture *p)
{
    const char *line;
    json_t *v, *names = json_object();
    json_object_foreach(p->lines, line, v) json_object_set_new(names, subject_of(line), json_true());
    return names;
}

/* Voided records stay listed, and so does what only they name: but nothing is held against it. */
static bool may_stay(const char *line, const json_t *known)
{
    if (strstr(line, ": custody "))
        return true;
    return !json_object_get(known, subject_of(line)) && !strstr(line, ": flag ") && !strstr(line, ": edge ") &&
           !strstr(line, ": link ") && !strstr(line, ": mark ");
}

static size_t left_by_voids(const struct picture *without, const struct picture *voided_)
{
    const char *line;
    json_t *v, *known = subjects_of(without);
    size_t n = missing(without->lines, voided_->lines, '-', TOLD_LINES);
    json_object_foreach(voided_->lines, line, v)
    {
        if (json_object_get(without->lines, line) || may_stay(line, known))
            continue;
        if (n++ < TOLD_LINES)
            print_error("  + %s\n", line);
    }
    json_decref(known);
    return n;
}

static bool can_be_voided(const json_t *record)
{
    return strcmp(json_string_value(json_object_get(record, "type")), "voided") != 0;
}

/* Appends a void by the operator of so many records of a hundred; `kept`: those that it leaves. */
static void void_some(json_t *sequence, size_t percent_, struct chance *c, bool *kept)
{
    size_t len = json_array_size(sequence);
    char id[24];
    for (size_t i = 0; i < len; i++) {
        kept[i] = !can_be_voided(record_at(sequence, i)) || !percent(c, percent_);
        if (kept[i] || json_array_size(sequence) >= RECORDS_MAX) {
            kept[i] = true;
            continue;
        }
        snprintf(id, sizeof id, "v%zu", i);
        kept[json_array_size(sequence)] = false;
        json_array_append_new(sequence,
                              json_pack("{s:s, s:{s:s, s:s, s:s, s:I, s:s}}", "by", OPERATOR, "record",
                                        "type", "voided", "time", "2029-12-31", "id", id, "record",
                                        (json_int_t)i, "reason", "never happened"));
    }
}

/* A ledger whose records were voided is one to which they were never sent. */
static bool voids_agree(uint64_t seed)
{
    static const size_t PERCENT[] = {15, 50, 85};
    struct chance c = {(seed + 5) * UINT64_C(0x9e3779b97f4a7c15) + 1};
    struct arrival all, rest_;
    bool kept[RECORDS_MAX];
    json_t *sequence = make_sequence(seed, TODAY);
    for (int i = 0; i < 8; i++)
        draw(&c);
    void_some(sequence, PERCENT[seed % LENGTH(PERCENT)], &c, kept);
    size_t len = json_array_size(sequence), differences = 0;
    arrange(&rest_, len, 0, seed);
    drop(&rest_, kept);
    arrange(&all, len, seed % LENGTH(ARRIVALS), seed);
    struct pictures without = take(sequence, &rest_, true, false);
    struct pictures voided_ = take(sequence, &all, true, true);
    for (size_t i = 0; !differences && i < voided_.len; i++) {
        const struct picture *held = &without.at[i < without.len ? i : without.len - 1];
        differences = left_by_voids(held, &voided_.at[i]);
        if (differences)
            print_error("voids, seed %d, %s, %s\n", (int)seed, all.label, moment_text(i));
    }
    pictures_free(&without);
    pictures_free(&voided_);
    json_decref(sequence);
    return differences == 0;
}

static void test_voids(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        assert_true(voids_agree(seed));
}

static char *files[FILES_MAX];
static size_t files_len;

static void test_file(void **state)
{
    const char *path = files[(size_t)(uintptr_t)*state];
    json_error_t e;
    json_t *sequence = json_load_file(path, 0, &e);
    if (!sequence)
        fail_msg("%s: %s", path, e.text);
    json_t *records = json_object_get(sequence, "records");
    uint64_t seeds = json_array_size(records) <= FEW ? FEW_SEEDS : 3;
    for (uint64_t seed = 0; seed < seeds; seed++)
        assert_true(orders_agree(records, seed, seed == 0, false));
    json_decref(sequence);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void find_files(void)
{
    char path[300];
    DIR *d = opendir("tests/db/orders");
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d)) && files_len < FILES_MAX;)
        if (strstr(e->d_name, ".json")) {
            snprintf(path, sizeof path, "tests/db/orders/%s", e->d_name);
            files[files_len++] = strdup(path);
        }
    closedir(d);
    qsort(files, files_len, sizeof *files, by_name);
}

static int try_seeds(bool (*agree)(uint64_t), uint64_t seed, uint64_t count)
{
    int bad = 0;
    for (uint64_t i = 0; i < count; i++) {
        bool agrees = agree(seed + i);
        bad += !agrees;
        printf("%s seed %d\n", agrees ? "ok" : "not ok", (int)(seed + i));
        fflush(stdout);
    }
    printf("%d passed, %d failed\n", (int)count - bad, bad);
    return bad ? 1 : 0;
}

int main(int argc, char **argv)
{
    if (!getenv("PEDIGREE_DATABASE")) {
        printf("test_order: skipped: no PEDIGREE_DATABASE (use scripts/with-postgres)\n");
        return 0;
    }
    log_set_level(LOG_LEVEL_ERROR);
    make_database();
    if (argc > 2 && strcmp(argv[1], "short") == 0)
        return try_seeds(short_agrees, strtoull(argv[2], NULL, 10), argc > 3 ? strtoull(argv[3], NULL, 10) : 1);
    if (argc > 2 && strcmp(argv[1], "voids") == 0)
        return try_seeds(voids_agree, strtoull(argv[2], NULL, 10), argc > 3 ? strtoull(argv[3], NULL, 10) : 1);
    if (argc > 1 && !strchr(argv[1], '.'))
        return try_seeds(seed_agrees, strtoull(argv[1], NULL, 10),
                         argc > 2 ? strtoull(argv[2], NULL, 10) : 1);
    for (int i = 1; i < argc && files_len < FILES_MAX; i++)
        files[files_len++] = strdup(argv[i]);
    if (argc == 1)
        find_files();
    struct CMUnitTest tests[FILES_MAX + 4];
    for (size_t i = 0; i < files_len; i++)
        tests[i] =
            (struct CMUnitTest){files[i], test_file, NULL, NULL, (void *)(uintptr_t)i};
    size_t n = files_len;
    if (argc == 1) {
        tests[n++] =
            (struct CMUnitTest){"random sequences", test_seeds, NULL, NULL, NULL};
        tests[n++] = (struct CMUnitTest){"short random sequences", test_short, NULL, NULL, NULL};
        tests[n++] = (struct CMUnitTest){"behind another's work on the queue",
                                         test_behind_the_queue, NULL, NULL, NULL};
        tests[n++] = (struct CMUnitTest){"an update that finds no row", test_lost_update, NULL, NULL, NULL};
        tests[n++] = (struct CMUnitTest){"voided, or never sent", test_voids, NULL, NULL, NULL};
    }
    int failed = _cmocka_run_group_tests("orders of arrival", tests, n, NULL, NULL);
    PQfinish(control);
    db_free(ledger_db);
    return failed;
}
