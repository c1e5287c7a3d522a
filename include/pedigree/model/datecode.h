/*
 * datecode - date codes as marked, parsed to intervals of days; ambiguity is kept.
 *
 * Source: domain reference 7.1 (EIA-476, ISO 8601 weeks, EIGP 114 at document level).
 * Canonical readings of a raw code are its candidates; `swapped` is the WWYY reading of a YYWW
 * code, never a candidate unless the YYWW reading is impossible, used to grade CAP-042; `week`
 * stays WEEK_IMPOSSIBLE then (2100 is no week, though week 21 of 2000 may be meant).
 * A code with letters around its digits is read only where the letters leave no doubt.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum week_fault { WEEK_FINE, WEEK_53_IN_52, WEEK_IMPOSSIBLE };

struct day_span {
    int32_t first, last; /* days since 1970, inclusive */
};

struct date_code {
    bool parsed;        /* at least one candidate */
    bool not_traceable; /* N/T */
    bool ambiguous;     /* more than one candidate */
    enum week_fault week;
    const char *format; /* "YYWW", "YWW", "YYYYWW", "YYYYMMDD", "YYMMDD", ... static; NULL if unparsed */
    struct day_span candidates[3]; /* earliest first */
    size_t candidates_len;
    bool has_swapped;
    struct day_span swapped;
};

/* `reference_day` (usually the day the record is about) settles centuries and decades:
 * two-digit years later than its year + 1 are of the 1900s; YWW takes the newest decade that is
 * not after it, plus the one before as a second candidate. Week rule: ISO 8601. */
struct date_code datecode_parse(const char *raw, int32_t reference_day);
int iso_weeks_in_year(int year);

/* How a maker marks dates, and on which days.  Y, YY or YYYY is the year; then WW the week, MM or M the
 * month (M: 1 to 9, O, N, D), DD its day, or DDD the day of the year; X is any letter or digit, other
 * letters and digits stand for themselves in small letters: "XYYWW", "YWWx". */
struct date_form {
    const char *format;
    int32_t first, last; /* days on which it was in use */
};
bool dateform_is_fine(const char *format, const char **why); /* *why: a clause that follows the format */
/* As datecode_parse(), but a code that fits a form of its maker, of days on which that was in use, is
 * read by that alone, but for `swapped`; one that fits none is read as anybody's. */
struct date_code datecode_parse_as(const char *raw, int32_t reference_day,
                                   const struct date_form *forms, size_t len);
