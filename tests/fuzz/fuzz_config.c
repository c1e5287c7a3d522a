/*
 * fuzz_config - settings from any file, environment and flags are in range, and written
 * out as flags they come to the same; what is refused is named.
 *
 * Pieces lie between bytes of value 30: first the file, then NAME=VALUE for the
 * environment (PEDIGREE_ is put before it) and arguments, which begin with a dash or
 * follow one that does.
 */
#include "fuzz.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/config.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { BETWEEN = 30, PIECES_MAX = 32 };

struct start {
    struct arena arena;
    char *argv[PIECES_MAX + 2], *set[PIECES_MAX];
    int argc, set_len, file;
};

/* A file named by an input is none of ours to read. */
static bool names_a_file(const char *piece)
{
    return strcasestr(piece, "config") != NULL;
}

static void take(struct start *s, char *piece)
{
    char *equals = strchr(piece, '=');
    if (names_a_file(piece) || s->argc == PIECES_MAX || s->set_len == PIECES_MAX)
        return;
    bool is_argument = *piece == '-' || !equals || (s->argc > 2 && s->argv[s->argc - 1][0] == '-');
    if (is_argument) {
        s->argv[s->argc++] = piece;
        return;
    }
    *equals = '\0';
    char *name = arena_printf(&s->arena, "PEDIGREE_%s", piece);
    setenv(name, equals + 1, 1);
    s->set[s->set_len++] = name;
}

static void begin(struct start *s, const uint8_t *data, size_t size)
{
    const uint8_t *end = memchr(data, BETWEEN, size);
    size_t len = end ? (size_t)(end - data) : size;
    *s = (struct start){.argc = 2, .file = memfd_create("settings", MFD_CLOEXEC)};
    arena_init(&s->arena, 0);
    assert(s->file >= 0 && write(s->file, data, len) == (ssize_t)len);
    s->argv[0] = arena_strdup(&s->arena, "--config");
    s->argv[1] = arena_printf(&s->arena, "/proc/self/fd/%d", s->file);
    while (len < size) {
        data += len + 1;
        size -= len + 1;
        end = memchr(data, BETWEEN, size);
        len = end ? (size_t)(end - data) : size;
        take(s, arena_strndup(&s->arena, (const char *)data, len));
    }
}

static void end(struct start *s)
{
    for (int i = 0; i < s->set_len; i++)
        unsetenv(s->set[i]);
    close(s->file);
    arena_reset(&s->arena);
}

static void number_fits(int64_t n, int64_t min, int64_t max)
{
    assert(n >= min && n <= max);
}

static void text_fits(const char *s, int64_t min, int64_t max)
{
    number_fits((int64_t)strlen(s), min, max);
}

static const char *number_said(struct arena *a, int64_t n)
{
    return arena_printf(a, "%lld", (long long)n);
}

static const char *level_said(struct arena *a, int64_t n)
{
    static const char *const LEVELS[] = {"error", "warn", "info", "debug"};
    (void)a;
    return LEVELS[n];
}

static const char *text_said(struct arena *a, const char *s)
{
    (void)a;
    return s;
}

#define FITS_INT number_fits
#define FITS_BYTES number_fits
#define FITS_LEVEL(n, min, max) number_fits(n, 0, 3)
#define FITS_TEXT text_fits
#define SAID_INT number_said
#define SAID_BYTES number_said
#define SAID_LEVEL level_said
#define SAID_TEXT text_said

static void come_to_the_same(struct start *s, struct config *c)
{
    static char flag[] = "--config", none[] = "/dev/null";
    char *argv[128] = {flag, none};
    int argc = 2;
    struct config again;
    struct error err = {0};
    struct text kept = text_new(&s->arena);
#define OPTION(field, type, value, min, max, reload, help)                               \
    FITS_##type(c->field, min, max);                                                     \
    argv[argc++] = arena_printf(&s->arena, "--%s=%s", #field,                            \
                                SAID_##type(&s->arena, c->field));
#include "pedigree/base/config.def"
    for (int i = 0; i < s->set_len; i++)
        unsetenv(s->set[i]);
    config_init(&again);
    bool ok = config_load(&again, &argc, argv, &err);
    assert(ok && argc == 0);
    config_reload(c, &again, &kept);
    assert(kept.len == 0);
#define OPTION(field, type, value, min, max, reload, help)                               \
    assert(strcmp(SAID_##type(&s->arena, c->field),                                      \
                  SAID_##type(&s->arena, again.field)) == 0);
#include "pedigree/base/config.def"
    config_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct start s;
    struct config c;
    struct error err = {0};
    begin(&s, data, size);
    config_init(&c);
    if (config_load(&c, &s.argc, s.argv, &err))
        come_to_the_same(&s, &c);
    else
        assert(err.code == ERR_INVALID && err.where[0] && err.detail[0]);
    config_done(&c);
    end(&s);
    return 0;
}
