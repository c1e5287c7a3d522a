/*
 * parts - a record cut into what may be shown apart (architecture 1.7).
 *
 * The table says which part a member belongs to; one that does not say goes with what it
 * is in. A part is the record's object with only its own members.  Where members of a
 * list's items go apart, each part has the whole list, with {} for items of which nothing
 * is its own.  So the parts merged again, member by member and item by item, are the
 * record.
 */
#include "canonical.h"
#include "schema.h"

#include "pedigree/base/text.h"

#include <string.h>

struct cut {
    struct text *text;
    enum part_class wanted;
};

struct scope { /* whose members are looked up: a record's, an object's, or nobody's */
    const struct object *own;
    const struct object *common;
};

static bool value(const struct cut *c, const struct member *m, enum part_class part,
                  const json_t *v);

static const struct member *lookup(const struct scope *s, const char *key)
{
    const struct member *m = object_member(s->own, key);
    return m || !s->common ? m : object_member(s->common, key);
}

/* The members of the wanted part; false, and nothing written, if there is none. */
static bool object(const struct cut *c, const struct scope *s, enum part_class part,
                   const json_t *v)
{
    size_t n, before = c->text->len, written = 0;
    const struct key_value *list = canonical_members(c->text->arena, v, &n);
    text_add_n(c->text, "{", 1);
    for (size_t i = 0; i < n; i++) {
        const struct member *m = lookup(s, list[i].key);
        size_t mark = c->text->len;
        enum part_class own = m && m->part ? m->part : part;
        if (m && m->part == PART_ELEMENTS)
            continue; /* each element is a part of its own */
        if (own != c->wanted && !(m && member_object(m)))
            continue;
        if (written > 0)
            text_add_n(c->text, ",", 1);
        canonical_string(c->text, list[i].key, strlen(list[i].key));
        text_add_n(c->text, ":", 1);
        if (value(c, m, own, list[i].value))
            written++;
        else
            c->text->len = mark;
    }
    text_add_n(c->text, "}", 1);
    if (written > 0 || (n == 0 && part == c->wanted))
        return true;
    c->text->len = before;
    return false;
}

static bool items(const struct cut *c, const struct scope *s, enum part_class part,
                  const json_t *v)
{
    size_t before = c->text->len, written = part == c->wanted;
    text_add_n(c->text, "[", 1);
    for (size_t i = 0; i < json_array_size(v); i++) {
        const json_t *item = json_array_get(v, i);
        if (i > 0)
            text_add_n(c->text, ",", 1);
        if (!json_is_object(item) && part == c->wanted)
            canonical_value(c->text, item);
        else if (json_is_object(item) && object(c, s, part, item))
            written++;
        else
            text_add_n(c->text, "{}", 2);
    }
    text_add_n(c->text, "]", 1);
    if (written == 0)
        c->text->len = before;
    return written > 0;
}

static bool value(const struct cut *c, const struct member *m, enum part_class part,
                  const json_t *v)
{
    const struct object *o = m ? member_object(m) : NULL;
    if (o && json_is_object(v))
        return object(c, &(struct scope){o, NULL}, part, v);
    if (o && json_is_array(v))
        return items(c, &(struct scope){o, NULL}, part, v);
    if (part == c->wanted)
        canonical_value(c->text, v);
    return part == c->wanted;
}

static struct span span_of(struct text *t)
{
    const char *at = text_str(t);
    return (struct span){at, t->len};
}

static struct span class_part(struct arena *a, const struct record *r,
                              enum part_class wanted)
{
    const struct type_schema *type = type_schema(r->type);
    const struct object own = {.members = type->members, .len = type->len};
    struct text t = text_new(a);
    if (!object(&(struct cut){&t, wanted}, &(struct scope){&own, &COMMON}, PART_REST,
                r->json))
        text_add(&t, "{}");
    return span_of(&t);
}

/* {"inputs":[element]}: says itself what it is. */
static struct span element_part(struct arena *a, const char *name, const json_t *element)
{
    struct text t = text_new(a);
    text_addf(&t, "{\"%s\":[", name);
    canonical_value(&t, element);
    text_add(&t, "]}");
    return span_of(&t);
}

struct parts record_parts(struct arena *a, const struct record *r)
{
    static const char *const LISTS[] = {"inputs", "outputs"};
    const json_t *lists[] = {json_object_get(r->json, LISTS[0]),
                             json_object_get(r->json, LISTS[1])};
    size_t n = PART_ELEMENTS + json_array_size(lists[0]) + json_array_size(lists[1]);
    struct parts parts = {ARENA_ARRAY(a, struct span, n), PART_ELEMENTS};
    parts.at[PART_ENVELOPE] = (struct span){"", 0};
    for (int c = PART_ENVELOPE + 1; c < PART_ELEMENTS; c++)
        parts.at[c] = class_part(a, r, (enum part_class)c);
    for (size_t l = 0; l < 2; l++)
        for (size_t i = 0; i < json_array_size(lists[l]); i++)
            parts.at[parts.len++] =
                element_part(a, LISTS[l], json_array_get(lists[l], i));
    return parts;
}
