/* opened - see the header. */
#include "pedigree/report/opened.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/tlog/commitment.h"

#include <string.h>

DEFINE_CLEANUP(json_t, json, json_decref)

bool receipt_unwrap(struct arena *a, struct span *bytes)
{
    const char *at = bytes->at;
    if (bytes->len == 0 || at[0] != '{')
        return true;
    CLEANUP(json_cleanup) json_t *answer = json_loadb(at, bytes->len, 0, NULL);
    const char *receipt = json_string_value(json_object_get(answer, "receipt"));
    if (!receipt)
        return false;
    *bytes = (struct span){arena_strdup(a, receipt), strlen(receipt)};
    return true;
}

bool receipt_extra(const struct receipt *r, struct opened *out, struct error *err)
{
    const uint8_t *extra = r->extra.at;
    if (r->extra.len == 0)
        return error_set(err, ERR_NOT_FOUND, "has no extra line, in which the record's secret is");
    if (r->extra.len <= SECRET_LEN)
        return error_set(err, ERR_INVALID, "has an extra that is none of ours: a secret of %d bytes and an envelope", SECRET_LEN);
    *out = (struct opened){.secret = extra, .envelope = {extra + SECRET_LEN, r->extra.len - SECRET_LEN}};
    return true;
}

bool record_open(struct arena *a, const char *json, size_t len, struct opened *out, struct error *err)
{
    if (!record_decode(a, json, len, &out->decoded, err))
        return false;
    struct parts parts = record_parts(a, out->decoded.record);
    uint8_t *digests = arena_raw(a, parts.len * SHA256_LEN);
    parts.at[PART_ENVELOPE] = out->envelope;
    for (size_t i = 0; i < parts.len; i++)
        part_digest(out->secret, (uint32_t)i, parts.at[i], digests + i * SHA256_LEN);
    commitment(digests, (uint32_t)parts.len, out->commitment.at);
    out->digests = digests;
    out->parts = parts.len;
    return true;
}

bool receipt_holds(const struct receipt *r, const struct checkpoint *c, const uint8_t commitment[static SHA256_LEN])
{
    struct hash leaf;
    tree_leaf(commitment, SHA256_LEN, &leaf);
    return tree_inclusion_holds(r->index, c->size, &leaf, &r->path, &c->root);
}

bool signature_opens(struct arena *a, const struct opened *o, const char *mark)
{
    struct kept_signature kept;
    uint8_t digest[SHA256_LEN];
    const char *jws = o->decoded.signature;
    if (!jws || !signature_kept(a, mark, &kept))
        return false;
    part_digest(o->secret, PART_SIGNATURE, (struct span){jws, strlen(jws)}, digest);
    return strcmp(signature_mark(a, kept.key_id, digest), mark) == 0;
}
