/* parts - GET /v1/parts/{manufacturer}/{mpn}. */
#include "ask.h"

bool part_show(struct request *rq, struct reply *rp, struct error *err)
{
    const char *json;
    if (!parameters_read(rq, &NO_PARAMETERS, NULL, err))
        return false;
    const struct reader reader = reader_of(rq);
    return query_part(&reader, request_parameter(rq, "manufacturer"),
                      request_parameter(rq, "mpn"), &json, err) &&
           answer_json(rq, rp, json);
}
