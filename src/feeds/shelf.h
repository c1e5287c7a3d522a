/*
 * shelf - what the database keeps of feeds (migration 0013): where each source stands, what of it is known, dead letters.
 *
 * A source is worked on by whoever has its advisory lock, on the connection that goes with it.
 */
#pragma once

#include "feed.h"

#include "pedigree/db/db.h"

struct feed_state {
    const char *name;
    int64_t due_us;
    bool asked, again; /* again: dead letters are to be tried again */
    int64_t tried_us, done_us, changed_us; /* INT64_MIN: never */
    int32_t failures;
    const char *trouble, *etag, *modified; /* NULL */
    struct bytes body;
    int64_t items, records, dead;
};

bool shelf_begin(struct db *db, struct arena *a, const struct feeds_file *file, struct error *err); /* a row for each */
bool shelf_states(struct db *db, struct arena *a, struct feed_state **out, size_t *len, struct error *err);
bool shelf_state(struct db *db, struct arena *a, const char *name, struct feed_state *out, struct error *err);
/* *is_ours: nobody else works on the source, until the connection ends. */
bool shelf_lock(struct db *db, struct arena *a, const char *name, bool *is_ours, struct error *err);
bool shelf_write(struct db *db, struct arena *a, const struct feed_state *s, struct error *err);
/* *found: there is such a source. */
bool shelf_ask(struct db *db, struct arena *a, const char *name, bool *found, struct error *err);
bool shelf_must_sign(struct db *db, struct arena *a, const char *organisation, bool *must, struct error *err);

/* ---- what is known ---- */
struct known_item {
    struct bytes name, digest;
    int64_t version;
};
bool shelf_known(struct db *db, struct arena *a, const char *feed, const struct bytes *names, size_t n, struct known_item **out,
                 size_t *len, struct error *err);
bool shelf_learn(struct db *db, struct arena *a, const char *feed, const struct bytes *names, const struct bytes *digests,
                 const int64_t *versions, size_t n, struct error *err);

/* ---- dead letters ---- */
struct dead_letter {
    int64_t id;
    const char *feed;
    struct bytes digest;
    int64_t at_us, last_us, times;
    const char *place;
    int64_t line;
    const char *pointer, *reason;
    const char *item;  /* NULL: the whole body */
    int32_t format;
    struct bytes body; /* digest of the whole body */
    bool again;
};
bool shelf_bury(struct db *db, struct arena *a, const struct dead_letter *d, struct error *err);
bool shelf_keep_body(struct db *db, struct arena *a, struct bytes digest, struct bytes body, struct error *err);
bool shelf_body(struct db *db, struct arena *a, struct bytes digest, struct bytes *out, struct error *err);
/* Up to `most` behind `after`, oldest first; `feed` NULL: of all. */
bool shelf_dead(struct db *db, struct arena *a, const char *feed, bool only_again, int64_t after, int64_t most,
                struct dead_letter **out, size_t *len, struct error *err);
/* `id` 0: all of the feed, or of all feeds. *n: how many. */
bool shelf_again(struct db *db, struct arena *a, const char *feed, int64_t id, int64_t *n, struct error *err);
/* The letter was tried: it goes, unless it was buried again since it had been met `times` times. */
bool shelf_tried(struct db *db, struct arena *a, int64_t id, int64_t times, struct error *err);
bool shelf_forget(struct db *db, struct arena *a, int64_t id, int64_t *n, struct error *err);
