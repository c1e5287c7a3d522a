/*
 * log_key - the file of the key that signs the log (tlog/keyring.h has its form).
 *
 * It is read from a regular file that nobody else may read or write, or from a systemd credential
 * ($CREDENTIALS_DIRECTORY; `log_key` if the settings name no file), and never leaves the process.  A file that is
 * there is never overwritten by a new key; one that is replaced is whole, old or new, whatever is cut short.
 */
#pragma once

#include "pedigree/base/config.h"
#include "pedigree/tlog/keyring.h"

struct log_key {
    struct keyring keys;
    char path[4096];   /* "": there is none */
    bool is_credential; /* systemd's: nobody writes it, and the bits of its mode are not all that counts */
    char anchor[4096]; /* where the newest checkpoint is kept */
};
/* In memory that is in no core dump, and wiped. */
struct log_key *log_key_new(void) __attribute__((malloc, returns_nonnull));
void log_key_free(struct log_key *k);
/* As the settings say; without any key the path is "". */
bool log_key_load(const struct config *c, struct log_key *out, struct error *err);
