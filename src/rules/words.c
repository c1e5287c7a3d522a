/* words - the enumerations of facts and rules, as the contract writes them; and what is not said. */
#include "pedigree/base/cleanup.h"
#include "pedigree/rules/rule.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *code, *as;
} TIERS[] = {
    [TIER_UNKNOWN] = {"", ""},
    [TIER_T1] = {"T1", "manufacturer"},
    [TIER_T1A] = {"T1a", "aftermarket"},
    [TIER_T2] = {"T2", "franchised"},
    [TIER_T3] = {"T3", "exclusive-trace"},
    [TIER_T4] = {"T4", "approved"},
    [TIER_T5] = {"T5", "independent"},
};

static const char *const STANDINGS[] = {
    [HOP_UNRECORDED] = "unrecorded", [HOP_ASSERTED] = "asserted",
    [HOP_CONSISTENT] = "consistent", [HOP_CORROBORATED] = "corroborated",
    [HOP_INTERNAL] = "internal",
};

/* `told`: where %s is "authorization, record 12", or "an authorization". */
static const struct {
    const char *word, *told;
} TIER_WHYS[] = {
    [TIER_PARTY_UNKNOWN] = {"seller-unknown", "who sold is not recorded"},
    [TIER_NONE] = {"none", "no authorization names the seller"},
    [TIER_BY_OTHERS] = {"by-others", "%s is not by who may grant it"},
    [TIER_NOT_YET] = {"not-yet", "%s begins later"},
    [TIER_ENDED] = {"ended", "%s had ended"},
    [TIER_SCOPE_OTHER] = {"other-scope", "%s does not cover this part"},
    [TIER_SCOPE_UNKNOWN] = {"scope-unknown", "whether %s covers this part cannot be told"},
    [TIER_TRACE_UNSHOWN] = {"trace-not-shown", "%s asks for exclusive trace, and the chain does not show where the seller bought"},
    [TIER_TRACE_MIXED] = {"trace-elsewhere", "%s asks for exclusive trace, and the chain leads to other sources"},
    [TIER_TRACED] = {"traced", "%s, borne out by the chain"},
    [TIER_GRANTED] = {"granted", "%s"},
    [TIER_MAKER] = {"maker", "the seller makes the part"},
};

static const char *const TRACED[] = {
    [TRACED_NOT_EVALUATED] = "",
    [TRACED_MANUFACTURER] = "manufacturer",
    [TRACED_AUTHORIZATION] = "authorization",
    [TRACED_CLAIMED] = "claimed",
    [TRACED_PARTIAL] = "partial",
    [TRACED_NONE] = "none",
};

/* Where grades are made of one device by selection; the first word of a rank stands for it.  Source:
 * domain reference 10. */
static const struct {
    const char *word;
    int rank;
} GRADES[] = {
    {"commercial", 1}, {"consumer", 1}, {"industrial", 2}, {"extended", 3}, {"automotive", 4},
    {"military", 5},   {"mil", 5},      {"hirel", 5},      {"space", 6},
};

static const char *const SEVERITIES[] = {
    [SEV_NONE] = "none",     [SEV_INFO] = "info", [SEV_LOW] = "low",
    [SEV_MEDIUM] = "medium", [SEV_HIGH] = "high", [SEV_CRITICAL] = "critical",
};

#define UNSAID {NONE, NONE}
const struct part_facts NOTHING_SAID = {.temperature_min = UNSAID, .temperature_max = UNSAID,
                                        .voltage = UNSAID, .feature_size = UNSAID,
                                        .years_to_end_of_life = UNSAID};
#undef UNSAID

const char *tier_code(enum tier t)
{
    assert((size_t)t < LENGTH(TIERS));
    return TIERS[t].code;
}

const char *tier_word(enum tier t)
{
    assert((size_t)t < LENGTH(TIERS));
    return TIERS[t].as;
}

bool tier_find(const char *as, enum tier *out)
{
    for (size_t i = TIER_T1; as && i < LENGTH(TIERS); i++)
        if (strcmp(TIERS[i].as, as) == 0) {
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
    assert((size_t)s < LENGTH(STANDINGS));
    return STANDINGS[s];
}

const char *tier_why_word(enum tier_why w)
{
    assert((size_t)w < LENGTH(TIER_WHYS));
    return TIER_WHYS[w].word;
}

bool tier_why_find(const char *word, enum tier_why *out)
{
    for (size_t i = 0; word && i < LENGTH(TIER_WHYS); i++)
        if (strcmp(TIER_WHYS[i].word, word) == 0) {
            *out = (enum tier_why)i;
            return true;
        }
    return false;
}

const char *tier_why_text(struct arena *a, enum tier_why w, int64_t seq)
{
    const char *told = TIER_WHYS[w].told, *gap = strstr(told, "%s");
    const char *by = seq == NONE ? "an authorization"
                                 : arena_printf(a, "the authorization of record %" PRId64, seq);
    return gap ? arena_printf(a, "%.*s%s%s", (int)(gap - told), told, by, gap + 2) : told;
}

const char *traced_word(enum traced t)
{
    assert((size_t)t < LENGTH(TRACED));
    return TRACED[t];
}

const char *severity_word(enum severity s)
{
    assert((size_t)s < LENGTH(SEVERITIES));
    return SEVERITIES[s];
}

int grade_rank(const char *grade)
{
    for (size_t i = 0; grade && i < LENGTH(GRADES); i++)
        if (strcasecmp(GRADES[i].word, grade) == 0)
            return GRADES[i].rank;
    return 0;
}

const char *grade_word(int rank)
{
    for (size_t i = 0; i < LENGTH(GRADES); i++)
        if (GRADES[i].rank == rank)
            return GRADES[i].word;
    return NULL;
}
