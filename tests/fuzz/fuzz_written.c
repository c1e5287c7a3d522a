/* fuzz_written - two lines: a pattern or a form and a code, or two part numbers; what is taken ends quickly. */
#include "fuzz.h"

#include "pedigree/base/arena.h"
#include "pedigree/base/text.h"
#include "pedigree/model/datecode.h"
#include "pedigree/model/finish.h"
#include "pedigree/model/likeness.h"
#include "pedigree/model/part.h"
#include "pedigree/model/pattern.h"

#include <assert.h>
#include <string.h>

static void match(struct arena *a, const char *pattern, const char *code)
{
    const char *why = NULL;
    if (!pattern_is_fine(pattern, &why)) {
        assert(why && *why);
        return;
    }
    struct pattern *p = pattern_new(a, pattern);
    assert(p);
    enum pattern_answer answer = pattern_match(p, code);
    assert(answer == pattern_match(p, code));
}

static void date(const char *form, const char *code)
{
    const char *why = NULL;
    struct date_form f = {form, INT32_MIN, INT32_MAX};
    bool fine = dateform_is_fine(form, &why);
    assert(fine || (why && *why));
    struct date_code dc = datecode_parse_as(code, 20000, &f, 1);
    assert(dc.parsed == (dc.candidates_len > 0) && dc.ambiguous == (dc.candidates_len > 1));
    for (size_t i = 0; i < dc.candidates_len; i++)
        assert(dc.candidates[i].first <= dc.candidates[i].last &&
               (i == 0 || dc.candidates[i - 1].first < dc.candidates[i].first));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    arena_init(&a, 0);
    if (text_is_utf8((const char *)data, size)) {
        char *one = arena_strndup(&a, (const char *)data, size), *two = strchr(one, '\n');
        if (two)
            *two++ = '\0';
        two = two ? two : "";
        match(&a, one, two);
        date(one, two);
        const char *x = part_key(&a, one), *y = part_key(&a, two);
        assert(likeness_slip(x, y) == likeness_slip(y, x) && likeness_slip(x, x) == SLIP_NONE);
        assert(likeness_script(&a, one) >= SCRIPT_PLAIN && likeness_skeleton(&a, x));
        struct finish f = finish_read(one);
        assert(f.code >= -1 && f.code <= 9 && (!f.whiskers || f.lead == LEAD_FREE));
        finish_of_mpn(one);
    }
    arena_reset(&a);
    return 0;
}
