/*
 * resume - how far a file has been sent, so that an interrupted run goes on.
 *
 * A small file in ~/.cache/pedigree ($XDG_CACHE_HOME/pedigree), named by a hash of the
 * file's name, the server, the key and on whose behalf; it says of which content it
 * speaks.  Losing it costs time only: the server knows the ids. Trouble with it is never
 * an error.
 */
#pragma once

#include "pedigree/base/text.h"

struct tally {
    int64_t pieces; /* records of the file dealt with, from its beginning */
    int64_t accepted, duplicates, refused;
};

enum resume {
    RESUME_NONE, /* nothing is kept, or not readable */
    RESUME_SAME,
    RESUME_CHANGED, /* the file had other content when it was interrupted */
};

/* Path of the state file, NULL if there is no place for it. */
const char *resume_path(struct arena *a, const char *name, const char *url,
                        const char *key, const char *on_behalf);
/* *out is untouched if nothing is kept. */
enum resume resume_load(const char *path, const char *file_hash, struct tally *out);
void resume_save(const char *path, const char *file_hash, const struct tally *tally);
void resume_forget(const char *path);
