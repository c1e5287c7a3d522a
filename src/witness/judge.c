/* judge - whether a checkpoint is cosigned: the rules of C2SP tlog-witness, in its order. */
#include "state.h"

#include "pedigree/base/base64.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/log.h"
#include "pedigree/tlog/witness.h"

#include <inttypes.h>
#include <string.h>

struct submitted {
    struct witness_request request;
    struct note note;
    struct checkpoint checkpoint;
};

static bool read_it(struct arena *a, const char *bytes, size_t len, struct submitted *s, struct error *err)
{
    struct error why = {0};
    return witness_request_parse(a, bytes, len, &s->request, err) &&
           ((note_parse(a, s->request.checkpoint, s->request.checkpoint_len, &s->note, &why) &&
             checkpoint_parse(a, s->note.text, s->note.text_len, &s->checkpoint, &why)) ||
            error_set(err, ERR_MALFORMED, "the checkpoint %s", why.detail));
}

/* Signed by one of the log's keys, and by none of them wrongly. */
static bool is_signed(const struct known_log *log, const struct note *n, struct error *err)
{
    bool is_good = false;
    for (size_t i = 0; i < log->keys_len; i++) {
        enum note_verdict verdict = note_verify(n, &log->keys[i], NULL);
        if (verdict == NOTE_FORGED)
            return error_set(err, ERR_FORBIDDEN, "a signature of the log's key is wrong");
        is_good |= verdict == NOTE_SIGNED;
    }
    return is_good || error_set(err, ERR_FORBIDDEN, "no key that is known for this log has signed it");
}

/* The proof, from what we signed before; nobody asks for one from nothing. */
static bool grew(const struct known_log *log, const struct submitted *s, struct error *err)
{
    struct hash empty = {{0}};
    const struct checkpoint *c = &s->checkpoint;
    sha256("", 0, empty.at);
    const struct hash *old = log->size == 0 ? &empty : &log->root;
    if (c->size == 0 && memcmp(&c->root, &empty, sizeof empty) != 0)
        return error_set(err, ERR_INVALID, "the tree of no records has another root");
    return tree_consistency_holds(log->size, c->size, old, &c->root, &s->request.proof) ||
           error_set(err, ERR_INVALID, "the proof does not show that this tree of %" PRId64 " grew out of that of %" PRId64 " which was signed "
                                       "before", c->size, log->size);
}

/* Only of signers that we know: whatever else was sent along is nobody's. */
static void add_signatures(struct arena *a, const struct known_log *log, const struct note *n, struct text *out)
{
    for (size_t i = 0; i < n->signatures_len; i++) {
        const struct note_signature *s = &n->signatures[i];
        for (size_t k = 0; k < log->keys_len; k++) {
            if (strcmp(s->name, log->keys[k].name) != 0 || memcmp(s->id, log->keys[k].id, sizeof s->id) != 0)
                continue;
            uint8_t *bytes = arena_alloc(a, sizeof s->id + s->bytes.len);
            memcpy(bytes, s->id, sizeof s->id);
            memcpy(bytes + sizeof s->id, s->bytes.at, s->bytes.len);
            text_addf(out, "\xe2\x80\x94 %s ", s->name);
            base64_add(out, bytes, sizeof s->id + s->bytes.len);
            text_add_c(out, '\n');
        }
    }
}

static bool cosign(struct witness *w, struct arena *a, struct known_log *log, const struct submitted *s, struct witness_answer *out,
                   struct error *err)
{
    struct error why = {0};
    struct text note = text_new(a);
    const char *line = note_sign(a, s->note.text, s->note.text_len, w->signer, (uint64_t)(clock_now_us() / 1000000));
    text_add_n(&note, s->note.text, s->note.text_len);
    text_add_c(&note, '\n');
    add_signatures(a, log, &s->note, &note);
    text_add(&note, line);
    if (!log_advance(w, log, &s->checkpoint, text_str(&note), &why)) {
        log_line(LOG_LEVEL_ERROR, "cannot keep a checkpoint, and so does not sign it", "error=%s", log_quote(why.detail));
        return error_set(err, ERR_UNAVAILABLE, "what is signed cannot be kept here at the moment");
    }
    *out = (struct witness_answer){200, line};
    return true;
}

static bool conflict(struct arena *a, const struct known_log *log, struct witness_answer *out)
{
    *out = (struct witness_answer){409, arena_printf(a, "%" PRId64 "\n", log->size)};
    return true;
}

/* Two trees of one size, both signed by the log: no mishap explains that. */
static bool is_fork(const struct known_log *log, const struct checkpoint *c)
{
    return log->note && c->size == log->size && memcmp(&c->root, &log->root, sizeof c->root) != 0;
}

static bool decide(struct witness *w, struct arena *a, struct known_log *log, const struct submitted *s, struct witness_answer *out,
                   struct error *err)
{
    if (is_fork(log, &s->checkpoint)) {
        log_line(LOG_LEVEL_ERROR, "a log shows two histories", "origin=%s size=%" PRId64, log_quote(log->origin), log->size);
        log_keep_fork(w, log, s->request.checkpoint, s->request.checkpoint_len);
        return conflict(a, log, out);
    }
    if (s->request.old != log->size)
        return conflict(a, log, out);
    return grew(log, s, err) && cosign(w, a, log, s, out, err);
}

bool witness_add(struct witness *w, struct arena *a, const char *request, size_t len, struct witness_answer *out, struct error *err)
{
    struct submitted s;
    if (!read_it(a, request, len, &s, err))
        return false;
    struct known_log *log = log_of_origin(w, s.checkpoint.origin);
    if (!log)
        return error_set(err, ERR_NOT_FOUND, "the log \"%.100s\" is not known here", s.checkpoint.origin);
    if (!is_signed(log, &s.note, err))
        return false;
    if (s.request.old > s.checkpoint.size)
        return error_set(err, ERR_MALFORMED, "the old size is above the checkpoint's");
    pthread_mutex_lock(&w->lock);
    bool ok = decide(w, a, log, &s, out, err);
    pthread_mutex_unlock(&w->lock);
    return ok;
}

const char *witness_newest(struct witness *w, struct arena *a, const char *hex)
{
    struct known_log *log = log_of_hex(w, hex);
    pthread_mutex_lock(&w->lock);
    const char *note = log && log->note ? arena_strdup(a, log->note) : NULL;
    pthread_mutex_unlock(&w->lock);
    return note;
}
