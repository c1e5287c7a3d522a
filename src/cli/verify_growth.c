/* verify_growth - one checkpoint against a later one: that nothing was altered or taken away between them. */
#include "verify.h"

#include <inttypes.h>
#include <string.h>

enum { PROOF_MAX = 64 * 64 };

static bool read_checkpoint(struct verdict *v, const struct trust *t, const char *path, struct checkpoint *out)
{
    struct span bytes = {0};
    return evidence_read(v, path, NOTE_MAX, &bytes) && trust_checkpoint(v, t, path, bytes, out);
}

/* Without --consistency an empty proof: enough where both are of one size, or the older of nothing. */
static bool read_proof(struct verdict *v, const char *path, const struct checkpoint *old, const struct checkpoint *new,
                       struct tree_path *out)
{
    struct span bytes = {"", 0};
    struct error why = {0};
    out->len = 0;
    if (!path && old->size > 0 && old->size < new->size)
        return verdict_unknown(v, "a proof is missing (--consistency PROOF): ask the log for /v1/log/consistency?from=%" PRId64 "&to=%" PRId64,
                               old->size, new->size);
    if (path && !evidence_read(v, path, PROOF_MAX, &bytes))
        return false;
    const char *at = bytes.at, *end = at + bytes.len;
    if (!path_parse(&at, end, out, &why) || at != end)
        return verdict_refuted(v, "%s is no proof: a hash a line, 32 bytes in base64, and nothing else", path);
    return true;
}

static bool has_grown(struct verdict *v, const struct checkpoint *old, const struct checkpoint *new, const struct tree_path *proof)
{
    const char *const *paths = v->session->args.values;
    if (tree_consistency_holds(old->size, new->size, &old->root, &new->root, proof)) {
        verdict_proved(v, "the first %" PRId64 " records of %s are those of %s: none was altered, taken away or put between", old->size,
                       paths[OPT_CHECKPOINT], paths[OPT_OLDER]);
        return true;
    }
    if (old->size == new->size && memcmp(&old->root, &new->root, sizeof old->root) != 0)
        return verdict_refuted(v, "the log signed two histories of %" PRId64 " records: it was forked. Keep both files: they prove it", old->size);
    return verdict_refuted(v, "the proof does not show that the log of %" PRId64 " records grew out of that of %" PRId64
                              ": it was altered, is for other sizes, or history was rewritten", new->size, old->size);
}

bool verify_growth(struct verdict *v, const struct trust *t, struct error *err)
{
    const char *const *paths = v->session->args.values;
    struct checkpoint old, new;
    struct tree_path proof;
    if (!paths[OPT_OLDER])
        return error_at(err, ERR_INVALID, OPTIONS[OPT_OLDER].name, "names the checkpoint that came before");
    bool is_new = read_checkpoint(v, t, paths[OPT_CHECKPOINT], &new), is_old = read_checkpoint(v, t, paths[OPT_OLDER], &old);
    if (!is_new || !is_old)
        return false;
    if (strcmp(old.origin, new.origin) != 0)
        return verdict_refuted(v, "they are of different logs, \"%s\" and \"%s\"", old.origin, new.origin);
    if (old.size > new.size)
        return error_at(err, ERR_INVALID, OPTIONS[OPT_OLDER].name, "%.100s is the newer one: exchange them", paths[OPT_OLDER]);
    if (!read_proof(v, paths[OPT_CONSISTENCY], &old, &new, &proof) || !has_grown(v, &old, &new, &proof))
        return false;
    verdict_open(v, "that these are the log's only histories: that takes checkpoints that others were given, or witnesses");
    return true;
}
