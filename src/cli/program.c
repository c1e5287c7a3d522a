/* program - finds the command, reads its arguments, connects it to a server, runs it. */
#include "session.h"

#include "pedigree/base/standard.h"
#include "pedigree/base/version.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void print_help(struct arena *a, const struct command *c)
{
    struct text out = text_new(a);
    if (c)
        help_add_command(&out, c);
    else
        help_add_all(&out);
    fputs(text_str(&out), stdout);
}

static enum exit_status run(struct arena *a, const struct command *c, int argc,
                            char **argv)
{
    struct error err = {0};
    struct session s = {
        .arena = a, .command = c, .has_colour = screen_has_colour(STDOUT_FILENO)};
    if (!args_parse(a, c, argc, argv, &s.args, &err))
        return say_error(&err);
    if (s.args.values[OPT_HELP]) {
        print_help(a, c);
        return STATUS_FINE;
    }
    if (c->is_local)
        return c->run(&s);
    if (!settings_load(a, s.args.values[OPT_SERVER], s.args.values[OPT_KEY], &s.settings,
                       &err))
        return say_error(&err);
    if (settings_are_exposed(&s.settings))
        fprintf(stderr, "pedigree: the key goes to %s unencrypted: use https\n",
                s.settings.url);
    s.client = client_new(&s.settings);
    enum exit_status status = c->run(&s);
    client_free(s.client);
    return status;
}

static enum exit_status unknown(int argc, char **argv)
{
    if (argc < 1) {
        fputs("pedigree: say what to do, for example: pedigree flags. See pedigree "
              "--help\n",
              stderr);
        return STATUS_USAGE;
    }
    if (argv[0][0] == '-') {
        fputs("pedigree: the command comes first, for example: pedigree flags --all. See "
              "pedigree --help\n",
              stderr);
        return STATUS_USAGE;
    }
    const char *near = command_nearest(argv[0]);
    fprintf(stderr, "pedigree: no command \"%s\"%s%s%s; see pedigree --help\n", argv[0],
            near ? ", did you mean " : "", near ? near : "", near ? "?" : "");
    return STATUS_USAGE;
}

/* Words before any command: --help, --version, help [COMMAND]; NULL *command and true:
 * done. */
static bool is_lone(struct arena *a, int argc, char **argv, enum exit_status *status)
{
    const char *word = argc > 0 ? argv[0] : "";
    *status = STATUS_FINE;
    if (strcmp(word, "--version") == 0) {
        puts("pedigree " PEDIGREE_VERSION);
        return true;
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 ||
        strcmp(word, "help") == 0) {
        const struct command *c = argc > 1 ? command_named(argv[1]) : NULL;
        if (argc > 1 && !c)
            *status = unknown(argc - 1, argv + 1);
        else
            print_help(a, c);
        return true;
    }
    return false;
}

enum exit_status pedigree_main(int argc, char **argv)
{
    struct arena a;
    enum exit_status status;
    arena_init(&a, 0);
    if (!is_lone(&a, argc, argv, &status)) {
        const struct command *c = argc > 0 ? command_named(argv[0]) : NULL;
        status = c ? run(&a, c, argc - 1, argv + 1) : unknown(argc, argv);
    }
    arena_reset(&a);
    if (!standard_flush("pedigree") && status == STATUS_FINE)
        status = STATUS_REFUSED;
    return status;
}
