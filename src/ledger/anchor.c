/* anchor - see the header. */
#include "anchor.h"

#include "pedigree/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SLOTS = 2, SLOT = 16384 };
#define MARK "pedigree-anchor "

static void close_file(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static bool fail(struct error *err, const char *path, const char *what)
{
    return error_set(err, ERR_UNAVAILABLE, "anchor %.200s: cannot %s: %s", path, what, strerror(errno));
}

/* ---- slots ---- */

static size_t slot_write(char *slot, const char *note)
{
    uint8_t sum[SHA256_LEN];
    char hex[2 * SHA256_LEN + 1];
    sha256(note, strlen(note), sum);
    hex_encode(sum, sizeof sum, hex);
    int n = snprintf(slot, SLOT, MARK "%s\n%s", hex, note);
    return n > 0 ? (size_t)n : SLOT;
}

/* The note of a slot, if it is whole; NULL. */
static const char *slot_note(struct arena *a, const char *slot)
{
    char again[SLOT];
    size_t len = strnlen(slot, SLOT);
    size_t head = sizeof MARK - 1 + 2 * SHA256_LEN + 1;
    if (len >= SLOT || len <= head)
        return NULL;
    const char *note = arena_strndup(a, slot + head, len - head);
    return slot_write(again, note) == len && memcmp(again, slot, len) == 0 ? note : NULL;
}

static bool note_checkpoint(struct arena *a, const char *note, struct checkpoint *out)
{
    struct error ignored = {0};
    struct note n;
    return note_parse(a, note, strlen(note), &n, &ignored) && checkpoint_parse(a, n.text, n.text_len, out, &ignored);
}

/* The newest of both; its place, or SLOTS: none is whole. */
static int newest(struct arena *a, const char *file, struct anchored *out)
{
    int at = SLOTS;
    for (int i = 0; i < SLOTS; i++) {
        struct checkpoint c;
        const char *note = slot_note(a, file + (ptrdiff_t)i * SLOT);
        if (!note || !note_checkpoint(a, note, &c) || (at < SLOTS && c.size <= out->checkpoint.size))
            continue;
        *out = (struct anchored){true, c, note};
        at = i;
    }
    return at;
}

/* A file that was only just made is of zeros. */
static bool is_blank(const char *file)
{
    for (size_t i = 0; i < (size_t)SLOTS * SLOT; i++)
        if (file[i])
            return false;
    return true;
}

static bool look(int fd, const char *path, struct arena *a, int *slot, struct anchored *out, struct error *err)
{
    char *file = arena_alloc(a, (size_t)SLOTS * SLOT);
    *out = (struct anchored){0};
    if (pread(fd, file, (size_t)SLOTS * SLOT, 0) < 0)
        return fail(err, path, "read it");
    *slot = newest(a, file, out);
    if (*slot == SLOTS && !is_blank(file))
        return error_set(err, ERR_UNAVAILABLE, "anchor %.200s: is damaged, neither of its checkpoints is whole: put back a copy of it, "
                         "or the newest checkpoint that anybody holds", path);
    return true;
}

/* ---- the file ---- */

bool anchor_read(const char *path, struct arena *a, struct anchored *out, struct error *err)
{
    CLEANUP(close_file) int fd = open(path, O_RDONLY | O_CLOEXEC);
    int slot;
    *out = (struct anchored){0};
    if (fd < 0)
        return errno == ENOENT || fail(err, path, "open it");
    if (flock(fd, LOCK_SH) != 0)
        return fail(err, path, "lock it");
    return look(fd, path, a, &slot, out, err);
}

/* A file whose name a crash could take back would be no anchor. */
static bool sync_directory(const char *path, struct error *err)
{
    char copy[4096];
    snprintf(copy, sizeof copy, "%s", path);
    CLEANUP(close_file) int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return (fd >= 0 && fsync(fd) == 0) || fail(err, path, "sync its directory");
}

static int open_to_write(const char *path, bool may_make, struct error *err)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd >= 0)
        return fd;
    if (errno == ENOENT && may_make) {
        fd = open(path, O_RDWR | O_CLOEXEC | O_CREAT, 0600);
        if (fd >= 0 && (ftruncate(fd, (off_t)SLOTS * SLOT) != 0 || fsync(fd) != 0 || !sync_directory(path, err))) {
            fail(err, path, "make it");
            close(fd);
            return -1;
        }
    }
    if (fd < 0)
        fail(err, path, "open it");
    return fd;
}

bool anchor_advance(const char *path, int64_t size, const char *note, bool may_make, struct error *err)
{
    CLEANUP(close_file) int fd = open_to_write(path, may_make, err);
    if (fd < 0)
        return false;
    struct arena a;
    struct anchored now;
    int slot;
    char whole[SLOT] = {0};
    arena_init(&a, 0);
    bool ok = flock(fd, LOCK_EX) == 0 || fail(err, path, "lock it");
    ok = ok && look(fd, path, &a, &slot, &now, err);
    if (ok && (!now.is_there || now.checkpoint.size < size)) {
        ok = slot_write(whole, note) < SLOT ||
             error_set(err, ERR_INTERNAL, "anchor %.200s: a checkpoint is longer than its %d bytes", path, SLOT);
        off_t at = (off_t)(slot == 0 ? 1 : 0) * SLOT;
        ok = ok && ((pwrite(fd, whole, SLOT, at) == SLOT && fdatasync(fd) == 0) || fail(err, path, "write it"));
    }
    arena_reset(&a);
    return ok;
}
