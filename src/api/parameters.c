/* parameters - see the header. */
#include "parameters.h"

#include "pedigree/api/api.h"
#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/model/party.h"
#include "pedigree/model/when.h"
#include "pedigree/rules/rule.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 24, DIGITS_MAX = 18 };

const struct parameters NO_PARAMETERS = {NULL, 0};

static bool unknown(const struct parameters *table, const char *name, struct error *err)
{
    const char *names[NAMES_MAX];
    size_t len = 0;
    if (!*name)
        return error_set(err, ERR_INVALID,
                         "the query holds a value without a name; name=value would be right");
    for (; len < table->len && len < NAMES_MAX; len++)
        names[len] = table->at[len].name;
    const char *near = text_nearest(name, names, len);
    if (near)
        return error_at(err, ERR_INVALID, name,
                        "no parameter \"%.60s\" here; did you mean %s?", name, near);
    return error_at(err, ERR_INVALID, name, "no parameter \"%.60s\" here%s", name,
                    len == 0 ? ": it takes none" : "; /openapi.json lists them");
}

static bool read_party(struct request *rq, const char *name, const char *value,
                       const char **out, struct error *err)
{
    const char *why = "";
    if (!party_is_valid(value, &why))
        return error_at(
            err, ERR_INVALID, name,
            "\"%.80s\" is no organisation: write scheme:value, say cage:1ABC5 (%s)",
            value, why ? why : "");
    *out = party_normal(&rq->arena, value);
    return true;
}

static bool read_word(struct request *rq, const struct query_parameter *p,
                      const char *value, struct error *err)
{
    struct text all = text_new(&rq->arena);
    for (const char *const *w = p->words; *w; w++) {
        if (strcmp(*w, value) == 0)
            return true;
        text_addf(&all, "%s%s", all.len > 0 ? ", " : "", *w);
    }
    return error_at(err, ERR_INVALID, p->name, "\"%.60s\" will not do: use one of %s",
                    value, text_str(&all));
}

/* A rule that is not known has no flags, but that is not what was asked. */
static bool read_rule(const char *name, const char *value, struct error *err)
{
    size_t len;
    const struct rule *all = rules_all(&len);
    if (rule_find(value))
        return true;
    for (size_t i = 0; i < len; i++)
        if (text_is_alike(value, all[i].id))
            return error_at(err, ERR_INVALID, name,
                            "\"%.60s\" is no rule; did you mean %s?", value, all[i].id);
    return error_at(err, ERR_INVALID, name,
                    "\"%.60s\" is no rule that is running; /v1/rules lists them", value);
}

static bool read_number(const char *name, const char *value, int64_t min, int64_t max,
                        int64_t *out, struct error *err)
{
    size_t digits = strspn(value, "0123456789");
    if (digits > 0 && digits <= DIGITS_MAX && value[digits] == '\0') {
        *out = strtoll(value, NULL, 10);
        if (*out >= min && *out <= max)
            return true;
    }
    return error_at(err, ERR_INVALID, name,
                    "%s \"%.60s\" will not do: give a whole number from %" PRId64
                    " to %" PRId64,
                    name, value, min, max);
}

bool parameter_day(const char *name, const char *value, int32_t *out, struct error *err)
{
    struct when w;
    if (strlen(value) != strlen("2026-11-24") || !when_parse(value, &w) || w.first_day != w.last_day)
        return error_at(err, ERR_INVALID, name, "\"%.60s\" is no day: write year-month-day, say 2026-11-24", value);
    *out = w.first_day;
    return true;
}

/* What the schema allows, or less where the settings do. */
static int64_t most(const struct request *rq, const struct query_parameter *p)
{
    const struct config *config = ((const struct api *)rq->context)->config;
    int64_t page = CONFIG_NOW(config->max_page);
    return page < p->max ? page : p->max;
}

static bool read_one(struct request *rq, const struct query_parameter *p,
                     const char *value, const char **out, struct error *err)
{
    static const char *const BOOLEANS[] = {"true", "false", NULL};
    const struct query_parameter boolean = {.name = p->name, .words = BOOLEANS};
    int64_t number;
    int32_t day;
    *out = value;
    switch (p->type) {
    case PARAMETER_PARTY:
        return read_party(rq, p->name, value, out, err);
    case PARAMETER_WORD:
        return read_word(rq, p, value, err);
    case PARAMETER_RULE:
        return read_rule(p->name, value, err);
    case PARAMETER_BOOLEAN:
        return read_word(rq, &boolean, value, err);
    case PARAMETER_WHOLE:
        return read_number(p->name, value, 1, most(rq, p), &number, err);
    case PARAMETER_DAY:
        return parameter_day(p->name, value, &day, err);
    case PARAMETER_SIZE:
        return read_number(p->name, value, 0, INT64_MAX, &number, err);
    case PARAMETER_TEXT:
    case PARAMETER_CURSOR:
        break;
    }
    if (*value)
        return true;
    return error_at(err, ERR_INVALID, p->name,
                    "%s is empty: leave it out, or give a value", p->name);
}

bool parameters_read(struct request *rq, const struct parameters *table,
                     const char **values, struct error *err)
{
    const char *name, *value;
    for (size_t i = 0; i < table->len; i++)
        values[i] = NULL;
    for (size_t q = 0; request_query_at(rq, q, &name, &value); q++) {
        size_t i = 0;
        while (i < table->len && strcmp(table->at[i].name, name) != 0)
            i++;
        if (i == table->len)
            return unknown(table, name, err);
        if (values[i])
            return error_at(err, ERR_INVALID, name, "%s is given twice", name);
        if (!read_one(rq, &table->at[i], value, &values[i], err))
            return false;
    }
    for (size_t i = 0; i < table->len; i++)
        if (!values[i])
            values[i] = table->at[i].initial;
    return true;
}

bool parameters_limit(const struct request *rq, const char *value, int64_t *out,
                      struct error *err)
{
    const struct config *config = ((const struct api *)rq->context)->config;
    int64_t max = CONFIG_NOW(config->max_page), usual = CONFIG_NOW(config->default_page);
    *out = usual < max ? usual : max;
    return !value || read_number("limit", value, 1, max, out, err);
}

bool parameter_is_true(const char *value)
{
    return text_is(value, "true");
}

bool path_seq(const struct request *rq, int64_t *out, struct error *err)
{
    return read_number("seq", request_parameter(rq, "seq"), 0,
                       INT64_C(999999999999999999), out, err);
}

bool path_party(struct request *rq, const char *name, const char **out, struct error *err)
{
    return read_party(rq, name, request_parameter(rq, name), out, err);
}
