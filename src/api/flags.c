/* flags - GET /v1/flags: the queue. */
#include "ask.h"

#include "pedigree/base/cleanup.h"

#include <string.h>

static const char *const STATES[] = {"open", "pending", NULL};
enum { SEVERITY, RULE, STATE, HOLDER, PART, LIMIT, CURSOR };
static const struct query_parameter TABLE[] = {
    [SEVERITY] = {"severity", PARAMETER_WORD, .words = SEVERITY_WORDS,
                  .help = "of this severity"},
    [RULE] = {"rule", PARAMETER_RULE, .help = "of this rule, say CAP-044"},
    [STATE] = {"state", PARAMETER_WORD, .words = STATES,
               .help = "pending: a late record may still explain it"},
    [HOLDER] = {"holder", PARAMETER_PARTY,
                .help = "on lots that this organisation holds"},
    [PART] = {"part", .help = "on lots of this part, as manufacturer/mpn"},
    [LIMIT] = PARAMETER_LIMIT,
    [CURSOR] = PARAMETER_NEXT,
};
const struct parameters FLAGS_LIST_PARAMETERS = PARAMETERS(TABLE);

/* "TI/SN74LS00N": up to the first slash the manufacturer. */
static bool read_part(struct request *rq, const char *part, struct flag_filter *f,
                      struct error *err)
{
    const char *slash = part ? strchr(part, '/') : NULL;
    if (!part)
        return true;
    if (!slash || slash == part || !slash[1])
        return error_at(err, ERR_INVALID, "part",
                        "\"%.80s\" is no part: write manufacturer/mpn, say TI/SN74LS00N",
                        part);
    f->manufacturer = arena_strndup(&rq->arena, part, (size_t)(slash - part));
    f->mpn = slash + 1;
    return true;
}

bool flags_list(struct request *rq, struct reply *rp, struct error *err)
{
    const char *v[LENGTH(TABLE)], *json;
    struct page page;
    if (!parameters_read(rq, &FLAGS_LIST_PARAMETERS, v, err) ||
        !page_read(rq, v[LIMIT], v[CURSOR], &page, err))
        return false;
    const struct reader reader = reader_of(rq);
    struct flag_filter filter = {
        .severity = v[SEVERITY], .rule = v[RULE], .state = v[STATE], .holder = v[HOLDER]};
    return read_part(rq, v[PART], &filter, err) &&
           query_flags(&reader, &filter, &page, &json, err) && answer_json(rq, rp, json);
}
