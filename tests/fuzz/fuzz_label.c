/* fuzz_label - a label is read the same once it is written as the standard has it. */
#include "fuzz.h"

#include "pedigree/base/text.h"
#include "pedigree/codec/label.h"

#include <assert.h>
#include <string.h>

static void fields_are_sound(struct arena *a, const struct label *l, int32_t day)
{
    for (size_t i = 0; i < l->fields_len; i++) {
        const struct label_field *f = &l->fields[i];
        int64_t nth, of;
        struct date_code dc = label_date(f, day);
        assert(f->identifier && f->value && f->meaning);
        assert(*f->value || f->item == LABEL_PADDING);
        assert(dc.parsed == (dc.candidates_len > 0) && !(dc.parsed && dc.not_traceable));
        assert(label_pieces(f) >= -1 && label_mpn(a, f));
        assert(!label_of_packages(f, &nth, &of) || (nth >= 1 && nth <= of));
        (void)label_maker(a, f);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    arena_init(&a, 0);
    struct label l = label_decode(&a, arena_strndup(&a, (const char *)data, size));
    assert((l.fields_len > 0) == !l.trouble && l.deviations < 1U << LABEL_DEVIATIONS);
    fields_are_sound(&a, &l, (int32_t)(size * 1009 % 30000));
    const char *canonical = label_canonical(&a, &l);
    if ((l.form == LABEL_ENVELOPE || l.form == LABEL_BARE) && *canonical) {
        struct label again =
            label_decode(&a, arena_printf(&a, "[)>\x1e" "06\x1d%s\x1e\x04", canonical));
        assert(again.form == LABEL_ENVELOPE && !again.trouble);
        assert((again.deviations & ~(unsigned)LABEL_NO_IDENTIFIER) == 0);
        assert(strcmp(label_canonical(&a, &again), canonical) == 0);
        assert(text_is(label_unique(&again), label_unique(&l)));
    }
    arena_reset(&a);
    return 0;
}
