/* trace - the chain of a lot as nodes and hops, before it is printed. */
#pragma once

#include "session.h"

struct node {
    int64_t lot; /* 0: a gap */
    enum sight sight;
    const char *named;         /* of a gap: the source that was named, or NULL */
    const struct lot_row *row; /* NULL: a gap */
};

struct hop_row {
    int64_t near, far, seq, quantity; /* near 0: no hop, `cut` says why the walk ended */
    int32_t ordinal;
    const char *sight, *standing, *tier, *source, *seller, *reason, *shipped, *received,
        *cut, *tier_why;
    int64_t tier_seq;
};

struct arc {
    size_t from, to; /* nodes */
    const struct hop_row *hop;
};

struct trace {
    VEC(struct node) nodes; /* the lot asked for first */
    VEC(struct arc) arcs;
    const char *cut; /* why; NULL: all is here */
    struct as_of as_of;
};

/* In the session's snapshot. */
bool trace_make(struct session *s, const struct trace_ask *ask, struct trace *out, struct error *err);
json_t *trace_json(const struct trace *t);
const char *trace_dot(struct arena *a, const struct trace *t);
/* "T4", or "" */
