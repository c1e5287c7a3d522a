/*
 * log_source - a log as files (C2SP tlog-tiles), in a directory or over HTTP: whoever checks or restores one reads it here.
 *
 *   checkpoint      tile/<L>/<N>[.p/<W>]      tile/entries/<N>[.p/<W>]
 *
 * Over HTTP they are plain GETs below the URL, one after the other on a kept connection, without any key: bounded in size
 * and time, redirects told and not followed.  What may pass (no connection, an answer that is cut, 408, 429, 5xx) is
 * asked for again, each time after twice as long, or as long as the server says.
 *
 * Always true: nothing that comes from here is believed; it has the size that was asked for, and that is all.
 */
#pragma once

#include "pedigree/base/digest.h"
#include "pedigree/tlog/tile.h"

struct log_source;
/* `where`: a directory, or the URL that the log's files are below, say https://ledger.example/log.  `attempts`: how often
 * a file is asked for.  NULL with *err filled: the URL is none. */
struct log_source *log_source_open(const char *where, int attempts, struct error *err);
void log_source_free(struct log_source *s); /* accepts NULL */
bool log_source_is_remote(const struct log_source *s);

/*
 * One file of at most `max` bytes, in the arena.  ERR_NOT_FOUND: it is not there; ERR_UNAVAILABLE: it is not to be had;
 * ERR_TOO_LARGE: it is longer.  The error names the path.
 */
bool log_source_get(struct log_source *s, struct arena *a, const char *path, size_t max, struct span *out, struct error *err);
/*
 * The id->width items of `item` bytes of a tile or, at TILE_OF_ENTRIES, of a bundle; out of the full one if the partial one
 * is gone.  Besides the errors above, ERR_NOT_FOUND: it ends too early; ERR_MALFORMED: it is too long.
 */
bool log_source_tile(struct log_source *s, struct arena *a, const struct tile_id *id, size_t item, struct span *out, struct error *err);
