/* rules - GET /v1/rules: the catalogue that is running. */
#include "handlers.h"
#include "parameters.h"

#include "pedigree/rules/rule.h"

static int add_bytes(const char *at, size_t len, void *text)
{
    text_add_n(text, at, len);
    return 0;
}

bool rules_list(struct request *rq, struct reply *rp, struct error *err)
{
    if (!parameters_read(rq, &NO_PARAMETERS, NULL, err))
        return false;
    json_t *rules = rules_catalogue(), *rule;
    size_t i;
    struct text t = text_new(&rq->arena);
    text_add(&t, "{\"version\":");
    text_json(&t, rules_version());
    text_add(&t, ",\"items\":[");
    json_array_foreach(rules, i, rule)
    {
        text_add(&t, i > 0 ? ",\n" : "\n");
        json_dump_callback(rule, add_bytes, &t, JSON_COMPACT);
    }
    text_add(&t, "\n]}\n");
    json_decref(rules);
    reply_json(rp, &t);
    reply_etag(rq, rp);
    return true;
}
