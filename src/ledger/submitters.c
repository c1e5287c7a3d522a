/*
 * submitters - which parties submit custody records: those with one that stands.
 *
 * A void may take a party's last one away.  Whether it did is seen when the voided record's lots are
 * projected anew; only then, and only where no other record at hand stands, PostgreSQL is asked.
 */
#include "batch.h"

#include <string.h>

enum { PAGE = 256 };

struct key_row {
    int64_t seq;
    struct bytes key;
};
static const struct column KEY_ROW[] = {COL(struct key_row, seq), COL(struct key_row, key)};
QUERY CUSTODY_KEYS = {
    .name = "custody_keys",
    .sql = "SELECT r.seq, r.key FROM record r WHERE coalesce(r.on_behalf, r.submitter) = $1 AND r.key > $2"
           "   AND EXISTS (SELECT FROM custody c WHERE c.seq = r.seq)"
           " ORDER BY r.key LIMIT $3",
    ROW(struct key_row, KEY_ROW),
};

struct suspects { /* who has a voided record at hand, and none that stands */
    VEC(struct org *) list;
};

/* Neighbours mostly have one owner. */
static struct org *owner_of(struct batch *b, const struct event *v, struct org *last)
{
    return last && strcmp(last->name, v->owner) == 0 ? last : knowledge_org(b->space.kn, v->owner);
}

static void set_submits(struct batch *b, struct org *o, bool submits)
{
    struct knowledge *kn = b->space.kn;
    o->submits = submits;
    knowledge_org_changed(kn, o);
    struct words names = names_of(kn, &b->arena, o->class_->name);
    for (size_t i = 0; i < names.len; i++) { /* under which others know it: each hears */
        const struct org *as = knowledge_org(kn, names.at[i]);
        if (as)
            *vec_push(&b->arena, &b->changes.due) = (struct due_add){"party", as->id, b->changes.cause, 0, 2};
        *vec_push(&b->arena, &b->changes.changed_links) = link_key_to(names.at[i]);
    }
}

static void suspect(struct batch *b, struct suspects *s, struct org *o)
{
    for (size_t i = 0; i < s->list.len; i++)
        if (s->list.at[i] == o)
            return;
    *vec_push(&b->arena, &s->list) = o;
}

static void clear(struct suspects *s, const struct org *o)
{
    for (size_t i = 0; i < s->list.len; i++)
        if (s->list.at[i] == o)
            s->list.at[i] = s->list.at[--s->list.len];
}

static struct suspects suspects_of(struct batch *b)
{
    struct suspects s = {0};
    struct org *o = NULL;
    for (size_t i = 0; i < b->space.all.len; i++) {
        const struct lot *l = b->space.all.at[i];
        for (size_t k = 0; l->touched && k < l->events.len; k++)
            if (l->events.at[k]->voided && (o = owner_of(b, l->events.at[k], o)) && o->submits)
                suspect(b, &s, o);
    }
    return s;
}

static void hear(struct batch *b, struct suspects *s)
{
    struct org *o = NULL;
    for (size_t i = 0; i < b->space.all.len; i++) {
        const struct lot *l = b->space.all.at[i];
        for (size_t k = 0; k < l->events.len; k++) {
            if (l->events.at[k]->voided || !(o = owner_of(b, l->events.at[k], o)))
                continue;
            clear(s, o);
            if (!o->submits)
                set_submits(b, o, true);
        }
    }
}

/* Whether any of the party's custody records in the database stands. */
static bool ask_standing(struct batch *b, struct db *db, const struct org *o, bool *any, struct error *err)
{
    struct rows rows = {0};
    struct bytes after = {(const uint8_t *)"", 0};
    *any = false;
    do {
        if (!db_query(db, &b->arena, &CUSTODY_KEYS,
                      ARGS(TEXT(o->name), BYTES(after.at, after.len), INT4(PAGE)), &rows, err))
            return false;
        const struct key_row *r = rows.at;
        for (size_t i = 0; i < rows.len && !*any; i++, r++)
            *any = !is_voided(b->space.kn, r->seq, o->name, r->key.at);
        if (rows.len)
            after = ((const struct key_row *)rows.at)[rows.len - 1].key;
    } while (!*any && rows.len == PAGE);
    return true;
}

bool batch_submitters(struct batch *b, struct db *db, struct error *err)
{
    struct suspects s = suspects_of(b);
    hear(b, &s);
    if (s.list.len && !store_settle(b->writing, err))
        return false;
    for (size_t i = 0; i < s.list.len; i++) {
        bool any;
        if (!ask_standing(b, db, s.list.at[i], &any, err))
            return false;
        if (!any)
            set_submits(b, s.list.at[i], false);
    }
    return true;
}
