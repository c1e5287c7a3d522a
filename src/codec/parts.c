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

#include <assert.h>
#include <string.h>

enum { CLASSES = PART_ELEMENTS };

struct scope { /* whose members are looked up: a record's, an object's, or nobody's */
    const struct object *own;
    const struct object *common;
};

/*
 * An object or a list on the way down.  It is begun in a class's text when the first
 * thing of that class is met below it, so one walk writes all parts.
 */
struct frame {
    struct frame *up;
    const char *key; /* in the object `up`; NULL: item `index` of the list `up` */
    size_t index;
    bool is_list;
    unsigned begun;        /* a bit for each class */
    size_t count[CLASSES]; /* members or items written */
};

/* Where the text of the member, or of the item, goes; what it is in is begun if need be.
 * Items before it of which the class has nothing are {}. */
static struct text *next(struct text *texts, struct frame *f, enum part_class k,
                         const char *key, size_t index)
{
    struct text *t = &texts[k];
    if (!(f->begun & 1U << k)) {
        f->begun |= 1U << k;
        if (f->up)
            next(texts, f->up, k, f->key, f->index);
        text_add_c(t, f->is_list ? '[' : '{');
    }
    for (; f->is_list && f->count[k] < index; f->count[k]++)
        text_add(t, f->count[k] > 0 ? ",{}" : "{}");
    if (f->count[k]++ > 0)
        text_add_c(t, ',');
    if (!f->is_list) {
        assert(key);
        canonical_string(t, key, strlen(key));
        text_add_c(t, ':');
    }
    return t;
}

static void end(struct text *texts, const struct frame *f)
{
    for (unsigned k = 0; k < CLASSES; k++)
        if (f->begun & 1U << k)
            text_add_c(&texts[k], f->is_list ? ']' : '}');
}

static const struct member *lookup(const struct scope *s, const char *key)
{
    const struct member *m = object_member(s->own, key);
    return m || !s->common ? m : object_member(s->common, key);
}

static void value(struct text *texts, struct frame *f, const struct object *o,
                  enum part_class part, const json_t *v);

static void object(struct text *texts, struct frame *f, const struct scope *s,
                   enum part_class part, const json_t *v)
{
    size_t n;
    const struct key_value *list = canonical_members(texts->arena, v, &n);
    for (size_t i = 0; i < n; i++) {
        const struct member *m = lookup(s, list[i].key);
        if (m && m->part == PART_ELEMENTS)
            continue; /* each element is a part of its own */
        value(texts, &(struct frame){.up = f, .key = list[i].key},
              m ? member_object(m) : NULL, m && m->part ? m->part : part, list[i].value);
    }
    end(texts, f);
}

/* The list itself, with all its items, is of `part`. */
static void items(struct text *texts, struct frame *f, const struct object *o,
                  enum part_class part, const json_t *v)
{
    size_t n = json_array_size(v);
    f->is_list = true;
    for (size_t i = 0; i < n; i++)
        value(texts, &(struct frame){.up = f, .index = i}, o, part, json_array_get(v, i));
    for (unsigned k = 0; k < CLASSES; k++)
        if ((f->begun & 1U << k || k == part) && f->count[k] < n)
            text_add_n(next(texts, f, (enum part_class)k, NULL, n - 1), "{}", 2);
    end(texts, f);
}

static enum part_class part_of(const struct object *o, enum part_class part,
                               const json_t *v)
{
    const char *kind = json_string_value(json_object_get(v, "kind"));
    for (const struct kind_part *p = o->kind_parts; p && p->kind; p++)
        if (text_is(p->kind, kind))
            return p->part;
    return part;
}

/* `f` is the frame that the value would open: it says where the value is. */
static void value(struct text *texts, struct frame *f, const struct object *o,
                  enum part_class part, const json_t *v)
{
    if (o && json_object_size(v) > 0)
        object(texts, f, &(struct scope){o, NULL}, part_of(o, part, v), v);
    else if (o && json_array_size(v) > 0)
        items(texts, f, o, part, v);
    else
        canonical_value(next(texts, f->up, part, f->key, f->index), v);
}

static struct span span_of(struct text *t)
{
    const char *at = text_str(t);
    return (struct span){at, t->len};
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

static void class_parts(struct arena *a, const struct record *r, struct span *out)
{
    const struct type_schema *type = type_schema(r->type);
    const struct object own = {.members = type->members, .len = type->len};
    struct text texts[CLASSES];
    for (size_t k = 0; k < CLASSES; k++)
        texts[k] = text_new(a);
    object(texts, &(struct frame){0}, &(struct scope){&own, &COMMON}, PART_REST, r->json);
    for (size_t k = PART_ENVELOPE + 1; k < CLASSES; k++)
        out[k] = texts[k].len > 0 ? span_of(&texts[k]) : (struct span){"{}", 2};
    out[PART_ENVELOPE] = (struct span){"", 0};
}

struct parts record_parts(struct arena *a, const struct record *r)
{
    static const char *const LISTS[] = {"inputs", "outputs"};
    const json_t *lists[] = {json_object_get(r->json, LISTS[0]),
                             json_object_get(r->json, LISTS[1])};
    size_t n = PART_ELEMENTS + json_array_size(lists[0]) + json_array_size(lists[1]);
    struct parts parts = {ARENA_ARRAY(a, struct span, n), PART_ELEMENTS};
    class_parts(a, r, parts.at);
    for (size_t l = 0; l < 2; l++)
        for (size_t i = 0; i < json_array_size(lists[l]); i++)
            parts.at[parts.len++] =
                element_part(a, LISTS[l], json_array_get(lists[l], i));
    return parts;
}
