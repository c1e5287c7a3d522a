/*
 * access - who is calling, what they may do, and what they may see.  Nothing else decides it.
 *
 * Keys are 256 random bits behind a public id: "pk_<id>_<43 characters base64url>", stored as
 * SHA-256.  Look-ups are cached for a few seconds, so that a revoked key stops soon.
 */
#pragma once

#include "pedigree/base/arena.h"
#include "pedigree/base/error.h"
#include "pedigree/db/db.h"

enum role { ROLE_SUBMITTER, ROLE_READER, ROLE_QUALITY, ROLE_OPERATOR };
const char *role_word(enum role r);
bool role_find(const char *word, enum role *out);

struct caller {
    char key_id[24];
    char organisation[160]; /* party_normal */
    enum role role;
    char agents_for[8][160]; /* organisations this key may submit for, besides by role */
    size_t agents_for_len;
};
