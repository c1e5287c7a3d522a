/* pull - a source's turn: what its address or folder has, and dead letters that are to be tried again.  On a thread of its own. */
#pragma once

#include "shelf.h"

#include "pedigree/base/config.h"
#include "pedigree/ledger/ledger.h"

struct puller {
    const struct config *config;
    struct ledger *ledger;
    const bool *is_ending; /* __atomic */
};
/* Nothing is done if another daemon works on it, or if it turns out that it is not due. */
void pull(const struct puller *p, const struct feed *f);

/* How a source stands. */
enum feed_standing { FEED_WELL, FEED_STALE, FEED_TROUBLED, FEED_QUIET };
enum feed_standing feed_standing(const struct feed *f, const struct feed_state *s, int64_t now_us);
/* "quiet since 2026-11-24T...: it answers with status 500"; NULL: it is well. */
const char *feed_standing_text(struct arena *a, const struct feed *f, const struct feed_state *s, int64_t now_us);
