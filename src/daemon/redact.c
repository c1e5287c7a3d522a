/*
 * redact - the command that takes the contents of a record away.
 *
 * It is a daemon of its own for one record: it takes its turn at the ledger's lock, signs and anchors like any other,
 * so that daemons may run meanwhile; they find that the ledger has moved, and read it anew.
 */
#include "command.h"
#include "log_key.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/text.h"
#include "pedigree/ledger/ledger.h"
#include "pedigree/model/party.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AS, REASON, AUTHORITY, PARTS };

DEFINE_CLEANUP(json_t, json, json_decref)
DEFINE_CLEANUP(struct log_key, log_key, log_key_free)

/* ---- the record that says so ---- */

static bool read_seq(const char *word, int64_t *out, struct error *err)
{
    char *end = NULL;
    *out = word ? strtoll(word, &end, 10) : -1;
    return (word && *word >= '0' && *word <= '9' && *end == '\0') ||
           error_at(err, ERR_INVALID, "SEQ", "%s: say which record, by its place in the log", word ? word : "is missing");
}

static json_t *words(struct arena *a, const char *list)
{
    json_t *out = json_array();
    char *copy = arena_strdup(a, list);
    for (char *word; (word = strsep(&copy, ","));)
        json_array_append_new(out, json_string(text_trim(word)));
    return out;
}

static bool make_record(struct arena *a, const struct flag *flags, int64_t seq, struct item *out, struct error *err)
{
    char now[28];
    struct error why = {0};
    CLEANUP(json_cleanup) json_t *o = json_pack("{s:s, s:s, s:I, s:s, s:s}", "type", "redacted", "time", us_text(clock_now_us(), now),
                                                "record", (json_int_t)seq, "reason", flags[REASON].values[0], "authority",
                                                flags[AUTHORITY].values[0]);
    if (flags[PARTS].len)
        json_object_set_new(o, "parts", words(a, flags[PARTS].values[0]));
    *out = (struct item){.seq = -1};
    if (!o || !record_decode_json(a, o, &out->decoded, &why))
        return error_at(err, ERR_INVALID, why.where[0] ? why.where : "--reason", "%s", o ? why.detail : "is not UTF-8");
    item_seal(a, out, 0);
    json_decref(out->decoded.record->json);
    out->decoded.record->json = NULL;
    return true;
}

/* ---- appended ---- */

struct waiter {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool done;
};

static void work_done(struct work *w)
{
    struct waiter *x = w->owner;
    pthread_mutex_lock(&x->lock);
    x->done = true;
    pthread_cond_signal(&x->wake);
    pthread_mutex_unlock(&x->lock);
}

static bool append(struct ledger *l, struct work *w, struct waiter *x, struct error *err)
{
    w->done = work_done;
    w->owner = x;
    if (!ledger_submit(l, w, err))
        return false;
    pthread_mutex_lock(&x->lock);
    while (!x->done)
        pthread_cond_wait(&x->wake, &x->lock);
    pthread_mutex_unlock(&x->lock);
    const struct item *item = w->items;
    return item->outcome == OUTCOME_ACCEPTED || item->outcome == OUTCOME_DUPLICATE ||
           error_set(err, item->err.code == ERR_OK ? ERR_INTERNAL : item->err.code, "%s", item->err.detail);
}

static bool run(const struct invocation *in, const struct log_key *key, struct work *w, struct error *err)
{
    const struct ledger_options options = {.conninfo = in->config->database, .batch_max = 1, .queue_records = 1,
                                           .signers = key->keys.signers, .signers_len = key->keys.signers_len,
                                           .anchor = key->anchor};
    struct waiter x = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false};
    struct ledger *l = ledger_start(&options, err);
    bool ok = l && append(l, w, &x, err);
    ledger_stop(l);
    return ok;
}

bool redact_run(const struct invocation *in, struct error *err)
{
    struct flag flags[] = {[AS] = {.name = "--as", .is_required = true}, [REASON] = {.name = "--reason", .is_required = true},
                           [AUTHORITY] = {.name = "--authority", .is_required = true}, [PARTS] = {.name = "--parts"}};
    CLEANUP(log_key_cleanup) struct log_key *key = log_key_new();
    struct arena a;
    struct item item;
    const char *said = NULL, *why = "";
    int64_t seq;
    if (!flags_read(in, flags, LENGTH(flags), &said, err) || !read_seq(said, &seq, err))
        return false;
    if (!party_is_valid(flags[AS].values[0], &why))
        return error_at(err, ERR_INVALID, "--as", "\"%.80s\" is no organisation: write scheme:value, say cage:1ABC5 (%s)",
                        flags[AS].values[0], why ? why : "");
    if (!log_key_load(in->config, key, err))
        return false;
    arena_init(&a, 0);
    bool ok = make_record(&a, flags, seq, &item, err);
    if (ok) {
        struct work w = {.arena = &a, .submitter = party_normal(&a, flags[AS].values[0]), .role = ROLE_OPERATOR, .items = &item, .len = 1};
        ok = run(in, key, &w, err);
        if (ok)
            printf("record %" PRId64 " is redacted by record %" PRId64 "\n"
                   "What PostgreSQL keeps of old rows goes with VACUUM FULL body, and with the backups that still have it.\n", seq, item.seq);
    }
    arena_reset(&a);
    return ok;
}
