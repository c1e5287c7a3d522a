/*
 * identify - one record's JSON text on one line, with an id if it brings none and is not signed.
 *
 * The text is not checked here: what is wrong with it the server says.  It only must not
 * become another text on the way, so a raw line break inside a string, which one line
 * cannot hold, is refused.
 */
#pragma once

#include "pedigree/base/digest.h"
#include "pedigree/base/error.h"
#include "pedigree/base/text.h"

enum { IDENTIFY_ID_MAX = 128 };

/* "sha256:<of the file>/<line>" into `id`; returns it. */
const char *identify_id(const char *file_hash, int64_t line,
                        char id[static IDENTIFY_ID_MAX + 1]);
/* Appends the record and a line break to *out; nothing on failure. */
bool identify_add(struct text *out, const char *json, size_t len, const char *id,
                  struct error *err);
