/* store_verdict - what lots are found to be, as rows: the lots themselves, their flags, the journal of how flags came
 * and went, and what holders see for their own eyes.  What did not change is not written, but for the last. */
#include "store_write.h"

#include "pedigree/base/metrics.h"
#include "pedigree/base/text.h"
#include "pedigree/codec/codec.h"

#include <inttypes.h>
#include <string.h>

/* clang-format off */
QUERY LOT_ADD = {.name = "lot_add",
    .sql = "INSERT INTO lot (part, lot, holder, code, description, quantity, balance, state, owner, summary, traced,"
           " grade, score, coverage, bad, named)"
           " SELECT unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bigint[]), unnest($4::text[]),"
           " unnest($5::text[]), unnest($6::bigint[]), unnest($7::bigint[]), unnest($8::text[]),"
           " unnest($9::bigint[]), unnest($10::bytea[]), unnest($11::text[]), unnest($12::int[]),"
           " unnest($13::int[]), unnest($14::int[]), unnest($15::int[]), unnest($16::int[])"};
QUERY LOT_SET = {.name = "lot_set",
    .sql = "WITH done AS (UPDATE lot x SET part = i.part, description = i.description, quantity = i.quantity,"
           " balance = i.balance, state = i.state, owner = i.owner, summary = i.summary, traced = i.traced,"
           " grade = i.grade, score = i.score, coverage = i.coverage, bad = i.bad, named = i.named"
           "  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::bigint[],"
           " $7::bigint[], $8::text[], $9::bigint[], $10::bytea[], $11::text[], $12::int[], $13::int[],"
           " $14::int[], $15::int[], $16::int[]) AS i(part, lot, holder, code, description, quantity, balance, state, owner, summary,"
           " traced, grade, score, coverage, bad, named) WHERE x.lot = i.lot RETURNING 1)"
           /* an UPDATE that finds no row is no error by itself: it would lose a balance */
           " SELECT CASE WHEN count(*) = cardinality($2) THEN 0 ELSE"
           " ('lots written: ' || count(*) || ' of ' || cardinality($2))::integer END AS missing FROM done"};
QUERY FLAG_DROP = {.name = "flag_drop",
    .sql = "DELETE FROM flag f USING unnest($1::bigint[], $2::text[], $3::text[]) AS i(lot, rule, subject)"
           " WHERE f.lot = i.lot AND f.rule = i.rule AND f.subject = i.subject"};
QUERY FLAG_ADD = {.name = "flag_add",
    .sql = "INSERT INTO flag (lot, part, rule, subject, version, severity, state, message, evidence, since)"
           " SELECT unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::text[]),"
           " unnest($5::int[]), unnest($6::int[]), unnest($7::text[]), unnest($8::text[]), unnest($9::text[]),"
           " unnest($10::bigint[])"};
QUERY FLAG_SET = {.name = "flag_set",
    .sql = "UPDATE flag f SET part = i.part, version = i.version, severity = i.severity, state = i.state,"
           " message = i.message, evidence = i.evidence, since = i.since"
           "  FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::int[], $6::int[], $7::text[],"
           " $8::text[], $9::text[], $10::bigint[]) AS i(lot, part, rule, subject, version, severity, state,"
           " message, evidence, since)"
           " WHERE f.lot = i.lot AND f.rule = i.rule AND f.subject = i.subject"};
QUERY FLAG_EVENT_ADD = {.name = "flag_event_add",
    .sql = "INSERT INTO flag_event (at_us, size, lot, rule, subject, severity, what)"
           " SELECT $1, $2, unnest($3::bigint[]), unnest($4::text[]), unnest($5::text[]), unnest($6::int[]),"
           " unnest($7::text[])"};
QUERY OWN_DROP = {.name = "own_drop",
    .sql = "WITH flags AS (DELETE FROM own_flag WHERE lot = ANY ($1::bigint[]))"
           " DELETE FROM own_view WHERE lot = ANY ($1::bigint[])"};
QUERY OWN_VIEW_ADD = {.name = "own_view_add",
    .sql = "INSERT INTO own_view (lot, grade, score, coverage)"
           " SELECT unnest($1::bigint[]), unnest($2::int[]), unnest($3::int[]), unnest($4::int[])"};
QUERY OWN_FLAG_ADD = {.name = "own_flag_add",
    .sql = "INSERT INTO own_flag (lot, part, rule, subject, version, severity, state, message, evidence, since)"
           " SELECT unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::text[]),"
           " unnest($5::int[]), unnest($6::int[]), unnest($7::text[]), unnest($8::text[]), unnest($9::text[]),"
           " unnest($10::bigint[])"};
/* clang-format on */

/* ---- lots ---- */

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
    columns_int4(c, r->bad);
    columns_int4(c, r->named);
    columns_end_row(c);
}

static bool row_differs(const struct lot *l)
{
    const struct lot_row *r = l->row;
    return l->changed.summary || is_moved(l) || !text_is(r->description, l->stored_description) ||
           r->balance != l->stored_balance || r->quantity != l->stored_quantity ||
           !text_is(r->state, l->stored_state) || r->owner != l->stored_owner ||
           !text_is(r->traced, l->stored_traced) || r->grade != l->stored_grade ||
           r->score != l->stored_score || r->coverage != l->stored_coverage || r->bad != l->stored_bad ||
           r->named != l->stored_named;
}

void send_lots(struct pipeline *p, struct space *s, struct changes *c)
{
    struct columns add = columns_new(s->arena, c->lots.len), set = columns_new(s->arena, c->lots.len);
    for (size_t i = 0; i < c->lots.len; i++) {
        struct lot *l = c->lots.at[i];
        if (!l->is_gone)
            add_verdict(l);
        figures_changed(s, c, l, row_differs(l));
        if (l->is_gone)
            continue;
        if (l->is_new)
            put_lot(&add, l->row);
        else if (row_differs(l))
            put_lot(&set, l->row);
    }
    columns_send(p, &LOT_ADD, &add);
    columns_send(p, &LOT_SET, &set);
}

/* ---- flags ---- */

struct flag_changes {
    struct columns drop, add, set, event;
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

static const char *state_of(const struct finding *f)
{
    return f->pending ? "pending" : "open";
}

static void put_flag(struct columns *to, const struct lot *l, const struct finding *f, const char *evidence)
{
    columns_int8(to, l->id);
    columns_int8(to, part_id_of(l));
    columns_text(to, f->rule->id);
    columns_text(to, f->subject);
    columns_int4(to, f->rule->version);
    columns_int4(to, (int32_t)f->severity);
    columns_text(to, state_of(f));
    columns_text(to, f->message);
    columns_text(to, evidence);
    columns_int8(to, f->since);
    columns_end_row(to);
}

static void flag_put(struct space *s, struct flag_changes *out, struct lot *l,
                     const struct finding *f, const struct stored_flag *was)
{
    size_t len;
    const char *state = state_of(f);
    const char *evidence = json_canonical(s->arena, f->evidence, &len);
    *vec_push(s->arena, &l->flags) = (struct stored_flag){
        f->rule->id, f->subject, f->message, evidence, state, (int32_t)f->severity, f->rule->version, f->since};
    if (!is_moved(l) && was && was->severity == (int32_t)f->severity && was->version == f->rule->version &&
        was->since == f->since && strcmp(was->state, state) == 0 &&
        strcmp(was->message, f->message) == 0 && strcmp(was->evidence, evidence) == 0)
        return;
    put_flag(was ? &out->set : &out->add, l, f, evidence);
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

void send_flags(struct pipeline *p, struct space *s, const struct changes *c)
{
    size_t n = 1;
    for (size_t i = 0; i < c->lots.len; i++)
        n += c->lots.at[i]->findings.len + c->lots.at[i]->stored_flags.len;
    struct flag_changes f = {columns_new(s->arena, n), columns_new(s->arena, n),
                             columns_new(s->arena, n), columns_new(s->arena, n)};
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
    columns_send(p, &FLAG_SET, &f.set);
    if (f.event.rows && c->append) { /* a rebuild raises nothing that was not raised before */
        struct columns *e = &f.event;
        pipeline_add(p, &FLAG_EVENT_ADD,
                     ARGS(INT8(c->now_us), INT8(c->size), INT8S(e->at[0].int8s, e->rows),
                          TEXTS(e->at[1].texts, e->rows), TEXTS(e->at[2].texts, e->rows),
                          INT4S(e->at[3].int4s, e->rows), TEXTS(e->at[4].texts, e->rows)),
                     NULL);
    }
}

/* ---- own views ---- */

static void put_own(struct space *s, const struct lot *l, struct columns *views, struct columns *flags)
{
    const struct assessment *a = &l->own_assessment;
    columns_int8(views, l->id);
    columns_int4(views, (int32_t)a->grade);
    columns_int4(views, a->score_ppm);
    columns_int4(views, a->coverage_ppm);
    columns_end_row(views);
    for (size_t i = 0; i < l->own_findings.len; i++) {
        const struct finding *f = &l->own_findings.at[i];
        size_t len;
        if (f->verdict == VERDICT_FAIL)
            put_flag(flags, l, f, json_canonical(s->arena, f->evidence, &len));
    }
}

/* Made anew for each lot that is touched; while nobody keeps anything for himself there are none. */
void send_own(struct pipeline *p, struct space *s, const struct changes *c)
{
    struct keys touched = {0};
    size_t flags_len = 1;
    if (!keeps_for_itself(s->kn))
        return;
    for (size_t i = 0; i < c->lots.len; i++)
        flags_len += c->lots.at[i]->own_findings.len;
    struct columns views = columns_new(s->arena, c->lots.len), flags = columns_new(s->arena, flags_len);
    for (size_t i = 0; i < c->lots.len; i++) {
        const struct lot *l = c->lots.at[i];
        *vec_push(s->arena, &touched) = l->id;
        if (l->has_own && !l->is_gone)
            put_own(s, l, &views, &flags);
    }
    if (touched.len)
        pipeline_add(p, &OWN_DROP, ARGS(INT8S(touched.at, touched.len)), NULL);
    columns_send(p, &OWN_VIEW_ADD, &views);
    columns_send(p, &OWN_FLAG_ADD, &flags);
}
