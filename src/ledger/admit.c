/*
 * admit - which records of a batch are new, and their places in the log.
 * Those that are new become leaves of the tree.
 *
 * A record is known by its owner and key: in the database, or earlier in this batch.  The same content
 * again is a duplicate, other content a conflict.  Places are dense, in queue order.
 */
#include "batch.h"

#include "pedigree/codec/envelope.h"

#include <string.h>

const struct known_key *batch_known(const struct batch *b, size_t i)
{
    for (size_t k = 0; k < b->found.known_len; k++)
        if (b->found.known[k].ordinal == (int64_t)i)
            return &b->found.known[k];
    return NULL;
}

static const char *key_name(struct batch *b, const struct entry *e)
{
    char hex[33];
    hex_encode(e->key.at, 16, hex);
    return arena_printf(&b->arena, "%s/%s", e->owner, hex);
}

static bool same_digest(struct bytes x, struct bytes y)
{
    return x.len == y.len && memcmp(x.at, y.at, x.len) == 0;
}

static void admit_one(struct batch *b, size_t i, struct map *first)
{
    struct entry *e = &b->entries.at[i];
    const struct known_key *known = batch_known(b, i);
    const struct entry *twin = map_get_text(first, key_name(b, e));
    struct bytes digest = known ? known->digest : twin ? twin->digest : (struct bytes){0};
    if (!known && !twin) {
        map_put_text(first, key_name(b, e), e);
        e->item->outcome = OUTCOME_ACCEPTED;
        return;
    }
    bool same = same_digest(digest, e->digest);
    e->item->outcome = same ? OUTCOME_DUPLICATE : OUTCOME_CONFLICT;
    e->item->seq = known ? known->seq : -1;
    if (!same)
        error_at(&e->item->err, ERR_CONFLICT, "/id",
                 "this id is taken by other content%s; a correction is a new record, and `voided` "
                 "takes the old one out",
                 known ? "" : " earlier in this request");
}

/* An atomic request that fails gives its keys back: its neighbours may have them. */
static void abandon(struct batch *b, const struct work *w, size_t from, struct map *first)
{
    for (size_t i = from; i < b->entries.len && b->entries.at[i].work == w; i++) {
        struct entry *e = &b->entries.at[i];
        if (e->item->outcome == OUTCOME_ACCEPTED) {
            map_put_text(first, key_name(b, e), NULL);
            e->item->outcome = OUTCOME_ABANDONED;
        }
    }
}

void batch_admit(struct batch *b)
{
    struct map first = map_new(&b->arena);
    for (size_t i = 0; i < b->entries.len;) {
        const struct work *w = b->entries.at[i].work;
        size_t from = i;
        bool failed = false;
        for (; i < b->entries.len && b->entries.at[i].work == w; i++) {
            admit_one(b, i, &first);
            failed |= b->entries.at[i].item->outcome == OUTCOME_CONFLICT;
        }
        if (w->atomic && failed)
            abandon(b, w, from, &first);
    }
    /* places are dense, in queue order */
    for (size_t i = 0; i < b->entries.len; i++) {
        struct entry *e = &b->entries.at[i];
        if (e->item->outcome == OUTCOME_ACCEPTED)
            e->seq = e->item->seq = b->changes.size++;
    }
    for (size_t i = 0; i < b->entries.len; i++) {
        struct entry *e = &b->entries.at[i];
        if (e->item->outcome == OUTCOME_DUPLICATE && e->item->seq < 0) {
            const struct entry *twin = map_get_text(&first, key_name(b, e));
            e->item->outcome = twin ? OUTCOME_DUPLICATE : OUTCOME_ABANDONED;
            e->item->seq = twin ? twin->seq : -1;
        }
    }
}

static struct span envelope(struct batch *b, const struct entry *e)
{
    return envelope_text(&b->arena, &(struct envelope){e->submitter, e->on_behalf, e->role, record_type_word(e->record->type),
                                                       e->received_us, e->item->signature_mark});
}

void batch_append(struct batch *b, struct entry *e)
{
    struct arena *a = &b->arena;
    uint8_t *digests = arena_alloc(a, e->item->digests.len);
    uint8_t *whole = arena_alloc(a, SHA256_LEN);
    memcpy(digests, e->item->digests.at, e->item->digests.len);
    e->envelope = envelope(b, e);
    part_digest(e->item->secret, PART_ENVELOPE, e->envelope, digests);
    commitment(digests, e->item->parts_len, whole);
    *vec_push(a, &b->changes.appends) = (struct append){
        .seq = e->seq, .received_us = e->received_us, .submitter = e->submitter,
        .on_behalf = e->on_behalf, .role = e->role, .kind = record_type_word(e->record->type),
        .key = e->key, .digests = {digests, e->item->digests.len},
        .commitment = {whole, SHA256_LEN}, .secret = {e->item->secret, SECRET_LEN},
        .canonical = e->canonical, .signature = e->item->signature,
        .subject = is_statement(e->record->type)
                       ? statement_subject(a, e->record, e->owner)
                       : NULL};
}

void batch_grow(struct batch *b)
{
    struct changes *c = &b->changes;
    struct hash leaf, *root = ARENA_NEW(&b->arena, struct hash);
    if (!b->edge || c->appends.len == 0)
        return;
    c->nodes = b->grown;
    for (size_t i = 0; i < c->appends.len; i++) {
        struct tile_node made[TILE_LEVELS];
        tree_leaf(c->appends.at[i].commitment.at, SHA256_LEN, &leaf);
        size_t n = edge_append(b->edge, &leaf, made);
        for (size_t k = 0; k < n; k++)
            *vec_push(&b->arena, &c->nodes) = made[k];
    }
    edge_root(b->edge, root);
    c->root = (struct bytes){root->at, SHA256_LEN};
}

void batch_replay(struct batch *b, struct entry *e)
{
    if (is_statement(e->record->type))
        *vec_push(&b->arena, &b->changes.appends) = (struct append){
            .seq = e->seq, .kind = record_type_word(e->record->type),
            .subject = statement_subject(&b->arena, e->record, e->owner)};
}
