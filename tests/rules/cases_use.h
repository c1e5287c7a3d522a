/* cases_use - fixtures of the rules that hold a lot against a bill of materials. */
#pragma once

#include "build.h"

#define FROM_MARKET HOPS(HOP(.tier = TIER_T5, .seller_authorized = NO))
#define STANDS(word, days_ago) .lifecycle = (word), .lifecycle_seq = 9, .lifecycle_day = TODAY - (days_ago)
#define SPEC(...) .spec = &(const struct part_facts){NO_NUMBERS, __VA_ARGS__}
#define NO_NUMBERS                                                                           \
    .temperature_min.value = NONE, .temperature_max.value = NONE, .voltage.value = NONE, \
    .feature_size.value = NONE, .years_to_end_of_life.value = NONE
#define LAPSES(...) LIST(struct lapse_fact, lapses, __VA_ARGS__)
#define LAPSED(...)                                                                      \
    {                                                                                    \
        .party = SOURCE, .day = CAME - 3, .hop_seq = 2, .certificate = "IECQ ITNS 7",    \
        .standing = CERT_EXPIRED, .certificate_seq = 8, __VA_ARGS__                      \
    }
#define RESERVED USES(USE(.nuclear = "true", .allocated = 5, .allocated_seq = 13))
#define ENDS(last_order_) LIST(struct notice_fact, notices, {.seq = 8, .number = "PDN-9", .ends = true, .issued = TODAY - 100, \
    .effective = NO_DAY, .last_order = (last_order_), .last_ship = NO_DAY})
#define YEARS(n) (TODAY + 365 * (n))

static const struct rule_case USE_CASES[] = {
    {"open market, flight-critical", "CAP-025", "programme FCC-2 critical", LOT(FROM_MARKET, USES(USE(.criticality = "flight-critical")))},
    {"open market, essential", "CAP-025", "programme FCC-2 critical", LOT(FROM_MARKET, USES(USE(.criticality = "essential")))},
    {"open market, not critical", "CAP-025", "programme FCC-2 pass", LOT(FROM_MARKET, USES(USE(.criticality = "non-critical")))},
    {"franchised, flight-critical", "CAP-025", "programme FCC-2 pass", LOT(HOPS(HOP()), USES(USE(.criticality = "flight-critical")))},
    {"open market, criticality not told", "CAP-025", "programme FCC-2 unknown", LOT(FROM_MARKET, USES(USE()))},
    {"open market, with a derogation", "CAP-025", "programme FCC-2 pass",
     LOT(FROM_MARKET, USES(USE(.criticality = "essential")), DECISIONS(DECISION("derogation")))},
    {"open market, derogation refused", "CAP-025", "programme FCC-2 critical",
     LOT(FROM_MARKET, USES(USE(.criticality = "essential")), DECISIONS(DECISION("derogation", .consents = false)))},
    {"open market, derogation for another programme", "CAP-025", "programme FCC-2 critical",
     LOT(FROM_MARKET, USES(USE(.criticality = "essential")), DECISIONS(DECISION("derogation", .programme = "IRU-1")))},
    {"open market, a decision of another kind", "CAP-025", "programme FCC-2 critical",
     LOT(FROM_MARKET, USES(USE(.criticality = "essential")), DECISIONS(DECISION("see")))},
    {"a repair is no sale", "CAP-025", "programme FCC-2 pass",
     LOT(HOPS(HOP(.tier = TIER_T5, .reason = REASON_SERVICE)), USES(USE(.criticality = "essential")))},
    {"no bill of materials", "CAP-025", "", LOT(FROM_MARKET)},

    {"life cycle said lately", "OBS-001", "lot pass", LOT(USES(USE()), STANDS("active", 10))},
    {"life cycle said long ago", "OBS-001", "lot low", LOT(USES(USE()), STANDS("active", 91))},
    {"life cycle never said", "OBS-001", "lot low", LOT(USES(USE()))},
    {"life cycle said some day", "OBS-001", "lot unknown", LOT(USES(USE()), .lifecycle = "active", .lifecycle_seq = 9)},
    {"life cycle said to be unknown", "OBS-001", "lot low", LOT(USES(USE()), STANDS("unknown", 10))},
    {"no bill of materials", "OBS-001", "", LOT()},

    {"design with an active part", "OBS-002", "programme FCC-2 pass", LOT(USES(USE(.phase = "design")), STANDS("active", 1))},
    {"design with a part not for new designs", "OBS-002", "programme FCC-2 medium", LOT(USES(USE(.phase = "Design")), STANDS("nrnd", 1))},
    {"design, with a plan", "OBS-002", "programme FCC-2 pass",
     LOT(USES(USE(.phase = "design")), STANDS("nrnd", 1), DECISIONS(DECISION("obsolescence-plan", .programme = "FCC-2")))},
    {"in production", "OBS-002", "", LOT(USES(USE(.phase = "production")), STANDS("nrnd", 1))},
    {"phase not told", "OBS-002", "programme FCC-2 unknown", LOT(USES(USE()), STANDS("nrnd", 1))},
    {"design, life cycle not known", "OBS-002", "programme FCC-2 unknown", LOT(USES(USE(.phase = "design")))},

    {"last order far off", "OBS-003", "notice PDN-9 pass", LOT(USES(USE()), ENDS(TODAY + 91))},
    {"last order in the window", "OBS-003", "notice PDN-9 high", LOT(USES(USE()), ENDS(TODAY + 90))},
    {"last order soon", "OBS-003", "notice PDN-9 critical", LOT(USES(USE()), ENDS(TODAY + 30))},
    {"last order today", "OBS-003", "notice PDN-9 critical", LOT(USES(USE()), ENDS(TODAY))},
    {"last order gone by", "OBS-003", "notice PDN-9 pass", LOT(USES(USE()), ENDS(TODAY - 1))},
    {"decided about the notice", "OBS-003", "notice PDN-9 pass",
     LOT(USES(USE()), ENDS(TODAY + 20), DECISIONS(DECISION("obsolescence-plan", .notice = "PDN-9")))},
    {"decided about another notice", "OBS-003", "notice PDN-9 critical",
     LOT(USES(USE()), ENDS(TODAY + 20), DECISIONS(DECISION("obsolescence-plan", .notice = "PDN-8")))},
    {"no last order named", "OBS-003", "notice PDN-9 unknown", LOT(USES(USE()), ENDS(NO_DAY))},
    {"nobody needs it", "OBS-003", "", LOT(ENDS(TODAY + 20))},

    {"short of the need", "OBS-004", "programme FCC-2 high",
     LOT(USES(USE(.annual_demand = 100, .on_hand = 100, .on_order = 50, .support_until = YEARS(4))), ENDS(TODAY + 60))},
    {"covered but for the band", "OBS-004", "programme FCC-2 pass",
     LOT(USES(USE(.annual_demand = 100, .on_hand = 320, .support_until = YEARS(4))), ENDS(TODAY + 60))},
    {"just short of the band", "OBS-004", "programme FCC-2 high",
     LOT(USES(USE(.annual_demand = 100, .on_hand = 319, .support_until = YEARS(4))), ENDS(TODAY + 60))},
    {"covered", "OBS-004", "programme FCC-2 pass",
     LOT(USES(USE(.annual_demand = 100, .on_hand = 400, .support_until = YEARS(4))), STANDS("obsolete", 1))},
    {"support has ended", "OBS-004", "programme FCC-2 pass",
     LOT(USES(USE(.annual_demand = 100, .on_hand = 0, .support_until = TODAY - 1)), STANDS("eol", 1))},
    {"short, with a plan", "OBS-004", "programme FCC-2 pass",
     LOT(USES(USE(.annual_demand = 100, .on_hand = 0, .support_until = YEARS(4))), STANDS("eol", 1), DECISIONS(DECISION("obsolescence-plan")))},
    {"more than any number holds", "OBS-004", "programme FCC-2 high",
     LOT(USES(USE(.annual_demand = INT64_C(1) << 53, .on_hand = 1, .support_until = YEARS(30))), STANDS("eol", 1))},
    {"demand not told", "OBS-004", "programme FCC-2 unknown", LOT(USES(USE(.on_hand = 0, .support_until = YEARS(4))), STANDS("eol", 1))},
    {"end of support not told", "OBS-004", "programme FCC-2 unknown", LOT(USES(USE(.annual_demand = 1, .on_hand = 0)), STANDS("eol", 1))},
    {"stock not told", "OBS-004", "programme FCC-2 unknown", LOT(USES(USE(.annual_demand = 1, .support_until = YEARS(4))), STANDS("eol", 1))},
    {"the part goes on", "OBS-004", "", LOT(USES(USE(.annual_demand = 100, .on_hand = 0, .support_until = YEARS(4))), STANDS("active", 1))},

    {"ending, no alternate", "OBS-009", "lot medium", LOT(USES(USE()), STANDS("ltb", 1))},
    {"ending, an alternate", "OBS-009", "lot pass",
     LOT(USES(USE()), STANDS("ltb", 1), SPEC(.alternates = {&(const struct part_name){.mpn = "X"}, 1, 9}))},
    {"ending, an aftermarket maker", "OBS-009", "lot pass", LOT(USES(USE()), STANDS("ltb", 1), .aftermarket_root = true)},
    {"active", "OBS-009", "lot pass", LOT(USES(USE()), STANDS("active", 1))},
    {"life cycle not known", "OBS-009", "lot unknown", LOT(USES(USE()))},
    {"nobody needs it", "OBS-009", "", LOT(STANDS("ltb", 1))},

    {"forecast within the support", "OBS-010", "programme FCC-2 medium",
     LOT(USES(USE(.support_until = YEARS(6))), SPEC(.years_to_end_of_life = {5, 9}))},
    {"forecast beyond the support", "OBS-010", "programme FCC-2 pass",
     LOT(USES(USE(.support_until = YEARS(5))), SPEC(.years_to_end_of_life = {5, 9}))},
    {"forecast, with a plan", "OBS-010", "programme FCC-2 pass",
     LOT(USES(USE(.support_until = YEARS(6))), SPEC(.years_to_end_of_life = {5, 9}), DECISIONS(DECISION("obsolescence-plan")))},
    {"no forecast", "OBS-010", "programme FCC-2 unknown", LOT(USES(USE(.support_until = YEARS(6))))},
    {"end of support not told", "OBS-010", "programme FCC-2 unknown", LOT(USES(USE()), SPEC(.years_to_end_of_life = {5, 9}))},

    {"assessed by the holder", "OBS-007", "notice PCN-1 pass",
     LOT(USES(USE()), CODES(CODE("2431")), DECISIONS(DECISION("change-assessment", .notice = "PCN-1")),
         LIST(struct notice_fact, notices, {.seq = 8, .number = "PCN-1", .reasons = &(const struct words)WORDS("FORM"), .issued = TODAY - 400,
              .effective = DAY(2024, 1, 1), .last_order = NO_DAY, .last_ship = NO_DAY}))},
    {"used and not assessed", "OBS-007", "notice PCN-1 medium",
     LOT(USES(USE()), CODES(CODE("2431")),
         LIST(struct notice_fact, notices, {.seq = 8, .number = "PCN-1", .reasons = &(const struct words)WORDS("FORM"), .issued = TODAY - 400,
              .effective = DAY(2024, 1, 1), .last_order = NO_DAY, .last_ship = NO_DAY}))},

    {"colder than rated", "ENV-001", "programme FCC-2 high",
     LOT(USES(USE(.temperature_min = -55)), SPEC(.temperature_min = {-40, 9}))},
    {"hotter than rated", "ENV-001", "programme FCC-2 high",
     LOT(USES(USE(.temperature_max = 125)), SPEC(.temperature_max = {85, 9}))},
    {"within the rating", "ENV-001", "programme FCC-2 pass",
     LOT(USES(USE(.temperature_min = -40, .temperature_max = 85)), SPEC(.temperature_min = {-40, 9}, .temperature_max = {85, 9}))},
    {"hotter, uprated", "ENV-001", "programme FCC-2 pass",
     LOT(USES(USE(.temperature_max = 125)), SPEC(.temperature_max = {85, 9}), DECISIONS(DECISION("uprating")))},
    {"hotter, one end not rated", "ENV-001", "programme FCC-2 high",
     LOT(USES(USE(.temperature_min = -55, .temperature_max = 125)), SPEC(.temperature_max = {85, 9}))},
    {"rating not told", "ENV-001", "programme FCC-2 unknown", LOT(USES(USE(.temperature_max = 125)))},
    {"environment not told", "ENV-001", "", LOT(USES(USE()), SPEC(.temperature_max = {85, 9}))},

    {"sensitive, flies high", "ENV-003", "programme FCC-2 medium", LOT(USES(USE(.altitude = 40000)), SPEC(.see_sensitive = {YES, 9}))},
    {"sensitive, flies high, assessed", "ENV-003", "programme FCC-2 pass",
     LOT(USES(USE(.altitude = 40000)), SPEC(.see_sensitive = {YES, 9}), DECISIONS(DECISION("see")))},
    {"not sensitive", "ENV-003", "programme FCC-2 pass", LOT(USES(USE(.altitude = 40000)), SPEC(.see_sensitive = {NO, 9}))},
    {"nobody says whether it is sensitive", "ENV-003", "programme FCC-2 unknown", LOT(USES(USE(.altitude = 40000)))},
    {"flies low", "ENV-003", "", LOT(USES(USE(.altitude = 20000)), SPEC(.see_sensitive = {YES, 9}))},

    {"small features", "ENV-004", "programme FCC-2 medium", LOT(USES(USE()), SPEC(.feature_size = {90, 9}))},
    {"large features", "ENV-004", "programme FCC-2 pass", LOT(USES(USE()), SPEC(.feature_size = {130, 9}))},
    {"small features, assessed", "ENV-004", "programme FCC-2 pass",
     LOT(USES(USE()), SPEC(.feature_size = {28, 9}), DECISIONS(DECISION("lifetime")))},
    {"logic of an unknown size", "ENV-004", "programme FCC-2 unknown", LOT(USES(USE()), SPEC(.programmable = {YES, 9}))},
    {"no features stated", "ENV-004", "", LOT(USES(USE()))},

    {"high voltage, high up", "ENV-005", "programme FCC-2 low", LOT(USES(USE(.voltage = 270, .altitude = 41000)))},
    {"high voltage, assessed", "ENV-005", "programme FCC-2 pass",
     LOT(USES(USE(.voltage = 270, .altitude = 41000)), DECISIONS(DECISION("see")))},
    {"high voltage, low down", "ENV-005", "programme FCC-2 pass", LOT(USES(USE(.voltage = 270, .altitude = 8000)))},
    {"high voltage, altitude not told", "ENV-005", "programme FCC-2 unknown", LOT(USES(USE(.voltage = 270)))},
    {"low voltage", "ENV-005", "", LOT(USES(USE(.voltage = 200, .altitude = 41000)))},

    {"all are certified", "ITN-001", "programme FCC-2 pass", LOT(RESERVED)},
    {"one is not", "ITN-001", "programme FCC-2 high", LOT(RESERVED, LAPSES(LAPSED()))},
    {"one is not, and nothing is reserved", "ITN-001", "programme FCC-2 medium", LOT(USES(USE(.nuclear = "class 2")), LAPSES(LAPSED()))},
    {"in no register", "ITN-001", "programme FCC-2 high", LOT(RESERVED, LAPSES(LAPSED(.certificate = NULL, .certificate_seq = NONE)))},
    {"further up", "ITN-001", "programme FCC-2 high", LOT(RESERVED, LAPSES(LAPSED(.party = "cage:9BRK1", .hop_seq = NONE), LAPSED()))},
    {"further up alone", "ITN-001", "programme FCC-2 high", LOT(RESERVED, LAPSES(LAPSED(.hop_seq = NONE)))},
    {"dedicated", "ITN-001", "programme FCC-2 pass", LOT(RESERVED, LAPSES(LAPSED()), DECISIONS(DECISION("dedication")))},
    {"approved by the customer", "ITN-001", "programme FCC-2 pass",
     LOT(RESERVED, LAPSES(LAPSED()), DECISIONS(DECISION("derogation", .organisation = SOURCE)))},
    {"another is approved", "ITN-001", "programme FCC-2 high",
     LOT(RESERVED, LAPSES(LAPSED()), DECISIONS(DECISION("derogation", .organisation = "cage:9BRK1")))},
    {"approval refused", "ITN-001", "programme FCC-2 high",
     LOT(RESERVED, LAPSES(LAPSED()), DECISIONS(DECISION("derogation", .consents = false)))},
    {"of one nothing is known", "ITN-001", "programme FCC-2 unknown", LOT(RESERVED, .has_uncertified = true)},
    {"of one nothing is known, and the lot is approved", "ITN-001", "programme FCC-2 pass",
     LOT(RESERVED, .has_uncertified = true, DECISIONS(DECISION("derogation")))},
    {"of one nothing is known, another is not certified", "ITN-001", "programme FCC-2 high",
     LOT(RESERVED, .has_uncertified = true, LAPSES(LAPSED()))},
    {"a chain with an end that is not known", "ITN-001", "programme FCC-2 unknown", LOT(RESERVED, .traced = TRACED_CLAIMED)},
    {"nuclear or not is open", "ITN-001", "programme FCC-2 unknown", LOT(USES(USE(.nuclear = "unknown")), LAPSES(LAPSED()))},
    {"not nuclear", "ITN-001", "", LOT(USES(USE(.nuclear = "false")), LAPSES(LAPSED()))},
    {"nobody needs it", "ITN-001", "", LOT(LAPSES(LAPSED()))},

    {"nuclear, not screened", "ITN-002", "programme FCC-2 medium", LOT(USES(USE(.nuclear = "true")))},
    {"nuclear, screened", "ITN-002", "programme FCC-2 pass", LOT(USES(USE(.nuclear = "class 1")), DECISIONS(DECISION("cfsi-screening")))},
    {"nuclear, dedicated", "ITN-002", "programme FCC-2 pass", LOT(USES(USE(.nuclear = "true")), DECISIONS(DECISION("dedication")))},
    {"nuclear or not is open", "ITN-002", "programme FCC-2 unknown", LOT(USES(USE(.nuclear = "unknown")))},
    {"not nuclear", "ITN-002", "", LOT(USES(USE(.nuclear = "false")))},
    {"nothing said of it", "ITN-002", "", LOT(USES(USE()))},
};
