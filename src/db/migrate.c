/*
 * migrate - forward-only numbered files, each applied once, in one transaction of its
 * own.
 *
 * schema_migration keeps the SHA-256 of every file as it was applied.  A file that
 * changed since, or one that was applied and is gone, stops everything: the schema is not
 * what the program thinks.
 */
#include "connection.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/clock.h"
#include "pedigree/base/digest.h"
#include "pedigree/base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK "SELECT pg_advisory_lock(7304152386)"
#define UNLOCK "SELECT pg_advisory_unlock(7304152386)"
#define CREATE                                                                           \
    "CREATE TABLE IF NOT EXISTS schema_migration ("                                      \
    "  name text PRIMARY KEY, checksum text NOT NULL, applied_us bigint NOT NULL)"

struct applied {
    const char *name, *checksum;
};
static const struct column APPLIED_ROW[] = {
    COL(struct applied, name),
    COL(struct applied, checksum),
};
QUERY MIGRATION_LIST = {
    .name = "migration_list",
    .sql = "SELECT name, checksum FROM schema_migration ORDER BY name",
    ROW(struct applied, APPLIED_ROW),
};
struct presence {
    bool is_there;
};
static const struct column PRESENCE_ROW[] = {COL(struct presence, is_there)};
QUERY MIGRATION_TABLE = {
    .name = "migration_table",
    .sql = "SELECT to_regclass('schema_migration') IS NOT NULL AS is_there",
    ROW(struct presence, PRESENCE_ROW),
};
QUERY MIGRATION_BEGIN = {.name = "migration_begin", .sql = "BEGIN"};
QUERY MIGRATION_COMMIT = {.name = "migration_commit", .sql = "COMMIT"};
QUERY MIGRATION_ROLLBACK = {.name = "migration_rollback", .sql = "ROLLBACK"};
QUERY MIGRATION_ADD = {
    .name = "migration_add",
    .sql =
        "INSERT INTO schema_migration (name, checksum, applied_us) VALUES ($1, $2, $3)",
};

struct file {
    const char *name, *text, *checksum;
};
struct files {
    struct file *at;
    size_t len;
};

static int is_migration(const struct dirent *e)
{
    size_t len = strlen(e->d_name);
    return len > 8 && strspn(e->d_name, "0123456789") == 4 && e->d_name[4] == '_' &&
           strcmp(e->d_name + len - 4, ".sql") == 0;
}

static bool read_file(struct arena *a, const char *path, const char **out,
                      struct error *err)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        if (fd >= 0)
            close(fd);
        return error_set(err, ERR_INTERNAL, "%s: %s", path, strerror(errno));
    }
    char *text = arena_alloc(a, (size_t)st.st_size + 1);
    ssize_t got = read(fd, text, (size_t)st.st_size);
    close(fd);
    if (got != st.st_size)
        return error_set(err, ERR_INTERNAL, "%s: cannot be read whole", path);
    *out = text;
    return true;
}

static bool load_file(struct arena *a, const char *dir, const char *name,
                      struct file *out, struct error *err)
{
    uint8_t digest[SHA256_LEN];
    char *hex = arena_alloc(a, 2 * SHA256_LEN + 1);
    out->name = arena_strdup(a, name);
    if (!read_file(a, arena_printf(a, "%s/%s", dir, name), &out->text, err))
        return false;
    sha256(out->text, strlen(out->text), digest);
    out->checksum = hex_encode(digest, sizeof digest, hex);
    return true;
}

static bool load_files(struct arena *a, const char *dir, struct files *out,
                       struct error *err)
{
    struct dirent **entries;
    int n = scandir(dir, &entries, is_migration, alphasort);
    if (n < 0)
        return error_set(err, ERR_INTERNAL, "%s: %s", dir, strerror(errno));
    bool ok = n > 0 || error_set(err, ERR_INTERNAL, "%s: holds no NNNN_*.sql", dir);
    out->at = ARENA_ARRAY(a, struct file, (size_t)n + 1);
    out->len = 0;
    for (int i = 0; i < n; i++) {
        ok = ok && load_file(a, dir, entries[i]->d_name, &out->at[out->len++], err);
        free(entries[i]);
    }
    free(entries);
    return ok;
}

/* What was applied must be the first of the files, unchanged. */
static bool compare(const struct files *files, const struct rows *rows, struct error *err)
{
    const struct applied *done = rows->at;
    for (size_t i = 0; i < rows->len; i++) {
        if (i >= files->len || strcmp(done[i].name, files->at[i].name) != 0)
            return error_set(
                err, ERR_INTERNAL,
                "migration %s was applied to this database and is not known here: "
                "the database belongs to another version of the program",
                done[i].name);
        if (strcmp(done[i].checksum, files->at[i].checksum) != 0)
            return error_set(
                err, ERR_INTERNAL,
                "migration %s has changed since it was applied; restore the file and "
                "write the change as a new migration",
                done[i].name);
    }
    return true;
}

static bool apply(struct db *db, struct arena *a, const struct file *f, struct error *err)
{
    const char *what = arena_printf(a, "migration %s", f->name);
    if (!db_query(db, a, &MIGRATION_BEGIN, NO_ARGS, NULL, err))
        return false;
    if (!connection_simple(db, what, f->text, NULL, err)) {
        struct error ignored = {0};
        if (db->conn)
            db_query(db, a, &MIGRATION_ROLLBACK, NO_ARGS, NULL, &ignored);
        return false;
    }
    struct pipeline *p = pipeline_new(db, a);
    pipeline_add(p, &MIGRATION_ADD,
                 ARGS(TEXT(f->name), TEXT(f->checksum), INT8(clock_now_us())), NULL);
    pipeline_add(p, &MIGRATION_COMMIT, NO_ARGS, NULL);
    return pipeline_commit(p, err);
}

static bool apply_missing(struct db *db, struct arena *a, const char *dir, int *applied,
                          struct error *err)
{
    struct files files;
    struct rows rows;
    if (!load_files(a, dir, &files, err) ||
        !connection_simple(db, "migrate", CREATE, NULL, err) ||
        !db_query(db, a, &MIGRATION_LIST, NO_ARGS, &rows, err) ||
        !compare(&files, &rows, err))
        return false;
    for (size_t i = rows.len; i < files.len; i++) {
        if (!apply(db, a, &files.at[i], err))
            return false;
        ++*applied;
    }
    return true;
}

bool db_migrate(struct db *db, const char *dir, int *applied, struct error *err)
{
    struct arena a;
    struct error ignored = {0};
    *applied = 0;
    if (!connection_ready(db, err) || !connection_simple(db, "migrate", LOCK, NULL, err))
        return false;
    arena_init(&a, 0);
    bool ok = apply_missing(db, &a, dir, applied, err);
    arena_reset(&a);
    if (db->conn)
        connection_simple(db, "migrate", UNLOCK, NULL, &ignored);
    return ok;
}

static bool is_complete(struct db *db, struct arena *a, const char *dir,
                        struct error *err)
{
    struct files files;
    struct rows rows;
    if (!load_files(a, dir, &files, err) ||
        !db_query(db, a, &MIGRATION_TABLE, NO_ARGS, &rows, err))
        return false;
    if (!((const struct presence *)rows.at)->is_there)
        return error_set(err, ERR_UNAVAILABLE,
                         "the database is empty: run pedigreed migrate");
    if (!db_query(db, a, &MIGRATION_LIST, NO_ARGS, &rows, err) ||
        !compare(&files, &rows, err))
        return false;
    if (rows.len < files.len)
        return error_set(err, ERR_UNAVAILABLE,
                         "migration %s is not applied: run pedigreed migrate",
                         files.at[rows.len].name);
    return true;
}

bool db_is_migrated(struct db *db, const char *dir, struct error *err)
{
    struct arena a;
    arena_init(&a, 0);
    bool ok = is_complete(db, &a, dir, err);
    arena_reset(&a);
    return ok;
}
