/* cases_price - fixtures of the rules that rest on statistics. */
#pragma once

#include "build.h"

#define PRICE(units) ((int64_t)(units) * 1000000) /* thousandths of a unit, in billionths */
#define FIGURES(...)                                                                     \
    .figures = (const struct hop_figures[])                                              \
    {                                                                                    \
        __VA_ARGS__                                                                      \
    }
/* Of a seller of whom nothing is known, and a part without a market. */
#define FIGURE(...)                                                                      \
    {                                                                                    \
        .price = NONE, .currency = "USD", .floor = NONE, .list = NONE, .lead_weeks = NONE, \
        .typical = NONE, .glut = NONE, .accepted = 0, .accepted_by_others = NONE,        \
        .seller_since = NO_DAY, __VA_ARGS__                                              \
    }
#define BROKER .tier = TIER_T5, .seller_authorized = NO
#define PAID(units) .price = PRICE(units)
#define LONG_AGO .seller_since = DAY(2020, 1, 7)
#define PRICED(hop, ...) LOT(HOPS(hop), FIGURES(FIGURE(__VA_ARGS__)))
#define STAT_BUYER(...) LOT(HOPS(HOP(BROKER)), .bought = 100, FIGURES(FIGURE(__VA_ARGS__)))
#define AFTER_LAST(...)                                                                  \
    LOT(HOPS(HOP(BROKER)), FIGURES(FIGURE()), .last_ship = DAY(2022, 6, 30), .end_seq = 8, \
        .supply = {.offered = NONE, .entered = NONE, .made = NONE, __VA_ARGS__})
#define STAT_NAMED(...) LOT(.named = {.day = CAME, .seq = 2, __VA_ARGS__})

static const struct rule_case PRICE_CASES[] = {
    {"as others pay", "CAP-070", "hop R-1 pass", PRICED(HOP(BROKER), PAID(900), .floor = PRICE(500))},
    {"at the floor", "CAP-070", "hop R-1 high", PRICED(HOP(BROKER), PAID(500), .floor = PRICE(500))},
    {"below it, of an approved source", "CAP-070", "hop R-1 medium",
     PRICED(HOP(.tier = TIER_T4), PAID(400), .floor = PRICE(500))},
    {"below it, of an authorized seller", "CAP-070", "hop R-1 medium",
     PRICED(HOP(), PAID(400), .floor = PRICE(500))},
    {"below it, sold as surplus", "CAP-070", "hop R-1 medium",
     LOT(HOPS(HOP(BROKER)), FIGURES(FIGURE(PAID(400), .floor = PRICE(500))), .condition = "surplus")},
    {"half of the list price", "CAP-070", "hop R-1 pass", PRICED(HOP(BROKER), PAID(500), .list = PRICE(1000))},
    {"less than half of it", "CAP-070", "hop R-1 high", PRICED(HOP(BROKER), PAID(499), .list = PRICE(1000))},
    {"less than half of the last one", "CAP-070", "hop R-1 high",
     PRICED(HOP(BROKER), PAID(300), .list = PRICE(1000), .list_is_old = true)},
    {"a hundredth of it: a slip", "CAP-070", "hop R-1 low", PRICED(HOP(BROKER), PAID(9), .list = PRICE(1000))},
    {"a hundredth of the floor: a slip", "CAP-070", "hop R-1 low", PRICED(HOP(BROKER), PAID(4), .floor = PRICE(500))},
    {"nothing to compare with", "CAP-070", "hop R-1 unknown", PRICED(HOP(BROKER), PAID(400))},
    {"price not told", "CAP-070", "", PRICED(HOP(BROKER), .floor = PRICE(500))},
    {"no sale", "CAP-070", "", PRICED(HOP(BROKER, .reason = REASON_SAMPLE), PAID(1), .floor = PRICE(500))},
    {"opening stock", "CAP-070", "", PRICED(HOP(BROKER, .opening = true), PAID(1), .floor = PRICE(500))},

    {"scarce, and plentiful elsewhere", "CAP-071", "hop R-1 medium",
     PRICED(HOP(BROKER), .lead_weeks = 27, .glut = 10000, .typical = 1000)},
    {"26 weeks are usual", "CAP-071", "hop R-1 pass", PRICED(HOP(BROKER), .lead_weeks = 26, .glut = 10000, .typical = 1000)},
    {"not plentiful", "CAP-071", "hop R-1 pass", PRICED(HOP(BROKER), .lead_weeks = 52, .glut = 9999, .typical = 1000)},
    {"nobody offers any", "CAP-071", "hop R-1 pass", PRICED(HOP(BROKER), .lead_weeks = 52)},
    {"lead times not known", "CAP-071", "hop R-1 unknown", PRICED(HOP(BROKER), .glut = 10000, .typical = 1000)},
    {"what is usual not known", "CAP-071", "hop R-1 unknown", PRICED(HOP(BROKER), .lead_weeks = 52, .glut = 10000)},
    {"bought of an authorized seller", "CAP-071", "", PRICED(HOP(), .lead_weeks = 52, .glut = 10000, .typical = 10)},

    {"like others", "CAP-072", "hop R-1 pass", PRICED(HOP(), .seller_is_judged = true, .seller_lots = 40)},
    {"worse than others", "CAP-072", "hop R-1 medium",
     PRICED(HOP(BROKER), .seller_is_judged = true, .seller_is_adverse = true, .seller_lots = 40, .seller_found = 12)},
    {"too few lots or organisations", "CAP-072", "hop R-1 unknown", PRICED(HOP(BROKER), .seller_is_adverse = true)},
    {"the maker", "CAP-072", "", PRICED(HOP(.tier = TIER_T1), .seller_is_judged = true, .seller_is_adverse = true)},
    {"seller not told", "CAP-072", "", PRICED(HOP(.source = NULL, .seller = NULL), .seller_is_judged = true)},

    {"a day like others", "CAP-073", "lot pass", STAT_NAMED(.is_known = true)},
    {"a day that stands out", "CAP-073", "lot low", STAT_NAMED(.is_known = true, .is_unusual = true, .lots = 900, .usual = 60)},
    {"too few days", "CAP-073", "lot unknown", STAT_NAMED(.is_known = false)},

    {"accepted often", "CAP-027", "hop R-1 pass", STAT_BUYER(.accepted = 5, LONG_AGO)},
    {"accepted by others", "CAP-027", "hop R-1 pass", STAT_BUYER(.accepted_by_others = 5, LONG_AGO)},
    {"accepted too seldom", "CAP-027", "hop R-1 medium", STAT_BUYER(.accepted = 4, LONG_AGO)},
    {"never seen", "CAP-027", "hop R-1 medium", STAT_BUYER()},
    {"known for long enough", "CAP-027", "hop R-1 pass", STAT_BUYER(.accepted = 5, .seller_since = TODAY - 180)},
    {"known only lately", "CAP-027", "hop R-1 medium", STAT_BUYER(.accepted = 9, .seller_since = TODAY - 179)},
    {"a buyer without history", "CAP-027", "hop R-1 unknown",
     LOT(HOPS(HOP(BROKER)), .bought = 24, FIGURES(FIGURE(LONG_AGO)))},
    {"an authorized seller", "CAP-027", "", LOT(HOPS(HOP()), .bought = 100, FIGURES(FIGURE()))},
    {"a loan", "CAP-027", "", LOT(HOPS(HOP(BROKER, .reason = REASON_SAMPLE)), .bought = 100, FIGURES(FIGURE()))},

    {"less than the maker left", "CAP-064", "lot pass", AFTER_LAST(.offered = 29999, .entered = 100, .made = 10000)},
    {"offered more than three times", "CAP-064", "lot medium", AFTER_LAST(.offered = 30000, .made = 10000)},
    {"came in more than three times", "CAP-064", "lot medium", AFTER_LAST(.entered = 90000, .made = 10000)},
    {"proven by both sides", "CAP-064", "lot high",
     AFTER_LAST(.entered = 90000, .made = 10000, .made_is_proven = true)},
    {"what was made not known", "CAP-064", "lot unknown", AFTER_LAST(.offered = 90000)},
    {"none recorded as made", "CAP-064", "lot unknown", AFTER_LAST(.offered = 90000, .made = 0)},
    {"still shipped", "CAP-064", "",
     LOT(HOPS(HOP(BROKER)), FIGURES(FIGURE()), .last_ship = TODAY + 1, .end_seq = 8, .supply = {.offered = 90000, .made = 1})},
    {"bought before", "CAP-064", "",
     LOT(HOPS(HOP(BROKER)), FIGURES(FIGURE()), .last_ship = DAY(2025, 6, 30), .end_seq = 8,
         .supply = {.offered = 90000, .made = 1})},
    {"of an authorized seller", "CAP-064", "",
     LOT(HOPS(HOP()), FIGURES(FIGURE()), .last_ship = DAY(2022, 6, 30), .end_seq = 8, .supply = {.offered = 90000, .made = 1})},
};
