/*
 * likeness - part numbers that look like another, or are a slip of the pen away from it.
 *
 * Source: domain reference 7.3; what looks alike is decided by Unicode's confusables (UTS 39, by ICU): a
 * Cyrillic A as a Latin one, but also 0 as O and 1 as I or l.
 */
#pragma once

#include "pedigree/base/arena.h"

/* What two texts have in common that look alike. */
const char *likeness_skeleton(struct arena *a, const char *s);

/* Letters of another script in a part number as it is written. */
enum script {
    SCRIPT_PLAIN,    /* none; full-width and the like are plain, and so is the micro sign */
    SCRIPT_OTHER,    /* they look like no Latin ones */
    SCRIPT_WHOLE,    /* all of its letters are, and all look Latin: may be a name of its own */
    SCRIPT_IMITATES, /* some among Latin ones, and look like them */
};
enum script likeness_script(struct arena *a, const char *mpn);

enum slip {
    SLIP_NONE,   /* more than one apart, or the same */
    SLIP_ENDING, /* a letter more or less at the end, as order codes have to say something */
    SLIP_ONE,    /* one character is another, too many, missing, or two are swapped */
};
enum slip likeness_slip(const char *key, const char *other); /* of two part_key() */
