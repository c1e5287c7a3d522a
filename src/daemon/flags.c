/* flags - the few flags that single commands have; settings are base/config's. */
#include "command.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct flag *flag_find(struct flag *flags, size_t len, const char *name,
                              size_t name_len)
{
    for (size_t i = 0; i < len; i++)
        if (strlen(flags[i].name) == name_len &&
            memcmp(flags[i].name, name, name_len) == 0)
            return &flags[i];
    return NULL;
}

static bool flag_add(struct flag *f, const char *value, struct error *err)
{
    if (!value)
        return error_at(err, ERR_INVALID, f->name, "%s needs a value", f->name);
    if (f->len == (f->may_repeat ? FLAG_VALUES_MAX : 1))
        return error_at(err, ERR_INVALID, f->name, "%s is given too often", f->name);
    f->values[f->len++] = value;
    return true;
}

/* Takes argv[*i], and the one after it if that is its value. */
static bool flag_take(const struct invocation *in, struct flag *flags, size_t len, int *i,
                      const char **rest, struct error *err)
{
    const char *arg = in->argv[*i];
    size_t name_len = strcspn(arg, "=");
    struct flag *f = flag_find(flags, len, arg, name_len);
    if (f && arg[name_len] == '=')
        return flag_add(f, arg + name_len + 1, err);
    if (f) {
        ++*i;
        return flag_add(f, *i < in->argc ? in->argv[*i] : NULL, err);
    }
    if (!rest || arg[0] == '-' || *rest)
        return config_refuse(arg, err);
    *rest = arg;
    return true;
}

bool flags_read(const struct invocation *in, struct flag *flags, size_t len,
                const char **rest, struct error *err)
{
    for (int i = 0; i < in->argc; i++)
        if (!flag_take(in, flags, len, &i, rest, err))
            return false;
    for (size_t i = 0; i < len; i++)
        if (flags[i].is_required && flags[i].len == 0)
            return error_at(err, ERR_INVALID, flags[i].name, "%s is missing; see --help",
                            flags[i].name);
    return true;
}

bool migrations_find(const struct invocation *in, const char *asked,
                     char path[static 4096], struct error *err)
{
    static const char INSTALLED[] = "/usr/share/pedigree/migrations";
    char self[3000];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    self[n > 0 ? n : 0] = '\0';
    char *slash = strrchr(self, '/');
    if (slash)
        *slash = '\0';
    (void)in;
    if (asked)
        snprintf(path, 4096, "%s", asked);
    else
        snprintf(path, 4096, "%s/../../migrations", self);
    if (access(path, R_OK | X_OK) == 0)
        return true;
    if (!asked && access(INSTALLED, R_OK | X_OK) == 0) {
        snprintf(path, 4096, "%s", INSTALLED);
        return true;
    }
    return error_at(err, ERR_INVALID, "--migrations",
                    "no migrations in %.300s: name their directory with --migrations DIR",
                    path);
}
