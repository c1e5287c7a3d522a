/* key - the commands key add, key list, key revoke. */
#include "command.h"

#include "pedigree/access/access.h"
#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/text.h"
#include "pedigree/model/party.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

DEFINE_CLEANUP(struct db, db, db_free)

static bool read_party(struct arena *a, const char *flag, const char *value,
                       const char **out, struct error *err)
{
    const char *why = "";
    if (!party_is_valid(value, &why))
        return error_at(
            err, ERR_INVALID, flag,
            "\"%.80s\" is no organisation: write scheme:value, say cage:1ABC5 (%s)",
            value, why ? why : "");
    *out = party_normal(a, value);
    return true;
}

enum { LABEL_MAX = 200 };

/* key list has a line for each key, and goes to a terminal. */
static bool check_label(const char *label, struct error *err)
{
    size_t n = label ? strlen(label) : 0;
    bool is_plain = n <= LABEL_MAX && (!label || text_is_utf8(label, n));
    for (size_t i = 0; is_plain && i < n; i++)
        is_plain = (unsigned char)label[i] >= ' ' && label[i] != 0x7f;
    return is_plain || error_at(err, ERR_INVALID, "--label",
                                "is one line of UTF-8, at most %d bytes", LABEL_MAX);
}

enum { ORGANISATION, ROLE, LABEL, AGENT_FOR };

static bool read_grant(struct arena *a, const struct flag *flags, struct key_grant *grant,
                       struct error *err)
{
    const char **agents = ARENA_ARRAY(a, const char *, FLAG_VALUES_MAX);
    if (!role_find(flags[ROLE].values[0], &grant->role))
        return error_at(
            err, ERR_INVALID, "--role",
            "\"%.60s\" is no role: use submitter, reader, quality or operator",
            flags[ROLE].values[0]);
    if (!read_party(a, "--organisation", flags[ORGANISATION].values[0],
                    &grant->organisation, err) ||
        !check_label(flags[LABEL].values[0], err))
        return false;
    for (size_t i = 0; i < flags[AGENT_FOR].len; i++)
        if (!read_party(a, "--agent-for", flags[AGENT_FOR].values[i], &agents[i], err))
            return false;
    grant->label = flags[LABEL].values[0];
    grant->agents_for = agents;
    grant->agents_for_len = flags[AGENT_FOR].len;
    return true;
}

/* The public part, also out of a whole key. */
static const char *public_part(struct arena *a, const char *said)
{
    if (strncmp(said, "pk_", 3) == 0)
        said += 3;
    return arena_strndup(a, said, strcspn(said, "_"));
}

/* A key that nobody was shown. */
static bool take_back(struct arena *a, struct db *db, const char *key, struct error *err)
{
    int why = errno;
    return key_revoke(db, public_part(a, key), err) &&
           error_set(err, ERR_UNAVAILABLE,
                     "the key could not be printed (%s), and is revoked", strerror(why));
}

static bool add(struct arena *a, const struct invocation *in, struct error *err)
{
    struct flag flags[] = {
        [ORGANISATION] = {.name = "--organisation", .is_required = true},
        [ROLE] = {.name = "--role", .is_required = true},
        [LABEL] = {.name = "--label"},
        [AGENT_FOR] = {.name = "--agent-for", .may_repeat = true},
    };
    struct key_grant grant = {0};
    char key[KEY_TEXT];
    if (!flags_read(in, flags, LENGTH(flags), NULL, err) ||
        !read_grant(a, flags, &grant, err))
        return false;
    CLEANUP(db_cleanup) struct db *db = db_new(in->config->database, NULL);
    if (!key_add(db, &grant, key, err))
        return false;
    if (printf("%s\n", key) < 0 || fflush(stdout) != 0)
        return take_back(a, db, key, err);
    fprintf(stderr,
            "This is the only time that the key is shown. It acts as %s, role %s.\n",
            grant.organisation, role_word(grant.role));
    return true;
}

bool key_add_run(const struct invocation *in, struct error *err)
{
    struct arena a;
    arena_init(&a, 0);
    bool is_good = add(&a, in, err);
    arena_reset(&a);
    return is_good;
}

static void print_key(const struct key_info *k)
{
    char created[28], revoked[28] = "-";
    us_text(k->created_us, created);
    if (k->revoked_us != INT64_MIN)
        us_text(k->revoked_us, revoked);
    printf("%s\t%s\t%s\t%s\t%s\t%s", k->id, k->organisation, k->role, created, revoked,
           k->label);
    for (const char *at = k->agents_for; at && *at; at += strspn(at, "\n")) {
        size_t n = strcspn(at, "\n");
        printf("\tagent-for:%.*s", (int)n, at);
        at += n;
    }
    putchar('\n');
}

bool key_list_run(const struct invocation *in, struct error *err)
{
    struct arena a;
    const struct key_info *keys = NULL;
    size_t len = 0;
    if (!flags_read(in, NULL, 0, NULL, err))
        return false;
    arena_init(&a, 0);
    CLEANUP(db_cleanup) struct db *db = db_new(in->config->database, NULL);
    bool is_good = key_list(db, &a, &keys, &len, err);
    if (is_good)
        puts("key\torganisation\trole\tcreated\trevoked\tlabel");
    for (size_t i = 0; is_good && i < len; i++)
        print_key(&keys[i]);
    arena_reset(&a);
    return is_good;
}

static bool revoke(struct arena *a, const struct invocation *in, struct error *err)
{
    const char *said = NULL;
    if (!flags_read(in, NULL, 0, &said, err))
        return false;
    if (!said)
        return error_at(
            err, ERR_INVALID, "key revoke",
            "name the key by its public part; `pedigreed key list` shows them");
    const char *id = public_part(a, said);
    CLEANUP(db_cleanup) struct db *db = db_new(in->config->database, NULL);
    if (!key_revoke(db, id, err))
        return false;
    printf("%s is revoked; running daemons refuse it within seconds\n", id);
    return true;
}

bool key_revoke_run(const struct invocation *in, struct error *err)
{
    struct arena a;
    arena_init(&a, 0);
    bool is_good = revoke(&a, in, err);
    arena_reset(&a);
    return is_good;
}
