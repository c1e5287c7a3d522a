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
    "\"description\": \"cursor of the next page; absent on the last\"}}}"

/* clang-format off */
const struct answer ANSWERS[] = {
    {"Organisation", JSON({
        "type": "string", "pattern": "^(cage|uei|lei|duns|gln|reg|name|brand):.+$",
        "description": "scheme:value, or brand:... for a manufacturer that nobody registered",
        "examples": ["cage:1ABC5"]})},
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
            "subject": {"type": "string"},
            "severity": {"$ref": "#/components/schemas/Severity"},
            "state": {"enum": ["open", "pending"]},
            "title": {"type": "string", "description": "what should hold"},
            "message": {"type": "string", "description": "what was found instead"},
            "evidence": {"type": "object", "additionalProperties": true},
            "since": {"type": "integer", "description": "newest record that the evidence names"}}})},
    {"Assessment", JSON({
        "type": "object", "required": ["grade", "score", "coverage", "flags"],
        "properties": {
            "grade": {"$ref": "#/components/schemas/Grade"},
            "score": {"type": "string", "pattern": "^[01]\\.[0-9]{6}$"},
            "coverage": {"type": "string", "pattern": "^[01]\\.[0-9]{6}$",
                "description": "rules evaluated over rules applicable: missing data never reads as a pass"},
            "traced": {"enum": ["manufacturer", "authorization", "claimed", "partial", "none", ""]},
            "asOf": {"$ref": "#/components/schemas/AsOf"},
            "flags": {"type": "array", "items": {"$ref": "#/components/schemas/Flag"}}}})},
    {"Submitted", JSON({
        "type": "object", "required": ["seq", "id", "duplicate"],
        "description": "The record is durable and its lot is assessed.",
        "properties": {
            "seq": {"type": "integer", "minimum": 0, "description": "its place in the log"},
            "id": {"type": "string", "description": "the id sent, else the SHA-256 of the canonical record"},
            "duplicate": {"type": "boolean", "description": "it was in the log before; nothing was appended"},
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
    {"Lot", JSON({
        "type": "object", "required": ["lot"], "additionalProperties": true,
        "properties": {
            "lot": {"$ref": "#/components/schemas/LotName"},
            "part": {"$ref": "#/components/schemas/Part"},
            "state": {"enum": ["open", "held", "empty", "undescribed"]},
            "quantity": {"type": "integer"}, "balance": {"type": "integer"},
            "description": {"type": "object", "additionalProperties": true},
            "assessment": {"$ref": "#/components/schemas/Assessment"}}})},
    {"LotList", LIST_OF("Lot")},
    {"FlagList", LIST_OF("Flag")},
    {"Trace", JSON({
        "type": "object", "required": ["nodes", "edges"], "additionalProperties": true,
        "description": "The chain of a lot: gaps are nodes, a cut-off is said.",
        "properties": {
            "nodes": {"type": "array", "items": {"type": "object", "additionalProperties": true}},
            "edges": {"type": "array", "items": {"type": "object", "additionalProperties": true}},
            "cut": {"type": ["boolean", "string", "null"]}}})},
    {"StoredRecord", JSON({
        "type": "object", "required": ["seq"], "additionalProperties": true,
        "properties": {
            "seq": {"type": "integer"},
            "submitter": {"$ref": "#/components/schemas/Organisation"},
            "onBehalfOf": {"$ref": "#/components/schemas/Organisation"},
            "receivedAt": {"type": "string", "format": "date-time"},
            "record": {"type": "object", "additionalProperties": true}}})},
    {"StoredRecordList", LIST_OF("StoredRecord")},
    {"Rule", JSON({
        "type": "object", "required": ["id", "title", "severity", "version", "references"],
        "properties": {
            "id": {"type": "string"},
            "family": {"type": "string"},
            "title": {"type": "string", "description": "what should hold"},
            "severity": {"$ref": "#/components/schemas/Severity"},
            "version": {"type": "integer"},
            "references": {"type": "array", "items": {"type": "string"}},
            "guards": {"type": "string", "description": "what keeps it from speaking of honest lots"},
            "settles": {"type": "boolean", "description": "pending until a late record can no longer explain it"},
            "parameters": {"type": "array", "items": {"type": "object",
                "required": ["name", "value", "unit"],
                "properties": {"name": {"type": "string"}, "value": {"type": "integer"},
                    "unit": {"type": "string"}}}}}})},
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
                "description": "which dependency, and what to do"}}})},
};
/* clang-format on */
const size_t ANSWERS_LEN = LENGTH(ANSWERS);
