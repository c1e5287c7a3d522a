/* error - see the header.  Everything here is read from error.def. */
#include "pedigree/base/error.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct row {
    const char *symbol;
    int http;
    const char *title;
} ROWS[] = {
#define ERROR(symbol, http, title) {#symbol, http, title},
#include "pedigree/base/error.def"
};

/* "NOT_FOUND" -> "not-found", made by the preprocessor's text and this rule alone. */
static void make_word(const char *symbol, char *out)
{
    for (; *symbol; symbol++) {
        char c = *symbol;
        *out++ = c == '_' ? '-' : (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    }
    *out = '\0';
}

static char words[ERR_COUNT][24];

__attribute__((constructor)) static void make_words(void)
{
    for (size_t i = 0; i < ERR_COUNT; i++) {
        assert(strlen(ROWS[i].symbol) < sizeof words[i]);
        make_word(ROWS[i].symbol, words[i]);
    }
}

__attribute__((format(printf, 4, 0))) static bool fill(struct error *err,
                                                       enum error_code code,
                                                       const char *where, const char *fmt,
                                                       va_list ap)
{
    assert(code > ERR_OK && code < ERR_COUNT);
    if (err->code != ERR_OK)
        return false;
    err->code = code;
    snprintf(err->where, sizeof err->where, "%s", where);
    vsnprintf(err->detail, sizeof err->detail, fmt, ap);
    return false;
}

bool error_set(struct error *err, enum error_code code, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fill(err, code, "", fmt, ap);
    va_end(ap);
    return false;
}

bool error_at(struct error *err, enum error_code code, const char *where, const char *fmt,
              ...)
{
    va_list ap;
    va_start(ap, fmt);
    fill(err, code, where, fmt, ap);
    va_end(ap);
    return false;
}

int error_http(enum error_code code)
{
    assert(code < ERR_COUNT);
    return ROWS[code].http;
}

const char *error_title(enum error_code code)
{
    assert(code < ERR_COUNT);
    return ROWS[code].title;
}

const char *error_symbol(enum error_code code)
{
    assert(code < ERR_COUNT);
    return words[code];
}
