/*
 * certificate - what a certificate is for, how it stands on a day, what it covers.  Pure.
 *
 * A certificate is what several records say of one number: its terms (issued .. expires) and its
 * statuses, each from its day.  A renewal is another term.  Nothing is overwritten: how it stood on
 * a day is a function of the words that are given, so the answer "as known then" is the answer to
 * the words that were known then.
 */
#pragma once

#include "pedigree/model/record.h"

/* ---- kinds ---- */

enum cert_kind {
#define CERT_KIND(symbol, code, purpose, words) CERT_KIND_##symbol,
#include "pedigree/model/cert_kind.def"
    CERT_KINDS
};
typedef uint32_t cert_set; /* a bit 1 << cert_kind for each */

/* What a rule asks for. */
enum cert_purpose {
    CERT_FOR_AVOIDANCE,   /* of suspect parts, by who sells or buys them */
    CERT_FOR_MANAGEMENT,  /* a component management plan */
    CERT_FOR_COMPONENT,
    CERT_FOR_LABORATORY,
    CERT_FOR_SUBSTANCES,
    CERT_FOR_INFORMATION, /* security: ISO/IEC 27001 */
    CERT_FOR_NUCLEAR,
    CERT_FOR_DEVELOPMENT, /* IEC 62443-4-1 */
    CERT_FOR_SECURITY,    /* of a component: IEC 62443-4-2 */
    CERT_FOR_CYBER,       /* any part of IEC 62443 */
    CERT_FOR_EXPLOSIVE,   /* IECEx */
    CERT_FOR_QUALITY,
};
cert_set certificate_kinds(const char *scheme, const char *standard); /* NULLs allowed; 0: none known */
cert_set cert_kinds_for(enum cert_purpose p);
const char *cert_kind_code(enum cert_kind k); /* "IECQ_AP_CAP" */

/* Number, or name of a body, as it is compared: upper-case letters and digits, without marks. */
const char *certificate_key(struct arena *a, const char *number);

/* ---- how it stands ---- */

struct certificate_word { /* what one record says of it */
    const struct certificate_statement *said;
    struct when time;
    const uint8_t *key; /* 16 bytes: of two at one time the greater is the later */
    const char *owner;  /* whose word it is, as written; and whether as an operator: one source */
    bool by_operator;
    int64_t seq;
};

enum cert_standing { CERT_NOT_ISSUED, CERT_ACTIVE, CERT_EXPIRED, CERT_SUSPENDED, CERT_CANCELLED, CERT_WITHDRAWN };
const char *cert_standing_word(enum cert_standing s); /* not-issued active expired suspended .. */

struct certificate_state {
    enum cert_standing standing;
    size_t by; /* the word that decides */
};
/* On that day; at least one word.  Suspended and the like count only within a term. */
struct certificate_state certificate_on(const struct certificate_word *words, size_t len, int32_t day);

struct certificate_interval {
    struct certificate_state state;
    int32_t from, to; /* INT32_MIN, INT32_MAX: open */
};
/* From the beginning to the end of time, without gaps; in `a`. */
const struct certificate_interval *certificate_intervals(struct arena *a, const struct certificate_word *words,
                                                         size_t len, size_t *out_len);
/* What the later word says counts, member by member: the certificate as told by all of them. */
struct certificate_statement certificate_told(const struct certificate_word *words, size_t len);

/* ---- what it covers ---- */

enum cert_activity { CERT_DISTRIBUTES = 1, CERT_TESTS = 2, CERT_MAKES = 4, CERT_REPAIRS = 8 };
/* Which of the activities a scope in words names; 0: none that is known. */
unsigned certificate_activities(const char *scope);

/* Whether a free text names that profile, standard, ..: all words of it, whatever marks are in them and whoever publishes it. */
bool certificate_text_names(struct arena *a, const char *text, const char *name);

/* ---- security levels (IEC 62443-4-2) ---- */

enum { SECURITY_REQUIREMENTS = 7, SECURITY_LEVEL_MAX = 4 }; /* IAC UC SI DC RDF TRE RA */
extern const char *const SECURITY_REQUIREMENT[SECURITY_REQUIREMENTS];
/* "3", "SL-C 2", "SL-T 2", "IAC 3, UC 2, ..", "3 3 2 1 2 2 1": one level for each foundational requirement; those that a list
 * does not name are 0.  False: none of these. */
bool security_levels(const char *level, uint8_t out[static SECURITY_REQUIREMENTS]);
