/*
 * spool - output that grows in memory first and in an unlinked file after that.
 *
 * Once larger than SPOOL_MEMORY it moves into a file in `dir`.  When the file cannot grow
 * (disk full, limit reached) the spool is `cut`: what was added before stays, nothing
 * after it is taken, but SPOOL_RESERVE bytes are always kept free so that the end can say
 * so.
 */
#pragma once

#include "pedigree/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SPOOL_MEMORY = 256 * 1024, SPOOL_RESERVE = 4096 };

struct spool {
    const char *dir;
    int64_t limit; /* of the file, bytes */
    char *at;      /* what is not in the file yet */
    size_t len, room;
    int fd;       /* -1: all is in memory */
    int64_t size; /* bytes in the file */
    int cut;      /* errno of what it lacked; 0: nothing is missing */
};

void spool_init(struct spool *s, const char *dir, int64_t limit);
void spool_done(struct spool *s);

/* All of it or none; false: cut. */
bool spool_add(struct spool *s, const char *at, size_t len);
/* The last words, at most SPOOL_RESERVE bytes: there is always room for them.  Afterwards
 * the spool is either `at`, `len` in memory or a file of `size` bytes.  False: the disk failed
 * all the same, and what it holds is no whole. */
bool spool_end(struct spool *s, const char *at, size_t len);
/* The file, now the caller's to close; -1: there is none. */
int spool_take_file(struct spool *s);
/* Whether a file could grow in `dir` now. */
bool spool_has_room(const char *dir, struct error *err);
