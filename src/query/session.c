/* session - one question under way: a snapshot and who asks. */
#include "session.h"

#include <stdlib.h>

/* Arrays of unknown length make the planner scan whole tables; nested loops never do. */
const char QUERY_SETTINGS[] =
    "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;"
    "SET jit = off; SET plan_cache_mode = force_generic_plan; SET statement_timeout = "
    "'20s'";

bool session_begin(const struct reader *r, struct session *s, struct error *err)
{
    *s = (struct session){.db = r->db, .arena = r->arena};
    struct pipeline *p = pipeline_new(r->db, r->arena);
    struct rows viewer;
    pipeline_begin_snapshot(p);
    access_ask_viewer(p, r->caller, &viewer);
    if (!pipeline_run(p, err)) {
        db_end(r->db);
        return false;
    }
    access_viewer(r->arena, r->caller, &viewer, &s->viewer);
    return true;
}

const char *session_text(struct session *s, const json_t *doc)
{
    char *made = json_dumps(doc, JSON_COMPACT | JSON_ENCODE_ANY);
    char *text = arena_strdup(s->arena, made ? made : "null");
    free(made);
    return text;
}

bool session_run(const struct reader *r, answer_fn *answer, const void *ask,
                 const char **json, struct error *err)
{
    struct session s;
    CLEANUP(json_cleanup) json_t *doc = NULL;
    if (!session_begin(r, &s, err))
        return false;
    bool ok = answer(&s, ask, &doc, err);
    if (ok) {
        put_text(doc, "cut", s.cut);
        *json = session_text(&s, doc);
    }
    db_end(r->db);
    return ok;
}
