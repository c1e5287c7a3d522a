/*
 * opened - a record and its receipt, held against each other: what the log has at its place was made of these two.
 *
 * What a receipt calls extra is the record's 32-byte secret, then its envelope in canonical JSON.  No signature covers it,
 * and none needs to: nothing else comes to the commitment that the log has at that place.
 */
#pragma once

#include "pedigree/codec/codec.h"
#include "pedigree/codec/envelope.h"
#include "pedigree/tlog/checkpoint.h"

#include <jansson.h>

/* The receipt itself, or the answer that brought it, or one member of that: *bytes becomes the receipt.  False: neither. */
bool receipt_unwrap(struct arena *a, struct span *bytes);

struct opened {
    const uint8_t *secret; /* in the receipt's extra */
    struct span envelope;  /* likewise */
    struct decoded decoded; /* its record's json: the caller releases it */
    const uint8_t *digests; /* of all parts */
    size_t parts;
    struct hash commitment;
};
/* ERR_NOT_FOUND: the receipt has no extra; ERR_INVALID: one that is none of ours.  Fills secret and envelope. */
bool receipt_extra(const struct receipt *r, struct opened *out, struct error *err);
/* Then the record, as JSON: the rest, or the errors of record_decode(). */
bool record_open(struct arena *a, const char *json, size_t len, struct opened *out, struct error *err);
/* That the commitment stands where the receipt says, in the log of a checkpoint whose signature was checked. */
bool receipt_holds(const struct receipt *r, const struct checkpoint *c, const uint8_t commitment[static SHA256_LEN]);
/* That the signature that came with the record is the one of the envelope's mark. */
bool signature_opens(struct arena *a, const struct opened *o, const char *mark);
