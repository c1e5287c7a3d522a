/* ask - what the reading handlers share: the reader they ask with, and how answers go
 * out. */
#pragma once

#include "handlers.h"
#include "parameters.h"

#include "pedigree/query/query.h"

struct reader reader_of(struct request *rq);
/* The page named by the parameters `limit` and `cursor`. */
bool page_read(const struct request *rq, const char *limit, const char *cursor,
               struct page *out, struct error *err);
/* The lot named by the path's {organisation} and {code}. */
bool path_lot(struct request *rq, struct lot_name *out, struct error *err);
/* 200 with `json`, and an ETag over it. */
bool answer_json(struct request *rq, struct reply *rp, const char *json);

/* clang-format off */
#define PARAMETER_LIMIT {"limit", PARAMETER_WHOLE, .max = 10000,                         \
                         .help = "entries of a page, up to the server's max_page"}
#define PARAMETER_NEXT {"cursor", PARAMETER_CURSOR, .help = "`next` of the page before"}
/* clang-format on */

extern const char *const SEVERITY_WORDS[], *const GRADE_WORDS[];
