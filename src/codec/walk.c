/* walk - see the header: scalars, then objects and lists.  Faults are told by tell.c. */
#include "walk.h"

#include "scalar.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/model/party.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

/* ---- scalars ---- */

static const char *trimmed(struct arena *a, const char *s)
{
    size_t from = strspn(s, " \t\r\n"), len = strlen(s);
    while (len > from && strchr(" \t\r\n", s[len - 1]))
        len--;
    return arena_strndup(a, s + from, len - from);
}

static const char *stored(struct arena *a, enum kind kind, const char *s)
{
    if (kind == KIND_NOTE || kind == KIND_LABEL)
        return arena_strdup(a, s);
    if (kind == KIND_PARTY)
        return party_normal(a, s);
    if (kind == KIND_MAKER)
        return manufacturer_normal(a, s);
    if (kind == KIND_PART_KEY)
        return part_key(a, s);
    return trimmed(a, s);
}

static bool word_is_fine(const struct walk *w, const struct path *p,
                         const struct member *m, const char *s)
{
    size_t n = 0;
    for (; m->words[n]; n++)
        if (strcmp(m->words[n], s) == 0)
            return true;
    struct text list = text_new(w->arena);
    for (size_t i = 0; i < n; i++)
        text_addf(&list, "%s%s", i > 0 ? ", " : "", m->words[i]);
    const char *near = text_nearest(s, m->words, n), *found = walk_shown(w->arena, s);
    if (near)
        return walk_wrong(w, p, "\"%s\" is not known here; did you mean \"%s\"?", found,
                          near);
    return walk_wrong(w, p, "\"%s\" is not known here; one of these would be right: %s",
                      found, text_str(&list));
}

static bool party_is_meant(enum kind k)
{
    return k == KIND_PARTY || k == KIND_MAKER || k == KIND_MAKER_WRITTEN;
}

static bool text_value(const struct walk *w, const struct path *p, const struct member *m,
                       const json_t *v, const char **slot)
{
    const char *s = json_string_value(v), *why = NULL;
    if (!s)
        return walk_mistyped(w, p, "a text", v);
    if (m->kind == KIND_WORD && !word_is_fine(w, p, m, s))
        return false;
    if (!scalar_is(m->kind, s, &why))
        return walk_wrong(w, p, "\"%s\" %s%s", walk_shown(w->arena, s),
                          party_is_meant(m->kind) ? "is not right: " : "", why);
    if (slot)
        *slot = stored(w->arena, m->kind, s);
    return true;
}

static bool integer_value(const struct walk *w, const struct path *p, enum kind kind,
                          const json_t *v, int64_t *slot)
{
    const char *why = NULL;
    if (!json_is_integer(v))
        return walk_mistyped(w, p, "a whole number", v);
    if (!scalar_in_range(kind, json_integer_value(v), &why))
        return walk_wrong(w, p, "%" PRId64 " %s", (int64_t)json_integer_value(v), why);
    if (slot)
        *slot = json_integer_value(v);
    return true;
}

static bool when_value(const struct walk *w, const struct path *p, const struct member *m,
                       const json_t *v, struct when *slot)
{
    const char *text = NULL;
    if (!text_value(w, p, m, v, &text))
        return false;
    struct when parsed;
    bool ok = when_parse(text, &parsed);
    assert(ok);
    if (slot)
        *slot = parsed;
    return true;
}

struct record_name {
    int64_t seq;
    const char *id;
};

static bool record_value(const struct walk *w, const struct path *p,
                         const struct member *m, const json_t *v,
                         struct record_name *slot)
{
    if (json_is_integer(v))
        return integer_value(w, p, KIND_COUNT, v, slot ? &slot->seq : NULL);
    if (!json_is_string(v))
        return walk_mistyped(w, p, "a record's seq (number) or id (text)", v);
    return text_value(w, p, m, v, slot ? &slot->id : NULL);
}

/* ---- objects ---- */

static bool is_needed(const struct member *m, const char *need)
{
    if (m->required || !need)
        return m->required;
    size_t n = strlen(m->name);
    for (const char *at = need; at; at = strchr(at, ' ')) {
        at += *at == ' ';
        if (strncmp(at, m->name, n) == 0 && (at[n] == ' ' || !at[n]))
            return true;
    }
    return false;
}

/* The words of `need`, asked for one by one: no list is gone through for them. */
static bool is_all_there(const char *need, const json_t *v)
{
    for (const char *at = need ? need : ""; *at;) {
        size_t n = strcspn(at, " ");
        if (!json_object_getn(v, at, n))
            return false;
        at += n + (at[n] == ' ');
    }
    return true;
}

bool walk_nothing_missing(const struct walk *w, const struct path *p,
                          const struct member *list, size_t len, const char *need,
                          const json_t *v)
{
    if (is_all_there(need, v))
        need = NULL;
    for (size_t i = 0; i < len; i++)
        if (is_needed(&list[i], need) && !json_object_get(v, list[i].name))
            return walk_wrong(w, &(struct path){p, list[i].name, 0},
                              "\"%s\" is missing: %s", list[i].name, list[i].help);
    return true;
}

void walk_blank(const struct object *o, char *base)
{
    for (size_t i = 0; i < o->len; i++) {
        const struct member *m = &o->members[i];
        if (m->at == 0 || m->many != ONE)
            continue;
        if (kind_is_integer(m->kind))
            *(int64_t *)(void *)(base + m->at - 1) = NONE;
        else if (m->kind == KIND_OBJECT)
            walk_blank(m->object, base + m->at - 1);
    }
}

static void name_part(struct arena *a, const struct object *o, char *base)
{
    struct part_name *part = (void *)base;
    if (!o->is_part || !part)
        return;
    if (part->manufacturer)
        part->maker = manufacturer_normal(a, part->manufacturer);
    if (part->mpn)
        part->key = part_key(a, part->mpn);
}

static bool marks_fit(const struct walk *w, const struct path *p,
                      const struct lot_description *lot)
{
    size_t marks = lot->trace_codes.len + lot->serials.len + lot->package_ids_len +
                   lot->date_codes_len + lot->labels.len;
    for (size_t i = 0; i < lot->date_codes_len; i++)
        marks += lot->date_codes[i].trace_codes.len;
    return w->was_taken || marks <= LOT_MARKS_MAX ||
           walk_wrong(w, p, "has %zu marks; at most %d fit one lot: split it", marks,
                      LOT_MARKS_MAX);
}

/* A text that stands for the object. */
static bool shorthand_value(const struct walk *w, const struct path *p,
                            const struct object *o, const json_t *v, char *base)
{
    if (!o->shorthand)
        return text_value(w, p, &(struct member){.kind = KIND_TEXT}, v, NULL);
    if (!walk_value(w, p, object_member(o, o->shorthand), v, base))
        return false;
    name_part(w->arena, o, base);
    return true;
}

static bool object_value(const struct walk *w, const struct path *p,
                         const struct object *o, const char *need, const json_t *v,
                         char *base)
{
    if (json_is_string(v) && (o->shorthand || o->any_text))
        return shorthand_value(w, p, o, v, base);
    if (!json_is_object(v))
        return walk_mistyped(
            w, p, o->shorthand || o->any_text ? "an object or a text" : "an object", v);
    const char *key;
    json_t *child;
    json_object_foreach((json_t *)v, key, child)
    {
        const struct member *m = object_member(o, key);
        if (!m)
            return walk_unknown(w, p, key, o->members, o->len, NULL, 0);
        if (!walk_value(w, &(struct path){p, key, 0}, m, child, base))
            return false;
    }
    name_part(w->arena, o, base);
    return walk_nothing_missing(w, p, o->members, o->len, need, v) &&
           (o->members != LOT.members || !base || marks_fit(w, p, (void *)base));
}

static bool part_key_value(const struct walk *w, const struct path *p,
                           const struct member *m, const json_t *v, const char **slot)
{
    if (json_is_string(v))
        return text_value(w, p, m, v, slot);
    struct part_name part = {0};
    if (!object_value(w, p, &LOOSE_PART, NULL, v, (char *)&part))
        return false;
    if (slot)
        *slot = part.key;
    return true;
}

static bool scalar_value(const struct walk *w, const struct path *p,
                         const struct member *m, const json_t *v, const char **slot)
{
    if (!json_is_integer(v) && !json_is_boolean(v))
        return text_value(w, p, m, v, slot);
    size_t len;
    if (slot)
        *slot = json_canonical(w->arena, v, &len);
    return true;
}

static bool bool_value(const struct walk *w, const struct path *p, const json_t *v,
                       bool *slot)
{
    if (!json_is_boolean(v))
        return walk_mistyped(w, p, "true or false", v);
    if (slot)
        *slot = json_is_true(v);
    return true;
}

static bool one(const struct walk *w, const struct path *p, const struct member *m,
                const json_t *v, void *slot)
{
    switch (m->kind) {
    case KIND_TEXT:
    case KIND_NOTE:
    case KIND_LABEL:
    case KIND_CODE:
    case KIND_COUNTRY:
    case KIND_PARTY:
    case KIND_MAKER:
    case KIND_MAKER_WRITTEN:
    case KIND_DECIMAL:
    case KIND_WORD:
    case KIND_SHA256:
    case KIND_CURRENCY:
        return text_value(w, p, m, v, slot);
    case KIND_QUANTITY:
    case KIND_COUNT:
    case KIND_INTEGER:
        return integer_value(w, p, m->kind, v, slot);
    case KIND_BOOL:
        return bool_value(w, p, v, slot);
    case KIND_WHEN:
        return when_value(w, p, m, v, slot);
    case KIND_PART_KEY:
        return part_key_value(w, p, m, v, slot);
    case KIND_RECORD:
        return record_value(w, p, m, v, slot);
    case KIND_SCALAR:
        return scalar_value(w, p, m, v, slot);
    case KIND_ANY:
        return true;
    case KIND_PART:
    case KIND_OBJECT:
        return object_value(w, p, member_object(m), m->need, v, slot);
    }
    assert(false && "every kind has a case");
    return false;
}

/* ---- lists ---- */

struct items {
    void *at;
    size_t len;
};

static bool object_list(const struct walk *w, const struct path *p,
                        const struct member *m, const json_t *v, struct items *slot)
{
    size_t n = json_array_size(v), size = m->object->size;
    char *items = slot ? arena_alloc(w->arena, size * n + 1) : NULL;
    for (size_t i = 0; i < n; i++) {
        char *item = items ? items + i * size : NULL;
        if (item)
            walk_blank(m->object, item);
        if (!one(w, &(struct path){p, NULL, i}, m, json_array_get(v, i), item))
            return false;
    }
    if (slot)
        *slot = (struct items){items, n};
    return true;
}

static bool word_list(const struct walk *w, const struct path *p, const struct member *m,
                      const json_t *v, struct words *slot)
{
    size_t n = json_array_size(v);
    const char **at = slot ? ARENA_ARRAY(w->arena, const char *, n + 1) : NULL;
    for (size_t i = 0; i < n; i++)
        if (!one(w, &(struct path){p, NULL, i}, m, json_array_get(v, i),
                 at ? &at[i] : NULL))
            return false;
    if (slot)
        *slot = (struct words){at, n, true};
    return true;
}

static bool list(const struct walk *w, const struct path *p, const struct member *m,
                 const json_t *v, void *slot)
{
    size_t n = json_array_size(v), most = m->most ? m->most : LIST_MAX;
    if (!json_is_array(v))
        return walk_mistyped(w, p, m->many == ONE_OR_LIST ? "a text or a list" : "a list",
                             v);
    if (n < m->least)
        return walk_wrong(w, p, "is empty; at least %zu would be right", m->least);
    if (n > most && !w->was_taken)
        return walk_wrong(w, p, "has %zu items; at most %zu are taken", n, most);
    return m->kind == KIND_OBJECT ? object_list(w, p, m, v, slot)
                                  : word_list(w, p, m, v, slot);
}

bool walk_value(const struct walk *w, const struct path *p, const struct member *m,
                const json_t *v, char *base)
{
    void *slot = base && m->at ? base + m->at - 1 : NULL;
    if (base && m->has && (m->kind != KIND_OBJECT || !json_is_string(v)))
        *(bool *)(void *)(base + m->has - 1) = true;
    if (m->many == ONE)
        return one(w, p, m, v, slot);
    if (m->many == LIST || !json_is_string(v))
        return list(w, p, m, v, slot);
    struct words *words = slot;
    const char **only = ARENA_NEW(w->arena, const char *);
    if (!one(w, p, m, v, only))
        return false;
    if (words)
        *words = (struct words){only, 1, true};
    return true;
}
