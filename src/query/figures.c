/* figures - see the header. */
#include "figures.h"

#include "pedigree/base/clock.h"
#include "pedigree/base/text.h"
#include "pedigree/model/figure.h"
#include "pedigree/model/when.h"

enum { ROWS_MOST = 200 };

struct sold_row {
    int64_t own_lots, own_adverse, own_hops, own_corroborated, lots, adverse, hops, corroborated, others;
};
struct flagged_row {
    int64_t own_lots, lots, others;
    int32_t half;
    const char *rule;
};
struct price_row {
    int64_t observations, median, list, holders, others;
    int32_t band, half;
    const char *currency;
};
struct stock_row {
    int64_t lots, pieces, others;
};
/* clang-format off */
static const struct column SOLD_ROW[] = {COL(struct sold_row, own_lots), COL(struct sold_row, own_adverse),
    COL(struct sold_row, own_hops), COL(struct sold_row, own_corroborated), COL(struct sold_row, lots), COL(struct sold_row, adverse),
    COL(struct sold_row, hops), COL(struct sold_row, corroborated), COL(struct sold_row, others)};
static const struct column FLAGGED_ROW[] = {COL(struct flagged_row, half), COL(struct flagged_row, rule),
    COL(struct flagged_row, own_lots), COL(struct flagged_row, lots), COL(struct flagged_row, others)};
static const struct column PRICE_ROW[] = {COL(struct price_row, currency), COL(struct price_row, band), COL(struct price_row, half),
    COL(struct price_row, observations), COL(struct price_row, median), COL(struct price_row, list), COL(struct price_row, holders),
    COL(struct price_row, others)};
static const struct column STOCK_ROW[] = {COL(struct stock_row, lots), COL(struct stock_row, pieces), COL(struct stock_row, others)};
#define SUM(what) "coalesce(sum(" what "), 0)::bigint"
#define OWN "WHERE f.holder = ANY ($2::bigint[])"
#define OTHERS "count(DISTINCT o.class) FILTER (WHERE f.holder <> ALL ($2::bigint[])) AS others"
QUERY SCORE_SOLD = {.name = "score_sold",
    .sql = "SELECT coalesce(sum(f.lots) FILTER (" OWN "), 0)::bigint AS own_lots,"
           "       coalesce(sum(f.adverse) FILTER (" OWN "), 0)::bigint AS own_adverse,"
           "       coalesce(sum(f.hops) FILTER (" OWN "), 0)::bigint AS own_hops,"
           "       coalesce(sum(f.corroborated) FILTER (" OWN "), 0)::bigint AS own_corroborated,"
           "       " SUM("f.lots") " AS lots, " SUM("f.adverse") " AS adverse, " SUM("f.hops") " AS hops,"
           "       " SUM("f.corroborated") " AS corroborated, " OTHERS
           "  FROM seller_figure f JOIN organisation o ON o.id = f.holder WHERE f.seller = ANY ($1::text[])",
    ROW(struct sold_row, SOLD_ROW)};
QUERY SCORE_FLAGGED = {.name = "score_flagged",
    .sql = "SELECT f.half, f.rule, coalesce(sum(f.lots) FILTER (" OWN "), 0)::bigint AS own_lots, " SUM("f.lots") " AS lots, " OTHERS
           "  FROM flag_figure f JOIN organisation o ON o.id = f.holder WHERE f.seller = ANY ($1::text[])"
           " GROUP BY f.half, f.rule ORDER BY f.half DESC, f.rule LIMIT $3",
    ROW(struct flagged_row, FLAGGED_ROW)};
QUERY PART_PRICES = {.name = "part_prices",
    .sql = "SELECT f.currency, f.band, f.half, f.observations, f.median, f.list, cardinality(f.holders)::bigint AS holders,"
           "       (SELECT count(DISTINCT o.class) FROM unnest(f.holders) h(name) JOIN organisation o ON o.name = h.name"
           "         WHERE o.id <> ALL ($2::bigint[])) AS others"
           "  FROM price_figure f WHERE f.part = ANY ($1::bigint[]) ORDER BY f.half DESC, f.currency, f.band, f.part LIMIT $3",
    ROW(struct price_row, PRICE_ROW)};
QUERY PART_STOCK_TOLD = {.name = "part_stock_told",
    .sql = "SELECT " SUM("f.lots") " AS lots, " SUM("f.pieces") " AS pieces, " OTHERS
           "  FROM stock_figure f JOIN organisation o ON o.id = f.holder WHERE f.part = ANY ($1::bigint[])",
    ROW(struct stock_row, STOCK_ROW)};
/* clang-format on */

static bool is_told(const struct session *s, int64_t others)
{
    return s->viewer.sees_all || others >= FIGURE_OTHERS;
}

static struct args of_names(const struct session *s, const char *const *names, size_t n, struct arg args[3])
{
    args[0] = TEXTS(names, n);
    args[1] = INT8S(s->viewer.ids, s->viewer.ids_len);
    args[2] = INT8(ROWS_MOST);
    return (struct args){args, 3};
}

static json_t *half_day(int32_t half, bool is_end)
{
    char text[11];
    int month = half % HALVES_A_YEAR == 0 ? 1 : 7;
    int32_t first = day_from_ymd(half / HALVES_A_YEAR, month, 1);
    int32_t next = month == 1 ? day_from_ymd(half / HALVES_A_YEAR, 7, 1) : day_from_ymd(half / HALVES_A_YEAR + 1, 1, 1);
    return json_string(day_text(is_end ? next - 1 : first, text));
}

/* ---- an organisation ---- */

static json_t *outcome_json(int64_t lots, int64_t adverse, int64_t hops, int64_t corroborated)
{
    json_t *o = json_pack("{s:I, s:I, s:I, s:I}", "lots", (json_int_t)lots, "suspect", (json_int_t)adverse, "hops",
                          (json_int_t)hops, "corroborated", (json_int_t)corroborated);
    if (lots > 0)
        put(o, "suspectRate", json_pack("{s:I, s:I, s:I}", "ppm", (json_int_t)(adverse * 1000000 / lots), "lowerPpm",
                                        (json_int_t)wilson_lower(adverse, lots), "upperPpm", (json_int_t)wilson_upper(adverse, lots)));
    if (hops > 0)
        put(o, "corroboratedPpm", json_integer(corroborated * 1000000 / hops));
    return o;
}

static bool add_sold(struct session *s, const char *const *names, size_t n, json_t *card, size_t *seen, struct error *err)
{
    struct rows rows;
    struct arg args[3];
    if (!db_query(s->db, s->arena, &SCORE_SOLD, (struct args){of_names(s, names, n, args).at, 2}, &rows, err))
        return false;
    const struct sold_row *r = rows.at;
    put(card, "own", outcome_json(r->own_lots, r->own_adverse, r->own_hops, r->own_corroborated));
    bool told = is_told(s, r->others) && r->lots > 0;
    if (told)
        put(card, "all", outcome_json(r->lots, r->adverse, r->hops, r->corroborated));
    *seen += r->own_lots > 0 || told;
    return true;
}

static bool add_flagged(struct session *s, const char *const *names, size_t n, json_t *card, struct error *err)
{
    struct rows rows;
    struct arg args[3];
    if (!db_query(s->db, s->arena, &SCORE_FLAGGED, of_names(s, names, n, args), &rows, err))
        return false;
    json_t *list = json_array();
    const struct flagged_row *r = rows.at;
    for (size_t i = 0; i < rows.len; i++, r++) {
        bool told = is_told(s, r->others);
        if (r->own_lots == 0 && !told)
            continue;
        json_t *o = json_pack("{s:s, s:o, s:o, s:I}", "rule", r->rule, "from", half_day(r->half, false), "until",
                              half_day(r->half, true), "own", (json_int_t)r->own_lots);
        if (told)
            put(o, "all", json_integer(r->lots));
        json_array_append_new(list, o);
    }
    put(card, "flags", list);
    return true;
}

struct notices {
    int64_t changes, late_changes, discontinuances, late_discontinuances;
};

static bool days_between(const json_t *from, const json_t *to, int32_t *days)
{
    struct when a, b;
    if (!json_is_string(from) || !json_is_string(to) || !when_parse(json_string_value(from), &a) ||
        !when_parse(json_string_value(to), &b))
        return false;
    *days = b.first_day - a.first_day;
    return true;
}

static bool is_within(const json_t *notice, const json_t *dates, const char *name, int32_t least)
{
    int32_t days = 0;
    return days_between(json_object_get(notice, "issued"), json_object_get(dates, name), &days) && days < least;
}

/* J-STD-046 and J-STD-048: 90 days before a change, six months to the last order, twelve to the last shipment. */
static void count_notice(const json_t *notice, struct notices *out)
{
    enum { CHANGE = 90, LAST_ORDER = 183, LAST_SHIP = 365 };
    const char *kind = json_string_value(json_object_get(notice, "kind"));
    const json_t *item;
    size_t i;
    if (text_is(kind, "PCN")) {
        out->changes++;
        out->late_changes += is_within(notice, notice, "effective", CHANGE);
    }
    if (!text_is(kind, "PDN"))
        return;
    bool late = is_within(notice, notice, "lastOrder", LAST_ORDER) || is_within(notice, notice, "lastShip", LAST_SHIP);
    json_array_foreach(json_object_get(notice, "parts"), i, item)
        late = late || is_within(notice, item, "lastOrder", LAST_ORDER) || is_within(notice, item, "lastShip", LAST_SHIP);
    out->discontinuances++;
    out->late_discontinuances += late;
}

static bool add_notices(struct session *s, const char *const *names, size_t n, json_t *card, struct error *err)
{
    const struct record_row *rows;
    struct notices c = {0};
    size_t len;
    if (!load_statements(s, "notice", names, n, &rows, &len, err))
        return false;
    for (size_t i = 0; i < len; i++) {
        CLEANUP(json_cleanup) json_t *body = parse_body(&rows[i]);
        count_notice(body, &c);
    }
    put(card, "notices", json_pack("{s:I, s:I, s:I, s:I}", "changes", (json_int_t)c.changes, "lateChanges",
                                   (json_int_t)c.late_changes, "discontinuances", (json_int_t)c.discontinuances,
                                   "lateDiscontinuances", (json_int_t)c.late_discontinuances));
    return true;
}

bool add_scorecard(struct session *s, const char *const *names, size_t n, json_t *doc, size_t *seen, struct error *err)
{
    json_t *card = json_object();
    put(doc, "scorecard", card);
    return add_sold(s, names, n, card, seen, err) && add_notices(s, names, n, card, err) && add_flagged(s, names, n, card, err);
}

/* ---- a part ---- */

static json_t *price_json(int64_t price)
{
    char text[24];
    return price == INT64_MIN ? NULL : json_string(price_text(price, text));
}

static json_t *prices_json(const struct price_row *r, bool told)
{
    static const int64_t FROM[BANDS + 1] = {1, 10, 100, 1000, 10000, 100000, 0};
    json_t *o = json_pack("{s:s, s:o, s:o, s:I}", "currency", r->currency, "from", half_day(r->half - 1, false), "until",
                          half_day(r->half, true), "quantityFrom", (json_int_t)FROM[r->band]);
    if (r->band < BANDS - 1)
        put(o, "quantityTo", json_integer(FROM[r->band + 1] - 1));
    if (told) {
        put(o, "observations", json_integer(r->observations));
        put(o, "median", price_json(r->median));
    }
    put(o, "authorizedOffer", price_json(r->list));
    return o;
}

bool add_prices(struct session *s, const struct ids *parts, json_t *doc, size_t *seen, struct error *err)
{
    struct rows rows;
    if (!db_query(s->db, s->arena, &PART_PRICES,
                  ARGS(INT8S(parts->at, parts->len), INT8S(s->viewer.ids, s->viewer.ids_len), INT8(ROWS_MOST)), &rows, err))
        return false;
    json_t *list = json_array();
    const struct price_row *r = rows.at;
    for (size_t i = 0; i < rows.len; i++, r++) {
        bool told = r->holders == 0 || is_told(s, r->others);
        if (told || r->list != INT64_MIN)
            json_array_append_new(list, prices_json(r, told));
    }
    *seen += json_array_size(list);
    put(doc, "prices", list);
    return true;
}

bool load_stock_told(struct session *s, const struct ids *parts, struct stock_told *out, struct error *err)
{
    struct rows rows;
    if (!db_query(s->db, s->arena, &PART_STOCK_TOLD,
                  ARGS(INT8S(parts->at, parts->len), INT8S(s->viewer.ids, s->viewer.ids_len)), &rows, err))
        return false;
    const struct stock_row *r = rows.at;
    *out = (struct stock_told){r->lots, r->pieces, is_told(s, r->others)};
    return true;
}
