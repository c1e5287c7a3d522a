/*
 * delivery - records of one file on their way to the server, until each is decided.
 *
 *   source -> splitter -> identify -> batch -> POST -> results
 *                                      ^------------- undecided
 *
 * A batch is at most BATCH_RECORDS or BATCH_BYTES of text, so memory is constant whatever
 * the file.  Its records have ids, so what was not answered (connection lost, 503) is
 * sent again, more and more slowly; each piece of progress makes it patient again.
 *
 * Always true:
 *   - a record counts as accepted only by the server's own result for it;
 *   - with `atomic` the file is one batch, sent whole or not at all.
 */
#pragma once

#include "resume.h"
#include "session.h"
#include "source.h"

#include "pedigree/base/jws.h"
#include "pedigree/codec/codec.h"

#include <stdio.h>

enum {
    BATCH_RECORDS = 2000,
    BATCH_BYTES = 1024 * 1024,
    ATOMIC_RECORDS = 10000,
    ATOMIC_BYTES = 16 * 1024 * 1024,
};

struct parcel { /* one record of a batch */
    size_t at, len;
    int64_t line;
    bool is_decided;
};

struct batch {
    struct arena arena; /* of all that follows; reset when the batch is through */
    struct text body;
    VEC(struct parcel) parcels;
    size_t undecided;
};

struct delivery_options {
    const char *on_behalf; /* NULL */
    bool is_atomic;
    bool restarts;
    int64_t retries;
    FILE *refused; /* NULL; borrowed */
    const struct jws_key *key; /* signs what comes unsigned; NULL */
};

struct delivery {
    struct session *session;
    const struct delivery_options *options;
    struct source source;
    enum body_format format;
    const char *path;  /* of the request */
    const char *state; /* of the state file; NULL */
    int64_t skip;      /* pieces dealt with by an earlier run */
    struct tally tally;
    struct batch batch;
    struct progress progress;
    int64_t bytes; /* read so far */
    size_t *sent;  /* parcel of each line of the request under way */
    size_t sent_len;
    int64_t failures;         /* attempts in a row that decided nothing */
    int64_t retry_after_s;    /* what the last one asked for */
    char trouble[700];        /* why records came back undecided */
    bool is_spoiled;          /* atomic: a record was refused */
    enum exit_status stopped; /* not STATUS_FINE: no further */
};

/* All of one file; raises *all to STATUS_REFUSED if any record was refused.  False: it
 * had to stop, and another file would fare no better. */
bool deliver(struct session *s, const struct delivery_options *o, const char *path,
             enum body_format format, enum exit_status *all);
