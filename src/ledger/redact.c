/*
 * redact - contents of a record taken away for good, by a `redacted` record and in its own transaction.
 *
 * The secret goes, so that nobody can guess at digests what was taken; the parts that stay keep their salts.  What
 * the ledger reads of the record from now on is its husk (codec): names, and if the facts are gone nothing
 * else, so that voided, as it is then, it counts alike here and in a rebuild.
 */
#include "batch.h"
#include "redact.h"

#include "pedigree/base/cleanup.h"

#include <inttypes.h>
#include <string.h>

DEFINE_CLEANUP(json_t, json, json_decref)

/* clang-format off */
static const struct column TARGET_ROW[] = {COL(struct redact_target, seq), COL(struct redact_target, canonical),
    COL(struct redact_target, shown), COL(struct redact_target, secret), COL(struct redact_target, salts),
    COL(struct redact_target, digests), COL(struct redact_target, parts), COL(struct redact_target, is_void), COL(struct redact_target, by_seq)};
QUERY REDACT_TARGET = {.name = "redact_target",
    .sql = "SELECT b.seq, b.canonical, coalesce(x.shown, b.canonical) AS shown, b.secret, x.salts, r.digests,"
           "       coalesce(x.parts, 0) AS parts, coalesce(x.is_void, false) AS is_void,"
           "       coalesce(x.by_seq, -1) AS by_seq"
           "  FROM record r JOIN body b ON b.seq = r.seq"
           "  LEFT JOIN redaction x ON x.seq = r.seq"
           " WHERE r.seq = $1", ROW(struct redact_target, TARGET_ROW)};
/* clang-format on */

static bool is_gone(part_set parts, size_t i)
{
    return parts & 1U << (i < PART_ELEMENTS ? i : PART_ELEMENTS);
}

/* Of all parts that are left, as they were: of the secret, or of those that were kept of it. */
static struct bytes salts_of(struct arena *a, const struct redact_target *t, part_set gone)
{
    size_t n = t->digests.len / SHA256_LEN;
    uint8_t *salts = arena_alloc(a, n * SHA256_LEN);
    for (size_t i = 0; i < n; i++) {
        if (is_gone(gone, i))
            continue;
        if (t->secret.len == SECRET_LEN)
            part_salt(t->secret.at, (uint32_t)i, salts + i * SHA256_LEN);
        else if (t->salts.len == n * SHA256_LEN)
            memcpy(salts + i * SHA256_LEN, t->salts.at + i * SHA256_LEN, SHA256_LEN);
    }
    return (struct bytes){salts, n * SHA256_LEN};
}

bool redact_make(struct arena *a, json_t *keep, const struct record *says, int64_t by, const struct redact_target *t, struct redaction *out,
                 struct error *err)
{
    struct decoded d, husk;
    part_set parts = redacted_parts(says), all = parts | (part_set)t->parts;
    if (!record_decode(a, t->canonical, strlen(t->canonical), &d, err))
        return false;
    json_array_append_new(keep, d.record->json);
    bool is_void = t->is_void || redacted_is_void(parts);
    if (is_void && record_type_family(d.record->type) == FAMILY_VOID)
        return error_set(err, ERR_INTERNAL, "record %" PRId64 " is a %s: of it price and text can go, not what it says", t->seq,
                         record_type_word(d.record->type));
    CLEANUP(json_cleanup) json_t *before = json_loads(t->shown, 0, NULL);
    const struct record seen = {.type = d.record->type, .json = before};
    *out = (struct redaction){.target = t->seq, .by = by > t->by_seq ? by : t->by_seq, .parts = (int32_t)all, .is_void = is_void,
                              .husk = record_husk(a, d.record, parts), .shown = record_shown(a, &seen, parts),
                              .salts = salts_of(a, t, all), .forget_key = t->parts == 0 && !d.record->id};
    if (!record_decode(a, out->husk, strlen(out->husk), &husk, err))
        return error_set(err, ERR_INTERNAL, "what would be left of record %" PRId64 " is no record", t->seq);
    json_array_append_new(keep, husk.record->json);
    return true;
}

bool redact_find(struct db *db, struct arena *a, int64_t seq, const struct redact_target **out, struct error *err)
{
    struct rows rows;
    if (!db_query(db, a, &REDACT_TARGET, ARGS(INT8(seq)), &rows, err))
        return false;
    *out = rows.len ? rows.at : NULL;
    return true;
}

static bool redact(struct batch *b, struct db *db, const struct entry *e, struct error *err)
{
    const struct redact_target *t = NULL;
    struct redaction r;
    int64_t target = e->record->target_seq;
    if (!store_settle(b->writing, err) || !redact_find(db, &b->arena, target, &t, err))
        return false;
    if (!t || target >= b->changes.previous)
        return error_set(err, ERR_INTERNAL, "there is no record %" PRId64 " to redact", target);
    if (!redact_make(&b->arena, b->space.keep, e->record, e->seq, t, &r, err))
        return false;
    store_redact(b->writing, &r);
    return true;
}

bool batch_redact(struct batch *b, struct db *db, struct error *err)
{
    for (size_t i = 0; i < b->entries.len && b->changes.append; i++) {
        const struct entry *e = &b->entries.at[i];
        if (e->seq != NONE && e->record->type == REC_REDACTED && e->by_operator && !redact(b, db, e, err))
            return false;
    }
    return true;
}
