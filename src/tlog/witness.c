/* witness - see the header. */
#include "pedigree/tlog/witness.h"

#include <inttypes.h>
#include <string.h>

#define OLD "old "
enum { DIGITS_MAX = 19 };

static bool is_none(struct error *err, const char *why)
{
    return error_set(err, ERR_MALFORMED, "is no request to a witness: %s", why);
}

bool witness_size_parse(const char *digits, size_t len, int64_t *out)
{
    int64_t n = 0;
    if (len == 0 || len > DIGITS_MAX || (len > 1 && digits[0] == '0'))
        return false;
    for (size_t i = 0; i < len; i++)
        if (digits[i] < '0' || digits[i] > '9' || __builtin_mul_overflow(n, 10, &n) ||
            __builtin_add_overflow(n, digits[i] - '0', &n))
            return false;
    *out = n;
    return true;
}

const char *witness_request_text(struct arena *a, const struct witness_request *r)
{
    struct text t = text_new(a);
    text_addf(&t, OLD "%" PRId64 "\n", r->old);
    path_add(&r->proof, &t);
    text_add_c(&t, '\n');
    text_add_n(&t, r->checkpoint, r->checkpoint_len);
    return text_str(&t);
}

bool witness_request_parse(struct arena *a, const char *bytes, size_t len, struct witness_request *out, struct error *err)
{
    const char *end = bytes + len;
    struct error why = {0};
    *out = (struct witness_request){0};
    if (len > WITNESS_REQUEST_MAX)
        return is_none(err, "it is too long");
    if (memchr(bytes, '\0', len))
        return is_none(err, "it holds a NUL");
    const char *stop = memchr(bytes, '\n', len);
    const char *size = bytes + sizeof OLD - 1;
    if (!stop || stop < size || memcmp(bytes, OLD, sizeof OLD - 1) != 0 || !witness_size_parse(size, (size_t)(stop - size), &out->old))
        return is_none(err, "its first line is \"old\" and a size, in decimal");
    const char *at = stop + 1;
    if (!path_parse(&at, end, &out->proof, &why) || out->proof.len > WITNESS_PROOF_MAX)
        return is_none(err, "up to 63 hashes follow, each 32 bytes in base64");
    if (at == end || *at != '\n' || at + 1 == end)
        return is_none(err, "an empty line and a signed checkpoint end it");
    out->checkpoint_len = (size_t)(end - (at + 1));
    out->checkpoint = arena_strndup(a, at + 1, out->checkpoint_len);
    return true;
}

/* One line of an answer, tried as the checkpoint's only signature. */
static bool is_of(struct arena *a, const struct note *checkpoint, const char *line, size_t len, const struct note_verifier *v)
{
    struct text t = text_new(a);
    struct note n;
    struct error ignored = {0};
    text_add_n(&t, checkpoint->text, checkpoint->text_len);
    text_add_c(&t, '\n');
    text_add_n(&t, line, len);
    return note_parse(a, text_str(&t), t.len, &n, &ignored) && note_verify(&n, v, NULL) == NOTE_SIGNED;
}

const char *witness_answer(struct arena *a, const char *checkpoint, const char *answer, size_t len,
                           const struct note_verifier *v, struct error *err)
{
    struct note n;
    struct text good = text_new(a);
    if (!note_parse(a, checkpoint, strlen(checkpoint), &n, err))
        return NULL;
    for (const char *at = answer, *end = answer + len, *stop; at < end && (stop = memchr(at, '\n', (size_t)(end - at))); at = stop + 1)
        if (is_of(a, &n, at, (size_t)(stop + 1 - at), v))
            text_add_n(&good, at, (size_t)(stop + 1 - at));
    if (good.len == 0)
        error_set(err, ERR_INVALID, "the answer holds no cosignature of this checkpoint by the key of %.100s", v->name);
    return good.len ? text_str(&good) : NULL;
}
