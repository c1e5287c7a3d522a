/* test_base - arena, text, clock, digest, errors, metrics and configuration. */
#include "pedigree/base/arena.h"
#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/config.h"
#include "pedigree/base/digest.h"
#include "pedigree/base/error.h"
#include "pedigree/base/metrics.h"
#include "pedigree/base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- arena ---- */

static void arena_serves_zeroed_aligned_memory(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    for (size_t size = 0; size < 3000000; size = size * 3 + 1) {
        char *at = arena_alloc(&a, size);
        assert_int_equal((uintptr_t)at % 16, 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(at[i], 0);
        memset(at, 1, size);
    }
    assert_false(a.over);
    arena_reset(&a);
    assert_null(a.head);
}

static void arena_stays_over_its_limit(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 1000);
    arena_alloc(&a, 900);
    assert_false(a.over);
    memset(arena_alloc(&a, 200), 1, 200);
    assert_true(a.over);
    arena_reset(&a);
    assert_false(a.over);
    assert_int_equal(a.limit, 1000);
    assert_string_equal(arena_printf(&a, "%s-%d", "a", 7), "a-7");
    assert_string_equal(arena_strndup(&a, "abc", 2), "ab");
    arena_reset(&a);
}

static void vec_keeps_its_items(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    VEC(int) v = {0};
    for (int i = 0; i < 1000; i++)
        *vec_push(&a, &v) = i;
    assert_int_equal(v.len, 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(v.at[i], i);
    arena_reset(&a);
}

/* ---- text ---- */

static const struct {
    const char *in, *json;
} JSON[] = {
    {NULL, "null"},
    {"", "\"\""},
    {"plain", "\"plain\""},
    {"a\"b\\c", "\"a\\\"b\\\\c\""},
    {"\n\t\x01", "\"\\n\\t\\u0001\""},
    {"M\xc3\xbcller", "\"M\xc3\xbcller\""},
    {"bad\xff!", "\"bad\xef\xbf\xbd!\""},
    {"cut\xe2\x82", "\"cut\xef\xbf\xbd\xef\xbf\xbd\""},
};

static void text_writes_json_strings(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    for (size_t i = 0; i < LENGTH(JSON); i++) {
        struct text t = text_new(&a);
        text_json(&t, JSON[i].in);
        assert_string_equal(text_str(&t), JSON[i].json);
    }
    struct text t = text_new(&a);
    assert_string_equal(text_str(&t), "");
    text_addf(&t, "%d", 12);
    text_add(&t, "x");
    assert_string_equal(text_str(&t), "12x");
    text_add_int(&t, 0);
    text_add_int(&t, -70);
    text_add_int(&t, INT64_MIN);
    assert_string_equal(text_str(&t), "12x0-70-9223372036854775808");
    arena_reset(&a);
}

static const struct {
    const char *label, *bytes;
    bool is_good;
} UTF8[] = {
    {"ascii", "abc", true},
    {"two", "\xc3\xa9", true},
    {"overlong", "\xc0\x80", false},
    {"surrogate", "\xed\xa0\x80", false},
    {"four", "\xf0\x9f\x98\x80", true},
    {"past the end", "\xf4\x90\x80\x80", false},
    {"lone tail", "\x80", false},
    {"cut", "\xe2\x82", false},
};

static void text_knows_utf8(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(UTF8); i++)
        if (text_is_utf8(UTF8[i].bytes, strlen(UTF8[i].bytes)) != UTF8[i].is_good)
            fail_msg("%s", UTF8[i].label);
}

static const char *const WORDS[] = {"quantity", "lotCode", "dateCode", "manufacturer", "tier", "time"};
static const struct {
    const char *word, *nearest;
} NEAREST[] = {
    {"quantiy", "quantity"},         {"lotcode", "lotCode"}, {"dateCod", "dateCode"},
    {"manfacturer", "manufacturer"}, {"zzz", NULL},          {"", NULL},
    {"tiem", "time"}, /* both are one edit away; this one has the same letters */
    {"tire", "tier"},                {"tiers", "tier"},
    {"TIME", "time"},                {"LOT_CODE", "lotCode"}, {"-date.code_", "dateCode"},
    {"__", NULL},
};

static void text_finds_the_nearest_word(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(NEAREST); i++) {
        const char *got = text_nearest(NEAREST[i].word, WORDS, LENGTH(WORDS));
        if (!text_is(got, NEAREST[i].nearest))
            fail_msg("%s: %s", NEAREST[i].word, got ? got : "none");
    }
    assert_int_equal(text_distance("kitten", "sitting", 5), 3);
    assert_int_equal(text_distance("kitten", "sitting", 2), 3);
    assert_int_equal(text_distance("", "abc", 9), 3);
    assert_int_equal(text_distance("tiem", "time", 3), 1); /* two letters that changed places */
    assert_int_equal(text_distance("ca", "abc", 3), 3);
}

/* ---- clock ---- */

static const struct {
    int y, m, d;
    int32_t day;
    const char *text;
} DAYS[] = {
    {1970, 1, 1, 0, "1970-01-01"},      {1969, 12, 31, -1, "1969-12-31"},
    {2000, 2, 29, 11016, "2000-02-29"}, {2026, 11, 24, 20781, "2026-11-24"},
    {2100, 3, 1, 47541, "2100-03-01"},  {1600, 1, 1, -135140, "1600-01-01"},
};

static void clock_knows_the_calendar(void **state)
{
    (void)state;
    char buf[28];
    for (size_t i = 0; i < LENGTH(DAYS); i++) {
        assert_int_equal(day_from_ymd(DAYS[i].y, DAYS[i].m, DAYS[i].d), DAYS[i].day);
        assert_string_equal(day_text(DAYS[i].day, buf), DAYS[i].text);
    }
    for (int32_t day = -200000; day < 200000; day += 7) {
        int y, m, d;
        day_to_ymd(day, &y, &m, &d);
        assert_int_equal(day_from_ymd(y, m, d), day);
    }
    assert_int_equal(day_of_us(-1), -1);
    assert_int_equal(day_of_us(US_PER_DAY - 1), 0);
    assert_string_equal(us_text(1795514400123456, buf), "2026-11-24T10:00:00.123456Z");
    assert_string_equal(us_text(-1, buf), "1969-12-31T23:59:59.999999Z");
    assert_true(clock_monotonic_us() <= clock_monotonic_us());
}

/* ---- digest ---- */

static void digest_is_sha256(void **state)
{
    (void)state;
    uint8_t digest[SHA256_LEN], other[SHA256_LEN];
    char hex[2 * SHA256_LEN + 1];
    sha256("abc", 3, digest);
    assert_string_equal(
        hex_encode(digest, sizeof digest, hex),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    sha256_spans((struct span[]){{"a", 1}, {"", 0}, {"bc", 2}}, 3, other);
    assert_memory_equal(digest, other, sizeof digest);
    assert_true(digest_key(&(struct span){"abc", 3}, 1) == (int64_t)0xba7816bf8f01cfeaU);
    random_bytes(other, sizeof other);
    assert_memory_not_equal(digest, other, sizeof digest);
}

/* ---- errors ---- */

static void error_keeps_the_first_report(void **state)
{
    (void)state;
    struct error err = {0};
    assert_false(error_at(&err, ERR_NOT_FOUND, "/a", "no %d", 1));
    assert_false(error_set(&err, ERR_INTERNAL, "second"));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_string_equal(err.detail, "no 1");
    assert_string_equal(err.where, "/a");
    assert_string_equal(error_symbol(err.code), "not-found");
    assert_int_equal(error_http(ERR_UNCERTAIN), 503);
    assert_string_equal(error_title(ERR_METHOD), "method is not allowed here");
}

/* ---- metrics ---- */

static void metrics_are_printed(void **state)
{
    (void)state;
    metric_add_for(METRIC_HTTP_REQUESTS, "200", 2);
    metric_set(METRIC_LEDGER_SIZE, 42);
    metric_add(METRIC_PG_ROUNDTRIPS, 3);
    metric_observe(METRIC_BATCH_RECORDS, 4);
    metric_observe(METRIC_BATCH_RECORDS, 5);
    metric_observe(METRIC_BATCH_RECORDS, INT64_C(1) << 40);
    for (int i = 0; i < 300; i++) {
        char label[16];
        snprintf(label, sizeof label, "R-%d", i);
        metric_add_for(METRIC_FLAGS_RAISED, label, 1);
    }
    struct arena a;
    arena_init(&a, 0);
    struct text out = text_new(&a);
    metrics_render(&out);
    static const char *const EXPECT[] = {
        "pedigree_http_requests_total{status=\"200\"} 2\n",
        "# TYPE pedigree_ledger_records gauge\npedigree_ledger_records 42\n",
        "pedigree_postgres_round_trips_total 3\n",
        "pedigree_batch_records_bucket{le=\"1\"} 0\n",
        "pedigree_batch_records_bucket{le=\"4\"} 1\n",
        "pedigree_batch_records_bucket{le=\"16\"} 2\n",
        "pedigree_batch_records_bucket{le=\"+Inf\"} 3\n",
        "pedigree_batch_records_count 3\n",
        "pedigree_flags_raised_total{rule=\"R-254\"} 1\n",
        "pedigree_flags_raised_total{rule=\"other\"} 45\n",
    };
    for (size_t i = 0; i < LENGTH(EXPECT); i++)
        if (!strstr(text_str(&out), EXPECT[i]))
            fail_msg("missing: %s", EXPECT[i]);
    struct text rows = text_new(&a);
    metrics_dump(&rows);
    assert_non_null(
        strstr(text_str(&rows), "pedigree_http_requests_total counter by status: "));
    arena_reset(&a);
}

/* ---- configuration: one row is one start of the daemon ---- */

static const struct {
    const char *label;
    const char *file;        /* NULL: none */
    const char *environment; /* "PEDIGREE_X=v" or NULL */
    const char *flags[4];
    const char *error; /* part of the detail; NULL: it starts */
    int64_t port;
    const char *database;
} STARTS[] = {
    {"defaults", NULL, NULL, {0}, NULL, 8470, ""},
    {"file",
     "listen_port = 1\ndatabase = host=/x dbname=y\n",
     NULL,
     {0},
     NULL,
     1,
     "host=/x dbname=y"},
    {"file section", "[pedigree]\nlisten_port=1\n", NULL, {0}, NULL, 1, ""},
    {"environment over file",
     "listen_port=1\n",
     "PEDIGREE_LISTEN_PORT=2",
     {0},
     NULL,
     2,
     ""},
    {"flag over both",
     "listen_port=1\n",
     "PEDIGREE_LISTEN_PORT=2",
     {"--listen-port=3"},
     NULL,
     3,
     ""},
    {"separate value", NULL, NULL, {"--listen-port", "4"}, NULL, 4, ""},
    {"unit", NULL, NULL, {"--body-max-bytes=2M"}, NULL, 8470, ""},
    {"no unit for counts",
     NULL,
     NULL,
     {"--listen-port=8K"},
     "--listen-port: \"8K\" will not do",
     0,
     NULL},
    {"out of range", NULL, NULL, {"--listen-port=65536"}, "from 0 to 65535", 0, NULL},
    {"not a number",
     NULL,
     "PEDIGREE_READERS=many",
     {0},
     "PEDIGREE_READERS: \"many\"",
     0,
     NULL},
    {"no value", NULL, NULL, {"--readers"}, "needs a value", 0, NULL},
    {"unknown in file",
     "listn_port=1\n",
     NULL,
     {0},
     "line 1: listn_port: no such option; did you mean listen_port",
     0,
     NULL},
    {"unknown section", "[other]\na=1\n", NULL, {0}, "use [pedigree]", 0, NULL},
    {"set twice",
     "readers=1\nreaders=2\n",
     NULL,
     {0},
     "line 2: readers: is set twice",
     0,
     NULL},
    {"no equals sign",
     "# x\nreaders\n",
     NULL,
     {0},
     "line 2: not `name = value`",
     0,
     NULL},
    {"level",
     NULL,
     NULL,
     {"--log-level=loud"},
     "use error, warn, info or debug",
     0,
     NULL},
    {"bytes overflow",
     NULL,
     NULL,
     {"--stream-max-bytes=9999999999T"},
     "will not do",
     0,
     NULL},
    {"empty number", NULL, NULL, {"--readers="}, "will not do", 0, NULL},
    {"indented", "\treaders=1\n  listen_port=5\n", NULL, {0}, NULL, 5, ""},
    {"indented after a section", "[pedigree]\n  listen_port=5\n", NULL, {0}, NULL, 5, ""},
    {"blank lines", "\n   \nlisten_port=5\n \t", NULL, {0}, NULL, 5, ""},
    {"no file", NULL, NULL, {"--config="}, "--config needs a file", 0, NULL},
    {"an empty name for the file", NULL, "PEDIGREE_CONFIG=", {"--listen-port=5"}, NULL, 5, ""},
    {"no name", "=5\n", NULL, {0}, "line 1: config: there is no name", 0, NULL},
    {"capitals in file", "LISTEN_PORT=1\n", NULL, {0}, "did you mean listen_port", 0, NULL},
};

static void write_file(const char *path, const char *content)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(content, f);
    fclose(f);
}

static void config_starts(void **state)
{
    size_t i = (size_t)(uintptr_t)*state;
    char path[] = "/tmp/pedigree-test-XXXXXX", variable[128] = "";
    char *argv[8] = {0};
    int argc = 0;
    close(mkstemp(path));
    if (STARTS[i].file) {
        write_file(path, STARTS[i].file);
        argv[argc++] = (char *)(uintptr_t) "--config";
        argv[argc++] = path;
    }
    for (size_t k = 0; k < 4 && STARTS[i].flags[k]; k++)
        argv[argc++] = (char *)(uintptr_t)STARTS[i].flags[k];
    if (STARTS[i].environment) {
        snprintf(variable, sizeof variable, "%s", STARTS[i].environment);
        *strchr(variable, '=') = '\0';
        setenv(variable, variable + strlen(variable) + 1, 1);
    }
    struct config c;
    struct error err = {0};
    config_init(&c);
    bool is_good = config_load(&c, &argc, argv, &err);
    unlink(path);
    if (*variable)
        unsetenv(variable);
    if (STARTS[i].error) {
        assert_false(is_good);
        if (!strstr(err.detail, STARTS[i].error))
            fail_msg("got: %s", err.detail);
    } else {
        if (!is_good)
            fail_msg("%s", err.detail);
        assert_int_equal(argc, 0);
        assert_int_equal(c.listen_port, STARTS[i].port);
        assert_string_equal(c.database, STARTS[i].database);
    }
    config_done(&c);
}

static void config_refuses_long_lines(void **state)
{
    (void)state;
    char path[] = "/tmp/pedigree-test-XXXXXX", line[1000];
    memset(line, 'x', sizeof line);
    memcpy(line, "database=", 9);
    line[sizeof line - 1] = '\0';
    close(mkstemp(path));
    write_file(path, line);
    char *argv[] = {(char *)(uintptr_t) "--config", path};
    int argc = 2;
    struct config c;
    struct error err = {0};
    config_init(&c);
    assert_false(config_load(&c, &argc, argv, &err));
    assert_non_null(strstr(err.detail, "line 1: longer than"));
    unlink(path);
    config_done(&c);
}

static void refused_file(const char *path, const char *detail)
{
    char *argv[] = {(char *)(uintptr_t) "--config", (char *)(uintptr_t)path};
    int argc = 2;
    struct config c;
    struct error err = {0};
    config_init(&c);
    assert_false(config_load(&c, &argc, argv, &err));
    assert_string_equal(err.where, "config");
    if (!strstr(err.detail, detail))
        fail_msg("got: %s", err.detail);
    config_done(&c);
}

static void config_refuses_what_is_no_text(void **state)
{
    (void)state;
    static const char BYTES[] = "readers=1\nlisten_port=84\0" "70\n";
    char path[] = "/tmp/pedigree-test-XXXXXX";
    int fd = mkstemp(path);
    assert_int_equal(write(fd, BYTES, sizeof BYTES - 1), sizeof BYTES - 1);
    close(fd);
    refused_file(path, "line 2: holds a NUL");
    unlink(path);
    refused_file("/tmp", "cannot read /tmp: Is a directory");
    refused_file("/dev/zero", "line 1: holds a NUL");
    refused_file("/nowhere", "cannot read /nowhere: No such file");
}

static void config_leaves_the_rest(void **state)
{
    (void)state;
    char *argv[] = {(char *)(uintptr_t) "key", (char *)(uintptr_t) "--readers",
                    (char *)(uintptr_t) "7",   (char *)(uintptr_t) "--lisen-port",
                    (char *)(uintptr_t) "--",  (char *)(uintptr_t) "--readers"};
    int argc = 6;
    struct config c;
    struct error err = {0};
    config_init(&c);
    assert_true(config_load(&c, &argc, argv, &err));
    assert_int_equal(c.readers, 7);
    assert_int_equal(argc, 4);
    assert_string_equal(argv[1], "--lisen-port");
    assert_string_equal(argv[3], "--readers");
    assert_false(config_refuse(argv[1], &err));
    assert_string_equal(err.detail,
                        "--lisen-port is no option; did you mean --listen-port?");
    config_done(&c);
}

static void config_reloads_what_may_change(void **state)
{
    (void)state;
    struct config live, fresh;
    config_init(&live);
    config_init(&fresh);
    fresh.max_page = 77;
    fresh.readers = 9;
    fresh.database = "other";
    struct text kept = text_new(&live.arena);
    config_reload(&live, &fresh, &kept);
    assert_int_equal(CONFIG_NOW(live.max_page), 77);
    assert_int_equal(live.readers, 4);
    assert_string_equal(text_str(&kept), "database readers");
    struct text dump = text_new(&live.arena);
    config_dump_options(&dump);
    config_help(&dump);
    assert_non_null(strstr(text_str(&dump), "drain_s=15 0..3600 (reloads): "));
    config_done(&live);
    config_done(&fresh);
}

int main(void)
{
    const struct CMUnitTest fixed[] = {
        cmocka_unit_test(arena_serves_zeroed_aligned_memory),
        cmocka_unit_test(arena_stays_over_its_limit),
        cmocka_unit_test(vec_keeps_its_items),
        cmocka_unit_test(text_writes_json_strings),
        cmocka_unit_test(text_knows_utf8),
        cmocka_unit_test(text_finds_the_nearest_word),
        cmocka_unit_test(clock_knows_the_calendar),
        cmocka_unit_test(digest_is_sha256),
        cmocka_unit_test(error_keeps_the_first_report),
        cmocka_unit_test(metrics_are_printed),
        cmocka_unit_test(config_refuses_long_lines),
        cmocka_unit_test(config_refuses_what_is_no_text),
        cmocka_unit_test(config_leaves_the_rest),
        cmocka_unit_test(config_reloads_what_may_change),
    };
    struct CMUnitTest tests[LENGTH(fixed) + LENGTH(STARTS)];
    memcpy(tests, fixed, sizeof fixed);
    for (size_t i = 0; i < LENGTH(STARTS); i++)
        tests[LENGTH(fixed) + i] = (struct CMUnitTest){STARTS[i].label, config_starts,
                                                       NULL, NULL, (void *)(uintptr_t)i};
    return _cmocka_run_group_tests("base", tests, LENGTH(tests), NULL, NULL);
}
