/* when - see the header. */
#include "pedigree/model/when.h"

#include "pedigree/base/clock.h"

#include <stddef.h>
#include <string.h>

enum {
    FIRST_YEAR = 1900,
    LAST_YEAR = 2199,
    US_PER_SECOND = 1000000,
    SECONDS_PER_DAY = 86400
};

/* Reads exactly `width` digits; NULL passes through, so that reads can be chained. */
static const char *digits(const char *at, int width, int *out)
{
    int value = 0;
    for (int i = 0; at && i < width; i++) {
        if (at[i] < '0' || at[i] > '9')
            return NULL;
        value = value * 10 + (at[i] - '0');
    }
    *out = value;
    return at ? at + width : NULL;
}

static const char *literal(const char *at, const char *any_of)
{
    return at && *at && strchr(any_of, *at) ? at + 1 : NULL;
}

/* Microseconds of ".123456789"; digits past the sixth are dropped.  None is fine. */
static const char *fraction(const char *at, int *out)
{
    *out = 0;
    if (!at || *at != '.')
        return at;
    const char *first = ++at;
    int unit = US_PER_SECOND / 10;
    for (; *at >= '0' && *at <= '9'; at++, unit /= 10)
        *out += (*at - '0') * unit;
    return at > first ? at : NULL;
}

static const char *offset(const char *at, int *minutes)
{
    *minutes = 0;
    if (!at || literal(at, "Zz"))
        return literal(at, "Zz");
    int h, m, sign = *at == '-' ? -1 : 1;
    at = digits(literal(digits(literal(at, "+-"), 2, &h), ":"), 2, &m);
    if (!at || h > 23 || m > 59)
        return NULL;
    *minutes = sign * (h * 60 + m);
    return at;
}

static bool clock_part(const char *at, int32_t day, struct when *out)
{
    int h, m, s, us, minutes;
    at = digits(literal(digits(literal(digits(at, 2, &h), ":"), 2, &m), ":"), 2, &s);
    at = offset(fraction(at, &us), &minutes);
    if (!at || *at || h > 23 || m > 59 || s > 60)
        return false;
    int64_t seconds = h * 3600 + m * 60 + s - minutes * 60;
    if (s == 60 && seconds % SECONDS_PER_DAY != 0)
        return false; /* leap seconds are inserted at the end of a UTC day */
    out->first_us = out->last_us = day * US_PER_DAY + seconds * US_PER_SECOND + us;
    out->first_day = out->last_day = day;
    return true;
}

static bool bare(int32_t first, int32_t past, struct when *out)
{
    out->first_day = first;
    out->last_day = past - 1;
    out->first_us = first * US_PER_DAY;
    out->last_us = past * US_PER_DAY - 1;
    return true;
}

static int32_t month_start(int y, int m)
{
    return m > 12 ? day_from_ymd(y + 1, 1, 1) : day_from_ymd(y, m, 1);
}

static bool parse(const char *text, struct when *out)
{
    int y, m, d;
    const char *at = digits(text, 4, &y);
    if (!at || y < FIRST_YEAR || y > LAST_YEAR)
        return false;
    if (!*at)
        return bare(day_from_ymd(y, 1, 1), day_from_ymd(y + 1, 1, 1), out);
    at = digits(literal(at, "-"), 2, &m);
    if (!at || m < 1 || m > 12)
        return false;
    if (!*at)
        return bare(month_start(y, m), month_start(y, m + 1), out);
    at = digits(literal(at, "-"), 2, &d);
    if (!at || d < 1 || d > month_start(y, m + 1) - month_start(y, m))
        return false;
    int32_t day = day_from_ymd(y, m, d);
    if (!*at)
        return bare(day, day + 1, out);
    at = literal(at, "Tt");
    return at && clock_part(at, day, out);
}

bool when_parse(const char *text, struct when *out)
{
    struct when w = {.text = text};
    if (!text || !parse(text, &w))
        return false;
    *out = w;
    return true;
}
