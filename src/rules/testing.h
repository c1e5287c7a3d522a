/*
 * testing - the tests that show what parts are, and what a sample of them can show.
 *
 * Tests and sample sizes are those of the AS6081 minimum matrix as the domain reference (5.1) has it; what
 * is needed by source and application is its proposal 5.4.
 */
#pragma once

#include "pedigree/rules/facts.h"

enum test { TEST_NONE, TEST_A1, TEST_A2, TEST_A2_DETAILED, TEST_A3, TEST_A4, TEST_A5, TEST_A6, TEST_B, TEST_C, TEST_D,
            TESTS };

/* Which test a method's words mean ("x-ray-inspection", "Heated solvent test"); TEST_NONE: none of them. */
enum test test_of(const char *method);
const char *test_name(enum test t); /* "A4 radiological" */
/* Pieces to test of a lot, or of the pieces of one date code; 0 for TEST_NONE. */
int64_t test_sample(enum test t, int64_t lot);
/* The least number of bad pieces in `lot` of which at least one is among `sampled` taken at random with a
 * probability of 90 % (formula sheet 4); lot + 1: none is. */
int64_t sample_finds(int64_t lot, int64_t sampled);

/* Tests needed, as bits 1 << enum test: criticality 0 non-critical, 1 essential, 2 flight-critical. */
enum source_class { SOURCE_TRACED, SOURCE_APPROVED, SOURCE_OPEN, SOURCE_UNTRACED, SOURCE_CLASSES };
unsigned tests_needed(int64_t criticality, enum source_class source);
