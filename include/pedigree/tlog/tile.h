/*
 * tile - names of tiles in URLs (C2SP tlog-tiles), and bundles of entries.
 *
 *   tile/<L>/<N>[.p/<W>]      tile/entries/<N>[.p/<W>]
 *
 * L is 0..63, N in groups of three digits of which all but the last have an x before them (1234067 is
 * x001/x234/067), W is 1..255 and says that only so many are there yet.  No other spelling is taken.
 */
#pragma once

#include "pedigree/base/arena.h"
#include "pedigree/tlog/tree.h"

enum { TILE_OF_ENTRIES = -1 }; /* as a level */

/* `path` begins behind "tile/". */
bool tile_parse(const char *path, struct tile_id *out, struct error *err);
const char *tile_path(struct arena *a, const struct tile_id *id); /* without "tile/" */
/* Whether a log of `size` has that tile, and in that width: a partial one is there for any size that had it. */
bool tile_is_in(const struct tile_id *id, int64_t size);

/* An entry as it stands in a bundle: its length in two bytes, big-endian, before it; ours are 32-byte commitments. */
enum { BUNDLE_ENTRY = 2 + SHA256_LEN };
void bundle_entry(const struct hash *commitment, uint8_t out[static BUNDLE_ENTRY]);
/* Takes the bundle of `width` entries apart; ours alone, else ERR_INVALID. */
bool bundle_parse(const void *at, size_t len, size_t width, struct hash *out, struct error *err);
