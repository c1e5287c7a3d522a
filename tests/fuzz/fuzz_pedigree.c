/* fuzz_pedigree - whatever is handed over as a pedigree file or disclosure: it is refused with a reason, or each record in it is
 * judged. */
#include "fuzz.h"

#include "pedigree/report/file.h"

#include <assert.h>

static void count(void *context, enum worth worth, const char *sentence)
{
    size_t *found = context;
    assert(worth <= WORTH_REFUTED && sentence[0]);
    ++*found;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct error err = {0};
    struct pedigree_file f;
    const struct checkpoint c = {.origin = "ledger.test/log", .size = 5};
    size_t found = 0;
    arena_init(&a, 0);
    if (proof_file_read(&a, (const char *)data, size, &f, &err)) {
        pedigree_check_seal(&a, &f, c.origin, NULL, 0, count, &found);
        assert(found == 1);
        (f.is_disclosure ? disclosure_check : pedigree_check)(&a, &f, &c, count, &found);
        /* Of this checkpoint none is proved. */
        assert(found > (f.is_disclosure ? 1 : json_array_size(json_object_get(f.json, "records"))));
        pedigree_file_done(&f);
    } else {
        assert((err.code == ERR_MALFORMED || err.code == ERR_TOO_LARGE) && err.detail[0]);
    }
    arena_reset(&a);
    return 0;
}
