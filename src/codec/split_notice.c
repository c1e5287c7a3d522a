/*
 * split_notice - product change notices as records: smartPCN XML, or JSON of the same names.
 *
 * The body is one PCNbody, or an element (in JSON: a list) with many.  Lines are ordinals of the notices that they
 * come to; what is wrong with one of many stops none of the others, what is no XML stops the rest.
 */
#include "split.h"

#include "smartpcn.h"
#include "xml.h"

#include "pedigree/base/cleanup.h"

#include <stdlib.h>
#include <string.h>

DEFINE_CLEANUP(json_t, json, json_decref)

struct notices {
    struct sink *sink;
    struct xml *xml;     /* NULL: JSON */
    void *array;         /* the reader of a JSON body, which tells `inner` */
    struct sink inner;
    int64_t told;        /* pieces */
    bool dead, any;
};

/* ---- a body that was read ---- */

static void tell_wrong(struct notices *n, bool single, const struct error *err)
{
    sink_piece(n->sink, &(struct piece){.line = ++n->told, .single = single, .err = err});
}

static void tell_body(struct notices *n, const json_t *body, bool single)
{
    struct arena a;
    struct error err = {0};
    arena_init(&a, 0);
    CLEANUP(json_cleanup) json_t *records = smartpcn_records(&a, body, &err);
    if (!records)
        tell_wrong(n, single, &err);
    single = single && json_array_size(records) == 1;
    for (size_t i = 0; i < json_array_size(records) && !n->sink->stopped; i++) {
        struct piece piece = {.line = ++n->told, .single = single};
        piece.json = json_canonical(&a, json_array_get(records, i), &piece.len);
        sink_piece(n->sink, &piece);
    }
    arena_reset(&a);
}

/* ---- XML ---- */

static bool take_element(void *ctx, const struct xml_item *item)
{
    struct notices *n = ctx;
    struct error err = {0};
    n->any = true;
    if (strcmp(item->name, "PCNbody") == 0) {
        tell_body(n, item->tree, item->is_root);
    } else {
        error_at(&err, ERR_INVALID, "", "element <%.60s> is not understood: a change notice is a PCNbody (smartPCN 3.x, VDMA 24903)",
                 item->name);
        tell_wrong(n, false, &err);
    }
    return !n->sink->stopped;
}

static void *start_xml(struct sink *sink)
{
    struct notices *n = calloc(1, sizeof *n);
    if (!n)
        abort();
    n->sink = sink;
    n->xml = xml_new(NULL, take_element, n);
    return n;
}

/* After a fault nothing more can be told apart. */
static void dead(struct notices *n, const struct error *err)
{
    n->dead = true;
    tell_wrong(n, n->told == 0, err);
}

static void feed_xml(void *self, const char *at, size_t len)
{
    struct notices *n = self;
    struct error err = {0};
    if (!n->dead && !xml_feed(n->xml, at, len, &err))
        dead(n, &err);
}

static void finish_xml(void *self)
{
    struct notices *n = self;
    struct error err = {0};
    if (n->dead || n->sink->stopped)
        return;
    if (!xml_finish(n->xml, &err))
        dead(n, &err);
    else if (!n->any) {
        error_set(&err, ERR_INVALID, "there is no PCNbody in it");
        dead(n, &err);
    }
}

/* ---- JSON ---- */

static bool take_text(void *ctx, const struct piece *piece)
{
    struct notices *n = ctx;
    struct error err = {0};
    json_error_t why;
    CLEANUP(json_cleanup)
    json_t *tree = piece->err ? NULL : json_loadb(piece->json, piece->len, JSON_REJECT_DUPLICATES, &why);
    if (tree)
        tell_body(n, json_object_get(tree, "PCNbody") ? json_object_get(tree, "PCNbody") : tree, piece->single);
    else if (!piece->err)
        error_set(&err, ERR_MALFORMED, "not JSON: %s", why.text);
    if (!tree)
        tell_wrong(n, piece->single, piece->err ? piece->err : &err);
    return !n->sink->stopped;
}

static void *start_json(struct sink *sink)
{
    struct notices *n = calloc(1, sizeof *n);
    if (!n)
        abort();
    n->sink = sink;
    n->inner = (struct sink){.fn = take_text, .ctx = n};
    n->array = ARRAY_READER.start(&n->inner);
    return n;
}

static void feed_json(void *self, const char *at, size_t len)
{
    struct notices *n = self;
    ARRAY_READER.feed(n->array, at, len);
}

static void finish_json(void *self)
{
    struct notices *n = self;
    ARRAY_READER.finish(n->array);
}

static void done(void *self)
{
    struct notices *n = self;
    xml_free(n->xml);
    if (n->array)
        ARRAY_READER.free(n->array);
    free(n);
}

const struct reader NOTICE_READER = {start_xml, feed_xml, finish_xml, done};
const struct reader NOTICE_JSON_READER = {start_json, feed_json, finish_json, done};
