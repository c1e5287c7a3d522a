/* operations - GET /livez, /readyz, /metrics, /openapi.json: for those who run the
 * daemon. */
#include "handlers.h"
#include "parameters.h"
#include "spool.h"

#include "pedigree/base/metrics.h"
#include "pedigree/feeds/feeds.h"
#include "pedigree/ledger/scrub.h"

#include <string.h>

bool livez(struct request *rq, struct reply *rp, struct error *err)
{
    (void)err;
    struct text t = text_new(&rq->arena);
    text_add(&t, "{\"status\":\"ok\"}\n");
    reply_json(rp, &t);
    return true;
}

static void add_missing(struct text *t, const char *what, size_t *n)
{
    if (!what || !*what)
        return;
    text_add(t, (*n)++ > 0 ? "," : "");
    text_json(t, what);
}

bool readyz(struct request *rq, struct reply *rp, struct error *err)
{
    (void)err;
    struct api *api = rq->context;
    size_t n = 0;
    struct error full = {0};
    struct text missing = text_new(&rq->arena), t = text_new(&rq->arena);
    if (api->trouble)
        add_missing(&missing, api->trouble(rq, api->trouble_ctx), &n);
    if (n == 0)
        add_missing(&missing, ledger_trouble(api->ledger, &rq->arena), &n);
    if (!spool_has_room(api->config->spool_dir, &full))
        add_missing(&missing, full.detail, &n);
    text_addf(&t, "{\"status\":\"%s\"", n > 0 ? "unavailable" : "ok");
    if (n > 0)
        text_addf(&t, ",\"missing\":[%s]", text_str(&missing));
    const char *alarm = scrubber_alarm(api->scrubber, &rq->arena);
    if (alarm) {
        text_add(&t, ",\"alarm\":");
        text_json(&t, alarm);
    }
    const char *feeds = feeds_trouble(api->feeds, &rq->arena);
    if (feeds)
        text_addf(&t, ",\"feeds\":%s", feeds);
    text_add(&t, "}\n");
    reply_json(rp, &t);
    if (n > 0)
        rp->status = 503;
    return true;
}

bool metrics_show(struct request *rq, struct reply *rp, struct error *err)
{
    (void)err;
    const struct api *api = rq->context;
    struct text t = text_new(&rq->arena);
    metric_set(METRIC_SCRUB_UNCHECKED, scrubber_unchecked_s(api->scrubber));
    metrics_render(&t);
    reply_text(rp, "text/plain; version=0.0.4; charset=utf-8", &t);
    return true;
}

bool openapi_show(struct request *rq, struct reply *rp, struct error *err)
{
    (void)err;
    const struct api *api = rq->context;
    rp->content_type = "application/json";
    rp->body = api->openapi;
    rp->len = strlen(api->openapi);
    reply_etag(rq, rp);
    return true;
}
