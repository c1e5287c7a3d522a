/*
 * witnesses - asks other people's cosigners (C2SP tlog-witness) to sign the newest checkpoint, again and again.
 *
 * One thread, with a connection to PostgreSQL of its own, asks them side by side; nobody waits for it.  Of each witness
 * it knows the newest size that it signed, proves that the log grew out of that, and where it was wrong goes on from
 * the size that the witness names.  A witness that does not answer, or refuses, is asked more and more seldom.
 *
 * Always true: a cosignature is checked before it is kept or shown; it is kept in the table `cosignature`; what is
 * shown of a checkpoint besides the log's own signature are cosignatures of that very checkpoint.
 */
#pragma once

#include "pedigree/base/config.h"
#include "pedigree/ledger/ledger.h"

struct witnesses;
/* `config` and `ledger` are borrowed until witnesses_stop(); NULL with *err filled: the file cannot be used. */
struct witnesses *witnesses_start(const struct config *config, struct ledger *ledger, struct error *err);
void witnesses_stop(struct witnesses *w); /* accepts NULL */

/* The note, with the cosignatures of it that are there; any thread, `w` may be NULL. */
const char *witnesses_add(struct witnesses *w, struct arena *a, const char *note);
/* The newest checkpoint that the file's quorum (without one: any of its witnesses) cosigned; NULL: none yet. */
const char *witnesses_newest(struct witnesses *w, struct arena *a);
