/* test_rules_policy - a policy says other parameters and severities; the same facts, graded otherwise. */
#include "../rules/build.h"

#include "pedigree/codec/codec.h"

#include <stdlib.h>

#define BASE "{\"type\":\"policy\",\"time\":\"2026-11-24\",\"parameters\":"

static struct record *decoded(struct arena *a, const char *parameters, struct error *err)
{
    struct decoded d;
    char *text = arena_printf(a, BASE "%s}", parameters);
    if (!record_decode(a, text, strlen(text), &d, err))
        return NULL;
    json_decref(d.record->json);
    return d.record;
}

static const struct {
    const char *label, *parameters, *where, *right; /* where NULL: taken */
} SAID[] = {
    {"a parameter", "{\"CAP-004\":{\"codeDays\":9}}", NULL, NULL},
    {"a severity", "{\"CAP-080\":{\"severity\":\"low\"}}", NULL, NULL},
    {"a rule switched off", "{\"CAP-080\":{\"severity\":\"none\"}}", NULL, NULL},
    {"a rule set back", "{\"CAP-080\":{}}", NULL, NULL},
    {"nothing at all", "{}", NULL, NULL},
    {"no object", "[]", "/parameters", "an object"},
    {"a rule that is no object", "{\"CAP-080\":5}", "/parameters/CAP-080", "an object"},
    {"a text for a parameter", "{\"CAP-004\":{\"codeDays\":\"9\"}}", "/parameters/CAP-004/codeDays", "a whole number"},
    {"below nothing", "{\"CAP-004\":{\"codeDays\":-1}}", "/parameters/CAP-004/codeDays", "not below 0"},
    {"a number for a severity", "{\"CAP-080\":{\"severity\":2}}", "/parameters/CAP-080/severity", "medium"},
    {"no such severity", "{\"CAP-080\":{\"severity\":\"grave\"}}", "/parameters/CAP-080/severity", "critical"},
    {"no such rule", "{\"CAP-999\":{}}", "/parameters/CAP-999", "GET /v1/rules"},
    {"no such parameter", "{\"CAP-080\":{\"days\":1}}", "/parameters/CAP-080/days", "severity"},
    {"no such parameter beside another", "{\"CAP-004\":{\"codeDay\":1}}", "/parameters/CAP-004/codeDay", "codeDays"},
    {"what the facts rest on", "{\"CAP-060\":{\"foundPieces\":1}}", "/parameters/CAP-060/foundPieces", "no policy sets it"},
};

static void what_is_said_is_checked(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(SAID); i++) {
        struct arena a;
        struct error err = {0};
        arena_init(&a, 0);
        const struct record *r = decoded(&a, SAID[i].parameters, &err);
        bool taken = r && policy_check(&a, r->policy, &err);
        if (taken != !SAID[i].where || (!taken && (strcmp(err.where, SAID[i].where) != 0 || !strstr(err.detail, SAID[i].right))))
            fail_msg("%s: %s %s", SAID[i].label, err.where, err.detail);
        arena_reset(&a);
    }
}

/* Pieces leave 40 days before they came: CAP-004 at high.  A certificate is missing: CAP-080. */
static const struct facts FACTS =
    LOT(HOPS(HOP(.shipped_day = CAME - 40)), MOVES(MOVE(.day_first = CAME - 40, .day_last = CAME - 40)));

static const struct {
    const char *label, *first, *second, *rule;
    enum severity expect; /* SEV_NONE: the rule does not speak */
} GRADED[] = {
    {"no policy", "{}", "{}", "CAP-004", SEV_HIGH},
    {"lighter", "{\"CAP-004\":{\"severity\":\"low\"}}", "{}", "CAP-004", SEV_LOW},
    {"heavier", "{\"CAP-004\":{\"severity\":\"critical\"}}", "{}", "CAP-004", SEV_CRITICAL},
    {"switched off", "{\"CAP-004\":{\"severity\":\"none\"}}", "{}", "CAP-004", SEV_NONE},
    {"the later counts", "{\"CAP-004\":{\"severity\":\"low\"}}", "{\"CAP-004\":{\"severity\":\"info\"}}", "CAP-004", SEV_INFO},
    {"taken back", "{\"CAP-004\":{\"severity\":\"low\"}}", "{\"CAP-004\":{}}", "CAP-004", SEV_HIGH},
    {"taken back, and a parameter set", "{\"CAP-004\":{\"severity\":\"low\"}}", "{\"CAP-004\":{\"slackDays\":60}}", "CAP-004", SEV_NONE},
    {"another rule", "{\"CAP-080\":{\"severity\":\"low\"}}", "{}", "CAP-004", SEV_HIGH},
    {"lighter than it gives", "{\"CAP-080\":{\"severity\":\"info\"}}", "{}", "CAP-080", SEV_INFO},
    /* medium for a franchised seller, high at most */
    {"heavier at its heaviest only", "{\"CAP-080\":{\"severity\":\"critical\"}}", "{}", "CAP-080", SEV_MEDIUM},
};

static enum severity heaviest_of(const struct findings *fs, const char *rule)
{
    enum severity worst = SEV_NONE;
    for (size_t i = 0; i < fs->len; i++)
        if (strcmp(fs->at[i].rule->id, rule) == 0 && fs->at[i].severity > worst)
            worst = fs->at[i].severity;
    return worst;
}

static void the_same_facts_are_graded_otherwise(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(GRADED); i++) {
        struct arena a;
        struct error err = {0};
        arena_init(&a, 0);
        struct rule_set set = rules_catalogued();
        const char *said[] = {GRADED[i].first, GRADED[i].second};
        for (size_t k = 0; k < LENGTH(said); k++)
            set = rules_under(&a, set, rules_catalogued(), decoded(&a, said[k], &err)->policy);
        struct findings fs = rules_run_set(&a, set, &FACTS);
        if (heaviest_of(&fs, GRADED[i].rule) != GRADED[i].expect)
            fail_msg("%s: %s", GRADED[i].label, severity_word(heaviest_of(&fs, GRADED[i].rule)));
        findings_free(&fs);
        arena_reset(&a);
    }
}

static void sets_differ_where_answers_may(void **state)
{
    (void)state;
    struct arena a;
    struct error err = {0};
    arena_init(&a, 0);
    struct rule_set base = rules_catalogued();
    struct rule_set same = rules_under(&a, base, base, decoded(&a, "{\"CAP-004\":{\"codeDays\":7},\"CAP-060\":{}}", &err)->policy);
    struct rule_set other = rules_under(&a, base, base, decoded(&a, "{\"CAP-004\":{\"codeDays\":8}}", &err)->policy);
    assert_false(rule_sets_differ(base, same));
    assert_true(rule_sets_differ(base, other));
    arena_reset(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_said_is_checked),
        cmocka_unit_test(the_same_facts_are_graded_otherwise),
        cmocka_unit_test(sets_differ_where_answers_may),
    };
    return cmocka_run_group_tests_name("policies", tests, NULL, NULL);
}
