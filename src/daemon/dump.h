/* dump - the tables that only the whole program has, as text. */
#pragma once

#include "pedigree/base/metrics.h"
#include "pedigree/base/text.h"

void dump_routes(struct text *out);
void dump_openapi(struct text *out);
