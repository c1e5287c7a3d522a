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

/* Look-up key: unicode_upper() without separators -_/.,+#() and spaces (every dash and space
 * there is); a number of nothing but separators keeps them.  Blank only if mpn is. */
const char *part_key(struct arena *a, const char *mpn);
/* Key without packing suffix (TR, REEL, REEL7, CT, /NOPB, T&R ...): what two order codes of one
 * device have in common. */
const char *part_base(struct arena *a, const char *mpn);
