/* answers - see the header.  The text is JSON, written through JSON() to spare its
 * quotes. */
#include "answers.h"

#include "pedigree/base/cleanup.h"

#define JSON(...) #__VA_ARGS__
#define LIST_OF(name)                                                                    \
    "{\"type\": \"object\", \"required\": [\"items\"], \"properties\": {"                \
    "\"items\": {\"type\": \"array\", \"items\": "                                       \
    "{\"$ref\": \"#/components/schemas/" name "\"}}, "                                   \
    "\"next\": {\"type\": \"string\", "                                                  \
    "\"description\": \"cursor of the next page; absent on the last\"}, "                  \
    "\"cut\": {\"$ref\": \"#/components/schemas/Cut\"}}}"

/* clang-format off */
const struct answer ANSWERS[] = {
    {"LotName", JSON({
        "type": "object", "required": ["organisation", "code"], "properties": {
            "organisation": {"$ref": "#/components/schemas/Organisation"},
            "code": {"type": ["string", "null"],
                "description": "null: a joint of a transformation, which has no code"}}})},
    {"Severity", JSON({"enum": ["info", "low", "medium", "high", "critical"]})},
    {"Grade", JSON({"enum": ["none", "info", "low", "medium", "high", "critical"]})},
    {"AsOf", JSON({
        "type": "object", "required": ["seq", "day"],
        "description": "up to which seq all causes have reached all lots, and the ledger day",
        "properties": {"seq": {"type": "integer"}, "day": {"type": "string", "format": "date"}}})},
    {"Flag", JSON({
        "type": "object", "required": ["rule", "severity", "title", "message", "evidence"],
        "description": "A suspect indicator, named by lot, rule and subject.",
        "properties": {
            "lot": {"$ref": "#/components/schemas/LotName"},
            "rule": {"type": "string", "pattern": "^[A-Z]{3,4}-[0-9]{3}$"},
            "subject": {"type": "string", "description": "which hop, code, document or test; empty: the lot. Not told of an upstream lot"},
            "part": {"$ref": "#/components/schemas/Part"},
            "severity": {"$ref": "#/components/schemas/Severity"},
            "state": {"enum": ["open", "pending"]},
            "title": {"type": "string", "description": "what should hold"},
            "message": {"type": "string", "description": "what was found instead"},
            "evidence": {"type": "object", "additionalProperties": true,
                "description": "what the message rests on; records: their seqs, all readable by who is shown it; others: figures over others' lots, for operators. Empty of an upstream lot"},
            "since": {"type": "integer", "description": "newest record that the evidence names"}}})},
    {"Traced", JSON({"enum": ["manufacturer", "authorization", "claimed", "partial", "none", ""],
        "description": "how well the chain ends; empty: the lot is not described yet"})},
    {"Assessment", JSON({
        "type": "object", "required": ["grade", "score", "coverage", "flags"],
        "properties": {
            "grade": {"$ref": "#/components/schemas/Grade"},
            "score": {"type": "string", "pattern": "^[01]\\.[0-9]{6}$"},
            "coverage": {"type": "string", "pattern": "^[01]\\.[0-9]{6}$",
                "description": "rules evaluated over rules applicable: missing data never reads as a pass"},
            "traced": {"$ref": "#/components/schemas/Traced"},
            "asOf": {"$ref": "#/components/schemas/AsOf"},
            "flags": {"type": "array", "items": {"$ref": "#/components/schemas/Flag"}}}})},
    {"Submitted", JSON({
        "type": "object", "required": ["seq", "id", "duplicate"],
        "description": "The record is durable and its lot is assessed.",
        "properties": {
            "seq": {"type": "integer", "minimum": 0, "description": "its place in the log"},
            "id": {"type": "string", "description": "the id sent, else the SHA-256 of the canonical record"},
            "duplicate": {"type": "boolean", "description": "it was in the log before; nothing was appended"},
            "receipt": {"type": "string", "description": "C2SP tlog-proof: the record's place, proved against a signed checkpoint; absent of a duplicate, and of a record that was found to be there after PostgreSQL had gone away in COMMIT (/v1/records/{seq}/receipt has it), and where the log has no key"},
            "lot": {"$ref": "#/components/schemas/LotName"},
            "assessment": {"$ref": "#/components/schemas/Assessment"}}})},
    {"Result", JSON({
        "type": "object", "required": ["status"],
        "description": "What became of one of many records, in their order.",
        "properties": {
            "line": {"type": "integer", "minimum": 1,
                "description": "line of the body, or place in the array from 1"},
            "status": {"type": "integer", "description": "as if the record had come alone"},
            "seq": {"type": "integer", "minimum": 0},
            "id": {"type": "string"},
            "duplicate": {"type": "boolean"},
            "lot": {"$ref": "#/components/schemas/LotName"},
            "assessment": {"$ref": "#/components/schemas/Assessment"},
            "problem": {"$ref": "#/components/schemas/Problem"}}})},
    {"Problem", JSON({
        "type": "object", "required": ["type", "title", "status"],
        "description": "RFC 9457",
        "properties": {
            "type": {"type": "string"}, "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string", "description": "what is wrong and what would be right"},
            "pointer": {"type": "string", "description": "JSON pointer of the offending member"},
            "parameter": {"type": "string", "description": "the offending parameter or header"},
            "instance": {"type": "string"}}})},
    {"Part", JSON({
        "type": "object", "required": ["manufacturer", "mpn"],
        "properties": {"manufacturer": {"type": "string"}, "mpn": {"type": "string"}}})},
    {"AnyObject", JSON({"type": "object", "additionalProperties": true})},
    {"Sight", JSON({"enum": ["customer", "upstream", "owner", "own", "all"],
        "description": "what the caller is to the lot: all is an operator's; upstream shows no quantities, prices, references or other customers; customer only that it got pieces"})},
    {"Lot", JSON({
        "type": "object", "required": ["lot", "holder", "assessment", "sight"],
        "properties": {
            "lot": {"$ref": "#/components/schemas/LotName"},
            "holder": {"$ref": "#/components/schemas/Organisation"},
            "owner": {"$ref": "#/components/schemas/Organisation"},
            "part": {"$ref": "#/components/schemas/Part"},
            "state": {"enum": ["open", "held", "empty", "undescribed"]},
            "quantity": {"type": "integer", "description": "pieces that came in"},
            "balance": {"type": "integer", "description": "pieces that should be there"},
            "description": {"type": "object", "additionalProperties": true,
                "description": "what is declared of it, merged over its records, as LotDescription; upstream only its part, codes, countries, condition, packaging, seal, finish and msl"},
            "assessment": {"$ref": "#/components/schemas/Assessment"},
            "hops": {"type": "array", "items": {"$ref": "#/components/schemas/LotHop"},
                "description": "one lot asked for by name, of the caller's own: how its pieces came in"},
            "cut": {"$ref": "#/components/schemas/Cut"},
            "sight": {"$ref": "#/components/schemas/Sight"}}})},
    {"LotHop", JSON({
        "type": "object", "required": ["record", "standing", "quantity"],
        "properties": {
            "record": {"type": "integer", "description": "seq of the receipt"},
            "standing": {"enum": ["corroborated", "consistent", "asserted", "unrecorded"]},
            "quantity": {"type": "integer"},
            "source": {"$ref": "#/components/schemas/Organisation"},
            "seller": {"$ref": "#/components/schemas/Organisation"},
            "reason": {"type": "string"},
            "shipped": {"type": "string", "description": "as written"},
            "received": {"type": "string", "description": "as written"},
            "tier": {"enum": ["T1", "T1a", "T2", "T3", "T4", "T5"]},
            "tierName": {"enum": ["manufacturer", "aftermarket", "franchised", "exclusive-trace", "approved", "independent"]},
            "tierWhy": {"$ref": "#/components/schemas/TierWhy"}}})},
    {"LotList", LIST_OF("Lot")},
    {"FlagList", LIST_OF("Flag")},
    {"TraceNode", JSON({
        "type": "object", "required": ["id", "type", "organisation"],
        "properties": {
            "id": {"type": "string", "description": "names it in this answer only"},
            "type": {"enum": ["lot", "joint", "gap"],
                "description": "joint: where several inputs became several outputs; gap: what is above is not recorded, or not for the caller to see"},
            "organisation": {"type": ["string", "null"],
                "description": "the holder; of a gap the source that was named, null if none was"},
            "code": {"type": "string"},
            "part": {"$ref": "#/components/schemas/Part"},
            "sight": {"$ref": "#/components/schemas/Sight"},
            "grade": {"$ref": "#/components/schemas/Grade"},
            "traced": {"$ref": "#/components/schemas/Traced"},
            "flags": {"type": "integer", "description": "how many are open or pending"},
            "state": {"enum": ["open", "held", "empty", "undescribed"]}}})},
    {"TraceEdge", JSON({
        "type": "object", "required": ["from", "to", "standing"],
        "description": "A hop, or a step inside one holder, in the direction that the pieces went.",
        "properties": {
            "from": {"type": "string"}, "to": {"type": "string"},
            "standing": {"enum": ["corroborated", "consistent", "asserted", "unrecorded", "internal"],
                "description": "both sides say so; a mark that cannot be guessed agrees; only the receiver says so; no source is named; the holder's own step"},
            "tier": {"enum": ["T1", "T1a", "T2", "T3", "T4", "T5"],
                "description": "of who sold, for this part, at that time"},
            "tierName": {"enum": ["manufacturer", "aftermarket", "franchised", "exclusive-trace", "approved", "independent"]},
            "tierWhy": {"$ref": "#/components/schemas/TierWhy"},
            "seller": {"$ref": "#/components/schemas/Organisation"},
            "reason": {"type": "string", "description": "of a hop: sale, sample, ...; of a step: split, merge, ..."},
            "shipped": {"type": "string", "description": "as written"},
            "received": {"type": "string", "description": "as written"},
            "quantity": {"type": "integer", "description": "only of hops that the caller has a side of"},
            "record": {"type": "integer", "description": "seq of the receipt or transformation; as quantity"}}})},
    {"TierWhy", JSON({
        "type": "object", "required": ["basis", "text"],
        "description": "Why the tier is what it is.",
        "properties": {
            "basis": {"enum": ["maker", "granted", "traced", "trace-elsewhere", "trace-not-shown", "scope-unknown", "other-scope", "ended", "not-yet", "by-others", "none", "seller-unknown"]},
            "record": {"type": "integer", "description": "seq of the authorization that decides, or that does not reach"},
            "text": {"type": "string"}}})},
    {"Trace", JSON({
        "type": "object", "required": ["root", "nodes", "edges", "complete", "cut", "asOf"],
        "description": "The chain of a lot, level by level: each lot once, gaps drawn as gaps.",
        "properties": {
            "root": {"type": "string", "description": "id of the lot that was asked for"},
            "nodes": {"type": "array", "items": {"$ref": "#/components/schemas/TraceNode"}},
            "edges": {"type": "array", "items": {"$ref": "#/components/schemas/TraceEdge"}},
            "asOf": {"$ref": "#/components/schemas/AsOf"},
            "complete": {"type": "boolean", "description": "false: it was cut, and `cut` says why"},
            "cut": {"type": ["string", "null"], "description": "depth: past 64 levels; size: past trace_max_hops"}}})},
    {"StoredRecord", JSON({
        "type": "object", "required": ["seq", "kind", "submitter", "receivedAt", "record"],
        "properties": {
            "seq": {"type": "integer", "minimum": 0},
            "kind": {"type": "string", "description": "its type"},
            "submitter": {"$ref": "#/components/schemas/Organisation"},
            "onBehalfOf": {"$ref": "#/components/schemas/Organisation"},
            "receivedAt": {"type": "string", "format": "date-time"},
            "partial": {"const": true, "description": "the record is not the caller's: what he may not see is left out"},
            "record": {"type": "object", "additionalProperties": true,
                "description": "as it came in (Record), or what is left of it"},
            "signature": {"type": "object", "required": ["key"],
                "description": "it was signed when it came, and the signature verified",
                "properties": {
                    "key": {"type": "string", "description": "id of the key: its RFC 7638 thumbprint"},
                    "jws": {"type": "string", "description": "detached, over `record` in canonical JSON; absent: the record is not shown whole, or contents of it were taken away"}}},
            "redacted": {"type": "object", "required": ["record", "receivedAt", "parts"],
                "description": "contents were taken away for good: by which record, when and why",
                "properties": {
                    "record": {"type": "integer", "minimum": 0},
                    "receivedAt": {"type": "string", "format": "date-time"},
                    "parts": {"type": "array", "items": {"type": "string"}},
                    "reason": {"type": "string"}, "authority": {"type": "string"}}}}})},
    {"Pedigree", JSON({
        "type": "object", "required": ["asOf", "chain", "checkpoint", "format", "lot", "lots", "records", "rules", "seal"],
        "description": "Canonical JSON (RFC 8785); the same ledger, reader and checkpoint give the same bytes. `pedigree verify FILE` checks it.",
        "properties": {
            "format": {"const": "pedigree-file/1"},
            "lot": {"$ref": "#/components/schemas/LotName"},
            "asOf": {"$ref": "#/components/schemas/AsOf"},
            "rules": {"type": "string", "description": "version of the rule catalogue"},
            "chain": {"type": "object", "required": ["root", "nodes", "edges", "complete", "cut"],
                "description": "as Trace, upward",
                "properties": {
                    "root": {"type": "string"},
                    "nodes": {"type": "array", "items": {"$ref": "#/components/schemas/TraceNode"}},
                    "edges": {"type": "array", "items": {"$ref": "#/components/schemas/TraceEdge"}},
                    "complete": {"type": "boolean"}, "cut": {"type": ["string", "null"]}}},
            "lots": {"type": "array", "items": {"$ref": "#/components/schemas/Lot"},
                "description": "those of the chain that the caller may look into, with their assessments"},
            "records": {"type": "array", "items": {"$ref": "#/components/schemas/PedigreeRecord"}},
            "checkpoint": {"type": ["string", "null"], "description": "signed note that all proofs lead to; null: the log has no key"},
            "seal": {"type": ["string", "null"],
                "description": "signed note over the SHA-256 of the file without this member: that this ledger made it; null: the log has no key"}}})},
    {"Disclosure", JSON({
        "type": "object", "required": ["format", "receipt", "record", "seal"],
        "description": "Canonical JSON (RFC 8785). `pedigree verify FILE` checks it. What is shown and in no part that opens, only the seal vouches for.",
        "properties": {
            "format": {"const": "record-disclosure/1"},
            "receipt": {"type": "string",
                "description": "C2SP tlog-proof, without its extra line: the place of the commitment that parts, or secret and record, come to"},
            "record": {"$ref": "#/components/schemas/PedigreeRecord"},
            "seal": {"type": ["string", "null"],
                "description": "signed note over the SHA-256 of the file without this member: that this ledger made it; null: the log has no key"}}})},
    {"PedigreeRecord", JSON({
        "type": "object", "required": ["seq", "envelope", "record"],
        "description": "With `secret` the record opens its commitment; else each of `parts` that has a salt does for itself.",
        "properties": {
            "seq": {"type": "integer", "minimum": 0, "description": "its place in the log, and the index of its leaf"},
            "envelope": {"type": "object", "additionalProperties": true,
                "description": "part 0 of the commitment: submitter, onBehalfOf, role of the key, receivedAt, type"},
            "record": {"type": "object", "additionalProperties": true, "description": "as StoredRecord's"},
            "partial": {"const": true},
            "redacted": {"type": "object", "additionalProperties": true, "description": "as StoredRecord's"},
            "secret": {"type": "string", "contentEncoding": "base64"},
            "parts": {"type": "array", "description": "in the order of the commitment; the envelope has no `part`",
                "items": {"type": "object", "properties": {
                    "digest": {"type": "string", "contentEncoding": "base64"},
                    "salt": {"type": "string", "contentEncoding": "base64"},
                    "part": {"type": "object", "additionalProperties": true}}}},
            "proof": {"type": "array", "items": {"type": "string", "contentEncoding": "base64"},
                "description": "audit path (RFC 6962), leaf to root; absent: the checkpoint does not cover the record yet"}}})},
    {"PartPage", JSON({
        "type": "object", "required": ["part", "lifecycle", "notices", "alerts", "stock"],
        "properties": {
            "part": {"$ref": "#/components/schemas/Part"},
            "lifecycle": {"type": "array", "items": {"$ref": "#/components/schemas/StoredRecord"},
                "description": "statements of type part in force, side by side, oldest first"},
            "notices": {"type": "array", "items": {"$ref": "#/components/schemas/StoredRecord"}},
            "alerts": {"type": "array", "items": {"$ref": "#/components/schemas/StoredRecord"}},
            "stock": {"type": "object", "required": ["own"],
                "description": "lots that are open, have no flag above info and lead to the manufacturer; all is told once a day, and where five organisations besides the caller have any",
                "properties": {
                    "own": {"$ref": "#/components/schemas/Stock"},
                    "all": {"$ref": "#/components/schemas/Stock"}}},
            "prices": {"type": "array", "items": {"$ref": "#/components/schemas/PriceSeen"},
                "description": "newest first; of what others paid once five organisations besides the caller are in it, from the day after"},
            "cut": {"$ref": "#/components/schemas/Cut"}}})},
    {"PriceSeen", JSON({
        "type": "object", "required": ["currency", "from", "until", "quantityFrom"],
        "properties": {
            "currency": {"type": "string"}, "from": {"type": "string", "format": "date"}, "until": {"type": "string", "format": "date"},
            "quantityFrom": {"type": "integer"}, "quantityTo": {"type": "integer"},
            "observations": {"type": "integer", "description": "prices paid and offered; of authorized sellers if there are enough of those"},
            "median": {"type": "string", "description": "a piece, three digits"},
            "authorizedOffer": {"type": "string", "description": "newest offer of an authorized seller, a piece"}}})},
    {"Outcome", JSON({
        "type": "object", "required": ["lots", "suspect", "hops", "corroborated"],
        "properties": {
            "lots": {"type": "integer"}, "suspect": {"type": "integer", "description": "lots found suspect, by inspection or held for it"},
            "hops": {"type": "integer"}, "corroborated": {"type": "integer", "description": "hops that both sides record"},
            "suspectRate": {"type": "object", "required": ["ppm", "lowerPpm", "upperPpm"],
                "description": "parts per million, with the bounds of the Wilson interval, 95 %",
                "properties": {"ppm": {"type": "integer"}, "lowerPpm": {"type": "integer"}, "upperPpm": {"type": "integer"}}},
            "corroboratedPpm": {"type": "integer"}}})},
    {"Scorecard", JSON({
        "type": "object", "required": ["own", "notices", "flags"],
        "description": "What became of what it sold; figures over others' lots only where five organisations besides the caller are in them, and they change once a day.",
        "properties": {
            "own": {"$ref": "#/components/schemas/Outcome"},
            "all": {"$ref": "#/components/schemas/Outcome"},
            "notices": {"type": "object", "required": ["changes", "lateChanges", "discontinuances", "lateDiscontinuances"],
                "description": "its change and discontinuance notices; late: less than 90 days to the change, 183 to the last order or 365 to the last shipment (J-STD-046, J-STD-048)",
                "properties": {"changes": {"type": "integer"}, "lateChanges": {"type": "integer"},
                    "discontinuances": {"type": "integer"}, "lateDiscontinuances": {"type": "integer"}}},
            "flags": {"type": "array", "items": {"type": "object", "required": ["rule", "from", "until", "own"],
                "properties": {
                    "rule": {"type": "string"}, "from": {"type": "string", "format": "date"}, "until": {"type": "string", "format": "date"},
                    "own": {"type": "integer", "description": "lots of the caller with this flag, sold in that half year"},
                    "all": {"type": "integer"}}}}}})},
    {"BillLine", JSON({
        "type": "object", "required": ["part"], "additionalProperties": false,
        "properties": {
            "part": {"$ref": "#/components/schemas/Part"},
            "perUnit": {"type": "integer", "minimum": 0}, "annualDemand": {"type": "integer", "minimum": 0},
            "onHand": {"type": "integer", "minimum": 0}, "onOrder": {"type": "integer", "minimum": 0},
            "safetyStock": {"type": "integer", "minimum": 0}}})},
    {"BomCheck", JSON({
        "type": "object", "required": ["asOf", "lines"],
        "properties": {
            "asOf": {"$ref": "#/components/schemas/AsOf"},
            "lines": {"type": "array", "items": {"type": "object",
                "required": ["line", "part", "known", "lifecycle", "stock", "flags", "alternates", "grade", "why"],
                "properties": {
                    "line": {"type": "integer", "minimum": 1, "description": "of the sheet, or place in the list"},
                    "part": {"$ref": "#/components/schemas/Part"},
                    "known": {"type": "boolean", "description": "anything is recorded of it"},
                    "lifecycle": {"type": "object", "required": ["worst", "disagree", "sources"],
                        "properties": {
                            "worst": {"enum": ["preview", "active", "nrnd", "ltb", "eol", "obsolete", "unknown"]},
                            "disagree": {"type": "boolean", "description": "sources are two ranks or more apart"},
                            "sources": {"type": "array", "items": {"type": "object", "additionalProperties": true}}}},
                    "lastOrder": {"type": "string", "format": "date", "description": "of the discontinuance notices in force the first"},
                    "lastShip": {"type": "string", "format": "date"},
                    "stock": {"type": "object", "required": ["own"], "description": "as of /v1/parts; all as it was told today",
                        "properties": {"own": {"$ref": "#/components/schemas/Stock"}, "all": {"$ref": "#/components/schemas/Stock"}}},
                    "flags": {"type": "object", "description": "open, on lots that the caller holds, by severity",
                        "additionalProperties": {"type": "integer"}},
                    "annualDemand": {"type": "integer"},
                    "monthsOfCover": {"type": "string", "description": "for which what is on hand lasts"},
                    "lifeOfNeed": {"type": "integer", "description": "pieces to buy to the end of support"},
                    "bridgeBuy": {"type": "integer", "description": "pieces to buy until the redesign is there"},
                    "alternates": {"type": "array", "items": {"type": ["object", "string"]}},
                    "grade": {"$ref": "#/components/schemas/Grade"},
                    "why": {"type": "string"}}}},
            "cut": {"$ref": "#/components/schemas/Cut"}}})},
    {"Stock", JSON({
        "type": "object", "required": ["lots", "pieces"],
        "properties": {"lots": {"type": "integer"}, "pieces": {"type": "integer"}}})},
    {"Cut", JSON({"type": "string", "description": "only there if something was left out for its number, and says what"})},
    {"OrganisationPage", JSON({
        "type": "object", "required": ["organisation", "names", "statements", "certificates", "authorizations"],
        "properties": {
            "organisation": {"$ref": "#/components/schemas/Organisation"},
            "names": {"type": "array", "items": {"type": "string"}, "description": "every name that is this organisation today"},
            "statements": {"type": "array", "items": {"$ref": "#/components/schemas/StoredRecord"}},
            "certificates": {"type": "array", "items": {"$ref": "#/components/schemas/StoredRecord"}},
            "authorizations": {"type": "array", "items": {"$ref": "#/components/schemas/StoredRecord"}},
            "scorecard": {"$ref": "#/components/schemas/Scorecard"},
            "cut": {"$ref": "#/components/schemas/Cut"}}})},
    {"Certificate", JSON({
        "type": "object", "required": ["scheme", "number", "kinds", "status", "valid", "claimed", "statuses", "records"],
        "description": "All that was known of one certificate, member by member as the later word says.",
        "properties": {
            "scheme": {"type": "string"}, "number": {"type": "string"},
            "holder": {"$ref": "#/components/schemas/Organisation"},
            "body": {"type": "string"}, "standard": {"type": "string"}, "scope": {"type": "string"},
            "methods": {"type": "array", "items": {"type": "string"}},
            "sites": {"type": "array", "items": {"type": "string"}},
            "issued": {"type": "string", "description": "as written"}, "expires": {"type": "string", "description": "as written"},
            "product": {"type": "string"}, "level": {"type": "string"}, "profile": {"type": "string"},
            "kind": {"type": "string"}, "basis": {"type": "string"},
            "kinds": {"type": "array", "description": "what it is for, from scheme and standard: IECQ_AP_CAP, AS6081, IECQ_ITL, ...",
                "items": {"type": "string"}},
            "securityLevels": {"type": "object", "additionalProperties": {"type": "integer"},
                "description": "IEC 62443-4-2: the level of each foundational requirement"},
            "status": {"$ref": "#/components/schemas/CertificateStatus"},
            "valid": {"type": "boolean", "description": "active on that day, by the word of a certifier or a register"},
            "claimed": {"type": "boolean", "description": "only its holder, or one who may not certify, says so"},
            "statuses": {"type": "array", "description": "from its issue on; without from or to: open",
                "items": {"type": "object", "required": ["status", "record"], "properties": {
                    "status": {"$ref": "#/components/schemas/CertificateStatus"},
                    "from": {"type": "string", "format": "date"}, "to": {"type": "string", "format": "date"},
                    "record": {"type": "integer", "description": "seq of the record that decides"}}}},
            "records": {"type": "array", "items": {"type": "integer"}}}})},
    {"CertificateStatus", JSON({"enum": ["not-issued", "active", "expired", "suspended", "cancelled", "withdrawn"]})},
    {"CertificateList", JSON({
        "type": "object", "required": ["organisation", "on", "known", "items", "asOf"],
        "properties": {
            "organisation": {"$ref": "#/components/schemas/Organisation"},
            "on": {"type": "string", "format": "date"}, "known": {"type": "string", "format": "date"},
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/Certificate"}},
            "asOf": {"$ref": "#/components/schemas/AsOf"},
            "cut": {"$ref": "#/components/schemas/Cut"}}})},
    {"StoredRecordList", LIST_OF("StoredRecord")},
    {"Rule", JSON({
        "type": "object", "required": ["id", "title", "severity", "version", "references"],
        "properties": {
            "id": {"type": "string"},
            "family": {"type": "string"},
            "title": {"type": "string", "description": "what should hold"},
            "severity": {"$ref": "#/components/schemas/Severity", "description": "in the catalogue"},
            "version": {"type": "integer"},
            "references": {"type": "array", "items": {"type": "string"}},
            "why": {"type": "string", "description": "what it asks for, and why"},
            "looksAt": {"type": "string", "description": "records and members that it reads"},
            "needs": {"type": "string", "description": "without what it is not evaluated"},
            "grades": {"type": "string", "description": "when it is how severe"},
            "guards": {"type": "string", "description": "what keeps it from speaking of honest lots"},
            "advice": {"type": "string", "description": "what to do about a flag"},
            "settles": {"type": "boolean", "description": "pending until a late record can no longer explain it"},
            "parameters": {"type": "array", "items": {"type": "object",
                "required": ["name", "value", "unit"],
                "properties": {"name": {"type": "string"}, "value": {"type": "integer"},
                    "unit": {"type": "string"}, "meaning": {"type": "string"},
                    "inForce": {"type": "object", "required": ["value", "record", "by"],
                        "description": "absent: as in the catalogue",
                        "properties": {"value": {"type": "integer"}, "record": {"$ref": "#/components/schemas/PolicyRecord"},
                            "by": {"$ref": "#/components/schemas/PolicyOf"}}}}}},
            "inForce": {"type": "object", "required": ["severity", "record", "by"],
                "description": "the severity, where a policy sets it; none: the rule is not asked",
                "properties": {"severity": {"enum": ["none", "info", "low", "medium", "high", "critical"]},
                    "record": {"$ref": "#/components/schemas/PolicyRecord"},
                    "by": {"$ref": "#/components/schemas/PolicyOf"}}}}})},
    {"PolicyRecord", JSON({"type": "integer", "description": "seq of the record of type policy that says so"})},
    {"PolicyOf", JSON({"enum": ["operator", "organisation"], "description": "for everybody, or for the caller's organisation alone"})},
    {"RuleList", JSON({
        "type": "object", "required": ["version", "items"],
        "properties": {
            "version": {"type": "string"},
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/Rule"}}}})},
    {"Status", JSON({
        "type": "object", "required": ["status"],
        "properties": {
            "status": {"enum": ["ok", "unavailable"]},
            "missing": {"type": "array", "items": {"type": "string"},
                "description": "which dependency, and what to do"},
            "alarm": {"type": "string", "description": "a row of the log was found altered: the operator runs `pedigreed audit`"},
            "feeds": {"type": "array", "description": "sources that are quiet, stale or in trouble; the daemon serves all the same",
                "items": {"type": "object", "required": ["feed", "trouble"],
                    "properties": {"feed": {"type": "string"}, "trouble": {"type": "string"}}}}}})},
};
/* clang-format on */
const size_t ANSWERS_LEN = LENGTH(ANSWERS);
