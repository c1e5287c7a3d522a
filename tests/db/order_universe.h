/*
 * order_universe - random records of a small universe: few names, so that everything
 * collides.
 *
 * A seed says everything.  Every record is valid by the contract (records.md); what it
 * claims need be neither true nor possible.  `record` members of voids and answers that
 * are numbers mean the place in this sequence; who sends them puts the seq there.
 */
#pragma once

#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const char *const OPERATOR = "cage:9PRT1";

struct chance {
    uint64_t state;
};

static uint64_t draw(struct chance *c)
{
    c->state ^= c->state << 13;
    c->state ^= c->state >> 7;
    c->state ^= c->state << 17;
    return c->state * UINT64_C(2685821657736338717) >> 11;
}

static size_t below(struct chance *c, size_t n)
{
    return (size_t)(draw(c) % n);
}

static bool percent(struct chance *c, size_t n)
{
    return below(c, 100) < n;
}

/* ---- names ---- */

static const char *const PARTIES[] = {"cage:1MAK1", "cage:2DIS2", "cage:3BRK3",
                                      "cage:4EMS4", "cage:5LAB5", "cage:6AFT6"};
static const char *const OTHER_NAMES[] = {"duns:100000001", "name:us/dist two",
                                          "name:hk/brook", "lei:529900T8BM49AURSDO55"};
static const char *const MAKERS[] = {"cage:1MAK1", "duns:100000001", "Texo",
                                     "cage:6AFT6"};
static const char *const MPNS[] = {"TX100-5", "TX100-5TR", "TX200", "TX-100.5A"};
static const char *const CODES[] = {"A", "B", "C", "D"};
static const char *const TRACES[] = {"L1", "L2", "L3"};
static const char *const DATE_CODES[] = {"2431", "2440", "2312", "N/T"};
static const char *const SERIALS[] = {"S1", "S2", "S3"};
static const char *const PACKAGES[] = {"K1", "REEL-1", "REEL-2"};
static const char *const LABELS[] = {
    "[)>\x1e" "06\x1d" "1PTX100-5\x1dQ20\x1d" "9D2431\x1d" "1TL1\x1d" "3SREEL-1\x1d" "1VTexo\x1e\x04",
    "[)>\x1e" "06\x1d" "1PTX100-5\x1dQ20\x1d" "9D2440\x1d" "1TL2\x1d" "3SREEL-2\x1d" "17V2DIS2\x1e\x04",
    "[)>\x1e" "06\x1dPTX200\x1dQ5\x1d" "10DN/T\x1d" "1TL3\x1d" "1Vdist two\x1e\x04",
    "[)>06TX200",
};
static const char *const SHIPMENTS[] = {"PS1", "PS2"};
static const char *const SITES[] = {"HUB", "SHED", "US"};
static const char *const DOCUMENTS[] = {"coc", "coc", "release-certificate",
                                        "test-report"};
static const char *const SIGNATORIES[] = {"J. Smith", "A. Old"};
static const char *const NUMBERS[] = {"C1", "C2"};
static const char *const CONDITIONS_[] = {"new", "surplus", "used", "unknown"};
static const char *const SEALS_[] = {"factory", "distributor", "open"};
static const char *const REASONS[] = {"sale",        "sample",   "service",
                                      "consignment", "transfer", "return"};
static const char *const AS[] = {"manufacturer", "franchised", "independent"};
static const char *const COUNTRIES[] = {"US", "CN"};
static const char *const AMOUNTS[] = {"1.20", "0.99", "5", "0.0120"};
static const char *const CURRENCIES[] = {"USD", "EUR"};
static const int QUANTITIES[] = {1, 5, 10, 20, 50, 100};

#define ANY(c, list) (list)[below((c), LENGTH(list))]

struct universe {
    struct chance chance;
    int32_t today;
    int32_t days[8];
    size_t parties, makers, mpns, codes; /* how many of the names are in use */
    bool other_names;
    unsigned weights[32];
    size_t n; /* the record being made */
};

static json_t *when(struct universe *u)
{
    struct chance *c = &u->chance;
    char day[11], text[32];
    int32_t d = percent(c, 15) ? u->today - (int32_t)below(c, 4)
                               : u->days[below(c, LENGTH(u->days))];
    day_text(d, day);
    switch (below(c, 8)) {
    case 0:
        day[7] = '\0';
        return json_string(day); /* a month */
    case 1:
        snprintf(text, sizeof text, "%sT1%zu:00:00Z", day, below(c, 3));
        return json_string(text);
    case 2:
        snprintf(text, sizeof text, "%sT0%zu:00:00+02:00", day, below(c, 3));
        return json_string(text);
    default:
        return json_string(day);
    }
}

static const char *party(struct universe *u)
{
    if (u->other_names && percent(&u->chance, 20))
        return ANY(&u->chance, OTHER_NAMES);
    return PARTIES[below(&u->chance, u->parties)];
}

static json_t *part(struct universe *u)
{
    return json_pack("{s:s, s:s}", "manufacturer", MAKERS[below(&u->chance, u->makers)],
                     "mpn", MPNS[below(&u->chance, u->mpns)]);
}

static const char *code(struct universe *u)
{
    return CODES[below(&u->chance, u->codes)];
}

static json_t *quantity(struct universe *u)
{
    return json_integer(ANY(&u->chance, QUANTITIES));
}

static json_t *some(struct chance *c, const char *const *from, size_t n)
{
    json_t *list = json_array();
    size_t start = below(c, n);
    for (size_t i = 0, len = 1 + below(c, 2); i < len && i < n; i++)
        json_array_append_new(list, json_string(from[(start + i) % n]));
    return list;
}
#define SOME(c, list) some((c), (list), LENGTH(list))

/* Puts a member there, in so many of a hundred cases. */
#define MAYBE(u, o, n, key, value)                                                       \
    do {                                                                                 \
        if (percent(&(u)->chance, (n)))                                                  \
            json_object_set_new((o), (key), (value));                                    \
    } while (0)

static json_t *date_codes(struct universe *u)
{
    struct chance *c = &u->chance;
    json_t *list = json_array();
    size_t start = below(c, LENGTH(DATE_CODES));
    for (size_t i = 0, len = 1 + below(c, 2); i < len; i++) {
        const char *text = DATE_CODES[(start + i) % LENGTH(DATE_CODES)];
        if (percent(c, 60)) {
            json_array_append_new(list, json_string(text));
            continue;
        }
        json_t *item = json_pack("{s:s}", "code", text);
        MAYBE(u, item, 50, "quantity", quantity(u));
        MAYBE(u, item, 60, "traceCodes", SOME(c, TRACES));
        json_array_append_new(list, item);
    }
    return list;
}

static void marks(struct universe *u, json_t *lot)
{
    struct chance *c = &u->chance;
    MAYBE(u, lot, 40, "dateCodes", date_codes(u));
    MAYBE(u, lot, 40, "traceCodes", SOME(c, TRACES));
    MAYBE(u, lot, 20, "serials", SOME(c, SERIALS));
    MAYBE(u, lot, 15, "packageIds", SOME(c, PACKAGES));
    MAYBE(u, lot, 15, "labels", SOME(c, LABELS));
    MAYBE(u, lot, 10, "sealedOn", when(u));
    MAYBE(u, lot, 10, "msl", json_string("3"));
    MAYBE(u, lot, 10, "condition", json_string(ANY(c, CONDITIONS_)));
    MAYBE(u, lot, 10, "seal", json_string(ANY(c, SEALS_)));
    MAYBE(u, lot, 10, "madeIn", json_string(ANY(c, COUNTRIES)));
    MAYBE(u, lot, 8, "owner", json_string(party(u)));
}

static json_t *lot(struct universe *u)
{
    json_t *o = json_pack("{s:s, s:o, s:o}", "code", code(u), "part", part(u), "quantity",
                          quantity(u));
    marks(u, o);
    return o;
}

static json_t *document(struct universe *u)
{
    struct chance *c = &u->chance;
    json_t *d =
        json_pack("{s:s, s:s}", "kind", ANY(c, DOCUMENTS), "number", ANY(c, NUMBERS));
    MAYBE(u, d, 50, "issuer", json_string(party(u)));
    if (percent(c, 40)) {
        json_t *declares = json_object();
        MAYBE(u, declares, 40, "quantity", quantity(u));
        MAYBE(u, declares, 30, "line", json_string("1"));
        MAYBE(u, declares, 30, "traceCodes", SOME(c, TRACES));
        MAYBE(u, declares, 20, "parent",
              json_pack("{s:s, s:s}", "issuer", party(u), "number", ANY(c, NUMBERS)));
        json_object_set_new(d, "declares", declares);
    }
    return d;
}

static void papers(struct universe *u, json_t *r)
{
    MAYBE(u, r, 25, "documents", json_pack("[o]", document(u)));
}

static void shipment(struct universe *u, json_t *r)
{
    MAYBE(u, r, 50, "reference",
          json_pack("{s:s}", "shipment", ANY(&u->chance, SHIPMENTS)));
}

static json_t *from(struct universe *u)
{
    struct chance *c = &u->chance;
    json_t *o = json_pack("{s:s}", "organisation", party(u));
    if (percent(c, 60))
        json_object_set_new(o, "lot",
                            percent(c, 80) ? json_string(code(u)) : SOME(c, CODES));
    MAYBE(u, o, 15, "shipped", when(u));
    MAYBE(u, o, 15, "as", json_string(ANY(c, AS)));
    MAYBE(u, o, 15, "site", json_string(ANY(c, SITES)));
    return o;
}

/* ---- custody ---- */

static json_t *manufactured(struct universe *u)
{
    json_t *r = json_pack("{s:o}", "lot", lot(u));
    MAYBE(u, r, 15, "inputs",
          json_pack("[{s:s, s:o}]", "lot", code(u), "quantity", quantity(u)));
    papers(u, r);
    return r;
}

static json_t *received(struct universe *u)
{
    struct chance *c = &u->chance;
    json_t *r = json_pack("{s:o}", "lot", lot(u));
    MAYBE(u, r, 85, "from", from(u));
    MAYBE(u, r, 10, "seller", json_string(party(u)));
    MAYBE(u, r, 30, "reason", json_string(ANY(c, REASONS)));
    MAYBE(u, r, 40, "price", json_pack("{s:s, s:s}", "amount", ANY(c, AMOUNTS), "currency", ANY(c, CURRENCIES)));
    shipment(u, r);
    papers(u, r);
    return r;
}

/* Names some pieces of the lot. */
static void which(struct universe *u, json_t *o)
{
    struct chance *c = &u->chance;
    MAYBE(u, o, 20, "serials", SOME(c, SERIALS));
    MAYBE(u, o, 15, "packageIds", SOME(c, PACKAGES));
    MAYBE(u, o, 10, "dateCodes", SOME(c, DATE_CODES));
}

static json_t *shipped(struct universe *u)
{
    struct chance *c = &u->chance;
    json_t *r = json_pack("{s:s, s:o}", "lot", code(u), "quantity", quantity(u));
    MAYBE(u, r, 70, "to", json_pack("{s:s}", "organisation", party(u)));
    MAYBE(u, r, 30, "reason", json_string(ANY(c, REASONS)));
    which(u, r);
    MAYBE(u, r, 15, "condition", json_string(ANY(c, CONDITIONS_)));
    MAYBE(u, r, 15, "as", json_string(ANY(c, AS)));
    shipment(u, r);
    papers(u, r);
    return r;
}

static json_t *transformed(struct universe *u)
{
    static const char *const HOW[] = {"split",   "merge",  "repack",
                                      "relabel", "rework", "program"};
    struct chance *c = &u->chance;
    json_t *inputs = json_array(), *outputs = json_array();
    for (size_t i = 0, n = 1 + below(c, 3); i < n; i++) {
        json_t *in = json_pack("{s:s, s:o}", "lot", code(u), "quantity", quantity(u));
        which(u, in);
        json_array_append_new(inputs, in);
    }
    for (size_t i = 0, n = 1 + below(c, 3); i < n; i++) {
        json_t *out = json_pack("{s:s, s:o}", "code", code(u), "quantity", quantity(u));
        MAYBE(u, out, 30, "part", part(u));
        if (percent(c, 30))
            marks(u, out);
        json_array_append_new(outputs, out);
    }
    return json_pack("{s:s, s:o, s:o}", "how", ANY(c, HOW), "inputs", inputs, "outputs",
                     outputs);
}

static json_t *counted(struct universe *u)
{
    static const char *const WHY[] = {"count", "opening", "loss"};
    struct chance *c = &u->chance;
    json_t *r = json_pack("{s:o}", "quantity", json_integer((json_int_t)below(c, 60)));
    if (percent(c, 50)) {
        json_t *o = json_pack("{s:s, s:o}", "code", code(u), "part", part(u));
        marks(u, o);
        json_object_set_new(r, "lot", o);
    } else {
        json_object_set_new(r, "lot", json_string(code(u)));
    }
    MAYBE(u, r, 50, "book", json_integer((json_int_t)below(c, 60)));
    MAYBE(u, r, 20, "from", from(u));
    MAYBE(u, r, 50, "reason", json_string(ANY(c, WHY)));
    return r;
}

static json_t *described(struct universe *u)
{
    json_t *o = json_pack("{s:s}", "code", code(u));
    marks(u, o);
    MAYBE(u, o, 15, "part", part(u));
    json_t *r = json_pack("{s:o}", "lot", o);
    papers(u, r);
    return r;
}

static json_t *inspected(struct universe *u)
{
    static const char *const RESULT[] = {"pass", "nonconforming", "suspect",
                                         "inconclusive"};
    static const char *const PURPOSE[] = {"authenticity", "receiving", "return"};
    struct chance *c = &u->chance;
    json_t *m = json_pack("{s:s, s:i}", "method", "external visual", "sampled", 5);
    MAYBE(u, m, 30, "destroyed", json_integer(2));
    MAYBE(u, m, 30, "suspect", json_integer(1));
    json_t *r = json_pack("{s:[o], s:s}", "methods", m, "result", ANY(c, RESULT));
    if (percent(c, 40))
        json_object_set_new(
            r, "lot", json_pack("{s:s, s:s}", "organisation", party(u), "code", code(u)));
    else
        json_object_set_new(r, "lot", json_string(code(u)));
    MAYBE(u, r, 60, "purpose", json_string(ANY(c, PURPOSE)));
    if (percent(c, 25)) {
        json_t *o = json_object();
        MAYBE(u, o, 80, "dateCodes", date_codes(u));
        json_object_set_new(r, "observed", o);
    }
    return r;
}

static json_t *held(struct universe *u)
{
    static const char *const WHY[] = {"suspect", "nonconforming", "papers", "recall"};
    json_t *r = json_pack("{s:s, s:s}", "lot", code(u), "reason", ANY(&u->chance, WHY));
    MAYBE(u, r, 50, "quantity", quantity(u));
    which(u, r);
    return r;
}

static json_t *released(struct universe *u)
{
    json_t *r = json_pack("{s:s, s:s, s:s}", "lot", code(u), "reason", "fine",
                          "authority", "M. Moss");
    MAYBE(u, r, 50, "quantity", quantity(u));
    which(u, r);
    return r;
}

static json_t *installed(struct universe *u)
{
    return json_pack("{s:s, s:o, s:{s:s}}", "lot", code(u), "quantity", quantity(u),
                     "into", "workOrder", "W1");
}

static json_t *scrapped(struct universe *u)
{
    return json_pack("{s:s, s:o, s:s}", "lot", code(u), "quantity", quantity(u), "method",
                     "crushed");
}

/* A record of this sequence: its place (a seq once it is sent), or its id, which may be
 * to come. */
static json_t *some_record(struct universe *u, bool by_id)
{
    char id[24];
    if (!by_id)
        return json_integer((json_int_t)below(&u->chance, u->n ? u->n : 1));
    snprintf(id, sizeof id, "r%zu", below(&u->chance, u->n + 10));
    return json_string(id);
}

static json_t *verified(struct universe *u)
{
    static const char *const ANSWER[] = {"ours", "not-ours", "not-ours", "cannot-tell"};
    struct chance *c = &u->chance;
    json_t *of = json_object();
    switch (below(c, 3)) {
    case 0:
        json_object_set_new(of, "record", some_record(u, false));
        break;
    case 1:
        json_object_set_new(
            of, "document",
            json_pack("{s:s, s:s}", "issuer", party(u), "number", ANY(c, NUMBERS)));
        break;
    default:
        json_object_set_new(of, "part", part(u));
        MAYBE(u, of, 60, "traceCodes", SOME(c, TRACES));
        MAYBE(u, of, 30, "dateCodes", json_pack("[s]", ANY(c, DATE_CODES)));
    }
    return json_pack("{s:o, s:s}", "of", of, "answer", ANY(c, ANSWER));
}

static json_t *voided(struct universe *u)
{
    return json_pack("{s:o, s:s}", "record", some_record(u, percent(&u->chance, 60)),
                     "reason", "typed wrong");
}

/* ---- statements ---- */

static json_t *organisation(struct universe *u)
{
    static const char *const ROLES[] = {"laboratory", "manufacturer", "distributor", "certifier"};
    static const char *const BRANDS[] = {"Texo", "duns:100000001", "name:us/dist two",
                                         "name:hk/brook", "lei:529900T8BM49AURSDO55"};
    struct chance *c = &u->chance;
    json_t *r = json_pack("{s:s}", "organisation", PARTIES[below(c, u->parties)]);
    if (percent(c, 60)) {
        json_t *aliases = json_array();
        for (size_t i = 0, n = below(c, 3); i < n; i++) {
            json_t *a = json_pack("{s:s}", "name", ANY(c, BRANDS));
            MAYBE(u, a, 25, "from", when(u));
            MAYBE(u, a, 15, "to", when(u));
            json_array_append_new(aliases, a);
        }
        json_object_set_new(r, "aliases", aliases);
    }
    MAYBE(u, r, 30, "roles", SOME(c, ROLES));
    MAYBE(u, r, 20, "parent", json_string(PARTIES[below(c, u->parties)]));
    if (percent(c, 20)) {
        json_t *s = json_pack("{s:s}", "name", ANY(c, SIGNATORIES));
        MAYBE(u, s, 30, "to", when(u));
        json_object_set_new(r, "signatories", json_pack("[o]", s));
    }
    MAYBE(u, r, 25, "sites", percent(c, 80) ? json_pack("[{s:s, s:s}, {s:s}]", "code", ANY(c, SITES), "country",
                                                        "US", "code", ANY(c, SITES))
                                            : json_array());
    return r;
}

static json_t *authorization(struct universe *u)
{
    static const char *const KINDS[] = {"franchised",
                                        "franchised",
                                        "aftermarket-manufacturer",
                                        "contract-manufacturer",
                                        "exclusive-trace",
                                        "approved"};
    struct chance *c = &u->chance;
    json_t *r = json_pack("{s:s, s:s, s:s}", "holder", party(u), "manufacturer",
                          ANY(c, MAKERS), "kind", ANY(c, KINDS));
    MAYBE(u, r, 50, "by", json_string(party(u)));
    MAYBE(u, r, 30, "from", when(u));
    MAYBE(u, r, 20, "to", when(u));
    MAYBE(u, r, 25, "scope",
          percent(c, 50) ? json_pack("{s:[s]}", "parts", ANY(c, MPNS))
                         : json_pack("{s:[s]}", "lines", "TX"));
    return r;
}

static json_t *certificate(struct universe *u)
{
    static const char *const STATUS[] = {"active", "suspended", "withdrawn"};
    struct chance *c = &u->chance;
    static const char *const SCHEMES[] = {"AS6081", "SAE AS6081", "AS6081", "IECQ ITL", "ISO/IEC 27001", "IECEx"};
    json_t *r = json_pack("{s:s, s:s}", "scheme", ANY(c, SCHEMES), "number", ANY(c, NUMBERS));
    MAYBE(u, r, 85, "holder", json_string(party(u)));
    MAYBE(u, r, 25, "sites", json_pack("[s]", ANY(c, SITES)));
    MAYBE(u, r, 25, "product", json_string(ANY(c, MPNS)));
    MAYBE(u, r, 25, "basis", json_string("IECEE DE-1"));
    MAYBE(u, r, 25, "kind", json_string("product"));
    MAYBE(u, r, 25, "scope", json_string("Testing"));
    MAYBE(u, r, 50, "issued", when(u));
    MAYBE(u, r, 30, "expires", when(u));
    MAYBE(u, r, 40, "status", json_string(ANY(c, STATUS)));
    MAYBE(u, r, 20, "statusFrom", when(u));
    return r;
}

static json_t *part_record(struct universe *u)
{
    static const char *const LIFE[] = {"active", "eol", "obsolete"};
    struct chance *c = &u->chance;
    json_t *r = json_pack("{s:o}", "part", part(u));
    if (percent(c, 40))
        json_object_set_new(r, "aliases", percent(c, 20) ? json_array() : SOME(c, MPNS));
    MAYBE(u, r, 40, "introduced", when(u));
    MAYBE(u, r, 30, "endOfProduction", when(u));
    MAYBE(u, r, 30, "lifecycle", json_string(ANY(c, LIFE)));
    MAYBE(u, r, 30, "source", percent(c, 30) ? json_string("list") : json_string(party(u)));
    MAYBE(u, r, 20, "family", json_string("TX"));
    MAYBE(u, r, 15, "traceCodeReuse", json_string("10 years"));
    return r;
}

static json_t *notice(struct universe *u)
{
    static const char *const KINDS[] = {"PDN", "PDN", "PCN", "withdrawal"};
    static const char *const CHANGES[] = {"PSITE", "CANDN", "CANCN", "DOCUM"};
    struct chance *c = &u->chance;
    json_t *r = json_pack("{s:s, s:s, s:s}", "kind", ANY(c, KINDS), "number",
                          ANY(c, NUMBERS), "manufacturer", MAKERS[below(c, u->makers)]);
    MAYBE(u, r, 80, "parts", json_pack("[s]", MPNS[below(c, u->mpns)]));
    MAYBE(u, r, 60, "lastShip", when(u));
    MAYBE(u, r, 30, "lastOrder", when(u));
    MAYBE(u, r, 30, "endOfProduction", when(u));
    MAYBE(u, r, 60, "issued", when(u));
    MAYBE(u, r, 60, "effective", when(u));
    MAYBE(u, r, 20, "withdraws", json_string(ANY(c, NUMBERS)));
    MAYBE(u, r, 70, "reasons", json_pack("[s]", ANY(c, CHANGES)));
    return r;
}

static json_t *alert(struct universe *u)
{
    struct chance *c = &u->chance;
    json_t *r = json_pack("{s:s, s:s}", "source", "internal", "number", ANY(c, NUMBERS));
    MAYBE(u, r, 70, "parts",
          json_pack("[o]", percent(c, 50) ? part(u) : json_string(ANY(c, MPNS))));
    MAYBE(u, r, 40, "dateCodes", json_pack("[s]", percent(c, 50) ? "2400-2445" : "24*"));
    MAYBE(u, r, 30, "traceCodes", SOME(c, TRACES));
    MAYBE(u, r, 20, "serials", SOME(c, SERIALS));
    MAYBE(u, r, 40, "suppliers", json_pack("[s]", party(u)));
    MAYBE(u, r, 30, "class", json_string("party"));
    MAYBE(u, r, 15, "withdrawn", json_true());
    return r;
}

static json_t *snapshot(struct universe *u)
{
    return json_pack("{s:s, s:s, s:b}", "source", "register", "of", "AP-CAP", "complete",
                     (int)percent(&u->chance, 70));
}

static json_t *review(struct universe *u)
{
    static const char *const STEPS[] = {"opened", "dispositioned", "reported", "closed"};
    struct chance *c = &u->chance;
    json_t *r = json_pack("{s:s, s:s}", "case", ANY(c, NUMBERS), "step", ANY(c, STEPS));
    if (percent(c, 70))
        json_object_set_new(
            r, "lots",
            json_pack("[o]", percent(c, 30) ? json_pack("{s:s, s:s}", "organisation", party(u), "code", code(u))
                                            : json_string(code(u))));
    MAYBE(u, r, 40, "aware", when(u));
    MAYBE(u, r, 20, "disposition", json_string("scrap"));
    MAYBE(u, r, 15, "exemption", json_string("foreign entity"));
    return r;
}

static json_t *offer(struct universe *u)
{
    struct chance *c = &u->chance;
    json_t *r = json_pack("{s:o, s:s, s:s, s:o}", "part", part(u), "amount", ANY(c, AMOUNTS), "currency", ANY(c, CURRENCIES),
                          "quantityBreak", quantity(u));
    MAYBE(u, r, 80, "seller", json_string(party(u)));
    MAYBE(u, r, 80, "tier", json_string(ANY(c, AS)));
    MAYBE(u, r, 50, "available", quantity(u));
    MAYBE(u, r, 50, "leadTimeWeeks", quantity(u));
    return r;
}

/* clang-format off */
static const struct {
    const char *type;
    json_t *(*make)(struct universe *);
    unsigned weight;
    unsigned operator_percent; /* how often the operator says it */
} MAKES[] = {
    {"manufactured",  manufactured,   6, 0},  {"received",     received,     22, 0},
    {"shipped",       shipped,       18, 0},  {"transformed",  transformed,  10, 0},
    {"counted",       counted,        6, 0},  {"described",    described,     6, 0},
    {"inspected",     inspected,      7, 0},  {"held",         held,          4, 0},
    {"released",      released,       3, 0},  {"installed",    installed,     2, 0},
    {"scrapped",      scrapped,       2, 0},  {"verified",     verified,      5, 10},
    {"voided",        voided,         8, 40}, {"organisation", organisation,  6, 80},
    {"authorization", authorization,  5, 60}, {"certificate",  certificate,   4, 70},
    {"part",          part_record,    5, 60}, {"notice",       notice,        3, 50},
    {"alert",         alert,          4, 60}, {"snapshot",     snapshot,      1, 80},
    {"review",        review,         4, 15},
    {"offer",         offer,          3, 90},
};
/* clang-format on */

static struct universe universe_of(uint64_t seed, int32_t today)
{
    struct universe u = {.chance = {seed * UINT64_C(0x9e3779b97f4a7c15) + 1},
                         .today = today};
    struct chance *c = &u.chance;
    for (int i = 0; i < 8; i++)
        draw(c);
    for (size_t i = 0; i < LENGTH(u.days); i++)
        u.days[i] =
            today - (percent(c, 30) ? (int32_t)below(c, 75) : (int32_t)below(c, 700));
    u.parties = 3 + below(c, LENGTH(PARTIES) - 2);
    u.makers = 1 + below(c, LENGTH(MAKERS));
    u.mpns = 1 + below(c, LENGTH(MPNS));
    u.codes = 2 + below(c, LENGTH(CODES) - 1);
    u.other_names = percent(c, 50);
    for (size_t i = 0; i < LENGTH(MAKES);
         i++) /* not everything everywhere: what is there meets more */
        u.weights[i] = i > 2 && percent(c, 35) ? 0 : MAKES[i].weight;
    return u;
}

/* {"by": who, "record": {...}} */
static json_t *make_one(struct universe *u, size_t n)
{
    struct chance *c = &u->chance;
    unsigned all = 0;
    size_t i = 0;
    char id[24];
    for (size_t k = 0; k < LENGTH(MAKES); k++)
        all += u->weights[k];
    unsigned at = (unsigned)below(c, all);
    while (at >= u->weights[i])
        at -= u->weights[i++];
    u->n = n;
    json_t *r = MAKES[i].make(u);
    snprintf(id, sizeof id, "r%zu", n);
    json_object_set_new(r, "type", json_string(MAKES[i].type));
    json_object_set_new(r, "time", when(u));
    json_object_set_new(r, "id", json_string(id));
    const char *by = percent(c, MAKES[i].operator_percent) ? OPERATOR
                     : u->other_names && percent(c, 8)     ? ANY(c, OTHER_NAMES)
                                                       : PARTIES[below(c, u->parties)];
    return json_pack("{s:s, s:o}", "by", by, "record", r);
}

static json_t *make_sequence(uint64_t seed, int32_t today)
{
    struct universe u = universe_of(seed, today);
    json_t *records = json_array();
    size_t len = 15 + below(&u.chance, percent(&u.chance, 15) ? 100 : 30);
    for (size_t i = 0; i < len; i++)
        json_array_append_new(records, make_one(&u, i));
    return records;
}

/* Few records of few kinds, about little: what meets seldom in a long one meets here. */
static json_t *make_short_sequence(uint64_t seed, int32_t today)
{
    struct universe u = universe_of(seed + 9, today);
    struct chance *c = &u.chance;
    json_t *records = json_array();
    u.codes = 1 + below(c, 2);
    u.other_names = percent(c, 70);
    for (size_t i = 0; i < LENGTH(MAKES); i++)
        u.weights[i] = percent(c, 60) ? 0 : 1 + (unsigned)below(c, 8);
    u.weights[1 + below(c, 3)] += 10; /* something to be spoken of */
    size_t len = 3 + below(c, 9);
    if (percent(c, 20)) { /* a crowd: many receipts of few shipments of one part */
        u.makers = u.mpns = 1;
        u.weights[1] = 60;
        u.weights[2] = 15;
        len += 20;
    }
    for (size_t i = 0; i < len; i++)
        json_array_append_new(records, make_one(&u, i));
    return records;
}
