/* words - the enumerations of facts as the contract writes them. */
#include "pedigree/base/cleanup.h"
#include "pedigree/rules/rule.h"
#include <string.h>

static const struct {
    const char *code, *word;
} TIERS[] = {{"", ""}, {"T1", "manufacturer"}, {"T1a", "aftermarket"}, {"T2", "franchised"},
             {"T3", "exclusive-trace"}, {"T4", "approved"}, {"T5", "independent"}};

const char *tier_code(enum tier t)
{
    return TIERS[t].code;
}
const char *tier_word(enum tier t)
{
    return TIERS[t].word;
}
bool tier_find(const char *as, enum tier *out)
{
    for (size_t i = 1; as && i < LENGTH(TIERS); i++)
        if (strcmp(TIERS[i].word, as) == 0) {
            *out = (enum tier)i;
            return true;
        }
    return false;
}
bool tier_is_authorized(enum tier t)
{
    return t >= TIER_T1 && t <= TIER_T3;
}
bool tier_is_open(enum tier t)
{
    return t == TIER_T4 || t == TIER_T5;
}
const char *standing_word(enum standing s)
{
    static const char *const WORDS[] = {"unrecorded", "asserted", "consistent", "corroborated",
                                        "internal"};
    return WORDS[s];
}
const char *traced_word(enum traced t)
{
    static const char *const WORDS[] = {"", "manufacturer", "authorization", "claimed", "partial",
                                        "none"};
    return WORDS[t];
}
const char *severity_word(enum severity s)
{
    static const char *const WORDS[] = {"none", "info", "low", "medium", "high", "critical"};
    return WORDS[s];
}
