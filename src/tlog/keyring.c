/* keyring - see the header. */
#include "pedigree/tlog/keyring.h"

#include <stdio.h>
#include <string.h>

#define RETIRED "retired "

size_t keyring_verifiers(const struct keyring *k, struct note_verifier out[static KEYRING_VERIFIERS])
{
    size_t n = 0;
    for (size_t i = 0; i < k->signers_len; i++)
        out[n++] = k->signers[i].verifier;
    for (size_t i = 0; i < k->retired_len; i++)
        out[n++] = k->retired[i].verifier;
    return n;
}

void keyring_wipe(struct keyring *k)
{
    explicit_bzero(k, sizeof *k);
}

static bool is_same_key(const struct note_verifier *a, const struct note_verifier *b)
{
    return memcmp(a->key, b->key, ED25519_KEY) == 0;
}

/* Of this log, an Ed25519 key that signs notes, and not there yet. */
static bool may_join(const struct keyring *k, const struct note_verifier *v, struct error *err)
{
    const char *name = k->signers_len   ? k->signers[0].verifier.name
                       : k->retired_len ? k->retired[0].verifier.name
                                        : v->name;
    if (v->type != NOTE_ED25519)
        return error_set(err, ERR_INVALID, "is a cosigner's key, and none of a log");
    if (strcmp(name, v->name) != 0)
        return error_set(err, ERR_INVALID, "is of \"%.80s\", and the first key of \"%.80s\": all keys of a log have its name", v->name,
                         name);
    bool twice = false;
    for (size_t i = 0; i < k->signers_len; i++)
        twice |= is_same_key(&k->signers[i].verifier, v);
    for (size_t i = 0; i < k->retired_len; i++)
        twice |= is_same_key(&k->retired[i].verifier, v);
    return !twice || error_set(err, ERR_INVALID, "stands there twice");
}

static bool add_signer(struct keyring *k, const char *line, struct error *err)
{
    struct note_signer *s = &k->signers[k->signers_len];
    if (k->signers_len == KEYRING_SIGNERS)
        return error_set(err, ERR_INVALID, "is one too many: at most %d keys sign a log", KEYRING_SIGNERS);
    if (!note_signer_parse(line, s, err) || !may_join(k, &s->verifier, err))
        return false;
    k->signers_len++;
    return true;
}

/* YYYY-MM-DD; that the day exists is of no consequence. */
static bool is_day(const char *s)
{
    static const char SHAPE[] = "dddd-dd-dd";
    for (size_t i = 0; SHAPE[i]; i++)
        if (SHAPE[i] == 'd' ? s[i] < '0' || s[i] > '9' : s[i] != SHAPE[i])
            return false;
    return true;
}

static bool add_retired(struct keyring *k, const char *line, struct error *err)
{
    struct retired_key *r = &k->retired[k->retired_len];
    if (k->retired_len == KEYRING_RETIRED)
        return error_set(err, ERR_INVALID, "is one too many: at most %d retired keys", KEYRING_RETIRED);
    if (!is_day(line) || line[10] != ' ')
        return error_set(err, ERR_INVALID, "is no retired key: retired YYYY-MM-DD and a verifier key");
    memcpy(r->until, line, 10);
    r->until[10] = '\0';
    if (!note_verifier_parse(line + 11, &r->verifier, err) || !may_join(k, &r->verifier, err))
        return false;
    k->retired_len++;
    return true;
}

static bool take_line(struct keyring *k, const char *line, struct error *err)
{
    if (*line == '\0' || *line == '#')
        return true;
    if (strncmp(line, RETIRED, sizeof RETIRED - 1) == 0)
        return add_retired(k, line + sizeof RETIRED - 1, err);
    return add_signer(k, line, err);
}

static bool name_line(struct error *err, int line, const struct error *why)
{
    return error_set(err, why->code, "line %d %s", line, why->detail);
}

bool keyring_parse(const char *text, size_t len, struct keyring *out, struct error *err)
{
    char line[KEYRING_LINE];
    *out = (struct keyring){0};
    int n = 0;
    for (size_t at = 0; at < len;) {
        const char *stop = memchr(text + at, '\n', len - at);
        size_t width = stop ? (size_t)(stop - text) - at : len - at;
        struct error why = {0};
        n++;
        bool fits = width < sizeof line && !memchr(text + at, '\0', width);
        if (fits) {
            memcpy(line, text + at, width);
            line[width] = '\0';
        }
        bool ok = fits ? take_line(out, line, &why) : error_set(&why, ERR_INVALID, "is no key: it is too long, or holds a NUL");
        explicit_bzero(line, sizeof line);
        if (!ok)
            return name_line(err, n, &why);
        at += width + 1;
    }
    return out->signers_len > 0 || error_set(err, ERR_INVALID, "holds no signing key");
}

void keyring_print(const struct keyring *k, struct text *out)
{
    text_make_room(out, (k->signers_len + k->retired_len + 1) * KEYRING_LINE); /* no copy is left behind */
    text_add(out, "# The keys that sign this log, the newest first. Whoever has them can sign another history.\n");
    for (size_t i = 0; i < k->signers_len; i++) {
        const char *key = note_signer_text(out->arena, &k->signers[i]);
        text_addf(out, "%s\n", key);
        explicit_bzero((void *)(uintptr_t)key, strlen(key));
    }
    for (size_t i = 0; i < k->retired_len; i++)
        text_addf(out, RETIRED "%s %s\n", k->retired[i].until, note_verifier_text(out->arena, &k->retired[i].verifier));
}

void keyring_policy(const struct keyring *k, struct text *out)
{
    text_add(out, "# Keys of this log, the newest first. Whoever it matters to compares them with what the operator told in another way.\n");
    for (size_t i = 0; i < k->signers_len; i++)
        text_addf(out, "log %s\n", note_verifier_text(out->arena, &k->signers[i].verifier));
    for (size_t i = 0; i < k->retired_len; i++)
        text_addf(out, "# retired %s, and good for what it signed until then\nlog %s\n", k->retired[i].until,
                  note_verifier_text(out->arena, &k->retired[i].verifier));
    text_add(out, "quorum none\n");
}

bool keyring_add(struct keyring *k, const char *name, const uint8_t seed[static ED25519_KEY], struct error *err)
{
    struct note_signer s;
    if (k->signers_len == KEYRING_SIGNERS)
        return error_set(err, ERR_INVALID, "%d keys sign this log already: retire the older ones first (log-key retire)",
                         KEYRING_SIGNERS);
    if (!note_signer_make(name, NOTE_ED25519, seed, &s, err) || !may_join(k, &s.verifier, err))
        return false;
    memmove(k->signers + 1, k->signers, k->signers_len * sizeof *k->signers);
    k->signers[0] = s;
    k->signers_len++;
    explicit_bzero(&s, sizeof s);
    return true;
}

bool keyring_retire(struct keyring *k, const char day[static 11], struct error *err)
{
    if (k->signers_len < 2)
        return error_set(err, ERR_INVALID, "one key signs this log: there is none to retire (log-key rotate makes the next one)");
    if (k->retired_len + k->signers_len - 1 > KEYRING_RETIRED)
        return error_set(err, ERR_INVALID, "at most %d keys can be retired", KEYRING_RETIRED);
    for (size_t i = 1; i < k->signers_len; i++) {
        struct retired_key *r = &k->retired[k->retired_len++];
        r->verifier = k->signers[i].verifier;
        memcpy(r->until, day, 11);
        explicit_bzero(&k->signers[i], sizeof k->signers[i]);
    }
    k->signers_len = 1;
    return true;
}
