/*
 * rebuild - empties the projections and makes them anew from the records, to the same day.
 *
 * Many short transactions: until the last one the catalogue says that the projections are not whole,
 * so no daemon adds to them, and a rebuild that is cut short is begun again.
 */
#include "batch.h"

#include "pedigree/base/clock.h"

#include <string.h>

enum { REBUILD_RECORDS = 512, REBUILD_SHARE = 256 };

struct log_row {
    int64_t seq, received_us;
    const char *submitter, *on_behalf, *role;
    struct bytes key;
    const char *canonical;
};
/* clang-format off */
static const struct column LOG_ROW[] = {COL(struct log_row, seq), COL(struct log_row, received_us),
    COL(struct log_row, submitter), COL(struct log_row, on_behalf), COL(struct log_row, role),
    COL(struct log_row, key), COL(struct log_row, canonical)};
QUERY REBUILD_EMPTY = {.name = "rebuild_empty",
    .sql = "TRUNCATE statement, organisation, part, lot, lot_name, custody, link, edge, lot_mark, mark, flag, own_view, own_flag, due,"
           " offer, price_figure, market_figure, seller_figure, named_lots, day_figure, day_history"};
QUERY REBUILD_RECORDS_OF = {.name = "rebuild_records",
    .sql = "SELECT r.seq, r.received_us, r.submitter, r.on_behalf, r.role, r.key, b.canonical"
           "  FROM record r JOIN body b ON b.seq = r.seq WHERE r.seq >= $1 ORDER BY r.seq LIMIT $2",
    ROW(struct log_row, LOG_ROW)};
QUERY REBUILD_BEGUN = {.name = "rebuild_begun", .sql = "UPDATE ledger_state SET catalogue = $1"};
QUERY REBUILD_DONE = {.name = "rebuild_done",
    .sql = "UPDATE ledger_state SET catalogue = $1 WHERE catalogue = $2"};
/* clang-format on */

static bool fill(struct batch *b, const struct rows *rows, struct error *err)
{
    const struct log_row *r = rows->at;
    for (size_t i = 0; i < rows->len; i++, r++) {
        struct decoded d;
        if (!record_decode(&b->arena, r->canonical, strlen(r->canonical), &d, err))
            return false;
        json_array_append_new(b->space.keep, d.record->json);
        batch_add_logged(b, (struct entry){.submitter = r->submitter, .on_behalf = r->on_behalf,
                                           .role = r->role, .record = d.record,
                                           .canonical = r->canonical, .key = r->key, .seq = r->seq,
                                           .received_us = r->received_us});
    }
    return true;
}

struct rebuild {
    struct db *db;
    struct knowledge kn;
    struct share next;
};

/* Figures are taken once all that they are of is there. */
static void leave_figures(struct share *s)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->due.len; i++)
        if (!is_figure(&s->due.at[i]))
            s->due.at[kept++] = s->due.at[i];
    s->due.len = kept;
}

/* One batch: records if any, else the queue alone. */
static bool step(struct rebuild *r, const struct rows *rows, struct error *err)
{
    struct batch b;
    bool stale = false;
    batch_init(&b, &r->kn, NULL);
    bool ok = !rows || fill(&b, rows, err);
    if (rows)
        leave_figures(&r->next);
    batch_share(&b, &r->next, NULL);
    ok = ok && batch_run(&b, r->db, NULL, clock_now_us(), REBUILD_SHARE, &stale, err);
    if (ok) {
        knowledge_written(&r->kn);
        share_keep(&r->next, &b.after, NULL, REBUILD_SHARE);
    }
    batch_done(&b);
    return ok;
}

static bool replay(struct rebuild *r, void (*progress)(int64_t), struct error *err)
{
    struct arena a;
    struct rows rows;
    arena_init(&a, 0);
    bool ok = true;
    for (int64_t next = 0; ok;) {
        ok = db_query(r->db, &a, &REBUILD_RECORDS_OF, ARGS(INT8(next), INT8(REBUILD_RECORDS)), &rows, err);
        if (!ok || rows.len == 0)
            break;
        next = ((const struct log_row *)rows.at)[rows.len - 1].seq + 1; /* there may be holes */
        ok = step(r, &rows, err);
        if (progress)
            progress(next);
        arena_reset(&a);
    }
    while (ok && r->next.due.len)
        ok = step(r, NULL, err);
    arena_reset(&a);
    return ok;
}

bool ledger_rebuild(const struct ledger_options *o, void (*progress)(int64_t done),
                    struct error *err)
{
    struct rebuild r = {.db = db_new(o->conninfo, STORE_SETTINGS)};
    struct arena a;
    arena_init(&a, 0);
    arena_init(&r.next.arena, 0);
    knowledge_init(&r.kn);
    bool ok = figures_load_days(r.db, &r.kn, err) && db_query(r.db, &a, &REBUILD_BEGUN, ARGS(TEXT(CATALOGUE_OF_REBUILD)), NULL, err) &&
              db_query(r.db, &a, &REBUILD_EMPTY, NO_ARGS, NULL, err) && replay(&r, progress, err) &&
              db_query(r.db, &a, &REBUILD_DONE,
                       ARGS(TEXT(rules_version()), TEXT(CATALOGUE_OF_REBUILD)), NULL, err);
    knowledge_done(&r.kn);
    arena_reset(&r.next.arena);
    arena_reset(&a);
    db_free(r.db);
    return ok;
}
