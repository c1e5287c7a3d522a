/*
 * command - what pedigreed can be told to do; the list is COMMANDS in main.c.
 *
 * A command prints to stdout what was asked for and returns false with *err filled if it
 * could not: main() then prints the reason and leaves with status 1 (2 for wrong usage, ERR_INVALID; 3 for
 * what was begun and not finished, ERR_ABANDONED).
 */
#pragma once

#include "pedigree/base/config.h"

struct invocation {
    struct config *config;
    struct config_source {
        int argc; /* as the program was called: SIGHUP reads them again */
        char **argv;
    } source;
    int argc; /* what config_load() left, without the command's name */
    char **argv;
};

struct command {
    const char *name;      /* "key add" */
    const char *arguments; /* for --help */
    const char *sentence;
    bool (*run)(const struct invocation *in, struct error *err);
};

bool serve_run(const struct invocation *in, struct error *err);
bool migrate_run(const struct invocation *in, struct error *err);
bool rebuild_run(const struct invocation *in, struct error *err);
bool key_add_run(const struct invocation *in, struct error *err);
bool key_list_run(const struct invocation *in, struct error *err);
bool key_revoke_run(const struct invocation *in, struct error *err);
bool signing_key_add_run(const struct invocation *in, struct error *err);
bool signing_key_list_run(const struct invocation *in, struct error *err);
bool signing_key_revoke_run(const struct invocation *in, struct error *err);
bool signing_key_require_run(const struct invocation *in, struct error *err);
bool audit_run(const struct invocation *in, struct error *err);
bool mirror_run(const struct invocation *in, struct error *err);
bool repair_run(const struct invocation *in, struct error *err);
bool backtest_run(const struct invocation *in, struct error *err);
bool redact_run(const struct invocation *in, struct error *err);
bool feed_list_run(const struct invocation *in, struct error *err);
bool feed_run_run(const struct invocation *in, struct error *err);
bool feed_dead_run(const struct invocation *in, struct error *err);
bool feed_replay_run(const struct invocation *in, struct error *err);
bool feed_forget_run(const struct invocation *in, struct error *err);
bool feed_profiles_run(const struct invocation *in, struct error *err);
bool log_key_new_run(const struct invocation *in, struct error *err);
bool log_key_show_run(const struct invocation *in, struct error *err);
bool log_key_rotate_run(const struct invocation *in, struct error *err);
bool log_key_retire_run(const struct invocation *in, struct error *err);

/* The database as its owner: for what the role that serves may not do. */
const char *owner_of(const struct invocation *in);

/* ---- flags of one command ---- */

enum { FLAG_VALUES_MAX = 8 };
struct flag {
    const char *name; /* "--organisation" */
    bool is_required;
    bool may_repeat;
    const char *values[FLAG_VALUES_MAX]; /* filled; borrowed from argv */
    size_t len;
};
/* Fills `flags` from in->argv; what is not a flag goes to *rest (NULL: not allowed). */
bool flags_read(const struct invocation *in, struct flag *flags, size_t len,
                const char **rest, struct error *err);

/* Where the migrations lie: `asked` if given, else beside the build tree, else installed.
 */
bool migrations_find(const struct invocation *in, const char *asked,
                     char path[static 4096], struct error *err);
