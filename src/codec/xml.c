/* xml - see the header. */
#include "xml.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"

#include <expat.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

DEFINE_CLEANUP(json_t, json, json_decref)

struct frame { /* an element that is open, within an item */
    const char *name;
    json_t *members;
    struct text text;
};

struct xml {
    XML_Parser parser;
    const char *item;
    xml_item_fn fn;
    void *ctx;
    struct arena arena; /* of the item in hand */
    VEC(struct frame) open;
    int depth;       /* elements open, also outside of items */
    size_t values;   /* of the item in hand */
    int64_t fed, began; /* bytes; where what is in hand began */
    int64_t line;    /* of the item in hand */
    bool is_root;
    struct error wrong; /* why the parser was stopped */
    bool is_over;       /* fn wants no more */
};

static void stop(struct xml *x)
{
    XML_StopParser(x->parser, XML_FALSE);
}

static void refuse(struct xml *x, enum error_code code, const char *why)
{
    error_set(&x->wrong, code, "line %" PRId64 ": %s", (int64_t)XML_GetCurrentLineNumber(x->parser), why);
    stop(x);
}

/* ---- an item grows ---- */

static const char *bare_name(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon && colon[1] ? colon + 1 : name;
}

static bool is_counted(struct xml *x, size_t more)
{
    x->values += more;
    if (x->values > RECORD_MAX_VALUES)
        refuse(x, ERR_TOO_LARGE, "one item has too many elements and attributes");
    return x->values <= RECORD_MAX_VALUES;
}

static void add_value(json_t *to, const char *name, json_t *value)
{
    json_t *before = json_object_get(to, name);
    if (json_is_array(before)) {
        json_array_append_new(before, value);
    } else if (before) {
        json_t *list = json_array();
        json_array_append(list, before);
        json_array_append_new(list, value);
        json_object_set_new(to, name, list);
    } else {
        json_object_set_new(to, name, value);
    }
}

static void push(struct xml *x, const char *name, const char **attributes)
{
    struct frame f = {arena_strdup(&x->arena, bare_name(name)), json_object(), text_new(&x->arena)};
    for (; *attributes; attributes += 2)
        if (strncmp(attributes[0], "xmlns", 5) != 0 && is_counted(x, 1))
            json_object_set_new(f.members, arena_printf(&x->arena, "@%s", bare_name(attributes[0])),
                                json_string(attributes[1]));
    *vec_push(&x->arena, &x->open) = f;
    if (x->open.len >= RECORD_MAX_DEPTH)
        refuse(x, ERR_INVALID, "elements are nested too deep");
    is_counted(x, 1);
}

/* What the element comes to; takes its members. */
static json_t *close_frame(struct frame *f)
{
    const char *text = text_trim(text_str(&f->text));
    if (json_object_size(f->members) == 0) {
        json_decref(f->members);
        return json_string(text);
    }
    if (*text)
        json_object_set_new(f->members, "#text", json_string(text));
    return f->members;
}

static void forget_item(struct xml *x)
{
    for (size_t i = 0; i < x->open.len; i++)
        json_decref(x->open.at[i].members);
    x->open.at = NULL;
    x->open.len = x->open.cap = 0;
    x->values = 0;
    arena_reset(&x->arena);
}

static void pop(struct xml *x)
{
    struct frame f = x->open.at[--x->open.len];
    CLEANUP(json_cleanup) json_t *value = close_frame(&f);
    if (x->open.len > 0) {
        add_value(x->open.at[x->open.len - 1].members, f.name, json_incref(value));
        return;
    }
    x->is_over = !x->fn(x->ctx, &(struct xml_item){f.name, value, x->line, x->is_root});
    forget_item(x);
    if (x->is_over)
        stop(x);
}

/* ---- what expat tells ---- */

static bool is_item(const struct xml *x, const char *name)
{
    if (x->item)
        return strcmp(bare_name(name), x->item) == 0;
    return x->depth == 1 || strcmp(bare_name(name), "PCNbody") == 0;
}

static void on_start(void *ctx, const char *name, const char **attributes)
{
    struct xml *x = ctx;
    if (x->open.len == 0) {
        x->began = XML_GetCurrentByteIndex(x->parser);
        x->line = (int64_t)XML_GetCurrentLineNumber(x->parser);
        x->is_root = x->depth == 0;
    }
    if (x->open.len > 0 || is_item(x, name))
        push(x, name, attributes);
    x->depth++;
}

static void on_end(void *ctx, const char *name)
{
    struct xml *x = ctx;
    (void)name;
    x->depth--;
    if (x->open.len > 0)
        pop(x);
    if (x->open.len == 0)
        x->began = XML_GetCurrentByteIndex(x->parser);
}

static void on_text(void *ctx, const char *at, int len)
{
    struct xml *x = ctx;
    if (x->open.len > 0)
        text_add_n(&x->open.at[x->open.len - 1].text, at, (size_t)len);
    else
        x->began = XML_GetCurrentByteIndex(x->parser);
}

static void on_doctype(void *ctx, const char *name, const char *system, const char *public, int has_subset)
{
    (void)name, (void)system, (void)public, (void)has_subset;
    refuse(ctx, ERR_INVALID, "a document type (<!DOCTYPE ...>) is not taken: leave it out, and write entities as characters");
}

struct xml *xml_new(const char *item, xml_item_fn fn, void *ctx)
{
    struct xml *x = calloc(1, sizeof *x);
    if (!x || !(x->parser = XML_ParserCreate(NULL)))
        abort();
    x->item = item;
    x->fn = fn;
    x->ctx = ctx;
    arena_init(&x->arena, 0);
    XML_SetUserData(x->parser, x);
    XML_SetElementHandler(x->parser, on_start, on_end);
    XML_SetCharacterDataHandler(x->parser, on_text);
    XML_SetStartDoctypeDeclHandler(x->parser, on_doctype);
    return x;
}

static bool is_fine(struct xml *x, enum XML_Status status, struct error *err)
{
    if (status == XML_STATUS_OK || x->is_over)
        return true;
    if (x->wrong.code != ERR_OK)
        *err = x->wrong;
    else
        error_set(err, ERR_MALFORMED, "line %" PRId64 ": not XML: %s", (int64_t)XML_GetCurrentLineNumber(x->parser),
                  XML_ErrorString(XML_GetErrorCode(x->parser)));
    return false;
}

enum { STEP = 64 * 1024 };

bool xml_feed(struct xml *x, const char *at, size_t len, struct error *err)
{
    while (len > 0 && !x->is_over) {
        size_t n = len < STEP ? len : STEP;
        if (!is_fine(x, XML_Parse(x->parser, at, (int)n, XML_FALSE), err))
            return false;
        at += n;
        len -= n;
        x->fed += (int64_t)n;
        if (!x->is_over && x->fed - x->began > RECORD_MAX_BYTES)
            return error_set(err, ERR_TOO_LARGE, "line %" PRId64 ": one element has at most %d bytes; this one is longer",
                             x->line, RECORD_MAX_BYTES);
    }
    return true;
}

bool xml_finish(struct xml *x, struct error *err)
{
    return x->is_over || is_fine(x, XML_Parse(x->parser, "", 0, XML_TRUE), err);
}

void xml_free(struct xml *x)
{
    if (!x)
        return;
    forget_item(x);
    XML_ParserFree(x->parser);
    free(x);
}
