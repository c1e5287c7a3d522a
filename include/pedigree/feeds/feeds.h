/*
 * feeds - pulls what registers, alert services, life-cycle sources and makers publish, and takes files from folders.
 *
 * One thread looks every second which source is due (its row in the table `feed`), and has a thread for each that is,
 * a few at a time.  A source is worked on by one daemon of all that share the database: whoever has its lock.  It is
 * asked again `every` so often, give or take a tenth; after a failure sooner, then twice as late each time, and never
 * before the server wants to be asked.
 *
 * Always true: every item of a body is in the log or is a dead letter before the body counts as read; trouble is
 * logged when it begins, changes and ends; a source that is quiet, stale or in trouble is told to whoever asks.
 */
#pragma once

#include "pedigree/base/config.h"
#include "pedigree/ledger/ledger.h"

struct feeds;
/* `config` and `ledger` are borrowed until feeds_stop(); NULL with *err filled: the file cannot be used. */
struct feeds *feeds_start(const struct config *config, struct ledger *ledger, struct error *err);
void feeds_stop(struct feeds *f); /* accepts NULL */
/* [{"feed": "iecq", "trouble": "..."}] of those that are not well, as JSON in the arena; NULL: all are.  Any thread. */
const char *feeds_trouble(struct feeds *f, struct arena *a);

/* ---- what `pedigreed feed` does, beside running daemons ---- */
struct feed_words {
    const char *feed; /* NULL: all */
    int64_t letter;   /* 0: all */
};
/* Says it in lines. */
bool feed_list(const struct config *c, struct text *out, struct error *err);
bool feed_ask(const struct config *c, const struct feed_words *w, struct text *out, struct error *err);
bool feed_dead(const struct config *c, const struct feed_words *w, struct text *out, struct error *err);
bool feed_replay(const struct config *c, const struct feed_words *w, struct text *out, struct error *err);
bool feed_forget(const struct config *c, const struct feed_words *w, struct text *out, struct error *err);
