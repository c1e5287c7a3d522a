/* knowledge - see knowledge.h. */
#include "knowledge.h"

#include "pedigree/base/clock.h"
#include "pedigree/base/cleanup.h"
#include "pedigree/base/digest.h"
#include "pedigree/base/text.h"
#include "pedigree/model/party.h"
#include "pedigree/codec/codec.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

enum { GRACE_DAYS = 30, RENEWAL_DAYS = 60, RESOLVE_LEVELS = 4, CAUSES_MAX = 512 };

struct alias_entry {
    const char *organisation; /* whose alias */
    const struct statement *by;
    int64_t from_us, to_us;
    struct alias_entry *next;
};

struct listed { /* a statement in an index list */
    const struct statement *statement;
    const void *item; /* the notice_part, where one statement has many */
    struct listed *next;
};

static const char *const AVOIDANCE[] = {"AP-CAP", "AP_CAP", "AS6081", "AS6496", "AS5553",
                                        "CCAP-101", "CCAP101", "62668"};

/* ---- storage ---- */

void knowledge_init(struct knowledge *kn)
{
    *kn = (struct knowledge){0};
    arena_init(&kn->arena, 0);
    kn->orgs = map_new(&kn->arena);
    kn->orgs_by_id = map_new(&kn->arena);
    kn->parts = map_new(&kn->arena);
    kn->parts_by_id = map_new(&kn->arena);
    kn->voids = map_new(&kn->arena);
    kn->answers = map_new(&kn->arena);
    kn->keep = json_array();
}

void knowledge_done(struct knowledge *kn)
{
    if (kn->keep)
        json_decref(kn->keep);
    arena_reset(&kn->arena);
    *kn = (struct knowledge){0};
}

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
    return o;
}

static const char *part_name_key(struct arena *a, const struct org *maker, const char *key)
{
    return arena_printf(a, "%" PRId64 "/%s", maker->id, key);
}

struct part_id *knowledge_part(struct knowledge *kn, const struct org *maker, const char *key)
{
    struct arena scratch;
    arena_init(&scratch, 0);
    struct part_id *p = map_get_text(&kn->parts, part_name_key(&scratch, maker, key));
    arena_reset(&scratch);
    return p;
}

struct part_id *knowledge_part_add(struct knowledge *kn, struct org *maker, const char *key,
                                   const char *manufacturer, const char *mpn, int64_t id)
{
    struct arena *a = &kn->arena;
    struct part_id *p = ARENA_NEW(a, struct part_id);
    *p = (struct part_id){.id = id, .maker = maker, .key = arena_strdup(a, key),
                          .manufacturer = arena_strdup(a, manufacturer),
                          .mpn = arena_strdup(a, mpn)};
    map_put_text(&kn->parts, part_name_key(a, maker, key), p);
    map_put(&kn->parts_by_id, id, p);
    return p;
}

bool is_statement(enum record_type t)
{
    return record_type_family(t) == FAMILY_STATEMENT || t == REC_VOIDED || t == REC_VERIFIED;
}

static const char *key_subject(struct arena *a, const char *owner, const uint8_t key[16])
{
    char hex[33];
    hex_encode(key, 16, hex);
    return arena_printf(a, "key:%s/%s", owner, hex);
}

/* The key that a record with this `id` has (item_seal makes the same). */
static void id_key(const char *id, uint8_t out[16])
{
    uint8_t digest[SHA256_LEN];
    struct span spans[] = {{"id\n", 3}, {id, strlen(id)}};
    sha256_spans(spans, LENGTH(spans), digest);
    memcpy(out, digest, 16);
}

static const char *void_subject(struct arena *a, const struct record *r, const char *owner)
{
    if (r->target_seq != NONE)
        return arena_printf(a, "seq:%" PRId64, r->target_seq);
    uint8_t key[16];
    id_key(r->target_id, key);
    return key_subject(a, owner, key);
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
    if (r->type == REC_VOIDED)
        return void_subject(a, r, owner);
    if (r->of.has_record && r->of.record_seq != NONE)
        return arena_printf(a, "seq:%" PRId64, r->of.record_seq);
    return owner;
}

static void list_add(struct knowledge *kn, struct map *m, const char *key,
                     const struct statement *st, const void *item)
{
    struct listed *l = ARENA_NEW(&kn->arena, struct listed);
    *l = (struct listed){st, item, map_get_text(m, key)};
    map_put_text(m, arena_strdup(&kn->arena, key), l);
}

bool knowledge_add(struct knowledge *kn, int64_t seq, const char *owner, bool by_operator,
                   const uint8_t key[16], const char *canonical, size_t len,
                   struct error *err)
{
    struct decoded d;
    if (!record_decode(&kn->arena, canonical, len, &d, err))
        return false;
    json_array_append_new(kn->keep, d.record->json);
    struct statement *st = ARENA_NEW(&kn->arena, struct statement);
    *st = (struct statement){.seq = seq, .owner = arena_strdup(&kn->arena, owner),
                             .by_operator = by_operator, .record = d.record,
                             .next = kn->statements[d.record->type]};
    memcpy(st->key, key, 16);
    kn->statements[d.record->type] = st;
    if (d.record->type == REC_VOIDED)
        list_add(kn, &kn->voids, void_subject(&kn->arena, d.record, st->owner), st, NULL);
    kn->indexed = false;
    return true;
}

bool is_voided(struct knowledge *kn, int64_t seq, const char *owner, const uint8_t key[16])
{
    if (!kn->statements[REC_VOIDED])
        return false;
    struct arena scratch;
    arena_init(&scratch, 0);
    const char *by_seq = arena_printf(&scratch, "seq:%" PRId64, seq);
    const char *subjects[] = {by_seq, key_subject(&scratch, owner, key)};
    bool voided = false;
    for (size_t i = 0; i < LENGTH(subjects); i++)
        for (struct listed *l = map_get_text(&kn->voids, subjects[i]); l; l = l->next)
            voided |= l->statement->by_operator || strcmp(l->statement->owner, owner) == 0;
    arena_reset(&scratch);
    return voided;
}

static bool counts(struct knowledge *kn, const struct statement *st)
{
    return !is_voided(kn, st->seq, st->owner, st->key);
}

/* Of one source the later time counts, then the key. */
static bool is_later(const struct statement *a, const struct statement *b)
{
    if (a->record->time.first_us != b->record->time.first_us)
        return a->record->time.first_us > b->record->time.first_us;
    return memcmp(a->key, b->key, 16) > 0;
}

static bool same_source(const struct statement *a, const struct statement *b)
{
    return a->by_operator == b->by_operator && strcmp(a->owner, b->owner) == 0;
}

/* ---- who is who ---- */

static int64_t from_us(const struct when *w, int64_t absent)
{
    return w->text ? w->first_us : absent;
}

static int64_t to_us(const struct when *w)
{
    return w->text ? w->last_us : INT64_MAX;
}

static void alias_add(struct knowledge *kn, const struct statement *st, const char *name,
                      int64_t from, int64_t to)
{
    if (strcmp(name, st->record->organisation->organisation) == 0)
        return;
    struct alias_entry *e = ARENA_NEW(&kn->arena, struct alias_entry);
    *e = (struct alias_entry){st->record->organisation->organisation, st, from, to,
                              map_get_text(&kn->aliases, name)};
    map_put_text(&kn->aliases, name, e);
}

/* A later statement of the same source about the same organisation says its own list. */
static bool list_is_superseded(struct knowledge *kn, const struct statement *st)
{
    const struct organisation_statement *o = st->record->organisation;
    for (const struct statement *b = kn->statements[REC_ORGANISATION]; b; b = b->next)
        if (b != st && b->record->organisation->has_aliases && same_source(b, st) &&
            is_later(b, st) && counts(kn, b) &&
            strcmp(b->record->organisation->organisation, o->organisation) == 0)
            return true;
    return false;
}

static void index_organisation(struct knowledge *kn, const struct statement *st)
{
    const struct organisation_statement *o = st->record->organisation;
    if (!st->by_operator || !counts(kn, st))
        return; /* a claim: no identity rests on it */
    if (o->name)
        alias_add(kn, st, manufacturer_normal(&kn->arena, o->name), INT64_MIN, INT64_MAX);
    if (o->has_aliases && !list_is_superseded(kn, st))
        for (size_t i = 0; i < o->aliases_len; i++)
            alias_add(kn, st, o->aliases[i].name,
                      from_us(&o->aliases[i].from, st->record->time.first_us),
                      to_us(&o->aliases[i].to));
    struct org *org = knowledge_org(kn, o->organisation);
    for (size_t i = 0; org && i < o->roles.len; i++)
        org->laboratory |= strcmp(o->roles.at[i], "laboratory") == 0;
}

static void index_statements(struct knowledge *kn)
{
    if (kn->indexed)
        return;
    kn->indexed = true;
    kn->aliases = map_new(&kn->arena);
    kn->authorizations = map_new(&kn->arena);
    kn->part_statements = map_new(&kn->arena);
    for (const struct statement *st = kn->statements[REC_ORGANISATION]; st; st = st->next)
        index_organisation(kn, st);
    for (const struct statement *st = kn->statements[REC_AUTHORIZATION]; st; st = st->next)
        if (counts(kn, st))
            list_add(kn, &kn->authorizations,
                     party_resolve(kn, st->record->authorization->holder, INT64_MAX), st, NULL);
    for (const struct statement *st = kn->statements[REC_PART]; st; st = st->next)
        if (counts(kn, st))
            list_add(kn, &kn->part_statements, st->record->part->part.key, st, NULL);
    for (const struct statement *st = kn->statements[REC_NOTICE]; st; st = st->next)
        for (size_t i = 0; counts(kn, st) && i < st->record->notice->parts_len; i++)
            list_add(kn, &kn->part_statements, st->record->notice->parts[i].part.key, st,
                     &st->record->notice->parts[i]);
}

static const char *resolve_once(struct knowledge *kn, const char *name, int64_t at_us)
{
    const char *found = NULL;
    for (struct alias_entry *e = map_get_text(&kn->aliases, name); e; e = e->next) {
        if (at_us != INT64_MAX && (at_us < e->from_us || at_us > e->to_us))
            continue;
        if (at_us == INT64_MAX && e->to_us != INT64_MAX)
            continue;
        if (found && strcmp(found, e->organisation) != 0)
            return name; /* held by two at once it names neither */
        found = e->organisation;
    }
    return found ? found : name;
}

const char *party_resolve(struct knowledge *kn, const char *name, int64_t at_us)
{
    if (!name)
        return NULL;
    index_statements(kn);
    for (int level = 0; level < RESOLVE_LEVELS; level++) {
        const char *next = resolve_once(kn, name, at_us);
        if (next == name)
            break;
        name = next;
    }
    return name;
}

/* ---- who may claim what ---- */

static bool words_have(const struct words *w, const char *word)
{
    for (size_t i = 0; word && i < w->len; i++)
        if (strcasecmp(w->at[i], word) == 0)
            return true;
    return false;
}

static bool scope_covers(struct knowledge *kn, const struct authorization_statement *au,
                         const struct tier_question *q)
{
    if (au->scope_all)
        return true;
    if (words_have(&au->parts, q->part_key))
        return true;
    if (!au->lines.len && !au->packages.len)
        return false;
    struct part_answer p = part_of(kn, q->maker, q->part_key);
    return (!au->parts.len) && (!au->lines.len || words_have(&au->lines, p.family)) &&
           (!au->packages.len || words_have(&au->packages, p.package)) && !au->regions.len;
}

static bool is_of_customer(const char *kind)
{
    return strcmp(kind, "exclusive-trace") == 0 || strcmp(kind, "approved") == 0;
}

/* The manufacturer grants the first three kinds, the customer who answers for it the last two. */
static bool grant_counts(struct knowledge *kn, const struct statement *st, const char *maker,
                         const char *buyer)
{
    const struct authorization_statement *au = st->record->authorization;
    int64_t t = st->record->time.first_us;
    const char *by = party_resolve(kn, au->by ? au->by : au->manufacturer, t);
    if (!by)
        by = maker;
    if (!st->by_operator && strcmp(party_resolve(kn, st->owner, t), by) != 0)
        return false;
    return strcmp(by, is_of_customer(au->kind) ? (buyer ? buyer : "") : maker) == 0;
}

/* A later statement of the same source ends this grant: same holder, maker, kind and start. */
static int64_t grant_end_us(const struct listed *all, const struct statement *st)
{
    const struct authorization_statement *au = st->record->authorization;
    const struct statement *best = st;
    for (const struct listed *l = all; l; l = l->next) {
        const struct statement *b = l->statement;
        const struct authorization_statement *o = b->record->authorization;
        if (b == st || !o->to.text || !same_source(b, st) || strcmp(o->kind, au->kind) != 0 ||
            !text_is(o->manufacturer, au->manufacturer))
            continue;
        if (o->from.text && au->from.text && o->from.first_us != au->from.first_us)
            continue;
        if (is_later(b, best) || !best->record->authorization->to.text)
            best = is_later(b, st) ? b : best;
    }
    return to_us(&best->record->authorization->to);
}

static enum tier tier_of_kind(const char *kind)
{
    static const struct {
        const char *kind;
        enum tier tier;
    } KINDS[] = {{"franchised", TIER_T2},        {"aftermarket-manufacturer", TIER_T1A},
                 {"contract-manufacturer", TIER_T1}, {"exclusive-trace", TIER_T3},
                 {"approved", TIER_T4}};
    for (size_t i = 0; i < LENGTH(KINDS); i++)
        if (strcmp(KINDS[i].kind, kind) == 0)
            return KINDS[i].tier;
    return TIER_T5;
}

struct tier_answer tier_of(struct knowledge *kn, const struct tier_question *q)
{
    struct tier_answer a = {.tier = TIER_UNKNOWN, .authorized = UNKNOWN};
    if (!q->party)
        return a;
    index_statements(kn);
    if (strcmp(q->party, q->maker) == 0)
        return (struct tier_answer){TIER_T1, YES, true, true, true};
    a.tier = TIER_T5;
    a.authorized = NO;
    const struct listed *all = map_get_text(&kn->authorizations, q->party);
    for (const struct listed *l = all; l; l = l->next) {
        const struct statement *st = l->statement;
        const struct authorization_statement *au = st->record->authorization;
        const char *maker =
            party_resolve(kn, au->manufacturer ? au->manufacturer : au->by, q->at_us);
        if (!maker || strcmp(maker, q->maker) != 0 || !grant_counts(kn, st, q->maker, q->buyer))
            continue;
        if (!scope_covers(kn, au, q)) {
            if (a.authorized == NO && !is_of_customer(au->kind))
                a.authorized = NO;
            continue;
        }
        int64_t from = from_us(&au->from, st->record->time.first_us);
        int64_t to = grant_end_us(all, st);
        int64_t grace = GRACE_DAYS * US_PER_DAY;
        bool ours = !is_of_customer(au->kind);
        if (q->at_us >= from && q->at_us <= to) {
            enum tier t = tier_of_kind(au->kind);
            a.tier = t < a.tier ? t : a.tier;
            a.authorized = ours ? YES : a.authorized;
            a.aftermarket |= t == TIER_T1A;
            a.contract |= strcmp(au->kind, "contract-manufacturer") == 0;
        } else if (ours && q->at_us >= from - grace && (to == INT64_MAX || q->at_us <= to + grace)) {
            a.near = true;
        }
    }
    return a;
}

/* ---- certificates ---- */

static bool is_avoidance(const struct certificate_statement *c)
{
    for (size_t i = 0; i < LENGTH(AVOIDANCE); i++)
        if ((c->scheme && strstr(c->scheme, AVOIDANCE[i])) ||
            (c->standard && strstr(c->standard, AVOIDANCE[i])))
            return true;
    return false;
}

static int32_t day_or(const struct when *w, bool last, int32_t absent)
{
    return w->text ? (last ? w->last_day : w->first_day) : absent;
}

/* The status in force on that day: the latest statement of this certificate whose status began. */
static bool status_is_active(struct knowledge *kn, const struct certificate_statement *c,
                             int32_t day)
{
    const struct statement *latest = NULL;
    int32_t since = INT32_MIN;
    for (const struct statement *st = kn->statements[REC_CERTIFICATE]; st; st = st->next) {
        const struct certificate_statement *o = st->record->certificate;
        if (!o->status || !text_is(o->number, c->number) || !text_is(o->scheme, c->scheme) ||
            !counts(kn, st))
            continue;
        int32_t from = day_or(&o->status_from, false, st->record->time.first_day);
        if (from > day || from < since || (from == since && latest && is_later(latest, st)))
            continue;
        latest = st;
        since = from;
    }
    return !latest || strcmp(latest->record->certificate->status, "active") == 0;
}

static bool register_is_complete(struct knowledge *kn)
{
    for (const struct statement *st = kn->statements[REC_SNAPSHOT]; st; st = st->next)
        if (st->record->snapshot->complete && st->by_operator && counts(kn, st) &&
            st->record->snapshot->of && strstr(st->record->snapshot->of, "CAP"))
            return true;
    return false;
}

struct certificate_answer certificate_of(struct knowledge *kn, struct arena *a,
                                         const char *party, int32_t day)
{
    struct certificate_answer best = {.status = CERT_UNKNOWN, .seq = NONE};
    bool renewed = false;
    index_statements(kn);
    for (const struct statement *st = kn->statements[REC_CERTIFICATE]; party && st; st = st->next) {
        const struct certificate_statement *c = st->record->certificate;
        if (!c->holder || !is_avoidance(c) || !counts(kn, st) ||
            strcmp(party_resolve(kn, st->owner, INT64_MAX), party) == 0 ||
            strcmp(party_resolve(kn, c->holder, INT64_MAX), party) != 0)
            continue; /* its holder's own word is a claim */
        int32_t issued = day_or(&c->issued, false, INT32_MIN);
        bool valid = issued <= day && day <= day_or(&c->expires, true, INT32_MAX) &&
                     status_is_active(kn, c, day);
        renewed |= issued > day && issued - day <= RENEWAL_DAYS;
        if (valid || best.status == CERT_UNKNOWN || (best.status == CERT_INVALID && st->seq > best.seq))
            best = (struct certificate_answer){
                valid || best.status == CERT_VALID ? CERT_VALID : CERT_INVALID, st->seq,
                arena_printf(a, "%s %s", c->scheme ? c->scheme : "", c->number ? c->number : "")};
    }
    if (best.status == CERT_INVALID && renewed)
        best.status = CERT_RENEWED;
    if (best.status == CERT_UNKNOWN && party && register_is_complete(kn))
        best.status = CERT_INVALID;
    return best;
}

/* ---- what is known of a part ---- */

static bool speaks_for(struct knowledge *kn, const struct statement *st, const char *maker)
{
    return st->by_operator ||
           strcmp(party_resolve(kn, st->owner, st->record->time.first_us), maker) == 0;
}

static bool notice_is_withdrawn(struct knowledge *kn, const struct statement *of,
                                const char *maker)
{
    const char *number = of->record->notice->number;
    for (const struct statement *st = kn->statements[REC_NOTICE]; number && st; st = st->next) {
        const struct notice_statement *n = st->record->notice;
        if (text_is(n->kind, "withdrawal") && speaks_for(kn, st, maker) && counts(kn, st) &&
            (text_is(n->withdraws, number) || (!n->withdraws && text_is(n->number, number))))
            return true;
    }
    return false;
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
static bool member_counts(const struct listed *all, const struct statement *st, size_t offset)
{
    const struct part_statement *ps = st->record->part;
    if (!says(ps, offset))
        return false;
    for (const struct listed *l = all; l; l = l->next) {
        const struct part_statement *o = l->statement->record->part;
        if (o && l->statement != st && same_source(l->statement, st) &&
            text_is(o->part.maker, ps->part.maker) && says(o, offset) &&
            is_later(l->statement, st))
            return false;
    }
    return true;
}

#define MEMBER(m) offsetof(struct part_statement, m)

static void part_add_statement(const struct listed *all, const struct statement *st,
                               struct part_answer *p)
{
    const struct part_statement *ps = st->record->part;
    if (member_counts(all, st, MEMBER(introduced)) &&
        (p->introduced == NO_DAY || ps->introduced.first_day < p->introduced)) {
        p->introduced = ps->introduced.first_day;
        p->introduced_seq = st->seq;
    }
    if (member_counts(all, st, MEMBER(end_of_production)) &&
        (p->end_of_production == NO_DAY || ps->end_of_production.last_day > p->end_of_production)) {
        p->end_of_production = ps->end_of_production.last_day;
        p->end_seq = st->seq;
    }
    if (member_counts(all, st, MEMBER(lifecycle)) &&
        lifecycle_rank(ps->lifecycle) > lifecycle_rank(p->lifecycle)) {
        p->lifecycle = ps->lifecycle;
        p->lifecycle_seq = st->seq;
    }
    if (member_counts(all, st, MEMBER(family)))
        p->family = ps->family;
    if (member_counts(all, st, MEMBER(package)))
        p->package = ps->package;
    if (member_counts(all, st, MEMBER(trace_code_reuse)))
        p->trace_reuse = true;
}

static void part_add_notice(struct knowledge *kn, const struct listed *l, const char *maker,
                            struct part_answer *p)
{
    const struct notice_statement *n = l->statement->record->notice;
    const struct notice_part *item = l->item;
    if (!text_is(n->kind, "PDN"))
        return;
    if (notice_is_withdrawn(kn, l->statement, maker)) {
        p->discontinuance_withdrawn = true;
        return;
    }
    const struct when *ship = item->last_ship.text ? &item->last_ship : &n->last_ship;
    if (ship->text && (p->last_ship == NO_DAY || ship->last_day > p->last_ship)) {
        p->last_ship = ship->last_day;
        if (p->end_of_production == NO_DAY)
            p->end_seq = l->statement->seq;
    }
}

struct part_answer part_of(struct knowledge *kn, const char *maker, const char *part_key)
{
    struct part_answer p = {.introduced = NO_DAY, .end_of_production = NO_DAY,
                            .last_ship = NO_DAY, .introduced_seq = NONE, .end_seq = NONE,
                            .lifecycle_seq = NONE};
    index_statements(kn);
    const struct listed *all = map_get_text(&kn->part_statements, part_key);
    for (const struct listed *l = all; l; l = l->next) {
        const struct statement *st = l->statement;
        const struct part_name *name =
            st->record->part ? &st->record->part->part : &((const struct notice_part *)l->item)->part;
        if (!name->maker || !speaks_for(kn, st, maker) ||
            strcmp(party_resolve(kn, name->maker, st->record->time.first_us), maker) != 0)
            continue;
        if (st->record->part)
            part_add_statement(all, st, &p);
        else
            part_add_notice(kn, l, maker, &p);
    }
    return p;
}

const char *part_resolve(struct knowledge *kn, const char *maker, const char *part_key)
{
    index_statements(kn);
    const char *found = NULL;
    for (const struct statement *st = kn->statements[REC_PART]; st; st = st->next) {
        const struct part_statement *ps = st->record->part;
        if (!words_have(&ps->aliases, part_key) || !counts(kn, st) ||
            !speaks_for(kn, st, maker) ||
            strcmp(party_resolve(kn, ps->part.maker, INT64_MAX), maker) != 0)
            continue;
        if (found && strcmp(found, ps->part.key) != 0)
            return part_key;
        found = ps->part.key;
    }
    return found ? found : part_key;
}

/* ---- whom a statement reaches ---- */

static void cause_add(struct arena *a, struct cause **at, size_t *len, const char *kind,
                      int64_t target, int priority)
{
    if (*len == 0)
        *at = ARENA_ARRAY(a, struct cause, CAUSES_MAX);
    (*at)[(*len)++] = (struct cause){kind, target, priority};
}

static void cause_parts(struct knowledge *kn, struct arena *a, struct cause **at, size_t *len,
                        const struct part_name *name, int priority)
{
    struct org *maker = name->maker ? knowledge_org(kn, name->maker) : NULL;
    (void)maker; /* aliases: every part id of that key, whoever makes it */
    for (size_t i = 0; i < kn->parts_by_id.cap && *len < CAUSES_MAX; i++) {
        const struct part_id *p = kn->parts_by_id.slots[i].value;
        if (p && strcmp(p->key, name->key) == 0)
            cause_add(a, at, len, "part", p->id, priority);
    }
}

static size_t cause_all(struct arena *a, struct cause **out, int priority)
{
    size_t len = 0;
    cause_add(a, out, &len, "all", 0, priority);
    return len;
}

size_t knowledge_causes(struct knowledge *kn, struct arena *a, const struct record *r,
                        struct cause **out)
{
    size_t len = 0;
    if (r->part && r->part->aliases.given)
        return cause_all(a, out, 2);
    if (r->part)
        cause_parts(kn, a, out, &len, &r->part->part, 2);
    if (r->notice) {
        for (size_t i = 0; i < r->notice->parts_len && len < CAUSES_MAX; i++)
            cause_parts(kn, a, out, &len, &r->notice->parts[i].part, 2);
        if (r->notice->withdraws || !r->notice->parts_len)
            return cause_all(a, out, 2);
    }
    if (r->certificate && r->certificate->holder) {
        struct org *o = knowledge_org(kn, r->certificate->holder);
        if (o)
            cause_add(a, out, &len, "party", o->id, 2);
    }
    if (r->authorization) {
        struct org *o = knowledge_org(kn, r->authorization->holder);
        if (o)
            cause_add(a, out, &len, "party", o->id, 2);
    }
    if (r->type == REC_VERIFIED && r->of.has_record && r->of.record_seq != NONE) {
        cause_add(a, out, &len, "record", r->of.record_seq, 0);
        return len;
    }
    if (r->type == REC_VOIDED && r->target_seq != NONE)
        cause_add(a, out, &len, "record", r->target_seq, 0);
    /* Names that other names hang on, alerts and registers: every lot. */
    bool everything = r->organisation || r->alert || r->snapshot || r->type == REC_VERIFIED ||
                      r->type == REC_VOIDED || len >= CAUSES_MAX;
    return everything ? cause_all(a, out, r->alert || r->type == REC_VOIDED ? 0 : 2) : len;
}
