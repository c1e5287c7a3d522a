/* find - names as readers write them to the numbers that rows go by. */
#include "session.h"

#include "pedigree/model/part.h"
#include "pedigree/model/party.h"

enum { PARTS_MAX = 10000 }; /* of one manufacturer in one question */

struct found_id {
    int64_t id;
    const char *name;
};
static const struct column FOUND_ID_ROW[] = {COL(struct found_id, id),
                                             COL(struct found_id, name)};

QUERY FIND_ORGANISATIONS = {
    .name = "find_organisations",
    .sql =
        "SELECT o.id, o.name FROM organisation n JOIN organisation o ON o.class = n.class"
        " WHERE n.name = $1 ORDER BY o.id",
    ROW(struct found_id, FOUND_ID_ROW),
};
QUERY FIND_PARTS = {
    .name = "find_parts",
    .sql = "SELECT p.id, p.mpn AS name FROM organisation n"
           "  JOIN organisation o ON o.class = n.class"
           "  JOIN part p ON p.maker = o.id"
           " WHERE n.name = $1 AND ($2::text IS NULL OR p.key = $2) ORDER BY p.id LIMIT "
           "10001",
    ROW(struct found_id, FOUND_ID_ROW),
};

static struct ids ids_of(struct session *s, const struct rows *rows)
{
    const struct found_id *found = rows->at;
    int64_t *at = ARENA_ARRAY(s->arena, int64_t, rows->len + 1);
    for (size_t i = 0; i < rows->len; i++)
        at[i] = found[i].id;
    return (struct ids){at, rows->len};
}

bool find_organisations(struct session *s, const char *name, struct ids *out,
                        struct error *err)
{
    struct rows rows;
    if (!db_query(s->db, s->arena, &FIND_ORGANISATIONS, ARGS(TEXT(name)), &rows, err))
        return false;
    *out = ids_of(s, &rows);
    return true;
}

bool find_names(struct session *s, const char *name, const char *const **at, size_t *len,
                struct error *err)
{
    struct rows rows;
    if (!db_query(s->db, s->arena, &FIND_ORGANISATIONS, ARGS(TEXT(name)), &rows, err))
        return false;
    const struct found_id *found = rows.at;
    const char **names = ARENA_ARRAY(s->arena, const char *, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++)
        names[i] = found[i].name;
    *at = names;
    *len = rows.len;
    return true;
}

bool find_parts(struct session *s, const char *manufacturer, const char *mpn,
                struct ids *out, struct error *err)
{
    struct rows rows;
    if (!db_query(s->db, s->arena, &FIND_PARTS,
                  ARGS(TEXT(manufacturer_normal(s->arena, manufacturer)),
                       TEXT(mpn ? part_key(s->arena, mpn) : NULL)),
                  &rows, err))
        return false;
    if (rows.len > PARTS_MAX)
        return error_at(err, ERR_INVALID, "mpn",
                        "%.100s has more than %d parts here: say which one with mpn=",
                        manufacturer, PARTS_MAX);
    *out = ids_of(s, &rows);
    return true;
}

bool not_found_lot(const struct lot_name *name, struct error *err)
{
    return error_set(err, ERR_NOT_FOUND, "no lot %.100s of %.150s that you may see",
                     name->code, name->organisation);
}

void ask_lot(struct session *s, struct pipeline *p, const struct lot_name *name, struct rows *answer)
{
    access_ask_lot(p, &s->viewer, name->organisation, name->code, answer);
}

bool found_lot(const struct lot_name *name, const struct rows *answer, struct found_lot *out, struct error *err)
{
    if (!access_lot(answer, &out->lot, &out->sight, err))
        return false;
    /* of a customer's lot the hop is all there is to see */
    return out->sight >= SIGHT_UPSTREAM || not_found_lot(name, err);
}
