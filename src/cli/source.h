/*
 * source - a file or standard input, hashed before the first record of it is sent.
 *
 * Ids of records rest on the SHA-256 of the whole, so it is read twice; what cannot be
 * read twice (a pipe) is kept in an unlinked file under $TMPDIR.
 */
#pragma once

#include "pedigree/base/digest.h"
#include "pedigree/base/error.h"
#include "pedigree/codec/codec.h"

#include <sys/stat.h>
#include <sys/types.h>

struct source {
    const char *name; /* for people: "-" is "standard input" */
    int fd;
    int64_t size;
    char hash[2 * SHA256_LEN + 1];
    struct stat before; /* of a file that is read in place */
    bool is_copy;
};

/* What a file holds, by its name or as `asked` (NULL: not said). */
bool source_format(const char *path, const char *asked, enum body_format *out, struct error *err);
/* On success the next read is from the beginning. */
bool source_open(struct source *s, const char *path, struct error *err);
/* Bytes read, 0 at the end, -1 with *err filled. */
ssize_t source_read(struct source *s, void *at, size_t len, struct error *err);
/* Somebody wrote to the file since it was hashed: the ids made from it are of neither
 * content. */
bool source_has_changed(const struct source *s);
void source_close(struct source *s);
