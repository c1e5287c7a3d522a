/* pieces - whatever a body is cut into while it is fed, the same pieces come out. */
#pragma once

#include "pedigree/base/text.h"
#include "pedigree/codec/codec.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

static bool pieces_take(void *ctx, const struct piece *p)
{
    struct text *t = ctx;
    text_addf(t, "%" PRId64 " %d ", p->line, p->single);
    if (p->err)
        text_add(t, p->err->detail);
    else
        text_add_n(t, p->json, p->len);
    return true;
}

static struct text pieces_told(struct arena *a, enum body_format f, const uint8_t *data,
                               size_t size, size_t step)
{
    struct text t = text_new(a);
    struct splitter *s = splitter_new(f, pieces_take, &t);
    for (size_t i = 0; i < size; i += step)
        splitter_feed(s, data + i, size - i < step ? size - i : step);
    splitter_finish(s);
    splitter_free(s);
    return t;
}

static void pieces_agree(enum body_format f, const uint8_t *data, size_t size)
{
    struct arena a;
    arena_init(&a, 0);
    struct text whole = pieces_told(&a, f, data, size, size + 1);
    struct text cut = pieces_told(&a, f, data, size, 1 + size % 13);
    assert(whole.len == cut.len && (cut.len == 0 || !memcmp(whole.at, cut.at, cut.len)));
    arena_reset(&a);
}
