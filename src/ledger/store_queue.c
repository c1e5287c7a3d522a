/* store_queue - the re-assessment queue: what a batch is done with, whom its changes concern, what is next. */
#include "store_write.h"

#include "pedigree/base/cleanup.h"

#include <string.h>

struct due_row {
    const char *kind;
    int64_t target, lot;
    int32_t day;
};
struct asof_row {
    int64_t as_of;
};
/* clang-format off */
static const struct column DUE_ROW[] = {COL(struct due_row, kind), COL(struct due_row, target),
    COL(struct due_row, day), COL(struct due_row, lot)};
static const struct column ASOF_ROW[] = {COL(struct asof_row, as_of)};
QUERY DUE_DONE_LOTS = {.name = "due_done_lots",
    .sql = "DELETE FROM due WHERE kind = 'lot' AND target = ANY($1::bigint[])"};
QUERY DUE_DONE_CURSORS = {.name = "due_done_cursors",
    .sql = "DELETE FROM due d USING unnest($1::text[], $2::bigint[], $3::int[]) AS i(kind, target, day)"
           " WHERE d.kind = i.kind AND d.target = i.target AND d.day = i.day"};
QUERY DUE_MOVE = {.name = "due_move",
    .sql = "UPDATE due d SET position = i.position FROM (SELECT kind, target, day, max(position) AS position"
           "  FROM unnest($1::text[], $2::bigint[], $3::int[], $4::bigint[]) AS i(kind, target, day, position)"
           "  GROUP BY 1, 2, 3) i"
           " WHERE d.kind = i.kind AND d.target = i.target AND d.day = i.day AND d.position < i.position"};
QUERY DUE_ADD = {.name = "due_add",
    .sql = "INSERT INTO due (kind, target, day, cause, newest, priority)"
           " SELECT i.kind, i.target, i.day, min(i.cause), CASE WHEN i.day > 0 THEN min(i.cause) ELSE $6 END, min(i.priority)"
           "  FROM unnest($1::text[], $2::bigint[], $3::int[], $4::bigint[], $5::int[])"
           " AS i(kind, target, day, cause, priority) GROUP BY 1, 2, 3"
           " ON CONFLICT (kind, target, day) DO UPDATE SET cause = least(due.cause, excluded.cause),"
           " newest = greatest(due.newest, excluded.newest),"
           " priority = least(due.priority, excluded.priority), position = 0"};
/* Lots on the other side of links that changed; those that claim from lots whose pieces or description
 * did; children of lots whose summary or description did. */
QUERY DUE_LINKED = {.name = "due_linked",
    .sql = "INSERT INTO due (kind, target, day, cause, newest, priority)"
           " SELECT DISTINCT 'lot', l.lot, 0, $2::bigint, $2::bigint, 1 FROM unnest($1::bigint[]) k(key)"
           "  JOIN link l ON l.key = k.key WHERE l.lot NOT IN (SELECT unnest($3::bigint[]))"
           " ON CONFLICT (kind, target, day) DO UPDATE SET cause = least(due.cause, excluded.cause)"};
QUERY DUE_AGAIN = {.name = "due_again",
    .sql = "INSERT INTO due (kind, target, day, cause, newest, priority)"
           " SELECT DISTINCT 'lot', i.lot, 0, $3::bigint, $3::bigint, 1 FROM unnest($1::bigint[], $2::bigint[]) i(lot, key)"
           "  WHERE EXISTS (SELECT FROM link l WHERE l.key = i.key AND l.lot <> i.lot)"
           " ON CONFLICT (kind, target, day) DO UPDATE SET cause = least(due.cause, excluded.cause)"};
QUERY DUE_NEWS = {.name = "due_news",
    .sql = "INSERT INTO due (kind, target, day, cause, newest, priority)"
           " SELECT DISTINCT 'mark', i.key, 0, $3::bigint, $4::bigint, 2 FROM unnest($1::bigint[], $2::bigint[]) i(lot, key)"
           "  WHERE EXISTS (SELECT FROM lot_mark m WHERE m.key = i.key AND m.lot <> i.lot)"
           " ON CONFLICT (kind, target, day) DO UPDATE SET cause = least(due.cause, excluded.cause),"
           " newest = greatest(due.newest, excluded.newest), position = 0"};
QUERY DUE_CLAIMED = {.name = "due_claimed",
    .sql = "INSERT INTO due (kind, target, day, cause, newest, priority)"
           " SELECT DISTINCT 'lot', l.lot, 0, $2::bigint, $2::bigint, 1 FROM unnest($1::bigint[]) k(key)"
           "  JOIN link l ON l.key = k.key AND l.side IN (1, 4) WHERE l.lot NOT IN (SELECT unnest($3::bigint[]))"
           " ON CONFLICT (kind, target, day) DO UPDATE SET cause = least(due.cause, excluded.cause)"};
QUERY DUE_CHILDREN = {.name = "due_children",
    .sql = "INSERT INTO due (kind, target, day, cause, newest, priority)"
           " SELECT DISTINCT 'lot', c.lot, 0, $2::bigint, $2::bigint, 1 FROM unnest($1::bigint[]) p(lot) CROSS JOIN LATERAL"
           "  (SELECT e.child AS lot FROM edge e WHERE e.parent = p.lot AND e.parent <> 0 UNION ALL"
           "   SELECT o.lot FROM custody i JOIN custody o ON o.seq = i.seq AND NOT o.ordinal BETWEEN 1 AND 1000"
           "    WHERE i.lot = p.lot AND i.ordinal BETWEEN 1 AND 1000) c"
           "  WHERE c.lot NOT IN (SELECT unnest($3::bigint[]))"
           " ON CONFLICT (kind, target, day) DO UPDATE SET cause = least(due.cause, excluded.cause)"};
QUERY DUE_NEXT = {.name = "due_next",
    .sql = "SELECT kind, target, day, lot FROM due_take($1, $2)",
    ROW(struct due_row, DUE_ROW)};
QUERY DUE_AS_OF = {.name = "due_as_of",
    .sql = "SELECT coalesce(least((SELECT min(cause) FROM due WHERE day = 0),"
           "       (SELECT min(cause) FROM due WHERE day > 0 AND day <= $1)), $2) - 1 AS as_of",
    ROW(struct asof_row, ASOF_ROW)};
/* clang-format on */

/* ---- who waits ---- */

/* A lot's next deadline; the one after that is found then. */
static void due_later(struct space *s, struct changes *c, const struct lot *l)
{
    const struct findings *views[] = {&l->findings, &l->own_findings};
    for (size_t i = 0; i < LENGTH(views); i++)
        if (views[i]->again_day)
            *vec_push(s->arena, &c->due) = (struct due_add){"lot", l->id, views[i]->again_seq, views[i]->again_day, 1};
}

/* Whom a change concerns beyond the touched lots.  Of a key that is whole they are known here; of the
 * others PostgreSQL is asked as the batch is written. */
struct fellows {
    struct keys links, claimed, news_lots, news_marks; /* not known here */
};

static void due_lot(struct space *s, struct changes *c, const struct lot *l)
{
    if (!l->touched)
        *vec_push(s->arena, &c->due) = (struct due_add){"lot", l->id, c->cause, 0, 1};
}

static void fellows_of_links(struct space *s, struct changes *c, const struct keys *keys, bool only_claims,
                             struct keys *unknown)
{
    struct map done = map_new(s->arena);
    for (size_t i = 0; i < keys->len; i++) {
        if (map_get(&done, keys->at[i]))
            continue;
        map_put(&done, keys->at[i], s);
        if (!map_get(&s->whole.links, keys->at[i])) {
            *vec_push(s->arena, unknown) = keys->at[i];
            continue;
        }
        for (const struct link *k = map_get(&s->links, keys->at[i]); k; k = k->next)
            if (!only_claims || k->side == SIDE_OPEN || k->side == SIDE_ASSERTED)
                due_lot(s, c, k->lot);
    }
}

static bool is_shared_identity(struct space *s, int64_t key, const struct lot *l)
{
    const struct member *m = map_get(&s->members, key);
    while (m && m->lot == l)
        m = m->next;
    return m != NULL;
}

/* A set of a trace code counts each lot once for each of its subs. */
static bool is_shared_trace(struct space *s, int64_t key, const struct lot *l)
{
    int64_t lots = 0;
    for (const struct mark_sub *m = map_get(&s->subs, key); m; m = m->next)
        lots += m->lots;
    for (size_t i = 0; i < l->marks.len; i++)
        lots -= l->marks.at[i].key == key;
    return lots > 0;
}

static void fellows_of_marks(struct space *s, struct changes *c, struct fellows *f)
{
    for (size_t i = 0; i < c->news_lots.len; i++) {
        int64_t key = c->news_marks.at[i];
        const struct lot *l = map_get(&s->lots, c->news_lots.at[i]);
        bool identity = map_get(&s->whole.identities, key), trace = map_get(&s->whole.traces, key);
        if (!identity && !trace) {
            *vec_push(s->arena, &f->news_lots) = l->id;
            *vec_push(s->arena, &f->news_marks) = key;
        } else if (identity ? is_shared_identity(s, key, l) : is_shared_trace(s, key, l)) {
            *vec_push(s->arena, &c->due) = (struct due_add){"mark", key, c->cause, 0, 2};
        }
    }
}

static void find_fellows(struct space *s, struct changes *c, const struct lot_changes *lc, struct fellows *f)
{
    fellows_of_links(s, c, &c->changed_links, false, &f->links);
    fellows_of_links(s, c, &lc->claimed, true, &f->claimed);
    fellows_of_marks(s, c, f);
}

/* The newest record whose lots may not know of what changed.  The lots of this batch's records do; a batch
 * that appended nothing has news for those of the last record too, whose ids are made from the next seq. */
static int64_t newest_of(const struct changes *c)
{
    return c->size == c->previous ? c->size : c->size - 1;
}

void send_queue(struct pipeline *p, struct space *s, struct changes *c, const struct lot_changes *lc)
{
    struct fellows fellows = {0}, *f = &fellows;
    find_fellows(s, c, lc, f);
    size_t n = c->done.len;
    struct columns done = columns_new(s->arena, n), move = columns_new(s->arena, n);
    for (size_t i = 0; i < n; i++) {
        const struct due_entry *d = &c->done.at[i];
        if (strcmp(d->kind, "lot") == 0)
            continue;
        struct columns *to = d->lot == 0 ? &done : &move;
        columns_text(to, d->kind);
        columns_int8(to, d->target);
        columns_int4(to, d->day);
        if (d->lot != 0)
            columns_int8(to, d->lot);
        columns_end_row(to);
    }
    struct keys gone = lc->touched;
    for (size_t i = 0; i < n; i++) /* also of a lot that is not there any more */
        if (strcmp(c->done.at[i].kind, "lot") == 0)
            *vec_push(s->arena, &gone) = c->done.at[i].target;
    if (gone.len)
        pipeline_add(p, &DUE_DONE_LOTS, ARGS(INT8S(gone.at, gone.len)), NULL);
    columns_send(p, &DUE_DONE_CURSORS, &done);
    columns_send(p, &DUE_MOVE, &move);
    for (size_t i = 0; i < c->lots.len; i++)
        due_later(s, c, c->lots.at[i]);
    struct columns add = columns_new(s->arena, c->due.len);
    for (size_t i = 0; i < c->due.len; i++) {
        const struct due_add *d = &c->due.at[i];
        columns_text(&add, d->kind);
        columns_int8(&add, d->target);
        columns_int4(&add, d->day);
        columns_int8(&add, d->cause);
        columns_int4(&add, d->priority);
        columns_end_row(&add);
    }
    columns_send_with(p, &DUE_ADD, &add, &INT8(newest_of(c)));
    struct arg touched = INT8S(lc->touched.at, lc->touched.len);
    if (f->links.len)
        pipeline_add(p, &DUE_LINKED, ARGS(INT8S(f->links.at, f->links.len), INT8(c->cause), touched), NULL);
    if (f->news_lots.len)
        pipeline_add(p, &DUE_NEWS,
                     ARGS(INT8S(f->news_lots.at, f->news_lots.len), INT8S(f->news_marks.at, f->news_marks.len),
                          INT8(c->cause), INT8(newest_of(c))),
                     NULL);
    if (c->again_lots.len)
        pipeline_add(p, &DUE_AGAIN,
                     ARGS(INT8S(c->again_lots.at, c->again_lots.len),
                          INT8S(c->again_links.at, c->again_links.len), INT8(c->cause)),
                     NULL);
    if (f->claimed.len)
        pipeline_add(p, &DUE_CLAIMED, ARGS(INT8S(f->claimed.at, f->claimed.len), INT8(c->cause), touched), NULL);
    if (lc->upstream.len)
        pipeline_add(p, &DUE_CHILDREN,
                     ARGS(INT8S(lc->upstream.at, lc->upstream.len), INT8(c->cause), touched), NULL);
}

/* ---- what is due next ---- */

void ask_due(struct pipeline *p, int32_t day, int wanted, int64_t size, struct rows *due, struct rows *as_of)
{
    pipeline_add(p, &DUE_NEXT, ARGS(INT4(day), INT4(wanted)), due);
    pipeline_add(p, &DUE_AS_OF, ARGS(INT4(day), INT8(size)), as_of);
}

void due_read(struct arena *a, const struct rows *due, const struct rows *as_of, struct outcome_after *out)
{
    const struct due_row *d = due->at;
    for (size_t i = 0; i < due->len; i++, d++)
        *vec_push(a, &out->due) = (struct due_entry){d->kind, d->target, d->lot, d->day};
    out->as_of = ((const struct asof_row *)as_of->at)->as_of;
}

bool store_due(struct db *db, struct arena *a, int32_t day, int wanted,
               struct outcome_after *out, struct error *err)
{
    struct rows due, as_of;
    struct pipeline *p = pipeline_new(db, a);
    ask_due(p, day, wanted, 0, &due, &as_of);
    if (!pipeline_run(p, err))
        return false;
    due_read(a, &due, &as_of, out);
    return true;
}
