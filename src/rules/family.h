/*
 * family - what the files of rules share: the shape of their tables, and names for
 * evidence.
 *
 * One file per family of the catalogue (domain reference 12); each ends in its table of
 * rows. Names and days are made in the findings' arena.
 */
#pragma once

#include "pedigree/base/cleanup.h"
#include "pedigree/rules/rule.h"

#include <inttypes.h>

enum { DAYS_A_WEEK = 7 };

struct rule_family {
    const struct rule *rules;
    size_t len;
};
extern const struct rule_family CHAIN_RULES, SOURCE_RULES, MARKING_RULES, MIXTURE_RULES,
    LABEL_RULES, MERGE_RULES, QUANTITY_RULES, DOCUMENT_RULES, ALERT_RULES, OBSOLESCENCE_RULES,
    USE_RULES, CREDENTIAL_RULES, CYBER_RULES;
extern const struct rule_family CERTIFICATE_RULES, TESTING_RULES, DUTY_RULES, PRICE_RULES;
extern const struct rule_family NUMBER_RULES, ORIGIN_RULES, MATERIAL_RULES, ENVIRONMENT_RULES, CONTENT_RULES,
    BRAND_RULES;

/* The last two arguments of a list of records: SEQS(h->seq, h->out_seq). */
#define SEQS(...) (const int64_t[]){__VA_ARGS__}, LENGTH(((const int64_t[]){__VA_ARGS__}))

/* "2026-11-24"; NULL for NO_DAY. */
const char *day_name(struct findings *out, int32_t day);
const char *pieces(struct findings *out, int64_t n); /* "1 piece", "20 pieces" */
const char *hop_subject(struct findings *out, const struct hop *h);   /* "hop PS-61" */
const char *move_subject(struct findings *out, const struct move *m); /* "move PS-61" */

bool hop_is_sale(const struct hop *h);
/* Came in from somebody else, and not merely counted on the first day. */
bool hop_is_receipt(const struct hop *h);
/* False, and said so, for a lot of which nobody records how it came in. */
bool lot_came_in(const struct rule *self, const struct facts *f, struct findings *out);
typedef void hop_check(const struct rule *self, const struct facts *f, const struct hop *h,
                       struct findings *out);
/* Each hop by sale that `applies` (NULL: all).  Opening stock was bought too, nobody says when: it
 * is not evaluated, but at the maker's. */
void each_sale(const struct rule *self, const struct facts *f, struct findings *out,
               bool (*applies)(const struct hop *h), hop_check *check);
/* False, and said so, for a lot that nobody described. */
bool lot_is_described(const struct rule *self, const struct facts *f,
                      struct findings *out);
/* False, and said so, for a lot without date codes. */
bool lot_has_codes(const struct rule *self, const struct facts *f, struct findings *out);
bool code_is_swapped(const struct facts *f, const struct code_fact *c); /* no reading makes sense but WWYY for YYWW */
bool lot_declares_codes(const struct facts *f); /* date codes, that is; not only observed ones */

/* ---- use.c: what the pieces are for ---- */
typedef void use_check(const struct rule *self, const struct facts *f, const struct use_fact *u, const char *subject,
                       struct findings *out);
/* Each programme that the lot may go into; its subject is "programme FCC-2". */
void each_use(const struct rule *self, const struct facts *f, struct findings *out, use_check *check);
/* The decision of that kind that consents, for this programme or for any; NULL. */
const struct decision_fact *consent(const struct facts *f, const char *kind, const char *programme);
/* A derogation, for this programme or (NULL) any, about that party or about none in particular. */
bool is_approved(const struct facts *f, const char *programme, const char *party);
bool is_one_of(const char *word, const char *const *among); /* ends with NULL; in any case */

/* ---- document.c ---- */
bool is_conformity(const struct document_ref *d); /* a certificate of conformity, or a release certificate */
/* "certificate OCMA-31 line 4"; by its hash, by its issuer. */
const char *document_subject(struct findings *out, const struct document_fact *d);
/* False, and said so if the lot should have one, where there is no certificate to look at. */
bool has_certificate(const struct rule *self, const struct facts *f, bool any, struct findings *out);
/* What is bought on the open market should be tested (DFARS 252.246-7008). */
bool should_be_tested(const struct facts *f);
