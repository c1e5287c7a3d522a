/*
 * schema - custody records and what all records share (design/records.md, sections 2, 3,
 * 5).
 */
#include "schema.h"

#include "pedigree/base/cleanup.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

static const char *const CONDITIONS[] = {"new",         "surplus", "used",
                                         "refurbished", "unknown", NULL};
static const char *const CAPACITIES[] = {
    "manufacturer", "aftermarket", "franchised", "exclusive-trace",
    "approved",     "independent", NULL};
static const char *const SEALS[] = {"factory", "distributor", "open", NULL};
static const char *const HOP_REASONS[] = {"sale",     "sample", "service", "consignment",
                                          "transfer", "return", NULL};
static const char *const COUNT_REASONS[] = {"count", "opening", "loss",
                                            "theft", "seized",  NULL};
static const char *const HOLD_REASONS[] = {
    "suspect", "nonconforming", "papers", "recall", "customer", "legal", "other", NULL};
static const char *const HOWS[] = {"split",  "merge",   "repack", "relabel",
                                   "rework", "program", NULL};
static const char *const PURPOSES[] = {"authenticity", "receiving", "acceptance",
                                       "screening",    "return",    NULL};
static const char *const RESULTS[] = {"pass", "nonconforming", "suspect", "inconclusive",
                                      NULL};
static const char *const ANSWERS[] = {"ours", "not-ours", "cannot-tell", NULL};
static const char *const REDACTIBLE[] = {"price", "parties", "quantities", "documents", "text", "rest", "elements", NULL};
static const char *const DOCUMENT_KINDS[] = {
#define DOCUMENT_KIND(word, part) word,
#include "pedigree/model/document_kind.def"
    NULL};

/* clang-format off */

/* ---- parts and lots ---- */

#define P(m) AT(struct part_name, m)
static const struct member PART_MEMBERS[] = {
    {"manufacturer", KIND_MAKER_WRITTEN, .at = P(manufacturer), .help = "Organisation id, registered alias or brand."},
    {"mpn",          KIND_CODE,          .at = P(mpn), .names = true, .help = "The manufacturer's part number."},
};
const struct object PART = OBJECT_OF("PartName", PART_MEMBERS, struct part_name, .is_part = true, .help = "A part as its maker numbers it.");

#define D(m) AT(struct date_code_item, m)
static const struct member DATE_CODE_MEMBERS[] = {
    {"code",       KIND_CODE,     .at = D(code), .required = true, .help = "As marked; N/T is not traceable."},
    {"quantity",   KIND_QUANTITY, .at = D(quantity), .part = PART_QUANTITIES, .help = "Pieces of this date code."},
    {"traceCodes", KIND_CODE, LIST, .at = D(trace_codes), .help = "The maker's lot codes that go with it."},
    {"madeIn",     KIND_COUNTRY,  .at = D(made_in),  .help = "Country that goes with it."},
};
static const struct object DATE_CODE = OBJECT_OF("DateCode", DATE_CODE_MEMBERS, struct date_code_item,
    .shorthand = "code", .help = "A date code and what belongs together with it.");

#define K(m) AT(struct package_item, m)
static const struct member PACKAGE_MEMBERS[] = {
    {"id",       KIND_CODE,     .at = K(id), .required = true, .help = "Package, reel or licence plate number."},
    {"quantity", KIND_QUANTITY, .at = K(quantity), .part = PART_QUANTITIES, .help = "Pieces in it."},
};
static const struct object PACKAGE = OBJECT_OF("Package", PACKAGE_MEMBERS, struct package_item,
    .shorthand = "id", .help = "One package of the lot.");

#define L(m) AT(struct lot_description, m)
#define CODE_HELP "The holder's own stock identity: lot, licence plate, reel, goods receipt."
static const struct member LOT_MEMBERS[] = {
    {"code",         KIND_CODE,     .at = L(code), .names = true, .help = CODE_HELP},
    {"part",         KIND_PART,     .at = L(part), .need = "manufacturer mpn", .help = "What it is said to be."},
    {"quantity",     KIND_QUANTITY, .at = L(quantity), .part = PART_QUANTITIES, .help = "Whole pieces."},
    {"dateCodes",    KIND_OBJECT, LIST, .object = &DATE_CODE, .at = L(date_codes), .help = "As on the parts, else as on the label."},
    {"traceCodes",   KIND_CODE, LIST, .at = L(trace_codes), .help = "The maker's lot codes (DI 1T)."},
    {"madeIn",       KIND_COUNTRY,  .at = L(made_in),      .help = "Country of origin as declared; AA is mixed."},
    {"assembledIn",  KIND_COUNTRY,  .at = L(assembled_in), .help = "Country of assembly."},
    {"diffusedIn",   KIND_COUNTRY,  .at = L(diffused_in),  .help = "Country of diffusion."},
    {"condition",    KIND_WORD,     .words = CONDITIONS, .at = L(condition), .help = "Absent is not stated; who sells so claims new."},
    {"owner",        KIND_PARTY,    .at = L(owner), .part = PART_PARTIES, .help = "If not the holder."},
    {"packaging",    KIND_TEXT,     .at = L(packaging), .help = "reel, tray, tube, ..."},
    {"seal",         KIND_WORD,     .words = SEALS, .at = L(seal), .help = "Whose seal the pack is under."},
    {"packageIds",   KIND_OBJECT, LIST, .object = &PACKAGE, .at = L(package_ids), .part = PART_QUANTITIES, .help = "The packages it is in."},
    {"sealedOn",     KIND_WHEN,     .at = L(sealed_on), .help = "When the dry pack was sealed."},
    {"expires",      KIND_WHEN,     .at = L(expires),   .help = "End of shelf life."},
    {"serials",      KIND_CODE, LIST, .at = L(serials), .part = PART_QUANTITIES, .help = "Serial numbers of the pieces."},
    {"finish",       KIND_TEXT,     .at = L(finish),    .help = "Terminal finish: e0..e9 or as declared."},
    {"msl",          KIND_SCALAR,   .at = L(msl),       .help = "Moisture sensitivity level."},
    {"bin",          KIND_TEXT,     .at = L(bin),       .help = "Speed or brightness bin."},
    {"contentHash",  KIND_TEXT,     .at = L(content_hash), .help = "Hash of the program that the pieces hold, as in sha256:9f2c..."},
    {"customerPart", KIND_TEXT,     .at = L(customer_part), .part = PART_PARTIES, .help = "The customer's part number on the label."},
    {"labels",       KIND_LABEL, LIST, .at = L(labels), .part = PART_TEXT, .help = "Raw 2D label payloads, one per package."},
};
const struct object LOT = OBJECT_OF("LotDescription", LOT_MEMBERS, struct lot_description, .shorthand = "code",
    .help = "A lot where it first appears, or its code.");
/* Where a lot must be described, a code alone is not enough. */
static const struct object LOT_DESCRIBED = OBJECT_OF("DescribedLot", LOT_MEMBERS, struct lot_description,
    .help = "A lot, described.");

#define SERIALS(at_)  {"serials",    KIND_CODE, LIST, .at = at_, .part = PART_QUANTITIES, .help = "Which pieces."}
#define PACKAGES(at_) {"packageIds", KIND_CODE, LIST, .at = at_, .part = PART_QUANTITIES, .help = "Which packages."}
#define CODES(at_)    {"dateCodes",  KIND_CODE, LIST, .at = at_, .help = "Which date codes."}

#define I(m) AT(struct lot_input, m)
static const struct member INPUT_MEMBERS[] = {
    {"lot",      KIND_CODE,     .at = I(lot), .required = true, .names = true, .help = "Lot code it was taken from."},
    {"quantity", KIND_QUANTITY, .at = I(quantity), .required = true, .help = "Pieces taken."},
    SERIALS(I(of.serials)), PACKAGES(I(of.package_ids)), CODES(I(of.date_codes)),
};
static const struct object INPUT = OBJECT_OF("Input", INPUT_MEMBERS, struct lot_input, .help = "What was taken out of a lot.");

/* ---- hops ---- */

#define H(m) AT(struct hop_side, m)
static const struct member ASSEMBLY_MEMBERS[] = {
    {"part",   KIND_PART, .at = H(assembly_part), .need = "mpn", .help = "The assembly."},
    {"serial", KIND_CODE, .at = H(assembly_serial), .help = "Its serial number."},
};
static const struct object ASSEMBLY = OBJECT_OF("Assembly", ASSEMBLY_MEMBERS, struct hop_side,
    .help = "The assembly the parts were taken out of.");
static const struct member FROM_MEMBERS[] = {
    {"organisation", KIND_PARTY,   .at = H(organisation), .help = "Who handed the parts over."},
    {"lot",          KIND_CODE, ONE_OR_LIST, .at = H(lots), .help = "The source's own lot codes, where its papers show them."},
    {"site",         KIND_TEXT,    .at = H(site),    .help = "Which of its sites."},
    {"country",      KIND_COUNTRY, .at = H(country), .help = "Where they came from."},
    {"shipped",      KIND_WHEN,    .at = H(shipped), .help = "When they left."},
    {"as",           KIND_WORD,    .words = CAPACITIES, .at = H(as), .help = "Capacity claimed for this sale."},
    {"assembly",     KIND_OBJECT,  .object = &ASSEMBLY, .at = 1, .has = H(has_assembly), .help = "Taken out of an assembly."},
};
static const struct object FROM = OBJECT_OF("From", FROM_MEMBERS, struct hop_side, .help = "Whom the parts came from.");
static const struct member TO_MEMBERS[] = {
    {"organisation", KIND_PARTY,   .at = H(organisation), .help = "Who got the parts."},
    {"lot",          KIND_CODE, ONE_OR_LIST, .at = H(lots), .help = "Its own lot codes, where known."},
    {"site",         KIND_TEXT,    .at = H(site),    .help = "Which of its sites."},
    {"country",      KIND_COUNTRY, .at = H(country), .help = "Where they went."},
};
static const struct object TO = OBJECT_OF("To", TO_MEMBERS, struct hop_side, .help = "Whom the parts went to.");
static const struct member PRICE_MEMBERS[] = {
    {"amount",   KIND_DECIMAL,  .at = AT(struct record, price.amount), .required = true, .help = "Decimal text: \"11.20\"."},
    {"currency", KIND_CURRENCY, .at = AT(struct record, price.currency), .required = true, .help = "ISO 4217."},
    {"per",      KIND_QUANTITY, .at = AT(struct record, price.per), .help = "Pieces the amount is for; 1 if absent."},
};
static const struct object PRICE = OBJECT_OF("Price", PRICE_MEMBERS, struct record, .help = "Money per piece, or per `per` pieces.");

/* ---- documents and references ---- */

#define O(m) AT(struct document_ref, m)
static const struct member PARENT_MEMBERS[] = {
    {"issuer", KIND_PARTY,  .at = O(declares.parent_issuer), .help = "Who issued it."},
    {"number", KIND_TEXT,   .at = O(declares.parent_number), .help = "Its number."},
    {"sha256", KIND_SHA256, .at = O(declares.parent_sha256), .help = "Its bytes."},
};
static const struct object PARENT = OBJECT_OF("ParentDocument", PARENT_MEMBERS, struct document_ref,
    .help = "The certificate it rests on.");
static const struct member DECLARES_MEMBERS[] = {
    {"line",          KIND_TEXT,     .at = O(declares.line), .part = PART_PARTIES, .help = "Its line about this lot."},
    {"manufacturer",  KIND_MAKER,    .at = O(declares.manufacturer),   .help = "Maker as it says."},
    {"mpn",           KIND_CODE,     .at = O(declares.mpn),            .help = "Part number as it says."},
    {"quantity",      KIND_QUANTITY, .at = O(declares.quantity), .part = PART_QUANTITIES, .help = "Pieces as it says."},
    {"lotSize",       KIND_QUANTITY, .at = O(declares.lot_size), .part = PART_QUANTITIES, .help = "Pieces of the whole production lot, where the manufacturer's own certificate says so."},
    {"dateCodes",     KIND_CODE, LIST, .at = O(declares.date_codes),   .help = "Date codes as it says."},
    {"traceCodes",    KIND_CODE, LIST, .at = O(declares.trace_codes),  .help = "Trace codes as it says."},
    {"serials",       KIND_CODE, LIST, .at = O(declares.serials), .part = PART_QUANTITIES, .help = "Serial numbers as it says."},
    {"madeIn",        KIND_COUNTRY,  .at = O(declares.made_in),        .help = "Origin as it says."},
    {"condition",     KIND_WORD, .words = CONDITIONS, .at = O(declares.condition), .help = "Condition as it says."},
    {"purchaseOrder", KIND_TEXT,     .at = O(declares.purchase_order), .part = PART_PARTIES, .help = "The order it names."},
    {"site",          KIND_TEXT,     .at = O(declares.site), .part = PART_PARTIES, .help = "The site it names."},
    {"statement",     KIND_NOTE,     .at = O(declares.statement),      .help = "Its words of conformance."},
    {"signatory",     KIND_TEXT,     .at = O(declares.signatory),      .help = "Who signed it."},
    {"parent",        KIND_OBJECT,   .object = &PARENT, .at = 1,       .help = "The certificate it rests on."},
};
static const struct object DECLARES = OBJECT_OF("Declares", DECLARES_MEMBERS, struct document_ref,
    .help = "What a document says of this record's lot.");
static const struct member DOCUMENT_MEMBERS[] = {
    {"kind",      KIND_WORD,   .words = DOCUMENT_KINDS, .at = O(kind), .required = true, .help = "What it is."},
    {"sha256",    KIND_SHA256, .at = O(sha256),  .help = "Its bytes; absent: it is only said to exist."},
    {"number",    KIND_TEXT,   .at = O(number),  .help = "The issuer's number."},
    {"issuer",    KIND_PARTY,  .at = O(issuer),  .help = "Absent: the source of the hop on `received`, else the submitter."},
    {"date",      KIND_WHEN,   .at = O(date),    .help = "The date on it."},
    {"form",      KIND_TEXT,   .at = O(form),    .help = "AS9163, EN 10204 3.1, EASA Form 1, ..."},
    {"redacts",   KIND_SHA256, .at = O(redacts), .help = "The full copy that this one is a redacted copy of."},
    {"mediaType", KIND_TEXT,   .help = "Media type of the bytes."},
    {"size",      KIND_COUNT,  .help = "Bytes."},
    {"declares",  KIND_OBJECT, .object = &DECLARES, .at = 1, .has = O(has_declares), .help = "What it says of this lot."},
};
static const struct kind_part DOCUMENT_PARTS[] = {
#define DOCUMENT_KIND(word, part) {word, PART_##part},
#include "pedigree/model/document_kind.def"
    {0},
};
static const struct object DOCUMENT = OBJECT_OF("Document", DOCUMENT_MEMBERS, struct document_ref, .kind_parts = DOCUMENT_PARTS,
    .help = "A document and what it declares.");

#define F(m) AT(struct reference, m)
static const struct member REFERENCE_MEMBERS[] = {
    {"purchaseOrder", KIND_TEXT, .at = F(purchase_order), .help = "Purchase order."},
    {"line",          KIND_TEXT, .at = F(line),           .help = "Its line."},
    {"salesOrder",    KIND_TEXT, .at = F(sales_order),    .help = "Sales order."},
    {"shipment",      KIND_TEXT, .at = F(shipment),       .help = "Packing slip or ASN: pairs a hop."},
    {"invoice",       KIND_TEXT, .at = F(invoice), .part = PART_PRICE, .help = "Invoice."},
    {"workOrder",     KIND_TEXT, .at = F(work_order),     .help = "Work order."},
    {"rma",           KIND_TEXT, .at = F(rma),            .help = "Return authorization."},
    {"contract",      KIND_TEXT, .at = F(contract),       .help = "Contract."},
    {"kit",           KIND_TEXT, .at = F(kit),            .help = "Lots of one kit share it."},
};
static const struct object REFERENCE = OBJECT_OF("Reference", REFERENCE_MEMBERS, struct reference, .help = "Numbers of business papers.");

/* ---- every record ---- */

#define R(m) AT(struct record, m)
static const struct member COMMON_MEMBERS[] = {
    {"type",       KIND_TEXT,   .required = true, .help = "Which type of record this is."},
    {"time",       KIND_WHEN,   .at = R(time), .required = true, .help = "When it happened in the world, or since when it was so."},
    {"id",         KIND_CODE,   .at = R(id), .part = PART_PARTIES, .help = "The submitter's own key, unique per submitter."},
    {"reference",  KIND_OBJECT, .object = &REFERENCE, .at = R(reference), .part = PART_PARTIES, .help = "Numbers of business papers."},
    {"site",       KIND_TEXT,   .at = R(site), .part = PART_PARTIES, .help = "Which site of the submitter."},
    {"documents",  KIND_OBJECT, LIST, .object = &DOCUMENT, .at = R(documents), .part = PART_DOCUMENTS, .help = "What papers go with it."},
    {"note",       KIND_NOTE,   .at = R(note), .part = PART_TEXT, .help = "Free text."},
    {"extensions", KIND_ANY,    .part = PART_TEXT, .help = "Anything else, kept verbatim."},
    {"signature",  KIND_TEXT,   .at = R(signature), .help = "Detached JWS (RFC 7515, appendix F) over the rest of the record in canonical JSON (RFC 8785); no part of the record itself."},
};
const struct object COMMON = OBJECT_OF("Common", COMMON_MEMBERS, struct record, .help = "Members every record has.");

/* ---- custody records ---- */

#define PIECES SERIALS(R(of_pieces.serials)), PACKAGES(R(of_pieces.package_ids)), CODES(R(of_pieces.date_codes))
#define LOT_ONLY {"lot", KIND_CODE, .at = R(lot.code), .required = true, .names = true, .help = CODE_HELP}
#define LOT_AS(obj, needs) {"lot", KIND_OBJECT, .object = obj, .at = R(lot), .has = R(lot.described), .required = true, .names = true, \
    .need = needs, .help = "The lot this is about."}
#define QUANTITY(k, req) {"quantity", k, .at = R(quantity), .required = req, .part = PART_QUANTITIES, .help = "Whole pieces."}
#define REASON(list) {"reason", KIND_WORD, .words = list, .at = R(reason), .help = "Why."}
#define SELLER {"seller", KIND_PARTY, .at = R(seller), .part = PART_PARTIES, .help = "Who sold, where that is somebody else (drop shipment)."}
#define FROM_ROW {"from", KIND_OBJECT, .object = &FROM, .at = R(from), .has = R(from.given), .part = PART_PARTIES, .help = "Who handed the parts over; absent: not known."}
#define AUTHORITY(req) {"authority", KIND_TEXT, .at = R(authority), .required = req, .help = "Who decided."}

static const struct member MANUFACTURED[] = {
    LOT_AS(&LOT_DESCRIBED, "code part quantity"),
    {"lotSize", KIND_QUANTITY, .at = R(lot_size), .part = PART_QUANTITIES, .help = "Pieces of the whole production lot, all that carry its trace code: more than those are told (CAP-061)."},
    {"inputs",  KIND_OBJECT, LIST, .object = &INPUT, .at = R(inputs), .part = PART_ELEMENTS, .least = 1, .most = INOUT_MAX, .help = "Die or wafers it was made of."},
};
static const struct member RECEIVED[] = {
    LOT_AS(&LOT_DESCRIBED, "code part quantity"), FROM_ROW, SELLER, REASON(HOP_REASONS),
    {"ordered", KIND_WHEN,   .at = R(ordered), .part = PART_PARTIES, .help = "When it was ordered."},
    {"price",   KIND_OBJECT, .object = &PRICE, .at = 1, .part = PART_PRICE, .help = "What was paid."},
};
static const struct member SHIPPED[] = {
    LOT_ONLY, QUANTITY(KIND_QUANTITY, true), PIECES, REASON(HOP_REASONS),
    {"to",        KIND_OBJECT, .object = &TO, .at = R(to), .has = R(to.given), .part = PART_PARTIES, .help = "Who got the parts; absent: not told."},
    {"buyer",     KIND_PARTY,  .at = R(buyer), .part = PART_PARTIES, .help = "Who bought, where that is somebody else."},
    {"condition", KIND_WORD,   .words = CONDITIONS, .at = R(condition), .help = "Condition they are sold in."},
    {"as",        KIND_WORD,   .words = CAPACITIES, .at = R(as), .help = "Capacity claimed for this sale."},
};
static const struct member TRANSFORMED[] = {
    {"how",     KIND_WORD, .words = HOWS, .at = R(how), .required = true, .help = "What was done."},
    {"inputs",  KIND_OBJECT, LIST, .object = &INPUT, .at = R(inputs), .required = true, .part = PART_ELEMENTS, .least = 1, .most = INOUT_MAX, .help = "What went in."},
    {"outputs", KIND_OBJECT, LIST, .object = &LOT_DESCRIBED, .at = R(outputs), .required = true, .need = "code quantity", .part = PART_ELEMENTS, .least = 1, .most = INOUT_MAX, .help = "What came out; inherits what it does not state."},
};
static const struct member COUNTED[] = {
    LOT_AS(&LOT, "code part"), QUANTITY(KIND_COUNT, true), PIECES, FROM_ROW, REASON(COUNT_REASONS),
    {"book", KIND_COUNT, .at = R(book), .part = PART_QUANTITIES, .help = "Pieces the books had; absent: opening stock, or proof of storage, which is held against the ledger's own balance."},
};
static const struct member DESCRIBED[] = {
    LOT_AS(&LOT, "code"), PIECES,
};
static const struct member NAMED_LOT_MEMBERS[] = {
    {"organisation", KIND_PARTY, .at = R(lot_organisation), .part = PART_PARTIES, .help = "Its holder."},
    {"code",         KIND_CODE,  .at = R(lot.code), .required = true, .names = true, .help = CODE_HELP},
};
static const struct object INSPECTED_LOT = OBJECT_OF("InspectedLot", NAMED_LOT_MEMBERS, struct record, .shorthand = "code",
    .help = "A lot code of the submitter, or another's lot.");
#define M(m) AT(struct method, m)
#define X(m) AT(struct element, m)
static const struct member ELEMENT_MEMBERS[] = {
    {"element", KIND_TEXT,    .at = X(element), .required = true, .help = "Its symbol: Pb, Sn, Cd, ..."},
    {"percent", KIND_DECIMAL, .at = X(percent), .required = true, .help = "Percent by mass, decimal text: \"0.02\"; of several readings the one that is farthest from what was declared, or each."},
};
static const struct object ELEMENT = OBJECT_OF("Element", ELEMENT_MEMBERS, struct element, .help = "How much of an element was found.");
static const struct member METHOD_MEMBERS[] = {
    {"method",        KIND_TEXT,  .at = M(method), .required = true, .help = "Test method."},
    {"sampled",       KIND_COUNT, .at = M(sampled), .required = true, .part = PART_QUANTITIES, .help = "Pieces tested."},
    {"suspect",       KIND_COUNT, .at = M(suspect), .help = "Pieces found suspect."},
    {"nonconforming", KIND_COUNT, .at = M(nonconforming), .part = PART_QUANTITIES, .help = "Pieces found nonconforming."},
    {"destroyed",     KIND_COUNT, .at = M(destroyed), .part = PART_QUANTITIES, .help = "Pieces used up."},
    CODES(M(date_codes)),
    {"accreditation", KIND_TEXT,  .at = M(accreditation), .help = "Certificate the method is accredited under."},
    {"elements",      KIND_OBJECT, LIST, .object = &ELEMENT, .at = M(elements), .help = "What XRF, or another analysis, found in the terminal finish; lead decides whether it is what was declared."},
    {"contentHash",   KIND_TEXT,  .at = M(content_hash), .help = "Hash of the program that was read out of the pieces, as in sha256:9f2c..."},
    {"blank",         KIND_BOOL,  .at = M(blank.value), .has = M(blank.given), .help = "Blank check: true if no program was found in them."},
};
static const struct object METHOD = OBJECT_OF("Method", METHOD_MEMBERS, struct method, .help = "One test and what it found.");
static const struct member LABORATORY_MEMBERS[] = {
    {"organisation", KIND_PARTY, .at = R(laboratory), .required = true, .help = "The laboratory."},
    {"site",         KIND_TEXT,  .help = "Which of its sites."},
};
static const struct object LABORATORY = OBJECT_OF("Laboratory", LABORATORY_MEMBERS, struct record, .help = "Who tested.");
static const struct member INSPECTED[] = {
    {"lot",        KIND_OBJECT, .object = &INSPECTED_LOT, .at = 1, .required = true, .names = true, .help = "The lot, or the lot it is a sample of."},
    {"purpose",    KIND_WORD,   .words = PURPOSES, .at = R(purpose), .help = "What for."},
    {"standard",   KIND_TEXT,   .at = R(standard), .help = "Standard or procedure."},
    {"methods",    KIND_OBJECT, LIST, .object = &METHOD, .at = R(methods), .required = true, .help = "Tests made."},
    {"laboratory", KIND_OBJECT, .object = &LABORATORY, .at = 1, .help = "Absent: the submitter."},
    {"observed",   KIND_OBJECT, .object = &LOT_DESCRIBED, .at = R(observed), .has = R(has_observed), .help = "Description members as found."},
    {"result",     KIND_WORD,   .words = RESULTS, .at = R(result), .required = true, .help = "Outcome."},
    PIECES,
};
static const struct member HELD[] = {
    LOT_ONLY, QUANTITY(KIND_QUANTITY, false), PIECES,
    {"reason",   KIND_WORD, .words = HOLD_REASONS, .at = R(reason), .required = true, .help = "Why; only suspect starts the reporting clock."},
    {"location", KIND_TEXT, .at = R(location), .help = "Where the quarantine is."},
};
static const struct member RELEASED[] = {
    LOT_ONLY, QUANTITY(KIND_QUANTITY, false), PIECES,
    {"reason",   KIND_TEXT, .at = R(reason), .required = true, .part = PART_TEXT, .help = "Why it may go on."}, AUTHORITY(true),
};
static const struct member ALLOCATED[] = {
    LOT_ONLY, QUANTITY(KIND_QUANTITY, true), PIECES,
    {"programme", KIND_CODE, .at = R(programme), .required = true, .help = "Name of a bom."},
};
static const struct member INTO_MEMBERS[] = {
    {"part",        KIND_PART, .at = R(into_part), .need = "mpn", .help = "The assembly."},
    {"serials",     KIND_CODE, LIST, .at = R(into_serials), .help = "Its serial numbers."},
    {"workOrder",   KIND_TEXT, .part = PART_PARTIES, .help = "Work order."},
    {"lot",         KIND_CODE, .at = R(into_lot), .help = "Lot of assemblies."},
    {"application", KIND_TEXT, .help = "What it is for."},
};
static const struct object INTO = OBJECT_OF("Into", INTO_MEMBERS, struct record, .help = "Where the parts were used.");
static const struct member INSTALLED[] = {
    LOT_ONLY, QUANTITY(KIND_QUANTITY, true), PIECES,
    {"into", KIND_OBJECT, .object = &INTO, .at = 1, .required = true, .help = "Where used."},
};
static const struct member SCRAPPED[] = {
    LOT_ONLY, QUANTITY(KIND_QUANTITY, true), PIECES,
    {"method",  KIND_TEXT, .at = R(method), .required = true, .help = "How it was destroyed, or attrition."},
    {"witness", KIND_TEXT, .at = R(witness), .help = "Who saw it."}, AUTHORITY(false),
};
static const struct member OF_DOCUMENT_MEMBERS[] = {
    {"issuer", KIND_PARTY,  .at = R(of.document_issuer), .required = true, .help = "Who issued it."},
    {"number", KIND_TEXT,   .at = R(of.document_number), .help = "Its number."},
    {"sha256", KIND_SHA256, .at = R(of.document_sha256), .help = "Its bytes."},
};
static const struct object OF_DOCUMENT = OBJECT_OF("DocumentName", OF_DOCUMENT_MEMBERS, struct record, .help = "A document by its issuer.");
static const struct member OF_MEMBERS[] = {
    {"record",     KIND_RECORD, .at = R(of.record_seq), .has = R(of.has_record), .names = true, .help = "A record by seq, or by the id its submitter gave."},
    {"document",   KIND_OBJECT, .object = &OF_DOCUMENT, .at = 1, .has = R(of.has_document), .part = PART_DOCUMENTS, .help = "A document."},
    {"part",       KIND_PART,   .at = R(of.part), .has = R(of.has_part), .need = "manufacturer mpn", .help = "A part."},
    {"traceCodes", KIND_CODE, LIST, .at = R(of.trace_codes), .help = "Trace codes asked about."},
    {"dateCodes",  KIND_CODE, LIST, .at = R(of.date_codes), .help = "Date codes asked about."},
};
static const struct object OF = OBJECT_OF("Of", OF_MEMBERS, struct record, .help = "What is answered for.");
static const struct member VERIFIED[] = {
    {"of",     KIND_OBJECT, .object = &OF, .at = 1, .required = true, .help = "What is answered for."},
    {"answer", KIND_WORD,   .words = ANSWERS, .at = R(answer), .required = true, .help = "What the maker, issuer or other side says of it."},
};
static const struct member VOIDED[] = {
    {"record",      KIND_RECORD, .at = R(target_seq), .required = true, .names = true, .help = "seq, or the submitter's own id."},
    {"reason",      KIND_TEXT,   .at = R(reason), .required = true, .part = PART_TEXT, .help = "Why."},
    {"replacement", KIND_RECORD, .help = "What is right instead: seq or id."},
};

static const struct member REDACTED[] = {
    {"record",    KIND_RECORD, .at = R(target_seq), .required = true, .names = true, .help = "seq of the record whose contents are taken away."},
    {"parts",     KIND_WORD, LIST, .words = REDACTIBLE, .at = R(redacts), .least = 1, .help = "Which parts; absent: all."},
    {"reason",    KIND_TEXT, .at = R(reason), .required = true, .part = PART_TEXT, .help = "Why."}, AUTHORITY(true),
};

#define TYPE(table, h) {table, LENGTH(table), .help = h}
static const struct type_schema CUSTODY_TYPES[] = {
    [REC_MANUFACTURED] = TYPE(MANUFACTURED, "A root of chains, if its submitter makes the part."),
    [REC_RECEIVED]     = TYPE(RECEIVED,    "A new lot at the submitter, with an edge from its source."),
    [REC_SHIPPED]      = TYPE(SHIPPED,     "Takes quantity out of a lot."),
    [REC_TRANSFORMED]  = TYPE(TRANSFORMED, "Lots become other lots: split, merge, repack, relabel, rework, program."),
    [REC_COUNTED]      = TYPE(COUNTED,     "What was found in stock."),
    [REC_DESCRIBED]    = TYPE(DESCRIBED,   "Adds what came later to a lot; overwrites nothing."),
    [REC_INSPECTED]    = TYPE(INSPECTED,   "Test evidence about a lot."),
    [REC_HELD]         = TYPE(HELD,        "Puts a lot, or part of it, into quarantine."),
    [REC_RELEASED]     = TYPE(RELEASED,    "Ends a hold."),
    [REC_ALLOCATED]    = TYPE(ALLOCATED,   "Reserves pieces for a programme; private."),
    [REC_INSTALLED]    = TYPE(INSTALLED,   "Where parts were used."),
    [REC_SCRAPPED]     = TYPE(SCRAPPED,    "Destroyed, with what proves it."),
    [REC_VERIFIED]     = TYPE(VERIFIED,    "What the named maker, issuer or other side of a hop says."),
    [REC_VOIDED]       = TYPE(VOIDED,      "The record counts as if it had never come; final."),
    [REC_REDACTED]     = TYPE(REDACTED,    "Contents of a record are taken away for good; digests and proofs stay. By `pedigreed redact`."),
};
/* clang-format on */

static const struct type_schema *const REFERENCE_TYPES[] = {
    &ORGANISATION_TYPE, &AUTHORIZATION_TYPE, &CERTIFICATE_TYPE, &PART_TYPE,
    &NOTICE_TYPE,       &ALERT_TYPE,         &OFFER_TYPE,       &SNAPSHOT_TYPE,
    &BOM_TYPE,          &DECISION_TYPE,      &REVIEW_TYPE,      &POLICY_TYPE,
};
_Static_assert(LENGTH(CUSTODY_TYPES) + LENGTH(REFERENCE_TYPES) == REC_COUNT,
               "every type has a schema");
_Static_assert(REC_ORGANISATION == LENGTH(CUSTODY_TYPES) && REC_POLICY == REC_COUNT - 1,
               "reference types follow in the order of record_type.def");

const struct type_schema *type_schema(enum record_type t)
{
    assert(t < REC_COUNT);
    return t < LENGTH(CUSTODY_TYPES) ? &CUSTODY_TYPES[t]
                                     : REFERENCE_TYPES[t - LENGTH(CUSTODY_TYPES)];
}

static const struct member *find(const struct member *members, size_t len,
                                 const char *name)
{
    for (size_t i = 0; i < len; i++)
        if (*members[i].name == *name && strcmp(members[i].name, name) == 0)
            return &members[i];
    return NULL;
}

const struct member *object_member(const struct object *o, const char *name)
{
    return find(o->members, o->len, name);
}

const struct member *type_member(enum record_type t, const char *name)
{
    const struct type_schema *type = type_schema(t);
    const struct member *m = find(type->members, type->len, name);
    return m ? m : object_member(&COMMON, name);
}

const struct object *member_object(const struct member *m)
{
    return m->kind == KIND_PART ? &PART : m->object;
}

bool kind_is_integer(enum kind k)
{
    return k == KIND_QUANTITY || k == KIND_COUNT || k == KIND_INTEGER;
}
