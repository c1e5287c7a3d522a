/*
 * bom - how badly a line of a bill of materials stands: obsolescence (IEC 62402, SD-22), and what the ledger flags.
 * Pure; no flag, and nobody's accusation: what a component engineer should look at first.
 */
#pragma once

#include "pedigree/rules/rule.h"

/* Worse is greater; -1: no word of the contract, or unknown. */
int lifecycle_rank(const char *lifecycle);
enum { LIFECYCLE_APART = 2 /* ranks by which sources disagree */ };

struct bom_facts {
    int32_t today;
    int lifecycle;           /* worst rank; -1: not known */
    bool disagrees;
    int32_t last_order, last_ship; /* NO_DAY */
    int64_t need;            /* pieces still to be bought to the end of support; NONE: not told */
    enum severity worst_flag; /* open, on lots of the reader's */
};
/* *why: one sentence. */
enum severity bom_grade(const struct bom_facts *f, const char **why);
