/*
 * split_items - entries of a source (profile.h) as JSON texts: elements of XML, a list within a JSON document.
 *
 * Sheets, lists and lines are read as other bodies are (split_csv.c, split_array.c, split_lines.c).
 */
#include "split.h"

#include "xml.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/codec/profile.h"

#include <stdlib.h>
#include <string.h>

DEFINE_CLEANUP(json_t, json, json_decref)

struct items {
    struct sink *sink;
    struct xml *xml;      /* NULL: JSON */
    struct arena arena;   /* of a JSON document */
    struct text document;
    int64_t told;
    bool dead;
};

static struct items *items_new(struct sink *sink)
{
    struct items *s = calloc(1, sizeof *s);
    if (!s)
        abort();
    s->sink = sink;
    arena_init(&s->arena, 0);
    s->document = text_new(&s->arena);
    return s;
}

static void dead(struct items *s, const struct error *err)
{
    s->dead = true;
    sink_piece(s->sink, &(struct piece){.line = s->told + 1, .err = err});
}

/* As text: floats, which a register may have, are kept as they are. */
static void tell(struct items *s, const json_t *item, int64_t line)
{
    char *text = json_dumps(item, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
    if (!text)
        abort();
    s->told++;
    sink_piece(s->sink, &(struct piece){.line = line, .json = text, .len = strlen(text)});
    free(text);
}

/* ---- XML: the line of an item is the one it begins on ---- */

static bool take_element(void *ctx, const struct xml_item *item)
{
    struct items *s = ctx;
    CLEANUP(json_cleanup) json_t *bare = json_is_object(item->tree) ? NULL : json_object();
    if (bare)
        json_object_set(bare, "#text", (json_t *)(uintptr_t)item->tree);
    tell(s, bare ? bare : item->tree, item->line);
    return !s->sink->stopped;
}

static void *start_xml(struct sink *sink)
{
    struct items *s = items_new(sink);
    s->xml = xml_new(sink->item, take_element, s);
    return s;
}

static void feed_xml(void *self, const char *at, size_t len)
{
    struct items *s = self;
    struct error err = {0};
    if (!s->dead && !xml_feed(s->xml, at, len, &err))
        dead(s, &err);
}

static void finish_xml(void *self)
{
    struct items *s = self;
    struct error err = {0};
    if (!s->dead && !xml_finish(s->xml, &err))
        dead(s, &err);
}

/* ---- JSON: a list within a document ---- */

static void *start_json(struct sink *sink)
{
    return items_new(sink);
}

static void feed_json(void *self, const char *at, size_t len)
{
    struct items *s = self;
    struct error err = {0};
    if (s->dead)
        return;
    if (s->document.len + len <= ITEMS_WHOLE_MAX) {
        text_add_n(&s->document, at, len);
        return;
    }
    error_set(&err, ERR_TOO_LARGE, "a JSON document that is read by a path has at most %d bytes", ITEMS_WHOLE_MAX);
    dead(s, &err);
}

static void finish_json(void *self)
{
    struct items *s = self;
    struct error err = {0};
    json_error_t why = {0};
    if (s->dead)
        return;
    CLEANUP(json_cleanup) json_t *whole = json_loadb(s->document.at, s->document.len, JSON_REJECT_DUPLICATES, &why);
    json_t *list = whole, *item;
    char *path = arena_strdup(&s->arena, s->sink->item);
    for (char *step; list && (step = strsep(&path, "."));)
        list = json_object_get(list, step);
    if (!whole)
        error_set(&err, ERR_MALFORMED, "not JSON: line %d: %.200s", why.line, why.text);
    else if (!json_is_array(list))
        error_set(&err, ERR_INVALID, "there is no list %.100s in it", s->sink->item);
    if (err.code != ERR_OK) {
        dead(s, &err);
        return;
    }
    for (size_t i = 0; i < json_array_size(list) && !s->sink->stopped; i++) {
        item = json_array_get(list, i);
        tell(s, item, (int64_t)i + 1);
    }
}

static void done(void *self)
{
    struct items *s = self;
    xml_free(s->xml);
    arena_reset(&s->arena);
    free(s);
}

const struct reader ELEMENTS_READER = {start_xml, feed_xml, finish_xml, done};
static const struct reader WITHIN_READER = {start_json, feed_json, finish_json, done};

struct splitter *profile_splitter(const struct profile *p, enum item_format format, const char *item, piece_fn fn, void *ctx)
{
    const struct reader *const readers[] = {[ITEMS_JSON] = item ? &WITHIN_READER : &ARRAY_READER,
                                            [ITEMS_NDJSON] = &LINES_READER,
                                            [ITEMS_CSV] = p == profile_find("records") ? &CSV_READER : &ROWS_READER,
                                            [ITEMS_XML] = &ELEMENTS_READER};
    return splitter_of(readers[format], item, fn, ctx);
}
