/* intake - see the header. */
#include "intake.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/metrics.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

DEFINE_CLEANUP(json_t, json, json_decref)
DEFINE_CLEANUP(struct splitter, splitter, splitter_free)

enum { BATCH = 256, BATCH_BYTES = 8 * 1024 * 1024, NAME_LEN = 16, CHUNK = 64 * 1024, FULL_MS = 100 };

struct candidate { /* a record that may have to be appended */
    json_t *record;
    int64_t line;
    const char *text; /* the item that it came from */
    uint8_t name[NAME_LEN], digest[SHA256_LEN];
    int64_t version;
    bool has_id;
};

struct occurrence { /* of one identity in this body */
    int64_t key;
    int64_t n;
};

struct intake {
    const struct intake_context *c;
    const struct intake_body *body;
    struct intake_result *out;
    struct arena arena; /* of the batch */
    VEC(struct candidate) batch;
    struct occurrence *seen; /* open addressing; cap is a power of two */
    size_t seen_len, seen_cap;
    bool is_body_kept;
    struct error err; /* database or ledger: the body is not through */
};

/* ---- dead letters ---- */

static bool bury(struct intake *in, int64_t line, const char *item, const struct error *why)
{
    struct arena a;
    uint8_t digest[SHA256_LEN];
    arena_init(&a, 0);
    const char *what = item ? item : arena_printf(&a, "%" PRId64, line);
    struct span spans[] = {{item ? "item\n" : "body\n", 5}, {in->body->digest, item ? 0 : SHA256_LEN}, {what, strlen(what)}};
    sha256_spans(spans, LENGTH(spans), digest);
    struct dead_letter d = {.feed = in->c->feed->name, .digest = {digest, sizeof digest}, .at_us = in->c->now_us,
                            .place = in->body->place, .line = line, .pointer = why->where, .reason = why->detail, .item = item,
                            .format = (int32_t)in->body->format};
    if (!item)
        d.body = (struct bytes){in->body->digest, SHA256_LEN};
    bool ok = shelf_bury(in->c->db, &a, &d, &in->err);
    in->out->dead += ok;
    if (ok)
        metric_add_for(METRIC_FEED_ITEMS, "dead", 1);
    arena_reset(&a);
    return ok;
}

static bool read_all(int fd, uint8_t *at, size_t len)
{
    size_t done = 0;
    for (ssize_t n = 1; done < len && n > 0; done += n > 0 ? (size_t)n : 0)
        n = pread(fd, at + done, len - done, (off_t)done);
    return done == len;
}

/* The bytes are kept, as they cannot be told apart. */
static bool keep_body(struct intake *in)
{
    struct stat st;
    if (in->is_body_kept || in->body->fd < 0)
        return true;
    if (fstat(in->body->fd, &st) < 0)
        return error_set(&in->err, ERR_INTERNAL, "%s: %s", in->body->place, strerror(errno));
    struct arena a;
    arena_init(&a, 0);
    size_t len = (size_t)st.st_size;
    uint8_t *bytes = arena_raw(&a, len + 1);
    bool ok = read_all(in->body->fd, bytes, len) || error_set(&in->err, ERR_INTERNAL, "%.200s cannot be read again", in->body->place);
    ok = ok && shelf_keep_body(in->c->db, &a, (struct bytes){in->body->digest, SHA256_LEN}, (struct bytes){bytes, len}, &in->err);
    in->is_body_kept = ok;
    arena_reset(&a);
    return ok;
}

/* ---- what a record is known by ---- */

static void seen_grow(struct intake *in)
{
    size_t cap = in->seen_cap ? in->seen_cap * 2 : 1024;
    struct occurrence *bigger = calloc(cap, sizeof *bigger);
    if (!bigger)
        abort();
    for (size_t i = 0; i < in->seen_cap; i++)
        if (in->seen[i].n > 0) {
            size_t k = (size_t)in->seen[i].key & (cap - 1);
            while (bigger[k].n > 0)
                k = (k + 1) & (cap - 1);
            bigger[k] = in->seen[i];
        }
    free(in->seen);
    in->seen = bigger;
    in->seen_cap = cap;
}

/* How many of this identity the body had before: each is a thing of its own. */
static int64_t occurrence(struct intake *in, const char *identity)
{
    int64_t key = digest_key(&(struct span){identity, strlen(identity)}, 1);
    if (in->seen_len * 2 >= in->seen_cap)
        seen_grow(in);
    size_t k = (size_t)key & (in->seen_cap - 1);
    while (in->seen[k].n > 0 && in->seen[k].key != key)
        k = (k + 1) & (in->seen_cap - 1);
    in->seen_len += in->seen[k].n == 0;
    in->seen[k].key = key;
    return in->seen[k].n++;
}

static void name_it(struct intake *in, struct candidate *x)
{
    const char *identity = profile_identity(&in->arena, x->record);
    char *said = json_dumps(x->record, JSON_COMPACT | JSON_SORT_KEYS);
    uint8_t digest[SHA256_LEN];
    if (!said)
        abort();
    int64_t n = occurrence(in, identity);
    struct span spans[] = {{identity, strlen(identity)}, {&n, sizeof n}};
    sha256_spans(spans, LENGTH(spans), digest);
    memcpy(x->name, digest, sizeof x->name);
    sha256(said, strlen(said), x->digest);
    free(said);
}

/* ---- a batch goes to the ledger ---- */

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

static bool is_ending(const struct intake *in)
{
    return __atomic_load_n(in->c->is_ending, __ATOMIC_ACQUIRE);
}

/* A full queue is waited for; what was handed over is always answered. */
static bool submit(struct intake *in, struct work *w)
{
    struct waiter x = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false};
    struct error why = {0};
    w->done = work_done;
    /* cppcheck-suppress autoVariables ; it is waited for below, or was never handed over */
    w->owner = &x;
    while (!ledger_submit(in->c->ledger, w, &why)) {
        if (is_ending(in))
            return error_set(&in->err, ERR_UNAVAILABLE, "the daemon ends");
        nanosleep(&(struct timespec){.tv_nsec = FULL_MS * 1000000L}, NULL);
        why = (struct error){0};
    }
    pthread_mutex_lock(&x.lock);
    while (!x.done)
        pthread_cond_wait(&x.wake, &x.lock);
    pthread_mutex_unlock(&x.lock);
    return true;
}

/* The record as it is submitted; false: it is a dead letter. */
static bool make_item(struct intake *in, const struct candidate *x, struct item *out, struct error *why)
{
    struct arena *a = &in->arena;
    char day[11], hex[2 * SHA256_LEN + 1];
    uint8_t digest[SHA256_LEN];
    CLEANUP(json_cleanup) json_t *record = json_copy(x->record);
    if (!x->has_id) {
        const char *feed = in->c->feed->name;
        struct span spans[] = {{feed, strlen(feed) + 1}, {x->name, sizeof x->name}, {&x->version, sizeof x->version},
                               {x->digest, sizeof x->digest}};
        sha256_spans(spans, LENGTH(spans), digest);
        json_object_set_new(record, "id", json_string(arena_printf(a, "feed:%s:%.32s", feed, hex_encode(digest, 16, hex))));
    }
    if (!json_object_get(record, "time") && json_object_get(record, "type"))
        json_object_set_new(record, "time", json_string(day_text(day_of_us(in->c->now_us), day)));
    *out = (struct item){.seq = -1, .line = x->line};
    if (!record_decode_json(a, record, &out->decoded, why))
        return false;
    if (out->decoded.signature)
        error_at(why, ERR_INVALID, "/signature", "a feed's records are its own, and not signed: submit what is signed");
    else
        item_seal(a, out, 0);
    json_decref(out->decoded.record->json);
    out->decoded.record->json = NULL;
    return why->code == ERR_OK;
}

static const struct known_item *find_known(const struct known_item *at, size_t len, const uint8_t *name)
{
    for (size_t i = 0; i < len; i++)
        if (at[i].name.len == NAME_LEN && memcmp(at[i].name.at, name, NAME_LEN) == 0)
            return &at[i];
    return NULL;
}

struct todo { /* candidates that are new or changed, and their items */
    struct candidate **of;
    struct item *items;
    size_t len;
};

static bool sort_out(struct intake *in, struct todo *todo)
{
    struct arena *a = &in->arena;
    size_t n = in->batch.len, known_len = 0;
    struct known_item *known = NULL;
    struct bytes *names = ARENA_ARRAY(a, struct bytes, n);
    for (size_t i = 0; i < n; i++)
        names[i] = (struct bytes){in->batch.at[i].name, NAME_LEN};
    if (!shelf_known(in->c->db, a, in->c->feed->name, names, n, &known, &known_len, &in->err))
        return false;
    *todo = (struct todo){ARENA_ARRAY(a, struct candidate *, n), ARENA_ARRAY(a, struct item, n), 0};
    for (size_t i = 0; i < n; i++) {
        struct candidate *x = &in->batch.at[i];
        const struct known_item *k = find_known(known, known_len, x->name);
        struct error why = {0};
        x->version = k ? k->version + 1 : 1;
        if (k && k->digest.len == SHA256_LEN && memcmp(k->digest.at, x->digest, SHA256_LEN) == 0) {
            in->out->known++;
            continue;
        }
        if (make_item(in, x, &todo->items[todo->len], &why))
            todo->of[todo->len++] = x;
        else if (!bury(in, x->line, x->text, &why))
            return false;
    }
    return true;
}

/* True: the source need not say it again. */
static bool is_settled(struct intake *in, const struct candidate *x, const struct item *item)
{
    switch (item->outcome) {
    case OUTCOME_ACCEPTED:
        in->out->taken++;
        return true;
    case OUTCOME_CONFLICT: /* the id holds all that is said: the very same, taken on another day */
        if (x->has_id)
            return bury(in, x->line, x->text, &(struct error){ERR_CONFLICT, "its id is in the log already, with other content", "/id"}) && false;
        in->out->known++;
        return true;
    case OUTCOME_DUPLICATE:
        in->out->known++;
        return true;
    case OUTCOME_FAILED:
    case OUTCOME_INVALID:
        bury(in, x->line, x->text, &item->err);
        return false;
    case OUTCOME_WAITING:
    case OUTCOME_ABANDONED:
    case OUTCOME_UNAVAILABLE:
    case OUTCOME_UNCERTAIN:
        break;
    }
    error_set(&in->err, ERR_UNAVAILABLE, "%s", *item->err.detail ? item->err.detail : "the ledger takes nothing now");
    return false;
}

static bool send(struct intake *in, struct todo *todo)
{
    struct arena *a = &in->arena;
    size_t n = 0;
    struct work w = {.arena = a, .submitter = in->c->feed->as, .role = ROLE_OPERATOR, .items = todo->items, .len = todo->len};
    struct bytes *names = ARENA_ARRAY(a, struct bytes, todo->len + 1), *digests = ARENA_ARRAY(a, struct bytes, todo->len + 1);
    int64_t *versions = ARENA_ARRAY(a, int64_t, todo->len + 1);
    if (todo->len > 0 && !submit(in, &w))
        return false;
    for (size_t i = 0; i < todo->len; i++) {
        struct candidate *x = todo->of[i];
        if (!is_settled(in, x, &todo->items[i]))
            continue;
        names[n] = (struct bytes){x->name, NAME_LEN};
        digests[n] = (struct bytes){x->digest, SHA256_LEN};
        versions[n++] = x->version;
    }
    return shelf_learn(in->c->db, a, in->c->feed->name, names, digests, versions, n, &in->err) && in->err.code == ERR_OK;
}

static bool flush(struct intake *in)
{
    struct todo todo;
    int64_t taken = in->out->taken, known = in->out->known;
    bool ok = in->batch.len == 0 || (sort_out(in, &todo) && send(in, &todo));
    metric_add_for(METRIC_FEED_ITEMS, "taken", in->out->taken - taken);
    metric_add_for(METRIC_FEED_ITEMS, "known", in->out->known - known);
    for (size_t i = 0; i < in->batch.len; i++)
        json_decref(in->batch.at[i].record);
    in->batch.at = NULL;
    in->batch.len = in->batch.cap = 0;
    arena_reset(&in->arena);
    return ok;
}

/* ---- items ---- */

static bool take_record(struct intake *in, json_t *record, int64_t line, const char *text)
{
    struct candidate x = {.record = json_incref(record), .line = line, .text = text, .has_id = json_object_get(record, "id") != NULL};
    name_it(in, &x);
    *vec_push(&in->arena, &in->batch) = x;
    return true;
}

static bool take_item(struct intake *in, const char *item, size_t len, int64_t line)
{
    struct error why = {0};
    const struct feed *f = in->c->feed;
    const struct profile_source source = {f->source, f->manufacturer};
    const char *text = arena_strndup(&in->arena, item, len);
    CLEANUP(json_cleanup) json_t *records = profile_records(&in->arena, f->profile, &source, text, len, &why);
    if (!records)
        return bury(in, line, text, &why);
    for (size_t i = 0; i < json_array_size(records); i++)
        take_record(in, json_array_get(records, i), line, text);
    return (in->batch.len < BATCH && in->arena.used < BATCH_BYTES) || flush(in);
}

static bool take_piece(void *ctx, const struct piece *piece)
{
    struct intake *in = ctx;
    in->out->items++;
    if (is_ending(in))
        return error_set(&in->err, ERR_UNAVAILABLE, "the daemon ends");
    if (piece->err)
        return keep_body(in) && bury(in, piece->line, NULL, piece->err);
    return take_item(in, piece->json, piece->len, piece->line);
}

static void intake_init(struct intake *in, const struct intake_context *c, const struct intake_body *body, struct intake_result *out)
{
    *in = (struct intake){.c = c, .body = body, .out = out};
    *out = (struct intake_result){0};
    arena_init(&in->arena, 0);
}

static bool intake_done(struct intake *in, bool ok, struct error *err)
{
    if (ok)
        ok = flush(in);
    for (size_t i = 0; i < in->batch.len; i++)
        json_decref(in->batch.at[i].record);
    arena_reset(&in->arena);
    free(in->seen);
    if (!ok)
        *err = in->err;
    return ok;
}

bool intake_run(const struct intake_context *c, const struct intake_body *body, struct intake_result *out, struct error *err)
{
    struct intake in;
    char chunk[CHUNK];
    ssize_t n;
    intake_init(&in, c, body, out);
    CLEANUP(splitter_cleanup)
    struct splitter *s = profile_splitter(c->feed->profile, body->format, c->feed->item, take_piece, &in);
    bool goes_on = true;
    while (goes_on && (n = read(body->fd, chunk, sizeof chunk)) != 0) {
        if (n < 0 && errno != EINTR)
            goes_on = error_set(&in.err, ERR_INTERNAL, "%.200s: %s", body->place, strerror(errno));
        else if (n > 0)
            goes_on = splitter_feed(s, chunk, (size_t)n);
    }
    if (goes_on)
        splitter_finish(s);
    return intake_done(&in, in.err.code == ERR_OK, err);
}

bool intake_again(const struct intake_context *c, const struct dead_letter *d, struct intake_result *out, struct error *err)
{
    struct intake in;
    struct intake_body body = {.fd = -1, .digest = d->body.at, .place = d->place, .format = (enum item_format)d->format};
    intake_init(&in, c, &body, out);
    if (d->item) {
        out->items = 1;
        return intake_done(&in, take_item(&in, d->item, strlen(d->item), d->line), err);
    }
    struct arena a;
    struct bytes bytes = {0};
    arena_init(&a, 0);
    bool ok = shelf_body(c->db, &a, d->body, &bytes, &in.err);
    CLEANUP(splitter_cleanup)
    struct splitter *s = profile_splitter(c->feed->profile, body.format, c->feed->item, take_piece, &in);
    if (ok && splitter_feed(s, bytes.at, bytes.len))
        splitter_finish(s);
    ok = intake_done(&in, in.err.code == ERR_OK, err);
    arena_reset(&a);
    return ok;
}

bool intake_refuse(const struct intake_context *c, const struct intake_body *body, const struct error *why, struct error *err)
{
    struct intake in;
    struct intake_result ignored;
    intake_init(&in, c, body, &ignored);
    in.is_body_kept = true; /* where it lies */
    return intake_done(&in, bury(&in, 0, NULL, why), err);
}

bool intake_snapshot(const struct intake_context *c, const uint8_t *digest, int64_t count, struct intake_result *out,
                     struct error *err)
{
    struct intake in;
    const struct intake_body body = {.fd = -1, .digest = digest, .place = feed_place(c->feed)};
    intake_init(&in, c, &body, out);
    char hex[2 * SHA256_LEN + 1];
    CLEANUP(json_cleanup)
    json_t *record = json_pack("{s:s, s:s, s:s, s:b, s:I, s:{s:s}}", "type", "snapshot", "source", c->feed->source, "of",
                               c->feed->complete, "complete", 1, "count", (json_int_t)count, "extensions", "sha256",
                               hex_encode(digest, SHA256_LEN, hex));
    return intake_done(&in, take_record(&in, record, 0, NULL), err);
}
