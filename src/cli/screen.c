/* screen - see the header. */
#include "screen.h"

#include "pedigree/base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const INKS[] = {
    [INK_PLAIN] = "\033[0m", [INK_BOLD] = "\033[1m",    [INK_DIM] = "\033[2m",
    [INK_RED] = "\033[31m",  [INK_YELLOW] = "\033[33m", [INK_GREEN] = "\033[32m",
    [INK_CYAN] = "\033[36m",
};

static const struct {
    const char *grade;
    enum ink ink;
} GRADES[] = {
    {"critical", INK_RED}, {"high", INK_RED},   {"medium", INK_YELLOW},
    {"low", INK_CYAN},     {"info", INK_PLAIN}, {"none", INK_GREEN},
};

const char *ink(bool has_colour, enum ink i)
{
    return has_colour ? INKS[i] : "";
}

enum ink ink_of_grade(const char *grade)
{
    for (size_t i = 0; grade && i < sizeof GRADES / sizeof *GRADES; i++)
        if (strcmp(GRADES[i].grade, grade) == 0)
            return GRADES[i].ink;
    return INK_PLAIN;
}

bool screen_has_colour(int fd)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    return isatty(fd) && !(no && *no) && term && strcmp(term, "dumb") != 0;
}

/* UTF-8 of what must not reach a terminal: C0, DEL, C1 and what turns the writing
 * direction. */
/* clang-format off */
static const struct {
    size_t len;
    unsigned char lead[2]; /* all bytes but the last */
    unsigned char first, last; /* range of the last */
} HARMFUL[] = {
    {1, {0}, 0x01, 0x1f}, {1, {0}, 0x7f, 0x7f}, {2, {0xc2}, 0x80, 0x9f},
    {3, {0xe2, 0x80}, 0x8e, 0x8f}, {3, {0xe2, 0x80}, 0xaa, 0xae}, {3, {0xe2, 0x81}, 0xa6, 0xa9},
};
/* clang-format on */

/* Bytes of the harmful character at s, 0 if it is none. */
static size_t harmful(const char *s)
{
    for (size_t i = 0; i < sizeof HARMFUL / sizeof *HARMFUL; i++) {
        size_t lead = HARMFUL[i].len - 1;
        if (strncmp(s, (const char *)HARMFUL[i].lead, lead) != 0)
            continue;
        unsigned char end = (unsigned char)s[lead];
        if (end >= HARMFUL[i].first && end <= HARMFUL[i].last)
            return HARMFUL[i].len;
    }
    return 0;
}

const char *screen_clean(struct arena *a, const char *s)
{
    struct text out = text_new(a);
    for (const char *at = s ? s : ""; *at;) {
        size_t bad = harmful(at);
        if (bad)
            text_add(&out, "\xef\xbf\xbd");
        else
            text_add_n(&out, at, 1);
        at += bad ? bad : 1;
    }
    return text_str(&out);
}

const char *screen_number(int64_t n, char buf[static 28])
{
    char digits[24];
    size_t len = (size_t)snprintf(digits, sizeof digits, "%" PRId64, n), at = 0;
    for (size_t i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0 && digits[i - 1] != '-')
            buf[at++] = ',';
        buf[at++] = digits[i];
    }
    buf[at] = '\0';
    return buf;
}

void progress_begin(struct progress *p, const char *path, int64_t bytes, int64_t before)
{
    const char *slash = strrchr(path, '/');
    const char *term = getenv("TERM");
    *p = (struct progress){
        .is_shown = isatty(STDERR_FILENO) && !(term && strcmp(term, "dumb") == 0),
        .name = slash && slash[1] ? slash + 1 : path,
        .bytes = bytes,
        .before = before,
        .started_us = clock_monotonic_us(),
    };
}

void progress_at(struct progress *p, int64_t bytes, int64_t records, int64_t refused)
{
    enum { WIDTH = 24, INTERVAL_US = 100000 };
    int64_t now = clock_monotonic_us();
    if (!p->is_shown || now - p->drawn_us < INTERVAL_US)
        return;
    p->drawn_us = now;
    int64_t took = now - p->started_us + 1;
    int part = p->bytes > 0 ? (int)(bytes * WIDTH / p->bytes) : WIDTH;
    char count[28], rate[28], refusals[60] = "", sum[28];
    if (refused > 0)
        snprintf(refusals, sizeof refusals, ", %s refused", screen_number(refused, sum));
    fprintf(stderr, "\r\033[K%s ", p->name);
    for (int i = 0; i < WIDTH; i++)
        fputs(i < part ? "█" : "░", stderr);
    fprintf(stderr, " %d%%  %s records%s, %s/s",
            p->bytes > 0 ? (int)(bytes * 100 / p->bytes) : 100,
            screen_number(records, count), refusals,
            screen_number((records - p->before) * 1000000 / took, rate));
    fflush(stderr);
}

void progress_clear(struct progress *p)
{
    if (p->is_shown && p->drawn_us > 0)
        fputs("\r\033[K", stderr);
    p->drawn_us = 0;
}
