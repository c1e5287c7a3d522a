/* figures - see figures.h. */
#include "store.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/model/figure.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct price_row {
    int64_t part, floor, list;
    int32_t band, half;
    const char *currency, *holders;
};
struct market_row {
    int64_t part, lead_weeks, glut, typical, offered, made, entered;
    int32_t half;
    bool is_proven;
    const char *holders, *owners;
};
struct seller_row {
    int64_t id, holder, lots, adverse;
    int32_t first_sold;
};
struct naming_row {
    int64_t holder, lots, usual;
    int32_t known_after, day;
};
struct start_row {
    int64_t first;
    int32_t day;
};
/* clang-format off */
static const struct column PRICE_ROW[] = {COL(struct price_row, part), COL(struct price_row, currency), COL(struct price_row, band),
    COL(struct price_row, half), COL(struct price_row, holders), COL(struct price_row, floor), COL(struct price_row, list)};
static const struct column MARKET_ROW[] = {COL(struct market_row, part), COL(struct market_row, half), COL(struct market_row, lead_weeks),
    COL(struct market_row, glut), COL(struct market_row, typical), COL(struct market_row, holders), COL(struct market_row, offered),
    COL(struct market_row, made), COL(struct market_row, is_proven), COL(struct market_row, entered), COL(struct market_row, owners)};
static const struct column SELLER_ROW[] = {COL(struct seller_row, id), COL(struct seller_row, holder), COL(struct seller_row, lots),
    COL(struct seller_row, adverse), COL(struct seller_row, first_sold)};
static const struct column NAMING_ROW[] = {COL(struct naming_row, holder), COL(struct naming_row, known_after),
    COL(struct naming_row, day), COL(struct naming_row, lots), COL(struct naming_row, usual)};
static const struct column START_ROW[] = {COL(struct start_row, first), COL(struct start_row, day)};
#define PRICE_COLUMNS "part, currency, band, half, array_to_string(holders, E'\\n') AS holders, floor, list"
#define MARKET_COLUMNS "part, half, lead_weeks, glut, typical, array_to_string(holders, E'\\n') AS holders, offered, made," \
    " is_proven, entered, array_to_string(owners, E'\\n') AS owners"
QUERY PRICE_TAKE = {.name = "price_take", .sql = "SELECT " PRICE_COLUMNS " FROM price_take($1, $2, $3, $4::bigint / 1000.0)",
    ROW(struct price_row, PRICE_ROW)};
QUERY MARKET_TAKE = {.name = "market_take", .sql = "SELECT " MARKET_COLUMNS " FROM market_take($1, $2, $3, $4, $5)",
    ROW(struct market_row, MARKET_ROW)};
QUERY STOCK_TAKE = {.name = "stock_take", .sql = "SELECT stock_take($1)"};
QUERY SELLER_TAKE = {.name = "seller_take",
    .sql = "SELECT id, holder, lots, adverse, first_sold FROM seller_take($1, $2)", ROW(struct seller_row, SELLER_ROW)};
QUERY DAY_TAKE = {.name = "day_take",
    .sql = "SELECT holder, known_after, day, lots, usual FROM day_take($1, $2, $3, $4::bigint, $5)", ROW(struct naming_row, NAMING_ROW)};
QUERY ALL_PRICES = {.name = "all_prices", .sql = "SELECT " PRICE_COLUMNS " FROM price_figure ORDER BY part, half DESC",
    ROW(struct price_row, PRICE_ROW)};
QUERY ALL_MARKETS = {.name = "all_markets", .sql = "SELECT " MARKET_COLUMNS " FROM market_figure ORDER BY part, half",
    ROW(struct market_row, MARKET_ROW)};
QUERY ALL_SELLERS = {.name = "all_sellers",
    .sql = "SELECT o.id, f.holder, f.lots, f.adverse, f.first_sold"
           "  FROM seller_figure f JOIN organisation o ON o.name = f.seller ORDER BY 1, 2", ROW(struct seller_row, SELLER_ROW)};
QUERY ALL_NAMINGS = {.name = "all_namings",
    .sql = "SELECT h.holder, h.known_after, NULL::integer AS day, NULL::bigint AS lots, NULL::bigint AS usual FROM day_history h"
           " UNION ALL SELECT d.holder, NULL, d.day, d.lots, d.usual FROM day_figure d ORDER BY 1, 3 NULLS FIRST",
    ROW(struct naming_row, NAMING_ROW)};
/* A head that a repair wrote tells no days: there they are those on which the records came in. */
QUERY ALL_DAYS = {.name = "all_days",
    .sql = "SELECT min(first) AS first, day"
           "  FROM (SELECT coalesce(previous, 0) AS first, day FROM log_head WHERE epoch = 0"
           "        UNION ALL"
           "        SELECT r.seq, (r.received_us / 86400000000)::integer FROM log_head h, record r"
           "         WHERE h.epoch > 0 AND r.seq >= coalesce(h.previous, 0) AND r.seq < h.size AND octet_length(r.digests) > 0) x"
           " GROUP BY day ORDER BY 1", ROW(struct start_row, START_ROW)};
/* clang-format on */

/* ---- ledger days ---- */

void figures_day(struct knowledge *kn, int64_t first, int32_t day)
{
    struct figures *f = &kn->figures;
    if (f->days.len == 0 || f->days.at[f->days.len - 1].day < day)
        *vec_push(&kn->arena, &f->days) = (struct ledger_day){first, day};
}

int32_t known_day(const struct knowledge *kn, int64_t seq)
{
    const struct figures *f = &kn->figures;
    size_t low = 0, high = f->days.len;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (f->days.at[middle].first <= seq)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? f->days.at[low - 1].day : 0;
}

/* ---- putting rows in their places ---- */

/* Kept as it was if it is the same: what is replaced stays in the knowledge's memory. */
static const char *kept_text(struct knowledge *kn, const char *was, const char *now)
{
    return text_is(was, now) ? was : arena_strdup(&kn->arena, now ? now : "");
}

static bool put_price(struct knowledge *kn, struct part_id *p, const struct price_row *r)
{
    struct price_figure *f = p->market.prices;
    while (f && !(f->band == r->band && f->half == r->half && text_is(f->currency, r->currency)))
        f = f->next;
    if (!f) {
        f = ARENA_NEW(&kn->arena, struct price_figure);
        *f = (struct price_figure){.currency = arena_strdup(&kn->arena, r->currency), .band = r->band, .half = r->half,
                                   .floor = NONE, .list = NONE, .holders = "", .next = p->market.prices, .stands = true};
        p->market.prices = f;
    }
    bool changed = f->floor != r->floor || f->list != r->list || !text_is(f->holders, r->holders);
    f->stands = true;
    f->floor = r->floor;
    f->list = r->list;
    f->holders = kept_text(kn, f->holders, r->holders);
    return changed;
}

static bool put_market(struct knowledge *kn, struct part_id *p, const struct market_row *r)
{
    struct market_figure *f = p->market.halves, was;
    while (f && f->half != r->half)
        f = f->next;
    if (!f) {
        f = ARENA_NEW(&kn->arena, struct market_figure);
        *f = (struct market_figure){.half = r->half, .lead_weeks = NONE, .glut = NONE, .typical = NONE, .holders = "", .owners = "",
                                    .is_proven = true, .next = p->market.halves};
        p->market.halves = f;
    }
    was = *f;
    f->stands = true;
    f->lead_weeks = r->lead_weeks;
    f->glut = r->glut;
    f->typical = r->typical;
    f->offered = r->offered;
    f->made = r->made;
    f->entered = r->entered;
    f->is_proven = r->is_proven;
    f->holders = kept_text(kn, f->holders, r->holders);
    f->owners = kept_text(kn, f->owners, r->owners);
    return was.lead_weeks != f->lead_weeks || was.glut != f->glut || was.typical != f->typical || was.offered != f->offered ||
           was.made != f->made || was.entered != f->entered || was.is_proven != f->is_proven || was.holders != f->holders ||
           was.owners != f->owners;
}

/* What was there and did not come again. */
static bool market_sweep(struct part_market *m)
{
    bool gone = false;
    for (struct price_figure *f = m->prices; f; f = f->next)
        if (!f->stands) {
            gone |= f->floor != NONE || f->list != NONE;
            f->floor = f->list = NONE;
        }
    for (struct market_figure *f = m->halves; f; f = f->next)
        if (!f->stands) {
            gone |= f->lead_weeks != NONE || f->glut != NONE || f->typical != NONE || f->offered || f->made || f->entered;
            *f = (struct market_figure){.half = f->half, .lead_weeks = NONE, .glut = NONE, .typical = NONE, .holders = f->holders,
                                        .owners = f->owners, .is_proven = true, .next = f->next};
        }
    return gone;
}

static void market_unmark(struct part_market *m)
{
    for (struct price_figure *f = m->prices; f; f = f->next)
        f->stands = false;
    for (struct market_figure *f = m->halves; f; f = f->next)
        f->stands = false;
}

static struct seller_figure *seller_of(struct knowledge *kn, struct org *o)
{
    if (!o->sold) {
        o->sold = ARENA_NEW(&kn->arena, struct seller_figure);
        o->sold->by_holder = map_new(&kn->arena);
        o->sold->first_sold = NO_DAY;
        *vec_push(&kn->arena, &kn->figures.sellers) = o;
    }
    return o->sold;
}

static struct holder_figure *holder_of(struct knowledge *kn, struct org *o)
{
    if (!o->booked) {
        o->booked = ARENA_NEW(&kn->arena, struct holder_figure);
        o->booked->known_after = NO_DAY;
    }
    return o->booked;
}

static struct seller_pair *pair_of(struct knowledge *kn, struct seller_figure *f, struct org *holder)
{
    struct seller_pair *p = map_get(&f->by_holder, holder->id);
    if (!p) {
        p = ARENA_NEW(&kn->arena, struct seller_pair);
        *p = (struct seller_pair){.holder = holder, .first_sold = NO_DAY, .next = f->pairs};
        f->pairs = p;
        map_put(&f->by_holder, holder->id, p);
    }
    return p;
}

static void seller_sum(struct figures *all, struct seller_figure *f)
{
    all->lots -= f->lots;
    all->adverse -= f->adverse;
    f->lots = f->adverse = 0;
    f->holders = 0;
    f->first_sold = NO_DAY;
    for (const struct seller_pair *p = f->pairs; p; p = p->next) {
        f->lots += p->lots;
        f->adverse += p->adverse;
        f->holders += p->lots > 0 && f->holders < FIGURE_HOLDERS;
        if (p->lots > 0 && (f->first_sold == NO_DAY || p->first_sold < f->first_sold))
            f->first_sold = p->first_sold;
    }
    all->lots += f->lots;
    all->adverse += f->adverse;
}

/* Against all; only from enough lots on. */
static bool is_adverse(const struct figures *all, const struct seller_figure *f)
{
    if (f->lots < rules_parameter("CAP-072", "lots") || f->adverse == 0)
        return false;
    int64_t rate = all->adverse * INT64_C(1000000) / all->lots;
    return wilson_lower(f->adverse, f->lots) > rules_parameter("CAP-072", "times") * rate;
}

static void put_naming(struct arena *a, struct holder_figure *h, const struct naming_row *r)
{
    if (r->known_after != NO_DAY) {
        h->known_after = r->known_after;
        return;
    }
    struct day_figure *d = ARENA_NEW(a, struct day_figure);
    *d = (struct day_figure){r->day, r->lots, r->usual, h->days};
    h->days = d;
}

/* ---- loading ---- */

bool figures_load_days(struct db *db, struct knowledge *kn, struct error *err)
{
    struct arena a;
    struct rows rows;
    arena_init(&a, 0);
    bool ok = db_query(db, &a, &ALL_DAYS, NO_ARGS, &rows, err);
    const struct start_row *r = ok ? rows.at : NULL;
    for (size_t i = 0; ok && i < rows.len; i++)
        figures_day(kn, r[i].first, r[i].day);
    arena_reset(&a);
    return ok;
}

static void load_sellers(struct knowledge *kn, const struct rows *rows)
{
    const struct seller_row *r = rows->at;
    for (size_t i = 0; i < rows->len; i++, r++) {
        struct org *seller = map_get(&kn->orgs_by_id, r->id), *holder = map_get(&kn->orgs_by_id, r->holder);
        if (!seller || !holder)
            continue;
        struct seller_pair *p = pair_of(kn, seller_of(kn, seller), holder);
        p->lots = r->lots;
        p->adverse = r->adverse;
        p->first_sold = r->first_sold;
        holder_of(kn, holder)->bought += r->lots;
    }
    for (size_t i = 0; i < kn->figures.sellers.len; i++)
        seller_sum(&kn->figures, kn->figures.sellers.at[i]->sold);
    for (size_t i = 0; i < kn->figures.sellers.len; i++)
        kn->figures.sellers.at[i]->sold->is_adverse = is_adverse(&kn->figures, kn->figures.sellers.at[i]->sold);
}

bool figures_load(struct db *db, struct knowledge *kn, struct error *err)
{
    struct arena a;
    struct rows prices, markets, sellers, namings;
    arena_init(&a, 0);
    bool ok = figures_load_days(db, kn, err) && db_query(db, &a, &ALL_PRICES, NO_ARGS, &prices, err) &&
              db_query(db, &a, &ALL_MARKETS, NO_ARGS, &markets, err) && db_query(db, &a, &ALL_SELLERS, NO_ARGS, &sellers, err) &&
              db_query(db, &a, &ALL_NAMINGS, NO_ARGS, &namings, err);
    const struct price_row *p = ok ? prices.at : NULL;
    for (size_t i = 0; ok && i < prices.len; i++)
        if (map_get(&kn->parts_by_id, p[i].part))
            put_price(kn, map_get(&kn->parts_by_id, p[i].part), &p[i]);
    const struct market_row *m = ok ? markets.at : NULL;
    for (size_t i = 0; ok && i < markets.len; i++)
        if (map_get(&kn->parts_by_id, m[i].part))
            put_market(kn, map_get(&kn->parts_by_id, m[i].part), &m[i]);
    if (ok)
        load_sellers(kn, &sellers);
    const struct naming_row *n = ok ? namings.at : NULL;
    for (size_t i = 0; ok && i < namings.len; i++)
        if (map_get(&kn->orgs_by_id, n[i].holder))
            put_naming(&kn->arena, holder_of(kn, map_get(&kn->orgs_by_id, n[i].holder)), &n[i]);
    arena_reset(&a);
    return ok;
}

/* ---- taking ---- */

struct taking {
    struct db *db;
    struct knowledge *kn;
    const struct figures_due *due;
    struct causes *out;
};

static void part_cause(const struct taking *t, const struct part_id *p)
{
    if (p->has_lots)
        *vec_push(t->due->arena, &t->out->list) = (struct cause){"part", p->id, 2};
}

/* Of parts that have a last shipment it is also asked who sold how much. */
static struct keys ended_of(const struct taking *t)
{
    struct keys ended = {0};
    for (size_t i = 0; i < t->due->parts.len; i++) {
        struct part_id *p = map_get(&t->kn->parts_by_id, t->due->parts.at[i]);
        if (p && part_of(t->kn, t->due->arena, party_today(t->kn, p->maker->name), p->key).last_ship != NO_DAY)
            *vec_push(t->due->arena, &ended) = p->id;
    }
    return ended;
}

static bool take_parts(const struct taking *t, struct error *err)
{
    struct arena *a = t->due->arena;
    struct rows prices, markets;
    struct keys ended = ended_of(t), changed = {0};
    struct arg parts = INT8S(t->due->parts.at, t->due->parts.len), today = INT4(t->due->today);
    struct arg enough = INT8(rules_parameter("CAP-070", "observations"));
    if (!db_query(t->db, a, &PRICE_TAKE, ARGS(parts, today, enough, INT8(rules_parameter("CAP-070", "zThousandths"))), &prices, err) ||
        !db_query(t->db, a, &MARKET_TAKE,
                  ARGS(parts, INT8S(ended.at, ended.len), today, enough, INT8(rules_parameter("CAP-071", "listPercent"))), &markets,
                  err) ||
        !db_query(t->db, a, &STOCK_TAKE, ARGS(parts), NULL, err))
        return false;
    for (size_t i = 0; i < t->due->parts.len; i++) {
        struct part_id *p = map_get(&t->kn->parts_by_id, t->due->parts.at[i]);
        if (p)
            market_unmark(&p->market);
    }
    const struct price_row *r = prices.at;
    for (size_t i = 0; i < prices.len; i++) {
        struct part_id *p = map_get(&t->kn->parts_by_id, r[i].part);
        if (p && put_price(t->kn, p, &r[i]))
            *vec_push(a, &changed) = p->id;
    }
    const struct market_row *m = markets.at;
    for (size_t i = 0; i < markets.len; i++) {
        struct part_id *p = map_get(&t->kn->parts_by_id, m[i].part);
        if (p && put_market(t->kn, p, &m[i]))
            *vec_push(a, &changed) = p->id;
    }
    for (size_t i = 0; i < t->due->parts.len; i++) {
        struct part_id *p = map_get(&t->kn->parts_by_id, t->due->parts.at[i]);
        bool differs = p && market_sweep(&p->market);
        for (size_t k = 0; p && k < changed.len && !differs; k++)
            differs = changed.at[k] == p->id;
        if (differs)
            part_cause(t, p);
    }
    return true;
}

struct judged { /* what rules see of a seller, as far as they tell it */
    bool enough, accepted, is_adverse;
    int holders;
    int64_t lots, adverse;
    int32_t first_sold;
};

static struct judged judged_of(const struct seller_figure *f)
{
    return (struct judged){.enough = f->lots >= rules_parameter("CAP-072", "lots"), .is_adverse = f->is_adverse,
                           .accepted = f->lots - f->adverse >= rules_parameter("CAP-027", "acceptedLots"), .holders = f->holders,
                           .lots = f->lots, .adverse = f->adverse, .first_sold = f->first_sold};
}

static bool is_as_judged(const struct judged *a, const struct judged *b)
{
    bool counts = a->holders > FIGURE_OTHERS - 1 || b->holders > FIGURE_OTHERS - 1;
    return (!counts || (a->enough == b->enough && a->accepted == b->accepted && a->holders == b->holders)) &&
           a->is_adverse == b->is_adverse && a->first_sold == b->first_sold &&
           (!b->is_adverse || (a->lots == b->lots && a->adverse == b->adverse));
}

static void seller_cause(const struct taking *t, const struct org *seller)
{
    party_causes(t->kn, t->due->arena, seller->name, t->out);
}

/* Whether the holder's lots of that seller must be looked at again. */
static bool put_pair(const struct taking *t, struct org *seller, const struct seller_row *r)
{
    struct org *holder = map_get(&t->kn->orgs_by_id, r->holder);
    if (!holder)
        return false;
    struct seller_pair *p = pair_of(t->kn, seller_of(t->kn, seller), holder);
    struct holder_figure *h = holder_of(t->kn, holder);
    int64_t least = rules_parameter("CAP-027", "acceptedLots"), history = rules_parameter("CAP-027", "historyLots");
    bool was_accepted = p->lots - p->adverse >= least, had_history = h->bought >= history;
    h->bought += r->lots - p->lots;
    p->lots = r->lots;
    p->adverse = r->adverse;
    p->first_sold = r->first_sold;
    if (had_history != (h->bought >= history))
        party_causes(t->kn, t->due->arena, holder->name, t->out);
    return was_accepted != (p->lots - p->adverse >= least);
}

static void forget_pairs(const struct taking *t, struct seller_figure *f, const struct rows *rows, int64_t seller)
{
    struct map there = map_new(t->due->arena);
    const struct seller_row *r = rows->at;
    for (size_t i = 0; i < rows->len; i++)
        if (r[i].id == seller)
            map_put(&there, r[i].holder, f);
    for (struct seller_pair *p = f->pairs; p; p = p->next)
        if (p->lots && !map_get(&there, p->holder->id)) {
            holder_of(t->kn, p->holder)->bought -= p->lots;
            p->lots = p->adverse = 0;
        }
}

static bool take_sellers(const struct taking *t, struct error *err)
{
    struct figures *all = &t->kn->figures;
    struct rows rows;
    if (!db_query(t->db, t->due->arena, &SELLER_TAKE, ARGS(INT8S(t->due->traders.at, t->due->traders.len), INT4(t->due->today)), &rows,
                  err))
        return false;
    struct map again = map_new(t->due->arena), was = map_new(t->due->arena);
    for (size_t i = 0; i < t->due->traders.len; i++) {
        struct org *o = map_get(&t->kn->orgs_by_id, t->due->traders.at[i]);
        if (!o || !o->sold)
            continue;
        struct judged *j = ARENA_NEW(t->due->arena, struct judged);
        *j = judged_of(o->sold);
        map_put(&was, o->id, j);
        forget_pairs(t, o->sold, &rows, o->id);
    }
    const struct seller_row *r = rows.at;
    for (size_t i = 0; i < rows.len; i++) {
        struct org *seller = map_get(&t->kn->orgs_by_id, r[i].id);
        if (seller && put_pair(t, seller, &r[i]))
            map_put(&again, seller->id, seller);
    }
    static const struct judged NOTHING = {.first_sold = NO_DAY};
    for (size_t i = 0; i < t->due->traders.len; i++) {
        struct org *o = map_get(&t->kn->orgs_by_id, t->due->traders.at[i]);
        if (o && o->sold)
            seller_sum(all, o->sold);
    }
    for (size_t i = 0; i < all->sellers.len; i++) { /* against what all sold */
        struct org *o = all->sellers.at[i];
        bool was_adverse = o->sold->is_adverse;
        o->sold->is_adverse = is_adverse(all, o->sold);
        if (was_adverse != o->sold->is_adverse)
            map_put(&again, o->id, o);
    }
    for (size_t i = 0; i < t->due->traders.len; i++) {
        struct org *o = map_get(&t->kn->orgs_by_id, t->due->traders.at[i]);
        if (!o || !o->sold)
            continue;
        const struct judged *before = map_get(&was, o->id), now = judged_of(o->sold);
        if (!is_as_judged(before ? before : &NOTHING, &now))
            map_put(&again, o->id, o);
    }
    for (size_t i = 0; i < all->sellers.len; i++)
        if (map_get(&again, all->sellers.at[i]->id))
            seller_cause(t, all->sellers.at[i]);
    return true;
}

static bool same_days(const struct day_figure *a, const struct day_figure *b)
{
    for (; a && b; a = a->next, b = b->next)
        if (a->day != b->day || a->lots != b->lots || a->usual != b->usual)
            return false;
    return !a && !b;
}

static bool take_days(const struct taking *t, struct error *err)
{
    struct rows rows;
    if (!db_query(t->db, t->due->arena, &DAY_TAKE,
                  ARGS(INT8S(t->due->traders.at, t->due->traders.len), INT4(t->due->today),
                       INT4((int32_t)rules_parameter("CAP-073", "days")), INT8(rules_parameter("CAP-073", "sigmas")),
                       INT8(rules_parameter("CAP-073", "least"))),
                  &rows, err))
        return false;
    const struct naming_row *r = rows.at;
    for (size_t i = 0; i < t->due->traders.len; i++) {
        struct org *o = map_get(&t->kn->orgs_by_id, t->due->traders.at[i]);
        if (!o)
            continue;
        struct holder_figure was = o->booked ? *o->booked : (struct holder_figure){.known_after = NO_DAY}, now = was;
        now.known_after = NO_DAY;
        now.days = NULL;
        for (size_t k = 0; k < rows.len; k++)
            if (r[k].holder == o->id)
                put_naming(t->due->arena, &now, &r[k]);
        if (was.known_after == now.known_after && same_days(was.days, now.days))
            continue;
        struct holder_figure *h = holder_of(t->kn, o);
        h->known_after = NO_DAY;
        h->days = NULL;
        for (size_t k = 0; k < rows.len; k++)
            if (r[k].holder == o->id)
                put_naming(&t->kn->arena, h, &r[k]);
        party_causes(t->kn, t->due->arena, o->name, t->out);
    }
    return true;
}

bool figures_take(struct db *db, struct knowledge *kn, const struct figures_due *due, struct causes *out, struct error *err)
{
    const struct taking t = {db, kn, due, out};
    return (due->parts.len == 0 || take_parts(&t, err)) && (due->traders.len == 0 || (take_sellers(&t, err) && take_days(&t, err)));
}
