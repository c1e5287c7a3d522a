/* load - lots and flags as rows, and as the JSON that all answers share. */
#include "session.h"

#include "pedigree/base/clock.h"
#include "pedigree/rules/rule.h"


static const struct column LOT_ROW[] = {
    COL(struct lot_row, lot),      COL(struct lot_row, holder),
    COL(struct lot_row, code),     COL(struct lot_row, manufacturer),
    COL(struct lot_row, mpn),      COL(struct lot_row, description),
    COL(struct lot_row, owner),    COL(struct lot_row, state),
    COL(struct lot_row, traced),   COL(struct lot_row, quantity),
    COL(struct lot_row, balance),  COL(struct lot_row, flags),
    COL(struct lot_row, grade),    COL(struct lot_row, score),
    COL(struct lot_row, coverage),
};
QUERY LOAD_LOTS = {
    .name = "load_lots",
    .sql =
        "SELECT l.lot, h.name AS holder, l.code, p.manufacturer, p.mpn,"
        "       l.description, o.name AS owner, l.state, l.traced,"
        "       l.quantity, l.balance,"
        "       " FLAGS_SEEN ", " GRADE_SEEN ", coalesce(v.score, l.score) AS score,"
        "       coalesce(v.coverage, l.coverage) AS coverage"
        "  FROM unnest($1::bigint[]) WITH ORDINALITY x(lot, place)"
        "  JOIN lot l ON l.lot = x.lot"
        "  JOIN organisation h ON h.id = l.holder"
        "  LEFT JOIN own_view v ON v.lot = l.lot AND h.class = $2::bigint"
        "  LEFT JOIN part p ON p.id = l.part"
        "  LEFT JOIN organisation o ON o.id = l.owner"
        " ORDER BY x.place",
    ROW(struct lot_row, LOT_ROW),
};

static const struct column FLAG_ROW[] = {
    COL(struct flag_row, lot),      COL(struct flag_row, rule),
    COL(struct flag_row, subject),  COL(struct flag_row, state),
    COL(struct flag_row, message),  COL(struct flag_row, evidence),
    COL(struct flag_row, severity), COL(struct flag_row, since),
};
QUERY LOAD_FLAGS = {
    .name = "load_flags",
    .sql = "SELECT f.lot, f.rule, f.subject, f.state, f.message, f.evidence,"
           "       f.severity::integer AS severity, f.since"
           "  FROM unnest($1::bigint[]) x(lot) CROSS JOIN LATERAL flags_seen($2::bigint, x.lot) f"
           " ORDER BY f.lot, f.severity DESC, f.rule, f.subject",
    ROW(struct flag_row, FLAG_ROW),
};

static const struct column AS_OF_ROW[] = {COL(struct as_of, seq), COL(struct as_of, day)};
QUERY LOAD_AS_OF = {.name = "load_as_of",
                    .sql = "SELECT seq, day FROM as_of",
                    ROW(struct as_of, AS_OF_ROW)};

int64_t own_class(const struct session *s)
{
    return s->viewer.sees_all ? INT64_MIN : s->viewer.class_;
}

void ask_lots(const struct session *s, struct pipeline *p, const int64_t *lots, size_t n, struct rows *answer)
{
    pipeline_add(p, &LOAD_LOTS, ARGS(INT8S(lots, n), INT8(own_class(s))), answer);
}

void ask_flags(const struct session *s, struct pipeline *p, const int64_t *lots, size_t n, struct rows *answer)
{
    pipeline_add(p, &LOAD_FLAGS, ARGS(INT8S(lots, n), INT8(own_class(s))), answer);
}

void ask_as_of(struct pipeline *p, struct rows *answer)
{
    pipeline_add(p, &LOAD_AS_OF, NO_ARGS, answer);
}

bool load_lots(struct session *s, const int64_t *lots, size_t n,
               const struct lot_row **out, size_t *len, struct error *err)
{
    struct rows rows;
    if (!db_query(s->db, s->arena, &LOAD_LOTS, ARGS(INT8S(lots, n), INT8(own_class(s))), &rows, err))
        return false;
    *out = rows.at;
    *len = rows.len;
    return true;
}

bool load_flags(struct session *s, const int64_t *lots, size_t n,
                const struct flag_row **out, size_t *len, struct error *err)
{
    struct rows rows;
    if (!db_query(s->db, s->arena, &LOAD_FLAGS, ARGS(INT8S(lots, n), INT8(own_class(s))), &rows, err))
        return false;
    *out = rows.at;
    *len = rows.len;
    return true;
}

bool load_as_of(struct session *s, struct as_of *out, struct error *err)
{
    struct rows rows;
    if (!db_query(s->db, s->arena, &LOAD_AS_OF, NO_ARGS, &rows, err))
        return false;
    *out = *(const struct as_of *)rows.at;
    return true;
}

void put(json_t *o, const char *member, json_t *value)
{
    if (value)
        json_object_set_new(o, member, value);
}

void put_text(json_t *o, const char *member, const char *value)
{
    if (value)
        json_object_set_new(o, member, json_string(value));
}

json_t *lot_name_json(const char *holder, const char *code)
{
    return json_pack("{s:s, s:s?}", "organisation", holder, "code", code);
}

json_t *part_json(const struct lot_row *row)
{
    if (!row->mpn)
        return NULL;
    return json_pack("{s:s, s:s}", "manufacturer", row->manufacturer, "mpn", row->mpn);
}

json_t *as_of_json(const struct as_of *at)
{
    char day[11];
    return json_pack("{s:I, s:s}", "seq", (json_int_t)at->seq, "day",
                     day_text(at->day, day));
}

json_t *tier_why_json(const char *word, int64_t seq)
{
    enum tier_why why;
    struct arena a;
    if (!tier_why_find(word, &why))
        return NULL;
    arena_init(&a, 0);
    json_t *o = json_pack("{s:s, s:s}", "basis", word, "text", tier_why_text(&a, why, seq));
    if (seq != INT64_MIN)
        put(o, "record", json_integer(seq));
    arena_reset(&a);
    return o;
}

/* Of a lot that is not his own a reader learns which rule speaks, not what it rests on.
 */
json_t *flag_row_json(const struct flag_row *f, enum sight sight)
{
    struct flag_told told = {.rule = f->rule, .state = f->state, .severity = (enum severity)f->severity,
                             .message = "does not hold for this lot; what it rests on is its holder's to show",
                             .since = -1};
    if (sight < SIGHT_OWNER) {
        told.evidence = json_object();
        return flag_json(&told);
    }
    told.subject = f->subject;
    told.message = f->message;
    told.evidence = json_loads(f->evidence, JSON_ALLOW_NUL, NULL);
    told.since = f->since;
    access_cut_evidence(told.evidence, sight);
    return flag_json(&told);
}

static json_t *lot_assessment(const struct lot_row *row, enum sight sight, const struct as_of *at,
                              const struct flag_row *flags, size_t len)
{
    const struct assessment a = {(enum severity)row->grade, row->score, row->coverage};
    json_t *list = json_array();
    for (size_t i = 0; i < len; i++)
        if (flags[i].lot == row->lot)
            json_array_append_new(list, flag_row_json(&flags[i], sight));
    return assessment_json(&a, row->traced, as_of_json(at), list);
}

json_t *lot_json(const struct lot_row *row, enum sight sight, const struct as_of *at,
                 const struct flag_row *flags, size_t len)
{
    json_t *o = json_object();
    CLEANUP(json_cleanup) json_t *whole = NULL;
    if (row->description)
        whole = json_loads(row->description, JSON_ALLOW_NUL, NULL);
    if (whole && row->quantity > 0)
        json_object_set_new(whole, "quantity", json_integer(row->quantity));
    put(o, "lot", lot_name_json(row->holder, row->code));
    put_text(o, "holder", row->holder);
    put(o, "part", part_json(row));
    if (sight >= SIGHT_OWNER) {
        put_text(o, "state", row->state);
        put(o, "quantity", json_integer(row->quantity));
        put(o, "balance", json_integer(row->balance));
        put_text(o, "owner", row->owner);
    }
    put(o, "description", whole ? access_cut_description(whole, sight) : NULL);
    put(o, "assessment", lot_assessment(row, sight, at, flags, len));
    put_text(o, "sight", sight_word(sight));
    return o;
}
