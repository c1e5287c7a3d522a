/*
 * parameters - what a caller asked for, against the operation's own table.
 *
 * Unknown, repeated and malformed parameters are INVALID: err->where names the parameter,
 * the detail says what would be right.
 */
#pragma once

#include "operation.h"

#include "pedigree/http/request.h"

/* values[i] belongs to row i of the table: text as it is to be used (organisations
 * normalised), `initial` if it was not given, else NULL. */
bool parameters_read(struct request *rq, const struct parameters *table,
                     const char **values, struct error *err);
/* A page's size: `value` as parameters_read() gave it, default_page if NULL. */
bool parameters_limit(const struct request *rq, const char *value, int64_t *out,
                      struct error *err);
/* Of a PARAMETER_DAY: days since 1970-01-01. */
bool parameter_day(const char *name, const char *value, int32_t *out, struct error *err);
bool parameter_is_true(const char *value);

/* Parts of the path. */
bool path_seq(const struct request *rq, int64_t *out, struct error *err);
bool path_party(struct request *rq, const char *name, const char **out,
                struct error *err);

extern const struct parameters NO_PARAMETERS;
