/*
 * ordinals - open addressing over a few tables; see the header.
 *
 * A slot is read with the page it lies in, and probing stays inside that page: one
 * pread() a table.  A page that is full sends the digest on to the next table, which is
 * then begun early.
 */
#include "ordinals.h"

#include "unlinked.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    SLOTS_A_PAGE = 256,
    LEVELS = 6,
    FIRST_PAGES = ORDINALS_MEMORY / (SLOTS_A_PAGE * 16)
};

struct slot {
    uint64_t print; /* 0: empty */
    int64_t count;
};

struct level {
    struct slot *memory; /* NULL: in the file */
    int fd;
    size_t pages;
    size_t used;
};

struct ordinals {
    const char *dir;
    uint64_t seed; /* so that nobody can choose digests that meet in one page; made with the first table */
    uint64_t first; /* alone it needs no table; 0: none came yet */
    struct level levels[LEVELS];
    size_t len;
};

static struct slot *page_read(const struct level *l, size_t page, struct slot *buffer)
{
    if (l->memory)
        return l->memory + page * SLOTS_A_PAGE;
    size_t size = SLOTS_A_PAGE * sizeof *buffer;
    ssize_t got = pread(l->fd, buffer, size, (off_t)(page * size));
    return got == (ssize_t)size ? buffer : NULL;
}

static bool slot_write(const struct level *l, size_t page, const struct slot *at,
                       const struct slot *buffer)
{
    if (l->memory)
        return true;
    size_t i = page * SLOTS_A_PAGE + (size_t)(at - buffer);
    return pwrite(l->fd, at, sizeof *at, (off_t)(i * sizeof *at)) == (ssize_t)sizeof *at;
}

/* The slot of `print` in the page, else the first empty one, else NULL. */
static struct slot *slot_find(struct slot *page, uint64_t print)
{
    for (size_t k = 0; k < SLOTS_A_PAGE; k++) {
        struct slot *s = &page[(print + k) % SLOTS_A_PAGE];
        if (s->print == print || s->print == 0)
            return s;
    }
    return NULL;
}

static size_t page_of(const struct ordinals *o, const struct level *l, uint64_t print)
{
    return (size_t)(((print ^ o->seed) * UINT64_C(0x9E3779B97F4A7C15)) >> 20) % l->pages;
}

static bool level_add(struct ordinals *o)
{
    struct level *l = &o->levels[o->len];
    *l = (struct level){.fd = -1, .pages = (size_t)FIRST_PAGES << (2 * o->len)};
    if (o->len == 0) {
        random_bytes(&o->seed, sizeof o->seed);
        l->memory = calloc(l->pages * SLOTS_A_PAGE, sizeof *l->memory);
        if (!l->memory)
            abort();
    } else {
        off_t size = (off_t)(l->pages * SLOTS_A_PAGE * sizeof(struct slot));
        l->fd = unlinked_open(o->dir);
        if (l->fd < 0)
            return false;
        if (ftruncate(l->fd, size) != 0) {
            close(l->fd);
            return false;
        }
    }
    o->len++;
    return true;
}

static bool disk_trouble(struct error *err)
{
    return error_set(err, ERR_UNAVAILABLE,
                     "no room to tell equal records without `id` apart: "
                     "send an `id` with each record, or free space in spool_dir");
}

static bool is_full(const struct level *l)
{
    return l->used >= l->pages * SLOTS_A_PAGE / 2;
}

struct ordinals *ordinals_new(const char *dir)
{
    struct ordinals *o = calloc(1, sizeof *o);
    if (!o)
        abort();
    o->dir = dir;
    return o;
}

void ordinals_free(struct ordinals *o)
{
    if (!o)
        return;
    for (size_t i = 0; i < o->len; i++) {
        free(o->levels[i].memory);
        if (o->levels[i].fd >= 0)
            close(o->levels[i].fd);
    }
    free(o);
}

static bool count(struct ordinals *o, uint64_t print, int64_t *out, struct error *err)
{
    struct slot buffer[SLOTS_A_PAGE];
    for (size_t i = 0;; i++) {
        bool last = i + 1 >= o->len;
        if (i == LEVELS)
            return error_set(
                err, ERR_TOO_LARGE,
                "too many records without `id` in one request to tell equal ones "
                "apart: send an `id` with each record, or smaller requests");
        if (i == o->len && !level_add(o))
            return disk_trouble(err);
        struct level *l = &o->levels[i];
        size_t page = page_of(o, l, print);
        struct slot *at = page_read(l, page, buffer);
        if (!at)
            return disk_trouble(err);
        struct slot *s = slot_find(at, print);
        if (!s || (s->print == 0 && !(last && !is_full(l))))
            continue;
        l->used += s->print == 0;
        struct slot next = {print, s->count + 1};
        int64_t before = s->count;
        *s = next;
        if (!slot_write(l, page, s, buffer))
            return disk_trouble(err);
        *out = before;
        return true;
    }
}

static uint64_t print_of(const uint8_t digest[static SHA256_LEN])
{
    uint64_t print;
    memcpy(&print, digest, sizeof print);
    return print == 0 ? 1 : print;
}

bool ordinals_next(struct ordinals *o, const uint8_t digest[static SHA256_LEN],
                   int64_t *out, struct error *err)
{
    uint64_t print = print_of(digest);
    int64_t none;
    if (o->first == 0) {
        o->first = print;
        *out = 0;
        return true;
    }
    return (o->len > 0 || count(o, o->first, &none, err)) && count(o, print, out, err);
}
