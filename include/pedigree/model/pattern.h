/*
 * pattern - how a maker's trace codes look, as a regular expression (PCRE2) that always ends quickly.
 *
 * Only what a code needs is taken: characters, classes, groups, alternatives and counts; no look-around,
 * no references back, nothing repeated that repeats.  It is held against the whole code, letters in
 * either case.  Matching has a limit of steps, depth and memory, so that no pattern and no code holds
 * anybody up: past it the answer is that there is none.
 */
#pragma once

#include "pedigree/base/arena.h"

struct pattern;

/* Whether a submitted pattern is taken; else *why, a clause that follows the pattern. */
bool pattern_is_fine(const char *text, const char **why);
/* Of one that was taken; lives in the arena.  NULL if it is no pattern.  One thread at a time. */
struct pattern *pattern_new(struct arena *a, const char *text);

enum pattern_answer { PATTERN_DIFFERS, PATTERN_FITS, PATTERN_GAVE_UP };
enum pattern_answer pattern_match(struct pattern *p, const char *code);
