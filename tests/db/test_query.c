/*
 * query - what each kind of reader gets of one small chain, and nothing more.
 *
 *   M1 maker -> D1 distributor -> B1 broker -> E1 ems -(joint)-> E2      all corroborated
 *                             \-> O1 other customer
 *   E3 ems: says it came from the distributor (asserted); E4: the same, consistent with
 * D1 (secret) -> B2 broker -> E5 ems;   S1 held by a stranger, owned by the owner
 */
#include "pedigree/query/query.h"

#include <jansson.h>
#include <libpq-fe.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const FIXTURE[] = {
    "INSERT INTO organisation (id, name, class) VALUES "
    "(1,'cage:MAKER',1),(2,'cage:DIST',2),"
    "(3,'cage:BROKR',3),(4,'cage:EMSXX',4),(5,'cage:STRAN',5),(6,'cage:OTHER',6),"
    "(7,'cage:OWNER',7),(8,'duns:EMS2',4),(9,'cage:PAGER',9)",
    "INSERT INTO part (id, maker, key, manufacturer, mpn) VALUES "
    "(100,1,'LM317T','cage:MAKER','LM317T')",
    "INSERT INTO lot (part, lot, holder, code, description, quantity, balance, state, "
    "owner,"
    " summary, traced, grade, score, coverage) VALUES"
    "(100,10,1,'M1','{\"code\":\"M1\",\"quantity\":1000,\"dateCodes\":[{\"code\":"
    "\"2431\","
    "\"quantity\":1000}],\"serials\":[\"s1\"]}',1000,0,'empty',NULL,'','manufacturer',0,"
    "0,800000),"
    "(100,20,2,'D1','{\"code\":\"D1\",\"quantity\":900}',900,100,'open',NULL,'','"
    "manufacturer',0,0,800000),"
    "(100,30,3,'B1','{\"code\":\"B1\",\"quantity\":500}',500,0,'empty',NULL,'','"
    "manufacturer',4,600000,800000),"
    "(100,40,4,'E1','{\"code\":\"E1\",\"quantity\":400}',400,0,'empty',NULL,'','"
    "manufacturer',0,0,900000),"
    "(100,41,4,'E2','{\"code\":\"E2\"}',400,400,'open',NULL,'','manufacturer',5,950000,"
    "800000),"
    "(100,42,4,NULL,NULL,400,0,'empty',NULL,'','',0,0,0),"
    "(100,50,6,'O1','{\"code\":\"O1\"}',100,100,'open',NULL,'','manufacturer',0,0,0),"
    "(100,60,4,'E3','{\"code\":\"E3\"}',10,10,'open',NULL,'','none',0,0,0),"
    "(100,61,4,'E4','{\"code\":\"E4\"}',10,10,'open',NULL,'','claimed',0,0,0),"
    "(100,70,3,'B2','{\"code\":\"B2\"}',10,10,'open',NULL,'','none',0,0,0),"
    "(100,71,4,'E5','{\"code\":\"E5\"}',10,10,'open',NULL,'','none',0,0,0),"
    "(100,80,5,'S1','{\"code\":\"S1\"}',10,10,'open',7,'','none',0,0,0)",
    "INSERT INTO lot (part, lot, holder, code, quantity, balance, state, summary)"
    " SELECT 100, 1000 + n, 9, 'P' || n, 1, 1, 'open', '' FROM generate_series(1, 25) n",
    "INSERT INTO lot_name SELECT holder, code, part, lot, lot FROM lot WHERE code IS NOT NULL",
    "INSERT INTO lot_mark (key, part, lot, kind, value, sub) VALUES"
    " (7,100,10,'trace','L77A','x'),(7,100,20,'trace','L77A','y'),(7,100,50,'trace','"
    "L77A','z')",
    "INSERT INTO edge (part, parent, child, parent_part, child_part, seq, ordinal, "
    "out_seq, quantity,"
    " standing, tier, source, seller, reason, shipped, received) VALUES"
    "(100,10,20,100,100,2,0,1,900,'corroborated','manufacturer','cage:MAKER','cage:MAKER'"
    ",'sale',"
    "'2026-01-01','2026-01-02'),"
    "(100,20,30,100,100,4,0,3,500,'corroborated','franchised','cage:DIST','cage:DIST','"
    "sale',NULL,'2026-02-02'),"
    "(100,20,50,100,100,5,0,6,100,'corroborated','franchised','cage:DIST',NULL,'sale',"
    "NULL,NULL),"
    "(100,30,40,100,100,8,0,7,400,'corroborated','independent','cage:BROKR',NULL,'sale',"
    "NULL,'2026-03-02'),"
    "(100,40,42,100,100,9,1,NULL,400,'internal','',NULL,NULL,'',NULL,NULL),"
    "(100,42,41,100,100,9,1001,NULL,400,'internal','',NULL,NULL,'',NULL,NULL),"
    "(100,0,60,0,100,10,0,NULL,10,'asserted','franchised','cage:DIST',NULL,'sale',NULL,"
    "NULL),"
    "(100,20,61,100,100,11,0,NULL,10,'consistent','franchised','cage:DIST',NULL,'sale',"
    "NULL,NULL),"
    "(100,0,70,0,100,12,0,NULL,10,'asserted','independent','name:cn/secret','name:cn/"
    "secret','sale','2025','2025'),"
    "(100,70,71,100,100,13,0,14,10,'corroborated','independent','cage:BROKR',NULL,'sale',"
    "NULL,NULL)",
    "INSERT INTO record (seq, submitter, role, kind, received_us, key, digests, "
    "commitment)"
    " SELECT seq, who, 'submitter', kind, 1767225600000000 + seq, int8send(seq::bigint), '', '' FROM "
    "(VALUES"
    "(0,'cage:MAKER','manufactured'),(1,'cage:MAKER','shipped'),(2,'cage:DIST','received'"
    "),"
    "(3,'cage:DIST','shipped'),(4,'cage:BROKR','received'),(5,'cage:OTHER','received'),"
    "(6,'cage:DIST','shipped'),(7,'cage:BROKR','shipped'),(8,'cage:EMSXX','received'),"
    "(10,'cage:EMSXX','received'),(15,'cage:DIST','counted')) v(seq, who, kind)",
    "INSERT INTO body (seq, secret, canonical) VALUES"
    "(0,'','{\"type\":\"manufactured\",\"time\":\"2025-12-01\",\"lot\":{\"code\":\"M1\","
    "\"quantity\":1000}}'),"
    "(1,'','{\"type\":\"shipped\",\"time\":\"2026-01-01\",\"lot\":\"M1\",\"quantity\":"
    "900,"
    "\"to\":{\"organisation\":\"cage:DIST\"}}'),"
    "(2,'','{\"type\":\"received\",\"time\":\"2026-01-02\",\"lot\":{\"code\":\"D1\","
    "\"quantity\":900},"
    "\"price\":{\"amount\":\"1\",\"currency\":\"USD\"},\"from\":{\"organisation\":\"cage:"
    "MAKER\"}}'),"
    "(3,'','{\"type\":\"shipped\",\"time\":\"2026-02-01\",\"lot\":\"D1\",\"quantity\":"
    "500,"
    "\"to\":{\"organisation\":\"cage:BROKR\"}}'),"
    "(4,'','{\"type\":\"received\",\"time\":\"2026-02-02\",\"lot\":{\"code\":\"B1\","
    "\"quantity\":500},"
    "\"from\":{\"organisation\":\"cage:DIST\"}}'),"
    "(5,'','{\"type\":\"received\",\"time\":\"2026-02-05\",\"lot\":{\"code\":\"O1\","
    "\"quantity\":100},"
    "\"from\":{\"organisation\":\"cage:DIST\"}}'),"
    "(6,'','{\"type\":\"shipped\",\"time\":\"2026-02-04\",\"lot\":\"D1\",\"quantity\":"
    "100,"
    "\"to\":{\"organisation\":\"cage:OTHER\"}}'),"
    "(7,'','{\"type\":\"shipped\",\"time\":\"2026-03-01\",\"lot\":\"B1\",\"quantity\":"
    "400}'),"
    "(8,'','{\"type\":\"received\",\"time\":\"2026-03-02\",\"lot\":{\"code\":\"E1\","
    "\"quantity\":400},"
    "\"from\":{\"organisation\":\"cage:BROKR\"}}'),"
    "(10,'','{\"type\":\"received\",\"time\":\"2026-03-03\",\"lot\":{\"code\":\"E3\","
    "\"quantity\":10},"
    "\"price\":{\"amount\":\"1\",\"currency\":\"USD\"},\"from\":{\"organisation\":\"cage:"
    "DIST\"}}'),"
    "(15,'','{\"type\":\"counted\",\"time\":\"2026-01-03\",\"lot\":\"D1\",\"quantity\":"
    "899}')",
    "INSERT INTO custody (part, lot, seq, ordinal, kind) VALUES "
    "(100,10,0,0,'manufactured'),"
    "(100,10,1,0,'shipped'),(100,20,2,0,'received'),(100,20,3,0,'shipped'),(100,20,6,0,'"
    "shipped'),"
    "(100,20,15,0,'counted'),(100,30,4,0,'received'),(100,30,7,0,'shipped'),(100,40,8,0,'"
    "received'),"
    "(100,50,5,0,'received'),(100,60,10,0,'received')",
    "INSERT INTO flag (lot, part, rule, subject, version, severity, state, message, "
    "evidence, since) VALUES"
    "(41,100,'CAP-044','hop PS-1',1,5,'open','Lot says 400.','{\"pieces\":400}',9),"
    "(41,100,'CAP-060','',1,3,'pending','More.','{}',9),"
    "(30,100,'CAP-044','hop PS-9',1,4,'open','Broker secret 77.','{\"secret\":77}',7)",
    "INSERT INTO log_head (size, previous, day, reference) VALUES (16, 0, 20500, -1)",
    "INSERT INTO due (kind, target, day, cause, newest, priority) VALUES ('lot', 20, 0, 12, 12, 1), "
    "('lot', 30, 30000, 3, 3, 1)",
};

static struct db *db;
static struct arena arena;
static struct error err;

static char conninfo[1024]; /* of a database of its own: others fill the given one */

static bool command(const char *where, const char *sql)
{
    PGconn *conn = PQconnectdb(where);
    PGresult *res = PQexec(conn, sql);
    bool ok = PQresultStatus(res) == PGRES_COMMAND_OK;
    if (!ok)
        print_error("%s: %s\n", sql, PQerrorMessage(conn));
    PQclear(res);
    PQfinish(conn);
    return ok;
}

static int set_up_all(void **state)
{
    (void)state;
    int applied;
    command(getenv("PEDIGREE_DATABASE"), "DROP DATABASE IF EXISTS pedigree_test_query");
    if (!command(getenv("PEDIGREE_DATABASE"), "CREATE DATABASE pedigree_test_query"))
        return -1;
    snprintf(conninfo, sizeof conninfo, "%s dbname=pedigree_test_query",
             getenv("PEDIGREE_DATABASE"));
    db = db_new(conninfo, QUERY_SETTINGS);
    if (!db_migrate(db, "migrations", &applied, &err)) {
        print_error("%s\n", err.detail);
        return -1;
    }
    for (size_t i = 0; i < sizeof FIXTURE / sizeof *FIXTURE; i++)
        if (!command(conninfo, FIXTURE[i]))
            return -1;
    return 0;
}

static int tear_down_all(void **state)
{
    (void)state;
    db_free(db);
    command(getenv("PEDIGREE_DATABASE"), "DROP DATABASE pedigree_test_query");
    return 0;
}

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 0);
    memset(&err, 0, sizeof err);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_reset(&arena);
    return 0;
}

static struct reader as(const char *organisation)
{
    struct caller *c = ARENA_NEW(&arena, struct caller);
    snprintf(c->organisation, sizeof c->organisation, "%s", organisation);
    c->role = strcmp(organisation, "operator") == 0 ? ROLE_OPERATOR : ROLE_READER;
    return (struct reader){.db = db, .arena = &arena, .caller = c};
}

/* ---- sights ---- */

static const struct {
    const char *label, *reader;
    int64_t lot;
    enum sight expect;
} SIGHTS[] = {
    {"maker: its own lot", "cage:MAKER", 10, SIGHT_OWN},
    {"maker: its customer's lot", "cage:MAKER", 20, SIGHT_CUSTOMER},
    {"maker: its customer's customer's lot", "cage:MAKER", 30, SIGHT_NONE},
    {"distributor: what it bought from", "cage:DIST", 10, SIGHT_UPSTREAM},
    {"distributor: who claims consistently", "cage:DIST", 61, SIGHT_NONE},
    {"distributor: who claims without proof", "cage:DIST", 60, SIGHT_NONE},
    {"ems: three hops up", "cage:EMSXX", 10, SIGHT_UPSTREAM},
    {"ems: under its other name", "duns:EMS2", 40, SIGHT_OWN},
    {"ems: another customer of its source's source", "cage:EMSXX", 50, SIGHT_NONE},
    {"ems: through a corroborated hop", "cage:EMSXX", 70, SIGHT_UPSTREAM},
    {"other: the distributor's lot", "cage:OTHER", 20, SIGHT_UPSTREAM},
    {"other: the broker beside it", "cage:OTHER", 30, SIGHT_NONE},
    {"owner: what a keeper holds for it", "cage:OWNER", 80, SIGHT_OWNER},
    {"stranger: a chain that is not its", "cage:STRAN", 20, SIGHT_NONE},
    {"nobody ever heard of", "cage:NOONE", 20, SIGHT_NONE},
    {"no such lot", "cage:EMSXX", 999, SIGHT_NONE},
    {"operator", "operator", 30, SIGHT_ALL},
};

struct named_lot {
    const char *holder, *code;
};
static const struct column NAMED_LOT_ROW[] = {COL(struct named_lot, holder), COL(struct named_lot, code)};
QUERY T_LOT_NAME = {
    .name = "t_lot_name",
    .sql = "SELECT o.name AS holder, n.code FROM lot_name n JOIN organisation o ON o.id = n.holder WHERE n.lot = $1",
    ROW(struct named_lot, NAMED_LOT_ROW),
};

static void test_sight(void **state)
{
    size_t i = (size_t)(uintptr_t)*state;
    set_up(NULL);
    struct reader r = as(SIGHTS[i].reader);
    struct viewer v;
    struct rows viewer, name, seen;
    enum sight sight = SIGHT_NONE;
    int64_t lot;
    struct pipeline *p = pipeline_new(db, &arena);
    access_ask_viewer(p, r.caller, &viewer);
    pipeline_add(p, &T_LOT_NAME, ARGS(INT8(SIGHTS[i].lot)), &name);
    assert_true(pipeline_run(p, &err));
    access_viewer(&arena, r.caller, &viewer, &v);
    if (name.len) {
        const struct named_lot *of = name.at;
        p = pipeline_new(db, &arena);
        pipeline_begin_snapshot(p);
        access_ask_lot(p, &v, of->holder, of->code, &seen);
        pipeline_end(p);
        assert_true(pipeline_run(p, &err));
        assert_true(access_lot(&seen, &lot, &sight, &err));
        assert_int_equal(lot, SIGHTS[i].lot);
    }
    assert_string_equal(sight_word(sight), sight_word(SIGHTS[i].expect));
    tear_down(NULL);
}

/* ---- one lot ---- */

static json_t *lot_of(const char *reader, const char *organisation, const char *code)
{
    struct reader r = as(reader);
    const char *text;
    memset(&err, 0, sizeof err);
    if (!query_lot(&r, &(struct lot_name){organisation, code}, &text, &err))
        return NULL;
    return json_loads(text, 0, NULL);
}

static void test_own_lot(void **state)
{
    (void)state;
    json_t *lot = lot_of("cage:EMSXX", "duns:EMS2", "E2");
    assert_non_null(lot);
    json_t *a = json_object_get(lot, "assessment");
    assert_string_equal(json_string_value(json_object_get(a, "score")), "0.950000");
    assert_string_equal(json_string_value(json_object_get(a, "coverage")), "0.800000");
    assert_string_equal(json_string_value(json_object_get(a, "grade")), "critical");
    json_t *at = json_object_get(a, "asOf");
    assert_int_equal(json_integer_value(json_object_get(at, "seq")), 11);
    assert_string_equal(json_string_value(json_object_get(at, "day")), "2026-02-16");
    json_t *flags = json_object_get(a, "flags");
    assert_int_equal(json_array_size(flags), 2);
    json_t *flag = json_array_get(flags, 0);
    assert_string_equal(json_string_value(json_object_get(flag, "message")),
                        "Lot says 400.");
    assert_int_equal(
        json_integer_value(json_object_get(json_object_get(flag, "evidence"), "pieces")),
        400);
    assert_int_equal(json_integer_value(json_object_get(lot, "balance")), 400);
    json_decref(lot);
}

static void test_upstream_lot(void **state)
{
    (void)state;
    json_t *lot = lot_of("cage:EMSXX", "cage:BROKR", "B1");
    assert_non_null(lot);
    assert_null(json_object_get(lot, "balance"));
    assert_null(json_object_get(lot, "quantity"));
    char *text = json_dumps(lot, 0);
    assert_null(strstr(text, "secret"));
    assert_null(strstr(text, "PS-9"));
    assert_non_null(strstr(text, "CAP-044"));
    free(text);
    json_decref(lot);
    lot = lot_of("cage:EMSXX", "cage:MAKER", "M1");
    text = json_dumps(lot, 0);
    assert_null(strstr(text, "quantity"));
    assert_null(strstr(text, "serials"));
    assert_non_null(strstr(text, "2431"));
    free(text);
    json_decref(lot);
}

static void test_absent_and_forbidden_look_alike(void **state)
{
    (void)state;
    assert_null(lot_of("cage:STRAN", "cage:DIST", "D1"));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_string_equal(err.detail, "no lot D1 of cage:DIST that you may see");
    assert_null(lot_of("cage:STRAN", "cage:DIST", "D9"));
    assert_string_equal(err.detail, "no lot D9 of cage:DIST that you may see");
    assert_null(lot_of("cage:MAKER", "cage:DIST", "D1")); /* a customer's */
    assert_null(lot_of("cage:STRAN", "cage:NOONE", "D1"));
    assert_int_equal(err.code, ERR_NOT_FOUND);
}

/* ---- search ---- */

static json_t *lots_of(const char *reader, const struct lot_filter *f, const char *cursor,
                       int64_t limit)
{
    struct reader r = as(reader);
    const char *text;
    memset(&err, 0, sizeof err);
    if (!query_lots(&r, f, &(struct page){cursor, limit}, &text, &err))
        return NULL;
    return json_loads(text, 0, NULL);
}

static const struct {
    const char *label, *reader;
    struct lot_filter filter;
    const char *expect; /* codes */
} SEARCHES[] = {
    {"own stock", "cage:EMSXX", {0}, "E1 E2 E3 E4 E5"},
    {"own and owned", "cage:OWNER", {0}, "S1"},
    {"a trace code, up the chain but not beside it",
     "cage:EMSXX",
     {.trace_code = "L77A"},
     "M1 D1"},
    {"a trace code, for the other customer",
     "cage:OTHER",
     {.trace_code = "L77A"},
     "M1 D1 O1"},
    {"a trace code, for a stranger", "cage:STRAN", {.trace_code = "L77A"}, ""},
    {"a trace code, for an operator", "operator", {.trace_code = "L77A"}, "M1 D1 O1"},
    {"by part", "cage:DIST", {.manufacturer = "cage:MAKER", .mpn = "LM 317-T"}, "M1 D1"},
    {"by another part", "cage:DIST", {.manufacturer = "cage:MAKER", .mpn = "X"}, ""},
    {"by holder", "cage:EMSXX", {.holder = "cage:BROKR"}, "B1 B2"},
    {"by grade", "cage:EMSXX", {.grade = "critical"}, "E2"},
    {"by rule", "cage:EMSXX", {.rule = "CAP-060"}, "E2"},
    {"by rule, for an operator", "operator", {.rule = "CAP-044"}, "B1 E2"},
    {"of nobody", "cage:NOONE", {0}, ""},
};

static void test_search(void **state)
{
    size_t row = (size_t)(uintptr_t)*state, i;
    char codes[200] = "";
    json_t *item;
    set_up(NULL);
    json_t *page = lots_of(SEARCHES[row].reader, &SEARCHES[row].filter, NULL, 100);
    if (!page)
        fail_msg("%s", err.detail);
    json_array_foreach(json_object_get(page, "items"), i, item)
    {
        strcat(codes, i ? " " : "");
        strcat(codes,
               json_string_value(json_object_get(json_object_get(item, "lot"), "code")));
    }
    assert_string_equal(codes, SEARCHES[row].expect);
    assert_null(json_object_get(page, "next"));
    json_decref(page);
    tear_down(NULL);
}

static void test_paging(void **state)
{
    (void)state;
    size_t seen = 0, pages = 0;
    const char *cursor = NULL;
    const struct lot_filter none = {0};
    do {
        json_t *page = lots_of("cage:PAGER", &none, cursor, 10);
        assert_non_null(page);
        seen += json_array_size(json_object_get(page, "items"));
        const char *next = json_string_value(json_object_get(page, "next"));
        cursor = next ? arena_strdup(&arena, next) : NULL;
        pages++;
        json_decref(page);
    } while (cursor && pages < 10);
    assert_int_equal(seen, 25);
    assert_int_equal(pages, 3);
}

static void test_bad_requests(void **state)
{
    (void)state;
    const struct lot_filter none = {0}, grade = {.grade = "awful"}, mpn = {.mpn = "X"};
    assert_null(lots_of("cage:PAGER", &none, "nonsense!", 10));
    assert_int_equal(err.code, ERR_INVALID);
    assert_string_equal(err.where, "cursor");
    assert_null(lots_of("cage:PAGER", &none, "ZjE", 10)); /* of another list */
    assert_string_equal(err.where, "cursor");
    assert_null(lots_of("cage:PAGER", &grade, NULL, 10));
    assert_string_equal(err.where, "grade");
    assert_null(lots_of("cage:PAGER", &mpn, NULL, 10));
    assert_string_equal(err.where, "manufacturer");
}

/* ---- trace ---- */

static const struct {
    const char *label, *reader, *organisation, *code;
    enum direction direction;
    const char *expect; /* arcs "from>to" by code, in order */
} TRACES[] = {
    {"up to the root", "cage:EMSXX", "cage:EMSXX", "E2", TRACE_UP,
     "->E2:400 E1>-:400 B1>E1:400 D1>B1 M1>D1"},
    {"up to one's own source", "cage:DIST", "cage:DIST", "D1", TRACE_UP, "M1>D1:900"},
    {"down to one's customers", "cage:DIST", "cage:DIST", "D1", TRACE_DOWN,
     "D1>(cage:BROKR):500 D1>(cage:OTHER):100 D1>(cage:EMSXX):10"},
    {"down from an upstream lot: only the way to us", "cage:EMSXX", "cage:DIST", "D1",
     TRACE_DOWN, "D1>B1 B1>E1:400 E1>-:400 ->E2:400"},
    {"an asserted source is a gap with the name given", "cage:EMSXX", "cage:EMSXX", "E3",
     TRACE_UP, "[cage:DIST]>E3:10"},
    {"so is a consistent one", "cage:EMSXX", "cage:EMSXX", "E4", TRACE_UP,
     "[cage:DIST]>E4:10"},
    {"somebody else's unproven source has no name", "cage:EMSXX", "cage:EMSXX", "E5",
     TRACE_UP, "B2>E5:10 []>B2"},
    {"operators see that name", "operator", "cage:EMSXX", "E5", TRACE_UP,
     "B2>E5:10 [name:cn/secret]>B2:10"},
    {"operators pass a consistent hop", "operator", "cage:EMSXX", "E4", TRACE_UP,
     "D1>E4:10 M1>D1:900"},
};

static const char *node_label(const json_t *trace, const char *id)
{
    const json_t *node;
    size_t i;
    json_array_foreach(json_object_get(trace, "nodes"), i, node)
    {
        if (strcmp(json_string_value(json_object_get(node, "id")), id) != 0)
            continue;
        const char *type = json_string_value(json_object_get(node, "type"));
        const char *organisation =
            json_string_value(json_object_get(node, "organisation"));
        const char *code = json_string_value(json_object_get(node, "code"));
        if (strcmp(type, "gap") == 0)
            return arena_printf(&arena, "[%s]", organisation ? organisation : "");
        if (strcmp(type, "joint") == 0)
            return "-";
        return code ? code : arena_printf(&arena, "(%s)", organisation);
    }
    return "?";
}

static void test_trace(void **state)
{
    size_t row = (size_t)(uintptr_t)*state, i;
    const char *text;
    char arcs[400] = "";
    const json_t *edge;
    set_up(NULL);
    struct reader r = as(TRACES[row].reader);
    struct trace_ask ask = {.lot = {TRACES[row].organisation, TRACES[row].code},
                            .direction = TRACES[row].direction,
                            .most = 2000};
    if (!query_trace(&r, &ask, &text, &err))
        fail_msg("%s", err.detail);
    json_t *trace = json_loads(text, 0, NULL);
    json_array_foreach(json_object_get(trace, "edges"), i, edge)
    {
        const json_t *quantity = json_object_get(edge, "quantity");
        snprintf(arcs + strlen(arcs), sizeof arcs - strlen(arcs), "%s%s>%s", i ? " " : "",
                 node_label(trace, json_string_value(json_object_get(edge, "from"))),
                 node_label(trace, json_string_value(json_object_get(edge, "to"))));
        if (quantity)
            snprintf(arcs + strlen(arcs), sizeof arcs - strlen(arcs), ":%lld",
                     (long long)json_integer_value(quantity));
    }
    assert_string_equal(arcs, TRACES[row].expect);
    assert_true(json_is_true(json_object_get(trace, "complete")));
    assert_true(json_is_null(json_object_get(trace, "cut")));
    json_decref(trace);
    ask.as_dot = true;
    assert_true(query_trace(&r, &ask, &text, &err));
    assert_memory_equal(text, "digraph trace {", 15);
    tear_down(NULL);
}

static void test_circle_and_depth(void **state)
{
    (void)state;
    const char *text;
    struct reader r = as("cage:PAGER");
    /* P1 -> P2 -> P3 -> P1, and a chain of 70 above P10. */
    assert_true(command(
        conninfo,
        "INSERT INTO edge (part, parent, child, parent_part, child_part, seq, ordinal,"
        " quantity, standing) VALUES (100,1001,1002,100,100,20,0,1,'internal'),"
        "(100,1002,1003,100,100,21,0,1,'internal'),(100,1003,1001,100,100,22,0,1,'"
        "internal');"
        "INSERT INTO lot (part, lot, holder, code, quantity, balance, state, summary)"
        " SELECT 100, 2000 + n, 9, 'Q' || n, 1, 1, 'open', '' FROM generate_series(1, "
        "70) n;"
        "INSERT INTO lot_name SELECT holder, code, part, lot, lot FROM lot WHERE lot > 2000;"
        "INSERT INTO edge (part, parent, child, parent_part, child_part, seq, ordinal,"
        " quantity, standing) SELECT 100, 2001 + n, 2000 + n, 100, 100, 30 + n, 0, 1,"
        " 'corroborated' FROM generate_series(1, 69) n"));
    struct trace_ask ask = {.lot = {"cage:PAGER", "P1"}, .direction = TRACE_BOTH, .most = 2000};
    assert_true(query_trace(&r, &ask, &text, &err));
    json_t *trace = json_loads(text, 0, NULL);
    assert_int_equal(json_array_size(json_object_get(trace, "nodes")), 3);
    assert_int_equal(json_array_size(json_object_get(trace, "edges")), 3);
    json_decref(trace);
    ask.lot.code = "Q1";
    assert_true(query_trace(&r, &ask, &text, &err));
    trace = json_loads(text, 0, NULL);
    assert_int_equal(json_array_size(json_object_get(trace, "edges")), 64);
    assert_memory_equal(json_string_value(json_object_get(trace, "cut")), "depth",
                        5);
    json_decref(trace);
}

/* ---- records ---- */

static const struct {
    const char *label, *reader, *organisation, *code,
        *expect; /* seqs; * partial; "": not found */
} LISTS[] = {
    {"own: all, in order of time", "cage:DIST", "cage:DIST", "D1", "2 15 3 6"},
    {"upstream: how it came and went towards us", "cage:EMSXX", "cage:DIST", "D1",
     "2* 3*"},
    {"upstream, from the other side", "cage:OTHER", "cage:DIST", "D1", "2* 6*"},
    {"upstream: the maker", "cage:EMSXX", "cage:MAKER", "M1", "0* 1*"},
    {"a customer's lot", "cage:DIST", "cage:BROKR", "B1", ""},
    {"operator", "operator", "cage:BROKR", "B1", "4 7"},
};

static void test_records(void **state)
{
    size_t row = (size_t)(uintptr_t)*state, i;
    char seqs[200] = "";
    const char *cursor = NULL, *text;
    const json_t *item;
    set_up(NULL);
    struct reader r = as(LISTS[row].reader);
    const struct lot_name name = {LISTS[row].organisation, LISTS[row].code};
    do {
        if (!query_lot_records(&r, &name, &(struct page){cursor, 1}, &text, &err)) {
            assert_int_equal(err.code, ERR_NOT_FOUND);
            break;
        }
        assert_null(*LISTS[row].reader == 'c' &&
                            strcmp(LISTS[row].organisation, LISTS[row].reader)
                        ? strstr(text, "price")
                        : NULL);
        json_t *page = json_loads(text, 0, NULL);
        json_array_foreach(json_object_get(page, "items"), i, item) snprintf(
            seqs + strlen(seqs), sizeof seqs - strlen(seqs), "%s%lld%s", *seqs ? " " : "",
            (long long)json_integer_value(json_object_get(item, "seq")),
            json_is_true(json_object_get(item, "partial")) ? "*" : "");
        const char *next = json_string_value(json_object_get(page, "next"));
        cursor = next ? arena_strdup(&arena, next) : NULL;
        json_decref(page);
    } while (cursor);
    assert_string_equal(seqs, LISTS[row].expect);
    tear_down(NULL);
}

static void test_record_by_seq(void **state)
{
    (void)state;
    const char *text;
    struct reader own = as("cage:EMSXX"), named = as("cage:DIST"),
                  stranger = as("cage:STRAN");
    assert_true(query_record(&own, 10, &text, &err));
    assert_non_null(strstr(text, "price"));
    assert_true(query_record(&named, 10, &text, &err));
    assert_null(strstr(text, "price"));
    assert_non_null(strstr(text, "E3"));
    assert_false(query_record(&stranger, 10, &text, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    memset(&err, 0, sizeof err);
    assert_false(query_record(&own, 4711, &text, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
}

/* ---- flags, part, organisation ---- */

static size_t count_flags(const char *reader, const struct flag_filter *f)
{
    struct reader r = as(reader);
    const char *cursor = NULL, *text;
    size_t n = 0;
    memset(&err, 0, sizeof err);
    do {
        if (!query_flags(&r, f, &(struct page){cursor, 1}, &text, &err))
            return SIZE_MAX;
        json_t *page = json_loads(text, 0, NULL);
        n += json_array_size(json_object_get(page, "items"));
        const char *next = json_string_value(json_object_get(page, "next"));
        cursor = next ? arena_strdup(&arena, next) : NULL;
        json_decref(page);
    } while (cursor);
    return n;
}

static void test_flags(void **state)
{
    (void)state;
    const struct flag_filter none = {0}, critical = {.severity = "critical"},
                             pending = {.state = "pending"}, bad = {.severity = "x"},
                             broker = {.holder = "cage:BROKR"},
                             rule = {.rule = "CAP-044"},
                             part = {.manufacturer = "cage:MAKER", .mpn = "LM317T"};
    assert_int_equal(count_flags("cage:EMSXX", &none), 2);
    assert_int_equal(count_flags("cage:DIST", &none), 0);
    assert_int_equal(count_flags("operator", &none), 3);
    assert_int_equal(count_flags("operator", &critical), 1);
    assert_int_equal(count_flags("operator", &broker), 1);
    assert_int_equal(count_flags("operator", &rule), 2);
    assert_int_equal(count_flags("operator", &part), 3);
    assert_int_equal(count_flags("cage:EMSXX", &pending), 1);
    assert_int_equal(count_flags("cage:EMSXX", &broker), 0);
    assert_true(count_flags("cage:EMSXX", &bad) == SIZE_MAX);
    assert_string_equal(err.where, "severity");
}

static void test_part_and_organisation(void **state)
{
    (void)state;
    const char *text;
    struct reader dist = as("cage:DIST"), stranger = as("cage:STRAN"),
                  operator_ = as("operator"), nobody = as("cage:NOONE");
    assert_true(query_part(&dist, "cage:MAKER", "LM317T", &text, &err));
    assert_non_null(strstr(text, "\"own\":{\"lots\":1,\"pieces\":100}"));
    assert_null(strstr(text, "\"all\""));
    assert_true(query_part(&operator_, "cage:MAKER", "LM317T", &text, &err));
    assert_non_null(strstr(text, "\"all\":{\"lots\":2,\"pieces\":200}"));
    /* His own stock is not clean, and his. */
    assert_true(query_part(&stranger, "cage:MAKER", "LM317T", &text, &err));
    assert_non_null(strstr(text, "\"own\":{\"lots\":0,\"pieces\":0}"));
    assert_false(query_part(&nobody, "cage:MAKER", "LM317T", &text, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    memset(&err, 0, sizeof err);
    assert_true(query_organisation(&dist, "cage:DIST", &text, &err));
    assert_false(query_organisation(&dist, "cage:STRAN", &text, &err));
}

int main(void)
{
    enum { MOST = 100 };
    static struct CMUnitTest tests[MOST];
    size_t n = 0;
#define EACH(table, f)                                                                   \
    for (size_t i = 0; i < sizeof(table) / sizeof *(table); i++)                         \
    tests[n++] =                                                                         \
        (struct CMUnitTest){(table)[i].label, (f), NULL, NULL, (void *)(uintptr_t)i}
#define ONE(f)                                                                           \
    tests[n++] = (struct CMUnitTest)                                                     \
    {                                                                                    \
#f, (f), set_up, tear_down, NULL                                                 \
    }
    EACH(SIGHTS, test_sight);
    EACH(SEARCHES, test_search);
    EACH(TRACES, test_trace);
    EACH(LISTS, test_records);
    ONE(test_own_lot);
    ONE(test_upstream_lot);
    ONE(test_absent_and_forbidden_look_alike);
    ONE(test_paging);
    ONE(test_bad_requests);
    ONE(test_record_by_seq);
    ONE(test_flags);
    ONE(test_part_and_organisation);
    ONE(test_circle_and_depth);
    if (!getenv("PEDIGREE_DATABASE")) {
        print_message("skipped: PEDIGREE_DATABASE is unset; use scripts/with-postgres\n");
        return 0;
    }
    return _cmocka_run_group_tests("query", tests, n, set_up_all, tear_down_all);
}
