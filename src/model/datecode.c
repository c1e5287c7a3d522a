/* datecode - see the header.  Each form a code may have is a row of FORMS. */
#include "pedigree/model/datecode.h"

#include "pedigree/base/clock.h"
#include "pedigree/base/cleanup.h"
#include "pedigree/model/when.h"

#include <string.h>
#include <strings.h>

enum {
    FIRST_YEAR = 1960, /* no integrated circuit is older */
    LAST_YEAR = 2199,
    LONGEST = 24,
};

static int32_t iso_week_monday(int year, int week)
{
    int32_t fourth = day_from_ymd(year, 1, 4);
    int32_t weekday =
        ((fourth + 3) % 7 + 7) % 7; /* 1970-01-01 was a Thursday; Monday is 0 */
    return fourth - weekday + (week - 1) * 7;
}

int iso_weeks_in_year(int year)
{
    return (iso_week_monday(year + 1, 1) - iso_week_monday(year, 1)) / 7;
}

static int year_of(int32_t day)
{
    int y, m, d;
    day_to_ymd(day, &y, &m, &d);
    return y;
}

/* Two-digit years later than next year are of the century before. */
static int full_year(int yy, int32_t reference_day)
{
    int next = year_of(reference_day) + 1;
    int year = next - next % 100 + yy;
    return year > next ? year - 100 : year;
}

static void add(struct date_code *dc, struct day_span span)
{
    for (size_t i = 0; i < dc->candidates_len; i++)
        if (dc->candidates[i].first == span.first)
            return;
    if (dc->candidates_len == LENGTH(dc->candidates))
        return;
    size_t i = dc->candidates_len++;
    for (; i > 0 && dc->candidates[i - 1].first > span.first; i--)
        dc->candidates[i] = dc->candidates[i - 1];
    dc->candidates[i] = span;
}

static struct day_span week_span(int year, int week)
{
    int32_t monday = iso_week_monday(year, week);
    return (struct day_span){monday, monday + 6};
}

static bool is_week(int week)
{
    return week >= 1 && week <= 53;
}

static int number(const char *s, int at, int len)
{
    int value = 0;
    for (int i = at; i < at + len; i++)
        value = value * 10 + (s[i] - '0');
    return value;
}

static bool add_day(struct date_code *dc, int y, int m, int d)
{
    if (y < FIRST_YEAR || y > LAST_YEAR || m < 1 || m > 12 || d < 1)
        return false;
    int32_t day = day_from_ymd(y, m, d);
    int back_y, back_m, back_d;
    day_to_ymd(day, &back_y, &back_m, &back_d);
    if (back_m != m)
        return false;
    add(dc, (struct day_span){day, day});
    return true;
}

/* ---- forms: each reads `s` (digits only, the row's length) and adds what it may mean
 * ---- */

static bool add_week(struct date_code *dc, int year, int week)
{
    if (!is_week(week)) {
        dc->week = WEEK_IMPOSSIBLE;
        return false;
    }
    if (week > iso_weeks_in_year(year))
        dc->week = WEEK_53_IN_52;
    add(dc, week_span(year, week));
    return true;
}

static bool yyww(const char *s, int32_t ref, struct date_code *dc)
{
    int a = number(s, 0, 2), b = number(s, 2, 2), year = full_year(b, ref);
    bool ok = add_week(dc, full_year(a, ref), b);
    if (a != b && a >= 1 && a <= iso_weeks_in_year(year) && year >= FIRST_YEAR) {
        dc->has_swapped = true;
        dc->swapped = week_span(year, a);
    }
    return ok;
}

/* The decade is not marked: the newest that is not in the future, and the one before.
 * Week 53 is read in the decade that has one. */
static bool yww(const char *s, int32_t ref, struct date_code *dc)
{
    int week = number(s, 1, 2), year = year_of(ref);
    if (!is_week(week)) {
        dc->week = WEEK_IMPOSSIBLE;
        return false;
    }
    while (year % 10 != s[0] - '0' || iso_week_monday(year, week) > ref)
        year--;
    bool has_newer = week <= iso_weeks_in_year(year);
    bool has_older = week <= iso_weeks_in_year(year - 10);
    if (has_newer || !has_older)
        add(dc, week_span(year, week));
    if (has_older || !has_newer)
        add(dc, week_span(year - 10, week));
    if (!has_newer && !has_older)
        dc->week = WEEK_53_IN_52;
    return true;
}

static bool add_nth_day(struct date_code *dc, int year, int nth)
{
    int32_t day = day_from_ymd(year, 1, 1) + nth - 1;
    if (nth < 1 || year_of(day) != year)
        return false;
    add(dc, (struct day_span){day, day});
    return true;
}

static bool yyddd(const char *s, int32_t ref, struct date_code *dc)
{
    return add_nth_day(dc, full_year(number(s, 0, 2), ref), number(s, 2, 3));
}

/* The decade is not marked: as for YWW. */
static bool yddd(const char *s, int32_t ref, struct date_code *dc)
{
    int nth = number(s, 1, 3), year = year_of(ref);
    while (year % 10 != s[0] - '0' || day_from_ymd(year, 1, 1) + nth - 1 > ref)
        year--;
    bool newer = add_nth_day(dc, year, nth), older = add_nth_day(dc, year - 10, nth);
    return newer || older;
}

/* The oldest and the newest of what is in the package. */
static bool yywwyyww(const char *s, int32_t ref, struct date_code *dc)
{
    int oldest = number(s, 2, 2), newest = number(s, 6, 2);
    if (!is_week(oldest) || !is_week(newest)) {
        dc->week = WEEK_IMPOSSIBLE;
        return false;
    }
    struct day_span from = week_span(full_year(number(s, 0, 2), ref), oldest);
    struct day_span to = week_span(full_year(number(s, 4, 2), ref), newest);
    if (from.first <= to.first)
        add(dc, (struct day_span){from.first, to.last});
    return from.first <= to.first;
}

static bool yyyyww(const char *s, int32_t ref, struct date_code *dc)
{
    (void)ref;
    int year = number(s, 0, 4), week = number(s, 4, 2);
    return year >= FIRST_YEAR && year <= LAST_YEAR && is_week(week) &&
           add_week(dc, year, week);
}

static bool yymmdd(const char *s, int32_t ref, struct date_code *dc)
{
    return add_day(dc, full_year(number(s, 0, 2), ref), number(s, 2, 2), number(s, 4, 2));
}

static bool yyyymmdd(const char *s, int32_t ref, struct date_code *dc)
{
    (void)ref;
    return add_day(dc, number(s, 0, 4), number(s, 4, 2), number(s, 6, 2));
}

static const struct form {
    const char *name;
    bool lettered; /* letters around it leave it unambiguous */
    bool labelled; /* only behind the data identifier that says so */
    bool (*read)(const char *s, int32_t ref, struct date_code *dc);
} FORMS[] = {
    {"YWW", false, false, yww},          {"YYWW", true, false, yyww},
    {"YDDD", false, true, yddd},         {"YYDDD", false, false, yyddd},
    {"YYYYWW", true, false, yyyyww},     {"YYMMDD", true, false, yymmdd},
    {"YYYYMMDD", true, false, yyyymmdd}, {"YYWWYYWW", false, true, yywwyyww},
};

/* `form`: the one its identifier stands for; NULL: none does. */
static bool may_be(const struct form *row, const char *s, bool lettered, const char *form)
{
    if (strlen(row->name) != strlen(s) || (lettered && !row->lettered))
        return false;
    bool is_said = form && strlen(form) == strlen(s);
    return is_said ? strcmp(form, row->name) == 0 : !row->labelled;
}

static void read_digits(const char *s, int32_t ref, bool lettered, const char *form,
                        struct date_code *dc)
{
    for (size_t i = 0; i < LENGTH(FORMS); i++) {
        if (!may_be(&FORMS[i], s, lettered, form))
            continue;
        if (FORMS[i].read(s, ref, dc) && !dc->format)
            dc->format = FORMS[i].name;
    }
}

/* ---- what is around the digits ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* "2023-10-13", "2023-10": what a person writes where a code is asked for. */
static bool read_date(const char *s, struct date_code *dc)
{
    struct when w;
    if (!strchr(s, '-') || !when_parse(s, &w) || w.first_us == w.last_us)
        return false;
    dc->format = w.first_day == w.last_day ? "YYYY-MM-DD" : "YYYY-MM";
    add(dc, (struct day_span){w.first_day, w.last_day});
    return true;
}

/* "2023-W41", "2023W41" */
static bool read_iso_week(const char *s, struct date_code *dc)
{
    for (int i = 0; i < 4; i++)
        if (!is_digit(s[i]))
            return false;
    const char *w = s[4] == '-' ? s + 5 : s + 4;
    if ((*w != 'W' && *w != 'w') || !is_digit(w[1]) || !is_digit(w[2]) || w[3])
        return false;
    int year = number(s, 0, 4);
    if (year >= FIRST_YEAR && year <= LAST_YEAR && add_week(dc, year, number(w, 1, 2)))
        dc->format = "YYYYWww";
    return true;
}

/* Data identifiers (ANSI MH10.8.2) somebody left in place, and the form each stands for;
 * 9D is whatever two parties agreed on.  What is too short to be sure of is none unless
 * it fits. */
static const struct identifier {
    const char *text, *form;
    bool must_fit;
} IDENTIFIERS[] = {
    {"9D", NULL, false},        {"10D", "YYWW", false},     {"11D", "YYYYWW", false},
    {"12D", "YYYYMMDD", false}, {"16D", "YYYYMMDD", false}, {"13D", "YYWWYYWW", true},
    {"3D", "YDDD", true},       {"4D", "YYDDD", true},
};

static const char *without_identifier(const char *s, const char **form)
{
    for (size_t i = 0; i < LENGTH(IDENTIFIERS); i++) {
        const struct identifier *id = &IDENTIFIERS[i];
        size_t n = strlen(id->text);
        if (strncasecmp(s, id->text, n) != 0 || strlen(s) < n + 3 ||
            (id->must_fit && strlen(s) != n + strlen(id->form)))
            continue;
        *form = id->form;
        return s + n;
    }
    return s;
}

/* What people write before a date code. */
static const char *without_words(const char *s)
{
    static const char *const WORDS[] = {"DATE CODE", "DATECODE", "D/C", "D.C.", "DC:", "DC "};
    for (size_t i = 0; i < LENGTH(WORDS); i++) {
        size_t n = strlen(WORDS[i]);
        if (strncasecmp(s, WORDS[i], n) == 0)
            return s + n + strspn(s + n, ": .");
    }
    return s;
}

/* "23-22", "23/22": two digits and two. */
static bool is_parted(const char *s)
{
    return is_digit(s[0]) && is_digit(s[1]) && (s[2] == '-' || s[2] == '/') && is_digit(s[3]) && is_digit(s[4]) &&
           !is_digit(s[5]);
}

/* The digits between at most three letters before and two after, or false. */
static bool core(const char *s, char out[static LONGEST], bool *lettered)
{
    size_t before = 0, n = 0, after = 0;
    while (is_letter(s[before]))
        before++;
    bool parted = is_parted(s + before);
    while (is_digit(s[before + n]) || (parted && n == 2))
        n++;
    while (is_letter(s[before + n + after]))
        after++;
    if (s[before + n + after] || before > 3 || after > 2 || n < 3 || n > 8)
        return false;
    memcpy(out, s + before, n);
    out[n] = '\0';
    if (parted)
        memmove(out + 2, out + 3, n - 2);
    *lettered = before + after > 0 || parted;
    return true;
}

/* Letters excuse nothing: then only a code without fault is a date code at all. */
static struct date_code read_core(const char *s, int32_t ref)
{
    struct date_code dc = {0};
    char code[LONGEST];
    bool lettered;
    const char *form = NULL;
    if (!core(without_identifier(without_words(s), &form), code, &lettered))
        return dc;
    read_digits(code, ref, lettered, form, &dc);
    if (lettered && dc.week != WEEK_FINE)
        return (struct date_code){0};
    return dc;
}

static bool is_year_past(struct day_span span, int32_t ref)
{
    return year_of(span.last) > year_of(ref) + 1;
}

/* Of two readings one of which lies far ahead, the other is meant. */
static void drop_future(struct date_code *dc, int32_t ref)
{
    while (dc->candidates_len > 1 &&
           is_year_past(dc->candidates[dc->candidates_len - 1], ref))
        dc->candidates_len--;
}

struct date_code datecode_parse(const char *raw, int32_t reference_day)
{
    struct date_code dc = {0};
    char s[LONGEST];
    size_t len = raw ? strlen(raw) : 0;
    while (len > 0 && *raw == ' ')
        raw++, len--;
    while (len > 0 && raw[len - 1] == ' ')
        len--;
    if (len == 0 || len >= sizeof s)
        return dc;
    memcpy(s, raw, len);
    s[len] = '\0';
    if (strcasecmp(s, "N/T") == 0)
        return (struct date_code){.not_traceable = true};
    if (len >= 7 && !read_iso_week(s, &dc))
        read_date(s, &dc);
    if (!dc.format && dc.week == WEEK_FINE)
        dc = read_core(s, reference_day);
    if (dc.candidates_len == 0 && dc.has_swapped) {
        add(&dc, dc.swapped);
        dc.format = "WWYY";
    }
    drop_future(&dc, reference_day);
    dc.parsed = dc.candidates_len > 0;
    dc.ambiguous = dc.candidates_len > 1;
    return dc;
}

/* ---- forms of a maker ---- */

enum { IN_USE_SLACK = 56 }; /* days: parts are marked some weeks before and after a change */

struct fields { /* where in a format each is, and how long; 0: not there */
    int year, year_len, week, month, month_len, day, day_len;
};

static int run_of(const char *s, char c)
{
    int n = 0;
    while (s[n] == c)
        n++;
    return n;
}

static bool is_small(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool form_wrong(const char **why, const char *text)
{
    *why = text;
    return false;
}

/* A run of one of the letters YWMD: which field it is. */
static bool take_field(const char *s, int at, int n, struct fields *f, const char **why)
{
    int len = n;
    int *seen = s[at] == 'Y' ? &f->year_len : s[at] == 'M' ? &f->month_len
              : s[at] == 'D' ? &f->day_len : &len;
    if ((s[at] == 'W' && f->week) || (s[at] != 'W' && *seen))
        return form_wrong(why, "has year, week, month or day twice");
    bool fits = s[at] == 'Y'   ? n == 1 || n == 2 || n == 4
                : s[at] == 'W' ? n == 2
                : s[at] == 'M' ? n <= 2
                               : n == 2 || n == 3;
    if (!fits)
        return form_wrong(why, "has a part of no known length; Y, YY, YYYY, WW, M, MM, DD, DDD would be right");
    *seen = n;
    *(s[at] == 'Y' ? &f->year : s[at] == 'W' ? &f->week : s[at] == 'M' ? &f->month : &f->day) = at + 1;
    return true;
}

static bool read_form(const char *s, struct fields *f, const char **why)
{
    *f = (struct fields){0};
    if (strlen(s) >= LONGEST)
        return form_wrong(why, "is longer than any date code");
    for (int at = 0, n; s[at]; at += n) {
        n = strchr("YWMD", s[at]) ? run_of(s + at, s[at]) : 1;
        if (n > 1 || strchr("YWMD", s[at])) {
            if (!take_field(s, at, n, f, why))
                return false;
        } else if (s[at] != 'X' && !is_small(s[at]) && !is_digit(s[at]) && !strchr("-/. ", s[at])) {
            return form_wrong(why, "has a letter of no meaning; Y W M D, X for any character and small "
                                   "letters for themselves would be right");
        }
    }
    bool week = f->week && !f->month && !f->day_len;
    bool month = f->month && !f->week && f->day_len != 3;
    bool day = f->day_len == 3 && !f->week && !f->month;
    return (f->year && (week || month || day)) ||
           form_wrong(why, "does not say a year and its week, month or day; YYWW would be right");
}

bool dateform_is_fine(const char *format, const char **why)
{
    struct fields f;
    return read_form(format, &f, why);
}

static bool char_fits(char form, char c)
{
    char lower = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    switch (form) {
    case 'X':
        return is_digit(c) || is_letter(c);
    case 'Y':
    case 'W':
    case 'D':
        return is_digit(c);
    case 'M':
        return is_digit(c) || strchr("ONDond", c);
    default:
        return lower == form;
    }
}

static bool code_fits(const char *form, const char *code)
{
    size_t i = 0;
    for (; form[i] && code[i]; i++)
        if (!char_fits(form[i], code[i]))
            return false;
    return !form[i] && !code[i];
}

/* 0: none. */
static int month_of(const char *s, const struct fields *f)
{
    const char *at = s + f->month - 1;
    if (f->month_len == 2)
        return is_digit(at[0]) && is_digit(at[1]) ? number(at, 0, 2) : 0;
    static const char LATE[] = "ONDond";
    const char *late = is_digit(*at) ? NULL : strchr(LATE, *at);
    return late ? 10 + (int)(late - LATE) % 3 : *at - '0';
}

static bool add_month(struct date_code *dc, int year, int month)
{
    if (month < 1 || month > 12)
        return false;
    int32_t next = month == 12 ? day_from_ymd(year + 1, 1, 1) : day_from_ymd(year, month + 1, 1);
    add(dc, (struct day_span){day_from_ymd(year, month, 1), next - 1});
    return true;
}

/* What the code says of a year; false: nothing. */
static bool add_in_year(const char *s, const struct fields *f, int year, struct date_code *dc)
{
    if (f->week) {
        int week = number(s, f->week - 1, 2);
        return is_week(week) && week <= iso_weeks_in_year(year) && add_week(dc, year, week);
    }
    if (f->month && f->day)
        return add_day(dc, year, month_of(s, f), number(s, f->day - 1, 2));
    return f->month ? add_month(dc, year, month_of(s, f))
                    : add_nth_day(dc, year, number(s, f->day - 1, 3));
}

static void drop_unused(struct date_code *dc, const struct date_form *form)
{
    size_t n = 0;
    for (size_t i = 0; i < dc->candidates_len; i++)
        if ((int64_t)dc->candidates[i].last >= (int64_t)form->first - IN_USE_SLACK &&
            (int64_t)dc->candidates[i].first <= (int64_t)form->last + IN_USE_SLACK)
            dc->candidates[n++] = dc->candidates[i];
    dc->candidates_len = n;
}

/* The decade is not marked: the newest that is not in the future, and the one before. */
static void add_in_decades(const char *s, const struct fields *f, int digit, int32_t ref,
                           struct date_code *dc)
{
    int year = year_of(ref) - ((year_of(ref) - digit) % 10 + 10) % 10;
    struct date_code newest = {0};
    if (add_in_year(s, f, year, &newest) && newest.candidates[0].first > ref)
        year -= 10;
    add_in_year(s, f, year, dc);
    add_in_year(s, f, year - 10, dc);
}

static struct date_code read_as(const char *s, int32_t ref, const struct date_form *form)
{
    struct date_code dc = {0};
    struct fields f;
    const char *why;
    if (!read_form(form->format, &f, &why) || !code_fits(form->format, s))
        return dc;
    int year = number(s, f.year - 1, f.year_len);
    if (f.year_len == 4) {
        if (year >= FIRST_YEAR && year <= LAST_YEAR)
            add_in_year(s, &f, year, &dc);
    } else if (f.year_len == 2) {
        add_in_year(s, &f, full_year(year, ref), &dc);
    } else {
        add_in_decades(s, &f, year, ref, &dc);
    }
    drop_unused(&dc, form);
    dc.format = form->format;
    return dc;
}

struct date_code datecode_parse_as(const char *raw, int32_t reference_day,
                                   const struct date_form *forms, size_t len)
{
    struct date_code dc = {0};
    for (size_t i = 0; raw && i < len; i++) {
        struct date_code one = read_as(raw, reference_day, &forms[i]);
        for (size_t k = 0; k < one.candidates_len; k++)
            add(&dc, one.candidates[k]);
        dc.format = one.candidates_len && !dc.format ? one.format : dc.format;
    }
    struct date_code any = datecode_parse(raw, reference_day);
    if (!dc.candidates_len)
        return any;
    dc.has_swapped = any.has_swapped; /* a slip of who writes follows no maker's form */
    dc.swapped = any.swapped;
    drop_future(&dc, reference_day);
    dc.parsed = true;
    dc.ambiguous = dc.candidates_len > 1;
    return dc;
}
