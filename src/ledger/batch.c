/* batch - see batch.h. */
#include "batch.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/model/party.h"
#include "pedigree/base/text.h"
#include "pedigree/model/figure.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Of a record's ids the first are of parties and parts that it names first, the others of lots: by
 * their place in the record, so that a lot's id does not hang on what else was new. */
enum { PASSES_MAX = 2 * CHAIN_REACH + 2, IDS_PER_RECORD = 65536, LOT_IDS = 49152 };

void batch_init(struct batch *b, struct knowledge *kn, struct shelf *shelf)
{
    *b = (struct batch){.shelf = shelf};
    arena_init(&b->arena, 0);
    struct space *s = &b->space;
    s->arena = &b->arena;
    s->kn = kn;
    s->shelf = shelf;
    s->keep = json_array();
    s->lots = map_new(&b->arena);
    s->names = map_new(&b->arena);
    s->joints = map_new(&b->arena);
    s->name_rows = map_new(&b->arena);
    s->links = map_new(&b->arena);
    s->receipts = map_new(&b->arena);
    s->subs = map_new(&b->arena);
    s->parts = map_new(&b->arena);
    s->numbers = map_new(&b->arena);
    s->holders = map_new(&b->arena);
    s->members = map_new(&b->arena);
    s->own_views = map_new(&b->arena);
}

void batch_done(struct batch *b)
{
    for (size_t i = 0; i < b->changes.lots.len; i++) {
        findings_free(&b->changes.lots.at[i]->findings);
        findings_free(&b->changes.lots.at[i]->own_findings);
    }
    json_decref(b->space.keep);
    arena_reset(&b->arena);
}

void batch_add_logged(struct batch *b, struct entry e)
{
    e.owner = record_owner(e.submitter, e.on_behalf);
    e.by_operator = is_by_operator(e.role, e.on_behalf);
    *vec_push(&b->arena, &b->entries) = e;
}

void batch_add(struct batch *b, const struct work *w, struct item *item)
{
    batch_add_logged(b, (struct entry){.item = item, .work = w, .submitter = w->submitter,
                                       .on_behalf = w->on_behalf, .role = role_word(w->role),
                                       .record = item->decoded.record,
                                       .canonical = item->decoded.canonical,
                                       .key = {item->key, sizeof item->key},
                                       .digest = {item->decoded.digest, SHA256_LEN}, .seq = NONE});
}

/* ---- its share of the queue ---- */

static void dues_add(struct arena *a, struct dues *to, const struct due_entry *d)
{
    struct due_entry *copy = vec_push(a, to);
    *copy = *d;
    copy->kind = arena_strdup(a, d->kind);
}

static bool is_same_due(const struct due_entry *d, const char *kind, int64_t target, int32_t day)
{
    return d->target == target && d->day == day && strcmp(d->kind, kind) == 0;
}

bool is_figure(const struct due_entry *d)
{
    return strcmp(d->kind, "market") == 0 || strcmp(d->kind, "trader") == 0;
}

static bool works_on(const struct batch *b, const struct due_entry *d)
{
    for (size_t i = 0; i < b->due.len; i++)
        if (is_same_due(&b->due.at[i], d->kind, d->target, d->day))
            return true;
    return false;
}

void share_keep(struct share *s, const struct outcome_after *after, const struct batch *ahead, size_t most)
{
    arena_reset(&s->arena);
    s->due = (struct dues){0};
    for (size_t i = 0; i < after->due.len && s->due.len < most; i++)
        if (!ahead || !works_on(ahead, &after->due.at[i]))
            dues_add(&s->arena, &s->due, &after->due.at[i]);
}

/* A lot that the batch has looked at, a cursor that it moves or sets back to its beginning. */
static bool deals_with(const struct batch *b, const struct due_entry *d)
{
    if (strcmp(d->kind, "lot") == 0) {
        const struct lot *l = map_get(&b->space.lots, d->target);
        return l && l->touched;
    }
    for (size_t i = 0; i < b->changes.due.len; i++)
        if (is_same_due(d, b->changes.due.at[i].kind, b->changes.due.at[i].target, b->changes.due.at[i].day))
            return true;
    for (size_t i = 0; i < b->changes.news_marks.len; i++)
        if (is_same_due(d, "mark", b->changes.news_marks.at[i], 0))
            return true;
    return works_on(b, d);
}

void batch_share(struct batch *b, const struct share *s, const struct batch *before)
{
    for (size_t i = 0; i < s->due.len; i++)
        if (!before || !deals_with(before, &s->due.at[i]))
            dues_add(&b->arena, &b->due, &s->due.at[i]);
}

/* ---- which lots a record names ---- */

struct mention {
    const char *holder, *code;
    int32_t ordinal;
};
struct mentions {
    VEC(struct mention) list;
};

static void mention(struct batch *b, struct mentions *m, const char *holder, const char *code,
                    int32_t ordinal)
{
    if (holder && code)
        *vec_push(&b->arena, &m->list) = (struct mention){holder, code, ordinal};
}

static bool has_joint(const struct record *r)
{
    bool several = false;
    for (size_t i = 1; i < r->inputs_len; i++)
        several |= strcmp(r->inputs[i].lot, r->inputs[0].lot) != 0;
    return r->type == REC_TRANSFORMED && several && r->outputs_len > 1;
}

static struct mentions mentions_of(struct batch *b, const struct entry *e)
{
    struct mentions m = {0};
    const struct record *r = e->record;
    if (record_type_family(r->type) != FAMILY_CUSTODY || r->type == REC_VERIFIED)
        return m;
    mention(b, &m, r->lot_organisation ? r->lot_organisation : e->owner, r->lot.code, ORDINAL_MAIN);
    for (size_t i = 0; i < r->inputs_len; i++)
        mention(b, &m, e->owner, r->inputs[i].lot, ORDINAL_INPUT + (int32_t)i);
    for (size_t i = 0; i < r->outputs_len; i++)
        mention(b, &m, e->owner, r->outputs[i].code, ORDINAL_OUTPUT + (int32_t)i);
    return m;
}

/* ---- what to ask for ---- */

static struct event provisional(struct batch *b, const struct entry *e)
{
    struct event v = {.owner = e->owner, .record = e->record};
    v.by = party_resolve(b->space.kn, e->owner, e->record->time.first_us);
    v.today = party_today(b->space.kn, e->owner);
    return v;
}

/* All names that the holder's lots of that code may have. */
static void ask_name(struct batch *b, struct asked *q, const struct mention *m)
{
    struct knowledge *kn = b->space.kn;
    struct words names = names_of(kn, &b->arena, party_today(kn, m->holder));
    for (size_t i = 0; i < names.len; i++) {
        const struct org *o = knowledge_org(kn, names.at[i]);
        if (!o || !o->holds) /* never named: has no lots */
            continue;
        *vec_push(&b->arena, &q->names.holders) = o->id;
        *vec_push(&b->arena, &q->names.codes) = m->code;
    }
}

/* The lots that the case of a review is about, as far as it is known. */
static void ask_review(struct batch *b, struct asked *q, const struct entry *e)
{
    struct knowledge *kn = b->space.kn;
    const struct review_statement *v = e->record->review;
    for (size_t i = 0; v && i < v->lots_len; i++)
        ask_name(b, q, &(struct mention){v->lots[i].organisation ? v->lots[i].organisation : e->owner, v->lots[i].code, 0});
    struct words names = {0};
    if (v)
        names = names_of(kn, &b->arena, party_today(kn, e->owner));
    for (size_t n = 0; n < names.len; n++)
        for (const struct listed *k = listed_by(kn, BY_CASE, listed_name(&b->arena, names.at[n], v->case_)); k; k = k->next)
            for (size_t i = 0; i < k->statement->review->lots_len; i++) {
                const struct lot_reference *l = &k->statement->review->lots[i];
                ask_name(b, q, &(struct mention){l->organisation ? l->organisation : k->statement->owner, l->code, 0});
            }
}

/* What a void names by its submitter's id: which record that is, is asked along with the keys. */
static void ask_void(struct batch *b, struct asked *q, size_t entry)
{
    const struct entry *e = &b->entries.at[entry];
    struct knowledge *kn = b->space.kn;
    if (e->record->type != REC_VOIDED || !e->record->target_id)
        return;
    uint8_t *key = arena_alloc(&b->arena, 16);
    key_of_id(e->record->target_id, key);
    struct words names = names_of(kn, &b->arena, party_today(kn, e->owner));
    for (size_t i = 0; i < names.len; i++) {
        *vec_push(&b->arena, &b->void_targets) = (struct void_target){entry, q->owners.len};
        *vec_push(&b->arena, &q->owners) = names.at[i];
        *vec_push(&b->arena, &q->record_keys) = (struct bytes){key, 16};
    }
}

/* The lot that a holder says something of for himself: it is looked at again along with that. */
static struct mention own_mention(const struct entry *e)
{
    const struct record *r = e->record;
    if (r->type == REC_ALLOCATED)
        return (struct mention){.holder = e->owner, .code = r->lot.code};
    if (r->type == REC_DECISION && r->decision->about.lot_code)
        return (struct mention){.holder = r->decision->about.lot_organisation ? r->decision->about.lot_organisation : e->owner,
                                .code = r->decision->about.lot_code};
    return (struct mention){0};
}

static struct asked ask(struct batch *b)
{
    struct asked q = {0};
    struct arena *a = &b->arena;
    size_t n = b->entries.len;
    for (size_t i = 0; i < n; i++) {
        const struct entry *e = &b->entries.at[i];
        *vec_push(a, &q.owners) = e->owner;
        *vec_push(a, &q.record_keys) = e->key;
        struct mentions m = mentions_of(b, e);
        for (size_t k = 0; k < m.list.len; k++)
            ask_name(b, &q, &m.list.at[k]);
        struct mention own = own_mention(e);
        if (own.code)
            ask_name(b, &q, &own);
        ask_review(b, &q, e);
        struct event v = provisional(b, e);
        link_keys_of(&b->space, &v, &q.link_keys);
        mark_keys_of(&b->space, &v, &q.mark_keys);
    }
    for (size_t i = 0; i < n; i++)
        ask_void(b, &q, i);
    q.due = b->due;
    for (size_t i = 0; i < b->due.len; i++)
        if (b->due.at[i].lot != 0)
            *vec_push(a, &q.due_lots) = b->due.at[i].lot;
    return q;
}

/* ---- names, statements, events ---- */

struct namer { /* ids made from the log: seq and ordinal */
    int64_t seq, next;
};

static int64_t new_id(struct namer *n)
{
    return (n->seq + 1) * IDS_PER_RECORD + n->next++;
}

static int64_t lot_id(const struct entry *e, size_t place)
{
    return (e->seq + 1) * IDS_PER_RECORD + LOT_IDS + (int64_t)place;
}

static struct org *name_org(struct batch *b, struct namer *n, const char *name)
{
    struct knowledge *kn = b->space.kn;
    struct org *o = knowledge_org(kn, name);
    if (!o) {
        o = knowledge_org_add(kn, name, new_id(n));
        o->is_new = true;
        knowledge_org_changed(kn, o);
    }
    return o;
}

/* A name that a record uses: what is said of it from now on changes what is there. */
static struct org *use_org(struct batch *b, struct namer *n, const char *name)
{
    struct org *o = name_org(b, n, name);
    if (!o->is_used)
        knowledge_org_changed(b->space.kn, o);
    o->is_used = true;
    return o;
}

static void use_orgs(struct batch *b, struct namer *n, const char *const *names, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (names[i])
            use_org(b, n, names[i]);
}

static void name_part(struct batch *b, struct namer *n, const struct part_name *p)
{
    struct knowledge *kn = b->space.kn;
    if (!p->mpn || !p->maker)
        return;
    struct org *maker = use_org(b, n, p->maker);
    struct part_id *known = knowledge_part(kn, maker, p->key);
    if (known)
        knowledge_part_spelt(kn, known, p->manufacturer, p->mpn);
    else
        knowledge_part_new(kn, knowledge_part_add(kn, maker, p->key, p->manufacturer, p->mpn, new_id(n)));
}

static struct lot *lot_new(struct batch *b, struct org *holder, const char *code, int64_t id)
{
    struct space *s = &b->space;
    struct lot *l = ARENA_NEW(&b->arena, struct lot);
    l->id = id;
    l->holder = holder;
    l->code = code;
    l->is_new = l->touched = true;
    l->stored_bad = NO_DAY;
    chain_init(&l->chain);
    map_put(&s->lots, l->id, l);
    if (code)
        space_name(s, l, code);
    *vec_push(&b->arena, &s->all) = l;
    return l;
}

/* A name keeps the lot that it meant before this batch learnt who is who; else it has `id`. */
static int64_t own_lot(const struct batch *b, const struct org *holder, const char *code, int64_t id)
{
    for (size_t i = 0; i < b->space.all.len; i++) {
        const struct lot *l = b->space.all.at[i];
        if (l->holder == holder && l->code && strcmp(l->code, code) == 0)
            return l->id;
    }
    return id;
}

/* The lot is known by another name of its holder: from now on by this one too. */
static void lot_also(struct batch *b, struct lot *l, struct org *holder, const char *code, int64_t id)
{
    struct space *s = &b->space;
    if (!space_lot_name(s, l->holder, l->code)) {
        space_lot_name_add(s, (struct lot_name){.holder = l->holder, .code = l->code, .own = l->id,
                                                .lot = l->id, .is_new = l->is_new});
        l->is_named = true;
    }
    if (!space_lot_name(s, holder, code))
        space_lot_name_add(s, (struct lot_name){.holder = holder, .code = code,
                                                .own = own_lot(b, holder, code, id), .lot = l->id,
                                                .is_new = true});
}

/* A lot that is at hand as a neighbour only is one with the name's by what this batch learnt: that it is
 * so comes through the queue, with all that the lot has. */
static struct lot *name_lot(struct batch *b, struct org *holder, const char *code, int64_t id)
{
    struct lot *l = space_lot(&b->space, holder, code);
    knowledge_holds(b->space.kn, holder);
    if (!l || !l->touched)
        return lot_new(b, holder, code, id);
    if (l->holder != holder)
        lot_also(b, l, holder, code, id);
    return l;
}

static void event_add(struct batch *b, const struct entry *e, struct lot *l, int32_t ordinal)
{
    struct event *v = ARENA_NEW(&b->arena, struct event);
    *v = provisional(b, e);
    v->seq = e->seq;
    v->ordinal = ordinal;
    v->by_operator = e->by_operator;
    v->is_new = true;
    v->lot = l;
    memcpy(v->key, e->key.at, sizeof v->key);
    v->voided = is_voided(b->space.kn, e->seq, e->owner, v->key);
    *vec_push(&b->arena, &l->events) = v;
}

/* Whom a label names as its maker may turn out to be somebody else. */
static void name_label_makers(struct batch *b, struct namer *n, const struct words *labels)
{
    for (size_t i = 0; i < labels->len; i++) {
        struct label label = label_decode(&b->arena, labels->at[i]);
        const struct label_field *f;
        size_t at = 0;
        while ((f = label_next(&label, LABEL_MAKER, &at))) {
            const char *maker = label_maker(&b->arena, f);
            if (maker)
                use_org(b, n, manufacturer_normal(&b->arena, maker));
        }
    }
}

static void name_parties(struct batch *b, struct namer *n, const struct record *r)
{
    const char *names[] = {r->from.organisation, r->to.organisation, r->seller, r->buyer,
                           r->laboratory, r->lot.owner};
    use_orgs(b, n, names, LENGTH(names));
    name_part(b, n, &r->lot.part);
    name_label_makers(b, n, &r->lot.labels);
    for (size_t i = 0; i < r->outputs_len; i++) {
        name_part(b, n, &r->outputs[i].part);
        name_label_makers(b, n, &r->outputs[i].labels);
        use_orgs(b, n, &r->outputs[i].owner, 1);
    }
    for (size_t i = 0; i < r->documents_len; i++) {
        const char *issuers[] = {r->documents[i].issuer, r->documents[i].declares.parent_issuer};
        use_orgs(b, n, issuers, LENGTH(issuers));
    }
}

static void name_successors(struct batch *b, struct namer *n, const struct organisation_statement *o)
{
    name_org(b, n, o->organisation);
    if (o->parent)
        use_org(b, n, o->parent);
    for (size_t i = 0; i < o->successors_len; i++)
        use_org(b, n, o->successors[i].organisation);
}

static void name_statement(struct batch *b, struct namer *n, const struct entry *e)
{
    const struct record *r = e->record;
    const struct authorization_statement *au = r->authorization;
    const char *names[] = {au ? au->holder : NULL,
                           au ? au->by : NULL,
                           au ? au->manufacturer : NULL,
                           r->certificate ? r->certificate->holder : NULL,
                           r->notice ? r->notice->manufacturer : NULL,
                           r->of.document_issuer,
                           r->of.part.maker};
    use_orgs(b, n, names, LENGTH(names));
    if (r->organisation)
        name_successors(b, n, r->organisation);
    if (r->part)
        name_part(b, n, &r->part->part);
    for (size_t i = 0; r->notice && i < r->notice->parts_len; i++)
        use_orgs(b, n, &r->notice->parts[i].part.maker, 1);
    for (size_t i = 0; r->alert && i < r->alert->parts_len; i++)
        use_orgs(b, n, &r->alert->parts[i].maker, 1);
    if (r->alert)
        use_orgs(b, n, r->alert->suppliers.at, r->alert->suppliers.len);
    if (!r->organisation) /* a right may hang on who says it */
        use_org(b, n, e->owner);
}

static void due_cause(struct batch *b, const char *kind, int64_t target, int64_t cause, int priority)
{
    *vec_push(&b->arena, &b->changes.due) = (struct due_add){kind, target, cause, 0, priority};
}

/* Now; a rebuild comes to it once all records are there. */
static void due_figure(struct batch *b, const char *kind, int64_t target, int64_t cause)
{
    *vec_push(&b->arena, &b->changes.due) = (struct due_add){kind, target, cause, b->replays ? b->changes.day : 0, 2};
}

/* Taken back, or without its contents; if it is an offer at all. */
static void gone_offer(struct batch *b, const struct entry *e, int64_t seq)
{
    *vec_push(&b->arena, &b->changes.gone_offers) = seq;
    *vec_push(&b->arena, &b->changes.gone_by) = e->by_operator ? NULL : e->owner;
}

static bool take_statement(struct batch *b, struct namer *n, struct entry *e, struct error *err)
{
    struct causes causes = {0};
    const struct statement *st;
    name_statement(b, n, e);
    if (!knowledge_add(b->space.kn, e->seq, e->owner, e->by_operator, e->key.at, e->canonical,
                       strlen(e->canonical), &st, err))
        return false;
    knowledge_causes(b->space.kn, &b->arena, st, &causes);
    for (size_t i = 0; i < causes.list.len; i++)
        due_cause(b, causes.list.at[i].kind, causes.list.at[i].target, e->seq, causes.list.at[i].priority);
    for (size_t i = 0; i < b->void_targets.len; i++) {
        const struct known_key *target = b->entries.at[b->void_targets.at[i].entry].seq == e->seq
                                             ? batch_known(b, b->void_targets.at[i].asked)
                                             : NULL;
        if (target) {
            due_cause(b, "record", target->seq, e->seq, 0);
            gone_offer(b, e, target->seq);
        }
    }
    if ((st->type == REC_VOIDED || st->type == REC_REDACTED) && st->target_seq != NONE)
        gone_offer(b, e, st->target_seq);
    return true;
}

static const char *const AUTHORIZED[] = {"manufacturer", "aftermarket", "franchised", "exclusive-trace", "T1", "T1a", "T2", "T3"};

static bool is_authorized_tier(const char *tier)
{
    for (size_t i = 0; i < LENGTH(AUTHORIZED); i++)
        if (text_is(tier, AUTHORIZED[i]))
            return true;
    return false;
}

/* Figures are made of what an operator says in its own name. */
static void take_offer(struct batch *b, struct namer *n, const struct entry *e)
{
    const struct offer_statement *o = e->record->offer;
    struct knowledge *kn = b->space.kn;
    if (!e->by_operator || is_voided(kn, e->seq, e->owner, e->key.at))
        return;
    use_orgs(b, n, &o->seller, 1);
    name_part(b, n, &o->part);
    struct org *maker = o->part.maker ? knowledge_org(kn, o->part.maker) : NULL;
    struct part_id *part = maker ? knowledge_part(kn, maker, o->part.key) : NULL;
    if (!part)
        return;
    struct offer_add add = {.seq = e->seq, .part = part->id, .price = NONE, .seller = o->seller,
                            .least = o->quantity_break == NONE ? 1 : o->quantity_break, .available = o->available,
                            .lead_weeks = o->lead_weeks, .is_authorized = is_authorized_tier(o->tier),
                            .day = e->record->time.first_day};
    if (price_unit(o->price.amount, o->price.per == NONE ? 1 : o->price.per, &add.price))
        add.currency = o->price.currency;
    if (!add.currency)
        add.price = NONE;
    *vec_push(&b->arena, &b->changes.offers) = add;
    due_figure(b, "market", part->id, e->seq);
}

/* Of the lots that a record names its answer is about the first output, else about the first. */
static bool is_subject(const struct entry *e, const struct mention *x)
{
    return !e->lot || x->ordinal == ORDINAL_OUTPUT;
}

static void take_custody(struct batch *b, struct namer *n, struct entry *e)
{
    struct mentions m = mentions_of(b, e);
    struct org *owner = use_org(b, n, e->owner);
    name_parties(b, n, e->record);
    if (has_joint(e->record)) {
        struct lot *joint = lot_new(b, owner, NULL, lot_id(e, 0));
        map_put(&b->space.joints, e->seq, joint);
        event_add(b, e, joint, -1);
    }
    for (size_t i = 0; i < m.list.len; i++) {
        const struct mention *x = &m.list.at[i];
        struct lot *l = name_lot(b, use_org(b, n, x->holder), x->code, lot_id(e, i + 1));
        event_add(b, e, l, x->ordinal);
        if (is_subject(e, x))
            e->lot = l;
    }
}

/* A record that is there already is answered with its lot as it is now. */
static void find_lot(struct batch *b, struct entry *e)
{
    struct mentions m = mentions_of(b, e);
    for (size_t i = 0; i < m.list.len; i++) {
        const struct mention *x = &m.list.at[i];
        struct org *holder = knowledge_org(b->space.kn, x->holder);
        struct lot *l = holder ? space_lot(&b->space, holder, x->code) : NULL;
        if (l && is_subject(e, x))
            e->lot = l;
    }
}

static bool take(struct batch *b, struct entry *e, struct error *err)
{
    struct namer n = {e->seq, 0};
    uint64_t names_version = b->space.kn->names_version;
    if (is_statement(e->record->type) && !take_statement(b, &n, e, err))
        return false;
    if (b->space.kn->names_version != names_version)
        space_rename(&b->space);
    if (record_type_family(e->record->type) == FAMILY_CUSTODY)
        take_custody(b, &n, e);
    if (e->record->type == REC_OFFER)
        take_offer(b, &n, e);
    return true;
}

/* What is due of the statistics; in the lots' own transaction, before their facts are made. */
static bool take_figures(struct batch *b, struct db *db, struct error *err)
{
    struct figures_due due = {.arena = &b->arena, .today = b->changes.day};
    struct causes causes = {0};
    for (size_t i = 0; i < b->due.len; i++) {
        const struct due_entry *d = &b->due.at[i];
        if (is_figure(d) && *d->kind == 'm')
            *vec_push(&b->arena, &due.parts) = d->target;
        else if (is_figure(d))
            *vec_push(&b->arena, &due.traders) = d->target;
    }
    if (due.parts.len == 0 && due.traders.len == 0)
        return true;
    b->changes.took_figures = true;
    if (!store_settle(b->writing, err) || !figures_take(db, b->space.kn, &due, &causes, err))
        return false;
    for (size_t i = 0; i < causes.list.len; i++)
        due_cause(b, causes.list.at[i].kind, causes.list.at[i].target, b->changes.cause, causes.list.at[i].priority);
    return true;
}

/* ---- projection of all touched lots ---- */

static void set_part(struct batch *b, struct lot *l)
{
    if (!l->code)
        return;
    const struct org *maker =
        l->has_description ? knowledge_org(b->space.kn, l->description.part.maker) : NULL;
    l->part = maker ? knowledge_part(b->space.kn, maker, l->description.part.key) : NULL;
    if (l->part)
        l->part->has_lots = true;
}

static void settle_descriptions(struct batch *b)
{
    VEC(struct lot *) made = {0};
    for (size_t i = 0; i < b->changes.lots.len; i++)
        if (lot_inherits(b->changes.lots.at[i]))
            *vec_push(&b->arena, &made) = b->changes.lots.at[i];
    bool changed = true;
    for (int pass = 0; changed && pass < PASSES_MAX; pass++) {
        changed = false;
        for (size_t i = 0; i < made.len; i++)
            changed |= lot_inherit(&b->space, made.at[i]);
    }
}

static void settle_chains(struct batch *b)
{
    bool changed = true;
    for (int pass = 0; changed && pass < PASSES_MAX; pass++) {
        changed = false;
        for (size_t i = 0; i < b->changes.lots.len; i++)
            changed |= lot_chain(&b->space, b->changes.lots.at[i]);
    }
}

static void sub_count(struct batch *b, int64_t key, const char *sub, int64_t n)
{
    struct mark_sub *first = map_get(&b->space.subs, key);
    for (struct mark_sub *m = first; m; m = m->next)
        if (strcmp(m->sub, sub) == 0) {
            m->lots += n;
            return;
        }
    struct mark_sub *m = ARENA_NEW(&b->arena, struct mark_sub);
    *m = (struct mark_sub){.key = key, .lots = n, .sub = sub, .next = first};
    map_put(&b->space.subs, key, m);
}

/* The lots that carry the same identity mark find this one among them. */
static void share_marks(struct batch *b, struct lot *l)
{
    for (size_t i = 0; i < l->marks.len; i++) {
        const struct lot_mark *m = &l->marks.at[i];
        if (!mark_is_identity(m->kind))
            continue;
        struct member *x = ARENA_NEW(&b->arena, struct member);
        *x = (struct member){.key = m->key, .lot = l, .sub = m->sub, .next = map_get(&b->space.members, m->key)};
        map_put(&b->space.members, m->key, x);
    }
}

/* What a lot adds to the sets that share a trace code, and takes from them. */
static void recount_subs(struct batch *b, const struct lot *l)
{
    for (size_t i = 0; i < l->stored_marks.len; i++)
        if (strcmp(l->stored_marks.at[i].kind, "trace") == 0)
            sub_count(b, l->stored_marks.at[i].key, l->stored_marks.at[i].sub, -1);
    for (size_t i = 0; i < l->marks.len; i++)
        if (strcmp(l->marks.at[i].kind, "trace") == 0)
            sub_count(b, l->marks.at[i].key, l->marks.at[i].sub, 1);
}

static void each(struct batch *b, void (*fn)(struct space *, struct lot *))
{
    for (size_t i = 0; i < b->changes.lots.len; i++) {
        fn(&b->space, b->changes.lots.at[i]);
        batch_nudge(b, i);
    }
}

static int by_id(const void *x, const void *y)
{
    const struct lot *a = *(struct lot *const *)x, *b = *(struct lot *const *)y;
    return (a->id > b->id) - (a->id < b->id);
}

/* How lots hang together, and what follows from that. */
static void trace_lots(struct batch *b)
{
    struct changes *c = &b->changes;
    for (size_t i = 0; i < b->space.all.len; i++)
        if (b->space.all.at[i]->touched)
            *vec_push(&b->arena, &c->lots) = b->space.all.at[i];
    if (c->lots.len)
        qsort(c->lots.at, c->lots.len, sizeof *c->lots.at, by_id);
    each(b, lot_describe);
    settle_descriptions(b);
    for (size_t i = 0; i < c->lots.len; i++)
        set_part(b, c->lots.at[i]);
    each(b, lot_link);
    each(b, lot_hops);
    each(b, lot_moves);
    each(b, lot_settle);
    each(b, lot_tell);
    settle_chains(b);
    each(b, lot_mark_all);
    for (size_t i = 0; i < c->lots.len; i++) {
        share_marks(b, c->lots.at[i]);
        recount_subs(b, c->lots.at[i]);
    }
}

static void assess_lots(struct batch *b)
{
    const struct changes *c = &b->changes;
    for (size_t i = 0; i < c->lots.len; i++) {
        batch_nudge(b, i);
        if (c->lots.at[i]->code)
            lot_assess(&b->space, c->lots.at[i]);
        else
            c->lots.at[i]->state = "open";
    }
}

static void add_keys(struct map *m, const struct keys *keys, void *value)
{
    for (size_t i = 0; i < keys->len; i++)
        map_put(m, keys->at[i], value);
}

/* Those that were asked for, and those of the touched lots as they were stored. */
static void find_whole(struct batch *b)
{
    struct whole *w = &b->space.whole;
    *w = (struct whole){map_new(&b->arena), map_new(&b->arena), map_new(&b->arena)};
    add_keys(&w->links, &b->asked.link_keys, b);
    add_keys(&w->identities, &b->asked.mark_keys.identities, b);
    add_keys(&w->traces, &b->asked.mark_keys.traces, b);
    for (size_t i = 0; i < b->changes.lots.len; i++) {
        const struct lot *l = b->changes.lots.at[i];
        for (size_t k = 0; k < l->stored_links.len; k++)
            if (l->stored_links.at[k].side != SIDE_TO)
                map_put(&w->links, l->stored_links.at[k].key, b);
        for (size_t k = 0; k < l->stored_marks.len; k++)
            if (mark_is_compared(l->stored_marks.at[k].kind))
                map_put(mark_is_identity(l->stored_marks.at[k].kind) ? &w->identities : &w->traces,
                        l->stored_marks.at[k].key, b);
    }
}

/* A key that a lot turned out to have and the batch did not ask for: it looks again, next batch. */
static void look_again(struct batch *b)
{
    const struct whole *w = &b->space.whole;
    for (size_t i = 0; i < b->changes.lots.len; i++) {
        const struct lot *l = b->changes.lots.at[i];
        for (size_t k = 0; k < l->own_links.len; k++) {
            if (l->own_links.at[k]->side == SIDE_TO || map_get(&w->links, l->own_links.at[k]->key))
                continue;
            *vec_push(&b->arena, &b->changes.again_lots) = l->id;
            *vec_push(&b->arena, &b->changes.again_links) = l->own_links.at[k]->key;
        }
        bool missing = false;
        for (size_t k = 0; k < l->marks.len; k++)
            missing |= mark_is_compared(l->marks.at[k].kind) && !map_get(&w->identities, l->marks.at[k].key) &&
                       !map_get(&w->traces, l->marks.at[k].key);
        if (missing)
            due_cause(b, "lot", l->id, b->changes.cause, 1);
    }
}

/* ---- the whole ---- */

static void settle_cause(struct batch *b)
{
    int64_t cause = b->changes.size;
    for (size_t i = 0; i < b->entries.len; i++)
        if (b->entries.at[i].seq != NONE && b->entries.at[i].seq < cause)
            cause = b->entries.at[i].seq;
    if (b->found.due_cause != NONE && b->found.due_cause < cause)
        cause = b->found.due_cause;
    b->changes.cause = cause;
}

/* The log's size tells of batches that append. */
static void settle_generation(struct batch *b)
{
    struct changes *c = &b->changes;
    bool counts = c->append && c->size == c->previous && (c->lots.len || c->took_figures);
    c->generation = b->found.head.generation + counts;
}

static void place(struct batch *b, int64_t now_us)
{
    struct changes *c = &b->changes;
    c->append = !b->replays;
    c->now_us = now_us > b->found.head.received_us ? now_us : b->found.head.received_us;
    c->previous = c->size = b->found.head.size;
    int32_t day = day_of_us(c->now_us);
    c->day = c->append && day > b->found.head.day ? day : b->found.head.day;
    c->catalogue = b->replays ? CATALOGUE_OF_REBUILD : rules_version();
    b->space.today = c->day;
    if (c->append)
        figures_day(b->space.kn, c->previous, c->day);
    c->done = b->due;
    if (!b->replays && b->found.head.catalogue[0] && strcmp(b->found.head.catalogue, c->catalogue) != 0)
        due_cause(b, "all", 0, c->size > 0 ? c->size - 1 : 0, 2);
}

static bool is_whole(const struct head *h, struct error *err)
{
    return strcmp(h->catalogue, CATALOGUE_OF_REBUILD) != 0 ||
           error_set(err, ERR_UNAVAILABLE,
                     "the projections are being rebuilt, or a rebuild was cut short: `pedigreed rebuild` "
                     "makes them whole");
}

/* What a batch that failed added is taken back; the tree is then the one that the head is of. */
static bool tree_is_at(struct tree_edge *edge, const struct head *h)
{
    struct hash root;
    if (!edge)
        return true;
    if (!edge_cut(edge, h->size))
        return false;
    edge_trim(edge);
    edge_root(edge, &root);
    return !h->root.at || (h->root.len == SHA256_LEN && memcmp(h->root.at, root.at, SHA256_LEN) == 0);
}

static bool keeps_tree(const struct batch *b, struct error *err)
{
    return b->edge || b->replays || !b->found.head.root.at ||
           error_set(err, ERR_UNAVAILABLE, "this ledger's log is signed: set log_key to the file of its key");
}

/* What is new in the log is known before anything of the lots is. */
static void append_all(struct batch *b)
{
    if (b->entries.len && b->changes.append)
        batch_admit(b);
    for (size_t i = 0; i < b->entries.len; i++) {
        struct entry *e = &b->entries.at[i];
        if (e->seq == NONE)
            continue;
        if (b->changes.append) {
            e->received_us = b->changes.now_us;
            batch_append(b, e);
        } else {
            batch_replay(b, e);
        }
    }
    batch_grow(b);
    store_append(b->writing);
}

static bool take_all(struct batch *b, struct error *err)
{
    for (size_t i = 0; i < b->entries.len; i++) {
        struct entry *e = &b->entries.at[i];
        if (e->seq != NONE && !take(b, e, err))
            return false;
        if (e->seq == NONE && b->changes.append && e->item->outcome == OUTCOME_DUPLICATE)
            find_lot(b, e);
        batch_nudge(b, i);
    }
    /* Voids and aliases of this very batch count for all of its events. */
    for (size_t i = 0; i < b->space.all.len; i++) {
        struct lot *l = b->space.all.at[i];
        for (size_t k = 0; k < l->events.len; k++) {
            struct event *v = l->events.at[k];
            v->by = party_resolve(b->space.kn, v->owner, v->record->time.first_us);
            v->today = party_today(b->space.kn, v->owner);
            v->voided = is_voided(b->space.kn, v->seq, v->owner, v->key);
        }
    }
    regroup(&b->space);
    for (size_t i = 0; i < b->entries.len; i++)
        if (b->entries.at[i].lot) { /* as it is called now */
            b->entries.at[i].lot = NULL;
            find_lot(b, &b->entries.at[i]);
        }
    return true;
}

/* What no bug may break: the log is dense from its head on, and each lot is written once. */
static bool is_sound(const struct batch *b, struct error *err)
{
    const struct changes *c = &b->changes;
    bool dense = c->previous == b->found.head.size &&
                 (!c->append || c->size == c->previous + (int64_t)c->appends.len);
    for (size_t i = 0; dense && c->append && i < c->appends.len; i++)
        dense = c->appends.at[i].seq == c->previous + (int64_t)i;
    if (!dense)
        return error_set(err, ERR_INTERNAL, "invariant: %zu records do not follow the log's %" PRId64 " densely",
                         c->appends.len, b->found.head.size);
    for (size_t i = 1; i < c->lots.len; i++)
        if (c->lots.at[i - 1]->id >= c->lots.at[i]->id)
            return error_set(err, ERR_INTERNAL, "invariant: lot %" PRId64 " stands twice in a batch",
                             c->lots.at[i]->id);
    return true;
}

void batch_ask(struct batch *b, struct db *db, const struct extent *extent)
{
    b->db = db;
    b->replays = !extent;
    b->asked = ask(b);
    if (extent) {
        b->extent = *extent;
        b->asked.extent = &b->extent;
    }
    b->reading = store_ask(db, &b->space, &b->asked);
}

void batch_forget(struct batch *b, struct db *db)
{
    store_forget(db, b->reading);
}

bool batch_work(struct batch *b, struct db *db, int64_t now_us, int due_wanted, bool *stale, struct error *err)
{
    if (!store_read(b->reading, &b->found, err))
        return false;
    *stale = b->found.stale || !tree_is_at(b->edge, &b->found.head);
    if (*stale)
        return true;
    place(b, now_us);
    struct writing *w = b->writing = store_begin(db, &b->space, &b->changes);
    bool ok = b->replays || (is_whole(&b->found.head, err) && keeps_tree(b, err));
    if (ok) {
        append_all(b);
        settle_cause(b);
        ok = store_fill(b->reading, err) && take_all(b, err) && batch_redact(b, db, err) && batch_submitters(b, db, err);
    }
    if (ok) {
        store_offers(w);
        ok = take_figures(b, db, err);
    }
    if (ok) {
        trace_lots(b);
        ok = is_sound(b, err);
    }
    if (!ok) {
        store_abandon(w);
        return false;
    }
    find_whole(b);
    store_trace(w);
    assess_lots(b);
    settle_generation(b);
    look_again(b);
    store_write(w, due_wanted);
    return true;
}

bool batch_commit(struct batch *b, struct error *err)
{
    return store_commit(b->writing, &b->after, err);
}

bool batch_run(struct batch *b, struct db *db, const struct extent *extent, int64_t now_us,
               int due_wanted, bool *stale, struct error *err)
{
    batch_ask(b, db, extent);
    return batch_work(b, db, now_us, due_wanted, stale, err) && (*stale || batch_commit(b, err));
}

bool batch_look(struct batch *b, struct db *db, const int64_t *lots, size_t n, struct error *err)
{
    for (size_t i = 0; i < n; i++)
        *vec_push(&b->arena, &b->due) = (struct due_entry){.kind = "lot", .target = lots[i], .lot = lots[i]};
    b->db = db;
    b->replays = true;
    b->asked = ask(b);
    b->asked.only_looks = true;
    b->reading = store_ask(db, &b->space, &b->asked);
    if (!store_read(b->reading, &b->found, err) || !is_whole(&b->found.head, err))
        return false;
    b->space.today = b->found.head.day;
    if (!store_fill(b->reading, err) || !take_all(b, err))
        return false;
    trace_lots(b);
    assess_lots(b);
    return true;
}
