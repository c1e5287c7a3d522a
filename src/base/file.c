/* file - see the header: written beside its place as NAME.new, synced, then renamed. */
#include "pedigree/base/file.h"

#include "pedigree/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void close_file(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static bool fail(struct error *err, const char *path, const char *what)
{
    return error_set(err, ERR_INVALID, "%.300s: cannot %s: %s", path, what, strerror(errno));
}

/* ---- secrets ---- */

/* Asked of the very file that was opened. */
static bool is_private(int fd, const char *path, bool is_credential, struct error *err)
{
    struct stat s;
    /* Where a group's rights stand is, with an access list, the list's mask. */
    mode_t others = is_credential ? S_IWGRP | S_IXGRP | S_IRWXO : S_IRWXG | S_IRWXO;
    if (fstat(fd, &s) != 0)
        return fail(err, path, "look at it");
    if (!S_ISREG(s.st_mode))
        return error_set(err, ERR_INVALID, "%.300s is no regular file", path);
    if (s.st_mode & others)
        return error_set(err, ERR_INVALID, "%.300s has mode %04o: others may read or write it; chmod 600", path,
                         (unsigned)s.st_mode & 07777);
    return s.st_uid == 0 || s.st_uid == geteuid() ||
           error_set(err, ERR_INVALID, "%.300s belongs to user %u, neither root nor who runs this", path, (unsigned)s.st_uid);
}

bool file_read_private(const char *path, bool is_credential, char *out, size_t size, size_t *len, struct error *err)
{
    CLEANUP(close_file) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return fail(err, path, "open it");
    if (!is_private(fd, path, is_credential, err))
        return false;
    *len = 0;
    for (ssize_t n = 1; n != 0 && *len < size; *len += (size_t)n) {
        n = read(fd, out + *len, size - *len);
        if (n < 0)
            return fail(err, path, "read it");
    }
    return *len < size || error_set(err, ERR_INVALID, "%.300s is longer than %zu KiB", path, size / 1024);
}

/* ---- writing ---- */

bool file_sync_directory(const char *path, struct error *err)
{
    char copy[PATH_MAX];
    snprintf(copy, sizeof copy, "%s", path);
    CLEANUP(close_file) int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return (fd >= 0 && fsync(fd) == 0) || fail(err, path, "sync its directory");
}

static bool write_all(int fd, const char *path, const char *bytes, size_t len, struct error *err)
{
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);
        if (n <= 0)
            return fail(err, path, "write it");
        bytes += n;
        len -= (size_t)n;
    }
    return fsync(fd) == 0 || fail(err, path, "sync it");
}

static int open_beside(const char *beside, enum file_way way, struct error *err)
{
    int how = way == FILE_PUT ? O_TRUNC : O_EXCL;
    int fd = open(beside, O_WRONLY | O_CREAT | how | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (fd < 0 && errno == EEXIST)
        error_set(err, ERR_INVALID, "%.300s is there: either another command is at work, or one was cut short; then remove it", beside);
    else if (fd < 0)
        fail(err, beside, "make it");
    return fd;
}

static bool keep_owner(int fd, const char *path, struct error *err)
{
    struct stat old;
    return (stat(path, &old) == 0 && fchown(fd, old.st_uid, old.st_gid) == 0) || fail(err, path, "keep its owner");
}

static bool give_name(const char *beside, const char *path, enum file_way way, struct error *err)
{
    if (way != FILE_NEW)
        return rename(beside, path) == 0 || fail(err, path, "replace it");
    if (link(beside, path) != 0)
        return errno == EEXIST ? error_set(err, ERR_INVALID, "%.300s is there already, and is not overwritten: name another file", path)
                               : fail(err, path, "make it");
    unlink(beside);
    return true;
}

bool file_write(const char *path, const void *bytes, size_t len, enum file_way way, struct error *err)
{
    char real[PATH_MAX], beside[PATH_MAX + sizeof ".new"];
    if (way == FILE_REPLACE && !realpath(path, real))
        return fail(err, path, "find it");
    if (way != FILE_REPLACE && snprintf(real, sizeof real, "%s", path) >= (int)sizeof real)
        return error_set(err, ERR_INVALID, "%.200s...: is too long for a path", path);
    snprintf(beside, sizeof beside, "%s.new", real);
    CLEANUP(close_file) int fd = open_beside(beside, way, err);
    if (fd < 0)
        return false;
    bool ok = (way != FILE_REPLACE || keep_owner(fd, real, err)) && write_all(fd, beside, bytes, len, err) &&
              give_name(beside, real, way, err);
    if (!ok)
        unlink(beside);
    return ok && file_sync_directory(real, err);
}

char *file_read(struct arena *a, const char *path, size_t most, size_t *len, struct error *err)
{
    FILE *f = fopen(path, "re");
    char *text = arena_alloc(a, most + 2);
    *len = f ? fread(text, 1, most + 1, f) : 0;
    int why = !f || ferror(f) ? errno : 0;
    if (f)
        fclose(f);
    if (why)
        return error_set(err, ERR_INVALID, "%.200s: cannot be read: %s", path, strerror(why)), NULL;
    if (*len > most)
        return error_set(err, ERR_TOO_LARGE, "%.200s: is longer than %zu bytes", path, most), NULL;
    text[*len] = '\0';
    return text;
}
