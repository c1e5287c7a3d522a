/*
 * metrics - see the header.
 *
 * Plain values are relaxed atomics; label tables are guarded by `labels_lock`.  Histogram
 * buckets are powers of four (1 .. 4^13: from a microsecond to a minute, from an item to
 * 67 million), the last one holds what is above.
 */
#include "pedigree/base/metrics.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

enum { BUCKETS = 15, LABELS_MAX = 256, LABEL_BYTES = 64 };
enum type { TYPE_COUNTER, TYPE_GAUGE, TYPE_HISTOGRAM };

static const char *const TYPE_WORDS[] = {"counter", "gauge", "histogram"};

static const struct row {
    enum type type;
    const char *name;
    const char *label;
    const char *help;
} ROWS[] = {
#define METRIC(symbol, type, name, label, help) {TYPE_##type, name, label, help},
#include "pedigree/base/metrics.def"
};

/* One per metric; which members are used depends on its row. */
static struct {
    _Atomic int64_t value; /* of a histogram: the sum */
    _Atomic int64_t buckets[BUCKETS];
} values[METRIC_COUNT];

static pthread_mutex_t labels_lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    size_t len;
    struct {
        char label[LABEL_BYTES];
        int64_t value;
    } at[LABELS_MAX];
} labels[METRIC_COUNT];

static void add(_Atomic int64_t *to, int64_t n)
{
    atomic_fetch_add_explicit(to, n, memory_order_relaxed);
}

static int64_t get(_Atomic int64_t *from)
{
    return atomic_load_explicit(from, memory_order_relaxed);
}

void metric_add(enum metric m, int64_t n)
{
    assert(ROWS[m].type != TYPE_HISTOGRAM && !ROWS[m].label);
    add(&values[m].value, n);
}

/* The label's place; the last place is "other". */
static size_t label_place(enum metric m, const char *label)
{
    size_t i = 0;
    while (i < labels[m].len &&
           strncmp(labels[m].at[i].label, label, LABEL_BYTES - 1) != 0)
        i++;
    if (i < labels[m].len)
        return i;
    if (i >= LABELS_MAX - 1) {
        i = LABELS_MAX - 1;
        label = "other";
    }
    strncpy(labels[m].at[i].label, label, LABEL_BYTES - 1);
    labels[m].len = i + 1;
    return i;
}

void metric_add_for(enum metric m, const char *label, int64_t n)
{
    assert(ROWS[m].type == TYPE_COUNTER && ROWS[m].label);
    pthread_mutex_lock(&labels_lock);
    labels[m].at[label_place(m, label)].value += n;
    pthread_mutex_unlock(&labels_lock);
}

void metric_set_for(enum metric m, const char *label, int64_t value)
{
    assert(ROWS[m].type == TYPE_GAUGE && ROWS[m].label);
    pthread_mutex_lock(&labels_lock);
    labels[m].at[label_place(m, label)].value = value;
    pthread_mutex_unlock(&labels_lock);
}

void metric_set(enum metric m, int64_t value)
{
    assert(ROWS[m].type == TYPE_GAUGE);
    atomic_store_explicit(&values[m].value, value, memory_order_relaxed);
}

void metric_observe(enum metric m, int64_t value)
{
    assert(ROWS[m].type == TYPE_HISTOGRAM);
    size_t i = 0;
    while (i < BUCKETS - 1 && value > INT64_C(1) << (2 * i))
        i++;
    add(&values[m].buckets[i], 1);
    add(&values[m].value, value);
}

static void render_labels(enum metric m, struct text *out)
{
    pthread_mutex_lock(&labels_lock);
    for (size_t i = 0; i < labels[m].len; i++) {
        text_addf(out, "%s{%s=", ROWS[m].name, ROWS[m].label);
        text_json(out,
                  labels[m].at[i].label); /* the same escapes for what labels can hold */
        text_addf(out, "} %" PRId64 "\n", labels[m].at[i].value);
    }
    pthread_mutex_unlock(&labels_lock);
}

static void render_histogram(enum metric m, struct text *out)
{
    int64_t count = 0;
    for (size_t i = 0; i < BUCKETS; i++) {
        count += get(&values[m].buckets[i]);
        text_addf(out, "%s_bucket{le=\"", ROWS[m].name);
        if (i < BUCKETS - 1)
            text_addf(out, "%" PRId64, INT64_C(1) << (2 * i));
        else
            text_add(out, "+Inf");
        text_addf(out, "\"} %" PRId64 "\n", count);
    }
    text_addf(out, "%s_sum %" PRId64 "\n%s_count %" PRId64 "\n", ROWS[m].name,
              get(&values[m].value), ROWS[m].name, count);
}

void metrics_render(struct text *out)
{
    for (enum metric m = 0; m < METRIC_COUNT; m++) {
        const struct row *r = &ROWS[m];
        text_addf(out, "# HELP %s %s\n# TYPE %s %s\n", r->name, r->help, r->name,
                  TYPE_WORDS[r->type]);
        if (r->type == TYPE_HISTOGRAM)
            render_histogram(m, out);
        else if (r->label)
            render_labels(m, out);
        else
            text_addf(out, "%s %" PRId64 "\n", r->name, get(&values[m].value));
    }
}

void metrics_dump(struct text *out)
{
    for (enum metric m = 0; m < METRIC_COUNT; m++)
        text_addf(out, "%s %s%s%s: %s\n", ROWS[m].name, TYPE_WORDS[ROWS[m].type],
                  ROWS[m].label ? " by " : "", ROWS[m].label ? ROWS[m].label : "",
                  ROWS[m].help);
}
