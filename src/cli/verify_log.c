/*
 * verify_log - a whole log, from the directory of a mirror or over HTTP: every entry, every tile, the root, the signature.
 *
 * The tree is grown anew from the entries, 256 at a time, in memory that does not grow with it; each tile is held
 * against what the entries come to, and a second tree is grown from the lowest tiles alone, so that it can be said
 * which of the two was altered.
 */
#include "verify.h"

#include "pedigree/fetch/log_source.h"

#include <inttypes.h>
#include <string.h>

enum { TOLD_MAX = 10, ATTEMPTS = 3 };

DEFINE_CLEANUP(struct log_source, source, log_source_free)

/* ---- the walk ---- */

struct walk {
    struct verdict *verdict;
    struct log_source *source;
    struct arena passing; /* of one bundle or tile */
    struct checkpoint newest, older;
    bool has_older, is_older_met;
    struct tree_edge by_entries, by_tiles;
    struct level { /* hashes of the tile that is being filled */
        struct hash at[TILE_WIDTH];
        int64_t index;
        int len;
    } levels[TILE_LEVELS];
    int64_t altered; /* tiles that do not agree */
};

/* What is longer than it may be was altered; what is not there, or ends too early, may be on its way. */
static bool is_lacking(struct walk *w, const struct error *why)
{
    return why->code == ERR_MALFORMED || why->code == ERR_TOO_LARGE
               ? verdict_refuted(w->verdict, "%s", why->detail)
               : verdict_unknown(w->verdict, "the log is not all there: %s", why->detail);
}

static bool get_items(struct walk *w, const struct tile_id *id, size_t item, struct span *out)
{
    struct error err = {0};
    return log_source_tile(w->source, &w->passing, id, item, out, &err) || is_lacking(w, &err);
}

static void disagrees(struct walk *w, const struct tile_id *id, int at)
{
    if (w->altered++ < TOLD_MAX)
        verdict_refuted(w->verdict, "tile/%s does not go with the entries from its hash %d on: %s %" PRId64,
                        tile_path(&w->passing, id), at, id->level ? "subtree" : "entry", id->index * TILE_WIDTH + at);
}

/* The tile of a level that is full, or that is the last one. */
static bool check_tile(struct walk *w, int level)
{
    struct level *l = &w->levels[level];
    const struct tile_id id = {level, l->index, l->len};
    struct span bytes = {0};
    if (!get_items(w, &id, sizeof(struct hash), &bytes))
        return false;
    const struct hash *theirs = bytes.at;
    int same = 0;
    while (same < l->len && memcmp(&theirs[same], &l->at[same], sizeof *theirs) == 0)
        same++;
    if (same < l->len)
        disagrees(w, &id, same);
    struct tile_node ignored[TILE_LEVELS];
    for (int i = 0; level == 0 && i < l->len; i++)
        edge_append(&w->by_tiles, &theirs[i], ignored);
    edge_trim(&w->by_tiles);
    l->index++;
    l->len = 0;
    return true;
}

static bool add_hash(struct walk *w, int level, const struct hash *h)
{
    struct level *l = &w->levels[level];
    l->at[l->len++] = *h;
    return l->len < TILE_WIDTH || check_tile(w, level);
}

static void meet_older(struct walk *w)
{
    struct hash root;
    if (!w->has_older || w->by_entries.size != w->older.size)
        return;
    edge_root(&w->by_entries, &root);
    w->is_older_met = memcmp(&root, &w->older.root, sizeof root) == 0;
}

static bool add_entry(struct walk *w, const struct hash *commitment)
{
    struct hash leaf;
    struct tile_node made[TILE_LEVELS];
    tree_leaf(commitment->at, sizeof commitment->at, &leaf);
    size_t n = edge_append(&w->by_entries, &leaf, made);
    meet_older(w);
    bool ok = add_hash(w, 0, &leaf);
    for (size_t i = 0; ok && i < n; i++)
        ok = add_hash(w, made[i].level, &made[i].hash);
    return ok;
}

static bool add_bundle(struct walk *w, int64_t first)
{
    struct hash entries[TILE_WIDTH];
    int64_t left = w->newest.size - first;
    const struct tile_id id = {TILE_OF_ENTRIES, first / TILE_WIDTH, left < TILE_WIDTH ? (int)left : TILE_WIDTH};
    struct span bytes = {0};
    struct error err = {0};
    if (!get_items(w, &id, BUNDLE_ENTRY, &bytes))
        return false;
    if (!bundle_parse(bytes.at, bytes.len, (size_t)id.width, entries, &err))
        return verdict_refuted(w->verdict, "tile/%s %s", tile_path(&w->passing, &id), err.detail);
    bool ok = true;
    for (int i = 0; ok && i < id.width; i++)
        ok = add_entry(w, &entries[i]);
    edge_trim(&w->by_entries);
    return ok;
}

static bool walk_all(struct walk *w)
{
    struct progress p;
    bool ok = true;
    progress_begin(&p, w->verdict->session->args.values[OPT_LOG], w->newest.size, 0);
    for (int64_t first = 0; ok && first < w->newest.size; first += TILE_WIDTH) {
        ok = add_bundle(w, first);
        arena_reset(&w->passing);
        progress_at(&p, first, first, w->altered);
    }
    for (int level = 0; ok && level < TILE_LEVELS; level++) {
        ok = w->levels[level].len == 0 || check_tile(w, level);
        arena_reset(&w->passing);
    }
    progress_clear(&p);
    return ok;
}

/* ---- what came of it ---- */

static bool is_signed_root(const struct walk *w, const struct tree_edge *e)
{
    struct hash root;
    edge_root(e, &root);
    return memcmp(&root, &w->newest.root, sizeof root) == 0;
}

static bool judge_root(struct walk *w)
{
    struct verdict *v = w->verdict;
    char count[28];
    bool are_entries = is_signed_root(w, &w->by_entries), are_tiles = is_signed_root(w, &w->by_tiles);
    if (w->altered > TOLD_MAX)
        verdict_refuted(v, "so do %" PRId64 " tiles more", w->altered - TOLD_MAX);
    if (are_entries && w->altered)
        return verdict_refuted(v, "the entries come to the root that was signed: those tiles are wrong");
    if (!are_entries && are_tiles)
        return verdict_refuted(v, "the lowest tiles come to the root that was signed, the entries do not: those entries were altered");
    if (!are_entries)
        return verdict_refuted(v, "%s to the root that was signed: history was rewritten",
                               w->altered ? "neither entries nor tiles come" : "entries and tiles go together, and do not come");
    verdict_proved(v, "all %s entries and all tiles over them come to the root that was signed",
                   screen_number(w->newest.size, count));
    return true;
}

static bool judge_older(struct walk *w)
{
    const char *path = w->verdict->session->args.values[OPT_OLDER];
    if (!w->has_older)
        return true;
    if (!w->is_older_met)
        return verdict_refuted(w->verdict, "the log's first %" PRId64 " entries do not come to the root of %s: history was rewritten. Keep "
                                           "both checkpoints: they prove it", w->older.size, path);
    verdict_proved(w->verdict, "the log grew out of %s: its first %" PRId64 " entries are those", path, w->older.size);
    return true;
}

/* A log that is shorter than what was signed before, or of another name. */
static bool read_older(struct walk *w, const struct trust *t)
{
    struct verdict *v = w->verdict;
    const char *path = v->session->args.values[OPT_OLDER];
    struct span note = {0};
    if (!path)
        return true;
    if (!evidence_read(v, path, NOTE_MAX, &note) || !trust_checkpoint(v, t, path, note, &w->older))
        return false;
    if (strcmp(w->older.origin, w->newest.origin) != 0)
        return verdict_refuted(v, "%s is of another log, \"%s\"", path, w->older.origin);
    if (w->older.size > w->newest.size)
        return verdict_refuted(v, "the log has %" PRId64 " records, and %s is of %" PRId64 ": it was rolled back, or this is an old mirror",
                               w->newest.size, path, w->older.size);
    w->has_older = true;
    meet_older(w); /* of nothing */
    return true;
}

static bool check_log(struct walk *w, const struct trust *t)
{
    struct verdict *v = w->verdict;
    struct span note = {0};
    struct error err = {0};
    if (!log_source_get(w->source, v->session->arena, "checkpoint", NOTE_MAX, &note, &err))
        return is_lacking(w, &err);
    if (!trust_checkpoint(v, t, "the log's checkpoint", note, &w->newest) || !read_older(w, t) || !walk_all(w))
        return false;
    bool is_root = judge_root(w), is_older = judge_older(w);
    if (is_root && is_older)
        verdict_open(v, "that no newer checkpoint was signed, and that others are shown the same: compare, or ask for witnesses' signatures");
    return is_root && is_older;
}

bool verify_log(struct verdict *v, const struct trust *t, struct error *err)
{
    struct arena *a = v->session->arena;
    CLEANUP(source_cleanup) struct log_source *source = log_source_open(v->session->args.values[OPT_LOG], ATTEMPTS, err);
    if (!source)
        return false;
    struct walk *w = ARENA_NEW(a, struct walk);
    w->verdict = v;
    w->source = source;
    arena_init(&w->passing, 0);
    edge_init(&w->by_entries);
    edge_init(&w->by_tiles);
    bool ok = check_log(w, t);
    edge_done(&w->by_entries);
    edge_done(&w->by_tiles);
    arena_reset(&w->passing);
    return ok;
}
