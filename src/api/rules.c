/* rules - GET /v1/rules: the catalogue that is running, under the policies in force for the caller. */
#include "ask.h"

bool rules_list(struct request *rq, struct reply *rp, struct error *err)
{
    const char *json;
    if (!parameters_read(rq, &NO_PARAMETERS, NULL, err))
        return false;
    const struct reader reader = reader_of(rq);
    return query_rules(&reader, &json, err) && answer_json(rq, rp, json);
}
