/* profile - see the header; the tables are all that is known of sources. */
#include "pedigree/codec/profile.h"

#include "smartpcn.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/model/party.h"
#include "pedigree/model/when.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

DEFINE_CLEANUP(json_t, json, json_decref)

enum how {
    AS_TEXT,
    AS_DAY,
    AS_COUNT,  /* a whole number */
    AS_TRUTH,
    AS_LIST,   /* of texts; in a cell with | ; or line ends between */
    AS_PARTY,  /* an organisation's id */
    AS_CAGE,   /* a CAGE code */
    AS_NAME,   /* a name: provisional, of the `country` beside it */
    AS_WORD,   /* by `words` */
    AS_PARTS,  /* part numbers, or items of parts */
};

struct word {
    const char *from, *to;
};
struct field {
    const char *from; /* names that it goes by, a space between */
    const char *to;   /* member; "part/mpn" is one of an object */
    enum how how;
    const struct word *words;
};
struct profile {
    const char *name, *type, *about;
    const struct field *fields;
    size_t len;
};

/* ---- words of others ---- */

/* clang-format off */
/* What says nothing of the part (a distributor's own stock) is left out: "". */
static const struct word LIFECYCLES[] = {
    {"active", "active"}, {"active not stocked", "active"}, {"in production", "active"}, {"production", "active"}, {"mature", "active"},
    {"new", "active"}, {"new product", "active"}, {"factory special order", "active"}, {"acquired", "active"},
    {"preview", "preview"}, {"preliminary", "preview"}, {"preproduction", "preview"}, {"pre release", "preview"},
    {"nrnd", "nrnd"}, {"not for new designs", "nrnd"}, {"not recommended for new designs", "nrnd"}, {"phase out", "nrnd"},
    {"ltb", "ltb"}, {"last time buy", "ltb"}, {"last buy", "ltb"}, {"life time buy", "ltb"},
    {"eol", "eol"}, {"end of life", "eol"}, {"discontinuation pending", "eol"},
    {"obsolete", "obsolete"}, {"discontinued", "obsolete"}, {"end of production", "obsolete"},
    {"unknown", "unknown"}, {"inactive", "unknown"}, {"unconfirmed", "unknown"}, {NULL, NULL}};
static const struct word STATUSES[] = {
    {"active", "active"}, {"valid", "active"}, {"certified", "active"}, {"issued", "active"}, {"reinstated", "active"},
    {"suspended", "suspended"}, {"cancelled", "cancelled"}, {"canceled", "cancelled"}, {"terminated", "cancelled"},
    {"withdrawn", "withdrawn"}, {"revoked", "withdrawn"}, {"expired", "expired"}, {"lapsed", "expired"}, {NULL, NULL}};
static const struct word CLASSES[] = {
    {"suspect counterfeit", "suspect-counterfeit"}, {"counterfeit", "suspect-counterfeit"}, {"unapproved part", "suspect-counterfeit"},
    {"suspect counterfeit nonconforming", "suspect-counterfeit"}, {"nonconforming", "nonconforming"}, {"alert", "nonconforming"},
    {"safe alert", "safety"}, {"safety", "safety"}, {"problem advisory", "advisory"}, {"advisory", "advisory"},
    {"agency action notice", "advisory"}, {"federal notice", "advisory"}, {"party", "party"}, {NULL, NULL}};
static const struct word KINDS[] = {
    {"pcn", "PCN"}, {"product change", "PCN"}, {"process change", "PCN"}, {"change", "PCN"},
    {"pdn", "PDN"}, {"eol", "PDN"}, {"discontinuance", "PDN"}, {"product discontinuance", "PDN"}, {"obsolescence", "PDN"},
    {"withdrawal", "withdrawal"}, {"cancellation", "withdrawal"}, {NULL, NULL}};

/* ---- profiles ---- */

static const struct field CERTIFICATE_FIELDS[] = {
    {"time asOf", "time", AS_DAY, NULL},
    {"scheme", "scheme", AS_TEXT, NULL},
    {"number certificateNumber certificateNo certificate", "number", AS_TEXT, NULL},
    {"holder organisation organization", "holder", AS_PARTY, NULL},
    {"cage cageCode", "holder", AS_CAGE, NULL},
    {"holderName name company companyName", "holder", AS_NAME, NULL},
    {"body certificationBody cb issuer", "body", AS_TEXT, NULL},
    {"scope", "scope", AS_TEXT, NULL},
    {"methods testMethods", "methods", AS_LIST, NULL},
    {"sites", "sites", AS_LIST, NULL},
    {"standard", "standard", AS_TEXT, NULL},
    {"issued issueDate validFrom", "issued", AS_DAY, NULL},
    {"expires expiryDate validUntil expirationDate", "expires", AS_DAY, NULL},
    {"status", "status", AS_WORD, STATUSES},
    {"statusFrom statusDate statusSince", "statusFrom", AS_DAY, NULL},
    {"product", "product", AS_TEXT, NULL},
    {"level securityLevel", "level", AS_TEXT, NULL},
    {"profile additionalInformation", "profile", AS_TEXT, NULL},
    {"kind certificateType", "kind", AS_TEXT, NULL},
    {"basis", "basis", AS_TEXT, NULL},
};
static const struct field ALERT_FIELDS[] = {
    {"time asOf", "time", AS_DAY, NULL},
    {"source", "source", AS_TEXT, NULL},
    {"number alertNumber document gidepDocument documentNumber", "number", AS_TEXT, NULL},
    {"class alertType gidepAlertType", "class", AS_WORD, CLASSES},
    {"issued date gidepDocumentDate alertDate", "issued", AS_DAY, NULL},
    {"summary description title", "summary", AS_TEXT, NULL},
    {"parts affectedParts partNumbers partNumber mpn", "parts", AS_PARTS, NULL},
    {"dateCodes dateCode", "dateCodes", AS_LIST, NULL},
    {"traceCodes lotCodes lotCode", "traceCodes", AS_LIST, NULL},
    {"serials serialNumbers", "serials", AS_LIST, NULL},
    {"suppliers supplier", "suppliers", AS_LIST, NULL},
    {"withdrawn cancelled", "withdrawn", AS_TRUTH, NULL},
};
static const struct field LIFECYCLE_FIELDS[] = {
    {"time lifecycleDate asOf date", "time", AS_DAY, NULL},
    {"manufacturer manufacturerName mfr", "part/manufacturer", AS_TEXT, NULL},
    {"cage cageCode", "part/manufacturer", AS_CAGE, NULL},
    {"mpn partNumber", "part/mpn", AS_TEXT, NULL},
    {"lifecycle newStatus currentStatus lifecycleStatus status", "lifecycle", AS_WORD, LIFECYCLES},
    {"source sourceName", "source", AS_TEXT, NULL},
    {"introduced introductionDate", "introduced", AS_DAY, NULL},
    {"endOfProduction eolDate", "endOfProduction", AS_DAY, NULL},
    {"yearsToEndOfLife yteol", "yearsToEndOfLife", AS_COUNT, NULL},
    {"family productLine", "family", AS_TEXT, NULL},
    {"package", "package", AS_TEXT, NULL},
    {"category", "category", AS_TEXT, NULL},
};
static const struct field CHANGE_FIELDS[] = {
    {"time", "time", AS_DAY, NULL},
    {"kind pcnType noticeType", "kind", AS_WORD, KINDS},
    {"number pcnNumber noticeNumber", "number", AS_TEXT, NULL},
    {"manufacturer manufacturerName mfr", "manufacturer", AS_TEXT, NULL},
    {"cage cageCode", "manufacturer", AS_CAGE, NULL},
    {"issued pcnDate issueDate publicationDate", "issued", AS_DAY, NULL},
    {"effective effectiveDate", "effective", AS_DAY, NULL},
    {"lastOrder ltbDate lastTimeBuy", "lastOrder", AS_DAY, NULL},
    {"lastShip lastShipDate lastTimeShip ltsDate", "lastShip", AS_DAY, NULL},
    {"endOfProduction", "endOfProduction", AS_DAY, NULL},
    {"fromDateCode", "fromDateCode", AS_TEXT, NULL},
    {"withdraws", "withdraws", AS_TEXT, NULL},
    {"reasons reason changeTypes", "reasons", AS_LIST, NULL},
    {"title", "title", AS_TEXT, NULL},
    {"description", "description", AS_TEXT, NULL},
    {"parts affectedParts partNumbers partNumber mpn", "parts", AS_PARTS, NULL},
};
/* One of a list of parts. */
static const struct field PART_FIELDS[] = {
    {"mpn partNumber", "mpn", AS_TEXT, NULL},
    {"manufacturer seManufacturer", "manufacturer", AS_TEXT, NULL},
    {"ltbDate lastOrder", "lastOrder", AS_DAY, NULL},
    {"lastShipDate lastShip", "lastShip", AS_DAY, NULL},
};

enum { RECORDS, SMARTPCN };
static const struct profile PROFILES[] = {
    [RECORDS] = {"records", NULL, "records as POST /v1/records takes them: JSON, NDJSON or CSV", NULL, 0},
    [SMARTPCN] = {"smartpcn", NULL, "change notices: smartPCN 3.x, VDMA 24903, as XML or JSON", NULL, 0},
    {"certificates", "certificate", "a register of certificates", CERTIFICATE_FIELDS, LENGTH(CERTIFICATE_FIELDS)},
    {"alerts", "alert", "alerts about parts, date codes, suppliers", ALERT_FIELDS, LENGTH(ALERT_FIELDS)},
    {"lifecycle", "part", "where parts stand in their life cycle", LIFECYCLE_FIELDS, LENGTH(LIFECYCLE_FIELDS)},
    {"changes", "notice", "change and discontinuance notices, an entry each", CHANGE_FIELDS, LENGTH(CHANGE_FIELDS)},
};
/* clang-format on */

const struct profile *profile_find(const char *name)
{
    for (size_t i = 0; i < LENGTH(PROFILES); i++)
        if (strcmp(PROFILES[i].name, name) == 0)
            return &PROFILES[i];
    return NULL;
}

const struct profile *profile_at(size_t i)
{
    return i < LENGTH(PROFILES) ? &PROFILES[i] : NULL;
}

const char *profile_name(const struct profile *p)
{
    return p->name;
}

void profiles_dump(struct text *out)
{
    for (size_t i = 0; i < LENGTH(PROFILES); i++) {
        text_addf(out, "%s: %s\n", PROFILES[i].name, PROFILES[i].about);
        for (size_t k = 0; k < PROFILES[i].len; k++)
            text_addf(out, "    %-18s %s\n", PROFILES[i].fields[k].to, PROFILES[i].fields[k].from);
    }
}

/* ---- a field's value ---- */

struct reading {
    struct arena *arena;
    const json_t *item;
    struct error *err;
    const char *maker; /* of parts that name none; NULL */
};

static bool wrong(const struct reading *r, const char *field, const char *why)
{
    return error_at(r->err, ERR_INVALID, arena_printf(r->arena, "/%s", field), "%s", why);
}

/* Names are alike whatever their case and what is between their words. */
static bool is_alike(const char *a, const char *b)
{
    for (;; a++, b++) {
        a += strspn(a, " -_./,()");
        b += strspn(b, " -_./,()");
        int x = *a >= 'A' && *a <= 'Z' ? *a + 32 : *a, y = *b >= 'A' && *b <= 'Z' ? *b + 32 : *b;
        if (x != y || !x)
            return x == y;
    }
}

/* The item's field of one of these names; *name as it is written there. */
static const json_t *field_of(const struct reading *r, const char *names, const char **name)
{
    char *copy = arena_strdup(r->arena, names);
    for (char *one; (one = strsep(&copy, " "));) {
        const char *key;
        json_t *value;
        json_object_foreach((json_t *)(uintptr_t)r->item, key, value) {
            if (!is_alike(key, one) || json_is_null(value) || (json_is_string(value) && !*json_string_value(value)))
                continue;
            *name = key;
            return value;
        }
    }
    return NULL;
}

static const char *text_of(struct arena *a, const json_t *v)
{
    if (json_is_object(v))
        v = json_object_get(v, "#text");
    if (json_is_integer(v))
        return arena_printf(a, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
    if (json_is_boolean(v))
        return json_is_true(v) ? "true" : "false";
    return json_is_string(v) ? text_trim(arena_strdup(a, json_string_value(v))) : NULL;
}

static json_t *day_of(const struct reading *r, const char *name, const char *text)
{
    struct when w;
    const char *only = arena_strndup(r->arena, text, 10);
    bool is_moment = strlen(text) > 10 && when_parse(text, &w);
    bool is_day = when_parse(only, &w) && (strlen(text) <= 10 || strchr("T Z+", text[10]));
    if (!is_moment && !is_day)
        wrong(r, name, arena_printf(r->arena, "\"%.40s\" is no date: write 2024-08-01", text));
    return is_moment ? json_string(text) : is_day ? json_string(only) : NULL;
}

static json_t *count_of(const struct reading *r, const char *name, const char *text)
{
    char *end;
    errno = 0;
    long long n = strtoll(text, &end, 10);
    if (end == text || *end || errno)
        wrong(r, name, arena_printf(r->arena, "\"%.40s\" is no whole number", text));
    return end == text || *end || errno ? NULL : json_integer(n);
}

static json_t *truth_of(const struct reading *r, const char *name, const char *text)
{
    static const char *const YES_WORDS[] = {"true", "yes", "y", "1"}, *const NO_WORDS[] = {"false", "no", "n", "0"};
    for (size_t i = 0; i < LENGTH(YES_WORDS); i++) {
        if (strcasecmp(text, YES_WORDS[i]) == 0)
            return json_true();
        if (strcasecmp(text, NO_WORDS[i]) == 0)
            return json_false();
    }
    wrong(r, name, arena_printf(r->arena, "\"%.40s\" is not yes or no", text));
    return NULL;
}

/* A distributor's "Discontinued at ..." is of its own stock. */
static json_t *word_of(const struct reading *r, const char *name, const char *text, const struct word *words)
{
    for (const struct word *w = words; w->from; w++)
        if (is_alike(w->from, text))
            return json_string(w->to);
    if (words == LIFECYCLES && strncasecmp(text, "discontinued at", 15) == 0)
        return json_string("unknown");
    struct text known = text_new(r->arena);
    for (const struct word *w = words; w->from && known.len < 200; w++)
        text_addf(&known, "%s%s", w == words ? "" : ", ", w->from);
    wrong(r, name, arena_printf(r->arena, "\"%.40s\" is not understood; known are %s", text, text_str(&known)));
    return NULL;
}

static json_t *name_of(const struct reading *r, const char *text)
{
    const char *where = "", *country = "zz";
    const json_t *v = field_of(r, "country countryCode", &where);
    const char *said = v ? text_of(r->arena, v) : NULL;
    if (said && strlen(said) == 2)
        country = said;
    return json_string(party_normal(r->arena, arena_printf(r->arena, "name:%c%c/%s", country[0] | 32, country[1] | 32, text)));
}

static json_t *one_of(const struct reading *r, const struct field *f, const char *name, const char *text)
{
    switch (f->how) {
    case AS_DAY:
        return day_of(r, name, text);
    case AS_COUNT:
        return count_of(r, name, text);
    case AS_TRUTH:
        return truth_of(r, name, text);
    case AS_WORD:
        return word_of(r, name, text, f->words);
    case AS_CAGE:
        return json_string(arena_printf(r->arena, "cage:%s", text));
    case AS_NAME:
        return name_of(r, text);
    case AS_TEXT:
    case AS_PARTY:
    case AS_LIST:
    case AS_PARTS:
        break;
    }
    return json_string(text);
}

/* ---- lists ---- */

/* An array, what an element repeats ({"part": [...]}), or a cell with several. */
static json_t *entries_of(struct arena *a, const json_t *v)
{
    json_t *list = json_array(), *inner = NULL;
    if (json_is_object(v) && json_object_size(v) == 1) {
        const char *key;
        json_object_foreach((json_t *)(uintptr_t)v, key, inner) {
            v = json_is_array(inner) || json_is_object(inner) || *key != '@' ? inner : v;
        }
    }
    if (json_is_array(v)) {
        json_array_extend(list, (json_t *)(uintptr_t)v);
    } else if (json_is_object(v)) {
        json_array_append(list, (json_t *)(uintptr_t)v);
    } else {
        char *copy = arena_strdup(a, text_of(a, v) ? text_of(a, v) : "");
        for (char *one; (one = strsep(&copy, "|;\n"));)
            if (*(one = text_trim(one)))
                json_array_append_new(list, json_string(one));
    }
    return list;
}

static bool set_fields(const struct reading *r, const struct field *fields, size_t len, json_t *to);

static json_t *part_of_list(const struct reading *r, const json_t *entry)
{
    CLEANUP(json_cleanup) json_t *part = json_object();
    struct reading inner = {r->arena, entry, r->err, NULL};
    if (json_is_object(entry)) {
        if (!set_fields(&inner, PART_FIELDS, LENGTH(PART_FIELDS), part))
            return NULL;
    } else {
        json_object_set_new(part, "mpn", json_string(text_of(r->arena, entry)));
    }
    if (r->maker && !json_object_get(part, "manufacturer"))
        json_object_set_new(part, "manufacturer", json_string(r->maker));
    return TAKE(part);
}

static json_t *list_of(const struct reading *r, const struct field *f, const json_t *v)
{
    CLEANUP(json_cleanup) json_t *entries = entries_of(r->arena, v), *list = json_array();
    json_t *entry;
    size_t i;
    json_array_foreach(entries, i, entry) {
        const char *text = text_of(r->arena, entry);
        json_t *one = f->how == AS_PARTS ? part_of_list(r, entry) : text ? json_string(text) : json_incref(entry);
        const char *why = "";
        if (text && strcmp(f->to, "suppliers") == 0 && !party_is_valid(text, &why)) { /* a name: of no country that is told */
            json_decref(one);
            one = json_string(party_normal(r->arena, arena_printf(r->arena, "name:zz/%s", text)));
        }
        if (!one)
            return NULL;
        json_array_append_new(list, one);
    }
    return TAKE(list);
}

/* ---- an item ---- */

static void put(struct arena *a, json_t *to, const char *path, json_t *value)
{
    const char *slash = strchr(path, '/');
    if (slash) {
        const char *outer = arena_strndup(a, path, (size_t)(slash - path));
        if (!json_object_get(to, outer))
            json_object_set_new(to, outer, json_object());
        to = json_object_get(to, outer);
        path = slash + 1;
    }
    if (json_object_get(to, path)) /* said before, under a better name */
        json_decref(value);
    else
        json_object_set_new(to, path, value);
}

static bool set_fields(const struct reading *r, const struct field *fields, size_t len, json_t *to)
{
    for (size_t i = 0; i < len; i++) {
        const struct field *f = &fields[i];
        const char *name = f->from;
        const json_t *v = field_of(r, f->from, &name);
        if (!v)
            continue;
        bool is_list = f->how == AS_LIST || f->how == AS_PARTS;
        const char *text = is_list ? "" : text_of(r->arena, v);
        if (!text)
            return wrong(r, name, "is no text");
        json_t *value = is_list ? list_of(r, f, v) : one_of(r, f, name, text);
        if (!value)
            return r->err->code != ERR_OK ? false : wrong(r, name, "is not UTF-8");
        put(r->arena, to, f->to, value);
    }
    return true;
}

static void set_default(json_t *to, const char *member, const char *value)
{
    if (value && !json_object_get(to, member))
        json_object_set_new(to, member, json_string(value));
}

/* Who says so where the item does not, and since when. */
static void complete(const struct reading *r, const struct profile_source *s, json_t *record)
{
    static const char *const DAYS[] = {"statusFrom", "issued"};
    const char *type = json_string_value(json_object_get(record, "type"));
    if (strcmp(type, "part") == 0 || strcmp(type, "alert") == 0)
        set_default(record, "source", s->source);
    if (strcmp(type, "notice") == 0) {
        bool ends = json_object_get(record, "lastOrder") || json_object_get(record, "lastShip");
        set_default(record, "manufacturer", s->manufacturer);
        set_default(record, "kind", ends ? "PDN" : "PCN");
    }
    if (strcmp(type, "part") == 0 && s->manufacturer) {
        put(r->arena, record, "part/manufacturer", json_string(s->manufacturer));
    }
    for (size_t i = 0; i < LENGTH(DAYS) && strcmp(type, "part") != 0; i++)
        if (strcmp(type, "certificate") != 0 || i == 0)
            set_default(record, "time", json_string_value(json_object_get(record, DAYS[i])));
}

static json_t *by_table(struct arena *a, const struct profile *p, const struct profile_source *s, const json_t *item, struct error *err)
{
    CLEANUP(json_cleanup) json_t *record = json_pack("{s:s}", "type", p->type);
    struct reading r = {a, item, err, NULL};
    const char *name = "";
    const json_t *maker = strcmp(p->type, "alert") == 0 ? field_of(&r, "manufacturer manufacturerName mfr", &name) : NULL;
    const json_t *cage = strcmp(p->type, "alert") == 0 ? field_of(&r, "cage cageCode", &name) : NULL;
    if (cage && text_of(a, cage))
        r.maker = arena_printf(a, "cage:%s", text_of(a, cage));
    else if (maker)
        r.maker = text_of(a, maker);
    else if (strcmp(p->type, "alert") == 0)
        r.maker = s->manufacturer;
    if (!set_fields(&r, p->fields, p->len, record))
        return NULL;
    complete(&r, s, record);
    return json_pack("[O]", record);
}

json_t *profile_records(struct arena *a, const struct profile *p, const struct profile_source *s, const char *text, size_t len,
                        struct error *err)
{
    json_error_t why;
    CLEANUP(json_cleanup) json_t *item = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
    if (!item)
        error_set(err, ERR_MALFORMED, "not JSON: %.200s", why.text);
    else if (!json_is_object(item))
        error_set(err, ERR_INVALID, "an item is an object");
    if (!item || !json_is_object(item))
        return NULL;
    if (p == &PROFILES[RECORDS])
        return json_pack("[O]", item);
    if (p == &PROFILES[SMARTPCN])
        return smartpcn_records(a, json_object_get(item, "PCNbody") ? json_object_get(item, "PCNbody") : item, err);
    return by_table(a, p, s, item, err);
}

/* ---- what a record is about ---- */

/* Also of what has floats in it, which is no record. */
static const char *plain(struct arena *a, const json_t *v)
{
    char *text = json_dumps(v, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
    if (!text)
        abort();
    const char *kept = arena_strdup(a, text);
    free(text);
    return kept;
}

const char *profile_identity(struct arena *a, const json_t *record)
{
    static const struct {
        const char *type, *members[5];
    } NAMES[] = {
        {"certificate", {"scheme", "number", "holder"}},
        {"alert", {"source", "number"}},
        {"notice", {"manufacturer", "number", "kind"}},
        {"part", {"part", "source"}},
        {"snapshot", {"source", "of"}},
    };
    const char *type = json_string_value(json_object_get(record, "type"));
    struct text t = text_new(a);
    text_add(&t, type ? type : "");
    for (size_t i = 0; type && i < LENGTH(NAMES); i++)
        for (size_t k = 0; strcmp(NAMES[i].type, type) == 0 && NAMES[i].members[k]; k++) {
            const json_t *v = json_object_get(record, NAMES[i].members[k]);
            text_addf(&t, "\n%s", v ? plain(a, v) : "");
        }
    if (t.len == (type ? strlen(type) : 0)) { /* others are what they say, or what their id says */
        const json_t *id = json_object_get(record, "id");
        text_addf(&t, "\n%s", plain(a, id ? id : record));
    }
    return text_str(&t);
}

bool item_format_of(const char *word, enum item_format *out)
{
    static const struct {
        const char *word;
        enum item_format format;
    } WORDS[] = {{"json", ITEMS_JSON},  {"application/json", ITEMS_JSON},          {"ndjson", ITEMS_NDJSON},
                 {"jsonl", ITEMS_NDJSON}, {"application/x-ndjson", ITEMS_NDJSON},  {"application/ndjson", ITEMS_NDJSON},
                 {"csv", ITEMS_CSV},    {"text/csv", ITEMS_CSV},                   {"xml", ITEMS_XML},
                 {"application/xml", ITEMS_XML}, {"text/xml", ITEMS_XML}};
    size_t len = strcspn(word, "; \t");
    for (size_t i = 0; i < LENGTH(WORDS); i++)
        if (strlen(WORDS[i].word) == len && strncasecmp(WORDS[i].word, word, len) == 0) {
            *out = WORDS[i].format;
            return true;
        }
    return false;
}
