/*
 * witness - what a log asks of a witness (C2SP tlog-witness): to sign that one tree grew out of another.
 *
 *   old <size, decimal>
 *   <base64 of a hash>             a consistency proof from that size, at most 63 lines
 *
 *   <the checkpoint, as the log signed it>
 *
 * The answer is one or more signature lines, cosignatures of the checkpoint.
 */
#pragma once

#include "pedigree/tlog/checkpoint.h"

enum { WITNESS_PROOF_MAX = 63, WITNESS_REQUEST_MAX = NOTE_MAX + 64 * WITNESS_PROOF_MAX };

struct witness_request {
    int64_t old;
    struct tree_path proof;
    const char *checkpoint; /* a signed note */
    size_t checkpoint_len;
};

const char *witness_request_text(struct arena *a, const struct witness_request *r);
bool witness_request_parse(struct arena *a, const char *bytes, size_t len, struct witness_request *out, struct error *err);

/* The line of a size: of `old`, and of the answer that tells where a witness is. */
bool witness_size_parse(const char *digits, size_t len, int64_t *out);

/* Of the lines of an answer those that `v` made over the checkpoint, with their \n; NULL with *err filled: none. */
const char *witness_answer(struct arena *a, const char *checkpoint, const char *answer, size_t len,
                           const struct note_verifier *v, struct error *err);
