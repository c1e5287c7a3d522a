/* fetch - see the header. */
#include "fetch.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/version.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

DEFINE_CLEANUP(CURL, curl, curl_easy_cleanup)
DEFINE_CLEANUP(struct curl_slist, headers, curl_slist_free_all)
DEFINE_CLEANUP(EVP_MD_CTX, hashing, EVP_MD_CTX_free)

enum { REDIRECTS_MAX = 3, CONNECT_S = 30, SLOW_S = 30, HEADER_MAX = 500 };

struct transfer {
    struct arena *arena;
    const struct feed *feed;
    const bool *is_ending;
    struct fetched *out;
    EVP_MD_CTX *hashing;
    int64_t bytes;
    int lost;          /* errno of a write that failed */
    bool is_too_large;
};

static size_t take_bytes(char *bytes, size_t one, size_t len, void *ctx)
{
    struct transfer *t = ctx;
    (void)one;
    t->bytes += (int64_t)len;
    t->is_too_large = t->bytes > t->feed->max_bytes;
    if (t->is_too_large)
        return 0;
    EVP_DigestUpdate(t->hashing, bytes, len);
    for (size_t done = 0; done < len;) {
        ssize_t n = write(t->out->fd, bytes + done, len - done);
        if (n < 0 && errno != EINTR) {
            t->lost = errno;
            return 0;
        }
        done += n > 0 ? (size_t)n : 0;
    }
    return len;
}

static bool take_header(struct transfer *t, const char *line, size_t len, const char *name, const char **to)
{
    size_t n = strlen(name);
    if (len <= n || len > HEADER_MAX || strncasecmp(line, name, n) != 0)
        return false;
    *to = text_trim(arena_strndup(t->arena, line + n, len - n));
    return true;
}

/* Of the newest answer: redirections come with headers of their own. */
static size_t take_headers(char *line, size_t one, size_t len, void *ctx)
{
    struct transfer *t = ctx;
    (void)one;
    if (len > 5 && strncmp(line, "HTTP/", 5) == 0)
        t->out->etag = t->out->modified = NULL;
    if (!take_header(t, line, len, "ETag:", &t->out->etag))
        take_header(t, line, len, "Last-Modified:", &t->out->modified);
    return len;
}

static int on_progress(void *ctx, curl_off_t down_all, curl_off_t down, curl_off_t up_all, curl_off_t up)
{
    const struct transfer *t = ctx;
    (void)down_all, (void)down, (void)up_all, (void)up;
    return __atomic_load_n(t->is_ending, __ATOMIC_ACQUIRE);
}

static struct curl_slist *headers_of(struct arena *a, const struct feed *f, const struct feed_state *known)
{
    struct curl_slist *list = NULL;
    for (size_t i = 0; i < f->headers_len; i++)
        list = curl_slist_append(list, f->headers[i]);
    if (known->etag)
        list = curl_slist_append(list, arena_printf(a, "If-None-Match: %s", known->etag));
    else if (known->modified)
        list = curl_slist_append(list, arena_printf(a, "If-Modified-Since: %s", known->modified));
    return list;
}

static void set_up(CURL *curl, struct transfer *t, struct curl_slist *headers)
{
    const struct feed *f = t->feed;
    curl_easy_setopt(curl, CURLOPT_URL, f->url);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "pedigreed/" PEDIGREE_VERSION);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, strncmp(f->url, "https:", 6) == 0 ? "https" : "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX);
    curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)(f->timeout_us / 1000));
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)SLOW_S);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_bytes);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_headers);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, t);
}

static bool went_wrong(const struct transfer *t, CURLcode code, struct error *err)
{
    if (t->is_too_large)
        return error_set(err, ERR_TOO_LARGE, "it has more than %lld bytes (max)", (long long)t->feed->max_bytes);
    if (t->lost)
        return error_set(err, ERR_UNAVAILABLE, "it cannot be kept: %s", strerror(t->lost));
    if (__atomic_load_n(t->is_ending, __ATOMIC_ACQUIRE))
        return error_set(err, ERR_UNAVAILABLE, "the daemon ends");
    return error_set(err, ERR_UNAVAILABLE, "%s", curl_easy_strerror(code));
}

static bool take_answer(CURL *curl, struct transfer *t, const struct feed_state *known, int64_t *retry_s, struct error *err)
{
    long status = 0;
    char *type = NULL;
    curl_off_t wait = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
    curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait);
    *retry_s = (int64_t)wait;
    if (status == 304 && (known->etag || known->modified)) {
        t->out->is_same = true;
        return true;
    }
    if (status != 200)
        return error_set(err, ERR_UNAVAILABLE, "it answers with status %ld", status);
    EVP_DigestFinal_ex(t->hashing, t->out->digest, NULL);
    t->out->type = type ? arena_strdup(t->arena, type) : NULL;
    t->out->is_same = known->body.len == SHA256_LEN && memcmp(known->body.at, t->out->digest, SHA256_LEN) == 0;
    return lseek(t->out->fd, 0, SEEK_SET) == 0 || error_set(err, ERR_INTERNAL, "%s", strerror(errno));
}

static int unlinked_file(struct arena *a, const char *dir)
{
    char *path = arena_printf(a, "%s/pedigree-feed-XXXXXX", dir);
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

bool fetch(struct arena *a, const struct feed *f, const struct feed_state *known, const char *dir, const bool *is_ending,
           struct fetched *out, int64_t *retry_s, struct error *err)
{
    CLEANUP(curl_cleanup) CURL *curl = curl_easy_init();
    CLEANUP(headers_cleanup) struct curl_slist *headers = headers_of(a, f, known);
    CLEANUP(hashing_cleanup) EVP_MD_CTX *hashing = EVP_MD_CTX_new();
    *retry_s = 0;
    *out = (struct fetched){.fd = unlinked_file(a, dir)};
    if (out->fd < 0)
        return error_set(err, ERR_UNAVAILABLE, "%.200s: %s", dir, strerror(errno));
    if (!curl || !hashing || !EVP_DigestInit_ex(hashing, EVP_sha256(), NULL))
        abort();
    struct transfer t = {.arena = a, .feed = f, .is_ending = is_ending, .out = out, .hashing = hashing};
    set_up(curl, &t, headers);
    CURLcode code = curl_easy_perform(curl);
    bool ok = code == CURLE_OK ? take_answer(curl, &t, known, retry_s, err) : went_wrong(&t, code, err);
    if (!ok || out->is_same) {
        close(out->fd);
        out->fd = -1;
    }
    return ok;
}
