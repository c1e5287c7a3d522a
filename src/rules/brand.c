/*
 * brand - family H: what becomes of a maker's name when its business is taken over, or ends.
 *
 * A name that its heir goes on using is registered as a name of the heir, and then is no old one.
 */
#include "family.h"

#include "pedigree/base/clock.h"

#include <strings.h>

struct ending { /* of the maker, under the name that is on the parts */
    int32_t day; /* NO_DAY: none is known */
    int64_t seq;
    const char *why; /* "was taken over by X" */
};

static bool has_reason(const struct notice_fact *n, const char *code)
{
    for (size_t i = 0; n->reasons && i < n->reasons->len; i++)
        if (strcasecmp(n->reasons->at[i], code) == 0)
            return true;
    return false;
}

/* The first that is told: by who succeeds whom, or by a notice (VDMA 24903: MANAQ, INSOL). */
static struct ending ending_of(const struct facts *f, struct findings *out)
{
    struct ending e = {f->taken_over, f->taken_over_seq, NULL};
    if (e.day != NO_DAY)
        e.why = arena_printf(out->arena, "was taken over by %s", f->heir);
    for (size_t i = 0; i < f->notices_len; i++) {
        const struct notice_fact *n = &f->notices[i];
        int32_t day = n->effective != NO_DAY ? n->effective : n->issued;
        bool insolvent = has_reason(n, "INSOL");
        if (day == NO_DAY || !(insolvent || has_reason(n, "MANAQ")) || (e.day != NO_DAY && e.day <= day))
            continue;
        e = (struct ending){day, n->seq, insolvent ? "became insolvent" : "was taken over"};
    }
    return e;
}

static bool begins_after(const struct date_code *d, int64_t day)
{
    for (size_t i = 0; i < d->candidates_len; i++)
        if (d->candidates[i].first <= day)
            return false;
    return d->candidates_len > 0;
}

static void code_of_brand(const struct rule *self, const struct facts *f, const struct ending *e,
                          const struct code_fact *c, struct findings *out)
{
    const char *subject = arena_printf(out->arena, "date code %s", c->code);
    int64_t months = rule_parameter(self, "runOnMonths");
    int64_t last = e->day + months * 365 / 12;
    bool makers = f->aftermarket_root || f->traced == TRACED_MANUFACTURER || f->traced == TRACED_AUTHORIZATION;
    if (!c->parsed.parsed)
        rule_unknown(out, self, subject, "a date code of a known form");
    else if (makers || !begins_after(&c->parsed, last))
        rule_pass(out, self, subject);
    else
        rule_fail(out, self, subject, SEV_MEDIUM, NO_DAY, SEQS(c->seq, e->seq),
                  json_pack("{s:s, s:s, s:s}", "dateCode", c->code, "manufacturer", f->maker, "since",
                            day_name(out, e->day)),
                  "Date code %s, under the name of a manufacturer that %s on %s.", c->code, e->why,
                  day_name(out, e->day));
}

static void brand_is_of_its_time(const struct rule *self, const struct facts *f, struct findings *out)
{
    struct ending e = ending_of(f, out);
    if (e.day == NO_DAY || !f->described || !lot_has_codes(self, f, out))
        return;
    for (size_t i = 0; i < f->codes_len; i++)
        code_of_brand(self, f, &e, &f->codes[i], out);
}

static const struct rule RULES[] = {
    {
        .id = "OBS-012",
        .family = "H",
        .title = "Parts do not bear a manufacturer's name long after its business was taken over or ended",
        .severity = SEV_MEDIUM,
        .version = 1,
        .refs = {"VDMA 24903", "SAE AS5553"},
        .guards = "Marking of stock runs on for two years; a name that an operator registers for the heir "
                  "is the heir's; a chain that leads to the manufacturer, its heir or an authorized "
                  "aftermarket manufacturer is excused.",
        .parameters = {{"runOnMonths", 24, "months"}},
        .check = brand_is_of_its_time,
    },
};

const struct rule_family BRAND_RULES = {RULES, LENGTH(RULES)};
