/* canonical - writing RFC 8785 JSON into a text. */
#pragma once

#include "pedigree/base/text.h"

#include <jansson.h>

struct key_value {
    const char *key;
    const json_t *value;
};

/* The members in canonical order: by UTF-16 code units of their names. */
struct key_value *canonical_members(struct arena *a, const json_t *object, size_t *len);
void canonical_string(struct text *t, const char *s, size_t len);
void canonical_value(struct text *t, const json_t *value);
