/*
 * columns - see the header.  The list is made of the schema table before main() runs and
 * never changes after.
 */
#include "columns.h"

#include "schema.h"

#include "pedigree/base/text.h"

#include <string.h>

static struct arena names_arena;
static VEC(const char *) names;

static void add_name(const char *name)
{
    for (size_t i = 0; i < names.len; i++)
        if (strcmp(names.at[i], name) == 0)
            return;
    *vec_push(&names_arena, &names) = arena_strdup(&names_arena, name);
}

static void add_names(const char *prefix, const struct member *list, size_t len,
                      int depth)
{
    for (size_t i = 0; i < len && depth < COLUMN_DEPTH; i++) {
        const struct object *o = member_object(&list[i]);
        const char *name = arena_printf(&names_arena, "%s%s", prefix, list[i].name);
        if (!o || o->shorthand || o->any_text)
            add_name(name);
        if (o)
            add_names(arena_printf(&names_arena, "%s.", name), o->members, o->len,
                      depth + 1);
    }
}

__attribute__((constructor)) static void make_names(void)
{
    arena_init(&names_arena, 0);
    add_names("", COMMON.members, 3, 0); /* type, time, id come first */
    for (int t = 0; t < REC_COUNT; t++)
        add_names("", type_schema((enum record_type)t)->members,
                  type_schema((enum record_type)t)->len, 0);
    add_names("", COMMON.members, COMMON.len, 0);
}

const char *const *csv_columns(size_t *len)
{
    *len = names.len;
    return names.at;
}

bool column_is_known(const char *name)
{
    if (strncmp(name, "extensions.", 11) == 0 || strncmp(name, "parameters.", 11) == 0)
        return name[11] != '\0';
    for (size_t i = 0; i < names.len; i++)
        if (strcmp(names.at[i], name) == 0)
            return true;
    return false;
}

const char *column_nearest(const char *name)
{
    return text_nearest(name, names.at, names.len);
}
