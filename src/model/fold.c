/* fold - see the header. */
#include "fold.h"

#include <string.h>

char fold_byte(const char *s, size_t *len)
{
    const unsigned char *u = (const unsigned char *)s;
    *len = 1;
    if (u[0] == 0xc2 && u[1] == 0xa0) {
        *len = 2;
        return ' ';
    }
    if (u[0] == 0xe3 && u[1] == 0x80 && u[2] == 0x80) {
        *len = 3;
        return ' ';
    }
    /* U+FF01..FF3F is EF BC 81..BF, U+FF40..FF5E is EF BD 80..9E. */
    if (u[0] == 0xef && u[1] == 0xbc && u[2] >= 0x81 && u[2] <= 0xbf) {
        *len = 3;
        return (char)(u[2] - 0x81 + '!');
    }
    if (u[0] == 0xef && u[1] == 0xbd && u[2] >= 0x80 && u[2] <= 0x9e) {
        *len = 3;
        return (char)(u[2] - 0x80 + '`');
    }
    return *s;
}

char fold_upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

char fold_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}
