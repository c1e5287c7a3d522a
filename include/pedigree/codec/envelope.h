/* envelope - the part of a record that the ledger says: who handed it in, for whom, in which capacity, when, of
 * which type, and signed by which key; canonical JSON, the first part of the commitment. */
#pragma once

#include "pedigree/base/arena.h"
#include "pedigree/base/digest.h"

struct envelope {
    const char *submitter, *on_behalf, *role, *type; /* on_behalf: NULL, for itself */
    int64_t received_us;
    const char *signature; /* signature_mark() of it; NULL: none came */
};
struct span envelope_text(struct arena *a, const struct envelope *e);
/* False: it is none that envelope_text() writes. */
bool envelope_read(struct arena *a, struct span text, struct envelope *out);

/*
 * What the envelope says of a signature: "<id of the key>.<BASE64URL of its salted digest>".  It does not hold the
 * signature itself: with that, whoever reads some parts of the record only could try his guesses at the others.
 *
 * The ledger keeps this mark and, until contents of the record are taken away, the signature behind it and a space.
 */
const char *signature_mark(struct arena *a, const char *key_id, const uint8_t digest[static SHA256_LEN]);
struct kept_signature {
    const char *mark, *key_id;
    const char *jws; /* NULL: it is gone */
};
const char *signature_kept_text(struct arena *a, const char *mark, const char *jws);
/* False: it is none. */
bool signature_kept(struct arena *a, const char *text, struct kept_signature *out);
