/*
 * log - logfmt lines on stderr: ts level msg key=value ...
 *
 * Lines are ASCII, whatever is quoted in them.  Only threads' outer loops and main log; library
 * code reports through struct error.
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>

/* "" is a good value of `fields`. */
#pragma GCC diagnostic ignored "-Wformat-zero-length"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

void log_set_level(enum log_level level);
bool log_is_on(enum log_level level); /* for who would take pains with a line that nobody sees */
/* `fields` is printf for the logfmt tail, e.g. "port=%d took_us=%ld". "" for none. Strings that
 * may hold spaces or quotes go through log_quote(). One write(2) per line. */
void log_line(enum log_level level, const char *msg, const char *fields, ...)
    __attribute__((format(printf, 3, 4)));
/* Quoted and escaped into a rotating thread-local buffer (8 of them, 512 bytes each). */
const char *log_quote(const char *s);
