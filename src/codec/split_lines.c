/*
 * split_lines - NDJSON: one record a line.  Blank lines are skipped but counted; a line
 * that is whole in what was fed is handed on without a copy.
 */
#include "split.h"

#include <stdlib.h>
#include <string.h>

struct lines {
    struct sink *sink;
    struct held held;
    int64_t line; /* of the byte that comes next, 1-based */
};

static void *start(struct sink *sink)
{
    struct lines *l = calloc(1, sizeof *l);
    if (!l)
        abort();
    l->sink = sink;
    l->line = 1;
    held_init(&l->held);
    return l;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void line(struct lines *l, const char *at, size_t len)
{
    while (len > 0 && is_blank(*at))
        at++, len--;
    while (len > 0 && is_blank(at[len - 1]))
        len--;
    if (len > RECORD_MAX_BYTES)
        sink_too_large(l->sink, l->line, false);
    else if (len > 0)
        sink_piece(l->sink, &(struct piece){.line = l->line, .json = at, .len = len});
}

static void held_line(struct lines *l)
{
    if (l->held.over)
        sink_too_large(l->sink, l->line, false);
    else
        line(l, l->held.text.at, l->held.text.len);
    held_clear(&l->held);
}

static void feed(void *self, const char *at, size_t len)
{
    struct lines *l = self;
    for (const char *end; !l->sink->stopped && (end = memchr(at, '\n', len)); l->line++) {
        size_t n = (size_t)(end - at);
        if (l->held.text.len == 0 && !l->held.over) {
            line(l, at, n);
        } else {
            held_add(&l->held, at, n);
            held_line(l);
        }
        at = end + 1;
        len -= n + 1;
    }
    held_add(&l->held, at, len);
}

static void finish(void *self)
{
    held_line(self);
}

static void done(void *self)
{
    struct lines *l = self;
    arena_reset(&l->held.arena);
    free(l);
}

const struct reader LINES_READER = {start, feed, finish, done};
