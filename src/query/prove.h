/*
 * prove - a record as its reader may see it, with what opens that much of its commitment.
 *
 *   whole:   {"envelope", "record", "secret", "seq"}
 *   a part:  {"envelope", "partial": true, "parts": [..], "record", "seq"}, and "redacted" if it was
 *
 * A part of the commitment is given with its salt, {"part": .., "salt": ..}, if all of it is in what the reader is
 * shown; of the others, and of empty ones, there is the digest: {"digest": ..}.  Part 0 is the envelope.  So nothing
 * is given away that other routes do not show, but the capacity of the key that the record came with.
 */
#pragma once

#include "stored.h"

#include "pedigree/tlog/tree.h"

struct seal_row {
    int64_t seq;
    struct bytes digests, secret, salts;
};
/* struct seal_row, in the order asked for. */
bool load_seals(struct session *s, const int64_t *seqs, size_t n, struct rows *out, struct error *err);

struct proved { /* a record, with what there is to open its commitment */
    struct arena *arena;
    const struct record_row *row;
    const struct seal_row *seal;
    json_t *shown;
    bool is_whole; /* its reader may see all that is left of it */
};
/* `told`: record_json() of it. */
json_t *proved_json(const struct proved *o, const json_t *told);
json_t *base64_json(struct arena *a, const void *at, size_t len);
/* The audit path.  Tiles of records that lie near each other are the same, and mostly at hand. */
bool prove_place(struct session *s, struct arena *a, struct tile_cache *tiles, int64_t seq, int64_t size, struct tree_path *out,
                 struct error *err);
