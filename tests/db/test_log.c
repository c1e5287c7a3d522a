/*
 * The log as a tree, in a real PostgreSQL: what the ledger signs is the tree over its rows, every receipt proves its
 * record, and a database that is older than the anchor, or says anything else, is never signed over.
 * Needs PEDIGREE_DATABASE (scripts/with-postgres); skips, saying so, without.
 */
#include "ledger/anchor.h"
#include "pedigree/ledger/tree_load.h"
#include "pedigree/base/cleanup.h"
#include "pedigree/base/log.h"
#include "pedigree/ledger/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char scratch[] = "/tmp/pedigree-log.XXXXXX";

/* ---- a database, an anchor and a key of its own for each test ---- */

struct world {
    char conninfo[512], anchor[256];
    struct note_signer signer;
    struct ledger_options options;
    struct ledger *ledger;
    int named; /* lots so far */
    struct arena arena;
};

static char *sql(const char *conninfo, const char *text)
{
    PGconn *c = PQconnectdb(conninfo);
    PGresult *r = PQexec(c, text);
    char *out = NULL;
    if (PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) > 0 && !PQgetisnull(r, 0, 0))
        out = strdup(PQgetvalue(r, 0, 0));
    else if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", text, PQerrorMessage(c));
    PQclear(r);
    PQfinish(c);
    return out;
}

static void alter(const struct world *w, const char *text)
{
    free(sql(w->conninfo, text));
}

static int64_t number(const struct world *w, const char *text)
{
    char *answer = sql(w->conninfo, text);
    int64_t n = answer ? strtoll(answer, NULL, 10) : -1;
    free(answer);
    return n;
}

static int make_database(void **state)
{
    static int n;
    struct world *w = calloc(1, sizeof *w);
    struct error err = {0};
    const char *base = getenv("PEDIGREE_DATABASE");
    char create[64];
    const uint8_t seed[ED25519_KEY] = {7};
    int applied;
    snprintf(create, sizeof create, "CREATE DATABASE log_%d", ++n);
    free(sql(base, create));
    snprintf(w->conninfo, sizeof w->conninfo, "%s dbname=log_%d", base, n);
    snprintf(w->anchor, sizeof w->anchor, "%s/anchor-%d", scratch, n);
    struct db *db = db_new(w->conninfo, NULL);
    if (!db_migrate(db, "migrations", &applied, &err) ||
        !note_signer_make("ledger.test/1", NOTE_ED25519, seed, &w->signer, &err))
        fail_msg("%s", err.detail);
    db_free(db);
    w->options = (struct ledger_options){.conninfo = w->conninfo, .batch_max = 1024, .queue_records = 8192, .cache_bytes = 1 << 20,
                                         .signers = &w->signer, .signers_len = 1, .anchor = w->anchor};
    arena_init(&w->arena, 0);
    *state = w;
    return 0;
}

static void stop(struct world *w)
{
    ledger_stop(w->ledger);
    w->ledger = NULL;
}

static void start(struct world *w)
{
    struct error err = {0};
    w->ledger = ledger_start(&w->options, &err);
    if (!w->ledger)
        fail_msg("%s", err.detail);
}

static int end_world(void **state)
{
    struct world *w = *state;
    stop(w);
    arena_reset(&w->arena);
    free(w);
    return 0;
}

/* ---- records ---- */

struct waiter {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool done;
};

static void work_done(struct work *w)
{
    struct waiter *x = w->owner;
    pthread_mutex_lock(&x->lock);
    x->done = true;
    pthread_cond_signal(&x->wake);
    pthread_mutex_unlock(&x->lock);
}

static void submit(struct ledger *l, struct work *w)
{
    struct waiter x = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false};
    struct error err = {0};
    w->done = work_done;
    w->owner = &x;
    assert_true(ledger_submit(l, w, &err));
    pthread_mutex_lock(&x.lock);
    while (!x.done)
        pthread_cond_wait(&x.wake, &x.lock);
    pthread_mutex_unlock(&x.lock);
}

/* So many receipts of new lots, in one work. */
static struct work *submit_new(struct world *w, size_t n)
{
    struct work *work = ARENA_NEW(&w->arena, struct work);
    struct error err = {0};
    *work = (struct work){.arena = &w->arena, .submitter = "cage:9PRT1", .role = ROLE_OPERATOR, .len = n, .want_receipt = true};
    work->items = ARENA_ARRAY(&w->arena, struct item, n);
    for (size_t i = 0; i < n; i++) {
        const char *text = arena_printf(&w->arena, "{\"type\":\"received\",\"time\":\"2024-01-01\",\"lot\":{\"code\":\"L%d\",\"part\":"
                                        "{\"manufacturer\":\"TI\",\"mpn\":\"X1\"},\"quantity\":5}}", w->named++);
        assert_true(record_decode(&w->arena, text, strlen(text), &work->items[i].decoded, &err));
        item_seal(&w->arena, &work->items[i], 0);
    }
    submit(w->ledger, work);
    for (size_t i = 0; i < n; i++)
        json_decref(work->items[i].decoded.record->json);
    return work;
}

static struct work *accepted(struct world *w, size_t n)
{
    struct work *work = submit_new(w, n);
    for (size_t i = 0; i < n; i++)
        if (work->items[i].outcome != OUTCOME_ACCEPTED)
            fail_msg("record %zu: outcome %d: %s", i, work->items[i].outcome, work->items[i].err.detail);
    return work;
}

/* ---- what must hold ---- */

static void open_checkpoint(struct world *w, const char *note, struct checkpoint *out)
{
    struct error err = {0};
    struct note n;
    if (!note_parse(&w->arena, note, strlen(note), &n, &err) || !checkpoint_parse(&w->arena, n.text, n.text_len, out, &err))
        fail_msg("%s", err.detail);
    assert_int_equal(note_verify(&n, &w->signer.verifier, NULL), NOTE_SIGNED);
    assert_string_equal(out->origin, "ledger.test/1");
}

/* Each receipt proves the commitment that stands in the database. */
static void check_receipts(struct world *w, const struct work *work)
{
    struct error err = {0};
    struct db *db = db_new(w->conninfo, NULL);
    for (size_t i = 0; i < work->len; i++) {
        struct receipt r;
        struct checkpoint c;
        const struct item *item = &work->items[i];
        assert_non_null(item->receipt);
        assert_non_null(work->checkpoint);
        const char *text = arena_printf(&w->arena, "%s%s", item->receipt, work->checkpoint);
        if (!receipt_parse(&w->arena, text, strlen(text), &r, &err))
            fail_msg("%s", err.detail);
        open_checkpoint(w, r.checkpoint, &c);
        assert_int_equal(r.index, item->seq);
        assert_memory_equal(r.extra.at, item->secret, SECRET_LEN);
        const struct tile_id id = {0, item->seq / TILE_WIDTH, (int)(item->seq % TILE_WIDTH) + 1};
        const struct hash *leaves = tile_load(db, &w->arena, &id, &err);
        assert_non_null(leaves);
        assert_true(tree_inclusion_holds(r.index, c.size, &leaves[item->seq % TILE_WIDTH], &r.path, &c.root));
    }
    db_free(db);
}

/* Roots and nodes as they follow from the commitments alone. */
static void check_tree(struct world *w)
{
    struct error err = {0};
    struct tree_edge edge;
    struct tile_nodes nodes = {0};
    struct hash root, loaded;
    char hex[2 * SHA256_LEN + 1];
    int64_t size = number(w, "SELECT max(size) FROM log_head");
    struct db *db = db_new(w->conninfo, NULL);
    edge_init(&edge);
    assert_true(tree_grow(db, &w->arena, size, &edge, &nodes, &err));
    edge_root(&edge, &root);
    if (!tree_load_root(db, size, &loaded, &err))
        fail_msg("%s", err.detail);
    assert_memory_equal(&loaded, &root, sizeof root);
    char *stored = sql(w->conninfo, "SELECT encode(root, 'hex') FROM log_head ORDER BY size DESC LIMIT 1");
    assert_string_equal(stored, hex_encode(root.at, SHA256_LEN, hex));
    free(stored);
    assert_int_equal(number(w, "SELECT count(*) FROM node"), (int64_t)nodes.len);
    for (size_t i = 0; i < nodes.len; i++) {
        char *one = sql(w->conninfo, arena_printf(&w->arena, "SELECT encode(hash, 'hex') FROM node WHERE level = %d AND index = %" PRId64,
                                                  nodes.at[i].level, nodes.at[i].index));
        assert_string_equal(one, hex_encode(nodes.at[i].hash.at, SHA256_LEN, hex));
        free(one);
    }
    edge_done(&edge);
    db_free(db);
}

static bool read_anchor(struct world *w, struct anchored *out, struct error *err)
{
    struct anchor *x = anchor_new(w->anchor);
    bool ok = anchor_read(x, &w->arena, out, err);
    anchor_free(x);
    return ok;
}

static void check_anchor(struct world *w, int64_t size)
{
    struct anchored a;
    struct error err = {0};
    struct checkpoint c;
    if (!read_anchor(w, &a, &err))
        fail_msg("%s", err.detail);
    assert_true(a.is_there);
    open_checkpoint(w, a.note, &c);
    assert_int_equal(c.size, size);
}

/* Waits until the ledger says what is wrong; nothing is accepted meanwhile. */
static void check_refused(struct world *w, const char *why)
{
    struct work *work = submit_new(w, 1);
    assert_int_equal(work->items[0].outcome, OUTCOME_UNAVAILABLE);
    if (!strstr(work->items[0].err.detail, why))
        fail_msg("\"%s\" does not say \"%s\"", work->items[0].err.detail, why);
    assert_non_null(strstr(ledger_trouble(w->ledger, &w->arena), why));
}

/* ---- tests ---- */

static void test_receipts(void **state)
{
    static const size_t BATCHES[] = {1, 1, 2, 3, 100, 148, 1, 1, 255, 256, 257, 1, 700, 1, 3};
    struct world *w = *state;
    int64_t size = 0;
    start(w);
    for (size_t i = 0; i < LENGTH(BATCHES); i++) {
        check_receipts(w, accepted(w, BATCHES[i]));
        size += (int64_t)BATCHES[i];
        check_anchor(w, size);
        if (i % 4 == 3) { /* what is remembered, and what is read again, grow alike */
            stop(w);
            start(w);
        }
    }
    check_tree(w);
    int64_t known;
    const char *note;
    struct checkpoint c;
    assert_true(ledger_checkpoint(w->ledger, &w->arena, &known, &note));
    open_checkpoint(w, note, &c);
    assert_int_equal(known, size);
    assert_int_equal(c.size, size);
}

static void test_empty(void **state)
{
    struct world *w = *state;
    int64_t size = -1;
    const char *note;
    struct hash root;
    struct checkpoint c;
    start(w);
    for (int i = 0; i < 500 && !ledger_checkpoint(w->ledger, &w->arena, &size, &note); i++)
        usleep(20000);
    assert_int_equal(size, 0);
    open_checkpoint(w, note, &c);
    sha256("", 0, root.at);
    assert_memory_equal(&c.root, &root, sizeof root);
    check_anchor(w, 0);
}

static void test_checkpoints_are_kept(void **state)
{
    struct world *w = *state;
    start(w);
    accepted(w, 3);
    accepted(w, 4);
    for (int i = 0; i < 500 && number(w, "SELECT max(size) FROM checkpoint") != 7; i++)
        usleep(20000);
    assert_int_equal(number(w, "SELECT max(size) FROM checkpoint"), 7);
    assert_int_equal(number(w, "SELECT count(*) FROM checkpoint WHERE size = 3"), 1);
}

static void test_without_key(void **state)
{
    struct world *w = *state;
    w->options.signers_len = 0;
    start(w);
    struct work *work = accepted(w, 300);
    assert_null(work->items[0].receipt);
    assert_null(work->checkpoint);
    assert_int_equal(number(w, "SELECT count(*) FROM log_head WHERE root IS NOT NULL"), 0);
    stop(w);
    w->options.signers_len = 1; /* from now on */
    start(w);
    check_receipts(w, accepted(w, 2));
    check_tree(w);
    stop(w);
    w->options.signers_len = 0; /* and no longer: what was signed once stays signed */
    start(w);
    check_refused(w, "set log_key");
}

static void test_rolled_back(void **state)
{
    struct world *w = *state;
    start(w);
    accepted(w, 5);
    accepted(w, 5);
    stop(w);
    alter(w, "DELETE FROM log_head WHERE size > 5; DELETE FROM record WHERE seq >= 5; DELETE FROM body WHERE seq >= 5");
    start(w);
    check_refused(w, "has 5 records, and 10 were acknowledged");
    check_anchor(w, 10);
    assert_int_equal(number(w, "SELECT max(size) FROM log_head"), 5);
}

static void test_another_history(void **state)
{
    struct world *w = *state;
    start(w);
    accepted(w, 5);
    stop(w);
    char old[300], kept[300];
    snprintf(kept, sizeof kept, "%s.kept", w->anchor);
    snprintf(old, sizeof old, "%s", w->anchor);
    assert_int_equal(rename(old, kept), 0);
    alter(w, "TRUNCATE record, body, log_head, node, checkpoint, ledger_state, statement, organisation, part, lot, lot_name, custody,"
             " link, edge, lot_mark, mark, flag, due");
    start(w);
    accepted(w, 7); /* all is well without the anchor: the other one's log */
    stop(w);
    assert_int_equal(rename(kept, old), 0);
    start(w);
    check_refused(w, "are not those that were signed");
    check_anchor(w, 5);
}

static const struct altering {
    const char *label, *sql, *why;
} ALTERED[] = {
    {"a commitment of the edge", "UPDATE record SET commitment = set_byte(commitment, 3, get_byte(commitment, 3) # 1) WHERE seq = 598",
     "the newest head is not of the tree"},
    {"a commitment that is cut", "UPDATE record SET commitment = substr(commitment, 1, 31) WHERE seq = 598", "31 bytes"},
    {"a record of the edge is gone", "DELETE FROM record WHERE seq = 590", "of the records 512 to 599 87 are there"},
    {"the head's root", "UPDATE log_head SET root = set_byte(root, 0, get_byte(root, 0) # 128) WHERE size = 600",
     "the newest head is not of the tree"},
    {"the head's root is cut", "UPDATE log_head SET root = substr(root, 1, 30) WHERE size = 600", "the newest head is not of the tree"},
    {"a node", "UPDATE node SET hash = set_byte(hash, 31, get_byte(hash, 31) # 2) WHERE index = 1", "the newest head is not of the tree"},
    {"a node is gone", "DELETE FROM node WHERE index = 1", "of the tree's nodes 0 to 1 1 are there"},
};

static void test_altered(void **state)
{
    struct world *w = *state;
    start(w);
    accepted(w, 600);
    for (size_t i = 0; i < LENGTH(ALTERED); i++) {
        stop(w);
        alter(w, "CREATE TABLE kept_record AS TABLE record; CREATE TABLE kept_head AS TABLE log_head; CREATE TABLE kept_node AS TABLE node");
        alter(w, ALTERED[i].sql);
        start(w);
        print_message("           %s\n", ALTERED[i].label);
        check_refused(w, ALTERED[i].why);
        alter(w, "TRUNCATE record, log_head, node; INSERT INTO record TABLE kept_record; INSERT INTO log_head TABLE kept_head;"
                 " INSERT INTO node TABLE kept_node; DROP TABLE kept_record, kept_head, kept_node");
        for (int k = 0; k < 500 && *ledger_trouble(w->ledger, &w->arena); k++)
            usleep(20000);
        assert_string_equal(ledger_trouble(w->ledger, &w->arena), ""); /* it recovers by itself */
    }
    check_receipts(w, accepted(w, 1));
}

/* Two daemons on one database, and one anchor: each goes on behind the other. */
static void test_two(void **state)
{
    struct world *w = *state;
    struct error err = {0};
    start(w);
    struct ledger *one = w->ledger, *other = ledger_start(&w->options, &err);
    assert_non_null(other);
    for (int i = 0; i < 12; i++) {
        w->ledger = i % 3 == 1 ? other : one;
        check_receipts(w, accepted(w, (size_t)(i * 37 % 90 + 1)));
    }
    check_tree(w);
    ledger_stop(other);
    w->ledger = one;
}

static void test_anchor_is_lost(void **state)
{
    struct world *w = *state;
    char away[300];
    snprintf(away, sizeof away, "%s.away", w->anchor);
    start(w);
    accepted(w, 2);
    assert_int_equal(rename(w->anchor, away), 0);
    struct work *work = submit_new(w, 1);
    assert_int_equal(work->items[0].outcome, OUTCOME_UNCERTAIN); /* it is committed: to send it again finds it */
    assert_non_null(strstr(ledger_trouble(w->ledger, &w->arena), "anchor"));
    assert_int_equal(rename(away, w->anchor), 0);
    for (int k = 0; k < 500 && *ledger_trouble(w->ledger, &w->arena); k++)
        usleep(20000);
    check_receipts(w, accepted(w, 1));
    check_anchor(w, 4);
}

static void scribble(const char *path, off_t at)
{
    int fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, "scribble", 8, at), 8);
    close(fd);
}

static void test_anchor_is_torn(void **state)
{
    enum { FIRST = 100, SECOND = 16384 + 100 };
    struct world *w = *state;
    start(w);
    accepted(w, 2);
    accepted(w, 3);
    stop(w);
    struct anchored a;
    struct error err = {0};
    /* The empty log's note, two, five: the newest lies in one slot, the one before in the other. */
    assert_int_equal(system(arena_printf(&w->arena, "cp %s %s.copy", w->anchor, w->anchor)), 0);
    scribble(w->anchor, FIRST);
    assert_true(read_anchor(w, &a, &err));
    int64_t first = a.checkpoint.size;
    scribble(w->anchor, SECOND);
    assert_false(read_anchor(w, &a, &err));
    assert_non_null(strstr(err.detail, "neither of its checkpoints is whole"));
    assert_int_equal(system(arena_printf(&w->arena, "cp %s.copy %s", w->anchor, w->anchor)), 0);
    scribble(w->anchor, SECOND);
    assert_true(read_anchor(w, &a, &err));
    assert_int_equal(first + a.checkpoint.size, 2 + 5);
    start(w);
    check_receipts(w, accepted(w, 1));
    check_anchor(w, 6);
}

static void test_anchor_moves_forward_only(void **state)
{
    struct world *w = *state;
    struct hash root = {{1}};
    struct error err = {0};
    struct anchor *x = anchor_new(w->anchor);
    static const int64_t SIZES[] = {5, 3, 5, 9, 8}, IS[] = {5, 5, 5, 9, 9};
    for (size_t i = 0; i < LENGTH(SIZES); i++) {
        const char *text = checkpoint_text(&w->arena, &(struct checkpoint){"ledger.test/1", SIZES[i], root});
        const char *note = arena_printf(&w->arena, "%s\n%s", text, note_sign(&w->arena, text, strlen(text), &w->signer, 0));
        assert_true(anchor_advance(x, SIZES[i], note, &err));
        check_anchor(w, IS[i]);
    }
    anchor_free(x);
    x = anchor_new("/nowhere/anchor");
    assert_false(anchor_advance(x, 1, "x", &err));
    anchor_free(x);
}

#define LOG_TEST(name) cmocka_unit_test_setup_teardown(name, make_database, end_world)

int main(void)
{
    if (!getenv("PEDIGREE_DATABASE")) {
        printf("test_log: skipped: no PEDIGREE_DATABASE (use scripts/with-postgres)\n");
        return 0;
    }
    log_set_level(LOG_LEVEL_ERROR);
    if (!mkdtemp(scratch))
        return 1;
    const struct CMUnitTest tests[] = {
        LOG_TEST(test_receipts), LOG_TEST(test_empty), LOG_TEST(test_checkpoints_are_kept), LOG_TEST(test_without_key),
        LOG_TEST(test_rolled_back), LOG_TEST(test_another_history), LOG_TEST(test_altered), LOG_TEST(test_two),
        LOG_TEST(test_anchor_is_lost), LOG_TEST(test_anchor_is_torn), LOG_TEST(test_anchor_moves_forward_only),
    };
    int failed = cmocka_run_group_tests_name("the log", tests, NULL, NULL);
    char rm[64];
    snprintf(rm, sizeof rm, "rm -rf %s", scratch);
    return system(rm) == 0 ? failed : 1;
}
