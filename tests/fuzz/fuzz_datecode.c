/* fuzz_datecode - candidates are intervals in order; names have a normal form that stays.
 */
#include "fuzz.h"

#include "pedigree/base/text.h"
#include "pedigree/model/datecode.h"
#include "pedigree/model/party.h"
#include "pedigree/model/part.h"
#include "pedigree/model/when.h"

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
    for (size_t i = 0; i < dc.candidates_len; i++)
        assert(dc.candidates[i].first <= dc.candidates[i].last &&
               (i == 0 || dc.candidates[i - 1].first < dc.candidates[i].first));
    assert(!when_parse(s, &w) || (w.first_us <= w.last_us && w.first_day <= w.last_day));
    const char *normal = party_normal(&a, s);
    const char *key = part_key(&a, s);
    if (text_is_utf8(s, strlen(s))) {
        assert(strcmp(party_normal(&a, normal), normal) == 0);
        assert(strcmp(part_key(&a, key), key) == 0);
    }
    arena_reset(&a);
    return 0;
}
