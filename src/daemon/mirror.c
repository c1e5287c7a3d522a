/* mirror, repair - commands that keep the log elsewhere, and bring it back. */
#include "command.h"
#include "log_key.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/ledger/ledger.h"
#include "pedigree/ledger/mirror.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

DEFINE_CLEANUP(struct log_key, log_key, log_key_free)

/* ---- mirror ---- */

static bool read_seconds(const struct flag *said, long *out, struct error *err)
{
    char *end = NULL;
    *out = said->len ? strtol(said->values[0], &end, 10) : 0;
    return (!said->len || (*said->values[0] && *end == '\0' && *out >= 1 && *out <= 86400)) ||
           error_at(err, ERR_INVALID, "--follow", "is a number of seconds from 1 to 86400");
}

static sigset_t block_end(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return set;
}

/* Between two rounds it can be ended; within one it finishes its files. */
static bool follow(const struct invocation *in, const char *dir, long seconds, struct error *err)
{
    const sigset_t set = block_end();
    const struct timespec pause = {.tv_sec = seconds};
    struct mirror_state state = {-1, -1};
    struct mirror_result result;
    int64_t told = -1;
    do {
        struct error why = {0};
        if (!ledger_mirror(in->config->database, dir, &state, &result, &why)) {
            if (why.code != ERR_UNAVAILABLE || seconds == 0)
                return error_set(err, why.code, "%s", why.detail);
            fprintf(stderr, "pedigreed: %s\n", why.detail); /* PostgreSQL is away: it comes back */
        } else if (result.size != told) {
            printf("mirrored %" PRId64 " records in %s\n", result.size, dir);
            told = result.size;
        }
    } while (seconds > 0 && sigtimedwait(&set, NULL, &pause) < 0);
    return true;
}

bool mirror_run(const struct invocation *in, struct error *err)
{
    struct flag flags[] = {{.name = "--follow"}};
    const char *dir = NULL;
    long seconds;
    if (!flags_read(in, flags, LENGTH(flags), &dir, err) || !read_seconds(&flags[0], &seconds, err))
        return false;
    if (!dir)
        return error_at(err, ERR_INVALID, "DIR", "is missing: where the mirror lies");
    return follow(in, dir, seconds, err);
}

/* ---- repair ---- */

static void tell_hole(int64_t seq)
{
    printf("record %" PRId64 ": its contents are not in the mirror: a hole\n", seq);
}

static bool anchored_size(const char *anchor, int64_t *out, struct error *err)
{
    struct arena a;
    struct note n;
    struct checkpoint c = {0};
    const char *note = NULL;
    arena_init(&a, 0);
    bool ok = !*anchor || ledger_anchor(anchor, &a, &note, err);
    ok = ok && (!note || (note_parse(&a, note, strlen(note), &n, err) && checkpoint_parse(&a, n.text, n.text_len, &c, err)));
    *out = c.size;
    arena_reset(&a);
    return ok;
}

bool repair_run(const struct invocation *in, struct error *err)
{
    struct flag flags[] = {{.name = "--from", .is_required = true}};
    struct note_verifier keys[KEYRING_VERIFIERS];
    struct repair_result result = {.hole = tell_hole};
    const struct config *c = in->config;
    CLEANUP(log_key_cleanup) struct log_key *key = log_key_new();
    if (!flags_read(in, flags, LENGTH(flags), NULL, err) || !log_key_load(c, key, err))
        return false;
    if (!*key->path)
        return error_at(err, ERR_INVALID, "log_key", "names the file of the log's key: without it no mirror can be believed");
    struct repair_options o = {.conninfo = *c->database_owner ? c->database_owner : c->database, .dir = flags[0].values[0], .keys = keys,
                               .keys_len = keyring_verifiers(&key->keys, keys)};
    if (!anchored_size(key->anchor, &o.at_least, err) || !ledger_repair(&o, &result, err))
        return false;
    printf("records %" PRId64 " to %" PRId64 " are back, %" PRId64 " of them without contents; now run `pedigreed rebuild`\n", result.from,
           result.to - 1, result.holes);
    return true;
}
