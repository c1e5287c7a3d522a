/* peer - see the header. */
#include "peer.h"

#include "pedigree/base/clock.h"
#include "pedigree/base/log.h"
#include "pedigree/base/metrics.h"
#include "pedigree/base/version.h"
#include "pedigree/ledger/tree_load.h"
#include "pedigree/tlog/witness.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WAIT_MAX_S = 300, DOUBLINGS_MAX = 16 };

struct cosignature_row {
    int64_t size;
    const char *line;
};
/* clang-format off */
static const struct column COSIGNATURE_ROW[] = {COL(struct cosignature_row, size), COL(struct cosignature_row, line)};
QUERY COSIGNATURE_NEWEST = {.name = "cosignature_newest",
    .sql = "SELECT size, line FROM cosignature WHERE key = $1 ORDER BY size DESC LIMIT 1", ROW(struct cosignature_row, COSIGNATURE_ROW)};
/* Several daemons ask the same witness: the first is as good as any. */
QUERY COSIGNATURE_ADD = {.name = "cosignature_add",
    .sql = "INSERT INTO cosignature (key, size, line) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"};
/* clang-format on */

/* ---- trouble, told when it begins, changes and ends ---- */

static void wait_longer(struct peer *p, const struct asking *a)
{
    int64_t wait_us = a->interval_us << (p->failures < DOUBLINGS_MAX ? p->failures : DOUBLINGS_MAX);
    int64_t most_us = WAIT_MAX_S * INT64_C(1000000);
    p->failures++;
    most_us = most_us > a->interval_us ? most_us : a->interval_us;
    p->due_us = clock_monotonic_us() + (wait_us < most_us ? wait_us : most_us);
}

static void in_trouble(struct peer *p, const struct asking *a, enum log_level level, const char *outcome, const char *why)
{
    if (outcome)
        metric_add_for(METRIC_WITNESS_ANSWERS, outcome, 1);
    if (strncmp(p->trouble, why, sizeof p->trouble - 1) != 0)
        log_line(level, "a witness does not sign", "witness=%s size=%" PRId64 " why=%s", log_quote(p->name), p->size, log_quote(why));
    snprintf(p->trouble, sizeof p->trouble, "%s", why);
    wait_longer(p, a);
}

static void is_well(struct peer *p, const struct asking *a)
{
    if (*p->trouble || p->done < 0)
        log_line(LOG_LEVEL_INFO, "a witness signs", "witness=%s size=%" PRId64, log_quote(p->name), p->size);
    *p->trouble = '\0';
    p->failures = 0;
    p->due_us = clock_monotonic_us() + a->interval_us;
}

/* ---- a question ---- */

static size_t take_bytes(char *bytes, size_t one, size_t len, void *ctx)
{
    struct peer *p = ctx;
    (void)one;
    if (len > sizeof p->answer - p->answer_len)
        return 0; /* no witness has so much to say */
    memcpy(p->answer + p->answer_len, bytes, len);
    p->answer_len += len;
    return len;
}

void peer_init(struct peer *p)
{
    arena_init(&p->arena, 0);
    p->done = -1;
    p->curl = curl_easy_init();
    p->headers = curl_slist_append(NULL, "Content-Type: text/plain");
    struct curl_slist *more = p->headers ? curl_slist_append(p->headers, "Expect:") : NULL;
    if (!p->curl || !more)
        abort();
    curl_easy_setopt(p->curl, CURLOPT_PRIVATE, p);
    curl_easy_setopt(p->curl, CURLOPT_URL, p->url);
    curl_easy_setopt(p->curl, CURLOPT_HTTPHEADER, p->headers);
    curl_easy_setopt(p->curl, CURLOPT_USERAGENT, "pedigreed/" PEDIGREE_VERSION);
    curl_easy_setopt(p->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(p->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(p->curl, CURLOPT_WRITEFUNCTION, take_bytes);
    curl_easy_setopt(p->curl, CURLOPT_WRITEDATA, p);
}

void peer_done(struct peer *p)
{
    curl_easy_cleanup(p->curl);
    curl_slist_free_all(p->headers);
    free((void *)(uintptr_t)p->line);
    arena_reset(&p->arena);
}

bool peer_is_due(const struct peer *p, int64_t size, int64_t now_us)
{
    return !p->is_asked && p->done != size && p->due_us <= now_us;
}

/* What it signed before this daemon began, so that it need not be asked where it is. */
static bool recall(struct peer *p, struct asking *a, struct error *err)
{
    struct rows rows;
    if (p->is_recalled)
        return true;
    if (!db_query(a->db, &p->arena, &COSIGNATURE_NEWEST, ARGS(TEXT(p->key)), &rows, err))
        return false;
    const struct cosignature_row *row = rows.at;
    p->is_recalled = true;
    if (rows.len == 0)
        return true;
    p->old = row->size;
    p->line = strdup(row->line);
    return true;
}

/* The newest checkpoint may be the one that it signed then. */
static bool is_shown_again(struct peer *p, struct asking *a)
{
    struct error ignored = {0};
    bool is_it = p->line && p->old == p->size &&
                 witness_answer(&p->arena, p->note, p->line, strlen(p->line), &p->verifier, &ignored);
    if (is_it) {
        p->done = p->size;
        if (cosigned_add(a->cosigned, p->size, p->note, p->line))
            metric_set(METRIC_LOG_COSIGNED, p->size);
    }
    free((void *)(uintptr_t)p->line);
    p->line = NULL;
    return is_it;
}

static bool make_request(struct peer *p, struct asking *a, struct error *err)
{
    struct witness_request r = {.old = p->old, .checkpoint = p->note, .checkpoint_len = strlen(p->note)};
    if (!tree_load_consistency(a->db, p->old, p->size, &r.proof, err))
        return false;
    p->request = witness_request_text(&p->arena, &r);
    p->answer_len = 0;
    curl_easy_setopt(p->curl, CURLOPT_TIMEOUT_MS, (long)a->timeout_ms);
    curl_easy_setopt(p->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(p->request));
    curl_easy_setopt(p->curl, CURLOPT_POSTFIELDS, p->request);
    return true;
}

bool peer_begin(struct peer *p, struct asking *a, int64_t size, const char *note)
{
    struct error err = {0};
    if (!p->has_turned)
        arena_reset(&p->arena);
    p->size = size;
    p->note = arena_strdup(&p->arena, note);
    bool is_ready = recall(p, a, &err);
    if (is_ready && is_shown_again(p, a))
        return false;
    if (is_ready && p->old > size) {
        is_ready = error_set(&err, ERR_INVALID, "it signed this log with more records than ours has: another daemon is ahead of this one, "
                             "or an older database was put back");
        p->old = 0; /* it will say where it is */
    }
    p->is_asked = is_ready && make_request(p, a, &err);
    if (!p->is_asked) {
        p->has_turned = false;
        in_trouble(p, a, LOG_LEVEL_WARN, NULL, err.detail);
    }
    return p->is_asked;
}

/* ---- an answer ---- */

static void signed_it(struct peer *p, struct asking *a)
{
    struct error err = {0}, lost = {0};
    const char *lines = witness_answer(&p->arena, p->note, p->answer, p->answer_len, &p->verifier, &err);
    if (!lines) {
        in_trouble(p, a, LOG_LEVEL_ERROR, "wrong", err.detail);
        return;
    }
    metric_add_for(METRIC_WITNESS_ANSWERS, "cosigned", 1);
    if (!db_query(a->db, &p->arena, &COSIGNATURE_ADD, ARGS(TEXT(p->key), INT8(p->size), TEXT(lines)), NULL, &lost))
        log_line(LOG_LEVEL_WARN, "a cosignature is not stored", "witness=%s size=%" PRId64 " error=%s", log_quote(p->name), p->size,
                 log_quote(lost.detail));
    if (cosigned_add(a->cosigned, p->size, p->note, lines))
        metric_set(METRIC_LOG_COSIGNED, p->size);
    is_well(p, a);
    p->old = p->done = p->size;
}

static bool is_size(CURL *curl)
{
    char *type = NULL;
    curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
    return type && strcmp(type, "text/x.tlog.size") == 0;
}

/* It is elsewhere; true: ask again from there. */
static bool turned(struct peer *p, struct asking *a)
{
    int64_t size;
    size_t len = p->answer_len;
    bool is_told = is_size(p->curl) && len > 1 && p->answer[len - 1] == '\n' && witness_size_parse(p->answer, len - 1, &size);
    metric_add_for(METRIC_WITNESS_ANSWERS, "conflict", 1);
    if (is_told && size != p->old && !p->has_turned) {
        p->old = size;
        p->has_turned = true;
        return true;
    }
    in_trouble(p, a, LOG_LEVEL_ERROR, NULL, !is_told ? "it answers 409 without a size"
               : size == p->size ? "it signed another tree of the same size: this log has shown two histories"
                                 : "it names one size, and then another");
    return false;
}

static void refused(struct peer *p, struct asking *a, long status)
{
    static const struct {
        long status;
        const char *what;
    } REASONS[] = {
        {400, "it cannot read the request"},
        {403, "it does not know the log's key: register it there"},
        {404, "it does not know this log, or its URL is wrong: register the log there"},
        {422, "it says that the log did not grow out of what it signed before: this log has shown two histories"},
    };
    const char *what = "";
    for (size_t i = 0; i < sizeof REASONS / sizeof *REASONS; i++)
        if (REASONS[i].status == status)
            what = REASONS[i].what;
    size_t len = p->answer_len < 120 ? p->answer_len : 120;
    in_trouble(p, a, *what ? LOG_LEVEL_ERROR : LOG_LEVEL_WARN, "refused",
               arena_printf(&p->arena, "status %ld: %s%s%.*s", status, what, *what ? ": " : "", (int)len, p->answer));
}

bool peer_end(struct peer *p, struct asking *a, CURLcode code)
{
    long status = 0;
    bool goes_on = false;
    p->is_asked = false;
    curl_easy_getinfo(p->curl, CURLINFO_RESPONSE_CODE, &status);
    if (code != CURLE_OK)
        in_trouble(p, a, LOG_LEVEL_WARN, "unreachable", curl_easy_strerror(code));
    else if (status == 200)
        signed_it(p, a);
    else if (status == 409)
        goes_on = turned(p, a);
    else
        refused(p, a, status);
    p->has_turned = goes_on;
    return goes_on;
}
