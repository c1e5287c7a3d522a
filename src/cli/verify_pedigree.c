/* verify_pedigree - a pedigree file: its checkpoint, its seal, each record in its place, the chain as the records tell it; or
 * the disclosure of one record. */
#include "verify.h"

#include "pedigree/report/file.h"

#include <string.h>

static void tell(void *context, enum worth worth, const char *sentence)
{
    struct verdict *v = context;
    switch (worth) {
    case WORTH_PROVED:
        verdict_proved(v, "%s", sentence);
        break;
    case WORTH_OPEN:
        verdict_open(v, "%s", sentence);
        break;
    case WORTH_UNKNOWN:
        verdict_unknown(v, "%s", sentence);
        break;
    case WORTH_REFUTED:
        verdict_refuted(v, "%s", sentence);
        break;
    }
}

static bool is_receipt(struct span bytes)
{
    static const char FIRST[] = "c2sp.org/tlog-proof@";
    CLEANUP(json_cleanup) json_t *answer = json_loadb(bytes.at, bytes.len, 0, NULL);
    return (json_object_get(answer, "receipt") && !json_object_get(answer, "format")) ||
           (bytes.len >= sizeof FIRST - 1 && memcmp(bytes.at, FIRST, sizeof FIRST - 1) == 0);
}

static void tell_file(struct verdict *v, const struct pedigree_file *f)
{
    struct arena *a = v->session->arena;
    char hex[2 * SHA256_LEN + 1];
    verdict_proved(v, "this is the pedigree file of %s as of record %s, %s, with SHA-256 %s", lot_name(a, f->json),
                   field(a, f->json, "asOf.seq"), field(a, f->json, "asOf.day"), hex_encode(f->digest, SHA256_LEN, hex));
    if (json_is_string(member(f->json, "chain.cut")))
        verdict_open(v, "what is further up: the chain was cut, %s", field(a, f->json, "chain.cut"));
}

/* Who said it and when is in the envelope, without which nothing of the record is proved. */
static void tell_record(struct verdict *v, const struct pedigree_file *f)
{
    struct arena *a = v->session->arena;
    const json_t *e = member(f->json, "record.envelope");
    const char *by = field(a, e, "submitter"), *for_whom = field(a, e, "onBehalfOf"), *when = field(a, e, "receivedAt");
    const char *type = field(a, e, "type");
    if (!v->is_refuted)
        verdict_proved(v, "this is record %s of the log%s: %s, received %s from %s%s%s", field(a, f->json, "record.seq"),
                       member(f->json, "record.partial") ? ", in part" : "", type ? type : "?", when ? when : "?", by ? by : "?",
                       for_whom ? " on behalf of " : "", for_whom ? for_whom : "");
}

static void check_file(struct verdict *v, const struct trust *t, const struct pedigree_file *f)
{
    struct checkpoint c = {0};
    if (!f->checkpoint) {
        verdict_unknown(v, "the file has no checkpoint: its ledger has no key, and nothing in it can be proved");
        return;
    }
    if (!trust_checkpoint(v, t, "the file's checkpoint", (struct span){f->checkpoint, strlen(f->checkpoint)}, &c))
        return;
    pedigree_check_seal(v->session->arena, f, c.origin, t->at, t->len, tell, v);
    if (f->is_disclosure) {
        disclosure_check(v->session->arena, f, &c, tell, v);
        tell_record(v, f);
    } else {
        pedigree_check(v->session->arena, f, &c, tell, v);
        tell_file(v, f);
    }
    verdict_open(v, "that what the records say is true: only that it was said, by whom and by when, and is unchanged");
    verdict_open(v, "that the log shows all the same history: compare its checkpoints (--checkpoint), or ask for witnesses' signatures");
}

bool verify_pedigree(struct verdict *v, const struct trust *t, struct error *err)
{
    const char *path = v->session->args.words[0];
    struct pedigree_file f = {0};
    struct span bytes = {0};
    struct error why = {0};
    if (!evidence_read(v, path, PEDIGREE_FILE_MAX, &bytes))
        return false;
    if (is_receipt(bytes))
        return error_set(err, ERR_INVALID, "name the record that %s is for, as JSON, or its --commitment HEX", path);
    if (!proof_file_read(v->session->arena, bytes.at, bytes.len, &f, &why))
        return verdict_refuted(v, "%s: %s%s%s", path, why.where, *why.where ? " " : "", why.detail);
    check_file(v, t, &f);
    pedigree_file_done(&f);
    return !v->is_refuted;
}
