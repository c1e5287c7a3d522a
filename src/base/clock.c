/* clock - see the header.  Days by Howard Hinnant's era arithmetic: 400 years are 146097
 * days. */
#include "pedigree/base/clock.h"

#include <time.h>

static int64_t now(clockid_t id)
{
    struct timespec ts;
    clock_gettime(id, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t clock_now_us(void)
{
    return now(CLOCK_REALTIME);
}

int64_t clock_monotonic_us(void)
{
    return now(CLOCK_MONOTONIC);
}

int32_t day_of_us(int64_t us)
{
    int64_t day = us / US_PER_DAY;
    return (int32_t)(us % US_PER_DAY < 0 ? day - 1 : day);
}

enum { DAYS_PER_ERA = 146097, DAYS_TO_1970 = 719468 /* from 0000-03-01 */ };

int32_t day_from_ymd(int y, int m, int d)
{
    y -= m <= 2;
    int era = (y >= 0 ? y : y - 399) / 400;
    int year = y - era * 400;
    int day_of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    int day_of_era = year * 365 + year / 4 - year / 100 + day_of_year;
    return era * DAYS_PER_ERA + day_of_era - DAYS_TO_1970;
}

void day_to_ymd(int32_t day, int *y, int *m, int *d)
{
    int64_t z = (int64_t)day + DAYS_TO_1970;
    int64_t era = (z >= 0 ? z : z - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
    int day_of_era = (int)(z - era * DAYS_PER_ERA);
    int year =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
    int month = (5 * day_of_year + 2) / 153; /* from March */
    *d = day_of_year - (153 * month + 2) / 5 + 1;
    *m = month < 10 ? month + 3 : month - 9;
    *y = year + (int)era * 400 + (*m <= 2);
}

/* The last `width` digits, with leading zeros. */
static char *put(char *at, int width, int64_t value)
{
    for (int i = width - 1; i >= 0; i--, value /= 10)
        at[i] = (char)('0' + value % 10);
    return at + width;
}

char *day_text(int32_t day, char buf[static 11])
{
    int y, m, d;
    day_to_ymd(day, &y, &m, &d);
    char *at = put(buf, 4, y > 0 ? y : 0);
    *at++ = '-';
    at = put(at, 2, m);
    *at++ = '-';
    at = put(at, 2, d);
    *at = '\0';
    return buf;
}

char *us_text(int64_t us, char buf[static 28])
{
    int32_t day = day_of_us(us);
    int64_t rest = us - day * US_PER_DAY;
    static const struct {
        char before;
        int width;
        int64_t unit, wrap;
    } PARTS[] = {
        {'T', 2, INT64_C(3600000000), 24},
        {':', 2, 60000000, 60},
        {':', 2, 1000000, 60},
        {'.', 6, 1, 1000000},
    };
    day_text(day, buf);
    char *at = buf + 10;
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++) {
        *at++ = PARTS[i].before;
        at = put(at, PARTS[i].width, rest / PARTS[i].unit % PARTS[i].wrap);
    }
    *at++ = 'Z';
    *at = '\0';
    return buf;
}
