/*
 * split_csv - a sheet of records: RFC 4180 with a header line.
 *
 * Columns and cells are as row.c says; a row means exactly one JSON record, which is
 * handed on as its text.  Cells are separated by what separates the names in the header
 * line: a comma, a semicolon or a tab, of which no name has any.
 *
 * libcsv is fed line by line, so that every row knows the line it begins on.  Lines end
 * in LF, CR LF or CR.
 */
#include "split.h"

#include "row.h"
#include "walk.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"

#include <csv.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

DEFINE_CLEANUP(json_t, json, json_decref)

enum { CHUNK = 65536 };

struct sheet {
    struct sink *sink;
    struct csv_parser csv;
    struct arena arena, row_arena;
    VEC(struct column) columns;
    VEC(const char *) cells; /* of the row in hand, in row_arena */
    size_t row_bytes;
    bool has_header, dead, skipping;
    bool is_raw; /* columns are whatever the header says, and a row is an object of their cells */
    size_t bad_cell; /* of the row in hand, the first that is no text: 1 + its index */
    size_t type_column;
    int64_t line, row_line;
    bool in_row, after_cr;
    char separator; /* 0 before the header says so */
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

static bool has_type(const struct sheet *s)
{
    for (size_t i = 0; i < s->cells.len; i++)
        if (strcmp(s->cells.at[i], "type") == 0)
            return true;
    return false;
}

static void unknown_column(struct sheet *s, const char *name)
{
    const char *near = column_nearest(name);
    if (!near && walk_ends_in_type(name) && !has_type(s))
        near = "type";
    const char *shown = walk_shown(&s->arena, name);
    if (near)
        dead(s, arena_printf(&s->arena, "unknown column \"%s\"; did you mean \"%s\"?",
                             shown, near));
    else
        dead(s, arena_printf(
                    &s->arena,
                    "unknown column \"%s\"; columns are members by their path, such as "
                    "lot.part.mpn, and others are extensions.NAME",
                    shown));
}

static void header(struct sheet *s)
{
    for (size_t i = 0; i < s->cells.len && !s->dead; i++) {
        const char *name = s->cells.at[i];
        if (s->bad_cell) {
            dead(s, "the header is not UTF-8, or holds a NUL; save the sheet as \"CSV "
                    "UTF-8\"");
            return;
        }
        if (!s->is_raw && !column_is_known(name)) {
            unknown_column(s, name);
            return;
        }
        for (size_t k = 0; k < i; k++)
            if (strcmp(s->cells.at[k], name) == 0) {
                dead(s, arena_printf(&s->arena, "column \"%s\" is there twice",
                                     walk_shown(&s->arena, name)));
                return;
            }
        if (strcmp(name, "type") == 0)
            s->type_column = i;
        *vec_push(&s->arena, &s->columns) =
            s->is_raw ? (struct column){.name = arena_strdup(&s->arena, name)} : column_of(&s->arena, name);
    }
    s->has_header = true;
    if (!s->is_raw && !has_type(s))
        dead(s, "there is no column \"type\"; the first line names the columns: "
                "type,id,time,lot.code,...");
}

/* ---- a row ---- */

static bool bad_cell(const struct sheet *s, struct error *err)
{
    size_t i = s->bad_cell - 1;
    return error_set(
        err, ERR_INVALID,
        "column %s: the cell is not UTF-8, or holds a NUL; save the sheet as "
        "\"CSV UTF-8\", or change it with iconv -f WINDOWS-1252 -t UTF-8",
        i < s->columns.len ? s->columns.at[i].name : "?");
}

static json_t *raw_record(const struct sheet *s)
{
    json_t *row = json_object();
    for (size_t i = 0; i < s->cells.len; i++)
        if (*s->cells.at[i] && *s->columns.at[i].name)
            json_object_set_new(row, s->columns.at[i].name, json_string(s->cells.at[i]));
    return row;
}

static json_t *record_of(struct sheet *s, struct error *err)
{
    const struct walk w = {&s->row_arena, err, false};
    enum record_type type = REC_COUNT;
    bool is_fine = !s->bad_cell || bad_cell(s, err);
    if (s->cells.len > s->columns.len)
        is_fine =
            error_set(err, ERR_INVALID, "the row has %zu cells, the header %zu columns",
                      s->cells.len, s->columns.len);
    if (s->is_raw)
        return is_fine ? raw_record(s) : NULL;
    const char *word = s->cells.len > s->type_column ? s->cells.at[s->type_column] : "";
    return is_fine && walk_record_type(&w, word, &type)
               ? row_record(&s->row_arena, type, s->columns.at, s->cells.at, s->cells.len,
                            err)
               : NULL;
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
    s->bad_cell = 0;
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
    if (!s->bad_cell && (memchr(text, '\0', len) || !text_is_utf8(text, len)))
        s->bad_cell = s->cells.len + 1;
    *vec_push(&s->row_arena, &s->cells) = text_trim(arena_strndup(&s->row_arena, text, len));
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
    if (s->separator)
        csv_set_delim(&s->csv, (unsigned char)s->separator);
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

/* The first of them in the body is in the header. */
static void find_separator(struct sheet *s, const char *at, size_t len)
{
    for (size_t i = 0; i < len && !s->separator; i++)
        if (at[i] == ',' || at[i] == ';' || at[i] == '\t')
            csv_set_delim(&s->csv, (unsigned char)(s->separator = at[i]));
}

/* At most one line's bytes. */
static void feed_line(struct sheet *s, const char *at, size_t len)
{
    bool ends = at[len - 1] == '\n' || at[len - 1] == '\r';
    if (is_between_rows(s) && !s->skipping)
        s->row_line = s->line;
    if (!s->separator)
        find_separator(s, at, len);
    if (!s->skipping)
        parse(s, at, len);
    s->skipping = s->skipping && !ends;
    s->line += ends;
}

/* Up to the end of the line, or as much as there is. */
static size_t line_length(const char *at, size_t len)
{
    size_t n = 0, most = len < CHUNK ? len : CHUNK;
    while (n < most && at[n] != '\n' && at[n] != '\r')
        n++;
    return n < most ? n + 1 : n;
}

static void feed(void *self, const char *at, size_t len)
{
    struct sheet *s = self;
    while (len > 0 && !s->dead && !s->sink->stopped) {
        size_t n = line_length(at, len);
        s->line -= s->after_cr && *at == '\n'; /* CR LF is one end */
        feed_line(s, at, n);
        s->after_cr = at[n - 1] == '\r';
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

static void *start_raw(struct sink *sink)
{
    struct sheet *s = start(sink);
    s->is_raw = true;
    return s;
}

const struct reader ROWS_READER = {start_raw, feed, finish, done};
const struct reader CSV_READER = {start, feed, finish, done};
