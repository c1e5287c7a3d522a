/*
 * wire - PostgreSQL's binary formats: our arguments out, its columns in.
 *
 * Integers are big-endian; an array is (dimensions, has-null, element type, length, lower
 * bound) and its elements, each behind its own length, -1 being NULL.
 */
#pragma once

#include "pedigree/db/db.h"

#include <libpq-fe.h>

struct wire {
    Oid type;
    const char *at; /* NULL: SQL NULL */
    int len;
};

/* Copies the argument into the arena. */
struct wire wire_encode(struct arena *a, const struct arg *arg);
Oid wire_type(enum arg_type t);

/* Number, names and types of the result's columns are what the query says. */
bool wire_check(const struct query *q, const PGresult *res, struct error *err);
/* All rows as the query's structs, in the arena. */
bool wire_decode(struct arena *a, const struct query *q, const PGresult *res,
                 struct rows *out, struct error *err);
