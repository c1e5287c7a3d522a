/*
 * flags - the queue of open and pending flags, in order of lot, rule and subject.
 *
 * Operators see all; everybody else those of lots that he holds or owns.  What speaks of
 * an upstream lot is shown with that lot.
 */
#include "cursor.h"
#include "session.h"

#include "pedigree/rules/rule.h"

#include <string.h>

static const struct column FLAG_ROW[] = {
    COL(struct flag_row, lot),      COL(struct flag_row, rule),
    COL(struct flag_row, subject),  COL(struct flag_row, state),
    COL(struct flag_row, message),  COL(struct flag_row, evidence),
    COL(struct flag_row, severity), COL(struct flag_row, since),
};

/* $1 severity, $2 rule, $3 state, $4/$5 parts, $6/$7 holders, $8..$10 place, $11 rows, $12 whose lots, $13 the reader's class */
#define FLAG_COLUMNS                                                                     \
    "f.lot, f.rule, f.subject, f.state, f.message, f.evidence,"        \
    " f.severity::integer AS severity, f.since"
#define FLAG_FITS                                                                        \
    " ($1::integer IS NULL OR f.severity = $1)"                                          \
    " AND ($2::text IS NULL OR f.rule = $2) AND ($3::text IS NULL OR f.state = $3)"      \
    " AND (NOT $4::boolean OR f.part = ANY ($5::bigint[]))"                              \
    " AND (NOT $6::boolean OR (SELECT l.holder FROM lot l WHERE l.lot = f.lot)"          \
    "      = ANY ($7::bigint[]))"                                                        \
    " AND (f.lot, f.rule, f.subject) > ($8::bigint, $9::text, $10::text)"
#define FLAG_ORDER " ORDER BY f.lot, f.rule, f.subject LIMIT $11::integer"
/* Of the first 4,000 lots that `candidates` gives.  The last row, without a rule, says up to
 * which lot that was, if there may be more. */
#define FLAGS_OF_LOTS(candidates)                                                        \
    "WITH n AS MATERIALIZED (" candidates " ORDER BY 1 LIMIT 4000)"                      \
    "(SELECT " FLAG_COLUMNS " FROM n CROSS JOIN LATERAL flags_seen($13::bigint, n.lot) f" \
    " WHERE" FLAG_FITS FLAG_ORDER ")"                                                                       \
    " UNION ALL SELECT max(n.lot), NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM n"      \
    " HAVING count(*) = 4000"
#define LOTS_BY(column)                                                                  \
    "SELECT x.lot FROM unnest($12::bigint[]) i(id) CROSS JOIN LATERAL ("                 \
    "  SELECT l.lot FROM lot l WHERE l." column " = i.id AND l.lot >= $8::bigint"        \
    "   ORDER BY l.lot LIMIT 4000) x"

QUERY FLAGS_ALL = {
    .name = "flags_all",
    .sql = "SELECT " FLAG_COLUMNS " FROM flag f WHERE" FLAG_FITS FLAG_ORDER,
    ROW(struct flag_row, FLAG_ROW),
};
QUERY FLAGS_OF_SEVERITY = {
    .name = "flags_of_severity",
    .sql = "SELECT " FLAG_COLUMNS " FROM flag f"
           " WHERE f.severity = $1::integer::smallint AND" FLAG_FITS FLAG_ORDER,
    ROW(struct flag_row, FLAG_ROW),
};
QUERY FLAGS_OF_RULE = {
    .name = "flags_of_rule",
    .sql = "SELECT " FLAG_COLUMNS " FROM flag f WHERE f.rule = $2 AND" FLAG_FITS FLAG_ORDER,
    ROW(struct flag_row, FLAG_ROW),
};
QUERY FLAGS_OF_HOLDERS = {
    .name = "flags_of_holders",
    .sql = FLAGS_OF_LOTS(LOTS_BY("holder")),
    ROW(struct flag_row, FLAG_ROW),
};
QUERY FLAGS_OF_PARTS = {
    .name = "flags_of_parts",
    .sql = FLAGS_OF_LOTS(LOTS_BY("part")),
    ROW(struct flag_row, FLAG_ROW),
};
QUERY FLAGS_OF_OWN = {
    .name = "flags_of_own",
    .sql = FLAGS_OF_LOTS(LOTS_BY("holder") " UNION " LOTS_BY("owner")),
    ROW(struct flag_row, FLAG_ROW),
};

struct flags_ask {
    const struct flag_filter *filter;
    const struct page *page;
};

static bool read_severity(const char *word, int32_t *out, struct error *err)
{
    *out = INT32_MIN;
    if (!word)
        return true;
    for (int i = SEV_INFO; i <= SEV_CRITICAL; i++)
        if (strcmp(severity_word((enum severity)i), word) == 0)
            *out = i;
    return *out != INT32_MIN ||
           error_at(err, ERR_INVALID, "severity",
                    "'%.20s' is no severity: write info, low, medium, high or critical",
                    word);
}

static bool check_state(const char *word, struct error *err)
{
    if (!word || strcmp(word, "open") == 0 || strcmp(word, "pending") == 0)
        return true;
    return error_at(err, ERR_INVALID, "state",
                    "'%.20s' is no state: write open or pending", word);
}

struct path {
    const struct query *query;
    struct ids ids; /* by_lot: whose lots, or of which parts */
    bool by_lot;
};

/* By the index that the question narrows most; others than operators are kept to their own. */
static struct path choose_path(const struct session *s, const struct flag_filter *f,
                               const struct ids *parts, const struct ids *holders)
{
    if (!s->viewer.sees_all)
        return (struct path){
            &FLAGS_OF_OWN, {s->viewer.ids, s->viewer.ids_len}, true};
    if (f->holder)
        return (struct path){&FLAGS_OF_HOLDERS, *holders, true};
    if (f->manufacturer)
        return (struct path){&FLAGS_OF_PARTS, *parts, true};
    if (f->rule)
        return (struct path){.query = &FLAGS_OF_RULE};
    return (struct path){.query = f->severity ? &FLAGS_OF_SEVERITY : &FLAGS_ALL};
}

static bool load_page(struct session *s, const struct flags_ask *ask, struct rows *rows,
                      struct error *err)
{
    const struct flag_filter *f = ask->filter;
    struct flag_place place;
    struct ids parts = {0}, holders = {0};
    int32_t severity;
    if (f->mpn && !f->manufacturer)
        return error_at(
            err, ERR_INVALID, "manufacturer",
            "a part number alone names no part: say whose it is with manufacturer=");
    if (!read_severity(f->severity, &severity, err) || !check_state(f->state, err) ||
        !flag_cursor_read(s->arena, ask->page->cursor, &place, err))
        return false;
    if (f->manufacturer && !find_parts(s, f->manufacturer, f->mpn, &parts, err))
        return false;
    if (f->holder && !find_organisations(s, f->holder, &holders, err))
        return false;
    struct path path = choose_path(s, f, &parts, &holders);
    const struct arg args[] = {
        INT4(severity),
        TEXT(f->rule),
        TEXT(f->state),
        BOOLEAN(f->manufacturer != NULL),
        INT8S(parts.at, parts.len),
        BOOLEAN(f->holder != NULL),
        INT8S(holders.at, holders.len),
        INT8(place.lot),
        TEXT(place.rule),
        TEXT(place.subject),
        INT4((int32_t)ask->page->limit + 1),
        INT8S(path.ids.at, path.ids.len),
        INT8(own_class(s)),
    };
    size_t n = LENGTH(args) - (path.by_lot ? 0 : 2);
    return db_query(s->db, s->arena, path.query, (struct args){args, n}, rows, err);
}

/* Drops what is past the page and says where the next begins. */
static const char *settle_page(struct session *s, struct rows *rows, size_t limit)
{
    const struct flag_row *f = rows->at;
    bool was_cut = rows->len > 0 && !f[rows->len - 1].rule;
    struct flag_place last;
    if (was_cut)
        last = (struct flag_place){f[--rows->len].lot, "~", ""}; /* past all its rules */
    if (rows->len > limit) {
        rows->len = limit;
        last = (struct flag_place){f[limit - 1].lot, f[limit - 1].rule,
                                   f[limit - 1].subject};
    } else if (!was_cut) {
        return NULL;
    }
    return flag_cursor(s->arena, &last);
}

static bool items_json(struct session *s, const struct rows *rows, json_t *items,
                       struct error *err)
{
    const struct flag_row *f = rows->at;
    const struct lot_row *lots;
    size_t n = 0, len;
    int64_t *ids = ARENA_ARRAY(s->arena, int64_t, rows->len + 1);
    for (size_t i = 0; i < rows->len; i++)
        if (n == 0 || ids[n - 1] != f[i].lot)
            ids[n++] = f[i].lot;
    if (!load_lots(s, ids, n, &lots, &len, err))
        return false;
    for (size_t i = 0, l = 0; i < rows->len; i++) {
        while (l < len && lots[l].lot != f[i].lot)
            l++;
        json_t *o = flag_row_json(&f[i], s->viewer.sees_all ? SIGHT_ALL : SIGHT_OWN);
        put(o, "lot", l < len ? lot_name_json(lots[l].holder, lots[l].code) : NULL);
        put(o, "part", l < len ? part_json(&lots[l]) : NULL);
        json_array_append_new(items, o);
    }
    return true;
}

static bool flags_answer(struct session *s, const void *asked, json_t **out,
                         struct error *err)
{
    const struct flags_ask *ask = asked;
    struct rows rows;
    if (!load_page(s, ask, &rows, err))
        return false;
    const char *next = settle_page(s, &rows, (size_t)ask->page->limit);
    json_t *items = json_array();
    *out = json_pack("{s:o}", "items", items);
    put_text(*out, "next", next);
    return items_json(s, &rows, items, err);
}

bool query_flags(const struct reader *r, const struct flag_filter *f,
                 const struct page *page, const char **json, struct error *err)
{
    return session_run(r, flags_answer, &(struct flags_ask){f, page}, json, err);
}
