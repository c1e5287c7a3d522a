/*
 * parts - which part numbers are one part, and what is known of it.
 *
 * Statements count from the part's manufacturer (or who took it over) and from operators; of one
 * source the later `time` counts, member by member.
 */
#include "knowledge.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/model/party.h"

#include <stdlib.h>
#include <string.h>

enum { RESOLVE_LEVELS = 8 };

static bool speaks_for(struct knowledge *kn, struct arena *a, const struct statement *st,
                       const char *maker)
{
    int64_t t = st->time.first_us;
    return st->by_operator || is_maker(kn, a, party_resolve(kn, st->owner, t), maker, t);
}

bool part_is_about(struct knowledge *kn, struct arena *a, const struct statement *st,
                   const struct part_name *name, const char *maker)
{
    return name->maker && may_mean(kn, name->maker, st->time.first_us, maker) &&
           speaks_for(kn, a, st, maker) && stands(kn, st);
}

/* ---- which numbers are one ---- */

/* Whose word it is: an operator passes on what several others say of a part, each under its name. */
static bool same_teller(const struct statement *a, const struct statement *b)
{
    return same_source(a, b) && text_is(a->part->source, b->part->source);
}

/* No later statement of the same source about the part says its list anew. */
static bool aliases_count(struct knowledge *kn, const struct statement *st)
{
    for (const struct listed *l = listed_by(kn, BY_PART, st->part->part.key); l; l = l->next) {
        const struct statement *o = l->statement;
        if (o != st && o->part->aliases.given && same_teller(o, st) &&
            text_is(o->part->part.maker, st->part->part.maker) && is_later(o, st) && stands(kn, o))
            return false;
    }
    return true;
}

static const char *resolve_once(struct knowledge *kn, struct arena *a, const char *maker,
                                const char *key)
{
    const char *found = NULL;
    for (const struct listed *l = listed_by(kn, BY_OTHER_NUMBER, key); l; l = l->next) {
        const struct statement *st = l->statement;
        if (strcmp(st->part->part.key, key) == 0 || !part_is_about(kn, a, st, &st->part->part, maker) ||
            !aliases_count(kn, st))
            continue;
        if (found && strcmp(found, st->part->part.key) != 0)
            return key; /* held by two it names neither */
        found = st->part->part.key;
    }
    return found ? found : key;
}

const char *part_resolve(struct knowledge *kn, struct arena *a, const char *maker,
                         const char *part_key)
{
    const char *path[RESOLVE_LEVELS];
    size_t len = 0;
    while (len < RESOLVE_LEVELS) {
        const char *next = resolve_once(kn, a, maker, part_key);
        if (next == part_key)
            break;
        path[len++] = part_key;
        part_key = next;
        for (size_t i = 0; i < len; i++)
            if (strcmp(path[i], next) == 0) { /* a circle: the least stands for all */
                for (; i < len; i++)
                    part_key = strcmp(path[i], part_key) < 0 ? path[i] : part_key;
                return part_key;
            }
    }
    return part_key;
}

struct words part_keys_of(struct knowledge *kn, struct arena *a, const char *maker,
                          const char *part_key)
{
    struct words all = {.at = ARENA_NEW(a, const char *), .len = 1};
    size_t cap = 1;
    all.at[0] = part_key;
    for (size_t i = 0; i < all.len; i++)
        for (const struct listed *l = listed_by(kn, BY_PART, all.at[i]); l; l = l->next) {
            const struct words *w = &l->statement->part->aliases;
            for (size_t k = 0; k < w->len; k++) {
                bool have = false;
                for (size_t j = 0; j < all.len && !have; j++)
                    have = strcmp(all.at[j], w->at[k]) == 0;
                if (have || strcmp(part_resolve(kn, a, maker, w->at[k]), part_key) != 0)
                    continue;
                all.at = vec_grow(a, all.at, &cap, all.len, sizeof *all.at);
                all.at[all.len++] = w->at[k];
            }
        }
    return all;
}

/* ---- what is known ---- */

static bool is_one_of(const char *key, const struct words *keys)
{
    for (size_t i = 0; i < keys->len; i++)
        if (text_is(key, keys->at[i]))
            return true;
    return false;
}

/* The withdrawal is for all parts of what it takes back, or names one of these. */
static bool takes_back_part(const struct notice_statement *w, const struct words *keys)
{
    for (size_t i = 0; i < w->parts_len; i++)
        if (is_one_of(w->parts[i].part.key, keys))
            return true;
    return w->parts_len == 0;
}

/* Without a number of what it takes back: discontinuances, changes, or both, by its reasons (VDMA 24903). */
static bool takes_back_kind(const struct notice_part *item, const struct notice_statement *w, const char *kind)
{
    const struct words *reasons = item->reasons.given ? &item->reasons : &w->reasons;
    bool ends = false, changes = false;
    for (size_t i = 0; i < reasons->len; i++) {
        ends |= strcasecmp(reasons->at[i], "CANDN") == 0;
        changes |= strcasecmp(reasons->at[i], "CANCN") == 0;
    }
    return ends == changes || (text_is(kind, "PDN") ? ends : changes);
}

static bool is_of_maker(struct knowledge *kn, struct arena *a, const struct statement *st, const char *maker)
{
    return speaks_for(kn, a, st, maker) && stands(kn, st) &&
           may_mean(kn, st->notice->manufacturer, st->time.first_us, maker);
}

/* `keys`: all that the part is written as. */
static bool notice_is_withdrawn(struct knowledge *kn, struct arena *a, const struct statement *of,
                                const char *maker, const struct words *keys)
{
    for (const struct listed *l = listed_by(kn, BY_WITHDRAWN, of->notice->number); l; l = l->next)
        if (is_of_maker(kn, a, l->statement, maker) && takes_back_part(l->statement->notice, keys) &&
            (l->statement->notice->withdraws || l->statement->notice->parts_len == 0))
            return true;
    for (size_t i = 0; i < keys->len; i++)
        for (const struct listed *l = listed_by(kn, BY_NOTICE_PART, keys->at[i]); l; l = l->next) {
            const struct notice_statement *w = l->statement->notice;
            if (text_is(w->kind, "withdrawal") && !w->withdraws && is_later(l->statement, of) &&
                takes_back_kind(l->item, w, of->notice->kind) && is_of_maker(kn, a, l->statement, maker))
                return true;
        }
    return false;
}

/* Another word of the same source on the same notice. */
static bool is_same_notice(const struct statement *a, const struct statement *b)
{
    return a == b || (same_source(a, b) && text_is(a->notice->number, b->notice->number) &&
                      text_is(a->notice->kind, b->notice->kind) &&
                      text_is(a->notice->manufacturer, b->notice->manufacturer));
}

/* Its list of parts counts: no later one of its source took its place. */
static bool list_counts(struct knowledge *kn, const struct statement *st)
{
    for (const struct listed *l = listed_by(kn, BY_NOTICE, st->notice->number); l; l = l->next)
        if (l->statement->notice->parts && is_same_notice(l->statement, st) &&
            is_later(l->statement, st) && stands(kn, l->statement))
            return false;
    return true;
}

static const struct when *when_at(const struct notice_statement *n, size_t offset)
{
    return (const struct when *)(const void *)((const char *)n + offset);
}
#define NOTICE_DAY(m) offsetof(struct notice_statement, m)

/* A day of a notice: the item's own, else what its source last said for the whole notice. */
static const struct when *day_of(struct knowledge *kn, const struct listed *of, const struct when *own, size_t offset)
{
    const struct statement *best = NULL, *st = of->statement;
    if (own && own->text)
        return own;
    for (const struct listed *l = listed_by(kn, BY_NOTICE, st->notice->number); l; l = l->next)
        if (when_at(l->statement->notice, offset)->text && is_same_notice(l->statement, st) &&
            stands(kn, l->statement) && (!best || is_later(l->statement, best)))
            best = l->statement;
    return when_at((best ? best : st)->notice, offset);
}

static int lifecycle_rank(const char *word)
{
    static const char *const RANKS[] = {"unknown", "preview", "active", "nrnd", "ltb", "eol",
                                        "obsolete"};
    for (size_t i = 0; word && i < LENGTH(RANKS); i++)
        if (strcmp(RANKS[i], word) == 0)
            return (int)i;
    return -1;
}

/* Whether the statement says the member at `offset` (a pointer, or a `when` that begins with one). */
static bool says(const struct part_statement *ps, size_t offset)
{
    const char *member;
    memcpy(&member, (const char *)ps + offset, sizeof member);
    return member != NULL;
}

/* The member counts if no later statement of the same source about the part says it too. */
static bool member_counts(struct knowledge *kn, const struct listed *all,
                          const struct statement *st, size_t offset)
{
    const struct part_statement *ps = st->part;
    if (!says(ps, offset))
        return false;
    for (const struct listed *l = all; l; l = l->next) {
        const struct statement *o = l->statement;
        if (o != st && same_teller(o, st) && text_is(o->part->part.maker, ps->part.maker) &&
            says(o->part, offset) && is_later(o, st) && stands(kn, o))
            return false;
    }
    return true;
}

#define MEMBER(m) offsetof(struct part_statement, m)

/* What a distributor has no longer in stock its maker may still make. */
static bool is_of_stock(struct knowledge *kn, struct arena *a, const struct statement *st)
{
    const char *source = st->part->source, *why = "";
    if (!source || lifecycle_rank(st->part->lifecycle) < lifecycle_rank("eol") || !party_is_valid(source, &why))
        return false;
    return has_role(kn, a, party_resolve(kn, party_normal(a, source), st->time.first_us), "distributor");
}

struct part_gather { /* and which statement each part of the answer comes from */
    struct part_answer *out;
    struct words keys; /* all that the part is written as */
    VEC(const struct statement *) notices; /* of out->notices */
    bool end_is_said;  /* an end of production, of the part itself: that leads */
    const struct statement *introduced, *end, *noticed_end, *lifecycle, *best, *family, *package;
    struct arena *arena;
};

/* What several say alike was said by the first of them; where they differ `better` decides. */
static bool takes(const struct statement *st, const struct statement **from, int better)
{
    if (*from && (better < 0 || (better == 0 && !is_later(*from, st))))
        return false;
    *from = st;
    return true;
}

static int compare(int32_t a, int32_t b)
{
    return (a > b) - (a < b);
}

static void part_add_lifecycle(const struct statement *st, struct part_gather *g)
{
    const struct part_statement *ps = st->part;
    struct part_answer *p = g->out;
    bool is_known = lifecycle_rank(ps->lifecycle) > lifecycle_rank("unknown");
    p->lifecycle_sources++;
    p->lifecycle_day = st->time.last_day > p->lifecycle_day ? st->time.last_day : p->lifecycle_day;
    p->lifecycle_known += is_known;
    if (takes(st, &g->lifecycle, lifecycle_rank(ps->lifecycle) - lifecycle_rank(p->lifecycle))) {
        p->lifecycle = ps->lifecycle;
        p->lifecycle_source = ps->source ? ps->source : st->owner;
        p->lifecycle_seq = st->seq;
    }
    if (is_known && takes(st, &g->best, lifecycle_rank(p->lifecycle_best) - lifecycle_rank(ps->lifecycle))) {
        p->lifecycle_best = ps->lifecycle;
        p->lifecycle_best_source = ps->source ? ps->source : st->owner;
        p->lifecycle_best_seq = st->seq;
    }
}

static void part_add_statement(struct knowledge *kn, const struct listed *all,
                               const struct statement *st, struct part_gather *g)
{
    const struct part_statement *ps = st->part;
    struct part_answer *p = g->out;
    if (member_counts(kn, all, st, MEMBER(introduced)) &&
        takes(st, &g->introduced, compare(p->introduced, ps->introduced.first_day))) {
        p->introduced = ps->introduced.first_day;
        p->introduced_seq = st->seq;
    }
    if (member_counts(kn, all, st, MEMBER(end_of_production)) &&
        takes(st, &g->end, compare(ps->end_of_production.last_day, p->end_of_production))) {
        p->end_of_production = ps->end_of_production.last_day;
        p->end_seq = st->seq;
    }
    if (member_counts(kn, all, st, MEMBER(lifecycle)) && !is_of_stock(kn, g->arena, st))
        part_add_lifecycle(st, g);
    if (member_counts(kn, all, st, MEMBER(family)) &&
        takes(st, &g->family, g->family && is_later(st, g->family) ? 1 : -1))
        p->family = ps->family;
    if (member_counts(kn, all, st, MEMBER(package)) &&
        takes(st, &g->package, g->package && is_later(st, g->package) ? 1 : -1))
        p->package = ps->package;
    if (member_counts(kn, all, st, MEMBER(trace_code_reuse)))
        p->trace_reuse = true;
}

static void part_add_end(struct knowledge *kn, const struct listed *l, struct part_gather *g)
{
    const struct notice_part *item = l->item;
    struct part_answer *p = g->out;
    const struct when *ship = day_of(kn, l, &item->last_ship, NOTICE_DAY(last_ship));
    const struct when *end = day_of(kn, l, NULL, NOTICE_DAY(end_of_production));
    const struct statement **from = g->end_is_said ? &(const struct statement *){NULL} : &g->end;
    if (ship->text && (p->last_ship == NO_DAY || ship->last_day >= p->last_ship) &&
        takes(l->statement, from, compare(ship->last_day, p->last_ship))) {
        p->last_ship = ship->last_day;
        p->end_seq = g->end_is_said ? p->end_seq : l->statement->seq;
    }
    if (!g->end_is_said && end->text && takes(l->statement, &g->noticed_end, compare(end->last_day, p->end_of_production)))
        p->end_of_production = end->last_day;
}

/* The day on which a notice was first issued: a revision does not shorten the time that it gave. */
static int32_t first_issued(struct knowledge *kn, const struct statement *st)
{
    int32_t day = st->notice->issued.text ? st->notice->issued.last_day : NO_DAY;
    for (const struct listed *l = listed_by(kn, BY_NOTICE, st->notice->number); l; l = l->next) {
        const struct when *issued = &l->statement->notice->issued;
        if (issued->text && (day == NO_DAY || issued->last_day < day) && is_same_notice(l->statement, st) &&
            stands(kn, l->statement))
            day = issued->last_day;
    }
    return day;
}

static int32_t last_of(const struct when *w)
{
    return w->text ? w->last_day : NO_DAY;
}

static const struct words *reasons_of(const struct listed *l)
{
    const struct notice_part *item = l->item;
    return item->reasons.given ? &item->reasons : &l->statement->notice->reasons;
}

/* The place of the notice among those that were gathered, NULL if another word on it is later. */
static struct notice_fact *notice_place(const struct statement *st, struct part_gather *g)
{
    const struct notice_statement *n = st->notice;
    for (size_t i = 0; i < g->notices.len; i++) {
        const struct notice_statement *other = g->notices.at[i]->notice;
        if (!text_is(other->number, n->number) || !text_is(other->kind, n->kind))
            continue;
        if (!is_later(st, g->notices.at[i]))
            return NULL;
        g->notices.at[i] = st;
        return &g->out->notices.at[i];
    }
    *vec_push(g->arena, &g->notices) = st;
    return vec_push(g->arena, &g->out->notices);
}

static void part_add_notice(struct knowledge *kn, struct arena *a, const struct listed *l,
                            const char *maker, struct part_gather *g)
{
    const struct notice_statement *n = l->statement->notice;
    bool ends = text_is(n->kind, "PDN");
    if ((!ends && !text_is(n->kind, "PCN")) || !list_counts(kn, l->statement))
        return;
    if (notice_is_withdrawn(kn, a, l->statement, maker, &g->keys)) {
        g->out->discontinuance_withdrawn |= ends;
        return;
    }
    if (ends)
        part_add_end(kn, l, g);
    const struct notice_part *item = l->item;
    struct notice_fact *f = notice_place(l->statement, g);
    if (!f)
        return;
    *f = (struct notice_fact){
        .seq = l->statement->seq, .number = n->number, .ends = ends, .reasons = reasons_of(l),
        .from_date_code = n->from_date_code, .issued = first_issued(kn, l->statement),
        .effective = last_of(day_of(kn, l, NULL, NOTICE_DAY(effective))),
        .last_order = last_of(day_of(kn, l, &item->last_order, NOTICE_DAY(last_order))),
        .last_ship = last_of(day_of(kn, l, &item->last_ship, NOTICE_DAY(last_ship)))};
}

/* Whatever came first. */
static int by_name(const void *x, const void *y)
{
    const struct notice_fact *a = x, *b = y;
    int number = strcmp(a->number, b->number);
    return number != 0 ? number : a->ends - b->ends;
}

struct part_answer part_of(struct knowledge *kn, struct arena *a, const char *maker,
                           const char *part_key)
{
    struct part_answer p = {.introduced = NO_DAY, .end_of_production = NO_DAY,
                            .last_ship = NO_DAY, .introduced_seq = NONE, .end_seq = NONE,
                            .lifecycle_seq = NONE, .lifecycle_best_seq = NONE, .lifecycle_day = NO_DAY};
    struct words keys = part_keys_of(kn, a, maker, part_key);
    struct part_gather g = {.out = &p, .keys = keys, .arena = a};
    for (size_t i = 0; i < keys.len; i++) {
        const struct listed *all = listed_by(kn, BY_PART, keys.at[i]);
        for (const struct listed *l = all; l; l = l->next)
            if (part_is_about(kn, a, l->statement, &l->statement->part->part, maker))
                part_add_statement(kn, all, l->statement, &g);
    }
    g.end_is_said = p.end_of_production != NO_DAY;
    for (size_t i = 0; i < keys.len; i++) {
        for (const struct listed *l = listed_by(kn, BY_NOTICE_PART, keys.at[i]); l; l = l->next) {
            const struct notice_part *item = l->item;
            if (part_is_about(kn, a, l->statement, &item->part, maker))
                part_add_notice(kn, a, l, maker, &g);
        }
    }
    if (g.noticed_end)
        p.end_seq = g.noticed_end->seq;
    if (p.notices.len > 1)
        qsort(p.notices.at, p.notices.len, sizeof *p.notices.at, by_name);
    return p;
}

/* ---- whether it was made on a day ---- */

static bool is_made_word(const char *lifecycle)
{
    return text_is(lifecycle, "active") || text_is(lifecycle, "nrnd");
}

static bool is_over_word(const char *lifecycle)
{
    return text_is(lifecycle, "ltb") || text_is(lifecycle, "eol") || text_is(lifecycle, "obsolete");
}

/* Of its source no other word on the life cycle lies between it and the day. */
static bool is_nearest_word(struct knowledge *kn, const struct listed *all, const struct statement *st, int32_t day)
{
    for (const struct listed *l = all; l; l = l->next) {
        const struct statement *o = l->statement;
        if (o != st && o->part->lifecycle && same_source(o, st) && is_later(o, st) && o->time.first_day <= day &&
            text_is(o->part->part.maker, st->part->part.maker) && stands(kn, o))
            return false;
    }
    return true;
}

/* What is said to be made later was made then; what was over then, by anybody's word, may not have been. */
enum truth part_produced_on(struct knowledge *kn, struct arena *a, const char *maker, const char *part_key,
                            int32_t day, int64_t *seq)
{
    const struct statement *made = NULL;
    bool over = false;
    struct words keys = {0};
    *seq = NONE;
    if (kn->statements[REC_PART])
        keys = part_keys_of(kn, a, maker, part_key);
    for (size_t i = 0; i < keys.len; i++) {
        const struct listed *all = listed_by(kn, BY_PART, keys.at[i]);
        for (const struct listed *l = all; l; l = l->next) {
            const struct statement *st = l->statement;
            const char *word = st->part->lifecycle;
            bool before = st->time.first_day <= day;
            if (!word || !part_is_about(kn, a, st, &st->part->part, maker) ||
                (before && !is_nearest_word(kn, all, st, day)))
                continue;
            over |= before && is_over_word(word);
            if (is_made_word(word) && (!made || is_later(made, st)))
                made = st;
        }
    }
    struct part_answer p = part_of(kn, a, maker, part_key);
    bool ended = (p.end_of_production != NO_DAY && p.end_of_production < day) ||
                 (p.last_ship != NO_DAY && p.last_ship < day) || (p.introduced != NO_DAY && p.introduced > day);
    *seq = ended ? p.end_seq : made ? made->seq : NONE;
    if (over && made && !ended)
        return UNKNOWN; /* they disagree */
    return over || ended ? NO : made ? YES : UNKNOWN;
}
