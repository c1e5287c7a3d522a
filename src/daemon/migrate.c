/* migrate, rebuild - commands that change the database's shape or refill its projections.
 */
#include "command.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/db/db.h"
#include "pedigree/ledger/ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

DEFINE_CLEANUP(struct db, db, db_free)

const char *owner_of(const struct invocation *in)
{
    return *in->config->database_owner ? in->config->database_owner : in->config->database;
}

bool migrate_run(const struct invocation *in, struct error *err)
{
    struct flag flags[] = {{.name = "--migrations"}};
    char dir[4096];
    int applied = 0;
    if (!flags_read(in, flags, LENGTH(flags), NULL, err) ||
        !migrations_find(in, flags[0].values[0], dir, err))
        return false;
    CLEANUP(db_cleanup) struct db *db = db_new(owner_of(in), NULL);
    if (!db_migrate(db, dir, &applied, err))
        return false;
    printf("%d migration%s applied from %s\n", applied, applied == 1 ? "" : "s", dir);
    return true;
}

static void show_progress(int64_t done)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\rrebuilding: %" PRId64 " records", done);
}

bool rebuild_run(const struct invocation *in, struct error *err)
{
    if (!flags_read(in, NULL, 0, NULL, err))
        return false;
    const struct ledger_options options = {
        .conninfo = owner_of(in),
        .batch_max = (int)in->config->batch_max,
        .queue_records = (int)in->config->queue_records,
    };
    bool is_good = ledger_rebuild(&options, show_progress, err);
    if (isatty(STDERR_FILENO))
        fputc('\n', stderr);
    if (is_good)
        puts("the projections are rebuilt from the records");
    return is_good;
}
