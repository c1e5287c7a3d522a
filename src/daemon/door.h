/*
 * door - who may come in, and whether there is anything behind it.
 *
 * http's hooks: keys are recognised from the cache on HTTP threads, looked up by readers
 * on a miss; each reader owns one connection.  Also what /readyz asks beside the ledger.
 */
#pragma once

#include "command.h"

#include "pedigree/access/access.h"
#include "pedigree/api/api.h"

struct door {
    const struct invocation *in;
    struct key_cache *keys;
    char *settings;        /* SET statements of each reader's connection */
    char migrations[4096]; /* "": not found */
    _Atomic bool is_migrated;
};

void door_init(struct door *d, const struct invocation *in, struct api *api);
void door_done(struct door *d, struct api *api);
struct http_hooks door_hooks(struct door *d, struct api *api);
/* Is PostgreSQL there and migrated?  Blocks; for the start only. */
bool door_is_ready(struct door *d, struct error *err);
