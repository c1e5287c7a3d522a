/*
 * test_api - the real daemon over HTTP: every route's door, every answer's shape, every
 * limit.
 *
 * Starts build/MODE/pedigreed beside it on a free port, on the PostgreSQL that
 * PEDIGREE_DATABASE names (scripts/with-postgres); without one it is skipped and says so.
 */
#include "pedigree/base/cleanup.h"

#include <curl/curl.h>
#include <jansson.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- the daemon ---- */

enum { SUBMITTER, READER, QUALITY, OPERATOR, OTHER, AGENT, ROLES };
static const char *const ROLE_WORDS[] = {"submitter", "reader",    "quality",
                                         "operator",  "submitter", "submitter"};
static const char *const ORGANISATIONS[] = {"cage:1ABC5", "cage:1ABC5", "cage:1ABC5",
                                            "cage:9PRT1", "cage:7XYZ1", "cage:3PLX1"};

static char daemon_path[PATH_MAX];
static char base_url[64];
static char keys[ROLES][128];
static pid_t daemon_pid;

static int free_port(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, len), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    close(fd);
    return ntohs(at.sin_port);
}

/* Output of `pedigreed ARGUMENTS`; the caller frees. */
static char *run_daemon(const char *arguments, int *status)
{
    char command[PATH_MAX + 512];
    char *out = calloc(1, 1 << 20);
    snprintf(command, sizeof command, "%s %s 2>&1", daemon_path, arguments);
    FILE *f = popen(command, "re");
    size_t n = fread(out, 1, (1 << 20) - 1, f);
    out[n] = '\0';
    int code = pclose(f);
    if (status)
        *status = WIFEXITED(code) ? WEXITSTATUS(code) : -1;
    return out;
}

/* On a free port, which base_url then names; `database` NULL: PEDIGREE_DATABASE. */
static pid_t start_daemon(const char *database)
{
    char text[16];
    int port = free_port();
    snprintf(text, sizeof text, "%d", port);
    snprintf(base_url, sizeof base_url, "http://127.0.0.1:%d", port);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid > 0)
        return pid;
    if (database)
        setenv("PEDIGREE_DATABASE", database, 1);
    const char *log = getenv("PEDIGREE_TEST_LOG");
    int fd = open(log ? log : "/dev/null", O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(fd, STDERR_FILENO);
    execl(daemon_path, daemon_path, "serve", "--listen-port", text, "--drain-s", "2",
          "--record-max", "16", "--stream-max-bytes", "32M", "--body-timeout-s", "3",
          "--spool-max-bytes", "1M", NULL);
    _exit(127);
}

/* ---- calls ---- */

struct answer {
    long status;
    char *body;
    size_t len;
    json_t *json; /* NULL: not JSON */
    char type[64];
    char etag[80];
    bool has_retry_after;
};

static void answer_done(struct answer *a)
{
    json_decref(a->json);
    free(a->body);
}
#define ANSWER CLEANUP(answer_done) struct answer

static size_t on_body(char *at, size_t size, size_t n, void *ctx)
{
    struct answer *a = ctx;
    a->body = realloc(a->body, a->len + size * n + 1);
    memcpy(a->body + a->len, at, size * n);
    a->len += size * n;
    a->body[a->len] = '\0';
    return size * n;
}

static size_t on_header(char *at, size_t size, size_t n, void *ctx)
{
    struct answer *a = ctx;
    char line[256];
    snprintf(line, sizeof line, "%.*s", (int)(size * n), at);
    if (strncasecmp(line, "ETag: ", 6) == 0)
        snprintf(a->etag, sizeof a->etag, "%.*s", (int)strcspn(line + 6, "\r\n"),
                 line + 6);
    if (strncasecmp(line, "Retry-After:", 12) == 0)
        a->has_retry_after = true;
    return size * n;
}

struct call {
    const char *method, *path, *key, *type, *body, *header;
    size_t len; /* of body; 0: strlen */
};

static struct answer call(const struct call *c)
{
    struct answer a = {0};
    char url[2048], auth[192], type[128];
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Expect:");
    snprintf(url, sizeof url, "%s%s", base_url, c->path);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, c->method ? c->method : "GET");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &a);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &a);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 240L); /* a hang ends; a slow machine is waited for */
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    if (c->key) {
        snprintf(auth, sizeof auth, "Authorization: Bearer %s", c->key);
        headers = curl_slist_append(headers, auth);
    }
    if (c->header)
        headers = curl_slist_append(headers, c->header);
    if (c->body) {
        snprintf(type, sizeof type, "Content-Type: %s",
                 c->type ? c->type : "application/json");
        headers = curl_slist_append(headers, type);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, c->body);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE,
                         (long)(c->len ? c->len : strlen(c->body)));
    }
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK)
        fprintf(stderr, "%s %s: %s\n", c->method ? c->method : "GET", c->path,
                curl_easy_strerror(code));
    char *content_type = NULL;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &a.status);
    curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &content_type);
    snprintf(a.type, sizeof a.type, "%s", content_type ? content_type : "");
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    if (a.body)
        a.json = json_loadb(a.body, a.len, JSON_DECODE_ANY, NULL);
    return a;
}
#define CALL(...) call(&(struct call){__VA_ARGS__})
#define ASK(m, p, k) CALL(.method = (m), .path = (p), .key = (k))
#define POST(p, k, t, b)                                                                 \
    CALL(.method = "POST", .path = (p), .key = (k), .type = (t), .body = (b))

static const char *string_of(const struct answer *a, const char *key)
{
    const char *s = json_string_value(json_object_get(a->json, key));
    return s ? s : "";
}

/* A problem: status, RFC 9457 members, and a detail that says something. */
static void assert_problem(const struct answer *a, long status, const char *says)
{
    if (a->status != status || (says && !strstr(a->body ? a->body : "", says)))
        print_error("status %ld, body %s\n", a->status, a->body ? a->body : "(none)");
    assert_int_equal(a->status, status);
    assert_string_equal(a->type, "application/problem+json");
    assert_int_equal(json_integer_value(json_object_get(a->json, "status")), status);
    assert_true(*string_of(a, "type"));
    assert_true(*string_of(a, "title"));
    if (says)
        assert_non_null(strstr(a->body, says));
}

static void assert_status(const struct answer *a, long status)
{
    if (a->status != status)
        print_error("status %ld instead of %ld: %s\n", a->status, status,
                    a->body ? a->body : "(no body)");
    assert_int_equal(a->status, status);
}

static bool is_up(const char *path)
{
    ANSWER a = CALL(.path = path);
    return a.status == 200;
}

static void wait_until_up(const char *path)
{
    while (!is_up(path)) {
        assert_int_equal(waitpid(daemon_pid, NULL, WNOHANG), 0);
        usleep(50000);
    }
}

static char place[] = "/tmp/pedigree-api.XXXXXX"; /* of the log's key and anchor */

static int setup(void **state)
{
    (void)state;
    char arguments[256];
    int status;
    free(run_daemon("migrate", &status));
    if (status != 0 || !mkdtemp(place))
        return -1;
    snprintf(arguments, sizeof arguments, "%s/log.key", place);
    setenv("PEDIGREE_LOG_KEY", arguments, 1);
    free(run_daemon("log-key new --name ledger.test/log", &status));
    if (status != 0)
        return -1;
    for (int i = 0; i < ROLES; i++) {
        snprintf(arguments, sizeof arguments,
                 "key add --organisation %s --role %s --label test%s", ORGANISATIONS[i],
                 ROLE_WORDS[i], i == AGENT ? " --agent-for cage:1ABC5" : "");
        char *out = run_daemon(arguments, &status);
        char *at = strstr(out, "pk_");
        if (status != 0 || !at) {
            print_error("key add: %s\n", out);
            return -1;
        }
        snprintf(keys[i], sizeof keys[i], "%.*s", (int)strcspn(at, " \n"), at);
        free(out);
    }
    daemon_pid = start_daemon(NULL);
    wait_until_up("/log/checkpoint");
    wait_until_up("/readyz");
    return 0;
}

static int stop(void **state)
{
    (void)state;
    int status = -1;
    char path[64];
    static const char *const FILES[] = {"log.key", "log.key.anchor", ""};
    for (size_t i = 0; i < LENGTH(FILES); i++) {
        snprintf(path, sizeof path, "%s/%s", place, FILES[i]);
        remove(path);
    }
    if (daemon_pid > 0) {
        kill(daemon_pid, SIGTERM);
        waitpid(daemon_pid, &status, 0);
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        print_error("the daemon ended with %d\n", status);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* ---- records ---- */

static const char RECEIVED[] = "{\"type\":\"received\",\"time\":\"2026-11-20\",\"id\":\"%"
                               "s\",\"lot\":{\"code\":\"%s\","
                               "\"part\":{\"manufacturer\":\"Texas "
                               "Instruments\",\"mpn\":\"SN74LS00N\"},\"quantity\":%d}}";

static const char *received(const char *id, const char *code, int quantity)
{
    static char text[8][512];
    static int turn;
    char *t = text[turn++ % 8];
    snprintf(t, sizeof text[0], RECEIVED, id, code, quantity);
    return t;
}

static struct answer submit(const char *body)
{
    return CALL("POST", "/v1/records", keys[SUBMITTER], .body = body);
}

/* ---- doors ---- */

/* Walks what --dump-routes says: METHOD PATH WHO: SENTENCE */
static void every_route_has_its_door(void **state)
{
    (void)state;
    char *routes = run_daemon("--dump-routes", NULL), *save = NULL;
    int walked = 0;
    for (char *line = strtok_r(routes, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        char method[8], pattern[128], who[32], path[256] = "";
        assert_int_equal(sscanf(line, "%7s %127s %31[a-z]", method, pattern, who), 3);
        for (char *p = pattern; *p; p++) {
            if (*p == '{') {
                strcat(path, strncmp(p, "{seq}", 5) == 0 ? "0" : "cage:0NONE");
                p = strchr(p, '}');
            } else {
                strncat(path, p, 1);
            }
        }
        const char *body = strcmp(method, "POST") == 0 ? "{}" : NULL;
        ANSWER none = CALL(method, path, .body = body);
        ANSWER wrong = CALL(method, path, "pk_000000_nonsense", .body = body);
        if (strcmp(who, "public") == 0) {
            /* No tile is called so, and nobody cosigns this log. */
            assert_status(&none, strstr(pattern, "{tile") || strstr(pattern, "/cosigned") ? 404 : 200);
        } else {
            assert_problem(&none, 401, "unauthorized");
            assert_problem(&wrong, 401, "unauthorized");
        }
        if (strcmp(who, "submit") == 0) {
            ANSWER reader = CALL(method, path, keys[READER], .body = body);
            assert_problem(&reader, 403, "forbidden");
        }
        ANSWER other = ASK("PATCH", path, keys[OPERATOR]);
        assert_problem(&other, 405, NULL);
        walked++;
    }
    assert_true(walked >= 12);
    free(routes);
}

static void what_is_not_there_is_404(void **state)
{
    (void)state;
    static const char *const PATHS[] = {"/",
                                        "/v1",
                                        "/v1/nothing",
                                        "/v1/lots/cage:1ABC5/none",
                                        "/v1/lots/cage:1ABC5/none/trace",
                                        "/v1/records/999999999",
                                        "/v1/lots/cage:1ABC5/none/records",
                                        "//",
                                        "/v1/lots/"};
    for (size_t i = 0; i < LENGTH(PATHS); i++) {
        ANSWER a = CALL(.path = PATHS[i], .key = keys[READER]);
        assert_problem(&a, 404, "not-found");
    }
}

/* ---- malformed questions ---- */

static const struct {
    const char *label, *path;
    long status;
    const char *says;
} QUESTIONS[] = {
    {"unknown parameter", "/v1/lots?holdr=cage:1ABC5", 422, "holder"},
    {"twice", "/v1/lots?mpn=A&mpn=B", 422, "mpn"},
    {"bad word", "/v1/flags?severity=hihg", 422, "high"},
    {"no rule", "/v1/flags?rule=CAP-999", 422, "/v1/rules"},
    {"no rule of lots", "/v1/lots?rule=x", 422, "is no rule"},
    {"rule in small letters", "/v1/flags?rule=cap-001", 422, "did you mean CAP-001"},
    {"bad party", "/v1/lots?holder=nobody", 422, "scheme"},
    {"bad direction", "/v1/lots/cage:1ABC5/X/trace?direction=sideways", 422, "up"},
    {"bad format", "/v1/lots/cage:1ABC5/X/trace?format=svg", 422, "dot"},
    {"limit zero", "/v1/lots?limit=0", 422, "from 1 to 500"},
    {"limit too large", "/v1/lots?limit=99999", 422, "from 1 to 500"},
    {"limit word", "/v1/lots?limit=ten", 422, "limit"},
    {"bad cursor", "/v1/lots?cursor=%21%21", 422, "cursor"},
    {"bad seq", "/v1/records/x1", 422, "seq"},
    {"negative seq", "/v1/records/-1", 422, "seq"},
    {"huge seq", "/v1/records/99999999999999999999", 422, "seq"},
    {"bad organisation", "/v1/organisations/nobody", 422, "scheme"},
    {"value without a name", "/v1/flags?=x", 422, "name=value"},
    {"cursor that is no text", "/v1/flags?cursor=ZjEvQS__", 422, "no cursor of this list"},
    {"parameters where none are", "/v1/rules?x=1", 422, "x"},
};

static void test_question(void **state)
{
    size_t i = (size_t)(uintptr_t)*state;
    ANSWER a = CALL(.path = QUESTIONS[i].path, .key = keys[READER]);
    assert_problem(&a, QUESTIONS[i].status, QUESTIONS[i].says);
}

/* ---- malformed submissions ---- */

static const struct {
    const char *label, *query, *type, *body;
    long status;
    const char *says;
} SUBMISSIONS[] = {
    {"empty body", "", "application/json", " ", 400, NULL},
    {"no JSON", "", "application/json", "hello", 400, NULL},
    {"truncated", "", "application/json", "{\"type\":\"received\"", 400, NULL},
    {"a number", "", "application/json", "17", 400, NULL},
    {"no type", "", "application/json", "{}", 422, "type"},
    {"unknown type", "", "application/json", "{\"type\":\"recieved\",\"time\":\"2026\"}",
     422, "received"},
    {"unknown member", "", "application/json",
     "{\"type\":\"shipped\",\"time\":\"2026\",\"lot\":\"A\",\"quantity\":1,\"qantity\":"
     "2}",
     422, "qantity"},
    {"a picture", "", "image/png", "<a/>", 415, "ndjson"},
    {"another charset", "", "text/csv; charset=windows-1252", "type\nheld\n", 415, "iconv"},
    {"bad atomic", "?atomic=perhaps", "application/json", "{}", 422, "atomic"},
    {"unknown parameter", "?atomc=true", "application/json", "{}", 422, "atomic"},
    {"not an agent", "?onBehalfOf=cage:7XYZ1", "application/json", "{}", 403, NULL},
    {"no organisation", "?onBehalfOf=somebody", "application/json", "{}", 422, "scheme"},
};

static void test_submission(void **state)
{
    size_t i = (size_t)(uintptr_t)*state;
    char path[128];
    snprintf(path, sizeof path, "/v1/records%s", SUBMISSIONS[i].query);
    ANSWER a = POST(path, keys[SUBMITTER], SUBMISSIONS[i].type, SUBMISSIONS[i].body);
    assert_problem(&a, SUBMISSIONS[i].status, SUBMISSIONS[i].says);
}

/* ---- one record ---- */

static void one_record_is_answered_whole(void **state)
{
    (void)state;
    ANSWER a = submit(received("one-1", "ONE-1", 100));
    assert_status(&a, 201);
    assert_true(json_is_integer(json_object_get(a.json, "seq")));
    assert_string_equal(string_of(&a, "id"), "one-1");
    assert_true(json_is_false(json_object_get(a.json, "duplicate")));
    json_t *lot = json_object_get(a.json, "lot");
    assert_string_equal(json_string_value(json_object_get(lot, "organisation")),
                        "cage:1ABC5");
    assert_string_equal(json_string_value(json_object_get(lot, "code")), "ONE-1");
    json_t *assessment = json_object_get(a.json, "assessment");
    assert_true(json_is_string(json_object_get(assessment, "grade")));
    assert_true(json_is_string(json_object_get(assessment, "score")));
    assert_true(json_is_array(json_object_get(assessment, "flags")));
    assert_non_null(strstr(string_of(&a, "receipt"), "\nindex "));
}

static void a_replay_is_a_duplicate(void **state)
{
    (void)state;
    ANSWER a = submit(received("dup-1", "DUP-1", 100));
    ANSWER b = submit(received("dup-1", "DUP-1", 100));
    assert_status(&a, 201);
    assert_status(&b, 200);
    assert_true(json_is_true(json_object_get(b.json, "duplicate")));
    assert_true(
        json_equal(json_object_get(a.json, "seq"), json_object_get(b.json, "seq")));
    ANSWER c = submit(received("dup-1", "DUP-1", 101));
    assert_problem(&c, 409, "conflict");
}

static void on_behalf_is_decided_by_access(void **state)
{
    (void)state;
    const char *body = received("behalf-1", "BEH-1", 5);
    ANSWER agent =
        CALL("POST", "/v1/records?onBehalfOf=cage:1ABC5", keys[AGENT], .body = body);
    assert_status(&agent, 201);
    ANSWER operator= CALL("POST", "/v1/records", keys[OPERATOR], .body = body,
                          .header = "Pedigree-On-Behalf-Of: cage:1ABC5");
    assert_status(&operator, 200);
    ANSWER both = CALL("POST", "/v1/records?onBehalfOf=cage:1ABC5", keys[OPERATOR],
                       .body = body, .header = "Pedigree-On-Behalf-Of: cage:7XYZ1");
    assert_problem(&both, 422, "onBehalfOf");
    ANSWER other =
        CALL("POST", "/v1/records?onBehalfOf=cage:1ABC5", keys[OTHER], .body = body);
    assert_problem(&other, 403, NULL);
}

/* ---- many records ---- */

static const char *member(json_t *row, const char *key)
{
    const char *s = json_string_value(json_object_get(row, key));
    return s ? s : "";
}

static void an_array_answers_an_array(void **state)
{
    (void)state;
    char body[2048];
    snprintf(body, sizeof body, "[%s,{\"type\":\"nonsense\"},%s]",
             received("a-1", "A-1", 1), received("a-2", "A-2", 2));
    ANSWER a = submit(body);
    assert_status(&a, 200);
    assert_int_equal(json_array_size(a.json), 3);
    static const int STATUS[] = {201, 422, 201};
    for (size_t i = 0; i < 3; i++) {
        json_t *row = json_array_get(a.json, i);
        assert_int_equal(json_integer_value(json_object_get(row, "line")), i + 1);
        assert_int_equal(json_integer_value(json_object_get(row, "status")), STATUS[i]);
        assert_null(json_object_get(row, "assessment"));
    }
    json_t *problem = json_object_get(json_array_get(a.json, 1), "problem");
    assert_string_equal(member(problem, "pointer"), "/type");
    assert_string_equal(member(json_array_get(a.json, 2), "id"), "a-2");
    ANSWER empty = submit("[]");
    assert_status(&empty, 200);
    assert_int_equal(json_array_size(empty.json), 0);
}

static void lines_answer_lines(void **state)
{
    (void)state;
    enum { N = 500 };
    char *body = malloc(N * 512);
    char code[32];
    size_t len = 0;
    for (int i = 0; i < N; i++) {
        snprintf(code, sizeof code, "L-%d", i);
        len += (size_t)sprintf(body + len, "%s\n",
                               i == 250 ? "{rubbish" : received(code, code, 10));
    }
    ANSWER a = POST("/v1/records?assessment=true", keys[SUBMITTER],
                    "application/x-ndjson", body);
    assert_status(&a, 200);
    assert_string_equal(a.type, "application/x-ndjson");
    int64_t before = -1;
    char *save = NULL;
    int n = 0;
    for (char *line = strtok_r(a.body, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        json_t *row = json_loads(line, 0, NULL);
        assert_non_null(row);
        n++;
        assert_int_equal(json_integer_value(json_object_get(row, "line")), n);
        if (n == 251) {
            assert_non_null(json_object_get(row, "problem"));
        } else {
            int64_t seq = json_integer_value(json_object_get(row, "seq"));
            assert_true(seq > before);
            assert_non_null(json_object_get(row, "assessment"));
            before = seq;
        }
        json_decref(row);
    }
    assert_int_equal(n, N);
    free(body);
}

static void equal_records_without_id_are_counted(void **state)
{
    (void)state;
    const char *bag =
        "{\"type\":\"shipped\",\"time\":\"2026-11-21\",\"lot\":\"BAG\",\"quantity\":7}";
    char body[512];
    snprintf(body, sizeof body, "%s\n%s\n%s\n", bag, bag, bag);
    ANSWER a = POST("/v1/records", keys[SUBMITTER], "application/x-ndjson", body);
    ANSWER b = POST("/v1/records", keys[SUBMITTER], "application/x-ndjson", body);
    assert_status(&a, 200);
    assert_int_equal(3, (strstr(a.body, "\"line\":3") != NULL) * 3);
    assert_null(strstr(a.body, "\"duplicate\":true"));
    assert_null(strstr(b.body, "\"duplicate\":false"));
}

static void atomic_is_all_or_none(void **state)
{
    (void)state;
    char body[2048];
    snprintf(body, sizeof body, "[%s,{\"type\":\"nonsense\"}]",
             received("at-1", "AT-1", 1));
    ANSWER a = CALL("POST", "/v1/records?atomic=true", keys[SUBMITTER], .body = body);
    assert_status(&a, 422);
    assert_int_equal(
        json_integer_value(json_object_get(json_array_get(a.json, 0), "status")), 424);
    ANSWER lot = CALL(.path = "/v1/lots/cage:1ABC5/AT-1", .key = keys[READER]);
    assert_problem(&lot, 404, NULL);
    snprintf(body, sizeof body, "[%s,%s]", received("at-1", "AT-1", 1),
             received("at-2", "AT-2", 1));
    ANSWER b = CALL("POST", "/v1/records?atomic=true", keys[SUBMITTER], .body = body);
    assert_status(&b, 200);
    assert_int_equal(json_array_size(b.json), 2);
}

/* 10,001 records, and 16 MiB and a little. */
static void atomic_has_limits(void **state)
{
    (void)state;
    char *body = malloc(20 * 1024 * 1024);
    size_t len = 0;
    for (int i = 0; i < 10001; i++)
        len += (size_t)sprintf(body + len, "{\"type\":\"nonsense\"}\n");
    ANSWER a =
        POST("/v1/records?atomic=true", keys[SUBMITTER], "application/x-ndjson", body);
    assert_problem(&a, 413, "10000");
    memset(body, ' ', 17 * 1024 * 1024);
    ANSWER b = CALL("POST", "/v1/records?atomic=true", keys[SUBMITTER],
                    "application/x-ndjson", body, NULL, 17 * 1024 * 1024);
    assert_problem(&b, 413, NULL);
    free(body);
}

/* ---- reading ---- */

static void what_was_written_can_be_read(void **state)
{
    (void)state;
    ANSWER posted = submit(received("read-1", "READ-1", 100));
    assert_status(&posted, 201);
    ANSWER lot = CALL(.path = "/v1/lots/cage:1ABC5/READ-1", .key = keys[READER]);
    assert_status(&lot, 200);
    assert_string_equal(string_of(&lot, "state"), "open");
    ANSWER others = CALL(.path = "/v1/lots/cage:1ABC5/READ-1", .key = keys[OTHER]);
    assert_problem(&others, 404, NULL);
    ANSWER all = CALL(.path = "/v1/lots/cage:1ABC5/READ-1", .key = keys[OPERATOR]);
    assert_status(&all, 200);
    ANSWER trace = CALL(.path = "/v1/lots/cage:1ABC5/READ-1/trace", .key = keys[READER]);
    assert_status(&trace, 200);
    assert_true(json_is_array(json_object_get(trace.json, "nodes")));
    ANSWER dot =
        CALL(.path = "/v1/lots/cage:1ABC5/READ-1/trace?format=dot&direction=both",
             .key = keys[READER]);
    assert_status(&dot, 200);
    assert_string_equal(dot.type, "text/vnd.graphviz");
    assert_non_null(strstr(dot.body, "digraph"));
    ANSWER records =
        CALL(.path = "/v1/lots/cage:1ABC5/READ-1/records", .key = keys[READER]);
    assert_status(&records, 200);
    assert_int_equal(json_array_size(json_object_get(records.json, "items")), 1);
    char path[64];
    snprintf(path, sizeof path, "/v1/records/%lld",
             (long long)json_integer_value(json_object_get(posted.json, "seq")));
    ANSWER record = CALL(.path = path, .key = keys[READER]);
    assert_status(&record, 200);
    ANSWER hidden = CALL(.path = path, .key = keys[OTHER]);
    assert_problem(&hidden, 404, NULL);
}

static void lists_are_paged(void **state)
{
    (void)state;
    char path[1024] = "/v1/lots?manufacturer=Texas%20Instruments&mpn=SN74LS00N&limit=3";
    int items = 0, pages = 0;
    for (; pages < 1000; pages++) {
        ANSWER a = CALL(.path = path, .key = keys[READER]);
        assert_status(&a, 200);
        items += (int)json_array_size(json_object_get(a.json, "items"));
        if (!json_object_get(a.json, "next"))
            break;
        assert_int_equal(json_array_size(json_object_get(a.json, "items")), 3);
        char *cursor = curl_easy_escape(NULL, string_of(&a, "next"), 0);
        snprintf(
            path, sizeof path,
            "/v1/lots?manufacturer=Texas%%20Instruments&mpn=SN74LS00N&limit=3&cursor=%s",
            cursor);
        curl_free(cursor);
    }
    assert_true(pages > 1 && pages < 1000);
    assert_true(items > 3);
}

static void an_etag_spares_the_body(void **state)
{
    (void)state;
    ANSWER a = CALL(.path = "/v1/rules", .key = keys[READER]);
    assert_status(&a, 200);
    assert_true(*a.etag);
    char header[128];
    snprintf(header, sizeof header, "If-None-Match: %s", a.etag);
    ANSWER b = CALL(.path = "/v1/rules", .key = keys[READER], .header = header);
    assert_status(&b, 304);
    assert_int_equal(b.len, 0);
}

static void the_catalogue_is_whole(void **state)
{
    (void)state;
    ANSWER a = CALL(.path = "/v1/rules", .key = keys[READER]);
    json_t *rules = json_object_get(a.json, "items");
    assert_true(json_array_size(rules) >= 25);
    for (size_t i = 0; i < json_array_size(rules); i++)
        assert_true(
            json_array_size(json_object_get(json_array_get(rules, i), "references")) > 0);
}

static void operations_answer(void **state)
{
    (void)state;
    ANSWER metrics = CALL(.path = "/metrics");
    assert_status(&metrics, 200);
    assert_non_null(strstr(metrics.body, "pedigree_http_requests_total"));
    ANSWER openapi = CALL(.path = "/openapi.json");
    assert_status(&openapi, 200);
    assert_string_equal(string_of(&openapi, "openapi"), "3.1.0");
    char *routes = run_daemon("--dump-routes", NULL), *save = NULL;
    json_t *paths = json_object_get(openapi.json, "paths");
    for (char *line = strtok_r(routes, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        char method[8], pattern[128];
        sscanf(line, "%7s %127s", method, pattern);
        assert_non_null(json_object_get(paths, pattern));
    }
    free(routes);
}

/* ---- commands ---- */

static const struct {
    const char *label, *arguments;
    int status;
    const char *says;
} COMMANDS[] = {
    {"version", "--version", 0, "pedigreed "},
    {"help", "--help", 0, "pedigreed migrate"},
    {"help of a command", "key add --help", 0, "--agent-for"},
    {"nothing", "", 2, "pedigreed serve"},
    {"no such command", "servee", 2, "serve"},
    {"no such flag", "serve --listen-prot 1", 2, "--listen-port"},
    {"no role", "key add --organisation cage:1ABC5", 2, "--role"},
    {"bad role", "key add --organisation cage:1ABC5 --role king", 2, "operator"},
    {"bad organisation", "key add --organisation nobody --role reader", 2, "scheme"},
    {"no such key", "key revoke pk_nothing", 1, "nothing"},
    {"keys", "key list", 0, "cage:1ABC5"},
    {"migrations elsewhere", "migrate --migrations /nonexistent", 2, "--migrations"},
    {"migrate again", "migrate", 0, "0 migrations"},
    {"no PostgreSQL", "migrate --database host=/nonexistent", 1, "/nonexistent"},
    {"rules", "--dump-rules", 0, "CAP-001"},
    {"options", "--dump-options", 0, "listen_port"},
    {"metrics", "--dump-metrics", 0, "pedigree_"},
    {"routes", "--dump-routes", 0, "/v1/records"},
};

static void test_command(void **state)
{
    size_t i = (size_t)(uintptr_t)*state;
    int status;
    char *out = run_daemon(COMMANDS[i].arguments, &status);
    if (status != COMMANDS[i].status || !strstr(out, COMMANDS[i].says))
        print_error("status %d: %s\n", status, out);
    assert_int_equal(status, COMMANDS[i].status);
    assert_non_null(strstr(out, COMMANDS[i].says));
    free(out);
}

static void a_revoked_key_stops(void **state)
{
    (void)state;
    char arguments[128], key[128];
    char *out = run_daemon("key add --organisation cage:8REV1 --role reader", NULL);
    snprintf(key, sizeof key, "%.*s", (int)strcspn(strstr(out, "pk_"), " \n"),
             strstr(out, "pk_"));
    free(out);
    ANSWER before = CALL(.path = "/v1/rules", .key = key);
    assert_status(&before, 200);
    snprintf(arguments, sizeof arguments, "key revoke %.*s",
             (int)(strchr(key + 3, '_') - key), key);
    int status;
    free(run_daemon(arguments, &status));
    assert_int_equal(status, 0);
    for (;;) { /* it may be remembered for a few seconds; for ever would be a hang */
        ANSWER after = CALL(.path = "/v1/rules", .key = key);
        if (after.status == 401)
            return;
        usleep(100000);
    }
}

/* ---- limits ---- */

static void headers_have_a_limit(void **state)
{
    (void)state;
    char *header = malloc(70000);
    memset(header, 'x', 69999);
    memcpy(header, "X-Long: ", 8);
    header[69999] = '\0';
    ANSWER a = CALL(.path = "/livez", .header = header);
    assert_int_equal(a.status, 431);
    free(header);
}

/* --stream-max-bytes is 32M here. */
static void bodies_have_a_limit(void **state)
{
    (void)state;
    size_t size = 33 * 1024 * 1024;
    char *body = malloc(size);
    memset(body, ' ', size);
    ANSWER declared =
        CALL(.method = "POST", .path = "/v1/records", .key = keys[SUBMITTER],
             .type = "application/x-ndjson", .body = body, .len = size);
    assert_problem(&declared, 413, NULL);
    ANSWER chunked = CALL(.method = "POST", .path = "/v1/records", .key = keys[SUBMITTER],
                          .type = "application/x-ndjson", .body = body, .len = size,
                          .header = "Transfer-Encoding: chunked");
    assert_true(chunked.status == 413 || chunked.status == 400);
    free(body);
}

/* --spool-max-bytes is 1M here: past it the results are cut, and say so. */
static void cut_results_say_so(void **state)
{
    (void)state;
    enum { N = 20000 };
    char *body = malloc(N * 20 + 1), *at = body;
    for (int i = 0; i < N; i++)
        at = stpcpy(at, "{\"type\":\"nonsen\"}\n");
    ANSWER a = POST("/v1/records", keys[SUBMITTER], "application/x-ndjson", body);
    assert_status(&a, 200);
    assert_true(a.len > 256 * 1024 && a.len < 1024 * 1024);
    char *last = memrchr(a.body, '\n', a.len - 1);
    json_t *row = json_loads(last + 1, 0, NULL);
    assert_non_null(json_object_get(row, "problem"));
    assert_non_null(strstr(last, "20000 are not"));
    assert_non_null(strstr(last, "Send it again from that line"));
    json_decref(row);
    free(body);
}

/* ---- without PostgreSQL ---- */

static void a_daemon_without_postgresql_says_so(void **state)
{
    (void)state;
    char before[sizeof base_url];
    int status;
    memcpy(before, base_url, sizeof before);
    pid_t pid = start_daemon("host=/nonexistent");
    wait_until_up("/livez");
    {
        ANSWER ready = CALL(.path = "/readyz");
        assert_status(&ready, 503);
        assert_non_null(strstr(ready.body, "postgresql"));
        ANSWER post = submit("{}");
        assert_problem(&post, 503, "unavailable");
        assert_true(post.has_retry_after);
    }
    kill(pid, SIGTERM);
    waitpid(pid, &status, 0);
    memcpy(base_url, before, sizeof before);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* Last: SIGHUP is survived, SIGTERM (in stop()) ends with status 0. */
static void a_hangup_is_survived(void **state)
{
    (void)state;
    kill(daemon_pid, SIGHUP);
    usleep(100000);
    assert_true(is_up("/livez"));
}

/* ---- all of them ---- */

static struct CMUnitTest tests[128];
static size_t tests_len;

static void add(const char *name, CMUnitTestFunction fn, size_t i)
{
    tests[tests_len++] = (struct CMUnitTest){name, fn, NULL, NULL, (void *)(uintptr_t)i};
}
#define ADD(fn) add(#fn, fn, 0)

int main(void)
{
    char self[PATH_MAX] = "";
    if (!getenv("PEDIGREE_DATABASE")) {
        puts("test_api: skipped: PEDIGREE_DATABASE is not set (scripts/with-postgres "
             "sets it)");
        return 0;
    }
    if (readlink("/proc/self/exe", self, sizeof self - 1) < 0)
        return 1;
    *strstr(self, "/tests/http/") = '\0';
    snprintf(daemon_path, sizeof daemon_path, "%.4000s/pedigreed", self);
    signal(SIGPIPE, SIG_IGN);
    ADD(every_route_has_its_door);
    ADD(what_is_not_there_is_404);
    for (size_t i = 0; i < LENGTH(QUESTIONS); i++)
        add(QUESTIONS[i].label, test_question, i);
    for (size_t i = 0; i < LENGTH(SUBMISSIONS); i++)
        add(SUBMISSIONS[i].label, test_submission, i);
    ADD(one_record_is_answered_whole);
    ADD(a_replay_is_a_duplicate);
    ADD(on_behalf_is_decided_by_access);
    ADD(an_array_answers_an_array);
    ADD(lines_answer_lines);
    ADD(equal_records_without_id_are_counted);
    ADD(atomic_is_all_or_none);
    ADD(atomic_has_limits);
    ADD(what_was_written_can_be_read);
    ADD(lists_are_paged);
    ADD(an_etag_spares_the_body);
    ADD(the_catalogue_is_whole);
    ADD(operations_answer);
    for (size_t i = 0; i < LENGTH(COMMANDS); i++)
        add(COMMANDS[i].label, test_command, i);
    ADD(a_revoked_key_stops);
    ADD(headers_have_a_limit);
    ADD(bodies_have_a_limit);
    ADD(cut_results_say_so);
    ADD(a_daemon_without_postgresql_says_so);
    ADD(a_hangup_is_survived);
    return _cmocka_run_group_tests("api", tests, tests_len, setup, stop);
}
