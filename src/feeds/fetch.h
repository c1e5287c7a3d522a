/* fetch - a source's body over HTTP: only if it changed, no longer and no larger than it may be, into an unlinked file. */
#pragma once

#include "shelf.h"

#include "pedigree/base/digest.h"

struct fetched {
    bool is_same; /* what is known already; then there is no body */
    int fd;       /* at its beginning; the caller closes it.  -1: none */
    uint8_t digest[SHA256_LEN];
    const char *type, *etag, *modified; /* NULL; in the arena */
};
/* `known`: what was had before.  False: *err says why, and *retry_s is how long the server wants to be left alone, 0 if it
 * does not say. */
bool fetch(struct arena *a, const struct feed *f, const struct feed_state *known, const char *dir, const bool *is_ending,
           struct fetched *out, int64_t *retry_s, struct error *err);
