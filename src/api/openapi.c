/*
 * openapi - OPERATIONS, ANSWERS, error.def and the codec's schema table as one document.
 *
 * The codec's schemas refer to "#/$defs/x"; here these become "#/components/schemas/x".
 */
#include "pedigree/api/api.h"

#include "answers.h"
#include "choices.h"
#include "operation.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/error.h"
#include "pedigree/base/version.h"
#include "pedigree/codec/codec.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

DEFINE_CLEANUP(json_t, json, json_decref)

static const char ABOUT[] =
    "A verifiable ledger of what happened to lots of electronic components, and an "
    "assessor that "
    "says what does not add up. Records are submitted one by one, as arrays, NDJSON or "
    "CSV; an "
    "answer says what is durable. Flags are suspect indicators. Absent and forbidden "
    "look the "
    "same (404). Errors are RFC 9457 problems with a stable type. Where the contract of "
    "records leaves something open, x-choices says what this ledger does.";

static const char SUBMIT_ABOUT[] = "One object answers 201 (200 if it was in the log "
                                   "before). An array answers an array, NDJSON "
                                   "and CSV answer NDJSON: one result per record, in "
                                   "order; a bad record never stops its "
                                   "neighbours. With atomic=true all or none are "
                                   "appended (at most 10,000 records and 16 MiB, "
                                   "else 413) and the status is that of the first record "
                                   "that failed. A 503 of type `uncertain` "
                                   "means that the record may be in the log: sending it "
                                   "again is safe. Records without `id` are "
                                   "told apart by their content and by which of the "
                                   "equal ones in this request they are.";

static const char TEXT_XML_ABOUT[] =
    "A product change notice as makers send it: smartPCN 3.x (VDMA 24903), a PCNbody or an element with many. Each comes to a "
    "record of type notice for what it changes, for what it discontinues and for what it takes back. No DOCTYPE.";
static const char TEXT_SMARTPCN_ABOUT[] = "The same as JSON: elements are members, what comes again is a list, attributes are @name.";
static const char TEXT_CSV_ABOUT[] =
    "RFC 4180 with a header line, in UTF-8; commas, semicolons or tabs separate cells, "
    "as they "
    "separate the names in the header. A column is a member by its path "
    "(`lot.part.mpn`); "
    "others are `extensions.NAME`. An empty cell is an absent member. Items of a list "
    "have | "
    "between them; below a list of objects (`inputs.lot`, `inputs.quantity`) the n-th "
    "items of "
    "all its columns are of the n-th object, and what is a list there, too, has || "
    "between the "
    "objects. `lot.code` alone names a lot. A record is named `seq:7`, or by its "
    "submitter's "
    "own id (`id:7` where that is digits). Results carry the line that a row begins on.";

static void set(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) != 0)
        abort();
}

static json_t *ref(const char *component)
{
    return json_pack("{s:s+}", "$ref", "#/components/schemas/", component);
}

/* "#/$defs/x" -> "#/components/schemas/x", everywhere below `v`. */
static void rebase(json_t *v)
{
    static const char FROM[] = "#/$defs/";
    const char *key;
    json_t *child;
    size_t i;
    void *next;
    json_array_foreach(v, i, child) rebase(child);
    json_object_foreach_safe(v, next, key, child)
    {
        const char *to = json_string_value(child);
        if (to && strcmp(key, "$ref") == 0 && strncmp(to, FROM, strlen(FROM)) == 0)
            set(v, key, json_sprintf("#/components/schemas/%s", to + strlen(FROM)));
        else
            rebase(child);
    }
}

/* ---- parameters ---- */

static json_t *words_schema(const char *const *words)
{
    json_t *list = json_array();
    for (; *words; words++)
        json_array_append_new(list, json_string(*words));
    return json_pack("{s:s, s:o}", "type", "string", "enum", list);
}

static json_t *parameter_schema(const struct query_parameter *p)
{
    switch (p->type) {
    case PARAMETER_PARTY:
        return ref("Organisation");
    case PARAMETER_WORD:
        return words_schema(p->words);
    case PARAMETER_BOOLEAN:
        return json_pack("{s:s}", "type", "boolean");
    case PARAMETER_DAY:
        return json_pack("{s:s, s:s}", "type", "string", "format", "date");
    case PARAMETER_SIZE:
        return json_pack("{s:s, s:i}", "type", "integer", "minimum", 0);
    case PARAMETER_WHOLE:
        return json_pack("{s:s, s:i, s:I}", "type", "integer", "minimum", 1, "maximum",
                         (json_int_t)p->max);
    case PARAMETER_RULE:
    case PARAMETER_TEXT:
    case PARAMETER_CURSOR:
        break;
    }
    return json_pack("{s:s}", "type", "string");
}

static json_t *query_parameter(const struct query_parameter *p)
{
    json_t *schema = parameter_schema(p);
    if (p->initial && p->type == PARAMETER_BOOLEAN)
        set(schema, "default", json_boolean(strcmp(p->initial, "true") == 0));
    else if (p->initial && (p->type == PARAMETER_WHOLE || p->type == PARAMETER_SIZE))
        set(schema, "default", json_integer(atol(p->initial)));
    else if (p->initial)
        set(schema, "default", json_string(p->initial));
    return json_pack("{s:s, s:s, s:s, s:o}", "name", p->name, "in", "query",
                     "description", p->help, "schema", schema);
}

static json_t *path_parameter(const char *name, size_t len)
{
    bool is_seq = len == 3 && memcmp(name, "seq", 3) == 0;
    bool is_party = len == 12 && memcmp(name, "organisation", 12) == 0;
    json_t *schema = is_party ? ref("Organisation")
                     : is_seq ? json_pack("{s:s, s:i}", "type", "integer", "minimum", 0)
                              : json_pack("{s:s, s:i}", "type", "string", "minLength", 1);
    return json_pack("{s:s%, s:s, s:b, s:o}", "name", name, len, "in", "path", "required",
                     1, "schema", schema);
}

static json_t *parameters_of(const struct operation *op)
{
    json_t *list = json_array();
    for (const char *p = strchr(op->pattern, '{'); p; p = strchr(p, '{')) {
        p++;
        json_array_append_new(list, path_parameter(p, strcspn(p, "}")));
    }
    for (size_t i = 0; op->parameters && i < op->parameters->len; i++)
        json_array_append_new(list, query_parameter(&op->parameters->at[i]));
    return list;
}

/* ---- operations ---- */

static json_t *content(const char *media_type, json_t *schema)
{
    return json_pack("{s:{s:o}}", media_type, "schema", schema);
}

static json_t *response(const char *description, json_t *body)
{
    json_t *r = json_pack("{s:s}", "description", description);
    if (body)
        set(r, "content", body);
    return r;
}

static json_t *problem(enum error_code code)
{
    return response(error_title(code),
                    content("application/problem+json", ref("Problem")));
}

static bool is_submission(const struct operation *op)
{
    return strcmp(op->id, "records_post") == 0;
}

static json_t *submission_body(void)
{
    json_t *array = json_pack("{s:s, s:o}", "type", "array", "items", ref("Record"));
    json_t *json = json_pack("{s:[o, o]}", "oneOf", ref("Record"), array);
    json_t *media = content("application/json", json);
    json_object_update_missing_new(media, content("application/x-ndjson", ref("Record")));
    json_t *csv =
        json_pack("{s:s, s:s}", "type", "string", "description", TEXT_CSV_ABOUT);
    json_object_update_missing_new(media, content("text/csv", csv));
    json_t *xml = json_pack("{s:s, s:s}", "type", "string", "description", TEXT_XML_ABOUT);
    json_object_update_missing_new(media, content("application/xml", xml));
    json_t *tree = json_pack("{s:s, s:s}", "type", "object", "description", TEXT_SMARTPCN_ABOUT);
    json_object_update_missing_new(media, content("application/smartpcn+json", tree));
    return json_pack("{s:b, s:o}", "required", 1, "content", media);
}

static json_t *bill_body(void)
{
    json_t *lines = json_pack("{s:s, s:o}", "type", "array", "items", ref("BillLine"));
    json_t *object = json_pack("{s:s, s:[s], s:{s:O}}", "type", "object", "required", "lines", "properties", "lines", lines);
    json_t *media = content("application/json", json_pack("{s:[o, o]}", "oneOf", lines, object));
    json_object_update_missing_new(media, content("text/csv", json_pack("{s:s, s:s}", "type", "string", "description",
        "A header line, then a line of the bill a row: manufacturer, mpn and, in any order, perUnit, annualDemand, onHand, onOrder, "
        "safetyStock; empty cells are not told.")));
    return json_pack("{s:b, s:o}", "required", 1, "content", media);
}

static json_t *results(void)
{
    return json_pack("{s:s, s:o}", "type", "array", "items", ref("Result"));
}

static json_t *submission_results(void)
{
    json_t *media = content("application/json",
                            json_pack("{s:[o, o]}", "oneOf", ref("Submitted"), results()));
    json_object_update_missing_new(media, content("application/x-ndjson", ref("Result")));
    return response("a record that was in the log before, or one result per record",
                    media);
}

/* With atomic=true the first record that fails decides the status, and each is told. */
static json_t *submission_problem(enum error_code code)
{
    json_t *r = problem(code), *media = json_object_get(r, "content");
    json_object_update_missing_new(media, content("application/json", results()));
    json_object_update_missing_new(media, content("application/x-ndjson", ref("Result")));
    return r;
}

static json_t *answer_content(const struct operation *op)
{
    if (strcmp(op->answer, "text/plain") == 0)
        return content("text/plain", json_pack("{s:s}", "type", "string"));
    if (strcmp(op->answer, "application/octet-stream") == 0)
        return content("application/octet-stream", json_object());
    json_t *media = content("application/json", ref(op->answer));
    if (strcmp(op->answer, "Trace") == 0)
        json_object_update_missing_new(
            media, content("text/vnd.graphviz", json_pack("{s:s}", "type", "string")));
    if (strcmp(op->answer, "Pedigree") == 0)
        json_object_update_missing_new(media, content("application/pdf", json_object()));
    return media;
}

static json_t *responses_of(const struct operation *op)
{
    static const enum error_code PROBLEMS[] = {
        ERR_MALFORMED, ERR_UNAUTHORIZED, ERR_FORBIDDEN,
        ERR_NOT_FOUND, ERR_INVALID,      ERR_UNAVAILABLE};
    static const enum error_code SUBMIT_PROBLEMS[] = {
        ERR_MALFORMED, ERR_CONFLICT,   ERR_TOO_LARGE,
        ERR_INVALID,   ERR_MEDIA_TYPE, ERR_UNAVAILABLE}; /* may hold results too */
    json_t *all = json_object();
    char status[12];
    if (is_submission(op)) {
        set(all, "200", submission_results());
        set(all, "201",
            response("in the log, durable",
                     content("application/json", ref("Submitted"))));
    } else {
        set(all, "200", response("what was asked for", answer_content(op)));
    }
    for (size_t i = 0; !op->is_public && i < LENGTH(PROBLEMS); i++) {
        snprintf(status, sizeof status, "%d", error_http(PROBLEMS[i]));
        set(all, status, problem(PROBLEMS[i]));
    }
    for (size_t i = 0; is_submission(op) && i < LENGTH(SUBMIT_PROBLEMS); i++) {
        snprintf(status, sizeof status, "%d", error_http(SUBMIT_PROBLEMS[i]));
        set(all, status, submission_problem(SUBMIT_PROBLEMS[i]));
    }
    if (op->is_public) {
        set(all, "400", problem(ERR_MALFORMED));
        set(all, "405", problem(ERR_METHOD));
        set(all, "503", strcmp(op->answer, "Status") == 0
                            ? response("a dependency is missing, or too much at once", content("application/json", ref("Status")))
                            : problem(ERR_UNAVAILABLE));
    }
    if (op->is_public && strcmp(op->answer, "Status") != 0) {
        set(all, "404", problem(ERR_NOT_FOUND));
        set(all, "422", problem(ERR_INVALID));
    }
    return all;
}

static json_t *on_behalf_header(void)
{
    return json_pack("{s:s, s:s, s:s, s:o}", "name", "Pedigree-On-Behalf-Of", "in",
                     "header", "description", "as the query parameter onBehalfOf",
                     "schema", ref("Organisation"));
}

static json_t *operation_json(const struct operation *op)
{
    json_t *o =
        json_pack("{s:s, s:s, s:o, s:o}", "operationId", op->id, "summary", op->sentence,
                  "parameters", parameters_of(op), "responses", responses_of(op));
    if (is_submission(op)) {
        set(o, "description", json_string(SUBMIT_ABOUT));
        set(o, "requestBody", submission_body());
        json_array_append_new(json_object_get(o, "parameters"), on_behalf_header());
    }
    if (strcmp(op->id, "bom_check") == 0)
        set(o, "requestBody", bill_body());
    if (op->is_public)
        set(o, "security", json_array());
    return o;
}

static json_t *paths(void)
{
    json_t *all = json_object();
    for (size_t i = 0; i < OPERATIONS_LEN; i++) {
        const struct operation *op = &OPERATIONS[i];
        char method[8] = "";
        for (size_t k = 0; op->method[k] && k + 1 < sizeof method; k++)
            method[k] = (char)(op->method[k] | 0x20);
        if (!json_object_get(all, op->pattern))
            set(all, op->pattern, json_object());
        set(json_object_get(all, op->pattern), method, operation_json(op));
    }
    return all;
}

/* ---- components ---- */

static void add_answers(json_t *schemas)
{
    for (size_t i = 0; i < ANSWERS_LEN; i++) {
        json_error_t why;
        json_t *schema = json_loads(ANSWERS[i].schema, 0, &why);
        assert(schema && "ANSWERS holds JSON");
        set(schemas, ANSWERS[i].name, schema);
    }
}

static void add_records(json_t *schemas)
{
    json_t *any = json_array(), *by_type = json_object();
    json_object_update_new(schemas, schema_definitions());
    for (int t = 0; t < REC_COUNT; t++) {
        const char *word = record_type_word((enum record_type)t);
        char name[64];
        snprintf(name, sizeof name, "record-%s", word);
        set(schemas, name, schema_record((enum record_type)t));
        json_array_append_new(any, ref(name));
        set(by_type, word, json_pack("s+", "#/components/schemas/", name));
    }
    set(schemas, "Record",
        json_pack("{s:o, s:{s:s, s:o}}", "oneOf", any, "discriminator", "propertyName",
                  "type", "mapping", by_type));
}

/* error.def as a table that a client's author reads: the stable words of `type`. */
static void add_problem_types(json_t *schemas)
{
    json_t *words = json_array();
    for (int c = ERR_OK + 1; c < ERR_COUNT; c++)
        json_array_append_new(words, json_string(error_symbol((enum error_code)c)));
    json_t *type = json_object_get(
        json_object_get(json_object_get(schemas, "Problem"), "properties"), "type");
    set(type, "description", json_string("urn:pedigree:problem: and one of x-words"));
    set(type, "x-words", words);
}

static json_t *components(void)
{
    json_t *schemas = json_object();
    add_records(schemas);
    add_answers(schemas);
    add_problem_types(schemas);
    rebase(schemas);
    return json_pack("{s:o, s:{s:{s:s, s:s, s:s}}}", "schemas", schemas,
                     "securitySchemes", "apiKey", "type", "http", "scheme", "bearer",
                     "description", "An API key of `pedigreed key add`.");
}

static json_t *choices(void)
{
    json_t *list = json_array();
    for (size_t i = 0; i < CHOICES_LEN; i++)
        json_array_append_new(list, json_pack("{s:s, s:s}", "section", CHOICES[i].section,
                                              "choice", CHOICES[i].text));
    return list;
}

char *openapi_text(struct arena *a)
{
    CLEANUP(json_cleanup)
    json_t *doc =
        json_pack("{s:s, s:{s:s, s:s, s:s}, s:[{s:s}], s:[{s:[]}], s:o, s:o, s:o}", "openapi",
                  "3.1.0", "info", "title", "Pedigree", "version", PEDIGREE_VERSION,
                  "description", ABOUT, "servers", "url", "/", "security", "apiKey",
                  "x-choices", choices(), "paths", paths(), "components", components());
    assert(doc && "every piece of the document packs");
    char *text = json_dumps(doc, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
    char *copy = arena_strdup(a, text);
    free(text);
    return copy;
}
