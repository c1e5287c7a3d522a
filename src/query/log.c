/*
 * log - the public face of the log, and receipts: tiles, proofs, what they are proofs of.
 *
 * Nothing is answered beyond the size that the caller says is published.
 */
#include "session.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/codec/envelope.h"
#include "pedigree/query/tiles.h"
#include "pedigree/tlog/checkpoint.h"
#include "pedigree/tlog/commitment.h"
#include "pedigree/tlog/tile.h"

#include <inttypes.h>
#include <string.h>

/* ---- tiles ---- */

static void ask_tiles(struct pipeline *p, void *asked)
{
    tiles_ask(asked, p);
}

/* All that is asked for; what is not at hand costs one round trip. */
static bool have_tiles(const struct reader *r, struct tile_set *t, struct error *err)
{
    return (t->missing == 0 || session_once(r, ask_tiles, NULL, t, err)) && tiles_take(t, err);
}

/* clang-format off */
struct entry_row {
    int64_t seq;
    struct bytes commitment;
};
static const struct column ENTRY_ROW[] = {COL(struct entry_row, seq), COL(struct entry_row, commitment)};
QUERY LOG_ENTRIES = {.name = "log_entries",
    .sql = "SELECT seq, commitment FROM record WHERE seq >= $1 AND seq < $2 ORDER BY seq", ROW(struct entry_row, ENTRY_ROW)};
/* clang-format on */

struct entries_ask {
    int64_t first, end;
    struct rows rows;
};

static void ask_entries(struct pipeline *p, void *asked)
{
    struct entries_ask *ask = asked;
    pipeline_add(p, &LOG_ENTRIES, ARGS(INT8(ask->first), INT8(ask->end)), &ask->rows);
}

static bool query_bundle(const struct reader *r, const struct tile_id *id, struct span *out, struct error *err)
{
    struct entries_ask ask = {.first = id->index * TILE_WIDTH, .end = id->index * TILE_WIDTH + id->width};
    size_t width = (size_t)id->width;
    if (!session_once(r, ask_entries, NULL, &ask, err))
        return false;
    uint8_t *bundle = arena_raw(r->arena, width * BUNDLE_ENTRY);
    const struct entry_row *e = ask.rows.at;
    for (size_t i = 0; i < width; i++) {
        struct hash entry;
        int64_t seq = ask.first + (int64_t)i;
        if (i >= ask.rows.len || e[i].seq != seq || e[i].commitment.len != SHA256_LEN)
            return log_is_damaged(err, "record", seq);
        memcpy(entry.at, e[i].commitment.at, SHA256_LEN);
        bundle_entry(&entry, bundle + i * BUNDLE_ENTRY);
    }
    *out = (struct span){bundle, width * BUNDLE_ENTRY};
    return true;
}

bool query_tile(const struct reader *r, const struct tile_id *id, struct span *out, struct error *err)
{
    CLEANUP(tiles_done) struct tile_set t = {.cache = r->tiles};
    size_t bytes = (size_t)id->width * sizeof(struct hash);
    if (id->level == TILE_OF_ENTRIES)
        return query_bundle(r, id, out, err);
    tiles_find(&t, id, 1);
    if (!have_tiles(r, &t, err))
        return false;
    *out = (struct span){memcpy(arena_raw(r->arena, bytes), tiles_hashes(&t, 0), bytes), bytes};
    return true;
}

/* ---- consistency ---- */

bool query_consistency(const struct reader *r, int64_t from, int64_t to, const char **text, struct error *err)
{
    CLEANUP(tiles_done) struct tile_set t = {.cache = r->tiles};
    struct tile_id ids[TILES_OF_PROOF];
    struct tree_source source = tree_of_set(&t);
    struct tree_path path;
    struct text out = text_new(r->arena);
    tiles_find(&t, ids, tree_consistency_tiles(from, to, ids));
    if (!have_tiles(r, &t, err) || !tree_consistency(&source, from, to, &path, err))
        return false;
    path_add(&path, &out);
    *text = text_str(&out);
    return true;
}

/* ---- receipts ---- */

struct receipt_row {
    int64_t seq, received_us;
    const char *submitter, *on_behalf, *role, *kind, *signature;
    struct bytes secret;
};
/* clang-format off */
static const struct column RECEIPT_ROW[] = {COL(struct receipt_row, seq), COL(struct receipt_row, received_us),
    COL(struct receipt_row, submitter), COL(struct receipt_row, on_behalf), COL(struct receipt_row, role),
    COL(struct receipt_row, kind), COL(struct receipt_row, signature), COL(struct receipt_row, secret)};
QUERY RECEIPT_RECORDS = {.name = "receipt_records",
    .sql = "SELECT r.seq, r.received_us, r.submitter, r.on_behalf, r.role, r.kind, b.signature, b.secret"
           "  FROM record r LEFT JOIN body b ON b.seq = r.seq WHERE r.seq = ANY($1)", ROW(struct receipt_row, RECEIPT_ROW)};
/* clang-format on */

struct proof {
    struct receipt_asked *asked;
    struct tile_set tiles;
    struct rows viewer;
    struct tree_path path;
    bool is_proved; /* `path` is made */
};
struct proofs {
    int64_t size;
    struct proof *at;
    int64_t *seqs;
    size_t len;
    struct rows records;
};

static void ask_proofs(struct pipeline *p, void *asked)
{
    struct proofs *all = asked;
    pipeline_add(p, &RECEIPT_RECORDS, ARGS(INT8S(all->seqs, all->len)), &all->records);
    for (size_t i = 0; i < all->len; i++) {
        struct proof *x = &all->at[i];
        if (!access_sees_all(x->asked->caller))
            access_ask_viewer(p, x->asked->caller, &x->viewer);
        tiles_ask(&x->tiles, p);
    }
}

static const struct receipt_row *row_of(const struct proofs *all, int64_t seq)
{
    const struct receipt_row *rows = all->records.at;
    for (size_t i = 0; i < all->records.len; i++)
        if (rows[i].seq == seq)
            return &rows[i];
    return NULL;
}

static bool may_have(const struct proof *x, const struct receipt_row *row)
{
    struct viewer viewer;
    if (access_sees_all(x->asked->caller))
        return true;
    access_viewer(x->asked->arena, x->asked->caller, &x->viewer, &viewer);
    return viewer_is(&viewer, row->submitter) || viewer_is(&viewer, row->on_behalf);
}

static bool not_yours(int64_t seq, struct error *err)
{
    return error_set(err, ERR_NOT_FOUND, "no record %" PRId64 " that is yours to prove", seq);
}

/* What opens the commitment; of a redacted record nothing does, and the receipt proves its place alone. */
static struct span extra_of(struct arena *a, const struct receipt_row *row)
{
    struct kept_signature kept = {0};
    if (row->signature && !signature_kept(a, row->signature, &kept))
        return (struct span){NULL, 0};
    struct span envelope =
        envelope_text(a, &(struct envelope){row->submitter, row->on_behalf, row->role, row->kind, row->received_us, kept.mark});
    if (row->secret.len != SECRET_LEN)
        return (struct span){NULL, 0};
    uint8_t *extra = arena_raw(a, SECRET_LEN + envelope.len);
    memcpy(extra, row->secret.at, SECRET_LEN);
    memcpy(extra + SECRET_LEN, envelope.at, envelope.len);
    return (struct span){extra, SECRET_LEN + envelope.len};
}

/* Of the tiles, which are at hand. */
static bool prove(const struct proofs *all, struct proof *x)
{
    struct tree_source source = tree_of_set(&x->tiles);
    struct error *err = x->asked->err;
    x->is_proved = tiles_take(&x->tiles, err) && tree_inclusion(&source, x->asked->seq, all->size, &x->path, err);
    return x->is_proved;
}

/* What needs nothing of the database. */
static void prove_meanwhile(void *asked)
{
    struct proofs *all = asked;
    for (size_t i = 0; i < all->len; i++)
        if (all->at[i].tiles.missing == 0 && !all->at[i].is_proved)
            prove(all, &all->at[i]);
}

static bool answer(const struct proofs *all, struct proof *x, const char *note)
{
    struct receipt_asked *asked = x->asked;
    const struct receipt_row *row = row_of(all, asked->seq);
    if (!row)
        return log_is_damaged(asked->err, "record", asked->seq);
    if (!may_have(x, row))
        return not_yours(asked->seq, asked->err);
    if (!x->is_proved && !prove(all, x))
        return false;
    struct receipt receipt = {.extra = extra_of(asked->arena, row), .index = asked->seq, .path = x->path,
                              .checkpoint = note, .checkpoint_len = strlen(note)};
    asked->text = receipt_text(asked->arena, &receipt);
    return true;
}

static void begin_proof(const struct reader *r, struct proofs *all, struct receipt_asked *asked)
{
    struct tile_id ids[TILES_OF_PROOF];
    struct proof *x = &all->at[all->len];
    x->asked = asked;
    x->tiles.cache = r->tiles;
    tiles_find(&x->tiles, ids, tree_inclusion_tiles(asked->seq, all->size, ids));
    all->seqs[all->len++] = asked->seq;
}

void query_receipts(const struct reader *r, struct receipt_asked *asked, size_t len, int64_t size, const char *note)
{
    struct error why = {0};
    struct proofs all = {.size = size, .at = ARENA_ARRAY(r->arena, struct proof, len), .seqs = ARENA_ARRAY(r->arena, int64_t, len)};
    for (size_t i = 0; i < len; i++)
        if (asked[i].err->code == ERR_OK && (asked[i].seq < size || not_yours(asked[i].seq, asked[i].err)))
            begin_proof(r, &all, &asked[i]);
    bool ok = all.len == 0 || session_once(r, ask_proofs, prove_meanwhile, &all, &why);
    for (size_t i = 0; i < all.len; i++) {
        if (ok)
            answer(&all, &all.at[i], note);
        else
            error_set(all.at[i].asked->err, why.code, "%s", why.detail);
        tiles_done(&all.at[i].tiles);
    }
}
