/* organisations - GET /v1/organisations/{organisation}. */
#include "ask.h"

bool organisation_show(struct request *rq, struct reply *rp, struct error *err)
{
    const char *organisation, *json;
    if (!parameters_read(rq, &NO_PARAMETERS, NULL, err) ||
        !path_party(rq, "organisation", &organisation, err))
        return false;
    const struct reader reader = reader_of(rq);
    return query_organisation(&reader, organisation, &json, err) &&
           answer_json(rq, rp, json);
}
