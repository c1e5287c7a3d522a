/* ask - see the header. */
#include "ask.h"

#include <string.h>

const char *const SEVERITY_WORDS[] = {"info", "low", "medium", "high", "critical", NULL};
const char *const GRADE_WORDS[] = {"none", "info",     "low", "medium",
                                   "high", "critical", NULL};

struct reader reader_of(struct request *rq)
{
    const struct api *api = rq->context;
    const struct reader_connections *own = rq->reader;
    int64_t size, generation;
    if (api->replica) {
        ledger_extent(api->ledger, &size, &generation);
        replica_know(api->replica, size, generation);
    }
    return (struct reader){.db = own->primary, .arena = &rq->arena, .caller = rq->caller,
                           .replica_db = own->replica, .replica = api->replica, .tiles = api->tiles};
}

bool page_read(const struct request *rq, const char *limit, const char *cursor,
               struct page *out, struct error *err)
{
    out->cursor = cursor;
    return parameters_limit(rq, limit, &out->limit, err);
}

bool path_lot(struct request *rq, struct lot_name *out, struct error *err)
{
    out->code = request_parameter(rq, "code");
    return path_party(rq, "organisation", &out->organisation, err);
}

bool answer_json(struct request *rq, struct reply *rp, const char *json)
{
    rp->content_type = "application/json";
    rp->body = json;
    rp->len = strlen(json);
    reply_etag(rq, rp);
    return true;
}
