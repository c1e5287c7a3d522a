/* api - what all handlers share. */
#include "submission.h"

#include "pedigree/access/signing.h"
#include "pedigree/api/api.h"
#include "pedigree/query/tiles.h"

enum { SIGNING_TTL_S = 3 };

void api_init(struct api *api, const struct config *config, struct ledger *ledger)
{
    *api = (struct api){.config = config, .ledger = ledger};
    arena_init(&api->arena, 0);
    api->submissions = ARENA_NEW(&api->arena, struct submissions);
    /* What is handed over at once is committed at once. */
    int64_t record_max =
        config->record_max < config->batch_max ? config->record_max : config->batch_max;
    submissions_init(api->submissions, ledger, (size_t)record_max,
                     config->spool_dir, config->spool_max_bytes);
    api->signing = api->submissions->signing = signing_cache_new(SIGNING_TTL_S);
    api->openapi = openapi_text(&api->arena);
    api->tiles = tile_cache_new((size_t)config->tile_cache_bytes);
}

void api_done(struct api *api)
{
    submissions_done(api->submissions);
    signing_cache_free(api->signing);
    tile_cache_free(api->tiles);
    arena_reset(&api->arena);
}
