/*
 * backtest - the command: what another policy would make of the lots, a line for each flag; sums last.
 *
 * Status 0: it was looked at, whatever was found; 2: wrong usage, or no policy.
 */
#include "command.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/file.h"
#include "pedigree/codec/codec.h"
#include "pedigree/ledger/backtest.h"
#include "pedigree/model/party.h"
#include "pedigree/rules/rule.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { POLICY, AS, LOTS, JOBS };

static void show(void *context, const char *line)
{
    (void)context;
    puts(line);
}

static bool read_policy(struct arena *a, const char *path, const char **out, struct error *err)
{
    struct decoded d;
    struct error why = {0};
    size_t len;
    const char *text = file_read(a, path, RECORD_MAX_BYTES, &len, &why);
    if (!text)
        return error_at(err, ERR_INVALID, "--policy", "%.300s", why.detail);
    bool ok = record_decode(a, text, len, &d, &why);
    if (ok) {
        ok = d.record->type == REC_POLICY ? policy_check(a, d.record->policy, &why)
                                          : error_at(&why, ERR_INVALID, "/type", "is no policy");
        json_decref(d.record->json);
    }
    *out = ok ? d.canonical : NULL;
    return ok || error_at(err, ERR_INVALID, "--policy", "%.100s: %.60s %.300s", path, why.where, why.detail);
}

static bool read_party(struct arena *a, const struct flag *said, const char **out, struct error *err)
{
    const char *why;
    *out = said->len ? party_normal(a, said->values[0]) : NULL;
    return !*out || party_is_valid(*out, &why) || error_at(err, ERR_INVALID, said->name, "%s", why);
}

static bool read_jobs(const struct flag *said, int *out, struct error *err)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    char *end = NULL;
    *out = said->len ? (int)strtol(said->values[0], &end, 10) : cores > 0 ? (int)cores : 1;
    return (!said->len || (*said->values[0] && *end == '\0' && *out >= 1 && *out <= 64)) ||
           error_at(err, ERR_INVALID, "--jobs", "is a number of threads from 1 to 64");
}

static bool run(const struct invocation *in, const struct flag *flags, struct arena *a, struct error *err)
{
    struct backtest_options o = {.conninfo = in->config->database, .told = show};
    struct backtest_result r;
    if (!read_policy(a, flags[POLICY].values[0], &o.policy, err) || !read_party(a, &flags[AS], &o.organisation, err) ||
        !read_party(a, &flags[LOTS], &o.holder, err) || !read_jobs(&flags[JOBS], &o.jobs, err) || !ledger_backtest(&o, &r, err))
        return false;
    printf("%" PRId64 " of %" PRId64 " lots would look otherwise: %" PRId64 " flags appear, %" PRId64 " vanish, %" PRId64
           " change; %" PRId64 " lots are graded higher, %" PRId64 " lower\n",
           r.changed, r.lots, r.appeared, r.vanished, r.altered, r.grades_up, r.grades_down);
    return true;
}

bool backtest_run(const struct invocation *in, struct error *err)
{
    struct flag flags[] = {[POLICY] = {.name = "--policy", .is_required = true}, [AS] = {.name = "--as"}, [LOTS] = {.name = "--lots"},
                           [JOBS] = {.name = "--jobs"}};
    struct arena a;
    if (!flags_read(in, flags, LENGTH(flags), NULL, err))
        return false;
    arena_init(&a, 0);
    bool ok = run(in, flags, &a, err);
    arena_reset(&a);
    return ok;
}
