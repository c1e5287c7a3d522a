/*
 * catalogue - every rule there is, in the order of its id.
 *
 * Gathered once from the families' tables; nothing is written afterwards.
 */
#include "family.h"

#include "pedigree/base/clock.h"
#include "pedigree/base/digest.h"
#include "pedigree/base/text.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RULES_MAX = 128 };

static const struct rule_family *const FAMILIES[] = {
    &CHAIN_RULES,    &SOURCE_RULES,   &MARKING_RULES, &MIXTURE_RULES,
    &LABEL_RULES,    &MERGE_RULES,
    &QUANTITY_RULES, &DOCUMENT_RULES, &ALERT_RULES,   &OBSOLESCENCE_RULES,
    &USE_RULES,      &CERTIFICATE_RULES, &TESTING_RULES, &DUTY_RULES,
    &CREDENTIAL_RULES, &CYBER_RULES,
    &NUMBER_RULES,   &ORIGIN_RULES,   &MATERIAL_RULES, &ENVIRONMENT_RULES,
    &CONTENT_RULES,    &BRAND_RULES, &PRICE_RULES};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct rule all[RULES_MAX];
static size_t all_len;
static char version[2 * SHA256_LEN + 1];

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct rule *)a)->id, ((const struct rule *)b)->id);
}

/* Of what decides an answer: not of titles and references. */
static void hash_rows(void)
{
    struct arena a;
    arena_init(&a, 0);
    struct text t = text_new(&a);
    for (size_t i = 0; i < all_len; i++) {
        text_addf(&t, "%s:%d:%d:%d", all[i].id, all[i].version, (int)all[i].severity,
                  all[i].settles);
        for (size_t k = 0; k < LENGTH(all[i].parameters) && all[i].parameters[k].name;
             k++)
            text_addf(&t, ":%s=%" PRId64, all[i].parameters[k].name,
                      all[i].parameters[k].value);
        text_add(&t, "\n");
    }
    uint8_t hash[SHA256_LEN];
    sha256(text_str(&t), t.len, hash);
    hex_encode(hash, 8, version);
    arena_reset(&a);
}

/* scripts/bench builds a daemon that runs some rules alone, to tell what the others cost. */
static void silence_others(void)
{
#ifdef PEDIGREE_RULES_RUN
    for (size_t i = 0; i < all_len; i++)
        if (!strstr(PEDIGREE_RULES_RUN, all[i].id))
            all[i].severity = SEV_NONE;
#endif
}

static void gather(void)
{
    for (size_t i = 0; i < LENGTH(FAMILIES); i++)
        for (size_t k = 0; k < FAMILIES[i]->len; k++) {
            assert(all_len < RULES_MAX);
            all[all_len++] = FAMILIES[i]->rules[k];
        }
    qsort(all, all_len, sizeof *all, by_id);
    silence_others();
    hash_rows();
}

const struct rule *rules_all(size_t *len)
{
    pthread_once(&once, gather);
    *len = all_len;
    return all;
}

const struct rule *rule_find(const char *id)
{
    pthread_once(&once, gather);
    struct rule key = {.id = id};
    return id ? bsearch(&key, all, all_len, sizeof *all, by_id) : NULL;
}

const char *rules_version(void)
{
    pthread_once(&once, gather);
    return version;
}

int64_t rules_parameter(const char *id, const char *name)
{
    const struct rule *r = rule_find(id);
    assert(r && parameter_is_shared(id, name));
    return rule_parameter(r, name);
}

/* ---- printed ---- */

static json_t *references_json(const struct rule *r)
{
    json_t *list = json_array();
    for (size_t i = 0; i < LENGTH(r->refs) && r->refs[i]; i++)
        json_array_append_new(list, json_string(r->refs[i]));
    return list;
}

static json_t *parameters_json(const struct rule *r)
{
    json_t *list = json_array();
    for (size_t i = 0; i < LENGTH(r->parameters) && r->parameters[i].name; i++)
        json_array_append_new(list,
                              json_pack("{s:s, s:I, s:s, s:s*}", "name", r->parameters[i].name,
                                        "value", (json_int_t)r->parameters[i].value,
                                        "unit", r->parameters[i].unit, "meaning",
                                        parameter_meaning(r->id, r->parameters[i].name)));
    return list;
}

static json_t *rule_json(const struct rule *r)
{
    static const struct rule_page NOTHING = {.why = NULL};
    const struct rule_page *p = rule_page(r->id) ? rule_page(r->id) : &NOTHING;
    return json_pack("{s:s, s:s, s:s, s:s, s:i, s:o, s:s*, s:s*, s:s*, s:s*, s:s, s:s*, s:b, s:o}", "id", r->id,
                     "family", r->family, "title", r->title, "severity",
                     severity_word(r->severity), "version", r->version, "references",
                     references_json(r), "why", p->why, "looksAt", p->looks_at, "needs", p->needs, "grades",
                     p->grades, "guards", r->guards, "advice", p->advice, "settles", r->settles,
                     "parameters", parameters_json(r));
}

json_t *rules_catalogue(void)
{
    size_t len;
    const struct rule *rules = rules_all(&len);
    json_t *list = json_array();
    for (size_t i = 0; i < len; i++)
        json_array_append_new(list, rule_json(&rules[i]));
    return list;
}

/* ---- what families share ---- */

const char *day_name(struct findings *out, int32_t day)
{
    char text[11];
    return day == NO_DAY ? NULL : arena_strdup(out->arena, day_text(day, text));
}

const char *pieces(struct findings *out, int64_t n)
{
    return arena_printf(out->arena, "%" PRId64 " piece%s", n, n == 1 ? "" : "s");
}

const char *hop_subject(struct findings *out, const struct hop *h)
{
    return arena_printf(out->arena, "hop %s", h->key);
}

const char *move_subject(struct findings *out, const struct move *m)
{
    return arena_printf(out->arena, "move %s", m->key);
}

bool hop_is_receipt(const struct hop *h)
{
    return !h->opening && h->standing != HOP_INTERNAL;
}

bool hop_is_sale(const struct hop *h)
{
    return h->reason == REASON_SALE && h->standing != HOP_INTERNAL;
}

bool lot_came_in(const struct rule *self, const struct facts *f, struct findings *out)
{
    if (!f->has_inflow)
        rule_unknown(out, self, "", "how the pieces came in");
    return f->has_inflow;
}

void each_sale(const struct rule *self, const struct facts *f, struct findings *out,
               bool (*applies)(const struct hop *h), hop_check *check)
{
    if (!lot_came_in(self, f, out))
        return;
    for (size_t i = 0; i < f->hops_len; i++) {
        const struct hop *h = &f->hops[i];
        if (!hop_is_sale(h) || (applies && !applies(h)))
            continue;
        if (!h->opening || h->shipped_day != NO_DAY)
            check(self, f, h, out);
        else if (!text_is(f->holder, f->maker))
            rule_unknown(out, self, hop_subject(out, h),
                         "when it was bought, and from whom");
    }
}

bool lot_is_described(const struct rule *self, const struct facts *f,
                      struct findings *out)
{
    if (!f->described)
        rule_unknown(out, self, "", "a description of the lot");
    return f->described;
}

bool lot_has_codes(const struct rule *self, const struct facts *f, struct findings *out)
{
    if (f->codes_len)
        return true;
    if (lot_is_described(self, f, out))
        rule_unknown(out, self, "", "date codes");
    return false;
}

bool lot_declares_codes(const struct facts *f)
{
    for (size_t i = 0; i < f->codes_len; i++)
        if (!f->codes[i].observed)
            return true;
    return false;
}
