/* witness - pedigree witness: cosigns the checkpoints of logs, until it is told to end. */
#include "session.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/tlog/policy.h"
#include "pedigree/witness/witness.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PORT = 8471 };

DEFINE_CLEANUP(struct witness, witness, witness_close)

/* ---- which logs ---- */

struct logs {
    struct policy_log *at;
    size_t len, cap;
};

static bool add_log(struct arena *a, struct logs *logs, const char *vkey, struct error *err)
{
    struct error why = {0};
    struct note_verifier v;
    if (!note_verifier_parse(vkey, &v, &why))
        return error_at(err, ERR_INVALID, "LOG", "\"%.80s\" %s", vkey, why.detail);
    if (v.type != NOTE_ED25519)
        return error_at(err, ERR_INVALID, "LOG", "\"%.80s\" is a witness's key, and none of a log", v.name);
    *vec_push(a, logs) = (struct policy_log){v, NULL};
    return true;
}

/* NULL: it cannot be read. */
static char *read_file(struct arena *a, const char *path, size_t max, size_t *len)
{
    char *text = arena_alloc(a, max + 1);
    FILE *f = fopen(path, "re");
    *len = f ? fread(text, 1, max + 1, f) : 0;
    bool is_good = f && !ferror(f);
    if (f)
        fclose(f);
    return is_good ? text : NULL;
}

static bool add_policy(struct arena *a, struct logs *logs, const char *path, struct error *err)
{
    size_t len;
    struct policy p;
    struct error why = {0};
    const char *text = read_file(a, path, POLICY_MAX, &len);
    if (!text)
        return error_at(err, ERR_INVALID, "--policy", "cannot read %.200s", path);
    if (!policy_parse(a, text, len, &p, &why))
        return error_at(err, ERR_INVALID, "--policy", "%.150s: %.200s", path, why.detail);
    for (size_t i = 0; i < p.logs_len; i++)
        *vec_push(a, logs) = p.logs[i];
    return true;
}

static bool find_logs(struct arena *a, const struct args *args, struct logs *logs, struct error *err)
{
    const char *policy = args->values[OPT_POLICY];
    for (size_t i = 0; i < args->words_len; i++)
        if (!add_log(a, logs, args->words[i], err))
            return false;
    return (!policy || add_policy(a, logs, policy, err)) &&
           (logs->len > 0 || error_at(err, ERR_INVALID, "LOG", "name the logs by their verifier keys, or by --policy FILE"));
}

/* ---- where ---- */

/* ADDRESS:PORT, :PORT, [IPV6]:PORT. */
static bool find_address(struct arena *a, const char *said, const char **address, int *out, struct error *err)
{
    const char *colon = said ? strrchr(said, ':') : NULL;
    char *end;
    *address = "127.0.0.1";
    *out = PORT;
    if (!said)
        return true;
    long port = colon ? strtol(colon + 1, &end, 10) : -1;
    if (port < 0 || port > 65535 || colon[1] < '0' || colon[1] > '9' || *end)
        return error_at(err, ERR_INVALID, OPTIONS[OPT_LISTEN].name, "\"%.80s\" is no ADDRESS:PORT, say 127.0.0.1:%d", said, PORT);
    bool is_in_brackets = said[0] == '[' && colon > said + 1 && colon[-1] == ']';
    if (colon > said)
        *address = is_in_brackets ? arena_strndup(a, said + 1, (size_t)(colon - said) - 2)
                                  : arena_strndup(a, said, (size_t)(colon - said));
    *out = (int)port;
    return true;
}

/* ---- its life ---- */

static sigset_t block_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    return set;
}

static bool serve(struct session *s, struct error *err)
{
    struct logs logs = {0};
    const struct args *args = &s->args;
    const char *address;
    int port, got;
    if (!args->values[OPT_DIR])
        return error_at(err, ERR_INVALID, "--dir", "names the directory in which the witness keeps its key and what it signed");
    if (!find_address(s->arena, args->values[OPT_LISTEN], &address, &port, err) || !find_logs(s->arena, args, &logs, err))
        return false;
    const struct witness_options options = {
        .directory = args->values[OPT_DIR], .name = args->values[OPT_NAME], .logs = logs.at, .logs_len = logs.len};
    CLEANUP(witness_cleanup) struct witness *w = witness_open(&options, err);
    if (!w)
        return false;
    sigset_t set = block_signals();
    struct witness_server *server = witness_serve(w, address, port, err);
    if (!server)
        return false;
    printf("%s\n%s\n", witness_url(server), note_verifier_text(s->arena, witness_key(w)));
    fflush(stdout);
    sigwait(&set, &got);
    witness_stop(server);
    return true;
}

enum exit_status command_witness(struct session *s)
{
    struct error err = {0};
    return serve(s, &err) ? STATUS_FINE : say_error(&err);
}
