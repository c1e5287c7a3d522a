/*
 * canonical - RFC 8785 for JSON without floats: members sorted by UTF-16 code units, no
 * spaces, the shortest escapes, integers in decimal.
 */
#include "canonical.h"

#include "pedigree/codec/codec.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FEW = 24 };

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

/* Most objects have a handful of members, and qsort() takes memory for them. */
static void sort(struct key_value *list, size_t n)
{
    if (n > FEW) {
        qsort(list, n, sizeof *list, by_utf16);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        struct key_value kv = list[i];
        size_t k = i;
        for (; k > 0 && by_utf16(&kv, &list[k - 1]) < 0; k--)
            list[k] = list[k - 1];
        list[k] = kv;
    }
}

struct key_value *canonical_members(struct arena *a, const json_t *object, size_t *len)
{
    const size_t n = json_object_size(object);
    struct key_value *list = arena_raw(a, (n + 1) * sizeof *list);
    size_t i = 0;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        list[i++] = (struct key_value){key, value};
    }
    sort(list, n);
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

static size_t plain_bytes(const char *s, size_t len)
{
    size_t n = 0;
    while (n < len && (unsigned char)s[n] >= 0x20 && s[n] != '"' && s[n] != '\\')
        n++;
    return n;
}

void canonical_string(struct text *t, const char *s, size_t len)
{
    text_make_room(t, len + 2);
    text_add_c(t, '"');
    for (size_t i = 0; i < len; i++) {
        size_t plain = plain_bytes(s + i, len - i);
        text_add_n(t, s + i, plain);
        i += plain;
        if (i < len)
            escape(t, (unsigned char)s[i]);
    }
    text_add_c(t, '"');
}

static void object(struct text *t, const json_t *value)
{
    size_t n;
    const struct key_value *list = canonical_members(t->arena, value, &n);
    text_add_c(t, '{');
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            text_add_c(t, ',');
        canonical_string(t, list[i].key, strlen(list[i].key));
        text_add_c(t, ':');
        canonical_value(t, list[i].value);
    }
    text_add_c(t, '}');
}

static void array(struct text *t, const json_t *value)
{
    text_add_c(t, '[');
    for (size_t i = 0; i < json_array_size(value); i++) {
        if (i > 0)
            text_add_c(t, ',');
        canonical_value(t, json_array_get(value, i));
    }
    text_add_c(t, ']');
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
        text_add_int(t, json_integer_value(value));
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
