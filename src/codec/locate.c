/*
 * locate - which member a byte of a JSON text is in, where the text is none that parses.
 *
 * Only brackets, commas and texts are looked at, up to that byte; so it says the same
 * whatever is wrong there or behind it.
 */
#include "walk.h"

#include <string.h>

struct level {
    bool is_list;
    size_t index;
    const char *key; /* of the member; NULL before it is known */
};

static const char *decoded(struct arena *a, const char *quoted, size_t len)
{
    json_t *v = json_loadb(quoted, len, JSON_DECODE_ANY, NULL);
    const char *text = v ? arena_strdup(a, json_string_value(v)) : NULL;
    json_decref(v);
    return text;
}

/* Past the closing quote, or `end` if there is none before it. */
static const char *past_text(const char *at, const char *end)
{
    for (at++; at < end && *at != '"'; at++)
        at += *at == '\\' && at + 1 < end;
    return at < end ? at + 1 : end + 1;
}

static const char *pointer_of(struct arena *a, const struct level *levels, size_t len)
{
    struct path *steps = ARENA_ARRAY(a, struct path, len + 1);
    size_t n = 0;
    for (size_t i = 0; i < len && (levels[i].is_list || levels[i].key); i++, n++)
        steps[n + 1] = (struct path){&steps[n], levels[i].is_list ? NULL : levels[i].key,
                                     levels[i].index};
    return walk_pointer(a, &steps[n]);
}

const char *json_locate(struct arena *a, const char *json, size_t len)
{
    VEC(struct level) levels = {0};
    for (const char *at = json, *end = json + len; at < end;) {
        struct level *in = levels.len > 0 ? &levels.at[levels.len - 1] : NULL;
        const char *next = *at == '"' ? past_text(at, end) : at + 1;
        if (next > end)
            break;
        if (*at == '{' || *at == '[')
            *vec_push(a, &levels) = (struct level){.is_list = *at == '['};
        else if (in && (*at == '}' || *at == ']'))
            levels.len--;
        else if (in && *at == ',')
            in->key = NULL, in->index++;
        else if (in && *at == '"' && !in->is_list && !in->key)
            in->key = decoded(a, at, (size_t)(next - at));
        at = next;
    }
    return pointer_of(a, levels.at, levels.len);
}
