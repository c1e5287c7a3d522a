/* bill - see the header. */
#include "pedigree/codec/bill.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"

#include <csv.h>
#include <ctype.h>
#include <inttypes.h>
#include <jansson.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

DEFINE_CLEANUP(json_t, json, json_decref)

enum { CELL_MAX = 1024, COLUMNS_MAX = 64 };
#define PIECES_MAX (INT64_C(1) << 53)

/* Texts first. */
enum { MANUFACTURER, MPN, TEXTS_LEN };
static const struct {
    const char *name;
    size_t at;
} MEMBERS[] = {
    {"manufacturer", offsetof(struct bill_line, manufacturer)}, {"mpn", offsetof(struct bill_line, mpn)},
    {"perUnit", offsetof(struct bill_line, per_unit)},          {"annualDemand", offsetof(struct bill_line, annual)},
    {"onHand", offsetof(struct bill_line, on_hand)},            {"onOrder", offsetof(struct bill_line, on_order)},
    {"safetyStock", offsetof(struct bill_line, safety)},
};
static const char *const NAMES[] = {"manufacturer", "mpn", "perUnit", "annualDemand", "onHand", "onOrder", "safetyStock"};
#define NAMES_LISTED "manufacturer, mpn, perUnit, annualDemand, onHand, onOrder, safetyStock"

static void blank(struct bill_line *l, int64_t line)
{
    *l = (struct bill_line){.line = line, .per_unit = INT64_MIN, .annual = INT64_MIN, .on_hand = INT64_MIN,
                            .on_order = INT64_MIN, .safety = INT64_MIN};
}

static void put_text(struct bill_line *l, size_t m, const char *text)
{
    memcpy((char *)l + MEMBERS[m].at, &text, sizeof text);
}

static void put_number(struct bill_line *l, size_t m, int64_t n)
{
    memcpy((char *)l + MEMBERS[m].at, &n, sizeof n);
}

static bool text_is_fine(const char *s)
{
    size_t n = strlen(s);
    for (const char *c = s; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            return false;
    return n > 0 && n <= CELL_MAX && text_is_utf8(s, n);
}

static bool unknown_name(const char *name, const char *what, struct error *err)
{
    const char *near = text_nearest(name, NAMES, LENGTH(NAMES));
    return near ? error_at(err, ERR_INVALID, name, "unknown %s \"%.60s\"; did you mean \"%s\"?", what, name, near)
                : error_at(err, ERR_INVALID, name, "unknown %s \"%.60s\"; there are " NAMES_LISTED, what, name);
}

/* ---- JSON ---- */

struct place { /* for messages */
    struct arena *a;
    const char *list; /* "" or "/lines" */
    size_t i;
    struct error *err;
};

static const char *pointer(const struct place *p, const char *rest)
{
    return arena_printf(p->a, "%s/%zu%s", p->list, p->i, rest);
}

static bool read_text(const struct place *p, const json_t *v, size_t m, struct bill_line *out)
{
    const char *s = json_string_value(v);
    if (!s || !text_is_fine(s))
        return error_at(p->err, ERR_INVALID, pointer(p, m == MPN ? "/part/mpn" : "/part/manufacturer"),
                        "a text of 1 to %d characters on one line", CELL_MAX);
    put_text(out, m, arena_strdup(p->a, s));
    return true;
}

static bool read_part(const struct place *p, const json_t *part, struct bill_line *out)
{
    const char *key;
    json_t *v;
    if (!json_is_object(part))
        return error_at(p->err, ERR_INVALID, pointer(p, "/part"), "a part is {\"manufacturer\": \"...\", \"mpn\": \"...\"}");
    json_object_foreach((json_t *)(uintptr_t)part, key, v)
    {
        size_t m = strcmp(key, "manufacturer") == 0 ? MANUFACTURER : strcmp(key, "mpn") == 0 ? MPN : TEXTS_LEN;
        if (m == TEXTS_LEN)
            return error_at(p->err, ERR_INVALID, pointer(p, "/part"), "unknown member \"%.60s\"; a part has manufacturer and mpn", key);
        if (!read_text(p, v, m, out))
            return false;
    }
    return true;
}

static bool read_member(const struct place *p, const char *key, const json_t *v, struct bill_line *out)
{
    size_t m = TEXTS_LEN;
    while (m < LENGTH(MEMBERS) && strcmp(MEMBERS[m].name, key) != 0)
        m++;
    if (m == LENGTH(MEMBERS)) {
        const char *near = text_nearest(key, NAMES + TEXTS_LEN, LENGTH(NAMES) - TEXTS_LEN);
        return error_at(p->err, ERR_INVALID, pointer(p, ""), "unknown member \"%.60s\"; %s%s%s", key,
                        near ? "did you mean \"" : "a line has part, perUnit, annualDemand, onHand, onOrder, safetyStock",
                        near ? near : "", near ? "\"?" : "");
    }
    if (!json_is_integer(v) || json_integer_value(v) < 0 || json_integer_value(v) > PIECES_MAX)
        return error_at(p->err, ERR_INVALID, pointer(p, arena_printf(p->a, "/%s", key)), "whole pieces, 0 to 2^53");
    put_number(out, m, json_integer_value(v));
    return true;
}

static bool read_line(const struct place *p, const json_t *line, struct bill_line *out)
{
    const char *key;
    json_t *v;
    blank(out, (int64_t)p->i + 1);
    if (!json_is_object(line))
        return error_at(p->err, ERR_INVALID, pointer(p, ""), "a line is an object with a part");
    json_object_foreach((json_t *)(uintptr_t)line, key, v)
        if (!(strcmp(key, "part") == 0 ? read_part(p, v, out) : read_member(p, key, v, out)))
            return false;
    return (out->manufacturer && out->mpn) ||
           error_at(p->err, ERR_INVALID, pointer(p, "/part"), "a line needs its part: manufacturer and mpn");
}

static bool too_many(struct error *err)
{
    return error_set(err, ERR_TOO_LARGE, "one bill of materials has at most %d lines here: send it in parts", BILL_LINES_MAX);
}

static bool read_json(struct arena *a, const char *body, size_t len, struct bill *out, struct error *err)
{
    json_error_t e;
    CLEANUP(json_cleanup) json_t *tree = json_loadb(body, len, JSON_REJECT_DUPLICATES, &e);
    if (!tree)
        return error_set(err, ERR_MALFORMED, "not JSON at line %d, column %d: %s", e.line, e.column, e.text);
    const json_t *lines = json_is_object(tree) ? json_object_get(tree, "lines") : tree;
    if (!json_is_array(lines) || (json_is_object(tree) && json_object_size(tree) != 1))
        return error_set(err, ERR_INVALID, "a list of lines, or {\"lines\": [...]} and nothing else");
    size_t n = json_array_size(lines);
    if (n > BILL_LINES_MAX)
        return too_many(err);
    struct bill bill = {ARENA_ARRAY(a, struct bill_line, n + 1), n};
    for (size_t i = 0; i < n; i++)
        if (!read_line(&(struct place){a, json_is_object(tree) ? "/lines" : "", i, err}, json_array_get(lines, i), &bill.lines[i]))
            return false;
    *out = bill;
    return true;
}

/* ---- sheets ---- */

struct sheet {
    struct arena *a;
    struct error *err;
    const char *cells[COLUMNS_MAX];
    size_t cells_len, columns[COLUMNS_MAX], columns_len; /* which member each is */
    bool has_header, failed;
    int64_t line;
    VEC(struct bill_line) lines;
};

static void take_cell(void *at, size_t len, void *ctx)
{
    struct sheet *s = ctx;
    if (s->failed)
        return;
    if (s->cells_len == COLUMNS_MAX || len > CELL_MAX) {
        s->failed = !error_set(s->err, ERR_INVALID, "line %" PRId64 " has a cell of more than %d bytes, or more than %d cells", s->line,
                               CELL_MAX, COLUMNS_MAX);
        return;
    }
    const char *text = len ? arena_strndup(s->a, at, len) : "";
    while (isspace((unsigned char)*text))
        text++;
    char *copy = arena_strdup(s->a, text);
    for (size_t n = strlen(copy); n > 0 && isspace((unsigned char)copy[n - 1]);)
        copy[--n] = '\0';
    s->cells[s->cells_len++] = copy;
}

/* "Annual demand" is annualDemand. */
static bool is_spelt(const char *name, const char *written)
{
    for (;; name++, written++) {
        while (*written == ' ' || *written == '_' || *written == '-')
            written++;
        if (tolower((unsigned char)*name) != tolower((unsigned char)*written))
            return false;
        if (!*name)
            return true;
    }
}

static bool read_header(struct sheet *s)
{
    bool has[LENGTH(MEMBERS)] = {false};
    for (size_t i = 0; i < s->cells_len; i++) {
        size_t m = 0;
        while (m < LENGTH(MEMBERS) && !is_spelt(MEMBERS[m].name, s->cells[i]))
            m++;
        if (m == LENGTH(MEMBERS))
            return unknown_name(s->cells[i], "column", s->err);
        if (has[m])
            return error_at(s->err, ERR_INVALID, MEMBERS[m].name, "the column %s is there twice", MEMBERS[m].name);
        has[m] = true;
        s->columns[i] = m;
    }
    s->columns_len = s->cells_len;
    s->has_header = true;
    return (has[MANUFACTURER] && has[MPN]) ||
           error_at(s->err, ERR_INVALID, has[MPN] ? "manufacturer" : "mpn", "the first line names the columns: manufacturer, mpn and, if "
                    "you like, perUnit, annualDemand, onHand, onOrder, safetyStock");
}

static bool read_cell(struct sheet *s, size_t i, struct bill_line *out)
{
    const char *cell = s->cells[i];
    size_t m = s->columns[i];
    if (m < TEXTS_LEN) {
        if (!text_is_fine(cell))
            return error_at(s->err, ERR_INVALID, MEMBERS[m].name, "line %" PRId64 ": %s is no text of 1 to %d characters", s->line,
                            MEMBERS[m].name, CELL_MAX);
        put_text(out, m, cell);
        return true;
    }
    if (!*cell)
        return true;
    size_t digits = strspn(cell, "0123456789");
    int64_t n = digits <= 16 ? strtoll(cell, NULL, 10) : INT64_MAX;
    if (cell[digits] || n > PIECES_MAX)
        return error_at(s->err, ERR_INVALID, MEMBERS[m].name, "line %" PRId64 ": \"%.40s\" is no number of whole pieces, 0 to 2^53",
                        s->line, cell);
    put_number(out, m, n);
    return true;
}

static bool read_row(struct sheet *s)
{
    bool is_empty = true;
    struct bill_line l;
    for (size_t i = 0; i < s->cells_len; i++)
        is_empty &= !*s->cells[i];
    if (is_empty)
        return true;
    if (!s->has_header)
        return read_header(s);
    if (s->cells_len != s->columns_len)
        return error_set(s->err, ERR_INVALID, "line %" PRId64 " has %zu cells, the first line %zu", s->line, s->cells_len, s->columns_len);
    if (s->lines.len == BILL_LINES_MAX)
        return too_many(s->err);
    blank(&l, s->line);
    for (size_t i = 0; i < s->cells_len; i++)
        if (!read_cell(s, i, &l))
            return false;
    *vec_push(s->a, &s->lines) = l;
    return true;
}

static void take_row(int end, void *ctx)
{
    struct sheet *s = ctx;
    (void)end;
    if (!s->failed)
        s->failed = !read_row(s);
    s->cells_len = 0;
}

static char separator_of(const char *body, size_t len)
{
    for (size_t i = 0; i < len && body[i] != '\n' && body[i] != '\r'; i++)
        if (body[i] == ',' || body[i] == ';' || body[i] == '\t')
            return body[i];
    return ',';
}

static bool read_csv(struct arena *a, const char *body, size_t len, struct bill *out, struct error *err)
{
    struct sheet s = {.a = a, .err = err};
    struct csv_parser csv;
    if (len >= 3 && memcmp(body, "\xef\xbb\xbf", 3) == 0) {
        body += 3;
        len -= 3;
    }
    if (csv_init(&csv, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
        abort();
    csv_set_delim(&csv, (unsigned char)separator_of(body, len));
    for (size_t at = 0; at < len && !s.failed;) { /* line by line, so that rows know theirs */
        const char *end = memchr(body + at, '\n', len - at);
        size_t n = end ? (size_t)(end - body) - at + 1 : len - at;
        s.line++;
        if (csv_parse(&csv, body + at, n, take_cell, take_row, &s) != n && !s.failed)
            s.failed = !error_set(err, ERR_MALFORMED, "line %" PRId64 " is no CSV: a quote stands where none may", s.line);
        at += n;
    }
    if (!s.failed && csv_fini(&csv, take_cell, take_row, &s) != 0 && !s.failed)
        s.failed = !error_set(err, ERR_MALFORMED, "the last line ends inside quotes");
    csv_free(&csv);
    if (!s.failed && !s.has_header)
        s.failed = !error_at(err, ERR_INVALID, "manufacturer", "an empty sheet: the first line names the columns: " NAMES_LISTED);
    if (s.failed)
        return false;
    *out = (struct bill){s.lines.at, s.lines.len};
    return true;
}

bool bill_read(struct arena *a, const char *body, size_t len, bool is_csv, struct bill *out, struct error *err)
{
    return is_csv ? read_csv(a, body, len, out, err) : read_json(a, body, len, out, err);
}
