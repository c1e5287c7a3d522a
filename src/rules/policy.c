/*
 * policy - the catalogue as an operator or an organisation wants it: other parameters, other severities.
 *
 * A set is a copy of the rows; the functions that check are the same.  What decides the facts themselves is nobody's
 * to set: a lot has one chain and one balance, whoever looks.
 */
#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/rules/rule.h"

#include <string.h>

static const struct {
    const char *rule, *parameter;
} SHARED[] = {
    {"CAP-002", "transitDays"}, {"CAP-021", "graceDays"},   {"CAP-022", "renewalDays"}, {"CAP-022", "reviewDays"},
    {"CAP-042", "slackDays"},   {"CAP-043", "slackWeeks"},  {"CAP-047", "windowDays"},
    {"CAP-060", "slackDays"},   {"CAP-060", "foundPieces"}, {"CAP-060", "foundPercent"},
    {"CAP-027", "acceptedLots"}, {"CAP-027", "historyLots"}, {"CAP-070", "observations"}, {"CAP-070", "zThousandths"},
    {"CAP-071", "listPercent"},  {"CAP-072", "lots"},        {"CAP-072", "times"},        {"CAP-073", "days"},
    {"CAP-073", "sigmas"},       {"CAP-073", "least"},
};

bool parameter_is_shared(const char *id, const char *name)
{
    for (size_t i = 0; i < LENGTH(SHARED); i++)
        if (strcmp(SHARED[i].rule, id) == 0 && strcmp(SHARED[i].parameter, name) == 0)
            return true;
    return false;
}

struct rule_set rules_catalogued(void)
{
    struct rule_set set;
    set.rules = rules_all(&set.len);
    return set;
}

static struct parameter *parameter_of(struct rule *r, const char *name)
{
    for (size_t i = 0; i < LENGTH(r->parameters) && r->parameters[i].name; i++)
        if (strcmp(r->parameters[i].name, name) == 0)
            return &r->parameters[i];
    return NULL;
}

static bool severity_find(const char *word, enum severity *out)
{
    for (int s = SEV_NONE; s <= SEV_CRITICAL; s++)
        if (strcmp(severity_word((enum severity)s), word) == 0) {
            *out = (enum severity)s;
            return true;
        }
    return false;
}

/* ---- what may be said ---- */

static const char *parameters_told(struct arena *a, const struct rule *r)
{
    struct text t = text_new(a);
    for (size_t i = 0; i < LENGTH(r->parameters) && r->parameters[i].name; i++)
        if (!parameter_is_shared(r->id, r->parameters[i].name))
            text_addf(&t, "%s, ", r->parameters[i].name);
    text_add(&t, "severity");
    return text_str(&t);
}

static bool setting_check(struct arena *a, const struct policy_setting *s, struct error *err)
{
    const char *where = arena_printf(a, "/parameters/%s", s->rule);
    const char *member = arena_printf(a, "%s/%s", where, s->parameter ? s->parameter : "severity");
    const struct rule *row = rule_find(s->rule);
    enum severity severity;
    if (!row)
        return error_at(err, ERR_INVALID, where, "there is no rule \"%.40s\"; `GET /v1/rules` lists them", s->rule);
    if (!s->parameter)
        return !s->severity || severity_find(s->severity, &severity) ||
               error_at(err, ERR_INVALID, member, "\"%.40s\" is no severity; none, info, low, medium, high or critical would be right",
                        s->severity);
    struct rule copy = *row;
    const struct parameter *p = parameter_of(&copy, s->parameter);
    if (!p)
        return error_at(err, ERR_INVALID, member, "%s has no parameter \"%.40s\"; %s would be right", s->rule, s->parameter,
                        parameters_told(a, row));
    return !parameter_is_shared(s->rule, s->parameter) ||
           error_at(err, ERR_INVALID, member, "%s of %s decides what is recorded of a lot, for all rules and everybody: no policy sets it",
                    s->parameter, s->rule);
}

bool policy_check(struct arena *a, const struct policy_statement *p, struct error *err)
{
    for (size_t i = 0; i < p->settings_len; i++)
        if (!setting_check(a, &p->settings[i], err))
            return false;
    return true;
}

/* ---- what follows ---- */

static size_t place_of(struct rule_set set, const char *id)
{
    size_t i = 0;
    while (i < set.len && strcmp(set.rules[i].id, id) != 0)
        i++;
    return i;
}

static void set_severity(struct rule *r, const char *word)
{
    if (r->given == SEV_NONE)
        r->given = r->severity;
    severity_find(word, &r->severity);
}

static void set_parameter(struct rule *r, const char *name, int64_t value)
{
    struct parameter *p = parameter_of(r, name);
    if (p && !parameter_is_shared(r->id, name))
        p->value = value;
}

struct rule_set rules_under(struct arena *a, struct rule_set set, struct rule_set base, const struct policy_statement *p)
{
    struct rule *rules = ARENA_ARRAY(a, struct rule, set.len);
    memcpy(rules, set.rules, set.len * sizeof *rules);
    for (size_t i = 0; i < p->settings_len; i++) {
        const struct policy_setting *s = &p->settings[i];
        size_t at = place_of(set, s->rule);
        if (at == set.len)
            continue;
        if (s->parameter)
            set_parameter(&rules[at], s->parameter, s->value);
        else if (s->severity)
            set_severity(&rules[at], s->severity);
        else
            rules[at] = base.rules[at];
    }
    return (struct rule_set){rules, set.len};
}

static bool rules_differ(const struct rule *x, const struct rule *y)
{
    bool differ = x->severity != y->severity;
    for (size_t i = 0; i < LENGTH(x->parameters) && x->parameters[i].name; i++)
        differ |= x->parameters[i].value != y->parameters[i].value;
    return differ;
}

bool rule_sets_differ(struct rule_set x, struct rule_set y)
{
    bool differ = x.len != y.len;
    for (size_t i = 0; !differ && i < x.len; i++)
        differ = rules_differ(&x.rules[i], &y.rules[i]);
    return differ;
}
