/* identify - see the header. */
#include "identify.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

const char *identify_id(const char *file_hash, int64_t line,
                        char id[static IDENTIFY_ID_MAX + 1])
{
    snprintf(id, IDENTIFY_ID_MAX + 1, "sha256:%.64s/%" PRId64, file_hash, line);
    return id;
}

/* Where a scan of the text stands: strings are skipped, depth is counted. */
struct scan {
    int depth;
    bool in_string, is_escaped, expects_name;
    const char *string;     /* where the one we are in began, at its quote */
    bool is_name;           /* it is a member's name of the outermost object */
    bool has_id, has_break; /* found: "id" or "signature"; a raw line break in a string */
    const char *inside;     /* behind the first brace; NULL: no object */
    bool has_members;
};

/* Whether a quoted name reads id, or signature, which would not be one any more if an id was added; with escapes it may be spelt otherwise ("\u0069d"). */
static bool is_id(const char *quoted, size_t len)
{
    if (!memchr(quoted, '\\', len))
        return (len == 4 && memcmp(quoted, "\"id\"", 4) == 0) || (len == 11 && memcmp(quoted, "\"signature\"", 11) == 0);
    json_t *name = json_loadb(quoted, len, JSON_DECODE_ANY, NULL);
    const char *said = json_string_value(name);
    bool is = said && (strcmp(said, "id") == 0 || strcmp(said, "signature") == 0);
    json_decref(name);
    return is;
}

static void scan_in_string(struct scan *s, const char *at)
{
    if (*at == '\n' || *at == '\r')
        s->has_break = true;
    if (s->is_escaped) {
        s->is_escaped = false;
    } else if (*at == '\\') {
        s->is_escaped = true;
    } else if (*at == '"') {
        s->in_string = false;
        if (s->is_name && is_id(s->string, (size_t)(at - s->string) + 1))
            s->has_id = true;
    }
}

static void scan_structure(struct scan *s, const char *at)
{
    if (strchr(" \t\r\n", *at))
        return;
    bool opens = *at == '{' || *at == '[', closes = *at == '}' || *at == ']';
    if (s->depth == 1 && !closes)
        s->has_members = true;
    if (s->depth == 0 && *at == '{' && !s->inside) {
        s->inside = at + 1;
        s->expects_name = true;
    }
    if (*at == '"') {
        s->in_string = true;
        s->string = at;
        s->is_name = s->depth == 1 && s->expects_name;
    }
    if (s->depth == 1)
        s->expects_name = *at == ',';
    s->depth += opens - closes;
}

static struct scan scan_record(const char *json, size_t len)
{
    struct scan s = {0};
    for (size_t i = 0; i < len; i++) {
        if (json[i] == '\0')
            break;
        if (s.in_string)
            scan_in_string(&s, json + i);
        else
            scan_structure(&s, json + i);
    }
    return s;
}

/* As one line: outside of strings, where alone they are now, line breaks are mere space.
 */
static void add_flat(struct text *out, const char *json, size_t len)
{
    for (size_t i = 0; i < len;) {
        size_t n = 0;
        while (i + n < len && json[i + n] != '\n' && json[i + n] != '\r')
            n++;
        text_add_n(out, json + i, n);
        i += n;
        if (i < len)
            text_add_n(out, " ", 1);
        i += i < len;
    }
}

bool identify_add(struct text *out, const char *json, size_t len, const char *id,
                  struct error *err)
{
    struct scan s = scan_record(json, len);
    if (s.has_break)
        return error_set(err, ERR_INVALID, "a line break inside a string: write it \\n");
    const char *rest = json;
    if (s.inside && !s.has_id) {
        add_flat(out, json, (size_t)(s.inside - json));
        text_add(out, "\"id\":");
        text_json(out, id);
        if (s.has_members)
            text_add(out, ",");
        rest = s.inside;
    }
    add_flat(out, rest, len - (size_t)(rest - json));
    text_add(out, "\n");
    return true;
}
