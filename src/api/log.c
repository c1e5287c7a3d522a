/* log - GET /log/..., /v1/log/consistency, /v1/records/{seq}/receipt: what anybody may check us by. */
#include "published.h"

#include "pedigree/api/api.h"
#include "pedigree/base/cleanup.h"
#include "pedigree/feeds/witnesses.h"
#include "pedigree/tlog/tile.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool answer_text(struct request *rq, struct reply *rp, const char *text)
{
    rp->content_type = "text/plain; charset=utf-8";
    rp->body = text;
    rp->len = strlen(text);
    reply_etag(rq, rp);
    return true;
}

bool log_checkpoint(struct request *rq, struct reply *rp, struct error *err)
{
    int64_t size;
    const char *note;
    if (!parameters_read(rq, &NO_PARAMETERS, NULL, err) || !published_checkpoint(rq, &size, &note, err))
        return false;
    reply_header(rp, "Cache-Control", "no-cache");
    return answer_text(rq, rp, note);
}

/* Not always the newest, as witnesses take their time: who must see their signatures asks for this one. */
bool log_cosigned(struct request *rq, struct reply *rp, struct error *err)
{
    const struct api *api = rq->context;
    if (!parameters_read(rq, &NO_PARAMETERS, NULL, err))
        return false;
    const char *note = witnesses_newest(api->witnesses, &rq->arena);
    if (!note)
        return error_set(err, ERR_NOT_FOUND, "no checkpoint was cosigned: %s", api->witnesses ? "too few of the log's witnesses have signed yet"
                                                                                              : "this log has no witnesses");
    reply_header(rp, "Cache-Control", "no-cache");
    return answer_text(rq, rp, note);
}

bool log_keys(struct request *rq, struct reply *rp, struct error *err)
{
    const struct api *api = rq->context;
    if (!parameters_read(rq, &NO_PARAMETERS, NULL, err))
        return false;
    return api->log_keys ? answer_text(rq, rp, api->log_keys) : error_set(err, ERR_NOT_FOUND, "this log has no key, and is not signed");
}

/* What was published once is the same for ever.  A tile has one spelling, so that caches keep it once: escapes that
 * nobody needs are not taken. */
bool log_tile(struct request *rq, struct reply *rp, struct error *err)
{
    struct tile_id id;
    int64_t size;
    const char *note;
    struct span bytes;
    if (!parameters_read(rq, &NO_PARAMETERS, NULL, err) || !tile_parse(rq->path + strlen("/log/tile/"), &id, err) ||
        !published_checkpoint(rq, &size, &note, err))
        return false;
    if (!tile_is_in(&id, size))
        return error_set(err, ERR_NOT_FOUND, "the log of %" PRId64 " records has no such tile", size);
    const struct reader reader = reader_of(rq);
    if (!query_tile(&reader, &id, &bytes, err))
        return false;
    rp->content_type = "application/octet-stream";
    rp->body = bytes.at;
    rp->len = bytes.len;
    reply_header(rp, "Cache-Control", "public, max-age=31536000, immutable");
    reply_etag(rq, rp);
    return true;
}

enum { FROM, TO };
static const struct query_parameter SIZES[] = {
    [FROM] = {"from", PARAMETER_SIZE, .initial = "0", .help = "the older size"},
    [TO] = {"to", PARAMETER_SIZE, .help = "the newer size; absent: the published one"},
};
const struct parameters LOG_CONSISTENCY_PARAMETERS = PARAMETERS(SIZES);

bool log_consistency(struct request *rq, struct reply *rp, struct error *err)
{
    const char *v[LENGTH(SIZES)], *note, *text;
    int64_t size;
    if (!parameters_read(rq, &LOG_CONSISTENCY_PARAMETERS, v, err) || !published_checkpoint(rq, &size, &note, err))
        return false;
    int64_t from = strtoll(v[FROM], NULL, 10), to = v[TO] ? strtoll(v[TO], NULL, 10) : size;
    if (to > size)
        return error_at(err, ERR_INVALID, "to", "the published log has %" PRId64 " records", size);
    if (from > to)
        return error_at(err, ERR_INVALID, "from", "is larger than \"to\", %" PRId64, to);
    const struct reader reader = reader_of(rq);
    return query_consistency(&reader, from, to, &text, err) && answer_text(rq, rp, text);
}

/* Many are asked for at once, and cost less together. */
void record_receipt(struct asked *asked, size_t len)
{
    struct receipt_asked *proofs = ARENA_ARRAY(&asked[0].rq->arena, struct receipt_asked, len);
    const struct reader reader = reader_of(asked[0].rq);
    struct error why = {0};
    int64_t size = 0;
    const char *note = NULL;
    bool is_published = published_checkpoint(asked[0].rq, &size, &note, &why);
    for (size_t i = 0; i < len; i++) {
        struct receipt_asked *x = &proofs[i];
        struct request *rq = asked[i].rq;
        *x = (struct receipt_asked){.arena = &rq->arena, .caller = rq->caller, .err = asked[i].err};
        if (parameters_read(rq, &NO_PARAMETERS, NULL, x->err) && path_seq(rq, &x->seq, x->err) && !is_published)
            error_set(x->err, why.code, "%s", why.detail);
    }
    query_receipts(&reader, proofs, len, size, note);
    for (size_t i = 0; i < len; i++)
        if (proofs[i].text)
            answer_text(asked[i].rq, asked[i].rp, proofs[i].text);
}
