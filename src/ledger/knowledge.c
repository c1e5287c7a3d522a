/* knowledge - ids, statements and their lists, voids; see knowledge.h. */
#include "knowledge.h"

#include "pedigree/access/access.h"
#include "pedigree/base/cleanup.h"
#include "pedigree/base/digest.h"
#include "pedigree/base/text.h"
#include "pedigree/codec/codec.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void knowledge_init(struct knowledge *kn)
{
    *kn = (struct knowledge){.names_version = 1};
    arena_init(&kn->arena, 0);
    struct map *const maps[] = {&kn->orgs,           &kn->orgs_by_id,     &kn->parts_by_id,
                                &kn->parts_by_key,   &kn->parts_by_base, &kn->likes, &kn->patterns, &kn->names,
                                &kn->names_of,       &kn->voids_by_seq,   &kn->voids_by_key,
                                &kn->answers_by_seq, &kn->answers_by_key, &kn->by_seq,
                                &kn->by_key};
    for (size_t i = 0; i < LENGTH(maps); i++)
        *maps[i] = map_new(&kn->arena);
    for (size_t i = 0; i < LISTED_BYS; i++)
        kn->lists[i] = map_new(&kn->arena);
}

void knowledge_done(struct knowledge *kn)
{
    arena_reset(&kn->arena);
    *kn = (struct knowledge){0};
}

/* ---- ids ---- */

struct org *knowledge_org(struct knowledge *kn, const char *name)
{
    return map_get_text(&kn->orgs, name);
}

struct org *knowledge_org_add(struct knowledge *kn, const char *name, int64_t id)
{
    struct org *o = ARENA_NEW(&kn->arena, struct org);
    *o = (struct org){.id = id, .name = arena_strdup(&kn->arena, name)};
    map_put_text(&kn->orgs, o->name, o);
    map_put(&kn->orgs_by_id, id, o);
    struct org *class_ = knowledge_org(kn, party_today(kn, o->name));
    o->class_ = class_ ? class_ : o;
    return o;
}

void knowledge_org_changed(struct knowledge *kn, struct org *o)
{
    if (!o->changed)
        *vec_push(&kn->arena, &kn->changed_orgs) = o;
    o->changed = true;
}

struct part_id *knowledge_part(struct knowledge *kn, const struct org *maker, const char *key)
{
    struct part_id *p = map_get_text(&kn->parts_by_key, key);
    while (p && p->maker != maker)
        p = p->same_key;
    return p;
}

struct part_id *knowledge_part_add(struct knowledge *kn, struct org *maker, const char *key,
                                   const char *manufacturer, const char *mpn, int64_t id)
{
    struct arena *a = &kn->arena;
    struct part_id *p = ARENA_NEW(a, struct part_id);
    *p = (struct part_id){.id = id, .maker = maker, .key = arena_strdup(a, key),
                          .manufacturer = arena_strdup(a, manufacturer),
                          .mpn = arena_strdup(a, mpn),
                          .same_key = map_get_text(&kn->parts_by_key, key)};
    const char *base = part_base(a, mpn);
    p->same_base = map_get_text(&kn->parts_by_base, base);
    map_put_text(&kn->parts_by_key, p->key, p);
    map_put_text(&kn->parts_by_base, base, p);
    map_put(&kn->parts_by_id, id, p);
    p->same_maker = maker->parts;
    maker->parts = p;
    likes_add(kn, p->key);
    return p;
}

void knowledge_part_new(struct knowledge *kn, struct part_id *p)
{
    if (!p->is_new)
        *vec_push(&kn->arena, &kn->new_parts) = p;
    p->is_new = true;
}

void knowledge_part_spelt(struct knowledge *kn, struct part_id *p, const char *manufacturer, const char *mpn)
{
    int by_maker = strcmp(manufacturer, p->manufacturer);
    if (by_maker > 0 || (by_maker == 0 && strcmp(mpn, p->mpn) >= 0))
        return;
    p->manufacturer = arena_strdup(&kn->arena, manufacturer);
    p->mpn = arena_strdup(&kn->arena, mpn);
    knowledge_part_new(kn, p);
}

void knowledge_holds(struct knowledge *kn, struct org *o)
{
    if (o->holds)
        return;
    o->holds = true;
    *vec_push(&kn->arena, &kn->holders) = o;
    kn->shared_known = false;
}

bool org_leads(const struct org *a, const struct org *b)
{
    bool a_stands = a == a->class_, b_stands = b == b->class_;
    return a_stands != b_stands ? a_stands : strcmp(a->name, b->name) < 0;
}

void knowledge_share(struct knowledge *kn)
{
    struct arena scratch;
    if (kn->shared_known)
        return;
    kn->shared_known = true;
    kn->shared.len = 0;
    arena_init(&scratch, 0);
    struct map firsts = map_new(&scratch), several = map_new(&scratch);
    for (size_t i = 0; i < kn->holders.len; i++) {
        struct org *o = kn->holders.at[i];
        if (map_get(&firsts, o->class_->id))
            map_put(&several, o->class_->id, o);
        map_put(&firsts, o->class_->id, o);
    }
    for (size_t i = 0; i < kn->holders.len; i++)
        if (map_get(&several, kn->holders.at[i]->class_->id))
            *vec_push(&kn->arena, &kn->shared) = kn->holders.at[i];
    arena_reset(&scratch);
}

void knowledge_written(struct knowledge *kn)
{
    for (size_t i = 0; i < kn->changed_orgs.len; i++)
        kn->changed_orgs.at[i]->is_new = kn->changed_orgs.at[i]->changed = false;
    for (size_t i = 0; i < kn->new_parts.len; i++)
        kn->new_parts.at[i]->is_new = false;
    kn->changed_orgs.len = kn->new_parts.len = 0;
}

/* ---- what a statement is about ---- */

bool is_statement(enum record_type t)
{
    static const bool IS_KEPT[REC_COUNT] = {[REC_VERIFIED] = true, [REC_BOM] = true, [REC_DECISION] = true,
                                            [REC_POLICY] = true, [REC_ALLOCATED] = true, [REC_REVIEW] = true};
    return record_type_family(t) == FAMILY_STATEMENT || record_type_family(t) == FAMILY_VOID || IS_KEPT[t];
}

const char *record_owner(const char *submitter, const char *on_behalf)
{
    return on_behalf ? on_behalf : submitter;
}

bool is_by_operator(const char *role, const char *on_behalf)
{
    return !on_behalf && strcmp(role, role_word(ROLE_OPERATOR)) == 0;
}

void key_of_id(const char *id, uint8_t out[16])
{
    uint8_t digest[SHA256_LEN];
    struct span spans[] = {{"id\n", 3}, {id, strlen(id)}};
    sha256_spans(spans, LENGTH(spans), digest);
    memcpy(out, digest, 16);
}

void key_of_content(const uint8_t digest[static SHA256_LEN], int64_t ordinal, uint8_t out[16])
{
    uint8_t whole[SHA256_LEN];
    char number[24];
    int len = snprintf(number, sizeof number, "%" PRId64, ordinal);
    const struct span spans[] = {{"content\n", 8}, {digest, SHA256_LEN}, {number, (size_t)len}};
    sha256_spans(spans, LENGTH(spans), whole);
    memcpy(out, whole, 16);
}

static const char *void_subject(struct arena *a, const struct record *r, const char *owner)
{
    if (r->target_seq != NONE)
        return arena_printf(a, "seq:%" PRId64, r->target_seq);
    uint8_t key[16];
    char hex[33];
    key_of_id(r->target_id, key);
    hex_encode(key, 16, hex);
    return arena_printf(a, "key:%s/%s", owner, hex);
}

const char *statement_subject(struct arena *a, const struct record *r, const char *owner)
{
    if (r->organisation)
        return r->organisation->organisation;
    if (r->authorization)
        return r->authorization->holder;
    if (r->certificate)
        return r->certificate->holder ? r->certificate->holder : r->certificate->number;
    if (r->part)
        return arena_printf(a, "%s/%s", r->part->part.maker, r->part->part.key);
    if (r->notice)
        return r->notice->manufacturer ? r->notice->manufacturer : r->notice->number;
    if (r->alert)
        return r->alert->number;
    if (r->snapshot)
        return r->snapshot->of;
    if (r->review)
        return r->review->case_;
    if (r->type == REC_VOIDED)
        return void_subject(a, r, owner);
    if (r->type == REC_REDACTED) /* one that is no void must not be taken for one */
        return arena_printf(a, "%s:%" PRId64, redacted_is_void(redacted_parts(r)) ? "seq" : "parts", r->target_seq);
    if (r->of.has_record && r->of.record_seq != NONE)
        return arena_printf(a, "seq:%" PRId64, r->of.record_seq);
    return owner;
}

/* ---- lists ---- */

static struct listed *listed_new(struct knowledge *kn, const struct statement *st, const void *item,
                                 struct listed *next)
{
    struct listed *l = ARENA_NEW(&kn->arena, struct listed);
    *l = (struct listed){st, item, next};
    return l;
}

static void list_add(struct knowledge *kn, enum listed_by by, const char *name,
                     const struct statement *st, const void *item)
{
    struct listed *first = name ? map_get_text(&kn->lists[by], name) : NULL;
    if (!name || (first && first->statement == st && !item))
        return; /* named twice by one statement */
    map_put_text(&kn->lists[by], name, listed_new(kn, st, item, first));
}

static void list_words(struct knowledge *kn, enum listed_by by, const struct words *names,
                       const struct statement *st)
{
    for (size_t i = 0; i < names->len; i++)
        list_add(kn, by, names->at[i], st, NULL);
}

static int64_t key_number(const uint8_t key[16])
{
    int64_t n;
    memcpy(&n, key, sizeof n);
    return n;
}

static void number_add(struct knowledge *kn, struct map *m, int64_t number,
                       const struct statement *st)
{
    map_put(m, number, listed_new(kn, st, NULL, map_get(m, number)));
}

static void list_organisation(struct knowledge *kn, const struct statement *st)
{
    const struct organisation_statement *o = st->organisation;
    list_add(kn, BY_ORGANISATION, o->organisation, st, NULL);
    for (size_t i = 0; i < o->successors_len; i++)
        list_add(kn, BY_PREDECESSOR, o->successors[i].organisation, st, &o->successors[i]);
    if (st->by_operator) /* else a claim: no identity rests on it */
        names_add(kn, st);
}

static void list_notice(struct knowledge *kn, const struct statement *st)
{
    const struct notice_statement *n = st->notice;
    list_add(kn, BY_NOTICE, n->number, st, NULL);
    for (size_t i = 0; i < n->parts_len; i++) {
        list_add(kn, BY_NOTICE_PART, n->parts[i].part.key, st, &n->parts[i]);
        likes_add(kn, n->parts[i].part.key);
    }
    if (text_is(n->kind, "withdrawal"))
        list_add(kn, BY_WITHDRAWN, n->withdraws ? n->withdraws : n->number, st, NULL);
}

static void list_alert(struct knowledge *kn, const struct statement *st)
{
    const struct alert_statement *a = st->alert;
    list_add(kn, BY_ALERT, a->number, st, NULL);
    for (size_t i = 0; i < a->parts_len; i++) {
        list_add(kn, BY_ALERT_PART, a->parts[i].key, st, NULL);
        list_add(kn, BY_ALERT_BASE, part_base(&kn->arena, a->parts[i].mpn), st, NULL);
    }
    list_words(kn, BY_ALERT_SUPPLIER, &a->suppliers, st);
    if (!st->by_operator)
        list_add(kn, BY_ALERT_OWNER, st->owner, st, NULL);
}

static void list_answer(struct knowledge *kn, const struct statement *st)
{
    const struct verified_of *of = st->of;
    uint8_t key[16];
    list_add(kn, BY_DOCUMENT, of->document_number, st, NULL);
    list_add(kn, BY_DOCUMENT, of->document_sha256, st, NULL);
    list_add(kn, BY_CODES, of->part.key, st, NULL);
    if (of->record_seq != NONE)
        number_add(kn, &kn->answers_by_seq, of->record_seq, st);
    if (of->record_id) {
        key_of_id(of->record_id, key);
        number_add(kn, &kn->answers_by_key, key_number(key), st);
    }
}

static void list_void(struct knowledge *kn, const struct statement *st)
{
    uint8_t key[16];
    if (st->target_seq != NONE) {
        number_add(kn, &kn->voids_by_seq, st->target_seq, st);
        return;
    }
    key_of_id(st->target_id, key);
    number_add(kn, &kn->voids_by_key, key_number(key), st);
}

static void list_redaction(struct knowledge *kn, const struct statement *st)
{
    if (st->voids)
        list_void(kn, st);
}

static void list_part(struct knowledge *kn, const struct statement *st)
{
    const struct part_statement *p = st->part;
    list_add(kn, BY_PART, p->part.key, st, NULL);
    list_add(kn, BY_PART_BASE, part_base(&kn->arena, p->part.mpn), st, NULL);
    list_add(kn, BY_MAKER, p->part.maker, st, NULL);
    list_words(kn, BY_OTHER_NUMBER, &p->aliases, st);
    likes_add(kn, p->part.key);
    for (size_t i = 0; i < p->aliases.len; i++)
        likes_add(kn, p->aliases.at[i]);
}

/* Words with a digit may be part numbers. */
static void list_product(struct knowledge *kn, const struct statement *st)
{
    static const char BETWEEN[] = " ,;\t";
    const char *at = st->certificate->product;
    for (size_t len; at && *at; at += len) {
        at += strspn(at, BETWEEN);
        len = strcspn(at, BETWEEN);
        const char *word = arena_strndup(&kn->arena, at, len);
        if (strpbrk(word, "0123456789"))
            list_add(kn, BY_PRODUCT, part_key(&kn->arena, word), st, NULL);
    }
}

static void list_certificate(struct knowledge *kn, const struct statement *st)
{
    list_add(kn, BY_CERTIFIED, st->certificate->holder, st, NULL);
    list_add(kn, BY_CERTIFICATE, st->number_key, st, NULL);
    list_product(kn, st);
    kn->kinds_told |= st->kinds;
    kn->has_claims |= !st->by_operator;
}

static void list_authorization(struct knowledge *kn, const struct statement *st)
{
    list_add(kn, BY_HOLDER, st->authorization->holder, st, NULL);
}

static void list_bom(struct knowledge *kn, const struct statement *st)
{
    list_add(kn, BY_BOM, st->bom->name, st, NULL);
    for (size_t i = 0; i < st->bom->lines_len; i++)
        list_add(kn, BY_BOM_PART, st->bom->lines[i].part.key, st, &st->bom->lines[i]);
}

const char *decided_name(struct arena *a, const char *what, const char *name)
{
    return arena_printf(a, "%s %s", what, name);
}

static void list_decision(struct knowledge *kn, const struct statement *st)
{
    const struct decision_statement *d = st->decision;
    const struct {
        const char *what, *name;
    } about[] = {{"lot", d->about.lot_code},         {"part", d->about.part.key},
                 {"notice", d->about.notice_number}, {"alert", d->about.alert_number},
                 {"organisation", d->about.organisation}, {"programme", d->about.programme}};
    size_t i = 0;
    while (i < LENGTH(about) && !about[i].name)
        i++;
    if (i < LENGTH(about))
        list_add(kn, BY_DECIDED, decided_name(&kn->arena, about[i].what, about[i].name), st, NULL);
}

static void list_allocation(struct knowledge *kn, const struct statement *st)
{
    list_add(kn, BY_ALLOCATED, st->allocation->lot, st, NULL);
}

const char *listed_name(struct arena *a, const char *party, const char *code)
{
    return arena_printf(a, "%s\x1f%s", party, code);
}

static void list_review(struct knowledge *kn, const struct statement *st)
{
    const struct review_statement *v = st->review;
    list_add(kn, BY_CASE, listed_name(&kn->arena, st->owner, v->case_), st, NULL);
    for (size_t i = 0; i < v->lots_len; i++)
        list_add(kn, BY_REVIEWED,
                 listed_name(&kn->arena, v->lots[i].organisation ? v->lots[i].organisation : st->owner, v->lots[i].code), st,
                 NULL);
}

static void (*const LISTS[REC_COUNT])(struct knowledge *, const struct statement *) = {
    [REC_ORGANISATION] = list_organisation, [REC_AUTHORIZATION] = list_authorization,
    [REC_CERTIFICATE] = list_certificate,   [REC_PART] = list_part,
    [REC_NOTICE] = list_notice,             [REC_ALERT] = list_alert,
    [REC_VERIFIED] = list_answer,           [REC_VOIDED] = list_void,
    [REC_REDACTED] = list_redaction,        [REC_BOM] = list_bom,
    [REC_DECISION] = list_decision,         [REC_ALLOCATED] = list_allocation,
    [REC_REVIEW] = list_review,
};

const struct listed *listed_by(const struct knowledge *kn, enum listed_by by, const char *name)
{
    return map_get_text(&kn->lists[by], name);
}

const struct listed *answers_by_seq(const struct knowledge *kn, int64_t seq)
{
    return map_get(&kn->answers_by_seq, seq);
}

const struct listed *answers_by_key(const struct knowledge *kn, const uint8_t key[16])
{
    return map_get(&kn->answers_by_key, key_number(key));
}

/* ---- voids ---- */

/* By its submitter or an operator.  Who is who rests on organisation records: those know no other
 * name of their submitter. */
static bool void_counts(struct knowledge *kn, const struct statement *v, const char *owner,
                        bool is_name)
{
    return v->by_operator || (is_name ? strcmp(v->owner, owner) == 0 : same_party(kn, v->owner, owner));
}

static bool voided(struct knowledge *kn, int64_t seq, const char *owner, const uint8_t key[16],
                   bool is_name)
{
    uint8_t target[16];
    if (!kn->statements[REC_VOIDED] && !kn->statements[REC_REDACTED])
        return false;
    for (const struct listed *l = map_get(&kn->voids_by_seq, seq); l; l = l->next)
        if (void_counts(kn, l->statement, owner, is_name))
            return true;
    for (const struct listed *l = map_get(&kn->voids_by_key, key_number(key)); l; l = l->next) {
        key_of_id(l->statement->target_id, target);
        /* An id is its submitter's own: nobody else's void names it so. */
        if (memcmp(target, key, sizeof target) == 0 &&
            (strcmp(l->statement->owner, owner) == 0 ||
             (!is_name && same_party(kn, l->statement->owner, owner))))
            return true;
    }
    return false;
}

bool is_voided(struct knowledge *kn, int64_t seq, const char *owner, const uint8_t key[16])
{
    return voided(kn, seq, owner, key, false);
}

bool stands(struct knowledge *kn, const struct statement *st)
{
    return !voided(kn, st->seq, st->owner, st->key, st->type == REC_ORGANISATION);
}

const struct statement *void_target(struct knowledge *kn, const struct statement *v)
{
    uint8_t key[16];
    if (v->target_seq != NONE) {
        const struct listed *l = map_get(&kn->by_seq, v->target_seq);
        return l ? l->statement : NULL;
    }
    key_of_id(v->target_id, key);
    for (const struct listed *l = map_get(&kn->by_key, key_number(key)); l; l = l->next)
        if (memcmp(l->statement->key, key, sizeof key) == 0 &&
            same_party(kn, l->statement->owner, v->owner))
            return l->statement;
    return NULL;
}

bool other_alerts(struct knowledge *kn, const struct statement *but)
{
    for (const struct statement *st = kn->statements[REC_ALERT]; st; st = st->next)
        if (st != but && !st->alert->withdrawn && stands(kn, st))
            return true;
    return false;
}

bool lists_parties(const struct alert_statement *a)
{
    return a->suppliers.len > 0 && (text_is(a->class_, "party") || a->parts_len == 0);
}

bool other_lists(struct knowledge *kn, const struct statement *but)
{
    for (const struct statement *st = kn->statements[REC_ALERT]; st; st = st->next)
        if (st != but && !st->alert->withdrawn && lists_parties(st->alert) && stands(kn, st))
            return true;
    return false;
}

bool has_lists(struct knowledge *kn)
{
    if (!kn->lists_asked) {
        kn->lists_known = other_lists(kn, NULL);
        kn->lists_asked = true;
    }
    return kn->lists_known;
}

bool is_listed_party(struct knowledge *kn, struct arena *a, const char *party)
{
    struct words names = names_of(kn, a, party);
    for (size_t i = 0; i < names.len; i++)
        for (const struct listed *l = listed_by(kn, BY_ALERT_SUPPLIER, names.at[i]); l; l = l->next)
            if (lists_parties(l->statement->alert) && stands(kn, l->statement) &&
                may_mean(kn, names.at[i], l->statement->time.first_us, party))
                return true;
    return false;
}

bool is_later(const struct statement *a, const struct statement *b)
{
    if (a->time.first_us != b->time.first_us)
        return a->time.first_us > b->time.first_us;
    int by_key = memcmp(a->key, b->key, sizeof a->key);
    return by_key ? by_key > 0 : strcmp(a->owner, b->owner) > 0;
}

bool same_source(const struct statement *a, const struct statement *b)
{
    return a->by_operator == b->by_operator && strcmp(a->owner, b->owner) == 0;
}

/* ---- taking in ---- */

static struct statement *statement_of(struct arena *a, const struct record *r)
{
    struct statement *st = ARENA_NEW(a, struct statement);
    const void *const said[] = {r->organisation, r->authorization, r->certificate, r->part,
                                r->notice,       r->alert,         r->snapshot,    r->policy,
                                r->bom,          r->decision,      r->review};
    *st = (struct statement){.type = r->type, .time = r->time, .answer = r->answer,
                             .target_seq = r->target_seq, .target_id = r->target_id};
    st->voids = r->type == REC_VOIDED || (r->type == REC_REDACTED && redacted_is_void(redacted_parts(r)));
    for (size_t i = 0; i < LENGTH(said); i++)
        if (said[i])
            st->said = said[i];
    if (r->type == REC_CERTIFICATE) {
        st->kinds = certificate_kinds(r->certificate->scheme, r->certificate->standard);
        st->number_key = certificate_key(a, r->certificate->number);
    }
    if (r->type == REC_VERIFIED) {
        struct verified_of *of = ARENA_NEW(a, struct verified_of);
        *of = r->of;
        st->of = of;
    }
    if (r->type == REC_ALLOCATED) {
        struct allocation *of = ARENA_NEW(a, struct allocation);
        *of = (struct allocation){r->lot.code, r->programme, r->quantity};
        st->allocation = of;
    }
    return st;
}

bool knowledge_add(struct knowledge *kn, int64_t seq, const char *owner, bool by_operator,
                   const uint8_t key[16], const char *canonical, size_t len,
                   const struct statement **out, struct error *err)
{
    struct arena passing;
    struct record *r = NULL;
    arena_init(&passing, 0);
    bool ok = record_read(&kn->arena, &passing, canonical, len, &r, err);
    if (ok) {
        struct statement *st = statement_of(&kn->arena, r);
        st->seq = seq;
        const struct org *o = knowledge_org(kn, owner);
        st->owner = o ? o->name : arena_strdup(&kn->arena, owner);
        st->by_operator = by_operator;
        memcpy(st->key, key, sizeof st->key);
        st->next = kn->statements[st->type];
        kn->statements[st->type] = st;
        number_add(kn, &kn->by_seq, seq, st);
        number_add(kn, &kn->by_key, key_number(key), st);
        if (st->type == REC_SNAPSHOT || st->voids)
            kn->registers_known = false;
        if (st->type == REC_ALERT || st->voids)
            kn->lists_asked = false;
        if (LISTS[st->type])
            LISTS[st->type](kn, st);
        const struct statement *target = st->voids ? void_target(kn, st) : st;
        if (target && target->type == REC_ORGANISATION && target->by_operator)
            names_changed(kn, target);
        *out = st;
    }
    arena_reset(&passing);
    return ok;
}
