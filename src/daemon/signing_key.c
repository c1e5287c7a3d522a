/*
 * signing_key - the commands signing-key add, list, revoke, require: whose signatures under records are taken.
 *
 * They are the database owner's: the role that serves can add no key either.
 */
#include "command.h"

#include "pedigree/access/signing.h"
#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/text.h"
#include "pedigree/model/party.h"
#include "pedigree/model/when.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

DEFINE_CLEANUP(struct db, db, db_free)

static bool in_arena(const struct invocation *in, bool (*run)(struct arena *, const struct invocation *, struct error *),
                     struct error *err)
{
    struct arena a;
    arena_init(&a, 0);
    bool ok = run(&a, in, err);
    arena_reset(&a);
    return ok;
}

static bool read_party(struct arena *a, const char *where, const char *said, const char **out, struct error *err)
{
    const char *why = "";
    if (!said || !party_is_valid(said, &why))
        return error_at(err, ERR_INVALID, where, "\"%.80s\" is no organisation: write scheme:value, say cage:1ABC5 (%s)",
                        said ? said : "", why ? why : "");
    *out = party_normal(a, said);
    return true;
}

/* ---- add ---- */

enum { ORGANISATION, LABEL, FROM, UNTIL };

static bool read_time(const struct flag *f, int64_t initial, int64_t *out, struct error *err)
{
    struct when w;
    *out = initial;
    if (f->len == 0)
        return true;
    if (!when_parse(f->values[0], &w))
        return error_at(err, ERR_INVALID, f->name, "\"%.60s\" is no time: 2026-11-27 or 2026-11-27T10:00:00Z would be right",
                        f->values[0]);
    *out = w.first_us;
    return true;
}

static bool read_key(struct arena *a, const char *path, struct jws_key *out, struct error *err)
{
    struct error why = {0};
    if (!path)
        return error_at(err, ERR_INVALID, "FILE", "is missing: the public key in PEM (openssl pkey -in KEY -pubout), - for standard input");
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    char *pem = arena_alloc(a, JWS_KEY_FILE + 1);
    size_t len = f ? fread(pem, 1, JWS_KEY_FILE + 1, f) : 0;
    int reason = errno;
    bool is_read = f && !ferror(f);
    if (f && f != stdin)
        fclose(f);
    if (!is_read)
        return error_at(err, ERR_INVALID, path, "cannot be read: %s", strerror(reason));
    return jws_key_public(pem, len, out, &why) || error_at(err, ERR_INVALID, path, "%s", why.detail);
}

static bool read_grant(struct arena *a, const struct flag *flags, struct signing_grant *g, struct error *err)
{
    const char *label = flags[LABEL].values[0];
    if (!read_party(a, "--organisation", flags[ORGANISATION].values[0], &g->organisation, err) ||
        !read_time(&flags[FROM], clock_now_us(), &g->from_us, err) || !read_time(&flags[UNTIL], INT64_MIN, &g->until_us, err))
        return false;
    if (label && (strlen(label) > 200 || !text_is_utf8(label, strlen(label)) || strpbrk(label, "\n\t\r\033")))
        return error_at(err, ERR_INVALID, "--label", "is one line of UTF-8, at most 200 bytes");
    g->label = label;
    return g->until_us == INT64_MIN || g->until_us > g->from_us ||
           error_at(err, ERR_INVALID, "--until", "is before the key begins to count");
}

static bool add(struct arena *a, const struct invocation *in, struct error *err)
{
    struct flag flags[] = {[ORGANISATION] = {.name = "--organisation", .is_required = true},
                           [LABEL] = {.name = "--label"}, [FROM] = {.name = "--from"}, [UNTIL] = {.name = "--until"}};
    struct signing_grant grant = {0};
    struct jws_key key = {0};
    const char *path = NULL;
    if (!flags_read(in, flags, LENGTH(flags), &path, err) || !read_grant(a, flags, &grant, err) || !read_key(a, path, &key, err))
        return false;
    CLEANUP(db_cleanup) struct db *db = db_new(owner_of(in), NULL);
    bool ok = signing_key_add(db, &grant, &key, err);
    if (ok) {
        printf("%s\n", key.id);
        fprintf(stderr, "%s signs with it (%s) from now on as key id \"kid\"; running daemons know it within seconds.\n",
                grant.organisation, jws_type_word(key.type));
    }
    jws_key_done(&key);
    return ok;
}

bool signing_key_add_run(const struct invocation *in, struct error *err)
{
    return in_arena(in, add, err);
}

/* ---- list ---- */

static const char *day(int64_t us, char buf[static 28])
{
    return us == INT64_MIN ? "-" : us_text(us, buf);
}

static void print_key(const struct signing_info *k)
{
    char from[28], until[28], revoked[28];
    struct jws_key key = {0};
    struct error why = {0};
    bool is_key = jws_key_of_der((struct span){k->public_key.at, k->public_key.len}, &key, &why) && strcmp(key.id, k->id) == 0;
    printf("%s\t%s\t%s\t%s\t%s\t%s\t%s\n", k->id, k->organisation, is_key ? jws_type_word(key.type) : "altered",
           day(k->from_us, from), day(k->until_us, until), day(k->revoked_us, revoked), k->label);
    jws_key_done(&key);
}

static bool list(struct arena *a, const struct invocation *in, struct error *err)
{
    const struct signing_info *keys;
    const struct signing_requirement *required;
    size_t keys_len, required_len;
    if (!flags_read(in, NULL, 0, NULL, err))
        return false;
    CLEANUP(db_cleanup) struct db *db = db_new(owner_of(in), NULL);
    if (!signing_list(db, a, &keys, &keys_len, err) || !signing_required(db, a, &required, &required_len, err))
        return false;
    puts("key\torganisation\talgorithm\tfrom\tuntil\trevoked\tlabel");
    for (size_t i = 0; i < keys_len; i++)
        print_key(&keys[i]);
    for (size_t i = 0; i < required_len; i++)
        printf("required\t%s\n", required[i].organisation);
    return true;
}

bool signing_key_list_run(const struct invocation *in, struct error *err)
{
    return in_arena(in, list, err);
}

/* ---- revoke, require ---- */

static bool revoke(struct arena *a, const struct invocation *in, struct error *err)
{
    const char *id = NULL;
    (void)a;
    if (!flags_read(in, NULL, 0, &id, err))
        return false;
    if (!id)
        return error_at(err, ERR_INVALID, "signing-key revoke", "name the key by its id; `pedigreed signing-key list` shows them");
    CLEANUP(db_cleanup) struct db *db = db_new(owner_of(in), NULL);
    if (!signing_key_revoke(db, id, err))
        return false;
    printf("%s is revoked; running daemons refuse it within seconds, and what it signed stays signed\n", id);
    return true;
}

bool signing_key_revoke_run(const struct invocation *in, struct error *err)
{
    return in_arena(in, revoke, err);
}

static bool require(struct arena *a, const struct invocation *in, struct error *err)
{
    static const char OFF[] = "--off";
    const char *said = NULL, *organisation = NULL;
    bool off = false;
    struct invocation rest = *in;
    char **argv = ARENA_ARRAY(a, char *, (size_t)in->argc + 1);
    rest.argv = argv;
    rest.argc = 0;
    for (int i = 0; i < in->argc; i++) { /* a switch: flags of commands have values */
        if (strcmp(in->argv[i], OFF) == 0)
            off = true;
        else
            argv[rest.argc++] = in->argv[i];
    }
    if (!flags_read(&rest, NULL, 0, &said, err) || !read_party(a, "ORG", said, &organisation, err))
        return false;
    CLEANUP(db_cleanup) struct db *db = db_new(owner_of(in), NULL);
    if (!signing_require(db, organisation, !off, err))
        return false;
    printf("records of %s %s be signed; running daemons know it within seconds\n", organisation, off ? "need no longer" : "must");
    return true;
}

bool signing_key_require_run(const struct invocation *in, struct error *err)
{
    return in_arena(in, require, err);
}
