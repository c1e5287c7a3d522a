/*
 * keyring - the keys of one log over the years: those that sign, and those that did.
 *
 * As text, in lines; what begins with # and empty lines count for nothing:
 *
 *   PRIVATE+KEY+<name>+<id>+<base64>         signs; the newest first, all of them sign
 *   retired <YYYY-MM-DD> <verifier key>      signed until that day
 *
 * Always true: at least one key signs, all have one name, which is the log's origin, and no key stands twice.
 */
#pragma once

#include "pedigree/base/text.h"
#include "pedigree/tlog/note.h"

enum { KEYRING_SIGNERS = 4, KEYRING_RETIRED = 100,
       KEYRING_VERIFIERS = KEYRING_SIGNERS + KEYRING_RETIRED, KEYRING_LINE = 400, KEYRING_MAX = 65536 };

struct keyring {
    struct note_signer signers[KEYRING_SIGNERS];
    size_t signers_len;
    struct retired_key {
        char until[11];
        struct note_verifier verifier;
    } retired[KEYRING_RETIRED];
    size_t retired_len;
};

/* How all of them are verified, the newest first; returns how many. */
size_t keyring_verifiers(const struct keyring *k, struct note_verifier out[static KEYRING_VERIFIERS]);
void keyring_wipe(struct keyring *k);
/* The error names the line. */
bool keyring_parse(const char *text, size_t len, struct keyring *out, struct error *err);
void keyring_print(const struct keyring *k, struct text *out);
/* What others need to verify the log by, in the form of C2SP tlog-policy. */
void keyring_policy(const struct keyring *k, struct text *out);
/* A new key of that name becomes the newest. */
bool keyring_add(struct keyring *k, const char *name, const uint8_t seed[static ED25519_KEY], struct error *err);
/* All but the newest sign no more. */
bool keyring_retire(struct keyring *k, const char day[static 11], struct error *err);
