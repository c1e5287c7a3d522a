/*
 * standing - what a party may claim to be for a part at a time: its tier, from authorizations that
 * count, and the certificates it holds.
 *
 * A scope is read as {parts, lines, packages, regions} that must all cover, each where it is given;
 * what cannot be checked (a family, a package or the buyer's country that nobody stated) covers
 * nothing, and is told apart from what was checked and does not.
 */
#include "knowledge.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/text.h"
#include "pedigree/rules/rule.h"

#include <string.h>
#include <strings.h>

static const char *const AVOIDANCE[] = {"AP-CAP", "AP_CAP", "AS6081", "AS6496", "AS5553",
                                        "CCAP-101", "CCAP101", "62668"};

/* ---- scope ---- */

static bool words_have(const struct words *w, const char *word)
{
    for (size_t i = 0; i < w->len; i++)
        if (strcasecmp(w->at[i], word) == 0)
            return true;
    return false;
}

/* NULL: nobody stated it, so it cannot be checked. */
static enum truth member_covers(const struct words *w, const char *value)
{
    if (!w->given)
        return YES;
    return w->len == 0 ? NO : !value ? UNKNOWN : words_have(w, value) ? YES : NO;
}

/* Regions that are no countries ("EMEA") cannot be checked. */
static enum truth region_covers(const struct words *w, const char *country)
{
    enum truth t = member_covers(w, country);
    for (size_t i = 0; t == NO && i < w->len; i++)
        if (strlen(w->at[i]) != 2)
            return UNKNOWN;
    return t;
}

static enum truth parts_cover(struct knowledge *kn, struct arena *a, const struct words *parts,
                              const struct tier_question *q)
{
    if (!parts->given)
        return YES;
    for (size_t i = 0; i < parts->len; i++)
        if (strcmp(part_resolve(kn, a, q->maker, parts->at[i]), q->part_key) == 0)
            return YES;
    return NO;
}

static enum truth scope_covers(struct knowledge *kn, struct arena *a,
                               const struct authorization_statement *au,
                               const struct tier_question *q)
{
    if (au->scope_all)
        return YES;
    if (!au->parts.given && !au->lines.given && !au->packages.given && !au->regions.given)
        return NO; /* {} names nothing */
    struct part_answer p = {0};
    if (au->lines.given || au->packages.given)
        p = part_of(kn, a, q->maker, q->part_key);
    const char *country = au->regions.given && q->buyer ? country_of(kn, a, q->buyer) : NULL;
    const enum truth all[] = {parts_cover(kn, a, &au->parts, q), member_covers(&au->lines, p.family),
                              member_covers(&au->packages, p.package),
                              region_covers(&au->regions, country)};
    enum truth worst = YES;
    for (size_t i = 0; i < LENGTH(all); i++)
        worst = all[i] == NO || worst == NO ? NO : all[i] == UNKNOWN ? UNKNOWN : worst;
    return worst;
}

/* ---- grants ---- */

static bool is_of_customer(const char *kind)
{
    return strcmp(kind, "exclusive-trace") == 0 || strcmp(kind, "approved") == 0;
}

/* The name, as of its record or of the question, means one who makes the part. */
static bool may_make(struct knowledge *kn, struct arena *a, const char *name, int64_t t,
                     const struct tier_question *q)
{
    return is_maker(kn, a, party_resolve(kn, name, t), q->maker, q->at_us) ||
           is_maker(kn, a, party_resolve(kn, name, q->at_us), q->maker, q->at_us);
}

/* The manufacturer grants the first three kinds, the customer who answers for it the last two. */
static bool grant_counts(struct knowledge *kn, struct arena *a, const struct statement *st,
                         const struct tier_question *q)
{
    const struct authorization_statement *au = st->authorization;
    int64_t t = st->time.first_us;
    const char *by = au->by ? au->by : au->manufacturer;
    if (!st->by_operator && strcmp(party_resolve(kn, st->owner, t), party_resolve(kn, by, t)) != 0)
        return false;
    if (is_of_customer(au->kind))
        return q->buyer && may_mean(kn, by, t, q->buyer);
    return may_make(kn, a, by, t, q);
}

static bool same_text(const char *a, const char *b)
{
    return a ? text_is(b, a) : !b;
}

static bool same_words(const struct words *a, const struct words *b)
{
    bool same = a->given == b->given && a->len == b->len;
    for (size_t i = 0; same && i < a->len; i++)
        same = strcmp(a->at[i], b->at[i]) == 0;
    return same;
}

/* What only one of two statements of a source says is no difference between their grants. */
static bool same_grant(const struct authorization_statement *a, const struct authorization_statement *b)
{
    bool scoped = !a->scope_all && !b->scope_all;
    return strcmp(a->holder, b->holder) == 0 && strcmp(a->kind, b->kind) == 0 &&
           same_text(a->manufacturer, b->manufacturer) && (!a->by || !b->by || strcmp(a->by, b->by) == 0) &&
           (!a->from.text || !b->from.text || a->from.first_us == b->from.first_us) &&
           (!scoped || (same_words(&a->parts, &b->parts) && same_words(&a->lines, &b->lines) &&
                        same_words(&a->packages, &b->packages) && same_words(&a->regions, &b->regions)));
}

/* When it ends: as the latest statement of its source that gives an end says. */
static int64_t grant_end_us(struct knowledge *kn, const struct listed *all, const struct statement *st)
{
    const struct statement *best = st;
    for (const struct listed *l = all; l; l = l->next) {
        const struct statement *b = l->statement;
        if (b != st && b->authorization->to.text && same_source(b, st) && is_later(b, st) &&
            same_grant(b->authorization, st->authorization) && stands(kn, b) &&
            (best == st || is_later(b, best)))
            best = b;
    }
    const struct when *to = &best->authorization->to;
    return to->text ? to->last_us : INT64_MAX;
}

static enum tier tier_of_kind(const char *kind)
{
    static const struct {
        const char *kind;
        enum tier tier;
    } KINDS[] = {{"franchised", TIER_T2},        {"aftermarket-manufacturer", TIER_T1A},
                 {"contract-manufacturer", TIER_T1}, {"exclusive-trace", TIER_T3},
                 {"approved", TIER_T4}};
    for (size_t i = 0; i < LENGTH(KINDS); i++)
        if (strcmp(KINDS[i].kind, kind) == 0)
            return KINDS[i].tier;
    return TIER_T5;
}

static void weigh_grant(struct knowledge *kn, struct arena *a, const struct listed *all,
                        const struct statement *st, const struct tier_question *q,
                        struct tier_answer *out)
{
    const struct authorization_statement *au = st->authorization;
    int64_t t = st->time.first_us;
    if (!stands(kn, st) || !may_mean(kn, au->holder, t, q->party) ||
        !may_make(kn, a, au->manufacturer, t, q) || !grant_counts(kn, a, st, q))
        return;
    int64_t from = au->from.text ? au->from.first_us : st->time.first_us;
    int64_t to = grant_end_us(kn, all, st), grace = rules_parameter("CAP-021", "graceDays") * US_PER_DAY;
    bool ours = !is_of_customer(au->kind), now = q->at_us >= from && q->at_us <= to;
    bool near = q->at_us >= from - grace && (to == INT64_MAX || q->at_us <= to + grace);
    if (!near)
        return;
    enum truth covers = scope_covers(kn, a, au, q);
    enum tier tier = tier_of_kind(au->kind);
    if (now && covers == UNKNOWN && ours && out->authorized == NO)
        out->authorized = UNKNOWN;
    if (covers != YES)
        return;
    if (now) {
        out->tier = tier < out->tier ? tier : out->tier;
        out->authorized = ours ? YES : out->authorized;
        out->aftermarket |= tier == TIER_T1A;
        out->contract |= strcmp(au->kind, "contract-manufacturer") == 0;
    } else if (ours) {
        out->near = true;
    }
}

struct tier_answer tier_of(struct knowledge *kn, struct arena *a, const struct tier_question *q)
{
    struct tier_answer out = {.tier = TIER_UNKNOWN, .authorized = UNKNOWN};
    if (!q->party)
        return out;
    if (is_maker(kn, a, q->party, q->maker, q->at_us))
        return (struct tier_answer){TIER_T1, YES, true, true, true};
    out.tier = TIER_T5;
    out.authorized = NO;
    struct words names = names_of(kn, a, q->party);
    for (size_t i = 0; i < names.len; i++) {
        const struct listed *all = listed_by(kn, BY_HOLDER, names.at[i]);
        for (const struct listed *l = all; l; l = l->next)
            weigh_grant(kn, a, all, l->statement, q, &out);
    }
    return out;
}

/* ---- certificates ---- */

static bool is_avoidance_text(const char *text)
{
    for (size_t i = 0; text && i < LENGTH(AVOIDANCE); i++)
        if (strstr(text, AVOIDANCE[i]))
            return true;
    return false;
}

static bool is_avoidance(const struct certificate_statement *c)
{
    return is_avoidance_text(c->scheme) || is_avoidance_text(c->standard);
}

static int32_t day_or(const struct when *w, bool last, int32_t absent)
{
    return w->text ? (last ? w->last_day : w->first_day) : absent;
}

/* A certifier's word, or a register's that an operator brings; its holder's own is a claim. */
static bool certifies(struct knowledge *kn, struct arena *a, const struct statement *st)
{
    const char *owner = party_resolve(kn, st->owner, st->time.first_us);
    return stands(kn, st) && (st->by_operator || has_role(kn, a, owner, "certifier")) &&
           (st->by_operator || !st->certificate->holder ||
            strcmp(party_resolve(kn, st->certificate->holder, st->time.first_us), owner) != 0);
}

/* The status in force on that day: the latest statement of this certificate whose status began. */
static bool status_is_active(struct knowledge *kn, struct arena *a,
                             const struct certificate_statement *c, int32_t day)
{
    const struct statement *latest = NULL;
    int32_t since = INT32_MIN;
    for (const struct listed *l = listed_by(kn, BY_CERTIFICATE, c->number); l; l = l->next) {
        const struct statement *st = l->statement;
        const struct certificate_statement *o = st->certificate;
        int32_t from = day_or(&o->status_from, false, st->time.first_day);
        if (!o->status || !same_text(o->scheme, c->scheme) || from > day || from < since ||
            !certifies(kn, a, st) || (from == since && latest && is_later(latest, st)))
            continue;
        latest = st;
        since = from;
    }
    return !latest || strcmp(latest->certificate->status, "active") == 0;
}

/* The end of this term of the certificate, as its source last said; another day of issue is
 * another term. */
static int32_t expires_day(struct knowledge *kn, const struct statement *of)
{
    const struct statement *best = of;
    const struct certificate_statement *c = of->certificate;
    for (const struct listed *l = listed_by(kn, BY_CERTIFICATE, c->number); l; l = l->next) {
        const struct statement *st = l->statement;
        const struct certificate_statement *o = st->certificate;
        if (o->expires.text && same_source(st, of) && same_text(o->scheme, c->scheme) &&
            (!o->issued.text || !c->issued.text || o->issued.first_day == c->issued.first_day) &&
            is_later(st, best) && stands(kn, st))
            best = st;
    }
    return day_or(&best->certificate->expires, true, INT32_MAX);
}

/* Whoever read a register says, later, how much of it he read. */
static bool is_last_snapshot(struct knowledge *kn, const struct statement *st)
{
    for (const struct statement *o = kn->statements[REC_SNAPSHOT]; o; o = o->next)
        if (o != st && same_source(o, st) && same_text(o->snapshot->source, st->snapshot->source) &&
            same_text(o->snapshot->of, st->snapshot->of) && is_later(o, st) && stands(kn, o))
            return false;
    return true;
}

static bool register_is_complete(struct knowledge *kn)
{
    if (kn->registers_known)
        return kn->register_complete;
    kn->registers_known = true;
    kn->register_complete = false;
    for (const struct statement *st = kn->statements[REC_SNAPSHOT]; st; st = st->next)
        if (st->snapshot->complete && st->by_operator &&
            (is_avoidance_text(st->snapshot->of) || is_avoidance_text(st->snapshot->source)) &&
            stands(kn, st) && is_last_snapshot(kn, st)) {
            kn->register_complete = true;
            break;
        }
    return kn->register_complete;
}

struct certificate_answer certificate_of(struct knowledge *kn, struct arena *a,
                                         const char *party, int32_t day)
{
    const struct statement *best = NULL;
    bool best_valid = false, renewed = false;
    struct words names = {0};
    if (party)
        names = names_of(kn, a, party);
    for (size_t i = 0; i < names.len; i++)
        for (const struct listed *l = listed_by(kn, BY_CERTIFIED, names.at[i]); l; l = l->next) {
            const struct statement *st = l->statement;
            const struct certificate_statement *c = st->certificate;
            if (!is_avoidance(c) || !certifies(kn, a, st) ||
                !may_mean(kn, names.at[i], st->time.first_us, party))
                continue;
            int32_t issued = day_or(&c->issued, false, INT32_MIN);
            bool valid = issued <= day && day <= expires_day(kn, st) &&
                         status_is_active(kn, a, c, day);
            renewed |= issued > day && issued - day <= rules_parameter("CAP-022", "renewalDays");
            if (!best || (valid != best_valid ? valid : is_later(st, best))) {
                best = st;
                best_valid = valid;
            }
        }
    if (!best)
        return (struct certificate_answer){
            party && register_is_complete(kn) ? CERT_INVALID : CERT_UNKNOWN, NONE, NULL};
    const struct certificate_statement *c = best->certificate;
    return (struct certificate_answer){
        best_valid ? CERT_VALID : renewed ? CERT_RENEWED : CERT_INVALID, best->seq,
        arena_printf(a, "%s %s", c->scheme ? c->scheme : "", c->number ? c->number : "")};
}
