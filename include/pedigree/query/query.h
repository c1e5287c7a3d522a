/*
 * query - what readers ask: one function a question, answered as JSON text in the
 * reader's arena.
 *
 * Each answer is made in one snapshot and holds only what `access` lets the caller see;
 * what he may not see is ERR_NOT_FOUND, in the words used for what is not there.
 * Organisations come in normal form (party_normal).  Lists are {"items": [...], "next":
 * cursor}; a cursor that is not one of ours is ERR_INVALID at "cursor".  A page may be
 * short, or empty, and still have a `next`: then as many candidates as one request may
 * look at have been looked at.
 */
#pragma once

#include "pedigree/access/access.h"

/*
 * Whether a streaming replica may answer: once it has replayed all that is known here of the ledger, what
 * the committer wrote and what any answer told.  So nobody who reads twice goes back in time, and who reads
 * after a receipt finds the record.  One that is behind, cannot be reached or was promoted is left alone for
 * a while, and the primary answers.  Shared by all readers.
 */
struct replica;
struct replica *replica_new(void);
void replica_free(struct replica *r); /* accepts NULL */
void replica_know(struct replica *r, int64_t size, int64_t generation); /* of the ledger */

struct reader {
    struct db *db; /* leased, with QUERY_SETTINGS; the primary's */
    struct arena *arena;
    const struct caller *caller;
    struct db *replica_db; /* NULL: there is none */
    struct replica *replica;
    struct tile_cache *tiles; /* tiles.h */
};

/* ---- the log (api asks for nothing beyond the published size) ---- */
struct tile_id;
struct span;
/* A tile, or a bundle of entries. */
bool query_tile(const struct reader *r, const struct tile_id *id, struct span *out, struct error *err);
/* Lines of base64 hashes: that the tree of `from` is the beginning of that of `to`; from <= to. */
bool query_consistency(const struct reader *r, int64_t from, int64_t to, const char **text, struct error *err);
/* Receipts (tlog-proof) of records that their callers may see whole, against the checkpoint `note` of `size`; those
 * with `err` filled are passed over. */
struct receipt_asked {
    struct arena *arena;
    const struct caller *caller;
    int64_t seq;
    struct error *err;
    const char *text; /* NULL: err says why */
};
void query_receipts(const struct reader *r, struct receipt_asked *asked, size_t len, int64_t size, const char *note);

/* SET statements for readers' connections (db_new). */
extern const char QUERY_SETTINGS[];

struct page {
    const char *cursor; /* NULL: from the start */
    int64_t limit;      /* items, 1..1000 */
};

struct lot_name {
    const char *organisation, *code;
};

/* Filters are NULL if not asked for.  Without part, mark or holder only lots that the
 * caller holds or owns are looked through (operators: all). */
struct lot_filter {
    const char *manufacturer, *mpn; /* as written; mpn needs manufacturer */
    const char *date_code, *trace_code, *serial;
    const char *holder, *grade, *rule;
};
bool query_lots(const struct reader *r, const struct lot_filter *f,
                const struct page *page, const char **json, struct error *err);
bool query_lot(const struct reader *r, const struct lot_name *name, const char **json,
               struct error *err);
/* Everything recorded about a lot, in order of `time`. */
bool query_lot_records(const struct reader *r, const struct lot_name *name,
                       const struct page *page, const char **json, struct error *err);

enum direction { TRACE_UP = 1, TRACE_DOWN = 2, TRACE_BOTH = 3 };
struct trace_ask {
    struct lot_name lot;
    enum direction direction;
    int64_t most; /* hops in one direction; past them it is cut and says so */
    bool as_dot;  /* Graphviz instead of JSON */
};
bool query_trace(const struct reader *r, const struct trace_ask *ask, const char **out,
                 struct error *err);

/* A lot's chain with the records behind it, what proves them, and the assessments, in one file: canonical JSON, but for
 * its seal (tlog/seal.h).  ERR_INVALID: more than one file holds. */
struct pedigree_ask {
    struct lot_name lot;
    int64_t most;     /* hops */
    int64_t size;     /* of the checkpoint */
    const char *note; /* the checkpoint; NULL: nothing is proved */
    struct tile_cache *tiles; /* set by query_pedigree() */
};
bool query_pedigree(const struct reader *r, const struct pedigree_ask *ask, const char **json, struct error *err);

/* One record with what opens as much of its commitment as the caller may see, and its receipt, in one file: canonical
 * JSON, but for its seal.  ERR_UNAVAILABLE: the checkpoint does not cover it yet. */
struct disclosure_ask {
    int64_t seq;
    int64_t size;     /* of the checkpoint */
    const char *note; /* the checkpoint */
    struct tile_cache *tiles; /* set by query_disclosure() */
};
bool query_disclosure(const struct reader *r, const struct disclosure_ask *ask, const char **json, struct error *err);

struct flag_filter {
    const char *severity, *rule, *state, *holder;
    const char *manufacturer, *mpn;
};
bool query_flags(const struct reader *r, const struct flag_filter *f,
                 const struct page *page, const char **json, struct error *err);

bool query_part(const struct reader *r, const char *manufacturer, const char *mpn,
                const char **json, struct error *err);
/* How its certificates stood on a day, by what was recorded up to the end of another. */
struct certificates_ask {
    const char *organisation;
    int32_t on, known; /* days; INT32_MIN: the ledger day, and all that is known */
};
bool query_certificates(const struct reader *r, const struct certificates_ask *ask, const char **json,
                        struct error *err);
/* The catalogue that is running, and which policies set what of it for the caller's organisation. */
bool query_rules(const struct reader *r, const char **json, struct error *err);
bool query_organisation(const struct reader *r, const char *organisation,
                        const char **json, struct error *err);
bool query_record(const struct reader *r, int64_t seq, const char **json,
                  struct error *err);
