/* tile - see the header. */
#include "pedigree/tlog/tile.h"

#include "pedigree/base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { LEVEL_MOST = 63, GROUP = 3, GROUPS_MOST = 6 };

/* ---- names ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Decimal without a leading zero, from 0 to `most`; moves behind it. */
static bool take_number(const char **at, int most, int *out)
{
    int n = 0;
    const char *first = *at;
    for (; is_digit(**at) && *at - first < 4; ++*at)
        n = n * 10 + (**at - '0');
    *out = n;
    return *at > first && !(*first == '0' && *at - first > 1) && n <= most;
}

static bool take_word(const char **at, const char *word)
{
    size_t len = strlen(word);
    if (strncmp(*at, word, len) != 0)
        return false;
    *at += len;
    return true;
}

/* x001/x234/067: groups of three digits, all but the last with an x; the first is not x000. */
static bool take_index(const char **at, int64_t *out)
{
    *out = 0;
    for (int groups = 1; groups <= GROUPS_MOST; groups++) {
        bool more = take_word(at, "x");
        int64_t group = 0;
        for (int i = 0; i < GROUP; i++, ++*at) {
            if (!is_digit(**at))
                return false;
            group = group * 10 + (**at - '0');
        }
        *out = *out * 1000 + group;
        if (!more)
            return true;
        if (*out == 0 || !take_word(at, "/"))
            return false;
    }
    return false;
}

bool tile_parse(const char *path, struct tile_id *out, struct error *err)
{
    const char *at = path;
    *out = (struct tile_id){TILE_OF_ENTRIES, 0, TILE_WIDTH};
    bool ok = (take_word(&at, "entries/") || (take_number(&at, LEVEL_MOST, &out->level) && take_word(&at, "/"))) &&
              take_index(&at, &out->index);
    if (ok && take_word(&at, ".p/"))
        ok = take_number(&at, TILE_WIDTH - 1, &out->width) && out->width > 0;
    return (ok && *at == '\0') || error_set(err, ERR_NOT_FOUND, "no such tile: <L>/<N>, or entries/<N>, with N in groups of three digits, "
                                            "x001/x234/067, and .p/<W> behind it of the last one");
}

static void add_index(struct text *t, int64_t index)
{
    int groups[GROUPS_MOST + 1], n = 0;
    do {
        groups[n++] = (int)(index % 1000);
        index /= 1000;
    } while (index > 0 && n <= GROUPS_MOST);
    while (n-- > 0)
        text_addf(t, n > 0 ? "x%03d/" : "%03d", groups[n]);
}

const char *tile_path(struct arena *a, const struct tile_id *id)
{
    struct text t = text_new(a);
    if (id->level == TILE_OF_ENTRIES)
        text_add(&t, "entries/");
    else
        text_addf(&t, "%d/", id->level);
    add_index(&t, id->index);
    if (id->width < TILE_WIDTH)
        text_addf(&t, ".p/%d", id->width);
    return text_str(&t);
}

bool tile_is_in(const struct tile_id *id, int64_t size)
{
    int level = id->level == TILE_OF_ENTRIES ? 0 : id->level;
    int64_t hashes = level < TILE_LEVELS ? size >> (TILE_BITS * level) : 0;
    return id->index <= (hashes >> TILE_BITS) && id->index * TILE_WIDTH + id->width <= hashes;
}

/* ---- bundles ---- */

void bundle_entry(const struct hash *commitment, uint8_t out[static BUNDLE_ENTRY])
{
    out[0] = 0;
    out[1] = SHA256_LEN;
    memcpy(out + 2, commitment->at, SHA256_LEN);
}

bool bundle_parse(const void *at, size_t len, size_t width, struct hash *out, struct error *err)
{
    const uint8_t *bytes = at;
    bool ok = len == width * BUNDLE_ENTRY;
    for (size_t i = 0; ok && i < width; i++, bytes += BUNDLE_ENTRY) {
        ok = bytes[0] == 0 && bytes[1] == SHA256_LEN;
        memcpy(out[i].at, bytes + 2, SHA256_LEN);
    }
    return ok || error_set(err, ERR_INVALID, "is no bundle of %zu entries of 32 bytes", width);
}
