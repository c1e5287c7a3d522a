/* fuzz_envelope - an envelope that is read is written again as it came. */
#include "fuzz.h"

#include "pedigree/codec/envelope.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct envelope e;
    arena_init(&a, 0);
    if (envelope_read(&a, (struct span){data, size}, &e)) {
        struct span again = envelope_text(&a, &e);
        assert(again.len == size && memcmp(again.at, data, size) == 0);
        assert(e.submitter && e.role && e.type);
    }
    arena_reset(&a);
    return 0;
}
