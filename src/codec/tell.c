/*
 * tell - saying what is wrong with a record: where (RFC 6901), how it is, what would be
 * right.  See walk.h.
 */
#include "walk.h"

#include "pedigree/base/text.h"

#include <string.h>

static void add_step(struct text *t, const struct path *p)
{
    if (!p || !p->up)
        return;
    add_step(t, p->up);
    text_add(t, "/");
    if (!p->name) {
        text_addf(t, "%zu", p->index);
        return;
    }
    for (const char *c = p->name; *c; c++)
        if (*c == '~' || *c == '/')
            text_add(t, *c == '~' ? "~0" : "~1");
        else
            text_add_n(t, c, 1);
}

/* One that is too long to be told ends at what the member is in: a true pointer, too. */
const char *walk_pointer(struct arena *a, const struct path *p)
{
    struct text t = text_new(a);
    add_step(&t, p);
    char *pointer = text_str(&t);
    while (strlen(pointer) >= sizeof((struct error *)0)->where)
        *strrchr(pointer, '/') = '\0';
    return pointer;
}

const char *walk_shown(struct arena *a, const char *s)
{
    enum { MOST = 60 };
    size_t n = strlen(s);
    if (n <= MOST)
        return s;
    for (n = MOST; (s[n] & 0xc0) == 0x80;)
        n--;
    return arena_printf(a, "%.*s...", (int)n, s);
}

bool walk_wrong(const struct walk *w, const struct path *p, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    const char *detail = arena_vprintf(w->arena, fmt, ap);
    va_end(ap);
    return error_at(w->err, ERR_INVALID, walk_pointer(w->arena, p), "%s", detail);
}

const char *walk_type_word(const json_t *v)
{
    static const char *const WORDS[] = {
        [JSON_OBJECT] = "an object", [JSON_ARRAY] = "a list",  [JSON_STRING] = "a text",
        [JSON_INTEGER] = "a number", [JSON_REAL] = "a number", [JSON_TRUE] = "true",
        [JSON_FALSE] = "false",      [JSON_NULL] = "null",
    };
    return WORDS[json_typeof(v)];
}

bool walk_mistyped(const struct walk *w, const struct path *p, const char *right,
                   const json_t *v)
{
    if (json_is_null(v))
        return walk_wrong(w, p,
                          "is null; leave the member out if there is nothing to say");
    return walk_wrong(w, p, "is %s; %s would be right", walk_type_word(v), right);
}

bool walk_unknown(const struct walk *w, const struct path *p, const char *key,
                  const struct member *list, size_t len, const struct member *more,
                  size_t more_len)
{
    const char **names = ARENA_ARRAY(w->arena, const char *, len + more_len + 1);
    for (size_t i = 0; i < len; i++)
        names[i] = list[i].name;
    for (size_t i = 0; i < more_len; i++)
        names[len + i] = more[i].name;
    const char *near = text_nearest(key, names, len + more_len);
    const char *shown = walk_shown(w->arena, key);
    const struct path at = {p, key, 0};
    if (near)
        return walk_wrong(w, &at, "unknown member \"%s\"; did you mean \"%s\"?", shown,
                          near);
    return walk_wrong(
        w, &at, "unknown member \"%s\"; what has no place goes under \"extensions\"",
        shown);
}

bool walk_ends_in_type(const char *name)
{
    size_t n = strlen(name);
    return n > 4 && text_is_alike(name + n - 4, "type");
}

bool walk_record_type(const struct walk *w, const char *word, enum record_type *out)
{
    const struct path root = {NULL, "", 0}, at = {&root, "type", 0};
    const char *names[REC_COUNT], *shown = walk_shown(w->arena, word);
    if (record_type_find(word, out))
        return true;
    for (int t = 0; t < REC_COUNT; t++)
        names[t] = record_type_word((enum record_type)t);
    const char *near = text_nearest(word, names, REC_COUNT);
    if (near)
        return walk_wrong(w, &at, "unknown type \"%s\"; did you mean \"%s\"?", shown,
                          near);
    return walk_wrong(
        w, &at, "unknown type \"%s\"; received, shipped, ... would be right", shown);
}
