/* cases_credential - fixtures of what certificates are worth: family B, and CAP-088. */
#pragma once

#include "build.h"

#define OPEN_MARKET .tier = TIER_T5, .seller_authorized = NO
#define CERTIFICATE(is)                                                                  \
    .counterfeit_avoidance = (is), .certificate_seq = 8, .certificate = "AS6081 C-1"
#define VALID_FOR(...)                                                                      \
    CERTIFICATE(CERT_VALID),                                                             \
        .its = ITS(.kinds = (cert_set)1 << CERT_KIND_AS6081, .standing = CERT_ACTIVE, __VA_ARGS__)
#define CLAIM(is, ...)                                                                   \
    {                                                                                    \
        .party = SOURCE, .scheme = "AS6081", .number = "C-1", .seq = 6, .register_seq = NONE, \
        .fit = (is), __VA_ARGS__                                                         \
    }
#define OUTSIDE .laboratory = "cage:9LAB1"
#define AUTHENTICITY RESULT(.purpose = "authenticity", .result = "pass")
#define ACCREDITED(is, methods)                                                          \
    .accredited = (is), .methods_covered = (methods), .accreditation = "ITL L-99", .accreditation_seq = 7

static const struct rule_case CREDENTIAL_CASES[] = {
    {"broker, valid", "CAP-022", "hop R-1 pass",
     LOT(HOPS(HOP(OPEN_MARKET, CERTIFICATE(CERT_VALID))))},
    {"broker, not valid", "CAP-022", "hop R-1 high",
     LOT(HOPS(HOP(OPEN_MARKET, CERTIFICATE(CERT_INVALID))))},
    {"broker, renewed", "CAP-022", "hop R-1 medium",
     LOT(HOPS(HOP(OPEN_MARKET, CERTIFICATE(CERT_RENEWED))))},
    {"broker, not in a complete register", "CAP-022", "hop R-1 high",
     LOT(HOPS(HOP(OPEN_MARKET, .counterfeit_avoidance = CERT_INVALID)))},
    {"broker, nothing known", "CAP-022", "hop R-1 unknown", LOT(HOPS(HOP(OPEN_MARKET)))},
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
     LOT(HOPS(HOP(OPEN_MARKET, CERTIFICATE(CERT_INVALID), .reason = REASON_SAMPLE)))},
    {"nobody says how it came in", "CAP-022", "lot unknown", LOT(.has_inflow = false)},
    {"opening stock, bought on a day that is told", "CAP-022", "hop R-1 high",
     LOT(HOPS(HOP(OPEN_MARKET, CERTIFICATE(CERT_INVALID), .opening = true)))},
    {"opening stock, bought some time", "CAP-022", "hop R-1 unknown",
     LOT(HOPS(HOP(OPEN_MARKET, CERTIFICATE(CERT_INVALID), .opening = true, .shipped_day = NO_DAY)))},
    {"no seller", "CAP-022", "", LOT(HOPS(HOP(.source = NULL, .seller = NULL)))},
    {"broker, suspended", "CAP-022", "hop R-1 high",
     LOT(HOPS(HOP(OPEN_MARKET, CERTIFICATE(CERT_INVALID), .its = ITS(.standing = CERT_SUSPENDED))))},
    {"broker, valid and taken back later", "CAP-022", "hop R-1 info",
     LOT(HOPS(HOP(OPEN_MARKET, CERTIFICATE(CERT_VALID), .its = ITS(.back_day = CAME + 40))))},

    {"scope of distribution", "CAP-023", "hop R-1 pass",
     LOT(HOPS(HOP(OPEN_MARKET, VALID_FOR(.scope = "Independent distribution", .scope_fits = YES))))},
    {"scope of testing", "CAP-023", "hop R-1 medium",
     LOT(HOPS(HOP(OPEN_MARKET, VALID_FOR(.scope = "Testing", .scope_fits = NO))))},
    {"scope that says nothing", "CAP-023", "hop R-1 unknown",
     LOT(HOPS(HOP(OPEN_MARKET, VALID_FOR(.scope = "Electronic components"))))},
    {"a site that is covered", "CAP-023", "hop R-1 pass",
     LOT(HOPS(HOP(OPEN_MARKET, VALID_FOR(.scope_fits = YES, .has_sites = true, .sites_fit = YES, .ship_site = "HUB"))))},
    {"a site that is not", "CAP-023", "hop R-1 medium",
     LOT(HOPS(HOP(OPEN_MARKET, VALID_FOR(.scope_fits = YES, .has_sites = true, .sites_fit = NO, .ship_site = "HUB2"))))},
    {"a country that is not", "CAP-023", "hop R-1 medium",
     LOT(HOPS(HOP(VALID_FOR(.scope_fits = YES, .has_sites = true, .sites_fit = NO, .ship_country = "CN"))))},
    {"sites that cannot be compared", "CAP-023", "hop R-1 unknown",
     LOT(HOPS(HOP(OPEN_MARKET, VALID_FOR(.scope_fits = YES, .has_sites = true))))},
    {"a broker by the standard of franchises", "CAP-023", "hop R-1 medium",
     LOT(HOPS(HOP(OPEN_MARKET, CERTIFICATE(CERT_VALID),
                  .its = ITS(.kinds = (cert_set)1 << CERT_KIND_AS6496, .scope_fits = YES))))},
    {"a franchise by its standard", "CAP-023", "hop R-1 pass",
     LOT(HOPS(HOP(CERTIFICATE(CERT_VALID), .its = ITS(.kinds = (cert_set)1 << CERT_KIND_AS6496, .scope_fits = YES))))},
    {"not valid at all", "CAP-023", "",
     LOT(HOPS(HOP(OPEN_MARKET, CERTIFICATE(CERT_INVALID), .its = ITS(.scope_fits = NO))))},
    {"no sale", "CAP-023", "",
     LOT(HOPS(HOP(OPEN_MARKET, VALID_FOR(.scope_fits = NO, .scope = "Testing"), .reason = REASON_SAMPLE)))},

    {"borne out", "CAP-024", "certificate AS6081 C-1 pass",
     LOT(HOPS(HOP()), CLAIMS(CLAIM(CLAIM_BORNE_OUT, .register_seq = 7)))},
    {"in no register", "CAP-024", "certificate AS6081 C-1 high", LOT(HOPS(HOP()), CLAIMS(CLAIM(CLAIM_NOT_THERE)))},
    {"somebody else's", "CAP-024", "certificate AS6081 C-1 high",
     LOT(HOPS(HOP()), CLAIMS(CLAIM(CLAIM_OTHER_HOLDER, .other = "cage:9NDQ1", .register_seq = 7)))},
    {"of another body", "CAP-024", "certificate AS6081 C-1 high",
     LOT(HOPS(HOP()), CLAIMS(CLAIM(CLAIM_OTHER_BODY, .other = "DNV", .register_seq = 7)))},
    {"nobody can tell", "CAP-024", "certificate AS6081 C-1 unknown", LOT(HOPS(HOP()), CLAIMS(CLAIM(CLAIM_OPEN)))},
    {"nothing shown", "CAP-024", "", LOT(HOPS(HOP()))},

    {"accredited", "CAP-088", "inspection I-1 pass",
     LOT(INSPECTIONS(INSPECTION(OUTSIDE, AUTHENTICITY, ACCREDITED(CERT_VALID, YES))))},
    {"not accredited for its methods", "CAP-088", "inspection I-1 high",
     LOT(INSPECTIONS(INSPECTION(OUTSIDE, AUTHENTICITY, ACCREDITED(CERT_VALID, NO))))},
    {"methods not told", "CAP-088", "inspection I-1 unknown",
     LOT(INSPECTIONS(INSPECTION(OUTSIDE, AUTHENTICITY, ACCREDITED(CERT_VALID, UNKNOWN))))},
    {"expired the day before", "CAP-088", "inspection I-1 high",
     LOT(INSPECTIONS(INSPECTION(OUTSIDE, AUTHENTICITY, ACCREDITED(CERT_INVALID, YES))))},
    {"renewed shortly after", "CAP-088", "inspection I-1 medium",
     LOT(INSPECTIONS(INSPECTION(OUTSIDE, AUTHENTICITY, ACCREDITED(CERT_RENEWED, YES))))},
    {"in house, lapsed", "CAP-088", "inspection I-1 medium",
     LOT(INSPECTIONS(INSPECTION(.is_in_house = true, AUTHENTICITY, ACCREDITED(CERT_INVALID, YES))))},
    {"nothing known", "CAP-088", "inspection I-1 unknown", LOT(INSPECTIONS(INSPECTION(OUTSIDE, AUTHENTICITY)))},
    {"by the seller", "CAP-088", "inspection I-1 high",
     LOT(HOPS(HOP()), INSPECTIONS(INSPECTION(.laboratory = SOURCE, .is_of_seller = true, AUTHENTICITY,
                                             ACCREDITED(CERT_VALID, YES))))},
    {"by a seller that is certified to", "CAP-088", "inspection I-1 medium",
     LOT(HOPS(HOP(CERTIFICATE(CERT_VALID))),
         INSPECTIONS(INSPECTION(.laboratory = SOURCE, .is_of_seller = true, AUTHENTICITY)))},
    {"goods-in inspection", "CAP-088", "",
     LOT(INSPECTIONS(INSPECTION(OUTSIDE, RESULT(.purpose = "receiving", .result = "pass"),
                                ACCREDITED(CERT_INVALID, YES))))},
    {"of one who may not speak of it", "CAP-088", "",
     LOT(INSPECTIONS(INSPECTION(OUTSIDE, .binding = false, AUTHENTICITY, ACCREDITED(CERT_INVALID, YES))))},
};
