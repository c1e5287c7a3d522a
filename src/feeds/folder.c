/* folder - see the header. */
#include "folder.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

DEFINE_CLEANUP(DIR, folder, closedir)
DEFINE_CLEANUP(EVP_MD_CTX, hashing, EVP_MD_CTX_free)

enum { CHUNK = 64 * 1024, SETTLE_S = 2, FILES_MAX = 1000 };

struct names {
    VEC(const char *) list;
};

static bool ends_in(const char *name, const char *end)
{
    size_t n = strlen(name), e = strlen(end);
    return n >= e && strcmp(name + n - e, end) == 0;
}

/* Whoever writes it may not be through. */
static bool is_ready(int dir, const char *name, int64_t now_us)
{
    struct stat st;
    int64_t now = now_us / 1000000;
    if (*name == '.' || ends_in(name, ".tmp") || ends_in(name, ".part") || ends_in(name, "~"))
        return false;
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
        return false;
    return st.st_mtim.tv_sec <= now - SETTLE_S || st.st_mtim.tv_sec > now + SETTLE_S;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void list_files(DIR *dir, struct arena *a, int64_t now_us, struct names *out)
{
    /* cppcheck-suppress readdirCalled ; each thread reads a directory of its own */
    for (const struct dirent *e; (e = readdir(dir)) != NULL && out->list.len < FILES_MAX;)
        if (is_ready(dirfd(dir), e->d_name, now_us))
            *vec_push(a, &out->list) = arena_strdup(a, e->d_name);
    if (out->list.len > 1)
        qsort(out->list.at, out->list.len, sizeof *out->list.at, by_name);
}

static bool digest_of(int fd, uint8_t out[static SHA256_LEN])
{
    char chunk[CHUNK];
    ssize_t n;
    CLEANUP(hashing_cleanup) EVP_MD_CTX *hashing = EVP_MD_CTX_new();
    if (!hashing || !EVP_DigestInit_ex(hashing, EVP_sha256(), NULL))
        abort();
    while ((n = read(fd, chunk, sizeof chunk)) != 0) {
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0)
            EVP_DigestUpdate(hashing, chunk, (size_t)n);
    }
    EVP_DigestFinal_ex(hashing, out, NULL);
    return lseek(fd, 0, SEEK_SET) == 0;
}

/* Nothing that lies there already is lost. */
static bool move_to(const struct intake_context *c, struct arena *a, const char *name, const char *where, struct error *err)
{
    const char *folder = c->feed->folder, *to = arena_printf(a, "%s/%s", folder, where);
    const char *from = arena_printf(a, "%s/%s", folder, name), *target = arena_printf(a, "%s/%s", to, name);
    if (mkdir(to, 0750) < 0 && errno != EEXIST)
        return error_set(err, ERR_UNAVAILABLE, "%.200s cannot be made: %s", to, strerror(errno));
    if (access(target, F_OK) == 0)
        target = arena_printf(a, "%s.%" PRId64, target, clock_now_us());
    return rename(from, target) == 0 || error_set(err, ERR_UNAVAILABLE, "%.200s cannot be moved: %s", from, strerror(errno));
}

static bool find_format(const struct feed *f, const char *name, enum item_format *out)
{
    const char *dot = strrchr(name, '.');
    *out = f->format;
    return f->has_format || (dot && item_format_of(dot + 1, out));
}

/* Of a file that is open; false: database or ledger. */
static bool take_open(const struct intake_context *c, struct arena *a, const char *name, int fd, struct intake_result *out,
                      struct error *err)
{
    struct stat st;
    struct error why = {0};
    uint8_t digest[SHA256_LEN];
    struct intake_body body = {fd, digest, arena_printf(a, "%s/%s", c->feed->folder, name), ITEMS_JSON};
    if (fstat(fd, &st) < 0 || !digest_of(fd, digest))
        return error_set(err, ERR_UNAVAILABLE, "%.200s cannot be read: %s", body.place, strerror(errno));
    if (st.st_size > c->feed->max_bytes)
        error_set(&why, ERR_TOO_LARGE, "the file has more than %" PRId64 " bytes (max)", c->feed->max_bytes);
    else if (!find_format(c->feed, name, &body.format))
        error_set(&why, ERR_INVALID, "its name does not say what it is: .json .ndjson .csv .xml, or a format in the feeds file");
    if (why.code != ERR_OK) {
        out->dead++;
        return intake_refuse(c, &body, &why, err) && move_to(c, a, name, "refused", err);
    }
    return intake_run(c, &body, out, err) && move_to(c, a, name, "taken", err);
}

static bool take_file(const struct intake_context *c, struct arena *a, int dir, const char *name, struct intake_result *all,
                      struct error *err)
{
    struct intake_result one = {0};
    int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT || error_set(err, ERR_UNAVAILABLE, "%.150s/%.100s: %s", c->feed->folder, name, strerror(errno));
    bool ok = take_open(c, a, name, fd, &one, err);
    close(fd);
    all->items += one.items;
    all->taken += one.taken;
    all->known += one.known;
    all->dead += one.dead;
    return ok;
}

bool folder_run(const struct intake_context *c, struct arena *a, struct intake_result *out, const char **outcome, struct error *err)
{
    struct names names = {0};
    CLEANUP(folder_cleanup) DIR *dir = opendir(c->feed->folder);
    if (!dir)
        return error_set(err, ERR_UNAVAILABLE, "%.200s: %s", c->feed->folder, strerror(errno));
    list_files(dir, a, c->now_us, &names);
    *outcome = names.list.len > 0 ? "fresh" : "same";
    for (size_t i = 0; i < names.list.len; i++)
        if (!take_file(c, a, dirfd(dir), names.list.at[i], out, err))
            return false;
    return true;
}
