/* obsolescence - family H: parts that are not made any more, and how they were bought. */
#include "family.h"

#include "pedigree/base/text.h"
#include "pedigree/model/datecode.h"

#include <string.h>
#include <strings.h>

/* A dated end decides; without one, how the part is said to stand now. */
static enum truth obsolete_on(const struct facts *f, int32_t day)
{
    int32_t ends[] = {f->end_of_production, f->last_ship};
    bool dated = false;
    for (size_t i = 0; i < LENGTH(ends); i++) {
        if (ends[i] != NO_DAY && ends[i] < day)
            return YES;
        dated |= ends[i] != NO_DAY;
    }
    if (dated || (!f->lifecycle && f->discontinuance_withdrawn))
        return NO;
    if (!f->lifecycle || text_is(f->lifecycle, "unknown"))
        return UNKNOWN;
    return text_is(f->lifecycle, "eol") || text_is(f->lifecycle, "obsolete") ? YES : NO;
}

static bool is_outside(const struct hop *h)
{
    return !tier_is_authorized(h->tier);
}

static void route_of(const struct rule *self, const struct facts *f, const struct hop *h,
                     struct findings *out)
{
    const char *subject = hop_subject(out, h);
    if (!h->source || h->tier == TIER_UNKNOWN) {
        rule_unknown(out, self, subject,
                     h->source ? "what the seller is for this part"
                               : "who handed the parts over");
        return;
    }
    switch (obsolete_on(f, h->sold_day)) {
    case UNKNOWN:
        rule_unknown(out, self, subject, "the life cycle of the part");
        return;
    case NO:
        rule_pass(out, self, subject);
        return;
    case YES:
        break;
    }
    rule_fail(out, self, subject, SEV_MEDIUM, NO_DAY,
              SEQS(h->seq, f->end_seq, f->lifecycle_seq),
              json_pack("{s:s, s:s, s:s*, s:s*, s:s*, s:s*}", "seller",
                        h->seller ? h->seller : h->source, "tier", tier_code(h->tier),
                        "sold", day_name(out, h->sold_day), "endOfProduction",
                        day_name(out, f->end_of_production), "lastShip",
                        day_name(out, f->last_ship), "lifecycle", f->lifecycle),
              "This part was obsolete when %s sold it on the open market: a route that "
              "asks for "
              "tests, no accusation.",
              h->seller ? h->seller : h->source);
}

static void routes_are_authorized(const struct rule *self, const struct facts *f,
                                  struct findings *out)
{
    each_sale(self, f, out, is_outside, route_of);
}

/* ---- notices ---- */

static bool has_reason(const struct notice_fact *n, const char *const *among)
{
    for (size_t i = 0; n->reasons && i < n->reasons->len; i++)
        for (const char *const *word = among; *word; word++)
            if (strcasecmp(n->reasons->at[i], *word) == 0)
                return true;
    return false;
}

/* There is a reason, and all are of these. */
static bool has_only(const struct notice_fact *n, const char *const *among)
{
    for (size_t i = 0; n->reasons && i < n->reasons->len; i++) {
        bool found = false;
        for (const char *const *word = among; *word; word++)
            found |= strcasecmp(n->reasons->at[i], *word) == 0;
        if (!found)
            return false;
    }
    return n->reasons && n->reasons->len > 0;
}

static const char *notice_subject(struct findings *out, const struct notice_fact *n)
{
    return arena_printf(out->arena, "notice %s", n->number);
}

struct period { /* from the issue of a notice to a day that it names */
    const char *member, *words; /* "lastOrder", "the last order" */
    int32_t day;
    const char *parameter;
};

static bool is_short(const struct rule *self, const struct notice_fact *n, const struct period *p)
{
    return p->day != NO_DAY && p->day - n->issued < rule_parameter(self, p->parameter);
}

/* The first period that is too short fails; one that cannot be measured is told only if no other fails. */
static void notice_in_time(const struct rule *self, const struct notice_fact *n, const struct period *periods, size_t len,
                           struct findings *out)
{
    const char *subject = notice_subject(out, n), *missing = n->issued == NO_DAY ? "the day on which the notice was issued" : NULL;
    for (size_t i = 0; i < len && n->issued != NO_DAY; i++) {
        const struct period *p = &periods[i];
        if (p->day == NO_DAY)
            missing = missing ? missing : p->words;
        if (!is_short(self, n, p))
            continue;
        rule_fail(out, self, subject, SEV_LOW, NO_DAY, SEQS(n->seq),
                  json_pack("{s:s, s:s, s:s, s:i}", "notice", n->number, "issued", day_name(out, n->issued), p->member,
                            day_name(out, p->day), "days", (int)(p->day - n->issued)),
                  "Notice %s of %s gives %d days until %s on %s, and %" PRId64 " are customary.", n->number,
                  day_name(out, n->issued), (int)(p->day - n->issued), p->words, day_name(out, p->day),
                  rule_parameter(self, p->parameter));
        return;
    }
    if (missing)
        rule_unknown(out, self, subject, missing);
    else
        rule_pass(out, self, subject);
}

/* ---- OBS-005, OBS-006 ---- */

static const char *const URGENT[] = {"ALERT", "RECA", "INSOL", "safety", "legal", "recall", "insolvency", NULL};
/* Nothing of the pieces themselves. */
static const char *const PAPER[] = {"DOCUM", "CORR", "MANAQ", "INSOL", "CANCN", "CANDN", "NRND", "documentation", NULL};

static void discontinuances_in_time(const struct rule *self, const struct facts *f, struct findings *out)
{
    for (size_t i = 0; i < f->notices_len; i++) {
        const struct notice_fact *n = &f->notices[i];
        const struct period periods[] = {{"lastOrder", "the last order", n->last_order, "orderDays"},
                                         {"lastShip", "the last shipment", n->last_ship, "shipDays"}};
        if (n->ends && !has_reason(n, URGENT))
            notice_in_time(self, n, periods, LENGTH(periods), out);
    }
}

static void changes_in_time(const struct rule *self, const struct facts *f, struct findings *out)
{
    for (size_t i = 0; i < f->notices_len; i++) {
        const struct notice_fact *n = &f->notices[i];
        const struct period period = {"effective", "the change", n->effective, "changeDays"};
        if (!n->ends && !has_reason(n, URGENT) && !has_only(n, PAPER))
            notice_in_time(self, n, &period, 1, out);
    }
}

/* ---- OBS-007 ---- */

/* What a piece is, does, is made of, or where and how it is made and tested. */
static const char *const OF_THE_PIECE[] = {"FIT",   "FORM",  "FUNCT", "CHARA", "MATER",
                                           "PPROC", "PSITE", "TESTP", "TESTS", "SOFTW", NULL};

enum { FIRST_CODE_YEARS = 2 };

/* The day from which pieces are of the changed kind: of the code that the notice names, else it is in effect. */
static int32_t changed_from(const struct notice_fact *n)
{
    int32_t reference = n->effective != NO_DAY ? n->effective : n->issued;
    if (!n->from_date_code || reference == NO_DAY)
        return n->effective;
    const struct date_code first = datecode_parse(n->from_date_code, reference + FIRST_CODE_YEARS * 365);
    return first.parsed && !first.ambiguous ? first.candidates[0].first : n->effective;
}

/* YES: every reading of the code is of the changed kind. */
static enum truth is_changed(const struct code_fact *c, int32_t from)
{
    size_t after = 0;
    if (!c->parsed.parsed)
        return UNKNOWN;
    for (size_t i = 0; i < c->parsed.candidates_len; i++)
        after += c->parsed.candidates[i].last >= from;
    return after == c->parsed.candidates_len ? YES : after == 0 ? NO : UNKNOWN;
}

/* By the holder, who uses the part: in its own view alone. */
static bool is_assessed(const struct facts *f, const struct notice_fact *n)
{
    for (size_t i = 0; i < f->decisions_len; i++)
        if (f->decisions[i].consents && text_is(f->decisions[i].kind, "change-assessment") &&
            (!f->decisions[i].notice || strcmp(f->decisions[i].notice, n->number) == 0))
            return true;
    return false;
}

static void change_of_lot(const struct rule *self, const struct facts *f, const struct notice_fact *n, struct findings *out)
{
    const char *subject = notice_subject(out, n);
    const struct code_fact *changed = NULL;
    int32_t from = changed_from(n);
    bool unread = f->codes_len == 0;
    if (from == NO_DAY) {
        rule_unknown(out, self, subject, "since when pieces are of the changed kind");
        return;
    }
    for (size_t i = 0; i < f->codes_len && !changed; i++) {
        enum truth is = is_changed(&f->codes[i], from);
        unread |= is == UNKNOWN;
        changed = is == YES ? &f->codes[i] : NULL;
    }
    if (is_assessed(f, n))
        rule_pass(out, self, subject);
    else if (changed)
        rule_fail(out, self, subject, f->uses_len ? SEV_MEDIUM : SEV_INFO, NO_DAY, SEQS(n->seq, changed->seq),
                  json_pack("{s:s, s:s, s:s*}", "notice", n->number, "dateCode", changed->code, "changedSince", day_name(out, from)),
                  "Pieces of date code %s are of the kind that notice %s changed; who uses them has that to assess.", changed->code,
                  n->number);
    else if (unread)
        rule_unknown(out, self, subject, f->codes_len ? "a date code that can be read" : "date codes");
    else
        rule_pass(out, self, subject);
}

static void changes_are_known(const struct rule *self, const struct facts *f, struct findings *out)
{
    for (size_t i = 0; i < f->notices_len; i++)
        if (!f->notices[i].ends && has_reason(&f->notices[i], OF_THE_PIECE))
            change_of_lot(self, f, &f->notices[i], out);
}

/* ---- OBS-011 ---- */

static int stage(const char *lifecycle)
{
    static const char *const STAGES[] = {"preview", "active", "nrnd", "ltb", "eol", "obsolete"};
    for (size_t i = 0; i < LENGTH(STAGES); i++)
        if (text_is(STAGES[i], lifecycle))
            return (int)i;
    return 0;
}

static void sources_agree(const struct rule *self, const struct facts *f, struct findings *out)
{
    if (f->lifecycle_sources < 2)
        return;
    if (f->lifecycle_known < 2)
        rule_unknown(out, self, "", "the life cycle of the part, of which only one source knows");
    else if (stage(f->lifecycle) - stage(f->lifecycle_best) < rule_parameter(self, "stages"))
        rule_pass(out, self, "");
    else
        rule_fail(out, self, "", SEV_LOW, NO_DAY, SEQS(f->lifecycle_seq, f->lifecycle_best_seq),
                  json_pack("{s:s, s:s, s:s, s:s}", "worst", f->lifecycle, "saysWorst", f->lifecycle_source, "best", f->lifecycle_best,
                            "saysBest", f->lifecycle_best_source),
                  "%s says that this part is %s, and %s that it is %s.", f->lifecycle_source, f->lifecycle, f->lifecycle_best_source,
                  f->lifecycle_best);
}

/* ---- the rows ---- */

static const struct rule RULES[] = {
    {
        .id = "OBS-005",
        .family = "H",
        .title = "A discontinuance leaves time to order and to take delivery",
        .severity = SEV_LOW,
        .version = 1,
        .refs = {"J-STD-048"},
        .guards = "Says something of the manufacturer and nothing of the pieces; recalls, alerts, safety, legal reasons and "
                  "insolvency are excused, a revision counts from the first issue, a notice that was taken back not at all.",
        .parameters = {{"orderDays", 183, "days"}, {"shipDays", 365, "days"}},
        .check = discontinuances_in_time,
    },
    {
        .id = "OBS-006",
        .family = "H",
        .title = "A change is announced in time to be assessed",
        .severity = SEV_LOW,
        .version = 1,
        .refs = {"J-STD-046"},
        .guards = "Says something of the manufacturer and nothing of the pieces; recalls, alerts, safety and legal reasons are "
                  "excused, and what changes documents or owners only.",
        .parameters = {{"changeDays", 90, "days"}},
        .check = changes_in_time,
    },
    {
        .id = "OBS-007",
        .family = "H",
        .title = "Pieces are of the kind that was qualified, or a change notice says since when they are not",
        .severity = SEV_MEDIUM,
        .version = 1,
        .refs = {"J-STD-046", "IEC 62239-1"},
        .guards = "Changes of form, fit, function, characteristics, material, process, site, test or software only; medium for "
                  "a holder who lists the part in a bill of materials and has no assessment on record, for everybody else a note.",
        .check = changes_are_known,
    },
    {
        .id = "OBS-008",
        .family = "H",
        .title = "An obsolete part is bought from the authorized chain",
        .severity = SEV_MEDIUM,
        .version = 1,
        .refs = {"DFARS 252.246-7007", "IEC 62668-2"},
        .guards =
            "Sales only; expected practice for such parts, so a route and no accusation.",
        .check = routes_are_authorized,
    },
    {
        .id = "OBS-011",
        .family = "H",
        .title = "Sources agree on where a part stands in its life cycle",
        .severity = SEV_LOW,
        .version = 1,
        .refs = {"IEC 62402"},
        .guards = "Of each source what it said last; what a distributor says of its own stock is no end of the part, and who says "
                  "unknown contradicts nobody.",
        .parameters = {{"stages", 2, "stages"}},
        .check = sources_agree,
    },
};

const struct rule_family OBSOLESCENCE_RULES = {RULES, LENGTH(RULES)};
