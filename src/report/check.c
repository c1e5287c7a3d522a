/*
 * check - what a pedigree file proves: its seal, each record's place in the log, the chain as the records tell it.
 *
 * A record is proved if its commitment, made of what the file says of it, is the leaf that its audit path leads from to
 * the checkpoint's root.  What of a record is shown and in no part that opens, only the seal vouches for.
 */
#include "pedigree/report/file.h"

#include "pedigree/base/base64.h"
#include "pedigree/base/cleanup.h"
#include "pedigree/codec/codec.h"
#include "pedigree/model/party.h"
#include "pedigree/tlog/commitment.h"
#include "pedigree/tlog/seal.h"

#include <inttypes.h>
#include <string.h>

struct check {
    struct arena *arena;
    const struct pedigree_file *file;
    const struct checkpoint *checkpoint;
    finding_fn *tell;
    void *context;
    size_t whole, partial, unplaced, refuted, unproved_members, redacted;
};

static void tell(const struct check *c, enum worth worth, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static void tell(const struct check *c, enum worth worth, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    c->tell(c->context, worth, arena_vprintf(c->arena, fmt, ap));
    va_end(ap);
}

static const char *text_at(const json_t *o, const char *member)
{
    return json_string_value(json_object_get(o, member));
}

/* ---- the seal ---- */

void pedigree_check_seal(struct arena *a, const struct pedigree_file *f, const char *origin, const struct note_verifier *keys,
                         size_t len, finding_fn *fn, void *context)
{
    const struct check c = {.arena = a, .file = f, .tell = fn, .context = context};
    const char *wanted = seal_text(a, origin, f->sealed);
    struct error why = {0};
    struct note n;
    bool is_signed = false, is_forged = false;
    if (!f->seal) {
        tell(&c, WORTH_UNKNOWN, "the file has no seal: what no record shows, the assessments and what is missing, nobody vouches for");
        return;
    }
    if (!note_parse(a, f->seal, strlen(f->seal), &n, &why)) {
        tell(&c, WORTH_REFUTED, "the seal %s", why.detail);
        return;
    }
    for (size_t i = 0; i < len; i++) {
        enum note_verdict v = strcmp(keys[i].name, origin) == 0 && keys[i].type == NOTE_ED25519 ? note_verify(&n, &keys[i], NULL)
                                                                                           : NOTE_NOT_SIGNED;
        is_signed |= v == NOTE_SIGNED;
        is_forged |= v == NOTE_FORGED;
    }
    if (is_forged || !is_signed)
        tell(&c, WORTH_REFUTED, "the seal is not signed by a key that was given for \"%s\"", origin);
    else if (strlen(wanted) != n.text_len || memcmp(wanted, n.text, n.text_len) != 0)
        tell(&c, WORTH_REFUTED, "the file was changed after it was sealed");
    else
        tell(&c, WORTH_PROVED, "the file is as the ledger \"%s\" made it: also the assessments, and what it says is missing", origin);
}

/* ---- a record's commitment ---- */

static bool digest_at(struct arena *a, const json_t *value, uint8_t out[static SHA256_LEN])
{
    struct span bytes;
    const char *text = json_string_value(value);
    if (!text || !base64_decode(a, text, json_string_length(value), &bytes) || bytes.len != SHA256_LEN)
        return false;
    memcpy(out, bytes.at, SHA256_LEN);
    return true;
}

static struct span canonical(struct arena *a, const json_t *v)
{
    size_t len;
    const char *text = json_canonical(a, v, &len);
    return (struct span){text, len};
}

/* Of a record that is here as it came in. */
static bool commit_whole(struct arena *a, const json_t *r, struct hash *out)
{
    uint8_t secret[SECRET_LEN];
    struct record record = {.json = json_object_get(r, "record")};
    const char *type = text_at(json_object_get(r, "envelope"), "type");
    if (!digest_at(a, json_object_get(r, "secret"), secret) || !type || !record_type_find(type, &record.type))
        return false;
    struct parts parts = record_parts(a, &record);
    uint8_t *digests = arena_raw(a, parts.len * SHA256_LEN);
    parts.at[PART_ENVELOPE] = canonical(a, json_object_get(r, "envelope"));
    for (size_t i = 0; i < parts.len; i++)
        part_digest(secret, (uint32_t)i, parts.at[i], digests + i * SHA256_LEN);
    commitment(digests, (uint32_t)parts.len, out->at);
    return true;
}

/* The envelope must open: without it nothing says who spoke. */
static bool commit_parts(struct arena *a, const json_t *r, struct hash *out)
{
    const json_t *list = json_object_get(r, "parts");
    size_t n = json_array_size(list), i;
    uint8_t *digests = arena_raw(a, n * SHA256_LEN + 1), salt[SHA256_LEN];
    json_t *row;
    if (n < PART_ELEMENTS || !json_object_get(json_array_get(list, PART_ENVELOPE), "salt"))
        return false;
    json_array_foreach(list, i, row) {
        const json_t *part = json_object_get(i == PART_ENVELOPE ? r : row, i == PART_ENVELOPE ? "envelope" : "part");
        bool opens = json_object_get(row, "salt") != NULL;
        if (opens && (!part || !digest_at(a, json_object_get(row, "salt"), salt)))
            return false;
        if (opens)
            salted_digest(salt, canonical(a, part), digests + i * SHA256_LEN);
        else if (!digest_at(a, json_object_get(row, "digest"), digests + i * SHA256_LEN))
            return false;
    }
    commitment(digests, (uint32_t)n, out->at);
    return true;
}

/* ---- its place ---- */

static bool read_path(struct arena *a, const json_t *proof, struct tree_path *out)
{
    size_t i;
    json_t *line;
    if (json_array_size(proof) > LENGTH(out->hashes))
        return false;
    out->len = json_array_size(proof);
    json_array_foreach(proof, i, line)
        if (!digest_at(a, line, out->hashes[i].at))
            return false;
    return true;
}

/* Of a disclosure the path is in its receipt. */
static bool is_in_log(const struct check *c, struct arena *a, const json_t *r, int64_t seq, const struct hash *made)
{
    struct tree_path path = c->file->receipt.path;
    struct hash leaf;
    tree_leaf(made->at, SHA256_LEN, &leaf);
    return (c->file->is_disclosure || read_path(a, json_object_get(r, "proof"), &path)) &&
           tree_inclusion_holds(seq, c->checkpoint->size, &leaf, &path, &c->checkpoint->root);
}

/* ---- what the parts that open say of what is shown ---- */

static bool is_said(const json_t *shown, const json_t *const *parts, size_t n);

static bool is_said_by_items(const json_t *shown, const json_t *const *parts, size_t n)
{
    const json_t *below[PART_ELEMENTS + 1];
    size_t i;
    json_t *item;
    json_array_foreach(shown, i, item) {
        size_t m = 0;
        for (size_t k = 0; k < n; k++)
            if (json_array_size(parts[k]) == json_array_size(shown))
                below[m++] = json_array_get(parts[k], i);
        if (!is_said(item, below, m))
            return false;
    }
    return true;
}

/* Whether all of it stands in these parts, each of which has it at the same place. */
static bool is_said(const json_t *shown, const json_t *const *parts, size_t n)
{
    const json_t *below[PART_ELEMENTS + 1];
    const char *key;
    json_t *value;
    for (size_t k = 0; k < n; k++)
        if (json_equal(shown, parts[k]))
            return true;
    if (json_is_array(shown) && json_array_size(shown) > 0)
        return is_said_by_items(shown, parts, n);
    if (!json_is_object(shown) || json_object_size(shown) == 0)
        return false;
    json_object_foreach((json_t *)(uintptr_t)shown, key, value) {
        size_t m = 0;
        for (size_t k = 0; k < n; k++) {
            const json_t *there = json_object_get(parts[k], key);
            if (there)
                below[m++] = there;
        }
        if (!is_said(value, below, m))
            return false;
    }
    return true;
}

/* inputs and outputs: each element is a part of its own. */
static bool are_said_elements(const json_t *r, const char *key, const json_t *shown)
{
    const json_t *list = json_object_get(r, "parts");
    json_t *element;
    size_t i;
    json_array_foreach(shown, i, element) {
        bool is_there = false;
        for (size_t k = PART_ELEMENTS; k < json_array_size(list) && !is_there; k++)
            is_there = json_equal(element, json_array_get(json_object_get(json_object_get(json_array_get(list, k), "part"), key), 0));
        if (!is_there)
            return false;
    }
    return true;
}

/* Members of what is shown that no part bears out. */
static size_t count_unproved(const json_t *r)
{
    const json_t *list = json_object_get(r, "parts"), *parts[PART_ELEMENTS];
    size_t n = 0, unproved = 0;
    const char *key;
    json_t *value;
    for (size_t i = PART_ENVELOPE + 1; i < PART_ELEMENTS; i++) {
        const json_t *part = json_object_get(json_array_get(list, i), "part");
        if (part)
            parts[n++] = part;
    }
    json_object_foreach(json_object_get(r, "record"), key, value) {
        const json_t *below[PART_ELEMENTS];
        size_t m = 0;
        bool is_list = strcmp(key, "inputs") == 0 || strcmp(key, "outputs") == 0;
        for (size_t k = 0; k < n; k++)
            if (json_object_get(parts[k], key))
                below[m++] = json_object_get(parts[k], key);
        unproved += !(is_list ? are_said_elements(r, key, value) : is_said(value, below, m));
    }
    return unproved;
}

/* ---- records ---- */

static void check_record(struct check *c, const json_t *r, int64_t before)
{
    struct arena passing;
    struct hash made;
    int64_t seq = json_integer_value(json_object_get(r, "seq"));
    bool is_whole = json_object_get(r, "secret") != NULL;
    arena_init(&passing, 0);
    bool opens = is_whole ? commit_whole(&passing, r, &made) : commit_parts(&passing, r, &made);
    c->redacted += json_object_get(r, "redacted") != NULL;
    if (seq <= before)
        tell(c, WORTH_REFUTED, "record %" PRId64 " stands twice, or out of order", seq);
    if (!c->file->is_disclosure && !json_object_get(r, "proof")) {
        c->unplaced++;
        tell(c, WORTH_UNKNOWN, "record %" PRId64 " has no proof: it came after the checkpoint", seq);
    } else if (!opens || !is_in_log(c, &passing, r, seq, &made)) {
        c->refuted++;
        tell(c, WORTH_REFUTED, "record %" PRId64 " is not the one in the log", seq);
    } else {
        c->whole += is_whole;
        c->partial += !is_whole;
        c->unproved_members += is_whole ? 0 : count_unproved(r);
    }
    arena_reset(&passing);
}

static void check_records(struct check *c)
{
    const json_t *records = json_object_get(c->file->json, "records");
    int64_t before = -1;
    json_t *r;
    size_t i;
    json_array_foreach(records, i, r) {
        check_record(c, r, before);
        before = json_integer_value(json_object_get(r, "seq"));
    }
}

static void tell_records(const struct check *c)
{
    if (c->whole > 0)
        tell(c, WORTH_PROVED, "%zu record%s whole, each in its place in the log", c->whole, c->whole == 1 ? " is" : "s are");
    if (c->partial > 0)
        tell(c, WORTH_PROVED, "%zu record%s shown in part, by whom and when, in its place in the log", c->partial,
             c->partial == 1 ? " is" : "s are");
    if (c->unproved_members > 0)
        tell(c, WORTH_OPEN, "%zu member%s of these parts: shown, and only the seal vouches for them", c->unproved_members,
             c->unproved_members == 1 ? "" : "s");
    if (c->redacted > 0)
        tell(c, WORTH_OPEN, "what was taken out of %zu redacted record%s", c->redacted, c->redacted == 1 ? "" : "s");
}

/* ---- the chain ---- */

static const json_t *named(const json_t *list, const char *id)
{
    json_t *node;
    size_t i;
    json_array_foreach(list, i, node)
        if (strcmp(text_at(node, "id"), id) == 0)
            return node;
    return NULL;
}

/* Records lie in order of seq. */
static const json_t *record_of(const struct check *c, int64_t seq)
{
    const json_t *list = json_object_get(c->file->json, "records");
    size_t low = 0, high = json_array_size(list);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (json_integer_value(json_object_get(json_array_get(list, middle), "seq")) < seq)
            low = middle + 1;
        else
            high = middle;
    }
    const json_t *r = json_array_get(list, low);
    return r && json_integer_value(json_object_get(r, "seq")) == seq ? r : NULL;
}

static const char *code_of(const json_t *lot)
{
    const char *code = text_at(lot, "code");
    return json_is_string(lot) ? json_string_value(lot) : code ? code : text_at(lot, "lot");
}

static bool names_code(const json_t *body, const char *list, const char *code)
{
    json_t *element;
    size_t i;
    json_array_foreach(json_object_get(body, list), i, element) {
        const char *its = code_of(element);
        if (its && strcmp(its, code) == 0)
            return true;
    }
    const char *its = code_of(json_object_get(body, "lot"));
    return its && strcmp(its, code) == 0;
}

static bool is_party(struct arena *a, const char *written, const char *normal)
{
    return written && normal && (strcmp(written, normal) == 0 || strcmp(party_normal(a, written), normal) == 0);
}

/* The record speaks of the lot; a joint has no code, and is in no record by name. */
static bool tells_lot(const json_t *r, const json_t *node)
{
    const char *code = text_at(node, "code");
    return !code || names_code(json_object_get(r, "record"), "outputs", code);
}

/* And that its holder is whom the chain names. */
static bool tells_holder(const struct check *c, const json_t *r, const json_t *node)
{
    const json_t *envelope = json_object_get(r, "envelope");
    const char *behalf = text_at(envelope, "onBehalfOf");
    return is_party(c->arena, behalf ? behalf : text_at(envelope, "submitter"), text_at(node, "organisation"));
}

/* And that it came from there. */
static bool tells_source(const struct check *c, const json_t *r, const json_t *edge, const json_t *node)
{
    const json_t *body = json_object_get(r, "record");
    const char *code = text_at(node, "code"), *party = text_at(node, "organisation");
    if (strcmp(text_at(edge, "standing"), "internal") == 0)
        return !code || names_code(body, "inputs", code);
    return !party || is_party(c->arena, text_at(json_object_get(body, "from"), "organisation"), party) ||
           is_party(c->arena, text_at(body, "seller"), party);
}

static void check_chain(const struct check *c)
{
    const json_t *chain = json_object_get(c->file->json, "chain"), *nodes = json_object_get(chain, "nodes");
    size_t told = 0, renamed = 0, hidden = 0, i;
    json_t *edge;
    json_array_foreach(json_object_get(chain, "edges"), i, edge) {
        const json_t *from = named(nodes, text_at(edge, "from")), *to = named(nodes, text_at(edge, "to"));
        const json_t *seq = json_object_get(edge, "record"), *r = seq ? record_of(c, json_integer_value(seq)) : NULL;
        if (!from || !to)
            tell(c, WORTH_REFUTED, "a hop of the chain leads to a lot that is not in it");
        else if (!r || json_object_get(r, "partial") || json_object_get(r, "redacted"))
            hidden++;
        else if (!tells_lot(r, to))
            tell(c, WORTH_REFUTED, "record %" JSON_INTEGER_FORMAT " does not speak of %s %s, to which the chain draws a hop by it",
                 json_integer_value(seq), text_at(to, "organisation"), text_at(to, "code"));
        else if (tells_holder(c, r, to) && tells_source(c, r, edge, from))
            told++;
        else
            renamed++;
    }
    if (told > 0)
        tell(c, WORTH_PROVED, "%zu hop%s of the chain %s as records here tell: who, from whom, which lot", told, told == 1 ? "" : "s",
             told == 1 ? "is" : "are");
    if (renamed > 0)
        tell(c, WORTH_OPEN, "%zu hop%s whose record%s holder or source by another name, or not at all: the ledger took them for one",
             renamed, renamed == 1 ? "" : "s", renamed == 1 ? " calls" : "s call");
    if (hidden > 0)
        tell(c, WORTH_OPEN, "%zu hop%s whose record%s not here whole: only the seal vouches for them", hidden, hidden == 1 ? "" : "s",
             hidden == 1 ? " is" : "s are");
}

void pedigree_check(struct arena *a, const struct pedigree_file *f, const struct checkpoint *cp, finding_fn *fn, void *context)
{
    struct check c = {.arena = a, .file = f, .checkpoint = cp, .tell = fn, .context = context};
    check_records(&c);
    tell_records(&c);
    check_chain(&c);
}

void disclosure_check(struct arena *a, const struct pedigree_file *f, const struct checkpoint *cp, finding_fn *fn, void *context)
{
    struct check c = {.arena = a, .file = f, .checkpoint = cp, .tell = fn, .context = context};
    check_record(&c, json_object_get(f->json, "record"), -1);
    tell_records(&c);
}
