/* cases_obsolescence - fixtures of family H. */
#pragma once

#include "build.h"

#define FROM_BROKER                                                                      \
    HOPS(HOP(.tier = TIER_T5, .seller_authorized = NO))
/* Issued on 2023-01-02, in effect on 2023-09-01, last orders a year and shipments two years later. */
#define ISSUED DAY(2023, 1, 2)
#define NOTICE(...)                                                                      \
    {                                                                                    \
        .seq = 9, .number = "P-1", .reasons = REASONS("PSITE"), .issued = ISSUED,        \
        .effective = DAY(2023, 9, 1), .last_order = ISSUED + 365,                        \
        .last_ship = ISSUED + 730, __VA_ARGS__                                           \
    }
#define REASONS(...) &(const struct words) WORDS(__VA_ARGS__)
#define NO_REASONS &(const struct words){.len = 0}
#define NOTICES(...) LIST(struct notice_fact, notices, __VA_ARGS__)
#define SOURCES(worst, best, all, known)                                                 \
    LIFECYCLE(worst), .lifecycle_source = "maker", .lifecycle_best = (best),             \
                      .lifecycle_best_source = "feed", .lifecycle_best_seq = 8,          \
                      .lifecycle_sources = (all), .lifecycle_known = (known)
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
    {"no notice", "OBS-005", "", LOT(.today = TODAY)},
    {"a year to order, two to deliver", "OBS-005", "notice P-1 pass", LOT(NOTICES(NOTICE(.ends = true)))},
    {"exactly as long as is customary", "OBS-005", "notice P-1 pass",
     LOT(NOTICES(NOTICE(.ends = true, .last_order = ISSUED + 183, .last_ship = ISSUED + 365)))},
    {"a day too short to order", "OBS-005", "notice P-1 low", LOT(NOTICES(NOTICE(.ends = true, .last_order = ISSUED + 182)))},
    {"a day too short to deliver", "OBS-005", "notice P-1 low", LOT(NOTICES(NOTICE(.ends = true, .last_ship = ISSUED + 364)))},
    {"short to deliver, no day to order", "OBS-005", "notice P-1 low",
     LOT(NOTICES(NOTICE(.ends = true, .last_order = NO_DAY, .last_ship = ISSUED + 3)))},
    {"no day to order", "OBS-005", "notice P-1 unknown", LOT(NOTICES(NOTICE(.ends = true, .last_order = NO_DAY)))},
    {"not said when it was issued", "OBS-005", "notice P-1 unknown", LOT(NOTICES(NOTICE(.ends = true, .issued = NO_DAY)))},
    {"insolvent", "OBS-005", "",
     LOT(NOTICES(NOTICE(.ends = true, .reasons = REASONS("PDN", "insol"), .last_order = ISSUED)))},
    {"a change is no discontinuance", "OBS-005", "", LOT(NOTICES(NOTICE(.last_order = ISSUED)))},
    {"two notices, one short", "OBS-005", "notice P-1 pass; notice P-2 low",
     LOT(NOTICES(NOTICE(.ends = true), NOTICE(.ends = true, .number = "P-2", .last_order = ISSUED)))},

    {"no notice", "OBS-006", "", LOT(.today = TODAY)},
    {"announced in time", "OBS-006", "notice P-1 pass", LOT(NOTICES(NOTICE(.effective = ISSUED + 90)))},
    {"a day late", "OBS-006", "notice P-1 low", LOT(NOTICES(NOTICE(.effective = ISSUED + 89)))},
    {"announced when it was done", "OBS-006", "notice P-1 low", LOT(NOTICES(NOTICE(.effective = ISSUED - 30)))},
    {"no reason is told", "OBS-006", "notice P-1 low", LOT(NOTICES(NOTICE(.effective = ISSUED, .reasons = NO_REASONS)))},
    {"not said when", "OBS-006", "notice P-1 unknown", LOT(NOTICES(NOTICE(.effective = NO_DAY)))},
    {"a recall", "OBS-006", "", LOT(NOTICES(NOTICE(.effective = ISSUED, .reasons = REASONS("RECA", "MATER"))))},
    {"documents only", "OBS-006", "", LOT(NOTICES(NOTICE(.effective = ISSUED, .reasons = REASONS("DOCUM", "CORR"))))},
    {"documents and more", "OBS-006", "notice P-1 low",
     LOT(NOTICES(NOTICE(.effective = ISSUED, .reasons = REASONS("DOCUM", "FIT"))))},
    {"a discontinuance", "OBS-006", "", LOT(NOTICES(NOTICE(.ends = true, .effective = ISSUED)))},

    {"no notice", "OBS-007", "", LOT(CODES(CODE("2431")))},
    {"made before the change", "OBS-007", "notice P-1 pass", LOT(NOTICES(NOTICE()), CODES(CODE("2331")))},
    {"made after the change", "OBS-007", "notice P-1 info", LOT(NOTICES(NOTICE()), CODES(CODE("2331"), CODE("2431")))},
    {"the maker says which are the first", "OBS-007", "notice P-1 pass",
     LOT(NOTICES(NOTICE(.from_date_code = "2432")), CODES(CODE("2431")))},
    {"the first of the changed", "OBS-007", "notice P-1 info",
     LOT(NOTICES(NOTICE(.from_date_code = "2431", .effective = NO_DAY)), CODES(CODE("2431")))},
    {"what is first cannot be read", "OBS-007", "notice P-1 info",
     LOT(NOTICES(NOTICE(.from_date_code = "see label")), CODES(CODE("2431")))},
    {"not said when", "OBS-007", "notice P-1 unknown", LOT(NOTICES(NOTICE(.effective = NO_DAY)), CODES(CODE("2431")))},
    {"no date codes", "OBS-007", "notice P-1 unknown", LOT(NOTICES(NOTICE()))},
    {"a code that cannot be read", "OBS-007", "notice P-1 unknown", LOT(NOTICES(NOTICE()), CODES(CODE("2331"), CODE("??")))},
    {"a label changes", "OBS-007", "", LOT(NOTICES(NOTICE(.reasons = REASONS("LABEL", "SHIP"))), CODES(CODE("2431")))},
    {"no reason is told", "OBS-007", "", LOT(NOTICES(NOTICE(.reasons = NO_REASONS)), CODES(CODE("2431")))},

    {"nobody says anything", "OBS-011", "", LOT(.today = TODAY)},
    {"one source", "OBS-011", "", LOT(SOURCES("obsolete", "obsolete", 1, 1))},
    {"a stage apart", "OBS-011", "lot pass", LOT(SOURCES("nrnd", "active", 2, 2))},
    {"two stages apart", "OBS-011", "lot low", LOT(SOURCES("ltb", "active", 2, 2))},
    {"obsolete and active", "OBS-011", "lot low", LOT(SOURCES("obsolete", "active", 3, 2))},
    {"one does not know", "OBS-011", "lot unknown", LOT(SOURCES("obsolete", "obsolete", 2, 1))},
};
