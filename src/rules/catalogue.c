/* catalogue - every rule there is, in the order of its id. */
#include "family.h"
#include <stdio.h>
#include <stdlib.h>
#include <pthread.h>

enum { RULES_MAX = 128 };

static const struct rule_family *const FAMILIES[] = {&CHAIN_RULES, &SOURCE_RULES, &MARKING_RULES,
    &QUANTITY_RULES, &DOCUMENT_RULES, &ALERT_RULES, &OBSOLESCENCE_RULES};

static struct rule all[RULES_MAX];
static size_t all_len;
static char version[RULES_MAX * 12];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct rule *)a)->id, ((const struct rule *)b)->id);
}

static void gather(void)
{
    size_t used = 0;
    for (size_t i = 0; i < LENGTH(FAMILIES); i++)
        for (size_t k = 0; k < FAMILIES[i]->len && all_len < RULES_MAX; k++)
            all[all_len++] = FAMILIES[i]->rules[k];
    qsort(all, all_len, sizeof *all, by_id);
    for (size_t i = 0; i < all_len && used < sizeof version; i++)
        used += (size_t)snprintf(version + used, sizeof version - used, "%s:%d ", all[i].id,
                                 all[i].version);
}

const struct rule *rules_all(size_t *len)
{
    pthread_once(&once, gather);
    *len = all_len;
    return all;
}

const struct rule *rule_find(const char *id)
{
    size_t n;
    const struct rule *r = rules_all(&n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(r[i].id, id) == 0)
            return &r[i];
    return NULL;
}

const char *rules_version(void)
{
    pthread_once(&once, gather);
    return version;
}

void rules_dump(struct text *out)
{
    size_t n;
    const struct rule *r = rules_all(&n);
    for (size_t i = 0; i < n; i++)
        text_addf(out, "%s\t%s\t%s\n", r[i].id, severity_word(r[i].severity), r[i].title);
}

static json_t *parameters_json(const struct rule *r)
{
    json_t *list = json_array();
    for (size_t i = 0; i < LENGTH(r->parameters) && r->parameters[i].name; i++)
        json_array_append_new(list, json_pack("{s:s, s:I, s:s}", "name", r->parameters[i].name,
            "value", (json_int_t)r->parameters[i].value, "unit", r->parameters[i].unit));
    return list;
}

json_t *rules_catalogue(void)
{
    size_t n;
    const struct rule *r = rules_all(&n);
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        json_t *refs = json_array();
        for (size_t k = 0; k < LENGTH(r[i].refs) && r[i].refs[k]; k++)
            json_array_append_new(refs, json_string(r[i].refs[k]));
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:i, s:o, s:s, s:o}", "id", r[i].id,
            "family", r[i].family, "title", r[i].title, "severity", severity_word(r[i].severity),
            "version", r[i].version, "references", refs, "guards", r[i].guards, "parameters",
            parameters_json(&r[i])));
    }
    return list;
}

const char *day_name(struct findings *out, int32_t day)
{
    char text[11];
    return day == NO_DAY ? "unknown" : arena_strdup(out->arena, day_text(day, text));
}
const char *hop_subject(struct findings *out, const struct hop *h)
{
    return arena_printf(out->arena, "hop %s", h->key);
}
const char *move_subject(struct findings *out, const struct move *m)
{
    return arena_printf(out->arena, "move %s", m->key);
}
bool hop_is_sale(const struct hop *h)
{
    return h->reason == REASON_SALE && !h->opening;
}
int32_t day_max(int32_t a, int32_t b)
{
    return a > b ? a : b;
}
