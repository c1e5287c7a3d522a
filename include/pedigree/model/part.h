/*
 * part - part numbers as they are written and as they are looked up
 * (domain reference 7.3: NFKC, upper-case, separators stripped).
 */
#pragma once

#include "pedigree/base/arena.h"

struct part_name {
    const char *manufacturer; /* as written */
    const char *mpn;          /* as written */
    const char *maker;        /* manufacturer_normal() */
    const char *key;          /* part_key(mpn) */
};

/* Look-up key: upper-case alphanumerics; separators -_/.,+#() and spaces stripped; other
 * bytes (UTF-8) kept as they are. Never empty if mpn has any letter or digit. */
const char *part_key(struct arena *a, const char *mpn);
/* Key without packing suffix (TR, REEL, REEL7, CT, /NOPB, T&R ...): what two order codes of one
 * device have in common. */
const char *part_base(struct arena *a, const char *mpn);
