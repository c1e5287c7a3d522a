/*
 * standard - standard input, output and error, there or not.
 *
 * A program may be started without them; the next file or connection would then get their
 * number, and what is printed.
 */
#pragma once

#include <stdbool.h>

/* First of all: those that are missing become unusable, so that reading and printing fail. */
void standard_open(void);
/* False: not all that was printed got out, which is said on standard error. */
bool standard_flush(const char *program);
