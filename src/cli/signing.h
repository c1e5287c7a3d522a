/* signing - records signed with the submitter's own key, before they leave his machine. */
#pragma once

#include "pedigree/base/error.h"
#include "pedigree/base/jws.h"
#include "pedigree/base/text.h"

/* Private, in PEM, from a file that nobody else may read. */
bool signing_key_read(const char *path, struct jws_key *out, struct error *err);
/* Appends the record in canonical JSON with its signature, and a line break, to *out; nothing on failure.  One that is
 * signed already keeps its signature. */
bool signing_add(struct text *out, const char *json, size_t len, const struct jws_key *key, struct error *err);
