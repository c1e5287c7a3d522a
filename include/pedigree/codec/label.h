/*
 * label - what the 2D code on a package says: ISO/IEC 15434 envelopes of format 06 with the data
 * identifiers of ANSI MH10.8.2, as EIGP 114 uses them, and the forms that labels really come in.
 *
 * Source: domain reference 8 (document level).  Pure.  Nothing is guessed: a field whose meaning
 * two parties agree on (9D, P) keeps every reading; what deviates from the standard is decoded
 * all the same and said; a payload that cannot be parted into fields has none.
 */
#pragma once

#include "pedigree/base/arena.h"
#include "pedigree/model/datecode.h"

enum label_form {
    LABEL_UNKNOWN,  /* no form that is known here: no fields */
    LABEL_ENVELOPE, /* ISO/IEC 15434, format 06 */
    LABEL_BARE,     /* its fields, without the envelope */
    LABEL_BLANKS,   /* its fields, parted by blanks: where one ends is not sure */
    LABEL_WORDS,    /* KEY:value parted by blanks */
    LABEL_BRACES    /* {key:value,key:value} */
};
const char *label_form_word(enum label_form f); /* "ISO/IEC 15434 format 06", ... */

/* What a field tells.  Many identifiers tell what no rule reads: LABEL_OTHER. */
enum label_item {
    LABEL_OTHER,
    LABEL_MPN,           /* 1P; 50P before its "+" */
    LABEL_CUSTOMER_PART, /* P: the customer's number, or whatever the sender put there */
    LABEL_SUPPLIER_PART, /* 30P: the distributor's own */
    LABEL_MAKER,         /* 1V 10V 12V 13V 17V 18V 25V */
    LABEL_QUANTITY,      /* Q 7Q */
    LABEL_OF_PACKAGES,   /* 13Q: n of m */
    LABEL_DATE,          /* 3D 4D 9D 10D 11D 12D 13D 16D: of production */
    LABEL_DAY,           /* 6D: of whatever its qualifier says */
    LABEL_EXPIRY,        /* 14D 25D */
    LABEL_LOT,           /* 1T: assigned by the supplier; on a maker's label the maker's */
    LABEL_SUB_LOT,       /* 30T to 34T */
    LABEL_CUSTOMER_LOT,  /* T */
    LABEL_SERIAL,        /* S 1S 18S 30S */
    LABEL_PACKAGE,       /* 3S 4S J to 6J: like items */
    LABEL_MIXED_PACKAGE, /* 5S: of unlike items */
    LABEL_ORIGIN,        /* 4L */
    LABEL_BIN, LABEL_FINISH, LABEL_MSL,
    LABEL_PADDING        /* 20Z and fields without data: say nothing */
};

/* Bits: how it deviates from what the standard asks for.  None keeps it from being decoded. */
enum label_deviation {
    LABEL_NO_HEADER = 1 << 0,
    LABEL_CUT_HEADER = 1 << 1,      /* some of "[)>" is missing, or stands twice */
    LABEL_NO_HEADER_RS = 1 << 2,
    LABEL_NO_FORMAT_GS = 1 << 3,    /* "06" runs into the first field */
    LABEL_NO_TRAILER = 1 << 4,
    LABEL_PICTURES = 1 << 5,        /* separators are shown as other characters */
    LABEL_LEADING_ZERO = 1 << 6,    /* of an identifier */
    LABEL_EMPTY_FIELD = 1 << 7,
    LABEL_NO_IDENTIFIER = 1 << 8,   /* of a field */
    LABEL_OTHER_FORMAT = 1 << 9,    /* it also holds a format that is not decoded here */
    LABEL_AFTER_TRAILER = 1 << 10,
    LABEL_NOT_FORMAT_06 = 1 << 11,  /* another form altogether */
    LABEL_DEVIATIONS = 12
};
/* A phrase for people; `bit`: one of the above. */
const char *label_deviation_words(unsigned bit);

struct label_field {
    const char *identifier; /* "1P", without leading zeros; a key as written; "": it has none */
    const char *value;      /* as written, without blanks at its ends */
    enum label_item item;
    const char *meaning;    /* for people; "" if not known here; static */
};

struct label {
    enum label_form form;
    struct label_field *fields; /* in their order */
    size_t fields_len;
    unsigned deviations;
    const char *trouble; /* why it has no fields; static; NULL: it has some */
};

/* All of it lives in `a`.  `payload`: UTF-8, control characters and all. */
struct label label_decode(struct arena *a, const char *payload);

/* The next field that tells `item`, from *at on, which moves behind it; NULL: no more. */
const struct label_field *label_next(const struct label *l, enum label_item item, size_t *at);
/* Of a LABEL_DATE, LABEL_DAY or LABEL_EXPIRY: every reading; datecode_parse() says how `day` counts. */
struct date_code label_date(const struct label_field *f, int32_t day);
/* Whole pieces of a LABEL_QUANTITY; -1: not to be read. */
int64_t label_pieces(const struct label_field *f);
/* Of a LABEL_OF_PACKAGES: "2/5"; false: not to be read. */
bool label_of_packages(const struct label_field *f, int64_t *nth, int64_t *of);
/* The part number of a LABEL_MPN. */
const char *label_mpn(struct arena *a, const struct label_field *f);
/* Whom a LABEL_MAKER names, as manufacturers are written: "cage:1ABC5", "TI"; NULL: a code of
 * which only two parties know the meaning. */
const char *label_maker(struct arena *a, const struct label_field *f);
/* What makes this label another than those of like packages: its first package id, else its
 * first serial number; NULL: nothing. */
const char *label_unique(const struct label *l);
/* The same text for the same fields, whatever separators, header, padding or trailer there were. */
const char *label_canonical(struct arena *a, const struct label *l);
