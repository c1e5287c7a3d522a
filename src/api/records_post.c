/*
 * records_post - POST /v1/records: a body of any length becomes records, and results in
 * order.
 *
 * All the work is submission.h's; here are the request's parameters and its answer.
 */
#include "handlers.h"
#include "parameters.h"
#include "submission.h"

#include "pedigree/access/access.h"
#include "pedigree/base/cleanup.h"
#include "pedigree/model/party.h"

#include <string.h>

enum { ATOMIC, ASSESSMENT, ON_BEHALF };
static const struct query_parameter TABLE[] = {
    [ATOMIC] = {"atomic", PARAMETER_BOOLEAN, .initial = "false",
                .help = "all records or none"},
    [ASSESSMENT] = {"assessment", PARAMETER_BOOLEAN, .initial = "false",
                    .help = "with each result of many, what the rules say of its lot"},
    [ON_BEHALF] =
        {"onBehalfOf", PARAMETER_PARTY,
         .help = "the organisation whose records these are, for operators and agents"},
};
const struct parameters RECORDS_POST_PARAMETERS = PARAMETERS(TABLE);

static bool read_on_behalf(struct request *rq, const char **on_behalf, struct error *err)
{
    static const char HEADER[] = "Pedigree-On-Behalf-Of";
    const char *header = request_header(rq, HEADER), *why = "";
    if (header && !party_is_valid(header, &why))
        return error_at(
            err, ERR_INVALID, HEADER,
            "\"%.80s\" is no organisation: write scheme:value, say cage:1ABC5 (%s)",
            header, why ? why : "");
    const char *said = header ? party_normal(&rq->arena, header) : NULL;
    if (said && *on_behalf && !text_is(said, *on_behalf))
        return error_at(err, ERR_INVALID, "onBehalfOf",
                        "onBehalfOf says %s, the header %s says %s: send one of them",
                        *on_behalf, HEADER, said);
    if (said)
        *on_behalf = said;
    return !*on_behalf || access_on_behalf(rq->caller, *on_behalf, err);
}

/* Only as it is: a compressed body would say nothing of its size, and text is UTF-8. */
static bool is_plain(const struct request *rq, const char *type, struct error *err)
{
    const char *coding = request_header(rq, "Content-Encoding");
    const char *charset = strcasestr(type, "charset=");
    if (coding && strcasecmp(coding, "identity") != 0)
        return error_at(err, ERR_MEDIA_TYPE, "Content-Encoding",
                        "\"%.40s\" is not undone here: send the body as it is", coding);
    if (!charset)
        return true;
    charset += strlen("charset=");
    charset += *charset == '"';
    return strncasecmp(charset, "utf-8", 5) == 0 || strncasecmp(charset, "us-ascii", 8) == 0 ||
           error_at(err, ERR_MEDIA_TYPE, "Content-Type",
                    "\"%.40s\" is not understood: send UTF-8", charset);
}

static bool read_format(const struct request *rq, enum body_format *out,
                        struct error *err)
{
    const char *type = request_header(rq, "Content-Type");
    if (type && !body_is_utf8(type))
        return error_at(
            err, ERR_MEDIA_TYPE, "Content-Type",
            "\"%.80s\": bodies are UTF-8: save the sheet as \"CSV UTF-8\", or "
            "change it with iconv -f WINDOWS-1252 -t UTF-8",
            type);
    if (type && body_format_of(type, out))
        return is_plain(rq, type, err);
    return error_at(
        err, ERR_MEDIA_TYPE, "Content-Type",
        "\"%.80s\" is not understood: send application/json, application/x-ndjson, text/csv, "
        "application/xml (change notices) or application/smartpcn+json",
        type ? type : "");
}

static void wake(void *ctx)
{
    request_resume(ctx);
}

static bool begin(struct request *rq, struct error *err)
{
    struct api *api = rq->context;
    const char *values[LENGTH(TABLE)];
    struct submission_options o = {.caller = rq->caller, .wake = wake, .ctx = rq,
                                   .signature = request_header(rq, "Pedigree-Signature")};
    if (!read_format(rq, &o.format, err) ||
        !parameters_read(rq, &RECORDS_POST_PARAMETERS, values, err))
        return false;
    o.on_behalf = values[ON_BEHALF];
    o.atomic = parameter_is_true(values[ATOMIC]);
    o.want_assessment = parameter_is_true(values[ASSESSMENT]);
    if (!read_on_behalf(rq, &o.on_behalf, err))
        return false;
    if (o.atomic && request_length(rq) > ATOMIC_BYTES)
        return error_set(
            err, ERR_TOO_LARGE,
            "an atomic request holds at most %d bytes: send less at once, or without "
            "atomic=true",
            ATOMIC_BYTES);
    if (submissions_are_full(api->submissions))
        return error_set(
            err, ERR_UNAVAILABLE,
            "the ledger's queue is full; nothing was appended. Send the same request "
            "again in a few seconds");
    rq->state = submission_new(api->submissions, &o);
    return true;
}

static enum body_state state_of(struct request *rq, enum submission_step step,
                                struct error *err)
{
    if (!submission_is_good(rq->state, err))
        return BODY_FAIL;
    return step == SUBMISSION_WAIT ? BODY_SUSPEND : BODY_MORE;
}

static enum body_state feed(struct request *rq, const char *at, size_t len,
                            struct error *err)
{
    return state_of(rq, submission_feed(rq->state, at, len), err);
}

static enum body_state finish(struct request *rq, struct error *err)
{
    return state_of(rq, submission_finish(rq->state), err);
}

static bool answer(struct request *rq, struct reply *rp, struct error *err)
{
    struct submission_result result;
    if (!submission_result(rq->state, &result, err))
        return false;
    rp->status = result.status;
    rp->content_type = result.media_type;
    if (result.body->fd >= 0) {
        uint64_t size = (uint64_t)result.body->size;
        reply_file(rp, result.media_type, spool_take_file(result.body), size);
        rp->status = result.status;
    } else {
        rp->body = result.body->at;
        rp->len = result.body->len;
    }
    return true;
}

static void end(struct request *rq)
{
    submission_drop(rq->state);
    rq->state = NULL;
}

const struct body_ops records_post = {begin, feed, finish, answer, end};
