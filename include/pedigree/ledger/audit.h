/*
 * audit - everything that the log says, made anew from its rows and held against what stands there.
 *
 * Of each record: its contents, part by part, against the digests; those against the commitment; the commitments
 * against the nodes of the tree, the heads, the checkpoints, their cosignatures and the anchor; signatures under records
 * against the keys that are registered.  So a row that was changed, is missing,
 * was added or stands elsewhere is found, and named, whoever could write to the tables.
 *
 * It reads in short transactions, beside a running daemon: the log as far as it went at the start.
 */
#pragma once

#include "pedigree/base/arena.h"
#include "pedigree/base/error.h"
#include "pedigree/tlog/checkpoint.h"

struct audit_options {
    const char *conninfo;
    int jobs; /* threads, each with a connection */
    const struct note_verifier *keys; /* that sign, and that did; none: signatures are not looked at */
    size_t keys_len;
    const char *const *notes; /* checkpoints that somebody holds, the anchor's among them */
    size_t notes_len;
    int64_t records_per_s; /* 0: as fast as it goes */
    /* Called on the caller's thread.  found: a row, and what is wrong with it.  progress: false ends the audit. */
    void (*found)(void *context, const char *what);
    bool (*progress)(void *context, int64_t done, int64_t of);
    void *context;
};

struct audit_result {
    int64_t size;     /* records looked at: the log at the start */
    int64_t findings;
    int64_t redacted; /* records of which contents were taken away: the rest is proved */
    int64_t unsigned_heads; /* of a log that had no key then */
    struct hash root;
};
/* False: it could not be finished (*err says why); findings are no failure. */
bool ledger_audit(const struct audit_options *o, struct audit_result *out, struct error *err);
