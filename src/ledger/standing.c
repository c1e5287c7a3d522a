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
#include "pedigree/model/party.h"
#include "pedigree/rules/rule.h"

#include <string.h>
#include <strings.h>

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

/* Of two grants of one tier the one that was said first is told. */
static bool tells_better(const struct grant *now, enum tier tier, const struct statement *st)
{
    return tier < now->tier || (tier == now->tier && now->by && is_later(now->by, st));
}

static void grant_add(struct grant *g, enum tier tier, const struct statement *st)
{
    if (tells_better(g, tier, st))
        *g = (struct grant){tier, st};
}

/* Why there is none: the nearest miss of all. */
static void miss_add(struct tier_answer *out, enum tier_why why, const struct statement *st)
{
    bool nearer = why > out->missed || (why == out->missed && out->missed_by && is_later(out->missed_by, st));
    if (!nearer)
        return;
    out->missed = why;
    out->missed_by = st;
}

static void weigh_grant(struct knowledge *kn, struct arena *a, const struct listed *all,
                        const struct statement *st, const struct tier_question *q,
                        struct tier_answer *out)
{
    const struct authorization_statement *au = st->authorization;
    int64_t t = st->time.first_us;
    if (!stands(kn, st) || !may_mean(kn, au->holder, t, q->party) ||
        !may_make(kn, a, au->manufacturer, t, q))
        return;
    if (!grant_counts(kn, a, st, q)) {
        miss_add(out, TIER_BY_OTHERS, st);
        return;
    }
    int64_t from = au->from.text ? au->from.first_us : st->time.first_us;
    int64_t to = grant_end_us(kn, all, st), grace = rules_parameter("CAP-021", "graceDays") * US_PER_DAY;
    bool ours = !is_of_customer(au->kind), now = q->at_us >= from && q->at_us <= to;
    bool near = q->at_us >= from - grace && (to == INT64_MAX || q->at_us <= to + grace);
    if (!now)
        miss_add(out, q->at_us < from ? TIER_NOT_YET : TIER_ENDED, st);
    if (!near)
        return;
    enum truth covers = scope_covers(kn, a, au, q);
    enum tier tier = tier_of_kind(au->kind);
    if (now && covers == UNKNOWN && ours && out->authorized == NO)
        out->authorized = UNKNOWN;
    if (now && covers != YES)
        miss_add(out, covers == UNKNOWN ? TIER_SCOPE_UNKNOWN : TIER_SCOPE_OTHER, st);
    if (covers != YES)
        return;
    if (now) {
        grant_add(tier == TIER_T3 ? &out->exclusive : &out->best, tier, st);
        out->authorized = ours ? YES : out->authorized;
        out->aftermarket |= tier == TIER_T1A;
        out->contract |= strcmp(au->kind, "contract-manufacturer") == 0;
    } else if (ours) {
        out->near = true;
    }
}

static struct tier_answer tier_settled(struct tier_answer out)
{
    bool is_better = out.exclusive.by && out.exclusive.tier < out.best.tier;
    out.tier = is_better ? out.exclusive.tier : out.best.tier;
    out.otherwise = out.best.tier;
    const struct statement *by = is_better ? out.exclusive.by : out.best.by;
    out.why = by ? TIER_GRANTED : out.missed;
    out.seq = by ? by->seq : out.missed_by ? out.missed_by->seq : NONE;
    out.otherwise_why = out.best.by ? TIER_GRANTED : TIER_NONE;
    out.otherwise_seq = out.best.by ? out.best.by->seq : NONE;
    out.is_exclusive = is_better;
    return out;
}

struct tier_answer tier_of(struct knowledge *kn, struct arena *a, const struct tier_question *q)
{
    struct tier_answer out = {.tier = TIER_UNKNOWN, .authorized = UNKNOWN, .why = TIER_PARTY_UNKNOWN,
                              .otherwise = TIER_UNKNOWN, .otherwise_why = TIER_PARTY_UNKNOWN, .seq = NONE,
                              .otherwise_seq = NONE};
    if (!q->party)
        return out;
    if (is_maker(kn, a, q->party, q->maker, q->at_us))
        return (struct tier_answer){.tier = TIER_T1, .authorized = YES, .near = true, .aftermarket = true,
                                    .contract = true, .why = TIER_MAKER, .otherwise = TIER_T1,
                                    .otherwise_why = TIER_MAKER, .seq = NONE, .otherwise_seq = NONE};
    out.authorized = NO;
    out.best.tier = out.exclusive.tier = TIER_T5;
    out.missed = TIER_NONE;
    struct words names = names_of(kn, a, q->party);
    for (size_t i = 0; i < names.len; i++) {
        const struct listed *all = listed_by(kn, BY_HOLDER, names.at[i]);
        for (const struct listed *l = all; l; l = l->next)
            weigh_grant(kn, a, all, l->statement, q, &out);
    }
    return tier_settled(out);
}

/* ---- certificates ---- */

/* A certifier's word, or a register's that an operator brings; its holder's own is a claim. */
static bool certifies(struct knowledge *kn, struct arena *a, const struct statement *st)
{
    const char *owner = party_resolve(kn, st->owner, st->time.first_us);
    return stands(kn, st) && (st->by_operator || has_role(kn, a, owner, "certifier")) &&
           (st->by_operator || !st->certificate->holder ||
            strcmp(party_resolve(kn, st->certificate->holder, st->time.first_us), owner) != 0);
}

/* One number is one certificate, however its scheme is spelt. */
static bool same_certificate(const struct statement *a, const struct statement *b)
{
    return same_text(a->certificate->scheme, b->certificate->scheme) || (a->kinds & b->kinds) != 0;
}

struct certificate { /* all that certifying sources say of one */
    VEC(struct certificate_word) words;
};

static struct certificate certificate_words(struct knowledge *kn, struct arena *a, const struct statement *of)
{
    struct certificate c = {0};
    for (const struct listed *l = listed_by(kn, BY_CERTIFICATE, of->number_key); l; l = l->next) {
        const struct statement *st = l->statement;
        if (same_certificate(st, of) && certifies(kn, a, st))
            *vec_push(a, &c.words) = (struct certificate_word){st->certificate, st->time, st->key, st->owner,
                                                               st->by_operator, st->seq};
    }
    return c;
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

/* The kinds of certificate whose register was read to its end. */
static cert_set complete_registers(struct knowledge *kn)
{
    if (kn->registers_known)
        return kn->complete_registers;
    kn->registers_known = true;
    kn->complete_registers = 0;
    for (const struct statement *st = kn->statements[REC_SNAPSHOT]; st; st = st->next) {
        cert_set kinds = certificate_kinds(st->snapshot->source, st->snapshot->of);
        if (st->snapshot->complete && st->by_operator && kinds && stands(kn, st) && is_last_snapshot(kn, st))
            kn->complete_registers |= kinds;
    }
    return kn->complete_registers;
}

/* The day on which it was first taken back, within that many days after; NO_DAY. */
static int32_t taken_back(const struct certificate *c, int32_t day, int32_t within)
{
    int32_t first = NO_DAY;
    for (size_t i = 0; i < c->words.len; i++) {
        const struct certificate_word *w = &c->words.at[i];
        int32_t from = w->said->status_from.text ? w->said->status_from.first_day : w->time.first_day;
        if (!w->said->status || from <= day || from > day + within || (first != NO_DAY && from >= first))
            continue;
        enum cert_standing s = certificate_on(c->words.at, c->words.len, from).standing;
        if (s == CERT_SUSPENDED || s == CERT_CANCELLED || s == CERT_WITHDRAWN)
            first = from;
    }
    return first;
}

static bool is_renewed(const struct certificate *c, int32_t day)
{
    int32_t within = (int32_t)rules_parameter("CAP-022", "renewalDays");
    for (size_t i = 0; i < c->words.len; i++) {
        const struct when *issued = &c->words.at[i].said->issued;
        if (issued->text && issued->first_day > day && issued->first_day - day <= within)
            return true;
    }
    return false;
}

/* One of them is it, written so or otherwise; else what nobody understands may be it. */
static enum truth covers_method(struct arena *a, const struct words *covered, const char *made)
{
    const char *key = certificate_key(a, made);
    enum truth best = NO;
    for (size_t i = 0; i < covered->len; i++) {
        enum truth t = strcmp(certificate_key(a, covered->at[i]), key) == 0 ? YES : test_is(covered->at[i], made);
        if (t == YES)
            return YES;
        if (t == UNKNOWN)
            best = UNKNOWN;
    }
    return best;
}

static enum truth methods_cover(struct arena *a, const struct words *covered, const struct words *asked)
{
    enum truth all = YES;
    if (!asked || !asked->len)
        return YES;
    if (!covered->len)
        return UNKNOWN;
    for (size_t i = 0; i < asked->len; i++) {
        enum truth t = covers_method(a, covered, asked->at[i]);
        if (t == NO)
            return NO;
        if (t == UNKNOWN)
            all = UNKNOWN;
    }
    return all;
}

/* What decides: a valid one before others, one that covers before one that does not, then the later. */
static bool is_better(const struct certificate_answer *a, const struct statement *by_a,
                      const struct certificate_answer *b, const struct statement *by_b)
{
    if ((a->status == CERT_VALID) != (b->status == CERT_VALID))
        return a->status == CERT_VALID;
    if (a->methods != b->methods)
        return a->methods > b->methods;
    return is_later(by_a, by_b);
}

static struct certificate_answer certificate_weigh(struct knowledge *kn, struct arena *a,
                                                   const struct statement *st,
                                                   const struct certificate_question *q)
{
    struct certificate c = certificate_words(kn, a, st);
    struct certificate_state state = certificate_on(c.words.at, c.words.len, q->day);
    struct certificate_answer out = {.seq = c.words.at[state.by].seq, .kinds = st->kinds,
                                     .told = certificate_told(c.words.at, c.words.len), .back_day = NO_DAY};
    out.status = state.standing == CERT_ACTIVE ? CERT_VALID : is_renewed(&c, q->day) ? CERT_RENEWED : CERT_INVALID;
    out.standing = state.standing;
    out.methods = methods_cover(a, &out.told.methods, q->methods);
    if (out.status == CERT_VALID) {
        out.seq = st->seq;
        out.back_day = taken_back(&c, q->day, (int32_t)rules_parameter("CAP-022", "reviewDays"));
    }
    return out;
}

static bool is_asked(struct knowledge *kn, struct arena *a, const struct statement *st,
                     const struct certificate_question *q)
{
    return (st->kinds & q->kinds) && certifies(kn, a, st) &&
           may_mean(kn, st->certificate->holder, st->time.first_us, q->party);
}

/* Of the statements of one certificate the latest stands for all. */
static bool stands_for_all(struct knowledge *kn, struct arena *a, const struct statement *st,
                           const struct certificate_question *q)
{
    for (const struct listed *l = listed_by(kn, BY_CERTIFICATE, st->number_key); l; l = l->next)
        if (l->statement != st && l->statement->certificate->holder && is_later(l->statement, st) &&
            same_certificate(l->statement, st) && is_asked(kn, a, l->statement, q))
            return false;
    return true;
}

struct certificate_answer certificate_of(struct knowledge *kn, struct arena *a,
                                         const struct certificate_question *q)
{
    const struct statement *by = NULL;
    struct certificate_answer best = {.status = CERT_UNKNOWN, .seq = NONE, .back_day = NO_DAY};
    struct words names = {0};
    if (q->party && (kn->kinds_told & q->kinds))
        names = names_of(kn, a, q->party);
    for (size_t i = 0; i < names.len; i++)
        for (const struct listed *l = listed_by(kn, BY_CERTIFIED, names.at[i]); l; l = l->next) {
            const struct statement *st = l->statement;
            if (!is_asked(kn, a, st, q) || !stands_for_all(kn, a, st, q))
                continue;
            struct certificate_answer x = certificate_weigh(kn, a, st, q);
            if (by && !is_better(&x, st, &best, by))
                continue;
            by = st;
            best = x;
        }
    if (by)
        best.name = arena_printf(a, "%s %s", by->certificate->scheme, by->certificate->number);
    else if (q->party && kn->statements[REC_SNAPSHOT] && (complete_registers(kn) & q->kinds))
        best.status = CERT_INVALID;
    return best;
}

bool certificate_product(struct knowledge *kn, struct arena *a, const struct statement *st, int32_t day,
                         struct product_fact *out)
{
    struct certificate c = certificate_words(kn, a, st);
    if (c.words.len == 0)
        return false;
    struct certificate_state state = certificate_on(c.words.at, c.words.len, day);
    struct certificate_statement told = certificate_told(c.words.at, c.words.len);
    *out = (struct product_fact){.scheme = told.scheme, .number = told.number,
                                 .kind = told.kind, .basis = told.basis, .profile = told.profile,
                                 .level = told.level, .kinds = certificate_kinds(told.scheme, told.standard),
                                 .standing = state.standing, .seq = c.words.at[state.by].seq};
    return true;
}

/* ---- claims: what a party shows of itself, against what registers say ---- */

static bool same_body(struct arena *a, const char *x, const char *y)
{
    const char *p = certificate_key(a, x), *q = certificate_key(a, y);
    return strstr(p, q) || strstr(q, p);
}

/* One register that knows the number: does it say the same? */
static enum claim_fit claim_against(struct knowledge *kn, struct arena *a, const struct statement *claim,
                                    const struct statement *st, const char *party)
{
    const struct certificate_statement *c = claim->certificate, *o = st->certificate;
    if (o->holder && !may_mean(kn, o->holder, st->time.first_us, party))
        return party_is_provisional(o->holder) ? CLAIM_OPEN : CLAIM_OTHER_HOLDER;
    if (c->body && o->body && !same_body(a, c->body, o->body))
        return CLAIM_OTHER_BODY;
    return o->holder ? CLAIM_BORNE_OUT : CLAIM_OPEN;
}

static struct claim_fact claim_weigh(struct knowledge *kn, struct arena *a, const struct statement *claim,
                                     const char *party)
{
    struct claim_fact f = {.party = party, .scheme = claim->certificate->scheme,
                           .number = claim->certificate->number, .kinds = claim->kinds, .seq = claim->seq, .register_seq = NONE,
                           .fit = CLAIM_OPEN};
    const struct statement *by = NULL;
    bool known = false;
    for (const struct listed *l = listed_by(kn, BY_CERTIFICATE, claim->number_key); l; l = l->next) {
        const struct statement *st = l->statement;
        if (st == claim || !same_certificate(st, claim) || !certifies(kn, a, st))
            continue;
        enum claim_fit fit = claim_against(kn, a, claim, st, party);
        known = true;
        if (by && (fit < f.fit || (fit == f.fit && !is_later(by, st))))
            continue; /* that one register bears it out is enough */
        by = st;
        f.fit = fit;
        f.register_seq = st->seq;
        f.other = fit == CLAIM_OTHER_HOLDER ? st->certificate->holder : st->certificate->body;
    }
    if (!known && claim->kinds && (complete_registers(kn) & claim->kinds))
        f.fit = CLAIM_NOT_THERE;
    return f;
}

static bool is_claim(struct knowledge *kn, struct arena *a, const struct statement *st, const char *party)
{
    return !st->by_operator && st->certificate->holder && stands(kn, st) && !certifies(kn, a, st) &&
           same_party(kn, st->owner, party) && may_mean(kn, st->certificate->holder, st->time.first_us, party);
}

/* Of what the party says of one certificate the latest counts. */
static bool is_last_claim(struct knowledge *kn, struct arena *a, const struct statement *st, const char *party)
{
    for (const struct listed *l = listed_by(kn, BY_CERTIFICATE, st->number_key); l; l = l->next)
        if (l->statement != st && is_later(l->statement, st) && same_certificate(l->statement, st) &&
            is_claim(kn, a, l->statement, party))
            return false;
    return true;
}

void certificate_claims(struct knowledge *kn, struct arena *a, const char *party, struct claim_facts *out)
{
    struct words names = {0};
    if (party && kn->has_claims)
        names = names_of(kn, a, party);
    for (size_t i = 0; i < names.len; i++)
        for (const struct listed *l = listed_by(kn, BY_CERTIFIED, names.at[i]); l; l = l->next)
            if (is_claim(kn, a, l->statement, party) && is_last_claim(kn, a, l->statement, party))
                *vec_push(a, out) = claim_weigh(kn, a, l->statement, party);
}

/* ---- sites ---- */

/* Compared as codes and addresses are written, marks aside. */
static bool names_site(struct arena *a, const struct site *s, const char *key)
{
    const char *const names[] = {s->code, s->address};
    for (size_t i = 0; i < LENGTH(names); i++)
        if (names[i] && *key && strcmp(certificate_key(a, names[i]), key) == 0)
            return true;
    return false;
}

static bool is_site_then(const struct site *s, int32_t day)
{
    return (!s->from.text || s->from.first_day <= day) && (!s->to.text || day <= s->to.last_day);
}

struct sites { /* those of a party on a day, from all who may say so */
    VEC(const struct site *) list;
    bool told, ever; /* anybody lists sites; some that are none on that day */
};

static struct sites sites_then(struct knowledge *kn, struct arena *a, const char *party, int32_t day)
{
    struct sites out = {0};
    struct words names = names_of(kn, a, party);
    for (size_t i = 0; i < names.len; i++)
        for (const struct listed *l = listed_by(kn, BY_ORGANISATION, names.at[i]); l; l = l->next) {
            const struct statement *st = l->statement;
            if (!sites_count(kn, st, party))
                continue;
            out.told = true;
            for (size_t k = 0; k < st->organisation->sites_len; k++)
                if (is_site_then(&st->organisation->sites[k], day))
                    *vec_push(a, &out.list) = &st->organisation->sites[k];
        }
    return out;
}

/* By its code or address, else by its country; the seat of the organisation is a country of its too. */
enum truth site_is_of(struct knowledge *kn, struct arena *a, const char *party, const struct place *at, int32_t day)
{
    struct sites sites = sites_then(kn, a, party, day);
    const char *key = at->site ? certificate_key(a, at->site) : NULL, *seat = country_of(kn, a, party);
    bool vague = false;
    if (!sites.told)
        return UNKNOWN;
    for (size_t i = 0; i < sites.list.len; i++) {
        const struct site *s = sites.list.at[i];
        if (key ? names_site(a, s, key) : text_is(s->country, at->country))
            return YES;
        vague |= !key && !s->country;
    }
    if (!key && text_is(seat, at->country))
        return YES;
    return vague ? UNKNOWN : NO;
}

/* Which countries and sites a certificate covers: each of its entries is the code or the address of a site of the holder,
 * or a country; one that is neither cannot be compared. */
enum truth sites_cover(struct knowledge *kn, struct arena *a, const char *party, const struct words *covered,
                       const struct place *at, int32_t day)
{
    struct sites sites = sites_then(kn, a, party, day);
    const char *key = at->site ? certificate_key(a, at->site) : NULL, *country = at->country;
    bool vague = false;
    for (size_t i = 0; key && i < sites.list.len; i++)
        if (names_site(a, sites.list.at[i], key) && sites.list.at[i]->country)
            country = sites.list.at[i]->country;
    for (size_t i = 0; i < covered->len; i++) {
        const char *entry = certificate_key(a, covered->at[i]);
        if (key && strcmp(entry, key) == 0)
            return YES;
        const struct site *known = NULL;
        for (size_t k = 0; k < sites.list.len; k++)
            known = names_site(a, sites.list.at[k], entry) ? sites.list.at[k] : known;
        if (known && key && names_site(a, known, key))
            return YES; /* by the other of its names */
        if (!known && strlen(entry) == 2 && country && strcmp(entry, country) == 0)
            return YES;
        bool elsewhere = known ? key || (known->country && country && !text_is(known->country, country))
                               : strlen(entry) == 2 && country && sites.told;
        vague |= !elsewhere;
    }
    return vague || !covered->len ? UNKNOWN : NO;
}
