/*
 * schema_reference - reference records (design/records.md, section 4): what is said of
 * organisations, parts, notices, alerts; and what an organisation keeps for itself.
 */
#include "schema.h"

#include "pedigree/base/cleanup.h"

#include <stddef.h>

static const char *const AUTHORIZATIONS[] = {"franchised",
                                             "aftermarket-manufacturer",
                                             "contract-manufacturer",
                                             "exclusive-trace",
                                             "approved",
                                             NULL};
static const char *const STATUSES[] = {"active",    "suspended", "cancelled",
                                       "withdrawn", "expired",   NULL};
static const char *const LIFECYCLES[] = {"preview", "active",   "nrnd",    "ltb",
                                         "eol",     "obsolete", "unknown", NULL};
static const char *const NOTICE_KINDS[] = {"PCN", "PDN", "withdrawal", NULL};
static const char *const ALERT_CLASSES[] = {
    "suspect-counterfeit", "nonconforming", "safety", "advisory", "party", NULL};
static const char *const CRITICALITIES[] = {"non-critical", "essential",
                                            "flight-critical", NULL};
static const char *const DECISION_KINDS[] = {
    "derogation",        "risk-assessment",    "change-assessment",
    "obsolescence-plan", "uprating",           "see",
    "lifetime",          "whisker-mitigation", "cfsi-screening",
    "dedication",        "alert-usage",        NULL};
static const char *const STEPS[] = {"opened",    "assigned",      "asked",
                                    "commented", "dispositioned", "approved",
                                    "reported",  "closed",        NULL};

/* clang-format off */

#define FROM_TO(from_, to_) \
    {"from", KIND_WHEN, .at = from_, .help = "Since when."}, {"to", KIND_WHEN, .at = to_, .help = "Until when."}
#define TYPE(table, member_, struct_, h) \
    {table, LENGTH(table), .own = AT(struct record, member_), .own_size = sizeof(struct_), .help = h}
#define UNREAD(table, h) {table, LENGTH(table), .help = h}

/* A part where the maker may be left out, or a part number alone. */
static const struct member LOOSE_PART_MEMBERS[] = {
    {"manufacturer", KIND_MAKER_WRITTEN, .at = AT(struct part_name, manufacturer), .help = "Organisation id, registered alias or brand."},
    {"mpn",          KIND_CODE, .at = AT(struct part_name, mpn), .names = true, .required = true, .help = "The manufacturer's part number."},
};
const struct object LOOSE_PART = OBJECT_OF("PartOrNumber", LOOSE_PART_MEMBERS, struct part_name, .shorthand = "mpn", .is_part = true,
    .help = "A part, or its number alone.");

/* ---- organisation ---- */

#define G(m) AT(struct organisation_statement, m)
static const struct member ALIAS_MEMBERS[] = {
    {"name", KIND_MAKER, .at = AT(struct alias, name), .required = true, .help = "Another id, or a brand."},
    FROM_TO(AT(struct alias, from), AT(struct alias, to)),
};
static const struct object ALIAS = OBJECT_OF("Alias", ALIAS_MEMBERS, struct alias, .help = "A name, from its date on.");
static const struct member SUCCESSOR_MEMBERS[] = {
    {"organisation", KIND_PARTY, .at = AT(struct successor, organisation), .required = true, .help = "Whose business it took over."},
    {"from",         KIND_WHEN,  .at = AT(struct successor, from), .help = "Since when."},
    {"scope",        KIND_TEXT,  .help = "Which business."},
};
static const struct object SUCCESSOR = OBJECT_OF("Successor", SUCCESSOR_MEMBERS, struct successor, .help = "What it succeeds.");
#define P(m) AT(struct site, m)
static const struct member SITE_MEMBERS[] = {
    {"code",       KIND_CODE,    .at = P(code),    .help = "What records call it."},
    {"country",    KIND_COUNTRY, .at = P(country), .help = "Where it is."},
    {"address",    KIND_NOTE,    .at = P(address), .help = "Postal address."},
    {"keeper",     KIND_PARTY,   .at = P(keeper),  .help = "Who keeps it for the organisation (3PL)."},
    FROM_TO(P(from), P(to)),
    {"activities", KIND_TEXT, LIST, .at = P(activities), .help = "What is done there."},
};
static const struct object SITE = OBJECT_OF("Site", SITE_MEMBERS, struct site, .help = "A site of an organisation, while it is one.");
static const struct member SIGNATORY_MEMBERS[] = {
    {"name", KIND_TEXT, .at = AT(struct signatory, name), .required = true, .help = "Who may sign certificates: a name, or the code that stands for one."},
    FROM_TO(AT(struct signatory, from), AT(struct signatory, to)),
};
static const struct object SIGNATORY = OBJECT_OF("Signatory", SIGNATORY_MEMBERS, struct signatory, .help = "Who signs, and when.");
static const struct member ORGANISATION[] = {
    {"organisation", KIND_PARTY,   .at = G(organisation), .required = true, .help = "Which organisation."},
    {"name",         KIND_TEXT,    .at = G(name),    .help = "Its name."},
    {"aliases",      KIND_OBJECT, LIST, .object = &ALIAS, .at = G(aliases), .has = G(has_aliases),
        .help = "Other names and ids, each from its date. Without an end it makes them one with the organisation: lots of either with one code are one lot. Held by two at once it names neither."},
    {"roles",        KIND_TEXT, LIST, .at = G(roles), .has = G(has_roles), .help = "manufacturer, distributor, laboratory, ems, avionics, certifier, ..."},
    {"country",      KIND_COUNTRY, .at = G(country), .help = "Its seat."},
    {"parent",       KIND_PARTY,   .at = G(parent),  .help = "The group it belongs to."},
    {"successorOf",  KIND_OBJECT, LIST, .object = &SUCCESSOR, .at = G(successors), .has = G(has_successors),
        .help = "Whose business it took over: from that day it counts as the maker of the predecessor's parts beside it, whatever the scope says in words."},
    {"sites",        KIND_OBJECT, LIST, .object = &SITE, .at = G(sites), .has = G(has_sites),
        .help = "Its sites, all of them: what is shipped from elsewhere is asked about. They count from itself, too."},
    {"signatories",  KIND_OBJECT, LIST, .object = &SIGNATORY, .at = G(signatories), .has = G(has_signatories),
        .help = "Who signs its certificates: all of them, so that whoever is not listed does not."},
    {"agents",       KIND_PARTY, LIST, .at = G(agents), .has = G(has_agents), .help = "Who may submit for it."},
};
const struct type_schema ORGANISATION_TYPE = TYPE(ORGANISATION, organisation, struct organisation_statement, "Who an organisation is. Roles, aliases, parent and succession count from an operator; from others they are claims.");

/* ---- authorization, certificate ---- */

#define Z(m) AT(struct authorization_statement, m)
static const struct member SCOPE_MEMBERS[] = {
    {"parts",    KIND_PART_KEY, LIST, .at = Z(parts), .help = "Part numbers."},
    {"lines",    KIND_TEXT, LIST, .at = Z(lines),    .help = "Families."},
    {"packages", KIND_TEXT, LIST, .at = Z(packages), .help = "Packages."},
    {"regions",  KIND_TEXT, LIST, .at = Z(regions),  .help = "Buyers' countries."},
};
static const struct object SCOPE = OBJECT_OF("Scope", SCOPE_MEMBERS, struct authorization_statement, .any_text = true,
    .help = "What is covered; absent, `all` or a text: everything of that manufacturer. Each list given must cover; what nobody stated (a family, a package, the buyer's country) or what is no country cannot be checked, and is not covered.");
static const struct member AUTHORIZATION[] = {
    {"holder",       KIND_PARTY,  .at = Z(holder), .required = true, .help = "Who is authorized."},
    {"by",           KIND_PARTY,  .at = Z(by), .help = "Who grants it."},
    {"manufacturer", KIND_MAKER,  .at = Z(manufacturer), .help = "Whose parts; absent: those of `by`."},
    {"scope",        KIND_OBJECT, .object = &SCOPE, .at = 1, .help = "What is covered."},
    {"kind",         KIND_WORD,   .words = AUTHORIZATIONS, .at = Z(kind), .required = true, .help = "As what."},
    FROM_TO(Z(from), Z(to)),
};
const struct type_schema AUTHORIZATION_TYPE = TYPE(AUTHORIZATION, authorization, struct authorization_statement,
    "A dated, scoped relation between a manufacturer and who may sell or build its parts.");

#define C(m) AT(struct certificate_statement, m)
static const struct member CERTIFICATE[] = {
    {"scheme",     KIND_TEXT,  .at = C(scheme), .required = true, .help = "Certification scheme."},
    {"number",     KIND_TEXT,  .at = C(number), .required = true, .names = true, .help = "Certificate number."},
    {"holder",     KIND_PARTY, .at = C(holder),   .help = "Who holds it."},
    {"body",       KIND_TEXT,  .at = C(body),     .help = "Who issued it."},
    {"scope",      KIND_TEXT,  .at = C(scope),    .help = "What it covers."},
    {"methods",    KIND_TEXT, LIST, .at = C(methods), .help = "Test methods it covers."},
    {"sites",      KIND_TEXT, LIST, .at = C(sites), .help = "Sites it covers: codes of the holder's sites, their addresses, or countries."},
    {"standard",   KIND_TEXT,  .at = C(standard), .help = "Standard certified against."},
    {"issued",     KIND_WHEN,  .at = C(issued),   .help = "Issued on."},
    {"expires",    KIND_WHEN,  .at = C(expires),  .help = "Valid until."},
    {"status",     KIND_WORD,  .words = STATUSES, .at = C(status), .help = "What the register says."},
    {"statusFrom", KIND_WHEN,  .at = C(status_from), .help = "Since when."},
    {"product",    KIND_TEXT,  .at = C(product), .help = "Product certified: its part number, and more where needed."},
    {"level",      KIND_SCALAR, .at = C(level),  .help = "Level reached. IEC 62443-4-2: one for all seven foundational requirements, or each: IAC 3, UC 3, SI 2, DC 1, RDF 2, TRE 2, RA 1."},
    {"profile",    KIND_TEXT,  .at = C(profile), .help = "Profile, from the certificate's field for additional information, as written; none: it names none."},
    {"kind",       KIND_TEXT,  .at = C(kind),    .help = "Kind of certificate: product, process, unit verification, ..."},
    {"basis",      KIND_TEXT,  .at = C(basis),   .help = "What it rests on: scheme and number of another certificate."},
};
const struct type_schema CERTIFICATE_TYPE = TYPE(CERTIFICATE, certificate, struct certificate_statement,
    "A certificate and its status; history is never overwritten. It counts from an operator, or an organisation that an operator gave the role `certifier`; from its holder it is a claim.");

/* ---- part ---- */

#define A(m) AT(struct part_statement, m)
#define T(m) AT(struct dated, m)
static const struct member FORMAT_MEMBERS[] = {
    {"format", KIND_TEXT, .at = T(value), .required = true, .help = "YYWW, YWW, YYYYWW, YYMMDD, ...: Y the year, WW the week, M or MM the month, DD its day, DDD the day of the year, X any character, small letters themselves."}, FROM_TO(T(from), T(to)),
};
static const struct object FORMAT = OBJECT_OF("DateCodeFormat", FORMAT_MEMBERS, struct dated, .help = "How the maker marks dates.");
static const struct member FINISH_MEMBERS[] = {
    {"finish", KIND_TEXT, .at = T(value), .required = true, .help = "Terminal finish: e0..e9 of J-STD-609, or in words."}, FROM_TO(T(from), T(to)),
};
static const struct object FINISH = OBJECT_OF("Finish", FINISH_MEMBERS, struct dated, .help = "A finish and when it was used.");
static const struct member MADE_AT_MEMBERS[] = {
    {"country", KIND_COUNTRY, .at = T(value), .required = true, .help = "Where."},
    {"activity", KIND_TEXT, .at = T(activity), .help = "diffusion, assembly, test."}, FROM_TO(T(from), T(to)),
};
static const struct object MADE_AT = OBJECT_OF("MadeAt", MADE_AT_MEMBERS, struct dated, .help = "Where a part is made, and when.");
static const struct member RATED_MEMBERS[] = {
    {"min", KIND_INTEGER, .at = A(temperature_min), .help = "Lowest."}, {"max", KIND_INTEGER, .at = A(temperature_max), .help = "Highest."},
};
static const struct object RATED = OBJECT_OF("RatedTemperature", RATED_MEMBERS, struct part_statement, .help = "From, to; whole degrees Celsius.");
static const struct member PART_ROWS[] = {
    {"part",             KIND_PART,  .at = A(part), .required = true, .need = "manufacturer mpn", .help = "Which part."},
    {"source",           KIND_TEXT,  .at = A(source), .help = "Where this is known from."},
    {"aliases",          KIND_PART_KEY, LIST, .at = A(aliases), .help = "Other numbers of the same part."},
    {"category",         KIND_TEXT, .at = A(category), .help = "What it is."},
    {"family",           KIND_TEXT,  .at = A(family), .help = "Product line."},
    {"grade",            KIND_TEXT, .at = A(grade), .help = "commercial, industrial, automotive, military, space."},
    {"introduced",       KIND_WHEN,  .at = A(introduced), .help = "First sold."},
    {"lifecycle",        KIND_WORD,  .words = LIFECYCLES, .at = A(lifecycle), .help = "Where it stands."},
    {"yearsToEndOfLife", KIND_COUNT,.at = A(years_to_end_of_life), .help = "As forecast."},
    {"endOfProduction",  KIND_WHEN,  .at = A(end_of_production), .help = "Last made."},
    {"dateCodeFormats",  KIND_OBJECT, LIST, .object = &FORMAT, .at = A(date_code_formats), .help = "How its date codes read."},
    {"traceCodePattern", KIND_TEXT, .at = A(trace_code_pattern), .help = "How its trace codes look: a regular expression (PCRE2) for the whole code, without look-around and references back."},
    {"traceCodeReuse",   KIND_TEXT,  .at = A(trace_code_reuse), .help = "After how long trace codes come again."},
    {"sites",            KIND_OBJECT, LIST, .object = &MADE_AT, .at = A(sites), .help = "Where it is made."},
    {"package",          KIND_TEXT,  .at = A(package), .help = "Package."},
    {"packQuantities",   KIND_QUANTITY, LIST, .at = A(pack_quantities), .help = "Pieces in a full pack."},
    {"temperature",      KIND_OBJECT, .object = &RATED, .at = 1, .help = "Rated, whole degrees Celsius."},
    {"voltage",          KIND_INTEGER, .at = A(voltage), .help = "Rated, whole volts."},
    {"finishes",         KIND_OBJECT, LIST, .object = &FINISH, .at = A(finishes), .help = "Terminal finishes."},
    {"msl",              KIND_SCALAR, .at = A(msl), .help = "Moisture sensitivity level."},
    {"featureSize",      KIND_COUNT,.at = A(feature_size), .help = "Whole nanometres."},
    {"seeSensitive",     KIND_BOOL,  .at = A(see_sensitive.value), .has = A(see_sensitive.given), .help = "Sensitive to single events."},
    {"programmable",     KIND_BOOL,  .at = A(programmable.value), .has = A(programmable.given), .help = "Holds a program."},
    {"contentHash",      KIND_TEXT, .at = A(content_hash), .help = "Hash of the program it should hold."},
    {"exportControl",    KIND_TEXT, .at = A(export_control), .help = "Export control class."},
    {"alternates",       KIND_OBJECT, LIST, .object = &LOOSE_PART, .at = A(alternates), .help = "Parts that may stand in."},
};
const struct type_schema PART_TYPE = TYPE(PART_ROWS, part, struct part_statement, "What is known of a part.");

/* ---- notice, alert, snapshot ---- */

#define N(m) AT(struct notice_part, m)
static const struct member NOTICE_PART_MEMBERS[] = {
    {"part",         KIND_PART, .at = N(part), .need = "mpn", .help = "The part, where dates of its own follow."},
    {"manufacturer", KIND_MAKER_WRITTEN, .at = N(part.manufacturer), .help = "Its maker; absent: the notice's."},
    {"mpn",          KIND_CODE, .at = N(part.mpn), .names = true, .help = "Its number."},
    {"lastOrder",    KIND_WHEN, .at = N(last_order), .help = "Last day to order it."},
    {"lastShip",     KIND_WHEN, .at = N(last_ship),  .help = "Last day it ships."},
    {"reasons",      KIND_TEXT, LIST, .at = N(reasons), .help = "Why it is changed, where not all are for one reason."},
    {"designation",  KIND_TEXT, .help = "Its maker's name of the type."},
    {"revision",     KIND_TEXT, .help = "Its revision."},
    {"category",     KIND_TEXT, .help = "What it is: ACEL, PAEL, ... of VDMA 24903, or in words."},
    {"replacement",  KIND_OBJECT, .object = &LOOSE_PART, .help = "What replaces it."},
};
static const struct object NOTICE_PART = OBJECT_OF("NoticePart", NOTICE_PART_MEMBERS, struct notice_part, .shorthand = "mpn", .is_part = true,
    .help = "A part a notice is about.");
#define E(m) AT(struct notice_statement, m)
static const struct member NOTICE[] = {
    {"kind",         KIND_WORD,  .words = NOTICE_KINDS, .at = E(kind), .required = true, .help = "Change, discontinuance, or taking one back."},
    {"number",       KIND_TEXT,  .at = E(number), .required = true, .names = true, .help = "The maker's number."},
    {"withdraws",    KIND_TEXT,  .at = E(withdraws), .help = "Number of the notice taken back; absent: all that were issued before about its `parts`, discontinuances if CANDN is among the reasons, changes if CANCN is, both if neither."},
    {"manufacturer", KIND_MAKER, .at = E(manufacturer), .required = true, .help = "Whose notice it is."},
    {"parts",        KIND_OBJECT, LIST, .object = &NOTICE_PART, .at = E(parts), .help = "Parts it is about; of a withdrawal: absent, all of the notice that it takes back."},
    {"issued",       KIND_WHEN,  .at = E(issued),     .help = "Issued on."},
    {"effective",    KIND_WHEN,  .at = E(effective),  .help = "Effective on."},
    {"fromDateCode", KIND_CODE,  .at = E(from_date_code), .help = "First date code of the changed parts; absent: those made since `effective`."},
    {"lastOrder",    KIND_WHEN,  .at = E(last_order), .help = "Last day to order."},
    {"lastShip",     KIND_WHEN,  .at = E(last_ship),  .help = "Last day it ships."},
    {"endOfProduction",   KIND_WHEN, .at = E(end_of_production), .help = "Last made."},
    {"startOfProduction", KIND_WHEN, .help = "First made, or made as changed."},
    {"endOfService",      KIND_WHEN, .help = "Last day it is serviced or repaired."},
    {"reasons",      KIND_TEXT, LIST, .at = E(reasons), .help = "Why: FORM, FIT, FUNCT, CHARA, MATER, PPROC, PSITE, TESTS, TESTP, SOFTW, LABEL, DOCUM, NRND, PDN, MANAQ, RECA, ... of VDMA 24903, or words of your own."},
    {"title",          KIND_TEXT, .part = PART_TEXT, .help = "What it is called."},
    {"description",    KIND_NOTE, .part = PART_TEXT, .help = "What changes."},
    {"identification", KIND_NOTE, .part = PART_TEXT, .help = "How changed pieces are told from others."},
    {"replacements", KIND_OBJECT, LIST, .object = &LOOSE_PART, .help = "What replaces them."},
    {"successor",    KIND_MAKER, .help = "Who makes them from now on."},
};
const struct type_schema NOTICE_TYPE = TYPE(NOTICE, notice, struct notice_statement, "A change or discontinuance notice.");

#define W(m) AT(struct alert_statement, m)
static const struct member ALERT[] = {
    {"source",     KIND_TEXT,  .at = W(source), .required = true, .help = "GIDEP, ERAI, internal, ..."},
    {"number",     KIND_TEXT,  .at = W(number), .required = true, .names = true, .help = "Its number."},
    {"class",      KIND_WORD,  .words = ALERT_CLASSES, .at = W(class_), .help = "What it warns of."},
    {"issued",     KIND_WHEN,  .at = W(issued), .help = "Issued on."},
    {"parts",      KIND_OBJECT, LIST, .object = &LOOSE_PART, .at = W(parts), .help = "Parts it is about."},
    {"dateCodes",  KIND_CODE, LIST, .at = W(date_codes), .help = "Date codes: 2210, ranges 2210-2230."},
    {"traceCodes", KIND_CODE, LIST, .at = W(trace_codes), .help = "Trace codes: ranges, prefixes 22*."},
    {"serials",    KIND_CODE, LIST, .at = W(serials), .help = "Serial numbers."},
    {"suppliers",  KIND_PARTY, LIST, .at = W(suppliers), .help = "Who sold them."},
    {"summary",    KIND_NOTE,  .at = W(summary), .part = PART_TEXT, .help = "In words."},
    {"withdrawn",  KIND_BOOL,  .at = W(withdrawn), .has = W(has_withdrawn), .help = "True: no longer in force."},
};
const struct type_schema ALERT_TYPE = TYPE(ALERT, alert, struct alert_statement, "A warning about parts or parties. From an operator or the parts' manufacturer it reaches every lot; from others the lots that they hold and what descends from them, until an operator submits one with its source and number.");

#define S(m) AT(struct snapshot_statement, m)
static const struct member SNAPSHOT[] = {
    {"source",   KIND_TEXT,  .at = S(source), .required = true, .help = "Which register."},
    {"of",       KIND_TEXT,  .at = S(of), .required = true, .names = true, .help = "What of it was read."},
    {"complete", KIND_BOOL,  .at = S(complete), .help = "All of it was read."},
    {"count",    KIND_COUNT,.at = S(count), .help = "Entries read."},
};
const struct type_schema SNAPSHOT_TYPE = TYPE(SNAPSHOT, snapshot, struct snapshot_statement,
    "That a register was read: not being in it counts only if all of it was.");

/* ---- private records: validated, read by whoever needs them from the JSON ---- */

#define U(m) AT(struct offer_statement, m)
static const struct member OFFER[] = {
    {"part",          KIND_PART,     .at = U(part), .required = true, .need = "manufacturer mpn", .help = "What is offered."},
    {"seller",        KIND_PARTY,    .at = U(seller), .part = PART_PARTIES, .help = "Who offers."},
    {"tier",          KIND_TEXT,     .at = U(tier), .help = "Capacity of the seller."},
    {"amount",        KIND_DECIMAL,  .at = U(price.amount), .part = PART_PRICE, .help = "Decimal text."},
    {"currency",      KIND_CURRENCY, .at = U(price.currency), .part = PART_PRICE, .help = "ISO 4217."},
    {"per",           KIND_QUANTITY, .at = U(price.per), .part = PART_PRICE, .help = "Pieces the amount is for."},
    {"quantityBreak", KIND_QUANTITY, .at = U(quantity_break), .part = PART_PRICE, .help = "From how many pieces."},
    {"available",     KIND_COUNT,    .at = U(available), .part = PART_QUANTITIES, .help = "Pieces in stock."},
    {"leadTimeWeeks", KIND_COUNT,    .at = U(lead_weeks), .help = "Whole weeks."},
};
const struct type_schema OFFER_TYPE = TYPE(OFFER, offer, struct offer_statement, "A price and stock seen in the market. Figures are made of those that an operator submits in its own name; tier is one of the words of `as`.");

#define B(m) AT(struct bom_statement, m)
static const struct member STOOD_MEMBERS[] = {
    {"min", KIND_INTEGER, .at = B(environment.temperature.min), .help = "Lowest."},
    {"max", KIND_INTEGER, .at = B(environment.temperature.max), .help = "Highest."},
};
static const struct object STOOD = OBJECT_OF("Range", STOOD_MEMBERS, struct bom_statement, .help = "From, to; whole units.");
static const struct member ENVIRONMENT_MEMBERS[] = {
    {"temperature", KIND_OBJECT,  .object = &STOOD, .at = 1, .help = "Whole degrees Celsius."},
    {"altitude",    KIND_INTEGER, .at = B(environment.altitude), .help = "Whole feet."},
    {"voltage",     KIND_INTEGER, .at = B(environment.voltage),  .help = "Whole volts."},
};
static const struct object ENVIRONMENT = OBJECT_OF("Environment", ENVIRONMENT_MEMBERS, struct bom_statement, .help = "What the assembly has to stand.");
#define I(m) AT(struct bom_line, m)
static const struct member LINE_MEMBERS[] = {
    {"part",         KIND_PART,     .at = I(part), .required = true, .need = "mpn", .help = "The part."},
    {"perUnit",      KIND_QUANTITY, .at = I(per_unit),      .help = "Pieces in one unit."},
    {"annualDemand", KIND_COUNT,    .at = I(annual_demand), .help = "Pieces a year."},
    {"onHand",       KIND_COUNT,    .at = I(on_hand),       .help = "Pieces in stock."},
    {"onOrder",      KIND_COUNT,    .at = I(on_order),      .help = "Pieces ordered."},
};
static const struct object LINE = OBJECT_OF("BomLine", LINE_MEMBERS, struct bom_line, .help = "A line of a bill of materials.");
static const struct member BOM[] = {
    {"name",          KIND_CODE,   .at = B(name), .required = true, .help = "The programme's name."},
    {"revision",      KIND_TEXT,   .at = B(revision), .help = "Revision."},
    {"phase",         KIND_TEXT,   .at = B(phase), .help = "Phase of the programme: design, production, support, ..."},
    {"criticality",   KIND_WORD,   .words = CRITICALITIES, .at = B(criticality), .help = "What depends on it."},
    {"environment",   KIND_OBJECT, .object = &ENVIRONMENT, .at = 1, .has = B(has_environment), .help = "What it has to stand."},
    {"whiskerLevel",  KIND_SCALAR, .at = B(whisker_level), .help = "GEIA-STD-0005-2 control level of tin whiskers: 1, 2A, 2B, 2C or 3; from 2A on tin finishes are limited (MAT-001)."},
    {"nuclear",       KIND_SCALAR, .at = B(nuclear), .help = "Important to nuclear safety (ISO 19443): true, or the class."},
    {"networked",     KIND_BOOL,   .at = B(networked.value), .has = B(networked.given), .help = "Part of a network, or reached by one; absent: it is where a security level is stated."},
    {"securityLevel", KIND_SCALAR, .at = B(security_level), .help = "IEC 62443 security level that its programmable parts have to reach (SL-T): one number, or one for each of the seven foundational requirements: 2,2,2,1,1,1,1 in their order, or IAC 2, DC 1."},
    {"securityProfile", KIND_TEXT, .at = B(security_profile), .help = "Profile of IEC 62443 that certificates of its programmable parts have to refer to."},
    {"supportUntil",  KIND_WHEN,   .at = B(support_until), .help = "How long it is supported."},
    {"lines",         KIND_OBJECT, LIST, .object = &LINE, .at = B(lines), .has = B(has_lines), .help = "Its parts; a later record of the same name replaces the list, or leaves it as it is if it has none."},
};
const struct type_schema BOM_TYPE = TYPE(BOM, bom, struct bom_statement, "A bill of materials, named: what its owner's lots of these parts are for. Private: what follows from it only its owner sees.");

#define DE(m) AT(struct decision_statement, m)
static const struct member DECIDED_LOT_MEMBERS[] = {
    {"organisation", KIND_PARTY, .at = DE(about.lot_organisation), .help = "Its holder."},
    {"code", KIND_CODE, .at = DE(about.lot_code), .required = true, .help = "The holder's lot code."},
};
static const struct object DECIDED_LOT = OBJECT_OF("LotOrCode", DECIDED_LOT_MEMBERS, struct decision_statement, .shorthand = "code", .help = "A lot.");
static const struct member NOTICE_NAME_MEMBERS[] = {
    {"manufacturer", KIND_MAKER, .at = DE(about.notice_manufacturer), .help = "Whose notice."},
    {"number", KIND_TEXT, .at = DE(about.notice_number), .required = true, .help = "Its number."},
};
static const struct object NOTICE_NAME = OBJECT_OF("NoticeName", NOTICE_NAME_MEMBERS, struct decision_statement, .shorthand = "number", .help = "A notice.");
static const struct member ALERT_NAME_MEMBERS[] = {
    {"source", KIND_TEXT, .at = DE(about.alert_source), .help = "Whose alert."},
    {"number", KIND_TEXT, .at = DE(about.alert_number), .required = true, .help = "Its number."},
};
static const struct object ALERT_NAME = OBJECT_OF("AlertName", ALERT_NAME_MEMBERS, struct decision_statement, .shorthand = "number", .help = "An alert.");
static const struct member ABOUT_MEMBERS[] = {
    {"lot",          KIND_OBJECT, .object = &DECIDED_LOT, .at = 1, .help = "A lot."},
    {"part",         KIND_PART,   .at = DE(about.part), .need = "mpn", .help = "A part."},
    {"notice",       KIND_OBJECT, .object = &NOTICE_NAME, .at = 1, .help = "A notice."},
    {"alert",        KIND_OBJECT, .object = &ALERT_NAME, .at = 1, .help = "An alert."},
    {"organisation", KIND_PARTY,  .at = DE(about.organisation), .help = "An organisation."},
    {"programme",    KIND_CODE,   .at = DE(about.programme), .help = "Name of a bom."},
};
static const struct object ABOUT = OBJECT_OF("About", ABOUT_MEMBERS, struct decision_statement,
    .help = "What was decided about. Of several things named it counts where all of them are concerned: a part in a programme, say.");
static const struct member DECISION[] = {
    {"about",     KIND_OBJECT, .object = &ABOUT, .at = 1, .required = true, .help = "What was decided about."},
    {"kind",      KIND_WORD,   .words = DECISION_KINDS, .at = DE(kind), .required = true, .help = "What kind of decision."},
    {"outcome",   KIND_TEXT,   .at = DE(outcome), .help = "What was decided: it counts as consent unless it is rejected, refused, denied or declined."},
    {"until",     KIND_WHEN,   .at = DE(until), .help = "How long it holds."},
    {"authority", KIND_TEXT,   .at = DE(authority), .help = "Who decided."},
};
const struct type_schema DECISION_TYPE = TYPE(DECISION, decision, struct decision_statement,
    "What an organisation decided about what it uses; private: it counts for what its owner sees of its own lots.");

#define V(m) AT(struct review_statement, m)
static const struct member REVIEWED_LOT_MEMBERS[] = {
    {"organisation", KIND_PARTY, .at = AT(struct lot_reference, organisation), .help = "Its holder; absent: the submitter."},
    {"code",         KIND_CODE,  .at = AT(struct lot_reference, code), .required = true, .help = "The holder's lot code."},
};
static const struct object REVIEWED_LOT = OBJECT_OF("ReviewedLot", REVIEWED_LOT_MEMBERS, struct lot_reference, .shorthand = "code",
    .help = "A lot code of the submitter, or another's lot.");
static const struct member REVIEW[] = {
    {"case",        KIND_CODE, .at = V(case_), .required = true, .names = true, .help = "Number of the case. All its steps are about the lots that any of them names."},
    {"step",        KIND_WORD, .words = STEPS, .at = V(step), .required = true, .help = "What was done; `reported` ends the reporting clock."},
    {"lots",        KIND_OBJECT, LIST, .object = &REVIEWED_LOT, .at = V(lots), .help = "Lots it is about."},
    {"aware",       KIND_WHEN, .at = V(aware), .help = "When it was first known that they may be suspect, also by reading records: starts the reporting clock."},
    {"disposition", KIND_TEXT, .at = V(disposition), .help = "What becomes of the lots."},
    {"to",          KIND_TEXT, .at = V(to), .part = PART_PARTIES, .help = "Who was told or asked."},
    {"number",      KIND_TEXT, .at = V(number), .help = "Number of the report."},
    {"exemption",   KIND_TEXT, .at = V(exemption), .help = "Why it need not be reported: foreign entity, criminal investigation, ..."},
};
const struct type_schema REVIEW_TYPE = TYPE(REVIEW, review, struct review_statement,
    "What a reviewer decided: evidence like any other. It counts for lots of its submitter, from an operator for all.");

static const struct member POLICY[] = {
    {"parameters", KIND_ANY, .required = true,
        .help = "By the rule's id: its parameters by name, whole numbers, and its `severity`. {\"CAP-003\": {\"gapDays\": 1000, \"severity\": \"low\"}}. A severity stands for the heaviest that the rule gives, and none is heavier; none: the rule is not asked. {} takes back what was set before; what is not named stays as it is."},
};
const struct type_schema POLICY_TYPE = TYPE(POLICY, policy, struct policy_statement,
    "Rule parameters and severities: an operator's for everybody, an organisation's for its own eyes, on the lots that it holds.");
/* clang-format on */
