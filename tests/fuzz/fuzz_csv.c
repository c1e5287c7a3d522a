/* fuzz_csv - sheets come apart alike, however they arrive. */
#include "fuzz.h"
#include "pieces.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pieces_agree(BODY_CSV, data, size);
    return 0;
}
