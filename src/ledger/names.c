/*
 * names - who is who: the aliases that operators' organisation records have in force.
 *
 * A name held by two organisations at once names neither.  Names that name each other in a circle
 * are one, and the least of them stands for all: so it is never decided by who came first.
 */
#include "knowledge.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/model/party.h"

#include <string.h>
#include <strings.h>

enum { RESOLVE_LEVELS = 16, GROUP_LEVELS = 16, SUCCESSION_LEVELS = 8 };

struct name_entry {
    const char *name, *organisation; /* whose name */
    const struct statement *by;
    int64_t from_us, to_us;
    bool is_alias; /* in `aliases`; else the organisation's `name` */
    uint64_t checked;
    bool in_force; /* as of names_version `checked` */
    struct name_entry *next;         /* of the same name */
    struct name_entry *next_of_same; /* organisation */
};

/* ---- what is in force ---- */

static bool says_it(const struct organisation_statement *o, bool is_alias)
{
    return is_alias ? o->has_aliases : o->name != NULL;
}

/* Of one source the later statement about an organisation counts, member by member. */
static bool is_superseded(struct knowledge *kn, const struct name_entry *e)
{
    for (const struct listed *l = listed_by(kn, BY_ORGANISATION, e->organisation); l; l = l->next)
        if (l->statement != e->by && says_it(l->statement->organisation, e->is_alias) &&
            same_source(l->statement, e->by) && is_later(l->statement, e->by) &&
            stands(kn, l->statement))
            return true;
    return false;
}

static bool in_force(struct knowledge *kn, struct name_entry *e)
{
    if (e->checked != kn->names_version) {
        e->in_force = stands(kn, e->by) && !is_superseded(kn, e);
        e->checked = kn->names_version;
    }
    return e->in_force;
}

static bool is_of(const struct name_entry *e, int64_t at_us)
{
    return at_us == INT64_MAX ? e->to_us == INT64_MAX : at_us >= e->from_us && at_us <= e->to_us;
}

static const char *resolve_once(struct knowledge *kn, const char *name, int64_t at_us)
{
    const char *found = NULL;
    for (struct name_entry *e = map_get_text(&kn->names, name); e; e = e->next) {
        if (!is_of(e, at_us) || !in_force(kn, e))
            continue;
        if (found && strcmp(found, e->organisation) != 0)
            return name; /* held by two at once it names neither */
        found = e->organisation;
    }
    return found ? found : name;
}

static const char *least(const char *const *names, size_t len)
{
    const char *best = names[0];
    for (size_t i = 1; i < len; i++)
        best = strcmp(names[i], best) < 0 ? names[i] : best;
    return best;
}

const char *party_resolve(struct knowledge *kn, const char *name, int64_t at_us)
{
    const char *path[RESOLVE_LEVELS];
    size_t len = 0;
    if (!name)
        return NULL;
    while (len < RESOLVE_LEVELS) {
        const char *next = resolve_once(kn, name, at_us);
        if (next == name)
            return name;
        path[len++] = name;
        for (size_t i = 0; i < len; i++)
            if (strcmp(path[i], next) == 0)
                return least(path + i, len - i);
        name = next;
    }
    return name;
}

const char *party_today(struct knowledge *kn, const char *name)
{
    return party_resolve(kn, name, INT64_MAX);
}

bool same_party(struct knowledge *kn, const char *a, const char *b)
{
    return strcmp(a, b) == 0 || strcmp(party_today(kn, a), party_today(kn, b)) == 0;
}

bool may_mean(struct knowledge *kn, const char *name, int64_t at_us, const char *party)
{
    return strcmp(name, party) == 0 || strcmp(party_resolve(kn, name, at_us), party) == 0 ||
           same_party(kn, name, party);
}

/* ---- all names of a party ---- */

static bool has_word(const struct words *w, const char *word)
{
    for (size_t i = 0; i < w->len; i++)
        if (strcmp(w->at[i], word) == 0)
            return true;
    return false;
}

struct words names_of(struct knowledge *kn, struct arena *a, const char *party)
{
    struct words all = {.at = ARENA_NEW(a, const char *), .len = 1};
    size_t cap = 1;
    all.at[0] = party;
    for (size_t i = 0; i < all.len; i++)
        for (const struct name_entry *e = map_get_text(&kn->names_of, all.at[i]); e;
             e = e->next_of_same)
            if (!has_word(&all, e->name)) {
                all.at = vec_grow(a, all.at, &cap, all.len, sizeof *all.at);
                all.at[all.len++] = e->name;
            }
    return all;
}

/* ---- taking in ---- */

static void name_add(struct knowledge *kn, const struct statement *st, const char *name,
                     bool is_alias, int64_t from_us, int64_t to_us)
{
    const char *organisation = st->organisation->organisation;
    if (strcmp(name, organisation) == 0)
        return;
    struct name_entry *e = ARENA_NEW(&kn->arena, struct name_entry);
    *e = (struct name_entry){.name = name, .organisation = organisation, .by = st,
                             .from_us = from_us, .to_us = to_us, .is_alias = is_alias,
                             .next = map_get_text(&kn->names, name),
                             .next_of_same = map_get_text(&kn->names_of, organisation)};
    map_put_text(&kn->names, name, e);
    map_put_text(&kn->names_of, organisation, e);
}

void names_add(struct knowledge *kn, const struct statement *st)
{
    const struct organisation_statement *o = st->organisation;
    if (o->name)
        name_add(kn, st, manufacturer_normal(&kn->arena, o->name), false, INT64_MIN, INT64_MAX);
    for (size_t i = 0; i < o->aliases_len; i++) {
        const struct alias *x = &o->aliases[i];
        name_add(kn, st, x->name, true, x->from.text ? x->from.first_us : st->time.first_us,
                 x->to.text ? x->to.last_us : INT64_MAX);
    }
}

/* Who is one with whom today, among the names that hang on the organisation. */
void names_changed(struct knowledge *kn, const struct statement *st)
{
    struct arena scratch;
    kn->names_version++;
    arena_init(&scratch, 0);
    struct words names = names_of(kn, &scratch, st->organisation->organisation);
    for (size_t i = 0; i < names.len; i++) {
        struct org *o = knowledge_org(kn, names.at[i]);
        struct org *class_ = o ? knowledge_org(kn, party_today(kn, o->name)) : NULL;
        if (!class_ || class_ == o->class_)
            continue;
        o->class_ = class_;
        knowledge_org_changed(kn, o);
        kn->shared_known = false;
    }
    arena_reset(&scratch);
}

/* ---- what operators, and organisations themselves, say of one ---- */

/* The statement of a source that counts for a member: no later one of it says the member too. */
static bool is_last_word(struct knowledge *kn, const struct statement *st,
                         bool (*says)(const struct organisation_statement *o))
{
    if (!says(st->organisation) || !stands(kn, st))
        return false;
    for (const struct listed *l = listed_by(kn, BY_ORGANISATION, st->organisation->organisation); l;
         l = l->next)
        if (l->statement != st && says(l->statement->organisation) &&
            same_source(l->statement, st) && is_later(l->statement, st) && stands(kn, l->statement))
            return false;
    return true;
}

static bool says_parent(const struct organisation_statement *o)
{
    return o->parent != NULL;
}
static bool says_roles(const struct organisation_statement *o)
{
    return o->has_roles;
}
static bool says_country(const struct organisation_statement *o)
{
    return o->country != NULL;
}
static bool says_sites(const struct organisation_statement *o)
{
    return o->has_sites;
}
static bool says_successors(const struct organisation_statement *o)
{
    return o->has_successors;
}

/* The latest of those that count; of a claim that anybody may make, an operator's word before. */
static const struct statement *latest_of(struct knowledge *kn, struct arena *a, const char *party,
                                         bool claims,
                                         bool (*says)(const struct organisation_statement *o))
{
    const struct statement *best = NULL;
    struct words names = names_of(kn, a, party);
    for (size_t i = 0; i < names.len; i++)
        for (const struct listed *l = listed_by(kn, BY_ORGANISATION, names.at[i]); l; l = l->next) {
            const struct statement *st = l->statement;
            if (!(st->by_operator || (claims && same_party(kn, st->owner, party))) ||
                !same_party(kn, names.at[i], party) || !is_last_word(kn, st, says))
                continue;
            bool better = !best || (st->by_operator != best->by_operator ? st->by_operator
                                                                         : is_later(st, best));
            best = better ? st : best;
        }
    return best;
}

const char *group_of(struct knowledge *kn, struct arena *a, const char *party)
{
    const char *path[GROUP_LEVELS];
    size_t len = 0;
    party = party_today(kn, party);
    while (len < GROUP_LEVELS) {
        const struct statement *st = latest_of(kn, a, party, false, says_parent);
        path[len++] = party;
        if (!st)
            return party;
        party = party_today(kn, st->organisation->parent);
        for (size_t i = 0; i < len; i++)
            if (strcmp(path[i], party) == 0)
                return least(path + i, len - i);
    }
    return party;
}

bool has_role(struct knowledge *kn, struct arena *a, const char *party, const char *role)
{
    struct words names = names_of(kn, a, party);
    for (size_t i = 0; i < names.len; i++)
        for (const struct listed *l = listed_by(kn, BY_ORGANISATION, names.at[i]); l; l = l->next) {
            const struct statement *st = l->statement;
            if (st->by_operator && has_word(&st->organisation->roles, role) &&
                same_party(kn, names.at[i], party) && is_last_word(kn, st, says_roles))
                return true;
        }
    return false;
}

const char *country_of(struct knowledge *kn, struct arena *a, const char *party)
{
    const struct statement *st = latest_of(kn, a, party, true, says_country);
    return st ? st->organisation->country : NULL;
}

bool sites_count(struct knowledge *kn, const struct statement *st, const char *party)
{
    return (st->by_operator || same_party(kn, st->owner, party)) &&
           same_party(kn, st->organisation->organisation, party) && is_last_word(kn, st, says_sites);
}

bool party_submits(struct knowledge *kn, struct arena *a, const char *party)
{
    const struct org *asked = knowledge_org(kn, party);
    if (!asked || asked->submits)
        return asked != NULL;
    struct words names = names_of(kn, a, asked->class_->name);
    for (size_t i = 0; i < names.len; i++) {
        const struct org *o = knowledge_org(kn, names.at[i]);
        if (o && o->submits && o->class_ == asked->class_)
            return true;
    }
    return false;
}

/* ---- succession ---- */

static bool succeeds(struct knowledge *kn, struct arena *a, const char *party, const char *maker,
                     int64_t at_us, int levels)
{
    struct words names = names_of(kn, a, maker);
    for (size_t i = 0; levels > 0 && i < names.len; i++)
        for (const struct listed *l = listed_by(kn, BY_PREDECESSOR, names.at[i]); l; l = l->next) {
            const struct statement *st = l->statement;
            const struct successor *s = l->item;
            int64_t from_us = s->from.text ? s->from.first_us : st->time.first_us;
            if (!st->by_operator || at_us < from_us ||
                (strcmp(names.at[i], maker) != 0 &&
                 strcmp(party_resolve(kn, names.at[i], from_us), maker) != 0) ||
                !is_last_word(kn, st, says_successors))
                continue;
            const char *heir = party_resolve(kn, st->organisation->organisation, at_us);
            if (strcmp(heir, party) == 0 || succeeds(kn, a, party, heir, at_us, levels - 1))
                return true;
        }
    return false;
}

/* The first that took over comes before; of several that say so the first word counts. */
static bool is_earlier_takeover(const struct takeover *t, const struct statement *said, int32_t day,
                                const char *heir, const struct statement *st)
{
    if (!said || day != t->day)
        return !said || day < t->day;
    int order = strcmp(heir, t->heir);
    return order < 0 || (order == 0 && is_later(said, st));
}

/* The first that is known to have taken over its business. */
struct takeover takeover_of(struct knowledge *kn, struct arena *a, const char *maker)
{
    struct takeover t = {.day = INT32_MAX, .seq = NONE};
    const struct statement *said = NULL;
    struct words names = names_of(kn, a, maker);
    for (size_t i = 0; i < names.len; i++)
        for (const struct listed *l = listed_by(kn, BY_PREDECESSOR, names.at[i]); l; l = l->next) {
            const struct statement *st = l->statement;
            const struct successor *s = l->item;
            const struct when *from = s->from.text ? &s->from : &st->time;
            const char *heir = party_today(kn, st->organisation->organisation);
            if (!st->by_operator || strcmp(heir, maker) == 0 ||
                !is_earlier_takeover(&t, said, from->last_day, heir, st) ||
                strcmp(party_resolve(kn, names.at[i], from->first_us), maker) != 0 ||
                !is_last_word(kn, st, says_successors))
                continue;
            t = (struct takeover){from->last_day, st->seq, heir};
            said = st;
        }
    return t;
}

bool is_maker(struct knowledge *kn, struct arena *a, const char *party, const char *maker,
              int64_t at_us)
{
    if (!party || !*maker)
        return false;
    return strcmp(party, maker) == 0 ||
           (kn->statements[REC_ORGANISATION] && succeeds(kn, a, party, maker, at_us, SUCCESSION_LEVELS));
}
