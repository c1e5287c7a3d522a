/* choices - see the header. */
#include "choices.h"

#include "pedigree/base/cleanup.h"

/* clang-format off */
const struct choice CHOICES[] = {
    {"1 Identity", "Lengths of texts and codes are counted in characters (1024 and 128), of notes and labels in UTF-8 bytes (4 KiB)."},
    {"2 Members", "`id`s of records submitted with onBehalfOf share the name space of the organisation they are for, whoever submits them."},
    {"2 Members", "For whom a key may submit is settled when it is made (`pedigreed key add --agent-for`) and compared in normal form; an operator's key may for anybody. `agents` of an organisation record are informative."},
    {"2 Members", "`reference`, `site`, `note`, `extensions` and `price` are read by their submitter, the organisation it submitted for, and operators only; of `reference.shipment` both sides of a hop know their own."},
    {"2 Members", "`signature` is a detached JWS (RFC 7515, appendix F) with `alg` EdDSA, Ed25519 or ES256 and `kid`, the RFC 7638 thumbprint of a key that the operator registered for the organisation whose record it is (`pedigreed signing-key add`). What it signs is the record without `signature`, in canonical JSON (RFC 8785); it is no part of the record, so that the same record with another signature, or none, is a replay. In a sheet it is a column; for a single record the header Pedigree-Signature may bring it. A key that is revoked later leaves what it signed as it was."},
    {"2 Members", "The envelope says of a signature its key's id and a salted digest, SHA-256(0x03 || salt || JWS) with the salt of part 2^32-1: the signature itself is for who sees the whole record, since with it guesses at a part that is not shown could be tried."},
    {"3 Custody", "A record about another's lot is answered with its place alone: neither `lot` nor `assessment`, so that nothing is learnt of whether that lot exists."},
    {"6 Answers", "Results of many records carry an assessment only with assessment=true."},
    {"6 Answers", "`since` and `evidence.records` name records that the reader may read. Figures over others' lots are in `evidence.others`, which operators alone are shown; messages never hold them."},
    {"7 Reading", "Through a lot that is upstream its holder's records are read without quantities, prices, references, sites, notes, serial and package numbers; invoices, packing lists, photos, labels and documents of kind other are left out, of the rest what they declare."},
    {"7 Reading", "Of an upstream lot its grade and which rules speak are shown, not what they rest on."},
    {"7 Reading", "Who has a sample sees the lot it is of as upstream, once both sides of that hop are recorded; who gave the sample reads what was found."},
    {"7 Reading", "Nobody shares his chains with claimants yet: the setting comes with organisations' own policies. Through a hop that is not corroborated a claimant sees what he wrote himself."},
    {"7 Reading", "An answer (`verified`) is read by whose record it answers, and by who has a lot with the mark or document that it speaks of."},
    {"7 Reading", "Statements of type organisation, authorization, certificate, part, notice and snapshot, and alerts of the operator and of the part's maker, are read by everybody who has a key, without what their submitter keeps for himself; other alerts by their submitter, and without its words by who has a lot that they reach."},
    {"7 Reading", "Figures over others' lots are not shown until they can be taken once a day; stock is the reader's own, `all` is for operators."},
    {"7 Reading", "`serial` finds lots that the caller has: upstream lots show no serial numbers."},
    {"7 Reading", "Without holder, part or mark a search looks through what the caller has. `part` of /v1/flags is manufacturer/mpn, up to the first slash the manufacturer."},
    {"7 Reading", "Lists are ordered by when a lot was first named; records of a lot by time, where a bare date counts as section 3 says. What arrives while one pages comes later or not at all, and nothing comes twice."},
    {"7 Reading", "A page may be short and still have `next`. Unknown, repeated, empty and malformed parameters are refused with 422, and the problem names the parameter."},
    {"7 Reading", "A trace goes 64 levels up and down and trace_max_hops hops; if that is not all, `complete` is false and `cut` says why."},
    {"7 Reading", "A revoked key stops within three seconds."},
};
/* clang-format on */
const size_t CHOICES_LEN = LENGTH(CHOICES);
