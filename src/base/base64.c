/* base64 - see the header; OpenSSL's decoder skips and ignores what it should refuse. */
#include "pedigree/base/base64.h"

#include <string.h>

static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_add(struct text *t, const void *at, size_t len)
{
    const uint8_t *bytes = at;
    char *to = text_more(t, (len + 2) / 3 * 4);
    for (size_t i = 0; i < len; i += 3, to += 4) {
        size_t left = len - i;
        uint32_t bits = (uint32_t)bytes[i] << 16;
        bits |= left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0;
        bits |= left > 2 ? bytes[i + 2] : 0;
        to[0] = DIGITS[bits >> 18];
        to[1] = DIGITS[bits >> 12 & 63];
        to[2] = left > 1 ? DIGITS[bits >> 6 & 63] : '=';
        to[3] = left > 2 ? DIGITS[bits & 63] : '=';
    }
}

static size_t padding(const char *text, size_t len)
{
    return text[len - 1] != '=' ? 0 : text[len - 2] != '=' ? 1 : 2;
}

bool base64_decode(struct arena *a, const char *text, size_t len, struct span *out)
{
    if (len % 4 != 0)
        return false;
    size_t pad = len ? padding(text, len) : 0, digits = len - pad;
    uint8_t *bytes = arena_alloc(a, len / 4 * 3 + 1), *to = bytes;
    uint32_t bits = 0;
    unsigned have = 0;
    for (size_t i = 0; i < digits; i++) {
        const char *digit = text[i] ? strchr(DIGITS, text[i]) : NULL;
        if (!digit)
            return false;
        bits = (bits << 6 | (uint32_t)(digit - DIGITS)) & 0xffffff;
        have += 6;
        if (have >= 8) {
            have -= 8;
            *to++ = (uint8_t)(bits >> have & 0xff);
        }
    }
    *out = (struct span){bytes, (size_t)(to - bytes)};
    return (bits & ((1U << have) - 1)) == 0;
}
