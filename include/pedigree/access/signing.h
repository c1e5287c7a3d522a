/*
 * signing - whose signatures under records are taken, and whose records must have one.
 *
 * Keys are registered for an organisation on the ledger's own machine, and nowhere else: with an API key alone nobody
 * adds one.  A key counts from a day on, until another or until it is revoked, by the time at which a record comes in;
 * what it signed before stays signed.
 *
 * HTTP threads ask a snapshot of all of it, which readers make anew as they look API keys up; so a change is heard of
 * within seconds, and nobody waits for PostgreSQL.  A snapshot lives until the last who took it has put it back.
 */
#pragma once

#include "pedigree/base/jws.h"
#include "pedigree/db/db.h"

struct signing_grant {
    const char *organisation;   /* party_normal */
    const char *label;          /* NULL: none */
    int64_t from_us, until_us;  /* until: INT64_MIN, for good */
};
/* ERR_CONFLICT: the key is registered already. */
bool signing_key_add(struct db *db, const struct signing_grant *g, const struct jws_key *k, struct error *err);
bool signing_key_revoke(struct db *db, const char *id, struct error *err);
/* Whether the organisation's records must be signed from now on. */
bool signing_require(struct db *db, const char *organisation, bool is_required, struct error *err);

struct signing_info {
    const char *id, *organisation, *label;
    struct bytes public_key; /* DER */
    int64_t from_us, until_us, revoked_us; /* INT64_MIN: never */
};
bool signing_list(struct db *db, struct arena *a, const struct signing_info **out, size_t *len, struct error *err);
struct signing_requirement {
    const char *organisation;
};
bool signing_required(struct db *db, struct arena *a, const struct signing_requirement **out, size_t *len, struct error *err);

/* ---- what HTTP threads ask ---- */
struct signing_cache; /* shared by all threads; guarded by its own lock */
struct signing_cache *signing_cache_new(int ttl_seconds);
void signing_cache_free(struct signing_cache *c);
/* On a reader.  False: nothing is known yet, and PostgreSQL cannot be asked. */
bool signing_refresh(struct signing_cache *c, struct db *db, struct error *err);

struct signing_keys; /* a snapshot; NULL: of no key, and nobody must sign */
struct signing_keys *signing_take(struct signing_cache *c);
void signing_put(struct signing_keys *k); /* accepts NULL */
bool signing_is_required(const struct signing_keys *k, const char *organisation);
/* The key, if it is that organisation's and in force; ERR_INVALID says why not. */
bool signing_find(const struct signing_keys *k, const char *organisation, const char *id, int64_t now_us,
                  const struct jws_key **out, struct error *err);
