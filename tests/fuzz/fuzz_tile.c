/*
 * fuzz_tile - the name of a tile that is read has no other spelling; a bundle that is read is written the same.
 *
 * An input is a name, and behind a NUL a bundle.
 */
#include "fuzz.h"

#include "pedigree/tlog/tile.h"

#include <assert.h>
#include <string.h>

static void path_again(struct arena *a, const char *path)
{
    struct tile_id id;
    struct error err = {0};
    if (!tile_parse(path, &id, &err)) {
        assert(err.code == ERR_NOT_FOUND && err.detail[0]);
        return;
    }
    assert(id.level >= TILE_OF_ENTRIES && id.level <= 63 && id.index >= 0 && id.width >= 1 && id.width <= TILE_WIDTH);
    assert(strcmp(tile_path(a, &id), path) == 0);
    assert(!tile_is_in(&id, 0));
    if (id.level < 1 && id.index < INT64_MAX / TILE_WIDTH - 1)
        assert(tile_is_in(&id, id.index * TILE_WIDTH + id.width) && !tile_is_in(&id, id.index * TILE_WIDTH + id.width - 1));
}

static void bundle_again(const uint8_t *bytes, size_t len)
{
    struct hash out[TILE_WIDTH];
    struct error err = {0};
    uint8_t entry[BUNDLE_ENTRY];
    size_t width = len / BUNDLE_ENTRY;
    if (width > TILE_WIDTH)
        return;
    if (!bundle_parse(bytes, len, width, out, &err)) {
        assert(err.code == ERR_INVALID && err.detail[0]);
        return;
    }
    for (size_t i = 0; i < width; i++) {
        bundle_entry(&out[i], entry);
        assert(memcmp(entry, bytes + i * BUNDLE_ENTRY, BUNDLE_ENTRY) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    arena_init(&a, 0);
    size_t name = strnlen((const char *)data, size);
    path_again(&a, arena_strndup(&a, (const char *)data, name));
    if (name < size)
        bundle_again(data + name + 1, size - name - 1);
    arena_reset(&a);
    return 0;
}
