/*
 * audit_cosigned - what witnesses signed of the log, against what the log is; see audit.h.
 *
 * A witness signs the text of a checkpoint, which is its log's name, size and root: made here anew, so that none needs to be
 * stored.  Who is a witness nobody says here: of each key that stands there its lines must be that key's.
 */
#include "audit.h"

#include "pedigree/base/cleanup.h"

#include <inttypes.h>
#include <string.h>

enum { LINES = 1000 };

struct key_row {
    const char *key;
};
struct line_row {
    int64_t size;
    const char *line;
};
/* clang-format off */
static const struct column KEY_ROW[] = {COL(struct key_row, key)};
static const struct column LINE_ROW[] = {COL(struct line_row, size), COL(struct line_row, line)};
QUERY AUDIT_COSIGNERS = {.name = "audit_cosigners",
    .sql = "SELECT DISTINCT key FROM cosignature ORDER BY key", ROW(struct key_row, KEY_ROW)};
QUERY AUDIT_COSIGNED = {.name = "audit_cosigned",
    .sql = "SELECT size, line FROM cosignature WHERE key = $1 AND size > $2 AND size <= $3 ORDER BY size LIMIT $4", ROW(struct line_row, LINE_ROW)};
/* clang-format on */

struct cosigner {
    const char *key;
    struct note_verifier verifier;
    struct arena arena; /* of `rows` */
    struct rows rows;
    size_t next;
    int64_t bad;
};

static int64_t next_of(const struct cosigner *c)
{
    return c->next < c->rows.len ? ((const struct line_row *)c->rows.at)[c->next].size : INT64_MAX;
}

static void find_next(struct audit_cosigned *all)
{
    all->next = INT64_MAX;
    for (size_t i = 0; i < all->len; i++)
        if (next_of(&all->at[i]) < all->next)
            all->next = next_of(&all->at[i]);
}

static bool load_more(struct cosigner *c, struct db *db, int64_t after, int64_t size, struct error *err)
{
    arena_reset(&c->arena);
    c->next = 0;
    return db_query(db, &c->arena, &AUDIT_COSIGNED, ARGS(TEXT(c->key), INT8(after), INT8(size), INT8(LINES)), &c->rows, err);
}

bool audit_cosigned_begin(struct db *db, struct arena *a, int64_t size, struct audit_cosigned *out, audit_found_fn *found, void *context,
                          struct error *err)
{
    struct rows keys;
    if (!db_query(db, a, &AUDIT_COSIGNERS, NO_ARGS, &keys, err))
        return false;
    out->at = ARENA_ARRAY(a, struct cosigner, keys.len + 1);
    out->len = keys.len;
    for (size_t i = 0; i < keys.len; i++) {
        struct cosigner *c = &out->at[i];
        struct error why = {0};
        arena_init(&c->arena, 0);
        c->key = ((const struct key_row *)keys.at)[i].key;
        if (!note_verifier_parse(c->key, &c->verifier, &why) || c->verifier.type != NOTE_COSIGNATURE)
            found(context, arena_printf(a, "cosignatures of \"%.200s\": that is no witness's verifier key", c->key));
        else if (!load_more(c, db, -1, size, err))
            return false;
    }
    find_next(out);
    return true;
}

static bool is_cosigned(struct arena *a, const char *text, const char *line, const struct note_verifier *v)
{
    const char *note = arena_printf(a, "%s\n%s", text, line);
    struct error why = {0};
    struct note n;
    return note_parse(a, note, strlen(note), &n, &why) && note_verify(&n, v, NULL) == NOTE_SIGNED;
}

bool audit_cosigned_check(struct audit_cosigned *all, struct db *db, const struct checkpoint *is, int64_t size, audit_found_fn *found,
                          void *context, struct error *err)
{
    for (size_t i = 0; i < all->len; i++) {
        struct cosigner *c = &all->at[i];
        struct arena passing;
        if (next_of(c) != is->size)
            continue;
        arena_init(&passing, 0);
        const struct line_row *row = c->rows.at;
        bool ok = is_cosigned(&passing, checkpoint_text(&passing, is), row[c->next++].line, &c->verifier);
        if (!ok && c->bad++ == 0)
            found(context, arena_printf(&passing, "cosignature %" PRId64 " of %s: is not that witness's, over the records before it", is->size,
                                        c->verifier.name));
        arena_reset(&passing);
        if (c->next == c->rows.len && c->rows.len == LINES && !load_more(c, db, is->size, size, err))
            return false;
    }
    find_next(all);
    return true;
}

void audit_cosigned_end(struct audit_cosigned *all, audit_found_fn *found, void *context)
{
    for (size_t i = 0; i < all->len; i++) {
        struct cosigner *c = &all->at[i];
        if (c->bad > 1)
            found(context, arena_printf(&c->arena, "cosignatures of %s: %" PRId64 " later ones likewise", c->verifier.name, c->bad - 1));
        arena_reset(&c->arena);
    }
}
