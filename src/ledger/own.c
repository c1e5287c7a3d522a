/*
 * own - what a holder sees of its lots for its own eyes (architecture 1.10).
 *
 * Under its own policy, and with what it keeps for itself: bills of materials, reserved pieces, decisions.  The base
 * view, everybody else's, never hangs on any of that.  Where both come to the same there is no own view.
 */
#include "lot.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct in_order { /* of time, the latest last */
    VEC(const struct statement *) list;
};

/* Of one class of holders, for a batch. */
struct own_view {
    const char *holder; /* today */
    struct rule_set rules;
    bool differs;       /* from everybody's rules */
    struct map boms;    /* name -> struct bom_in_force */
    struct in_order wide; /* decisions about no lot or part in particular; in no order */
};

struct bom_in_force { /* of one name, member by member from the latest that says it */
    struct bom_statement said;
    const struct statement *lines_of; /* NULL: no lines */
    const struct statement *terms_of; /* the latest that says anything else; NULL */
};

bool keeps_for_itself(const struct knowledge *kn)
{
    return kn->statements[REC_POLICY] || kn->statements[REC_BOM] || kn->statements[REC_DECISION] ||
           kn->statements[REC_ALLOCATED];
}

/* ---- policies ---- */

static int by_time(const void *x, const void *y)
{
    const struct statement *a = *(const struct statement *const *)x, *b = *(const struct statement *const *)y;
    return a == b ? 0 : is_later(a, b) ? 1 : -1;
}

/* Those that stand, the latest last: the operators' (holder NULL), or of one holder. */
static struct in_order policies_of(struct space *s, const char *holder)
{
    struct in_order all = {0};
    for (const struct statement *st = s->kn->statements[REC_POLICY]; st; st = st->next)
        if ((holder ? !st->by_operator && same_party(s->kn, st->owner, holder) : st->by_operator) && stands(s->kn, st))
            *vec_push(s->arena, &all.list) = st;
    if (all.list.len > 1)
        qsort(all.list.at, all.list.len, sizeof *all.list.at, by_time);
    return all;
}

static bool are_kept(const struct kept_rules *k, const struct in_order *policies, struct rule_set base)
{
    return k->base.rules == base.rules && k->len == policies->list.len &&
           memcmp(k->policies, policies->list.at, k->len * sizeof *k->policies) == 0;
}

/* Made once: findings of batches to come point at its rows. */
static struct rule_set rules_kept(struct knowledge *kn, const struct in_order *policies, struct rule_set base)
{
    struct arena *a = &kn->arena;
    size_t n = policies->list.len;
    if (n == 0)
        return base;
    for (size_t i = 0; i < kn->kept_rules.len; i++)
        if (are_kept(&kn->kept_rules.at[i], policies, base))
            return kn->kept_rules.at[i].set;
    struct kept_rules k = {ARENA_ARRAY(a, const struct statement *, n), n, base, base};
    for (size_t i = 0; i < n; i++) {
        k.policies[i] = policies->list.at[i];
        k.set = rules_under(a, k.set, base, k.policies[i]->policy);
    }
    *vec_push(a, &kn->kept_rules) = k;
    return k.set;
}

struct rule_set space_rules(struct space *s)
{
    if (!s->rules.rules) {
        struct in_order policies = policies_of(s, NULL);
        s->rules = rules_kept(s->kn, &policies, rules_catalogued());
    }
    return s->rules;
}

/* ---- the holder ---- */

static bool keeps_any(struct knowledge *kn, const char *holder)
{
    static const enum record_type KEPT[] = {REC_POLICY, REC_BOM, REC_DECISION, REC_ALLOCATED};
    for (size_t i = 0; i < LENGTH(KEPT); i++)
        for (const struct statement *st = kn->statements[KEPT[i]]; st; st = st->next)
            if (same_party(kn, st->owner, holder))
                return true;
    return false;
}

static void find_wide(struct space *s, struct own_view *v)
{
    for (const struct statement *st = s->kn->statements[REC_DECISION]; st; st = st->next)
        if (!st->decision->about.lot_code && !st->decision->about.part.key && same_party(s->kn, st->owner, v->holder))
            *vec_push(s->arena, &v->wide.list) = st;
}

/* NULL: it keeps nothing. */
static struct own_view *view_of(struct space *s, const struct lot *l)
{
    static struct own_view nothing;
    int64_t class_ = l->holder->class_->id;
    struct own_view *v = map_get(&s->own_views, class_);
    if (!v) {
        const char *holder = party_today(s->kn, l->holder->name);
        v = &nothing;
        if (keeps_any(s->kn, holder)) {
            struct rule_set base = space_rules(s);
            struct in_order policies = policies_of(s, holder);
            v = ARENA_NEW(s->arena, struct own_view);
            *v = (struct own_view){.holder = holder, .rules = rules_kept(s->kn, &policies, base), .boms = map_new(s->arena)};
            v->differs = rule_sets_differ(base, v->rules);
            find_wide(s, v);
        }
        map_put(&s->own_views, class_, v);
    }
    return v == &nothing ? NULL : v;
}

static bool is_own_word(struct space *s, const struct own_view *v, const struct statement *st)
{
    return same_party(s->kn, st->owner, v->holder) && stands(s->kn, st);
}

/* ---- bills of materials ---- */

static void bom_add(struct bom_in_force *to, const struct statement *st)
{
    const struct bom_statement *b = st->bom;
    struct bom_statement *said = &to->said;
    const char *const *texts[] = {&b->revision, &b->phase, &b->criticality, &b->whisker_level, &b->nuclear, &b->security_level,
                                   &b->security_profile};
    const char **said_texts[] = {&said->revision, &said->phase, &said->criticality, &said->whisker_level, &said->nuclear,
                                 &said->security_level, &said->security_profile};
    bool any = b->has_environment || b->support_until.text || b->networked.given;
    for (size_t i = 0; i < LENGTH(texts); i++)
        if (*texts[i]) {
            *said_texts[i] = *texts[i];
            any = true;
        }
    if (b->networked.given)
        said->networked = b->networked;
    if (any)
        to->terms_of = st;
    if (b->has_environment)
        said->environment = b->environment;
    said->has_environment |= b->has_environment;
    if (b->support_until.text)
        said->support_until = b->support_until;
    if (b->has_lines)
        to->lines_of = st;
}

static const struct bom_in_force *bom_in_force(struct space *s, struct own_view *v, const char *name)
{
    struct bom_in_force *b = map_get_text(&v->boms, name);
    struct in_order all = {0};
    if (b)
        return b;
    for (const struct listed *l = listed_by(s->kn, BY_BOM, name); l; l = l->next)
        if (is_own_word(s, v, l->statement))
            *vec_push(s->arena, &all.list) = l->statement;
    if (all.list.len > 1)
        qsort(all.list.at, all.list.len, sizeof *all.list.at, by_time);
    b = ARENA_NEW(s->arena, struct bom_in_force);
    *b = (struct bom_in_force){.said.name = name};
    for (size_t i = 0; i < all.list.len; i++)
        bom_add(b, all.list.at[i]);
    map_put_text(&v->boms, name, b);
    return b;
}

/* ---- what the pieces are for ---- */

struct uses {
    VEC(struct use_fact) list;
};

/* Pieces of the lot that are reserved for a programme; NONE if none is reserved for any. */
static int64_t allocated_to(struct space *s, const struct own_view *v, const struct lot *l, const char *programme, int64_t *seq)
{
    int64_t pieces = 0;
    const struct statement *last = NULL;
    bool any = false;
    for (const struct listed *x = listed_by(s->kn, BY_ALLOCATED, l->code); x; x = x->next) {
        const struct allocation *a = x->statement->allocation;
        if (!is_own_word(s, v, x->statement))
            continue;
        any = true;
        if (strcmp(a->programme, programme) != 0)
            continue;
        pieces = pieces_sum(pieces, a->quantity);
        last = last && !is_later(x->statement, last) ? last : x->statement;
    }
    *seq = last ? last->seq : NONE;
    return any ? pieces : NONE;
}

static int64_t stated(bool has, int64_t n)
{
    return has ? n : NONE;
}

static void add_use(struct space *s, struct own_view *v, const struct lot *l, const struct listed *line, struct uses *out)
{
    const struct bom_line *b = line->item;
    const struct bom_in_force *bom = bom_in_force(s, v, line->statement->bom->name);
    const struct bom_statement *said = &bom->said;
    int64_t allocated_seq, allocated = allocated_to(s, v, l, said->name, &allocated_seq);
    bool has = said->has_environment;
    if (bom->lines_of != line->statement || allocated == 0) /* superseded; all of it is for others */
        return;
    *vec_push(s->arena, &out->list) = (struct use_fact){
        .seq = line->statement->seq, .programme = said->name, .phase = said->phase, .criticality = said->criticality,
        .whisker_level = said->whisker_level, .nuclear = said->nuclear, .security_level = said->security_level,
        .security_profile = said->security_profile, .terms_seq = bom->terms_of ? bom->terms_of->seq : NONE,
        .networked = !said->networked.given ? UNKNOWN : said->networked.value ? YES : NO,
        .temperature_min = stated(has, said->environment.temperature.min),
        .temperature_max = stated(has, said->environment.temperature.max),
        .altitude = stated(has, said->environment.altitude), .voltage = stated(has, said->environment.voltage),
        .support_until = said->support_until.text ? said->support_until.last_day : NO_DAY, .per_unit = b->per_unit,
        .annual_demand = b->annual_demand, .on_hand = b->on_hand, .on_order = b->on_order, .allocated = allocated,
        .allocated_seq = allocated_seq};
}

/* A bill that lists the part under several numbers is one use for each line. */
static int by_programme(const void *x, const void *y)
{
    const struct use_fact *a = x, *b = y;
    int order = strcmp(a->programme, b->programme);
    return order ? order : (a->annual_demand > b->annual_demand) - (a->annual_demand < b->annual_demand);
}

static struct uses uses_of(struct space *s, struct own_view *v, const struct lot *l)
{
    struct uses out = {0};
    if (!l->has_description || !s->kn->statements[REC_BOM])
        return out;
    const char *maker = lot_maker(s, l);
    struct words keys = part_keys_of(s->kn, s->arena, maker, lot_part(s, l));
    for (size_t i = 0; i < keys.len; i++)
        for (const struct listed *x = listed_by(s->kn, BY_BOM_PART, keys.at[i]); x; x = x->next) {
            const struct bom_line *b = x->item;
            if (is_own_word(s, v, x->statement) &&
                (!b->part.maker || may_mean(s->kn, b->part.maker, x->statement->time.first_us, maker)))
                add_use(s, v, l, x, &out);
        }
    if (out.list.len > 1)
        qsort(out.list.at, out.list.len, sizeof *out.list.at, by_programme);
    return out;
}

/* ---- decisions ---- */

struct decisions {
    VEC(struct decision_fact) list;
};

static bool is_refusal(const char *outcome)
{
    static const char *const WORDS[] = {"rejected", "refused", "denied", "declined"};
    for (size_t i = 0; outcome && i < LENGTH(WORDS); i++)
        if (strcasecmp(outcome, WORDS[i]) == 0)
            return true;
    return false;
}

static bool has_use(const struct uses *u, const char *programme)
{
    for (size_t i = 0; i < u->list.len; i++)
        if (strcmp(u->list.at[i].programme, programme) == 0)
            return true;
    return false;
}

static bool came_from(struct space *s, const struct lot *l, const char *party)
{
    for (size_t i = 0; i < l->hops.len; i++) {
        const struct hop *h = &l->hops.at[i];
        if ((h->source && same_party(s->kn, h->source, party)) || (h->seller && same_party(s->kn, h->seller, party)))
            return true;
    }
    return false;
}

/* The chain knows of it as of one who had no certificate that may be asked for. */
static bool lapsed_above(struct space *s, const struct lot *l, const char *party)
{
    for (size_t i = 0; i < l->chain.lapsed_len; i++)
        if (same_party(s->kn, l->chain.lapsed[i].name, party))
            return true;
    return false;
}

/* All that it names is concerned; what it does not name may be anything. */
static bool concerns(struct space *s, const struct lot *l, const struct uses *u, const struct statement *st)
{
    const struct decision_statement *d = st->decision;
    const char *maker = lot_maker(s, l);
    if (d->about.lot_code && (strcmp(d->about.lot_code, l->code) != 0 ||
                              (d->about.lot_organisation && !same_party(s->kn, d->about.lot_organisation, l->holder->name))))
        return false;
    if (d->about.part.key && (!l->has_description ||
                              strcmp(part_resolve(s->kn, s->arena, maker, d->about.part.key), lot_part(s, l)) != 0 ||
                              (d->about.part.maker && !may_mean(s->kn, d->about.part.maker, st->time.first_us, maker))))
        return false;
    if (d->about.organisation && !came_from(s, l, d->about.organisation) && !lapsed_above(s, l, d->about.organisation))
        return false;
    return !d->about.programme || has_use(u, d->about.programme);
}

/* In force on the ledger's day. */
static void consider(struct space *s, const struct own_view *v, const struct lot *l, const struct uses *u,
                     const struct statement *st, struct in_order *out)
{
    const struct when *until = &st->decision->until;
    if (is_own_word(s, v, st) && (!until->text || until->last_day >= s->today) && concerns(s, l, u, st))
        *vec_push(s->arena, &out->list) = st;
}

static void consider_listed(struct space *s, const struct own_view *v, const struct lot *l, const struct uses *u,
                            const char *what, const char *name, struct in_order *out)
{
    for (const struct listed *x = listed_by(s->kn, BY_DECIDED, decided_name(s->arena, what, name)); x; x = x->next)
        consider(s, v, l, u, x->statement, out);
}

static struct decision_fact fact_of(struct space *s, const struct lot *l, const struct statement *st)
{
    const struct decision_statement *d = st->decision;
    return (struct decision_fact){
        .seq = st->seq, .kind = d->kind, .programme = d->about.programme, .notice = d->about.notice_number,
        .alert = d->about.alert_number, .organisation = d->about.organisation ? party_today(s->kn, d->about.organisation) : NULL, .consents = !is_refusal(d->outcome),
        .is_upstream = d->about.organisation && !came_from(s, l, d->about.organisation),
        .until = d->until.text ? d->until.last_day : NO_DAY};
}

/* In order of time.  Of notices and alerts, which rules match themselves, all of the holder's are taken along. */
static struct decisions decisions_of(struct space *s, const struct own_view *v, const struct lot *l, const struct uses *u)
{
    struct in_order all = {0};
    struct decisions out = {0};
    for (size_t i = 0; i < v->wide.list.len; i++)
        consider(s, v, l, u, v->wide.list.at[i], &all);
    consider_listed(s, v, l, u, "lot", l->code, &all);
    if (l->has_description && s->kn->statements[REC_DECISION]) {
        struct words keys = part_keys_of(s->kn, s->arena, lot_maker(s, l), lot_part(s, l));
        for (size_t i = 0; i < keys.len; i++)
            consider_listed(s, v, l, u, "part", keys.at[i], &all);
    }
    if (all.list.len > 1)
        qsort(all.list.at, all.list.len, sizeof *all.list.at, by_time);
    for (size_t i = 0; i < all.list.len; i++)
        *vec_push(s->arena, &out.list) = fact_of(s, l, all.list.at[i]);
    return out;
}

/* ---- the view ---- */

static bool is_same(const struct finding *x, const struct finding *y)
{
    return strcmp(x->rule->id, y->rule->id) == 0 && x->verdict == y->verdict && strcmp(x->subject, y->subject) == 0 &&
           (x->verdict != VERDICT_FAIL ||
            (x->severity == y->severity && x->pending == y->pending && x->since == y->since &&
             strcmp(x->message, y->message) == 0 && json_equal(x->evidence, y->evidence)));
}

static bool are_same(const struct findings *x, const struct findings *y)
{
    bool same = x->len == y->len;
    for (size_t i = 0; same && i < x->len; i++)
        same = is_same(&x->at[i], &y->at[i]);
    return same;
}

void lot_assess_own(struct space *s, struct lot *l, const struct facts *f)
{
    struct own_view *v = keeps_for_itself(s->kn) ? view_of(s, l) : NULL;
    if (!v)
        return;
    struct uses u = uses_of(s, v, l);
    struct decisions d = decisions_of(s, v, l, &u);
    struct facts own = *f;
    own.uses = u.list.at;
    own.uses_len = u.list.len;
    own.decisions = d.list.at;
    own.decisions_len = d.list.len;
    if (!v->differs && u.list.len == 0 && d.list.len == 0)
        return;
    l->own_findings = rules_run_set(s->arena, v->rules, &own);
    for (size_t i = 0; i < d.list.len; i++)
        if (d.list.at[i].until != NO_DAY)
            rule_again(&l->own_findings, d.list.at[i].until + 1, d.list.at[i].seq);
    l->own_assessment = assess(&l->own_findings);
    l->has_own = !are_same(&l->findings, &l->own_findings);
}
