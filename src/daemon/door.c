/* door - see the header. */
#include "door.h"

#include "pedigree/access/signing.h"
#include "pedigree/base/cleanup.h"
#include "pedigree/query/query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    KEY_TTL_S = 3,
    GRACE_MS = 2000, /* past its own timeout PostgreSQL does not answer at all */
};

DEFINE_CLEANUP(struct db, db, db_free)

/* ---- keys ---- */

/* What a route asks of the caller, as access knows it. */
static const enum right RIGHTS[SCOPE_COUNT] = {
    [SCOPE_PUBLIC] = RIGHT_PUBLIC,    [SCOPE_SUBMIT] = RIGHT_SUBMIT,
    [SCOPE_READ] = RIGHT_READ,        [SCOPE_QUALITY] = RIGHT_QUALITY,
    [SCOPE_OPERATOR] = RIGHT_OPERATE,
};

static const char *key_of(const struct request *rq)
{
    static const char BEARER[] = "Bearer ";
    const char *said = request_header(rq, "Authorization");
    if (!said || strncasecmp(said, BEARER, strlen(BEARER)) != 0)
        return NULL;
    said += strlen(BEARER);
    return said + strspn(said, " ");
}

static bool refuse(struct error *err)
{
    return error_set(
        err, ERR_UNAUTHORIZED,
        "send the header \"Authorization: Bearer KEY\" with a key that is in force; "
        "the operator makes keys with `pedigreed key add`");
}

static bool admit(struct request *rq, const struct caller *caller, enum scope needed,
                  struct error *err)
{
    struct caller *c = ARENA_NEW(&rq->arena, struct caller);
    *c = *caller;
    rq->caller = c;
    rq->caller_label = c->key_id;
    return access_may(c, RIGHTS[needed], err);
}

static struct door *door_of(const struct request *rq)
{
    return ((const struct api *)rq->context)->trouble_ctx;
}

static enum auth authenticate(struct request *rq, enum scope needed, struct error *err)
{
    struct caller caller;
    const char *key = key_of(rq);
    if (!key) {
        refuse(err);
        return AUTH_NO;
    }
    switch (access_recall(door_of(rq)->keys, key, &caller)) {
    case RECALL_MISS:
        return AUTH_LOOK_UP;
    case RECALL_KNOWN:
        return admit(rq, &caller, needed, err) ? AUTH_YES : AUTH_NO;
    case RECALL_REFUSED:
        break;
    }
    refuse(err);
    return AUTH_NO;
}

/* Who comes in may submit: what is registered of signatures is as new as his key is, and known before that is kept. */
static bool knows(struct request *rq, struct db *db, struct caller *out, struct error *err)
{
    return signing_refresh(((const struct api *)rq->context)->signing, db, err) &&
           access_authenticate(door_of(rq)->keys, db, key_of(rq), out, err);
}

/* Without the primary the replica knows who may come in: nobody can revoke a key meanwhile. */
static bool look_up(struct request *rq, enum scope needed, struct error *err)
{
    const struct reader_connections *own = rq->reader;
    struct caller caller;
    struct error why = {0}, ignored = {0};
    if (knows(rq, own->primary, &caller, &why))
        return admit(rq, &caller, needed, err);
    if (why.code == ERR_UNAVAILABLE && own->replica && knows(rq, own->replica, &caller, &ignored))
        return admit(rq, &caller, needed, err);
    if (why.code == ERR_UNAUTHORIZED)
        return refuse(err);
    return error_set(err, why.code,
                     "the key cannot be looked up now, nothing was appended; send the request "
                     "again later (%s)",
                     why.detail);
}

/* ---- readers ---- */

static struct db *connection_new(const struct door *d, const char *conninfo)
{
    struct db *db = db_new(conninfo, d->settings);
    int64_t timeout_ms = d->in->config->statement_timeout_ms;
    db_patience(db, timeout_ms > 0 ? timeout_ms + GRACE_MS : 0);
    return db;
}

static void *reader_new(void *context)
{
    struct door *d = ((struct api *)context)->trouble_ctx;
    const struct config *c = d->in->config;
    struct reader_connections *own = calloc(1, sizeof *own);
    if (!own)
        abort();
    own->primary = connection_new(d, c->database);
    own->replica = *c->replica ? connection_new(d, c->replica) : NULL;
    return own;
}

static void reader_free(void *reader)
{
    struct reader_connections *own = reader;
    db_free(own->primary);
    db_free(own->replica);
    free(own);
}

/* ---- readiness ---- */

static bool is_ready(struct door *d, struct db *db, struct error *err)
{
    struct error why = {0};
    if (!db_ping(db, &why))
        return error_set(err, ERR_UNAVAILABLE, "%s", why.detail);
    if (d->is_migrated || !*d->migrations)
        return true;
    d->is_migrated = db_is_migrated(db, d->migrations, &why);
    if (d->is_migrated)
        return true;
    return error_set(err, ERR_UNAVAILABLE,
                     "postgresql: not migrated: run `pedigreed migrate` (%.250s)",
                     why.detail);
}

static const char *trouble(struct request *rq, void *ctx)
{
    struct error err = {0};
    return is_ready(ctx, ((const struct reader_connections *)rq->reader)->primary, &err) ? NULL : arena_strdup(&rq->arena, err.detail);
}

bool door_is_ready(struct door *d, struct error *err)
{
    CLEANUP(db_cleanup) struct db *db = db_new(d->in->config->database, NULL);
    return is_ready(d, db, err);
}

/* ---- public ---- */

void door_init(struct door *d, const struct invocation *in, struct api *api)
{
    struct error ignored = {0};
    *d = (struct door){.in = in, .keys = key_cache_new(KEY_TTL_S)};
    d->settings =
        arena_printf(&api->arena, "%s; SET statement_timeout = %lld", QUERY_SETTINGS,
                     (long long)in->config->statement_timeout_ms);
    if (!migrations_find(in, NULL, d->migrations, &ignored))
        d->migrations[0] = '\0';
    if (*in->config->replica)
        api->replica = replica_new();
    api->trouble = trouble;
    api->trouble_ctx = d;
}

void door_done(struct door *d, struct api *api)
{
    replica_free(api->replica);
    api->replica = NULL;
    key_cache_free(d->keys);
    d->keys = NULL;
}

struct http_hooks door_hooks(struct door *d, struct api *api)
{
    (void)d;
    return (struct http_hooks){
        .context = api,
        .authenticate = authenticate,
        .look_up = look_up,
        .reader_new = reader_new,
        .reader_free = reader_free,
    };
}
