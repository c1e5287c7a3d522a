/*
 * shelf - rows that batches read or wrote lately, so that the next one need not ask PostgreSQL for them.
 *
 * What stands here is what the database says at the extent that the committer remembers: the batch
 * that changes rows puts the new ones here when all is sent (learn.c), and whoever loads the
 * knowledge anew, as after a batch that failed, empties it.  Rows stand by what they are looked up by; a set that is here is whole.
 *
 * Memory: when the shelf turns, what was not looked at for longest goes until the rest is within the limit.
 * An eighth of it each is for two generations of records as they are decoded, which take several times the room
 * of their rows.
 */
#pragma once

#include "map.h"
#include "pedigree/base/error.h"
#include "pedigree/model/record.h"
#include "rows.h"

enum shelf_set {
    /* by lot */
    SHELF_LOT, SHELF_EVENTS, SHELF_SAMPLES, SHELF_MADE_OF, SHELF_OWN_LINKS, SHELF_OWN_MARKS,
    SHELF_OWN_EDGES, SHELF_FLAGS,
    /* by key */
    SHELF_LINKS, SHELF_MEMBERS, SHELF_SUBS,
    SHELF_NAME,   /* by shelf_name_key() */
    SHELF_RECORD, /* by seq */
    SHELF_SETS
};

/* A record as the events of a batch share it. */
struct known_record {
    const char *owner; /* whose rights it carries, as written */
    bool by_operator;
    struct bytes key;
    const struct record *record;
};

struct shelf;
struct shelf *shelf_new(size_t limit); /* bytes */
void shelf_free(struct shelf *s);
void shelf_clear(struct shelf *s);
/* Between batches: what was got before is not valid any more. */
void shelf_turn(struct shelf *s);
size_t shelf_size(const struct shelf *s); /* bytes in use */

/* False: not here.  *out stays valid until shelf_turn() or shelf_clear(). */
bool shelf_get(struct shelf *s, enum shelf_set set, int64_t key, struct rows *out);
void shelf_put(struct shelf *s, enum shelf_set set, int64_t key, const void *rows, size_t len); /* copies */
void shelf_drop(struct shelf *s, enum shelf_set set, int64_t key);

int64_t shelf_name_key(int64_t holder, const char *code);

bool shelf_has_record(struct shelf *s, int64_t seq);
/* The record as decoded; NULL: not here. */
const struct known_record *shelf_record(struct shelf *s, int64_t seq);
/* Decodes it, and keeps it; NULL: it cannot be read. */
const struct known_record *shelf_add_record(struct shelf *s, const struct record_row *r, struct error *err);

/* Decodes a record of the log into an arena; NULL: it cannot be read. */
struct known_record *known_record_new(struct arena *a, const struct record_row *r, struct error *err);
