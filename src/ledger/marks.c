/*
 * marks - what a lot carries that other lots may carry too, and what the set of them says.
 *
 * Trace codes are compared through the distinct `sub`s of the mark, documents and serials through the
 * lots that carry them, who are no conflict when one descends from the other.
 */
#include "facts.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/digest.h"
#include "pedigree/base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS = CHAIN_REACH };

/* Of a serial mark's `sub`: the piece was shipped, it is here no more. */
#define SENT_ON "|sent"

bool mark_is_identity(const char *kind)
{
    return strcmp(kind, "serial") == 0 || strcmp(kind, "document") == 0;
}

bool mark_is_compared(const char *kind)
{
    return mark_is_identity(kind) || strcmp(kind, "trace") == 0;
}

static int64_t mark_key(const char *kind, const char *scope, const char *value)
{
    struct span spans[] = {{kind, strlen(kind)}, {"\x1f", 1}, {scope, strlen(scope)},
                           {"\x1f", 1},          {value, strlen(value)}};
    return digest_key(spans, LENGTH(spans));
}

static struct lot_mark *mark_add(struct space *s, struct lot *l, const char *kind,
                                 const char *scope, const char *value, const char *sub,
                                 int64_t seq)
{
    int64_t key = mark_key(kind, scope, value);
    if (!l->mark_places.arena)
        l->mark_places = map_new(s->arena);
    const char *name = arena_printf(s->arena, "%" PRIx64 "%s", (uint64_t)key, sub);
    size_t place = (size_t)(uintptr_t)map_get_text(&l->mark_places, name); /* from 1 */
    if (place)
        return &l->marks.at[place - 1];
    struct lot_mark *m = vec_push(s->arena, &l->marks);
    map_put_text(&l->mark_places, name, (void *)(uintptr_t)l->marks.len);
    *m = (struct lot_mark){.key = key, .kind = kind, .value = value, .sub = sub, .seq = seq,
                           .declared = NONE};
    return m;
}

/* Date codes are read as of the lot's first day. */
int32_t reading_day(const struct lot *l)
{
    int32_t day = NO_DAY;
    for (size_t i = 0; i < l->events.len; i++)
        if (!l->events.at[i]->voided &&
            (day == NO_DAY || l->events.at[i]->record->time.last_day < day))
            day = l->events.at[i]->record->time.last_day;
    return day == NO_DAY ? 0 : day;
}

/* The hull of the date codes that go with a trace code. */
static bool trace_hull(const struct lot *l, const char *trace, int32_t *first, int32_t *last)
{
    int32_t day = reading_day(l);
    const struct lot_description *d = &l->description;
    bool any = false, paired = false;
    for (size_t i = 0; i < d->date_codes_len; i++)
        for (size_t k = 0; k < d->date_codes[i].trace_codes.len; k++)
            paired |= strcmp(d->date_codes[i].trace_codes.at[k], trace) == 0;
    for (size_t i = 0; i < d->date_codes_len; i++) {
        const struct date_code_item *c = &d->date_codes[i];
        bool mine = !paired;
        for (size_t k = 0; k < c->trace_codes.len; k++)
            mine |= strcmp(c->trace_codes.at[k], trace) == 0;
        struct date_code p = datecode_parse(c->code, day);
        for (size_t k = 0; mine && k < p.candidates_len; k++) {
            *first = !any || p.candidates[k].first < *first ? p.candidates[k].first : *first;
            *last = !any || p.candidates[k].last > *last ? p.candidates[k].last : *last;
            any = true;
        }
    }
    return any;
}

static void mark_trace(struct space *s, struct lot *l, const char *trace)
{
    const struct root *r = l->chain.roots_len ? &l->chain.roots[0] : NULL;
    int32_t first = 0, last = 0;
    bool dated = trace_hull(l, trace, &first, &last);
    const char *dates = dated ? arena_printf(s->arena, "%d..%d", first, last) : "";
    const char *base = part_base(s->arena, l->description.part.mpn);
    const char *sub = arena_printf(s->arena, "%s|%s|%d|%s", base, dates,
                                   r && r->open ? r->day : 0, r ? r->name : "");
    mark_add(s, l, "trace", lot_maker(s, l), trace, sub, l->description_seq);
}

int64_t document_pieces(const struct lot *l, const struct event *e)
{
    if (e->record->type == REC_SHIPPED)
        return e->record->quantity;
    int64_t in = event_inflow(l, e);
    return in ? in : l->balance.inflow;
}

const char *document_issuer(struct space *s, const struct event *e,
                                   const struct document_ref *d)
{
    int64_t t = e->record->time.first_us;
    const char *name = d->issuer                       ? d->issuer
                       : e->record->type == REC_RECEIVED && e->record->from.organisation
                           ? e->record->from.organisation
                           : e->owner;
    return party_resolve(s->kn, name, t);
}

/* By what a certificate is known: its number, else its bytes, and the line; NULL: by nothing. */
static const char *document_value(struct space *s, const struct document_ref *d)
{
    const char *name = d->number ? d->number : d->sha256, *line = d->declares.line;
    return name ? arena_printf(s->arena, "%s%s%s", name, line ? " line " : "", line ? line : "")
                : NULL;
}

static void mark_document(struct space *s, struct lot *l, const struct event *e,
                          const struct document_ref *d, int64_t came, int64_t went)
{
    if (strcmp(d->kind, "coc") != 0 && strcmp(d->kind, "release-certificate") != 0)
        return;
    const char *issuer = document_issuer(s, e, d);
    const char *value = document_value(s, d);
    if (!value)
        return;
    const char *id = arena_printf(s->arena, "%" PRId64, l->id);
    struct lot_mark *m = mark_add(s, l, "document", issuer, value, id, e->seq);
    m->issuer = issuer;
    m->came = pieces_sum(m->came, came);
    m->went = pieces_sum(m->went, went);
    m->declared = d->declares.quantity != NONE ? d->declares.quantity : m->declared;
}

static bool names_document(const struct event *e, const struct document_ref *d)
{
    for (size_t i = 0; i < event_documents(e); i++)
        if (text_is(e->record->documents[i].number, d->number) ||
            text_is(e->record->documents[i].sha256, d->sha256))
            return true;
    return false;
}

bool is_told_twice(const struct lot *l, const struct document_ref *d)
{
    for (size_t i = 0; i < l->events.len; i++)
        if (l->events.at[i]->record->type != REC_SHIPPED && names_document(l->events.at[i], d))
            return true;
    return false;
}

static void mark_documents(struct space *s, struct lot *l)
{
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        bool input = e->record->type == REC_TRANSFORMED && e->ordinal >= 0 && e->ordinal < ORDINAL_OUTPUT;
        bool out = e->record->type == REC_SHIPPED || input;
        int64_t stayed = event_stayed(l, e);
        int64_t pieces = input    ? event_outflow(l, e)
                         : stayed ? event_inflow(l, e) - stayed
                                  : document_pieces(l, e);
        for (size_t k = 0; k < event_documents(e); k++)
            mark_document(s, l, e, &e->record->documents[k], out ? 0 : pieces, out ? pieces : 0);
    }
    for (size_t i = 0; i < l->hop_documents.len; i++) {
        const struct hop_document *h = &l->hop_documents.at[i];
        if (!is_told_twice(l, h->document))
            mark_document(s, l, h->out, h->document, h->quantity, 0);
    }
    for (size_t i = 0; i < l->marks.len; i++) { /* what other lots need to know of this one */
        struct lot_mark *m = &l->marks.at[i];
        if (strcmp(m->kind, "document") == 0) /* what came with it and goes on with its copy is one */
            m->sub = arena_printf(s->arena, "%" PRId64 "|%" PRId64 "|%" PRId64, l->id,
                                  m->came > m->went ? m->came : m->went, m->declared);
    }
}

/* The serials named where pieces went out; *all: everything that came in was shipped. */
static struct map sent_serials(struct space *s, const struct lot *l, bool *all)
{
    struct map sent = map_new(s->arena);
    int64_t shipped = 0;
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        if (e->voided || e->record->type != REC_SHIPPED)
            continue;
        shipped = pieces_sum(shipped, e->record->quantity);
        for (size_t k = 0; k < e->record->of_pieces.serials.len; k++)
            map_put_text(&sent, e->record->of_pieces.serials.at[k], s);
    }
    *all = shipped > 0 && shipped >= l->balance.inflow;
    return sent;
}

static void mark_serials(struct space *s, struct lot *l, const char *scope)
{
    const struct lot_description *d = &l->description;
    const char *here = arena_printf(s->arena, "%" PRId64, l->id);
    const char *sent = arena_printf(s->arena, "%" PRId64 SENT_ON, l->id);
    bool all = false;
    struct map named = {0};
    if (d->serials.len)
        named = sent_serials(s, l, &all);
    for (size_t i = 0; i < d->serials.len; i++)
        mark_add(s, l, "serial", scope, d->serials.at[i],
                 all || map_get_text(&named, d->serials.at[i]) ? sent : here, l->description_seq);
}

void lot_mark_all(struct space *s, struct lot *l)
{
    if (!l->has_description || !l->code)
        return;
    const struct lot_description *d = &l->description;
    const char *maker = lot_maker(s, l);
    const char *scope = arena_printf(s->arena, "%s/%s", maker, lot_part(s, l));
    const char *id = arena_printf(s->arena, "%" PRId64, l->id);
    mark_serials(s, l, scope);
    for (size_t i = 0; i < d->package_ids_len; i++)
        mark_add(s, l, "package", scope, d->package_ids[i].id, id, l->description_seq);
    for (size_t i = 0; i < d->date_codes_len; i++) {
        mark_add(s, l, "date", scope, d->date_codes[i].code, id, l->description_seq);
        for (size_t k = 0; k < d->date_codes[i].trace_codes.len; k++)
            mark_trace(s, l, d->date_codes[i].trace_codes.at[k]);
    }
    for (size_t i = 0; i < d->trace_codes.len; i++)
        mark_trace(s, l, d->trace_codes.at[i]);
    mark_documents(s, l);
}

static void description_keys(struct space *s, const struct lot_description *d,
                             const struct event *e, struct mark_keys *out)
{
    if (!d->part.mpn)
        return;
    const char *maker = party_resolve(s->kn, d->part.maker, e->record->time.first_us);
    const char *scope =
        arena_printf(s->arena, "%s/%s", maker, part_resolve(s->kn, s->arena, maker, d->part.key));
    for (size_t i = 0; i < d->serials.len; i++)
        *vec_push(s->arena, &out->identities) = mark_key("serial", scope, d->serials.at[i]);
    for (size_t i = 0; i < d->trace_codes.len; i++)
        *vec_push(s->arena, &out->traces) = mark_key("trace", maker, d->trace_codes.at[i]);
    for (size_t i = 0; i < d->date_codes_len; i++)
        for (size_t k = 0; k < d->date_codes[i].trace_codes.len; k++)
            *vec_push(s->arena, &out->traces) =
                mark_key("trace", maker, d->date_codes[i].trace_codes.at[k]);
}

void mark_keys_of(struct space *s, const struct event *e, struct mark_keys *out)
{
    description_keys(s, &e->record->lot, e, out);
    for (size_t i = 0; i < e->record->outputs_len; i++)
        description_keys(s, &e->record->outputs[i], e, out);
    for (size_t i = 0; i < e->record->documents_len; i++) {
        const struct document_ref *d = &e->record->documents[i];
        const char *value = document_value(s, d);
        if (value)
            *vec_push(s->arena, &out->identities) = mark_key("document", document_issuer(s, e, d), value);
    }
}

/* ---- who descends from whom ---- */

static int by_lot(const void *x, const void *y)
{
    const struct relation *a = x, *b = y;
    return (a->lot > b->lot) - (a->lot < b->lot);
}

static int by_number(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

struct climb {
    struct keys *found; /* level by level */
    struct map seen;
    bool proven; /* only where both sides say so */
};

static void climb_to(struct space *s, struct climb *c, int64_t lot)
{
    if (map_get(&c->seen, lot))
        return;
    map_put(&c->seen, lot, c);
    *vec_push(s->arena, c->found) = lot;
}

/* As they were stored. */
static void climb_stored(struct space *s, struct climb *c, int64_t lot)
{
    struct relation wanted = {.lot = lot};
    const struct relation *end = s->relations + s->relations_len;
    const struct relation *r =
        s->relations_len ? bsearch(&wanted, s->relations, s->relations_len, sizeof wanted, by_lot) : NULL;
    while (r && r > s->relations && r[-1].lot == lot)
        r--;
    for (; r && r < end && r->lot == lot; r++)
        if (r->proven || !c->proven)
            climb_to(s, c, r->parent);
}

/* The edges of a touched lot are those of this batch. */
static void climb_from(struct space *s, struct climb *c, int64_t lot)
{
    const struct lot *l = map_get(&s->lots, lot);
    if (!l || !l->touched) {
        climb_stored(s, c, lot);
        return;
    }
    for (size_t i = 0; i < l->edges.len; i++) {
        const struct edge *e = &l->edges.at[i];
        bool proven = e->standing == HOP_CORROBORATED || e->standing == HOP_INTERNAL;
        if (e->parent && (proven || !c->proven))
            climb_to(s, c, e->parent->id);
    }
}

/* All lots that it came from, by number: breadth first, each lot once, as chains part and join again.
 * Found once, when all edges are settled. */
static const struct keys *ancestors_of(struct space *s, struct lot *l, bool proven)
{
    struct ancestors *a = proven ? &l->proven : &l->ancestors;
    struct climb c = {&a->list, map_new(s->arena), proven};
    if (a->known)
        return &a->list;
    climb_from(s, &c, l->id);
    size_t level_end = a->list.len;
    for (size_t i = 0, level = 1; i < a->list.len && level < LEVELS; i++) {
        climb_from(s, &c, a->list.at[i]);
        if (i + 1 == level_end) {
            level++;
            level_end = a->list.len;
        }
    }
    if (a->list.len)
        qsort(a->list.at, a->list.len, sizeof *a->list.at, by_number);
    a->known = true;
    return &a->list;
}

static bool is_among(const struct keys *all, const struct lot *l)
{
    return all->len && bsearch(&l->id, all->at, all->len, sizeof l->id, by_number);
}

static bool has_ancestor(struct space *s, const struct lot *l, const struct lot *of)
{
    return is_among(ancestors_of(s, (struct lot *)(uintptr_t)l, false), of);
}

/* A claim says nothing of the lot that it names: both sides say so of every hop between. */
static bool is_proven_ancestor(struct space *s, const struct lot *of, const struct lot *l)
{
    return is_among(ancestors_of(s, (struct lot *)(uintptr_t)l, true), of);
}

static bool lots_related(struct space *s, const struct lot *a, const struct lot *b)
{
    return a == b || has_ancestor(s, a, b) || has_ancestor(s, b, a);
}

/* ---- mark facts ---- */

struct sub { /* of a trace mark: base part | first..last | day if open market | root */
    const char *base, *root;
    size_t base_len;
    bool dated;
    int32_t first, last, open_day;
};

static bool same_base(const struct sub *a, const struct sub *b)
{
    return a->base_len == b->base_len && strncmp(a->base, b->base, a->base_len) == 0;
}

static struct sub sub_read(const char *text)
{
    struct sub r = {.base = text, .base_len = strcspn(text, "|")};
    const char *dates = text + r.base_len + (text[r.base_len] == '|');
    r.dated = sscanf(dates, "%d..%d", &r.first, &r.last) == 2;
    const char *day = strchr(dates, '|');
    r.open_day = day ? (int32_t)strtol(day + 1, NULL, 10) : 0;
    const char *root = day ? strchr(day + 1, '|') : NULL;
    r.root = root ? root + 1 : "";
    return r;
}

/* Unrelated open-market roots of this part within the days of the window. */
static int64_t sources_of(const struct mark_sub *subs, const struct sub *mine)
{
    int64_t window = rules_parameter("CAP-047", "windowDays");
    VEC(const char *) roots = {0};
    struct arena scratch;
    arena_init(&scratch, 0);
    for (const struct mark_sub *m = subs; m && mine->open_day; m = m->next) {
        struct sub o = sub_read(m->sub);
        if (m->lots <= 0 || !o.open_day || llabs((int64_t)o.open_day - mine->open_day) > window ||
            !same_base(&o, mine))
            continue;
        bool seen = false;
        for (size_t i = 0; i < roots.len; i++)
            seen |= strcmp(roots.at[i], o.root) == 0;
        if (!seen)
            *vec_push(&scratch, &roots) = o.root;
    }
    int64_t sources = (int64_t)roots.len;
    arena_reset(&scratch);
    return sources;
}

static bool has_root(const struct lot *l, const char *name)
{
    for (size_t i = 0; i < l->chain.roots_len; i++)
        if (strcmp(l->chain.roots[i].name, name) == 0)
            return true;
    return false;
}

/* A word of the open market does not weigh against a chain that leads to the maker. */
static struct mark_fact trace_fact(struct space *s, const struct lot *l, const struct lot_mark *m,
                                   bool reuse)
{
    struct sub mine = sub_read(m->sub);
    struct mark_fact f = {.kind = MARK_TRACE, .value = m->value, .seq = m->seq, .pieces = NONE,
                          .declared = NONE, .reuse_declared = reuse};
    bool weighty = l->traced != TRACED_MANUFACTURER && l->traced != TRACED_AUTHORIZATION;
    if (mine.dated) {
        char a[11], b[11];
        f.this_dates = arena_printf(s->arena, "%s..%s", day_text(mine.first, a), day_text(mine.last, b));
    }
    const struct mark_sub *subs = map_get(&s->subs, m->key);
    for (const struct mark_sub *x = subs; x; x = x->next) {
        struct sub o = sub_read(x->sub);
        if (x->lots <= 0 || has_root(l, o.root))
            continue;
        bool apart = same_base(&o, &mine) && o.dated && mine.dated &&
                     (o.last < mine.first || o.first > mine.last);
        f.other_part |= !same_base(&o, &mine);
        f.disjoint_dates |= apart;
        weighty |= (apart || !same_base(&o, &mine)) && !o.open_day;
    }
    f.borne_out = !weighty;
    f.sources = sources_of(subs, &mine);
    return f;
}

/* From a member's sub "lot|pieces|declared". */
static void member_read(const struct member *m, int64_t *pieces, int64_t *declared)
{
    char *end;
    const char *bar = strchr(m->sub, '|');
    *pieces = *declared = NONE;
    if (!bar)
        return;
    *pieces = strtoll(bar + 1, &end, 10);
    if (*end == '|')
        *declared = strtoll(end + 1, NULL, 10);
}

/* Whether another of the set is above it.  Found once a set. */
static bool is_below_another(struct space *s, struct member *x, const struct member *all)
{
    for (const struct member *m = all; m && x->place == PLACE_UNKNOWN; m = m->next)
        if (m->lot != x->lot && has_ancestor(s, x->lot, m->lot) && !has_ancestor(s, m->lot, x->lot))
            x->place = PLACE_BELOW;
    if (x->place == PLACE_UNKNOWN)
        x->place = PLACE_TOP;
    return x->place == PLACE_BELOW;
}

/* What the issuer says that it covers counts, then the lot's own record, then the most of others. */
static struct mark_fact document_fact_of(struct space *s, const struct lot *l,
                                         const struct lot_mark *m)
{
    struct mark_fact f = {.kind = MARK_DOCUMENT, .value = m->value, .seq = m->seq,
                          .declared = m->declared, .pieces = 0};
    struct member *all = map_get(&s->members, m->key);
    int64_t issued = NONE, most = NONE;
    for (struct member *x = all; x; x = x->next) {
        int64_t pieces, declared;
        member_read(x, &pieces, &declared);
        bool same = x->lot == l || chain_shares_root(&l->chain, &x->lot->chain) ||
                    lots_related(s, l, x->lot);
        f.other_root |= !same;
        if (!same)
            continue;
        bool by_issuer = text_is(lot_holder(s, x->lot), m->issuer);
        f.borne_out |= by_issuer && (x->lot == l || has_ancestor(s, l, x->lot));
        issued = by_issuer && declared > issued ? declared : issued;
        most = declared > most ? declared : most;
        if (pieces != NONE && !is_below_another(s, x, all))
            f.pieces = pieces_sum(f.pieces, pieces);
    }
    f.declared = issued != NONE ? issued : f.declared != NONE ? f.declared : most;
    return f;
}

static bool is_sent_on(const char *sub)
{
    return strstr(sub, SENT_ON) != NULL;
}

/* It went on down the chain: what is below carries it. */
static bool is_below(struct space *s, const struct lot *l, const struct member *all)
{
    for (const struct member *x = all; x; x = x->next)
        if (x->lot != l && is_proven_ancestor(s, l, x->lot) && !has_ancestor(s, l, x->lot))
            return true;
    return false;
}

/* In two places at once: of what was sent on, the lot that has it now is asked. */
static struct mark_fact serial_fact(struct space *s, const struct lot *l, const struct lot_mark *m)
{
    struct mark_fact f = {.kind = MARK_SERIAL, .value = m->value, .seq = m->seq, .pieces = NONE,
                          .declared = NONE};
    const struct member *all = map_get(&s->members, m->key);
    for (const struct member *x = all; x; x = x->next)
        f.conflict |= !is_sent_on(x->sub) && !lots_related(s, l, x->lot);
    f.conflict = f.conflict && !is_sent_on(m->sub) && !is_below(s, l, all);
    return f;
}

struct mark_fact mark_fact_of(struct space *s, const struct lot *l, const struct lot_mark *m, bool reuse)
{
    if (strcmp(m->kind, "trace") == 0)
        return trace_fact(s, l, m, reuse);
    return strcmp(m->kind, "document") == 0 ? document_fact_of(s, l, m) : serial_fact(s, l, m);
}
