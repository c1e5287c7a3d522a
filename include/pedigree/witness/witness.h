/*
 * witness - a C2SP tlog-witness: it signs a log's checkpoint if, and only if, that log grew out of what it signed before.
 *
 * For each log it keeps the newest checkpoint that it cosigned, in a directory that no other witness has:
 *
 *   key                               its private key
 *   <hex sha256(origin)>.checkpoint   that note, with the log's signatures and its own
 *   <hex sha256(origin)>.fork         the first note that contradicts one it had signed: evidence, for people
 *
 * Always true: what is cosigned is on disk before anybody hears of it; the size only grows; of two trees of one size
 * only one is ever cosigned.  All of it may be called from any thread.
 */
#pragma once

#include "pedigree/tlog/policy.h"

struct witness;
struct witness_options {
    const char *directory;
    const char *name; /* of a key that is made if there is none yet; NULL: the key is there */
    const struct policy_log *logs;
    size_t logs_len;
};
/* Locks the directory, reads what was signed so far; what is damaged there is refused. */
struct witness *witness_open(const struct witness_options *o, struct error *err);
void witness_close(struct witness *w);
const struct note_verifier *witness_key(const struct witness *w);

/* What became of a request: 200 with the cosignature, 409 with the size that it should have begun from; else false, and
 * the error's status is the answer. */
struct witness_answer {
    int status;
    const char *body;
};
bool witness_add(struct witness *w, struct arena *a, const char *request, size_t len, struct witness_answer *out, struct error *err);
/* The newest checkpoint of the origin whose SHA-256 is `hex`; NULL: none. */
const char *witness_newest(struct witness *w, struct arena *a, const char *hex);

/* Over HTTP: POST /add-checkpoint, GET /<hex sha256(origin)>/checkpoint. */
struct witness_server;
struct witness_server *witness_serve(struct witness *w, const char *address, int port, struct error *err);
const char *witness_url(const struct witness_server *s); /* "http://127.0.0.1:8471" */
void witness_stop(struct witness_server *s);             /* answers what is under way; accepts NULL */
