/*
 * batch - one unit of work: admitted records and a share of the queue, read, projected, written.
 *
 * Everything between the two round trips is pure C over structs in the batch's arena.  A batch
 * that fails leaves the database as it was and the knowledge stale: the caller loads it again.
 */
#pragma once

#include "pedigree/ledger/ledger.h"
#include "store.h"

/* One record of the batch, in queue order. */
struct entry {
    struct item *item;       /* NULL: a rebuild replays the log */
    const struct work *work; /* NULL likewise */
    const char *submitter, *on_behalf, *role;
    const char *owner; /* record_owner() */
    bool by_operator;  /* is_by_operator() */
    const struct record *record;
    const char *canonical;
    struct bytes key, digest;
    int64_t seq; /* NONE: not appended */
    int64_t received_us;
    struct lot *lot; /* that the record is about; NULL */
    struct span envelope; /* of a record that was appended: canonical JSON */
};

struct void_target { /* an entry that voids by id, and where in `asked` the id's owner is */
    size_t entry, asked;
};

struct batch {
    struct arena arena;
    struct shelf *shelf; /* of the committer; NULL: a rebuild */
    struct space space;
    struct asked asked;
    struct changes changes;
    struct found found;
    struct outcome_after after;
    VEC(struct entry) entries;
    VEC(struct void_target) void_targets;
    struct dues due; /* the share of the queue, from a batch before */
    struct extent extent; /* of the ledger, as the caller takes it to be */
    bool replays;         /* a rebuild: whatever it is */
    struct tree_edge *edge; /* of the log as far as it is committed, the committer's; NULL: no tree is kept */
    struct tile_nodes grown; /* nodes of a tree that was begun late: stored by the first batch that appends */
    struct db *db;
    struct reading *reading;
    struct writing *writing;
};

/* PostgreSQL gets on with what is sent while we work: called for each lot, does so now and then. */
static inline void batch_nudge(const struct batch *b, size_t i)
{
    enum { LOTS_BETWEEN = 16 };
    if (i % LOTS_BETWEEN == 0)
        db_nudge(b->db);
}

void batch_init(struct batch *b, struct knowledge *kn, struct shelf *shelf);
void batch_done(struct batch *b);
/* A record that was submitted, and one from the log; both fill what follows from the rest. */
void batch_add(struct batch *b, const struct work *w, struct item *item);
void batch_add_logged(struct batch *b, struct entry e);

/* An entry by which figures are taken anew; it is worked on as a whole. */
bool is_figure(const struct due_entry *d);

/* The queue's next share, kept from one batch for the next. */
struct share {
    struct arena arena;
    struct dues due;
};
/* `ahead`: the batch that was begun before `after` was known, and works on what it was given; NULL. */
void share_keep(struct share *s, const struct outcome_after *after, const struct batch *ahead, size_t most);
/* `before`: the batch that is being written, and may have dealt with some of it; NULL. */
void batch_share(struct batch *b, const struct share *s, const struct batch *before);

/* admit.c */
/* The record that has the i-th of the keys that were asked for; NULL. */
const struct known_key *batch_known(const struct batch *b, size_t i);
void batch_admit(struct batch *b);                    /* outcomes and places of all entries */
void batch_append(struct batch *b, struct entry *e);  /* sends it to the log, with its commitment */
void batch_grow(struct batch *b);                     /* the tree over all that was appended */
void batch_replay(struct batch *b, struct entry *e);  /* a rebuild: only its statement row is new */

/* submitters.c */
/* Settles who submits, once all records are taken; may ask PostgreSQL where records are voided. */
bool batch_submitters(struct batch *b, struct db *db, struct error *err);

/* redact.c */
/* Takes away what the batch's `redacted` records say, in the same transaction; asks PostgreSQL where there are any. */
bool batch_redact(struct batch *b, struct db *db, struct error *err);

/*
 * A batch runs in three steps: it asks, it works and sends what is to be written, it waits for COMMIT.
 * The next one may ask before the last step: what it finds is as this one leaves it.  If this one fails
 * then, that one must be forgotten.
 *
 * `extent`: what the caller takes the ledger's to be (NULL: a rebuild); if it is not, *stale is set, nothing
 * is done and the caller loads the knowledge again, in the transaction that stays open: it holds the
 * ledger's lock, so that the next try cannot be stale.
 */
void batch_ask(struct batch *b, struct db *db, const struct extent *extent);
bool batch_work(struct batch *b, struct db *db, int64_t now_us, int due_wanted, bool *stale, struct error *err);
bool batch_commit(struct batch *b, struct error *err);
void batch_forget(struct batch *b, struct db *db); /* that has only asked */
/* All three. */
bool batch_run(struct batch *b, struct db *db, const struct extent *extent, int64_t now_us,
               int due_wanted, bool *stale, struct error *err);

/* Lots as they would be assessed by what `kn` knows, on the ledger's day: in changes.lots, and nothing is written.  The
 * snapshot stays open until db_end(). */
bool batch_look(struct batch *b, struct db *db, const int64_t *lots, size_t n, struct error *err);

/* learn.c */
/* Leaves on the shelf what the batch, which is sent to its end, read and wrote: if it fails the shelf is emptied. */
void batch_learn(struct batch *b);

/* answer.c */
/* Whether who submitted may be told of the lot that his record is about. */
bool batch_may_tell(struct batch *b, const struct entry *e);
/* JSON of records.md 6 for the lot of an entry, but for its `asOf`; NULL without one. */
const char *batch_assessment(struct arena *a, const struct entry *e);
/* The receipt of an appended record, but for the checkpoint; NULL: no tree is kept. */
const char *batch_receipt(struct batch *b, struct arena *a, const struct entry *e);
/* The place up to which its consequences are drawn, once it is committed. */
int64_t batch_as_of(const struct batch *b);
