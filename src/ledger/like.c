/*
 * like - part numbers beside each other: which stands in its maker's catalogue, and which is a slip of the
 * pen away from one that does.
 *
 * The catalogue of a maker is what `part` statements and notices of it or of operators name.  All
 * numbers that anybody names are listed under what they look like, and under their first and their
 * second half: of two that are one edit apart one half is the same, so that a few short lists have
 * all neighbours, however large the catalogue.
 */
#include "knowledge.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/model/likeness.h"

#include <string.h>

enum half { WHOLE, FIRST_HALF, SECOND_HALF };

struct like { /* a key in a list */
    const char *key;
    struct like *next;
};

/* FNV-1a: two texts of one hash share a list, and are told apart there. */
static int64_t hash_of(enum half half, const char *s, size_t len)
{
    uint64_t h = UINT64_C(14695981039346656037) + (uint64_t)half;
    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)s[i]) * UINT64_C(1099511628211);
    return (int64_t)h;
}

static void list(struct knowledge *kn, int64_t hash, const char *key)
{
    struct like *l = ARENA_NEW(&kn->arena, struct like);
    *l = (struct like){key, map_get(&kn->likes, hash)};
    map_put(&kn->likes, hash, l);
}

static int64_t looks(const char *key)
{
    struct arena a;
    arena_init(&a, 0);
    const char *skeleton = likeness_skeleton(&a, key);
    int64_t hash = hash_of(WHOLE, skeleton, strlen(skeleton));
    arena_reset(&a);
    return hash;
}

void likes_add(struct knowledge *kn, const char *key)
{
    size_t len = key ? strlen(key) : 0, half = len / 2;
    if (!len)
        return;
    int64_t hash = looks(key);
    for (const struct like *l = map_get(&kn->likes, hash); l; l = l->next)
        if (strcmp(l->key, key) == 0)
            return;
    list(kn, hash, key);
    list(kn, hash_of(FIRST_HALF, key, half), key);
    list(kn, hash_of(SECOND_HALF, key + half, len - half), key);
}

static void add(struct arena *a, struct likes *out, const char *key, bool alike)
{
    for (size_t i = 0; i < out->len; i++)
        if (strcmp(out->at[i].key, key) == 0)
            return;
    *vec_push(a, out) = (struct likeness){key, alike};
}

static void add_slips(const struct knowledge *kn, struct arena *a, int64_t hash, const char *key,
                      struct likes *out)
{
    for (const struct like *l = map_get(&kn->likes, hash); l; l = l->next)
        if (likeness_slip(key, l->key) == SLIP_ONE)
            add(a, out, l->key, false);
}

/* Of a number with a character more or less the halves end elsewhere. */
struct likes likes_of(const struct knowledge *kn, struct arena *a, const char *key)
{
    struct likes out = {0};
    size_t len = strlen(key);
    const char *skeleton = likeness_skeleton(a, key);
    for (const struct like *l = map_get(&kn->likes, hash_of(WHOLE, skeleton, strlen(skeleton))); l; l = l->next)
        if (strcmp(l->key, key) != 0 && strcmp(likeness_skeleton(a, l->key), skeleton) == 0)
            add(a, &out, l->key, true);
    for (size_t other = len - (len > 0); other <= len + 1; other++) {
        size_t first = other / 2, second = other - first;
        if (first <= len)
            add_slips(kn, a, hash_of(FIRST_HALF, key, first), key, &out);
        if (second <= len)
            add_slips(kn, a, hash_of(SECOND_HALF, key + len - second, second), key, &out);
    }
    return out;
}

/* ---- the catalogue ---- */

/* The first statement that names it; NULL: none does. */
static const struct statement *stated(struct knowledge *kn, struct arena *a, const char *maker,
                                      const char *key)
{
    static const enum listed_by LISTS[] = {BY_PART, BY_OTHER_NUMBER, BY_NOTICE_PART};
    const struct statement *first = NULL;
    for (size_t i = 0; i < LENGTH(LISTS); i++)
        for (const struct listed *l = listed_by(kn, LISTS[i], key); l; l = l->next) {
            const struct notice_part *item = l->item;
            const struct part_name *name = item ? &item->part : &l->statement->part->part;
            if (part_is_about(kn, a, l->statement, name, maker) &&
                (!first || is_later(first, l->statement)))
                first = l->statement;
        }
    return first;
}

static bool is_of_maker(struct knowledge *kn, struct arena *a, enum listed_by by, const char *name,
                        const char *maker)
{
    for (const struct listed *l = listed_by(kn, by, name); l; l = l->next)
        if (part_is_about(kn, a, l->statement, &l->statement->part->part, maker))
            return true;
    return false;
}

/* Whether anything is known of the maker's catalogue. */
static bool has_catalogue(struct knowledge *kn, struct arena *a, const char *maker)
{
    struct words names = names_of(kn, a, maker);
    for (size_t i = 0; i < names.len; i++)
        if (is_of_maker(kn, a, BY_MAKER, names.at[i], maker))
            return true;
    return false;
}

/* The one that looks the same before those that are a slip away; then the least. */
static bool is_better(const struct number_fact *than, const struct likeness *l)
{
    bool alike = than->standing == NUMBER_ALIKE;
    return !than->like || (l->alike != alike ? l->alike : strcmp(l->key, than->like) < 0);
}

struct number_fact number_of(struct knowledge *kn, struct arena *a, const char *maker,
                             const struct part_name *part)
{
    struct number_fact f = {.seq = NONE, .script = likeness_script(a, part->mpn)};
    const struct statement *st = stated(kn, a, maker, part->key);
    if (st || is_of_maker(kn, a, BY_PART_BASE, part_base(a, part->mpn), maker)) {
        f.standing = NUMBER_LISTED;
        f.seq = st ? st->seq : NONE;
        return f;
    }
    struct likes likes = likes_of(kn, a, part->key);
    for (size_t i = 0; i < likes.len; i++) {
        if (!is_better(&f, &likes.at[i]) || !(st = stated(kn, a, maker, likes.at[i].key)))
            continue;
        f.standing = likes.at[i].alike ? NUMBER_ALIKE : NUMBER_SLIP;
        f.like = likes.at[i].key;
        f.seq = st->seq;
    }
    if (!f.like)
        f.standing = has_catalogue(kn, a, maker) ? NUMBER_UNLISTED : NUMBER_UNKNOWN;
    return f;
}
