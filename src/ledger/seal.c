/* seal - key, secret and part digests of a record: what needs no place in the log. */
#include "pedigree/ledger/ledger.h"
#include "knowledge.h"

#include "pedigree/base/cleanup.h"

#include <string.h>

static void item_key(struct item *item, int64_t ordinal)
{
    const char *id = item->decoded.record->id;
    if (id)
        key_of_id(id, item->key);
    else
        key_of_content(item->decoded.digest, ordinal, item->key);
}

void item_seal(struct arena *a, struct item *item, int64_t ordinal)
{
    struct arena passing;
    arena_init(&passing, 0);
    struct parts parts = record_parts(&passing, item->decoded.record);
    uint8_t *digests = arena_alloc(a, parts.len * SHA256_LEN);
    item_key(item, ordinal);
    random_bytes(item->secret, SECRET_LEN);
    for (size_t i = PART_ENVELOPE + 1; i < parts.len; i++)
        part_digest(item->secret, (uint32_t)i, parts.at[i], digests + i * SHA256_LEN);
    item->digests = (struct bytes){digests, parts.len * SHA256_LEN};
    item->parts_len = (uint32_t)parts.len;
    arena_reset(&passing);
}
