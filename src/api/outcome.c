/* outcome - one table says which failure each outcome is; the rest is rendering. */
#include "outcome.h"

#include "pedigree/base/clock.h"
#include "pedigree/http/reply.h"

#include <inttypes.h>

static const struct {
    const char *word;
    enum error_code code; /* ERR_OK: it is in the log */
    const char *detail;
    enum { ALONE, REPORT_INSTEAD, REPORT_BEHIND } report; /* what the item's own report is to it */
} OUTCOMES[] = {
    [OUTCOME_WAITING] = {"waiting", ERR_INTERNAL, "the record was never decided", ALONE},
    [OUTCOME_ACCEPTED] = {"accepted", ERR_OK, "", ALONE},
    [OUTCOME_DUPLICATE] = {"duplicate", ERR_OK, "", ALONE},
    [OUTCOME_CONFLICT] =
        {"conflict", ERR_CONFLICT,
         "this `id` was used before for other content; nothing was appended. "
         "Use another `id`, or void the first record",
         REPORT_INSTEAD},
    [OUTCOME_INVALID] = {"invalid", ERR_INVALID, "the record is not valid",
                         REPORT_INSTEAD},
    [OUTCOME_ABANDONED] =
        {"abandoned", ERR_ABANDONED,
         "another record of this atomic request failed; nothing of it was "
         "appended",
         ALONE},
    [OUTCOME_UNAVAILABLE] =
        {"unavailable", ERR_UNAVAILABLE,
         "the ledger cannot commit now; nothing was appended. "
         "Send the record again later",
         REPORT_BEHIND},
    [OUTCOME_UNCERTAIN] =
        {"uncertain", ERR_UNCERTAIN,
         "the connection to the database was lost inside COMMIT: the record may "
         "or may not be in the log. A retry is safe: the same record is never "
         "appended twice",
         REPORT_BEHIND},
    [OUTCOME_FAILED] = {"failed", ERR_INTERNAL,
                        "the database refused this record; nothing was appended. "
                        "The daemon's log says why",
                        ALONE},
};

bool outcome_is_good(const struct item *item, struct error *err)
{
    enum error_code code = OUTCOMES[item->outcome].code;
    const char *detail = OUTCOMES[item->outcome].detail;
    bool has_report = item->err.code != ERR_OK;
    if (code == ERR_OK)
        return true;
    if (has_report && OUTCOMES[item->outcome].report == REPORT_INSTEAD)
        *err = item->err;
    if (has_report && OUTCOMES[item->outcome].report == REPORT_BEHIND)
        return error_set(err, code, "%s (%s)", detail, item->err.detail);
    return error_set(err, code, "%s", detail);
}

int outcome_status(const struct item *item)
{
    struct error err = {0};
    if (!outcome_is_good(item, &err))
        return error_http(err.code);
    return item->outcome == OUTCOME_ACCEPTED ? 201 : 200;
}

const char *outcome_word(enum outcome o)
{
    return OUTCOMES[o].word;
}

static void add_id(struct text *t, const struct told *told)
{
    const struct decoded *d = &told->item->decoded;
    char hex[2 * SHA256_LEN + 1];
    text_add(t, "\"id\":");
    if (d->record->id) {
        text_json(t, d->record->id);
        return;
    }
    text_addf(t, "\"%s", hex_encode(d->digest, SHA256_LEN, hex));
    if (told->ordinal > 0)
        text_addf(t, "/%" PRId64, told->ordinal);
    text_add(t, "\"");
}

static void add_place(struct text *t, const struct told *told)
{
    const struct item *item = told->item;
    text_add(t, "\"seq\":");
    text_add_int(t, item->seq);
    text_add(t, ",");
    add_id(t, told);
    text_add(t, item->outcome == OUTCOME_DUPLICATE ? ",\"duplicate\":true" : ",\"duplicate\":false");
    if (item->receipt && told->checkpoint) {
        text_add(t, ",\"receipt\":");
        text_json(t, arena_printf(t->arena, "%s%s", item->receipt, told->checkpoint));
    }
    if (item->lot_code) {
        text_add(t, ",\"lot\":{\"organisation\":");
        text_json(t, item->lot_organisation);
        text_add(t, ",\"code\":");
        text_json(t, item->lot_code);
        text_add(t, "}");
    }
    if (told->want_assessment && item->assessment) {
        char day[11];
        text_add(t, ",\"assessment\":{\"asOf\":{\"day\":\"");
        text_add(t, day_text(item->as_of_day, day));
        text_add(t, "\",\"seq\":");
        text_add_int(t, item->as_of);
        text_add(t, "},");
        text_add(t, item->assessment + 1); /* behind its brace: the first member by name */
    }
}

void outcome_single(struct text *t, const struct told *told)
{
    text_add(t, "{");
    add_place(t, told);
    text_add(t, "}\n");
}

void outcome_line(struct text *t, const struct told *told)
{
    struct error err = {0};
    text_add(t, "{\"line\":");
    text_add_int(t, told->item->line);
    text_add(t, ",\"status\":");
    text_add_int(t, outcome_status(told->item));
    text_add(t, ",");
    if (outcome_is_good(told->item, &err)) {
        add_place(t, told);
    } else {
        text_add(t, "\"problem\":");
        problem_render(t, &err, NULL);
    }
    text_add(t, "}");
}
