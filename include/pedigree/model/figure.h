/*
 * figure - the arithmetic of statistics and of obsolescence: whole numbers only, so that every machine
 * and every way of asking comes to the same.
 *
 * Money is in billionths of its currency a piece; rates are parts per million.  Formulas: domain
 * reference 13 (Wilson) and 9.4 (life of need, bridge buy, months of cover).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { HALVES_A_YEAR = 2, BANDS = 6 };
#define FIGURE_NONE INT64_MIN

/* Price of one piece in billionths, of "11.20" for `per` pieces (at least 1), rounded half up.  False:
 * no decimal above nothing, or more than nine thousand million a piece. */
bool price_unit(const char *amount, int64_t per, int64_t *billionths);
/* "11.2" of billionths, without trailing zeros; buf of at least 24. */
char *price_text(int64_t billionths, char buf[static 24]);
/* Quantities are compared with their like: 0 for 1..9, 1 for 10..99, .. 5 for 100,000 and more. */
int quantity_band(int64_t pieces);
/* Half years since the year 0; prices are compared within one and the one before. */
int32_t half_of_day(int32_t day);

/* Bounds of the Wilson score interval, 95 % (z = 1.96), parts per million; 0 <= hits <= all, all >= 1. */
int64_t wilson_lower(int64_t hits, int64_t all);
int64_t wilson_upper(int64_t hits, int64_t all);

/* What a programme needs of a part; pieces, FIGURE_NONE where it is not told. */
struct need {
    int64_t annual;     /* demand a year */
    int64_t scrap_ppm;  /* lost in production, of the demand */
    int64_t safety;     /* kept besides */
    int64_t on_hand, on_order;
};
/* Pieces to buy so that the demand of `days` days from now is met: never below 0.  FIGURE_NONE: the demand
 * is not told.  Life of need to the end of support, bridge buy to redesign and requalification. */
int64_t need_over(const struct need *n, int64_t days);
/* Tenths of a month for which stock lasts; FIGURE_NONE: stock or demand not told, INT64_MAX: nothing is needed. */
int64_t cover_tenths(const struct need *n);
