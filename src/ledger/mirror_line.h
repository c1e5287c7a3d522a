/* mirror_line - one record as a line of a private mirror: all that its entry in the log was made of, and its proof. */
#pragma once

#include "pedigree/base/text.h"
#include "pedigree/codec/codec.h"
#include "pedigree/db/db.h"
#include "pedigree/tlog/tree.h"

/* Adds the lines of the records [first, end); what is missing in the database is missing here. */
bool mirror_lines(struct db *db, struct arena *a, int64_t first, int64_t end, struct text *out, struct error *err);

struct mirrored { /* a line, read and held against its entry */
    int64_t seq, received_us;
    const char *submitter, *on_behalf, *role, *kind, *canonical, *signature;
    struct bytes key, digests, secret;
    bool is_redacted, is_void;
    int64_t redacted_by;
    int32_t parts;
    const char *shown;
    struct bytes salts;
};
/* False with *err: no line of ours (out->seq is -1 if it names no place), or not what the entry commits to. */
bool mirror_line_read(struct arena *a, const char *line, size_t len, const struct hash *entry, struct mirrored *out, struct error *err);
