/*
 * map - look-up from 64-bit keys or text to pointers, in an arena.
 *
 * Open addressing, never shrinks, nothing is removed singly.  Values are not owned.
 */
#pragma once

#include "pedigree/base/arena.h"

#include <stdint.h>

struct map_slot {
    uint64_t hash; /* 0: empty */
    int64_t number;
    const char *text;
    void *value;
};

struct map {
    struct arena *arena;
    struct map_slot *slots;
    size_t cap, len;
};

struct map map_new(struct arena *a);
void *map_get(const struct map *m, int64_t number);
void map_put(struct map *m, int64_t number, void *value); /* replaces */
void *map_get_text(const struct map *m, const char *text);
void map_put_text(struct map *m, const char *text, void *value); /* keeps `text` */
