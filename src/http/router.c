/* router - see the header.  Patterns are matched as they stand: a table of some fifty
 * rows costs a microsecond to walk, less than decoding does. */
#include "router.h"

#include "pedigree/http/http.h"

#include "pedigree/base/cleanup.h"

#include <string.h>

static const char *const SCOPES[SCOPE_COUNT] = {"public", "submit", "read", "quality",
                                                "operator"};

const char *scope_word(enum scope s)
{
    return SCOPES[s];
}

/* ---- decoding ---- */

static int hex_digit(char c)
{
    static const char DIGITS[] = "0123456789abcdefABCDEF";
    const char *at = c ? strchr(DIGITS, c) : NULL;
    if (!at)
        return -1;
    int i = (int)(at - DIGITS);
    return i < 16 ? i : i - 6;
}

/* One character of `at` into *c: how many bytes it took, 0 if the escape is bad. */
static size_t decode_one(const char *at, size_t n, bool plus_is_space, char *c)
{
    if (*at != '%') {
        *c = plus_is_space && *at == '+' ? ' ' : *at;
        return 1;
    }
    int high = n > 2 ? hex_digit(at[1]) : -1, low = n > 2 ? hex_digit(at[2]) : -1;
    if (high < 0 || low < 0)
        return 0;
    *c = (char)(high * 16 + low);
    return *c ? 3 : 0;
}

/* NULL: it cannot be decoded. */
static char *decode(struct arena *a, const char *at, size_t n, bool plus_is_space)
{
    char *out = arena_alloc(a, n + 1);
    size_t len = 0;
    for (size_t i = 0; i < n;) {
        size_t took = decode_one(at + i, n - i, plus_is_space, &out[len]);
        if (took == 0)
            return NULL;
        i += took;
        len++;
    }
    return text_is_utf8(out, len) ? out : NULL;
}

void uri_split(struct arena *a, const char *uri, const char **path, const char **query)
{
    static const char SCHEME[] = "http://";
    if (strncmp(uri, SCHEME, sizeof SCHEME - 1) == 0) {
        uri += sizeof SCHEME - 1;
        uri += strcspn(uri, "/?");
    }
    size_t len = strcspn(uri, "?");
    *path = len > 0 ? arena_strndup(a, uri, len) : "/";
    *query = uri[len] == '?' ? arena_strdup(a, uri + len + 1) : "";
}

static bool parse_query(struct arena *a, const char *query, struct routing *out,
                        struct error *err)
{
    VEC(struct named) found = {0};
    for (const char *at = query; *at;) {
        size_t len = strcspn(at, "&"), name_len = strcspn(at, "&=");
        size_t value_at = name_len < len ? name_len + 1 : len;
        struct named pair = {decode(a, at, name_len, true),
                             decode(a, at + value_at, len - value_at, true)};
        if (!pair.name || !pair.value)
            return error_at(
                err, ERR_MALFORMED, pair.name ? pair.name : "",
                "the query holds a %%-escape that is broken, NUL or not UTF-8");
        if (len > 0)
            *vec_push(a, &found) = pair;
        at += len + (at[len] == '&');
    }
    out->query = found.at;
    out->query_len = found.len;
    return true;
}

/* ---- matching ---- */

/* One raw segment against one of the pattern, both without slashes. */
struct segment {
    const char *at;
    size_t len;
};

static struct segment segment_at(const char *at)
{
    return (struct segment){at, strcspn(at, "/")};
}

static bool is_parameter(struct segment s)
{
    return s.len > 2 && s.at[0] == '{' && s.at[s.len - 1] == '}';
}

static bool is_rest(struct segment s)
{
    return is_parameter(s) && s.len > 5 && memcmp(s.at + s.len - 4, "...", 3) == 0;
}

/* Raw values go into out->parameters only as pointers into the path; names into the
 * pattern. */
struct match {
    struct segment names[PARAMETERS_MAX], values[PARAMETERS_MAX];
    size_t len;
};

static bool take(struct match *m, struct segment name, struct segment value)
{
    if (value.len == 0 || m->len == PARAMETERS_MAX)
        return false;
    size_t dots = is_rest(name) ? 3 : 0;
    m->names[m->len] = (struct segment){name.at + 1, name.len - 2 - dots};
    m->values[m->len++] = value;
    return true;
}

/* A literal segment: the path may spell it with escapes nobody needs; those are not
 * equal. */
static bool is_match(const char *pattern, const char *path, struct match *m)
{
    m->len = 0;
    while (*pattern == '/' && *path == '/') {
        struct segment want = segment_at(++pattern), got = segment_at(++path);
        if (is_rest(want))
            return take(m, want, (struct segment){path, strlen(path)});
        bool fits = is_parameter(want)
                        ? take(m, want, got)
                        : want.len == got.len && memcmp(want.at, got.at, got.len) == 0;
        if (!fits)
            return false;
        pattern += want.len;
        path += got.len;
    }
    return *pattern == '\0' && *path == '\0';
}

static bool keep_parameters(struct arena *a, const struct match *m, struct routing *out,
                            struct error *err)
{
    for (size_t i = 0; i < m->len; i++) {
        const char *name = arena_strndup(a, m->names[i].at, m->names[i].len);
        const char *value = decode(a, m->values[i].at, m->values[i].len, false);
        if (!value)
            return error_at(
                err, ERR_MALFORMED, name,
                "the path holds a %%-escape that is broken, NUL or not UTF-8");
        out->parameters[i] = (struct named){name, value};
    }
    out->parameters_len = m->len;
    return true;
}

/* Each method once; GET brings HEAD. */
static void add_method(struct text *allow, const char *method)
{
    if (allow->len > 0 && strstr(text_str(allow), method))
        return;
    text_addf(allow, "%s%s%s", allow->len > 0 ? ", " : "", method,
              strcmp(method, "GET") == 0 ? ", HEAD" : "");
}

bool routing_find(struct arena *a, const struct route *routes, size_t n,
                  const char *method, const char *path, const char *query,
                  struct routing *out, struct error *err)
{
    const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
    struct text allow = text_new(a);
    struct match m;
    for (size_t i = 0; i < n; i++) {
        if (!is_match(routes[i].pattern, path, &m))
            continue;
        if (strcmp(routes[i].method, wanted) == 0) {
            out->route = &routes[i];
            return keep_parameters(a, &m, out, err) && parse_query(a, query, out, err);
        }
        add_method(&allow, routes[i].method);
    }
    if (allow.len == 0)
        return error_set(err, ERR_NOT_FOUND, "no such path; /openapi.json lists them");
    add_method(&allow, "OPTIONS");
    out->allow = text_str(&allow);
    return error_set(err, ERR_METHOD, "%.20s is not possible here; use one of %s", method,
                     out->allow);
}

void routes_dump(const struct route *routes, size_t n, struct text *out)
{
    for (size_t i = 0; i < n; i++)
        text_addf(out, "%s %s %s: %s\n", routes[i].method, routes[i].pattern,
                  scope_word(routes[i].scope), routes[i].sentence);
}
