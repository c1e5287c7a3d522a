/* state - what a witness remembers: its key, and of each log the newest checkpoint that it cosigned. */
#pragma once

#include "pedigree/tlog/checkpoint.h"
#include "pedigree/witness/witness.h"

#include <pthread.h>

enum { HEX_LEN = 2 * SHA256_LEN };

struct known_log {
    const char *origin;
    char hex[HEX_LEN + 1]; /* of its SHA-256 */
    struct note_verifier *keys;
    size_t keys_len;
    int64_t size; /* 0: nothing cosigned yet, or the empty log */
    struct hash root;
    char *note; /* NULL: nothing yet */
};

struct witness {
    struct arena arena; /* what never changes */
    const char *directory;
    int lock_fd;
    struct note_signer *signer;
    struct known_log *logs;
    size_t logs_len;
    pthread_mutex_t lock; /* guards what was cosigned, in memory and on disk */
};

struct known_log *log_of_origin(const struct witness *w, const char *origin); /* NULL: unknown */
struct known_log *log_of_hex(const struct witness *w, const char *hex);
/* On disk, then in memory; under the lock. */
bool log_advance(struct witness *w, struct known_log *log, const struct checkpoint *c, const char *note, struct error *err);
/* The first of a log is kept; under the lock. */
void log_keep_fork(struct witness *w, const struct known_log *log, const char *note, size_t len);
