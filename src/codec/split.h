/*
 * split - what the readers of many records share: where pieces go, and how each format is
 * read.
 */
#pragma once

#include "pedigree/codec/codec.h"
#include "pedigree/base/text.h"

struct sink {
    piece_fn fn;
    void *ctx;
    bool stopped; /* fn said so: nothing more is told */
    const char *item; /* what items are named, for those who ask; NULL */
};

void sink_piece(struct sink *s, const struct piece *piece);
void sink_error(struct sink *s, const struct piece *piece, enum error_code code,
                const char *where, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
void sink_too_large(struct sink *s, int64_t line, bool single);

struct reader {
    void *(*start)(struct sink *sink);
    void (*feed)(void *self, const char *at, size_t len);
    void (*finish)(void *self);
    void (*free)(void *self);
};
extern const struct reader LINES_READER, ARRAY_READER, CSV_READER, ROWS_READER, NOTICE_READER, NOTICE_JSON_READER;
struct splitter *splitter_of(const struct reader *reader, const char *item, piece_fn fn, void *ctx);

/* One record's bytes, held while they arrive in pieces; never more than RECORD_MAX_BYTES.
 */
struct held {
    struct arena arena;
    struct text text;
    bool over;
};
void held_init(struct held *h);
void held_add(struct held *h, const char *at, size_t len);
void held_clear(struct held *h); /* keeps the memory for the next */
