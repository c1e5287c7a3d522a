/*
 * columns - rows to be sent to PostgreSQL, one array a column, in an arena.
 *
 * A row is put value by value in the order of the columns and closed by
 * columns_end_row(); every row puts the same types.  What is sent becomes the array
 * parameters $1, $2, .. of one statement.  What inserts them says SELECT unnest($1), unnest($2), ..:
 * behind FROM each array would be stored whole once more before the first row is made.
 */
#pragma once

#include "pedigree/db/db.h"

struct columns {
    struct arena *arena;
    size_t rows, cap, len;
    struct column_out {
        enum arg_type type;
        const char **texts;
        int64_t *int8s;
        int32_t *int4s;
        struct bytes *byteses;
    } at[24];
};

/* `cap`: most rows that will be put. */
struct columns columns_new(struct arena *a, size_t cap);
void columns_text(struct columns *c,
                  const char *v); /* NULL is SQL NULL, as are the least numbers */
void columns_int8(struct columns *c, int64_t v);
void columns_int4(struct columns *c, int32_t v);
void columns_bytes(struct columns *c, struct bytes v);
void columns_end_row(struct columns *c);
/* Adds the statement to the pipeline; nothing without rows. */
void columns_send(struct pipeline *p, const struct query *q, const struct columns *c);
void columns_ask(struct pipeline *p, const struct query *q, const struct columns *c, struct rows *answer);
/* `last`: one more argument behind the columns. */
void columns_send_with(struct pipeline *p, const struct query *q, const struct columns *c,
                       const struct arg *last);
