/*
 * spool - see the header.  posix_fallocate() takes the room before it is needed: whatever
 * memory holds, and the last words, can be written even when the disk has become full
 * meanwhile.
 */
#include "spool.h"

#include "unlinked.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_ROOM = 1024 };

/* Behind what is in the file; what fails half-way counts as not written. */
static bool write_all(struct spool *s, const char *at, size_t len)
{
    size_t done = 0;
    while (done < len) {
        ssize_t n = pwrite(s->fd, at + done, len - done, s->size + (off_t)done);
        if (n <= 0 && errno != EINTR)
            return false;
        done += n > 0 ? (size_t)n : 0;
    }
    s->size += (int64_t)len;
    return true;
}

static bool allocate(struct spool *s, off_t len)
{
    int why;
    do
        why = posix_fallocate(s->fd, s->size, len);
    while (why == EINTR);
    errno = why;
    return why == 0;
}

/* Room in the file for `len` bytes and, after them, for a full memory and the last words.
 */
static bool make_room(struct spool *s, size_t len)
{
    off_t ahead = (off_t)len + SPOOL_MEMORY + SPOOL_RESERVE;
    if (s->size + ahead > s->limit) {
        errno = EFBIG;
        return false;
    }
    if (s->fd < 0)
        s->fd = unlinked_open(s->dir);
    return s->fd >= 0 && allocate(s, ahead);
}

static bool file_add(struct spool *s, const char *at, size_t len)
{
    return make_room(s, len) && write_all(s, at, len);
}

static bool flush(struct spool *s)
{
    if (s->len > 0 && !file_add(s, s->at, s->len))
        return false;
    s->len = 0;
    return true;
}

static void close_file(struct spool *s)
{
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
}

/* Most answers are those of one record: memory grows with what it holds. */
static void memory_add(struct spool *s, const char *at, size_t len)
{
    size_t need = s->len + len, room = s->room > 0 ? s->room : FIRST_ROOM;
    while (room < need)
        room *= 2;
    if (room > SPOOL_MEMORY)
        room = SPOOL_MEMORY + SPOOL_RESERVE;
    if (room > s->room) {
        s->at = realloc(s->at, room);
        if (!s->at)
            abort();
        s->room = room;
    }
    memcpy(s->at + s->len, at, len);
    s->len = need;
}

void spool_init(struct spool *s, const char *dir, int64_t limit)
{
    *s = (struct spool){.dir = dir, .limit = limit, .fd = -1};
}

void spool_done(struct spool *s)
{
    free(s->at);
    close_file(s);
    *s = (struct spool){.fd = -1};
}

static bool cut(struct spool *s)
{
    s->cut = errno ? errno : EIO;
    return false;
}

bool spool_add(struct spool *s, const char *at, size_t len)
{
    if (s->cut)
        return false;
    if (s->len + len <= SPOOL_MEMORY) {
        memory_add(s, at, len);
        return true;
    }
    if (!flush(s))
        return cut(s);
    if (len <= SPOOL_MEMORY)
        return spool_add(s, at, len);
    return file_add(s, at, len) || cut(s);
}

bool spool_end(struct spool *s, const char *at, size_t len)
{
    memory_add(s, at, len);
    if (s->size == 0) {
        close_file(s);
        return true;
    }
    bool is_whole = write_all(s, s->at, s->len);
    s->len = 0;
    (void)!ftruncate(s->fd, s->size); /* room that is not needed; it goes with the file */
    return is_whole;
}

int spool_take_file(struct spool *s)
{
    int fd = s->fd;
    s->fd = -1;
    return fd;
}

bool spool_has_room(const char *dir, struct error *err)
{
    struct spool s;
    spool_init(&s, dir, INT64_MAX);
    bool ok = make_room(&s, 0);
    if (!ok)
        error_set(err, ERR_UNAVAILABLE, "spool_dir: no room for results in %.200s: %s", dir,
                  strerror(errno));
    spool_done(&s);
    return ok;
}
