/* The pure parts of the client: tables, arguments, settings, ids, trees, what a person is
 * told. */
#include "cli/identify.h"
#include "cli/resume.h"
#include "cli/session.h"
#include "cli/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- ids ---- */

static const struct {
    const char *label, *json, *expect; /* expect NULL: refused */
} RECORDS[] = {
    {"a record without id gets one", "{\"type\":\"held\"}",
     "{\"id\":\"X\",\"type\":\"held\"}\n"},
    {"an id is kept", "{\"id\":\"mine\"}", "{\"id\":\"mine\"}\n"},
    {"an id behind others is kept", "{\"a\":1,\"id\":null}", "{\"a\":1,\"id\":null}\n"},
    {"an id spelt with an escape is kept", "{\"\\u0069d\":\"a\"}",
     "{\"\\u0069d\":\"a\"}\n"},
    {"an id further in is another's", "{\"lot\":{\"id\":1}}",
     "{\"id\":\"X\",\"lot\":{\"id\":1}}\n"},
    {"an id in a list is no member", "{\"a\":[\"id\"]}",
     "{\"id\":\"X\",\"a\":[\"id\"]}\n"},
    {"a value is no name", "{\"a\":\"id\"}", "{\"id\":\"X\",\"a\":\"id\"}\n"},
    {"a name that ends like it is another", "{\"a\\\"id\":1}",
     "{\"id\":\"X\",\"a\\\"id\":1}\n"},
    {"an empty record gets one", "{ }", "{\"id\":\"X\" }\n"},
    {"line breaks outside of strings become space", "{\r\n \"a\":\n1}",
     "{\"id\":\"X\",   \"a\": 1}\n"},
    {"a line break inside a string is refused", "{\"a\":\"x\ny\"}", NULL},
    {"an escaped line break is fine", "{\"a\":\"x\\ny\"}",
     "{\"id\":\"X\",\"a\":\"x\\ny\"}\n"},
    {"what is no object is left to the server", "[1]", "[1]\n"},
    {"what ends early is left to the server", "{\"a\":\"x", "{\"id\":\"X\",\"a\":\"x\n"},
    {"rubbish is left to the server", "}{\"a\"", "}{\"a\"\n"},
};

static void record_gets_id(void **state)
{
    size_t i = (size_t)(uintptr_t)*state;
    struct arena a;
    struct error err = {0};
    arena_init(&a, 0);
    struct text out = text_new(&a);
    bool is_fine =
        identify_add(&out, RECORDS[i].json, strlen(RECORDS[i].json), "X", &err);
    assert_int_equal(is_fine, RECORDS[i].expect != NULL);
    assert_string_equal(text_str(&out), RECORDS[i].expect ? RECORDS[i].expect : "");
    arena_reset(&a);
}

static void ids_are_of_file_and_line(void **state)
{
    char id[IDENTIFY_ID_MAX + 1], hash[65];
    (void)state;
    memset(hash, 'a', 64);
    hash[64] = '\0';
    identify_id(hash, INT64_MAX, id);
    assert_true(strlen(id) < IDENTIFY_ID_MAX);
    assert_non_null(strstr(id, "aaa/9223372036854775807"));
}

/* ---- arguments ---- */

static const struct {
    const char *label, *command;
    const char *argv[8];
    const char *where; /* of the error; NULL: fine */
    const char *said;
} LINES[] = {
    {"words and options mix",
     "lot",
     {"--json", "cage:1ABC5", "--key=k", "R-1"},
     NULL,
     NULL},
    {"a double dash ends options", "lot", {"--", "cage:1ABC5", "--json"}, NULL, NULL},
    {"standard input is a word", "submit", {"--format", "csv", "-"}, NULL, NULL},
    {"help asks for no words", "lot", {"--help"}, NULL, NULL},
    {"too few words", "lot", {"cage:1ABC5"}, "", "usage: pedigree lot ORG CODE"},
    {"too many words", "flags", {"x"}, "", "usage: pedigree flags"},
    {"a slip is put right",
     "flags",
     {"--sevrity", "low"},
     "--sevrity",
     "did you mean --severity?"},
    {"another command's option",
     "lot",
     {"a", "b", "--dot"},
     "--dot",
     "see pedigree lot --help"},
    {"a missing value", "flags", {"--rule"}, "--rule", "needs a value: --rule ID"},
    {"a word that is none",
     "flags",
     {"--state", "closed"},
     "--state",
     "none of: open pending"},
    {"part of a word is none",
     "flags",
     {"--state", "pend"},
     "--state",
     "none of: open pending"},
    {"a switch takes no value",
     "lot",
     {"a", "b", "--json=1"},
     "--json",
     "takes no value"},
    {"values of what may be repeated", "verify", {"--key", "A", "--key", "B", "r"}, NULL, NULL},
    {"two values", "flags", {"--rule", "A", "--rule", "B"}, "--rule", "given twice"},
};

static void arguments_are_read(void **state)
{
    size_t i = (size_t)(uintptr_t)*state;
    struct arena a;
    struct error err = {0};
    struct args args;
    int argc = 0;
    arena_init(&a, 0);
    while (argc < 8 && LINES[i].argv[argc])
        argc++;
    const struct command *c = command_named(LINES[i].command);
    bool is_fine = args_parse(&a, c, argc, (char **)LINES[i].argv, &args, &err);
    assert_int_equal(is_fine, LINES[i].where == NULL);
    if (!is_fine) {
        assert_string_equal(err.where, LINES[i].where);
        assert_non_null(strstr(err.detail, LINES[i].said));
    }
    arena_reset(&a);
}

static void words_and_values_are_kept(void **state)
{
    struct arena a;
    struct error err = {0};
    struct args args;
    char *argv[] = {"--limit", "12", "cage:1ABC5", "--", "--all"};
    int64_t n;
    (void)state;
    arena_init(&a, 0);
    assert_true(args_parse(&a, command_named("records"), 5, argv, &args, &err));
    assert_int_equal(args.words_len, 2);
    assert_string_equal(args.words[1], "--all");
    assert_null(args.values[OPT_ALL]);
    assert_true(args_number(&args, OPT_LIMIT, 100, 7, &n, &err));
    assert_int_equal(n, 12);
    assert_true(args_number(&args, OPT_RETRIES, 100, 7, &n, &err));
    assert_int_equal(n, 7);
    assert_false(args_number(&args, OPT_LIMIT, 11, 7, &n, &err));
    arena_reset(&a);
}

static void slips_find_their_command(void **state)
{
    (void)state;
    assert_string_equal(command_nearest("sumbit"), "submit");
    assert_string_equal(command_nearest("tracee"), "trace");
    assert_string_equal(command_nearest("flag"), "flags");
    assert_null(command_nearest("frobnicate"));
    assert_null(command_named("sub"));
}

/* ---- the tables ---- */

static bool is_taken(enum option_id id)
{
    for (size_t i = 0; i < COMMANDS_LEN; i++)
        if (command_takes(&COMMANDS[i], id))
            return true;
    return false;
}

static void tables_are_whole(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a, 0);
    for (size_t i = 0; i < COMMANDS_LEN; i++) {
        const struct command *c = &COMMANDS[i];
        const char *example = arena_printf(&a, "pedigree %s", c->name);
        assert_int_equal(c->sentence[strlen(c->sentence) - 1], '.');
        assert_non_null(strstr(c->help, example));
        assert_true(c->words_min <= c->words_max);
        assert_int_equal(c->words_max > 0, *c->arguments != '\0');
        assert_non_null(c->run);
        assert_ptr_equal(command_named(c->name), c);
    }
    for (enum option_id id = OPT_NONE + 1; id < OPT_COUNT; id++) {
        assert_memory_equal(OPTIONS[id].name, "--", 2);
        assert_true(*OPTIONS[id].help != '\0');
        assert_true(is_taken(id));
    }
    arena_reset(&a);
}

static void help_and_completion_name_everything(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a, 0);
    struct text all = text_new(&a), bash = text_new(&a);
    help_add_all(&all);
    completion_add_bash(&bash);
    for (size_t i = 0; i < COMMANDS_LEN; i++) {
        struct text one = text_new(&a);
        help_add_command(&one, &COMMANDS[i]);
        assert_non_null(strstr(text_str(&all), COMMANDS[i].sentence));
        assert_non_null(strstr(text_str(&bash), COMMANDS[i].name));
        for (enum option_id id = OPT_NONE + 1; id < OPT_COUNT; id++)
            if (command_takes(&COMMANDS[i], id))
                assert_non_null(strstr(text_str(&one), OPTIONS[id].name));
    }
    for (enum option_id id = OPT_NONE + 1; id < OPT_COUNT; id++)
        assert_non_null(strstr(text_str(&bash), OPTIONS[id].name));
    arena_reset(&a);
}

/* ---- settings ---- */

static const struct {
    const char *label, *content, *url, *key;
    const char *where; /* of the error; NULL: fine */
} FILES[] = {
    {"both", "url = https://l.example\nkey=pk_1_a\n", "https://l.example", "pk_1_a",
     NULL},
    {"comments, blanks, no last break", "# mine\r\n\n\t key = k\r", NULL, "k", NULL},
    {"a value may hold an equals sign", "key = a=b\n", NULL, "a=b", NULL},
    {"nothing", "", NULL, NULL, NULL},
    {"another name", "url=http://a\nkye = k\n", NULL, NULL, "line 2"},
    {"no equals sign", "pk_1_a\n", NULL, NULL, "line 1"},
    {"no value", "key =\n", NULL, NULL, "line 1"},
    {"twice", "key=a\n\nkey=b\n", NULL, NULL, "line 3"},
};

static void same(const char *actual, const char *expect)
{
    assert_int_equal(actual != NULL, expect != NULL);
    if (expect)
        assert_string_equal(actual, expect);
}

static void settings_are_parsed(void **state)
{
    size_t i = (size_t)(uintptr_t)*state;
    struct arena a;
    struct error err = {0};
    struct settings_file file = {0};
    arena_init(&a, 0);
    bool is_fine = settings_parse(&a, FILES[i].content, &file, &err);
    assert_int_equal(is_fine, FILES[i].where == NULL);
    same(file.url, FILES[i].url);
    same(file.key, FILES[i].key);
    if (FILES[i].where)
        assert_string_equal(err.where, FILES[i].where);
    arena_reset(&a);
}

static const struct {
    const char *label, *content;
    unsigned mode;
    const char *flag_url, *env_key;
    const char *url, *key; /* url NULL: refused */
} LOADS[] = {
    {"no file", NULL, 0, NULL, NULL, SETTINGS_DEFAULT_URL, NULL},
    {"from the file", "url=http://a:1/\nkey=k\n", 0600, NULL, NULL, "http://a:1", "k"},
    {"a key that others may read", "key=k\n", 0640, NULL, NULL, NULL, NULL},
    {"a url that others may read", "url=http://a\n", 0644, NULL, NULL, "http://a", NULL},
    {"the environment's key wins", "key=k\n", 0600, NULL, "e", SETTINGS_DEFAULT_URL, "e"},
    {"another server does not get the file's key", "url=http://a\nkey=k\n", 0600,
     "http://b", NULL, "http://b", NULL},
    {"the same server does", "url=http://a\nkey=k\n", 0600, "http://a/", NULL, "http://a",
     "k"},
    {"a key without url is for the default", "key=k\n", 0600, "http://b", NULL,
     "http://b", NULL},
    {"a server that is none", NULL, 0, "ledger.example.com", NULL, NULL, NULL},
    {"a server with a query", NULL, 0, "http://a/?x=1", NULL, NULL, NULL},
};

static void write_file(const char *path, const char *content, unsigned mode)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(content, f);
    fclose(f);
    assert_int_equal(chmod(path, mode), 0);
}

static void settings_are_loaded(void **state)
{
    size_t i = (size_t)(uintptr_t)*state;
    char dir[] = "/tmp/test_cli.XXXXXX", path[64];
    struct arena a;
    struct error err = {0};
    struct settings s;
    arena_init(&a, 0);
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/pedigree", dir);
    setenv("XDG_CONFIG_HOME", dir, 1);
    unsetenv("PEDIGREE_URL");
    if (LOADS[i].env_key)
        setenv("PEDIGREE_KEY", LOADS[i].env_key, 1);
    else
        unsetenv("PEDIGREE_KEY");
    if (LOADS[i].content)
        write_file(path, LOADS[i].content, LOADS[i].mode);
    bool is_fine = settings_load(&a, LOADS[i].flag_url, NULL, &s, &err);
    unlink(path);
    rmdir(dir);
    assert_int_equal(is_fine, LOADS[i].url != NULL);
    if (is_fine) {
        assert_string_equal(s.url, LOADS[i].url);
        same(s.key, LOADS[i].key);
    }
    arena_reset(&a);
}

static void keys_in_the_clear_are_noticed(void **state)
{
    (void)state;
    assert_false(settings_are_exposed(
        &(struct settings){.url = "http://127.0.0.1:8470", .key = "k"}));
    assert_false(
        settings_are_exposed(&(struct settings){.url = "https://l.example", .key = "k"}));
    assert_false(settings_are_exposed(&(struct settings){.url = "http://l.example"}));
    static const char *const LOCAL[] = {"http://127.0.0.1", "http://localhost/x", "http://LocalHost:1",
                                        "http://[::1]:8470", "http://user@localhost"};
    static const char *const FAR[] = {"http://l.example", "http://127.example", "http://127.0.0.1.example:1",
                                      "http://localhost.example", "http://localhost@l.example",
                                      "http://127.0.0.1:80@l.example/"};
    for (size_t i = 0; i < LENGTH(LOCAL); i++)
        if (settings_are_exposed(&(struct settings){.url = LOCAL[i], .key = "k"}))
            fail_msg("%s", LOCAL[i]);
    for (size_t i = 0; i < LENGTH(FAR); i++)
        if (!settings_are_exposed(&(struct settings){.url = FAR[i], .key = "k"}))
            fail_msg("%s", FAR[i]);
}

/* ---- trees ---- */

#define LOT(id, organisation, code)                                                      \
    "{\"id\":\"" id "\",\"type\":\"lot\",\"organisation\":\"" organisation               \
    "\",\"code\":\"" code "\",\"part\":{\"manufacturer\":\"M\",\"mpn\":\"P\"}}"
#define HOP(from, to, more) "{\"from\":\"" from "\",\"to\":\"" to "\"" more "}"
#define TRACE(nodes, edges)                                                              \
    "{\"root\":\"n0\",\"nodes\":[" nodes "],\"edges\":[" edges "]}"

static const struct {
    const char *label, *trace;
    bool is_up, is_ascii;
    const char *expect;
} TREES[] = {
    {"a chain with what is known of each hop",
     TRACE(LOT("n0", "c:1", "A") "," LOT("n1", "c:2", "B"),
           HOP("n1", "n0",
               ",\"quantity\":1500,\"tier\":\"T2\",\"tierName\":\"franchised\","
               "\"received\":"
               "\"2026-11-20\",\"shipped\":\"2026-11-14\",\"standing\":\"corroborated\","
               "\"record\":7")),
     true, false,
     "c:1 A  M P\n"
     "└─ c:2 B\n"
     "      1,500 pieces · T2 franchised · received 2026-11-20 · shipped 2026-11-14 · "
     "corroborated · "
     "record 7\n"},
    {"two sources, the first with one of its own",
     TRACE(LOT("n0", "c:1", "A") "," LOT("n1", "c:2", "B") "," LOT(
               "n2", "c:3", "C") "," LOT("n3", "c:4", "D"),
           HOP("n1", "n0", ",\"quantity\":1") "," HOP(
               "n2", "n1", ",\"quantity\":2") "," HOP("n3", "n0", ",\"quantity\":3")),
     true, true,
     "c:1 A  M P\n"
     "|- c:2 B\n"
     "|  |  1 piece\n"
     "|  `- c:3 C\n"
     "|        2 pieces\n"
     "`- c:4 D\n"
     "      3 pieces\n"},
    {"downward the edges are read the other way",
     TRACE(LOT("n0", "c:1", "A") "," LOT("n1", "c:2", "B"), HOP("n0", "n1", "")), false,
     true,
     "c:1 A  M P\n"
     "`- c:2 B\n"
     "      quantity not told\n"},
    {"a gap is drawn as one",
     TRACE(LOT("n0", "c:1",
               "A") ",{\"id\":\"n1\",\"type\":\"gap\",\"organisation\":null},"
                    "{\"id\":\"n2\",\"type\":\"gap\",\"organisation\":\"name:zz/x\"}",
           HOP("n1", "n0", ",\"quantity\":4") "," HOP("n2", "n0",
                                                      ",\"standing\":\"asserted\"")),
     true, false,
     "c:1 A  M P\n"
     "├╌ gap: the source is not recorded\n"
     "│     4 pieces\n"
     "└╌ gap: said to be from name:zz/x\n"
     "      quantity not told · asserted\n"},
    {"a lot met twice is drawn once",
     TRACE(LOT("n0", "c:1", "A") "," LOT("n1", "c:2", "B") "," LOT(
               "n2", "c:3", "C") "," LOT("n3", "c:4", "D"),
           HOP("n1", "n0", "") "," HOP("n2", "n0", "") "," HOP("n3", "n1", "") "," HOP(
               "n3", "n2", "")),
     true, true,
     "c:1 A  M P\n"
     "|- c:2 B\n"
     "|  |  quantity not told\n"
     "|  `- c:4 D\n"
     "|        quantity not told\n"
     "`- c:3 C\n"
     "   |  quantity not told\n"
     "   `- c:4 D  (drawn above)\n"
     "         quantity not told\n"},
    {"a circle is said and ends",
     TRACE(LOT("n0", "c:1", "A") "," LOT("n1", "c:2", "B"),
           HOP("n1", "n0", "") "," HOP("n0", "n1", "")),
     true, true,
     "c:1 A  M P\n"
     "`- c:2 B\n"
     "   |  quantity not told\n"
     "   `- c:1 A  (a circle: it is above)\n"
     "         quantity not told\n"},
    {"what came back is no circle",
     TRACE(LOT("n0", "c:1", "A") "," LOT("n1", "c:2", "B"),
           HOP("n1", "n0", ",\"reason\":\"return\"") "," HOP("n0", "n1", "")),
     true, true,
     "c:1 A  M P\n"
     "`- c:2 B\n"
     "   |  quantity not told, return\n"
     "   `- c:1 A  (returned: it is above)\n"
     "         quantity not told\n"},
    {"joints, customers, other parts, grades",
     TRACE("{\"id\":\"n0\",\"type\":\"lot\",\"organisation\":\"c:1\",\"code\":\"A\","
           "\"state\":\"open\","
           "\"grade\":\"none\",\"flags\":0,\"traced\":\"manufacturer\"},"
           "{\"id\":\"n1\",\"type\":\"joint\",\"organisation\":\"c:1\"},"
           "{\"id\":\"n2\",\"type\":\"lot\",\"organisation\":\"c:9\",\"grade\":\"high\","
           "\"flags\":2,"
           "\"part\":{\"manufacturer\":\"M\",\"mpn\":\"Q\"}}",
           HOP("n0", "n1",
               ",\"quantity\":5,\"standing\":\"internal\"") "," HOP("n1", "n2", "")),
     false, true,
     "c:1 A  open  traced: manufacturer  no flags\n"
     "`- c:1 (where lots were joined)\n"
     "   |  5 pieces, internal\n"
     "   `- c:9  M Q  ! high, 2 flags\n"
     "         quantity not told\n"},
    {"nothing known says so", TRACE(LOT("n0", "c:1", "A"), ""), true, true,
     "c:1 A  M P\n`. nothing is recorded of where it came from\n"},
    {"an answer that is none", "{}", true, true, "(nothing)\n"},
    {"edges to nowhere are left out", TRACE(LOT("n0", "c:1", "A"), HOP("n7", "n0", "")),
     false, true, "c:1 A  M P\n`. nothing of it is recorded to have gone anywhere\n"},
    {"control characters do not reach the terminal",
     TRACE("{\"id\":\"n0\",\"type\":\"lot\",\"organisation\":\"c:\\u001b[2J\",\"code\":"
           "\"\\u202eA\"}",
           ""),
     true, true,
     "c:\xef\xbf\xbd[2J \xef\xbf\xbd"
     "A\n`. nothing is recorded of where it came from\n"},
};

static void tree_is_drawn(void **state)
{
    size_t i = (size_t)(uintptr_t)*state;
    struct arena a;
    arena_init(&a, 0);
    json_t *trace = json_loads(TREES[i].trace, 0, NULL);
    assert_non_null(trace);
    struct text out = text_new(&a);
    const struct tree_style style = {.is_up = TREES[i].is_up,
                                     .is_ascii = TREES[i].is_ascii};
    tree_add(&out, trace, &style);
    assert_string_equal(text_str(&out), TREES[i].expect);
    json_decref(trace);
    arena_reset(&a);
}

static void cut_traces_say_so(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a, 0);
    json_t *trace = json_loads(
        "{\"cut\":\"depth: 64\",\"asOf\":{\"seq\":9,\"day\":\"2026-11-22\"}}", 0,
        NULL);
    struct text out = text_new(&a);
    tree_add_remarks(&out, trace);
    assert_string_equal(
        text_str(&out),
        "The trace was cut (depth: 64): trace a lot at its edge to see on.\n"
        "As of record 9, 2026-11-22.\n");
    json_decref(trace);
    arena_reset(&a);
}

static void deep_chains_end_well(void **state)
{
    enum { N = 1000 };
    struct arena a;
    (void)state;
    arena_init(&a, 0);
    json_t *nodes = json_array(), *edges = json_array();
    char id[16], next[16];
    for (int i = 0; i < N; i++) {
        snprintf(id, sizeof id, "n%d", i);
        snprintf(next, sizeof next, "n%d", i + 1);
        json_array_append_new(nodes,
                              json_pack("{s:s, s:s}", "id", id, "organisation", id));
        json_array_append_new(edges, json_pack("{s:s, s:s}", "from", next, "to", id));
    }
    json_t *trace =
        json_pack("{s:s, s:o, s:o}", "root", "n0", "nodes", nodes, "edges", edges);
    struct text out = text_new(&a);
    tree_add(&out, trace, &(struct tree_style){.is_up = true});
    assert_non_null(strstr(text_str(&out), "deeper than can be drawn"));
    json_decref(trace);
    arena_reset(&a);
}

/* ---- what a person is told ---- */

static const struct {
    const char *label;
    struct reply reply;
    bool is_kept_back;
    enum exit_status status;
    const char *said;
} PROBLEMS[] = {
    {"a problem document",
     {.status = 422, .body = "{\"title\":\"T\",\"detail\":\"D\",\"pointer\":\"/lot\"}"},
     false,
     STATUS_REFUSED,
     "pedigree: T (422): D\n  at /lot\n"},
    {"a parameter",
     {.status = 422, .body = "{\"title\":\"T\",\"parameter\":\"cursor\"}"},
     false,
     STATUS_REFUSED,
     "  at cursor\n"},
    {"no key", {.status = 401, .body = ""}, false, STATUS_REFUSED, "pedigreed key add"},
    {"a long name", {.status = 414, .body = ""}, false, STATUS_REFUSED, "what the command line became"},
    {"a long key", {.status = 431, .body = ""}, false, STATUS_REFUSED, "what PEDIGREE_KEY"},
    {"a key kept back",
     {.status = 401, .body = "{}"},
     true,
     STATUS_REFUSED,
     "was not sent to http://s"},
    {"no right",
     {.status = 403, .body = "[]"},
     false,
     STATUS_REFUSED,
     "Ask the operator"},
    {"not there",
     {.status = 404, .body = "<html>"},
     false,
     STATUS_REFUSED,
     "may not see looks the same"},
    {"not able",
     {.status = 503, .body = "{}", .retry_after_s = 7},
     false,
     STATUS_UNREACHABLE,
     "wait 7 s"},
    {"somewhere else",
     {.status = 302, .body = "", .location = "https://x/"},
     false,
     STATUS_REFUSED,
     "points to https://x/"},
};

static void problems_say_what_to_do(void **state)
{
    size_t i = (size_t)(uintptr_t)*state;
    struct arena a;
    const struct settings settings = {
        .url = "http://s", .path = "file", .is_key_kept_back = PROBLEMS[i].is_kept_back};
    arena_init(&a, 0);
    struct text out = text_new(&a);
    assert_int_equal(problem_add(&out, &settings, &PROBLEMS[i].reply),
                     PROBLEMS[i].status);
    assert_non_null(strstr(text_str(&out), PROBLEMS[i].said));
    arena_reset(&a);
}

static void numbers_are_grouped(void **state)
{
    char buf[28];
    (void)state;
    assert_string_equal(screen_number(0, buf), "0");
    assert_string_equal(screen_number(999, buf), "999");
    assert_string_equal(screen_number(1000, buf), "1,000");
    assert_string_equal(screen_number(-1234567, buf), "-1,234,567");
    assert_string_equal(screen_number(-123, buf), "-123");
    assert_string_equal(screen_number(INT64_MAX, buf), "9,223,372,036,854,775,807");
}

static void urls_are_escaped(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a, 0);
    assert_string_equal(url_escape(&a, "reg:cn/91 ä"), "reg:cn%2F91%20%C3%A4");
    assert_string_equal(url_escape(&a, ".."), "%2E%2E");
    assert_string_equal(url_escape(&a, "..."), "...");
    struct text url = text_new(&a);
    text_add(&url, "/v1/flags");
    url_add(&url, "rule", NULL);
    url_add(&url, "part", "TI/X&Y");
    url_add(&url, "limit", "5");
    assert_string_equal(text_str(&url), "/v1/flags?part=TI%2FX%26Y&limit=5");
    arena_reset(&a);
}

static void outline_shows_any_json(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a, 0);
    json_t *json = json_loads(
        "{\"mpn\":\"P\",\"none\":[],\"codes\":[1,\"b\"],\"notices\":[{\"kind\":\"PDN\","
        "\"last\":true},{\"kind\":\"PCN\"}],\"inner\":{\"a\":1}}",
        0, NULL);
    struct text out = text_new(&a);
    outline_add(&out, json, 0);
    assert_string_equal(text_str(&out), "mpn           P\n"
                                        "codes         1, b\n"
                                        "notices\n"
                                        "  - kind          PDN\n"
                                        "    last          yes\n"
                                        "  - kind          PCN\n"
                                        "inner\n"
                                        "  a             1\n");
    json_decref(json);
    arena_reset(&a);
}

/* ---- resuming ---- */

static void state_is_kept_by_name_and_server(void **state)
{
    char dir[] = "/tmp/test_cli.XXXXXX", inner[64];
    struct arena a;
    struct tally t = {.pieces = 4000, .accepted = 3990, .duplicates = 4, .refused = 6},
                 back = {0};
    char hash[65] = "", other[65] = "";
    memset(hash, 'a', 64);
    memset(other, 'b', 64);
    (void)state;
    arena_init(&a, 0);
    assert_non_null(mkdtemp(dir));
    setenv("XDG_CACHE_HOME", arena_printf(&a, "%s/deep", dir), 1);
    const char *path = resume_path(&a, "/f", "http://a", "k", NULL);
    assert_string_not_equal(path, resume_path(&a, "/f", "http://b", "k", NULL));
    assert_string_not_equal(path, resume_path(&a, "/f", "http://a", "l", NULL));
    assert_string_not_equal(path, resume_path(&a, "/f", "http://a", "k", "cage:1ABC5"));
    assert_string_equal(path, resume_path(&a, "/f", "http://a", "k", NULL));
    assert_int_equal(resume_load(path, hash, &back), RESUME_NONE);
    resume_save(path, hash, &(struct tally){.pieces = 4000, .accepted = 1, .refused = 6});
    assert_int_equal(resume_load(path, hash, &back), RESUME_NONE); /* it does not add up */
    resume_save(path, hash, &t);
    assert_int_equal(resume_load(path, hash, &back), RESUME_SAME);
    assert_memory_equal(&t, &back, sizeof t);
    assert_int_equal(resume_load(path, other, &back), RESUME_CHANGED);
    write_file(path, "pedigree submit 2\npieces many\n", 0600);
    assert_int_equal(resume_load(path, hash, &back), RESUME_NONE);
    resume_forget(path);
    assert_int_equal(resume_load(path, hash, &back), RESUME_NONE);
    resume_save(NULL, hash, &t);
    resume_forget(NULL);
    snprintf(inner, sizeof inner, "%s/deep/pedigree", dir);
    assert_int_equal(rmdir(inner), 0);
    assert_int_equal(rmdir(arena_printf(&a, "%s/deep", dir)), 0);
    assert_int_equal(rmdir(dir), 0);
    arena_reset(&a);
}

#define ROWS(table, function)                                                            \
    for (size_t i = 0; i < LENGTH(table); i++)                                           \
        tests[n++] = (struct CMUnitTest)                                                 \
        {                                                                                \
            (table)[i].label, function, NULL, NULL, (void *)(uintptr_t)i                 \
        }

int main(void)
{
    const struct CMUnitTest fixed[] = {
        cmocka_unit_test(ids_are_of_file_and_line),
        cmocka_unit_test(words_and_values_are_kept),
        cmocka_unit_test(slips_find_their_command),
        cmocka_unit_test(tables_are_whole),
        cmocka_unit_test(help_and_completion_name_everything),
        cmocka_unit_test(keys_in_the_clear_are_noticed),
        cmocka_unit_test(cut_traces_say_so),
        cmocka_unit_test(deep_chains_end_well),
        cmocka_unit_test(numbers_are_grouped),
        cmocka_unit_test(urls_are_escaped),
        cmocka_unit_test(outline_shows_any_json),
        cmocka_unit_test(state_is_kept_by_name_and_server),
    };
    struct CMUnitTest tests[LENGTH(fixed) + LENGTH(RECORDS) + LENGTH(LINES) +
                            LENGTH(FILES) + LENGTH(LOADS) + LENGTH(TREES) +
                            LENGTH(PROBLEMS)];
    size_t n = LENGTH(fixed);
    memcpy(tests, fixed, sizeof fixed);
    ROWS(RECORDS, record_gets_id);
    ROWS(LINES, arguments_are_read);
    ROWS(FILES, settings_are_parsed);
    ROWS(LOADS, settings_are_loaded);
    ROWS(TREES, tree_is_drawn);
    ROWS(PROBLEMS, problems_say_what_to_do);
    return _cmocka_run_group_tests("cli", tests, n, NULL, NULL);
}
