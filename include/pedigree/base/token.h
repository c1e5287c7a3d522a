/* token - bytes as URL-safe text (base64url without padding): keys, cursors, signatures. */
#pragma once

#include "pedigree/base/arena.h"

#include <stdint.h>

char *token_encode(struct arena *a, const void *at, size_t len);
/* False if the text is not exactly what token_encode() makes of some bytes. */
bool token_decode(struct arena *a, const char *text, uint8_t **at, size_t *len);
