/*
 * ordinals - which of the equal records of one request this is.
 *
 * Counts 64-bit prefixes of record digests.  The first tables live in memory, later ones
 * in unlinked files, each four times as large as the one before; nothing is ever moved,
 * so there is no pause while it grows and memory stays under ORDINALS_MEMORY whatever is
 * sent.
 *
 * Invariant: a digest is in at most one table; only the newest table takes new ones.
 */
#pragma once

#include "pedigree/base/digest.h"
#include "pedigree/base/error.h"

enum { ORDINALS_MEMORY = 1024 * 1024 };

struct ordinals;
/* Takes no memory before the second record.  `dir`: where the files go; borrowed. */
struct ordinals *ordinals_new(const char *dir) __attribute__((returns_nonnull));
void ordinals_free(struct ordinals *o);

/* *out: how many equal ones came before.  Fails with ERR_TOO_LARGE past 40 million
 * distinct ones, with ERR_UNAVAILABLE if the disk is full: then the submitter must send
 * ids. */
bool ordinals_next(struct ordinals *o, const uint8_t digest[static SHA256_LEN],
                   int64_t *out, struct error *err);
