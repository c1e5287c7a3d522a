/* part - what is known of a part number: statements, notices, alerts, clean and traced
 * stock. */
#include "figures.h"

#include "pedigree/base/text.h"
#include "pedigree/model/part.h"
#include "pedigree/model/party.h"

struct stock {
    int64_t lots, clean_lots, pieces;
};
static const struct column STOCK_ROW[] = {COL(struct stock, lots),
                                          COL(struct stock, clean_lots),
                                          COL(struct stock, pieces)};
/* Clean: nothing above info.  Traced: to the manufacturer or a holder of its
 * authorization.  A class has its own lots; NULL: everybody's. */
#define STOCK_COLUMNS                                                                    \
    "count(*) AS lots, count(*) FILTER (WHERE x.is_clean) AS clean_lots,"                \
    " coalesce(sum(x.balance) FILTER (WHERE x.is_clean), 0)::bigint AS pieces"
#define STOCK_LOT                                                                        \
    "l.lot, l.balance, l.state = 'open' AND l.balance > 0 AND l.grade <= 1"              \
    " AND l.traced IN ('manufacturer', 'authorization') AS is_clean"
QUERY PART_STOCK_OWN = {
    .name = "part_stock_own",
    .sql = "SELECT " STOCK_COLUMNS
           "  FROM (SELECT " STOCK_LOT
           "          FROM unnest($1::bigint[]) p(id) JOIN lot l ON l.part = p.id"
           "         WHERE l.code IS NOT NULL"
           "           AND (l.holder = ANY ($2::bigint[]) OR l.owner = ANY "
           "($2::bigint[]))) x",
    ROW(struct stock, STOCK_ROW),
};
QUERY PART_STOCK_ALL = {
    .name = "part_stock_all",
    .sql = "SELECT " STOCK_COLUMNS
           "  FROM (SELECT " STOCK_LOT
           "          FROM unnest($1::bigint[]) p(id) JOIN lot l ON l.part = p.id"
           "         WHERE l.code IS NOT NULL) x",
    ROW(struct stock, STOCK_ROW),
};

struct part_ask {
    const char *manufacturer, *mpn;
};

struct part_found { /* what the reader sees of it; nothing at all: 404, as if never named
                     */
    json_t *doc;
    const char *key;
    const char *const *makers;
    size_t makers_len;
    size_t seen;
};

static bool load_stock(struct session *s, const struct ids *parts, bool all,
                       struct stock *out, struct error *err)
{
    struct rows rows;
    const struct args args =
        ARGS(INT8S(parts->at, parts->len), INT8S(s->viewer.ids, s->viewer.ids_len));
    const struct args of_all = {args.at, 1};
    if (!db_query(s->db, s->arena, all ? &PART_STOCK_ALL : &PART_STOCK_OWN,
                  all ? of_all : args, &rows, err))
        return false;
    *out = *(const struct stock *)rows.at;
    return true;
}

static json_t *stock_json(const struct stock *k)
{
    return json_pack("{s:I, s:I}", "lots", (json_int_t)k->clean_lots, "pieces",
                     (json_int_t)k->pieces);
}

/* Operators see the lots as they stand; others what was told of them today. */
static bool add_stock(struct session *s, const struct ids *parts, struct part_found *p,
                      struct error *err)
{
    struct stock own, all = {0};
    struct stock_told told = {.told = s->viewer.sees_all};
    if (!load_stock(s, parts, false, &own, err) ||
        !(told.told ? load_stock(s, parts, true, &all, err) : load_stock_told(s, parts, &told, err)))
        return false;
    if (!s->viewer.sees_all)
        all = (struct stock){.clean_lots = told.lots, .pieces = told.pieces};
    json_t *stock = json_pack("{s:o}", "own", stock_json(&own));
    if (told.told)
        put(stock, "all", stock_json(&all));
    put(p->doc, "stock", stock);
    p->seen += own.lots > 0;
    return true;
}

static size_t add_statements(struct session *s, const struct record_row *rows, size_t n,
                             json_t *o, const char *member)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        json_t *item = record_json(s, &rows[i], SIGHT_NONE, NULL);
        if (item)
            json_array_append_new(list, item);
    }
    put(o, member, list);
    return json_array_size(list);
}

/* "maker/key" for each name of the maker. */
static const char *const *part_subjects(struct session *s, const char *const *makers,
                                        size_t n, const char *key)
{
    const char **out = ARENA_ARRAY(s->arena, const char *, n + 1);
    for (size_t i = 0; i < n; i++)
        out[i] = arena_printf(s->arena, "%s/%s", makers[i], key);
    return out;
}

static bool is_among(const char *name, const char *const *names, size_t n)
{
    for (size_t i = 0; name && i < n; i++)
        if (text_is(names[i], name))
            return true;
    return false;
}

/* Does it name this very part: the number, and the maker or none? */
static bool names_part_of(struct session *s, const struct record_row *row,
                          const struct part_found *p)
{
    CLEANUP(json_cleanup) json_t *body = parse_body(row);
    const json_t *parts = json_object_get(body, "parts"), *item;
    size_t i;
    json_array_foreach(parts, i, item)
    {
        const json_t *inner = json_object_get(item, "part");
        const json_t *part = inner ? inner : item;
        const char *mpn = json_string_value(json_object_get(part, "mpn"));
        const char *maker = json_string_value(json_object_get(part, "manufacturer"));
        if (mpn && text_is(part_key(s->arena, mpn), p->key) &&
            (!maker ||
             is_among(manufacturer_normal(s->arena, maker), p->makers, p->makers_len)))
            return true;
    }
    return false;
}

static bool add_lifecycle(struct session *s, struct part_found *p, struct error *err)
{
    const struct record_row *rows;
    size_t len;
    const char *const *subjects = part_subjects(s, p->makers, p->makers_len, p->key);
    if (!load_statements(s, "part", subjects, p->makers_len, &rows, &len, err))
        return false;
    p->seen += add_statements(s, rows, len, p->doc, "lifecycle");
    return true;
}

static bool add_notices(struct session *s, struct part_found *p, struct error *err)
{
    const struct record_row *rows;
    size_t len;
    if (!load_mentions(s, "notice", p->makers, p->makers_len, p->key, &rows, &len, err))
        return false;
    p->seen += add_statements(s, rows, len, p->doc, "notices");
    return true;
}

static bool add_alerts(struct session *s, struct part_found *p, struct error *err)
{
    const struct record_row *rows;
    size_t len, kept = 0;
    if (!load_mentions(s, "alert", NULL, 0, p->key, &rows, &len, err))
        return false;
    struct record_row *fit = ARENA_ARRAY(s->arena, struct record_row, len + 1);
    for (size_t i = 0; i < len; i++)
        if (names_part_of(s, &rows[i], p)) {
            const char *by = rows[i].on_behalf ? rows[i].on_behalf : rows[i].submitter;
            fit[kept] = rows[i];
            fit[kept++].is_published = is_among(by, p->makers, p->makers_len);
        }
    p->seen += add_statements(s, fit, kept, p->doc, "alerts");
    return true;
}

static bool part_answer(struct session *s, const void *asked, json_t **out,
                        struct error *err)
{
    const struct part_ask *ask = asked;
    struct part_found p = {.key = part_key(s->arena, ask->mpn)};
    struct ids parts;
    const char *maker = manufacturer_normal(s->arena, ask->manufacturer);
    if (!find_parts(s, ask->manufacturer, ask->mpn, &parts, err) ||
        !find_names(s, maker, &p.makers, &p.makers_len, err))
        return false;
    p.doc = *out = json_pack("{s:{s:s, s:s}}", "part", "manufacturer", ask->manufacturer,
                             "mpn", ask->mpn);
    p.seen = s->viewer.sees_all && parts.len > 0;
    if (p.makers_len > 0 && !(add_lifecycle(s, &p, err) && add_notices(s, &p, err) &&
                              add_alerts(s, &p, err) && add_prices(s, &parts, p.doc, &p.seen, err) &&
                              add_stock(s, &parts, &p, err)))
        return false;
    return p.seen > 0 ||
           error_set(err, ERR_NOT_FOUND, "nothing that you may see of %.100s of %.100s",
                     ask->mpn, ask->manufacturer);
}

bool query_part(const struct reader *r, const char *manufacturer, const char *mpn,
                const char **json, struct error *err)
{
    return session_run(r, part_answer, &(struct part_ask){manufacturer, mpn}, json, err);
}
