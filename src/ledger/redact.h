/* redact - what a `redacted` makes of the record that it names, in a batch or when that record comes back. */
#pragma once

#include "store.h"

struct redact_target { /* a record that has a body */
    int64_t seq;
    const char *canonical, *shown;
    struct bytes secret, salts, digests;
    int32_t parts; /* that are gone already */
    bool is_void;
    int64_t by_seq; /* of the newest that took any; -1: none did */
};
/* *out is NULL if there is no such body. */
bool redact_find(struct db *db, struct arena *a, int64_t seq, const struct redact_target **out, struct error *err);
/* What is left when the `redacted` that stands at `by` takes its parts.  `keep`: owns the trees that *out looks into. */
bool redact_make(struct arena *a, json_t *keep, const struct record *says, int64_t by, const struct redact_target *t, struct redaction *out,
                 struct error *err);
