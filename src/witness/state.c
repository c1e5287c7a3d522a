/* state - see the headers. */
#include "state.h"

#include "pedigree/base/clock.h"
#include "pedigree/base/file.h"
#include "pedigree/base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY "key"
enum { FILE_MAX = NOTE_MAX + 1 };

static const char *path_of(const struct witness *w, struct arena *a, const char *name, const char *ending)
{
    return arena_printf(a, "%s/%s%s", w->directory, name, ending);
}

static bool fail(struct error *err, const char *path, const char *what)
{
    return error_set(err, ERR_INVALID, "%.300s: cannot %s: %s", path, what, strerror(errno));
}

static bool is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

/* ---- the directory ---- */

static bool take_directory(struct witness *w, struct error *err)
{
    if (mkdir(w->directory, S_IRWXU) != 0 && errno != EEXIST)
        return fail(err, w->directory, "make it");
    w->lock_fd = open(w->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (w->lock_fd < 0)
        return fail(err, w->directory, "open it");
    return flock(w->lock_fd, LOCK_EX | LOCK_NB) == 0 ||
           error_set(err, ERR_INVALID, "%.300s: another witness has it: two with one key would contradict each other", w->directory);
}

/* ---- its key ---- */

static bool make_key(struct witness *w, const char *name, const char *path, struct error *err)
{
    uint8_t seed[ED25519_KEY];
    random_bytes(seed, sizeof seed);
    bool ok = note_signer_make(name, NOTE_COSIGNATURE, seed, w->signer, err);
    explicit_bzero(seed, sizeof seed);
    if (!ok)
        return false;
    struct arena a;
    arena_init(&a, 0);
    struct text t = text_new(&a);
    text_add(&t, note_signer_text(&a, w->signer));
    text_add_c(&t, '\n');
    ok = file_write(path, t.at, t.len, FILE_NEW, err);
    explicit_bzero(t.at, t.len);
    arena_reset(&a);
    return ok;
}

static bool parse_key(struct witness *w, const char *path, char *text, size_t len, struct error *err)
{
    struct error why = {0};
    text[len > 0 && text[len - 1] == '\n' ? len - 1 : len] = '\0';
    if (!note_signer_parse(text, w->signer, &why))
        return error_set(err, ERR_INVALID, "%.200s: it %.150s", path, why.detail);
    return w->signer->verifier.type == NOTE_COSIGNATURE ||
           error_set(err, ERR_INVALID, "%.200s: is the key of a log: a witness must have one of its own", path);
}

static bool take_key(struct witness *w, const char *name, struct error *err)
{
    size_t len;
    const char *path = path_of(w, &w->arena, KEY, "");
    if (!is_there(path))
        return name ? make_key(w, name, path, err)
                    : error_set(err, ERR_INVALID, "%.300s: there is no key yet: say the witness's name, and one is made", path);
    char *text = secret_new(FILE_MAX);
    bool ok = file_read_private(path, false, text, FILE_MAX, &len, err) && parse_key(w, path, text, len, err);
    secret_free(text, FILE_MAX);
    return ok && (!name || strcmp(name, w->signer->verifier.name) == 0 ||
                  error_set(err, ERR_INVALID, "%.200s: is of \"%.80s\", and not of \"%.80s\"", path, w->signer->verifier.name, name));
}

/* ---- logs ---- */

struct known_log *log_of_origin(const struct witness *w, const char *origin)
{
    for (size_t i = 0; i < w->logs_len; i++)
        if (strcmp(w->logs[i].origin, origin) == 0)
            return &w->logs[i];
    return NULL;
}

struct known_log *log_of_hex(const struct witness *w, const char *hex)
{
    for (size_t i = 0; i < w->logs_len; i++)
        if (strcmp(w->logs[i].hex, hex) == 0)
            return &w->logs[i];
    return NULL;
}

/* A log may have several keys, as while it turns from one to the next. */
static void know(struct witness *w, const struct note_verifier *v, size_t keys_max)
{
    uint8_t digest[SHA256_LEN];
    struct known_log *log = log_of_origin(w, v->name);
    if (!log) {
        log = &w->logs[w->logs_len++];
        log->origin = arena_strdup(&w->arena, v->name);
        log->keys = ARENA_ARRAY(&w->arena, struct note_verifier, keys_max);
        sha256(v->name, strlen(v->name), digest);
        hex_encode(digest, sizeof digest, log->hex);
    }
    log->keys[log->keys_len++] = *v;
}

static void know_all(struct witness *w, const struct witness_options *o)
{
    w->logs = ARENA_ARRAY(&w->arena, struct known_log, o->logs_len);
    for (size_t i = 0; i < o->logs_len; i++)
        know(w, &o->logs[i].verifier, o->logs_len);
}

/* Signed by ourselves: else somebody had his hands in it, and what we signed before is not known. */
static bool recall(const struct witness *w, struct known_log *log, const char *path, const char *bytes, size_t len, struct error *err)
{
    struct arena a;
    struct note n;
    struct checkpoint c;
    struct error why = {0};
    arena_init(&a, 0);
    bool ok = note_parse(&a, bytes, len, &n, &why) && checkpoint_parse(&a, n.text, n.text_len, &c, &why) &&
              strcmp(c.origin, log->origin) == 0 && note_verify(&n, &w->signer->verifier, NULL) == NOTE_SIGNED;
    if (ok) {
        log->size = c.size;
        log->root = c.root;
        log->note = strndup(bytes, len);
    }
    arena_reset(&a);
    return ok || error_set(err, ERR_INVALID, "%.250s: is no checkpoint that this witness signed: put back a copy of it; a witness that "
                                             "forgot what it signed must begin anew, with another key", path);
}

static bool recall_log(struct witness *w, struct known_log *log, struct error *err)
{
    size_t len;
    const char *path = path_of(w, &w->arena, log->hex, ".checkpoint");
    if (!is_there(path))
        return true;
    char *bytes = secret_new(FILE_MAX);
    bool ok = file_read_private(path, false, bytes, FILE_MAX, &len, err) && recall(w, log, path, bytes, len, err);
    secret_free(bytes, FILE_MAX);
    return ok;
}

bool log_advance(struct witness *w, struct known_log *log, const struct checkpoint *c, const char *note, struct error *err)
{
    struct arena a;
    arena_init(&a, 0);
    bool ok = file_write(path_of(w, &a, log->hex, ".checkpoint"), note, strlen(note), FILE_PUT, err);
    arena_reset(&a);
    if (!ok)
        return false;
    free(log->note);
    log->size = c->size;
    log->root = c->root;
    log->note = strdup(note);
    if (!log->note)
        abort();
    return true;
}

void log_keep_fork(struct witness *w, const struct known_log *log, const char *note, size_t len)
{
    struct arena a;
    struct error ignored = {0};
    arena_init(&a, 0);
    const char *path = path_of(w, &a, log->hex, ".fork");
    if (!is_there(path))
        file_write(path, note, len, FILE_PUT, &ignored);
    arena_reset(&a);
}

/* ---- public ---- */

struct witness *witness_open(const struct witness_options *o, struct error *err)
{
    struct witness *w = calloc(1, sizeof *w);
    if (!w)
        abort();
    arena_init(&w->arena, 0);
    pthread_mutex_init(&w->lock, NULL);
    w->lock_fd = -1;
    w->directory = arena_strdup(&w->arena, o->directory);
    w->signer = secret_new(sizeof *w->signer);
    know_all(w, o);
    bool ok = take_directory(w, err) && take_key(w, o->name, err);
    for (size_t i = 0; ok && i < w->logs_len; i++)
        ok = recall_log(w, &w->logs[i], err);
    if (ok)
        return w;
    witness_close(w);
    return NULL;
}

void witness_close(struct witness *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < w->logs_len; i++)
        free(w->logs[i].note);
    if (w->lock_fd >= 0)
        close(w->lock_fd);
    secret_free(w->signer, sizeof *w->signer);
    pthread_mutex_destroy(&w->lock);
    arena_reset(&w->arena);
    free(w);
}

const struct note_verifier *witness_key(const struct witness *w)
{
    return &w->signer->verifier;
}
