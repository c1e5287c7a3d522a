/*
 * seal - that the keeper of a log made a file: a note under the log's keys, over the file's digest.
 *
 *   pedigree-file/1 of <origin>
 *   sha256 <hex>
 *
 * Its first line is no log's origin, so no seal is ever taken for a checkpoint, nor a checkpoint for a seal.
 */
#pragma once

#include "pedigree/tlog/note.h"

const char *seal_text(struct arena *a, const char *origin, const uint8_t digest[static SHA256_LEN]);
