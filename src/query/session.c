/* session - one question under way: a snapshot and who asks. */
#include "replica.h"
#include "session.h"

#include "pedigree/base/metrics.h"
#include "pedigree/base/text.h"

#include <stdlib.h>

/* Arrays of unknown length make the planner scan whole tables; nested loops never do. */
const char QUERY_SETTINGS[] =
    "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;"
    "SET jit = off; SET plan_cache_mode = force_generic_plan; SET statement_timeout = "
    "'20s'";

/* ---- on which server ---- */

static bool begin_on(struct session *s, const struct reader *r, struct db *db, struct rows *stand, struct error *err)
{
    struct pipeline *p = pipeline_new(db, r->arena);
    struct rows viewer;
    *s = (struct session){.db = db, .arena = r->arena};
    pipeline_begin_snapshot(p);
    access_ask_viewer(p, r->caller, &viewer);
    if (r->replica)
        replica_ask_stand(p, stand);
    if (!pipeline_run(p, err)) {
        db_end(db);
        return false;
    }
    access_viewer(r->arena, r->caller, &viewer, &s->viewer);
    return true;
}

static bool begin_on_replica(struct session *s, const struct reader *r)
{
    struct error why = {0};
    struct rows stand;
    if (!r->replica_db || replica_rests(r->replica))
        return false;
    if (!begin_on(s, r, r->replica_db, &stand, &why)) {
        replica_failed(r->replica, why.detail);
        return false;
    }
    if (replica_has_all(r->replica, &stand))
        return true;
    db_end(r->replica_db);
    return false;
}

static bool begin_on_primary(struct session *s, const struct reader *r, struct error *err)
{
    struct rows stand;
    if (!begin_on(s, r, r->db, &stand, err))
        return false;
    if (r->replica)
        replica_learn(r->replica, &stand);
    return true;
}

static bool ask_once(struct session *s, text_fn *answer, const void *ask, const char **text, struct error *err)
{
    bool ok = answer(s, ask, text, err);
    db_end(s->db);
    return ok;
}

bool session_ask(const struct reader *r, text_fn *answer, const void *ask, const char **text, struct error *err)
{
    struct session s;
    if (begin_on_replica(&s, r)) {
        bool ok = ask_once(&s, answer, ask, text, err);
        metric_add_for(METRIC_READS, "replica", 1);
        if (ok || err->code != ERR_UNAVAILABLE)
            return ok;
        replica_failed(r->replica, err->detail); /* it was lost under way */
        *err = (struct error){0};
    }
    metric_add_for(METRIC_READS, "primary", 1);
    return begin_on_primary(&s, r, err) && ask_once(&s, answer, ask, text, err);
}

/* ---- without a snapshot ---- */

struct once {
    ask_fn *ask;
    meanwhile_fn *meanwhile;
    void *asked;
};

/* Where the server stands is asked first: what is asked behind that is as new, or newer. */
static bool once_on(const struct reader *r, struct db *db, const struct once *o, struct rows *stand, struct error *err)
{
    struct pipeline *p = pipeline_new(db, r->arena);
    if (r->replica)
        replica_ask_stand(p, stand);
    o->ask(p, o->asked);
    if (o->meanwhile) {
        pipeline_send(p);
        o->meanwhile(o->asked);
    }
    return pipeline_run(p, err);
}

static bool once_on_replica(const struct reader *r, const struct once *o)
{
    struct error why = {0};
    struct rows stand;
    if (!r->replica_db || replica_rests(r->replica))
        return false;
    if (!once_on(r, r->replica_db, o, &stand, &why)) {
        replica_failed(r->replica, why.detail);
        return false;
    }
    return replica_has_all(r->replica, &stand);
}

bool session_once(const struct reader *r, ask_fn *ask, meanwhile_fn *meanwhile, void *asked, struct error *err)
{
    struct rows stand;
    const struct once o = {ask, meanwhile, asked};
    bool by_replica = once_on_replica(r, &o);
    metric_add_for(METRIC_READS, by_replica ? "replica" : "primary", 1);
    if (by_replica)
        return true;
    if (!once_on(r, r->db, &o, &stand, err))
        return false;
    if (r->replica)
        replica_learn(r->replica, &stand);
    return true;
}

/* ---- answers ---- */

const char *session_text(struct session *s, const json_t *doc)
{
    char *made = json_dumps(doc, JSON_COMPACT | JSON_ENCODE_ANY);
    char *text = arena_strdup(s->arena, made ? made : "null");
    free(made);
    return text;
}

struct json_ask {
    answer_fn *answer;
    const void *ask;
};

static bool json_answer(struct session *s, const void *asked, const char **text, struct error *err)
{
    const struct json_ask *ask = asked;
    CLEANUP(json_cleanup) json_t *doc = NULL;
    if (!ask->answer(s, ask->ask, &doc, err))
        return false;
    put_text(doc, "cut", s->cut);
    *text = session_text(s, doc);
    return true;
}

bool session_run(const struct reader *r, answer_fn *answer, const void *ask,
                 const char **json, struct error *err)
{
    return session_ask(r, json_answer, &(struct json_ask){answer, ask}, json, err);
}
