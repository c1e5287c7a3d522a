/* fuzz_witness - a request to a witness that is read is written again as it came; any other is refused with a reason. */
#include "fuzz.h"

#include "pedigree/tlog/witness.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct error err = {0};
    struct witness_request r;
    arena_init(&a, 0);
    if (witness_request_parse(&a, (const char *)data, size, &r, &err)) {
        assert(!memchr(data, '\0', size) && r.checkpoint_len == strlen(r.checkpoint));
        assert(r.old >= 0 && r.proof.len <= WITNESS_PROOF_MAX && r.checkpoint_len > 0);
        assert(strcmp(witness_request_text(&a, &r), arena_strndup(&a, (const char *)data, size)) == 0);
    } else {
        assert(err.code == ERR_MALFORMED && err.detail[0]);
    }
    arena_reset(&a);
    return 0;
}
