/*
 * session - one run of the program: what every command needs, and the moves they share.
 */
#pragma once

#include "client.h"
#include "command.h"
#include "screen.h"

#include "pedigree/base/cleanup.h"

struct session {
    struct arena *arena;
    const struct command *command;
    struct args args;
    struct settings settings;
    struct client *client; /* NULL for local commands */
    bool has_colour;       /* of stdout */
};

DEFINE_CLEANUP(json_t, json, json_decref)

const char *session_ink(const struct session *s, enum ink i);

/* Says on stderr what is wrong and what to do; returns the exit status it means. */
enum exit_status say_error(const struct error *err);
enum exit_status say_problem(const struct session *s, const struct reply *reply);
/* The same as text, for tests: title, detail, pointer, what to do. */
enum exit_status problem_add(struct text *out, const struct settings *settings,
                             const struct reply *reply);

/*
 * GET: STATUS_FINE and *out (new reference), or the trouble was said.  With --json the
 * body was printed as it came and *out is NULL.  An answer without the member `has` of
 * that type is none of pedigreed's, and never read as "there is nothing".
 */
enum exit_status session_fetch(struct session *s, const char *path, const char *has,
                               json_type type, json_t **out);

/* POST: likewise. */
enum exit_status session_post(struct session *s, const struct post *post, const char *has, json_type type, json_t **out);

/* Prints one entry of a list. */
typedef void (*entry_fn)(struct session *s, const json_t *entry);
/* Follows `next` as far as --all or --limit say; `nothing` is said of an empty list. */
enum exit_status session_list(struct session *s, const char *path, const char *nothing,
                              entry_fn print);

/* ---- reading answers ---- */

/* Text, or a number as text, at a path of members "part.mpn"; NULL if there is none.
 * Clean. */
const char *field(struct arena *a, const json_t *json, const char *path);
const json_t *member(const json_t *json, const char *path); /* NULL: none */
/* "cage:1ABC5 R-88213" of {organisation, code} or of {lot: {organisation, code}}. */
const char *lot_name(struct arena *a, const json_t *json);
/* "cage:1MFR7 SN74" of {part: {manufacturer, mpn}}, "" if not stated. */
const char *part_text(struct arena *a, const json_t *json);
/* Any JSON as an indented outline. */
void outline_add(struct text *out, const json_t *json, int indent);
/* One flag: severity, rule, subject, what should hold, what was found. */
void flag_add(struct text *out, bool has_colour, const json_t *flag, bool has_lot);
