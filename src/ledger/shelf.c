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

struct generation {
    struct arena arena;
    struct map sets[SHELF_SETS]; /* key -> struct rows */
    struct map decoded;          /* seq -> struct known_record */
};

struct shelf {
    size_t limit;
    struct generation young, old;
};

static struct rows GONE; /* stands where rows were that are no more */

static void generation_init(struct generation *g)
{
    arena_init(&g->arena, 0);
    for (size_t i = 0; i < SHELF_SETS; i++)
        g->sets[i] = map_new(&g->arena);
    g->decoded = map_new(&g->arena);
}

/* The maps live in the arena of the generation, wherever that is. */
static void generation_move(struct generation *to, struct generation *from)
{
    *to = *from;
    for (size_t i = 0; i < SHELF_SETS; i++)
        to->sets[i].arena = &to->arena;
    to->decoded.arena = &to->arena;
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
    arena_reset(&s->young.arena);
    arena_reset(&s->old.arena);
    generation_init(&s->young);
    generation_init(&s->old);
}

void shelf_free(struct shelf *s)
{
    if (!s)
        return;
    arena_reset(&s->young.arena);
    arena_reset(&s->old.arena);
    free(s);
}

void shelf_turn(struct shelf *s)
{
    if (!s || s->young.arena.used < s->limit / 2)
        return;
    arena_reset(&s->old.arena);
    generation_move(&s->old, &s->young);
    generation_init(&s->young);
}

size_t shelf_size(const struct shelf *s)
{
    return s->young.arena.used + s->old.arena.used;
}

/* ---- rows ---- */

bool shelf_get(const struct shelf *s, enum shelf_set set, int64_t key, struct rows *out)
{
    const struct rows *r = map_get(&s->young.sets[set], key);
    if (!r)
        r = map_get(&s->old.sets[set], key);
    if (!r || r == &GONE)
        return false;
    *out = *r;
    return true;
}

static void copy_texts(struct arena *a, const struct row_kind *kind, char *row)
{
    for (size_t i = 0; i < kind->columns_len; i++) {
        const struct column *c = &kind->columns[i];
        const char **text = (const char **)(void *)(row + c->offset);
        struct bytes *bytes = (struct bytes *)(void *)(row + c->offset);
        if (c->type == DB_TEXT && *text)
            *text = arena_strdup(a, *text);
        else if (c->type == DB_BYTES && bytes->len)
            bytes->at = memcpy(arena_alloc(a, bytes->len), bytes->at, bytes->len);
    }
}

void shelf_put(struct shelf *s, enum shelf_set set, int64_t key, const void *rows, size_t len)
{
    struct arena *a = &s->young.arena;
    const struct row_kind *kind = &KINDS[set];
    struct rows *kept = ARENA_NEW(a, struct rows);
    kept->len = len;
    if (len) {
        kept->at = memcpy(arena_alloc(a, len * kind->size), rows, len * kind->size);
        for (size_t i = 0; i < len; i++)
            copy_texts(a, kind, (char *)kept->at + i * kind->size);
    }
    map_put(&s->young.sets[set], key, kept);
}

void shelf_drop(struct shelf *s, enum shelf_set set, int64_t key)
{
    struct rows ignored;
    if (shelf_get(s, set, key, &ignored))
        map_put(&s->young.sets[set], key, &GONE);
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
    if (!k && shelf_get(s, SHELF_RECORD, seq, &row) && row.len)
        k = shelf_add_record(s, row.at, &ignored);
    return k;
}
