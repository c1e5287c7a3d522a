/*
 * spec - what a part is, as statements say: grade, ratings, finishes, sites, formats of its codes.
 *
 * Each member is a row.  Of one source the later statement counts, and of several sources too; what
 * is dated (finishes, sites, formats) stands side by side, as one source may know what another does
 * not.  The outcome is a function of the set of statements, in any order of arrival.
 */
#include "knowledge.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"

#include <stdlib.h>
#include <string.h>

enum said { SAID_TEXT, SAID_NUMBER, SAID_TRUTH, SAID_NUMBERS, SAID_PARTS, SAID_DATED };

#define FROM(m) offsetof(struct part_statement, m)
#define TO(m) offsetof(struct part_facts, m)
/* clang-format off */
static const struct row {
    enum said said;
    size_t from, to;
} ROWS[] = {
    {SAID_TEXT,    FROM(category),             TO(category)},
    {SAID_TEXT,    FROM(grade),                TO(grade)},
    {SAID_TEXT,    FROM(family),               TO(family)},
    {SAID_TEXT,    FROM(package),              TO(package)},
    {SAID_TEXT,    FROM(msl),                  TO(msl)},
    {SAID_TEXT,    FROM(content_hash),         TO(content_hash)},
    {SAID_TEXT,    FROM(export_control),       TO(export_control)},
    {SAID_TEXT,    FROM(trace_code_pattern),   TO(trace_code_pattern)},
    {SAID_NUMBER,  FROM(temperature_min),      TO(temperature_min)},
    {SAID_NUMBER,  FROM(temperature_max),      TO(temperature_max)},
    {SAID_NUMBER,  FROM(voltage),              TO(voltage)},
    {SAID_NUMBER,  FROM(feature_size),         TO(feature_size)},
    {SAID_NUMBER,  FROM(years_to_end_of_life), TO(years_to_end_of_life)},
    {SAID_TRUTH,   FROM(see_sensitive),        TO(see_sensitive)},
    {SAID_TRUTH,   FROM(programmable),         TO(programmable)},
    {SAID_NUMBERS, FROM(pack_quantities),      TO(pack_quantities)},
    {SAID_PARTS,   FROM(alternates),           TO(alternates)},
    {SAID_DATED,   FROM(date_code_formats),    TO(date_code_formats)},
    {SAID_DATED,   FROM(finishes),             TO(finishes)},
    {SAID_DATED,   FROM(sites),                TO(sites)},
};
/* clang-format on */
#undef FROM
#undef TO

static const void *at(const void *base, size_t offset)
{
    return (const char *)base + offset;
}

/* Empty lists too: they take back. */
static bool is_said(const struct part_statement *ps, const struct row *row)
{
    const void *m = at(ps, row->from);
    switch (row->said) {
    case SAID_TEXT:
        return *(const char *const *)m != NULL;
    case SAID_NUMBER:
        return *(const int64_t *)m != NONE;
    case SAID_TRUTH:
        return ((const struct stated *)m)->given;
    case SAID_NUMBERS:
        return ((const struct words *)m)->given;
    case SAID_PARTS:
        return ((const struct part_list *)m)->at != NULL;
    case SAID_DATED:
        return ((const struct dated_list *)m)->at != NULL;
    }
    return false;
}

/* No later statement of the same source about the part says it too. */
static bool counts(struct knowledge *kn, const struct listed *all, const struct statement *st,
                   const struct row *row)
{
    for (const struct listed *l = all; l; l = l->next) {
        const struct statement *o = l->statement;
        if (o != st && same_source(o, st) && text_is(o->part->part.maker, st->part->part.maker) &&
            is_said(o->part, row) && is_later(o, st) && stands(kn, o))
            return false;
    }
    return true;
}

/* ---- what is dated: gathered from all sources ---- */

struct span_of {
    struct dated_fact fact;
    const struct statement *from;
};

struct spans {
    VEC(struct span_of) list;
};

static void gather_dated(struct arena *a, const struct statement *st, const struct dated_list *l,
                         struct spans *out)
{
    for (size_t i = 0; i < l->len; i++) {
        const struct dated *d = &l->at[i];
        *vec_push(a, &out->list) = (struct span_of){
            {.value = d->value, .activity = d->activity, .seq = st->seq,
             .first = d->from.text ? d->from.first_day : INT32_MIN,
             .last = d->to.text ? d->to.last_day : INT32_MAX},
            st};
    }
}

static int by_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) : (a != NULL) - (b != NULL);
}

static int by_span(const struct dated_fact *x, const struct dated_fact *y)
{
    int order = strcmp(x->value, y->value);
    order = order ? order : by_text(x->activity, y->activity);
    order = order ? order : (x->first > y->first) - (x->first < y->first);
    return order ? order : (x->last > y->last) - (x->last < y->last);
}

/* What several say alike was said by the first of them. */
static int span_compare(const void *a, const void *b)
{
    const struct span_of *x = a, *y = b;
    int order = by_span(&x->fact, &y->fact);
    if (order != 0 || x->from == y->from)
        return order;
    return is_later(x->from, y->from) ? 1 : -1;
}

static struct said_dated dated_of(struct arena *a, struct spans *s)
{
    struct dated_fact *facts = ARENA_ARRAY(a, struct dated_fact, s->list.len);
    size_t n = 0;
    if (s->list.len > 1)
        qsort(s->list.at, s->list.len, sizeof *s->list.at, span_compare);
    for (size_t i = 0; i < s->list.len; i++)
        if (n == 0 || by_span(&facts[n - 1], &s->list.at[i].fact) != 0)
            facts[n++] = s->list.at[i].fact;
    return (struct said_dated){facts, n};
}

/* ---- what is one: from the latest ---- */

static struct said_numbers numbers_of(struct arena *a, const struct words *w, int64_t seq)
{
    int64_t *numbers = ARENA_ARRAY(a, int64_t, w->len);
    if (w->len)
        memcpy(numbers, w->at, w->len * sizeof *numbers);
    return (struct said_numbers){numbers, w->len, seq};
}

static void take(struct arena *a, const struct row *row, const struct statement *st, void *to)
{
    const void *m = at(st->part, row->from);
    _Static_assert(sizeof(int64_t) == sizeof(const char *), "lists of whole numbers are words");
    switch (row->said) {
    case SAID_TEXT:
        *(struct said_text *)to = (struct said_text){*(const char *const *)m, st->seq};
        return;
    case SAID_NUMBER:
        *(struct said_number *)to = (struct said_number){*(const int64_t *)m, st->seq};
        return;
    case SAID_TRUTH:
        *(struct said_truth *)to =
            (struct said_truth){((const struct stated *)m)->value ? YES : NO, st->seq};
        return;
    case SAID_NUMBERS:
        *(struct said_numbers *)to = numbers_of(a, m, st->seq);
        return;
    case SAID_PARTS: {
        const struct part_list *l = m;
        *(struct said_parts *)to = (struct said_parts){l->at, l->len, st->seq};
        return;
    }
    case SAID_DATED:
        return;
    }
}

struct spec_gather {
    struct part_facts *out;
    const struct statement *latest[LENGTH(ROWS)];
    struct spans spans[LENGTH(ROWS)];
};

static void gather(struct knowledge *kn, struct arena *a, const struct listed *all,
                   const struct statement *st, struct spec_gather *g)
{
    for (size_t i = 0; i < LENGTH(ROWS); i++) {
        const struct row *row = &ROWS[i];
        if (!is_said(st->part, row) || !counts(kn, all, st, row))
            continue;
        if (row->said == SAID_DATED)
            gather_dated(a, st, at(st->part, row->from), &g->spans[i]);
        else if (!g->latest[i] || is_later(st, g->latest[i]))
            g->latest[i] = st;
    }
}

const struct part_facts *spec_of(struct knowledge *kn, struct arena *a, const char *maker,
                                 const char *part_key)
{
    struct spec_gather g = {.out = ARENA_NEW(a, struct part_facts)};
    *g.out = NOTHING_SAID;
    bool any = false;
    struct words keys = part_keys_of(kn, a, maker, part_key);
    for (size_t i = 0; i < keys.len; i++) {
        const struct listed *all = listed_by(kn, BY_PART, keys.at[i]);
        for (const struct listed *l = all; l; l = l->next)
            if (part_is_about(kn, a, l->statement, &l->statement->part->part, maker)) {
                gather(kn, a, all, l->statement, &g);
                any = true;
            }
    }
    for (size_t i = 0; any && i < LENGTH(ROWS); i++) {
        void *to = (char *)g.out + ROWS[i].to;
        if (ROWS[i].said == SAID_DATED)
            *(struct said_dated *)to = dated_of(a, &g.spans[i]);
        else if (g.latest[i])
            take(a, &ROWS[i], g.latest[i], to);
    }
    return g.out;
}

/* A text that is none is compiled anew each time: such were taken before patterns were read. */
struct pattern *pattern_of(struct knowledge *kn, const char *text)
{
    struct pattern *p = text ? map_get_text(&kn->patterns, text) : NULL;
    if (p || !text)
        return p;
    p = pattern_new(&kn->arena, text);
    if (p)
        map_put_text(&kn->patterns, arena_strdup(&kn->arena, text), p);
    return p;
}
