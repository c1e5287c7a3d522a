/* witnesses - see the header: the thread that asks, and its file. */
#include "pedigree/feeds/witnesses.h"

#include "peer.h"

#include "pedigree/base/clock.h"
#include "pedigree/base/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOOK_MS = 200, DB_PATIENCE_MS = 10000 };

struct witnesses {
    struct arena arena;
    const struct config *config;
    struct ledger *ledger;
    struct policy policy;
    struct cosigned cosigned;
    struct peer *peers;
    size_t peers_len;
    CURLM *multi;
    pthread_t thread;
    bool is_ending; /* __atomic */
};

/* ---- its file ---- */

static bool read_policy(struct witnesses *w, const char *path, struct error *err)
{
    char *text = arena_alloc(&w->arena, POLICY_MAX + 1);
    struct error why = {0};
    FILE *f = fopen(path, "re");
    size_t len = f ? fread(text, 1, POLICY_MAX + 1, f) : 0;
    bool is_read = f && !ferror(f);
    int code = errno;
    if (f)
        fclose(f);
    if (!is_read)
        return error_at(err, ERR_INVALID, "log_witnesses", "cannot read %.200s: %s", path, strerror(code));
    return policy_parse(&w->arena, text, len, &w->policy, &why) ||
           error_at(err, ERR_INVALID, "log_witnesses", "%.150s: %.200s", path, why.detail);
}

static const char *url_of(struct witnesses *w, const char *prefix)
{
    size_t len = strlen(prefix);
    while (len > 0 && prefix[len - 1] == '/')
        len--;
    return arena_printf(&w->arena, "%.*s/add-checkpoint", (int)len, prefix);
}

/* Those that have a URL; the others only count. */
static bool make_peers(struct witnesses *w, struct error *err)
{
    w->peers = ARENA_ARRAY(&w->arena, struct peer, w->policy.names_len + 1);
    for (size_t i = 0; i < w->policy.names_len; i++) {
        const struct policy_name *n = &w->policy.names[i];
        if (n->is_group || !n->url)
            continue;
        struct peer *p = &w->peers[w->peers_len++];
        *p = (struct peer){.name = n->name, .url = url_of(w, n->url), .verifier = n->verifier,
                           .key = note_verifier_text(&w->arena, &n->verifier)};
        peer_init(p);
    }
    return w->peers_len > 0 || error_at(err, ERR_INVALID, "log_witnesses", "there is no line in it with a URL: witness NAME KEY URL");
}

/* ---- the thread ---- */

static bool is_ending(const struct witnesses *w)
{
    return __atomic_load_n(&w->is_ending, __ATOMIC_ACQUIRE);
}

static void begin(struct witnesses *w, struct peer *p, struct asking *a, int64_t size, const char *note)
{
    if (peer_begin(p, a, size, note))
        curl_multi_add_handle(w->multi, p->curl);
}

static void ask_all(struct witnesses *w, struct asking *a)
{
    struct arena passing;
    int64_t size;
    const char *note;
    arena_init(&passing, 0);
    if (ledger_checkpoint(w->ledger, &passing, &size, &note))
        for (size_t i = 0; i < w->peers_len; i++)
            if (peer_is_due(&w->peers[i], size, clock_monotonic_us()))
                begin(w, &w->peers[i], a, size, note);
    arena_reset(&passing);
}

static void take_answers(struct witnesses *w, struct asking *a)
{
    int left;
    for (const CURLMsg *m; (m = curl_multi_info_read(w->multi, &left)) != NULL;) {
        CURL *curl = m->easy_handle;
        CURLcode code = m->data.result;
        struct peer *p = NULL;
        if (m->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(curl, CURLINFO_PRIVATE, (char **)&p);
        curl_multi_remove_handle(w->multi, curl);
        if (peer_end(p, a, code))
            begin(w, p, a, p->size, p->note);
    }
}

static void *run(void *ctx)
{
    struct witnesses *w = ctx;
    struct asking a = {.db = db_new(w->config->database, NULL), .cosigned = &w->cosigned};
    int running;
    db_patience(a.db, DB_PATIENCE_MS);
    while (!is_ending(w)) {
        a.interval_us = CONFIG_NOW(w->config->witness_interval_s) * INT64_C(1000000);
        a.timeout_ms = CONFIG_NOW(w->config->witness_timeout_ms);
        ask_all(w, &a);
        curl_multi_perform(w->multi, &running);
        take_answers(w, &a);
        curl_multi_poll(w->multi, NULL, 0, LOOK_MS, NULL);
    }
    for (size_t i = 0; i < w->peers_len; i++)
        curl_multi_remove_handle(w->multi, w->peers[i].curl);
    db_free(a.db);
    return NULL;
}

/* ---- public ---- */

static void witnesses_free(struct witnesses *w)
{
    for (size_t i = 0; i < w->peers_len; i++)
        peer_done(&w->peers[i]);
    curl_multi_cleanup(w->multi);
    curl_global_cleanup();
    cosigned_done(&w->cosigned);
    arena_reset(&w->arena);
    free(w);
}

struct witnesses *witnesses_start(const struct config *config, struct ledger *ledger, struct error *err)
{
    struct witnesses *w = calloc(1, sizeof *w);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    if (!w || !(w->multi = curl_multi_init()))
        abort();
    arena_init(&w->arena, 0);
    w->config = config;
    w->ledger = ledger;
    cosigned_init(&w->cosigned, &w->policy);
    if (read_policy(w, config->log_witnesses, err) && make_peers(w, err) &&
        (pthread_create(&w->thread, NULL, run, w) == 0 || error_set(err, ERR_UNAVAILABLE, "no thread for witnesses")))
        return w;
    witnesses_free(w);
    return NULL;
}

void witnesses_stop(struct witnesses *w)
{
    if (!w)
        return;
    __atomic_store_n(&w->is_ending, true, __ATOMIC_RELEASE);
    curl_multi_wakeup(w->multi);
    pthread_join(w->thread, NULL);
    witnesses_free(w);
}

const char *witnesses_add(struct witnesses *w, struct arena *a, const char *note)
{
    return w ? cosigned_of(&w->cosigned, a, note) : note;
}

const char *witnesses_newest(struct witnesses *w, struct arena *a)
{
    return w ? cosigned_newest(&w->cosigned, a) : NULL;
}
