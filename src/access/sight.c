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

struct seen {
    const char *sight;
};
static const struct column SEEN_ROW[] = {COL(struct seen, sight)};
QUERY ACCESS_SIGHT = {
    .name = "access_sight",
    .sql = "SELECT may_see($1::bigint, $2::bigint) AS sight",
    ROW(struct seen, SEEN_ROW),
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

bool access_viewer(struct db *db, struct arena *a, const struct caller *c,
                   struct viewer *out, struct error *err)
{
    struct rows rows;
    if (!db_query(db, a, &VIEWER_NAMES, ARGS(TEXT(c->organisation)), &rows, err))
        return false;
    const struct party_name *found = rows.at;
    const char **names = ARENA_ARRAY(a, const char *, rows.len + 1);
    int64_t *ids = ARENA_ARRAY(a, int64_t, rows.len + 1);
    names[0] = arena_strdup(a, c->organisation);
    for (size_t i = 0; i < rows.len; i++) {
        names[i] = found[i].name;
        ids[i] = found[i].id;
    }
    *out = (struct viewer){
        .sees_all = c->role == ROLE_OPERATOR,
        .class_ = rows.len ? found[0].class_ : INT64_MIN,
        .names = names,
        .names_len = rows.len ? rows.len : 1,
        .ids = ids,
        .ids_len = rows.len,
    };
    return true;
}

bool viewer_is(const struct viewer *v, const char *organisation)
{
    for (size_t i = 0; organisation && i < v->names_len; i++)
        if (strcmp(v->names[i], organisation) == 0)
            return true;
    return false;
}

bool access_sight(struct db *db, struct arena *a, const struct viewer *v, int64_t lot,
                  enum sight *out, struct error *err)
{
    struct rows rows;
    if (v->sees_all) {
        *out = SIGHT_ALL;
        return true;
    }
    if (!db_query(db, a, &ACCESS_SIGHT, ARGS(INT8(v->class_), INT8(lot)), &rows, err))
        return false;
    if (!sight_find(((const struct seen *)rows.at)->sight, out))
        return error_set(err, ERR_INTERNAL, "may_see says '%s'",
                         ((const struct seen *)rows.at)->sight);
    return true;
}
