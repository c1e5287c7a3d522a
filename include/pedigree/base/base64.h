/* base64 - RFC 4648 with padding, as signed notes have it: one spelling for every sequence of bytes. */
#pragma once

#include "pedigree/base/digest.h"
#include "pedigree/base/text.h"

void base64_add(struct text *t, const void *at, size_t len);
/* False: not the one spelling (a foreign character, padding amiss, bits left over); *out lies in the arena. */
bool base64_decode(struct arena *a, const char *text, size_t len, struct span *out);
