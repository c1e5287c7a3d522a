/* unlinked - a file without a name: gone when it is closed, whatever happens to us. */
#pragma once

/* A descriptor for reading and writing in `dir`, or -1. */
int unlinked_open(const char *dir);
