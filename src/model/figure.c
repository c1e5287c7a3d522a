/* figure - see the header. */
#include "pedigree/model/figure.h"

#include "pedigree/base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

__extension__ typedef unsigned __int128 wide;

#define BILLION INT64_C(1000000000)
#define MILLION INT64_C(1000000)
enum { DAYS_PER_400_YEARS = 146097, DECIMALS = 18 };

static wide whole(int64_t n)
{
    return n < 0 ? 0 : (wide)n;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits and one point; beyond DECIMALS behind the point they are below what is kept. */
static bool decimal_read(const char *s, wide *units)
{
    const wide most = (wide)INT64_MAX * BILLION;
    int behind = -1;
    *units = 0;
    for (; *s; s++) {
        if (*s == '.' && behind < 0) {
            behind = 0;
        } else if (!is_digit(*s) || *units > most) {
            return false;
        } else if (behind < DECIMALS) {
            *units = *units * 10 + whole(*s - '0');
            behind += behind >= 0;
        }
    }
    for (int i = behind < 0 ? 0 : behind; i < DECIMALS; i++) {
        if (*units > most * BILLION / 10)
            return false;
        *units *= 10;
    }
    return true;
}

bool price_unit(const char *amount, int64_t per, int64_t *billionths)
{
    wide units; /* 10^-18 */
    if (!amount || !is_digit(*amount) || per < 1 || !decimal_read(amount, &units))
        return false;
    wide one = (wide)per * BILLION, unit = (units + one / 2) / one;
    if (unit == 0 || unit > (wide)INT64_MAX)
        return false;
    *billionths = (int64_t)unit;
    return true;
}

char *price_text(int64_t billionths, char buf[static 24])
{
    int len = snprintf(buf, 24, "%" PRId64 ".%09" PRId64, billionths / BILLION, billionths % BILLION);
    while (len > 0 && buf[len - 1] == '0')
        buf[--len] = '\0';
    if (len > 0 && buf[len - 1] == '.')
        buf[len - 1] = '\0';
    return buf;
}

int quantity_band(int64_t pieces)
{
    int band = 0;
    for (; pieces >= 10 && band < BANDS - 1; pieces /= 10)
        band++;
    return band;
}

int32_t half_of_day(int32_t day)
{
    int y, m, d;
    day_to_ymd(day, &y, &m, &d);
    return y * HALVES_A_YEAR + (m > 6);
}

/* ---- Wilson ---- */

static wide root(wide n)
{
    wide x = 0;
    for (wide bit = (wide)1 << 126; bit; bit >>= 2) {
        if (n >= x + bit) {
            n -= x + bit;
            x = (x >> 1) + bit;
        } else {
            x >>= 1;
        }
    }
    return x;
}

/* (hits + z^2/2 -+ z sqrt(hits (all - hits) / all + z^2/4)) / (all + z^2), in millionths. */
static int64_t wilson(int64_t hits, int64_t all, bool upper)
{
    const wide squared = 3841600; /* z^2, millionths */
    wide n = (wide)all, x = (wide)hits;
    wide spread = root(x * (n - x) * MILLION / n * MILLION + squared / 4 * MILLION) * 196 / 100;
    wide middle = x * MILLION + squared / 2, below = n * MILLION + squared;
    wide bound = upper ? middle + spread : middle > spread ? middle - spread : 0;
    wide ppm = bound * MILLION / below;
    return ppm > MILLION ? MILLION : (int64_t)ppm;
}

int64_t wilson_lower(int64_t hits, int64_t all)
{
    return hits == 0 ? 0 : wilson(hits, all, false);
}

int64_t wilson_upper(int64_t hits, int64_t all)
{
    return hits == all ? MILLION : wilson(hits, all, true);
}

/* ---- obsolescence ---- */

static int64_t told(int64_t pieces)
{
    return pieces == FIGURE_NONE ? 0 : pieces;
}

static wide rounded_up(wide n, wide by)
{
    return (n + by - 1) / by;
}

int64_t need_over(const struct need *n, int64_t days)
{
    if (n->annual == FIGURE_NONE)
        return FIGURE_NONE;
    wide a_day = whole(MILLION + told(n->scrap_ppm)) * 400;
    wide demand = rounded_up(whole(n->annual) * whole(days) * a_day, whole(DAYS_PER_400_YEARS) * MILLION);
    wide needed = demand + whole(told(n->safety)), have = whole(told(n->on_hand)) + whole(told(n->on_order));
    if (needed <= have)
        return 0;
    return needed - have > whole(INT64_MAX) ? INT64_MAX : (int64_t)(needed - have);
}

int64_t cover_tenths(const struct need *n)
{
    if (n->annual == FIGURE_NONE || n->on_hand == FIGURE_NONE)
        return FIGURE_NONE;
    if (n->annual == 0)
        return INT64_MAX;
    wide tenths = (wide)n->on_hand * 120 / (wide)n->annual;
    return tenths > (wide)INT64_MAX ? INT64_MAX : (int64_t)tenths;
}
