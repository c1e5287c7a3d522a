/* smartpcn - see the header; elements by their paths are as an open importer of VDMA 24903:2017 reads them. */
#include "smartpcn.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/model/when.h"

#include <string.h>

enum { LINE_MAX = 1024, NOTE_MAX = 4096, TREE_DEPTH = 4 };

enum { CHANGE, DISCONTINUANCE, WITHDRAWAL, KINDS };
static const char *const KIND_WORDS[] = {"PCN", "PDN", "withdrawal"};

/* Reasons of VDMA 24903 that decide what kind of notice it is; all others are changes. */
static const struct {
    const char *reason;
    int kind;
} DECISIVE[] = {{"PDN", DISCONTINUANCE}, {"CANDN", WITHDRAWAL}, {"CANCN", WITHDRAWAL}};

enum how { LINE, NOTE, DAY };
struct field {
    const char *path;
    const char *member;
    enum how how;
    unsigned kinds; /* a bit for each kind of notice that has the member */
};
#define ALL (1U << CHANGE | 1U << DISCONTINUANCE | 1U << WITHDRAWAL)
#define ENDS (1U << DISCONTINUANCE)
#define CHANGES (1U << CHANGE)
/* clang-format off */
static const struct field BODY_FIELDS[] = {
    {"masterData/pcnNumber",                     "number",            LINE, ALL},
    {"masterData/pcnMfrName",                    "manufacturer",      LINE, ALL},
    {"masterData/pcnTitle",                      "title",             LINE, ALL},
    {"masterData/pcnIssueDate",                  "issued",            DAY,  ALL},
    {"difference/pcnChangeTitle",                "title",             LINE, ALL},
    {"difference/pcnChangeDetail",               "description",       NOTE, ALL},
    {"difference/pcnChangeIdentificationMethod", "identification",    NOTE, ALL},
    {"pcnLifeCycleData/pcnSOP",                  "startOfProduction", DAY,  CHANGES | ENDS},
    {"pcnLifeCycleData/pcnEOS",                  "lastOrder",         DAY,  CHANGES | ENDS},
    {"pcnLifeCycleData/pcnLTD",                  "lastShip",          DAY,  CHANGES | ENDS},
    {"pcnLifeCycleData/pcnEOPeffDate",           "effective",         DAY,  CHANGES},
    {"pcnLifeCycleData/pcnEOPeffDate",           "endOfProduction",   DAY,  ENDS},
    {"pcnLifeCycleData/pcnEOSR",                 "endOfService",      DAY,  CHANGES | ENDS},
};
static const struct field ITEM_FIELDS[] = {
    {"itemMfrNumber",    "mpn",         LINE, ALL},
    {"itemMfrTypeIdent", "mpn",         LINE, ALL}, /* where there is no number of its own */
    {"itemMfrTypeIdent", "designation", LINE, ALL},
    {"itemRev",          "revision",    LINE, ALL},
    {"itemCategory",     "category",    LINE, ALL},
};
/* clang-format on */

/* ---- a tree is read ---- */

/* The text at a path of elements, NULL if there is none; an empty one says nothing. */
static const char *text_at(struct arena *a, const json_t *tree, const char *path)
{
    char *copy = arena_strdup(a, path);
    for (char *step; (step = strsep(&copy, "/"));)
        tree = json_object_get(tree, step);
    if (json_is_array(tree)) /* the same in several languages: the first */
        tree = json_array_get(tree, 0);
    if (json_is_object(tree))
        tree = json_object_get(tree, "#text");
    const char *text = json_string_value(tree);
    return text && *text ? text : NULL;
}

static bool wrong(struct arena *a, const char *path, struct error *err, const char *why)
{
    return error_at(err, ERR_INVALID, arena_printf(a, "/PCNbody/%s", path), "%s", why);
}

/* What an element repeats is a list, what it has once is none. */
static json_t *as_list(json_t *one)
{
    json_t *list = json_array();
    if (json_is_array(one))
        json_array_extend(list, one);
    else if (one)
        json_array_append(list, one);
    return list;
}

/* ---- values ---- */

/* At most so many bytes, whole characters of them; what was longer ends in "...". */
static const char *cut(struct arena *a, const char *text, size_t most)
{
    size_t len = strlen(text);
    if (len <= most)
        return text;
    for (len = most - 3; len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80; len--)
        ;
    return arena_printf(a, "%.*s...", (int)len, text);
}

/* Lines within a value are the document's layout. */
static const char *one_line(struct arena *a, const char *text)
{
    struct text t = text_new(a);
    for (const char *c = text; *c; c++) {
        bool is_blank = (unsigned char)*c <= ' ';
        if (!is_blank)
            text_add_c(&t, *c);
        else if (t.len > 0 && t.at[t.len - 1] != ' ')
            text_add_c(&t, ' ');
    }
    return text_str(&t);
}

/* A date, with or without a time of day and its offset, which for a day says nothing. */
static const char *day(struct arena *a, const char *text)
{
    struct when w;
    const char *only = arena_strndup(a, text, 10);
    bool ends = strlen(text) <= 10 || strchr("TZ+- ", text[10]);
    return ends && strlen(only) == 10 && when_parse(only, &w) ? only : NULL;
}

static bool set_field(struct arena *a, const struct field *f, const char *text, json_t *to, struct error *err)
{
    const char *value = f->how == DAY    ? day(a, text)
                        : f->how == NOTE ? cut(a, text, NOTE_MAX)
                                         : cut(a, one_line(a, text), LINE_MAX);
    if (!value)
        return wrong(a, f->path, err, arena_printf(a, "\"%.40s\" is no date: write 2024-08-01", text));
    if (*value && !json_object_get(to, f->member))
        json_object_set_new(to, f->member, json_string(value));
    return true;
}

static bool set_fields(struct arena *a, const struct field *fields, size_t len, const json_t *from, int kind, json_t *to,
                       struct error *err)
{
    for (size_t i = 0; i < len; i++) {
        const char *text = fields[i].kinds & 1U << kind ? text_at(a, from, fields[i].path) : NULL;
        if (text && !set_field(a, &fields[i], text, to, err))
            return false;
    }
    return true;
}

/* ---- items ---- */

/* Reasons as VDMA 24903 codes them; a change may be its code alone. */
static json_t *reasons_of(struct arena *a, const json_t *item)
{
    static const char *const NAMES[] = {"@itemChangeType", "itemChangeType", "#text"};
    json_t *reasons = json_array(), *changes = as_list(json_object_get(json_object_get(item, "itemChanges"), "itemChange"));
    json_t *change;
    size_t i;
    json_array_foreach(changes, i, change) {
        const char *word = json_string_value(change);
        for (size_t k = 0; k < LENGTH(NAMES) && !word; k++)
            word = json_string_value(json_object_get(change, NAMES[k]));
        word = word ? cut(a, one_line(a, word), LINE_MAX) : "";
        bool is_new = *word;
        for (size_t k = 0; k < json_array_size(reasons) && is_new; k++)
            is_new = strcmp(json_string_value(json_array_get(reasons, k)), word) != 0;
        if (is_new)
            json_array_append_new(reasons, json_string(word));
    }
    json_decref(changes);
    return reasons;
}

static int kind_of(const json_t *reasons)
{
    int kind = CHANGE;
    for (size_t i = 0; i < json_array_size(reasons); i++)
        for (size_t k = 0; k < LENGTH(DECISIVE); k++)
            if (strcmp(json_string_value(json_array_get(reasons, i)), DECISIVE[k].reason) == 0 && DECISIVE[k].kind > kind)
                kind = DECISIVE[k].kind;
    return kind;
}

static bool add_item(struct arena *a, const json_t *item, size_t at, json_t *of_kinds[], struct error *err)
{
    json_t *reasons = reasons_of(a, item), *part = json_object();
    int kind = kind_of(reasons);
    json_array_append_new(of_kinds[kind], part);
    if (json_array_size(reasons) > 0)
        json_object_set_new(part, "reasons", reasons);
    else
        json_decref(reasons);
    if (!set_fields(a, ITEM_FIELDS, LENGTH(ITEM_FIELDS), item, kind, part, err))
        return false;
    return json_object_get(part, "mpn") ||
           wrong(a, arena_printf(a, "ItemNumbers/ItemNumber/%zu", at), err, "names no part: itemMfrNumber is missing");
}

static bool sort_items(struct arena *a, const json_t *body, json_t *of_kinds[], struct error *err)
{
    json_t *items = as_list(json_object_get(json_object_get(body, "ItemNumbers"), "ItemNumber"));
    json_t *item;
    size_t i;
    bool ok = json_array_size(items) > 0 || wrong(a, "ItemNumbers", err, "there is no ItemNumber: the notice names no part");
    json_array_foreach(items, i, item) {
        ok = ok && add_item(a, item, i, of_kinds, err);
    }
    json_decref(items);
    return ok;
}

/* ---- notices ---- */

static json_t *all_reasons(const json_t *parts)
{
    json_t *all = json_object(), *list = json_array(), *part, *reason;
    size_t i, k;
    json_array_foreach(parts, i, part) {
        json_array_foreach(json_object_get(part, "reasons"), k, reason) {
            if (json_object_get(all, json_string_value(reason)))
                continue;
            json_object_set_new(all, json_string_value(reason), json_true());
            json_array_append(list, reason);
        }
    }
    json_decref(all);
    return list;
}

static bool need(struct arena *a, const json_t *notice, const char *member, const char *path, struct error *err)
{
    return json_object_get(notice, member) || wrong(a, path, err, "is missing");
}

/* The notice of one kind; its time is the day on which it was issued.  Which notice is taken back the document does not
 * say: it is what came before about those parts. */
static bool add_notice(struct arena *a, const json_t *body, int kind, json_t *parts, json_t *out, struct error *err)
{
    json_t *notice = json_pack("{s:s, s:s}", "type", "notice", "kind", KIND_WORDS[kind]), *reasons = all_reasons(parts);
    json_array_append_new(out, notice);
    if (json_array_size(reasons) > 0)
        json_object_set(notice, "reasons", reasons);
    json_decref(reasons);
    json_object_set(notice, "parts", parts);
    if (!set_fields(a, BODY_FIELDS, LENGTH(BODY_FIELDS), body, kind, notice, err) ||
        !need(a, notice, "number", "masterData/pcnNumber", err) ||
        !need(a, notice, "manufacturer", "masterData/pcnMfrName", err) ||
        !need(a, notice, "issued", "masterData/pcnIssueDate", err))
        return false;
    json_object_set(notice, "time", json_object_get(notice, "issued"));
    return true;
}

json_t *smartpcn_records(struct arena *a, const json_t *body, struct error *err)
{
    json_t *of_kinds[KINDS] = {json_array(), json_array(), json_array()}, *out = json_array();
    bool ok = (json_is_object(body) || error_at(err, ERR_INVALID, "/PCNbody", "is empty")) && sort_items(a, body, of_kinds, err);
    for (int kind = 0; kind < KINDS; kind++) {
        if (ok && json_array_size(of_kinds[kind]) > 0)
            ok = add_notice(a, body, kind, of_kinds[kind], out, err);
        json_decref(of_kinds[kind]);
    }
    if (ok)
        return out;
    json_decref(out);
    return NULL;
}
