/*
 * records - the records of a lot in order of time, one record by its place, statements.
 *
 * Time order is the order of custody (records.md 3): what brings in or releases counts by
 * the first instant of a bare date, everything else by its last; then by place in the
 * log.
 */
#include "cursor.h"
#include "stored.h"

#include "pedigree/base/clock.h"
#include "pedigree/codec/codec.h"
#include "pedigree/codec/envelope.h"
#include "pedigree/model/party.h"
#include "pedigree/model/when.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { STATEMENTS_MAX = 1000, RECORDS_MAX = 100000 }; /* of a kind; of a lot */

static const struct column RECORD_ROW[] = {
    COL(struct record_row, seq),       COL(struct record_row, received_us),
    COL(struct record_row, submitter), COL(struct record_row, on_behalf),
    COL(struct record_row, role),      COL(struct record_row, kind),
    COL(struct record_row, canonical), COL(struct record_row, signature), COL(struct record_row, by_holder),
    COL(struct record_row, proves_hop), COL(struct record_row, concerns),
    COL(struct record_row, redacted_by), COL(struct record_row, redacted_us),
    COL(struct record_row, redacted_parts), COL(struct record_row, redacted_why),
};
/* Of a row of shown_body `b`: by what it is less than it was. */
#define REDACTION                                                                        \
    "b.redacted_by, (SELECT w.received_us FROM record w WHERE w.seq = b.redacted_by) AS redacted_us,"   \
    " b.redacted_parts, (SELECT w.canonical FROM body w WHERE w.seq = b.redacted_by) AS redacted_why"
/* $2 the lots through which they are read, $3 the reader's class, $4 which of them are upstream. */
QUERY RECORDS_LOAD = {
    .name = "records_load",
    .sql =
        "SELECT r.seq, r.received_us, r.submitter, r.on_behalf, r.role, r.kind, "
        "b.canonical, b.signature,"
        "       x.upstream = 1 AND EXISTS (SELECT FROM organisation o"
        "           JOIN lot_party p ON p.lot = x.lot AND p.holder_class = o.class"
        "         WHERE o.name = coalesce(r.on_behalf, r.submitter)) AS by_holder,"
        "       x.upstream = 1 AND (EXISTS (SELECT FROM edge e WHERE e.child = x.lot AND e.seq "
        "= r.seq"
        "           AND e.parent <> 0 AND hop_shows(e.standing))"
        "       OR r.kind = 'shipped' AND EXISTS (SELECT FROM edge e WHERE e.parent = x.lot"
        "           AND e.parent <> 0 AND e.out_seq = r.seq AND hop_shows(e.standing)"
        "           AND may_see($3::bigint, e.child) IN ('own', 'owner', 'upstream'))) "
        "AS proves_hop,"
        "       record_concerns($3::bigint, r.seq, r.kind, b.canonical::jsonb) AS concerns, " REDACTION
        "  FROM unnest($1::bigint[], $2::bigint[], $4::integer[])"
        "       WITH ORDINALITY x(seq, lot, upstream, place)"
        "  JOIN record r ON r.seq = x.seq JOIN shown_body b ON b.seq = x.seq"
        " ORDER BY x.place",
    ROW(struct record_row, RECORD_ROW),
};
/* The newest, oldest first; one more than is shown, so that a cut can be told. */
#define STATEMENT_COLUMNS                                                                \
    "r.seq, r.received_us, r.submitter, r.on_behalf, r.role, r.kind, b.canonical, b.signature,"       \
    " false AS by_holder, false AS proves_hop, false AS concerns, " REDACTION
#define NEWEST(from)                                                                     \
    "SELECT * FROM (SELECT " STATEMENT_COLUMNS from                                      \
    " ORDER BY r.seq DESC LIMIT 1001) n ORDER BY seq"
#define IN_FORCE(source)                                                                 \
    " FROM " source " JOIN record r ON r.seq = t.seq JOIN shown_body b ON b.seq = t.seq"
#define OF_SUBJECTS                                                                      \
    "unnest($2::text[]) x(subject)"                                                      \
    " JOIN statement_in_force t ON t.kind = $1 AND t.subject = x.subject"
QUERY STATEMENTS_LOAD = {
    .name = "statements_load",
    .sql = NEWEST(IN_FORCE(OF_SUBJECTS)),
    ROW(struct record_row, RECORD_ROW),
};
QUERY MENTIONS_OF_SUBJECTS = {
    .name = "mentions_of_subjects",
    .sql = NEWEST(IN_FORCE(OF_SUBJECTS) " WHERE names_part(b.canonical, $3)"),
    ROW(struct record_row, RECORD_ROW),
};
QUERY MENTIONS_OF_ALL = {
    .name = "mentions_of_all",
    .sql = NEWEST(IN_FORCE("statement_in_force t")
                  " WHERE t.kind = $1 AND names_part(b.canonical, $2)"),
    ROW(struct record_row, RECORD_ROW),
};

struct dated_record {
    int64_t seq;
    const char *kind, *time;
};
static const struct column DATED_ROW[] = {COL(struct dated_record, seq),
                                          COL(struct dated_record, kind),
                                          COL(struct dated_record, time)};
QUERY RECORDS_OF_LOT = {
    .name = "records_of_lot",
    .sql = "SELECT DISTINCT c.seq, c.kind, b.canonical::jsonb ->> 'time' AS time"
           "  FROM custody c JOIN body b ON b.seq = c.seq"
           " WHERE c.lot = $1 ORDER BY c.seq LIMIT 100001",
    ROW(struct dated_record, DATED_ROW),
};

json_t *parse_body(const struct record_row *row)
{
    return json_loads(row->canonical, JSON_ALLOW_NUL, NULL);
}

/* That something was taken away, when and why: whoever may see what is left may know. */
static json_t *redaction_json(const struct record_row *row)
{
    char at[28];
    json_t *o, *parts;
    CLEANUP(json_cleanup) json_t *why = row->redacted_why ? json_loads(row->redacted_why, 0, NULL) : NULL;
    if (row->redacted_by == INT64_MIN)
        return NULL;
    parts = json_array();
    for (unsigned part = PART_PRICE; part <= PART_ELEMENTS; part++)
        if ((part_set)row->redacted_parts & 1U << part)
            json_array_append_new(parts, json_string(part_word((enum part_class)part)));
    o = json_pack("{s:I, s:s, s:o}", "record", (json_int_t)row->redacted_by, "receivedAt", us_text(row->redacted_us, at),
                  "parts", parts);
    put(o, "reason", json_incref(json_object_get(why, "reason")));
    put(o, "authority", json_incref(json_object_get(why, "authority")));
    return o;
}

/* The signature itself is for who sees all that it signs: others could try their guesses at the rest. */
static json_t *signature_json(struct arena *a, const struct record_row *row, bool partial)
{
    struct kept_signature kept;
    if (!row->signature || !signature_kept(a, row->signature, &kept))
        return NULL;
    json_t *o = json_pack("{s:s}", "key", kept.key_id);
    if (!partial)
        put_text(o, "jws", kept.jws);
    return o;
}

json_t *record_json(struct session *s, const struct record_row *row, enum sight sight,
                    const char *code)
{
    char at[28];
    bool partial;
    enum role role = ROLE_READER;
    CLEANUP(json_cleanup) json_t *body = parse_body(row);
    role_find(row->role, &role);
    const struct record_claim claim = {.kind = row->kind,
                                       .submitter = row->submitter,
                                       .on_behalf = row->on_behalf,
                                       .role = role,
                                       .sight = sight,
                                       .by_holder = row->by_holder,
                                       .proves_hop = row->proves_hop,
                                       .concerns = row->concerns,
                                       .code = code,
                                       .is_published = row->is_published};
    json_t *seen = access_cut(s->arena, &s->viewer, &claim, body, &partial);
    if (!seen)
        return NULL;
    json_t *o = json_pack("{s:I, s:s, s:s, s:s}", "seq", (json_int_t)row->seq, "kind",
                          row->kind, "submitter", row->submitter, "receivedAt",
                          us_text(row->received_us, at));
    put_text(o, "onBehalfOf", row->on_behalf);
    put(o, "record", seen);
    put(o, "signature", signature_json(s->arena, row, partial));
    put(o, "redacted", redaction_json(row));
    if (partial)
        put(o, "partial", json_true());
    return o;
}

/* What is shown of the rows of a query that asks for one more. */
static void keep_newest(struct session *s, const struct rows *rows,
                        const struct record_row **out, size_t *len)
{
    const struct record_row *all = rows->at;
    bool is_cut = rows->len > STATEMENTS_MAX;
    *out = all + is_cut;
    *len = rows->len - is_cut;
    if (is_cut)
        s->cut = "only the newest 1000 statements of a kind are shown";
}

bool load_statements(struct session *s, const char *kind, const char *const *subjects,
                     size_t n, const struct record_row **out, size_t *len,
                     struct error *err)
{
    struct rows rows;
    if (!db_query(s->db, s->arena, &STATEMENTS_LOAD, ARGS(TEXT(kind), TEXTS(subjects, n)),
                  &rows, err))
        return false;
    keep_newest(s, &rows, out, len);
    return true;
}

bool load_mentions(struct session *s, const char *kind, const char *const *subjects,
                   size_t n, const char *key, const struct record_row **out, size_t *len,
                   struct error *err)
{
    struct rows rows;
    bool ok = n > 0
                  ? db_query(s->db, s->arena, &MENTIONS_OF_SUBJECTS,
                             ARGS(TEXT(kind), TEXTS(subjects, n), TEXT(key)), &rows, err)
                  : db_query(s->db, s->arena, &MENTIONS_OF_ALL,
                             ARGS(TEXT(kind), TEXT(key)), &rows, err);
    if (ok)
        keep_newest(s, &rows, out, len);
    return ok;
}

/* ---- of a lot ---- */

struct records_ask {
    const struct lot_name *name;
    const struct page *page;
};

static struct record_place place_of(const struct dated_record *r)
{
    static const char *const FIRST[] = {"manufactured", "received", "released"};
    struct when when = {0};
    bool counts_first = false;
    if (!r->time || !when_parse(r->time, &when))
        return (struct record_place){INT64_MIN, r->seq};
    for (size_t i = 0; i < LENGTH(FIRST); i++)
        counts_first |= strcmp(FIRST[i], r->kind) == 0;
    return (struct record_place){counts_first ? when.first_us : when.last_us, r->seq};
}

static int by_place(const void *left, const void *right)
{
    const struct record_place *a = left, *b = right;
    int by_time = (a->time_us > b->time_us) - (a->time_us < b->time_us);
    return by_time != 0 ? by_time : (a->seq > b->seq) - (a->seq < b->seq);
}

/* All places after the cursor, in order. */
static bool load_places(struct session *s, int64_t lot, const struct record_place *after,
                        struct record_place **out, size_t *len, struct error *err)
{
    struct rows rows;
    if (!db_query(s->db, s->arena, &RECORDS_OF_LOT, ARGS(INT8(lot)), &rows, err))
        return false;
    const struct dated_record *r = rows.at;
    if (rows.len > RECORDS_MAX) {
        rows.len = RECORDS_MAX;
        s->cut = "only the first 100000 records that arrived of this lot are listed";
    }
    struct record_place *at = ARENA_ARRAY(s->arena, struct record_place, rows.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < rows.len; i++) {
        struct record_place p = place_of(&r[i]);
        if (by_place(&p, after) > 0)
            at[n++] = p;
    }
    qsort(at, n, sizeof *at, by_place);
    *out = at;
    *len = n;
    return true;
}

bool load_records(struct session *s, struct arena *a, const struct reading *readings, size_t n, struct rows *out,
                  struct error *err)
{
    int64_t *seqs = ARENA_ARRAY(a, int64_t, n + 1), *lots = ARENA_ARRAY(a, int64_t, n + 1);
    int32_t *upstream = ARENA_ARRAY(a, int32_t, n + 1);
    for (size_t i = 0; i < n; i++) {
        seqs[i] = readings[i].seq;
        lots[i] = readings[i].lot;
        upstream[i] = readings[i].sight == SIGHT_UPSTREAM;
    }
    return db_query(s->db, a, &RECORDS_LOAD,
                    ARGS(INT8S(seqs, n), INT8S(lots, n), INT8(s->viewer.class_), INT4S(upstream, n)), out, err);
}

static bool load_places_records(struct session *s, const struct record_place *places, size_t n,
                                const struct found_lot *lot, struct rows *out, struct error *err)
{
    struct reading *readings = ARENA_ARRAY(s->arena, struct reading, n + 1);
    for (size_t i = 0; i < n; i++)
        readings[i] = (struct reading){.seq = places[i].seq, .lot = lot->lot, .sight = lot->sight};
    return load_records(s, s->arena, readings, n, out, err);
}

/* Fills the page; *taken counts the places looked at. */
static bool fill_page(struct session *s, const struct records_ask *ask,
                      const struct found_lot *lot, const struct record_place *places,
                      size_t len, json_t *items, size_t *taken, struct error *err)
{
    size_t limit = (size_t)ask->page->limit;
    for (*taken = 0; *taken < len && json_array_size(items) < limit;) {
        struct rows rows;
        size_t n = limit - json_array_size(items), left = len - *taken;
        n = n < left ? n : left;
        if (!load_places_records(s, places + *taken, n, lot, &rows, err))
            return false;
        const struct record_row *r = rows.at;
        for (size_t i = 0; i < rows.len; i++) {
            json_t *o = record_json(s, &r[i], lot->sight, ask->name->code);
            if (o)
                json_array_append_new(items, o);
        }
        *taken += n;
    }
    return true;
}

static bool find_lot(struct session *s, const struct lot_name *name, struct found_lot *out, struct error *err)
{
    struct rows lot;
    struct pipeline *p = pipeline_new(s->db, s->arena);
    ask_lot(s, p, name, &lot);
    return pipeline_run(p, err) && found_lot(name, &lot, out, err);
}

static bool records_answer(struct session *s, const void *asked, json_t **out,
                           struct error *err)
{
    const struct records_ask *ask = asked;
    struct found_lot lot;
    struct record_place after, *places;
    size_t len, taken;
    if (!record_cursor_read(s->arena, ask->page->cursor, &after, err) ||
        !find_lot(s, ask->name, &lot, err) ||
        !load_places(s, lot.lot, &after, &places, &len, err))
        return false;
    json_t *items = json_array();
    *out = json_pack("{s:o}", "items", items);
    if (!fill_page(s, ask, &lot, places, len, items, &taken, err))
        return false;
    if (taken < len)
        put_text(*out, "next", record_cursor(s->arena, &places[taken - 1]));
    return true;
}

bool query_lot_records(const struct reader *r, const struct lot_name *name,
                       const struct page *page, const char **json, struct error *err)
{
    return session_run(r, records_answer, &(struct records_ask){name, page}, json, err);
}

/* ---- by place in the log ---- */

struct way {
    int64_t lot;
    const char *sight, *code;
};
static const struct column WAY_ROW[] = {COL(struct way, lot), COL(struct way, sight),
                                        COL(struct way, code)};
QUERY RECORD_WAY = {
    .name = "record_way",
    .sql = "SELECT lot, sight, code FROM record_way($1::bigint, $2::bigint)",
    ROW(struct way, WAY_ROW),
};

/* The lot through which it may be read; none: only by what it says itself. */
static bool find_way(struct session *s, int64_t seq, struct found_lot *lot,
                     const char **code, struct error *err)
{
    struct rows rows;
    *lot = (struct found_lot){0, SIGHT_NONE};
    *code = NULL;
    if (s->viewer.sees_all)
        return true;
    if (!db_query(s->db, s->arena, &RECORD_WAY, ARGS(INT8(s->viewer.class_), INT8(seq)),
                  &rows, err))
        return false;
    const struct way *way = rows.at;
    if (rows.len == 0)
        return true;
    lot->lot = way->lot;
    *code = way->code;
    return sight_find(way->sight, &lot->sight) ||
           error_set(err, ERR_INTERNAL, "record_way says '%s'", way->sight);
}

bool load_record(struct session *s, int64_t seq, const struct record_row **row, struct found_lot *lot, const char **code,
                 struct error *err)
{
    struct rows rows;
    const struct record_place place = {0, seq};
    if (!find_way(s, seq, lot, code, err) || !load_places_records(s, &place, 1, lot, &rows, err))
        return false;
    *row = rows.len ? rows.at : NULL;
    return true;
}

static bool record_answer(struct session *s, const void *asked, json_t **out,
                          struct error *err)
{
    const int64_t *seq = asked;
    const struct record_row *row = NULL;
    struct found_lot lot;
    const char *code;
    if (!load_record(s, *seq, &row, &lot, &code, err))
        return false;
    if (row)
        *out = record_json(s, row, lot.sight, code);
    return *out ||
           error_set(err, ERR_NOT_FOUND, "no record %" PRId64 " that you may see", *seq);
}

bool query_record(const struct reader *r, int64_t seq, const char **json,
                  struct error *err)
{
    return session_run(r, record_answer, &seq, json, err);
}
