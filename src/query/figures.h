/*
 * figures - what statistics tell a reader (migrations/0018): of his own lots always, of others' once five
 * organisations besides him are in them (records.md 7), or all to operators.  They change once a ledger day.
 */
#pragma once

#include "stored.h"

enum { FIGURE_OTHERS = 5 };

/* What became of what these names sold: own and all lots, flags by rule and half year, notices. */
bool add_scorecard(struct session *s, const char *const *names, size_t n, json_t *doc, size_t *seen, struct error *err);
/* Prices of the parts by currency, quantity and year, newest first. */
bool add_prices(struct session *s, const struct ids *parts, json_t *doc, size_t *seen, struct error *err);
/* Clean and traced stock of everybody; *told is false where too few have any. */
struct stock_told {
    int64_t lots, pieces;
    bool told;
};
bool load_stock_told(struct session *s, const struct ids *parts, struct stock_told *out, struct error *err);
