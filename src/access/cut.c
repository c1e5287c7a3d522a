/*
 * cut - what is left of a record for a reader whose record it is not.
 *
 * What is not named here is left out: a new member is hidden until somebody decides
 * otherwise. Through a lot that is upstream a reader learns what the goods are and how
 * they came: no prices, references, quantities, sites, notes or customers.  Who is named
 * by a hop, or as issuer of a document, sees what he needs to answer: that hop as its
 * other side wrote it, without prices.
 */
#include "pedigree/access/access.h"
#include "pedigree/base/cleanup.h"

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

/* Kinds of record that say something of an upstream lot to those below. */
static const char *const UPSTREAM_KINDS[] = {
    "manufactured", "received", "shipped", "transformed", "described", "inspected", NULL};
/* Reference records about public things: anybody who has a key may read them. */
static const char *const PUBLIC_KINDS[] = {"organisation", "authorization", "certificate",
                                           "part",         "notice",        NULL};
/* Documents that are about money or about others. */
static const char *const PRIVATE_DOCUMENTS[] = {"invoice", "packing-list", "photo",
                                                "label",   "other",        NULL};

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

static void cut_documents(json_t *o)
{
    json_t *old = json_object_get(o, "documents"), *item;
    if (!old)
        return;
    json_t *list = json_array();
    size_t i;
    json_array_foreach(
        old, i, item) if (!is_among(json_string_value(json_object_get(item, "kind")),
                                    PRIVATE_DOCUMENTS))
        json_array_append_new(list, pick(item, DOCUMENT_MEMBERS));
    json_object_set_new(o, "documents", list);
}

static const char *code_of(const json_t *lot)
{
    return json_is_string(lot) ? json_string_value(lot)
                               : json_string_value(json_object_get(lot, "code"));
}

/* Of many outputs only the one that is the lot through which the record is read. */
static void cut_outputs(json_t *o, const char *code)
{
    json_t *old = json_object_get(o, "outputs"), *item;
    if (!old)
        return;
    json_t *list = json_array();
    size_t i;
    json_array_foreach(old, i, item)
    {
        const char *its = code_of(item);
        if (code && its && strcmp(code, its) == 0)
            json_array_append_new(list, describe(item, DESCRIPTION_MEMBERS));
    }
    json_object_set_new(o, "outputs", list);
}

static bool names(struct arena *a, const struct viewer *v, const json_t *party,
                  party_normal_fn *normal)
{
    const char *written = json_string_value(party);
    return written && viewer_is(v, normal(a, written));
}

static json_t *cut_upstream(struct arena *a, const struct viewer *v,
                            const struct record_claim *c, const json_t *body,
                            party_normal_fn *normal)
{
    json_t *out = pick(body, UPSTREAM_MEMBERS);
    json_t *lot = json_object_get(out, "lot");
    if (json_is_object(lot))
        json_object_set_new(out, "lot", describe(lot, DESCRIPTION_MEMBERS));
    json_t *observed = json_object_get(out, "observed");
    if (observed)
        json_object_set_new(out, "observed", describe(observed, DESCRIPTION_MEMBERS));
    narrow(out, "methods", METHOD_MEMBERS);
    cut_documents(out);
    cut_outputs(out, c->code);
    narrow(out, "from", SIDE_MEMBERS);
    narrow(out, "to", SIDE_MEMBERS);
    if (!c->proves_hop) {
        json_object_del(out, "from");
        json_object_del(out, "seller");
        json_object_del(out, "as");
        json_object_del(out, "to");
    }
    if (!names(a, v, json_object_get(out, "buyer"), normal))
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

static bool names_issuer(struct arena *a, const struct viewer *v, const json_t *body,
                         party_normal_fn *normal)
{
    const json_t *documents = json_object_get(body, "documents"), *item;
    size_t i;
    json_array_foreach(documents, i, item)
    {
        const json_t *parent =
            json_object_get(json_object_get(item, "declares"), "parent");
        if (names(a, v, json_object_get(item, "issuer"), normal) ||
            names(a, v, json_object_get(parent, "issuer"), normal))
            return true;
    }
    return false;
}

/* Does a custody record name the reader: as a side of its hop, an owner, its laboratory?
 */
static bool names_reader(struct arena *a, const struct viewer *v, const json_t *body,
                         party_normal_fn *normal)
{
    static const char *const SIDES[] = {"from", "to", "lot", NULL};
    static const char *const PARTIES[] = {"seller", "buyer", "laboratory", NULL};
    for (const char *const *m = SIDES; *m; m++)
        if (names(a, v, json_object_get(json_object_get(body, *m), "organisation"),
                  normal) ||
            names(a, v, json_object_get(json_object_get(body, *m), "owner"), normal))
            return true;
    for (const char *const *m = PARTIES; *m; m++)
        if (names(a, v, json_object_get(body, *m), normal))
            return true;
    return false;
}

static bool is_custody(const char *kind)
{
    static const char *const KINDS[] = {
        "manufactured", "received",  "shipped", "transformed", "counted",
        "described",    "inspected", "held",    "released",    "installed",
        "scrapped",     "verified",  NULL};
    return is_among(kind, KINDS);
}

json_t *access_cut(struct arena *a, const struct viewer *v, const struct record_claim *c,
                   const json_t *body, party_normal_fn *normal, bool *partial)
{
    *partial = false;
    if (v->sees_all || viewer_is(v, c->on_behalf) || viewer_is(v, c->submitter))
        return json_deep_copy(body);
    if (is_among(c->kind, PUBLIC_KINDS) || c->is_published ||
        (c->role == ROLE_OPERATOR && !c->on_behalf && strcmp(c->kind, "alert") == 0))
        return json_deep_copy(body);
    *partial = true;
    if (is_custody(c->kind) && (c->sight == SIGHT_OWN || c->sight == SIGHT_OWNER)) {
        json_t *out = json_deep_copy(body);
        json_object_del(out, "price");
        json_object_del(out, "reference");
        json_object_del(out, "note");
        return out;
    }
    if (is_custody(c->kind) && names_reader(a, v, body, normal))
        return cut_named(body, HOP_MEMBERS);
    if (c->sight == SIGHT_UPSTREAM && is_among(c->kind, UPSTREAM_KINDS) &&
        (strcmp(c->kind, "shipped") != 0 || c->proves_hop))
        return cut_upstream(a, v, c, body, normal);
    if (is_custody(c->kind) && names_issuer(a, v, body, normal))
        return cut_named(body, ISSUER_MEMBERS);
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
