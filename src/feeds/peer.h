/*
 * peer - one witness: the question under way, and what is known of where it stands.  The feeds' thread alone has it.
 *
 *   due -> asked (old = what it signed last, or 0)
 *   200 -> it signed: due again when the log has grown, an interval later
 *   409 -> it names another size: asked again at once, from there; twice in a row is trouble
 *   else -> trouble: due again later, and each time twice as late
 */
#pragma once

#include "cosigned.h"

#include "pedigree/db/db.h"

#include <curl/curl.h>

enum { PEER_ANSWER_MAX = 16384 };

struct peer {
    const char *name, *url; /* url: of add-checkpoint */
    const char *key;        /* its verifier key */
    struct note_verifier verifier;
    CURL *curl;
    struct curl_slist *headers;

    bool is_recalled;    /* what the database knows of it was read */
    const char *line;    /* read there, to be shown again if it is of the newest checkpoint; NULL */
    int64_t old;         /* the newest size that it signed, as far as is known */
    int64_t done;        /* the size that it signed and that we have; -1: none */
    int64_t due_us;      /* on the monotonic clock */
    int failures;
    char trouble[300];   /* what was logged last; "": it is well */

    /* of the question under way */
    bool is_asked, has_turned; /* has_turned: it named another size already */
    struct arena arena;
    int64_t size;
    const char *note, *request;
    char answer[PEER_ANSWER_MAX];
    size_t answer_len;
};

struct asking {
    struct db *db;
    struct cosigned *cosigned;
    int64_t interval_us, timeout_ms;
};

void peer_init(struct peer *p);
void peer_done(struct peer *p);
bool peer_is_due(const struct peer *p, int64_t size, int64_t now_us);
/* Readies curl for the question about this checkpoint; false: there is none to ask, or it must wait. */
bool peer_begin(struct peer *p, struct asking *a, int64_t size, const char *note);
/* curl is through; true: begin again at once, from where the witness says it is. */
bool peer_end(struct peer *p, struct asking *a, CURLcode code);
