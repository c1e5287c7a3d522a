/* store_write - the second round trip of a batch; see store.h.  What did not change is not written. */
#include "columns.h"
#include "rows.h"
#include "store.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/metrics.h"
#include "pedigree/base/text.h"
#include "pedigree/codec/codec.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct due_row {
    const char *kind;
    int64_t target, cause, lot;
    int32_t day;
};
struct asof_row {
    int64_t as_of;
};
/* clang-format off */
static const struct column DUE_ROW[] = {COL(struct due_row, kind), COL(struct due_row, target),
    COL(struct due_row, day), COL(struct due_row, cause), COL(struct due_row, lot)};
static const struct column ASOF_ROW[] = {COL(struct asof_row, as_of)};

QUERY ORG_ADD = {.name = "organisation_add",
    .sql = "INSERT INTO organisation (id, name, class, submits, used)"
           " SELECT id, name, class, submits <> 0, used <> 0"
           "  FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::int[], $5::int[]) AS i(id, name, class, submits, used)"
           " ON CONFLICT (id) DO UPDATE SET class = excluded.class, submits = excluded.submits, used = excluded.used"};
QUERY PART_ADD = {.name = "part_add",
    .sql = "INSERT INTO part (id, maker, key, manufacturer, mpn)"
           " SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[])"
           " ON CONFLICT (id) DO UPDATE SET manufacturer = excluded.manufacturer, mpn = excluded.mpn"};
QUERY RECORD_ADD = {.name = "record_add",
    .sql = "INSERT INTO record (seq, submitter, on_behalf, role, kind, received_us, key, digests, commitment)"
           " SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[],"
           " $7::bytea[], $8::bytea[], $9::bytea[])"};
QUERY BODY_ADD = {.name = "body_add",
    .sql = "INSERT INTO body (seq, secret, canonical)"
           " SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::text[])"};
QUERY KEY_ADD = {.name = "record_key_add",
    .sql = "INSERT INTO record_key (owner, key, seq, digest)"
           " SELECT * FROM unnest($1::text[], $2::bytea[], $3::bigint[], $4::bytea[])"};
QUERY STATEMENT_ADD = {.name = "statement_add",
    .sql = "INSERT INTO statement (kind, subject, seq)"
           " SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])"};
QUERY HEAD_ADD = {.name = "log_head_add",
    .sql = "INSERT INTO log_head (size, previous, day, reference) VALUES ($1, nullif($2, 0), $3, $4)"};
QUERY STATE_SET = {.name = "ledger_state_set",
    .sql = "INSERT INTO ledger_state (day, catalogue, generation) VALUES ($1, $2, $3)"
           " ON CONFLICT (only_one) DO UPDATE SET day = excluded.day, catalogue = excluded.catalogue,"
           " generation = excluded.generation WHERE (ledger_state.day, ledger_state.catalogue, ledger_state.generation)"
           " IS DISTINCT FROM (excluded.day, excluded.catalogue, excluded.generation)"};
QUERY LOT_ADD = {.name = "lot_add",
    .sql = "INSERT INTO lot (part, lot, holder, code, description, quantity, balance, state, owner, summary,"
           " traced, grade, score, coverage)"
           " SELECT i.part, i.lot, i.holder, i.code, i.description, i.quantity, i.balance, i.state,"
           " i.owner, i.summary, i.traced, i.grade, i.score, i.coverage"
           "  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::bigint[],"
           " $7::bigint[], $8::text[], $9::bigint[], $10::bytea[], $11::text[], $12::int[], $13::int[],"
           " $14::int[]) AS i(part, lot, holder, code, description, quantity, balance, state, owner, summary,"
           " traced, grade, score, coverage)"};
QUERY LOT_SET = {.name = "lot_set",
    .sql = "WITH done AS (UPDATE lot x SET part = i.part, description = i.description, quantity = i.quantity,"
           " balance = i.balance, state = i.state, owner = i.owner, summary = i.summary, traced = i.traced,"
           " grade = i.grade, score = i.score, coverage = i.coverage"
           "  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::bigint[],"
           " $7::bigint[], $8::text[], $9::bigint[], $10::bytea[], $11::text[], $12::int[], $13::int[],"
           " $14::int[]) AS i(part, lot, holder, code, description, quantity, balance, state, owner, summary,"
           " traced, grade, score, coverage) WHERE x.lot = i.lot RETURNING 1)"
           /* an UPDATE that finds no row is no error by itself: it would lose a balance */
           " SELECT CASE WHEN count(*) = cardinality($2) THEN 0 ELSE"
           " ('lots written: ' || count(*) || ' of ' || cardinality($2))::integer END AS missing FROM done"};
QUERY NAME_ADD = {.name = "lot_name_add",
    .sql = "INSERT INTO lot_name (holder, code, part, lot, own)"
           " SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[])"
           " ON CONFLICT DO NOTHING"}; /* a name that who is who hid from the read: the queue puts it right */
QUERY NAME_SET = {.name = "lot_name_set",
    .sql = "UPDATE lot_name n SET part = i.part, lot = i.lot"
           "  FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[]) AS i(holder, code, part, lot)"
           " WHERE n.holder = i.holder AND n.code = i.code"};
QUERY CUSTODY_DROP = {.name = "custody_drop",
    .sql = "DELETE FROM custody c USING unnest($1::bigint[], $2::bigint[], $3::int[]) AS i(lot, seq, ordinal)"
           " WHERE c.lot = i.lot AND c.seq = i.seq AND c.ordinal = i.ordinal"};
QUERY LOT_DROP = {.name = "lot_drop", .sql = "DELETE FROM lot WHERE lot = ANY($1::bigint[])"};
/* Its children are due, and store their edges under its new part. */
QUERY LOT_MOVED = {.name = "lot_name_moved",
    .sql = "WITH i AS (SELECT * FROM unnest($1::bigint[], $2::bigint[]) AS i(lot, part)),"
           "     c AS (UPDATE custody c SET part = i.part FROM i WHERE c.lot = i.lot),"
           "     s AS (UPDATE lot_name n SET part = i.part FROM i WHERE n.lot = i.lot AND n.lot <> n.own)"
           " UPDATE lot_name n SET part = i.part FROM i, lot x WHERE x.lot = i.lot"
           "    AND n.holder = x.holder AND n.code = x.code"};
QUERY CUSTODY_ADD = {.name = "custody_add",
    .sql = "INSERT INTO custody (part, lot, seq, ordinal, kind)"
           " SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::int[], $5::text[])"};
QUERY LINK_DROP = {.name = "link_drop",
    .sql = "DELETE FROM link l USING unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::int[]) AS i(key, lot, seq, side)"
           " WHERE l.key = i.key AND l.lot = i.lot AND l.seq = i.seq AND l.side = i.side"};
QUERY LINK_ADD = {.name = "link_add",
    .sql = "INSERT INTO link (key, part, lot, seq, side)"
           " SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::int[])"};
QUERY EDGE_DROP = {.name = "edge_drop", .sql = "DELETE FROM edge WHERE child = ANY($1::bigint[])"};
QUERY EDGE_ADD = {.name = "edge_add",
    .sql = "INSERT INTO edge (part, parent, child, parent_part, child_part, seq, ordinal, out_seq, quantity,"
           " standing, tier, source, seller, reason, shipped, received)"
           " SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[],"
           " $6::bigint[], $7::int[], $8::bigint[], $9::bigint[], $10::text[], $11::text[], $12::text[],"
           " $13::text[], $14::text[], $15::text[], $16::text[])"};
QUERY MARK_DROP = {.name = "lot_mark_drop",
    .sql = "DELETE FROM lot_mark m USING unnest($1::bigint[], $2::bigint[], $3::text[]) AS i(key, lot, sub)"
           " WHERE m.key = i.key AND m.lot = i.lot AND m.sub = i.sub"};
QUERY MARK_ADD = {.name = "lot_mark_add",
    .sql = "INSERT INTO lot_mark (key, part, lot, kind, value, sub)"
           " SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[])"};
QUERY MARK_COUNT = {.name = "mark_count",
    .sql = "INSERT INTO mark (key, sub, lots) SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[])"
           " ON CONFLICT (key, sub) DO UPDATE SET lots = mark.lots + excluded.lots"};
QUERY MARK_SWEEP = {.name = "mark_sweep",
    .sql = "DELETE FROM mark WHERE key = ANY($1::bigint[]) AND lots <= 0"};
QUERY FLAG_DROP = {.name = "flag_drop",
    .sql = "DELETE FROM flag f USING unnest($1::bigint[], $2::text[], $3::text[]) AS i(lot, rule, subject)"
           " WHERE f.lot = i.lot AND f.rule = i.rule AND f.subject = i.subject"};
QUERY FLAG_ADD = {.name = "flag_add",
    .sql = "INSERT INTO flag (lot, part, rule, subject, version, severity, state, message, evidence, since)"
           " SELECT i.lot, i.part, i.rule, i.subject, i.version, i.severity, i.state, i.message,"
           " i.evidence, i.since"
           "  FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::int[], $6::int[], $7::text[],"
           " $8::text[], $9::text[], $10::bigint[]) AS i(lot, part, rule, subject, version, severity, state,"
           " message, evidence, since)"
           " ON CONFLICT (lot, rule, subject) DO UPDATE SET part = excluded.part, version = excluded.version,"
           " severity = excluded.severity, state = excluded.state, message = excluded.message,"
           " evidence = excluded.evidence, since = excluded.since"};
QUERY FLAG_EVENT_ADD = {.name = "flag_event_add",
    .sql = "INSERT INTO flag_event (at_us, size, lot, rule, subject, severity, what)"
           " SELECT $1, $2, i.lot, i.rule, i.subject, i.severity, i.what"
           "  FROM unnest($3::bigint[], $4::text[], $5::text[], $6::int[], $7::text[])"
           " AS i(lot, rule, subject, severity, what)"};
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
           " SELECT i.kind, i.target, i.day, min(i.cause), $6, min(i.priority)"
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
    .sql = "SELECT kind, target, day, cause, lot FROM due_take($1, $2)",
    ROW(struct due_row, DUE_ROW)};
QUERY DUE_AS_OF = {.name = "due_as_of",
    .sql = "SELECT coalesce(least((SELECT min(cause) FROM due WHERE day = 0),"
           "       (SELECT min(cause) FROM due WHERE day > 0 AND day <= $1)), $2) - 1 AS as_of",
    ROW(struct asof_row, ASOF_ROW)};
QUERY ROLLBACK_BATCH = {.name = "batch_rollback", .sql = "ROLLBACK"};
QUERY COMMIT_BATCH = {.name = "batch_commit", .sql = "COMMIT"};
/* clang-format on */

/* ---- what is new in the log ---- */

static void send_log(struct pipeline *p, struct arena *a, const struct changes *c)
{
    size_t n = c->appends.len;
    struct columns record = columns_new(a, n), body = columns_new(a, n), key = columns_new(a, n);
    for (size_t i = 0; i < n; i++) {
        const struct append *r = &c->appends.at[i];
        columns_int8(&record, r->seq);
        columns_text(&record, r->submitter);
        columns_text(&record, r->on_behalf);
        columns_text(&record, r->role);
        columns_text(&record, r->kind);
        columns_int8(&record, r->received_us);
        columns_bytes(&record, r->key);
        columns_bytes(&record, r->digests);
        columns_bytes(&record, r->commitment);
        columns_end_row(&record);
        columns_int8(&body, r->seq);
        columns_bytes(&body, r->secret);
        columns_text(&body, r->canonical);
        columns_end_row(&body);
        columns_text(&key, r->owner);
        columns_bytes(&key, r->key);
        columns_int8(&key, r->seq);
        columns_bytes(&key, r->digest);
        columns_end_row(&key);
    }
    columns_send(p, &RECORD_ADD, &record);
    columns_send(p, &BODY_ADD, &body);
    columns_send(p, &KEY_ADD, &key);
}

static void send_statements(struct pipeline *p, struct arena *a, const struct changes *c)
{
    struct columns st = columns_new(a, c->appends.len);
    for (size_t i = 0; i < c->appends.len; i++) {
        const struct append *r = &c->appends.at[i];
        if (!r->subject)
            continue;
        columns_text(&st, r->kind);
        columns_text(&st, r->subject);
        columns_int8(&st, r->seq);
        columns_end_row(&st);
    }
    columns_send(p, &STATEMENT_ADD, &st);
}

/* New names, and who each organisation is today. */
static void send_names(struct pipeline *p, struct space *s)
{
    struct knowledge *kn = s->kn;
    struct columns org = columns_new(s->arena, kn->changed_orgs.len),
                   part = columns_new(s->arena, kn->new_parts.len);
    for (size_t i = 0; i < kn->changed_orgs.len; i++) {
        const struct org *o = kn->changed_orgs.at[i];
        columns_int8(&org, o->id);
        columns_text(&org, o->name);
        columns_int8(&org, o->class_->id);
        columns_int4(&org, o->submits);
        columns_int4(&org, o->is_used);
        columns_end_row(&org);
    }
    for (size_t i = 0; i < kn->new_parts.len; i++) {
        const struct part_id *x = kn->new_parts.at[i];
        columns_int8(&part, x->id);
        columns_int8(&part, x->maker->id);
        columns_text(&part, x->key);
        columns_text(&part, x->manufacturer);
        columns_text(&part, x->mpn);
        columns_end_row(&part);
    }
    columns_send(p, &ORG_ADD, &org);
    columns_send(p, &PART_ADD, &part);
}

/* ---- lots ---- */

static int64_t part_id_of(const struct lot *l)
{
    return l->part ? l->part->id : 0;
}

/* To another part: every row that leads with the part goes along. */
static bool is_moved(const struct lot *l)
{
    return part_id_of(l) != l->stored_part;
}

static int64_t owner_id(struct space *s, const struct lot *l)
{
    struct org *o = l->description.owner ? knowledge_org(s->kn, l->description.owner) : NULL;
    return o ? o->id : NONE;
}

static const char *stored_form(struct space *s, const struct lot *l)
{
    if (!l->code)
        return arena_printf(s->arena, "{\"seq\": %" PRId64 "}", l->events.len ? l->events.at[0]->seq : 0);
    return l->has_description ? description_json(s->arena, &l->description) : NULL;
}

static struct lot_row *lot_row_of(struct space *s, const struct lot *l)
{
    struct lot_row *r = ARENA_NEW(s->arena, struct lot_row);
    *r = (struct lot_row){.part = part_id_of(l), .lot = l->id, .holder = l->holder->id,
                          .quantity = l->balance.inflow, .balance = l->balance.balance,
                          .owner = owner_id(s, l), .code = l->code, .description = l->description_json,
                          .traced = traced_word(l->traced), .summary = summary_encode(s, l)};
    return r;
}

static void add_verdict(const struct lot *l)
{
    struct lot_row *r = l->row;
    r->state = l->state;
    r->grade = (int32_t)l->assessment.grade;
    r->score = l->assessment.score_ppm;
    r->coverage = l->assessment.coverage_ppm;
}

static void put_lot(struct columns *c, const struct lot_row *r)
{
    columns_int8(c, r->part);
    columns_int8(c, r->lot);
    columns_int8(c, r->holder);
    columns_text(c, r->code);
    columns_text(c, r->description);
    columns_int8(c, r->quantity);
    columns_int8(c, r->balance);
    columns_text(c, r->state);
    columns_int8(c, r->owner);
    columns_bytes(c, r->summary);
    columns_text(c, r->traced);
    columns_int4(c, r->grade);
    columns_int4(c, r->score);
    columns_int4(c, r->coverage);
    columns_end_row(c);
}

static bool same_bytes(struct bytes a, struct bytes b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

struct lot_changes {
    struct columns name, moved, custody;
    struct columns link_add, link_drop, mark_add, mark_drop;
    struct keys touched, upstream; /* all; those whose children must follow */
    struct keys claimed; /* names of lots whose claimants must look again */
    struct keys edges;   /* those whose edges are replaced */
    struct keys gone;
};

static int64_t own_key(const struct lot *l)
{
    for (size_t i = 0; i < l->own_links.len; i++)
        if (!l->own_links.at[i]->event)
            return l->own_links.at[i]->key;
    return 0;
}

static void lot_change(struct space *s, struct lot *l, struct changes *c, struct lot_changes *out)
{
    l->description_json = stored_form(s, l);
    const struct lot_row *r = l->row = lot_row_of(s, l);
    bool described = !text_is(r->description, l->stored_description);
    bool balanced = r->balance != l->stored_balance;
    bool moved = is_moved(l);
    l->changed.summary = !same_bytes(r->summary, l->stored_chain);
    *vec_push(s->arena, &out->touched) = l->id;
    for (size_t i = 0; l->regrouped && i < l->stored_links.len; i++)
        *vec_push(s->arena, &c->changed_links) = l->stored_links.at[i].key;
    if (l->is_gone) {
        l->changed.upstream = true;
        *vec_push(s->arena, &out->gone) = l->id;
        *vec_push(s->arena, &out->upstream) = l->id;
        return;
    }
    if (l->is_new && l->code && !l->is_named) {
        columns_int8(&out->name, l->holder->id);
        columns_text(&out->name, l->code);
        columns_int8(&out->name, part_id_of(l));
        columns_int8(&out->name, l->id);
        columns_int8(&out->name, l->id);
        columns_end_row(&out->name);
    } else if (moved) {
        columns_int8(&out->moved, l->id);
        columns_int8(&out->moved, part_id_of(l));
        columns_end_row(&out->moved);
    }
    /* what is taken whole tells its pieces as they are here */
    l->changed.upstream = described || l->changed.summary || moved || l->regrouped ||
                          l->balance.inflow != l->stored_quantity;
    if (l->changed.upstream && (!l->is_new || l->regrouped)) /* a new one has no children but of this batch */
        *vec_push(s->arena, &out->upstream) = l->id;
    if ((described || balanced || l->regrouped) && own_key(l))
        *vec_push(s->arena, &out->claimed) = own_key(l);
    bool remade = l->has_description && !l->is_new && l->first_us != l->stored_first_us &&
                  strcmp(lot_maker(s, l), party_resolve(s->kn, l->description.part.maker, l->stored_first_us)) != 0;
    for (size_t i = 0; (moved || remade) && i < l->own_links.len; i++) /* it can pair now, or no more */
        if (l->own_links.at[i]->side != SIDE_TO)
            *vec_push(s->arena, &c->changed_links) = l->own_links.at[i]->key;
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        if (!e->is_new)
            continue;
        columns_int8(&out->custody, part_id_of(l));
        columns_int8(&out->custody, l->id);
        columns_int8(&out->custody, e->seq);
        columns_int4(&out->custody, e->ordinal);
        columns_text(&out->custody, record_type_word(e->record->type));
        columns_end_row(&out->custody);
    }
}

static bool row_differs(const struct lot *l)
{
    const struct lot_row *r = l->row;
    return l->changed.summary || is_moved(l) || !text_is(r->description, l->stored_description) ||
           r->balance != l->stored_balance || r->quantity != l->stored_quantity ||
           !text_is(r->state, l->stored_state) || r->owner != l->stored_owner ||
           !text_is(r->traced, l->stored_traced) || r->grade != l->stored_grade ||
           r->score != l->stored_score || r->coverage != l->stored_coverage;
}

static void send_lots(struct pipeline *p, struct space *s, const struct changes *c)
{
    struct columns add = columns_new(s->arena, c->lots.len), set = columns_new(s->arena, c->lots.len);
    for (size_t i = 0; i < c->lots.len; i++) {
        const struct lot *l = c->lots.at[i];
        if (l->is_gone)
            continue;
        add_verdict(l);
        if (l->is_new)
            put_lot(&add, l->row);
        else if (row_differs(l))
            put_lot(&set, l->row);
    }
    columns_send(p, &LOT_ADD, &add);
    columns_send(p, &LOT_SET, &set);
}

/* ---- rows that belong to a lot: replaced as a whole when any differs ---- */

static bool has_text(const char *const *at, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(at[i], text) == 0)
            return true;
    return false;
}

static int link_compare(const void *x, const void *y)
{
    const struct stored_link *a = x, *b = y;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->seq > b->seq) - (a->seq < b->seq);
}

static void put_link(struct columns *add, const struct lot *l, const struct stored_link *k)
{
    columns_int8(add, k->key);
    columns_int8(add, part_id_of(l));
    columns_int8(add, l->id);
    columns_int8(add, k->seq);
    columns_int4(add, k->side);
    columns_end_row(add);
}

static void drop_link(struct columns *drop, const struct lot *l, const struct stored_link *k)
{
    columns_int8(drop, k->key);
    columns_int8(drop, l->id);
    columns_int8(drop, k->seq);
    columns_int4(drop, k->side);
    columns_end_row(drop);
}

/* A link that came or went is news to all on its key, but for what was sent to a party, which only
 * that party's first record looks for; one that only changed its side among the receivers, to
 * those who claim on it. */
static void link_change(struct space *s, struct lot *l, struct changes *c, struct lot_changes *out)
{
    VEC(struct stored_link) now = {0};
    size_t i = 0, k = 0;
    for (size_t n = 0; n < l->own_links.len; n++) {
        const struct link *x = l->own_links.at[n];
        *vec_push(s->arena, &now) =
            (struct stored_link){x->key, x->event ? x->event->seq : -1, (int32_t)x->side};
    }
    if (now.len)
        qsort(now.at, now.len, sizeof *now.at, link_compare);
    if (l->stored_links.len)
        qsort(l->stored_links.at, l->stored_links.len, sizeof *l->stored_links.at, link_compare);
    while (i < now.len || k < l->stored_links.len) {
        const struct stored_link *a = i < now.len ? &now.at[i] : NULL;
        const struct stored_link *b = k < l->stored_links.len ? &l->stored_links.at[k] : NULL;
        int order = !a ? 1 : !b ? -1 : link_compare(a, b);
        bool same = order == 0 && a->side == b->side;
        if (order != 0 && (order < 0 ? a : b)->side != SIDE_TO)
            *vec_push(s->arena, &c->changed_links) = order < 0 ? a->key : b->key;
        else if (order == 0 && !same)
            *vec_push(s->arena, &out->claimed) = a->key;
        if (order >= 0 && (!same || is_moved(l)))
            drop_link(&out->link_drop, l, b);
        if (order <= 0 && (!same || is_moved(l)))
            put_link(&out->link_add, l, a);
        i += order <= 0;
        k += order >= 0;
    }
}

static const char *edge_text(struct space *s, const struct edge *e)
{
    struct text t = text_new(s->arena);
    text_addf(&t, "%" PRId64 "/%" PRId64 "/%" PRId64 "/%d", e->parent ? e->parent->id : 0,
              e->parent ? part_id_of(e->parent) : 0, e->seq, e->ordinal);
    if (e->out_seq != NONE)
        text_addf(&t, "/%" PRId64, e->out_seq);
    text_addf(&t, "/%" PRId64 "/%s/%s", e->quantity, standing_word(e->standing),
              tier_word(e->tier) ? tier_word(e->tier) : "");
    const char *rest[] = {e->source, e->seller, e->reason ? e->reason : "", e->shipped, e->received};
    for (size_t i = 0; i < LENGTH(rest); i++)
        if (rest[i])
            text_addf(&t, "/%s", rest[i]);
    return text_str(&t);
}

static void edge_change(struct space *s, struct lot *l, struct keys *replaced)
{
    bool differs = is_moved(l) || l->edges.len != l->stored_edges.len;
    for (size_t i = 0; i < l->edges.len; i++) {
        const char *text = edge_text(s, &l->edges.at[i]);
        *vec_push(s->arena, &l->edge_texts) = text;
        differs = differs || !has_text(l->stored_edges.at, l->stored_edges.len, text);
    }
    l->changed.edges = differs;
    if (differs)
        *vec_push(s->arena, replaced) = l->id;
}

/* What a sample is found to be is evidence about the lot it was taken from. */
static void sample_change(struct space *s, struct lot *l, struct changes *c)
{
    bool inspected = false, any = false;
    for (size_t i = 0; i < l->events.len; i++) {
        any |= l->events.at[i]->record->type == REC_INSPECTED;
        inspected |= l->events.at[i]->record->type == REC_INSPECTED && l->events.at[i]->is_new;
    }
    for (size_t i = 0; i < l->edges.len; i++) {
        const struct edge *e = &l->edges.at[i];
        if (e->parent && text_is(e->reason, "sample") && (inspected || (any && l->changed.edges)))
            *vec_push(s->arena, &c->due) = (struct due_add){"lot", e->parent->id, c->cause, 0, 1};
    }
}

/* The other lots of a mark look again; if there are any is found when this batch is written. */
static void mark_news(struct space *s, struct changes *c, const struct lot *l, int64_t key)
{
    *vec_push(s->arena, &c->news_lots) = l->id;
    *vec_push(s->arena, &c->news_marks) = key;
}

/* Whether the set had this sub: then nothing is new to its lots.  A set that was not read had none;
 * one that was not read to its end says what it says. */
static bool sub_was_there(struct space *s, int64_t key, const char *sub)
{
    size_t read = 0;
    for (const struct mark_sub *m = map_get(&s->subs, key); m; m = m->next) {
        if (strcmp(m->sub, sub) == 0 && m->stored > 0)
            return true;
        read += m->stored > 0;
    }
    return read >= SUBS_MAX;
}

struct mark_now {
    struct stored_mark mark;
    const char *value;
};

static int mark_compare(const void *x, const void *y)
{
    const struct stored_mark *a = x, *b = y;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return strcmp(a->sub, b->sub);
}

static int mark_now_compare(const void *x, const void *y)
{
    const struct mark_now *a = x, *b = y;
    return mark_compare(&a->mark, &b->mark);
}

static void put_mark(struct columns *add, const struct lot *l, const struct mark_now *m)
{
    columns_int8(add, m->mark.key);
    columns_int8(add, part_id_of(l));
    columns_int8(add, l->id);
    columns_text(add, m->mark.kind);
    columns_text(add, m->value);
    columns_text(add, m->mark.sub);
    columns_end_row(add);
}

static void drop_mark(struct columns *drop, const struct lot *l, const struct stored_mark *m)
{
    columns_int8(drop, m->key);
    columns_int8(drop, l->id);
    columns_text(drop, m->sub);
    columns_end_row(drop);
}

/* What a lot carries is news to its fellows when it is new among them, or has changed upstream. */
static bool is_news(struct space *s, const struct lot *l, const struct stored_mark *m, bool is_new)
{
    if (strcmp(m->kind, "trace") == 0)
        return is_new && !sub_was_there(s, m->key, m->sub);
    return mark_is_identity(m->kind) && (is_new || l->changed.upstream || l->changed.edges);
}

static void mark_change(struct space *s, struct lot *l, struct changes *c, struct lot_changes *out)
{
    VEC(struct mark_now) now = {0};
    size_t i = 0, k = 0;
    for (size_t n = 0; n < l->marks.len; n++)
        *vec_push(s->arena, &now) = (struct mark_now){
            {l->marks.at[n].key, l->marks.at[n].kind, l->marks.at[n].sub}, l->marks.at[n].value};
    if (now.len)
        qsort(now.at, now.len, sizeof *now.at, mark_now_compare);
    if (l->stored_marks.len)
        qsort(l->stored_marks.at, l->stored_marks.len, sizeof *l->stored_marks.at, mark_compare);
    while (i < now.len || k < l->stored_marks.len) {
        const struct mark_now *a = i < now.len ? &now.at[i] : NULL;
        const struct stored_mark *b = k < l->stored_marks.len ? &l->stored_marks.at[k] : NULL;
        int order = !a ? 1 : !b ? -1 : mark_compare(&a->mark, b);
        if (order <= 0 ? is_news(s, l, &a->mark, order < 0) : mark_is_compared(b->kind))
            mark_news(s, c, l, order <= 0 ? a->mark.key : b->key);
        if (order > 0 || (order == 0 && is_moved(l)))
            drop_mark(&out->mark_drop, l, b);
        if (order < 0 || (order == 0 && is_moved(l)))
            put_mark(&out->mark_add, l, a);
        i += order <= 0;
        k += order >= 0;
    }
}

static void put_edge(struct columns *c, const struct lot *l, const struct edge *e, int64_t under)
{
    columns_int8(c, under);
    columns_int8(c, e->parent ? e->parent->id : 0);
    columns_int8(c, l->id);
    columns_int8(c, e->parent ? part_id_of(e->parent) : 0);
    columns_int8(c, part_id_of(l));
    columns_int8(c, e->seq);
    columns_int4(c, e->ordinal);
    columns_int8(c, e->out_seq);
    columns_int8(c, e->quantity);
    columns_text(c, standing_word(e->standing));
    columns_text(c, tier_word(e->tier) ? tier_word(e->tier) : "");
    columns_text(c, e->source);
    columns_text(c, e->seller);
    columns_text(c, e->reason ? e->reason : "");
    columns_text(c, e->shipped);
    columns_text(c, e->received);
    columns_end_row(c);
}

static void send_edges(struct pipeline *p, struct space *s, const struct changes *c,
                       const struct keys *replaced)
{
    size_t n = 0;
    for (size_t i = 0; i < c->lots.len; i++)
        n += 2 * c->lots.at[i]->edges.len;
    struct columns edge = columns_new(s->arena, n);
    for (size_t i = 0; i < c->lots.len; i++) {
        const struct lot *l = c->lots.at[i];
        for (size_t k = 0; l->changed.edges && k < l->edges.len; k++) {
            const struct edge *e = &l->edges.at[k];
            put_edge(&edge, l, e, part_id_of(l));
            if (e->parent && part_id_of(e->parent) != part_id_of(l))
                put_edge(&edge, l, e, part_id_of(e->parent));
        }
    }
    if (replaced->len)
        pipeline_add(p, &EDGE_DROP, ARGS(INT8S(replaced->at, replaced->len)), NULL);
    columns_send(p, &EDGE_ADD, &edge);
}

/* By how much the sets that share a trace code grew or shrank. */
static void send_mark_counts(struct pipeline *p, struct space *s)
{
    size_t n = 0;
    struct keys empty = {0};
    for (size_t i = 0; i < s->subs.cap; i++)
        for (const struct mark_sub *m = s->subs.slots[i].value; m; m = m->next)
            n++;
    struct columns count = columns_new(s->arena, n);
    for (size_t i = 0; i < s->subs.cap; i++)
        for (const struct mark_sub *m = s->subs.slots[i].value; m; m = m->next) {
            if (m->lots == m->stored)
                continue;
            columns_int8(&count, m->key);
            columns_text(&count, m->sub);
            columns_int8(&count, m->lots - m->stored);
            columns_end_row(&count);
            if (m->lots <= 0)
                *vec_push(s->arena, &empty) = m->key;
        }
    columns_send(p, &MARK_COUNT, &count);
    if (empty.len)
        pipeline_add(p, &MARK_SWEEP, ARGS(INT8S(empty.at, empty.len)), NULL);
}

/* ---- names of lots that have several ---- */

static void send_regrouped(struct pipeline *p, struct space *s, const struct keys *gone)
{
    size_t n = s->name_list.len;
    struct columns add = columns_new(s->arena, n), set = columns_new(s->arena, n),
                   drop = columns_new(s->arena, s->moved.len);
    for (size_t i = 0; i < n; i++) {
        const struct lot_name *x = s->name_list.at[i];
        struct columns *to = x->is_new ? &add : &set;
        if (!x->is_new && !x->moved)
            continue;
        const struct lot *l = map_get(&s->lots, x->lot);
        columns_int8(to, x->holder->id);
        columns_text(to, x->code);
        columns_int8(to, l ? part_id_of(l) : 0);
        columns_int8(to, x->lot);
        if (x->is_new)
            columns_int8(to, x->own);
        columns_end_row(to);
    }
    for (size_t i = 0; i < s->moved.len; i++) {
        columns_int8(&drop, s->moved.at[i].lot);
        columns_int8(&drop, s->moved.at[i].seq);
        columns_int4(&drop, s->moved.at[i].ordinal);
        columns_end_row(&drop);
    }
    columns_send(p, &NAME_ADD, &add);
    columns_send(p, &NAME_SET, &set);
    columns_send(p, &CUSTODY_DROP, &drop);
    if (gone->len)
        pipeline_add(p, &LOT_DROP, ARGS(INT8S(gone->at, gone->len)), NULL);
}

/* ---- flags ---- */

struct flag_changes {
    struct columns drop, add, event;
};

static void flag_journal(struct flag_changes *out, const struct lot *l, const char *rule,
                         const char *subject, int32_t severity, const char *what)
{
    columns_int8(&out->event, l->id);
    columns_text(&out->event, rule);
    columns_text(&out->event, subject);
    columns_int4(&out->event, severity);
    columns_text(&out->event, what);
    columns_end_row(&out->event);
}

/* By rule and subject: a lot may have as many flags as it has shipments. */
static const char *flag_name(struct space *s, const char *rule, const char *subject)
{
    return arena_printf(s->arena, "%s\x1f%s", rule, subject);
}

static struct map stored_flags_of(struct space *s, const struct lot *l)
{
    struct map all = map_new(s->arena);
    for (size_t i = 0; i < l->stored_flags.len; i++)
        map_put_text(&all, flag_name(s, l->stored_flags.at[i].rule, l->stored_flags.at[i].subject),
                     &l->stored_flags.at[i]);
    return all;
}

static void flag_put(struct space *s, struct flag_changes *out, struct lot *l,
                     const struct finding *f, const struct stored_flag *was)
{
    size_t len;
    const char *state = f->pending ? "pending" : "open";
    const char *evidence = json_canonical(s->arena, f->evidence, &len);
    *vec_push(s->arena, &l->flags) = (struct stored_flag){
        f->rule->id, f->subject, f->message, evidence, state, (int32_t)f->severity, f->rule->version, f->since};
    if (!is_moved(l) && was && was->severity == (int32_t)f->severity && was->version == f->rule->version &&
        was->since == f->since && strcmp(was->state, state) == 0 &&
        strcmp(was->message, f->message) == 0 && strcmp(was->evidence, evidence) == 0)
        return;
    columns_int8(&out->add, l->id);
    columns_int8(&out->add, part_id_of(l));
    columns_text(&out->add, f->rule->id);
    columns_text(&out->add, f->subject);
    columns_int4(&out->add, f->rule->version);
    columns_int4(&out->add, (int32_t)f->severity);
    columns_text(&out->add, state);
    columns_text(&out->add, f->message);
    columns_text(&out->add, evidence);
    columns_int8(&out->add, f->since);
    columns_end_row(&out->add);
    flag_journal(out, l, f->rule->id, f->subject, (int32_t)f->severity, was ? "changed" : "raised");
    if (!was)
        metric_add_for(METRIC_FLAGS_RAISED, f->rule->id, 1);
}

/* Those that were not found again. */
static void flags_drop(struct space *s, struct flag_changes *out, const struct lot *l, const struct map *found)
{
    for (size_t k = 0; k < l->stored_flags.len; k++) {
        const struct stored_flag *was = &l->stored_flags.at[k];
        if (map_get_text(found, flag_name(s, was->rule, was->subject)))
            continue;
        columns_int8(&out->drop, l->id);
        columns_text(&out->drop, was->rule);
        columns_text(&out->drop, was->subject);
        columns_end_row(&out->drop);
        flag_journal(out, l, was->rule, was->subject, was->severity, "cleared");
        metric_add_for(METRIC_FLAGS_CLEARED, was->rule, 1);
    }
}

static void send_flags(struct pipeline *p, struct space *s, const struct changes *c)
{
    size_t n = 1;
    for (size_t i = 0; i < c->lots.len; i++)
        n += c->lots.at[i]->findings.len + c->lots.at[i]->stored_flags.len;
    struct flag_changes f = {columns_new(s->arena, n), columns_new(s->arena, n),
                             columns_new(s->arena, n)};
    for (size_t i = 0; i < c->lots.len; i++) {
        struct lot *l = c->lots.at[i];
        struct map stored = stored_flags_of(s, l), found = map_new(s->arena);
        for (size_t k = 0; k < l->findings.len; k++) {
            const struct finding *x = &l->findings.at[k];
            if (x->verdict != VERDICT_FAIL)
                continue;
            const char *name = flag_name(s, x->rule->id, x->subject);
            flag_put(s, &f, l, x, map_get_text(&stored, name));
            map_put_text(&found, name, l);
        }
        flags_drop(s, &f, l, &found);
    }
    columns_send(p, &FLAG_DROP, &f.drop);
    columns_send(p, &FLAG_ADD, &f.add);
    if (f.event.rows && c->append) { /* a rebuild raises nothing that was not raised before */
        struct columns *e = &f.event;
        pipeline_add(p, &FLAG_EVENT_ADD,
                     ARGS(INT8(c->now_us), INT8(c->size), INT8S(e->at[0].int8s, e->rows),
                          TEXTS(e->at[1].texts, e->rows), TEXTS(e->at[2].texts, e->rows),
                          INT4S(e->at[3].int4s, e->rows), TEXTS(e->at[4].texts, e->rows)),
                     NULL);
    }
}

/* ---- the queue ---- */

static void due_later(struct space *s, struct changes *c, const struct lot *l)
{
    int32_t transit = (int32_t)rules_parameter("CAP-002", "transitDays");
    for (size_t i = 0; i < l->findings.len; i++) {
        const struct finding *f = &l->findings.at[i];
        if (f->verdict == VERDICT_FAIL && f->pending)
            *vec_push(s->arena, &c->due) =
                (struct due_add){"lot", l->id, f->since, f->newest_day + 4, 1};
    }
    for (size_t i = 0; i < l->moves.len; i++) {
        const struct move *m = &l->moves.at[i];
        int32_t day = m->day_last + transit + 1;
        if (m->to_submits && !m->arrived && day > s->today)
            *vec_push(s->arena, &c->due) = (struct due_add){"lot", l->id, m->seq, day, 1};
    }
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

static void send_queue(struct pipeline *p, struct space *s, struct changes *c,
                       const struct lot_changes *lc, const struct fellows *f)
{
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

static void due_read(struct arena *a, const struct rows *due, const struct rows *as_of,
                     struct outcome_after *out)
{
    const struct due_row *d = due->at;
    for (size_t i = 0; i < due->len; i++, d++)
        *vec_push(a, &out->due) = (struct due_entry){d->kind, d->target, d->cause, d->lot, d->day};
    out->as_of = ((const struct asof_row *)as_of->at)->as_of;
}

bool store_due(struct db *db, struct arena *a, int32_t day, int wanted,
               struct outcome_after *out, struct error *err)
{
    struct rows due, as_of;
    if (!db_query(db, a, &DUE_NEXT, ARGS(INT4(day), INT4(wanted)), &due, err) ||
        !db_query(db, a, &DUE_AS_OF, ARGS(INT4(day), INT8(0)), &as_of, err))
        return false;
    due_read(a, &due, &as_of, out);
    return true;
}

struct writing {
    struct pipeline *p;
    struct space *s;
    struct changes *c;
    struct lot_changes lots;
};

struct writing *store_begin(struct db *db, struct space *s, struct changes *c)
{
    struct writing *w = ARENA_NEW(s->arena, struct writing);
    *w = (struct writing){.p = pipeline_new(db, s->arena), .s = s, .c = c};
    return w;
}

void store_append(struct writing *w)
{
    const struct changes *c = w->c;
    if (c->append)
        send_log(w->p, w->s->arena, c);
    send_statements(w->p, w->s->arena, c);
    if (c->append && c->appends.len)
        pipeline_add(w->p, &HEAD_ADD, ARGS(INT8(c->size), INT8(c->previous), INT4(c->day), INT8(-1)), NULL);
    pipeline_push(w->p);
}

void store_abandon(struct writing *w)
{
    struct error ignored = {0};
    pipeline_add(w->p, &ROLLBACK_BATCH, NO_ARGS, NULL);
    pipeline_run(w->p, &ignored);
}

static void find_changes(struct writing *w)
{
    struct arena *a = w->s->arena;
    size_t n = w->c->lots.len, events = 0, links = 0, marks = 0;
    for (size_t i = 0; i < n; i++) {
        const struct lot *l = w->c->lots.at[i];
        events += l->events.len;
        links += l->own_links.len + l->stored_links.len;
        marks += l->marks.len + l->stored_marks.len;
    }
    w->lots = (struct lot_changes){
        .name = columns_new(a, n), .moved = columns_new(a, n), .custody = columns_new(a, events),
        .link_add = columns_new(a, links), .link_drop = columns_new(a, links),
        .mark_add = columns_new(a, marks), .mark_drop = columns_new(a, marks)};
    for (size_t i = 0; i < n; i++) {
        struct lot *l = w->c->lots.at[i];
        lot_change(w->s, l, w->c, &w->lots);
        link_change(w->s, l, w->c, &w->lots);
        edge_change(w->s, l, &w->lots.edges);
        sample_change(w->s, l, w->c);
        mark_change(w->s, l, w->c, &w->lots);
    }
}

void store_trace(struct writing *w)
{
    struct pipeline *p = w->p;
    struct lot_changes *lc = &w->lots;
    find_changes(w);
    send_names(p, w->s);
    columns_send(p, &NAME_ADD, &lc->name);
    send_regrouped(p, w->s, &lc->gone);
    columns_send(p, &LOT_MOVED, &lc->moved);
    columns_send(p, &CUSTODY_ADD, &lc->custody);
    columns_send(p, &LINK_DROP, &lc->link_drop);
    columns_send(p, &LINK_ADD, &lc->link_add);
    send_edges(p, w->s, w->c, &lc->edges);
    columns_send(p, &MARK_DROP, &lc->mark_drop);
    columns_send(p, &MARK_ADD, &lc->mark_add);
    send_mark_counts(p, w->s);
    pipeline_push(p);
}

bool store_write(struct writing *w, int due_wanted, struct outcome_after *out, struct error *err)
{
    struct pipeline *p = w->p;
    struct changes *c = w->c;
    struct fellows fellows = {0};
    struct rows due, as_of;
    pipeline_add(p, &STATE_SET, ARGS(INT4(c->day), TEXT(c->catalogue), INT8(c->generation)), NULL);
    send_lots(p, w->s, c);
    send_flags(p, w->s, c);
    find_fellows(w->s, c, &w->lots, &fellows);
    send_queue(p, w->s, c, &w->lots, &fellows);
    pipeline_add(p, &DUE_NEXT, ARGS(INT4(c->day), INT4(due_wanted)), &due);
    pipeline_add(p, &DUE_AS_OF, ARGS(INT4(c->day), INT8(c->size)), &as_of);
    pipeline_add(p, &COMMIT_BATCH, NO_ARGS, NULL);
    if (!pipeline_commit(p, err))
        return false;
    due_read(w->s->arena, &due, &as_of, out);
    return true;
}
