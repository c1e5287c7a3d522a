/*
 * sign - the signature over the log, made after COMMIT and anchored before anybody is told of it.
 *
 * Always true: what is published is in the anchor, or the anchor has gone further; of two sizes the later one's
 * tree was found to contain the other.  struct signing belongs to the committer but for signing_published()
 * and signing_seal().
 */
#pragma once

#include "anchor.h"
#include "pedigree/ledger/ledger.h"

struct signing;
/* NULL: nothing signs this ledger. */
struct signing *signing_new(const struct ledger_options *o);
void signing_free(struct signing *s);

/* What the anchor holds; its origin must be ours. */
bool signing_anchored(struct signing *s, struct arena *a, struct anchored *out, struct error *err);
/* Signs the tree, moves the anchor, publishes.  Returns the note, kept until the next call; NULL: nobody may be told. */
const char *signing_sign(struct signing *s, int64_t size, const struct hash *root, struct error *err);
/* The newest that was published; any thread. */
bool signing_published(struct signing *s, struct arena *a, int64_t *size, const char **note);
/* A note over the digest of a file (tlog/seal.h).  Any thread. */
const char *signing_seal(const struct signing *s, struct arena *a, const uint8_t digest[static SHA256_LEN]);
