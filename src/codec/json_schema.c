/*
 * json_schema - the schema table as JSON Schema 2020-12, for /openapi.json.  Objects of
 * the table become $defs by their names; "#/$defs/NAME" refers to them.
 */
#include "scalar.h"

#include "pedigree/base/cleanup.h"

#include <stdio.h>
#include <string.h>

static json_t *ref(const char *name)
{
    char to[80];
    snprintf(to, sizeof to, "#/$defs/%s", name);
    return json_pack("{s:s}", "$ref", to);
}

static json_t *one_of(json_t *a, json_t *b)
{
    return json_pack("{s:[o,o]}", "anyOf", a, b);
}

/* One line with something on it. */
static json_t *text(int most)
{
    return json_pack("{s:s, s:i, s:s}", "type", "string", "maxLength", most, "pattern",
                     "^(?=.*[^ ])[^\\u0000-\\u001f\\u007f-\\u009f]*$");
}

static json_t *pattern(const char *regex)
{
    return json_pack("{s:s, s:s}", "type", "string", "pattern", regex);
}

static json_t *lines(const char *regex)
{
    return json_pack("{s:s, s:i, s:s}", "type", "string", "maxLength", 4096, "pattern",
                     regex);
}

static json_t *integer(int64_t least)
{
    return json_pack("{s:s, s:I, s:I}", "type", "integer", "minimum", (json_int_t)least,
                     "maximum", (json_int_t)QUANTITY_MAX);
}

/* Of a text with a space between them. */
static json_t *codes(const char *list)
{
    json_t *all = json_array();
    for (; *list; list += strspn(list, " ")) {
        size_t n = strcspn(list, " ");
        json_array_append_new(all, json_stringn(list, n));
        list += n;
    }
    return all;
}

static json_t *words(const char *const *list)
{
    json_t *all = json_array();
    for (; *list; list++)
        json_array_append_new(all, json_string(*list));
    return json_pack("{s:s, s:o}", "type", "string", "enum", all);
}

/* What a member must have at this place, besides what its object always needs. */
static json_t *object_here(const struct member *m)
{
    json_t *here = ref(member_object(m)->name);
    if (!m->need)
        return here;
    json_t *list = json_array();
    for (const char *at = m->need; *at;) {
        size_t n = strcspn(at, " ");
        json_array_append_new(list, json_stringn(at, n));
        at += n + (at[n] == ' ');
    }
    json_object_set_new(here, "required", list);
    return here;
}

static json_t *kind_schema(const struct member *m)
{
    switch (m->kind) {
    case KIND_TEXT:
    case KIND_MAKER:
    case KIND_MAKER_WRITTEN:
        return text(1024);
    case KIND_NOTE:
        return lines("^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$");
    case KIND_LABEL:
        return lines("^(?=[\\s\\S]*[^ \\t\\r\\n])[^\\u0000-\\u0003\\u0005-\\u0008\\u000b\\u000c"
                     "\\u000e-\\u001c\\u001f\\u007f-\\u009f]*$");
    case KIND_CODE:
        return text(128);
    case KIND_QUANTITY:
        return integer(1);
    case KIND_COUNT:
        return integer(0);
    case KIND_INTEGER:
        return integer(-QUANTITY_MAX);
    case KIND_BOOL:
        return json_pack("{s:s}", "type", "boolean");
    case KIND_WHEN:
        return ref("When");
    case KIND_COUNTRY:
        return ref("Country");
    case KIND_PARTY:
        return ref("Organisation");
    case KIND_PART_KEY:
        return one_of(text(128), ref(LOOSE_PART.name));
    case KIND_DECIMAL:
        return pattern("^(0|[1-9][0-9]*)(\\.[0-9]+)?$");
    case KIND_WORD:
        return words(m->words);
    case KIND_SHA256:
        return pattern("^[0-9a-f]{64}$");
    case KIND_CURRENCY:
        return ref("Currency");
    case KIND_RECORD:
        return one_of(integer(0), text(128));
    case KIND_SCALAR:
        return one_of(text(1024), json_pack("{s:[s,s], s:I, s:I}", "type", "integer", "boolean", "minimum",
                                            (json_int_t)-QUANTITY_MAX, "maximum",
                                            (json_int_t)QUANTITY_MAX));
    case KIND_ANY: /* rule parameters are an object, what nobody reads is anything */
        return strcmp(m->name, "parameters") == 0
                   ? json_pack("{s:s, s:b}", "type", "object", "additionalProperties", 1)
                   : json_object();
    case KIND_PART:
    case KIND_OBJECT:
        return object_here(m);
    }
    return NULL;
}

static json_t *member_schema(const struct member *m)
{
    json_t *item = kind_schema(m), *v = item;
    const struct object *o = member_object(m);
    if (o && (o->shorthand || o->any_text))
        item = v = one_of(text(o->any_text ? 1024 : 128), item);
    if (m->many != ONE)
        v = json_pack("{s:s, s:I, s:I, s:o}", "type", "array", "minItems",
                      (json_int_t)m->least, "maxItems",
                      (json_int_t)(m->most ? m->most : LIST_MAX), "items", item);
    if (m->many == ONE_OR_LIST)
        v = one_of(json_incref(item), v);
    json_object_set_new(v, "description", json_string(m->help));
    return v;
}

static void add_members(json_t *schema, const struct member *list, size_t len)
{
    json_t *properties = json_object_get(schema, "properties");
    json_t *required = json_object_get(schema, "required");
    for (size_t i = 0; i < len; i++) {
        json_object_set_new(properties, list[i].name, member_schema(&list[i]));
        if (list[i].required)
            json_array_append_new(required, json_string(list[i].name));
    }
}

static json_t *new_schema(const char *help)
{
    return json_pack("{s:s, s:s, s:{}, s:[], s:b}", "type", "object", "description", help,
                     "properties", "required", "additionalProperties", 0);
}

/* What the rows of the table cannot say: at least one of these members. */
static const struct {
    const char *name; /* of a type or an object */
    const char *either, *or_;
} EITHER[] = {
    {"authorization", "manufacturer", "by"},
    {"NoticePart", "mpn", "part"},
};

static void add_either(json_t *schema, const char *name)
{
    for (size_t i = 0; i < LENGTH(EITHER); i++)
        if (strcmp(EITHER[i].name, name) == 0)
            json_object_set_new(schema, "anyOf",
                                json_pack("[{s:[s]}, {s:[s]}]", "required",
                                          EITHER[i].either, "required", EITHER[i].or_));
}

json_t *schema_record(enum record_type t)
{
    const struct type_schema *type = type_schema(t);
    json_t *schema = new_schema(type->help);
    add_members(schema, COMMON.members, COMMON.len);
    add_members(schema, type->members, type->len);
    json_object_set_new(json_object_get(schema, "properties"), "type",
                        json_pack("{s:s}", "const", record_type_word(t)));
    add_either(schema, record_type_word(t));
    return schema;
}

static void add_objects(json_t *defs, const struct member *list, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        const struct object *o =
            list[i].kind == KIND_PART_KEY ? &LOOSE_PART : member_object(&list[i]);
        if (!o || json_object_get(defs, o->name))
            continue;
        json_t *schema = new_schema(o->help);
        add_members(schema, o->members, o->len);
        add_either(schema, o->name);
        if (strcmp(o->name, "Of") == 0)
            json_object_set_new(schema, "minProperties", json_integer(1));
        json_object_set_new(defs, o->name, schema);
        add_objects(defs, o->members, o->len);
    }
}

json_t *schema_definitions(void)
{
    json_t *defs = json_pack(
        "{s:{s:s,s:s,s:s,s:[s,s]}, s:{s:s,s:s,s:s}, s:{s:s,s:s,s:s}}", "Organisation",
        "type", "string", "description",
        "scheme:value, scheme one of cage uei lei duns gln reg name. Only the form is "
        "held "
        "against the scheme: an id whose check digits are wrong is kept as it is.",
        "pattern",
        "^([Cc][Aa][Gg][Ee]|[Uu][Ee][Ii]|[Ll][Ee][Ii]|[Dd][Uu][Nn][Ss]|[Gg][Ll][Nn]|"
        "[Rr][Ee][Gg]|[Nn][Aa][Mm][Ee]):.+$",
        "examples", "cage:1ABC5", "name:cn/hong dark", "When", "type", "string",
        "description",
        "RFC 3339 with an offset, or a bare date, month or year (1900 to 2199).",
        "pattern",
        "^[0-9]{4}(-[0-9]{2}(-[0-9]{2}([Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?"
        "([Zz]|[+-][0-9]{2}:[0-9]{2}))?)?)?$",
        "Country", "type", "string", "description",
        "ISO 3166-1 alpha-2, withdrawn codes too; AA is mixed.", "pattern", "^[A-Z]{2}$");
    json_object_set_new(defs, "Currency",
                        json_pack("{s:s, s:s}", "type", "string", "description",
                                  "ISO 4217, withdrawn codes too."));
    json_object_set_new(json_object_get(defs, "Currency"), "enum",
                        codes(code_currencies()));
    json_object_set_new(json_object_get(defs, "Country"), "enum", codes(code_countries()));
    add_objects(defs, COMMON.members, COMMON.len);
    for (int t = 0; t < REC_COUNT; t++)
        add_objects(defs, type_schema((enum record_type)t)->members,
                    type_schema((enum record_type)t)->len);
    return defs;
}
