/*
 * decode - one record's bytes to a struct record, along the schema table.
 *
 * First the whole tree is held against what no record may have (floats, NUL, too deep),
 * then each member against its row.  The first fault found is told, with its JSON
 * pointer.
 */
#include "canonical.h"
#include "plain.h"
#include "walk.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/model/datecode.h"
#include "pedigree/model/pattern.h"

#include <stdio.h>
#include <string.h>

DEFINE_CLEANUP(json_t, json, json_decref)

/* ---- what no record may have ---- */

static bool tree_is_fine(const struct walk *w, const struct path *p, const json_t *v,
                         int depth)
{
    if (depth > RECORD_MAX_DEPTH)
        return walk_wrong(w, p, "is nested deeper than %d levels", RECORD_MAX_DEPTH);
    if (json_is_real(v))
        return walk_wrong(
            w, p,
            "has a point or an exponent (%g); numbers are whole and written "
            "in digits, decimals are written as text",
            json_real_value(v));
    if (json_is_integer(v) &&
        (json_integer_value(v) > QUANTITY_MAX || json_integer_value(v) < -QUANTITY_MAX))
        return walk_wrong(w, p, "is past 2^53, which not every reader can hold");
    if (json_is_string(v) && strlen(json_string_value(v)) != json_string_length(v))
        return walk_wrong(w, p, "holds a NUL character");
    const char *key;
    json_t *child;
    json_object_foreach((json_t *)v, key, child)
    {
        if (!tree_is_fine(w, &(struct path){p, key, 0}, child, depth + 1))
            return false;
    }
    for (size_t i = 0; i < json_array_size(v); i++)
        if (!tree_is_fine(w, &(struct path){p, NULL, i}, json_array_get(v, i), depth + 1))
            return false;
    return true;
}

/* ---- what a table cannot say ---- */

static bool authorization(const struct walk *w, const struct path *p, struct record *r)
{
    struct authorization_statement *s = r->authorization;
    s->scope_all = !json_is_object(json_object_get(r->json, "scope"));
    if (!s->manufacturer && !s->by)
        return walk_wrong(
            w, &(struct path){p, "manufacturer", 0},
            "\"manufacturer\" is missing: whose parts, unless \"by\" says it");
    if (!s->manufacturer)
        s->manufacturer = s->by;
    return true;
}

static bool notice(const struct walk *w, const struct path *p, struct record *r)
{
    const struct path parts = {p, "parts", 0};
    for (size_t i = 0; i < r->notice->parts_len; i++) {
        struct part_name *part = &r->notice->parts[i].part;
        const json_t *written = json_array_get(json_object_get(r->json, "parts"), i);
        if (json_object_get(written, "part") && json_object_get(written, "mpn"))
            return walk_wrong(w, &(struct path){&parts, NULL, i},
                              "names two parts; \"mpn\" or \"part\" would be right");
        if (!part->mpn)
            return walk_wrong(w, &(struct path){&parts, NULL, i},
                              "names no part; \"mpn\" or \"part\" would be right");
        if (!part->maker)
            part->maker = r->notice->manufacturer;
    }
    return true;
}

static bool verified(const struct walk *w, const struct path *p, struct record *r)
{
    return json_object_size(json_object_get(r->json, "of")) > 0 ||
           walk_wrong(w, &(struct path){p, "of", 0},
                      "is empty; a record, document, part or codes would be right");
}

static bool policy_setting(const struct walk *w, const struct path *p, const char *name, const json_t *v,
                           struct policy_setting *out)
{
    const struct path at = {p, name, 0};
    bool is_severity = strcmp(name, "severity") == 0;
    *out = (struct policy_setting){.rule = arena_strdup(w->arena, p->name)};
    if (is_severity && !json_is_string(v))
        return walk_mistyped(w, &at, "none, info, low, medium, high or critical", v);
    if (!is_severity && (!json_is_integer(v) || json_integer_value(v) < 0))
        return walk_mistyped(w, &at, "a whole number, not below 0", v);
    out->parameter = is_severity ? NULL : arena_strdup(w->arena, name);
    out->severity = is_severity ? arena_strdup(w->arena, json_string_value(v)) : NULL;
    out->value = json_integer_value(v);
    return true;
}

/* {} as one setting that takes back. */
static bool policy_rule(const struct walk *w, const struct path *p, const json_t *v, struct policy_statement *out)
{
    const char *name;
    json_t *value;
    if (!json_is_object(v))
        return walk_mistyped(w, p, "an object: the rule's parameters by name", v);
    if (json_object_size(v) == 0)
        out->settings[out->settings_len++] = (struct policy_setting){.rule = arena_strdup(w->arena, p->name)};
    json_object_foreach((json_t *)v, name, value)
    {
        if (!policy_setting(w, p, name, value, &out->settings[out->settings_len]))
            return false;
        out->settings_len++;
    }
    return true;
}

static bool policy(const struct walk *w, const struct path *p, struct record *r)
{
    const struct path at = {p, "parameters", 0};
    const json_t *v = json_object_get(r->json, "parameters");
    const char *rule;
    json_t *set;
    size_t most = 1;
    if (!json_is_object(v))
        return walk_mistyped(w, &at, "an object: parameters by the rule's id", v);
    json_object_foreach((json_t *)v, rule, set) most += 1 + json_object_size(set);
    r->policy->settings = ARENA_ARRAY(w->arena, struct policy_setting, most);
    json_object_foreach((json_t *)v, rule, set)
    {
        if (!policy_rule(w, &(struct path){&at, rule, 0}, set, r->policy))
            return false;
    }
    return true;
}

static bool date_forms(const struct walk *w, const struct path *p, const struct dated_list *forms)
{
    const struct path list = {p, "dateCodeFormats", 0};
    for (size_t i = 0; i < forms->len; i++) {
        const struct path item = {&list, NULL, i};
        const char *why = NULL;
        if (!dateform_is_fine(forms->at[i].value, &why))
            return walk_wrong(w, &(struct path){&item, "format", 0}, "\"%s\" %s",
                              walk_shown(w->arena, forms->at[i].value), why);
    }
    return true;
}

/* Once taken they stay: what a later version would refuse is not read then. */
static bool part(const struct walk *w, const struct path *p, struct record *r)
{
    const char *why = NULL, *pattern = r->part->trace_code_pattern;
    if (w->was_taken)
        return true;
    if (pattern && !pattern_is_fine(pattern, &why))
        return walk_wrong(w, &(struct path){p, "traceCodePattern", 0}, "\"%s\" %s",
                          walk_shown(w->arena, pattern), why);
    return date_forms(w, p, &r->part->date_code_formats);
}

static bool (*const CHECKS[REC_COUNT])(const struct walk *, const struct path *,
                                       struct record *) = {
    [REC_AUTHORIZATION] = authorization,
    [REC_NOTICE] = notice,
    [REC_PART] = part,
    [REC_VERIFIED] = verified,
    [REC_POLICY] = policy,
};

/* ---- records ---- */

static bool is_type_alike(const char *key, const json_t *v)
{
    (void)v;
    return text_is_alike(key, "type");
}

static bool is_type_misspelt(const char *key, const json_t *v)
{
    (void)v;
    return text_distance(key, "type", 1) == 1;
}

static bool names_a_type(const char *key, const json_t *v)
{
    (void)key;
    for (int t = 0; json_is_string(v) && t < REC_COUNT; t++)
        if (text_is_alike(json_string_value(v), record_type_word((enum record_type)t)))
            return true;
    return false;
}

static bool is_some_type(const char *key, const json_t *v)
{
    return json_is_string(v) && walk_ends_in_type(key);
}

/* The member that was meant to be `type`, by the surest sign; NULL if none is like it. */
static const char *meant_type(const json_t *json)
{
    static bool (*const SIGNS[])(const char *, const json_t *) = {
        is_type_alike, is_type_misspelt, names_a_type, is_some_type};
    const char *key;
    json_t *v;
    for (size_t i = 0; i < LENGTH(SIGNS); i++)
        json_object_foreach((json_t *)json, key, v)
        {
            if (SIGNS[i](key, v))
                return key;
        }
    return NULL;
}

static bool lacks_type(const struct walk *w, const struct path *p, const struct path *at,
                       const json_t *json)
{
    const char *meant = meant_type(json);
    if (!meant)
        return walk_wrong(w, at, "\"type\" is missing: received, shipped, ...");
    return walk_wrong(w, &(struct path){p, meant, 0},
                      "unknown member \"%s\"; did you mean \"type\"?",
                      walk_shown(w->arena, meant));
}

static bool find_type(const struct walk *w, const struct path *p, const json_t *json,
                      enum record_type *out)
{
    const struct path at = {p, "type", 0};
    const json_t *v = json_object_get(json, "type");
    if (!v)
        return lacks_type(w, p, &at, json);
    return json_is_string(v) ? walk_record_type(w, json_string_value(v), out)
                             : walk_mistyped(w, &at, "a text", v);
}

static struct record *new_record(struct arena *a, enum record_type type, json_t *json)
{
    struct record *r = ARENA_NEW(a, struct record);
    *r = (struct record){.type = type,
                         .json = json,
                         .lot.quantity = NONE,
                         .observed.quantity = NONE,
                         .quantity = NONE,
                         .price.per = NONE,
                         .lot_size = NONE,
                         .book = NONE,
                         .target_seq = NONE,
                         .of.record_seq = NONE};
    return r;
}

/* The struct that the type's own members go to: the record, or the statement it points
 * to. */
static char *own_struct(struct arena *a, const struct type_schema *type, struct record *r)
{
    if (!type->own)
        return (char *)r;
    char *own = arena_alloc(a, type->own_size);
    walk_blank(&(struct object){.members = type->members, .len = type->len}, own);
    *(void **)(void *)((char *)r + type->own - 1) = own;
    return own;
}

static bool members(const struct walk *w, const struct path *p, struct record *r)
{
    const struct type_schema *type = type_schema(r->type);
    const struct object own = {.members = type->members, .len = type->len};
    char *own_base = own_struct(w->arena, type, r);
    const char *key;
    json_t *child;
    json_object_foreach(r->json, key, child)
    {
        const struct member *m = object_member(&own, key);
        char *base = m ? own_base : (char *)r;
        m = m ? m : object_member(&COMMON, key);
        if (!m)
            return walk_unknown(w, p, key, own.members, own.len, COMMON.members,
                                COMMON.len);
        if (!walk_value(w, &(struct path){p, key, 0}, m, child, base))
            return false;
    }
    return walk_nothing_missing(w, p, COMMON.members, COMMON.len, NULL, r->json) &&
           walk_nothing_missing(w, p, own.members, own.len, NULL, r->json) &&
           (!CHECKS[r->type] || CHECKS[r->type](w, p, r));
}

/* `json` is an object in which nothing is that no record may have; its text will have some `len` bytes. */
static bool decode_fine(struct arena *a, json_t *json, size_t len, struct decoded *out, struct error *err)
{
    const struct walk w = {a, err, false};
    const struct path root = {NULL, "", 0};
    enum record_type type = REC_COUNT;
    if (!find_type(&w, &root, json, &type))
        return false;
    struct record *r = new_record(a, type, json);
    if (!members(&w, &root, r))
        return false;
    struct decoded d = {.record = r, .signature = r->signature};
    json_object_del(json, "signature");
    struct text t = text_new(a);
    text_make_room(&t, len);
    canonical_value(&t, json);
    d.canonical = text_str(&t);
    d.canonical_len = t.len;
    sha256(d.canonical, d.canonical_len, d.digest);
    json_incref(json);
    *out = d;
    return true;
}

bool record_decode_json(struct arena *a, json_t *json, struct decoded *out,
                        struct error *err)
{
    const struct walk w = {a, err, false};
    const struct path root = {NULL, "", 0};
    if (!json_is_object(json))
        return walk_wrong(&w, &root, "a record is a JSON object, this is %s",
                          walk_type_word(json));
    return tree_is_fine(&w, &root, json, 1) && decode_fine(a, json, 0, out, err);
}

static const char *said(const json_error_t *e)
{
    return json_error_code(e) == json_error_numeric_overflow
               ? "a number is past 2^53, which not every reader can hold"
               : e->text;
}

/* Where reading stopped; before a text that is not right itself. */
static size_t error_position(const json_error_t *e, size_t len)
{
    return e->position > 0 && (size_t)e->position < len ? (size_t)e->position : len;
}

/* NULL: *err says why. */
static json_t *tree_of(struct arena *a, const char *json, size_t len, struct error *err)
{
    json_error_t e;
    json_t *tree = json_loadb(json, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &e);
    if (!tree)
        error_at(err, ERR_MALFORMED, json_locate(a, json, error_position(&e, len)),
                 "not JSON at line %d, column %d: %s", e.line, e.column, said(&e));
    return tree;
}

static bool is_empty_ahead(const char *json, size_t len, size_t i)
{
    while (++i < len && strchr(" \t\r\n", json[i]) && json[i])
        continue;
    return i < len && (json[i] == ']' || json[i] == '}');
}

/* Before it is read: each member and item follows a comma or opens its list. */
static size_t count_values(const char *json, size_t len)
{
    size_t n = 0;
    bool is_text = false;
    for (size_t i = 0; i < len; i++) {
        is_text ^= json[i] == '"';
        if (is_text && json[i] == '\\')
            i++;
        else if (!is_text && (json[i] == '[' || json[i] == '{'))
            n += !is_empty_ahead(json, len, i);
        else if (!is_text)
            n += json[i] == ',';
    }
    return n;
}

bool record_decode(struct arena *a, const char *json, size_t len, struct decoded *out,
                   struct error *err)
{
    if (len > RECORD_MAX_BYTES)
        return error_set(err, ERR_TOO_LARGE, "one record has at most %d bytes, this has %zu",
                         RECORD_MAX_BYTES, len);
    size_t values;
    CLEANUP(json_cleanup) json_t *plain = plain_object(json, len, &values);
    if (plain && !decode_fine(a, plain, len + 1, out, err))
        return false;
    if (plain) {
        out->values = values;
        return true;
    }
    values = count_values(json, len);
    if (values > RECORD_MAX_VALUES)
        return error_set(err, ERR_TOO_LARGE,
                         "one record has at most %d members and items, this has %zu",
                         RECORD_MAX_VALUES, values);
    CLEANUP(json_cleanup) json_t *tree = tree_of(a, json, len, err);
    if (!tree || !record_decode_json(a, tree, out, err))
        return false;
    out->values = values;
    return true;
}

bool record_read(struct arena *a, struct arena *passing, const char *json, size_t len,
                 struct record **out, struct error *err)
{
    const struct walk w = {a, err, true};
    const struct path root = {NULL, "", 0};
    enum record_type type = REC_COUNT;
    size_t values;
    CLEANUP(json_cleanup) json_t *tree = plain_object(json, len, &values);
    if (!tree)
        tree = tree_of(a, json, len, err);
    if (!tree || !find_type(&w, &root, tree, &type))
        return false;
    struct record *r = new_record(passing, type, tree);
    if (!members(&w, &root, r))
        return false;
    r->json = NULL;
    *out = r;
    return true;
}
