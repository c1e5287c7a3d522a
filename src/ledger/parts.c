/*
 * parts - which part numbers are one part, and what is known of it.
 *
 * Statements count from the part's manufacturer (or who took it over) and from operators; of one
 * source the later `time` counts, member by member.
 */
#include "knowledge.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"

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

/* No later statement of the same source about the part says its list anew. */
static bool aliases_count(struct knowledge *kn, const struct statement *st)
{
    for (const struct listed *l = listed_by(kn, BY_PART, st->part->part.key); l; l = l->next) {
        const struct statement *o = l->statement;
        if (o != st && o->part->aliases.given && same_source(o, st) &&
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

static bool notice_is_withdrawn(struct knowledge *kn, struct arena *a, const struct statement *of,
                                const char *maker)
{
    for (const struct listed *l = listed_by(kn, BY_WITHDRAWN, of->notice->number); l; l = l->next) {
        const struct statement *st = l->statement;
        if (speaks_for(kn, a, st, maker) && stands(kn, st) &&
            may_mean(kn, st->notice->manufacturer, st->time.first_us, maker))
            return true;
    }
    return false;
}

/* Another word of the same source on the same notice. */
static bool is_same_notice(const struct statement *a, const struct statement *b)
{
    return a == b || (same_source(a, b) && text_is(a->notice->number, b->notice->number) &&
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

/* The last day of shipment: the item's own, else what its source last said for the whole notice. */
static const struct when *ship_of(struct knowledge *kn, const struct listed *of)
{
    const struct notice_part *item = of->item;
    const struct statement *best = NULL, *st = of->statement;
    if (item->last_ship.text)
        return &item->last_ship;
    for (const struct listed *l = listed_by(kn, BY_NOTICE, st->notice->number); l; l = l->next)
        if (l->statement->notice->last_ship.text && is_same_notice(l->statement, st) &&
            stands(kn, l->statement) && (!best || is_later(l->statement, best)))
            best = l->statement;
    return best ? &best->notice->last_ship : &item->last_ship;
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
        if (o != st && same_source(o, st) && text_is(o->part->part.maker, ps->part.maker) &&
            says(o->part, offset) && is_later(o, st) && stands(kn, o))
            return false;
    }
    return true;
}

#define MEMBER(m) offsetof(struct part_statement, m)

struct part_gather { /* and which statement each part of the answer comes from */
    struct part_answer *out;
    const struct statement *introduced, *end, *lifecycle, *family, *package;
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
    if (member_counts(kn, all, st, MEMBER(lifecycle)) &&
        takes(st, &g->lifecycle, lifecycle_rank(ps->lifecycle) - lifecycle_rank(p->lifecycle))) {
        p->lifecycle = ps->lifecycle;
        p->lifecycle_seq = st->seq;
    }
    if (member_counts(kn, all, st, MEMBER(family)) &&
        takes(st, &g->family, g->family && is_later(st, g->family) ? 1 : -1))
        p->family = ps->family;
    if (member_counts(kn, all, st, MEMBER(package)) &&
        takes(st, &g->package, g->package && is_later(st, g->package) ? 1 : -1))
        p->package = ps->package;
    if (member_counts(kn, all, st, MEMBER(trace_code_reuse)))
        p->trace_reuse = true;
}

static void part_add_notice(struct knowledge *kn, struct arena *a, const struct listed *l,
                            const char *maker, struct part_gather *g)
{
    struct part_answer *p = g->out;
    if (!text_is(l->statement->notice->kind, "PDN") || !list_counts(kn, l->statement))
        return;
    if (notice_is_withdrawn(kn, a, l->statement, maker)) {
        p->discontinuance_withdrawn = true;
        return;
    }
    const struct when *ship = ship_of(kn, l);
    bool said = p->end_of_production != NO_DAY; /* of the part itself: that leads */
    const struct statement **from = said ? &(const struct statement *){NULL} : &g->end;
    if (ship->text && (p->last_ship == NO_DAY || ship->last_day >= p->last_ship) &&
        takes(l->statement, from, compare(ship->last_day, p->last_ship))) {
        p->last_ship = ship->last_day;
        p->end_seq = said ? p->end_seq : l->statement->seq;
    }
}

struct part_answer part_of(struct knowledge *kn, struct arena *a, const char *maker,
                           const char *part_key)
{
    struct part_answer p = {.introduced = NO_DAY, .end_of_production = NO_DAY,
                            .last_ship = NO_DAY, .introduced_seq = NONE, .end_seq = NONE,
                            .lifecycle_seq = NONE};
    struct part_gather g = {.out = &p};
    struct words keys = part_keys_of(kn, a, maker, part_key);
    for (size_t i = 0; i < keys.len; i++) {
        const struct listed *all = listed_by(kn, BY_PART, keys.at[i]);
        for (const struct listed *l = all; l; l = l->next)
            if (part_is_about(kn, a, l->statement, &l->statement->part->part, maker))
                part_add_statement(kn, all, l->statement, &g);
    }
    for (size_t i = 0; i < keys.len; i++) { /* after: an end of production said of the part leads */
        for (const struct listed *l = listed_by(kn, BY_NOTICE_PART, keys.at[i]); l; l = l->next) {
            const struct notice_part *item = l->item;
            if (part_is_about(kn, a, l->statement, &item->part, maker))
                part_add_notice(kn, a, l, maker, &g);
        }
    }
    return p;
}
