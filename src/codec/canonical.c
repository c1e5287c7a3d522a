/*
 * canonical - RFC 8785 for JSON without floats: members sorted by UTF-16 code units, no
 * spaces, the shortest escapes, integers in decimal.
 */
#include "canonical.h"

#include "pedigree/codec/codec.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* UTF-8 sorts by code point; UTF-16 has U+E000..FFFF (EE, EF) after the surrogates
 * (F0..F4). */
static int rank(unsigned char c)
{
    return c == 0xee || c == 0xef ? c + 0x10 : c;
}

static int by_utf16(const void *a, const void *b)
{
    const unsigned char *x = (const unsigned char *)((const struct key_value *)a)->key;
    const unsigned char *y = (const unsigned char *)((const struct key_value *)b)->key;
    while (*x && *x == *y)
        x++, y++;
    return rank(*x) - rank(*y);
}

struct key_value *canonical_members(struct arena *a, const json_t *object, size_t *len)
{
    const size_t n = json_object_size(object);
    struct key_value *list = ARENA_ARRAY(a, struct key_value, n + 1);
    size_t i = 0;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        list[i++] = (struct key_value){key, value};
    }
    qsort(list, n, sizeof *list, by_utf16);
    *len = n;
    return list;
}

static void escape(struct text *t, unsigned char c)
{
    static const char NAMED[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    for (const char *p = NAMED; *p; p += 2)
        if ((unsigned char)*p == c) {
            text_add_n(t, (char[]){'\\', p[1]}, 2);
            return;
        }
    text_addf(t, "\\u%04x", c);
}

void canonical_string(struct text *t, const char *s, size_t len)
{
    text_add_n(t, "\"", 1);
    size_t from = 0;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        text_add_n(t, s + from, i - from);
        escape(t, c);
        from = i + 1;
    }
    text_add_n(t, s + from, len - from);
    text_add_n(t, "\"", 1);
}

static void object(struct text *t, const json_t *value)
{
    size_t n;
    const struct key_value *list = canonical_members(t->arena, value, &n);
    text_add_n(t, "{", 1);
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            text_add_n(t, ",", 1);
        canonical_string(t, list[i].key, strlen(list[i].key));
        text_add_n(t, ":", 1);
        canonical_value(t, list[i].value);
    }
    text_add_n(t, "}", 1);
}

static void array(struct text *t, const json_t *value)
{
    text_add_n(t, "[", 1);
    for (size_t i = 0; i < json_array_size(value); i++) {
        if (i > 0)
            text_add_n(t, ",", 1);
        canonical_value(t, json_array_get(value, i));
    }
    text_add_n(t, "]", 1);
}

void canonical_value(struct text *t, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        object(t, value);
        break;
    case JSON_ARRAY:
        array(t, value);
        break;
    case JSON_STRING:
        canonical_string(t, json_string_value(value), json_string_length(value));
        break;
    case JSON_INTEGER:
        text_addf(t, "%" PRId64, (int64_t)json_integer_value(value));
        break;
    case JSON_TRUE:
        text_add(t, "true");
        break;
    case JSON_FALSE:
        text_add(t, "false");
        break;
    case JSON_NULL:
        text_add(t, "null");
        break;
    case JSON_REAL:
        assert(false && "there is no floating point between the wire and the database");
        break;
    }
}

char *json_canonical(struct arena *a, const json_t *value, size_t *len)
{
    struct text t = text_new(a);
    canonical_value(&t, value);
    *len = t.len;
    return text_str(&t);
}
