/*
 * fuzz_bill - a bill of materials is refused with words, or every line of it has a part and no number below nothing.
 */
#include "fuzz.h"

#include "pedigree/codec/bill.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (int is_csv = 0; is_csv < 2; is_csv++) {
        struct arena a;
        struct bill b = {0};
        struct error err = {0};
        arena_init(&a, 0);
        bool ok = bill_read(&a, (const char *)data, size, is_csv != 0, &b, &err);
        assert(ok || err.detail[0]);
        assert(b.len <= BILL_LINES_MAX);
        for (size_t i = 0; i < b.len; i++) {
            const struct bill_line *l = &b.lines[i];
            assert(ok && l->line > 0 && *l->manufacturer && *l->mpn && (l->on_hand >= 0 || l->on_hand == INT64_MIN));
        }
        arena_reset(&a);
    }
    return 0;
}
