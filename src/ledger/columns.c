/* columns - see columns.h. */
#include "columns.h"

#include "pedigree/base/cleanup.h"

#include <assert.h>

struct columns columns_new(struct arena *a, size_t cap)
{
    return (struct columns){.arena = a, .cap = cap ? cap : 1};
}

static struct column_out *next_column(struct columns *c, enum arg_type type)
{
    struct column_out *o = &c->at[c->len++];
    if (c->rows == 0) {
        o->type = type;
        o->texts = ARENA_ARRAY(c->arena, const char *, type == ARG_TEXTS ? c->cap : 1);
        o->int8s = ARENA_ARRAY(c->arena, int64_t, type == ARG_INT8S ? c->cap : 1);
        o->int4s = ARENA_ARRAY(c->arena, int32_t, type == ARG_INT4S ? c->cap : 1);
        o->byteses =
            ARENA_ARRAY(c->arena, struct bytes, type == ARG_BYTESES ? c->cap : 1);
    }
    return o;
}

void columns_text(struct columns *c, const char *v)
{
    next_column(c, ARG_TEXTS)->texts[c->rows] = v;
}

void columns_int8(struct columns *c, int64_t v)
{
    next_column(c, ARG_INT8S)->int8s[c->rows] = v;
}

void columns_int4(struct columns *c, int32_t v)
{
    next_column(c, ARG_INT4S)->int4s[c->rows] = v;
}

void columns_bytes(struct columns *c, struct bytes v)
{
    next_column(c, ARG_BYTESES)->byteses[c->rows] = v;
}

static size_t columns_len(const struct columns *c)
{
    size_t n = 0;
    while (n < LENGTH(c->at) && c->at[n].texts)
        n++;
    return n;
}

void columns_end_row(struct columns *c)
{
    c->rows++;
    c->len = 0;
    assert(c->rows <= c->cap);
}

static void add(struct pipeline *p, const struct query *q, const struct columns *c, const struct arg *last,
                struct rows *answer)
{
    if (c->rows == 0)
        return; /* only statements that have rows */
    size_t n = columns_len(c);
    struct arg *args = ARENA_ARRAY(c->arena, struct arg, n + 1);
    for (size_t i = 0; i < n; i++) {
        const struct column_out *o = &c->at[i];
        args[i] = o->type == ARG_TEXTS   ? TEXTS(o->texts, c->rows)
                  : o->type == ARG_INT8S ? INT8S(o->int8s, c->rows)
                  : o->type == ARG_INT4S ? INT4S(o->int4s, c->rows)
                                         : BYTESES(o->byteses, c->rows);
    }
    if (last)
        args[n++] = *last;
    pipeline_add(p, q, (struct args){args, n}, answer);
}

void columns_send_with(struct pipeline *p, const struct query *q, const struct columns *c,
                       const struct arg *last)
{
    add(p, q, c, last, NULL);
}

void columns_ask(struct pipeline *p, const struct query *q, const struct columns *c, struct rows *answer)
{
    add(p, q, c, NULL, answer);
}

void columns_send(struct pipeline *p, const struct query *q, const struct columns *c)
{
    columns_send_with(p, q, c, NULL);
}
