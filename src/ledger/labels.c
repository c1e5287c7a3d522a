/*
 * labels - the 2D labels of a lot, decoded, and what the rules get to see of them and of packing.
 *
 * A label never overwrites what is declared: it is compared with it.  Where nothing of the kind is
 * declared, its date codes and lot codes are what was observed.
 */
#include "facts.h"

#include "pedigree/base/clock.h"
#include "pedigree/base/digest.h"
#include "pedigree/base/text.h"
#include "pedigree/codec/codec.h"
#include "pedigree/model/party.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

enum { NAME_DIGITS = 8, CODE_BYTES = 128 };

bool label_is_package(const struct label_field *f)
{
    return f->item == LABEL_PACKAGE || f->item == LABEL_MIXED_PACKAGE;
}

static bool is_not_traceable(const char *value)
{
    return strcasecmp(value, "N/T") == 0;
}

static bool is_lot_code(const struct label_field *f)
{
    return f->item == LABEL_LOT || f->item == LABEL_SUB_LOT;
}

struct words label_lots(struct arena *a, const struct label *label)
{
    struct words w = {.at = ARENA_ARRAY(a, const char *, label->fields_len + 1)};
    for (size_t i = 0; i < label->fields_len; i++)
        if (is_lot_code(&label->fields[i]) && !is_not_traceable(label->fields[i].value))
            w.at[w.len++] = label->fields[i].value;
    return w;
}

const char *package_issuer(struct space *s, const struct event *e, const struct lot_description *d, const char *maker)
{
    const struct record *r = e->record;
    if (!text_is(d->seal, "distributor"))
        return maker;
    if (r->type != REC_RECEIVED)
        return e->by;
    return party_resolve(s->kn, r->from.organisation ? r->from.organisation : r->seller, r->time.first_us);
}

/* ---- which there are ---- */

/* What the record says of this lot, by its holder, of its part. */
static const struct lot_description *own_description(const struct lot *l, const struct event *e)
{
    const struct lot_description *d = event_description(e);
    bool is_other = d && d->part.mpn && !text_is(d->part.key, l->description.part.key);
    return d && !e->voided && is_own(l, e) && !is_other ? d : NULL;
}

static void read_label(struct space *s, struct lot *l, const struct event *e, const struct lot_description *d,
                       const char *payload, struct map *seen)
{
    if (l->labels.len >= LOT_MARKS_MAX || map_get_text(seen, payload))
        return;
    map_put_text(seen, payload, l);
    struct lot_label *x = vec_push(s->arena, &l->labels);
    *x = (struct lot_label){.event = e, .of = d, .label = label_decode(s->arena, payload)};
    x->canonical = x->label.trouble ? payload : label_canonical(s->arena, &x->label);
}

static bool declares_traces(const struct lot_description *d)
{
    bool any = d->trace_codes.len > 0;
    for (size_t i = 0; i < d->date_codes_len; i++)
        any |= d->date_codes[i].trace_codes.len > 0;
    return any;
}

/* How date codes are marked; the other identifiers say what form they are of. */
static bool is_as_marked(const struct label_field *f)
{
    return !strcmp(f->identifier, "9D") || !strcmp(f->identifier, "10D") || *f->identifier < '0' || *f->identifier > '9';
}

/* One a label, as its fields say one thing in several forms; NULL: none. */
static const struct label_field *date_of_label(const struct label *label)
{
    const struct label_field *first = NULL, *f;
    size_t at = 0;
    while ((f = label_next(label, LABEL_DATE, &at))) {
        if (is_not_traceable(f->value) || strlen(f->value) >= CODE_BYTES)
            continue;
        if (is_as_marked(f))
            return f;
        first = first ? first : f;
    }
    return first;
}

static void tell(struct space *s, struct lot *l, const struct lot_label *x, const char *code, struct words traces,
                 struct map *told)
{
    struct date_code_item item = {.code = code, .quantity = NONE, .trace_codes = traces};
    const char *name = arena_printf(s->arena, "%s\x1e%s", code ? "d" : "t",
                                    code_name(s, &(struct date_code_item){.code = code ? code : "", .trace_codes = traces}));
    if (map_get_text(told, name))
        return;
    map_put_text(told, name, l);
    *vec_push(s->arena, &l->label_told) = (struct label_told){x->event, item};
}

/* What nobody declares is taken from the labels. */
static void tell_label(struct space *s, struct lot *l, const struct lot_label *x, struct map *told)
{
    const struct lot_description *d = &l->description;
    const struct label_field *f = d->date_codes_len ? NULL : date_of_label(&x->label);
    struct words traces = declares_traces(d) ? (struct words){0} : label_lots(s->arena, &x->label);
    if (f) /* as datecode_parse() reads it */
        tell(s, l, x, is_as_marked(f) ? f->value : arena_printf(s->arena, "%s%s", f->identifier, f->value), traces, told);
    else if (traces.len)
        tell(s, l, x, NULL, traces, told);
}

void lot_read_labels(struct space *s, struct lot *l)
{
    struct map seen = {0}, told = {0};
    for (size_t i = 0; i < l->events.len; i++) {
        const struct lot_description *d = own_description(l, l->events.at[i]);
        if (!d || !d->labels.len)
            continue;
        if (!seen.arena)
            seen = map_new(s->arena);
        for (size_t k = 0; k < d->labels.len; k++)
            read_label(s, l, l->events.at[i], d, d->labels.at[k], &seen);
    }
    if (l->labels.len)
        told = map_new(s->arena);
    for (size_t i = 0; i < l->labels.len; i++)
        if (l->labels.at[i].label.form != LABEL_BLANKS)
            tell_label(s, l, &l->labels.at[i], &told);
}

/* ---- what they say ---- */

/* Of all that is written where a part number may stand. */
static enum label_part part_of_label(struct space *s, const struct lot *l, const struct lot_label *x, const char **mpn)
{
    const struct lot_description *d = &l->description;
    const char *key = lot_part(s, l), *maker = lot_maker(s, l), *base = part_base(s->arena, d->part.mpn);
    enum label_part best = LABEL_PART_UNTOLD;
    for (size_t i = 0; i < x->label.fields_len; i++) {
        const struct label_field *f = &x->label.fields[i];
        if (f->item != LABEL_MPN && f->item != LABEL_CUSTOMER_PART && f->item != LABEL_SUPPLIER_PART)
            continue;
        const char *number = label_mpn(s->arena, f);
        if (f->item == LABEL_MPN && !*mpn)
            *mpn = number;
        if (strcmp(part_resolve(s->kn, s->arena, maker, part_key(s->arena, number)), key) == 0)
            return LABEL_PART_SAME;
        if (f->item != LABEL_MPN || text_is(number, d->customer_part))
            continue;
        bool packing = strcmp(part_base(s->arena, number), base) == 0;
        if (packing || best == LABEL_PART_UNTOLD)
            best = packing ? LABEL_PART_OTHER_PACKING : LABEL_PART_OTHER;
    }
    return best;
}

/* The maker, or whom the pieces came from: either may stand where the supplier does. */
static bool may_be_named(struct space *s, const struct lot *l, const char *party)
{
    bool may = strcmp(party, lot_maker(s, l)) == 0 || strcmp(party, lot_holder(s, l)) == 0;
    for (size_t i = 0; i < l->hops.len; i++)
        may |= text_is(party, l->hops.at[i].source) || text_is(party, l->hops.at[i].seller);
    return may;
}

/* A code that two parties agreed on names nobody: only who is registered can be another. */
static void maker_of_label(struct space *s, const struct lot *l, const struct lot_label *x, struct label_fact *out)
{
    size_t at = 0;
    const struct label_field *f;
    int64_t t = x->event->record->time.first_us;
    while ((f = label_next(&x->label, LABEL_MAKER, &at))) {
        const char *written = label_maker(s->arena, f);
        const char *party = written ? party_resolve(s->kn, manufacturer_normal(s->arena, written), t) : NULL;
        if (!party)
            continue;
        if (may_be_named(s, l, party) || lot_made_by(s, l, party, t)) {
            out->maker_agrees = YES;
            return;
        }
        if (party_is_provisional(party))
            continue;
        out->maker = written;
        out->maker_agrees = NO;
    }
}

/* A holder's own name for the lot stands in 1T, too. */
static bool is_holders_code(const struct lot *l, const char *code)
{
    bool is = text_is(l->code, code);
    for (size_t i = 0; i < l->events.len; i++) {
        const struct words *w = &l->events.at[i]->record->from.lots;
        for (size_t k = 0; k < w->len; k++)
            is |= strcmp(w->at[k], code) == 0;
    }
    return is;
}

static void codes_of_label(struct space *s, const struct lot *l, const struct lot_label *x, int32_t day,
                           struct label_fact *out)
{
    size_t n = x->label.fields_len;
    struct label_code *dates = ARENA_ARRAY(s->arena, struct label_code, n);
    const char **traces = ARENA_ARRAY(s->arena, const char *, n);
    const char **origins = ARENA_ARRAY(s->arena, const char *, n);
    for (size_t i = 0; i < n; i++) {
        const struct label_field *f = &x->label.fields[i];
        bool dated = f->item == LABEL_DATE, coded = is_lot_code(f);
        if ((dated || coded) && is_not_traceable(f->value))
            out->not_traceable = true;
        else if (dated)
            dates[out->dates_len++] = (struct label_code){f->value, label_date(f, day)};
        else if (coded && !is_holders_code(l, f->value))
            traces[out->traces_len++] = f->value;
        else if (f->item == LABEL_ORIGIN && strlen(f->value) == 2)
            origins[out->origins_len++] = f->value;
    }
    out->dates = dates;
    out->traces = traces;
    out->origins = origins;
}

static int64_t declared_pieces(const struct lot_label *x)
{
    for (size_t i = 0; i < x->label.fields_len; i++)
        for (size_t k = 0; label_is_package(&x->label.fields[i]) && k < x->of->package_ids_len; k++)
            if (strcmp(x->of->package_ids[k].id, x->label.fields[i].value) == 0)
                return x->of->package_ids[k].quantity;
    return NONE;
}

static int64_t label_quantity(const struct label *label)
{
    size_t at = 0;
    const struct label_field *f = label_next(label, LABEL_QUANTITY, &at);
    int64_t n = f ? label_pieces(f) : -1;
    return n >= 0 ? n : NONE;
}

static const char *label_name(struct arena *a, const struct lot_label *x)
{
    const char *unique = label_unique(&x->label);
    uint8_t hash[SHA256_LEN];
    char hex[NAME_DIGITS + 1];
    if (unique)
        return unique;
    sha256(x->canonical, strlen(x->canonical), hash);
    hex_encode(hash, NAME_DIGITS / 2, hex);
    return arena_strdup(a, hex);
}

static bool is_sealed(const struct lot *l, const struct lot_description *d)
{
    return text_is(d->seal ? d->seal : l->description.seal, "factory");
}

static void add_label(struct space *s, const struct lot *l, const struct lot_label *x, struct facts_space *fs)
{
    struct label_fact f = {.seq = x->event->seq, .name = label_name(s->arena, x), .trouble = x->label.trouble,
                           .certain = x->label.form != LABEL_BLANKS, .quantity = label_quantity(&x->label),
                           .declared = declared_pieces(x),
                           .sealed = is_sealed(l, x->of)};
    f.part = part_of_label(s, l, x, &f.mpn);
    maker_of_label(s, l, x, &f);
    codes_of_label(s, l, x, fs->reading_day, &f);
    *vec_push(s->arena, &fs->labels) = f;
}

/* ---- packing ---- */

static const char *event_key(struct space *s, const struct event *e)
{
    char hex[33];
    hex_encode(e->key, 8, hex);
    return e->record->id ? e->record->id : arena_strdup(s->arena, hex);
}

struct packs { /* of one record */
    struct pack_fact *fact;
    VEC(int64_t) sizes;
};

static void pack_size(struct space *s, struct packs *p, int64_t pieces)
{
    *vec_push(s->arena, &p->sizes) = pieces;
    p->fact->packed = pieces_sum(p->fact->packed == NONE ? 0 : p->fact->packed, pieces);
}

static void packed_by_record(struct space *s, const struct lot_description *d, struct packs *p)
{
    for (size_t i = 0; i < d->package_ids_len; i++)
        if (d->package_ids[i].quantity != NONE)
            pack_size(s, p, d->package_ids[i].quantity);
    p->fact->whole = p->sizes.len > 0 && p->sizes.len == d->package_ids_len;
}

/* One label each; under the factory seal what it says is what is in it. */
static void packed_by_labels(struct space *s, const struct lot *l, const struct event *e,
                             const struct lot_description *d, struct packs *p)
{
    for (size_t i = 0; i < l->labels.len; i++) {
        const struct lot_label *x = &l->labels.at[i];
        if (x->event == e && label_quantity(&x->label) != NONE && label_unique(&x->label))
            pack_size(s, p, label_quantity(&x->label));
    }
    p->fact->by_labels = p->sizes.len > 0;
    p->fact->whole = p->sizes.len > 0 && p->sizes.len == d->package_ids_len;
}

static void add_pack(struct space *s, const struct lot *l, const struct event *e, const struct lot_description *d,
                     struct facts_space *fs)
{
    struct pack_fact f = {.seq = e->seq, .quantity = event_inflow(l, e), .packed = NONE, .sealed = is_sealed(l, d)};
    struct packs p = {.fact = &f};
    if (f.quantity <= 0 || (!f.sealed && !d->package_ids_len))
        return;
    packed_by_record(s, d, &p);
    if (f.packed == NONE && f.sealed)
        packed_by_labels(s, l, e, d, &p);
    f.sizes = p.sizes.at;
    f.sizes_len = p.sizes.len;
    f.key = event_key(s, e);
    *vec_push(s->arena, &fs->packs) = f;
}

static bool packs_again(const struct event *e)
{
    return output_of(e) && (text_is(e->record->how, "repack") || text_is(e->record->how, "rework"));
}

static void add_seal(struct space *s, const struct event *e, const struct lot_description *d, struct facts_space *fs)
{
    const struct when *w = d->sealed_on.text ? &d->sealed_on : packs_again(e) ? &e->record->time : NULL;
    if (w)
        *vec_push(s->arena, &fs->seals) = (struct seal_fact){e->seq, w->first_day, w->last_day, w == &d->sealed_on};
}

void add_labels(struct space *s, const struct lot *l, struct facts_space *fs)
{
    for (size_t i = 0; l->has_description && i < l->labels.len; i++)
        add_label(s, l, &l->labels.at[i], fs);
    for (size_t i = 0; i < l->events.len; i++) {
        const struct event *e = l->events.at[i];
        const struct lot_description *d = own_description(l, e);
        if (!d)
            continue;
        add_pack(s, l, e, d, fs);
        add_seal(s, e, d, fs);
    }
    const struct when *inherited = &l->description.sealed_on;
    if (fs->seals.len == 0 && inherited->text)
        *vec_push(s->arena, &fs->seals) = (struct seal_fact){l->description_seq, inherited->first_day, inherited->last_day, true};
}
