/* log_source - see the header. */
#include "pedigree/fetch/log_source.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/url.h"
#include "pedigree/base/version.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CONNECT_S = 10, WHOLE_S = 60, FIRST_WAIT_MS = 500, LONGEST_WAIT_S = 30 };

struct log_source {
    struct arena arena; /* of `where` */
    const char *where;
    int attempts;
    CURL *curl; /* NULL: a directory */
    char trouble[CURL_ERROR_SIZE];
};

struct log_source *log_source_open(const char *where, int attempts, struct error *err)
{
    struct log_source *s = calloc(1, sizeof *s);
    if (!s)
        abort();
    arena_init(&s->arena, 0);
    s->where = where;
    s->attempts = attempts;
    if (!url_is_http(where))
        return s;
    if (!url_server(&s->arena, where, &s->where, err)) {
        log_source_free(s);
        return NULL;
    }
    curl_global_init(CURL_GLOBAL_DEFAULT);
    s->curl = curl_easy_init();
    if (!s->curl)
        abort();
    return s;
}

void log_source_free(struct log_source *s)
{
    if (!s)
        return;
    if (s->curl) {
        curl_easy_cleanup(s->curl);
        curl_global_cleanup();
    }
    arena_reset(&s->arena);
    free(s);
}

bool log_source_is_remote(const struct log_source *s)
{
    return s->curl != NULL;
}

/* ---- a directory ---- */

static bool read_file(const struct log_source *s, struct arena *a, const char *path, size_t max, struct span *out, struct error *err)
{
    FILE *f = fopen(arena_printf(a, "%s/%s", s->where, path), "re");
    if (!f)
        return errno == ENOENT ? error_set(err, ERR_NOT_FOUND, "%s: is not there", path)
                               : error_set(err, ERR_UNAVAILABLE, "%s: %s", path, strerror(errno));
    char *bytes = arena_alloc(a, max + 1);
    size_t len = fread(bytes, 1, max + 1, f);
    int why = ferror(f) ? errno : 0;
    fclose(f);
    if (why)
        return error_set(err, ERR_UNAVAILABLE, "%s: cannot be read: %s", path, strerror(why));
    if (len > max)
        return error_set(err, ERR_TOO_LARGE, "%s: has more than %zu bytes, and cannot be what it should", path, max);
    *out = (struct span){bytes, len};
    return true;
}

/* ---- over HTTP ---- */

struct intake { /* an answer as it comes */
    CURL *curl;
    char *at;
    size_t len, max;
    bool is_too_large;
};

static size_t take_bytes(char *bytes, size_t one, size_t len, void *ctx)
{
    struct intake *in = ctx;
    long status = 0;
    (void)one;
    curl_easy_getinfo(in->curl, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200)
        return len; /* an apology, which nobody reads */
    in->is_too_large = len > in->max - in->len;
    if (in->is_too_large)
        return 0;
    memcpy(in->at + in->len, bytes, len);
    in->len += len;
    return len;
}

static void prepare(struct log_source *s, const char *url, struct intake *in)
{
    CURL *c = s->curl;
    curl_easy_reset(c);
    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_USERAGENT, "pedigree/" PEDIGREE_VERSION);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)WHOLE_S);
    curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, ""); /* what is taken apart counts towards the size */
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, s->trouble);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_bytes);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, in);
}

static bool says(struct error *err, const char *path, long status, const char *elsewhere)
{
    if (elsewhere)
        return error_set(err, ERR_UNAVAILABLE, "%s: the server answers %ld and points to %.200s: give that address", path, status, elsewhere);
    return error_set(err, status == 404 || status == 410 ? ERR_NOT_FOUND : ERR_UNAVAILABLE, "%s: the server answers %ld", path, status);
}

/* *wait_s < 0: asking again is of no use; else after so long, or as long as is usual (0). */
static bool ask(struct log_source *s, struct arena *a, const char *path, size_t max, struct span *out, curl_off_t *wait_s, struct error *err)
{
    struct intake in = {.curl = s->curl, .at = arena_raw(a, max + 1), .max = max};
    long status = 0;
    char *elsewhere = NULL;
    s->trouble[0] = '\0';
    prepare(s, arena_printf(a, "%s/%s", s->where, path), &in);
    CURLcode code = curl_easy_perform(s->curl);
    curl_easy_getinfo(s->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(s->curl, CURLINFO_REDIRECT_URL, &elsewhere);
    *wait_s = -1;
    if (in.is_too_large)
        return error_set(err, ERR_TOO_LARGE, "%s: has more than %zu bytes, and cannot be what it should", path, max);
    if (code != CURLE_OK) {
        *wait_s = 0;
        return error_set(err, ERR_UNAVAILABLE, "%s: %.200s: %s", path, s->where, *s->trouble ? s->trouble : curl_easy_strerror(code));
    }
    if (status == 200) {
        in.at[in.len] = '\0';
        *out = (struct span){in.at, in.len};
        return true;
    }
    if (status >= 500 || status == 429 || status == 408)
        curl_easy_getinfo(s->curl, CURLINFO_RETRY_AFTER, wait_s);
    return says(err, path, status, elsewhere);
}

static bool ask_again(struct log_source *s, struct arena *a, const char *path, size_t max, struct span *out, struct error *err)
{
    for (int i = 0;; i++) {
        struct error why = {0};
        curl_off_t wait_s = 0;
        if (ask(s, a, path, max, out, &wait_s, &why))
            return true;
        if (wait_s < 0 || i + 1 >= s->attempts)
            return error_set(err, why.code, "%s", why.detail);
        useconds_t wait_ms = (useconds_t)FIRST_WAIT_MS << (i < 6 ? i : 6), most_ms = LONGEST_WAIT_S * 1000;
        if (wait_s > 0)
            wait_ms = (useconds_t)(wait_s < LONGEST_WAIT_S ? wait_s : LONGEST_WAIT_S) * 1000;
        usleep((wait_ms < most_ms ? wait_ms : most_ms) * 1000);
    }
}

bool log_source_get(struct log_source *s, struct arena *a, const char *path, size_t max, struct span *out, struct error *err)
{
    return s->curl ? ask_again(s, a, path, max, out, err) : read_file(s, a, path, max, out, err);
}

/* ---- tiles ---- */

static bool get_width(struct log_source *s, struct arena *a, const struct tile_id *id, size_t item, struct span *out, struct error *err)
{
    return log_source_get(s, a, arena_printf(a, "tile/%s", tile_path(a, id)), TILE_WIDTH * item, out, err);
}

bool log_source_tile(struct log_source *s, struct arena *a, const struct tile_id *id, size_t item, struct span *out, struct error *err)
{
    struct tile_id is = *id;
    struct error why = {0}, gone = {0};
    size_t wanted = (size_t)id->width * item;
    bool ok = get_width(s, a, &is, item, out, &why);
    if (!ok && why.code == ERR_NOT_FOUND && is.width < TILE_WIDTH) {
        is.width = TILE_WIDTH;
        ok = get_width(s, a, &is, item, out, &gone);
    }
    if (!ok)
        return error_set(err, why.code, "%s", why.detail);
    const char *path = tile_path(a, &is);
    if (out->len < wanted)
        return error_set(err, ERR_NOT_FOUND, "tile/%s: ends after %zu bytes", path, out->len);
    if (out->len != (size_t)is.width * item)
        return error_set(err, ERR_MALFORMED, "tile/%s: has %zu bytes: %zu would be right", path, out->len, (size_t)is.width * item);
    out->len = wanted;
    return true;
}
