/* settings - see the header. */
#include "settings.h"

#include "pedigree/base/url.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX = 64 * 1024 };

static char *trimmed(struct arena *a, const char *s, size_t len)
{
    while (len > 0 && strchr(" \t\r", s[0])) {
        s++;
        len--;
    }
    while (len > 0 && strchr(" \t\r", s[len - 1]))
        len--;
    return arena_strndup(a, s, len);
}

/* One line `name = value`; `where` is "line N". */
static bool parse_line(struct arena *a, const char *line, size_t len, const char *where,
                       struct settings_file *out, struct error *err)
{
    char *whole = trimmed(a, line, len);
    if (!*whole || *whole == '#')
        return true;
    size_t name_len = strcspn(whole, "=");
    if (!whole[name_len])
        return error_at(err, ERR_INVALID, where, "expected url = ... or key = ...");
    const char *name = trimmed(a, whole, name_len);
    const char *value = trimmed(a, whole + name_len + 1, strlen(whole + name_len + 1));
    const char **place = strcmp(name, "url") == 0   ? &out->url
                         : strcmp(name, "key") == 0 ? &out->key
                                                    : NULL;
    if (!place)
        return error_at(err, ERR_INVALID, where, "\"%s\" is neither url nor key", name);
    if (!*value)
        return error_at(err, ERR_INVALID, where, "%s has no value", name);
    if (*place)
        return error_at(err, ERR_INVALID, where, "%s is there twice", name);
    *place = value;
    return true;
}

bool settings_parse(struct arena *a, const char *content, struct settings_file *out,
                    struct error *err)
{
    struct settings_file file = {0};
    int n = 0;
    for (const char *at = content; *at;) {
        size_t len = strcspn(at, "\n");
        const char *where = arena_printf(a, "line %d", ++n);
        if (!parse_line(a, at, len, where, &file, err))
            return false;
        at += len + (at[len] == '\n');
    }
    *out = file;
    return true;
}

/* `host` is followed by ":port", a path or nothing. */
static bool is_this_machine(const char *host)
{
    static const char *const NAMES[] = {"localhost", "[::1]"};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        size_t n = strlen(NAMES[i]);
        if (strncasecmp(host, NAMES[i], n) == 0 && strchr(":/", host[n]))
            return true;
    }
    return strncmp(host, "127.", 4) == 0 && strchr(":/", host[strspn(host, "0123456789.")]);
}

bool settings_are_exposed(const struct settings *s)
{
    if (!s->key || strncmp(s->url, "http://", 7) != 0)
        return false;
    const char *host = s->url + 7;
    for (const char *at = host; *at && *at != '/'; at++)
        if (*at == '@')
            host = at + 1;
    return !is_this_machine(host);
}

static const char *settings_path(struct arena *a)
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    if (config && *config == '/')
        return arena_printf(a, "%s/pedigree", config);
    return home && *home ? arena_printf(a, "%s/.config/pedigree", home) : NULL;
}

/* NULL: *err says why. */
static const char *read_all(struct arena *a, int fd, const char *path, struct error *err)
{
    char *content = arena_alloc(a, FILE_MAX + 1);
    size_t len = 0;
    ssize_t n;
    while ((n = read(fd, content + len, FILE_MAX - len)) > 0)
        len += (size_t)n;
    if (n < 0)
        error_at(err, ERR_INVALID, path, "cannot be read: %s", strerror(errno));
    else if (len == FILE_MAX || memchr(content, '\0', len))
        error_at(err, ERR_INVALID, path,
                 "is too long or no text; it should hold url = ... and key = ...");
    return err->code == ERR_OK ? content : NULL;
}

/* What the open file `path` holds. */
static bool read_open(struct arena *a, int fd, const char *path,
                      struct settings_file *out, struct error *err)
{
    struct stat st;
    struct error parse = {0};
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        return error_at(err, ERR_INVALID, path,
                        "is no file; it should hold url = ... and key = ...");
    const char *content = read_all(a, fd, path, err);
    if (!content)
        return false;
    if (!settings_parse(a, content, out, &parse))
        return error_at(err, ERR_INVALID, path, "%s: %s", parse.where, parse.detail);
    if (out->key && (st.st_mode & 077))
        return error_at(err, ERR_INVALID, path,
                        "holds a key that others can read: chmod 600 %s", path);
    return true;
}

/* *out stays empty if there is no such file. */
static bool read_file(struct arena *a, const char *path, struct settings_file *out,
                      struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return true;
    if (fd < 0)
        return error_at(err, ERR_INVALID, path, "cannot be read: %s", strerror(errno));
    bool is_fine = read_open(a, fd, path, out, err);
    close(fd);
    return is_fine;
}

/* The first of flag and environment, NULL if neither is given. */
static const char *given(const char *flag, const char *name)
{
    const char *env = getenv(name);
    return flag ? flag : env && *env ? env : NULL;
}

/* The file's url and key go together: its key only to its own server. */
static void take_key(struct settings *s, const char *key, const char *file_key,
                     const char *file_url)
{
    bool is_its_server = strcmp(s->url, file_url) == 0;
    s->key = key ? key : is_its_server ? file_key : NULL;
    s->is_key_kept_back = !s->key && file_key;
}

bool settings_load(struct arena *a, const char *url, const char *key,
                   struct settings *out, struct error *err)
{
    struct settings s = {.url = "", .path = settings_path(a)};
    struct settings_file file = {0};
    const char *file_url = SETTINGS_DEFAULT_URL;
    url = given(url, "PEDIGREE_URL");
    key = given(key, "PEDIGREE_KEY");
    if (s.path && !(url && key) && !read_file(a, s.path, &file, err))
        return false;
    if (!url_server(a, file.url ? file.url : SETTINGS_DEFAULT_URL, &file_url, err) ||
        !url_server(a, url ? url : file_url, &s.url, err))
        return false;
    take_key(&s, key, file.key, file_url);
    if (s.key && strpbrk(s.key, "\r\n"))
        return error_at(err, ERR_INVALID, "--key", "holds a line break; copy it again");
    *out = s;
    return true;
}
