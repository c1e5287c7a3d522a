/*
 * submission - see the header.
 *
 * Chunks stand in one list, oldest first, that only the request's thread touches: some
 * are done, then some are at work, then some are ready, and the last may still be
 * filling.  The committer only sets `is_done` and pokes.  A poke that finds nobody
 * waiting is remembered (`poked`), so none is lost between deciding to wait and waiting.
 */
#include "submission.h"

#include "ordinals.h"
#include "outcome.h"
#include "signature.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/rules/rule.h"
#include "pedigree/base/log.h"
#include "pedigree/base/metrics.h"
#include "pedigree/codec/tree_memory.h"
#include "pedigree/http/reply.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct chunk {
    struct chunk *next;
    struct submission *owner;
    struct arena arena; /* in which it lives itself */
    struct work work;
    VEC(struct item) items;
    VEC(int64_t) ordinals;
    size_t bytes, values;
    bool is_at_work; /* request's thread */
    bool is_done;    /* guarded by owner->lock */
};

struct submission {
    struct arena arena; /* in which it lives itself */
    struct submissions *all;
    struct submission_options o;
    struct caller caller;
    char on_behalf[sizeof((struct caller *)0)->organisation];

    _Atomic int refs;
    pthread_mutex_t lock; /* guards is_waiting, poked, is_dropped, chunk.is_done */
    bool is_waiting, poked, is_dropped;
    struct submission *next_waiting; /* all->lock */
    bool in_line;                    /* all->lock */

    struct signing_keys *keys; /* as of the chunk that is being filled */
    struct splitter *splitter;
    struct ordinals *ordinals;
    struct chunk *first, *last;
    bool is_filling; /* `last` takes more records */
    bool is_over;    /* the body has ended */
    size_t at_work;

    int64_t bytes, records, values, told, good, bad;
    int64_t cut_line; /* first result that is missing */
    bool is_single;
    int status;             /* of a single record, or of an atomic request that failed */
    struct error whole;     /* the whole request failed */
    struct error first_bad; /* atomic: why */
    struct spool body;
};

/* ---- life ---- */

static void chunk_free(struct chunk *c)
{
    struct arena arena = c->arena;
    arena_reset(&arena);
}

static void submission_unref(struct submission *s)
{
    if (atomic_fetch_sub(&s->refs, 1) > 1)
        return;
    while (s->first) {
        struct chunk *next = s->first->next;
        chunk_free(s->first);
        s->first = next;
    }
    splitter_free(s->splitter);
    signing_put(s->keys);
    ordinals_free(s->ordinals);
    spool_done(&s->body);
    pthread_mutex_destroy(&s->lock);
    struct arena arena = s->arena;
    arena_reset(&arena);
}

static void submission_ref(struct submission *s)
{
    atomic_fetch_add(&s->refs, 1);
}

/* ---- the line of those that found the ledger's queue full ---- */

static void line_join(struct submission *s)
{
    struct submissions *all = s->all;
    pthread_mutex_lock(&all->lock);
    if (!s->in_line) {
        submission_ref(s);
        s->in_line = true;
        s->next_waiting = all->waiting;
        all->waiting = s;
    }
    pthread_mutex_unlock(&all->lock);
}

void submissions_init(struct submissions *all, struct ledger *ledger, size_t record_max,
                      const char *spool_dir, int64_t spool_max)
{
    *all = (struct submissions){.ledger = ledger,
                                .record_max = record_max,
                                .spool_dir = spool_dir,
                                .spool_max = spool_max};
    pthread_mutex_init(&all->lock, NULL);
}

bool submissions_are_full(struct submissions *all)
{
    pthread_mutex_lock(&all->lock);
    bool full = all->waiting != NULL;
    pthread_mutex_unlock(&all->lock);
    return full;
}

/* ---- results ---- */

/* `t` is any text, whose memory serves again. */
static void tell(struct submission *s, struct text *t, const struct item *item, int64_t ordinal, const char *checkpoint)
{
    struct told told = {item, ordinal, s->is_single || s->o.want_assessment, checkpoint};
    struct error err = {0};
    bool good = outcome_is_good(item, &err);
    s->good += good;
    s->bad += !good;
    if (!good && err.code != ERR_ABANDONED && s->first_bad.code == ERR_OK)
        s->first_bad = err;
    if (s->is_single && !good) {
        s->whole = err;
        return;
    }
    t->len = 0;
    if (s->is_single) {
        s->status = outcome_status(item);
        outcome_single(t, &told);
    } else if (s->o.format == BODY_JSON) {
        text_add(t, s->told > 0 ? ",\n" : "[");
        outcome_line(t, &told);
    } else {
        outcome_line(t, &told);
        text_add(t, "\n");
    }
    s->told++;
    if (!spool_add(&s->body, t->at, t->len) && s->cut_line == 0)
        s->cut_line = item->line;
}

static void chunk_tell(struct submission *s, struct chunk *c)
{
    struct text t = text_new(&c->arena);
    for (size_t i = 0; i < c->items.len; i++)
        tell(s, &t, &c->items.at[i], c->ordinals.at[i], c->work.checkpoint);
}

static void add_cut(struct submission *s, struct text *t)
{
    struct error err = {0};
    error_set(
        &err, ERR_UNAVAILABLE,
        "the results from line %" PRId64 " on could not be kept (disk full, or past "
        "spool_max); the whole body was handled: %" PRId64
        " records are in the log, %" PRId64
        " are not. Send it again from that line: what is in the log answers as duplicate",
        s->cut_line, s->good, s->bad);
    text_addf(t, "{\"line\":%" PRId64 ",\"status\":%d,\"problem\":", s->cut_line,
              error_http(err.code));
    problem_render(t, &err, NULL);
    text_add(t, "}");
    log_line(LOG_LEVEL_WARN, "results are cut", "line=%" PRId64 " reason=%s", s->cut_line,
             log_quote(strerror(s->body.cut)));
}

static bool end_body(struct submission *s, struct error *err)
{
    struct arena scratch;
    arena_init(&scratch, 0);
    struct text t = text_new(&scratch);
    bool is_array = s->o.format == BODY_JSON && !s->is_single;
    if (is_array)
        text_add(&t, s->told == 0 ? "[" : s->cut_line ? ",\n" : "");
    if (s->cut_line)
        add_cut(s, &t);
    if (is_array)
        text_add(&t, "]\n");
    else if (s->cut_line)
        text_add(&t, "\n");
    bool is_whole = spool_end(&s->body, t.len > 0 ? t.at : "", t.len);
    arena_reset(&scratch);
    return is_whole ||
           error_set(err, ERR_UNCERTAIN,
                     "the results could not be kept (disk error); the whole body was handled: "
                     "%" PRId64 " records are in the log, %" PRId64
                     " are not. Send it again: what is in the log answers as duplicate",
                     s->good, s->bad);
}

/* ---- records in ---- */

static struct chunk *chunk_to_fill(struct submission *s)
{
    if (s->is_filling)
        return s->last;
    struct arena arena;
    arena_init(&arena, 0);
    struct chunk *c = ARENA_NEW(&arena, struct chunk);
    c->arena = arena;
    c->owner = s;
    if (s->last)
        s->last->next = c;
    else
        s->first = c;
    s->last = c;
    s->is_filling = true;
    signing_put(s->keys);
    s->keys = signing_take(s->all->signing);
    return c;
}

static bool seal(struct submission *s, struct chunk *c, struct item *item, int64_t *ordinal)
{
    if (!item->decoded.record->id &&
        !ordinals_next(s->ordinals, item->decoded.digest, ordinal, &item->err))
        return false;
    item_seal(&c->arena, item, *ordinal);
    return true;
}

/* A policy is for who answers for quality, and holds only what the catalogue that is running has. */
static bool policy_may_come(const struct submission *s, struct arena *a, const struct record *r, struct error *err)
{
    if (!role_may(s->caller.role, RIGHT_QUALITY))
        return error_at(err, ERR_FORBIDDEN, "/type", "a key with the role %s sets no policy; one with the role quality may",
                        role_word(s->caller.role));
    return policy_check(a, r->policy, err);
}

/* What is lost for good is not left to whoever has got hold of a key. */
static bool may_come(const struct submission *s, struct arena *a, const struct record *r, struct error *err)
{
    if (r->type == REC_POLICY)
        return policy_may_come(s, a, r, err);
    return r->type != REC_REDACTED ||
           error_at(err, ERR_INVALID, "/type", "contents are taken away on the ledger's own machine: `pedigreed redact`");
}

static const char SIGNATURE_HEADER[] = "Pedigree-Signature", SIGNATURE_MEMBER[] = "/signature";

/* A record brings its signature along; that of a single one may be in a header instead. */
static bool find_signature(const struct submission *s, const struct piece *piece, struct decoded *d, const char **where,
                           struct error *err)
{
    *where = SIGNATURE_MEMBER;
    if (!s->o.signature)
        return true;
    *where = SIGNATURE_HEADER;
    if (!piece->single)
        return error_at(err, ERR_INVALID, SIGNATURE_HEADER,
                        "the header signs a single record; of many each has a member \"signature\"");
    if (d->signature)
        return error_at(err, ERR_INVALID, SIGNATURE_HEADER, "the record has a member \"signature\" as well: send one of them");
    d->signature = s->o.signature;
    return true;
}

static bool is_signed_well(const struct submission *s, const struct piece *piece, struct item *item)
{
    const char *where, *owner = s->o.on_behalf ? s->o.on_behalf : s->caller.organisation;
    return find_signature(s, piece, &item->decoded, &where, &item->err) &&
           signature_check(s->keys, owner, &item->decoded, where, &item->err);
}

/* Sealed, a record has no need of its tree any more. */
static bool decode(struct submission *s, struct chunk *c, const struct piece *piece,
                   struct item *item, int64_t *ordinal)
{
    if (piece->err) {
        item->err = *piece->err;
        return false;
    }
    tree_memory_begin();
    bool is_good = record_decode(&c->arena, piece->json, piece->len, &item->decoded, &item->err);
    if (is_good) {
        struct record *r = item->decoded.record;
        is_good = may_come(s, &c->arena, r, &item->err) && is_signed_well(s, piece, item) && seal(s, c, item, ordinal);
        if (is_good)
            signature_keep(&c->arena, item);
        json_decref(r->json);
        r->json = NULL;
    }
    tree_memory_end();
    return is_good;
}

static bool is_past_atomic(struct submission *s)
{
    const struct {
        int64_t is, most;
        const char *what;
    } limits[] = {
        {s->records, ATOMIC_RECORDS, "records"},
        {s->bytes, ATOMIC_BYTES, "bytes"},
        {s->values, ATOMIC_VALUES, "members and items"},
    };
    for (size_t i = 0; s->o.atomic && i < LENGTH(limits); i++)
        if (limits[i].is > limits[i].most)
            error_set(&s->whole, ERR_TOO_LARGE,
                      "an atomic request holds at most %" PRId64
                      " %s; nothing was appended. Send less at once, or without atomic=true",
                      limits[i].most, limits[i].what);
    return s->whole.code != ERR_OK;
}

static bool is_full(const struct submission *s, const struct chunk *c)
{
    return c->items.len >= s->all->record_max || c->bytes >= CHUNK_BYTES || c->values >= CHUNK_VALUES;
}

static bool take_piece(void *ctx, const struct piece *piece)
{
    struct submission *s = ctx;
    s->records++;
    s->is_single = piece->single;
    if (is_past_atomic(s))
        return false;
    struct chunk *c = chunk_to_fill(s);
    struct item *item = vec_push(&c->arena, &c->items);
    int64_t *ordinal = vec_push(&c->arena, &c->ordinals);
    *item = (struct item){.line = piece->line};
    *ordinal = 0;
    if (!decode(s, c, piece, item, ordinal))
        item->outcome = OUTCOME_INVALID;
    c->bytes += piece->len;
    c->values += item->decoded.values;
    s->values += (int64_t)item->decoded.values;
    if (!s->o.atomic && is_full(s, c))
        s->is_filling = false;
    return !is_past_atomic(s);
}

/* ---- to the ledger and back ---- */

/* The request should look again. */
static void chunk_finish(struct chunk *c)
{
    struct submission *s = c->owner;
    pthread_mutex_lock(&s->lock);
    c->is_done = s->poked = true;
    if (s->is_waiting && !s->is_dropped) {
        s->is_waiting = false;
        s->o.wake(s->o.ctx);
    }
    pthread_mutex_unlock(&s->lock);
}

/* An atomic request with a bad record is decided without asking the ledger, as is a chunk
 * of bad records only; the ledger counts outcomes, so these are counted here. */
static bool is_decided_here(struct submission *s, struct chunk *c)
{
    size_t bad = 0;
    for (size_t i = 0; i < c->items.len; i++)
        bad += c->items.at[i].outcome == OUTCOME_INVALID;
    if (bad < c->items.len && (bad == 0 || !s->o.atomic))
        return false;
    for (size_t i = 0; i < c->items.len; i++) {
        struct item *item = &c->items.at[i];
        if (item->outcome == OUTCOME_WAITING)
            item->outcome = OUTCOME_ABANDONED;
        metric_add_for(METRIC_RECORDS, outcome_word(item->outcome), 1);
    }
    return true;
}

/* A small request is better refused now than kept waiting; one in mid-body cannot be. */
static bool has_not_begun(const struct submission *s)
{
    return s->is_over && s->told == 0 && s->at_work == 0;
}

/* The oldest chunk that is ready and may go, or NULL. */
static struct chunk *chunk_to_send(struct submission *s)
{
    struct chunk *c = s->first;
    while (c && c->is_at_work)
        c = c->next;
    bool may_go = c && s->at_work < CHUNKS_AT_WORK && !(c == s->last && s->is_filling);
    return may_go ? c : NULL;
}

static bool has_ready(const struct submission *s)
{
    const struct chunk *c = s->first;
    while (c && c->is_at_work)
        c = c->next;
    return c && !(c == s->last && s->is_filling);
}

static bool chunk_offer(struct submission *s, struct chunk *c, struct error *err)
{
    submission_ref(s);
    if (!ledger_submit(s->all->ledger, &c->work, err)) {
        submission_unref(s);
        return false;
    }
    c->is_at_work = true;
    s->at_work++;
    return true;
}

/* Room was made: on the committer's thread, for a request that sleeps.  Only when its
 * chunk was taken is the request woken, so that nobody reads on in vain. */
static void retry(struct submission *s)
{
    struct error refused = {0};
    pthread_mutex_lock(&s->lock);
    bool may_act = s->is_waiting && !s->is_dropped;
    struct chunk *c = may_act ? chunk_to_send(s) : NULL;
    s->poked = true;
    if (c && chunk_offer(s, c, &refused)) {
        s->is_waiting = false;
        s->o.wake(s->o.ctx);
    } else if (c) {
        line_join(s);
    }
    pthread_mutex_unlock(&s->lock);
}

static void line_retry(struct submissions *all)
{
    pthread_mutex_lock(&all->lock);
    struct submission *s = all->waiting;
    all->waiting = NULL;
    for (struct submission *w = s; w; w = w->next_waiting)
        w->in_line = false;
    pthread_mutex_unlock(&all->lock);
    while (s) {
        struct submission *next = s->next_waiting;
        retry(s);
        submission_unref(s);
        s = next;
    }
}

static void work_done(struct work *w)
{
    struct chunk *c = w->owner;
    struct submission *s = c->owner;
    struct submissions *all = s->all;
    chunk_finish(c);
    line_retry(all);
    submission_unref(s);
}

/* Nobody is left who could wake the dropped ones that still stand in line. */
void submissions_done(struct submissions *all)
{
    line_retry(all);
    pthread_mutex_destroy(&all->lock);
}

static void chunk_prepare(struct submission *s, struct chunk *c)
{
    c->work = (struct work){
        .arena = &c->arena,
        .submitter = s->caller.organisation,
        .on_behalf = s->o.on_behalf,
        .role = s->caller.role,
        .atomic = s->o.atomic,
        .items = c->items.at,
        .len = c->items.len,
        .want_assessment = s->is_single || s->o.want_assessment,
        .want_receipt = s->is_single,
        .done = work_done,
        .owner = c,
    };
}

static bool chunk_submit(struct submission *s, struct chunk *c)
{
    struct error refused = {0};
    chunk_prepare(s, c);
    if (chunk_offer(s, c, &refused))
        return true;
    if (has_not_begun(s))
        return error_set(
            &s->whole, ERR_UNAVAILABLE,
            "the ledger takes nothing now (%s); nothing was appended. Send the same "
            "request again in a few seconds",
            refused.detail);
    /* In line before the second try: whoever makes room after it will see us. */
    line_join(s);
    return chunk_offer(s, c, &refused);
}

/* Sends what is ready; false: the oldest of it has to wait. */
static bool send_ready(struct submission *s)
{
    struct chunk *c;
    while ((c = chunk_to_send(s)) != NULL) {
        if (is_decided_here(s, c)) {
            c->is_at_work = true;
            s->at_work++;
            chunk_finish(c);
        } else if (!chunk_submit(s, c)) {
            return false;
        }
    }
    return !has_ready(s);
}

static void tell_done(struct submission *s)
{
    while (s->first && s->first->is_at_work) {
        struct chunk *c = s->first;
        pthread_mutex_lock(&s->lock);
        bool is_done = c->is_done;
        pthread_mutex_unlock(&s->lock);
        if (!is_done)
            return;
        chunk_tell(s, c);
        s->first = c->next;
        if (!s->first)
            s->last = NULL;
        s->at_work--;
        chunk_free(c);
    }
}

static enum submission_step go_on(struct submission *s)
{
    for (;;) {
        tell_done(s);
        bool sent = send_ready(s);
        if (s->whole.code != ERR_OK)
            return SUBMISSION_GO_ON;
        if (sent && !(s->is_over && s->first))
            break;
        pthread_mutex_lock(&s->lock);
        bool again = s->poked;
        s->poked = false;
        s->is_waiting = !again;
        pthread_mutex_unlock(&s->lock);
        if (!again)
            return SUBMISSION_WAIT;
    }
    return SUBMISSION_GO_ON;
}

struct submission *submission_new(struct submissions *all,
                                  const struct submission_options *o)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct submission *s = ARENA_NEW(&arena, struct submission);
    s->arena = arena;
    s->all = all;
    s->o = *o;
    s->caller = *o->caller;
    s->o.caller = &s->caller;
    if (o->on_behalf) {
        strncpy(s->on_behalf, o->on_behalf, sizeof s->on_behalf - 1);
        s->o.on_behalf = s->on_behalf;
    }
    s->refs = 1;
    s->status = 200;
    pthread_mutex_init(&s->lock, NULL);
    s->splitter = splitter_new(o->format, take_piece, s);
    s->ordinals = ordinals_new(all->spool_dir);
    spool_init(&s->body, all->spool_dir, all->spool_max);
    return s;
}

bool submission_is_good(const struct submission *s, struct error *err)
{
    if (s->whole.code != ERR_OK)
        *err = s->whole;
    return s->whole.code == ERR_OK;
}

enum submission_step submission_feed(struct submission *s, const void *bytes, size_t len)
{
    s->bytes += (int64_t)len;
    if (s->whole.code != ERR_OK || is_past_atomic(s))
        return SUBMISSION_GO_ON;
    splitter_feed(s->splitter, bytes, len);
    return go_on(s);
}

enum submission_step submission_finish(struct submission *s)
{
    if (s->whole.code != ERR_OK)
        return SUBMISSION_GO_ON;
    if (!s->is_over)
        splitter_finish(s->splitter);
    s->is_over = true;
    s->is_filling = false;
    return go_on(s);
}

void submission_drop(struct submission *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->is_dropped = true;
    pthread_mutex_unlock(&s->lock);
    submission_unref(s);
}

bool submission_result(struct submission *s, struct submission_result *out,
                       struct error *err)
{
    if (s->records == 0 && s->o.format == BODY_JSON && s->bytes == 0)
        error_set(&s->whole, ERR_MALFORMED,
                  "the body is empty: send one record or an array");
    if (s->whole.code != ERR_OK) {
        *err = s->whole;
        return false;
    }
    if (!end_body(s, err))
        return false;
    if (s->o.atomic && s->bad > 0)
        s->status = error_http(s->first_bad.code);
    *out = (struct submission_result){
        .status = s->status,
        .media_type =
            s->o.format == BODY_JSON || s->is_single ? "application/json" : "application/x-ndjson",
        .body = &s->body,
    };
    return true;
}
