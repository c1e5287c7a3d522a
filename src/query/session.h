/*
 * session - one question under way: a snapshot, who asks, and what all answers are made
 * of.
 */
#pragma once

#include "pedigree/base/cleanup.h"
#include "pedigree/query/query.h"

#include <jansson.h>

DEFINE_CLEANUP(json_t, json, json_decref)

struct session {
    struct db *db;
    struct arena *arena;
    struct viewer viewer;
    const char *cut; /* why something was left out that the reader may see; NULL */
};

/* Runs `answer` in a snapshot and gives what it made as text, with "cut" if that is so. */
typedef bool answer_fn(struct session *s, const void *ask, json_t **out,
                       struct error *err);
bool session_run(const struct reader *r, answer_fn *answer, const void *ask,
                 const char **json, struct error *err);
/* The same for what is no JSON. */
typedef bool text_fn(struct session *s, const void *ask, const char **text, struct error *err);
bool session_ask(const struct reader *r, text_fn *answer, const void *ask, const char **text, struct error *err);
const char *session_text(struct session *s, const json_t *doc);

/* One round trip without a snapshot, for what never changes once it is there.  `ask` may be called twice, with the
 * pipelines of two servers; `meanwhile` (may be NULL), as often, while the server works. */
typedef void ask_fn(struct pipeline *p, void *ask);
typedef void meanwhile_fn(void *ask);
bool session_once(const struct reader *r, ask_fn *ask, meanwhile_fn *meanwhile, void *asked, struct error *err);

/* ---- names ---- */
struct ids {
    const int64_t *at;
    size_t len;
};
/* Every organisation that is one with this today; none if it was never named. */
bool find_organisations(struct session *s, const char *name, struct ids *out,
                        struct error *err);
/* Their names. */
bool find_names(struct session *s, const char *name, const char *const **at, size_t *len,
                struct error *err);
/* Parts of a manufacturer as written, all or one; none if there are none. */
bool find_parts(struct session *s, const char *manufacturer, const char *mpn,
                struct ids *out, struct error *err);

struct found_lot {
    int64_t lot;
    enum sight sight;
};
/* Asked in a pipeline, and what its answer says: ERR_NOT_FOUND if there is none or the caller may not see it. */
void ask_lot(struct session *s, struct pipeline *p, const struct lot_name *name, struct rows *answer);
bool found_lot(const struct lot_name *name, const struct rows *answer, struct found_lot *out, struct error *err);
bool not_found_lot(const struct lot_name *name, struct error *err);

/* ---- lots ---- */
struct lot_row {
    int64_t lot;
    const char *holder, *code, *manufacturer, *mpn, *description, *owner, *state, *traced;
    int64_t quantity, balance, flags;
    int32_t grade, score, coverage;
};
/* What a holder sees of its own lots may be another view than everybody's: own_view `v` joins lot `l` for readers of the
 * holder's class. */
#define FLAGS_SEEN                                                                       \
    "CASE WHEN v.lot IS NULL THEN (SELECT count(*) FROM flag f WHERE f.lot = l.lot)"     \
    " ELSE (SELECT count(*) FROM own_flag f WHERE f.lot = l.lot) END AS flags"
#define GRADE_SEEN "coalesce(v.grade, l.grade)::integer AS grade"
/* The class whose own views are read: INT64_MIN (NULL) for operators, who see everybody's. */
int64_t own_class(const struct session *s);
/* In the order asked for. */
void ask_lots(const struct session *s, struct pipeline *p, const int64_t *lots, size_t n, struct rows *answer);
bool load_lots(struct session *s, const int64_t *lots, size_t n,
               const struct lot_row **out, size_t *len, struct error *err);

struct flag_row {
    int64_t lot;
    const char *rule, *subject, *state, *message, *evidence;
    int32_t severity;
    int64_t since;
};
/* By lot, heaviest first. */
void ask_flags(const struct session *s, struct pipeline *p, const int64_t *lots, size_t n, struct rows *answer);
bool load_flags(struct session *s, const int64_t *lots, size_t n,
                const struct flag_row **out, size_t *len, struct error *err);

struct as_of {
    int64_t seq;
    int32_t day;
};
void ask_as_of(struct pipeline *p, struct rows *answer); /* struct as_of */
bool load_as_of(struct session *s, struct as_of *out, struct error *err);

/* ---- JSON ---- */
json_t *lot_name_json(const char *holder, const char *code);
json_t *part_json(const struct lot_row *row); /* NULL: not described */
json_t *as_of_json(const struct as_of *at);
/* {basis, record, text}; NULL: it was never told (word NULL). */
json_t *tier_why_json(const char *word, int64_t seq);
json_t *flag_row_json(const struct flag_row *f, enum sight sight);
/* One lot as the reader may see it; `flags` are those of all lots loaded. */
json_t *lot_json(const struct lot_row *row, enum sight sight, const struct as_of *at,
                 const struct flag_row *flags, size_t flags_len);
/* NULL values are left out. */
void put(json_t *o, const char *member, json_t *value);
void put_text(json_t *o, const char *member, const char *value);
