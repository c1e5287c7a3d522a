/*
 * arena - memory that lives exactly as long as one request, record or batch.
 *
 * Allocation never fails and nothing is freed singly: arena_reset() releases all.
 * Out of memory aborts.  Past `limit` (bytes, 0 = none) the arena still serves but
 * stays `over`; loops that read input check it and the caller answers 413.
 *
 * Invariant: every block is reachable from `head`; `over` is never cleared but by reset.
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *head;
    size_t used;
    size_t limit;
    bool over;
};

void arena_init(struct arena *a, size_t limit);
void arena_reset(struct arena *a); /* frees all blocks; the arena may be used again */

/* Zeroed, aligned for any type. */
void *arena_alloc(struct arena *a, size_t size)
    __attribute__((malloc, alloc_size(2), returns_nonnull));
/* With whatever bytes were there: for who writes all of them before reading. */
void *arena_raw(struct arena *a, size_t size)
    __attribute__((malloc, alloc_size(2), returns_nonnull));
char *arena_strdup(struct arena *a, const char *s) __attribute__((returns_nonnull));
char *arena_strndup(struct arena *a, const char *s, size_t n) __attribute__((returns_nonnull));
char *arena_printf(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3), returns_nonnull));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0), returns_nonnull));

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, n) ((type *)arena_alloc((a), sizeof(type) * (n)))

/*
 * A growing array inside an arena: VEC(struct hop) hops; *vec_push(a, &hops) = h;
 * Items move when it grows, so no pointers into it while it does.
 */
#define VEC(type)                                                                        \
    struct {                                                                             \
        type *at;                                                                        \
        size_t len, cap;                                                                 \
    }
void *vec_grow(struct arena *a, void *at, size_t *cap, size_t len, size_t size);
#define vec_push(a, v)                                                                   \
    ((v)->at = (__typeof__((v)->at))vec_grow((a), (v)->at, &(v)->cap, (v)->len,          \
                                             sizeof *(v)->at),                           \
     &(v)->at[(v)->len++])
