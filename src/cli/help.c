/* help - what the tables say, for people and for bash. */
#include "session.h"

#include <stdio.h>
#include <string.h>

void help_add_all(struct text *out)
{
    text_add(
        out,
        "pedigree - where electronic components have been, and what does not add up\n\n"
        "usage: pedigree COMMAND [ARGUMENT...] [OPTION...]\n\n");
    for (size_t i = 0; i < COMMANDS_LEN; i++) {
        const struct command *c = &COMMANDS[i];
        int used = (int)(strlen(c->name) + 1 + strlen(c->arguments));
        text_addf(out, "  %s %s%*s%s\n", c->name, c->arguments, used < 24 ? 24 - used : 1,
                  "", c->sentence);
    }
    text_add(
        out,
        "\npedigree COMMAND --help tells more and shows examples. --version\n\n"
        "Server and key come from --server and --key, PEDIGREE_URL and PEDIGREE_KEY, or\n"
        "~/.config/pedigree, a file that only you may read:\n\n"
        "  url = https://ledger.example.com\n"
        "  key = pk_...\n\n"
        "First steps:\n\n"
        "  pedigree submit receipts.csv            send records; sending them again is "
        "safe\n"
        "  pedigree flags --severity critical      what does not add up\n"
        "  pedigree lot cage:1ABC5 R-88213         one lot, and why it is flagged\n"
        "  pedigree trace cage:1ABC5 R-88213       where its parts came from\n");
}

void help_add_command(struct text *out, const struct command *c)
{
    text_addf(out, "usage: pedigree %s%s%s [OPTION...]\n\n%s\n\n%s\nOptions:\n", c->name,
              *c->arguments ? " " : "", c->arguments, c->sentence, c->help);
    for (enum option_id id = OPT_NONE + 1; id < OPT_COUNT; id++) {
        const struct option_row *o = &OPTIONS[id];
        if (!command_takes(c, id))
            continue;
        int used = (int)(strlen(o->name) + 1 + strlen(o->value));
        text_addf(out, "  %s %s%*s%s\n", o->name, o->value, used < 24 ? 24 - used : 1, "",
                  o->help);
        if (*o->words)
            text_addf(out, "  %24s%s: %s\n", "", o->value, o->words);
    }
}

static void add_options_of(struct text *out, const struct command *c)
{
    for (enum option_id id = OPT_NONE + 1; id < OPT_COUNT; id++)
        if (command_takes(c, id))
            text_addf(out, " %s", OPTIONS[id].name);
}

/* What several rows call the same is completed alike. */
static bool is_first_of_name(enum option_id id)
{
    for (enum option_id before = OPT_NONE + 1; before < id; before++)
        if (strcmp(OPTIONS[before].name, OPTIONS[id].name) == 0)
            return false;
    return true;
}

/* Words after `lot`, `trace` ... cannot be known here; files only where files are meant.
 */
void completion_add_bash(struct text *out)
{
    text_add(
        out,
        "# bash completion of pedigree; printed by: pedigree completion bash\n"
        "_pedigree()\n{\n"
        "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
        "    local words='' files=''\n"
        "    if (( COMP_CWORD == 1 )); then\n"
        "        words='");
    for (size_t i = 0; i < COMMANDS_LEN; i++)
        text_addf(out, "%s ", COMMANDS[i].name);
    text_add(out, "--help --version'\n"
                  "    else\n"
                  "        case $before in\n");
    for (enum option_id id = OPT_NONE + 1; id < OPT_COUNT; id++) {
        const struct option_row *o = &OPTIONS[id];
        if (!is_first_of_name(id))
            continue;
        if (*o->words)
            text_addf(out, "            %s) words='%s' ;;\n", o->name, o->words);
        else if (strcmp(o->value, "FILE") == 0)
            text_addf(out, "            %s) files=1 ;;\n", o->name);
        else if (*o->value)
            text_addf(out, "            %s) return ;;\n", o->name);
    }
    text_add(out, "            *)\n"
                  "                case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; i < COMMANDS_LEN; i++) {
        const struct command *c = &COMMANDS[i];
        text_addf(out, "                    %s) words='", c->name);
        if (*c->arguments >= 'a' && *c->arguments <= 'z') /* a word, and no name for one */
            text_addf(out, "%s", c->arguments);
        add_options_of(out, c);
        text_addf(out, "'%s ;;\n",
                  strstr(c->arguments, "FILE") ? " files=1" : "");
    }
    text_add(out, "                esac ;;\n"
                  "        esac\n"
                  "    fi\n"
                  "    [[ $word == -* || -z $files ]] || words=\n"
                  "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
                  "    if [[ -n $files && $word != -* ]]; then\n"
                  "        mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
                  "        compopt -o filenames 2>/dev/null\n"
                  "    fi\n"
                  "}\n"
                  "complete -F _pedigree pedigree\n");
}

enum exit_status command_completion(struct session *s)
{
    struct error err = {0};
    if (strcmp(s->args.words[0], "bash") != 0) {
        error_at(&err, ERR_INVALID, s->args.words[0],
                 "only bash is known: pedigree completion bash");
        return say_error(&err);
    }
    struct text out = text_new(s->arena);
    completion_add_bash(&out);
    fputs(text_str(&out), stdout);
    return STATUS_FINE;
}
