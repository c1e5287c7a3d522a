/* openapi - the description of the interface, printed from the tables that the code runs
 * on. */
#pragma once

#include "pedigree/base/arena.h"

/* OpenAPI 3.1 document as JSON text in `a`. */
char *openapi_text(struct arena *a);
