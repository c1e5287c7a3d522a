/* Every query in the program is prepared on the migrated schema: its columns must be what
 * its struct says, and no plan may read a large table from end to end. */
#include "pedigree/access/access.h"
#include "pedigree/base/cleanup.h"
#include "pedigree/ledger/ledger.h"
#include "pedigree/query/query.h"

#include <libpq-fe.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Pulls the objects that hold queries out of the library. */
void (*const QUERY_TEST_USES[])(void) = {
    (void (*)(void))query_lots,         (void (*)(void))query_trace,
    (void (*)(void))query_flags,        (void (*)(void))query_part,
    (void (*)(void))query_organisation, (void (*)(void))query_readiness,
    (void (*)(void))query_record,       (void (*)(void))key_add,
    (void (*)(void))access_sight,       (void (*)(void))db_migrate,
    (void (*)(void))ledger_start,       (void (*)(void))ledger_rebuild,
};

static const struct {
    enum db_type type;
    Oid oids[3];
} TYPES[] = {
    {DB_TEXT, {25, 1043, 19}}, {DB_INT8, {20}},  {DB_INT4, {23}},
    {DB_BOOL, {16}},           {DB_BYTES, {17}},
};

static const char *const LARGE[] = {"record",   "body",    "record_key", "lot",
                                    "lot_name", "custody", "link",       "edge",
                                    "lot_mark", "mark",    "flag"};

static PGconn *conn;

static void command(const char *sql)
{
    PGresult *res = PQexec(conn, sql);
    if (PQresultStatus(res) != PGRES_COMMAND_OK && PQresultStatus(res) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(conn));
    PQclear(res);
}

static bool is_type(enum db_type type, Oid oid)
{
    for (size_t i = 0; i < LENGTH(TYPES); i++)
        for (size_t k = 0; TYPES[i].type == type && k < 3; k++)
            if (oid && TYPES[i].oids[k] == oid)
                return true;
    return false;
}

static bool is_listed(const char *word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], word) == 0)
            return true;
    return false;
}

static void check_plan(const struct query *q, int params)
{
    char sql[1024];
    int len = snprintf(sql, sizeof sql, "EXPLAIN EXECUTE %s", q->name);
    for (int i = 0; i < params; i++)
        len += snprintf(sql + len, sizeof sql - (size_t)len, "%sNULL", i ? ", " : " (");
    snprintf(sql + len, sizeof sql - (size_t)len, "%s", params ? ")" : "");
    PGresult *res = PQexec(conn, sql);
    for (int i = 0; i < PQntuples(res); i++) {
        const char *at = strstr(PQgetvalue(res, i, 0), "Seq Scan on ");
        char table[64];
        if (at && sscanf(at, "Seq Scan on %63s", table) == 1 &&
            is_listed(table, LARGE, LENGTH(LARGE)))
            fail_msg("query %s reads all of %s", q->name, table);
    }
    PQclear(res);
}

static void test_query(void **state)
{
    const struct query *q = *state;
    PGresult *res = PQprepare(conn, q->name, q->sql, 0, NULL);
    if (PQresultStatus(res) != PGRES_COMMAND_OK)
        fail_msg("query %s: %s", q->name, PQerrorMessage(conn));
    PQclear(res);
    res = PQdescribePrepared(conn, q->name);
    int params = PQnparams(res);
    if (q->row)
        assert_int_equal(PQnfields(res), q->row_len);
    for (int i = 0; q->row && i < PQnfields(res); i++) {
        assert_string_equal(PQfname(res, i), q->row[i].name);
        if (!is_type(q->row[i].type, PQftype(res, i)))
            fail_msg("query %s: %s has type %u", q->name, q->row[i].name,
                     PQftype(res, i));
    }
    PQclear(res);
    if (strncmp(q->sql, "SELECT", 6) == 0 || strncmp(q->sql, "WITH", 4) == 0)
        check_plan(q, params);
}

static void test_names_are_unique(void **state)
{
    (void)state;
    for (const struct query *a = __start_queries; a < __stop_queries; a++)
        for (const struct query *b = a + 1; b < __stop_queries; b++)
            if (strcmp(a->name, b->name) == 0)
                fail_msg("two queries are named %s", a->name);
}

static int set_up(void **state)
{
    struct error err = {0};
    int applied;
    (void)state;
    struct db *db = db_new(getenv("PEDIGREE_DATABASE"), NULL);
    bool ok = db_migrate(db, "migrations", &applied, &err);
    db_free(db);
    if (!ok) {
        print_error("%s\n", err.detail);
        return -1;
    }
    conn = PQconnectdb(getenv("PEDIGREE_DATABASE"));
    command("SET plan_cache_mode = force_generic_plan");
    command(QUERY_SETTINGS);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    PQfinish(conn);
    return 0;
}

int main(void)
{
    enum { MOST = 400 };
    static struct CMUnitTest tests[MOST];
    size_t n = 0;
    if (!getenv("PEDIGREE_DATABASE")) {
        print_message("skipped: PEDIGREE_DATABASE is unset; use scripts/with-postgres\n");
        return 0;
    }
    tests[n++] =
        (struct CMUnitTest){"names are unique", test_names_are_unique, NULL, NULL, NULL};
    for (const struct query *q = __start_queries; q < __stop_queries && n < MOST; q++)
        tests[n++] =
            (struct CMUnitTest){q->name, test_query, NULL, NULL, (void *)(uintptr_t)q};
    return _cmocka_run_group_tests("queries", tests, n, set_up, tear_down);
}
