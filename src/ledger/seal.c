/* seal - key, secret and part digests of a record: what needs no place in the log. */
#include "pedigree/ledger/ledger.h"
#include "knowledge.h"

#include "pedigree/base/cleanup.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void item_key(struct item *item, int64_t ordinal)
{
    uint8_t digest[SHA256_LEN];
    char number[24];
    const char *id = item->decoded.record->id;
    if (id) {
        key_of_id(id, item->key);
        return;
    }
    int len = snprintf(number, sizeof number, "%" PRId64, ordinal);
    struct span by_content[] = {
        {"content\n", 8}, {item->decoded.digest, SHA256_LEN}, {number, (size_t)len}};
    sha256_spans(by_content, LENGTH(by_content), digest);
    memcpy(item->key, digest, sizeof item->key);
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
