/* engine - findings, pending, coverage, score; see rule.h. */
#include "pedigree/rules/rule.h"
#include "pedigree/base/cleanup.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { SETTLE_DAYS = 3, PPM = 1000000 };

static struct finding *add(struct findings *out, const struct rule *self, enum verdict v,
                           const char *subject)
{
    if (out->len == out->cap) {
        size_t cap = out->cap ? out->cap * 2 : 16;
        struct finding *at = ARENA_ARRAY(out->arena, struct finding, cap);
        if (out->len)
            memcpy(at, out->at, out->len * sizeof *at);
        out->at = at;
        out->cap = cap;
    }
    struct finding *f = &out->at[out->len++];
    *f = (struct finding){.rule = self, .verdict = v, .subject = subject, .since = NONE,
                          .newest_day = NO_DAY};
    return f;
}

void rule_pass(struct findings *out, const struct rule *self, const char *subject)
{
    add(out, self, VERDICT_PASS, subject);
}

void rule_unknown(struct findings *out, const struct rule *self, const char *subject,
                  const char *missing)
{
    add(out, self, VERDICT_NOT_EVALUATED, subject)->missing = missing;
}

void rule_fail(struct findings *out, const struct rule *self, const char *subject,
               enum severity severity, int32_t newest_day, const int64_t *seqs, size_t seqs_len,
               json_t *evidence, const char *fmt, ...)
{
    va_list ap;
    struct finding *f = add(out, self, VERDICT_FAIL, subject);
    json_t *records = json_array();
    va_start(ap, fmt);
    f->message = arena_vprintf(out->arena, fmt, ap);
    va_end(ap);
    f->severity = severity;
    f->newest_day = newest_day;
    for (size_t i = 0; i < seqs_len; i++)
        if (seqs[i] != NONE && seqs[i] >= 0) {
            json_array_append_new(records, json_integer(seqs[i]));
            f->since = seqs[i] > f->since ? seqs[i] : f->since;
        }
    assert(f->since != NONE); /* a flag can be explained from records */
    json_object_set_new(evidence, "records", records);
    f->evidence = evidence;
}

int64_t rule_parameter(const struct rule *self, const char *name)
{
    for (size_t i = 0; i < LENGTH(self->parameters); i++)
        if (self->parameters[i].name && strcmp(self->parameters[i].name, name) == 0)
            return self->parameters[i].value;
    abort(); /* a rule reads a parameter that its row does not have */
}

/* What a late record may still explain is pending until three days after the newest it names. */
static void settle(struct findings *fs, const struct facts *f)
{
    for (size_t i = 0; i < fs->len; i++) {
        struct finding *x = &fs->at[i];
        x->pending = x->verdict == VERDICT_FAIL && x->rule->settles && x->newest_day != NO_DAY &&
                     f->today <= x->newest_day + SETTLE_DAYS;
    }
}

struct findings rules_run(struct arena *a, const struct facts *f)
{
    struct findings fs = {.arena = a};
    size_t n;
    const struct rule *rules = rules_all(&n);
    for (size_t i = 0; i < n; i++)
        rules[i].check(&rules[i], f, &fs);
    settle(&fs, f);
    return fs;
}

void findings_free(struct findings *fs)
{
    for (size_t i = 0; i < fs->len; i++)
        json_decref(fs->at[i].evidence);
    fs->len = 0;
}

int32_t severity_weight_ppm(enum severity s)
{
    static const int32_t WEIGHTS[] = {0, 20000, 100000, 300000, 600000, 950000};
    return WEIGHTS[s];
}

/* 1 - product over families, in their order, of (1 - the family's heaviest open flag). */
static int32_t score_of(const struct findings *fs)
{
    int64_t rest = PPM;
    for (char family = 'A'; family <= 'K'; family++) {
        int32_t heaviest = 0;
        for (size_t i = 0; i < fs->len; i++) {
            const struct finding *f = &fs->at[i];
            int32_t w = severity_weight_ppm(f->severity);
            if (f->verdict == VERDICT_FAIL && !f->pending && f->rule->family[0] == family && w > heaviest)
                heaviest = w;
        }
        rest = rest * (PPM - heaviest) / PPM;
    }
    return (int32_t)(PPM - rest);
}

static enum severity level_of(int32_t score)
{
    return score >= 950000   ? SEV_CRITICAL
           : score >= 600000 ? SEV_HIGH
           : score >= 300000 ? SEV_MEDIUM
           : score >= 100000 ? SEV_LOW
           : score > 0       ? SEV_INFO
                             : SEV_NONE;
}

static int32_t coverage_of(const struct findings *fs)
{
    int64_t applicable = 0, evaluated = 0;
    for (size_t i = 0; i < fs->len;) {
        const struct rule *rule = fs->at[i].rule;
        bool any = false;
        for (; i < fs->len && fs->at[i].rule == rule; i++)
            any |= fs->at[i].verdict != VERDICT_NOT_EVALUATED;
        applicable++;
        evaluated += any;
    }
    return applicable ? (int32_t)(evaluated * PPM / applicable) : 0;
}

struct assessment assess(const struct findings *fs)
{
    struct assessment a = {.score_ppm = score_of(fs), .coverage_ppm = coverage_of(fs)};
    for (size_t i = 0; i < fs->len; i++)
        if (fs->at[i].verdict == VERDICT_FAIL && !fs->at[i].pending && fs->at[i].severity > a.grade)
            a.grade = fs->at[i].severity;
    enum severity level = level_of(a.score_ppm);
    if (a.grade < SEV_HIGH && level > SEV_MEDIUM)
        level = SEV_MEDIUM; /* many small things do not make a high one */
    a.grade = level > a.grade ? level : a.grade;
    return a;
}
