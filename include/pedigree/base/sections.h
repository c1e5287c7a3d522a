/* sections - a text of [sections] with `name = value` lines, as lists.  Lines are of any length; one that begins with # or ; is a
 * comment. */
#pragma once

#include "pedigree/base/arena.h"
#include "pedigree/base/error.h"

struct setting {
    const char *name, *value;
    int line;
};
struct section {
    const char *name;
    struct setting *settings;
    size_t len, cap;
};
struct sections {
    struct section *at;
    size_t len, cap;
};

/* A section that comes twice, a line outside of any and one that is neither are errors that name the line. */
bool sections_parse(struct arena *a, const char *text, struct sections *out, struct error *err);
