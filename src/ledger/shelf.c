/* shelf - see shelf.h. */
#include "shelf.h"

#include "knowledge.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/digest.h"
#include "pedigree/codec/codec.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct row_kind {
    const struct column *columns;
    size_t columns_len, size;
};
#define KIND(st, cols) {cols, sizeof(cols) / sizeof *(cols), sizeof(st)}
static const struct row_kind KINDS[SHELF_SETS] = {
    [SHELF_LOT] = KIND(struct lot_row, LOT_ROW),
    [SHELF_EVENTS] = KIND(struct event_row, EVENT_ROW),
    [SHELF_SAMPLES] = KIND(struct event_row, EVENT_ROW),
    [SHELF_MADE_OF] = KIND(struct touched_row, TOUCHED_ROW),
    [SHELF_OWN_LINKS] = KIND(struct link_row, LINK_ROW),
    [SHELF_OWN_MARKS] = KIND(struct own_mark_row, OWN_MARK_ROW),
    [SHELF_OWN_EDGES] = KIND(struct text_row, TEXT_ROW),
    [SHELF_FLAGS] = KIND(struct flag_row, FLAG_ROW),
    [SHELF_LINKS] = KIND(struct link_row, LINK_ROW),
    [SHELF_MEMBERS] = KIND(struct member_row, MEMBER_ROW),
    [SHELF_SUBS] = KIND(struct sub_row, SUB_ROW),
    [SHELF_NAME] = KIND(struct lot_name_row, LOT_NAME_ROW),
    [SHELF_RECORD] = KIND(struct record_row, RECORD_ROW),
};

/* One look-up's rows, and behind them their texts: one block. */
struct entry {
    struct entry *next; /* of its bucket; of those that are gone */
    struct entry *newer, *older;
    int64_t key;
    enum shelf_set set;
    size_t len, size; /* rows; bytes of the block */
};

/* Records as they are decoded: never changed, thrown away together. */
struct decoded_records {
    struct arena arena;
    struct map by_seq; /* struct known_record */
};

struct shelf {
    size_t limit, used;
    struct entry **buckets;
    size_t bits, len;
    struct entry *newest, *oldest; /* by when they were last looked at */
    struct entry *gone;            /* a batch may still look at them: freed when the shelf turns */
    struct decoded_records young, old;
};

enum { BITS_LEAST = 10, DECODED_SHARE = 8 };

static void *owned(void *p)
{
    if (!p)
        abort();
    return p;
}

/* ---- entries by key ---- */

static size_t bucket_of(const struct shelf *s, enum shelf_set set, int64_t key)
{
    uint64_t mixed = ((uint64_t)key ^ ((uint64_t)set << 59)) * UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ mixed >> 32) * UINT64_C(0xd6e8feb86659fd93);
    return (size_t)(mixed >> (64 - s->bits));
}

static void buckets_grow(struct shelf *s)
{
    size_t cap = (size_t)1 << s->bits++;
    struct entry **old = s->buckets;
    s->buckets = owned(calloc(2 * cap, sizeof *s->buckets));
    for (size_t i = 0; i < cap; i++)
        for (struct entry *e = old[i], *next; e; e = next) {
            struct entry **to = &s->buckets[bucket_of(s, e->set, e->key)];
            next = e->next;
            e->next = *to;
            *to = e;
        }
    free(old);
}

/* Where the pointer to it is; to NULL: it is not here. */
static struct entry **find(const struct shelf *s, enum shelf_set set, int64_t key)
{
    struct entry **at = &s->buckets[bucket_of(s, set, key)];
    while (*at && ((*at)->key != key || (*at)->set != set))
        at = &(*at)->next;
    return at;
}

/* ---- entries by age ---- */

static void age_remove(struct shelf *s, struct entry *e)
{
    *(e->newer ? &e->newer->older : &s->newest) = e->older;
    *(e->older ? &e->older->newer : &s->oldest) = e->newer;
}

static void age_add(struct shelf *s, struct entry *e)
{
    e->newer = NULL;
    e->older = s->newest;
    *(e->older ? &e->older->newer : &s->oldest) = e;
    s->newest = e;
}

static void take_away(struct shelf *s, struct entry **at)
{
    struct entry *e = *at;
    *at = e->next;
    age_remove(s, e);
    s->used -= e->size;
    s->len--;
    e->next = s->gone;
    s->gone = e;
}

static void free_gone(struct shelf *s)
{
    for (struct entry *e = s->gone, *next; e; e = next) {
        next = e->next;
        free(e);
    }
    s->gone = NULL;
}

/* ---- the whole ---- */

static void decoded_init(struct decoded_records *d)
{
    arena_init(&d->arena, 0);
    d->by_seq = map_new(&d->arena);
}

/* The map lives in the arena, wherever that is. */
static void decoded_move(struct decoded_records *to, struct decoded_records *from)
{
    arena_reset(&to->arena);
    *to = *from;
    to->by_seq.arena = &to->arena;
    decoded_init(from);
}

struct shelf *shelf_new(size_t limit)
{
    struct shelf *s = owned(calloc(1, sizeof *s));
    s->limit = limit;
    s->bits = BITS_LEAST;
    s->buckets = owned(calloc((size_t)1 << s->bits, sizeof *s->buckets));
    decoded_init(&s->young);
    decoded_init(&s->old);
    return s;
}

void shelf_clear(struct shelf *s)
{
    if (!s)
        return;
    while (s->oldest)
        take_away(s, find(s, s->oldest->set, s->oldest->key));
    free_gone(s);
    arena_reset(&s->young.arena);
    arena_reset(&s->old.arena);
    decoded_init(&s->young);
    decoded_init(&s->old);
}

void shelf_free(struct shelf *s)
{
    if (!s)
        return;
    shelf_clear(s);
    arena_reset(&s->young.arena);
    arena_reset(&s->old.arena);
    free(s->buckets);
    free(s);
}

void shelf_turn(struct shelf *s)
{
    if (!s)
        return;
    if (s->young.arena.used > s->limit / DECODED_SHARE)
        decoded_move(&s->old, &s->young);
    while (s->oldest && shelf_size(s) > s->limit)
        take_away(s, find(s, s->oldest->set, s->oldest->key));
    free_gone(s);
}

size_t shelf_size(const struct shelf *s)
{
    return s->used + (sizeof *s->buckets << s->bits) + s->young.arena.used + s->old.arena.used;
}

/* ---- rows ---- */

static struct rows rows_of(struct entry *e)
{
    return (struct rows){e + 1, e->len};
}

bool shelf_get(struct shelf *s, enum shelf_set set, int64_t key, struct rows *out)
{
    struct entry *e = *find(s, set, key);
    if (!e)
        return false;
    age_remove(s, e);
    age_add(s, e);
    *out = rows_of(e);
    return true;
}

/* Of each text with its end, of each run of bytes, how much room it takes. */
static size_t room(const struct column *c, const char *row)
{
    if (c->type == DB_BYTES)
        return ((const struct bytes *)(const void *)(row + c->offset))->len;
    const char *text = c->type == DB_TEXT ? *(const char *const *)(const void *)(row + c->offset) : NULL;
    return text ? strlen(text) + 1 : 0;
}

static char *move_behind(const struct column *c, char *row, char *at)
{
    size_t size = room(c, row);
    const void **text = (const void **)(void *)(row + c->offset);
    struct bytes *bytes = (struct bytes *)(void *)(row + c->offset);
    if (size && c->type == DB_TEXT)
        *text = memcpy(at, *text, size);
    else if (size)
        bytes->at = memcpy(at, bytes->at, size);
    return at + size;
}

static struct entry *entry_new(const struct row_kind *kind, const void *rows, size_t len)
{
    size_t size = sizeof(struct entry) + len * kind->size;
    for (size_t i = 0; i < len; i++)
        for (size_t k = 0; k < kind->columns_len; k++)
            size += room(&kind->columns[k], (const char *)rows + i * kind->size);
    struct entry *e = owned(malloc(size));
    char *row = (char *)(e + 1), *behind = row + len * kind->size;
    *e = (struct entry){.len = len, .size = size};
    if (len)
        memcpy(row, rows, len * kind->size);
    for (size_t i = 0; i < len; i++, row += kind->size)
        for (size_t k = 0; k < kind->columns_len; k++)
            behind = move_behind(&kind->columns[k], row, behind);
    return e;
}

void shelf_put(struct shelf *s, enum shelf_set set, int64_t key, const void *rows, size_t len)
{
    struct entry *e = entry_new(&KINDS[set], rows, len); /* of rows that may be those it replaces */
    struct entry **at = find(s, set, key);
    e->set = set;
    e->key = key;
    if (*at)
        take_away(s, at);
    e->next = *at;
    *at = e;
    age_add(s, e);
    s->used += e->size;
    if (++s->len > (size_t)1 << s->bits)
        buckets_grow(s);
}

void shelf_drop(struct shelf *s, enum shelf_set set, int64_t key)
{
    struct entry **at = find(s, set, key);
    if (*at)
        take_away(s, at);
}

int64_t shelf_name_key(int64_t holder, const char *code)
{
    struct span spans[] = {{(const char *)&holder, sizeof holder}, {code, strlen(code)}};
    return digest_key(spans, LENGTH(spans));
}

/* ---- records ---- */

struct known_record *known_record_new(struct arena *a, const struct record_row *r, struct error *err)
{
    struct record *record;
    struct error why = {0};
    if (!record_read(a, a, r->canonical, strlen(r->canonical), &record, &why)) {
        error_set(err, ERR_INTERNAL, "record %" PRId64 " cannot be read: %s", r->seq, why.detail);
        return NULL;
    }
    struct known_record *k = ARENA_NEW(a, struct known_record);
    *k = (struct known_record){.owner = record_owner(r->submitter, r->on_behalf),
                               .by_operator = is_by_operator(r->role, r->on_behalf),
                               .key = r->key, .record = record};
    return k;
}

static const struct known_record *decode(struct shelf *s, const struct record_row *r, struct error *err)
{
    struct arena *a = &s->young.arena;
    struct known_record *k = known_record_new(a, r, err);
    if (!k)
        return NULL;
    k->owner = arena_strdup(a, k->owner);
    k->key.at = memcpy(arena_alloc(a, k->key.len), k->key.at, k->key.len);
    map_put(&s->young.by_seq, r->seq, k);
    return k;
}

const struct known_record *shelf_add_record(struct shelf *s, const struct record_row *r, struct error *err)
{
    shelf_put(s, SHELF_RECORD, r->seq, r, 1);
    return decode(s, r, err);
}

static const struct known_record *decoded(const struct shelf *s, int64_t seq)
{
    const struct known_record *k = map_get(&s->young.by_seq, seq);
    return k ? k : map_get(&s->old.by_seq, seq);
}

bool shelf_has_record(struct shelf *s, int64_t seq)
{
    struct rows row;
    return shelf_get(s, SHELF_RECORD, seq, &row) || decoded(s, seq);
}

const struct known_record *shelf_record(struct shelf *s, int64_t seq)
{
    struct error ignored; /* it was read before */
    struct rows row;
    const struct known_record *k = decoded(s, seq);
    return k || !shelf_get(s, SHELF_RECORD, seq, &row) ? k : decode(s, row.at, &ignored);
}
