/* fuzz_record - what decodes, decodes again from its canonical text to the same digest.
 */
#include "fuzz.h"

#include "pedigree/codec/codec.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct error err = {0};
    struct decoded d, again;
    arena_init(&a, 0);
    if (record_decode(&a, (const char *)data, size, &d, &err)) {
        assert(record_decode(&a, d.canonical, d.canonical_len, &again, &err));
        assert(memcmp(d.digest, again.digest, sizeof d.digest) == 0);
        assert(record_parts(&a, d.record).len >= PART_ELEMENTS);
        json_decref(d.record->json);
        json_decref(again.record->json);
    } else {
        assert(err.code != ERR_OK && err.detail[0]);
    }
    arena_reset(&a);
    return 0;
}
