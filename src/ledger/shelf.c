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

/* One look-up's rows, and behind them their texts: one block, so that what takes their place frees them. */
struct entry {
    struct rows rows;
    size_t size; /* of the block */
    struct entry *next; /* of those that are replaced */
};

struct generation {
    struct arena arena;          /* the maps, and records as they are decoded: those never change */
    struct map sets[SHELF_SETS]; /* key -> struct entry; NULL: taken away */
    struct map decoded;          /* seq -> struct known_record */
    size_t kept;                 /* bytes of the entries */
};

struct shelf {
    size_t limit;
    struct generation young, old;
    struct entry *replaced; /* a batch may still look at them: freed when the shelf turns */
};

static void generation_init(struct generation *g)
{
    arena_init(&g->arena, 0);
    for (size_t i = 0; i < SHELF_SETS; i++)
        g->sets[i] = map_new(&g->arena);
    g->decoded = map_new(&g->arena);
    g->kept = 0;
}

/* The maps live in the arena of the generation, wherever that is. */
static void generation_move(struct generation *to, struct generation *from)
{
    *to = *from;
    for (size_t i = 0; i < SHELF_SETS; i++)
        to->sets[i].arena = &to->arena;
    to->decoded.arena = &to->arena;
}

static void generation_free(struct generation *g)
{
    for (size_t i = 0; i < SHELF_SETS; i++)
        for (size_t k = 0; k < g->sets[i].cap; k++)
            free(g->sets[i].slots[k].value);
    arena_reset(&g->arena);
}

static size_t generation_size(const struct generation *g)
{
    return g->arena.used + g->kept;
}

static void free_replaced(struct shelf *s)
{
    while (s->replaced) {
        struct entry *next = s->replaced->next;
        free(s->replaced);
        s->replaced = next;
    }
}

struct shelf *shelf_new(size_t limit)
{
    struct shelf *s = calloc(1, sizeof *s);
    if (!s)
        abort();
    s->limit = limit;
    generation_init(&s->young);
    generation_init(&s->old);
    return s;
}

void shelf_clear(struct shelf *s)
{
    if (!s)
        return;
    free_replaced(s);
    generation_free(&s->young);
    generation_free(&s->old);
    generation_init(&s->young);
    generation_init(&s->old);
}

void shelf_free(struct shelf *s)
{
    if (!s)
        return;
    free_replaced(s);
    generation_free(&s->young);
    generation_free(&s->old);
    free(s);
}

void shelf_turn(struct shelf *s)
{
    if (!s)
        return;
    free_replaced(s);
    if (generation_size(&s->young) < s->limit / 2)
        return;
    generation_free(&s->old);
    generation_move(&s->old, &s->young);
    generation_init(&s->young);
}

size_t shelf_size(const struct shelf *s)
{
    return generation_size(&s->young) + generation_size(&s->old);
}

/* ---- rows ---- */

bool shelf_get(const struct shelf *s, enum shelf_set set, int64_t key, struct rows *out)
{
    const struct entry *e = map_get(&s->young.sets[set], key);
    if (!e)
        e = map_get(&s->old.sets[set], key);
    if (e)
        *out = e->rows;
    return e != NULL;
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
    struct entry *e = malloc(size);
    if (!e)
        abort();
    char *row = (char *)(e + 1), *behind = row + len * kind->size;
    *e = (struct entry){{row, len}, size, NULL};
    if (len)
        memcpy(row, rows, len * kind->size);
    for (size_t i = 0; i < len; i++, row += kind->size)
        for (size_t k = 0; k < kind->columns_len; k++)
            behind = move_behind(&kind->columns[k], row, behind);
    return e;
}

static void take_away(struct shelf *s, struct generation *g, enum shelf_set set, int64_t key)
{
    struct entry *e = map_get(&g->sets[set], key);
    if (!e)
        return;
    map_put(&g->sets[set], key, NULL);
    g->kept -= e->size;
    e->next = s->replaced;
    s->replaced = e;
}

void shelf_put(struct shelf *s, enum shelf_set set, int64_t key, const void *rows, size_t len)
{
    struct entry *e = entry_new(&KINDS[set], rows, len); /* of rows that may be those it replaces */
    shelf_drop(s, set, key);
    map_put(&s->young.sets[set], key, e);
    s->young.kept += e->size;
}

void shelf_drop(struct shelf *s, enum shelf_set set, int64_t key)
{
    take_away(s, &s->young, set, key);
    take_away(s, &s->old, set, key);
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

const struct known_record *shelf_add_record(struct shelf *s, const struct record_row *r, struct error *err)
{
    struct arena *a = &s->young.arena;
    struct known_record *k = known_record_new(a, r, err);
    if (!k)
        return NULL;
    k->owner = arena_strdup(a, k->owner);
    k->key.at = memcpy(arena_alloc(a, k->key.len), k->key.at, k->key.len);
    map_put(&s->young.decoded, r->seq, k);
    return k;
}

const struct known_record *shelf_record(struct shelf *s, int64_t seq)
{
    struct error ignored; /* not here then: PostgreSQL is asked, and what is wrong is told */
    struct rows row;
    const struct known_record *k = map_get(&s->young.decoded, seq);
    if (!k)
        k = map_get(&s->old.decoded, seq);
    if (!k && shelf_get(s, SHELF_RECORD, seq, &row) && row.len) {
        k = shelf_add_record(s, row.at, &ignored);
        shelf_drop(s, SHELF_RECORD, seq);
    }
    return k;
}
