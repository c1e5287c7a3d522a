/*
 * fuzz_record - what decodes, decodes again from its canonical text to the same digest
 * and the same parts; what does not is refused somewhere, with words.  What is read without
 * jansson is what jansson would have read.
 */
#include "fuzz.h"

#include "codec/plain.h"

#include "pedigree/base/text.h"
#include "pedigree/codec/codec.h"

#include <assert.h>
#include <string.h>

static void parts_agree(struct arena *a, const struct record *x, const struct record *y)
{
    struct parts p = record_parts(a, x), q = record_parts(a, y);
    assert(p.len == q.len && p.len >= PART_ELEMENTS);
    for (size_t i = 0; i < p.len; i++)
        assert(p.at[i].len == q.at[i].len &&
               memcmp(p.at[i].at, q.at[i].at, p.at[i].len) == 0);
}

static void plain_agrees(const char *json, size_t len)
{
    size_t values;
    json_t *plain = plain_object(json, len, &values);
    json_t *tree = plain ? json_loadb(json, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL) : NULL;
    assert(!plain || json_equal(plain, tree));
    json_decref(plain);
    json_decref(tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct error err = {0};
    struct decoded d, again;
    arena_init(&a, 0);
    plain_agrees((const char *)data, size);
    if (record_decode(&a, (const char *)data, size, &d, &err)) {
        assert(record_decode(&a, d.canonical, d.canonical_len, &again, &err));
        assert(memcmp(d.digest, again.digest, sizeof d.digest) == 0);
        assert(strcmp(d.canonical, again.canonical) == 0);
        assert(text_is(d.record->lot.part.key, again.record->lot.part.key));
        parts_agree(&a, d.record, again.record);
        json_decref(d.record->json);
        json_decref(again.record->json);
    } else {
        assert(err.code != ERR_OK && err.detail[0]);
        assert(!err.where[0] || err.where[0] == '/');
    }
    arena_reset(&a);
    return 0;
}
