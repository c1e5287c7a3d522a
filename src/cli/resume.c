/* resume - see the header. */
#include "resume.h"

#include "pedigree/base/digest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STATE_FORMAT                                                                     \
    "pedigree submit 2\nsha256 %s\npieces %" PRId64 "\naccepted %" PRId64               \
    "\nduplicates %" PRId64 "\nrefused %" PRId64 "\n"
#define STATE_SCAN                                                                       \
    "pedigree submit 2\nsha256 %64[0-9a-f]\npieces %" SCNd64 "\naccepted %" SCNd64      \
    "\nduplicates %" SCNd64 "\nrefused %" SCNd64 "\n"

static const char *cache_dir(struct arena *a)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (cache && *cache == '/')
        return arena_printf(a, "%s/pedigree", cache);
    return home && *home == '/' ? arena_printf(a, "%s/.cache/pedigree", home) : NULL;
}

const char *resume_path(struct arena *a, const char *file, const char *url,
                        const char *key, const char *on_behalf)
{
    const char *dir = cache_dir(a);
    uint8_t digest[SHA256_LEN];
    char hex[2 * SHA256_LEN + 1];
    if (!dir)
        return NULL;
    const char *name = arena_printf(a, "%s\n%s\n%s\n%s", file, url, key ? key : "",
                                    on_behalf ? on_behalf : "");
    sha256(name, strlen(name), digest);
    return arena_printf(a, "%s/%.32s", dir, hex_encode(digest, sizeof digest, hex));
}

enum resume resume_load(const char *path, const char *file_hash, struct tally *out)
{
    struct tally t;
    char hash[2 * SHA256_LEN + 1];
    FILE *f = path ? fopen(path, "re") : NULL;
    if (!f)
        return RESUME_NONE;
    int n = fscanf(f, STATE_SCAN, hash, &t.pieces, &t.accepted, &t.duplicates, &t.refused);
    fclose(f);
    if (n != 5 || t.pieces < 1 || t.accepted < 0 || t.duplicates < 0 || t.refused < 0 ||
        t.pieces - t.accepted - t.duplicates != t.refused)
        return RESUME_NONE;
    *out = t;
    return strcmp(hash, file_hash) == 0 ? RESUME_SAME : RESUME_CHANGED;
}

/* The directory of `path`, and the one above that. */
static void make_dirs(const char *path)
{
    char dir[4096];
    char *ends[2] = {NULL, NULL}; /* the last slash, the one before */
    snprintf(dir, sizeof dir, "%s", path);
    for (size_t i = 0; i < 2; i++) {
        ends[i] = strrchr(dir, '/');
        if (!ends[i] || ends[i] == dir)
            return;
        *ends[i] = '\0';
    }
    mkdir(dir, 0700);
    *ends[1] = '/';
    mkdir(dir, 0700);
}

void resume_save(const char *path, const char *file_hash, const struct tally *tally)
{
    char fresh[4096];
    if (!path || (size_t)snprintf(fresh, sizeof fresh, "%s.new", path) >= sizeof fresh)
        return;
    FILE *f = fopen(fresh, "we");
    if (!f) {
        make_dirs(path);
        f = fopen(fresh, "we");
    }
    if (!f)
        return;
    fprintf(f, STATE_FORMAT, file_hash, tally->pieces, tally->accepted, tally->duplicates,
            tally->refused);
    if (fclose(f) == 0)
        rename(fresh, path);
    else
        unlink(fresh);
}

void resume_forget(const char *path)
{
    if (path)
        unlink(path);
}
