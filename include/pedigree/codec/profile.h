/*
 * profile - what registers, alert services and life-cycle sources publish, as records.  Pure.
 *
 * An item is one entry of such a source: a JSON object, a row of a sheet (column: text), an element of XML (codec/xml.h).
 * A profile says which of its fields is which member of a record; names of fields are compared without case and
 * separators, and those that it does not name are not read.  The list is `pedigreed feed profiles`.
 */
#pragma once

#include "pedigree/base/text.h"
#include "pedigree/codec/codec.h"

struct profile;
const struct profile *profile_find(const char *name); /* NULL: none */
const struct profile *profile_at(size_t i);            /* NULL: past the last */
const char *profile_name(const struct profile *p);
void profiles_dump(struct text *out);

/* What an item is cut out of its body by. */
enum item_format { ITEMS_JSON, ITEMS_NDJSON, ITEMS_CSV, ITEMS_XML };
/* By a word, a file's extension or a media type. */
bool item_format_of(const char *word, enum item_format *out);
/* Pieces are items as JSON texts.  `item`: XML, the element's name; JSON, the path of the list (a.b) in the document; may be
 * NULL.  A body of JSON with a path is held whole, ITEMS_WHOLE_MAX bytes at most. */
enum { ITEMS_WHOLE_MAX = 16 * 1024 * 1024 };
struct splitter *profile_splitter(const struct profile *p, enum item_format format, const char *item, piece_fn fn, void *ctx);

/* What goes for all items of a source. */
struct profile_source {
    const char *source;       /* who says so, where the item does not */
    const char *manufacturer; /* likewise, whose parts; NULL */
};
/* Records without `time` unless the item says it, and without `id` but as `records` has one; new reference.  NULL: *err
 * names the field. */
json_t *profile_records(struct arena *a, const struct profile *p, const struct profile_source *s, const char *item, size_t len,
                        struct error *err);
/* What a record is about, so that a later word on it is known to be one: "certificate AP-CAP 77". */
const char *profile_identity(struct arena *a, const json_t *record);
