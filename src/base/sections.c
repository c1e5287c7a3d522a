/* sections - see the header. */
#include "pedigree/base/sections.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"

#include <string.h>

static struct section *begin(struct arena *a, struct sections *s, const char *name, int line, struct error *err)
{
    for (size_t i = 0; i < s->len; i++)
        if (strcmp(s->at[i].name, name) == 0) {
            error_set(err, ERR_INVALID, "line %d: [%.60s] is there twice", line, name);
            return NULL;
        }
    s->at = vec_grow(a, s->at, &s->cap, s->len, sizeof *s->at);
    s->at[s->len] = (struct section){.name = name};
    return &s->at[s->len++];
}

static bool take_header(struct arena *a, struct sections *s, char *row, int line, struct error *err)
{
    char *end = strchr(row, ']');
    if (!end || end[1] != '\0')
        return error_set(err, ERR_INVALID, "line %d: a section is [NAME]", line);
    *end = '\0';
    return begin(a, s, text_trim(row + 1), line, err) != NULL;
}

static bool take_setting(struct arena *a, struct sections *s, char *row, int line, struct error *err)
{
    char *sign = strchr(row, '=');
    if (!sign || sign == row)
        return error_set(err, ERR_INVALID, "line %d: not `name = value`", line);
    *sign = '\0';
    if (s->len == 0)
        return error_set(err, ERR_INVALID, "line %d: %.60s stands in no [section]", line, text_trim(row));
    struct section *of = &s->at[s->len - 1];
    of->settings = vec_grow(a, of->settings, &of->cap, of->len, sizeof *of->settings);
    of->settings[of->len++] = (struct setting){text_trim(row), text_trim(sign + 1), line};
    return true;
}

bool sections_parse(struct arena *a, const char *text, struct sections *out, struct error *err)
{
    struct sections found = {0};
    char *left = arena_strdup(a, text);
    int line = 0;
    for (char *row; (row = strsep(&left, "\n"));) {
        row = text_trim(row);
        line++;
        if (!*row || *row == '#' || *row == ';')
            continue;
        if (!(*row == '[' ? take_header(a, &found, row, line, err) : take_setting(a, &found, row, line, err)))
            return false;
    }
    *out = found;
    return true;
}
