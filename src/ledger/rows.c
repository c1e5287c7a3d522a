/* rows - see rows.h. */
#include "rows.h"

#include <stddef.h>

/* clang-format off */
const struct column LOT_ROW[16] = {COL(struct lot_row, part), COL(struct lot_row, lot),
    COL(struct lot_row, holder), COL(struct lot_row, code), COL(struct lot_row, description),
    COL(struct lot_row, quantity), COL(struct lot_row, balance), COL(struct lot_row, state),
    COL(struct lot_row, owner), COL(struct lot_row, summary), COL(struct lot_row, traced),
    COL(struct lot_row, grade), COL(struct lot_row, score), COL(struct lot_row, coverage),
    COL(struct lot_row, bad), COL(struct lot_row, named)};
const struct column TOUCHED_ROW[1] = {COL(struct touched_row, lot)};
const struct column EVENT_ROW[3] = {COL(struct event_row, lot), COL(struct event_row, seq),
    COL(struct event_row, ordinal)};
const struct column RECORD_ROW[6] = {COL(struct record_row, seq), COL(struct record_row, submitter),
    COL(struct record_row, on_behalf), COL(struct record_row, role), COL(struct record_row, key),
    COL(struct record_row, canonical)};
const struct column LINK_ROW[4] = {COL(struct link_row, key), COL(struct link_row, lot),
    COL(struct link_row, seq), COL(struct link_row, side)};
const struct column SUB_ROW[3] = {COL(struct sub_row, key), COL(struct sub_row, sub),
    COL(struct sub_row, lots)};
const struct column MEMBER_ROW[3] = {COL(struct member_row, key), COL(struct member_row, lot),
    COL(struct member_row, sub)};
const struct column FLAG_ROW[9] = {COL(struct flag_row, lot), COL(struct flag_row, rule),
    COL(struct flag_row, subject), COL(struct flag_row, version), COL(struct flag_row, severity),
    COL(struct flag_row, state), COL(struct flag_row, message), COL(struct flag_row, evidence),
    COL(struct flag_row, since)};
const struct column OWN_MARK_ROW[4] = {COL(struct own_mark_row, lot), COL(struct own_mark_row, key),
    COL(struct own_mark_row, kind), COL(struct own_mark_row, sub)};
const struct column TEXT_ROW[3] = {COL(struct text_row, lot), COL(struct text_row, key),
    COL(struct text_row, text)};
const struct column LOT_NAME_ROW[3] = {COL(struct lot_name_row, holder), COL(struct lot_name_row, code),
    COL(struct lot_name_row, lot)};
/* clang-format on */
