/*
 * cut - what is left of a record for a reader whose record it is not.
 *
 * What is not named here is left out: a new member is hidden until somebody decides
 * otherwise.  Through a lot that is upstream a reader learns what the goods are and how
 * they came: no prices, references, quantities, sites, notes or customers.  Who is named
 * by a hop sees what he needs to answer: that hop as its other side wrote it, without
 * prices.  Who issued a document sees that document and the goods it goes with, and who
 * is answered, or whose sample is tested, what is said.  Of what others write about lots
 * that he has, and about public things, all is his to read but what they keep for
 * themselves.
 */
#include "pedigree/access/access.h"
#include "pedigree/model/party.h"
#include "pedigree/model/record.h"

#include <string.h>

/* Members by kind of reading, one line of words each. */
static const char *const UPSTREAM_MEMBERS[] = {
    "type",    "time",    "lot",      "how",     "condition",  "as",       "documents",
    "purpose", "result",  "standard", "methods", "laboratory", "observed", "from",
    "seller",  "outputs", "reason",   "to",      "buyer",      NULL,
};
static const char *const HOP_MEMBERS[] = {
    "type",      "id",       "time",    "lot",        "condition",  "as",
    "documents", "from",     "to",      "seller",     "buyer",      "reason",
    "quantity",  "of",       "answer",  "serials",    "packageIds", "dateCodes",
    "result",    "standard", "methods", "laboratory", NULL,
};
static const char *const ISSUER_MEMBERS[] = {"type", "time", "lot", "documents", NULL};
static const char *const ANSWER_MEMBERS[] = {
    "type",   "time",     "of",      "answer",     "purpose",
    "result", "standard", "methods", "laboratory", NULL};
/* Of an alert that reaches his lot: what it is matched by. */
static const char *const ALERT_MEMBERS[] = {
    "type",  "time",      "source",     "number",  "class",     "issued",
    "parts", "dateCodes", "traceCodes", "serials", "withdrawn", NULL};
/* What a submitter writes for himself, whoever may read the rest. */
static const char *const OWN_MEMBERS[] = {"price", "reference",  "note",
                                          "site",  "extensions", NULL};
static const char *const DESCRIPTION_MEMBERS[] = {
    "code",        "part",       "dateCodes", "traceCodes", "madeIn",
    "assembledIn", "diffusedIn", "condition", "packaging",  "seal",
    "sealedOn",    "expires",    "finish",    "msl",        NULL,
};
static const char *const HOP_DESCRIPTION_MEMBERS[] = {
    "code",   "part",        "quantity",   "dateCodes", "traceCodes",
    "madeIn", "assembledIn", "diffusedIn", "condition", "packaging",
    "seal",   "packageIds",  "serials",    NULL,
};
static const char *const DATE_CODE_MEMBERS[] = {"code", "traceCodes", "madeIn", NULL};
static const char *const SIDE_MEMBERS[] = {"organisation", "lot", "country",
                                           "shipped",      "as",  NULL};
static const char *const METHOD_MEMBERS[] = {"method", "suspect", "dateCodes",
                                             "accreditation", NULL};
static const char *const DOCUMENT_MEMBERS[] = {"kind", "sha256", "number",  "issuer",
                                               "date", "form",   "redacts", "mediaType",
                                               "size", NULL};

/* Kinds of record by which the holder of an upstream lot says something to those below. */
static const char *const UPSTREAM_KINDS[] = {
    "manufactured", "received", "shipped", "transformed", "described", "inspected", NULL};
/* Reference records about public things: anybody who has a key may read them. */
static const char *const PUBLIC_KINDS[] = {"organisation", "authorization", "certificate",
                                           "part", "notice", "snapshot", NULL};
/* What its issuer needs to say whether it is his: as it is said to read. */
static const char *const DECLARES_MEMBERS[] = {
    "line",       "manufacturer", "mpn",    "quantity", "dateCodes",
    "traceCodes", "serials",      "madeIn", "parent",   NULL};

static bool is_among(const char *word, const char *const *list)
{
    for (; word && *list; list++)
        if (strcmp(word, *list) == 0)
            return true;
    return false;
}

static json_t *pick(const json_t *from, const char *const *members)
{
    if (!json_is_object(from))
        return json_deep_copy(from);
    json_t *out = json_object();
    for (; *members; members++) {
        json_t *value = json_object_get(from, *members);
        if (value)
            json_object_set_new(out, *members, json_deep_copy(value));
    }
    return out;
}

/* Replaces the member by what `members` leave of it, or of each of its items. */
static void narrow(json_t *o, const char *member, const char *const *members)
{
    json_t *old = json_object_get(o, member);
    if (!json_is_array(old)) {
        if (old)
            json_object_set_new(o, member, pick(old, members));
        return;
    }
    json_t *list = json_array(), *item;
    size_t i;
    json_array_foreach(old, i, item) json_array_append_new(list, pick(item, members));
    json_object_set_new(o, member, list);
}

static json_t *describe(const json_t *from, const char *const *members)
{
    json_t *out = pick(from, members);
    if (json_is_object(out) && members == DESCRIPTION_MEMBERS)
        narrow(out, "dateCodes", DATE_CODE_MEMBERS);
    return out;
}

static bool is_private(const json_t *document)
{
    return document_is_private(json_string_value(json_object_get(document, "kind")));
}

static void cut_documents(json_t *o)
{
    json_t *old = json_object_get(o, "documents"), *item;
    if (!old)
        return;
    json_t *list = json_array();
    size_t i;
    json_array_foreach(old, i, item) if (!is_private(item))
        json_array_append_new(list, pick(item, DOCUMENT_MEMBERS));
    json_object_set_new(o, "documents", list);
}

static bool is_lot(const json_t *item, const char *code)
{
    const json_t *its = json_object_get(item, "code");
    if (!its)
        its = json_object_get(item, "lot");
    return code && json_is_string(its) && strcmp(code, json_string_value(its)) == 0;
}

/* Of many inputs or outputs only the one that is the lot through which it is read. */
static void keep_lot(json_t *o, const char *member, const char *code)
{
    json_t *list = json_object_get(o, member);
    for (size_t i = json_array_size(list); i-- > 0;)
        if (!is_lot(json_array_get(list, i), code))
            json_array_remove(list, i);
}

/* All of it but what its submitter keeps for himself. */
static json_t *cut_own(const json_t *body)
{
    json_t *out = json_deep_copy(body);
    for (const char *const *m = OWN_MEMBERS; *m; m++)
        json_object_del(out, *m);
    cut_documents(out);
    return out;
}

/* A keeper's lots may belong to several. */
static json_t *cut_kept(const struct record_claim *c, const json_t *body)
{
    json_t *out = cut_own(body);
    if (c->sight == SIGHT_OWNER) {
        keep_lot(out, "inputs", c->code);
        keep_lot(out, "outputs", c->code);
    }
    return out;
}

static bool names(struct arena *a, const struct viewer *v, const json_t *party)
{
    const char *written = json_string_value(party);
    return written && viewer_is(v, party_normal(a, written));
}

static json_t *cut_upstream(struct arena *a, const struct viewer *v,
                            const struct record_claim *c, const json_t *body)
{
    json_t *out = pick(body, UPSTREAM_MEMBERS), *item;
    json_t *lot = json_object_get(out, "lot");
    size_t i;
    if (json_is_object(lot))
        json_object_set_new(out, "lot", describe(lot, DESCRIPTION_MEMBERS));
    json_t *observed = json_object_get(out, "observed");
    if (observed)
        json_object_set_new(out, "observed", describe(observed, DESCRIPTION_MEMBERS));
    narrow(out, "methods", METHOD_MEMBERS);
    cut_documents(out);
    keep_lot(out, "outputs", c->code);
    json_array_foreach(json_object_get(out, "outputs"), i, item)
        json_array_set_new(json_object_get(out, "outputs"), i,
                           describe(item, DESCRIPTION_MEMBERS));
    narrow(out, "from", SIDE_MEMBERS);
    narrow(out, "to", SIDE_MEMBERS);
    if (!c->proves_hop) {
        json_object_del(out, "from");
        json_object_del(out, "seller");
        json_object_del(out, "as");
        json_object_del(out, "to");
    }
    if (!names(a, v, json_object_get(out, "buyer")))
        json_object_del(out, "buyer");
    return out;
}

static json_t *cut_named(const json_t *body, const char *const *members)
{
    json_t *out = pick(body, members);
    json_t *lot = json_object_get(out, "lot");
    if (json_is_object(lot))
        json_object_set_new(out, "lot", describe(lot, HOP_DESCRIPTION_MEMBERS));
    narrow(out, "methods", METHOD_MEMBERS);
    cut_documents(out);
    return out;
}

static bool is_issuer(struct arena *a, const struct viewer *v, const json_t *document)
{
    const json_t *parent =
        json_object_get(json_object_get(document, "declares"), "parent");
    return names(a, v, json_object_get(document, "issuer")) ||
           names(a, v, json_object_get(parent, "issuer"));
}

/* For who issued one of its documents: those, and what goods they go with; else NULL. */
static json_t *cut_issued(struct arena *a, const struct viewer *v, const json_t *body)
{
    const json_t *documents = json_object_get(body, "documents"), *item;
    json_t *issued = json_array(), *out = pick(body, ISSUER_MEMBERS);
    size_t i;
    json_array_foreach(documents, i, item)
    {
        if (!is_issuer(a, v, item))
            continue;
        json_t *document = pick(item, DOCUMENT_MEMBERS);
        if (json_object_get(item, "declares"))
            json_object_set_new(
                document, "declares",
                pick(json_object_get(item, "declares"), DECLARES_MEMBERS));
        json_array_append_new(issued, document);
    }
    bool any = json_array_size(issued) > 0;
    json_object_set_new(out, "documents", issued);
    json_t *lot = json_object_get(out, "lot");
    if (json_is_object(lot))
        json_object_set_new(out, "lot", describe(lot, DESCRIPTION_MEMBERS));
    if (any)
        return out;
    json_decref(out);
    return NULL;
}

/* Does a custody record name the reader: as a side of its hop, an owner, its laboratory? */
static bool names_reader(struct arena *a, const struct viewer *v, const json_t *body)
{
    static const char *const SIDES[] = {"from", "to", "lot", "laboratory", NULL};
    static const char *const PARTIES[] = {"seller", "buyer", NULL};
    for (const char *const *m = SIDES; *m; m++)
        if (names(a, v, json_object_get(json_object_get(body, *m), "organisation")) ||
            names(a, v, json_object_get(json_object_get(body, *m), "owner")))
            return true;
    for (const char *const *m = PARTIES; *m; m++)
        if (names(a, v, json_object_get(body, *m)))
            return true;
    return false;
}

static bool is_custody(const char *kind)
{
    enum record_type type;
    return record_type_find(kind, &type) && record_type_family(type) == FAMILY_CUSTODY;
}

static bool is_public(const struct record_claim *c)
{
    return is_among(c->kind, PUBLIC_KINDS) || c->is_published ||
           (c->role == ROLE_OPERATOR && !c->on_behalf && strcmp(c->kind, "alert") == 0);
}

json_t *access_cut(struct arena *a, const struct viewer *v, const struct record_claim *c,
                   const json_t *body, bool *partial)
{
    *partial = false;
    if (v->sees_all || viewer_is(v, c->on_behalf) || viewer_is(v, c->submitter))
        return json_deep_copy(body);
    *partial = true;
    if (is_public(c))
        return cut_own(body);
    if (is_custody(c->kind) && (c->sight == SIGHT_OWN || c->sight == SIGHT_OWNER))
        return cut_kept(c, body);
    if (is_custody(c->kind) && names_reader(a, v, body))
        return cut_named(body, HOP_MEMBERS);
    if (c->sight == SIGHT_UPSTREAM && c->by_holder && is_among(c->kind, UPSTREAM_KINDS) &&
        (strcmp(c->kind, "shipped") != 0 || c->proves_hop))
        return cut_upstream(a, v, c, body);
    json_t *issued = is_custody(c->kind) ? cut_issued(a, v, body) : NULL;
    if (issued)
        return issued;
    if (c->concerns)
        return strcmp(c->kind, "alert") == 0 ? pick(body, ALERT_MEMBERS)
                                             : cut_named(body, ANSWER_MEMBERS);
    *partial = false;
    return NULL;
}

json_t *access_cut_description(const json_t *description, enum sight s)
{
    if (s >= SIGHT_OWNER)
        return json_deep_copy(description);
    return s == SIGHT_UPSTREAM ? describe(description, DESCRIPTION_MEMBERS)
                               : json_object();
}

void access_cut_evidence(json_t *evidence, enum sight s)
{
    if (s != SIGHT_ALL)
        json_object_del(evidence, "others");
}
