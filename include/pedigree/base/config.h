/*
 * config - what an operator may set: config.def is the only list.
 *
 * Flags win over the environment, that over the file, that over the default.  The file is
 * --config FILE, else $PEDIGREE_CONFIG, else /etc/pedigree/pedigreed.conf if there is one:
 * `name = value` lines, before any section or under [pedigree].
 *
 * Integers are int64_t.  Those marked RELOAD may change under readers on SIGHUP: read them with
 * CONFIG_NOW().  Texts never change after config_load().
 */
#pragma once

#include "pedigree/base/error.h"
#include "pedigree/base/log.h"
#include "pedigree/base/text.h"

#include <stdint.h>

#define CONFIG_TYPE_INT int64_t
#define CONFIG_TYPE_BYTES int64_t
#define CONFIG_TYPE_LEVEL int64_t /* enum log_level */
#define CONFIG_TYPE_TEXT const char *

struct config {
    struct arena arena; /* owns the texts */
#define OPTION(field, type, value, min, max, reload, help) CONFIG_TYPE_##type field;
#include "pedigree/base/config.def"
};

#define CONFIG_NOW(member) __atomic_load_n(&(member), __ATOMIC_RELAXED)
#define CONFIG_FILE "/etc/pedigree/pedigreed.conf"

/* All defaults. */
void config_init(struct config *c);
void config_done(struct config *c);

/*
 * From file, environment and flags into a config_init()ed `c`.  argv (without the program's name)
 * keeps what is not an option of this table, in order, and *argc its number; "--" ends the search.
 * On failure err->where is the option's name.
 */
bool config_load(struct config *c, int *argc, char **argv, struct error *err);
/* Says that `argument` is no option, naming the nearest one.  Always returns false. */
bool config_refuse(const char *argument, struct error *err);

/* Takes over the RELOAD options of `fresh`; names in `kept` (may be NULL) those that differ and
 * need a restart, separated by spaces. */
void config_reload(struct config *live, const struct config *fresh, struct text *kept);

/* A line per option: names, default, range, whether it reloads, what it is. */
void config_dump_options(struct text *out);
/* The same for --help, one flag a line. */
void config_help(struct text *out);
