/* log_key - loading it, and the commands log-key new, show, rotate; see the header. */
#include "log_key.h"

#include "command.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CREDENTIAL "log_key"

static void close_file(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static bool fail(struct error *err, const char *path, const char *what)
{
    return error_at(err, ERR_INVALID, "log_key", "%.300s: cannot %s: %s", path, what, strerror(errno));
}

/* ---- reading ---- */

/* Of the very file that was opened. */
static bool is_private(int fd, const char *path, struct error *err)
{
    struct stat s;
    if (fstat(fd, &s) != 0)
        return fail(err, path, "look at it");
    if (!S_ISREG(s.st_mode))
        return error_at(err, ERR_INVALID, "log_key", "%.300s is no regular file", path);
    if (s.st_mode & 077)
        return error_at(err, ERR_INVALID, "log_key", "%.300s has mode %04o: others may read or write it; chmod 600", path,
                        (unsigned)s.st_mode & 07777);
    return s.st_uid == 0 || s.st_uid == geteuid() ||
           error_at(err, ERR_INVALID, "log_key", "%.300s belongs to user %u, neither root nor who runs pedigreed", path,
                    (unsigned)s.st_uid);
}

static bool parse(const char *path, const char *text, size_t len, struct keyring *out, struct error *err)
{
    struct error why = {0};
    return keyring_parse(text, len, out, &why) || error_at(err, ERR_INVALID, "log_key", "%.200s %.180s", path, why.detail);
}

static bool read_keys(const char *path, struct keyring *out, struct error *err)
{
    char text[KEYRING_MAX];
    CLEANUP(close_file) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    *out = (struct keyring){0};
    if (fd < 0)
        return fail(err, path, "open it");
    if (!is_private(fd, path, err))
        return false;
    ssize_t n = read(fd, text, sizeof text);
    bool ok = n >= 0 || fail(err, path, "read it");
    ok = ok && (n < (ssize_t)sizeof text || error_at(err, ERR_INVALID, "log_key", "%.300s is longer than 64 KiB", path)) &&
         parse(path, text, (size_t)n, out, err);
    explicit_bzero(text, sizeof text);
    if (!ok)
        keyring_wipe(out);
    return ok;
}

static bool credential(char path[static 4096])
{
    const char *place = getenv("CREDENTIALS_DIRECTORY");
    return place && snprintf(path, 4096, "%s/" CREDENTIAL, place) < 4096 && access(path, F_OK) == 0;
}

bool log_key_load(const struct config *c, struct log_key *out, struct error *err)
{
    bool is_credential = !*c->log_key && credential(out->path);
    out->keys = (struct keyring){0};
    if (!is_credential)
        snprintf(out->path, sizeof out->path, "%s", c->log_key);
    if (!*out->path)
        return true;
    if (is_credential && !*c->log_anchor)
        return error_at(err, ERR_INVALID, "log_anchor", "names the file that keeps the newest checkpoint: beside a credential none can lie");
    if (!read_keys(out->path, &out->keys, err))
        return false;
    int n = *c->log_anchor ? snprintf(out->anchor, sizeof out->anchor, "%s", c->log_anchor)
                           : snprintf(out->anchor, sizeof out->anchor, "%s.anchor", out->path);
    return (n > 0 && (size_t)n < sizeof out->anchor) || error_at(err, ERR_INVALID, "log_anchor", "is too long");
}

/* ---- writing ---- */

static bool sync_directory(const char *path, struct error *err)
{
    char copy[4096];
    snprintf(copy, sizeof copy, "%s", path);
    CLEANUP(close_file) int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return (fd >= 0 && fsync(fd) == 0) || fail(err, path, "sync its directory");
}

static bool write_all(int fd, const char *path, const struct text *t, struct error *err)
{
    for (size_t at = 0; at < t->len;) {
        ssize_t n = write(fd, t->at + at, t->len - at);
        if (n <= 0)
            return fail(err, path, "write it");
        at += (size_t)n;
    }
    return fsync(fd) == 0 || fail(err, path, "sync it");
}

/* A new file beside `path`, then under its name: over the old one, or (`is_new`) only where nothing is. */
static bool write_keys(const char *path, const struct keyring *k, bool is_new, struct error *err)
{
    char beside[4096];
    struct arena a;
    if (snprintf(beside, sizeof beside, "%s.new", path) >= (int)sizeof beside)
        return error_at(err, ERR_INVALID, "log_key", "%.300s: its path is too long", path);
    CLEANUP(close_file) int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return fail(err, beside, "make it");
    arena_init(&a, 0);
    struct text t = text_new(&a);
    keyring_print(k, &t);
    bool ok = write_all(fd, beside, &t, err);
    if (ok && is_new)
        ok = link(beside, path) == 0 || fail(err, path, "make it");
    else if (ok)
        ok = rename(beside, path) == 0 || fail(err, path, "replace it");
    if (is_new || !ok)
        unlink(beside);
    explicit_bzero(t.at, t.len);
    arena_reset(&a);
    return ok && sync_directory(path, err);
}

/* ---- commands ---- */

static void show(const struct keyring *k)
{
    struct arena a;
    arena_init(&a, 0);
    for (size_t i = 0; i < k->signers_len; i++)
        printf("%s  %s\n", i == 0 ? "signs  " : "overlap", note_verifier_text(&a, &k->signers[i].verifier));
    for (size_t i = 0; i < k->retired_len; i++)
        printf("retired  %s  until %s\n", note_verifier_text(&a, &k->retired[i].verifier), k->retired[i].until);
    arena_reset(&a);
}

static bool no_file(struct error *err)
{
    return error_at(err, ERR_INVALID, "log_key", "names the file of the key: set log_key, or write the file's path behind the command");
}

/* The file that the command is about. */
static bool which(const struct invocation *in, const char *said, char path[static 4096], struct error *err)
{
    if (!said && !*in->config->log_key && credential(path))
        return true;
    snprintf(path, 4096, "%s", said ? said : in->config->log_key);
    return *path ? true : no_file(err);
}

static bool add_key(struct keyring *k, const char *name, struct error *err)
{
    uint8_t seed[ED25519_KEY];
    random_bytes(seed, sizeof seed);
    bool ok = keyring_add(k, name, seed, err);
    explicit_bzero(seed, sizeof seed);
    return ok;
}

bool log_key_new_run(const struct invocation *in, struct error *err)
{
    struct flag flags[] = {{.name = "--name", .is_required = true}};
    const char *said = NULL;
    char path[4096];
    struct error why = {0};
    struct keyring k = {0};
    if (!flags_read(in, flags, LENGTH(flags), &said, err) || !which(in, said, path, err))
        return false;
    if (!add_key(&k, flags[0].values[0], &why))
        return error_at(err, why.code, "--name", "\"%.100s\" %.200s", flags[0].values[0], why.detail);
    bool ok = write_keys(path, &k, true, err);
    if (ok)
        show(&k);
    keyring_wipe(&k);
    return ok;
}

bool log_key_show_run(const struct invocation *in, struct error *err)
{
    const char *said = NULL;
    char path[4096];
    struct keyring k;
    if (!flags_read(in, NULL, 0, &said, err) || !which(in, said, path, err) || !read_keys(path, &k, err))
        return false;
    show(&k);
    keyring_wipe(&k);
    return true;
}

/* One step, then the other: between them both keys sign, so that who knows either one can verify. */
static bool turn(const char *path, bool finish, struct error *err)
{
    struct keyring k;
    char day[11];
    if (!read_keys(path, &k, err))
        return false;
    bool ok = finish ? keyring_retire(&k, day_text(day_of_us(clock_now_us()), day), err)
                     : add_key(&k, k.signers[0].verifier.name, err);
    ok = ok && write_keys(path, &k, false, err);
    if (ok)
        show(&k);
    keyring_wipe(&k);
    return ok;
}

bool log_key_rotate_run(const struct invocation *in, struct error *err)
{
    const char *said = NULL;
    char path[4096];
    return flags_read(in, NULL, 0, &said, err) && which(in, said, path, err) && turn(path, false, err);
}

bool log_key_retire_run(const struct invocation *in, struct error *err)
{
    const char *said = NULL;
    char path[4096];
    return flags_read(in, NULL, 0, &said, err) && which(in, said, path, err) && turn(path, true, err);
}
