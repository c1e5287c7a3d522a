/*
 * codec - bytes to records and back.  Pure: no I/O, no clock.
 *
 *   bytes --splitter--> one record's JSON text (or CSV row) --decode--> struct record
 *
 * What a record type may hold is one table (codec/schema.c); validation, decoding, the JSON
 * Schema of /openapi.json and the commitment parts all read it.
 */
#pragma once

#include "pedigree/base/digest.h"
#include "pedigree/base/error.h"
#include "pedigree/model/record.h"

/* ---- one record ---- */

enum {
    RECORD_MAX_BYTES = 4 * 1024 * 1024, /* one record's text; more is TOO_LARGE */
    RECORD_MAX_DEPTH = 32,
    LOT_MARKS_MAX = 10000, /* serials, packages, codes, .. that one record says of a lot */
    RECORD_MAX_VALUES = 200000, /* members and items: read, each takes a hundred bytes and more */
};

struct decoded {
    struct record *record;
    const char *canonical; /* RFC 8785, NUL-terminated */
    size_t canonical_len;
    uint8_t digest[SHA256_LEN]; /* of canonical */
    size_t values;              /* members and items in it */
    const char *signature;      /* that came with it and is no part of it; as written, NULL: none */
};

/*
 * Validates and decodes one JSON object.  Everything lives in `a` but record->json, which the
 * caller releases with json_decref().  On failure err->where is the JSON pointer of the
 * offending member, err->detail says what would be right; unknown members are named with the
 * nearest known one; duplicate keys, NUL characters, floats, bad UTF-8 are errors.
 */
bool record_decode(struct arena *a, const char *json, size_t len, struct decoded *out,
                   struct error *err);
/* As record_decode for an already parsed object (takes a new reference, and `signature` out of it). */
bool record_decode_json(struct arena *a, json_t *json, struct decoded *out,
                        struct error *err);

/*
 * As record_decode of a text that was validated before, for who keeps many: what the record points
 * to lives in `a`; the record itself, which has no `json`, in `passing`.
 */
bool record_read(struct arena *a, struct arena *passing, const char *json, size_t len,
                 struct record **out, struct error *err);

/* RFC 8785 canonical text of any JSON value without floats. */
char *json_canonical(struct arena *a, const json_t *value, size_t *len);

/* ---- commitment parts (architecture 1.7) ---- */

/*
 * The order of parts is fixed for ever; index 0 (envelope) is filled by the ledger.  Who reads
 * of a lot upstream of his own sees the rest and the documents; the parts before those hold
 * what access keeps from him: prices and invoices; partners, references, sites and private
 * papers; how many pieces and which (serials and packages count, too).
 */
enum part_class {
    PART_ENVELOPE, PART_PRICE, PART_PARTIES, PART_QUANTITIES, PART_DOCUMENTS, PART_TEXT,
    PART_REST, PART_ELEMENTS /* then one part for each element of inputs, outputs */
};
struct parts {
    struct span *at; /* [1..len): canonical JSON of each part; [0] is empty */
    size_t len;
};
/*
 * Every member of the record is in exactly one part, chosen by the schema table.  A part is the
 * record with only its own members, {} if it has none; a list whose items are shared between
 * parts has {} where an item's members are elsewhere.  An element's part is {"inputs":[element]}
 * or {"outputs":[element]}.  Parts merged member by member and item by item are the record.
 */
struct parts record_parts(struct arena *a, const struct record *r);
/* The signature is none of the parts; its digest is made as if it were the one of this number. */
#define PART_SIGNATURE UINT32_MAX

/* ---- what is left when contents are taken away ---- */

/* A bit 1 << part_class for each part that `redacted` takes (PART_ELEMENTS: all elements). */
typedef uint32_t part_set;
const char *part_word(enum part_class part); /* from PART_PRICE on */
part_set redacted_parts(const struct record *redacted);
/* Whether so much goes that the rest is no fact any more: all but prices and free text is. */
bool redacted_is_void(part_set parts);
/* The record without those parts, as readers see it, in canonical JSON: items of lists stay in their places, as {} if
 * nothing is left of them, so that the other parts are cut from it as before. */
const char *record_shown(struct arena *a, const struct record *r, part_set parts);
/* What the ledger keeps in its place: a record that decodes, and names the same lots, organisations and parts.  If the
 * facts go, type, time and names are all that is true of it, and it counts as voided; else what is required of
 * the rest is filled. */
const char *record_husk(struct arena *a, const struct record *r, part_set parts);

/* ---- many records in one body ---- */

enum body_format {
    BODY_JSON,
    BODY_NDJSON,
    BODY_CSV,
    BODY_NOTICE,     /* XML: product change notices (smartPCN 3.x, VDMA 24903) */
    BODY_NOTICE_JSON /* the same elements as JSON */
};
/* By the media type; its parameters are ignored. */
bool body_format_of(const char *content_type, enum body_format *out);
/* No charset is named, or one that is UTF-8: others are not converted. */
bool body_is_utf8(const char *content_type);

struct splitter;
/* One record's text, or why it cannot be one.  `line`: 1-based line (NDJSON, CSV) or ordinal
 * in the array (JSON).  `single`: the body was one JSON object, not an array. Return false to
 * stop. */
struct piece {
    int64_t line;
    const char *json; /* NULL if err is set; for CSV the row as the JSON record it means */
    size_t len;
    bool single;
    const struct error *err;
};
typedef bool (*piece_fn)(void *ctx, const struct piece *piece);

/* Constant memory: at most RECORD_MAX_BYTES of one record are held; a longer one yields one
 * TOO_LARGE piece and is skipped. */
struct splitter *splitter_new(enum body_format format, piece_fn fn, void *ctx);
bool splitter_feed(struct splitter *s, const void *bytes, size_t len); /* false: fn stopped */
/* End of the body: flushes; a truncated last record yields a piece with an error. */
bool splitter_finish(struct splitter *s);
void splitter_free(struct splitter *s);

/* ---- descriptions printed from the schema table ---- */

json_t *schema_record(enum record_type t); /* JSON Schema (2020-12) of one type; new reference */
json_t *schema_definitions(void);          /* $defs shared by all of them; new reference */
const char *const *csv_columns(size_t *len); /* the documented column profile */
