/* log_key - loading it, and the commands log-key new, show, rotate; see the header. */
#include "log_key.h"

#include "command.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
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

struct log_key *log_key_new(void)
{
    return secret_new(sizeof(struct log_key));
}

void log_key_free(struct log_key *k)
{
    secret_free(k, sizeof *k);
}

/* ---- where it is ---- */

static bool is_in(const char *path, const char *directory)
{
    size_t n = strlen(directory);
    return strncmp(path, directory, n) == 0 && path[n] == '/' && !strchr(path + n + 1, '/');
}

static bool set_path(char out[static 4096], const char *name, const char *path, const char *behind, struct error *err)
{
    return snprintf(out, 4096, "%s%s", path, behind) < 4096 || error_at(err, ERR_INVALID, name, "%.200s...: is too long for a path", path);
}

/* What the command says, else what the settings say, else the credential that is there. */
static bool find(const struct config *c, const char *said, struct log_key *out, struct error *err)
{
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");
    bool has_credentials = credentials && *credentials;
    const char *path = said ? said : c->log_key;
    if (*path) {
        out->is_credential = has_credentials && is_in(path, credentials);
        return set_path(out->path, "log_key", path, "", err);
    }
    if (!has_credentials)
        return true;
    if (!set_path(out->path, "log_key", credentials, "/" CREDENTIAL, err))
        return false;
    out->is_credential = access(out->path, F_OK) == 0;
    if (!out->is_credential)
        *out->path = '\0';
    return true;
}

static bool find_anchor(const struct config *c, struct log_key *out, struct error *err)
{
    const char *state = getenv("STATE_DIRECTORY");
    if (*c->log_anchor)
        return set_path(out->anchor, "log_anchor", c->log_anchor, "", err);
    if (!out->is_credential)
        return set_path(out->anchor, "log_anchor", out->path, ".anchor", err);
    if (!state || !*state || strchr(state, ':'))
        return error_at(err, ERR_INVALID, "log_anchor", "names the file that keeps the newest checkpoint: beside a credential none can "
                        "lie, and the unit has no StateDirectory=, or several");
    return set_path(out->anchor, "log_anchor", state, "/log.anchor", err);
}

/* ---- reading ---- */

/* Of the very file that was opened. */
static bool is_private(int fd, const struct log_key *k, struct error *err)
{
    struct stat s;
    /* A credential is opened to its reader by an access list; where a group's rights stand is then the list's mask. */
    mode_t others = k->is_credential ? S_IWGRP | S_IXGRP | S_IRWXO : S_IRWXG | S_IRWXO;
    if (fstat(fd, &s) != 0)
        return fail(err, k->path, "look at it");
    if (!S_ISREG(s.st_mode))
        return error_at(err, ERR_INVALID, "log_key", "%.300s is no regular file", k->path);
    if (s.st_mode & others)
        return error_at(err, ERR_INVALID, "log_key", "%.300s has mode %04o: others may read or write it; chmod 600", k->path,
                        (unsigned)s.st_mode & 07777);
    return s.st_uid == 0 || s.st_uid == geteuid() ||
           error_at(err, ERR_INVALID, "log_key", "%.300s belongs to user %u, neither root nor who runs pedigreed", k->path,
                    (unsigned)s.st_uid);
}

static bool read_all(int fd, const char *path, char *text, size_t *len, struct error *err)
{
    ssize_t n = 1;
    *len = 0;
    while (n != 0 && *len < KEYRING_MAX) {
        n = read(fd, text + *len, KEYRING_MAX - *len);
        if (n < 0)
            return fail(err, path, "read it");
        *len += (size_t)n;
    }
    return *len < KEYRING_MAX || error_at(err, ERR_INVALID, "log_key", "%.300s is longer than 64 KiB", path);
}

static bool parse(const char *path, const char *text, size_t len, struct keyring *out, struct error *err)
{
    struct error why = {0};
    return keyring_parse(text, len, out, &why) || error_at(err, ERR_INVALID, "log_key", "%.200s %.180s", path, why.detail);
}

static bool read_keys(struct log_key *k, struct error *err)
{
    size_t len;
    CLEANUP(close_file) int fd = open(k->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return fail(err, k->path, "open it");
    if (!is_private(fd, k, err))
        return false;
    char *text = secret_new(KEYRING_MAX);
    bool ok = read_all(fd, k->path, text, &len, err) && parse(k->path, text, len, &k->keys, err);
    secret_free(text, KEYRING_MAX);
    if (!ok)
        keyring_wipe(&k->keys);
    return ok;
}

bool log_key_load(const struct config *c, struct log_key *out, struct error *err)
{
    return find(c, NULL, out, err) && (!*out->path || (find_anchor(c, out, err) && read_keys(out, err)));
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

static bool write_text(int fd, const char *path, const struct keyring *k, struct error *err)
{
    struct arena a;
    arena_init(&a, 0);
    struct text t = text_new(&a);
    keyring_print(k, &t);
    bool ok = write_all(fd, path, &t, err);
    explicit_bzero(t.at, t.len);
    arena_reset(&a);
    return ok;
}

/* Under its name: over the old one, or only where nothing is. */
static bool give_name(const char *beside, const char *path, bool is_new, struct error *err)
{
    if (!is_new)
        return rename(beside, path) == 0 || fail(err, path, "replace it");
    if (link(beside, path) == 0)
        return true;
    return errno == EEXIST ? error_at(err, ERR_INVALID, "log_key", "%.250s is there already, and no key is ever overwritten: name another "
                                      "file, or make this log's next key with log-key rotate", path)
                           : fail(err, path, "make it");
}

/* A new file beside `path` first, as only a whole one may have its name; it keeps the owner of the one before. */
static bool write_keys(const char *path, const struct keyring *k, bool is_new, struct error *err)
{
    char beside[4096];
    struct stat old;
    if (!set_path(beside, "log_key", path, ".new", err))
        return false;
    CLEANUP(close_file) int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 && errno == EEXIST)
        return error_at(err, ERR_INVALID, "log_key", "%.300s is there: either another log-key command is at work, or one was cut short; "
                        "then remove it", beside);
    if (fd < 0)
        return fail(err, beside, "make it");
    bool ok = is_new || (stat(path, &old) == 0 && fchown(fd, old.st_uid, old.st_gid) == 0) || fail(err, path, "keep its owner");
    ok = ok && write_text(fd, beside, k, err) && give_name(beside, path, is_new, err);
    if (is_new || !ok)
        unlink(beside);
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

/* A command on the file that it is about. */
typedef bool on_keys(struct log_key *k, const char *name, struct error *err);

static bool run(const struct invocation *in, struct flag *flags, size_t len, on_keys *command, struct error *err)
{
    const char *said = NULL;
    if (!flags_read(in, flags, len, &said, err))
        return false;
    struct log_key *k = log_key_new();
    bool ok = find(in->config, said, k, err) &&
              (*k->path || error_at(err, ERR_INVALID, "log_key", "names the file of the key: set log_key, or write the file's path behind "
                                    "the command")) &&
              command(k, len ? flags[0].values[0] : NULL, err);
    if (ok)
        show(&k->keys);
    log_key_free(k);
    return ok;
}

static bool add_key(struct keyring *k, const char *name, struct error *err)
{
    uint8_t seed[ED25519_KEY];
    random_bytes(seed, sizeof seed);
    bool ok = keyring_add(k, name, seed, err);
    explicit_bzero(seed, sizeof seed);
    return ok;
}

static bool make(struct log_key *k, const char *name, struct error *err)
{
    struct error why = {0};
    if (!add_key(&k->keys, name, &why))
        return error_at(err, why.code, "--name", "\"%.100s\" %.200s", name, why.detail);
    return write_keys(k->path, &k->keys, true, err);
}

static bool read_them(struct log_key *k, const char *name, struct error *err)
{
    (void)name;
    return read_keys(k, err);
}

/* What is replaced is the file itself, not a link to it. */
static bool replace(struct log_key *k, struct error *err)
{
    char path[PATH_MAX];
    if (k->is_credential)
        return error_at(err, ERR_INVALID, "log_key", "%.200s is a credential: name the file that LoadCredential= takes", k->path);
    return (realpath(k->path, path) || fail(err, k->path, "find it")) && write_keys(path, &k->keys, false, err);
}

/* Until the older ones are retired all sign, so that who knows any of them can verify. */
static bool rotate(struct log_key *k, const char *name, struct error *err)
{
    (void)name;
    return read_keys(k, err) && add_key(&k->keys, k->keys.signers[0].verifier.name, err) && replace(k, err);
}

static bool retire(struct log_key *k, const char *name, struct error *err)
{
    char day[11];
    (void)name;
    return read_keys(k, err) && keyring_retire(&k->keys, day_text(day_of_us(clock_now_us()), day), err) && replace(k, err);
}

bool log_key_new_run(const struct invocation *in, struct error *err)
{
    struct flag flags[] = {{.name = "--name", .is_required = true}};
    return run(in, flags, LENGTH(flags), make, err);
}

bool log_key_show_run(const struct invocation *in, struct error *err)
{
    return run(in, NULL, 0, read_them, err);
}

bool log_key_rotate_run(const struct invocation *in, struct error *err)
{
    return run(in, NULL, 0, rotate, err);
}

bool log_key_retire_run(const struct invocation *in, struct error *err)
{
    return run(in, NULL, 0, retire, err);
}
