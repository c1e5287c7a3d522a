/* signing - see the header. */
#include "pedigree/access/signing.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/log.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
struct changed {
    const char *id;
};
static const struct column CHANGED_ROW[] = {COL(struct changed, id)};
QUERY SIGNING_ADD = {.name = "signing_add",
    .sql = "INSERT INTO signing_key (id, organisation, public_key, label, from_us, until_us, changed_us)"
           " VALUES ($1, $2, $3, $4, $5, nullif($6, $7), $8) ON CONFLICT (id) DO NOTHING RETURNING id", ROW(struct changed, CHANGED_ROW)};
QUERY SIGNING_REVOKE = {.name = "signing_revoke",
    .sql = "UPDATE signing_key SET revoked_us = coalesce(revoked_us, $2), changed_us = $2 WHERE id = $1 RETURNING id",
    ROW(struct changed, CHANGED_ROW)};
QUERY SIGNING_REQUIRE = {.name = "signing_require",
    .sql = "INSERT INTO signing_policy (organisation, is_required, changed_us) VALUES ($1, $2, $3)"
           " ON CONFLICT (organisation) DO UPDATE SET is_required = excluded.is_required, changed_us = excluded.changed_us"};

static const struct column SIGNING_ROW[] = {COL(struct signing_info, id), COL(struct signing_info, organisation),
    COL(struct signing_info, label), COL(struct signing_info, public_key), COL(struct signing_info, from_us),
    COL(struct signing_info, until_us), COL(struct signing_info, revoked_us)};
QUERY SIGNING_LIST = {.name = "signing_list",
    .sql = "SELECT id, organisation, label, public_key, from_us, until_us, revoked_us FROM signing_key ORDER BY organisation, from_us, id",
    ROW(struct signing_info, SIGNING_ROW)};
static const struct column REQUIRED_ROW[] = {COL(struct signing_requirement, organisation)};
QUERY SIGNING_REQUIRED = {.name = "signing_required",
    .sql = "SELECT organisation FROM signing_policy WHERE is_required ORDER BY organisation",
    ROW(struct signing_requirement, REQUIRED_ROW)};
struct version {
    int64_t keys, policies, changed_us;
};
static const struct column VERSION_ROW[] = {COL(struct version, keys), COL(struct version, policies), COL(struct version, changed_us)};
QUERY SIGNING_VERSION = {.name = "signing_version",
    .sql = "SELECT k.n AS keys, p.n AS policies, greatest(k.us, p.us, 0) AS changed_us"
           "  FROM (SELECT count(*) AS n, max(changed_us) AS us FROM signing_key) k,"
           "       (SELECT count(*) AS n, max(changed_us) AS us FROM signing_policy) p", ROW(struct version, VERSION_ROW)};
/* clang-format on */

/* ---- registered ---- */

bool signing_key_add(struct db *db, const struct signing_grant *g, const struct jws_key *k, struct error *err)
{
    struct arena a;
    struct rows rows;
    arena_init(&a, 0);
    struct span der = jws_key_der(&a, k);
    bool ok = db_query(db, &a, &SIGNING_ADD,
                       ARGS(TEXT(k->id), TEXT(g->organisation), BYTES(der.at, der.len), TEXT(g->label ? g->label : ""),
                            INT8(g->from_us), INT8(g->until_us), INT8(INT64_MIN), INT8(clock_now_us())),
                       &rows, err);
    if (ok && rows.len == 0)
        ok = error_set(err, ERR_CONFLICT, "the key %s is registered already; a key serves one organisation, once", k->id);
    arena_reset(&a);
    return ok;
}

bool signing_key_revoke(struct db *db, const char *id, struct error *err)
{
    struct arena a;
    struct rows rows;
    arena_init(&a, 0);
    bool ok = db_query(db, &a, &SIGNING_REVOKE, ARGS(TEXT(id), INT8(clock_now_us())), &rows, err);
    if (ok && rows.len == 0)
        ok = error_set(err, ERR_NOT_FOUND, "no signing key %.60s; `pedigreed signing-key list` shows them", id);
    arena_reset(&a);
    return ok;
}

bool signing_require(struct db *db, const char *organisation, bool is_required, struct error *err)
{
    struct arena a;
    arena_init(&a, 0);
    bool ok = db_query(db, &a, &SIGNING_REQUIRE, ARGS(TEXT(organisation), BOOLEAN(is_required), INT8(clock_now_us())), NULL, err);
    arena_reset(&a);
    return ok;
}

bool signing_list(struct db *db, struct arena *a, const struct signing_info **out, size_t *len, struct error *err)
{
    struct rows rows;
    if (!db_query(db, a, &SIGNING_LIST, NO_ARGS, &rows, err))
        return false;
    *out = rows.at;
    *len = rows.len;
    return true;
}

bool signing_required(struct db *db, struct arena *a, const struct signing_requirement **out, size_t *len, struct error *err)
{
    struct rows rows;
    if (!db_query(db, a, &SIGNING_REQUIRED, NO_ARGS, &rows, err))
        return false;
    *out = rows.at;
    *len = rows.len;
    return true;
}

/* ---- a snapshot ---- */

struct signing_keys {
    _Atomic int refs;
    struct arena arena; /* in which it lives itself */
    struct version version;
    const struct signing_info *keys; /* by id */
    struct jws_key *parsed;          /* of each; without a pkey: it is none */
    size_t keys_len;
    const struct signing_requirement *required; /* by organisation */
    size_t required_len;
};

static int by_id(const void *x, const void *y)
{
    return strcmp(((const struct signing_info *)x)->id, ((const struct signing_info *)y)->id);
}

static int by_organisation(const void *x, const void *y)
{
    return strcmp(((const struct signing_requirement *)x)->organisation, ((const struct signing_requirement *)y)->organisation);
}

static void parse_keys(struct signing_keys *s)
{
    s->parsed = ARENA_ARRAY(&s->arena, struct jws_key, s->keys_len + 1);
    for (size_t i = 0; i < s->keys_len; i++) {
        struct error why = {0};
        const struct signing_info *k = &s->keys[i];
        if (jws_key_of_der((struct span){k->public_key.at, k->public_key.len}, &s->parsed[i], &why) &&
            strcmp(s->parsed[i].id, k->id) == 0)
            continue;
        log_line(LOG_LEVEL_ERROR, "a signing key was altered in the database: it counts as none", "key=%s", log_quote(k->id));
        jws_key_done(&s->parsed[i]);
    }
}

static struct signing_keys *load(struct db *db, const struct version *version, struct error *err)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct signing_keys *s = ARENA_NEW(&arena, struct signing_keys);
    struct pipeline *p = pipeline_new(db, &arena);
    struct rows keys, required;
    pipeline_add(p, &SIGNING_LIST, NO_ARGS, &keys);
    pipeline_add(p, &SIGNING_REQUIRED, NO_ARGS, &required);
    if (!pipeline_run(p, err)) {
        arena_reset(&arena);
        return NULL;
    }
    if (keys.len > 0)
        qsort(keys.at, keys.len, sizeof(struct signing_info), by_id);
    if (required.len > 0)
        qsort(required.at, required.len, sizeof(struct signing_requirement), by_organisation);
    *s = (struct signing_keys){.refs = 1, .arena = arena, .version = *version, .keys = keys.at, .keys_len = keys.len,
                               .required = required.at, .required_len = required.len};
    parse_keys(s);
    return s;
}

void signing_put(struct signing_keys *k)
{
    if (!k || atomic_fetch_sub(&k->refs, 1) > 1)
        return;
    for (size_t i = 0; i < k->keys_len; i++)
        jws_key_done(&k->parsed[i]);
    struct arena arena = k->arena;
    arena_reset(&arena);
}

bool signing_is_required(const struct signing_keys *k, const char *organisation)
{
    const struct signing_requirement asked = {organisation};
    return k && k->required_len > 0 &&
           bsearch(&asked, k->required, k->required_len, sizeof *k->required, by_organisation) != NULL;
}

static bool is_in_force(const struct signing_info *k, int64_t now_us, struct error *err)
{
    char at[28];
    if (k->revoked_us != INT64_MIN && k->revoked_us <= now_us)
        return error_set(err, ERR_INVALID, "is by the key %s, which was revoked on %.10s; sign with one that is in force", k->id,
                         us_text(k->revoked_us, at));
    if (k->from_us > now_us)
        return error_set(err, ERR_INVALID, "is by the key %s, which counts from %.10s on; sign with one that is in force", k->id,
                         us_text(k->from_us, at));
    if (k->until_us != INT64_MIN && k->until_us <= now_us)
        return error_set(err, ERR_INVALID, "is by the key %s, which counted until %.10s; sign with one that is in force", k->id,
                         us_text(k->until_us, at));
    return true;
}

bool signing_find(const struct signing_keys *k, const char *organisation, const char *id, int64_t now_us,
                  const struct jws_key **out, struct error *err)
{
    const struct signing_info asked = {.id = id};
    const struct signing_info *found =
        k && k->keys_len > 0 ? bsearch(&asked, k->keys, k->keys_len, sizeof *k->keys, by_id) : NULL;
    /* A key of somebody else is none, in the same words. */
    if (!found || strcmp(found->organisation, organisation) != 0 || !k->parsed[found - k->keys].pkey)
        return error_set(err, ERR_INVALID, "is by the key \"%.60s\", and %.160s has none of that id; the operator registers one with "
                         "`pedigreed signing-key add`", id, organisation);
    if (!is_in_force(found, now_us, err))
        return false;
    *out = &k->parsed[found - k->keys];
    return true;
}

/* ---- the newest snapshot ---- */

struct signing_cache {
    pthread_mutex_t lock;
    int64_t ttl_us, until_us; /* monotonic */
    struct signing_keys *newest;
};

struct signing_cache *signing_cache_new(int ttl_seconds)
{
    struct signing_cache *c = calloc(1, sizeof *c);
    assert(c);
    pthread_mutex_init(&c->lock, NULL);
    c->ttl_us = (int64_t)ttl_seconds * 1000000;
    return c;
}

void signing_cache_free(struct signing_cache *c)
{
    if (!c)
        return;
    signing_put(c->newest);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

struct signing_keys *signing_take(struct signing_cache *c)
{
    if (!c)
        return NULL;
    pthread_mutex_lock(&c->lock);
    struct signing_keys *k = c->newest;
    if (k)
        atomic_fetch_add(&k->refs, 1);
    pthread_mutex_unlock(&c->lock);
    return k;
}

static bool ask_version(struct db *db, struct version *out, struct error *err)
{
    struct arena a;
    struct rows rows;
    arena_init(&a, 0);
    bool ok = db_query(db, &a, &SIGNING_VERSION, NO_ARGS, &rows, err);
    if (ok)
        *out = *(const struct version *)rows.at;
    arena_reset(&a);
    return ok;
}

static void keep(struct signing_cache *c, struct signing_keys *fresh)
{
    pthread_mutex_lock(&c->lock);
    struct signing_keys *old = fresh ? c->newest : NULL;
    if (fresh)
        c->newest = fresh;
    c->until_us = clock_monotonic_us() + c->ttl_us;
    pthread_mutex_unlock(&c->lock);
    signing_put(old);
}

bool signing_refresh(struct signing_cache *c, struct db *db, struct error *err)
{
    struct error why = {0};
    struct version now;
    pthread_mutex_lock(&c->lock);
    bool has = c->newest != NULL, is_fresh = has && c->until_us > clock_monotonic_us();
    pthread_mutex_unlock(&c->lock);
    if (is_fresh)
        return true;
    struct signing_keys *known = signing_take(c), *fresh = NULL;
    bool ok = ask_version(db, &now, &why);
    bool is_same = ok && known && memcmp(&now, &known->version, sizeof now) == 0;
    if (ok && !is_same)
        ok = (fresh = load(db, &now, &why)) != NULL;
    signing_put(known);
    if (ok)
        keep(c, fresh);
    return ok || has || error_set(err, why.code, "%s", why.detail);
}
