/*
 * text - growing text in an arena, and the few string questions everybody asks.
 *
 * A struct text is always NUL-terminated once text_str() was called.  JSON strings
 * are written escaped by text_json().
 */
#pragma once

#include "pedigree/base/arena.h"

#include <stdint.h>

struct text {
    struct arena *arena;
    char *at;
    size_t len, cap;
};

struct text text_new(struct arena *a);
void text_make_room(struct text *t, size_t more); /* so many bytes then take no memory */
void text_add(struct text *t, const char *s);
void text_add_n(struct text *t, const char *s, size_t n);
void text_add_int(struct text *t, int64_t n); /* in decimal */
void text_addf(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void text_json(struct text *t, const char *s); /* "escaped", with quotes; NULL -> null */
char *text_str(struct text *t);                /* NUL-terminates; borrowed from the arena */

/* Adds n bytes, which the caller writes. */
static inline char *text_more(struct text *t, size_t n)
{
    if (n > t->cap - t->len)
        text_make_room(t, n);
    t->len += n;
    return t->at + t->len - n;
}

static inline void text_add_c(struct text *t, char c)
{
    *text_more(t, 1) = c;
}

bool text_is(const char *a, const char *b); /* equal; NULL equals only NULL */
/* Edit distance, at most `max` (then returns max + 1). */
size_t text_distance(const char *a, const char *b, size_t max);
/* The same word in another case, or with other separators: dateCodes, DATE_CODES, date-codes. */
bool text_is_alike(const char *a, const char *b);
/* The table's word that is alike, else the nearest; NULL if none within a third of its length. */
const char *text_nearest(const char *word, const char *const *table, size_t n);
bool text_is_utf8(const char *s, size_t n);

/* Without blanks and line ends at both ends; cuts `s` in place. */
char *text_trim(char *s);
