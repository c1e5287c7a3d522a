/* cases_certificate - fixtures of family F: what certificates must say. */
#pragma once

#include "build.h"

/* All that a certificate must state; members that follow override it. */
#define WHOLE                                                                            \
    .mpn = "OA1117-33TR", .quantity = 100, .manufacturer = MAKER, .signatory = "J. Smith", \
    .purchase_order = "PO-1", .site = "Main works", .statement = "conforms",             \
    .date_codes = WORDS("2431"), .trace_codes = WORDS("L77A")
#define DAY_ON(day_) .date = {.text = "2024-08-30", .first_day = (day_), .last_day = (day_)}
#define PAPER(tier_, declares_, ...)                                                     \
    {                                                                                    \
        .document = &(const struct document_ref){.kind = "coc", .number = "C-1", DAY_ON(CAME - 3), \
                                                 .has_declares = true, .declares = {declares_}, \
                                                 __VA_ARGS__},                           \
        .issuer = SOURCE, .seq = 3, .quantity = 100, .issuer_tier = (tier_),             \
        .register_seq = NONE, .went_day = CAME - 3                                       \
    }
/* Of a broker, resting on another. */
#define RESTING(number_, parent_, tier_, ...)                                            \
    {                                                                                    \
        .document = &(const struct document_ref){.kind = "coc", .number = (number_), DAY_ON(CAME - 3), .has_declares = true, \
                                                 .declares = {WHOLE, .parent_issuer = "cage:9BRK7", \
                                                              .parent_number = (parent_), __VA_ARGS__}}, \
        .issuer = SOURCE, .seq = 3, .quantity = 100, .issuer_tier = TIER_T5, .parent_tier = (tier_), \
        .register_seq = NONE, .went_day = CAME - 3                                       \
    }
#define CERTIFIED(...) HOPS(HOP(.has_coc = true)), DOCUMENTS(__VA_ARGS__)
#define BROUGHT(...) HOPS(HOP(.tier = TIER_T5, .has_coc = true)), DOCUMENTS(__VA_ARGS__)
#define MARKED CODES(CODE("2431")), TRACES(TRACE("L77A"))
#define BARELY                                                                           \
    {                                                                                    \
        .document = &(const struct document_ref){.kind = "coc", .number = "C-1"},        \
        .issuer = SOURCE, .seq = 3, .quantity = 100                                      \
    }
#define SIGNED(truth_, day_, ...)                                                        \
    {                                                                                    \
        .document = &(const struct document_ref){.kind = "coc", .number = "C-1", DAY_ON(day_), \
                                                 .has_declares = true, .declares = {WHOLE}}, \
        .issuer = SOURCE, .seq = 3, .quantity = 100, .signatory = (truth_), .register_seq = 8, \
        .went_day = CAME - 3, __VA_ARGS__                                                \
    }

static const struct rule_case CERTIFICATE_CASES[] = {
    {"all is there", "CAP-081", "certificate C-1 pass", LOT(MARKED, CERTIFIED(PAPER(TIER_T2, WHOLE)))},
    {"no signatory", "CAP-081", "certificate C-1 medium",
     LOT(MARKED, CERTIFIED(PAPER(TIER_T2, WHOLE, .declares.signatory = NULL)))},
    {"no date codes, of a lot that has some", "CAP-081", "certificate C-1 medium",
     LOT(MARKED, CERTIFIED(PAPER(TIER_T2, WHOLE, .declares.date_codes = {0})))},
    {"no codes, of a lot that has none", "CAP-081", "certificate C-1 pass",
     LOT(CERTIFIED(PAPER(TIER_T2, WHOLE, .declares.date_codes = {0}, .declares.trace_codes = {0})))},
    {"no purchase order", "CAP-081", "certificate C-1 low",
     LOT(MARKED, CERTIFIED(PAPER(TIER_T2, WHOLE, .declares.purchase_order = NULL)))},
    {"no date", "CAP-081", "certificate C-1 low", LOT(MARKED, CERTIFIED(PAPER(TIER_T2, WHOLE, .date = {0})))},
    {"a redacted copy", "CAP-081", "certificate C-1 unknown",
     LOT(MARKED, CERTIFIED(PAPER(TIER_T2, WHOLE, .declares.signatory = NULL, .redacts = "ab")))},
    {"only said to exist", "CAP-081", "certificate C-1 unknown", LOT(MARKED, CERTIFIED(BARELY))},
    {"none", "CAP-081", "lot unknown", LOT(HOPS(HOP()))},
    {"none of the maker", "CAP-081", "", LOT(HOPS(HOP(.tier = TIER_T1)))},
    {"another paper", "CAP-081", "",
     LOT(DOCUMENTS({.document = &(const struct document_ref){.kind = "invoice"}, .seq = 3}))},

    {"of a franchised seller", "CAP-084", "certificate C-1 pass", LOT(CERTIFIED(PAPER(TIER_T2, WHOLE)))},
    {"of a broker, resting on nothing", "CAP-084", "certificate C-1 medium", LOT(BROUGHT(PAPER(TIER_T5, WHOLE)))},
    {"of an approved supplier", "CAP-084", "certificate C-1 medium", LOT(BROUGHT(PAPER(TIER_T4, WHOLE)))},
    {"of a broker, resting on the maker's", "CAP-084", "certificate C-1 pass",
     LOT(BROUGHT(RESTING("C-1", "O-7", TIER_T1)))},
    {"of a broker, resting on another broker's", "CAP-084", "certificate C-1 medium", LOT(BROUGHT(RESTING("C-1", "B-7", TIER_T5)))},
    {"and that one goes with it, and rests on the maker's", "CAP-084", "certificate C-1 pass; certificate B-7 pass",
     LOT(BROUGHT(RESTING("C-1", "B-7", TIER_T5), RESTING("B-7", "O-7", TIER_T1)))},
    {"and that one goes with it, and rests on another's", "CAP-084", "certificate C-1 medium; certificate B-7 medium",
     LOT(BROUGHT(RESTING("C-1", "B-7", TIER_T5), RESTING("B-7", "A-7", TIER_T5)))},
    {"of a broker, resting on the bytes of one", "CAP-084", "certificate C-1 unknown",
     LOT(BROUGHT(PAPER(TIER_T5, WHOLE, .declares.parent_sha256 = "ab")))},
    {"resting on a number of nobody", "CAP-084", "certificate C-1 medium",
     LOT(BROUGHT(PAPER(TIER_T5, WHOLE, .declares.parent_number = "O-7")))},
    {"beside the maker's own", "CAP-084", "certificate C-1 pass; certificate C-1 pass",
     LOT(BROUGHT(PAPER(TIER_T5, WHOLE), PAPER(TIER_T1, WHOLE)))},
    {"by somebody of whom nothing is known", "CAP-084", "certificate C-1 unknown",
     LOT(BROUGHT(PAPER(TIER_UNKNOWN, WHOLE)))},
    {"a redacted copy of a broker's", "CAP-084", "certificate C-1 unknown",
     LOT(BROUGHT(PAPER(TIER_T5, WHOLE, .redacts = "ab")))},
    {"no certificate of a broker", "CAP-084", "lot unknown", LOT(HOPS(HOP(.tier = TIER_T5)))},

    {"listed, in time", "CAP-090", "certificate C-1 pass; signatory of certificate C-1 pass",
     LOT(MARKED, CERTIFIED(SIGNED(YES, CAME - 3)))},
    {"not in the register", "CAP-090", "certificate C-1 pass; signatory of certificate C-1 medium",
     LOT(MARKED, CERTIFIED(SIGNED(NO, CAME - 3)))},
    {"no register", "CAP-090", "certificate C-1 pass; signatory of certificate C-1 unknown",
     LOT(MARKED, CERTIFIED(SIGNED(UNKNOWN, CAME - 3)))},
    {"dated a week after the shipment", "CAP-090", "certificate C-1 pass; signatory of certificate C-1 pass",
     LOT(MARKED, CERTIFIED(SIGNED(YES, CAME + 4)))},
    {"dated later", "CAP-090", "certificate C-1 medium; signatory of certificate C-1 pass",
     LOT(MARKED, CERTIFIED(SIGNED(YES, CAME + 5)))},
    {"asked for later", "CAP-090", "certificate C-1 low; signatory of certificate C-1 pass",
     LOT(MARKED, CERTIFIED(SIGNED(YES, CAME + 50, .came_later = true)))},
    {"with no shipment", "CAP-090", "certificate C-1 pass; signatory of certificate C-1 pass",
     LOT(MARKED, CERTIFIED(SIGNED(YES, CAME + 50, .went_day = NO_DAY)))},
    {"before the pieces were made", "CAP-090", "certificate C-1 medium; signatory of certificate C-1 pass",
     LOT(MARKED, CERTIFIED(SIGNED(YES, DAY(2024, 7, 21))))},
    {"a week before they were made", "CAP-090", "certificate C-1 pass; signatory of certificate C-1 pass",
     LOT(MARKED, CERTIFIED(SIGNED(YES, DAY(2024, 7, 22))))},
    {"without a date", "CAP-090", "certificate C-1 unknown; signatory of certificate C-1 unknown",
     LOT(MARKED, CERTIFIED(PAPER(TIER_T2, WHOLE, .date = {0})))},
    {"not signed", "CAP-090", "certificate C-1 pass; signatory of certificate C-1 unknown",
     LOT(MARKED, CERTIFIED(PAPER(TIER_T2, WHOLE, .declares.signatory = NULL)))},
};
