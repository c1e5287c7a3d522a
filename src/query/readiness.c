/* readiness - how far the ledger is. */
#include "pedigree/query/query.h"

static const struct column READINESS_ROW[] = {
    COL(struct readiness, size),
    COL(struct readiness, due),
    COL(struct readiness, as_of),
    COL(struct readiness, day),
};
QUERY READINESS = {
    .name = "readiness",
    .sql = "SELECT coalesce((SELECT max(h.size) FROM log_head h), 0)::bigint AS size,"
           "       (SELECT count(*) FROM due d WHERE d.day <= a.day) AS due,"
           "       a.seq AS as_of, a.day FROM as_of a",
    ROW(struct readiness, READINESS_ROW),
};

bool query_readiness(struct db *db, struct arena *a, struct readiness *out,
                     struct error *err)
{
    struct rows rows;
    if (!db_query(db, a, &READINESS, NO_ARGS, &rows, err))
        return false;
    *out = *(const struct readiness *)rows.at;
    return true;
}
