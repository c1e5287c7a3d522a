/* cases_quantity - fixtures of family D. */
#pragma once

#include "build.h"

#define SERIAL(...) MARK(MARK_SERIAL, __VA_ARGS__)
#define OVERDRAWN(n) .outflow = 100 + (n), .overdrawn = (n), .overdrawn_seq = 9

static const struct rule_case QUANTITY_CASES[] = {
    {"nothing left it", "CAP-060", "lot pass", LOT()},
    {"all of it left", "CAP-060", "lot pass", LOT(.outflow = 100)},
    {"one too many", "CAP-060", "lot critical", LOT(OVERDRAWN(1))},
    {"one too many, still to come", "CAP-060", "lot critical pending",
     LOT(.today = CAME + 3, OVERDRAWN(1))},
    {"a small find", "CAP-060", "lot pass", LOT(.found = 10, .found_seq = 6)},
    {"a large find", "CAP-060", "lot pass; count medium", LOT(.found = 11, .found_seq = 6)},
    {"a large find that left", "CAP-060", "lot critical; count medium",
     LOT(.found = 3000, .found_seq = 6, OVERDRAWN(2990))},
    {"a transformation that gives more than it takes", "CAP-060", "lot pass; transformation critical",
     LOT(.conjured = 100, .conjured_seq = 6)},
    {"nobody says how it came in", "CAP-060", "lot unknown",
     LOT(.has_inflow = false, .inflow = 0, .outflow = 5)},
    {"not described, and left", "CAP-060", "lot unknown", UNDESCRIBED(.outflow = 5)},
    {"only named", "CAP-060", "", UNDESCRIBED()},

    {"in one place", "CAP-062", "lot pass", LOT(MARKS(SERIAL("A1"), SERIAL("A2")))},
    {"in two", "CAP-062", "lot critical", LOT(MARKS(SERIAL("A1"), SERIAL("A2", .conflict = true)))},
    {"another mark's conflict", "CAP-062", "",
     LOT(MARKS(MARK(MARK_PACKAGE, "3S-1", .conflict = true)))},
    {"none", "CAP-062", "", LOT()},
    {"not described", "CAP-062", "lot unknown", UNDESCRIBED()},

    {"packages in one place", "CAP-063", "lot pass", LOT(MARKS(MARK(MARK_PACKAGE, "3SR88213"), MARK(MARK_PAYLOAD, "3SR88213")))},
    {"a package in two", "CAP-063", "lot high", LOT(MARKS(MARK(MARK_PACKAGE, "3SR88213", .conflict = true)))},
    {"and its label", "CAP-063", "lot high",
     LOT(MARKS(MARK(MARK_PACKAGE, "3SR88213", .conflict = true), MARK(MARK_PAYLOAD, "3SR88213", .conflict = true)))},
    {"of one root", "CAP-063", "lot medium", LOT(MARKS(MARK(MARK_PACKAGE, "3SR88213", .conflict = true, .same_root = true)))},
    {"on two sales", "CAP-063", "lot high", LOT(MARKS(MARK(MARK_PACKAGE, "3SR88213", .again = true)))},
    {"an id that is too short", "CAP-063", "lot unknown", LOT(MARKS(MARK(MARK_PACKAGE, "BOX 1", .conflict = true)))},
    {"but the whole label is the same", "CAP-063", "lot high",
     LOT(MARKS(MARK(MARK_PACKAGE, "BOX 1", .conflict = true), MARK(MARK_PAYLOAD, "BOX 1", .conflict = true)))},
    {"no packages", "CAP-063", "", LOT(MARKS(SERIAL("A1", .conflict = true)))},

    {"packages add up", "CAP-065", "packages of R-1 pass", LOT(PACKS(PACK(.packed = 100)))},
    {"packages hold less", "CAP-065", "packages of R-1 low", LOT(PACKS(PACK(.packed = 90)))},
    {"packages hold more", "CAP-065", "packages of R-1 low", LOT(PACKS(PACK(.packed = 110, .by_labels = true)))},
    {"some packages do not tell", "CAP-065", "packages of R-1 unknown", LOT(PACKS(PACK(.packed = 90, .whole = false)))},
    {"and the others hold too much", "CAP-065", "packages of R-1 low", LOT(PACKS(PACK(.packed = 110, .whole = false)))},
    {"no package tells", "CAP-065", "", LOT(PACKS(PACK(.packed = NONE)))},
    {"packages of nothing", "CAP-065", "", LOT()},

    {"corroborated", "CAP-066", "hop R-1 pass",
     LOT(HOPS(HOP(.shipped_quantity = 100, .received_quantity = 100)))},
    {"more received than sent", "CAP-066", "hop R-1 high",
     LOT(HOPS(HOP(.shipped_quantity = 100, .received_quantity = 101)))},
    {"more received than sent, still to come", "CAP-066", "hop R-1 high pending",
     LOT(.today = CAME, HOPS(HOP(.shipped_quantity = 100, .received_quantity = 101)))},
    {"claimed, with room", "CAP-066", "hop R-1 pass",
     LOT(HOPS(HOP(.standing = HOP_CONSISTENT, .claimed_quantity = 100, .room = 100)))},
    {"claimed, without room", "CAP-066", "hop R-1 high",
     LOT(HOPS(HOP(.standing = HOP_CONSISTENT, .claimed_quantity = 100, .room = 99)))},
    {"room not known", "CAP-066", "hop R-1 unknown",
     LOT(HOPS(HOP(.standing = HOP_ASSERTED, .claimed_quantity = 100)))},
    {"denied", "CAP-066", "hop R-1 high",
     LOT(HOPS(HOP(.standing = HOP_ASSERTED, .source_answer = NO, .answer_seq = 9)))},
    {"denied is final", "CAP-066", "hop R-1 high",
     LOT(.today = CAME, HOPS(HOP(.standing = HOP_ASSERTED, .source_answer = NO, .answer_seq = 9)))},
    {"confirmed", "CAP-066", "hop R-1 pass",
     LOT(HOPS(HOP(.standing = HOP_ASSERTED, .source_answer = YES, .answer_seq = 9)))},
    {"source not recorded", "CAP-066", "",
     LOT(HOPS(HOP(.source = NULL, .standing = HOP_UNRECORDED)))},
};
