/*
 * pedigree - all that a reader may know of a lot's chain, in one file that is checked without the ledger.
 *
 *   {"asOf": .., "chain": trace, "checkpoint": note, "format": "pedigree-file/1", "lot": name,
 *    "lots": [lot with assessment, ..], "records": [..], "rules": version}
 *
 * Canonical JSON (RFC 8785), without any clock or chance: the same state of the ledger, the same reader and the same
 * checkpoint give the same bytes.  What of a lot, a hop and a record is in it is what the other routes show him.
 */
#include "pedigree.h"

#include "pedigree/codec/codec.h"
#include "pedigree/rules/rule.h"

#include <stdlib.h>
#include <string.h>

bool pedigree_is_full(const struct text *out, struct error *err)
{
    if (out->len > PEDIGREE_BYTES)
        error_set(err, ERR_INVALID, "the chain is too large for one file, which holds %d MiB: ask for the lots above this one, "
                  "each for its own, or page through trace and records", PEDIGREE_BYTES >> 20);
    return out->len > PEDIGREE_BYTES;
}

/* ---- the lots ---- */

static bool load_chain(struct session *s, struct pedigree *p, struct error *err)
{
    size_t n = 0, most = p->trace.nodes.len;
    int64_t *lots = ARENA_ARRAY(s->arena, int64_t, most + 1);
    enum sight *sights = ARENA_ARRAY(s->arena, enum sight, most + 1);
    const char **codes = ARENA_ARRAY(s->arena, const char *, most + 1);
    for (size_t i = 0; i < most; i++) {
        const struct node *node = &p->trace.nodes.at[i];
        if (!node->row || node->sight < SIGHT_UPSTREAM)
            continue;
        lots[n] = node->lot;
        codes[n] = node->row->code;
        sights[n++] = node->sight;
    }
    p->lots = (struct ids){lots, n};
    p->sights = sights;
    p->codes = codes;
    return load_lots(s, lots, n, &p->rows, &p->rows_len, err) && load_flags(s, lots, n, &p->flags, &p->flags_len, err);
}

/* Flags lie by lot. */
const struct flag_row *pedigree_flags(const struct pedigree *p, int64_t lot, size_t *len)
{
    size_t low = 0, high = p->flags_len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (p->flags[middle].lot < lot)
            low = middle + 1;
        else
            high = middle;
    }
    for (*len = 0; low + *len < p->flags_len && p->flags[low + *len].lot == lot; ++*len)
        ;
    return p->flags + low;
}

static void add_json(struct text *out, json_t *value)
{
    struct arena passing;
    size_t len;
    arena_init(&passing, 0);
    const char *text = json_canonical(&passing, value, &len);
    text_add_n(out, text, len);
    arena_reset(&passing);
    json_decref(value);
}

static bool add_lots(const struct pedigree *p, struct text *out, struct error *err)
{
    text_add_c(out, '[');
    for (size_t i = 0; i < p->rows_len && !pedigree_is_full(out, err); i++) {
        size_t len;
        const struct flag_row *flags = pedigree_flags(p, p->rows[i].lot, &len);
        if (i > 0)
            text_add_c(out, ',');
        add_json(out, lot_json(&p->rows[i], p->sights[i], &p->trace.as_of, flags, len));
    }
    text_add_c(out, ']');
    return !pedigree_is_full(out, err);
}

/* ---- the file ---- */

/* In the order that RFC 8785 gives to the names. */
static bool add_file(struct session *s, const struct pedigree *p, struct text *out, struct error *err)
{
    json_t *chain = trace_json(&p->trace);
    const char *note = p->ask->note;
    json_object_del(chain, "asOf");
    text_add(out, "{\"asOf\":");
    add_json(out, as_of_json(&p->trace.as_of));
    text_add(out, ",\"chain\":");
    add_json(out, chain);
    text_add(out, ",\"checkpoint\":");
    add_json(out, note ? json_string(note) : json_null());
    text_add(out, ",\"format\":\"pedigree-file/1\",\"lot\":");
    add_json(out, lot_name_json(p->trace.nodes.at[0].row->holder, p->trace.nodes.at[0].row->code));
    text_add(out, ",\"lots\":");
    if (!add_lots(p, out, err))
        return false;
    text_add(out, ",\"records\":");
    if (!pedigree_add_records(s, p, out, err))
        return false;
    text_addf(out, ",\"rules\":\"%s\"}", rules_version());
    return true;
}

static bool pedigree_answer(struct session *s, const void *asked, const char **text, struct error *err)
{
    struct pedigree p = {.ask = asked};
    struct text out = text_new(s->arena);
    const struct trace_ask up = {.lot = p.ask->lot, .direction = TRACE_UP, .most = p.ask->most};
    if (!trace_make(s, &up, &p.trace, err) || !load_chain(s, &p, err) || !add_file(s, &p, &out, err))
        return false;
    *text = text_str(&out);
    return true;
}

bool query_pedigree(const struct reader *r, const struct pedigree_ask *ask, const char **json, struct error *err)
{
    struct pedigree_ask own = *ask;
    own.tiles = r->tiles;
    return session_ask(r, pedigree_answer, &own, json, err);
}
