/*
 * party - how organisations are written: scheme:value, scheme one of
 * cage uei lei duns gln reg name; and brands, for manufacturers nobody registered.
 */
#pragma once

#include "pedigree/base/arena.h"

extern const char *const PARTY_SCHEMES[];
extern const size_t PARTY_SCHEMES_LEN;

/* True for a well-formed scheme:value.  *why says what would be right otherwise (static text). */
bool party_is_valid(const char *s, const char **why);
/* The form identities are compared in: CAGE, LEI, UEI upper-case, `name:` lower-case with
 * punctuation and legal form (ltd, inc, gmbh, co, llc, ...) stripped, others trimmed. */
const char *party_normal(struct arena *a, const char *s);
/* A manufacturer as written -> party_normal() of an organisation id, else "brand:" + lower-case
 * words without punctuation and legal form. */
const char *manufacturer_normal(struct arena *a, const char *s);
bool party_is_provisional(const char *normal); /* name: or brand: */
/* What is wrong with the code itself, by its own check digits and alphabet; NULL: nothing, or none are known of its scheme.
 * ISO 7064 MOD 97-10 (LEI), GS1 modulo 10 (GLN); CAGE and UEI have no letters I and O. */
const char *party_fault(const char *normal);
