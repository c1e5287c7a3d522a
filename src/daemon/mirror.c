/* mirror, repair - commands that keep the log elsewhere, and bring it back. */
#include "command.h"
#include "log_key.h"
#include "refill.h"

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
DEFINE_CLEANUP(struct log_source, source, log_source_free)

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

enum { FROM, RECEIPT, RECORD, PAIRS, ATTEMPTS = 5 };

static void tell_holes(int64_t first, int64_t last)
{
    if (first == last)
        printf("record %" PRId64 ": its contents are not there: a hole\n", first);
    else
        printf("records %" PRId64 " to %" PRId64 ": their contents are not there: holes\n", first, last);
}

static bool roll_forward(const struct invocation *in, const struct log_key *key, struct repair_options *o, const char *where, struct error *err)
{
    struct repair_result result = {.hole = tell_holes};
    struct arena a;
    CLEANUP(source_cleanup) struct log_source *source = log_source_open(where, ATTEMPTS, err);
    if (!source)
        return false;
    o->conninfo = owner_of(in);
    o->source = source;
    o->records = log_source_is_remote(source) ? NULL : where;
    arena_init(&a, 0);
    bool ok = (!*key->anchor || ledger_anchor(key->anchor, &a, &o->anchor, err)) && ledger_repair(o, &result, err);
    if (ok && result.is_of_anchor)
        printf("%s has no checkpoint just now: the anchor's was taken\n", where);
    if (ok)
        printf("records %" PRId64 " to %" PRId64 " are back, %" PRId64 " of them without contents; now run `pedigreed rebuild`\n", result.from,
               result.to - 1, result.holes);
    arena_reset(&a);
    return ok;
}

bool repair_run(const struct invocation *in, struct error *err)
{
    struct flag flags[] = {[FROM] = {.name = "--from"}, [RECEIPT] = {.name = "--receipt", .may_repeat = true},
                           [RECORD] = {.name = "--record", .may_repeat = true}, [PAIRS] = {.name = "--pairs", .may_repeat = true}};
    struct note_verifier keys[KEYRING_VERIFIERS];
    CLEANUP(log_key_cleanup) struct log_key *key = log_key_new();
    if (!flags_read(in, flags, LENGTH(flags), NULL, err) || !log_key_load(in->config, key, err))
        return false;
    bool has_pairs = flags[RECEIPT].len + flags[RECORD].len + flags[PAIRS].len > 0;
    if (has_pairs == (flags[FROM].len > 0))
        return error_at(err, ERR_INVALID, "--from", "say either where the log is, --from, or what fills holes, --receipt and --record or --pairs");
    if (!*key->path)
        return error_at(err, ERR_INVALID, "log_key", "names the file of the log's key: without it nothing can be believed");
    size_t keys_len = keyring_verifiers(&key->keys, keys);
    struct repair_options o = {.keys = keys, .keys_len = keys_len};
    const struct refill_asked asked = {owner_of(in), keys, keys_len, &flags[RECEIPT], &flags[RECORD], &flags[PAIRS]};
    return has_pairs ? refill_run(&asked, tell_holes, err) : roll_forward(in, key, &o, flags[FROM].values[0], err);
}
