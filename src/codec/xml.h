/*
 * xml - elements of an XML document as JSON trees, one at a time, as it streams by.
 *
 *   <item no="7"><name>A</name><list><x>1</x><x>2</x></list></item>
 *   {"@no": "7", "name": "A", "list": {"x": ["1", "2"]}}
 *
 * An element with nothing but text is that text, trimmed; text beside attributes or elements is "#text";
 * what comes again is a list.  Names are without their prefix, namespaces are not looked at.
 *
 * Nothing outside the document is ever read: a document type is refused, and with it every entity but
 * XML's own five.  One element has at most RECORD_MAX_BYTES, RECORD_MAX_VALUES and RECORD_MAX_DEPTH.
 */
#pragma once

#include "pedigree/codec/codec.h"

struct xml;
/* An element that is an item: its name, the line it begins on, whether it is the document itself.  `tree` is borrowed.
 * False: no more. */
struct xml_item {
    const char *name;
    const json_t *tree;
    int64_t line;
    bool is_root;
};
typedef bool (*xml_item_fn)(void *ctx, const struct xml_item *item);

/* Items are the elements named `item` wherever they are; NULL: PCNbody, else what the document's element holds. */
struct xml *xml_new(const char *item, xml_item_fn fn, void *ctx);
/* False: the rest cannot be read, and *err says why and in which line; nothing more may be fed. */
bool xml_feed(struct xml *x, const char *at, size_t len, struct error *err);
bool xml_finish(struct xml *x, struct error *err);
void xml_free(struct xml *x);
