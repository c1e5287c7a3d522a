/*
 * resume - how far a file has been sent, so that an interrupted run goes on.
 *
 * A small file in ~/.cache/pedigree ($XDG_CACHE_HOME/pedigree), named by a hash of the
 * content, the server, the key and on whose behalf.  Losing it costs time only: the
 * server knows the ids. Trouble with it is never an error.
 */
#pragma once

#include "pedigree/base/text.h"

struct tally {
    int64_t pieces; /* records of the file dealt with, from its beginning */
    int64_t accepted, duplicates, refused;
};

/* Path of the state file, NULL if there is no place for it. */
const char *resume_path(struct arena *a, const char *file_hash, const char *url,
                        const char *key, const char *on_behalf);
/* False: nothing is kept (or not readable): *out untouched. */
bool resume_load(const char *path, struct tally *out);
void resume_save(const char *path, const struct tally *tally);
void resume_forget(const char *path);
