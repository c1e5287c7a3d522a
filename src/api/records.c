/* records - GET /v1/records/{seq}. */
#include "ask.h"

bool record_show(struct request *rq, struct reply *rp, struct error *err)
{
    const char *json;
    int64_t seq;
    if (!parameters_read(rq, &NO_PARAMETERS, NULL, err) || !path_seq(rq, &seq, err))
        return false;
    const struct reader reader = reader_of(rq);
    return query_record(&reader, seq, &json, err) && answer_json(rq, rp, json);
}
