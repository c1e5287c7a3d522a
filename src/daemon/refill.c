/*
 * refill - repair --receipt FILE --record FILE, or --pairs DIR: submitters send again what was lost.
 *
 * Of each pair: the receipt's checkpoint is signed by the log's key, record and extra come to a commitment, that stands
 * where the receipt says; then the ledger holds it against the entry of the hole.  One that does not fit is refused
 * with its reason, and the others are taken.
 */
#include "refill.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/ledger/fill.h"
#include "pedigree/report/opened.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OF_RECEIPT ".receipt"
#define OF_RECORD ".json"

DEFINE_CLEANUP(struct fill, fill, ledger_fill_free)

struct refilling {
    struct fill *fill;
    const struct note_verifier *keys;
    size_t keys_len;
    int64_t taken, needless, refused;
};

/* ---- one pair ---- */

static bool read_file(struct arena *a, const char *path, size_t max, struct span *out, struct error *err)
{
    FILE *f = fopen(path, "re");
    char *bytes = arena_alloc(a, max + 1);
    size_t len = f ? fread(bytes, 1, max + 1, f) : 0;
    int why = !f || ferror(f) ? errno : 0;
    if (f)
        fclose(f);
    if (why)
        return error_set(err, ERR_NOT_FOUND, "%.200s: cannot be read: %s", path, strerror(why));
    *out = (struct span){bytes, len};
    return len <= max || error_set(err, ERR_TOO_LARGE, "%.200s: has more than %zu bytes", path, max);
}

static bool read_receipt(const struct refilling *x, struct arena *a, const char *path, struct receipt *out, struct checkpoint *c,
                         struct error *err)
{
    struct span bytes = {0};
    struct error why = {0};
    struct note n;
    if (!read_file(a, path, 2 * (size_t)RECEIPT_MAX, &bytes, err)) /* of an answer that brought it */
        return false;
    if (!receipt_unwrap(a, &bytes))
        return error_set(err, ERR_INVALID, "%.200s: is neither a receipt nor an answer with one", path);
    if (!receipt_parse(a, bytes.at, bytes.len, out, &why) || !note_parse(a, out->checkpoint, out->checkpoint_len, &n, &why) ||
        !checkpoint_parse(a, n.text, n.text_len, c, &why))
        return error_set(err, ERR_INVALID, "%.200s: %.180s", path, why.detail);
    return note_is_signed(&n, x->keys, x->keys_len) ||
           error_set(err, ERR_INVALID, "%.200s: its checkpoint is not signed by the log's key", path);
}

static bool open_record(struct arena *a, const char *path, const struct receipt *r, const char *receipt_path, struct opened *out,
                        struct error *err)
{
    struct span bytes = {0};
    struct error why = {0};
    if (!receipt_extra(r, out, &why))
        return error_set(err, ERR_INVALID, "%.200s: %.180s: without it nothing shows that a record is the one", receipt_path, why.detail);
    return read_file(a, path, RECORD_MAX_BYTES, &bytes, err) &&
           (record_open(a, bytes.at, bytes.len, out, &why) ||
            error_set(err, ERR_INVALID, "%.200s: is no record that this version knows: %s%s%.120s", path, why.where,
                      *why.where ? ": " : "", why.detail));
}

/* With the envelope taken apart, and the signature as it is kept. */
static bool make_refill(struct arena *a, const char *path, int64_t seq, const struct opened *o, struct refill *out, struct error *err)
{
    *out = (struct refill){.seq = seq, .secret = o->secret, .decoded = &o->decoded, .digests = o->digests, .parts = o->parts,
                           .commitment = o->commitment};
    if (!envelope_read(a, o->envelope, &out->envelope))
        return error_set(err, ERR_INVALID, "%.200s: its envelope is not known to this version", path);
    const char *mark = out->envelope.signature;
    if (!mark)
        return true;
    if (!signature_opens(a, o, mark))
        return error_set(err, ERR_INVALID, "%.200s: the record came signed, and its member \"signature\" is %s", path,
                         o->decoded.signature ? "another" : "missing");
    out->signature = signature_kept_text(a, mark, o->decoded.signature);
    return true;
}

static enum fill_answer offer(struct refilling *x, struct arena *a, const char *receipt_path, const char *record_path,
                              struct opened *o, struct error *err)
{
    struct receipt r = {0};
    struct checkpoint c = {0};
    struct refill refill;
    if (!read_receipt(x, a, receipt_path, &r, &c, err) || !open_record(a, record_path, &r, receipt_path, o, err))
        return FILL_REFUSED;
    if (!receipt_holds(&r, &c, o->commitment.at)) {
        error_set(err, ERR_INVALID, "%.200s: is not the record that %.120s is for: one of both was altered, or they are of different records",
                  record_path, receipt_path);
        return FILL_REFUSED;
    }
    return make_refill(a, record_path, r.index, o, &refill, err) ? ledger_fill_add(x->fill, &refill, err) : FILL_REFUSED;
}

/* False: the database is lost, and with it all of this. */
static bool take_pair(struct refilling *x, const char *receipt_path, const char *record_path, struct error *err)
{
    struct arena a;
    struct opened o = {0};
    struct error why = {0};
    arena_init(&a, 0);
    enum fill_answer answer = offer(x, &a, receipt_path, record_path, &o, &why);
    if (o.decoded.record)
        json_decref(o.decoded.record->json);
    arena_reset(&a);
    x->taken += answer == FILL_TAKEN;
    x->needless += answer == FILL_NEEDLESS;
    x->refused += answer == FILL_REFUSED;
    if (answer == FILL_REFUSED)
        printf("refused: %s: %s\n", receipt_path, why.detail);
    return answer != FILL_LOST || error_set(err, why.code, "%s", why.detail);
}

/* ---- many ---- */

static int is_receipt_file(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name), end = sizeof OF_RECEIPT - 1;
    return len > end && strcmp(entry->d_name + len - end, OF_RECEIPT) == 0;
}

static bool take_folder(struct refilling *x, const char *dir, struct error *err)
{
    struct dirent **names = NULL;
    int n = scandir(dir, &names, is_receipt_file, alphasort);
    bool ok = n >= 0 || error_at(err, ERR_INVALID, "--pairs", "%.200s: cannot be read: %s", dir, strerror(errno));
    if (n == 0)
        ok = error_at(err, ERR_INVALID, "--pairs", "%.200s: has no file NAME" OF_RECEIPT ", which would go with NAME" OF_RECORD, dir);
    for (int i = 0; i < n; i++) {
        struct arena a;
        arena_init(&a, 0);
        const char *name = names[i]->d_name;
        int stem = (int)(strlen(name) - (sizeof OF_RECEIPT - 1));
        ok = ok && take_pair(x, arena_printf(&a, "%s/%s", dir, name), arena_printf(&a, "%s/%.*s" OF_RECORD, dir, stem, name), err);
        arena_reset(&a);
        free(names[i]);
    }
    free(names);
    return ok;
}

bool refill_run(const struct refill_asked *asked, void (*hole)(int64_t first, int64_t last), struct error *err)
{
    struct refilling x = {.keys = asked->keys, .keys_len = asked->keys_len};
    int64_t remain = 0;
    bool ok = true;
    if (asked->receipts->len != asked->records->len)
        return error_at(err, ERR_INVALID, "--receipt", "%zu of them, and %zu --record: each receipt goes with its record, in the same order",
                        asked->receipts->len, asked->records->len);
    CLEANUP(fill_cleanup) struct fill *fill = ledger_fill_begin(asked->conninfo, err);
    x.fill = fill;
    if (!fill)
        return false;
    for (size_t i = 0; ok && i < asked->receipts->len; i++)
        ok = take_pair(&x, asked->receipts->values[i], asked->records->values[i], err);
    for (size_t i = 0; ok && i < asked->folders->len; i++)
        ok = take_folder(&x, asked->folders->values[i], err);
    if (!ok || !ledger_fill_end(fill, hole, &remain, err))
        return false;
    printf("%" PRId64 " holes are filled, %" PRId64 " remain", x.taken, remain);
    if (x.needless)
        printf("; %" PRId64 " records were there already", x.needless);
    puts(x.taken ? "; now run `pedigreed rebuild`" : "");
    return x.refused == 0 || error_set(err, ERR_CONFLICT, "%" PRId64 " refused", x.refused);
}
