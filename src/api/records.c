/* records - GET /v1/records/{seq}, and its disclosure: as much of it as the caller may see, proved. */
#include "published.h"

bool record_show(struct request *rq, struct reply *rp, struct error *err)
{
    const char *json;
    int64_t seq;
    if (!parameters_read(rq, &NO_PARAMETERS, NULL, err) || !path_seq(rq, &seq, err))
        return false;
    const struct reader reader = reader_of(rq);
    return query_record(&reader, seq, &json, err) && answer_json(rq, rp, json);
}

bool record_disclosure(struct request *rq, struct reply *rp, struct error *err)
{
    struct disclosure_ask ask = {0};
    const char *file;
    if (!parameters_read(rq, &NO_PARAMETERS, NULL, err) || !path_seq(rq, &ask.seq, err) ||
        !published_checkpoint(rq, &ask.size, &ask.note, err))
        return false;
    const struct reader reader = reader_of(rq);
    return query_disclosure(&reader, &ask, &file, err) && answer_json(rq, rp, published_file(rq, file));
}
