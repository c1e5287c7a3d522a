/* token - bytes as URL-safe text (base64url without padding). */
#include "pedigree/base/token.h"

#include <string.h>

static const char DIGITS[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

char *token_encode(struct arena *a, const void *at, size_t len)
{
    const uint8_t *bytes = at;
    char *out = arena_alloc(a, len * 4 / 3 + 3), *to = out;
    uint32_t bits = 0;
    unsigned have = 0;
    for (size_t i = 0; i < len; i++) {
        bits = (bits << 8 | bytes[i]) & 0xffffff;
        for (have += 8; have >= 6; have -= 6)
            *to++ = DIGITS[bits >> (have - 6) & 63];
    }
    if (have)
        *to++ = DIGITS[bits << (6 - have) & 63];
    *to = '\0';
    return out;
}

bool token_decode(struct arena *a, const char *text, uint8_t **at, size_t *len)
{
    size_t n = strlen(text);
    uint8_t *out = arena_alloc(a, n + 1), *to = out;
    uint32_t bits = 0;
    unsigned have = 0;
    for (size_t i = 0; i < n; i++) {
        const char *digit = strchr(DIGITS, text[i]);
        if (!digit)
            return false;
        bits = (bits << 6 | (uint32_t)(digit - DIGITS)) & 0xffffff;
        have += 6;
        if (have >= 8) {
            have -= 8;
            *to++ = (uint8_t)(bits >> have & 0xff);
        }
    }
    if (n % 4 == 1 || (bits & ((1U << have) - 1)) != 0)
        return false;
    *at = out;
    *len = (size_t)(to - out);
    return true;
}
