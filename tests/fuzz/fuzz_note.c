/*
 * fuzz_note - a signed note that is read is written again as it came, and no text but that is signed; its checkpoint, if
 * it is one, comes to the same when it is written and read again.
 */
#include "fuzz.h"

#include "pedigree/base/base64.h"
#include "pedigree/tlog/checkpoint.h"

#include <assert.h>
#include <string.h>

static void is_the_same(struct arena *a, const struct note *n, const char *bytes, size_t size)
{
    struct text t = text_new(a);
    text_add_n(&t, n->text, n->text_len);
    text_add(&t, "\n");
    for (size_t i = 0; i < n->signatures_len; i++) {
        const struct note_signature *s = &n->signatures[i];
        struct text whole = text_new(a);
        assert(note_name_is_valid(s->name) && s->bytes.len > 0);
        text_add_n(&whole, (const char *)s->id, sizeof s->id);
        text_add_n(&whole, s->bytes.at, s->bytes.len);
        text_addf(&t, "\xe2\x80\x94 %s ", s->name);
        base64_add(&t, whole.at, whole.len);
        text_add(&t, "\n");
    }
    assert(t.len == size && memcmp(t.at, bytes, size) == 0);
}

/* A key nobody has signed with: whatever the bytes say, it did not. */
static void is_not_signed(struct arena *a, struct note n)
{
    struct note_signer s;
    struct error err = {0};
    const uint8_t seed[ED25519_KEY] = {1};
    bool ok = note_signer_make("fuzz.example/log", NOTE_ED25519, seed, &s, &err);
    assert(ok && note_verify(&n, &s.verifier, NULL) != NOTE_SIGNED);
    const char *line = note_sign(a, n.text, n.text_len, &s, 0);
    char *whole = arena_printf(a, "%s\n%s", n.text, line);
    ok = strlen(whole) <= NOTE_MAX && note_parse(a, whole, strlen(whole), &n, &err);
    assert(!ok || note_verify(&n, &s.verifier, NULL) == NOTE_SIGNED);
}

static void checkpoint_again(struct arena *a, const struct note *n)
{
    struct checkpoint c, again;
    struct error err = {0};
    if (!checkpoint_parse(a, n->text, n->text_len, &c, &err)) {
        assert(err.code == ERR_INVALID && err.detail[0]);
        return;
    }
    const char *text = checkpoint_text(a, &c);
    assert(c.size >= 0 && memcmp(text, n->text, strlen(text)) == 0);
    bool ok = checkpoint_parse(a, text, strlen(text), &again, &err);
    assert(ok && again.size == c.size && strcmp(again.origin, c.origin) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct note n;
    struct error err = {0};
    struct note_verifier v;
    arena_init(&a, 0);
    if (note_parse(&a, (const char *)data, size, &n, &err)) {
        is_the_same(&a, &n, (const char *)data, size);
        is_not_signed(&a, n);
        checkpoint_again(&a, &n);
    } else {
        assert(err.code == ERR_INVALID && err.detail[0]);
    }
    const char *text = arena_strndup(&a, (const char *)data, size);
    if (note_verifier_parse(text, &v, &err))
        assert(strcmp(note_verifier_text(&a, &v), text) == 0);
    arena_reset(&a);
    return 0;
}
