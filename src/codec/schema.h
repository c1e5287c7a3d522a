/*
 * schema - what a record may hold, as one table: decoding, validation, the commitment
 * parts, the CSV columns and the JSON Schema all read it.
 *
 * A member says where its value goes by `at`: 1 + its offset in the struct that its
 * object describes, 0 if it is only validated.  By kind and `many` that place is text
 * kinds, ONE      const char *         LIST, ONE_OR_LIST  struct words QUANTITY COUNT ...
 * int64_t              BOOL               bool WHEN                 struct when PART
 * struct part_name RECORD               int64_t seq, then const char *id OBJECT, ONE the
 * struct itself    LIST               pointer to items, then size_t len
 */
#pragma once

#include "pedigree/codec/codec.h"

enum kind {
    KIND_TEXT,     /* one line of 1..1024 characters */
    KIND_NOTE,     /* <= 4 KiB, lines */
    KIND_LABEL,    /* <= 4 KiB, raw 2D label with its separators */
    KIND_CODE,     /* 1..128 characters */
    KIND_QUANTITY, /* whole, 1..2^53 */
    KIND_COUNT,    /* whole, 0..2^53 */
    KIND_INTEGER,  /* whole, may be negative */
    KIND_BOOL,
    KIND_WHEN,
    KIND_COUNTRY,
    KIND_PARTY,         /* stored as party_normal() */
    KIND_MAKER,         /* stored as manufacturer_normal() */
    KIND_MAKER_WRITTEN, /* stored as written */
    KIND_PART,          /* {manufacturer, mpn} */
    KIND_PART_KEY,      /* a part number, or a part: stored as part_key() */
    KIND_DECIMAL,       /* "12.50" */
    KIND_WORD,          /* one of `words` */
    KIND_SHA256,
    KIND_CURRENCY,
    KIND_RECORD, /* seq, or the id its submitter gave */
    KIND_SCALAR, /* text, whole number or boolean */
    KIND_ANY,
    KIND_OBJECT,
};

enum many { ONE, LIST, ONE_OR_LIST };

struct member {
    const char *name;
    enum kind kind;
    enum many many;
    bool required;
    size_t at;  /* 1 + offset; 0: only validated */
    size_t has; /* 1 + offset of a bool: given (an object: and not in shorthand) */
    const struct object *object; /* OBJECT */
    const char *const *words;    /* WORD; ends with NULL */
    const char *need;     /* OBJECT, PART: members it must have here, besides its own */
    enum part_class part; /* 0: as what it is in */
    size_t least;         /* LIST: fewest items */
    size_t most;          /* LIST: most items; 0: LIST_MAX */
    bool names; /* something that the ledger has a row for, as organisations and makers do anyway */
    const char *help;
};

/* Objects of this `kind` are in that part, unless a member says otherwise. */
struct kind_part {
    const char *kind; /* NULL ends */
    enum part_class part;
};

struct object {
    const char *name; /* of its JSON Schema */
    const struct member *members;
    size_t len, size;      /* size of one item where it is in a list */
    const char *shorthand; /* a text may stand for the object: this member of it */
    bool any_text;         /* a text may stand for the object, and is only kept */
    bool is_part; /* begins with a struct part_name: its keys are made of what is written
                   */
    const struct kind_part *kind_parts; /* NULL: all in the part of their member */
    const char *help;
};

struct type_schema {
    const struct member *members;
    size_t len;
    size_t
        own; /* statements: 1 + offset in struct record of the pointer to their struct */
    size_t own_size;
    const char *help;
};

enum { LIST_MAX = 10000, INOUT_MAX = 1000 };
#define QUANTITY_MAX (INT64_C(1) << 53)

extern const struct object COMMON; /* members of every record */
extern const struct object PART, LOOSE_PART, LOT;
const struct type_schema *type_schema(enum record_type t);
/* The member of that name, NULL if there is none. */
const struct member *object_member(const struct object *o, const char *name);
const struct member *type_member(enum record_type t, const char *name);
/* The object a member holds, NULL for scalars. */
const struct object *member_object(const struct member *m);
bool kind_is_integer(enum kind k);

/* schema_reference.c */
extern const struct type_schema ORGANISATION_TYPE, AUTHORIZATION_TYPE, CERTIFICATE_TYPE,
    PART_TYPE, NOTICE_TYPE, ALERT_TYPE, OFFER_TYPE, SNAPSHOT_TYPE, BOM_TYPE,
    DECISION_TYPE, REVIEW_TYPE, POLICY_TYPE;

#define AT(type, member) (1 + offsetof(type, member))
#define OBJECT_OF(name, table, type, ...)                                                \
    {                                                                                    \
        name, table, LENGTH(table), sizeof(type), __VA_ARGS__                            \
    }
