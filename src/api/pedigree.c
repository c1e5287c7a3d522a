/* pedigree - GET /v1/lots/{organisation}/{code}/pedigree: the chain as a file that proves itself, or that drawn as PDF. */
#include "published.h"

#include "pedigree/api/api.h"
#include "pedigree/base/cleanup.h"
#include "pedigree/report/pdf.h"

#include <string.h>

static const char *const FORMATS[] = {"json", "pdf", NULL};
enum { FORMAT };
static const struct query_parameter PEDIGREE[] = {
    [FORMAT] = {"format", PARAMETER_WORD, .words = FORMATS,
                .help = "json, or pdf for people; absent: what Accept asks for, else json"},
};
const struct parameters LOT_PEDIGREE_PARAMETERS = PARAMETERS(PEDIGREE);

static bool wants_pdf(const struct request *rq, const char *format)
{
    const char *accept = request_header(rq, "Accept");
    return format ? strcmp(format, "pdf") == 0 : accept && strstr(accept, "application/pdf");
}

static bool answer_pdf(struct request *rq, struct reply *rp, const char *file, struct error *err)
{
    struct pedigree_file f;
    struct span pdf;
    if (!pedigree_file_read(&rq->arena, file, strlen(file), &f, err))
        return false;
    bool ok = pedigree_pdf(&rq->arena, &f, &pdf, err);
    pedigree_file_done(&f);
    if (!ok)
        return false;
    rp->content_type = "application/pdf";
    rp->body = pdf.at;
    rp->len = pdf.len;
    reply_etag(rq, rp);
    return true;
}

bool lot_pedigree(struct request *rq, struct reply *rp, struct error *err)
{
    const char *v[LENGTH(PEDIGREE)], *file;
    struct api *api = rq->context;
    struct pedigree_ask ask = {.most = CONFIG_NOW(api->config->trace_max_hops)};
    if (!parameters_read(rq, &LOT_PEDIGREE_PARAMETERS, v, err) || !path_lot(rq, &ask.lot, err))
        return false;
    if (!ledger_checkpoint(api->ledger, &rq->arena, &ask.size, &ask.note))
        ask.note = NULL;
    const struct reader reader = reader_of(rq);
    if (!query_pedigree(&reader, &ask, &file, err))
        return false;
    reply_header(rp, "Vary", "Accept");
    file = published_file(rq, file);
    return wants_pdf(rq, v[FORMAT]) ? answer_pdf(rq, rp, file, err) : answer_json(rq, rp, file);
}
