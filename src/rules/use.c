/*
 * use - what the pieces are for: the rows of families B, H, J and K that hold a lot against a bill of materials.
 *
 * Only the holder's own view has these facts, so only its holder sees what follows: in everybody's view the rules have
 * no subject and say nothing.  Most name the programme; what is said of the part alone is said once.  A decision of
 * the holder that consents, about this lot, its part or the programme, answers the question.
 */
#include "family.h"

#include "pedigree/base/text.h"

#include <string.h>
#include <strings.h>

enum { DAYS_A_YEAR = 365, PERCENT = 100, YEARS_MAX = 100 };

static const char *programme_subject(struct findings *out, const struct use_fact *u)
{
    return arena_printf(out->arena, "programme %s", u->programme);
}

void each_use(const struct rule *self, const struct facts *f, struct findings *out, use_check *check)
{
    for (size_t i = 0; i < f->uses_len; i++)
        check(self, f, &f->uses[i], programme_subject(out, &f->uses[i]), out);
}

const struct decision_fact *consent(const struct facts *f, const char *kind, const char *programme)
{
    for (size_t i = 0; i < f->decisions_len; i++) {
        const struct decision_fact *d = &f->decisions[i];
        if (d->consents && text_is(d->kind, kind) && !d->notice && !d->alert && !d->is_upstream &&
            (!d->programme || !programme || strcmp(d->programme, programme) == 0))
            return d;
    }
    return NULL;
}

bool is_one_of(const char *word, const char *const *among)
{
    for (; word && *among; among++)
        if (strcasecmp(word, *among) == 0)
            return true;
    return false;
}

/* ---- CAP-025 ---- */

/* YES: something depends on it in flight. */
static enum truth is_critical(const struct use_fact *u)
{
    return !u->criticality ? UNKNOWN : text_is(u->criticality, "non-critical") ? NO : YES;
}

static const struct hop *open_market_hop(const struct facts *f)
{
    for (size_t i = 0; i < f->hops_len; i++)
        if (hop_is_sale(&f->hops[i]) && f->hops[i].tier == TIER_T5)
            return &f->hops[i];
    return NULL;
}

static void open_market_in_use(const struct rule *self, const struct facts *f, const struct use_fact *u, const char *subject,
                               struct findings *out)
{
    const struct hop *h = open_market_hop(f);
    if (!h || is_critical(u) == NO || consent(f, "derogation", u->programme) || consent(f, "risk-assessment", u->programme)) {
        rule_pass(out, self, subject);
        return;
    }
    if (is_critical(u) == UNKNOWN) {
        rule_unknown(out, self, subject, "how critical the programme is");
        return;
    }
    rule_fail(out, self, subject, SEV_CRITICAL, NO_DAY, SEQS(h->seq, u->seq, u->terms_seq),
              json_pack("{s:s, s:s, s:s*}", "programme", u->programme, "criticality", u->criticality, "seller",
                        h->seller ? h->seller : h->source),
              "These pieces came from the open market and are listed for %s, which is %s; no derogation or risk assessment is on record.",
              u->programme, u->criticality);
}

static void open_market_is_approved(const struct rule *self, const struct facts *f, struct findings *out)
{
    each_use(self, f, out, open_market_in_use);
}

/* ---- H: obsolescence of what is built in ---- */

static const char *const PAST_ACTIVE[] = {"nrnd", "ltb", "eol", "obsolete", NULL};

static bool lifecycle_is_known(const struct facts *f)
{
    return f->lifecycle && !text_is(f->lifecycle, "unknown");
}

static void lifecycle_is_fresh(const struct rule *self, const struct facts *f, struct findings *out)
{
    int32_t most = (int32_t)rule_parameter(self, "staleDays");
    if (f->uses_len == 0)
        return;
    if (!lifecycle_is_known(f)) {
        rule_fail(out, self, "", SEV_LOW, NO_DAY, SEQS(f->uses[0].seq, f->lifecycle_seq), json_pack("{s:s}", "programme", f->uses[0].programme),
                  "Nobody says where this part stands in its life cycle, and %s needs it.", f->uses[0].programme);
    } else if (f->lifecycle_day == NO_DAY) {
        rule_unknown(out, self, "", "the day on which the life cycle was said");
    } else if (f->today - f->lifecycle_day > most) {
        rule_fail(out, self, "", SEV_LOW, NO_DAY, SEQS(f->uses[0].seq, f->lifecycle_seq),
                  json_pack("{s:s, s:s, s:s*}", "programme", f->uses[0].programme, "lifecycle", f->lifecycle, "said",
                            day_name(out, f->lifecycle_day)),
                  "That this part is %s was last said on %s, more than %d days ago; %s needs it.", f->lifecycle,
                  day_name(out, f->lifecycle_day), (int)most, f->uses[0].programme);
    } else {
        rule_again(out, f->lifecycle_day + most + 1, f->lifecycle_seq);
        rule_pass(out, self, "");
    }
}

static void design_of_use(const struct rule *self, const struct facts *f, const struct use_fact *u, const char *subject,
                          struct findings *out)
{
    static const char *const DESIGN[] = {"design", "development", "concept", NULL};
    if (!u->phase || !is_one_of(u->phase, DESIGN)) {
        if (!u->phase)
            rule_unknown(out, self, subject, "the phase of the programme");
        return;
    }
    if (!lifecycle_is_known(f))
        rule_unknown(out, self, subject, "the life cycle of the part");
    else if (!is_one_of(f->lifecycle, PAST_ACTIVE) || consent(f, "obsolescence-plan", u->programme))
        rule_pass(out, self, subject);
    else
        rule_fail(out, self, subject, SEV_MEDIUM, NO_DAY, SEQS(u->seq, u->terms_seq, f->lifecycle_seq),
                  json_pack("{s:s, s:s, s:s}", "programme", u->programme, "phase", u->phase, "lifecycle", f->lifecycle),
                  "%s is being designed with a part that is %s already.", u->programme, f->lifecycle);
}

static void designs_are_current(const struct rule *self, const struct facts *f, struct findings *out)
{
    each_use(self, f, out, design_of_use);
}

/* A plan for the part, or one about this very notice. */
static bool is_decided(const struct facts *f, const struct notice_fact *n)
{
    for (size_t i = 0; i < f->decisions_len; i++)
        if (text_is(f->decisions[i].kind, "obsolescence-plan") && text_is(f->decisions[i].notice, n->number))
            return true;
    return consent(f, "obsolescence-plan", NULL) != NULL;
}

static void window_of(const struct rule *self, const struct facts *f, const struct notice_fact *n, struct findings *out)
{
    const char *subject = arena_printf(out->arena, "notice %s", n->number);
    if (n->last_order == NO_DAY) {
        rule_unknown(out, self, subject, "the last day to order");
        return;
    }
    int32_t left = n->last_order - f->today, soon = (int32_t)rule_parameter(self, "soonDays"), window = (int32_t)rule_parameter(self, "windowDays");
    rule_again(out, n->last_order - window, n->seq);
    rule_again(out, n->last_order - soon, n->seq);
    rule_again(out, n->last_order + 1, n->seq);
    if (left < 0 || left > window || is_decided(f, n)) {
        rule_pass(out, self, subject);
        return;
    }
    rule_fail(out, self, subject, left <= soon ? SEV_CRITICAL : SEV_HIGH, NO_DAY, SEQS(n->seq, f->uses[0].seq),
              json_pack("{s:s, s:s, s:s}", "notice", n->number, "lastOrder", day_name(out, n->last_order), "programme", f->uses[0].programme),
              "The last day to order this part is %s, %d days from now; %s needs it, and no plan is on record.",
              day_name(out, n->last_order), (int)left, f->uses[0].programme);
}

static void windows_are_decided(const struct rule *self, const struct facts *f, struct findings *out)
{
    for (size_t i = 0; f->uses_len && i < f->notices_len; i++)
        if (f->notices[i].ends)
            window_of(self, f, &f->notices[i], out);
}

static const struct notice_fact *end_notice(const struct facts *f)
{
    for (size_t i = 0; i < f->notices_len; i++)
        if (f->notices[i].ends)
            return &f->notices[i];
    return NULL;
}

/* Whole pieces for so many days at so many a year, rounded up; no more than a number in JSON holds. */
static int64_t pieces_for(int64_t annual, int32_t days)
{
    const int64_t most = INT64_C(1) << 53;
    if (days <= 0 || annual <= 0)
        return 0;
    return annual > most / days ? most : (annual * days + DAYS_A_YEAR - 1) / DAYS_A_YEAR;
}

/* A band of 100 % and more leaves nothing. */
static int64_t less_band(int64_t need, int64_t percent)
{
    int64_t left = percent < PERCENT ? PERCENT - percent : 0;
    return need / PERCENT * left + need % PERCENT * left / PERCENT;
}

/* Life-of-need quantity: what is needed until the end of support, less what is there or ordered (domain reference 9.4). */
static void need_of_use(const struct rule *self, const struct facts *f, const struct use_fact *u, const char *subject,
                        struct findings *out)
{
    const char *missing = u->annual_demand == NONE ? "the annual demand" : u->support_until == NO_DAY ? "the end of support"
                          : u->on_hand == NONE ? "the stock on hand" : NULL;
    if (missing) {
        rule_unknown(out, self, subject, missing);
        return;
    }
    int64_t need = pieces_for(u->annual_demand, u->support_until - f->today);
    int64_t stock = u->on_hand + (u->on_order == NONE ? 0 : u->on_order);
    if (less_band(need, rule_parameter(self, "bandPercent")) <= stock || consent(f, "obsolescence-plan", u->programme)) {
        rule_pass(out, self, subject);
        return;
    }
    const struct notice_fact *n = end_notice(f);
    rule_fail(out, self, subject, SEV_HIGH, NO_DAY, SEQS(u->seq, u->terms_seq, n ? n->seq : f->lifecycle_seq),
              json_pack("{s:s, s:I, s:I, s:I, s:s, s:s*}", "programme", u->programme, "needed", (json_int_t)need, "stock", (json_int_t)stock,
                        "short", (json_int_t)(need - stock), "supportUntil", day_name(out, u->support_until), "lastOrder",
                        n ? day_name(out, n->last_order) : NULL),
              "%s needs %s until its support ends on %s, and %s are on hand or ordered; the part is going out of production.", u->programme,
              pieces(out, need), day_name(out, u->support_until), pieces(out, stock));
}

static void needs_are_covered(const struct rule *self, const struct facts *f, struct findings *out)
{
    static const char *const ENDING[] = {"ltb", "eol", "obsolete", NULL};
    if (end_notice(f) || is_one_of(f->lifecycle, ENDING))
        each_use(self, f, out, need_of_use);
}

static void has_second_source(const struct rule *self, const struct facts *f, struct findings *out)
{
    if (f->uses_len == 0)
        return;
    if (!lifecycle_is_known(f))
        rule_unknown(out, self, "", "the life cycle of the part");
    else if (!is_one_of(f->lifecycle, PAST_ACTIVE) || f->spec->alternates.len > 0 || f->aftermarket_root ||
             consent(f, "obsolescence-plan", NULL))
        rule_pass(out, self, "");
    else
        rule_fail(out, self, "", SEV_MEDIUM, NO_DAY, SEQS(f->uses[0].seq, f->lifecycle_seq),
                  json_pack("{s:s, s:s}", "programme", f->uses[0].programme, "lifecycle", f->lifecycle),
                  "This part is %s, nobody states an alternate, and %s needs it.", f->lifecycle, f->uses[0].programme);
}

static void forecast_of_use(const struct rule *self, const struct facts *f, const struct use_fact *u, const char *subject,
                            struct findings *out)
{
    const struct said_number *years = &f->spec->years_to_end_of_life;
    if (years->value == NONE || u->support_until == NO_DAY) {
        rule_unknown(out, self, subject, years->value == NONE ? "a forecast of the end of life" : "the end of support");
        return;
    }
    int64_t end = f->today + (years->value > YEARS_MAX ? YEARS_MAX : years->value) * DAYS_A_YEAR;
    if (end >= u->support_until || consent(f, "obsolescence-plan", u->programme))
        rule_pass(out, self, subject);
    else
        rule_fail(out, self, subject, SEV_MEDIUM, NO_DAY, SEQS(u->seq, u->terms_seq, years->seq),
                  json_pack("{s:s, s:I, s:s}", "programme", u->programme, "yearsToEndOfLife", (json_int_t)years->value, "supportUntil",
                            day_name(out, u->support_until)),
                  "The part is forecast to end in %" PRId64 " years, before the support of %s does on %s; no plan is on record.", years->value,
                  u->programme, day_name(out, u->support_until));
}

static void forecasts_reach(const struct rule *self, const struct facts *f, struct findings *out)
{
    each_use(self, f, out, forecast_of_use);
}

/* ---- J: environment and reliability ---- */

static void temperature_of_use(const struct rule *self, const struct facts *f, const struct use_fact *u, const char *subject,
                               struct findings *out)
{
    const struct said_number *min = &f->spec->temperature_min, *max = &f->spec->temperature_max;
    bool asked_min = u->temperature_min != NONE, asked_max = u->temperature_max != NONE;
    if (!asked_min && !asked_max)
        return;
    bool below = asked_min && min->value != NONE && u->temperature_min < min->value;
    bool above = asked_max && max->value != NONE && u->temperature_max > max->value;
    if (!below && !above) {
        if ((asked_min && min->value == NONE) || (asked_max && max->value == NONE))
            rule_unknown(out, self, subject, "the rated temperature of the part");
        else
            rule_pass(out, self, subject);
        return;
    }
    if (consent(f, "uprating", u->programme)) {
        rule_pass(out, self, subject);
        return;
    }
    const struct said_number *limit = below ? min : max;
    int64_t needed = below ? u->temperature_min : u->temperature_max;
    rule_fail(out, self, subject, SEV_HIGH, NO_DAY, SEQS(u->seq, u->terms_seq, limit->seq),
              json_pack("{s:s, s:I, s:I}", "programme", u->programme, "needed", (json_int_t)needed, "rated", (json_int_t)limit->value),
              "%s goes %s %" PRId64 " degrees Celsius, and the part is rated %s %" PRId64 "; no uprating is on record.", u->programme,
              below ? "down to" : "up to", needed, below ? "down to" : "up to", limit->value);
}

static void temperatures_are_rated(const struct rule *self, const struct facts *f, struct findings *out)
{
    each_use(self, f, out, temperature_of_use);
}

static void single_events_of_use(const struct rule *self, const struct facts *f, const struct use_fact *u, const char *subject,
                                 struct findings *out)
{
    if (u->altitude == NONE || u->altitude <= rule_parameter(self, "altitudeFeet"))
        return;
    if (f->spec->see_sensitive.value == UNKNOWN)
        rule_unknown(out, self, subject, "whether the part is sensitive to single events");
    else if (f->spec->see_sensitive.value == NO || consent(f, "see", u->programme))
        rule_pass(out, self, subject);
    else
        rule_fail(out, self, subject, SEV_MEDIUM, NO_DAY, SEQS(u->seq, u->terms_seq, f->spec->see_sensitive.seq),
                  json_pack("{s:s, s:I}", "programme", u->programme, "altitude", (json_int_t)u->altitude),
                  "%s flies at %" PRId64 " feet, the part is sensitive to single events, and no assessment of them is on record.",
                  u->programme, u->altitude);
}

static void single_events_are_assessed(const struct rule *self, const struct facts *f, struct findings *out)
{
    each_use(self, f, out, single_events_of_use);
}

static void wear_of_use(const struct rule *self, const struct facts *f, const struct use_fact *u, const char *subject,
                        struct findings *out)
{
    const struct said_number *size = &f->spec->feature_size;
    if (size->value == NONE)
        rule_unknown(out, self, subject, "the feature size of the part");
    else if (size->value > rule_parameter(self, "nanometres") || consent(f, "lifetime", u->programme))
        rule_pass(out, self, subject);
    else
        rule_fail(out, self, subject, SEV_MEDIUM, NO_DAY, SEQS(u->seq, u->terms_seq, size->seq),
                  json_pack("{s:s, s:I}", "programme", u->programme, "featureSize", (json_int_t)size->value),
                  "The part has features of %" PRId64 " nm, which may wear out within the life of %s; no assessment of its lifetime is on record.",
                  size->value, u->programme);
}

/* Of parts that have features, as memory and logic do: nobody asks it of a resistor. */
static void wear_is_assessed(const struct rule *self, const struct facts *f, struct findings *out)
{
    if (f->spec->feature_size.value != NONE || f->spec->see_sensitive.value == YES || f->spec->programmable.value == YES)
        each_use(self, f, out, wear_of_use);
}

static void voltage_of_use(const struct rule *self, const struct facts *f, const struct use_fact *u, const char *subject,
                           struct findings *out)
{
    if (u->voltage == NONE || u->voltage <= rule_parameter(self, "volts"))
        return;
    if (u->altitude == NONE)
        rule_unknown(out, self, subject, "the altitude of the programme");
    else if (u->altitude <= rule_parameter(self, "altitudeFeet") || consent(f, "see", u->programme))
        rule_pass(out, self, subject);
    else
        rule_fail(out, self, subject, SEV_LOW, NO_DAY, SEQS(u->seq, u->terms_seq),
                  json_pack("{s:s, s:I, s:I}", "programme", u->programme, "voltage", (json_int_t)u->voltage, "altitude", (json_int_t)u->altitude),
                  "%s works at %" PRId64 " V and %" PRId64 " feet; no assessment of single-event burnout is on record.", u->programme,
                  u->voltage, u->altitude);
}

static void high_voltage_is_assessed(const struct rule *self, const struct facts *f, struct findings *out)
{
    each_use(self, f, out, voltage_of_use);
}

/* ---- K: nuclear ---- */

/* What a bill of materials says nothing of is not nuclear; one that leaves it open says so. */
static enum truth is_nuclear(const struct use_fact *u)
{
    static const char *const NOT[] = {"false", "no", "none", "0", NULL}, *const OPEN[] = {"unknown", "open", "tbd", NULL};
    return !u->nuclear || is_one_of(u->nuclear, NOT) ? NO : is_one_of(u->nuclear, OPEN) ? UNKNOWN : YES;
}

static void screen_of_use(const struct rule *self, const struct facts *f, const struct use_fact *u, const char *subject,
                          struct findings *out)
{
    if (is_nuclear(u) == NO)
        return;
    if (is_nuclear(u) == UNKNOWN)
        rule_unknown(out, self, subject, "whether the programme is important to nuclear safety");
    else if (consent(f, "cfsi-screening", u->programme) || consent(f, "dedication", u->programme))
        rule_pass(out, self, subject);
    else
        rule_fail(out, self, subject, SEV_MEDIUM, NO_DAY, SEQS(u->seq, u->terms_seq),
                  json_pack("{s:s, s:s}", "programme", u->programme, "nuclear", u->nuclear),
                  "%s is important to nuclear safety; no screening for suspect items (CFSI) is on record for these pieces.",
                  u->programme);
}

static void nuclear_is_screened(const struct rule *self, const struct facts *f, struct findings *out)
{
    each_use(self, f, out, screen_of_use);
}

bool is_approved(const struct facts *f, const char *programme, const char *party)
{
    bool is = false;
    for (size_t i = 0; !is && i < f->decisions_len; i++) {
        const struct decision_fact *d = &f->decisions[i];
        is = text_is(d->kind, "derogation") && d->consents && !d->notice && !d->alert &&
             (!d->programme || !programme || strcmp(d->programme, programme) == 0) && (!d->organisation || text_is(d->organisation, party));
    }
    return is;
}

struct lapses { /* those that no decision of the holder covers */
    const struct lapse_fact *here; /* the first of them that handed goods to this lot; NULL */
    size_t at_all;
    json_t *parties, *further; /* of this lot's hops; further up: for operators alone */
};

static struct lapses lapses_for(const struct facts *f, const char *programme, struct findings *out)
{
    struct lapses x = {.parties = json_array(), .further = json_array()};
    for (size_t i = 0; i < f->lapses_len; i++) {
        const struct lapse_fact *l = &f->lapses[i];
        if (is_approved(f, programme, l->party))
            continue;
        x.at_all++;
        if (l->hop_seq != NONE && !x.here)
            x.here = l;
        json_array_append_new(l->hop_seq != NONE ? x.parties : x.further,
                              json_pack("{s:s, s:s*, s:s*}", "party", l->party, "day", day_name(out, l->day), "certificate",
                                        l->certificate));
    }
    return x;
}

static const char *who_lapsed(struct findings *out, const struct lapses *x)
{
    if (!x->here)
        return arena_printf(out->arena, "somebody who had them before they came to who sold them here");
    return arena_printf(out->arena, "%s, who handed them on on %s,", x->here->party, day_name(out, x->here->day));
}

static void unqualified(const struct rule *self, const struct facts *f, const struct use_fact *u, const char *subject,
                        struct lapses *x, struct findings *out)
{
    bool reserved = u->allocated != NONE;
    rule_fail(out, self, subject, reserved ? SEV_HIGH : SEV_MEDIUM, NO_DAY,
              SEQS(u->seq, u->terms_seq, u->allocated_seq, x->here ? x->here->hop_seq : f->root_seq, x->here ? x->here->certificate_seq : NONE),
              json_pack("{s:s, s:s, s:b, s:I, s:O, s:{s:O}}", "programme", u->programme, "nuclear", u->nuclear, "reserved", reserved,
                        "parties", (json_int_t)x->at_all, "sellers", x->parties, "others", "further", x->further),
              "These pieces are %s %s, which is important to nuclear safety, and %s had no valid certificate by ISO 19443 then%s.",
              reserved ? "reserved for" : "listed for", u->programme, who_lapsed(out, x),
              x->at_all > 1 ? arena_printf(out->arena, ", nor %zu more", x->at_all - 1) : "");
}

static void suppliers_of_use(const struct rule *self, const struct facts *f, const struct use_fact *u, const char *subject,
                             struct findings *out)
{
    if (is_nuclear(u) == NO)
        return;
    if (is_nuclear(u) == UNKNOWN) {
        rule_unknown(out, self, subject, "whether the programme is important to nuclear safety");
        return;
    }
    struct lapses x = lapses_for(f, u->programme, out);
    if (consent(f, "dedication", u->programme))
        rule_pass(out, self, subject);
    else if (x.at_all)
        unqualified(self, f, u, subject, &x, out);
    else if (f->has_uncertified && !is_approved(f, u->programme, ""))
        rule_unknown(out, self, subject, "a certificate by ISO 19443 of each who handed the goods on, or a complete register");
    else if (f->traced != TRACED_MANUFACTURER && f->traced != TRACED_AUTHORIZATION)
        rule_unknown(out, self, subject, "the whole way from the manufacturer");
    else
        rule_pass(out, self, subject);
    json_decref(x.parties);
    json_decref(x.further);
}

static void nuclear_suppliers_are_qualified(const struct rule *self, const struct facts *f, struct findings *out)
{
    each_use(self, f, out, suppliers_of_use);
}

/* ---- the rows ---- */

static const struct rule RULES[] = {
    {
        .id = "CAP-025",
        .family = "B",
        .title = "What the open market sold goes into nothing critical without approval",
        .severity = SEV_CRITICAL,
        .version = 1,
        .refs = {"IEC 62668-2", "DFARS 252.246-7008"},
        .guards = "Sales only; a derogation or risk assessment of the holder for the lot, the part, the seller or the programme answers it.",
        .check = open_market_is_approved,
    },
    {
        .id = "OBS-001",
        .family = "H",
        .title = "Where a part that is built in stands in its life cycle is known, and lately",
        .severity = SEV_LOW,
        .version = 1,
        .refs = {"IEC 62402", "IEC 62239-1"},
        .guards = "Only parts of a bill of materials; of several sources the newest counts.",
        .parameters = {{"staleDays", 90, "days"}},
        .check = lifecycle_is_fresh,
    },
    {
        .id = "OBS-002",
        .family = "H",
        .title = "Nothing is designed with a part that is on its way out",
        .severity = SEV_MEDIUM,
        .version = 1,
        .refs = {"IEC 62402", "SD-22"},
        .guards = "Programmes in design; an obsolescence plan for the part or the programme answers it.",
        .check = designs_are_current,
    },
    {
        .id = "OBS-003",
        .family = "H",
        .title = "Before the last day to order a part that is built in, somebody decides",
        .severity = SEV_CRITICAL,
        .version = 1,
        .refs = {"J-STD-048", "IEC 62402"},
        .guards = "Notices in force only; an obsolescence plan about the notice, the part or the programme answers it, whatever it says.",
        .parameters = {{"windowDays", 90, "days"}, {"soonDays", 30, "days"}},
        .check = windows_are_decided,
    },
    {
        .id = "OBS-004",
        .family = "H",
        .title = "What is needed until the end of support is on hand or ordered when a part ends",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"SD-22", "IEC 62402"},
        .guards = "Only where the part is ending; a forecast is not exact: a shortage within the band is none.",
        .parameters = {{"bandPercent", 20, "percent"}},
        .check = needs_are_covered,
    },
    {
        .id = "OBS-009",
        .family = "H",
        .title = "A part that is on its way out has an alternate or another maker",
        .severity = SEV_MEDIUM,
        .version = 1,
        .refs = {"SD-22"},
        .guards = "Alternates that anybody entitled states count; so does an aftermarket maker on the chain, and a plan.",
        .check = has_second_source,
    },
    {
        .id = "OBS-010",
        .family = "H",
        .title = "A part is forecast to be made as long as the programme is supported",
        .severity = SEV_MEDIUM,
        .version = 1,
        .refs = {"IEC 62402", "SD-22"},
        .guards = "A forecast is a model's word: medium, and an obsolescence plan answers it.",
        .check = forecasts_reach,
    },
    {
        .id = "ENV-001",
        .family = "J",
        .title = "A part is used within its rated temperature",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"IEC TR 62240-1", "IEC 62239-1"},
        .guards = "Ambient against ambient as stated; an uprating record answers it.",
        .check = temperatures_are_rated,
    },
    {
        .id = "ENV-003",
        .family = "J",
        .title = "Single-event effects are assessed for sensitive parts that fly high",
        .severity = SEV_MEDIUM,
        .version = 1,
        .refs = {"IEC 62396-1"},
        .guards = "Above the altitude only, and of parts said to be sensitive.",
        .parameters = {{"altitudeFeet", 20000, "feet"}},
        .check = single_events_are_assessed,
    },
    {
        .id = "ENV-004",
        .family = "J",
        .title = "The lifetime of parts with small features is assessed",
        .severity = SEV_MEDIUM,
        .version = 1,
        .refs = {"IEC TR 62240-2", "ARP6338"},
        .guards = "Parts of which a feature size is stated, or that hold memory or logic by what is stated.",
        .parameters = {{"nanometres", 90, "nm"}},
        .check = wear_is_assessed,
    },
    {
        .id = "ENV-005",
        .family = "J",
        .title = "Single-event burnout is assessed where high voltage flies",
        .severity = SEV_LOW,
        .version = 1,
        .refs = {"IEC 62396-4"},
        .guards = "Above the voltage and the altitude only.",
        .parameters = {{"volts", 200, "V"}, {"altitudeFeet", 20000, "feet"}},
        .check = high_voltage_is_assessed,
    },
    {
        .id = "ITN-001",
        .family = "K",
        .title = "Whoever had goods for nuclear safety after their maker was certified for it when handing them on",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"ISO 19443", "IECQ ITNS"},
        .guards = "Programmes said to be important to nuclear safety; who lent the goods (sample, service) is not asked, nor their "
                  "maker or its aftermarket manufacturer; not evaluated for a party of whom no certificate and no complete "
                  "register is known; a dedication record answers it, and a derogation for the party, as of a "
                  "customer-approved equivalent.",
        .check = nuclear_suppliers_are_qualified,
    },
    {
        .id = "ITN-002",
        .family = "K",
        .title = "What goes into nuclear safety is screened for suspect items (CFSI)",
        .severity = SEV_MEDIUM,
        .version = 1,
        .refs = {"ISO 19443"},
        .guards = "Programmes said to be important to nuclear safety; a screening or a dedication record answers it.",
        .check = nuclear_is_screened,
    },
};

const struct rule_family USE_RULES = {RULES, LENGTH(RULES)};
