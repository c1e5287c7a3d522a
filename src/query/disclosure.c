/*
 * disclosure - one record as a file that proves itself: as far as its reader may see it, what opens that much of its
 * commitment, and its receipt.
 */
#include "prove.h"

#include "pedigree/codec/codec.h"
#include "pedigree/query/tiles.h"
#include "pedigree/tlog/checkpoint.h"

#include <inttypes.h>
#include <string.h>

static bool no_record(int64_t seq, struct error *err)
{
    return error_set(err, ERR_NOT_FOUND, "no record %" PRId64 " that you may see", seq);
}

/* Nothing opens it here: what does is beside it. */
static bool find_receipt(struct session *s, const struct disclosure_ask *ask, const char **out, struct error *err)
{
    struct receipt r = {.index = ask->seq, .checkpoint = ask->note, .checkpoint_len = strlen(ask->note)};
    if (!prove_place(s, s->arena, ask->tiles, ask->seq, ask->size, &r.path, err))
        return false;
    *out = receipt_text(s->arena, &r);
    return true;
}

static bool disclosure_answer(struct session *s, const void *asked, const char **text, struct error *err)
{
    const struct disclosure_ask *ask = asked;
    const struct record_row *row = NULL;
    struct found_lot lot;
    struct rows seals;
    const char *code, *receipt;
    size_t len;
    if (!load_record(s, ask->seq, &row, &lot, &code, err))
        return false;
    CLEANUP(json_cleanup) json_t *told = row ? record_json(s, row, lot.sight, code) : NULL;
    if (!told)
        return no_record(ask->seq, err);
    if (ask->seq >= ask->size)
        return error_set(err, ERR_UNAVAILABLE, "the newest checkpoint, of %" PRId64 " records, does not cover record %" PRId64 " yet", ask->size,
                         ask->seq);
    if (!load_seals(s, &ask->seq, 1, &seals, err) || (seals.len == 0 && !log_is_damaged(err, "record", ask->seq)) ||
        !find_receipt(s, ask, &receipt, err))
        return false;
    const struct proved p = {s->arena, row, seals.at, json_object_get(told, "record"), !json_object_get(told, "partial")};
    CLEANUP(json_cleanup) json_t *o = json_pack("{s:s, s:s, s:o}", "format", "record-disclosure/1", "receipt", receipt, "record",
                                                proved_json(&p, told));
    *text = json_canonical(s->arena, o, &len);
    return true;
}

bool query_disclosure(const struct reader *r, const struct disclosure_ask *asked, const char **json, struct error *err)
{
    struct disclosure_ask ask = *asked;
    ask.tiles = r->tiles;
    return session_ask(r, disclosure_answer, &ask, json, err);
}
