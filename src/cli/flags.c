/* flags - pedigree flags: the queue of what does not add up. */
#include "session.h"

#include <stdio.h>

static const struct {
    enum option_id option;
    const char *name; /* of the query */
} FILTERS[] = {
    {OPT_SEVERITY, "severity"}, {OPT_RULE, "rule"}, {OPT_STATE, "state"},
    {OPT_HOLDER, "holder"},     {OPT_PART, "part"},
};

static void print_flag(struct session *s, const json_t *entry)
{
    struct text out = text_new(s->arena);
    flag_add(&out, s->has_colour, entry, true);
    fputs(text_str(&out), stdout);
}

enum exit_status command_flags(struct session *s)
{
    struct text path = text_new(s->arena);
    text_add(&path, "/v1/flags");
    for (size_t i = 0; i < LENGTH(FILTERS); i++)
        url_add(&path, FILTERS[i].name, s->args.values[FILTERS[i].option]);
    return session_list(s, text_str(&path), "No flags.", print_flag);
}
