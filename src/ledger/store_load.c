/* store_load - fills the knowledge from the database, at start and whenever another daemon was ahead. */
#include "store.h"

#include "pedigree/base/cleanup.h"

#include <string.h>

struct org_row {
    int64_t id;
    const char *name;
    bool submits, used, holds, deals;
};
struct part_row {
    int64_t id, maker;
    const char *key, *manufacturer, *mpn;
    bool lots;
};
struct statement_row {
    int64_t seq;
    const char *submitter, *on_behalf, *role;
    struct bytes key;
    const char *canonical;
};
/* clang-format off */
static const struct column ORG_ROW[] = {COL(struct org_row, id), COL(struct org_row, name), COL(struct org_row, submits),
    COL(struct org_row, used), COL(struct org_row, holds),
    COL(struct org_row, deals)};
static const struct column PART_ROW[] = {COL(struct part_row, id), COL(struct part_row, maker),
    COL(struct part_row, key), COL(struct part_row, manufacturer), COL(struct part_row, mpn), COL(struct part_row, lots)};
static const struct column STATEMENT_ROW[] = {COL(struct statement_row, seq), COL(struct statement_row, submitter),
    COL(struct statement_row, on_behalf), COL(struct statement_row, role), COL(struct statement_row, key),
    COL(struct statement_row, canonical)};
QUERY ALL_ORGANISATIONS = {.name = "all_organisations",
    .sql = "SELECT id, name, submits, used, EXISTS (SELECT FROM lot_name n WHERE n.holder = o.id) AS holds,"
           " EXISTS (SELECT FROM edge e WHERE e.source = o.name) OR EXISTS (SELECT FROM edge e WHERE e.seller = o.name) AS deals"
           "  FROM organisation o ORDER BY id", ROW(struct org_row, ORG_ROW)};
QUERY ALL_PARTS = {.name = "all_parts",
    .sql = "SELECT id, maker, key, manufacturer, mpn, EXISTS (SELECT FROM lot l WHERE l.part = p.id) AS lots"
           "  FROM part p ORDER BY id", ROW(struct part_row, PART_ROW)};
QUERY ALL_STATEMENTS = {.name = "all_statements",
    .sql = "SELECT DISTINCT ON (s.seq) s.seq, r.submitter, r.on_behalf, r.role, r.key, b.canonical FROM statement s"
           "  JOIN record r ON r.seq = s.seq JOIN body b ON b.seq = s.seq ORDER BY s.seq",
    ROW(struct statement_row, STATEMENT_ROW)};
/* clang-format on */

bool store_load(struct db *db, struct knowledge *kn, struct error *err)
{
    struct arena a;
    struct rows orgs, parts, statements;
    arena_init(&a, 0);
    bool ok = db_query(db, &a, &ALL_ORGANISATIONS, NO_ARGS, &orgs, err) &&
              db_query(db, &a, &ALL_PARTS, NO_ARGS, &parts, err) &&
              db_query(db, &a, &ALL_STATEMENTS, NO_ARGS, &statements, err);
    const struct org_row *o = ok ? orgs.at : NULL;
    for (size_t i = 0; ok && i < orgs.len; i++, o++) {
        struct org *org = knowledge_org_add(kn, o->name, o->id);
        org->submits = o->submits;
        org->is_used = o->used;
        org->deals = o->deals;
        if (o->holds)
            knowledge_holds(kn, org);
    }
    const struct part_row *x = ok ? parts.at : NULL;
    for (size_t i = 0; ok && i < parts.len; i++, x++)
        knowledge_part_add(kn, map_get(&kn->orgs_by_id, x->maker), x->key, x->manufacturer, x->mpn, x->id)->has_lots = x->lots;
    const struct statement_row *st = ok ? statements.at : NULL;
    const struct statement *taken;
    for (size_t i = 0; ok && i < statements.len; i++, st++)
        ok = knowledge_add(kn, st->seq, record_owner(st->submitter, st->on_behalf),
                           is_by_operator(st->role, st->on_behalf), st->key.at, st->canonical,
                           strlen(st->canonical), &taken, err);
    ok = ok && figures_load(db, kn, err);
    kn->has_shadows = true; /* until the next head says otherwise */
    knowledge_written(kn); /* as they are in the database */
    arena_reset(&a);
    return ok;
}
