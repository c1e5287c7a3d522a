/* lots - GET /v1/lots and what lies below one lot. */
#include "ask.h"

#include "pedigree/api/api.h"
#include "pedigree/base/cleanup.h"

#include <string.h>

/* ---- the search ---- */

enum {
    MANUFACTURER,
    MPN,
    DATE_CODE,
    TRACE_CODE,
    SERIAL,
    HOLDER,
    GRADE,
    RULE,
    LIMIT,
    CURSOR
};
static const struct query_parameter SEARCH[] = {
    [MANUFACTURER] = {"manufacturer", .help = "as written, or an organisation; with mpn"},
    [MPN] = {"mpn", .help = "the manufacturer's part number; with manufacturer"},
    [DATE_CODE] = {"dateCode", .help = "as marked"},
    [TRACE_CODE] = {"traceCode", .help = "the manufacturer's lot code"},
    [SERIAL] = {"serial", .help = "one serial number"},
    [HOLDER] = {"holder", PARAMETER_PARTY, .help = "who holds the lot"},
    [GRADE] = {"grade", PARAMETER_WORD, .words = GRADE_WORDS,
               .help = "lots of this grade"},
    [RULE] = {"rule", PARAMETER_RULE, .help = "lots with an open flag of this rule, say CAP-044"},
    [LIMIT] = PARAMETER_LIMIT,
    [CURSOR] = PARAMETER_NEXT,
};
const struct parameters LOTS_LIST_PARAMETERS = PARAMETERS(SEARCH);

bool lots_list(struct request *rq, struct reply *rp, struct error *err)
{
    const char *v[LENGTH(SEARCH)], *json;
    struct page page;
    if (!parameters_read(rq, &LOTS_LIST_PARAMETERS, v, err) ||
        !page_read(rq, v[LIMIT], v[CURSOR], &page, err))
        return false;
    const struct reader reader = reader_of(rq);
    const struct lot_filter filter = {
        .manufacturer = v[MANUFACTURER],
        .mpn = v[MPN],
        .date_code = v[DATE_CODE],
        .trace_code = v[TRACE_CODE],
        .serial = v[SERIAL],
        .holder = v[HOLDER],
        .grade = v[GRADE],
        .rule = v[RULE],
    };
    return query_lots(&reader, &filter, &page, &json, err) && answer_json(rq, rp, json);
}

/* ---- one lot ---- */

bool lot_show(struct request *rq, struct reply *rp, struct error *err)
{
    struct lot_name name;
    const char *json;
    if (!parameters_read(rq, &NO_PARAMETERS, NULL, err) || !path_lot(rq, &name, err))
        return false;
    const struct reader reader = reader_of(rq);
    return query_lot(&reader, &name, &json, err) && answer_json(rq, rp, json);
}

enum { RECORDS_LIMIT, RECORDS_CURSOR };
static const struct query_parameter RECORDS[] = {
    [RECORDS_LIMIT] = PARAMETER_LIMIT,
    [RECORDS_CURSOR] = PARAMETER_NEXT,
};
const struct parameters LOT_RECORDS_PARAMETERS = PARAMETERS(RECORDS);

bool lot_records(struct request *rq, struct reply *rp, struct error *err)
{
    const char *v[LENGTH(RECORDS)], *json;
    struct lot_name name;
    struct page page;
    if (!parameters_read(rq, &LOT_RECORDS_PARAMETERS, v, err) ||
        !page_read(rq, v[RECORDS_LIMIT], v[RECORDS_CURSOR], &page, err) ||
        !path_lot(rq, &name, err))
        return false;
    const struct reader reader = reader_of(rq);
    return query_lot_records(&reader, &name, &page, &json, err) &&
           answer_json(rq, rp, json);
}

/* ---- its chain ---- */

static const char *const DIRECTIONS[] = {"up", "down", "both", NULL};
static const char *const FORMATS[] = {"json", "dot", NULL};
enum { DIRECTION, FORMAT };
static const struct query_parameter TRACE[] = {
    [DIRECTION] = {"direction", PARAMETER_WORD, .words = DIRECTIONS, .initial = "up",
                   .help = "towards the sources, towards the customers, or both"},
    [FORMAT] = {"format", PARAMETER_WORD, .words = FORMATS, .initial = "json",
                .help = "json, or dot for Graphviz"},
};
const struct parameters LOT_TRACE_PARAMETERS = PARAMETERS(TRACE);

static enum direction direction_of(const char *word)
{
    if (strcmp(word, "both") == 0)
        return TRACE_BOTH;
    return strcmp(word, "down") == 0 ? TRACE_DOWN : TRACE_UP;
}

bool lot_trace(struct request *rq, struct reply *rp, struct error *err)
{
    const char *v[LENGTH(TRACE)], *out;
    struct trace_ask ask = {0};
    if (!parameters_read(rq, &LOT_TRACE_PARAMETERS, v, err) ||
        !path_lot(rq, &ask.lot, err))
        return false;
    const struct config *config = ((const struct api *)rq->context)->config;
    ask.direction = direction_of(v[DIRECTION]);
    ask.most = CONFIG_NOW(config->trace_max_hops);
    ask.as_dot = strcmp(v[FORMAT], "dot") == 0;
    const struct reader reader = reader_of(rq);
    if (!query_trace(&reader, &ask, &out, err))
        return false;
    answer_json(rq, rp, out);
    if (ask.as_dot)
        rp->content_type = "text/vnd.graphviz";
    return true;
}
