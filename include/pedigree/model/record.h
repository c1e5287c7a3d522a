/*
 * record - one submitted record, decoded: what design/records.md says, as structs.
 *
 * A record is only ever made by codec/decode from bytes that passed validation, lives in an
 * arena with everything it points to, and never changes.  Absent text is NULL, an absent list
 * has len 0 (`given` tells an empty list from none where that matters), an absent number is NONE.
 * `json` is the whole record (borrowed jansson object, owned by the arena's creator).
 */
#pragma once

#include "pedigree/model/part.h"
#include "pedigree/model/when.h"

#include <jansson.h>

#define NONE INT64_MIN

enum record_type {
#define RECORD_TYPE(symbol, word, family) REC_##symbol,
#include "pedigree/model/record_type.def"
    REC_COUNT
};
enum record_family { FAMILY_CUSTODY, FAMILY_STATEMENT, FAMILY_PRIVATE, FAMILY_VOID };

struct words { /* a list of strings */
    const char **at;
    size_t len;
    bool given;
};

struct date_code_item {
    const char *code;
    int64_t quantity; /* NONE */
    struct words trace_codes;
    const char *made_in;
};

struct package_item {
    const char *id;
    int64_t quantity; /* NONE */
};

struct part_of { /* which pieces of a lot: members of a record and of an `inputs` element */
    struct words serials;
    struct words package_ids;
    struct words date_codes;
};

struct lot_description {
    const char *code;      /* NULL only in `observed` */
    struct part_name part; /* .mpn NULL: not stated */
    int64_t quantity;      /* NONE: not stated */
    struct date_code_item *date_codes;
    size_t date_codes_len;
    struct words trace_codes;
    const char *made_in, *assembled_in, *diffused_in;
    const char *condition; /* new surplus used refurbished unknown */
    const char *owner;     /* party_normal */
    const char *packaging, *seal; /* seal: factory distributor open */
    struct package_item *package_ids;
    size_t package_ids_len;
    struct when sealed_on, expires;
    struct words serials;
    const char *finish, *msl, *bin, *customer_part, *content_hash;
    struct words labels;
    bool described; /* given as an object, not only as a code */
};

struct hop_side { /* `from` or `to` */
    bool given;
    const char *organisation; /* party_normal; NULL: not told */
    struct words lots;        /* from.lot, to.lot: one or more codes of that side */
    const char *site, *country;
    struct when shipped;
    const char *as; /* capacity claimed for this sale */
    bool has_assembly;
    struct part_name assembly_part;
    const char *assembly_serial;
};

struct lot_input {
    const char *lot;
    int64_t quantity;
    struct part_of of;
};

struct stated { /* a boolean, where it is stated */
    bool value, given;
};

struct element { /* measured in the finish, percent by mass as decimal text */
    const char *element, *percent;
};

struct method {
    const char *method;
    struct element *elements;
    size_t elements_len;
    const char *content_hash; /* of the program that was read out */
    struct stated blank;      /* no program was found in it */
    int64_t sampled, suspect, nonconforming, destroyed; /* NONE */
    struct words date_codes;
    const char *accreditation;
};

struct document_ref {
    const char *kind, *sha256, *number, *form, *redacts;
    const char *issuer; /* party_normal; NULL: absent (source of the hop, else the submitter) */
    struct when date;
    bool has_declares;
    struct {
        const char *line, *mpn, *made_in, *condition, *purchase_order, *site, *statement,
            *signatory;
        const char *manufacturer; /* manufacturer_normal */
        int64_t quantity;         /* NONE */
        int64_t lot_size;         /* of the whole production lot; NONE */
        struct words date_codes, trace_codes, serials;
        const char *parent_issuer; /* party_normal */
        const char *parent_number, *parent_sha256;
    } declares;
};

struct reference {
    const char *purchase_order, *line, *sales_order, *shipment, *invoice, *work_order, *rma,
        *contract, *kit;
};

struct verified_of { /* what a `verified` answers for */
    bool has_record, has_document, has_part;
    int64_t record_seq;    /* NONE */
    const char *record_id; /* the answerer's counterpart's own id; NULL */
    const char *document_issuer, *document_number, *document_sha256;
    struct part_name part;
    struct words trace_codes, date_codes;
};

/* Reference records (section 4): only those that have an effect are decoded further. */
struct alias {
    const char *name; /* manufacturer_normal(): an id or brand: */
    struct when from, to;
};
struct successor {
    const char *organisation;
    struct when from;
};
struct site {
    const char *code, *country, *address, *keeper; /* keeper normal */
    struct words activities;
    struct when from, to;
};
struct signatory {
    const char *name;
    struct when from, to;
};
struct organisation_statement {
    const char *organisation, *name, *country, *parent; /* ids normal */
    struct words roles;
    bool has_roles, has_aliases, has_successors, has_agents, has_sites;
    struct site *sites;
    size_t sites_len;
    struct alias *aliases;
    size_t aliases_len;
    struct successor *successors;
    size_t successors_len;
    struct words agents;
    bool has_signatories;
    struct signatory *signatories;
    size_t signatories_len;
};
struct authorization_statement {
    const char *holder, *by, *manufacturer, *kind; /* manufacturer: manufacturer_normal */
    bool scope_all; /* absent, "all" or a text: everything of that manufacturer */
    struct words parts, lines, packages, regions; /* parts as part_key() */
    struct when from, to;
};
struct certificate_statement {
    const char *scheme, *number, *holder, *body, *standard, *status, *scope;
    const char *product, *level, *profile, *kind, *basis;
    struct words methods, sites;
    struct when issued, expires, status_from;
};
struct dated { /* {finish|format|country.., from, to} */
    const char *value, *activity;
    struct when from, to;
};
struct dated_list { /* `at` NULL: not stated */
    struct dated *at;
    size_t len;
};
struct part_list {
    struct part_name *at;
    size_t len;
};
struct part_statement {
    struct part_name part;
    const char *source, *family, *package, *lifecycle, *trace_code_reuse;
    struct when introduced, end_of_production;
    struct words aliases; /* part_key() of other names */
    /* What the part is; rules/facts.h has it as `struct part_facts`. */
    const char *category, *grade, *msl, *content_hash, *export_control, *trace_code_pattern;
    int64_t temperature_min, temperature_max; /* degrees Celsius; NONE */
    int64_t voltage, feature_size, years_to_end_of_life; /* V, nm, years; NONE */
    struct stated see_sensitive, programmable;
    struct dated_list date_code_formats, finishes, sites; /* sites: country, activity */
    struct words pack_quantities; /* each an int64_t */
    struct part_list alternates;
};
struct notice_part {
    struct part_name part;
    struct when last_order, last_ship;
    struct words reasons; /* not given: the notice's */
};
struct notice_statement {
    const char *kind, *number, *withdraws, *manufacturer, *from_date_code;
    struct notice_part *parts; /* NULL: no list */
    size_t parts_len;
    struct when issued, effective, last_order, last_ship, end_of_production;
    struct words reasons;
};
struct alert_statement {
    const char *source, *number, *class_, *summary;
    struct when issued;
    struct part_name *parts; /* .maker NULL if only an mpn was given; NULL: no list */
    size_t parts_len;
    struct words date_codes, trace_codes, serials, suppliers; /* suppliers normal */
    bool withdrawn, has_withdrawn;
};
/* What the organisation uses and what it decided: private to it. */
struct bom_line {
    struct part_name part;
    int64_t per_unit, annual_demand, on_hand, on_order; /* pieces; NONE */
};
struct bom_environment {
    struct {
        int64_t min, max; /* whole degrees Celsius; NONE */
    } temperature;
    int64_t altitude, voltage; /* whole feet, whole volts; NONE */
};
struct bom_statement {
    const char *name, *revision, *phase, *criticality, *whisker_level, *nuclear, *security_level, *security_profile; /* as written; NULL */
    struct stated networked;
    struct bom_environment environment;
    bool has_environment;
    struct when support_until;
    struct bom_line *lines;
    size_t lines_len;
    bool has_lines;
};
struct decision_statement {
    struct {
        const char *lot_organisation, *lot_code; /* organisation NULL: who decided holds it */
        struct part_name part;
        const char *notice_manufacturer, *notice_number, *alert_source, *alert_number, *organisation, *programme;
    } about;
    const char *kind, *outcome, *authority;
    struct when until;
};
struct allocation { /* `allocated` */
    const char *lot, *programme;
    int64_t quantity;
};
/* A rule's parameter, or its severity, under an organisation's policy. */
struct policy_setting {
    const char *rule;      /* "CAP-080" */
    const char *parameter; /* NULL: its severity; if that is NULL too the rule is as it was, but for what follows */
    const char *severity;  /* a word; "none": the rule is not asked */
    int64_t value;
};
struct policy_statement {
    struct policy_setting *settings; /* as written */
    size_t settings_len;
};
struct snapshot_statement {
    const char *source, *of;
    bool complete;
    int64_t count;
};

struct lot_reference { /* a lot by its name */
    const char *organisation; /* normal; NULL: who says so */
    const char *code;
};
struct review_statement { /* `case` by its number; all steps of one case are about the lots of any */
    const char *case_, *step, *disposition, *to, *number, *exemption;
    struct lot_reference *lots;
    size_t lots_len;
    struct when aware;
};
struct money { /* for `per` pieces (NONE: one); amount NULL: not told */
    const char *amount, *currency;
    int64_t per;
};
struct offer_statement { /* of an operator: a price and stock seen in the market */
    struct part_name part;
    const char *seller, *tier;
    struct money price;
    int64_t quantity_break, available, lead_weeks; /* NONE */
};

struct record {
    enum record_type type;
    struct when time;
    const char *id; /* NULL: absent */
    struct reference reference;
    const char *site, *note;
    const char *signature; /* over all of it but this member; NULL */
    struct document_ref *documents;
    size_t documents_len;
    struct part_of of_pieces; /* serials[] packageIds[] dateCodes[] of the record itself */

    /* Custody (section 3); which are set depends on the type. */
    struct lot_description lot;
    const char *lot_organisation; /* inspected: another's lot; normal, else NULL */
    int64_t quantity;             /* shipped, counted, held, released, ...; NONE */
    struct hop_side from, to;
    const char *seller, *buyer; /* normal */
    const char *as;             /* shipped: capacity claimed */
    const char *reason, *how, *condition;
    struct when ordered;
    struct money price; /* received */
    int64_t lot_size, book;
    struct lot_input *inputs;
    size_t inputs_len;
    struct lot_description *outputs;
    size_t outputs_len;
    const char *purpose, *standard, *result;
    struct method *methods;
    size_t methods_len;
    const char *laboratory; /* normal */
    bool has_observed;
    struct lot_description observed;
    const char *location, *authority, *witness, *method, *programme;
    struct part_name into_part;
    struct words into_serials;
    const char *into_lot;
    const char *answer; /* verified */
    struct verified_of of;
    int64_t target_seq;    /* voided, redacted: seq; NONE */
    const char *target_id; /* voided: the submitter's own id; NULL */
    struct words redacts;  /* redacted: which parts; not given: all */

    /* Statements; NULL but for their type. */
    struct organisation_statement *organisation;
    struct authorization_statement *authorization;
    struct certificate_statement *certificate;
    struct part_statement *part;
    struct notice_statement *notice;
    struct alert_statement *alert;
    struct snapshot_statement *snapshot;
    struct policy_statement *policy;
    struct bom_statement *bom;
    struct decision_statement *decision;
    struct review_statement *review;
    struct offer_statement *offer;

    json_t *json;
};

/* About money or about others; false for words that are no kind (document_kind.def). */
bool document_is_private(const char *kind);

const char *record_type_word(enum record_type t);
enum record_family record_type_family(enum record_type t);
/* An inspection that found a suspect indicator; `nonconforming` says nothing of authenticity. */
bool record_is_adverse(const struct record *r);
bool record_type_find(const char *word, enum record_type *out);
