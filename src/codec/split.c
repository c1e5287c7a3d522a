/* split - see codec.h and split.h: chooses the reader, and takes a byte order mark away.
 */
#include "split.h"

#include "pedigree/base/cleanup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct splitter {
    struct sink sink;
    const struct reader *reader;
    void *self;
    size_t mark; /* bytes of a byte order mark seen; past it: MARK_DONE */
};

static const char MARK[] = "\xef\xbb\xbf";
enum { MARK_LEN = sizeof MARK - 1, MARK_DONE };

static const struct reader *const READERS[] = {
    [BODY_JSON] = &ARRAY_READER,
    [BODY_NDJSON] = &LINES_READER,
    [BODY_CSV] = &CSV_READER,
    [BODY_NOTICE] = &NOTICE_READER,
    [BODY_NOTICE_JSON] = &NOTICE_JSON_READER,
};

static const struct {
    const char *media_type;
    enum body_format format;
} FORMATS[] = {
    {"application/json", BODY_JSON},         {"application/x-ndjson", BODY_NDJSON},
    {"application/ndjson", BODY_NDJSON},     {"application/jsonl", BODY_NDJSON},
    {"application/json-lines", BODY_NDJSON}, {"text/csv", BODY_CSV},
    {"application/xml", BODY_NOTICE},        {"text/xml", BODY_NOTICE},
    {"application/smartpcn+json", BODY_NOTICE_JSON},
};

bool body_format_of(const char *content_type, enum body_format *out)
{
    const char *type = content_type ? content_type : "";
    type += strspn(type, " \t");
    size_t len = strcspn(type, "; \t");
    for (size_t i = 0; i < LENGTH(FORMATS); i++)
        if (strlen(FORMATS[i].media_type) == len &&
            strncasecmp(type, FORMATS[i].media_type, len) == 0) {
            *out = FORMATS[i].format;
            return true;
        }
    return false;
}

bool body_is_utf8(const char *content_type)
{
    static const char NAME[] = "charset=";
    for (const char *at = strchr(content_type, ';'); at; at = strchr(at, ';')) {
        at += 1 + strspn(at + 1, " \t");
        if (strncasecmp(at, NAME, sizeof NAME - 1) != 0)
            continue;
        at += sizeof NAME - 1;
        at += *at == '"';
        size_t len = strcspn(at, "\"; \t");
        return (len == 5 && strncasecmp(at, "utf-8", len) == 0) ||
               (len == 8 && strncasecmp(at, "us-ascii", len) == 0);
    }
    return true;
}

void sink_piece(struct sink *s, const struct piece *piece)
{
    if (!s->stopped)
        s->stopped = !s->fn(s->ctx, piece);
}

void sink_error(struct sink *s, const struct piece *piece, enum error_code code,
                const char *where, const char *fmt, ...)
{
    struct error err = {0};
    char detail[sizeof err.detail];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(detail, sizeof detail, fmt, ap);
    va_end(ap);
    error_at(&err, code, where, "%s", detail);
    sink_piece(
        s, &(struct piece){.line = piece->line, .single = piece->single, .err = &err});
}

void sink_too_large(struct sink *s, int64_t line, bool single)
{
    sink_error(s, &(struct piece){.line = line, .single = single}, ERR_TOO_LARGE, "",
               "one record has at most %d bytes; this one is longer and was skipped",
               RECORD_MAX_BYTES);
}

void held_init(struct held *h)
{
    arena_init(&h->arena, 0);
    h->text = text_new(&h->arena);
    h->over = false;
}

void held_add(struct held *h, const char *at, size_t len)
{
    h->over = h->over || h->text.len + len > RECORD_MAX_BYTES;
    if (!h->over)
        text_add_n(&h->text, at, len);
}

void held_clear(struct held *h)
{
    h->text.len = 0;
    h->over = false;
}

struct splitter *splitter_of(const struct reader *reader, const char *item, piece_fn fn, void *ctx)
{
    struct splitter *s = calloc(1, sizeof *s);
    if (!s)
        abort();
    s->sink = (struct sink){.fn = fn, .ctx = ctx, .item = item};
    s->reader = reader;
    s->self = s->reader->start(&s->sink);
    return s;
}

struct splitter *splitter_new(enum body_format format, piece_fn fn, void *ctx)
{
    return splitter_of(READERS[format], NULL, fn, ctx);
}

static void feed(struct splitter *s, const char *at, size_t len)
{
    if (len > 0 && !s->sink.stopped)
        s->reader->feed(s->self, at, len);
}

/* What looked like a byte order mark and was none, or its beginning at the very end. */
static void give_mark_back(struct splitter *s)
{
    if (s->mark < MARK_LEN)
        feed(s, MARK, s->mark);
    s->mark = MARK_DONE;
}

bool splitter_feed(struct splitter *s, const void *bytes, size_t len)
{
    const char *at = bytes;
    for (; s->mark < MARK_LEN && len > 0 && *at == MARK[s->mark]; at++, len--)
        s->mark++;
    if (len > 0 && s->mark != MARK_DONE)
        give_mark_back(s);
    feed(s, at, len);
    return !s->sink.stopped;
}

bool splitter_finish(struct splitter *s)
{
    give_mark_back(s);
    if (!s->sink.stopped)
        s->reader->finish(s->self);
    return !s->sink.stopped;
}

void splitter_free(struct splitter *s)
{
    if (!s)
        return;
    s->reader->free(s->self);
    free(s);
}
