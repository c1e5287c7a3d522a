/*
 * finish - terminal finishes as they are written, read as far as they can be.
 *
 * Source: the codes e0 to e9 of J-STD-609, whose editions differ in e2 and e8; words and
 * compositions as papers have them ("matte Sn", "Sn63Pb37", "NiPdAu").  What is not known is said to be
 * so: never guessed.
 */
#pragma once

#include <stdbool.h>

enum lead { LEAD_UNKNOWN, LEAD_FREE, LEAD_IN };

struct finish {
    int code;       /* 0..9 of J-STD-609; -1: not told */
    enum lead lead; /* e0, or lead in the composition: LEAD_IN */
    bool whiskers;  /* tin that grows whiskers: e2, e3 */
    bool is_told;   /* what it is made of, so that `whiskers` is an answer either way */
};

struct finish finish_read(const char *text); /* NULL: nothing is known */
/* What an order code says of lead by its ending: "/NOPB", "#PBF", "SNPB"; most say nothing. */
enum lead finish_of_mpn(const char *mpn);
const char *lead_word(enum lead l); /* "leaded", "lead-free", "" */
