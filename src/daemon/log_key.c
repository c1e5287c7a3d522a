/* log_key - loading it, and the commands log-key new, show, rotate; see the header. */
#include "log_key.h"

#include "command.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/file.h"
#include "pedigree/base/secret.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CREDENTIAL "log_key"

struct log_key *log_key_new(void)
{
    return secret_new(sizeof(struct log_key));
}

void log_key_free(struct log_key *k)
{
    secret_free(k, sizeof *k);
}

/* ---- where it is ---- */

static bool is_in(const char *path, const char *directory)
{
    size_t n = strlen(directory);
    return strncmp(path, directory, n) == 0 && path[n] == '/' && !strchr(path + n + 1, '/');
}

static bool set_path(char out[static 4096], const char *name, const char *path, const char *behind, struct error *err)
{
    return snprintf(out, 4096, "%s%s", path, behind) < 4096 || error_at(err, ERR_INVALID, name, "%.200s...: is too long for a path", path);
}

/* What the command says, else what the settings say, else the credential that is there. */
static bool find(const struct config *c, const char *said, struct log_key *out, struct error *err)
{
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");
    bool has_credentials = credentials && *credentials;
    const char *path = said ? said : c->log_key;
    if (*path) {
        out->is_credential = has_credentials && is_in(path, credentials);
        return set_path(out->path, "log_key", path, "", err);
    }
    if (!has_credentials)
        return true;
    if (!set_path(out->path, "log_key", credentials, "/" CREDENTIAL, err))
        return false;
    out->is_credential = access(out->path, F_OK) == 0;
    if (!out->is_credential)
        *out->path = '\0';
    return true;
}

static bool find_anchor(const struct config *c, struct log_key *out, struct error *err)
{
    const char *state = getenv("STATE_DIRECTORY");
    if (*c->log_anchor)
        return set_path(out->anchor, "log_anchor", c->log_anchor, "", err);
    if (!out->is_credential)
        return set_path(out->anchor, "log_anchor", out->path, ".anchor", err);
    if (!state || !*state || strchr(state, ':'))
        return error_at(err, ERR_INVALID, "log_anchor", "names the file that keeps the newest checkpoint: beside a credential none can "
                        "lie, and the unit has no StateDirectory=, or several");
    return set_path(out->anchor, "log_anchor", state, "/log.anchor", err);
}

/* ---- reading and writing ---- */

static bool of_log_key(const struct error *why, struct error *err)
{
    return error_at(err, why->code, "log_key", "%s", why->detail);
}

static bool parse(const char *path, const char *text, size_t len, struct keyring *out, struct error *err)
{
    struct error why = {0};
    return keyring_parse(text, len, out, &why) || error_set(err, ERR_INVALID, "%.200s %.180s", path, why.detail);
}

static bool read_keys(struct log_key *k, struct error *err)
{
    size_t len;
    struct error why = {0};
    char *text = secret_new(KEYRING_MAX);
    bool ok = file_read_private(k->path, k->is_credential, text, KEYRING_MAX, &len, &why) && parse(k->path, text, len, &k->keys, &why);
    secret_free(text, KEYRING_MAX);
    if (ok)
        return true;
    keyring_wipe(&k->keys);
    return of_log_key(&why, err);
}

bool log_key_load(const struct config *c, struct log_key *out, struct error *err)
{
    return find(c, NULL, out, err) && (!*out->path || (find_anchor(c, out, err) && read_keys(out, err)));
}

static bool write_keys(const struct log_key *k, enum file_way way, struct error *err)
{
    struct arena a;
    struct error why = {0};
    if (k->is_credential)
        return error_at(err, ERR_INVALID, "log_key", "%.200s is a credential: name the file that LoadCredential= takes", k->path);
    arena_init(&a, 0);
    struct text t = text_new(&a);
    keyring_print(&k->keys, &t);
    bool ok = file_write(k->path, t.at, t.len, way, &why) || of_log_key(&why, err);
    explicit_bzero(t.at, t.len);
    arena_reset(&a);
    return ok;
}

/* ---- commands ---- */

static void show(const struct keyring *k)
{
    struct arena a;
    arena_init(&a, 0);
    for (size_t i = 0; i < k->signers_len; i++)
        printf("%s  %s\n", i == 0 ? "signs  " : "overlap", note_verifier_text(&a, &k->signers[i].verifier));
    for (size_t i = 0; i < k->retired_len; i++)
        printf("retired  %s  until %s\n", note_verifier_text(&a, &k->retired[i].verifier), k->retired[i].until);
    arena_reset(&a);
}

/* A command on the file that it is about. */
typedef bool on_keys(struct log_key *k, const char *name, struct error *err);

static bool run(const struct invocation *in, struct flag *flags, size_t len, on_keys *command, struct error *err)
{
    const char *said = NULL;
    if (!flags_read(in, flags, len, &said, err))
        return false;
    struct log_key *k = log_key_new();
    bool ok = find(in->config, said, k, err) &&
              (*k->path || error_at(err, ERR_INVALID, "log_key", "names the file of the key: set log_key, or write the file's path behind "
                                    "the command")) &&
              command(k, len ? flags[0].values[0] : NULL, err);
    if (ok)
        show(&k->keys);
    log_key_free(k);
    return ok;
}

static bool add_key(struct keyring *k, const char *name, struct error *err)
{
    uint8_t seed[ED25519_KEY];
    random_bytes(seed, sizeof seed);
    bool ok = keyring_add(k, name, seed, err);
    explicit_bzero(seed, sizeof seed);
    return ok;
}

static bool make(struct log_key *k, const char *name, struct error *err)
{
    struct error why = {0};
    if (!add_key(&k->keys, name, &why))
        return error_at(err, why.code, "--name", "\"%.100s\" %.200s", name, why.detail);
    return write_keys(k, FILE_NEW, err);
}

static bool read_them(struct log_key *k, const char *name, struct error *err)
{
    (void)name;
    return read_keys(k, err);
}

/* Until the older ones are retired all sign, so that who knows any of them can verify. */
static bool rotate(struct log_key *k, const char *name, struct error *err)
{
    (void)name;
    return read_keys(k, err) && add_key(&k->keys, k->keys.signers[0].verifier.name, err) && write_keys(k, FILE_REPLACE, err);
}

static bool retire(struct log_key *k, const char *name, struct error *err)
{
    char day[11];
    (void)name;
    return read_keys(k, err) && keyring_retire(&k->keys, day_text(day_of_us(clock_now_us()), day), err) && write_keys(k, FILE_REPLACE, err);
}

bool log_key_new_run(const struct invocation *in, struct error *err)
{
    struct flag flags[] = {{.name = "--name", .is_required = true}};
    return run(in, flags, LENGTH(flags), make, err);
}

bool log_key_show_run(const struct invocation *in, struct error *err)
{
    return run(in, NULL, 0, read_them, err);
}

bool log_key_rotate_run(const struct invocation *in, struct error *err)
{
    return run(in, NULL, 0, rotate, err);
}

bool log_key_retire_run(const struct invocation *in, struct error *err)
{
    return run(in, NULL, 0, retire, err);
}
