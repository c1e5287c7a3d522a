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
    const char *dir;
    const struct note_verifier *keys; /* of the log */
    size_t keys_len;
    int64_t at_least; /* the anchor's size */
};
struct repair_result {
    int64_t from, to;  /* places that were rolled forward */
    int64_t holes;     /* of them those whose contents the mirror does not have */
    void (*hole)(int64_t seq); /* set by the caller: called for each */
};
/* Rolls a database that is older than a signed checkpoint forward to the mirror's.  Nothing is believed: the entries
 * must make the signed root, each record its entry.  Projections must be rebuilt afterwards; daemons wait for it. */
bool ledger_repair(const struct repair_options *o, struct repair_result *out, struct error *err);
