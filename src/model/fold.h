/*
 * fold - spellings made equal before they are compared: what of NFKC matters here.
 *
 * Full-width ASCII (U+FF01..FF5E) becomes ASCII; no-break and ideographic spaces become a
 * space.  Every other byte is kept: Unicode case and composition are not folded.
 */
#pragma once

#include <stddef.h>

/* One character's first folded byte; *len is how many bytes of `s` it stands for. */
char fold_byte(const char *s, size_t *len);
char fold_upper(char c);
char fold_lower(char c);
