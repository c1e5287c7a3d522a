/* tree_memory - see the header.  Under AddressSanitizer what is not handed out is poisoned, also after the end. */
#include "pedigree/codec/tree_memory.h"

#include "pedigree/base/poison.h"

#include <jansson.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { NEST_BYTES = 32 * 1024, ALIGN = 16 };

static _Thread_local struct {
    alignas(ALIGN) char at[NEST_BYTES];
    size_t used; /* a multiple of ALIGN */
    bool is_open;
} nest;

static void *memory_or_end(size_t size)
{
    void *at = malloc(size);
    if (!at) {
        fputs("out of memory\n", stderr);
        abort();
    }
    return at;
}

static void *piece_new(size_t size)
{
    if (!nest.is_open || size > NEST_BYTES - nest.used)
        return memory_or_end(size);
    char *at = nest.at + nest.used;
    nest.used += (size + ALIGN - 1) / ALIGN * ALIGN;
    ASAN_UNPOISON_MEMORY_REGION(at, size);
    return at;
}

static void piece_free(void *at)
{
    if ((uintptr_t)at - (uintptr_t)nest.at >= NEST_BYTES)
        free(at);
}

void tree_memory_use(void)
{
    json_set_alloc_funcs(piece_new, piece_free);
}

void tree_memory_begin(void)
{
    nest.is_open = true;
    nest.used = 0;
    ASAN_POISON_MEMORY_REGION(nest.at, NEST_BYTES);
}

void tree_memory_end(void)
{
    nest.is_open = false;
    ASAN_POISON_MEMORY_REGION(nest.at, nest.used);
}
