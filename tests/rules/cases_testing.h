/* cases_testing - fixtures of family F: tests. */
#pragma once

#include "build.h"

#define BOUGHT(tier_) HOPS(HOP(.tier = (tier_)))
#define USED .type = REC_INSTALLED, .seq = 5, .key = "U-1"
#define RELEASED                                                                         \
    .releases = (const struct release_fact[]){{.key = "H-1", .day_first = CAME + 9, .day_last = CAME + 9, .seq = 6}}, \
    .releases_len = 1
#define TESTED(...)                                                                      \
    {                                                                                    \
        .seq = 4, .key = "I-1", .by = HOLDER, .binding = true, .own = true, .day_last = CAME + 3, \
        .record = &(const struct record){.type = REC_INSPECTED, .result = "pass", .standard = "AS6081", \
                                         .methods = (struct method[]){__VA_ARGS__},      \
                                         .methods_len = sizeof((struct method[]){__VA_ARGS__}) / \
                                                        sizeof(struct method)}           \
    }
#define BY(name, n) {.method = (name), .sampled = (n), .suspect = NONE, .nonconforming = NONE, .destroyed = NONE}
#define SUITE                                                                            \
    BY("manual-review", 100), BY("visual-inspection", 100), BY("marking-permanency", 3), BY("x-ray-inspection", 45), \
        BY("XRF", 3)
#define ONE(method_, n, lot_) LOT(.inflow = (lot_), .quantity = (lot_), BOUGHT(TIER_T5), INSPECTIONS(TESTED(BY(method_, n))))
#define SEEN(...) .record = &(const struct record){.type = REC_INSPECTED, .result = "pass", __VA_ARGS__}
#define REPORT(...)                                                                      \
    {                                                                                    \
        .document = &(const struct document_ref){.kind = "test-report", .number = "T-1", .has_declares = true, \
                                                 .declares = {.quantity = 3, __VA_ARGS__}}, \
        .issuer = SOURCE, .seq = 3, .quantity = 100                                      \
    }

static const struct rule_case TESTING_CASES[] = {
    {"franchised, installed", "CAP-085", "move U-1 pass", LOT(BOUGHT(TIER_T2), MOVES(MOVE(USED)))},
    {"of the market, sold on", "CAP-085", "", LOT(BOUGHT(TIER_T5), MOVES(MOVE()))},
    {"of the market, installed untested", "CAP-085", "move U-1 high", LOT(BOUGHT(TIER_T5), MOVES(MOVE(USED)))},
    {"of the market, traced, all tested", "CAP-085", "move U-1 pass",
     LOT(BOUGHT(TIER_T5), MOVES(MOVE(USED)), INSPECTIONS(TESTED(SUITE)))},
    {"untraced it takes a look inside", "CAP-085", "move U-1 high",
     LOT(.traced = TRACED_NONE, BOUGHT(TIER_T5), MOVES(MOVE(USED)), INSPECTIONS(TESTED(SUITE)))},
    {"untraced, looked inside", "CAP-085", "move U-1 pass",
     LOT(.traced = TRACED_NONE, BOUGHT(TIER_T5), MOVES(MOVE(USED)),
         INSPECTIONS(TESTED(SUITE, BY("decapsulation", 3))))},
    {"tested too late", "CAP-085", "move U-1 high",
     LOT(BOUGHT(TIER_T5), MOVES(MOVE(USED, .day_last = CAME + 1)), INSPECTIONS(TESTED(SUITE)))},
    {"tested by one who may not say", "CAP-085", "move U-1 high",
     LOT(BOUGHT(TIER_T5), MOVES(MOVE(USED)),
         INSPECTIONS({.seq = 4, .key = "I-1", .binding = false, .day_last = CAME,
                      SEEN(METHOD(.method = "XRF"))}))},
    {"approved and traced it is looked at", "CAP-085", "move U-1 pass",
     LOT(BOUGHT(TIER_T4), MOVES(MOVE(USED)),
         INSPECTIONS(TESTED(BY("documentation", 100), BY("external visual", 100))))},
    {"an alert of the date code asks for more", "CAP-085", "move U-1 high",
     LOT(BOUGHT(TIER_T5), .alerts_known = true, ALERTS(ALERT(2)), MOVES(MOVE(USED)), INSPECTIONS(TESTED(SUITE)))},
    {"obsolete, of an approved supplier", "CAP-085", "move U-1 high",
     LOT(.lifecycle = "obsolete", BOUGHT(TIER_T4), MOVES(MOVE(USED)),
         INSPECTIONS(TESTED(BY("documentation", 100), BY("external visual", 100))))},
    {"traced, for a flight-critical use it takes more", "CAP-085", "move U-1 high",
     LOT(BOUGHT(TIER_T5), MOVES(MOVE(USED)), INSPECTIONS(TESTED(SUITE)),
         LIST(struct use_fact, uses, {.seq = 9, .programme = "AVN-9", .criticality = "flight-critical"}))},
    {"released untested", "CAP-085", "release H-1 high", LOT(BOUGHT(TIER_T5), RELEASED)},
    {"released after its tests", "CAP-085", "release H-1 pass",
     LOT(BOUGHT(TIER_T5), RELEASED, INSPECTIONS(TESTED(SUITE)))},
    {"of nobody known", "CAP-085", "move U-1 unknown",
     LOT(HOPS(HOP(.source = NULL, .seller = NULL, .tier = TIER_UNKNOWN)), MOVES(MOVE(USED)))},

    {"three of 500 inside", "CAP-086", "test A6 internal pass", ONE("decapsulation", 3, 500)},
    {"two of 500 inside", "CAP-086", "test A6 internal medium", ONE("decapsulation", 2, 500)},
    {"all of 40 by x-ray", "CAP-086", "test A4 radiological pass", ONE("x-ray", 40, 40)},
    {"39 of 40 by x-ray", "CAP-086", "test A4 radiological medium", ONE("x-ray", 39, 40)},
    {"116 of 200 electrically", "CAP-086", "test C electrical pass", ONE("electrical-testing", 116, 200)},
    {"116 of 199 electrically", "CAP-086", "test C electrical medium", ONE("electrical-testing", 116, 199)},
    {"two date codes, pieces told", "CAP-086", "test A4 radiological medium",
     LOT(BOUGHT(TIER_T5), CODES(CODE("2431", .quantity = 50), CODE("2433", .quantity = 50)),
         INSPECTIONS(TESTED(BY("x-ray", 89))))},
    {"two date codes, enough of each", "CAP-086", "test A4 radiological pass",
     LOT(BOUGHT(TIER_T5), CODES(CODE("2431", .quantity = 50), CODE("2433", .quantity = 50)),
         INSPECTIONS(TESTED(BY("x-ray", 90))))},
    {"two date codes, pieces not told", "CAP-086", "test A6 internal medium",
     LOT(BOUGHT(TIER_T5), CODES(CODE("2431"), CODE("2433")), INSPECTIONS(TESTED(BY("delid", 3))))},
    {"two date codes, the least that may do", "CAP-086", "test A6 internal pass",
     LOT(BOUGHT(TIER_T5), CODES(CODE("2431"), CODE("2433")), INSPECTIONS(TESTED(BY("delid", 4))))},
    {"over two inspections", "CAP-086", "test A6 internal pass",
     LOT(BOUGHT(TIER_T5), INSPECTIONS(TESTED(BY("delid", 1)), TESTED(BY("delid", 2))))},
    {"of an unknown number", "CAP-086", "test A6 internal unknown", ONE("delid", 3, 0)},
    {"by another plan", "CAP-086", "lot unknown",
     LOT(BOUGHT(TIER_T5), INSPECTIONS(INSPECTION(SEEN(.standard = "AS6171/2", METHOD(.sampled = 1)))))},
    {"received, not authenticated", "CAP-086", "",
     LOT(HOPS(HOP()), INSPECTIONS(INSPECTION(SEEN(.purpose = "receiving", METHOD(.sampled = 1)))))},
    {"untested", "CAP-086", "lot unknown", LOT(BOUGHT(TIER_T5))},

    {"of this lot", "CAP-089", "inspection I-1 pass",
     LOT(CODES(CODE("2431")), INSPECTIONS(INSPECTION(SEEN(METHOD(.date_codes = WORDS("2431"))))))},
    {"of another date code", "CAP-089", "inspection I-1 high",
     LOT(CODES(CODE("2431")), INSPECTIONS(INSPECTION(SEEN(METHOD(.date_codes = WORDS("2218"))))))},
    {"of a date code, of a lot that declares none", "CAP-089", "inspection I-1 pass",
     LOT(CODES(CODE("2218", .observed = true)), INSPECTIONS(INSPECTION(SEEN(METHOD(.date_codes = WORDS("2218"))))))},
    {"of another part", "CAP-089", "inspection I-1 high",
     LOT(CODES(CODE("2431")),
         INSPECTIONS(INSPECTION(.other_part = true, SEEN(METHOD(), .has_observed = true,
                                                         .observed = {.part = {.mpn = "LM317"}}))))},
    {"of more pieces than there are", "CAP-089", "inspection I-1 high",
     LOT(INSPECTIONS(INSPECTION(SEEN(METHOD(.sampled = 101)))))},
    {"before it came", "CAP-089", "inspection I-1 high",
     LOT(INSPECTIONS(INSPECTION(.day_last = CAME - 2, SEEN(METHOD()))))},
    {"a day before it came", "CAP-089", "inspection I-1 pass",
     LOT(INSPECTIONS(INSPECTION(.day_last = CAME - 1, SEEN(METHOD()))))},
    {"before it came, at the source", "CAP-089", "inspection I-1 pass",
     LOT(INSPECTIONS(INSPECTION(.day_last = CAME - 9, SEEN(.purpose = "acceptance", METHOD()))))},
    {"by another, before it came", "CAP-089", "inspection I-1 pass",
     LOT(INSPECTIONS(INSPECTION(.day_last = CAME - 9, .own = false, SEEN(METHOD()))))},
    {"before the count of stock that was here", "CAP-089", "inspection I-1 unknown",
     LOT(HOPS(HOP(.opening = true)), INSPECTIONS(INSPECTION(.day_last = CAME - 99, SEEN(METHOD()))))},
    {"by one who may not say", "CAP-089", "inspection I-1 info",
     LOT(INSPECTIONS(INSPECTION(.binding = false, .own = false, SEEN(METHOD(.sampled = 101)))))},
    {"a report about it", "CAP-089", "test report T-1 pass", LOT(DOCUMENTS(REPORT(.mpn = "OA1117-33TR")))},
    {"a report about another part", "CAP-089", "test report T-1 high", LOT(DOCUMENTS(REPORT(.mpn = "LM317")))},
    {"a report about other date codes", "CAP-089", "test report T-1 high",
     LOT(CODES(CODE("2431")), DOCUMENTS(REPORT(.date_codes = WORDS("2218"))))},
    {"a report that says nothing", "CAP-089", "test report T-1 unknown", LOT(DOCUMENTS(REPORT(.quantity = NONE)))},
    {"no test, of the market", "CAP-089", "lot unknown", LOT(BOUGHT(TIER_T5))},
    {"no test", "CAP-089", "", LOT(HOPS(HOP()))},
};
