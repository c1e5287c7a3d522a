/* source - see the header. */
#include "source.h"

#include "pedigree/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024 };

DEFINE_CLEANUP(EVP_MD_CTX, hashing, EVP_MD_CTX_free)

static bool write_all(int fd, const char *at, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, at, len);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0) {
            at += n;
            len -= (size_t)n;
        }
    }
    return true;
}

ssize_t source_read(struct source *s, void *at, size_t len, struct error *err)
{
    ssize_t n;
    do
        n = read(s->fd, at, len);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        error_at(err, ERR_INVALID, s->name, "cannot be read: %s", strerror(errno));
    return n;
}

/* Reads all of it, into the hash and, if `copy` is a file, into that. */
static bool hash_all(struct source *s, int copy, struct error *err)
{
    char chunk[CHUNK];
    uint8_t digest[SHA256_LEN];
    CLEANUP(hashing_cleanup) EVP_MD_CTX *hashing = EVP_MD_CTX_new();
    if (!hashing || !EVP_DigestInit_ex(hashing, EVP_sha256(), NULL))
        abort();
    ssize_t n;
    while ((n = source_read(s, chunk, sizeof chunk, err)) > 0) {
        EVP_DigestUpdate(hashing, chunk, (size_t)n);
        s->size += n;
        if (copy >= 0 && !write_all(copy, chunk, (size_t)n))
            return error_at(err, ERR_INVALID, s->name, "cannot be kept under $TMPDIR: %s",
                            strerror(errno));
    }
    EVP_DigestFinal_ex(hashing, digest, NULL);
    hex_encode(digest, sizeof digest, s->hash);
    return n == 0;
}

static int unlinked_file(void)
{
    const char *dir = getenv("TMPDIR");
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/pedigree-XXXXXX", dir && *dir ? dir : "/tmp");
    int fd = n > 0 && (size_t)n < sizeof path ? mkostemp(path, O_CLOEXEC) : -1;
    if (fd >= 0)
        unlink(path);
    return fd;
}

static bool hash_copy(struct source *s, struct error *err)
{
    int copy = unlinked_file();
    if (copy < 0)
        return error_at(err, ERR_INVALID, s->name, "cannot be kept under $TMPDIR: %s",
                        strerror(errno));
    bool is_fine = hash_all(s, copy, err);
    source_close(s);
    s->fd = copy;
    s->is_copy = true;
    return is_fine;
}

bool source_open(struct source *s, const char *path, struct error *err)
{
    bool is_input = strcmp(path, "-") == 0;
    *s = (struct source){.name = is_input ? "standard input" : path};
    s->fd = is_input ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (s->fd < 0 || fstat(s->fd, &s->before) < 0)
        return error_at(err, ERR_INVALID, s->name, "cannot be read: %s", strerror(errno));
    bool is_file = S_ISREG(s->before.st_mode) && !is_input;
    if (!(is_file ? hash_all(s, -1, err) : hash_copy(s, err)))
        return false;
    if (lseek(s->fd, 0, SEEK_SET) != 0)
        return error_at(err, ERR_INVALID, s->name, "cannot be read twice: %s",
                        strerror(errno));
    return true;
}

bool source_has_changed(const struct source *s)
{
    struct stat now;
    return !s->is_copy && fstat(s->fd, &now) == 0 &&
           (now.st_size != s->before.st_size ||
            now.st_mtim.tv_sec != s->before.st_mtim.tv_sec ||
            now.st_mtim.tv_nsec != s->before.st_mtim.tv_nsec);
}

void source_close(struct source *s)
{
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
}

/* ---- what it is ---- */

static const struct {
    const char *word; /* of --format, and the extension */
    enum body_format format;
} FORMATS[] = {
    {"json", BODY_JSON},
    {"ndjson", BODY_NDJSON},
    {"jsonl", BODY_NDJSON},
    {"csv", BODY_CSV},
    {"xml", BODY_NOTICE},
    {"smartpcn", BODY_NOTICE_JSON},
};

bool source_format(const char *path, const char *asked, enum body_format *out,
                   struct error *err)
{
    const char *dot = strrchr(path, '.');
    const char *word = asked ? asked : dot && !strchr(dot, '/') ? dot + 1 : "";
    for (size_t i = 0; i < LENGTH(FORMATS); i++)
        if (strcasecmp(word, FORMATS[i].word) == 0) {
            *out = FORMATS[i].format;
            return true;
        }
    if (strcmp(path, "-") == 0)
        return error_at(err, ERR_INVALID, path,
                        "say what comes: --format json, ndjson, csv, xml or smartpcn");
    return error_at(err, ERR_INVALID, path,
                    "its name does not say what it is: --format json, ndjson, csv, xml or smartpcn");
}
