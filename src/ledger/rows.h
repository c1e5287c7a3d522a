/*
 * rows - what a batch reads of its lots, as PostgreSQL gives it.
 */
#pragma once

#include "pedigree/db/db.h"

struct lot_row {
    int64_t part, lot, holder, quantity, balance, owner;
    const char *code, *description, *state, *traced;
    struct bytes summary;
    int32_t grade, score, coverage, bad, named;
};
struct touched_row {
    int64_t lot;
};
struct event_row {
    int64_t lot, seq;
    int32_t ordinal;
};
struct record_row {
    int64_t seq;
    const char *submitter, *on_behalf, *role;
    struct bytes key;
    const char *canonical;
};
struct link_row {
    int64_t key, lot, seq;
    int32_t side;
};
struct sub_row {
    int64_t key, lots;
    const char *sub;
};
struct member_row {
    int64_t key, lot;
    const char *sub;
};
struct flag_row {
    int64_t lot, since;
    int32_t severity, version;
    const char *rule, *subject, *state, *message, *evidence;
};
struct own_mark_row {
    int64_t lot, key;
    const char *kind, *sub;
};
struct text_row {
    int64_t lot, key;
    const char *text;
};
struct lot_name_row {
    int64_t holder, lot;
    const char *code;
};

extern const struct column LOT_ROW[16];
extern const struct column TOUCHED_ROW[1];
extern const struct column EVENT_ROW[3];
extern const struct column RECORD_ROW[6];
extern const struct column LINK_ROW[4];
extern const struct column SUB_ROW[3];
extern const struct column MEMBER_ROW[3];
extern const struct column FLAG_ROW[9];
extern const struct column OWN_MARK_ROW[4];
extern const struct column TEXT_ROW[3];
extern const struct column LOT_NAME_ROW[3];
