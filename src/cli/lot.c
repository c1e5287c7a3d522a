/* lot - pedigree lot: one lot, its assessment and its open flags, for a person. */
#include "lots.h"

#include <stdio.h>
#include <string.h>

const char *lot_path(struct session *s, const char *rest)
{
    return arena_printf(s->arena, "/v1/lots/%s/%s%s",
                        url_escape(s->arena, s->args.words[0]),
                        url_escape(s->arena, s->args.words[1]), rest);
}

static void add_row(struct text *out, const char *label, const char *value)
{
    if (value && *value)
        text_addf(out, "%-10s%s\n", label, value);
}

static const char *state_text(struct arena *a, const json_t *lot)
{
    const char *state = field(a, lot, "state"), *balance = field(a, lot, "balance");
    const char *quantity = field(a, lot, "quantity");
    if (!balance)
        return state;
    return arena_printf(a, "%s%s%s%s%s here", state ? state : "", state ? ", " : "",
                        balance, quantity ? " of " : "", quantity ? quantity : "");
}

static void add_assessment(struct session *s, struct text *out, const json_t *assessment)
{
    struct arena *a = out->arena;
    const char *grade = field(a, assessment, "grade"),
               *day = field(a, assessment, "asOf.day");
    if (!grade)
        return;
    text_addf(out, "%-10s%s%s%s  score %s, coverage %s\n", "grade",
              session_ink(s, ink_of_grade(grade)), grade, session_ink(s, INK_PLAIN),
              field(a, assessment, "score"), field(a, assessment, "coverage"));
    add_row(out, "traced to", field(a, assessment, "traced"));
    if (member(assessment, "asOf"))
        text_addf(out, "%-10srecord %s%s%s\n", "as of", field(a, assessment, "asOf.seq"),
                  day ? ", " : "", day ? day : "");
}

static void add_open_flags(struct session *s, struct text *out, const json_t *flags)
{
    size_t i, n = json_array_size(flags);
    json_t *flag;
    text_addf(out, "\n%s%zu %s%s\n", session_ink(s, INK_BOLD), n,
              n == 1 ? "flag" : "flags", session_ink(s, INK_PLAIN));
    json_array_foreach(flags, i, flag) flag_add(out, s->has_colour, flag, false);
}

enum exit_status command_lot(struct session *s)
{
    CLEANUP(json_cleanup) json_t *lot = NULL;
    enum exit_status status =
        session_fetch(s, lot_path(s, ""), "assessment", JSON_OBJECT, &lot);
    if (!lot)
        return status;
    struct text out = text_new(s->arena);
    const json_t *assessment = member(lot, "assessment");
    text_addf(&out, "%s%s%s\n", session_ink(s, INK_BOLD), lot_name(s->arena, lot),
              session_ink(s, INK_PLAIN));
    add_row(&out, "part", part_text(s->arena, lot));
    add_row(&out, "state", state_text(s->arena, lot));
    add_assessment(s, &out, assessment);
    add_open_flags(s, &out, member(assessment, "flags"));
    if (member(lot, "description")) {
        text_addf(&out, "\n%sas described%s\n", session_ink(s, INK_BOLD),
                  session_ink(s, INK_PLAIN));
        outline_add(&out, member(lot, "description"), 2);
    }
    fputs(text_str(&out), stdout);
    return STATUS_FINE;
}
