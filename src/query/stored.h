/* stored - records as they lie in the log, and what a reader sees of one. */
#pragma once

#include "session.h"

struct record_row {
    int64_t seq, received_us;
    const char *submitter, *on_behalf, *role, *kind, *canonical;
    const char *signature; /* as it is kept (codec/envelope.h); NULL */
    bool by_holder, proves_hop, concerns;
    int64_t redacted_by, redacted_us; /* NONE: it is as it came in */
    int32_t redacted_parts;
    const char *redacted_why; /* the record that says so */
    bool is_published; /* set by who asks: an alert by the maker of the part */
};
/* The reader's JSON of one record; NULL if he may see nothing of it. */
json_t *record_json(struct session *s, const struct record_row *row, enum sight sight,
                    const char *code);

/* A record as it is read through a lot: what shows of it hangs on what the reader is to that. */
struct reading {
    int64_t seq, lot; /* lot 0: by what it says itself */
    enum sight sight;
    const char *code; /* of the lot; NULL */
};
/* struct record_row, in the order asked for; all in `a`. */
bool load_records(struct session *s, struct arena *a, const struct reading *readings, size_t n, struct rows *out,
                  struct error *err);

/* One record, and the lot through which the reader sees the most of it; *row is NULL if there is none. */
bool load_record(struct session *s, int64_t seq, const struct record_row **row, struct found_lot *lot, const char **code,
                 struct error *err);

/* Statements in force of one kind about any of the subjects, newest last; voided ones are
 * left out. */
bool load_statements(struct session *s, const char *kind, const char *const *subjects,
                     size_t n, const struct record_row **out, size_t *len,
                     struct error *err);
/* Notices or alerts that name a part number, by its key; of any subject if n is 0. */
bool load_mentions(struct session *s, const char *kind, const char *const *subjects,
                   size_t n, const char *key, const struct record_row **out, size_t *len,
                   struct error *err);
json_t *parse_body(const struct record_row *row);
