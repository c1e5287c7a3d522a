/*
 * serve - the wiring: started in order, stopped in reverse.
 *
 *   log, signals blocked, ledger (committer thread), witnesses, feeds, http (listener, readers), signals
 * thread
 *
 * Nothing here needs PostgreSQL to be there: the ledger and the readers connect when they
 * can, and /readyz names what is missing.  Signals are taken by the main thread with
 * sigwait().
 *
 * A socket that systemd listens on for us (LISTEN_FDS) is used instead of one of our own.  It
 * outlives us: who connects while one daemon follows another waits, and is answered.
 */
#include "command.h"
#include "door.h"
#include "log_key.h"

#include "pedigree/api/api.h"
#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/log.h"
#include "pedigree/feeds/feeds.h"
#include "pedigree/feeds/witnesses.h"
#include "pedigree/ledger/scrub.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <systemd/sd-daemon.h>

DEFINE_CLEANUP(struct log_key, log_key, log_key_free)

struct server {
    const struct invocation *in;
    struct ledger *ledger;
    struct witnesses *witnesses; /* NULL: there are none */
    struct feeds *feeds;         /* NULL: nothing is pulled */
    struct api api;
    struct door door;
    struct http *http;
};

static sigset_t signals_block(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a spool past the limit is an error like a full disk */
    return set;
}

static void reload(struct server *s)
{
    struct config fresh;
    struct error err = {0};
    struct text kept = text_new(&s->api.arena);
    char *argv[64];
    int argc = s->in->source.argc < 64 ? s->in->source.argc : 63;
    memcpy(argv, s->in->source.argv, (size_t)argc * sizeof *argv);
    argv[argc] = NULL;
    sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)clock_monotonic_us());
    config_init(&fresh);
    if (!config_load(&fresh, &argc, argv, &err)) {
        log_line(LOG_LEVEL_ERROR, "reload refused; the settings stay as they were",
                 "error=%s", log_quote(err.detail));
    } else {
        config_reload(s->in->config, &fresh, &kept);
        log_set_level((enum log_level)CONFIG_NOW(s->in->config->log_level));
        log_line(LOG_LEVEL_INFO, "reloaded", "needs_restart=%s",
                 log_quote(text_str(&kept)));
    }
    config_done(&fresh);
    sd_notify(0, "READY=1");
}

static void wait_for_end(struct server *s, const sigset_t *set)
{
    int got = 0;
    while (sigwait(set, &got) == 0 && got == SIGHUP)
        reload(s);
    log_line(LOG_LEVEL_INFO, "stopping", "signal=%s drain_s=%lld",
             got == SIGINT ? "INT" : "TERM",
             (long long)CONFIG_NOW(s->in->config->drain_s));
    sd_notify(0, "STOPPING=1");
}

/* What is not there yet is said once at the start; /readyz says it from then on. */
static void say_trouble(struct server *s)
{
    struct error err = {0};
    if (!door_is_ready(&s->door, &err))
        log_line(LOG_LEVEL_WARN, "not ready yet", "missing=%s", log_quote(err.detail));
}

/* What systemd hands over; -1: nothing. */
static bool take_socket(int *out, struct error *err)
{
    int n = sd_listen_fds(true);
    *out = n == 0 ? -1 : SD_LISTEN_FDS_START;
    if (n == 0 || (n == 1 && sd_is_socket_inet(*out, AF_UNSPEC, SOCK_STREAM, true, 0) > 0))
        return true;
    return error_at(err, ERR_INVALID, "LISTEN_FDS",
                    "one TCP socket that listens can be handed over, and nothing else: one "
                    "ListenStream= in the socket unit");
}

/* What anybody may know of them; NULL: there are none. */
static const char *public_keys(struct arena *a, const struct log_key *key)
{
    struct text t = text_new(a);
    if (!*key->path)
        return NULL;
    keyring_policy(&key->keys, &t);
    return text_str(&t);
}

static struct ledger *start_ledger(const struct config *c, const struct log_key *key, struct error *err)
{
    if (!*key->path)
        log_line(LOG_LEVEL_WARN, "no log_key: the log is not signed, records get no receipts", "");
    const struct ledger_options options = {.conninfo = c->database,
                                           .batch_max = (int)c->batch_max,
                                           .queue_records = (int)c->queue_records,
                                           .cache_bytes = (size_t)c->cache_bytes,
                                           .signers = key->keys.signers,
                                           .signers_len = key->keys.signers_len,
                                           .anchor = key->anchor};
    return ledger_start(&options, err);
}

static bool start_scrubber(struct server *s, const struct log_key *key, struct error *err)
{
    struct note_verifier keys[KEYRING_VERIFIERS];
    const struct scrub_options o = {.conninfo = s->in->config->database, .ledger = s->ledger,
                                    .records_per_s = s->in->config->scrub_records_per_s, .keys = keys,
                                    .keys_len = keyring_verifiers(&key->keys, keys)};
    s->api.scrubber = o.records_per_s ? scrubber_start(&o, err) : NULL;
    return s->api.scrubber || !o.records_per_s;
}

static bool start(struct server *s, struct error *err)
{
    int socket = -1;
    if (!take_socket(&socket, err))
        return false;
    const struct config *c = s->in->config;
    CLEANUP(log_key_cleanup) struct log_key *key = log_key_new();
    s->ledger = log_key_load(c, key, err) ? start_ledger(c, key, err) : NULL;
    if (!s->ledger)
        return false;
    api_init(&s->api, c, s->ledger);
    if (!start_scrubber(s, key, err))
        return false;
    door_init(&s->door, s->in, &s->api);
    if (*c->log_witnesses && !(s->witnesses = witnesses_start(c, s->ledger, err)))
        return false;
    if (*c->feeds && !(s->feeds = feeds_start(c, s->ledger, err)))
        return false;
    s->api.witnesses = s->witnesses;
    s->api.feeds = s->feeds;
    s->api.log_keys = public_keys(&s->api.arena, key);
    const struct http_hooks hooks = door_hooks(&s->door, &s->api);
    s->http = http_start(c, ROUTES, ROUTES_LEN, &hooks, socket, err);
    return s->http != NULL;
}

static void stop(struct server *s)
{
    if (s->http && !http_drain(s->http))
        log_line(LOG_LEVEL_WARN, "requests under way are cut", "");
    http_stop(s->http);
    witnesses_stop(s->witnesses);
    feeds_stop(s->feeds);
    scrubber_stop(s->api.scrubber);
    if (s->ledger) {
        ledger_stop(s->ledger);
        door_done(&s->door, &s->api);
        api_done(&s->api);
    }
}

bool serve_run(const struct invocation *in, struct error *err)
{
    struct server s = {.in = in};
    if (!flags_read(in, NULL, 0, NULL, err))
        return false;
    log_set_level((enum log_level)in->config->log_level);
    sigset_t set = signals_block();
    bool is_up = start(&s, err);
    if (is_up) {
        log_line(LOG_LEVEL_INFO, "listening", "address=%s port=%d",
                 log_quote(http_address(s.http)), http_port(s.http));
        say_trouble(&s);
        sd_notifyf(0, "READY=1\nSTATUS=listening on port %d", http_port(s.http));
        wait_for_end(&s, &set);
    }
    stop(&s);
    if (is_up)
        log_line(LOG_LEVEL_INFO, "stopped", "");
    return is_up;
}
