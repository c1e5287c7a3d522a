/*
 * fuzz_profile - a body of a source, by any profile and format, comes apart into items; each is records that decode, or
 * words that say why not; what a record is about does not hang on how often one asks.
 *
 * The first byte chooses the profile, the second the format and whether a path is given.
 */
#include "fuzz.h"

#include "pedigree/codec/profile.h"

#include <assert.h>
#include <string.h>

struct reading {
    const struct profile *profile;
    struct arena *arena;
};

static void check(struct arena *a, json_t *record)
{
    struct error err = {0};
    struct decoded d;
    const char *about = profile_identity(a, record);
    assert(strcmp(about, profile_identity(a, record)) == 0);
    if (record_decode_json(a, record, &d, &err))
        json_decref(d.record->json);
    else
        assert(err.detail[0] != '\0');
}

static bool take(void *ctx, const struct piece *p)
{
    static const struct profile_source SOURCE = {"source", "Contoso"};
    const struct reading *r = ctx;
    struct error err = {0};
    assert(p->err ? p->err->detail[0] != '\0' : p->json != NULL);
    if (p->err)
        return true;
    json_t *records = profile_records(r->arena, r->profile, &SOURCE, p->json, p->len, &err);
    assert((records == NULL) == (err.detail[0] != '\0'));
    for (size_t i = 0; i < json_array_size(records); i++)
        check(r->arena, json_array_get(records, i));
    json_decref(records);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    size_t profiles = 0;
    while (profile_at(profiles))
        profiles++;
    if (size < 2)
        return 0;
    arena_init(&a, 0);
    struct reading r = {profile_at(data[0] % profiles), &a};
    struct splitter *s = profile_splitter(r.profile, (enum item_format)(data[1] % 4), data[1] & 4 ? "a" : NULL, take, &r);
    splitter_feed(s, data + 2, size - 2);
    splitter_finish(s);
    splitter_free(s);
    arena_reset(&a);
    return 0;
}
