/* cases_obsolescence - fixtures of family H. */
#pragma once

#include "build.h"

#define FROM_BROKER                                                                      \
    HOPS(HOP(.tier = TIER_T5, .seller_authorized = NO))
#define LIFECYCLE(word) .lifecycle = (word), .lifecycle_seq = 9

static const struct rule_case OBSOLESCENCE_CASES[] = {
    {"active, from a broker", "OBS-008", "hop R-1 pass", LOT(FROM_BROKER, LIFECYCLE("active"))},
    {"obsolete, from a broker", "OBS-008", "hop R-1 medium",
     LOT(FROM_BROKER, LIFECYCLE("obsolete"))},
    {"at its end, from a broker", "OBS-008", "hop R-1 medium",
     LOT(FROM_BROKER, LIFECYCLE("eol"))},
    {"obsolete, from an approved source", "OBS-008", "hop R-1 medium",
     LOT(HOPS(HOP(.tier = TIER_T4)), LIFECYCLE("obsolete"))},
    {"obsolete, franchised", "OBS-008", "", LOT(HOPS(HOP()), LIFECYCLE("obsolete"))},
    {"sold before the end", "OBS-008", "hop R-1 pass",
     LOT(FROM_BROKER, LIFECYCLE("obsolete"), .end_of_production = CAME, .end_seq = 9)},
    {"sold after the end", "OBS-008", "hop R-1 medium",
     LOT(FROM_BROKER, .end_of_production = CAME - 4, .end_seq = 9)},
    {"sold after the last shipment", "OBS-008", "hop R-1 medium",
     LOT(FROM_BROKER, .last_ship = CAME - 4, .end_seq = 9)},
    {"discontinuance withdrawn", "OBS-008", "hop R-1 pass",
     LOT(FROM_BROKER, .discontinuance_withdrawn = true)},
    {"nobody says how it came in", "OBS-008", "lot unknown", LOT(.has_inflow = false)},
    {"opening stock, bought some time", "OBS-008", "hop R-1 unknown",
     LOT(HOPS(HOP(.tier = TIER_T5, .opening = true, .shipped_day = NO_DAY)), LIFECYCLE("eol"))},
    {"no sale", "OBS-008", "",
     LOT(HOPS(HOP(.tier = TIER_T5, .reason = REASON_SERVICE)), LIFECYCLE("obsolete"))},
    {"life cycle not known", "OBS-008", "hop R-1 unknown", LOT(FROM_BROKER)},
    {"said to be unknown", "OBS-008", "hop R-1 unknown", LOT(FROM_BROKER, LIFECYCLE("unknown"))},
    {"source not recorded", "OBS-008", "hop R-1 unknown",
     LOT(HOPS(HOP(.source = NULL, .seller = NULL, .tier = TIER_UNKNOWN)), LIFECYCLE("eol"))},
};
