/* cases_source - fixtures of family B. */
#pragma once

#include "build.h"

#define AS(capacity) .as = (capacity)
#define STRANGER .tier = TIER_T5, .seller_authorized = NO
#define CERTIFICATE(is)                                                                  \
    .counterfeit_avoidance = (is), .certificate_seq = 8, .certificate = "AS6081 C-1"

static const struct rule_case SOURCE_CASES[] = {
    {"franchised", "CAP-021", "hop R-1 pass", LOT(HOPS(HOP(AS("franchised"))))},
    {"better than claimed", "CAP-021", "hop R-1 pass",
     LOT(HOPS(HOP(AS("franchised"), .tier = TIER_T1)))},
    {"not franchised", "CAP-021", "hop R-1 high", LOT(HOPS(HOP(AS("franchised"), STRANGER)))},
    {"not yet franchised", "CAP-021", "hop R-1 medium",
     LOT(HOPS(HOP(AS("franchised"), STRANGER, .seller_authorized_near = true)))},
    {"scope cannot be checked", "CAP-021", "hop R-1 unknown",
     LOT(HOPS(HOP(AS("franchised"), STRANGER, .seller_authorized = UNKNOWN)))},
    {"seller not told", "CAP-021", "hop R-1 unknown",
     LOT(HOPS(HOP(AS("franchised"), .source = NULL, .seller = NULL, .tier = TIER_UNKNOWN,
                  .seller_authorized = UNKNOWN)))},
    {"the manufacturer", "CAP-021", "hop R-1 pass",
     LOT(HOPS(HOP(AS("manufacturer"), .tier = TIER_T1)))},
    {"a franchised one as manufacturer", "CAP-021", "hop R-1 medium",
     LOT(HOPS(HOP(AS("manufacturer"), .seller_authorized = NO, .seller_authorized_near = true)))},
    {"an authorized one as manufacturer", "CAP-021", "hop R-1 high",
     LOT(HOPS(HOP(AS("manufacturer"))))},
    {"an authorized one as aftermarket", "CAP-021", "hop R-1 pass",
     LOT(HOPS(HOP(AS("aftermarket"))))},
    {"exclusive trace", "CAP-021", "hop R-1 pass",
     LOT(HOPS(HOP(AS("exclusive-trace"), .tier = TIER_T3, .seller_authorized = NO)))},
    {"approved needs no manufacturer", "CAP-021", "",
     LOT(HOPS(HOP(AS("approved"), STRANGER)))},
    {"nothing claimed", "CAP-021", "", LOT(HOPS(HOP(STRANGER)))},

    {"broker, valid", "CAP-022", "hop R-1 pass",
     LOT(HOPS(HOP(STRANGER, CERTIFICATE(CERT_VALID))))},
    {"broker, not valid", "CAP-022", "hop R-1 high",
     LOT(HOPS(HOP(STRANGER, CERTIFICATE(CERT_INVALID))))},
    {"broker, renewed", "CAP-022", "hop R-1 medium",
     LOT(HOPS(HOP(STRANGER, CERTIFICATE(CERT_RENEWED))))},
    {"broker, not in a complete register", "CAP-022", "hop R-1 high",
     LOT(HOPS(HOP(STRANGER, .counterfeit_avoidance = CERT_INVALID)))},
    {"broker, nothing known", "CAP-022", "hop R-1 unknown", LOT(HOPS(HOP(STRANGER)))},
    {"franchised, not valid", "CAP-022", "hop R-1 low",
     LOT(HOPS(HOP(CERTIFICATE(CERT_INVALID))))},
    {"franchised, renewed", "CAP-022", "hop R-1 pass",
     LOT(HOPS(HOP(CERTIFICATE(CERT_RENEWED))))},
    {"franchised, nothing known", "CAP-022", "hop R-1 unknown", LOT(HOPS(HOP()))},
    {"the manufacturer", "CAP-022", "",
     LOT(HOPS(HOP(.tier = TIER_T1, CERTIFICATE(CERT_INVALID))))},
    {"aftermarket", "CAP-022", "", LOT(HOPS(HOP(.tier = TIER_T1A)))},
    {"a seller of unknown tier", "CAP-022", "hop R-1 unknown",
     LOT(HOPS(HOP(.tier = TIER_UNKNOWN, CERTIFICATE(CERT_INVALID))))},
    {"no sale", "CAP-022", "",
     LOT(HOPS(HOP(STRANGER, CERTIFICATE(CERT_INVALID), .reason = REASON_SAMPLE)))},
    {"nobody says how it came in", "CAP-022", "lot unknown", LOT(.has_inflow = false)},
    {"opening stock, bought on a day that is told", "CAP-022", "hop R-1 high",
     LOT(HOPS(HOP(STRANGER, CERTIFICATE(CERT_INVALID), .opening = true)))},
    {"opening stock, bought some time", "CAP-022", "hop R-1 unknown",
     LOT(HOPS(HOP(STRANGER, CERTIFICATE(CERT_INVALID), .opening = true, .shipped_day = NO_DAY)))},
    {"no seller", "CAP-022", "", LOT(HOPS(HOP(.source = NULL, .seller = NULL)))},
};
