/*
 * access - who is calling, what they may do, and what they may see.  Nothing else decides
 * it.
 *
 * Keys are 256 random bits behind a public id: "pk_<id>_<43 characters base64url>",
 * stored as SHA-256.  Look-ups are cached for a few seconds, so that a revoked key stops
 * soon.
 *
 * Organisations are compared by class: what is known today of who is one.  The walk over
 * the chain is in migrations/0002_reading.sql: may_see() and its kin; what is left
 * out of a record is the table in src/access/cut.c.
 */
#pragma once

#include "pedigree/base/arena.h"
#include "pedigree/base/error.h"
#include "pedigree/db/db.h"

#include <jansson.h>

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

/* ---- keys ---- */
enum { KEY_TEXT = 64 }; /* holds a whole key */

struct key_grant {
    const char *organisation; /* party_normal */
    enum role role;
    const char *label;             /* NULL: none */
    const char *const *agents_for; /* party_normal */
    size_t agents_for_len;
};
/* Makes a key and stores its hash; `key` is the only copy of the whole. */
bool key_add(struct db *db, const struct key_grant *grant, char key[static KEY_TEXT],
             struct error *err);

struct key_info {
    const char *id, *organisation, *role, *label;
    const char *agents_for; /* one a line; "" */
    int64_t created_us;
    int64_t revoked_us; /* INT64_MIN: in force */
};
bool key_list(struct db *db, struct arena *a, const struct key_info **out, size_t *len,
              struct error *err);
bool key_revoke(struct db *db, const char *id, struct error *err);

/* ---- authentication ---- */
/* Shared by all threads; guarded by its own lock; never grows. */
struct key_cache;
struct key_cache *key_cache_new(int ttl_seconds);
void key_cache_free(struct key_cache *c);

enum recall { RECALL_MISS, RECALL_KNOWN, RECALL_REFUSED };
/* What the cache says of a key; asks nobody, so HTTP threads may. */
enum recall access_recall(struct key_cache *c, const char *key, struct caller *out);
/* As access_recall, but asks PostgreSQL on a miss.  ERR_UNAUTHORIZED if nobody has this
 * key. */
bool access_authenticate(struct key_cache *c, struct db *db, const char *key,
                         struct caller *out, struct error *err);

/* ---- what they may do ---- */
enum right { RIGHT_PUBLIC, RIGHT_READ, RIGHT_SUBMIT, RIGHT_QUALITY, RIGHT_OPERATE };
bool role_may(enum role r, enum right right);
bool access_may(const struct caller *c, enum right right, struct error *err);
/* Submitting for `organisation` (party_normal): itself, those of its key, anybody for
 * operators. */
bool access_on_behalf(const struct caller *c, const char *organisation,
                      struct error *err);

/* ---- what they may see ---- */
enum sight {
    SIGHT_NONE,
    SIGHT_CUSTOMER,
    SIGHT_UPSTREAM,
    SIGHT_OWNER,
    SIGHT_OWN,
    SIGHT_ALL
};
bool sight_find(const char *word,
                enum sight *out); /* none customer upstream owner own all */
const char *sight_word(enum sight s);

struct viewer {
    bool sees_all;
    int64_t class_;           /* INT64_MIN: named in no record, so it has nothing */
    const char *const *names; /* every name of that class, its own first */
    const int64_t *ids;       /* their organisation.id */
    size_t names_len;         /* of ids: one less if its own name is in no record */
    size_t ids_len;
};
bool access_sees_all(const struct caller *c); /* whoever it is */
/* The caller as of today's classes: asked in a pipeline, and what its answer says. */
void access_ask_viewer(struct pipeline *p, const struct caller *c, struct rows *answer);
void access_viewer(struct arena *a, const struct caller *c, const struct rows *answer, struct viewer *out);
bool viewer_is(const struct viewer *v, const char *organisation); /* party_normal */
/* The lot that a name means, and what the viewer is to it.  What is asked behind it, in the same snapshot,
 * finds both by the SQL of ASKED_LOT and ASKED_SIGHT; NULL where there is none. */
void access_ask_lot(struct pipeline *p, const struct viewer *v, const char *organisation, const char *code,
                    struct rows *answer);
/* SIGHT_NONE: there is none, or none for this viewer. */
bool access_lot(const struct rows *answer, int64_t *lot, enum sight *sight, struct error *err);
#define ASKED_LOT "nullif(split_part(current_setting('pedigree.asked_lot', true), ' ', 1), '')::bigint"
#define ASKED_SIGHT "nullif(split_part(current_setting('pedigree.asked_lot', true), ' ', 2), '')"

/* ---- what of a record ---- */
struct record_claim { /* who a record comes from, and what is known of its reader beside
                         that */
    const char *kind, *submitter, *on_behalf;
    enum role role;    /* of the key it came with */
    enum sight sight;  /* of the lot through which it is read; SIGHT_NONE: by its seq */
    bool by_holder;    /* it comes from the holder of that lot */
    bool proves_hop;   /* it is a side of a hop that shows upward to this reader */
    bool concerns;     /* it speaks of what he did or has without naming him */
    const char *code;  /* of that lot; NULL */
    bool is_published; /* an alert by the maker of the part: it reaches everybody */
};
/* What the reader may see of a record's body: new reference to a whole or partial copy,
 * NULL if nothing.  *partial says whether anything was left out. */
json_t *access_cut(struct arena *a, const struct viewer *v,
                   const struct record_claim *claim, const json_t *body, bool *partial);
/* What the reader may see of a lot's description: new reference. */
json_t *access_cut_description(const json_t *description, enum sight s);
/* Takes figures over others' records out of a flag's evidence, unless he sees all. */
void access_cut_evidence(json_t *evidence, enum sight s);
