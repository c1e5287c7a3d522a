/*
 * operation - what is said about a route beside its row in ROUTES: parameters and answer.
 *
 * routes.def is the one list; ROUTES (for the server) and OPERATIONS (for /openapi.json
 * and for reading parameters) are printed from it, in the same order.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum parameter_type {
    PARAMETER_TEXT,
    PARAMETER_PARTY,   /* an organisation as scheme:value */
    PARAMETER_WORD,    /* one of `words` */
    PARAMETER_RULE,    /* an id of the catalogue */
    PARAMETER_BOOLEAN, /* true or false */
    PARAMETER_WHOLE,   /* digits, 1..max */
    PARAMETER_DAY,     /* "2026-11-24" */
    PARAMETER_SIZE,    /* digits: of the log */
    PARAMETER_CURSOR,  /* as `next` gave it */
};

struct query_parameter {
    const char *name;
    enum parameter_type type;
    const char *const *words; /* NULL-terminated */
    long max;
    const char *initial; /* if it is not given; NULL: absent */
    const char *help;
};

struct parameters {
    const struct query_parameter *at;
    size_t len;
};
#define PARAMETERS(table)                                                                \
    {                                                                                    \
        (table), sizeof(table) / sizeof *(table)                                         \
    }

struct operation {
    const char *id; /* the handler's name */
    const char *method, *pattern;
    bool is_public;
    const struct parameters *parameters;
    const char *answer; /* component of /openapi.json; "" : none */
    const char *sentence;
};
extern const struct operation OPERATIONS[];
extern const size_t OPERATIONS_LEN;
