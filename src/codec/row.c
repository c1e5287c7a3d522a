/*
 * row - see the header.
 *
 * A column is the dotted path of a member ("lot.part.mpn"), and what its cell has to be
 * is read from the schema table.  Items of a list have | between them.  Below a list of
 * objects (inputs.lot, inputs.quantity) the first items of all columns are of the first
 * object, and so on; what is a list there, too, has its own items between | and ||
 * between the objects.
 */
#include "row.h"

#include "walk.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

DEFINE_CLEANUP(json_t, json, json_decref)

struct cell {
    struct arena *arena;
    enum record_type type;
    const struct column *column;
    struct error *err;
};

struct column column_of(struct arena *a, const char *name)
{
    struct column c = {.name = arena_strdup(a, name)};
    char *rest = arena_strdup(a, name);
    for (char *step; c.steps < COLUMN_DEPTH && (step = strsep(&rest, "."));)
        c.step[c.steps++] = step;
    return c;
}

/* The member a column is about; of a list of objects, the list. */
static const char *pointer(const struct cell *c)
{
    struct path steps[COLUMN_DEPTH + 1] = {{NULL, "", 0}};
    const struct member *m = type_member(c->type, c->column->step[0]);
    size_t n = 0;
    for (bool is_list = false; n < c->column->steps && !is_list; n++) {
        const struct object *o = m ? member_object(m) : NULL;
        steps[n + 1] = (struct path){&steps[n], c->column->step[n], 0};
        is_list = o && m->many != ONE;
        m = o && n + 1 < c->column->steps ? object_member(o, c->column->step[n + 1])
                                          : NULL;
    }
    return walk_pointer(c->arena, &steps[n]);
}

__attribute__((format(printf, 2, 3))) static bool wrong(const struct cell *c,
                                                        const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    const char *detail = arena_vprintf(c->arena, fmt, ap);
    va_end(ap);
    return error_at(c->err, ERR_INVALID, pointer(c), "column %s: %s",
                    walk_shown(c->arena, c->column->name), detail);
}

/* ---- one value ---- */

static bool is_digits(const char *s)
{
    s += *s == '-';
    return *s && s[strspn(s, "0123456789")] == '\0';
}

static json_t *integer(const struct cell *c, const char *s)
{
    errno = 0;
    long long n = strtoll(s, NULL, 10);
    if (is_digits(s) && !errno)
        return json_integer(n);
    wrong(c, "\"%s\" is no whole number; digits alone would be right",
          walk_shown(c->arena, s));
    return NULL;
}

/* Of digits alone nobody can tell whether they are a place in the log or an id. */
static json_t *record_name(const struct cell *c, const char *s)
{
    if (strncmp(s, "seq:", 4) == 0)
        return integer(c, s + 4);
    if (strncmp(s, "id:", 3) == 0)
        return json_string(s + 3);
    if (!is_digits(s))
        return json_string(s);
    wrong(c, "\"%s\" may be a seq or an id; seq:%s or id:%s would be right",
          walk_shown(c->arena, s), walk_shown(c->arena, s), walk_shown(c->arena, s));
    return NULL;
}

static json_t *boolean(const struct cell *c, const char *s)
{
    if (strcasecmp(s, "true") == 0 || strcasecmp(s, "false") == 0)
        return json_boolean(strcasecmp(s, "true") == 0);
    wrong(c, "\"%s\" is not true or false", walk_shown(c->arena, s));
    return NULL;
}

static json_t *scalar(const struct cell *c, const struct member *m, const char *s)
{
    if (kind_is_integer(m->kind))
        return integer(c, s);
    if (m->kind == KIND_RECORD)
        return record_name(c, s);
    return m->kind == KIND_BOOL ? boolean(c, s) : json_string(s);
}

/* The piece before the separator; *rest is what follows it, NULL at the end. */
static char *next_piece(char **rest, const char *separator)
{
    char *piece = *rest, *end = strstr(piece, separator);
    *rest = end ? end + strlen(separator) : NULL;
    if (end)
        *end = '\0';
    return text_trim(piece);
}

/* Items between |, blank ones left out. */
static json_t *list(const struct cell *c, const struct member *m, const char *s)
{
    CLEANUP(json_cleanup) json_t *items = json_array();
    for (char *rest = arena_strdup(c->arena, s); rest;) {
        char *item = next_piece(&rest, "|");
        json_t *v = *item ? scalar(c, m, item) : NULL;
        if (*item && !v)
            return NULL;
        if (v)
            json_array_append_new(items, v);
    }
    if (m->many == ONE_OR_LIST && json_array_size(items) == 1)
        return json_incref(json_array_get(items, 0));
    return TAKE(items);
}

static json_t *value(const struct cell *c, const struct member *m, const char *s)
{
    const struct object *o = member_object(m);
    if (!o || o->shorthand || o->any_text)
        return m->many == ONE ? scalar(c, m, s) : list(c, m, s);
    wrong(c, "holds several members, as in %s.%s", c->column->name, o->members[0].name);
    return NULL;
}

/* ---- its place ---- */

static bool set(const struct cell *c, const struct member *m, const char *name,
                json_t *at, const char *s)
{
    if (json_object_get(at, name))
        return wrong(c, "says again what another column says");
    json_t *v = value(c, m, s);
    return v && json_object_set_new(at, name, v) == 0;
}

static bool no_place(const struct cell *c)
{
    return wrong(c, "a record of type %s has no such member; leave the cell empty",
                 record_type_word(c->type));
}

static bool both(const struct cell *c, const char *name)
{
    return wrong(c, "and column %s are both filled; one of them would be right", name);
}

static bool put(const struct cell *c, const struct member *m, json_t *at, size_t step,
                const char *s);

/* How many lists of items there are from that step on. */
static size_t lists_from(const struct column *col, const struct member *m, size_t step)
{
    size_t n = m->many != ONE;
    const struct object *o = member_object(m);
    const struct member *next =
        o && step + 1 < col->steps ? object_member(o, col->step[step + 1]) : NULL;
    return next ? n + lists_from(col, next, step + 1) : n;
}

/* The list of `n` objects that is `name` in `at`; made if it is not there. */
static json_t *objects(const struct cell *c, json_t *at, const char *name, size_t n)
{
    json_t *items = json_object_get(at, name);
    if (!items) {
        items = json_array();
        json_object_set_new(at, name, items);
        for (size_t i = 0; i < n; i++)
            json_array_append_new(items, json_object());
    }
    if (!json_is_object(json_array_get(items, 0))) {
        both(c, name);
        return NULL;
    }
    if (json_array_size(items) == n)
        return items;
    wrong(c, "has %zu items where another column of %s has %zu; a blank one says nothing",
          n, name, json_array_size(items));
    return NULL;
}

static size_t pieces(const char *s, const char *separator)
{
    size_t n = 1;
    for (; (s = strstr(s, separator)); n++)
        s += strlen(separator);
    return n;
}

/* Below a list of objects: a piece for each of them. */
static bool put_pieces(const struct cell *c, const struct member *m, json_t *at,
                       size_t step, const char *s)
{
    static const char BARS[] = "||||||||";
    _Static_assert(sizeof BARS - 1 >= COLUMN_DEPTH, "a bar for each list there may be");
    const struct column *col = c->column;
    const struct member *inner = object_member(member_object(m), col->step[step + 1]);
    const char *separator = BARS + sizeof BARS - 2 - lists_from(col, inner, step + 1);
    json_t *items = objects(c, at, col->step[step], pieces(s, separator));
    char *rest = arena_strdup(c->arena, s);
    for (size_t i = 0; items && rest; i++) {
        const char *piece = next_piece(&rest, separator);
        if (*piece && !put(c, inner, json_array_get(items, i), step + 1, piece))
            return false;
    }
    return items != NULL;
}

/* Below one object, which is made if it is not there. */
static bool put_inside(const struct cell *c, const struct member *inner, json_t *at,
                       size_t step, const char *s)
{
    const char *name = c->column->step[step];
    json_t *child = json_object_get(at, name);
    if (!child) {
        child = json_object();
        json_object_set_new(at, name, child);
    }
    return json_is_object(child) ? put(c, inner, child, step + 1, s) : both(c, name);
}

/* `m` is the member of `at` that the column's step names; NULL: there is none. */
static bool put(const struct cell *c, const struct member *m, json_t *at, size_t step,
                const char *s)
{
    const struct column *col = c->column;
    if (m && step + 1 == col->steps)
        return set(c, m, col->step[step], at, s);
    const struct object *o = m ? member_object(m) : NULL;
    const char *next = m ? col->step[step + 1] : NULL;
    /* `lot.code` in a row whose record only names the lot is that name. */
    if (m && !o && m->kind == KIND_CODE && m->many == ONE && step + 2 == col->steps &&
        strcmp(next, "code") == 0)
        return set(c, m, col->step[step], at, s);
    const struct member *inner = o ? object_member(o, next) : NULL;
    if (!inner)
        return no_place(c);
    return m->many == ONE ? put_inside(c, inner, at, step, s)
                          : put_pieces(c, m, at, step, s);
}

/* `extensions.NAME`: a text, whatever the rest of the name is. */
static bool put_extension(const struct cell *c, json_t *record, const char *s)
{
    const char *first = c->column->step[0];
    json_t *all = json_object_get(record, first);
    if (!all) {
        all = json_object();
        json_object_set_new(record, first, all);
    }
    return json_is_object(all)
               ? json_object_set_new(all, c->column->name + strlen(first) + 1,
                                     json_string(s)) == 0
               : both(c, first);
}

/* {"lot":{"code":"R-1"}} from `lot.code` alone only names the lot: {"lot":"R-1"}. */
static void shorten(json_t *record, enum record_type type)
{
    const char *key;
    json_t *child;
    void *next;
    json_object_foreach_safe(record, next, key, child)
    {
        const struct member *m = type_member(type, key);
        const struct object *o = m && m->many == ONE ? member_object(m) : NULL;
        json_t *only = o && o->shorthand && json_object_size(child) == 1
                           ? json_object_get(child, o->shorthand)
                           : NULL;
        if (only)
            json_object_set(record, key, only);
    }
}

json_t *row_record(struct arena *a, enum record_type type, const struct column *columns,
                   const char *const *cells, size_t n, struct error *err)
{
    CLEANUP(json_cleanup) json_t *record = json_object();
    for (size_t i = 0; i < n; i++) {
        const struct cell c = {a, type, &columns[i], err};
        const struct member *m = type_member(type, columns[i].step[0]);
        bool is_free = m && m->kind == KIND_ANY && columns[i].steps > 1;
        if (*cells[i] && !(is_free ? put_extension(&c, record, cells[i])
                                   : put(&c, m, record, 0, cells[i])))
            return NULL;
    }
    shorten(record, type);
    return TAKE(record);
}
