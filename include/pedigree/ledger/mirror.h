/*
 * mirror - the log as files: what anybody may have, laid out as it is served (C2SP tlog-tiles), and behind it what
 * opens it, for the ledger's own keeping.
 *
 *   checkpoint                          the newest that was signed
 *   tile/<L>/<N>[.p/<W>]                as under /log
 *   tile/entries/<N>[.p/<W>]
 *   records/<N>[.p/<W>]                 256 records, a line of JSON each: who, when, contents, secret, digests
 *
 * Always true: a file is whole; the checkpoint is written last, and what it is of is all there.
 */
#pragma once

#include "pedigree/base/arena.h"
#include "pedigree/base/error.h"
#include "pedigree/fetch/log_source.h"
#include "pedigree/tlog/checkpoint.h"

struct mirror_result {
    int64_t size;    /* of the mirrored log */
    int64_t written; /* files, by this call */
};
/* Brings the mirror up to the newest checkpoint; *known_size is what an earlier call of this process wrote (-1: look at
 * the files), and the newest redaction it knows. */
struct mirror_state {
    int64_t size, redaction;
};
bool ledger_mirror(const char *conninfo, const char *dir, struct mirror_state *state, struct mirror_result *out, struct error *err);

struct repair_options {
    const char *conninfo; /* of the owner of the tables */
    struct log_source *source;
    const char *records;  /* the directory of a mirror, where contents are; NULL: there are none */
    const char *anchor;   /* the checkpoint that was acknowledged last, a signed note; NULL: not known */
    const struct note_verifier *keys; /* of the log */
    size_t keys_len;
};
struct repair_result {
    int64_t from, to;  /* places that were rolled forward */
    int64_t holes;     /* of them those whose contents are not there */
    bool is_of_anchor; /* the source had no checkpoint: the anchor's served */
    void (*hole)(int64_t first, int64_t last); /* set by the caller: called for each run of them */
};
/* Rolls a database that is older than a signed checkpoint forward to it.  Nothing is believed: before anything is
 * written the entries must make the signed root; each record must make its entry.  Projections must be rebuilt
 * afterwards; daemons wait for it. */
bool ledger_repair(const struct repair_options *o, struct repair_result *out, struct error *err);
