/*
 * store - the batch's two round trips: what it reads, what it writes.
 *
 * store_ask() takes the ledger's lock and asks for the head, the touched lots, their events, both sides'
 * links, parents, marks and flags; store_read() tells of the log, store_fill() fills the space with the rest.  store_write() sends what
 * changed, store_commit() waits until it is committed.  Between these two the next batch may ask: its
 * round trip follows upon COMMIT without a pause.  Nothing is done row by row over the wire.
 */
#pragma once

#include "lot.h"
#include "pedigree/ledger/tree_load.h"
#include "pedigree/db/db.h"

/* The catalogue of projections that are being made anew: nobody adds to them until all of them are. */
#define CATALOGUE_OF_REBUILD "rebuilding"

/* For every connection that runs batches: plans by index alone, and no lock kept for ever. */
extern const char *const STORE_SETTINGS;

struct names { /* lots named by the batch's records: parallel arrays */
    struct keys holders;
    VEC(const char *) codes;
};

struct due_entry {
    const char *kind;
    int64_t target, lot; /* lot 0: the cursor is exhausted */
    int32_t day;
};
struct dues {
    struct due_entry *at;
    size_t len, cap;
};

struct known_key { /* a record that is there already; `ordinal`: which of those asked for */
    int64_t ordinal, seq;
    struct bytes digest;
};

/* How far a ledger is.  A committer that remembers another one than it finds is behind. */
struct extent {
    int64_t size;       /* of the log */
    int64_t generation; /* batches that appended nothing, but changed projections */
};

struct head {
    int64_t size, generation, received_us;
    int32_t day;
    const char *catalogue;
    struct bytes root; /* of the log's tree; NULL: none was kept */
    bool has_shadows; /* names that mean another lot than their own */
};

struct asked { /* by the batch, before the read */
    const struct extent *extent; /* as the caller takes it to be; NULL: whatever it is */
    VEC(const char *) owners; /* of the keys: of the records, then of what they void */
    VEC(struct bytes) record_keys;
    struct names names;
    struct keys link_keys;
    struct mark_keys mark_keys;
    struct dues due; /* what the queue gave this batch */
    struct keys due_lots;
    bool only_looks; /* a snapshot that nobody waits for, and in which nothing can be written */
};

struct found {
    struct head head;
    bool stale; /* the extent, or which names mean other lots, is not as the caller takes it: nothing is filled */
    const struct known_key *known;
    size_t known_len;
    int64_t due_cause; /* the oldest of what is due; NONE */
};

/* One record to append. */
struct append {
    int64_t seq, received_us;
    const char *submitter, *on_behalf, *role, *kind;
    struct bytes key, digests, commitment, secret;
    const char *canonical, *signature; /* NULL: it came without */
    const char *subject; /* of a statement; NULL */
};

struct offer_add { /* an operator's offer (figures.h) */
    int64_t seq, part, price, least, available, lead_weeks; /* NONE */
    const char *seller, *currency;
    bool is_authorized;
    int32_t day;
};

struct due_add {
    const char *kind;
    int64_t target, cause;
    int32_t day;
    int priority;
};

struct signed_size { /* a checkpoint that is not in the database yet; note NULL: none */
    int64_t size;
    const char *note;
};

struct changes {
    VEC(struct append) appends;
    struct tile_nodes nodes;  /* that became complete */
    struct bytes root;        /* NULL: no tree is kept */
    struct signed_size checkpoint;
    VEC(struct due_add) due;
    VEC(struct offer_add) offers;
    struct keys gone_offers; /* records that are taken back, or lost contents: of whatever kind */
    VEC(const char *) gone_by; /* whose right that is; NULL: an operator's; parallel */
    struct dues done; /* queue entries that this batch worked on */
    VEC(struct lot *) lots;     /* touched */
    int64_t size, previous, generation;
    int32_t day;
    const char *catalogue;
    int64_t now_us;
    bool took_figures;
    bool append;  /* false: rebuild replays what the log has */
    struct keys changed_links; /* whose other lots must be looked at again */
    struct keys news_lots, news_marks; /* marks whose lots look again if there is another: parallel */
    struct keys again_lots, again_links; /* lots that look again if another has that key: parallel */
    int64_t cause;
};

struct outcome_after { /* read in the same round trip, after the writes */
    struct dues due; /* next */
    int64_t as_of;
};

/* `asked` must stay as it is until the answer was read, or was forgotten with its transaction. */
struct reading;
struct reading *store_ask(struct db *db, struct space *s, const struct asked *asked);
bool store_read(struct reading *r, struct found *out, struct error *err);
bool store_fill(struct reading *r, struct error *err);
void store_forget(struct db *db, struct reading *r);
/* regroup.c: what the names of lots mean, read along with them, under the ledger's lock. */
bool regroup_asks(struct knowledge *kn); /* whether it must be */
void regroup_ask(struct pipeline *p, struct space *s, const struct names *names, const struct keys *lots,
                 struct rows *out);
bool regroup_fill(struct space *s, const struct rows *rows, struct error *err);
/* The second round trip, sent as it gets known, so that PostgreSQL writes while lots are worked on: what is
 * new in the log, then how lots hang together, then what they are found to be.  It must be ended: by
 * store_write() and store_commit(), or by store_abandon(), which rolls back.  In the batch's arena. */
struct writing;
struct writing *store_begin(struct db *db, struct space *s, struct changes *c);
void store_append(struct writing *w);
bool store_settle(struct writing *w, struct error *err); /* waits for what was sent: something is to be asked between */
/* What takes the place of a body; all as redact_record() wants it. */
struct redaction {
    int64_t target, by;
    int32_t parts;
    const char *husk, *shown;
    struct bytes salts;
    bool is_void, forget_key;
};
void redaction_add(struct pipeline *p, const struct redaction *r);
void store_redact(struct writing *w, const struct redaction *r);
void store_offers(struct writing *w); /* what is known of offers, before figures are taken */
void store_trace(struct writing *w);
void store_write(struct writing *w, int due_wanted);
bool store_commit(struct writing *w, struct outcome_after *out, struct error *err);
void store_abandon(struct writing *w);
/* Fills the knowledge from the database. */
bool store_load(struct db *db, struct knowledge *kn, struct error *err);
bool store_due(struct db *db, struct arena *a, int32_t day, int wanted,
               struct outcome_after *out, struct error *err);
