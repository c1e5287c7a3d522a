/* lots - one lot, and the search for lots. */
#include "cursor.h"
#include "session.h"

#include "pedigree/model/party.h"
#include "pedigree/rules/rule.h"

#include <string.h>

struct hit {
    int64_t lot;
    const char *sight;
};
static const struct column HIT_ROW[] = {COL(struct hit, lot), COL(struct hit, sight)};
QUERY LOT_SEARCH = {
    .name = "lot_search",
    .sql =
        "SELECT lot, sight FROM lot_search($1::bigint, $2::boolean, $3::text, "
        "$4::bigint[],"
        " $5::text, $6::text, $7::bigint, $8::integer, CASE WHEN $9::boolean THEN "
        "$10::bigint[] END,"
        " CASE WHEN $11::boolean THEN $12::bigint[] END, $13::text, $14::text, $15::text,"
        " $16::integer, $17::text)",
    ROW(struct hit, HIT_ROW),
};

struct lots_ask {
    const struct lot_filter *filter;
    const struct page *page;
};

/* How candidates are found: by the index that the filter narrows most. */
struct path {
    const char *word; /* NULL: nothing can fit */
    struct ids ids;
    const char *mark_kind, *mark_value;
};

static bool read_grade(const char *word, int32_t *out, struct error *err)
{
    *out = INT32_MIN;
    if (!word)
        return true;
    for (int i = SEV_NONE; i <= SEV_CRITICAL; i++)
        if (strcmp(severity_word((enum severity)i), word) == 0)
            *out = i;
    return *out != INT32_MIN ||
           error_at(
               err, ERR_INVALID, "grade",
               "'%.20s' is no grade: write none, info, low, medium, high or critical",
               word);
}

static struct path choose_path(const struct session *s, const struct lot_filter *f,
                               struct ids parts, struct ids holders)
{
    if (f->serial)
        return (struct path){
            .word = "mark", .mark_kind = "serial", .mark_value = f->serial};
    if (f->trace_code)
        return (struct path){
            .word = "mark", .mark_kind = "trace", .mark_value = f->trace_code};
    if (f->holder)
        return (struct path){.word = holders.len ? "holder" : NULL, .ids = holders};
    if (f->manufacturer)
        return (struct path){.word = parts.len ? "part" : NULL, .ids = parts};
    if (f->date_code)
        return (struct path){
            .word = "mark", .mark_kind = "date", .mark_value = f->date_code};
    if (!s->viewer.sees_all)
        return (struct path){.word = "own", .ids = {s->viewer.ids, s->viewer.ids_len}};
    return (struct path){.word = f->rule ? "rule" : "all"};
}

static bool search(struct session *s, const struct lots_ask *ask, struct rows *hits,
                   struct error *err)
{
    const struct lot_filter *f = ask->filter;
    struct ids parts = {0}, holders = {0};
    int32_t grade;
    int64_t after;
    *hits = (struct rows){0};
    if (f->mpn && !f->manufacturer)
        return error_at(
            err, ERR_INVALID, "manufacturer",
            "a part number alone names no part: say whose it is with manufacturer=");
    if (!read_grade(f->grade, &grade, err) ||
        !lot_cursor_read(s->arena, ask->page->cursor, &after, err))
        return false;
    if (f->manufacturer && !find_parts(s, f->manufacturer, f->mpn, &parts, err))
        return false;
    if (f->holder && !find_organisations(s, f->holder, &holders, err))
        return false;
    struct path path = choose_path(s, f, parts, holders);
    if (!path.word || (f->manufacturer && parts.len == 0) ||
        (f->holder && holders.len == 0))
        return true;
    return db_query(s->db, s->arena, &LOT_SEARCH,
                    ARGS(INT8(s->viewer.class_), BOOLEAN(s->viewer.sees_all),
                         TEXT(path.word), INT8S(path.ids.at, path.ids.len),
                         TEXT(path.mark_kind), TEXT(path.mark_value), INT8(after),
                         INT4((int32_t)ask->page->limit + 1),
                         BOOLEAN(f->manufacturer != NULL), INT8S(parts.at, parts.len),
                         BOOLEAN(f->holder != NULL), INT8S(holders.at, holders.len),
                         TEXT(f->date_code), TEXT(f->trace_code), TEXT(f->serial),
                         INT4(grade), TEXT(f->rule)),
                    hits, err);
}

/* Drops what is past the page and says where the next begins. */
static const char *settle_page(struct session *s, struct rows *hits, size_t limit)
{
    const struct hit *h = hits->at;
    bool was_cut = hits->len > 0 && !h[hits->len - 1].sight;
    if (was_cut)
        hits->len--;
    if (hits->len > limit)
        hits->len = limit;
    else if (!was_cut)
        return NULL;
    int64_t last = was_cut && hits->len < limit ? h[hits->len].lot : h[hits->len - 1].lot;
    return lot_cursor(s->arena, last);
}

static bool lots_json(struct session *s, const struct rows *hits, json_t *items,
                      struct error *err)
{
    const struct hit *h = hits->at;
    const struct lot_row *lots;
    const struct flag_row *flags;
    size_t lots_len, flags_len;
    struct as_of at;
    int64_t *ids = ARENA_ARRAY(s->arena, int64_t, hits->len + 1);
    for (size_t i = 0; i < hits->len; i++)
        ids[i] = h[i].lot;
    if (!load_as_of(s, &at, err) ||
        !load_lots(s, ids, hits->len, &lots, &lots_len, err) ||
        !load_flags(s, ids, hits->len, &flags, &flags_len, err))
        return false;
    for (size_t i = 0, f = 0, n; i < lots_len; i++, f += n) {
        enum sight sight = SIGHT_NONE;
        for (n = 0; f + n < flags_len && flags[f + n].lot == lots[i].lot; n++)
            ;
        if (sight_find(h[i].sight, &sight))
            json_array_append_new(items, lot_json(&lots[i], sight, &at, &flags[f], n));
    }
    return true;
}

static bool lots_answer(struct session *s, const void *asked, json_t **out,
                        struct error *err)
{
    const struct lots_ask *ask = asked;
    struct rows hits;
    if (!search(s, ask, &hits, err))
        return false;
    const char *next = settle_page(s, &hits, (size_t)ask->page->limit);
    json_t *items = json_array();
    *out = json_pack("{s:o}", "items", items);
    put_text(*out, "next", next);
    return lots_json(s, &hits, items, err);
}

bool query_lots(const struct reader *r, const struct lot_filter *f,
                const struct page *page, const char **json, struct error *err)
{
    return session_run(r, lots_answer, &(struct lots_ask){f, page}, json, err);
}

/* ---- one lot ---- */

struct lot_hop {
    int64_t seq, quantity, tier_seq;
    const char *standing, *tier, *source, *seller, *reason, *shipped, *received, *tier_why;
};
static const struct column LOT_HOP_ROW[] = {
    COL(struct lot_hop, seq),    COL(struct lot_hop, quantity), COL(struct lot_hop, standing),
    COL(struct lot_hop, tier),   COL(struct lot_hop, source),   COL(struct lot_hop, seller),
    COL(struct lot_hop, reason), COL(struct lot_hop, shipped),  COL(struct lot_hop, received),
    COL(struct lot_hop, tier_why), COL(struct lot_hop, tier_seq),
};
enum { LOT_HOPS_MAX = 1000 };
QUERY LOT_HOPS = {
    .name = "lot_hops",
    .sql = "SELECT e.seq, max(e.quantity) AS quantity, e.standing, e.tier, e.source, e.seller, e.reason, e.shipped,"
           "       e.received, e.tier_why, e.tier_seq"
           "  FROM edge e WHERE e.child = $1 AND e.part = e.child_part AND e.standing <> 'internal'"
           " GROUP BY e.seq, e.standing, e.tier, e.source, e.seller, e.reason, e.shipped, e.received, e.tier_why,"
           "       e.tier_seq ORDER BY e.seq LIMIT 1001",
    ROW(struct lot_hop, LOT_HOP_ROW),
};

static json_t *hop_json(const struct lot_hop *h)
{
    enum tier tier;
    json_t *o = json_pack("{s:I, s:s, s:I}", "record", (json_int_t)h->seq, "standing", h->standing, "quantity",
                          (json_int_t)h->quantity);
    put_text(o, "source", h->source);
    put_text(o, "seller", h->seller);
    put_text(o, "reason", h->reason && *h->reason ? h->reason : NULL);
    put_text(o, "shipped", h->shipped);
    put_text(o, "received", h->received);
    if (h->tier && tier_find(h->tier, &tier)) {
        put_text(o, "tier", tier_code(tier));
        put_text(o, "tierName", h->tier);
    }
    put(o, "tierWhy", tier_why_json(h->tier_why, h->tier_seq));
    return o;
}

/* How its pieces came in, for who has it. */
static json_t *hops_json(struct session *s, const struct rows *rows)
{
    const struct lot_hop *h = rows->at;
    json_t *list = json_array();
    for (size_t i = 0; i < rows->len && i < LOT_HOPS_MAX; i++)
        json_array_append_new(list, hop_json(&h[i]));
    if (rows->len > LOT_HOPS_MAX)
        s->cut = "only the first 1000 hops are shown";
    return list;
}

static bool lot_answer(struct session *s, const void *asked, json_t **out,
                       struct error *err)
{
    const struct lot_name *name = asked;
    struct rows lot, at, lots, flags, hops;
    struct found_lot found;
    struct pipeline *p = pipeline_new(s->db, s->arena);
    ask_lot(s, p, name, &lot);
    ask_as_of(p, &at);
    if (!pipeline_run(p, err) || !found_lot(name, &lot, &found, err))
        return false;
    p = pipeline_new(s->db, s->arena);
    ask_lots(s, p, &found.lot, 1, &lots);
    ask_flags(s, p, &found.lot, 1, &flags);
    pipeline_add(p, &LOT_HOPS, ARGS(INT8(found.lot)), &hops);
    pipeline_end(p);
    if (!pipeline_run(p, err))
        return false;
    if (lots.len == 0)
        return not_found_lot(name, err);
    *out = lot_json(lots.at, found.sight, at.at, flags.at, flags.len);
    if (found.sight >= SIGHT_OWNER)
        put(*out, "hops", hops_json(s, &hops));
    return true;
}

bool query_lot(const struct reader *r, const struct lot_name *name, const char **json,
               struct error *err)
{
    return session_run(r, lot_answer, name, json, err);
}
