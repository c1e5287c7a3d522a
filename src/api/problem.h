/* problem - an error inside an answer, as RFC 9457 has it. */
#pragma once

#include "pedigree/base/error.h"
#include "pedigree/base/text.h"

/* {"type":..,"title":..,"status":..,"detail":..,"pointer":..}, as http/reply writes it.
 */
void problem_render(struct text *t, const struct error *err);
