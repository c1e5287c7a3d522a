/*
 * verify - what the forms of `pedigree verify` share: whom they trust, where evidence is read, what was found out.
 *
 * No server and no database is asked: what proves anything is computed here, from what was handed over and from keys
 * that the caller knows.
 *
 * Always true: whatever was read is refuted or unknown until it is proved; one finding that is refuted decides, then one
 * that is unknown, and only without either is the exit status 0.
 */
#pragma once

#include "session.h"

#include "pedigree/codec/codec.h"
#include "pedigree/tlog/checkpoint.h"
#include "pedigree/tlog/policy.h"

enum { EVIDENCE_MAX = 16 * 1024 * 1024 };

/* ---- what was found out ---- */

struct verdict {
    struct session *session;
    struct text told; /* a line for each finding */
    bool is_refuted, is_unknown;
};

/* What is shown now, whoever says otherwise. */
void verdict_proved(struct verdict *v, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* What none of this shows: so that nobody takes it for proved. */
void verdict_open(struct verdict *v, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Both return false. */
bool verdict_refuted(struct verdict *v, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool verdict_unknown(struct verdict *v, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* ---- whom to trust ---- */

struct trust {
    struct note_verifier *at; /* of logs, and of witnesses */
    size_t len, cap;
    struct policy policy; /* empty without --policy */
};
/* From --key, --keys, --policy, or else PEDIGREE_LOG_VKEY. */
bool trust_load(struct session *s, struct trust *out, struct error *err);
/* The checkpoint in a signed note: a key that is trusted for its origin signed it, nobody's signature is forged, and
 * the policy is met; what else is told, too.  `what` is its name for people. */
bool trust_checkpoint(struct verdict *v, const struct trust *t, const char *what, struct span note, struct checkpoint *out);

/* ---- evidence ---- */

/* All of a file, or of standard input (-); NUL-terminated.  False: told as unknown, or as refuted if it is longer. */
bool evidence_read(struct verdict *v, const char *path, size_t max, struct span *out);

/* ---- who signed a record ---- */

struct signed_record { /* that was proved to be in the log */
    const char *path;
    const uint8_t *secret;
    const char *mark; /* of its signature, in the envelope; NULL: it came unsigned */
    const struct decoded *decoded;
};
/* Tells it, and holds it against the key of --signer. */
bool verify_signature(struct verdict *v, const struct signed_record *r);

/* ---- the forms ---- */

typedef bool verify_fn(struct verdict *v, const struct trust *t, struct error *err);
/* False with *err filled: called wrongly; else the verdict says it. */
verify_fn verify_receipt, verify_pedigree, verify_growth, verify_log;
