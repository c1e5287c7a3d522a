/*
 * log_key - the file of the key that signs the log (tlog/keyring.h has its form).
 *
 * It is read from a regular file that nobody else may read or write, or from systemd's credential `log_key`
 * ($CREDENTIALS_DIRECTORY), and never leaves the process.
 */
#pragma once

#include "pedigree/base/config.h"
#include "pedigree/tlog/keyring.h"

struct log_key {
    struct keyring keys;
    char path[4096];   /* "": there is none */
    char anchor[4096]; /* where the newest checkpoint is kept */
};
/* As the settings say; without any key the path is "". Whoever got it wipes it with keyring_wipe(). */
bool log_key_load(const struct config *c, struct log_key *out, struct error *err);
