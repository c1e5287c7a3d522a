/* fuzz_receipt - a receipt that is read is written again as it came; any other is refused with a reason. */
#include "fuzz.h"

#include "pedigree/tlog/checkpoint.h"

#include <assert.h>
#include <string.h>

static void is_the_same(struct arena *a, const struct receipt *r, const char *bytes, size_t size)
{
    const char *text = receipt_text(a, r);
    assert(r->index >= 0 && r->path.len <= TREE_HEIGHT + 1 && r->checkpoint_len > 0);
    assert(r->checkpoint_len == strlen(r->checkpoint));
    size_t before = size - r->checkpoint_len;
    assert(memcmp(text, bytes, before) == 0 && memcmp(r->checkpoint, bytes + before, r->checkpoint_len) == 0);
}

/* The path is of no tree, and climbing it ends. */
static void is_not_in(const struct receipt *r)
{
    const struct hash leaf = {{1}}, root = {{2}};
    for (int k = 0; k <= TREE_HEIGHT; k++) {
        int64_t size = k == TREE_HEIGHT ? INT64_MAX : (int64_t)1 << k;
        assert(!tree_inclusion_holds(r->index, size, &leaf, &r->path, &root));
        assert(!tree_consistency_holds(r->index, size, &leaf, &root, &r->path));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct receipt r;
    struct error err = {0};
    arena_init(&a, 0);
    if (receipt_parse(&a, (const char *)data, size, &r, &err)) {
        is_the_same(&a, &r, (const char *)data, size);
        is_not_in(&r);
    } else {
        assert(err.code == ERR_INVALID && err.detail[0]);
    }
    arena_reset(&a);
    return 0;
}
