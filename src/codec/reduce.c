/*
 * reduce - what is left of a record when contents of it are taken away (redacted).
 *
 * The schema says which part a member belongs to, what is required, and what is a name.  Two readings: what is
 * shown is less than the record; the husk is a record again, with neutral values where one is required.
 */
#include "canonical.h"
#include "schema.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"

#include <string.h>

#define BIT(part) (1U << (part))

static const char *const PART_WORDS[] = {
    [PART_PRICE] = "price", [PART_PARTIES] = "parties", [PART_QUANTITIES] = "quantities", [PART_DOCUMENTS] = "documents",
    [PART_TEXT] = "text",   [PART_REST] = "rest",       [PART_ELEMENTS] = "elements"};

const char *part_word(enum part_class part)
{
    return PART_WORDS[part];
}

part_set redacted_parts(const struct record *redacted)
{
    part_set set = 0;
    for (unsigned part = PART_PRICE; part <= PART_ELEMENTS; part++)
        for (size_t i = 0; i < redacted->redacts.len; i++)
            if (strcmp(redacted->redacts.at[i], PART_WORDS[part]) == 0)
                set |= BIT(part);
    return redacted->redacts.given ? set : BIT(PART_ELEMENTS + 1) - BIT(PART_PRICE);
}

bool redacted_is_void(part_set parts)
{
    return (parts & ~(BIT(PART_PRICE) | BIT(PART_TEXT))) != 0;
}

/* ---- the walk ---- */

struct reduction {
    part_set parts;
    bool fill;       /* a husk: what is required stays, or is filled */
    bool names_only; /* of it nothing else stays */
};

struct place { /* of a value: its member, and the part it is in */
    const struct member *member; /* NULL: of no table */
    enum part_class part;
    bool is_required;
};

static bool is_needed(const struct member *m, const char *need)
{
    size_t len = strlen(m->name);
    for (const char *at = need; at && (at = strstr(at, m->name)); at += len)
        if ((at == need || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
            return true;
    return m->required;
}

/* What stands for a value that is required and gone; `is_name`: it is kept, the ledger's rows are called by it. */
static const struct {
    const char *neutral; /* JSON; NULL: the first of its words */
    bool is_name;
} KINDS[] = {
    [KIND_TEXT] = {"\"-\"", false},       [KIND_NOTE] = {"\"-\"", false},       [KIND_LABEL] = {"\"-\"", false},
    [KIND_CODE] = {"\"-\"", false},       [KIND_QUANTITY] = {"1", false},       [KIND_COUNT] = {"0", false},
    [KIND_INTEGER] = {"0", false},        [KIND_BOOL] = {"false", false},       [KIND_WHEN] = {"\"1970-01-01\"", false},
    [KIND_COUNTRY] = {"\"AA\"", false},   [KIND_PARTY] = {"\"-\"", true},       [KIND_MAKER] = {"\"-\"", true},
    [KIND_MAKER_WRITTEN] = {"\"-\"", true}, [KIND_PART] = {"{}", false},        [KIND_PART_KEY] = {"\"-\"", true},
    [KIND_DECIMAL] = {"\"0\"", false},    [KIND_WORD] = {NULL, false},          [KIND_CURRENCY] = {"\"XXX\"", false},
    [KIND_SHA256] = {"\"0000000000000000000000000000000000000000000000000000000000000000\"", false},
    [KIND_RECORD] = {"0", false},         [KIND_SCALAR] = {"\"-\"", false},     [KIND_ANY] = {"{}", false},
    [KIND_OBJECT] = {"{}", false},
};

static bool is_name(const struct place *p)
{
    return p->member && (p->member->names || KINDS[p->member->kind].is_name);
}

static json_t *neutral(const struct member *m)
{
    const char *json = KINDS[m->kind].neutral;
    return json ? json_loads(json, JSON_DECODE_ANY, NULL) : json_string(m->words[0]);
}

static json_t *reduce(const struct reduction *r, const struct place *p, const struct object *o, const json_t *v,
                      bool *kept);

/* NULL: nothing is left of it.  What only fills a gap does not count as kept. */
static json_t *reduce_scalar(const struct reduction *r, const struct place *p, const json_t *v, bool *kept)
{
    bool goes = r->names_only || r->parts & BIT(p->part);
    if (!goes || (r->fill && is_name(p))) {
        *kept = true;
        return json_deep_copy(v);
    }
    return r->fill && p->is_required && p->member ? neutral(p->member) : NULL;
}

static enum part_class part_of(const struct object *o, enum part_class part, const json_t *v)
{
    const char *kind = json_string_value(json_object_get(v, "kind"));
    for (const struct kind_part *k = o->kind_parts; k && k->kind; k++)
        if (text_is(k->kind, kind))
            return k->part;
    return part;
}

static json_t *reduce_object(const struct reduction *r, const struct place *p, const struct object *o, const json_t *v,
                             bool *kept)
{
    json_t *out = json_object(), *value;
    const char *key;
    enum part_class part = p->part == PART_ELEMENTS ? PART_ELEMENTS : part_of(o, p->part, v);
    json_object_foreach((json_t *)(uintptr_t)v, key, value) {
        const struct member *m = object_member(o, key);
        const struct place at = {m, part != PART_ELEMENTS && m && m->part ? m->part : part,
                                 m && is_needed(m, p->member ? p->member->need : NULL)};
        json_t *left = reduce(r, &at, m ? member_object(m) : NULL, value, kept);
        if (left)
            json_object_set_new(out, key, left);
    }
    return out;
}

/* Items keep their places in what is shown; a husk has those of which something is kept, or one if one is required. */
static json_t *reduce_list(const struct reduction *r, const struct place *p, const struct object *o, const json_t *v,
                           bool *kept)
{
    json_t *out = json_array(), *item;
    size_t i;
    json_array_foreach((json_t *)(uintptr_t)v, i, item) {
        bool any = false;
        json_t *left = reduce(r, p, o, item, &any);
        *kept |= any;
        if (!r->fill || any || (p->is_required && json_array_size(out) == 0))
            json_array_append_new(out, left ? left : json_object());
        else
            json_decref(left);
    }
    return out;
}

static json_t *reduce(const struct reduction *r, const struct place *p, const struct object *o, const json_t *v,
                      bool *kept)
{
    bool is_list = p->member && p->member->many != ONE, any = false;
    json_t *out;
    if (o && json_object_size(v) > 0)
        out = reduce_object(r, p, o, v, &any);
    else if (is_list && json_array_size(v) > 0)
        out = reduce_list(r, p, o, v, &any);
    else
        out = reduce_scalar(r, p, v, &any);
    *kept |= any;
    bool is_item = is_list && !json_is_array(v);
    if (any || is_item || (r->fill && p->is_required))
        return out;
    json_decref(out);
    return NULL;
}

static const char *reduced(struct arena *a, const struct record *r, const struct reduction *how)
{
    json_t *out = json_object(), *value;
    const char *key;
    bool kept = false; /* of the whole nobody asks */
    json_object_foreach(r->json, key, value) {
        const struct member *m = type_member(r->type, key);
        bool is_kept = strcmp(key, "type") == 0 || (how->fill && strcmp(key, "time") == 0);
        const struct place at = {m, m && m->part ? m->part : PART_REST, m && m->required};
        json_t *left = is_kept ? json_incref(value) : reduce(how, &at, m ? member_object(m) : NULL, value, &kept);
        if (left)
            json_object_set_new(out, key, left);
    }
    size_t len;
    const char *text = json_canonical(a, out, &len);
    json_decref(out);
    return text;
}

const char *record_shown(struct arena *a, const struct record *r, part_set parts)
{
    return reduced(a, r, &(struct reduction){.parts = parts});
}

const char *record_husk(struct arena *a, const struct record *r, part_set parts)
{
    return reduced(a, r, &(struct reduction){.parts = parts, .fill = true, .names_only = redacted_is_void(parts)});
}
