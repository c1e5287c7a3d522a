/*
 * bom - pedigree bom: a bill of materials, checked line by line; a table that can be read on paper.
 */
#include "session.h"

#include "source.h"

#include "pedigree/base/cleanup.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { BILL_BYTES = 16 * 1024 * 1024, CHUNK = 65536 };

/* ---- asking ---- */

static bool read_file(struct session *s, const char *path, struct text *out, struct error *err)
{
    struct source source;
    char chunk[CHUNK];
    ssize_t n;
    if (!source_open(&source, path, err))
        return false;
    while ((n = source_read(&source, chunk, sizeof chunk, err)) > 0 && out->len <= BILL_BYTES)
        text_add_n(out, chunk, (size_t)n);
    source_close(&source);
    if (n >= 0 && out->len > BILL_BYTES)
        return error_at(err, ERR_TOO_LARGE, screen_clean(s->arena, path), "a bill of materials has at most 16 MiB here");
    return n >= 0;
}

static bool is_json(const char *path)
{
    size_t len = strlen(path);
    return len > 5 && strcasecmp(path + len - 5, ".json") == 0;
}

static const char *question(struct session *s)
{
    static const struct {
        enum option_id option;
        const char *name;
    } ASKED[] = {{OPT_SUPPORT, "supportUntil"}, {OPT_REDESIGN, "redesignUntil"}, {OPT_UNITS, "unitsPerYear"}, {OPT_SCRAP, "scrapPercent"}};
    struct text url = text_new(s->arena);
    text_add(&url, "/v1/bom-check");
    for (size_t i = 0; i < LENGTH(ASKED); i++)
        url_add(&url, ASKED[i].name, s->args.values[ASKED[i].option]);
    return text_str(&url);
}

/* ---- columns ---- */

static const char *told(struct session *s, const json_t *json, const char *path)
{
    const char *text = field(s->arena, json, path);
    return text ? text : "";
}

static const char *grouped(struct session *s, const json_t *line, const char *path)
{
    char text[28];
    const json_t *n = member(line, path);
    return json_is_integer(n) ? arena_strdup(s->arena, screen_number(json_integer_value(n), text)) : "";
}

static const char *grade_cell(struct session *s, const json_t *line)
{
    return told(s, line, "grade");
}

static const char *part_cell(struct session *s, const json_t *line)
{
    return arena_printf(s->arena, "%s %s", told(s, line, "part.manufacturer"), told(s, line, "part.mpn"));
}

static const char *lifecycle_cell(struct session *s, const json_t *line)
{
    return arena_printf(s->arena, "%s%s", told(s, line, "lifecycle.worst"), json_is_true(member(line, "lifecycle.disagree")) ? " ?" : "");
}

static const char *order_cell(struct session *s, const json_t *line)
{
    return told(s, line, "lastOrder");
}

static const char *ship_cell(struct session *s, const json_t *line)
{
    return told(s, line, "lastShip");
}

static const char *cover_cell(struct session *s, const json_t *line)
{
    return told(s, line, "monthsOfCover");
}

static const char *need_cell(struct session *s, const json_t *line)
{
    return grouped(s, line, "lifeOfNeed");
}

static const char *bridge_cell(struct session *s, const json_t *line)
{
    return grouped(s, line, "bridgeBuy");
}

static const char *own_cell(struct session *s, const json_t *line)
{
    return grouped(s, line, "stock.own.pieces");
}

static const char *all_cell(struct session *s, const json_t *line)
{
    return grouped(s, line, "stock.all.pieces");
}

/* "1 critical, 3 high" */
static const char *flags_cell(struct session *s, const json_t *line)
{
    static const char *const WORDS[] = {"critical", "high", "medium", "low"};
    struct text t = text_new(s->arena);
    const json_t *flags = member(line, "flags");
    for (size_t i = 0; i < LENGTH(WORDS); i++)
        if (json_object_get(flags, WORDS[i]))
            text_addf(&t, "%s%" JSON_INTEGER_FORMAT " %s", t.len ? ", " : "", json_integer_value(json_object_get(flags, WORDS[i])), WORDS[i]);
    return text_str(&t);
}

static const char *alternates_cell(struct session *s, const json_t *line)
{
    struct text t = text_new(s->arena);
    size_t i;
    const json_t *item;
    json_array_foreach(member(line, "alternates"), i, item)
    {
        const char *mpn = json_is_string(item) ? json_string_value(item) : json_string_value(json_object_get(item, "mpn"));
        text_addf(&t, "%s%s", t.len ? " " : "", screen_clean(s->arena, mpn));
    }
    return text_str(&t);
}

static const char *line_cell(struct session *s, const json_t *line)
{
    return told(s, line, "line");
}

static const char *why_cell(struct session *s, const json_t *line)
{
    return told(s, line, "why");
}

static const struct column {
    const char *title, *name; /* of the table; of the sheet */
    const char *(*cell)(struct session *s, const json_t *line);
    bool is_number, is_sheet_only;
} COLUMNS[] = {
    {"grade", "grade", grade_cell, false, false},          {"", "line", line_cell, true, true},
    {"part", "part", part_cell, false, false},             {"life cycle", "lifecycle", lifecycle_cell, false, false},
    {"last order", "lastOrder", order_cell, false, false}, {"last ship", "lastShip", ship_cell, false, false},
    {"months", "monthsOfCover", cover_cell, true, false},  {"life of need", "lifeOfNeed", need_cell, true, false},
    {"bridge", "bridgeBuy", bridge_cell, true, false},     {"clean: yours", "cleanOwn", own_cell, true, false},
    {"all", "cleanAll", all_cell, true, false},            {"open flags", "flags", flags_cell, false, false},
    {"alternates", "alternates", alternates_cell, false, false}, {"", "why", why_cell, false, true},
};

/* ---- printing ---- */

static int rank(const char *grade)
{
    static const char *const GRADES[] = {"critical", "high", "medium", "low", "info", "none"};
    int i = 0;
    while (i < (int)LENGTH(GRADES) && !text_is(grade, GRADES[i]))
        i++;
    return i;
}

struct row {
    const json_t *line;
    int rank;
    const char *cells[LENGTH(COLUMNS)];
};

static int worst_first(const void *x, const void *y)
{
    const struct row *a = x, *b = y;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    json_int_t i = json_integer_value(json_object_get(a->line, "line")), k = json_integer_value(json_object_get(b->line, "line"));
    return (i > k) - (i < k);
}

static struct row *rows_of(struct session *s, const json_t *lines, size_t *len)
{
    *len = json_array_size(lines);
    struct row *rows = ARENA_ARRAY(s->arena, struct row, *len + 1);
    for (size_t i = 0; i < *len; i++) {
        rows[i].line = json_array_get(lines, i);
        rows[i].rank = rank(told(s, rows[i].line, "grade"));
        for (size_t c = 0; c < LENGTH(COLUMNS); c++)
            rows[i].cells[c] = COLUMNS[c].cell(s, rows[i].line);
    }
    qsort(rows, *len, sizeof *rows, worst_first);
    return rows;
}

static int width_of(const char *text) /* characters */
{
    int n = 0;
    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

static void add_cell(struct text *out, const char *text, int width, bool is_number)
{
    int space = width - width_of(text);
    text_addf(out, "%*s%s%*s  ", is_number && space > 0 ? space : 0, "", text, !is_number && space > 0 ? space : 0, "");
}

static void add_table(struct session *s, struct text *out, const struct row *rows, size_t len)
{
    int width[LENGTH(COLUMNS)] = {0};
    for (size_t c = 0; c < LENGTH(COLUMNS); c++) {
        for (size_t i = 0; i < len; i++)
            width[c] = width_of(rows[i].cells[c]) > width[c] ? width_of(rows[i].cells[c]) : width[c];
        if (COLUMNS[c].is_sheet_only)
            width[c] = 0;
        else if (width[c]) /* a column that nobody fills is left out */
            width[c] = width_of(COLUMNS[c].title) > width[c] ? width_of(COLUMNS[c].title) : width[c];
    }
    text_add(out, session_ink(s, INK_BOLD));
    for (size_t c = 0; c < LENGTH(COLUMNS); c++)
        if (width[c])
            add_cell(out, COLUMNS[c].title, width[c], COLUMNS[c].is_number);
    text_addf(out, "%s\n", session_ink(s, INK_PLAIN));
    for (size_t i = 0; i < len; i++) {
        for (size_t c = 0; c < LENGTH(COLUMNS); c++) {
            if (!width[c])
                continue;
            text_add(out, c == 0 ? session_ink(s, ink_of_grade(rows[i].cells[0])) : "");
            add_cell(out, rows[i].cells[c], width[c], COLUMNS[c].is_number);
            text_add(out, c == 0 ? session_ink(s, INK_PLAIN) : "");
        }
        text_add(out, "\n");
        if (rows[i].rank <= rank("medium"))
            text_addf(out, "%*s%s%s%s\n", width[0] + 2, "", session_ink(s, INK_DIM), told(s, rows[i].line, "why"), session_ink(s, INK_PLAIN));
    }
}

static void add_summary(struct session *s, struct text *out, const struct row *rows, size_t len, const json_t *answer)
{
    static const char *const GRADES[] = {"critical", "high", "medium", "low"};
    char lines[28];
    text_addf(out, "\n%s line%s", screen_number((int64_t)len, lines), len == 1 ? "" : "s");
    for (size_t g = 0; g < LENGTH(GRADES); g++) {
        size_t n = 0;
        for (size_t i = 0; i < len; i++)
            n += rows[i].rank == (int)g;
        if (n)
            text_addf(out, ", %s%zu %s%s", session_ink(s, ink_of_grade(GRADES[g])), n, GRADES[g], session_ink(s, INK_PLAIN));
    }
    text_addf(out, "; as of %s. Clean: pieces in traced lots without flags. ?: sources disagree.\n", told(s, answer, "asOf.day"));
}

static void add_quoted(struct text *out, const char *cell)
{
    if (!strpbrk(cell, ",\"\n")) {
        text_add(out, cell);
        return;
    }
    text_add(out, "\"");
    for (; *cell; cell++)
        text_addf(out, *cell == '"' ? "\"%c" : "%c", *cell);
    text_add(out, "\"");
}

static void add_sheet(struct text *out, const struct row *rows, size_t len)
{
    for (size_t c = 0; c < LENGTH(COLUMNS); c++)
        text_addf(out, "%s%s", c ? "," : "", COLUMNS[c].name);
    text_add(out, "\n");
    for (size_t i = 0; i < len; i++) {
        for (size_t c = 0; c < LENGTH(COLUMNS); c++) {
            text_add(out, c ? "," : "");
            add_quoted(out, rows[i].cells[c]);
        }
        text_add(out, "\n");
    }
}

enum exit_status command_bom(struct session *s)
{
    CLEANUP(json_cleanup) json_t *answer = NULL;
    struct error err = {0};
    struct text body = text_new(s->arena), out = text_new(s->arena);
    const char *path = s->args.words[0];
    size_t len;
    if (!read_file(s, path, &body, &err))
        return say_error(&err);
    const struct post post = {.path = question(s), .media_type = is_json(path) ? "application/json" : "text/csv",
                              .body = text_str(&body), .len = body.len};
    enum exit_status status = session_post(s, &post, "lines", JSON_ARRAY, &answer);
    if (!answer)
        return status;
    const struct row *rows = rows_of(s, member(answer, "lines"), &len);
    if (s->args.values[OPT_CSV]) {
        add_sheet(&out, rows, len);
    } else {
        add_table(s, &out, rows, len);
        add_summary(s, &out, rows, len, answer);
    }
    fputs(text_str(&out), stdout);
    return STATUS_FINE;
}
