/* sight - what a caller is to a lot. */
#include "pedigree/access/access.h"
#include "pedigree/base/cleanup.h"

#include <string.h>

static const char *const SIGHTS[] = {
    [SIGHT_NONE] = "none",   [SIGHT_CUSTOMER] = "customer", [SIGHT_UPSTREAM] = "upstream",
    [SIGHT_OWNER] = "owner", [SIGHT_OWN] = "own",           [SIGHT_ALL] = "all",
};

struct party_name {
    int64_t class_, id;
    const char *name;
};
static const struct column PARTY_NAME_ROW[] = {
    {"class", DB_INT8, offsetof(struct party_name, class_)},
    COL(struct party_name, id),
    COL(struct party_name, name),
};
QUERY VIEWER_NAMES = {
    .name = "viewer_names",
    .sql = "SELECT o.class, o.id, o.name FROM organisation me"
           "  JOIN organisation o ON o.class = me.class"
           " WHERE me.name = $1 ORDER BY o.name <> $1, o.id",
    ROW(struct party_name, PARTY_NAME_ROW),
};

struct seen_lot {
    int64_t lot;
    const char *sight;
};
static const struct column SEEN_LOT_ROW[] = {COL(struct seen_lot, lot), COL(struct seen_lot, sight)};
QUERY ACCESS_LOT = {
    .name = "access_lot",
    .sql = "WITH found AS MATERIALIZED (SELECT l.lot FROM organisation n"
           "   JOIN organisation o ON o.class = n.class"
           "   JOIN lot_name l ON l.holder = o.id AND l.code = $2"
           "  WHERE n.name = $1 ORDER BY l.lot LIMIT 1),"
           " seen AS MATERIALIZED (SELECT f.lot, CASE WHEN $4 THEN 'all' ELSE may_see($3::bigint, f.lot) END AS sight"
           "   FROM found f),"
           " kept AS MATERIALIZED (SELECT set_config('pedigree.asked_lot',"
           "   coalesce((SELECT s.lot || ' ' || s.sight FROM seen s), ''), true) AS asked)"
           " SELECT s.lot, s.sight FROM kept k JOIN seen s ON k.asked <> ''",
    ROW(struct seen_lot, SEEN_LOT_ROW),
};

const char *sight_word(enum sight s)
{
    return SIGHTS[s];
}

bool sight_find(const char *word, enum sight *out)
{
    for (size_t i = 0; i < LENGTH(SIGHTS); i++)
        if (strcmp(SIGHTS[i], word) == 0) {
            *out = (enum sight)i;
            return true;
        }
    return false;
}

bool access_sees_all(const struct caller *c)
{
    return c->role == ROLE_OPERATOR;
}

void access_ask_viewer(struct pipeline *p, const struct caller *c, struct rows *answer)
{
    pipeline_add(p, &VIEWER_NAMES, ARGS(TEXT(c->organisation)), answer);
}

void access_viewer(struct arena *a, const struct caller *c, const struct rows *answer, struct viewer *out)
{
    const struct party_name *found = answer->at;
    const char **names = ARENA_ARRAY(a, const char *, answer->len + 1);
    int64_t *ids = ARENA_ARRAY(a, int64_t, answer->len + 1);
    names[0] = arena_strdup(a, c->organisation);
    for (size_t i = 0; i < answer->len; i++) {
        names[i] = found[i].name;
        ids[i] = found[i].id;
    }
    *out = (struct viewer){
        .sees_all = access_sees_all(c),
        .class_ = answer->len ? found[0].class_ : INT64_MIN,
        .names = names,
        .names_len = answer->len ? answer->len : 1,
        .ids = ids,
        .ids_len = answer->len,
    };
}

bool viewer_is(const struct viewer *v, const char *organisation)
{
    for (size_t i = 0; organisation && i < v->names_len; i++)
        if (strcmp(v->names[i], organisation) == 0)
            return true;
    return false;
}

void access_ask_lot(struct pipeline *p, const struct viewer *v, const char *organisation, const char *code,
                    struct rows *answer)
{
    pipeline_add(p, &ACCESS_LOT,
                 ARGS(TEXT(organisation), TEXT(code), INT8(v->class_), BOOLEAN(v->sees_all)), answer);
}

bool access_lot(const struct rows *answer, int64_t *lot, enum sight *sight, struct error *err)
{
    const struct seen_lot *seen = answer->at;
    *lot = 0;
    *sight = SIGHT_NONE;
    if (answer->len == 0)
        return true;
    *lot = seen->lot;
    return sight_find(seen->sight, sight) || error_set(err, ERR_INTERNAL, "may_see says '%s'", seen->sight);
}
