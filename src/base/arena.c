/*
 * arena - see the header.
 *
 * A piece is cleared as it is handed out: of most blocks only a part is ever used.  Under
 * AddressSanitizer the part of a block not handed out yet, and a gap behind each piece, is poisoned.
 */
#include "pedigree/base/arena.h"

#include "pedigree/base/poison.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef WITH_ASAN /* which sees the end of each block, too */
enum { GAP = 16, KEPT_MAX = 0 };
#else
enum { GAP = 0, KEPT_MAX = 16 };
#endif

enum { ALIGN = 16, FIRST_BLOCK = 4096 - 64, LARGEST_BLOCK = 1024 * 1024, FIRST_TRY = 256 };
enum { FIRST_ITEMS = 8, FIRST_BYTES = 1024 }; /* of a vector: the fewer */

struct arena_block {
    struct arena_block *next;
    size_t size, used;
    _Alignas(ALIGN) char at[];
};

/* Most arenas never have more than their first block, for which malloc() is slow: each thread keeps some. */
static _Thread_local struct {
    struct arena_block *first;
    size_t len;
} kept;
static pthread_key_t at_end;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void free_kept(void *list)
{
    (void)list;
    for (struct arena_block *b = kept.first; b;) {
        struct arena_block *next = b->next;
        free(b);
        b = next;
    }
    kept.first = NULL;
    kept.len = KEPT_MAX;
}

static void prepare(void)
{
    if (pthread_key_create(&at_end, free_kept) != 0)
        abort();
}

static bool keep(struct arena_block *b)
{
    if (b->size != FIRST_BLOCK || kept.len + 1 > KEPT_MAX)
        return false;
    if (!kept.first) {
        pthread_once(&once, prepare);
        pthread_setspecific(at_end, &kept);
    }
    b->next = kept.first;
    kept.first = b;
    kept.len++;
    return true;
}

static struct arena_block *take_kept(size_t size)
{
    struct arena_block *b = size == FIRST_BLOCK ? kept.first : NULL;
    if (b) {
        kept.first = b->next;
        kept.len--;
    }
    return b;
}

static struct arena_block *block_new(size_t size)
{
    struct arena_block *b = take_kept(size);
    if (!b && size < SIZE_MAX - sizeof *b)
        b = malloc(sizeof *b + size);
    if (!b) {
        fputs("out of memory\n", stderr);
        abort();
    }
    b->next = NULL;
    b->size = size;
    b->used = 0;
    ASAN_POISON_MEMORY_REGION(b->at, size);
    return b;
}

static size_t next_size(const struct arena *a)
{
    size_t size = a->head ? a->head->size * 2 : FIRST_BLOCK;
    return size < LARGEST_BLOCK ? size : LARGEST_BLOCK;
}

/* A piece larger than a block gets one of its own, behind the head, which stays in use.
 */
static struct arena_block *block_for(struct arena *a, size_t need)
{
    if (a->head && a->head->size - a->head->used >= need)
        return a->head;
    size_t size = next_size(a);
    bool own = need > size / 2 && a->head;
    struct arena_block *b = block_new(own || need > size ? need : size);
    struct arena_block **place = own ? &a->head->next : &a->head;
    b->next = *place;
    *place = b;
    return b;
}

void arena_init(struct arena *a, size_t limit)
{
    *a = (struct arena){.limit = limit};
}

void arena_reset(struct arena *a)
{
    for (struct arena_block *b = a->head; b;) {
        struct arena_block *next = b->next;
        ASAN_UNPOISON_MEMORY_REGION(b->at, b->size);
        if (!keep(b))
            free(b);
        b = next;
    }
    arena_init(a, a->limit);
}

void *arena_raw(struct arena *a, size_t size)
{
    size_t need = size > SIZE_MAX / 2 ? size : (size + GAP + ALIGN - 1) / ALIGN * ALIGN;
    if (need == 0)
        need = ALIGN;
    struct arena_block *b = block_for(a, need);
    void *at = b->at + b->used;
    b->used += need;
    a->used += need;
    if (a->limit > 0 && a->used > a->limit)
        a->over = true;
    ASAN_UNPOISON_MEMORY_REGION(at, size);
    return at;
}

void *arena_alloc(struct arena *a, size_t size)
{
    return memset(arena_raw(a, size), 0, size);
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
    size_t len = strnlen(s, n);
    char *copy = arena_raw(a, len + 1);
    memcpy(copy, s, len);
    copy[len] = '\0';
    return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return arena_strndup(a, s, strlen(s));
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
    char first[FIRST_TRY];
    va_list again;
    va_copy(again, ap);
    int len = vsnprintf(first, sizeof first, fmt, ap);
    char *s = arena_raw(a, len > 0 ? (size_t)len + 1 : 1);
    if (len < FIRST_TRY)
        memcpy(s, len > 0 ? first : "", len > 0 ? (size_t)len + 1 : 1);
    else
        vsnprintf(s, (size_t)len + 1, fmt, again);
    va_end(again);
    return s;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *s = arena_vprintf(a, fmt, ap);
    va_end(ap);
    return s;
}

static size_t first_items(size_t size)
{
    size_t n = FIRST_BYTES / size;
    return n > FIRST_ITEMS ? FIRST_ITEMS : n > 0 ? n : 1;
}

void *vec_grow(struct arena *a, void *at, size_t *cap, size_t len, size_t size)
{
    if (len < *cap)
        return at;
    size_t more = *cap > 0 ? *cap * 2 : first_items(size);
    if (more > SIZE_MAX / 4 / size)
        abort();
    char *grown = arena_raw(a, more * size);
    if (len > 0)
        memcpy(grown, at, len * size);
    memset(grown + len * size, 0, (more - len) * size);
    *cap = more;
    return grown;
}
