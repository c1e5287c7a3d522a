/* store_read - the first round trip of a batch; see store.h. */
#include "store.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/codec/codec.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LEDGER_LOCK = 0x50454449 };

struct head_row {
    int64_t size, received_us;
    int32_t day;
    const char *catalogue;
};
struct known_row {
    int64_t ordinal, seq;
    struct bytes digest;
};
struct lot_row {
    int64_t part, lot, holder, quantity, balance, owner;
    const char *code, *description, *state, *traced;
    struct bytes summary;
    int32_t grade, score, coverage;
    bool touched;
};
struct event_row {
    int64_t lot, seq;
    int32_t ordinal;
    const char *submitter, *on_behalf, *role;
    struct bytes key;
    const char *canonical;
};
struct link_row {
    int64_t key, lot, seq;
    int32_t side;
    const char *submitter, *on_behalf, *role;
    struct bytes record_key;
    const char *canonical;
};
struct pair_row {
    int64_t lot, ancestor;
};
struct sub_row {
    int64_t key, lots;
    const char *sub;
};
struct member_row {
    int64_t key, lot;
    const char *sub;
};
struct flag_row {
    int64_t lot, since;
    int32_t severity, version;
    const char *rule, *subject, *state, *message, *evidence;
};
struct text_row {
    int64_t lot, key;
    const char *text;
};

/* clang-format off */
static const struct column HEAD_ROW[] = {COL(struct head_row, size), COL(struct head_row, received_us),
    COL(struct head_row, day), COL(struct head_row, catalogue)};
static const struct column KNOWN_ROW[] = {COL(struct known_row, ordinal), COL(struct known_row, seq),
    COL(struct known_row, digest)};
static const struct column LOT_ROW[] = {COL(struct lot_row, part), COL(struct lot_row, lot),
    COL(struct lot_row, holder), COL(struct lot_row, code), COL(struct lot_row, description),
    COL(struct lot_row, quantity), COL(struct lot_row, balance), COL(struct lot_row, state),
    COL(struct lot_row, owner), COL(struct lot_row, summary), COL(struct lot_row, traced),
    COL(struct lot_row, grade), COL(struct lot_row, score), COL(struct lot_row, coverage),
    COL(struct lot_row, touched)};
static const struct column EVENT_ROW[] = {COL(struct event_row, lot), COL(struct event_row, seq),
    COL(struct event_row, ordinal), COL(struct event_row, submitter), COL(struct event_row, on_behalf),
    COL(struct event_row, role), COL(struct event_row, key), COL(struct event_row, canonical)};
static const struct column LINK_ROW[] = {COL(struct link_row, key), COL(struct link_row, lot),
    COL(struct link_row, seq), COL(struct link_row, side), COL(struct link_row, submitter),
    COL(struct link_row, on_behalf), COL(struct link_row, role), COL(struct link_row, record_key),
    COL(struct link_row, canonical)};
static const struct column PAIR_ROW[] = {COL(struct pair_row, lot), COL(struct pair_row, ancestor)};
static const struct column SUB_ROW[] = {COL(struct sub_row, key), COL(struct sub_row, sub),
    COL(struct sub_row, lots)};
static const struct column MEMBER_ROW[] = {COL(struct member_row, key), COL(struct member_row, lot),
    COL(struct member_row, sub)};
static const struct column FLAG_ROW[] = {COL(struct flag_row, lot), COL(struct flag_row, rule),
    COL(struct flag_row, subject), COL(struct flag_row, version), COL(struct flag_row, severity),
    COL(struct flag_row, state), COL(struct flag_row, message), COL(struct flag_row, evidence),
    COL(struct flag_row, since)};
static const struct column TEXT_ROW[] = {COL(struct text_row, lot), COL(struct text_row, key),
    COL(struct text_row, text)};
/* clang-format on */

QUERY BEGIN_BATCH = {.name = "batch_begin", .sql = "BEGIN ISOLATION LEVEL READ COMMITTED"};
QUERY LOCK_LEDGER = {.name = "ledger_lock", .sql = "SELECT pg_advisory_xact_lock($1)"};
QUERY HEAD = {
    .name = "ledger_head",
    .sql = "SELECT coalesce(h.size, 0) AS size, coalesce(r.received_us, 0) AS received_us,"
           "       coalesce(s.day, 0) AS day, coalesce(s.catalogue, '') AS catalogue"
           "  FROM (SELECT max(size) AS size FROM log_head) h"
           "  LEFT JOIN record r ON r.seq = h.size - 1"
           "  LEFT JOIN ledger_state s ON true",
    ROW(struct head_row, HEAD_ROW),
};
QUERY KNOWN_KEYS = {
    .name = "batch_known_keys",
    .sql = "SELECT i.ordinal, k.seq, k.digest"
           "  FROM unnest($1::text[], $2::bytea[]) WITH ORDINALITY AS i(owner, key, ordinal)"
           "  JOIN record_key k ON k.owner = i.owner AND k.key = i.key",
    ROW(struct known_row, KNOWN_ROW),
};
/* The touched lots, and those they lean on: peers of hops, parents, fellows of a mark. */
QUERY BATCH_LOTS = {
    .name = "batch_lots",
    .sql = "WITH t AS MATERIALIZED (SELECT touched($1, $2, $3) AS lot),"
           "     k AS MATERIALIZED (SELECT l.key FROM t JOIN link l ON l.lot = t.lot AND l.side <> 3"
           "                        UNION SELECT unnest($4::bigint[])),"
           "     m AS MATERIALIZED (SELECT l.key FROM t JOIN lot_mark l ON l.lot = t.lot"
           "                         WHERE l.kind IN ('serial', 'document')"
           "                        UNION SELECT unnest($5::bigint[])),"
           "     n AS (SELECT lot FROM t"
           "           UNION SELECT l.lot FROM k JOIN link l ON l.key = k.key"
           "           UNION SELECT e.parent FROM t JOIN edge e ON e.child = t.lot WHERE e.parent <> 0"
           "           UNION SELECT l.lot FROM m JOIN lot_mark l ON l.key = m.key"
           "                  AND l.kind IN ('serial', 'document'))"
           "SELECT x.part, x.lot, x.holder, x.code, x.description::text AS description, x.quantity,"
           "       x.balance, x.state, x.owner, x.summary, x.traced, x.grade::int AS grade, x.score,"
           "       x.coverage, EXISTS (SELECT FROM t WHERE t.lot = x.lot) AS touched"
           "  FROM n JOIN lot x ON x.lot = n.lot",
    ROW(struct lot_row, LOT_ROW),
};
QUERY BATCH_EVENTS = {
    .name = "batch_events",
    .sql = "SELECT c.lot, c.seq, c.ordinal, r.submitter, r.on_behalf, r.role, r.key, b.canonical"
           "  FROM (SELECT touched($1, $2, $3) AS lot) t"
           "  JOIN custody c ON c.lot = t.lot"
           "  JOIN record r ON r.seq = c.seq"
           "  JOIN body b ON b.seq = c.seq"
           " ORDER BY c.lot, c.seq, c.ordinal",
    ROW(struct event_row, EVENT_ROW),
};
/* What samples of the touched lots were found to be. */
QUERY BATCH_SAMPLES = {
    .name = "batch_samples",
    .sql = "SELECT e.parent AS lot, c.seq, c.ordinal, r.submitter, r.on_behalf, r.role, r.key,"
           "       b.canonical"
           "  FROM (SELECT touched($1, $2, $3) AS lot) t"
           "  JOIN edge e ON e.parent = t.lot AND e.reason = 'sample' AND e.standing = 'corroborated'"
           "   AND e.part = e.child_part"
           "  JOIN custody c ON c.lot = e.child AND c.kind = 'inspected'"
           "  JOIN record r ON r.seq = c.seq"
           "  JOIN body b ON b.seq = c.seq",
    ROW(struct event_row, EVENT_ROW),
};
QUERY BATCH_LINKS = {
    .name = "batch_links",
    .sql = "WITH k AS MATERIALIZED (SELECT l.key FROM (SELECT touched($1, $2, $3) AS lot) t"
           "                          JOIN link l ON l.lot = t.lot AND l.side <> 3"
           "                        UNION SELECT unnest($4::bigint[]))"
           "SELECT l.key, l.lot, l.seq, l.side::int AS side, r.submitter, r.on_behalf, r.role,"
           "       r.key AS record_key, b.canonical"
           "  FROM k JOIN link l ON l.key = k.key"
           "  LEFT JOIN record r ON r.seq = l.seq"
           "  LEFT JOIN body b ON b.seq = l.seq"
           " ORDER BY l.key, l.lot, l.seq, l.side",
    ROW(struct link_row, LINK_ROW),
};
QUERY BATCH_SUBS = {
    .name = "batch_subs",
    .sql = "WITH k AS MATERIALIZED (SELECT l.key FROM (SELECT touched($1, $2, $3) AS lot) t"
           "                          JOIN lot_mark l ON l.lot = t.lot WHERE l.kind = 'trace'"
           "                        UNION SELECT unnest($4::bigint[]))"
           "SELECT m.key, m.sub, m.lots FROM k CROSS JOIN LATERAL"
           "       (SELECT * FROM mark m WHERE m.key = k.key ORDER BY m.sub LIMIT 256) m",
    ROW(struct sub_row, SUB_ROW),
};
QUERY BATCH_MEMBERS = {
    .name = "batch_members",
    .sql = "WITH k AS MATERIALIZED (SELECT l.key FROM (SELECT touched($1, $2, $3) AS lot) t"
           "                          JOIN lot_mark l ON l.lot = t.lot"
           "                         WHERE l.kind IN ('serial', 'document')"
           "                        UNION SELECT unnest($4::bigint[]))"
           "SELECT l.key, l.lot, l.sub FROM k JOIN lot_mark l ON l.key = k.key"
           " WHERE l.kind IN ('serial', 'document') ORDER BY l.key, l.lot, l.sub",
    ROW(struct member_row, MEMBER_ROW),
};
QUERY BATCH_RELATIONS = {
    .name = "batch_relations",
    .sql = "WITH t AS MATERIALIZED (SELECT touched($1, $2, $3) AS lot),"
           "     k AS MATERIALIZED (SELECT l.key FROM t JOIN lot_mark l ON l.lot = t.lot"
           "                         WHERE l.kind IN ('serial', 'document')"
           "                        UNION SELECT unnest($5::bigint[])),"
           "     m AS MATERIALIZED (SELECT l.lot FROM k JOIN lot_mark l ON l.key = k.key"
           "                         WHERE l.kind IN ('serial', 'document')),"
           "     p AS MATERIALIZED (SELECT l.lot FROM unnest($4::bigint[]) x(key)"
           "                          JOIN link l ON l.key = x.key)"
           "SELECT r.lot, r.ancestor FROM relations(ARRAY("
           "       SELECT lot FROM m UNION SELECT lot FROM p WHERE EXISTS (SELECT FROM m))) r",
    ROW(struct pair_row, PAIR_ROW),
};
QUERY BATCH_FLAGS = {
    .name = "batch_flags",
    .sql = "SELECT f.lot, f.rule, f.subject, f.version, f.severity::int AS severity, f.state,"
           "       f.message, f.evidence::text AS evidence, f.since"
           "  FROM (SELECT touched($1, $2, $3) AS lot) t JOIN flag f ON f.lot = t.lot",
    ROW(struct flag_row, FLAG_ROW),
};
QUERY BATCH_OWN_LINKS = {
    .name = "batch_own_links",
    .sql = "SELECT l.lot, l.key, l.key || '/' || l.seq || '/' || l.side AS text"
           "  FROM (SELECT touched($1, $2, $3) AS lot) t JOIN link l ON l.lot = t.lot",
    ROW(struct text_row, TEXT_ROW),
};
QUERY BATCH_OWN_EDGES = {
    .name = "batch_own_edges",
    .sql = "SELECT e.child AS lot, e.parent AS key,"
           "       concat_ws('/', e.parent, e.parent_part, e.seq, e.ordinal, e.out_seq, e.quantity, e.standing,"
           "                 e.tier, e.source, e.seller, e.reason, e.shipped, e.received) AS text"
           "  FROM (SELECT touched($1, $2, $3) AS lot) t"
           "  JOIN edge e ON e.child = t.lot AND e.part = e.child_part",
    ROW(struct text_row, TEXT_ROW),
};
QUERY BATCH_OWN_MARKS = {
    .name = "batch_own_marks",
    .sql = "SELECT m.lot, m.key, m.kind || '|' || m.value || '|' || m.sub AS text"
           "  FROM (SELECT touched($1, $2, $3) AS lot) t JOIN lot_mark m ON m.lot = t.lot",
    ROW(struct text_row, TEXT_ROW),
};

/* ---- filling the space ---- */

static void put_lot(struct space *s, struct lot *l)
{
    map_put(&s->lots, l->id, l);
    if (l->code)
        map_put_text(&s->names,
                     arena_printf(s->arena, "%" PRId64 "/%s", l->holder->id, l->code), l);
    *vec_push(s->arena, &s->all) = l;
}

static bool fill_lot(struct space *s, const struct lot_row *r, struct error *err)
{
    struct lot *l = ARENA_NEW(s->arena, struct lot);
    l->id = r->lot;
    l->part = map_get(&s->kn->parts_by_id, r->part);
    l->holder = map_get(&s->kn->orgs_by_id, r->holder);
    if (!l->holder)
        return error_set(err, ERR_INTERNAL, "lot %" PRId64 " has a holder nobody named", r->lot);
    l->code = r->code;
    l->touched = r->touched;
    l->cause = NONE;
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
    chain_decode(s->arena, r->summary, &l->chain);
    int64_t made_by;
    if (!l->code && r->description && sscanf(r->description, "{\"seq\": %" SCNd64, &made_by) == 1)
        map_put_text(&s->names, arena_printf(s->arena, "%" PRId64 "/\x1f%" PRId64,
                                             l->holder->id, made_by), l); /* a joint */
    if (!l->touched && l->code && r->description)
        l->has_description = description_parse(s, r->description, &l->description) &&
                             l->description.part.mpn != NULL;
    put_lot(s, l);
    return true;
}

struct event *space_event(struct space *s, struct lot *l, int64_t seq, int32_t ordinal,
                          const char *submitter, const char *on_behalf, const char *role,
                          struct bytes key, const char *canonical, struct error *err)
{
    struct decoded d;
    if (!record_decode(s->arena, canonical, strlen(canonical), &d, err))
        return NULL;
    json_array_append_new(s->keep, d.record->json);
    struct event *e = ARENA_NEW(s->arena, struct event);
    *e = (struct event){.seq = seq, .ordinal = ordinal, .owner = on_behalf ? on_behalf : submitter,
                        .by_operator = !on_behalf && strcmp(role, "operator") == 0,
                        .record = d.record, .lot = l};
    memcpy(e->key, key.at, key.len < sizeof e->key ? key.len : sizeof e->key);
    e->by = party_resolve(s->kn, e->owner, d.record->time.first_us);
    e->voided = is_voided(s->kn, seq, e->owner, e->key);
    return e;
}

static bool fill_events(struct space *s, const struct rows *rows, bool samples,
                        struct error *err)
{
    const struct event_row *r = rows->at;
    for (size_t i = 0; i < rows->len; i++, r++) {
        struct lot *l = map_get(&s->lots, r->lot);
        struct event *e = l ? space_event(s, l, r->seq, r->ordinal, r->submitter, r->on_behalf,
                                          r->role, r->key, r->canonical, err)
                            : NULL;
        if (!e)
            return error_set(err, ERR_INTERNAL, "record %" PRId64 " cannot be read", r->seq);
        if (samples)
            *vec_push(s->arena, &l->sample_inspections) = e;
        else
            *vec_push(s->arena, &l->events) = e;
    }
    return true;
}

static bool fill_links(struct space *s, const struct rows *rows, struct error *err)
{
    const struct link_row *r = rows->at;
    struct map events = map_new(s->arena); /* one event has several links */
    for (size_t i = 0; i < rows->len; i++, r++) {
        struct lot *l = map_get(&s->lots, r->lot);
        if (!l || l->touched)
            continue;
        struct event *e = r->seq >= 0 ? map_get(&events, r->seq) : NULL;
        if (!e && r->seq >= 0) {
            e = space_event(s, l, r->seq, 0, r->submitter, r->on_behalf, r->role, r->record_key,
                            r->canonical, err);
            if (!e)
                return false;
            map_put(&events, r->seq, e);
        }
        struct link *k = ARENA_NEW(s->arena, struct link);
        *k = (struct link){r->key, (enum side)r->side, l, e, map_get(&s->links, r->key)};
        map_put(&s->links, r->key, k);
    }
    return true;
}

static void fill_marks(struct space *s, const struct rows *subs, const struct rows *members,
                       const struct rows *pairs)
{
    const struct sub_row *r = subs->at;
    for (size_t i = 0; i < subs->len; i++, r++) {
        struct mark_sub *m = ARENA_NEW(s->arena, struct mark_sub);
        *m = (struct mark_sub){r->key, r->lots, r->sub, map_get(&s->subs, r->key)};
        map_put(&s->subs, r->key, m);
    }
    const struct member_row *x = members->at;
    for (size_t i = 0; i < members->len; i++, x++) {
        struct lot *l = map_get(&s->lots, x->lot);
        if (!l || l->touched)
            continue; /* its marks are made anew */
        struct member *m = ARENA_NEW(s->arena, struct member);
        *m = (struct member){x->key, l, x->sub, map_get(&s->members, x->key)};
        map_put(&s->members, x->key, m);
    }
    const struct pair_row *p = pairs->at;
    for (size_t i = 0; i < pairs->len; i++, p++)
        *vec_push(s->arena, &s->relations) = (struct relation){p->lot, p->ancestor};
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
    const struct text_row *t = links->at;
    for (size_t i = 0; i < links->len; i++, t++) {
        struct lot *l = map_get(&s->lots, t->lot);
        *vec_push(s->arena, &l->stored_links) = t->text;
        *vec_push(s->arena, &l->stored_link_keys) = t->key;
    }
    t = edges->at;
    for (size_t i = 0; i < edges->len; i++, t++)
        *vec_push(s->arena, &((struct lot *)map_get(&s->lots, t->lot))->stored_edges) = t->text;
    t = marks->at;
    for (size_t i = 0; i < marks->len; i++, t++) {
        struct lot *l = map_get(&s->lots, t->lot);
        *vec_push(s->arena, &l->stored_marks) = t->text;
        *vec_push(s->arena, &l->stored_mark_keys) = t->key;
    }
}

bool store_begin(struct db *db, struct arena *a, struct head *head, struct error *err)
{
    struct rows rows;
    struct pipeline *p = pipeline_new(db, a);
    pipeline_add(p, &BEGIN_BATCH, NO_ARGS, NULL);
    pipeline_add(p, &LOCK_LEDGER, ARGS(INT8(LEDGER_LOCK)), NULL);
    pipeline_add(p, &HEAD, NO_ARGS, &rows);
    if (!pipeline_run(p, err))
        return false;
    const struct head_row *r = rows.at;
    *head = (struct head){r->size, r->received_us, r->day, r->catalogue};
    return true;
}

bool store_read(struct db *db, struct space *s, const struct asked *q, struct found *out,
                struct error *err)
{
    struct rows head, known, lots, events, samples, links, subs, members, pairs, flags, own_links,
        own_edges, own_marks;
    struct arg holders = INT8S(q->names.holders.at, q->names.holders.len);
    struct arg codes = TEXTS(q->names.codes.at, q->names.codes.len);
    struct arg due = INT8S(q->due_lots.at, q->due_lots.len);
    struct arg lk = INT8S(q->link_keys.at, q->link_keys.len);
    struct arg mk = INT8S(q->mark_keys.at, q->mark_keys.len);
    struct pipeline *p = pipeline_new(db, s->arena);
    pipeline_add(p, &BEGIN_BATCH, NO_ARGS, NULL);
    pipeline_add(p, &LOCK_LEDGER, ARGS(INT8(LEDGER_LOCK)), NULL);
    pipeline_add(p, &HEAD, NO_ARGS, &head);
    pipeline_add(p, &KNOWN_KEYS,
                 ARGS(TEXTS(q->owners, q->records_len), BYTESES(q->record_keys, q->records_len)),
                 &known);
    pipeline_add(p, &BATCH_LOTS, ARGS(holders, codes, due, lk, mk), &lots);
    pipeline_add(p, &BATCH_EVENTS, ARGS(holders, codes, due), &events);
    pipeline_add(p, &BATCH_SAMPLES, ARGS(holders, codes, due), &samples);
    pipeline_add(p, &BATCH_LINKS, ARGS(holders, codes, due, lk), &links);
    pipeline_add(p, &BATCH_SUBS, ARGS(holders, codes, due, mk), &subs);
    pipeline_add(p, &BATCH_MEMBERS, ARGS(holders, codes, due, mk), &members);
    pipeline_add(p, &BATCH_RELATIONS, ARGS(holders, codes, due, lk, mk), &pairs);
    pipeline_add(p, &BATCH_FLAGS, ARGS(holders, codes, due), &flags);
    pipeline_add(p, &BATCH_OWN_LINKS, ARGS(holders, codes, due), &own_links);
    pipeline_add(p, &BATCH_OWN_EDGES, ARGS(holders, codes, due), &own_edges);
    pipeline_add(p, &BATCH_OWN_MARKS, ARGS(holders, codes, due), &own_marks);
    if (!pipeline_run(p, err))
        return false;
    const struct head_row *h = head.at;
    out->head = (struct head){h->size, h->received_us, h->day, h->catalogue};
    const struct known_row *k = known.at;
    for (size_t i = 0; i < known.len; i++, k++)
        *vec_push(s->arena, &out->known) = (struct known_key){k->ordinal - 1, k->seq, k->digest};
    const struct lot_row *l = lots.at;
    for (size_t i = 0; i < lots.len; i++, l++)
        if (!fill_lot(s, l, err))
            return false;
    if (!fill_events(s, &events, false, err) || !fill_events(s, &samples, true, err) ||
        !fill_links(s, &links, err))
        return false;
    fill_marks(s, &subs, &members, &pairs);
    fill_stored(s, &flags, &own_links, &own_edges, &own_marks);
    return true;
}
