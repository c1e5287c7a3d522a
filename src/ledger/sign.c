/* sign - see the header.  `lock` guards `size` and `note`. */
#include "sign.h"

#include "pedigree/base/secret.h"
#include "pedigree/tlog/seal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct signing {
    struct note_signer *signers;
    size_t signers_len;
    struct anchor *anchor;

    pthread_mutex_t lock;
    int64_t size; /* of what is published; -1: nothing yet */
    char *note;
};

struct signing *signing_new(const struct ledger_options *o)
{
    if (o->signers_len == 0)
        return NULL;
    struct signing *s = calloc(1, sizeof *s);
    struct note_signer *signers = secret_new(o->signers_len * sizeof *signers);
    if (!s)
        abort();
    memcpy(signers, o->signers, o->signers_len * sizeof *signers);
    *s = (struct signing){.signers = signers, .signers_len = o->signers_len, .anchor = anchor_new(o->anchor), .size = -1};
    pthread_mutex_init(&s->lock, NULL);
    return s;
}

void signing_free(struct signing *s)
{
    if (!s)
        return;
    pthread_mutex_destroy(&s->lock);
    secret_free(s->signers, s->signers_len * sizeof *s->signers);
    anchor_free(s->anchor);
    free(s->note);
    free(s);
}

static const char *origin(const struct signing *s)
{
    return s->signers[0].verifier.name;
}

bool signing_anchored(struct signing *s, struct arena *a, struct anchored *out, struct error *err)
{
    if (!anchor_read(s->anchor, a, out, err))
        return false;
    if (out->is_there && strcmp(out->checkpoint.origin, origin(s)) != 0)
        return error_set(err, ERR_UNAVAILABLE, "the anchor is of the log \"%.80s\", and log_key signs \"%.80s\"",
                         out->checkpoint.origin, origin(s));
    return true;
}

static const char *signed_note(const struct signing *s, struct arena *a, const char *text)
{
    struct text note = text_new(a);
    text_add(&note, text);
    text_add_c(&note, '\n');
    for (size_t i = 0; i < s->signers_len; i++)
        text_add(&note, note_sign(a, text, strlen(text), &s->signers[i], 0));
    return text_str(&note);
}

static void publish(struct signing *s, int64_t size, const char *note)
{
    char *copy = strdup(note);
    if (!copy)
        abort();
    pthread_mutex_lock(&s->lock);
    char *old = s->note;
    s->size = size;
    s->note = copy;
    pthread_mutex_unlock(&s->lock);
    free(old);
}

const char *signing_sign(struct signing *s, int64_t size, const struct hash *root, struct error *err)
{
    if (s->size == size) /* only this thread writes it */
        return s->note;
    struct arena a;
    arena_init(&a, 0);
    const char *note = signed_note(s, &a, checkpoint_text(&a, &(struct checkpoint){origin(s), size, *root}));
    bool ok = anchor_advance(s->anchor, size, note, err);
    if (ok)
        publish(s, size, note);
    arena_reset(&a);
    return ok ? s->note : NULL;
}

bool signing_published(struct signing *s, struct arena *a, int64_t *size, const char **note)
{
    pthread_mutex_lock(&s->lock);
    bool is_there = s->size >= 0;
    *size = s->size;
    *note = is_there ? arena_strdup(a, s->note) : NULL;
    pthread_mutex_unlock(&s->lock);
    return is_there;
}

const char *signing_seal(const struct signing *s, struct arena *a, const uint8_t digest[static SHA256_LEN])
{
    return signed_note(s, a, seal_text(a, origin(s), digest));
}
