/* map - see map.h. */
#include "map.h"

#include <string.h>

static uint64_t mix(uint64_t x)
{
    x ^= x >> 33;
    x *= UINT64_C(0xff51afd7ed558ccd);
    x ^= x >> 33;
    x *= UINT64_C(0xc4ceb9fe1a85ec53);
    x ^= x >> 33;
    return x ? x : 1;
}

static uint64_t mix_text(const char *text)
{
    uint64_t h = UINT64_C(1469598103934665603);
    for (; *text; text++)
        h = (h ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return mix(h);
}

static struct map_slot *slot_of(const struct map *m, uint64_t hash, int64_t number,
                                const char *text)
{
    for (size_t i = hash & (m->cap - 1);; i = (i + 1) & (m->cap - 1)) {
        struct map_slot *s = &m->slots[i];
        if (!s->hash)
            return s;
        if (s->hash != hash)
            continue;
        if (text ? (s->text && strcmp(s->text, text) == 0) : (!s->text && s->number == number))
            return s;
    }
}

static void grow(struct map *m)
{
    struct map old = *m;
    m->cap = old.cap ? old.cap * 2 : 16;
    m->slots = ARENA_ARRAY(m->arena, struct map_slot, m->cap);
    for (size_t i = 0; i < old.cap; i++) {
        const struct map_slot *s = &old.slots[i];
        if (s->hash)
            *slot_of(m, s->hash, s->number, s->text) = *s;
    }
}

static void put(struct map *m, uint64_t hash, int64_t number, const char *text, void *value)
{
    if (m->len * 2 >= m->cap)
        grow(m);
    struct map_slot *s = slot_of(m, hash, number, text);
    m->len += s->hash == 0;
    *s = (struct map_slot){hash, number, text, value};
}

struct map map_new(struct arena *a)
{
    struct map m = {.arena = a};
    grow(&m);
    return m;
}

void *map_get(const struct map *m, int64_t number)
{
    return slot_of(m, mix((uint64_t)number), number, NULL)->value;
}

void map_put(struct map *m, int64_t number, void *value)
{
    put(m, mix((uint64_t)number), number, NULL, value);
}

void *map_get_text(const struct map *m, const char *text)
{
    return slot_of(m, mix_text(text), 0, text)->value;
}

void map_put_text(struct map *m, const char *text, void *value)
{
    put(m, mix_text(text), 0, text, value);
}
