/*
 * error - what went wrong, told once by the function that knew.
 *
 * A function that can fail takes `struct error *err` last and returns bool:
 * false means *err is filled, true means it was not touched.  The first report
 * wins.  Library code never logs; whoever ends the request does.
 */
#pragma once

#include <stdbool.h>

enum error_code {
#define ERROR(symbol, http, title) ERR_##symbol,
#include "pedigree/base/error.def"
    ERR_COUNT
};

struct error {
    enum error_code code;
    char detail[400]; /* for people; never parsed */
    char where[160];  /* JSON pointer, parameter or config key; may be "" */
};

/* Fills *err unless it already holds a report.  Always returns false. */
bool error_set(struct error *err, enum error_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4), cold));

/* As error_set, and names the offending member (JSON pointer, parameter, key). */
bool error_at(struct error *err, enum error_code code, const char *where, const char *fmt,
              ...) __attribute__((format(printf, 4, 5), cold));

int error_http(enum error_code code);           /* HTTP status */
const char *error_title(enum error_code code);  /* the row's title */
const char *error_symbol(enum error_code code); /* lower-case stable word: "not-found" */
