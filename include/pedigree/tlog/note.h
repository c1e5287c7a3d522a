/*
 * note - signed notes (C2SP signed-note), their keys, and cosignatures (C2SP tlog-cosignature).
 *
 *   <text, ends in \n>
 *                                 an empty line
 *   — <key name> <base64(key id[4] || signature)>       one or more
 *
 * Verifier key:  name+hex8(key id)+base64(type || public key)
 * Signing key:   PRIVATE+KEY+name+hex8(key id)+base64(type || 32-byte seed)
 *
 * Types: 1 an Ed25519 signature over the text; 4 an Ed25519 cosignature: its time in eight bytes, big-endian, then
 * the signature over "cosignature/v1\ntime <seconds>\n" and the text.  Lines of keys that nobody named are
 * ignored, so that a second, post-quantum line may stand beside ours.
 */
#pragma once

#include "pedigree/base/arena.h"
#include "pedigree/base/digest.h"
#include "pedigree/base/error.h"

enum { ED25519_KEY = 32, ED25519_SIGNATURE = 64, NOTE_NAME_MAX = 200, NOTE_SIGNATURES_MAX = 100, NOTE_MAX = 65536 };

enum note_type { NOTE_ED25519 = 1, NOTE_COSIGNATURE = 4 };

struct note_verifier {
    char name[NOTE_NAME_MAX + 1];
    uint8_t id[4];
    enum note_type type;
    uint8_t key[ED25519_KEY];
};
struct note_signer {
    struct note_verifier verifier;
    uint8_t seed[ED25519_KEY];
};

/* A name: not empty, UTF-8, without blanks, control characters and '+', at most NOTE_NAME_MAX bytes. */
bool note_name_is_valid(const char *name);
bool note_verifier_parse(const char *text, struct note_verifier *out, struct error *err);
const char *note_verifier_text(struct arena *a, const struct note_verifier *v);
/* A new key from 32 random bytes; who holds `out` wipes it (explicit_bzero). */
bool note_signer_make(const char *name, enum note_type type, const uint8_t seed[static ED25519_KEY],
                      struct note_signer *out, struct error *err);
bool note_signer_parse(const char *text, struct note_signer *out, struct error *err);
const char *note_signer_text(struct arena *a, const struct note_signer *s);

struct note_signature {
    const char *name;
    uint8_t id[4];
    struct span bytes; /* behind the id */
};
struct note {
    const char *text; /* with its last \n */
    size_t text_len;
    struct note_signature *signatures;
    size_t signatures_len;
};

/* Takes a note apart; all in the arena. */
bool note_parse(struct arena *a, const char *bytes, size_t len, struct note *out, struct error *err);

enum note_verdict {
    NOTE_NOT_SIGNED, /* no line of this key */
    NOTE_FORGED,     /* a line of this key that its key did not make: the whole note is worth nothing */
    NOTE_SIGNED
};
/* time_s: of a cosignature, seconds since 1970; may be NULL. */
enum note_verdict note_verify(const struct note *n, const struct note_verifier *v, uint64_t *time_s);
/* One of them signed it, and nobody's signature is forged. */
bool note_is_signed(const struct note *n, const struct note_verifier *keys, size_t len);

/* One signature line, with its \n, to append to text + "\n"; time_s counts for a cosignature only. */
const char *note_sign(struct arena *a, const char *text, size_t len, const struct note_signer *s, uint64_t time_s);
