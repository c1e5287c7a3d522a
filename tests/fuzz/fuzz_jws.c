/*
 * fuzz_jws - a signature that is read is written the same, nobody but the key's holder makes one that verifies, and what is
 * kept of one in the database is taken apart or refused.
 */
#include "fuzz.h"

#include "pedigree/base/jws.h"
#include "pedigree/base/text.h"
#include "pedigree/base/token.h"
#include "pedigree/codec/envelope.h"

#include <assert.h>
#include <string.h>

static const char PRIVATE[] = "-----BEGIN PRIVATE KEY-----\n" /* of RFC 8037, appendix A */
                              "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
                              "-----END PRIVATE KEY-----\n";
static const struct span PAYLOAD = {"{}", 2};

static void try_signature(struct arena *a, const char *text, const struct jws_key *key)
{
    struct jws j;
    struct error err = {0};
    if (!jws_parse(a, text, &j, &err)) {
        assert(err.code == ERR_INVALID && err.detail[0] && text_is_utf8(err.detail, strlen(err.detail)));
        return;
    }
    assert(strlen(text) <= JWS_MAX && strlen(j.id) == JWS_ID && j.type < JWS_TYPES);
    assert(strcmp(arena_printf(a, "%.*s..%s", (int)j.header_len, j.header, token_encode(a, j.signature, JWS_SIGNATURE)), text) == 0);
    if (jws_verify(a, &j, key, PAYLOAD))
        assert(strcmp(jws_sign(a, key, PAYLOAD), text) == 0);
}

static void try_kept(struct arena *a, const char *text)
{
    struct kept_signature kept;
    if (!signature_kept(a, text, &kept))
        return;
    assert(strlen(kept.key_id) == JWS_ID && strncmp(kept.mark, kept.key_id, JWS_ID) == 0);
    assert(strcmp(kept.jws ? signature_kept_text(a, kept.mark, kept.jws) : kept.mark, text) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct jws_key key;
    struct arena a;
    struct error err = {0};
    if (!key.pkey)
        assert(jws_key_private(PRIVATE, strlen(PRIVATE), &key, &err));
    arena_init(&a, 0);
    const char *text = arena_strndup(&a, (const char *)data, size);
    try_signature(&a, text, &key);
    try_signature(&a, arena_printf(&a, "%s..%s", token_encode(&a, data, size), token_encode(&a, PRIVATE, JWS_SIGNATURE)), &key);
    try_kept(&a, text);
    arena_reset(&a);
    return 0;
}
