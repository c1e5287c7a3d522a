/*
 * checkpoint - what a log signs: its name, size and root (C2SP tlog-checkpoint), and the receipt of one record
 * (C2SP tlog-proof).
 *
 * Checkpoint, the text of a signed note:
 *
 *   <origin>
 *   <size, decimal>
 *   <base64 of the root>
 *   [extension lines, which we never write, and ignore]
 *
 * Receipt:
 *
 *   c2sp.org/tlog-proof@v1
 *   extra <base64>                         may be absent; not covered by any signature
 *   index <decimal>
 *   <base64 of a hash>                     the audit path, leaf to root
 *
 *   <the checkpoint, as it was signed>
 */
#pragma once

#include "pedigree/base/text.h"
#include "pedigree/tlog/note.h"
#include "pedigree/tlog/tree.h"

struct checkpoint {
    const char *origin;
    int64_t size;
    struct hash root;
};

const char *checkpoint_text(struct arena *a, const struct checkpoint *c);
/* `text`: of a note, without its signatures. */
bool checkpoint_parse(struct arena *a, const char *text, size_t len, struct checkpoint *out, struct error *err);

struct receipt {
    struct span extra; /* len 0: none */
    int64_t index;
    struct tree_path path;
    const char *checkpoint; /* the signed note */
    size_t checkpoint_len;
};

enum { RECEIPT_MAX = 131072 };
const char *receipt_text(struct arena *a, const struct receipt *r);
bool receipt_parse(struct arena *a, const char *bytes, size_t len, struct receipt *out, struct error *err);

/* The lines of hashes of a proof, base64, each with its \n: as a witness is sent them, and as they stand in a receipt. */
void path_add(const struct tree_path *path, struct text *out);
bool path_parse(const char **at, const char *end, struct tree_path *out, struct error *err);
