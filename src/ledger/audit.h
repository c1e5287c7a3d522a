/* audit - what its files share: one range of records, looked at by one thread. */
#pragma once

#include "pedigree/db/db.h"
#include "pedigree/ledger/audit.h"

enum { AUDIT_RANGE = 2048 }; /* records of one transaction: whole tiles */

struct audit_lines {
    const char **at;
    size_t len, cap;
};
struct audit_range {
    struct arena arena;
    int64_t first, end;
    struct hash leaves[AUDIT_RANGE]; /* as the stored commitments have them; zero where a record is missing */
    int64_t first_us, last_us;       /* received times at both ends; INT64_MIN: no record */
    int64_t redacted;
    struct audit_lines lines;        /* what is wrong, in order */
};
void audit_say(struct audit_range *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Reads and checks the records of the range. */
bool audit_records(struct db *db, struct audit_range *r, struct error *err);
