/* fields - reading answers of the server; all text that leaves here is clean for a
 * terminal. */
#include "session.h"

#include <string.h>

const json_t *member(const json_t *json, const char *path)
{
    for (const char *at = path; json && *at;) {
        size_t len = strcspn(at, ".");
        json = json_object_getn(json, at, len);
        at += len + (at[len] == '.');
    }
    return json_is_null(json) ? NULL : json;
}

static const char *scalar(struct arena *a, const json_t *json)
{
    if (json_is_string(json))
        return screen_clean(a, json_string_value(json));
    if (json_is_integer(json))
        return arena_printf(a, "%" JSON_INTEGER_FORMAT, json_integer_value(json));
    if (json_is_real(json))
        return arena_printf(a, "%g", json_real_value(json));
    return json_is_boolean(json) ? json_is_true(json) ? "yes" : "no" : NULL;
}

const char *field(struct arena *a, const json_t *json, const char *path)
{
    return scalar(a, member(json, path));
}

const char *lot_name(struct arena *a, const json_t *json)
{
    const json_t *lot = json_is_object(member(json, "lot")) ? member(json, "lot") : json;
    const char *organisation = field(a, lot, "organisation"),
               *code = field(a, lot, "code");
    if (!organisation)
        return "?";
    return code ? arena_printf(a, "%s %s", organisation, code) : organisation;
}

const char *part_text(struct arena *a, const json_t *json)
{
    const char *maker = field(a, json, "part.manufacturer"),
               *mpn = field(a, json, "part.mpn");
    if (!mpn)
        return maker ? maker : "";
    return maker ? arena_printf(a, "%s %s", maker, mpn) : mpn;
}

/* Scalars of a list on one line; NULL if it holds anything else. */
static const char *inline_list(struct arena *a, const json_t *list)
{
    struct text out = text_new(a);
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        const char *s = scalar(a, item);
        if (!s)
            return NULL;
        text_addf(&out, "%s%s", i ? ", " : "", s);
    }
    return json_array_size(list) > 0 ? text_str(&out) : "-";
}

static const char *inline_value(struct arena *a, const json_t *value)
{
    return json_is_array(value) ? inline_list(a, value) : scalar(a, value);
}

static bool is_empty(const json_t *value)
{
    return json_is_null(value) ||
           (json_is_object(value) && json_object_size(value) == 0) ||
           (json_is_array(value) && json_array_size(value) == 0);
}

static void add_members(struct text *out, const json_t *json, int indent)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)json, name, value)
    {
        const char *line = inline_value(out->arena, value);
        if (is_empty(value))
            continue;
        text_addf(out, "%*s%s", indent, "", screen_clean(out->arena, name));
        if (line) {
            int pad = 14 - (int)strlen(name);
            text_addf(out, "%*s%s\n", pad > 1 ? pad : 2, "", line);
        } else {
            text_add(out, "\n");
            outline_add(out, value, indent + 2);
        }
    }
}

void outline_add(struct text *out, const json_t *json, int indent)
{
    size_t i;
    json_t *item;
    if (json_is_object(json)) {
        add_members(out, json, indent);
        return;
    }
    if (!json_is_array(json)) {
        const char *s = scalar(out->arena, json);
        text_addf(out, "%*s%s\n", indent, "", s ? s : "-");
        return;
    }
    json_array_foreach(json, i, item)
    {
        size_t from = out->len;
        outline_add(out, item, indent + 2);
        if (out->len > from + (size_t)indent)
            out->at[from + (size_t)indent] = '-';
    }
}

void flag_add(struct text *out, bool has_colour, const json_t *flag, bool has_lot)
{
    struct arena *a = out->arena;
    const char *severity = field(a, flag, "severity"),
               *subject = field(a, flag, "subject");
    const char *state = field(a, flag, "state"), *title = field(a, flag, "title");
    const char *message = field(a, flag, "message"), *since = field(a, flag, "since");
    text_addf(out, "%s%-8s%s  %s%s%s", ink(has_colour, ink_of_grade(severity)),
              severity ? severity : "?", ink(has_colour, INK_PLAIN),
              ink(has_colour, INK_BOLD),
              field(a, flag, "rule") ? field(a, flag, "rule") : "?",
              ink(has_colour, INK_PLAIN));
    if (has_lot)
        text_addf(out, "  %s", lot_name(a, flag));
    if (subject && *subject)
        text_addf(out, "  %s", subject);
    if (state && strcmp(state, "open") != 0)
        text_addf(out, "  (%s: a late record may still explain it)", state);
    text_addf(out, "\n          %s\n", message ? message : "");
    text_addf(out, "          %sshould hold: %s", ink(has_colour, INK_DIM),
              title ? title : "?");
    if (since)
        text_addf(out, "; since record %s", since);
    text_addf(out, "%s\n", ink(has_colour, INK_PLAIN));
}
