/* Every query in the program is prepared on the migrated schema: its columns must be what
 * its struct says, and no plan, also inside the functions that readers call, may read a large
 * table from end to end.  Tables are filled first: of empty ones a plan says nothing. */
#include "pedigree/access/access.h"
#include "pedigree/base/cleanup.h"
#include "pedigree/feeds/feeds.h"
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
    (void (*)(void))query_organisation, (void (*)(void))query_record,
    (void (*)(void))query_certificates,
    (void (*)(void))key_add,            (void (*)(void))access_lot,
    (void (*)(void))db_migrate,         (void (*)(void))ledger_start,
    (void (*)(void))ledger_rebuild,     (void (*)(void))feed_list,
};

static const struct {
    enum db_type type;
    Oid oids[3];
} TYPES[] = {
    {DB_TEXT, {25, 1043, 19}}, {DB_INT8, {20}},  {DB_INT4, {23}},
    {DB_BOOL, {16}},           {DB_BYTES, {17}},
};

static const char *const LARGE[] = {"record",   "body",    "lot",
                                    "lot_name", "custody", "link",       "edge",
                                    "lot_mark", "mark",    "flag"};

static PGconn *conn;
static char conninfo[1024]; /* of a database of its own: it is filled */

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

/* A plan's line reads a large table by no condition: end to end, whatever the node is called. */
static const char *read_whole(const char *line, const char *next)
{
    static char table[64];
    const char *at = strstr(line, "Scan");
    const char *on = at ? strstr(at, " on ") : NULL;
    if (!on || strstr(line, "Function Scan") || strstr(line, "Bitmap Heap") ||
        sscanf(on, " on %63[a-z_]", table) != 1)
        return NULL;
    if (strstr(line, "Index") && next && strstr(next, "Index Cond"))
        return NULL;
    if (strstr(line, "Bitmap Index Scan")) /* names the index: TABLE_by_..., TABLE_pkey */
        table[strcspn(table, "_")] = '\0';
    return is_listed(table, LARGE, LENGTH(LARGE)) ? table : NULL;
}

/* What an operator may ask for without any filter is read in order of its key, a page at a time;
 * what the committer keeps is loaded whole when it starts. */
static const char *const WHOLE[] = {"flags_all", "all_organisations"};

static void check_plan(const struct query *q, int params)
{
    char sql[1024];
    int len = snprintf(sql, sizeof sql, "EXPLAIN EXECUTE %s", q->name);
    for (int i = 0; i < params; i++)
        len += snprintf(sql + len, sizeof sql - (size_t)len, "%sNULL", i ? ", " : " (");
    snprintf(sql + len, sizeof sql - (size_t)len, "%s", params ? ")" : "");
    PGresult *res = PQexec(conn, sql);
    if (PQresultStatus(res) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(conn));
    for (int i = 0; i < PQntuples(res); i++) {
        const char *next = i + 1 < PQntuples(res) ? PQgetvalue(res, i + 1, 0) : NULL;
        const char *table = read_whole(PQgetvalue(res, i, 0), next);
        if (table && !is_listed(q->name, WHOLE, LENGTH(WHOLE)))
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

/* ---- what functions do inside, told by auto_explain ---- */

static char whole[200]; /* the first large table that a function read whole, and by what */

static void on_notice(void *ctx, const PGresult *res)
{
    (void)ctx;
    char *text = strdup(PQresultErrorMessage(res)), *save = NULL;
    for (char *line = strtok_r(text, "\n", &save), *next; line; line = next) {
        next = strtok_r(NULL, "\n", &save);
        const char *table = read_whole(line, next);
        if (table && !*whole)
            snprintf(whole, sizeof whole, "%s: %.150s", table, line);
    }
    free(text);
}

/* Each path through the functions that readers call. */
static const struct {
    const char *label, *sql;
} CALLS[] = {
    {"above", "SELECT above(900010)"},
    {"may_see, upstream", "SELECT may_see(900010, 9000009)"},
    {"may_see, a stranger", "SELECT may_see(900499, 9000001)"},
    {"record_way", "SELECT * FROM record_way(900010, 9000009)"},
    {"record_concerns, a record",
     "SELECT record_concerns(900010, 1, 'verified', '{\"of\":{\"record\":9000009}}')"},
    {"record_concerns, a mark",
     "SELECT record_concerns(900010, 1, 'verified', '{\"of\":{\"traceCodes\":[\"T4500001\"]}}')"},
    {"record_concerns, an id",
     "SELECT record_concerns(900010, 1, 'verified', '{\"of\":{\"record\":\"rx-2\"}}')"},
    {"record_concerns, an alert",
     "SELECT record_concerns(900010, 1, 'alert', '{\"source\":\"GIDEP\",\"number\":\"7\"}')"},
    {"record_concerns, a sample", "SELECT record_concerns(900010, 9000009, 'inspected', '{}')"},
    {"batch_relations", "SELECT * FROM batch_relations('{4500001}', '{4500002}', '{4500003}')"},
    {"trace_up", "SELECT * FROM trace_up(NULL, true, 9020000, 'all', 2000)"},
    {"trace_down", "SELECT * FROM trace_down(NULL, true, 9000001, 'all', 2000)"},
    {"trace_down from upstream", "SELECT * FROM trace_down(900060, false, 9000009, 'upstream', 2000)"},
#define SEARCH(path, rest) "SELECT * FROM lot_search(900010, false, '" path "', " rest ")"
    {"lot_search by mark",
     SEARCH("mark", "NULL, 'trace', 'T4500005', 0, 50, NULL, NULL, '2431', 'T4500005', 's', 3, 'CAP-012'")},
    {"lot_search by holder", SEARCH("holder", "'{900001}', NULL, NULL, 0, 50, NULL, '{900001}', NULL, NULL, NULL, NULL, NULL")},
    {"lot_search by part", SEARCH("part", "'{900001}', NULL, NULL, 0, 50, '{900001}', NULL, NULL, NULL, NULL, NULL, NULL")},
    {"lot_search of own", SEARCH("own", "'{900010}', NULL, NULL, 0, 50, NULL, NULL, '2431', NULL, NULL, NULL, 'CAP-012'")},
    {"lot_search of all",
     "SELECT * FROM lot_search(NULL, true, 'all', NULL, NULL, NULL, 0, 50, NULL, NULL, NULL, NULL, NULL, 5, NULL)"},
    {"lot_search by rule",
     "SELECT * FROM lot_search(NULL, true, 'rule', NULL, NULL, NULL, 0, 50, NULL, NULL, NULL, NULL, NULL, 5, 'CAP-012')"},
};

static void test_call(void **state)
{
    size_t i = (size_t)(uintptr_t)*state;
    *whole = '\0';
    command(CALLS[i].sql);
    if (*whole)
        fail_msg("%s reads all of %s", CALLS[i].label, whole);
}

/* The planner must believe that the tables are large. */
static const char *const ROWS[] = {
    "INSERT INTO organisation (id, name, class) SELECT n, 'cage:Q' || n, n FROM generate_series(900001, 900500) n",
    "INSERT INTO part (id, maker, key, manufacturer, mpn) SELECT n, 900001, 'P' || n, 'Q', 'P' || n"
    " FROM generate_series(900001, 900050) n",
    "INSERT INTO lot (part, lot, holder, code, state, summary) SELECT 900001 + n % 50, 9000000 + n,"
    " 900001 + n % 500, 'L' || n, 'open', '' FROM generate_series(1, 20000) n",
    "INSERT INTO lot_name SELECT holder, code, part, lot, lot FROM lot WHERE lot > 9000000",
    "INSERT INTO edge (part, parent, child, parent_part, child_part, seq, ordinal, quantity, standing, reason)"
    " SELECT 900001 + n % 50, 9000000 + n - 50, 9000000 + n, 900001 + n % 50, 900001 + n % 50, 9000000 + n, 0, 1,"
    " 'corroborated', 'sale' FROM generate_series(51, 20000) n",
    "INSERT INTO custody SELECT part, lot, lot, 0, 'received' FROM lot WHERE lot > 9000000",
    "INSERT INTO record (seq, submitter, role, kind, received_us, key, digests, commitment)"
    " SELECT lot, 'cage:Q900001', 'submitter', 'received', 0, int8send(lot), '', '' FROM lot WHERE lot > 9000000",
    "INSERT INTO body (seq, secret, canonical) SELECT lot, '', '{}' FROM lot WHERE lot > 9000000",
    "INSERT INTO link (key, part, lot, seq, side) SELECT lot / 2, part, lot, lot, 0 FROM lot WHERE lot > 9000000",
    "INSERT INTO lot_mark (key, part, lot, kind, value, sub) SELECT lot / 2, part, lot, 'trace', 'T' || lot / 2, 'x'"
    " FROM lot WHERE lot > 9000000",
    "INSERT INTO mark (key, sub, lots) SELECT DISTINCT key, sub, 2 FROM lot_mark WHERE lot > 9000000",
    "INSERT INTO flag (lot, part, rule, subject, version, severity, state, message, evidence, since) SELECT lot, part,"
    " 'CAP-0' || 10 + lot % 40, '', 1, 1 + lot % 5, 'open', '', '{}', lot FROM lot WHERE lot > 9000000",
    "ANALYZE",
};

/* Settings that statements of a batch leave for the next (ledger/store_read.c). */
static const char *const SCOPES[] = {"links", "lots", "marks", "traces", "touched"};

static int set_up(void **state)
{
    struct error err = {0};
    int applied;
    (void)state;
    snprintf(conninfo, sizeof conninfo, "%s dbname=pedigree_test_queries",
             getenv("PEDIGREE_DATABASE"));
    PGconn *first = PQconnectdb(getenv("PEDIGREE_DATABASE"));
    PQclear(PQexec(first, "DROP DATABASE IF EXISTS pedigree_test_queries"));
    PQclear(PQexec(first, "CREATE DATABASE pedigree_test_queries"));
    PQfinish(first);
    struct db *db = db_new(conninfo, NULL);
    bool ok = db_migrate(db, "migrations", &applied, &err);
    db_free(db);
    if (!ok) {
        print_error("%s\n", err.detail);
        return -1;
    }
    conn = PQconnectdb(conninfo);
    for (size_t i = 0; i < LENGTH(ROWS); i++)
        command(ROWS[i]);
    command("SET plan_cache_mode = force_generic_plan");
    command(QUERY_SETTINGS);
    for (size_t i = 0; i < LENGTH(SCOPES); i++) {
        char sql[80];
        snprintf(sql, sizeof sql, "SET pedigree.%s = '{9000009,9000010}'", SCOPES[i]);
        command(sql);
    }
    command("LOAD 'auto_explain'");
    command("SET auto_explain.log_min_duration = 0");
    command("SET auto_explain.log_nested_statements = on");
    command("SET client_min_messages = log");
    PQsetNoticeReceiver(conn, on_notice, NULL);
    return 0;
}

static void test_what_is_noticed(void **state)
{
    (void)state;
    *whole = '\0';
    command("SELECT count(*) FROM edge");
    assert_memory_equal(whole, "edge", 4);
    *whole = '\0';
    command("SELECT count(quantity) FROM lot WHERE balance = 7");
    assert_memory_equal(whole, "lot", 3);
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
    tests[n++] =
        (struct CMUnitTest){"what is read whole is noticed", test_what_is_noticed, NULL, NULL, NULL};
    for (const struct query *q = __start_queries; q < __stop_queries && n < MOST; q++)
        tests[n++] =
            (struct CMUnitTest){q->name, test_query, NULL, NULL, (void *)(uintptr_t)q};
    for (size_t i = 0; i < LENGTH(CALLS) && n < MOST; i++)
        tests[n++] = (struct CMUnitTest){CALLS[i].label, test_call, NULL, NULL, (void *)(uintptr_t)i};
    return _cmocka_run_group_tests("queries", tests, n, set_up, tear_down);
}
