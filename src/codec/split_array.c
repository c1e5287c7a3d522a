/*
 * split_array - one JSON object, or an array of them, as it streams by.
 *
 * Only strings and brackets are looked at; whether a record is JSON, decode says.  A
 * single object is handed on at the end of the body, when it is known that nothing
 * follows it.  After a fault between records nothing more can be told apart: it is told
 * once, the rest is skipped.
 */
#include "split.h"

#include <inttypes.h>
#include <stdlib.h>

enum state { START, FIRST, NEXT, VALUE, AFTER, END, DEAD };

struct array {
    struct sink *sink;
    struct held held;
    enum state state;
    int64_t ordinal; /* of the record begun last, 1-based */
    bool single, any;
    bool in_string, escaped, scalar; /* VALUE */
    int depth;
};

static void *start(struct sink *sink)
{
    struct array *r = calloc(1, sizeof *r);
    if (!r)
        abort();
    r->sink = sink;
    held_init(&r->held);
    return r;
}

static void dead(struct array *r, int64_t ordinal, const char *right)
{
    sink_error(r->sink, &(struct piece){.line = ordinal, .single = r->single},
               ERR_MALFORMED, "", "%s", right);
    r->state = DEAD;
}

static void begin(struct array *r, char c)
{
    r->ordinal++;
    r->depth = c == '{' || c == '[';
    r->in_string = c == '"';
    r->scalar = !r->depth && !r->in_string;
    r->escaped = false;
    r->state = VALUE;
}

/* A value's bytes are whole: in `held`, or only in what is fed right now. */
static void take(struct array *r, const char *at, size_t len)
{
    if (r->single || r->held.text.len > 0 || r->held.over) {
        held_add(&r->held, at, len);
        at = r->held.text.at;
        len = r->held.text.len;
    }
    r->state = r->single ? END : AFTER;
    if (r->single)
        return;
    if (r->held.over || len > RECORD_MAX_BYTES)
        sink_too_large(r->sink, r->ordinal, false);
    else
        sink_piece(r->sink, &(struct piece){.line = r->ordinal, .json = at, .len = len});
    held_clear(&r->held);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Returns whether the value ends with this byte. */
static bool ends(struct array *r, char c)
{
    if (r->in_string) {
        if (r->escaped)
            r->escaped = false;
        else if (c == '\\')
            r->escaped = true;
        else if (c == '"')
            r->in_string = false;
        return !r->in_string && r->depth == 0;
    }
    r->in_string = c == '"';
    r->depth += (c == '{' || c == '[') - (c == '}' || c == ']');
    return r->depth == 0;
}

static bool ends_scalar(const struct array *r, char c)
{
    return r->scalar && (is_blank(c) || c == ',' || c == ']');
}

/* A byte between values; a value that begins with it leaves state VALUE. */
static void between(struct array *r, char c)
{
    r->any = true;
    if (is_blank(c) || r->state == DEAD)
        return;
    switch (r->state) {
    case START:
        r->single = c != '[';
        if (c == '[')
            r->state = FIRST;
        else if (c == '{')
            begin(r, c);
        else
            dead(r, 1,
                 "a body is one JSON object or an array of them: { or [ would be right");
        break;
    case FIRST:
        if (c == ']')
            r->state = END;
        else
            begin(r, c);
        break;
    case NEXT:
        if (c == ']' || c == ',')
            dead(r, r->ordinal + 1, "a record would be right after the comma");
        else
            begin(r, c);
        break;
    case AFTER:
        if (c == ',')
            r->state = NEXT;
        else if (c == ']')
            r->state = END;
        else
            dead(r, r->ordinal + 1, "a comma or ] would be right after a record");
        break;
    case END:
        dead(r, r->single ? 1 : r->ordinal + 1,
             "something follows the end of the JSON value; many records are one JSON "
             "array, or "
             "a line each as application/x-ndjson");
        break;
    case VALUE:
    case DEAD:
        break;
    }
}

/* Bytes within a value that decide nothing. */
static size_t skip(const char *at, size_t len)
{
    static const bool IS_SIGN[256] = {
        ['"'] = true, ['\\'] = true, ['{'] = true, ['}'] = true, ['['] = true, [']'] = true};
    size_t n = 0;
    while (n < len && !IS_SIGN[(unsigned char)at[n]])
        n++;
    return n;
}

static void feed(void *self, const char *at, size_t len)
{
    struct array *r = self;
    size_t from = 0; /* where the value in hand begins in `at` */
    for (size_t i = 0; i < len && !r->sink->stopped; i++) {
        if (r->state == VALUE && ends_scalar(r, at[i]))
            take(r, at + from, i - from);
        if (r->state == VALUE) {
            i += r->scalar || r->escaped ? 0 : skip(at + i, len - i);
            if (i < len && !r->scalar && ends(r, at[i]))
                take(r, at + from, i + 1 - from);
            continue;
        }
        between(r, at[i]);
        from = i;
    }
    if (r->state == VALUE)
        held_add(&r->held, at + from, len - from);
}

static void finish(void *self)
{
    struct array *r = self;
    const struct piece whole = {
        .line = 1, .json = r->held.text.at, .len = r->held.text.len, .single = true};
    switch (r->state) {
    case START:
        r->single = true;
        if (r->any)
            dead(r, 1,
                 "the body is blank; one JSON object or an array of them would be right");
        break;
    case VALUE:
        dead(r, r->ordinal, "the body ends within this record");
        break;
    case FIRST:
    case NEXT:
    case AFTER:
        dead(r, r->ordinal + 1, "the body ends before the array does; ] is missing");
        break;
    case END:
        if (r->single && r->held.over)
            sink_too_large(r->sink, 1, true);
        else if (r->single)
            sink_piece(r->sink, &whole);
        break;
    case DEAD:
        break;
    }
}

static void done(void *self)
{
    struct array *r = self;
    arena_reset(&r->held.arena);
    free(r);
}

const struct reader ARRAY_READER = {start, feed, finish, done};
