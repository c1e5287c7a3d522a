/* facts - what the rules get to see of one lot, and what they make of it. */
#include "facts.h"

#include "pedigree/base/digest.h"
#include "pedigree/base/text.h"

#include <string.h>

/* ---- the part ---- */

static const struct date_form *forms_of(struct space *s, const struct said_dated *formats)
{
    struct date_form *forms = ARENA_ARRAY(s->arena, struct date_form, formats->len);
    for (size_t i = 0; i < formats->len; i++)
        forms[i] = (struct date_form){formats->at[i].value, formats->at[i].first, formats->at[i].last};
    return forms;
}

const struct known_part *known_part(struct space *s, const struct lot *l)
{
    const char *maker = lot_maker(s, l), *key = l->has_description ? lot_part(s, l) : "";
    const char *name = arena_printf(s->arena, "%s\x1f%s", maker, key);
    struct known_part *known = map_get_text(&s->parts, name);
    if (known)
        return known;
    known = ARENA_NEW(s->arena, struct known_part);
    known->answer = part_of(s->kn, s->arena, maker, key);
    known->spec = spec_of(s->kn, s->arena, maker, key);
    known->takeover = takeover_of(s->kn, s->arena, maker);
    known->forms = forms_of(s, &known->spec->date_code_formats);
    known->forms_len = known->spec->date_code_formats.len;
    known->trace_pattern = pattern_of(s->kn, known->spec->trace_code_pattern.value);
    map_put_text(&s->parts, name, known);
    return known;
}

struct date_code lot_code(const struct known_part *p, const char *code, int32_t day)
{
    return datecode_parse_as(code, day, p->forms, p->forms_len);
}

/* As it is written: the same part under another number is another question. */
static struct number_fact number_fact_of(struct space *s, const struct lot *l)
{
    const char *maker = lot_maker(s, l);
    if (!l->has_description)
        return (struct number_fact){.seq = NONE};
    const char *name = arena_printf(s->arena, "%s\x1f%s", maker, l->description.part.mpn);
    struct number_fact *known = map_get_text(&s->numbers, name);
    if (known)
        return *known;
    known = ARENA_NEW(s->arena, struct number_fact);
    *known = number_of(s->kn, s->arena, maker, &l->description.part);
    map_put_text(&s->numbers, name, known);
    return *known;
}

/* ---- codes ---- */

struct telling { /* who tells of codes: an inspection, or a record that brought pieces in */
    bool observed;
    int32_t came;
    int64_t seq;
};

static void add_trace(struct space *s, const char *code, const struct telling *t,
                      struct facts_space *fs)
{
    struct pattern *p = fs->part->trace_pattern;
    enum pattern_answer fits = p ? pattern_match(p, code) : PATTERN_GAVE_UP;
    *vec_push(s->arena, &fs->traces) = (struct trace_fact){
        code, t->observed, fits == PATTERN_GAVE_UP ? UNKNOWN : fits == PATTERN_FITS ? YES : NO, t->seq};
}

static void add_code(struct space *s, const struct date_code_item *c, const struct telling *t,
                     struct facts_space *fs)
{
    *vec_push(s->arena, &fs->codes) =
        (struct code_fact){.code = c->code, .parsed = lot_code(fs->part, c->code, fs->reading_day),
                           .quantity = c->quantity, .trace_codes = c->trace_codes.at,
                           .trace_codes_len = c->trace_codes.len, .made_in = c->made_in, .observed = t->observed,
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

/* ---- origins ---- */

static void add_origin(struct space *s, const char *country, struct origin_fact as,
                       struct facts_space *fs)
{
    as.country = country;
    if (country)
        *vec_push(s->arena, &fs->origins) = as;
}

static void add_origins(struct space *s, const struct lot_description *d, struct origin_fact as,
                        struct facts_space *fs)
{
    add_origin(s, d->made_in, as, fs);
    for (size_t i = 0; i < d->date_codes_len; i++) {
        const struct date_code_item *c = &d->date_codes[i];
        struct origin_fact of = as;
        of.code = c->code;
        of.trace_codes = c->trace_codes.at;
        of.trace_codes_len = c->trace_codes.len;
        add_origin(s, c->made_in, of, fs);
    }
    as.made = ASSEMBLED_IN;
    add_origin(s, d->assembled_in, as, fs);
    as.made = DIFFUSED_IN;
    add_origin(s, d->diffused_in, as, fs);
}

/* What a transformation did not state is its inputs'. */
static void add_inherited_origins(struct space *s, const struct lot *l, struct facts_space *fs)
{
    const struct lot_description *all = &l->description;
    if (fs->origins.len == 0)
        add_origins(s, all, (struct origin_fact){.came = true, .seq = l->description_seq}, fs);
}

/* What the holder's records state, each with its day, then what was inherited. */
static void add_codes(struct space *s, const struct lot *l, struct facts_space *fs)
{
    struct map stated = map_new(s->arena);
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        const struct lot_description *d = event_description(e);
        if (!d || e->voided || !is_own(l, e) ||
            (d->part.mpn && !text_is(d->part.key, l->description.part.key)))
            continue;
        struct telling t = {false, brings_in(l, e) ? e->record->time.last_day : NO_DAY, e->seq};
        add_told(s, d, &t, fs);
        add_origins(s, d, (struct origin_fact){.came = brings_in(l, e), .seq = e->seq}, fs);
    }
    add_inherited_origins(s, l, fs);
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

/* What only the labels tell. */
static void add_label_codes(struct space *s, const struct lot *l, struct facts_space *fs)
{
    for (size_t i = 0; i < l->label_told.len; i++) {
        const struct label_told *x = &l->label_told.at[i];
        struct telling t = {true, brings_in(l, x->event) ? x->event->record->time.last_day : NO_DAY, x->event->seq};
        if (x->item.code)
            add_code(s, &x->item, &t, fs);
        for (size_t k = 0; !x->item.code && k < x->item.trace_codes.len; k++)
            add_trace(s, x->item.trace_codes.at[k], &t, fs);
    }
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

static bool is_other_part(struct space *s, const struct lot *l, const struct event *e)
{
    const struct part_name *seen = &e->record->observed.part;
    return e->record->has_observed && seen->mpn && l->has_description &&
           !same_part_at(s, e, seen, &l->description.part);
}

static void add_inspection(struct space *s, const struct lot *l, const struct event *e, bool sample,
                           struct facts_space *fs)
{
    char hex[33];
    hex_encode(e->key, 8, hex);
    *vec_push(s->arena, &fs->inspections) = (struct inspection_fact){
        .seq = e->seq, .key = e->record->id ? e->record->id : arena_strdup(s->arena, hex),
        .by = e->by, .binding = sample || is_binding(s, l, e),
        .own = strcmp(e->by, lot_holder(s, l)) == 0, .other_part = is_other_part(s, l, e),
        .record = e->record, .day_last = e->record->time.last_day, .accreditation_seq = NONE};
    show_laboratory(s, l, e, &fs->inspections.at[fs->inspections.len - 1]);
    struct telling observed = {true, NO_DAY, e->seq};
    if (!e->record->has_observed)
        return;
    add_told(s, &e->record->observed, &observed, fs);
    add_origins(s, &e->record->observed, (struct origin_fact){.by = TOLD_BY_INSPECTION, .seq = e->seq}, fs);
}

static void add_document(struct space *s, const struct lot *l, const struct event *e,
                         const struct document_ref *d, int64_t quantity, struct facts_space *fs)
{
    *vec_push(s->arena, &fs->documents) = paper_fact_of(s, l, e, d, quantity);
    add_origin(s, d->declares.made_in, (struct origin_fact){.by = TOLD_BY_DOCUMENT, .seq = e->seq}, fs);
}

static void add_events(struct space *s, const struct lot *l, struct facts_space *fs)
{
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        if (e->voided)
            continue;
        if (e->record->type == REC_INSPECTED)
            add_inspection(s, l, e, false, fs);
        for (size_t k = 0; k < event_documents(e); k++)
            add_document(s, l, e, &e->record->documents[k], document_pieces(l, e), fs);
    }
    for (size_t i = 0; i < l->hop_documents.len; i++) {
        const struct hop_document *h = &l->hop_documents.at[i];
        if (!is_told_twice(l, h->document))
            add_document(s, l, h->out, h->document, h->quantity, fs);
    }
    for (size_t i = 0; i < l->sample_inspections.len; i++)
        if (!l->sample_inspections.at[i]->voided)
            add_inspection(s, l, l->sample_inspections.at[i], true, fs);
}

static void add_marks(struct space *s, const struct lot *l, bool reuse, struct facts_space *fs)
{
    for (size_t i = 0; i < l->marks.len; i++)
        if (mark_is_compared(l->marks.at[i].kind))
            *vec_push(s->arena, &fs->marks) = mark_fact_of(s, l, &l->marks.at[i], reuse);
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

static void part_facts(const struct known_part *known, struct facts *f)
{
    const struct part_answer *p = &known->answer;
    f->spec = known->spec;
    f->taken_over = known->takeover.heir ? known->takeover.day : NO_DAY;
    f->taken_over_seq = known->takeover.seq;
    f->heir = known->takeover.heir;
    f->introduced = p->introduced;
    f->introduced_seq = p->introduced_seq;
    f->end_of_production = p->end_of_production;
    f->last_ship = p->last_ship;
    f->end_seq = p->end_seq;
    f->discontinuance_withdrawn = p->discontinuance_withdrawn;
    f->lifecycle = p->lifecycle;
    f->lifecycle_seq = p->lifecycle_seq;
    f->lifecycle_source = p->lifecycle_source;
    f->lifecycle_best = p->lifecycle_best;
    f->lifecycle_best_source = p->lifecycle_best_source;
    f->lifecycle_best_seq = p->lifecycle_best_seq;
    f->lifecycle_day = p->lifecycle_day;
    f->lifecycle_sources = p->lifecycle_sources;
    f->lifecycle_known = p->lifecycle_known;
    f->notices = p->notices.at;
    f->notices_len = p->notices.len;
}

/* ---- the goods ---- */

static const struct known_holder *known_holder(struct space *s, const char *holder)
{
    struct known_holder *h = map_get_text(&s->holders, holder);
    if (h)
        return h;
    h = ARENA_NEW(s->arena, struct known_holder);
    *h = (struct known_holder){has_role(s->kn, s->arena, holder, "avionics"),
                               country_of(s->kn, s->arena, holder)};
    map_put_text(&s->holders, holder, h);
    return h;
}

static bool went_for_service(const struct lot *l, int64_t *seq)
{
    for (size_t i = 0; i < l->hops.len; i++)
        if (l->hops.at[i].reason == REASON_SERVICE)
            *seq = l->hops.at[i].seq;
    return *seq != NONE;
}

static struct goods_fact goods_of(struct space *s, const struct lot *l)
{
    const struct known_holder *h = known_holder(s, lot_holder(s, l));
    struct goods_fact g = {.finish = l->description.finish, .finish_stated = l->own.finish,
                           .content_stated = l->own.content_hash,
                           .adhp = h->avionics ? YES : NO, .country = h->country, .content = l->description.content_hash,
                           .refinished_seq = NONE, .refinished = NO_DAY, .programmed_seq = NONE, .programmed = NO_DAY};
    const struct event *rework = lot_reworked(l);
    if (rework) {
        g.refinished_seq = rework->seq;
        g.refinished = rework->record->time.last_day;
        g.finish_before = l->own.finish != g.finish ? l->own.finish : NULL;
        g.finish_stated = output_of(rework)->finish != NULL;
    }
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        if (e->voided || !output_of(e))
            continue;
        if (text_is(e->record->how, "program") && e->record->time.last_day > g.programmed) {
            g.programmed = e->record->time.last_day;
            g.programmed_seq = e->seq;
        }
    }
    went_for_service(l, &g.refinished_seq);
    return g;
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

static const char *suspect_origin(const struct lot *l)
{
    uint8_t distance = l->chain.suspect_here.distance;
    return distance > 0 && distance != CHAIN_NEVER ? l->chain.suspect_here.code : NULL;
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

static void add_duties(struct space *s, const struct lot *l, const struct facts_space *fs, struct facts *f)
{
    VEC(const char *) brokers = {0};
    for (size_t i = 0; i < l->chain.brokers_len; i++)
        *vec_push(s->arena, &brokers) = l->chain.brokers[i].name;
    f->brokers = brokers.at;
    f->brokers_len = brokers.len;
    for (size_t i = l->chain.failed_len; i > 0; i--) { /* the nearest, and of those the best found, is the first */
        const struct failed *x = &l->chain.failed[i - 1];
        *(x->distance ? &f->beside : &f->below) = (struct beside_fact){true, x->well, x->distance};
    }
    f->duties = duties_of(s, l, fs, f->seen_day);
    f->stored = storage_of(s, l);
    add_releases(s, l, f);
}

void lot_assess(struct space *s, struct lot *l)
{
    const struct known_part *known = known_part(s, l);
    struct facts_space fs = {.reading_day = reading_day(l), .part = known};
    const struct lot_description *d = &l->description;
    const char *maker = lot_maker(s, l);
    add_codes(s, l, &fs);
    add_label_codes(s, l, &fs);
    add_labels(s, l, &fs);
    add_merges(s, l, &fs);
    add_events(s, l, &fs);
    add_marks(s, l, known->answer.trace_reuse, &fs);
    add_answers(s, l, &fs);
    bool alerts_known = add_alerts(s, l, &fs), lists_known = add_listings(s, l, &fs);
    add_claims(s, l, &fs);
    add_products(s, l, &fs);
    add_lapses(s, l, &fs);
    show_production(s, l);
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
        .origins = fs.origins.at, .origins_len = fs.origins.len, .goods = goods_of(s, l),
        .number = number_fact_of(s, l),
        .denials = fs.denials.at, .denials_len = fs.denials.len, .answers_ours = fs.answers_ours,
        .answers_open = fs.answers_open, .alerts = fs.alerts.at,
        .alerts_len = fs.alerts.len, .alerts_known = alerts_known, .traced = l->traced,
        .claimed_of_authorized = l->chain.nearest[ROOT_CLAIMED] == CHAIN_NEVER,
        .sample_without_source = is_loan_without_source(l), .depth = l->chain.depth,
        .aftermarket_root = l->chain.aftermarket != CHAIN_NEVER, .root_seq = root_seq(l),
        .inflow = b->inflow, .outflow = b->outflow, .overdrawn = b->overdrawn,
        .overdrawn_seq = b->overdrawn_seq, .found = b->found, .found_allowed = b->found_allowed,
        .found_seq = b->found_seq, .conjured = b->conjured, .conjured_seq = b->conjured_seq,
        .made_last = made_last(l), .suspect_here = suspect_origin(l),
        .suspect_above = l->chain.suspect == CHAIN_NEVER ? 0 : l->chain.suspect, .back_day = back_day(l), .back_verified = back_verified(l),
        .has_inflow = b->has_inflow, .newest_day = b->newest_day,
        .merges = fs.merges.at, .merges_len = fs.merges.len, .recodes = fs.recodes.at, .recodes_len = fs.recodes.len,
        .labels = fs.labels.at, .labels_len = fs.labels.len, .packs = fs.packs.at, .packs_len = fs.packs.len,
        .seals = fs.seals.at, .seals_len = fs.seals.len, .msl = d->msl,
        .assembled_in = d->assembled_in, .diffused_in = d->diffused_in};
    f.lists_known = lists_known;
    f.listings = fs.listings.at;
    f.listings_len = fs.listings.len;
    f.claims = fs.claims.at;
    f.claims_len = fs.claims.len;
    f.products = fs.products.at;
    f.products_len = fs.products.len;
    f.lapses = fs.lapses.at;
    f.lapses_len = fs.lapses.len;
    f.has_uncertified = l->chain.uncertified != CHAIN_NEVER;
    show_isms(s, l, &f);
    show_substances(s, l, &f);
    seen(l, &f);
    add_duties(s, l, &fs, &f);
    part_facts(known, &f);
    f.figures = figures_of_hops(s, l, f.lifecycle);
    f.bought = figures_bought(l);
    figures_of_part(s, l, f.last_ship, &f.supply);
    figures_of_naming(s, l, &f.named);
    l->findings = rules_run_set(s->arena, space_rules(s), &f);
    l->assessment = assess(&l->findings);
    lot_assess_own(s, l, &f);
    l->state = !l->has_description ? "undescribed"
               : b->is_held        ? "held"
               : b->balance == 0   ? "empty"
                                   : "open";
}
