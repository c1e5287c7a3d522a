/* columns - the CSV columns there are: every member by its path. */
#pragma once

#include <stdbool.h>

enum { COLUMN_DEPTH = 8 };

bool column_is_known(const char *name);
const char *column_nearest(const char *name); /* NULL: none is near */
