/*
 * engine - runs the rows over facts, settles what is pending, and adds up what they say.
 *
 * Always true: a flag is named by its lot, rule and subject, so of two fails of one rule
 * about one subject the heavier is kept, and of equal ones the first; every fail has
 * evidence, an object, with the records it rests on; what is said changes with the day alone
 * only on days that rule_again() was told of.
 */
#include "pedigree/base/cleanup.h"
#include "pedigree/rules/rule.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SETTLE_DAYS = 3, PPM = 1000000 };

static const char FAMILIES[] =
    "ABCDEFGHIJK"; /* the order in which a score is multiplied */

/* ---- what rules say ---- */

static void add(struct findings *out, const struct finding *f)
{
    *vec_push(out->arena, out) = *f;
}

void rule_pass(struct findings *out, const struct rule *self, const char *subject)
{
    add(out, &(struct finding){.rule = self,
                               .verdict = VERDICT_PASS,
                               .subject = subject,
                               .since = NONE,
                               .newest_day = NO_DAY});
}

void rule_unknown(struct findings *out, const struct rule *self, const char *subject,
                  const char *missing)
{
    add(out, &(struct finding){.rule = self,
                               .verdict = VERDICT_NOT_EVALUATED,
                               .subject = subject,
                               .since = NONE,
                               .newest_day = NO_DAY,
                               .missing = missing});
}

static bool is_named(const int64_t *seqs, size_t len, int64_t seq)
{
    for (size_t i = 0; i < len; i++)
        if (seqs[i] == seq)
            return true;
    return false;
}

/* The records once each, as the rule orders them, which no arrival changes; returns the
 * newest, 0 if there is none. */
static int64_t records_json(const int64_t *seqs, size_t len, json_t *list)
{
    int64_t newest = 0;
    for (size_t i = 0; i < len; i++) {
        if (seqs[i] == NONE || is_named(seqs, i, seqs[i]))
            continue;
        json_array_append_new(list, json_integer(seqs[i]));
        newest = seqs[i] > newest ? seqs[i] : newest;
    }
    return newest;
}

void rule_fail(struct findings *out, const struct rule *self, const char *subject,
               enum severity severity, int32_t newest_day, const int64_t *seqs,
               size_t seqs_len, json_t *evidence, const char *fmt, ...)
{
    struct finding f = {.rule = self,
                        .verdict = VERDICT_FAIL,
                        .subject = subject,
                        .severity = severity,
                        .evidence = evidence ? evidence : json_object(),
                        .newest_day = newest_day};
    va_list ap;
    va_start(ap, fmt);
    f.message = arena_vprintf(out->arena, fmt, ap);
    va_end(ap);
    json_t *records = json_array();
    f.since = records_json(seqs, seqs_len, records);
    json_object_set_new(f.evidence, "records", records);
    add(out, &f);
}

void rule_again(struct findings *out, int32_t day, int64_t seq)
{
    assert(seq != NONE);
    bool first = !out->again_day || day < out->again_day;
    if (day <= out->today || (!first && (day > out->again_day || seq >= out->again_seq)))
        return;
    out->again_day = day;
    out->again_seq = seq;
}

int64_t rule_parameter(const struct rule *self, const char *name)
{
    size_t i = 0;
    while (i < LENGTH(self->parameters) && self->parameters[i].name &&
           strcmp(self->parameters[i].name, name) != 0)
        i++;
    assert(i < LENGTH(self->parameters) && self->parameters[i].name);
    return self->parameters[i].value;
}

/* ---- running them ---- */

/* By subject, the heaviest first, then as found: they stand in one array. */
static int by_subject(const void *a, const void *b)
{
    const struct finding *x = *(const struct finding *const *)a;
    const struct finding *y = *(const struct finding *const *)b;
    int order = strcmp(x->subject, y->subject);
    if (order == 0 && x->severity != y->severity)
        order = x->severity > y->severity ? -1 : 1;
    return order ? order : x < y ? -1 : x > y;
}

/* Of the fails of one rule, which are those from `from` on, one for each subject. */
static void keep_heaviest(struct findings *fs, size_t from)
{
    size_t n = 0, kept = from;
    struct finding **fails = ARENA_ARRAY(fs->arena, struct finding *, fs->len - from + 1);
    for (size_t i = from; i < fs->len; i++)
        if (fs->at[i].verdict == VERDICT_FAIL)
            fails[n++] = &fs->at[i];
    if (n < 2)
        return;
    qsort(fails, n, sizeof *fails, by_subject);
    const char *subject = fails[0]->subject;
    for (size_t i = 1; i < n; i++) {
        bool repeated = strcmp(fails[i]->subject, subject) == 0;
        subject = fails[i]->subject;
        if (!repeated)
            continue;
        json_decref(fails[i]->evidence);
        fails[i]->rule = NULL;
    }
    for (size_t i = from; i < fs->len; i++)
        if (fs->at[i].rule)
            fs->at[kept++] = fs->at[i];
    fs->len = kept;
}

/* What a late record may still explain waits until that record has had time to come. */
static bool is_pending(const struct finding *f, int32_t today)
{
    return f->verdict == VERDICT_FAIL && f->rule->settles && f->newest_day != NO_DAY &&
           today <= f->newest_day + SETTLE_DAYS;
}

/* A policy's severity stands for the heaviest that the rule gives; nothing of it is heavier. */
static void regrade(const struct rule *rule, struct finding *f)
{
    if (f->verdict == VERDICT_FAIL && (f->severity == rule->given || f->severity > rule->severity))
        f->severity = rule->severity;
}

struct findings rules_run_set(struct arena *a, struct rule_set set, const struct facts *f)
{
    struct findings fs = {.arena = a, .today = f->today};
    for (size_t i = 0; i < set.len; i++) {
        const struct rule *rule = &set.rules[i];
        size_t from = fs.len;
        if (rule->severity == SEV_NONE)
            continue;
        rule->check(rule, f, &fs);
        for (size_t k = from; rule->given != SEV_NONE && k < fs.len; k++)
            regrade(rule, &fs.at[k]);
        keep_heaviest(&fs, from);
    }
    for (size_t i = 0; i < fs.len; i++) {
        struct finding *x = &fs.at[i];
        x->pending = is_pending(x, f->today);
        if (x->pending)
            rule_again(&fs, x->newest_day + SETTLE_DAYS + 1, x->since);
    }
    return fs;
}

struct findings rules_run(struct arena *a, const struct facts *f)
{
    return rules_run_set(a, rules_catalogued(), f);
}

void findings_free(struct findings *fs)
{
    for (size_t i = 0; i < fs->len; i++)
        json_decref(fs->at[i].evidence);
    *fs = (struct findings){.arena = fs->arena};
}

/* ---- what they come to ---- */

static int32_t severity_weight_ppm(enum severity s)
{
    static const int32_t WEIGHTS[] = {
        [SEV_NONE] = 0,        [SEV_INFO] = 20000,  [SEV_LOW] = 100000,
        [SEV_MEDIUM] = 300000, [SEV_HIGH] = 600000, [SEV_CRITICAL] = 950000};
    return WEIGHTS[s];
}

static bool is_open(const struct finding *f)
{
    return f->verdict == VERDICT_FAIL && !f->pending;
}

static enum severity heaviest(const struct findings *fs, char family)
{
    enum severity worst = SEV_NONE;
    for (size_t i = 0; i < fs->len; i++)
        if (is_open(&fs->at[i]) && fs->at[i].rule->family[0] == family &&
            fs->at[i].severity > worst)
            worst = fs->at[i].severity;
    return worst;
}

static enum severity level_of(int32_t score_ppm)
{
    static const struct {
        int32_t from;
        enum severity level;
    } LEVELS[] = {{950000, SEV_CRITICAL}, {600000, SEV_HIGH}, {300000, SEV_MEDIUM},
                  {100000, SEV_LOW},      {1, SEV_INFO},      {0, SEV_NONE}};
    size_t i = 0;
    while (score_ppm < LEVELS[i].from)
        i++;
    return LEVELS[i].level;
}

/* A rule is evaluated when no subject of it lacked a fact, or when it speaks all the
 * same. */
static int32_t coverage_of(const struct findings *fs)
{
    int64_t applicable = 0, evaluated = 0;
    for (size_t i = 0; i < fs->len;) {
        const struct rule *rule = fs->at[i].rule;
        bool fails = false, lacks = false;
        for (; i < fs->len && fs->at[i].rule == rule; i++) {
            fails |= fs->at[i].verdict == VERDICT_FAIL;
            lacks |= fs->at[i].verdict == VERDICT_NOT_EVALUATED;
        }
        applicable++;
        evaluated += fails || !lacks;
    }
    return applicable ? (int32_t)(evaluated * PPM / applicable) : 0;
}

struct assessment assess(const struct findings *fs)
{
    int64_t rest = PPM;
    enum severity worst = SEV_NONE;
    for (const char *family = FAMILIES; *family; family++) {
        enum severity s = heaviest(fs, *family);
        rest = rest * (PPM - severity_weight_ppm(s)) / PPM;
        worst = s > worst ? s : worst;
    }
    int32_t score = (int32_t)(PPM - rest);
    enum severity level = level_of(score);
    if (worst < SEV_HIGH &&
        level > SEV_MEDIUM) /* many small things do not make a high one */
        level = SEV_MEDIUM;
    return (struct assessment){.grade = level > worst ? level : worst,
                               .score_ppm = score,
                               .coverage_ppm = coverage_of(fs)};
}

static json_t *millionths(int32_t ppm)
{
    char text[16];
    snprintf(text, sizeof text, "%d.%06d", ppm / PPM, ppm % PPM);
    return json_string(text);
}

json_t *assessment_json(const struct assessment *a, const char *traced, json_t *as_of, json_t *flags)
{
    return json_pack("{s:s, s:o, s:o, s:s, s:o*, s:o}", "grade", severity_word(a->grade), "score",
                     millionths(a->score_ppm), "coverage", millionths(a->coverage_ppm), "traced", traced,
                     "asOf", as_of, "flags", flags);
}

json_t *flag_json(const struct flag_told *f)
{
    const struct rule *rule = rule_find(f->rule);
    json_t *since = f->since < 0 ? NULL : json_integer(f->since);
    return json_pack("{s:s, s:s*, s:s, s:s, s:s, s:s, s:o, s:o*}", "rule", f->rule, "subject", f->subject,
                     "severity", severity_word(f->severity), "state", f->state, "title",
                     rule ? rule->title : f->rule, "message", f->message, "evidence", f->evidence,
                     "since", since);
}
