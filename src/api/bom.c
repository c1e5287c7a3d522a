/* bom - POST /v1/bom-check: a bill of materials against what is known, line by line. */
#include "ask.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/model/when.h"
#include "pedigree/query/bom.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SUPPORT, REDESIGN, UNITS, SCRAP };
static const struct query_parameter TABLE[] = {
    [SUPPORT] = {"supportUntil", .help = "day to which the assembly is supported: life-of-need quantities are for that"},
    [REDESIGN] = {"redesignUntil", .help = "day on which a redesign is there and requalified: bridge-buy quantities are for that"},
    [UNITS] = {"unitsPerYear", PARAMETER_WHOLE, .max = 1000000000, .help = "assemblies a year, where lines tell perUnit and no demand"},
    [SCRAP] = {"scrapPercent", PARAMETER_WHOLE, .max = 100, .help = "lost in production, of the demand"},
};
const struct parameters BOM_CHECK_PARAMETERS = PARAMETERS(TABLE);

static bool read_day(const char *name, const char *value, int32_t *out, struct error *err)
{
    struct when at;
    *out = INT32_MIN;
    if (!value)
        return true;
    if (!when_parse(value, &at))
        return error_at(err, ERR_INVALID, name, "\"%.40s\" is no day: write 2031-12-31, 2031-12 or 2031", value);
    *out = at.last_day;
    return true;
}

static bool read_bill(struct request *rq, struct bill *out, struct error *err)
{
    const char *type = request_header(rq, "Content-Type");
    bool is_csv = type && strncasecmp(type, "text/csv", strlen("text/csv")) == 0;
    if (!is_csv && !(type && strncasecmp(type, "application/json", strlen("application/json")) == 0))
        return error_at(err, ERR_MEDIA_TYPE, "Content-Type", "\"%.80s\" is not understood: send application/json or text/csv",
                        type ? type : "");
    return bill_read(&rq->arena, rq->body ? rq->body : "", rq->body_len, is_csv, out, err);
}

bool bom_check(struct request *rq, struct reply *rp, struct error *err)
{
    const char *v[LENGTH(TABLE)], *json;
    struct bill bill;
    struct bom_ask ask = {.bill = &bill};
    if (!parameters_read(rq, &BOM_CHECK_PARAMETERS, v, err) || !read_day("supportUntil", v[SUPPORT], &ask.support_until, err) ||
        !read_day("redesignUntil", v[REDESIGN], &ask.redesign_until, err) || !read_bill(rq, &bill, err))
        return false;
    ask.units_a_year = v[UNITS] ? strtoll(v[UNITS], NULL, 10) : INT64_MIN;
    ask.scrap_percent = v[SCRAP] ? strtoll(v[SCRAP], NULL, 10) : 0;
    const struct reader reader = reader_of(rq);
    return query_bom(&reader, &ask, &json, err) && answer_json(rq, rp, json);
}
