/*
 * fuzz_csv - sheets come apart alike, however they arrive; a row is a JSON record in its
 * canonical form, and only ever refused with words.
 */
#include "fuzz.h"
#include "pieces.h"

static bool is_canonical(void *ctx, const struct piece *p)
{
    struct arena *a = ctx;
    assert(p->err ? p->err->detail[0] != '\0' : p->len > 0);
    if (p->err)
        return true;
    size_t len;
    json_t *v = json_loadb(p->json, p->len, JSON_REJECT_DUPLICATES, NULL);
    assert(json_is_object(v));
    const char *canonical = json_canonical(a, v, &len);
    assert(len == p->len && memcmp(canonical, p->json, len) == 0);
    json_decref(v);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    arena_init(&a, 0);
    pieces_agree(BODY_CSV, data, size);
    struct splitter *s = splitter_new(BODY_CSV, is_canonical, &a);
    splitter_feed(s, data, size);
    splitter_finish(s);
    splitter_free(s);
    arena_reset(&a);
    return 0;
}
