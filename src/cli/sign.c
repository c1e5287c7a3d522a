/* sign - pedigree sign: the records of files, signed, as NDJSON; needs no server. */
#include "delivery.h"
#include "identify.h"
#include "signing.h"

#include <stdio.h>

DEFINE_CLEANUP(struct splitter, splitter, splitter_free)

struct signing {
    struct session *session;
    struct source source;
    struct jws_key key;
    int64_t wrong;
    bool is_broken; /* nobody takes what is written */
};

static void say_wrong(struct signing *s, int64_t line, const struct error *why)
{
    fprintf(stderr, "%s:%lld: %s%s%s\n", s->source.name, (long long)line, screen_clean(s->session->arena, why->where),
            *why->where ? ": " : "", screen_clean(s->session->arena, why->detail));
    s->wrong++;
}

/* piece_fn */
static bool take_piece(void *ctx, const struct piece *piece)
{
    struct signing *s = ctx;
    struct arena passing;
    struct error err = {0};
    char id[IDENTIFY_ID_MAX + 1];
    if (piece->err) {
        say_wrong(s, piece->line, piece->err);
        return true;
    }
    arena_init(&passing, 0);
    struct text plain = text_new(&passing), out = text_new(&passing);
    identify_id(s->source.hash, piece->line, id);
    if (!identify_add(&plain, piece->json, piece->len, id, &err) || !signing_add(&out, plain.at, plain.len, &s->key, &err))
        say_wrong(s, piece->line, &err);
    else
        s->is_broken = fwrite(out.at, 1, out.len, stdout) != out.len;
    arena_reset(&passing);
    return !s->is_broken;
}

static bool sign_file(struct signing *s, const char *path, enum body_format format, struct error *err)
{
    char chunk[64 * 1024];
    ssize_t n;
    if (!source_open(&s->source, path, err))
        return false;
    CLEANUP(splitter_cleanup) struct splitter *splitter = splitter_new(format, take_piece, s);
    while ((n = source_read(&s->source, chunk, sizeof chunk, err)) > 0 && splitter_feed(splitter, chunk, (size_t)n))
        ;
    if (n == 0)
        splitter_finish(splitter);
    source_close(&s->source);
    return n >= 0;
}

static bool sign_files(struct signing *s, struct error *err)
{
    const struct args *args = &s->session->args;
    for (size_t i = 0; i < args->words_len && !s->is_broken; i++) {
        enum body_format format;
        if (!source_format(args->words[i], args->values[OPT_FORMAT], &format, err) ||
            !sign_file(s, args->words[i], format, err))
            return false;
    }
    return (fflush(stdout) == 0 && !s->is_broken) || error_set(err, ERR_INTERNAL, "what was signed cannot be written");
}

/* For the operator, who registers it: pedigreed signing-key add reads this. */
static void show_key(struct session *s, const struct jws_key *key)
{
    printf("%s %s\n%s", key->id, jws_type_word(key->type), jws_key_pem(s->arena, key));
}

enum exit_status command_sign(struct session *session)
{
    struct signing s = {.session = session};
    struct error err = {0};
    const char *path = session->args.values[OPT_SIGN_KEY];
    if (!path)
        error_at(&err, ERR_INVALID, "--sign-key", "is missing: the file of your private key (openssl genpkey -algorithm ed25519 -out FILE)");
    if (!path || !signing_key_read(path, &s.key, &err))
        return say_error(&err);
    if (session->args.words_len == 0)
        show_key(session, &s.key);
    bool ok = sign_files(&s, &err);
    jws_key_done(&s.key);
    return !ok ? say_error(&err) : s.wrong > 0 ? STATUS_REFUSED : STATUS_FINE;
}
