/*
 * file - files that must not be half there, and files that nobody else may read.
 *
 * Always true: whatever is cut short, under the name of a file lies all of what it was or all of what it becomes; when
 * file_write() says that it is done, no crash takes it back.  Errors name the file.
 */
#pragma once

#include "pedigree/base/arena.h"
#include "pedigree/base/error.h"

#include <stddef.h>

/* Reads a secret, with up to size - 1 bytes, from a regular file that nobody but its owner, root or us, may open.
 * `is_credential`: systemd's, which an access list opens to its reader. */
bool file_read_private(const char *path, bool is_credential, char *out, size_t size, size_t *len, struct error *err);

/* All of a file of at most so many bytes, NUL-terminated, in `a`; NULL: *err says why. */
char *file_read(struct arena *a, const char *path, size_t most, size_t *len, struct error *err);

enum file_way {
    FILE_NEW,     /* only where nothing is */
    FILE_REPLACE, /* in place of what is there, with its owner; a link stays one */
    FILE_PUT      /* either; the caller is the only one who writes there */
};
/* For the owner alone (mode 0600). */
bool file_write(const char *path, const void *bytes, size_t len, enum file_way way, struct error *err);
/* So that a file's name outlives a crash. */
bool file_sync_directory(const char *path, struct error *err);
