/* rules - GET /v1/rules: the catalogue that is running. */
#include "handlers.h"
#include "parameters.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/rules/rule.h"

#include <inttypes.h>

static void add_string(struct text *t, const char *name, const char *value)
{
    text_addf(t, ",\"%s\":", name);
    text_json(t, value);
}

static void add_references(struct text *t, const struct rule *r)
{
    text_add(t, ",\"references\":[");
    for (size_t i = 0; i < LENGTH(r->refs) && r->refs[i]; i++) {
        text_add(t, i > 0 ? "," : "");
        text_json(t, r->refs[i]);
    }
    text_add(t, "]");
}

static void add_parameters(struct text *t, const struct rule *r)
{
    text_add(t, ",\"parameters\":[");
    for (size_t i = 0; i < LENGTH(r->parameters) && r->parameters[i].name; i++) {
        text_add(t, i > 0 ? ",{\"name\":" : "{\"name\":");
        text_json(t, r->parameters[i].name);
        text_addf(t, ",\"value\":%" PRId64, r->parameters[i].value);
        add_string(t, "unit", r->parameters[i].unit);
        text_add(t, "}");
    }
    text_add(t, "]");
}

static void add_rule(struct text *t, const struct rule *r)
{
    text_add(t, "{\"id\":");
    text_json(t, r->id);
    add_string(t, "family", r->family);
    add_string(t, "title", r->title);
    add_string(t, "severity", severity_word(r->severity));
    text_addf(t, ",\"version\":%d", r->version);
    add_references(t, r);
    if (r->guards)
        add_string(t, "guards", r->guards);
    text_addf(t, ",\"settles\":%s", r->settles ? "true" : "false");
    add_parameters(t, r);
    text_add(t, "}");
}

bool rules_list(struct request *rq, struct reply *rp, struct error *err)
{
    if (!parameters_read(rq, &NO_PARAMETERS, NULL, err))
        return false;
    size_t len;
    const struct rule *rules = rules_all(&len);
    struct text t = text_new(&rq->arena);
    text_add(&t, "{\"version\":");
    text_json(&t, rules_version());
    text_add(&t, ",\"items\":[");
    for (size_t i = 0; i < len; i++) {
        text_add(&t, i > 0 ? ",\n" : "\n");
        add_rule(&t, &rules[i]);
    }
    text_add(&t, "\n]}\n");
    reply_json(rp, &t);
    reply_etag(rq, rp);
    return true;
}
