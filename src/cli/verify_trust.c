/* verify_trust - the keys that the caller knows, checkpoints that they signed, and files of evidence; see verify.h. */
#include "verify.h"

#include "pedigree/base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- files ---- */

static void close_file(const int *fd)
{
    if (*fd > STDIN_FILENO)
        close(*fd);
}

/* Up to `max` + 1 bytes; NULL: errno says why. */
static const char *read_whole(struct arena *a, const char *path, size_t max, size_t *len)
{
    CLEANUP(close_file) int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    struct text t = text_new(a);
    enum { STEP = 65536 };
    ssize_t n = fd < 0 ? -1 : 1;
    while (n > 0 && t.len <= max) {
        n = read(fd, text_more(&t, STEP), STEP);
        t.len -= STEP - (size_t)(n > 0 ? n : 0);
    }
    *len = t.len;
    return n < 0 ? NULL : text_str(&t);
}

bool evidence_read(struct verdict *v, const char *path, size_t max, struct span *out)
{
    const char *at = read_whole(v->session->arena, path, max, &out->len);
    out->at = at;
    if (!at)
        return verdict_unknown(v, "%s cannot be read: %s", path, strerror(errno));
    return out->len <= max || verdict_refuted(v, "%s is longer than what it should be may be: %zu bytes", path, max);
}

/* ---- keys ---- */

static void trust_add(struct arena *a, struct trust *t, const struct note_verifier *key)
{
    for (size_t i = 0; i < t->len; i++)
        if (strcmp(t->at[i].name, key->name) == 0 && memcmp(t->at[i].key, key->key, ED25519_KEY) == 0 && t->at[i].type == key->type)
            return;
    *vec_push(a, t) = *key;
}

/* A key a line; empty lines, and what begins with #, count for nothing. */
static bool add_lines(struct arena *a, struct trust *t, const char *from, const char *text, struct error *err)
{
    for (const char *at = text; *at;) {
        size_t len = strcspn(at, "\n");
        const char *line = text_trim(arena_strndup(a, at, len));
        struct note_verifier key;
        struct error why = {0};
        if (*line && *line != '#' && !note_verifier_parse(line, &key, &why))
            return error_at(err, ERR_INVALID, from, "\"%.100s\" %s", line, why.detail);
        if (*line && *line != '#')
            trust_add(a, t, &key);
        at += len + (at[len] == '\n');
    }
    return true;
}

static const char *setting(struct arena *a, const char *option, const char *path, struct error *err)
{
    size_t len;
    const char *text = read_whole(a, path, POLICY_MAX, &len);
    if (!text)
        error_at(err, ERR_INVALID, option, "%.200s cannot be read: %s", path, strerror(errno));
    else if (len > POLICY_MAX || memchr(text, '\0', len))
        error_at(err, ERR_INVALID, option, "%.200s is too long, or no text", path);
    return err->code == ERR_OK ? text : NULL;
}

static bool add_policy(struct arena *a, struct trust *t, const char *path, struct error *err)
{
    struct error why = {0};
    const char *name = OPTIONS[OPT_POLICY].name, *text = setting(a, name, path, err);
    if (!text)
        return false;
    if (!policy_parse(a, text, strlen(text), &t->policy, &why))
        return error_at(err, ERR_INVALID, name, "%.150s: %.200s", path, why.detail);
    for (size_t i = 0; i < t->policy.logs_len; i++)
        trust_add(a, t, &t->policy.logs[i].verifier);
    for (size_t i = 0; i < t->policy.names_len; i++)
        if (!t->policy.names[i].is_group)
            trust_add(a, t, &t->policy.names[i].verifier);
    return true;
}

static bool has_log(const struct trust *t)
{
    for (size_t i = 0; i < t->len; i++)
        if (t->at[i].type == NOTE_ED25519)
            return true;
    return false;
}

bool trust_load(struct session *s, struct trust *out, struct error *err)
{
    struct arena *a = s->arena;
    const char *keys = s->args.values[OPT_VKEY], *file = s->args.values[OPT_KEYS], *policy = s->args.values[OPT_POLICY];
    const char *known = keys || file || policy ? NULL : getenv("PEDIGREE_LOG_VKEY");
    const char *text = file ? setting(a, OPTIONS[OPT_KEYS].name, file, err) : NULL;
    if (file && !text)
        return false;
    if ((keys && !add_lines(a, out, OPTIONS[OPT_VKEY].name, keys, err)) || (text && !add_lines(a, out, file, text, err)) ||
        (known && !add_lines(a, out, "PEDIGREE_LOG_VKEY", known, err)) || (policy && !add_policy(a, out, policy, err)))
        return false;
    return has_log(out) || error_at(err, ERR_INVALID, OPTIONS[OPT_VKEY].name,
                                    "give the verifier key of the log, from whom you trust and not from where the proof came: "
                                    "--key VKEY, --keys FILE or PEDIGREE_LOG_VKEY");
}

/* ---- checkpoints ---- */

static const char *time_of(struct arena *a, uint64_t time_s)
{
    enum { US = 1000000 };
    char text[28];
    const uint64_t year_10000 = UINT64_C(253402300800);
    return time_s < year_10000 ? arena_strdup(a, us_text((int64_t)time_s * US, text)) : arena_printf(a, "second %" PRIu64, time_s);
}

/* Whether a key of the log signed; what its witnesses say is told. */
static bool is_signed(struct verdict *v, const struct trust *t, const char *what, const struct note *n,
                      const struct checkpoint *c, const struct note_verifier **by)
{
    for (size_t i = 0; i < t->len; i++) {
        const struct note_verifier *key = &t->at[i];
        uint64_t time_s = 0;
        enum note_verdict verdict = note_verify(n, key, &time_s);
        if (verdict == NOTE_FORGED)
            return verdict_refuted(v, "%s carries a signature of %s that its key did not make", what, key->name);
        if (key->type == NOTE_ED25519 && verdict == NOTE_SIGNED && strcmp(key->name, c->origin) == 0)
            *by = key;
        else if (key->type == NOTE_COSIGNATURE && verdict == NOTE_SIGNED)
            verdict_proved(v, "the witness %s saw %s at %s, and that the log had only grown until then", key->name, what,
                           time_of(v->session->arena, time_s));
        else if (key->type == NOTE_COSIGNATURE)
            verdict_open(v, "that the witness %s saw %s: its signature is not there", key->name, what);
    }
    return *by || verdict_refuted(v, "%s is of the log \"%s\", and signed by no key that was given for it", what, c->origin);
}

static bool is_empty_root(const struct hash *root)
{
    struct hash empty;
    sha256("", 0, empty.at);
    return memcmp(empty.at, root->at, SHA256_LEN) == 0;
}

bool trust_checkpoint(struct verdict *v, const struct trust *t, const char *what, struct span note, struct checkpoint *out)
{
    struct arena *a = v->session->arena;
    struct error why = {0};
    const struct note_verifier *by = NULL;
    struct note n;
    size_t cosigned = 0;
    char count[28];
    if (!note_parse(a, note.at, note.len, &n, &why) || !checkpoint_parse(a, n.text, n.text_len, out, &why))
        return verdict_refuted(v, "%s %s", what, why.detail);
    if (!is_signed(v, t, what, &n, out, &by))
        return false;
    if (t->policy.has_quorum && !policy_is_met(&t->policy, &n, &cosigned))
        return verdict_refuted(v, "%s is cosigned by %zu witnesses, which the policy takes for no quorum", what, cosigned);
    if (out->size == 0 && !is_empty_root(&out->root))
        return verdict_refuted(v, "%s is of an empty log, whose root is another", what);
    verdict_proved(v, "%s, of %s records, is signed by %s", what, screen_number(out->size, count),
                   note_verifier_text(a, by));
    return true;
}
