/* dump - the program's tables as text, a line per row. */
#pragma once

#include "pedigree/base/metrics.h"
#include "pedigree/base/text.h"

void dump_routes(struct text *out);
void dump_rules(struct text *out);
void dump_openapi(struct text *out);
