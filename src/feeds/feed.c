/* feed - see the header; SETTINGS is all that a section may hold. */
#include "feed.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/sections.h"
#include "pedigree/model/party.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 1024 * 1024, NAME_MAX_BYTES = 60, FEEDS_MAX = 200 };
#define SECOND INT64_C(1000000)

enum how { AS_TEXT, AS_SPAN, AS_BYTES, AS_PROFILE, AS_FORMAT, AS_PARTY, AS_HEADER };
struct row {
    const char *name;
    enum how how;
    size_t at;
    int64_t least, most; /* spans: seconds; bytes */
};
#define AT(m) offsetof(struct feed, m)
/* clang-format off */
static const struct row SETTINGS[] = {
    {"url",          AS_TEXT,    AT(url),          0, 0},
    {"folder",       AS_TEXT,    AT(folder),       0, 0},
    {"profile",      AS_PROFILE, AT(profile),      0, 0},
    {"format",       AS_FORMAT,  AT(format),       0, 0},
    {"item",         AS_TEXT,    AT(item),         0, 0},
    {"as",           AS_PARTY,   AT(as),           0, 0},
    {"manufacturer", AS_TEXT,    AT(manufacturer), 0, 0},
    {"source",       AS_TEXT,    AT(source),       0, 0},
    {"complete",     AS_TEXT,    AT(complete),     0, 0},
    {"every",        AS_SPAN,    AT(every_us),     1, 366L * 86400},
    {"timeout",      AS_SPAN,    AT(timeout_us),   1, 86400},
    {"quiet",        AS_SPAN,    AT(quiet_us),     1, 3660L * 86400},
    {"stale",        AS_SPAN,    AT(stale_us),     1, 3660L * 86400},
    {"max",          AS_BYTES,   AT(max_bytes),    1024, 512L * 1024 * 1024},
    {"header",       AS_HEADER,  AT(headers),      0, 0},
};
/* clang-format on */

static bool wrong(struct error *err, const struct section *s, const struct setting *set, const char *why)
{
    return error_set(err, ERR_INVALID, "line %d: [%.60s] %.40s: %.250s", set->line, s->name, set->name, why);
}

/* "90", "15m", "6h", "30d" or "64M": a whole number and its unit. */
static bool number(const char *text, const char *units, const int64_t *factors, int64_t *out)
{
    char *end;
    errno = 0;
    long long n = strtoll(text, &end, 10);
    const char *unit = *end ? strchr(units, *end) : NULL;
    if (end == text || n < 0 || errno || (*end && (!unit || end[1])))
        return false;
    return !__builtin_mul_overflow((int64_t)n, unit ? factors[unit - units] : 1, out);
}

static bool take_number(struct arena *a, const struct section *s, const struct setting *set, const struct row *row, void *to,
                        struct error *err)
{
    static const int64_t SPANS[] = {1, 60, 3600, 86400}, SIZES[] = {1L << 10, 1L << 20, 1L << 30};
    bool is_span = row->how == AS_SPAN;
    int64_t n;
    if (!(is_span ? number(set->value, "smhd", SPANS, &n) : number(set->value, "KMG", SIZES, &n)))
        return wrong(err, s, set, is_span ? "write a time as 90s, 15m, 6h or 30d" : "write a size as 500K or 64M");
    if (n < row->least || n > row->most)
        return wrong(err, s, set, arena_printf(a, "at least %lld, at most %lld %s", (long long)row->least, (long long)row->most,
                                               is_span ? "seconds" : "bytes"));
    *(int64_t *)to = is_span ? n * SECOND : n;
    return true;
}

static bool take_profile(struct arena *a, const struct section *s, const struct setting *set, const struct profile **to,
                         struct error *err)
{
    struct text known = text_new(a);
    for (size_t i = 0; profile_at(i); i++)
        text_addf(&known, " %s", profile_name(profile_at(i)));
    *to = profile_find(set->value);
    return *to || wrong(err, s, set, arena_printf(a, "is none of%s", text_str(&known)));
}

static bool take_party(struct arena *a, const struct section *s, const struct setting *set, const char **to, struct error *err)
{
    const char *why = "";
    if (!party_is_valid(set->value, &why))
        return wrong(err, s, set, arena_printf(a, "is no organisation: write scheme:value, say cage:1ABC5 (%s)", why ? why : ""));
    *to = party_normal(a, set->value);
    return true;
}

static bool take_header(struct arena *a, const struct section *s, const struct setting *set, struct feed *f, struct error *err)
{
    size_t cap = f->headers_len;
    if (!strchr(set->value, ':') || strpbrk(set->value, "\r\n"))
        return wrong(err, s, set, "write a header as Name: value");
    f->headers = vec_grow(a, f->headers, &cap, f->headers_len, sizeof *f->headers);
    f->headers[f->headers_len++] = set->value;
    return true;
}

static const struct row *row_of(const char *name)
{
    for (size_t i = 0; i < LENGTH(SETTINGS); i++)
        if (strcmp(SETTINGS[i].name, name) == 0)
            return &SETTINGS[i];
    return NULL;
}

static bool unknown(struct arena *a, const struct section *s, const struct setting *set, struct error *err)
{
    const char *names[LENGTH(SETTINGS)];
    for (size_t i = 0; i < LENGTH(SETTINGS); i++)
        names[i] = SETTINGS[i].name;
    const char *near = text_nearest(set->name, names, LENGTH(names));
    return wrong(err, s, set, arena_printf(a, "is not known%s%s", near ? "; did you mean " : "", near ? near : ""));
}

static bool take_setting(struct arena *a, const struct section *s, const struct setting *set, struct feed *f, struct error *err)
{
    const struct row *row = row_of(set->name);
    if (!row)
        return unknown(a, s, set, err);
    if (!*set->value)
        return wrong(err, s, set, "has no value");
    void *to = (char *)f + row->at;
    switch (row->how) {
    case AS_SPAN:
    case AS_BYTES:
        return take_number(a, s, set, row, to, err);
    case AS_PROFILE:
        return take_profile(a, s, set, to, err);
    case AS_FORMAT:
        f->has_format = true;
        return item_format_of(set->value, to) || wrong(err, s, set, "is none of json ndjson csv xml");
    case AS_PARTY:
        return take_party(a, s, set, to, err);
    case AS_HEADER:
        return take_header(a, s, set, f, err);
    case AS_TEXT:
        break;
    }
    *(const char **)to = set->value;
    return true;
}

static bool is_url(const char *s)
{
    return strncmp(s, "http://", 7) == 0 || strncmp(s, "https://", 8) == 0;
}

static bool is_name(const char *s)
{
    return *s && strlen(s) <= NAME_MAX_BYTES && s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")] == '\0';
}

static bool is_whole(const struct section *s, const struct feed *f, struct error *err)
{
    const char *why = !is_name(s->name)               ? "a name has letters, digits, dots, dashes, 60 at most"
                      : !f->url && !f->folder         ? "url or folder is missing"
                      : f->url && f->folder           ? "has a url and a folder: make it two"
                      : f->url && !is_url(f->url)     ? "url begins with http:// or https://"
                      : f->folder && *f->folder != '/' ? "folder is an absolute path"
                      : !f->profile                   ? "profile is missing"
                      : !f->as                        ? "as is missing: the organisation that submits the records"
                                                      : NULL;
    return !why || error_set(err, ERR_INVALID, "[%.60s] %s", s->name, why);
}

static bool take_section(struct arena *a, const struct section *s, struct feed *f, struct error *err)
{
    *f = (struct feed){.name = s->name, .source = s->name, .every_us = 6 * 3600L * SECOND, .timeout_us = 60L * SECOND,
                       .max_bytes = 64L * 1024 * 1024};
    for (size_t i = 0; i < s->len; i++) {
        bool is_list = strcmp(s->settings[i].name, "header") == 0;
        for (size_t k = 0; k < i && !is_list; k++)
            if (strcmp(s->settings[k].name, s->settings[i].name) == 0)
                return wrong(err, s, &s->settings[i], "is set twice");
        if (!take_setting(a, s, &s->settings[i], f, err))
            return false;
    }
    if (!f->quiet_us) /* a folder may be empty for long */
        f->quiet_us = 3 * f->every_us > 3600 * SECOND ? 3 * f->every_us : 3600 * SECOND;
    return is_whole(s, f, err);
}

bool feeds_file_parse(struct arena *a, const char *text, struct feeds_file *out, struct error *err)
{
    struct sections s;
    struct feeds_file found = {0};
    if (!sections_parse(a, text, &s, err))
        return false;
    if (s.len > FEEDS_MAX)
        return error_set(err, ERR_INVALID, "there are %zu feeds; at most %d", s.len, FEEDS_MAX);
    found.at = ARENA_ARRAY(a, struct feed, s.len + 1);
    for (; found.len < s.len; found.len++)
        if (!take_section(a, &s.at[found.len], &found.at[found.len], err))
            return false;
    *out = found;
    return true;
}

bool feeds_file_read(struct arena *a, const char *path, struct feeds_file *out, struct error *err)
{
    struct error why = {0};
    char *text = arena_alloc(a, FILE_MAX + 1);
    FILE *f = fopen(path, "re");
    size_t len = f ? fread(text, 1, FILE_MAX, f) : 0;
    bool is_read = f && !ferror(f) && len < FILE_MAX;
    int code = errno;
    if (f)
        fclose(f);
    if (!is_read)
        return error_at(err, ERR_INVALID, "feeds", "cannot read %.200s: %s", path, len == FILE_MAX ? "it is too long" : strerror(code));
    if (strlen(text) != len)
        error_set(&why, ERR_INVALID, "there is a NUL in it");
    return (why.code == ERR_OK && feeds_file_parse(a, text, out, &why)) ||
           error_at(err, ERR_INVALID, "feeds", "%.120s: %.250s", path, why.detail);
}

const char *feed_place(const struct feed *f)
{
    return f->url ? f->url : f->folder;
}
