/*
 * audit - the command: findings to stdout, a line each; what was proved, and what was not, last.
 *
 * Status 0: clean; 1: there are findings; 2: wrong usage; 3: it could not be finished.
 */
#include "command.h"
#include "log_key.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/digest.h"
#include "pedigree/base/file.h"
#include "pedigree/ledger/audit.h"
#include "pedigree/ledger/ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHECKPOINTS, KEYS, JOBS, KEYS_MAX = KEYRING_VERIFIERS + FLAG_VALUES_MAX, SHOWN_MAX = 1000 };

DEFINE_CLEANUP(struct log_key, log_key, log_key_free)

struct report {
    int64_t shown, left_out;
    int percent;
};

static void show(void *context, const char *what)
{
    struct report *r = context;
    if (r->shown < SHOWN_MAX)
        puts(what);
    else
        r->left_out++;
    r->shown++;
}

static bool show_progress(void *context, int64_t done, int64_t of)
{
    struct report *r = context;
    int percent = (int)(done * 100 / of);
    if (percent != r->percent && isatty(STDERR_FILENO))
        fprintf(stderr, "\raudit: %d %% of %" PRId64 " records", percent, of);
    r->percent = percent;
    return true;
}

/* ---- what it is held against ---- */

static bool read_note(struct arena *a, const char *path, const char **out, struct error *err)
{
    struct error why = {0};
    size_t len;
    *out = file_read(a, path, NOTE_MAX, &len, &why);
    return *out || error_at(err, ERR_INVALID, "--checkpoint", "%.300s", why.detail);
}

static bool read_keys(const struct flag *said, const struct keyring *ring, struct note_verifier *out, size_t *len, struct error *err)
{
    struct error why = {0};
    *len = keyring_verifiers(ring, out);
    for (size_t i = 0; i < said->len; i++)
        if (!note_verifier_parse(said->values[i], &out[(*len)++], &why))
            return error_at(err, ERR_INVALID, "--key", "%.100s %.200s", said->values[i], why.detail);
    return true;
}

static bool read_held(struct arena *a, const struct flag *said, const char *anchor, const char **out, size_t *len, struct error *err)
{
    *len = 0;
    if (*anchor && !ledger_anchor(anchor, a, &out[0], err))
        return false;
    *len = *anchor && out[0] ? 1 : 0;
    for (size_t i = 0; i < said->len; i++)
        if (!read_note(a, said->values[i], &out[(*len)++], err))
            return false;
    return true;
}

static bool read_jobs(const struct flag *said, int *out, struct error *err)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    char *end = NULL;
    *out = said->len ? (int)strtol(said->values[0], &end, 10) : cores > 0 ? (int)cores : 1;
    return (!said->len || (*said->values[0] && *end == '\0' && *out >= 1 && *out <= 64)) ||
           error_at(err, ERR_INVALID, "--jobs", "is a number of threads from 1 to 64");
}

/* ---- the whole ---- */

static void conclude(const struct audit_result *r, const struct report *told, bool has_keys, size_t held)
{
    char hex[2 * SHA256_LEN + 1];
    if (told->left_out)
        printf("... and %" PRId64 " more\n", told->left_out);
    printf("audited %" PRId64 " records, root %s: %" PRId64 " finding%s\n", r->size, hex_encode(r->root.at, SHA256_LEN, hex), r->findings,
           r->findings == 1 ? "" : "s");
    if (r->redacted)
        printf("of %" PRId64 " contents were taken away: what is left of them was looked at\n", r->redacted);
    if (r->unsigned_heads)
        printf("the first %" PRId64 " heads are of a time without a log key: they have no roots\n", r->unsigned_heads);
    if (!has_keys)
        puts("no key is at hand (log_key, --key): signatures were not looked at");
    if (!held)
        puts("nobody's checkpoint was at hand (anchor, --checkpoint): whether the log was rolled back is not known");
}

static bool run(const struct invocation *in, const struct flag *flags, const struct log_key *key, struct arena *a, struct error *err)
{
    struct note_verifier *keys = ARENA_ARRAY(a, struct note_verifier, KEYS_MAX);
    const char **notes = ARENA_ARRAY(a, const char *, FLAG_VALUES_MAX + 1);
    struct report told = {.percent = -1};
    struct audit_options o = {.conninfo = in->config->database, .keys = keys, .notes = notes, .found = show, .progress = show_progress,
                              .context = &told};
    struct audit_result result;
    if (!read_keys(&flags[KEYS], &key->keys, keys, &o.keys_len, err) || !read_jobs(&flags[JOBS], &o.jobs, err) ||
        !read_held(a, &flags[CHECKPOINTS], key->anchor, notes, &o.notes_len, err))
        return false;
    bool ok = ledger_audit(&o, &result, err);
    if (isatty(STDERR_FILENO))
        fputc('\n', stderr);
    if (!ok) {
        err->code = ERR_ABANDONED;
        return false;
    }
    conclude(&result, &told, o.keys_len > 0, o.notes_len);
    return result.findings == 0 || error_set(err, ERR_CONFLICT, "%" PRId64 " finding%s", result.findings, result.findings == 1 ? "" : "s");
}

bool audit_run(const struct invocation *in, struct error *err)
{
    struct flag flags[] = {[CHECKPOINTS] = {.name = "--checkpoint", .may_repeat = true}, [KEYS] = {.name = "--key", .may_repeat = true},
                           [JOBS] = {.name = "--jobs"}};
    struct arena a;
    CLEANUP(log_key_cleanup) struct log_key *key = log_key_new();
    if (!flags_read(in, flags, LENGTH(flags), NULL, err) || !log_key_load(in->config, key, err))
        return false;
    arena_init(&a, 0);
    bool ok = run(in, flags, key, &a, err);
    arena_reset(&a);
    return ok;
}
