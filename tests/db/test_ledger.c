/*
 * The documented sequences, held against the ledger itself: in several orders of arrival, one by
 * one and all at once, the outcome is the one the file says and always the same; a rebuild gives
 * it again.  Needs PEDIGREE_DATABASE (scripts/with-postgres); skips, saying so, without.
 */
#include "pedigree/base/cleanup.h"
#include "pedigree/base/log.h"
#include "pedigree/ledger/ledger.h"
#include "pedigree/model/party.h"
#include "pedigree/rules/rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILES_MAX = 128, RECORDS_MAX = 256 };
static const char *const LATER[] = {"CAP-049", "CAP-050"}; /* with the whole catalogue */
static const char *const OPERATOR = "cage:9PRT1";

static char *files[FILES_MAX];
static size_t files_len;

struct waiter {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    int done;
};

static void work_done(struct work *w)
{
    struct waiter *x = w->owner;
    pthread_mutex_lock(&x->lock);
    x->done++;
    pthread_cond_signal(&x->wake);
    pthread_mutex_unlock(&x->lock);
}

static void submit(struct ledger *l, struct work *w)
{
    struct waiter x = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0};
    struct error err = {0};
    w->done = work_done;
    w->owner = &x;
    assert_true(ledger_submit(l, w, &err));
    pthread_mutex_lock(&x.lock);
    while (!x.done)
        pthread_cond_wait(&x.wake, &x.lock);
    pthread_mutex_unlock(&x.lock);
}

/* ---- a database of its own for each run ---- */

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

static const char *fresh(char conninfo[512])
{
    static int n;
    const char *base = getenv("PEDIGREE_DATABASE");
    char create[256];
    if (n == 0) {
        struct error err = {0};
        int applied;
        sql(base, "CREATE DATABASE ledger_template");
        snprintf(conninfo, 512, "%s dbname=ledger_template", base);
        struct db *db = db_new(conninfo, NULL);
        if (!db_migrate(db, "migrations", &applied, &err))
            fail_msg("%s", err.detail);
        db_free(db);
    }
    snprintf(create, sizeof create, "CREATE DATABASE ledger_%d TEMPLATE ledger_template", ++n);
    sql(base, create);
    snprintf(conninfo, 512, "%s dbname=ledger_%d", base, n);
    return conninfo;
}

/* ---- one file in one order ---- */

struct arrival {
    size_t order[RECORDS_MAX];
    size_t len;
    bool one_by_one;
};

static void shuffle(struct arrival *a, unsigned seed)
{
    for (size_t i = a->len; seed && i > 1; i--) {
        seed = seed * 1103515245u + 12345u;
        size_t k = (seed >> 8) % i, t = a->order[i - 1];
        a->order[i - 1] = a->order[k];
        a->order[k] = t;
    }
}

static bool names_record(const json_t *record, size_t *target)
{
    const json_t *of = json_object_get(record, "of");
    const json_t *n = of ? json_object_get(of, "record") : json_object_get(record, "record");
    if (!json_is_integer(n))
        return false;
    *target = (size_t)json_integer_value(n);
    return true;
}

/* A record that names another by its number is sent after it. */
static void dependents_last(const json_t *records, struct arrival *a)
{
    size_t kept = 0, last[RECORDS_MAX], last_len = 0, ignored;
    for (size_t i = 0; i < a->len; i++)
        if (names_record(json_object_get(json_array_get(records, a->order[i]), "record"), &ignored))
            last[last_len++] = a->order[i];
        else
            a->order[kept++] = a->order[i];
    memcpy(a->order + kept, last, last_len * sizeof *last);
}

static void decode_one(struct work *w, struct item *item, const json_t *entry, const int64_t *seqs)
{
    struct error err = {0};
    json_t *record = json_deep_copy(json_object_get(entry, "record"));
    size_t target;
    if (names_record(record, &target)) {
        json_t *holder = json_object_get(record, "of") ? json_object_get(record, "of") : record;
        json_object_set_new(holder, "record", json_integer(seqs[target]));
    }
    char *text = json_dumps(record, JSON_COMPACT);
    if (!record_decode(w->arena, text, strlen(text), &item->decoded, &err))
        fail_msg("%s: %s at %s", text, err.detail, err.where);
    item_seal(w->arena, item, 0);
    free(text);
    json_decref(record);
}

static void send_group(struct ledger *l, const json_t *records, const struct arrival *a, size_t from,
                       size_t to, int64_t *seqs)
{
    struct arena arena;
    arena_init(&arena, 0);
    const char *submitter =
        json_string_value(json_object_get(json_array_get(records, a->order[from]), "submitter"));
    bool operator_ = strcmp(submitter, OPERATOR) == 0;
    struct work w = {.arena = &arena, .submitter = OPERATOR, .role = ROLE_OPERATOR,
                     .on_behalf = operator_ ? NULL : party_normal(&arena, submitter),
                     .len = to - from, .want_assessment = true};
    w.items = ARENA_ARRAY(&arena, struct item, w.len);
    for (size_t i = from; i < to; i++)
        decode_one(&w, &w.items[i - from], json_array_get(records, a->order[i]), seqs);
    submit(l, &w);
    for (size_t i = from; i < to; i++) {
        struct item *item = &w.items[i - from];
        if (item->outcome != OUTCOME_ACCEPTED && item->outcome != OUTCOME_DUPLICATE)
            fail_msg("outcome %d: %s", item->outcome, item->err.detail);
        seqs[a->order[i]] = item->seq;
        json_decref(item->decoded.record->json);
    }
    arena_reset(&arena);
}

static void load(struct ledger *l, const json_t *records, const struct arrival *a)
{
    int64_t seqs[RECORDS_MAX] = {0};
    for (size_t i = 0; i < a->len;) {
        size_t end = i + 1, ignored;
        const json_t *first = json_array_get(records, a->order[i]);
        while (!a->one_by_one && end < a->len &&
               !names_record(json_object_get(json_array_get(records, a->order[end]), "record"), &ignored) &&
               strcmp(json_string_value(json_object_get(json_array_get(records, a->order[end]), "submitter")),
                      json_string_value(json_object_get(first, "submitter"))) == 0)
            end++;
        send_group(l, records, a, i, end, seqs);
        i = end;
    }
}

static void quiet(const char *conninfo) /* until nothing is due; a queue without rest is a hang */
{
    for (;;) {
        char *n = sql(conninfo, "SELECT count(*) FROM due WHERE day <= (SELECT day FROM ledger_state)");
        bool none = strcmp(n, "0") == 0;
        free(n);
        if (none)
            return;
        usleep(20000);
    }
}

/* Everything but the seqs and ids. */
static const char *const OUTCOME =
    "SELECT coalesce(jsonb_agg(x ORDER BY x->>'holder', x->>'code'), '[]')::text FROM ("
    " SELECT jsonb_build_object('holder', o.name, 'code', l.code, 'grade', l.grade, 'score', l.score,"
    "   'coverage', l.coverage, 'traced', l.traced, 'balance', l.balance, 'state', l.state,"
    "   'part', (SELECT p.manufacturer || ' ' || p.mpn FROM part p WHERE p.id = l.part),"
    "   'description', l.description, 'flags', (SELECT coalesce(jsonb_agg(jsonb_build_object("
    "     'rule', f.rule, 'severity', f.severity, 'state', f.state, 'message', f.message)"
    "     ORDER BY f.rule, f.severity, f.message), '[]') FROM flag f WHERE f.lot = l.lot)) AS x"
    "  FROM lot l JOIN organisation o ON o.id = l.holder WHERE l.code IS NOT NULL) y";

/* ---- what the file expects ---- */

static bool flagged(const json_t *lots, const char *rule, const char *lot, int severity)
{
    size_t i, k;
    json_t *l, *f;
    json_array_foreach(lots, i, l) {
        if (lot && strcmp(lot, json_string_value(json_object_get(l, "code"))) != 0)
            continue;
        json_array_foreach(json_object_get(l, "flags"), k, f)
            if (strcmp(rule, json_string_value(json_object_get(f, "rule"))) == 0 &&
                json_integer_value(json_object_get(f, "severity")) >= severity)
                return true;
    }
    return false;
}

static bool speaks(const json_t *lots, const char *expect, int severity)
{
    char copy[256], *save = NULL;
    snprintf(copy, sizeof copy, "%s", expect);
    for (char *one = strtok_r(copy, "|", &save); one; one = strtok_r(NULL, "|", &save)) {
        char *at = strchr(one, '@');
        if (at)
            *at = '\0';
        if (flagged(lots, one, at ? at + 1 : NULL, severity))
            return true;
    }
    return false;
}

static bool is_later(const char *expect)
{
    for (size_t i = 0; i < LENGTH(LATER); i++)
        if (strncmp(expect, LATER[i], strlen(LATER[i])) == 0)
            return true;
    return false;
}

static bool must_name(const json_t *must, const char *rule)
{
    size_t i;
    json_t *m;
    json_array_foreach(must, i, m)
        if (strstr(json_string_value(m), rule))
            return true;
    return false;
}

/* A lot that has all of these members. */
static bool has_lot(const json_t *lots, const json_t *wanted)
{
    size_t i;
    const char *key;
    json_t *l, *v;
    json_array_foreach(lots, i, l) {
        bool same = true;
        json_object_foreach((json_t *)wanted, key, v)
            same &= json_equal(json_object_get(l, key), v);
        if (same)
            return true;
    }
    return false;
}

static void hold_lots(const char *file, const json_t *expect, const json_t *lots, int *wrong)
{
    const json_t *len = json_object_get(expect, "lotsLen");
    size_t i;
    json_t *wanted;
    json_array_foreach(json_object_get(expect, "lots"), i, wanted)
        if (!has_lot(lots, wanted)) {
            char *text = json_dumps(wanted, 0);
            print_error("%s: no lot is %s\n", file, text);
            free(text);
            ++*wrong;
        }
    if (len && json_integer_value(len) != (json_int_t)json_array_size(lots)) {
        print_error("%s: %zu lots\n", file, json_array_size(lots));
        ++*wrong;
    }
}

static void hold_against(const char *file, const json_t *sequence, const json_t *lots, int *wrong)
{
    const json_t *expect = json_object_get(sequence, "expect");
    size_t i, k;
    json_t *m, *l, *f;
    json_array_foreach(json_object_get(expect, "must"), i, m)
        if (!is_later(json_string_value(m)) && !speaks(lots, json_string_value(m), SEV_INFO)) {
            print_error("%s: %s does not speak\n", file, json_string_value(m));
            ++*wrong;
        }
    json_array_foreach(json_object_get(expect, "mustNot"), i, m)
        if (speaks(lots, json_string_value(m), SEV_MEDIUM)) {
            print_error("%s: %s speaks\n", file, json_string_value(m));
            ++*wrong;
        }
    hold_lots(file, expect, lots, wrong);
    if (!json_is_true(json_object_get(sequence, "honest")))
        return;
    json_array_foreach(lots, i, l)
        json_array_foreach(json_object_get(l, "flags"), k, f)
            if (json_integer_value(json_object_get(f, "severity")) >= SEV_HIGH &&
                strcmp(json_string_value(json_object_get(f, "state")), "open") == 0 &&
                !must_name(json_object_get(expect, "must"), json_string_value(json_object_get(f, "rule")))) {
                print_error("%s: honest %s ends high: %s\n", file,
                            json_string_value(json_object_get(l, "code")),
                            json_string_value(json_object_get(f, "message")));
                ++*wrong;
            }
}

static char *run_once(const json_t *records, const struct arrival *a, bool rebuild, char **rebuilt)
{
    char conninfo[512];
    struct error err = {0};
    struct ledger_options o = {.conninfo = fresh(conninfo), .batch_max = 1024, .queue_records = 8192, .cache_bytes = 1 << 20};
    struct ledger *l = ledger_start(&o, &err);
    assert_non_null(l);
    load(l, records, a);
    quiet(conninfo);
    char *outcome = sql(conninfo, OUTCOME);
    ledger_stop(l);
    if (rebuild) {
        static const char JOURNAL[] = "SELECT count(*) FROM flag_event";
        char *before = sql(conninfo, JOURNAL);
        if (!ledger_rebuild(&o, NULL, &err))
            fail_msg("rebuild: %s", err.detail);
        char *after = sql(conninfo, JOURNAL);
        assert_string_equal(before, after);
        free(before);
        free(after);
        *rebuilt = sql(conninfo, OUTCOME);
    }
    return outcome;
}

static void show_difference(const char *file, const char *what, const char *a, const char *b)
{
    json_t *x = json_loads(a, 0, NULL), *y = json_loads(b, 0, NULL);
    for (size_t i = 0; i < json_array_size(x) || i < json_array_size(y); i++)
        if (!json_equal(json_array_get(x, i), json_array_get(y, i))) {
            char *p = json_dumps(json_array_get(x, i), JSON_ENCODE_ANY);
            char *q = json_dumps(json_array_get(y, i), JSON_ENCODE_ANY);
            print_error("%s: %s differs:\n  %s\n  %s\n", file, what, p ? p : "-", q ? q : "-");
            free(p);
            free(q);
        }
    json_decref(x);
    json_decref(y);
}

static void test_file(void **state)
{
    const char *file = files[(size_t)(uintptr_t)*state];
    char path[600];
    int wrong = 0;
    char *first = NULL;
    snprintf(path, sizeof path, "tests/sequences/%s", file);
    json_t *sequence = json_load_file(path, 0, NULL);
    assert_non_null(sequence);
    const json_t *records = json_object_get(sequence, "records");
    static const struct {
        unsigned seed;
        bool one_by_one;
        const char *label;
    } ORDERS[] = {{0, false, "as written"}, {7, true, "shuffled, one by one"},
                  {42, false, "shuffled, in groups"}};
    for (size_t i = 0; i < LENGTH(ORDERS); i++) {
        struct arrival a = {.len = json_array_size(records), .one_by_one = ORDERS[i].one_by_one};
        char *rebuilt = NULL;
        for (size_t k = 0; k < a.len; k++)
            a.order[k] = k;
        shuffle(&a, ORDERS[i].seed);
        dependents_last(records, &a);
        char *outcome = run_once(records, &a, i == 1, &rebuilt);
        if (i == 0) {
            json_t *lots = json_loads(outcome, 0, NULL);
            hold_against(file, sequence, lots, &wrong);
            json_decref(lots);
            first = outcome;
            continue;
        }
        if (strcmp(first, outcome) != 0) {
            show_difference(file, ORDERS[i].label, first, outcome);
            wrong++;
        }
        if (rebuilt && strcmp(outcome, rebuilt) != 0) {
            show_difference(file, "rebuild", outcome, rebuilt);
            wrong++;
        }
        free(outcome);
        free(rebuilt);
    }
    free(first);
    json_decref(sequence);
    assert_int_equal(wrong, 0);
}

/* A rebuild that was cut short leaves projections that nobody may add to, until one is finished. */
static void test_rebuild_cut_short(void **state)
{
    (void)state;
    static const char ORGANISATION[] =
        "[{\"submitter\": \"cage:9PRT1\", \"record\": {\"type\": \"organisation\", \"time\": \"2024-01-01\","
        " \"organisation\": \"cage:1ABC5\", \"name\": \"Somebody\"}}]";
    json_t *records = json_loads(ORGANISATION, 0, NULL);
    int64_t seqs[RECORDS_MAX] = {0};
    struct arrival a = {.len = 1};
    char conninfo[512];
    struct error err = {0};
    struct ledger_options o = {.conninfo = fresh(conninfo), .batch_max = 1024, .queue_records = 8192};
    sql(conninfo, "INSERT INTO ledger_state (day, catalogue) VALUES (20000, 'rebuilding')");

    struct ledger *l = ledger_start(&o, &err);
    struct arena arena;
    arena_init(&arena, 0);
    struct work w = {.arena = &arena, .submitter = OPERATOR, .role = ROLE_OPERATOR, .len = 1};
    w.items = ARENA_ARRAY(&arena, struct item, 1);
    decode_one(&w, &w.items[0], json_array_get(records, 0), seqs);
    submit(l, &w);
    assert_int_equal(w.items[0].outcome, OUTCOME_UNAVAILABLE);
    assert_non_null(strstr(w.items[0].err.detail, "pedigreed rebuild"));
    assert_non_null(strstr(ledger_trouble(l, &arena), "pedigreed rebuild"));
    json_decref(w.items[0].decoded.record->json);

    assert_true(ledger_rebuild(&o, NULL, &err));
    send_group(l, records, &a, 0, 1, seqs);
    assert_string_equal(ledger_trouble(l, &arena), "");
    ledger_stop(l);
    arena_reset(&arena);
    json_decref(records);
}

/* More pieces than a number holds, from records that are each in order: counted no further. */
static void test_pieces_beyond_counting(void **state)
{
    (void)state;
    enum { RECEIPTS = 1100 };
    char conninfo[512];
    struct error err = {0};
    struct ledger_options o = {.conninfo = fresh(conninfo), .batch_max = 1024, .queue_records = 8192, .cache_bytes = 1 << 20};
    struct ledger *l = ledger_start(&o, &err);
    struct arena arena;
    arena_init(&arena, 0);
    struct work w = {.arena = &arena, .submitter = OPERATOR, .role = ROLE_OPERATOR, .len = RECEIPTS};
    w.items = ARENA_ARRAY(&arena, struct item, RECEIPTS);
    for (int i = 0; i < RECEIPTS; i++) {
        const char *text = arena_printf(&arena,
                                        "{\"type\":\"received\",\"time\":\"2024-01-01\",\"id\":\"r%d\",\"lot\":{\"code\":\"R-1\","
                                        "\"part\":{\"manufacturer\":\"TI\",\"mpn\":\"X1\"},\"quantity\":9007199254740992}}", i);
        assert_true(record_decode(&arena, text, strlen(text), &w.items[i].decoded, &err));
        item_seal(&arena, &w.items[i], 0);
    }
    submit(l, &w);
    for (int i = 0; i < RECEIPTS; i++) {
        assert_int_equal(w.items[i].outcome, OUTCOME_ACCEPTED);
        json_decref(w.items[i].decoded.record->json);
    }
    ledger_stop(l);
    char *balance = sql(conninfo, "SELECT balance FROM lot");
    assert_string_equal(balance, "9007199254740992");
    free(balance);
    arena_reset(&arena);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int main(int argc, char **argv)
{
    DIR *d = opendir("tests/sequences");
    if (!getenv("PEDIGREE_DATABASE") || !d) {
        printf("test_ledger: skipped: no PEDIGREE_DATABASE (use scripts/with-postgres)\n");
        return 0;
    }
    log_set_level(LOG_LEVEL_WARN);
    for (struct dirent *e; (e = readdir(d)) && files_len < FILES_MAX;)
        if (strstr(e->d_name, ".json") && (argc < 2 || strstr(e->d_name, argv[1])))
            files[files_len++] = strdup(e->d_name);
    closedir(d);
    qsort(files, files_len, sizeof *files, by_name);
    struct CMUnitTest *tests = calloc(files_len + 2, sizeof *tests);
    for (size_t i = 0; i < files_len; i++)
        tests[i] = (struct CMUnitTest){files[i], test_file, NULL, NULL, (void *)(uintptr_t)i};
    tests[files_len] = (struct CMUnitTest){"a rebuild that was cut short", test_rebuild_cut_short, NULL, NULL, NULL};
    tests[files_len + 1] =
        (struct CMUnitTest){"pieces beyond counting", test_pieces_beyond_counting, NULL, NULL, NULL};
    return _cmocka_run_group_tests("sequences on the ledger", tests, files_len + 2, NULL, NULL);
}
