/* verify_receipt - a receipt against the record that it is for, or against its commitment alone; see report/opened.h. */
#include "verify.h"

#include "pedigree/report/opened.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

/* ---- the receipt ---- */

static bool read_receipt(struct verdict *v, const char *path, struct receipt *out)
{
    struct span bytes = {0};
    struct error why = {0};
    if (!evidence_read(v, path, EVIDENCE_MAX, &bytes))
        return false;
    if (!receipt_unwrap(v->session->arena, &bytes))
        return verdict_refuted(v, "%s is neither a receipt nor an answer with one", path);
    return (receipt_parse(v->session->arena, bytes.at, bytes.len, out, &why) || verdict_refuted(v, "%s %s", path, why.detail));
}

/* ---- the commitment ---- */

static bool commitment_given(const char *hex, uint8_t out[static SHA256_LEN], struct error *err)
{
    bool ok = strlen(hex) == 2 * (size_t)SHA256_LEN;
    for (size_t i = 0; ok && i < 2 * (size_t)SHA256_LEN; i++) {
        int c = tolower((unsigned char)hex[i]);
        ok = isxdigit(c) != 0;
        int digit = c <= '9' ? c - '0' : c - 'a' + 10;
        out[i / 2] = (uint8_t)((i % 2 ? out[i / 2] << 4 : 0) | (digit & 15));
    }
    return ok || error_at(err, ERR_INVALID, OPTIONS[OPT_COMMITMENT].name, "a commitment has 64 hexadecimal digits");
}

static bool open_extra(struct verdict *v, const char *path, const struct receipt *r, struct opened *out)
{
    struct error why = {0};
    if (receipt_extra(r, out, &why))
        return true;
    return why.code == ERR_NOT_FOUND ? verdict_unknown(v, "%s %s: without it only the place of a commitment that you know can be proved "
                                                       "(--commitment HEX)", path, why.detail)
                                     : verdict_refuted(v, "%s %s", path, why.detail);
}

static bool open_record(struct verdict *v, const char *path, struct opened *out)
{
    struct span bytes = {0};
    struct error why = {0};
    if (!evidence_read(v, path, RECORD_MAX_BYTES, &bytes))
        return false;
    if (!record_open(v->session->arena, bytes.at, bytes.len, out, &why))
        return verdict_refuted(v, "%s is no record that this version knows: %s%s%s", path, why.where, *why.where ? ": " : "",
                               why.detail);
    json_decref(out->decoded.record->json);
    return true;
}

/* ---- what is told ---- */

static void tell_envelope(struct verdict *v, const json_t *e, struct span text)
{
    struct arena *a = v->session->arena;
    const char *by = field(a, e, "submitter"), *for_whom = field(a, e, "onBehalfOf"), *when = field(a, e, "receivedAt");
    const char *type = field(a, e, "type"), *role = field(a, e, "role");
    if (by && when && type)
        verdict_proved(v, "the log says of it: %s, received %s from %s%s%s%s%s", type, when, by, for_whom ? " on behalf of " : "",
                       for_whom ? for_whom : "", role ? ", as " : "", role ? role : "");
    else
        verdict_proved(v, "the log says of it: %.*s", (int)(text.len < 1000 ? text.len : 1000), (const char *)text.at);
}

static void tell_rest(struct verdict *v)
{
    verdict_open(v, "that what the record says is true: only that it was said, by then, and is unchanged");
    verdict_open(v, "that the log shows all the same history: compare its checkpoints (--checkpoint), or ask for witnesses' signatures");
}

static bool against_record(struct verdict *v, const struct receipt *r, const struct checkpoint *c)
{
    const char *const *paths = v->session->args.words;
    struct opened o = {0};
    if (!open_extra(v, paths[0], r, &o) || !open_record(v, paths[1], &o))
        return false;
    if (!receipt_holds(r, c, o.commitment.at))
        return verdict_refuted(v, "%s, with what %s says of it, is not record %" PRId64 " of the log: record, extra, index or path were "
                                  "altered, or are of different records", paths[1], paths[0], r->index);
    verdict_proved(v, "%s is record %" PRId64 " of the log %s, exactly as it is", paths[1], r->index, c->origin);
    CLEANUP(json_cleanup) json_t *envelope = json_loadb(o.envelope.at, o.envelope.len, 0, NULL);
    tell_envelope(v, envelope, o.envelope);
    const struct signed_record record = {
        paths[1], o.secret, json_string_value(json_object_get(envelope, "signature")), &o.decoded};
    return verify_signature(v, &record);
}

static bool against_commitment(struct verdict *v, const struct receipt *r, const struct checkpoint *c, const uint8_t *given)
{
    if (!receipt_holds(r, c, given))
        return verdict_refuted(v, "this commitment is not record %" PRId64 " of the log: it, the index or the path were altered",
                               r->index);
    verdict_proved(v, "record %" PRId64 " of the log %s has this commitment", r->index, c->origin);
    verdict_open(v, "what the record says: that takes the record, and its receipt with an extra line");
    return true;
}

bool verify_receipt(struct verdict *v, const struct trust *t, struct error *err)
{
    const struct args *args = &v->session->args;
    const char *hex = args->values[OPT_COMMITMENT];
    uint8_t given[SHA256_LEN] = {0};
    struct receipt r = {0};
    struct checkpoint c = {0};
    if ((hex != NULL) == (args->words_len == 2))
        return error_set(err, ERR_INVALID, "name the record that %s is for, as JSON, or its --commitment HEX", args->words[0]);
    if (hex && !commitment_given(hex, given, err))
        return false;
    bool ok = read_receipt(v, args->words[0], &r) &&
              trust_checkpoint(v, t, "the receipt's checkpoint", (struct span){r.checkpoint, r.checkpoint_len}, &c) &&
              (hex ? against_commitment(v, &r, &c, given) : against_record(v, &r, &c));
    if (ok)
        tell_rest(v);
    return ok;
}
