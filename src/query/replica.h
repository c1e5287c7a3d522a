/* replica - where servers stand; what it is for is told in pedigree/query/query.h. */
#pragma once

#include "pedigree/query/query.h"

/* Not now: it failed lately, or was behind. */
bool replica_rests(struct replica *r);
void replica_failed(struct replica *r, const char *why);

/* Where a server stands, asked in the snapshot that answers. */
void replica_ask_stand(struct pipeline *p, struct rows *answer);
void replica_learn(struct replica *r, const struct rows *answer);   /* of the primary */
bool replica_has_all(struct replica *r, const struct rows *answer); /* of the replica */
