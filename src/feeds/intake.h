/*
 * intake - a body of a source: its items become records, or dead letters.
 *
 *   body -> items -> records (profile) -> what changed since the last time -> ledger -> known
 *
 * A record's id is made of the source, of what it is about, of how often that changed and of what it says: whoever takes
 * the same item again, here or in another daemon, before or after a crash, finds that it is in the log.  Of a source
 * every item is either in the log or a dead letter when a body is through; if the database or the ledger cannot say
 * so the body is not through, and is taken again.
 */
#pragma once

#include "shelf.h"

#include "pedigree/ledger/ledger.h"

struct intake_context {
    const struct feed *feed;
    struct db *db;
    struct ledger *ledger;
    const bool *is_ending; /* __atomic: gives up */
    int64_t now_us;        /* since when what items say is so, where they do not tell */
};
struct intake_result {
    int64_t items, taken, known, dead;
};
/* `fd` from where it stands to its end; `digest` of all of it; `place` is told of dead letters. */
struct intake_body {
    int fd;
    const uint8_t *digest;
    const char *place;
    enum item_format format;
};
bool intake_run(const struct intake_context *c, const struct intake_body *body, struct intake_result *out, struct error *err);
/* A dead letter once more; what is still wrong is buried again. */
bool intake_again(const struct intake_context *c, const struct dead_letter *d, struct intake_result *out, struct error *err);
/* A body that is not even looked at. */
bool intake_refuse(const struct intake_context *c, const struct intake_body *body, const struct error *why, struct error *err);
/* That all of the source was read, of this body. */
bool intake_snapshot(const struct intake_context *c, const uint8_t *digest, int64_t count, struct intake_result *out,
                     struct error *err);
