/*
 * bom - see pedigree/query/bom.h.
 *
 * Every query is asked once for all lines: statements and notices by the names of the makers, stock and flags by
 * part.  What comes back is put on its line by binary search.  Of statements those of operators and of the maker
 * count; of one source the later `time`.
 */
#include "pedigree/query/bom.h"

#include "figures.h"

#include "pedigree/base/clock.h"
#include "pedigree/base/text.h"
#include "pedigree/model/figure.h"
#include "pedigree/model/part.h"
#include "pedigree/model/party.h"
#include "pedigree/model/when.h"
#include "pedigree/rules/bom.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct part_row {
    int64_t line, part;
};
struct class_row {
    int64_t line, class_;
};
struct statement_row {
    int64_t line, seq;
    const char *by, *canonical;
};
struct notice_row {
    int64_t class_, seq;
    const char *by, *canonical;
};
struct held_row {
    int64_t part, lots, pieces, others;
};
struct flagged_row {
    int64_t part, flags;
    int32_t severity;
};
/* clang-format off */
static const struct column PART_ROW[] = {COL(struct part_row, line), COL(struct part_row, part)};
static const struct column CLASS_ROW[] = {COL(struct class_row, line), {"class", DB_INT8, offsetof(struct class_row, class_)}};
static const struct column STATEMENT_ROW[] = {COL(struct statement_row, line), COL(struct statement_row, seq),
    COL(struct statement_row, by), COL(struct statement_row, canonical)};
static const struct column NOTICE_ROW[] = {{"class", DB_INT8, offsetof(struct notice_row, class_)}, COL(struct notice_row, seq),
    COL(struct notice_row, by), COL(struct notice_row, canonical)};
static const struct column HELD_ROW[] = {COL(struct held_row, part), COL(struct held_row, lots), COL(struct held_row, pieces),
    COL(struct held_row, others)};
static const struct column FLAGGED_ROW[] = {COL(struct flagged_row, part), COL(struct flagged_row, severity),
    COL(struct flagged_row, flags)};
#define LINES "unnest($1::text[], $2::text[]) WITH ORDINALITY AS i(maker, key, line) JOIN organisation n ON n.name = i.maker"
#define MAKERS_WORD " (r.role = 'operator' AND r.on_behalf IS NULL" \
    " OR (SELECT w.class FROM organisation w WHERE w.name = coalesce(r.on_behalf, r.submitter)) = o.class)"
#define CLEAN "l.state = 'open' AND l.balance > 0 AND l.grade <= 1 AND l.traced IN ('manufacturer', 'authorization')"
QUERY BOM_PARTS = {.name = "bom_parts",
    .sql = "SELECT i.line - 1 AS line, p.id AS part FROM " LINES
           "  JOIN organisation o ON o.class = n.class JOIN part p ON p.maker = o.id AND p.key = i.key ORDER BY p.id, i.line",
    ROW(struct part_row, PART_ROW)};
QUERY BOM_CLASSES = {.name = "bom_classes",
    .sql = "SELECT i.line - 1 AS line, n.class FROM " LINES " ORDER BY n.class, i.key COLLATE \"C\"",
    ROW(struct class_row, CLASS_ROW)};
QUERY BOM_STATEMENTS = {.name = "bom_statements",
    .sql = "SELECT i.line - 1 AS line, t.seq, coalesce(r.on_behalf, r.submitter) AS by, b.canonical FROM " LINES
           "  JOIN organisation o ON o.class = n.class"
           "  JOIN statement_in_force t ON t.kind = 'part' AND t.subject = o.name || '/' || i.key"
           "  JOIN record r ON r.seq = t.seq JOIN shown_body b ON b.seq = t.seq WHERE" MAKERS_WORD " ORDER BY i.line, t.seq",
    ROW(struct statement_row, STATEMENT_ROW)};
QUERY BOM_NOTICES = {.name = "bom_notices",
    .sql = "SELECT o.class, t.seq, coalesce(r.on_behalf, r.submitter) AS by, b.canonical"
           "  FROM (SELECT DISTINCT n.class FROM unnest($1::text[]) AS i(maker) JOIN organisation n ON n.name = i.maker) c"
           "  JOIN organisation o ON o.class = c.class JOIN statement_in_force t ON t.kind = 'notice' AND t.subject = o.name"
           "  JOIN record r ON r.seq = t.seq JOIN shown_body b ON b.seq = t.seq WHERE" MAKERS_WORD " ORDER BY o.class, t.seq",
    ROW(struct notice_row, NOTICE_ROW)};
QUERY BOM_OWN = {.name = "bom_own",
    .sql = "SELECT l.part, count(*) FILTER (WHERE " CLEAN ") AS lots,"
           "       coalesce(sum(l.balance) FILTER (WHERE " CLEAN "), 0)::bigint AS pieces, 0::bigint AS others"
           "  FROM lot l WHERE l.holder = ANY ($1::bigint[]) AND l.code IS NOT NULL GROUP BY l.part",
    ROW(struct held_row, HELD_ROW)};
QUERY BOM_FLAGGED = {.name = "bom_flagged",
    .sql = "SELECT l.part, f.severity::integer AS severity, count(*) AS flags FROM lot l JOIN flag f ON f.lot = l.lot"
           " WHERE l.holder = ANY ($1::bigint[]) AND l.code IS NOT NULL AND l.grade > 0 AND f.state = 'open' GROUP BY 1, 2",
    ROW(struct flagged_row, FLAGGED_ROW)};
QUERY BOM_STOCK = {.name = "bom_stock",
    .sql = "SELECT f.part, sum(f.lots)::bigint AS lots, sum(f.pieces)::bigint AS pieces,"
           "       count(DISTINCT o.class) FILTER (WHERE f.holder <> ALL ($2::bigint[])) AS others"
           "  FROM stock_figure f JOIN organisation o ON o.id = f.holder WHERE f.part = ANY ($1::bigint[]) GROUP BY f.part",
    ROW(struct held_row, HELD_ROW)};
/* clang-format on */

enum { SEVERITIES = SEV_CRITICAL + 1 };

struct source { /* what one says of a part's life cycle */
    const char *by, *source, *lifecycle, *since;
    int64_t seq, time_us;
};
struct line {
    const struct bill_line *asked;
    const char *key;
    int64_t class_; /* of the maker; NONE: never named */
    VEC(struct source) sources;
    const json_t *alternates;
    int64_t alternates_us;
    int32_t last_order, last_ship;
    int64_t end_seq, own_lots, own_pieces, all_lots, all_pieces;
    bool is_known, all_told;
    int64_t flags[SEVERITIES];
};
struct bom {
    struct session *s;
    const struct bom_ask *ask;
    struct line *lines;
    size_t len;
    const struct part_row *parts; /* by part */
    size_t parts_len;
    const struct class_row *classes; /* by class and key */
    size_t classes_len;
    json_t *keep; /* what lines point into */
};

static json_t *kept_body(struct bom *b, const char *canonical)
{
    json_t *body = json_loads(canonical, JSON_ALLOW_NUL, NULL);
    json_array_append_new(b->keep, body ? body : json_null());
    return body;
}

static const char *text_at(const json_t *o, const char *name)
{
    return json_string_value(json_object_get(o, name));
}

static bool when_at(const json_t *o, const char *name, struct when *out)
{
    const char *text = text_at(o, name);
    return text && when_parse(text, out);
}

/* ---- what statements say ---- */

static void add_source(struct bom *b, struct line *l, const struct source *x)
{
    for (size_t i = 0; i < l->sources.len; i++) {
        struct source *known = &l->sources.at[i];
        bool same = text_is(known->by, x->by) && (known->source == x->source || text_is(known->source, x->source));
        if (same && known->time_us <= x->time_us)
            *known = *x;
        if (same)
            return;
    }
    *vec_push(b->s->arena, &l->sources) = *x;
}

static void read_statement(struct bom *b, const struct statement_row *r)
{
    struct line *l = &b->lines[r->line];
    const json_t *body = kept_body(b, r->canonical), *alternates = json_object_get(body, "alternates");
    struct when time = {0};
    l->is_known = true;
    if (!when_at(body, "time", &time))
        return;
    if (text_at(body, "lifecycle"))
        add_source(b, l, &(struct source){r->by, text_at(body, "source"), text_at(body, "lifecycle"), time.text, r->seq, time.first_us});
    if (json_is_array(alternates) && (!l->alternates || time.first_us >= l->alternates_us)) {
        l->alternates = alternates;
        l->alternates_us = time.first_us;
    }
}

/* ---- notices ---- */

struct notice {
    int64_t class_, seq, time_us;
    const char *number, *by;
    bool ends, withdraws;
    const json_t *body;
};

static int by_number(const void *x, const void *y)
{
    const struct notice *a = x, *b = y;
    if (a->class_ != b->class_)
        return a->class_ < b->class_ ? -1 : 1;
    int number = strcmp(a->number, b->number);
    if (number != 0)
        return number;
    return a->time_us != b->time_us ? (a->time_us < b->time_us ? -1 : 1) : (a->seq > b->seq) - (a->seq < b->seq);
}

/* Lines of that maker and number: the first of them, in `classes`. */
static size_t first_line(const struct bom *b, int64_t class_, const char *key)
{
    size_t low = 0, high = b->classes_len;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct class_row *r = &b->classes[middle];
        if (r->class_ < class_ || (r->class_ == class_ && strcmp(b->lines[r->line].key, key) < 0))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void keep_earlier(int32_t *day, const json_t *item, const json_t *notice, const char *name)
{
    struct when at;
    if ((when_at(item, name, &at) || when_at(notice, name, &at)) && (*day == INT32_MIN || at.first_day < *day))
        *day = at.first_day;
}

static void notice_part(struct bom *b, const struct notice *n, const json_t *item)
{
    const json_t *inner = json_object_get(item, "part");
    const char *mpn = json_is_string(item) ? json_string_value(item) : text_at(inner ? inner : item, "mpn");
    const char *key = mpn ? part_key(b->s->arena, mpn) : "";
    for (size_t i = first_line(b, n->class_, key); i < b->classes_len; i++) {
        const struct class_row *r = &b->classes[i];
        struct line *l = &b->lines[r->line];
        if (r->class_ != n->class_ || strcmp(l->key, key) != 0)
            return;
        l->is_known = true;
        l->end_seq = n->seq;
        keep_earlier(&l->last_order, item, n->body, "lastOrder");
        keep_earlier(&l->last_ship, item, n->body, "lastShip");
    }
}

/* Of one number the newest word counts, and none that was withdrawn. */
static void read_notices(struct bom *b, const struct rows *rows)
{
    struct notice *all = ARENA_ARRAY(b->s->arena, struct notice, rows->len + 1);
    const struct notice_row *r = rows->at;
    size_t len = 0, k;
    for (size_t i = 0; i < rows->len; i++) {
        const json_t *body = kept_body(b, r[i].canonical);
        const char *kind = text_at(body, "kind");
        struct when time = {0};
        bool withdraws = text_is(kind, "withdrawal");
        const char *number = withdraws && text_at(body, "withdraws") ? text_at(body, "withdraws") : text_at(body, "number");
        if (number && when_at(body, "time", &time))
            all[len++] = (struct notice){r[i].class_, r[i].seq, time.first_us, number, r[i].by, text_is(kind, "PDN"), withdraws, body};
    }
    qsort(all, len, sizeof *all, by_number);
    for (size_t i = 0; i < len; i++) {
        bool is_last = i + 1 == len || all[i].class_ != all[i + 1].class_ || strcmp(all[i].number, all[i + 1].number) != 0;
        const json_t *item;
        if (is_last && all[i].ends && !all[i].withdraws)
            json_array_foreach(json_object_get(all[i].body, "parts"), k, item)
                notice_part(b, &all[i], item);
    }
}

/* ---- stock and flags ---- */

static size_t first_part(const struct bom *b, int64_t part)
{
    size_t low = 0, high = b->parts_len;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (b->parts[middle].part < part)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void add_own(struct line *l, const void *row)
{
    const struct held_row *r = row;
    l->own_lots += r->lots;
    l->own_pieces += r->pieces;
}

static void add_all(struct line *l, const void *row)
{
    const struct held_row *r = row;
    l->all_lots += r->lots;
    l->all_pieces += r->pieces;
    l->all_told = true;
}

static void add_flags(struct line *l, const void *row)
{
    const struct flagged_row *r = row;
    if (r->severity >= 0 && r->severity < SEVERITIES)
        l->flags[r->severity] += r->flags;
}

static void each_line_of(struct bom *b, int64_t part, const void *row, void (*add)(struct line *, const void *))
{
    for (size_t i = first_part(b, part); i < b->parts_len && b->parts[i].part == part; i++)
        add(&b->lines[b->parts[i].line], row);
}

/* ---- all lines ---- */

static bool ask_all(struct bom *b, struct error *err)
{
    struct session *s = b->s;
    const char **makers = ARENA_ARRAY(s->arena, const char *, b->len + 1), **keys = ARENA_ARRAY(s->arena, const char *, b->len + 1);
    for (size_t i = 0; i < b->len; i++) {
        makers[i] = manufacturer_normal(s->arena, b->lines[i].asked->manufacturer);
        keys[i] = b->lines[i].key;
    }
    struct rows parts, classes, statements, notices, own, flagged, stock;
    const struct args lines = ARGS(TEXTS(makers, b->len), TEXTS(keys, b->len)), holder = ARGS(INT8S(s->viewer.ids, s->viewer.ids_len));
    if (!db_query(s->db, s->arena, &BOM_PARTS, lines, &parts, err))
        return false;
    b->parts = parts.at;
    b->parts_len = parts.len;
    int64_t *ids = ARENA_ARRAY(s->arena, int64_t, parts.len + 1);
    size_t ids_len = 0;
    for (size_t i = 0; i < parts.len; i++)
        if (ids_len == 0 || ids[ids_len - 1] != b->parts[i].part)
            ids[ids_len++] = b->parts[i].part;
    struct pipeline *p = pipeline_new(s->db, s->arena);
    pipeline_add(p, &BOM_CLASSES, lines, &classes);
    pipeline_add(p, &BOM_STATEMENTS, lines, &statements);
    pipeline_add(p, &BOM_NOTICES, (struct args){lines.at, 1}, &notices);
    pipeline_add(p, &BOM_OWN, holder, &own);
    pipeline_add(p, &BOM_FLAGGED, holder, &flagged);
    pipeline_add(p, &BOM_STOCK, ARGS(INT8S(ids, ids_len), INT8S(s->viewer.ids, s->viewer.ids_len)), &stock);
    if (!pipeline_run(p, err))
        return false;
    b->classes = classes.at;
    b->classes_len = classes.len;
    for (size_t i = 0; i < parts.len; i++)
        b->lines[b->parts[i].line].is_known = true;
    for (size_t i = 0; i < statements.len; i++)
        read_statement(b, &((const struct statement_row *)statements.at)[i]);
    read_notices(b, &notices);
    for (size_t i = 0; i < own.len; i++)
        each_line_of(b, ((const struct held_row *)own.at)[i].part, &((const struct held_row *)own.at)[i], add_own);
    for (size_t i = 0; i < flagged.len; i++)
        each_line_of(b, ((const struct flagged_row *)flagged.at)[i].part, &((const struct flagged_row *)flagged.at)[i], add_flags);
    const struct held_row *r = stock.at;
    for (size_t i = 0; i < stock.len; i++)
        if (s->viewer.sees_all || r[i].others >= FIGURE_OTHERS)
            each_line_of(b, r[i].part, &r[i], add_all);
    return true;
}

/* ---- what is told of a line ---- */

static int64_t demand_of(const struct bom_ask *ask, const struct bill_line *l)
{
    if (l->annual != INT64_MIN || l->per_unit == INT64_MIN || ask->units_a_year == INT64_MIN)
        return l->annual;
    return ask->units_a_year && l->per_unit > (INT64_C(1) << 53) / ask->units_a_year ? INT64_C(1) << 53 : l->per_unit * ask->units_a_year;
}

static json_t *lifecycle_json(const struct line *l, int *worst, bool *disagrees)
{
    int least = INT32_MAX;
    const char *word = NULL;
    json_t *sources = json_array();
    *worst = -1;
    for (size_t i = 0; i < l->sources.len; i++) {
        const struct source *x = &l->sources.at[i];
        int rank = lifecycle_rank(x->lifecycle);
        json_array_append_new(sources, json_pack("{s:s, s:s*, s:s, s:s, s:I}", "by", x->by, "source", x->source, "lifecycle",
                                                 x->lifecycle, "since", x->since, "record", (json_int_t)x->seq));
        if (rank < 0)
            continue;
        least = rank < least ? rank : least;
        if (rank > *worst) {
            *worst = rank;
            word = x->lifecycle;
        }
    }
    *disagrees = *worst >= 0 && *worst - least >= LIFECYCLE_APART;
    return json_pack("{s:s, s:b, s:o}", "worst", word ? word : "unknown", "disagree", *disagrees, "sources", sources);
}

static void put_day(json_t *o, const char *name, int32_t day)
{
    char text[11];
    if (day != INT32_MIN)
        put(o, name, json_string(day_text(day, text)));
}

static json_t *flags_json(const struct line *l, enum severity *worst)
{
    json_t *o = json_object();
    *worst = SEV_NONE;
    for (int i = SEV_CRITICAL; i > SEV_NONE; i--)
        if (l->flags[i]) {
            put(o, severity_word((enum severity)i), json_integer(l->flags[i]));
            *worst = *worst == SEV_NONE ? (enum severity)i : *worst;
        }
    return o;
}

static void put_needs(const struct bom *b, const struct line *l, int32_t today, json_t *o, int64_t *need)
{
    const struct bill_line *a = l->asked;
    const struct need n = {demand_of(b->ask, a), b->ask->scrap_percent * 10000, a->safety, a->on_hand, a->on_order};
    int64_t tenths = cover_tenths(&n);
    *need = NONE;
    if (n.annual != FIGURE_NONE)
        put(o, "annualDemand", json_integer(n.annual));
    if (tenths != FIGURE_NONE && tenths != INT64_MAX) {
        char text[32];
        snprintf(text, sizeof text, "%" PRId64 ".%" PRId64, tenths / 10, tenths % 10);
        put(o, "monthsOfCover", json_string(text));
    }
    if (b->ask->support_until != INT32_MIN)
        *need = need_over(&n, b->ask->support_until - today);
    if (*need != NONE)
        put(o, "lifeOfNeed", json_integer(*need));
    int64_t bridge = b->ask->redesign_until == INT32_MIN ? NONE : need_over(&n, b->ask->redesign_until - today);
    if (bridge != NONE)
        put(o, "bridgeBuy", json_integer(bridge));
}

static json_t *line_json(struct bom *b, const struct line *l, int32_t today)
{
    struct bom_facts f = {.today = today, .last_order = l->last_order, .last_ship = l->last_ship};
    const char *why;
    json_t *o = json_pack("{s:I, s:{s:s, s:s}, s:b}", "line", (json_int_t)l->asked->line, "part", "manufacturer",
                          l->asked->manufacturer, "mpn", l->asked->mpn, "known", l->is_known);
    put(o, "lifecycle", lifecycle_json(l, &f.lifecycle, &f.disagrees));
    put_day(o, "lastOrder", l->last_order);
    put_day(o, "lastShip", l->last_ship);
    json_t *stock = json_pack("{s:{s:I, s:I}}", "own", "lots", (json_int_t)l->own_lots, "pieces", (json_int_t)l->own_pieces);
    if (l->all_told)
        put(stock, "all", json_pack("{s:I, s:I}", "lots", (json_int_t)l->all_lots, "pieces", (json_int_t)l->all_pieces));
    put(o, "stock", stock);
    put(o, "flags", flags_json(l, &f.worst_flag));
    put_needs(b, l, today, o, &f.need);
    put(o, "alternates", l->alternates ? json_deep_copy(l->alternates) : json_array());
    put_text(o, "grade", severity_word(bom_grade(&f, &why)));
    put_text(o, "why", why);
    return o;
}

static bool bom_answer(struct session *s, const void *asked, json_t **out, struct error *err)
{
    const struct bom_ask *ask = asked;
    CLEANUP(json_cleanup) json_t *keep = json_array();
    struct bom b = {.s = s, .ask = ask, .len = ask->bill->len, .keep = keep,
                    .lines = ARENA_ARRAY(s->arena, struct line, ask->bill->len + 1)};
    struct as_of at;
    for (size_t i = 0; i < b.len; i++) {
        const struct bill_line *l = &ask->bill->lines[i];
        b.lines[i] = (struct line){.asked = l, .key = part_key(s->arena, l->mpn), .class_ = NONE, .last_order = INT32_MIN,
                                   .last_ship = INT32_MIN};
    }
    if (!load_as_of(s, &at, err) || !ask_all(&b, err))
        return false;
    json_t *lines = json_array();
    for (size_t i = 0; i < b.len; i++)
        json_array_append_new(lines, line_json(&b, &b.lines[i], at.day));
    *out = json_pack("{s:o, s:o}", "asOf", as_of_json(&at), "lines", lines);
    return true;
}

bool query_bom(const struct reader *r, const struct bom_ask *ask, const char **json, struct error *err)
{
    return session_run(r, bom_answer, ask, json, err);
}
