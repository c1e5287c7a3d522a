/*
 * submission - one body of records on its way into the ledger.
 *
 *   bytes -> splitter -> decode, seal (chunk's arena) -> ledger -> results, in order ->
 * spool
 *
 * A chunk is at most `record_max` records, CHUNK_BYTES of text or CHUNK_VALUES; at most CHUNKS_AT_WORK
 * of one submission are with the ledger.  Past that, or when the ledger's queue is full,
 * feed and finish answer SUBMISSION_WAIT: the caller stops reading until `wake` is
 * called, then calls submission_go_on().  So memory is constant and overload becomes
 * back-pressure.
 *
 * Threads: all functions belong to the request's thread; `wake` is called on any thread,
 * once for each SUBMISSION_WAIT, possibly before the caller has gone to sleep. Life: the
 * request and every chunk at the ledger hold a reference; a request that dies leaves with
 * submission_drop() and what was submitted is finished without it.
 */
#pragma once

#include "spool.h"

#include "pedigree/ledger/ledger.h"

#include <pthread.h>

enum {
    CHUNKS_AT_WORK = 2,
    CHUNK_BYTES = 512 * 1024,
    CHUNK_VALUES = 64 * 1024, /* members and items: what text becomes when it is read */
    ATOMIC_RECORDS = 10000,
    ATOMIC_BYTES = 16 * 1024 * 1024,
    ATOMIC_VALUES = 1024 * 1024,
};

/* What all submissions share: settings, and who waits for room in the ledger's queue. */
struct submissions {
    struct ledger *ledger;
    size_t record_max;
    const char *spool_dir;
    int64_t spool_max;
    struct signing_cache *signing; /* NULL: no key signs, nobody must */
    pthread_mutex_t lock;
    struct submission *waiting; /* guarded by lock; each holds a reference */
};
void submissions_init(struct submissions *all, struct ledger *ledger, size_t record_max,
                      const char *spool_dir, int64_t spool_max);
void submissions_done(struct submissions *all); /* after the ledger has stopped */
/* Somebody under way already waits for room: who has not begun should come back later. */
bool submissions_are_full(struct submissions *all);

struct submission_options {
    enum body_format format;
    const struct caller *caller;
    const char *on_behalf; /* party_normal, or NULL */
    const char *signature; /* of the only record, from a header; NULL.  Borrowed */
    bool atomic;
    bool want_assessment; /* in results of many; a single record's always has it */
    void (*wake)(void *ctx);
    void *ctx;
};

enum submission_step { SUBMISSION_GO_ON, SUBMISSION_WAIT };

struct submission;
struct submission *submission_new(struct submissions *all,
                                  const struct submission_options *o)
    __attribute__((returns_nonnull));
enum submission_step submission_feed(struct submission *s, const void *bytes, size_t len);
/* The body is over; called again after a wake. */
enum submission_step submission_finish(struct submission *s);
void submission_drop(struct submission *s);

/* False: the whole request has failed, the rest of the body need not be read. */
bool submission_is_good(const struct submission *s, struct error *err);

/* After submission_finish() said SUBMISSION_GO_ON.  False: the whole request has failed.
 */
struct submission_result {
    int status;
    const char *media_type;
    struct spool *body; /* ended; borrowed */
};
bool submission_result(struct submission *s, struct submission_result *out,
                       struct error *err);
