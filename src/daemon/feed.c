/* feed - the commands that show where feeds stand, ask for a pull, and list, replay and forget dead letters. */
#include "command.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/codec/profile.h"
#include "pedigree/feeds/feeds.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

typedef bool (*feed_command)(const struct config *c, const struct feed_words *w, struct text *out, struct error *err);

static bool run(const struct invocation *in, feed_command command, const struct feed_words *w, struct error *err)
{
    struct arena a;
    arena_init(&a, 0);
    struct text out = text_new(&a);
    bool ok = command(in->config, w, &out, err);
    if (ok)
        fputs(text_str(&out), stdout);
    arena_reset(&a);
    return ok;
}

/* A word that is a number names a letter, any other a feed. */
static bool read_letter(const char *word, struct feed_words *out, struct error *err)
{
    char *end = NULL;
    errno = 0;
    out->letter = word && *word >= '0' && *word <= '9' ? strtoll(word, &end, 10) : 0;
    if (out->letter > 0 && *end == '\0' && errno == 0)
        return true;
    out->letter = 0;
    out->feed = word;
    return word || error_at(err, ERR_INVALID, "FEED", "is missing: which feed, or the number of a dead letter");
}

static bool list(const struct config *c, const struct feed_words *w, struct text *out, struct error *err)
{
    (void)w;
    return feed_list(c, out, err);
}

bool feed_list_run(const struct invocation *in, struct error *err)
{
    return flags_read(in, NULL, 0, NULL, err) && run(in, list, &(struct feed_words){0}, err);
}

bool feed_run_run(const struct invocation *in, struct error *err)
{
    struct feed_words w = {0};
    return flags_read(in, NULL, 0, &w.feed, err) &&
           (w.feed || error_at(err, ERR_INVALID, "FEED", "is missing: pedigreed feed list names them")) && run(in, feed_ask, &w, err);
}

bool feed_dead_run(const struct invocation *in, struct error *err)
{
    struct feed_words w = {0};
    const char *word = NULL;
    return flags_read(in, NULL, 0, &word, err) && (!word || read_letter(word, &w, err)) && run(in, feed_dead, &w, err);
}

bool feed_replay_run(const struct invocation *in, struct error *err)
{
    struct feed_words w = {0};
    const char *word = NULL;
    return flags_read(in, NULL, 0, &word, err) && read_letter(word, &w, err) && run(in, feed_replay, &w, err);
}

bool feed_forget_run(const struct invocation *in, struct error *err)
{
    struct feed_words w = {0};
    const char *word = NULL;
    return flags_read(in, NULL, 0, &word, err) && read_letter(word, &w, err) &&
           (w.letter || error_at(err, ERR_INVALID, "LETTER", "is missing: the number of a dead letter")) && run(in, feed_forget, &w, err);
}

bool feed_profiles_run(const struct invocation *in, struct error *err)
{
    struct arena a;
    if (!flags_read(in, NULL, 0, NULL, err))
        return false;
    arena_init(&a, 0);
    struct text out = text_new(&a);
    profiles_dump(&out);
    fputs(text_str(&out), stdout);
    arena_reset(&a);
    return true;
}
