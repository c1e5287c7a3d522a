/*
 * split_csv - a sheet of records: RFC 4180 with a header line.
 *
 * A column is the dotted path of a member ("lot.part.mpn"); a cell of a list holds its
 * items with | between them; a list of objects (documents, inputs) has one item a row. An
 * empty cell is an absent member.  What a cell has to be is read from the row's type in
 * the schema table, so a row means exactly one JSON record, which is handed on as its
 * text.
 *
 * libcsv is fed line by line, so that every row knows the line it begins on.
 */
#include "split.h"

#include "columns.h"
#include "schema.h"

#include "pedigree/base/cleanup.h"

#include <csv.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

DEFINE_CLEANUP(json_t, json, json_decref)

enum { CHUNK = 65536 };

struct column {
    const char *name;
    const char *step[COLUMN_DEPTH];
    size_t steps;
};

struct sheet {
    struct sink *sink;
    struct csv_parser csv;
    struct arena arena, row_arena;
    VEC(struct column) columns;
    VEC(const char *) cells; /* of the row in hand, in row_arena */
    size_t row_bytes;
    bool has_header, dead, skipping;
    bool bad_cell; /* the row in hand holds what is no text */
    size_t type_column;
    int64_t line, row_line;
    bool in_row;
};

/* ---- the header ---- */

static void tell(struct sheet *s, int64_t line, enum error_code code, const char *where,
                 const char *detail)
{
    sink_error(s->sink, &(struct piece){.line = line}, code, where, "%s", detail);
}

static void dead(struct sheet *s, const char *detail)
{
    tell(s, s->row_line, ERR_INVALID, "", detail);
    s->dead = true;
}

static void unknown_column(struct sheet *s, const char *name)
{
    const char *near = column_nearest(name);
    const char *separated = strpbrk(name, ";\t");
    if (separated)
        dead(s, "columns are separated by commas, these are not");
    else if (near)
        dead(s, arena_printf(&s->arena, "unknown column \"%.80s\"; did you mean \"%s\"?",
                             name, near));
    else
        dead(s, arena_printf(
                    &s->arena,
                    "unknown column \"%.80s\"; columns are members by their path, such "
                    "as lot.part.mpn, and others are extensions.NAME",
                    name));
}

static struct column column_of(struct arena *a, const char *name)
{
    struct column c = {.name = arena_strdup(a, name)};
    char *rest = arena_strdup(a, name);
    for (char *step; c.steps < COLUMN_DEPTH && (step = strsep(&rest, "."));)
        c.step[c.steps++] = step;
    return c;
}

static void header(struct sheet *s)
{
    bool has_type = false;
    for (size_t i = 0; i < s->cells.len && !s->dead; i++) {
        const char *name = s->cells.at[i];
        if (!column_is_known(name)) {
            unknown_column(s, name);
            return;
        }
        for (size_t k = 0; k < i; k++)
            if (strcmp(s->cells.at[k], name) == 0) {
                dead(s, arena_printf(&s->arena, "column \"%s\" is there twice", name));
                return;
            }
        if (strcmp(name, "type") == 0) {
            s->type_column = i;
            has_type = true;
        }
        *vec_push(&s->arena, &s->columns) = column_of(&s->arena, name);
    }
    s->has_header = true;
    if (!has_type)
        dead(s, "there is no column \"type\"; the first line names the columns: "
                "type,id,time,lot.code,...");
}

/* ---- a row ---- */

struct cell {
    struct arena *arena;
    const struct column *column;
    struct error *err;
};

__attribute__((format(printf, 2, 3))) static json_t *wrong(const struct cell *c,
                                                           const char *fmt, ...)
{
    struct text where = text_new(c->arena);
    for (size_t i = 0; i < c->column->steps; i++)
        text_addf(&where, "/%s", c->column->step[i]);
    va_list ap;
    va_start(ap, fmt);
    const char *detail = arena_vprintf(c->arena, fmt, ap);
    va_end(ap);
    error_at(c->err, ERR_INVALID, text_str(&where), "column %s: %s", c->column->name,
             detail);
    return NULL;
}

static bool is_digits(const char *s)
{
    s += *s == '-';
    return *s && s[strspn(s, "0123456789")] == '\0';
}

static json_t *integer(const struct cell *c, const char *s)
{
    errno = 0;
    long long n = strtoll(s, NULL, 10);
    if (!is_digits(s) || errno)
        return wrong(c, "\"%.40s\" is no whole number", s);
    return json_integer(n);
}

static json_t *scalar(const struct cell *c, const struct member *m, const char *s)
{
    if (kind_is_integer(m->kind) || (m->kind == KIND_RECORD && is_digits(s)))
        return integer(c, s);
    if (m->kind != KIND_BOOL)
        return json_string(s);
    if (strcasecmp(s, "true") != 0 && strcasecmp(s, "false") != 0)
        return wrong(c, "\"%.40s\" is not true or false", s);
    return json_boolean(strcasecmp(s, "true") == 0);
}

static char *trim(char *s)
{
    s += strspn(s, " \t\r\n");
    size_t n = strlen(s);
    while (n > 0 && strchr(" \t\r\n", s[n - 1]))
        n--;
    s[n] = '\0';
    return s;
}

/* Items between |, blank ones left out. */
static json_t *list(const struct cell *c, const struct member *m, const char *s)
{
    CLEANUP(json_cleanup) json_t *items = json_array();
    char *rest = arena_strdup(c->arena, s);
    for (char *item; (item = strsep(&rest, "|"));) {
        item = trim(item);
        json_t *v = *item ? scalar(c, m, item) : NULL;
        if (*item && !v)
            return NULL;
        if (v)
            json_array_append_new(items, v);
    }
    return TAKE(items);
}

static json_t *cell_value(const struct cell *c, const struct member *m, const char *s)
{
    const struct object *o = member_object(m);
    if (o && !o->shorthand && !o->any_text)
        return wrong(c, "holds several members, as in %s.%s", c->column->name,
                     o->members[0].name);
    return m->many == ONE ? scalar(c, m, s) : list(c, m, s);
}

static json_t *no_place(const struct cell *c, enum record_type type)
{
    return wrong(c, "a record of type %s has no such member; leave the cell empty",
                 record_type_word(type));
}

/* The object that is `name` in `at`; made if it is not there, the only item of a list. */
static json_t *enter(json_t *at, const char *name, bool in_list)
{
    json_t *child = json_object_get(at, name);
    if (!child) {
        child = in_list ? json_array() : json_object();
        json_object_set_new(at, name, child);
    }
    if (!json_is_array(child))
        return child;
    if (json_array_size(child) == 0)
        json_array_append_new(child, json_object());
    return json_array_get(child, 0);
}

/* Goes down the column's steps; *m and the answer are its last member and the object that
 * holds it, *left the steps that did not lead further. */
static json_t *descend(const struct cell *c, const struct member **m, json_t *at,
                       size_t *left)
{
    const struct column *col = c->column;
    size_t i = 0;
    for (; *m && i + 1 < col->steps && member_object(*m); i++) {
        at = enter(at, col->step[i], (*m)->many == LIST);
        if (!json_is_object(at))
            return wrong(c, "and column %s are both filled; one of them would be right",
                         col->step[i]);
        *m = object_member(member_object(*m), col->step[i + 1]);
    }
    *left = col->steps - 1 - i;
    return at;
}

/* `extensions.NAME`: a text, whatever the rest of the name is. */
static bool put_extension(const struct cell *c, json_t *record, const char *s)
{
    const char *first = c->column->step[0];
    json_object_set_new(enter(record, first, false), c->column->name + strlen(first) + 1,
                        json_string(s));
    return true;
}

static bool put_cell(const struct cell *c, enum record_type type, json_t *record,
                     const char *s)
{
    const struct column *col = c->column;
    const struct member *m = type_member(type, col->step[0]);
    size_t left = 0;
    if (m && m->kind == KIND_ANY && col->steps > 1)
        return put_extension(c, record, s);
    json_t *at = descend(c, &m, record, &left);
    if (!at)
        return false;
    /* `lot.code` in a row whose record only names the lot is that name. */
    bool names_it = left == 1 && m && m->kind == KIND_CODE && m->many == ONE &&
                    strcmp(col->step[col->steps - 1], "code") == 0;
    if (!m || (left > 0 && !names_it))
        return no_place(c, type) != NULL;
    const char *name = col->step[col->steps - 1 - left];
    if (json_object_get(at, name))
        return wrong(c, "says again what another column says") != NULL;
    json_t *v = cell_value(c, m, s);
    if (v)
        json_object_set_new(at, name, v);
    return v != NULL;
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

static bool find_type(struct sheet *s, enum record_type *out, struct error *err)
{
    const char *words[REC_COUNT];
    const char *word = s->cells.len > s->type_column ? s->cells.at[s->type_column] : "";
    if (record_type_find(word, out))
        return true;
    for (int t = 0; t < REC_COUNT; t++)
        words[t] = record_type_word((enum record_type)t);
    const char *near = text_nearest(word, words, REC_COUNT);
    return near
               ? error_at(err, ERR_INVALID, "/type",
                          "unknown type \"%.40s\"; did you mean \"%s\"?", word, near)
               : error_at(err, ERR_INVALID, "/type",
                          "unknown type \"%.40s\"; received, shipped, ... would be right",
                          word);
}

static json_t *record_of(struct sheet *s, struct error *err)
{
    CLEANUP(json_cleanup) json_t *record = json_object();
    enum record_type type;
    if (s->bad_cell) {
        error_set(err, ERR_INVALID,
                  "a cell is not UTF-8, or holds a NUL; save the sheet as "
                  "\"CSV UTF-8\"");
        return NULL;
    }
    if (s->cells.len > s->columns.len) {
        error_set(err, ERR_INVALID, "the row has %zu cells, the header %zu columns",
                  s->cells.len, s->columns.len);
        return NULL;
    }
    if (!find_type(s, &type, err))
        return NULL;
    for (size_t i = 0; i < s->cells.len; i++) {
        const struct cell c = {&s->row_arena, &s->columns.at[i], err};
        if (*s->cells.at[i] && !put_cell(&c, type, record, s->cells.at[i]))
            return NULL;
    }
    shorten(record, type);
    return TAKE(record);
}

static bool is_blank_row(const struct sheet *s)
{
    for (size_t i = 0; i < s->cells.len; i++)
        if (*s->cells.at[i])
            return false;
    return !s->bad_cell;
}

static void row(struct sheet *s)
{
    if (!s->has_header) {
        header(s);
        return;
    }
    if (s->row_bytes > RECORD_MAX_BYTES) {
        sink_too_large(s->sink, s->row_line, false);
        return;
    }
    if (is_blank_row(s))
        return;
    struct error err = {0};
    CLEANUP(json_cleanup) json_t *record = record_of(s, &err);
    struct piece piece = {.line = s->row_line, .err = record ? NULL : &err};
    if (record)
        piece.json = json_canonical(&s->row_arena, record, &piece.len);
    sink_piece(s->sink, &piece);
}

/* ---- libcsv ---- */

static void clear_row(struct sheet *s)
{
    arena_reset(&s->row_arena);
    s->cells.at = NULL;
    s->cells.len = s->cells.cap = 0;
    s->row_bytes = 0;
    s->bad_cell = false;
    s->in_row = false;
}

static void on_cell(void *at, size_t len, void *ctx)
{
    struct sheet *s = ctx;
    s->in_row = true;
    s->row_bytes += len + 1;
    if (s->row_bytes > RECORD_MAX_BYTES)
        return;
    const char *text = at ? at : "";
    s->bad_cell |= memchr(text, '\0', len) || !text_is_utf8(text, len);
    *vec_push(&s->row_arena, &s->cells) = trim(arena_strndup(&s->row_arena, text, len));
}

static void on_row(int terminator, void *ctx)
{
    (void)terminator;
    struct sheet *s = ctx;
    if (!s->dead && !s->sink->stopped)
        row(s);
    clear_row(s);
    s->row_line = s->line;
}

static void open_csv(struct sheet *s)
{
    if (csv_init(&s->csv, CSV_STRICT | CSV_STRICT_FINI) != 0)
        abort();
    csv_set_blk_size(&s->csv,
                     CHUNK); /* its own step of 128 bytes copies long cells for ever */
}

/* What is left of the line cannot be read; the next line is a new beginning. */
static void recover(struct sheet *s)
{
    csv_free(&s->csv);
    open_csv(s);
    clear_row(s);
    s->skipping = true;
}

static void parse(struct sheet *s, const char *at, size_t len)
{
    size_t parsed = csv_parse(&s->csv, at, len, on_cell, on_row, s);
    if (s->dead)
        return;
    if (parsed != len) {
        tell(s, s->row_line, ERR_MALFORMED, "",
             "not CSV: a quote within a cell; cells with quotes, commas or line ends are "
             "quoted, and their quotes doubled");
        recover(s);
    } else if (s->csv.entry_pos + s->row_bytes > RECORD_MAX_BYTES) {
        sink_too_large(s->sink, s->row_line, false);
        recover(s);
    }
}

static bool is_between_rows(const struct sheet *s)
{
    return !s->in_row && s->csv.entry_pos == 0 && !s->csv.quoted;
}

static void *start(struct sink *sink)
{
    struct sheet *s = calloc(1, sizeof *s);
    if (!s)
        abort();
    s->sink = sink;
    s->line = s->row_line = 1;
    arena_init(&s->arena, 0);
    arena_init(&s->row_arena, 0);
    open_csv(s);
    return s;
}

/* At most one line's bytes. */
static void feed_line(struct sheet *s, const char *at, size_t len)
{
    bool ends = at[len - 1] == '\n';
    if (is_between_rows(s) && !s->skipping)
        s->row_line = s->line;
    if (!s->skipping)
        parse(s, at, len);
    s->skipping = s->skipping && !ends;
    s->line += ends;
}

static void feed(void *self, const char *at, size_t len)
{
    struct sheet *s = self;
    while (len > 0 && !s->dead && !s->sink->stopped) {
        size_t most = len < CHUNK ? len : CHUNK;
        const char *end = memchr(at, '\n', most);
        size_t n = end ? (size_t)(end - at) + 1 : most;
        feed_line(s, at, n);
        at += n;
        len -= n;
    }
}

static void finish(void *self)
{
    struct sheet *s = self;
    if (s->dead || s->skipping)
        return;
    if (csv_fini(&s->csv, on_cell, on_row, s) != 0)
        tell(s, s->row_line, ERR_MALFORMED, "",
             "the body ends within a quoted cell that begins in this row");
}

static void done(void *self)
{
    struct sheet *s = self;
    csv_free(&s->csv);
    arena_reset(&s->row_arena);
    arena_reset(&s->arena);
    free(s);
}

const struct reader CSV_READER = {start, feed, finish, done};
