/*
 * duty - family G: what is owed for suspect stock: a report in time, a quarantine, and that it is kept.
 *
 * Clocks run in calendar days from the first day on which somebody who may say so knew, which may be by
 * reading records (FAR 52.246-26); each day on which an answer changes is told by rule_again().
 */
#include "family.h"

#include "pedigree/base/clock.h"
#include "pedigree/base/text.h"

#include <string.h>

static const struct suspicion_fact *first_suspicion(const struct facts *f)
{
    return f->duties ? &f->duties->suspicions[0] : NULL;
}

static bool is_done(const struct done_fact *d)
{
    return d->day != NO_DAY;
}

/* ---- CAP-103 ---- */

static void report_was_late(const struct rule *self, const struct suspicion_fact *since, const struct done_fact *end,
                            const char *how, struct findings *out)
{
    int32_t days = end->day - since->day;
    if (days <= rule_parameter(self, "lastDay"))
        rule_pass(out, self, "");
    else
        rule_fail(out, self, "", SEV_LOW, NO_DAY, SEQS(since->seq, end->seq),
                  json_pack("{s:s, s:s, s:s, s:i, s:s*}", "since", day_name(out, since->day), "by", since->what, "until",
                            day_name(out, end->day), "days", days, "number", end->text),
                  "The lot was %s on %s, %d days after it was first known to be suspect.", how, day_name(out, end->day), days);
}

/* The last of the clock's days that is over; what is said changes on those alone.  0: none is. */
static int overdue(const struct rule *self, int32_t days, enum severity *severity)
{
    static const struct {
        const char *day;
        enum severity severity;
    } STEPS[] = {{"lastDay", SEV_CRITICAL}, {"secondDay", SEV_HIGH}, {"firstDay", SEV_MEDIUM}};
    for (size_t i = 0; i < LENGTH(STEPS); i++)
        if (days >= rule_parameter(self, STEPS[i].day)) {
            *severity = STEPS[i].severity;
            return (int)rule_parameter(self, STEPS[i].day);
        }
    return 0;
}

static void clock_runs(const struct rule *self, const struct facts *f, const struct suspicion_fact *since,
                       struct findings *out)
{
    static const char *const STEPS[] = {"firstDay", "secondDay", "lastDay"};
    int32_t last = (int32_t)rule_parameter(self, "lastDay");
    enum severity severity = SEV_NONE;
    int days = overdue(self, f->today - since->day, &severity);
    for (size_t i = 0; i < LENGTH(STEPS); i++)
        rule_again(out, since->day + (int32_t)rule_parameter(self, STEPS[i]), since->seq);
    if (severity == SEV_NONE)
        rule_unknown(out, self, "", arena_printf(out->arena, "a report, which is due by %s", day_name(out, since->day + last)));
    else
        rule_fail(out, self, "", severity, NO_DAY, SEQS(since->seq),
                  json_pack("{s:s, s:s, s:i, s:s}", "since", day_name(out, since->day), "by", since->what, "days", days,
                            "due", day_name(out, since->day + last)),
                  "The lot is known to be suspect since %s, by %s, and no report of it is recorded after %d days; it was due "
                  "by %s.",
                  day_name(out, since->day), since->what, days, day_name(out, since->day + last));
}

static void is_reported(const struct rule *self, const struct facts *f, struct findings *out)
{
    const struct suspicion_fact *since = first_suspicion(f);
    if (!since || !rule_parameter(self, "applies"))
        return;
    if (is_done(&f->duties->exempt))
        rule_pass(out, self, "");
    else if (is_done(&f->duties->reported))
        report_was_late(self, since, &f->duties->reported, "reported", out);
    else if (is_done(&f->duties->cleared))
        report_was_late(self, since, &f->duties->cleared, "released, and never reported,", out);
    else
        clock_runs(self, f, since, out);
}

/* ---- CAP-104 ---- */

/* 1 January 1970 was a Thursday. */
static bool is_weekend(int32_t day)
{
    int32_t weekday = ((day + 3) % DAYS_A_WEEK + DAYS_A_WEEK) % DAYS_A_WEEK; /* 0: Monday */
    return weekday >= 5;
}

static int32_t business_days_after(int32_t day, int64_t days)
{
    while (days > 0)
        days -= !is_weekend(++day);
    return day;
}

/* What says of itself that it holds needs no other hold. */
static const struct hold_fact *quarantine(const struct facts *f, int32_t until)
{
    const struct hold_fact *best = NULL;
    for (size_t i = 0; i < f->duties->holds_len; i++) {
        const struct hold_fact *h = &f->duties->holds[i];
        if (h->day <= until && (!best || h->placed > best->placed))
            best = h;
    }
    return best;
}

static void not_quarantined(const struct rule *self, const struct facts *f, const struct suspicion_fact *since,
                            int32_t until, struct findings *out)
{
    const struct hold_fact *late = quarantine(f, INT32_MAX);
    rule_fail(out, self, "", late ? SEV_LOW : SEV_HIGH, NO_DAY, SEQS(since->seq, late ? late->seq : NONE),
              json_pack("{s:s, s:s, s:s, s:s*}", "since", day_name(out, since->day), "by", since->what, "due",
                        day_name(out, until), "held", late ? day_name(out, late->day) : NULL),
              late ? "The lot was known to be suspect since %s, by %s, and held only from %s on."
                   : "The lot is known to be suspect since %s, by %s, and no quarantine of it is recorded%s.",
              day_name(out, since->day), since->what, late ? day_name(out, late->day) : "");
}

static void is_quarantined(const struct rule *self, const struct facts *f, struct findings *out)
{
    const struct suspicion_fact *since = first_suspicion(f);
    if (!since)
        return;
    int32_t until = business_days_after(since->day, rule_parameter(self, "businessDays"));
    const struct hold_fact *held = quarantine(f, until);
    if (held && !held->placed)
        rule_fail(out, self, "", SEV_LOW, NO_DAY, SEQS(since->seq, held->seq),
                  json_pack("{s:s, s:s}", "reason", held->reason, "held", day_name(out, held->day)),
                  "The lot is held since %s, and nothing says where.", day_name(out, held->day));
    else if (held)
        rule_pass(out, self, "");
    else if (f->duties->gone_day != NO_DAY && f->duties->gone_day <= until)
        return; /* nothing was left to hold */
    else if (f->today > until)
        not_quarantined(self, f, since, until, out);
    else {
        rule_again(out, until + 1, since->seq);
        rule_unknown(out, self, "", arena_printf(out->arena, "a quarantine, which is due by %s", day_name(out, until)));
    }
}

/* ---- CAP-105 ---- */

static bool proves_destruction(const struct record *r)
{
    bool proved = r->witness != NULL;
    for (size_t i = 0; i < r->documents_len; i++)
        proved |= text_is(r->documents[i].kind, "destruction-certificate");
    return proved;
}

static bool was_cleared(const struct facts *f, int32_t by)
{
    return is_done(&f->duties->cleared) && f->duties->cleared.day <= by;
}

static void scrapped_by_order(const struct rule *self, const struct facts *f, const struct move *m, struct findings *out)
{
    const struct suspicion_fact *since = first_suspicion(f);
    const struct done_fact *order = &f->duties->disposed;
    int y, mo, d;
    day_to_ymd(since->day, &y, &mo, &d);
    int32_t keep_until = day_from_ymd(y + (int)rule_parameter(self, "years"), mo, d);
    bool instructed = m->record->authority || (is_done(order) && order->day <= m->day_last);
    const char *subject = move_subject(out, m);
    if (m->day_last < keep_until && !instructed)
        rule_fail(out, self, subject, SEV_HIGH, NO_DAY, SEQS(m->seq, since->seq),
                  json_pack("{s:s, s:s, s:I, s:s, s:s}", "since", day_name(out, since->day), "scrapped",
                            day_name(out, m->day_last), "quantity", (json_int_t)m->quantity, "keepUntil",
                            day_name(out, keep_until), "method", m->record->method),
                  "%s of a lot that is suspect since %s %s scrapped on %s, and nothing says who ordered it; suspect stock is "
                  "evidence until %s.",
                  pieces(out, m->quantity), day_name(out, since->day), m->quantity == 1 ? "was" : "were",
                  day_name(out, m->day_last), day_name(out, keep_until));
    else if (!proves_destruction(m->record))
        rule_fail(out, self, subject, SEV_LOW, NO_DAY, SEQS(m->seq, since->seq),
                  json_pack("{s:s, s:I, s:s}", "scrapped", day_name(out, m->day_last), "quantity",
                            (json_int_t)m->quantity, "method", m->record->method),
                  "%s of a suspect lot %s scrapped on %s, without a witness or a certificate of destruction.",
                  pieces(out, m->quantity), m->quantity == 1 ? "was" : "were", day_name(out, m->day_last));
    else
        rule_pass(out, self, subject);
}

static void is_kept(const struct rule *self, const struct facts *f, struct findings *out)
{
    const struct suspicion_fact *since = first_suspicion(f);
    bool any = false;
    for (size_t i = 0; since && i < f->moves_len; i++) {
        const struct move *m = &f->moves[i];
        if (m->type != REC_SCRAPPED || m->day_last < since->day || was_cleared(f, m->day_last))
            continue;
        any = true;
        scrapped_by_order(self, f, m, out);
    }
    if (since && !any && f->duties->gone_day == NO_DAY)
        rule_pass(out, self, "");
    else if (since && !any)
        rule_unknown(out, self, "", "what became of the suspect pieces");
}

/* ---- the rows ---- */

static const struct rule RULES[] = {
    {
        .id = "CAP-103",
        .family = "G",
        .title = "A suspect lot is reported within 60 days of the first awareness",
        .severity = SEV_CRITICAL,
        .version = 1,
        .refs = {"FAR 52.246-26", "DFARS 252.246-7007", "GIDEP"},
        .guards = "Awareness is an inspection that binds, a hold as suspect, an alert that names this very lot, a denial by its "
                  "maker or issuer, or a review that says so, also by reading records; a rule's finding alone is none. A "
                  "review with an exemption ends it, as does a release after it; where no contract asks for it, set applies to 0.",
        .parameters = {{"firstDay", 30, "days"}, {"secondDay", 45, "days"}, {"lastDay", 60, "days"}, {"applies", 1, "0 or 1"}},
        .check = is_reported,
    },
    {
        .id = "CAP-104",
        .family = "G",
        .title = "A suspect lot is in quarantine, in a place that is told, within a business day",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"DFARS 252.246-7007", "SAE AS6081", "SAE AS5553"},
        .guards = "A hold for any reason will do; held too late, or nobody says where, is low; what had left by then needs none. "
                  "Business days are Monday to Friday.",
        .parameters = {{"businessDays", 1, "days"}},
        .check = is_quarantined,
    },
    {
        .id = "CAP-105",
        .family = "G",
        .title = "Suspect stock is kept for five years, or destroyed by order and with proof",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"FAR 52.246-26", "FAR 4.7", "ERAI"},
        .guards = "An authority on the record, or a review that disposed of the lot before, is the order; a witness or a certificate "
                  "of destruction the proof; pieces that tests destroy are none of this, nor is a lot that was released.",
        .parameters = {{"years", 5, "years"}},
        .check = is_kept,
    },
};

const struct rule_family DUTY_RULES = {RULES, LENGTH(RULES)};
