/*
 * rule - one row of the catalogue, and how rows are run over facts.
 *
 * A rule is pure.  For each subject it finds (a hop, a code, a document, ...) it says pass, fail
 * or not-evaluated; a rule that says nothing is not applicable to the lot.  Missing data never
 * reads as a pass: coverage = rules evaluated / rules applicable, where a rule is evaluated when
 * no subject of it lacked a fact, or when it fails all the same.
 *
 * A flag is named by its lot, rule and subject: of two fails about one subject the heavier is kept.
 */
#pragma once

#include "pedigree/base/arena.h"
#include "pedigree/base/error.h"
#include "pedigree/base/text.h"
#include "pedigree/rules/facts.h"

enum severity { SEV_NONE, SEV_INFO, SEV_LOW, SEV_MEDIUM, SEV_HIGH, SEV_CRITICAL };
const char *severity_word(enum severity s); /* none info low medium high critical */

enum verdict { VERDICT_PASS, VERDICT_FAIL, VERDICT_NOT_EVALUATED };

struct parameter {
    const char *name; /* "transitDays" */
    int64_t value;    /* default */
    const char *unit; /* "days", "pieces", "percent" */
};

struct rule;
struct findings;

struct rule {
    const char *id;       /* CAP-001 */
    const char *family;   /* one letter of the catalogue: A..K, as "A" */
    const char *title;    /* a sentence that states what should hold */
    enum severity severity; /* the heaviest it gives */
    int version;
    const char *refs[5];  /* document level */
    const char *guards;   /* false-positive guards, one sentence */
    struct parameter parameters[4];
    bool settles;         /* fails are pending until three days after the newest record's time */
    enum severity given;  /* under a policy: the heaviest that `check` gives, for which `severity` stands; else SEV_NONE */
    void (*check)(const struct rule *self, const struct facts *f, struct findings *out);
};

/* What is said of a rule for people: sentences, beside `guards` of the row. */
struct rule_page {
    const char *id;
    const char *why;      /* what it asks for, and why */
    const char *looks_at; /* records and members */
    const char *needs;    /* without what it is not evaluated, and what to supply */
    const char *grades;   /* when it is how severe */
    const char *advice;   /* what to do about a flag */
    struct {
        const char *name, *meaning;
    } parameters[4];
};
const struct rule_page *rule_page(const char *id);     /* NULL: there is none */
const struct rule_page *rule_pages(size_t *len);       /* all, sorted by id */
const char *parameter_meaning(const char *id, const char *name); /* NULL: nobody says */

/* Whether a test that an accreditation names ("XRF", "radiological inspection") is the one that a report says was made,
 * by what both mean; UNKNOWN: they are not the same words, and one of them is none of the tests known here. */
enum truth test_is(const char *covered, const char *made);

struct finding {
    const struct rule *rule;
    enum verdict verdict;
    const char *subject;    /* stable name: "hop PS-61", "date code 2431", "" for the lot */
    enum severity severity; /* of a fail */
    const char *message;    /* a sentence; says "suspect indicator", never "counterfeit" */
    json_t *evidence;       /* data; object; released by findings_free() */
    int64_t since;          /* newest record the evidence names */
    int32_t newest_day;     /* of the newest record it names, for `settles`; NO_DAY */
    bool pending;           /* set by the engine */
    const char *missing;    /* of a not-evaluated: which fact is missing */
};

struct findings {
    struct arena *arena;
    struct finding *at;
    size_t len, cap;
    int32_t today;
    int32_t again_day; /* the first day after today on which a rule may say something else; 0: none */
    int64_t again_seq; /* the record whose deadline that is */
};

/* Used by rules.  `seqs`: records the evidence rests on, NONE entries ignored. */
void rule_pass(struct findings *out, const struct rule *self, const char *subject);
void rule_unknown(struct findings *out, const struct rule *self, const char *subject,
                  const char *missing);
/* Takes `evidence` (json_pack result).  The engine adds "records": [seq...].  Figures over lots or
 * records of other parties go under "others", which only operators are shown, never into the
 * message. */
void rule_fail(struct findings *out, const struct rule *self, const char *subject,
               enum severity severity, int32_t newest_day, const int64_t *seqs, size_t seqs_len,
               json_t *evidence, const char *fmt, ...) __attribute__((format(printf, 9, 10)));
/* From that day on the rule may say something else, though nothing comes: the lot is assessed anew
 * then.  Days until today are past.  `seq`: the record that the deadline is counted from. */
void rule_again(struct findings *out, int32_t day, int64_t seq);
int64_t rule_parameter(const struct rule *self, const char *name); /* asserts it exists */

/* The catalogue, sorted by id. */
const struct rule *rules_all(size_t *len);
const struct rule *rule_find(const char *id);
/* Hex; changes whenever an id, version, severity or parameter does: a new value is a cause that
 * queues every lot. */
const char *rules_version(void);

/* ---- policies (records.md 4) ---- */

/* The catalogue as a policy has it. */
struct rule_set {
    const struct rule *rules; /* in the catalogue's order */
    size_t len;
};
struct rule_set rules_catalogued(void); /* as no policy has touched it */
/* That each setting names a rule, a parameter of it that may be set, a severity: else *err says where and what would
 * be right. */
bool policy_check(struct arena *a, const struct policy_statement *p, struct error *err);
/* `set` as the policy changes it, in `a`; what `base` has is what {} goes back to.  What no longer exists is passed over:
 * a policy outlives the catalogue that it was written for. */
struct rule_set rules_under(struct arena *a, struct rule_set set, struct rule_set base, const struct policy_statement *p);
/* Whether they would ever answer differently. */
bool rule_sets_differ(struct rule_set x, struct rule_set y);

/* Whether the parameter is part of what the facts are, for every rule and everybody: no policy sets it. */
bool parameter_is_shared(const char *id, const char *name);
/* What the ledger needs of a row to make facts for it; asserts that it exists and is shared. */
int64_t rules_parameter(const char *id, const char *name);

/* A page per row, for people. */
void rules_dump(struct text *out);
/* [{id, family, title, severity, version, references, why, looksAt, needs, grades, guards, advice, settles,
 * parameters}]; the caller's. */
json_t *rules_catalogue(void);

/* Runs every rule; findings in catalogue order, then as found; pending is settled by f->today. */
struct findings rules_run(struct arena *a, const struct facts *f);
/* The same under a policy: the set is to live as long as the findings. */
struct findings rules_run_set(struct arena *a, struct rule_set set, const struct facts *f);
void findings_free(struct findings *fs); /* releases the evidence */

/* What the findings come to (records.md 6): scores are parts per million. */
struct assessment {
    enum severity grade;
    int32_t score_ppm;
    int32_t coverage_ppm; /* evaluated / applicable; 0 when nothing is applicable */
};
struct assessment assess(const struct findings *fs);
/* As answers show it (records.md 6).  Takes `as_of` (NULL: without it) and `flags`; new reference. */
json_t *assessment_json(const struct assessment *a, const char *traced, json_t *as_of, json_t *flags);
/* A flag as answers show it.  What is NULL, and a `since` below 0, is not told. */
struct flag_told {
    const char *rule, *subject, *state, *message;
    enum severity severity;
    json_t *evidence; /* taken */
    int64_t since;
};
json_t *flag_json(const struct flag_told *f); /* new reference */
