/* cases_goods - fixtures of what the goods are: origin (C), part number (C), finish (I), grade (J), content (K). */
#pragma once

#include "build.h"

#define ORIGINS(...) LIST(struct origin_fact, origins, __VA_ARGS__)
#define CAME_FROM(...)                                                                   \
    {                                                                                    \
        .came = true, .seq = 2, .country = __VA_ARGS__                                   \
    }
#define TOLD_FROM(teller, ...)                                                           \
    {                                                                                    \
        .by = (teller), .seq = 5, .country = __VA_ARGS__                                 \
    }
#define PART_IS(...)                                                                        \
    .spec = &(const struct part_facts)                                                   \
    {                                                                                    \
        .temperature_min = {NONE, NONE}, .temperature_max = {NONE, NONE},                \
        .voltage = {NONE, NONE}, .feature_size = {NONE, NONE},                           \
        .years_to_end_of_life = {NONE, NONE}, __VA_ARGS__                                \
    }
#define SPANS(...)                                                                       \
    {                                                                                    \
        (const struct dated_fact[]){__VA_ARGS__},                                        \
            sizeof((const struct dated_fact[]){__VA_ARGS__}) / sizeof(struct dated_fact) \
    }
#define EVER(what, did) {.value = (what), .activity = (did), .first = INT32_MIN, .last = INT32_MAX, .seq = 9}
#define FROM(day, what, did) {.value = (what), .activity = (did), .first = (day), .last = INT32_MAX, .seq = 9}
#define UNTIL(day, what, did) {.value = (what), .activity = (did), .first = INT32_MIN, .last = (day), .seq = 9}

#define MALAYSIA PART_IS(.sites = SPANS(EVER("MY", "assembly"), EVER("US", "diffusion")))
/* Week 31 of 2024 ends on 2024-08-04. */
#define MOVED(day) PART_IS(.sites = SPANS(FROM(day, "CN", "assembly"), UNTIL(day, "MY", "assembly")))
#define CODE_31 CODES(CODE("2431"))

static const struct rule_case ORIGIN_CASES[] = {
    {"a site", "CAP-048", "origin MY pass", LOT(MALAYSIA, CODE_31, ORIGINS(CAME_FROM("MY")))},
    {"where it is diffused", "CAP-048", "origin US pass", LOT(MALAYSIA, CODE_31, ORIGINS(CAME_FROM("US")))},
    {"no site", "CAP-048", "origin CN high", LOT(MALAYSIA, CODE_31, ORIGINS(CAME_FROM("CN")))},
    {"no site, by a document", "CAP-048", "origin CN high; origin MY pass",
     LOT(MALAYSIA, CODE_31, ORIGINS(CAME_FROM("MY"), TOLD_FROM(TOLD_BY_DOCUMENT, "CN")))},
    {"told twice", "CAP-048", "origin MY pass",
     LOT(MALAYSIA, CODE_31, ORIGINS(CAME_FROM("MY"), CAME_FROM("MY", .seq = 3)))},
    {"mixed", "CAP-048", "origin AA unknown", LOT(MALAYSIA, CODE_31, ORIGINS(CAME_FROM("AA")))},
    {"a country that became several", "CAP-048", "origin SU unknown",
     LOT(MALAYSIA, CODE_31, ORIGINS(CAME_FROM("SU")))},
    {"a country's old code", "CAP-048", "origin DD pass",
     LOT(PART_IS(.sites = SPANS(EVER("DE", "assembly"))), CODE_31, ORIGINS(CAME_FROM("DD")))},
    {"assembly is not known", "CAP-048", "origin CN unknown",
     LOT(PART_IS(.sites = SPANS(EVER("US", "diffusion"))), CODE_31, ORIGINS(CAME_FROM("CN")))},
    {"the activity is not told", "CAP-048", "origin CN high",
     LOT(PART_IS(.sites = SPANS(EVER("US", NULL))), CODE_31, ORIGINS(CAME_FROM("CN")))},
    {"half a year before the site began", "CAP-048", "origin CN pass",
     LOT(MOVED(DAY(2024, 8, 4) + 182), CODE_31, ORIGINS(CAME_FROM("CN")))},
    {"before the site began", "CAP-048", "origin CN high",
     LOT(MOVED(DAY(2024, 8, 4) + 183), CODE_31, ORIGINS(CAME_FROM("CN")))},
    {"after the site ended", "CAP-048", "origin MY high",
     LOT(MOVED(DAY(2024, 7, 29) - 183), CODE_31, ORIGINS(CAME_FROM("MY")))},
    {"of its own date code", "CAP-048", "origin CN of date code 1031 pass; origin CN of date code 2431 high",
     LOT(PART_IS(.sites = SPANS(UNTIL(DAY(2012, 1, 1), "CN", "assembly"), FROM(DAY(2012, 1, 1), "MY", "assembly"))),
         CODES(CODE("2431"), CODE("1031")),
         ORIGINS(CAME_FROM("CN", .code = "2431"), CAME_FROM("CN", .code = "1031")))},
    {"no date code", "CAP-048", "origin MY unknown", LOT(MALAYSIA, ORIGINS(CAME_FROM("MY")))},
    {"no date code, and no site ever", "CAP-048", "origin CN high", LOT(MALAYSIA, ORIGINS(CAME_FROM("CN")))},
    {"assembled where it is only diffused", "CAP-048", "assembled in US high",
     LOT(MALAYSIA, CODE_31, ORIGINS(CAME_FROM("US", .made = ASSEMBLED_IN)))},
    {"diffused where it is", "CAP-048", "diffused in US pass",
     LOT(MALAYSIA, CODE_31, ORIGINS(CAME_FROM("US", .made = DIFFUSED_IN)))},
    {"diffusion is not known", "CAP-048", "diffused in US unknown",
     LOT(PART_IS(.sites = SPANS(EVER("MY", "assembly"))), CODE_31, ORIGINS(CAME_FROM("US", .made = DIFFUSED_IN)))},
    {"no sites", "CAP-048", "lot unknown", LOT(CODE_31, ORIGINS(CAME_FROM("MY")))},
    {"no origin", "CAP-048", "lot unknown", LOT(MALAYSIA, CODE_31)},
    {"not described", "CAP-048", "lot unknown", UNDESCRIBED()},

    {"once", "CAP-049", "lot unknown", LOT(ORIGINS(CAME_FROM("MY")))},
    {"none", "CAP-049", "lot unknown", LOT()},
    {"a document agrees", "CAP-049", "lot pass",
     LOT(ORIGINS(CAME_FROM("MY"), TOLD_FROM(TOLD_BY_DOCUMENT, "MY")))},
    {"a document differs", "CAP-049", "document medium",
     LOT(ORIGINS(CAME_FROM("MY"), TOLD_FROM(TOLD_BY_DOCUMENT, "CN")))},
    {"an inspection differs", "CAP-049", "inspection medium",
     LOT(ORIGINS(CAME_FROM("MY"), TOLD_FROM(TOLD_BY_INSPECTION, "CN")))},
    {"a later record differs", "CAP-049", "later record medium",
     LOT(ORIGINS(CAME_FROM("MY"), TOLD_FROM(TOLD_BY_HOLDER, "CN")))},
    {"two receipts", "CAP-049", "lot unknown", LOT(ORIGINS(CAME_FROM("MY"), CAME_FROM("CN", .seq = 3)))},
    {"two receipts, and a document of one", "CAP-049", "lot pass",
     LOT(ORIGINS(CAME_FROM("MY"), CAME_FROM("CN", .seq = 3), TOLD_FROM(TOLD_BY_DOCUMENT, "CN")))},
    {"mixed", "CAP-049", "lot unknown", LOT(ORIGINS(CAME_FROM("AA"), TOLD_FROM(TOLD_BY_DOCUMENT, "CN")))},
    {"two regimes", "CAP-049", "lot pass",
     LOT(ORIGINS(CAME_FROM("MY"), CAME_FROM("MY", .made = ASSEMBLED_IN), CAME_FROM("US", .made = DIFFUSED_IN),
                 TOLD_FROM(TOLD_BY_DOCUMENT, "US")))},
    {"another country than either regime's", "CAP-049", "document medium",
     LOT(ORIGINS(CAME_FROM("MY"), CAME_FROM("MY", .made = ASSEMBLED_IN), CAME_FROM("US", .made = DIFFUSED_IN),
                 TOLD_FROM(TOLD_BY_DOCUMENT, "CN")))},
    {"a country's old code", "CAP-049", "lot pass",
     LOT(ORIGINS(CAME_FROM("DD"), TOLD_FROM(TOLD_BY_DOCUMENT, "DE")))},
    {"two countries under one trace code", "CAP-049", "trace code TH1 medium",
     LOT(ORIGINS(CAME_FROM("TH", .code = "1210", UNDER("TH1")), CAME_FROM("MY", .code = "1211", UNDER("TH1"))))},
    {"two countries, two trace codes", "CAP-049", "lot unknown",
     LOT(ORIGINS(CAME_FROM("TH", .code = "1210", UNDER("TH1")), CAME_FROM("MY", .code = "1211", UNDER("MY1"))))},
};

/* ---- part numbers ---- */

#define NUMBER(...) .number = {.seq = NONE, .standing = __VA_ARGS__}
#define LIKE(key) .like = (key), .seq = 9
#define CLAIMED .traced = TRACED_CLAIMED
#define OPEN HOPS(HOP(.tier = TIER_T5, .seller_authorized = NO))

static const struct rule_case NUMBER_CASES[] = {
    {"in the catalogue", "CAP-050", "part pass", LOT(CLAIMED, OPEN, NUMBER(NUMBER_LISTED))},
    {"the maker uses it", "CAP-050", "part pass", LOT(NUMBER(NUMBER_SLIP, LIKE("OA1177")))},
    {"a slip, from the open market", "CAP-050", "part medium",
     LOT(CLAIMED, OPEN, NUMBER(NUMBER_SLIP, LIKE("OA1177")))},
    {"a slip, from an authorized source", "CAP-050", "part low",
     LOT(CLAIMED, HOPS(HOP()), NUMBER(NUMBER_SLIP, LIKE("OA1177")))},
    {"0 for O", "CAP-050", "part medium", LOT(CLAIMED, HOPS(HOP()), NUMBER(NUMBER_ALIKE, LIKE("0A1117")))},
    {"letters of another script", "CAP-050", "part high",
     LOT(NUMBER(NUMBER_UNKNOWN, .script = SCRIPT_IMITATES))},
    {"letters of another script, of one in the catalogue", "CAP-050", "part high",
     LOT(CLAIMED, NUMBER(NUMBER_ALIKE, LIKE("OA1117"), .script = SCRIPT_WHOLE))},
    {"a number in another script that is in the catalogue", "CAP-050", "part pass",
     LOT(CLAIMED, NUMBER(NUMBER_LISTED, .script = SCRIPT_WHOLE))},
    {"a number in another script", "CAP-050", "part unknown",
     LOT(CLAIMED, NUMBER(NUMBER_UNKNOWN, .script = SCRIPT_WHOLE))},
    {"unlisted, from the open market", "CAP-050", "part low", LOT(CLAIMED, OPEN, NUMBER(NUMBER_UNLISTED))},
    {"unlisted, from an authorized source", "CAP-050", "part unknown",
     LOT(CLAIMED, HOPS(HOP()), NUMBER(NUMBER_UNLISTED))},
    {"unlisted, of old stock", "CAP-050", "part unknown",
     LOT(CLAIMED, HOPS(HOP(.source = NULL, .seller = NULL, .tier = TIER_UNKNOWN, .opening = true)),
         NUMBER(NUMBER_UNLISTED))},
    {"no catalogue", "CAP-050", "part unknown", LOT(CLAIMED, OPEN)},
    {"not described", "CAP-050", "lot unknown", UNDESCRIBED()},
};

/* ---- materials ---- */

#define GOODS(...) .goods = {.refinished_seq = NONE, .refinished = NO_DAY, .programmed_seq = NONE, .programmed = NO_DAY, __VA_ARGS__}
#define DIPPED(day) .refinished = (day), .refinished_seq = 6
#define WHISKERS(level) USES(USE(.whisker_level = (level)))
#define MITIGATED(...) DECISIONS(DECISION("whisker-mitigation", __VA_ARGS__))
#define FINISH(f) GOODS(.finish = (f), .finish_stated = true)
#define LEADED PART_IS(.finishes = SPANS(EVER("e0", NULL)))
#define TIN PART_IS(.finishes = SPANS(EVER("matte Sn", NULL)))
/* Lead-free from that day on. */
#define CHANGED(day) PART_IS(.finishes = SPANS(UNTIL(day, "SnPb", NULL), FROM(day, "e3", NULL)))
#define FOUND(f) INSPECTIONS(INSPECTION(RESULT(.has_observed = true, .observed = {.quantity = NONE, .finish = (f)})))
#define ELEMENTS(...)                                                                    \
    .elements = (struct element[]){__VA_ARGS__},                                         \
    .elements_len = sizeof((struct element[]){__VA_ARGS__}) / sizeof(struct element)
#define XRF(...) INSPECTION(RESULT(METHOD(.method = "xrf", ELEMENTS(__VA_ARGS__))))
#define PB(p) INSPECTIONS(XRF({"Sn", "60"}, {"Pb", (p)}))
#define NAMED(number) .part = {.manufacturer = "OCM A", .mpn = (number), .maker = MAKER, .key = (number)}

static const struct rule_case MATERIAL_CASES[] = {
    {"tin where it is forbidden", "MAT-001", "programme FCC-2 high", LOT(FINISH("matte Sn"), WHISKERS("3"))},
    {"tin where it is limited", "MAT-001", "programme FCC-2 high", LOT(FINISH("e3"), WHISKERS("2A"))},
    {"a tin alloy", "MAT-001", "programme FCC-2 high", LOT(FINISH("SnCu"), WHISKERS("Level 2C"))},
    {"tin where nothing is limited", "MAT-001", "programme FCC-2 pass", LOT(FINISH("e3"), WHISKERS("1"))},
    {"tin, and it is mitigated", "MAT-001", "programme FCC-2 pass", LOT(FINISH("e3"), WHISKERS("2B"), MITIGATED())},
    {"tin, mitigated elsewhere", "MAT-001", "programme FCC-2 high",
     LOT(FINISH("e3"), WHISKERS("2B"), MITIGATED(.programme = "IRU-1"))},
    {"tin, mitigation refused", "MAT-001", "programme FCC-2 high", LOT(FINISH("e3"), WHISKERS("2B"), MITIGATED(.consents = false))},
    {"leaded", "MAT-001", "programme FCC-2 pass", LOT(FINISH("Sn63Pb37"), WHISKERS("3"))},
    {"of gold", "MAT-001", "programme FCC-2 pass", LOT(FINISH("NiPdAu"), WHISKERS("3"))},
    {"only said to be lead-free", "MAT-001", "programme FCC-2 unknown", LOT(FINISH("Pb-free"), WHISKERS("3"))},
    {"nobody tells the finish", "MAT-001", "programme FCC-2 unknown", LOT(WHISKERS("3"))},
    {"the maker uses tin", "MAT-001", "programme FCC-2 high", LOT(TIN, CODE_31, WHISKERS("3"))},
    {"the maker had tin later", "MAT-001", "programme FCC-2 pass",
     LOT(CHANGED(DAY(2024, 8, 4) + 183), CODE_31, WHISKERS("3"))},
    {"the maker had both then", "MAT-001", "programme FCC-2 unknown", LOT(CHANGED(DAY(2024, 8, 4)), CODE_31, WHISKERS("3"))},
    {"leaded by its number", "MAT-001", "programme FCC-2 pass", LOT(NAMED("XC2V-SNPB"), WHISKERS("3"))},
    {"tin was found", "MAT-001", "programme FCC-2 high", LOT(FINISH("SnPb"), FOUND("e3"), WHISKERS("3"))},
    {"dipped in solder", "MAT-001", "programme FCC-2 pass",
     LOT(TIN, CODE_31, GOODS(.finish = "SnPb", .finish_stated = true, DIPPED(CAME + 9)), FOUND("e3"), WHISKERS("3"))},
    {"dipped, and nobody says in what", "MAT-001", "programme FCC-2 unknown",
     LOT(TIN, CODE_31, GOODS(.finish = "e3", DIPPED(CAME + 9)), WHISKERS("3"))},
    {"no level that anybody knows", "MAT-001", "programme FCC-2 unknown", LOT(FINISH("e3"), WHISKERS("high"))},
    {"no limits", "MAT-001", "programme FCC-2 pass", LOT(FINISH("e3"), WHISKERS("none"))},
    {"nothing is said of whiskers", "MAT-001", "", LOT(FINISH("e3"), USES(USE()))},
    {"of software", "MAT-001", "", LOT(PART_IS(.category = {"SWFW", 9}), WHISKERS("3"))},
    {"no bill of materials", "MAT-001", "", LOT(FINISH("e3"))},

    {"as the maker has it", "MAT-002", "finish pass", LOT(LEADED, CODE_31, FINISH("Sn63Pb37"))},
    {"lead where the maker has none", "MAT-002", "finish high", LOT(TIN, CODE_31, FINISH("e0"))},
    {"no lead where the maker has it", "MAT-002", "finish high", LOT(LEADED, CODE_31, FINISH("e3"))},
    {"half a year after the change", "MAT-002", "finish pass",
     LOT(CHANGED(DAY(2024, 7, 29) - 182), CODE_31, FINISH("e0"))},
    {"after the change", "MAT-002", "finish high", LOT(CHANGED(DAY(2024, 7, 29) - 183), CODE_31, FINISH("e0"))},
    {"half a year before the change", "MAT-002", "finish pass",
     LOT(CHANGED(DAY(2024, 8, 4) + 182), CODE_31, FINISH("e3"))},
    {"before the change", "MAT-002", "finish high", LOT(CHANGED(DAY(2024, 8, 4) + 183), CODE_31, FINISH("e3"))},
    {"both, and no date code", "MAT-002", "finish pass", LOT(CHANGED(DAY(2024, 8, 4)), FINISH("e3"))},
    {"by its number", "MAT-002", "finish high", LOT(NAMED("LM317T/NOPB"), FINISH("SnPb"))},
    {"by its number, right", "MAT-002", "finish pass", LOT(NAMED("LM317T/NOPB"), FINISH("NiPdAu"))},
    {"observed", "MAT-002", "inspection I-1 high", LOT(TIN, CODE_31, FOUND("e0"))},
    {"observed by one who may not speak", "MAT-002", "",
     LOT(TIN, CODE_31,
         INSPECTIONS(INSPECTION(.binding = false,
                                RESULT(.has_observed = true, .observed = {.quantity = NONE, .finish = "e0"}))))},
    {"dipped", "MAT-002", "", LOT(TIN, CODE_31, GOODS(.finish = "e0", .finish_stated = true, .refinished_seq = 6))},
    {"inherited", "MAT-002", "", LOT(TIN, CODE_31, GOODS(.finish = "e0"))},
    {"of unknown words", "MAT-002", "finish unknown", LOT(TIN, CODE_31, FINISH("immersion"))},
    {"maker's not known", "MAT-002", "finish unknown", LOT(CODE_31, FINISH("e0"))},
    {"none", "MAT-002", "", LOT(TIN, CODE_31)},

    {"lead, as declared", "MAT-003", "inspection I-1 pass", LOT(FINISH("SnPb"), PB("37.2"))},
    {"three percent", "MAT-003", "inspection I-1 pass", LOT(FINISH("SnPb"), PB("3"))},
    {"little lead", "MAT-003", "inspection I-1 unknown", LOT(FINISH("SnPb"), PB("2.999"))},
    {"no lead in SnPb", "MAT-003", "inspection I-1 critical", LOT(FINISH("SnPb"), PB("0.1"))},
    {"no lead, as declared", "MAT-003", "inspection I-1 pass", LOT(FINISH("e3"), PB("0.1"))},
    {"a trace of lead", "MAT-003", "inspection I-1 unknown", LOT(FINISH("e3"), PB("0.1001"))},
    {"lead in tin", "MAT-003", "inspection I-1 critical", LOT(FINISH("e3"), PB("3.0"))},
    {"the worst of several readings", "MAT-003", "inspection I-1 critical",
     LOT(FINISH("SnPb"), INSPECTIONS(XRF({"Pb", "36"}, {"pb", "0"}, {"Pb", "35"})))},
    {"lead where the maker has none", "MAT-003", "inspection I-1 critical", LOT(TIN, CODE_31, PB("37"))},
    {"by one who may not speak", "MAT-003", "inspection I-1 info",
     LOT(FINISH("e3"),
         INSPECTIONS(INSPECTION(.binding = false, RESULT(METHOD(.method = "xrf", ELEMENTS({"Pb", "37"})))))) },
    {"dipped, and nobody says in what", "MAT-003", "inspection I-1 unknown",
     LOT(TIN, CODE_31, GOODS(.refinished_seq = 6), PB("37"))},
    {"tested, then dipped", "MAT-003", "inspection I-1 pass",
     LOT(TIN, CODE_31, GOODS(.finish = "SnPb", .finish_stated = true, .finish_before = "e3", DIPPED(CAME + 9)), PB("0"))},
    {"dipped, then tested", "MAT-003", "inspection I-1 pass",
     LOT(TIN, CODE_31, GOODS(.finish = "SnPb", .finish_stated = true, .finish_before = "e3", DIPPED(CAME + 1)), PB("37"))},
    {"dipped by what is said, and not by what is found", "MAT-003", "inspection I-1 critical",
     LOT(TIN, CODE_31, GOODS(.finish = "SnPb", .finish_stated = true, .finish_before = "e3", DIPPED(CAME + 1)), PB("0"))},
    {"nothing declared", "MAT-003", "inspection I-1 unknown", LOT(PB("37"))},
    {"lead was not measured", "MAT-003", "", LOT(FINISH("e3"), INSPECTIONS(XRF({"Cd", "0"})))},

    {"told", "MAT-004", "lot pass", LOT(GOODS(.adhp = YES, .finish = "e3"))},
    {"the maker tells it", "MAT-004", "lot pass", LOT(TIN, GOODS(.adhp = YES))},
    {"not told", "MAT-004", "lot low", LOT(PART_IS(.category = {"ACEL", 9}), GOODS(.adhp = YES))},
    {"of a part that nobody sorts", "MAT-004", "lot unknown", LOT(GOODS(.adhp = YES))},
    {"of software", "MAT-004", "", LOT(PART_IS(.category = {"SWFW", 9}), GOODS(.adhp = YES))},
    {"not for avionics", "MAT-004", "", LOT(PART_IS(.category = {"ACEL", 9}), GOODS(.adhp = NO))},
};

#define HELD_IN(c) GOODS(.adhp = YES, .country = (c))
#define ON(day) .date = {.text = "of that day", .first_day = (day), .last_day = (day)}
#define DECLARED(...)                                                                    \
    LIST(struct document_fact, documents,                                                \
         {.document = &(const struct document_ref){.kind = "material-declaration", __VA_ARGS__}, .seq = 3, .quantity = NONE})
#define CANDIDATE_LIST DAY(2025, 11, 5)

static const struct rule_case SUBSTANCE_CASES[] = {
    {"declared", "MAT-005", "lot pass", LOT(HELD_IN("DE"), HOPS(HOP()), DECLARED(ON(CAME)))},
    {"not declared", "MAT-005", "lot low", LOT(HELD_IN("DE"), HOPS(HOP()))},
    {"not declared, by one who is certified", "MAT-005", "lot info",
     LOT(HELD_IN("DE"), HOPS(HOP()), .substances = "IECQ HSPM 4", .substances_seq = 8)},
    {"not declared, of old stock", "MAT-005", "lot unknown", LOT(HELD_IN("DE"), HOPS(HOP(.opening = true)))},
    {"before the list, and came in since", "MAT-005", "lot low",
     LOT(HELD_IN("SK"), .came_last = CANDIDATE_LIST, HOPS(HOP()), DECLARED(ON(CANDIDATE_LIST - 1)))},
    {"before the list, and came in before", "MAT-005", "lot pass",
     LOT(HELD_IN("AT"), .came_last = CANDIDATE_LIST - 1, HOPS(HOP()), DECLARED(ON(CAME)))},
    {"on the day of the list", "MAT-005", "lot pass",
     LOT(HELD_IN("DE"), .came_last = CANDIDATE_LIST, HOPS(HOP()), DECLARED(ON(CANDIDATE_LIST)))},
    {"of no day", "MAT-005", "lot unknown", LOT(HELD_IN("DE"), HOPS(HOP()), DECLARED(.number = "MD-1"))},
    {"elsewhere", "MAT-005", "", LOT(HELD_IN("US"), HOPS(HOP()))},
    {"nobody knows where", "MAT-005", "lot unknown", LOT(GOODS(.adhp = YES), HOPS(HOP()))},
    {"not for avionics", "MAT-005", "", LOT(GOODS(.adhp = NO, .country = "DE"), HOPS(HOP()))},
};

/* ---- grades ---- */

#define GRADED(g) PART_IS(.grade = {(g), 9})

static const struct rule_case GRADE_CASES[] = {
    {"only here", "ENV-002", "trace code L1 pass", LOT(GRADED("military"), MARKS(MARK(MARK_TRACE, "L1")))},
    {"also of a lower grade", "ENV-002", "trace code L1 high",
     LOT(GRADED("military"), MARKS(MARK(MARK_TRACE, "L1", .other_grade = "commercial")))},
    {"also of a higher grade", "ENV-002", "trace code L1 pass",
     LOT(GRADED("commercial"), MARKS(MARK(MARK_TRACE, "L1", .other_grade = "military")))},
    {"against the maker's chain", "ENV-002", "trace code L1 info",
     LOT(GRADED("military"), MARKS(MARK(MARK_TRACE, "L1", .other_grade = "commercial", .borne_out = true)))},
    {"no trace code", "ENV-002", "lot unknown", LOT(GRADED("military"))},
    {"a word for no grade", "ENV-002", "lot unknown", LOT(GRADED("best"), MARKS(MARK(MARK_TRACE, "L1")))},
    {"not graded", "ENV-002", "", LOT(MARKS(MARK(MARK_TRACE, "L1", .other_grade = "commercial")))},
};

/* ---- content ---- */

#define PROGRAMMABLE PART_IS(.programmable = {YES, 9})
#define MAKERS_PROGRAM PART_IS(.programmable = {YES, 9}, .content_hash = {"sha256:AB01", 9})
#define READ(...) INSPECTIONS(INSPECTION(RESULT(METHOD(.method = "read-out", __VA_ARGS__))))
#define BLANK(b) .blank = {.value = (b), .given = true}
/* The inspection is three days after the pieces came. */
#define PROGRAMMED(day) GOODS(.programmed_seq = 6, .programmed = (day), .content = "sha256:cd02", .content_stated = true)

static const struct rule_case CONTENT_CASES[] = {
    {"blank", "CYB-006", "inspection I-1 pass", LOT(PROGRAMMABLE, READ(BLANK(true)))},
    {"not blank", "CYB-006", "inspection I-1 high", LOT(PROGRAMMABLE, READ(BLANK(false)))},
    {"something in it", "CYB-006", "inspection I-1 high", LOT(PROGRAMMABLE, READ(.content_hash = "sha256:ee"))},
    {"not blank, by one who may not speak", "CYB-006", "inspection I-1 info",
     LOT(PROGRAMMABLE, INSPECTIONS(INSPECTION(.binding = false, RESULT(METHOD(BLANK(false))))))},
    {"the maker's program", "CYB-006", "inspection I-1 pass",
     LOT(MAKERS_PROGRAM, READ(.content_hash = "SHA256:ab01"))},
    {"the maker's program, without the name of the hash", "CYB-006", "inspection I-1 pass",
     LOT(MAKERS_PROGRAM, READ(.content_hash = "ab01"))},
    {"another hash of it", "CYB-006", "inspection I-1 high", LOT(MAKERS_PROGRAM, READ(.content_hash = "md5:ab01"))},
    {"another program", "CYB-006", "inspection I-1 high", LOT(MAKERS_PROGRAM, READ(.content_hash = "sha256:cd02"))},
    {"blank where the maker's program should be", "CYB-006", "inspection I-1 high",
     LOT(MAKERS_PROGRAM, READ(BLANK(true)))},
    {"not blank, and nobody read it", "CYB-006", "inspection I-1 unknown", LOT(MAKERS_PROGRAM, READ(BLANK(false)))},
    {"programmed since", "CYB-006", "inspection I-1 pass",
     LOT(PROGRAMMABLE, PROGRAMMED(CAME + 4), READ(BLANK(true)))},
    {"programmed before", "CYB-006", "inspection I-1 pass",
     LOT(PROGRAMMABLE, PROGRAMMED(CAME + 3), READ(.content_hash = "sha256:cd02"))},
    {"programmed before, with another program", "CYB-006", "inspection I-1 high",
     LOT(PROGRAMMABLE, PROGRAMMED(CAME + 3), READ(.content_hash = "sha256:ab01"))},
    {"programmed, nobody says with what", "CYB-006", "inspection I-1 unknown",
     LOT(PROGRAMMABLE, GOODS(.programmed_seq = 6, .programmed = CAME), READ(.content_hash = "sha256:ab01"))},
    {"declared to hold another program", "CYB-006", "content high",
     LOT(MAKERS_PROGRAM, GOODS(.content = "sha256:cd02", .content_stated = true))},
    {"inherited from who programmed it", "CYB-006", "content unknown",
     LOT(MAKERS_PROGRAM, GOODS(.content = "sha256:cd02"))},
    {"programmed anew", "CYB-006", "content unknown", LOT(MAKERS_PROGRAM, PROGRAMMED(CAME))},
    {"not looked at", "CYB-006", "content unknown", LOT(PROGRAMMABLE)},
    {"not programmable", "CYB-006", "", LOT()},
    {"not described", "CYB-006", "", UNDESCRIBED()},
};

/* ---- names of makers ---- */

#define TAKEN_OVER(day) .taken_over = (day), .taken_over_seq = 9, .heir = "cage:9CMB1"
#define NOTICED(reason, ...)                                                             \
    LIST(struct notice_fact, notices,                                                    \
         {.seq = 8, .number = "N-1", .reasons = &(const struct words)WORDS(reason),      \
          .issued = NO_DAY, .effective = NO_DAY, .last_order = NO_DAY, .last_ship = NO_DAY, __VA_ARGS__})

static const struct rule_case BRAND_CASES[] = {
    {"two years of stock", "OBS-012", "date code 2431 pass",
     LOT(CLAIMED, TAKEN_OVER(DAY(2024, 7, 29) - 730), CODE_31)},
    {"after that", "OBS-012", "date code 2431 medium",
     LOT(CLAIMED, TAKEN_OVER(DAY(2024, 7, 29) - 731), CODE_31)},
    {"from the maker's heir", "OBS-012", "date code 2431 pass", LOT(TAKEN_OVER(DAY(2012, 1, 1)), CODE_31)},
    {"from the aftermarket", "OBS-012", "date code 2431 pass",
     LOT(CLAIMED, .aftermarket_root = true, TAKEN_OVER(DAY(2012, 1, 1)), CODE_31)},
    {"insolvent", "OBS-012", "date code 2431 medium",
     LOT(CLAIMED, NOTICED("INSOL", .effective = DAY(2012, 1, 1)), CODE_31)},
    {"taken over, by a notice", "OBS-012", "date code 2431 medium",
     LOT(CLAIMED, NOTICED("manaq", .issued = DAY(2012, 1, 1)), CODE_31)},
    {"another notice", "OBS-012", "", LOT(CLAIMED, NOTICED("PSITE", .issued = DAY(2012, 1, 1)), CODE_31)},
    {"the first of them counts", "OBS-012", "date code 2431 medium",
     LOT(CLAIMED, TAKEN_OVER(DAY(2024, 1, 1)), NOTICED("INSOL", .effective = DAY(2012, 1, 1)), CODE_31)},
    {"not to be read", "OBS-012", "date code ?-? unknown",
     LOT(CLAIMED, TAKEN_OVER(DAY(2012, 1, 1)), CODES(CODE("?-?")))},
    {"no date code", "OBS-012", "lot unknown", LOT(CLAIMED, TAKEN_OVER(DAY(2012, 1, 1)))},
    {"nothing happened", "OBS-012", "", LOT(CLAIMED, CODE_31)},
};
