/*
 * label - pedigree label: what the 2D code on a package says, field by field; needs no server.
 *
 * A payload comes as an argument with escapes, or in a file, one a line; either may be base64.
 */
#include "session.h"

#include "pedigree/base/base64.h"
#include "pedigree/base/clock.h"
#include "pedigree/codec/label.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CODE_POINT_LEN = 4, BYTE_LEN = 2 };

struct showing {
    struct session *session;
    int32_t today;
    size_t shown, troubled;
};

/* ---- payloads ---- */

static void add_code_point(struct text *t, unsigned c)
{
    if (c < 0x80) {
        text_add_c(t, (char)c);
    } else if (c < 0x800) {
        text_add_c(t, (char)(0xc0 | c >> 6));
        text_add_c(t, (char)(0x80 | (c & 0x3f)));
    } else {
        text_add_c(t, (char)(0xe0 | c >> 12));
        text_add_c(t, (char)(0x80 | (c >> 6 & 0x3f)));
        text_add_c(t, (char)(0x80 | (c & 0x3f)));
    }
}

/* So many hex digits at *s, which moves behind them. */
static bool read_hex(const char **s, size_t digits, unsigned *out)
{
    char hex[CODE_POINT_LEN + 1] = "";
    snprintf(hex, digits + 1, "%s", *s);
    if (strspn(hex, "0123456789abcdefABCDEF") != digits)
        return false;
    *out = (unsigned)strtoul(hex, NULL, 16);
    *s += digits;
    return true;
}

/* Behind a backslash: \x1d, \u001d, \035, \\, \t, \r, \n; *s moves behind it. */
static bool add_escape(struct text *t, const char **s)
{
    static const char LETTERS[] = "\\trn", MEANT[] = "\\\t\r\n";
    unsigned c = 0;
    char kind = *(*s)++;
    const char *letter = kind ? strchr(LETTERS, kind) : NULL;
    if (letter) {
        text_add_c(t, MEANT[letter - LETTERS]);
        return true;
    }
    if (kind >= '0' && kind <= '3') {
        char octal[4] = "";
        snprintf(octal, sizeof octal, "%s", --*s);
        size_t n = strspn(octal, "01234567");
        octal[n] = '\0';
        *s += n;
        c = (unsigned)strtoul(octal, NULL, 8);
    } else if (!(kind == 'x' && read_hex(s, BYTE_LEN, &c)) && !(kind == 'u' && read_hex(s, CODE_POINT_LEN, &c))) {
        return false;
    }
    if (c == 0)
        return false;
    if (kind == 'u')
        add_code_point(t, c);
    else
        text_add_c(t, (char)c);
    return true;
}

static bool without_escapes(struct arena *a, const char *word, struct span *out, struct error *err)
{
    struct text t = text_new(a);
    for (const char *s = word; *s;) {
        const char *from = s;
        if (*s++ != '\\')
            text_add_n(&t, from, 1);
        else if (!add_escape(&t, &s))
            return error_at(err, ERR_INVALID, "label", "\"%.20s\" is no escape; \\x1d, \\u001d, \\035, \\\\ would be", from);
    }
    *out = (struct span){text_str(&t), t.len};
    return true;
}

/* As a text: what a label may be. */
static bool is_text(struct arena *a, struct span bytes, const char **out, struct error *err)
{
    if (memchr(bytes.at, '\0', bytes.len))
        return error_at(err, ERR_INVALID, "label", "holds a zero byte; no label does");
    if (!text_is_utf8(bytes.at, bytes.len))
        return error_at(err, ERR_INVALID, "label", "is not UTF-8");
    *out = arena_strndup(a, bytes.at, bytes.len);
    return true;
}

static bool payload_of(struct showing *s, struct span given, bool has_escapes, const char **out, struct error *err)
{
    struct arena *a = s->session->arena;
    struct span bytes = given;
    if (s->session->args.values[OPT_BASE64]) {
        if (!base64_decode(a, given.at, given.len, &bytes))
            return error_at(err, ERR_INVALID, "label", "is no base64, with its padding");
    } else if (has_escapes && !without_escapes(a, given.at, &bytes, err)) {
        return false;
    }
    return is_text(a, bytes, out, err);
}

/* ---- as JSON ---- */

static json_t *days_json(const struct date_code *dc)
{
    json_t *list = json_array();
    char first[11], last[11];
    for (size_t i = 0; i < dc->candidates_len; i++)
        json_array_append_new(list, json_pack("{s:s, s:s}", "first", day_text(dc->candidates[i].first, first),
                                              "last", day_text(dc->candidates[i].last, last)));
    return list;
}

static bool is_dated(const struct label_field *f)
{
    return f->item == LABEL_DATE || f->item == LABEL_DAY || f->item == LABEL_EXPIRY;
}

static json_t *field_json(const struct showing *s, const struct label_field *f)
{
    json_t *o = json_pack("{s:s, s:s, s:s}", "identifier", f->identifier, "value", f->value, "meaning", f->meaning);
    struct date_code dc = is_dated(f) ? label_date(f, s->today) : (struct date_code){0};
    int64_t nth, of;
    if (is_dated(f))
        json_object_set_new(o, "days", days_json(&dc));
    if (dc.not_traceable)
        json_object_set_new(o, "notTraceable", json_true());
    if (f->item == LABEL_QUANTITY && label_pieces(f) >= 0)
        json_object_set_new(o, "pieces", json_integer(label_pieces(f)));
    if (f->item == LABEL_OF_PACKAGES && label_of_packages(f, &nth, &of))
        json_object_set_new(o, "package", json_pack("{s:I, s:I}", "number", (json_int_t)nth, "of", (json_int_t)of));
    return o;
}

static json_t *deviations_json(const struct label *l)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < LABEL_DEVIATIONS; i++)
        if (l->deviations & 1U << i)
            json_array_append_new(list, json_string(label_deviation_words(1U << i)));
    return list;
}

static void print_json(const struct showing *s, const struct label *l)
{
    json_t *fields = json_array();
    for (size_t i = 0; i < l->fields_len; i++)
        json_array_append_new(fields, field_json(s, &l->fields[i]));
    CLEANUP(json_cleanup) json_t *o = json_pack("{s:s, s:s*, s:o, s:o}", "form", label_form_word(l->form), "trouble",
                                                l->trouble, "deviations", deviations_json(l), "fields", fields);
    json_dumpf(o, stdout, JSON_COMPACT);
    putchar('\n');
}

/* ---- as a table ---- */

static void add_days(struct text *out, const struct date_code *dc)
{
    char first[11], last[11];
    for (size_t i = 0; i < dc->candidates_len; i++) {
        const struct day_span *d = &dc->candidates[i];
        text_addf(out, "%s%s", i ? " or " : "", day_text(d->first, first));
        if (d->last != d->first)
            text_addf(out, " to %s", day_text(d->last, last));
    }
    if (dc->not_traceable)
        text_add(out, "not traceable");
    else if (!dc->parsed)
        text_add(out, "no date of a known form");
}

/* What the value comes to, where it does not say so itself. */
static const char *reading_of(const struct showing *s, const struct label_field *f)
{
    struct text t = text_new(s->session->arena);
    struct date_code dc = {0};
    if (is_dated(f)) {
        dc = label_date(f, s->today);
        add_days(&t, &dc);
    } else if (f->item == LABEL_QUANTITY && label_pieces(f) < 0) {
        text_add(&t, "no whole number of pieces");
    }
    return text_str(&t);
}

static void print_table(const struct showing *s, const struct label *l)
{
    const struct session *session = s->session;
    struct text head = text_new(session->arena);
    text_add(&head, label_form_word(l->form));
    for (unsigned i = 0, n = 0; i < LABEL_DEVIATIONS; i++)
        if (l->deviations & 1U << i)
            text_addf(&head, "%s %s", n++ ? "," : ":", label_deviation_words(1U << i));
    printf("%s%s%s%s\n", s->shown ? "\n" : "", session_ink(session, INK_BOLD), text_str(&head), session_ink(session, INK_PLAIN));
    for (size_t i = 0; i < l->fields_len; i++) {
        const struct label_field *f = &l->fields[i];
        const char *reading = reading_of(s, f);
        printf("%-4s %-28s %s%s%s\n", screen_clean(session->arena, f->identifier), f->meaning,
               screen_clean(session->arena, f->value), *reading ? "   " : "", reading);
    }
    if (l->trouble)
        printf("no field can be told: %s\n", l->trouble);
}

/* ---- all of them ---- */

static bool show(struct showing *s, struct span given, bool has_escapes, struct error *err)
{
    const char *payload = NULL;
    if (!payload_of(s, given, has_escapes, &payload, err))
        return false;
    struct label l = label_decode(s->session->arena, payload);
    if (s->session->args.values[OPT_JSON_LINES])
        print_json(s, &l);
    else
        print_table(s, &l);
    s->shown++;
    s->troubled += l.trouble != NULL;
    return true;
}

static void close_stream(FILE *const *f)
{
    if (*f && *f != stdin)
        fclose(*f);
}

static void free_line(char *const *line)
{
    free(*line);
}

/* One a line. */
static bool show_file(struct showing *s, const char *path, struct error *err)
{
    CLEANUP(close_stream) FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    CLEANUP(free_line) char *line = NULL;
    size_t cap = 0, number = 0;
    ssize_t n = -1;
    bool ok = true;
    while (ok && f && (n = getline(&line, &cap, f)) >= 0) {
        struct error why = {0};
        number++;
        while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
            line[--n] = '\0';
        ok = n == 0 || show(s, (struct span){line, (size_t)n}, false, &why);
        if (!ok)
            error_at(err, ERR_INVALID, arena_printf(s->session->arena, "%s:%zu", path, number), "%s", why.detail);
    }
    if (!f || ferror(f))
        return error_at(err, ERR_INVALID, path, "cannot be read: %s", strerror(errno));
    return ok;
}

static bool show_all(struct showing *s, struct error *err)
{
    const struct args *args = &s->session->args;
    const char *file = args->values[OPT_FILE];
    size_t from = args->words_len > 0 && strcmp(args->words[0], "decode") == 0 ? 1 : 0;
    if (args->words_len == from && !file)
        return error_at(err, ERR_INVALID, "label", "is missing: its payload, or --file FILE (- is standard input)");
    for (size_t i = from; i < args->words_len; i++)
        if (!show(s, (struct span){args->words[i], strlen(args->words[i])}, true, err))
            return false;
    return !file || show_file(s, file, err);
}

enum exit_status command_label(struct session *session)
{
    struct showing s = {.session = session, .today = day_of_us(clock_now_us())};
    struct error err = {0};
    if (!show_all(&s, &err))
        return say_error(&err);
    return s.troubled > 0 ? STATUS_REFUSED : STATUS_FINE;
}
