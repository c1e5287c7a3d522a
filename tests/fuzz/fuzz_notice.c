/*
 * fuzz_notice - change notices come apart alike, however they arrive; what comes of one is a `notice` record that
 * decodes or is refused with the member that is wrong, never without words.
 */
#include "fuzz.h"
#include "pieces.h"

static bool is_notice(void *ctx, const struct piece *p)
{
    struct arena *a = ctx;
    struct error err = {0};
    struct decoded d;
    assert(p->err ? p->err->detail[0] != '\0' : p->len > 0);
    if (p->err)
        return true;
    if (record_decode(a, p->json, p->len, &d, &err)) {
        assert(d.record->type == REC_NOTICE && d.record->notice->parts_len > 0);
        assert(d.canonical_len == p->len && memcmp(d.canonical, p->json, p->len) == 0);
        json_decref(d.record->json);
    } else {
        assert(err.detail[0] != '\0');
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum body_format FORMATS[] = {BODY_NOTICE, BODY_NOTICE_JSON};
    for (size_t i = 0; i < 2; i++) {
        struct arena a;
        arena_init(&a, 0);
        pieces_agree(FORMATS[i], data, size);
        struct splitter *s = splitter_new(FORMATS[i], is_notice, &a);
        splitter_feed(s, data, size);
        splitter_finish(s);
        splitter_free(s);
        arena_reset(&a);
    }
    return 0;
}
