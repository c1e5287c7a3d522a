/*
 * facts - what the rules get to see of one lot, and what they make of it.
 *
 * Marks that other lots may carry too are compared here: trace codes through the distinct `sub`s
 * of the mark, documents and serials through the lots that carry them, who are no conflict when
 * one descends from the other.
 */
#include "lot.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/digest.h"
#include "pedigree/base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LEVELS = 12 }; /* of this batch's own edges; what is stored comes as relations */

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
static int32_t reading_day(const struct lot *l)
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

static int64_t document_pieces(const struct lot *l, const struct event *e)
{
    if (e->record->type == REC_SHIPPED)
        return e->record->quantity;
    int64_t in = event_inflow(l, e);
    return in ? in : l->balance.inflow;
}

static const char *document_issuer(struct space *s, const struct event *e,
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
    m->came += came;
    m->went += went;
    m->declared = d->declares.quantity != NONE ? d->declares.quantity : m->declared;
}

static bool names_document(const struct event *e, const struct document_ref *d)
{
    for (size_t i = 0; i < e->record->documents_len; i++)
        if (text_is(e->record->documents[i].number, d->number) ||
            text_is(e->record->documents[i].sha256, d->sha256))
            return true;
    return false;
}

/* With one receipt it may be told by both sides: then the receiver's word counts. */
static bool is_told_twice(const struct lot *l, const struct document_ref *d)
{
    for (size_t i = 0; i < l->events.len; i++)
        if (!l->events.at[i]->voided && l->events.at[i]->record->type != REC_SHIPPED &&
            names_document(l->events.at[i], d))
            return true;
    return false;
}

static void mark_documents(struct space *s, struct lot *l)
{
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        bool out = e->record->type == REC_SHIPPED;
        for (size_t k = 0; !e->voided && k < e->record->documents_len; k++)
            mark_document(s, l, e, &e->record->documents[k], out ? 0 : document_pieces(l, e),
                          out ? document_pieces(l, e) : 0);
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
        shipped += e->record->quantity;
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
                             const struct event *e, struct keys *out)
{
    if (!d->part.mpn)
        return;
    const char *maker = party_resolve(s->kn, d->part.maker, e->record->time.first_us);
    const char *scope =
        arena_printf(s->arena, "%s/%s", maker, part_resolve(s->kn, s->arena, maker, d->part.key));
    for (size_t i = 0; i < d->serials.len; i++)
        *vec_push(s->arena, out) = mark_key("serial", scope, d->serials.at[i]);
    for (size_t i = 0; i < d->trace_codes.len; i++)
        *vec_push(s->arena, out) = mark_key("trace", maker, d->trace_codes.at[i]);
    for (size_t i = 0; i < d->date_codes_len; i++)
        for (size_t k = 0; k < d->date_codes[i].trace_codes.len; k++)
            *vec_push(s->arena, out) =
                mark_key("trace", maker, d->date_codes[i].trace_codes.at[k]);
}

void mark_keys_of(struct space *s, const struct event *e, struct keys *out)
{
    description_keys(s, &e->record->lot, e, out);
    for (size_t i = 0; i < e->record->outputs_len; i++)
        description_keys(s, &e->record->outputs[i], e, out);
    for (size_t i = 0; i < e->record->documents_len; i++) {
        const struct document_ref *d = &e->record->documents[i];
        const char *value = document_value(s, d);
        if (value)
            *vec_push(s->arena, out) = mark_key("document", document_issuer(s, e, d), value);
    }
}

/* ---- who descends from whom ---- */

static int by_relation(const void *x, const void *y)
{
    const struct relation *a = x, *b = y;
    if (a->lot != b->lot)
        return a->lot < b->lot ? -1 : 1;
    return (a->ancestor > b->ancestor) - (a->ancestor < b->ancestor);
}

static bool has_ancestor(struct space *s, const struct lot *l, const struct lot *of, int levels)
{
    struct relation wanted = {l->id, of->id};
    if (s->relations.len && bsearch(&wanted, s->relations.at, s->relations.len, sizeof wanted, by_relation))
        return true;
    for (size_t i = 0; levels > 0 && i < l->edges.len; i++) {
        const struct lot *p = l->edges.at[i].parent;
        if (p && (p == of || (p != l && has_ancestor(s, p, of, levels - 1))))
            return true;
    }
    return false;
}

bool lots_related(struct space *s, const struct lot *a, const struct lot *b)
{
    return a == b || has_ancestor(s, a, b, LEVELS) || has_ancestor(s, b, a, LEVELS);
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

static bool has_ancestor_among(struct space *s, const struct lot *l, const struct member *all)
{
    for (const struct member *m = all; m; m = m->next)
        if (m->lot != l && has_ancestor(s, l, m->lot, LEVELS) && !has_ancestor(s, m->lot, l, LEVELS))
            return true;
    return false;
}

/* What the issuer says that it covers counts, then the lot's own record, then the most of others. */
static struct mark_fact document_fact_of(struct space *s, const struct lot *l,
                                         const struct lot_mark *m)
{
    struct mark_fact f = {.kind = MARK_DOCUMENT, .value = m->value, .seq = m->seq,
                          .declared = m->declared, .pieces = 0};
    const struct member *all = map_get(&s->members, m->key);
    int64_t issued = NONE, most = NONE;
    for (const struct member *x = all; x; x = x->next) {
        int64_t pieces, declared;
        member_read(x, &pieces, &declared);
        bool same = x->lot == l || chain_shares_root(&l->chain, &x->lot->chain) ||
                    lots_related(s, l, x->lot);
        f.other_root |= !same;
        if (!same)
            continue;
        bool by_issuer = text_is(lot_holder(s, x->lot), m->issuer);
        f.borne_out |= by_issuer && (x->lot == l || has_ancestor(s, l, x->lot, LEVELS));
        issued = by_issuer && declared > issued ? declared : issued;
        most = declared > most ? declared : most;
        if (pieces != NONE && !has_ancestor_among(s, x->lot, all))
            f.pieces += pieces;
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
        if (x->lot != l && has_ancestor(s, x->lot, l, LEVELS) && !has_ancestor(s, l, x->lot, LEVELS))
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

/* ---- facts ---- */

struct facts_space {
    int32_t reading_day;
    int64_t answers_ours, answers_open;
    VEC(struct code_fact) codes;
    VEC(struct trace_fact) traces;
    VEC(struct mark_fact) marks;
    VEC(struct document_fact) documents;
    VEC(struct inspection_fact) inspections;
    VEC(struct denial_fact) denials;
    VEC(struct alert_fact) alerts;
};

struct telling { /* who tells of codes: an inspection, or a record that brought pieces in */
    bool observed;
    int32_t came;
    int64_t seq;
};

static void add_trace(struct space *s, const char *code, const struct telling *t,
                      struct facts_space *fs)
{
    *vec_push(s->arena, &fs->traces) = (struct trace_fact){code, t->observed, t->seq};
}

static void add_code(struct space *s, const struct date_code_item *c, const struct telling *t,
                     struct facts_space *fs)
{
    *vec_push(s->arena, &fs->codes) =
        (struct code_fact){.code = c->code, .parsed = datecode_parse(c->code, fs->reading_day),
                           .quantity = c->quantity, .trace_codes = c->trace_codes.at,
                           .trace_codes_len = c->trace_codes.len, .observed = t->observed,
                           .came = t->came, .seq = t->seq};
    for (size_t k = 0; k < c->trace_codes.len; k++)
        add_trace(s, c->trace_codes.at[k], t, fs);
}

static void add_told(struct space *s, const struct lot_description *d, const struct telling *t,
                     struct facts_space *fs)
{
    for (size_t i = 0; i < d->date_codes_len; i++)
        add_code(s, &d->date_codes[i], t, fs);
    for (size_t i = 0; i < d->trace_codes.len; i++)
        add_trace(s, d->trace_codes.at[i], t, fs);
}

static bool brings_in(const struct lot *l, const struct event *e)
{
    return event_inflow(l, e) > 0;
}

/* What the holder's records state, each with its day, then what was inherited. */
static void add_codes(struct space *s, const struct lot *l, struct facts_space *fs)
{
    struct map stated = map_new(s->arena);
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        const struct lot_description *d = event_description(e);
        if (!d || e->voided || strcmp(e->owner, l->holder->name) != 0 ||
            (d->part.mpn && !text_is(d->part.key, l->description.part.key)))
            continue;
        struct telling t = {false, brings_in(l, e) ? e->record->time.last_day : NO_DAY, e->seq};
        add_told(s, d, &t, fs);
    }
    for (size_t i = 0; i < fs->codes.len; i++)
        map_put_text(&stated, fs->codes.at[i].code, fs);
    for (size_t i = 0; i < fs->traces.len; i++)
        map_put_text(&stated, fs->traces.at[i].code, fs);
    const struct lot_description *all = &l->description;
    struct telling inherited = {false, NO_DAY, l->description_seq};
    for (size_t i = 0; i < l->events.len; i++) /* the last that may have brought it */
        if (!l->events.at[i]->voided && l->events.at[i]->record->type == REC_TRANSFORMED &&
            event_inflow(l, l->events.at[i]) > 0)
            inherited = (struct telling){false, l->events.at[i]->record->time.last_day,
                                         l->events.at[i]->seq};
    for (size_t i = 0; i < all->date_codes_len; i++)
        if (!map_get_text(&stated, all->date_codes[i].code))
            add_code(s, &all->date_codes[i], &inherited, fs);
    for (size_t i = 0; i < all->trace_codes.len; i++)
        if (!map_get_text(&stated, all->trace_codes.at[i]))
            add_trace(s, all->trace_codes.at[i], &inherited, fs);
}

/* Who may speak of another's lot above info: its maker, who got parts of it, a laboratory. */
bool is_binding(struct space *s, const struct lot *l, const struct event *e)
{
    if (strcmp(e->by, lot_holder(s, l)) == 0 || lot_made_by(s, l, e->by, e->record->time.first_us) ||
        has_role(s->kn, s->arena, e->by, "laboratory"))
        return true;
    for (size_t i = 0; i < l->moves.len; i++) {
        const struct move *m = &l->moves.at[i];
        if (m->type == REC_SHIPPED && m->arrived && m->to_submits && text_is(m->to, e->by))
            return true;
    }
    for (size_t i = 0; i < l->hops.len; i++)
        if (l->hops.at[i].standing == HOP_CORROBORATED && text_is(l->hops.at[i].source, e->by))
            return true;
    return text_is(l->description.owner, e->by);
}

static void add_inspection(struct space *s, const struct lot *l, const struct event *e, bool sample,
                           struct facts_space *fs)
{
    char hex[33];
    hex_encode(e->key, 8, hex);
    *vec_push(s->arena, &fs->inspections) = (struct inspection_fact){
        .seq = e->seq, .key = e->record->id ? e->record->id : arena_strdup(s->arena, hex),
        .by = e->by, .binding = sample || is_binding(s, l, e),
        .own = strcmp(e->by, lot_holder(s, l)) == 0, .record = e->record,
        .day_last = e->record->time.last_day};
    struct telling observed = {true, NO_DAY, e->seq};
    if (e->record->has_observed)
        add_told(s, &e->record->observed, &observed, fs);
}

static void add_document(struct space *s, const struct event *e, const struct document_ref *d,
                         int64_t quantity, struct facts_space *fs)
{
    int64_t t = e->record->time.first_us;
    *vec_push(s->arena, &fs->documents) = (struct document_fact){
        .document = d, .issuer = document_issuer(s, e, d),
        .maker = party_resolve(s->kn, d->declares.manufacturer, t), .seq = e->seq,
        .quantity = quantity};
}

static void add_events(struct space *s, const struct lot *l, struct facts_space *fs)
{
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        if (e->voided)
            continue;
        if (e->record->type == REC_INSPECTED)
            add_inspection(s, l, e, false, fs);
        for (size_t k = 0; k < e->record->documents_len; k++)
            add_document(s, e, &e->record->documents[k], document_pieces(l, e), fs);
    }
    for (size_t i = 0; i < l->hop_documents.len; i++) {
        const struct hop_document *h = &l->hop_documents.at[i];
        if (!is_told_twice(l, h->document))
            add_document(s, h->out, h->document, h->quantity, fs);
    }
    for (size_t i = 0; i < l->sample_inspections.len; i++)
        if (!l->sample_inspections.at[i]->voided)
            add_inspection(s, l, l->sample_inspections.at[i], true, fs);
}

static void add_marks(struct space *s, const struct lot *l, bool reuse, struct facts_space *fs)
{
    for (size_t i = 0; i < l->marks.len; i++) {
        const struct lot_mark *m = &l->marks.at[i];
        if (strcmp(m->kind, "trace") == 0)
            *vec_push(s->arena, &fs->marks) = trace_fact(s, l, m, reuse);
        else if (strcmp(m->kind, "document") == 0)
            *vec_push(s->arena, &fs->marks) = document_fact_of(s, l, m);
        else if (strcmp(m->kind, "serial") == 0)
            *vec_push(s->arena, &fs->marks) = serial_fact(s, l, m);
    }
}

static bool words_hit(const struct words *w, const char *word)
{
    for (size_t i = 0; i < w->len; i++)
        if (strcasecmp(w->at[i], word) == 0)
            return true;
    return false;
}

/* A code in a list of codes, ranges 2210-2230 and prefixes 22*. */
static bool code_hit(const struct words *w, const char *code)
{
    for (size_t i = 0; i < w->len; i++) {
        const char *p = w->at[i], *dash = strchr(p, '-');
        size_t len = strlen(p);
        if (strcasecmp(p, code) == 0)
            return true;
        if (len && p[len - 1] == '*' && strncasecmp(p, code, len - 1) == 0)
            return true;
        if (dash && strlen(code) == (size_t)(dash - p) && strlen(dash + 1) == strlen(code) &&
            strncasecmp(code, p, strlen(code)) >= 0 && strcasecmp(code, dash + 1) <= 0)
            return true;
    }
    return false;
}

static const char *first_hit(const struct words *alert, const char *const *mine, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (code_hit(alert, mine[i]))
            return mine[i];
    return NULL;
}

struct own_marks {
    VEC(const char *) dates;
    VEC(const char *) traces;
};

static struct own_marks own_marks_of(struct space *s, const struct lot *l)
{
    struct own_marks o = {0};
    const struct lot_description *d = &l->description;
    for (size_t i = 0; i < d->date_codes_len; i++) {
        *vec_push(s->arena, &o.dates) = d->date_codes[i].code;
        for (size_t k = 0; k < d->date_codes[i].trace_codes.len; k++)
            *vec_push(s->arena, &o.traces) = d->date_codes[i].trace_codes.at[k];
    }
    for (size_t i = 0; i < d->trace_codes.len; i++)
        *vec_push(s->arena, &o.traces) = d->trace_codes.at[i];
    return o;
}

/* 0: no match.  A list that the alert gives and this lot contradicts excludes it. */
static int part_level(struct space *s, const struct lot *l, const struct statement *st,
                      const struct alert_statement *a, const char **matched)
{
    const char *maker = lot_maker(s, l), *key = lot_part(s, l);
    const char *base = part_base(s->arena, l->description.part.mpn);
    int level = 0;
    for (size_t i = 0; i < a->parts_len; i++) {
        const struct part_name *p = &a->parts[i];
        if (p->maker && !may_mean(s->kn, p->maker, st->time.first_us, maker))
            continue;
        if (strcmp(part_resolve(s->kn, s->arena, maker, p->key), key) == 0)
            level = 3;
        else if (level == 0 && strcmp(part_base(s->arena, p->mpn), base) == 0)
            level = 5;
    }
    if (level != 3)
        return level;
    struct own_marks own = own_marks_of(s, l);
    const char *date = first_hit(&a->date_codes, own.dates.at, own.dates.len);
    const char *trace = first_hit(&a->trace_codes, own.traces.at, own.traces.len);
    for (size_t i = 0; i < l->description.serials.len; i++)
        if (words_hit(&a->serials, l->description.serials.at[i])) {
            *matched = arena_printf(s->arena, "serial %s", l->description.serials.at[i]);
            return 1;
        }
    if ((a->date_codes.len && own.dates.len && !date) ||
        (a->trace_codes.len && own.traces.len && !trace) ||
        (a->serials.len && l->description.serials.len))
        return 0;
    if (trace) {
        *matched = date ? arena_printf(s->arena, "date code %s, trace code %s", date, trace)
                        : arena_printf(s->arena, "trace code %s", trace);
        return 1;
    }
    if (date)
        *matched = arena_printf(s->arena, "date code %s", date);
    return date ? 2 : 3;
}

static bool supplier_hit(struct space *s, const struct lot *l, const struct statement *st,
                         const struct alert_statement *a, const char **matched)
{
    const struct words *suppliers = &a->suppliers;
    for (size_t i = 0; i < l->hops.len; i++)
        for (size_t k = 0; k < suppliers->len; k++) {
            const struct hop *h = &l->hops.at[i];
            const char *parties[] = {h->source, h->seller};
            for (size_t p = 0; p < LENGTH(parties); p++)
                if (parties[p] && may_mean(s->kn, suppliers->at[k], st->time.first_us, parties[p])) {
                    *matched = arena_printf(s->arena, "supplier %s", parties[p]);
                    return true;
                }
        }
    return false;
}

static bool is_same_alert(const struct statement *a, const struct statement *b)
{
    return text_is(a->alert->number, b->alert->number) && text_is(a->alert->source, b->alert->source);
}

/* What the later says of an alert is added to what the earlier did, member by member. */
static void alert_update(struct alert_statement *a, const struct alert_statement *later)
{
    struct words *lists[] = {&a->date_codes, &a->trace_codes, &a->serials, &a->suppliers};
    const struct words *news[] = {&later->date_codes, &later->trace_codes, &later->serials,
                                  &later->suppliers};
    for (size_t i = 0; i < LENGTH(lists); i++)
        *lists[i] = news[i]->given ? *news[i] : *lists[i];
    if (later->parts) {
        a->parts = later->parts;
        a->parts_len = later->parts_len;
    }
    if (later->has_withdrawn)
        a->withdrawn = later->withdrawn;
    a->issued = later->issued.text ? later->issued : a->issued;
    a->class_ = later->class_ ? later->class_ : a->class_;
    a->summary = later->summary ? later->summary : a->summary;
    a->has_withdrawn |= later->has_withdrawn;
}

struct candidates {
    VEC(const struct statement *) list;
};

static void add_candidate(struct space *s, const struct statement *st, struct candidates *out)
{
    for (size_t i = 0; i < out->list.len; i++)
        if (out->list.at[i] == st)
            return;
    *vec_push(s->arena, &out->list) = st;
}

static void add_candidates(struct space *s, enum listed_by by, const char *name,
                           struct candidates *out)
{
    for (const struct listed *k = listed_by(s->kn, by, name); k; k = k->next)
        add_candidate(s, k->statement, out);
}

static int by_time(const void *x, const void *y)
{
    const struct statement *a = *(const struct statement *const *)x,
                           *b = *(const struct statement *const *)y;
    return is_later(a, b) ? 1 : is_later(b, a) ? -1 : strcmp(a->owner, b->owner);
}

/* All that the source of a statement says of its alert, and who says it last; NULL: it takes back
 * all, or it does not stand. */
static const struct statement *alert_whole(struct space *s, const struct statement *st,
                                           struct alert_statement *whole)
{
    struct candidates all = {0};
    for (const struct listed *k = listed_by(s->kn, BY_ALERT, st->alert->number); k; k = k->next)
        if (is_same_alert(k->statement, st) && same_source(k->statement, st) && stands(s->kn, k->statement))
            add_candidate(s, k->statement, &all);
    if (all.list.len == 0)
        return NULL;
    qsort(all.list.at, all.list.len, sizeof *all.list.at, by_time);
    *whole = *all.list.at[0]->alert;
    for (size_t i = 1; i < all.list.len; i++)
        alert_update(whole, all.list.at[i]->alert);
    return whole->withdrawn ? NULL : all.list.at[all.list.len - 1];
}

/* Adopted: an operator says it too, and that one reaches every lot. */
static bool is_adopted(struct space *s, const struct statement *st)
{
    struct alert_statement whole;
    for (const struct listed *k = listed_by(s->kn, BY_ALERT, st->alert->number); k; k = k->next)
        if (!st->by_operator && k->statement->by_operator && is_same_alert(k->statement, st) &&
            alert_whole(s, k->statement, &whole))
            return true;
    return false;
}

/* An operator's or the maker's alert reaches every lot, another's those it holds and what
 * descends from them. */
static bool alert_reaches(struct space *s, const struct lot *l, const struct statement *st)
{
    const char *by = party_resolve(s->kn, st->owner, st->time.first_us);
    return st->by_operator || lot_made_by(s, l, by, st->time.first_us) ||
           chain_has_warner(&l->chain, party_today(s->kn, st->owner));
}

static struct candidates alerts_for(struct space *s, const struct lot *l)
{
    struct candidates c = {0};
    struct words keys = part_keys_of(s->kn, s->arena, lot_maker(s, l), lot_part(s, l));
    for (size_t i = 0; i < keys.len; i++)
        add_candidates(s, BY_ALERT_PART, keys.at[i], &c);
    add_candidates(s, BY_ALERT_BASE, part_base(s->arena, l->description.part.mpn), &c);
    for (size_t i = 0; i < l->hops.len; i++) {
        const char *parties[] = {l->hops.at[i].source, l->hops.at[i].seller};
        for (size_t p = 0; p < LENGTH(parties); p++) {
            struct words names = {0};
            if (parties[p])
                names = names_of(s->kn, s->arena, parties[p]);
            for (size_t k = 0; k < names.len; k++)
                add_candidates(s, BY_ALERT_SUPPLIER, names.at[k], &c);
        }
    }
    return c;
}

static void add_alert(struct space *s, const struct lot *l, const struct statement *st,
                      struct facts_space *fs)
{
    const char *matched = "the part number";
    struct alert_statement *a = ARENA_NEW(s->arena, struct alert_statement);
    const struct statement *last = alert_whole(s, st, a);
    for (size_t i = 0; last && i < fs->alerts.len; i++)
        if (fs->alerts.at[i].seq == last->seq)
            return; /* by another of its statements */
    if (!last || is_adopted(s, last) || !alert_reaches(s, l, last))
        return;
    int level = part_level(s, l, last, a, &matched);
    if (level == 0 && supplier_hit(s, l, last, a, &matched))
        level = 4;
    if (level)
        *vec_push(s->arena, &fs->alerts) = (struct alert_fact){
            last->seq, a, level, a->issued.text ? a->issued.first_day : last->time.first_day, matched};
}

static bool add_alerts(struct space *s, const struct lot *l, struct facts_space *fs)
{
    if (!other_alerts(s->kn, NULL))
        return false;
    struct candidates c = {0};
    if (l->has_description)
        c = alerts_for(s, l);
    if (c.list.len > 1)
        qsort(c.list.at, c.list.len, sizeof *c.list.at, by_time);
    for (size_t i = 0; i < c.list.len; i++)
        add_alert(s, l, c.list.at[i], fs);
    return true;
}

/* ---- `verified` by makers, issuers, laboratories ---- */

static const char *answered_document(struct space *s, const struct verified_of *of, const char *by,
                                     const struct facts_space *fs)
{
    for (size_t i = 0; i < fs->documents.len; i++) {
        const struct document_fact *d = &fs->documents.at[i];
        bool same = (of->document_sha256 && text_is(of->document_sha256, d->document->sha256)) ||
                    (of->document_number && text_is(of->document_number, d->document->number));
        if (same && text_is(d->issuer, by))
            return arena_printf(s->arena, "%s %s", d->document->kind,
                                d->document->number ? d->document->number : d->document->sha256);
    }
    return NULL;
}

static const char *answered_code(struct space *s, const struct lot *l, const struct statement *st,
                                 const char *by)
{
    const struct verified_of *of = st->of;
    if (!l->has_description || !lot_made_by(s, l, by, st->time.first_us) || !of->part.key ||
        strcmp(part_resolve(s->kn, s->arena, lot_maker(s, l), of->part.key), lot_part(s, l)) != 0)
        return NULL;
    struct own_marks own = own_marks_of(s, l);
    const char *trace = first_hit(&of->trace_codes, own.traces.at, own.traces.len);
    const char *date = first_hit(&of->date_codes, own.dates.at, own.dates.len);
    if (of->trace_codes.len && of->date_codes.len && !(trace && date))
        return NULL;
    if (trace)
        return arena_printf(s->arena, "trace code %s", trace);
    return date ? arena_printf(s->arena, "date code %s", date) : NULL;
}

static const char *answered(struct space *s, const struct lot *l, const struct statement *st,
                            const struct facts_space *fs)
{
    const char *by = party_resolve(s->kn, st->owner, st->time.first_us);
    return st->of->has_document ? answered_document(s, st->of, by, fs)
           : st->of->has_part   ? answered_code(s, l, st, by)
                                : NULL;
}

static bool is_definite(const struct statement *st)
{
    return !text_is(st->answer, "cannot-tell");
}

/* Of what one party answers about one thing the later counts; that it cannot tell, last. */
static void weigh_answers(struct space *s, const struct lot *l, const struct candidates *c,
                          struct facts_space *fs)
{
    const char **what = ARENA_ARRAY(s->arena, const char *, c->list.len + 1);
    for (size_t i = 0; i < c->list.len; i++)
        what[i] = stands(s->kn, c->list.at[i]) ? answered(s, l, c->list.at[i], fs) : NULL;
    for (size_t i = 0; i < c->list.len; i++) {
        const struct statement *st = c->list.at[i];
        bool counts = what[i] != NULL;
        for (size_t k = 0; counts && k < c->list.len; k++) {
            const struct statement *o = c->list.at[k];
            counts = k == i || !what[k] || strcmp(what[k], what[i]) != 0 ||
                     !same_party(s->kn, o->owner, st->owner) ||
                     (is_definite(st) && (!is_definite(o) || is_later(st, o)));
        }
        if (!counts)
            continue;
        if (text_is(st->answer, "not-ours"))
            *vec_push(s->arena, &fs->denials) = (struct denial_fact){
                st->seq, party_resolve(s->kn, st->owner, st->time.first_us), what[i], false};
        else if (is_definite(st))
            fs->answers_ours++;
        else
            fs->answers_open++;
    }
}

static void add_answers(struct space *s, const struct lot *l, struct facts_space *fs)
{
    struct candidates c = {0};
    for (size_t i = 0; s->kn->statements[REC_VERIFIED] && i < fs->documents.len; i++) {
        const struct document_ref *d = fs->documents.at[i].document;
        const char *names[] = {d->number, d->sha256};
        for (size_t k = 0; k < LENGTH(names); k++)
            if (names[k])
                add_candidates(s, BY_DOCUMENT, names[k], &c);
    }
    if (s->kn->statements[REC_VERIFIED] && l->has_description) {
        struct words keys = part_keys_of(s->kn, s->arena, lot_maker(s, l), lot_part(s, l));
        for (size_t i = 0; i < keys.len; i++)
            add_candidates(s, BY_CODES, keys.at[i], &c);
    }
    if (c.list.len > 1)
        qsort(c.list.at, c.list.len, sizeof *c.list.at, by_time);
    weigh_answers(s, l, &c, fs);
    for (size_t i = 0; i < l->hops.len; i++)
        if (l->hops.at[i].source_answer == NO)
            *vec_push(s->arena, &fs->denials) =
                (struct denial_fact){l->hops.at[i].answer_seq, l->hops.at[i].source, "hop", true};
}

static bool is_return(const struct lot *l, const struct event *e)
{
    for (size_t i = 0; i < l->hops.len; i++)
        if (l->hop_events.at[i] == e)
            return l->hops.at[i].reason == REASON_RETURN;
    return false;
}

/* When pieces came in, first and last; a return brings nothing new. */
static void seen(const struct lot *l, struct facts *f)
{
    f->seen_day = f->came_last = NO_DAY;
    f->seen_seq = f->came_last_seq = NONE;
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        int32_t day = e->record->time.last_day;
        if (e->voided || (event_inflow(l, e) <= 0 && !is_opening(l, e)))
            continue;
        if (f->seen_day == NO_DAY || day < f->seen_day) {
            f->seen_day = day;
            f->seen_seq = e->seq;
        }
        if (day > f->came_last && !is_return(l, e)) {
            f->came_last = day;
            f->came_last_seq = e->seq;
        }
    }
}

static void part_facts(struct space *s, const struct lot *l, const struct part_answer *p,
                       struct facts *f)
{
    (void)s;
    (void)l;
    f->introduced = p->introduced;
    f->introduced_seq = p->introduced_seq;
    f->end_of_production = p->end_of_production;
    f->last_ship = p->last_ship;
    f->end_seq = p->end_seq;
    f->discontinuance_withdrawn = p->discontinuance_withdrawn;
    f->lifecycle = p->lifecycle;
    f->lifecycle_seq = p->lifecycle_seq;
}

static bool is_loan_without_source(const struct lot *l)
{
    bool loan = false;
    for (size_t i = 0; i < l->hops.len; i++) {
        const struct hop *h = &l->hops.at[i];
        bool here = h->reason == REASON_SAMPLE || h->reason == REASON_SERVICE;
        loan |= here && !h->source_lot_recorded;
        if (!here)
            return false;
    }
    return loan;
}

static int64_t root_seq(const struct lot *l)
{
    return l->hops.len ? l->hops.at[l->hops.len - 1].seq : l->description_seq;
}

/* A maker of the part that says it made these: from a die bank also after the end of production. */
static int32_t made_last(const struct lot *l)
{
    int32_t day = NO_DAY;
    for (size_t i = 0; i < l->chain.roots_len; i++)
        if (l->chain.roots[i].kind == ROOT_MANUFACTURER && l->chain.roots[i].day > day)
            day = l->chain.roots[i].day;
    return day;
}

/* A return into another lot of the holder, out of which this one came. */
static bool has_return_above(const struct lot *l)
{
    return l->chain.back != CHAIN_NEVER && l->chain.back > 0;
}

static int32_t back_day(const struct lot *l)
{
    return has_return_above(l) ? l->chain.back_day : NO_DAY;
}

static int32_t back_verified(const struct lot *l)
{
    return has_return_above(l) && l->chain.back_verified != INT32_MAX ? l->chain.back_verified
                                                                      : NO_DAY;
}

void lot_assess(struct space *s, struct lot *l)
{
    struct facts_space fs = {.reading_day = reading_day(l)};
    const struct lot_description *d = &l->description;
    const char *maker = lot_maker(s, l);
    struct part_answer p =
        part_of(s->kn, s->arena, maker, l->has_description ? lot_part(s, l) : "");
    add_codes(s, l, &fs);
    add_events(s, l, &fs);
    add_marks(s, l, p.trace_reuse, &fs);
    add_answers(s, l, &fs);
    bool alerts_known = add_alerts(s, l, &fs);
    const struct balance *b = &l->balance;
    struct facts f = {
        .today = s->today, .holder = lot_holder(s, l), .code = l->code,
        .described = l->has_description, .part = d->part, .maker = maker,
        .condition = d->condition, .seal = d->seal, .owner = d->owner, .made_in = d->made_in,
        .quantity = d->quantity, .description_seq = l->description_seq,
        .described_twice = l->contradiction_seq != NONE, .contradiction_seq = l->contradiction_seq,
        .hops = l->hops.at, .hops_len = l->hops.len, .moves = l->moves.at,
        .moves_len = l->moves.len, .codes = fs.codes.at, .codes_len = fs.codes.len,
        .traces = fs.traces.at, .traces_len = fs.traces.len, .marks = fs.marks.at,
        .marks_len = fs.marks.len, .documents = fs.documents.at, .documents_len = fs.documents.len,
        .inspections = fs.inspections.at, .inspections_len = fs.inspections.len,
        .denials = fs.denials.at, .denials_len = fs.denials.len, .answers_ours = fs.answers_ours,
        .answers_open = fs.answers_open, .alerts = fs.alerts.at,
        .alerts_len = fs.alerts.len, .alerts_known = alerts_known, .traced = l->traced,
        .claimed_of_authorized = l->chain.nearest[ROOT_CLAIMED] == CHAIN_NEVER,
        .sample_without_source = is_loan_without_source(l), .depth = l->chain.depth,
        .aftermarket_root = l->chain.aftermarket != CHAIN_NEVER, .root_seq = root_seq(l),
        .inflow = b->inflow, .outflow = b->outflow, .overdrawn = b->overdrawn,
        .overdrawn_seq = b->overdrawn_seq, .found = b->found, .found_allowed = b->found_allowed,
        .found_seq = b->found_seq, .conjured = b->conjured, .conjured_seq = b->conjured_seq,
        .made_last = made_last(l), .back_day = back_day(l), .back_verified = back_verified(l),
        .has_inflow = b->has_inflow, .newest_day = b->newest_day};
    seen(l, &f);
    part_facts(s, l, &p, &f);
    l->findings = rules_run(s->arena, &f);
    l->assessment = assess(&l->findings);
    l->state = !l->has_description ? "undescribed"
               : b->is_held        ? "held"
               : b->balance == 0   ? "empty"
                                   : "open";
}
