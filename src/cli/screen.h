/*
 * screen - what a person sees: colours on a terminal only, text made harmless, a progress
 * bar.
 *
 * Text that came from elsewhere goes through screen_clean(): control characters and those
 * that turn the writing direction could make a terminal show something else.
 */
#pragma once

#include "pedigree/base/text.h"

enum ink { INK_PLAIN, INK_BOLD, INK_DIM, INK_RED, INK_YELLOW, INK_GREEN, INK_CYAN };

/* Escape sequence, "" without colours. */
const char *ink(bool has_colour, enum ink i);
/* The ink of a severity or grade. */
enum ink ink_of_grade(const char *grade);

/* A terminal that wants colours: isatty, TERM is not dumb, no NO_COLOR. */
bool screen_has_colour(int fd);

/* NULL reads as "". */
const char *screen_clean(struct arena *a, const char *s);
/* 1234567 -> "1,234,567" into buf[28]; returns buf. */
const char *screen_number(int64_t n, char buf[static 28]);

struct progress {
    bool is_shown;    /* stderr is a terminal */
    const char *name; /* of the file, without its directory */
    int64_t bytes;    /* of the whole */
    int64_t before;   /* records that an earlier run dealt with */
    int64_t started_us, drawn_us;
};
void progress_begin(struct progress *p, const char *path, int64_t bytes, int64_t before);
/* Draws at most ten times a second. */
void progress_at(struct progress *p, int64_t bytes, int64_t records, int64_t refused);
void progress_clear(
    struct progress *p); /* wipes the line; it is drawn again by progress_at() */
