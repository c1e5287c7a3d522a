/*
 * anchor - the newest signed checkpoint in a file outside of PostgreSQL: what no restored backup forgets.
 *
 * The file has two slots and only the older one is written, so that whatever is cut short the newer is whole.  A slot is
 *
 *   pedigree-anchor <hex SHA-256 of the note>
 *   <the signed note>          then zeros to its end
 *
 * Several daemons may share it: it is locked while it is looked at, and only ever moves forward.
 */
#pragma once

#include "pedigree/tlog/checkpoint.h"

struct anchored {
    bool is_there; /* false: no such file yet */
    struct checkpoint checkpoint;
    const char *note;
};

struct anchor;
struct anchor *anchor_new(const char *path);
void anchor_free(struct anchor *x);
/* A file that was there once and is gone is an error: one that knows less must not replace it. */
bool anchor_read(struct anchor *x, struct arena *a, struct anchored *out, struct error *err);
/* Writes and fsyncs the note of a tree of `size`, unless the file has that size or a larger one; makes the file. */
bool anchor_advance(struct anchor *x, int64_t size, const char *note, struct error *err);
