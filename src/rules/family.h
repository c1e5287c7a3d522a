/* family - what the rule files share: their tables, and small words for evidence. */
#pragma once
#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/rules/rule.h"
#include <inttypes.h>
#include <string.h>

struct rule_family {
    const struct rule *rules;
    size_t len;
};
extern const struct rule_family CHAIN_RULES, SOURCE_RULES, MARKING_RULES, QUANTITY_RULES,
    DOCUMENT_RULES, ALERT_RULES, OBSOLESCENCE_RULES;

#define SEQS(...) (const int64_t[]){__VA_ARGS__}, sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t)

const char *day_name(struct findings *out, int32_t day); /* "2026-11-24", "unknown" */
const char *hop_subject(struct findings *out, const struct hop *h);
const char *move_subject(struct findings *out, const struct move *m);
bool hop_is_sale(const struct hop *h);
int32_t day_max(int32_t a, int32_t b);
