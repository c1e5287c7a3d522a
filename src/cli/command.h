/*
 * command - what pedigree can be told to do; the list is COMMANDS in commands.c.
 *
 * Parsing, --help, suggestions and bash completion are printed from COMMANDS and
 * options.def. A command prints what was asked for on stdout, troubles on stderr, and
 * returns an exit status.
 */
#pragma once

#include "pedigree/base/error.h"
#include "pedigree/base/text.h"

enum exit_status {
    STATUS_FINE,        /* all accepted, or shown, or proved */
    STATUS_REFUSED,     /* some or all of it refused, or refuted; no such thing */
    STATUS_USAGE,       /* called wrongly */
    STATUS_UNREACHABLE, /* the server is not there, or not able; evidence is missing */
    STATUS_INTERRUPTED = 130,
};

enum option_id {
    OPT_NONE,
#define OPTION_ROW(symbol, name, value, words, help) OPT_##symbol,
#include "options.def"
    OPT_COUNT
};

struct option_row {
    const char *name; /* "--server" */
    const char *value;
    const char *words;
    const char *help;
};
extern const struct option_row OPTIONS[OPT_COUNT]; /* [OPT_NONE] is empty */

struct args {
    const char *values[OPT_COUNT]; /* "" for a switch that is given; NULL: not given */
    const char **words;            /* what is no option */
    size_t words_len;
};

struct session;

enum { COMMAND_OPTIONS_MAX = 12, COMMAND_WORDS_MANY = 1000000 };

struct command {
    const char *name;
    const char *arguments; /* "ORG CODE" */
    const char *sentence;
    const char *help; /* paragraphs and examples */
    size_t words_min, words_max;
    bool is_local; /* needs no server: none of its options */
    enum option_id options[COMMAND_OPTIONS_MAX + 1]; /* beside those of every command */
    enum exit_status (*run)(struct session *s);
};
extern const struct command COMMANDS[];
extern const size_t COMMANDS_LEN;

const struct command *command_named(const char *name); /* NULL: none */
bool command_takes(const struct command *c, enum option_id id);
/* The nearest command, NULL if none is near. */
const char *command_nearest(const char *name);

/* Fills *out; on failure err->where is the option or argument and err->detail what to do.
 */
bool args_parse(struct arena *a, const struct command *c, int argc, char **argv,
                struct args *out, struct error *err);
/* A number from 0 to `max`, `initial` if the option is not given. */
bool args_number(const struct args *args, enum option_id id, int64_t max, int64_t initial,
                 int64_t *out, struct error *err);

void help_add_all(struct text *out);
void help_add_command(struct text *out, const struct command *c);
/* The bash completion script. */
void completion_add_bash(struct text *out);

enum exit_status command_submit(struct session *s);
enum exit_status command_sign(struct session *s);
enum exit_status command_lot(struct session *s);
enum exit_status command_trace(struct session *s);
enum exit_status command_records(struct session *s);
enum exit_status command_export(struct session *s);
enum exit_status command_render(struct session *s);
enum exit_status command_flags(struct session *s);
enum exit_status command_part(struct session *s);
enum exit_status command_organisation(struct session *s);
enum exit_status command_bom(struct session *s);
enum exit_status command_scorecard(struct session *s);
enum exit_status command_rules(struct session *s);
enum exit_status command_verify(struct session *s);
enum exit_status command_label(struct session *s);
enum exit_status command_witness(struct session *s);
enum exit_status command_completion(struct session *s);

/* All of the program: main() without the process. */
enum exit_status pedigree_main(int argc, char **argv);
