/* store_write - the second round trip of a batch, in the order in which it gets known; see store.h.
 *
 *   store_write.c    the log, who is who          store_trace.c    how lots hang together
 *   store_verdict.c  what they are found to be    store_queue.c    who must look again
 */
#include "store_write.h"

#include <inttypes.h>
#include <string.h>

/* clang-format off */
QUERY ORG_ADD = {.name = "organisation_add",
    .sql = "INSERT INTO organisation (id, name, class, submits, used)"
           " SELECT id, name, class, submits <> 0, used <> 0"
           "  FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::int[], $5::int[]) AS i(id, name, class, submits, used)"
           " ON CONFLICT (id) DO UPDATE SET class = excluded.class, submits = excluded.submits, used = excluded.used"};
QUERY PART_ADD = {.name = "part_add",
    .sql = "INSERT INTO part (id, maker, key, manufacturer, mpn)"
           " SELECT unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::text[]),"
           " unnest($5::text[])"
           " ON CONFLICT (id) DO UPDATE SET manufacturer = excluded.manufacturer, mpn = excluded.mpn"};
QUERY RECORD_ADD = {.name = "record_add",
    .sql = "INSERT INTO record (seq, submitter, on_behalf, role, kind, received_us, key, digests, commitment)"
           " SELECT unnest($1::bigint[]), unnest($2::text[]), unnest($3::text[]), unnest($4::text[]),"
           " unnest($5::text[]), unnest($6::bigint[]), unnest($7::bytea[]), unnest($8::bytea[]), unnest($9::bytea[])"};
QUERY BODY_ADD = {.name = "body_add",
    .sql = "INSERT INTO body (seq, secret, canonical, signature)"
           " SELECT unnest($1::bigint[]), unnest($2::bytea[]), unnest($3::text[]), unnest($4::text[])"};
QUERY STATEMENT_ADD = {.name = "statement_add",
    .sql = "INSERT INTO statement (kind, subject, seq)"
           " SELECT unnest($1::text[]), unnest($2::text[]), unnest($3::bigint[])"};
QUERY HEAD_ADD = {.name = "log_head_add",
    .sql = "INSERT INTO log_head (size, previous, day, reference, root) VALUES ($1, nullif($2, 0), $3, $4, $5)"};
QUERY NODE_ADD = {.name = "node_add",
    .sql = "INSERT INTO node (level, index, hash) SELECT unnest($1::int[]), unnest($2::bigint[]), unnest($3::bytea[])"};
QUERY CHECKPOINT_ADD = {.name = "checkpoint_add",
    .sql = "INSERT INTO checkpoint (size, note) VALUES ($1, $2) ON CONFLICT DO NOTHING"};
QUERY STATE_SET = {.name = "ledger_state_set",
    .sql = "INSERT INTO ledger_state (day, catalogue, generation) VALUES ($1, $2, $3)"
           " ON CONFLICT (only_one) DO UPDATE SET day = excluded.day, catalogue = excluded.catalogue,"
           " generation = excluded.generation WHERE (ledger_state.day, ledger_state.catalogue, ledger_state.generation)"
           " IS DISTINCT FROM (excluded.day, excluded.catalogue, excluded.generation)"};
QUERY REDACT_RECORD = {.name = "redact_record",
    .sql = "SELECT redact_record($1, $2, $3, $4, $5, $6, $7, $8)"};
QUERY OFFER_ADD = {.name = "offer_add",
    .sql = "INSERT INTO offer (seq, part, seller, is_authorized, day, price, currency, least, available, lead_weeks)"
           " SELECT unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::int[]) <> 0, unnest($5::int[]),"
           " unnest($6::bigint[]), unnest($7::text[]), unnest($8::bigint[]), unnest($9::bigint[]), unnest($10::bigint[])"};
QUERY OFFER_GONE = {.name = "offer_gone",
    .sql = "WITH gone AS (DELETE FROM offer o USING unnest($1::bigint[], $2::text[]) AS i(seq, owner), record r"
           "   WHERE o.seq = i.seq AND r.seq = i.seq AND (i.owner IS NULL OR i.owner = coalesce(r.on_behalf, r.submitter))"
           "  RETURNING o.part)"
           " INSERT INTO due (kind, target, day, cause, newest, priority)"
           " SELECT DISTINCT 'market', g.part, $3::int, $4::bigint, $4::bigint, 2 FROM gone g"
           " ON CONFLICT (kind, target, day) DO UPDATE SET cause = least(due.cause, excluded.cause)"};
QUERY ROLLBACK_BATCH = {.name = "batch_rollback", .sql = "ROLLBACK"};
QUERY COMMIT_BATCH = {.name = "batch_commit", .sql = "COMMIT"};
/* clang-format on */

/* ---- what is new in the log ---- */

static void send_log(struct pipeline *p, struct arena *a, const struct changes *c)
{
    size_t n = c->appends.len;
    struct columns record = columns_new(a, n), body = columns_new(a, n);
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
        columns_text(&body, r->signature);
        columns_end_row(&body);
    }
    columns_send(p, &RECORD_ADD, &record);
    columns_send(p, &BODY_ADD, &body);
}

static void send_nodes(struct pipeline *p, struct arena *a, const struct changes *c)
{
    struct columns node = columns_new(a, c->nodes.len);
    for (size_t i = 0; i < c->nodes.len; i++) {
        columns_int4(&node, c->nodes.at[i].level);
        columns_int8(&node, c->nodes.at[i].index);
        columns_bytes(&node, (struct bytes){c->nodes.at[i].hash.at, SHA256_LEN});
        columns_end_row(&node);
    }
    columns_send(p, &NODE_ADD, &node);
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

/* ---- the whole ---- */

struct writing {
    struct db *db;
    struct pipeline *p;
    struct space *s;
    struct changes *c;
    struct lot_changes lots;
    struct rows due, as_of;
};

struct writing *store_begin(struct db *db, struct space *s, struct changes *c)
{
    struct writing *w = ARENA_NEW(s->arena, struct writing);
    *w = (struct writing){.db = db, .p = pipeline_new(db, s->arena), .s = s, .c = c};
    return w;
}

void store_append(struct writing *w)
{
    const struct changes *c = w->c;
    if (c->append)
        send_log(w->p, w->s->arena, c);
    send_nodes(w->p, w->s->arena, c);
    send_statements(w->p, w->s->arena, c);
    if (c->append && c->appends.len)
        pipeline_add(w->p, &HEAD_ADD,
                     ARGS(INT8(c->size), INT8(c->previous), INT4(c->day), INT8(-1), BYTES(c->root.at, c->root.len)), NULL);
    if (c->checkpoint.note)
        pipeline_add(w->p, &CHECKPOINT_ADD, ARGS(INT8(c->checkpoint.size), TEXT(c->checkpoint.note)), NULL);
    pipeline_push(w->p);
}

bool store_settle(struct writing *w, struct error *err)
{
    struct pipeline *sent = w->p;
    w->p = pipeline_new(w->db, w->s->arena);
    return pipeline_run(sent, err);
}

void redaction_add(struct pipeline *p, const struct redaction *r)
{
    pipeline_add(p, &REDACT_RECORD,
                 ARGS(INT8(r->target), INT8(r->by), INT4(r->parts), TEXT(r->husk), TEXT(r->shown),
                      BYTES(r->salts.at, r->salts.len), BOOLEAN(r->is_void), BOOLEAN(r->forget_key)), NULL);
}

void store_redact(struct writing *w, const struct redaction *r)
{
    redaction_add(w->p, r);
}

void store_offers(struct writing *w)
{
    const struct changes *c = w->c;
    struct columns offer = columns_new(w->s->arena, c->offers.len);
    for (size_t i = 0; i < c->offers.len; i++) {
        const struct offer_add *o = &c->offers.at[i];
        columns_int8(&offer, o->seq);
        columns_int8(&offer, o->part);
        columns_text(&offer, o->seller);
        columns_int4(&offer, o->is_authorized);
        columns_int4(&offer, o->day);
        columns_int8(&offer, o->price);
        columns_text(&offer, o->currency);
        columns_int8(&offer, o->least);
        columns_int8(&offer, o->available);
        columns_int8(&offer, o->lead_weeks);
        columns_end_row(&offer);
    }
    columns_send(w->p, &OFFER_ADD, &offer);
    if (c->gone_offers.len)
        pipeline_add(w->p, &OFFER_GONE,
                     ARGS(INT8S(c->gone_offers.at, c->gone_offers.len), TEXTS(c->gone_by.at, c->gone_by.len),
                          INT4(c->append ? 0 : c->day), INT8(c->cause)), NULL);
}

void store_abandon(struct writing *w)
{
    struct error ignored = {0};
    pipeline_add(w->p, &ROLLBACK_BATCH, NO_ARGS, NULL);
    pipeline_run(w->p, &ignored);
}

void store_trace(struct writing *w)
{
    w->lots = lot_changes_of(w->s, w->c);
    send_names(w->p, w->s);
    send_trace(w->p, w->s, w->c, &w->lots);
    pipeline_push(w->p);
}

void store_write(struct writing *w, int due_wanted)
{
    struct pipeline *p = w->p;
    struct changes *c = w->c;
    pipeline_add(p, &STATE_SET, ARGS(INT4(c->day), TEXT(c->catalogue), INT8(c->generation)), NULL);
    send_lots(p, w->s, c);
    send_moved(p, &w->lots);
    send_flags(p, w->s, c);
    send_own(p, w->s, c);
    send_queue(p, w->s, c, &w->lots);
    ask_due(p, c->day, due_wanted, c->size, &w->due, &w->as_of);
    pipeline_add(p, &COMMIT_BATCH, NO_ARGS, NULL);
    pipeline_send(p);
}

bool store_commit(struct writing *w, struct outcome_after *out, struct error *err)
{
    if (!pipeline_commit(w->p, err))
        return false;
    due_read(w->s->arena, &w->due, &w->as_of, out);
    return true;
}
