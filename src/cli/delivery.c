/* delivery - see the header. */
#include "delivery.h"

#include "identify.h"
#include "signing.h"

#include "pedigree/base/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

DEFINE_CLEANUP(struct splitter, splitter, splitter_free)

/* Statuses that say nothing about the record, only about the moment. */
static bool is_temporary(int64_t status)
{
    static const int64_t TEMPORARY[] = {408, 425, 429, 502, 503, 504};
    for (size_t i = 0; i < LENGTH(TEMPORARY); i++)
        if (status == TEMPORARY[i])
            return true;
    return false;
}

static int64_t dealt_with(const struct delivery *d)
{
    return d->tally.accepted + d->tally.duplicates + d->tally.refused;
}

static void batch_clear(struct batch *b)
{
    arena_reset(&b->arena);
    *b = (struct batch){.arena = b->arena};
}

static void begin_body(struct batch *b)
{
    if (!b->body.arena)
        b->body = text_new(&b->arena);
}

/* ---- what became of one record ---- */

/* `problem` as a result line of the server's, for --json. */
static void print_json(json_t *result, int64_t line)
{
    json_object_set_new(result, "line", json_integer(line));
    json_dumpf(result, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER);
    putchar('\n');
}

static void say_refused(struct delivery *d, int64_t line, const char *where,
                        const char *why, int64_t status)
{
    struct arena a;
    arena_init(&a, 0);
    progress_clear(&d->progress);
    fprintf(stderr, "%s:%s%" PRId64 ": %s%s%s (%" PRId64 ")\n", d->source.name,
            d->format == BODY_JSON ? " record " : "", line, screen_clean(&a, where),
            where && *where ? ": " : "", screen_clean(&a, why), status);
    arena_reset(&a);
}

static void refuse_here(struct delivery *d, int64_t line, const struct error *why)
{
    say_refused(d, line, why->where, why->detail, error_http(why->code));
    d->tally.refused++;
    d->is_spoiled = true;
    if (d->session->args.values[OPT_JSON]) {
        CLEANUP(json_cleanup)
        json_t *result = json_pack(
            "{s:I, s:i, s:{s:s, s:i, s:s, s:s}}", "line", (json_int_t)line, "status",
            error_http(why->code), "problem", "title", error_title(why->code), "status",
            error_http(why->code), "detail", why->detail, "pointer", why->where);
        if (result)
            print_json(result, line);
    }
}

static void keep_refused(struct delivery *d, const struct parcel *p)
{
    if (d->options->refused)
        fwrite(d->batch.body.at + p->at, 1, p->len, d->options->refused);
}

static const char *json_text(const json_t *json, const char *name)
{
    return json_string_value(json_object_get(json, name));
}

/* Counts a decided record, tells of a refused one. */
static void decide(struct delivery *d, struct parcel *p, json_t *result, int64_t status)
{
    const json_t *problem = json_object_get(result, "problem");
    const char *where = json_text(problem, "pointer"),
               *why = json_text(problem, "detail");
    p->is_decided = true;
    d->batch.undecided--;
    if (d->session->args.values[OPT_JSON])
        print_json(result, p->line);
    if (status < 300 && json_is_true(json_object_get(result, "duplicate"))) {
        d->tally.duplicates++;
    } else if (status < 300) {
        d->tally.accepted++;
    } else {
        d->tally.refused++;
        d->is_spoiled = true;
        why = why ? why : json_text(problem, "title");
        say_refused(d, p->line, where ? where : json_text(problem, "parameter"),
                    why ? why : "the server gave no reason", status);
        keep_refused(d, p);
    }
}

/* line_fn: one line of the answer. */
static void take_result(void *ctx, const char *line, size_t len)
{
    enum { ABANDONED = 424 };
    struct delivery *d = ctx;
    CLEANUP(json_cleanup) json_t *result = json_loadb(line, len, 0, NULL);
    int64_t n = json_integer_value(json_object_get(result, "line"));
    int64_t status = json_integer_value(json_object_get(result, "status"));
    if (n < 1 || (uint64_t)n > d->sent_len || status < 200)
        return;
    struct parcel *p = &d->batch.parcels.at[d->sent[n - 1]];
    const char *why = json_text(json_object_get(result, "problem"), "detail");
    if (is_temporary(status))
        snprintf(d->trouble, sizeof d->trouble, "%s (%" PRId64 ")", why ? why : "not now",
                 status);
    else if (!p->is_decided && !(d->options->is_atomic && status == ABANDONED))
        decide(d, p, result, status);
}

/* ---- sending ---- */

/* The undecided records of the batch as one body; fills d->sent. */
static struct text pack(struct delivery *d, struct arena *a)
{
    struct text body = text_new(a);
    const struct batch *b = &d->batch;
    d->sent = ARENA_ARRAY(a, size_t, b->parcels.len);
    d->sent_len = 0;
    for (size_t i = 0; i < b->parcels.len; i++) {
        const struct parcel *p = &b->parcels.at[i];
        if (p->is_decided)
            continue;
        text_add_n(&body, b->body.at + p->at, p->len);
        d->sent[d->sent_len++] = i;
    }
    return body;
}

/* One request.  What it did not decide stays undecided, and d->trouble says why. */
static void attempt(struct delivery *d)
{
    struct arena a;
    struct error err = {0};
    struct reply reply = {0};
    arena_init(&a, 0);
    struct text body = pack(d, &a);
    const struct post post = {
        .path = d->path,
        .media_type = "application/x-ndjson",
        .body = text_str(&body),
        .len = body.len,
        .on_line = take_result,
        .ctx = d,
    };
    snprintf(d->trouble, sizeof d->trouble, "the answer said nothing of some records");
    d->retry_after_s = 0;
    if (!client_post(d->session->client, &a, &post, &reply, &err)) {
        snprintf(d->trouble, sizeof d->trouble, "%s: %s", err.where, err.detail);
    } else if (is_temporary(reply.status)) {
        snprintf(d->trouble, sizeof d->trouble, "the server is busy or not able (%ld)",
                 reply.status);
        d->retry_after_s = reply.retry_after_s;
    } else if (!reply.is_lines) {
        progress_clear(&d->progress);
        d->stopped = say_problem(d->session, &reply);
    }
    d->sent = NULL;
    d->sent_len = 0;
    arena_reset(&a);
}

static void wait_ms(int64_t ms)
{
    struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    while (nanosleep(&left, &left) < 0)
        ;
}

/* Before another attempt: doubles from half a second to half a minute, each a little
 * different so that many clients do not come at once; as long as the server asked, up to
 * ten minutes. */
static void back_off(struct delivery *d)
{
    enum { FIRST_MS = 500, MOST_MS = 30000, ASKED_MOST_S = 600 };
    int64_t ms = FIRST_MS;
    for (int64_t i = 1; i < d->failures && ms < MOST_MS; i++)
        ms *= 2;
    ms = ms < MOST_MS ? ms : MOST_MS;
    if (d->retry_after_s > 0)
        ms = (d->retry_after_s < ASKED_MOST_S ? d->retry_after_s : ASKED_MOST_S) * 1000;
    uint8_t chance;
    random_bytes(&chance, sizeof chance);
    ms += ms * chance / 1024;
    progress_clear(&d->progress);
    fprintf(stderr, "%s: %s; trying again in %" PRId64 ".%" PRId64 " s", d->source.name,
            d->trouble, ms / 1000, ms / 100 % 10);
    if (d->failures > 0)
        fprintf(stderr, " (%" PRId64 " of %" PRId64 ")", d->failures,
                d->options->retries);
    fputc('\n', stderr);
    wait_ms(ms);
}

static void give_up(struct delivery *d)
{
    progress_clear(&d->progress);
    fprintf(stderr,
            "pedigree: %s: %s\n  Given up after %" PRId64
            " attempts without progress (--retries). "
            "Is pedigreed running at\n  %s? Run the same command again: nothing is "
            "entered twice.\n",
            d->source.name, d->trouble, d->failures, d->session->settings.url);
    d->stopped = STATUS_UNREACHABLE;
}

static bool stop(struct delivery *d, const struct error *err)
{
    progress_clear(&d->progress);
    d->stopped = say_error(err);
    return false;
}

/* Nothing is left to ask for: all decided, stopped, or (atomic) one refused and so all.
 */
static bool is_settled(const struct delivery *d)
{
    return d->batch.undecided == 0 || d->stopped != STATUS_FINE ||
           (d->options->is_atomic && d->is_spoiled);
}

static bool is_out(FILE *f)
{
    errno = 0;
    return fflush(f) == 0 && !ferror(f);
}

/* What was told of the batch is on its way to disk before the state says that it is
 * through. */
static void end_batch(struct delivery *d)
{
    struct error err = {0};
    d->failures = 0;
    batch_clear(&d->batch);
    if (!is_out(stdout) && d->session->args.values[OPT_JSON])
        error_at(&err, ERR_INTERNAL, "--json", "cannot be printed: %s", strerror(errno));
    if (d->options->refused && !is_out(d->options->refused))
        error_at(&err, ERR_INTERNAL, "--refused", "cannot be written: %s",
                 strerror(errno));
    if (err.code != ERR_OK)
        stop(d, &err);
    else if (!d->options->is_atomic)
        resume_save(d->state, d->source.hash, &d->tally);
}

/* Sends until every record of the batch is decided, or it makes no sense to go on. */
static void deliver_batch(struct delivery *d)
{
    while (!is_settled(d)) {
        size_t before = d->batch.undecided;
        attempt(d);
        if (is_settled(d))
            break;
        d->failures = d->batch.undecided < before ? 0 : d->failures + 1;
        if (d->failures > d->options->retries)
            give_up(d);
        else
            back_off(d);
    }
    if (d->stopped == STATUS_FINE)
        end_batch(d);
}

/* ---- taking the file apart ---- */

/* The record that lies at the end of the body, signed in its place. */
static bool sign_last(struct delivery *d, size_t at, struct error *err)
{
    struct text *body = &d->batch.body;
    if (!d->options->key)
        return true;
    size_t len = body->len - at;
    char *plain = arena_strndup(&d->batch.arena, body->at + at, len);
    body->len = at;
    return signing_add(body, plain, len, d->options->key, err);
}

static void add_parcel(struct delivery *d, const struct piece *piece)
{
    struct batch *b = &d->batch;
    struct error err = {0};
    char id[IDENTIFY_ID_MAX + 1];
    begin_body(b);
    size_t at = b->body.len;
    identify_id(d->source.hash, piece->line, id);
    if (!identify_add(&b->body, piece->json, piece->len, id, &err) || !sign_last(d, at, &err)) {
        b->body.len = at;
        refuse_here(d, piece->line, &err);
        return;
    }
    *vec_push(&b->arena, &b->parcels) =
        (struct parcel){.at = at, .len = b->body.len - at, .line = piece->line};
    b->undecided++;
}

static bool is_past_atomic(struct delivery *d)
{
    struct error err = {0};
    if (d->batch.parcels.len <= ATOMIC_RECORDS && d->batch.body.len <= ATOMIC_BYTES)
        return false;
    error_at(&err, ERR_INVALID, d->source.name,
             "--atomic takes at most 10,000 records and 16 MiB; nothing was sent");
    return !stop(d, &err);
}

/* piece_fn */
static bool take_piece(void *ctx, const struct piece *piece)
{
    struct delivery *d = ctx;
    if (++d->tally.pieces <= d->skip)
        return true;
    if (piece->err)
        refuse_here(d, piece->line, piece->err);
    else
        add_parcel(d, piece);
    if (d->options->is_atomic)
        return !is_past_atomic(d);
    if (d->batch.parcels.len >= BATCH_RECORDS || d->batch.body.len >= BATCH_BYTES)
        deliver_batch(d);
    progress_at(&d->progress, d->bytes, dealt_with(d), d->tally.refused);
    return d->stopped == STATUS_FINE;
}

static void take_apart(struct delivery *d)
{
    char chunk[64 * 1024];
    struct error err = {0};
    CLEANUP(splitter_cleanup)
    struct splitter *splitter = splitter_new(d->format, take_piece, d);
    ssize_t n;
    while ((n = source_read(&d->source, chunk, sizeof chunk, &err)) > 0) {
        d->bytes += n;
        if (!splitter_feed(splitter, chunk, (size_t)n))
            return;
    }
    if (n < 0) {
        stop(d, &err);
        return;
    }
    if (!splitter_finish(splitter))
        return;
    if (d->options->is_atomic && d->is_spoiled) {
        d->batch.undecided = 0; /* a record cannot be sent: so none is */
        return;
    }
    deliver_batch(d);
}

/* ---- the whole ---- */

/* What has no name of its own goes by its content. */
static const char *state_path(const struct delivery *d, const char *file)
{
    struct session *s = d->session;
    char *real = d->source.is_copy ? NULL : realpath(file, NULL);
    const char *name = arena_printf(s->arena, "%d %s", (int)d->format,
                                    real ? real : d->source.hash);
    free(real);
    return resume_path(s->arena, name, s->settings.url, s->settings.key,
                       d->options->on_behalf);
}

static const char *request_path(const struct delivery *d)
{
    struct text path = text_new(d->session->arena);
    text_add(&path, "/v1/records");
    url_add(&path, "onBehalfOf", d->options->on_behalf);
    url_add(&path, "atomic", d->options->is_atomic ? "true" : NULL);
    return text_str(&path);
}

static bool has_changed_since(struct delivery *d, const struct tally *before)
{
    struct error err = {0};
    char count[28];
    error_at(&err, ERR_INVALID, d->source.name,
             "is not as it was when a run was interrupted that had dealt with %s of its "
             "records: those without an id would be entered twice. Send the others alone, "
             "or all of it with --restart",
             screen_number(before->pieces, count));
    return stop(d, &err);
}

static bool begin_at(struct delivery *d, const char *file)
{
    struct tally before = {0};
    char count[28];
    d->source.name = screen_clean(d->session->arena, d->source.name);
    d->path = request_path(d);
    d->state = state_path(d, file);
    if (d->options->restarts)
        resume_forget(d->state);
    enum resume found = resume_load(d->state, d->source.hash, &before);
    if (found == RESUME_CHANGED)
        return has_changed_since(d, &before);
    if (found == RESUME_NONE || d->options->is_atomic)
        return true;
    d->skip = before.pieces;
    d->tally = before;
    d->tally.pieces = 0;
    fprintf(stderr,
            "%s: going on after %s records that an interrupted run dealt with "
            "(--restart: from the beginning)\n",
            d->source.name, screen_number(d->skip, count));
    return true;
}

static void say_sum(const struct delivery *d)
{
    FILE *out = d->session->args.values[OPT_JSON] ? stderr : stdout;
    char n[28];
    if (d->options->is_atomic && d->is_spoiled) {
        fprintf(out, "%s: nothing was entered (--atomic), %s refused\n", d->source.name,
                screen_number(d->tally.refused, n));
        return;
    }
    fprintf(out, "%s: %s accepted", d->source.name, screen_number(d->tally.accepted, n));
    if (d->tally.duplicates > 0)
        fprintf(out, ", %s were there already", screen_number(d->tally.duplicates, n));
    fprintf(out, ", %s refused%s\n", screen_number(d->tally.refused, n),
            d->stopped == STATUS_FINE ? "" : "; not all of it was sent");
}

static enum exit_status end(struct delivery *d)
{
    bool has_changed = source_has_changed(&d->source);
    progress_clear(&d->progress);
    if (d->stopped == STATUS_FINE && !d->options->is_atomic)
        resume_forget(d->state);
    if (has_changed)
        fprintf(stderr,
                "pedigree: %s was written to while it was sent: look which of its "
                "records are in "
                "the ledger before sending it again\n",
                d->source.name);
    say_sum(d);
    if (d->stopped != STATUS_FINE)
        return d->stopped;
    return d->tally.refused > 0 || has_changed ? STATUS_REFUSED : STATUS_FINE;
}

bool deliver(struct session *s, const struct delivery_options *o, const char *path,
             enum body_format format, enum exit_status *all)
{
    struct error err = {0};
    struct delivery d = {.session = s, .options = o, .format = format};
    enum exit_status one;
    arena_init(&d.batch.arena, 0);
    if (!source_open(&d.source, path, &err)) {
        stop(&d, &err);
        one = d.stopped;
    } else if (!begin_at(&d, path)) {
        one = d.stopped;
    } else {
        progress_begin(&d.progress, d.source.name, d.source.size, dealt_with(&d));
        take_apart(&d);
        one = end(&d);
    }
    source_close(&d.source);
    arena_reset(&d.batch.arena);
    *all = one > *all ? one : *all;
    return d.stopped == STATUS_FINE;
}
