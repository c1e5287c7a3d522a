/*
 * verify_signature - who signed a record, by what the log's envelope says of it: its key's id, and a salted digest of
 * the signature, which the commitment covers.
 */
#include "verify.h"

#include "pedigree/base/jws.h"
#include "pedigree/codec/envelope.h"
#include "pedigree/tlog/commitment.h"

#include <string.h>

static bool read_signer(struct verdict *v, const char *path, struct jws_key *out)
{
    struct span pem;
    struct error why = {0};
    return evidence_read(v, path, JWS_KEY_FILE, &pem) &&
           (jws_key_public(pem.at, pem.len, out, &why) || verdict_unknown(v, "%s %s", path, why.detail));
}

static bool is_the_one(struct verdict *v, const struct signed_record *r, const struct kept_signature *kept)
{
    struct arena *a = v->session->arena;
    uint8_t digest[SHA256_LEN];
    part_digest(r->secret, PART_SIGNATURE, (struct span){r->decoded->signature, strlen(r->decoded->signature)}, digest);
    return strcmp(signature_mark(a, kept->key_id, digest), kept->mark) == 0 ||
           verdict_refuted(v, "the signature in %s is not the one with which the record came into the log", r->path);
}

static bool is_by(struct verdict *v, const struct signed_record *r, const struct kept_signature *kept, const char *signer)
{
    struct arena *a = v->session->arena;
    struct jws j;
    struct jws_key key = {0};
    struct error why = {0};
    if (!jws_parse(a, r->decoded->signature, &j, &why))
        return verdict_refuted(v, "the signature in %s %s", r->path, why.detail);
    if (!read_signer(v, signer, &key))
        return false;
    bool is_his = strcmp(key.id, kept->key_id) == 0;
    bool ok = is_his && jws_verify(a, &j, &key, (struct span){r->decoded->canonical, r->decoded->canonical_len});
    jws_key_done(&key);
    if (!is_his)
        return verdict_refuted(v, "it was signed by the key %s, which %s does not hold", kept->key_id, signer);
    if (!ok)
        return verdict_refuted(v, "the signature in %s is not one by the key in %s under this record", r->path, signer);
    verdict_proved(v, "who has the key of %s (%s) signed it", signer, kept->key_id);
    return true;
}

bool verify_signature(struct verdict *v, const struct signed_record *r)
{
    struct kept_signature kept;
    const char *signer = v->session->args.values[OPT_SIGNER];
    if (!r->mark && signer)
        return verdict_refuted(v, "the log says that it came unsigned");
    if (!r->mark) {
        if (r->decoded->signature)
            verdict_open(v, "the signature in %s: the log says that the record came unsigned", r->path);
        return true;
    }
    if (!signature_kept(v->session->arena, r->mark, &kept))
        return verdict_unknown(v, "what the log says of its signature is not known to this version");
    verdict_proved(v, "the log took it as signed by the key %s", kept.key_id);
    if (!r->decoded->signature) {
        if (signer)
            return verdict_unknown(v, "%s has no member \"signature\": with it, as it was sent, the key can be held against it", r->path);
        verdict_open(v, "that it was: %s has no member \"signature\"", r->path);
        return true;
    }
    if (!is_the_one(v, r, &kept))
        return false;
    if (signer)
        return is_by(v, r, &kept, signer);
    verdict_open(v, "that this key made its signature: that takes the public key (--signer FILE)");
    return true;
}
