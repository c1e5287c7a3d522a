/*
 * clock - the only place that asks what time it is.
 *
 * Times are int64_t microseconds since 1970-01-01T00:00Z (`_us`); days are int32_t
 * days since 1970-01-01, proleptic Gregorian.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define US_PER_DAY INT64_C(86400000000)

int64_t clock_now_us(void);       /* wall clock, UTC */
int64_t clock_monotonic_us(void); /* for measuring durations */
int32_t day_of_us(int64_t us);    /* floor */
int32_t day_from_ymd(int y, int m, int d);
void day_to_ymd(int32_t day, int *y, int *m, int *d);
/* "2026-11-24" into buf[11]; returns buf. */
char *day_text(int32_t day, char buf[static 11]);
/* "2026-11-24T10:00:00.000000Z" into buf[28]; returns buf. */
char *us_text(int64_t us, char buf[static 28]);
