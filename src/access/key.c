/* key - API keys: made, listed, revoked, recognised. */
#include "pedigree/access/access.h"
#include "pedigree/base/token.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/digest.h"
#include "pedigree/base/text.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ID_BYTES = 6, SECRET_BYTES = 32, CACHE_SLOTS = 1024 };

QUERY KEY_ADD = {
    .name = "key_add",
    .sql =
        "INSERT INTO api_key (id, hash, organisation, role, label, agent_for, created_us)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
};

static const struct column KEY_LIST_ROW[] = {
    COL(struct key_info, id),         COL(struct key_info, organisation),
    COL(struct key_info, role),       COL(struct key_info, label),
    COL(struct key_info, agents_for), COL(struct key_info, created_us),
    COL(struct key_info, revoked_us),
};
QUERY KEY_LIST = {
    .name = "key_list",
    .sql = "SELECT id, organisation, role, label, array_to_string(agent_for, chr(10)) AS "
           "agents_for,"
           "       created_us, revoked_us"
           "  FROM api_key ORDER BY organisation, created_us, id",
    ROW(struct key_info, KEY_LIST_ROW),
};

struct revoked {
    const char *id;
};
static const struct column REVOKED_ROW[] = {COL(struct revoked, id)};
QUERY KEY_REVOKE = {
    .name = "key_revoke",
    .sql = "UPDATE api_key SET revoked_us = coalesce(revoked_us, $2) WHERE id = $1 "
           "RETURNING id",
    ROW(struct revoked, REVOKED_ROW),
};

struct key_found {
    const char *id, *organisation, *role, *agents_for;
};
static const struct column KEY_FIND_ROW[] = {
    COL(struct key_found, id),
    COL(struct key_found, organisation),
    COL(struct key_found, role),
    COL(struct key_found, agents_for),
};
QUERY KEY_FIND = {
    .name = "key_find",
    .sql =
        "SELECT id, organisation, role, array_to_string(agent_for, chr(10)) AS agents_for"
        "  FROM api_key WHERE hash = $1 AND revoked_us IS NULL",
    ROW(struct key_found, KEY_FIND_ROW),
};

/* ---- made, listed, revoked ---- */

static bool check_name(const char *name, struct error *err)
{
    if (!strchr(name, ':') || strchr(name, '\n') ||
        strlen(name) >= sizeof((struct caller *)0)->organisation)
        return error_at(
            err, ERR_INVALID, "organisation",
            "'%.60s' is no organisation: write scheme:value, as in cage:1ABC5", name);
    return true;
}

static bool check_grant(const struct key_grant *g, struct error *err)
{
    if (!check_name(g->organisation, err))
        return false;
    if (g->agents_for_len >
        sizeof((struct caller *)0)->agents_for / sizeof *((struct caller *)0)->agents_for)
        return error_at(err, ERR_INVALID, "agent_for",
                        "a key may act for at most 8 others");
    for (size_t i = 0; i < g->agents_for_len; i++)
        if (!check_name(g->agents_for[i], err))
            return false;
    return true;
}

bool key_add(struct db *db, const struct key_grant *g, char key[static KEY_TEXT],
             struct error *err)
{
    uint8_t secret[SECRET_BYTES], id_bytes[ID_BYTES], hash[SHA256_LEN];
    char id[2 * ID_BYTES + 1], whole[KEY_TEXT];
    struct arena a;
    if (!check_grant(g, err))
        return false;
    arena_init(&a, 0);
    random_bytes(secret, sizeof secret);
    random_bytes(id_bytes, sizeof id_bytes);
    snprintf(whole, sizeof whole, "pk_%s_%s", hex_encode(id_bytes, sizeof id_bytes, id),
             token_encode(&a, secret, sizeof secret));
    sha256(whole, strlen(whole), hash);
    bool ok =
        db_query(db, &a, &KEY_ADD,
                 ARGS(TEXT(id), BYTES(hash, sizeof hash), TEXT(g->organisation),
                      TEXT(role_word(g->role)), TEXT(g->label ? g->label : ""),
                      TEXTS(g->agents_for, g->agents_for_len), INT8(clock_now_us())),
                 NULL, err);
    if (ok)
        memcpy(key, whole, sizeof whole);
    explicit_bzero(whole, sizeof whole);
    explicit_bzero(secret, sizeof secret);
    arena_reset(&a);
    return ok;
}

bool key_list(struct db *db, struct arena *a, const struct key_info **out, size_t *len,
              struct error *err)
{
    struct rows rows;
    if (!db_query(db, a, &KEY_LIST, NO_ARGS, &rows, err))
        return false;
    *out = rows.at;
    *len = rows.len;
    return true;
}

bool key_revoke(struct db *db, const char *id, struct error *err)
{
    struct rows rows;
    struct arena a;
    arena_init(&a, 0);
    bool ok =
        db_query(db, &a, &KEY_REVOKE, ARGS(TEXT(id), INT8(clock_now_us())), &rows, err);
    if (ok && rows.len == 0)
        ok = error_set(err, ERR_NOT_FOUND, "no key %.40s", id);
    arena_reset(&a);
    return ok;
}

/* ---- recognised ---- */

struct cached {
    uint8_t hash[SHA256_LEN];
    int64_t until_us; /* monotonic; 0: empty */
    bool is_known;
    struct caller caller;
};

struct key_cache {
    pthread_mutex_t lock;
    int64_t ttl_us;
    struct cached slots[CACHE_SLOTS]; /* each hash has one place: it never grows */
};

struct key_cache *key_cache_new(int ttl_seconds)
{
    struct key_cache *c = calloc(1, sizeof *c);
    assert(c);
    pthread_mutex_init(&c->lock, NULL);
    c->ttl_us = (int64_t)ttl_seconds * 1000000;
    return c;
}

void key_cache_free(struct key_cache *c)
{
    if (!c)
        return;
    pthread_mutex_destroy(&c->lock);
    free(c);
}

static struct cached *slot_of(struct key_cache *c, const uint8_t hash[static SHA256_LEN])
{
    return &c->slots[((size_t)hash[0] << 8 | hash[1]) % CACHE_SLOTS];
}

static void remember(struct key_cache *c, const uint8_t hash[static SHA256_LEN],
                     const struct caller *caller)
{
    pthread_mutex_lock(&c->lock);
    struct cached *slot = slot_of(c, hash);
    memcpy(slot->hash, hash, SHA256_LEN);
    slot->until_us = clock_monotonic_us() + c->ttl_us;
    slot->is_known = caller != NULL;
    if (caller)
        slot->caller = *caller;
    pthread_mutex_unlock(&c->lock);
}

/* In the same time wherever they differ. */
static bool is_same(const uint8_t a[static SHA256_LEN], const uint8_t b[static SHA256_LEN])
{
    unsigned differs = 0;
    for (size_t i = 0; i < SHA256_LEN; i++)
        differs |= (unsigned)a[i] ^ b[i];
    return differs == 0;
}

static bool is_key(const char *key)
{
    return strncmp(key, "pk_", 3) == 0 && strlen(key) < KEY_TEXT;
}

static enum recall recall(struct key_cache *c, const uint8_t hash[static SHA256_LEN],
                          struct caller *out)
{
    enum recall said = RECALL_MISS;
    pthread_mutex_lock(&c->lock);
    const struct cached *slot = slot_of(c, hash);
    if (slot->until_us > clock_monotonic_us() && is_same(slot->hash, hash))
        said = slot->is_known ? RECALL_KNOWN : RECALL_REFUSED;
    if (said == RECALL_KNOWN)
        *out = slot->caller;
    pthread_mutex_unlock(&c->lock);
    return said;
}

enum recall access_recall(struct key_cache *c, const char *key, struct caller *out)
{
    uint8_t hash[SHA256_LEN];
    if (!is_key(key))
        return RECALL_REFUSED;
    sha256(key, strlen(key), hash);
    return recall(c, hash, out);
}

/* What key_add checked fits. */
static void copy_name(char to[static 160], const char *from, size_t len)
{
    assert(len < 160);
    memcpy(to, from, len);
    to[len] = '\0';
}

static bool make_caller(const struct key_found *f, struct caller *out, struct error *err)
{
    *out = (struct caller){0};
    if (!role_find(f->role, &out->role))
        return error_set(err, ERR_INTERNAL, "key %s has the role '%s'", f->id, f->role);
    snprintf(out->key_id, sizeof out->key_id, "%s", f->id);
    copy_name(out->organisation, f->organisation, strlen(f->organisation));
    for (const char *at = f->agents_for; *at; at += strspn(at, "\n")) {
        size_t len = strcspn(at, "\n");
        copy_name(out->agents_for[out->agents_for_len++], at, len);
        at += len;
    }
    return true;
}

static bool refuse(struct error *err)
{
    return error_set(
        err, ERR_UNAUTHORIZED,
        "this API key is not known or was revoked; send Authorization: Bearer pk_...");
}

bool access_authenticate(struct key_cache *c, struct db *db, const char *key,
                         struct caller *out, struct error *err)
{
    uint8_t hash[SHA256_LEN];
    struct rows rows;
    struct arena a;
    if (!is_key(key))
        return refuse(err);
    sha256(key, strlen(key), hash);
    enum recall said = recall(c, hash, out);
    if (said != RECALL_MISS)
        return said == RECALL_KNOWN || refuse(err);
    arena_init(&a, 0);
    bool ok = db_query(db, &a, &KEY_FIND, ARGS(BYTES(hash, sizeof hash)), &rows, err);
    if (ok && rows.len == 0) {
        remember(c, hash, NULL);
        ok = refuse(err);
    } else if (ok) {
        ok = make_caller(rows.at, out, err);
        if (ok)
            remember(c, hash, out);
    }
    arena_reset(&a);
    return ok;
}
