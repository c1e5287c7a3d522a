/* organisations - GET /v1/organisations/{organisation}, and its certificates on a day. */
#include "ask.h"

#include "pedigree/base/cleanup.h"

enum { ON, KNOWN };
static const struct query_parameter TABLE[] = {
    [ON] = {"on", PARAMETER_DAY, .help = "how they stood on this day; absent: on the ledger day"},
    [KNOWN] = {"known", PARAMETER_DAY, .help = "by what had been recorded at the end of this day (UTC); absent: by all"},
};
const struct parameters ORGANISATION_CERTIFICATES_PARAMETERS = PARAMETERS(TABLE);

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

static bool read_day(const char *name, const char *value, int32_t *out, struct error *err)
{
    *out = INT32_MIN;
    return !value || parameter_day(name, value, out, err);
}

bool organisation_certificates(struct request *rq, struct reply *rp, struct error *err)
{
    const char *v[LENGTH(TABLE)], *json;
    struct certificates_ask ask;
    if (!parameters_read(rq, &ORGANISATION_CERTIFICATES_PARAMETERS, v, err) ||
        !path_party(rq, "organisation", &ask.organisation, err) || !read_day("on", v[ON], &ask.on, err) ||
        !read_day("known", v[KNOWN], &ask.known, err))
        return false;
    const struct reader reader = reader_of(rq);
    return query_certificates(&reader, &ask, &json, err) && answer_json(rq, rp, json);
}
