/* main - finds the command and runs it; COMMANDS and DUMPS are all that pedigreed can do.
 */
#include "command.h"
#include "dump.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/standard.h"
#include "pedigree/base/version.h"
#include "pedigree/codec/tree_memory.h"
#include "pedigree/rules/rule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
static const struct command COMMANDS[] = {
    {"serve", "", "Runs the ledger in the foreground until SIGTERM; SIGHUP reloads settings. A socket that systemd\n"
     "      hands over (LISTEN_FDS) goes before listen_address and listen_port.", serve_run},
    {"migrate", "[--migrations DIR]", "Brings the database's tables up to date.", migrate_run},
    {"rebuild", "", "Empties the projections and refills them from the records.", rebuild_run},
    {"key add", "--organisation ORG --role ROLE [--label TEXT] [--agent-for ORG]...",
     "Makes an API key and shows it, once. ROLE: submitter, reader, quality, operator.", key_add_run},
    {"key list", "", "Lists the keys: public part, organisation, role, label, dates.", key_list_run},
    {"key revoke", "KEY-ID", "Ends a key, named by its public part; it stops within seconds.", key_revoke_run},
    {"signing-key add", "FILE --organisation ORG [--label TEXT] [--from TIME] [--until TIME]",
     "Takes the organisation's signatures by this key from now on: Ed25519 or P-256, public, in PEM. Prints its id.", signing_key_add_run},
    {"signing-key list", "", "Lists the signing keys, and which organisations' records must be signed.", signing_key_list_run},
    {"signing-key revoke", "KEY-ID", "Takes no more signatures by a key, within seconds; what it signed stays signed.", signing_key_revoke_run},
    {"signing-key require", "ORG [--off]", "Refuses records of an organisation that are not signed; --off: no longer.",
     signing_key_require_run},
    {"backtest", "--policy FILE [--as ORG] [--lots HOLDER] [--jobs N]",
     "Shows what another policy would make of the lots as they are now, and changes nothing. FILE: a policy record. --as:\n"
     "      as the organisation's own, for its lots; else as the operator's, for all. --lots: only this holder's.", backtest_run},
    {"audit", "[--checkpoint FILE]... [--key VKEY]... [--jobs N]",
     "Makes all that the log says anew from its rows, beside a running daemon, and names each row that was\n"
     "      changed, is missing or was added: status 1. --checkpoint: one that somebody holds; the anchor is one.", audit_run},
    {"mirror", "DIR [--follow SECONDS]",
     "Copies the log into DIR, with what opens it: to be kept elsewhere, and as secret as the database.\n"
     "      --follow: again every so many seconds, until it is ended.", mirror_run},
    {"repair", "--from DIR|URL",
     "Rolls a database that is older than what was signed forward from a mirror, or from the log's address or a\n"
     "      cache of it (https://ledger.example/log), which has no contents; then `pedigreed rebuild`.", repair_run},
    {"repair", "(--receipt FILE --record FILE | --pairs DIR)...",
     "Fills what is missing after that with records that their submitters send again: each with its receipt, in\n"
     "      DIR as NAME.json and NAME.receipt. What does not fit is refused, what remains is named.", repair_run},
    {"redact", "SEQ --as ORG --reason TEXT --authority TEXT [--parts LIST]",
     "Takes the contents of a record away for good, or those of its parts (price, parties, quantities,\n"
     "      documents, text, rest, elements); digests and proofs stay, and every view says so.", redact_run},
    {"feed list", "", "Says of each source of the feeds file how it stands: what it brought, when it is asked next, what is wrong.", feed_list_run},
    {"feed run", "FEED", "Has a source pulled now, by a daemon that runs.", feed_run_run},
    {"feed dead", "[FEED | LETTER]", "Lists the items that could not be read, with the reason: the dead letters.", feed_dead_run},
    {"feed replay", "FEED | LETTER", "Has dead letters tried again, by a daemon that runs; what is read goes from the list.", feed_replay_run},
    {"feed forget", "LETTER", "Takes a dead letter away for good.", feed_forget_run},
    {"feed profiles", "", "Lists what sources may hold, and by which names of fields it is read.", feed_profiles_run},
    {"log-key new", "--name NAME [FILE]", "Makes the key that signs the log NAME, say ledger.example/2026, and shows how it is verified.",
     log_key_new_run},
    {"log-key show", "[FILE]", "Lists the verifier keys: of those that sign, and of those that did.", log_key_show_run},
    {"log-key rotate", "[FILE]", "Makes the log's next key; both sign from the daemon's next start on.", log_key_rotate_run},
    {"log-key retire", "[FILE]", "Ends all keys but the newest; how they are verified is kept.", log_key_retire_run},
};

static const struct {
    const char *flag;
    const char *sentence;
    void (*print)(struct text *out);
} DUMPS[] = {
    {"--dump-routes", "a line per route: method, path, who may call, what it does", dump_routes},
    {"--dump-rules", "a page per rule of the catalogue", rules_dump},
    {"--dump-options", "a line per setting", config_dump_options},
    {"--dump-metrics", "a line per metric", metrics_dump},
    {"--dump-openapi", "the OpenAPI document that /openapi.json serves", dump_openapi},
};
/* clang-format on */

static void add_help(struct text *out)
{
    text_add(out, "pedigreed - a verifiable ledger of lots of electronic components\n\n"
                  "usage: pedigreed COMMAND [SETTINGS]\n\n");
    for (size_t i = 0; i < LENGTH(COMMANDS); i++)
        text_addf(out, "  %s%s%s\n      %s\n", COMMANDS[i].name,
                  *COMMANDS[i].arguments ? " " : "", COMMANDS[i].arguments,
                  COMMANDS[i].sentence);
    text_add(out, "  --help, --version\n");
    for (size_t i = 0; i < LENGTH(DUMPS); i++)
        text_addf(out, "  %s\n      Prints %s.\n", DUMPS[i].flag, DUMPS[i].sentence);
    text_add(out, "\nSettings, each also as name = value in " CONFIG_FILE
                  " (or --config FILE) and\nas PEDIGREE_NAME in the environment:\n\n");
    config_help(out);
    text_add(out, "\nFirst steps: set database, then\n"
                  "  pedigreed migrate\n"
                  "  pedigreed key add --organisation cage:1ABC5 --role operator\n"
                  "  pedigreed serve\n");
}

/* Prints what a lone flag asks for; false: `word` is none. */
static bool print_flag(const char *word)
{
    struct arena a;
    void (*print)(struct text * out) = NULL;
    if (strcmp(word, "--version") == 0) {
        puts("pedigreed " PEDIGREE_VERSION);
        return true;
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        print = add_help;
    for (size_t i = 0; i < LENGTH(DUMPS); i++)
        if (strcmp(word, DUMPS[i].flag) == 0)
            print = DUMPS[i].print;
    if (!print)
        return false;
    arena_init(&a, 0);
    struct text out = text_new(&a);
    print(&out);
    fputs(text_str(&out), stdout);
    arena_reset(&a);
    return true;
}

/* The command named by the first words, and how many words name it. */
static const struct command *command_find(int argc, char **argv, int *words)
{
    for (size_t i = 0; i < LENGTH(COMMANDS); i++) {
        const char *name = COMMANDS[i].name;
        const char *space = strchr(name, ' ');
        size_t first = space ? (size_t)(space - name) : strlen(name);
        *words = space ? 2 : 1;
        if (argc < *words || strncmp(argv[0], name, first) != 0 || argv[0][first] != '\0')
            continue;
        if (!space || strcmp(argv[1], space + 1) == 0)
            return &COMMANDS[i];
    }
    return NULL;
}

static int complain(const struct error *err, int status)
{
    fprintf(stderr, "pedigreed: %s%s%s\n", err->where, *err->where ? ": " : "",
            err->detail);
    return status;
}

static int unknown_command(int argc, char **argv)
{
    const char *names[LENGTH(COMMANDS)];
    char asked[64];
    for (size_t i = 0; i < LENGTH(COMMANDS); i++)
        names[i] = COMMANDS[i].name;
    if (argc == 0) {
        fprintf(stderr,
                "pedigreed: say what to do; most often: pedigreed serve. See --help\n");
        return 2;
    }
    snprintf(asked, sizeof asked, "%.30s%s%.30s", argv[0], argc > 1 ? " " : "",
             argc > 1 ? argv[1] : "");
    const char *near = text_nearest(argc > 1 ? asked : argv[0], names, LENGTH(names));
    fprintf(stderr, "pedigreed: no command %s%s%s; see --help\n", asked,
            near ? "; did you mean " : "", near ? near : "");
    return 2;
}

static int run(struct config *config, const struct config_source *source, int argc,
               char **argv)
{
    struct error err = {0};
    if (argc > 0 && print_flag(argv[0])) /* whatever the settings are */
        return 0;
    if (!config_load(config, &argc, argv, &err))
        return complain(&err, 2);
    if (argc > 0 && print_flag(argv[0]))
        return 0;
    if (argc > 1 && (strcmp(argv[argc - 1], "--help") == 0) && print_flag("--help"))
        return 0;
    int words = 0;
    const struct command *command = command_find(argc, argv, &words);
    if (!command)
        return unknown_command(argc, argv);
    const struct invocation in = {
        .config = config, .source = *source, .argc = argc - words, .argv = argv + words};
    if (command->run(&in, &err))
        return 0;
    return complain(&err, err.code == ERR_INVALID ? 2 : err.code == ERR_ABANDONED ? 3 : 1);
}

int main(int argc, char **argv)
{
    struct config config;
    standard_open();
    tree_memory_use();
    char **copy = calloc((size_t)argc + 1, sizeof *copy);
    if (!copy)
        abort();
    memcpy(copy, argv + 1, (size_t)(argc > 0 ? argc - 1 : 0) * sizeof *copy);
    const struct config_source source = {argc - 1, argv + 1};
    setvbuf(stdout, NULL, _IOLBF, 0);
    config_init(&config);
    int status = run(&config, &source, argc - 1, copy);
    config_done(&config);
    free(copy);
    return standard_flush("pedigreed") || status != 0 ? status : 1;
}
