/* anchor - see the header. */
#include "anchor.h"

#include "pedigree/ledger/ledger.h"

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
    size_t head = sizeof MARK - 1 + 2 * (size_t)SHA256_LEN + 1;
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

/* Kept open: a daemon without descriptors goes on committing. */
struct anchor {
    int fd; /* -1: not seen yet */
    char path[];
};

struct anchor *anchor_new(const char *path)
{
    size_t size = strlen(path) + 1;
    struct anchor *x = malloc(sizeof *x + size);
    if (!x)
        abort();
    x->fd = -1;
    memcpy(x->path, path, size);
    return x;
}

void anchor_free(struct anchor *x)
{
    if (!x)
        return;
    if (x->fd >= 0)
        close(x->fd);
    free(x);
}

/* The file that is open is the one of that name. */
static bool is_current(const struct anchor *x)
{
    struct stat ours, named;
    return x->fd >= 0 && fstat(x->fd, &ours) == 0 && stat(x->path, &named) == 0 && ours.st_ino == named.st_ino &&
           ours.st_dev == named.st_dev;
}

/* False without an error: there is none, and never was. */
static bool open_it(struct anchor *x, struct error *err)
{
    if (is_current(x))
        return true;
    int fd = open(x->path, O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (fd < 0 && errno == ENOENT)
        return x->fd >= 0 && error_set(err, ERR_UNAVAILABLE, "anchor %.200s: was there and is gone: put it back", x->path);
    if (fd < 0)
        return fail(err, x->path, "open it");
    if (x->fd >= 0)
        close(x->fd);
    x->fd = fd;
    return true;
}

bool anchor_read(struct anchor *x, struct arena *a, struct anchored *out, struct error *err)
{
    int slot;
    *out = (struct anchored){0};
    if (!open_it(x, err))
        return err->code == ERR_OK;
    if (flock(x->fd, LOCK_SH) != 0)
        return fail(err, x->path, "lock it");
    bool ok = look(x->fd, x->path, a, &slot, out, err);
    flock(x->fd, LOCK_UN);
    return ok;
}

bool ledger_anchor(const char *path, struct arena *a, const char **note, struct error *err)
{
    struct anchored found;
    struct anchor *x = anchor_new(path);
    bool ok = anchor_read(x, a, &found, err);
    *note = ok ? found.note : NULL;
    anchor_free(x);
    return ok;
}

/* A file whose name a crash could take back would be no anchor. */
static bool sync_directory(const char *path, struct error *err)
{
    char copy[4096];
    snprintf(copy, sizeof copy, "%s", path);
    CLEANUP(close_file) int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return (fd >= 0 && fsync(fd) == 0) || fail(err, path, "sync its directory");
}

static bool make_it(struct anchor *x, struct error *err)
{
    int fd = open(x->path, O_RDWR | O_CLOEXEC | O_CREAT | O_NOCTTY, 0600);
    if (fd < 0)
        return fail(err, x->path, "make it");
    x->fd = fd;
    return ((ftruncate(fd, (off_t)SLOTS * SLOT) == 0 && fsync(fd) == 0) || fail(err, x->path, "make it")) &&
           sync_directory(x->path, err);
}

static bool write_slot(const struct anchor *x, int slot, const char *note, struct error *err)
{
    char whole[SLOT] = {0};
    if (slot_write(whole, note) >= SLOT)
        return error_set(err, ERR_INTERNAL, "anchor %.200s: a checkpoint is longer than its %d bytes", x->path, SLOT);
    return (pwrite(x->fd, whole, SLOT, (off_t)slot * SLOT) == SLOT && fdatasync(x->fd) == 0) || fail(err, x->path, "write it");
}

bool anchor_advance(struct anchor *x, int64_t size, const char *note, struct error *err)
{
    struct arena a;
    struct anchored now;
    int newest_slot;
    if (!open_it(x, err) && (err->code != ERR_OK || !make_it(x, err)))
        return false;
    if (flock(x->fd, LOCK_EX) != 0)
        return fail(err, x->path, "lock it");
    arena_init(&a, 0);
    bool ok = look(x->fd, x->path, &a, &newest_slot, &now, err);
    if (ok && (!now.is_there || now.checkpoint.size < size))
        ok = write_slot(x, newest_slot == 0 ? 1 : 0, note, err);
    flock(x->fd, LOCK_UN);
    arena_reset(&a);
    return ok;
}
