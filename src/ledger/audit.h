/* audit - what its files share: one range of records, looked at by one thread; who signed records, and checkpoints. */
#pragma once

#include "pedigree/access/signing.h"
#include "pedigree/db/db.h"
#include "pedigree/ledger/audit.h"

enum { AUDIT_RANGE = 2048 }; /* records of one transaction: whole tiles */

struct audit_lines {
    const char **at;
    size_t len, cap;
};
struct audit_range {
    struct arena arena;
    const struct audit_signers *signers;
    int64_t first, end;
    struct hash leaves[AUDIT_RANGE]; /* as the stored commitments have them; zero where a record is missing */
    int64_t first_us, last_us;       /* received times at both ends; INT64_MIN: no record */
    int64_t redacted;
    struct audit_lines lines;        /* what is wrong, in order */
};
void audit_say(struct audit_range *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Reads and checks the records of the range. */
bool audit_records(struct db *db, struct audit_range *r, struct error *err);

/* ---- signatures under records ---- */

struct audit_signers { /* the keys that are registered, in force or not; read by all threads */
    const struct signing_info *at;
    struct jws_key *keys; /* of each; without a pkey: it is none */
    size_t len;
};
bool audit_signers_load(struct db *db, struct arena *a, struct audit_signers *out, struct error *err);
void audit_signers_done(struct audit_signers *s);
struct audit_signed { /* a record that came signed, and is all there */
    int64_t received_us;
    const char *owner; /* in whose name it came */
    const char *canonical, *key_id, *jws;
};
/* NULL: the key that is named made it, and was that organisation's; else what is wrong. */
const char *audit_signature(const struct audit_signers *s, struct arena *a, const struct audit_signed *r);

/* ---- cosignatures ---- */

struct cosigner;
struct audit_cosigned { /* what witnesses signed, each in order of size */
    int64_t next; /* the smallest size that any of them signed and that was not looked at yet; INT64_MAX: none */
    struct cosigner *at;
    size_t len;
};
typedef void audit_found_fn(void *context, const char *what);
/* Those of sizes up to `size`. */
bool audit_cosigned_begin(struct db *db, struct arena *a, int64_t size, struct audit_cosigned *out, audit_found_fn *found, void *context,
                          struct error *err);
/* Those of c->next, against the log as it is at that size. */
bool audit_cosigned_check(struct audit_cosigned *c, struct db *db, const struct checkpoint *is, int64_t size, audit_found_fn *found,
                          void *context, struct error *err);
/* How many of each were wrong besides the first. */
void audit_cosigned_end(struct audit_cosigned *c, audit_found_fn *found, void *context);
