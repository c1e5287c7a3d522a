/*
 * merge - family A: what was put together in one lot belongs together.
 *
 * Pieces of several origins that nobody can tell apart any more are as good as the worst.
 */
#include "family.h"

#include "pedigree/base/text.h"

#include <stdlib.h>
#include <string.h>

/* ---- CAP-007 ---- */

struct mixing { /* how the inputs of one event differ */
    bool trace, claim, tier, condition, part, codes;
    bool unknown; /* of an input nothing is recorded */
    bool apart;   /* no date code is in two inputs that differ in more */
};

enum trace_group { GROUP_NONE, GROUP_CLAIMED, GROUP_GOOD };

static enum trace_group group_of(enum traced t)
{
    if (t == TRACED_MANUFACTURER || t == TRACED_AUTHORIZATION)
        return GROUP_GOOD;
    return t == TRACED_CLAIMED ? GROUP_CLAIMED : GROUP_NONE;
}

/* Against one input that is known; they need not differ in the same. */
static void compare(const struct merge_input *a, const struct merge_input *b, struct mixing *m)
{
    enum trace_group x = group_of(a->traced), y = group_of(b->traced);
    bool told = a->worst != TIER_UNKNOWN && b->worst != TIER_UNKNOWN;
    m->trace |= x != y && (x == GROUP_NONE || y == GROUP_NONE);
    m->claim |= x != y;
    m->tier |= told && tier_is_open(a->worst) != tier_is_open(b->worst);
    m->condition |= a->condition && b->condition && strcmp(a->condition, b->condition) != 0;
}

struct coded { /* a date code of an input */
    const char *code;
    const struct merge_input *input;
};

static int by_code(const void *x, const void *y)
{
    const struct coded *a = x, *b = y;
    int order = strcmp(a->code, b->code);
    return order ? order : (a->input > b->input) - (a->input < b->input);
}

static struct coded *sorted_codes(struct arena *a, const struct merge_fact *x, size_t *len)
{
    size_t n = 0;
    for (size_t i = 0; i < x->inputs_len; i++)
        n += x->inputs[i].codes_len;
    struct coded *all = ARENA_ARRAY(a, struct coded, n + 1);
    *len = 0;
    for (size_t i = 0; i < x->inputs_len; i++)
        for (size_t k = 0; k < x->inputs[i].codes_len; k++)
            all[(*len)++] = (struct coded){x->inputs[i].codes[k], &x->inputs[i]};
    if (*len)
        qsort(all, *len, sizeof *all, by_code);
    return all;
}

static bool differ(const struct merge_input *a, const struct merge_input *b)
{
    struct mixing m = {0};
    compare(a, b, &m);
    return m.claim || m.tier || m.condition;
}

/* Whether all inputs have the same date codes, and whether none is in two that differ in more. */
static void compare_codes(struct arena *a, const struct merge_fact *x, struct mixing *m)
{
    size_t len;
    const struct coded *all = sorted_codes(a, x, &len);
    for (size_t i = 0; i < x->inputs_len; i++)
        m->apart &= x->inputs[i].codes_len > 0;
    for (size_t i = 0, n; i < len; i += n) {
        size_t inputs = 1;
        for (n = 1; i + n < len && strcmp(all[i].code, all[i + n].code) == 0; n++) {
            inputs += all[i + n].input != all[i + n - 1].input;
            m->apart &= !differ(all[i].input, all[i + n].input);
        }
        m->codes |= inputs < x->inputs_len;
    }
}

static struct mixing mixing_of(struct arena *a, const struct merge_fact *x)
{
    struct mixing m = {.apart = true};
    const struct merge_input *first = NULL;
    for (size_t i = 0; i < x->inputs_len; i++) {
        const struct merge_input *in = &x->inputs[i];
        m.unknown |= !in->known;
        m.part |= in->known && in->other_part;
        if (first && in->known)
            compare(first, in, &m);
        first = first || !in->known ? first : in;
    }
    compare_codes(a, x, &m);
    return m;
}

static const char *differences(struct findings *out, const struct mixing *m)
{
    const struct {
        bool differs;
        const char *words;
    } ALL[] = {{m->part, "part"},           {m->trace || m->claim, "trace to the manufacturer"},
               {m->tier, "source"},         {m->condition, "condition"},
               {m->codes, "date codes"}};
    struct text t = text_new(out->arena);
    for (size_t i = 0; i < LENGTH(ALL); i++)
        if (ALL[i].differs)
            text_addf(&t, "%s%s", t.len ? ", " : "", ALL[i].words);
    return text_str(&t);
}

static enum severity mixing_severity(const struct merge_fact *x, const struct mixing *m)
{
    bool told = x->stratified && m->apart;
    if (m->part)
        return SEV_HIGH;
    if (!told && (m->trace || m->tier || m->condition))
        return SEV_HIGH;
    if (!told && m->claim)
        return SEV_MEDIUM;
    return m->codes && !x->stratified ? SEV_LOW : SEV_NONE;
}

static json_t *inputs_json(const struct merge_fact *x)
{
    json_t *list = json_array();
    for (size_t i = 0; i < x->inputs_len; i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s*}", "lot", x->inputs[i].code, "traced",
                                              traced_word(x->inputs[i].traced), "worstSource",
                                              tier_code(x->inputs[i].worst), "condition", x->inputs[i].condition));
    return list;
}

static void inputs_belong_together(const struct rule *self, const struct merge_fact *x,
                                   struct findings *out)
{
    const char *subject = arena_printf(out->arena, "merge %s", x->key);
    struct mixing m = mixing_of(out->arena, x);
    enum severity severity = mixing_severity(x, &m);
    if (severity != SEV_NONE)
        rule_fail(out, self, subject, severity, NO_DAY, SEQS(x->seq),
                  json_pack("{s:o, s:s, s:b}", "inputs", inputs_json(x), "differ",
                            differences(out, &m), "piecesTold", x->stratified),
                  "Lots that differ in %s were put into one, and %s.", differences(out, &m),
                  x->stratified ? "their date codes do not tell them apart"
                                : "nobody tells how many pieces are of each date code");
    else if (m.unknown)
        rule_unknown(out, self, subject, "records of every input");
    else
        rule_pass(out, self, subject);
}

static void merges_are_clean(const struct rule *self, const struct facts *f,
                             struct findings *out)
{
    for (size_t i = 0; i < f->merges_len; i++)
        inputs_belong_together(self, &f->merges[i], out);
}

/* ---- CAP-054 ---- */

static void codes_were_there(const struct rule *self, const struct recode_fact *x, struct findings *out)
{
    const char *subject = arena_printf(out->arena, "transformation %s", x->key);
    if (x->unknown)
        rule_unknown(out, self, subject, "date codes of all that went in");
    else if (!x->foreign)
        rule_pass(out, self, subject);
    else
        rule_fail(out, self, subject, SEV_HIGH, NO_DAY, SEQS(x->seq),
                  json_pack("{s:s, s:s*}", "dateCode", x->foreign, "how", x->how),
                  "Date code %s came out of a transformation, and nothing that went in had it.", x->foreign);
}

static void codes_stay(const struct rule *self, const struct facts *f, struct findings *out)
{
    for (size_t i = 0; i < f->recodes_len; i++)
        codes_were_there(self, &f->recodes[i], out);
}

/* ---- the rows ---- */

static const struct rule RULES[] = {
    {
        .id = "CAP-007",
        .family = "A",
        .title = "Lots that are put together have the same trace, kind of source and condition",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"DFARS 252.246-7008", "SAE AS6081"},
        .guards =
            "Only merging and packing together, no kits and no rework; inputs whose date "
            "codes tell them apart are told apart if the output tells the pieces of each; "
            "date codes alone are low, as CAP-045 weighs them by source; a condition that "
            "is not stated differs from none.",
        .check = merges_are_clean,
    },
    {
        .id = "CAP-054",
        .family = "C",
        .title = "What comes out of a transformation has the date codes of what went in",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"SAE AS6171", "DFARS 252.246-7007"},
        .guards =
            "By days, however codes are written; not where the part changes, nor at the manufacturer or one who may "
            "make it.",
        .check = codes_stay,
    },
};

const struct rule_family MERGE_RULES = {RULES, LENGTH(RULES)};
