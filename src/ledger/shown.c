/*
 * shown - what parties show of themselves, as facts: certificates that they claim, the standing of who
 * tested, of the holder, and of the part itself.
 *
 * All of it is looked up by name; where no certificate of the kind ever came, nothing is looked up.
 */
#include "facts.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"

#include <string.h>

static struct certificate_answer ask(struct space *s, const char *party, enum cert_purpose purpose, int32_t day,
                                     const struct words *methods)
{
    const struct certificate_question q = {party, cert_kinds_for(purpose), day, methods};
    return certificate_of(s->kn, s->arena, &q);
}

static bool ever_came(const struct space *s, enum cert_purpose purpose)
{
    return s->kn->kinds_told & cert_kinds_for(purpose);
}

/* ---- who tested ---- */

static struct words methods_of(struct space *s, const struct record *r)
{
    struct words w = {.at = ARENA_ARRAY(s->arena, const char *, r->methods_len + 1)};
    for (size_t i = 0; i < r->methods_len; i++)
        w.at[w.len++] = r->methods[i].method;
    return w;
}

void show_laboratory(struct space *s, const struct lot *l, const struct event *e, struct inspection_fact *x)
{
    const struct record *r = e->record;
    struct words methods = methods_of(s, r);
    x->laboratory = party_resolve(s->kn, r->laboratory ? r->laboratory : e->owner, r->time.first_us);
    x->is_in_house = strcmp(x->laboratory, lot_holder(s, l)) == 0;
    for (size_t i = 0; i < l->hops.len; i++)
        x->is_of_seller |= !x->is_in_house && (text_is(l->hops.at[i].seller, x->laboratory) ||
                                               text_is(l->hops.at[i].source, x->laboratory));
    struct certificate_answer c = ask(s, x->laboratory, CERT_FOR_LABORATORY, x->day_last, &methods);
    x->accredited = c.status;
    x->methods_covered = c.methods;
    x->accreditation = c.name;
    x->accreditation_seq = c.seq;
}

/* ---- who sold ---- */

static bool is_told(const struct facts_space *fs, const char *party)
{
    for (size_t i = 0; i < fs->claims.len; i++)
        if (strcmp(fs->claims.at[i].party, party) == 0)
            return true;
    return false;
}

static void add_claims_of(struct space *s, const char *party, struct facts_space *fs)
{
    if (party && !is_told(fs, party))
        certificate_claims(s->kn, s->arena, party, &fs->claims);
}

/* Of who sold the pieces, and of who tested them. */
void add_claims(struct space *s, const struct lot *l, struct facts_space *fs)
{
    if (!s->kn->has_claims)
        return;
    for (size_t i = 0; i < l->hops.len; i++)
        add_claims_of(s, l->hops.at[i].seller, fs);
    for (size_t i = 0; i < fs->inspections.len; i++)
        add_claims_of(s, fs->inspections.at[i].laboratory, fs);
}

/* Of several the first's is told. */
void show_substances(struct space *s, const struct lot *l, struct facts *f)
{
    f->substances = NULL;
    f->substances_seq = NONE;
    for (size_t i = 0; ever_came(s, CERT_FOR_SUBSTANCES) && i < l->hops.len; i++) {
        const struct hop *h = &l->hops.at[i];
        if (h->reason != REASON_SALE || h->standing == HOP_INTERNAL)
            continue;
        struct certificate_answer c = {.status = CERT_UNKNOWN};
        if (h->seller && h->sold_day != NO_DAY)
            c = ask(s, h->seller, CERT_FOR_SUBSTANCES, h->sold_day, NULL);
        if (c.status != CERT_VALID) {
            f->substances = NULL;
            f->substances_seq = NONE;
            return;
        }
        if (f->substances)
            continue;
        f->substances = c.name;
        f->substances_seq = c.seq;
    }
}

/* ---- the part ---- */

void show_production(struct space *s, struct lot *l)
{
    for (size_t i = 0; i < l->hops.len; i++) {
        struct hop *h = &l->hops.at[i];
        h->its.production_seq = NONE;
        if (l->has_description && h->reason == REASON_SALE && tier_is_open(h->tier))
            h->its.in_production = part_produced_on(s->kn, s->arena, lot_maker(s, l), lot_part(s, l), h->sold_day,
                                                    &h->its.production_seq);
    }
}

static bool is_of_maker(struct space *s, const struct lot *l, const struct statement *st)
{
    int64_t t = st->time.first_us;
    return st->certificate->holder && lot_made_by(s, l, party_resolve(s->kn, st->certificate->holder, t), t);
}

static bool has_product(const struct facts_space *fs, const struct product_fact *x)
{
    for (size_t i = 0; i < fs->products.len; i++)
        if (strcmp(fs->products.at[i].number, x->number) == 0 && strcmp(fs->products.at[i].scheme, x->scheme) == 0)
            return true;
    return false;
}

/* Certificates of its maker for this very part. */
void add_products(struct space *s, const struct lot *l, struct facts_space *fs)
{
    const cert_set wanted = cert_kinds_for(CERT_FOR_CYBER) | cert_kinds_for(CERT_FOR_EXPLOSIVE);
    struct words keys = {0};
    if (l->has_description && (s->kn->kinds_told & wanted))
        keys = part_keys_of(s->kn, s->arena, lot_maker(s, l), lot_part(s, l));
    for (size_t i = 0; i < keys.len; i++)
        for (const struct listed *k = listed_by(s->kn, BY_PRODUCT, keys.at[i]); k; k = k->next) {
            struct product_fact x = {.seq = NONE};
            if ((k->statement->kinds & wanted) && stands(s->kn, k->statement) && is_of_maker(s, l, k->statement) &&
                certificate_product(s->kn, s->arena, k->statement, l->balance.newest_day, &x) && !has_product(fs, &x))
                *vec_push(s->arena, &fs->products) = x;
        }
}

/* ---- nuclear safety ---- */

/* The hop over which the party handed the goods to this lot; NONE: it is further up. */
static int64_t hop_of(const struct lot *l, const struct lapse *x)
{
    int64_t seq = NONE;
    for (size_t i = 0; x->distance == 0 && seq == NONE && i < l->hops.len; i++) {
        const struct hop *h = &l->hops.at[i];
        if ((text_is(h->seller, x->name) || text_is(h->source, x->name)) &&
            x->day == (h->sold_day != NO_DAY ? h->sold_day : h->day_first))
            seq = h->seq;
    }
    return seq;
}

/* What the chain knows of, with the certificate that decides. */
void add_lapses(struct space *s, const struct lot *l, struct facts_space *fs)
{
    for (size_t i = 0; i < l->chain.lapsed_len; i++) {
        const struct lapse *x = &l->chain.lapsed[i];
        struct certificate_answer c = ask(s, x->name, CERT_FOR_NUCLEAR, x->day, NULL);
        *vec_push(s->arena, &fs->lapses) = (struct lapse_fact){
            .party = party_today(s->kn, x->name), .day = x->day, .hop_seq = hop_of(l, x), .certificate = c.name,
            .standing = c.standing, .certificate_seq = c.name ? c.seq : NONE};
    }
}

/* ---- the holder ---- */

/* It says so itself, and nobody else does. */
static void claim_isms(struct space *s, const struct lot *l, struct facts *f)
{
    struct claim_facts claims = {0};
    const struct claim_fact *told = NULL;
    certificate_claims(s->kn, s->arena, lot_holder(s, l), &claims);
    for (size_t i = 0; i < claims.len; i++) {
        const struct claim_fact *c = &claims.at[i];
        if ((c->kinds & cert_kinds_for(CERT_FOR_INFORMATION)) && (!told || strcmp(c->number, told->number) < 0))
            told = c;
    }
    if (!told)
        return;
    f->isms_name = arena_printf(s->arena, "%s %s", told->scheme, told->number);
    f->isms_seq = told->seq;
}

void show_isms(struct space *s, const struct lot *l, struct facts *f)
{
    f->isms = CERT_UNKNOWN;
    f->isms_seq = NONE;
    if (!ever_came(s, CERT_FOR_INFORMATION) || l->balance.newest_day == NO_DAY)
        return;
    struct certificate_answer c = ask(s, lot_holder(s, l), CERT_FOR_INFORMATION, l->balance.newest_day, NULL);
    f->isms = c.name ? c.status : CERT_UNKNOWN;
    f->isms_name = c.name;
    f->isms_seq = c.seq;
    if (!c.name)
        claim_isms(s, l, f);
}
