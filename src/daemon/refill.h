/* refill - the part of `repair` that takes records and receipts; see refill.c. */
#pragma once

#include "command.h"

#include "pedigree/tlog/note.h"

struct refill_asked {
    const char *conninfo; /* of the owner of the tables */
    const struct note_verifier *keys; /* of the log */
    size_t keys_len;
    const struct flag *receipts, *records, *folders;
};
/* Fills what it can, and tells what it refused and what remains.  False: something was refused, or nothing was done. */
bool refill_run(const struct refill_asked *asked, void (*hole)(int64_t first, int64_t last), struct error *err);
