/*
 * metrics - counters that any thread may bump, printed as Prometheus text.
 *
 * The list is metrics.def; nothing else is counted.  Labelled metrics take one
 * label value of bounded variety (a rule id, a status); at most 256 values each,
 * further ones are counted under "other".
 */
#pragma once

#include "pedigree/base/text.h"

enum metric {
#define METRIC(symbol, type, name, label, help) METRIC_##symbol,
#include "pedigree/base/metrics.def"
    METRIC_COUNT
};

void metric_add(enum metric m, int64_t n);                         /* counter or gauge, no label */
void metric_add_for(enum metric m, const char *label, int64_t n);  /* counter with a label */
void metric_set(enum metric m, int64_t value);                     /* gauge */
void metric_set_for(enum metric m, const char *label, int64_t value); /* gauge with a label */
void metric_observe(enum metric m, int64_t value);                 /* histogram */
void metrics_render(struct text *out);                             /* Prometheus text 0.0.4 */
void metrics_dump(struct text *out); /* a line per row: name, type, help */
