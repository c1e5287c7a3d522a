/* secret - memory for keys: zeroed, in no core dump, wiped before it is given back.  Without
 * memory the program says so and ends. */
#pragma once

#include <stddef.h>

void *secret_new(size_t size) __attribute__((malloc, alloc_size(1), returns_nonnull));
void secret_free(void *at, size_t size); /* NULL: nothing */
