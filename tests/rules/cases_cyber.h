/* cases_cyber - fixtures of family K. */
#pragma once

#include "build.h"

#define ISMS(is) .isms = (is), .isms_name = "IECQ ISMS I-1", .isms_seq = 8
#define IECEX(...)                                                                       \
    {                                                                                    \
        .scheme = "IECEx", .number = "X-1", .kinds = (cert_set)1 << CERT_KIND_IECEX,     \
        .standing = CERT_ACTIVE, .seq = 8, __VA_ARGS__                                   \
    }

#define SL(text, ...)                                                                    \
    {                                                                                    \
        .scheme = "IECEE CYBER", .number = "DE-7", .kinds = (cert_set)1 << CERT_KIND_CYBER_2, \
        .standing = CERT_ACTIVE, .seq = 8, .level = (text), __VA_ARGS__                  \
    }
#define HOLDS_PROGRAM(is) .spec = &(const struct part_facts){.programmable = {(is), 9}}
#define NEEDS(level, ...) USES(USE(.security_level = (level), __VA_ARGS__))
#define WANTS(name, ...) USES(USE(.security_profile = (name), __VA_ARGS__))

static const struct rule_case CYBER_CASES[] = {
    {"valid", "CYB-001", "party " HOLDER " pass", LOT(ISMS(CERT_VALID))},
    {"lapsed", "CYB-001", "party " HOLDER " low", LOT(ISMS(CERT_INVALID))},
    {"renewed", "CYB-001", "party " HOLDER " low", LOT(ISMS(CERT_RENEWED))},
    {"only claimed", "CYB-001", "party " HOLDER " unknown", LOT(ISMS(CERT_UNKNOWN))},
    {"none, and none is asked for", "CYB-001", "", LOT(.isms = CERT_INVALID)},

    {"reached", "CYB-003", "programme FCC-2 pass", LOT(HOLDS_PROGRAM(YES), NEEDS("2"), PRODUCTS(SL("IAC 3, UC 2, SI 2, DC 2, RDF 2, TRE 2, RA 2")))},
    {"one requirement short", "CYB-003", "programme FCC-2 medium",
     LOT(HOLDS_PROGRAM(YES), NEEDS("SL-T 2"), PRODUCTS(SL("IAC 3, UC 3, SI 3, DC 1, RDF 3, TRE 3, RA 3")))},
    {"short where nothing is asked for", "CYB-003", "programme FCC-2 pass",
     LOT(HOLDS_PROGRAM(YES), NEEDS("IAC 3, SI 1"), PRODUCTS(SL("3 0 1 0 0 0 0")))},
    {"in their order", "CYB-003", "programme FCC-2 medium", LOT(HOLDS_PROGRAM(YES), NEEDS("2,2,2,1,1,1,1"), PRODUCTS(SL("2 2 1 1 1 1 1")))},
    {"the better of two", "CYB-003", "programme FCC-2 pass", LOT(HOLDS_PROGRAM(YES), NEEDS("2"), PRODUCTS(SL("1"), SL("2", .number = "DE-8")))},
    {"short, and another that cannot be read", "CYB-003", "programme FCC-2 unknown",
     LOT(HOLDS_PROGRAM(YES), NEEDS("2"), PRODUCTS(SL("1"), SL("high", .number = "DE-8")))},
    {"levels not told", "CYB-003", "programme FCC-2 unknown", LOT(HOLDS_PROGRAM(YES), NEEDS("2"), PRODUCTS(SL(NULL)))},
    {"withdrawn", "CYB-003", "programme FCC-2 unknown",
     LOT(HOLDS_PROGRAM(YES), NEEDS("2"), PRODUCTS(SL("3", .standing = CERT_WITHDRAWN)))},
    {"for the development alone", "CYB-003", "programme FCC-2 unknown",
     LOT(HOLDS_PROGRAM(YES), NEEDS("2"), PRODUCTS(SL("3", .kinds = (cert_set)1 << CERT_KIND_CYBER_1)))},
    {"no certificate", "CYB-003", "programme FCC-2 unknown", LOT(HOLDS_PROGRAM(YES), NEEDS("2"))},
    {"level of no kind", "CYB-003", "programme FCC-2 unknown", LOT(HOLDS_PROGRAM(YES), NEEDS("high"), PRODUCTS(SL("1")))},
    {"on a network, no level", "CYB-003", "programme FCC-2 unknown", LOT(HOLDS_PROGRAM(YES), NEEDS(NULL, .networked = YES), PRODUCTS(SL("1")))},
    {"on no network", "CYB-003", "", LOT(HOLDS_PROGRAM(YES), NEEDS("2", .networked = NO), PRODUCTS(SL("1")))},
    {"not programmable", "CYB-003", "", LOT(HOLDS_PROGRAM(NO), NEEDS("2"), PRODUCTS(SL("1")))},
    {"nobody says whether", "CYB-003", "programme FCC-2 unknown", LOT(NEEDS("2"), PRODUCTS(SL("1")))},
    {"programmed here", "CYB-003", "programme FCC-2 medium",
     LOT(NEEDS("2"), PRODUCTS(SL("1")), .goods = {.refinished_seq = NONE, .refinished = NO_DAY, .programmed_seq = 6, .programmed = CAME})},
    {"a resistor", "CYB-003", "", LOT(NEEDS("2"), .spec = &(const struct part_facts){.category = {"PAEL", 9}})},
    {"no level asked for", "CYB-003", "", LOT(HOLDS_PROGRAM(YES), USES(USE()), PRODUCTS(SL("1")))},

    {"named", "CYB-004", "programme FCC-2 pass",
     LOT(HOLDS_PROGRAM(YES), WANTS("IEC 62443-6-2"), PRODUCTS(SL("2", .profile = "acc. to profile IEC TS 62443-6-2:2025, ed. 1")))},
    {"all its words", "CYB-004", "programme FCC-2 pass",
     LOT(HOLDS_PROGRAM(YES), WANTS("Profile 3 embedded"), PRODUCTS(SL("2", .profile = "Embedded device; profile: 3")))},
    {"another", "CYB-004", "programme FCC-2 low", LOT(HOLDS_PROGRAM(YES), WANTS("IEC 62443-6-2"), PRODUCTS(SL("2", .profile = "IEC 62443-6-21")))},
    {"none", "CYB-004", "programme FCC-2 low", LOT(HOLDS_PROGRAM(YES), WANTS("IEC 62443-6-2"), PRODUCTS(SL("2", .profile = "none")))},
    {"named by one of two", "CYB-004", "programme FCC-2 pass",
     LOT(HOLDS_PROGRAM(YES), WANTS("A-7"), PRODUCTS(SL("2", .profile = "none"), SL("2", .number = "DE-8", .profile = "A7")))},
    {"field not recorded", "CYB-004", "programme FCC-2 unknown", LOT(HOLDS_PROGRAM(YES), WANTS("A-7"), PRODUCTS(SL("2")))},
    {"no certificate", "CYB-004", "programme FCC-2 unknown", LOT(HOLDS_PROGRAM(YES), WANTS("A-7"))},
    {"no certificate, and nobody says that it holds a program", "CYB-004", "", LOT(WANTS("A-7"))},
    {"on no network", "CYB-004", "", LOT(HOLDS_PROGRAM(YES), WANTS("A-7", .networked = NO), PRODUCTS(SL("2", .profile = "none")))},
    {"none asked for", "CYB-004", "", LOT(HOLDS_PROGRAM(YES), USES(USE()), PRODUCTS(SL("2", .profile = "none")))},

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
