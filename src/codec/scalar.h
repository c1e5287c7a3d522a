/*
 * scalar - which texts are which kind of value.  Pure questions; says what would be
 * right.
 */
#pragma once

#include "schema.h"

/* Well-formed for this kind; *why otherwise. `s` has no NUL in it and is UTF-8. */
bool scalar_is(enum kind kind, const char *s, const char **why);
/* The range of an integer kind. */
bool scalar_in_range(enum kind kind, int64_t value, const char **why);

/* codes.c */
bool code_is_country(const char *s);
bool code_is_currency(const char *s);
/* All of them, a space between. */
const char *code_countries(void);
const char *code_currencies(void);
