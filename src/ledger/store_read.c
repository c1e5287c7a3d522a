/* store_read - the first round trip of a batch; see store.h. */
#include "columns.h"
#include "serve.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/codec/codec.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *const STORE_SETTINGS =
    "SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_seqscan = off;"
    "SET idle_in_transaction_session_timeout = '30s'; SET tcp_user_timeout = 30000;"
    "SET statement_timeout = '120s'; SET jit = off; SET plan_cache_mode = force_generic_plan";

enum { LEDGER_LOCK = 0x50454449 };

/* clang-format off */
static const struct column HEAD_ROW[] = {COL(struct head, size), COL(struct head, generation),
    COL(struct head, received_us),
    COL(struct head, day), COL(struct head, catalogue), COL(struct head, has_shadows), COL(struct head, root)};
static const struct column KNOWN_ROW[] = {COL(struct known_key, ordinal), COL(struct known_key, seq),
    COL(struct known_key, digest)};
static const struct column RELATION_ROW[] = {COL(struct relation, lot), COL(struct relation, parent),
    COL(struct relation, proven)};
/* clang-format on */

QUERY BEGIN_BATCH = {.name = "batch_begin", .sql = "BEGIN ISOLATION LEVEL READ COMMITTED"};
QUERY BEGIN_LOOK = {.name = "look_begin", .sql = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"};
QUERY LOCK_LEDGER = {.name = "ledger_lock", .sql = "SELECT pg_advisory_xact_lock($1)"};
QUERY HEAD = {
    .name = "ledger_head",
    .sql = "SELECT coalesce(h.size, 0) AS size, coalesce(s.generation, 0) AS generation,"
           "       coalesce(r.received_us, 0) AS received_us,"
           "       coalesce(s.day, 0) AS day, coalesce(s.catalogue, '') AS catalogue,"
           "       EXISTS (SELECT FROM lot_name n WHERE n.lot > 0 AND n.lot <> n.own) AS has_shadows,"
           "       l.root"
           "  FROM (SELECT max(size) AS size FROM log_head) h"
           "  LEFT JOIN log_head l ON l.size = h.size"
           "  LEFT JOIN record r ON r.seq = h.size - 1"
           "  LEFT JOIN ledger_state s ON true",
    ROW(struct head, HEAD_ROW),
};
QUERY KNOWN_KEYS = {
    .name = "batch_known_keys",
    .sql = "SELECT i.ordinal - 1 AS ordinal, r.seq, sha256(convert_to(b.canonical, 'UTF8')) AS digest"
           "  FROM unnest($1::text[], $2::bytea[]) WITH ORDINALITY AS i(owner, key, ordinal)"
           "  JOIN record r ON coalesce(r.on_behalf, r.submitter) = i.owner AND r.key = i.key"
           "  LEFT JOIN body b ON b.seq = r.seq",
    ROW(struct known_key, KNOWN_ROW),
};
struct cause_row {
    int64_t cause;
};
static const struct column CAUSE_ROW[] = {COL(struct cause_row, cause)};
QUERY DUE_CAUSE = {
    .name = "batch_due_cause",
    .sql = "SELECT min(d.cause) AS cause"
           "  FROM unnest($1::text[], $2::bigint[], $3::int[]) AS i(kind, target, day)"
           "  JOIN due d ON d.kind = i.kind AND d.target = i.target AND d.day = i.day",
    ROW(struct cause_row, CAUSE_ROW),
};
/*
 * The read is one round trip, so what one statement finds the next must find on the server: statements
 * leave sets of numbers in settings of this transaction (KEEP), and others look there (SET_OF).  Every
 * look-up is by index, however long the set, and every row is looked up once.  What was left by no
 * statement, or by one that found nothing, is empty.
 */
#define SET_OF(name) "nullif(current_setting('pedigree." name "', true), '')::bigint[]"
#define KEEP(name, select) "set_config('pedigree." name "', ARRAY(" select ")::text, true)"

struct scope_row {
    bool done;
};
static const struct column SCOPE_ROW[] = {COL(struct scope_row, done)};

/* Lots named by the batch's records, or due, and what else their names mean (regroup.c). */
QUERY SCOPE_TOUCHED = {
    .name = "scope_touched",
    .sql = "SELECT " KEEP("touched", "SELECT n.lot FROM unnest($1::bigint[], $2::text[]) AS i(holder, code)"
           "          JOIN lot_name n ON n.holder = i.holder AND n.code = i.code"
           "   UNION SELECT unnest($3::bigint[]) UNION SELECT unnest(" SET_OF("named") ")") " IS NOT NULL AS done",
    ROW(struct scope_row, SCOPE_ROW),
};
/* Links of the touched lots; kept: their keys, and those that the records will make. */
QUERY BATCH_OWN_LINKS = {
    .name = "batch_own_links",
    .sql = "WITH o AS MATERIALIZED (SELECT l.key, l.lot, l.seq, l.side FROM link l WHERE l.lot = ANY(" SET_OF("touched") ")),"
           " kept AS MATERIALIZED (SELECT " KEEP("links", "SELECT o.key FROM o WHERE o.side <> 3 UNION SELECT unnest($1::bigint[])") " AS links)"
           " SELECT o.key, o.lot, o.seq, o.side::int AS side FROM kept LEFT JOIN o ON true",
    ROW(struct link_row, LINK_ROW),
};
/* Marks likewise: of an identity ($1) whoever else carries it is looked at, of a trace code ($2) only what
 * the set says.  A condition on the kind makes the planner read a whole index. */
QUERY BATCH_OWN_MARKS = {
    .name = "batch_own_marks",
    .sql = "WITH o AS MATERIALIZED (SELECT m.lot, m.key, m.kind, m.sub FROM lot_mark m WHERE m.lot = ANY(" SET_OF("touched") ")),"
           " kept AS MATERIALIZED (SELECT " KEEP("marks", "SELECT o.key FROM o WHERE o.kind IN ('serial', 'document', 'package', 'payload')"
           "   UNION SELECT unnest($1::bigint[])") " AS marks,"
           "   " KEEP("traces", "SELECT o.key FROM o WHERE o.kind = 'trace' UNION SELECT unnest($2::bigint[])") " AS traces)"
           " SELECT o.lot, o.key, o.kind, o.sub FROM kept LEFT JOIN o ON true",
    ROW(struct own_mark_row, OWN_MARK_ROW),
};
/* Kept: the parents. */
QUERY BATCH_OWN_EDGES = {
    .name = "batch_own_edges",
    .sql = "WITH o AS MATERIALIZED (SELECT e.* FROM edge e WHERE e.child = ANY(" SET_OF("touched") ")),"
           " kept AS MATERIALIZED (SELECT " KEEP("parents", "SELECT DISTINCT o.parent FROM o") " AS parents)"
           " SELECT e.child AS lot, e.parent AS key,"
           "       concat_ws('/', e.parent, e.parent_part, e.seq, e.ordinal, e.out_seq, e.quantity, e.standing,"
           "                 e.tier, e.source, e.seller, e.reason, e.shipped, e.received, e.tier_why, e.tier_seq, e.price,"
           "                 e.currency, e.sold, e.known)"
           "         || E'\\x1f' || coalesce(e.seller, e.source, '') AS text"
           "  FROM kept CROSS JOIN o e WHERE e.part = e.child_part",
    ROW(struct text_row, TEXT_ROW),
};
/* Kept: the records, and those that made the lot. */
QUERY BATCH_EVENTS = {
    .name = "batch_events",
    .sql = "WITH c AS MATERIALIZED (SELECT c.lot, c.seq, c.ordinal, c.kind FROM custody c WHERE c.lot = ANY(" SET_OF("touched") ")),"
           " kept AS MATERIALIZED (SELECT " KEEP("seqs", "SELECT DISTINCT c.seq FROM c") " AS seqs,"
           "   " KEEP("makers", "SELECT DISTINCT c.seq FROM c WHERE c.kind IN ('transformed', 'manufactured')"
           "                       AND NOT c.ordinal BETWEEN 1 AND 1000") " AS makers)"
           " SELECT c.lot, c.seq, c.ordinal FROM kept CROSS JOIN c ORDER BY c.lot, c.seq, c.ordinal",
    ROW(struct event_row, EVENT_ROW),
};
/* All links that share a key.  Kept: their lots, and their records. */
QUERY BATCH_LINKS = {
    .name = "batch_links",
    .sql = "WITH l AS MATERIALIZED (SELECT l.key, l.lot, l.seq, l.side FROM link l WHERE l.key = ANY(" SET_OF("links") ")),"
           " kept AS MATERIALIZED (SELECT " KEEP("peers", "SELECT DISTINCT l.lot FROM l") " AS peers,"
           "   " KEEP("told", "SELECT DISTINCT l.seq FROM l WHERE l.seq >= 0") " AS told)"
           " SELECT l.key, l.lot, l.seq, l.side::int AS side FROM kept CROSS JOIN l ORDER BY l.key, l.lot, l.seq, l.side",
    ROW(struct link_row, LINK_ROW),
};
/* Kept: the lots that share an identity. */
QUERY BATCH_MEMBERS = {
    .name = "batch_members",
    .sql = "WITH m AS MATERIALIZED (SELECT m.key, m.lot, m.sub FROM lot_mark m WHERE m.key = ANY(" SET_OF("marks") ")),"
           " kept AS MATERIALIZED (SELECT " KEEP("fellows", "SELECT DISTINCT m.lot FROM m") " AS fellows)"
           " SELECT m.key, m.lot, m.sub FROM kept CROSS JOIN m ORDER BY m.key, m.lot, m.sub",
    ROW(struct member_row, MEMBER_ROW),
};
/* The touched lots, and those they lean on: peers of hops, parents, fellows of a mark, what they were made
 * of; and those asked for. */
QUERY SCOPE_LOTS = {
    .name = "scope_lots",
    .sql = "SELECT " KEEP("lots", "SELECT unnest(" SET_OF("touched") ")"
           "   UNION SELECT unnest(" SET_OF("peers") ") UNION SELECT unnest(" SET_OF("parents") ")"
           "   UNION SELECT unnest(" SET_OF("fellows") ") UNION SELECT unnest($1::bigint[])"
           "   UNION SELECT i.lot FROM custody i WHERE i.seq = ANY(" SET_OF("makers") ")"
           "            AND i.ordinal BETWEEN 1 AND 1000") " IS NOT NULL AS done",
    ROW(struct scope_row, SCOPE_ROW),
};
QUERY BATCH_TOUCHED = {
    .name = "batch_touched",
    .sql = "SELECT unnest(" SET_OF("touched") ") AS lot",
    ROW(struct touched_row, TOUCHED_ROW),
};
QUERY BATCH_LOTS = {
    .name = "batch_lots",
    .sql = "SELECT x.part, x.lot, x.holder, x.code, x.description, x.quantity,"
           "       x.balance, x.state, x.owner, x.summary, x.traced, x.grade::int AS grade, x.score,"
           "       x.coverage, x.bad, x.named"
           "  FROM lot x WHERE x.lot = ANY(" SET_OF("lots") ") ORDER BY x.lot",
    ROW(struct lot_row, LOT_ROW),
};
/* What samples of the touched lots were found to be.  Kept: the records. */
QUERY BATCH_SAMPLES = {
    .name = "batch_samples",
    .sql = "WITH c AS MATERIALIZED (SELECT e.parent AS lot, c.seq, c.ordinal"
           "    FROM edge e JOIN custody c ON c.lot = e.child AND c.kind = 'inspected'"
           "   WHERE e.parent = ANY(" SET_OF("touched") ") AND e.parent <> 0 AND e.reason = 'sample'"
           "     AND e.standing = 'corroborated' AND e.part = e.child_part),"
           " kept AS MATERIALIZED (SELECT " KEEP("sampled", "SELECT DISTINCT c.seq FROM c") " AS sampled)"
           " SELECT c.lot, c.seq, c.ordinal FROM kept CROSS JOIN c ORDER BY c.lot, c.seq, c.ordinal",
    ROW(struct event_row, EVENT_ROW),
};
/* The records behind all of these events, each once. */
QUERY BATCH_RECORDS = {
    .name = "batch_records",
    .sql = "SELECT r.seq, r.submitter, r.on_behalf, r.role, r.key, b.canonical"
           "  FROM (SELECT unnest(" SET_OF("seqs") ") AS seq UNION SELECT unnest(" SET_OF("told") ")"
           "        UNION SELECT unnest(" SET_OF("sampled") ") UNION SELECT unnest($1::bigint[])) n"
           "  JOIN record r ON r.seq = n.seq JOIN body b ON b.seq = n.seq",
    ROW(struct record_row, RECORD_ROW),
};
/* At most SUBS_MAX of a trace code's mark. */
QUERY BATCH_SUBS = {
    .name = "batch_subs",
    .sql = "SELECT m.key, m.sub, m.lots"
           "  FROM unnest(" SET_OF("traces") ") k(key)"
           " CROSS JOIN LATERAL (SELECT * FROM mark m WHERE m.key = k.key ORDER BY m.sub LIMIT $1) m",
    ROW(struct sub_row, SUB_ROW),
};
QUERY BATCH_RELATIONS = {
    .name = "batch_relations",
    .sql = "SELECT lot, parent, proven FROM batch_relations($1, $2, " SET_OF("marks") " || $3)",
    ROW(struct relation, RELATION_ROW),
};
QUERY BATCH_FLAGS = {
    .name = "batch_flags",
    .sql = "SELECT f.lot, f.rule, f.subject, f.version, f.severity::int AS severity, f.state,"
           "       f.message, f.evidence, f.since"
           "  FROM flag f WHERE f.lot = ANY(" SET_OF("touched") ")",
    ROW(struct flag_row, FLAG_ROW),
};
/* ---- filling the space ---- */

static void put_lot(struct space *s, struct lot *l)
{
    map_put(&s->lots, l->id, l);
    if (l->code)
        space_name(s, l, l->code);
    *vec_push(s->arena, &s->all) = l;
}

static bool fill_lot(struct space *s, const struct map *touched, const struct lot_row *r, struct error *err)
{
    struct lot *l = ARENA_NEW(s->arena, struct lot);
    l->id = r->lot;
    l->part = map_get(&s->kn->parts_by_id, r->part);
    l->holder = map_get(&s->kn->orgs_by_id, r->holder);
    if (!l->holder)
        return error_set(err, ERR_INTERNAL, "lot %" PRId64 " has a holder nobody named", r->lot);
    l->code = r->code;
    l->touched = map_get(touched, r->lot) != NULL;
    l->stored_chain = r->summary;
    l->stored_description = r->description;
    l->stored_state = r->state;
    l->stored_traced = r->traced;
    l->stored_part = r->part;
    l->stored_quantity = r->quantity;
    l->stored_balance = l->balance.balance = r->balance;
    l->stored_owner = r->owner;
    l->stored_grade = r->grade;
    l->stored_score = r->score;
    l->stored_coverage = r->coverage;
    l->stored_bad = r->bad;
    l->stored_named = r->named;
    if (!summary_decode(s, r->summary, l))
        return error_set(err, ERR_INTERNAL, "the summary of lot %" PRId64 " cannot be read", r->lot);
    int64_t made_by;
    if (!l->code && r->description && sscanf(r->description, "{\"seq\": %" SCNd64, &made_by) == 1)
        map_put(&s->joints, made_by, l);
    if (!l->touched && l->code && l->part) {
        l->has_description = true;
        l->description.part = (struct part_name){l->part->manufacturer, l->part->mpn,
                                                 l->part->maker->name, l->part->key};
    }
    put_lot(s, l);
    return true;
}

/* What was read, by seq; the shelf keeps it. */
static bool fill_records(struct space *s, struct map *known, const struct rows *rows, struct error *err)
{
    const struct record_row *r = rows->at;
    for (size_t i = 0; i < rows->len; i++, r++) {
        const struct known_record *k = !s->shelf                   ? known_record_new(s->arena, r, err)
                                       : shelf_record(s->shelf, r->seq) ? shelf_record(s->shelf, r->seq)
                                                                        : shelf_add_record(s->shelf, r, err);
        if (!k)
            return false;
        map_put(known, r->seq, (void *)(uintptr_t)k);
    }
    return true;
}

static const struct known_record *record_of(struct space *s, const struct map *known, int64_t seq)
{
    const struct known_record *k = map_get(known, seq);
    return k || !s->shelf ? k : shelf_record(s->shelf, seq);
}

static struct event *event_of(struct space *s, const struct map *known, struct lot *l, int64_t seq,
                              int32_t ordinal, struct error *err)
{
    const struct known_record *k = record_of(s, known, seq);
    if (!l || !k) {
        error_set(err, ERR_INTERNAL, "the log has no record %" PRId64 " that a lot's custody names", seq);
        return NULL;
    }
    struct event *e = ARENA_NEW(s->arena, struct event);
    *e = (struct event){.seq = seq, .ordinal = ordinal, .owner = k->owner, .by_operator = k->by_operator,
                        .record = k->record, .lot = l};
    memcpy(e->key, k->key.at, k->key.len < sizeof e->key ? k->key.len : sizeof e->key);
    e->by = party_resolve(s->kn, e->owner, e->record->time.first_us);
    e->today = party_today(s->kn, e->owner);
    e->voided = is_voided(s->kn, seq, e->owner, e->key);
    return e;
}

static bool fill_events(struct space *s, const struct map *known, const struct rows *rows, bool samples,
                        struct error *err)
{
    const struct event_row *r = rows->at;
    for (size_t i = 0; i < rows->len; i++, r++) {
        struct lot *l = map_get(&s->lots, r->lot);
        struct event *e = event_of(s, known, l, r->seq, r->ordinal, err);
        if (!e)
            return false;
        if (samples)
            *vec_push(s->arena, &l->sample_inspections) = e;
        else
            *vec_push(s->arena, &l->events) = e;
    }
    return true;
}

static bool fill_links(struct space *s, const struct map *known, const struct rows *rows, struct error *err)
{
    const struct link_row *r = rows->at;
    struct map events = map_new(s->arena); /* one event has several links */
    for (size_t i = 0; i < rows->len; i++, r++) {
        struct lot *l = map_get(&s->lots, r->lot);
        if (!l || l->touched)
            continue; /* its links are made anew */
        struct event *e = r->seq >= 0 ? map_get(&events, r->seq) : NULL;
        if (!e && r->seq >= 0) {
            e = event_of(s, known, l, r->seq, ORDINAL_MAIN, err);
            if (!e)
                return false;
            map_put(&events, r->seq, e);
        }
        struct link *k = ARENA_NEW(s->arena, struct link);
        *k = (struct link){.key = r->key, .side = (enum side)r->side, .lot = l, .event = e};
        space_link(s, k);
    }
    return true;
}

static void fill_marks(struct space *s, const struct rows *subs, const struct rows *members,
                       const struct rows *relations)
{
    const struct sub_row *r = subs->at;
    for (size_t i = 0; i < subs->len; i++, r++) {
        struct mark_sub *m = ARENA_NEW(s->arena, struct mark_sub);
        *m = (struct mark_sub){r->key, r->lots, r->lots, r->sub, map_get(&s->subs, r->key)};
        map_put(&s->subs, r->key, m);
    }
    const struct member_row *x = members->at;
    for (size_t i = 0; i < members->len; i++, x++) {
        struct lot *l = map_get(&s->lots, x->lot);
        if (!l || l->touched)
            continue; /* its marks are made anew */
        struct member *m = ARENA_NEW(s->arena, struct member);
        *m = (struct member){.key = x->key, .lot = l, .sub = x->sub, .next = map_get(&s->members, x->key)};
        map_put(&s->members, x->key, m);
    }
    s->relations = relations->at;
    s->relations_len = relations->len;
}

static void fill_stored(struct space *s, const struct rows *flags, const struct rows *links,
                        const struct rows *edges, const struct rows *marks)
{
    const struct flag_row *f = flags->at;
    for (size_t i = 0; i < flags->len; i++, f++) {
        struct lot *l = map_get(&s->lots, f->lot);
        *vec_push(s->arena, &l->stored_flags) = (struct stored_flag){
            f->rule, f->subject, f->message, f->evidence, f->state, f->severity, f->version, f->since};
    }
    const struct link_row *k = links->at;
    for (size_t i = 0; i < links->len; i++, k++) {
        struct lot *l = map_get(&s->lots, k->lot);
        *vec_push(s->arena, &l->stored_links) = (struct stored_link){k->key, k->seq, k->side};
    }
    const struct text_row *t = edges->at;
    for (size_t i = 0; i < edges->len; i++, t++)
        *vec_push(s->arena, &((struct lot *)map_get(&s->lots, t->lot))->stored_edges) = t->text;
    const struct own_mark_row *m = marks->at;
    for (size_t i = 0; i < marks->len; i++, m++) {
        struct lot *l = map_get(&s->lots, m->lot);
        *vec_push(s->arena, &l->stored_marks) = (struct stored_mark){m->key, m->kind, m->sub};
    }
}

static void ask_all(struct pipeline *p, const struct asked *q, const struct served *v, struct read_rows *r,
                    struct rows *records, struct rows *relations)
{
    pipeline_add(p, &SCOPE_TOUCHED,
                 ARGS(INT8S(v->names.holders.at, v->names.holders.len),
                      TEXTS(v->names.codes.at, v->names.codes.len), INT8S(v->due.at, v->due.len)),
                 NULL);
    pipeline_add(p, &BATCH_TOUCHED, NO_ARGS, &r->touched);
    pipeline_add(p, &BATCH_OWN_LINKS, ARGS(INT8S(v->link_keys.at, v->link_keys.len)), &r->own_links);
    pipeline_add(p, &BATCH_OWN_MARKS,
                 ARGS(INT8S(v->identities.at, v->identities.len), INT8S(v->traces.at, v->traces.len)),
                 &r->own_marks);
    pipeline_add(p, &BATCH_OWN_EDGES, NO_ARGS, &r->own_edges);
    pipeline_add(p, &BATCH_EVENTS, NO_ARGS, &r->events);
    pipeline_add(p, &BATCH_SAMPLES, NO_ARGS, &r->samples);
    pipeline_add(p, &BATCH_LINKS, NO_ARGS, &r->links);
    pipeline_add(p, &BATCH_MEMBERS, NO_ARGS, &r->members);
    pipeline_add(p, &SCOPE_LOTS, ARGS(INT8S(v->lots.at, v->lots.len)), NULL);
    pipeline_add(p, &BATCH_LOTS, NO_ARGS, &r->lots);
    pipeline_add(p, &BATCH_RECORDS, ARGS(INT8S(v->seqs.at, v->seqs.len)), records);
    pipeline_add(p, &BATCH_SUBS, ARGS(INT8(SUBS_MAX)), &r->subs);
    pipeline_add(p, &BATCH_RELATIONS,
                 ARGS(INT8S(q->link_keys.at, q->link_keys.len),
                      INT8S(q->mark_keys.identities.at, q->mark_keys.identities.len),
                      INT8S(v->shared.at, v->shared.len)),
                 relations);
    pipeline_add(p, &BATCH_FLAGS, NO_ARGS, &r->flags);
}

/* Where there is none, the row that only left a set. */
static void drop_empty(struct rows *rows, size_t lot_at)
{
    if (rows->len == 1 && *(const int64_t *)(const void *)((const char *)rows->at + lot_at) == NONE)
        rows->len = 0;
}

static void keep_lots(struct space *s, const struct rows *lots)
{
    const struct lot_row *l = lots->at;
    for (size_t i = 0; s->shelf && i < lots->len; i++)
        shelf_put(s->shelf, SHELF_LOT, l[i].lot, &l[i], 1);
}

static bool fill(struct space *s, const struct read_rows *r, const struct rows *records,
                 const struct rows *relations, const struct rows *names, struct error *err)
{
    struct map is_touched = map_new(s->arena), by_seq = map_new(s->arena);
    const struct touched_row *t = r->touched.at;
    for (size_t i = 0; i < r->touched.len; i++)
        map_put(&is_touched, t[i].lot, s);
    const struct lot_row *l = r->lots.at;
    for (size_t i = 0; i < r->lots.len; i++)
        if (!fill_lot(s, &is_touched, &l[i], err))
            return false;
    if (!fill_records(s, &by_seq, records, err) || !fill_events(s, &by_seq, &r->events, false, err) ||
        !fill_events(s, &by_seq, &r->samples, true, err) || !fill_links(s, &by_seq, &r->links, err) ||
        !regroup_fill(s, names, err))
        return false;
    fill_marks(s, &r->subs, &r->members, relations);
    fill_stored(s, &r->flags, &r->own_links, &r->own_edges, &r->own_marks);
    return true;
}

struct reading {
    struct pipeline *p;
    struct space *s;
    const struct asked *q;
    struct served served;
    struct read_rows r;
    struct rows names, head, known, causes, records, relations;
    bool names_read;
};

/* What was committed since they were taken may have given them an older one. */
static void ask_causes(struct pipeline *p, struct arena *a, const struct asked *q, struct rows *causes)
{
    struct columns due = columns_new(a, q->due.len);
    for (size_t i = 0; i < q->due.len; i++) {
        columns_text(&due, q->due.at[i].kind);
        columns_int8(&due, q->due.at[i].target);
        columns_int4(&due, q->due.at[i].day);
        columns_end_row(&due);
    }
    columns_ask(p, &DUE_CAUSE, &due, causes);
}

struct reading *store_ask(struct db *db, struct space *s, const struct asked *q)
{
    struct reading *r = ARENA_NEW(s->arena, struct reading);
    struct pipeline *p = pipeline_new(db, s->arena);
    *r = (struct reading){.p = p, .s = s, .q = q, .names_read = regroup_asks(s->kn)};
    pipeline_add(p, q->only_looks ? &BEGIN_LOOK : &BEGIN_BATCH, NO_ARGS, NULL);
    if (!q->only_looks)
        pipeline_add(p, &LOCK_LEDGER, ARGS(INT8(LEDGER_LOCK)), NULL);
    pipeline_add(p, &HEAD, NO_ARGS, &r->head);
    pipeline_add(p, &KNOWN_KEYS,
                 ARGS(TEXTS(q->owners.at, q->owners.len), BYTESES(q->record_keys.at, q->record_keys.len)),
                 &r->known);
    ask_causes(p, s->arena, q, &r->causes);
    if (r->names_read) { /* a lot of one name may be another lot's soon */
        regroup_ask(p, s, &q->names, &q->due_lots, &r->names);
        s->shelf = NULL;
    }
    serve(&r->served, s->arena, s->shelf, q);
    ask_all(p, q, &r->served, &r->r, &r->records, &r->relations);
    pipeline_send(p);
    serve_records_decoded(&r->served, db);
    return r;
}

bool store_read(struct reading *r, struct found *out, struct error *err)
{
    struct space *s = r->s;
    const struct extent *extent = r->q->extent;
    if (!pipeline_run(r->p, err))
        return false;
    out->head = *(const struct head *)r->head.at;
    out->stale = extent && (extent->size != out->head.size || extent->generation != out->head.generation ||
                            (out->head.has_shadows && !r->names_read));
    if (out->stale)
        return true;
    s->kn->has_shadows = out->head.has_shadows;
    out->known = r->known.at;
    out->known_len = r->known.len;
    out->due_cause = r->causes.len ? ((const struct cause_row *)r->causes.at)->cause : NONE;
    return true;
}

bool store_fill(struct reading *r, struct error *err)
{
    struct space *s = r->s;
    drop_empty(&r->r.own_links, offsetof(struct link_row, lot));
    drop_empty(&r->r.own_marks, offsetof(struct own_mark_row, lot));
    keep_lots(s, &r->r.lots);
    serve_merge(&r->served, &r->r);
    return fill(s, &r->r, &r->records, &r->relations, &r->names, err);
}

void store_forget(struct db *db, struct reading *r)
{
    struct error ignored = {0};
    pipeline_run(r->p, &ignored);
    db_end(db);
}
