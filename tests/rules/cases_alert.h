/* cases_alert - fixtures of family G. */
#pragma once

#include "build.h"

#define KNOWN .alerts_known = true

#define INTO                                                                             \
    .type = REC_INSTALLED, .record = &(const struct record){.type = REC_INSTALLED, .into_part = {.mpn = "AVN-9"}}

static const struct rule_case ALERT_CASES[] = {
    {"no match", "CAP-100", "lot pass", LOT(KNOWN)},
    {"exact", "CAP-100", "alert GIDEP G-77 critical", LOT(KNOWN, ALERTS(ALERT(1)))},
    {"partial", "CAP-100", "lot pass", LOT(KNOWN, ALERTS(ALERT(2)))},
    {"nothing to match against", "CAP-100", "lot unknown", LOT()},
    {"not described", "CAP-100", "lot unknown", UNDESCRIBED(KNOWN)},

    {"no match", "CAP-101", "lot pass", LOT(KNOWN)},
    {"exact", "CAP-101", "lot pass", LOT(KNOWN, ALERTS(ALERT(1)))},
    {"part and date code", "CAP-101", "alert GIDEP G-77 high", LOT(KNOWN, ALERTS(ALERT(2)))},
    {"part", "CAP-101", "alert GIDEP G-77 medium", LOT(KNOWN, ALERTS(ALERT(3)))},
    {"part, five years ago", "CAP-101", "alert GIDEP G-77 medium",
     LOT(KNOWN, ALERTS(ALERT(3, .issued = DAY(2021, 11, 24))))},
    {"part, longer ago", "CAP-101", "alert GIDEP G-77 low",
     LOT(KNOWN, ALERTS(ALERT(3, .issued = DAY(2021, 11, 23))))},
    {"date code, longer ago", "CAP-101", "alert GIDEP G-77 high",
     LOT(KNOWN, ALERTS(ALERT(2, .issued = DAY(2011, 11, 23))))},
    {"part, day not known", "CAP-101", "alert GIDEP G-77 medium",
     LOT(KNOWN, ALERTS(ALERT(3, .issued = NO_DAY)))},
    {"supplier", "CAP-101", "alert GIDEP G-77 medium", LOT(KNOWN, ALERTS(ALERT(4)))},
    {"base part", "CAP-101", "alert GIDEP G-77 low", LOT(KNOWN, ALERTS(ALERT(5)))},
    {"the heaviest of one alert", "CAP-101", "alert GIDEP G-77 high",
     LOT(KNOWN, ALERTS(ALERT(5), ALERT(2), ALERT(3)))},
    {"nothing to match against", "CAP-101", "lot unknown", LOT()},

    {"nothing has left", "CAP-102", "", LOT(KNOWN, ALERTS(ALERT(1)))},
    {"sold on, no alert", "CAP-102", "lot pass", LOT(KNOWN, MOVES(MOVE()))},
    {"sold on", "CAP-102", "alert GIDEP G-77 critical", LOT(KNOWN, ALERTS(ALERT(1)), MOVES(MOVE()))},
    {"installed", "CAP-102", "alert GIDEP G-77 critical", LOT(KNOWN, ALERTS(ALERT(1)), MOVES(MOVE(INTO)))},
    {"by its date code", "CAP-102", "alert GIDEP G-77 high", LOT(KNOWN, ALERTS(ALERT(2)), MOVES(MOVE(INTO)))},
    {"by its part", "CAP-102", "alert GIDEP G-77 low", LOT(KNOWN, ALERTS(ALERT(3)), MOVES(MOVE(INTO)))},
    {"by a supplier", "CAP-102", "lot pass", LOT(KNOWN, ALERTS(ALERT(4)), MOVES(MOVE(INTO)))},
    {"back to its source", "CAP-102", "", LOT(KNOWN, ALERTS(ALERT(1)), MOVES(MOVE(.to_source = true)))},
    {"to a laboratory", "CAP-102", "", LOT(KNOWN, ALERTS(ALERT(1)), MOVES(MOVE(.reason = REASON_SAMPLE)))},
    {"installed, nothing to match against", "CAP-102", "lot unknown", LOT(MOVES(MOVE(INTO)))},
    {"not described, sold", "CAP-102", "lot unknown", UNDESCRIBED(KNOWN, MOVES(MOVE()))},
};
