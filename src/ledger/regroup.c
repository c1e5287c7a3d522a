/*
 * regroup - one lot for all that its holder is called.
 *
 * A name (holder as written, code) has a lot of its own from the day it is first used, and keeps
 * it.  While holders are one (architecture 1.8), their names with one code mean one lot: that of
 * the name whose holder stands for all, else of the least.  So it is decided by who is who and by
 * which names there are, not by what came first.  An event belongs to the lot that the name in its
 * record means.  When who is who changes every lot comes through the queue; here its names are
 * looked at anew, events go where they belong, and a lot that nothing means any more is taken out
 * until its name stands alone again.
 */
#include "store.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

struct name_row {
    int64_t holder, own, lot;
    const char *code;
};
/* clang-format off */
static const struct column NAME_ROW[] = {COL(struct name_row, holder), COL(struct name_row, own),
    COL(struct name_row, lot), COL(struct name_row, code)};
/* clang-format on */

/*
 * The names asked for, those of the lots ($3), and what holders that are one ($4, $5) call so too.  What
 * they mean is left on the server for SCOPE_TOUCHED (store_read.c).
 */
QUERY LOT_NAMES = {
    .name = "lot_names",
    .sql = "WITH n AS MATERIALIZED ("
           "  SELECT i.holder, i.code FROM unnest($1::bigint[], $2::text[]) AS i(holder, code)"
           "  UNION SELECT l.holder, l.code FROM unnest($3::bigint[]) d(lot) JOIN lot l ON l.lot = d.lot"
           "         WHERE l.code IS NOT NULL"
           "  UNION SELECT s.holder, s.code FROM unnest($3::bigint[]) d(lot)"
           "          JOIN lot_name s ON s.lot = d.lot AND s.lot <> s.own),"
           " m AS MATERIALIZED (SELECT n.holder, n.code FROM n"
           "  UNION SELECT y.org, n.code FROM n"
           "          JOIN unnest($4::bigint[], $5::bigint[]) x(org, class) ON x.org = n.holder"
           "          JOIN unnest($4::bigint[], $5::bigint[]) y(org, class) ON y.class = x.class),"
           " r AS MATERIALIZED (SELECT r.* FROM m JOIN lot_name r ON r.holder = m.holder AND r.code = m.code),"
           " k AS MATERIALIZED (SELECT r.holder, r.own, r.lot, r.code FROM r"
           "  UNION SELECT s.holder, s.own, s.lot, s.code FROM r"
           "          JOIN lot_name s ON s.lot = r.lot AND s.lot <> s.own),"
           " kept AS MATERIALIZED (SELECT set_config('pedigree.named',"
           "  coalesce(array_agg(DISTINCT k.lot), '{}')::text, true) AS lots FROM k)"
           " SELECT k.holder, k.own, k.lot, k.code FROM kept LEFT JOIN k ON true WHERE k.lot IS NOT NULL",
    ROW(struct name_row, NAME_ROW),
};

static const char *row_key(struct space *s, const struct org *holder, const char *code)
{
    return arena_printf(s->arena, "%" PRId64 "/%s", holder->id, code);
}

const struct lot_name *space_lot_name(struct space *s, const struct org *holder, const char *code)
{
    return map_get_text(&s->name_rows, row_key(s, holder, code));
}

struct lot_name *space_lot_name_add(struct space *s, struct lot_name n)
{
    struct lot_name *kept = ARENA_NEW(s->arena, struct lot_name);
    *kept = n;
    map_put_text(&s->name_rows, row_key(s, n.holder, n.code), kept);
    *vec_push(s->arena, &s->name_list) = kept;
    return kept;
}

/* Not while every lot has one name. */
bool regroup_asks(struct knowledge *kn)
{
    knowledge_share(kn);
    return kn->shared.len || kn->has_shadows;
}

void regroup_ask(struct pipeline *p, struct space *s, const struct names *names, const struct keys *lots,
                 struct rows *out)
{
    struct knowledge *kn = s->kn;
    struct keys orgs = {0}, classes = {0};
    for (size_t i = 0; i < kn->shared.len; i++) {
        *vec_push(s->arena, &orgs) = kn->shared.at[i]->id;
        *vec_push(s->arena, &classes) = kn->shared.at[i]->class_->id;
    }
    pipeline_add(p, &LOT_NAMES,
                 ARGS(INT8S(names->holders.at, names->holders.len), TEXTS(names->codes.at, names->codes.len),
                      INT8S(lots->at, lots->len), INT8S(orgs.at, orgs.len),
                      INT8S(classes.at, classes.len)),
                 out);
}

bool regroup_fill(struct space *s, const struct rows *rows, struct error *err)
{
    const struct name_row *r = rows->at;
    for (size_t i = 0; i < rows->len; i++, r++) {
        struct org *holder = map_get(&s->kn->orgs_by_id, r->holder);
        if (!holder)
            return error_set(err, ERR_INTERNAL, "a name of lot %" PRId64 " has a holder nobody named", r->lot);
        space_lot_name_add(s, (struct lot_name){.holder = holder, .code = r->code, .own = r->own, .lot = r->lot});
    }
    return true;
}

/* ---- which lot each name means ---- */

/* The lot that no name meant any more, or did not yet, when this one was another's. */
static struct lot *lot_revive(struct space *s, int64_t id)
{
    const struct lot_name *n = NULL;
    for (size_t i = 0; i < s->name_list.len; i++)
        n = s->name_list.at[i]->own == id ? s->name_list.at[i] : n;
    assert(n); /* a lot that is meant is some name's own */
    struct lot *l = ARENA_NEW(s->arena, struct lot);
    *l = (struct lot){.id = n->own, .holder = n->holder, .code = n->code, .is_new = true,
                      .is_named = true, .touched = true, .regrouped = true};
    chain_init(&l->chain);
    map_put(&s->lots, l->id, l);
    *vec_push(s->arena, &s->all) = l;
    return l;
}

static void name_faces(struct space *s)
{
    struct map best = map_new(s->arena); /* "class/code" -> struct lot_name */
    for (size_t i = 0; i < s->name_list.len; i++) {
        struct lot_name *n = s->name_list.at[i];
        const char *key = row_key(s, n->holder->class_, n->code);
        const struct lot_name *b = map_get_text(&best, key);
        if (!b || org_leads(n->holder, b->holder))
            map_put_text(&best, key, n);
    }
    for (size_t i = 0; i < s->name_list.len; i++) {
        struct lot_name *n = s->name_list.at[i];
        const struct lot_name *face = map_get_text(&best, row_key(s, n->holder->class_, n->code));
        n->moved = n->lot != face->own;
        n->lot = face->own;
        s->kn->has_shadows |= n->lot != n->own;
    }
}

/* ---- events go where they belong ---- */

/* The name by which the record of an event names its lot. */
static const struct lot_name *name_of(struct space *s, const struct event *e)
{
    const struct record *r = e->record;
    const char *holder = e->owner, *code = NULL;
    if (e->ordinal == ORDINAL_MAIN) {
        holder = r->lot_organisation ? r->lot_organisation : e->owner;
        code = r->lot.code;
    } else if (e->ordinal >= ORDINAL_OUTPUT) {
        code = r->outputs[e->ordinal - ORDINAL_OUTPUT].code;
    } else if (e->ordinal >= ORDINAL_INPUT) {
        code = r->inputs[e->ordinal - ORDINAL_INPUT].lot;
    }
    const struct org *o = code ? knowledge_org(s->kn, holder) : NULL;
    return o ? space_lot_name(s, o, code) : NULL;
}

static void event_move(struct space *s, struct event *e, struct lot *to)
{
    if (!e->is_new)
        *vec_push(s->arena, &s->moved) = (struct custody_row){e->lot->id, e->seq, e->ordinal};
    e->lot->regrouped = to->regrouped = true;
    e->lot = to;
    e->is_new = true;
    *vec_push(s->arena, &to->events) = e;
}

static void events_settle(struct space *s, struct lot *l)
{
    size_t kept = 0, len = l->events.len;
    for (size_t i = 0; i < len; i++) {
        struct event *e = l->events.at[i];
        const struct lot_name *n = name_of(s, e);
        struct lot *home = n ? map_get(&s->lots, n->lot) : l;
        if (!home)
            home = lot_revive(s, n->lot);
        if (home != l)
            event_move(s, e, home);
        else
            l->events.at[kept++] = e;
    }
    l->events.len = kept;
}

static bool is_meant(const struct space *s, const struct lot *l)
{
    for (size_t i = 0; i < s->name_list.len; i++)
        if (s->name_list.at[i]->lot == l->id)
            return true;
    return false;
}

/* Its rows go with what it does not have any more; one that was never written goes unseen. */
static void lot_leave(struct lot *l)
{
    l->code = NULL;
    l->is_gone = !l->is_new;
    l->touched = l->is_gone;
}

void regroup(struct space *s)
{
    if (!s->name_list.len)
        return;
    name_faces(s);
    size_t len = s->all.len; /* those that are revived have what they get */
    for (size_t i = 0; i < len; i++)
        if (s->all.at[i]->touched && s->all.at[i]->code)
            events_settle(s, s->all.at[i]);
    for (size_t i = 0; i < s->all.len; i++) {
        struct lot *l = s->all.at[i];
        if (l->code && l->regrouped && !l->events.len && !is_meant(s, l))
            lot_leave(l);
        else if (l->code && l->touched)
            space_name(s, l, l->code);
    }
}
