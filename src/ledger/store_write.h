/* store_write - what the files that write a batch share; see store_write.c. */
#pragma once

#include "columns.h"
#include "rows.h"
#include "store.h"

struct lot_changes {
    struct columns name, named, moved, custody;
    struct columns link_add, link_drop, mark_add, mark_drop;
    struct keys touched, upstream; /* all; those whose children must follow */
    struct keys claimed; /* names of lots whose claimants must look again */
    struct keys edges;   /* those whose edges are replaced */
    struct keys gone;
    struct keys unnamed; /* holders of lots that count on another day now, or on none */
};

static inline int64_t part_id_of(const struct lot *l)
{
    return l->part ? l->part->id : 0;
}

/* To another part: every row that leads with the part goes along. */
static inline bool is_moved(const struct lot *l)
{
    return part_id_of(l) != l->stored_part;
}

/* The ledger day on which its holder named it, as stored and as it is now; NO_DAY: not any more, or not yet. */
static inline int32_t lot_was_named(const struct lot *l)
{
    return l->is_new ? NO_DAY : l->stored_named;
}

static inline int32_t lot_is_named(const struct lot *l)
{
    return l->is_gone ? NO_DAY : l->row->named;
}

static inline bool lot_is_renamed(const struct lot *l)
{
    return lot_was_named(l) != lot_is_named(l);
}

/* store_trace.c */
struct lot_changes lot_changes_of(struct space *s, struct changes *c); /* of all touched lots; their rows but for the verdict */
void send_trace(struct pipeline *p, struct space *s, const struct changes *c, const struct lot_changes *lc);
void send_moved(struct pipeline *p, const struct lot_changes *lc); /* once the lots are there */

/* store_verdict.c */
void send_lots(struct pipeline *p, struct space *s, struct changes *c);
void send_flags(struct pipeline *p, struct space *s, const struct changes *c);
void send_own(struct pipeline *p, struct space *s, const struct changes *c);

/* store_queue.c */
void send_queue(struct pipeline *p, struct space *s, struct changes *c, const struct lot_changes *lc);
void ask_due(struct pipeline *p, int32_t day, int wanted, int64_t size, struct rows *due, struct rows *as_of);
void due_read(struct arena *a, const struct rows *due, const struct rows *as_of, struct outcome_after *out);
