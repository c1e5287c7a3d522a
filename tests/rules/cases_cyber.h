/* cases_cyber - fixtures of family K. */
#pragma once

#include "build.h"

#define ISMS(is) .isms = (is), .isms_name = "IECQ ISMS I-1", .isms_seq = 8
#define IECEX(...)                                                                       \
    {                                                                                    \
        .scheme = "IECEx", .number = "X-1", .kinds = (cert_set)1 << CERT_KIND_IECEX,     \
        .standing = CERT_ACTIVE, .seq = 8, __VA_ARGS__                                   \
    }

static const struct rule_case CYBER_CASES[] = {
    {"valid", "CYB-001", "party " HOLDER " pass", LOT(ISMS(CERT_VALID))},
    {"lapsed", "CYB-001", "party " HOLDER " low", LOT(ISMS(CERT_INVALID))},
    {"renewed", "CYB-001", "party " HOLDER " low", LOT(ISMS(CERT_RENEWED))},
    {"only claimed", "CYB-001", "party " HOLDER " unknown", LOT(ISMS(CERT_UNKNOWN))},
    {"none, and none is asked for", "CYB-001", "", LOT(.isms = CERT_INVALID)},

    {"a unit verification", "CYB-005", "certificate IECEx X-1 pass",
     LOT(PRODUCTS(IECEX(.basis = "IECEE DE-1", .kind = "Unit Verification")))},
    {"a certificate of conformity", "CYB-005", "certificate IECEx X-1 medium",
     LOT(PRODUCTS(IECEX(.basis = "IECEE DE-1", .kind = "Certificate of Conformity")))},
    {"on its own tests", "CYB-005", "certificate IECEx X-1 pass",
     LOT(PRODUCTS(IECEX(.basis = "ExTR 7", .kind = "Certificate of Conformity")))},
    {"kind not told", "CYB-005", "certificate IECEx X-1 unknown", LOT(PRODUCTS(IECEX(.basis = "IECEE DE-1")))},
    {"of IECEE itself", "CYB-005", "",
     LOT(PRODUCTS({.scheme = "IECEE", .number = "1", .kinds = (cert_set)1 << CERT_KIND_CYBER_2, .seq = 8}))},
    {"none", "CYB-005", "", LOT(HOPS(HOP()))},
};
