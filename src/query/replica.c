/* replica - see the header. */
#include "replica.h"

#include "pedigree/base/clock.h"
#include "pedigree/base/log.h"
#include "pedigree/base/metrics.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { REST_US = 5000000, BEHIND_US = 50000 }; /* how long it is left alone */

struct replica {
    _Atomic int64_t size, generation; /* of the ledger: all that anybody here knows of */
    _Atomic int64_t rests_until_us;
    _Atomic bool is_off; /* unreachable, or no replica any more: said once */
};

struct replica *replica_new(void)
{
    struct replica *r = calloc(1, sizeof *r);
    if (!r)
        abort();
    return r;
}

void replica_free(struct replica *r)
{
    free(r);
}

static void raise(_Atomic int64_t *known, int64_t seen)
{
    int64_t now = atomic_load(known);
    while (seen > now && !atomic_compare_exchange_weak(known, &now, seen))
        ;
}

void replica_know(struct replica *r, int64_t size, int64_t generation)
{
    raise(&r->size, size);
    raise(&r->generation, generation);
}

bool replica_rests(struct replica *r)
{
    return clock_monotonic_us() < atomic_load(&r->rests_until_us);
}

static void rest(struct replica *r, int64_t us)
{
    atomic_store(&r->rests_until_us, clock_monotonic_us() + us);
}

static void turn(struct replica *r, bool is_off, const char *why)
{
    if (atomic_exchange(&r->is_off, is_off) == is_off)
        return;
    if (is_off)
        log_line(LOG_LEVEL_WARN, "replica is left alone, the primary answers", "reason=%s", log_quote(why));
    else
        log_line(LOG_LEVEL_INFO, "replica answers again", "%s", "");
}

void replica_failed(struct replica *r, const char *why)
{
    rest(r, REST_US);
    turn(r, true, why);
}

/* ---- where a server stands ---- */

struct stand {
    bool replays;
    int64_t size, generation;
};
static const struct column STAND_ROW[] = {COL(struct stand, replays), COL(struct stand, size),
                                          COL(struct stand, generation)};
QUERY SERVER_STAND = {
    .name = "server_stand",
    .sql = "SELECT pg_is_in_recovery() AS replays, coalesce((SELECT max(size) FROM log_head), 0) AS size,"
           "       coalesce((SELECT generation FROM ledger_state), 0) AS generation",
    ROW(struct stand, STAND_ROW),
};

void replica_ask_stand(struct pipeline *p, struct rows *answer)
{
    pipeline_add(p, &SERVER_STAND, NO_ARGS, answer);
}

void replica_learn(struct replica *r, const struct rows *answer)
{
    const struct stand *s = answer->at;
    replica_know(r, s->size, s->generation);
}

bool replica_has_all(struct replica *r, const struct rows *answer)
{
    const struct stand *s = answer->at;
    if (!s->replays) {
        replica_failed(r, "it replays nothing: it is a primary of its own now");
        return false;
    }
    turn(r, false, NULL);
    bool has_all = s->size >= atomic_load(&r->size) && s->generation >= atomic_load(&r->generation);
    if (!has_all)
        rest(r, BEHIND_US);
    return has_all;
}
