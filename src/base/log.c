/* log - see the header.  The level is the only state shared by threads. */
#include "pedigree/base/log.h"

#include "pedigree/base/clock.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 4096, QUOTED_MAX = 512, QUOTED_SLOTS = 8 };

static const char *const WORDS[] = {"error", "warn", "info", "debug"};
static _Atomic int threshold = LOG_LEVEL_INFO;

void log_set_level(enum log_level level)
{
    atomic_store_explicit(&threshold, (int)level, memory_order_relaxed);
}

/* snprintf's result, cut to what was written. */
static size_t written(int n, size_t room)
{
    if (n < 0)
        return 0;
    return (size_t)n < room ? (size_t)n : room - 1;
}

bool log_is_on(enum log_level level)
{
    return (int)level <= atomic_load_explicit(&threshold, memory_order_relaxed);
}

void log_line(enum log_level level, const char *msg, const char *fields, ...)
{
    if (!log_is_on(level))
        return;
    char line[LINE_MAX_BYTES], now[28];
    size_t room = sizeof line - 1; /* the newline */
    size_t len =
        written(snprintf(line, room, "ts=%s level=%s msg=%s ",
                         us_text(clock_now_us(), now), WORDS[level], log_quote(msg)),
                room);
    va_list ap;
    va_start(ap, fields);
    len += written(vsnprintf(line + len, room - len, fields, ap), room - len);
    va_end(ap);
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)line[i] < 0x20)
            line[i] = ' ';
    while (len > 0 && line[len - 1] == ' ')
        len--;
    line[len++] = '\n';
    ssize_t done = write(STDERR_FILENO, line, len);
    (void)done; /* where would one say that the log is gone? */
}

const char *log_quote(const char *s)
{
    static _Thread_local char slots[QUOTED_SLOTS][QUOTED_MAX];
    static _Thread_local unsigned next;
    static const char DIGITS[] = "0123456789abcdef";
    char *out = slots[next++ % QUOTED_SLOTS], *at = out;
    *at++ = '"';
    for (const char *p = s ? s : ""; *p && at < out + QUOTED_MAX - 6; p++) {
        unsigned char c = (unsigned char)*p;
        if (c == '"' || c == '\\') {
            *at++ = '\\';
            *at++ = *p;
        } else if (c < 0x20 || c >= 0x7f) {
            *at++ = '\\';
            *at++ = 'x';
            *at++ = DIGITS[c >> 4];
            *at++ = DIGITS[c & 15];
        } else {
            *at++ = *p;
        }
    }
    *at++ = '"';
    *at = '\0';
    return out;
}
