/*
 * unicode - spellings made equal before they are compared (Unicode by ICU).
 *
 * Full-width, ligature, superscript and composed forms become the plain ones (NFKC);
 * invisible characters vanish where letters are folded; every dash is "-" and every space " ".
 * Look-alikes stay apart: a Cyrillic A is no Latin one, however it is folded.  Bytes that are
 * no UTF-8 become U+FFFD.  All of them are fixed points: folding again changes nothing.
 */
#pragma once

#include "pedigree/base/arena.h"

char *unicode_plain(struct arena *a, const char *s); /* letters keep their case */
char *unicode_lower(struct arena *a, const char *s); /* case folded: STRASSE and Strasse */
char *unicode_upper(struct arena *a, const char *s);

/* Nothing in it that anybody could see. */
bool unicode_is_blank(const char *s);
/* The first character is punctuation, a symbol or a space; *len is its bytes. */
bool unicode_is_mark(const char *s, size_t *len);
