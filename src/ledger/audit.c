/*
 * audit - the order of the log, on the caller's thread: ranges as they come from the threads that check them, the tree
 * over their commitments, and what was stored and signed of it; see pedigree/ledger/audit.h.
 *
 * Ranges are given out in order and taken back in order; at most two a thread are under way, so memory is bounded.
 * `lock` guards the slots.
 */
#include "audit.h"
#include "store.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { JOBS_MAX = 64, HEADS = 1000 };

DEFINE_CLEANUP(struct db, db, db_free)

/* ---- what is stored of the tree ---- */

struct size_row {
    int64_t size;
};
struct head_row {
    int64_t size, previous;
    struct bytes root;
};
struct note_row {
    int64_t size;
    const char *note;
};
struct node_row {
    int64_t index;
    struct bytes hash;
};
struct stray_row {
    const char *what;
};
/* clang-format off */
static const struct column SIZE_ROW[] = {COL(struct size_row, size)};
static const struct column HEAD_ROW[] = {COL(struct head_row, size), COL(struct head_row, previous), COL(struct head_row, root)};
static const struct column NOTE_ROW[] = {COL(struct note_row, size), COL(struct note_row, note)};
static const struct column NODE_ROW[] = {COL(struct node_row, index), COL(struct node_row, hash)};
static const struct column STRAY_ROW[] = {COL(struct stray_row, what)};
QUERY AUDIT_SIZE = {.name = "audit_size",
    .sql = "SELECT coalesce(max(size), 0) AS size FROM log_head", ROW(struct size_row, SIZE_ROW)};
QUERY AUDIT_HEADS = {.name = "audit_heads",
    .sql = "SELECT size, previous, root FROM log_head WHERE size > $1 AND size <= $2 ORDER BY size LIMIT $3", ROW(struct head_row, HEAD_ROW)};
QUERY AUDIT_NOTES = {.name = "audit_notes",
    .sql = "SELECT size, note FROM checkpoint WHERE size > $1 AND size <= $2 ORDER BY size LIMIT $3", ROW(struct note_row, NOTE_ROW)};
QUERY AUDIT_NODES = {.name = "audit_nodes",
    .sql = "SELECT index, hash FROM node WHERE level = $1 AND index >= $2 AND index < $3 ORDER BY index", ROW(struct node_row, NODE_ROW)};
/* What stands beyond the newest head, or without what it belongs to.  ($1: the size that is audited.) */
QUERY AUDIT_STRAYS = {.name = "audit_strays",
    .sql = "WITH h AS (SELECT coalesce(max(size), 0) AS size FROM log_head),"
           " c AS (SELECT coalesce(max(size), 0) AS size FROM checkpoint)"
           " SELECT what FROM ("
           "  (SELECT 'record ' || r.seq || ': stands beyond the newest head, or before the first record' AS what FROM record r, h"
           "    WHERE r.seq >= h.size OR r.seq < 0 LIMIT 100)"
           "  UNION ALL (SELECT 'body ' || b.seq || ': is of no record' FROM body b, h WHERE b.seq >= h.size OR b.seq < 0 LIMIT 100)"
           "  UNION ALL (SELECT 'node ' || n.level || '/' || n.index || ': stands beyond the newest head' FROM node n, h"
           "    WHERE n.index < 0 OR n.index >= h.size >> (8 * n.level) LIMIT 100)"
           "  UNION ALL (SELECT 'redaction of record ' || x.seq || ': no record says so' FROM redaction x"
           "    LEFT JOIN record r ON r.seq = x.by_seq AND r.kind = 'redacted' WHERE r.seq IS NULL LIMIT 100)"
           "  UNION ALL (SELECT 'cosignature ' || s.size || ' of ' || split_part(s.key, '+', 1) || ': is of more records than the newest head'"
           "    FROM cosignature s, h WHERE s.size > h.size OR s.size < 0 LIMIT 100)"
           "  UNION ALL (SELECT 'checkpoint ' || c.size || ': is of more records than the newest head' FROM c, h WHERE c.size > h.size)"
           " ) s", ROW(struct stray_row, STRAY_ROW)};
/* clang-format on */

struct holding { /* a checkpoint that somebody holds */
    struct checkpoint checkpoint;
    const char *name;
};

struct audit {
    const struct audit_options *o;
    struct audit_result *out;
    struct db *db;
    struct arena arena; /* of what is kept to the end */
    struct arena heads_arena, notes_arena;
    struct tree_edge edge;
    struct rows heads, notes;
    size_t head, note; /* the next of those */
    bool is_signed;    /* a head had a root */
    int64_t head_before, last_us;
    int64_t bad_heads, bad_notes;
    struct holding *held;
    size_t held_len, next_held;
    struct audit_signers signers;
    struct audit_cosigned cosigned;
    const char *origin; /* of the log; NULL: not known yet */

    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct slot {
        struct audit_range range;
        struct error err;
        enum { FREE, GIVEN, DONE } state;
    } *slots;
    size_t slots_len;
    int64_t next; /* first record of the range to be given out */
    bool stop;
};

static void found(struct audit *x, const char *what)
{
    x->out->findings++;
    x->o->found(x->o->context, what);
}

static void find_another(void *audit, const char *what)
{
    found(audit, what);
}

static bool is_root(const struct bytes *root, const struct hash *is)
{
    return root->at && root->len == SHA256_LEN && memcmp(root->at, is->at, SHA256_LEN) == 0;
}

/* ---- heads, checkpoints ---- */

static bool more_heads(struct audit *x, int64_t after, struct error *err)
{
    arena_reset(&x->heads_arena);
    x->head = 0;
    return db_query(x->db, &x->heads_arena, &AUDIT_HEADS, ARGS(INT8(after), INT8(x->out->size), INT8(HEADS)), &x->heads, err);
}

static bool more_notes(struct audit *x, int64_t after, struct error *err)
{
    arena_reset(&x->notes_arena);
    x->note = 0;
    return db_query(x->db, &x->notes_arena, &AUDIT_NOTES, ARGS(INT8(after), INT8(x->out->size), INT8(HEADS)), &x->notes, err);
}

static void check_head(struct audit *x, const struct head_row *h, const struct hash *root)
{
    int64_t previous = h->previous == INT64_MIN ? 0 : h->previous;
    if (previous != x->head_before)
        found(x, arena_printf(&x->heads_arena, "head %" PRId64 ": says that head %" PRId64 " was before it, and that was %" PRId64, h->size,
                              previous, x->head_before));
    x->head_before = h->size;
    if (!h->root.at && !x->is_signed) {
        x->out->unsigned_heads++;
        return;
    }
    x->is_signed = true;
    if (!is_root(&h->root, root) && x->bad_heads++ == 0)
        found(x, arena_printf(&x->heads_arena, "head %" PRId64 ": its root is not that of the records before it", h->size));
}

/* All heads behind a record that was changed are of another tree: the first one says where, the last how many. */
static void sum_heads(struct audit *x)
{
    if (x->bad_heads > 1)
        found(x, arena_printf(&x->arena, "heads: %" PRId64 " later ones likewise", x->bad_heads - 1));
    if (x->bad_notes > 1)
        found(x, arena_printf(&x->arena, "checkpoints: %" PRId64 " later ones likewise", x->bad_notes - 1));
}

/* By a key of the log; no key at hand says nothing. */
static void check_signature(struct audit *x, const struct note *n, const char *name)
{
    bool is_signed = x->o->keys_len == 0;
    for (size_t i = 0; i < x->o->keys_len; i++) {
        enum note_verdict v = note_verify(n, &x->o->keys[i], NULL);
        if (v == NOTE_FORGED)
            found(x, arena_printf(&x->arena, "%s: its signature is forged, or it was altered", name));
        is_signed |= v != NOTE_NOT_SIGNED;
    }
    if (!is_signed)
        found(x, arena_printf(&x->arena, "%s: is signed by no key of the log", name));
}

static bool open_note(struct audit *x, struct arena *a, const char *text, const char *name, struct checkpoint *out)
{
    struct error why = {0};
    struct note n;
    bool ok = note_parse(a, text, strlen(text), &n, &why) && checkpoint_parse(a, n.text, n.text_len, out, &why);
    if (ok)
        check_signature(x, &n, name);
    else
        found(x, arena_printf(a, "%s: %s", name, why.detail));
    return ok;
}

static void check_note(struct audit *x, const struct note_row *row, const struct hash *root)
{
    struct checkpoint c;
    struct arena *a = &x->notes_arena;
    const char *name = arena_printf(a, "checkpoint %" PRId64, row->size);
    if (!open_note(x, a, row->note, name, &c))
        return;
    if (!x->origin)
        x->origin = arena_strdup(&x->arena, c.origin);
    if (c.size != row->size)
        found(x, arena_printf(a, "%s: its note is of %" PRId64 " records", name, c.size));
    else if (memcmp(c.root.at, root->at, SHA256_LEN) != 0 && x->bad_notes++ == 0)
        found(x, arena_printf(a, "%s: its root is not that of the records before it", name));
}

static void check_held(struct audit *x, const struct holding *h, const struct hash *root)
{
    if (memcmp(h->checkpoint.root.at, root->at, SHA256_LEN) != 0)
        found(x, arena_printf(&x->arena, "%s: its root is not that of the first %" PRId64 " records: they were changed since, or it is of "
                              "another log", h->name, h->checkpoint.size));
}

/* By witnesses; of a log whose name is not known nobody can tell. */
static bool check_cosigned(struct audit *x, const struct hash *root, struct error *err)
{
    const struct checkpoint is = {x->origin ? x->origin : x->o->keys_len ? x->o->keys[0].name : "", x->edge.size, *root};
    return audit_cosigned_check(&x->cosigned, x->db, &is, x->out->size, find_another, x, err);
}

/* What was stored or signed of the tree as large as it has grown by now. */
static bool check_size(struct audit *x, struct error *err)
{
    int64_t size = x->edge.size;
    const struct head_row *h = x->heads.at;
    const struct note_row *n = x->notes.at;
    bool is_head = x->head < x->heads.len && h[x->head].size == size;
    bool is_note = x->note < x->notes.len && n[x->note].size == size;
    bool is_held = x->next_held < x->held_len && x->held[x->next_held].checkpoint.size == size;
    bool is_cosigned = x->cosigned.next == size;
    struct hash root;
    if (!is_head && !is_note && !is_held && !is_cosigned)
        return true;
    edge_root(&x->edge, &root);
    if (is_head)
        check_head(x, &h[x->head++], &root);
    if (is_note)
        check_note(x, &n[x->note++], &root);
    for (; x->next_held < x->held_len && x->held[x->next_held].checkpoint.size == size; x->next_held++)
        check_held(x, &x->held[x->next_held], &root);
    if (is_cosigned && !check_cosigned(x, &root, err))
        return false;
    return (x->head < x->heads.len || x->heads.len < HEADS || more_heads(x, size, err)) &&
           (x->note < x->notes.len || x->notes.len < HEADS || more_notes(x, size, err));
}

/* ---- nodes ---- */

struct nodes { /* of one level that a range completes */
    int64_t first;
    struct rows rows;
    size_t next;
};

static void check_node(struct audit *x, struct arena *a, struct nodes *levels, const struct tile_node *made)
{
    struct nodes *l = &levels[made->level];
    const struct node_row *row = l->rows.at;
    while (l->next < l->rows.len && row[l->next].index < made->index)
        l->next++;
    bool is_there = l->next < l->rows.len && row[l->next].index == made->index;
    if (!x->is_signed && !is_there)
        return; /* of a log that had no key then: the first batch with one stores them */
    if (!is_there)
        found(x, arena_printf(a, "node %d/%" PRId64 ": is missing", made->level, made->index));
    else if (!is_root(&row[l->next].hash, &made->hash))
        found(x, arena_printf(a, "node %d/%" PRId64 ": is not the hash of the records below it", made->level, made->index));
}

static bool load_nodes(struct audit *x, struct arena *a, const struct audit_range *r, struct nodes levels[static TILE_LEVELS], struct error *err)
{
    bool ok = true;
    for (int level = 1; ok && level < TILE_LEVELS; level++) {
        int64_t first = r->first >> (TILE_BITS * level), end = r->end >> (TILE_BITS * level);
        levels[level] = (struct nodes){.first = first};
        if (end > first)
            ok = db_query(x->db, a, &AUDIT_NODES, ARGS(INT4(level), INT8(first), INT8(end)), &levels[level].rows, err);
    }
    return ok;
}

/* ---- a range, in its turn ---- */

static bool take_range(struct audit *x, const struct audit_range *r, struct error *err)
{
    struct arena a;
    struct nodes levels[TILE_LEVELS] = {0};
    arena_init(&a, 0);
    if (x->last_us != INT64_MIN && r->first_us != INT64_MIN && r->first_us < x->last_us)
        found(x, arena_printf(&a, "record %" PRId64 ": was received before the record before it", r->first));
    x->last_us = r->last_us != INT64_MIN ? r->last_us : x->last_us;
    for (size_t i = 0; i < r->lines.len; i++)
        found(x, r->lines.at[i]);
    bool ok = load_nodes(x, &a, r, levels, err);
    for (int64_t seq = r->first; ok && seq < r->end; seq++) {
        struct tile_node made[TILE_LEVELS];
        size_t n = edge_append(&x->edge, &r->leaves[seq - r->first], made);
        for (size_t i = 0; i < n; i++)
            check_node(x, &a, levels, &made[i]);
        ok = check_size(x, err);
    }
    edge_trim(&x->edge);
    x->out->redacted += r->redacted;
    arena_reset(&a);
    return ok;
}

/* ---- the threads ---- */

static struct slot *slot_of(struct audit *x, int64_t first)
{
    return &x->slots[(size_t)(first / AUDIT_RANGE) % x->slots_len];
}

/* The next range, once its slot is free; NULL: there is none. */
static struct slot *give(struct audit *x)
{
    struct slot *s = NULL;
    pthread_mutex_lock(&x->lock);
    while (!x->stop && x->next < x->out->size && slot_of(x, x->next)->state != FREE)
        pthread_cond_wait(&x->changed, &x->lock);
    if (!x->stop && x->next < x->out->size) {
        s = slot_of(x, x->next);
        int64_t end = x->next + AUDIT_RANGE;
        s->state = GIVEN;
        s->err = (struct error){0};
        s->range.first = x->next;
        s->range.end = end < x->out->size ? end : x->out->size;
        x->next = s->range.end;
    }
    pthread_mutex_unlock(&x->lock);
    return s;
}

static void *work(void *arg)
{
    struct audit *x = arg;
    CLEANUP(db_cleanup) struct db *db = db_new(x->o->conninfo, STORE_SETTINGS);
    for (struct slot *s; (s = give(x));) {
        arena_reset(&s->range.arena);
        s->range.lines = (struct audit_lines){0};
        s->range.redacted = 0;
        s->range.signers = &x->signers;
        memset(s->range.leaves, 0, sizeof s->range.leaves);
        audit_records(db, &s->range, &s->err);
        pthread_mutex_lock(&x->lock);
        s->state = DONE;
        pthread_cond_broadcast(&x->changed);
        pthread_mutex_unlock(&x->lock);
    }
    return NULL;
}

/* False: the caller wants no more. */
static bool pace(const struct audit *x, int64_t began_us, int64_t done)
{
    enum { NAP_US = 200000 };
    int64_t rate = x->o->records_per_s, due_us = rate > 0 ? began_us + done * INT64_C(1000000) / rate : 0;
    for (;;) {
        if (x->o->progress && !x->o->progress(x->o->context, done, x->out->size))
            return false;
        int64_t ahead_us = due_us - clock_monotonic_us();
        if (ahead_us <= 0)
            return true;
        usleep((useconds_t)(ahead_us < NAP_US ? ahead_us : NAP_US));
    }
}

static bool take_all(struct audit *x, struct error *err)
{
    int64_t began_us = clock_monotonic_us();
    bool ok = true;
    for (int64_t first = 0; ok && first < x->out->size; first += AUDIT_RANGE) {
        struct slot *s = slot_of(x, first);
        pthread_mutex_lock(&x->lock);
        while (s->state != DONE)
            pthread_cond_wait(&x->changed, &x->lock);
        pthread_mutex_unlock(&x->lock);
        ok = s->err.code == ERR_OK ? take_range(x, &s->range, err) : error_set(err, s->err.code, "%s", s->err.detail);
        int64_t done = s->range.end;
        pthread_mutex_lock(&x->lock);
        s->state = FREE;
        pthread_cond_broadcast(&x->changed);
        pthread_mutex_unlock(&x->lock);
        if (ok && !pace(x, began_us, done))
            ok = error_set(err, ERR_UNAVAILABLE, "the audit was ended at record %" PRId64, done);
    }
    return ok;
}

static bool run_threads(struct audit *x, struct error *err)
{
    pthread_t threads[JOBS_MAX];
    int jobs = x->o->jobs < 1 ? 1 : x->o->jobs > JOBS_MAX ? JOBS_MAX : x->o->jobs, started = 0;
    x->slots_len = 2 * (size_t)jobs;
    x->slots = calloc(x->slots_len, sizeof *x->slots);
    if (!x->slots)
        abort();
    for (size_t i = 0; i < x->slots_len; i++)
        arena_init(&x->slots[i].range.arena, 0);
    while (started < jobs && pthread_create(&threads[started], NULL, work, x) == 0)
        started++;
    bool ok = started > 0 ? take_all(x, err) : error_set(err, ERR_INTERNAL, "cannot start a thread");
    pthread_mutex_lock(&x->lock);
    x->stop = true;
    pthread_cond_broadcast(&x->changed);
    pthread_mutex_unlock(&x->lock);
    for (int i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    for (size_t i = 0; i < x->slots_len; i++)
        arena_reset(&x->slots[i].range.arena);
    free(x->slots);
    return ok;
}

/* ---- the whole ---- */

static int by_size(const void *a, const void *b)
{
    const struct holding *x = a, *y = b;
    return (x->checkpoint.size > y->checkpoint.size) - (x->checkpoint.size < y->checkpoint.size);
}

/* What others hold, smallest first; one that is larger than the log is a finding of its own. */
static void take_held(struct audit *x)
{
    x->held = ARENA_ARRAY(&x->arena, struct holding, x->o->notes_len + 1);
    for (size_t i = 0; i < x->o->notes_len; i++) {
        struct holding h = {.name = arena_printf(&x->arena, "checkpoint that is held (%zu)", i + 1)};
        if (!open_note(x, &x->arena, x->o->notes[i], h.name, &h.checkpoint))
            continue;
        if (h.checkpoint.size > x->out->size)
            found(x, arena_printf(&x->arena, "%s: is of %" PRId64 " records, and the log has %" PRId64 ": it was rolled back, or is another "
                                  "one", h.name, h.checkpoint.size, x->out->size));
        else
            x->held[x->held_len++] = h;
    }
    qsort(x->held, x->held_len, sizeof *x->held, by_size);
}

static bool find_strays(struct audit *x, struct error *err)
{
    struct rows rows;
    if (!db_query(x->db, &x->arena, &AUDIT_STRAYS, NO_ARGS, &rows, err))
        return false;
    const struct stray_row *s = rows.at;
    for (size_t i = 0; i < rows.len; i++)
        found(x, s[i].what);
    return true;
}

static bool begin(struct audit *x, struct error *err)
{
    struct rows rows;
    if (!db_query(x->db, &x->arena, &AUDIT_SIZE, NO_ARGS, &rows, err))
        return false;
    x->out->size = ((const struct size_row *)rows.at)->size;
    take_held(x);
    if (!audit_signers_load(x->db, &x->arena, &x->signers, err) ||
        !audit_cosigned_begin(x->db, &x->arena, x->out->size, &x->cosigned, find_another, x, err))
        return false;
    return more_heads(x, -1, err) && more_notes(x, -1, err) && check_size(x, err);
}

bool ledger_audit(const struct audit_options *o, struct audit_result *out, struct error *err)
{
    *out = (struct audit_result){0};
    struct audit x = {.o = o, .out = out, .db = db_new(o->conninfo, STORE_SETTINGS), .last_us = INT64_MIN};
    pthread_mutex_init(&x.lock, NULL);
    pthread_cond_init(&x.changed, NULL);
    arena_init(&x.arena, 0);
    arena_init(&x.heads_arena, 0);
    arena_init(&x.notes_arena, 0);
    edge_init(&x.edge);
    bool ok = begin(&x, err) && run_threads(&x, err) && find_strays(&x, err);
    sum_heads(&x);
    audit_cosigned_end(&x.cosigned, find_another, &x);
    audit_signers_done(&x.signers);
    edge_root(&x.edge, &out->root);
    edge_done(&x.edge);
    arena_reset(&x.notes_arena);
    arena_reset(&x.heads_arena);
    arena_reset(&x.arena);
    pthread_cond_destroy(&x.changed);
    pthread_mutex_destroy(&x.lock);
    db_free(x.db);
    return ok;
}
