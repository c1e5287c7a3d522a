/*
 * ledger - the unit of work: admit, append, project, assess, commit.
 *
 * HTTP threads hand work to the one committer thread and are called back when it is decided.
 * The committer takes whatever waits (group commit), reads what the batch touches in one
 * pipelined round trip, computes, writes in one more that ends in COMMIT, and answers.  While
 * one batch is written the next is begun; it is forgotten if the first fails.
 *
 * Always true:
 *   - one committer holds the ledger's advisory lock, so seq is dense and in commit order;
 *   - `done` is called exactly once for each work, after COMMIT returned or failed;
 *   - if the connection dies inside COMMIT the outcome is looked up under the lock on a new
 *     connection; if that fails too, it is OUTCOME_UNCERTAIN;
 *   - a record that PostgreSQL refuses fails alone.
 */
#pragma once

#include "pedigree/access/access.h"
#include "pedigree/codec/codec.h"
#include "pedigree/tlog/checkpoint.h"
#include "pedigree/tlog/commitment.h"

enum outcome {
    OUTCOME_WAITING,
    OUTCOME_ACCEPTED,  /* appended */
    OUTCOME_DUPLICATE, /* the same id and content: the first place */
    OUTCOME_CONFLICT,  /* the same id with other content */
    OUTCOME_INVALID,   /* did not decode; set by the caller, skipped by the ledger */
    OUTCOME_ABANDONED, /* an atomic neighbour failed */
    OUTCOME_UNAVAILABLE, /* nothing happened; PostgreSQL is not there */
    OUTCOME_UNCERTAIN, /* COMMIT may or may not have happened */
    OUTCOME_FAILED     /* PostgreSQL refused this very record: a bug */
};

struct item {
    struct decoded decoded; /* made on the HTTP thread */
    int64_t line;
    struct error err; /* why it is INVALID, FAILED, ... */

    const char *signature; /* kept with it: signature_kept_text(), NULL: none; made by who has verified it */
    const char *signature_mark; /* of it, for the envelope */

    /* filled by item_seal() */
    uint8_t key[16];
    uint8_t secret[SECRET_LEN];
    struct bytes digests; /* parts_len * 32; the envelope's is filled by the committer */
    uint32_t parts_len;

    /* filled by the committer */
    enum outcome outcome;
    int64_t seq;
    const char *lot_organisation, *lot_code; /* the lot the record is about; NULL: none */
    const char *assessment; /* JSON text of records.md 6 but for `asOf`, NULL: none; in work->arena */
    int64_t as_of;          /* of the assessment: the place up to which consequences are drawn */
    int32_t as_of_day;
    const char *receipt; /* of a record that was appended: all of it before the checkpoint; NULL: none was asked for */
};

struct work {
    struct work *next;
    struct arena *arena; /* owner's; the committer may allocate in it until `done` */
    const char *submitter; /* party_normal of the caller's organisation */
    const char *on_behalf; /* party_normal, or NULL */
    enum role role;
    bool atomic; /* all items or none */
    struct item *items;
    size_t len;
    bool want_assessment;
    bool want_receipt;
    const char *checkpoint; /* signed, and covers what was appended; set by the committer, NULL: none is kept */
    void (*done)(struct work *w); /* called on the committer thread */
    void *owner;
};

/*
 * Key, secret and part digests of one decoded record: everything that needs no place in the log.
 * `ordinal`: which of the equal id-less records of this request it is (0-based); the caller counts
 * them by decoded.digest.
 */
void item_seal(struct arena *a, struct item *item, int64_t ordinal);

struct ledger;
struct ledger_options {
    const char *conninfo;
    int batch_max;     /* records in one commit */
    int queue_records; /* records that may wait */
    size_t cache_bytes; /* of rows kept from batch to batch; 0: none */
    /* What signs the log, the newest first; none: no tree is kept, and records get no receipts. */
    const struct note_signer *signers;
    size_t signers_len;
    const char *anchor; /* file that keeps the newest checkpoint */
};
/* Starts the committer thread; PostgreSQL need not be there yet. */
struct ledger *ledger_start(const struct ledger_options *o, struct error *err);
/* Takes the work, or false (queue full, stopping): then nothing was taken and done is not called. */
bool ledger_submit(struct ledger *l, struct work *w, struct error *err);
/* Drains what waits, then stops the thread. */
void ledger_stop(struct ledger *l);
/* How far the ledger is known to have come, by what this daemon committed or loaded; any thread. */
void ledger_extent(const struct ledger *l, int64_t *size, int64_t *generation);
/* The newest checkpoint that was signed and anchored: size and signed note, in the arena; false: none yet, or
 * nothing signs this ledger.  Any thread. */
bool ledger_checkpoint(struct ledger *l, struct arena *a, int64_t *size, const char **note);
/* The newest checkpoint in an anchor's file; *note is NULL if there is no such file yet. */
bool ledger_anchor(const char *path, struct arena *a, const char **note, struct error *err);
/* That this ledger made the file of that digest (tlog/seal.h), signed by the log's keys; NULL: nothing signs this
 * ledger.  Any thread. */
const char *ledger_seal(const struct ledger *l, struct arena *a, const uint8_t digest[static SHA256_LEN]);
/* "" if all is well, else what is missing ("postgresql: connection refused"); static or arena text. */
const char *ledger_trouble(struct ledger *l, struct arena *a);

/* Empties the projections and refills them from the records to the same ledger day, until the
 * queue is empty.  Daemons refuse to commit until it is done; cut short, it is begun again. */
bool ledger_rebuild(const struct ledger_options *o, void (*progress)(int64_t done),
                    struct error *err);
