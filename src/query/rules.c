/*
 * rules - the catalogue of rules, and what the policies in force make of it for the reader's organisation.
 *
 * The operators' policies count for everybody, those of an organisation on top of them for its own eyes; operators see
 * the base view.  The order is that of the ledger (src/ledger/own.c): by time, then by the record's key and its owner.
 */
#include "session.h"

#include "pedigree/codec/codec.h"
#include "pedigree/rules/rule.h"

#include <stdlib.h>
#include <string.h>

struct policy_row {
    int64_t seq;
    const char *owner, *key, *canonical;
    bool by_operator;
};
/* clang-format off */
static const struct column POLICY_ROW[] = {COL(struct policy_row, seq), COL(struct policy_row, owner),
    COL(struct policy_row, key), COL(struct policy_row, canonical), COL(struct policy_row, by_operator)};
#define BY_OPERATOR "(r.role = 'operator' AND r.on_behalf IS NULL)"
/* $1: names of the organisation; none of an operator's. */
QUERY POLICIES_IN_FORCE = {.name = "policies_in_force",
    .sql = "SELECT DISTINCT ON (t.seq) t.seq, coalesce(r.on_behalf, r.submitter) AS owner, encode(r.key, 'hex') AS key, b.canonical,"
           " " BY_OPERATOR " AS by_operator"
           "  FROM statement_in_force t JOIN record r ON r.seq = t.seq JOIN body b ON b.seq = t.seq"
           " WHERE t.kind = 'policy' AND (" BY_OPERATOR " OR coalesce(r.on_behalf, r.submitter) = ANY ($1::text[]))"
           " ORDER BY t.seq",
    ROW(struct policy_row, POLICY_ROW)};
/* clang-format on */

struct policy {
    const struct policy_row *row;
    const struct record *record;
};

/* The operators' first, of each the latest last. */
static int in_order(const void *left, const void *right)
{
    const struct policy *a = left, *b = right;
    int64_t x = a->record->time.first_us, y = b->record->time.first_us;
    if (a->row->by_operator != b->row->by_operator)
        return a->row->by_operator ? -1 : 1;
    int order = (x > y) - (x < y);
    order = order ? order : strcmp(a->row->key, b->row->key);
    return order ? order : strcmp(a->row->owner, b->row->owner);
}

static bool load_policies(struct session *s, struct policy **out, size_t *len, struct error *err)
{
    struct rows rows;
    bool own = !s->viewer.sees_all;
    if (!db_query(s->db, s->arena, &POLICIES_IN_FORCE, ARGS(TEXTS(s->viewer.names, own ? s->viewer.names_len : 0)), &rows, err))
        return false;
    const struct policy_row *row = rows.at;
    *len = rows.len;
    *out = ARENA_ARRAY(s->arena, struct policy, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++) {
        struct record *r = NULL;
        if (!record_read(s->arena, s->arena, row[i].canonical, strlen(row[i].canonical), &r, err))
            return false;
        (*out)[i] = (struct policy){&row[i], r};
    }
    if (rows.len > 1)
        qsort(*out, rows.len, sizeof **out, in_order);
    return true;
}

/* ---- what decides ---- */

struct decided { /* of one rule: the policies that say so; NULL: the catalogue does */
    const struct policy_row *severity, *parameters[LENGTH(((struct rule *)0)->parameters)];
};

static void decide(struct decided *d, const struct rule *r, const struct policy_setting *said, const struct policy_row *by)
{
    if (!said->parameter) {
        d->severity = by;
        return;
    }
    for (size_t i = 0; i < LENGTH(r->parameters) && r->parameters[i].name; i++)
        if (strcmp(r->parameters[i].name, said->parameter) == 0 && !parameter_is_shared(r->id, said->parameter))
            d->parameters[i] = by;
}

/* {} goes back to what the operators' policies say, and of theirs to the catalogue. */
static void decide_all(struct decided *now, const struct decided *base, struct rule_set set, const struct policy *p)
{
    for (size_t i = 0; i < p->record->policy->settings_len; i++) {
        const struct policy_setting *said = &p->record->policy->settings[i];
        const struct rule *catalogued = rule_find(said->rule);
        if (!catalogued) /* the policy outlived it */
            continue;
        size_t at = (size_t)(catalogued - rules_catalogued().rules);
        if (!said->parameter && !said->severity)
            now[at] = base[at];
        else
            decide(&now[at], &set.rules[at], said, p->row);
    }
}

struct in_force {
    struct rule_set set;
    struct decided *by; /* as many */
};

static struct in_force put_in_force(struct arena *a, const struct policy *policies, size_t len)
{
    struct in_force f = {rules_catalogued(), NULL};
    struct rule_set base = f.set;
    struct decided *base_by = ARENA_ARRAY(a, struct decided, base.len);
    f.by = ARENA_ARRAY(a, struct decided, base.len);
    for (size_t i = 0; i < len; i++) {
        if (!policies[i].row->by_operator && i > 0 && policies[i - 1].row->by_operator) {
            base = f.set;
            memcpy(base_by, f.by, base.len * sizeof *base_by);
        }
        f.set = rules_under(a, f.set, base, policies[i].record->policy);
        decide_all(f.by, base_by, f.set, &policies[i]);
    }
    return f;
}

/* ---- told ---- */

/* {<what>, record, by}: takes `value`. */
static json_t *decided_json(const char *what, json_t *value, const struct policy_row *by)
{
    return json_pack("{s:o, s:I, s:s}", what, value, "record", (json_int_t)by->seq, "by",
                     by->by_operator ? "operator" : "organisation");
}

static void add_in_force(json_t *told, const struct rule *r, const struct decided *by)
{
    json_t *parameters = json_object_get(told, "parameters");
    if (by->severity)
        put(told, "inForce", decided_json("severity", json_string(severity_word(r->severity)), by->severity));
    for (size_t i = 0; i < LENGTH(by->parameters); i++)
        if (by->parameters[i])
            put(json_array_get(parameters, i), "inForce",
                decided_json("value", json_integer(r->parameters[i].value), by->parameters[i]));
}

static bool rules_answer(struct session *s, const void *asked, json_t **out, struct error *err)
{
    struct policy *policies;
    size_t len, i;
    json_t *rules, *rule;
    (void)asked;
    if (!load_policies(s, &policies, &len, err))
        return false;
    struct in_force f = put_in_force(s->arena, policies, len);
    rules = rules_catalogue();
    json_array_foreach(rules, i, rule) add_in_force(rule, &f.set.rules[i], &f.by[i]);
    *out = json_pack("{s:s, s:o}", "version", rules_version(), "items", rules);
    return true;
}

bool query_rules(const struct reader *r, const char **json, struct error *err)
{
    return session_run(r, rules_answer, NULL, json, err);
}
