/*
 * config - see the header.
 *
 * inih truncates lines longer than its buffer, so lines come through a reader of ours
 * that refuses them and counts, which also gives every complaint its line number.
 */
#include "pedigree/base/config.h"

#include "pedigree/base/cleanup.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum type { TYPE_INT, TYPE_BYTES, TYPE_LEVEL, TYPE_TEXT };
enum reload { TAKEN_AT_START, TAKEN_AT_RELOAD };
enum { NAME_MAX_BYTES = 64 };

static const struct option {
    const char *name;
    enum type type;
    const char *value;
    int64_t min, max;
    enum reload reload;
    const char *help;
    size_t offset;
} OPTIONS[] = {
#define OPTION(field, type, value, min, max, reload, help)                               \
    {#field, TYPE_##type,       value, min,                                              \
     max,    TAKEN_AT_##reload, help,  offsetof(struct config, field)},
#include "pedigree/base/config.def"
};

static const char *const LEVELS[] = {"error", "warn", "info", "debug"};

static int64_t *number_of(struct config *c, const struct option *o)
{
    return (int64_t *)(void *)((char *)c + o->offset);
}

static const char **text_of(struct config *c, const struct option *o)
{
    return (const char **)(void *)((char *)c + o->offset);
}

/* ---- one value ---- */

static bool is_in_range(const struct option *o, int64_t n)
{
    return n >= o->min && n <= o->max;
}

static bool set_text(struct config *c, const struct option *o, const char *value,
                     struct error *err)
{
    if (!is_in_range(o, (int64_t)strlen(value)))
        return error_at(err, ERR_INVALID, o->name,
                        "must have %" PRId64 " to %" PRId64 " characters", o->min,
                        o->max);
    *text_of(c, o) = arena_strdup(&c->arena, value);
    return true;
}

static bool set_level(struct config *c, const struct option *o, const char *value,
                      struct error *err)
{
    for (size_t i = 0; i < LENGTH(LEVELS); i++)
        if (strcmp(value, LEVELS[i]) == 0) {
            *number_of(c, o) = (int64_t)i;
            return true;
        }
    return error_at(err, ERR_INVALID, o->name,
                    "\"%.80s\" is no level; use error, warn, info or debug", value);
}

/* 2^shift of the unit letter at `end`; -1 if it is none. */
static int unit_shift(const struct option *o, const char *end)
{
    static const char UNITS[] = "KMGT";
    if (*end == '\0')
        return 0;
    const char *unit = strchr(UNITS, toupper((unsigned char)*end));
    if (o->type != TYPE_BYTES || !unit || end[1] != '\0')
        return -1;
    return 10 * (int)(unit - UNITS + 1);
}

static bool set_number(struct config *c, const struct option *o, const char *value,
                       struct error *err)
{
    char *end;
    errno = 0;
    long long n = strtoll(value, &end, 10);
    int shift = end == value || errno != 0 ? -1 : unit_shift(o, end);
    bool fits = shift >= 0 && n <= INT64_MAX >> shift && n >= INT64_MIN >> shift;
    if (!fits || !is_in_range(o, (int64_t)n * (INT64_C(1) << shift)))
        return error_at(err, ERR_INVALID, o->name,
                        "\"%.80s\" will not do; give a whole number from %" PRId64
                        " to %" PRId64 "%s",
                        value, o->min, o->max,
                        o->type == TYPE_BYTES ? " (K, M, G, T may follow)" : "");
    *number_of(c, o) = (int64_t)n * (INT64_C(1) << shift);
    return true;
}

static bool set(struct config *c, const struct option *o, const char *value,
                struct error *err)
{
    static bool (*const SETTERS[])(struct config *, const struct option *, const char *,
                                   struct error *) = {
        [TYPE_INT] = set_number,
        [TYPE_BYTES] = set_number,
        [TYPE_LEVEL] = set_level,
        [TYPE_TEXT] = set_text,
    };
    return SETTERS[o->type](c, o, value, err);
}

/* ---- names ---- */

/* `from` becomes `to`, letters go upper or lower case. */
static void respell(const char *name, char from, char to, bool upper,
                    char out[NAME_MAX_BYTES])
{
    size_t i = 0;
    for (; name[i] && i < NAME_MAX_BYTES - 1; i++) {
        int c = (unsigned char)name[i];
        out[i] = c == from ? to : (char)(upper ? toupper(c) : tolower(c));
    }
    out[i] = '\0';
}

static const struct option *option_find(const char *name)
{
    for (size_t i = 0; i < LENGTH(OPTIONS); i++)
        if (strcmp(OPTIONS[i].name, name) == 0)
            return &OPTIONS[i];
    return NULL;
}

static const char *nearest(const char *name)
{
    const char *names[LENGTH(OPTIONS)];
    for (size_t i = 0; i < LENGTH(OPTIONS); i++)
        names[i] = OPTIONS[i].name;
    return text_nearest(name, names, LENGTH(names));
}

/* ---- file ---- */

struct reading {
    struct config *config;
    const char *path;
    FILE *file;
    int line;
    bool seen[LENGTH(OPTIONS)];
    struct error *err;
};

/* Up to its end or `size`, without the blanks that it begins with: to inih those would
 * make it part of the line before. */
static int read_bytes(FILE *file, char *buf, int size)
{
    int n = 0, c = 0;
    while (n < size && c != '\n' && (c = fgetc(file)) != EOF)
        if (n > 0 || (c != ' ' && c != '\t'))
            buf[n++] = (char)c;
    return n;
}

static bool line_is_fine(struct reading *r, const char *buf, int len, int size)
{
    if (ferror(r->file))
        return error_at(r->err, ERR_INVALID, "config", "cannot read %s: %s", r->path,
                        strerror(errno));
    if (memchr(buf, '\0', (size_t)len))
        return error_at(r->err, ERR_INVALID, "config",
                        "%s line %d: holds a NUL; settings are UTF-8 text", r->path,
                        r->line);
    if (len == size && buf[len - 1] != '\n')
        return error_at(r->err, ERR_INVALID, "config",
                        "%s line %d: longer than %d characters", r->path, r->line,
                        size - 1);
    return true;
}

/* One line for inih; NULL ends the file, also after an error. */
static char *read_line(char *buf, int size, void *ctx)
{
    struct reading *r = ctx;
    if (r->err->code != ERR_OK)
        return NULL;
    int len = read_bytes(r->file, buf, size - 1);
    buf[len] = '\0';
    r->line++;
    return line_is_fine(r, buf, len, size - 1) && len > 0 ? buf : NULL;
}

static bool set_from_file(struct reading *r, const char *section, const char *name,
                          const char *value, struct error *err)
{
    if (*section && strcmp(section, "pedigree") != 0)
        return error_at(err, ERR_INVALID, section,
                        "section is not known; use [pedigree]");
    if (!*name)
        return error_at(err, ERR_INVALID, "config", "there is no name before the sign");
    const struct option *o = option_find(name);
    if (!o) {
        const char *near = nearest(name);
        return error_at(err, ERR_INVALID, name, "no such option%s%s",
                        near ? "; did you mean " : "", near ? near : "");
    }
    if (r->seen[o - OPTIONS])
        return error_at(err, ERR_INVALID, o->name, "is set twice");
    r->seen[o - OPTIONS] = true;
    return set(r->config, o, value, err);
}

static int handle_line(void *ctx, const char *section, const char *name,
                       const char *value)
{
    struct reading *r = ctx;
    struct error why = {0};
    if (r->err->code != ERR_OK || set_from_file(r, section, name, value, &why))
        return 1;
    error_at(r->err, why.code, why.where, "%s line %d: %s: %s", r->path, r->line,
             why.where, why.detail);
    return 0;
}

static void close_file(FILE **f)
{
    if (*f)
        fclose(*f);
}

static bool load_file(struct config *c, const char *path, struct error *err)
{
    CLEANUP(close_file) FILE *file = fopen(path, "re");
    if (!file)
        return error_at(err, ERR_INVALID, "config", "cannot read %s: %s", path,
                        strerror(errno));
    struct error why = {0};
    struct reading r = {.config = c, .path = path, .file = file, .err = &why};
    int wrong = ini_parse_stream(read_line, &r, handle_line, &r);
    if (why.code != ERR_OK)
        return error_at(err, why.code, why.where, "%s", why.detail);
    if (wrong != 0)
        return error_at(err, ERR_INVALID, "config", "%s line %d: not `name = value`",
                        path, wrong);
    return true;
}

/* ---- environment and flags ---- */

static bool load_environment(struct config *c, struct error *err)
{
    for (size_t i = 0; i < LENGTH(OPTIONS); i++) {
        char name[NAME_MAX_BYTES], variable[NAME_MAX_BYTES + 16];
        respell(OPTIONS[i].name, '_', '_', true, name);
        snprintf(variable, sizeof variable, "PEDIGREE_%s", name);
        const char *value = getenv(variable);
        struct error why = {0};
        if (value && !set(c, &OPTIONS[i], value, &why))
            return error_at(err, why.code, why.where, "environment variable %s: %s",
                            variable, why.detail);
    }
    return true;
}

/* If argv[i] is --NAME or --NAME=VALUE: how many arguments it takes, and the value. */
static int flag_at(int argc, char **argv, int i, char name[NAME_MAX_BYTES],
                   const char **value)
{
    const char *flag = argv[i];
    if (strncmp(flag, "--", 2) != 0 || !flag[2])
        return 0;
    respell(flag + 2, '-', '_', false, name);
    char *equals = strchr(name, '=');
    if (equals)
        *equals = '\0';
    const char *sign = strchr(flag, '=');
    *value = sign ? sign + 1 : i + 1 < argc ? argv[i + 1] : NULL;
    return sign || i + 1 >= argc ? 1 : 2;
}

static bool set_from_flag(struct config *c, const struct option *o, const char *value,
                          struct error *err)
{
    if (!value)
        return error_at(err, ERR_INVALID, o->name, "the flag needs a value");
    struct error why = {0};
    if (set(c, o, value, &why))
        return true;
    char flag[NAME_MAX_BYTES];
    respell(o->name, '_', '-', false, flag);
    return error_at(err, why.code, why.where, "--%s: %s", flag, why.detail);
}

/* Goes through argv: hands options to `c` (unless NULL, then only looks for --config),
 * keeps the rest when `c` is given. */
static bool walk_flags(struct config *c, int *argc, char **argv, const char **path,
                       struct error *err)
{
    int kept = 0;
    for (int i = 0; i < *argc;) {
        char name[NAME_MAX_BYTES];
        const char *value = NULL;
        if (strcmp(argv[i], "--") == 0) {
            while (c && i < *argc)
                argv[kept++] = argv[i++];
            break;
        }
        int taken = flag_at(*argc, argv, i, name, &value);
        const struct option *o = taken ? option_find(name) : NULL;
        if (taken && strcmp(name, "config") == 0) {
            if (!value || !*value)
                return error_at(err, ERR_INVALID, "config", "--config needs a file");
            *path = value;
        } else if (!o) {
            taken = 1;
            if (c)
                argv[kept++] = argv[i];
        } else if (c && !set_from_flag(c, o, value, err)) {
            return false;
        }
        i += taken;
    }
    if (c)
        *argc = kept;
    return true;
}

/* ---- public ---- */

void config_init(struct config *c)
{
    *c = (struct config){0};
    struct error err = {0};
    for (size_t i = 0; i < LENGTH(OPTIONS); i++) {
        bool is_good = set(c, &OPTIONS[i], OPTIONS[i].value, &err);
        assert(is_good);
        (void)is_good;
    }
}

void config_done(struct config *c)
{
    arena_reset(&c->arena);
}

bool config_load(struct config *c, int *argc, char **argv, struct error *err)
{
    const char *path = getenv("PEDIGREE_CONFIG");
    path = path && *path ? path : NULL;
    if (!walk_flags(NULL, argc, argv, &path, err))
        return false;
    if (!path && access(CONFIG_FILE, F_OK) == 0)
        path = CONFIG_FILE;
    if (path && !load_file(c, path, err))
        return false;
    return load_environment(c, err) && walk_flags(c, argc, argv, &path, err);
}

bool config_refuse(const char *argument, struct error *err)
{
    char name[NAME_MAX_BYTES];
    const char *value;
    char *argv[] = {(char *)(uintptr_t)argument, NULL};
    const char *near = flag_at(1, argv, 0, name, &value) ? nearest(name) : NULL;
    if (!near)
        return error_at(err, ERR_INVALID, argument,
                        "%s is not understood here; see --help", argument);
    char flag[NAME_MAX_BYTES];
    respell(near, '_', '-', false, flag);
    return error_at(err, ERR_INVALID, argument, "%s is no option; did you mean --%s?",
                    argument, flag);
}

static bool differs(struct config *a, struct config *b, const struct option *o)
{
    return o->type == TYPE_TEXT ? strcmp(*text_of(a, o), *text_of(b, o)) != 0
                                : *number_of(a, o) != *number_of(b, o);
}

void config_reload(struct config *live, const struct config *fresh, struct text *kept)
{
    struct config from = *fresh;
    for (size_t i = 0; i < LENGTH(OPTIONS); i++) {
        const struct option *o = &OPTIONS[i];
        if (!differs(live, &from, o))
            continue;
        if (o->reload == TAKEN_AT_RELOAD && o->type != TYPE_TEXT)
            __atomic_store_n(number_of(live, o), *number_of(&from, o), __ATOMIC_RELAXED);
        else if (kept)
            text_addf(kept, "%s%s", kept->len > 0 ? " " : "", o->name);
    }
}

static void add_range(struct text *out, const struct option *o)
{
    if (o->type == TYPE_INT || o->type == TYPE_BYTES)
        text_addf(out, " %" PRId64 "..%" PRId64, o->min, o->max);
}

void config_dump_options(struct text *out)
{
    for (size_t i = 0; i < LENGTH(OPTIONS); i++) {
        const struct option *o = &OPTIONS[i];
        text_addf(out, "%s=%s", o->name, o->value);
        add_range(out, o);
        text_addf(out, " (%s): %s\n",
                  o->reload == TAKEN_AT_RELOAD ? "reloads" : "at start", o->help);
    }
}

void config_help(struct text *out)
{
    for (size_t i = 0; i < LENGTH(OPTIONS); i++) {
        char flag[NAME_MAX_BYTES];
        respell(OPTIONS[i].name, '_', '-', false, flag);
        text_addf(out, "  --%-24s %s [%s]\n", flag, OPTIONS[i].help, OPTIONS[i].value);
    }
}
