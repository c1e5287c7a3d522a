/* db - against a real PostgreSQL: types, pipelines, failures, and every query in the
 * program. */
#include "pedigree/base/cleanup.h"
#include "pedigree/db/db.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct everything {
    const char *a_text;
    int64_t a_int8;
    int32_t a_int4;
    bool a_bool;
    struct bytes a_bytes;
};
static const struct column EVERYTHING_ROW[] = {
    COL(struct everything, a_text),  COL(struct everything, a_int8),
    COL(struct everything, a_int4),  COL(struct everything, a_bool),
    COL(struct everything, a_bytes),
};
QUERY T_ECHO = {
    .name = "t_echo",
    .sql = "SELECT $1::text AS a_text, $2::bigint AS a_int8, $3::integer AS a_int4,"
           " $4::boolean AS a_bool, $5::bytea AS a_bytes",
    ROW(struct everything, EVERYTHING_ROW),
};
QUERY T_ARRAYS = {
    .name = "t_arrays",
    .sql =
        "SELECT t AS a_text, i AS a_int8, j AS a_int4, t IS NULL AS a_bool, b AS a_bytes"
        "  FROM unnest($1::text[], $2::bigint[], $3::integer[], $4::bytea[])"
        "  WITH ORDINALITY x(t, i, j, b, n) ORDER BY n",
    ROW(struct everything, EVERYTHING_ROW),
};
struct number {
    int64_t n;
};
static const struct column NUMBER_ROW[] = {COL(struct number, n)};
QUERY T_LENGTHS = {
    .name = "t_lengths",
    .sql = "SELECT length($1::text)::bigint AS n",
    ROW(struct number, NUMBER_ROW),
};
struct word {
    const char *w;
};
static const struct column WORD_ROW[] = {COL(struct word, w)};
QUERY T_REPEAT = {
    .name = "t_repeat",
    .sql = "SELECT repeat('x', $2::integer) || left($1::text, 0) AS w FROM "
           "generate_series(1, 8)",
    ROW(struct word, WORD_ROW),
};
QUERY T_WRONG_NAME = {.name = "t_wrong_name",
                      .sql = "SELECT 1::bigint AS m",
                      ROW(struct number, NUMBER_ROW)};
QUERY T_WRONG_TYPE = {
    .name = "t_wrong_type", .sql = "SELECT 1 AS n", ROW(struct number, NUMBER_ROW)};
QUERY T_TABLE = {.name = "t_table",
                 .sql = "CREATE TEMPORARY TABLE t_unique (n bigint UNIQUE)"};
QUERY T_BEGIN = {.name = "t_begin", .sql = "BEGIN"};
QUERY T_COMMIT = {.name = "t_commit", .sql = "COMMIT"};
QUERY T_DIVIDE = {.name = "t_divide",
                  .sql = "SELECT 10 / $1::bigint AS n",
                  ROW(struct number, NUMBER_ROW)};
QUERY T_PID = {.name = "t_pid",
               .sql = "SELECT pg_backend_pid()::bigint AS n",
               ROW(struct number, NUMBER_ROW)};
QUERY T_TERMINATE = {.name = "t_terminate",
                     .sql = "SELECT pg_terminate_backend($1::bigint::integer, 5000)"};
QUERY T_SLEEP = {.name = "t_sleep", .sql = "SELECT pg_sleep(10)"};
QUERY T_SUICIDE = {.name = "t_suicide",
                   .sql = "SELECT pg_terminate_backend(pg_backend_pid())"};

static struct arena arena;
static struct error err;

static struct db *open_db(void)
{
    return db_new(getenv("PEDIGREE_DATABASE"), NULL);
}

static int set_up(void **state)
{
    arena_init(&arena, 0);
    memset(&err, 0, sizeof err);
    *state = open_db();
    return 0;
}

static int tear_down(void **state)
{
    db_free(*state);
    arena_reset(&arena);
    return 0;
}

static void test_types(void **state)
{
    struct rows rows;
    bool ok = db_query(*state, &arena, &T_ECHO,
                       ARGS(TEXT("h\xc3\xa9"), INT8(-5), INT4(1 << 30), BOOLEAN(true),
                            BYTES((const uint8_t *)"\0\1", 2)),
                       &rows, &err);
    assert_true(ok);
    assert_int_equal(rows.len, 1);
    const struct everything *e = rows.at;
    assert_string_equal(e->a_text, "h\xc3\xa9");
    assert_int_equal(e->a_int8, -5);
    assert_int_equal(e->a_int4, 1 << 30);
    assert_true(e->a_bool);
    assert_int_equal(e->a_bytes.len, 2);
    assert_memory_equal(e->a_bytes.at, "\0\1", 2);
}

static void test_nulls(void **state)
{
    struct rows rows;
    assert_true(db_query(*state, &arena, &T_ECHO,
                         ARGS(TEXT(NULL), INT8(INT64_MIN), INT4(INT32_MIN),
                              BOOLEAN(false), BYTES(NULL, 0)),
                         &rows, &err));
    const struct everything *e = rows.at;
    assert_null(e->a_text);
    assert_true(e->a_int8 == INT64_MIN);
    assert_true(e->a_int4 == INT32_MIN);
    assert_false(e->a_bool);
    assert_null(e->a_bytes.at);
}

static void test_arrays(void **state)
{
    const char *texts[] = {"a", NULL, ""};
    const int64_t eights[] = {1, INT64_MAX, INT64_MIN};
    const int32_t fours[] = {INT32_MIN, -1, 7};
    const struct bytes byteses[] = {
        {NULL, 0}, {(const uint8_t *)"xy", 2}, {(const uint8_t *)"", 0}};
    struct rows rows;
    assert_true(db_query(
        *state, &arena, &T_ARRAYS,
        ARGS(TEXTS(texts, 3), INT8S(eights, 3), INT4S(fours, 3), BYTESES(byteses, 3)),
        &rows, &err));
    assert_int_equal(rows.len, 3);
    const struct everything *e = rows.at;
    assert_string_equal(e[0].a_text, "a");
    assert_true(e[1].a_bool && !e[1].a_text);
    assert_string_equal(e[2].a_text, "");
    assert_true(e[1].a_int8 == INT64_MAX && e[2].a_int8 == INT64_MIN);
    assert_true(e[0].a_int4 == INT32_MIN && e[1].a_int4 == -1);
    assert_null(e[0].a_bytes.at);
    assert_memory_equal(e[1].a_bytes.at, "xy", 2);
    assert_non_null(e[2].a_bytes.at);
    assert_true(
        db_query(*state, &arena, &T_ARRAYS,
                 ARGS(TEXTS(NULL, 0), INT8S(NULL, 0), INT4S(NULL, 0), BYTESES(NULL, 0)),
                 &rows, &err));
    assert_int_equal(rows.len, 0);
}

static void test_columns_are_checked(void **state)
{
    struct rows rows;
    assert_false(db_query(*state, &arena, &T_WRONG_NAME, NO_ARGS, &rows, &err));
    assert_int_equal(err.code, ERR_INTERNAL);
    assert_non_null(strstr(err.detail, "t_wrong_name"));
    memset(&err, 0, sizeof err);
    assert_false(db_query(*state, &arena, &T_WRONG_TYPE, NO_ARGS, &rows, &err));
    assert_non_null(strstr(err.detail, "bigint"));
}

static void test_error_skips_the_rest(void **state)
{
    struct rows first, second;
    struct pipeline *p = pipeline_new(*state, &arena);
    pipeline_add(p, &T_BEGIN, NO_ARGS, NULL);
    pipeline_add(p, &T_DIVIDE, ARGS(INT8(2)), &first);
    pipeline_add(p, &T_DIVIDE, ARGS(INT8(0)), &second);
    pipeline_add(p, &T_PID, NO_ARGS, &second);
    pipeline_add(p, &T_COMMIT, NO_ARGS, NULL);
    assert_false(pipeline_commit(p, &err));
    assert_int_equal(err.code, ERR_INTERNAL);
    assert_non_null(strstr(err.detail, "22012"));
    memset(&err, 0, sizeof err);
    /* The connection goes on, and what was skipped is prepared when it is next used. */
    assert_true(db_query(*state, &arena, &T_PID, NO_ARGS, &second, &err));
    p = pipeline_new(*state, &arena);
    pipeline_add(p, &T_BEGIN, NO_ARGS, NULL);
    pipeline_add(p, &T_DIVIDE, ARGS(INT8(5)), &first);
    pipeline_add(p, &T_COMMIT, NO_ARGS, NULL);
    assert_true(pipeline_commit(p, &err));
    assert_int_equal(((const struct number *)first.at)->n, 2);
}

static void test_large_both_ways(void **state)
{
    enum { SIZE = 8 << 20 };
    char *large = arena_alloc(&arena, SIZE + 1);
    memset(large, 'y', SIZE);
    struct rows rows[6], lengths[6];
    struct pipeline *p = pipeline_new(*state, &arena);
    for (int i = 0; i < 6; i++) {
        pipeline_add(p, &T_REPEAT, ARGS(TEXT(large), INT4(1 << 20)), &rows[i]);
        pipeline_add(p, &T_LENGTHS, ARGS(TEXT(large)), &lengths[i]);
    }
    assert_true(pipeline_run(p, &err));
    for (int i = 0; i < 6; i++) {
        assert_int_equal(rows[i].len, 8);
        assert_int_equal(strlen(((const struct word *)rows[i].at)[7].w), 1 << 20);
        assert_int_equal(((const struct number *)lengths[i].at)->n, SIZE);
    }
}

static int64_t pid_of(struct db *db)
{
    struct rows rows;
    assert_true(db_query(db, &arena, &T_PID, NO_ARGS, &rows, &err));
    return ((const struct number *)rows.at)->n;
}

static void terminate(int64_t pid)
{
    struct db *other = open_db();
    assert_true(db_query(other, &arena, &T_TERMINATE, ARGS(INT8(pid)), NULL, &err));
    db_free(other);
}

static void test_reconnects(void **state)
{
    int64_t before = pid_of(*state);
    terminate(before);
    int64_t after = pid_of(*state); /* prepared again, too */
    assert_true(before != after);
}

static void begin_snapshot(struct db *db)
{
    struct pipeline *p = pipeline_new(db, &arena);
    pipeline_begin_snapshot(p);
    assert_true(pipeline_run(p, &err));
}

static void test_no_reconnect_in_a_transaction(void **state)
{
    begin_snapshot(*state);
    terminate(pid_of(*state));
    struct rows rows;
    assert_false(db_query(*state, &arena, &T_PID, NO_ARGS, &rows, &err));
    assert_int_equal(err.code, ERR_UNAVAILABLE);
    db_end(*state);
    memset(&err, 0, sizeof err);
    assert_true(db_ping(*state, &err));
}

static void test_lost_under_way(void **state)
{
    struct pipeline *p = pipeline_new(*state, &arena);
    pipeline_add(p, &T_BEGIN, NO_ARGS, NULL);
    pipeline_add(p, &T_SUICIDE, NO_ARGS, NULL);
    assert_false(pipeline_run(p, &err));
    assert_int_equal(err.code, ERR_UNAVAILABLE);
    assert_false(db_is_up(*state));
}

static void test_timeout_is_unavailable(void **state)
{
    (void)state;
    struct db *db = db_new(getenv("PEDIGREE_DATABASE"), "SET statement_timeout = 50");
    assert_false(db_query(db, &arena, &T_SLEEP, NO_ARGS, NULL, &err));
    assert_int_equal(err.code, ERR_UNAVAILABLE);
    if (!strstr(err.detail, "ask for less at once"))
        fail_msg("%s", err.detail);
    assert_true(db_is_up(db));
    db_free(db);
}

static void test_nobody_there(void **state)
{
    (void)state;
    struct db *db = db_new("host=/nonexistent dbname=x", NULL);
    assert_false(db_ping(db, &err));
    assert_int_equal(err.code, ERR_UNAVAILABLE);
    assert_null(strchr(err.detail, '\n'));
    assert_non_null(strstr(err.detail, "/nonexistent"));
    db_free(db);
}

static void test_snapshot(void **state)
{
    assert_true(db_query(*state, &arena, &T_TABLE, NO_ARGS, NULL, &err));
    begin_snapshot(*state);
    struct rows rows;
    assert_true(db_query(*state, &arena, &T_DIVIDE, ARGS(INT8(1)), &rows, &err));
    assert_false(db_query(*state, &arena, &T_TABLE, NO_ARGS, NULL, &err));
    db_end(*state);
    memset(&err, 0, sizeof err);
    begin_snapshot(*state);
    db_end(*state);
}

static void test_commit_lost(void **state)
{
    struct pipeline *p = pipeline_new(*state, &arena);
    /* The server dies before COMMIT and says so: known not to have happened. */
    pipeline_add(p, &T_BEGIN, NO_ARGS, NULL);
    pipeline_add(p, &T_SUICIDE, NO_ARGS, NULL);
    pipeline_add(p, &T_COMMIT, NO_ARGS, NULL);
    assert_false(pipeline_commit(p, &err));
    assert_int_equal(err.code, ERR_UNAVAILABLE);
    memset(&err, 0, sizeof err);
    /* No transaction to commit is a bug, not success. */
    p = pipeline_new(*state, &arena);
    pipeline_add(p, &T_PID, NO_ARGS, NULL);
    assert_false(pipeline_commit(p, &err));
    assert_int_equal(err.code, ERR_INTERNAL);
}

/* Two on their way at once: a transaction, and what is asked behind it. */
struct pair {
    struct pipeline *first, *second;
    struct rows rows;
};

static void send_pair(struct pair *two, struct db *db, int64_t divisor, const struct query *then)
{
    *two = (struct pair){pipeline_new(db, &arena), pipeline_new(db, &arena), {NULL, 0}};
    pipeline_add(two->first, &T_BEGIN, NO_ARGS, NULL);
    pipeline_add(two->first, &T_DIVIDE, ARGS(INT8(divisor)), NULL);
    if (then)
        pipeline_add(two->first, then, NO_ARGS, NULL);
    pipeline_add(two->first, &T_COMMIT, NO_ARGS, NULL);
    pipeline_add(two->second, &T_BEGIN, NO_ARGS, NULL);
    pipeline_add(two->second, &T_DIVIDE, ARGS(INT8(5)), &two->rows);
    pipeline_send(two->first);
    pipeline_send(two->second);
}

static void test_behind_a_commit(void **state)
{
    struct pair two;
    send_pair(&two, *state, 2, NULL);
    assert_true(pipeline_commit(two.first, &err));
    assert_true(pipeline_run(two.second, &err));
    assert_int_equal(((const struct number *)two.rows.at)->n, 2);
    db_end(*state);
    begin_snapshot(*state); /* nothing is open */
    db_end(*state);
}

static void test_behind_a_failure(void **state)
{
    struct pair two;
    send_pair(&two, *state, 0, NULL);
    struct error behind = {0};
    assert_false(pipeline_commit(two.first, &err));
    assert_int_equal(err.code, ERR_INTERNAL);
    assert_false(pipeline_run(two.second, &behind));
    memset(&err, 0, sizeof err);
    begin_snapshot(*state); /* nothing is open, and what was skipped is prepared anew */
    assert_true(db_query(*state, &arena, &T_DIVIDE, ARGS(INT8(1)), &two.rows, &err));
    db_end(*state);
}

static void test_behind_a_death(void **state)
{
    struct pair two;
    send_pair(&two, *state, 1, &T_SUICIDE);
    struct error behind = {0};
    assert_false(pipeline_commit(two.first, &err));
    assert_int_equal(err.code, ERR_UNAVAILABLE); /* it said so before COMMIT */
    assert_false(pipeline_run(two.second, &behind));
    assert_int_equal(behind.code, ERR_UNAVAILABLE);
    memset(&err, 0, sizeof err);
    assert_true(db_query(*state, &arena, &T_DIVIDE, ARGS(INT8(1)), &two.rows, &err));
}

static void test_large_behind_large(void **state)
{
    enum { SIZE = 8 << 20 };
    char *large = arena_alloc(&arena, SIZE + 1);
    memset(large, 'y', SIZE);
    struct pipeline *p[2];
    struct rows rows[2], lengths[2];
    for (int i = 0; i < 2; i++) {
        p[i] = pipeline_new(*state, &arena);
        pipeline_add(p[i], &T_REPEAT, ARGS(TEXT(large), INT4(1 << 20)), &rows[i]);
        pipeline_add(p[i], &T_LENGTHS, ARGS(TEXT(large)), &lengths[i]);
        pipeline_send(p[i]);
    }
    for (int i = 0; i < 2; i++) {
        assert_true(pipeline_run(p[i], &err));
        assert_int_equal(rows[i].len, 8);
        assert_int_equal(((const struct number *)lengths[i].at)->n, SIZE);
    }
}

static void test_migrations(void **state)
{
    int applied;
    if (!db_migrate(*state, "migrations", &applied, &err))
        fail_msg("%s", err.detail);
    assert_true(db_is_migrated(*state, "migrations", &err));
    assert_true(db_migrate(*state, "migrations", &applied, &err));
    assert_int_equal(applied, 0);
    assert_false(db_is_migrated(*state, "tests", &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
        T(test_types),
        T(test_nulls),
        T(test_arrays),
        T(test_columns_are_checked),
        T(test_error_skips_the_rest),
        T(test_large_both_ways),
        T(test_reconnects),
        T(test_no_reconnect_in_a_transaction),
        T(test_lost_under_way),
        T(test_commit_lost),
        T(test_behind_a_commit),
        T(test_behind_a_failure),
        T(test_behind_a_death),
        T(test_large_behind_large),
        T(test_timeout_is_unavailable),
        T(test_nobody_there),
        T(test_snapshot),
        T(test_migrations),
    };
    if (!getenv("PEDIGREE_DATABASE")) {
        print_message("skipped: PEDIGREE_DATABASE is unset; use scripts/with-postgres\n");
        return 0;
    }
    return cmocka_run_group_tests_name("db", tests, NULL, NULL);
}
