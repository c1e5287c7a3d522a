/*
 * backtest - what another policy would make of the lots as they are.
 *
 * Each lot is assessed twice from the same snapshot: by what the ledger knows, and by that and one policy more.
 * Nothing is written and nobody waits: it runs beside a daemon that takes records.
 */
#pragma once

#include "pedigree/base/error.h"

#include <stdint.h>

struct backtest_options {
    const char *conninfo;
    const char *policy;       /* the record, canonical JSON */
    const char *organisation; /* whose own view, on its lots; NULL: everybody's, under the operator's policy */
    const char *holder;       /* only its lots; NULL: all that the policy can change */
    int jobs;                 /* threads, each with a connection and its own copy of what the ledger knows */
    /* A line for each flag that appears, vanishes or changes, by lot; called by one thread at a time, in order. */
    void (*told)(void *context, const char *line);
    void *context;
};
struct backtest_result {
    int64_t lots, changed; /* looked at; that would look otherwise */
    int64_t appeared, vanished, altered; /* flags */
    int64_t grades_up, grades_down;      /* lots */
};
bool ledger_backtest(const struct backtest_options *o, struct backtest_result *out, struct error *err);
