/*
 * walk - holding a JSON tree against the rows of the schema table, and filling structs
 * with it.
 *
 * Every function that returns bool tells what is wrong, with the JSON pointer of the
 * member, and what would be right.
 */
#pragma once

#include "schema.h"

/* Where we are; the root has no `up`. */
struct path {
    const struct path *up;
    const char *name; /* NULL: an index */
    size_t index;
};

struct walk {
    struct arena *arena;
    struct error *err;
    bool was_taken; /* stored long since, or made of what was: its size is in order */
};

/* RFC 6901, as long as struct error has room for. */
const char *walk_pointer(struct arena *a, const struct path *p);
/* A value as it is quoted in what is told: all of it, or its beginning and "...". */
const char *walk_shown(struct arena *a, const char *s);
bool walk_wrong(const struct walk *w, const struct path *p, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
bool walk_mistyped(const struct walk *w, const struct path *p, const char *right,
                   const json_t *v);
/* An unknown member; `list` and `more` are what is known here. */
bool walk_unknown(const struct walk *w, const struct path *p, const char *key,
                  const struct member *list, size_t len, const struct member *more,
                  size_t more_len);
bool walk_record_type(const struct walk *w, const char *word, enum record_type *out);
/* recordType, DOC_TYPE, ...: where there is no `type`, perhaps it is meant. */
bool walk_ends_in_type(const char *name);
bool walk_nothing_missing(const struct walk *w, const struct path *p,
                          const struct member *list, size_t len, const char *need,
                          const json_t *v);
/* Integers that are not stated are NONE. */
void walk_blank(const struct object *o, char *base);
/* One member's value, put where its row says in the struct at `base`; NULL: only
 * validated. */
bool walk_value(const struct walk *w, const struct path *p, const struct member *m,
                const json_t *v, char *base);
const char *walk_type_word(const json_t *v); /* "a text", "a list" */

/* The JSON pointer of what follows the first `len` bytes of a text that does not parse.
 */
const char *json_locate(struct arena *a, const char *json, size_t len);
