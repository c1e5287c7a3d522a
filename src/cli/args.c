/* args - the words of the command line against the table's row for the command. */
#include "command.h"

#include "pedigree/base/cleanup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What a single letter stands for. */
static const struct {
    const char *name;
    enum option_id id;
} LETTERS[] = {{"-h", OPT_HELP}, {"-o", OPT_OUTPUT}};

static enum option_id option_named(const struct command *c, const char *name, size_t len)
{
    for (enum option_id id = OPT_NONE + 1; id < OPT_COUNT; id++)
        if (command_takes(c, id) && strlen(OPTIONS[id].name) == len &&
            memcmp(OPTIONS[id].name, name, len) == 0)
            return id;
    for (size_t i = 0; i < LENGTH(LETTERS); i++)
        if (command_takes(c, LETTERS[i].id) && len == 2 && memcmp(LETTERS[i].name, name, len) == 0)
            return LETTERS[i].id;
    return OPT_NONE;
}

static bool refuse_option(const struct command *c, const char *name, struct error *err)
{
    const char *names[OPT_COUNT];
    size_t n = 0;
    for (enum option_id id = OPT_NONE + 1; id < OPT_COUNT; id++)
        if (command_takes(c, id))
            names[n++] = OPTIONS[id].name;
    const char *near = text_nearest(name, names, n);
    if (near)
        return error_at(err, ERR_INVALID, name, "no such option; did you mean %s?", near);
    return error_at(err, ERR_INVALID, name, "no such option; see pedigree %s --help",
                    c->name);
}

/* Whether `word` is in the list of `words`, separated by spaces. */
static bool is_one_of(const char *word, const char *words)
{
    size_t len = strlen(word);
    for (const char *at = words; *at;) {
        size_t n = strcspn(at, " ");
        if (n == len && memcmp(at, word, n) == 0)
            return true;
        at += n + (at[n] == ' ');
    }
    return false;
}

/* As the table says by "..." behind its name. */
static bool may_repeat(const struct option_row *o)
{
    static const char MANY[] = "...";
    size_t len = strlen(o->value), n = sizeof MANY - 1;
    return len > n && strcmp(o->value + len - n, MANY) == 0;
}

static bool take_value(struct arena *a, const struct option_row *o, const char *value, const char **out,
                       struct error *err)
{
    if (!value)
        return error_at(err, ERR_INVALID, o->name, "needs a value: %s %s", o->name,
                        o->value);
    if (*o->words && !is_one_of(value, o->words))
        return error_at(err, ERR_INVALID, o->name, "\"%s\" is none of: %s", value,
                        o->words);
    if (*out && !may_repeat(o) && strcmp(*out, value) != 0)
        return error_at(err, ERR_INVALID, o->name, "is given twice, differently");
    *out = *out && may_repeat(o) ? arena_printf(a, "%s\n%s", *out, value) : value;
    return true;
}

/* The option at argv[*i]; moves *i over a value that is the next word. */
static bool take_option(struct arena *a, const struct command *c, int argc, char **argv, int *i,
                        struct args *out, struct error *err)
{
    const char *arg = argv[*i];
    size_t len = strcspn(arg, "=");
    const char *given = arg[len] == '=' ? arg + len + 1 : NULL;
    enum option_id id = option_named(c, arg, len);
    if (id == OPT_NONE)
        return refuse_option(c, arg, err);
    const struct option_row *o = &OPTIONS[id];
    if (!*o->value && given)
        return error_at(err, ERR_INVALID, o->name, "takes no value");
    if (!*o->value) {
        out->values[id] = "";
        return true;
    }
    if (!given && *i + 1 < argc)
        given = argv[++*i];
    return take_value(a, o, given, &out->values[id], err);
}

bool args_parse(struct arena *a, const struct command *c, int argc, char **argv,
                struct args *out, struct error *err)
{
    struct args args = {.words = ARENA_ARRAY(a, const char *, (size_t)argc + 1)};
    bool are_over = false;
    for (int i = 0; i < argc; i++) {
        if (!are_over && strcmp(argv[i], "--") == 0) {
            are_over = true;
        } else if (!are_over && argv[i][0] == '-' && argv[i][1]) {
            if (!take_option(a, c, argc, argv, &i, &args, err))
                return false;
        } else {
            args.words[args.words_len++] = argv[i];
        }
    }
    bool is_fine = args.words_len >= c->words_min && args.words_len <= c->words_max;
    if (!is_fine && !args.values[OPT_HELP])
        return error_set(err, ERR_INVALID,
                         "usage: pedigree %s%s%s [OPTION...]; see pedigree %s --help",
                         c->name, *c->arguments ? " " : "", c->arguments, c->name);
    *out = args;
    return true;
}

bool args_number(const struct args *args, enum option_id id, int64_t max, int64_t initial,
                 int64_t *out, struct error *err)
{
    const char *text = args->values[id];
    char *end;
    if (!text) {
        *out = initial;
        return true;
    }
    errno = 0;
    long long n = strtoll(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || n > max)
        return error_at(err, ERR_INVALID, OPTIONS[id].name,
                        "\"%s\" is no number from 0 to %lld", text, (long long)max);
    *out = n;
    return true;
}
