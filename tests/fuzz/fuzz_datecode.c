/* fuzz_datecode - what a code or a time may mean are intervals, in order. */
#include "fuzz.h"

#include "pedigree/model/datecode.h"
#include "pedigree/model/when.h"

#include "pedigree/base/arena.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct when w;
    arena_init(&a, 0);
    const char *s = arena_strndup(&a, (const char *)data, size);
    struct date_code dc = datecode_parse(s, (int32_t)(size * 1009 % 30000));
    assert(dc.parsed == (dc.candidates_len > 0) && dc.parsed == (dc.format != NULL));
    assert(dc.ambiguous == (dc.candidates_len > 1) && !(dc.parsed && dc.not_traceable));
    for (size_t i = 0; i < dc.candidates_len; i++)
        assert(dc.candidates[i].first <= dc.candidates[i].last &&
               (i == 0 || dc.candidates[i - 1].first < dc.candidates[i].first));
    if (when_parse(s, &w)) {
        assert(w.first_us <= w.last_us && w.first_day <= w.last_day && w.text == s);
        assert((w.first_us == w.last_us) == (strchr(s, ':') != NULL));
    }
    arena_reset(&a);
    return 0;
}
