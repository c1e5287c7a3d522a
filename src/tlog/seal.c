/* seal - see the header. */
#include "pedigree/tlog/seal.h"

const char *seal_text(struct arena *a, const char *origin, const uint8_t digest[static SHA256_LEN])
{
    char hex[2 * SHA256_LEN + 1];
    return arena_printf(a, "pedigree-file/1 of %s\nsha256 %s\n", origin, hex_encode(digest, SHA256_LEN, hex));
}
