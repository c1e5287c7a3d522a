/* fuzz_split - NDJSON and JSON bodies come apart alike, however they arrive. */
#include "fuzz.h"
#include "pieces.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pieces_agree(BODY_NDJSON, data, size);
    pieces_agree(BODY_JSON, data, size);
    return 0;
}
